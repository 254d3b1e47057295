//! What was read from the workspace, as far as it has been read.

use std::collections::HashMap;

use chrono::NaiveDate;

use crate::{
    checklist::{ChecklistId, ItemId, Sort},
    error::Error,
    facility::{Facility, Search},
    i18n::Lang,
    inspection::RecordId,
    plan::{ClauseId, PlanId, Topic, TopicId},
    store::{ChecklistFile, Listing, PlanRow, RecordRow},
    sync::state::OpenConflict,
};

/// What was read from the workspace.
#[derive(Debug, Default)]
pub struct Data {
    /// The records, newest first.
    pub records: Vec<RecordRow>,
    /// The register of units.
    pub facilities: Vec<Facility>,
    /// The checklists in use.
    pub checklists: Vec<ChecklistFile>,
    /// The plans.
    pub plans: Vec<PlanRow>,
    /// The vocabulary of topics.
    pub topics: Vec<Topic>,
    /// What several people said differently, as the last sync left it.
    pub conflicts: Vec<OpenConflict>,
    /// What could not be read, by what it is about.
    pub damaged: HashMap<Area, Vec<Error>>,
    /// What has been read already.
    pub loaded: Vec<Area>,
}

/// A part of the workspace.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Area {
    /// Records.
    Records,
    /// Units.
    Facilities,
    /// Checklists.
    Checklists,
    /// Plans.
    Plans,
    /// Topics.
    Topics,
}

impl Data {
    /// Says whether a part has been read.
    pub fn has(&self, area: Area) -> bool {
        self.loaded.contains(&area)
    }

    /// Notes that a part has been read and what was damaged in it.
    pub fn note(&mut self, area: Area, damaged: Vec<Error>) {
        if !self.has(area) {
            self.loaded.push(area);
        }
        self.damaged.insert(area, damaged);
    }

    /// Takes a part out of a listing and notes the rest.
    pub fn take<T>(&mut self, area: Area, listing: Listing<T>) -> Vec<T> {
        self.note(area, listing.damaged);
        listing.found
    }

    /// Names a topic; one that the vocabulary does not have goes by its short name.
    pub fn topic_name(&self, id: &TopicId, lang: Lang) -> String {
        let topic = self.topics.iter().find(|topic| topic.id == *id);
        topic.map_or_else(|| id.to_string(), |topic| if lang == Lang::Zh { topic.zh.clone() } else { topic.en.clone() })
    }

    /// Returns everything damaged that was found.
    pub fn all_damaged(&self) -> impl Iterator<Item = &Error> {
        [Area::Records, Area::Facilities, Area::Checklists, Area::Plans, Area::Topics]
            .into_iter()
            .filter_map(|area| self.damaged.get(&area))
            .flatten()
    }

    /// Returns the drafts, newest first.
    pub fn drafts(&self) -> impl Iterator<Item = &RecordRow> {
        self.records.iter().filter(|row| row.finalised.is_none())
    }

    /// Returns the finalised records, newest first.
    pub fn finalised(&self) -> impl Iterator<Item = &RecordRow> {
        self.records.iter().filter(|row| row.finalised.is_some())
    }

    /// Returns the finalised records whose findings have a term for putting right, the earliest first.
    pub fn due(&self) -> Vec<(NaiveDate, &RecordRow)> {
        let mut due: Vec<_> = self.finalised().filter_map(|row| Some((row.summary.next_due?, row))).collect();
        due.sort_by(|one, other| one.0.cmp(&other.0).then_with(|| one.1.id.cmp(&other.1.id)));
        due
    }

    /// Finds a record.
    pub fn record(&self, id: &RecordId) -> Option<&RecordRow> {
        self.records.iter().find(|row| row.id == *id)
    }

    /// Finds units by what is typed: name, number, district, address or credit code.
    pub fn find_facilities(&self, typed: &str) -> Vec<usize> {
        if typed.is_empty() {
            return (0..self.facilities.len()).collect();
        }
        let searched = |facility: &Facility| {
            format!("{} {} {} {} {}", facility.name, facility.id, facility.district, facility.address, facility.code)
        };
        Search::new(typed).narrow(self.facilities.iter().map(searched))
    }

    /// Lists the on-site checklists for a unit: those for its type first, then the others.
    pub fn checklists_for(&self, facility: &Facility) -> Vec<usize> {
        let fits = |at: &usize| self.checklists[*at].checklist.applies_to(&facility.facility_type);
        let on_site = |at: &usize| self.checklists[*at].checklist.sort == Sort::OnSite;
        let all = || (0..self.checklists.len()).filter(on_site);
        let progress = (0..self.checklists.len()).filter(|at| !on_site(at) && fits(at));
        all().filter(fits).chain(all().filter(|at| !fits(at))).chain(progress).collect()
    }

    /// Finds the items that come from each clause of a plan: where the clause leads.
    pub fn leads(&self, plan: &PlanId) -> HashMap<ClauseId, Vec<Lead>> {
        let mut leads: HashMap<ClauseId, Vec<Lead>> = HashMap::new();
        for file in &self.checklists {
            for item in &file.checklist.items {
                for clause in item.clauses.iter().filter(|clause| clause.plan == *plan) {
                    leads.entry(clause.id.clone()).or_default().push(Lead {
                        id: file.checklist.id.clone(),
                        checklist: file.checklist.title.zh.clone(),
                        item: item.id.clone(),
                    });
                }
            }
        }
        leads
    }
}

/// An item that a clause leads to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Lead {
    /// Its checklist.
    pub id: ChecklistId,
    /// The title of its checklist.
    pub checklist: String,
    /// The item.
    pub item: ItemId,
}
