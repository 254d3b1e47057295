//! The TOML file of a record: header first, then one table an answer, readable without the program.

use std::ops::Range;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::{
    finalise::Finalised,
    record::{Answer, Finding, Header, Record, Response, Verdict},
};
use crate::{
    checklist::{Checklist, ItemId, Value},
    error::Error,
    text,
};

/// The version of the file format that this program writes, and the newest it reads.
const FORMAT: u32 = 1;

/// A record as it was read: one that can be changed, or one that cannot.
#[derive(Clone, Debug, PartialEq)]
pub enum StoredRecord {
    /// Still being filled in.
    Draft(Record),
    /// Locked.
    Finalised(Finalised),
}

impl StoredRecord {
    /// Returns the record, to be read.
    pub fn record(&self) -> &Record {
        match self {
            Self::Draft(record) => record,
            Self::Finalised(finalised) => finalised.record(),
        }
    }
}

/// An answer as the file spells it; a field that nobody knows is an error, because saving would drop it.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct AnswerRow {
    item: ItemId,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    verdict: Option<Verdict>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    value: Option<Value>,
    #[serde(default, skip_serializing_if = "String::is_empty")]
    note: String,
    by: String,
    at: DateTime<FixedOffset>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    finding: Option<Finding>,
}

impl AnswerRow {
    fn new(item: ItemId, answer: Answer) -> Self {
        let (verdict, value) = match answer.response {
            Some(Response::Verdict(verdict)) => (Some(verdict), None),
            Some(Response::Value(value)) => (None, Some(value)),
            None => (None, None),
        };
        Self { item, verdict, value, note: answer.note, by: answer.by, at: answer.at, finding: answer.finding }
    }

    fn into_answer(self) -> (ItemId, Answer) {
        let response = self.verdict.map(Response::Verdict).or(self.value.map(Response::Value));
        let answer = Answer { response, note: self.note, finding: self.finding, by: self.by, at: self.at };
        (self.item, answer)
    }
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Answers {
    #[serde(default)]
    answer: Vec<AnswerRow>,
}

/// Returns where the header of a record's text ends: at its first answer.
pub fn header_end(text: &str) -> usize {
    text.find("\n[[answer]]").unwrap_or(text.len())
}

/// Reads the head of a record's file; `text` may end anywhere after [`header_end`].
pub fn read_header(text: &str) -> Result<Header, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header: Header = toml::from_str(&text[..header_end(text)]).map_err(|error| syntax_error(text, &error))?;
    if header.format > FORMAT {
        return Err(
            Error::input(text!("record.newer-format", format = header.format)).hint(text!("record.newer-format.hint"))
        );
    }
    Ok(header)
}

/// Reads a record's file.
pub fn read(text: &str) -> Result<StoredRecord, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let header = read_header(text)?;
    let end = header_end(text);
    let answers: Answers = toml::from_str(&text[end..]).map_err(|error| {
        let span = error.span().map(|span| Range { start: span.start + end, end: span.end + end });
        syntax_error_at(text, span, &error)
    })?;
    let mut seen = std::collections::HashSet::new();
    if let Some(twice) = answers.answer.iter().find(|row| !seen.insert(&row.item)) {
        let mark = format!("\"{}\"", twice.item);
        let offset = text.rfind(&mark).unwrap_or(end);
        return Err(Error::input(text!("record.duplicate-item", item = twice.item))
            .at_offset("", text, offset)
            .hint(text!("record.duplicate-item.hint")));
    }
    let locked = header.finalised.is_some();
    let answers = answers.answer.into_iter().map(AnswerRow::into_answer).collect();
    let record = Record { header, answers };
    Ok(if locked { StoredRecord::Finalised(Finalised::trusted(record)) } else { StoredRecord::Draft(record) })
}

/// Writes a record's file; the questions stand above the answers as comments where the checklist is given.
pub fn write(record: &Record, checklist: Option<&Checklist>) -> Result<String, Error> {
    let failed = |error: toml::ser::Error| Error::input(text!("record.not-written")).because(error);
    // A remark may hold a line that looks like the first answer; as an escape it does not.
    let mut written = toml::to_string(&record.header).map_err(failed)?.replace("\n[[answer]]", "\n\\u005b[answer]]");
    for (item, answer) in &record.answers {
        written.push('\n');
        if let Some(known) = checklist.and_then(|checklist| checklist.item(item)) {
            written.push_str("# ");
            written.extend(known.text.zh.chars().map(|letter| if letter.is_control() { ' ' } else { letter }));
            written.push('\n');
        }
        let row = AnswerRow::new(item.clone(), answer.clone());
        written.push_str(&toml::to_string(&Answers { answer: vec![row] }).map_err(failed)?);
    }
    Ok(written)
}

fn syntax_error(text: &str, error: &toml::de::Error) -> Error {
    syntax_error_at(text, error.span(), error)
}

/// Turns the reader's complaint into ours, with the place and what to do.
fn syntax_error_at(text: &str, span: Option<Range<usize>>, error: &toml::de::Error) -> Error {
    let complaint =
        Error::input(text!("record.unreadable", reason = error.message())).hint(text!("record.unreadable.hint"));
    match span {
        Some(span) => complaint.at_offset("", text, span.start),
        None => complaint,
    }
}
