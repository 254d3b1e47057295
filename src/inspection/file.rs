//! The TOML file of a record: header first, then one table an answer, readable without the program.

use std::collections::HashMap;

use chrono::{DateTime, FixedOffset};
use hashbrown::HashSet;
use memchr::memmem;
use serde::{Deserialize, Serialize};
use toml::{
    Spanned,
    de::{DeTable, DeValue, Deserializer, ValueDeserializer},
};

use super::{
    finalise::Finalised,
    record::{Answer, Finding, Header, Record, Response},
    written,
};
use crate::{
    checklist::{Checklist, FileRef, ItemId, Value, Verdict},
    error::{Error, in_toml},
    moments, text,
};

/// The version of the file format that this program writes, and the newest it reads.
const FORMAT: u32 = 1;

/// With what a table of several begins.
const TABLES: &str = "\n[[";

/// With what the line begins that says who answered.
const BY: &str = "\nby = ";

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

    /// Says whether it is a draft that nobody gave up.
    pub fn is_live_draft(&self) -> bool {
        matches!(self, Self::Draft(record) if record.header.void.is_none())
    }

    /// Takes the record out, for whoever only counts what it says.
    pub fn into_record(self) -> Record {
        match self {
            Self::Draft(record) => record,
            Self::Finalised(finalised) => finalised.into_record(),
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
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    evidence: Vec<FileRef>,
    by: String,
    #[serde(deserialize_with = "moments::spelt")]
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
        let Answer { note, finding, evidence, by, at, .. } = answer;
        Self { item, verdict, value, note, evidence, by, at, finding }
    }

    fn into_answer(self) -> (ItemId, Answer) {
        let response = self.verdict.map(Response::Verdict).or(self.value.map(Response::Value));
        let Self { note, finding, evidence, by, at, .. } = self;
        let answer = Answer { response, note, finding, evidence, by, at };
        (self.item, answer)
    }
}

/// A value that follows from the answers, as the file spells it.
#[derive(Serialize, Deserialize)]
struct ComputedRow {
    item: ItemId,
    value: Value,
}

/// What stands behind the head of a record.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Rows {
    #[serde(default)]
    answer: Vec<AnswerRow>,
    #[serde(default)]
    computed: Vec<ComputedRow>,
}

#[derive(Serialize)]
struct Computed {
    computed: [ComputedRow; 1],
}

#[derive(Serialize)]
struct Answers {
    answer: [AnswerRow; 1],
}

/// Returns where the header of a record's text ends: at its first answer, or what follows from the answers.
pub fn header_end(text: &str) -> usize {
    let is_end = |at: &usize| ["answer]]", "computed]]"].iter().any(|name| text[at + TABLES.len()..].starts_with(name));
    memmem::find_iter(text.as_bytes(), TABLES).find(is_end).unwrap_or(text.len())
}

/// Lists those who answered the items of a record, each once, from the text of its file; nobody where it cannot be read.
pub fn answered_by(text: &str) -> Vec<String> {
    // There are many records, and nearly all stand as the program writes them: one line with a plain name for each answer.
    let answers = memmem::find_iter(text.as_bytes(), "\n[[answer]]\n").count();
    let mut plain = 0;
    let mut names: Vec<&str> = Vec::new();
    for at in memmem::find_iter(text.as_bytes(), BY) {
        let line = text[at + BY.len()..].split('\n').next().unwrap_or_default();
        let Some(name) = plain_text(line) else { continue };
        plain += 1;
        if !names.contains(&name) {
            names.push(name);
        }
    }
    let mut names: Vec<String> = if answers > 0 && answers == plain {
        names.into_iter().map(str::to_owned).collect()
    } else {
        let answers = read(text).map(|stored| stored.into_record().answers).unwrap_or_default();
        answers.into_iter().map(|(_, answer)| answer.by).collect()
    };
    names.sort_unstable();
    names.dedup();
    names
}

/// Returns what stands between quotes, where nothing in it is written otherwise than it is.
fn plain_text(quoted: &str) -> Option<&str> {
    quoted.strip_prefix('"')?.strip_suffix('"').filter(|text| !text.contains(['"', '\\']))
}

/// Reads the head of a record's file; `text` may end anywhere after [`header_end`].
///
/// A line of a remark may look like the first answer. The head then ends within a text and is refused, and only [`read`]
/// tells what it says.
pub fn read_header(text: &str) -> Result<Header, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let head = &text[..header_end(text)];
    if let Some(header) = written::read::<Header>(head)
        && header.format <= FORMAT
    {
        return Ok(header);
    }
    let mut table = DeTable::parse(head).map_err(|error| in_toml(head, &error))?;
    // A person may write `[[answer]]` in a way that is not recognised as the end of the head.
    table.get_mut().remove("answer");
    table.get_mut().remove("computed");
    header(text, table)
}

/// Reads a record's file.
pub fn read(text: &str) -> Result<StoredRecord, Error> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    read_as_written(text).map_or_else(|| read_toml(text), |record| Ok(stored(record)))
}

/// Reads a record that is spelt as [`write`] spells most; nothing where it is not, or where anything is wrong with it.
pub(super) fn read_as_written(text: &str) -> Option<Record> {
    let (head, rest) = text.split_at(header_end(text));
    let header: Header = written::read(head)?;
    let Rows { answer: rows, computed } = written::read(rest)?;
    let is_good = {
        let mut seen = HashSet::with_capacity(rows.len());
        rows.iter().all(|row| (row.verdict.is_none() || row.value.is_none()) && seen.insert(&row.item))
    };
    if header.format > FORMAT || !is_good {
        return None;
    }
    let answers = rows.into_iter().map(AnswerRow::into_answer).collect();
    let computed = computed.into_iter().map(|row| (row.item, row.value)).collect();
    Some(Record { header, answers, computed })
}

/// Reads a record however its TOML is spelt.
pub(super) fn read_toml(text: &str) -> Result<StoredRecord, Error> {
    let (mut head, answers) = parts(text)?;
    let computed = match head.get_mut().remove("computed") {
        Some(rows) => {
            Vec::<ComputedRow>::deserialize(ValueDeserializer::from(rows)).map_err(|error| in_toml(text, &error))?
        }
        None => Vec::new(),
    };
    let computed = computed.into_iter().map(|row| (row.item, row.value)).collect();
    let header = header(text, head)?;
    let rows = match answers {
        Some(answers) => Vec::<Spanned<AnswerRow>>::deserialize(ValueDeserializer::from(answers))
            .map_err(|error| in_toml(text, &error))?,
        None => Vec::new(),
    };
    let mut seen = HashSet::new();
    let mut answers = Vec::with_capacity(rows.len());
    for row in rows {
        let offset = row.span().start;
        let row = row.into_inner();
        let mistake = if !seen.insert(row.item.clone()) {
            Some((text!("record.duplicate-item", item = row.item), text!("record.duplicate-item.hint")))
        } else if row.verdict.is_some() && row.value.is_some() {
            Some((text!("record.two-answers", item = row.item), text!("record.two-answers.hint")))
        } else {
            None
        };
        if let Some((message, hint)) = mistake {
            return Err(Error::input(message).at_offset("", text, offset).hint(hint));
        }
        answers.push(row.into_answer());
    }
    Ok(stored(Record { header, answers, computed }))
}

fn stored(record: Record) -> StoredRecord {
    if record.header.finalised.is_some() {
        StoredRecord::Finalised(Finalised::trusted(record))
    } else {
        StoredRecord::Draft(record)
    }
}

/// Takes the text of a record apart into its header and its answers.
fn parts(text: &str) -> Result<(Spanned<DeTable<'_>>, Option<Spanned<DeValue<'_>>>), Error> {
    let mut table = DeTable::parse(text).map_err(|error| in_toml(text, &error))?;
    let answers = table.get_mut().remove("answer");
    Ok((table, answers))
}

/// Reads a header; that of a newer format is refused before anything else in it is looked at.
fn header(text: &str, table: Spanned<DeTable<'_>>) -> Result<Header, Error> {
    if let Some(DeValue::Integer(format)) = table.get_ref().get("format").map(Spanned::get_ref)
        && u32::from_str_radix(format.as_str(), format.radix()).is_ok_and(|format| format > FORMAT)
    {
        return Err(Error::input(text!("record.newer-format", format = format.as_str()))
            .hint(text!("record.newer-format.hint")));
    }
    Header::deserialize(Deserializer::from(table)).map_err(|error| in_toml(text, &error))
}

/// Writes one answer; lists of tables stay within it, one table a line.
fn answer_text(row: AnswerRow) -> Result<String, Error> {
    let lists = matches!(row.value, Some(Value::Table(_) | Value::Files(_))) || !row.evidence.is_empty();
    let written = toml::to_string(&Answers { answer: [row] })
        .map_err(|error| Error::input(text!("record.not-written")).because(error))?;
    if !lists {
        return Ok(written);
    }
    let failed = |error: toml_edit::TomlError| Error::input(text!("record.not-written")).because(error);
    let mut document: toml_edit::DocumentMut = written.parse().map_err(failed)?;
    let answers = document.get_mut("answer").and_then(toml_edit::Item::as_array_of_tables_mut);
    for table in answers.into_iter().flat_map(toml_edit::ArrayOfTables::iter_mut) {
        for name in ["value", "evidence"] {
            if let Some(list) = table.get_mut(name).filter(|list| list.is_array_of_tables()) {
                list.make_value();
                list.as_array_mut().into_iter().for_each(one_a_line);
            }
        }
    }
    Ok(document.to_string())
}

/// Puts each element of an array on a line of its own.
fn one_a_line(array: &mut toml_edit::Array) {
    for element in array.iter_mut() {
        element.decor_mut().set_prefix("\n    ");
        element.decor_mut().set_suffix("");
    }
    array.set_trailing("\n");
    array.set_trailing_comma(true);
}

/// Writes a record's file; the questions stand above the answers as comments where the checklist is given.
pub fn write(record: &Record, checklist: Option<&Checklist>) -> Result<String, Error> {
    let failed = |error: toml::ser::Error| Error::input(text!("record.not-written")).because(error);
    let mut written = toml::to_string(&record.header).map_err(failed)?;
    let questions: HashMap<&ItemId, &str> = checklist
        .map(|checklist| checklist.items.iter().map(|item| (&item.id, item.text.zh.as_str())).collect())
        .unwrap_or_default();
    for (item, answer) in &record.answers {
        written.push('\n');
        if let Some(question) = questions.get(item) {
            written.push_str("# ");
            written.extend(question.chars().map(|letter| if letter.is_control() { ' ' } else { letter }));
            written.push('\n');
        }
        let row = AnswerRow::new(item.clone(), answer.clone());
        written.push_str(&answer_text(row)?);
    }
    for (item, value) in &record.computed {
        let row = ComputedRow { item: item.clone(), value: value.clone() };
        written.push('\n');
        written.push_str(&toml::to_string(&Computed { computed: [row] }).map_err(failed)?);
    }
    Ok(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A record as an inspector leaves it.
    const PLAIN: &str = r#"format = 1
id = "01KA0000000000000000026348"
revision = 1
finalised = "2026-03-10T09:00:00+08:00"
finalised_by = "检查员"
journal = 4

[checklist]
id = "made"
title = "综合现场检查"
version = 1
digest = "blake3:b21d52dba006e778516a3fa50e0fa6db98f6691c597e7d4225320811c4f19bf5"

[facility]
id = "U00348"
name = "云澜市第348人民医院"
type = "hospital"

[inspection]
started = "2026-03-10T09:00:00+08:00"
inspectors = ["检查员", "李明"]

[summary]
items = 3
answered = 3
conforming = 1
failed = 1
critical_failed = 0
open_findings = 1
score_rate = 66.7

# 登记本逐日填写
[[answer]]
item = "I1"
verdict = "fails"
by = "检查员"
at = "2026-03-10T09:00:00+08:00"

[answer.finding]
description = "登记缺三例"
severity = "minor"
due = "2026-10-01"
corrected_on_site = false

[[answer]]
item = "I2"
value = 5.5
note = "现场已说明"
by = "检查员"
at = "2026-03-10T09:00:00+08:00"

[[answer]]
item = "I3"
value = ["感染性", "损伤性"]
by = "检查员"
at = "2026-03-10T09:00:00+08:00"

[[computed]]
item = "I4"
value = 0.5
"#;

    #[test]
    fn those_who_answered_are_found_however_the_file_is_spelt() {
        let other = PLAIN.replacen("\nby = \"检查员\"", "\nby = \"赵强\"", 1);
        let cases = [
            (PLAIN.to_owned(), vec!["检查员"]),
            (other.clone(), vec!["检查员", "赵强"]),
            (other.replacen("[[answer]]", "[[ answer ]]", 1), vec!["检查员", "赵强"]),
            (other.replace("\nby = \"", "\n\"by\" = \""), vec!["检查员", "赵强"]),
            (other.replacen("\"赵强\"", "\"赵\\u5f3a\"", 1), vec!["检查员", "赵强"]),
            (PLAIN.replace("\"现场已说明\"", "\"\"\"\nby = \"乙\"\n\"\"\""), vec!["检查员"]),
            (String::new(), vec![]),
        ];
        for (text, expected) in cases {
            assert_eq!(answered_by(&text), expected, "{text}");
        }
    }

    #[test]
    fn what_inspectors_leave_is_read_as_it_is_written() {
        let read = read_as_written(PLAIN).expect("nothing in it is spelt otherwise");
        assert_eq!(write(&read, None).expect("written"), PLAIN.replace("# 登记本逐日填写\n", ""));
        assert_eq!(read_toml(PLAIN).expect("TOML").record(), &read);
    }

    #[test]
    fn what_is_wrong_is_left_to_the_reader_of_toml() {
        let twice = PLAIN.replace("\"I2\"", "\"I1\"");
        let two_answers = PLAIN.replace("value = 5.5", "value = 5.5\nverdict = \"fails\"");
        let unknown = PLAIN.replace("revision = 1", "revision = 1\nremarks = \"\"");
        for text in [twice, two_answers, unknown, PLAIN.replace("format = 1", "format = 2")] {
            assert_eq!(read_as_written(&text), None, "{text}");
            assert!(read_toml(&text).is_err());
        }
    }
}
