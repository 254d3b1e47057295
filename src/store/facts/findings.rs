//! What reports need of a finding: what its ledger says became of it.

use std::path::Path;

use chrono::{DateTime, FixedOffset, NaiveDate};
use zerocopy::{Immutable, IntoBytes, TryFromBytes};

use super::Stretch;
use crate::{
    checklist::Severity,
    error::Result,
    inspection::RecordId,
    ledger::{Entry, Standing, State, WITHDRAWN_KEY, read_ledger},
    store::{
        disk,
        findings::named_after_record,
        packed::{Day, Moment, Place},
        words::Word,
    },
};

/// A finding with how far it is, as its ledger has it.
#[derive(Clone, Copy, Debug, PartialEq, TryFromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub struct FindingFact {
    updated: Moment,
    /// The number of the finding.
    pub id: Word,
    /// The item that failed.
    pub item: Word,
    /// What was found.
    pub description: Word,
    /// What is to be done, or empty.
    pub measure: Word,
    /// Who has to do it, or empty.
    pub responsible: Word,
    /// What was said last of putting it right, or empty.
    pub progress: Word,
    /// What proves that, or empty.
    pub evidence: Word,
    pending: Place,
    /// The records of its re-inspections among those of all.
    pub(super) rechecks: Stretch,
    /// The day of the last re-inspection, and who did it.
    rechecked: Day,
    rechecked_by: Place,
    due: Day,
    completed: Day,
    closed: Day,
    /// Whether the last re-inspection passed.
    passed: bool,
    /// How grave it is.
    pub severity: Severity,
    /// How far it is.
    pub state: State,
    /// Whether it was put right while the inspectors were there.
    pub on_site: bool,
    /// Whether its events contradict one another.
    pub conflicting: bool,
    /// Whether a correction of its record withdrew it.
    pub withdrawn: bool,
    /// Every row takes whole numbers of eight bytes.
    fill: [u8; 6],
}

impl FindingFact {
    /// Returns the day by which it has to be put right.
    pub fn due(&self) -> Option<NaiveDate> {
        self.due.get()
    }

    /// Returns the day on which it was put right.
    pub fn completed(&self) -> Option<NaiveDate> {
        self.completed.get()
    }

    /// Returns the day on which it was closed (销号).
    pub fn closed(&self) -> Option<NaiveDate> {
        self.closed.get()
    }

    /// Returns the record of the re-inspection that has no result yet.
    pub fn pending(&self) -> Option<Word> {
        self.pending.word()
    }

    /// Returns the day of the last re-inspection, who did it, and whether it passed.
    pub fn recheck(&self) -> Option<(NaiveDate, Word, bool)> {
        Some((self.rechecked.get()?, self.rechecked_by.word()?, self.passed))
    }

    /// Returns when something was said of it last.
    pub fn updated(&self) -> DateTime<FixedOffset> {
        // Every finding was found at some time.
        self.updated.get().unwrap_or_default()
    }

    /// Returns the key of the name of how far it is.
    pub fn name_key(&self) -> &'static str {
        if self.withdrawn { WITHDRAWN_KEY } else { self.state.name_key() }
    }

    /// Says whether its term was over before a day while it had not been closed (逾期).
    pub fn is_overdue(&self, as_of: NaiveDate) -> bool {
        self.state.is_open() && self.due().is_some_and(|due| due < as_of)
    }
}

/// A finding that was read, with how far it is, before its texts have numbers.
pub(super) struct ReadFinding<'entry> {
    entry: &'entry Entry,
    standing: Standing<'entry>,
}

/// What a ledger file says.
pub(super) struct ReadLedger {
    pub digest: [u8; 32],
    entries: Vec<Entry>,
}

impl ReadLedger {
    /// Returns its findings.
    pub fn findings(&self) -> Vec<ReadFinding<'_>> {
        self.entries.iter().map(|entry| ReadFinding { entry, standing: entry.standing() }).collect()
    }

    /// Returns its findings as they were on a day.
    pub fn findings_on(&self, day: NaiveDate) -> Vec<ReadFinding<'_>> {
        self.entries.iter().map(|entry| ReadFinding { entry, standing: entry.standing_on(day) }).collect()
    }
}

/// Reads a ledger file.
pub(super) fn read(path: &Path, reader: &mut disk::Reader) -> Result<ReadLedger> {
    let text = reader.toml_text(path)?;
    let ledger = read_ledger(text).map_err(|error| error.in_file(path))?;
    named_after_record(path, &ledger)?;
    Ok(ReadLedger { digest: *blake3::hash(text.as_bytes()).as_bytes(), entries: ledger.finding })
}

impl ReadFinding<'_> {
    /// Returns the records of its re-inspections.
    pub fn rechecks(&self) -> impl Iterator<Item = &RecordId> {
        self.entry.rechecks()
    }

    /// Makes the fact, with a number for each text; its re-inspections are added by who keeps those of all.
    pub fn fact(&self, mut word: impl FnMut(&str) -> Word) -> FindingFact {
        let Self { entry, standing } = self;
        let recheck = standing.recheck.as_ref();
        let evidence = match standing.evidence.as_slice() {
            [] => word(""),
            [one] => word(one),
            _ => word(&standing.evidence_shown()),
        };
        FindingFact {
            id: word(&entry.id.0),
            item: word(&entry.item.0),
            description: word(&entry.description),
            measure: word(&entry.measure),
            responsible: word(standing.responsible),
            progress: word(standing.progress),
            evidence,
            severity: entry.severity,
            state: standing.state,
            on_site: standing.on_site,
            conflicting: !standing.conflicts.is_empty(),
            withdrawn: standing.withdrawn,
            pending: entry.pending().map(|record| word(&record.0)).into(),
            rechecks: Stretch::default(),
            rechecked: recheck.map(|recheck| recheck.on).into(),
            rechecked_by: recheck.map(|recheck| word(recheck.by)).into(),
            passed: recheck.is_some_and(|recheck| recheck.passed),
            due: standing.due.into(),
            completed: standing.completed.into(),
            closed: standing.closed.into(),
            updated: Some(standing.updated).into(),
            fill: [0; 6],
        }
    }
}

impl FindingFact {
    /// Returns it with the numbers that its texts have elsewhere, its re-inspections aside.
    pub(super) fn taken(&self, mut word: impl FnMut(Word) -> Word) -> Self {
        let mut taken = *self;
        for text in [
            &mut taken.id,
            &mut taken.item,
            &mut taken.description,
            &mut taken.measure,
            &mut taken.responsible,
            &mut taken.progress,
            &mut taken.evidence,
        ] {
            *text = word(*text);
        }
        for place in [&mut taken.pending, &mut taken.rechecked_by] {
            *place = place.word().map(&mut word).into();
        }
        taken
    }
}
