//! What the terminal program reads of drafts, findings and tasks and adds to them, and changes in the register.

use ulid::Ulid;

use super::no_workspace;
use crate::{
    app::{Msg, Now, OpenedDraft, UnitChange},
    error::Result,
    inspection::RecordId,
    ledger::{Event, FindingId},
    store::{DraftFile, FoundEntry, OpenDraft, Workspace},
    task::{self, Task},
};

/// Takes an opened draft apart: its file, and what the screens get, with the days that are worked.
pub fn opened(workspace: Option<&Workspace>, opened: OpenDraft) -> (DraftFile, OpenedDraft) {
    let OpenDraft { editing, file, resume, mut damaged } = opened;
    let calendar = workspace.map(Workspace::calendar).transpose().unwrap_or_else(|error| {
        damaged.push(error);
        None
    });
    (file, OpenedDraft { editing, resume, damaged, calendar })
}

/// Opens a finding.
pub fn open_finding(workspace: &Workspace, id: &FindingId) -> Msg {
    Msg::Finding(Box::new(workspace.find_finding(&id.0).map(FoundEntry::into_parts)))
}

/// Adds something to a finding: its photographs, whose paths were typed, are kept as evidence, and a term in working days
/// is counted out.
pub fn add_to_finding(workspace: &Workspace, id: &FindingId, event: Event, workdays: Option<u32>) -> Msg {
    let complete = |event: Event| {
        let day = event.at.date_naive();
        let counted = workdays.map(|count| Ok(workspace.calendar()?.after(day, count).day)).transpose()?;
        let (before, after) = (workspace.keep_photos(&event.before)?, workspace.keep_photos(&event.after)?);
        Ok(Event { due: counted.or(event.due), before, after, ..event })
    };
    changed(complete(event).and_then(|event| workspace.add_finding_event(id, event)))
}

/// Begins the re-inspection of findings.
pub fn reinspect(workspace: Option<&Workspace>, ids: &[FindingId], at: Now) -> Result<OpenDraft> {
    let workspace = workspace.ok_or_else(no_workspace)?;
    let found = ids.iter().map(|id| workspace.find_finding(&id.0)).collect::<Result<Vec<_>>>()?;
    let id = RecordId(Ulid::generate().to_string());
    let by = workspace.settings().inspector.clone();
    workspace.begin_reinspection(&id, &found, &workspace.facilities().found, &by, at)
}

/// Decides whose word about a finding holds.
pub fn settle(workspace: &Workspace, id: &FindingId, chosen: &Event, at: Now) -> Msg {
    changed(workspace.settle_finding(id, chosen, at))
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

fn changed(found: Result<FoundEntry>) -> Msg {
    Msg::FindingChanged(Box::new(found.map(FoundEntry::into_parts)))
}
