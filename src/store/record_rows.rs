//! What lists show of records, and the form in which the index keeps it.

use std::{cmp::Ordering, collections::HashMap, hash::Hash, sync::Arc};

use arcstr::Substr;
use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};
use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::{
    index::Cached,
    packed::{self, Day, Moment, Number, Place},
    sharing::Sharing,
    words::{Word, Wording, Words, small, stem},
};
use crate::{
    checklist::{ChecklistId, Digest},
    facility::FacilityId,
    i18n::{Lang, Text},
    inspection::{self, FacilityPin, Header, PinnedChecklist, RecordId, Summary},
    text,
};

/// What a list shows of a record; what many records share is there once.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct RecordRow {
    /// The record.
    pub id: RecordId,
    /// The path of its file within the workspace, with `/`.
    pub path: Substr,
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
    /// The draft that it was joined into, where it is a draft that goes on there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub joined_into: Option<RecordId>,
    /// Whether it is a draft that was given up.
    pub void: bool,
    /// The digest of the file of a finalised record, which no longer changes.
    pub content: Option<Digest>,
    /// Those who answered its items, where it is finalised.
    #[serde(skip)]
    pub answered_by: Arc<[String]>,
    /// What came out.
    pub summary: Summary,
}

impl RecordRow {
    /// Makes the row of a record from its head and the text of its whole file.
    pub(super) fn new(path: Substr, header: Header, text: &str) -> Self {
        let finalised = header.finalised.is_some().then_some(text);
        let answered_by = finalised.map_or_else(Vec::new, inspection::answered_by);
        let is_draft = header.finalised.is_none();
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
            joined_into: header.joined_into.filter(|_| is_draft),
            void: is_draft && header.void.is_some(),
            content: finalised.map(|text| Digest::of(text.as_bytes())),
            answered_by: answered_by.into(),
            summary: header.summary,
        }
    }
}

/// Lets the number of a record be a part of the path of a file that is named after it.
pub(super) fn share_stem(id: &mut RecordId, path: &Substr) {
    let stem = stem(path);
    if id.0 == stem {
        id.0 = path.substr_from(stem);
    }
}

impl RecordRow {
    /// Says whether it is a draft that goes on nowhere: joined into another one, or given up.
    pub fn is_closed_draft(&self) -> bool {
        self.joined_into.is_some() || self.void
    }

    /// Says whose draft it is, since when, and how far.
    pub fn draft_said(&self, lang: Lang) -> Text {
        draft_said(&self.id, &self.inspectors, self.started, &self.summary, lang)
    }
}

/// Says whose draft it is that has this number, since when, and how far.
fn draft_said(
    id: &RecordId,
    inspectors: &[String],
    started: DateTime<FixedOffset>,
    summary: &Summary,
    lang: Lang,
) -> Text {
    text!(
        "fill-command.draft",
        name = lang.list(inspectors),
        time = started.format("%m-%d %H:%M"),
        answered = summary.answered,
        items = summary.items,
        id = id
    )
}

/// Says of an open draft whose it is, since when, and how far it is now.
pub fn open_draft_said(header: &Header, lang: Lang) -> Text {
    let details = &header.inspection;
    draft_said(&header.id, &details.inspectors, details.started, &header.summary, lang)
}

/// Things that many rows share, each once, in the order in which they came.
struct Once<'rows, T: ?Sized> {
    places: HashMap<&'rows T, u32>,
    list: Vec<&'rows T>,
}

impl<T: ?Sized> Default for Once<'_, T> {
    fn default() -> Self {
        Self { places: HashMap::new(), list: Vec::new() }
    }
}

impl<'rows, T: Hash + Eq + ?Sized> Once<'rows, T> {
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
    checklists: Once<'rows, PinnedChecklist>,
    units: Once<'rows, FacilityPin>,
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
            let texts: [&str; 6] = [&pin.id.0, &pin.name, &pin.code, &pin.facility_type, &pin.level, &pin.district];
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
            digest: Digest(words.share(kept.digest)),
        };
        let unit = |texts: &[Word; 6]| {
            let [name, code, facility_type, level, district] = [1, 2, 3, 4, 5].map(|at| words.share(texts[at]));
            FacilityPin { id: FacilityId(words.own(texts[0])), name, code, facility_type, level, district }
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
    #[serde(with = "packed")]
    names: Vec<Word>,
    #[serde(with = "packed")]
    rows: Vec<KeptRecord>,
}

#[derive(Debug, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct KeptRecord {
    started: Moment,
    finalised: Moment,
    score_rate: Number,
    item_rate: Number,
    path: Word,
    checklist: u32,
    unit: u32,
    inspectors: u32,
    answered_by: u32,
    /// The place of the name of who finalised it.
    finalised_by: Place,
    revises: Place,
    content: Place,
    /// Items, answered, conforming, failed, critical ones that failed, findings not put right on the spot.
    counts: [u32; 6],
    next_due: Day,
    grade: Place,
    joined_into: Place,
    /// Whether it was given up, 0 or 1. Every row takes whole numbers of eight bytes.
    void: u32,
}

impl Cached for RecordRow {
    const CACHE: &str = "index";
    const FOLDER: &str = "records";
    const FORM: u32 = 11;
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

    fn share(&mut self, sharing: &mut Sharing) {
        share_stem(&mut self.id, &self.path);
        sharing.checklist(&mut self.checklist);
        sharing.unit(&mut self.facility);
        sharing.people(&mut self.inspectors);
        sharing.people(&mut self.answered_by);
        self.finalised_by.iter_mut().for_each(|name| sharing.name(name));
    }

    fn each_text(&mut self, take: &mut dyn FnMut(&mut Substr)) {
        take(&mut self.path);
        self.content.iter_mut().for_each(|digest| take(&mut digest.0));
        [&mut self.revises, &mut self.joined_into].into_iter().flatten().for_each(|record| take(&mut record.0));
    }

    fn keep<'rows>(rows: &'rows [Self]) -> KeptRecords {
        let (mut wording, mut pinning) = (Wording::default(), Pinning::default());
        let (mut people, mut names) = (Once::<[String]>::default(), Once::<str>::default());
        let mut row = |row: &'rows Self| {
            let summary = &row.summary;
            let counts = [
                summary.items,
                summary.answered,
                summary.conforming,
                summary.failed,
                summary.critical_failed,
                summary.open_findings,
            ];
            KeptRecord {
                started: Some(row.started).into(),
                finalised: row.finalised.into(),
                score_rate: summary.score_rate.into(),
                item_rate: summary.item_rate.into(),
                path: wording.add(&row.path),
                checklist: pinning.checklist(&row.checklist),
                unit: pinning.unit(&row.facility),
                inspectors: people.place(&row.inspectors),
                answered_by: people.place(&row.answered_by),
                finalised_by: row.finalised_by.as_deref().map(|name| names.place(name)).into(),
                revises: row.revises.as_ref().map(|revised| wording.add(&revised.0)).into(),
                content: row.content.as_ref().map(|digest| wording.add(&digest.0)).into(),
                counts: counts.map(small),
                next_due: summary.next_due.into(),
                grade: summary.grade.as_deref().map(|grade| wording.word(grade)).into(),
                joined_into: row.joined_into.as_ref().map(|into| wording.add(&into.0)).into(),
                void: u32::from(row.void),
            }
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
        let row = |kept: &KeptRecord| {
            let [items, answered, conforming, failed, critical_failed, open_findings] =
                kept.counts.map(|count| count as usize);
            Self {
                id: RecordId(words.stem(kept.path)),
                path: words.share(kept.path),
                checklist: pins.checklist(kept.checklist),
                facility: pins.unit(kept.unit),
                inspectors: Arc::clone(&people[kept.inspectors as usize]),
                started: kept.started.get().unwrap_or_default(),
                finalised: kept.finalised.get(),
                finalised_by: kept.finalised_by.get().map(|place| Arc::clone(&names[place as usize])),
                revises: kept.revises.word().map(|revised| RecordId(words.share(revised))),
                joined_into: kept.joined_into.word().map(|into| RecordId(words.share(into))),
                void: kept.void != 0,
                content: kept.content.word().map(|digest| Digest(words.share(digest))),
                answered_by: Arc::clone(&people[kept.answered_by as usize]),
                summary: Summary {
                    items,
                    answered,
                    conforming,
                    failed,
                    critical_failed,
                    open_findings,
                    next_due: kept.next_due.get(),
                    score_rate: kept.score_rate.get(),
                    item_rate: kept.item_rate.get(),
                    grade: kept.grade.word().map(|grade| words.share(grade)),
                },
            }
        };
        kept.rows.iter().map(row).collect()
    }
}
