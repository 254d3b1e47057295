//! From records to the ledger: a finalised record is looked through once for each text that it has come to.
//!
//! Its findings get their numbers, and a re-inspection moves the findings it was about. The text of a finalised record is
//! another one where two people finalised the same draft and somebody decided between them.

use std::{
    collections::{BTreeSet, HashMap, HashSet},
    path::PathBuf,
    sync::Arc,
};

use super::{
    RecordRow, Workspace, disk,
    finding_rows::Marks,
    findings::{Ledgers, marks_of, read, rows_of},
    records,
    revisions::families_of,
    turns::IN_ONE,
};
use crate::{
    checklist::Checklist,
    error::{Error, Result},
    inspection::{Finalised, RecordId, StoredRecord},
    ledger::{Entry, Event, FindingId, Ledger, Row, carry_over, register, renew, resettled, settled, write_ledger},
};

/// Findings by the records of their re-inspections, each with the record that it comes from.
type Rechecked = HashMap<RecordId, Vec<(FindingId, RecordId)>>;

/// How many records are read and understood at the same time.
const READERS: usize = 4;

impl Workspace {
    /// Looks through the finalised records that have no ledger of their text yet; returns what went wrong.
    pub(super) fn look_through_new(&self, records: &[RecordRow]) -> Vec<Error> {
        let files = self.ledger_rows(&mut Vec::new());
        let marks = marks_of(&files);
        self.look_through_those(records, &rows_of(files), &marks).unwrap_or_default()
    }

    /// Looks through the finalised records that have no ledger of their text yet; nothing where all have one.
    pub(super) fn look_through_those(&self, records: &[RecordRow], known: &[Row], marks: &Marks) -> Option<Vec<Error>> {
        // Every record that is looked through asks whether it has a ledger, and they are not listed for each again.
        let mut ledgers = self.ledgers();
        let is_of_another = |row: &RecordRow| {
            marks.get(&row.id).zip(row.content.as_ref()).is_some_and(|(mark, content)| mark.is_of_another(content))
        };
        let is_new = |row: &&RecordRow| !ledgers.has(&row.id) || is_of_another(row);
        let new = records.iter().filter(|row| row.finalised.is_some()).filter(is_new);
        let mut new: Vec<_> = new.collect();
        if new.is_empty() {
            return None;
        }
        // The oldest first, so that a finding is there before the re-inspection of it.
        new.sort_by_key(|row| row.finalised);
        let families = families_of(records);
        let families: HashMap<&RecordId, &[&RecordRow]> =
            families.iter().flat_map(|family| family.iter().map(|member| (&member.id, family.as_slice()))).collect();
        let inspected_again: HashSet<&RecordId> =
            known.iter().filter(|row| !row.rechecks.is_empty()).map(|row| &row.source.record).collect();
        let mut rechecked = Rechecked::new();
        note(&mut rechecked, known);
        let (mut failed, mut alone) = (Vec::new(), Vec::new());
        for row in new {
            let family = families.get(&row.id).copied().unwrap_or_default();
            if family.is_empty() && !rechecked.contains_key(&row.id) && !ledgers.has(&row.id) {
                alone.push(row);
                if alone.len() == IN_ONE {
                    failed.extend(self.look_through_alone(&std::mem::take(&mut alone), &mut ledgers));
                }
                continue;
            }
            failed.extend(self.look_through_alone(&std::mem::take(&mut alone), &mut ledgers));
            failed.extend(self.look_through(row, family, &rechecked, &mut ledgers).err());
            if family.iter().any(|member| inspected_again.contains(&member.id)) {
                // What a correction takes over of a re-inspection is waited for there from now on.
                note_again(&mut rechecked, family, &ledgers);
            }
        }
        failed.extend(self.look_through_alone(&alone, &mut ledgers));
        Some(failed)
    }

    /// Numbers the findings of finalised records that have no ledger yet and nothing to do with any other record, which are
    /// nearly all of them.
    fn look_through_alone(&self, rows: &[&RecordRow], ledgers: &mut Ledgers) -> Vec<Error> {
        let mut failed = Vec::new();
        let mut made: Vec<Made> = Vec::with_capacity(rows.len());
        for one in disk::at_once(rows, READERS, |row| self.ledger_of_its_own(row)) {
            match one {
                Ok(one) => made.extend(one),
                Err(error) => failed.push(error),
            }
        }
        let turn = self.turns.take();
        // A sync may have brought some since they were listed.
        let (there, new): (Vec<Made>, Vec<Made>) = made.into_iter().partition(|made| made.place.exists());
        let files: Vec<(PathBuf, &[u8])> = new.iter().map(|made| (made.place.clone(), made.text.as_bytes())).collect();
        let written = disk::create_all(&files);
        drop(turn);
        for (made, written) in new.iter().zip(written) {
            match written {
                Ok(()) => ledgers.add(&made.place),
                Err(error) => failed.push(error),
            }
        }
        for made in there {
            failed.extend(self.keep_ledger(made, ledgers).err());
        }
        failed
    }

    /// Makes the ledger of a record that has nothing to do with any other; nothing of a draft.
    fn ledger_of_its_own(&self, row: &RecordRow) -> Result<Option<Made>> {
        let path = self.root().join(row.path.as_str());
        let StoredRecord::Finalised(finalised) = records::parse(&path, &disk::read_text(&path)?)? else {
            return Ok(None);
        };
        let checklist = self.checklist_of(finalised.record())?;
        let ledger = register(&finalised, row.content.as_ref(), &checklist, &[]);
        self.made(finalised, ledger, &checklist).map(Some)
    }

    fn made(&self, finalised: Finalised, ledger: Ledger, checklist: &Checklist) -> Result<Made> {
        let header = &finalised.record().header;
        let month = header.inspection.started.format("%Y/%m").to_string();
        let place = self.root().join("findings").join(month).join(format!("{}.toml", header.id));
        let text = write_ledger(&ledger)?;
        Ok(Made { finalised, ledger, text, place, items: checklist.items.len() })
    }

    /// Numbers the findings of a finalised record, and settles those that it re-inspected.
    ///
    /// `family` are the records that go back to the same one, the one that counts last; it is empty where there is no other.
    fn look_through(
        &self,
        row: &RecordRow,
        family: &[&RecordRow],
        rechecked: &Rechecked,
        ledgers: &mut Ledgers,
    ) -> Result<()> {
        let StoredRecord::Finalised(finalised) = self.record(&row.id)? else { return Ok(()) };
        let checklist = self.checklist_of(finalised.record())?;
        let lang = self.settings().language;
        let others: Vec<RecordId> =
            family.iter().map(|member| member.id.clone()).filter(|member| *member != row.id).collect();
        let counts = family.last().is_none_or(|newest| newest.id == row.id);
        let of = std::iter::once(&row.id).chain(&others);
        let findings: BTreeSet<&(FindingId, RecordId)> =
            of.filter_map(|record| rechecked.get(record)).flatten().collect();
        let mut items = Vec::new();
        for (id, source) in findings {
            let _turn = self.turns.take();
            let mut found = ledgers.found(id, source)?;
            let entry = found.entry();
            items.push(entry.item.clone());
            let result = settled(entry, &finalised, &checklist);
            let events = match (counts, others.is_empty()) {
                (true, true) if entry.has_result(&row.id) => {
                    let again = resettled(entry, std::slice::from_ref(&row.id), result, &finalised, lang);
                    behind_what_it_said(entry, &row.id, again)
                }
                // What happened to it in the meantime stands in its history; the result of the visit is added all the same.
                (true, true) => result.filter(|_| entry.pending() == Some(&row.id)).into_iter().collect(),
                (true, false) => resettled(entry, &others, result, &finalised, lang),
                (false, _) => Vec::new(),
            };
            if !events.is_empty() {
                let at = found.at;
                found.ledger.finding[at].event.extend(events);
                disk::replace(found.path(), write_ledger(&found.ledger)?.as_bytes())?;
            }
        }
        let mut ledger = register(&finalised, row.content.as_ref(), &checklist, &items);
        if counts {
            self.carry_findings_over(&finalised, &mut ledger, &others, ledgers)?;
        } else if let Some(newest) = family.last() {
            self.withdraw_findings(&mut ledger, &newest.id, ledgers)?;
        }
        self.keep_ledger(self.made(finalised, ledger, &checklist)?, ledgers)
    }

    /// Takes over what became of the findings of the records whose place a correction took.
    fn carry_findings_over(
        &self,
        finalised: &Finalised,
        ledger: &mut Ledger,
        others: &[RecordId],
        ledgers: &Ledgers,
    ) -> Result<()> {
        for other in others {
            let Ok(path) = ledgers.path(other) else { continue };
            let _turn = self.turns.take();
            let mut before = read(&path)?;
            if carry_over(&mut before, ledger, finalised, self.settings().language) {
                disk::replace(&path, write_ledger(&before)?.as_bytes())?;
            }
        }
        Ok(())
    }

    /// Withdraws the findings of a record that came after the correction that took its place had been looked through.
    fn withdraw_findings(&self, ledger: &mut Ledger, newest: &RecordId, ledgers: &Ledgers) -> Result<()> {
        let StoredRecord::Finalised(correction) = self.record(newest)? else { return Ok(()) };
        if let Ok(path) = ledgers.path(newest) {
            // The correction has everything already; what is found in it only names where the findings go on.
            carry_over(ledger, &mut read(&path)?, &correction, self.settings().language);
        }
        Ok(())
    }

    /// Writes the ledger of a record, or makes the one that there is that of its text.
    fn keep_ledger(&self, made: Made, ledgers: &mut Ledgers) -> Result<()> {
        let Made { finalised, ledger, text, place, items } = made;
        let id = &finalised.record().header.id;
        let _turn = self.turns.take();
        // A sync may have brought it since they were listed.
        let there = ledgers.path(id).ok().or_else(|| place.exists().then(|| place.clone()));
        if let Some(path) = there {
            let mut before = read(&path)?;
            renew(&mut before, ledger, items, &finalised, self.settings().language);
            return disk::replace(&path, write_ledger(&before)?.as_bytes());
        }
        disk::create(&place, text.as_bytes())?;
        ledgers.add(&place);
        Ok(())
    }
}

/// The ledger of a record, before it is kept.
struct Made {
    finalised: Finalised,
    ledger: Ledger,
    /// What its file is to say.
    text: String,
    /// Where its file is to lie.
    place: PathBuf,
    /// The number of items of the checklist.
    items: usize,
}

/// Notes the findings that stand by the records of their re-inspections.
fn note<'row>(rechecked: &mut Rechecked, rows: impl IntoIterator<Item = &'row Row>) {
    for row in rows.into_iter().filter(|row| !row.withdrawn) {
        for record in &row.rechecks {
            let finding = (row.id.clone(), row.source.record.clone());
            rechecked.entry(record.clone()).or_default().push(finding);
        }
    }
}

/// Notes anew what is re-inspected of the findings of a family of records, by what their ledgers say now.
fn note_again(rechecked: &mut Rechecked, family: &[&RecordRow], ledgers: &Ledgers) {
    for findings in rechecked.values_mut() {
        findings.retain(|(_, source)| !family.iter().any(|member| member.id == *source));
    }
    for path in family.iter().filter_map(|member| ledgers.path(&member.id).ok()) {
        // One that cannot be read is named by every list of findings.
        let Ok(ledger) = read(&path) else { continue };
        let source = Arc::new(ledger.source);
        let rows: Vec<Row> = ledger.finding.iter().map(|entry| Row::new(&source, entry)).collect();
        note(rechecked, &rows);
    }
}

/// Lets what another text of a re-inspection says come after what the text before said, whoever finalised theirs first.
fn behind_what_it_said(entry: &Entry, record: &RecordId, mut events: Vec<Event>) -> Vec<Event> {
    let last = entry.event.iter().filter(|event| event.record.as_ref() == Some(record)).map(|event| event.at).max();
    for event in &mut events {
        event.at = last.map_or(event.at, |last| last.max(event.at));
    }
    events
}
