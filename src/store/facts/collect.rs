//! Gathering the facts: from the cache what is current, from the files what is not.

use std::{collections::HashMap, path::PathBuf, thread};

use super::{
    Counts, Facts, LedgerFile, RecordFact, Stretch,
    build::{Builder, Source},
    findings,
};
use crate::{
    checklist::{Digest, Item, ItemId, Sort, Value},
    error::{Error, Result},
    i18n::Lang,
    inspection::{self, Answer, BlankSheet, Header, Record, Response, Verdict},
    store::{
        Workspace, disk, index,
        records::named_after,
        signs::{AT_A_TIME, Found, Listed, in_turn, joined},
        words::small,
    },
    text,
};

/// Changes whenever the form of the facts does.
const FORM: u32 = 9;

/// A record that was read, before its texts have numbers.
pub(super) struct ReadRecord {
    pub header: Header,
    pub digest: [u8; 32],
    pub judged: Option<Judged>,
}

/// A value that was entered: the number, where it is one, its words, and its note where that is reported.
#[derive(Default)]
pub(super) struct Entered {
    pub number: Option<f64>,
    pub shown: String,
    pub note: String,
}

/// What the answers of a finalised record came to.
pub(super) struct Judged {
    pub counts: Counts,
    pub score_rate: Option<f64>,
    pub grade: Option<String>,
    /// Whether they come to something else than the record says of itself.
    pub altered: bool,
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

/// What came of some files: facts of their own, and for each file where in them it stands, or why it does not.
struct Share<Place> {
    facts: Facts,
    places: Vec<Result<Place>>,
}

/// What whoever reads many files has at hand for the next one.
#[derive(Default)]
pub(super) struct Reading {
    reader: disk::Reader,
    /// The checklists that came already; nothing for one that is not there.
    blanks: HashMap<Digest, Option<BlankSheet>>,
}

/// A record on its way into the facts, with the file of its findings.
struct Coming<'found> {
    file: &'found Found,
    ledger: Option<&'found Found>,
    place: Place,
}

/// Where a record is on its way into the facts.
#[derive(Clone, Copy)]
enum Place {
    /// Among those that were known, as its file has not changed.
    Known(usize),
    /// Among those that are being put together.
    Read(usize),
}

/// The facts that were known, and those that are being put together.
struct Gathering<'facts> {
    known: &'facts Facts,
    builder: Builder,
}

impl Gathering<'_> {
    fn record(&self, one: &Coming<'_>) -> &RecordFact {
        match one.place {
            Place::Known(at) => &self.known.records[at],
            Place::Read(at) => &self.builder.records()[at],
        }
    }

    /// Says whether nothing but a change of its files can change what is known of a record: of a finalised one that its
    /// checklist was there, and what was found with it.
    fn is_settled(&self, one: &Coming<'_>) -> bool {
        let record = self.record(one);
        !record.is_finalised() || (record.judged && one.ledger.is_some())
    }

    /// Says whether neither the file of a record nor that of its findings is another one than was known.
    fn is_unchanged(&self, one: &Coming<'_>) -> bool {
        let was = self.record(one).ledger().map(|ledger| (ledger.size, ledger.changed));
        matches!(one.place, Place::Known(_)) && one.ledger.map(|file| (file.size, file.changed)) == was
    }
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
        let mut gathering = Gathering { known: &known, builder: Builder::default() };
        let mut coming = self.coming(&mut gathering, &files, &mut unread);
        let there = by_stem(&listed.files);
        let looked_through = self.looked_through(&there, &gathering, &coming, &mut unread);
        let seen = [records.digest, looked_through.as_ref().map_or(listed.digest, |listed| listed.digest)];
        let mut ledgers = looked_through.as_ref().map_or(there, |listed| by_stem(&listed.files));
        for one in &mut coming {
            one.ledger = ledgers.get(one.file.stem()).copied();
        }
        let is_settled = coming.iter().all(|one| gathering.is_settled(one));
        let is_same = coming.len() == known.records.len() && coming.iter().all(|one| gathering.is_unchanged(one));
        let built = (!is_same).then(|| self.build(gathering, &coming, &mut unread.ledgers));
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

    /// Says of each record where it is, once those that are not known were read.
    fn coming<'found>(
        &self,
        gathering: &mut Gathering<'_>,
        files: &'found [Found],
        unread: &mut Unread,
    ) -> Vec<Coming<'found>> {
        let known = gathering.known;
        let at: HashMap<&str, usize> =
            known.records.iter().enumerate().map(|(at, record)| (known.word(record.path), at)).collect();
        let current = |file: &Found| {
            let at = *at.get(file.relative.as_str())?;
            let record = &known.records[at];
            // A checklist that was missing may have come back: what could not be judged is looked at again.
            let same = (record.size, record.changed) == (file.size, file.changed);
            (same && (record.judged || !record.is_finalised())).then_some(at)
        };
        let (mut coming, mut again) = (Vec::with_capacity(files.len()), Vec::new());
        for file in files {
            match current(file) {
                Some(at) => coming.push(Coming { file, ledger: None, place: Place::Known(at) }),
                None => again.push(file),
            }
        }
        let mut files = again.iter();
        self.read_records(&again, |share| {
            let mut source = Source::of(&share.facts);
            for (place, file) in share.places.into_iter().zip(&mut files) {
                match place {
                    Ok(Some(at)) => {
                        let record = &source.facts.records[at];
                        let place = Place::Read(gathering.builder.take(&mut source, record));
                        coming.push(Coming { file, ledger: None, place });
                    }
                    Ok(None) => {}
                    Err(error) => unread.records.push(error),
                }
            }
        });
        coming
    }

    /// Looks through the judged records that have no ledger file; returns those that are there then, where any was new.
    fn looked_through(
        &self,
        there: &HashMap<&str, &Found>,
        gathering: &Gathering<'_>,
        coming: &[Coming<'_>],
        unread: &mut Unread,
    ) -> Option<Listed> {
        let is_new = |one: &Coming<'_>| gathering.record(one).judged && !there.contains_key(one.file.stem());
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

    /// Reads records, some at a time and in the order of the files. A draft that was joined into another one or given up has
    /// no place: the one would be counted twice, and nobody means the other one any more.
    fn read_records(&self, files: &[&Found], take: impl FnMut(Share<Option<usize>>)) {
        let read = |reading: &mut Reading, files: &[&Found]| {
            let mut builder = Builder::default();
            let read_one = |file: &&Found| {
                let record = self.read_one(file, reading)?;
                Ok((!record.header.is_closed_draft()).then(|| builder.add(file, &record)))
            };
            let places = files.iter().map(read_one).collect();
            Share { facts: builder.into_facts(), places }
        };
        in_turn(files, AT_A_TIME, Reading::default, read, take);
    }

    /// Reads and judges a record.
    pub(super) fn read_one(&self, file: &Found, reading: &mut Reading) -> Result<ReadRecord> {
        let path = self.root().join(&file.relative);
        let text = reading.reader.text(&path)?;
        let Record { header, answers, .. } =
            inspection::read(text).map_err(|error| error.in_file(&path))?.into_record();
        named_after(&path, &header)?;
        let digest = *blake3::hash(text.as_bytes()).as_bytes();
        if header.finalised.is_none() {
            return Ok(ReadRecord { header, digest, judged: None });
        }
        let pinned = &header.checklist.digest;
        if !reading.blanks.contains_key(pinned) {
            let made = self.checklist_version(pinned).ok().map(BlankSheet::new);
            reading.blanks.insert(pinned.clone(), made);
        }
        let blank = reading.blanks.get(pinned).and_then(Option::as_ref);
        let judged = blank.map(|blank| judge(&header, answers, blank));
        Ok(ReadRecord { header, digest, judged })
    }

    /// Reads ledger files, some at a time and in the order of the files.
    fn read_ledgers(&self, files: &[&Found], take: impl FnMut(Share<(LedgerFile, Stretch)>)) {
        let read = |reading: &mut Reading, files: &[&Found]| {
            let mut builder = Builder::default();
            let places = files.iter().map(|file| self.read_ledger(file, reading, &mut builder)).collect();
            Share { facts: builder.into_facts(), places }
        };
        in_turn(files, AT_A_TIME, Reading::default, read, take);
    }

    /// Reads a ledger file and adds its findings; returns where they are.
    pub(super) fn read_ledger(
        &self,
        file: &Found,
        reading: &mut Reading,
        builder: &mut Builder,
    ) -> Result<(LedgerFile, Stretch)> {
        let read = findings::read(&self.root().join(&file.relative), &mut reading.reader)?;
        let ledger = LedgerFile { size: file.size, changed: file.changed, digest: read.digest };
        Ok((ledger, builder.add_findings(&read.findings())))
    }

    /// Puts together what is known and what is read; returns the records whose number another one has already.
    fn build(
        &self,
        gathering: Gathering<'_>,
        coming: &[Coming<'_>],
        damaged: &mut Vec<Error>,
    ) -> (Facts, Vec<(String, String, String)>) {
        let unchanged: Vec<bool> = coming.iter().map(|one| gathering.is_unchanged(one)).collect();
        let Gathering { known, mut builder } = gathering;
        let mut source = Source::of(known);
        let (mut again, mut places) = (Vec::new(), Vec::new());
        for (one, is_unchanged) in coming.iter().zip(unchanged) {
            let place = match one.place {
                Place::Known(at) => builder.take(&mut source, &known.records[at]),
                Place::Read(at) => at,
            };
            match one.place {
                Place::Known(at) if is_unchanged => {
                    let record = &known.records[at];
                    let findings = builder.take_findings(&mut source, record.findings);
                    builder.attach(place, record.ledger().copied(), findings);
                }
                _ => {
                    again.extend(one.ledger);
                    places.extend(one.ledger.map(|_| place));
                }
            }
        }
        let mut places = places.into_iter();
        self.read_ledgers(&again, |share| {
            let mut source = Source::of(&share.facts);
            for (read, place) in share.places.into_iter().zip(&mut places) {
                match read {
                    Ok((ledger, findings)) => {
                        let findings = builder.take_findings(&mut source, findings);
                        builder.attach(place, Some(ledger), findings);
                    }
                    Err(error) => damaged.push(error),
                }
            }
        });
        builder.finish()
    }
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
        if sheet.is_answered(at) {
            answers.push((small(at), verdict, entered(answer, sheet.item(at), checklist.sort)));
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
    let altered = tally.summary(checklist) != header.summary;
    Judged { counts, score_rate: tally.score_rate(), grade, altered, answers }
}

/// Returns what was entered for an item; nothing of a verdict with nothing said beside it that is reported.
fn entered(answer: &Answer, item: &Item, sort: Sort) -> Option<Entered> {
    // Of a figure the report tells what was noted with it; notes of inspections go into no report.
    let note = if sort == Sort::Progress { answer.note.trim().to_owned() } else { String::new() };
    match &answer.response {
        Some(Response::Value(value)) => {
            let number = if let Value::Number(number) = value { Some(*number) } else { None };
            Some(Entered { number, shown: value.show(item.unit_shown(), Lang::Zh), note })
        }
        _ => (!note.is_empty()).then(|| Entered { note, ..Entered::default() }),
    }
}

/// Finds files by the numbers of their records.
fn by_stem(files: &[Found]) -> HashMap<&str, &Found> {
    files.iter().map(|file| (file.stem(), file)).collect()
}
