//! Conditions that are ready to be evaluated: what they read, whether they hold, and what no answer can ever meet.

use chrono::NaiveDate;

use super::{
    AnswerType, Item, Operand, Test, Value, Verdict,
    expression::{Answers, Compiled, Read},
};
use crate::{i18n::Text, text};

/// A condition that is ready to be evaluated.
#[derive(Clone, Debug)]
pub enum Check {
    /// The answer to the item at a position.
    Item(usize, Test),
    /// Every one of them.
    All(Vec<Self>),
    /// One of them.
    Any(Vec<Self>),
    /// Not this.
    Not(Box<Self>),
    /// An expression.
    Expression(Compiled),
    /// It could not be understood, so nobody knows.
    Unknown,
}

/// Finds what a test asks of an item that its answers can never be: the field, and what stands there.
pub(super) fn mismatch(item: &Item, test: &Test) -> Option<(&'static str, String)> {
    let impossible = |operand: &&Operand| !can_be(item, operand);
    let written = |operand: &Operand| match operand {
        Operand::Flag(flag) => flag.to_string(),
        Operand::Number(number) => number.to_string(),
        Operand::Word(word) => super::fields::shown(word),
    };
    match test {
        Test::Is(operands) => operands.iter().find(impossible).map(|operand| ("is", written(operand))),
        Test::IsNot(operands) => operands.iter().find(impossible).map(|operand| ("is_not", written(operand))),
        Test::Includes(words) if item.answer != AnswerType::Choices => Some(("includes", words.join(" / "))),
        Test::Includes(words) => {
            words.iter().find(|word| !item.choices.contains(word)).map(|word| ("includes", word.clone()))
        }
        Test::Value(rule) => (!rule.fits(item.answer)).then(|| ("value", rule.written().unwrap_or_default())),
        Test::Answered(_) => None,
    }
}

/// Says whether an item can have an answer, or come to a verdict, that is written so.
fn can_be(item: &Item, operand: &Operand) -> bool {
    match (item.answer, operand) {
        (AnswerType::YesNo, Operand::Flag(_)) => true,
        (AnswerType::Number | AnswerType::Percent | AnswerType::Count, Operand::Number(_)) => true,
        (AnswerType::Choice, Operand::Word(word)) if item.choices.contains(word) => true,
        (AnswerType::Text, Operand::Word(_)) => true,
        (AnswerType::YesNo, Operand::Word(word)) if flag_of(word).is_some() => true,
        (AnswerType::Date | AnswerType::Time, Operand::Word(word)) if value_of(item.answer, word).is_some() => true,
        (_, Operand::Word(word)) => verdict_of(word).is_some(),
        _ => false,
    }
}

pub(super) fn test_hint(item: &Item) -> Text {
    match item.answer {
        AnswerType::YesNo => text!("checklist.check.test-yes-no-hint", item = item.id),
        AnswerType::Number | AnswerType::Percent | AnswerType::Count => {
            text!("checklist.check.test-number-hint", item = item.id)
        }
        AnswerType::Choice => text!("checklist.check.rule-choice-hint", choices = item.choices.join(" / ")),
        AnswerType::Choices => {
            text!("checklist.check.test-choices-hint", item = item.id, choices = item.choices.join(" / "))
        }
        AnswerType::Verdict => text!("checklist.check.test-verdict-hint", item = item.id),
        AnswerType::Date => text!("checklist.check.compare-date-hint"),
        AnswerType::Time => text!("checklist.check.compare-time-hint"),
        AnswerType::Text | AnswerType::Table | AnswerType::File => {
            text!("checklist.check.test-other-hint", item = item.id)
        }
    }
}

fn flag_of(word: &str) -> Option<bool> {
    match word {
        "yes" | "是" => Some(true),
        "no" | "否" => Some(false),
        _ => None,
    }
}

fn verdict_of(word: &str) -> Option<Verdict> {
    match word {
        "符合" => Some(Verdict::Conforms),
        "不符合" => Some(Verdict::Fails),
        "不适用" => Some(Verdict::NotApplicable),
        "合理缺项" => Some(Verdict::ReasonableOmission),
        _ => Verdict::ALL.into_iter().find(|verdict| verdict.word() == word),
    }
}

fn value_of(answer: AnswerType, word: &str) -> Option<Value> {
    Value::Text(word.to_owned()).typed_as(answer).ok()
}

/// Says whether a condition asks the same item for two different answers at once.
pub(super) fn contradicts(check: &Check) -> bool {
    let Check::All(parts) = check else { return false };
    let asked: Vec<(usize, &Vec<Operand>)> = parts
        .iter()
        .filter_map(|part| match part {
            Check::Item(at, Test::Is(operands)) => Some((*at, operands)),
            _ => None,
        })
        .collect();
    asked.iter().enumerate().any(|(index, (at, one))| {
        asked[index + 1..]
            .iter()
            .any(|(other_at, other)| at == other_at && !one.iter().any(|word| other.contains(word)))
    })
}

impl Check {
    /// Lists what the condition reads.
    pub(super) fn reads(&self) -> Vec<Read> {
        match self {
            Self::Item(at, Test::Is(operands) | Test::IsNot(operands)) => {
                let verdict =
                    operands.iter().any(|operand| matches!(operand, Operand::Word(word) if verdict_of(word).is_some()));
                // Which of the two a word means depends on the item; reading both is never wrong.
                if verdict { vec![Read::Value(*at), Read::Verdict(*at)] } else { vec![Read::Value(*at)] }
            }
            Self::Item(at, _) => vec![Read::Value(*at)],
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::reads).collect(),
            Self::Not(part) => part.reads(),
            Self::Expression(compiled) => compiled.reads.clone(),
            Self::Unknown => Vec::new(),
        }
    }

    /// Evaluates the condition; nothing while it is unknown.
    pub fn holds(&self, answers: &dyn Answers) -> Option<bool> {
        match self {
            Self::Item(at, test) => test_holds(*at, test, answers),
            Self::All(parts) => all(parts.iter().map(|part| part.holds(answers))),
            Self::Any(parts) => all(parts.iter().map(|part| part.holds(answers).map(|holds| !holds))).map(|none| !none),
            Self::Not(part) => part.holds(answers).map(|holds| !holds),
            Self::Expression(compiled) => compiled.holds(answers),
            Self::Unknown => None,
        }
    }
}

/// Joins by “and”: one that is false decides, else one that is unknown.
fn all(parts: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut joined = Some(true);
    for part in parts {
        match part {
            Some(false) => return Some(false),
            Some(true) => {}
            None => joined = None,
        }
    }
    joined
}

fn test_holds(at: usize, test: &Test, answers: &dyn Answers) -> Option<bool> {
    match test {
        Test::Answered(wanted) => answers.is_answered(at).map(|answered| answered == *wanted),
        Test::Is(operands) => is_any(at, operands, answers),
        Test::IsNot(operands) => is_any(at, operands, answers).map(|is| !is),
        Test::Includes(words) => match answers.value(at)? {
            Value::Choices(chosen) => Some(words.iter().all(|word| chosen.contains(word))),
            _ => None,
        },
        Test::Value(rule) => Some(rule.accepts(answers.value(at)?, answers.today())),
    }
}

fn is_any(at: usize, operands: &[Operand], answers: &dyn Answers) -> Option<bool> {
    let item = answers.item(at);
    let differs = |operand: &Operand| is(item, at, operand, answers).map(|is| !is);
    all(operands.iter().map(differs)).map(|none| !none)
}

fn is(item: &Item, at: usize, operand: &Operand, answers: &dyn Answers) -> Option<bool> {
    // A word of the item's own choices is meant as such, even where a verdict has the same name.
    let own = |word: &String| item.answer == AnswerType::Text || item.choices.contains(word);
    if let Operand::Word(word) = operand
        && let Some(verdict) = verdict_of(word).filter(|_| !own(word))
    {
        return answers.verdict(at).map(|found| found == verdict);
    }
    let value = answers.value(at)?;
    Some(match (operand, value) {
        (Operand::Flag(wanted), Value::YesNo(yes)) => wanted == yes,
        (Operand::Number(wanted), Value::Number(number)) => (wanted - number).abs() <= 0.0,
        (Operand::Word(word), Value::YesNo(yes)) => flag_of(word) == Some(*yes),
        (Operand::Word(word), Value::Choice(text) | Value::Text(text)) => word == text,
        (Operand::Word(word), other) => value_of(item.answer, word).as_ref() == Some(other),
        _ => false,
    })
}

/// A record in which nothing is known: what is false here is false in every record.
pub(super) struct Nothing;

impl Answers for Nothing {
    fn value(&self, _at: usize) -> Option<&Value> {
        None
    }

    fn verdict(&self, _at: usize) -> Option<Verdict> {
        None
    }

    fn is_answered(&self, _at: usize) -> Option<bool> {
        None
    }

    fn item(&self, _at: usize) -> &Item {
        static ITEM: std::sync::LazyLock<Item> = std::sync::LazyLock::new(Item::default);
        &ITEM
    }

    fn today(&self) -> NaiveDate {
        NaiveDate::MIN
    }

    fn facility(&self) -> Option<[&str; 3]> {
        None
    }
}
