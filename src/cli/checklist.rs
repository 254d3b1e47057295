//! `ducha checklist list|show|history`.

use std::process::ExitCode;

use serde_json::json;

use super::{Session, arguments::Checklist};
use crate::{
    checklist::{self, ChecklistId},
    error::Result,
    store::{ChecklistFile, ChecklistVersion, Workspace},
    text,
    view::text::pad,
};

pub fn run(session: &Session, command: &Checklist) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    match command {
        Checklist::List => {
            let listing = workspace.checklists();
            for error in &listing.damaged {
                session.output.error(error);
            }
            if session.is_json() {
                session.output.json(&listing.found.iter().map(summary).collect::<Vec<_>>())?;
            } else {
                for file in &listing.found {
                    print(session, file)?;
                }
            }
            Ok(if listing.damaged.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
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
        Checklist::History { checklist } => history(session, &workspace, &ChecklistId(checklist.clone())),
    }
}

/// Lists the versions that are in use or were used, with the records that were begun with each.
fn history(session: &Session, workspace: &Workspace, id: &ChecklistId) -> Result<ExitCode> {
    let versions = workspace.checklist_versions(id);
    if versions.is_empty() {
        // That there is none in use either is said as everywhere else.
        workspace.checklist(id)?;
    }
    if session.is_json() {
        let all = versions.iter().map(|version| {
            json!({
                "version": version.file.checklist.version,
                "digest": version.file.digest,
                "items": version.file.checklist.items.len(),
                "in_use": version.in_use,
                "records": version.records,
                "last_begun": version.last_begun,
                "path": version.file.path,
            })
        });
        session.output.json(&all.collect::<Vec<_>>())?;
        return Ok(ExitCode::SUCCESS);
    }
    for ChecklistVersion { file, in_use, records, last_begun } in &versions {
        let counts = text!("checklists.counts", version = file.checklist.version, items = file.checklist.items.len());
        let last = last_begun.map_or_else(|| "-".to_owned(), |last| last.format("%Y-%m-%d").to_string());
        let used = text!("editor.history-used", records = records, last = last).show(session.lang);
        let mark = if *in_use { session.lang.t("editor.history-now") } else { "".into() };
        let digest: String = file.digest.hex().chars().take(12).collect();
        session.output.line(&format!("{}  {digest}  {}{mark}", pad(&counts.show(session.lang), 20), pad(&used, 40)))?;
    }
    Ok(ExitCode::SUCCESS)
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
