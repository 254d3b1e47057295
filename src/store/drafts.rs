//! Drafts: begun, opened, kept answer by answer, saved, finalised.

use std::{
    fs,
    io::ErrorKind,
    path::{Path, PathBuf},
    sync::Arc,
};

use serde::{Deserialize, Serialize};

use super::{ChecklistFile, Stamp, Workspace, disk, journal, journal::Journal, location::MARK, records, turns::Turns};
use crate::{
    checklist::{Checklist, Digest, ItemId},
    error::{Error, Kind, Result},
    facility::Facility,
    inspection::{
        self, Details, Editing, Entry, FacilityPin, Finalised, Header, PinnedChecklist, Record, RecordId, Sheet,
        StoredRecord, Summary,
    },
    text,
};

/// A draft that is open: what is in it, its file, and where the inspector was.
#[derive(Debug)]
pub struct OpenDraft {
    /// What is in it.
    pub editing: Editing,
    /// Its file and journal.
    pub file: DraftFile,
    /// Where the inspector was when it was last open.
    pub resume: Option<Resume>,
    /// What was damaged in its journal; everything else of it is in the draft.
    pub damaged: Vec<Error>,
}

/// Where the inspector is in a draft; lost without harm.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Resume {
    /// The item.
    pub item: ItemId,
    /// A text that is being typed and has not become part of the answer yet.
    pub typing: Option<ResumeText>,
}

/// A text that is being typed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ResumeText {
    /// The field it is typed into.
    pub field: String,
    /// The text so far.
    pub text: String,
}

/// The file of an open draft, its journal, and what the file was when it was last read or written.
#[derive(Debug)]
pub struct DraftFile {
    path: PathBuf,
    mark: PathBuf,
    aside: PathBuf,
    resume: PathBuf,
    stamp: Stamp,
    journal: Journal,
    checklist: Arc<Checklist>,
    turns: Turns,
}

impl Workspace {
    /// Begins a record of one unit with one checklist, whose exact text is kept for as long as the record.
    pub fn begin(&self, id: RecordId, with: &ChecklistFile, unit: &Facility, details: Details) -> Result<OpenDraft> {
        self.require_writable()?;
        self.keep_version(with)?;
        let header = Header {
            format: 1,
            id,
            revision: 1,
            finalised: None,
            finalised_by: None,
            journal: 0,
            joined: Vec::new(),
            joined_into: None,
            void: None,
            revises: None,
            checklist: PinnedChecklist {
                id: with.checklist.id.clone(),
                title: with.checklist.title.zh.clone(),
                version: with.checklist.version,
                digest: with.digest.clone(),
            },
            facility: FacilityPin::from(unit),
            inspection: details,
            summary: Summary::default(),
        };
        let month = header.inspection.started.format("%Y/%m").to_string();
        let path = self.root().join("records").join(month).join(format!("{}.toml", header.id));
        let editing = editing(header, Arc::clone(&with.checklist), Vec::new(), Vec::new());
        let written = inspection::write(&editing.record(), Some(&with.checklist))?;
        disk::create(&path, written.as_bytes())?;
        let file = self.draft_file(path, written.as_bytes(), &editing.pinned().id, Arc::clone(&with.checklist));
        Ok(OpenDraft { editing, file, resume: None, damaged: Vec::new() })
    }

    /// Opens a draft with everything that its journal has beyond its file.
    pub fn open_draft(&self, id: &RecordId) -> Result<OpenDraft> {
        self.require_writable()?;
        let path = self.record_path(id)?;
        let text = disk::read_text(&path)?;
        let record = match records::parse(&path, &text)? {
            StoredRecord::Draft(record) => record,
            StoredRecord::Finalised(_) => {
                return Err(Error::new(Kind::Input, text!("record.finalised"))
                    .at(path)
                    .hint(text!("record.finalised.hint", id = id)));
            }
        };
        let checklist = self.checklist_of(&record)?;
        let steps = journal::read(&self.journal_folder(), id)?;
        let editing = editing(record.header, Arc::clone(&checklist), record.answers, steps.entries);
        let file = self.draft_file(path, text.as_bytes(), id, checklist);
        let resume = fs::read_to_string(&file.resume).ok().and_then(|text| toml::from_str(&text).ok());
        Ok(OpenDraft { editing, file, resume, damaged: steps.damaged })
    }

    /// Adds to a draft's record what its journal has beyond its file.
    ///
    /// Without its checklist nothing can be counted, so the summary stays as the file has it.
    pub(super) fn with_journal(&self, record: Record) -> Result<Record> {
        let steps = journal::read(&self.journal_folder(), &record.header.id)?;
        let summary = record.header.summary.clone();
        let checklist = self.checklist_of(&record).ok();
        let counted = checklist.is_some();
        let checklist = checklist.unwrap_or_default();
        let mut record = editing(record.header, checklist, record.answers, steps.entries).record();
        if !counted {
            record.header.summary = summary;
        }
        Ok(record)
    }

    pub(super) fn draft_file(
        &self,
        path: PathBuf,
        content: &[u8],
        id: &RecordId,
        checklist: Arc<Checklist>,
    ) -> DraftFile {
        DraftFile {
            path,
            mark: self.root().join(MARK),
            aside: self.own().join("aside"),
            resume: self.own().join("resume").join(format!("{id}.toml")),
            stamp: Stamp::of(content),
            journal: Journal::open(&self.journal_folder(), id),
            checklist,
            turns: self.turns.clone(),
        }
    }

    fn journal_folder(&self) -> PathBuf {
        self.own().join("journal")
    }
}

pub(super) fn editing(
    header: Header,
    checklist: Arc<Checklist>,
    answers: Vec<(ItemId, inspection::Answer)>,
    journal: Vec<Entry>,
) -> Editing {
    let day = header.inspection.started.date_naive();
    let sheet = Sheet::new(checklist, &header.facility, day, answers);
    Editing::open(header, sheet, journal)
}

impl DraftFile {
    /// Returns the path of the record's file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// Makes a step durable before it returns.
    pub fn append(&mut self, entry: &Entry) -> Result<()> {
        self.journal.append(entry)
    }

    /// Says whether steps are outstanding that the disk refused.
    pub fn is_behind(&self) -> bool {
        self.journal.is_behind()
    }

    /// Writes the whole record; returns false, and writes nothing, where the file was changed from outside.
    ///
    /// In that case opening the draft again joins what is in the file with the steps that are in the journal.
    pub fn save(&mut self, record: &Record) -> Result<bool> {
        // Where the journal is behind the record's file is the better place, so the journal's failure is not the last word.
        let journal = self.journal.flush();
        let turns = self.turns.clone();
        let _turn = turns.take();
        if self.is_changed_outside()? {
            return journal.map(|()| false);
        }
        self.write(record)?;
        Ok(true)
    }

    /// Makes durable what the disk has refused so far.
    pub fn flush(&mut self) -> Result<()> {
        self.journal.flush()
    }

    /// Writes the finalised record in place of the draft; returns false, and writes nothing, where the draft's file was
    /// changed from outside.
    pub fn finalise(&mut self, finalised: &Finalised) -> Result<bool> {
        let journal = self.journal.flush();
        let turns = self.turns.clone();
        let _turn = turns.take();
        if self.is_changed_outside()? {
            // What is joined comes from the journal, so it has to be there.
            return journal.map(|()| false);
        }
        self.write(finalised.record())?;
        Ok(true)
    }

    /// Keeps where the inspector is, without waiting for the disk: it survives a crash of the program, not of the machine.
    pub fn keep_place(&self, resume: &Resume) -> Result<()> {
        // A place is an id and a text, which TOML never refuses.
        let written = toml::to_string(resume).unwrap_or_default();
        let beside = self.resume.with_extension("new");
        let written = match fs::write(&beside, &written) {
            Err(error) if error.kind() == ErrorKind::NotFound => {
                self.resume.parent().map_or(Ok(()), disk::create_folder)?;
                fs::write(&beside, &written)
            }
            written => written,
        };
        written
            .and_then(|()| fs::rename(&beside, &self.resume))
            .map_err(|error| disk::storage_error(text!("storage.write-failed"), &self.resume, error))
    }

    /// Says whether the file was changed from outside, and puts what it is now aside before anything is joined with it.
    ///
    /// A file that was deleted is no change to join: all of it is in memory, and it is written again as long as the
    /// workspace itself is still there.
    fn is_changed_outside(&self) -> Result<bool> {
        if !self.path.exists() && self.mark.is_file() {
            return Ok(false);
        }
        let now = disk::read(&self.path)?;
        if Stamp::of(&now) == self.stamp {
            return Ok(false);
        }
        let name = self.path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        let copy = self.aside.join(format!("{name}-{}.toml", &Digest::of(&now).hex()[..12]));
        if !copy.exists() {
            disk::create(&copy, &now)?;
        }
        Ok(true)
    }

    fn write(&mut self, record: &Record) -> Result<()> {
        let written = inspection::write(record, Some(&self.checklist))?;
        disk::replace(&self.path, written.as_bytes())?;
        self.stamp = Stamp::of(written.as_bytes());
        Ok(())
    }
}
