//! Reading one item: its fields, and whether they fit each other.

use toml::{Spanned, de::DeValue};

use super::{
    AnswerType, Basis, Bilingual, ClauseOrigin, Code, Item, ItemId, PassRule,
    fields::{Fields, LIST_MAX, LONG, QUOTED, Report, SHORT, shown, texts_of},
    read::facility_types,
};
use crate::{
    plan::{ClauseId, PlanId},
    text,
};

/// The fields of an item, in the order in which they are written.
pub(super) const ITEM_FIELDS: &[&str] = &[
    "id",
    "section",
    "text",
    "text_en",
    "answer",
    "choices",
    "unit",
    "pass",
    "required",
    "critical",
    "points",
    "severity",
    "how",
    "evidence",
    "rectify_days",
    "basis",
    "facility_types",
    "levels",
    "deadline",
    "owners",
    "bank",
    "clauses",
];
const BASIS_FIELDS: &[&str] = &["document", "article", "version", "verify"];
const CLAUSE_FIELDS: &[&str] = &["plan", "id", "section", "fingerprint", "text"];

/// The most points of an item.
const POINTS_MAX: f64 = 1_000.0;
/// The longest time to put a failure right: ten years.
const RECTIFY_DAYS_MAX: u32 = 3_650;

pub(super) fn item(report: &mut Report<'_>, fields: &Fields<'_, '_>, id: String) -> Item {
    let answer: Option<AnswerType> = fields.word(report, "answer");
    let choices = fields.texts(report, "choices");
    let unit = fields.text(report, "unit", SHORT);
    let pass = pass_rule(report, fields);
    // Where the answer type itself is wrong, nothing can be said about what fits it.
    if let Some(answer) = answer {
        check_choices(report, fields, answer, &choices);
        check_unit(report, fields, answer, &unit, pass.as_ref());
        check_rule(report, fields, answer, &choices, pass.as_ref());
    }
    let points = fields.number(report, "points", 0.0..=POINTS_MAX).unwrap_or(1.0);
    // What is only recorded is not judged and need not score.
    let judged = answer == Some(AnswerType::Verdict) || pass.is_some();
    if points <= 0.0 && judged {
        let hint = text!("checklist.check.no-points-hint");
        report.add(Code::NoPoints, fields.span_of("points"), text!("checklist.check.no-points"), Some(hint));
    }
    Item {
        id: ItemId(id),
        section: fields.required(report, "section", SHORT),
        text: Bilingual { zh: fields.required(report, "text", LONG), en: fields.optional(report, "text_en", LONG) },
        answer: answer.unwrap_or_default(),
        choices,
        unit,
        pass,
        required: fields.flag(report, "required", true),
        critical: fields.flag(report, "critical", false),
        points,
        severity: fields.word(report, "severity").unwrap_or_default(),
        how: fields.text(report, "how", LONG),
        evidence: fields.word(report, "evidence").unwrap_or_default(),
        rectify_days: fields.whole(report, "rectify_days", 0..=RECTIFY_DAYS_MAX),
        basis: basis(report, fields),
        clauses: clauses(report, fields),
        bank: bank(report, fields),
        facility_types: facility_types(report, fields),
        levels: fields.texts(report, "levels"),
        deadline: deadline(report, fields),
        owners: fields.texts(report, "owners"),
    }
}

/// Takes the pass rule: a text such as `">= 95"`, or an array of accepted words.
fn pass_rule(report: &mut Report<'_>, fields: &Fields<'_, '_>) -> Option<PassRule> {
    let value = fields.get("pass")?;
    let hint = match value.get_ref() {
        DeValue::Array(array) => return Some(PassRule::OneOf(texts_of(report, array, value.span(), "pass"))),
        DeValue::String(written) => match PassRule::parse(written) {
            Some(rule) => return Some(rule),
            None if fields.get("choices").is_some() => text!("checklist.check.rule-words-hint"),
            None => text!("checklist.check.rule-hint"),
        },
        DeValue::Boolean(_) => text!("checklist.check.rule-flag-hint"),
        DeValue::Integer(number) => text!("checklist.check.rule-number-hint", number = number.as_str()),
        DeValue::Float(number) => text!("checklist.check.rule-number-hint", number = number.as_str()),
        _ => text!("checklist.check.rule-hint"),
    };
    let written = report.text().get(value.span()).unwrap_or_default();
    report.add(Code::BadRule, value.span(), text!("checklist.check.bad-rule", rule = shown(written)), Some(hint));
    None
}

fn check_choices(report: &mut Report<'_>, fields: &Fields<'_, '_>, answer: AnswerType, choices: &[String]) {
    let wanted = matches!(answer, AnswerType::Choice | AnswerType::Choices);
    let given = fields.get("choices").map(Spanned::get_ref);
    // What is no array was reported as such, and is not missing.
    if wanted && choices.is_empty() && matches!(given, None | Some(DeValue::Array(_))) {
        let span = if given.is_some() { fields.span_of("choices") } else { fields.span_of("answer") };
        let hint = text!("checklist.check.no-choices-hint");
        report.add(Code::BadChoices, span, text!("checklist.check.no-choices"), Some(hint));
    }
    if !wanted && given.is_some() {
        let hint = text!("checklist.check.choices-no-effect-hint");
        let message = text!("checklist.check.no-effect", field = "choices");
        report.add(Code::NoEffect, fields.span_of("choices"), message, Some(hint));
    }
    for (position, word) in choices.iter().enumerate() {
        if choices[..position].contains(word) {
            let span = fields.element_span("choices", position);
            let message = text!("checklist.check.choice-twice", word = shown(word));
            report.add(Code::BadChoices, span, message, Some(text!("checklist.check.choice-twice-hint")));
        }
    }
}

fn check_unit(
    report: &mut Report<'_>,
    fields: &Fields<'_, '_>,
    answer: AnswerType,
    unit: &str,
    pass: Option<&PassRule>,
) {
    if answer == AnswerType::Number && unit.is_empty() && pass.is_some_and(|rule| rule.fits(answer)) {
        let hint = text!("checklist.check.no-unit-hint");
        report.add(Code::NoUnit, fields.span_of("pass"), text!("checklist.check.no-unit"), Some(hint));
    }
    let takes_unit = match answer {
        AnswerType::Number | AnswerType::Count => true,
        AnswerType::Percent => matches!(unit, "%" | "％"),
        _ => false,
    };
    if !unit.is_empty() && !takes_unit {
        let hint = text!("checklist.check.unit-no-effect-hint");
        let message = text!("checklist.check.no-effect", field = "unit");
        report.add(Code::NoEffect, fields.span_of("unit"), message, Some(hint));
    }
}

fn check_rule(
    report: &mut Report<'_>,
    fields: &Fields<'_, '_>,
    answer: AnswerType,
    choices: &[String],
    pass: Option<&PassRule>,
) {
    let Some(rule) = pass else { return };
    if !rule.fits(answer) {
        let hint = match answer {
            AnswerType::Verdict => text!("checklist.check.rule-verdict-hint"),
            AnswerType::YesNo => text!("checklist.check.rule-flag-hint"),
            AnswerType::Number | AnswerType::Percent | AnswerType::Count => text!("checklist.check.rule-bound-hint"),
            AnswerType::Choice | AnswerType::Choices => text!("checklist.check.rule-words-hint"),
            AnswerType::Date => text!("checklist.check.rule-date-hint"),
            AnswerType::Time | AnswerType::Text => text!("checklist.check.rule-none-hint"),
        };
        report.add(Code::RuleDoesNotFit, fields.span_of("pass"), text!("checklist.check.rule-unfit"), Some(hint));
        return;
    }
    let PassRule::OneOf(words) = rule else { return };
    if words.is_empty() {
        let hint = text!("checklist.check.rule-words-hint");
        report.add(Code::BadChoices, fields.span_of("pass"), text!("checklist.check.rule-empty"), Some(hint));
    }
    for (position, word) in words.iter().enumerate().filter(|(_, word)| !choices.is_empty() && !choices.contains(word))
    {
        let span = fields.element_span("pass", position);
        let hint = text!("checklist.check.rule-choice-hint", choices = shown(&choices.join(" / ")));
        report.add(Code::BadChoices, span, text!("checklist.check.rule-choice", word = shown(word)), Some(hint));
    }
}

fn basis(report: &mut Report<'_>, fields: &Fields<'_, '_>) -> Vec<Basis> {
    let tables = fields.tables(report, "basis", LIST_MAX, BASIS_FIELDS);
    tables
        .iter()
        .map(|table| Basis {
            document: table.required(report, "document", SHORT),
            article: table.text(report, "article", SHORT),
            version: table.text(report, "version", SHORT),
            verify: table.flag(report, "verify", false),
        })
        .collect()
}

fn clauses(report: &mut Report<'_>, fields: &Fields<'_, '_>) -> Vec<ClauseOrigin> {
    let tables = fields.tables(report, "clauses", LIST_MAX, CLAUSE_FIELDS);
    tables
        .iter()
        .map(|table| ClauseOrigin {
            id: ClauseId(table.required(report, "id", SHORT)),
            plan: PlanId(table.required(report, "plan", SHORT)),
            section: table.text(report, "section", SHORT),
            fingerprint: table.text(report, "fingerprint", SHORT),
            text: table.text(report, "text", QUOTED),
        })
        .collect()
}

fn bank(report: &mut Report<'_>, fields: &Fields<'_, '_>) -> String {
    let bank = fields.text(report, "bank", SHORT);
    let fine =
        bank.split_once('/').is_some_and(|(name, item)| !(name.is_empty() || item.is_empty() || item.contains('/')));
    if !bank.is_empty() && !fine {
        let hint = text!("checklist.check.bad-bank-hint");
        report.add(
            Code::BadId,
            fields.span_of("bank"),
            text!("checklist.check.bad-bank", bank = shown(&bank)),
            Some(hint),
        );
    }
    bank
}

fn deadline(report: &mut Report<'_>, fields: &Fields<'_, '_>) -> String {
    let deadline = fields.text(report, "deadline", SHORT);
    if !deadline.is_empty() && !is_deadline(&deadline) {
        let hint = text!("checklist.check.bad-deadline-hint");
        let message = text!("checklist.check.bad-deadline", written = shown(&deadline));
        report.add(Code::BadDeadline, fields.span_of("deadline"), message, Some(hint));
    }
    deadline
}

/// Says whether a text is `YYYY`, `YYYY-MM` or `YYYY-MM-DD` and such a day exists.
pub(super) fn is_deadline(written: &str) -> bool {
    let whole = match written.len() {
        4 => format!("{written}-01-01"),
        7 => format!("{written}-01"),
        _ => written.to_owned(),
    };
    whole.len() == 10
        && whole.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-')
        && whole.parse::<chrono::NaiveDate>().is_ok()
}
