//! Listing and reading the records of a workspace.

use std::{
    collections::{HashMap, hash_map::Entry},
    fs::{self, DirEntry},
    io::ErrorKind,
    path::{MAIN_SEPARATOR, Path, PathBuf},
    sync::Arc,
};

use hashbrown::DefaultHashBuilder;

use super::{Listing, RecordRow, Workspace, disk, index::Cached};
use crate::{
    checklist::Checklist,
    error::{Error, Kind, Result},
    inspection::{self, Header, Record, RecordId, StoredRecord},
    text,
};

impl Workspace {
    /// Returns what the index has, newest first, without looking at the files: for the first frame.
    pub fn indexed_records(&self) -> Vec<RecordRow> {
        let rows = self.cache::<RecordRow>().map_or_else(Vec::new, |cache| RecordRow::restore(cache.rows));
        let mut rows = self.once_each(rows).0;
        rows.retain(|row| !row.is_closed_draft());
        rows
    }

    /// Lists the records, newest first, without the drafts that go on nowhere: joined into another one, or given up.
    pub fn records(&self) -> Listing<RecordRow> {
        let mut listing = self.all_records();
        listing.found.retain(|row| !row.is_closed_draft());
        listing
    }

    /// Lists all records, newest first; only files that changed since the index was written are read.
    pub fn all_records(&self) -> Listing<RecordRow> {
        let reading = || {
            let mut reader = disk::Reader::default();
            move |path: &Path| {
                let text = reader.text(path)?;
                let header = read_head(text).map_err(|error| error.in_file(path))?;
                named_after(path, &header)?;
                Ok(RecordRow::new(self.relative(path).into(), header, text))
            }
        };
        let mut damaged = Vec::new();
        let rows = self.cached_rows(&mut damaged, reading).restored();
        let (found, twice) = self.once_each(rows);
        damaged.extend(twice);
        Listing { found, damaged }
    }

    /// Leaves out the records whose number another one has already: opening one by its number would open the other one.
    fn once_each(&self, mut rows: Vec<RecordRow>) -> (Vec<RecordRow>, Vec<Error>) {
        let mut first: HashMap<&str, usize, DefaultHashBuilder> =
            HashMap::with_capacity_and_hasher(rows.len(), DefaultHashBuilder::default());
        let mut twice = Vec::new();
        for (at, row) in rows.iter().enumerate() {
            match first.entry(&row.id.0) {
                Entry::Vacant(free) => _ = free.insert(at),
                Entry::Occupied(taken) => twice.push((at, *taken.get())),
            }
        }
        let error = |&(at, first): &(usize, usize)| {
            Error::input(text!("record.twice", id = rows[at].id, first = rows[first].path))
                .at(self.root().join(rows[at].path.as_str()))
                .hint(text!("record.twice.hint"))
        };
        let errors = twice.iter().map(error).collect();
        for (at, _) in twice.iter().rev() {
            rows.remove(*at);
        }
        (rows, errors)
    }

    /// Reads a record, a draft with the steps that its journal has beyond its file.
    pub fn record(&self, id: &RecordId) -> Result<StoredRecord> {
        let path = self.record_path(id)?;
        let text = disk::read_text(&path)?;
        match parse(&path, &text)? {
            StoredRecord::Draft(record) => self.with_journal(record).map(StoredRecord::Draft),
            finalised @ StoredRecord::Finalised(_) => Ok(finalised),
        }
    }

    /// Finds the one record that `wanted` means: its number, or the end of it.
    pub fn find_record(&self, wanted: &str) -> Result<RecordId> {
        let upper = wanted.to_uppercase();
        let mut damaged = Vec::new();
        let fitting: Vec<_> = self
            .record_files(&mut damaged)
            .iter()
            .filter_map(|path| path.file_stem()?.to_str().map(str::to_owned))
            .filter(|id| !upper.is_empty() && id.ends_with(&upper))
            .collect();
        match fitting.as_slice() {
            [one] => Ok(RecordId(one.as_str().into())),
            [] if !damaged.is_empty() => Err(damaged.swap_remove(0)),
            [] => {
                Err(Error::new(Kind::NotFound, text!("record.missing", id = wanted)).hint(text!("record.missing.hint")))
            }
            _ => {
                Err(Error::new(Kind::NotFound, text!("record.several", id = wanted)).hint(text!("record.missing.hint")))
            }
        }
    }

    /// Reads the exact checklist that a record is filled in with.
    pub fn checklist_of(&self, record: &Record) -> Result<Arc<Checklist>> {
        self.checklist_version(&record.header.checklist.digest)
    }

    /// Finds the file of a record.
    pub(super) fn record_path(&self, id: &RecordId) -> Result<PathBuf> {
        let name = format!("{id}.toml");
        let mut damaged = Vec::new();
        let folders = self.month_folders_of("records", &mut damaged);
        folders.into_iter().map(|folder| folder.join(&name)).find(|path| path.is_file()).ok_or_else(|| {
            // It may lie where nothing can be read.
            damaged.into_iter().next().unwrap_or_else(|| {
                Error::new(Kind::NotFound, text!("record.missing", id = id))
                    .at(self.root().join("records"))
                    .hint(text!("record.missing.hint"))
            })
        })
    }

    pub(super) fn relative(&self, path: &Path) -> String {
        let inside = path.strip_prefix(self.root()).unwrap_or(path).to_string_lossy();
        if MAIN_SEPARATOR == '/' { inside.into_owned() } else { inside.replace(MAIN_SEPARATOR, "/") }
    }

    fn record_files(&self, damaged: &mut Vec<Error>) -> Vec<PathBuf> {
        let months = self.month_folders_of("records", damaged);
        let inside = months.iter().flat_map(|month| visible_entries(month, damaged));
        inside.map(|entry| entry.path()).filter(|path| is_record(path)).collect()
    }

    /// Lists the folders of the months in a folder, newest first; one that cannot be read is damaged.
    pub(super) fn month_folders_of(&self, folder: &str, damaged: &mut Vec<Error>) -> Vec<PathBuf> {
        let years: Vec<_> = visible_entries(&self.root().join(folder), damaged).collect();
        let months = years.iter().flat_map(|year| visible_entries(&year.path(), damaged));
        let mut months: Vec<_> = months.map(|month| month.path()).collect();
        months.sort_unstable_by(|one, other| other.cmp(one));
        months
    }
}

/// Lists what lies in a folder, without hidden and temporary files; nothing where there is no such folder. What lies in one
/// that cannot be read must not seem never to have been there, so that it is damaged.
pub(super) fn visible_entries(folder: &Path, damaged: &mut Vec<Error>) -> impl Iterator<Item = DirEntry> + use<> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => Some(entries),
        Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => None,
        Err(error) => {
            damaged.push(disk::storage_error(text!("storage.read-failed"), folder, error));
            None
        }
    };
    let visible = |entry: &DirEntry| !entry.file_name().to_string_lossy().starts_with('.');
    entries.into_iter().flatten().flatten().filter(visible)
}

pub(super) fn is_record(path: &Path) -> bool {
    path.extension().is_some_and(|end| end == "toml")
}

/// Reads the text of a record's file, which has to be named after the record.
pub(super) fn parse(path: &Path, text: &str) -> Result<StoredRecord> {
    let stored = inspection::read(text).map_err(|error| error.in_file(path))?;
    named_after(path, &stored.record().header)?;
    Ok(stored)
}

/// Refuses a file that is not named after its record: opening it by its number would open another file, or none.
pub(super) fn named_after(path: &Path, header: &Header) -> Result<()> {
    if path.file_stem().is_some_and(|stem| stem == header.id.0.as_str()) {
        return Ok(());
    }
    Err(Error::input(text!("record.other-name", id = header.id)).at(path).hint(text!("record.other-name.hint")))
}

/// Reads the head of a record; where the answers do not begin where they seem to, the whole of it tells.
fn read_head(text: &str) -> Result<Header> {
    inspection::read_header(text).or_else(|_| inspection::read(text).map(|stored| stored.into_record().header))
}

#[cfg(test)]
mod tests {
    use chrono::{FixedOffset, TimeZone};

    use super::*;
    use crate::{facility::Facility, i18n::Lang, inspection::Details, store::NewWorkspace};

    fn workspace(root: &Path, records: usize) -> Workspace {
        let now = FixedOffset::east_opt(0).expect("a zone").with_ymd_and_hms(2026, 3, 1, 8, 0, 0).unwrap();
        let new = NewWorkspace { language: Lang::Zh, bureau: "某所".to_owned(), inspector: "某人".to_owned() };
        let workspace = Workspace::create(root, &new, now).expect("a workspace");
        let unit: Facility = workspace.facilities().found.remove(0);
        let with = workspace.checklists().found.remove(0);
        for number in 0..records {
            let started = now - chrono::Days::new(number as u64 * 20);
            let details = Details {
                started,
                finished: None,
                place: String::new(),
                inspectors: vec!["某人".to_owned()],
                accompanied_by: String::new(),
                remark: String::new(),
                clock_set: Vec::new(),
            };
            workspace.begin(RecordId(format!("R{number}").into()), &with, &unit, details).expect("a draft");
        }
        workspace
    }

    fn ids(rows: &[RecordRow]) -> Vec<&str> {
        rows.iter().map(|row| row.id.0.as_str()).collect()
    }

    #[test]
    fn the_index_is_in_the_order_of_the_records_and_says_the_same() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = workspace(folder.path(), 5);
        assert!(workspace.indexed_records().is_empty(), "no index yet");
        let read = workspace.records();
        assert_eq!(ids(&read.found), ["R0", "R1", "R2", "R3", "R4"]);
        assert_eq!(workspace.indexed_records(), read.found);
        assert_eq!(workspace.records().found, read.found, "from the index");
        fs::remove_file(workspace.own().join("index")).expect("removed");
        assert_eq!(workspace.records().found, read.found, "from the files");
    }

    #[test]
    fn what_changed_since_the_index_was_written_is_read_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = workspace(folder.path(), 3);
        workspace.records();
        let path = workspace.record_path(&RecordId("R1".into())).expect("a record");
        let text = disk::read_text(&path).expect("read");
        fs::write(&path, text.replacen("某人", "另一个人", 1)).expect("written");
        fs::remove_file(workspace.record_path(&RecordId("R2".into())).expect("a record")).expect("removed");
        let read = workspace.records();
        assert_eq!(ids(&read.found), ["R0", "R1"]);
        assert_eq!(*read.found[1].inspectors, ["另一个人".to_owned()]);
        assert_eq!(workspace.indexed_records(), read.found, "the index was written again");
    }

    #[test]
    fn a_damaged_index_is_none() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = workspace(folder.path(), 2);
        let read = workspace.records();
        let mut bytes = fs::read(workspace.own().join("index")).expect("an index");
        let last = bytes.len() - 1;
        bytes[last] ^= 1;
        fs::write(workspace.own().join("index"), bytes).expect("written");
        assert!(workspace.indexed_records().is_empty());
        assert_eq!(workspace.records().found, read.found);
    }
}
