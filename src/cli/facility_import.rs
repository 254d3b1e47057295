//! `ducha facility import`: a register from CSV or a spreadsheet.

use std::{
    collections::{HashMap, HashSet},
    process::ExitCode,
};

use serde_json::json;

use super::{
    Session,
    arguments::FacilityImport,
    facility::{type_shown, whole_register},
};
use crate::{
    error::{Error, Kind, Result},
    facility::{Change, Column, Facility, Mapped, Outcome, compare_register, duplicates, read_units},
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
    let table = Workspace::read_table(&wanted.file, options)?;
    let reading = read_units(&table, &given).map_err(|error| error.in_file(&wanted.file))?;
    // A unit that could not be read would be taken for a new one.
    let register = whole_register(session, &workspace)?;
    let mut outcome = compare_register(&register, reading.units);
    let mut complaints = reading.complaints;
    complaints.append(&mut outcome.doubtful);
    complaints.sort_by_key(|complaint| complaint.row);
    let left_out = complaints.iter().filter(|complaint| complaint.left_out).map(|complaint| complaint.row);
    let left_out = left_out.collect::<HashSet<_>>().len();
    for complaint in complaints {
        let is_left_out = complaint.left_out;
        let error = complaint.in_file(&wanted.file);
        if is_left_out {
            session.output.error(&error);
        } else {
            session.output.remind(&error);
        }
    }
    if !wanted.dry_run {
        if !outcome.new.is_empty() {
            workspace.add_facilities(&outcome.new)?;
        }
        if wanted.update && !outcome.differing.is_empty() {
            let changed: Vec<_> = outcome.differing.iter().map(|differing| differing.wanted.clone()).collect();
            workspace.change_facilities(&changed, &[])?;
        }
    }
    let samples = workspace.unused_samples(&register);
    if wanted.without_samples && !wanted.dry_run && !samples.is_empty() {
        workspace.change_facilities(&[], &samples)?;
    }
    let alike = duplicates(&whole(register, &outcome, wanted.update)).len();
    if session.is_json() {
        let mapping = reading.mapping.iter().map(|mapped| (&mapped.heading, mapped.column.map(Column::field)));
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
        if let Some(sheet) = &table.sheet {
            session.output.say(&text!("facility-cli.sheet", sheet = sheet))?;
        }
        report(session, wanted, &reading.mapping, &outcome)?;
        if left_out > 0 {
            session.output.say(&text!("facility-cli.not-imported", count = left_out))?;
        }
        if alike > 0 {
            session.output.say(&text!("facility-cli.duplicates", count = alike))?;
        }
        if wanted.without_samples {
            session.output.say(&text!("facility-cli.without-samples", count = samples.len()))?;
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
fn report(session: &Session, wanted: &FacilityImport, mapping: &[Mapped], outcome: &Outcome) -> Result<()> {
    let lang = session.lang;
    for mapped in mapping.iter().filter(|mapped| !mapped.heading.is_empty()) {
        let heading = &mapped.heading;
        let field = mapped.column.map(|column| lang.t(&format!("facility-field.{}", column.field())).into_owned());
        session.output.say(&match field {
            Some(field) if mapped.given => text!("facility-cli.mapped-given", heading = heading, field = field),
            Some(field) => text!("facility-cli.mapped", heading = heading, field = field),
            None => text!("facility-cli.left-out", heading = heading),
        })?;
    }
    session.output.say(&text!("facility-cli.new", count = outcome.new.len()))?;
    if outcome.guessed_types > 0 {
        session.output.say(&text!("facility-cli.guessed", count = outcome.guessed_types))?;
    }
    if outcome.same > 0 {
        session.output.say(&text!("facility-cli.same", count = outcome.same))?;
    }
    if outcome.merged > 0 {
        session.output.say(&text!("facility-cli.merged-before", count = outcome.merged))?;
    }
    for differing in &outcome.differing {
        let changes: Vec<_> = differing.changes.iter().map(|change| changed(session, change)).collect();
        session.output.say(&text!(
            "facility-cli.differing",
            row = differing.row,
            id = differing.known.id,
            name = differing.known.name,
            changes = lang.list(changes),
        ))?;
    }
    if !outcome.differing.is_empty() {
        session.output.say(&if wanted.update {
            text!("facility-cli.updated", count = outcome.differing.len())
        } else {
            text!("facility-cli.differing-hint")
        })?;
    }
    Ok(())
}

/// Says what the register has in a field, and what the file has.
fn changed(session: &Session, change: &Change) -> String {
    let shown = |content: &str| match change.field {
        "type" => type_shown(session, content),
        _ => content.to_owned(),
    };
    let (field, to) = (session.lang.t(&format!("facility-field.{}", change.field)), shown(&change.to));
    let said = if change.from.is_empty() {
        text!("facility-cli.change-added", field = field, to = to)
    } else {
        text!("facility-cli.change", field = field, from = shown(&change.from), to = to)
    };
    said.show(session.lang)
}
