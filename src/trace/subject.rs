//! What is traced: a clause, an item, a unit or a finding, as a person names it.

use std::{collections::BTreeSet, sync::Arc};

use super::known::Known;
use crate::{
    checklist::{Checklist, ChecklistId, ItemId},
    error::{Error, Kind, Result},
    facility::FacilityId,
    ledger::FindingId,
    plan::{ClauseId, PlanId},
    store::FindingFact,
    text,
};

/// What is traced.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
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
                let names = known.lang.list(several.iter().map(Self::name));
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
    found.extend(items(&known.material.in_use, before, after));
    if found.is_empty() {
        // What is no longer asked is still behind the records that were filled in with it.
        let old: BTreeSet<_> = items(known.material.pinned.values(), before, after).collect();
        found.extend(old);
    }
    let units = known.material.register.iter();
    let units = units.filter(|unit| unit.is(&FacilityId(wanted.to_owned())) || unit.name == wanted);
    found.extend(units.map(|unit| Subject::Facility(unit.id.clone())));
    let upper = wanted.to_uppercase();
    let facts = &known.material.facts;
    let subject = |finding: &FindingFact| Subject::Finding(FindingId(facts.word(finding.id).to_owned()));
    if let Some((_, finding)) = facts.find_finding(|number| number == upper) {
        found.push(subject(finding));
    } else if found.is_empty() {
        // The end of a number is only looked at where nothing has it as its name.
        let all = facts.records.iter().flat_map(|record| facts.findings_of(record));
        found.extend(all.filter(|finding| facts.word(finding.id).ends_with(&upper)).map(subject));
    }
    found
}
