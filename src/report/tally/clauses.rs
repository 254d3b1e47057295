//! Clause by clause: where a clause was checked and with what result, and how far its figures are.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use chrono::NaiveDate;

use super::{ClauseCount, PlanCount, RecordAt, Report, Target, TargetState, totals::Rate};
use crate::{
    checklist::{Checklist, Item, PassRule, Sort, suspects_of_item},
    i18n::Lang,
    inspection::Verdict,
    plan::{Clause, ClauseKind, Plan, Scope},
    report::material::Material,
    store::{Facts, RecordFact, ValueFact, Word, last_day},
};

/// The clauses that the items of a checklist come from, by position of the item.
pub type Links = Vec<Vec<u32>>;

/// What was reported for an item of a progress checklist: the value in words, the number, and what it came to.
struct Entered {
    record: RecordAt,
    facility: Word,
    shown: Option<Word>,
    number: Option<f64>,
    verdict: Option<Verdict>,
}

/// What is counted for a clause.
#[derive(Default)]
struct Sum {
    records: Vec<RecordAt>,
    units: Vec<Word>,
    conforming: u64,
    failed: u64,
}

/// The clauses of the plans that a report is about, while they are counted.
pub struct Clauses<'material> {
    /// Each with its plan.
    list: Vec<(&'material Plan, &'material Clause)>,
    at: HashMap<(&'material str, &'material str), u32>,
    sums: Vec<Sum>,
    /// What was entered, by clause and item.
    entered: HashMap<(u32, String), Vec<Entered>>,
}

impl<'material> Clauses<'material> {
    /// Takes the clauses that ask for something, of one plan or of all.
    pub fn new(material: &'material Material, wanted: Option<&str>) -> Self {
        let plans = material.plans.iter().filter(|plan| wanted.is_none_or(|id| plan.head.id.0 == id));
        let list: Vec<_> = plans
            .flat_map(|plan| plan.clauses.iter().map(move |clause| (plan, clause)))
            .filter(|(_, clause)| clause.scope != Scope::Neither && clause.kind != ClauseKind::Result)
            .collect();
        let at = list
            .iter()
            .zip(0..)
            .map(|((plan, clause), at)| ((plan.head.id.0.as_str(), clause.id.0.as_str()), at))
            .collect();
        let sums = list.iter().map(|_| Sum::default()).collect();
        Self { list, at, sums, entered: HashMap::new() }
    }

    /// Finds the clauses that each item of a checklist comes from.
    pub fn links(&self, checklist: &Checklist) -> Links {
        let clause = |item: &Item| {
            let origins = item.clauses.iter();
            let mut found: Vec<u32> = origins
                .filter_map(|origin| self.at.get(&(origin.plan.0.as_str(), origin.id.0.as_str())).copied())
                .collect();
            found.sort_unstable();
            found.dedup();
            found
        };
        checklist.items.iter().map(clause).collect()
    }

    /// Adds what a record says of the clauses.
    pub fn add(&mut self, facts: &Facts, record: &RecordFact, at: RecordAt, checklist: &Checklist, links: &Links) {
        if self.list.is_empty() {
            return;
        }
        for answer in facts.answers_of(record) {
            let position = answer.item() as usize;
            let Some(clauses) = links.get(position).filter(|clauses| !clauses.is_empty()) else { continue };
            for &clause in clauses {
                let sum = &mut self.sums[clause as usize];
                if matches!(answer.verdict(), Some(Verdict::Conforms | Verdict::Fails)) {
                    sum.conforming += u64::from(answer.verdict() == Some(Verdict::Conforms));
                    sum.failed += u64::from(answer.verdict() == Some(Verdict::Fails));
                    if sum.records.last() != Some(&at) {
                        sum.records.push(at);
                        sum.units.push(record.facility);
                    }
                }
                if checklist.sort != Sort::Progress {
                    continue;
                }
                let Some(item) = checklist.items.get(position) else { continue };
                let value = facts.value_of(answer);
                self.entered.entry((clause, item.id.0.clone())).or_default().push(Entered {
                    record: at,
                    facility: record.facility,
                    shown: value.map(|value| value.shown),
                    number: value.and_then(ValueFact::number),
                    verdict: answer.verdict(),
                });
            }
        }
    }

    /// Puts the plans together, figures named in a language as far as they have a name in it.
    pub fn finish(mut self, material: &Material, facts: &Facts, as_of: NaiveDate, lang: Lang) -> Vec<PlanCount> {
        // The checklists in use go before the versions that records are pinned to.
        let mut pinned: Vec<_> = material.pinned.iter().collect();
        pinned.sort_by_key(|(digest, _)| *digest);
        let checklists: Vec<&Arc<Checklist>> =
            material.in_use.iter().chain(pinned.into_iter().map(|(_, one)| one)).collect();
        let mut items: HashMap<u32, Vec<(&Checklist, &Item)>> = HashMap::new();
        for checklist in checklists {
            for (item, clauses) in checklist.items.iter().zip(self.links(checklist)) {
                for clause in clauses {
                    let known = items.entry(clause).or_default();
                    if !known.iter().any(|(other, with)| other.id == checklist.id && with.id == item.id) {
                        known.push((checklist, item));
                    }
                }
            }
        }
        let mut plans: Vec<PlanCount> = Vec::new();
        for at in 0..self.list.len() {
            let (plan, clause) = self.list[at];
            let number = u32::try_from(at).unwrap_or(u32::MAX);
            let with = items.remove(&number).unwrap_or_default();
            let mut sum = std::mem::take(&mut self.sums[at]);
            sum.units.sort_unstable();
            sum.units.dedup();
            let year = plan.head.year;
            let counted = ClauseCount {
                id: clause.id.0.clone(),
                section: clause.section.clone(),
                text: clause.text.clone(),
                scope: clause.scope,
                deadline: clause.deadline.clone().unwrap_or_default(),
                owners: clause.owners.iter().map(|owner| owner.unit.clone()).collect(),
                items: with
                    .iter()
                    .map(|(checklist, item)| format!("{}/{}", checklist.id, item.id))
                    .collect::<BTreeSet<_>>()
                    .into_iter()
                    .collect(),
                visits: sum.records.len() as u64,
                units: sum.units.len() as u64,
                conforming: sum.conforming,
                failed: sum.failed,
                records: sum.records,
                targets: self.targets(number, &with, (material, facts, lang), as_of),
            };
            match plans.last_mut().filter(|last| last.id == plan.head.id.0) {
                Some(last) => last.clauses.push(counted),
                None => plans.push(PlanCount {
                    id: plan.head.id.0.clone(),
                    title: plan.head.title.clone(),
                    time_progress: elapsed(year, last_of(year), as_of),
                    targets_done: Rate::default(),
                    clauses_checked: Rate::default(),
                    clauses: vec![counted],
                }),
            }
        }
        plans.iter_mut().for_each(rate);
        plans
    }

    /// Lists the figures of a clause: those that progress checklists ask for, else those that the plan names.
    fn targets(
        &self,
        number: u32,
        with: &[(&Checklist, &Item)],
        (material, facts, lang): (&Material, &Facts, Lang),
        as_of: NaiveDate,
    ) -> Vec<Target> {
        let (plan, clause) = self.list[number as usize];
        let on = (plan.head.year, as_of);
        let own = clause.deadline.as_deref().unwrap_or_default();
        let is_suspect = |(checklist, item): (&Checklist, &Item)| {
            let mut suspects = suspects_of_item(checklist, item, &material.plans, &material.acceptances.accepted);
            suspects.any(|suspect| suspect.plan == plan.head.id && suspect.clause == clause.id)
        };
        let mut seen = BTreeSet::new();
        let progress = || with.iter().filter(|(checklist, _)| checklist.sort == Sort::Progress).copied();
        let asked: Vec<(&Item, bool)> = progress()
            .filter(|(_, item)| seen.insert(&item.id))
            .map(|first| {
                // Of checklists that ask the same, one that follows the clause says what is wanted.
                let mut same = progress().filter(|(_, item)| item.id == first.1.id);
                same.find(|one| !is_suspect(*one)).map_or((first.1, true), |(_, item)| (item, false))
            })
            .collect();
        if asked.is_empty() {
            let named = clause.indicators.iter().map(|indicator| {
                let deadline = indicator.deadline.as_deref().unwrap_or(own);
                target(&indicator.name, indicator.show_value(lang), deadline, None, (Vec::new(), false), on)
            });
            return named.collect();
        }
        asked
            .into_iter()
            .map(|(item, is_suspect)| {
                let entered = self.entered.get(&(number, item.id.0.clone())).map_or(&[][..], Vec::as_slice);
                let mut last: Vec<&Entered> = Vec::new();
                for one in entered {
                    match last.iter_mut().find(|known| known.facility == one.facility) {
                        Some(known) => *known = one,
                        None => last.push(one),
                    }
                }
                last.sort_by_key(|one| one.record);
                let deadline = if item.deadline.is_empty() { own } else { &item.deadline };
                let unit = item.unit_shown();
                let wanted = item.pass.as_ref().map_or_else(String::new, |rule| rule.show(unit, lang));
                let shown = |one: &&Entered| Report {
                    record: one.record,
                    shown: one.shown.map_or("", |shown| facts.word(shown)).to_owned(),
                    verdict: judged(item.pass.as_ref(), one),
                };
                let reports = last.iter().map(shown).collect();
                let ratio = match last.as_slice() {
                    [one] => ratio(item.pass.as_ref(), one.number),
                    _ => None,
                };
                target(item.text.show(lang), wanted, deadline, ratio, (reports, is_suspect), on)
            })
            .collect()
    }
}

/// Judges what was reported by what is wanted now: the plan may ask for more than when the record was finalised.
fn judged(rule: Option<&PassRule>, entered: &Entered) -> Option<Verdict> {
    match (rule.filter(|rule| rule.bounds().is_some()), entered.number, entered.verdict) {
        (Some(rule), Some(number), None | Some(Verdict::Conforms | Verdict::Fails)) => {
            Some(if rule.accepts_number(number) { Verdict::Conforms } else { Verdict::Fails })
        }
        _ => entered.verdict,
    }
}

/// Works out how much of a plan is done.
fn rate(plan: &mut PlanCount) {
    let targets = || plan.clauses.iter().flat_map(|clause| &clause.targets);
    let done = targets().filter(|target| target.state == TargetState::Done).count();
    let on_site = || plan.clauses.iter().filter(|clause| clause.scope == Scope::OnSite);
    let checked = on_site().filter(|clause| clause.visits > 0).count();
    plan.targets_done = Rate::of(done as u64, targets().count() as u64);
    plan.clauses_checked = Rate::of(checked as u64, on_site().count() as u64);
}

/// Makes a figure and says how far it is.
fn target(
    name: &str,
    wanted: String,
    deadline: &str,
    ratio: Option<f64>,
    (reports, is_suspect): (Vec<Report>, bool),
    (year, as_of): (Option<i32>, NaiveDate),
) -> Target {
    let done = !reports.is_empty() && reports.iter().all(|report| report.verdict == Some(Verdict::Conforms));
    let last = last_day(deadline).or_else(|| last_of(year));
    let share = elapsed(year, last, as_of).percent;
    let state = if is_suspect && !reports.is_empty() {
        TargetState::Suspect
    } else if done {
        TargetState::Done
    } else if last.is_some_and(|last| last < as_of) {
        TargetState::Overdue
    } else if reports.is_empty() {
        TargetState::NotReported
    } else if ratio.zip(share).is_some_and(|(ratio, share)| ratio < share) {
        TargetState::Behind
    } else {
        TargetState::UnderWay
    };
    Target { name: name.to_owned(), wanted, deadline: deadline.to_owned(), reports, ratio, state }
}

/// Returns the reached share of a lower bound in percent.
fn ratio(rule: Option<&PassRule>, reached: Option<f64>) -> Option<f64> {
    let wanted = match rule? {
        PassRule::AtLeast(wanted) | PassRule::MoreThan(wanted) | PassRule::Between(wanted, _) => *wanted,
        _ => return None,
    };
    Rate::new(reached?, wanted).percent
}

fn last_of(year: Option<i32>) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year?, 12, 31)
}

/// Returns the share of the days from the beginning of the plan's year to `last` that is over on a day (序时进度).
fn elapsed(year: Option<i32>, last: Option<NaiveDate>, as_of: NaiveDate) -> Rate {
    let begin = year.and_then(|year| NaiveDate::from_ymd_opt(year, 1, 1));
    let (Some(begin), Some(last)) = (begin, last.filter(|last| begin.is_some_and(|begin| *last >= begin))) else {
        return Rate::default();
    };
    let days = |to: NaiveDate| u64::try_from((to - begin).num_days() + 1).unwrap_or_default();
    Rate::of(days(as_of).min(days(last)), days(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_time_that_is_over_is_counted_in_days() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let cases = [
            ("2026-12-31", "2026-12-31", Some(100.0)),
            ("2026-06-30", "2026-01-01", Some(0.6)),
            ("2026-06-30", "2026-09-01", Some(100.0)),
            ("2026-12-31", "2025-12-31", Some(0.0)),
            ("2025-12-31", "2026-02-01", None),
        ];
        for (last, as_of, percent) in cases {
            assert_eq!(elapsed(Some(2026), Some(day(last)), day(as_of)).percent, percent, "{last} {as_of}");
        }
    }

    #[test]
    fn only_lower_bounds_have_a_share() {
        let cases = [
            (PassRule::AtLeast(80.0), Some(40.0), Some(50.0)),
            (PassRule::AtLeast(80.0), None, None),
            (PassRule::AtMost(80.0), Some(40.0), None),
            (PassRule::AtLeast(0.0), Some(1.0), None),
        ];
        for (rule, reached, percent) in cases {
            assert_eq!(ratio(Some(&rule), reached), percent, "{rule:?}");
        }
    }
}
