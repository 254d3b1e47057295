//! What was changed on this device and does not count, because its person has another role: kept until it is said again and
//! counts, or others' word has taken its place, so that nobody believes for weeks that the others have it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    kind::{self, Kind},
    merge::view,
    revision::{Revision, RevisionId},
    roster::Member,
    rows::{rows, write_rows},
    state::{Archive, State},
    work::up_to,
};
use crate::{error::Result, store::Workspace};

const FILE: &str = "unheeded.toml";

#[derive(Serialize, Deserialize)]
struct Row {
    document: String,
}

/// Lists the documents that were changed here without any effect elsewhere.
pub fn unheeded(workspace: &Workspace) -> Result<BTreeSet<String>> {
    Ok(rows::<Row>(workspace, FILE)?.into_iter().map(|row| row.document).collect())
}

/// Says whether somebody has a say in documents of a kind.
fn has_say(member: &Member, kind: &Kind) -> bool {
    kind.roles.iter().any(|role| member.roles().contains(role))
}

/// Notes what of the steps that this device is about to send does not count; gives those documents.
pub(super) fn note(workspace: &Workspace, member: &Member, said: &[Revision]) -> Result<BTreeSet<String>> {
    let counts = |revision: &&Revision| {
        kind::of(&revision.document).is_some_and(|kind| has_say(member, kind) && kind.may_say(revision, &member.person))
    };
    let (heeded, new): (Vec<&Revision>, Vec<&Revision>) = said.iter().partition(counts);
    let new: BTreeSet<String> = new.into_iter().map(|revision| revision.document.clone()).collect();
    let before = unheeded(workspace)?;
    let heeded = |document: &&String| !heeded.iter().any(|revision| revision.document == **document);
    keep(workspace, &before, before.iter().filter(heeded).chain(&new).collect())?;
    Ok(new)
}

/// Has said again what was changed here while its person had no say in it, and now has: on top of what it was changed from,
/// so that what others changed in the meantime is joined with it. Gives the documents.
pub(super) fn say_again(
    workspace: &Workspace,
    member: &Member,
    state: &mut State,
    archive: &mut Archive<'_, '_>,
) -> Result<BTreeSet<String>> {
    let mut documents = unheeded(workspace)?;
    documents.retain(|document| kind::of(document).is_some_and(|kind| has_say(member, kind)));
    for (document, history) in archive.histories(state, &documents) {
        let (Some(kind), Some(row)) = (kind::of(&document), state.documents.get_mut(&document)) else { continue };
        let counts = |id: &RevisionId| history.get(id).is_some_and(|known| known.counts);
        if row.made_of.iter().all(counts) {
            continue;
        }
        let mut heard = up_to(&history, &row.made_of);
        heard.retain(|id, _| counts(id));
        row.made_of = view(kind, &heard).heads.into();
        row.look_again();
    }
    Ok(documents)
}

/// Takes documents out that count now, or whose files say what others have said.
pub(super) fn forget(workspace: &Workspace, documents: &BTreeSet<String>) -> Result<()> {
    let before = unheeded(workspace)?;
    keep(workspace, &before, before.difference(documents).collect())
}

fn keep(workspace: &Workspace, before: &BTreeSet<String>, now: BTreeSet<&String>) -> Result<()> {
    if now.iter().copied().eq(before) {
        return Ok(());
    }
    write_rows(workspace, FILE, now.into_iter().map(|document| Row { document: document.clone() }).collect())
}
