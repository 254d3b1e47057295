//! Gathering the facts: from the cache what is current, from the files what is not.

use std::{collections::HashMap, path::PathBuf, thread};

use super::{
    Counts, Facts, LedgerFile, RecordFact, Stretch,
    build::{Builder, Source},
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
const FORM: u32 = 7;

/// A record that was read, before its texts have numbers.
pub(super) struct ReadRecord {
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

/// What one worker read: facts of its own, and for each of its files where in them it stands, or why it does not.
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
    /// The facts it is in, those that were known first, and where in them.
    source: usize,
    at: usize,
}

/// The facts that were known, and behind them those of the records that were read anew.
struct Sources<'facts>(Vec<&'facts Facts>);

impl Sources<'_> {
    fn record(&self, one: &Coming<'_>) -> &RecordFact {
        &self.0[one.source].records[one.at]
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
        one.source == KNOWN && one.ledger.map(|file| (file.size, file.changed)) == was
    }
}

/// The place of the facts that were known among the sources.
const KNOWN: usize = 0;

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
        let (mut coming, shares) = self.coming(&known, &files, &mut unread);
        let sources = Sources([&known].into_iter().chain(&shares).collect());
        let there = by_stem(&listed.files);
        let looked_through = self.looked_through(&there, &sources, &coming, &mut unread);
        let seen = [records.digest, looked_through.as_ref().map_or(listed.digest, |listed| listed.digest)];
        let mut ledgers = looked_through.as_ref().map_or(there, |listed| by_stem(&listed.files));
        for one in &mut coming {
            one.ledger = ledgers.get(one.file.stem()).copied();
        }
        let is_settled = coming.iter().all(|one| sources.is_settled(one));
        let is_same = coming.len() == known.records.len() && coming.iter().all(|one| sources.is_unchanged(one));
        let built = (!is_same).then(|| self.build(&sources, &coming, &mut unread.ledgers));
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

    /// Says of each record where it is known, and reads those that are not; returns the facts of these as well.
    fn coming<'found>(
        &self,
        known: &Facts,
        files: &'found [Found],
        unread: &mut Unread,
    ) -> (Vec<Coming<'found>>, Vec<Facts>) {
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
        let (mut facts, mut places) = (Vec::new(), Vec::with_capacity(again.len()));
        for (source, share) in (KNOWN + 1..).zip(self.read_records(&again)) {
            facts.push(share.facts);
            places.extend(share.places.into_iter().map(|place| place.map(|at| Some((source, at?)))));
        }
        let mut places = places.into_iter();
        let mut coming = Vec::with_capacity(files.len());
        for (file, known) in files.iter().zip(known) {
            match known.map_or_else(|| places.next(), |at| Some(Ok(Some((KNOWN, at))))) {
                Some(Ok(Some((source, at)))) => coming.push(Coming { file, ledger: None, source, at }),
                Some(Err(error)) => unread.records.push(error),
                Some(Ok(None)) | None => {}
            }
        }
        (coming, facts)
    }

    /// Looks through the judged records that have no ledger file; returns those that are there then, where any was new.
    fn looked_through(
        &self,
        there: &HashMap<&str, &Found>,
        sources: &Sources<'_>,
        coming: &[Coming<'_>],
        unread: &mut Unread,
    ) -> Option<Listed> {
        let is_new = |one: &Coming<'_>| sources.record(one).judged && !there.contains_key(one.file.stem());
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

    /// Reads records, a share on each processor; the shares are in the order of the files. What goes on in another draft has no
    /// place, because it would be counted twice.
    fn read_records(&self, files: &[&Found]) -> Vec<Share<Option<usize>>> {
        in_parallel(files, |chunk| {
            let (mut builder, mut reading, mut next) = (Builder::default(), Reading::default(), 0..);
            let read = |file: &&Found| {
                let record = self.read_one(file, &mut reading)?;
                if is_joined_away(&record.header) {
                    return Ok(None);
                }
                builder.add(file, &record);
                Ok(next.next())
            };
            let places = chunk.iter().map(read).collect();
            vec![Share { facts: builder.into_facts(), places }]
        })
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

    /// Reads ledger files, a share on each processor; the shares are in the order of the files.
    fn read_ledgers(&self, files: &[&Found]) -> Vec<Share<(LedgerFile, Stretch)>> {
        in_parallel(files, |chunk| {
            let (mut builder, mut reading) = (Builder::default(), Reading::default());
            let places = chunk.iter().map(|file| self.read_ledger(file, &mut reading, &mut builder)).collect();
            vec![Share { facts: builder.into_facts(), places }]
        })
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

    /// Puts together what is known and what was read; returns the records whose number another one has already.
    fn build(
        &self,
        sources: &Sources<'_>,
        coming: &[Coming<'_>],
        damaged: &mut Vec<Error>,
    ) -> (Facts, Vec<(String, String, String)>) {
        let is_changed = |one: &&Coming<'_>| !sources.is_unchanged(one);
        let changed: Vec<&Found> = coming.iter().filter(is_changed).filter_map(|one| one.ledger).collect();
        let (mut facts, mut places) = (Vec::new(), Vec::with_capacity(changed.len()));
        for (share, read) in (0..).zip(self.read_ledgers(&changed)) {
            facts.push(read.facts);
            places.extend(read.places.into_iter().map(|place| (share, place)));
        }
        let (mut found, mut places): (Vec<Source<'_>>, _) =
            (facts.iter().map(Source::of).collect(), places.into_iter());
        let mut records: Vec<Source<'_>> = sources.0.iter().map(|facts| Source::of(facts)).collect();
        let mut builder = Builder::default();
        for one in coming {
            let (source, record) = (&mut records[one.source], sources.record(one));
            builder.take(source, record);
            if sources.is_unchanged(one) {
                let findings = builder.take_findings(source, record.findings);
                builder.attach(record.ledger().copied(), findings);
                continue;
            }
            match one.ledger.and_then(|_| places.next()) {
                Some((share, Ok((ledger, findings)))) => {
                    let findings = builder.take_findings(&mut found[share], findings);
                    builder.attach(Some(ledger), findings);
                }
                Some((_, Err(error))) => damaged.push(error),
                None => {}
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
    let altered = tally.summary(checklist) != header.summary;
    Judged { counts, score_rate: tally.score_rate(), grade, altered, answers }
}

/// Finds files by the numbers of their records.
fn by_stem(files: &[Found]) -> HashMap<&str, &Found> {
    files.iter().map(|file| (file.stem(), file)).collect()
}
