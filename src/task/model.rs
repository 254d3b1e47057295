//! A task as it stands in its file: who inspects which unit with which checklist by when, and what became of it.

use std::fmt;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use super::campaign::CampaignId;
use crate::{
    checklist::ChecklistId,
    error::{Error, Kind, Result, in_toml},
    facility::FacilityId,
    moments,
    plan::{ClauseId, PlanId},
    text,
};

/// The version of the file format that this program writes, and the newest it reads.
const FORMAT: u32 = 1;

/// The identity of a task: its campaign and a running number.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TaskId(pub String);

impl fmt::Display for TaskId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A task (检查任务).
///
/// Invariant: events are only added, never changed, so two files of one task can be joined without loss.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Task {
    /// The version of the file format, from 1.
    pub format: u32,
    /// The identity.
    pub id: TaskId,
    /// The campaign that made it.
    pub campaign: CampaignId,
    /// The checklist.
    pub checklist: ChecklistId,
    /// The unit.
    pub facility: FacilityId,
    /// The name of the unit when the task was made.
    pub facility_name: String,
    /// The district of the unit when the task was made.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub district: String,
    /// The first day on which an inspection counts.
    #[serde(deserialize_with = "moments::spelt")]
    pub from: NaiveDate,
    /// The last day.
    #[serde(deserialize_with = "moments::spelt")]
    pub due: NaiveDate,
    /// The clauses of plans that the campaign names.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<CarriedClause>,
    /// What became of it, oldest first; the first entry made it.
    pub event: Vec<Event>,
}

/// A clause of a plan that a task carries out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CarriedClause {
    /// The plan.
    pub plan: PlanId,
    /// The clause.
    pub clause: ClauseId,
    /// The digest of what the clause demanded when the task was made ([`Clause::demand`](crate::plan::Clause::demand)); empty
    /// where nobody knows.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fingerprint: String,
}

/// Something that became of a task.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Event {
    /// When.
    #[serde(deserialize_with = "moments::spelt")]
    pub at: DateTime<FixedOffset>,
    /// Who did it.
    pub by: String,
    /// What.
    pub action: Action,
    /// Who inspects from then on; empty where nothing changes in that.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inspectors: Vec<String>,
    /// Why; a task is neither closed nor opened again without a reason.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// What can become of a task.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// It was made.
    Created,
    /// It was given to inspectors.
    Assigned,
    /// It was closed without an inspection.
    Closed,
    /// It is to be carried out after all.
    Reopened,
}

impl Action {
    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Created => "task-action.created",
            Self::Assigned => "task-action.assigned",
            Self::Closed => "task-action.closed",
            Self::Reopened => "task-action.reopened",
        }
    }

    /// Says whether it is refused without a reason.
    pub fn needs_reason(self) -> bool {
        matches!(self, Self::Closed | Self::Reopened)
    }
}

impl Task {
    /// Returns who inspects: whom the last event that names somebody names.
    pub fn inspectors(&self) -> &[String] {
        self.event.iter().rev().find(|event| !event.inspectors.is_empty()).map_or(&[], |event| &event.inspectors)
    }

    /// Returns the event that closed it, if it is closed.
    pub fn closing(&self) -> Option<&Event> {
        let mut decisions =
            self.event.iter().rev().filter(|event| matches!(event.action, Action::Closed | Action::Reopened));
        decisions.next().filter(|event| event.action == Action::Closed)
    }

    /// Says whether an action may follow: what is closed is taken up again and nothing else, and only that.
    pub fn allows(&self, action: Action) -> bool {
        match action {
            Action::Created => false,
            Action::Reopened => self.closing().is_some(),
            Action::Assigned | Action::Closed => self.closing().is_none(),
        }
    }

    /// Says whether an event only names the inspectors again that it has already.
    pub fn is_as_before(&self, event: &Event) -> bool {
        event.action == Action::Assigned && event.inspectors == self.inspectors() && event.reason.trim().is_empty()
    }

    /// Adds an event, or says why it may not happen.
    pub fn add(&mut self, event: Event) -> Result<()> {
        if !self.allows(event.action) {
            let message = match self.closing() {
                Some(closing) => {
                    text!("task.is-closed", task = self.id, by = closing.by, reason = closing.reason)
                }
                None => return Err(Error::input(text!("task.not-closed", task = self.id))),
            };
            return Err(Error::input(message).hint(text!("task.is-closed.hint", task = self.id)));
        }
        if event.action.needs_reason() && event.reason.trim().is_empty() {
            return Err(Error::new(Kind::Usage, text!("task.no-reason")).hint(text!("task.no-reason.hint")));
        }
        self.event.push(event);
        Ok(())
    }

    /// Says whether a person is one of its inspectors.
    pub fn is_of(&self, inspector: &str) -> bool {
        self.inspectors().iter().any(|name| name == inspector)
    }
}

/// Reads a task's file.
pub fn read_task(text: &str) -> Result<Task> {
    let task: Task = toml::from_str(text).map_err(|error| in_toml(text, &error))?;
    if task.format > FORMAT {
        return Err(
            Error::input(text!("task.newer-format", format = task.format)).hint(text!("record.newer-format.hint"))
        );
    }
    Ok(task)
}

/// Writes a task's file.
pub fn write_task(task: &Task) -> Result<String> {
    toml::to_string(task).map_err(|error| Error::input(text!("record.not-written")).because(error))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_closed_task_is_only_taken_up_again_and_an_open_one_never() {
        use Action as A;
        let event = |action: Action, reason: &str| Event {
            at: "2026-03-01T09:00:00+08:00".parse().expect("a moment"),
            by: "管理员".to_owned(),
            action,
            inspectors: Vec::new(),
            reason: reason.to_owned(),
        };
        let cases: [(&[Action], Action, &str, Option<&str>); 8] = [
            (&[], A::Assigned, "", None),
            (&[], A::Closed, "单位已注销", None),
            (&[], A::Closed, " ", Some("task.no-reason")),
            (&[], A::Reopened, "重新开业", Some("task.not-closed")),
            (&[A::Closed], A::Closed, "又一次", Some("task.is-closed")),
            (&[A::Closed], A::Assigned, "", Some("task.is-closed")),
            (&[A::Closed], A::Reopened, "重新开业", None),
            (&[A::Closed, A::Reopened], A::Closed, "再次注销", None),
        ];
        for (before, action, reason, refused) in cases {
            let mut task = Task {
                format: 1,
                id: TaskId("c-0001".to_owned()),
                campaign: CampaignId("c".to_owned()),
                checklist: ChecklistId("x".to_owned()),
                facility: FacilityId("F".to_owned()),
                facility_name: String::new(),
                district: String::new(),
                from: NaiveDate::MIN,
                due: NaiveDate::MAX,
                clauses: Vec::new(),
                event: std::iter::once(&A::Created).chain(before).map(|action| event(*action, "原因")).collect(),
            };
            let added = task.add(event(action, reason)).err();
            assert_eq!(added.as_ref().map(|error| error.message().key()), refused, "{before:?} {action:?}");
            assert_eq!(task.event.len(), before.len() + 1 + usize::from(refused.is_none()));
        }
    }
}
