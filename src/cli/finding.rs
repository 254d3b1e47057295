//! `ducha finding list|show|update|close` and `ducha reinspect`.

use std::{collections::BTreeMap, process::ExitCode, sync::Arc};

use chrono::NaiveDate;
use serde_json::json;
use ulid::Ulid;

use super::{
    Session,
    arguments::{Finding, FindingList, FindingStep, FindingUpdate, Reinspect},
    now,
};
use crate::{
    error::{Error, Kind, Result},
    facility::{Search, Successors},
    inspection::{RecordId, StoredRecord},
    ledger::{Action, Event, FindingId, Row, earlier, recurrences},
    store::{FoundEntry, Workspace, question_shown, title_shown, unit_shown},
    text,
    view::text::pad,
};

pub fn run(session: &Session, command: &Finding) -> Result<ExitCode> {
    match command {
        Finding::List(wanted) => list(session, wanted),
        Finding::Show { finding } => {
            let workspace = looked_through(session)?;
            show(session, &workspace, &workspace.find_finding(finding)?)
        }
        Finding::Update(wanted) => update(session, wanted),
        Finding::Close { finding, accept, after } => close(session, finding, accept, after),
        Finding::Import(wanted) => super::finding_import::run(session, wanted),
    }
}

/// Opens the workspace after every finalised record was looked through.
fn looked_through(session: &Session) -> Result<Workspace> {
    let workspace = session.workspace()?;
    for error in workspace.findings(workspace.records().found).damaged {
        session.output.error(&error);
    }
    Ok(workspace)
}

/// Accepts a finding for a reason; says where a re-inspection of it goes on, whose result would come later.
fn close(session: &Session, wanted: &str, accept: &str, after: &[String]) -> Result<ExitCode> {
    let workspace = looked_through(session)?;
    let after = workspace.keep_photos(after)?;
    let event = Event { reason: accept.to_owned(), after, ..event(&workspace, Action::Accepted) };
    let code = add(session, &workspace, wanted, event)?;
    let found = workspace.find_finding(wanted)?;
    let is_draft = |id: &&RecordId| workspace.record(id).is_ok_and(|stored| stored.is_live_draft());
    if let Some(record) = found.entry().pending().filter(is_draft) {
        let said = text!("ledger.draft-open", id = found.entry().id, record = record);
        session.output.remind(&Error::input(said).hint(text!("ledger.draft-open.hint")));
    }
    Ok(code)
}

fn event(workspace: &Workspace, action: Action) -> Event {
    Event::new(now(), &workspace.settings().inspector, action)
}

fn list(session: &Session, wanted: &FindingList) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let listing = workspace.findings(workspace.records().found);
    for error in &listing.damaged {
        session.output.error(error);
    }
    let today = now().date_naive();
    let units = Successors::new(&workspace.facilities().found);
    let before = recurrences(&listing.found, &units);
    let typed = wanted.words.join(" ");
    let search = Search::new(&typed);
    let fits = |row: &Row, before: usize| {
        (wanted.all || !row.is_gone())
            && wanted.state.is_none_or(|state| row.state == state && !row.withdrawn)
            && (!wanted.open || row.state.is_open())
            && (!wanted.overdue || row.is_overdue(today))
            && (!wanted.recurring || before > 0)
            && search.rank(&format!("{} {} {}", row.source.facility.name, row.description, row.responsible)).is_some()
    };
    let shown: Vec<_> = listing.found.iter().zip(before).filter(|(row, before)| fits(row, *before)).collect();
    if session.is_json() {
        let rows = shown
            .iter()
            .map(|(row, before)| json!({ "finding": row, "overdue": row.is_overdue(today), "recurrences": before }));
        session.output.json(&rows.collect::<Vec<_>>())?;
    } else {
        for (row, before) in &shown {
            print(session, row, *before, today)?;
        }
        let count = |fits: fn(&Row, NaiveDate) -> bool| shown.iter().filter(|(row, _)| fits(row, today)).count();
        let closed = count(|row, _| !row.state.is_open() && !row.withdrawn);
        let (overdue, withdrawn) = (count(Row::is_overdue), count(|row, _| row.withdrawn));
        session.output.say(&text!("finding-cli.total", count = shown.len(), closed = closed, overdue = overdue))?;
        if withdrawn > 0 {
            session.output.say(&text!("finding-cli.withdrawn", count = withdrawn))?;
        }
    }
    Ok(if listing.damaged.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Prints what a list shows of a finding; `before` is how many times it had come up before.
pub fn print(session: &Session, row: &Row, before: usize, today: NaiveDate) -> Result<()> {
    let lang = session.lang;
    let mut marks = Vec::new();
    if row.is_overdue(today) {
        marks.push(lang.t("finding-mark.overdue").into_owned());
    }
    if before > 0 {
        marks.push(text!("finding-mark.again", count = before).show(lang));
    }
    if row.conflicts > 0 {
        marks.push(lang.t("finding-mark.conflict").into_owned());
    }
    let line = [
        pad(&row.id.0, 17),
        pad(&lang.t(row.name_key()), 11),
        row.due.map_or_else(|| pad("-", 10), |due| due.to_string()),
        pad(&lang.t(row.severity.name_key()), 8),
        pad(&row.source.facility.name, 30),
        pad(&row.description.replace('\n', " "), 40),
        marks.join(" "),
    ];
    session.output.line(line.join("  ").trim_end())
}

fn show(session: &Session, workspace: &Workspace, found: &FoundEntry) -> Result<ExitCode> {
    let (entry, source) = (found.entry(), &found.ledger.source);
    let register = workspace.facilities().found;
    if session.is_json() {
        let unit = register.iter().find(|unit| unit.is(&source.facility.id)).map(|unit| (&unit.id, unit.name.as_str()));
        let unit = unit.unwrap_or((&source.facility.id, source.facility.name.as_str()));
        session.output.json(&json!({
            "source": source,
            "unit": { "id": unit.0, "name": unit.1 },
            "finding": entry,
            "state": entry.state(),
        }))?;
        return Ok(ExitCode::SUCCESS);
    }
    let lang = session.lang;
    let standing = entry.standing();
    let units = Successors::new(&register);
    let earlier = earlier(&workspace.finding_rows().found, &units, source, entry);
    let late = standing.state.is_open() && standing.due.is_some_and(|due| due < now().date_naive());
    let late = if late { lang.t("finding-mark.overdue") } else { "".into() };
    let checklists = session.naming(workspace);
    let title = title_shown(&checklists, &source.checklist, lang);
    let question = question_shown(&checklists, &source.checklist, &entry.item, &entry.question, lang);
    let rows = [
        ("finding-field.id", entry.id.to_string()),
        ("finding-field.state", format!("{} {late}", lang.t(standing.name_key())).trim_end().to_owned()),
        ("finding-field.unit", unit_shown(&register, &source.facility, lang)),
        ("finding-field.record", format!("{}  {title}  {}", source.inspected, source.record)),
        ("finding-field.item", format!("{} {question}", entry.item)),
        ("finding.description", entry.description.clone()),
        ("finding.severity", lang.t(entry.severity.name_key()).into_owned()),
        ("finding.measure", entry.measure.clone()),
        ("finding.responsible", standing.responsible.to_owned()),
        ("finding.due", standing.due.map_or_else(String::new, |due| due.to_string())),
        ("item.basis", lang.list(&entry.basis)),
        ("finding-field.earlier", lang.list(earlier.iter().map(|id| id.0.as_str()))),
    ];
    session.output.labelled(&rows)?;
    let photos = workspace.photos_of(entry);
    let is_finalised = |id: &RecordId| matches!(workspace.record(id), Ok(StoredRecord::Finalised(_)));
    for (at, event) in entry.event.iter().enumerate() {
        let mark = if standing.conflicts.contains(&at) { lang.t("finding-mark.conflict") } else { "".into() };
        let said = [
            event.reason.clone(),
            event.responsible.clone(),
            event.due.map_or_else(String::new, |due| text!("finding-cli.due", due = due).show(lang)),
            event.day_shown().map_or_else(String::new, |day| day.show(lang)),
            event.evidence.clone(),
            event.source.clone(),
            if entry.is_unjudged(at, is_finalised) { lang.t("ledger.unjudged").into_owned() } else { String::new() },
            entry.doubt(at, now()).map_or_else(String::new, |doubt| doubt.show(lang)),
        ];
        let said = said.into_iter().chain(photos.said(event, lang)).chain([mark.into_owned()]);
        let said: Vec<_> = said.filter(|part| !part.is_empty()).collect();
        let done = lang.with_said(&lang.t(event.action.name_key()), &said.join("  "));
        session.output.line(&format!("  {}  {}  {done}", event.at.format("%Y-%m-%d %H:%M"), event.by))?;
    }
    if !standing.conflicts.is_empty() {
        session.output.error(
            &Error::input(text!("ledger.conflict", id = entry.id)).at(found.path()).hint(text!("ledger.conflict.hint")),
        );
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

fn update(session: &Session, wanted: &FindingUpdate) -> Result<ExitCode> {
    let workspace = looked_through(session)?;
    let action = match wanted.to {
        Some(FindingStep::Correcting) => Action::Correcting,
        Some(FindingStep::Awaiting) => Action::Submitted,
        Some(FindingStep::Transferred) => Action::Transferred,
        Some(FindingStep::Reopened) => Action::Reopened,
        None => Action::Assigned,
    };
    let day = |typed: &String| {
        typed
            .parse::<NaiveDate>()
            .map_err(|_| Error::new(Kind::Usage, text!("campaign.day", typed = typed)).hint(text!("campaign.day.hint")))
    };
    let due = match (&wanted.due, wanted.workdays) {
        (Some(typed), _) => Some(day(typed)?),
        (None, Some(workdays)) => {
            let counted = workspace.calendar()?.after(now().date_naive(), workdays);
            session.remind_of_years(&workspace, &counted.unknown_years);
            Some(counted.day)
        }
        (None, None) => None,
    };
    let event = Event {
        reason: wanted.reason.clone().unwrap_or_default(),
        responsible: wanted.responsible.clone().unwrap_or_default(),
        due,
        before: workspace.keep_photos(&wanted.before)?,
        after: workspace.keep_photos(&wanted.after)?,
        ..event(&workspace, action)
    };
    let says_nothing = event.reason.is_empty()
        && event.responsible.is_empty()
        && event.due.is_none()
        && event.before.is_empty()
        && event.after.is_empty();
    if wanted.workdays == Some(0) {
        return Err(Error::new(Kind::Usage, text!("campaign.no-workdays")).hint(text!("campaign.no-workdays.hint")));
    }
    if wanted.to.is_none() && says_nothing {
        return Err(Error::new(Kind::Usage, text!("finding-cli.nothing")).hint(text!("finding-cli.nothing.hint")));
    }
    add(session, &workspace, &wanted.finding, event)
}

fn add(session: &Session, workspace: &Workspace, wanted: &str, event: Event) -> Result<ExitCode> {
    let id = workspace.find_finding(wanted)?.entry().id.clone();
    let found = workspace.add_finding_event(&id, event)?;
    print(session, &Row::new(&Arc::new(found.ledger.source.clone()), found.entry()), 0, now().date_naive())?;
    Ok(ExitCode::SUCCESS)
}

/// Begins re-inspections of open findings: a draft for each checklist.
pub fn reinspect(session: &Session, wanted: &Reinspect) -> Result<ExitCode> {
    let workspace = looked_through(session)?;
    let mut found: BTreeMap<FindingId, FoundEntry> = BTreeMap::new();
    for of in &wanted.of {
        if let Ok(entry) = workspace.find_finding(of) {
            let finding = entry.entry();
            if !finding.state().is_open() {
                let state = session.lang.t(finding.standing().name_key());
                let said = Error::input(text!("finding-cli.not-open", id = finding.id, state = state));
                session.output.remind(&said.hint(text!("finding-cli.not-open.hint")));
            }
            found.insert(entry.entry().id.clone(), entry);
            continue;
        }
        let record = workspace.find_record(of)?;
        let rows = workspace.finding_rows().found;
        let of_record: Vec<&Row> = rows.iter().filter(|row| row.source.record == record).collect();
        let is_draft = |id: &RecordId| workspace.record(id).is_ok_and(|stored| stored.is_live_draft());
        // Of a whole record what is being re-inspected already goes on by itself, unless there is nothing else.
        let free: Vec<&Row> =
            of_record.iter().copied().filter(|row| !row.pending.as_ref().is_some_and(is_draft)).collect();
        let has_open = free.iter().any(|row| row.state.is_open());
        for row in if has_open { free } else { of_record } {
            found.insert(row.id.clone(), workspace.find_finding(&row.id.0)?);
        }
    }
    let mut by_checklist: BTreeMap<String, Vec<FoundEntry>> = BTreeMap::new();
    for entry in found.into_values() {
        by_checklist.entry(entry.ledger.source.checklist.id.0.clone()).or_default().push(entry);
    }
    if by_checklist.is_empty() {
        return Err(Error::input(text!("ledger.nothing-open")).hint(text!("ledger.nothing-open.hint")));
    }
    let (register, checklists) = (workspace.facilities().found, session.naming(&workspace));
    let by = workspace.settings().inspector.clone();
    for entries in by_checklist.values() {
        let id = RecordId(Ulid::generate().to_string().into());
        let draft = workspace.begin_reinspection(&id, entries, &register, &by, now())?;
        let pinned = draft.editing.pinned();
        session.output.say(&text!(
            "finding-cli.reinspecting",
            record = id,
            unit = pinned.facility.name,
            checklist = title_shown(&checklists, &pinned.checklist, session.lang),
            items = draft.editing.sheet().checklist().items.len(),
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}
