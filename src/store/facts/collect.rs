//! Making the facts: from the cache what is current, from the files what is not.

use std::{collections::HashMap, fs, path::PathBuf, sync::Arc, thread};

use chrono::Datelike;

use super::{AnswerFact, Counts, Facts, FindingFact, RecordFact, Stretch, ValueFact, Word};
use crate::{
    checklist::{Checklist, Digest},
    error::{Error, Result},
    i18n::Lang,
    inspection::{self, Finding, Header, Record, Response, Sheet, StoredRecord, Verdict},
    store::{
        Workspace, disk, index,
        records::{is_record, named_after, visible_entries},
    },
    text,
};

/// Changes whenever the form of the facts does.
const FORM: u32 = 1;

/// A file of a record with the signs by which it is known to be unchanged.
struct Found {
    path: PathBuf,
    relative: String,
    size: u64,
    changed: i64,
}

/// A record that was read, before its texts have numbers.
struct Read {
    header: Header,
    digest: [u8; 32],
    judged: Option<Judged>,
}

/// A value that was entered: the number, where it is one, and its words.
type Entered = (Option<f64>, String);

/// What the answers of a finalised record came to.
struct Judged {
    counts: Counts,
    answers: Vec<(u32, Option<Verdict>, Option<Entered>)>,
    findings: Vec<(u32, Finding)>,
}

impl Workspace {
    /// Gathers the facts of all records; only files that changed since the last time are read.
    ///
    /// The second part of the result names what could not be read: such a record is in no report, and every report says so.
    pub fn facts(&self) -> (Facts, Vec<Error>) {
        let known: Facts = index::read_cache(&self.facts_path(), FORM).unwrap_or_default();
        let (files, mut damaged) = self.record_signs();
        let at: HashMap<&str, usize> =
            known.records.iter().enumerate().map(|(at, record)| (known.word(record.path), at)).collect();
        let current = |file: &Found| {
            let at = *at.get(file.relative.as_str())?;
            let record = &known.records[at];
            (record.size == file.size && record.changed == file.changed).then_some(at)
        };
        let (kept, changed): (Vec<_>, Vec<_>) =
            files.into_iter().map(|file| (current(&file), file)).partition(|(at, _)| at.is_some());
        let changed: Vec<Found> = changed.into_iter().map(|(_, file)| file).collect();
        // A checklist that was missing may have come back: what could not be judged is looked at again.
        let whole =
            kept.iter().filter_map(|(at, _)| *at).all(|at| known.records[at].judged || !known.records[at].finalised);
        if changed.is_empty() && kept.len() == known.records.len() && whole {
            return (known, damaged);
        }
        let mut again = changed;
        let mut builder = Builder::default();
        for (at, file) in kept {
            let Some(record) = at.map(|at| &known.records[at]) else { continue };
            if record.judged || !record.finalised {
                builder.copy(&known, record);
            } else {
                again.push(file);
            }
        }
        for (file, read) in self.read_records(&again) {
            match read {
                Ok(read) => builder.add(file, &read),
                Err(error) => damaged.push(error),
            }
        }
        let (facts, twice) = builder.finish();
        damaged.extend(twice.into_iter().map(|(id, first, path)| {
            Error::input(text!("record.twice", id = id, first = first))
                .at(self.root().join(path))
                .hint(text!("record.twice.hint"))
        }));
        if self.read_only().is_none() {
            index::write_cache(&self.facts_path(), FORM, &facts);
        }
        (facts, damaged)
    }

    fn facts_path(&self) -> PathBuf {
        self.own().join("facts")
    }

    /// Lists the records' files with size and time of change.
    fn record_signs(&self) -> (Vec<Found>, Vec<Error>) {
        let (mut found, mut damaged) = (Vec::new(), Vec::new());
        for folder in self.month_folders() {
            let inside = self.relative(&folder);
            for entry in visible_entries(&folder).filter(|entry| is_record(&entry.path())) {
                let metadata = match entry.metadata() {
                    Ok(metadata) if metadata.is_symlink() => fs::metadata(entry.path()),
                    other => other,
                };
                match metadata {
                    Ok(metadata) => {
                        let (size, changed) = disk::signs(&metadata);
                        let relative = format!("{inside}/{}", entry.file_name().to_string_lossy());
                        found.push(Found { path: entry.path(), relative, size, changed });
                    }
                    Err(error) => {
                        damaged.push(disk::storage_error(text!("storage.read-failed"), &entry.path(), error));
                    }
                }
            }
        }
        (found, damaged)
    }

    /// Reads records on all processors; the results are in the order of the files.
    fn read_records<'found>(&self, files: &'found [Found]) -> Vec<(&'found Found, Result<Read>)> {
        let workers = thread::available_parallelism().map_or(1, usize::from);
        let share = files.len().div_ceil(workers).max(1);
        thread::scope(|scope| {
            let running: Vec<_> = files
                .chunks(share)
                .map(|chunk| {
                    scope.spawn(move || {
                        let mut checklists = HashMap::new();
                        chunk.iter().map(|file| (file, self.read_one(file, &mut checklists))).collect::<Vec<_>>()
                    })
                })
                .collect();
            // A worker that panicked has a mistake in it that must not pass as a report without its records.
            running
                .into_iter()
                .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
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
    let (mut answers, mut findings) = (Vec::new(), Vec::new());
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
        if let Some(finding) = answer.finding.as_ref().filter(|_| verdict == Some(Verdict::Fails)) {
            findings.push((small(at), finding.clone()));
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
    Judged { counts, answers, findings }
}

/// Turns a position or count into its stored form; checklists are far shorter than the largest.
fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Puts facts together, each text once.
#[derive(Default)]
struct Builder {
    numbers: HashMap<Box<str>, Word>,
    facts: Facts,
}

impl Builder {
    fn word(&mut self, text: &str) -> Word {
        if let Some(word) = self.numbers.get(text) {
            return *word;
        }
        let words = &mut self.facts.words;
        words.all.push_str(text);
        let word = Word(small(words.ends.len()));
        words.ends.push(small(words.all.len()));
        self.numbers.insert(text.into(), word);
        word
    }

    /// Takes over a record that is unchanged.
    fn copy(&mut self, known: &Facts, record: &RecordFact) {
        let mut copied = record.clone();
        let words = [
            &mut copied.id,
            &mut copied.path,
            &mut copied.checklist,
            &mut copied.title,
            &mut copied.checklist_digest,
            &mut copied.facility,
            &mut copied.facility_name,
            &mut copied.facility_type,
            &mut copied.district,
        ];
        for word in words {
            *word = self.word(known.word(*word));
        }
        let start = small(self.facts.inspectors.len());
        for inspector in known.inspectors_of(record) {
            let word = self.word(known.word(*inspector));
            self.facts.inspectors.push(word);
        }
        copied.inspectors = Stretch { start, end: small(self.facts.inspectors.len()) };
        let start = small(self.facts.answers.len());
        for answer in known.answers_of(record) {
            let value = known.value_of(answer).map(|value| (value.number, known.word(value.shown).to_owned()));
            self.add_answer(answer.item, answer.verdict, value);
        }
        copied.answers = Stretch { start, end: small(self.facts.answers.len()) };
        let start = small(self.facts.findings.len());
        for finding in known.findings_of(record) {
            let [description, measure, responsible] =
                [finding.description, finding.measure, finding.responsible].map(|word| self.word(known.word(word)));
            self.facts.findings.push(FindingFact { description, measure, responsible, ..*finding });
        }
        copied.findings = Stretch { start, end: small(self.facts.findings.len()) };
        self.facts.records.push(copied);
    }

    fn add_answer(&mut self, item: u32, verdict: Option<Verdict>, value: Option<Entered>) {
        let value = value.map(|(number, shown)| {
            let shown = self.word(&shown);
            self.facts.values.push(ValueFact { number, shown });
            small(self.facts.values.len() - 1)
        });
        self.facts.answers.push(AnswerFact { item, verdict, value });
    }

    /// Adds a record that was read.
    fn add(&mut self, file: &Found, read: &Read) {
        let header = &read.header;
        let (inspectors, answers, findings) =
            (small(self.facts.inspectors.len()), small(self.facts.answers.len()), small(self.facts.findings.len()));
        for inspector in &header.inspection.inspectors {
            let word = self.word(inspector.trim());
            self.facts.inspectors.push(word);
        }
        if let Some(judged) = &read.judged {
            for (item, verdict, value) in &judged.answers {
                self.add_answer(*item, *verdict, value.clone());
            }
            for (item, finding) in &judged.findings {
                let [description, measure, responsible] =
                    [&finding.description, &finding.measure, &finding.responsible].map(|text| self.word(text));
                self.facts.findings.push(FindingFact {
                    item: *item,
                    description,
                    measure,
                    responsible,
                    severity: finding.severity,
                    due: finding.due.map(|day| day.num_days_from_ce()),
                    corrected_on_site: finding.corrected_on_site,
                });
            }
        }
        let started = header.inspection.started;
        let record = RecordFact {
            id: self.word(&header.id.0),
            path: self.word(&file.relative),
            size: file.size,
            changed: file.changed,
            digest: read.digest,
            finalised: header.finalised.is_some(),
            judged: read.judged.is_some(),
            started: (started.timestamp(), started.offset().local_minus_utc()),
            checklist: self.word(&header.checklist.id.0),
            title: self.word(&header.checklist.title),
            version: header.checklist.version,
            checklist_digest: self.word(&header.checklist.digest.0),
            facility: self.word(&header.facility.id.0),
            facility_name: self.word(&header.facility.name),
            facility_type: self.word(&header.facility.facility_type),
            district: self.word(&header.facility.district),
            counts: read.judged.as_ref().map_or_else(Counts::default, |judged| judged.counts),
            inspectors: Stretch { start: inspectors, end: small(self.facts.inspectors.len()) },
            answers: Stretch { start: answers, end: small(self.facts.answers.len()) },
            findings: Stretch { start: findings, end: small(self.facts.findings.len()) },
        };
        self.facts.records.push(record);
    }

    /// Puts the records into their order; returns those whose number another one has already, with both files.
    fn finish(self) -> (Facts, Vec<(String, String, String)>) {
        let mut facts = self.facts;
        let words = &facts.words;
        facts.records.sort_by(|one, other| {
            let key = |record: &RecordFact| (record.started.0, words.get(record.id), words.get(record.path));
            key(one).cmp(&key(other))
        });
        let mut first: HashMap<Word, Word> = HashMap::with_capacity(facts.records.len());
        let mut twice = Vec::new();
        facts.records.retain(|record| match first.entry(record.id) {
            std::collections::hash_map::Entry::Vacant(free) => {
                free.insert(record.path);
                true
            }
            std::collections::hash_map::Entry::Occupied(taken) => {
                let texts = [record.id, *taken.get(), record.path].map(|word| words.get(word).to_owned());
                let [id, first, path] = texts;
                twice.push((id, first, path));
                false
            }
        });
        (facts, twice)
    }
}
