//! Counts that belong together, and the rates that follow from them.

use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::Serialize;

use crate::{
    checklist::{Checklist, Sort},
    ledger::{State, rechecked_checklist},
    percent,
    store::{Counts, FindingFact},
};

/// A part of a whole.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Rate {
    /// The part.
    pub part: f64,
    /// The whole.
    pub whole: f64,
    /// The part in percent of the whole, rounded half up to one decimal; nothing where the whole is nothing.
    pub percent: Option<f64>,
}

impl Rate {
    /// Makes a rate.
    pub fn new(part: f64, whole: f64) -> Self {
        Self { part, whole, percent: percent::of(part, whole) }
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

/// What a record was filled in for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Occasion {
    /// An inspection on site.
    Inspection,
    /// A look at what an inspection had left open (复查).
    Reinspection,
    /// A look at figures: a progress checklist.
    Progress,
}

/// What was counted over some records.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct Totals {
    /// 户次: inspections and re-inspections; a unit visited twice counts as two.
    pub visits: u64,
    /// 复查: the re-inspections among them. They look at what was open and nothing else, so that their items are in no number
    /// of items, pass rate or score.
    pub reinspections: u64,
    /// 指标核查: progress checklists that were filled in. Nobody was inspected for them: they are in no number but this one and
    /// those of the findings.
    pub progress_checks: u64,
    /// 户数: different units inspected.
    pub units: u64,
    /// 出动人次: inspectors, counted once a visit.
    pub person_visits: u64,
    /// 意见书份数: visits that leave something to be put right, each of which asks for an opinion.
    pub opinions: u64,
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
    /// 已销号: findings that are closed, those put right on the spot included.
    pub closed: u64,
    /// 立行立改: findings that were put right on the spot.
    pub on_site: u64,
    /// 未销号: findings that are 待整改, 整改中 or 待复查, the overdue ones included.
    pub open: u64,
    /// 待复查: findings that are reported to be put right and not re-inspected yet.
    pub awaiting: u64,
    /// 移交: findings that were handed over for a case.
    pub transferred: u64,
    /// 逾期: findings that are open after their term.
    pub overdue: u64,
    /// 项目合格率.
    pub item_pass_rate: Rate,
    /// 户次合格率.
    pub visit_pass_rate: Rate,
    /// 得分率: points earned over points attainable.
    pub score_rate: Rate,
    /// 问题整改率: findings closed over findings.
    pub correction_rate: Rate,
    /// 按期整改率: closed findings that were put right within their term over closed ones and those whose term is over.
    pub on_time_rate: Rate,
    /// 任务完成率: tasks done over tasks assigned whose time touches the period; only where there are tasks.
    pub task_completion: Option<Rate>,
    /// 检查完成率: units of which every task is done over units with tasks; only where there are tasks.
    pub unit_completion: Option<Rate>,
    /// 覆盖率: units inspected over units of the register that the filter leaves; only where the register can tell. Of a topic
    /// or a checklist those units count for whose type it is.
    pub coverage: Option<Rate>,
}

impl Occasion {
    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Inspection => "report.occasion.inspection",
            Self::Reinspection => "report.occasion.reinspection",
            Self::Progress => "report.occasion.progress",
        }
    }

    /// Returns for what a checklist is filled in.
    pub fn of(checklist: &Checklist) -> Self {
        match checklist.sort {
            Sort::Progress => Self::Progress,
            Sort::OnSite if rechecked_checklist(&checklist.id).is_some() => Self::Reinspection,
            Sort::OnSite => Self::Inspection,
        }
    }
}

impl Totals {
    /// Adds a record, its findings aside; `leaves` says whether one of them was not put right on the spot.
    pub(super) fn add(&mut self, occasion: Occasion, counts: &Counts, inspectors: usize, leaves: bool) {
        if occasion == Occasion::Progress {
            self.progress_checks += 1;
            return;
        }
        let is_again = occasion == Occasion::Reinspection;
        self.visits += 1;
        self.person_visits += inspectors as u64;
        // What fails again is no new finding.
        self.opinions += u64::from(leaves || (is_again && counts.failed > 0));
        if is_again {
            self.reinspections += 1;
            return;
        }
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

    /// Adds a finding as it is, with terms judged against a day.
    pub(super) fn add_finding(&mut self, fact: &FindingFact, as_of: NaiveDate) {
        let (closed, overdue) = (fact.state == State::Closed, fact.is_overdue(as_of));
        self.findings += 1;
        self.closed += u64::from(closed);
        self.on_site += u64::from(fact.on_site);
        self.open += u64::from(fact.state.is_open());
        self.awaiting += u64::from(fact.state == State::Awaiting);
        self.transferred += u64::from(fact.state == State::Transferred);
        self.overdue += u64::from(overdue);
        // Without a term there is nothing to be in time for, unless it was done on the spot.
        let in_time = match (fact.completed(), fact.due()) {
            _ if fact.on_site => Some(true),
            (completed, Some(due)) => Some(completed.is_some_and(|completed| completed <= due)),
            (_, None) => None,
        };
        if let Some(in_time) = in_time.filter(|_| closed || overdue) {
            self.on_time_rate.part += f64::from(u8::from(closed && in_time));
            self.on_time_rate.whole += 1.0;
        }
    }

    /// Adds what was counted elsewhere; units are not added, because one may stand on both sides.
    pub(super) fn join(&mut self, other: &Self) {
        self.visits += other.visits;
        self.reinspections += other.reinspections;
        self.progress_checks += other.progress_checks;
        self.person_visits += other.person_visits;
        self.opinions += other.opinions;
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
        self.closed += other.closed;
        self.on_site += other.on_site;
        self.open += other.open;
        self.awaiting += other.awaiting;
        self.transferred += other.transferred;
        self.overdue += other.overdue;
        self.on_time_rate.part += other.on_time_rate.part;
        self.on_time_rate.whole += other.on_time_rate.whole;
        self.score_rate.part += other.score_rate.part;
        self.score_rate.whole += other.score_rate.whole;
    }

    /// Adds up what was counted apart, for different units each.
    pub fn of<'totals>(parts: impl Iterator<Item = &'totals Self>) -> Self {
        let mut all = Self::default();
        for part in parts {
            all.join(part);
            all.units += part.units;
        }
        all.finish();
        all
    }

    /// Works out the rates once everything has been added.
    pub(super) fn finish(&mut self) {
        self.item_pass_rate = Rate::of(self.conforming, self.conforming + self.failed);
        self.visit_pass_rate = Rate::of(self.clean_visits, self.judged_visits);
        self.score_rate = Rate::new(self.score_rate.part, self.score_rate.whole);
        self.correction_rate = Rate::of(self.closed, self.findings);
        self.on_time_rate = Rate::new(self.on_time_rate.part, self.on_time_rate.whole);
    }
}
