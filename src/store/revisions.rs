//! Corrections of finalised records: new drafts beside the old files, which are never written again.

use std::{collections::HashMap, sync::Arc};

use super::{OpenDraft, RecordRow, Workspace, disk, drafts::editing};
use crate::{
    checklist::Digest,
    error::{Error, Kind, Result},
    inspection::{
        self, AnswerChange, Finalised, Record, RecordId, StoredRecord, differences, families, revise, superseding,
    },
    text,
};

impl Workspace {
    /// Begins the correction of a finalised record as a draft under the number `id`.
    ///
    /// A record that was corrected already is refused: the correction is what can be corrected.
    pub fn begin_correction(&self, id: RecordId, of: &RecordId) -> Result<OpenDraft> {
        self.require_writable()?;
        let old = self.record_path(of)?;
        let bytes = disk::read(&old)?;
        let finalised = self.finalised(of)?;
        let records = self.records().found;
        let own = records.iter().find(|row| row.revises.as_ref() == Some(of));
        if let Some(newer) = newest_instead(of, &records).or(own) {
            return Err(corrected_already(of, newer));
        }
        let checklist = self.checklist_of(finalised.record())?;
        let record = revise(&finalised, Digest::of(&bytes), id);
        let path = old.with_file_name(format!("{}.toml", record.header.id));
        let editing = editing(record.header, Arc::clone(&checklist), record.answers, Vec::new());
        let written = inspection::write(&editing.record(), Some(&checklist))?;
        disk::create(&path, written.as_bytes())?;
        let file = self.draft_file(path, written.as_bytes(), &editing.pinned().id, checklist);
        Ok(OpenDraft { editing, file, resume: None, damaged: Vec::new() })
    }

    /// Reads a record that has to be finalised.
    fn finalised(&self, id: &RecordId) -> Result<Finalised> {
        match self.record(id)? {
            StoredRecord::Finalised(finalised) => Ok(finalised),
            StoredRecord::Draft(_) => {
                Err(Error::input(text!("revision.draft", record = id)).hint(text!("revision.draft.hint", record = id)))
            }
        }
    }

    /// Lists what a correction says differently than the record that it was made from; nothing for any other record.
    pub fn changes_of(&self, record: &Record) -> Result<Vec<AnswerChange>> {
        let Some(revised) = &record.header.revises else { return Ok(Vec::new()) };
        let before = self.record(&revised.record)?;
        Ok(differences(before.record(), record))
    }
}

/// Puts the finalised records together that go back to the same one, the one that counts last.
pub(super) fn families_of(records: &[RecordRow]) -> Vec<Vec<&RecordRow>> {
    let members: Vec<_> = records.iter().map(|row| row.as_content().as_member()).collect();
    families(&members).into_iter().map(|family| family.into_iter().map(|at| &records[at]).collect()).collect()
}

/// Finds for each record whose place a finalised correction took the one that counts, by their positions.
pub(super) fn superseded(records: &[RecordRow]) -> HashMap<usize, usize> {
    superseding(&records.iter().map(|row| row.as_content().as_member()).collect::<Vec<_>>())
}

/// Finds the record that counts instead of one that was corrected, by whomever.
fn newest_instead<'rows>(of: &RecordId, records: &'rows [RecordRow]) -> Option<&'rows RecordRow> {
    let own = records.iter().position(|row| row.id == *of)?;
    superseded(records).get(&own).map(|&newest| &records[newest])
}

fn corrected_already(of: &RecordId, newer: &RecordRow) -> Error {
    let message = match newer.finalised {
        Some(_) => text!("revision.corrected", record = of, newer = newer.id),
        None => text!("revision.under-way", record = of, draft = newer.id),
    };
    Error::new(Kind::Input, message).hint(text!("revision.corrected.hint", newer = newer.id))
}
