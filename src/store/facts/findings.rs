//! What reports need of a finding: what its ledger says became of it.

use std::path::Path;

use chrono::{DateTime, FixedOffset, NaiveDate};
use zerocopy::{Immutable, IntoBytes, TryFromBytes};

use super::{Facts, Stretch};
use crate::{
    checklist::Severity,
    error::Result,
    ledger::{Entry, Standing, State, WITHDRAWN_KEY, read_ledger},
    store::{
        disk,
        findings::named_after_record,
        packed::{Day, Moment, Place},
        signs::Found,
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

/// A ledger file that was read, before its texts have numbers.
pub(super) struct ReadLedger {
    pub digest: [u8; 32],
    pub findings: Vec<ReadFinding>,
}

/// A finding that was read.
pub(super) struct ReadFinding {
    /// Number, item, description, measure, responsible, progress, evidence.
    texts: [String; 7],
    pending: Option<String>,
    /// The records of its re-inspections.
    pub rechecks: Vec<String>,
    recheck: Option<(NaiveDate, String, bool)>,
    fact: Kept,
}

/// What of a finding is no text.
struct Kept {
    severity: Severity,
    state: State,
    on_site: bool,
    conflicting: bool,
    withdrawn: bool,
    due: Option<NaiveDate>,
    completed: Option<NaiveDate>,
    closed: Option<NaiveDate>,
    updated: DateTime<FixedOffset>,
}

/// Reads a ledger file of the workspace in `root`.
pub(super) fn read(root: &Path, file: &Found) -> Result<ReadLedger> {
    read_by(&root.join(&file.relative), Entry::standing)
}

/// Reads a ledger file with its findings as they were on a day.
pub(super) fn read_on(path: &Path, day: NaiveDate) -> Result<ReadLedger> {
    read_by(path, |entry| entry.standing_on(day))
}

fn read_by(path: &Path, standing: impl Fn(&Entry) -> Standing<'_>) -> Result<ReadLedger> {
    let text = disk::read_toml_text(path)?;
    let ledger = read_ledger(&text).map_err(|error| error.in_file(path))?;
    named_after_record(path, &ledger)?;
    Ok(ReadLedger {
        digest: *blake3::hash(text.as_bytes()).as_bytes(),
        findings: ledger.finding.iter().map(|entry| of_entry(entry, &standing(entry))).collect(),
    })
}

fn of_entry(entry: &Entry, standing: &Standing<'_>) -> ReadFinding {
    ReadFinding {
        texts: [
            entry.id.0.clone(),
            entry.item.0.clone(),
            entry.description.clone(),
            entry.measure.clone(),
            standing.responsible.to_owned(),
            standing.progress.to_owned(),
            standing.evidence_shown(),
        ],
        pending: entry.pending().map(|record| record.0.clone()),
        rechecks: entry.rechecks().map(|record| record.0.clone()).collect(),
        recheck: standing.recheck.map(|recheck| (recheck.on, recheck.by.to_owned(), recheck.passed)),
        fact: Kept {
            severity: entry.severity,
            state: standing.state,
            on_site: standing.on_site,
            conflicting: !standing.conflicts.is_empty(),
            withdrawn: standing.withdrawn,
            due: standing.due,
            completed: standing.completed,
            closed: standing.closed,
            updated: standing.updated,
        },
    }
}

impl ReadFinding {
    /// Makes the fact, with a number for each text; its re-inspections are added by who keeps those of all.
    pub fn fact(&self, mut word: impl FnMut(&str) -> Word) -> FindingFact {
        let texts = self.texts.each_ref().map(|text| word(text));
        let [id, item, description, measure, responsible, progress, evidence] = texts;
        let (kept, recheck) = (&self.fact, self.recheck.as_ref());
        FindingFact {
            id,
            item,
            description,
            measure,
            responsible,
            progress,
            evidence,
            severity: kept.severity,
            state: kept.state,
            on_site: kept.on_site,
            conflicting: kept.conflicting,
            withdrawn: kept.withdrawn,
            pending: self.pending.as_deref().map(&mut word).into(),
            rechecks: Stretch::default(),
            rechecked: recheck.map(|(on, ..)| *on).into(),
            rechecked_by: recheck.map(|(_, by, _)| word(by)).into(),
            passed: recheck.is_some_and(|(.., passed)| *passed),
            due: kept.due.into(),
            completed: kept.completed.into(),
            closed: kept.closed.into(),
            updated: Some(kept.updated).into(),
            fill: [0; 6],
        }
    }
}

impl FindingFact {
    /// Takes over a finding of other facts, its re-inspections aside.
    pub(super) fn copy(&self, known: &Facts, mut word: impl FnMut(&str) -> Word) -> Self {
        let mut copied = *self;
        for text in [
            &mut copied.id,
            &mut copied.item,
            &mut copied.description,
            &mut copied.measure,
            &mut copied.responsible,
            &mut copied.progress,
            &mut copied.evidence,
        ] {
            *text = word(known.word(*text));
        }
        for place in [&mut copied.pending, &mut copied.rechecked_by] {
            *place = place.word().map(|text| word(known.word(text))).into();
        }
        copied
    }
}
