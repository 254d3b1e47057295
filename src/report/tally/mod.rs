//! The one structure that every report lays out: each number once, with its definition and the records behind it.
//!
//! The JSON of a report is this structure; its schema is made from these types, and their documentation describes the
//! fields. Records are referred to by their position in [`Tally::records`], items by their position in [`Tally::items`].
//! Rates follow the definitions in [`definitions`]. What is counted stands in the sibling files; laying out is done elsewhere.

mod answers;
mod clauses;
mod count;
mod coverage;
pub mod definitions;
mod grades;
mod lines;
mod names;
mod target;
mod tasks;
mod totals;
mod versions;

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use self::names::Names;
pub use self::{
    count::{count, count_for_every_plan},
    grades::GradeCount,
    lines::{FindingLine, Findings, Recheck, RecordCounts, RecordLine, Records, type_name},
    totals::{Occasion, Rate, Totals, as_number},
};
use super::{
    filter::{Filter, Period},
    scope::Narrowed,
};
use crate::{i18n::Lang, inspection::Verdict, plan::Scope, store::Facts};

/// The version of the JSON format.
pub const FORMAT: u32 = 8;

/// A position in [`Tally::records`].
pub type RecordAt = u32;

/// Everything a report can say about a period, counted once.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Tally {
    /// The version of this format.
    pub format: u32,
    /// The commission or bureau that reports.
    pub bureau: String,
    /// When it was counted.
    pub made: DateTime<FixedOffset>,
    /// The language of its names and meanings.
    #[schemars(with = "String")]
    pub language: Lang,
    /// The day against which terms are judged.
    pub as_of: NaiveDate,
    /// What it was narrowed to.
    pub filter: Filter,
    /// The same by the names that people know, the period aside.
    pub scope: Vec<Narrowed>,
    /// The files that it was counted from.
    pub sources: Sources,
    /// What lies in the period and was not counted, and why.
    pub left_out: Vec<LeftOut>,
    /// What each number means.
    pub definitions: Vec<definitions::Definition>,
    /// Everything that was counted.
    pub totals: Totals,
    /// The same for the period before (环比) and the year before (同比); of a period that goes on, for as many days.
    pub compared: Compared,
    /// By district, in the order of their names.
    pub districts: Vec<Group>,
    /// By topic.
    pub topics: Vec<Group>,
    /// By checklist.
    pub checklists: Vec<Group>,
    /// By type of unit.
    pub facility_types: Vec<Group>,
    /// By month, oldest first.
    pub months: Vec<Group>,
    /// By inspector; an inspection by two people counts for both.
    pub inspectors: Vec<Group>,
    /// By unit, best score first.
    pub units: Vec<Unit>,
    /// How many units hold which grade, checklist by checklist, the best grade first; only of checklists with grades.
    pub grades: Vec<GradeCount>,
    /// By item, most failures first.
    pub items: Vec<ItemCount>,
    /// The findings, in the order of the records.
    #[schemars(with = "Vec<FindingLine<'static>>")]
    pub findings: Findings,
    /// The plans, clause by clause.
    pub plans: Vec<PlanCount>,
    /// The records that were counted, oldest first.
    #[schemars(with = "Vec<RecordLine<'static>>")]
    pub records: Records,
}

/// The files that a tally was counted from.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Sources {
    /// The number of records that were counted.
    pub records: u64,
    /// The BLAKE3 digest of the numbers and digests of these records, in their order.
    pub records_digest: String,
    /// The BLAKE3 digest of the digests of the ledger files of these records, in their order.
    pub ledger_digest: String,
    /// The register, the plans, and the versions of checklists that records are filled in with.
    pub files: Vec<Source>,
}

/// A file that a tally was counted from.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
pub struct Source {
    /// What it is: `register`, `plan` or `checklist`.
    pub sort: String,
    /// Its identity.
    pub id: String,
    /// Its title.
    pub title: String,
    /// The BLAKE3 digest of its bytes.
    pub digest: String,
}

impl Tally {
    /// Returns the last day of the period of which something is said: nothing is after the day as of which is counted, and
    /// nobody has inspected anything tomorrow. Of a period that has not begun it is the last one.
    pub fn last_day(&self) -> NaiveDate {
        let (period, today) = (self.filter.period, self.as_of.min(self.made.date_naive()));
        if today < period.from { period.to } else { period.until(today).to }
    }
}

/// Something that was not counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct LeftOut {
    /// Why.
    pub reason: Reason,
    /// The file within the workspace.
    pub path: String,
    /// What it is about: the unit of a record; empty where the file could not be read.
    pub about: String,
}

/// Why something was not counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Reason {
    /// The file cannot be read; it may or may not belong into the period.
    Damaged,
    /// The record is a draft.
    Draft,
    /// The record was finalised after the day as of which everything is counted.
    Later,
    /// The exact checklist of the record is missing, so that nothing can be judged.
    NoChecklist,
    /// A finalised correction took the record's place and is counted instead.
    Superseded,
    /// The ledger file cannot be read: the findings of its record are in no number, the record itself is.
    DamagedLedger,
    /// The record was counted and not yet looked through for findings.
    NoLedger,
    /// The ledger file belongs to no record of the workspace, so that nothing proves its findings.
    NoRecord,
    /// The record was counted by its answers, which come to something else than it says of itself: somebody may have changed
    /// it after it was finalised.
    Altered,
    /// The record was counted, and a review has returned it: its numbers may change with the correction.
    Returned,
}

impl Reason {
    /// Says whether a whole record is left out; else it is what the ledger says of one.
    pub fn is_of_record(self) -> bool {
        matches!(self, Self::Damaged | Self::Draft | Self::Later | Self::NoChecklist | Self::Superseded)
    }

    /// Says whether what the ledger says of a record is left out.
    pub fn is_of_ledger(self) -> bool {
        matches!(self, Self::DamagedLedger | Self::NoLedger | Self::NoRecord)
    }

    /// Says whether everything is counted all the same, and only has to be minded.
    pub fn is_counted(self) -> bool {
        matches!(self, Self::Altered | Self::Returned)
    }

    /// Says whether it is about a file that somebody has to look at, so that reports name it.
    pub fn is_named(self) -> bool {
        self.is_counted() || matches!(self, Self::Damaged | Self::DamagedLedger | Self::NoRecord)
    }

    /// Returns the key of its text in the language files.
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Damaged => "report.left-out.damaged",
            Self::Draft => "report.left-out.draft",
            Self::Later => "report.left-out.later",
            Self::NoChecklist => "report.left-out.no-checklist",
            Self::Superseded => "report.left-out.superseded",
            Self::DamagedLedger => "report.left-out.damaged-ledger",
            Self::NoLedger => "report.left-out.no-ledger",
            Self::NoRecord => "report.left-out.no-record",
            Self::Altered => "report.left-out.altered",
            Self::Returned => "report.left-out.returned",
        }
    }
}

/// The totals of other periods, under the same filter; of a period that goes on, those of as many days.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Compared {
    /// The period right before.
    pub before: Option<Earlier>,
    /// The same days of the year before.
    pub year_before: Option<Earlier>,
}

/// An earlier period.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Earlier {
    /// The period.
    pub period: Period,
    /// What was counted in it.
    pub totals: Totals,
    /// The records that it was counted from, for the lists of a report; the data of that period has them with everything.
    #[serde(skip)]
    pub records: Records,
}

impl Earlier {
    /// Begins to count.
    fn of(period: Period, facts: &Arc<Facts>, names: &Arc<Names>) -> Self {
        Self { period, totals: Totals::default(), records: Records::new(facts, names, Vec::new()) }
    }
}

/// What was counted for one district, topic, checklist, type, month or inspector.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Group {
    /// The identity; empty where the records give none.
    pub key: String,
    /// The name.
    pub name: String,
    /// What was counted.
    pub totals: Totals,
    /// The records behind it.
    pub records: Vec<RecordAt>,
}

/// What was counted for one unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Unit {
    /// The number in the register.
    pub id: String,
    /// The name, as the last record has it.
    pub name: String,
    /// The district.
    pub district: String,
    /// The type.
    pub facility_type: String,
    /// The place by score rate, from 1; units with the same rate share it, units without one have none.
    pub rank: Option<u32>,
    /// The grade of the last inspection that has one, in the language of the report.
    pub grade: Option<String>,
    /// What was counted.
    pub totals: Totals,
    /// The records behind it.
    pub records: Vec<RecordAt>,
}

/// What an item of a checklist came to over all records.
#[derive(Clone, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct ItemCount {
    /// The checklist.
    pub checklist: String,
    /// The item.
    pub id: String,
    /// What is asked, in the newest version that a record has.
    pub text: String,
    /// The topic of the checklist.
    pub topic: String,
    /// Whether it is critical (关键项).
    pub critical: bool,
    /// The legal or policy bases.
    pub basis: Vec<String>,
    /// Records in which it conforms.
    pub conforming: u64,
    /// Records in which it fails.
    pub failed: u64,
    /// Records in which it is 不适用 or 合理缺项.
    pub exempt: u64,
    /// 项目合格率 of this item.
    pub pass_rate: Rate,
    /// The records in which it was answered, for the lists of a report; as data they would outweigh all the rest.
    #[serde(skip)]
    pub answered: Vec<RecordAt>,
    /// The records in which it fails.
    pub failing: Vec<RecordAt>,
}

/// A plan and what was done about it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct PlanCount {
    /// The identity.
    pub id: String,
    /// The title.
    pub title: String,
    /// 序时进度: the share of the plan's year that is over.
    pub time_progress: Rate,
    /// 目标完成率: figures that are what is wanted, over all figures.
    pub targets_done: Rate,
    /// 条款检查率: clauses that were checked at some unit, over those that can be checked on site.
    pub clauses_checked: Rate,
    /// The clauses that ask for something, in the order of the document.
    pub clauses: Vec<ClauseCount>,
}

/// A clause and what was done about it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct ClauseCount {
    /// The identity of the clause in its plan.
    pub id: String,
    /// The section path.
    pub section: String,
    /// The text.
    pub text: String,
    /// Where it can be checked.
    #[schemars(with = "String")]
    pub scope: Scope,
    /// When it is due, as the plan says: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub deadline: String,
    /// Who answers for it.
    pub owners: Vec<String>,
    /// The items that come from it, `CHECKLIST/ITEM`, of the checklists in use and of those that records have.
    pub items: Vec<String>,
    /// Inspections and re-inspections in which one of these items was judged.
    pub visits: u64,
    /// Progress checks in which one of these items was judged.
    pub progress_checks: u64,
    /// Units in which one of these items was judged on site.
    pub units: u64,
    /// Judgements of inspections that it conforms.
    pub conforming: u64,
    /// Judgements of inspections that it fails.
    pub failed: u64,
    /// Judgements of progress checks that it is done.
    pub done: u64,
    /// Judgements of progress checks that it is not done.
    pub not_done: u64,
    /// The records behind it.
    pub records: Vec<RecordAt>,
    /// Its figures: target against actual value.
    pub targets: Vec<Target>,
}

impl ClauseCount {
    /// Says whether one of its items was judged: on site or by its figures.
    pub fn is_checked(&self) -> bool {
        !self.records.is_empty()
    }

    /// Says whether nothing was done about it: no item of it was judged at any unit, and no figure was reported.
    pub fn is_untouched(&self) -> bool {
        self.records.is_empty() && self.targets.iter().all(|target| target.reports.is_empty())
    }
}

/// A figure of a clause: what is wanted, and what was reported.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Target {
    /// What is measured.
    pub name: String,
    /// How much is wanted, with sign and unit.
    pub wanted: String,
    /// When it is due; that of the clause where the figure has none of its own, and the plan's year where it has none.
    pub deadline: String,
    /// What was reported: the last value of each unit in the period.
    pub reports: Vec<Report>,
    /// The reported number over the wanted one, in percent; only for a lower bound and one report.
    pub ratio: Option<f64>,
    /// How far it is.
    pub state: TargetState,
}

/// A value that was reported.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct Report {
    /// The record.
    pub record: RecordAt,
    /// The value with its unit.
    pub shown: String,
    /// What was noted with it, or empty.
    pub note: String,
    /// What the ledger says was found wrong with it, or empty.
    pub found: String,
    /// Whether it is what is wanted; nothing where no rule judges it.
    #[schemars(with = "Option<String>")]
    pub verdict: Option<Verdict>,
}

/// How far a target is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum TargetState {
    /// 已完成: every report is what is wanted.
    Done,
    /// 推进中: reported, and not there yet; or within a limit that has to be kept until the year is over.
    UnderWay,
    /// 滞后: at some unit the share that is reached is smaller than the share of the time that is over, or a limit of the
    /// year is broken.
    Behind,
    /// 逾期: not done, and the deadline is over.
    Overdue,
    /// 未填报: nothing was reported.
    NotReported,
    /// 待核对: reported, but the clause changed after what is wanted was taken from it, and nobody has looked at that.
    Suspect,
}

impl TargetState {
    /// Every state, in the order of the figures.
    pub const ALL: [Self; 6] =
        [Self::Done, Self::UnderWay, Self::Behind, Self::Overdue, Self::NotReported, Self::Suspect];

    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Done => "report.target.done",
            Self::UnderWay => "report.target.under-way",
            Self::Behind => "report.target.behind",
            Self::Overdue => "report.target.overdue",
            Self::NotReported => "report.target.not-reported",
            Self::Suspect => "report.target.suspect",
        }
    }
}
