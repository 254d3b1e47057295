//! `ducha facility import`: a register from CSV or a spreadsheet.

use std::{collections::HashMap, process::ExitCode};

use serde_json::json;

use super::{Session, arguments::FacilityImport, facility::whole_register};
use crate::{
    error::{Error, Kind, Result},
    facility::{Column, Facility, Incoming, Outcome, duplicates},
    store::Workspace,
    table::TableOptions,
    text,
};

pub fn run(session: &Session, wanted: &FacilityImport) -> Result<ExitCode> {
    let given = given(&wanted.map)?;
    let workspace = session.workspace()?;
    if !wanted.dry_run {
        workspace.require_writable()?;
    }
    let options = TableOptions { sheet: wanted.sheet.as_deref(), encoding: wanted.reading.encoding.as_deref() };
    // A unit that could not be read would be taken for a new one.
    let register = whole_register(session, &workspace)?;
    let incoming = Workspace::hold_register(&wanted.file, options, &given, &register)?;
    let left_out = incoming.left_out();
    for complaint in &incoming.complaints {
        let error = complaint.clone().in_file(&wanted.file);
        if complaint.left_out {
            session.output.error(&error);
        } else {
            session.output.remind(&error);
        }
    }
    let samples = workspace.unused_samples(&register);
    if !wanted.dry_run {
        // A file without any unit, such as a wrong one, is no reason to empty the register.
        let without = wanted.without_samples && incoming.has_units();
        workspace.take_register(&incoming, wanted.update, if without { &samples } else { &[] })?;
    }
    let Incoming { sheet, mapping, outcome, .. } = &incoming;
    let alike = duplicates(&whole(register, outcome, wanted.update)).len();
    if session.is_json() {
        let mapping = mapping.iter().map(|mapped| (&mapped.heading, mapped.column.map(Column::field)));
        session.output.json(&json!({
            "mapping": mapping.collect::<Vec<_>>(),
            "new": outcome.new,
            "differing": outcome.differing.iter().map(|one| json!({
                "row": one.row,
                "id": one.known.id,
                "changes": one.changes.iter().map(|change| json!({ "field": change.field, "from": change.from, "to": change.to })).collect::<Vec<_>>(),
            })).collect::<Vec<_>>(),
            "same": outcome.same,
            "merged": outcome.merged,
            "left_out": left_out,
            "duplicates": alike,
            "samples": samples,
        }))?;
    } else {
        if let Some(sheet) = sheet {
            session.output.say(&text!("facility-cli.sheet", sheet = sheet))?;
        }
        report(session, wanted, &incoming)?;
        if left_out > 0 {
            session.output.say(&text!("facility-cli.not-imported", count = left_out))?;
        }
        if alike > 0 {
            session.output.say(&text!("facility-cli.duplicates", count = alike))?;
        }
        if wanted.without_samples {
            session.output.say(&match samples.len() {
                0 => text!("facility-cli.no-samples"),
                count if !incoming.has_units() => text!("facility-cli.samples-kept", count = count),
                count if wanted.dry_run => text!("facility-cli.samples-would", count = count),
                count => text!("facility-cli.without-samples", count = count),
            })?;
        } else if !samples.is_empty() {
            let message = text!("facility-cli.samples", count = samples.len());
            session.output.remind(&Error::input(message).hint(text!("facility-cli.samples.hint")));
        }
        if wanted.dry_run {
            session.output.say(&text!("facility-cli.dry-run"))?;
        }
    }
    Ok(if left_out == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Reads `FIELD=HEADING` arguments.
fn given(typed: &[String]) -> Result<Vec<(Column, String)>> {
    let one = |typed: &String| {
        let (word, heading) = typed.split_once(['=', '\u{ff1d}'])?;
        Some((Column::named(word.trim())?, heading.trim().to_owned()))
    };
    let wrong = |typed: &String| {
        Error::new(Kind::Usage, text!("facility-cli.map-form", typed = typed)).hint(text!("facility-cli.map-form.hint"))
    };
    typed.iter().map(|typed| one(typed).ok_or_else(|| wrong(typed))).collect()
}

/// Returns the register as it is after the import.
fn whole(register: Vec<Facility>, outcome: &Outcome, update: bool) -> Vec<Facility> {
    let wanted: HashMap<_, _> = outcome.differing.iter().map(|one| (&one.known.id, &one.wanted)).collect();
    let current = |unit: Facility| match wanted.get(&unit.id) {
        Some(wanted) if update => (*wanted).clone(),
        _ => unit,
    };
    let mut whole: Vec<Facility> = register.into_iter().map(current).collect();
    whole.extend(outcome.new.iter().cloned());
    whole
}

/// Says what each column was taken for, and what the import came to.
fn report(session: &Session, wanted: &FacilityImport, incoming: &Incoming) -> Result<()> {
    let lang = session.lang;
    let differing = &incoming.outcome.differing;
    let columns = incoming.mapping.iter().filter_map(|mapped| mapped.said(lang));
    let said = columns.chain(incoming.counts()).chain(differing.iter().map(|one| one.said(lang)));
    said.into_iter().try_for_each(|text| session.output.say(&text))?;
    if !differing.is_empty() {
        session.output.say(&if wanted.update {
            text!("facility-cli.updated", count = differing.len())
        } else {
            text!("facility-cli.differing-hint")
        })?;
    }
    Ok(())
}
