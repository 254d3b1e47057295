//! `ducha record revise|diff`: correcting a finalised record, and what became different.

use std::process::ExitCode;

use serde_json::json;
use ulid::Ulid;

use super::Session;
use crate::{
    checklist::{Checklist, Item, Sort},
    error::{Error, Kind, Result},
    inspection::{Answer, AnswerChange, RecordId, Response, differences},
    text,
};

/// Begins the correction of a finalised record.
pub fn revise(session: &Session, wanted: &str) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let of = workspace.find_record(wanted)?;
    let id = RecordId(Ulid::generate().to_string().into());
    let draft = workspace.begin_correction(id.clone(), &of)?;
    if session.is_json() {
        session.output.json(&draft.editing.pinned())?;
        return Ok(ExitCode::SUCCESS);
    }
    session.output.say(&text!(
        "revision-cli.begun",
        draft = id,
        record = of,
        revision = draft.editing.pinned().revision
    ))?;
    Ok(ExitCode::SUCCESS)
}

/// Says what differs between two records, or between a correction and what it was made from.
pub fn diff(session: &Session, wanted: &str, other: Option<&str>) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let first = workspace.record(&workspace.find_record(wanted)?)?;
    let (before, after) = if let Some(other) = other {
        (first, workspace.record(&workspace.find_record(other)?)?)
    } else {
        let header = &first.record().header;
        let Some(revised) = &header.revises else {
            return Err(Error::new(Kind::Usage, text!("revision-cli.no-other", record = header.id))
                .hint(text!("revision-cli.no-other.hint", record = header.id)));
        };
        (workspace.record(&revised.record)?, first)
    };
    let (before, after) = (before.record(), after.record());
    let changes = differences(before, after);
    if session.is_json() {
        let changes = changes.iter().map(|change| {
            let parts: Vec<_> = change.parts.iter().map(|part| part.word()).collect();
            json!({ "item": change.item, "parts": parts, "before": data(change.before.as_ref()), "after": data(change.after.as_ref()) })
        });
        let changes: Vec<_> = changes.collect();
        session.output.json(&json!({ "before": before.header.id, "after": after.header.id, "changes": changes }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let checklist = workspace.checklist_of(after).ok();
    for change in &changes {
        print(session, change, checklist.as_deref())?;
    }
    session.output.say(&text!(
        "revision-cli.total",
        before = before.header.id,
        after = after.header.id,
        count = changes.len()
    ))?;
    Ok(ExitCode::SUCCESS)
}

fn print(session: &Session, change: &AnswerChange, checklist: Option<&Checklist>) -> Result<()> {
    let lang = session.lang;
    let item = checklist.and_then(|checklist| checklist.item(&change.item));
    session.output.line(format!("{} {}", change.item, item.map_or("", |item| item.text.show(lang))).trim_end())?;
    let unit = item.map_or("", Item::unit_shown);
    let sort = checklist.map_or_else(Sort::default, |checklist| checklist.sort);
    for &part in &change.parts {
        let [before, after] = change.show(part, sort, unit, lang);
        session.output.line(&format!("  {}  {before} → {after}", lang.t(part.name_key())))?;
    }
    Ok(())
}

fn data(answer: Option<&Answer>) -> serde_json::Value {
    let Some(answer) = answer else { return serde_json::Value::Null };
    let (verdict, value) = match &answer.response {
        Some(Response::Verdict(verdict)) => (Some(verdict), None),
        Some(Response::Value(value)) => (None, Some(value)),
        None => (None, None),
    };
    json!({
        "verdict": verdict, "value": value, "note": answer.note, "finding": answer.finding, "evidence": answer.evidence,
        "by": answer.by, "at": answer.at,
    })
}
