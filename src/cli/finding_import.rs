//! `ducha finding import`: a ledger that districts filled in, first as a preview, then into the register.

use std::process::ExitCode;

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
    let bytes = read_bytes(&wanted.file)?;
    let material = Material::gather(&workspace)?;
    for trouble in &material.troubles {
        session.output.error(trouble);
    }
    let returned = held_against(&workspace, &material, &bytes).map_err(|error| error.at(&wanted.file))?;
    for remark in &returned.remarks {
        complain(session, wanted, remark);
    }
    let applies = wanted.yes && (wanted.skip_doubtful || !returned.is_doubtful());
    if applies {
        workspace.add_finding_events(&events(&workspace, wanted, &returned.changes))?;
    }
    if session.is_json() {
        session.output.json(&as_json(&returned, applies, session))?;
    } else {
        show(session, &returned, wanted, applies)?;
    }
    let doubts = returned.remarks.iter().filter(|remark| remark.doubtful).count();
    if wanted.yes && !applies {
        return Err(Error::input(text!("returned-cli.doubtful", count = doubts))
            .at(&wanted.file)
            .hint(text!("returned-cli.doubtful.hint")));
    }
    Ok(if doubts == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Holds a ledger that came back against everything that the register has.
fn held_against(workspace: &Workspace, material: &Material, bytes: &[u8]) -> Result<Returned> {
    let ever = Filter::of(Period { from: NaiveDate::MIN, to: NaiveDate::MAX });
    let ledgers = workspace.ledgers();
    let entry = |finding: &FindingId, record: &RecordId| ledgers.entry(finding, record);
    let at = now();
    compare(bytes, |lang| report::count(material, &ever, at.date_naive(), at, lang), at, entry)
}

/// Makes the entries of what came back, each with the place it was read from.
fn events(workspace: &Workspace, wanted: &FindingImport, changes: &[Change]) -> Vec<(FindingId, RecordId, Event)> {
    let file = wanted.file.file_name().unwrap_or_default().to_string_lossy();
    let at = now();
    let event = |change: &Change| Event {
        reason: change.progress.clone(),
        completed: change.completed,
        evidence: change.evidence.clone(),
        source: format!("{file} {}!{}", change.at.sheet, change.at.row.unwrap_or_default()),
        ..Event::new(at, &workspace.settings().inspector, change.action)
    };
    changes.iter().map(|change| (change.finding.clone(), change.record.clone(), event(change))).collect()
}

/// Points out what is doubtful, or should be known, with sheet, row and column.
fn complain(session: &Session, wanted: &FindingImport, remark: &Remark) {
    let place = remark.at.shown(session.lang);
    let error = Error::input(text!("returned.pointed-out", place = place, said = remark.said.show(session.lang)));
    let error = error.at(&wanted.file);
    if remark.doubtful {
        session.output.error(&error);
    } else {
        session.output.remind(&error);
    }
}

fn show(session: &Session, returned: &Returned, wanted: &FindingImport, applies: bool) -> Result<()> {
    let lang = session.lang;
    for change in &returned.changes {
        session.output.say(&text!(
            "returned-cli.change",
            finding = change.finding,
            unit = change.unit,
            from = lang.t(change.from.name_key()),
            to = lang.t(change.to.name_key())
        ))?;
        let parts = [
            (!change.progress.is_empty()).then(|| text!("returned-cli.progress", progress = change.progress)),
            change.completed.map(|day| text!("returned-cli.completed", day = day)),
            (!change.evidence.is_empty()).then(|| text!("returned-cli.evidence", evidence = change.evidence)),
        ];
        for part in parts.into_iter().flatten() {
            session.output.line(&format!("    {}", part.show(lang)))?;
        }
    }
    session.output.say(&text!(
        "returned-cli.counts",
        changes = returned.changes.len(),
        unchanged = returned.unchanged,
        known = returned.known,
        doubts = returned.remarks.iter().filter(|remark| remark.doubtful).count()
    ))?;
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
