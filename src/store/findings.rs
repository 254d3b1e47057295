//! The ledger on disk: `findings/YYYY/MM/RECORD.toml`, one file for each finalised record that was looked through.
//!
//! What is added to findings and how they are inspected again; how they come from records, [`super::looking`] says.

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    path::{Component, Path, PathBuf},
    sync::Arc,
};

use chrono::{DateTime, FixedOffset};

use super::{
    ChecklistFile, Listing, OpenDraft, RecordRow, Workspace, disk,
    evidence::path_of,
    finding_rows::{LedgerRows, Mark, Marks},
    index::Rows,
    records::{is_record, visible_entries},
};
use crate::{
    checklist,
    error::{Error, Kind, Result},
    facility::Facility,
    i18n::listed,
    inspection::{Details, FacilityPin, RecordId},
    ledger::{
        Action, Entry, Event, FindingId, Ledger, Row, Source, open_items, read_ledger, recheck_checklist, write_ledger,
    },
    text,
};

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

/// The folders of the ledger files by the numbers of their records, after which these are named.
#[derive(Debug, Default)]
pub struct Ledgers {
    of: HashMap<String, Arc<Path>>,
    folders: BTreeSet<Arc<Path>>,
}

impl Ledgers {
    /// Reads a finding of a record.
    pub fn entry(&self, finding: &FindingId, record: &RecordId) -> Result<Entry> {
        self.found(finding, record).map(|found| found.into_parts().1)
    }

    /// Reads a finding of a record with the file it stands in.
    pub(super) fn found(&self, finding: &FindingId, record: &RecordId) -> Result<FoundEntry> {
        let path = self.path(record)?;
        let ledger = read(&path)?;
        Ok(FoundEntry { at: position(&ledger, finding)?, ledger, path })
    }

    pub(super) fn path(&self, record: &RecordId) -> Result<PathBuf> {
        let folder = self.of.get(record.0.as_str()).ok_or_else(|| missing(&record.0))?;
        Ok(folder.join(format!("{record}.toml")))
    }

    /// Says whether a record has one.
    pub(super) fn has(&self, record: &RecordId) -> bool {
        self.of.contains_key(record.0.as_str())
    }

    /// Adds one; a file that is named after nothing belongs to no record.
    pub(super) fn add(&mut self, path: &Path) {
        let (Some(record), Some(folder)) = (stem(path), path.parent()) else { return };
        let shared = self.folders.get(folder).map_or_else(|| folder.into(), Arc::clone);
        self.folders.insert(Arc::clone(&shared));
        self.of.insert(record, shared);
    }
}

impl Workspace {
    /// Lists every finding, newest first, after looking through the records that were finalised since the last time.
    ///
    /// Where nothing may be written, what was not looked through yet is left for later.
    pub fn findings(&self, records: impl AsRef<[RecordRow]>) -> Listing<Row> {
        if self.read_only().is_some() {
            return self.finding_rows();
        }
        let mut damaged = Vec::new();
        let files = self.ledger_rows(&mut damaged);
        let marks = marks_of(&files);
        let listing = Listing { found: rows_of(files), damaged };
        let looked_through = self.look_through_those(records.as_ref(), &listing.found, &marks);
        // What comes needs the room.
        drop((records, marks));
        match looked_through {
            None => listing,
            Some(failed) => {
                drop(listing);
                let mut listing = self.finding_rows();
                listing.damaged.extend(failed);
                listing
            }
        }
    }

    /// Returns the rows that the index has, newest first, without looking at the files: for the first frame.
    pub fn indexed_findings(&self) -> Vec<Row> {
        self.cache::<LedgerRows>().map_or_else(Vec::new, |cache| newest_first(cache.rows.rows_where(|_| true)))
    }

    /// Reads the rows of all findings, newest first; only files that changed since the index was written are read.
    pub fn finding_rows(&self) -> Listing<Row> {
        let mut damaged = Vec::new();
        let files = self.ledger_rows(&mut damaged);
        Listing { found: rows_of(files), damaged }
    }

    /// Reads the rows of all ledger files.
    pub(super) fn ledger_rows(&self, damaged: &mut Vec<Error>) -> Rows<LedgerRows> {
        self.cached_rows(damaged, || {
            let mut reader = disk::Reader::default();
            move |path: &Path| {
                let ledger = read_by(path, &mut reader)?;
                let mark = Mark::of(ledger.texts.as_deref());
                let source = Arc::new(ledger.source);
                let rows = ledger.finding.iter().map(|entry| Row::new(&source, entry)).collect();
                Ok(LedgerRows { path: self.relative(path).into(), mark, source, rows })
            }
        })
    }

    /// Finds the one finding that is meant: its number, or the end of it.
    pub fn find_finding(&self, wanted: &str) -> Result<FoundEntry> {
        let upper = wanted.to_uppercase();
        if let Some(found) = self.finding_by_number(&FindingId(upper.as_str().into())) {
            return Ok(found);
        }
        let rows = self.finding_rows().found;
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
        let name = format!("{}.toml", row.source.record);
        let path = self.ledger_files().into_iter().find(|path| path.ends_with(&name));
        let path = path.ok_or_else(|| missing(wanted))?;
        let ledger = read(&path)?;
        let at = position(&ledger, &row.id)?;
        Ok(FoundEntry { ledger, at, path })
    }

    /// Finds a finding by its whole number, in the files that are named after it; nothing where it is in none of them, or in
    /// several.
    pub(super) fn finding_by_number(&self, id: &FindingId) -> Option<FoundEntry> {
        let (year, tail) = id.place()?;
        // A folder that cannot be read is said by the list, which is read where this finds nothing.
        let mut unread = Vec::new();
        let mut months = self.month_folders_of("findings", &mut unread);
        months.retain(|month| month.iter().any(|part| part == year));
        let files = months.iter().flat_map(|month| visible_entries(month, &mut unread)).map(|entry| entry.path());
        let named = files.filter(|path| is_record(path) && stem(path).is_some_and(|stem| stem.ends_with(tail)));
        let mut found = named.filter_map(|path| {
            let ledger = read(&path).ok()?;
            Some(FoundEntry { at: position(&ledger, id).ok()?, ledger, path })
        });
        let first = found.next()?;
        found.next().is_none().then_some(first)
    }

    /// Keeps photographs whose paths were typed as evidence; returns their paths within the workspace.
    pub fn keep_photos(&self, typed: &[String]) -> Result<Vec<String>> {
        typed.iter().map(|typed| self.keep_photo(typed)).collect()
    }

    /// Keeps a photograph of a finding as evidence, so that it travels as that of records does; returns its path within the
    /// workspace. `typed` is a path within the workspace, or any other.
    fn keep_photo(&self, typed: &str) -> Result<String> {
        let path = path_of(typed);
        let within = self.root().join(&path);
        let kept = self.attach(if is_within(&path) && within.is_file() { &within } else { &path })?;
        Ok(self.relative(&self.evidence_path(&kept)))
    }

    /// Adds an event to a finding, to what its file says now; returns it as it is then.
    pub fn add_finding_event(&self, id: &FindingId, event: Event) -> Result<FoundEntry> {
        self.require_writable()?;
        for photo in event.before.iter().chain(&event.after) {
            if !is_within(Path::new(photo)) || !self.root().join(photo).is_file() {
                return Err(Error::new(Kind::NotFound, text!("ledger.no-photo"))
                    .at(self.root().join(photo))
                    .hint(text!("ledger.no-photo.hint")));
            }
        }
        let _turn = self.turns.take();
        let mut found = self.find_finding(&id.0)?;
        let at = found.at;
        found.ledger.finding[at].add(event).map_err(|error| match error.kind() {
            // What was typed is wrong, not the file.
            Kind::Usage => error,
            _ => error.in_file(&found.path),
        })?;
        disk::replace(&found.path, write_ledger(&found.ledger)?.as_bytes())?;
        Ok(found)
    }

    /// Adds events to many findings of the records they come from, each to what its file says now.
    ///
    /// A file is replaced whole; where one cannot be, those before it have their events and the error names it.
    pub fn add_finding_events(&self, events: &[(FindingId, RecordId, Event)]) -> Result<()> {
        self.require_writable()?;
        let ledgers = self.ledgers();
        let mut by_record: BTreeMap<&RecordId, Vec<(&FindingId, &Event)>> = BTreeMap::new();
        for (finding, record, event) in events {
            by_record.entry(record).or_default().push((finding, event));
        }
        for (record, events) in by_record {
            let path = ledgers.path(record)?;
            let _turn = self.turns.take();
            let mut ledger = read(&path)?;
            for (finding, event) in events {
                let at = position(&ledger, finding)?;
                ledger.finding[at].add(event.clone()).map_err(|error| error.in_file(&path))?;
            }
            disk::replace(&path, write_ledger(&ledger)?.as_bytes())?;
        }
        Ok(())
    }

    /// Finds the ledger files by the records they belong to, for whoever asks about many findings.
    pub fn ledgers(&self) -> Ledgers {
        let mut ledgers = Ledgers::default();
        self.each_ledger_file(|path| ledgers.add(&path));
        ledgers
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
        // A draft that somebody gave up or took out of the workspace, and a record that did not judge the item, keep nobody
        // from beginning another one.
        let is_there = |id: &&RecordId| self.record(id).is_ok_and(|stored| stored.is_live_draft());
        let pending = open.iter().find_map(|one| Some((one, one.entry().pending().filter(is_there)?)));
        if let Some((one, pending)) = pending {
            return Err(Error::input(text!("ledger.pending", id = one.entry().id, record = pending))
                .hint(text!("ledger.pending.hint")));
        }
        let unit = unit_of(&source.facility, register)?;
        let original = self.checklist_version(&source.checklist.digest)?;
        let entries: Vec<&Entry> = open.iter().map(|one| one.entry()).collect();
        if open_items(&original, &entries).is_empty() {
            let items = listed(entries.iter().map(|entry| entry.item.0.as_str()));
            return Err(Error::input(text!("ledger.no-item", items = items)).hint(text!("ledger.no-item.hint")));
        }
        let recheck = recheck_checklist(&original, &entries, self.settings().language);
        let text = checklist::write(&recheck);
        let file = ChecklistFile::new(Arc::new(recheck), &text, self.root().join("checklists"))?;
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
            let event = Event { record: Some(id.clone()), ..Event::new(at, by, Action::Reinspecting) };
            self.add_finding_event(&one.entry().id, event)?;
        }
        Ok(draft)
    }

    /// Lists the ledger files.
    pub(super) fn ledger_files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        self.each_ledger_file(|path| files.push(path));
        files
    }

    fn each_ledger_file(&self, take: impl FnMut(PathBuf)) {
        // A folder that cannot be read is said by the list of findings.
        let mut unread = Vec::new();
        let months = self.month_folders_of("findings", &mut unread);
        let files = months.iter().flat_map(|month| visible_entries(month, &mut unread));
        files.map(|entry| entry.path()).filter(|path| is_record(path)).for_each(take);
    }
}

/// Puts the rows of ledger files together, newest first.
pub(super) fn rows_of(files: Rows<LedgerRows>) -> Vec<Row> {
    rows_where(files, |_| true)
}

/// Puts those rows of ledger files together that are wanted, newest first.
pub(super) fn rows_where(files: Rows<LedgerRows>, is_wanted: impl Fn(&Row) -> bool) -> Vec<Row> {
    newest_first(match files {
        Rows::Kept(kept) => kept.rows_where(is_wanted),
        Rows::Read(files) => files.into_iter().flat_map(|file| file.rows).filter(is_wanted).collect(),
    })
}

/// Says of which finalised texts ledgers were made.
pub(super) fn marks_of(files: &Rows<LedgerRows>) -> Marks {
    match files {
        Rows::Kept(kept) => kept.marks(),
        Rows::Read(files) => files.iter().map(|file| (file.source.record.clone(), file.mark)).collect(),
    }
}

/// Puts rows in order, newest first.
fn newest_first(mut rows: Vec<Row>) -> Vec<Row> {
    rows.sort_by(|one, other| other.source.inspected.cmp(&one.source.inspected).then_with(|| one.id.cmp(&other.id)));
    rows
}

/// Finds the unit of findings in the register, as it is now.
fn unit_of(pin: &FacilityPin, register: &[Facility]) -> Result<Facility> {
    register.iter().find(|unit| unit.is(&pin.id)).cloned().ok_or_else(|| {
        Error::new(Kind::NotFound, text!("facility-file.gone", id = pin.id, name = pin.name))
            .hint(text!("ledger.unit-gone.hint", id = pin.id))
    })
}

/// Finds the place of a finding in its ledger.
fn position(ledger: &Ledger, finding: &FindingId) -> Result<usize> {
    ledger.finding.iter().position(|entry| entry.id == *finding).ok_or_else(|| missing(&finding.0))
}

fn missing(id: &str) -> Error {
    Error::new(Kind::NotFound, text!("ledger.missing", id = id)).hint(text!("ledger.missing.hint"))
}

/// Says whether a path stays within the folder that it begins in.
pub(super) fn is_within(path: &Path) -> bool {
    path.components().all(|part| matches!(part, Component::Normal(_)))
}

fn stem(path: &Path) -> Option<String> {
    path.file_stem()?.to_str().map(str::to_owned)
}

/// Reads a ledger file, which has to be named after its record.
pub(super) fn read(path: &Path) -> Result<Ledger> {
    read_by(path, &mut disk::Reader::default())
}

fn read_by(path: &Path, reader: &mut disk::Reader) -> Result<Ledger> {
    let ledger = read_ledger(reader.toml_text(path)?).map_err(|error| error.in_file(path))?;
    named_after_record(path, &ledger)?;
    Ok(ledger)
}

/// Refuses a ledger that does not belong to the record after which its file is named.
pub(super) fn named_after_record(path: &Path, ledger: &Ledger) -> Result<()> {
    if path.file_stem().is_some_and(|stem| stem == ledger.source.record.0.as_str()) {
        return Ok(());
    }
    Err(Error::input(text!("record.other-name", id = ledger.source.record))
        .at(path)
        .hint(text!("record.other-name.hint")))
}
