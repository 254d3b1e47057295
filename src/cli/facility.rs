//! `ducha facility list|show|merge|edit`.

use std::process::ExitCode;

use serde_json::json;

use super::{
    Session,
    arguments::{Facility, FacilityEdit, FacilityList},
    facility_import, now,
};
use crate::{
    error::{Error, Kind, Result, nearest},
    facility::{
        self, FACILITY_TYPES, Search, Successors, changed, codes_differ, content, duplicates, known_type, merged,
        type_shown,
    },
    inspection::Standing,
    ledger::recurrences,
    store::{RecordRow, Workspace, is_progress, next_inspections},
    text,
    view::text::pad,
};

pub fn run(session: &Session, command: &Facility) -> Result<ExitCode> {
    match command {
        Facility::Import(import) => facility_import::run(session, import),
        Facility::List(list) if list.duplicates => list_duplicates(session),
        Facility::List(wanted) => list(session, wanted),
        Facility::Show { facility } => show(session, facility),
        Facility::Merge { keep, other, dry_run } => merge(session, keep, other, *dry_run),
        Facility::Edit(edited) => edit(session, edited),
    }
}

fn list(session: &Session, wanted: &FacilityList) -> Result<ExitCode> {
    let listing = session.workspace()?.facilities();
    for error in &listing.damaged {
        session.output.error(error);
    }
    let kind = wanted.kind.as_ref().map(|typed| type_typed(session, typed, &listing.found)).transpose()?;
    let typed = wanted.words.join(" ");
    let search = Search::new(&typed);
    let fits = |facility: &&facility::Facility| {
        kind.as_ref().is_none_or(|kind| facility.facility_type == *kind)
            && wanted.district.as_ref().is_none_or(|district| facility.district == *district)
            && search.rank(&facility.name).is_some()
    };
    let fitting: Vec<_> = listing.found.iter().filter(fits).collect();
    if session.is_json() {
        session.output.json(&fitting)?;
    } else {
        for facility in fitting {
            let line = [
                pad(&facility.id.0, 6),
                pad(&facility.name, 36),
                pad(&type_shown(&facility.facility_type, session.lang), 20),
                pad(&facility.level, 8),
                facility.district.clone(),
            ];
            session.output.line(line.join("  ").trim_end())?;
        }
    }
    Ok(if listing.damaged.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

fn list_duplicates(session: &Session) -> Result<ExitCode> {
    let listing = session.workspace()?.facilities();
    for error in &listing.damaged {
        session.output.error(error);
    }
    let code = if listing.damaged.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    let units = listing.found;
    let pairs = duplicates(&units);
    if session.is_json() {
        let shown = pairs.iter().map(|pair| {
            let reason = pair.likeness.name_key().rsplit('.').next();
            json!({ "reason": reason, "first": units[pair.first], "second": units[pair.second] })
        });
        session.output.json(&shown.collect::<Vec<_>>())?;
        return Ok(code);
    }
    for pair in &pairs {
        let (first, second) = (&units[pair.first], &units[pair.second]);
        session.output.say(&text!(
            "facility-cli.pair",
            likeness = session.lang.t(pair.likeness.name_key()),
            first = first.id,
            first_name = first.name,
            second = second.id,
            second_name = second.name,
        ))?;
    }
    if pairs.is_empty() {
        session.output.say(&text!("facility-cli.no-duplicates"))?;
    }
    Ok(code)
}

/// Reads the register for what may not overlook a unit; where it has a mistake, says each and refuses.
pub(super) fn whole_register(session: &Session, workspace: &Workspace) -> Result<Vec<facility::Facility>> {
    let listing = workspace.facilities();
    for error in &listing.damaged {
        session.output.error(error);
    }
    if listing.damaged.is_empty() {
        return Ok(listing.found);
    }
    let message = text!("facility-cli.damaged", count = listing.damaged.len());
    Err(Error::input(message).hint(text!("facility-cli.damaged.hint")))
}

/// Reads a type from the command line; one that neither has a name nor stands in the register is refused.
pub(super) fn type_typed(session: &Session, typed: &str, register: &[facility::Facility]) -> Result<String> {
    known_type(typed, register).ok_or_else(|| {
        let known: Vec<_> =
            FACILITY_TYPES.iter().map(|slug| format!("{} {slug}", type_shown(slug, session.lang))).collect();
        let hint = match nearest(typed, FACILITY_TYPES.iter().copied()) {
            Some(word) => text!("facility-cli.type-meant", slug = word, name = type_shown(word, session.lang)),
            None => text!("facility-cli.types", known = session.lang.list(known)),
        };
        Error::new(Kind::Usage, text!("facility-cli.unknown-type", typed = typed)).hint(hint)
    })
}

fn show(session: &Session, wanted: &str) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let (unit, is_gone) = workspace.find_facility_or_gone(wanted)?;
    let records = workspace.records().found;
    let found = workspace.findings(&records).found;
    let before = recurrences(&found, &Successors::new(std::slice::from_ref(&unit)));
    let records: Vec<_> = records.into_iter().filter(|row| unit.is(&row.facility.id)).collect();
    let checklists = workspace.checklists().found;
    let calendar = workspace.calendar().inspect_err(|error| session.output.error(error)).ok();
    let dates = next_inspections(&records, &checklists, std::slice::from_ref(&unit), Some(&found), calendar.as_ref());
    if session.is_json() {
        let next: Vec<_> = dates
            .iter()
            .map(|date| json!({ "day": date.day, "checklist": date.after.checklist, "after": date.after.day }))
            .collect();
        let findings: Vec<_> = found.iter().filter(|row| unit.is(&row.source.facility.id)).collect();
        session.output.json(
            &json!({ "facility": unit, "gone": is_gone, "records": records, "next": next, "findings": findings }),
        )?;
        return Ok(ExitCode::SUCCESS);
    }
    let lang = session.lang;
    let former: Vec<_> = unit.former.iter().map(|id| id.0.as_str()).collect();
    let rows = [
        ("facility-field.id", unit.id.0.clone()),
        ("facility-cli.former", lang.list(former)),
        ("facility-cli.former-names", lang.list(&unit.former_names)),
        ("facility-cli.former-codes", lang.list(&unit.former_codes)),
        ("facility-field.name", unit.name.clone()),
        ("facility-field.code", unit.code.clone()),
        ("facility-field.type", type_shown(&unit.facility_type, session.lang)),
        ("facility-field.level", unit.level.clone()),
        ("facility-field.risk", unit.risk.clone()),
        ("facility-field.district", unit.district.clone()),
        ("facility-field.address", unit.address.clone()),
        ("facility-field.contact", unit.contact.clone()),
        ("facility-field.phone", unit.phone.clone()),
    ];
    session.output.labelled(&rows)?;
    if is_gone {
        session.output.say(&text!("facility-file.gone-page"))?;
        let message = text!("facility-file.gone", id = unit.id, name = unit.name);
        session.output.remind(&Error::input(message).hint(text!("facility-file.gone.hint", id = unit.id)));
    }
    if let Some(mistake) = unit.code_mistake() {
        session.output.line(&format!("  {}", mistake.text().show(lang)))?;
    }
    for date in &dates {
        let with = checklists.iter().find(|file| file.checklist.id == date.after.checklist);
        let title = with.map_or(date.after.checklist.0.as_str(), |file| file.checklist.title.show(lang));
        let result = lang.t(date.after.result_key());
        let said = text!("next-date.line", day = date.day, checklist = title, last = date.after.day, result = result);
        let late = if date.day < now().date_naive() { lang.t("finding-mark.overdue") } else { "".into() };
        session.output.line(format!("{}  {late}", said.show(lang)).trim_end())?;
        session.remind_of_years(&workspace, &date.unknown_years);
    }
    let reviewed = workspace.reviewed(&records);
    let is_inspection = |(row, standing): &(&RecordRow, &Standing)| {
        !matches!(standing, Standing::Draft | Standing::Superseded(_)) && !is_progress(&checklists, &row.checklist)
    };
    let inspections = records.iter().zip(&reviewed.standings).filter(is_inspection).count();
    session.output.say(&text!("facility-cli.records", count = inspections))?;
    for (row, standing) in records.iter().zip(&reviewed.standings) {
        super::record::print(session, &checklists, row, &lang.t(standing.name_key()))?;
    }
    let findings: Vec<_> =
        found.iter().zip(before).filter(|(row, _)| unit.is(&row.source.facility.id) && !row.is_gone()).collect();
    let open = findings.iter().filter(|(row, _)| row.state.is_open()).count();
    session.output.say(&text!("facility-cli.findings", count = findings.len(), open = open))?;
    for (row, before) in findings {
        super::finding::print(session, row, before, now().date_naive())?;
    }
    Ok(ExitCode::SUCCESS)
}

fn merge(session: &Session, keep: &str, other: &str, dry_run: bool) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let (keep, other) = (workspace.find_facility(keep)?, workspace.find_merged(other)?);
    if keep.id == other.id {
        return Err(
            Error::new(Kind::Usage, text!("facility-cli.merge-itself")).hint(text!("facility-cli.merge-itself.hint"))
        );
    }
    let (kept, differing) = merged(&keep, &other);
    if codes_differ(&keep, &other) {
        let message = text!("facility-cli.merge-codes", code = keep.code, other = other.code);
        session.output.remind(&Error::input(message).hint(text!("facility-cli.merge-codes.hint")));
    }
    for field in differing {
        let (kept, dropped) = (content(&keep, field), content(&other, field));
        let name = session.lang.t(&format!("facility-field.{field}"));
        session.output.say(&text!("facility-cli.merged-differing", field = name, kept = kept, dropped = dropped))?;
    }
    if !dry_run {
        workspace.change_facilities(std::slice::from_ref(&kept), std::slice::from_ref(&other.id))?;
    }
    session.output.say(&text!(
        "facility-cli.merged",
        other = other.id,
        other_name = other.name,
        keep = kept.id,
        keep_name = kept.name,
    ))?;
    if dry_run {
        session.output.say(&text!("facility-cli.dry-run"))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn edit(session: &Session, edited: &FacilityEdit) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let unit = workspace.find_facility(&edited.facility)?;
    let units = workspace.facilities().found;
    let kind = edited.kind.as_ref().map(|typed| type_typed(session, typed, &units)).transpose()?;
    let wanted = [
        ("name", &edited.name),
        ("code", &edited.code),
        ("type", &kind),
        ("level", &edited.level),
        ("district", &edited.district),
        ("address", &edited.address),
        ("contact", &edited.contact),
        ("phone", &edited.phone),
        ("risk", &edited.risk),
    ];
    let typed: Vec<_> = wanted.into_iter().filter_map(|(field, typed)| Some((field, typed.clone()?))).collect();
    if typed.is_empty() {
        return Err(Error::new(Kind::Usage, text!("facility-cli.nothing-to-edit"))
            .hint(text!("facility-cli.nothing-to-edit.hint")));
    }
    let unit = changed(&unit, &typed, &units, session.lang).map_err(|(_, error)| error)?;
    workspace.change_facilities(std::slice::from_ref(&unit), &[])?;
    session.output.say(&text!("facility-cli.edited", id = unit.id, name = unit.name))?;
    Ok(ExitCode::SUCCESS)
}
