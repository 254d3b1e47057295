//! Taking typed fields out of a TOML table, with a diagnostic for every one that is not as it should be.
//!
//! Whatever is wrong, the caller gets a stand-in and goes on, so that one pass finds every mistake. This module knows types
//! and sizes, not what the fields mean.

use std::{
    collections::HashSet,
    ops::{Range, RangeInclusive},
};

use toml::{
    Spanned,
    de::{DeArray, DeTable, DeValue},
};

use super::{
    Code, Diagnostic,
    words::{Word, nearest},
};
use crate::{i18n::Text, text};

/// How long a text may be and whether it may go over several lines.
#[derive(Clone, Copy, Debug)]
pub(super) struct TextSize {
    /// The most characters.
    pub max_chars: usize,
    /// Whether line breaks and tabs may stand in it.
    pub lines: bool,
}

/// Names, titles, units and other short texts.
pub(super) const SHORT: TextSize = TextSize { max_chars: 300, lines: false };
/// What is asked and how to check it.
pub(super) const LONG: TextSize = TextSize { max_chars: 2_000, lines: true };
/// A sentence of a plan.
pub(super) const QUOTED: TextSize = TextSize { max_chars: 4_000, lines: true };
/// The most elements of a list within an item.
pub(super) const LIST_MAX: usize = 200;

/// How many diagnostics there are before unknown fields are no longer looked up.
const DIAGNOSTICS_MAX: usize = 20_000;

/// The diagnostics of one file while it is read.
pub(super) struct Report<'t> {
    text: &'t str,
    line_starts: Vec<usize>,
    diagnostics: Vec<Diagnostic>,
    /// Pieces of the text that were not understood as what they were meant to be.
    garbled: Vec<Range<usize>>,
}

impl<'t> Report<'t> {
    pub(super) fn new(text: &'t str) -> Self {
        let line_starts = std::iter::once(0).chain(text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        Self { text, line_starts, diagnostics: Vec::new(), garbled: Vec::new() }
    }

    pub(super) fn text(&self) -> &'t str {
        self.text
    }

    /// Returns the line of an offset, from 1.
    pub(super) fn line(&self, offset: usize) -> usize {
        self.line_starts.partition_point(|start| *start <= offset)
    }

    /// Says whether there are more diagnostics than anybody will read.
    fn is_full(&self) -> bool {
        self.diagnostics.len() >= DIAGNOSTICS_MAX
    }

    pub(super) fn push(&mut self, diagnostic: Diagnostic) {
        self.diagnostics.push(diagnostic);
    }

    pub(super) fn add(&mut self, code: Code, span: Range<usize>, message: Text, hint: Option<Text>) {
        self.push(Diagnostic { code, span, message, hint });
    }

    /// Notes that a piece of the text was not understood, so that nothing else is said about it.
    pub(super) fn garbled(&mut self, span: Range<usize>) {
        self.garbled.push(span);
    }

    /// Returns the diagnostics in the order of the file.
    ///
    /// Where the file is not TOML, what seems to be missing may just not have been understood, and is not held against it.
    pub(super) fn finish(mut self) -> Vec<Diagnostic> {
        let mut diagnostics = std::mem::take(&mut self.diagnostics);
        let of_syntax = |code| matches!(code, Code::Syntax | Code::DuplicateField);
        let broken: HashSet<usize> =
            diagnostics.iter().filter(|found| of_syntax(found.code)).map(|found| self.line(found.span.start)).collect();
        if !broken.is_empty() {
            let follows = |code| {
                matches!(
                    code,
                    Code::MissingField
                        | Code::UnknownSection
                        | Code::Empty
                        | Code::UnknownItem
                        | Code::Cycle
                        | Code::Unreachable
                )
            };
            diagnostics.retain(|found| {
                let garbled = self.garbled.iter().any(|range| range.contains(&found.span.start));
                of_syntax(found.code)
                    || !(follows(found.code) || garbled || broken.contains(&self.line(found.span.start)))
            });
        }
        diagnostics.sort_by_key(|found| (found.span.start, found.code));
        diagnostics
    }
}

/// A table whose fields are taken out one by one.
pub(super) struct Fields<'a, 't> {
    table: &'a DeTable<'t>,
    /// Where the table stands: its header, or its braces.
    pub(super) span: Range<usize>,
}

impl<'a, 't> Fields<'a, 't> {
    /// Begins with a table, and reports every field that is not `known`.
    pub(super) fn new(
        report: &mut Report<'_>,
        table: &'a DeTable<'t>,
        span: Range<usize>,
        known: &'static [&'static str],
    ) -> Self {
        for (key, value) in table {
            if report.is_full() {
                break;
            }
            let name = key.get_ref().as_ref();
            if !known.contains(&name) {
                // An empty table in a place of its own has no key worth pointing at.
                let at = if key.span().is_empty() { value.span() } else { key.span() };
                let hint = match nearest(name, known.iter().copied()) {
                    Some(meant) => text!("checklist.check.did-you-mean", word = meant),
                    None => text!("checklist.check.known-fields", fields = known.join(", ")),
                };
                report.add(
                    Code::UnknownField,
                    at,
                    text!("checklist.check.unknown-field", field = shown(name)),
                    Some(hint),
                );
            }
        }
        Self { table, span }
    }

    pub(super) fn get(&self, name: &str) -> Option<&'a Spanned<DeValue<'t>>> {
        self.table.get(name)
    }

    /// Returns where the value of a field stands, else the table.
    pub(super) fn span_of(&self, name: &str) -> Range<usize> {
        self.get(name).map_or_else(|| self.span.clone(), Spanned::span)
    }

    /// Returns where an element of an array stands, else the array.
    pub(super) fn element_span(&self, name: &str, position: usize) -> Range<usize> {
        match self.get(name).map(Spanned::get_ref) {
            Some(DeValue::Array(array)) => array.get(position).map_or_else(|| self.span_of(name), Spanned::span),
            _ => self.span_of(name),
        }
    }

    /// Takes a text that may be left out; empty where it is.
    pub(super) fn text(&self, report: &mut Report<'_>, name: &'static str, size: TextSize) -> String {
        let Some(value) = self.get(name) else { return String::new() };
        text_of(report, value, name, size).unwrap_or_default()
    }

    /// Takes a text that may be left out, where an empty one is as good as none.
    pub(super) fn optional(&self, report: &mut Report<'_>, name: &'static str, size: TextSize) -> Option<String> {
        Some(self.text(report, name, size)).filter(|text| !text.trim().is_empty())
    }

    /// Takes a text that has to be there and to have a visible character.
    pub(super) fn required(&self, report: &mut Report<'_>, name: &'static str, size: TextSize) -> String {
        let Some(value) = self.get(name) else {
            let hint = text!("checklist.check.missing-hint", field = name);
            report.add(
                Code::MissingField,
                self.span.clone(),
                text!("checklist.check.missing", field = name),
                Some(hint),
            );
            return String::new();
        };
        let taken = text_of(report, value, name, size);
        if taken.as_ref().is_some_and(|text| text.trim().is_empty()) {
            let hint = text!("checklist.check.empty-hint");
            report.add(Code::EmptyText, value.span(), text!("checklist.check.empty", field = name), Some(hint));
        }
        taken.unwrap_or_default()
    }

    /// Takes `true` or `false`.
    pub(super) fn flag(&self, report: &mut Report<'_>, name: &'static str, default: bool) -> bool {
        match self.get(name).map(|value| (value, value.get_ref())) {
            None => default,
            Some((_, DeValue::Boolean(flag))) => *flag,
            Some((value, _)) => {
                wrong_type(report, value, text!("checklist.check.wants-flag", field = name));
                default
            }
        }
    }

    /// Takes a number within a range.
    pub(super) fn number(
        &self,
        report: &mut Report<'_>,
        name: &'static str,
        range: RangeInclusive<f64>,
    ) -> Option<f64> {
        let value = self.get(name)?;
        let Some(number) = number_of(value.get_ref()) else {
            wrong_type(report, value, text!("checklist.check.wants-number", field = name));
            return None;
        };
        if range.contains(&number) {
            return Some(number);
        }
        out_of_range(report, value, name, range.start(), range.end());
        None
    }

    /// Takes a whole number within a range.
    pub(super) fn whole(&self, report: &mut Report<'_>, name: &'static str, range: RangeInclusive<u32>) -> Option<u32> {
        let value = self.get(name)?;
        let DeValue::Integer(integer) = value.get_ref() else {
            wrong_type(report, value, text!("checklist.check.wants-whole", field = name));
            return None;
        };
        let number = i64::from_str_radix(integer.as_str(), integer.radix()).ok();
        let fits = number.and_then(|number| u32::try_from(number).ok()).filter(|number| range.contains(number));
        if fits.is_none() {
            out_of_range(report, value, name, range.start(), range.end());
        }
        fits
    }

    /// Takes one of the words of the language: the usual one where it is left out, `None` where it is wrong.
    pub(super) fn word<W: Word>(&self, report: &mut Report<'_>, name: &'static str) -> Option<W> {
        let Some(value) = self.get(name) else { return Some(W::default()) };
        let written = text_of(report, value, name, SHORT)?;
        if let Some((_, known)) = W::WORDS.iter().find(|(word, _)| *word == written) {
            return Some(*known);
        }
        let hint = match nearest(&written, W::WORDS.iter().map(|(word, _)| *word)) {
            Some(meant) => text!("checklist.check.did-you-mean", word = meant),
            None => Text::new(W::HELP, vec![]),
        };
        let message = text!("checklist.check.unknown-word", field = name, word = shown(&written));
        report.add(Code::UnknownWord, value.span(), message, Some(hint));
        None
    }

    /// Takes an array of texts, each with a visible character.
    pub(super) fn texts(&self, report: &mut Report<'_>, name: &'static str) -> Vec<String> {
        let Some(value) = self.get(name) else { return Vec::new() };
        let DeValue::Array(array) = value.get_ref() else {
            wrong_type(report, value, text!("checklist.check.wants-texts", field = name));
            return Vec::new();
        };
        texts_of(report, array, value.span(), name)
    }

    /// Takes an array of tables, inline or each with its own header.
    pub(super) fn tables(
        &self,
        report: &mut Report<'_>,
        name: &'static str,
        max: usize,
        known: &'static [&'static str],
    ) -> Vec<Fields<'a, 't>> {
        let Some(value) = self.get(name) else { return Vec::new() };
        let DeValue::Array(array) = value.get_ref() else {
            wrong_type(report, value, text!("checklist.check.wants-tables", field = name));
            return Vec::new();
        };
        if array.len() > max {
            too_many(report, value.span(), name, max);
        }
        let mut tables = Vec::with_capacity(array.len().min(max));
        for element in array.iter().take(max) {
            match element.get_ref() {
                DeValue::Table(table) => tables.push(Fields::new(report, table, element.span(), known)),
                _ => wrong_type(report, element, text!("checklist.check.wants-tables", field = name)),
            }
        }
        tables
    }
}

/// Takes the elements of an array of texts.
pub(super) fn texts_of(
    report: &mut Report<'_>,
    array: &DeArray<'_>,
    span: Range<usize>,
    name: &'static str,
) -> Vec<String> {
    if array.len() > LIST_MAX {
        too_many(report, span, name, LIST_MAX);
    }
    let mut texts = Vec::with_capacity(array.len().min(LIST_MAX));
    for element in array.iter().take(LIST_MAX) {
        let Some(text) = text_of(report, element, name, SHORT) else { continue };
        if text.trim().is_empty() {
            let hint = text!("checklist.check.empty-hint");
            report.add(Code::EmptyText, element.span(), text!("checklist.check.empty", field = name), Some(hint));
        }
        texts.push(text);
    }
    texts
}

/// Returns a text as it may stand in a message: short, whatever is in the file.
pub(super) fn shown(written: &str) -> String {
    let mut short: String = written.chars().take(40).collect();
    if short.len() < written.len() {
        short.push('…');
    }
    short
}

/// Says whether a character is invisible and changes how the text around it is shown.
pub(super) fn is_unwanted(character: char) -> bool {
    character.is_control() || matches!(character, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}' | '\u{feff}')
}

pub(super) fn text_of(
    report: &mut Report<'_>,
    value: &Spanned<DeValue<'_>>,
    name: &'static str,
    size: TextSize,
) -> Option<String> {
    let DeValue::String(text) = value.get_ref() else {
        wrong_type(report, value, text!("checklist.check.wants-text", field = name));
        return None;
    };
    // A file with Windows line ends means the same as one without.
    let text = if text.contains('\r') { text.replace("\r\n", "\n") } else { text.to_string() };
    let allowed = |character: char| size.lines && matches!(character, '\n' | '\t');
    if let Some(bad) = text.chars().find(|character| is_unwanted(*character) && !allowed(*character)) {
        let (message, hint) = if matches!(bad, '\n' | '\t') {
            (text!("checklist.check.one-line", field = name), text!("checklist.check.one-line-hint"))
        } else {
            let code = format!("U+{:04X}", bad as u32);
            (text!("checklist.check.control", field = name, code = code), text!("checklist.check.control-hint"))
        };
        report.add(Code::ControlCharacter, value.span(), message, Some(hint));
    }
    // Bytes bound characters from above, so most texts are never counted.
    if text.len() > size.max_chars && text.chars().count() > size.max_chars {
        let message = text!("checklist.check.too-long", field = name, limit = size.max_chars);
        report.add(Code::TooLarge, value.span(), message, Some(text!("checklist.check.too-long-hint")));
    }
    Some(text)
}

pub(super) fn number_of(value: &DeValue<'_>) -> Option<f64> {
    match value {
        // What is too large for either is refused by the range, as infinity.
        DeValue::Integer(integer) if integer.radix() == 10 => integer.as_str().parse().ok(),
        DeValue::Float(float) => float.as_str().parse().ok(),
        _ => None,
    }
}

fn out_of_range(
    report: &mut Report<'_>,
    value: &Spanned<DeValue<'_>>,
    name: &'static str,
    from: &impl ToString,
    to: &impl ToString,
) {
    let message = text!("checklist.check.range", field = name, from = from.to_string(), to = to.to_string());
    report.add(Code::OutOfRange, value.span(), message, None);
}

pub(super) fn too_many(report: &mut Report<'_>, span: Range<usize>, name: &'static str, max: usize) {
    let message = text!("checklist.check.too-many", field = name, limit = max);
    report.add(Code::TooLarge, span, message, Some(text!("checklist.check.too-many-hint")));
}

/// Reports a value of the wrong type, with advice that looks at what is there.
fn wrong_type(report: &mut Report<'_>, value: &Spanned<DeValue<'_>>, message: Text) {
    let hint = match message.key() {
        "checklist.check.wants-text" => text!("checklist.check.hint-quotes"),
        "checklist.check.wants-texts" => text!("checklist.check.hint-brackets"),
        "checklist.check.wants-flag" => text!("checklist.check.hint-flag"),
        "checklist.check.wants-tables" if matches!(value.get_ref(), DeValue::Table(_)) => {
            text!("checklist.check.hint-double-brackets")
        }
        "checklist.check.wants-tables" => text!("checklist.check.hint-tables"),
        _ if matches!(value.get_ref(), DeValue::String(_)) => text!("checklist.check.hint-no-quotes"),
        _ => text!("checklist.check.hint-digits"),
    };
    report.add(Code::WrongType, value.span(), message, Some(hint));
}
