//! Mistakes of TOML itself: which of them are worth reporting, and where.
//!
//! What is said about each is the same for every TOML file and stands in [`crate::error`].

use std::{collections::HashSet, ops::Range};

use toml::de::{DeTable, DeValue};

use super::{Code, Diagnostic, fields::Report};
use crate::error::explain_syntax;

/// How many syntax errors of one file are reported; behind so many the rest only says the same.
const ERRORS_MAX: usize = 1_000;

/// Turns the parser's errors into diagnostics: one a line, and none that only follows from an earlier one.
pub(super) fn diagnose(report: &mut Report<'_>, root: &DeTable<'_>, mut errors: Vec<toml::de::Error>) {
    let start = |error: &toml::de::Error| error.span().map_or(0, |span| span.start);
    errors.sort_by_key(start);
    errors.truncate(ERRORS_MAX);
    let mut seen_lines = HashSet::new();
    let mut swallowed: Vec<Range<usize>> = Vec::new();
    let mut found: Vec<(Range<usize>, &str)> = errors
        .iter()
        .map(|error| {
            let (span, message) = (error.span().unwrap_or(0..0), error.message());
            let garbled = garbled(report.text(), root, &span, message);
            let shown = if is_unclosed(message) { garbled.start..garbled.start + 1 } else { span };
            if !garbled.is_empty() {
                report.garbled(garbled.clone());
                swallowed.push(garbled);
            }
            (shown, message)
        })
        .collect();
    found.sort_by_key(|(span, _)| span.start);
    for (span, message) in found {
        let follows = swallowed.iter().any(|range| range.start < span.start && span.start <= range.end);
        if !follows && seen_lines.insert(report.line(span.start)) {
            report.push(diagnostic(report.text(), span, message));
        }
    }
}

/// Returns the text that was not understood because of an error elsewhere; empty for most errors.
fn garbled(text: &str, root: &DeTable<'_>, span: &Range<usize>, message: &str) -> Range<usize> {
    if is_unclosed(message) {
        return opening(root, span.start).unwrap_or(span.start)..span.end;
    }
    if message.contains("table") && !message.contains("inline") {
        // What belongs to a table without a proper header lands elsewhere, up to the next header.
        let end = text[span.end..].find("\n[").map_or(text.len(), |at| span.end + at);
        return span.start..end;
    }
    span.start..span.start
}

fn is_unclosed(message: &str) -> bool {
    message.starts_with("unclosed array,") || message.starts_with("unclosed inline table")
}

fn diagnostic(text: &str, span: Range<usize>, message: &str) -> Diagnostic {
    let (twice, message, hint) = explain_syntax(text, &span, message);
    let code = if twice { Code::DuplicateField } else { Code::Syntax };
    Diagnostic { code, span, message, hint: Some(hint) }
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
