//! Reading a condition: one comparison, several of them joined, or an expression.

use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue},
};

use super::{
    Code, Condition, Expression, ItemId, Operand, PassRule, Test,
    fields::{Fields, LIST_MAX, Report, SHORT, TextSize, shown, text_of, texts_of, too_many},
};
use crate::text;

/// An expression: one line that a person can still follow.
pub(super) const EXPRESSION: TextSize = TextSize { max_chars: 1_000, lines: true };

/// How deep conditions may be nested.
const DEPTH_MAX: usize = 16;

pub(super) const CONDITION_FIELDS: &[&str] =
    &["item", "is", "is_not", "includes", "value", "answered", "all", "any", "not"];
/// The fields that compare the answer to an item with something.
const TESTS: &[&str] = &["is", "is_not", "includes", "value", "answered"];
/// The fields that join conditions.
const JOINS: &[&str] = &["all", "any", "not"];

/// Takes a condition; `None` where it is left out or cannot be read.
pub(super) fn condition(report: &mut Report<'_>, fields: &Fields<'_, '_>, name: &'static str) -> Option<Condition> {
    fields.get(name).and_then(|value| part(report, value, name, 0))
}

/// Takes an expression; `None` where it is left out or no text.
pub(super) fn expression(report: &mut Report<'_>, fields: &Fields<'_, '_>, name: &'static str) -> Option<Expression> {
    fields.get(name).and_then(|value| expression_of(report, value, name))
}

fn expression_of(report: &mut Report<'_>, value: &Spanned<DeValue<'_>>, name: &'static str) -> Option<Expression> {
    let written = text_of(report, value, name, EXPRESSION)?;
    if written.trim().is_empty() {
        let hint = text!("checklist.check.empty-hint");
        report.add(Code::EmptyText, value.span(), text!("checklist.check.empty", field = name), Some(hint));
        return None;
    }
    Some(Expression(written))
}

fn part(report: &mut Report<'_>, value: &Spanned<DeValue<'_>>, name: &'static str, depth: usize) -> Option<Condition> {
    if depth > DEPTH_MAX {
        let message = text!("checklist.check.condition-deep", limit = DEPTH_MAX);
        report.add(Code::BadCondition, value.span(), message, Some(text!("checklist.check.condition-deep-hint")));
        return None;
    }
    match value.get_ref() {
        DeValue::String(_) => expression_of(report, value, name).map(Condition::Expression),
        DeValue::Array(array) => parts(report, array, value, name, depth).map(Condition::All),
        DeValue::Table(table) => table_part(report, table, value, name, depth),
        _ => {
            bad(report, value, name);
            None
        }
    }
}

fn bad(report: &mut Report<'_>, value: &Spanned<DeValue<'_>>, name: &'static str) {
    let hint = text!("checklist.check.condition-hint");
    report.add(Code::BadCondition, value.span(), text!("checklist.check.condition", field = name), Some(hint));
}

fn parts(
    report: &mut Report<'_>,
    array: &DeArray<'_>,
    value: &Spanned<DeValue<'_>>,
    name: &'static str,
    depth: usize,
) -> Option<Vec<Condition>> {
    if array.is_empty() {
        bad(report, value, name);
        return None;
    }
    if array.len() > LIST_MAX {
        too_many(report, value.span(), name, LIST_MAX);
    }
    // Every part is read, so that every mistake is found, before one of them spoils the whole.
    let read: Vec<_> = array.iter().take(LIST_MAX).map(|element| part(report, element, name, depth + 1)).collect();
    read.into_iter().collect()
}

fn table_part(
    report: &mut Report<'_>,
    table: &DeTable<'_>,
    value: &Spanned<DeValue<'_>>,
    name: &'static str,
    depth: usize,
) -> Option<Condition> {
    let fields = Fields::new(report, table, value.span(), CONDITION_FIELDS);
    let given =
        |names: &[&'static str]| names.iter().copied().filter(|name| table.contains_key(*name)).collect::<Vec<_>>();
    let (joins, tests) = (given(JOINS), given(TESTS));
    match (&joins[..], &tests[..], table.contains_key("item")) {
        ([join], [], false) => {
            let joined = fields.get(join)?;
            match (*join, joined.get_ref()) {
                ("not", _) => part(report, joined, name, depth + 1).map(|part| Condition::Not(Box::new(part))),
                ("all", DeValue::Array(array)) => parts(report, array, joined, name, depth).map(Condition::All),
                ("any", DeValue::Array(array)) => parts(report, array, joined, name, depth).map(Condition::Any),
                _ => {
                    bad(report, joined, name);
                    None
                }
            }
        }
        ([], [test], true) => {
            let item = ItemId(fields.required(report, "item", SHORT));
            test_of(report, &fields, test).map(|test| Condition::Item(item, test))
        }
        _ => {
            bad(report, value, name);
            None
        }
    }
}

fn test_of(report: &mut Report<'_>, fields: &Fields<'_, '_>, test: &'static str) -> Option<Test> {
    let value = fields.get(test)?;
    match test {
        "is" => operands(report, value, test).map(Test::Is),
        "is_not" => operands(report, value, test).map(Test::IsNot),
        "includes" => match value.get_ref() {
            DeValue::Array(array) if !array.is_empty() => {
                Some(Test::Includes(texts_of(report, array, value.span(), test)))
            }
            DeValue::String(_) => Some(Test::Includes(vec![fields.required(report, test, SHORT)])),
            _ => wrong(report, value, test),
        },
        "answered" => match value.get_ref() {
            DeValue::Boolean(answered) => Some(Test::Answered(*answered)),
            _ => wrong(report, value, test),
        },
        _ => rule(report, value, test).map(Test::Value),
    }
}

/// Takes a rule without an expression.
fn rule(report: &mut Report<'_>, value: &Spanned<DeValue<'_>>, name: &'static str) -> Option<PassRule> {
    let parsed = match value.get_ref() {
        DeValue::String(written) => PassRule::parse(written),
        _ => None,
    };
    let parsed = parsed.filter(|rule| !matches!(rule, PassRule::Expression(_)));
    if parsed.is_none() {
        let written = report.text().get(value.span()).unwrap_or_default();
        let message = text!("checklist.check.bad-value-rule", field = name, rule = shown(written));
        report.add(Code::BadRule, value.span(), message, Some(text!("checklist.check.rule-hint")));
    }
    parsed
}

fn operands(report: &mut Report<'_>, value: &Spanned<DeValue<'_>>, name: &'static str) -> Option<Vec<Operand>> {
    let DeValue::Array(array) = value.get_ref() else {
        return operand(report, value, name).map(|operand| vec![operand]);
    };
    if array.is_empty() {
        return wrong(report, value, name);
    }
    if array.len() > LIST_MAX {
        too_many(report, value.span(), name, LIST_MAX);
    }
    let read: Vec<_> = array.iter().take(LIST_MAX).map(|element| operand(report, element, name)).collect();
    read.into_iter().collect()
}

fn operand(report: &mut Report<'_>, value: &Spanned<DeValue<'_>>, name: &'static str) -> Option<Operand> {
    match value.get_ref() {
        DeValue::Boolean(flag) => Some(Operand::Flag(*flag)),
        DeValue::String(_) => text_of(report, value, name, SHORT).map(Operand::Word),
        number => match super::fields::number_of(number).filter(|number| number.is_finite()) {
            Some(number) => Some(Operand::Number(number)),
            None => wrong(report, value, name),
        },
    }
}

fn wrong<T>(report: &mut Report<'_>, value: &Spanned<DeValue<'_>>, name: &'static str) -> Option<T> {
    let message = text!("checklist.check.condition-value", field = name);
    report.add(Code::BadCondition, value.span(), message, Some(text!("checklist.check.condition-hint")));
    None
}
