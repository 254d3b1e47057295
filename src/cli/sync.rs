//! `ducha sync [--to DIR] [--from DIR] [--dry-run]`.

use std::process::ExitCode;

use serde_json::json;

use super::{Session, arguments::Sync, hub::keys, now};
use crate::{
    error::Result,
    i18n::Text,
    store::Objects,
    sync::{
        exchange::{self, Outcome, Way},
        members,
    },
    text,
};

pub fn run(session: &Session, command: &Sync) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let keys = keys(session, &workspace)?;
    if command.dry_run {
        let changed = exchange::outstanding(&workspace, &keys, now())?;
        if session.is_json() {
            session.output.json(&changed)?;
        } else {
            session.output.say(&text!("sync.would-send", count = changed.len()))?;
            changed.iter().try_for_each(|document| session.output.line(&format!("  {document}")))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let (hub, way) = match (&command.to, &command.from) {
        (Some(folder), _) => (Objects::new(folder), Way::To),
        (None, Some(folder)) => (Objects::new(folder), Way::From),
        (None, None) => (members::hub(&workspace)?, Way::Both),
    };
    members::require_folder(&hub)?;
    let outcome = exchange::sync(&workspace, &keys, &hub, way, now())?;
    for error in &outcome.failed {
        session.output.error(error);
    }
    if session.is_json() {
        print_json(session, &outcome)?;
    } else {
        for said in said(session, &outcome) {
            session.output.say(&said)?;
        }
    }
    let good = outcome.failed.is_empty() && outcome.refused.is_empty();
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn said(session: &Session, outcome: &Outcome) -> Vec<Text> {
    let mut said = vec![
        text!("sync.went", documents = outcome.changed.len(), segments = outcome.sent),
        text!("sync.came", segments = outcome.arrived, files = outcome.written.len()),
    ];
    said.extend(outcome.admitted.iter().map(|person| text!("sync.admitted", name = person)));
    if outcome.cloned {
        said.push(text!("sync.cloned"));
    }
    let not_counted = outcome.not_counted.iter();
    said.extend(not_counted.map(|(document, person)| text!("sync.not-counted", document = document, name = person)));
    let refused = outcome.refused.iter();
    said.extend(refused.map(|one| text!("sync.refused", object = one.object, reason = one.reason.show(session.lang))));
    if !outcome.conflicts.is_empty() {
        said.push(text!("sync.conflicts", count = outcome.conflicts.len()));
    }
    said
}

fn print_json(session: &Session, outcome: &Outcome) -> Result<()> {
    let refused = outcome.refused.iter();
    let refused = refused.map(|one| json!({ "object": one.object, "reason": one.reason.show(session.lang) }));
    session.output.json(&json!({
        "changed": outcome.changed,
        "sent": outcome.sent,
        "arrived": outcome.arrived,
        "written": outcome.written,
        "conflicts": outcome.conflicts,
        "refused": refused.collect::<Vec<_>>(),
        "not_counted": outcome.not_counted,
        "admitted": outcome.admitted,
        "cloned": outcome.cloned,
    }))
}
