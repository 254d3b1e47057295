//! The tables about findings: the standing register, and how far they are by topic.

use std::collections::BTreeMap;

use chrono::SecondsFormat;

use super::{begun, number, topic_name};
use crate::{
    checklist::Severity,
    i18n::Lang,
    ledger::State,
    report::{
        behind::together,
        document::{Cell, Column, Medium, Proof, Row, Sort, Table},
        tally::{FindingLine, ItemCount, Rate, RecordAt, Tally},
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

/// The states that districts report; closing and handing over are the bureau's.
pub const BY_DISTRICTS: [State; 3] = [State::Open, State::Correcting, State::Awaiting];

/// The columns of the ledger that stand on paper: what everybody has to know of a finding, in type that can be read.
const ON_PAPER: [&str; 13] = [
    "number",
    "finding",
    "date",
    "unit",
    "topic",
    "description",
    "severity",
    "responsible",
    "due",
    "progress",
    "state",
    "completed",
    "closed",
];

/// Where the state of a finding stands in the ledger.
const STATE_COLUMN: usize = 16;

/// The names of how grave a finding is, by [`Severity`].
fn severities(lang: Lang) -> [String; 3] {
    ["severity.minor", "severity.major", "severity.critical"].map(|key| lang.t(key).into_owned())
}

/// Makes 问题台账.
pub fn ledger(tally: &Tally, lang: Lang) -> Table<'_> {
    let column = |&(name, width, sort)| {
        let from = match name {
            CHECK_COLUMN => Medium::Spreadsheet,
            name if ON_PAPER.contains(&name) => Medium::Paper,
            _ => Medium::Screen,
        };
        Column { from, ..Column::new(lang, name, width, sort) }
    };
    let columns = LEDGER_COLUMNS.iter().map(column).collect();
    let count = tally.findings.len();
    let words = LedgerWords::new(tally, lang);
    let choices = BY_DISTRICTS.map(|state| words.states[state as usize].clone()).to_vec();
    let mut table = Table::new(lang, "ledger", columns, count, move |at| {
        let finding = tally.findings.at(at);
        Row { proof: Proof::One(finding.record), cells: ledger_cells(tally, &words, at, &finding) }
    });
    table.choices = Some((STATE_COLUMN, choices));
    table.of_one_record = true;
    table.is_form = true;
    table
}

/// The columns of the ledger that stand in the list of problems which goes out with a circular.
const PROBLEM_COLUMNS: [&str; 9] =
    ["number", "unit", "topic", "description", "basis", "severity", "measure", "due", "state"];

/// Makes 问题清单, against which units put things right: the problems of the ledger that are still to be put right; at most `most`.
pub fn problems(tally: &Tally, lang: Lang, most: usize) -> Table<'_> {
    let open = || tally.findings.facts().enumerate().filter(|(_, fact)| fact.state.is_open()).map(|(at, _)| at);
    let rows: Vec<usize> = open().take(most).collect();
    let (listed, count) = (rows.len(), open().count());
    let Table { columns, row, .. } = ledger(tally, lang);
    let places: Vec<usize> = (0..columns.len()).filter(|&at| PROBLEM_COLUMNS.contains(&columns[at].name)).collect();
    let columns = places.iter().map(|&at| Column { from: Medium::Paper, ..columns[at].clone() }).collect();
    let table = Table::new(lang, "problems", columns, rows.len(), move |at| {
        let Row { mut cells, proof } = row(rows[at]);
        cells[0] = number(at);
        Row { cells: places.iter().map(|&at| cells[at].clone()).collect(), proof }
    });
    Table { of_one_record: true, ..begun(table, listed, count, lang) }
}

/// The words that many rows of the ledger have, each looked up once.
struct LedgerWords<'t> {
    /// By [`Severity`].
    severities: [String; 3],
    /// By [`State`].
    states: [String; State::ALL.len()],
    /// Of a re-inspection that failed, and of one that passed.
    conclusions: [String; 2],
    /// Of findings that are both not, on site, conflicting, or both.
    remarks: [String; 4],
    /// The topics and the bases of the items.
    items: Vec<(&'t str, String)>,
}

impl<'t> LedgerWords<'t> {
    fn new(tally: &'t Tally, lang: Lang) -> Self {
        let word = |key: &str| lang.t(key).into_owned();
        let (on_site, conflicting) = (word("report.remark.on-site"), word("report.remark.conflicting"));
        let both = [on_site.as_str(), &conflicting].join(&lang.t("list.between"));
        let item = |item: &'t ItemCount| (topic_name(tally, &item.topic), item.basis.join("；"));
        Self {
            severities: severities(lang),
            states: State::ALL.map(|state| word(state.name_key())),
            conclusions: ["report.conclusion.failed", "report.conclusion.passed"].map(word),
            remarks: [String::new(), on_site, conflicting, both],
            items: tally.items.iter().map(item).collect(),
        }
    }
}

/// The cells of a finding, in the order of [`LEDGER_COLUMNS`].
fn ledger_cells<'t>(tally: &'t Tally, words: &LedgerWords<'t>, at: usize, finding: &FindingLine<'t>) -> Vec<Cell<'t>> {
    let record = tally.records.at(finding.record as usize);
    let item = finding.item.and_then(|item| tally.items.get(item as usize).zip(words.items.get(item as usize)));
    let (id, topic, basis) = item.map_or(("", "", ""), |(item, (topic, basis))| (item.id.as_str(), *topic, basis));
    let late = finding.due.filter(|_| finding.overdue).map(|due| (tally.as_of - due).num_days());
    let word = |word: &str| Cell::owned(word.to_owned());
    let recheck = finding.recheck.as_ref();
    let updated = finding.updated.to_rfc3339_opts(SecondsFormat::Secs, false);
    let remark = usize::from(finding.on_site) + 2 * usize::from(finding.conflicting);
    vec![
        number(at),
        Cell::text(finding.number),
        Cell::Date(record.started.date_naive()),
        Cell::text(record.checklist),
        Cell::text(record.facility_name),
        Cell::text(topic),
        Cell::text(id),
        Cell::text(finding.description),
        word(basis),
        word(&words.severities[finding.severity as usize]),
        Cell::text(finding.measure),
        Cell::text(record.district),
        Cell::text(finding.responsible),
        Cell::date(finding.due),
        late.and_then(|days| u64::try_from(days).ok()).map_or(Cell::None, Cell::Count),
        Cell::text(finding.progress),
        word(&words.states[finding.state as usize]),
        Cell::date(finding.completed),
        Cell::text(finding.evidence),
        Cell::date(recheck.map(|recheck| recheck.on)),
        recheck.map_or(Cell::None, |recheck| Cell::text(recheck.by)),
        recheck.map_or(Cell::None, |recheck| word(&words.conclusions[usize::from(recheck.passed)])),
        Cell::date(finding.closed),
        word(&words.remarks[remark]),
        Cell::owned(format!("{updated} {}/{}", at + 1, tally.findings.len())),
    ]
}

/// How many findings of a topic and severity are in each state, and how many of them are overdue.
#[derive(Clone, Default)]
struct States {
    by_state: [u64; State::ALL.len()],
    overdue: u64,
    records: Vec<RecordAt>,
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
    // By the topic itself, as the other tables: its name in Chinese has an order that nobody looks for.
    let mut counted: BTreeMap<(&str, Severity), States> = BTreeMap::new();
    let mut all = States::default();
    for finding in tally.findings.lines() {
        let item = finding.item.and_then(|item| tally.items.get(item as usize));
        let states = counted.entry((item.map_or("", |item| item.topic.as_str()), finding.severity)).or_default();
        for states in [&mut *states, &mut all] {
            states.by_state[finding.state as usize] += 1;
            states.overdue += u64::from(finding.overdue);
        }
        // The findings stand in the order of the records.
        if states.records.last() != Some(&finding.record) {
            states.records.push(finding.record);
        }
    }
    let rows: Vec<_> = counted.into_iter().collect();
    let has_sum = rows.len() > 1;
    let behind_all = together(rows.iter().flat_map(|(_, states)| &states.records).copied());
    let (severities, sum) = (severities(lang), lang.t("report.all"));
    let table = Table::new(lang, "states", columns, rows.len() + usize::from(has_sum), move |at| {
        let (mut cells, States { by_state, overdue, .. }, proof) = match rows.get(at) {
            Some(((topic, severity), states)) => {
                let topic = Cell::text(topic_name(tally, topic));
                let cells = vec![number(at), topic, Cell::owned(severities[*severity as usize].clone())];
                (cells, states, Proof::Together(states.records.clone()))
            }
            None => (vec![Cell::None, Cell::owned(sum.to_string()), Cell::None], &all, behind_all.clone()),
        };
        let findings = by_state.iter().sum::<u64>();
        cells.push(Cell::Count(findings));
        // The columns stand in the order of the states.
        cells.extend(by_state.map(Cell::Count));
        cells.push(Cell::Count(*overdue));
        cells.push(Cell::percent(Rate::of(by_state[State::Closed as usize], findings).percent));
        Row { cells, proof }
    });
    Table { has_sum, ..table }
}
