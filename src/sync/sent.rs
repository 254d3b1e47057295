//! Which of what this device has said is known to be on its hub, so that the rest can be named without asking the hub.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    keys::DeviceId,
    mirror::Mirror,
    replica::Replica,
    rows::{rows, write_rows},
    state::Archive,
};
use crate::{error::Result, store::Workspace};

pub(super) const FILE: &str = "sent.toml";

/// The newest of an epoch that was sent.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Row {
    hash: String,
}

/// Reads what is known to be there; of a file that is damaged nothing is, and too much is named until the next sync.
fn known(workspace: &Workspace) -> Vec<Row> {
    rows(workspace, FILE).unwrap_or_default()
}

/// Notes that everything that this device has said is on the hub.
pub(super) fn note(workspace: &Workspace, replica: &Replica) -> Result<()> {
    let heads = replica.mirror.heads()?.into_iter().filter(|head| head.device == *replica.device());
    let now: Vec<Row> = heads.map(|head| Row { hash: head.newest.hash }).collect();
    if now == known(workspace) { Ok(()) } else { write_rows(workspace, FILE, now) }
}

/// Lists the documents of what this device has said and nobody knows to be on the hub.
pub(super) fn waiting(
    workspace: &Workspace,
    mirror: &Mirror,
    archive: &Archive,
    me: &DeviceId,
) -> Result<BTreeSet<String>> {
    let mut seen: BTreeSet<String> = known(workspace).into_iter().map(|row| row.hash).collect();
    let mut documents = BTreeSet::new();
    for head in mirror.heads()?.into_iter().filter(|head| head.device == *me) {
        let mut next = Some(head.newest);
        while let Some(place) = next.take().filter(|place| seen.insert(place.hash.clone())) {
            let revisions = archive.revisions(me, &place).unwrap_or_default();
            documents.extend(revisions.into_iter().map(|revision| revision.document));
            next = mirror.segment(me, &place).ok().and_then(|segment| segment.header.previous);
        }
    }
    Ok(documents)
}
