//! `ducha record move`: takes a draft to the version of its checklist that is in use, or says what that would come to.

use std::process::ExitCode;

use serde_json::json;

use super::Session;
use crate::{
    checklist::{Checklist, ItemId},
    error::Result,
    inspection::MoveStep,
    store::MovedDraft,
    text,
};

pub fn run(session: &Session, wanted: &str, dry_run: bool) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let id = workspace.find_record(wanted)?;
    let MovedDraft { from, to, moved } = workspace.move_draft(&id, dry_run)?;
    if session.is_json() {
        let steps = moved.steps.iter().map(|step| {
            let fields: Vec<_> = step.fields.iter().map(|change| change.field).collect();
            json!({ "from": step.from, "to": step.to, "changed": fields, "again": step.again })
        });
        let steps: Vec<_> = steps.collect();
        session.output.json(&json!({
            "record": id, "from": from.version, "to": to.version, "steps": steps, "new": moved.new, "dry_run": dry_run,
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    for step in &moved.steps {
        session.output.say(&said(step))?;
    }
    for item in &moved.new {
        session.output.say(&text!("editor.move-new", item = item, text = asked(&to, item, session)))?;
    }
    let again = moved.steps.iter().filter(|step| step.again).count();
    let (answers, new, homeless) = (moved.steps.len(), moved.new.len(), moved.homeless().count());
    session.output.say(&if dry_run {
        text!(
            "editor.move-would",
            from = from.version,
            to = to.version,
            answers = answers,
            again = again,
            homeless = homeless,
            new = new
        )
    } else {
        text!(
            "editor.move-done",
            from = from.version,
            to = to.version,
            answers = answers,
            again = again,
            homeless = homeless,
            new = new
        )
    })?;
    Ok(ExitCode::SUCCESS)
}

fn asked(checklist: &Checklist, id: &ItemId, session: &Session) -> String {
    checklist.item(id).map(|item| item.text.show(session.lang).to_owned()).unwrap_or_default()
}

fn said(step: &MoveStep) -> crate::i18n::Text {
    let fields = step.fields.iter().map(|change| change.field).collect::<Vec<_>>().join(", ");
    match &step.to {
        None => text!("editor.move-homeless", item = step.from),
        Some(_) if step.again => text!("editor.move-again", item = step.from, fields = fields),
        Some(to) if *to != step.from => text!("editor.move-renamed", item = step.from, to = to),
        Some(_) if !fields.is_empty() => text!("editor.move-changed", item = step.from, fields = fields),
        Some(_) => text!("editor.move-kept", item = step.from),
    }
}
