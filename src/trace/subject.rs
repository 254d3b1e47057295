//! What is traced: a clause, an item, a unit or a finding, as a person names it.

use super::known::Known;
use crate::{
    checklist::{ChecklistId, ItemId},
    error::{Error, Kind, Result},
    facility::FacilityId,
    ledger::FindingId,
    plan::{ClauseId, PlanId},
    text,
};

/// What is traced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A clause of a plan.
    Clause(PlanId, ClauseId),
    /// An item of a checklist.
    Item(ChecklistId, ItemId),
    /// A unit.
    Facility(FacilityId),
    /// A finding.
    Finding(FindingId),
}

impl Subject {
    /// Finds the one thing that is meant.
    ///
    /// A clause is its id, or `PLAN/CLAUSE`; an item its id, or `CHECKLIST/ITEM`; a unit its number or name; a finding its
    /// number or the end of it. What fits several things is refused with their names.
    pub fn find(known: &Known, wanted: &str) -> Result<Self> {
        let wanted = wanted.trim();
        let found = fitting(known, wanted);
        match found.as_slice() {
            [one] => Ok(one.clone()),
            [] => {
                Err(Error::new(Kind::NotFound, text!("trace.nothing", wanted = wanted))
                    .hint(text!("trace.nothing.hint")))
            }
            several => {
                let names = several.iter().map(Self::name).collect::<Vec<_>>().join("、");
                Err(Error::new(Kind::NotFound, text!("trace.several", wanted = wanted, names = names))
                    .hint(text!("trace.several.hint")))
            }
        }
    }

    /// Returns the name by which the subject can be asked for.
    pub fn name(&self) -> String {
        match self {
            Self::Clause(plan, clause) => format!("{plan}/{clause}"),
            Self::Item(checklist, item) => format!("{checklist}/{item}"),
            Self::Facility(id) => id.0.clone(),
            Self::Finding(id) => id.0.clone(),
        }
    }
}

fn fitting(known: &Known, wanted: &str) -> Vec<Subject> {
    if wanted.is_empty() {
        return Vec::new();
    }
    let (before, after) = wanted.split_once('/').map_or((None, wanted), |(before, after)| (Some(before), after));
    let mut found = Vec::new();
    for plan in known.material.plans.iter().filter(|plan| before.is_none_or(|id| plan.head.id.0 == id)) {
        let clauses = plan.clauses.iter().filter(|clause| clause.id.0 == after);
        found.extend(clauses.map(|clause| Subject::Clause(plan.head.id.clone(), clause.id.clone())));
    }
    for checklist in known.material.in_use.iter().filter(|checklist| before.is_none_or(|id| checklist.id.0 == id)) {
        let items = checklist.items.iter().filter(|item| item.id.0 == after);
        found.extend(items.map(|item| Subject::Item(checklist.id.clone(), item.id.clone())));
    }
    let units = known.material.register.iter();
    let units = units.filter(|unit| unit.is(&FacilityId(wanted.to_owned())) || unit.name == wanted);
    found.extend(units.map(|unit| Subject::Facility(unit.id.clone())));
    let upper = wanted.to_uppercase();
    let exact = known.findings.iter().find(|row| row.id.0 == upper);
    let ending = known.findings.iter().filter(|row| row.id.0.ends_with(&upper));
    match exact {
        Some(row) => found.push(Subject::Finding(row.id.clone())),
        // The end of a number is only looked at where nothing has it as its name.
        None if found.is_empty() => found.extend(ending.map(|row| Subject::Finding(row.id.clone()))),
        None => {}
    }
    found
}
