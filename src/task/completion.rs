//! How far tasks are: from the records, not from what somebody ticked.

use std::collections::{BTreeMap, HashMap};

use chrono::NaiveDate;
use serde::Serialize;

use super::model::Task;
use crate::{
    checklist::ChecklistId,
    facility::{Facility, FacilityId, Successors},
    percent,
};

/// What a record says about tasks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Visit {
    /// The unit.
    pub facility: FacilityId,
    /// The checklist.
    pub checklist: ChecklistId,
    /// The day on which the inspection began.
    pub started: NaiveDate,
    /// The day on which the record was finalised.
    pub finalised: Option<NaiveDate>,
}

/// How far a task is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum TaskState {
    /// 待检查.
    Waiting,
    /// 检查中: there is a draft.
    Started,
    /// 已完成: there is a finalised record.
    Done,
    /// Closed without an inspection.
    Closed,
}

impl TaskState {
    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Waiting => "task-state.waiting",
            Self::Started => "task-state.started",
            Self::Done => "task-state.done",
            Self::Closed => "task-state.closed",
        }
    }

    /// Says whether there is still something to be done.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Waiting | Self::Started)
    }
}

/// When an inspection began and when its record was finalised.
type Dates = (NaiveDate, Option<NaiveDate>);

/// The visits by unit and checklist, with merged units brought together.
#[derive(Clone, Debug, Default)]
pub struct Visits {
    units: Successors,
    by: HashMap<(FacilityId, ChecklistId), Vec<Dates>>,
}

impl Visits {
    /// Sorts visits; the register says which units were merged.
    pub fn new(visits: impl IntoIterator<Item = Visit>, register: &[Facility]) -> Self {
        let mut sorted = Self { units: Successors::new(register), by: HashMap::new() };
        for visit in visits {
            let key = (sorted.units.of(&visit.facility).clone(), visit.checklist);
            sorted.by.entry(key).or_default().push((visit.started, visit.finalised));
        }
        sorted
    }

    /// Says how far a task is: a record of its unit with its checklist that was begun on its first day or later counts.
    pub fn state(&self, task: &Task) -> TaskState {
        if task.closing().is_some() {
            return TaskState::Closed;
        }
        let key = (self.units.of(&task.facility).clone(), task.checklist.clone());
        let visits = self.by.get(&key).map_or(&[] as &[_], Vec::as_slice);
        let counting = visits.iter().filter(|(started, _)| *started >= task.from);
        match counting.map(|(_, finalised)| finalised.is_some()).max() {
            Some(true) => TaskState::Done,
            Some(false) => TaskState::Started,
            None => TaskState::Waiting,
        }
    }
}

/// How far a number of tasks are.
///
/// 任务完成率 is tasks done ÷ tasks assigned; 检查完成率 is units inspected ÷ units assigned, where a unit counts as inspected
/// once all its tasks are done. Tasks that were closed without an inspection leave both denominators and are counted apart.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize)]
pub struct Completion {
    /// Tasks with a finalised record.
    pub tasks_done: usize,
    /// Tasks that were not closed.
    pub tasks_assigned: usize,
    /// Units of which every task is done.
    pub units_done: usize,
    /// Units with a task that was not closed.
    pub units_assigned: usize,
    /// Open tasks after their last day.
    pub overdue: usize,
    /// Tasks closed without an inspection.
    pub closed: usize,
}

impl Completion {
    /// Counts tasks with their states, as of a day; units that were merged are one.
    pub fn of<'tasks>(
        tasks: impl IntoIterator<Item = (&'tasks Task, TaskState)>,
        merged: &'tasks Successors,
        today: NaiveDate,
    ) -> Self {
        let mut completion = Self::default();
        let mut units: BTreeMap<&FacilityId, bool> = BTreeMap::new();
        for (task, state) in tasks {
            if state == TaskState::Closed {
                completion.closed += 1;
                continue;
            }
            let done = state == TaskState::Done;
            completion.tasks_assigned += 1;
            completion.tasks_done += usize::from(done);
            completion.overdue += usize::from(!done && task.due < today);
            *units.entry(merged.of(&task.facility)).or_insert(true) &= done;
        }
        completion.units_assigned = units.len();
        completion.units_done = units.values().filter(|done| **done).count();
        completion
    }

    /// Returns 任务完成率 in percent; nothing without tasks.
    pub fn task_rate(&self) -> Option<f64> {
        rate(self.tasks_done, self.tasks_assigned)
    }

    /// Returns 检查完成率 in percent; nothing without units.
    pub fn unit_rate(&self) -> Option<f64> {
        rate(self.units_done, self.units_assigned)
    }
}

#[allow(clippy::cast_precision_loss)]
fn rate(done: usize, assigned: usize) -> Option<f64> {
    percent::of(done as f64, assigned as f64)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::{Action, CampaignId, Event, TaskId};

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    fn task(facility: &str, checklist: &str) -> Task {
        let created = Event {
            at: "2026-03-01T09:00:00+08:00".parse().expect("a moment"),
            by: "管理员".to_owned(),
            action: Action::Created,
            inspectors: vec!["甲".to_owned()],
            reason: String::new(),
        };
        Task {
            format: 1,
            id: TaskId(format!("{facility}{checklist}")),
            campaign: CampaignId("c".to_owned()),
            checklist: ChecklistId(checklist.to_owned()),
            facility: FacilityId(facility.to_owned()),
            facility_name: String::new(),
            district: String::new(),
            from: day("2026-03-02"),
            due: day("2026-03-31"),
            clauses: Vec::new(),
            event: vec![created],
        }
    }

    fn visit(facility: &str, checklist: &str, started: &str, finalised: Option<&str>) -> Visit {
        Visit {
            facility: FacilityId(facility.to_owned()),
            checklist: ChecklistId(checklist.to_owned()),
            started: day(started),
            finalised: finalised.map(day),
        }
    }

    #[test]
    fn the_state_comes_from_the_records() {
        let merged = Facility {
            id: FacilityId("F".to_owned()),
            former: vec![FacilityId("OLD".to_owned())],
            ..Facility::default()
        };
        let cases = [
            ("F", vec![], TaskState::Waiting),
            ("F", vec![visit("F", "a", "2026-03-01", Some("2026-03-05"))], TaskState::Waiting),
            ("F", vec![visit("F", "b", "2026-03-03", Some("2026-03-05"))], TaskState::Waiting),
            ("F", vec![visit("F", "a", "2026-03-02", None)], TaskState::Started),
            (
                "F",
                vec![visit("F", "a", "2026-03-02", None), visit("F", "a", "2026-04-02", Some("2026-04-02"))],
                TaskState::Done,
            ),
            ("OLD", vec![visit("F", "a", "2026-03-02", Some("2026-03-02"))], TaskState::Done),
            ("F", vec![visit("OLD", "a", "2026-03-02", Some("2026-03-02"))], TaskState::Done),
        ];
        for (facility, visits, expected) in cases {
            let visits = Visits::new(visits, std::slice::from_ref(&merged));
            assert_eq!(visits.state(&task(facility, "a")), expected, "{facility} {visits:?}");
        }
    }

    #[test]
    fn tasks_and_units_are_counted_apart() {
        let tasks = [task("A", "x"), task("A", "y"), task("B", "x"), task("C", "x")];
        let states = [TaskState::Done, TaskState::Waiting, TaskState::Done, TaskState::Closed];
        let counted = Completion::of(tasks.iter().zip(states), &Successors::default(), day("2026-04-01"));
        let expected =
            Completion { tasks_done: 2, tasks_assigned: 3, units_done: 1, units_assigned: 2, overdue: 1, closed: 1 };
        assert_eq!(counted, expected);
        assert_eq!(counted.unit_rate(), Some(50.0));
        assert_eq!(Completion::default().task_rate(), None);
        let merged = Facility {
            id: FacilityId("B".to_owned()),
            former: vec![FacilityId("A".to_owned())],
            ..Facility::default()
        };
        let counted = Completion::of(tasks.iter().zip(states), &Successors::new(&[merged]), day("2026-04-01"));
        assert_eq!((counted.units_done, counted.units_assigned), (0, 1), "one unit, not all of it done");
    }
}
