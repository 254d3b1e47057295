//! What reports need of every record, kept so compactly that a hundred thousand records are counted in a moment.
//!
//! [`Facts`] is made of the records' files, each judged against the exact checklist it was filled in with, and of the ledger
//! files with what became of their findings; it is cached like the index: deleting the cache changes no result. It says
//! nothing about a period or a district; [`crate::report`] counts.

mod build;
mod collect;
mod earlier;
mod few;
mod findings;

use std::{collections::HashSet, ops::Range};

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};
use zerocopy::{FromBytes, Immutable, IntoBytes, TryFromBytes};

pub use self::{collect::Unread, findings::FindingFact};
use super::{
    packed::{self, Moment, Number, Place},
    words::{Word, Words, small},
};
use crate::inspection::{Member, Verdict, superseding};

/// A stretch of one of the lists of the [`Facts`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct Stretch {
    start: u32,
    end: u32,
}

impl Stretch {
    fn of<T>(self, list: &[T]) -> &[T] {
        &list[self.start as usize..self.end as usize]
    }
}

/// The facts of all records, oldest inspection first.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Facts {
    /// The digests of the lists of files of records and ledgers from which they were gathered, where nothing else can change
    /// them.
    seen: Option<[[u8; 32]; 2]>,
    words: Words,
    /// The records, by the beginning of the inspection and then by their number.
    #[serde(with = "packed")]
    pub records: Vec<RecordFact>,
    #[serde(with = "packed")]
    inspectors: Vec<Word>,
    #[serde(with = "packed")]
    answers: Vec<AnswerFact>,
    #[serde(with = "packed")]
    values: Vec<ValueFact>,
    #[serde(with = "packed")]
    findings: Vec<FindingFact>,
    /// The records of re-inspections, finding by finding.
    #[serde(with = "packed")]
    rechecks: Vec<Word>,
}

/// What reports need of a record.
#[derive(Clone, Debug, PartialEq, TryFromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub struct RecordFact {
    /// The size of the file in bytes, by which it is known to be unchanged.
    size: u64,
    /// When the file was changed last, in nanoseconds since 1970.
    changed: i64,
    started: Moment,
    /// When it was finalised; a draft, which has nothing that can be counted, never was.
    finalised: Moment,
    score_rate: Number,
    /// The items that concern the unit, and what they came to.
    pub counts: Counts,
    ledger: LedgerFile,
    /// The BLAKE3 digest of the file.
    pub digest: [u8; 32],
    /// The record's number.
    pub id: Word,
    /// The path of its file within the workspace, with `/`.
    pub path: Word,
    revises: Place,
    /// The checklist.
    pub checklist: Word,
    /// The checklist's title when the record was begun.
    pub title: Word,
    /// The checklist's version.
    pub version: u32,
    /// The digest of the checklist's file.
    pub checklist_digest: Word,
    /// The unit's number in the register.
    pub facility: Word,
    /// The unit's name as it was.
    pub facility_name: Word,
    /// The unit's type.
    pub facility_type: Word,
    /// The unit's district; empty where none was given.
    pub district: Word,
    grade: Place,
    inspectors: Stretch,
    answers: Stretch,
    findings: Stretch,
    has_ledger: bool,
    /// Whether the exact checklist could be read; without it nothing is judged.
    pub judged: bool,
    /// Whether the answers come to something else than the record says of itself, so that one of them was changed since.
    pub altered: bool,
    /// Every row takes whole numbers of eight bytes.
    fill: [u8; 5],
}

/// The file with the findings of a record.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct LedgerFile {
    size: u64,
    changed: i64,
    digest: [u8; 32],
}

/// What the items of a record came to.
#[derive(Clone, Copy, Debug, Default, PartialEq, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub struct Counts {
    /// Items that concern the unit (应查项).
    pub items: u32,
    /// Items with an answer (实查项).
    pub answered: u32,
    /// Items that conform.
    pub conforming: u32,
    /// Items that fail.
    pub failed: u32,
    /// Items that are 不适用 or 合理缺项.
    pub exempt: u32,
    /// Critical items that fail.
    pub critical_failed: u32,
    /// Points of the items that conform.
    pub earned: f64,
    /// Points of the items that conform or fail.
    pub attainable: f64,
}

/// The answer to one item that concerns the unit.
#[derive(Clone, Copy, Debug, PartialEq, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub struct AnswerFact {
    /// The position of the item, and behind it that of the verdict among all, or one that none has.
    place: u32,
    value: Place,
}

/// The bits of an answer that hold the verdict.
const VERDICT: u32 = 0b111;

impl AnswerFact {
    fn new(item: u32, verdict: Option<Verdict>, value: Option<u32>) -> Self {
        let verdict = verdict.and_then(|verdict| Verdict::ALL.iter().position(|one| *one == verdict));
        Self { place: item << VERDICT.count_ones() | verdict.map_or(VERDICT, small), value: value.into() }
    }

    /// Returns the position of the item in the checklist.
    pub fn item(&self) -> u32 {
        self.place >> VERDICT.count_ones()
    }

    /// Returns what it came to; nothing for a value that no rule judges.
    pub fn verdict(&self) -> Option<Verdict> {
        Verdict::ALL.get((self.place & VERDICT) as usize).copied()
    }
}

/// A value that was entered, or what a progress checklist says besides a verdict.
#[derive(Clone, Copy, Debug, PartialEq, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
pub struct ValueFact {
    number: Number,
    /// The value with its unit, in Chinese; empty where only a verdict was given.
    pub shown: Word,
    /// The note of an answer in a progress checklist, which stands beside the figure; empty everywhere else.
    pub note: Word,
}

impl ValueFact {
    /// Returns the number, where it is one.
    pub fn number(&self) -> Option<f64> {
        self.number.get()
    }
}

impl RecordFact {
    /// Says whether it is finalised.
    pub fn is_finalised(&self) -> bool {
        self.finalised.get().is_some()
    }

    /// Returns when the inspection began, in the zone in which it was written down.
    pub fn started(&self) -> DateTime<FixedOffset> {
        // Every record has been begun.
        self.started.get().unwrap_or_default()
    }

    /// Returns the number of the record that it corrects; nothing where it is no correction.
    pub fn revises(&self) -> Option<Word> {
        self.revises.word()
    }

    /// Returns 得分率 in percent, as the checklist scores; nothing where nothing that scores was judged.
    pub fn score_rate(&self) -> Option<f64> {
        self.score_rate.get()
    }

    /// Returns the grade in Chinese, where the checklist has grades.
    pub fn grade(&self) -> Option<Word> {
        self.grade.word()
    }

    fn ledger(&self) -> Option<&LedgerFile> {
        self.has_ledger.then_some(&self.ledger)
    }

    /// Returns the BLAKE3 digest of the file with its findings; nothing where there is none that can be read.
    pub fn ledger_digest(&self) -> Option<&[u8; 32]> {
        self.ledger().map(|ledger| &ledger.digest)
    }

    /// Returns the day on which it was finalised; a draft never was.
    pub fn finalised_on(&self) -> Option<NaiveDate> {
        self.finalised.get().map(|at| at.date_naive())
    }

    /// Returns the day of the inspection.
    pub fn day(&self) -> NaiveDate {
        self.started().date_naive()
    }
}

impl Facts {
    /// Returns a text.
    pub fn word(&self, word: Word) -> &str {
        self.words.get(word)
    }

    /// Lists the numbers of the records whose place a correction had taken that was finalised by the end of a day.
    pub fn superseded_on(&self, day: NaiveDate) -> HashSet<&str> {
        let member = |record: &RecordFact| Member {
            id: self.word(record.id),
            revises: record.revises().map(|revised| self.word(revised)),
            finalised: record.finalised.get().filter(|at| at.date_naive() <= day),
        };
        // Few records are corrected, and only they and their corrections have to do with one another.
        let corrected: HashSet<Word> = self.records.iter().filter_map(RecordFact::revises).collect();
        let is_of_one = |record: &&RecordFact| record.revises().is_some() || corrected.contains(&record.id);
        let members: Vec<Member<'_>> = self.records.iter().filter(is_of_one).map(member).collect();
        superseding(&members).into_keys().map(|at| members[at].id).collect()
    }

    /// Returns the inspectors of a record.
    pub fn inspectors_of(&self, record: &RecordFact) -> &[Word] {
        record.inspectors.of(&self.inspectors)
    }

    /// Returns the answers of a record to the items that concern its unit, in the order of the checklist.
    pub fn answers_of(&self, record: &RecordFact) -> &[AnswerFact] {
        record.answers.of(&self.answers)
    }

    /// Returns what the ledger says was found wrong, in the order of the findings' numbers.
    pub fn findings_of(&self, record: &RecordFact) -> &[FindingFact] {
        record.findings.of(&self.findings)
    }

    /// Returns the positions of the findings of a record among all.
    pub fn findings_at(&self, record: &RecordFact) -> Range<u32> {
        record.findings.start..record.findings.end
    }

    /// Lists the records of all re-inspections of a finding.
    pub fn rechecks_of(&self, finding: &FindingFact) -> &[Word] {
        finding.rechecks.of(&self.rechecks)
    }

    /// Finds a finding and its record by the finding's number.
    pub fn find_finding(&self, is_wanted: impl Fn(&str) -> bool) -> Option<(&RecordFact, &FindingFact)> {
        let of_record = |record| self.findings_of(record).iter().map(move |finding| (record, finding));
        self.records.iter().flat_map(of_record).find(|(_, finding)| is_wanted(self.word(finding.id)))
    }

    /// Returns the finding at a position among all.
    pub fn finding(&self, at: u32) -> &FindingFact {
        &self.findings[at as usize]
    }

    /// Returns the value of an answer; a verdict has none.
    pub fn value_of(&self, answer: &AnswerFact) -> Option<&ValueFact> {
        self.values.get(answer.value.get()? as usize)
    }
}
