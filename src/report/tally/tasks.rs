//! Tasks beside the records: which records belong to a campaign, and how many of the tasks are done.

use std::collections::{BTreeSet, HashMap, HashSet};

use chrono::NaiveDate;

use super::{totals::Rate, versions::topic_of};
use crate::{
    checklist::Checklist,
    facility::{Facility, Successors},
    report::{filter::Filter, material::Material},
    store::{Facts, RecordFact, Word},
    task::{Completion, Task, TaskState},
};

/// Units that were merged, as one: the words of their numbers in the facts.
pub struct Units {
    successors: Successors,
    /// For a unit that was merged: the word under which it is counted.
    counted: HashMap<Word, Word>,
}

impl Units {
    /// Finds which units of the facts are one now.
    pub fn new(material: &Material) -> Self {
        let facts = &material.facts;
        let successors = Successors::new(&material.register);
        let mut first: HashMap<&str, Word> = HashMap::new();
        let mut counted = HashMap::new();
        for record in facts.records.iter().filter(|_| !successors.is_empty()) {
            let now = successors.of_text(facts.word(record.facility));
            let word = *first.entry(now).or_insert(record.facility);
            if word != record.facility {
                counted.insert(record.facility, word);
            }
        }
        Self { successors, counted }
    }

    /// Returns the word under which a unit is counted.
    pub fn counted(&self, unit: Word) -> Word {
        self.counted.get(&unit).copied().unwrap_or(unit)
    }

    /// Returns the number that a unit has now.
    pub fn of<'id>(&'id self, id: &'id str) -> &'id str {
        self.successors.of_text(id)
    }
}

/// The tasks of a campaign.
pub struct InCampaign<'material>(Option<Begins<'material>>);

/// The units of a campaign, and their checklists, each with the first day on which an inspection counts.
#[derive(Default)]
struct Begins<'material> {
    units: HashSet<&'material str>,
    from: HashMap<(&'material str, &'material str), NaiveDate>,
}

impl<'material> InCampaign<'material> {
    /// Takes the campaign that the filter names, if it names one.
    pub fn new(material: &'material Material, filter: &Filter, units: &'material Units) -> Self {
        let of_campaign = |campaign: &String| {
            let mut begins = Begins::default();
            for task in material.tasks.iter().filter(|task| task.campaign.0 == *campaign) {
                let key = (units.of(&task.facility.0), task.checklist.0.as_str());
                begins.units.insert(key.0);
                let from = begins.from.entry(key).or_insert(task.from);
                *from = (*from).min(task.from);
            }
            begins
        };
        Self(filter.campaign.as_ref().map(of_campaign))
    }

    /// Says whether a record does a task of the campaign; without a campaign every record fits.
    pub fn has(&self, facts: &Facts, record: &RecordFact, units: &Units) -> bool {
        let Some(begins) = &self.0 else { return true };
        let key = (units.of(facts.word(record.facility)), facts.word(record.checklist));
        begins.from.get(&key).is_some_and(|from| *from <= record.day())
    }

    /// Says whether a unit of the register has a task of the campaign.
    pub fn has_unit(&self, unit: &Facility) -> bool {
        self.0.as_ref().is_none_or(|begins| begins.units.contains(unit.id.0.as_str()))
    }
}

/// The tasks that a report is about, each with how far it is.
pub struct Tasks<'material> {
    list: Vec<(&'material Task, TaskState)>,
    /// The topics of the checklists, by their identities.
    topics: HashMap<&'material str, &'material str>,
    /// The types of the units, by their numbers.
    types: HashMap<&'material str, &'material str>,
    units: &'material Units,
    as_of: NaiveDate,
}

impl<'material> Tasks<'material> {
    /// Takes the tasks whose time touches the period and that the filter leaves.
    pub fn new(material: &'material Material, filter: &Filter, units: &'material Units, as_of: NaiveDate) -> Self {
        if material.tasks.is_empty() {
            return Self { list: Vec::new(), topics: HashMap::new(), types: HashMap::new(), units, as_of };
        }
        let visits = material.visits_on(as_of);
        let by_id = |unit: &'material Facility| (unit.id.0.as_str(), unit.facility_type.as_str());
        let topic = |checklist: &'material std::sync::Arc<Checklist>| (checklist.id.0.as_str(), topic_of(checklist));
        let mut tasks = Self {
            list: Vec::new(),
            topics: material.in_use.iter().map(topic).collect(),
            types: material.register.iter().map(by_id).collect(),
            units,
            as_of,
        };
        let checklists: HashMap<&str, &Checklist> =
            material.in_use.iter().map(|checklist| (checklist.id.0.as_str(), checklist.as_ref())).collect();
        for task in &material.tasks {
            let unit_type = tasks.types.get(units.of(&task.facility.0)).copied().unwrap_or_default();
            if fits(filter, task, unit_type, checklists.get(task.checklist.0.as_str()).copied()) {
                tasks.list.push((task, visits.state(task)));
            }
        }
        tasks
    }

    /// Returns 任务完成率 and 检查完成率 of the tasks that belong to a group; nothing without tasks.
    pub fn completion(&self, belongs: impl Fn(&Task) -> bool) -> (Option<Rate>, Option<Rate>) {
        let counted = Completion::of(
            self.list.iter().filter(|(task, _)| belongs(task)).map(|(task, state)| (*task, *state)),
            &self.units.successors,
            self.as_of,
        );
        let rate = |done: usize, assigned: usize| (assigned > 0).then(|| Rate::of(done as u64, assigned as u64));
        (rate(counted.tasks_done, counted.tasks_assigned), rate(counted.units_done, counted.units_assigned))
    }

    /// Lists the groups that have tasks, each by the key that a task gives it.
    pub fn groups<'key>(&'key self, key: impl Fn(&'material Task) -> &'key str) -> BTreeSet<&'key str> {
        self.list.iter().map(|(task, _)| key(task)).collect()
    }

    /// Returns the topic of the checklist of a task, or an empty text.
    pub fn topic_of(&self, task: &Task) -> &str {
        self.topics.get(task.checklist.0.as_str()).copied().unwrap_or_default()
    }

    /// Returns the type of the unit of a task, or an empty text.
    pub fn type_of(&self, task: &Task, units: &Units) -> &str {
        self.types.get(units.of(&task.facility.0)).copied().unwrap_or_default()
    }
}

/// Says whether a task is what the filter leaves.
fn fits(filter: &Filter, task: &Task, unit_type: &str, checklist: Option<&Checklist>) -> bool {
    let is = |wanted: &Option<String>, value: &str| wanted.as_ref().is_none_or(|wanted| wanted == value);
    task.from <= filter.period.to
        && task.due >= filter.period.from
        && is(&filter.campaign, &task.campaign.0)
        && is(&filter.district, &task.district)
        && is(&filter.checklist, &task.checklist.0)
        && is(&filter.facility_type, unit_type)
        && is(&filter.topic, checklist.map_or("", topic_of))
        && filter.inspector.as_ref().is_none_or(|name| task.is_of(name))
        && filter.plan.as_ref().is_none_or(|plan| {
            task.clauses.iter().any(|clause| clause.plan.0 == *plan)
                || checklist.and_then(|checklist| checklist.plan.as_ref()).is_some_and(|known| known.0 == *plan)
        })
}
