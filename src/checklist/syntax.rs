//! Mistakes of TOML itself, said in the reader's language.
//!
//! The parser's messages are English phrases; they are sorted into kinds here, each with a text and advice of ours. What a
//! Chinese input method does to the signs of TOML is the most common cause, so it is looked for on the line.

use std::{collections::HashSet, ops::Range};

use toml::de::{DeTable, DeValue};

use super::{Code, Diagnostic, fields::Report};
use crate::{i18n::Text, text};

/// A piece of the parser's message, and the text and advice for that kind; the first that is contained wins.
type Kind = (&'static str, &'static str, &'static str);

const KINDS: &[Kind] = &[
    ("duplicate key", "checklist.syntax.duplicate", "checklist.syntax.duplicate-hint"),
    ("unclosed array table", "checklist.syntax.header", "checklist.syntax.header-hint"),
    ("unclosed table", "checklist.syntax.header", "checklist.syntax.header-hint"),
    ("invalid table", "checklist.syntax.header", "checklist.syntax.header-hint"),
    ("missing table open", "checklist.syntax.header", "checklist.syntax.header-hint"),
    ("unclosed array", "checklist.syntax.array-open", "checklist.syntax.array-open-hint"),
    ("unclosed inline table", "checklist.syntax.braces-open", "checklist.syntax.braces-open-hint"),
    ("missing comma", "checklist.syntax.comma-missing", "checklist.syntax.comma-missing-hint"),
    ("extra comma", "checklist.syntax.comma-extra", "checklist.syntax.comma-extra-hint"),
    ("string values must be quoted", "checklist.syntax.unquoted", "checklist.syntax.unquoted-hint"),
    ("missing opening quote", "checklist.syntax.unquoted", "checklist.syntax.unquoted-hint"),
    ("key with no value", "checklist.syntax.equals-missing", "checklist.syntax.equals-missing-hint"),
    ("missing value", "checklist.syntax.value-missing", "checklist.syntax.value-missing-hint"),
    ("missing assignment", "checklist.syntax.equals-missing", "checklist.syntax.equals-missing-hint"),
    ("extra `=`", "checklist.syntax.equals-extra", "checklist.syntax.equals-extra-hint"),
    ("unexpected `=`", "checklist.syntax.equals-extra", "checklist.syntax.equals-extra-hint"),
    ("extra assignment", "checklist.syntax.equals-extra", "checklist.syntax.equals-extra-hint"),
    ("missing escaped", "checklist.syntax.escape", "checklist.syntax.escape-hint"),
    ("unicode", "checklist.syntax.escape", "checklist.syntax.escape-hint"),
    ("non-double-quote visible", "checklist.syntax.control", "checklist.syntax.control-hint"),
    ("visible characters", "checklist.syntax.control", "checklist.syntax.control-hint"),
    ("comment character", "checklist.syntax.control", "checklist.syntax.control-hint"),
    ("carriage return", "checklist.syntax.control", "checklist.syntax.control-hint"),
    ("string", "checklist.syntax.string-open", "checklist.syntax.string-open-hint"),
    ("unquoted key", "checklist.syntax.key", "checklist.syntax.key-hint"),
    ("missing key", "checklist.syntax.key", "checklist.syntax.key-hint"),
    ("boolean", "checklist.syntax.flag", "checklist.syntax.flag-hint"),
    ("date", "checklist.syntax.unquoted", "checklist.syntax.unquoted-hint"),
    ("float", "checklist.syntax.number", "checklist.syntax.number-hint"),
    ("integer", "checklist.syntax.number", "checklist.syntax.number-hint"),
    ("leading zero", "checklist.syntax.number", "checklist.syntax.number-hint"),
    ("sign", "checklist.syntax.number", "checklist.syntax.number-hint"),
    ("digits", "checklist.syntax.number", "checklist.syntax.number-hint"),
    ("unexpected key or value", "checklist.syntax.two-on-line", "checklist.syntax.two-on-line-hint"),
    ("cannot extend", "checklist.syntax.duplicate", "checklist.syntax.duplicate-hint"),
    ("recursion", "checklist.syntax.too-deep", "checklist.syntax.too-deep-hint"),
];

const OTHER: Kind = ("", "checklist.syntax.other", "checklist.syntax.other-hint");

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
    let (piece, what, advice) = KINDS.iter().find(|(piece, ..)| message.contains(piece)).unwrap_or(&OTHER);
    let code = if *piece == "duplicate key" { Code::DuplicateField } else { Code::Syntax };
    let written = text.get(span.clone()).unwrap_or_default().trim();
    let message = Text::new(what, vec![("written", written.chars().take(40).collect())]);
    let hint = wrong_sign(text, &span).unwrap_or_else(|| Text::new(advice, vec![]));
    Diagnostic { code, span, message, hint: Some(hint) }
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
                    return Some(text!("checklist.syntax.wrong-sign-hint", wrong = wrong, right = right));
                }
            }
        }
    }
    None
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
