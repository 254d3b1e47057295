//! Reporting what is wrong between items: conditions, expressions, circles, bases and clauses, each at its place.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    ops::Range,
    sync::Arc,
};

use toml::{Spanned, de::DeValue};

use super::{
    Code, Item, Logic, Section,
    fields::{Fields, Report, shown},
    logic::{Owner, Problem},
    read::Neighbours,
    words::nearest,
};
use crate::{
    plan::{Clause, ClauseId, Plan, PlanId, TopicId, Topics},
    text,
};

/// Reports every mistake and doubt in the conditions and expressions of a checklist.
pub(super) fn report_logic(
    report: &mut Report<'_>,
    section_tables: &[Fields<'_, '_>],
    item_tables: &[Fields<'_, '_>],
    sections: &[Section],
    items: &[Item],
) {
    let (_, problems) = Logic::compiled(items, sections);
    for problem in problems {
        let table = match problem.owner {
            Owner::Section(at) => section_tables.get(at),
            Owner::Item(at) => item_tables.get(at),
        };
        let span = table.map_or(0..0, |table| span_of(report.text(), table, &problem));
        report.add(problem.mistake.code, span, problem.mistake.message, problem.mistake.hint);
    }
}

/// Finds the place of a problem: its field, the part of the condition in it, and the characters of the text there.
fn span_of(text: &str, table: &Fields<'_, '_>, problem: &Problem) -> Range<usize> {
    let Some(mut value) = table.get(problem.field) else { return table.span.clone() };
    for &at in &problem.path {
        match part(value, at) {
            Some(inner) => value = inner,
            None => return value.span(),
        }
    }
    if let DeValue::Table(fields) = value.get_ref()
        && let Some(field) = fields.get(problem.part)
    {
        return field.span();
    }
    match value.get_ref() {
        DeValue::String(_) if problem.in_text => span_in_text(text, value.span(), &problem.mistake.range),
        _ => value.span(),
    }
}

fn part<'a, 't>(value: &'a Spanned<DeValue<'t>>, at: usize) -> Option<&'a Spanned<DeValue<'t>>> {
    match value.get_ref() {
        DeValue::Array(array) => array.get(at),
        DeValue::Table(table) => match table.get("not") {
            Some(not) => Some(not),
            None => part(table.get("all").or_else(|| table.get("any"))?, at),
        },
        _ => None,
    }
}

/// Finds where the bytes of a text stand in the file that spells it, through the quotes and escapes of TOML.
fn span_in_text(file: &str, span: Range<usize>, wanted: &Range<usize>) -> Range<usize> {
    let Some(raw) = file.get(span.clone()) else { return span };
    let quotes = if raw.starts_with("\"\"\"") || raw.starts_with("'''") { 3 } else { 1 };
    let literal = raw.starts_with('\'');
    let mut at = quotes;
    if quotes == 3 {
        at += raw[at..].bytes().take_while(|byte| *byte == b'\r').count();
        at += usize::from(raw[at..].starts_with('\n'));
    }
    let (mut decoded, mut start) = (0, None);
    while decoded < wanted.end && at + quotes < raw.len() {
        if decoded >= wanted.start && start.is_none() {
            start = Some(at);
        }
        // What is no text, and an escape that is none, may lead into the middle of a character.
        let Some(rest) = raw.get(at..) else { return span };
        let (raw_bytes, decoded_bytes) = one_character(rest, literal);
        at += raw_bytes;
        decoded += decoded_bytes;
    }
    let start = start.unwrap_or(at);
    let end = if wanted.is_empty() { start } else { at.max(start) };
    let found = span.start + start..span.start + end;
    if file.get(found.clone()).is_some() { found } else { span }
}

/// Returns how many bytes the next character takes in the file, and in the text that it spells.
fn one_character(raw: &str, literal: bool) -> (usize, usize) {
    let plain = raw.chars().next().map_or(1, char::len_utf8);
    if raw.starts_with("\r\n") {
        return (2, 1);
    }
    if literal || !raw.starts_with('\\') {
        return (plain, plain);
    }
    let digits = match raw.as_bytes().get(1) {
        Some(b'x') => 2,
        Some(b'u') => 4,
        Some(b'U') => 8,
        // A backslash at the end of a line takes the line break and the white space behind it away.
        Some(byte) if byte.is_ascii_whitespace() => {
            let white = raw[1..].bytes().take_while(u8::is_ascii_whitespace).count();
            return (1 + white, 0);
        }
        _ => return (2, 1),
    };
    let spelt = raw.get(2..2 + digits).and_then(|digits| u32::from_str_radix(digits, 16).ok()).and_then(char::from_u32);
    (2 + digits, spelt.map_or(1, char::len_utf8))
}

/// Reports the bases whose current text nobody has read, each document once.
pub(super) fn report_bases(report: &mut Report<'_>, tables: &[Fields<'_, '_>], items: &[Item]) {
    let mut documents: BTreeMap<&str, (Range<usize>, usize)> = BTreeMap::new();
    for (table, item) in tables.iter().zip(items) {
        for (at, basis) in item.basis.iter().enumerate().filter(|(_, basis)| basis.verify) {
            let span = table.element_span("basis", at);
            documents.entry(&basis.document).or_insert((span, 0)).1 += 1;
        }
    }
    for (document, (span, count)) in documents {
        let message = text!("checklist.check.verify-basis", document = shown(document), count = count);
        report.add(Code::VerifyBasis, span, message, Some(text!("checklist.check.verify-basis-hint")));
    }
}

/// Reports a topic that nobody has described.
pub(super) fn report_topic(report: &mut Report<'_>, fields: &Fields<'_, '_>, topic: &TopicId, topics: &Topics) {
    if topics.get(topic).is_some() {
        return;
    }
    let hint = match nearest(&topic.0, topics.all().iter().map(|known| known.id.0.as_str())) {
        Some(meant) => text!("checklist.check.did-you-mean", word = meant),
        None => text!("checklist.check.unknown-topic-hint"),
    };
    let message = text!("checklist.check.unknown-topic", topic = shown(&topic.0));
    report.add(Code::UnknownTopic, fields.span_of("topic"), message, Some(hint));
}

/// Reports the clauses that their plan no longer has, or words in another way.
pub(super) fn report_clauses(
    report: &mut Report<'_>,
    tables: &[Fields<'_, '_>],
    items: &[Item],
    neighbours: &mut dyn Neighbours,
) {
    let named: BTreeSet<&PlanId> = items.iter().flat_map(|item| &item.clauses).map(|origin| &origin.plan).collect();
    let plans: Vec<Arc<Plan>> = named.into_iter().filter_map(|id| neighbours.plan(id)).collect();
    let clauses: HashMap<&PlanId, HashMap<&ClauseId, &Clause>> = plans
        .iter()
        .map(|plan| (&plan.head.id, plan.clauses.iter().map(|clause| (&clause.id, clause)).collect()))
        .collect();
    for (table, item) in tables.iter().zip(items) {
        for (at, origin) in item.clauses.iter().enumerate() {
            let Some(clauses) = clauses.get(&origin.plan) else { continue };
            let span = table.element_span("clauses", at);
            match clauses.get(&origin.id) {
                None => {
                    let message = text!("checklist.check.clause-gone", clause = shown(&origin.id.0));
                    report.add(Code::ClauseGone, span, message, Some(text!("checklist.check.clause-gone-hint")));
                }
                Some(clause) if !origin.fingerprint.is_empty() && clause.demand() != origin.fingerprint => {
                    let message = text!("checklist.check.clause-changed", clause = shown(&origin.id.0));
                    report.add(Code::ClauseChanged, span, message, Some(text!("checklist.check.clause-changed-hint")));
                }
                Some(_) => {}
            }
        }
    }
}
