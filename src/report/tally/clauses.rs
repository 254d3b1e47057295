//! Clause by clause: where a clause was checked and with what result, and how far its figures are.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    sync::Arc,
};

use chrono::NaiveDate;

use super::{
    ClauseCount, PlanCount, RecordAt, Target, TargetState,
    target::{Entered, Wanted, elapsed, last_of, target},
    totals::{Occasion, Rate},
    versions::{Version, topic_of},
};
use crate::{
    checklist::{Checklist, Item, PassRule, Sort, about_at_least, indicator_of, suspects_of_item},
    i18n::Lang,
    inspection::Verdict,
    plan::{Clause, ClauseKind, Plan, Scope},
    report::{filter::Filter, material::Material, words::section},
    store::{Facts, RecordFact, ValueFact, Word},
    text,
};

/// The clauses that the items of a checklist come from, by position of the item.
pub type Links = Vec<Vec<u32>>;

/// What is counted for a clause.
#[derive(Default)]
struct Sum {
    records: Vec<RecordAt>,
    /// How many of the records are progress checks.
    progress_checks: u64,
    /// The units of the others.
    units: Vec<Word>,
    conforming: u64,
    failed: u64,
    done: u64,
    not_done: u64,
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
    ///
    /// Of a checklist only the clauses that its items come from are meant, of a topic those that are about it and those that
    /// its checklists ask for: the others were not looked for.
    pub fn new(material: &'material Material, filter: &Filter) -> Self {
        let is_wanted = |checklist: &&Arc<Checklist>| {
            filter.checklist.as_ref().is_none_or(|id| checklist.id.0 == *id)
                && filter.topic.as_ref().is_none_or(|topic| topic_of(checklist) == topic)
        };
        let asked: HashSet<(&str, &str)> = material
            .in_use
            .iter()
            .chain(material.pinned.values())
            .filter(is_wanted)
            .flat_map(|checklist| checklist.items.iter().flat_map(|item| &item.clauses))
            .map(|origin| (origin.plan.0.as_str(), origin.id.0.as_str()))
            .collect();
        let is_meant = |plan: &Plan, clause: &Clause| {
            let is_about = |topic: &String| clause.topics.first().is_some_and(|about| about.0 == *topic);
            match (&filter.checklist, &filter.topic) {
                (None, None) => true,
                (None, Some(topic)) if is_about(topic) => true,
                _ => asked.contains(&(plan.head.id.0.as_str(), clause.id.0.as_str())),
            }
        };
        let plans = material.plans.iter().filter(|plan| filter.plan.as_ref().is_none_or(|id| plan.head.id.0 == *id));
        let list: Vec<_> = plans
            .flat_map(|plan| plan.clauses.iter().map(move |clause| (plan, clause)))
            .filter(|(_, clause)| clause.scope != Scope::Neither && clause.kind != ClauseKind::Result)
            .filter(|(plan, clause)| is_meant(plan, clause))
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

    /// Cites a clause as papers do: its plan and section.
    pub fn cited(&self, clause: u32, lang: Lang) -> String {
        let (plan, clause) = self.list[clause as usize];
        let section = if lang == Lang::Zh { section(&clause.section) } else { clause.section.clone() };
        text!("report.of-clause", plan = plan.head.title, section = section).show(lang)
    }

    /// Adds what a record says of the clauses.
    ///
    /// As everywhere else only inspections are in what conforms and fails: a re-inspection is a visit and judges again what
    /// was judged already, and a progress check visits nobody and says what is done.
    pub fn add(&mut self, facts: &Facts, record: &RecordFact, at: RecordAt, version: &Version<'_>) {
        if self.list.is_empty() {
            return;
        }
        let Version { checklist, links, occasion, .. } = version;
        for answer in facts.answers_of(record) {
            let position = answer.item() as usize;
            let Some(clauses) = links.get(position).filter(|clauses| !clauses.is_empty()) else { continue };
            for &clause in clauses {
                let sum = &mut self.sums[clause as usize];
                if let Some(verdict @ (Verdict::Conforms | Verdict::Fails)) = answer.verdict() {
                    let judged = match (occasion, verdict) {
                        (Occasion::Inspection, Verdict::Conforms) => Some(&mut sum.conforming),
                        (Occasion::Inspection, _) => Some(&mut sum.failed),
                        (Occasion::Progress, Verdict::Conforms) => Some(&mut sum.done),
                        (Occasion::Progress, _) => Some(&mut sum.not_done),
                        (Occasion::Reinspection, _) => None,
                    };
                    if let Some(count) = judged {
                        *count += 1;
                    }
                    if sum.records.last() != Some(&at) {
                        sum.records.push(at);
                        match occasion {
                            Occasion::Progress => sum.progress_checks += 1,
                            Occasion::Inspection | Occasion::Reinspection => sum.units.push(record.facility),
                        }
                    }
                }
                if checklist.sort != Sort::Progress {
                    continue;
                }
                let Some(item) = checklist.items.get(position) else { continue };
                let value = facts.value_of(answer);
                let found = facts.findings_of(record).iter().find(|found| facts.word(found.item) == item.id.0);
                self.entered.entry((clause, item.id.0.clone())).or_default().push(Entered {
                    record: at,
                    facility: record.facility,
                    shown: value.map(|value| value.shown),
                    number: value.and_then(ValueFact::number),
                    verdict: answer.verdict(),
                    note: value.map(|value| value.note),
                    found: found.map(|found| found.description),
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
                visits: sum.records.len() as u64 - sum.progress_checks,
                progress_checks: sum.progress_checks,
                units: sum.units.len() as u64,
                conforming: sum.conforming,
                failed: sum.failed,
                done: sum.done,
                not_done: sum.not_done,
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
        let own = clause.deadline.as_deref().unwrap_or_default();
        let year = plan.head.year;
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
                let shown = spaced(&indicator.show_value(lang));
                let wanted = Wanted { name: &indicator.name, shown, deadline, year, ..Wanted::default() };
                target(wanted, &[], facts, as_of)
            });
            return named.collect();
        }
        let figure = |(item, is_suspect): (&Item, bool)| {
            let entered = self.entered.get(&(number, item.id.0.clone())).map_or(&[][..], Vec::as_slice);
            let mut last: Vec<&Entered> = Vec::new();
            for one in entered {
                match last.iter_mut().find(|known| known.facility == one.facility) {
                    Some(known) => *known = one,
                    None => last.push(one),
                }
            }
            last.sort_by_key(|one| one.record);
            let (rule, shown) = match (&item.pass, indicator_of(clause, item)) {
                // An equals sign says nothing, and is a formula to spreadsheets.
                (Some(rule), _) => {
                    let shown = rule.show(item.unit_shown(), lang);
                    (Some(rule.clone()), shown.trim_start_matches("= ").to_owned())
                }
                (None, Some(about)) => (about_at_least(about).map(PassRule::AtLeast), spaced(&about.show_value(lang))),
                (None, None) => (None, String::new()),
            };
            let wanted = Wanted {
                name: item.text.show(lang),
                shown,
                rule,
                answer: item.answer,
                deadline: if item.deadline.is_empty() { own } else { &item.deadline },
                year,
                is_suspect,
            };
            target(wanted, &last, facts, as_of)
        };
        asked.into_iter().map(figure).collect()
    }
}

/// Writes how much a plan asks for as the rules of items do, with a blank behind the sign: `≥ 95%`.
fn spaced(wanted: &str) -> String {
    match wanted.chars().next().filter(|sign| "≥≤≈".contains(*sign)) {
        Some(sign) => format!("{sign} {}", &wanted[sign.len_utf8()..]),
        None => wanted.to_owned(),
    }
}

/// Works out how much of a plan is done.
fn rate(plan: &mut PlanCount) {
    let targets = || plan.clauses.iter().flat_map(|clause| &clause.targets);
    let done = targets().filter(|target| target.state == TargetState::Done).count();
    let on_site = || plan.clauses.iter().filter(|clause| clause.scope == Scope::OnSite);
    let checked = on_site().filter(|clause| clause.is_checked()).count();
    plan.targets_done = Rate::of(done as u64, targets().count() as u64);
    plan.clauses_checked = Rate::of(checked as u64, on_site().count() as u64);
}
