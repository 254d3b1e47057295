//! What is traced: a clause, an item, a unit, a task or a finding, as a person names it.

use std::{collections::BTreeSet, sync::Arc};

use super::{known::Known, links::Sort};
use crate::{
    checklist::{Checklist, ChecklistId, ItemId},
    error::{Error, Kind, Result},
    facility::{FacilityId, Search},
    ledger::FindingId,
    plan::{ClauseId, PlanId},
    store::FindingFact,
    task::TaskId,
    text,
};

/// How many things are named where several are meant.
const NAMED: usize = 8;
/// How many characters of what a thing says are shown beside its number.
const OPENING: usize = 24;

/// What is traced.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Subject {
    /// A clause of a plan.
    Clause(PlanId, ClauseId),
    /// An item of a checklist.
    Item(ChecklistId, ItemId),
    /// A unit.
    Facility(FacilityId),
    /// A task.
    Task(TaskId),
    /// A finding.
    Finding(FindingId),
}

impl Subject {
    /// Finds the one thing that is meant.
    ///
    /// A clause is its id, or `PLAN/CLAUSE`; an item its id, or `CHECKLIST/ITEM`; a unit its number or name; a task or a
    /// finding its number or the end of it. Where nothing has that name, it is a part of what one says or is called; a unit
    /// is then also found by pinyin. What fits several things is refused with their names.
    pub fn find(known: &Known, wanted: &str) -> Result<Self> {
        let wanted = wanted.trim();
        if wanted.is_empty() {
            return Err(nothing(wanted));
        }
        let ways = [named, gone, ending, saying];
        let found = ways.iter().map(|way| way(known, wanted)).find(|found| !found.is_empty()).unwrap_or_default();
        match found.as_slice() {
            [one] => Ok(one.clone()),
            [] => Err(nothing(wanted)),
            several => {
                let names = known.lang.list(several.iter().take(NAMED).map(|one| one.described(known)));
                let message = match several.len() {
                    0..=NAMED => text!("trace.several", wanted = wanted, names = names),
                    count => text!("trace.very-many", wanted = wanted, names = names, count = count),
                };
                Err(Error::new(Kind::NotFound, message).hint(text!("trace.several.hint")))
            }
        }
    }

    /// Returns the name by which the subject can be asked for.
    pub fn name(&self) -> String {
        match self {
            Self::Clause(plan, clause) => format!("{plan}/{clause}"),
            Self::Item(checklist, item) => format!("{checklist}/{item}"),
            Self::Facility(id) => id.0.clone(),
            Self::Task(id) => id.0.clone(),
            Self::Finding(id) => id.0.to_string(),
        }
    }

    /// Returns what sort of thing it is.
    fn sort(&self) -> Sort {
        match self {
            Self::Clause(..) => Sort::Clause,
            Self::Item(..) => Sort::Item,
            Self::Facility(_) => Sort::Facility,
            Self::Task(_) => Sort::Task,
            Self::Finding(_) => Sort::Finding,
        }
    }

    /// Returns its name with its sort and the beginning of what it says, for whoever has to choose.
    fn described(&self, known: &Known) -> String {
        let says = match self {
            Self::Clause(plan, clause) => known.clause(plan, clause).map(|clause| clause.text.clone()),
            Self::Item(checklist, item) => {
                known.item(&checklist.0, item).map(|item| item.text.show(known.lang).to_owned())
            }
            Self::Facility(id) => known.unit(id).map(|unit| unit.name.clone()),
            Self::Task(id) => known.task(id).map(|(task, _)| task.facility_name.clone()),
            Self::Finding(id) => {
                let facts = &known.material.facts;
                let found = facts.find_finding(|number| number == id.0);
                found.map(|(_, finding)| facts.word(finding.description).to_owned())
            }
        };
        let says = says.unwrap_or_default();
        let mut opening: String = says.chars().take(OPENING).collect();
        if opening.len() < says.len() {
            opening.push('…');
        }
        let sort = known.lang.t(self.sort().name_key());
        text!("trace.named", sort = sort, name = self.name(), says = opening).show(known.lang)
    }
}

fn nothing(wanted: &str) -> Error {
    Error::new(Kind::NotFound, text!("trace.nothing", wanted = wanted)).hint(text!("trace.nothing.hint"))
}

/// Finds the items of checklists that go by an identity, in any checklist or a certain one.
fn items<'known>(
    checklists: impl IntoIterator<Item = &'known Arc<Checklist>>,
    of: Option<&str>,
    id: &str,
) -> impl Iterator<Item = Subject> {
    let meant = checklists.into_iter().filter(move |checklist| of.is_none_or(|of| checklist.id.0 == of));
    meant.flat_map(move |checklist| {
        let items = checklist.items.iter().filter(move |item| item.id.0 == id);
        items.map(|item| Subject::Item(checklist.id.clone(), item.id.clone()))
    })
}

/// Finds what goes by exactly this number or name.
fn named(known: &Known, wanted: &str) -> Vec<Subject> {
    let (before, after) = wanted.split_once('/').map_or((None, wanted), |(before, after)| (Some(before), after));
    let mut found = Vec::new();
    for plan in known.material.plans.iter().filter(|plan| before.is_none_or(|id| plan.head.id.0 == id)) {
        let clauses = plan.clauses.iter().filter(|clause| clause.id.0 == after);
        found.extend(clauses.map(|clause| Subject::Clause(plan.head.id.clone(), clause.id.clone())));
    }
    found.extend(items(&known.material.in_use, before, after));
    if found.is_empty() {
        // What is no longer asked is still behind the records that were filled in with it.
        let old: BTreeSet<_> = items(known.material.pinned.values(), before, after).collect();
        found.extend(old);
    }
    let units = known.material.register.iter();
    let units = units.filter(|unit| unit.is(&FacilityId(wanted.to_owned())) || unit.name == wanted);
    found.extend(units.map(|unit| Subject::Facility(unit.id.clone())));
    let tasks = known.tasks.iter().filter(|(task, _)| task.id.0 == wanted);
    found.extend(tasks.map(|(task, _)| Subject::Task(task.id.clone())));
    let upper = wanted.to_uppercase();
    let finding = known.material.facts.find_finding(|number| number == upper);
    found.extend(finding.map(|(_, finding)| finding_of(known, finding)));
    found
}

/// Finds the units of exactly this number or name that the register no longer has.
fn gone(known: &Known, wanted: &str) -> Vec<Subject> {
    let units = known.gone_units(|id, name| id == wanted || name == wanted);
    units.into_iter().map(|unit| Subject::Facility(unit.id)).collect()
}

/// Finds the tasks and findings whose numbers end like this.
fn ending(known: &Known, wanted: &str) -> Vec<Subject> {
    let tasks = known.tasks.iter().filter(|(task, _)| task.id.0.ends_with(wanted));
    let tasks = tasks.map(|(task, _)| Subject::Task(task.id.clone()));
    let facts = &known.material.facts;
    let upper = wanted.to_uppercase();
    let findings = facts.records.iter().flat_map(|record| facts.findings_of(record));
    let findings = findings.filter(|finding| facts.word(finding.id).ends_with(&upper));
    tasks.chain(findings.map(|finding| finding_of(known, finding))).collect()
}

/// Finds the units, clauses and items that have this in their name or words.
fn saying(known: &Known, wanted: &str) -> Vec<Subject> {
    let names = known.material.register.iter().map(|unit| unit.name.as_str());
    let units = Search::new(wanted).narrow(names).into_iter();
    let mut found: Vec<_> = units.map(|at| Subject::Facility(known.material.register[at].id.clone())).collect();
    for plan in &known.material.plans {
        let clauses = plan.clauses.iter().filter(|clause| clause.text.contains(wanted));
        found.extend(clauses.map(|clause| Subject::Clause(plan.head.id.clone(), clause.id.clone())));
    }
    for checklist in &known.material.in_use {
        let items = checklist.items.iter().filter(|item| item.text.searched().contains(wanted));
        found.extend(items.map(|item| Subject::Item(checklist.id.clone(), item.id.clone())));
    }
    found
}

fn finding_of(known: &Known, finding: &FindingFact) -> Subject {
    Subject::Finding(FindingId(known.material.facts.word(finding.id).into()))
}
