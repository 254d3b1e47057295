//! Between the workspace and what is sent: what changed here, and putting what others changed into the files.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset};

use super::{
    fields::Fields,
    joining,
    kind::{self, Content, Kind},
    merge::{Conflict, History, Known, View, view},
    render::{Rendered, fields_of, render},
    revision::{Revision, RevisionId},
    state::{Archive, Document, HISTORIES, OpenConflict, OpenValue, State},
};
use crate::{
    checklist::Digest,
    error::{Error, Result},
    facility,
    i18n::Text,
    store::{FileSigns, Workspace},
    text,
};

/// A decision between the values of a conflict that waits to be sent.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Choice {
    /// The document.
    pub document: String,
    /// The field.
    pub field: String,
    /// The value; nothing where the field is taken out.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub value: Option<String>,
}

/// What changed here since the last time.
#[derive(Debug, Default)]
pub struct Changes {
    /// The steps to send.
    pub revisions: Vec<Revision>,
    /// The files they come from, and files of which only the signs changed.
    seen: Vec<(String, FileSigns, Digest)>,
    /// The files that cannot be sent, each with what is wrong.
    pub unreadable: Vec<Error>,
    /// The files to send whole, by digest.
    pub wholes: BTreeMap<String, String>,
}

/// How many bytes of files are looked at together: what they say is in memory meanwhile, several times over.
const PORTION: u64 = 1024 * 1024;

/// Lists the files that may say something else than the last time, by their signs, in portions that fit into memory.
pub fn portions(workspace: &Workspace, state: &State) -> Vec<Vec<FileSigns>> {
    let mut portions = Vec::new();
    let (mut portion, mut bytes) = (Vec::new(), 0);
    for signs in workspace.files() {
        let Some((_, document)) = kind::at(&signs.path) else { continue };
        let is_known = state.documents.get(&document).is_some_and(|known| {
            known.path == signs.path && (known.size, known.changed) == (signs.whole(), signs.changed)
        });
        if is_known {
            continue;
        }
        if bytes + signs.whole() > PORTION && !portion.is_empty() {
            portions.push(std::mem::take(&mut portion));
            bytes = 0;
        }
        bytes += signs.whole();
        portion.push(signs);
    }
    portions.push(portion);
    portions
}

/// The number of files that are read and understood at the same time, which is most of the work where much is new.
const READERS: usize = 4;

/// Finds what changed in some files of the workspace since the last time.
pub fn collect(
    workspace: &Workspace,
    state: &State,
    archive: &mut Archive,
    portion: Vec<FileSigns>,
    at: DateTime<FixedOffset>,
) -> Changes {
    let named = portion.into_iter().filter_map(|signs| Some((kind::at(&signs.path)?, signs)));
    let files: Vec<_> = named.map(|((kind, document), signs)| (kind, document, signs)).collect();
    let histories = archive.histories(state, &files.iter().map(|(_, document, _)| document.clone()).collect());
    let look = |part: &[_]| {
        let mut changes = Changes::default();
        for file in part {
            changes.look_at(workspace, state, file, &histories, at);
        }
        changes
    };
    let mut changes = Changes::default();
    std::thread::scope(|scope| {
        let parts = files.chunks(files.len().div_ceil(READERS).max(1));
        let readers: Vec<_> = parts.map(|part| scope.spawn(move || look(part))).collect();
        for reader in readers {
            // A reader has changed nothing; its panic goes on here.
            changes.append(reader.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        }
    });
    changes
}

impl Changes {
    fn append(&mut self, mut other: Self) {
        self.revisions.append(&mut other.revisions);
        self.seen.append(&mut other.seen);
        self.unreadable.append(&mut other.unreadable);
        self.wholes.append(&mut other.wholes);
    }

    /// Adds what changed in one file, that of a document.
    fn look_at(
        &mut self,
        workspace: &Workspace,
        state: &State,
        (kind, document, signs): &(&'static Kind, String, FileSigns),
        histories: &BTreeMap<String, History>,
        at: DateTime<FixedOffset>,
    ) {
        let nothing = History::new();
        let content = match workspace.file(&signs.path) {
            Ok(Some(content)) => content,
            Ok(None) => return,
            Err(error) => {
                self.unreadable.push(error);
                return;
            }
        };
        let mut unreadable = |message: Text, hint: Text| {
            self.unreadable.push(Error::input(message).at(workspace.root().join(&signs.path)).hint(hint));
        };
        let Some(fields) = fields_of(kind, &content.bytes) else {
            return unreadable(text!("sync.unreadable"), text!("sync.unreadable.hint"));
        };
        let made_of = state.documents.get(document).map_or(&[][..], |known| &known.made_of);
        let history = histories.get(document).unwrap_or(&nothing);
        if let Some((message, hint)) = altered(kind, document, &content.bytes, &up_to(history, made_of)) {
            return unreadable(message, hint);
        }
        self.seen.push((document.clone(), signs.clone(), content.digest));
        if made_of.is_empty() && is_said_already(state, kind, history, &content.bytes) {
            return;
        }
        if let Some(mut revision) = step(workspace, kind, history, made_of, &fields, at) {
            revision.document.clone_from(document);
            let locked = kind.name == "record" && fields.contains_key("final");
            if kind.content == Content::FieldsAndBytes || locked {
                revision.text = Some(String::from_utf8_lossy(&content.bytes).into_owned());
            }
            self.revisions.push(revision);
        }
        if kind.content == Content::Whole {
            // Also where it was said already: the file itself may not have gone before an interruption.
            self.wholes.insert(blake3::hash(&content.bytes).to_hex().to_string(), signs.path.clone());
        }
    }
}

/// Says whether a file that a new workspace began with is nobody's word beside what the hub has: the invented units where
/// there is a register, and a plan that was read of the same document.
fn is_said_already(state: &State, kind: &Kind, history: &History, bytes: &[u8]) -> bool {
    let is_register = |document: &String| document == "facilities" || document.starts_with("register/");
    match kind.name {
        "facilities" => bytes == facility::SAMPLE.as_bytes() && state.documents.keys().any(is_register),
        "plan" => !history.is_empty(),
        _ => false,
    }
}

/// Says what is wrong with a file that may never change and has: what is kept under its digest, and what was finalised.
///
/// Sending it would put the damage into everybody's good copy.
pub(super) fn altered(kind: &Kind, document: &str, bytes: &[u8], made_of: &History) -> Option<(Text, Text)> {
    if !kind.may_be(document, blake3::hash(bytes).to_hex().as_str()) {
        return Some((text!("sync.altered-digest"), text!("sync.altered.hint")));
    }
    if kind.name != "record" {
        return None;
    }
    let frozen = view(kind, made_of);
    let is_finalised = frozen.fields.contains_key("final");
    let is_other = frozen.text.is_some_and(|text| text.as_bytes() != bytes);
    (is_finalised && is_other).then(|| (text!("sync.altered-record"), text!("sync.altered.hint")))
}

/// Makes the steps of decisions, each on top of everything that is known of its document.
pub fn decide(state: &State, archive: &mut Archive, choices: &[Choice], at: DateTime<FixedOffset>) -> Changes {
    let histories = archive.histories(state, &choices.iter().map(|choice| choice.document.clone()).collect());
    let mut changes = Changes::default();
    for choice in choices {
        let known = histories.get(&choice.document).filter(|history| !history.is_empty());
        let decided = known.and_then(|history| decision(choice, history, &changes.revisions, at));
        changes.revisions.extend(decided);
    }
    changes
}

/// Compares a file with what it was made of; nothing where nothing was changed.
///
/// What the document has come to elsewhere in the meantime is no change of this file.
fn step(
    workspace: &Workspace,
    kind: &Kind,
    history: &History,
    made_of: &[RevisionId],
    fields: &Fields,
    at: DateTime<FixedOffset>,
) -> Option<Revision> {
    let base = view(kind, &up_to(history, made_of));
    let now = view(kind, history);
    let written = |view: &View| {
        // Most documents are new, and nothing has to be written to know what nothing says.
        let written = (!view.heads.is_empty()).then(|| render(workspace, kind, view)).flatten();
        written.map(|written| written.fields).unwrap_or_default()
    };
    let [base_written, now_written] = [&base, &now].map(written);
    let set = fields.iter().filter(|(path, value)| {
        let had = |fields: &Fields| fields.get(*path) == Some(*value);
        !had(&base.fields) && !had(&base_written) && !had(&now.fields) && !had(&now_written)
    });
    let gone = base.fields.keys().filter(|path| {
        !fields.contains_key(*path) && base_written.contains_key(*path) && now.fields.contains_key(*path)
    });
    let revision = Revision {
        document: String::new(),
        parents: made_of.to_vec(),
        at,
        clear: gone.cloned().collect(),
        text: None,
        set: set.map(|(path, value)| (path.clone(), value.clone())).collect(),
    };
    (!revision.set.is_empty() || !revision.clear.is_empty()).then_some(revision)
}

/// Makes the step of a decision: on top of everything that is known, and of the decisions before it.
fn decision(choice: &Choice, history: &History, before: &[Revision], at: DateTime<FixedOffset>) -> Option<Revision> {
    let kind = kind::of(&choice.document)?;
    let mut parents = view(kind, history).heads;
    parents.extend(before.iter().filter(|revision| revision.document == choice.document).map(Revision::id));
    let mut set = BTreeMap::new();
    if let Some(value) = &choice.value {
        set.insert(choice.field.clone(), value.clone());
        // Whoever keeps a value of something that another one deleted keeps the thing.
        let names: Vec<_> = choice.field.split('/').collect();
        if let Some(keyed) = kind.shape.keyed.iter().find(|keyed| names.len() > 2 && keyed.path == names[0]) {
            set.insert(format!("{}/{}/~", keyed.path, names[1]), "true".to_owned());
        }
    }
    let clear = choice.value.is_none().then(|| choice.field.clone()).into_iter().collect();
    Some(Revision { document: choice.document.clone(), parents, at, clear, text: None, set })
}

/// Keeps what some revisions are made of: themselves and everything that they are on top of.
pub(super) fn up_to(history: &History, made_of: &[RevisionId]) -> History {
    let mut kept = History::new();
    let mut next: Vec<RevisionId> = made_of.to_vec();
    while let Some(id) = next.pop() {
        if let Some(known) = history.get(&id).filter(|_| !kept.contains_key(&id)) {
            next.extend(&known.revision.parents);
            // Whether a word counted was settled when the file was written.
            kept.insert(id, Known { counts: true, ..known.clone() });
        }
    }
    kept
}

/// Remembers what was sent: the files are made of it now.
pub fn remember(state: &mut State, changes: &Changes) {
    for (document, signs, digest) in &changes.seen {
        let row = state.documents.entry(document.clone()).or_default();
        row.path.clone_from(&signs.path);
        (row.size, row.changed, row.digest) = (signs.whole(), signs.changed, Some(digest.clone()));
    }
    for revision in &changes.revisions {
        let row = state.documents.entry(revision.document.clone()).or_default();
        row.made_of.retain(|id| !revision.parents.contains(id));
        row.made_of.push(revision.id());
    }
}

/// What putting others' changes into the files came to.
#[derive(Debug, Default)]
pub struct Applied {
    /// The files that were written.
    pub written: Vec<String>,
    /// Documents with steps whose author has no say in them, with the author.
    pub not_counted: BTreeSet<(String, String)>,
    /// What could not be written, each with what is wrong.
    pub failed: Vec<Error>,
    /// The documents of these, to be tried again the next time.
    pub waiting: BTreeSet<String>,
    /// The drafts in which others go on that were joined into them.
    go_on: BTreeSet<String>,
}

/// The number of files that are written at the same time: most of the time of each is waiting for the disk.
const WRITERS: usize = 8;

/// A document as it is to be in its file.
struct Planned {
    document: String,
    path: String,
    bytes: Vec<u8>,
    known: Option<Digest>,
    /// Size, with that of the journal, and time of the last change when the file was last looked at.
    seen: (u64, i64),
    made_of: Vec<RevisionId>,
}

/// What writing a file came to, with the signs under which it need not be looked at again.
enum Written {
    /// It said the same already.
    Same(Option<FileSigns>),
    /// It was written.
    Anew(Option<FileSigns>),
    /// It was changed since it was last looked at.
    Changed,
}

/// Puts documents into their files, the way all devices have them.
///
/// `fetch` gives the bytes of a digest. A file that was changed since it was last looked at is left for the next time.
pub fn apply(
    workspace: &Workspace,
    state: &mut State,
    archive: &mut Archive,
    documents: &BTreeSet<String>,
    fetch: &mut dyn FnMut(&str) -> Result<Option<Vec<u8>>>,
) -> Applied {
    let mut applied = Applied::default();
    // Records are counted with the versions of their checklists, so these come first.
    let (first, second): (Vec<&String>, Vec<&String>) =
        documents.iter().partition(|document| document.starts_with("version/"));
    for part in first.chunks(HISTORIES).chain(second.chunks(HISTORIES)) {
        let part = part.iter().copied().cloned().collect();
        apply_part(workspace, state, archive, &part, fetch, &mut applied);
    }
    let mut done = documents.clone();
    loop {
        // What was said of a draft that was joined into another one is in that one, too.
        let further: BTreeSet<String> = applied.go_on.difference(&done).cloned().collect();
        if further.is_empty() {
            return applied;
        }
        apply_part(workspace, state, archive, &further, fetch, &mut applied);
        done.extend(further);
    }
}

fn apply_part(
    workspace: &Workspace,
    state: &mut State,
    archive: &mut Archive,
    documents: &BTreeSet<String>,
    fetch: &mut dyn FnMut(&str) -> Result<Option<Vec<u8>>>,
    applied: &mut Applied,
) {
    let histories = archive.histories(state, documents);
    let mut planned = Vec::with_capacity(histories.len());
    for (document, history) in histories {
        match plan(workspace, state, &document, &history, fetch, applied) {
            Ok(one) => planned.extend(one),
            Err(error) => applied.put_off(document, error),
        }
    }
    for (one, result) in planned.iter().zip(write(workspace, &planned)) {
        match result {
            Ok(Written::Changed) => {
                // Its changes are collected first, the next time.
                let error = Error::input(text!("sync.changed-meanwhile")).at(workspace.root().join(&one.path));
                applied.put_off(one.document.clone(), error.hint(text!("sync.changed-meanwhile.hint")));
            }
            Ok(Written::Same(signs)) => note(state, one, signs),
            Ok(Written::Anew(signs)) => {
                note(state, one, signs);
                applied.written.push(one.path.clone());
            }
            Err(error) => applied.put_off(one.document.clone(), error),
        }
    }
}

impl Applied {
    fn put_off(&mut self, document: String, error: Error) {
        self.failed.push(error);
        self.waiting.insert(document);
    }
}

/// Works out what a document is to be; nothing where nobody whose word counts has said anything of it.
fn plan(
    workspace: &Workspace,
    state: &mut State,
    document: &str,
    history: &History,
    fetch: &mut dyn FnMut(&str) -> Result<Option<Vec<u8>>>,
    applied: &mut Applied,
) -> Result<Option<Planned>> {
    let Some(kind) = kind::of(document) else { return Ok(None) };
    let silent = history.values().filter(|known| !known.counts);
    applied.not_counted.extend(silent.map(|known| (document.to_owned(), known.person.clone())));
    let merged = view(kind, history);
    if merged.fields.is_empty() {
        return Ok(None);
    }
    let row = state.documents.entry(document.to_owned()).or_default();
    let goes_on_in = joining::goes_on_in(document, &merged);
    // What was filled in differently in a draft that goes on elsewhere is decided there.
    let is_here = |conflict: &&Conflict| goes_on_in.is_none() || !conflict.field.contains('/');
    row.conflicts = merged.conflicts.iter().filter(is_here).map(|conflict| shown(document, conflict)).collect();
    applied.go_on.extend(goes_on_in.filter(|into| state.documents.contains_key(into)));
    let row = state.documents.entry(document.to_owned()).or_default();
    // What is on top of something that has not come cannot be put together yet, however new this program is.
    let is_whole = history.values().all(|known| known.revision.parents.iter().all(|id| history.contains_key(id)));
    let unwritable = || {
        let (message, hint) = if is_whole {
            (text!("sync.unwritable", document = document), text!("sync.unwritable.hint"))
        } else {
            (text!("sync.incomplete", document = document), text!("sync.incomplete.hint"))
        };
        Error::input(message).hint(hint)
    };
    if row.path.is_empty() {
        row.path = kind.path(document, &month(&merged)).ok_or_else(unwritable)?;
    }
    let bytes = match kind.content {
        Content::Whole => whole(kind, document, &merged, fetch)?.ok_or_else(unwritable)?,
        _ => render(workspace, kind, &merged).map(|Rendered { text, .. }| text.into_bytes()).ok_or_else(unwritable)?,
    };
    let (path, known, seen) = (row.path.clone(), row.digest.clone(), (row.size, row.changed));
    Ok(Some(Planned { document: document.to_owned(), path, bytes, known, seen, made_of: merged.heads }))
}

/// Writes files, several at a time; gives what came of each in order.
fn write(workspace: &Workspace, planned: &[Planned]) -> Vec<Result<Written>> {
    let share = planned.len().div_ceil(WRITERS).max(1);
    let before = workspace.signs(planned.iter().map(|one| one.path.as_str()));
    let several = |part: &[Planned], before: &[Option<FileSigns>]| -> Vec<_> {
        part.iter().zip(before).map(|(one, before)| write_one(workspace, one, before.as_ref())).collect()
    };
    std::thread::scope(|scope| {
        let parts = planned.chunks(share).zip(before.chunks(share));
        let writers: Vec<_> = parts.map(|(part, before)| scope.spawn(move || several(part, before))).collect();
        // A writer that panicked has written whole files or none; the panic goes on here.
        writers
            .into_iter()
            .flat_map(|writer| writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

/// Writes a file; `before` are its signs from before anything was written.
///
/// Where these are not the signs under which it was last looked at, somebody has changed it or added to its journal since,
/// which has not been sent: then it is looked at again, whatever its signs are.
fn write_one(workspace: &Workspace, one: &Planned, before: Option<&FileSigns>) -> Result<Written> {
    let is_as_seen = before.map_or((0, 0), |before| (before.whole(), before.changed)) == one.seen;
    let there = workspace.file(&one.path)?;
    if there.as_ref().is_some_and(|there| there.digest == Digest::of(&one.bytes)) {
        return Ok(Written::Same(before.filter(|_| is_as_seen).cloned()));
    }
    let known = one.known.as_ref().filter(|_| there.is_some());
    let journal = before.map_or(0, |before| before.journal);
    Ok(match workspace.take_over(&one.path, &one.bytes, known)? {
        Some(written) => Written::Anew(is_as_seen.then_some(FileSigns { journal, ..written })),
        None => Written::Changed,
    })
}

fn note(state: &mut State, one: &Planned, signs: Option<FileSigns>) {
    let row: &mut Document = state.documents.entry(one.document.clone()).or_default();
    row.digest = Some(Digest::of(&one.bytes));
    (row.size, row.changed) = signs.map_or((0, 0), |signs| (signs.whole(), signs.changed));
    row.made_of.clone_from(&one.made_of);
}

/// Fetches the bytes of a file that is taken whole; nothing where they are not what they should be.
fn whole(
    kind: &Kind,
    document: &str,
    merged: &View,
    fetch: &mut dyn FnMut(&str) -> Result<Option<Vec<u8>>>,
) -> Result<Option<Vec<u8>>> {
    let value = merged.fields.get("content").and_then(|value| super::fields::expression(value));
    let Some(digest) = value.as_ref().and_then(toml::Value::as_str) else { return Ok(None) };
    let missing = || Error::input(text!("sync.no-file", document = document)).hint(text!("sync.no-file.hint"));
    if !kind.may_be(document, digest) {
        return Err(
            Error::input(text!("sync.not-its-digest", document = document)).hint(text!("sync.not-its-digest.hint"))
        );
    }
    let bytes = fetch(digest)?.ok_or_else(missing)?;
    Ok((blake3::hash(&bytes).to_hex().as_str() == digest).then_some(bytes))
}

/// Returns the folder of the month in which a record was begun.
fn month(merged: &View) -> String {
    let started = merged.fields.get("inspection/started").map_or("", |value| value.trim_matches('"'));
    match (started.get(..4), started.get(5..7)) {
        (Some(year), Some(month)) => format!("{year}/{month}"),
        _ => String::new(),
    }
}

fn shown(document: &str, conflict: &Conflict) -> OpenConflict {
    let values = conflict.candidates.iter().map(|candidate| OpenValue {
        value: candidate.value.clone(),
        by: candidate.person.clone(),
        at: candidate.at,
    });
    OpenConflict {
        document: document.to_owned(),
        field: conflict.field.clone(),
        late: conflict.late,
        values: values.collect(),
    }
}
