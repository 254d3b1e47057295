//! Everything that a trace follows, gathered from the workspace once.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::subject::Subject;
use crate::{
    checklist::{Checklist, Item, ItemId, Suspect, suspects},
    error::{Error, Kind, Result},
    facility::{Facility, FacilityId, Successors},
    i18n::Lang,
    plan::{Clause, ClauseId, Plan, PlanId},
    report::{Filter, Material, Period, Tally, count_for_every_plan, tally::ClauseCount},
    store::{AnswerFact, Facts, RecordFact, Word, Workspace},
    task::{SuspectTasks, Task, TaskId, TaskState, Visits, suspect_tasks},
    text,
};

/// Everything that a trace follows.
#[derive(Debug)]
pub struct Known {
    /// What reports are counted from.
    pub material: Material,
    /// What a report of the period says.
    pub tally: Tally,
    /// The tasks, with how far each is.
    pub tasks: Vec<(Task, TaskState)>,
    /// The items that hang on a clause which changed, as far as nobody accepted them.
    pub suspects: Vec<Suspect>,
    /// The open tasks that carry out a clause which changed, as far as nobody accepted them.
    pub suspect_tasks: Vec<SuspectTasks>,
    /// The day of today.
    pub today: NaiveDate,
    /// What could not be read.
    pub damaged: Vec<Error>,
    /// The language in which items and checklists are named.
    pub lang: Lang,
    /// Whether the inspections have been counted; until then nothing is said of how many there were and what they came to.
    pub is_counted: bool,
    counted: HashSet<Word>,
}

impl Known {
    /// Gathers what the workspace has; inspections of a period are followed, everything else whenever it was.
    pub fn gather(workspace: &Workspace, period: Period, now: DateTime<FixedOffset>, lang: Lang) -> Result<Self> {
        Ok(Self::of(Material::gather(workspace)?, period, now, lang))
    }

    /// Gathers what is there at once: everything but the inspections, of which there are only those that a subject names.
    pub fn beside_inspections(
        workspace: &Workspace,
        subject: Option<&Subject>,
        now: DateTime<FixedOffset>,
        lang: Lang,
    ) -> Result<Self> {
        let facts = match subject {
            Some(Subject::Finding(id)) => workspace.facts_of(id).unwrap_or_default(),
            _ => Facts::default(),
        };
        let material = Material::beside(workspace, facts)?;
        let known = Self::of(material, Period::year_to(now.date_naive()), now, lang);
        // Which tasks are done nobody knows yet.
        Ok(Self { is_counted: false, suspect_tasks: Vec::new(), ..known })
    }

    fn of(mut material: Material, period: Period, now: DateTime<FixedOffset>, lang: Lang) -> Self {
        let today = now.date_naive();
        let tally = count_for_every_plan(&material, &Filter::of(period), today, now, lang);
        let tasks = std::mem::take(&mut material.tasks);
        // Without tasks nobody asks for the visits, of which there may be very many.
        let visits = if tasks.is_empty() { Visits::default() } else { material.visits_on(today) };
        let with_state = tasks.into_iter().map(|task| {
            let state = visits.state(&task);
            (task, state)
        });
        let tasks: Vec<_> = with_state.collect();
        let mut damaged = std::mem::take(&mut material.troubles);
        damaged.append(&mut material.unread);
        let in_use = material.in_use.iter().map(AsRef::as_ref);
        let accepted = &material.acceptances;
        let suspects = suspects(in_use, &material.plans, &accepted.accepted);
        let open = tasks.iter().filter(|(_, state)| state.is_open()).map(|(task, _)| task);
        let suspect_tasks = suspect_tasks(open, &material.plans, &accepted.accepted_tasks);
        let counted = tally.records.numbers().collect();
        Self { material, tally, tasks, suspects, suspect_tasks, today, damaged, lang, is_counted: true, counted }
    }

    /// Finds a plan.
    pub fn plan(&self, id: &PlanId) -> Option<&Plan> {
        self.material.plans.iter().find(|plan| plan.head.id == *id)
    }

    /// Finds a clause of a plan.
    pub fn clause(&self, plan: &PlanId, id: &ClauseId) -> Option<&Clause> {
        self.plan(plan)?.clauses.iter().find(|clause| clause.id == *id)
    }

    /// Finds an item: in the checklist in use, else in the newest one that records are filled in with.
    pub fn item(&self, checklist: &str, item: &ItemId) -> Option<&Item> {
        let in_use = self.material.in_use.iter().filter(|known| known.id.0 == checklist);
        let pinned = self.material.pinned.values().filter(|known| known.id.0 == checklist);
        let of = |known: &'_ Arc<Checklist>| known.items.iter().position(|known| known.id == *item);
        let found = in_use.clone().find(|known| of(known).is_some());
        let found = found.or_else(|| pinned.filter(|known| of(known).is_some()).max_by_key(|known| known.version))?;
        found.item(item)
    }

    /// Says whether a checklist in use asks an item; what was dropped stands only in the versions that were filled in.
    pub fn is_asked(&self, checklist: &str, item: &str) -> bool {
        let mut in_use = self.material.in_use.iter().filter(|known| known.id.0 == checklist);
        in_use.any(|known| known.items.iter().any(|known| known.id.0 == item))
    }

    /// Says whether a checklist in use asks about a clause.
    pub fn is_asked_about(&self, clause: &ClauseCount) -> bool {
        let mut items = clause.items.iter().filter_map(|item| item.split_once('/'));
        items.any(|(checklist, item)| self.is_asked(checklist, item))
    }

    /// Lists the tasks that ask an item, or asked one that was dropped since: those have an inspection that was begun with it.
    pub fn tasks_asking(&self, checklist: &str, item: &str) -> Vec<&(Task, TaskState)> {
        let tasks = self.tasks.iter().filter(|(task, _)| task.checklist.0 == checklist);
        if self.is_asked(checklist, item) {
            return tasks.collect();
        }
        let (facts, units) = (&self.material.facts, Successors::new(&self.material.register));
        let has_item = |record: &&RecordFact| {
            let pinned = self.material.pinned.get(facts.word(record.checklist_digest));
            pinned.is_some_and(|pinned| pinned.items.iter().any(|known| known.id.0 == item))
        };
        let of_checklist = facts.records.iter().filter(|record| facts.word(record.checklist) == checklist);
        let mut last: HashMap<&str, NaiveDate> = HashMap::new();
        for record in of_checklist.filter(has_item) {
            let day = last.entry(units.of_text(facts.word(record.facility))).or_default();
            *day = record.day().max(*day);
        }
        tasks
            .filter(|(task, _)| last.get(units.of_text(&task.facility.0)).is_some_and(|day| *day >= task.from))
            .collect()
    }

    /// Finds a unit by a number that it has or had.
    pub fn unit(&self, id: &FacilityId) -> Option<&Facility> {
        self.material.register.iter().find(|unit| unit.is(id))
    }

    /// Finds the units that the register no longer has, as far as tasks and inspections still know them, by their number and
    /// name.
    pub fn gone_units(&self, is_meant: impl Fn(&str, &str) -> bool) -> Vec<Facility> {
        let facts = &self.material.facts;
        let of_tasks = self.tasks.iter().map(|(task, _)| (task.facility.0.as_str(), task.facility_name.as_str()));
        let of_records =
            facts.records.iter().map(|record| (facts.word(record.facility), facts.word(record.facility_name)));
        let meant = of_tasks.chain(of_records).filter(|(id, name)| is_meant(id, name));
        let meant: BTreeMap<&str, &str> = meant.collect();
        let unit = |(id, name): (&str, &str)| Facility {
            id: FacilityId(id.to_owned()),
            name: name.to_owned(),
            ..Facility::default()
        };
        meant.into_iter().map(unit).filter(|unit| self.unit(&unit.id).is_none()).collect()
    }

    /// Lists the inspections of the period in which an item was answered, oldest first, with the answer.
    pub fn answered<'known>(
        &'known self,
        checklist: &'known str,
        item: &'known str,
    ) -> impl Iterator<Item = (&'known RecordFact, &'known AnswerFact)> {
        let facts = &self.material.facts;
        let mut positions: HashMap<&str, Option<usize>> = HashMap::new();
        let of_checklist = facts.records.iter().filter(move |record| facts.word(record.checklist) == checklist);
        of_checklist.filter(move |record| self.counts(record)).filter_map(move |record| {
            let digest = facts.word(record.checklist_digest);
            let at = *positions.entry(digest).or_insert_with(|| {
                let pinned = self.material.pinned.get(digest)?;
                pinned.items.iter().position(|known| known.id.0 == item)
            });
            let at = at?;
            let answer = facts.answers_of(record).iter().find(|answer| answer.item() as usize == at)?;
            Some((record, answer))
        })
    }

    /// Lists the inspections of a unit, whenever they were, oldest first.
    pub fn records_of<'known>(&'known self, unit: &'known Facility) -> impl Iterator<Item = &'known RecordFact> {
        let facts = &self.material.facts;
        facts.records.iter().filter(move |record| unit.is(&FacilityId(facts.word(record.facility).to_owned())))
    }

    /// Says whether an inspection is one of the period that counts.
    pub fn counts(&self, record: &RecordFact) -> bool {
        self.counted.contains(&record.id)
    }

    /// Finds a task.
    pub fn task(&self, id: &TaskId) -> Option<&(Task, TaskState)> {
        self.tasks.iter().find(|(task, _)| task.id == *id)
    }

    /// Says whether an open task carries out a clause that changed, or asks an item that hangs on one, and nobody accepted it.
    pub fn is_suspect(&self, task: &Task) -> bool {
        self.suspect_tasks.iter().any(|suspect| suspect.tasks.contains(&task.id))
            || self.suspect_items(task).next().is_some()
    }

    /// Returns what is suspect of an item, or of the campaign of a task, and can be accepted; says why there is nothing.
    ///
    /// A task whose checklist asks suspect items stands or falls with them: they are what somebody has to look at.
    pub fn acceptable(&self, subject: &Subject) -> Result<(Vec<Suspect>, Vec<SuspectTasks>)> {
        let is_item = |suspect: &&Suspect| Subject::Item(suspect.checklist.clone(), suspect.item.clone()) == *subject;
        let task = match subject {
            Subject::Task(id) => self.task(id).map(|(task, _)| task),
            _ => None,
        };
        let is_task = |suspect: &&SuspectTasks| task.is_some_and(|task| task.campaign == suspect.campaign);
        let items: Vec<_> = self.suspects.iter().filter(is_item).cloned().collect();
        let tasks: Vec<_> = self.suspect_tasks.iter().filter(is_task).cloned().collect();
        if !items.is_empty() || !tasks.is_empty() {
            return Ok((items, tasks));
        }
        let by_items = task.filter(|task| self.is_suspect(task)).and_then(|task| self.suspect_by_items(task));
        Err(by_items.unwrap_or_else(|| {
            let message = text!("trace.not-suspect", item = subject.name());
            Error::new(Kind::NotFound, message).hint(text!("trace.not-suspect.hint"))
        }))
    }

    /// Says which items a task is suspect by, and what to do about them; nothing where its checklist asks no suspect ones.
    pub fn suspect_by_items(&self, task: &Task) -> Option<Error> {
        let items: Vec<_> = self.suspect_items(task).map(|one| format!("{}/{}", one.checklist, one.item)).collect();
        let first = items.first()?.clone();
        let message = text!("trace.by-items", task = task.id, items = self.lang.list(items));
        Some(Error::input(message).hint(text!("trace.by-items.hint", item = first)))
    }

    /// Lists the suspect items that a task asks.
    pub fn suspect_items<'known>(&'known self, task: &'known Task) -> impl Iterator<Item = &'known Suspect> {
        self.suspects.iter().filter(move |suspect| suspect.checklist == task.checklist)
    }

    /// Says whether an item hangs on a clause that changed, and nobody accepted it.
    pub fn suspect(&self, checklist: &str, item: &str) -> Option<&Suspect> {
        self.suspects.iter().find(|suspect| suspect.checklist.0 == checklist && suspect.item.0 == item)
    }
}
