//! Putting facts together, each text once.

use std::collections::{HashMap, hash_map::Entry};

use super::{
    AnswerFact, Counts, Facts, FindingFact, LedgerFile, RecordFact, Stretch, ValueFact,
    collect::{Entered, Read},
    findings::ReadLedger,
};
use crate::{
    inspection::Verdict,
    store::{
        signs::Found,
        words::{Word, Wording, small},
    },
};

/// What is known of the ledger file of a record.
pub(super) enum Ledgered<'read> {
    /// It is as it was.
    Unchanged,
    /// It was read.
    Read(&'read Found, ReadLedger),
    /// It is as it was, and its findings are taken as they were on an earlier day.
    Earlier(ReadLedger),
    /// There is none, or it cannot be read.
    None,
}

/// Puts facts together, each text once.
#[derive(Default)]
pub(super) struct Builder {
    wording: Wording,
    facts: Facts,
}

impl Builder {
    fn word(&mut self, text: &str) -> Word {
        self.wording.word(text)
    }

    /// Takes over a record that is unchanged, with what became of its findings since.
    pub fn copy(&mut self, known: &Facts, record: &RecordFact, ledger: &Ledgered<'_>) {
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
        for place in [&mut copied.grade, &mut copied.revises] {
            *place = place.word().map(|text| self.word(known.word(text))).into();
        }
        let start = small(self.facts.inspectors.len());
        for inspector in known.inspectors_of(record) {
            let word = self.word(known.word(*inspector));
            self.facts.inspectors.push(word);
        }
        copied.inspectors = Stretch { start, end: small(self.facts.inspectors.len()) };
        let start = small(self.facts.answers.len());
        for answer in known.answers_of(record) {
            let value = known.value_of(answer).map(|value| (value.number(), known.word(value.shown).to_owned()));
            self.add_answer(answer.item(), answer.verdict(), value);
        }
        copied.answers = Stretch { start, end: small(self.facts.answers.len()) };
        match ledger {
            Ledgered::Unchanged => {
                let start = small(self.facts.findings.len());
                for finding in known.findings_of(record) {
                    let copied = finding.copy(known, |text| self.word(text));
                    let rechecks = known.rechecks_of(finding).iter().map(|record| known.word(*record));
                    self.add_finding(copied, rechecks);
                }
                copied.findings = Stretch { start, end: small(self.facts.findings.len()) };
            }
            Ledgered::Earlier(read) => copied.findings = self.add_findings(read),
            changed => {
                let (ledger, findings) = self.add_ledger(changed);
                (copied.has_ledger, copied.ledger) = (ledger.is_some(), ledger.unwrap_or_default());
                copied.findings = findings;
            }
        }
        self.facts.records.push(copied);
    }

    fn add_answer(&mut self, item: u32, verdict: Option<Verdict>, value: Option<Entered>) {
        let value = value.map(|(number, shown)| {
            let shown = self.word(&shown);
            self.facts.values.push(ValueFact { number: number.into(), shown, fill: 0 });
            small(self.facts.values.len() - 1)
        });
        self.facts.answers.push(AnswerFact::new(item, verdict, value));
    }

    fn add_finding<'text>(&mut self, mut fact: FindingFact, rechecks: impl Iterator<Item = &'text str>) {
        let start = small(self.facts.rechecks.len());
        for record in rechecks {
            let record = self.word(record);
            self.facts.rechecks.push(record);
        }
        fact.rechecks = Stretch { start, end: small(self.facts.rechecks.len()) };
        self.facts.findings.push(fact);
    }

    /// Adds the findings of a ledger file that was read.
    fn add_ledger(&mut self, ledger: &Ledgered<'_>) -> (Option<LedgerFile>, Stretch) {
        let Ledgered::Read(file, read) = ledger else { return (None, Stretch::default()) };
        let known = LedgerFile { size: file.size, changed: file.changed, digest: read.digest };
        (Some(known), self.add_findings(read))
    }

    fn add_findings(&mut self, read: &ReadLedger) -> Stretch {
        let start = small(self.facts.findings.len());
        for finding in &read.findings {
            let fact = finding.fact(|text| self.word(text));
            self.add_finding(fact, finding.rechecks.iter().map(String::as_str));
        }
        Stretch { start, end: small(self.facts.findings.len()) }
    }

    /// Adds a record that was read.
    pub fn add(&mut self, file: &Found, read: &Read, ledger: &Ledgered<'_>) {
        let header = &read.header;
        let (inspectors, answers) = (small(self.facts.inspectors.len()), small(self.facts.answers.len()));
        for inspector in &header.inspection.inspectors {
            let word = self.word(inspector.trim());
            self.facts.inspectors.push(word);
        }
        if let Some(judged) = &read.judged {
            for (item, verdict, value) in &judged.answers {
                self.add_answer(*item, *verdict, value.clone());
            }
        }
        let (inspectors, answers) = (
            Stretch { start: inspectors, end: small(self.facts.inspectors.len()) },
            Stretch { start: answers, end: small(self.facts.answers.len()) },
        );
        // What was found counts only where it can be judged what that means.
        let (ledger, findings) = self.add_ledger(ledger);
        let record = RecordFact {
            id: self.word(&header.id.0),
            path: self.word(&file.relative),
            size: file.size,
            changed: file.changed,
            digest: read.digest,
            finalised: header.finalised.into(),
            revises: header.revises.as_ref().map(|revised| self.word(&revised.record.0)).into(),
            judged: read.judged.is_some(),
            has_ledger: ledger.is_some(),
            ledger: ledger.unwrap_or_default(),
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
            findings,
            fill: [0; 6],
        };
        self.facts.records.push(record);
    }

    /// Puts the records into their order; returns those whose number another one has already, with both files.
    pub fn finish(self) -> (Facts, Vec<(String, String, String)>) {
        let mut facts = self.facts;
        facts.words = self.wording.into_words();
        let words = &facts.words;
        facts.records.sort_by(|one, other| {
            let key =
                |record: &RecordFact| (record.started().timestamp(), words.get(record.id), words.get(record.path));
            key(one).cmp(&key(other))
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
