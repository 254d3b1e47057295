//! Corrections: which record counts, and what becomes of the findings of those before.

use chrono::{DateTime, FixedOffset};
use ducha::{
    checklist::{ChecklistId, Digest},
    inspection::{RecordId, Revised, Verdict},
    store::{Workspace, next_inspections},
};

use super::made::{self, Made, tally, workspace};

const CONFORMS: Option<Verdict> = Some(Verdict::Conforms);
const FAILS: Option<Verdict> = Some(Verdict::Fails);

fn id(number: usize) -> RecordId {
    RecordId(format!("01KA{number:022}"))
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
    let dates = next_inspections(&workspace.records().found, &workspace.checklists().found, &register);
    let dates: Vec<_> = dates.iter().map(|date| (date.after.facility.0.as_str(), date.day.to_string())).collect();
    assert_eq!(dates, [("F001", "2027-05-04".to_owned())]);
}
