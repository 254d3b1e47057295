//! Counts that belong together, and the rates that follow from them.

use schemars::JsonSchema;
use serde::Serialize;

use super::FindingState;
use crate::store::Counts;

/// A part of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Rate {
    /// The part.
    pub part: f64,
    /// The whole.
    pub whole: f64,
    /// The part in percent of the whole, rounded to two decimals; nothing where the whole is nothing.
    pub percent: Option<f64>,
}

impl Rate {
    /// Makes a rate.
    pub fn new(part: f64, whole: f64) -> Self {
        let percent = (whole > 0.0).then(|| (part / whole * 10_000.0).round() / 100.0);
        Self { part, whole, percent }
    }

    /// Makes a rate of counts.
    pub fn of(part: u64, whole: u64) -> Self {
        Self::new(as_number(part), as_number(whole))
    }
}

/// Turns a count into a number; counts of records and items are far below the largest that is exact.
#[allow(clippy::cast_precision_loss)]
pub fn as_number(count: u64) -> f64 {
    count as f64
}

/// What was counted over some records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Totals {
    /// 户次: inspections.
    pub visits: u64,
    /// 户数: different units.
    pub units: u64,
    /// 出动人次: inspectors, counted once an inspection.
    pub person_visits: u64,
    /// 应查项: items that concern the units.
    pub items: u64,
    /// 实查项: items that were answered.
    pub answered: u64,
    /// 符合: items that conform.
    pub conforming: u64,
    /// 不符合: items that fail.
    pub failed: u64,
    /// 不适用 and 合理缺项: items that leave the rates.
    pub exempt: u64,
    /// 关键项不符合: critical items that fail.
    pub critical_failed: u64,
    /// Inspections in which an item was judged.
    pub judged_visits: u64,
    /// Inspections in which an item was judged and none fails.
    pub clean_visits: u64,
    /// Inspections in which a critical item fails.
    pub critical_visits: u64,
    /// 发现问题: findings.
    pub findings: u64,
    /// 立行立改: findings that were put right on the spot.
    pub corrected: u64,
    /// 待整改: findings that are open, the overdue ones included.
    pub open: u64,
    /// 逾期: findings that are open after their term.
    pub overdue: u64,
    /// 项目合格率.
    pub item_pass_rate: Rate,
    /// 户次合格率.
    pub visit_pass_rate: Rate,
    /// 得分率: points earned over points attainable.
    pub score_rate: Rate,
    /// 问题整改率.
    pub correction_rate: Rate,
    /// 覆盖率: units inspected over units of the register that the filter leaves; only where the register can tell. Of a topic
    /// or a checklist those units count for whose type it is.
    pub coverage: Option<Rate>,
}

impl Totals {
    /// Adds an inspection.
    pub(super) fn add(&mut self, counts: &Counts, inspectors: usize) {
        self.visits += 1;
        self.person_visits += inspectors as u64;
        self.items += u64::from(counts.items);
        self.answered += u64::from(counts.answered);
        self.conforming += u64::from(counts.conforming);
        self.failed += u64::from(counts.failed);
        self.exempt += u64::from(counts.exempt);
        self.critical_failed += u64::from(counts.critical_failed);
        let judged = counts.conforming + counts.failed > 0;
        self.judged_visits += u64::from(judged);
        self.clean_visits += u64::from(judged && counts.failed == 0);
        self.critical_visits += u64::from(counts.critical_failed > 0);
        self.score_rate.part += counts.earned;
        self.score_rate.whole += counts.attainable;
    }

    /// Adds a finding.
    pub(super) fn add_finding(&mut self, state: FindingState) {
        self.findings += 1;
        self.corrected += u64::from(state.is_corrected());
        self.open += u64::from(!state.is_corrected());
        self.overdue += u64::from(state == FindingState::Overdue);
    }

    /// Adds what was counted elsewhere; units are not added, because one may stand on both sides.
    pub(super) fn join(&mut self, other: &Self) {
        self.visits += other.visits;
        self.person_visits += other.person_visits;
        self.items += other.items;
        self.answered += other.answered;
        self.conforming += other.conforming;
        self.failed += other.failed;
        self.exempt += other.exempt;
        self.critical_failed += other.critical_failed;
        self.judged_visits += other.judged_visits;
        self.clean_visits += other.clean_visits;
        self.critical_visits += other.critical_visits;
        self.findings += other.findings;
        self.corrected += other.corrected;
        self.open += other.open;
        self.overdue += other.overdue;
        self.score_rate.part += other.score_rate.part;
        self.score_rate.whole += other.score_rate.whole;
    }

    /// Works out the rates once everything has been added.
    pub(super) fn finish(&mut self) {
        self.item_pass_rate = Rate::of(self.conforming, self.conforming + self.failed);
        self.visit_pass_rate = Rate::of(self.clean_visits, self.judged_visits);
        self.score_rate = Rate::new(self.score_rate.part, self.score_rate.whole);
        self.correction_rate = Rate::of(self.corrected, self.findings);
    }
}
