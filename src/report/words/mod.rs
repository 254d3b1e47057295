//! The wording of papers: templates that a person can edit, and the document they make.
//!
//! A template is Jinja; what it renders to is read line by line: `# ` title, `## ` to `##### ` headings, `to:` addressee,
//! `annex:` the name of an annex, `sign:` and `date:` the signature, `[[name]]` a table, everything else a paragraph.
//! `counted:` and the names of groups ([`super::behind`]) say from which records the paragraph before was counted.
//! `number:` and `signer:` are 发文字号 and 签发人; `copies:`, `printer:` and `printed:` are 抄送机关, 印发机关 and 印发日期.
//! `【待填：…】` is a blank that a person has to fill in. What comes from records can be none of these: it is escaped.

mod about;
mod context;
mod lines;
mod phrases;

use std::{
    collections::{BTreeSet, HashMap},
    path::PathBuf,
};

use chrono::{DateTime, FixedOffset, NaiveDate, Timelike};
use minijinja::{Environment, ErrorKind, UndefinedBehavior, Value, syntax::SyntaxConfig, value::ValueKind};

use self::lines::Lines;
pub use self::{
    about::{About, record},
    context::circular,
    phrases::{chinese_date, chinese_until, section},
};
use super::{
    behind::Behind,
    clean::clean,
    document::{Document, Table},
    kind::Kind,
};
use crate::{
    error::{Error, Result},
    i18n::{Lang, Text, listed},
    percent, text,
};

/// The built-in templates, by the kind of report.
pub const BUILT_IN: [(Kind, &str); 6] = [
    (Kind::Circular, include_str!("circular.md")),
    (Kind::Completion, include_str!("completion.md")),
    (Kind::Checklist, include_str!("record-sheet.md")),
    (Kind::SiteRecord, include_str!("site-record.md")),
    (Kind::Notice, include_str!("notice.md")),
    (Kind::Opinion, include_str!("opinion.md")),
];

/// How much work a template may do, so that one from elsewhere cannot hold the program up.
const FUEL: u64 = 5_000_000;

/// How deep a template may nest.
const DEPTH: usize = 60;

/// The marks that begin a line with a meaning; a value cannot make one.
const MARKS: &str = "\\#[]:";

/// A template with the file it stands in; a built-in one stands in none.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Template {
    /// The text.
    pub text: String,
    /// The file in the workspace.
    pub path: Option<PathBuf>,
}

impl Template {
    /// Returns the built-in template of a kind; kinds that are only tables have none.
    pub fn built_in(kind: Kind) -> Option<Self> {
        let found = BUILT_IN.iter().find(|(known, _)| *known == kind);
        found.map(|(_, text)| Self { text: (*text).to_owned(), path: None })
    }

    /// Fills the template in and reads the document from it.
    ///
    /// The error of a template that is wrong names its file and place, and what is wrong there.
    pub fn document<'t>(
        &self,
        context: &Value,
        tables: HashMap<&'static str, Table<'t>>,
        behind: Behind<'t>,
    ) -> Result<Document<'t>> {
        let rendered = self.render(context).map_err(|error| self.explain(&error))?;
        let mut lines = Lines::new(tables, behind);
        for line in rendered.lines().map(str::trim_end).filter(|line| !line.trim().is_empty()) {
            lines.read(line.trim_start_matches(' ')).map_err(|misread| {
                // What a line says twice is wrong where it is said again.
                self.wrong(misread.reason, self.text.rfind(&misread.written))
            })?;
        }
        if lines.document.title.is_empty() {
            return Err(self.wrong(text!("report.template-reason.no-title"), None));
        }
        Ok(lines.document)
    }

    /// Returns the annexes that the text refers to and that the template does not have.
    fn missing_annexes(&self) -> Vec<String> {
        let word = Lang::Zh.t("report.annex-word");
        let (headings, text): (Vec<&str>, Vec<&str>) = self.text.lines().partition(|line| line.starts_with('#'));
        let numbers = |lines: &[&str]| -> BTreeSet<u32> {
            let behind = lines.iter().flat_map(|line| line.split(word.as_ref()).skip(1));
            behind
                .filter_map(|rest| {
                    let end = rest.find(|mark: char| !mark.is_ascii_digit()).unwrap_or(rest.len());
                    rest[..end].parse().ok()
                })
                .collect()
        };
        numbers(&text).difference(&numbers(&headings)).map(|number| format!("{word}{number}")).collect()
    }

    /// Says what whoever makes a report of it has to mind, if anything: annexes that the text refers to and that are not there.
    pub fn reminder(&self) -> Option<Error> {
        let missing = self.missing_annexes();
        if missing.is_empty() {
            return None;
        }
        let said = Error::input(text!("report-cli.missing-annexes", annexes = listed(missing)));
        Some(self.path.iter().fold(said.hint(text!("report-cli.missing-annexes.hint")), Error::at))
    }

    fn render(&self, context: &Value) -> Result<String, minijinja::Error> {
        let mut environment = Environment::new();
        environment.set_undefined_behavior(UndefinedBehavior::Strict);
        // So that errors say where in a line they are.
        environment.set_debug(true);
        // A tag on a line of its own leaves no line behind.
        environment.set_syntax(SyntaxConfig::builder().trim_blocks(true).lstrip_blocks(true).build()?);
        environment.set_fuel(Some(FUEL));
        environment.set_recursion_limit(DEPTH);
        environment.set_formatter(|out, _, value| {
            if value.kind() == ValueKind::String {
                let text = value.to_string();
                return Ok(out.write_str(&escape(&text))?);
            }
            if !value.is_none() {
                out.write_str(&value.to_string())?;
            }
            Ok(())
        });
        environment.add_filter("date", date);
        environment.add_filter("moment", moment);
        environment.add_filter("until", until);
        environment.add_filter("percent", percent);
        environment.add_filter("whole", |number: f64| format!("{number:.0}"));
        environment.add_filter("number", |number: f64| number.to_string());
        environment.add_filter("numeral", numeral);
        environment.add_filter("section", phrases::section);
        environment
            .add_filter("before", |term: &str, clause: Option<&str>| phrases::before(term, clause.unwrap_or_default()));
        environment.add_filter("bound", phrases::bound);
        environment.add_filter("checklist", phrases::checklist);
        environment.add_template("template", &self.text)?;
        environment.get_template("template")?.render(context)
    }

    fn explain(&self, error: &minijinja::Error) -> Error {
        let range = error.range();
        let named = range.clone().and_then(|range| self.text.get(range)).unwrap_or_default();
        let reason = match error.kind() {
            ErrorKind::SyntaxError => text!("report.template-reason.syntax"),
            ErrorKind::UndefinedError => text!("report.template-reason.undefined", name = named),
            ErrorKind::UnknownFilter
            | ErrorKind::UnknownFunction
            | ErrorKind::UnknownMethod
            | ErrorKind::UnknownTest => text!("report.template-reason.unknown", name = named),
            ErrorKind::OutOfFuel => text!("report.template-reason.endless"),
            _ => text!("report.template-reason.value"),
        };
        let of_line = |line: usize| self.text.split_inclusive('\n').take(line.saturating_sub(1)).map(str::len).sum();
        self.wrong(reason, range.map(|range| range.start).or_else(|| error.line().map(of_line)))
    }

    /// Says what is wrong, and where as far as it is known.
    fn wrong(&self, reason: Text, offset: Option<usize>) -> Error {
        let said = Error::input(text!("report.template-wrong")).reason(reason).hint(text!("report.template-hint"));
        match (&self.path, offset) {
            (Some(path), Some(offset)) => said.at_offset(path, &self.text, offset),
            (Some(path), None) => said.at(path),
            (None, _) => said,
        }
    }
}

/// Puts an escape before every mark in a value.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in clean(text).chars() {
        if MARKS.contains(character) {
            escaped.push('\\');
        }
        escaped.push(character);
    }
    escaped
}

/// Shows a day as official papers do: no leading zeros (GB/T 9704-2012, 7.3.5.4).
fn date(value: &Value) -> Result<String, minijinja::Error> {
    let text = value.to_string();
    let read = text.get(..10).and_then(|day| day.parse::<NaiveDate>().ok());
    let day = read.ok_or_else(|| minijinja::Error::new(ErrorKind::InvalidOperation, text))?;
    Ok(chinese_date(day))
}

/// Shows a time to the minute.
fn moment(value: &Value) -> Result<String, minijinja::Error> {
    let text = value.to_string();
    let read = text.parse::<DateTime<FixedOffset>>();
    let at = read.map_err(|_| minijinja::Error::new(ErrorKind::InvalidOperation, text))?;
    let clock = text!("report.clock", hour = at.hour(), minute = format!("{:02}", at.minute())).show(Lang::Zh);
    Ok(format!("{}{clock}", chinese_date(at.date_naive())))
}

/// Shows a time behind another one: of the same day only the clock.
fn until(value: &Value, from: &Value) -> Result<String, minijinja::Error> {
    let (shown, begun) = (moment(value)?, date(from)?);
    Ok(shown.strip_prefix(&begun).map_or_else(|| shown.clone(), str::to_owned))
}

/// Shows a percentage; a dash where there is none.
fn percent(value: &Value) -> String {
    f64::try_from(value.clone()).map_or_else(|_| "—".to_owned(), percent::show)
}

/// Writes a number up to 99 with Chinese numerals between two marks.
fn numeral(number: usize, before: &str, after: &str) -> String {
    let digits: Vec<String> = Lang::Zh.t("report.numerals").chars().map(String::from).collect();
    let digit = |at: usize| digits.get(at).cloned().unwrap_or_default();
    let written = match (number / 10, number % 10) {
        (0, ones) => digit(ones),
        (1, 0) => digit(10),
        (1, ones) => format!("{}{}", digit(10), digit(ones)),
        (tens, 0) if tens < 10 => format!("{}{}", digit(tens), digit(10)),
        (tens, ones) if tens < 10 => format!("{}{}{}", digit(tens), digit(10), digit(ones)),
        _ => number.to_string(),
    };
    format!("{before}{written}{after}")
}

#[cfg(test)]
mod tests {
    use minijinja::context;

    use super::*;
    use crate::report::document::Block;

    fn made(template: &str, context: &Value) -> Document<'static> {
        let template = Template { text: template.to_owned(), path: Some("templates/x.md".into()) };
        template.document(context, HashMap::new(), Behind::new()).expect("a good template")
    }

    #[test]
    fn lines_become_parts_of_a_document() {
        let text = "# 标题\nto: 各单位\n\n正文。\n## 一、概况\n### （一）细目\nannex: 甲\nannex: 乙\nsign: 某委\ndate: 2026年1月2日\n";
        let document = made(text, &context! {});
        assert_eq!((document.title.as_str(), document.addressee.as_str()), ("标题", "各单位"));
        assert_eq!((document.signature.as_str(), document.date.as_str()), ("某委", "2026年1月2日"));
        let parts: Vec<String> = document
            .blocks
            .iter()
            .map(|block| match block {
                Block::Heading(level, text) => format!("{level} {text}"),
                Block::Paragraph(text) => text.clone(),
                Block::Annexes(names) => names.join("+"),
                Block::Signature => "signature".to_owned(),
                Block::Addressee => "addressee".to_owned(),
                Block::Table(_) => "table".to_owned(),
            })
            .collect();
        assert_eq!(parts, ["addressee", "正文。", "1 一、概况", "2 （一）细目", "甲+乙", "signature"]);
    }

    #[test]
    fn a_value_is_never_a_heading_a_table_or_another_line() {
        for value in ["# 假标题", "[[units]]", "to: 他人", "一\n## 二", "\\# x", "sign: 某委"] {
            let document = made("# 真标题\n{{ value }}\n", &context! { value });
            assert_eq!(document.title, "真标题");
            let [Block::Paragraph(shown)] = document.blocks.as_slice() else { panic!("{value}") };
            assert_eq!(*shown, value.replace('\n', " "));
        }
    }

    #[test]
    fn a_wrong_template_is_named_with_its_line() {
        let cases = [
            ("# a\n{{ nothing }}\n", Some((2, 4)), "“nothing”"),
            ("# a\n甲：{{ totals.unitz }}\n", Some((2, 6)), "“totals.unitz”"),
            ("# a\n{{ totals|nonsense }}\n", Some((2, 11)), "nonsense"),
            ("# a\nb\n{% if %}\n", Some((3, 7)), "语法"),
            ("# a\n乙[[unitss]]\n", None, ""),
            ("# a\n\n[[unitss]]\n", Some((3, 1)), "“unitss”"),
            ("# a\n[[units]]\n[[units]]\n", Some((3, 1)), "用过"),
            ("# a\n乙\ncounted: topic/x\n", Some((3, 1)), "“topic/x”"),
            ("没有标题\n", None, "标题"),
            ("", None, "标题"),
        ];
        for (text, place, reason) in cases {
            let template = Template { text: text.to_owned(), path: Some("templates/x.md".into()) };
            let row =
                |_| crate::report::document::Row { cells: Vec::new(), proof: crate::report::document::Proof::None };
            let tables = HashMap::from([("units", Table::new(Lang::Zh, "units", Vec::new(), 0, row))]);
            let made = template.document(&context! { totals => context! { units => 1 } }, tables, Behind::new());
            let Some(error) = made.err() else {
                assert_eq!(reason, "", "{text}");
                continue;
            };
            let found = error.place().expect("a place");
            assert_eq!(found.path.to_str(), Some("templates/x.md"), "{text}");
            assert_eq!(found.line.zip(found.column), place, "{text}");
            let said = error.summary(Lang::Zh);
            assert!(!reason.is_empty() && said.contains(reason), "{text}: {said}");
        }
    }

    #[test]
    fn annexes_that_the_text_refers_to_are_there() {
        let cases: [(&str, &[&str]); 4] = [
            ("# 甲\n见附件。\n## 附件\n", &[]),
            ("# 甲\n见附件2。\n## 附件1\n## 附件2\n", &[]),
            ("# 甲\n见附件2，另见附件3。\n## 附件2\n", &["附件3"]),
            ("# 甲\n见附件10。\n## 附件1\n", &["附件10"]),
        ];
        for (text, missing) in cases {
            let template = Template { text: text.to_owned(), path: None };
            assert_eq!(template.missing_annexes(), missing, "{text}");
        }
        for (kind, text) in BUILT_IN {
            let template = Template { text: text.to_owned(), path: None };
            assert!(template.missing_annexes().is_empty(), "{kind:?}");
        }
    }

    #[test]
    fn a_template_that_works_without_end_is_stopped() {
        let text = "{% for a in range(9999) %}{% for b in range(9999) %}x{% endfor %}{% endfor %}";
        let template = Template { text: text.to_owned(), path: None };
        assert!(template.document(&context! {}, HashMap::new(), Behind::new()).is_err());
    }

    #[test]
    fn numbers_and_days_are_written_as_officials_do() {
        let cases =
            [(1, "（一）"), (10, "（十）"), (11, "（十一）"), (20, "（二十）"), (99, "（九十九）"), (100, "（100）")];
        for (number, shown) in cases {
            assert_eq!(numeral(number, "（", "）"), shown);
        }
        let shown = made(
            "# 甲\n{{ day|date }} {{ at|moment }}至{{ end|until(at) }}、{{ later|until(at) }} {{ rate|percent }}{{ none|percent }}",
            &context! { day => "2026-03-05", at => "2026-03-05T09:05:00+08:00", end => "2026-03-05T11:30:00+08:00",
            later => "2026-03-06T08:00:00+08:00", rate => 99.95, none => () },
        );
        let [Block::Paragraph(text)] = shown.blocks.as_slice() else { panic!("one paragraph") };
        assert_eq!(text, "2026年3月5日 2026年3月5日9时05分至11时30分、2026年3月6日8时00分 100.0%—");
    }
}
