//! `ducha generate`: makes checklists from a plan.

use std::process::ExitCode;

use serde_json::json;

use super::{Session, arguments::Generate};
use crate::{
    checklist::{self, Request},
    error::Result,
    plan::TopicId,
    store::GeneratedFile,
    text,
};

pub fn run(session: &Session, arguments: &Generate) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let plan = workspace.plan(&workspace.find_plan(&arguments.plan)?)?;
    let request = match (&arguments.topic, &arguments.section) {
        (Some(topic), _) => Request::Topic(TopicId(topic.clone())),
        (None, Some(section)) => Request::Section(section.clone()),
        (None, None) => Request::Everything,
    };
    let generated = workspace.generate(&request, arguments.emergency, &plan)?;
    let kept = workspace.keep_generated(&generated.found, arguments.dry_run)?;
    for error in generated.damaged.iter().chain(&kept.damaged) {
        session.output.error(error);
    }
    let is_kept = |id: &checklist::ChecklistId| kept.found.iter().any(|file| file.checklist.id == *id);
    let notes = generated.found.iter().filter(|one| is_kept(&one.checklist.id)).flat_map(|one| &one.notes);
    let notes: Vec<_> = notes.collect();
    if session.is_json() {
        let files: Vec<_> = kept.found.iter().map(|file| summary(session, file)).collect();
        let notes: Vec<String> = notes.iter().map(|note| note.show(session.lang)).collect();
        session.output.json(&json!({ "files": files, "notes": notes, "dry_run": arguments.dry_run }))?;
    } else {
        for file in &kept.found {
            print(session, file)?;
        }
        for note in notes {
            session.output.say(note)?;
        }
    }
    let good = kept.damaged.is_empty() && generated.damaged.is_empty();
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn summary(session: &Session, file: &GeneratedFile) -> serde_json::Value {
    let shown = |changes: &[checklist::Change]| {
        changes.iter().map(|change| change.describe().show(session.lang)).collect::<Vec<_>>()
    };
    json!({
        "id": file.checklist.id,
        "title": file.checklist.title.zh,
        "sort": file.checklist.sort,
        "items": file.checklist.items.len(),
        "path": file.path,
        "existed": file.existed,
        "changes": shown(&file.changes),
        "decisions": shown(&file.decisions),
    })
}

fn print(session: &Session, file: &GeneratedFile) -> Result<()> {
    let (id, title, items) = (&file.checklist.id, &file.checklist.title.zh, file.checklist.items.len());
    session.output.say(&match (file.existed, file.changes.is_empty() && file.decisions.is_empty()) {
        (false, _) => text!("generate.new", id = id, title = title, items = items),
        (true, true) => text!("generate.unchanged", id = id, title = title, items = items),
        (true, false) => text!("generate.merged", id = id, title = title, items = items),
    })?;
    for change in &file.changes {
        session.output.line(&format!("    {}", change.describe().show(session.lang)))?;
    }
    for decision in &file.decisions {
        session.output.say(&text!("generate.decide", change = decision.describe().show(session.lang)))?;
    }
    Ok(())
}
