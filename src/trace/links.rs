//! Following the links of one subject, upwards to where it comes from and downwards to what became of it.

use std::collections::BTreeSet;

use serde::Serialize;

use super::{known::Known, subject::Subject};
use crate::{
    checklist::{self, ChecklistId, ItemId},
    facility::{Facility, FacilityId},
    i18n::Text,
    ledger::{FindingId, State},
    percent,
    plan::{ClauseId, PlanId},
    report::tally::{ClauseCount, Target},
    store::{AnswerFact, FindingFact, RecordFact},
    task::{Task, TaskId, TaskState},
    text,
};

/// What a line of a trace is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// A plan.
    Plan,
    /// A clause.
    Clause,
    /// A figure of a clause.
    Target,
    /// An item.
    Item,
    /// A task.
    Task,
    /// A record.
    Record,
    /// A finding.
    Finding,
    /// A unit.
    Facility,
}

impl Sort {
    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Plan => "trace-sort.plan",
            Self::Clause => "trace-sort.clause",
            Self::Target => "trace-sort.target",
            Self::Item => "trace-sort.item",
            Self::Task => "trace-sort.task",
            Self::Record => "trace-sort.record",
            Self::Finding => "trace-sort.finding",
            Self::Facility => "trace-sort.facility",
        }
    }
}

/// A line of a trace.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// How far it hangs below the subject; those above it count upwards.
    pub depth: usize,
    /// What it is about.
    pub sort: Sort,
    /// Its identity: `PLAN/CLAUSE`, `CHECKLIST/ITEM`, a number.
    pub id: String,
    /// What it says.
    pub text: String,
    /// How far it is.
    pub states: Vec<Text>,
    /// Of a figure the clause that asks for it.
    pub clause: Option<(PlanId, ClauseId)>,
}

/// Lines under one heading.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The key of the heading in the language files.
    pub name_key: &'static str,
    /// The lines; a group may have none.
    pub lines: Vec<Line>,
}

/// Everything that hangs together with one subject.
#[derive(Clone, Debug, PartialEq)]
pub struct Trace {
    /// The subject.
    pub subject: Line,
    /// Where it comes from.
    pub up: Vec<Line>,
    /// What became of it.
    pub down: Vec<Line>,
}

impl Trace {
    /// Follows the links of a subject; nothing where it is not there.
    pub fn of(known: &Known, subject: &Subject) -> Option<Self> {
        match subject {
            Subject::Clause(plan, clause) => of_clause(known, plan, clause),
            Subject::Item(checklist, item) => of_item(known, checklist, item),
            Subject::Facility(id) => known.unit(id).map(|unit| of_unit(known, unit)).or_else(|| of_gone(known, id)),
            Subject::Finding(id) => of_finding(known, id),
            Subject::Task(id) => of_task(known, id),
        }
    }

    /// Puts the links into the two groups in which they are shown.
    pub fn groups(self) -> Vec<Group> {
        vec![
            Group { name_key: "trace-group.up", lines: self.up },
            Group { name_key: "trace-group.down", lines: self.down },
        ]
    }
}

impl Line {
    pub(super) fn new(depth: usize, sort: Sort, id: impl Into<String>, text: impl Into<String>) -> Self {
        Self { depth, sort, id: id.into(), text: text.into(), states: Vec::new(), clause: None }
    }

    pub(super) fn with(mut self, state: Text) -> Self {
        self.states.push(state);
        self
    }
}

fn of_clause(known: &Known, plan: &PlanId, id: &ClauseId) -> Option<Trace> {
    let subject = clause_line(known, plan, id, 0)?;
    let (mut down, mut asking) = (Vec::new(), BTreeSet::new());
    if let Some(counted) = counted(known, plan, id) {
        let targets = counted.targets.iter().filter(|_| known.is_counted);
        down.extend(targets.flat_map(|target| target_lines(known, &plan.0, &id.0, target, 1)));
        for item in &counted.items {
            let Some((checklist, item)) = item.split_once('/') else { continue };
            down.push(item_line(known, checklist, item, 1));
            down.extend(inspections_of(known, checklist, item, 2));
            asking.extend(known.tasks_asking(checklist, item).into_iter().map(|(task, _)| &task.id));
        }
    }
    let named = |task: &Task| task.clauses.iter().any(|own| own.plan == *plan && own.clause == *id);
    let tasks = known.tasks.iter().filter(|(task, _)| asking.contains(&task.id) || named(task));
    down.extend(tasks.map(|(task, state)| task_line(known, task, *state, 1)));
    Some(Trace { subject, up: plan_line(known, plan, 1).into_iter().collect(), down })
}

fn of_item(known: &Known, checklist: &ChecklistId, item: &ItemId) -> Option<Trace> {
    known.item(&checklist.0, item)?;
    let tasks = known.tasks_asking(&checklist.0, &item.0).into_iter();
    let tasks = tasks.map(|(task, state)| task_line(known, task, *state, 1));
    Some(Trace {
        subject: item_line(known, &checklist.0, &item.0, 0),
        up: origins(known, &checklist.0, &item.0, 1),
        down: tasks.chain(inspections_of(known, &checklist.0, &item.0, 1)).collect(),
    })
}

fn of_unit(known: &Known, unit: &Facility) -> Trace {
    let mut subject = Line::new(0, Sort::Facility, unit.id.0.clone(), unit.name.clone());
    let tasks = known.tasks.iter().filter(|(task, _)| unit.is(&task.facility));
    let mut down: Vec<Line> = tasks.map(|(task, state)| task_line(known, task, *state, 1)).collect();
    let mut clauses: BTreeSet<(String, String)> = BTreeSet::new();
    let (mut visits, mut progress, facts) = (0_usize, 0_usize, &known.material.facts);
    let mut open = 0;
    for record in known.records_of(unit) {
        open += facts.findings_of(record).iter().filter(|finding| finding.state.is_open()).count();
        if !known.counts(record) {
            continue;
        }
        down.push(record_line(known, record, 1, None));
        down.extend(facts.findings_of(record).iter().map(|finding| finding_line(known, record, finding, 2)));
        let pinned = known.material.pinned.get(facts.word(record.checklist_digest));
        let is_progress = pinned.is_some_and(|pinned| pinned.sort == checklist::Sort::Progress);
        visits += usize::from(!is_progress);
        progress += usize::from(is_progress);
        let Some(pinned) = pinned else { continue };
        let judged = facts.answers_of(record).iter().filter(|answer| answer.verdict().is_some());
        let origins =
            judged.filter_map(|answer| pinned.items.get(answer.item() as usize)).flat_map(|item| &item.clauses);
        clauses.extend(origins.map(|origin| (origin.plan.0.clone(), origin.id.0.clone())));
    }
    if known.is_counted {
        let clauses = clauses.len();
        subject = subject.with(match progress {
            0 => text!("trace.unit", visits = visits, clauses = clauses, open = open),
            _ => text!("trace.unit-progress", visits = visits, progress = progress, clauses = clauses, open = open),
        });
    }
    let up = clauses.into_iter().filter_map(|(plan, clause)| clause_line(known, &PlanId(plan), &ClauseId(clause), 1));
    Trace { subject, up: up.collect(), down }
}

/// A unit that the register no longer has is followed as far as tasks and inspections still know it.
fn of_gone(known: &Known, id: &FacilityId) -> Option<Trace> {
    let unit = known.gone_units(|number, _| number == id.0).into_iter().next()?;
    let trace = of_unit(known, &unit);
    Some(Trace { subject: trace.subject.with(text!("trace.unit-gone")), ..trace })
}

fn of_finding(known: &Known, id: &FindingId) -> Option<Trace> {
    let facts = &known.material.facts;
    let (record, finding) = facts.find_finding(|number| number == id.0)?;
    let [facility, facility_name, checklist, item] =
        [record.facility, record.facility_name, record.checklist, finding.item].map(|word| facts.word(word));
    let facility = FacilityId(facility.to_owned());
    let mut up = vec![record_line(known, record, 1, None)];
    up.push(Line::new(1, Sort::Facility, facility.0.clone(), facility_name));
    let tasks = known.tasks.iter().filter(|(task, _)| {
        let same_unit = known.unit(&facility).map_or(task.facility == facility, |unit| unit.is(&task.facility));
        same_unit && task.checklist.0 == checklist
    });
    up.extend(tasks.map(|(task, state)| task_line(known, task, *state, 2)));
    up.push(item_line(known, checklist, item, 2));
    up.extend(origins(known, checklist, item, 3));
    let down = facts.rechecks_of(finding).iter().map(|id| {
        let line = match facts.records.iter().find(|record| record.id == *id) {
            Some(recheck) => record_line(known, recheck, 1, None),
            None => Line::new(1, Sort::Record, facts.word(*id), facility_name),
        };
        let is_pending = finding.pending() == Some(*id);
        line.with(if is_pending { text!("trace.re-inspection") } else { text!("trace.rechecked") })
    });
    Some(Trace { subject: finding_line(known, record, finding, 0), up, down: down.collect() })
}

/// A task leads up to its unit and to the clauses that it carries out, and down to the inspections that count for it.
fn of_task(known: &Known, id: &TaskId) -> Option<Trace> {
    let (task, state) = known.task(id)?;
    let unit = known.unit(&task.facility);
    let name = unit.map_or(task.facility_name.as_str(), |unit| &unit.name);
    let mut up = vec![Line::new(1, Sort::Facility, task.facility.0.clone(), name)];
    if known.is_counted && state.is_open() {
        // They are what somebody has to look at, and what is accepted where they may stand.
        let suspects = known.suspect_items(task).map(|one| item_line(known, &one.checklist.0, &one.item.0, 1));
        up.extend(suspects);
    }
    let in_use = known.material.in_use.iter().find(|checklist| checklist.id == task.checklist);
    let asked = in_use.into_iter().flat_map(|checklist| &checklist.items).flat_map(|item| &item.clauses);
    let carried = task.clauses.iter().map(|own| (&own.plan, &own.clause));
    let clauses: BTreeSet<_> = carried.chain(asked.map(|origin| (&origin.plan, &origin.id))).collect();
    up.extend(clauses.into_iter().filter_map(|(plan, clause)| clause_line(known, plan, clause, 1)));
    let facts = &known.material.facts;
    let counts = |record: &&RecordFact| {
        let facility = FacilityId(facts.word(record.facility).to_owned());
        let same_unit = unit.map_or(facility == task.facility, |unit| unit.is(&facility));
        same_unit && facts.word(record.checklist) == task.checklist.0 && record.day() >= task.from
    };
    let mut down = Vec::new();
    for record in facts.records.iter().filter(counts) {
        down.push(record_line(known, record, 1, None));
        down.extend(facts.findings_of(record).iter().map(|finding| finding_line(known, record, finding, 2)));
    }
    Some(Trace { subject: task_line(known, task, *state, 0), up, down })
}

/// The clauses that an item comes from, each with its plan.
fn origins(known: &Known, checklist: &str, item: &str, depth: usize) -> Vec<Line> {
    let id = ItemId(item.to_owned());
    let Some(item) = known.item(checklist, &id) else { return Vec::new() };
    let mut lines = Vec::new();
    for origin in &item.clauses {
        // A plan that is not here, or a clause that is gone, is shown as the item has it.
        lines.push(clause_line(known, &origin.plan, &origin.id, depth).unwrap_or_else(|| {
            let id = format!("{}/{}", origin.plan, origin.id);
            let text = format!("{} {}", origin.section, origin.text);
            Line::new(depth, Sort::Clause, id, text).with(text!("trace.clause-gone"))
        }));
        lines.extend(plan_line(known, &origin.plan, depth + 1));
    }
    lines
}

/// The inspections in which an item was answered, and its findings.
fn inspections_of(known: &Known, checklist: &str, item: &str, depth: usize) -> Vec<Line> {
    let facts = &known.material.facts;
    let mut lines = Vec::new();
    for (record, answer) in known.answered(checklist, item) {
        lines.push(record_line(known, record, depth, Some(answer)));
        let of_item = facts.findings_of(record).iter().filter(|finding| facts.word(finding.item) == item);
        lines.extend(of_item.map(|finding| finding_line(known, record, finding, depth + 1)));
    }
    lines
}

fn counted<'known>(known: &'known Known, plan: &PlanId, id: &ClauseId) -> Option<&'known ClauseCount> {
    let plan = known.tally.plans.iter().find(|counted| counted.id == plan.0)?;
    plan.clauses.iter().find(|clause| clause.id == id.0)
}

fn plan_line(known: &Known, id: &PlanId, depth: usize) -> Option<Line> {
    known.plan(id).map(|plan| Line::new(depth, Sort::Plan, id.0.clone(), plan.head.title.clone()))
}

fn clause_line(known: &Known, plan: &PlanId, id: &ClauseId, depth: usize) -> Option<Line> {
    let clause = known.clause(plan, id)?;
    let text = format!("{} {}", clause.section, clause.text);
    let line = Line::new(depth, Sort::Clause, format!("{plan}/{id}"), text);
    Some(match counted(known, plan, id) {
        _ if !known.is_counted => line,
        None => line.with(text!("trace.not-checked")),
        Some(counted) if counted.is_untouched() && !known.is_asked_about(counted) => {
            line.with(text!("trace.without-item"))
        }
        Some(counted) if counted.is_untouched() => line.with(text!("trace.never-inspected")),
        Some(counted) if counted.records.is_empty() => line.with(text!("trace.only-reported")),
        Some(counted) => clause_checked(counted).fold(line, Line::with),
    })
}

/// Says how often a clause was checked, on site and by its figures, and with what result.
fn clause_checked(counted: &ClauseCount) -> impl Iterator<Item = Text> {
    let ClauseCount { visits, units, conforming, failed, progress_checks: progress, done, not_done, .. } = counted;
    let on_site = text!("trace.clause", visits = visits, units = units, conforming = conforming, failed = failed);
    let figures = text!("trace.clause-progress", progress = progress, done = done, not_done = not_done);
    [(*visits, on_site), (*progress, figures)].into_iter().filter(|(count, _)| *count > 0).map(|(_, said)| said)
}

/// Says how far a figure is, and below it in which record each of its values was reported.
pub(super) fn target_lines(known: &Known, plan: &str, clause: &str, target: &Target, depth: usize) -> Vec<Line> {
    let or_dash = |said: String| if said.is_empty() { "-".to_owned() } else { said };
    let actual = or_dash(target.actual(known.lang));
    let ratio = target.ratio.map_or_else(|| "-".to_owned(), percent::show);
    // The state goes first: it is what has to be read where a line has little room.
    let line = Line::new(depth, Sort::Target, target.name.clone(), target.deadline.clone());
    let line = Line { clause: Some((PlanId(plan.to_owned()), ClauseId(clause.to_owned()))), ..line }
        .with(Text::new(target.state.name_key(), Vec::new()))
        .with(if target.wanted.is_empty() {
            text!("trace.no-target", actual = actual)
        } else {
            text!("trace.target", wanted = target.wanted, actual = actual, ratio = ratio)
        });
    let sources = target.reports.iter().filter_map(|report| {
        let record = known.tally.records.get(report.record as usize)?;
        let text = format!("{} {} {}", record.started.date_naive(), record.facility_name, record.checklist);
        let line = Line::new(depth + 1, Sort::Record, record.id.to_owned(), text);
        Some(line.with(text!("trace.reported", value = report.said(known.lang))))
    });
    std::iter::once(line).chain(sources).collect()
}

fn item_line(known: &Known, checklist: &str, item: &str, depth: usize) -> Line {
    let id = ItemId(item.to_owned());
    let text = known.item(checklist, &id).map_or("", |item| item.text.show(known.lang));
    let line = Line::new(depth, Sort::Item, format!("{checklist}/{item}"), text);
    match known.suspect(checklist, item) {
        Some(suspect) if suspect.now.is_none() => line.with(text!("trace.suspect-gone")),
        Some(_) => line.with(text!("trace.suspect")),
        None if known.is_asked(checklist, &id.0) => line,
        None => line.with(text!("trace.item-gone")),
    }
}

fn task_line(known: &Known, task: &Task, state: TaskState, depth: usize) -> Line {
    let text = format!("{} {} {}", task.due, task.facility_name, known.lang.list(task.inspectors()));
    let line = Line::new(depth, Sort::Task, task.id.0.clone(), text.trim_end());
    if !known.is_counted {
        return line;
    }
    let late = state.is_open() && task.due < known.today;
    let key = if late { "task-state.overdue" } else { state.name_key() };
    let line = line.with(Text::new(key, Vec::new()));
    if state.is_open() && known.is_suspect(task) { line.with(text!("trace.suspect")) } else { line }
}

fn record_line(known: &Known, record: &RecordFact, depth: usize, answer: Option<&AnswerFact>) -> Line {
    let facts = &known.material.facts;
    let checklist = known.material.pinned.get(facts.word(record.checklist_digest));
    let title = checklist.map_or(facts.word(record.title), |checklist| checklist.title.show(known.lang));
    let text = format!("{} {} {title}", record.day(), facts.word(record.facility_name));
    let line = Line::new(depth, Sort::Record, facts.word(record.id), text);
    let sort = checklist.map_or_else(checklist::Sort::default, |checklist| checklist.sort);
    match answer.map(|answer| (answer, answer.verdict())) {
        Some((_, Some(verdict))) => line.with(Text::new(sort.verdict_key(verdict), Vec::new())),
        Some((answer, None)) => match facts.value_of(answer) {
            Some(value) => line.with(text!("trace.entered", value = facts.word(value.shown))),
            None => line,
        },
        None => line.with(text!("trace.record", failed = record.counts.failed)),
    }
}

fn finding_line(known: &Known, record: &RecordFact, finding: &FindingFact, depth: usize) -> Line {
    let facts = &known.material.facts;
    let text = format!("{} {}", facts.word(record.facility_name), facts.word(finding.description));
    let line = Line::new(depth, Sort::Finding, facts.word(finding.id), text);
    let line = line.with(Text::new(finding.name_key(), Vec::new()));
    match finding.due() {
        Some(_) if finding.is_overdue(known.today) => line.with(text!("finding-mark.overdue")),
        Some(due) if finding.state.is_open() => line.with(text!("finding-cli.due", due = due)),
        _ => match finding.closed() {
            // What was withdrawn was not put right.
            Some(closed) if finding.state == State::Closed => line.with(text!("trace.closed", day = closed)),
            _ => line,
        },
    }
}

impl Line {
    /// Returns what the line can be traced as, if it can.
    pub fn as_subject(&self) -> Option<Subject> {
        let pair = || self.id.split_once('/').map(|(one, other)| (one.to_owned(), other.to_owned()));
        match self.sort {
            Sort::Clause => pair().map(|(plan, clause)| Subject::Clause(PlanId(plan), ClauseId(clause))),
            Sort::Item => pair().map(|(checklist, item)| Subject::Item(ChecklistId(checklist), ItemId(item))),
            Sort::Facility => Some(Subject::Facility(FacilityId(self.id.clone()))),
            Sort::Finding => Some(Subject::Finding(FindingId(self.id.as_str().into()))),
            Sort::Task => Some(Subject::Task(TaskId(self.id.clone()))),
            Sort::Target => self.clause.clone().map(|(plan, clause)| Subject::Clause(plan, clause)),
            Sort::Plan | Sort::Record => None,
        }
    }
}
