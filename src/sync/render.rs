//! From the fields of a document to the bytes of its file, the same on every device.

use std::fmt::Write as _;

use toml::{Table, Value};

use super::{
    fields::{Fields, expression, flatten, unescape, unflatten},
    kind::{Content, Kind},
    merge::{Conflict, View},
    wording::{Asked, field_name, record_value},
};
use crate::{
    checklist::{self, Checklist, ItemId},
    facility::Facility,
    i18n::Lang,
    inspection::{self, Editing, Record, Sheet, Summary},
    store::Workspace,
};

/// A document as it is to be written.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Rendered {
    /// The bytes of the file.
    pub text: String,
    /// The fields that the file has: those of the view, and what writing it adds by itself.
    pub fields: Fields,
}

/// Takes the bytes of a file apart; nothing where it is no file of its kind.
pub fn fields_of(kind: &Kind, bytes: &[u8]) -> Option<Fields> {
    if kind.content == Content::Whole {
        let digest = Value::String(blake3::hash(bytes).to_hex().to_string());
        return Some(Fields::from([("content".to_owned(), digest.to_string())]));
    }
    let text = std::str::from_utf8(bytes).ok()?;
    flatten(&toml::from_str(text.strip_prefix('\u{feff}').unwrap_or(text)).ok()?, kind.shape)
}

/// Writes a document; nothing where its fields make no file that this version can read.
pub fn render(workspace: &Workspace, kind: &Kind, view: &View) -> Option<Rendered> {
    let text = exact(kind, view).map_or_else(|| canonical(workspace, kind, view), |text| Some(text.to_owned()))?;
    let fields = fields_of(kind, text.as_bytes())?;
    Some(Rendered { text, fields })
}

/// Writes a document as [`render`] does, for whoever does not ask which fields it has.
pub fn render_text(workspace: &Workspace, kind: &Kind, view: &View) -> Option<String> {
    // What somebody else has written was read when it was compared with the fields.
    let exact = exact(kind, view).map(str::to_owned);
    exact.or_else(|| canonical(workspace, kind, view).filter(|text| fields_of(kind, text.as_bytes()).is_some()))
}

/// Returns the bytes that somebody has written of a document, where they are what it has come to.
fn exact<'view>(kind: &Kind, view: &'view View) -> Option<&'view str> {
    let locked = kind.content == Content::Fields;
    view.text.as_deref().filter(|text| locked || fields_of(kind, text.as_bytes()).as_ref() == Some(&view.fields))
}

fn canonical(workspace: &Workspace, kind: &Kind, view: &View) -> Option<String> {
    let table = unflatten(&view.fields, kind.shape)?;
    match kind.name {
        "record" => record_text(workspace, table, &view.conflicts),
        "facilities" | "register" => facilities_text(&table),
        "checklist" | "bank" => {
            let plain = toml::to_string(&table).ok()?;
            let read = checklist::read(&plain).checklist;
            Some(read.map_or(plain, |checklist| checklist::write(&checklist)))
        }
        _ => toml::to_string(&table).ok(),
    }
}

/// Writes a record with the summary that follows from its answers, and with what is in dispute above the answer.
fn record_text(workspace: &Workspace, mut table: Table, conflicts: &[Conflict]) -> Option<String> {
    table.insert("summary".to_owned(), Value::try_from(Summary::default()).ok()?);
    let stored = inspection::read(&toml::to_string(&table).ok()?).ok()?;
    let record = stored.record().clone();
    let checklist = workspace.checklist_of(&record).ok();
    let day = record.header.inspection.started.date_naive();
    let sheet =
        Sheet::new(checklist.clone().unwrap_or_default(), &record.header.facility, day, record.answers.iter().cloned());
    let record = Editing::open(record.header, sheet, Vec::new()).record();
    let text = inspection::write(&record, checklist.as_deref()).ok()?;
    let marked = with_conflicts(&text, conflicts, checklist.as_deref());
    // A text that looks like an answer must not get a comment into the middle of it.
    let unharmed = inspection::read(&marked).is_ok_and(|stored| *stored.record() == reread(&text, &record));
    Some(if unharmed { marked } else { text })
}

fn reread(text: &str, record: &Record) -> Record {
    inspection::read(text).map_or_else(|_| record.clone(), |stored| stored.record().clone())
}

/// Puts the values that people disagree on above the answer that they are about, as comments.
fn with_conflicts(text: &str, conflicts: &[Conflict], checklist: Option<&Checklist>) -> String {
    const ANSWER: &str = "[[answer]]\n";
    let mut marked = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find(ANSWER) {
        let (before, answer) = rest.split_at(at);
        marked.push_str(before);
        let item = answer.lines().nth(1).and_then(|line| line.strip_prefix("item = ")).and_then(expression);
        let item = item.as_ref().and_then(Value::as_str).unwrap_or_default();
        // Every device writes the same bytes, whatever language its people read, as it does with the questions.
        let lang = Lang::Zh;
        let asked = checklist.and_then(|checklist| Asked::of(checklist, &ItemId(item.to_owned())));
        for conflict in conflicts {
            let place = conflict.field.strip_prefix("answer/").and_then(|field| field.split_once('/'));
            if let Some((_, path)) = place.filter(|(of, _)| unescape(of) == item) {
                for candidate in &conflict.candidates {
                    let value = record_value(path, candidate.value.as_deref(), asked, lang);
                    // Writing to a string cannot fail.
                    let _ = writeln!(
                        marked,
                        "# {}{} {} | {} | {}",
                        lang.t("sync.conflict-mark"),
                        field_name(path, lang),
                        value.replace(char::is_control, " "),
                        candidate.person.replace(char::is_control, " "),
                        candidate.at.format("%Y-%m-%d %H:%M"),
                    );
                }
            }
        }
        marked.push_str(ANSWER);
        rest = &answer[ANSWER.len()..];
    }
    marked.push_str(rest);
    marked
}

/// Writes the register with its fields in their usual order.
fn facilities_text(table: &Table) -> Option<String> {
    #[derive(serde::Serialize, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Register {
        #[serde(default)]
        facility: Vec<Facility>,
    }
    match table.clone().try_into::<Register>() {
        Ok(register) => toml::to_string(&register).ok(),
        // A newer version knows more of a unit than this one.
        Err(_) => toml::to_string(table).ok(),
    }
}
