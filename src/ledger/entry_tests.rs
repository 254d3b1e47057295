//! The events of a finding and where they lead.

use super::*;
use crate::{checklist::ChecklistId, facility::FacilityId};

impl Source {
    /// Makes a source, for the tests of the ledger.
    pub(in crate::ledger) fn made_up() -> Self {
        let [name, code, facility_type, level, district] = Default::default();
        let (id, title, digest) = (ChecklistId("c".to_owned()), String::new(), Digest::of(b""));
        let facility = FacilityPin { id: FacilityId("F1".to_owned()), name, code, facility_type, level, district };
        Self {
            record: RecordId("ABCDEF".into()),
            inspected: "2026-11-21".parse().expect("a day"),
            checklist: PinnedChecklist { id, title, version: 1, digest }.into(),
            facility: facility.into(),
        }
    }
}

impl Entry {
    /// Makes a finding with these events, for the tests of the ledger.
    pub(in crate::ledger) fn made_up(event: Vec<Event>) -> Self {
        Self {
            id: FindingId("2026-ABCDEF-01".into()),
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
    let record = RecordId("R2".into());
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
