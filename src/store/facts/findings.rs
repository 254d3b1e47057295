//! What reports need of a finding: what its ledger says became of it.

use std::path::Path;

use chrono::{DateTime, Datelike, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Facts, Stretch, moment};
use crate::{
    checklist::Severity,
    error::Result,
    ledger::{Entry, Standing, State, WITHDRAWN_KEY, read_ledger},
    store::{disk, findings::named_after_record, signs::Found, words::Word},
};

/// A finding with how far it is, as its ledger has it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct FindingFact {
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
    /// The record of the re-inspection that has no result yet.
    pub pending: Option<Word>,
    /// The records of its re-inspections among those of all.
    pub(super) rechecks: Stretch,
    recheck: Option<RecheckFact>,
    due: Option<i32>,
    completed: Option<i32>,
    closed: Option<i32>,
    updated: (i64, i32),
}

/// The last re-inspection of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
struct RecheckFact {
    on: i32,
    by: Word,
    passed: bool,
}

fn day(number: i32) -> Option<NaiveDate> {
    NaiveDate::from_num_days_from_ce_opt(number)
}

impl FindingFact {
    /// Returns the day by which it has to be put right.
    pub fn due(&self) -> Option<NaiveDate> {
        self.due.and_then(day)
    }

    /// Returns the day on which it was put right.
    pub fn completed(&self) -> Option<NaiveDate> {
        self.completed.and_then(day)
    }

    /// Returns the day on which it was closed (销号).
    pub fn closed(&self) -> Option<NaiveDate> {
        self.closed.and_then(day)
    }

    /// Returns the day of the last re-inspection, who did it, and whether it passed.
    pub fn recheck(&self) -> Option<(NaiveDate, Word, bool)> {
        self.recheck.and_then(|recheck| Some((day(recheck.on)?, recheck.by, recheck.passed)))
    }

    /// Returns when something was said of it last.
    pub fn updated(&self) -> DateTime<FixedOffset> {
        moment(self.updated)
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
    recheck: Option<(i32, String, bool)>,
    fact: Kept,
}

/// What of a finding is no text.
struct Kept {
    severity: Severity,
    state: State,
    on_site: bool,
    conflicting: bool,
    withdrawn: bool,
    due: Option<i32>,
    completed: Option<i32>,
    closed: Option<i32>,
    updated: (i64, i32),
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
    let number = |day: Option<NaiveDate>| day.map(|day| day.num_days_from_ce());
    let updated = standing.updated;
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
        recheck: standing.recheck.map(|recheck| (recheck.on.num_days_from_ce(), recheck.by.to_owned(), recheck.passed)),
        fact: Kept {
            severity: entry.severity,
            state: standing.state,
            on_site: standing.on_site,
            conflicting: !standing.conflicts.is_empty(),
            withdrawn: standing.withdrawn,
            due: number(standing.due),
            completed: number(standing.completed),
            closed: number(standing.closed),
            updated: (updated.timestamp(), updated.offset().local_minus_utc()),
        },
    }
}

impl ReadFinding {
    /// Makes the fact, with a number for each text; its re-inspections are added by who keeps those of all.
    pub fn fact(&self, mut word: impl FnMut(&str) -> Word) -> FindingFact {
        let texts = self.texts.each_ref().map(|text| word(text));
        let [id, item, description, measure, responsible, progress, evidence] = texts;
        let kept = &self.fact;
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
            pending: self.pending.as_deref().map(&mut word),
            rechecks: Stretch::default(),
            recheck: self.recheck.as_ref().map(|(on, by, passed)| RecheckFact {
                on: *on,
                by: word(by),
                passed: *passed,
            }),
            due: kept.due,
            completed: kept.completed,
            closed: kept.closed,
            updated: kept.updated,
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
        if let Some(pending) = &mut copied.pending {
            *pending = word(known.word(*pending));
        }
        if let Some(recheck) = &mut copied.recheck {
            recheck.by = word(known.word(recheck.by));
        }
        copied
    }
}
