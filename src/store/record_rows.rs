//! What lists show of records, and the form in which the index keeps it.

use std::{cmp::Ordering, collections::HashMap, hash::Hash, sync::Arc};

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{
    index::Cached,
    words::{Word, Wording, Words, small},
};
use crate::{
    calendar::compact,
    checklist::{ChecklistId, Digest},
    facility::FacilityId,
    inspection::{self, FacilityPin, Header, PinnedChecklist, RecordId, Summary},
};

/// What a list shows of a record; what many records share is there once.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecordRow {
    /// The record.
    pub id: RecordId,
    /// The path of its file within the workspace, with `/`.
    pub path: String,
    /// The exact checklist.
    pub checklist: Arc<PinnedChecklist>,
    /// The unit, as it was.
    pub facility: Arc<FacilityPin>,
    /// The inspectors.
    pub inspectors: Arc<[String]>,
    /// When the inspection began.
    pub started: DateTime<FixedOffset>,
    /// When the record was finalised; a draft never was.
    pub finalised: Option<DateTime<FixedOffset>>,
    /// Who finalised it.
    pub finalised_by: Option<Arc<str>>,
    /// The record that it corrects; nothing where it is no correction.
    pub revises: Option<RecordId>,
    /// The digest of the file of a finalised record, which no longer changes.
    pub content: Option<Digest>,
    /// Those who answered its items, where it is finalised.
    #[serde(skip)]
    pub answered_by: Arc<[String]>,
    /// What came out.
    pub summary: Summary,
}

impl RecordRow {
    /// Makes the row of a record from the head of its file, and all of its file where it is finalised.
    pub(super) fn new(path: String, header: Header, finalised: Option<&[u8]>) -> Self {
        let answered_by =
            finalised.map_or_else(Vec::new, |bytes| inspection::answered_by(&String::from_utf8_lossy(bytes)));
        Self {
            id: header.id,
            path,
            checklist: Arc::new(header.checklist),
            facility: Arc::new(header.facility),
            inspectors: header.inspection.inspectors.into(),
            started: header.inspection.started,
            finalised: header.finalised,
            finalised_by: header.finalised_by.map(Arc::from),
            revises: header.revises.map(|revised| revised.record),
            content: finalised.map(Digest::of),
            answered_by: answered_by.into(),
            summary: header.summary,
        }
    }
}

/// Things that many rows share, each once, in the order in which they came.
struct Shared<'rows, T: ?Sized> {
    places: HashMap<&'rows T, u32>,
    list: Vec<&'rows T>,
}

impl<T: ?Sized> Default for Shared<'_, T> {
    fn default() -> Self {
        Self { places: HashMap::new(), list: Vec::new() }
    }
}

impl<'rows, T: Hash + Eq + ?Sized> Shared<'rows, T> {
    fn place(&mut self, thing: &'rows T) -> u32 {
        *self.places.entry(thing).or_insert_with(|| {
            self.list.push(thing);
            small(self.list.len() - 1)
        })
    }
}

/// Exact checklists and units as they were, as they are put together for a cache.
#[derive(Default)]
pub(super) struct Pinning<'rows> {
    checklists: Shared<'rows, PinnedChecklist>,
    units: Shared<'rows, FacilityPin>,
}

impl<'rows> Pinning<'rows> {
    /// Returns the place of an exact checklist.
    pub fn checklist(&mut self, pinned: &'rows PinnedChecklist) -> u32 {
        self.checklists.place(pinned)
    }

    /// Returns the place of a unit as it was.
    pub fn unit(&mut self, pin: &'rows FacilityPin) -> u32 {
        self.units.place(pin)
    }

    /// Returns the form in which they are kept.
    pub fn keep(self, wording: &mut Wording) -> KeptPins {
        let checklist = |pinned: &&PinnedChecklist| KeptChecklist {
            id: wording.word(&pinned.id.0),
            title: wording.word(&pinned.title),
            version: pinned.version,
            digest: wording.word(&pinned.digest.0),
        };
        let checklists = self.checklists.list.iter().map(checklist).collect();
        let unit = |pin: &&FacilityPin| {
            let texts = [&pin.id.0, &pin.name, &pin.code, &pin.facility_type, &pin.level, &pin.district];
            texts.map(|text| wording.word(text))
        };
        let units = self.units.list.iter().map(unit).collect();
        KeptPins { checklists, units }
    }
}

/// Exact checklists and units as they were, as a cache keeps them.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeptPins {
    checklists: Vec<KeptChecklist>,
    /// Number, name, code, type, level and district of each.
    units: Vec<[Word; 6]>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptChecklist {
    id: Word,
    title: Word,
    version: u32,
    digest: Word,
}

/// Exact checklists and units as they were, to be shared.
pub(super) struct Pins {
    checklists: Vec<Arc<PinnedChecklist>>,
    units: Vec<Arc<FacilityPin>>,
}

impl Pins {
    /// Takes them out of the form in which they are kept.
    pub fn restore(kept: &KeptPins, words: &Words) -> Self {
        let checklist = |kept: &KeptChecklist| PinnedChecklist {
            id: ChecklistId(words.own(kept.id)),
            title: words.own(kept.title),
            version: kept.version,
            digest: Digest(words.own(kept.digest)),
        };
        let unit = |texts: &[Word; 6]| {
            let [id, name, code, facility_type, level, district] = texts.map(|text| words.own(text));
            FacilityPin { id: FacilityId(id), name, code, facility_type, level, district }
        };
        Self {
            checklists: kept.checklists.iter().map(|kept| Arc::new(checklist(kept))).collect(),
            units: kept.units.iter().map(|texts| Arc::new(unit(texts))).collect(),
        }
    }

    /// Returns the exact checklist at a place.
    pub fn checklist(&self, place: u32) -> Arc<PinnedChecklist> {
        Arc::clone(&self.checklists[place as usize])
    }

    /// Returns the unit at a place.
    pub fn unit(&self, place: u32) -> Arc<FacilityPin> {
        Arc::clone(&self.units[place as usize])
    }
}

/// The rows of records as the index keeps them.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeptRecords {
    words: Words,
    pins: KeptPins,
    /// Several names each: inspectors, and those who answered.
    people: Vec<Vec<Word>>,
    names: Vec<Word>,
    rows: Vec<KeptRecord>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptRecord {
    id: Word,
    path: Word,
    checklist: u32,
    unit: u32,
    inspectors: u32,
    #[serde(with = "compact")]
    started: DateTime<FixedOffset>,
    #[serde(with = "compact")]
    finalised: Option<DateTime<FixedOffset>>,
    /// The place of the name of who finalised it.
    finalised_by: Option<u32>,
    revises: Option<Word>,
    content: Option<Word>,
    answered_by: u32,
    /// What came out, but for the day, which takes long to be read from text.
    summary: Summary,
    #[serde(with = "compact")]
    next_due: Option<NaiveDate>,
}

impl Cached for RecordRow {
    const CACHE: &str = "index";
    const FOLDER: &str = "records";
    const FORM: u32 = 7;
    type Kept = KeptRecords;

    fn path(&self) -> &str {
        &self.path
    }

    /// The newest first.
    fn order(&self, other: &Self) -> Ordering {
        fn key(row: &RecordRow) -> (DateTime<FixedOffset>, &RecordId, &str) {
            (row.started, &row.id, &row.path)
        }
        key(other).cmp(&key(self))
    }

    fn keep<'rows>(rows: &'rows [Self]) -> KeptRecords {
        let (mut wording, mut pinning) = (Wording::default(), Pinning::default());
        let (mut people, mut names) = (Shared::<[String]>::default(), Shared::<str>::default());
        let mut row = |row: &'rows Self| KeptRecord {
            id: wording.add(&row.id.0),
            path: wording.add(&row.path),
            checklist: pinning.checklist(&row.checklist),
            unit: pinning.unit(&row.facility),
            inspectors: people.place(&row.inspectors),
            started: row.started,
            finalised: row.finalised,
            finalised_by: row.finalised_by.as_deref().map(|name| names.place(name)),
            revises: row.revises.as_ref().map(|revised| wording.add(&revised.0)),
            content: row.content.as_ref().map(|digest| wording.add(&digest.0)),
            answered_by: people.place(&row.answered_by),
            summary: Summary { next_due: None, ..row.summary.clone() },
            next_due: row.summary.next_due,
        };
        let rows = rows.iter().map(&mut row).collect();
        let pins = pinning.keep(&mut wording);
        let mut words = |texts: &[String]| texts.iter().map(|text| wording.word(text)).collect();
        let people = people.list.into_iter().map(&mut words).collect();
        let names = names.list.into_iter().map(|name| wording.word(name)).collect();
        KeptRecords { words: wording.into_words(), pins, people, names, rows }
    }

    fn restore(kept: KeptRecords) -> Vec<Self> {
        let words = &kept.words;
        let pins = Pins::restore(&kept.pins, words);
        let own = |texts: &Vec<Word>| texts.iter().map(|text| words.own(*text)).collect();
        let people: Vec<Arc<[String]>> = kept.people.iter().map(own).collect();
        let names: Vec<Arc<str>> = kept.names.iter().map(|name| words.get(*name).into()).collect();
        let row = |row: KeptRecord| Self {
            id: RecordId(words.own(row.id)),
            path: words.own(row.path),
            checklist: pins.checklist(row.checklist),
            facility: pins.unit(row.unit),
            inspectors: Arc::clone(&people[row.inspectors as usize]),
            started: row.started,
            finalised: row.finalised,
            finalised_by: row.finalised_by.map(|place| Arc::clone(&names[place as usize])),
            revises: row.revises.map(|revised| RecordId(words.own(revised))),
            content: row.content.map(|digest| Digest(words.own(digest))),
            answered_by: Arc::clone(&people[row.answered_by as usize]),
            summary: Summary { next_due: row.next_due, ..row.summary },
        };
        kept.rows.into_iter().map(row).collect()
    }
}
