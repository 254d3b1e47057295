//! Gathering the facts: from the cache what is current, from the files what is not.

use std::{collections::HashMap, path::PathBuf, thread};

use super::{
    Counts, Facts,
    build::{Builder, Ledgered},
    findings,
};
use crate::{
    checklist::{Digest, ItemId},
    error::{Error, Result},
    i18n::Lang,
    inspection::{self, Answer, BlankSheet, Header, Record, Response, Verdict},
    store::{
        Workspace, disk, index,
        records::named_after,
        signs::{Found, Listed, in_parallel, joined},
        words::small,
    },
    text,
};

/// Changes whenever the form of the facts does.
const FORM: u32 = 6;

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

impl Unread {
    fn is_nothing(&self) -> bool {
        self.records.is_empty() && self.ledgers.is_empty() && self.strays.is_empty()
    }
}

/// A record on its way into the facts, with the file of its findings.
struct Coming<'found> {
    file: &'found Found,
    ledger: Option<&'found Found>,
    what: What,
}

impl Coming<'_> {
    /// Says whether nothing but a change of its files can change what is known of a record: of a finalised one that its
    /// checklist was there, and what was found with it.
    fn is_settled(&self, known: &Facts) -> bool {
        let (finalised, judged) = match &self.what {
            What::Known(at) => (known.records[*at].is_finalised(), known.records[*at].judged),
            What::Read(read) => (read.header.finalised.is_some(), read.judged.is_some()),
        };
        !finalised || (judged && self.ledger.is_some())
    }
}

/// What is known of a record: the position of the known one, or what was read anew.
enum What {
    Known(usize),
    Read(Box<Read>),
}

impl Workspace {
    /// Gathers the facts of all records and their findings; only files that changed since the last time are read.
    ///
    /// Records that were finalised since the last time are looked through for findings first, where that may be written.
    pub fn facts(&self) -> (Facts, Unread) {
        let mut unread = Unread::default();
        let (records, listed, known) = self.listed(&mut unread, || self.cached_facts().unwrap_or_default());
        if known.seen == Some([records.digest, listed.digest]) {
            return (known, unread);
        }
        let files = records.files;
        let mut coming = self.coming(&known, &files, &mut unread);
        let there = by_stem(&listed.files);
        let looked_through = self.looked_through(&there, &known, &coming, &mut unread);
        let seen = [records.digest, looked_through.as_ref().map_or(listed.digest, |listed| listed.digest)];
        let mut ledgers = looked_through.as_ref().map_or(there, |listed| by_stem(&listed.files));
        for one in &mut coming {
            one.ledger = ledgers.get(one.file.stem()).copied();
        }
        let is_unchanged = |one: &Coming<'_>| {
            let What::Known(at) = one.what else { return false };
            let was = known.records[at].ledger().map(|ledger| (ledger.size, ledger.changed));
            one.ledger.map(|file| (file.size, file.changed)) == was
        };
        let is_settled = coming.iter().all(|one| one.is_settled(&known));
        let is_same = coming.len() == known.records.len() && coming.iter().all(is_unchanged);
        let built = (!is_same).then(|| self.build(&known, coming, is_unchanged, &mut unread.ledgers));
        for file in &files {
            ledgers.remove(file.stem());
        }
        unread.strays = ledgers.into_values().map(|file| file.relative.clone()).collect();
        unread.strays.sort_unstable();
        let (mut facts, twice) = built.unwrap_or_else(|| (known, Vec::new()));
        let is_settled = is_settled && twice.is_empty() && unread.is_nothing();
        let seen = Some(seen).filter(|_| is_settled);
        if is_same && facts.seen == seen {
            return (facts, unread);
        }
        facts.seen = seen;
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

    /// Returns the facts as they were the last time, without looking at the files; nothing where they were never gathered.
    fn cached_facts(&self) -> Option<Facts> {
        index::read_cache(&self.facts_path(), FORM)
    }

    /// Lists the files of records and ledgers, which takes most of the time, and does something else meanwhile.
    fn listed<T>(&self, unread: &mut Unread, meanwhile: impl FnOnce() -> T) -> (Listed, Listed, T) {
        let Unread { records, ledgers, .. } = unread;
        thread::scope(|scope| {
            let records = scope.spawn(|| self.signs_of("records", records));
            let ledgers = scope.spawn(|| self.signs_of("findings", ledgers));
            let done = meanwhile();
            (joined(records), joined(ledgers), done)
        })
    }

    /// Says of each record whether it is known, and reads those that are not.
    fn coming<'found>(&self, known: &Facts, files: &'found [Found], unread: &mut Unread) -> Vec<Coming<'found>> {
        let at: HashMap<&str, usize> =
            known.records.iter().enumerate().map(|(at, record)| (known.word(record.path), at)).collect();
        let current = |file: &Found| {
            let at = *at.get(file.relative.as_str())?;
            let record = &known.records[at];
            // A checklist that was missing may have come back: what could not be judged is looked at again.
            let same = (record.size, record.changed) == (file.size, file.changed);
            (same && (record.judged || !record.is_finalised())).then_some(at)
        };
        let known: Vec<Option<usize>> = files.iter().map(current).collect();
        let again: Vec<&Found> =
            files.iter().zip(&known).filter(|(_, at)| at.is_none()).map(|(file, _)| file).collect();
        let mut read = self.read_records(&again).into_iter();
        let mut coming = Vec::with_capacity(files.len());
        for (file, known) in files.iter().zip(known) {
            let what = match known.map_or_else(|| read.next(), |at| Some(Ok(What::Known(at)))) {
                // It goes on in another draft, and would be counted twice.
                Some(Ok(What::Read(read))) if is_joined_away(&read.header) => continue,
                Some(Ok(what)) => what,
                Some(Err(error)) => {
                    unread.records.push(error);
                    continue;
                }
                None => continue,
            };
            coming.push(Coming { file, ledger: None, what });
        }
        coming
    }

    /// Looks through the judged records that have no ledger file; returns those that are there then, where any was new.
    fn looked_through(
        &self,
        there: &HashMap<&str, &Found>,
        known: &Facts,
        coming: &[Coming<'_>],
        unread: &mut Unread,
    ) -> Option<Listed> {
        let is_judged = |one: &Coming<'_>| match &one.what {
            What::Known(at) => known.records[*at].judged,
            What::Read(read) => read.judged.is_some(),
        };
        let is_new = |one: &Coming<'_>| is_judged(one) && !there.contains_key(one.file.stem());
        if self.read_only().is_some() || !coming.iter().any(is_new) {
            return None;
        }
        unread.ledgers.clear();
        unread.ledgers.extend(self.look_through_new(&self.records().found));
        Some(self.signs_of("findings", &mut unread.ledgers))
    }

    fn facts_path(&self) -> PathBuf {
        self.own().join("facts")
    }

    /// Reads records; the results are in the order of the files.
    fn read_records(&self, files: &[&Found]) -> Vec<Result<What>> {
        in_parallel(files, |chunk| {
            let mut blanks = HashMap::new();
            let read = |file: &&Found| Ok(What::Read(Box::new(self.read_one(file, &mut blanks)?)));
            chunk.iter().map(read).collect()
        })
    }

    pub(super) fn read_one(&self, file: &Found, blanks: &mut HashMap<Digest, Option<BlankSheet>>) -> Result<Read> {
        let path = self.root().join(&file.relative);
        let text = disk::read_text(&path)?;
        let Record { header, answers, .. } =
            inspection::read(&text).map_err(|error| error.in_file(&path))?.into_record();
        named_after(&path, &header)?;
        let digest = *blake3::hash(text.as_bytes()).as_bytes();
        if header.finalised.is_none() {
            return Ok(Read { header, digest, judged: None });
        }
        let pinned = &header.checklist.digest;
        let made = || self.checklist_version(pinned).ok().map(BlankSheet::new);
        let blank = blanks.entry(pinned.clone()).or_insert_with(made);
        let judged = blank.as_ref().map(|blank| judge(&header, answers, blank));
        Ok(Read { header, digest, judged })
    }

    /// Puts together what is known and what was read; returns the records whose number another one has already.
    fn build(
        &self,
        known: &Facts,
        coming: Vec<Coming<'_>>,
        is_unchanged: impl Fn(&Coming<'_>) -> bool,
        damaged: &mut Vec<Error>,
    ) -> (Facts, Vec<(String, String, String)>) {
        let changed: Vec<&Found> =
            coming.iter().filter(|one| !is_unchanged(one)).filter_map(|one| one.ledger).collect();
        let read = |chunk: &[&Found]| chunk.iter().map(|file| findings::read(self.root(), file)).collect();
        let mut read = in_parallel(&changed, read).into_iter();
        let mut builder = Builder::default();
        for one in coming {
            let ledger = match one.ledger {
                _ if is_unchanged(&one) => Ledgered::Unchanged,
                None => Ledgered::None,
                Some(file) => match read.next() {
                    Some(Ok(ledger)) => Ledgered::Read(file, ledger),
                    Some(Err(error)) => {
                        damaged.push(error);
                        Ledgered::None
                    }
                    None => Ledgered::None,
                },
            };
            match one.what {
                What::Known(at) => builder.copy(known, &known.records[at], &ledger),
                What::Read(read) => builder.add(one.file, &read, &ledger),
            }
        }
        builder.finish()
    }
}

/// Says whether a record is a draft that was joined into another one.
fn is_joined_away(header: &Header) -> bool {
    header.finalised.is_none() && header.joined_into.is_some()
}

/// Judges the answers of a record.
fn judge(header: &Header, answers: Vec<(ItemId, Answer)>, blank: &BlankSheet) -> Judged {
    let sheet = blank.fill(&header.facility, header.inspection.started.date_naive(), answers);
    let checklist = sheet.checklist();
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

/// Finds files by the numbers of their records.
fn by_stem(files: &[Found]) -> HashMap<&str, &Found> {
    files.iter().map(|file| (file.stem(), file)).collect()
}
