//! The ledger on disk: `findings/YYYY/MM/RECORD.toml`, one file for each finalised record that was looked through.
//!
//! A record is looked through once: its findings get their numbers, and a re-inspection moves the findings it was about.

use std::{
    collections::{HashMap, HashSet},
    fs,
    path::{Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, FixedOffset};

use super::{
    ChecklistFile, Listing, OpenDraft, RecordRow, Workspace, disk,
    index::{self, IndexRow},
};
use crate::{
    checklist::{self, Checklist, ItemId},
    error::{Error, Kind, Result},
    facility::Facility,
    inspection::{Details, FacilityPin, Finalised, RecordId, StoredRecord},
    ledger::{
        Action, Entry, Event, FindingId, Ledger, Row, Source, fails_still, of_correction, open_items, read_ledger,
        recheck_checklist, register, settled, write_ledger,
    },
    text,
};

/// Changes whenever the form of the rows in the index does.
const FORM: u32 = 1;

/// The rows of one file.
type FileRows = (String, Vec<Row>);

/// A finding with the file it stands in.
#[derive(Clone, Debug)]
pub struct FoundEntry {
    /// Its ledger.
    pub ledger: Ledger,
    /// Its place in it.
    pub at: usize,
    path: PathBuf,
}

impl FoundEntry {
    /// Returns the finding.
    pub fn entry(&self) -> &Entry {
        &self.ledger.finding[self.at]
    }

    /// Returns where it comes from, and the finding.
    pub fn into_parts(mut self) -> (Source, Entry) {
        let entry = self.ledger.finding.swap_remove(self.at);
        (self.ledger.source, entry)
    }

    /// Returns the file it stands in.
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Workspace {
    /// Lists every finding, newest first, after looking through the records that were finalised since the last time.
    ///
    /// Where nothing may be written, what was not looked through yet is left for later.
    pub fn findings(&self, records: &[RecordRow]) -> Listing<Row> {
        let mut listing = self.finding_rows();
        if self.read_only().is_some() {
            return listing;
        }
        let looked_through: HashSet<String> = self.ledger_files().iter().filter_map(|path| stem(path)).collect();
        let new = records.iter().filter(|row| row.finalised.is_some() && !looked_through.contains(&row.id.0));
        // The oldest first, so that a finding is there before the re-inspection of it.
        let mut new: Vec<_> = new.collect();
        new.sort_by_key(|row| row.finalised);
        if new.is_empty() {
            return listing;
        }
        let mut pending: HashMap<RecordId, Vec<FindingId>> = HashMap::new();
        for row in &listing.found {
            if let Some(record) = &row.pending {
                pending.entry(record.clone()).or_default().push(row.id.clone());
            }
        }
        let mut failed = Vec::new();
        for row in new {
            let known = pending.remove(&row.id).unwrap_or_default();
            if let Err(error) = self.look_through(row, &known) {
                failed.push(error);
            }
        }
        listing = self.finding_rows();
        listing.damaged.extend(failed);
        listing
    }

    /// Numbers the findings of a finalised record, and settles those that it re-inspected.
    fn look_through(&self, row: &RecordRow, reinspected: &[FindingId]) -> Result<()> {
        let StoredRecord::Finalised(finalised) = self.record(&row.id)? else { return Ok(()) };
        let checklist = self.checklist_of(finalised.record())?;
        let mut items = Vec::new();
        for id in reinspected {
            let mut found = self.find_finding(&id.0)?;
            items.push(found.entry().item.clone());
            if let Some(event) = settled(found.entry(), &finalised, &checklist) {
                let at = found.at;
                // What happened to it in the meantime stands in its history; the result of the visit is added all the same.
                found.ledger.finding[at].event.push(event);
                disk::replace(&found.path, write_ledger(&found.ledger)?.as_bytes())?;
            }
        }
        items.extend(self.correct_findings(&finalised, &checklist)?);
        self.keep_ledger(&finalised, &register(&finalised, &checklist, &items))
    }

    /// Takes a correction over into the findings of what it corrects, and lists the items that have a number there already.
    fn correct_findings(&self, finalised: &Finalised, checklist: &Checklist) -> Result<Vec<ItemId>> {
        let mut items = Vec::new();
        let mut revised = finalised.record().header.revises.as_ref().map(|revised| revised.record.clone());
        let mut seen = HashSet::new();
        while let Some(id) = revised.filter(|id| seen.insert(id.clone())) {
            let name = format!("{id}.toml");
            if let Some(path) = self.ledger_files().into_iter().find(|path| path.ends_with(&name)) {
                let mut ledger = read(&path)?;
                let mut changed = false;
                for entry in &mut ledger.finding {
                    if fails_still(entry, finalised, checklist) {
                        items.push(entry.item.clone());
                    }
                    if let Some(event) = of_correction(entry, finalised, checklist, self.settings().language) {
                        changed = true;
                        entry.event.push(event);
                    }
                }
                if changed {
                    disk::replace(&path, write_ledger(&ledger)?.as_bytes())?;
                }
            }
            // What a record that is no longer there corrected is not known.
            revised = self.record(&id).ok().and_then(|stored| Some(stored.record().header.revises.clone()?.record));
        }
        Ok(items)
    }

    fn keep_ledger(&self, finalised: &Finalised, ledger: &Ledger) -> Result<()> {
        let header = &finalised.record().header;
        let month = header.inspection.started.format("%Y/%m").to_string();
        let path = self.root().join("findings").join(month).join(format!("{}.toml", header.id));
        disk::create(&path, write_ledger(ledger)?.as_bytes())
    }

    /// Reads the rows of all findings, newest first; only files that changed since the index was written are read.
    fn finding_rows(&self) -> Listing<Row> {
        let known: Vec<IndexRow<FileRows>> = index::read(&self.findings_index(), FORM);
        let indexed = known.len();
        let mut known: HashMap<String, IndexRow<FileRows>> =
            known.into_iter().map(|row| (row.row.0.clone(), row)).collect();
        let mut current = Vec::with_capacity(indexed);
        let mut listing = Listing::default();
        let mut reused = 0;
        for path in self.ledger_files() {
            let relative = self.relative(&path);
            let signs = fs::metadata(&path).map(|metadata| disk::signs(&metadata)).unwrap_or_default();
            if let Some(row) = known.remove(&relative).filter(|row| (row.size, row.changed) == signs) {
                reused += 1;
                current.push(row);
                continue;
            }
            match read(&path) {
                Ok(ledger) => {
                    let rows = ledger.finding.iter().map(|entry| Row::new(&ledger.source, entry)).collect();
                    current.push(IndexRow { size: signs.0, changed: signs.1, row: (relative, rows) });
                }
                Err(error) => listing.damaged.push(error),
            }
        }
        if (reused != current.len() || reused != indexed) && self.read_only().is_none() {
            index::write(&self.findings_index(), FORM, &current);
        }
        listing.found = current.into_iter().flat_map(|file| file.row.1).collect();
        listing.found.sort_by(|one, other| other.inspected.cmp(&one.inspected).then_with(|| one.id.cmp(&other.id)));
        listing
    }

    /// Finds the one finding that is meant: its number, or the end of it.
    pub fn find_finding(&self, wanted: &str) -> Result<FoundEntry> {
        let rows = self.finding_rows().found;
        let upper = wanted.to_uppercase();
        let exact: Vec<_> = rows.iter().filter(|row| row.id.0 == upper).collect();
        let fitting: Vec<_> = if exact.is_empty() {
            rows.iter().filter(|row| !upper.is_empty() && row.id.0.ends_with(&upper)).collect()
        } else {
            exact
        };
        let [row] = fitting.as_slice() else {
            let message = if fitting.is_empty() {
                text!("ledger.missing", id = wanted)
            } else {
                text!("ledger.several", id = wanted, count = fitting.len())
            };
            return Err(Error::new(Kind::NotFound, message).hint(text!("ledger.missing.hint")));
        };
        let name = format!("{}.toml", row.record);
        let path = self.ledger_files().into_iter().find(|path| path.ends_with(&name));
        let missing =
            || Error::new(Kind::NotFound, text!("ledger.missing", id = wanted)).hint(text!("ledger.missing.hint"));
        let path = path.ok_or_else(missing)?;
        let ledger = read(&path)?;
        let at = ledger.finding.iter().position(|entry| entry.id == row.id).ok_or_else(missing)?;
        Ok(FoundEntry { ledger, at, path })
    }

    /// Adds an event to a finding, to what its file says now; returns it as it is then.
    pub fn add_finding_event(&self, id: &FindingId, event: Event) -> Result<FoundEntry> {
        self.require_writable()?;
        for photo in event.before.iter().chain(&event.after) {
            if !self.root().join(photo).is_file() {
                return Err(Error::new(Kind::NotFound, text!("ledger.no-photo"))
                    .at(self.root().join(photo))
                    .hint(text!("ledger.no-photo.hint")));
            }
        }
        let mut found = self.find_finding(&id.0)?;
        let at = found.at;
        found.ledger.finding[at].add(event).map_err(|error| error.in_file(&found.path))?;
        disk::replace(&found.path, write_ledger(&found.ledger)?.as_bytes())?;
        Ok(found)
    }

    /// Begins the re-inspection of open findings: a draft with only their items, all of one unit and one checklist.
    ///
    /// That a re-inspection was begun is added to each finding; its result comes when the draft has been finalised.
    pub fn begin_reinspection(
        &self,
        id: &RecordId,
        found: &[FoundEntry],
        register: &[Facility],
        by: &str,
        at: DateTime<FixedOffset>,
    ) -> Result<OpenDraft> {
        self.require_writable()?;
        let open: Vec<&FoundEntry> = found.iter().filter(|one| one.entry().state().is_open()).collect();
        let Some(first) = open.first() else {
            return Err(Error::input(text!("ledger.nothing-open")).hint(text!("ledger.nothing-open.hint")));
        };
        let source = &first.ledger.source;
        let same = |one: &&FoundEntry| {
            let other = &one.ledger.source;
            other.facility.id == source.facility.id && other.checklist.id == source.checklist.id
        };
        if !open.iter().all(same) {
            return Err(Error::new(Kind::Usage, text!("ledger.several-units")).hint(text!("ledger.several-units.hint")));
        }
        // A draft that somebody took out of the workspace keeps nobody from beginning another one.
        let is_there = |record: &&RecordId| self.record_path(record).is_ok();
        let pending = open.iter().find_map(|one| Some((one, one.entry().pending().filter(is_there)?)));
        if let Some((one, pending)) = pending {
            return Err(Error::input(text!("ledger.pending", id = one.entry().id, record = pending))
                .hint(text!("ledger.pending.hint")));
        }
        let unit = unit_of(&source.facility, register)?;
        let original = self.checklist_version(&source.checklist.digest)?;
        let entries: Vec<&Entry> = open.iter().map(|one| one.entry()).collect();
        if open_items(&original, &entries).is_empty() {
            let items = entries.iter().map(|entry| entry.item.0.as_str()).collect::<Vec<_>>().join("、");
            return Err(Error::input(text!("ledger.no-item", items = items)).hint(text!("ledger.no-item.hint")));
        }
        let recheck = recheck_checklist(&original, &entries, self.settings().language);
        let text = checklist::write(&recheck);
        let file = ChecklistFile::new(Arc::new(recheck), &text, self.root().join("checklists"));
        let details = Details {
            started: at,
            finished: None,
            place: unit.address.clone(),
            inspectors: vec![by.to_owned()],
            accompanied_by: String::new(),
            remark: String::new(),
            clock_set: Vec::new(),
        };
        let draft = self.begin(id.clone(), &file, &unit, details)?;
        for one in &open {
            let event = Event {
                at,
                by: by.to_owned(),
                action: Action::Reinspecting,
                reason: String::new(),
                responsible: String::new(),
                due: None,
                before: Vec::new(),
                after: Vec::new(),
                record: Some(id.clone()),
            };
            self.add_finding_event(&one.entry().id, event)?;
        }
        Ok(draft)
    }

    fn findings_index(&self) -> PathBuf {
        self.own().join("findings-index")
    }

    /// The ledger files, by month and record.
    fn ledger_files(&self) -> Vec<PathBuf> {
        let inside = |folder: &Path| -> Vec<PathBuf> {
            let visible = |entry: &fs::DirEntry| !entry.file_name().to_string_lossy().starts_with('.');
            fs::read_dir(folder).into_iter().flatten().flatten().filter(visible).map(|entry| entry.path()).collect()
        };
        let years = inside(&self.root().join("findings"));
        let months = years.iter().flat_map(|year| inside(year));
        let mut files: Vec<_> = months
            .flat_map(|month| inside(&month))
            .filter(|path| path.extension().is_some_and(|end| end == "toml"))
            .collect();
        files.sort_unstable();
        files
    }
}

/// Finds the unit of findings in the register, as it is now.
fn unit_of(pin: &FacilityPin, register: &[Facility]) -> Result<Facility> {
    register.iter().find(|unit| unit.is(&pin.id)).cloned().ok_or_else(|| {
        Error::new(Kind::NotFound, text!("facility-file.gone", id = pin.id, name = pin.name))
            .hint(text!("facility-file.unknown.hint"))
    })
}

fn stem(path: &Path) -> Option<String> {
    path.file_stem()?.to_str().map(str::to_owned)
}

/// Reads a ledger file, which has to be named after its record.
fn read(path: &Path) -> Result<Ledger> {
    let ledger = read_ledger(&disk::read_toml_text(path)?).map_err(|error| error.in_file(path))?;
    if path.file_stem().is_some_and(|stem| stem == ledger.source.record.0.as_str()) {
        return Ok(ledger);
    }
    Err(Error::input(text!("record.other-name", id = ledger.source.record))
        .at(path)
        .hint(text!("record.other-name.hint")))
}
