//! The draft that is open while the terminal program runs: beginning, opening and moving one, and what the disk refuses of it.

use std::{sync::Arc, time::Instant};

use chrono::{DateTime, FixedOffset};
use ulid::Ulid;

use super::{super::now, RETRY, Shell, no_workspace};
use crate::{
    app::{Msg, OpenedDraft},
    checklist::ChecklistId,
    error::{Error, Result},
    facility::Facility,
    inspection::{Details, RecordId},
    ledger::FindingId,
    store::{DraftFile, MovedDraft, OpenDraft, Workspace},
};

impl Shell {
    pub(super) fn begin(&self, checklist: &ChecklistId, facility: &Facility, details: Details) -> Result<OpenDraft> {
        let workspace = self.workspace.as_ref().ok_or_else(no_workspace)?;
        let id = RecordId(Ulid::generate().to_string().into());
        workspace.begin(id, &workspace.checklist(checklist)?, facility, details)
    }

    pub(super) fn reinspect(&self, ids: &[FindingId], at: DateTime<FixedOffset>) -> Result<OpenDraft> {
        let workspace = self.workspace.as_ref().ok_or_else(no_workspace)?;
        let found = ids.iter().map(|id| workspace.find_finding(&id.0)).collect::<Result<Vec<_>>>()?;
        let id = RecordId(Ulid::generate().to_string().into());
        let by = workspace.settings().inspector.clone();
        workspace.begin_reinspection(&id, &found, &workspace.facilities().found, &by, at)
    }

    /// Moves the open draft to the version of its checklist that is in use, and opens it there.
    pub(super) fn move_draft(&mut self, id: &RecordId) -> Result<(MovedDraft, OpenedDraft)> {
        let workspace = Arc::clone(self.workspace.as_ref().ok_or_else(no_workspace)?);
        let draft = workspace.move_draft(id, false)?;
        let opened = self.take(workspace.open_draft(id))?;
        Ok((draft, opened))
    }

    /// Gives up the open draft, which is no longer written from then on.
    pub(super) fn give_up(&mut self, id: &RecordId, reason: &str) -> Result<()> {
        let workspace = self.workspace.as_ref().ok_or_else(no_workspace)?;
        workspace.give_up(id, &workspace.settings().inspector, reason, now())?;
        self.draft = None;
        self.unsaved = None;
        self.save_at = None;
        Ok(())
    }

    /// Makes sure that nothing of the open draft is in memory only, before another takes its place.
    pub(super) fn let_go(&mut self) -> Result<()> {
        self.draft.as_mut().map_or(Ok(()), DraftFile::flush)
    }

    /// Takes the file of an opened draft, and gives the rest to the core, with the days on which people work.
    pub(super) fn take(&mut self, opened: Result<OpenDraft>) -> Result<OpenedDraft> {
        let OpenDraft { editing, file, resume, mut damaged } = opened?;
        let calendar = self.workspace.as_deref().map(Workspace::calendar).transpose().unwrap_or_else(|error| {
            damaged.push(error);
            None
        });
        self.draft = Some(file);
        self.unsaved = None;
        Ok(OpenedDraft { editing, resume, damaged, calendar })
    }

    /// Opens the draft again after its file was changed from outside.
    pub(super) fn join(&mut self, id: &RecordId) -> Msg {
        let opened = self.workspace.as_ref().ok_or_else(no_workspace).and_then(|workspace| workspace.open_draft(id));
        match self.take(opened) {
            Ok(opened) => Msg::Joined(Box::new(opened)),
            Err(error) => Msg::NotSaved(error),
        }
    }

    /// Says that the disk refused, and tries again later.
    pub(super) fn refused(&mut self, error: Error) -> Msg {
        tracing::error!(%error, "an answer was not written");
        self.save_at = Some(Instant::now() + RETRY);
        // Where only the record's file was refused, every answer is still safe in the journal.
        if self.draft.as_ref().is_some_and(DraftFile::is_behind) { Msg::NotKept(error) } else { Msg::NotSaved(error) }
    }
}
