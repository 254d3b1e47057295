//! Mistakes of TOML itself: which of them are worth reporting, and where.
//!
//! What is said about each is the same for every TOML file and stands in [`crate::error`].

use std::ops::Range;

use toml::de::{DeTable, DeValue};

use super::{Code, Diagnostic, fields::Report};
use crate::error::explain_syntax;

/// Turns the parser's errors into diagnostics: one a line, and none that only follows from an earlier one.
pub(super) fn diagnose(report: &mut Report<'_>, root: &DeTable<'_>, errors: &[toml::de::Error]) {
    let mut seen_lines = Vec::new();
    let mut swallowed: Vec<Range<usize>> = Vec::new();
    let mut found: Vec<(Range<usize>, &str)> = errors
        .iter()
        .map(|error| (error.span().unwrap_or(0..0), error.message()))
        .map(|(span, message)| match message {
            _ if message.starts_with("unclosed array,") || message.starts_with("unclosed inline table") => {
                let start = opening(root, span.start).unwrap_or(span.start);
                report.garbled(start..span.end);
                swallowed.push(start..span.end);
                (start..start + 1, message)
            }
            _ if is_header(message) => {
                // What belongs to the table lands elsewhere, up to the next header.
                let end = report.text()[span.end..].find("\n[").map_or(report.text().len(), |at| span.end + at);
                report.garbled(span.start..end);
                swallowed.push(span.start..end);
                (span, message)
            }
            _ => (span, message),
        })
        .collect();
    found.sort_by_key(|(span, _)| span.start);
    for (span, message) in found {
        let follows = swallowed.iter().any(|range| range.start < span.start && span.start <= range.end);
        let line = report.line(span.start);
        if follows || seen_lines.contains(&line) {
            continue;
        }
        seen_lines.push(line);
        report.push(diagnostic(report.text(), span, message));
    }
}

fn diagnostic(text: &str, span: Range<usize>, message: &str) -> Diagnostic {
    let (twice, message, hint) = explain_syntax(text, &span, message);
    let code = if twice { Code::DuplicateField } else { Code::Syntax };
    Diagnostic { code, span, message, hint: Some(hint) }
}

fn is_header(message: &str) -> bool {
    message.contains("table") && !message.contains("inline")
}

/// Finds where the array or table begins that was still open at `end`.
fn opening(table: &DeTable<'_>, end: usize) -> Option<usize> {
    table.values().find_map(|value| match value.get_ref() {
        DeValue::Table(inner) => opening(inner, end).or_else(|| (value.span().end == end).then(|| value.span().start)),
        DeValue::Array(array) => array
            .iter()
            .find_map(|element| match element.get_ref() {
                DeValue::Table(inner) => opening(inner, end),
                _ => None,
            })
            .or_else(|| (value.span().end == end).then(|| value.span().start)),
        _ => None,
    })
}
