//! Between the workspace and what is sent: what changed here since the last time.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};

use super::{
    fields::Fields,
    kind::{self, Content, Kind},
    merge::{History, View, view},
    render::{fields_of, render},
    revision::{Revision, RevisionId},
    state::{Archive, FileDigest, State},
};
use crate::{
    checklist::Digest,
    error::Error,
    i18n::Text,
    store::{FileSigns, Workspace, at_once, is_as_begun},
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
    /// The revisions that the file was made of when it was chosen: what else people had said by then, nobody here had seen.
    /// Empty where an older program wrote it down, or the document has no file yet.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub made_of: Vec<RevisionId>,
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
    let may_say_else = |signs: &FileSigns| {
        kind::at(&signs.path).is_some_and(|(_, document)| {
            state.documents.get(&document).is_none_or(|known| {
                (known.size, known.changed) != (signs.whole(), signs.changed) || !known.is_at(&signs.path)
            })
        })
    };
    for signs in workspace.files_where(may_say_else) {
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

/// A file with the document that it holds.
type File = (&'static Kind, String, FileSigns);

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
    let files: Vec<File> = named.map(|((kind, document), signs)| (kind, document, signs)).collect();
    let digests = at_once(&files, READERS, |(_, document, signs)| known_digest(workspace, state, document, signs));
    let mut all = Changes::default();
    let mut other = Vec::new();
    for (file, digest) in files.into_iter().zip(digests) {
        match digest {
            Some(digest) => all.seen.push((file.1, file.2, digest)),
            None => other.push(file),
        }
    }
    let files = other;
    let histories = archive.histories(state, &files.iter().map(|(_, document, _)| document.clone()).collect());
    let look = |file: &_| {
        let mut changes = Changes::default();
        changes.look_at(workspace, state, file, &histories, at);
        changes
    };
    for changes in at_once(&files, READERS, look) {
        all.append(changes);
    }
    all
}

/// Returns the digest of a file that has other signs than the last time and still the same bytes, as all have after a workspace
/// was copied: nothing else has to be known of it.
///
/// A journal may add to a file, and may have done so when the file was last looked at; then it was larger than the file is.
fn known_digest(workspace: &Workspace, state: &State, document: &str, signs: &FileSigns) -> Option<Digest> {
    let known = state.documents.get(document).filter(|known| !known.is_to_be_looked_at())?;
    let digest = known.digest.filter(|_| signs.journal == 0 && known.size == signs.size).map(Digest::from)?;
    // What cannot be read is said when it is looked at.
    (workspace.file_digest(&signs.path).ok().flatten().as_ref() == Some(&digest)).then_some(digest)
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
        (kind, document, signs): &File,
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
        let made_of = state.documents.get(document).map_or(&[][..], |known| &*known.made_of);
        let history = histories.get(document).unwrap_or(&nothing);
        if let Some((message, hint)) = altered(kind, document, &content.bytes, &up_to(history, made_of)) {
            return unreadable(message, hint);
        }
        self.seen.push((document.clone(), signs.clone(), content.digest));
        if made_of.is_empty() && is_said_already(state, kind, history, &signs.path, &content.bytes) {
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

/// Says whether a file that a new workspace began with is nobody's word beside what the hub has: what the hub has otherwise,
/// the examples where there is a register of real units, and a plan that was read of the same document.
fn is_said_already(state: &State, kind: &Kind, history: &History, path: &str, bytes: &[u8]) -> bool {
    if kind.name == "plan" {
        return !history.is_empty();
    }
    let is_register = |document: &str| document == "facilities" || document.starts_with("register/");
    let is_example = matches!(kind.name, "facilities" | "campaign" | "draw");
    let is_on_hub = || !history.is_empty() || is_example && state.documents.names().any(is_register);
    is_on_hub() && is_as_begun(path, bytes)
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

/// Makes the steps of decisions, each on top of what was known of its document when it was chosen.
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

/// Makes the step of a decision: on top of what was known when it was chosen, and of the decisions before it.
///
/// Whoever chose cannot have meant to override what others said in the meantime: that is beside it, and is asked about.
fn decision(choice: &Choice, history: &History, before: &[Revision], at: DateTime<FixedOffset>) -> Option<Revision> {
    let kind = kind::of(&choice.document)?;
    let mut parents = match choice.made_of.as_slice() {
        [] => view(kind, history).heads,
        seen => view(kind, &ancestry(history, seen)).heads,
    };
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

/// Keeps what a file is made of. Whether a word counted was settled when it was written.
pub(super) fn up_to(history: &History, made_of: &[RevisionId]) -> History {
    let mut kept = ancestry(history, made_of);
    for known in kept.values_mut() {
        known.counts = true;
    }
    kept
}

/// Keeps some revisions and everything that they are on top of.
fn ancestry(history: &History, ids: &[RevisionId]) -> History {
    let mut kept = History::new();
    let mut next: Vec<RevisionId> = ids.to_vec();
    while let Some(id) = next.pop() {
        if let Some(known) = history.get(&id).filter(|_| !kept.contains_key(&id)) {
            next.extend(&known.revision.parents);
            kept.insert(id, known.clone());
        }
    }
    kept
}

/// Remembers what was sent: the files are made of it now.
pub fn remember(state: &mut State, changes: &Changes) {
    for (document, signs, digest) in &changes.seen {
        let row = state.documents.entry(document);
        row.set_path(document, &signs.path);
        (row.size, row.changed, row.digest) = (signs.whole(), signs.changed, FileDigest::try_from(digest.clone()).ok());
    }
    for revision in &changes.revisions {
        let row = state.documents.entry(&revision.document);
        let before = row.made_of.iter().copied().filter(|id| !revision.parents.contains(id));
        row.made_of = before.chain([revision.id()]).collect();
    }
}
