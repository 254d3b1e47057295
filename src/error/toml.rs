//! Mistakes in TOML files, said in the reader's language, with what to type instead.
//!
//! The parser and serde complain in English phrases; they are sorted into kinds here, each with a text and advice of ours.
//! What a Chinese input method does to the signs of TOML is the most common cause, so it is looked for on the line.

use std::ops::Range;

use toml::de::DeTable;

use super::{Error, spelling};
use crate::{i18n::Text, text};

/// A piece of a complaint, and the text and advice for that kind; the first that is contained wins.
type Kind = (&'static str, &'static str, &'static str);

const SYNTAX: &[Kind] = &[
    ("duplicate key", "toml.syntax.duplicate", "toml.syntax.duplicate-hint"),
    ("unclosed array table", "toml.syntax.header", "toml.syntax.header-hint"),
    ("unclosed table", "toml.syntax.header", "toml.syntax.header-hint"),
    ("invalid table", "toml.syntax.header", "toml.syntax.header-hint"),
    ("missing table open", "toml.syntax.header", "toml.syntax.header-hint"),
    ("unclosed array", "toml.syntax.array-open", "toml.syntax.array-open-hint"),
    ("unclosed inline table", "toml.syntax.braces-open", "toml.syntax.braces-open-hint"),
    ("missing comma", "toml.syntax.comma-missing", "toml.syntax.comma-missing-hint"),
    ("extra comma", "toml.syntax.comma-extra", "toml.syntax.comma-extra-hint"),
    ("string values must be quoted", "toml.syntax.unquoted", "toml.syntax.unquoted-hint"),
    ("missing opening quote", "toml.syntax.unquoted", "toml.syntax.unquoted-hint"),
    ("key with no value", "toml.syntax.equals-missing", "toml.syntax.equals-missing-hint"),
    ("missing value", "toml.syntax.value-missing", "toml.syntax.value-missing-hint"),
    ("missing assignment", "toml.syntax.equals-missing", "toml.syntax.equals-missing-hint"),
    ("extra `=`", "toml.syntax.equals-extra", "toml.syntax.equals-extra-hint"),
    ("unexpected `=`", "toml.syntax.equals-extra", "toml.syntax.equals-extra-hint"),
    ("extra assignment", "toml.syntax.equals-extra", "toml.syntax.equals-extra-hint"),
    ("missing escaped", "toml.syntax.escape", "toml.syntax.escape-hint"),
    ("unicode", "toml.syntax.escape", "toml.syntax.escape-hint"),
    ("non-double-quote visible", "toml.syntax.control", "toml.syntax.control-hint"),
    ("visible characters", "toml.syntax.control", "toml.syntax.control-hint"),
    ("comment character", "toml.syntax.control", "toml.syntax.control-hint"),
    ("carriage return", "toml.syntax.control", "toml.syntax.control-hint"),
    ("string", "toml.syntax.string-open", "toml.syntax.string-open-hint"),
    ("unquoted key", "toml.syntax.key", "toml.syntax.key-hint"),
    ("missing key", "toml.syntax.key", "toml.syntax.key-hint"),
    ("boolean", "toml.syntax.flag", "toml.syntax.flag-hint"),
    ("date", "toml.syntax.unquoted", "toml.syntax.unquoted-hint"),
    ("float", "toml.syntax.number", "toml.syntax.number-hint"),
    ("integer", "toml.syntax.number", "toml.syntax.number-hint"),
    ("leading zero", "toml.syntax.number", "toml.syntax.number-hint"),
    ("sign", "toml.syntax.number", "toml.syntax.number-hint"),
    ("digits", "toml.syntax.number", "toml.syntax.number-hint"),
    ("unexpected key or value", "toml.syntax.two-on-line", "toml.syntax.two-on-line-hint"),
    ("cannot extend", "toml.syntax.duplicate", "toml.syntax.duplicate-hint"),
    ("recursion", "toml.syntax.too-deep", "toml.syntax.too-deep-hint"),
];

const OTHER_SYNTAX: Kind = ("", "toml.syntax.other", "toml.syntax.other-hint");

/// What serde expected in place of a value of the wrong type or size; dates come first, because they are strings too.
const WANTED: &[Kind] = &[
    ("date and time", "toml.value.moment", "toml.value.moment-hint"),
    ("date", "toml.value.day", "toml.value.day-hint"),
    ("true, false, a number", "toml.value.answer", "toml.value.answer-hint"),
    ("string", "toml.value.text", "toml.value.text-hint"),
    ("boolean", "toml.value.flag", "toml.value.flag-hint"),
    ("sequence", "toml.value.list", "toml.value.list-hint"),
    ("struct", "toml.value.table", "toml.value.table-hint"),
    ("map", "toml.value.table", "toml.value.table-hint"),
    ("f64", "toml.value.number", "toml.value.number-hint"),
    ("i32", "toml.value.whole", "toml.value.whole-hint"),
    ("i64", "toml.value.whole", "toml.value.whole-hint"),
    ("u8", "toml.value.whole", "toml.value.whole-hint"),
    ("u32", "toml.value.whole", "toml.value.whole-hint"),
    ("u64", "toml.value.whole", "toml.value.whole-hint"),
    ("usize", "toml.value.whole", "toml.value.whole-hint"),
    // What chrono says about a text that is no time.
    ("input", "toml.value.moment", "toml.value.moment-hint"),
];

const OTHER_VALUE: Kind = ("", "toml.value.other", "toml.value.other-hint");

/// Signs of TOML as a Chinese input method writes them, and what they should be.
const WRONG_SIGNS: &[(char, char)] = &[
    ('＝', '='),
    ('“', '"'),
    ('”', '"'),
    ('＂', '"'),
    ('「', '"'),
    ('」', '"'),
    ('，', ','),
    ('［', '['),
    ('］', ']'),
    ('【', '['),
    ('】', ']'),
    ('｛', '{'),
    ('｝', '}'),
    ('＃', '#'),
    ('‘', '\''),
    ('’', '\''),
];

/// The most characters of a file that are quoted in a message.
const QUOTED: usize = 40;

/// Turns the complaint about a TOML file into an error with line and column; the caller names the file.
///
/// `text` is the whole text that was read, without a byte order mark.
pub fn in_toml(text: &str, complaint: &toml::de::Error) -> Error {
    let span = complaint.span();
    let at = span.clone().unwrap_or(0..0);
    let message = complaint.message();
    let (reason, hint) = if DeTable::parse(text).is_err() {
        let (_, reason, hint) = explain_syntax(text, &at, message);
        (reason, hint)
    } else {
        explain_value(text, &at, message)
    };
    let error = Error::input(text!("toml.wrong")).reason(reason).hint(hint);
    match span {
        Some(span) => error.at_offset("", text, span.start),
        None => error,
    }
}

/// Says whether a piece of the file stands twice, what is wrong with the syntax at a place, and what to do.
pub fn explain_syntax(text: &str, span: &Range<usize>, message: &str) -> (bool, Text, Text) {
    let (piece, what, advice) = SYNTAX.iter().find(|(piece, ..)| message.contains(piece)).unwrap_or(&OTHER_SYNTAX);
    let written = text.get(span.clone()).unwrap_or_default().trim();
    let message = Text::new(what, vec![("written", shortened(written))]);
    let hint = wrong_sign(text, span).unwrap_or_else(|| Text::new(advice, vec![]));
    (*piece == "duplicate key", message, hint)
}

/// Says what is wrong with a field or value of a file that is good TOML, and what to do.
pub fn explain_value(text: &str, span: &Range<usize>, message: &str) -> (Text, Text) {
    // serde puts names between backticks: the wrong one first, then those that it knows.
    let names: Vec<&str> = message.split('`').skip(1).step_by(2).collect();
    let (name, known) = names.split_first().map_or(("", &[][..]), |(name, known)| (*name, known));
    if message.starts_with("missing field") {
        return (text!("toml.missing-field", field = name), text!("toml.missing-field-hint", field = name));
    }
    if message.starts_with("unknown field") {
        return (text!("toml.unknown-field", field = shortened(name)), meant(name, known));
    }
    if message.starts_with("unknown variant") {
        return (text!("toml.unknown-word", word = shortened(name)), meant(name, known));
    }
    let wanted = message.rsplit_once(", expected ").map_or(message, |(_, wanted)| wanted);
    let (_, what, advice) = WANTED.iter().find(|(piece, ..)| wanted.contains(piece)).unwrap_or(&OTHER_VALUE);
    (Text::new(what, vec![("field", shortened(key_before(text, span.start)))]), Text::new(advice, vec![]))
}

/// Offers the name that was probably meant, else all that there are.
fn meant(wrong: &str, known: &[&str]) -> Text {
    match spelling::nearest(&wrong.to_lowercase(), known.iter().copied()) {
        Some(word) => text!("toml.did-you-mean", word = word),
        None => text!("toml.known", names = known.join(", ")),
    }
}

/// Returns the name of the field whose value begins at an offset.
fn key_before(text: &str, offset: usize) -> &str {
    let before = text.get(..offset).unwrap_or_default();
    let line = before.rsplit('\n').next().unwrap_or_default();
    let key = line.rsplit(['{', ',']).next().unwrap_or_default();
    key.trim().trim_end_matches('=').trim()
}

/// Returns a text as it may stand in a message: short, whatever is in the file.
fn shortened(written: &str) -> String {
    let mut short: String = written.chars().take(QUOTED).collect();
    if short.len() < written.len() {
        short.push('…');
    }
    short
}

/// Looks for a sign of an input method on the line of a mistake, outside of proper quotation marks.
fn wrong_sign(text: &str, span: &Range<usize>) -> Option<Text> {
    let at = span.start.min(text.len());
    let start = text.get(..at)?.rfind('\n').map_or(0, |newline| newline + 1);
    let line = text[start..].lines().next()?;
    let mut quoted = false;
    for character in line.chars() {
        match character {
            '"' => quoted = !quoted,
            '#' if !quoted => return None,
            _ if quoted => {}
            _ => {
                if let Some((wrong, right)) = WRONG_SIGNS.iter().find(|(wrong, _)| *wrong == character) {
                    return Some(text!("toml.syntax.wrong-sign-hint", wrong = wrong, right = right));
                }
            }
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use chrono::{DateTime, FixedOffset, NaiveDate};
    use serde::Deserialize;

    use super::*;
    use crate::i18n::Lang;

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Form {
        name: String,
        #[serde(default)]
        count: u32,
        rate: Option<f64>,
        done: Option<bool>,
        people: Option<Vec<String>>,
        at: Option<DateTime<FixedOffset>>,
        due: Option<NaiveDate>,
        lang: Option<Lang>,
        part: Option<Part>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code)]
    struct Part {
        word: String,
    }

    /// Reads a text that has a mistake; says what, the hint, and where, in Chinese.
    fn mistake(text: &str) -> (String, String, Option<(usize, usize)>) {
        let complaint = toml::from_str::<Form>(text).expect_err(text);
        let error = in_toml(text, &complaint);
        let place = error.place().and_then(|place| Some((place.line?, place.column?)));
        let hint = error.next_step().expect("a next step").show(Lang::Zh);
        (error.summary(Lang::Zh), hint, place)
    }

    #[test]
    fn every_kind_of_mistake_is_said_in_chinese_with_its_place() {
        let cases = [
            ("name = \"甲\"\ncuont = 1\n", "没有“cuont”这个字段", "count", (2, 1)),
            ("name = \"甲\"\nzzz = 1\n", "没有“zzz”这个字段", "name, count, rate", (2, 1)),
            ("count = 1\n", "缺少 name", "name =", (1, 1)),
            ("name = \"甲\"\n[part]\n", "缺少 word", "word =", (2, 1)),
            ("name = 3\n", "name 应为文字", "双引号", (1, 8)),
            ("name = \"甲\"\ncount = \"三\"\n", "count 应为整数", "阿拉伯数字", (2, 9)),
            ("name = \"甲\"\ncount = -1\n", "count 应为整数", "阿拉伯数字", (2, 9)),
            ("name = \"甲\"\nrate = \"九\"\n", "rate 应为数字", "阿拉伯数字", (2, 8)),
            ("name = \"甲\"\ndone = \"是\"\n", "done 应为 true 或 false", "true", (2, 8)),
            ("name = \"甲\"\npeople = \"张三\"\n", "people 应为列表", "方括号", (2, 10)),
            ("name = \"甲\"\nat = \"昨天\"\n", "at 应为日期和时间", "2026-11-21T09:30:00+08:00", (2, 6)),
            ("name = \"甲\"\nat = 2026-11-21T09:30:00+08:00\n", "at 应为日期和时间", "双引号", (2, 6)),
            ("name = \"甲\"\nlang = \"cn\"\n", "不能写“cn”", "zh, en", (2, 8)),
            ("name = \"甲\"\npart = 3\n", "part 应为一组字段", "[part]", (2, 8)),
            ("name = \"甲\"\nname = \"乙\"\n", "“name”重复", "删去", (2, 1)),
            ("name = “甲”\n", "这个值写法不对", "英文输入法", (1, 8)),
            ("name = \"甲\n", "双引号没有闭合", "双引号", (1, 10)),
        ];
        for (text, what, advice, place) in cases {
            let (said, hint, at) = mistake(text);
            assert!(said.contains(what), "{text}: {said}");
            assert!(hint.contains(advice), "{text}: {hint}");
            assert_eq!(at, Some(place), "{text}: {said}");
            let english = said.split_whitespace().filter(|word| word.len() > 6 && word.is_ascii()).count();
            assert_eq!(english, 0, "{text}: {said}");
        }
    }

    #[test]
    fn windows_line_ends_do_not_move_the_place() {
        let (_, _, place) = mistake("name = \"发热门诊\"\r\n# 说明\r\ncount = \"三\"\r\n");
        assert_eq!(place, Some((3, 9)));
    }

    #[test]
    fn every_text_stands_in_the_language_files() {
        let tables = SYNTAX.iter().chain(WANTED).chain([&OTHER_SYNTAX, &OTHER_VALUE]);
        for key in tables.flat_map(|(_, what, advice)| [what, advice]) {
            assert!(Lang::ALL.iter().all(|lang| lang.has(key)), "{key}");
        }
    }
}
