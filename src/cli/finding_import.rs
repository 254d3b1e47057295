//! `ducha finding import`: a ledger that districts filled in, first as a preview, then into the register.

use std::{path::Path, process::ExitCode};

use chrono::NaiveDate;
use serde_json::{Value, json};

use super::{Session, arguments::FindingImport, now};
use crate::{
    error::{Error, Result},
    inspection::RecordId,
    ledger::{Event, FindingId},
    report::{
        self, Filter, Material, Period,
        returned::{Change, Remark, Returned, compare},
    },
    store::{Workspace, read_bytes},
    text,
};

pub fn run(session: &Session, wanted: &FindingImport) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    if wanted.yes {
        workspace.require_writable()?;
    }
    let material = Material::gather(&workspace)?;
    for trouble in &material.troubles {
        session.output.error(trouble);
    }
    let returned = hold(&workspace, &material, &wanted.file)?;
    for remark in &returned.remarks {
        complain(session, wanted, remark);
    }
    let applies = wanted.yes && (wanted.skip_doubtful || returned.doubts() == 0);
    if applies {
        register(&workspace, &wanted.file, &returned.changes)?;
    }
    if session.is_json() {
        session.output.json(&as_json(&returned, applies, session))?;
    } else {
        show(session, &returned, wanted, applies)?;
    }
    let doubts = returned.doubts();
    if wanted.yes && !applies {
        return Err(Error::input(text!("returned-cli.doubtful", count = doubts))
            .at(&wanted.file)
            .hint(text!("returned-cli.doubtful.hint")));
    }
    Ok(if doubts == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Holds a ledger that came back against everything that the register has; nothing is written.
pub fn hold(workspace: &Workspace, material: &Material, file: &Path) -> Result<Returned> {
    let bytes = read_bytes(file)?;
    let ever = Filter::of(Period { from: NaiveDate::MIN, to: NaiveDate::MAX });
    let ledgers = workspace.ledgers();
    let entry = |finding: &FindingId, record: &RecordId| ledgers.entry(finding, record);
    let at = now();
    let counted = |lang| report::count(material, &ever, at.date_naive(), at, lang);
    compare(&bytes, counted, at, entry).map_err(|error| error.at(file))
}

/// Enters what came back, each finding with the place it was read from.
pub fn register(workspace: &Workspace, file: &Path, changes: &[Change]) -> Result<()> {
    let file = file.file_name().unwrap_or_default().to_string_lossy();
    let at = now();
    let event = |change: &Change| Event {
        reason: change.progress.clone(),
        completed: change.completed,
        evidence: change.evidence.clone(),
        source: format!("{file} {}!{}", change.at.sheet, change.at.row.unwrap_or_default()),
        ..Event::new(at, &workspace.settings().inspector, change.action)
    };
    let entered = changes.iter().map(|change| (change.finding.clone(), change.record.clone(), event(change)));
    workspace.add_finding_events(&entered.collect::<Vec<_>>())
}

/// Points out what is doubtful, or should be known, with sheet, row and column.
fn complain(session: &Session, wanted: &FindingImport, remark: &Remark) {
    let error = Error::input(remark.pointed_out(session.lang)).at(&wanted.file);
    if remark.doubtful {
        session.output.error(&error);
    } else {
        session.output.remind(&error);
    }
}

fn show(session: &Session, returned: &Returned, wanted: &FindingImport, applies: bool) -> Result<()> {
    let lang = session.lang;
    for change in &returned.changes {
        session.output.say(&change.moves(lang))?;
        for part in change.filled_in(lang) {
            session.output.line(&format!("    {}", part.show(lang)))?;
        }
    }
    session.output.say(&returned.counts())?;
    match (returned.changes.len(), applies) {
        (0, _) => session.output.say(&text!("returned-cli.nothing")),
        (count, true) => session.output.say(&text!("returned-cli.applied", count = count)),
        (_, false) if !wanted.yes => session.output.say(&text!("returned-cli.preview")),
        (_, false) => Ok(()),
    }
}

fn as_json(returned: &Returned, applies: bool, session: &Session) -> Value {
    let remark = |remark: &Remark| json!({ "at": remark.at, "said": remark.said.show(session.lang), "doubtful": remark.doubtful });
    json!({
        "changes": returned.changes,
        "remarks": returned.remarks.iter().map(remark).collect::<Vec<_>>(),
        "unchanged": returned.unchanged,
        "known": returned.known,
        "applied": if applies { returned.changes.len() } else { 0 },
    })
}
