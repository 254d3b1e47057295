//! What a person sees who made a mistake in a checklist file.

use proptest::prelude::*;

use super::{DiagnosticLevel, PassRule, Reading, Severity, Value, read};
use crate::i18n::Lang;

const HEAD: &str = "id = \"t\"\ntitle = \"题\"\nversion = 1\n\n[[section]]\nid = \"s\"\ntitle = \"节\"\n\n";

/// Reads an item with these lines between `id` and `section`.
fn item(lines: &str) -> (String, Reading) {
    let text = format!("{HEAD}[[item]]\nid = \"A\"\nsection = \"s\"\ntext = \"问\"\n{lines}\n");
    let reading = read(&text);
    (text, reading)
}

/// Checks that the codes, and the text under the caret, are these.
fn check(text: &str, reading: &Reading, expected: &[(&str, &str)]) {
    let found: Vec<_> =
        reading.diagnostics.iter().map(|found| (found.code.name(), &text[found.span.clone()])).collect();
    assert_eq!(found, expected, "{text}");
    let usable = reading.diagnostics.iter().all(|found| found.level() == DiagnosticLevel::Warning);
    assert_eq!(reading.checklist.is_some(), usable, "{text}");
}

#[test]
fn an_item_has_sensible_defaults() {
    let (text, reading) = item("");
    check(&text, &reading, &[]);
    let checklist = reading.checklist.expect("it is fine");
    let item = &checklist.items[0];
    assert!(item.required && !item.critical && item.pass.is_none() && item.severity == Severity::Minor);
    assert_eq!(item.points.to_string(), "1");
}

#[test]
fn a_byte_order_mark_and_windows_line_ends_mean_nothing() {
    let (text, plain) = item("how = \"\"\"看\n问\"\"\"\nanswer = \"number\"\nunit = \"天\"\npass = \"≤ 2\"");
    let windows = format!("\u{feff}{}", text.replace('\n', "\r\n"));
    assert_eq!(read(&windows), plain);
    let item = plain.checklist.expect("it is fine").items.remove(0);
    assert_eq!(item.how, "看\n问");
    assert!(item.pass.as_ref().is_some_and(|rule| rule.accepts(&Value::Number(2.0), chrono::NaiveDate::MIN)));
    assert_eq!(item.pass, Some(PassRule::AtMost(2.0)));
}

#[test]
fn mistakes_within_an_item_are_pointed_at() {
    let cases: &[(&str, &[(&str, &str)])] = &[
        ("titel = 1", &[("C003", "titel")]),
        ("answer = \"数字\"", &[("C007", "\"数字\"")]),
        ("answer = 3", &[("C004", "3")]),
        ("points = \"2\"", &[("C004", "\"2\"")]),
        ("points = -1", &[("C014", "-1")]),
        ("points = inf", &[("C014", "inf")]),
        ("points = 0", &[("C101", "0")]),
        ("answer = \"text\"\npoints = 0", &[]),
        ("required = \"yes\"", &[("C004", "\"yes\"")]),
        ("rectify_days = 3\nrectify_workdays = 3", &[("C002", "3")]),
        ("rectify_workdays = 0", &[("C014", "0")]),
        ("rectify_days = 1.5", &[("C004", "1.5")]),
        ("rectify_days = 99999999999999999999999", &[("C014", "99999999999999999999999")]),
        ("how = \"响\\u0007铃\"", &[("C015", "\"响\\u0007铃\"")]),
        ("how = \"倒\\u202e叙\"", &[("C015", "\"倒\\u202e叙\"")]),
        ("unit = \"一\\n二\"\nanswer = \"count\"", &[("C015", "\"一\\n二\"")]),
        ("pass = \">= 95\"", &[("C012", "\">= 95\"")]),
        ("answer = \"number\"\npass = \">= 95\"", &[("C102", "\">= 95\"")]),
        ("answer = \"percent\"\npass = \"95\"", &[("C011", "\"95\"")]),
        ("answer = \"percent\"\npass = 95", &[("C011", "95")]),
        ("answer = \"yes-no\"\npass = true", &[("C011", "true")]),
        ("answer = \"date\"\npass = \"yes\"", &[("C012", "\"yes\"")]),
        ("answer = \"choice\"", &[("C013", "\"choice\"")]),
        ("answer = \"choice\"\nchoices = []", &[("C013", "[]")]),
        ("answer = \"choice\"\nchoices = [\"甲\", \"乙\", \"甲\"]", &[("C013", "\"甲\"")]),
        ("answer = \"choice\"\nchoices = [\"甲\", \"乙\"]\npass = [\"丙\"]", &[("C013", "\"丙\"")]),
        ("answer = \"choice\"\nchoices = [\"甲\", \"乙\"]\npass = \"甲\"", &[("C011", "\"甲\"")]),
        ("answer = \"choice\"\nchoices = [\"甲\", 2, \" \"]", &[("C004", "2"), ("C006", "\" \"")]),
        ("choices = [\"甲\"]", &[("C103", "[\"甲\"]")]),
        ("unit = \"天\"", &[("C103", "\"天\"")]),
        ("basis = [{ document = \"某条例\", verify = true }]", &[("C107", "{ document = \"某条例\", verify = true }")]),
        ("when = { item = \"A\" }", &[("C018", "{ item = \"A\" }")]),
        ("when = []", &[("C018", "[]")]),
        ("when = { item = \"B\", is = \"yes\" }", &[("C020", "\"B\"")]),
        ("when = { all = [{ item = \"A\", is = 3 }] }", &[("C021", "3")]),
        ("when = { item = \"A\", is = \"fails\" }", &[("C022", "{ item = \"A\", is = \"fails\" }")]),
        ("when = \"false && Z\"", &[("C020", "Z")]),
        ("when = 'facility.type == \"甲\" && false'", &[("C106", "'facility.type == \"甲\" && false'")]),
        ("when = \"甲 ＝ 3\"", &[("C019", "甲")]),
        ("when = 'facility.typ == \"甲\"'", &[("C020", "typ")]),
        ("answer = \"number\"\nunit = \"天\"\npass = \"this >= B1\"", &[("C020", "B1")]),
        ("answer = \"number\"\nunit = \"天\"\npass = \"'\\u4e2d' == this && true\"", &[("C021", "this")]),
        ("answer = \"number\"\ncalculate = \"1 + \"", &[("C019", "")]),
        ("answer = \"number\"\ncalculate = \"this + 1\"", &[("C022", "\"this + 1\"")]),
        ("answer = \"number\"\ncalculate = \"sum([1].map(x, sum([x])))\"", &[("C019", "sum([1].map(x, sum([x])))")]),
        ("default = \"yes\"", &[("C023", "\"yes\"")]),
        ("answer = \"table\"", &[("C024", "\"table\"")]),
        ("answer = \"choice\"\nchoices = [\"甲\"]\nchoices_en = [\"a\", \"b\"]", &[("C013", "[\"a\", \"b\"]")]),
        ("was = [\"A\"]", &[("C008", "\"A\"")]),
        ("basis = [{ article = \"第一条\" }]", &[("C005", "{ article = \"第一条\" }")]),
        ("basis = \"某条例\"", &[("C004", "\"某条例\"")]),
        ("basis = [{ document = \"某条例\", artikle = \"\" }]", &[("C003", "artikle")]),
        ("facility_types = [\"hospitel\", \"own-word-of-ours\"]", &[("C105", "\"hospitel\"")]),
        ("deadline = \"2026-13\"", &[("C017", "\"2026-13\"")]),
        ("deadline = 2026-11-30", &[("C004", "2026-11-30")]),
        ("deadline = \"2026-11\"", &[]),
        ("bank = \"MW13\"", &[("C010", "\"MW13\"")]),
    ];
    for (lines, expected) in cases {
        let (text, reading) = item(lines);
        check(&text, &reading, expected);
    }
}

#[test]
fn mistakes_of_the_whole_file_are_pointed_at() {
    let section = "[[section]]\nid = \"s\"\ntitle = \"节\"\n";
    let item = "[[item]]\nid = \"A\"\nsection = \"s\"\ntext = \"问\"\n";
    let cases: &[(String, &[(&str, &str)])] = &[
        (String::new(), &[("C005", ""), ("C005", ""), ("C005", ""), ("C005", ""), ("C104", "")]),
        (format!("id=\"t\"\ntitle=\"\"\nversion=0\n{section}{item}"), &[("C006", "\"\""), ("C014", "0")]),
        (format!("id=\"../t\"\ntitle=\"题\"\nversion=1\n{section}{item}"), &[("C010", "\"../t\"")]),
        (format!("id=\"com1\"\ntitle=\"题\"\nversion=1\n{section}{item}"), &[("C010", "\"com1\"")]),
        (format!("{HEAD}{item}{item}"), &[("C008", "\"A\"")]),
        (format!("{HEAD}{section}{item}"), &[("C008", "\"s\"")]),
        (format!("{HEAD}{}", item.replace("\"s\"", "\"t\"")), &[("C104", "[[section]]"), ("C009", "\"t\"")]),
        (
            format!("{HEAD}[[item]]\n"),
            &[("C104", "[[section]]"), ("C005", "[[item]]"), ("C005", "[[item]]"), ("C005", "[[item]]")],
        ),
        (HEAD.to_owned(), &[("C104", "")]),
        (format!("{HEAD}[item]\nid = \"A\"\n"), &[("C004", "[item]")]),
    ];
    for (text, expected) in cases {
        check(text, &read(text), expected);
    }
}

#[test]
fn syntax_mistakes_are_said_once_and_in_words() {
    let cases = [
        ("how ＝ \"看\"", "how", "wrong-sign-hint"),
        ("how = “看”", "“看”", "wrong-sign-hint"),
        ("how = 看", "看", "unquoted-hint"),
        ("how = \"看", "", "string-open-hint"),
        ("how = ", "", "unquoted-hint"),
        ("levels = [\"三级\" \"二级\"]", "", "comma-missing-hint"),
        ("levels = [\"三级\"，\"二级\"]", "，\"二级\"", "wrong-sign-hint"),
        ("levels = [\"三级\", \"二级\"\n[[item]]\nid = \"B\"\n", "[", "array-open-hint"),
        ("[[item]\nid = \"B\"", "", "header-hint"),
        ("critical = True", "True", "flag-hint"),
        ("points = 01", "0", "number-hint"),
        ("方法 = \"看\"", "方法", "key-hint"),
        ("how = \"C:\\q\"", "", "escape-hint"),
        ("id = \"B\"", "id", "duplicate-hint"),
    ];
    for (lines, under, hint) in cases {
        let (text, reading) = item(lines);
        let found = &reading.diagnostics[0];
        assert!(found.code.name() <= "C002", "{lines}: {found:?}");
        let key = found.hint.as_ref().expect("a syntax mistake has a hint").key();
        assert_eq!(key.rsplit('.').next(), Some(hint), "{lines}");
        if !under.is_empty() && hint != "wrong-sign-hint" {
            assert_eq!(&text[found.span.clone()], under, "{lines}");
        }
        assert_eq!(reading.diagnostics.len(), 1, "{lines}: {:#?}", reading.diagnostics);
    }
}

#[test]
fn many_mistakes_are_reported_in_one_go() {
    let text = format!(
        "{HEAD}titel = 1\n[[item]]\nid = \"A\"\ntext = 3\npoints = \"x\"\n\n[[item]]\nsection = \"s\"\nanswr = \"count\"\n"
    );
    let codes: Vec<_> = read(&text).diagnostics.iter().map(|found| found.code.name()).collect();
    assert_eq!(codes, ["C003", "C005", "C004", "C004", "C005", "C005", "C003"]);
}

#[test]
fn absurd_sizes_are_refused() {
    let (text, reading) = item(&format!("how = \"{}\"", "长".repeat(2_001)));
    assert_eq!(reading.diagnostics.len(), 1, "{text}");
    assert_eq!(reading.diagnostics[0].code.name(), "C016");
    let many = format!("{HEAD}{}", "[[item]]\n".repeat(super::ITEMS_MAX + 1));
    assert!(read(&many).diagnostics.iter().any(|found| found.code.name() == "C016"));
    let broken = "a\n".repeat(3 * 1024 * 1024);
    assert_eq!(read(&broken).diagnostics.len(), 1, "a large file stops at its first syntax error");
    let huge = " ".repeat(super::FILE_MAX_BYTES + 1);
    assert_eq!(read(&huge).diagnostics[0].code.name(), "C016");
}

#[test]
fn the_first_error_becomes_an_error_with_its_place() {
    let (text, reading) = item("points = 0\nhow = 3");
    let error = reading.into_result(std::path::Path::new("t.toml"), &text).expect_err("there is a mistake");
    let place = error.place().expect("it has a place");
    assert_eq!((place.line, place.column), (Some(14), Some(7)));
    assert!(error.next_step().is_some());
}

/// Every text that the code of this module holes is in both language files, with the same placeholders.
#[test]
fn every_text_is_in_both_languages() {
    let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("src/checklist");
    let mut named = 0;
    for entry in std::fs::read_dir(folder).expect("the sources are here") {
        let source = std::fs::read_to_string(entry.expect("an entry").path()).unwrap_or_default();
        for key in source.split('"').filter(|piece| {
            piece.starts_with("checklist.") && piece.matches('.').count() == 2 && !piece.contains([' ', '\n', '/', '{'])
        }) {
            named += 1;
            assert!(Lang::ALL.iter().all(|lang| lang.has(key)), "{key}");
            let placeholders = |lang: Lang| {
                let text = lang.t(key).into_owned();
                let mut holes: Vec<_> =
                    text.split("%{").skip(1).map(|rest| rest.split('}').next().map(str::to_owned)).collect();
                holes.sort();
                holes
            };
            assert_eq!(placeholders(Lang::Zh), placeholders(Lang::En), "{key}");
        }
    }
    assert!(named > 100, "the keys were found");
}

#[test]
fn a_value_that_is_no_text_does_not_panic() {
    let (whole, _) = item("answer = \"choice\"\nchoices = [\"甲\"]\npass = [\"甲\"]\nbasis = [{ document = \"某\" }]");
    for text in ["🠀A", "\"\\🠀\"", "\"\\u🠀A\"", "\"\\U0🠀\""] {
        for at in (0..whole.len()).filter(|at| whole.is_char_boundary(*at)) {
            let spoilt = format!("{}{text}{}", &whole[..at], &whole[at..]);
            for found in read(&spoilt).diagnostics {
                assert!(spoilt.get(found.span.clone()).is_some(), "{found:?} in {spoilt:?}");
            }
        }
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in any::<String>(), at in 0_usize..200) {
        let (whole, _) = item("answer = \"choice\"\nchoices = [\"甲\"]\npass = [\"甲\"]\nbasis = [{ document = \"某\" }]");
        let at = (0..=at.min(whole.len())).rev().find(|at| whole.is_char_boundary(*at)).unwrap_or(0);
        let spoilt = format!("{}{text}{}", &whole[..at], &whole[at..]);
        for candidate in [text.as_str(), spoilt.as_str()] {
            for found in read(candidate).diagnostics {
                prop_assert!(candidate.get(found.span.clone()).is_some(), "{:?} in {candidate:?}", found);
            }
        }
    }
}
