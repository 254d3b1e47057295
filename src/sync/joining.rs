//! Joining drafts: two people began the same inspection before either knew of the other, and go on in one draft.
//!
//! The draft that was begun last is joined into the one that was begun first, whoever asks for it. It says so itself
//! (`joined_into`), stays as it was, and is closed; the other one lists it (`joined`). From then on everything that anybody
//! says of the closed one, also later on a computer that has not heard of it, counts as said of the other one: answers come
//! together, and what was answered differently is a conflict like every other one. It follows from the set of revisions
//! alone, so that it comes to the same on every device, and two that join the same drafts have said the same.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use toml::Value;

use super::{
    fields::{Fields, expression},
    kind::{self, Kind},
    members,
    merge::{History, Known, View, learn, view},
    render::{fields_of, render},
    revision::{Revision, RevisionId},
    rows::{rows, rows_in, rows_text},
    wording::Wording,
};
use crate::{
    error::{Error, Kind as ErrorKind, Result},
    inspection::RecordId,
    store::{RecordRow, TakenOver, Workspace},
    text,
};

/// The file of what is to be joined with the next sync.
const JOINS: &str = "joins.toml";

/// The field of a draft that names those that were joined into it.
const JOINED: &str = "joined";

/// The field of a draft that names the one that it was joined into.
const INTO: &str = "joined_into";

/// A draft that is to be joined into another one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Join {
    /// The one that goes on.
    pub into: RecordId,
    /// The one that is closed.
    pub from: RecordId,
}

/// What joining came to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Joined {
    /// The draft that goes on.
    pub into: RecordId,
    /// Those that are closed.
    pub from: Vec<RecordId>,
    /// Whether it is done; else the next sync does it.
    pub is_done: bool,
}

fn document(id: &str) -> String {
    format!("record/{id}")
}

fn record_kind(document: &str) -> Option<&'static Kind> {
    kind::of(document).filter(|kind| kind.name == "record")
}

/// Joins drafts of one inspection: with the next sync, or at once where the workspace belongs to no hub.
///
/// Drafts of something else, of another version of the checklist, finalised ones and closed ones are refused.
pub fn join(workspace: &Workspace, drafts: &[RecordId], now: DateTime<FixedOffset>) -> Result<Joined> {
    workspace.require_writable()?;
    let drafts: BTreeSet<&RecordId> = drafts.iter().collect();
    let all = workspace.all_records().found;
    let rows: Vec<&RecordRow> = all.iter().filter(|row| drafts.contains(&row.id)).collect();
    require_same(&drafts, &rows)?;
    let mut ids = drafts.into_iter().cloned();
    let Some(into) = ids.next() else { return Err(too_few()) };
    let joins: Vec<Join> = ids.map(|from| Join { into: into.clone(), from }).collect();
    let is_done = !members::belongs(workspace)?;
    if is_done {
        let path = |id: &RecordId| rows.iter().find(|row| row.id == *id).map_or("", |row| row.path.as_str());
        joins.iter().try_for_each(|join| join_files(workspace, join, path(&join.into), path(&join.from), now))?;
    } else {
        change(workspace, |waiting| {
            waiting.retain(|join| !joins.contains(join));
            waiting.extend(joins.iter().cloned());
        })?;
    }
    Ok(Joined { into, from: joins.into_iter().map(|join| join.from).collect(), is_done })
}

fn too_few() -> Error {
    Error::new(ErrorKind::Usage, text!("join.too-few")).hint(text!("join.too-few.hint"))
}

/// Refuses what is no set of drafts of one inspection.
fn require_same(drafts: &BTreeSet<&RecordId>, rows: &[&RecordRow]) -> Result<()> {
    if drafts.len() < 2 {
        return Err(too_few());
    }
    if let Some(missing) = drafts.iter().find(|id| !rows.iter().any(|row| row.id == ***id)) {
        let missing = Error::new(ErrorKind::NotFound, text!("record.missing", id = missing));
        return Err(missing.hint(text!("record.missing.hint")));
    }
    for row in rows {
        let refused = |message, hint| Err(Error::new(ErrorKind::Usage, message).hint(hint));
        if row.finalised.is_some() {
            return refused(text!("join.finalised", id = row.id), text!("join.finalised.hint", id = row.id));
        }
        if let Some(into) = &row.joined_into {
            return refused(text!("join.closed", id = row.id, into = into), text!("join.closed.hint", into = into));
        }
        let what = |row: &RecordRow| (row.facility.id.clone(), row.checklist.id.clone(), row.revises.clone());
        if what(row) != what(rows[0]) {
            return refused(text!("join.other", id = row.id, other = rows[0].id), text!("join.other.hint"));
        }
        if row.checklist.digest != rows[0].checklist.digest {
            return refused(text!("join.version", id = row.id, other = rows[0].id), text!("join.version.hint"));
        }
    }
    Ok(())
}

/// Lists what waits for the next sync.
pub fn waiting(workspace: &Workspace) -> Result<Vec<Join>> {
    rows(workspace, JOINS)
}

/// Takes out what was sent; what a person has asked for in the meantime was not.
pub(super) fn were_sent(workspace: &Workspace, sent: &[Join]) -> Result<()> {
    change(workspace, |waiting| waiting.retain(|join| !sent.contains(join)))
}

fn change(workspace: &Workspace, change: impl FnOnce(&mut Vec<Join>)) -> Result<()> {
    workspace.change_sync_file(JOINS, |bytes| {
        let mut joins = rows_in(workspace, JOINS, bytes)?;
        change(&mut joins);
        Ok(rows_text(joins)?.into_bytes())
    })
}

/// Returns the documents that some joins concern.
pub(super) fn documents(joins: &[Join]) -> BTreeSet<String> {
    joins.iter().flat_map(|join| [document(&join.into.0), document(&join.from.0)]).collect()
}

/// Makes the steps that say in both drafts that they were joined, on top of everything that is known of either.
///
/// Whoever has finalised one of them in the meantime has settled it: then they stay two.
pub(super) fn steps(joins: &[Join], histories: &BTreeMap<String, History>, at: DateTime<FixedOffset>) -> Vec<Revision> {
    let mut into: BTreeMap<String, (View, BTreeSet<String>)> = BTreeMap::new();
    let mut said = Vec::new();
    let known = |document: &str| {
        let history = histories.get(document).filter(|history| !history.is_empty())?;
        let view = view(record_kind(document)?, history);
        (!view.fields.contains_key("final")).then_some(view)
    };
    for join in joins {
        let (to, from) = (document(&join.into.0), document(&join.from.0));
        let (Some(one), Some(other)) = (known(&to), known(&from)) else { continue };
        let value = Value::String(join.into.to_string()).to_string();
        if other.fields.get(INTO) != Some(&value) {
            said.push(step(&from, other.heads, INTO, value, at));
        }
        into.entry(to).or_insert_with(|| (one, BTreeSet::new())).1.insert(join.from.to_string());
    }
    for (document, (view, from)) in into {
        let mut all = names(view.fields.get(JOINED).map(String::as_str));
        let before = all.len();
        all.extend(from);
        if all.len() > before {
            let value = Value::Array(all.into_iter().map(Value::String).collect()).to_string();
            said.push(step(&document, view.heads, JOINED, value, at));
        }
    }
    said
}

fn step(document: &str, parents: Vec<RevisionId>, field: &str, value: String, at: DateTime<FixedOffset>) -> Revision {
    let set = BTreeMap::from([(field.to_owned(), value)]);
    Revision { document: document.to_owned(), parents, at, clear: Vec::new(), text: None, set }
}

/// Reads a list of numbers of records.
fn names(value: Option<&str>) -> BTreeSet<String> {
    let Some(Value::Array(list)) = value.and_then(expression) else { return BTreeSet::new() };
    list.iter().filter_map(|one| Some(one.as_str()?.to_owned())).collect()
}

/// Returns the draft that a record, as it came to be, was joined into.
pub(super) fn goes_on_in(document: &str, view: &View) -> Option<String> {
    record_kind(document)?;
    let value = view.fields.get(INTO).filter(|_| !view.fields.contains_key("final"))?;
    expression(value)?.as_str().map(self::document).filter(|into| into != document)
}

/// Lists the documents that were ever joined into the one with this history.
fn joined(history: &History) -> BTreeSet<String> {
    let said = history.values().filter(|known| known.counts && record_kind(&known.revision.document).is_some());
    let lists = said.filter_map(|known| known.revision.set.get(JOINED));
    lists.flat_map(|list| names(Some(list))).map(|id| document(&id)).collect()
}

/// Adds to the histories of drafts what was said of those that were joined into them; `read` gives the histories of others.
pub(super) fn with_joined(
    histories: &mut BTreeMap<String, History>,
    mut read: impl FnMut(&BTreeSet<String>) -> BTreeMap<String, History>,
) {
    let mut closed: BTreeMap<String, History> = BTreeMap::new();
    loop {
        let named = histories.values().chain(closed.values()).flat_map(joined);
        let wanted: BTreeSet<String> = named.filter(|document| !closed.contains_key(document)).collect();
        if wanted.is_empty() {
            break;
        }
        let read = read(&wanted);
        closed.extend(wanted.into_iter().map(|document| {
            let history = read.get(&document).cloned().unwrap_or_default();
            (document, history)
        }));
    }
    for (document, history) in histories.iter_mut() {
        let mut seen = BTreeSet::from([document.clone()]);
        let mut next: Vec<String> = joined(history).into_iter().collect();
        while let Some(from) = next.pop() {
            let Some(theirs) = closed.get(&from).filter(|_| seen.insert(from.clone())) else { continue };
            next.extend(joined(theirs));
            for (id, known) in theirs {
                learn(history, *id, said_of(document, known));
            }
        }
    }
}

/// Returns a step of a closed draft as one of the draft that it was joined into: what people filled in, without what makes
/// it a record of its own.
fn said_of(document: &str, known: &Known) -> Known {
    let is_filled_in = |field: &String| field.starts_with("answer/") || field.starts_with("inspection/");
    let Revision { parents, at, clear, set, .. } = &*known.revision;
    let revision = Revision {
        document: document.to_owned(),
        parents: parents.clone(),
        at: *at,
        clear: clear.iter().filter(|field| is_filled_in(field)).cloned().collect(),
        text: None,
        set: set
            .iter()
            .filter(|(field, _)| is_filled_in(field))
            .map(|(key, value)| (key.clone(), value.clone()))
            .collect(),
    };
    Known { revision: Arc::new(revision), ..known.clone() }
}

/// Joins the files of two drafts, where nothing ever travels; what was filled in differently has to be settled before.
fn join_files(workspace: &Workspace, join: &Join, into: &str, from: &str, at: DateTime<FixedOffset>) -> Result<()> {
    let to = document(&join.into.0);
    let Some(kind) = record_kind(&to) else { return Ok(()) };
    let [(into_fields, into_known), (from_fields, from_known)] =
        [read(workspace, kind, into)?, read(workspace, kind, from)?];
    let said = |fields: &Fields| Known {
        revision: Arc::new(Revision {
            document: to.clone(),
            parents: Vec::new(),
            at,
            clear: Vec::new(),
            text: None,
            set: fields.clone(),
        }),
        person: String::new(),
        counts: true,
    };
    let mut history = History::new();
    let (one, other) = (said(&into_fields), said_of(&to, &said(&from_fields)));
    for known in [one, other] {
        learn(&mut history, known.revision.id(), known);
    }
    let mut merged = view(kind, &history);
    if !merged.conflicts.is_empty() {
        let (wording, lang) = (Wording::new(workspace), workspace.settings().language);
        let places = merged.conflicts.iter().map(|conflict| wording.place(&to, &conflict.field, lang));
        let differ = Error::new(ErrorKind::Usage, text!("join.differ", places = lang.list(places)));
        return Err(differ.hint(text!("join.differ.hint")));
    }
    let mut all = names(into_fields.get(JOINED).map(String::as_str));
    all.insert(join.from.to_string());
    merged.fields.insert(JOINED.to_owned(), Value::Array(all.into_iter().map(Value::String).collect()).to_string());
    let mut closed = View { fields: from_fields, ..View::default() };
    closed.fields.insert(INTO.to_owned(), Value::String(join.into.to_string()).to_string());
    // The one that goes on comes first: an interruption leaves two drafts, which can be joined again.
    for (path, view, known) in [(into, merged, into_known), (from, closed, from_known)] {
        let failed = || Error::input(text!("record.not-written")).at(workspace.root().join(path));
        let written = render(workspace, kind, &view).ok_or_else(failed)?;
        let file = TakenOver { path, bytes: written.text.as_bytes(), known: Some(&known) };
        if workspace.take_over(&[file]).swap_remove(0)?.is_none() {
            let changed = Error::input(text!("sync.changed-meanwhile")).at(workspace.root().join(path));
            return Err(changed.hint(text!("sync.changed-meanwhile.hint")));
        }
    }
    Ok(())
}

fn read(workspace: &Workspace, kind: &Kind, path: &str) -> Result<(Fields, crate::checklist::Digest)> {
    let unreadable = || Error::input(text!("sync.unreadable-file")).at(workspace.root().join(path));
    let content = workspace.file(path)?.ok_or_else(unreadable)?;
    let fields = fields_of(kind, &content.bytes).ok_or_else(unreadable)?;
    Ok((fields, content.digest))
}

#[cfg(test)]
#[path = "joining_tests.rs"]
mod tests;
