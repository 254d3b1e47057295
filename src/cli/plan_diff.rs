//! `ducha plan diff`: two plans side by side, and what the difference does to the checklists.

use std::{collections::BTreeMap, path::Path, process::ExitCode};

use serde_json::{Value, json};

use super::{Session, arguments::PlanDiff, plan::read_document};
use crate::{
    checklist::Effects,
    error::Result,
    i18n::Lang,
    plan::{Change, Clause, Comparison, Fate, Plan, PlanHead, Run, ValueChange, compare},
    store::{read_plan_file, visits},
    task::{self, Task, TaskId},
    text,
};

/// The open tasks that hang on what changed, by the row of the clause.
type Tasks = BTreeMap<usize, Vec<TaskId>>;

/// How many tasks are named beside one clause before it is only said how many there are.
const NAMED: usize = 5;

pub fn run(session: &Session, diff: &PlanDiff) -> Result<ExitCode> {
    let (old, new) = match &diff.new {
        Some(new) => (find(session, diff, &diff.old)?, find(session, diff, new)?),
        None => with_previous(session, &diff.old)?,
    };
    let comparison = compare(old, new);
    let files = if session.located().is_some() { session.workspace()?.checklists().found } else { Vec::new() };
    let effects = Effects::of(&comparison, files.iter().map(|file| &*file.checklist));
    let tasks = if session.located().is_some() { open_tasks(session)? } else { Vec::new() };
    let tasks = task::affected(&comparison, &effects, &tasks).into_iter();
    let tasks: Tasks = tasks.map(|(row, tasks)| (row, tasks.iter().map(|task| task.id.clone()).collect())).collect();
    if session.is_json() {
        session.output.json(&as_json(&comparison, &effects, &tasks))?;
    } else {
        print(session, &comparison, &effects, &tasks, diff.all)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Lists the tasks of the workspace that are not done.
fn open_tasks(session: &Session) -> Result<Vec<Task>> {
    let workspace = session.workspace()?;
    let visits = visits(&workspace.records().found, &workspace.facilities().found, &workspace.returned());
    Ok(workspace.tasks().found.into_iter().filter(|task| visits.state(task).is_open()).collect())
}

/// Finds what is meant: a document, the file of an earlier reading, or a plan of the workspace.
fn find(session: &Session, diff: &PlanDiff, wanted: &str) -> Result<Plan> {
    let path = Path::new(wanted);
    if !path.is_file() {
        let workspace = session.workspace()?;
        return workspace.plan(&workspace.find_plan(wanted)?);
    }
    let is_reading = path.extension().is_some_and(|ending| ending.eq_ignore_ascii_case("toml"));
    if is_reading { read_plan_file(path) } else { read_document(session, path, &diff.reading) }
}

/// Finds a plan of the workspace and its reading before.
fn with_previous(session: &Session, wanted: &str) -> Result<(Plan, Plan)> {
    let workspace = session.workspace()?;
    let id = workspace.find_plan(wanted)?;
    Ok((workspace.previous_reading(&id)?, workspace.plan(&id)?))
}

fn print(session: &Session, comparison: &Comparison, effects: &Effects, tasks: &Tasks, all: bool) -> Result<()> {
    let lang = session.lang;
    let output = &session.output;
    output.say(&text!("plan-diff.old", plan = named(&comparison.old.head)))?;
    output.say(&text!("plan-diff.new", plan = named(&comparison.new.head)))?;
    output.line(&counts(comparison, lang))?;
    for (row, change) in comparison.changes.iter().enumerate().filter(|(_, change)| all || change.fate != Fate::Kept) {
        output.line("")?;
        for line in row_lines(comparison, change, lang).into_iter().chain(effect_lines(effects, tasks, row, lang)) {
            output.line(&line)?;
        }
    }
    if !effects.items.is_empty() || !effects.without_item.is_empty() {
        output.line("")?;
        output.say(&text!("plan-diff.items", count = effects.items.len()))?;
        output.say(&text!("plan-diff.without-item", count = effects.without_item.len()))?;
    }
    if !tasks.is_empty() {
        let count = tasks.values().flatten().collect::<std::collections::BTreeSet<_>>().len();
        output.say(&text!("plan-diff.tasks", count = count))?;
    }
    Ok(())
}

/// Says what a row does to checklists and tasks: the items and tasks that hang on it, or that no item does.
fn effect_lines(effects: &Effects, tasks: &Tasks, row: usize, lang: Lang) -> Vec<String> {
    let items = effects.items.iter().filter(|item| item.row == row).map(|item| {
        let (title, asked) = (item.title.show(lang), item.text.show(lang));
        text!("plan-diff.item", checklist = item.checklist, title = title, item = item.item, asked = asked).show(lang)
    });
    let without = effects.without_item.contains(&row).then(|| lang.t("plan-diff.no-item").into_owned());
    let tasks = tasks.get(&row).map(|tasks| {
        let named = lang.list(tasks.iter().take(NAMED).map(|task| task.0.as_str()));
        let more = if tasks.len() > NAMED { "……" } else { "" };
        text!("plan-diff.task", count = tasks.len(), tasks = named + more).show(lang)
    });
    items.chain(without).chain(tasks).map(|line| format!("  {line}")).collect()
}

fn named(head: &PlanHead) -> String {
    format!("{} {}", head.id, head.title)
}

/// Counts the rows of each fate on one line.
fn counts(comparison: &Comparison, lang: Lang) -> String {
    let count = |fate: Fate| format!("{} {}", lang.t(fate.name_key()), comparison.count(fate));
    Fate::ALL.map(count).join(" · ")
}

/// Puts one row into lines: what became of the clause, where it stands, its text with the changes marked, its values.
fn row_lines(comparison: &Comparison, change: &Change, lang: Lang) -> Vec<String> {
    let Some(clause) = comparison.clause(change) else { return Vec::new() };
    let from = comparison.old_clause(change).filter(|_| change.moved).map(|old| format!("{} → ", old.section));
    let fate = lang.t(change.fate.name_key());
    let place = text!("plan-diff.place", line = clause.line).show(lang);
    let mut lines = vec![format!("[{fate}] {} {}{} {place}", clause.id, from.unwrap_or_default(), clause.section)];
    let words: String = change.words.iter().map(marked).collect();
    lines.push(format!("  {}", if words.is_empty() { &clause.text } else { &words }));
    lines.extend(change.values.iter().map(|value| format!("  {}", value_line(value, lang))));
    lines
}

/// Marks what is only in one text: `[-old-]{+new+}`.
fn marked(run: &Run) -> String {
    match run {
        Run::Both(text) => text.clone(),
        Run::Old(text) => format!("[-{text}-]"),
        Run::New(text) => format!("{{+{text}+}}"),
    }
}

/// Puts a changed value on one line: what, as it was, as it is.
fn value_line(value: &ValueChange, lang: Lang) -> String {
    let (what, old, new) = value.show(lang);
    let unsaid = || "-".to_owned();
    format!("{what}: {} → {}", old.unwrap_or_else(unsaid), new.unwrap_or_else(unsaid))
}

fn as_json(comparison: &Comparison, effects: &Effects, tasks: &Tasks) -> Value {
    let clause = |clause: &Clause| json!({ "id": clause.id, "section": clause.section, "line": clause.line, "span": clause.span, "text": clause.text });
    let hanging = |row: usize| {
        let items = effects.items.iter().filter(move |item| item.row == row);
        items.map(|item| json!({ "checklist": item.checklist, "item": item.item })).collect::<Vec<_>>()
    };
    let row = |(row, change): (usize, &Change)| {
        json!({
            "items": hanging(row),
            "tasks": tasks.get(&row).map_or(&[][..], Vec::as_slice),
            "without_item": effects.without_item.contains(&row),
            "fate": change.fate,
            "moved": change.moved,
            "old": comparison.old_clause(change).map(clause),
            "new": comparison.new_clause(change).map(clause),
            "words": change.words,
            "values": change.values,
        })
    };
    let id = |row: usize| comparison.clause(&comparison.changes[row]).map(|clause| &clause.id);
    let items = effects.items.iter().map(
        |item| json!({ "checklist": item.checklist, "item": item.item, "clause": id(item.row), "fate": item.fate }),
    );
    let counts =
        Fate::ALL.map(|fate| (json!(fate).as_str().unwrap_or_default().to_owned(), comparison.count(fate).into()));
    json!({
        "old": comparison.old.head,
        "new": comparison.new.head,
        "counts": serde_json::Map::from_iter(counts),
        "changes": comparison.changes.iter().enumerate().map(row).collect::<Vec<_>>(),
        "items": items.collect::<Vec<_>>(),
        "without_item": effects.without_item.iter().map(|&row| id(row)).collect::<Vec<_>>(),
    })
}
