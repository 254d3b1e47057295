//! `ducha checklist list|show`.

use std::process::ExitCode;

use serde_json::json;

use super::{Session, arguments::Checklist};
use crate::{
    checklist::{self, ChecklistId},
    error::Result,
    store::ChecklistFile,
    text,
    view::text::pad,
};

pub fn run(session: &Session, command: &Checklist) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    match command {
        Checklist::List => {
            let listing = workspace.checklists();
            let code = session.damaged(&listing.damaged);
            if session.is_json() {
                session.output.json(&listing.found.iter().map(summary).collect::<Vec<_>>())?;
            } else {
                for file in &listing.found {
                    print(session, file)?;
                }
            }
            Ok(code)
        }
        Checklist::Show { checklist } => {
            let file = workspace.checklist(&ChecklistId(checklist.clone()))?;
            if session.is_json() {
                session.output.json(&summary(&file))?;
            } else {
                session.output.raw(&checklist::write(&file.checklist))?;
            }
            Ok(ExitCode::SUCCESS)
        }
    }
}

fn summary(file: &ChecklistFile) -> serde_json::Value {
    let checklist = &file.checklist;
    json!({
        "id": checklist.id,
        "title": checklist.title.zh,
        "version": checklist.version,
        "sort": checklist.sort,
        "topic": checklist.topic,
        "items": checklist.items.len(),
        "digest": file.digest,
        "path": file.path,
    })
}

fn print(session: &Session, file: &ChecklistFile) -> Result<()> {
    let checklist = &file.checklist;
    let counts = text!("checklists.counts", version = checklist.version, items = checklist.items.len());
    let title = checklist.title.show(session.lang);
    session.output.line(&format!("{}  {}  {}", pad(&checklist.id.0, 32), pad(title, 36), counts.show(session.lang)))
}
