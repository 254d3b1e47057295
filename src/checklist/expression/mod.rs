//! Expressions: the part of the language that is the Common Expression Language (CEL).
//!
//! Parsing and evaluating is done by the `cel` crate. This module says what the names in an expression mean, which kinds can
//! be compared, and how much an expression may ask for: the crate has no limit of steps or memory, so what could grow without
//! bound is refused when the expression is read. Length, depth and number of nodes are limited, a loop runs over the rows of
//! a table or a list that is written out, no loop stands within another one, and none joins texts or builds lists of its own.
//!
//! Evaluation is total: an answer that is missing makes everything unknown that depends on it, and nothing else. So does a
//! division by zero. `true || unknown` is true and `false && unknown` is false, as CEL has it.

mod functions;
mod kinds;
mod translate;

use std::{collections::HashMap, ops::Range};

use cel::{
    Context, ExecutionError,
    common::{
        types::{CelBool, CelDouble, CelList, CelMap, CelMapKey, CelString},
        value::{CowVal, Val},
    },
    context::VariableResolver,
    parser::{Expression as Tree, PrattParser},
};
use chrono::NaiveDate;

pub(super) use self::kinds::Kind;
use self::translate::Translation;
pub(super) use self::translate::unknown_item;
use super::{AnswerType, Code, Item, Value, Verdict};
use crate::{i18n::Text, text};

/// How deep an expression may be nested.
const DEPTH_MAX: u16 = 32;
/// How long an expression may be, in bytes: the characters that reading a file allows, four bytes each.
const BYTES_MAX: usize = 4 * super::read_condition::EXPRESSION.max_chars;
/// How many parts an expression may consist of.
const NODES_MAX: usize = 400;

/// The items that an expression can name.
pub(super) struct Scope<'a> {
    items: &'a [Item],
    by_id: HashMap<&'a str, usize>,
}

impl<'a> Scope<'a> {
    /// Makes the scope of a checklist's items.
    pub(super) fn new(items: &'a [Item]) -> Self {
        Self { items, by_id: items.iter().enumerate().map(|(at, item)| (item.id.0.as_str(), at)).collect() }
    }

    /// Returns the position of an item.
    pub(super) fn position(&self, id: &str) -> Option<usize> {
        self.by_id.get(id).copied()
    }

    /// Returns the item at a position.
    pub(super) fn item(&self, at: usize) -> &'a Item {
        &self.items[at]
    }

    /// Returns the identities of all items.
    pub(super) fn ids(&self) -> impl Iterator<Item = &'a str> + Clone + use<'a> {
        self.items.iter().map(|item| item.id.0.as_str())
    }
}

/// What an expression or condition is judged by: the answers of a record, by the position of their items.
pub trait Answers: Send + Sync {
    /// Returns the value of an item that is asked and has one.
    fn value(&self, at: usize) -> Option<&Value>;
    /// Returns what an item that is asked comes to.
    fn verdict(&self, at: usize) -> Option<Verdict>;
    /// Says whether an item is asked and answered; nothing where even that is not known.
    fn is_answered(&self, at: usize) -> Option<bool>;
    /// Returns the item at a position.
    fn item(&self, at: usize) -> &Item;
    /// Returns the day of the inspection.
    fn today(&self) -> NaiveDate;
    /// Returns the unit's type, level and district; nothing where no unit is known, nor the day.
    fn facility(&self) -> Option<[&str; 3]>;
}

/// A mistake in an expression, with the bytes of its text that it is about.
pub(super) struct Mistake {
    pub code: Code,
    pub range: Range<usize>,
    pub message: Text,
    pub hint: Option<Text>,
}

/// What an expression reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Read {
    /// The value of the item at a position, or that it has one.
    Value(usize),
    /// The verdict of the item at a position.
    Verdict(usize),
}

/// An expression that was found to be sound.
#[derive(Clone, Debug)]
pub struct Compiled {
    tree: Tree,
    /// What it reads, each once.
    pub reads: Vec<Read>,
}

/// Compiles an expression; `own` is the item that `this` means, `wanted` what it has to come to.
pub(super) fn compile(
    source: &str,
    scope: &Scope<'_>,
    own: Option<usize>,
    wanted: &Kind<'_>,
) -> Result<Compiled, Vec<Mistake>> {
    if source.len() > BYTES_MAX || nesting(source) > usize::from(DEPTH_MAX) {
        return Err(vec![Mistake {
            code: Code::BadExpression,
            range: 0..source.len(),
            message: text!("checklist.check.expression-too-much"),
            hint: Some(text!("checklist.check.expression-too-much-hint")),
        }]);
    }
    let parser = PrattParser::new().max_recursion_depth(DEPTH_MAX).max_expression_node_count(NODES_MAX);
    let tree = parser.parse(source).map_err(|errors| vec![syntax_mistake(source, &errors)])?;
    let mut translation = Translation::new(source, scope, own);
    let (tree, found) = translation.whole(tree);
    if translation.mistakes.is_empty() && !found.can_be(wanted) {
        translation.mistakes.push(Mistake {
            code: Code::TypeMismatch,
            range: 0..source.len(),
            message: text!("checklist.check.expression-result", found = found.name(), wanted = wanted.name()),
            hint: Some(text!("checklist.check.expression-result-hint")),
        });
    }
    if translation.mistakes.is_empty() {
        Ok(Compiled { tree, reads: translation.reads() })
    } else {
        Err(translation.mistakes)
    }
}

/// What people write who have not met CEL, and which text says what to write instead.
const HABITS: &[(&[&str], &str)] = &[
    (
        &["，", "；", "（", "）", "“", "”", "＝", "＞", "＜", "≥", "≤", "≠", "！", "。", "、"],
        "checklist.check.expression-signs-hint",
    ),
    (&[" and ", " or ", " not ", " AND ", " OR ", " NOT ", "且", "或者"], "checklist.check.expression-words-hint"),
    (&["<>", "=<", "=>"], "checklist.check.expression-compare-hint"),
];

fn syntax_mistake(source: &str, errors: &cel::ParseErrors) -> Mistake {
    let offset = errors.errors.first().map_or(0, |error| offset_of(source, error.pos));
    let end = source[offset..].chars().next().map_or(offset, |first| offset + first.len_utf8());
    // Signs within quotes are meant, so they are not blamed.
    let bare = without_strings(source);
    let habit = HABITS.iter().find(|(signs, _)| signs.iter().any(|sign| bare.contains(sign)));
    let single = || {
        let folded = bare.replace("==", "").replace(">=", "").replace("<=", "").replace("!=", "");
        folded.contains('=')
    };
    let key = match habit {
        Some((_, key)) => key,
        None if single() => "checklist.check.expression-equals-hint",
        None => "checklist.check.expression-hint",
    };
    Mistake {
        code: Code::BadExpression,
        range: offset..end,
        message: text!("checklist.check.expression"),
        hint: Some(Text::new(key, Vec::new())),
    }
}

/// Returns how deep brackets are nested, which the parser does not count where they change nothing.
fn nesting(source: &str) -> usize {
    let (mut depth, mut deepest) = (0_usize, 0);
    for character in without_strings(source).chars() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' => depth = depth.saturating_sub(1),
            _ => {}
        }
        deepest = deepest.max(depth);
    }
    deepest
}

/// Blanks out what stands in quotes, keeping every other byte where it is.
pub(super) fn without_strings(source: &str) -> String {
    let mut bare = String::with_capacity(source.len());
    let mut open: Option<char> = None;
    let mut escaped = false;
    for character in source.chars() {
        let quote = matches!(character, '"' | '\'');
        match open {
            Some(closing) => {
                bare.extend(std::iter::repeat_n(' ', character.len_utf8()));
                if !escaped && character == closing {
                    open = None;
                }
                escaped = character == '\\' && !escaped;
            }
            None if quote => {
                bare.push(' ');
                (open, escaped) = (Some(character), false);
            }
            None => bare.push(character),
        }
    }
    bare
}

/// Turns the crate's line and column, both from 1 and the column in bytes, into an offset.
fn offset_of(source: &str, (line, column): (isize, isize)) -> usize {
    let before = usize::try_from(line - 1).unwrap_or(0);
    let start: usize = source.split_inclusive('\n').take(before).map(str::len).sum();
    let offset = (start + usize::try_from(column - 1).unwrap_or(0)).min(source.len());
    (0..=offset).rev().find(|&at| source.is_char_boundary(at)).unwrap_or(0)
}

impl Compiled {
    /// Evaluates to yes or no; nothing while it is unknown.
    pub fn holds(&self, answers: &dyn Answers) -> Option<bool> {
        match self.run(answers)? {
            cel::Value::Bool(holds) => Some(holds),
            _ => None,
        }
    }

    /// Evaluates to a value of the sort that an answer type takes; nothing while it is unknown.
    pub fn value(&self, answers: &dyn Answers, answer: AnswerType) -> Option<Value> {
        let value = match self.run(answers)? {
            cel::Value::Bool(yes) => Value::YesNo(yes),
            // What a person would have entered has no more digits than this.
            cel::Value::Float(number) => Value::Number((number * 1e6).round() / 1e6),
            cel::Value::String(text) => Value::Text(text.as_str().to_owned()),
            _ => return None,
        };
        value.typed_as(answer).ok().filter(|value| value.fits(answer))
    }

    fn run(&self, answers: &dyn Answers) -> Option<cel::Value> {
        let names = Names { answers };
        let mut context = Context::with_env(functions::environment());
        context.set_variable_resolver(&names);
        context.resolve(&self.tree).ok()
    }
}

/// Finds what the names mean that a translated expression has in place of items: `v12`, `d12`, `a12`, `c12:column`.
struct Names<'a> {
    answers: &'a dyn Answers,
}

impl VariableResolver for Names<'_> {
    fn resolve<'b>(&'b self, name: &str) -> Option<CowVal<'b, 'b>> {
        let about_unit = |place: usize| {
            let facility = self.answers.facility()?;
            Some(CowVal::owned(CelString::from(*facility.get(place)?)))
        };
        match name {
            "today" => {
                self.answers.facility()?;
                return Some(CowVal::owned(CelString::from(self.answers.today().to_string())));
            }
            "facility:type" => return about_unit(0),
            "facility:level" => return about_unit(1),
            "facility:district" => return about_unit(2),
            _ => {}
        }
        let (sort, rest) = name.split_at_checked(1)?;
        let (number, column) = rest.split_once(':').map_or((rest, ""), |(number, column)| (number, column));
        let at: usize = number.parse().ok()?;
        match sort {
            "v" => self.answers.value(at).map(|value| CowVal::from(value_of(value))),
            "d" => self.answers.verdict(at).map(|verdict| CowVal::owned(CelString::from(verdict.word()))),
            "a" => self.answers.is_answered(at).map(|answered| CowVal::owned(CelBool::from(answered))),
            "c" => self.column(at, column),
            _ => None,
        }
    }
}

impl Names<'_> {
    /// Returns the filled cells of a column; nothing while a cell is empty that every row has to have.
    fn column<'b>(&self, at: usize, id: &str) -> Option<CowVal<'b, 'b>> {
        let Value::Table(rows) = self.answers.value(at)? else { return None };
        let required = self.answers.item(at).columns.iter().any(|column| column.id == id && column.required);
        if required && rows.iter().any(|row| !row.contains_key(id)) {
            return None;
        }
        let cells: Vec<Box<dyn Val>> = rows.iter().filter_map(|row| row.get(id)).map(value_of).collect();
        Some(CowVal::owned(CelList::from(cells)))
    }
}

/// Puts a value into the words of the crate; days and times are texts, which compare as they should.
fn value_of<'v>(value: &Value) -> Box<dyn Val + 'v> {
    let texts = |texts: &[String]| -> Vec<Box<dyn Val + 'v>> {
        texts.iter().map(|text| Box::new(CelString::from(text.clone())) as Box<dyn Val + 'v>).collect()
    };
    match value {
        Value::YesNo(yes) => Box::new(CelBool::from(*yes)),
        Value::Number(number) => Box::new(CelDouble::from(*number)),
        Value::Choice(text) | Value::Text(text) => Box::new(CelString::from(text.clone())),
        Value::Date(date) => Box::new(CelString::from(date.to_string())),
        Value::Time(time) => Box::new(CelString::from(time.format("%H:%M:%S").to_string())),
        Value::Choices(words) => Box::new(CelList::from(texts(words))),
        Value::Files(files) => {
            let names: Vec<String> = files.iter().map(|file| file.name.clone()).collect();
            Box::new(CelList::from(texts(&names)))
        }
        Value::Table(rows) => {
            let row = |row: &super::Row| -> Box<dyn Val + 'v> {
                let cells: HashMap<CelMapKey<'v>, Box<dyn Val + 'v>> = row
                    .iter()
                    .map(|(id, cell)| (CelMapKey::String(CelString::from(id.clone())), value_of(cell)))
                    .collect();
                Box::new(CelMap::from(cells))
            };
            Box::new(CelList::from(rows.iter().map(row).collect::<Vec<_>>()))
        }
    }
}

/// What an overload of the crate gives back.
type Outcome<'b, 'v> = Result<CowVal<'b, 'v>, ExecutionError>;

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checklist::{Column, ItemId},
        i18n::Lang,
    };

    fn items() -> Vec<Item> {
        let item = |id: &str, answer| Item { id: ItemId(id.to_owned()), answer, ..Item::default() };
        let mut items = vec![
            item("F", AnswerType::YesNo),
            item("N", AnswerType::Number),
            item("C", AnswerType::Choice),
            item("M", AnswerType::Choices),
            item("V", AnswerType::Verdict),
            item("D", AnswerType::Date),
            item("T", AnswerType::Table),
            item("X", AnswerType::Text),
            item("项-1", AnswerType::Number),
        ];
        let words = vec!["甲".to_owned(), "乙".to_owned()];
        (items[2].choices, items[3].choices) = (words.clone(), words);
        let column = |id: &str, answer| Column { id: id.to_owned(), answer, ..Column::default() };
        items[6].columns = vec![column("n", AnswerType::Count), column("name", AnswerType::Text)];
        items
    }

    #[test]
    fn what_is_sound_is_compiled_and_what_is_not_is_pointed_at() {
        let cases = [
            ("F && N > 3 || !F", "", ""),
            ("N + 1 > 2.5 && round(N, 1) <= 10", "", ""),
            ("C == '甲' || C in ['甲', '乙']", "", ""),
            ("'甲' in M && size(M) < 3", "", ""),
            ("V == 'fails' || verdict(N) == 'conforms'", "", ""),
            ("days(D, today) <= 30 && D < '2026-11-21'", "", ""),
            ("sum(T.n) >= N && T.all(row, row.n > 0 && row.name != '')", "", ""),
            ("T.exists(row, has(row.name)) && T.filter(row, row.n > 1).size() > 0", "", ""),
            ("T.map(row, row.n * 2).exists(n, n > 4)", "", ""),
            ("answer('项-1') > 1 && answered('项-1')", "", ""),
            ("X.startsWith('a') && X + 'b' == 'ab'", "", ""),
            ("F ? N > 1 : N > 2", "", ""),
            ("N >", "C019", ""),
            ("N = 3", "C019", ""),
            ("N > 3 and F", "C019", "a"),
            ("Y > 3", "C020", "Y"),
            ("T.all(row, row.m > 0)", "C020", "m"),
            ("N.n > 0", "C021", "n"),
            ("N == '甲'", "C021", "N"),
            ("C == '丙'", "C021", "丙"),
            ("C > '甲'", "C021", "C"),
            ("D > '昨天'", "C021", "昨天"),
            ("V == '不符合要求'", "C021", "不符合要求"),
            ("N && F", "C021", "N"),
            ("F + 1 > 2", "C021", "F"),
            ("N", "C021", "N"),
            ("this > 3 && sqrt(N) > 1", "C019", "sqrt"),
            ("X.matches('(a+)+')", "C019", "matches"),
            ("{'a': 1}.a > 0", "C019", "{'a': 1}.a > 0"),
            ("T.all(a, T.all(b, b.n > a.n))", "C019", "T.all(a, T.all(b, b.n > a.n))"),
            ("[X].map(x, x + x).size() > 0", "C019", "[X].map(x, x + x).size() > 0"),
            ("T.map(r, [r.n, r.n]).size() > 0", "C019", "T.map(r, [r.n, r.n]).size() > 0"),
        ];
        let items = items();
        let scope = Scope::new(&items);
        for (source, code, under) in cases {
            let found = compile(source, &scope, Some(1), &Kind::Flag);
            let mistakes: Vec<_> = found
                .err()
                .unwrap_or_default()
                .into_iter()
                .map(|mistake| {
                    (mistake.code.name(), source.get(mistake.range).unwrap_or("?"), mistake.message.show(Lang::En))
                })
                .collect();
            match mistakes.first() {
                None => assert_eq!(code, "", "{source}"),
                Some((found, text, _)) => {
                    assert_eq!(*found, code, "{source}: {mistakes:?}");
                    assert!(under.is_empty() || *text == under, "{source}: {mistakes:?}");
                }
            }
        }
    }

    #[test]
    fn expressions_that_ask_for_too_much_are_refused() {
        let items = items();
        let scope = Scope::new(&items);
        let deep = format!("{}N > 1{}", "(".repeat(200), ")".repeat(200));
        let long = ["N > 1"; 400].join(" && ");
        let loops = ["T.all(r, r.n > 0)"; 6].join(" && ");
        let sum = ["1"; 400].join(" + ");
        for source in [deep, long, loops, sum + " > 1", "!".repeat(5_000), "[".repeat(900)] {
            assert!(compile(&source, &scope, None, &Kind::Flag).is_err(), "{}", &source[..40]);
        }
    }
}
