//! The tables about plans: targets and tasks, and where each clause was checked.

use super::number;
use crate::{
    i18n::Lang,
    plan::Scope,
    report::{
        clean::clean,
        document::{Cell, Column, Proof, Row, Sort, Table},
        tally::{ClauseCount, PlanCount, Rate, RecordAt, Tally, Target, TargetState},
    },
    text,
};

/// A row of 目标任务完成情况表: a plan, one of its clauses by position, and one of its figures.
type TargetRow = (usize, usize, Option<usize>);

/// Makes 目标任务完成情况表: every clause, with a row for each of its figures.
pub fn targets(tally: &Tally, lang: Lang) -> Table<'_> {
    let column = |name, width, sort| Column::new(lang, name, width, sort);
    let columns = vec![
        column("number", 3, Sort::Count),
        column("section", 5, Sort::Text),
        column("clause", 18, Sort::Text),
        column("indicator", 12, Sort::Text),
        column("wanted", 6, Sort::Text),
        column("actual", 8, Sort::Text),
        column("ratio", 5, Sort::Percent),
        column("target-state", 5, Sort::Text),
        column("deadline", 6, Sort::Text),
        column("owners", 8, Sort::Text),
        column("evidence", 16, Sort::Text),
        column("remark", 10, Sort::Text),
    ];
    let rows: Vec<TargetRow> = (0..tally.plans.len())
        .flat_map(|plan| (0..tally.plans[plan].clauses.len()).map(move |clause| (plan, clause)))
        .flat_map(|(plan, clause)| {
            let count = tally.plans[plan].clauses[clause].targets.len();
            let figures: Vec<_> = if count == 0 { vec![None] } else { (0..count).map(Some).collect() };
            figures.into_iter().map(move |figure| (plan, clause, figure))
        })
        .collect();
    let table = Table::new(lang, "targets", columns, rows.len(), move |at| {
        let (plan, clause, figure) = rows[at];
        let clause = &tally.plans[plan].clauses[clause];
        let target = figure.map(|figure| &clause.targets[figure]);
        // Of a clause of which no figure was reported, what is known is where it was checked.
        let was_reported = clause.targets.iter().any(|target| !target.reports.is_empty());
        let mut cells = vec![number(at), Cell::text(&clause.section), Cell::text(&clause.text)];
        match target {
            Some(target) => cells.extend([
                Cell::text(&target.name),
                Cell::text(&target.wanted),
                Cell::owned(if was_reported { target.actual(lang) } else { checked(clause, lang) }),
                Cell::percent(target.ratio),
                Cell::owned(lang.t(target.state.name_key()).into_owned()),
                Cell::text(&target.deadline),
            ]),
            None => cells.extend([
                Cell::None,
                Cell::None,
                Cell::owned(checked(clause, lang)),
                Cell::None,
                Cell::owned(lang.t(coverage_key(clause)).into_owned()),
                Cell::text(&clause.deadline),
            ]),
        }
        let (evidence, proof) = match target {
            Some(target) if !target.reports.is_empty() => {
                let records: Vec<RecordAt> = target.reports.iter().map(|report| report.record).collect();
                let proof = match records.as_slice() {
                    [one] => Proof::One(*one),
                    _ => Proof::Many(&clause.records),
                };
                (evidence(tally, &records, lang), proof)
            }
            Some(_) if was_reported => (String::new(), Proof::None),
            _ => (evidence(tally, &clause.records, lang), Proof::Many(&clause.records)),
        };
        let remark = target.map_or_else(String::new, |target| remark(tally, target, lang));
        cells.extend([Cell::owned(lang.list(&clause.owners)), Cell::owned(evidence), Cell::owned(remark)]);
        Row { cells, proof }
    });
    Table { is_form: true, ..table }
}

/// The most records that stand as evidence in a cell of a paper; the whole list stands with the records.
const EVIDENCE: usize = 3;

/// Names records as evidence, so that whoever reads the paper alone can ask for them: by day and unit.
fn evidence(tally: &Tally, records: &[RecordAt], lang: Lang) -> String {
    if records.is_empty() {
        return String::new();
    }
    let named = records.iter().take(EVIDENCE).map(|at| tally.records.at(*at as usize));
    let named: Vec<String> =
        named.map(|record| format!("{} {}", record.started.date_naive(), record.facility_name)).collect();
    let (named, count) = (named.join(&lang.t("list.between")), records.len());
    match count {
        1..=EVIDENCE => text!("report.evidence", records = named).show(lang),
        _ => text!("report.evidence-begin", records = named, count = count).show(lang),
    }
}

/// Says why a figure is not there yet and what was noted with it; of several units each with its name.
fn remark(tally: &Tally, target: &Target, lang: Lang) -> String {
    let said = target.reports.iter().map(|report| (report.record, report.remark(lang)));
    let said = said.filter(|(_, remark)| !remark.is_empty());
    let named = |(record, remark): (RecordAt, String)| {
        if target.reports.len() == 1 {
            return remark;
        }
        let unit = tally.records.at(record as usize).facility_name;
        text!("report.remark-of", unit = unit, remark = remark).show(lang)
    };
    said.map(named).collect::<Vec<_>>().join(&lang.t("list.between"))
}

/// Puts into words where a clause was checked of which no figure was reported.
pub fn checked(clause: &ClauseCount, lang: Lang) -> String {
    let ClauseCount { visits, conforming, failed, progress_checks: progress, done, not_done, .. } = clause;
    let on_site = text!("report.checked", visits = visits, conforming = conforming, failed = failed);
    let figures = text!("report.checked-progress", progress = progress, done = done, not_done = not_done);
    let said = [(*visits, on_site), (*progress, figures)].into_iter().filter(|(count, _)| *count > 0);
    said.map(|(_, said)| said.show(lang)).collect::<Vec<_>>().join(&lang.t("list.between"))
}

/// Says whether a clause was checked, was not, or could not have been.
pub fn coverage_key(clause: &ClauseCount) -> &'static str {
    if clause.is_checked() {
        "report.coverage.checked"
    } else if clause.items.is_empty() {
        "report.coverage.no-item"
    } else {
        "report.coverage.never"
    }
}

/// Makes the table of clauses: checked where, with what result, or never.
pub fn coverage(plan: &PlanCount, lang: Lang) -> Table<'_> {
    let column = |name, width, sort| Column::new(lang, name, width, sort);
    let columns = vec![
        column("number", 3, Sort::Count),
        column("section", 5, Sort::Text),
        column("clause", 24, Sort::Text),
        column("scope", 5, Sort::Text),
        column("item-count", 4, Sort::Count),
        column("visits", 4, Sort::Count),
        column("progress-checks", 4, Sort::Count),
        column("units", 4, Sort::Count),
        column("conforming", 4, Sort::Count),
        column("failed", 4, Sort::Count),
        column("item-pass-rate", 5, Sort::Percent),
        column("figures-done", 4, Sort::Count),
        column("figures-not-done", 4, Sort::Count),
        column("coverage-state", 6, Sort::Text),
    ];
    let mut table = Table::new(lang, "coverage", columns, plan.clauses.len(), move |at| {
        let clause = &plan.clauses[at];
        let scope = if clause.scope == Scope::OnSite { "plan.scope-name.on-site" } else { "plan.scope-name.progress" };
        let rate = Rate::of(clause.conforming, clause.conforming + clause.failed);
        let cells = vec![
            number(at),
            Cell::text(&clause.section),
            Cell::text(&clause.text),
            Cell::owned(lang.t(scope).into_owned()),
            Cell::Count(clause.items.len() as u64),
            Cell::Count(clause.visits),
            Cell::Count(clause.progress_checks),
            Cell::Count(clause.units),
            Cell::Count(clause.conforming),
            Cell::Count(clause.failed),
            Cell::percent(rate.percent),
            Cell::Count(clause.done),
            Cell::Count(clause.not_done),
            Cell::owned(lang.t(coverage_key(clause)).into_owned()),
        ];
        Row { cells, proof: Proof::Many(&clause.records) }
    });
    table.title = text!("report.of-plan", title = table.title, plan = clean(&plan.title)).show(lang);
    table
}

/// Counts the targets of all plans by how far they are.
pub fn target_counts(tally: &Tally) -> Vec<(TargetState, u64)> {
    let all = || tally.plans.iter().flat_map(|plan| &plan.clauses).flat_map(|clause| &clause.targets);
    TargetState::ALL.map(|state| (state, all().filter(|target| target.state == state).count() as u64)).to_vec()
}
