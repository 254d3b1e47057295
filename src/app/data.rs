//! What was read from the workspace, as far as it has been read.

use std::{
    cell::OnceCell,
    collections::{HashMap, HashSet},
    sync::Arc,
};

use chrono::NaiveDate;

use super::{message::Effect, syncing::Syncing};
use crate::{
    calendar::Calendar,
    checklist::{Bilingual, ChecklistId, ItemId, Sort},
    error::Error,
    facility::{Facility, FacilityId, Search, Searched, Successors},
    i18n::Lang,
    inspection::{PinnedChecklist, RecordId, Standing},
    ledger::{Contradiction, Row, recurrences},
    plan::{ClauseId, PlanId, Topic, TopicId},
    store::{ChecklistFile, Listing, Opinion, PlanRow, RecordRow, next_inspections, title_shown, visits},
    sync::dispute::Dispute,
    task::{NextDate, Task, TaskState},
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
    /// The findings, newest first.
    pub findings: Vec<Row>,
    /// How many times each finding had come up before, in the same order.
    pub recurrences: Vec<usize>,
    /// The tasks.
    pub tasks: Vec<Task>,
    /// The titles of their campaigns.
    pub campaigns: HashMap<String, String>,
    /// How far each task is, in the same order.
    pub task_states: Vec<TaskState>,
    /// The open tasks of the inspector on this computer, by their positions, the earliest due first.
    pub own_tasks: Vec<usize>,
    /// How far the review of each record is, as far as that is known.
    pub standings: HashMap<RecordId, Standing>,
    /// The reviews of each record, the oldest first.
    pub opinions: HashMap<RecordId, Vec<Opinion>>,
    /// The records that wait for a review by the one who works on this computer, by their positions.
    pub to_review: Vec<usize>,
    /// The records of the one who works on this computer that were returned, by their positions.
    pub returned: Vec<usize>,
    /// How many records were returned, by whomever, and are not corrected yet.
    pub returned_count: usize,
    /// How many reviews count for nothing.
    pub objections: usize,
    /// Whether the leadership looks at what the department approved.
    pub has_two_levels: bool,
    /// The records whose findings have to be put right first, the earliest first.
    pub terms: Vec<Term>,
    /// Which days are worked; nothing before that was read, and where it cannot be.
    pub calendar: Option<Calendar>,
    /// When units are inspected again, the earliest first.
    pub next_dates: Vec<NextDate>,
    /// What several people said differently, as the last sync left it.
    pub conflicts: Vec<Dispute>,
    /// What several people said differently of findings.
    pub contradictions: Vec<Contradiction>,
    /// The hub, and syncing with it.
    pub sync: Syncing,
    /// What could not be read, by what it is about.
    pub damaged: HashMap<Area, Vec<Error>>,
    /// What has been read already.
    pub loaded: Vec<Area>,
    /// The texts by which units and records are found, made when they are first searched.
    searched_facilities: OnceCell<Searched>,
    searched_records: OnceCell<Searched>,
    /// How often the register was read.
    register_readings: usize,
}

/// How many terms for putting findings right are kept, more than any screen shows.
const TERMS: usize = 12;

/// A finalised record with open findings that have a term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Term {
    /// The earliest term.
    pub day: NaiveDate,
    /// The record, by its position.
    pub record: usize,
    /// How many of its findings are open.
    pub open: usize,
    /// How many of them have the earliest term; nothing until the ledger has been read.
    pub due: Option<usize>,
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
    /// Tasks.
    Tasks,
    /// Findings.
    Findings,
    /// Reviews.
    Reviews,
    /// Which days are worked.
    Calendar,
}

/// Finds the records whose terms come first, at least [`TERMS`] where there are so many: of a few terms the records are
/// found in a hundredth of the time.
fn first_of<'data>(mut due: Vec<(NaiveDate, &'data RecordId, [usize; 2])>, records: &'data [RecordRow]) -> Vec<Term> {
    let finalised = records.iter().enumerate().filter(|(_, row)| row.finalised.is_some());
    let mut few = TERMS;
    loop {
        if few < due.len() {
            due.select_nth_unstable(few);
        }
        let wanted: HashMap<&RecordId, (NaiveDate, [usize; 2])> =
            due.iter().take(few).map(|&(day, record, counts)| (record, (day, counts))).collect();
        let term = |(record, row): (usize, &RecordRow)| {
            wanted.get(&row.id).map(|&(day, [open, due])| Term { day, record, open, due: Some(due) })
        };
        let terms: Vec<Term> = finalised.clone().filter_map(term).collect();
        // A ledger may have been left without its record.
        if terms.len() >= TERMS || few >= due.len() {
            return terms;
        }
        few *= 4;
    }
}

impl Data {
    /// Says whether a part has been read.
    pub fn has(&self, area: Area) -> bool {
        self.loaded.contains(&area)
    }

    /// Notes that a part has been read and what was damaged in it.
    pub fn note(&mut self, area: Area, damaged: Vec<Error>) {
        match area {
            Area::Facilities => {
                self.searched_facilities.take();
                self.register_readings += 1;
            }
            // The checklists name the records.
            Area::Records | Area::Checklists => drop(self.searched_records.take()),
            Area::Plans | Area::Topics | Area::Tasks | Area::Findings | Area::Reviews | Area::Calendar => {}
        }
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
        const ALL: [Area; 9] = [
            Area::Records,
            Area::Facilities,
            Area::Checklists,
            Area::Plans,
            Area::Topics,
            Area::Tasks,
            Area::Findings,
            Area::Reviews,
            Area::Calendar,
        ];
        ALL.into_iter().filter_map(|area| self.damaged.get(&area)).flatten()
    }

    /// Returns the drafts, newest first.
    pub fn drafts(&self) -> impl Iterator<Item = &RecordRow> {
        self.records.iter().filter(|row| row.finalised.is_none())
    }

    /// Returns the finalised records, newest first.
    pub fn finalised(&self) -> impl Iterator<Item = &RecordRow> {
        self.records.iter().filter(|row| row.finalised.is_some())
    }

    /// Finds again the records whose findings have to be put right first.
    ///
    /// Until the ledger has been read the heads of the records say it, which do not know what became of the findings.
    pub fn judge_terms(&mut self) {
        let mut terms: Vec<Term> = if self.has(Area::Findings) {
            // The findings of a record lie beside one another.
            let of_records = self.findings.chunk_by(|one, other| Arc::ptr_eq(&one.source, &other.source));
            let due = of_records.filter_map(|same| {
                let open = same.iter().filter(|finding| finding.state.is_open());
                let day = open.clone().filter_map(|finding| finding.due).min()?;
                let due = open.clone().filter(|finding| finding.due == Some(day)).count();
                Some((day, &same[0].source.record, [open.count(), due]))
            });
            first_of(due.collect(), &self.records)
        } else {
            let finalised = self.records.iter().enumerate().filter(|(_, row)| row.finalised.is_some());
            let term = |(record, row): (usize, &RecordRow)| {
                Some(Term { day: row.summary.next_due?, record, open: row.summary.open_findings, due: None })
            };
            finalised.filter_map(term).collect()
        };
        let order = |term: &Term| (term.day, &self.records[term.record].id);
        if terms.len() > TERMS {
            terms.select_nth_unstable_by(TERMS, |one, other| order(one).cmp(&order(other)));
            terms.truncate(TERMS);
        }
        terms.sort_by(|one, other| order(one).cmp(&order(other)));
        self.terms = terms;
    }

    /// Lists the findings of a unit by their positions, the open ones first.
    pub fn findings_of(&self, facility: &Facility) -> Vec<usize> {
        let of_unit = |row: &Row| !row.is_gone() && facility.is(&row.source.facility.id);
        let mut found: Vec<_> = (0..self.findings.len()).filter(|&at| of_unit(&self.findings[at])).collect();
        found.sort_by_key(|&at| !self.findings[at].state.is_open());
        found
    }

    /// Counts again how often each finding came up before at its unit.
    pub fn count_recurrences(&mut self) {
        self.recurrences = recurrences(&self.findings, &Successors::new(&self.facilities));
    }

    /// Finds a record.
    pub fn record(&self, id: &RecordId) -> Option<&RecordRow> {
        self.records.iter().find(|row| row.id == *id)
    }

    /// Works out again how far the tasks are, and which are an inspector's own.
    pub fn judge_tasks(&mut self, inspector: &str) {
        if self.tasks.is_empty() {
            self.task_states.clear();
            self.own_tasks.clear();
            return;
        }
        let returned = self.standings.iter().filter(|(_, standing)| matches!(standing, Standing::Returned(_)));
        let returned: HashSet<_> = returned.map(|(id, _)| id.clone()).collect();
        let visits = visits(&self.records, &self.facilities, &returned);
        self.task_states = self.tasks.iter().map(|task| visits.state(task)).collect();
        let is_own = |at: &usize| self.task_states[*at].is_open() && self.tasks[*at].is_of(inspector);
        self.own_tasks = (0..self.tasks.len()).filter(is_own).collect();
        self.own_tasks.sort_by_key(|&at| self.tasks[at].due);
    }

    /// Works out again when units are inspected again; one that is being inspected is not listed.
    pub fn judge_next_dates(&mut self) {
        let ledger = self.has(Area::Findings).then_some(self.findings.as_slice());
        let mut dates =
            next_inspections(&self.records, &self.checklists, &self.facilities, ledger, self.calendar.as_ref());
        if !dates.is_empty() {
            let units = Successors::new(&self.facilities);
            // A correction is of the inspection before, and begins no other one.
            let drafts = self.drafts().filter(|row| row.revises.is_none());
            let begun: HashSet<_> = drafts.map(|row| (units.of(&row.facility.id), &row.checklist.id)).collect();
            dates.retain(|date| !begun.contains(&(&date.after.facility, &date.after.checklist)));
        }
        self.next_dates = dates;
    }

    /// Lists when a unit is inspected again.
    pub fn next_dates_of(&self, facility: &Facility) -> impl Iterator<Item = &NextDate> {
        self.next_dates.iter().filter(|date| facility.is(&date.after.facility))
    }

    /// Lists the tasks that are not done.
    pub fn open_tasks(&self) -> impl Iterator<Item = &Task> {
        self.tasks.iter().zip(&self.task_states).filter(|(_, state)| state.is_open()).map(|(task, _)| task)
    }

    /// Says whether the register, as far as it was read, does not have a unit.
    pub fn is_gone(&self, id: &FacilityId) -> bool {
        self.has(Area::Facilities) && !self.facilities.iter().any(|unit| unit.is(id))
    }

    /// Returns a unit that the register does not have as records, findings and tasks still know it.
    pub fn gone_unit(&self, id: &FacilityId) -> Option<Facility> {
        let recorded = self.records.iter().map(|row| &row.facility).find(|pin| pin.id == *id);
        let found = || self.findings.iter().map(|row| &row.source.facility).find(|pin| pin.id == *id);
        let pinned = recorded.or_else(found).map(|pin| Facility::from(&**pin));
        let asked = || {
            let task = self.tasks.iter().find(|task| task.facility == *id)?;
            let (name, district) = (task.facility_name.clone(), task.district.clone());
            Some(Facility { id: id.clone(), name, district, ..Facility::default() })
        };
        pinned.or_else(asked)
    }

    /// Lists the records of a unit, newest first, those from before it was merged as well.
    pub fn records_of<'data>(&'data self, facility: &'data Facility) -> impl Iterator<Item = &'data RecordRow> {
        self.records.iter().filter(|row| facility.is(&row.facility.id))
    }

    /// Finds tasks by unit, inspector, checklist or number; without anything typed the open ones come first.
    pub fn find_tasks(&self, typed: &str) -> Vec<usize> {
        let mut found: Vec<usize> = if typed.is_empty() {
            (0..self.tasks.len()).collect()
        } else {
            let title =
                |file: &ChecklistFile| (file.checklist.id.clone(), file.checklist.title.searched().into_owned());
            let titles: HashMap<ChecklistId, String> = self.checklists.iter().map(title).collect();
            let searched = |task: &Task| {
                let title = titles.get(&task.checklist).map_or("", String::as_str);
                let inspectors = task.inspectors().join(" ");
                format!("{} {inspectors} {} {} {title}", task.facility_name, task.id, task.district)
            };
            Search::new(typed).narrow(self.tasks.iter().map(searched))
        };
        let is_open = |at: usize| self.task_states.get(at).is_some_and(|state| state.is_open());
        found.sort_by_key(|&at| (!is_open(at), self.tasks[at].due));
        found
    }

    /// Finds units by what is typed: name, number, district, address or credit code.
    pub fn find_facilities(&self, typed: &str) -> Vec<usize> {
        if typed.is_empty() {
            return (0..self.facilities.len()).collect();
        }
        self.searched_facilities.get_or_init(|| Searched::new(self.facility_texts())).find(typed)
    }

    fn facility_texts(&self) -> impl Iterator<Item = String> {
        self.facilities.iter().map(|facility| {
            format!("{} {} {} {} {}", facility.name, facility.id, facility.district, facility.address, facility.code)
        })
    }

    /// Asks for the search in a long register, so that the first letter that is typed need not wait for it.
    pub(super) fn prepare_search(&self) -> Vec<Effect> {
        const LONG: usize = 2_000;
        let texts = || Effect::PrepareSearch(self.register_readings, self.facility_texts().collect());
        (self.facilities.len() > LONG).then(texts).into_iter().collect()
    }

    /// Takes the search that was prepared, unless the register was read again since.
    pub(super) fn take_search(&mut self, reading: usize, searched: Searched) {
        if reading == self.register_readings {
            // Where somebody typed meanwhile it is there already.
            self.searched_facilities.get_or_init(|| searched);
        }
    }

    /// Finds records by what is typed: unit, checklist, inspector or day.
    pub fn find_records(&self, typed: &str) -> Vec<usize> {
        if typed.is_empty() {
            return (0..self.records.len()).collect();
        }
        let search = || {
            // Many records have few titles.
            let mut titles: HashMap<(&ChecklistId, &str), String> = HashMap::new();
            Searched::new(self.records.iter().map(|row| {
                let pinned: &PinnedChecklist = &row.checklist;
                let title = titles.entry((&pinned.id, &pinned.title)).or_insert_with(|| {
                    let english = title_shown(&self.checklists, pinned, Lang::En);
                    if english == pinned.title { english } else { format!("{} {english}", pinned.title) }
                });
                format!("{} {title} {} {}", row.facility.name, row.inspectors.join(" "), row.started.format("%Y-%m-%d"))
            }))
        };
        self.searched_records.get_or_init(search).find(typed)
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
                        checklist: file.checklist.title.clone(),
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
    pub checklist: Bilingual,
    /// The item.
    pub item: ItemId,
}
