//! `ducha record list|show|move|join|void|revise|diff`.

use std::process::ExitCode;

use serde_json::json;

use super::{Session, arguments::Record, now};
use crate::{
    app::joined_said,
    error::Result,
    inspection::{self, Response},
    store::{ChecklistFile, RecordRow, result_shown, title_shown},
    sync::joining::{self, Joined},
    text,
    view::text::pad,
};

/// How much of the end of a number tells which record it is.
const END: usize = 6;

pub fn run(session: &Session, command: &Record) -> Result<ExitCode> {
    match command {
        Record::List => list(session),
        Record::Show { record } => show(session, record),
        Record::Move { record, dry_run } => super::record_move::run(session, record, *dry_run),
        Record::Join { records } => join(session, records),
        Record::Void { record, reason, undo } => void(session, record, reason.as_deref().unwrap_or_default(), *undo),
        Record::Revise { record } => super::record_revise::revise(session, record),
        Record::Diff { record, other } => super::record_revise::diff(session, record, other.as_deref()),
    }
}

fn list(session: &Session) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let listing = workspace.all_records();
    let reviewed = workspace.reviewed(&listing.found);
    let code = session.damaged(listing.damaged.iter().chain(&reviewed.damaged));
    if session.is_json() {
        let rows = listing.found.iter().zip(&reviewed.standings).map(|(row, standing)| {
            let mut value = serde_json::to_value(row).unwrap_or_default();
            value["standing"] = json!(standing.word());
            value
        });
        session.output.json(&rows.collect::<Vec<_>>())?;
    } else {
        let checklists = workspace.checklists().found;
        for (row, standing) in listing.found.iter().zip(&reviewed.standings) {
            print(session, &checklists, row, &session.lang.t(standing.name_key()))?;
        }
    }
    Ok(code)
}

/// Prints the line of a record, with how far its review is behind it; the checklists name its own.
pub fn print(session: &Session, checklists: &[ChecklistFile], row: &RecordRow, standing: &str) -> Result<()> {
    let state = if let Some(into) = &row.joined_into {
        // The beginnings of numbers are alike; their ends find the record.
        let end = into.0.len().saturating_sub(END);
        text!("home.joined", into = into.0.get(end..).unwrap_or(&into.0))
    } else if row.void {
        text!("home.void")
    } else {
        result_shown(checklists, row)
    };
    let line = [
        row.id.to_string(),
        row.started.format("%Y-%m-%d %H:%M").to_string(),
        pad(&row.facility.name, 36),
        pad(&title_shown(checklists, &row.checklist, session.lang), 30),
        pad(&state.show(session.lang), 24),
        // A draft says so itself.
        if row.finalised.is_some() { standing.to_owned() } else { String::new() },
    ];
    session.output.line(line.join("  ").trim_end())
}

/// Makes one draft of several of the same inspection.
fn join(session: &Session, wanted: &[String]) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let drafts = wanted.iter().map(|wanted| workspace.find_record(wanted)).collect::<Result<Vec<_>>>()?;
    let joined = joining::join(&workspace, &drafts, now())?;
    if session.is_json() {
        let Joined { into, from, is_done } = &joined;
        session.output.json(&json!({ "into": into, "joined": from, "done": is_done }))?;
    } else {
        session.output.say(&joined_said(&joined))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Gives up a draft, or takes that back.
fn void(session: &Session, wanted: &str, reason: &str, undo: bool) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let id = workspace.find_record(wanted)?;
    if undo {
        workspace.take_up_again(&id)?;
    } else {
        workspace.give_up(&id, &workspace.settings().inspector, reason, now())?;
    }
    if session.is_json() {
        session.output.json(&json!({ "record": id, "void": !undo }))?;
    } else if undo {
        session.output.say(&text!("void.taken-back", id = id))?;
    } else {
        session.output.say(&text!("void.done", id = id))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Shows a record with what its journal has beyond its file; its TOML text for people, the same as data for programs.
fn show(session: &Session, wanted: &str) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let id = workspace.find_record(wanted)?;
    let stored = workspace.record(&id)?;
    let record = stored.record();
    if session.is_json() {
        let answers: Vec<_> = record
            .answers
            .iter()
            .map(|(item, answer)| {
                let (verdict, value) = match &answer.response {
                    Some(Response::Verdict(verdict)) => (Some(verdict), None),
                    Some(Response::Value(value)) => (None, Some(value)),
                    None => (None, None),
                };
                json!({
                    "item": item,
                    "verdict": verdict,
                    "value": value,
                    "note": answer.note,
                    "finding": answer.finding,
                    "by": answer.by,
                    "at": answer.at,
                })
            })
            .collect();
        session.output.json(&json!({ "record": record.header, "answers": answers }))?;
    } else {
        let checklist = workspace.checklist_of(record).ok();
        session.output.raw(&inspection::write(record, checklist.as_deref())?)?;
    }
    Ok(ExitCode::SUCCESS)
}
