//! What a template about one record can say.

use minijinja::{Value, value::Serde};
use serde::Serialize;

use crate::{
    checklist::{Basis, Checklist, Sort},
    facility::Facility,
    i18n::Lang,
    inspection::{Record, RecordId, Response, Sheet, Verdict},
    ledger::{Entry, rechecked_checklist},
    report::tally::type_name,
    text,
};

#[derive(Serialize)]
struct RecordWords<'r> {
    id: &'r str,
    bureau: &'r str,
    unit: UnitWords<'r>,
    checklist: ChecklistWords<'r>,
    /// Whether it is a re-inspection, which says of what it found no more than how it is now.
    again: bool,
    started: String,
    finished: Option<String>,
    place: &'r str,
    inspectors: &'r [String],
    accompanied_by: &'r str,
    remark: &'r str,
    counts: CountWords,
    earned: f64,
    attainable: f64,
    score_rate: Option<f64>,
    /// How many files were attached: photographs, copies.
    evidence: usize,
    grade: Option<&'r str>,
    seen: Vec<Seen<'r>>,
    open: Vec<OpenFinding<'r>>,
}

#[derive(Serialize)]
struct UnitWords<'r> {
    name: &'r str,
    code: &'r str,
    r#type: String,
    level: &'r str,
    district: &'r str,
    /// As the register has it now; empty where the unit is no longer in it.
    address: &'r str,
    phone: &'r str,
}

#[derive(Serialize)]
struct ChecklistWords<'r> {
    title: &'r str,
    /// The title of the form: a re-inspection follows that of the inspection before it.
    form: &'r str,
    version: u32,
    /// Whether it compares figures, for which nobody is inspected.
    is_progress: bool,
}

#[derive(Serialize)]
struct CountWords {
    items: usize,
    answered: usize,
    conforming: usize,
    failed: usize,
    critical_failed: usize,
}

#[derive(Serialize)]
struct Seen<'r> {
    text: &'r str,
    value: Option<String>,
    fails: bool,
    note: &'r str,
    description: &'r str,
}

#[derive(Serialize)]
struct OpenFinding<'r> {
    text: &'r str,
    description: &'r str,
    severity: String,
    measure: &'r str,
    responsible: &'r str,
    due: Option<String>,
    basis: Vec<String>,
    /// The findings that a re-inspection looked at and that are as open as before.
    was: Vec<WasWords<'r>>,
}

#[derive(Serialize)]
struct WasWords<'r> {
    number: &'r str,
    description: &'r str,
    severity: String,
    due: Option<String>,
}

/// A record with what is needed to write about it.
pub struct About<'record> {
    /// The record.
    pub record: &'record Record,
    /// The exact checklist it is filled in with.
    pub checklist: &'record Checklist,
    /// The answers beside the items.
    pub sheet: &'record Sheet,
    /// The unit as it stands in the register, if it does.
    pub facility: Option<&'record Facility>,
    /// The bureau.
    pub bureau: &'record str,
    /// The findings that it re-inspects.
    pub was: &'record [Entry],
}

/// Gives what templates about one record can say.
pub fn record(about: &About<'_>) -> Value {
    let About { record, checklist, sheet, facility, bureau, was } = *about;
    let header = &record.header;
    let (unit, details) = (&header.facility, &header.inspection);
    let tally = sheet.tally();
    let (mut seen, mut open) = (Vec::new(), Vec::new());
    for at in (0..checklist.items.len()).filter(|&at| sheet.applies(at)) {
        let (item, Some(answer)) = (&checklist.items[at], sheet.answer(at)) else { continue };
        let verdict = sheet.verdict(at);
        let finding = sheet.finding(at);
        let description = finding.map_or("", |finding| finding.description.trim_end_matches('。'));
        // A record of what was seen does not judge; what was exempt was not looked at.
        if !verdict.is_some_and(Verdict::is_exempt) && answer.response.is_some() {
            seen.push(Seen {
                text: &item.text.zh,
                value: value(answer.response.as_ref(), item.unit_shown()),
                fails: verdict == Some(Verdict::Fails),
                note: answer.note.trim_end_matches('。'),
                description,
            });
        }
        if let Some(finding) = finding.filter(|finding| !finding.corrected_on_site) {
            open.push(OpenFinding {
                text: &item.text.zh,
                description,
                severity: severity(finding.severity),
                measure: finding.measure.trim_end_matches('。'),
                responsible: &finding.responsible,
                due: finding.due.map(|day| day.to_string()),
                basis: item.basis.iter().map(Basis::cited).collect(),
                was: was.iter().filter(|was| was.item == item.id).map(|was| was_words(was, &header.id)).collect(),
            });
        }
    }
    let recheck = text!("ledger.recheck-title", title = "").show(Lang::Zh);
    let grade = tally.grade.and_then(|at| checklist.scoring.grades.get(at));
    let words = RecordWords {
        id: &header.id.0,
        bureau,
        unit: UnitWords {
            name: &unit.name,
            code: &unit.code,
            r#type: type_name(&unit.facility_type, Lang::Zh),
            level: &unit.level,
            district: &unit.district,
            address: facility.map_or("", |facility| &facility.address),
            phone: facility.map_or("", |facility| &facility.phone),
        },
        checklist: ChecklistWords {
            title: &header.checklist.title,
            form: header.checklist.title.strip_prefix(&recheck).unwrap_or(&header.checklist.title),
            version: header.checklist.version,
            is_progress: checklist.sort == Sort::Progress,
        },
        again: rechecked_checklist(&header.checklist.id).is_some(),
        started: details.started.to_rfc3339(),
        finished: details.finished.map(|at| at.to_rfc3339()),
        place: &details.place,
        inspectors: &details.inspectors,
        accompanied_by: &details.accompanied_by,
        remark: &details.remark,
        counts: CountWords {
            items: tally.items,
            answered: tally.answered,
            conforming: tally.conforming,
            failed: tally.failed,
            critical_failed: tally.critical_failed,
        },
        earned: tally.earned,
        attainable: tally.attainable,
        score_rate: tally.score_rate(),
        evidence: record.answers.iter().map(|(_, answer)| answer.evidence.len()).sum(),
        grade: grade.map(|grade| grade.title.zh.as_str()),
        seen,
        open,
    };
    Value::from(Serde(words))
}

/// Gives what can be said of a finding that a re-inspection looked at.
fn was_words<'r>(was: &'r Entry, recheck: &RecordId) -> WasWords<'r> {
    WasWords {
        number: &was.id.0,
        description: was.description.trim_end_matches('。'),
        severity: severity(was.severity),
        due: was.due_before(recheck).map(|day| day.to_string()),
    }
}

/// Puts a value into words; a verdict is none.
fn value(response: Option<&Response>, unit: &str) -> Option<String> {
    match response? {
        Response::Value(value) => Some(value.show(unit, Lang::Zh)),
        Response::Verdict(_) => None,
    }
}

/// Names how grave a finding is.
fn severity(severity: crate::checklist::Severity) -> String {
    const NAMES: [&str; 3] = ["severity.minor", "severity.major", "severity.critical"];
    Lang::Zh.t(NAMES[severity as usize]).into_owned()
}
