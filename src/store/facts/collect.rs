//! Gathering the facts: from the cache what is current, from the files what is not.

use std::{
    collections::{HashMap, HashSet},
    fs, io,
    path::PathBuf,
    sync::Arc,
    thread,
};

use super::{
    Counts, Facts,
    build::{Builder, Ledgered, small},
    findings::{self, ReadLedger},
};
use crate::{
    checklist::{Checklist, Digest},
    error::{Error, Result},
    i18n::Lang,
    inspection::{self, Header, Record, Response, Sheet, StoredRecord, Verdict},
    store::{
        Workspace, disk, index,
        records::{is_record, named_after, visible_entries},
    },
    text,
};

/// Changes whenever the form of the facts does.
const FORM: u32 = 3;

/// A file with the signs by which it is known to be unchanged.
pub(super) struct Found {
    pub path: PathBuf,
    pub relative: String,
    pub size: u64,
    pub changed: i64,
}

/// A record that was read, before its texts have numbers.
pub(super) struct Read {
    pub header: Header,
    pub digest: [u8; 32],
    pub judged: Option<Judged>,
}

/// A value that was entered: the number, where it is one, and its words.
pub(super) type Entered = (Option<f64>, String);

/// What the answers of a finalised record came to.
pub(super) struct Judged {
    pub counts: Counts,
    pub score_rate: Option<f64>,
    pub grade: Option<String>,
    pub answers: Vec<(u32, Option<Verdict>, Option<Entered>)>,
}

/// What could not be read, and why.
#[derive(Debug, Default)]
pub struct Unread {
    /// Records: such a one is in no report, and every report says so.
    pub records: Vec<Error>,
    /// Ledger files: the findings of their records are in no report.
    pub ledgers: Vec<Error>,
    /// Ledger files, within the workspace, whose records are not there.
    pub strays: Vec<String>,
}

/// A record on its way into the facts: the position of the known one, or what was read anew.
enum Coming {
    Known(usize),
    Read(Box<Read>),
}

impl Workspace {
    /// Gathers the facts of all records and their findings; only files that changed since the last time are read.
    ///
    /// Records that were finalised since the last time are looked through for findings first, where that may be written.
    pub fn facts(&self) -> (Facts, Unread) {
        let mut unread = Unread::default();
        let (known, files, ledgers) = self.what_is_there(&mut unread);
        let at: HashMap<&str, usize> =
            known.records.iter().enumerate().map(|(at, record)| (known.word(record.path), at)).collect();
        let current = |file: &Found| {
            let at = *at.get(file.relative.as_str())?;
            let record = &known.records[at];
            // A checklist that was missing may have come back: what could not be judged is looked at again.
            let same = (record.size, record.changed) == (file.size, file.changed);
            (same && (record.judged || !record.is_finalised())).then_some(at)
        };
        let again: Vec<&Found> = files.iter().filter(|file| current(file).is_none()).collect();
        let mut read: HashMap<&str, Result<Read>> = HashMap::with_capacity(again.len());
        for (file, one) in again.iter().zip(self.read_records(&again)) {
            read.insert(file.relative.as_str(), one);
        }
        let nothing_read = read.is_empty();
        let mut coming: Vec<(&Found, Coming)> = Vec::with_capacity(files.len());
        for file in &files {
            match (read.remove(file.relative.as_str()), current(file)) {
                (Some(Ok(read)), _) => coming.push((file, Coming::Read(Box::new(read)))),
                (Some(Err(error)), _) => unread.records.push(error),
                (None, Some(at)) => coming.push((file, Coming::Known(at))),
                (None, None) => {}
            }
        }
        let ledgers = self.looked_through(ledgers, &known, &coming, &mut unread);
        let unchanged = |(file, one): &(&Found, Coming)| {
            let Coming::Known(at) = one else { return false };
            signs(ledgers.get(stem(file))) == known.records[*at].ledger.map(|ledger| (ledger.size, ledger.changed))
        };
        let stems: HashSet<&str> = files.iter().map(stem).collect();
        unread.strays = ledgers
            .iter()
            .filter(|(stem, _)| !stems.contains(stem.as_str()))
            .map(|(_, file)| file.relative.clone())
            .collect();
        unread.strays.sort_unstable();
        if nothing_read && coming.len() == known.records.len() && coming.iter().all(&unchanged) {
            return (known, unread);
        }
        let (facts, twice) = build(&known, coming, &ledgers, unchanged, &mut unread.ledgers);
        unread.records.extend(twice.into_iter().map(|(id, first, path)| {
            Error::input(text!("record.twice", id = id, first = first))
                .at(self.root().join(path))
                .hint(text!("record.twice.hint"))
        }));
        if self.read_only().is_none() {
            index::write_cache(&self.facts_path(), FORM, &facts);
        }
        (facts, unread)
    }

    /// Reads the cache and lists the files of records and ledgers; asking for the signs of so many takes most of the time.
    fn what_is_there(&self, unread: &mut Unread) -> (Facts, Vec<Found>, HashMap<String, Found>) {
        let Unread { records, ledgers, .. } = unread;
        thread::scope(|scope| {
            let listing = scope.spawn(|| self.ledger_signs(ledgers));
            let files = self.record_signs(records);
            let known = index::read_cache(&self.facts_path(), FORM).unwrap_or_default();
            (known, files, listing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
        })
    }

    /// Returns the ledger files by the numbers of their records, once every judged record was looked through.
    fn looked_through(
        &self,
        ledgers: HashMap<String, Found>,
        known: &Facts,
        coming: &[(&Found, Coming)],
        unread: &mut Unread,
    ) -> HashMap<String, Found> {
        let is_judged = |one: &Coming| match one {
            Coming::Known(at) => known.records[*at].judged,
            Coming::Read(read) => read.judged.is_some(),
        };
        let is_new = |(file, one): &(&Found, Coming)| is_judged(one) && !ledgers.contains_key(stem(file));
        if self.read_only().is_some() || !coming.iter().any(is_new) {
            return ledgers;
        }
        unread.ledgers.clear();
        unread.ledgers.extend(self.look_through_new(&self.records().found));
        self.ledger_signs(&mut unread.ledgers)
    }

    fn facts_path(&self) -> PathBuf {
        self.own().join("facts")
    }

    /// Lists the records' files with size and time of change.
    fn record_signs(&self, damaged: &mut Vec<Error>) -> Vec<Found> {
        let mut found = Vec::new();
        for folder in self.month_folders() {
            let inside = self.relative(&folder);
            for entry in visible_entries(&folder).filter(|entry| is_record(&entry.path())) {
                found.extend(found_at(entry.path(), &inside, entry.metadata(), damaged));
            }
        }
        found
    }

    /// Lists the ledger files with size and time of change, by the numbers of their records.
    fn ledger_signs(&self, damaged: &mut Vec<Error>) -> HashMap<String, Found> {
        let mut found = HashMap::new();
        for (folder, entries) in self.ledger_folders() {
            let inside = self.relative(&folder);
            for entry in entries {
                if let Some(file) = found_at(entry.path(), &inside, entry.metadata(), damaged) {
                    found.insert(stem(&file).to_owned(), file);
                }
            }
        }
        found
    }

    /// Reads records; the results are in the order of the files.
    fn read_records(&self, files: &[&Found]) -> Vec<Result<Read>> {
        in_parallel(files, |chunk| {
            let mut checklists = HashMap::new();
            chunk.iter().map(|file| self.read_one(file, &mut checklists)).collect()
        })
    }

    fn read_one(&self, file: &Found, checklists: &mut HashMap<Digest, Option<Arc<Checklist>>>) -> Result<Read> {
        let text = disk::read_text(&file.path)?;
        let stored = inspection::read(&text).map_err(|error| error.in_file(&file.path))?;
        named_after(&file.path, &stored.record().header)?;
        let digest = *blake3::hash(text.as_bytes()).as_bytes();
        let judged = match &stored {
            StoredRecord::Draft(_) => None,
            StoredRecord::Finalised(finalised) => {
                let pinned = &finalised.record().header.checklist.digest;
                let checklist =
                    checklists.entry(pinned.clone()).or_insert_with(|| self.checklist_version(pinned).ok()).clone();
                checklist.map(|checklist| judge(finalised.record(), &checklist))
            }
        };
        Ok(Read { header: stored.record().header.clone(), digest, judged })
    }
}

/// Judges the answers of a record.
fn judge(record: &Record, checklist: &Arc<Checklist>) -> Judged {
    let header = &record.header;
    let day = header.inspection.started.date_naive();
    let sheet = Sheet::new(Arc::clone(checklist), &header.facility, day, record.answers.iter().cloned());
    let tally = sheet.tally();
    let mut answers = Vec::new();
    let mut exempt = 0;
    for at in (0..checklist.items.len()).filter(|&at| sheet.applies(at)) {
        let Some(answer) = sheet.answer(at) else { continue };
        let verdict = sheet.verdict(at);
        exempt += u32::from(verdict.is_some_and(Verdict::is_exempt));
        let value = match &answer.response {
            Some(Response::Value(value)) => {
                let number = if let crate::checklist::Value::Number(number) = value { Some(*number) } else { None };
                Some((number, value.show(sheet.item(at).unit_shown(), Lang::Zh)))
            }
            _ => None,
        };
        if sheet.is_answered(at) {
            answers.push((small(at), verdict, value));
        }
    }
    let counts = Counts {
        items: small(tally.items),
        answered: small(tally.answered),
        conforming: small(tally.conforming),
        failed: small(tally.failed),
        exempt,
        critical_failed: small(tally.critical_failed),
        earned: tally.earned,
        attainable: tally.attainable,
    };
    let grade = tally.grade.and_then(|at| checklist.scoring.grades.get(at)).map(|grade| grade.title.zh.clone());
    Judged { counts, score_rate: tally.score_rate(), grade, answers }
}

/// Puts together what is known and what was read; returns the records whose number another one has already.
fn build(
    known: &Facts,
    coming: Vec<(&Found, Coming)>,
    ledgers: &HashMap<String, Found>,
    unchanged: impl Fn(&(&Found, Coming)) -> bool,
    damaged: &mut Vec<Error>,
) -> (Facts, Vec<(String, String, String)>) {
    let changed: Vec<&Found> =
        coming.iter().filter(|one| !unchanged(one)).filter_map(|(file, _)| ledgers.get(stem(file))).collect();
    let read = in_parallel(&changed, |chunk| chunk.iter().map(|file| findings::read(file)).collect());
    let mut read: HashMap<&str, (&Found, Result<ReadLedger>)> =
        changed.iter().zip(read).map(|(file, read)| (stem(file), (*file, read))).collect();
    let mut builder = Builder::default();
    for one in coming {
        let is_unchanged = unchanged(&one);
        let (file, one) = one;
        let ledger = match read.remove(stem(file)) {
            _ if is_unchanged => Ledgered::Unchanged,
            Some((file, Ok(ledger))) => Ledgered::Read(file, ledger),
            Some((_, Err(error))) => {
                damaged.push(error);
                Ledgered::None
            }
            None => Ledgered::None,
        };
        match one {
            Coming::Known(at) => builder.copy(known, &known.records[at], &ledger),
            Coming::Read(read) => builder.add(file, &read, &ledger),
        }
    }
    builder.finish()
}

/// Reads files on all processors; the results are in the order of the files.
fn in_parallel<T: Send>(files: &[&Found], read: impl Fn(&[&Found]) -> Vec<T> + Sync) -> Vec<T> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let share = files.len().div_ceil(workers).max(1);
    let read = &read;
    thread::scope(|scope| {
        let running: Vec<_> = files.chunks(share).map(|chunk| scope.spawn(move || read(chunk))).collect();
        // A worker that panicked has a mistake in it that must not pass as a report without its records.
        let joined = running
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)));
        joined.collect()
    })
}

/// Makes what is known of a file; one whose signs cannot be read is damaged.
fn found_at(
    path: PathBuf,
    inside: &str,
    metadata: io::Result<fs::Metadata>,
    damaged: &mut Vec<Error>,
) -> Option<Found> {
    let metadata = match metadata {
        Ok(metadata) if metadata.is_symlink() => fs::metadata(&path),
        other => other,
    };
    match metadata {
        Ok(metadata) => {
            let (size, changed) = disk::signs(&metadata);
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let relative = format!("{inside}/{name}");
            Some(Found { path, relative, size, changed })
        }
        Err(error) => {
            damaged.push(disk::storage_error(text!("storage.read-failed"), &path, error));
            None
        }
    }
}

/// Returns the signs of a file, where there is one.
fn signs(file: Option<&Found>) -> Option<(u64, i64)> {
    file.map(|file| (file.size, file.changed))
}

/// Returns the name of a record's or ledger's file without its ending: the number of the record.
fn stem(file: &Found) -> &str {
    let name = file.relative.rsplit('/').next().unwrap_or_default();
    name.rsplit_once('.').map_or(name, |(stem, _)| stem)
}
