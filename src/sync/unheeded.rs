//! What was changed on this device and does not count, because its person has another role: kept until it is said again and
//! counts, so that nobody believes for weeks that the others have it.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    exchange::{rows, write_rows},
    kind,
    revision::Revision,
    roster::Member,
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

/// Notes what of the steps that this device is about to send does not count; gives those documents.
///
/// What a new workspace has of itself and the hub has already, such as the sample plan, nobody has changed.
pub(super) fn note(
    workspace: &Workspace,
    member: &Member,
    said: &[Revision],
    is_known: impl Fn(&str) -> bool,
) -> Result<BTreeSet<String>> {
    let counts = |revision: &&Revision| {
        let kind = kind::of(&revision.document);
        kind.is_some_and(|kind| {
            kind.roles.iter().any(|role| member.roles().contains(role)) && kind.may_say(revision, &member.person)
        })
    };
    let (heeded, new): (Vec<&Revision>, Vec<&Revision>) = said.iter().partition(counts);
    let is_change = |revision: &&Revision| !revision.parents.is_empty() || !is_known(&revision.document);
    let new = new.into_iter().filter(is_change).map(|revision| revision.document.clone());
    let new: BTreeSet<String> = new.collect();
    let before = unheeded(workspace)?;
    let heeded = |document: &&String| !heeded.iter().any(|revision| revision.document == **document);
    let now: BTreeSet<&String> = before.iter().filter(heeded).chain(&new).collect();
    if !now.iter().copied().eq(&before) {
        let row = now.into_iter().map(|document| Row { document: document.clone() });
        write_rows(workspace, FILE, row.collect())?;
    }
    Ok(new)
}
