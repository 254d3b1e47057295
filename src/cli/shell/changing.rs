//! What the terminal program adds to findings and tasks.

use crate::{
    app::{Msg, Now},
    error::Result,
    ledger::{Event, FindingId},
    store::{FoundEntry, Workspace},
    task::{self, Task},
};

/// Opens a finding.
pub fn open_finding(workspace: &Workspace, id: &FindingId) -> Msg {
    Msg::Finding(Box::new(workspace.find_finding(&id.0).map(FoundEntry::into_parts)))
}

/// Adds something to a finding.
pub fn add_to_finding(workspace: &Workspace, id: &FindingId, event: Event) -> Msg {
    changed(workspace.add_finding_event(id, event))
}

/// Decides whose word about a finding holds.
pub fn settle_finding(workspace: &Workspace, id: &FindingId, chosen: &Event, at: Now) -> Msg {
    changed(workspace.settle_finding(id, chosen, at))
}

/// Adds something to a task.
pub fn add_to_task(workspace: &Workspace, task: &Task, event: task::Event) -> Msg {
    Msg::TaskChanged(Box::new(workspace.add_task_event(task, event)))
}

fn changed(found: Result<FoundEntry>) -> Msg {
    Msg::FindingChanged(Box::new(found.map(FoundEntry::into_parts)))
}
