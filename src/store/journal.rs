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
    error::{Error, Result},
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
    file: Option<OpenFile>,
    pending: Vec<u8>,
}

/// An open file of a journal, and where it is.
#[derive(Debug)]
struct OpenFile {
    file: File,
    path: PathBuf,
    /// Whether it holds entries that were reported as durable.
    holds_entries: bool,
}

/// What a journal says.
#[derive(Debug, Default)]
pub struct Steps {
    /// Every intact entry, in order.
    pub entries: Vec<Entry>,
    /// The files with a line that is damaged, other than a torn last one, which nobody was ever told was durable.
    pub damaged: Vec<Error>,
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
        self.pending.extend_from_slice(&line(&self.record, entry));
        self.flush()
    }

    /// Tries again to write what is outstanding.
    pub fn flush(&mut self) -> Result<()> {
        if self.pending.is_empty() {
            return Ok(());
        }
        let written = self.write_pending();
        if let Err(error) = written {
            if let Some(refused) = self.file.take().filter(|refused| !refused.holds_entries) {
                // Else every retry would leave a file behind; everything in it is still outstanding.
                drop(refused.file);
                let _ = fs::remove_file(&refused.path);
            }
            return Err(storage_error(text!("storage.journal-failed"), &self.folder, error)
                .hint(text!("storage.journal-failed.hint")));
        }
        self.pending.clear();
        Ok(())
    }

    /// Says whether entries are outstanding that could not be written.
    pub fn is_behind(&self) -> bool {
        !self.pending.is_empty()
    }

    fn write_pending(&mut self) -> io::Result<()> {
        // A file that was deleted from outside would still take everything, and keep nothing.
        self.file.take_if(|open| !open.path.exists());
        let open = match &mut self.file {
            Some(open) => open,
            none => none.insert(new_file(&self.folder, &self.record)?),
        };
        open.file.write_all(&self.pending)?;
        open.file.sync_data()?;
        open.holds_entries = true;
        Ok(())
    }
}

/// Starts the next file of a record's journal, so that a torn line at the end of an older one harms nothing.
fn new_file(folder: &Path, record: &RecordId) -> io::Result<OpenFile> {
    disk::make_folder(folder)?;
    let number = files(folder, record).last().map_or(0, |(number, _)| number + 1);
    let path = folder.join(format!("{record}.{number}.log"));
    let file = OpenOptions::new().append(true).create_new(true).open(&path)?;
    disk::sync_folder(folder)?;
    Ok(OpenFile { file, path, holds_entries: false })
}

/// Reads a record's journal: every intact entry, whatever lies between them.
///
/// The checksums hold for one record only, so that a journal that got under another record's name changes nothing there.
pub fn read(folder: &Path, record: &RecordId) -> Result<Steps> {
    let mut steps = Steps::default();
    for (_, path) in files(folder, record) {
        let bytes = disk::read(&path)?;
        let mut lines = bytes.split_inclusive(|&byte| byte == b'\n').enumerate().peekable();
        let mut damaged = None;
        while let Some((at, line)) = lines.next() {
            match parse(record, line) {
                Some(entry) => steps.entries.push(entry),
                None if lines.peek().is_some() => damaged = damaged.or(Some(at + 1)),
                None => {}
            }
        }
        steps.damaged.extend(damaged.map(|line| {
            Error::input(text!("storage.journal-damaged", line = line))
                .at(&path)
                .hint(text!("storage.journal-damaged.hint"))
        }));
    }
    steps.entries.sort_by_key(|entry: &Entry| entry.number);
    steps.entries.dedup_by_key(|entry| entry.number);
    Ok(steps)
}

/// The files of a record's journal with their numbers, oldest first; one that is missing among them hides none.
fn files(folder: &Path, record: &RecordId) -> Vec<(u64, PathBuf)> {
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let number = |path: &Path| -> Option<u64> {
        let name = path.file_name()?.to_str()?;
        name.strip_prefix(record.0.as_str())?.strip_prefix('.')?.strip_suffix(".log")?.parse().ok()
    };
    let paths = entries.flatten().map(|entry| entry.path());
    let mut files: Vec<_> = paths.filter_map(|path| Some((number(&path)?, path))).collect();
    files.sort_unstable();
    files
}

fn line(record: &RecordId, entry: &Entry) -> Vec<u8> {
    // An entry is made of strings, numbers and lists, none of which JSON refuses.
    let json = serde_json::to_string(entry).unwrap_or_default();
    format!("{} {json}\n", checksum(record, json.as_bytes())).into_bytes()
}

fn parse(record: &RecordId, line: &[u8]) -> Option<Entry> {
    let (sum, rest) = line.split_at_checked(CHECKSUM_DIGITS)?;
    let json = rest.strip_prefix(b" ")?.strip_suffix(b"\n")?;
    (checksum(record, json).as_bytes() == sum).then(|| serde_json::from_slice(json).ok())?
}

fn checksum(record: &RecordId, json: &[u8]) -> String {
    let mut hasher = blake3::Hasher::new();
    hasher.update(record.0.as_bytes()).update(b"\n").update(json);
    let mut hex = hasher.finalize().to_hex().to_string();
    hex.truncate(CHECKSUM_DIGITS);
    hex
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::{
        checklist::ItemId,
        inspection::{Action, Answer, Change, Response, Verdict},
    };

    fn entry(number: u64, note: &str) -> Entry {
        let at = "2026-11-21T09:30:00+08:00".parse().expect("a time");
        let response = Some(Response::Verdict(Verdict::Fails));
        let after = Some(Answer {
            response,
            note: note.to_owned(),
            finding: None,
            evidence: Vec::new(),
            by: "张三".to_owned(),
            at,
        });
        Entry { number, at, action: Action::Do(Change::Answer { item: ItemId("甲".to_owned()), before: None, after }) }
    }

    fn record() -> RecordId {
        RecordId("01TEST".into())
    }

    fn written(folder: &Path, notes: &[&str]) -> Vec<Entry> {
        let mut journal = Journal::open(folder, &record());
        let entries: Vec<_> = (1..).zip(notes).map(|(number, note)| entry(number, note)).collect();
        for entry in &entries {
            journal.append(entry).expect("written");
        }
        entries
    }

    #[test]
    fn a_damaged_line_costs_its_own_entry_and_is_said() {
        let folder = tempfile::tempdir().expect("a folder");
        let entries = written(folder.path(), &["一", "二", "三"]);
        let path = folder.path().join("01TEST.0.log");
        let text = fs::read_to_string(&path).expect("read");
        fs::write(&path, text.replace("二", "两")).expect("damaged");
        let steps = read(folder.path(), &record()).expect("read");
        assert_eq!(steps.entries, [entries[0].clone(), entries[2].clone()]);
        let [error] = steps.damaged.as_slice() else { panic!("{:?}", steps.damaged) };
        assert_eq!(error.path(), Some(path.as_path()));
    }

    #[test]
    fn every_file_counts_even_where_an_earlier_one_is_gone() {
        let folder = tempfile::tempdir().expect("a folder");
        for number in 1..=3 {
            Journal::open(folder.path(), &record()).append(&entry(number, "")).expect("written");
        }
        fs::remove_file(folder.path().join("01TEST.0.log")).expect("deleted");
        let numbers: Vec<_> =
            read(folder.path(), &record()).expect("read").entries.iter().map(|entry| entry.number).collect();
        assert_eq!(numbers, [2, 3]);
        Journal::open(folder.path(), &record()).append(&entry(4, "")).expect("written");
        assert!(folder.path().join("01TEST.3.log").exists(), "a new file comes behind all others");
    }

    #[test]
    fn the_journal_of_another_record_changes_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        written(folder.path(), &["一", "二"]);
        fs::rename(folder.path().join("01TEST.0.log"), folder.path().join("01OTHER.0.log")).expect("renamed");
        assert!(read(folder.path(), &RecordId("01OTHER".into())).expect("read").entries.is_empty());
    }

    #[test]
    fn what_is_deleted_while_it_is_open_is_begun_anew() {
        let folder = tempfile::tempdir().expect("a folder");
        let own = folder.path().join(".ducha/journal");
        let mut journal = Journal::open(&own, &record());
        journal.append(&entry(1, "")).expect("written");
        fs::remove_dir_all(folder.path().join(".ducha")).expect("deleted");
        journal.append(&entry(2, "")).expect("written");
        assert_eq!(read(&own, &record()).expect("read").entries, [entry(2, "")]);
    }

    #[test]
    fn what_the_disk_refuses_is_kept_and_leaves_no_files() {
        let folder = tempfile::tempdir().expect("a folder");
        let own = folder.path().join("journal");
        fs::write(&own, "in the way").expect("written");
        let mut journal = Journal::open(&own, &record());
        for number in 1..=2 {
            journal.append(&entry(number, "")).expect_err("there is a file in place of the folder");
            assert!(journal.is_behind());
        }
        fs::remove_file(&own).expect("deleted");
        journal.flush().expect("written");
        assert!(!journal.is_behind());
        assert_eq!(read(&own, &record()).expect("read").entries, [entry(1, ""), entry(2, "")]);
    }

    proptest! {
        #[test]
        fn a_journal_that_is_cut_anywhere_has_a_beginning_of_its_entries(
            notes in proptest::collection::vec(any::<String>(), 1..6), cut in any::<proptest::sample::Index>()
        ) {
            let folder = tempfile::tempdir().expect("a folder");
            let notes: Vec<_> = notes.iter().map(String::as_str).collect();
            let entries = written(folder.path(), &notes);
            let path = folder.path().join("01TEST.0.log");
            let bytes = fs::read(&path).expect("read");
            let kept = cut.index(bytes.len() + 1);
            fs::write(&path, &bytes[..kept]).expect("cut");
            let whole_lines = bytes[..kept].split_inclusive(|&byte| byte == b'\n').filter(|line| line.ends_with(b"\n"));
            let whole_lines = whole_lines.count();
            let steps = read(folder.path(), &record()).expect("read");
            prop_assert_eq!(&steps.entries, &entries[..whole_lines]);
            prop_assert!(steps.damaged.is_empty());
        }
    }
}
