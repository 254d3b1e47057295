//! `ducha record move`: takes a draft to the version of its checklist that is in use, or says what that would come to.

use std::process::ExitCode;

use serde_json::json;

use super::Session;
use crate::{
    app::{move_said, move_summary},
    checklist::{Checklist, ItemId},
    error::Result,
    store::MovedDraft,
    text,
};

pub fn run(session: &Session, wanted: &str, dry_run: bool) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let id = workspace.find_record(wanted)?;
    let draft = workspace.move_draft(&id, dry_run)?;
    if session.is_json() {
        let MovedDraft { from, to, moved } = &draft;
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
    for step in &draft.moved.steps {
        session.output.say(&move_said(step))?;
    }
    for item in &draft.moved.new {
        session.output.say(&text!("editor.move-new", item = item, text = asked(&draft.to, item, session)))?;
    }
    session.output.say(&move_summary(&draft, dry_run))?;
    Ok(ExitCode::SUCCESS)
}

fn asked(checklist: &Checklist, id: &ItemId, session: &Session) -> String {
    checklist.item(id).map(|item| item.text.show(session.lang).to_owned()).unwrap_or_default()
}
