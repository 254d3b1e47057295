//! What earlier records say about the items of a draft: what failed last time at the unit, and the phrases that were used.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;

use super::{RecordRow, Workspace, revisions::families_of};
use crate::{
    checklist::{Checklist, FileRef, ItemId},
    inspection::{Finding, Header, Record, RecordId, Review, Sheet, Standing, Verdict},
    ledger::{Row, State},
};

/// How many earlier inspections of the unit are looked at.
const INSPECTIONS: usize = 20;
/// How many records with the same checklist are looked through for phrases.
const FOR_PHRASES: usize = 400;
/// How many phrases an item is offered.
const PHRASES: usize = 30;

/// What earlier records say about the items of a draft.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Past {
    /// What each item came to when it was last judged at this unit.
    pub last: HashMap<ItemId, LastTime>,
    /// What was found at each item at this unit before and is still open, the newest first.
    pub open: HashMap<ItemId, Vec<Row>>,
    /// What was written into findings of each item before, the most used first.
    pub phrases: HashMap<ItemId, Vec<Phrase>>,
    /// The files of the draft whose bytes are missing.
    pub missing: Vec<FileRef>,
    /// The reviews of the record that the draft corrects, as far as they count, the oldest first.
    pub reviews: Vec<Review>,
}

/// What an item came to when it was last judged at a unit.
#[derive(Clone, Debug, PartialEq)]
pub struct LastTime {
    /// The record that says so.
    pub record: RecordId,
    /// The day of that inspection.
    pub day: NaiveDate,
    /// What it came to.
    pub verdict: Verdict,
    /// What was found, if it failed.
    pub finding: Option<Finding>,
    /// How far what was found is, where it stands in the ledger.
    pub state: Option<State>,
}

impl LastTime {
    /// Says whether something was found that is still to be put right, as far as is known.
    pub fn is_open(&self) -> bool {
        let is_open = |finding: &Finding| self.state.map_or(!finding.corrected_on_site, State::is_open);
        self.finding.as_ref().is_some_and(is_open)
    }
}

/// Something that was written into findings before.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Phrase {
    /// What was found.
    pub description: String,
    /// What was to be done, or empty.
    pub measure: String,
    /// How often it was written.
    pub uses: usize,
}

impl Workspace {
    /// Looks through earlier records for what concerns the items of a draft.
    ///
    /// A record whose place a correction took is none of them, and for a correction neither is any record of the inspection
    /// that it corrects; what failed the last time is only looked for before the inspection.
    /// Records that cannot be read are passed over: the lists of records say so.
    pub fn past_of(&self, draft: &Record, checklist: &Checklist) -> Past {
        let header = &draft.header;
        let rows = self.records().found;
        let reviewed = self.reviewed(&rows);
        let corrected = header.revises.as_ref().map(|revised| &revised.record);
        let same = same_inspection(header, &rows);
        let counts = |row: &RecordRow, standing: &Standing| {
            let gone = matches!(standing, Standing::Draft | Standing::Superseded(_));
            !gone && !same.contains(&&row.id)
        };
        let counting: Vec<&RecordRow> = rows
            .iter()
            .zip(&reviewed.standings)
            .filter(|(row, standing)| counts(row, standing))
            .map(|(row, _)| row)
            .collect();
        // The correction of an old inspection does not know what was found since.
        let is_before = |row: &RecordRow| row.started <= header.inspection.started;
        let items = Names::of(checklist);
        let mut past = Past::default();
        let findings = self.finding_rows().found;
        let of_unit = counting.iter().filter(|row| row.facility.id == header.facility.id && is_before(row));
        for row in of_unit.take(INSPECTIONS) {
            let Ok(stored) = self.record(&row.id) else { continue };
            if let Ok(checklist) = self.checklist_of(stored.record()) {
                let of_record = findings.iter().filter(|finding| finding.source.record == row.id);
                note_record(&mut past, &items, stored.record(), checklist, &of_record.collect::<Vec<_>>());
            }
        }
        let mut used: HashMap<ItemId, HashMap<(String, String), usize>> = HashMap::new();
        let with_phrases = |row: &&&RecordRow| row.checklist.id == header.checklist.id && row.summary.failed > 0;
        for row in counting.iter().filter(with_phrases).take(FOR_PHRASES) {
            let Ok(stored) = self.record(&row.id) else { continue };
            for (item, answer) in &stored.record().answers {
                let Some(finding) = answer.finding.as_ref().filter(|finding| !finding.description.is_empty()) else {
                    continue;
                };
                let phrase = (finding.description.clone(), finding.measure.clone());
                *used.entry(item.clone()).or_default().entry(phrase).or_default() += 1;
            }
        }
        past.phrases = used.into_iter().map(|(item, used)| (item, ranked(used))).collect();
        past.missing = self.missing_files(draft);
        if let Some(corrected) = corrected {
            let counting = reviewed.of(corrected).filter(|opinion| opinion.objection.is_none());
            past.reviews = counting.map(|opinion| opinion.review.clone()).collect();
        }
        past
    }

    /// Lists the files of a draft whose bytes are not there.
    fn missing_files(&self, draft: &Record) -> Vec<FileRef> {
        let files = draft.answers.iter().flat_map(|(_, answer)| answer.files());
        files.filter(|file| !self.has_evidence(file)).cloned().collect()
    }
}

/// Lists the records of the inspection that a draft is about: itself, and for a correction everything that goes back to the
/// same record.
fn same_inspection<'rows>(header: &'rows Header, rows: &'rows [RecordRow]) -> Vec<&'rows RecordId> {
    let Some(corrected) = header.revises.as_ref().map(|revised| &revised.record) else { return vec![&header.id] };
    let family = families_of(rows).into_iter().find(|family| family.iter().any(|row| row.id == *corrected));
    let others = family.unwrap_or_default().into_iter().map(|row| &row.id);
    [&header.id, corrected].into_iter().chain(others).collect()
}

/// The items of a draft by the names under which another checklist may have them.
struct Names {
    items: HashMap<ItemId, ItemId>,
    banks: HashMap<String, ItemId>,
}

impl Names {
    fn of(checklist: &Checklist) -> Self {
        let own = |item: &ItemId, id: &ItemId| (id.clone(), item.clone());
        let items = checklist.items.iter();
        Self {
            banks: items
                .clone()
                .filter(|item| !item.bank.is_empty())
                .map(|item| (item.bank.clone(), item.id.clone()))
                .collect(),
            items: items
                .flat_map(|item| std::iter::once(&item.id).chain(&item.was).map(|id| own(&item.id, id)))
                .collect(),
        }
    }
}

/// Notes what the items came to in a record, where no later record has said so already, and what is open of its findings.
///
/// An item of another checklist is the same where both come from the same item of a bank.
fn note_record(past: &mut Past, names: &Names, record: &Record, checklist: Arc<Checklist>, findings: &[&Row]) {
    let header = &record.header;
    let day = header.inspection.started.date_naive();
    let banks: HashMap<ItemId, String> =
        checklist.items.iter().map(|item| (item.id.clone(), item.bank.clone())).collect();
    let sheet = Sheet::new(checklist, &header.facility, day, record.answers.iter().cloned());
    for (item, _) in sheet.answers() {
        let by_bank = || banks.get(item).and_then(|bank| names.banks.get(bank));
        let Some(own) = by_bank().or_else(|| names.items.get(item)) else { continue };
        let finding = findings.iter().find(|finding| *finding.item == *item);
        if let Some(finding) = finding.filter(|finding| finding.state.is_open()) {
            past.open.entry(own.clone()).or_default().push((*finding).clone());
        }
        let judged = sheet.position(item).and_then(|at| Some((at, sheet.verdict(at)?)));
        let Some((at, verdict)) = judged else { continue };
        past.last.entry(own.clone()).or_insert_with(|| LastTime {
            record: header.id.clone(),
            day,
            verdict,
            // The term may have been put off since.
            finding: sheet.finding(at).cloned().map(|found| match finding {
                Some(row) => Finding { due: row.due, ..found },
                None => found,
            }),
            state: finding.map(|finding| finding.state),
        });
    }
}

/// Puts the most used phrases first.
fn ranked(used: HashMap<(String, String), usize>) -> Vec<Phrase> {
    let mut phrases: Vec<_> =
        used.into_iter().map(|((description, measure), uses)| Phrase { description, measure, uses }).collect();
    phrases.sort_by(|one, other| {
        other
            .uses
            .cmp(&one.uses)
            .then_with(|| one.description.cmp(&other.description))
            .then(one.measure.cmp(&other.measure))
    });
    phrases.truncate(PHRASES);
    phrases
}
