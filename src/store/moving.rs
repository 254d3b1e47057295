//! Moving a draft to the version of its checklist that is in use now.

use std::sync::Arc;

use super::{Workspace, disk, drafts};
use crate::{
    checklist::{Checklist, Digest},
    error::{Error, Kind, Result},
    inspection::{self, Move, PinnedChecklist, RecordId, move_to},
    text,
};

/// What moving a draft comes to, or would come to.
#[derive(Clone, Debug)]
pub struct MovedDraft {
    /// The version it was filled in with.
    pub from: Arc<Checklist>,
    /// The version that is in use.
    pub to: Arc<Checklist>,
    /// What becomes of each answer.
    pub moved: Move,
}

impl Workspace {
    /// Moves a draft to the version of its checklist that is in use; with `dry_run` it only says what would happen.
    ///
    /// Nothing is dropped: what the draft was is put aside first, and an answer without a home stays in the record. A draft
    /// that is on that version already is an error, and so is a record that is finalised.
    pub fn move_draft(&self, id: &RecordId, dry_run: bool) -> Result<MovedDraft> {
        let _turn = self.turns.take();
        let open = self.open_draft(id)?;
        let mut record = open.editing.record();
        let from = self.checklist_of(&record)?;
        let file = self.checklist(&record.header.checklist.id)?;
        if file.digest == record.header.checklist.digest {
            return Err(Error::new(Kind::Input, text!("record.newest", version = file.checklist.version))
                .at(open.file.path())
                .hint(text!("record.newest.hint")));
        }
        let moved = move_to(&record.answers, &from, &file.checklist);
        if !dry_run {
            self.keep_version(&file)?;
            let before = disk::read(open.file.path())?;
            let name = format!("{id}-{}.toml", &Digest::of(&before).hex()[..12]);
            let aside = self.own().join("aside").join(name);
            if !aside.exists() {
                disk::create(&aside, &before)?;
            }
            record.header.checklist = PinnedChecklist {
                id: file.checklist.id.clone(),
                title: file.checklist.title.zh.clone(),
                version: file.checklist.version,
                digest: file.digest.clone(),
            };
            // Opened again on the newer version, so that everything is counted anew.
            let editing =
                drafts::editing(record.header, Arc::clone(&file.checklist), moved.answers.clone(), Vec::new());
            let written = inspection::write(&editing.record(), Some(&file.checklist))?;
            disk::replace(open.file.path(), written.as_bytes())?;
        }
        Ok(MovedDraft { from, to: file.checklist, moved })
    }
}
