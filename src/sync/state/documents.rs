//! What is remembered of each document, in as little room as it goes: there are as many as there are files, and all are in
//! memory during a sync.

use std::{borrow::Cow, collections::BTreeMap, fmt, hash::BuildHasher};

use hashbrown::{DefaultHashBuilder, HashTable};
use serde::{
    Deserialize, Deserializer, Serialize, Serializer,
    de::{MapAccess, Visitor},
    ser::SerializeMap,
};

use super::{FileDigest, OpenConflict, few::Few};
use crate::sync::{kind, revision::RevisionId};

/// Every document by its name. None is ever taken out.
#[derive(Clone, Debug, Default)]
pub struct Documents {
    /// The names, one behind the other.
    names: String,
    /// Where each name ends.
    ends: Vec<u32>,
    /// The documents, in the order of their names.
    rows: Vec<Document>,
    /// Their places, found by their names.
    places: HashTable<u32>,
    hashing: DefaultHashBuilder,
    /// The fields on which people disagree, by document; there are few.
    conflicts: BTreeMap<String, Vec<OpenConflict>>,
}

/// What is remembered of one document.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Document {
    /// The segments that speak of it, by their numbers in [`State::segments`](super::State::segments).
    pub segments: Few<u32>,
    file: Place,
    /// The signs of its file when it was last read or written.
    pub size: u64,
    /// See `size`.
    pub changed: i64,
    /// The digest of its file then; nothing while it has none.
    pub digest: Option<FileDigest>,
    /// The revisions that its file was made of then, without those that they are on top of.
    pub made_of: Few<RevisionId>,
}

/// Where the file of a document is. Nearly always its name says that, and of a record its month beside it.
#[derive(Clone, Debug, PartialEq)]
enum Place {
    /// Where its name says; of a record in the folder of this month.
    Named(Option<Month>),
    /// Elsewhere within the workspace; nowhere yet where the path is empty.
    At(Box<str>),
}

impl Default for Place {
    fn default() -> Self {
        Self::At(Box::default())
    }
}

/// A month as it stands in the path of a record.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Month {
    year: u16,
    month: u8,
}

impl Month {
    /// Reads the month out of the path of a record; nothing where there is none that is written in this very way.
    fn of(path: &str) -> Option<Self> {
        let (year, rest) = path.strip_prefix("records/")?.split_once('/')?;
        let (month, _) = rest.split_once('/')?;
        let are_digits = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
        let is_month = year.len() == 4 && month.len() == 2 && are_digits(year) && are_digits(month);
        is_month.then_some(Self { year: year.parse().ok()?, month: month.parse().ok()? })
    }
}

impl fmt::Display for Month {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{:04}/{:02}", self.year, self.month)
    }
}

impl Place {
    fn new(document: &str, path: &str) -> Self {
        let named = Self::Named(Month::of(path));
        if named.path(document).as_deref() == Some(path) { named } else { Self::At(path.into()) }
    }

    fn path(&self, document: &str) -> Option<Cow<'_, str>> {
        match self {
            Self::Named(month) => {
                let month = month.map(|month| month.to_string()).unwrap_or_default();
                kind::of(document)?.written_at(document, &month).map(Cow::Owned)
            }
            Self::At(path) => Some(Cow::Borrowed(&**path)).filter(|path| !path.is_empty()),
        }
    }
}

impl Document {
    /// Returns the path of its file within the workspace, where it has one; `document` is its name.
    pub fn path(&self, document: &str) -> Option<Cow<'_, str>> {
        self.file.path(document)
    }

    /// Says whether its file has a path, which is one by which its document is found.
    pub fn is_at(&self, path: &str) -> bool {
        match &self.file {
            // Of all paths by which a document is found only the month is not in its name.
            Place::Named(month) => *month == Month::of(path),
            Place::At(known) => **known == *path,
        }
    }

    /// Notes the path of its file within the workspace; `document` is its name.
    pub fn set_path(&mut self, document: &str, path: &str) {
        self.file = Place::new(document, path);
    }

    /// Has its file looked at the next time, whatever signs and digest that has.
    pub fn look_again(&mut self) {
        (self.size, self.changed) = (0, 0);
    }

    /// Says whether its file is to be looked at, whatever signs and digest that has.
    pub fn is_to_be_looked_at(&self) -> bool {
        (self.size, self.changed) == (0, 0)
    }
}

/// The most documents for which room is taken before they are there, and the bytes that the longest names mostly have.
const PROMISED: usize = 1 << 22;
const NAME: usize = 80;

impl Documents {
    /// Begins with room for as many documents: lists that grow are there twice while they do.
    fn with_room_for(count: usize) -> Self {
        Self {
            names: String::with_capacity(count * NAME),
            ends: Vec::with_capacity(count),
            rows: Vec::with_capacity(count),
            places: HashTable::with_capacity(count),
            ..Self::default()
        }
    }

    /// Returns what is remembered of a document.
    pub fn get(&self, name: &str) -> Option<&Document> {
        self.place(name).map(|place| &self.rows[place])
    }

    /// Returns what is remembered of a document, to be changed.
    pub fn get_mut(&mut self, name: &str) -> Option<&mut Document> {
        self.place(name).map(|place| &mut self.rows[place])
    }

    /// Returns what is remembered of a document, to be changed; nothing yet of a new one.
    pub fn entry(&mut self, name: &str) -> &mut Document {
        let place = self.place(name).unwrap_or_else(|| self.add(name, Document::default()));
        &mut self.rows[place]
    }

    /// Lists the documents in no particular order.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Document)> {
        self.names().zip(&self.rows)
    }

    /// Lists the names of the documents in no particular order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        (0..self.rows.len()).map(|place| self.name(place))
    }

    /// Returns the fields of a document on which people disagree.
    pub fn conflicts_of(&self, name: &str) -> &[OpenConflict] {
        self.conflicts.get(name).map_or(&[], Vec::as_slice)
    }

    /// Notes the fields of a document on which people disagree.
    pub fn set_conflicts(&mut self, name: &str, conflicts: Vec<OpenConflict>) {
        if conflicts.is_empty() {
            self.conflicts.remove(name);
        } else {
            self.conflicts.insert(name.to_owned(), conflicts);
        }
    }

    /// Returns every field on which people disagree, by document.
    pub fn into_conflicts(self) -> Vec<OpenConflict> {
        self.conflicts.into_values().flatten().collect()
    }

    fn name(&self, place: usize) -> &str {
        let start = place.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        &self.names[start..self.ends[place] as usize]
    }

    fn place(&self, name: &str) -> Option<usize> {
        let is_it = |place: &u32| self.name(*place as usize) == name;
        self.places.find(self.hashing.hash_one(name), is_it).map(|place| *place as usize)
    }

    /// Adds a document that is not there yet; returns its place.
    fn add(&mut self, name: &str, document: Document) -> usize {
        // Four thousand million bytes of names would be a hundred million documents.
        let small = |count: usize| u32::try_from(count).unwrap_or(u32::MAX);
        let place = self.rows.len();
        self.names.push_str(name);
        self.ends.push(small(self.names.len()));
        self.rows.push(document);
        let mut places = std::mem::take(&mut self.places);
        let hash = |place: &u32| self.hashing.hash_one(self.name(*place as usize));
        places.insert_unique(self.hashing.hash_one(name), small(place), hash);
        self.places = places;
        place
    }
}

impl PartialEq for Documents {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter()) && self.conflicts == other.conflicts
    }
}

/// A document as it is written; the form is that of the time when each was kept in this way in memory as well.
#[derive(Serialize, Deserialize)]
struct Written<'state> {
    segments: Cow<'state, Few<u32>>,
    path: Cow<'state, str>,
    size: u64,
    changed: i64,
    digest: Option<FileDigest>,
    made_of: Cow<'state, Few<RevisionId>>,
    conflicts: Cow<'state, [OpenConflict]>,
}

impl Serialize for Documents {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let mut map = serializer.serialize_map(Some(self.rows.len()))?;
        for (name, document) in self.iter() {
            let written = Written {
                segments: Cow::Borrowed(&document.segments),
                path: document.path(name).unwrap_or_default(),
                size: document.size,
                changed: document.changed,
                digest: document.digest,
                made_of: Cow::Borrowed(&document.made_of),
                conflicts: Cow::Borrowed(self.conflicts_of(name)),
            };
            map.serialize_entry(name, &written)?;
        }
        map.end()
    }
}

impl<'de> Deserialize<'de> for Documents {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_map(Reading)
    }
}

/// Reads documents.
struct Reading;

impl<'de> Visitor<'de> for Reading {
    type Value = Documents;

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("documents by their names")
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Documents, A::Error> {
        let mut documents = Documents::with_room_for(map.size_hint().unwrap_or_default().min(PROMISED));
        while let Some((name, written)) = map.next_entry::<String, Written>()? {
            let Written { segments, path, size, changed, digest, made_of, conflicts } = written;
            let (segments, made_of) = (segments.into_owned(), made_of.into_owned());
            let file = Place::new(&name, &path);
            *documents.entry(&name) = Document { segments, file, size, changed, digest, made_of };
            documents.set_conflicts(&name, conflicts.into_owned());
        }
        Ok(documents)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_takes_little_room_and_its_path_none_of_its_own() {
        assert!(size_of::<Document>() <= 128, "{}", size_of::<Document>());
        let named = [
            ("record/01KA", "records/2026/11/01KA.toml"),
            ("finding/2026/11/01KA", "findings/2026/11/01KA.toml"),
            ("facilities", "facilities.toml"),
            ("version/00ff", "checklists/.versions/00ff.toml"),
            ("plan/2026/plan.docx", "plans/2026/plan.docx"),
            ("record/01KA", "records/0026/11/01KA.toml"),
        ];
        let elsewhere = [
            ("record/01KA", "records/26/11/01KA.toml"),
            ("record/01KA", "records/2026/1/01KA.toml"),
            ("record/01KA", "records/2026/+1/01KA.toml"),
            ("record/01KA", "records/70000/11/01KA.toml"),
            ("record/01KA", "records/2026/300/01KA.toml"),
            ("record/01KA", "records/医院/十一月/01KA.toml"),
            ("record/01KA", "records/2026/11/other.toml"),
            ("newer/01KA", "newer/01KA.toml"),
            ("facilities", "other.toml"),
        ];
        let all = named.map(|case| (case, true)).into_iter().chain(elsewhere.map(|case| (case, false)));
        for ((document, path), is_named) in all {
            let mut row = Document::default();
            assert_eq!(row.path(document), None);
            row.set_path(document, path);
            assert_eq!(row.path(document).as_deref(), Some(path));
            for (of, other) in named.into_iter().chain(elsewhere).filter(|(of, _)| *of == document) {
                // By another path no document of this name is found.
                let is_found = kind::at(other).is_some_and(|(_, found)| found == of);
                assert!(!is_found || row.is_at(other) == (other == path), "{other} {path}");
            }
            assert_eq!(matches!(row.file, Place::Named(_)), is_named, "{path}");
        }
    }

    #[test]
    fn documents_are_found_by_their_names_however_many_there_are() {
        let mut documents = Documents::default();
        let name = |number: u32| format!("record/{number}");
        for number in 0..2_000 {
            documents.entry(&name(number)).segments = vec![number].into();
        }
        documents.entry(&name(7)).size = 1;
        assert_eq!(documents.names().count(), 2_000);
        for number in 0..2_000 {
            let found = documents.get(&name(number)).expect("there");
            assert_eq!((&*found.segments, found.size), (&[number][..], u64::from(number == 7)));
        }
        assert_eq!((documents.get("record/2000"), documents.get("")), (None, None));
    }
}
