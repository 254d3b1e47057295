//! `ducha checklist list|show|history|diff`.

use std::process::ExitCode;

use serde_json::json;

use super::{Session, arguments::Checklist};
use crate::{
    checklist::{self, ChecklistId, FieldChange},
    error::{Error, Kind, Result},
    store::{ChecklistFile, ChecklistVersion, Workspace},
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
        Checklist::Diff { checklist, from, to } => {
            diff(session, &workspace, &ChecklistId(checklist.clone()), from.as_deref(), to.as_deref())
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

/// Shows what changed from one version to another: from the last one that a record used, to the one in use.
fn diff(
    session: &Session,
    workspace: &Workspace,
    id: &ChecklistId,
    from: Option<&str>,
    to: Option<&str>,
) -> Result<ExitCode> {
    let versions = workspace.checklist_versions(id);
    let named = |wanted: &str| {
        let fits = |version: &&ChecklistVersion| {
            version.file.checklist.version.to_string() == wanted || version.file.digest.hex().starts_with(wanted)
        };
        versions.iter().find(fits).ok_or_else(|| no_version(id, wanted))
    };
    let to = to.map_or_else(|| versions.first().ok_or_else(|| no_version(id, "-")), named)?;
    let other = |version: &&ChecklistVersion| version.file.digest != to.file.digest;
    let from = match from {
        Some(from) => named(from)?,
        None => versions.iter().find(other).ok_or_else(|| no_version(id, "-"))?,
    };
    let found = checklist::differences(&from.file.checklist, &to.file.checklist);
    if session.is_json() {
        let fields = |fields: &[FieldChange]| {
            fields
                .iter()
                .map(|change| json!({ "field": change.field, "from": change.from, "to": change.to }))
                .collect::<Vec<_>>()
        };
        let sections: Vec<_> =
            found.sections.iter().map(|(id, of)| json!({ "id": id, "fields": fields(of) })).collect();
        let items =
            found.items.iter().map(|item| json!({ "from": item.from, "to": item.to, "fields": fields(&item.fields) }));
        let items: Vec<_> = items.collect();
        session.output.json(&json!({
            "from": from.file.checklist.version, "to": to.file.checklist.version,
            "head": fields(&found.head), "sections": sections, "items": items,
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    if found.is_empty() {
        session.output.say(&text!("editor.diff-same"))?;
    }
    print_fields(session, "-", &found.head)?;
    for (section, fields) in &found.sections {
        print_fields(session, section, fields)?;
    }
    for item in &found.items {
        match (&item.from, &item.to) {
            (None, Some(new)) => {
                let asked = to.file.checklist.item(new).map(|item| item.text.show(session.lang)).unwrap_or_default();
                session.output.say(&text!("editor.diff-new", item = new, text = asked))?;
            }
            (Some(gone), None) => {
                let asked = from.file.checklist.item(gone).map(|item| item.text.show(session.lang)).unwrap_or_default();
                session.output.say(&text!("editor.diff-gone", item = gone, text = asked))?;
            }
            (_, Some(now)) => print_fields(session, &now.0, &item.fields)?,
            (None, None) => {}
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn no_version(id: &ChecklistId, wanted: &str) -> Error {
    Error::new(Kind::NotFound, text!("editor.no-version", id = id, version = wanted))
        .hint(text!("editor.no-version.hint", id = id))
}

fn print_fields(session: &Session, place: &str, fields: &[FieldChange]) -> Result<()> {
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "-".to_owned());
    for change in fields {
        let (from, to) = (shown(&change.from), shown(&change.to));
        session.output.say(&text!("editor.diff-field", place = place, field = change.field, from = from, to = to))?;
    }
    Ok(())
}
