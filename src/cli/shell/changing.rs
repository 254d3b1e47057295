//! What the terminal program reads of findings and tasks and adds to them, and changes in the register.

use crate::{
    app::{Msg, Now, OpenFinding, UnitChange},
    error::Result,
    i18n::Text,
    ledger::{Event, FindingId},
    store::{FoundEntry, Workspace},
    task::{self, Task},
};

/// Opens a finding.
pub fn open_finding(workspace: &Workspace, id: &FindingId) -> Msg {
    Msg::Finding(Box::new(workspace.find_finding(&id.0).map(|found| opened(workspace, found))))
}

/// Reads a finding again whose page is open.
pub fn read_finding(workspace: &Workspace, id: &FindingId) -> Msg {
    Msg::FindingRead(Box::new(workspace.find_finding(&id.0).map(|found| opened(workspace, found))))
}

/// Adds something to a finding: its photographs, whose paths were typed, are kept as evidence, and a term in working days
/// is counted out.
pub fn add_to_finding(workspace: &Workspace, id: &FindingId, event: Event, workdays: Option<u32>) -> Msg {
    let day = event.at.date_naive();
    let counted = match workdays.map(|count| Ok(workspace.calendar()?.after(day, count))).transpose() {
        Ok(counted) => counted,
        Err(error) => return changed(workspace, Err(error), None),
    };
    let complete = || {
        let (before, after) = (workspace.keep_photos(&event.before)?, workspace.keep_photos(&event.after)?);
        let due = counted.as_ref().map(|counted| counted.day).or(event.due);
        workspace.add_finding_event(id, Event { due, before, after, ..event })
    };
    let added = complete();
    changed(workspace, added, counted.and_then(|counted| counted.by_weekends()))
}

/// Decides whose word about a finding holds.
pub fn settle(workspace: &Workspace, id: &FindingId, chosen: &Event, at: Now) -> Msg {
    changed(workspace, workspace.settle_finding(id, chosen, at), None)
}

/// Reads the tasks, and what their campaigns are called.
pub fn tasks(workspace: &Workspace) -> Msg {
    let tasks = workspace.tasks();
    let titles = workspace.campaign_titles(&tasks.found);
    Msg::Tasks(tasks, titles)
}

/// Adds something to a task.
pub fn add_to_task(workspace: &Workspace, task: &Task, event: task::Event) -> Msg {
    Msg::TaskChanged(Box::new(workspace.add_task_event(task, event)))
}

/// Changes a unit of the register, which may take in another one.
pub fn change_unit(workspace: &Workspace, change: UnitChange) -> Msg {
    let UnitChange { before, after, taken_in } = &change;
    let changed = workspace.replace_facility(before, after, taken_in.as_ref());
    Msg::UnitChanged(Box::new(changed.map(|()| change)))
}

fn changed(workspace: &Workspace, found: Result<FoundEntry>, by_weekends: Option<Text>) -> Msg {
    Msg::FindingChanged(Box::new(found.map(|found| opened(workspace, found))), by_weekends)
}

fn opened(workspace: &Workspace, found: FoundEntry) -> OpenFinding {
    let photos = workspace.photos_of(found.entry());
    let (source, entry) = found.into_parts();
    OpenFinding { source, entry, photos }
}
