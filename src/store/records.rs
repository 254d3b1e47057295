//! Listing and reading the records of a workspace.

use std::{
    collections::HashMap,
    fs,
    io::Read,
    path::{Path, PathBuf},
};

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::{
    Listing, Workspace, disk,
    index::{self, Index, IndexRow},
};
use crate::{
    checklist::{Checklist, ChecklistId},
    error::{Error, Kind, Result},
    facility::FacilityId,
    inspection::{self, Header, Record, RecordId, StoredRecord, Summary},
    text,
};

/// How much of a record's file is read for its head; a longer head is read in a second step.
const HEAD: u64 = 4096;

/// What a list shows of a record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct RecordRow {
    /// The record.
    pub id: RecordId,
    /// The path of its file within the workspace, with `/`.
    pub path: String,
    /// The checklist.
    pub checklist: ChecklistId,
    /// The checklist's title and version.
    pub title: String,
    /// The checklist's version.
    pub version: u32,
    /// The unit.
    pub facility: FacilityId,
    /// The unit's name.
    pub facility_name: String,
    /// The unit's district.
    pub district: String,
    /// The inspectors.
    pub inspectors: Vec<String>,
    /// When the inspection began.
    pub started: DateTime<FixedOffset>,
    /// When the record was finalised; a draft never was.
    pub finalised: Option<DateTime<FixedOffset>>,
    /// What came out.
    pub summary: Summary,
}

impl RecordRow {
    fn new(path: String, header: Header) -> Self {
        Self {
            id: header.id,
            path,
            checklist: header.checklist.id,
            title: header.checklist.title,
            version: header.checklist.version,
            facility: header.facility.id,
            facility_name: header.facility.name,
            district: header.facility.district,
            inspectors: header.inspection.inspectors,
            started: header.inspection.started,
            finalised: header.finalised,
            summary: header.summary,
        }
    }
}

impl Workspace {
    /// Returns the rows that the index has, newest first, without looking at the files: for the first frame.
    pub fn indexed_records(&self) -> Vec<RecordRow> {
        let mut rows: Vec<_> = index::read(&self.index_path()).into_values().map(|row| row.row).collect();
        sort(&mut rows);
        rows
    }

    /// Lists all records, newest first; only files that changed since the index was written are read.
    pub fn records(&self) -> Listing<RecordRow> {
        let known = index::read(&self.index_path());
        let mut current: Vec<IndexRow> = Vec::with_capacity(known.len());
        let mut listing = Listing::default();
        let mut reused = 0;
        for path in self.record_files() {
            match self.index_row(&path, &known) {
                Ok((row, was_known)) => {
                    reused += usize::from(was_known);
                    current.push(row);
                }
                Err(error) => listing.damaged.push(error),
            }
        }
        let changed = reused != current.len() || reused != known.len();
        if changed && self.read_only().is_none() {
            index::write(&self.index_path(), &current.iter().collect::<Vec<_>>());
        }
        let mut seen = HashMap::with_capacity(current.len());
        for IndexRow { row, .. } in current {
            if let Some(first) = seen.insert(row.id.clone(), row.path.clone()) {
                // Opening it by its number would open the other one.
                listing.damaged.push(
                    Error::input(text!("record.twice", id = row.id, first = first))
                        .at(self.root().join(&row.path))
                        .hint(text!("record.twice.hint")),
                );
            } else {
                listing.found.push(row);
            }
        }
        sort(&mut listing.found);
        listing
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
        let fitting: Vec<_> = self
            .record_files()
            .iter()
            .filter_map(|path| path.file_stem()?.to_str().map(str::to_owned))
            .filter(|id| !upper.is_empty() && id.ends_with(&upper))
            .collect();
        match fitting.as_slice() {
            [one] => Ok(RecordId(one.clone())),
            [] => {
                Err(Error::new(Kind::NotFound, text!("record.missing", id = wanted)).hint(text!("record.missing.hint")))
            }
            _ => {
                Err(Error::new(Kind::NotFound, text!("record.several", id = wanted)).hint(text!("record.missing.hint")))
            }
        }
    }

    /// Reads the exact checklist that a record is filled in with.
    pub fn checklist_of(&self, record: &Record) -> Result<Checklist> {
        self.checklist_version(&record.header.checklist.digest)
    }

    /// Finds the file of a record.
    pub(super) fn record_path(&self, id: &RecordId) -> Result<PathBuf> {
        let name = format!("{id}.toml");
        self.month_folders().into_iter().map(|folder| folder.join(&name)).find(|path| path.is_file()).ok_or_else(|| {
            Error::new(Kind::NotFound, text!("record.missing", id = id))
                .at(self.root().join("records"))
                .hint(text!("record.missing.hint"))
        })
    }

    fn index_row(&self, path: &Path, known: &Index) -> Result<(IndexRow, bool)> {
        let failed = |error| disk::storage_error(text!("storage.read-failed"), path, error);
        let relative = self.relative(path);
        let (size, changed) = disk::signs(&fs::metadata(path).map_err(failed)?);
        if let Some(row) = known.get(&relative).filter(|row| row.size == size && row.changed == changed) {
            return Ok((row.clone(), true));
        }
        let header = read_head(path)?;
        named_after(path, &header)?;
        Ok((IndexRow { size, changed, row: RecordRow::new(relative, header) }, false))
    }

    fn relative(&self, path: &Path) -> String {
        let inside = path.strip_prefix(self.root()).unwrap_or(path);
        inside.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/")
    }

    fn index_path(&self) -> PathBuf {
        self.own().join("index")
    }

    fn record_files(&self) -> Vec<PathBuf> {
        let mut files = Vec::new();
        for folder in self.month_folders() {
            files.extend(entries(&folder).into_iter().filter(|path| path.extension().is_some_and(|end| end == "toml")));
        }
        files
    }

    /// The folders `records/YYYY/MM`, newest first.
    fn month_folders(&self) -> Vec<PathBuf> {
        let mut months: Vec<_> = entries(&self.root().join("records")).iter().flat_map(|year| entries(year)).collect();
        months.sort_unstable_by(|one, other| other.cmp(one));
        months
    }
}

/// What lies in a folder, without hidden and temporary files; nothing where there is no such folder.
fn entries(folder: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let visible = |path: &PathBuf| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.'));
    entries.flatten().map(|entry| entry.path()).filter(visible).collect()
}

/// Reads the text of a record's file, which has to be named after the record.
pub(super) fn parse(path: &Path, text: &str) -> Result<StoredRecord> {
    let stored = inspection::read(text).map_err(|error| error.in_file(path))?;
    named_after(path, &stored.record().header)?;
    Ok(stored)
}

/// Refuses a file that is not named after its record: opening it by its number would open another file, or none.
fn named_after(path: &Path, header: &Header) -> Result<()> {
    if path.file_stem().is_some_and(|stem| stem == header.id.0.as_str()) {
        return Ok(());
    }
    Err(Error::input(text!("record.other-name", id = header.id)).at(path).hint(text!("record.other-name.hint")))
}

/// Reads only the head of a record's file.
fn read_head(path: &Path) -> Result<Header> {
    let failed = |error| disk::storage_error(text!("storage.read-failed"), path, error);
    let mut file = fs::File::open(path).map_err(failed)?;
    let mut bytes = Vec::with_capacity(usize::try_from(HEAD).unwrap_or(0));
    file.by_ref().take(HEAD).read_to_end(&mut bytes).map_err(failed)?;
    let cut = bytes.utf8_chunks().next().map_or("", |chunk| chunk.valid());
    if inspection::header_end(cut) < cut.len()
        && let Ok(header) = inspection::read_header(cut)
    {
        return Ok(header);
    }
    // The head is longer, or the answers do not begin where they seem to: the whole file tells.
    let text = disk::read_text(path)?;
    inspection::read_header(&text)
        .or_else(|_| inspection::read(&text).map(|stored| stored.record().header.clone()))
        .map_err(|error| error.in_file(path))
}

fn sort(rows: &mut [RecordRow]) {
    rows.sort_unstable_by(|one, other| other.started.cmp(&one.started).then_with(|| other.id.cmp(&one.id)));
}
