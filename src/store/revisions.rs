//! Corrections of finalised records: new drafts beside the old files, which are never written again.

use std::{collections::HashSet, sync::Arc};

use super::{OpenDraft, RecordRow, Workspace, disk, drafts::editing};
use crate::{
    checklist::Digest,
    error::{Error, Kind, Result},
    inspection::{
        self, AnswerChange, Finalised, Record, RecordId, Standing, Standings, StoredRecord, differences, revise,
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
        if let Some(newer) = records.iter().find(|row| row.revises.as_ref() == Some(of)) {
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

    /// Lists the numbers of the records whose place a finalised correction took.
    pub fn superseded(&self) -> HashSet<String> {
        let records = self.records().found;
        let contents: Vec<_> = records.iter().map(RecordRow::as_content).collect();
        let standings = Standings::new(&contents, &[], 1).records;
        let gone = records.iter().zip(standings).filter(|(_, standing)| matches!(standing, Standing::Superseded(_)));
        gone.map(|(row, _)| row.id.0.clone()).collect()
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

fn corrected_already(of: &RecordId, newer: &RecordRow) -> Error {
    let message = match newer.finalised {
        Some(_) => text!("revision.corrected", record = of, newer = newer.id),
        None => text!("revision.under-way", record = of, draft = newer.id),
    };
    Error::new(Kind::Input, message).hint(text!("revision.corrected.hint", newer = newer.id))
}
