//! A finding in the ledger: its events, and the state they lead to.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use super::number::FindingId;
use crate::{
    checklist::{Digest, ItemId, Severity},
    error::{Error, Kind, Result},
    i18n::Text,
    inspection::{FacilityPin, PinnedChecklist, RecordId, moments},
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

    /// Says which photographs belong to it, those from before and those from after.
    pub fn photos(&self) -> Vec<Text> {
        let before = (!self.before.is_empty()).then(|| text!("ledger.photos-before", files = self.before.join(" ")));
        let after = (!self.after.is_empty()).then(|| text!("ledger.photos-after", files = self.after.join(" ")));
        before.into_iter().chain(after).collect()
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
        let (next, withdrawn) = {
            let standing = self.standing();
            (standing.after(event.action), standing.withdrawn)
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
        self.event.push(event);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    impl Entry {
        /// Makes a finding with these events, for the tests of the ledger.
        pub(in crate::ledger) fn made_up(event: Vec<Event>) -> Self {
            Self {
                id: FindingId("2026-ABCDEF-01".to_owned()),
                item: ItemId("I1".to_owned()),
                question: String::new(),
                description: "登记缺两例".to_owned(),
                severity: Severity::Minor,
                critical: false,
                measure: String::new(),
                basis: Vec::new(),
                clauses: Vec::new(),
                event,
            }
        }
    }

    fn event(minute: u32, action: Action, reason: &str) -> Event {
        let at = format!("2026-03-01T09:{minute:02}:00+08:00").parse().expect("a moment");
        Event { reason: reason.to_owned(), ..Event::new(at, "某人", action) }
    }

    fn entry(actions: &[Action]) -> Entry {
        let events = std::iter::once(Action::Found).chain(actions.iter().copied());
        Entry::made_up((0..).zip(events).map(|(minute, action)| event(minute, action, "原因")).collect())
    }

    #[test]
    fn events_lead_to_the_state() {
        use Action as A;
        let cases: [(&[Action], State, usize); 15] = [
            (&[], State::Open, 0),
            (&[A::CorrectedOnSite], State::Closed, 0),
            (&[A::Correcting, A::Submitted], State::Awaiting, 0),
            (&[A::Correcting, A::Submitted, A::Reinspecting, A::Passed], State::Closed, 0),
            (&[A::Submitted, A::Reinspecting, A::Failed], State::Correcting, 0),
            (&[A::Transferred], State::Transferred, 0),
            (&[A::Accepted, A::Reopened], State::Correcting, 0),
            (&[A::Accepted, A::Accepted], State::Closed, 1),
            (&[A::Accepted, A::Submitted], State::Closed, 1),
            // Somebody looks at what is in dispute, and decides.
            (&[A::Reinspecting, A::Accepted, A::Failed], State::Closed, 1),
            (&[A::Reinspecting, A::Accepted, A::Failed, A::Reopened], State::Correcting, 0),
            (&[A::Reinspecting, A::Accepted, A::Failed, A::Accepted], State::Closed, 0),
            (&[A::Reinspecting, A::Accepted, A::Failed, A::Reopened, A::Reopened], State::Correcting, 1),
            (&[A::Accepted, A::Withdrawn], State::Closed, 0),
            (&[A::Withdrawn, A::Reopened, A::Submitted], State::Closed, 2),
        ];
        for (actions, state, conflicts) in cases {
            let (entry, expected) = (entry(actions), (state, conflicts));
            assert_eq!((entry.state(), entry.standing().conflicts.len()), expected, "{actions:?}");
        }
    }

    #[test]
    fn a_finding_is_closed_only_by_a_passed_re_inspection_or_with_a_reason() {
        let mut open = entry(&[]);
        assert_eq!(open.add(event(9, Action::Accepted, " ")).expect_err("refused").kind(), Kind::Usage);
        open.add(event(9, Action::Accepted, "照片已核对")).expect("accepted");
        assert_eq!(open.state(), State::Closed);
        let again = open.add(event(10, Action::Accepted, "又一次")).expect_err("closed already");
        assert_eq!(again.message().key(), "ledger.not-now");
        assert!(open.add(event(10, Action::Found, "")).is_err(), "a finding is found once");
    }

    #[test]
    fn nothing_follows_once_a_correction_withdrew_it() {
        let mut gone = entry(&[Action::Withdrawn]);
        assert!(!gone.allows(Action::Reopened) && entry(&[Action::Accepted]).allows(Action::Reopened));
        let refused = gone.add(event(9, Action::Reopened, "又出现")).expect_err("refused");
        assert_eq!(refused.message().key(), "ledger.withdrawn");
    }

    #[test]
    fn a_re_inspection_is_pending_until_its_result() {
        let record = RecordId("R2".to_owned());
        let mut entry = entry(&[Action::Submitted]);
        assert_eq!(entry.pending(), None);
        entry.add(Event { record: Some(record.clone()), ..event(5, Action::Reinspecting, "") }).expect("begun");
        assert_eq!(entry.pending(), Some(&record));
        entry.add(Event { record: Some(record), ..event(6, Action::Failed, "") }).expect("failed");
        assert_eq!(entry.pending(), None);
    }

    #[test]
    fn what_is_in_force_was_said_last() {
        let mut entry = entry(&[]);
        let due = "2026-04-01".parse().ok();
        entry.add(Event { due, responsible: "甲".to_owned(), ..event(5, Action::Assigned, "") }).expect("assigned");
        entry.add(event(6, Action::Correcting, "")).expect("begun");
        assert_eq!((entry.due(), entry.responsible()), (due, "甲"));
    }
}
