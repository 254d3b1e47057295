//! A finding in the ledger: its events, and the state they lead to.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use super::number::FindingId;
use crate::{
    checklist::{Digest, ItemId, Severity},
    error::{Error, Kind, Result},
    inspection::{FacilityPin, PinnedChecklist, RecordId},
    moments,
    task::PlanClause,
    text,
};

/// The findings of one record, as their file has them.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Ledger {
    /// The version of the file format, from 1.
    pub format: u32,
    /// The digests of the finalised texts it was made of; nothing where an earlier version made it, and not just one until
    /// what several people made of different texts was made anew.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub texts: Option<Vec<Digest>>,
    /// Where the findings come from.
    pub source: Source,
    /// The findings; a record may have none.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub finding: Vec<Entry>,
}

/// The record that findings come from.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Source {
    /// The record.
    pub record: RecordId,
    /// The day of the inspection.
    #[serde(deserialize_with = "moments::spelt")]
    pub inspected: NaiveDate,
    /// The exact checklist.
    pub checklist: Arc<PinnedChecklist>,
    /// The unit.
    pub facility: Arc<FacilityPin>,
}

/// A finding.
///
/// Invariant: events are only added, never changed or removed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The number.
    pub id: FindingId,
    /// The item that failed.
    pub item: ItemId,
    /// What the item asks.
    pub question: String,
    /// 问题描述.
    pub description: String,
    /// 问题等级.
    pub severity: Severity,
    /// Whether the item is a critical one.
    #[serde(default)]
    pub critical: bool,
    /// 整改措施, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub measure: String,
    /// The legal bases of the item.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub basis: Vec<String>,
    /// The clauses of plans that the item comes from.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clauses: Vec<PlanClause>,
    /// What became of it; the first entry found it.
    pub event: Vec<Event>,
}

/// Something that became of a finding.
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
    /// Why, or what was done.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// 责任人 from then on; empty where that stays.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub responsible: String,
    /// 整改期限 from then on; none where that stays.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "moments::spelt_or_none")]
    pub due: Option<NaiveDate>,
    /// 完成日期, and of a re-inspection the day of the visit, where it is another day than that of the event.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "moments::spelt_or_none")]
    pub completed: Option<NaiveDate>,
    /// 佐证材料 that do not lie in the workspace, as whoever reported names them.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub evidence: String,
    /// The place that it was read from: the file, the sheet and the row of a ledger that came back.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub source: String,
    /// Photos from before, as paths within the workspace.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub before: Vec<String>,
    /// Photos from after.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<String>,
    /// The record of the re-inspection.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub record: Option<RecordId>,
}

/// How far a finding is.
#[derive(
    Clone,
    Copy,
    Debug,
    PartialEq,
    Eq,
    PartialOrd,
    Ord,
    Hash,
    Serialize,
    Deserialize,
    zerocopy::TryFromBytes,
    zerocopy::IntoBytes,
    zerocopy::Immutable,
)]
#[serde(rename_all = "kebab-case")]
#[repr(u8)]
pub enum State {
    /// 待整改.
    Open,
    /// 整改中.
    Correcting,
    /// 待复查.
    Awaiting,
    /// 已移交: handed over for a case; out of the bureau's own hands.
    Transferred,
    /// 已销号.
    Closed,
}

/// What can become of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// 挂号: it was found.
    Found,
    /// 立行立改: the inspectors saw it put right.
    CorrectedOnSite,
    /// Person or term were settled.
    Assigned,
    /// The unit began to put it right.
    Correcting,
    /// The unit reported it put right.
    Submitted,
    /// More was said of how it is put right, or of the report that it was.
    Reported,
    /// A re-inspection was begun.
    Reinspecting,
    /// 复查通过.
    Passed,
    /// 复查不通过.
    Failed,
    /// 验收: accepted without a visit, for a reason.
    Accepted,
    /// 移交.
    Transferred,
    /// It came up again, or was closed by mistake.
    Reopened,
    /// 撤销: a correction of the record no longer has it.
    Withdrawn,
    /// 定夺: somebody decided between what several people had said.
    Settled,
}

/// The states in which an action may happen, the state it leads to (none: it stays), and whether it needs a reason.
type Rule = (Action, &'static [State], Option<State>, bool);

/// Every rule, after design/reports.md §4 and the words 复查, 验收, 销号, 移交.
const RULES: &[Rule] = &[
    (Action::CorrectedOnSite, &[State::Open], Some(State::Closed), false),
    (Action::Assigned, &[State::Open, State::Correcting, State::Awaiting], None, false),
    (Action::Correcting, &[State::Open, State::Awaiting], Some(State::Correcting), false),
    (Action::Submitted, &[State::Open, State::Correcting], Some(State::Awaiting), false),
    (Action::Reported, &[State::Correcting, State::Awaiting], None, false),
    (Action::Reinspecting, &[State::Open, State::Correcting, State::Awaiting], None, false),
    (Action::Passed, &[State::Open, State::Correcting, State::Awaiting], Some(State::Closed), false),
    (Action::Failed, &[State::Open, State::Correcting, State::Awaiting], Some(State::Correcting), false),
    (
        Action::Accepted,
        &[State::Open, State::Correcting, State::Awaiting, State::Transferred],
        Some(State::Closed),
        true,
    ),
    (Action::Transferred, &[State::Open, State::Correcting, State::Awaiting], Some(State::Transferred), true),
    (Action::Reopened, &[State::Closed, State::Transferred], Some(State::Correcting), true),
    (Action::Withdrawn, &State::ALL, Some(State::Closed), true),
    (Action::Settled, &State::ALL, None, true),
];

impl Event {
    /// Makes an event that says no more than what happened.
    pub fn new(at: DateTime<FixedOffset>, by: &str, action: Action) -> Self {
        Self {
            at,
            by: by.to_owned(),
            action,
            reason: String::new(),
            responsible: String::new(),
            due: None,
            completed: None,
            evidence: String::new(),
            source: String::new(),
            before: Vec::new(),
            after: Vec::new(),
            record: None,
        }
    }
}

impl State {
    /// Every state, in the order of the way.
    pub const ALL: [Self; 5] = [Self::Open, Self::Correcting, Self::Awaiting, Self::Transferred, Self::Closed];

    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Open => "finding-state.open",
            Self::Correcting => "finding-state.correcting",
            Self::Awaiting => "finding-state.awaiting",
            Self::Transferred => "finding-state.transferred",
            Self::Closed => "finding-state.closed",
        }
    }

    /// Says whether the unit still has to put it right or have it re-inspected.
    pub fn is_open(self) -> bool {
        matches!(self, Self::Open | Self::Correcting | Self::Awaiting)
    }
}

impl Action {
    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Found => "finding-action.found",
            Self::CorrectedOnSite => "finding-action.corrected-on-site",
            Self::Assigned => "finding-action.assigned",
            Self::Correcting => "finding-action.correcting",
            Self::Submitted => "finding-action.submitted",
            Self::Reported => "finding-action.reported",
            Self::Reinspecting => "finding-action.reinspecting",
            Self::Passed => "finding-action.passed",
            Self::Failed => "finding-action.failed",
            Self::Accepted => "finding-action.accepted",
            Self::Transferred => "finding-action.transferred",
            Self::Reopened => "finding-action.reopened",
            Self::Withdrawn => "finding-action.withdrawn",
            Self::Settled => "finding-action.settled",
        }
    }

    /// Says whether the action is refused without a reason.
    pub fn needs_reason(self) -> bool {
        RULES.iter().any(|(action, _, _, needs_reason)| *action == self && *needs_reason)
    }

    /// Says whether a person may set another term with it, for a reason.
    pub fn sets_term(self) -> bool {
        matches!(self, Self::Assigned | Self::Correcting)
    }

    /// Returns the state that the action always leads to; nothing where the state stays what it is.
    pub(super) fn target(self) -> Option<State> {
        RULES.iter().find(|(action, ..)| *action == self)?.2
    }

    /// Returns the state that the action leads to from another; nothing where it may not happen there.
    pub(super) fn leads(self, from: State) -> Option<State> {
        let rule = RULES.iter().find(|(action, ..)| *action == self)?;
        rule.1.contains(&from).then(|| rule.2.unwrap_or(from))
    }
}

impl Entry {
    /// Returns the state.
    pub fn state(&self) -> State {
        self.standing().state
    }

    /// Says whether an action may follow what happened; nothing follows once a correction withdrew it.
    pub fn allows(&self, action: Action) -> bool {
        self.standing().after(action).is_some()
    }

    /// Returns who is to put it right, or an empty text.
    pub fn responsible(&self) -> &str {
        self.standing().responsible
    }

    /// Returns the term that is in force.
    pub fn due(&self) -> Option<NaiveDate> {
        self.standing().due
    }

    /// Returns the re-inspection that was begun and has no result yet.
    pub fn pending(&self) -> Option<&RecordId> {
        // What a correction took over is waited for there.
        if self.event.iter().any(|event| event.action == Action::Withdrawn) {
            return None;
        }
        let at = self.event.iter().rposition(|event| event.action == Action::Reinspecting)?;
        let record = self.event[at].record.as_ref()?;
        (!self.has_result(record)).then_some(record)
    }

    /// Says whether the record of a re-inspection came to a result for it.
    pub fn has_result(&self, record: &RecordId) -> bool {
        let is_result = |event: &Event| {
            matches!(event.action, Action::Passed | Action::Failed) && event.record.as_ref() == Some(record)
        };
        self.event.iter().any(is_result)
    }

    /// Lists the records of its re-inspections, in the order in which they were begun.
    pub fn rechecks(&self) -> impl Iterator<Item = &RecordId> {
        let begun = self.event.iter().filter(|event| event.action == Action::Reinspecting);
        begun.filter_map(|event| event.record.as_ref())
    }

    /// Says whether the event at a position began a re-inspection whose record, finalised as it is, did not judge the item.
    pub fn is_unjudged(&self, at: usize, is_finalised: impl Fn(&RecordId) -> bool) -> bool {
        let begun = &self.event[at];
        let Some(record) = begun.record.as_ref().filter(|_| begun.action == Action::Reinspecting) else { return false };
        is_finalised(record) && !self.has_result(record)
    }

    /// Adds an event, or says why it may not happen.
    pub fn add(&mut self, event: Event) -> Result<()> {
        let (next, withdrawn, known_due) = {
            let standing = self.standing();
            (standing.after(event.action), standing.withdrawn, standing.due)
        };
        if withdrawn && next.is_none() {
            return Err(Error::input(text!("ledger.withdrawn", id = self.id))
                .hint(text!("ledger.withdrawn.hint", id = self.id)));
        }
        let rule = RULES.iter().find(|(action, ..)| *action == event.action);
        let Some((.., needs_reason)) = rule else {
            return Err(Error::new(Kind::Usage, text!("ledger.not-by-hand")));
        };
        if next.is_none() {
            let last = self.last();
            let (by, at) = last.map_or_else(Default::default, |event| {
                (event.by.clone(), event.at.format("%Y-%m-%d %H:%M").to_string())
            });
            return Err(Error::input(text!("ledger.not-now", id = self.id, by = by, at = at))
                .hint(text!("ledger.not-now.hint", id = self.id)));
        }
        if let (Some(due), Some(found)) = (event.due, self.event.first().map(|found| found.at.date_naive()))
            && due < found
        {
            return Err(Error::new(Kind::Usage, text!("ledger.due-before", due = due, found = found))
                .hint(text!("ledger.due-before.hint")));
        }
        if *needs_reason && event.reason.trim().is_empty() {
            return Err(Error::new(Kind::Usage, text!("ledger.no-reason")).hint(text!("ledger.no-reason.hint")));
        }
        let is_moved =
            event.action.sets_term() && known_due.is_some() && event.due.is_some_and(|due| known_due != Some(due));
        if is_moved && event.reason.trim().is_empty() {
            return Err(Error::new(Kind::Usage, text!("ledger.no-reason-due")).hint(text!("ledger.no-reason-due.hint")));
        }
        self.event.push(event);
        Ok(())
    }
}

#[cfg(test)]
#[path = "entry_tests.rs"]
mod tests;
