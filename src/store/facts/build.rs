//! Putting facts together, each text once.

use std::collections::{HashMap, hash_map::Entry};

use super::{
    AnswerFact, Counts, Facts, FindingFact, LedgerFile, RecordFact, Stretch, ValueFact,
    collect::{Entered, ReadRecord},
    findings::ReadFinding,
};
use crate::{
    inspection::Verdict,
    store::{
        packed::Place,
        signs::Found,
        words::{Word, Wording, small},
    },
};

/// Puts facts together, each text once.
#[derive(Default)]
pub(super) struct Builder {
    wording: Wording,
    facts: Facts,
}

/// Facts that others take records and findings over from, with the numbers that their texts have with them.
pub(super) struct Source<'facts> {
    pub facts: &'facts Facts,
    words: Vec<Place>,
}

impl<'facts> Source<'facts> {
    /// Begins before anything was taken over.
    pub fn of(facts: &'facts Facts) -> Self {
        Self { facts, words: vec![Place::from(None::<Word>); facts.words.count()] }
    }

    /// Returns the number that a text has with whoever takes it over.
    fn word(&mut self, wording: &mut Wording, word: Word) -> Word {
        let place = &mut self.words[word.0 as usize];
        place.word().unwrap_or_else(|| {
            let taken = wording.word(self.facts.words.get(word));
            *place = Some(taken).into();
            taken
        })
    }
}

impl Builder {
    fn word(&mut self, text: &str) -> Word {
        self.wording.word(text)
    }

    /// Returns the facts so far; their texts come at the end.
    pub fn records(&self) -> &[RecordFact] {
        &self.facts.records
    }

    /// Takes over a record, what was found in it aside; returns where it is now.
    pub fn take(&mut self, source: &mut Source<'_>, record: &RecordFact) -> usize {
        let facts = source.facts;
        let mut taken = record.clone();
        let words = [
            &mut taken.id,
            &mut taken.path,
            &mut taken.checklist,
            &mut taken.title,
            &mut taken.checklist_digest,
            &mut taken.facility,
            &mut taken.facility_name,
            &mut taken.facility_type,
            &mut taken.district,
        ];
        for word in words {
            *word = source.word(&mut self.wording, *word);
        }
        for place in [&mut taken.grade, &mut taken.revises] {
            *place = place.word().map(|text| source.word(&mut self.wording, text)).into();
        }
        let start = small(self.facts.inspectors.len());
        for inspector in facts.inspectors_of(record) {
            self.facts.inspectors.push(source.word(&mut self.wording, *inspector));
        }
        taken.inspectors = Stretch { start, end: small(self.facts.inspectors.len()) };
        let start = small(self.facts.answers.len());
        for answer in facts.answers_of(record) {
            let value = facts.value_of(answer).map(|value| {
                let shown = source.word(&mut self.wording, value.shown);
                let note = source.word(&mut self.wording, value.note);
                self.facts.values.push(ValueFact { shown, note, ..*value });
                small(self.facts.values.len() - 1)
            });
            self.facts.answers.push(AnswerFact { value: value.into(), ..*answer });
        }
        taken.answers = Stretch { start, end: small(self.facts.answers.len()) };
        self.facts.records.push(taken);
        let at = self.facts.records.len() - 1;
        self.attach(at, None, Stretch::default());
        at
    }

    /// Takes over findings that stand one behind the other.
    pub fn take_findings(&mut self, source: &mut Source<'_>, findings: Stretch) -> Stretch {
        let facts = source.facts;
        let start = small(self.facts.findings.len());
        for finding in findings.of(&facts.findings) {
            let taken = finding.taken(|text| source.word(&mut self.wording, text));
            let first = small(self.facts.rechecks.len());
            for record in facts.rechecks_of(finding) {
                self.facts.rechecks.push(source.word(&mut self.wording, *record));
            }
            self.add_finding(taken, first);
        }
        Stretch { start, end: small(self.facts.findings.len()) }
    }

    /// Says of a record what was found in it: the file with that, and its findings.
    pub fn attach(&mut self, at: usize, ledger: Option<LedgerFile>, findings: Stretch) {
        let record = &mut self.facts.records[at];
        (record.has_ledger, record.ledger) = (ledger.is_some(), ledger.unwrap_or_default());
        record.findings = findings;
    }

    /// Adds findings that were read.
    pub fn add_findings(&mut self, findings: &[ReadFinding<'_>]) -> Stretch {
        let start = small(self.facts.findings.len());
        for finding in findings {
            let fact = finding.fact(|text| self.wording.word(text));
            let first = small(self.facts.rechecks.len());
            for record in finding.rechecks() {
                self.facts.rechecks.push(self.wording.word(&record.0));
            }
            self.add_finding(fact, first);
        }
        Stretch { start, end: small(self.facts.findings.len()) }
    }

    /// Adds a finding whose re-inspections have been added, from the first of them on.
    fn add_finding(&mut self, mut fact: FindingFact, first: u32) {
        fact.rechecks = Stretch { start: first, end: small(self.facts.rechecks.len()) };
        self.facts.findings.push(fact);
    }

    fn add_answer(&mut self, item: u32, verdict: Option<Verdict>, value: Option<&Entered>) {
        let value = value.map(|Entered { number, shown, note }| {
            let (shown, note) = (self.word(shown), self.word(note));
            self.facts.values.push(ValueFact { number: (*number).into(), shown, note });
            small(self.facts.values.len() - 1)
        });
        self.facts.answers.push(AnswerFact::new(item, verdict, value));
    }

    /// Adds a record that was read, what was found in it aside; returns where it is.
    pub fn add(&mut self, file: &Found, read: &ReadRecord) -> usize {
        let header = &read.header;
        let (inspectors, answers) = (small(self.facts.inspectors.len()), small(self.facts.answers.len()));
        for inspector in &header.inspection.inspectors {
            let word = self.word(inspector.trim());
            self.facts.inspectors.push(word);
        }
        if let Some(judged) = &read.judged {
            for (item, verdict, value) in &judged.answers {
                self.add_answer(*item, *verdict, value.as_ref());
            }
        }
        let (inspectors, answers) = (
            Stretch { start: inspectors, end: small(self.facts.inspectors.len()) },
            Stretch { start: answers, end: small(self.facts.answers.len()) },
        );
        let record = RecordFact {
            id: self.word(&header.id.0),
            path: self.word(&file.relative),
            size: file.size,
            changed: file.changed,
            digest: read.digest,
            finalised: header.finalised.into(),
            revises: header.revises.as_ref().map(|revised| self.word(&revised.record.0)).into(),
            judged: read.judged.is_some(),
            altered: read.judged.as_ref().is_some_and(|judged| judged.altered),
            has_ledger: false,
            ledger: LedgerFile::default(),
            started: Some(header.inspection.started).into(),
            checklist: self.word(&header.checklist.id.0),
            title: self.word(&header.checklist.title),
            version: header.checklist.version,
            checklist_digest: self.word(&header.checklist.digest.0),
            facility: self.word(&header.facility.id.0),
            facility_name: self.word(&header.facility.name),
            facility_type: self.word(&header.facility.facility_type),
            district: self.word(&header.facility.district),
            counts: read.judged.as_ref().map_or_else(Counts::default, |judged| judged.counts),
            score_rate: read.judged.as_ref().and_then(|judged| judged.score_rate).into(),
            grade: read.judged.as_ref().and_then(|judged| judged.grade.as_deref()).map(|grade| self.word(grade)).into(),
            inspectors,
            answers,
            findings: Stretch::default(),
            fill: [0; 5],
        };
        self.facts.records.push(record);
        self.facts.records.len() - 1
    }

    /// Returns the facts as they came, for whoever puts them together with others.
    pub fn into_facts(mut self) -> Facts {
        self.facts.words = self.wording.into_words();
        self.facts
    }

    /// Puts the records into their order; returns those whose number another one has already, with both files.
    pub fn finish(self) -> (Facts, Vec<(String, String, String)>) {
        let mut facts = self.into_facts();
        let words = &facts.words;
        facts.records.sort_by(|one, other| {
            let texts = |record: &RecordFact| (words.get(record.id), words.get(record.path));
            one.started.order(&other.started).then_with(|| texts(one).cmp(&texts(other)))
        });
        let mut first: HashMap<Word, Word> = HashMap::with_capacity(facts.records.len());
        let mut twice = Vec::new();
        facts.records.retain(|record| match first.entry(record.id) {
            Entry::Vacant(free) => {
                free.insert(record.path);
                true
            }
            Entry::Occupied(taken) => {
                let texts = [record.id, *taken.get(), record.path].map(|word| words.get(word).to_owned());
                let [id, first, path] = texts;
                twice.push((id, first, path));
                false
            }
        });
        (facts, twice)
    }
}
