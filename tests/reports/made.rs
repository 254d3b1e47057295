//! Finalised records of the small workspace, made without a screen.

use std::{fs, path::Path};

use chrono::{DateTime, FixedOffset, NaiveDate};
use ducha::{
    checklist::{Checklist, ChecklistId, Digest, ItemId},
    facility::Facility,
    i18n::Lang,
    inspection::{
        self, Answer, Details, FacilityPin, Finding, Header, PinnedChecklist, Record, RecordId, Response, Sheet,
        Verdict,
    },
    report::{Filter, Material, Period, Tally, count},
    store::Workspace,
};

use crate::support::environment::Environment;

/// The day against which the tests judge terms.
pub const AS_OF: &str = "2026-11-21";

/// A record of the checklist with two items.
#[derive(Clone, Debug)]
pub struct Made {
    /// The day of the inspection.
    pub day: &'static str,
    /// The position of the unit in the register.
    pub unit: usize,
    /// What the two items come to.
    pub verdicts: [Option<Verdict>; 2],
    /// Whether the findings were put right on the spot.
    pub corrected: bool,
    /// The term of the findings.
    pub due: Option<&'static str>,
    /// What was found.
    pub description: String,
    /// Whether it is finalised.
    pub finalised: bool,
}

impl Default for Made {
    fn default() -> Self {
        Self {
            day: "2026-03-02",
            unit: 0,
            verdicts: [Some(Verdict::Conforms); 2],
            corrected: false,
            due: None,
            description: "登记缺两例".to_owned(),
            finalised: true,
        }
    }
}

/// Parses a day.
pub fn day(text: &str) -> NaiveDate {
    text.parse().expect("a day")
}

/// Returns the moment at which the reports are made.
pub fn made_at() -> DateTime<FixedOffset> {
    "2026-11-21T10:00:00+08:00".parse().expect("a moment")
}

/// Makes the small workspace with records, whose findings are in the ledger.
pub fn workspace(records: &[Made]) -> (Environment, Workspace) {
    let environment = Environment::with_workspace("zh");
    let workspace = Workspace::open(&environment.path("ws")).expect("the small workspace");
    for (number, record) in records.iter().enumerate() {
        put(&workspace, number, record);
    }
    // The program finds the workspace taken as long as a test holds it, and could not enter the findings itself.
    let entered = workspace.findings(&workspace.records().found);
    assert!(entered.damaged.is_empty(), "{:?}", entered.damaged);
    (environment, workspace)
}

/// Writes a record; its number decides the order among those of one moment.
pub fn put(workspace: &Workspace, number: usize, made: &Made) {
    let file = workspace.checklist(&ChecklistId("two-items".to_owned())).expect("the checklist");
    let unit = workspace.facilities().found.remove(made.unit);
    let record = record(number, made, &file.checklist, &file.digest, &unit);
    write(workspace.root(), &record, made.day);
}

/// Writes a record's file.
pub fn write(root: &Path, record: &Record, day: &str) {
    let folder = root.join("records").join(&day[..4]).join(&day[5..7]);
    fs::create_dir_all(&folder).expect("a folder");
    let text = inspection::write(record, None).expect("a record can be written");
    fs::write(folder.join(format!("{}.toml", record.header.id)), text).expect("a file");
}

/// Makes a record.
pub fn record(number: usize, made: &Made, checklist: &Checklist, digest: &Digest, unit: &Facility) -> Record {
    let started: DateTime<FixedOffset> = format!("{}T09:00:00+08:00", made.day).parse().expect("a moment");
    let answer = |verdict: Verdict| Answer {
        response: Some(Response::Verdict(verdict)),
        note: String::new(),
        finding: (verdict == Verdict::Fails).then(|| Finding {
            description: made.description.clone(),
            due: made.due.map(day),
            corrected_on_site: made.corrected,
            ..Finding::default()
        }),
        evidence: Vec::new(),
        by: "林明".to_owned(),
        at: started,
    };
    let answers: Vec<(ItemId, Answer)> = checklist
        .items
        .iter()
        .zip(made.verdicts)
        .filter_map(|(item, verdict)| Some((item.id.clone(), answer(verdict?))))
        .collect();
    let facility = FacilityPin::from(unit);
    let sheet = Sheet::new(checklist.clone().into(), &facility, day(made.day), answers.iter().cloned());
    let summary = sheet.tally().summary(checklist);
    let header = Header {
        format: 1,
        id: RecordId(format!("01KA{number:022}").into()),
        revision: 1,
        finalised: made.finalised.then_some(started),
        finalised_by: made.finalised.then(|| "林明".to_owned()),
        journal: 0,
        revises: None,
        joined: Vec::new(),
        joined_into: None,
        void: None,
        checklist: PinnedChecklist {
            id: checklist.id.clone(),
            title: checklist.title.zh.clone(),
            version: checklist.version,
            digest: digest.clone(),
        },
        facility,
        inspection: Details {
            started,
            finished: Some(started),
            place: String::new(),
            inspectors: vec!["林明".to_owned(), "周敏".to_owned()],
            accompanied_by: String::new(),
            remark: String::new(),
            clock_set: Vec::new(),
        },
        summary,
    };
    Record { header, answers, computed: Vec::new() }
}

/// Counts a year.
pub fn tally(workspace: &Workspace, change: impl FnOnce(&mut Filter)) -> Tally {
    let material = Material::gather(workspace).expect("the workspace can be read");
    let mut filter = Filter::of(Period::read("2026").expect("a period"));
    change(&mut filter);
    count(&material, &filter, day(AS_OF), made_at(), Lang::Zh)
}
