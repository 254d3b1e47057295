//! `ducha fill`: filling in a record without the screens, by the same rules: from a file of answers, or by questions.

use std::{collections::BTreeSet, process::ExitCode, sync::Arc};

use serde_json::json;
use ulid::Ulid;

use super::{Session, arguments::Fill, fill_answers, fill_plain, now};
use crate::{
    calendar::Counted,
    checklist::{ChecklistId, ItemId, Sort},
    error::{Error, Kind, Result},
    facility::{Facility, Search},
    inspection::{self, Answer, Blocker, Details, FacilityPin, RecordId, Sheet, StepRefused},
    percent,
    store::{ChecklistFile, OpenDraft, RecordRow, Workspace},
    sync::dispute,
    text,
};

pub fn run(session: &Session, fill: &Fill) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let given = fill.answers.as_deref().map(fill_answers::read).transpose()?;
    let named = given.as_ref().map(fill_answers::Given::names).unwrap_or_default();
    let record = fill.record.clone().or(named.record);
    let facility = fill.facility.clone().or(named.facility);
    let checklist = fill.checklist.clone().or(named.checklist);
    let wanted = Wanted::find(session, &workspace, record.as_deref(), facility.as_deref(), checklist.as_deref())?;
    // Nothing is written, and no draft begun, where anything is wrong: half a file of answers is worse than none.
    let given = match given.map(|given| given.check(&workspace, wanted.sheet(), wanted.details(), session.lang)) {
        None => None,
        Some(Ok(checked)) => Some(checked),
        Some(Err(mistakes)) => {
            for mistake in &mistakes {
                session.output.error(mistake);
            }
            return Ok(ExitCode::FAILURE);
        }
    };
    let mut filling = Filling::open(workspace, wanted)?;
    let mut wants_finalise = fill.finalise;
    if let Some(checked) = given {
        checked.put_into(&mut filling)?;
    }
    if fill.plain {
        wants_finalise |= fill_plain::ask(session, &mut filling)?;
    }
    finish(session, filling, wants_finalise)
}

/// Writes the record, finalises it where that is wanted, and says what came of it.
fn finish(session: &Session, mut filling: Filling, wants_finalise: bool) -> Result<ExitCode> {
    filling.save()?;
    let blockers = if wants_finalise { filling.finalise()? } else { inspection::blockers(&filling.open.editing) };
    let finalised = wants_finalise && blockers.is_empty();
    let header = filling.open.editing.header();
    let path = filling.open.file.path().display().to_string();
    session.remind_of_years(&filling.workspace, &filling.unknown_years);
    let sheet = filling.sheet();
    let is_hidden = |id: &ItemId| sheet.position(id).is_some_and(|at| !sheet.applies(at));
    let hidden: Vec<&str> = sheet.answers().filter(|(id, _)| is_hidden(id)).map(|(id, _)| id.0.as_str()).collect();
    let said: Vec<String> = blockers.iter().map(|blocker| filling.blocker_shown(session, *blocker)).collect();
    if session.is_json() {
        session.output.json(&json!({
            "record": header.id,
            "path": path,
            "finalised": finalised,
            "summary": header.summary,
            "blockers": said,
            "hidden": hidden,
            "replaced": filling.replaced,
        }))?;
    } else {
        for one in said.iter().filter(|_| wants_finalise || said.len() <= 20) {
            session.output.line(&format!("! {one}"))?;
        }
        if !filling.replaced.is_empty() {
            let items = session.lang.list(filling.replaced.iter().map(|item| item.0.as_str()));
            session.output.say(&text!("fill-command.replaced", items = items))?;
        }
        if !hidden.is_empty() {
            session.output.say(&text!("fill-command.hidden", items = session.lang.list(&hidden)))?;
        }
        let summary = &header.summary;
        let (answered, items, failed) = (summary.answered, summary.items, summary.failed);
        let counts = match filling.sheet().checklist().sort {
            Sort::OnSite => text!(
                "fill-command.summary",
                answered = answered,
                items = items,
                failed = failed,
                critical = summary.critical_failed,
                rate = summary.score_rate.map_or_else(|| "-".to_owned(), percent::show)
            ),
            Sort::Progress => text!(
                "fill-command.summary-of-figures",
                answered = answered,
                items = items,
                conforming = summary.conforming,
                failed = failed
            ),
        };
        session.output.say(&counts)?;
        session.output.say(&match (finalised, wants_finalise) {
            (true, _) => text!("fill-command.finalised", id = header.id, path = path),
            (false, true) => text!("fill-command.blocked", count = said.len(), id = header.id),
            (false, false) => text!("fill-command.saved", id = header.id, path = path),
        })?;
    }
    Ok(if wants_finalise && !finalised { ExitCode::FAILURE } else { ExitCode::SUCCESS })
}

/// A draft that is filled in from the command line.
pub struct Filling {
    pub workspace: Workspace,
    pub open: OpenDraft,
    pub by: String,
    /// The items whose answers a file replaced by other ones.
    pub replaced: Vec<ItemId>,
    /// The years of which the calendar has only the weekends, where the term of a finding was counted out in them.
    unknown_years: BTreeSet<i32>,
}

impl Filling {
    /// Begins the draft that is meant where it is not there yet.
    fn open(workspace: Workspace, wanted: Wanted) -> Result<Self> {
        let by = workspace.settings().inspector.clone();
        let open = match wanted {
            Wanted::There(open) => *open,
            Wanted::New { with, unit, details, .. } => {
                workspace.begin(RecordId(Ulid::generate().to_string().into()), &with, &unit, details)?
            }
        };
        let mut filling = Self { workspace, open, by, replaced: Vec::new(), unknown_years: BTreeSet::new() };
        filling.mark_disputed()?;
        Ok(filling)
    }

    /// Tells the draft what of it is in dispute: it is not finalised over that.
    fn mark_disputed(&mut self) -> Result<()> {
        let all = dispute::disputes(&self.workspace)?;
        let disputed = dispute::of_record(&all, &self.open.editing.pinned().id);
        self.open.editing.set_disputed(disputed);
        Ok(())
    }

    /// Returns the answers.
    pub fn sheet(&self) -> &Sheet {
        self.open.editing.sheet()
    }

    /// Changes the answer to an item; it is on disk when this returns.
    pub fn change(&mut self, item: &ItemId, change: impl FnOnce(&mut Answer)) -> Result<()> {
        let now = now();
        let known = self.sheet().answer_to(item).cloned();
        let mut answer = known.unwrap_or_else(|| Answer::blank(&self.by, now));
        change(&mut answer);
        (answer.by, answer.at) = (self.by.clone(), now);
        let due = answer.finding.as_ref().and_then(|finding| finding.due);
        let counted = due.and_then(|due| self.term_of(item).filter(|counted| counted.day == due));
        self.unknown_years.extend(counted.into_iter().flat_map(|counted| counted.unknown_years));
        let answer = Some(answer).filter(|answer| !answer.is_blank());
        for entry in self.open.editing.answer_as_inspector(item, answer, now) {
            self.open.file.append(&entry)?;
        }
        Ok(())
    }

    /// Counts out the term that an item gives to put a failure right, from the day of the inspection.
    pub fn term_of(&self, item: &ItemId) -> Option<Counted> {
        let sheet = self.sheet();
        // Whoever fills in names the day where the calendar cannot be read.
        let calendar = self.workspace.calendar().ok();
        sheet.item(sheet.position(item)?).rectified_by(sheet.day(), calendar.as_ref())
    }

    /// Sets when, where and by whom; it is on disk when this returns.
    pub fn set_details(&mut self, details: Details) -> Result<()> {
        let entry = self.open.editing.set_details(details, now());
        entry.map_or(Ok(()), |entry| self.open.file.append(&entry))
    }

    /// Takes the last step back; gives the item that it was at.
    pub fn undo(&mut self) -> Result<Result<Option<ItemId>, StepRefused>> {
        match self.open.editing.undo(now()) {
            Ok((entry, change)) => {
                self.open.file.append(&entry)?;
                Ok(Ok(change.item().cloned()))
            }
            Err(refused) => Ok(Err(refused)),
        }
    }

    /// Writes the record's file.
    pub fn save(&mut self) -> Result<()> {
        if self.open.file.save(&self.open.editing.record())? {
            return Ok(());
        }
        // The file was changed from outside meanwhile: both are joined and written.
        let id = self.open.editing.pinned().id.clone();
        self.open = self.workspace.open_draft(&id)?;
        self.mark_disputed()?;
        self.open.file.save(&self.open.editing.record()).map(drop)
    }

    /// Finalises the record; returns what stands in the way, which is nothing once it is finalised.
    fn finalise(&mut self) -> Result<Vec<Blocker>> {
        loop {
            match inspection::finalise(&self.open.editing, &self.by, now()) {
                Ok(finalised) if self.open.file.finalise(&finalised)? => return Ok(Vec::new()),
                // The file was changed from outside meanwhile: what is joined with it decides.
                Ok(_) => self.save()?,
                Err(blockers) => return Ok(blockers),
            }
        }
    }

    fn blocker_shown(&self, session: &Session, blocker: Blocker) -> String {
        let said = blocker.show(session.lang);
        match blocker.position().map(|at| self.sheet().item(at)) {
            Some(item) => format!("{} {}: {said}", item.id, item.text.show(session.lang)),
            None => said,
        }
    }
}

/// The draft that is meant.
enum Wanted {
    /// It is there.
    There(Box<OpenDraft>),
    /// There is none of the unit and the checklist; it is begun once there is something to write.
    New { with: ChecklistFile, unit: Box<Facility>, details: Details, sheet: Sheet },
}

impl Wanted {
    /// Finds the draft that is meant by its number, or by its unit and checklist.
    fn find(
        session: &Session,
        workspace: &Workspace,
        record: Option<&str>,
        facility: Option<&str>,
        checklist: Option<&str>,
    ) -> Result<Self> {
        let wanted = match (record, facility, checklist) {
            (Some(record), ..) => Self::There(Box::new(workspace.open_draft(&workspace.find_record(record)?)?)),
            (None, Some(facility), Some(checklist)) => of_unit(session, workspace, facility, checklist)?,
            _ => {
                return Err(Error::new(Kind::Usage, text!("fill-command.what")).hint(text!("fill-command.what.hint")));
            }
        };
        if let Self::There(open) = &wanted
            && let Some(into) = &open.editing.pinned().joined_into
        {
            let closed = text!("join.closed", id = open.editing.pinned().id, into = into);
            return Err(Error::new(Kind::Usage, closed).hint(text!("join.closed.hint", into = into)));
        }
        if let Self::There(open) = &wanted
            && open.editing.pinned().void.is_some()
        {
            let id = &open.editing.pinned().id;
            return Err(Error::new(Kind::Usage, text!("void.closed", id = id)).hint(text!("void.closed.hint", id = id)));
        }
        Ok(wanted)
    }

    /// Returns the answers that are there so far.
    fn sheet(&self) -> &Sheet {
        match self {
            Self::There(open) => open.editing.sheet(),
            Self::New { sheet, .. } => sheet,
        }
    }

    /// Returns when, where and by whom.
    fn details(&self) -> &Details {
        match self {
            Self::There(open) => open.editing.details(),
            Self::New { details, .. } => details,
        }
    }
}

/// Finds the only draft of a unit and a checklist, or what one begins with.
fn of_unit(session: &Session, workspace: &Workspace, facility: &str, checklist: &str) -> Result<Wanted> {
    let by = &workspace.settings().inspector;
    let facility = find_facility(workspace, facility)?;
    let file = workspace.checklist(&ChecklistId(checklist.to_owned()))?;
    let records = workspace.records();
    // What the disk does not give may be the draft that is to go on; another one beside it would be two of one inspection.
    let unread = |error: &Error| matches!(error.kind(), Kind::Storage | Kind::DiskUnusable);
    if let Some(error) = records.damaged.into_iter().find(unread) {
        return Err(error);
    }
    let is_same = |row: &&RecordRow| {
        row.finalised.is_none() && row.facility.id == facility.id && row.checklist.id == file.checklist.id
    };
    match records.found.iter().filter(is_same).collect::<Vec<_>>().as_slice() {
        [] => {}
        [row] => {
            if !session.is_json() && !row.inspectors.contains(by) {
                session.output.say(&text!("fill-command.of-others", name = session.lang.list(&*row.inspectors)))?;
            }
            return Ok(Wanted::There(Box::new(workspace.open_draft(&row.id)?)));
        }
        // Two people began the same task before either knew of the other: which one is meant is for a person to say.
        several => {
            let drafts = several.iter().map(|row| row.draft_said(session.lang).show(session.lang));
            let said = text!("fill-command.several-drafts", unit = facility.name, drafts = session.lang.list(drafts));
            return Err(Error::new(Kind::Usage, said).hint(text!("fill-command.several-drafts.hint")));
        }
    }
    let details = Details {
        started: now(),
        finished: None,
        place: facility.address.clone(),
        inspectors: vec![by.clone()],
        accompanied_by: String::new(),
        remark: String::new(),
        clock_set: Vec::new(),
    };
    let checklist = Arc::clone(&file.checklist);
    let sheet = Sheet::new(checklist, &FacilityPin::from(&facility), details.started.date_naive(), Vec::new());
    Ok(Wanted::New { with: file, unit: Box::new(facility), details, sheet })
}

/// Finds the one unit that is meant: by its number, its name, or words that fit only one.
fn find_facility(workspace: &Workspace, wanted: &str) -> Result<Facility> {
    let known = workspace.facilities().found;
    let exact = |facility: &&Facility| facility.id.0 == wanted || facility.name == wanted;
    if let Some(facility) = known.iter().find(exact) {
        return Ok(facility.clone());
    }
    let fitting = Search::new(wanted).narrow(known.iter().map(|facility| facility.name.as_str()));
    match fitting.as_slice() {
        [one] if !wanted.trim().is_empty() => Ok(known[*one].clone()),
        [] => Err(Error::new(Kind::NotFound, text!("fill-command.no-facility", wanted = wanted))
            .hint(text!("fill-command.no-facility.hint"))),
        several => {
            let names: Vec<_> = several.iter().take(5).map(|&at| known[at].name.as_str()).collect();
            Err(Error::new(Kind::NotFound, text!("fill-command.several", wanted = wanted, names = names.join(" / ")))
                .hint(text!("fill-command.no-facility.hint")))
        }
    }
}
