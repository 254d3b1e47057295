//! What a template can say: numbers of the tally and names, nothing that was not counted.

use std::collections::HashMap;

use chrono::NaiveDate;
use minijinja::{Value, value::Serde};
use serde::Serialize;

use super::phrases::chinese_until;
use crate::{
    checklist::{Basis, Checklist},
    facility::Facility,
    i18n::Lang,
    inspection::{Record, RecordId, Response, Sheet, Verdict},
    ledger::{Entry, rechecked_checklist},
    plan::Scope,
    report::{
        behind,
        tables::{actual, coverage_key, target_counts},
        tally::{Group, Occasion, Rate, Tally, Target, TargetState, Totals, type_name},
    },
    store::FindingFact,
};

/// How many items of a topic a circular names.
const ITEMS: usize = 5;

/// How many units an item names as examples.
const EXAMPLES: usize = 3;

#[derive(Serialize)]
struct Circular<'t> {
    bureau: &'t str,
    subject: String,
    r#where: String,
    from: String,
    to: String,
    /// The last day as it stands behind the first one.
    until: String,
    as_of: String,
    totals: &'t Totals,
    districts: Vec<GroupWords<'t>>,
    topics: Vec<GroupWords<'t>>,
    clean_topics: Vec<GroupWords<'t>>,
    problems: Vec<Problem<'t>>,
    plans: Vec<PlanWords<'t>>,
    /// The plans that counted inspections carry out.
    based_on: Vec<&'t str>,
    /// The first and the last term of open findings that is not over yet.
    targets: HashMap<&'static str, u64>,
    late: Vec<TargetWords<'t>>,
    first_due: Option<String>,
    last_due: Option<String>,
    left_out: usize,
}

#[derive(Serialize)]
struct GroupWords<'t> {
    name: &'t str,
    totals: &'t Totals,
    /// The name of the records behind them.
    records: String,
}

#[derive(Serialize)]
struct Problem<'t> {
    name: &'t str,
    totals: &'t Totals,
    /// The name of the records behind them.
    records: String,
    items: Vec<ItemWords<'t>>,
    /// How many of the findings are figures that are not what is wanted.
    from_figures: u64,
    /// How many more items fail.
    more: usize,
}

#[derive(Serialize)]
struct ItemWords<'t> {
    text: &'t str,
    critical: bool,
    failed: u64,
    basis: &'t [String],
    examples: Vec<Example<'t>>,
    /// The name of the records in which it fails.
    records: String,
}

#[derive(Serialize)]
struct Example<'t> {
    unit: &'t str,
    description: &'t str,
}

#[derive(Serialize)]
struct PlanWords<'t> {
    title: &'t str,
    clauses: usize,
    on_site: usize,
    progress: usize,
    checked: usize,
    never: usize,
    never_with_figures: usize,
    without_item: usize,
    time_progress: Rate,
    /// The name of the records behind it.
    records: String,
}

#[derive(Serialize)]
struct TargetWords<'t> {
    section: &'t str,
    clause: &'t str,
    name: &'t str,
    wanted: &'t str,
    actual: String,
    state: String,
    deadline: &'t str,
    /// The name of the records in which it was reported.
    records: String,
}

/// Gives what templates about a period can say.
pub fn circular(tally: &Tally) -> Value {
    let name = |group: &&Group| !group.name.is_empty();
    // Terms that are over are no longer what anybody can keep.
    let ahead = |due: &NaiveDate| *due >= tally.as_of;
    let open = || tally.findings.facts().filter(|fact| fact.state.is_open()).filter_map(FindingFact::due).filter(ahead);
    let mut targets: HashMap<&'static str, u64> =
        target_counts(tally).into_iter().map(|(state, count)| (target_name(state), count)).collect();
    targets.insert("all", targets.values().sum());
    let lapsed = |target: &&Target| target.state == TargetState::Overdue && target.reports.is_empty();
    let clauses = || tally.plans.iter().flat_map(|plan| &plan.clauses);
    targets.insert("lapsed", clauses().flat_map(|clause| &clause.targets).filter(lapsed).count() as u64);
    targets.insert("without", clauses().filter(|clause| clause.targets.is_empty()).count() as u64);
    let based_on = tally.plans.iter().filter(|plan| plan.clauses.iter().any(|clause| clause.visits > 0));
    let context = Circular {
        bureau: &tally.bureau,
        subject: subject(tally),
        r#where: place(tally),
        from: tally.filter.period.from.to_string(),
        to: tally.filter.period.to.to_string(),
        until: chinese_until(tally.filter.period.from, tally.last_day()),
        as_of: tally.as_of.to_string(),
        totals: &tally.totals,
        districts: tally.districts.iter().map(group_words).collect(),
        topics: tally.topics.iter().map(group_words).collect(),
        clean_topics: tally
            .topics
            .iter()
            .filter(|group| group.totals.failed == 0 && group.totals.judged_visits > 0 && name(group))
            .map(group_words)
            .collect(),
        problems: problems(tally),
        plans: plans(tally),
        based_on: based_on.map(|plan| plan.title.as_str()).collect(),
        targets,
        late: late(tally),
        first_due: open().min().map(|day| day.to_string()),
        last_due: open().max().map(|day| day.to_string()),
        left_out: tally.left_out.len(),
    };
    Value::from(Serde(context))
}

fn group_words(group: &Group) -> GroupWords<'_> {
    GroupWords { name: &group.name, totals: &group.totals, records: behind::topic(&group.key) }
}

fn target_name(state: TargetState) -> &'static str {
    match state {
        TargetState::Done => "done",
        TargetState::UnderWay => "under_way",
        TargetState::Behind => "behind",
        TargetState::Overdue => "overdue",
        TargetState::NotReported => "not_reported",
        TargetState::Suspect => "suspect",
    }
}

/// Names what was inspected, as far as the filter says.
fn subject(tally: &Tally) -> String {
    let named = scoped(tally, "topic").or_else(|| scoped(tally, "checklist"));
    named.map_or_else(|| Lang::Zh.t("report.subject").into_owned(), str::to_owned)
}

/// Returns the name of what the report is narrowed to of a sort.
fn scoped<'t>(tally: &'t Tally, sort: &str) -> Option<&'t str> {
    tally.scope.iter().find(|one| one.sort == sort).map(|one| one.name.as_str())
}

/// Names where was inspected, as far as the filter says.
fn place(tally: &Tally) -> String {
    let district = scoped(tally, "district").unwrap_or_default();
    let sort = scoped(tally, "type").map_or_else(|| Lang::Zh.t("report.units-of").into_owned(), str::to_owned);
    format!("{district}{sort}")
}

/// Lists the topics with failures, each with the items that fail most and what was found there.
fn problems(tally: &Tally) -> Vec<Problem<'_>> {
    let mut examples: HashMap<u32, Vec<Example<'_>>> = HashMap::new();
    for (at, item) in tally.findings.items().enumerate() {
        let Some(item) = item else { continue };
        let of_item = examples.entry(item).or_default();
        if of_item.len() >= EXAMPLES {
            continue;
        }
        let finding = tally.findings.at(at);
        let unit = tally.records.at(finding.record as usize).facility_name;
        if !of_item.iter().any(|example| example.unit == unit) {
            of_item.push(Example { unit, description: finding.description.trim_end_matches('。') });
        }
    }
    let from_figures = from_figures(tally);
    let from_figures = |group: &Group| from_figures.get(group.key.as_str()).copied().unwrap_or_default();
    let failing = tally.topics.iter().filter(|group| group.totals.failed > 0 || from_figures(group) > 0);
    failing
        .map(|group| {
            let from_figures = from_figures(group);
            let of_topic =
                || tally.items.iter().zip(0..).filter(|(item, _)| item.topic == group.key && item.failed > 0);
            let more = of_topic().count().saturating_sub(ITEMS);
            let items = of_topic().take(ITEMS).map(|(item, at)| ItemWords {
                text: &item.text,
                critical: item.critical,
                failed: item.failed,
                basis: &item.basis,
                examples: examples.remove(&at).unwrap_or_default(),
                records: behind::item(at as usize),
            });
            let records = behind::topic(&group.key);
            Problem { name: &group.name, totals: &group.totals, records, items: items.collect(), from_figures, more }
        })
        .collect()
}

/// Counts the findings of progress checklists, topic by topic.
fn from_figures(tally: &Tally) -> HashMap<&str, u64> {
    let mut counted = HashMap::new();
    for (item, record) in tally.findings.items().zip(tally.findings.records()) {
        let item = item.and_then(|item| tally.items.get(item as usize));
        if let Some(item) = item.filter(|_| tally.records.occasion(record) == Occasion::Progress) {
            *counted.entry(item.topic.as_str()).or_default() += 1;
        }
    }
    counted
}

fn plans(tally: &Tally) -> Vec<PlanWords<'_>> {
    tally
        .plans
        .iter()
        .map(|plan| {
            let on_site = || plan.clauses.iter().filter(|clause| clause.scope == Scope::OnSite);
            let are = |key: &str| on_site().filter(|clause| coverage_key(clause) == key).count();
            PlanWords {
                title: &plan.title,
                clauses: plan.clauses.len(),
                on_site: on_site().count(),
                progress: plan.clauses.len() - on_site().count(),
                checked: are("report.coverage.checked"),
                never: are("report.coverage.never"),
                never_with_figures: on_site()
                    .filter(|clause| coverage_key(clause) == "report.coverage.never" && !clause.targets.is_empty())
                    .count(),
                without_item: are("report.coverage.no-item"),
                time_progress: plan.time_progress,
                records: behind::plan(&plan.id),
            }
        })
        .collect()
}

/// Lists the targets that are behind or overdue.
fn late(tally: &Tally) -> Vec<TargetWords<'_>> {
    let plans = tally.plans.iter().enumerate();
    let clauses = plans.flat_map(|(plan, counted)| counted.clauses.iter().enumerate().map(move |of| (plan, of)));
    clauses
        .flat_map(|(plan, (number, clause))| {
            let targets = clause.targets.iter().enumerate();
            targets.map(move |(at, target)| (clause, target, behind::figure(plan, number, at)))
        })
        .filter(|(_, target, _)| matches!(target.state, TargetState::Behind | TargetState::Overdue))
        .map(|(clause, target, records)| TargetWords {
            section: &clause.section,
            clause: clause.text.trim_end_matches('。'),
            name: &target.name,
            wanted: &target.wanted,
            actual: actual(target, Lang::Zh),
            state: if target.state == TargetState::Overdue && target.reports.is_empty() {
                Lang::Zh.t("report.target.lapsed").into_owned()
            } else {
                Lang::Zh.t(target.state.name_key()).into_owned()
            },
            deadline: &target.deadline,
            records,
        })
        .collect()
}

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
    version: u32,
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
        let finding = answer.finding.as_ref().filter(|_| verdict == Some(Verdict::Fails));
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
        checklist: ChecklistWords { title: &header.checklist.title, version: header.checklist.version },
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
