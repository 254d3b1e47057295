//! `ducha trace`: follows a clause, an item, a unit, a task or a finding, says where the links break off, and accepts what is
//! suspect.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{Session, arguments::Trace as Arguments, now};
use crate::{
    error::{Error, Kind, Result},
    report::Period,
    store::Workspace,
    text,
    trace::{Gaps, Group, Known, Line, Subject, Trace},
    view::text::pad,
};

/// The rows of a terminal that what is asked for may take, so that a clause can be read in full.
const SUBJECT_ROWS: usize = 4;

pub fn run(session: &Session, asked: &Arguments) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let at = now();
    let period = match &asked.period {
        Some(typed) => Period::read(typed)?,
        None => Period::year_to(at.date_naive()),
    };
    let known = Known::gather(&workspace, period, at, session.lang)?;
    let code = session.damaged(&known.damaged);
    if let Some(item) = &asked.accept {
        accept(session, &workspace, &known, item, asked.reason.as_deref().unwrap_or_default())?;
        return Ok(code);
    }
    match &asked.subject {
        Some(wanted) => follow(session, &known, wanted)?,
        None => gaps(session, &known)?,
    }
    Ok(code)
}

/// Shows everything that hangs together with one subject.
fn follow(session: &Session, known: &Known, wanted: &str) -> Result<()> {
    let subject = Subject::find(known, wanted)?;
    let Some(trace) = Trace::of(known, &subject) else {
        return Err(
            Error::new(Kind::NotFound, text!("trace.nothing", wanted = wanted)).hint(text!("trace.nothing.hint"))
        );
    };
    if session.is_json() {
        let lines = |lines: &[Line]| lines.iter().map(|line| data(session, line)).collect::<Vec<_>>();
        return session.output.json(&json!({
            "period": known.tally.filter.period,
            "subject": data(session, &trace.subject),
            "up": lines(&trace.up),
            "down": lines(&trace.down),
        }));
    }
    print(session, &trace.subject, SUBJECT_ROWS)?;
    print_groups(session, &trace.groups())
}

/// Shows where the links break off.
fn gaps(session: &Session, known: &Known) -> Result<()> {
    let gaps = Gaps::of(known);
    if session.is_json() {
        return session.output.json(&json!({ "period": known.tally.filter.period, "gaps": gaps }));
    }
    print_groups(session, &gaps.groups(known))
}

fn print_groups(session: &Session, groups: &[Group]) -> Result<()> {
    for group in groups {
        session.output.line(&format!("{} ({})", session.lang.t(group.name_key), group.lines.len()))?;
        for line in &group.lines {
            print(session, line, 1)?;
        }
    }
    Ok(())
}

/// Prints a line, on a terminal in at most so many rows.
fn print(session: &Session, line: &Line, rows: usize) -> Result<()> {
    let lang = session.lang;
    let states: Vec<_> = line.states.iter().map(|state| state.show(lang)).collect();
    let name = pad(&lang.t(line.sort.name_key()), 8);
    let before = format!("{}{name} {}  ", "  ".repeat(line.depth), line.id);
    session.output.fitted([&before, &line.text.replace('\n', " "), &format!("  {}", states.join("  "))], rows)
}

fn data(session: &Session, line: &Line) -> Value {
    let states: Vec<_> = line.states.iter().map(|state| state.show(session.lang)).collect();
    json!({ "depth": line.depth, "sort": line.sort, "id": line.id, "text": line.text, "states": states })
}

/// Notes that an item, or the tasks of a campaign, may stand although their clause changed.
fn accept(session: &Session, workspace: &Workspace, known: &Known, wanted: &str, reason: &str) -> Result<()> {
    let subject = Subject::find(known, wanted)?;
    let (items, tasks) = known.acceptable(&subject)?;
    workspace.accept_suspects(&items, &tasks, reason, now())?;
    if session.is_json() {
        return session.output.json(&json!({ "items": items, "tasks": tasks }));
    }
    session.output.say(&text!("trace.accepted", item = subject.name(), count = items.len() + tasks.len()))?;
    if let Subject::Task(id) = &subject
        && let Some(left) = known.task(id).and_then(|(task, _)| known.suspect_by_items(task))
    {
        session.output.remind(&left);
    }
    Ok(())
}
