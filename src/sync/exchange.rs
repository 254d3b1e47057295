//! One sync from beginning to end, in an order in which it can be interrupted anywhere.
//!
//! What is new on the hub comes into the mirror; what changed here becomes a segment of it; documents are put into their
//! files; then what the mirror has goes to the hub. Nothing is noted as done before it is safely on the disk, and
//! doing a step twice changes nothing.

mod hearing;

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset};

use self::hearing::UNHEARD;
use super::{
    apply::apply,
    dispute::{self, choices, were_sent},
    hub::{AT_ONCE, Hub},
    joining,
    keys::DeviceKeys,
    members,
    mirror::Mirror,
    outcome::Outcome,
    replica::Replica,
    revision::Revision,
    sent,
    state::{Archive, State},
    unheeded,
    visit::{Tell, Visit, stopped},
    wholes::{self, IN_MEMORY, fetch_whole, good_file, is_of, whole_files},
    wording::Wording,
    work::{self, Changes},
};
use crate::{
    error::{Error, Kind, Result},
    i18n::Lang,
    store::{Objects, Workspace},
    text,
};

/// Which way things go.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// What is new comes, and what this device has to say goes.
    Both,
    /// Everything that is known goes onto a carrier, such as a stick.
    To,
    /// What is new comes from a carrier.
    From,
}

const STATE: &str = "state";
pub(super) const INVITES: &str = "invites.toml";

/// What is noted of one hub and says nothing about another one.
pub(super) const OF_ONE_HUB: [&str; 4] = [STATE, INVITES, UNHEARD, sent::FILE];

/// How many folders of a hub are looked through for what was lost, each time that something goes there.
const LOOKED_THROUGH: usize = 4;

/// Says how many documents were changed here since the last sync, without sending or writing anything.
pub fn outstanding(workspace: &Workspace, keys: &DeviceKeys, now: DateTime<FixedOffset>) -> Result<BTreeSet<String>> {
    let objects = workspace.mirror();
    let mirror = open(&objects)?;
    let state = read_state(workspace)?.unwrap_or_default();
    let mut archive = Archive::new(&mirror, mirror.roster().open_keys(keys));
    let mut documents = BTreeSet::new();
    for portion in work::portions(workspace, &state) {
        let changes = work::collect(workspace, &state, &mut archive, portion, now);
        documents.extend(changes.revisions.into_iter().map(|revision| revision.document));
    }
    let decided = work::decide(&state, &mut archive, &choices(workspace)?, now);
    documents.extend(decided.revisions.into_iter().map(|revision| revision.document));
    documents.extend(joining::documents(&joining::waiting(workspace)?));
    // What an interrupted sync has written down already and not sent.
    documents.extend(sent::waiting(workspace, &mirror, &archive, &keys.device())?);
    Ok(documents)
}

/// Syncs a workspace with a hub or a carrier.
pub fn sync(
    workspace: &Workspace,
    keys: &DeviceKeys,
    hub: &dyn Hub,
    way: Way,
    now: DateTime<FixedOffset>,
) -> Result<Outcome> {
    sync_telling(workspace, keys, hub, way, now, &|_| true)
}

/// Syncs a workspace with a hub or a carrier, and says how far it is; ends, without loss, when it is told to.
pub fn sync_telling(
    workspace: &Workspace,
    keys: &DeviceKeys,
    hub: &dyn Hub,
    way: Way,
    now: DateTime<FixedOffset>,
    tell: &Tell,
) -> Result<Outcome> {
    workspace.require_writable()?;
    visiting(workspace, hub, tell, |visit| run(workspace, keys, visit, way, now))
}

/// Visits a hub with what the workspace remembers of the last visit there, and keeps what there is to remember of this one.
pub(super) fn visiting<T>(
    workspace: &Workspace,
    hub: &dyn Hub,
    tell: &Tell,
    stay: impl FnOnce(&Visit) -> Result<T>,
) -> Result<T> {
    let memory = format!("seen-{}", &blake3::hash(hub.place().as_bytes()).to_hex()[..16]);
    let remembered = workspace.sync_file(&memory)?;
    let visit = Visit::new(hub, remembered.as_deref(), tell);
    let done = stay(&visit)?;
    match visit.memory() {
        Some(bytes) if remembered.as_ref() != Some(&bytes) => workspace.write_sync_file(&memory, &bytes)?,
        _ => {}
    }
    Ok(done)
}

fn run(
    workspace: &Workspace,
    keys: &DeviceKeys,
    hub: &Visit<'_>,
    way: Way,
    now: DateTime<FixedOffset>,
) -> Result<Outcome> {
    let objects = workspace.mirror();
    // Whether to go on is asked before the next step.
    let moved = || _ = hub.did_here(0);
    let mut replica = Replica::open(keys, &objects, open_or_mend(&objects, hub)?, read_state(workspace)?)?;
    replica.source = Some(hub);
    replica.moved = Some(&moved);
    let mut run = Run { workspace, visit: hub, replica, lacking: BTreeSet::new(), outcome: Outcome::default() };
    if way == Way::To {
        if run.replica.mirror.marker().encrypt {
            // Without the key there is nothing that could be written.
            members::is_member(&run.replica.mirror, run.replica.device())?;
        }
        run.replica.mirror.mark(hub)?;
    }
    // A place that is no hub, or another one, stops everything before anything is done.
    run.replica.mirror.require(hub)?;
    // What is the same on the hub already need not be said, so that everybody can begin with the same built-in files.
    if way != Way::To {
        run.hear(hub, now)?;
    }
    run.say(now)?;
    run.put_into_files(hub)?;
    if way != Way::From {
        run.send_wholes(hub, way)?;
        run.outcome.sent = run.replica.mirror.push(hub)?;
        run.refill(hub, way, now)?;
    }
    if way == Way::Both {
        run.give_and_ask(hub)?;
        sent::note(workspace, &run.replica)?;
    }
    run.finish()
}

pub(super) fn open(objects: &Objects) -> Result<Mirror<'_>> {
    Mirror::open(objects)?
        .ok_or_else(|| Error::new(Kind::Workspace, text!("sync.no-member")).hint(text!("sync.no-member.hint")))
}

/// Opens the mirror; what names the hub, and is damaged here, is taken from the hub.
fn open_or_mend<'local>(objects: &'local Objects, hub: &dyn Hub) -> Result<Mirror<'local>> {
    Mirror::mend(objects, hub)?;
    open(objects)
}

pub(super) fn read_state(workspace: &Workspace) -> Result<Option<State>> {
    Ok(workspace.read_sync_file_by(STATE, State::read)?.flatten())
}

/// Writes what is remembered of sync.
pub(super) fn write_state(workspace: &Workspace, state: &State) -> Result<()> {
    workspace.write_sync_file_by(STATE, |file| state.write(file))
}

/// Takes in what is new on a hub, for whoever decides on top of what everybody has said. It comes into its files with the
/// next sync.
pub(super) fn heard<'run>(
    workspace: &Workspace,
    keys: &'run DeviceKeys,
    local: &'run Objects,
    hub: &dyn Hub,
) -> Result<Replica<'run>> {
    let mut replica = Replica::open(keys, local, open(local)?, read_state(workspace)?)?;
    replica.hear(hub)?;
    replica.state.waiting.append(&mut replica.touched);
    write_state(workspace, &replica.state)?;
    Ok(replica)
}

struct Run<'run> {
    workspace: &'run Workspace,
    visit: &'run Visit<'run>,
    replica: Replica<'run>,
    /// The digests of files that are damaged on the hub, or not there.
    lacking: BTreeSet<String>,
    outcome: Outcome,
}

impl Run<'_> {
    /// Keeps the state; what was taken in and is not in its files yet waits, however this run ends.
    fn save(&mut self) -> Result<()> {
        self.replica.state.waiting.append(&mut self.replica.touched);
        write_state(self.workspace, &self.replica.state)
    }

    /// Sends what changed here into the mirror.
    fn say(&mut self, now: DateTime<FixedOffset>) -> Result<()> {
        let mut again = self.say_again()?;
        for portion in work::portions(self.workspace, &self.replica.state) {
            let files = portion.len();
            let mut archive = self.replica.archive();
            let changes = work::collect(self.workspace, &self.replica.state, &mut archive, portion, now);
            self.say_changes(changes, now)?;
            if !self.visit.did_here(files) {
                self.save()?;
                return Err(stopped());
            }
        }
        // On top of what was just said as well.
        let joins = joining::waiting(self.workspace)?;
        let joined = joining::documents(&joins);
        if !joins.is_empty() {
            let histories = self.replica.archive().histories(&self.replica.state, &joined);
            self.say_revisions(&joining::steps(&joins, &histories, now), now)?;
        }
        let choices = choices(self.workspace)?;
        let decided = work::decide(&self.replica.state, &mut self.replica.archive(), &choices, now);
        self.say_changes(decided, now)?;
        self.replica.touched.extend(choices.iter().map(|choice| choice.document.clone()).chain(joined));
        self.save()?;
        again.retain(|document| !self.outcome.unheeded.contains(document));
        unheeded::forget(self.workspace, &again)?;
        if !joins.is_empty() {
            joining::were_sent(self.workspace, &joins)?;
        }
        if !choices.is_empty() {
            were_sent(self.workspace, &choices)?;
        }
        Ok(())
    }

    /// Has what did not count looked at again, where its person has the role now; gives the documents.
    fn say_again(&mut self) -> Result<BTreeSet<String>> {
        // The archive reads the mirror while the state changes.
        let mut state = std::mem::take(&mut self.replica.state);
        let again = self.replica.mirror.roster().member(self.replica.device()).map_or_else(
            || Ok(BTreeSet::new()),
            |member| unheeded::say_again(self.workspace, member, &mut state, &mut self.replica.archive()),
        );
        self.replica.state = state;
        again
    }

    fn say_revisions(&mut self, revisions: &[Revision], now: DateTime<FixedOffset>) -> Result<()> {
        if let Some(member) = self.replica.mirror.roster().member(self.replica.device()) {
            let unheeded = unheeded::note(self.workspace, member, revisions)?;
            self.outcome.unheeded.extend(unheeded);
        }
        self.replica.say(revisions, now)?;
        self.outcome.changed.extend(revisions.iter().map(|revision| revision.document.clone()));
        Ok(())
    }

    fn say_changes(&mut self, changes: Changes, now: DateTime<FixedOffset>) -> Result<()> {
        self.say_revisions(&changes.revisions, now)?;
        work::remember(&mut self.replica.state, &changes);
        let Changes { revisions, unreadable, wholes, .. } = changes;
        self.replica.state.unsent.extend(wholes);
        let documents = &self.replica.state.documents;
        let is_disputed = |one: &&String| !documents.conflicts_of(one).is_empty();
        let said = revisions.iter().map(|revision| &revision.document);
        self.replica.touched.extend(said.filter(is_disputed).cloned());
        self.outcome.failed.extend(unreadable);
        Ok(())
    }

    fn put_into_files(&mut self, hub: &dyn Hub) -> Result<()> {
        let mut documents = std::mem::take(&mut self.replica.touched);
        // On the disk they wait on; here what could not be done comes back.
        documents.append(&mut self.replica.state.waiting);
        let keys = self.replica.epoch_keys();
        let own: BTreeMap<String, String> = whole_files(&self.replica.state);
        let lacking = &mut self.lacking;
        let mut fetch_file = |digest: &str| -> Result<Option<Vec<u8>>> {
            if let Some(path) = own.get(digest)
                && let Some(content) = good_file(self.workspace, digest, path)?
            {
                return Ok(Some(content.bytes));
            }
            let fetched = fetch_whole(hub, digest, &keys)?;
            if !fetched.as_ref().is_some_and(|bytes| is_of(digest, bytes)) {
                lacking.insert(digest.to_owned());
            }
            Ok(fetched)
        };
        // The archive reads the mirror while the state changes.
        let mut state = std::mem::take(&mut self.replica.state);
        let mut archive = self.replica.archive();
        let mut is_stopped = false;
        let mut go_on = |files| {
            is_stopped = !self.visit.did_here(files);
            !is_stopped
        };
        let applied = apply(self.workspace, &mut state, &mut archive, &documents, &mut fetch_file, &mut go_on);
        state.waiting = applied.waiting;
        self.replica.state = state;
        self.outcome.written = applied.written;
        self.outcome.not_counted = applied.not_counted;
        self.outcome.failed.extend(applied.failed);
        self.outcome.unheeded.retain(|document| !applied.replaced.contains(document));
        self.outcome.aside = applied.aside;
        unheeded::forget(self.workspace, &applied.replaced)?;
        self.save()?;
        if is_stopped { Err(stopped()) } else { Ok(()) }
    }

    /// Sends the files that are taken whole before the segments that speak of them.
    fn send_wholes(&mut self, hub: &dyn Hub, way: Way) -> Result<()> {
        let files = if way == Way::To { whole_files(&self.replica.state) } else { self.replica.state.unsent.clone() };
        let keys = self.replica.epoch_keys();
        let mut waiting: Vec<(String, Vec<u8>)> = Vec::new();
        for (digest, path) in files {
            let folder = format!("ev/{}", &digest[..2]);
            if !hub.list(&folder)?.contains(&digest)
                && let Some(content) = good_file(self.workspace, &digest, &path)?
            {
                waiting.push((wholes::object(&digest), wholes::sealed(content.bytes, &keys)?));
            }
            if waiting.len() == AT_ONCE || waiting.iter().map(|(_, bytes)| bytes.len()).sum::<usize>() > IN_MEMORY {
                hub.put_all(&std::mem::take(&mut waiting))?;
            }
        }
        hub.put_all(&waiting)?;
        if way == Way::Both {
            self.replica.state.unsent.clear();
        }
        Ok(())
    }

    /// Puts back the files that others could not take, and asks them for those that could not be taken here.
    fn give_and_ask(&mut self, hub: &dyn Hub) -> Result<()> {
        let (replica, keys) = (&self.replica, self.replica.epoch_keys());
        self.outcome.given =
            wholes::give(self.workspace, &replica.state, &replica.mirror, hub, &keys, replica.device())?;
        wholes::ask(&replica.mirror, hub, replica.keys, std::mem::take(&mut self.lacking))
    }

    /// Puts back what the hub has lost: all of it onto a carrier, and otherwise a part each time that something goes there.
    fn refill(&mut self, hub: &dyn Hub, way: Way, now: DateTime<FixedOffset>) -> Result<()> {
        let most = if way == Way::To { usize::MAX } else { LOOKED_THROUGH };
        if way == Way::To || self.outcome.sent > 0 {
            // Whoever comes next begins elsewhere.
            let turn = usize::try_from(now.timestamp().unsigned_abs()).unwrap_or_default();
            self.outcome.refilled = self.replica.refill(hub, most, turn)?;
        }
        Ok(())
    }

    fn finish(mut self) -> Result<Outcome> {
        self.save()?;
        self.outcome.refused.append(&mut self.replica.refused);
        self.replica.mirror.trace_refused(&mut self.outcome.refused);
        let wording = Wording::new(self.workspace);
        let unheeded =
            self.outcome.unheeded.iter().chain(self.outcome.not_counted.iter().map(|(document, _)| document));
        let unheeded = unheeded.chain(self.outcome.aside.keys());
        let named =
            |document: &String| (document.clone(), [Lang::Zh, Lang::En].map(|lang| wording.document(document, lang)));
        self.outcome.names = unheeded.map(named).collect();
        // It is kept, and what comes now needs the room.
        let state = std::mem::take(&mut self.replica.state);
        self.outcome.conflicts = state.documents.into_conflicts();
        self.outcome.contradictions = self.workspace.contradictions_now();
        let written = dispute::file(self.workspace, &self.outcome.conflicts, &self.outcome.contradictions)?;
        self.workspace.write_conflicts(written.as_deref())?;
        Ok(self.outcome)
    }
}

#[cfg(test)]
#[path = "exchange_tests.rs"]
mod tests;
