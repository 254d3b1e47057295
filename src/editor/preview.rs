//! A checklist as an inspector will see it: what is asked, how it is answered, and what is said about it.
//!
//! One description for the terminal and for the printed page, so that both show the same.

use crate::{
    checklist::{AnswerType, Checklist, Condition, EvidenceRule, Item, Operand, Test},
    i18n::{Lang, Text},
    text,
};

/// A section with what is asked in it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Part {
    /// The title.
    pub title: String,
    /// When it is asked, or empty.
    pub when: String,
    /// The items.
    pub items: Vec<Asked>,
}

/// An item as it is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Asked {
    /// Its number in the checklist, from 1.
    pub number: usize,
    /// What is asked.
    pub text: String,
    /// What stands behind it: critical, points, whether it may be left out.
    pub marks: Vec<String>,
    /// The ways to answer, each on a line.
    pub answers: Vec<String>,
    /// The columns of a table to fill in.
    pub columns: Vec<String>,
    /// What is said about it: a label and a text.
    pub notes: Vec<(String, String)>,
}

/// Describes a checklist in a language, section by section.
pub fn parts(checklist: &Checklist, lang: Lang) -> Vec<Part> {
    let numbered: Vec<_> = checklist.items.iter().zip(1..).collect();
    let part = |section: &crate::checklist::Section| Part {
        title: section.title.show(lang).to_owned(),
        when: section.when.as_ref().map(|when| condition(checklist, when, lang)).unwrap_or_default(),
        items: numbered
            .iter()
            .filter(|(item, _)| item.section == section.id)
            .map(|(item, number)| asked(checklist, item, *number, lang))
            .collect(),
    };
    checklist.sections.iter().map(part).filter(|part| !part.items.is_empty()).collect()
}

/// Sums up a checklist in one line.
pub fn head(checklist: &Checklist) -> Text {
    let critical = checklist.items.iter().filter(|item| item.critical).count();
    let points: f64 = checklist.items.iter().map(|item| item.points).sum();
    text!(
        "editor.preview.head",
        version = checklist.version,
        items = checklist.items.len(),
        critical = critical,
        points = points
    )
}

fn asked(checklist: &Checklist, item: &Item, number: usize, lang: Lang) -> Asked {
    let t = |key: &str| lang.t(key).into_owned();
    let marks = [
        item.critical.then(|| t("editor.preview.critical")),
        Some(text!("editor.preview.points", points = item.points).show(lang)),
        (!item.required).then(|| t("editor.preview.optional")),
    ];
    let columns = item.columns.iter().map(|column| {
        let unit = column.as_item().unit_shown().to_owned();
        let title = column.title.show(lang);
        if unit.is_empty() { title.to_owned() } else { format!("{title} ({unit})") }
    });
    Asked {
        number,
        text: item.text.show(lang).to_owned(),
        marks: marks.into_iter().flatten().collect(),
        answers: answers(item, lang),
        columns: columns.collect(),
        notes: notes(checklist, item, lang),
    }
}

fn answers(item: &Item, lang: Lang) -> Vec<String> {
    let t = |key: &str| lang.t(key).into_owned();
    if item.calculate.is_some() {
        return vec![t("editor.preview.calculated")];
    }
    match item.answer {
        AnswerType::Verdict => vec![t("editor.preview.verdict")],
        AnswerType::YesNo => vec![t("editor.preview.yes-no")],
        AnswerType::Number | AnswerType::Percent | AnswerType::Count => {
            vec![text!("editor.preview.blank", unit = item.unit_shown()).show(lang)]
        }
        AnswerType::Choice | AnswerType::Choices => {
            let names = if lang == Lang::En && !item.choices_en.is_empty() { &item.choices_en } else { &item.choices };
            let several = (item.answer == AnswerType::Choices).then(|| t("editor.preview.several"));
            let choice = |name: &String| text!("editor.preview.choice", name = name).show(lang);
            names.iter().map(choice).chain(several).collect()
        }
        AnswerType::Date => vec![t("editor.preview.date")],
        AnswerType::Time => vec![t("editor.preview.time")],
        AnswerType::Text => vec!["_".repeat(40)],
        AnswerType::File => vec![t("editor.preview.file")],
        AnswerType::Table => Vec::new(),
    }
}

fn notes(checklist: &Checklist, item: &Item, lang: Lang) -> Vec<(String, String)> {
    let rule = item.pass.as_ref().map(|rule| rule.show(item.unit_shown(), lang));
    let when = item.when.as_ref().map(|when| condition(checklist, when, lang));
    let how = if lang == Lang::En && !item.how_en.is_empty() { &item.how_en } else { &item.how };
    let evidence = match item.evidence {
        EvidenceRule::Never => None,
        EvidenceRule::OnFailure => Some(lang.t("schema.words.evidence.on-failure").into_owned()),
        EvidenceRule::Always => Some(lang.t("schema.words.evidence.always").into_owned()),
    };
    let days = item.rectify_days.map(|days| text!("editor.preview.rectify-days", days = days));
    let workdays = item.rectify_workdays.map(|days| text!("editor.preview.rectify-workdays", days = days));
    let rectify = workdays.or(days).map(|term| term.show(lang));
    let basis = item.basis.iter().map(|basis| {
        let verify = if basis.verify { lang.t("item.verify") } else { "".into() };
        let version = if basis.version.is_empty() { String::new() } else { format!(" {}", basis.version) };
        Some(format!("{}{version}{verify}", basis.cited()))
    });
    let clauses = item.clauses.iter().map(|clause| Some(format!("{} {}", clause.section, clause.text)));
    let all = [
        ("editor.preview.when", when),
        ("editor.preview.rule", rule),
        ("editor.preview.how", Some(how.clone()).filter(|how| !how.is_empty())),
        ("editor.preview.evidence", evidence),
        ("editor.preview.rectify", rectify),
    ];
    all.into_iter()
        .chain(basis.map(|said| ("editor.preview.basis", said)))
        .chain(clauses.map(|said| ("editor.preview.clause", said)))
        .filter_map(|(label, said)| Some((lang.t(label).into_owned(), said?)))
        .collect()
}

/// Puts a condition into words, items by their numbers.
fn condition(checklist: &Checklist, of: &Condition, lang: Lang) -> String {
    let joined = |parts: &[Condition], with: &str| {
        let said: Vec<_> = parts.iter().map(|part| condition(checklist, part, lang)).collect();
        said.join(&lang.t(with))
    };
    match of {
        Condition::All(parts) => joined(parts, "editor.preview.condition.and"),
        Condition::Any(parts) => joined(parts, "editor.preview.condition.or"),
        Condition::Not(part) => {
            text!("editor.preview.condition.not", part = condition(checklist, part, lang)).show(lang)
        }
        Condition::Expression(text) => text!("editor.preview.condition.expression", text = text.0).show(lang),
        Condition::Item(id, test) => {
            let number = checklist.items.iter().position(|item| item.id == *id).map(|at| at + 1);
            // An item that does not exist is a mistake that checking reports; here its identity has to do.
            let item = number.map_or_else(|| id.to_string(), |number| number.to_string());
            let separator = lang.t("checklist.value.separator");
            let words = |operands: &[Operand]| {
                operands.iter().map(|one| operand(one, lang)).collect::<Vec<_>>().join(&separator)
            };
            let unit = checklist.item(id).map(|item| item.unit_shown().to_owned()).unwrap_or_default();
            match test {
                Test::Is(values) => text!("editor.preview.condition.is", item = item, value = words(values)),
                Test::IsNot(values) => text!("editor.preview.condition.is-not", item = item, value = words(values)),
                Test::Includes(values) => {
                    text!("editor.preview.condition.includes", item = item, value = values.join(&separator))
                }
                Test::Value(rule) => {
                    text!("editor.preview.condition.value", item = item, value = rule.show(&unit, lang))
                }
                Test::Answered(true) => text!("editor.preview.condition.answered", item = item),
                Test::Answered(false) => text!("editor.preview.condition.unanswered", item = item),
            }
            .show(lang)
        }
    }
}

/// Names what an answer is compared with; words of the language by their names.
fn operand(of: &Operand, lang: Lang) -> String {
    match of {
        Operand::Flag(true) => lang.t("checklist.value.yes").into_owned(),
        Operand::Flag(false) => lang.t("checklist.value.no").into_owned(),
        Operand::Number(number) => number.to_string(),
        Operand::Word(word) => {
            let key = format!("schema.words.operand.{word}");
            if lang.has(&key) { lang.t(&key).into_owned() } else { word.clone() }
        }
    }
}
