//! Reading one item: its fields, and whether they fit each other.

use toml::{Spanned, de::DeValue};

use super::{
    AnswerType, Basis, Bilingual, ClauseOrigin, Code, Column, Constraint, DefaultValue, Expression, Item, ItemId,
    PassRule, Value,
    fields::{Fields, LIST_MAX, LONG, QUOTED, Report, SHORT, number_of, shown, text_of, texts_of},
    read::{bilingual, check_identity, facility_types},
    read_condition::{condition, expression},
};
use crate::{
    plan::{ClauseId, PlanId},
    text,
};

/// The fields of an item, in the order in which they are written.
pub(super) const ITEM_FIELDS: &[&str] = &[
    "id",
    "was",
    "section",
    "text",
    "text_en",
    "when",
    "answer",
    "choices",
    "choices_en",
    "columns",
    "unit",
    "default",
    "calculate",
    "constraint",
    "constraint_message",
    "constraint_message_en",
    "pass",
    "required",
    "critical",
    "points",
    "severity",
    "how",
    "how_en",
    "evidence",
    "rectify_days",
    "rectify_workdays",
    "phrases",
    "basis",
    "facility_types",
    "levels",
    "deadline",
    "owners",
    "bank",
    "clauses",
];
const BASIS_FIELDS: &[&str] = &["document", "article", "version", "verify"];
const COLUMN_FIELDS: &[&str] = &["id", "title", "title_en", "answer", "choices", "unit", "pass", "required"];
const CLAUSE_FIELDS: &[&str] = &["plan", "id", "section", "fingerprint", "text"];

/// The fields of the tables within an item, by the table's name.
#[cfg(test)]
pub(super) const INNER_FIELDS: [(&str, &[&str]); 3] =
    [("column", COLUMN_FIELDS), ("basis", BASIS_FIELDS), ("clause", CLAUSE_FIELDS)];

/// The most columns of a table.
const COLUMNS_MAX: usize = 30;
/// The most points of an item.
const POINTS_MAX: f64 = 1_000.0;
/// The longest time to put a failure right: ten years.
const RECTIFY_DAYS_MAX: u32 = 3_650;

pub(super) fn item(report: &mut Report<'_>, fields: &Fields<'_, '_>, id: String) -> Item {
    let answer: Option<AnswerType> = fields.word(report, "answer");
    let choices = fields.texts(report, "choices");
    let unit = fields.text(report, "unit", SHORT);
    let pass = rule(report, fields, "pass");
    let columns = columns(report, fields);
    // Where the answer type itself is wrong, nothing can be said about what fits it.
    if let Some(answer) = answer {
        check_choices(report, fields, answer, &choices);
        check_unit(report, fields, answer, &unit, pass.as_ref());
        check_rule(report, fields, "pass", answer, &choices, pass.as_ref());
        check_columns(report, fields, answer, &columns);
    }
    let points = fields.number(report, "points", 0.0..=POINTS_MAX).unwrap_or(1.0);
    // What is only recorded is not judged and need not score.
    let judged =
        answer == Some(AnswerType::Verdict) || pass.is_some() || columns.iter().any(|column| column.pass.is_some());
    if points <= 0.0 && judged {
        let hint = text!("checklist.check.no-points-hint");
        report.add(Code::NoPoints, fields.span_of("points"), text!("checklist.check.no-points"), Some(hint));
    }
    Item {
        id: ItemId(id),
        was: fields.texts(report, "was").into_iter().map(ItemId).collect(),
        section: fields.required(report, "section", SHORT),
        text: Bilingual { zh: fields.required(report, "text", LONG), en: fields.optional(report, "text_en", LONG) },
        when: condition(report, fields, "when"),
        default: default_value(report, fields, answer, &choices),
        calculate: calculation(report, fields, answer),
        constraint: constraint(report, fields, answer, &choices),
        answer: answer.unwrap_or_default(),
        choices_en: choices_en(report, fields, &choices),
        choices,
        columns,
        unit,
        pass,
        required: fields.flag(report, "required", true),
        critical: fields.flag(report, "critical", false),
        points,
        severity: fields.word(report, "severity").unwrap_or_default(),
        how: fields.text(report, "how", LONG),
        how_en: fields.text(report, "how_en", LONG),
        evidence: fields.word(report, "evidence").unwrap_or_default(),
        rectify_days: fields.whole(report, "rectify_days", 0..=RECTIFY_DAYS_MAX),
        rectify_workdays: rectify_workdays(report, fields),
        phrases: fields.texts(report, "phrases"),
        basis: basis(report, fields),
        clauses: clauses(report, fields),
        bank: bank(report, fields),
        facility_types: facility_types(report, fields),
        levels: fields.texts(report, "levels"),
        deadline: deadline(report, fields),
        owners: fields.texts(report, "owners"),
    }
}

/// Takes the working days to put a failure right; beside days of the calendar nobody knows which counts.
fn rectify_workdays(report: &mut Report<'_>, fields: &Fields<'_, '_>) -> Option<u32> {
    let workdays = fields.whole(report, "rectify_workdays", 1..=RECTIFY_DAYS_MAX)?;
    if fields.get("rectify_days").is_none() {
        return Some(workdays);
    }
    let span = fields.span_of("rectify_workdays");
    let hint = text!("checklist.check.two-terms-hint");
    report.add(Code::DuplicateField, span, text!("checklist.check.two-terms"), Some(hint));
    None
}

/// Takes a rule: a text such as `">= 95"`, an array of accepted words, or an expression.
fn rule(report: &mut Report<'_>, fields: &Fields<'_, '_>, name: &'static str) -> Option<PassRule> {
    let value = fields.get(name)?;
    let hint = match value.get_ref() {
        DeValue::Array(array) => return Some(PassRule::OneOf(texts_of(report, array, value.span(), name))),
        DeValue::String(written) => match PassRule::parse(written) {
            Some(PassRule::Expression(_)) => return expression(report, fields, name).map(PassRule::Expression),
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
    name: &'static str,
    answer: AnswerType,
    choices: &[String],
    rule: Option<&PassRule>,
) {
    let Some(rule) = rule else { return };
    if !rule.fits(answer) {
        let hint = match answer {
            AnswerType::Verdict => text!("checklist.check.rule-verdict-hint"),
            AnswerType::YesNo => text!("checklist.check.rule-flag-hint"),
            AnswerType::Number | AnswerType::Percent | AnswerType::Count => text!("checklist.check.rule-bound-hint"),
            AnswerType::Choice | AnswerType::Choices => text!("checklist.check.rule-words-hint"),
            AnswerType::Date => text!("checklist.check.rule-date-hint"),
            AnswerType::Time | AnswerType::Text | AnswerType::Table | AnswerType::File => {
                text!("checklist.check.rule-none-hint")
            }
        };
        report.add(Code::RuleDoesNotFit, fields.span_of(name), text!("checklist.check.rule-unfit"), Some(hint));
        return;
    }
    let PassRule::OneOf(words) = rule else { return };
    if words.is_empty() {
        let hint = text!("checklist.check.rule-words-hint");
        report.add(Code::BadChoices, fields.span_of(name), text!("checklist.check.rule-empty"), Some(hint));
    }
    for (position, word) in words.iter().enumerate().filter(|(_, word)| !choices.is_empty() && !choices.contains(word))
    {
        let span = fields.element_span(name, position);
        let hint = text!("checklist.check.rule-choice-hint", choices = shown(&choices.join(" / ")));
        report.add(Code::BadChoices, span, text!("checklist.check.rule-choice", word = shown(word)), Some(hint));
    }
}

/// Takes the English names of the choices: as many as there are choices, or none.
fn choices_en(report: &mut Report<'_>, fields: &Fields<'_, '_>, choices: &[String]) -> Vec<String> {
    let names = fields.texts(report, "choices_en");
    if !names.is_empty() && names.len() != choices.len() {
        let message = text!("checklist.check.choices-en", count = choices.len(), given = names.len());
        let hint = text!("checklist.check.choices-en-hint");
        report.add(Code::BadChoices, fields.span_of("choices_en"), message, Some(hint));
    }
    names
}

/// Takes the columns of a table.
fn columns(report: &mut Report<'_>, fields: &Fields<'_, '_>) -> Vec<Column> {
    let tables = fields.tables(report, "columns", COLUMNS_MAX, COLUMN_FIELDS);
    let mut columns: Vec<Column> = Vec::with_capacity(tables.len());
    for table in &tables {
        let column = column(report, table);
        if !column.id.trim().is_empty() && columns.iter().any(|known| known.id == column.id) {
            let message = text!("checklist.check.column-twice", id = shown(&column.id));
            let hint = text!("checklist.check.column-twice-hint");
            report.add(Code::DuplicateId, table.span_of("id"), message, Some(hint));
        }
        columns.push(column);
    }
    columns
}

fn column(report: &mut Report<'_>, table: &Fields<'_, '_>) -> Column {
    let answer: Option<AnswerType> = match table.get("answer") {
        None => Some(Column::default().answer),
        Some(_) => table.word(report, "answer"),
    };
    let choices = table.texts(report, "choices");
    let unit = table.text(report, "unit", SHORT);
    let pass = rule(report, table, "pass");
    if let Some(answer) = answer {
        if !Column::ANSWERS.contains(&answer) {
            let message = text!("checklist.check.column-answer", answer = answer.name());
            let possible = Column::ANSWERS.map(AnswerType::name).join(", ");
            let hint = text!("checklist.check.column-answer-hint", answers = possible);
            report.add(Code::BadColumns, table.span_of("answer"), message, Some(hint));
        }
        check_choices(report, table, answer, &choices);
        check_unit(report, table, answer, &unit, pass.as_ref());
        check_rule(report, table, "pass", answer, &choices, pass.as_ref());
    }
    if matches!(pass, Some(PassRule::Expression(_))) {
        let message = text!("checklist.check.column-expression");
        report.add(
            Code::BadRule,
            table.span_of("pass"),
            message,
            Some(text!("checklist.check.column-expression-hint")),
        );
    }
    let id = table.required(report, "id", SHORT);
    if !id.trim().is_empty() {
        check_identity(report, &id, table.span_of("id"));
    }
    Column {
        id,
        title: bilingual(report, table, "title", "title_en"),
        answer: answer.unwrap_or(Column::default().answer),
        choices,
        unit,
        pass,
        required: table.flag(report, "required", true),
    }
}

fn check_columns(report: &mut Report<'_>, fields: &Fields<'_, '_>, answer: AnswerType, columns: &[Column]) {
    let given = fields.get("columns").map(Spanned::get_ref);
    if answer == AnswerType::Table && columns.is_empty() && matches!(given, None | Some(DeValue::Array(_))) {
        let span = if given.is_some() { fields.span_of("columns") } else { fields.span_of("answer") };
        let hint = text!("checklist.check.no-columns-hint");
        report.add(Code::BadColumns, span, text!("checklist.check.no-columns"), Some(hint));
    }
    if answer != AnswerType::Table && given.is_some() {
        let hint = text!("checklist.check.columns-no-effect-hint");
        let message = text!("checklist.check.no-effect", field = "columns");
        report.add(Code::NoEffect, fields.span_of("columns"), message, Some(hint));
    }
}

/// Takes the value that stands until somebody answers, as the answer type has it.
fn default_value(
    report: &mut Report<'_>,
    fields: &Fields<'_, '_>,
    answer: Option<AnswerType>,
    choices: &[String],
) -> Option<DefaultValue> {
    let value = fields.get("default")?;
    let answer = answer?;
    let read = match value.get_ref() {
        DeValue::String(_) => {
            let written = text_of(report, value, "default", LONG)?;
            match (answer, written.trim()) {
                (AnswerType::Date, "today" | "今天" | "检查当日") => return Some(DefaultValue::Today),
                (AnswerType::YesNo, "yes" | "是") => Some(Value::YesNo(true)),
                (AnswerType::YesNo, "no" | "否") => Some(Value::YesNo(false)),
                _ => Some(Value::Text(written)),
            }
        }
        DeValue::Boolean(flag) => Some(Value::YesNo(*flag)),
        DeValue::Array(array) => Some(Value::Choices(texts_of(report, array, value.span(), "default"))),
        number => number_of(number).map(Value::Number),
    };
    let known = |value: &Value| match value {
        Value::Choice(word) => choices.contains(word),
        Value::Choices(words) => words.iter().all(|word| choices.contains(word)),
        Value::Text(text) => !text.trim().is_empty(),
        _ => true,
    };
    let possible = !matches!(answer, AnswerType::Verdict | AnswerType::Table | AnswerType::File);
    let typed = read.filter(|_| possible).and_then(|value| value.typed_as(answer).ok()).filter(known);
    if typed.is_none() {
        let hint = if possible {
            text!("checklist.check.default-hint")
        } else {
            text!("checklist.check.default-none-hint", answer = answer.name())
        };
        report.add(Code::BadDefault, value.span(), text!("checklist.check.default"), Some(hint));
    }
    typed.map(DefaultValue::Value)
}

/// Takes the expression of a calculated item; what a person decides cannot be calculated.
fn calculation(report: &mut Report<'_>, fields: &Fields<'_, '_>, answer: Option<AnswerType>) -> Option<Expression> {
    let calculation = expression(report, fields, "calculate")?;
    if matches!(answer, Some(AnswerType::Verdict | AnswerType::Choices | AnswerType::Table | AnswerType::File)) {
        let hint = text!("checklist.check.calculate-answer-hint");
        let message = text!("checklist.check.calculate-answer");
        report.add(Code::TypeMismatch, fields.span_of("calculate"), message, Some(hint));
    }
    if fields.get("default").is_some() {
        let hint = text!("checklist.check.default-calculated-hint");
        let message = text!("checklist.check.no-effect", field = "default");
        report.add(Code::NoEffect, fields.span_of("default"), message, Some(hint));
    }
    Some(calculation)
}

fn constraint(
    report: &mut Report<'_>,
    fields: &Fields<'_, '_>,
    answer: Option<AnswerType>,
    choices: &[String],
) -> Option<Constraint> {
    let rule = rule(report, fields, "constraint");
    let chinese = fields.optional(report, "constraint_message", SHORT);
    let english = fields.optional(report, "constraint_message_en", SHORT);
    if let Some(answer) = answer {
        check_rule(report, fields, "constraint", answer, choices, rule.as_ref());
    }
    let field = if chinese.is_some() { "constraint_message" } else { "constraint_message_en" };
    let english_only = chinese.is_none() && english.is_some();
    if english_only || chinese.is_some() && fields.get("constraint").is_none() {
        let hint = text!("checklist.check.message-no-effect-hint");
        report.add(
            Code::NoEffect,
            fields.span_of(field),
            text!("checklist.check.no-effect", field = field),
            Some(hint),
        );
    }
    Some(Constraint { rule: rule?, message: chinese.map(|zh| Bilingual { zh, en: english }) })
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
