//! The journal of a draft: one checksummed line a step, on disk before the next key is read.
//!
//! `.ducha/journal/RECORD.N.log`; a number N above 0 means that an earlier file could not be written to any more.

use std::{
    fs::{self, File, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::disk::{self, storage_error};
use crate::{
    error::Result,
    inspection::{Entry, RecordId},
    text,
};

/// The number of hexadecimal digits of the checksum in front of each line.
const CHECKSUM_DIGITS: usize = 16;

/// The journal of one draft, open for appending.
#[derive(Debug)]
pub struct Journal {
    folder: PathBuf,
    record: RecordId,
    file: Option<File>,
    pending: Vec<u8>,
}

impl Journal {
    /// Opens the journal of a record; the file appears with the first entry.
    pub fn open(folder: &Path, record: &RecordId) -> Self {
        Self { folder: folder.to_owned(), record: record.clone(), file: None, pending: Vec::new() }
    }

    /// Appends an entry and makes it durable before it returns.
    ///
    /// After a failure the entry is kept in memory, the handle is not trusted again, and the next call writes everything
    /// that is outstanding to a new file.
    pub fn append(&mut self, entry: &Entry) -> Result<()> {
        self.pending.extend_from_slice(&line(entry));
        self.flush()
    }

    /// Tries again to write what is outstanding.
    pub fn flush(&mut self) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let written = self.write_pending();
        if let Err(error) = written {
            self.file = None;
            return Err(storage_error(text!("storage.journal-failed"), &self.folder, error));
        }
        self.pending.clear();
        Ok(())
    }

    /// Says whether entries are outstanding that could not be written.
    pub fn is_behind(&self) -> bool {
        !self.pending.is_empty()
    }

    fn write_pending(&mut self) -> io::Result<()> {
        let file = match &mut self.file {
            Some(file) => file,
            none => none.insert(new_file(&self.folder, &self.record)?),
        };
        file.write_all(&self.pending)?;
        file.sync_data()
    }
}

/// Starts the next file of a record's journal, so that a torn line at the end of an older one harms nothing.
fn new_file(folder: &Path, record: &RecordId) -> io::Result<File> {
    fs::create_dir_all(folder)?;
    let mut number = files(folder, record).len();
    let file = loop {
        let path = folder.join(format!("{record}.{number}.log"));
        match OpenOptions::new().append(true).create_new(true).open(path) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => number += 1,
            opened => break opened?,
        }
    };
    disk::sync_folder(folder)?;
    Ok(file)
}

/// Reads every intact entry of a record's journal, in order; a torn or damaged line and what follows it in its file are passed over.
pub fn read(folder: &Path, record: &RecordId) -> Result<Vec<Entry>> {
    let mut entries = Vec::new();
    for path in files(folder, record) {
        let bytes = disk::read(&path)?;
        let intact = bytes.split_inclusive(|&byte| byte == b'\n').map_while(parse);
        entries.extend(intact);
    }
    entries.sort_by_key(|entry: &Entry| entry.number);
    entries.dedup_by_key(|entry| entry.number);
    Ok(entries)
}

/// The files of a record's journal, oldest first.
fn files(folder: &Path, record: &RecordId) -> Vec<PathBuf> {
    let existing = |number: usize| Some(folder.join(format!("{record}.{number}.log"))).filter(|path| path.exists());
    (0..).map_while(existing).collect()
}

fn line(entry: &Entry) -> Vec<u8> {
    // An entry is made of strings, numbers and lists, none of which JSON refuses.
    let json = serde_json::to_string(entry).unwrap_or_default();
    format!("{} {json}\n", checksum(json.as_bytes())).into_bytes()
}

fn parse(line: &[u8]) -> Option<Entry> {
    let (sum, rest) = line.split_at_checked(CHECKSUM_DIGITS)?;
    let json = rest.strip_prefix(b" ")?.strip_suffix(b"\n")?;
    (checksum(json).as_bytes() == sum).then(|| serde_json::from_slice(json).ok())?
}

fn checksum(bytes: &[u8]) -> String {
    let mut hex = blake3::hash(bytes).to_hex().to_string();
    hex.truncate(CHECKSUM_DIGITS);
    hex
}
