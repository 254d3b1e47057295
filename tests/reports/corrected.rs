//! Corrections: which record counts, and what becomes of the findings of those before.

use chrono::{DateTime, FixedOffset};
use ducha::{
    checklist::{ChecklistId, Digest},
    i18n::Lang,
    inspection::{PinnedChecklist, RecordId, Revised, Verdict},
    ledger::{Action, Event, FindingId, Row, State},
    report::{Filter, Material, Period, count, tally::Reason},
    store::{FoundEntry, Workspace, next_inspections},
};

use super::made::{self, Made, tally, workspace};

const CONFORMS: Option<Verdict> = Some(Verdict::Conforms);
const FAILS: Option<Verdict> = Some(Verdict::Fails);

fn id(number: usize) -> RecordId {
    RecordId(format!("01KA{number:022}").into())
}

fn moment(day: &str) -> DateTime<FixedOffset> {
    format!("{day}T10:00:00+08:00").parse().expect("a moment")
}

/// A record of the first unit whose second item fails.
fn failing() -> Made {
    Made { verdicts: [CONFORMS, FAILS], due: Some("2026-04-01"), ..Made::default() }
}

/// Writes a correction of a record that was finalised on a day.
fn correct(workspace: &Workspace, number: usize, of: usize, day: &str, made: &Made) {
    let file = workspace.checklist(&ChecklistId("two-items".to_owned())).expect("the checklist");
    let unit = workspace.facilities().found.remove(made.unit);
    let mut record = made::record(number, made, &file.checklist, &file.digest, &unit);
    record.header.revision = 2;
    record.header.finalised = Some(moment(day));
    record.header.revises = Some(Revised { record: id(of), digest: Digest::of(b"before") });
    made::write(workspace.root(), &record, made.day);
}

#[test]
fn one_record_counts_of_several_that_go_back_to_the_same() {
    let (environment, workspace) = workspace(&[failing()]);
    correct(&workspace, 1, 0, "2026-03-03", &failing());
    correct(&workspace, 2, 0, "2026-03-04", &failing());
    correct(&workspace, 3, 1, "2026-03-05", &failing());
    assert_eq!(tally(&workspace, |_| {}).totals.visits, 1);
    drop(workspace);
    for corrected in [0, 1, 2] {
        environment.run_there(&["record", "revise", &id(corrected).0]).fails(1, &["已有更正稿"]);
    }
    environment.run_there(&["record", "revise", &id(3).0]).good();
}

#[test]
fn the_next_date_is_of_the_record_that_counts_and_of_the_unit_as_it_is_now() {
    let earlier = Made { unit: 1, day: "2026-03-02", ..Made::default() };
    let (environment, _) = workspace(&[earlier, Made { day: "2026-05-04", ..Made::default() }]);
    let path = "ws/checklists/two-items.toml";
    let rule = "version = 1\nnext_passed = \"12 months\"\nnext_failed = \"10天\"\n";
    environment.write(path, environment.read(path).replacen("version = 1\n", rule, 1));
    environment.run_there(&["facility", "merge", "F001", "F002"]).good();
    let workspace = Workspace::open(&environment.path("ws")).expect("the small workspace");
    correct(&workspace, 2, 1, "2026-05-05", &Made { day: "2026-05-04", ..failing() });
    correct(&workspace, 3, 1, "2026-05-06", &Made { day: "2026-05-04", ..Made::default() });
    let register = workspace.facilities().found;
    let dates = next_inspections(&workspace.records().found, &workspace.checklists().found, &register, None, None);
    let dates: Vec<_> = dates.iter().map(|date| (date.after.facility.0.as_str(), date.day.to_string())).collect();
    assert_eq!(dates, [("F001", "2027-05-04".to_owned())]);
}

#[test]
fn what_a_re_inspection_came_to_decides_the_next_date() {
    let (environment, workspace) = workspace(&[Made { day: "2026-05-04", ..failing() }]);
    let path = "ws/checklists/two-items.toml";
    let rule = "version = 1\nnext_passed = \"12 months\"\nnext_failed = \"10天\"\n";
    environment.write(path, environment.read(path).replacen("version = 1\n", rule, 1));
    let checklists = workspace.checklists().found;
    let first = workspace.records().found;
    let mut again = first[0].clone();
    let recheck = PinnedChecklist { id: ChecklistId("two-items-recheck".to_owned()), ..(*again.checklist).clone() };
    again.checklist = recheck.into();
    again.started = moment("2026-05-12");
    for (failed, expected) in [(None, "2026-05-14"), (Some(0), "2027-05-12"), (Some(1), "2026-05-22")] {
        let mut records = first.clone();
        if let Some(failed) = failed {
            again.summary.failed = failed;
            records.insert(0, again.clone());
        }
        let dates = next_inspections(&records, &checklists, &workspace.facilities().found, None, None);
        let dates: Vec<_> = dates.iter().map(|date| (date.after.checklist.0.as_str(), date.day.to_string())).collect();
        assert_eq!(dates, [("two-items", expected.to_owned())], "{failed:?}");
    }
}

#[test]
fn a_unit_has_not_passed_as_long_as_a_finding_of_it_is_open() {
    let (environment, workspace) = workspace(&[Made { day: "2026-05-04", ..failing() }]);
    let path = "ws/checklists/two-items.toml";
    let rule = "version = 1\nnext_passed = \"12 months\"\nnext_failed = \"10天\"\n";
    environment.write(path, environment.read(path).replacen("version = 1\n", rule, 1));
    let (checklists, register) = (workspace.checklists().found, workspace.facilities().found);
    let mut records = workspace.records().found;
    let open = workspace.findings(&records).found;
    let closed: Vec<_> = open.iter().cloned().map(|row| Row { state: State::Closed, ..row }).collect();
    records[0].summary.open_findings = 2;
    let mut again = records[0].clone();
    let recheck = PinnedChecklist { id: ChecklistId("two-items-recheck".to_owned()), ..(*again.checklist).clone() };
    again.checklist = recheck.into();
    again.started = moment("2026-05-12");
    again.summary.failed = 0;
    records.insert(0, again);
    let cases: [(usize, Option<&[Row]>, &str); 6] = [
        // What it looked at is in order; something else is still open, and the date stays.
        (1, Some(&open), "2026-05-14"),
        (1, Some(&closed), "2027-05-12"),
        // It was answered as not applicable, so that nobody looked at anything again.
        (0, Some(&open), "2026-05-14"),
        (0, None, "2026-05-14"),
        (1, None, "2026-05-14"),
        (2, None, "2027-05-12"),
    ];
    for (conforming, ledger, expected) in cases {
        records[0].summary.conforming = conforming;
        let dates = next_inspections(&records, &checklists, &register, ledger, None);
        let dates: Vec<_> = dates.iter().map(|date| date.day.to_string()).collect();
        assert_eq!(dates, [expected], "{conforming} {:?}", ledger.map(|rows| rows[0].state));
    }
}

fn finding(number: usize) -> FindingId {
    FindingId(format!("2026-{number:08}-02").into())
}

/// Adds an event of a day to the finding of a record.
fn add(workspace: &Workspace, number: usize, day: &str, action: Action, change: impl FnOnce(&mut Event)) {
    let mut event = Event { reason: "已补登记".to_owned(), ..Event::new(moment(day), "王芳", action) };
    change(&mut event);
    workspace.add_finding_event(&finding(number), event).expect("added");
}

/// Looks through the records and returns the finding of one.
fn looked_through(workspace: &Workspace, number: usize) -> FoundEntry {
    let listing = workspace.findings(&workspace.records().found);
    assert!(listing.damaged.is_empty(), "{:?}", listing.damaged);
    workspace.find_finding(&finding(number).0).expect("a finding")
}

/// Says how far a finding is, and how many of its events contradict others.
fn standing(found: &FoundEntry) -> (State, bool, usize) {
    let standing = found.entry().standing();
    (standing.state, standing.withdrawn, standing.conflicts.len())
}

/// Writes the record of a re-inspection of a finding, and says in the finding that it was begun.
fn recheck(workspace: &Workspace, number: usize, of: usize, verdict: Option<Verdict>) {
    add(workspace, of, "2026-05-02", Action::Reinspecting, |event| event.record = Some(id(number)));
    made::put(workspace, number, &rechecked(verdict));
}

fn rechecked(verdict: Option<Verdict>) -> Made {
    Made { day: "2026-05-04", verdicts: [None, verdict], ..Made::default() }
}

#[test]
fn what_was_decided_since_stays_when_the_record_is_corrected() {
    type Step = (&'static str, Action, Option<&'static str>);
    type Case = (bool, &'static [Step], State, &'static str);
    let cases: [Case; 5] = [
        (false, &[], State::Open, "2026-04-01"),
        (false, &[("2026-03-10", Action::Assigned, Some("2026-06-30"))], State::Open, "2026-06-30"),
        (false, &[("2026-03-10", Action::Accepted, None)], State::Closed, "2026-04-01"),
        (true, &[], State::Closed, "2026-04-01"),
        (true, &[("2026-03-10", Action::Reopened, None)], State::Correcting, "2026-04-01"),
    ];
    for (corrected, steps, state, due) in cases {
        let (_environment, workspace) = workspace(&[Made { corrected, ..failing() }]);
        for (day, action, due) in steps {
            add(&workspace, 0, day, *action, |event| event.due = due.map(made::day));
        }
        correct(&workspace, 1, 0, "2026-05-05", &Made { corrected, ..failing() });
        let after = looked_through(&workspace, 1);
        assert_eq!(standing(&after), (state, false, 0), "{steps:?}");
        assert_eq!(after.entry().due(), Some(made::day(due)), "{steps:?}");
        assert_eq!(standing(&looked_through(&workspace, 0)), (State::Closed, true, 0), "{steps:?}");
    }
}

#[test]
fn what_two_people_corrected_goes_on_in_one_place() {
    let (_environment, workspace) = workspace(&[failing()]);
    correct(&workspace, 1, 0, "2026-03-05", &failing());
    looked_through(&workspace, 1);
    add(&workspace, 1, "2026-03-10", Action::Submitted, |_| {});
    correct(&workspace, 2, 0, "2026-03-12", &failing());
    assert_eq!(standing(&looked_through(&workspace, 2)), (State::Awaiting, false, 0));
    assert_eq!(standing(&looked_through(&workspace, 1)), (State::Closed, true, 0));
    // One that arrives late does not count either.
    correct(&workspace, 3, 0, "2026-03-11", &failing());
    assert_eq!(standing(&looked_through(&workspace, 3)), (State::Closed, true, 0));
    assert_eq!(standing(&looked_through(&workspace, 2)), (State::Awaiting, false, 0));
}

#[test]
fn the_correction_of_a_re_inspection_decides_in_its_place() {
    // What the re-inspection and its correction say, what the finding is then, and how many findings there are.
    let cases = [
        (CONFORMS, FAILS, State::Correcting),
        (FAILS, CONFORMS, State::Closed),
        (CONFORMS, CONFORMS, State::Closed),
        (FAILS, FAILS, State::Correcting),
        (CONFORMS, None, State::Correcting),
        (FAILS, None, State::Correcting),
        (None, CONFORMS, State::Closed),
    ];
    for (before, after, state) in cases {
        for at_once in [false, true] {
            let (_environment, workspace) = workspace(&[failing()]);
            recheck(&workspace, 1, 0, before);
            if !at_once {
                let first = looked_through(&workspace, 0);
                assert_eq!(first.entry().pending().is_some(), before.is_none(), "{before:?}");
            }
            correct(&workspace, 2, 1, "2026-05-06", &rechecked(after));
            let found = looked_through(&workspace, 0);
            // Where the first result was never entered there is nothing to be taken back.
            let expected = if at_once && after.is_none() { State::Open } else { state };
            assert_eq!(standing(&found), (expected, false, 0), "{before:?} {after:?} at once {at_once}");
            assert_eq!(workspace.finding_rows().found.len(), 1, "{before:?} {after:?}: no finding is numbered twice");
            if (before, after, at_once) == (FAILS, None, false) {
                let said = found.entry().event.iter().filter(|event| event.reason.contains("更正后未判定该问题"));
                assert_eq!(said.count(), 1, "it says why the failure stands in no record any more");
            }
        }
    }
}

#[test]
fn the_correction_of_a_re_inspection_takes_nothing_back_that_was_decided_later() {
    let (_environment, workspace) = workspace(&[failing()]);
    recheck(&workspace, 1, 0, FAILS);
    looked_through(&workspace, 0);
    add(&workspace, 0, "2026-05-20", Action::Accepted, |_| {});
    correct(&workspace, 2, 1, "2026-05-21", &rechecked(FAILS));
    assert_eq!(standing(&looked_through(&workspace, 0)), (State::Closed, false, 0));
    correct(&workspace, 3, 2, "2026-05-22", &rechecked(CONFORMS));
    assert_eq!(standing(&looked_through(&workspace, 0)), (State::Closed, false, 0));
}

#[test]
fn a_re_inspection_settles_the_finding_that_goes_on() {
    let (_environment, workspace) = workspace(&[failing()]);
    recheck(&workspace, 2, 0, CONFORMS);
    // The correction was finalised before the re-inspection; both are looked through together.
    correct(&workspace, 1, 0, "2026-05-03", &failing());
    assert_eq!(standing(&looked_through(&workspace, 1)), (State::Closed, false, 0));
    assert_eq!(standing(&looked_through(&workspace, 0)), (State::Closed, true, 0));
}

#[test]
fn a_re_inspection_that_judged_nothing_does_not_stand_in_the_way_of_another_one() {
    let (environment, workspace) = workspace(&[failing()]);
    recheck(&workspace, 1, 0, None);
    looked_through(&workspace, 0);
    drop(workspace);
    let said = environment.run_there(&["reinspect", &finding(0).0]).good();
    assert!(said.contains("已建立复查草稿"), "{said}");
    environment.run_there(&["reinspect", &finding(0).0]).fails(1, &["尚未办结"]);
}

#[test]
fn a_report_as_of_an_earlier_day_counts_what_was_finalised_by_then() {
    let (_environment, workspace) = workspace(&[failing()]);
    correct(&workspace, 1, 0, "2026-03-05", &Made::default());
    let cases: [(&str, u64, u64, &[Reason]); 4] = [
        ("2026-03-01", 0, 0, &[Reason::Later, Reason::Later]),
        ("2026-03-02", 1, 1, &[Reason::Later]),
        ("2026-03-04", 1, 1, &[Reason::Later]),
        ("2026-03-05", 1, 0, &[Reason::Superseded]),
    ];
    let filter = Filter::of(Period { from: made::day("2026-01-01"), to: made::day("2026-12-31") });
    for (as_of, visits, failed, left_out) in cases {
        let day = made::day(as_of);
        let material = Material::gather(&workspace).and_then(|material| material.on(&workspace, day));
        let tally = count(&material.expect("gathered"), &filter, day, made::made_at(), Lang::Zh);
        assert_eq!((tally.totals.visits, tally.totals.failed), (visits, failed), "{as_of}");
        let reasons: Vec<_> = tally.left_out.iter().map(|one| one.reason).collect();
        assert_eq!(reasons, left_out, "{as_of}");
    }
}
