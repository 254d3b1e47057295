//! Putting what others changed into the files of the workspace.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    joining,
    kind::{self, Content, Kind},
    merge::{Conflict, History, View, view},
    render::render_text,
    revision::{Revision, RevisionId},
    state::{Archive, FileDigest, HISTORIES, OpenConflict, OpenValue, State},
    wholes,
};
use crate::{
    checklist::Digest,
    error::{Error, Result},
    store::{FileSigns, TakenOver, Workspace, at_once, is_as_begun},
    text,
};

/// The number of documents that are put together at the same time.
const READERS: usize = 4;

/// What putting others' changes into the files came to.
#[derive(Debug, Default)]
pub struct Applied {
    /// The files that were written.
    pub written: Vec<String>,
    /// Documents with steps whose author has no say in them, with the author.
    pub not_counted: BTreeSet<(String, String)>,
    /// The documents in whose files others' word took the place of what was changed here and does not count.
    pub replaced: BTreeSet<String>,
    /// Where what these files said is kept, within the workspace, by document.
    pub aside: BTreeMap<String, String>,
    /// What could not be written, each with what is wrong.
    pub failed: Vec<Error>,
    /// The documents of these, to be tried again the next time.
    pub waiting: BTreeSet<String>,
    /// The drafts in which others go on that were joined into them.
    go_on: BTreeSet<String>,
}

/// A document as it is to be in its file.
struct Planned {
    document: String,
    path: String,
    bytes: Vec<u8>,
    known: Option<Digest>,
    /// Size, with that of the journal, and time of the last change when the file was last looked at.
    seen: (u64, i64),
    made_of: Vec<RevisionId>,
    /// Whether its file has something of this device that does not count.
    is_unheeded: bool,
}

/// What writing a file came to, with the signs under which it need not be looked at again.
enum Written {
    /// It said the same already.
    Same(Option<FileSigns>),
    /// It was written, and what it said may be kept aside at a path.
    Anew(Option<FileSigns>, Option<String>),
    /// It was changed since it was last looked at.
    Changed,
}

/// Puts documents into their files, the way all devices have them.
///
/// `fetch` gives the bytes of a digest; `go_on` takes how many more documents were put, and says whether to go on: what is
/// left over waits. A file that was changed since it was last looked at is left for the next time.
pub fn apply(
    workspace: &Workspace,
    state: &mut State,
    archive: &mut Archive,
    documents: &BTreeSet<String>,
    fetch: &mut dyn FnMut(&str) -> Result<Option<Vec<u8>>>,
    go_on: &mut dyn FnMut(usize) -> bool,
) -> Applied {
    let mut applied = Applied::default();
    // Records are counted with the versions of their checklists, so these come first.
    let (first, second): (Vec<&String>, Vec<&String>) =
        documents.iter().partition(|document| document.starts_with("version/"));
    let (first, second) = (as_said(state, first), as_said(state, second));
    let mut parts = first.chunks(HISTORIES).chain(second.chunks(HISTORIES));
    for part in parts.by_ref() {
        let named = part.iter().copied().cloned().collect();
        apply_part(workspace, state, archive, &named, fetch, &mut applied);
        if !go_on(part.len()) {
            break;
        }
    }
    applied.waiting.extend(parts.flatten().copied().cloned());
    applied.written.sort_unstable();
    let mut done = BTreeSet::new();
    loop {
        // What was said of a draft that was joined into another one is in that one, too.
        let go_on = applied.go_on.difference(&done);
        let further: BTreeSet<String> = go_on.filter(|document| !documents.contains(*document)).cloned().collect();
        if further.is_empty() {
            return applied;
        }
        apply_part(workspace, state, archive, &further, fetch, &mut applied);
        done.extend(further);
    }
}

/// Orders documents by what they were first said in, so that no segment is read again and again for a few of them at a time.
fn as_said<'document>(state: &State, mut documents: Vec<&'document String>) -> Vec<&'document String> {
    documents.sort_by_key(|document| state.documents.get(document).and_then(|row| row.segments.first()));
    documents
}

fn apply_part(
    workspace: &Workspace,
    state: &mut State,
    archive: &mut Archive,
    documents: &BTreeSet<String>,
    fetch: &mut dyn FnMut(&str) -> Result<Option<Vec<u8>>>,
    applied: &mut Applied,
) {
    let histories: Vec<(String, History)> = archive.histories(state, documents).into_iter().collect();
    let merged = at_once(&histories, READERS, |(document, history)| Merged::of(workspace, document, history));
    let mut planned = Vec::with_capacity(histories.len());
    for ((document, history), merged) in histories.into_iter().zip(merged) {
        let Some(merged) = merged else { continue };
        match plan(state, &document, &history, merged, fetch, applied) {
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
            Ok(Written::Same(signs)) => applied.note(state, one, signs),
            Ok(Written::Anew(signs, aside)) => {
                applied.note(state, one, signs);
                applied.written.push(one.path.clone());
                applied.aside.extend(aside.map(|aside| (one.document.clone(), aside)));
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

    /// Notes that a file is what its document is.
    fn note(&mut self, state: &mut State, one: &Planned, signs: Option<FileSigns>) {
        let row = state.documents.entry(&one.document);
        row.digest = Some(FileDigest::of(&one.bytes));
        match signs {
            Some(signs) => (row.size, row.changed) = (signs.whole(), signs.changed),
            None => row.look_again(),
        }
        row.made_of = one.made_of.clone().into();
        self.replaced.extend(one.is_unheeded.then(|| one.document.clone()));
    }
}

/// What a document comes to, which is most of the work with it.
struct Merged {
    kind: &'static Kind,
    view: View,
    /// What its file is to say, where it is written out of its fields.
    text: Option<String>,
}

impl Merged {
    /// Puts together what was said of a document; nothing of a kind that this program does not know.
    fn of(workspace: &Workspace, document: &str, history: &History) -> Option<Self> {
        let kind = kind::of(document)?;
        let view = view(kind, history);
        let is_written = kind.content != Content::Whole && !view.fields.is_empty();
        let text = is_written.then(|| render_text(workspace, kind, &view)).flatten();
        Some(Self { kind, view, text })
    }
}

/// Works out what a document is to be; nothing where nobody whose word counts has said anything of it.
fn plan(
    state: &mut State,
    document: &str,
    history: &History,
    Merged { kind, view: merged, text }: Merged,
    fetch: &mut dyn FnMut(&str) -> Result<Option<Vec<u8>>>,
    applied: &mut Applied,
) -> Result<Option<Planned>> {
    // What was said again with the role, or somebody else has said as well, counts by now.
    let is_taken = |revision: &Revision| {
        revision.set.iter().all(|(path, value)| merged.fields.get(path) == Some(value))
            && revision.clear.iter().all(|path| !merged.fields.contains_key(path))
    };
    let silent = history.values().filter(|known| !known.counts && !is_taken(&known.revision));
    applied.not_counted.extend(silent.map(|known| (document.to_owned(), known.person.clone())));
    if merged.fields.is_empty() {
        return Ok(None);
    }
    let goes_on_in = joining::goes_on_in(document, &merged);
    // What was filled in differently in a draft that goes on elsewhere is decided there.
    let is_here = |conflict: &&Conflict| goes_on_in.is_none() || !conflict.field.contains('/');
    let conflicts = merged.conflicts.iter().filter(is_here).map(|conflict| shown(document, conflict)).collect();
    state.documents.set_conflicts(document, conflicts);
    applied.go_on.extend(goes_on_in.filter(|into| state.documents.get(into).is_some()));
    let row = state.documents.entry(document);
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
    let path = match row.path(document) {
        Some(path) => path.into_owned(),
        None => kind.path(document, &month(&merged)).ok_or_else(unwritable)?,
    };
    row.set_path(document, &path);
    let bytes = match kind.content {
        Content::Whole => whole(kind, document, &merged, fetch)?.ok_or_else(unwritable)?,
        _ => text.map(String::into_bytes).ok_or_else(unwritable)?,
    };
    let (known, seen) = (row.digest.map(Digest::from), (row.size, row.changed));
    let is_unheeded = row.made_of.iter().any(|id| history.get(id).is_some_and(|known| !known.counts));
    let (document, made_of) = (document.to_owned(), merged.heads);
    Ok(Some(Planned { document, path, bytes, known, seen, made_of, is_unheeded }))
}

/// Writes files, many at a time; gives what came of each in order.
fn write(workspace: &Workspace, planned: &[Planned]) -> Vec<Result<Written>> {
    let before = workspace.signs(planned.iter().map(|one| one.path.as_str()));
    let looked: Vec<Result<Looked>> =
        planned.iter().zip(&before).map(|(one, before)| look(workspace, one, before.as_ref())).collect();
    let is_to_be_written = |looked: &Result<Looked>| matches!(looked, Ok(Looked { is_same: false, .. }));
    let to_write = planned.iter().zip(&looked).filter(|(_, looked)| is_to_be_written(looked));
    let files = to_write.map(|(one, looked)| TakenOver {
        path: &one.path,
        bytes: &one.bytes,
        known: one.known.as_ref().filter(|_| looked.as_ref().is_ok_and(|looked| looked.is_there)),
    });
    let mut written = workspace.take_over(&files.collect::<Vec<_>>()).into_iter();
    let each = looked.into_iter().zip(before).map(|(looked, before)| {
        let Looked { is_same, is_as_seen, aside, .. } = looked?;
        if is_same {
            return Ok(Written::Same(before.filter(|_| is_as_seen)));
        }
        let journal = before.map_or(0, |before| before.journal);
        // Every file that is to be written has an answer.
        Ok(match written.next().transpose()?.flatten() {
            Some(written) => Written::Anew(is_as_seen.then_some(FileSigns { journal, ..written }), aside),
            None => Written::Changed,
        })
    });
    each.collect()
}

/// What a file was before it is written.
struct Looked {
    is_there: bool,
    /// Whether it says already what it is to say.
    is_same: bool,
    /// Whether nobody has changed it, or added to its journal, since it was last looked at: what they did was not sent, and
    /// it is looked at again, whatever its signs are.
    is_as_seen: bool,
    /// Where what it says is kept.
    aside: Option<String>,
}

/// Looks at a file before it is written; `before` are its signs.
fn look(workspace: &Workspace, one: &Planned, before: Option<&FileSigns>) -> Result<Looked> {
    let is_as_seen = before.map_or((0, 0), |before| (before.whole(), before.changed)) == one.seen;
    let there = workspace.file(&one.path)?;
    let is_same = there.as_ref().is_some_and(|there| there.digest == Digest::of(&one.bytes));
    let known = one.known.as_ref();
    // What counts for nobody else is nowhere but here.
    let own = there.as_ref().filter(|there| !is_same && one.is_unheeded && Some(&there.digest) == known);
    let own = own.filter(|own| !is_as_begun(&one.path, &own.bytes));
    let aside = own.map(|own| workspace.keep_aside(&one.path, own)).transpose()?;
    Ok(Looked { is_there: there.is_some(), is_same, is_as_seen, aside })
}

/// Fetches the bytes of a file that is taken whole; nothing where a later program says what it is in another way.
fn whole(
    kind: &Kind,
    document: &str,
    merged: &View,
    fetch: &mut dyn FnMut(&str) -> Result<Option<Vec<u8>>>,
) -> Result<Option<Vec<u8>>> {
    let Some(digest) = wholes::digest(merged) else { return Ok(None) };
    let missing = || Error::input(text!("sync.no-file", document = document)).hint(text!("sync.no-file.hint"));
    if !kind.may_be(document, &digest) {
        return Err(
            Error::input(text!("sync.not-its-digest", document = document)).hint(text!("sync.not-its-digest.hint"))
        );
    }
    let bytes = fetch(&digest)?.ok_or_else(missing)?;
    if !wholes::is_of(&digest, &bytes) {
        return Err(Error::input(text!("sync.damaged-file", document = document)).hint(text!("sync.damaged-file.hint")));
    }
    Ok(Some(bytes))
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::{keys::DeviceId, roster::Position};

    #[test]
    fn what_was_said_together_is_put_together_whatever_it_is_called() {
        let mut state = State::new("e".to_owned());
        for (seq, documents) in
            [(1, ["record/A", "record/C"]), (2, ["record/B", "record/D"]), (3, ["record/A", "record/B"])]
        {
            let place = Position { epoch: "e".to_owned(), seq, hash: seq.to_string() };
            state.note(&DeviceId("d".to_owned()), &place, documents);
        }
        let mut names: Vec<String> = state.documents.names().map(str::to_owned).collect();
        names.sort_unstable();
        let ordered = as_said(&state, names.iter().collect());
        assert_eq!(ordered, ["record/A", "record/C", "record/B", "record/D"]);
    }
}
