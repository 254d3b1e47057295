//! The tables about findings: the standing register, and how far they are by topic.

use std::collections::BTreeMap;

use chrono::SecondsFormat;

use super::{number, topic_name};
use crate::{
    checklist::Severity,
    i18n::Lang,
    ledger::State,
    report::{
        document::{Cell, Column, Proof, Row, Sort, Table},
        tally::{FindingLine, Rate, Tally},
    },
};

/// The columns of 问题台账 (design: reports.md §4): name, width, sort.
pub const LEDGER_COLUMNS: [(&str, u16, Sort); 25] = [
    ("number", 3, Sort::Count),
    ("finding", 8, Sort::Text),
    ("date", 5, Sort::Date),
    ("checklist", 10, Sort::Text),
    ("unit", 12, Sort::Text),
    ("topic", 6, Sort::Text),
    ("item-id", 8, Sort::Text),
    ("description", 20, Sort::Text),
    ("basis", 14, Sort::Text),
    ("severity", 4, Sort::Text),
    ("measure", 14, Sort::Text),
    ("district", 6, Sort::Text),
    ("responsible", 6, Sort::Text),
    ("due", 5, Sort::Date),
    ("late", 4, Sort::Count),
    ("progress", 12, Sort::Text),
    ("state", 5, Sort::Text),
    ("completed", 5, Sort::Date),
    ("evidence", 8, Sort::Text),
    ("rechecked", 5, Sort::Date),
    ("rechecked-by", 5, Sort::Text),
    ("conclusion", 6, Sort::Text),
    ("closed", 5, Sort::Date),
    ("remark", 8, Sort::Text),
    (CHECK_COLUMN, 12, Sort::Text),
];

/// The column by which a ledger that comes back is held against the register: the moment of the last entry, and which row
/// of how many it is.
pub const CHECK_COLUMN: &str = "check";

/// Where the state of a finding stands in the ledger.
const STATE_COLUMN: usize = 16;

/// The names of how grave a finding is, by [`Severity`].
fn severities(lang: Lang) -> [String; 3] {
    ["severity.minor", "severity.major", "severity.critical"].map(|key| lang.t(key).into_owned())
}

/// Makes 问题台账.
pub fn ledger(tally: &Tally, lang: Lang) -> Table<'_> {
    let columns = LEDGER_COLUMNS.iter().map(|&(name, width, sort)| Column::new(lang, name, width, sort)).collect();
    let severities = severities(lang);
    let count = tally.findings.len();
    let mut table = Table::new(lang, "ledger", columns, count, move |at| {
        let finding = &tally.findings[at];
        let cells = ledger_cells(tally, lang, at, &severities[finding.severity as usize]);
        Row { cells, proof: Proof::One(finding.record) }
    });
    table.choices = Some((STATE_COLUMN, State::ALL.map(|state| lang.t(state.name_key()).into_owned()).to_vec()));
    table
}

/// The cells of a finding, in the order of [`LEDGER_COLUMNS`].
fn ledger_cells<'t>(tally: &'t Tally, lang: Lang, at: usize, severity: &str) -> Vec<Cell<'t>> {
    let finding = &tally.findings[at];
    let record = &tally.records[finding.record as usize];
    let item = finding.item.and_then(|item| tally.items.get(item as usize));
    let late = finding.due.filter(|_| finding.overdue).map(|due| (tally.as_of - due).num_days());
    let conclusion = finding.recheck.as_ref().map(|recheck| {
        lang.t(if recheck.passed { "report.conclusion.passed" } else { "report.conclusion.failed" }).into_owned()
    });
    let updated = finding.updated.to_rfc3339_opts(SecondsFormat::Secs, false);
    vec![
        number(at),
        Cell::text(&finding.number),
        Cell::Date(record.started.date_naive()),
        Cell::text(&record.checklist),
        Cell::text(&record.facility_name),
        Cell::text(item.map_or("", |item| topic_name(tally, &item.topic))),
        Cell::text(item.map_or("", |item| item.id.as_str())),
        Cell::text(&finding.description),
        Cell::owned(item.map_or_else(String::new, |item| item.basis.join("；"))),
        Cell::owned(severity.to_owned()),
        Cell::text(&finding.measure),
        Cell::text(&record.district),
        Cell::text(&finding.responsible),
        Cell::date(finding.due),
        late.and_then(|days| u64::try_from(days).ok()).map_or(Cell::None, Cell::Count),
        Cell::text(&finding.progress),
        Cell::owned(lang.t(finding.state.name_key()).into_owned()),
        Cell::date(finding.completed),
        Cell::text(&finding.evidence),
        Cell::date(finding.recheck.as_ref().map(|recheck| recheck.on)),
        finding.recheck.as_ref().map_or(Cell::None, |recheck| Cell::text(&recheck.by)),
        conclusion.map_or(Cell::None, Cell::owned),
        Cell::date(finding.closed),
        Cell::owned(remark(finding, lang)),
        Cell::owned(format!("{updated} {}/{}", at + 1, tally.findings.len())),
    ]
}

/// Says what is special about a finding.
fn remark(finding: &FindingLine, lang: Lang) -> String {
    let on_site = finding.on_site.then_some("report.remark.on-site");
    let conflicting = finding.conflicting.then_some("report.remark.conflicting");
    on_site.into_iter().chain(conflicting).map(|key| lang.t(key).into_owned()).collect::<Vec<_>>().join("；")
}

/// How many findings of a topic and severity are in each state, and how many of them are overdue.
#[derive(Clone, Copy, Default)]
struct States {
    by_state: [u64; State::ALL.len()],
    overdue: u64,
}

/// Makes the table of findings by topic and how far they are.
pub fn states(tally: &Tally, lang: Lang) -> Table<'_> {
    let column = |name, width, sort| Column::new(lang, name, width, sort);
    let columns = vec![
        column("number", 3, Sort::Count),
        column("topic", 10, Sort::Text),
        column("severity", 5, Sort::Text),
        column("findings", 5, Sort::Count),
        column("to-correct", 5, Sort::Count),
        column("correcting", 5, Sort::Count),
        column("awaiting", 5, Sort::Count),
        column("transferred", 5, Sort::Count),
        column("closed-count", 5, Sort::Count),
        column("overdue", 5, Sort::Count),
        column("correction-rate", 6, Sort::Percent),
    ];
    let mut counted: BTreeMap<(&str, Severity), States> = BTreeMap::new();
    for finding in &tally.findings {
        let item = finding.item.and_then(|item| tally.items.get(item as usize));
        let states =
            counted.entry((item.map_or("", |item| topic_name(tally, &item.topic)), finding.severity)).or_default();
        states.by_state[finding.state as usize] += 1;
        states.overdue += u64::from(finding.overdue);
    }
    let rows: Vec<_> = counted.into_iter().collect();
    let severities = severities(lang);
    Table::new(lang, "states", columns, rows.len(), move |at| {
        let ((topic, severity), States { by_state, overdue }) = rows[at];
        let all = by_state.iter().sum();
        let mut cells =
            vec![number(at), Cell::text(topic), Cell::owned(severities[severity as usize].clone()), Cell::Count(all)];
        // The columns stand in the order of the states.
        cells.extend(by_state.map(Cell::Count));
        cells.push(Cell::Count(overdue));
        cells.push(Cell::percent(Rate::of(by_state[State::Closed as usize], all).percent));
        Row { cells, proof: Proof::None }
    })
}
