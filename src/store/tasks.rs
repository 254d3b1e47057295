//! Campaigns, tasks and the calendar: `campaigns/ID.toml`, `tasks/CAMPAIGN/ID.toml`, `calendar.toml`.

use std::{
    collections::{HashMap, HashSet},
    fs,
    hash::BuildHasher,
    path::{Path, PathBuf},
};

use super::{ChecklistFile, Listing, RecordRow, Workspace, disk, revisions::superseded};
use crate::{
    calendar::{self, Calendar},
    checklist::{ChecklistId, NextVisit},
    error::{Error, Kind, Result},
    facility::{Facility, Successors},
    inspection::RecordId,
    ledger::{Row as FindingRow, rechecked_checklist},
    task::{Campaign, CampaignId, Event, Inspected, NextDate, Task, Visit, Visits, next_dates, read_task, write_task},
    text,
};

impl Workspace {
    /// Reads the calendar of the workspace, or the built-in one where it has none.
    pub fn calendar(&self) -> Result<Calendar> {
        let path = self.root().join("calendar.toml");
        if path.exists() {
            Calendar::read(&disk::read_toml_text(&path)?).map_err(|error| error.in_file(path))
        } else {
            Calendar::read(calendar::BUILT_IN)
        }
    }

    /// Reads a campaign.
    pub fn campaign(&self, id: &CampaignId) -> Result<Campaign> {
        let path = self.campaign_path(id)?;
        if !path.is_file() {
            return Err(Error::new(Kind::NotFound, text!("campaign.missing", id = id))
                .at(path)
                .hint(text!("campaign.missing.hint", id = id)));
        }
        Campaign::read(&disk::read_toml_text(&path)?).map_err(|error| error.in_file(path))
    }

    /// Writes a new campaign; one that is there already is left alone and is an error.
    pub fn add_campaign(&self, id: &CampaignId, campaign: &Campaign) -> Result<()> {
        self.require_writable()?;
        campaign.check()?;
        let path = self.campaign_path(id)?;
        let written = toml::to_string(campaign)
            .map_err(|error| Error::input(text!("record.not-written")).because(error).at(&path))?;
        disk::create(&path, written.as_bytes())
    }

    /// Says of a mistake where in a campaign's file what it is about is named.
    pub fn in_campaign(&self, id: &CampaignId, named: &str, error: Error) -> Error {
        let Ok(path) = self.campaign_path(id) else { return error };
        let text = disk::read_text(&path).unwrap_or_default();
        match text.find(&format!("\"{named}\"")) {
            Some(offset) => error.at_offset(path, &text, offset),
            // It comes from a draw.
            None => error.at(path),
        }
    }

    /// Says whether there is a campaign of this name.
    pub fn has_campaign(&self, id: &CampaignId) -> bool {
        self.campaign_path(id).is_ok_and(|path| path.is_file())
    }

    /// Reads the titles of the campaigns of some tasks, by their ids; one whose file is gone goes by its id.
    pub fn campaign_titles(&self, tasks: &[Task]) -> HashMap<String, String> {
        let campaigns: HashSet<&CampaignId> = tasks.iter().map(|task| &task.campaign).collect();
        let title = |id: &CampaignId| self.campaign(id).map_or_else(|_| id.0.clone(), |campaign| campaign.title);
        campaigns.into_iter().map(|id| (id.0.clone(), title(id))).collect()
    }

    /// Reads every task, by campaign and number.
    pub fn tasks(&self) -> Listing<Task> {
        let mut listing = Listing::default();
        for path in self.task_files() {
            listing.add(read(&path));
        }
        listing
    }

    /// Writes new tasks; a file that is there already is left alone and is an error.
    pub fn add_tasks(&self, tasks: &[Task]) -> Result<()> {
        self.require_writable()?;
        for task in tasks {
            disk::create(&self.task_path(task), write_task(task)?.as_bytes())?;
        }
        Ok(())
    }

    /// Adds an event to a task, to what its file says now; returns the task as it is then. One that may not happen is refused.
    pub fn add_task_event(&self, task: &Task, event: Event) -> Result<Task> {
        self.require_writable()?;
        let path = self.task_path(task);
        let _turn = self.turns.take();
        let mut task = read(&path)?;
        task.add(event).map_err(|error| match error.kind() {
            // What was typed is wrong, not the file.
            Kind::Usage => error,
            _ => error.in_file(&path),
        })?;
        disk::replace(&path, write_task(&task)?.as_bytes())?;
        Ok(task)
    }

    /// Finds the one task that is meant: its number, or the end of it.
    pub fn find_task(&self, wanted: &str) -> Result<Task> {
        let tasks = self.tasks().found;
        if let Some(task) = tasks.iter().find(|task| task.id.0 == wanted) {
            return Ok(task.clone());
        }
        let fitting: Vec<_> = tasks.iter().filter(|task| !wanted.is_empty() && task.id.0.ends_with(wanted)).collect();
        match fitting.as_slice() {
            [one] => Ok((*one).clone()),
            found => {
                let message = if found.is_empty() {
                    text!("task.missing", id = wanted)
                } else {
                    text!("task.several", id = wanted, count = found.len())
                };
                Err(Error::new(Kind::NotFound, message).hint(text!("task.missing.hint")))
            }
        }
    }

    fn campaign_path(&self, id: &CampaignId) -> Result<PathBuf> {
        plain_name(&id.0)?;
        Ok(self.root().join("campaigns").join(format!("{id}.toml")))
    }

    /// Returns the file of a task.
    pub fn task_path(&self, task: &Task) -> PathBuf {
        self.root().join("tasks").join(&task.campaign.0).join(format!("{}.toml", task.id))
    }

    fn task_files(&self) -> Vec<PathBuf> {
        let inside = |folder: &Path| {
            let mut paths: Vec<_> =
                fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
            paths.sort_unstable();
            paths
        };
        let is_task = |path: &PathBuf| {
            let hidden = path.file_name().is_none_or(|name| name.to_string_lossy().starts_with('.'));
            !hidden && path.extension().is_some_and(|end| end == "toml")
        };
        inside(&self.root().join("tasks")).iter().flat_map(|campaign| inside(campaign)).filter(is_task).collect()
    }
}

/// Brings the records together with the register, for the states of tasks.
///
/// An inspection is done once its record stands: one that a review returned, or that is being corrected, is under way again,
/// and where a correction took its place only that one counts.
pub fn visits(records: &[RecordRow], register: &[Facility], returned: &HashSet<RecordId, impl BuildHasher>) -> Visits {
    let superseded = superseded(records);
    let drafts = records.iter().filter(|row| row.finalised.is_none());
    let corrected: HashSet<&RecordId> = drafts.filter_map(|row| row.revises.as_ref()).collect();
    let stands = |row: &RecordRow| !returned.contains(&row.id) && !corrected.contains(&row.id);
    let visit = |row: &RecordRow| Visit {
        facility: row.facility.id.clone(),
        checklist: row.checklist.id.clone(),
        started: row.started.date_naive(),
        finalised: row.finalised.filter(|_| stands(row)).map(|at| at.date_naive()),
    };
    let counting = records.iter().enumerate().filter(|(at, _)| !superseded.contains_key(at));
    Visits::new(counting.map(|(_, row)| visit(row)), register)
}

/// Works out when units are inspected again, by the checklists in use; a record whose place a correction took does not count.
///
/// A re-inspection counts as the last inspection with the checklist that it goes back to. One that judged nothing does not
/// count, nor does one that found nothing wrong while other findings of the unit and checklist are still open: it moves the
/// findings that it looked at and no date. As long as one is open the unit has not passed, whatever was judged last.
/// Before the ledger has been read, what is open is what failed and no re-inspection found in order.
///
/// Units that were merged are one, under the number and the name that the register has for it now.
pub fn next_inspections(
    records: &[RecordRow],
    checklists: &[ChecklistFile],
    register: &[Facility],
    ledger: Option<&[FindingRow]>,
    calendar: Option<&Calendar>,
) -> Vec<NextDate> {
    // Most bureaus have no such rule; looking through every record would then be for nothing.
    if checklists.iter().all(|file| file.checklist.next == NextVisit::default()) {
        return Vec::new();
    }
    let (superseded, units) = (superseded(records), Successors::new(register));
    let original = |id: &ChecklistId| rechecked_checklist(id).unwrap_or_else(|| id.clone());
    let still_open: Option<HashSet<_>> = ledger.map(|rows| {
        let open = rows.iter().filter(|row| row.state.is_open());
        open.map(|row| (units.of(&row.source.facility.id).clone(), original(&row.source.checklist.id))).collect()
    });
    let counting =
        records.iter().enumerate().filter(|(at, row)| row.finalised.is_some() && !superseded.contains_key(at));
    let mut counting: Vec<_> = counting.map(|(_, row)| row).collect();
    counting.sort_by_key(|row| row.started);
    let mut left_open: HashMap<_, usize> = HashMap::new();
    let inspected = counting.into_iter().filter_map(|row| {
        let (facility, checklist) = (units.of(&row.facility.id), original(&row.checklist.id));
        let (summary, is_again) = (&row.summary, checklist != row.checklist.id);
        if is_again && summary.conforming + summary.failed == 0 {
            return None;
        }
        let key = (facility.clone(), checklist);
        let left = left_open.entry(key.clone()).or_default();
        *left = if is_again { left.saturating_sub(summary.conforming) } else { summary.open_findings };
        let is_open = still_open.as_ref().map_or(*left > 0, |open| open.contains(&key));
        if is_again && is_open && summary.failed == 0 {
            return None;
        }
        let (facility, checklist) = key;
        let now = (facility != row.facility.id).then(|| register.iter().find(|unit| unit.id == facility)).flatten();
        Some(Inspected {
            facility_name: now.map_or(row.facility.name.as_str(), |unit| &unit.name).to_owned(),
            facility,
            checklist,
            day: row.started.date_naive(),
            failed: summary.failed > 0,
            is_open,
        })
    });
    // The last of one day comes first.
    let mut inspected: Vec<_> = inspected.collect();
    inspected.reverse();
    let rules: HashMap<&ChecklistId, NextVisit> =
        checklists.iter().map(|file| (&file.checklist.id, file.checklist.next)).collect();
    next_dates(inspected, |id| rules.get(id).copied(), calendar)
}

/// Reads a task's file, which has to be named after the task and lie in the folder of its campaign.
fn read(path: &Path) -> Result<Task> {
    let task = read_task(&disk::read_toml_text(path)?).map_err(|error| error.in_file(path))?;
    let stem = path.file_stem().is_some_and(|stem| stem == task.id.0.as_str());
    let folder = path.parent().and_then(Path::file_name).is_some_and(|name| name == task.campaign.0.as_str());
    if stem && folder {
        return Ok(task);
    }
    Err(Error::input(text!("task.other-name", campaign = task.campaign, id = task.id))
        .at(path)
        .hint(text!("task.other-name.hint")))
}

/// Refuses a name that would lead to another folder or that some systems do not allow.
pub(super) fn plain_name(name: &str) -> Result<()> {
    let is_plain = |letter: char| letter.is_alphanumeric() || matches!(letter, '-' | '_' | '.');
    let fits = !name.is_empty()
        && name.len() <= 100
        && name.chars().all(is_plain)
        && !name.starts_with('.')
        && !name.ends_with('.');
    if fits {
        return Ok(());
    }
    Err(Error::new(Kind::Usage, text!("campaign.name", name = name)).hint(text!("campaign.name.hint")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{i18n::Lang, store::NewWorkspace};

    fn workspace(root: &Path) -> Workspace {
        let new = NewWorkspace { language: Lang::Zh, bureau: "某所".to_owned(), inspector: "某人".to_owned() };
        Workspace::create(root, &new, "2026-03-01T08:00:00+08:00".parse().expect("a moment")).expect("a workspace")
    }

    #[test]
    fn a_calendar_can_be_edited() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = workspace(folder.path());
        assert_eq!(workspace.calendar().expect("the built-in one"), Calendar::read(calendar::BUILT_IN).expect("read"));
        let own = "[[year]]\nyear = 2030\nsource = \"某通知\"\nholidays = [\"2030-01-02\"]\n";
        fs::write(folder.path().join("calendar.toml"), own).expect("written");
        assert!(!workspace.calendar().expect("its own").is_workday("2030-01-02".parse().expect("a day")));
        fs::write(folder.path().join("calendar.toml"), own.replace("01-02", "13-02")).expect("written");
        assert_eq!(workspace.calendar().expect_err("refused").place().and_then(|place| place.line), Some(4));
    }

    #[test]
    fn a_name_does_not_lead_elsewhere() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = workspace(folder.path());
        for name in ["", "../x", "a/b", ".hidden", "c:d", "a."] {
            assert!(
                workspace.campaign(&CampaignId(name.to_owned())).is_err_and(|error| error.kind() == Kind::Usage),
                "{name}"
            );
        }
        let missing = workspace.campaign(&CampaignId("2026-发热门诊".to_owned())).expect_err("missing");
        assert_eq!(missing.kind(), Kind::NotFound);
    }
}
