//! What came out, counted; every item's share can be added and taken away, so that no answer makes all be counted again.

use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::record::Summary;
use crate::{
    checklist::{Checklist, Grade, Item, PassRule, ScoreMethod, Verdict},
    percent,
};

/// Points are counted in whole millionths, so that adding and taking away never leaves a rest.
const MILLIONTHS: f64 = 1e6;

/// What one item adds to the counts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Share {
    /// Whether the item is asked.
    pub asked: bool,
    /// Whether it has an answer.
    pub answered: bool,
    /// What it comes to.
    pub verdict: Option<Verdict>,
    /// Whether a finding is open.
    pub open: bool,
    /// By when it is to be put right.
    pub due: Option<NaiveDate>,
}

/// Sums of points of judged items.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Points {
    earned: i64,
    attainable: i64,
    conforming: usize,
    judged: usize,
}

impl Points {
    fn add(&mut self, points: i64, conforms: bool, sign: i64) {
        self.attainable += sign * points;
        self.earned += if conforms { sign * points } else { 0 };
        let step = |count: &mut usize| *count = if sign > 0 { *count + 1 } else { *count - 1 };
        step(&mut self.judged);
        if conforms {
            step(&mut self.conforming);
        }
    }

    /// Returns the share that conforms, in percent; nothing where nothing that counts was judged.
    fn rate(&self, by_items: bool) -> Option<f64> {
        #[allow(clippy::cast_precision_loss)] // Counts and points of one checklist are far below 2⁵³.
        let (part, whole) = if by_items {
            (self.conforming as f64, self.judged as f64)
        } else {
            (self.earned as f64, self.attainable as f64)
        };
        // A bound such as 89.9 is met exactly or not, whatever the last bits of a division say.
        (whole > 0.0).then(|| (part / whole * 1e11).round() / 1e9)
    }
}

/// The running counts of a record.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Counts {
    items: usize,
    answered: usize,
    failed: usize,
    critical_failed: usize,
    critical: Points,
    other: Points,
    /// The points of each outermost section.
    sections: Vec<Points>,
    /// How many open findings are due on each day, or on none.
    due: BTreeMap<Option<NaiveDate>, usize>,
}

impl Counts {
    /// Begins with nothing, for so many sections.
    pub(super) fn new(sections: usize) -> Self {
        Self { sections: vec![Points::default(); sections], ..Self::default() }
    }

    /// Adds the share of an item of an outermost section, or takes it away.
    pub(super) fn count(&mut self, share: Share, item: &Item, section: usize, adding: bool) {
        if !share.asked {
            return;
        }
        let sign: i64 = if adding { 1 } else { -1 };
        let step = |count: &mut usize, counts: bool| {
            if counts {
                *count = if adding { *count + 1 } else { *count - 1 };
            }
        };
        step(&mut self.items, true);
        step(&mut self.answered, share.answered);
        let conforms = match share.verdict {
            Some(Verdict::Conforms) => true,
            Some(Verdict::Fails) => false,
            Some(Verdict::NotApplicable | Verdict::ReasonableOmission) | None => return self.count_due(share, adding),
        };
        step(&mut self.failed, !conforms);
        step(&mut self.critical_failed, !conforms && item.critical);
        #[allow(clippy::cast_possible_truncation)] // An item has at most 1,000 points.
        let points = (item.points * MILLIONTHS).round() as i64;
        let part = if item.critical { &mut self.critical } else { &mut self.other };
        part.add(points, conforms, sign);
        if let Some(section) = self.sections.get_mut(section) {
            section.add(points, conforms, sign);
        }
        self.count_due(share, adding);
    }

    fn count_due(&mut self, share: Share, adding: bool) {
        if !share.open {
            return;
        }
        let count = self.due.entry(share.due).or_default();
        if adding {
            *count += 1;
        } else {
            *count -= 1;
            if *count == 0 {
                self.due.remove(&share.due);
            }
        }
    }

    /// Returns what came out so far, with the rates and the grade by the checklist's scoring.
    pub(super) fn tally(&self, checklist: &Checklist) -> Tally {
        let by_items = checklist.scoring.method == ScoreMethod::Items;
        let (critical, other) = (self.critical, self.other);
        let all = Points {
            earned: critical.earned + other.earned,
            attainable: critical.attainable + other.attainable,
            conforming: critical.conforming + other.conforming,
            judged: critical.judged + other.judged,
        };
        #[allow(clippy::cast_precision_loss)] // Far below 2⁵³.
        let points = |millionths: i64| millionths as f64 / MILLIONTHS;
        let mut tally = Tally {
            items: self.items,
            answered: self.answered,
            conforming: all.conforming,
            failed: self.failed,
            critical_failed: self.critical_failed,
            open_findings: self.due.values().sum(),
            next_due: self.due.keys().find_map(|due| *due),
            earned: points(all.earned),
            attainable: points(all.attainable),
            rate: match checklist.scoring.method {
                ScoreMethod::Points | ScoreMethod::Items => all.rate(by_items),
                ScoreMethod::Sections => self.weighted(checklist),
            },
            item_rate: all.rate(true),
            critical_rate: critical.rate(by_items),
            other_rate: other.rate(by_items),
            grade: None,
        };
        tally.grade = grade(&tally, checklist);
        tally
    }

    /// Returns the mean of the sections' rates by their weights; sections in which nothing was judged are left out.
    fn weighted(&self, checklist: &Checklist) -> Option<f64> {
        let judged = self.sections.iter().zip(&checklist.sections);
        let rates = judged.filter_map(|(points, section)| points.rate(false).map(|rate| (rate, section.weight)));
        let (sum, weights) =
            rates.fold((0.0, 0.0), |(sum, weights), (rate, weight)| (rate.mul_add(weight, sum), weights + weight));
        (weights > 0.0).then(|| (sum / weights * 1e9).round() / 1e9)
    }
}

/// Finds the grade: the last one where a critical item fails and that decides, else the first whose bounds are all met.
fn grade(tally: &Tally, checklist: &Checklist) -> Option<usize> {
    let (scoring, rate) = (&checklist.scoring, tally.rate?);
    if scoring.critical_gate && tally.critical_failed > 0 {
        return scoring.grades.len().checked_sub(1);
    }
    // Where there is nothing critical, or nothing else, nothing of it failed.
    let meets = |bound: &Option<PassRule>, rate: Option<f64>| {
        bound.as_ref().is_none_or(|bound| bound.accepts_number(rate.unwrap_or(100.0)))
    };
    scoring.grades.iter().position(|grade: &Grade| {
        meets(&grade.rate, Some(rate))
            && meets(&grade.critical_rate, tally.critical_rate)
            && meets(&grade.other_rate, tally.other_rate)
    })
}

/// What came out, counted.
///
/// The score rate follows 得分率 = 得分 ÷ (总分 − 合理缺项分) × 100: exempt items (合理缺项 and 不适用) leave the denominator, and so
/// does an item that has not been judged yet, so that the rate is also true halfway through.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Items that are asked.
    pub items: usize,
    /// Items with an answer.
    pub answered: usize,
    /// Items that conform.
    pub conforming: usize,
    /// Items that fail.
    pub failed: usize,
    /// Critical items that fail.
    pub critical_failed: usize,
    /// Findings that were not put right on the spot.
    pub open_findings: usize,
    /// The earliest term for putting one of them right.
    pub next_due: Option<NaiveDate>,
    /// Points of the items that conform.
    pub earned: f64,
    /// Points of the items that conform or fail.
    pub attainable: f64,
    /// 得分率 in percent by the checklist's method, or nothing while no item that scores has been judged.
    pub rate: Option<f64>,
    /// 项目合格率: items that conform ÷ items that were judged, in percent.
    pub item_rate: Option<f64>,
    /// The rate of the critical items, by points or items as the method has it.
    pub critical_rate: Option<f64>,
    /// The rate of the items that are not critical, by points or items as the method has it.
    pub other_rate: Option<f64>,
    /// The position of the grade among those of the checklist, where it has grades.
    pub grade: Option<usize>,
}

impl Tally {
    /// Returns 得分率 in percent, or nothing while no item that scores has been judged.
    pub fn score_rate(&self) -> Option<f64> {
        self.rate
    }

    /// Returns what the head of the record's file says; the checklist has the names of the grades.
    pub fn summary(&self, checklist: &Checklist) -> Summary {
        let short = |rate: Option<f64>| rate.map(percent::rounded);
        let grade = self.grade.and_then(|at| checklist.scoring.grades.get(at));
        Summary {
            items: self.items,
            answered: self.answered,
            conforming: self.conforming,
            failed: self.failed,
            critical_failed: self.critical_failed,
            open_findings: self.open_findings,
            next_due: self.next_due,
            score_rate: short(self.rate),
            item_rate: short(self.item_rate),
            grade: grade.map(|grade| grade.title.zh.as_str().into()),
        }
    }
}
