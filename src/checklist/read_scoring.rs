//! Reading how a checklist is scored: the method, the critical gate and the grades.

use std::collections::HashSet;

use super::{
    Code, Grade, PassRule, Scoring,
    fields::{Fields, Report, SHORT, shown},
    read::bilingual,
};
use crate::text;

/// The most grades of a checklist.
const GRADES_MAX: usize = 20;

pub(super) const GRADE_FIELDS: &[&str] = &["id", "title", "title_en", "rate", "critical_rate", "other_rate"];

/// Takes the scoring of a checklist.
pub(super) fn scoring(report: &mut Report<'_>, fields: &Fields<'_, '_>) -> Scoring {
    Scoring {
        method: fields.word(report, "scoring").unwrap_or_default(),
        critical_gate: fields.flag(report, "critical_gate", true),
        grades: grades(report, fields),
    }
}

fn grades(report: &mut Report<'_>, fields: &Fields<'_, '_>) -> Vec<Grade> {
    let tables = fields.tables(report, "grades", GRADES_MAX, GRADE_FIELDS);
    let mut grades = Vec::with_capacity(tables.len());
    let mut seen = HashSet::new();
    let last = tables.len().saturating_sub(1);
    for (at, table) in tables.iter().enumerate() {
        let grade = Grade {
            id: table.required(report, "id", SHORT),
            title: bilingual(report, table, "title", "title_en"),
            rate: bound(report, table, "rate"),
            critical_rate: bound(report, table, "critical_rate"),
            other_rate: bound(report, table, "other_rate"),
        };
        if !seen.insert(grade.id.clone()) && !grade.id.trim().is_empty() {
            let message = text!("checklist.check.grade-twice", id = shown(&grade.id));
            report.add(
                Code::DuplicateId,
                table.span_of("id"),
                message,
                Some(text!("checklist.check.grade-twice-hint")),
            );
        }
        let unbounded = ["rate", "critical_rate", "other_rate"].iter().all(|name| table.get(name).is_none());
        if unbounded && at < last {
            let hint = text!("checklist.check.grade-unbounded-hint");
            report.add(Code::BadGrade, table.span.clone(), text!("checklist.check.grade-unbounded"), Some(hint));
        }
        grades.push(grade);
    }
    grades
}

/// Takes the bound of a rate: a rule for percentages.
fn bound(report: &mut Report<'_>, table: &Fields<'_, '_>, name: &'static str) -> Option<PassRule> {
    table.get(name)?;
    let written = table.text(report, name, SHORT);
    let rule = PassRule::parse(&written).filter(|rule| rule.bounds().is_some());
    if rule.is_none() {
        let message = text!("checklist.check.bad-value-rule", field = name, rule = shown(&written));
        report.add(Code::BadGrade, table.span_of(name), message, Some(text!("checklist.check.grade-hint")));
    }
    rule
}
