//! What a template about a period can say: numbers of the tally and names, nothing that was not counted.

use std::collections::HashMap;

use chrono::NaiveDate;
use minijinja::{Value, value::Serde};
use serde::Serialize;

use super::phrases::{self, chinese_until};
use crate::{
    i18n::Lang,
    plan::Scope,
    report::{
        behind,
        scope::narrowed_but,
        tables::{coverage_key, target_counts},
        tally::{ClauseCount, GradeCount, Group, Occasion, Rate, Tally, Target, TargetState, Totals},
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
    /// What the report is narrowed to beside a plan; empty where it is about everything.
    narrowed: String,
    r#where: String,
    from: String,
    to: String,
    /// The last day as it stands behind the first one.
    until: String,
    as_of: String,
    totals: &'t Totals,
    /// What units were graded by, checklist by checklist.
    graded: Vec<GradedWords<'t>>,
    districts: Vec<GroupWords<'t>>,
    topics: Vec<GroupWords<'t>>,
    clean_topics: Vec<GroupWords<'t>>,
    problems: Vec<Problem<'t>>,
    plans: Vec<PlanWords<'t>>,
    /// The plans that counted inspections carry out.
    based_on: Vec<&'t str>,
    targets: HashMap<&'static str, u64>,
    late: Vec<TargetWords<'t>>,
    /// The first and the last term of open findings that is not over yet.
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
struct GradedWords<'t> {
    title: &'t str,
    units: u64,
    /// The grades that some unit holds.
    grades: Vec<GradeWords<'t>>,
}

#[derive(Serialize)]
struct GradeWords<'t> {
    name: &'t str,
    units: u64,
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
    /// The first of these figures, and whether there are more.
    figures: Vec<&'t str>,
    more_figures: bool,
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
    /// Whether more was found than the examples say.
    has_more: bool,
    /// The name of the records in which it fails.
    records: String,
}

#[derive(Serialize)]
struct Example<'t> {
    unit: &'t str,
    /// What was found there, each time in other words.
    descriptions: Vec<&'t str>,
}

/// What was found of an item at the first units.
#[derive(Default)]
struct Examples<'t> {
    units: Vec<Example<'t>>,
    /// How many findings they say.
    findings: u64,
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
    /// What was reported: a value, or else what it was judged to be or how many units reported.
    actual: String,
    is_value: bool,
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
    let based_on = tally.plans.iter().filter(|plan| plan.clauses.iter().any(ClauseCount::is_checked));
    let context = Circular {
        bureau: &tally.bureau,
        subject: subject(tally),
        narrowed: narrowed_but(tally, &["plan"], Lang::Zh),
        r#where: place(tally),
        from: tally.filter.period.from.to_string(),
        to: tally.filter.period.to.to_string(),
        until: chinese_until(tally.filter.period.from, tally.last_day()),
        as_of: tally.as_of.to_string(),
        totals: &tally.totals,
        graded: graded(tally),
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

/// Says how many units hold which grade of each checklist.
fn graded<'t>(tally: &'t Tally) -> Vec<GradedWords<'t>> {
    let held = |grade: &GradeCount| grade.records.len() as u64;
    let of_checklist = |grades: &'t [GradeCount]| GradedWords {
        title: &grades[0].title,
        units: grades.iter().map(held).sum(),
        grades: grades
            .iter()
            .filter(|grade| held(grade) > 0)
            .map(|grade| GradeWords { name: &grade.id, units: held(grade) })
            .collect(),
    };
    // A chunk has at least one.
    tally.grades.chunk_by(|one, other| one.checklist == other.checklist).map(of_checklist).collect()
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
    let of_title = |sort: &str| scoped(tally, sort).map(phrases::subject);
    let named = of_title("campaign").or_else(|| scoped(tally, "topic").map(str::to_owned));
    named.or_else(|| of_title("checklist")).unwrap_or_else(|| Lang::Zh.t("report.subject").into_owned())
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
    let mut examples: HashMap<u32, Examples<'_>> = HashMap::new();
    for (at, item) in tally.findings.items().enumerate() {
        let Some(item) = item else { continue };
        let finding = tally.findings.at(at);
        let unit = tally.records.at(finding.record as usize).facility_name;
        examples.entry(item).or_default().add(unit, finding.description.trim_end_matches('。'));
    }
    let from_figures = from_figures(tally);
    let nothing = Figures::default();
    let from_figures = |group: &Group| from_figures.get(group.key.as_str()).unwrap_or(&nothing);
    let failing = tally.topics.iter().filter(|group| group.totals.failed > 0 || from_figures(group).findings > 0);
    failing
        .map(|group| {
            let Figures { findings: from_figures, names } = from_figures(group);
            let of_topic =
                || tally.items.iter().zip(0..).filter(|(item, _)| item.topic == group.key && item.failed > 0);
            let more = of_topic().count().saturating_sub(ITEMS);
            let items = of_topic().take(ITEMS).map(|(item, at)| {
                let Examples { units, findings } = examples.remove(&at).unwrap_or_default();
                ItemWords {
                    text: &item.text,
                    critical: item.critical,
                    failed: item.failed,
                    basis: &item.basis,
                    examples: units,
                    has_more: item.failed > findings,
                    records: behind::item(at as usize),
                }
            });
            let records = behind::topic(&group.key);
            Problem {
                name: &group.name,
                totals: &group.totals,
                records,
                items: items.collect(),
                from_figures: *from_figures,
                figures: names.iter().copied().take(EXAMPLES).collect(),
                more_figures: names.len() > EXAMPLES,
                more,
            }
        })
        .collect()
}

impl<'t> Examples<'t> {
    /// Adds a finding where there is room: at one of the first units.
    fn add(&mut self, unit: &'t str, description: &'t str) {
        match self.units.iter().position(|example| example.unit == unit) {
            Some(at) if self.units[at].descriptions.contains(&description) => {}
            Some(at) => self.units[at].descriptions.push(description),
            None if self.units.len() < EXAMPLES => {
                self.units.push(Example { unit, descriptions: vec![description] });
            }
            None => return,
        }
        self.findings += 1;
    }
}

/// The findings of progress checklists of a topic.
#[derive(Default)]
struct Figures<'t> {
    findings: u64,
    /// The figures, each once.
    names: Vec<&'t str>,
}

/// Counts the findings of progress checklists, topic by topic.
fn from_figures(tally: &Tally) -> HashMap<&str, Figures<'_>> {
    let mut counted: HashMap<&str, Figures<'_>> = HashMap::new();
    for (item, record) in tally.findings.items().zip(tally.findings.records()) {
        let item = item.and_then(|item| tally.items.get(item as usize));
        if let Some(item) = item.filter(|_| tally.records.occasion(record) == Occasion::Progress) {
            let of_topic = counted.entry(item.topic.as_str()).or_default();
            of_topic.findings += 1;
            if !of_topic.names.contains(&item.text.as_str()) {
                of_topic.names.push(&item.text);
            }
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
            actual: target.actual(Lang::Zh),
            is_value: matches!(target.reports.as_slice(), [one] if !one.shown.is_empty()),
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
