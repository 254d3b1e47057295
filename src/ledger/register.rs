//! From a finalised record to numbered findings, and what a list shows of them.

use std::{
    collections::{HashMap, HashSet},
    hash::Hash,
    sync::Arc,
};

use arcstr::Substr;
use chrono::NaiveDate;
use serde::Serialize;

use super::{
    entry::{Action, Entry, Event, Ledger, Source, State},
    number::FindingId,
    standing::WITHDRAWN_KEY,
};
use crate::{
    checklist::{Basis, Checklist, Digest, Item, ItemId, Severity},
    facility::Successors,
    inspection::{Answer, Finalised, Header, Record, RecordId, Sheet},
    task::PlanClause,
};

/// How many characters of a record's number a finding's has.
const TAIL: usize = 8;

/// Makes the ledger of a finalised record: an entry for each finding but those of items in `known`, which a re-inspection
/// only looked at again. A record without findings has an empty one. `content` is the digest of its text.
pub fn register(
    finalised: &Finalised,
    content: Option<&Digest>,
    checklist: &Arc<Checklist>,
    known: &[ItemId],
) -> Ledger {
    let record = finalised.record();
    let header = &record.header;
    let day = header.inspection.started.date_naive();
    let sheet = sheet_of(finalised, checklist);
    let items = checklist.items.iter().enumerate();
    let found = items.filter(|(at, item)| sheet.is_finding(*at) && !known.contains(&item.id));
    let found = found.filter_map(|(at, item)| Some(entry(header, item, sheet.answer(at)?, at + 1)));
    Ledger {
        format: 1,
        texts: content.map(|content| vec![content.clone()]),
        source: Source {
            record: header.id.clone(),
            inspected: day,
            checklist: Arc::new(header.checklist.clone()),
            facility: Arc::new(header.facility.clone()),
        },
        finding: found.collect(),
    }
}

/// Lays the answers of a record beside the items of its checklist.
pub(super) fn sheet_of(finalised: &Finalised, checklist: &Arc<Checklist>) -> Sheet {
    let Record { header, answers, .. } = finalised.record();
    let day = header.inspection.started.date_naive();
    Sheet::new(Arc::clone(checklist), &header.facility, day, answers.iter().cloned())
}

/// Makes the finding of a failing item, the `number`th of its checklist.
fn entry(header: &Header, item: &Item, answer: &Answer, number: usize) -> Entry {
    let finding = answer.finding.clone().unwrap_or_default();
    let day = header.inspection.started.date_naive();
    let at = header.finalised.unwrap_or(header.inspection.started);
    let event = |action| Event::new(at, header.finalised_by.as_deref().unwrap_or_default(), action);
    let found = Event {
        responsible: finding.responsible,
        due: finding.due,
        record: Some(header.id.clone()),
        ..event(Action::Found)
    };
    let corrected = finding.corrected_on_site.then(|| Event {
        reason: finding.measure.clone(),
        completed: Some(day),
        ..event(Action::CorrectedOnSite)
    });
    let start = header.id.0.char_indices().rev().nth(TAIL - 1).map_or(0, |(at, _)| at);
    Entry {
        id: FindingId(format!("{}-{}-{number:02}", day.format("%Y"), &header.id.0[start..]).into()),
        item: item.id.clone(),
        question: item.text.zh.clone(),
        description: finding.description,
        severity: finding.severity,
        critical: item.critical,
        measure: finding.measure,
        basis: item.basis.iter().map(Basis::cited).collect(),
        clauses: item
            .clauses
            .iter()
            .map(|origin| PlanClause { plan: origin.plan.clone(), clause: origin.id.clone() })
            .collect(),
        event: std::iter::once(found).chain(corrected).collect(),
    }
}

/// What a list shows of a finding; what many findings share is there once.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Row {
    /// The number.
    pub id: FindingId,
    /// The record it comes from, with the exact checklist and the unit.
    pub source: Arc<Source>,
    /// The item.
    pub item: Arc<ItemId>,
    /// 问题描述.
    pub description: Substr,
    /// 问题等级.
    pub severity: Severity,
    /// Whether the item is a critical one.
    pub critical: bool,
    /// How far it is.
    pub state: State,
    /// The term in force.
    pub due: Option<NaiveDate>,
    /// Who is to put it right, or empty.
    pub responsible: Arc<str>,
    /// 销号日期.
    pub closed: Option<NaiveDate>,
    /// Whether a correction of its record withdrew it.
    pub withdrawn: bool,
    /// The re-inspection that has no result yet.
    pub pending: Option<RecordId>,
    /// The records of all its re-inspections.
    pub rechecks: Vec<RecordId>,
    /// How many events contradict others.
    pub conflicts: usize,
}

impl Row {
    /// Takes from a finding what a list shows.
    pub fn new(source: &Arc<Source>, entry: &Entry) -> Self {
        let standing = entry.standing();
        Self {
            id: entry.id.clone(),
            source: Arc::clone(source),
            item: Arc::new(entry.item.clone()),
            description: entry.description.as_str().into(),
            severity: entry.severity,
            critical: entry.critical,
            state: standing.state,
            due: standing.due,
            responsible: standing.responsible.into(),
            closed: standing.closed,
            withdrawn: standing.withdrawn,
            pending: entry.pending().cloned(),
            rechecks: entry.rechecks().cloned().collect(),
            conflicts: standing.conflicts.len(),
        }
    }

    /// Returns the key of the name of how far it is.
    pub fn name_key(&self) -> &'static str {
        if self.withdrawn { WITHDRAWN_KEY } else { self.state.name_key() }
    }

    /// Says whether nobody has to look at it any more, because a correction withdrew it without a contradiction.
    pub fn is_gone(&self) -> bool {
        self.withdrawn && self.conflicts == 0
    }

    /// Says whether the term has passed while it is still open (逾期).
    pub fn is_overdue(&self, today: NaiveDate) -> bool {
        self.state.is_open() && self.due.is_some_and(|due| due < today)
    }
}

/// Counts for each row how many findings the same item of the same checklist had at the same unit before; units that were
/// merged are one, and what a correction withdrew was none.
pub fn recurrences(rows: &[Row], units: &Successors) -> Vec<usize> {
    let keys = keys_of(rows, units);
    let counting = |&at: &usize| !rows[at].withdrawn;
    // Lists have the newest first, so that from behind there is hardly anything to be sorted.
    let mut found: Vec<usize> = (0..rows.len()).rev().filter(counting).collect();
    let day = |at: usize| rows[at].source.inspected;
    found.sort_by_key(|&at| day(at));
    let mut before = vec![0; rows.len()];
    let mut last: HashMap<(u32, u32), (usize, NaiveDate)> = HashMap::new();
    let mut same_day = HashSet::new();
    for &at in &found {
        let (count, on) = last.entry(keys[at]).or_insert((0, NaiveDate::MIN));
        if *on == day(at) {
            same_day.insert(keys[at]);
        }
        before[at] = *count;
        (*count, *on) = (*count + 1, day(at));
    }
    // Of what was found on one day the numbers of the records say which came first.
    found.retain(|at| same_day.contains(&keys[*at]));
    let record = |at: usize| &rows[at].source.record;
    found.sort_by(|&one, &other| {
        (keys[one], day(one))
            .cmp(&(keys[other], day(other)))
            .then_with(|| (record(one), one).cmp(&(record(other), other)))
    });
    for same in found.chunk_by(|&one, &other| keys[one] == keys[other]) {
        for (count, at) in same.iter().enumerate() {
            before[*at] = count;
        }
    }
    before
}

/// Lists the findings of the same item of the same checklist at the same unit that came before one, oldest first; what a
/// correction withdrew was none, and has none.
pub fn earlier(rows: &[Row], units: &Successors, source: &Source, entry: &Entry) -> Vec<FindingId> {
    let unit = units.of(&source.facility.id);
    let when = (source.inspected, &source.record);
    let is_before = |row: &&Row| {
        *row.item == entry.item
            && row.source.checklist.id == source.checklist.id
            && !row.withdrawn
            && (row.source.inspected, &row.source.record) < when
            && units.of(&row.source.facility.id) == unit
    };
    let mut found: Vec<&Row> = rows.iter().filter(is_before).collect();
    found.sort_by_key(|row| (row.source.inspected, &row.source.record));
    if entry.standing().withdrawn { Vec::new() } else { found.into_iter().map(|row| row.id.clone()).collect() }
}

/// Numbers for each row its unit with its checklist, and its item: numbers are compared a hundred times as fast as names.
fn keys_of(rows: &[Row], units: &Successors) -> Vec<(u32, u32)> {
    let (mut places, mut items) = (Numbers::default(), Numbers::default());
    // What rows share is looked up once, by where it lies.
    let (mut known_places, mut known_items) = (HashMap::new(), HashMap::new());
    let mut keys = Vec::with_capacity(rows.len());
    for row in rows {
        let Source { facility, checklist, .. } = &*row.source;
        let place = known_places
            .entry((Arc::as_ptr(facility), Arc::as_ptr(checklist)))
            .or_insert_with(|| places.of((units.of(&facility.id), &checklist.id)));
        let item = known_items.entry(Arc::as_ptr(&row.item)).or_insert_with(|| items.of(&*row.item));
        keys.push((*place, *item));
    }
    keys
}

/// Numbers in the order in which things come.
struct Numbers<T>(HashMap<T, u32>);

impl<T> Default for Numbers<T> {
    fn default() -> Self {
        Self(HashMap::new())
    }
}

impl<T: Hash + Eq> Numbers<T> {
    fn of(&mut self, thing: T) -> u32 {
        let new = u32::try_from(self.0.len()).unwrap_or(u32::MAX);
        *self.0.entry(thing).or_insert(new)
    }
}
