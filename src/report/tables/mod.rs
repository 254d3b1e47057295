//! The tables that reports are made of, each from the tally.

mod findings;
mod plans;
mod proof;

pub use self::{
    findings::{BY_DISTRICTS, CHECK_COLUMN, LEDGER_COLUMNS, ledger, problems, states},
    plans::{coverage, coverage_key, target_counts, targets},
    proof::{LEFT_OUT, SOURCES, definitions, earlier_records, left_out, records, sources},
};
use super::{
    behind::together,
    document::{Cell, Column, Form, List, Medium, Proof, Row, Sort, Table},
    tally::{Group, RecordAt, Tally, Totals, Unit, as_number, type_name},
};
use crate::{i18n::Lang, percent, text};

fn number(at: usize) -> Cell<'static> {
    Cell::Count(at as u64 + 1)
}

/// The numbers of a group, in the order of [`group_columns`].
fn group_cells(totals: &Totals) -> Vec<Cell<'static>> {
    vec![
        Cell::Count(totals.visits),
        Cell::Count(totals.units),
        Cell::percent(totals.coverage.and_then(|rate| rate.percent)),
        Cell::percent(totals.task_completion.and_then(|rate| rate.percent)),
        Cell::percent(totals.unit_completion.and_then(|rate| rate.percent)),
        Cell::Count(totals.answered),
        Cell::Count(totals.conforming),
        Cell::Count(totals.failed),
        Cell::percent(totals.item_pass_rate.percent),
        Cell::percent(totals.visit_pass_rate.percent),
        Cell::percent(totals.score_rate.percent),
        Cell::Count(totals.critical_failed),
        Cell::Count(totals.findings),
        Cell::Count(totals.closed),
        Cell::Count(totals.overdue),
        Cell::percent(totals.correction_rate.percent),
        Cell::percent(totals.on_time_rate.percent),
        Cell::Count(totals.reinspections),
        Cell::Count(totals.progress_checks),
    ]
}

/// Where the item pass rate stands among the columns of a group.
pub const GROUP_PASS_RATE: usize = 10;

/// Where the correction rate stands among the columns of a group.
pub const GROUP_CORRECTION_RATE: usize = 17;

fn group_columns(lang: Lang, first: &'static str) -> Vec<Column> {
    let column = |name, width, sort| Column::new(lang, name, width, sort);
    // As a sheet they go across one page.
    vec![
        column("number", 3, Sort::Count),
        column(first, 12, Sort::Text),
        column("visits", 4, Sort::Count),
        column("units", 4, Sort::Count),
        column("coverage", 4, Sort::Percent),
        column("task-completion", 4, Sort::Percent),
        column("unit-completion", 4, Sort::Percent),
        column("answered", 4, Sort::Count),
        column("conforming", 4, Sort::Count),
        column("failed", 4, Sort::Count),
        column("item-pass-rate", 5, Sort::Percent),
        column("visit-pass-rate", 5, Sort::Percent),
        column("score-rate", 5, Sort::Percent),
        column("critical-failed", 4, Sort::Count),
        column("findings", 4, Sort::Count),
        column("closed-count", 4, Sort::Count),
        column("overdue", 4, Sort::Count),
        column("correction-rate", 5, Sort::Percent),
        column("on-time-rate", 5, Sort::Percent),
        column("reinspections", 4, Sort::Count),
        column("progress-checks", 4, Sort::Count),
    ]
}

/// Leads from a number that everything was counted for to every record.
pub fn every_record(tally: &Tally) -> Proof<'static> {
    // A position among records is a `u32`, as `RecordAt` has it.
    Proof::Together((0..RecordAt::try_from(tally.records.len()).unwrap_or(RecordAt::MAX)).collect())
}

/// Makes a table of groups, with a sum of everything where `all` is given.
pub fn groups<'t>(
    lang: Lang,
    name: &'static str,
    first: &'static str,
    groups: &'t [Group],
    all: Option<&'t Tally>,
) -> Table<'t> {
    let has_sum = all.is_some() && groups.len() > 1;
    let unknown = lang.t("report.not-given");
    let table = Table::new(lang, name, group_columns(lang, first), groups.len() + usize::from(has_sum), move |at| {
        let Some(group) = groups.get(at) else {
            let mut cells = vec![Cell::None, Cell::owned(lang.t("report.all").into_owned())];
            cells.extend(all.map(|tally| group_cells(&tally.totals)).unwrap_or_default());
            return Row { cells, proof: all.map_or(Proof::None, every_record) };
        };
        let named = if group.name.is_empty() { Cell::owned(unknown.to_string()) } else { Cell::text(&group.name) };
        let mut cells = vec![number(at), named];
        cells.extend(group_cells(&group.totals));
        Row { cells, proof: Proof::Many(&group.records) }
    });
    Table { has_sum, ..table }
}

/// The columns of a group that stand in a paper, where a page is narrow.
const BRIEF: [usize; 10] = [0, 1, 3, 2, 8, 9, 10, 14, 15, 17];

/// Makes a table of groups that fits on an upright page.
pub fn groups_in_brief<'t>(
    lang: Lang,
    name: &'static str,
    first: &'static str,
    list: &'t [Group],
    all: Option<&'t Tally>,
) -> Table<'t> {
    some_columns(groups(lang, name, first, list, all), lang, &BRIEF)
}

/// The columns of a group that say nothing of a month: the register and the tasks belong to the whole period.
const OF_PERIOD: [&str; 3] = ["coverage", "task-completion", "unit-completion"];

/// Makes the table of months.
pub fn months(tally: &Tally, lang: Lang) -> Table<'_> {
    let table = without(groups(lang, "months", "month", &tally.months, None), lang, &OF_PERIOD);
    let pass_rate = table.columns.iter().position(|column| column.name == "item-pass-rate").unwrap_or_default();
    table.drawn(1, pass_rate, Form::Line)
}

/// Makes the table of checklists. Units are covered by a topic, whichever of its checklists they were inspected with.
pub fn checklists(tally: &Tally, lang: Lang) -> Table<'_> {
    without(groups(lang, "checklists", "checklist", &tally.checklists, Some(tally)), lang, &OF_PERIOD[..1])
}

/// Leaves columns out of a table.
fn without<'t>(table: Table<'t>, lang: Lang, left_out: &[&str]) -> Table<'t> {
    let kept: Vec<usize> = (0..table.columns.len()).filter(|&at| !left_out.contains(&table.columns[at].name)).collect();
    some_columns(table, lang, &kept)
}

/// Leaves a table only some of its columns.
fn some_columns<'t>(table: Table<'t>, lang: Lang, kept: &[usize]) -> Table<'t> {
    let Table { name, columns, count, row, has_sum, .. } = table;
    let columns = kept.iter().map(|&at| columns[at].clone()).collect();
    let kept = kept.to_vec();
    let table = Table::new(lang, name, columns, count, move |at| {
        let Row { cells, proof } = row(at);
        Row { cells: kept.iter().map(|&at| cells[at].clone()).collect(), proof }
    });
    Table { has_sum, ..table }
}

/// Makes 检查人员工作量: who was out how often and what came of it, with a sum of everybody.
///
/// An inspection by two people counts for both, so that only 出动人次 adds up.
pub fn workload(tally: &Tally, lang: Lang) -> Table<'_> {
    let column = |name, width, sort| Column::new(lang, name, width, sort);
    let columns = vec![
        column("number", 3, Sort::Count),
        column("inspector", 8, Sort::Text),
        column("person-visits", 5, Sort::Count),
        column("visits", 5, Sort::Count),
        column("units", 4, Sort::Count),
        column("opinions", 5, Sort::Count),
        column("answered", 5, Sort::Count),
        column("failed", 5, Sort::Count),
        column("findings", 5, Sort::Count),
        column("on-site", 5, Sort::Count),
        column("reinspections", 4, Sort::Count),
        column("progress-checks", 4, Sort::Count),
    ];
    let inspectors = &tally.inspectors;
    let has_sum = inspectors.len() > 1;
    let table = Table::new(lang, "inspectors", columns, inspectors.len() + usize::from(has_sum), move |at| {
        let one = inspectors.get(at);
        let totals = one.map_or(&tally.totals, |group| &group.totals);
        let mut cells = match one {
            Some(group) => vec![number(at), Cell::text(&group.name), Cell::Count(totals.visits)],
            None => {
                vec![Cell::None, Cell::owned(lang.t("report.all").into_owned()), Cell::Count(totals.person_visits)]
            }
        };
        let counts = [totals.visits, totals.units, totals.opinions, totals.answered, totals.failed];
        let others = [totals.findings, totals.on_site, totals.reinspections, totals.progress_checks];
        cells.extend(counts.into_iter().chain(others).map(Cell::Count));
        Row { cells, proof: one.map_or_else(|| every_record(tally), |group| Proof::Many(&group.records)) }
    });
    Table { has_sum, ..table }
}

/// Makes the table of how many units hold which grade; it has no rows where no checklist has grades.
pub fn grades(tally: &Tally, lang: Lang) -> Table<'_> {
    let column = |name, width, sort| Column::new(lang, name, width, sort);
    let columns = vec![
        column("checklist", 16, Sort::Text),
        column("grade", 6, Sort::Text),
        column("units-count", 5, Sort::Count),
        column("share", 5, Sort::Percent),
    ];
    Table::new(lang, "grades", columns, tally.grades.len(), move |at| {
        let one = &tally.grades[at];
        let cells = vec![
            Cell::text(&one.title),
            Cell::text(&one.name),
            Cell::Count(one.records.len() as u64),
            Cell::percent(one.units.percent),
        ];
        Row { cells, proof: Proof::Many(&one.records) }
    })
}

/// Where the topic stands among the columns of an item.
pub const ITEM_TOPIC: usize = 2;

/// Makes 检查情况汇总表: the units, best score first; at most `most` of them, and the sum of all.
pub fn units(tally: &Tally, lang: Lang, most: usize) -> Table<'_> {
    let column = |name, width, sort| Column::new(lang, name, width, sort);
    let columns = vec![
        column("number", 3, Sort::Count),
        column("unit", 14, Sort::Text),
        column("district", 6, Sort::Text),
        column("type", 6, Sort::Text),
        column("visits", 4, Sort::Count),
        column("items", 4, Sort::Count),
        column("answered", 4, Sort::Count),
        column("conforming", 4, Sort::Count),
        column("failed", 4, Sort::Count),
        column("exempt", 4, Sort::Count),
        column("score-rate", 5, Sort::Percent),
        column("critical-failed", 4, Sort::Count),
        column("findings", 4, Sort::Count),
        column("closed-count", 4, Sort::Count),
        column("correction-rate", 5, Sort::Percent),
        column("rank", 3, Sort::Count),
        column("grade", 5, Sort::Text),
    ];
    // A unit of which only figures were asked was not inspected, but what was found with it is among all findings.
    let has_part = |unit: &&Unit| unit.totals.visits > 0 || unit.totals.findings > 0;
    let inspected: Vec<_> = tally.units.iter().filter(has_part).collect();
    let listed = inspected.len().min(most);
    // The sum is of all of them, even where not all are listed.
    let all = Totals::of(inspected.iter().map(|unit| &unit.totals));
    let behind = together(inspected.iter().flat_map(|unit| &unit.records).copied());
    let count = inspected.len();
    let has_sum = count > 1;
    let table = Table::new(lang, "units", columns, listed + usize::from(has_sum), move |at| {
        let unit = inspected.get(at).filter(|_| at < listed);
        let totals = unit.map_or(&all, |unit| &unit.totals);
        let mut cells = match unit {
            Some(unit) => vec![
                number(at),
                Cell::text(&unit.name),
                Cell::text(&unit.district),
                Cell::owned(type_name(&unit.facility_type, lang)),
            ],
            None => vec![Cell::None, Cell::owned(lang.t("report.all").into_owned()), Cell::None, Cell::None],
        };
        cells.extend([
            Cell::Count(totals.visits),
            Cell::Count(totals.items),
            Cell::Count(totals.answered),
            Cell::Count(totals.conforming),
            Cell::Count(totals.failed),
            Cell::Count(totals.exempt),
            Cell::percent(totals.score_rate.percent),
            Cell::Count(totals.critical_failed),
            Cell::Count(totals.findings),
            Cell::Count(totals.closed),
            Cell::percent(totals.correction_rate.percent),
            unit.and_then(|unit| unit.rank).map_or(Cell::None, |rank| Cell::Count(u64::from(rank))),
            unit.and_then(|unit| unit.grade.as_deref()).map_or(Cell::None, Cell::text),
        ]);
        Row { cells, proof: unit.map_or_else(|| behind.clone(), |unit| Proof::Many(&unit.records)) }
    });
    Table { has_sum, ..begun(table, listed, count, lang) }.drawn(1, 10, Form::Ranking)
}

/// Says in the title of a table that it lists only the first of so many.
fn begun(table: Table<'_>, listed: usize, count: usize, lang: Lang) -> Table<'_> {
    if listed >= count {
        return table;
    }
    let title = text!("report.begun", title = table.title, listed = listed, count = count).show(lang);
    Table { title, ..table }
}

/// Makes the table of items with failures, most first; at most `most` of them.
pub fn items(tally: &Tally, lang: Lang, most: usize) -> Table<'_> {
    let column = |name, width, sort| Column::new(lang, name, width, sort);
    let columns = vec![
        column("number", 3, Sort::Count),
        column("item", 24, Sort::Text),
        column("topic", 7, Sort::Text),
        column("critical", 4, Sort::Text),
        column("conforming", 5, Sort::Count),
        column("failed", 5, Sort::Count),
        column("exempt", 5, Sort::Count),
        column("item-pass-rate", 6, Sort::Percent),
        column("basis", 16, Sort::Text),
        Column { from: Medium::Screen, ..column("item-id", 10, Sort::Text) },
        Column { from: Medium::Screen, ..column("failing-records", 8, Sort::Text) },
    ];
    let failing = tally.items.iter().filter(|item| item.failed > 0).count();
    let listed = failing.min(most);
    let table = Table::new(lang, "items", columns, listed, move |at| {
        let item = &tally.items[at];
        let critical = if item.critical { lang.t("report.yes").into_owned() } else { String::new() };
        let cells = vec![
            number(at),
            Cell::text(&item.text),
            Cell::text(topic_name(tally, &item.topic)),
            Cell::owned(critical),
            Cell::Count(item.conforming),
            Cell::Count(item.failed),
            Cell::Count(item.exempt),
            Cell::percent(item.pass_rate.percent),
            Cell::owned(item.basis.join("；")),
            Cell::owned(format!("{}/{}", item.checklist, item.id)),
            Cell::Records(&item.failing, lang),
        ];
        Row { cells, proof: Proof::Many(&item.answered) }
    });
    begun(table, listed, failing, lang).drawn(1, 5, Form::Bars)
}

/// Returns the name of a topic that some record has.
pub fn topic_name<'t>(tally: &'t Tally, topic: &'t str) -> &'t str {
    tally.topics.iter().find(|group| group.key == topic).map_or(topic, |group| group.name.as_str())
}

/// A number that is compared: where its name stands, and how it is taken.
type Measure = (&'static str, fn(&Totals) -> Option<f64>);

/// The numbers that are compared with earlier periods.
const MEASURES: [Measure; 8] = [
    ("report.column.visits", |totals| Some(as_number(totals.visits))),
    ("report.column.units", |totals| Some(as_number(totals.units))),
    ("report.column.person-visits", |totals| Some(as_number(totals.person_visits))),
    ("report.column.answered", |totals| Some(as_number(totals.answered))),
    ("report.column.failed", |totals| Some(as_number(totals.failed))),
    ("report.column.findings", |totals| Some(as_number(totals.findings))),
    ("report.column.item-pass-rate", |totals| totals.item_pass_rate.percent),
    ("report.column.score-rate", |totals| totals.score_rate.percent),
];

/// The name of the table of comparisons.
pub const COMPARED: &str = "compared";

/// Makes the table that sets a period beside the one before and the year before.
pub fn compared(tally: &Tally, lang: Lang) -> Table<'_> {
    let column = |name, width, sort| Column::new(lang, name, width, sort);
    let columns = vec![
        column("measure-name", 10, Sort::Text),
        column("this-period", 6, Sort::Number).leading_to(List::Records),
        column("before", 6, Sort::Number).leading_to(List::Before),
        column("against-before", 6, Sort::Percent).leading_to(List::Before),
        column("year-before", 6, Sort::Number).leading_to(List::YearBefore),
        column("against-year-before", 6, Sort::Percent).leading_to(List::YearBefore),
    ];
    let table = Table::new(lang, COMPARED, columns, MEASURES.len(), move |at| {
        let (name, measure) = MEASURES[at];
        let this = measure(&tally.totals);
        let is_rate = name.ends_with("-rate");
        let name = lang.t(name);
        let name = if is_rate { text!("report.in-points", name = name).show(lang) } else { name.into_owned() };
        let number = if is_rate { Cell::Tenths } else { Cell::Number };
        let mut cells = vec![Cell::owned(name), this.map_or(Cell::None, number)];
        for earlier in [&tally.compared.before, &tally.compared.year_before] {
            let then = earlier.as_ref().and_then(|earlier| measure(&earlier.totals));
            cells.push(then.map_or(Cell::None, number));
            // A rate rises by points: a percentage of a percentage would mislead.
            cells.push(match this.zip(then) {
                Some((now, then)) if is_rate => Cell::Tenths(percent::rounded(now - then)),
                _ => Cell::percent(change(this, then)),
            });
        }
        // Every number is counted from all records of its period, to whose list its column leads.
        Row { cells, proof: Proof::None }
    });
    Table { is_form: true, ..table }
}

/// Returns the change against an earlier value in percent; nothing against nothing.
fn change(now: Option<f64>, then: Option<f64>) -> Option<f64> {
    let (now, then) = (now?, then.filter(|then| *then > 0.0)?);
    percent::of(now - then, then)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_change_is_against_something() {
        let cases = [
            (Some(110.0), Some(100.0), Some(10.0)),
            (Some(1.0), Some(3.0), Some(-66.7)),
            (Some(1.0), Some(0.0), None),
            (None, Some(1.0), None),
        ];
        for (now, then, expected) in cases {
            assert_eq!(change(now, then), expected);
        }
    }
}
