//! What a workspace remembers of sync: which segments it has taken in, and what each document was made of.
//!
//! The state is a convenience and no authority. Where it is lost or damaged, everything is taken from the mirror again,
//! and this device begins a new epoch.

mod documents;
mod few;

use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write},
    str::FromStr,
    sync::Arc,
};

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Deserializer, Serialize};

pub use self::{
    documents::{Document, Documents},
    few::Few,
};
use super::{
    hub::Hub,
    joining::with_joined,
    keys::{DeviceId, EpochKey},
    kind,
    merge::{History, Known, learn, view},
    mirror::Mirror,
    revision::Revision,
    roster::{Member, Position},
};
use crate::{
    checklist::Digest,
    i18n::Text,
    store::{Hashed, Pieces},
};

/// Changes whenever the form of the state does.
const FORM: u32 = 1;

/// The size of the digest at the beginning, in bytes.
const SUM: usize = 32;

/// How much of segments is kept in memory, by the size of their revisions in bytes.
const CACHED: usize = 2 * 1024 * 1024;

/// The digest of a file in a third of the room that a [`Digest`] takes, which is a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "Digest", into = "Digest")]
pub struct FileDigest([u8; 32]);

impl FileDigest {
    /// Computes the digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(*blake3::hash(bytes).as_bytes())
    }
}

impl TryFrom<Digest> for FileDigest {
    type Error = blake3::HexError;

    fn try_from(digest: Digest) -> Result<Self, Self::Error> {
        blake3::Hash::from_str(digest.hex()).map(|hash| Self(*hash.as_bytes()))
    }
}

impl From<FileDigest> for Digest {
    fn from(digest: FileDigest) -> Self {
        Self(format!("blake3:{}", blake3::Hash::from_bytes(digest.0).to_hex()).into())
    }
}

// The state is kept in a form without names of fields, so none of these may ever be left out in writing.
/// A conflict: what is in dispute, and what there is to choose from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenConflict {
    /// The document.
    pub document: String,
    /// The field.
    pub field: String,
    /// Whether a record was finalised without knowing of the other value; then only the first value can be kept.
    #[serde(default)]
    pub late: bool,
    /// The values to choose from.
    #[serde(rename = "value")]
    pub values: Vec<OpenValue>,
}

/// A value to choose, with who gave it and when by their clock.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct OpenValue {
    /// The value as a TOML expression; nothing where the field was taken out.
    #[serde(default)]
    pub value: Option<String>,
    /// Who.
    pub by: String,
    /// When.
    #[serde(deserialize_with = "moment")]
    pub at: DateTime<FixedOffset>,
}

/// Reads a moment out of a text that is only there for as long as it is read, as in [`Pieces`].
fn moment<'de, D: Deserializer<'de>>(deserializer: D) -> Result<DateTime<FixedOffset>, D::Error> {
    String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
}

/// What a workspace remembers of sync.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct State {
    form: u32,
    /// The epoch in which this device speaks.
    pub epoch: String,
    /// The last that it said.
    pub last: Option<Position>,
    /// Every segment that was taken in, in that order.
    pub segments: Vec<(DeviceId, Position)>,
    /// Every document.
    pub documents: Documents,
    /// The documents that could not be put into their files yet.
    pub waiting: BTreeSet<String>,
    /// The files that are sent whole and are not known to be on the hub yet, by digest.
    pub unsent: BTreeMap<String, String>,
    #[serde(skip)]
    applied: HashMap<String, u32>,
}

impl State {
    /// Reads the state; anything doubtful is none, but for what the disk does not give.
    ///
    /// It is read twice, first for its digest: all of it in memory would take as much again as what it is made of.
    pub fn read(mut from: impl Read + Seek) -> io::Result<Option<Self>> {
        let mut sum = Vec::with_capacity(SUM);
        (&mut from).take(SUM as u64).read_to_end(&mut sum)?;
        let hash = *blake3::Hasher::new().update_reader(&mut from)?.finalize().as_bytes();
        if sum != hash {
            return Ok(None);
        }
        from.seek(SeekFrom::Start(SUM as u64))?;
        let mut pieces =
            postcard::Deserializer::from_flavor(Pieces::of(BufReader::new(zstd::stream::read::Decoder::new(from)?)));
        let Some(mut state) = Self::deserialize(&mut pieces).ok().filter(|state| state.form == FORM) else {
            return Ok(None);
        };
        state.applied = (0..).zip(&state.segments).map(|(at, (_, place))| (place.hash.clone(), at)).collect();
        Ok(Some(state))
    }

    /// Makes an empty state, with an epoch of its own.
    pub fn new(epoch: String) -> Self {
        Self { form: FORM, epoch, ..Self::default() }
    }

    /// Goes on under other keys: what is said from now on begins anew.
    pub fn speak_as_another(&mut self, epoch: String) {
        (self.epoch, self.last) = (epoch, None);
    }

    /// Forgets of what the files are made where that is nothing that others hear, so that it is said again.
    pub fn forget_unheard(&mut self, member: &Member, archive: &mut Archive<'_, '_>) {
        let device = member.key.device();
        let is_unheard =
            |(by, place): &(DeviceId, Position)| *by == device && member.roles_at(&place.epoch, place.seq).is_none();
        let numbers: BTreeSet<u32> =
            (0..).zip(&self.segments).filter(|(_, segment)| is_unheard(segment)).map(|(at, _)| at).collect();
        let spoken_of = |row: &Document| row.segments.iter().any(|number| numbers.contains(number));
        let named = self.documents.iter().filter(|(_, row)| spoken_of(row)).map(|(document, _)| document.to_owned());
        let documents: BTreeSet<String> = named.collect();
        // The file is on top of what is heard; where that cannot be read it is on top of nothing, and people are asked.
        let histories = archive.histories(self, &documents);
        for document in &documents {
            let heard =
                kind::of(document).zip(histories.get(document)).map(|(kind, history)| view(kind, history).heads);
            let row = self.documents.entry(document);
            row.made_of = heard.unwrap_or_default().into();
            row.look_again();
        }
    }

    /// Writes the state at the beginning of a file.
    pub fn write(&self, to: &mut (impl Write + Seek)) -> io::Result<()> {
        to.write_all(&[0; SUM])?;
        let mut packer = BufWriter::new(zstd::stream::write::Encoder::new(Hashed::new(to), 1)?);
        if postcard::to_io(self, &mut packer).is_err() {
            return Err(packer.get_mut().get_mut().failure());
        }
        let (to, sum) = packer.into_inner()?.finish()?.into_parts();
        to.rewind()?;
        to.write_all(&sum)
    }

    /// Says whether a segment was taken in.
    pub fn is_applied(&self, hash: &str) -> bool {
        self.applied.contains_key(hash)
    }

    /// Notes a segment with the documents that it speaks of.
    pub fn note<'document>(
        &mut self,
        device: &DeviceId,
        place: &Position,
        documents: impl IntoIterator<Item = &'document str>,
    ) {
        if self.is_applied(&place.hash) {
            return;
        }
        // Nobody reaches four thousand million segments.
        let number = u32::try_from(self.segments.len()).unwrap_or(u32::MAX);
        self.segments.push((device.clone(), place.clone()));
        self.applied.insert(place.hash.clone(), number);
        for document in documents {
            let segments = &mut self.documents.entry(document).segments;
            if segments.last() != Some(&number) {
                segments.push(number);
            }
        }
    }
}

/// The number of documents whose histories are in memory at the same time.
pub(super) const HISTORIES: usize = 250;

/// Reads histories of documents out of the segments of the mirror.
pub struct Archive<'mirror, 'hub> {
    mirror: &'mirror Mirror<'hub>,
    keys: Vec<EpochKey>,
    source: Option<&'mirror dyn Hub>,
    cache: HashMap<u32, Vec<Arc<Revision>>>,
    cached: usize,
}

impl<'mirror, 'hub> Archive<'mirror, 'hub> {
    /// Opens the mirror with the keys of its key epochs, the oldest first.
    pub fn new(mirror: &'mirror Mirror<'hub>, keys: Vec<EpochKey>) -> Self {
        Self { mirror, keys, source: None, cache: HashMap::new(), cached: 0 }
    }

    /// Has what is damaged in the mirror come again from a hub.
    #[must_use]
    pub fn mended_from(self, source: Option<&'mirror dyn Hub>) -> Self {
        Self { source, ..self }
    }

    /// Reads the revisions of a segment.
    pub fn revisions(&self, device: &DeviceId, place: &Position) -> Result<Vec<Revision>, Text> {
        let again = |reason| self.source.and_then(|hub| self.mirror.fetch_again(hub, device, place)).ok_or(reason);
        self.mirror.segment(device, place).or_else(again)?.revisions(&self.keys)
    }

    /// Reads the histories of documents, those of drafts with what was said of others that were joined into them; what cannot
    /// be read any more is left out, and `ducha verify` says so.
    pub fn histories(&mut self, state: &State, documents: &BTreeSet<String>) -> BTreeMap<String, History> {
        let mut histories = self.own_histories(state, documents);
        with_joined(&mut histories, |joined| self.own_histories(state, joined));
        histories
    }

    /// Reads what was said of each document itself.
    fn own_histories(&mut self, state: &State, documents: &BTreeSet<String>) -> BTreeMap<String, History> {
        let mut wanted: BTreeSet<u32> = BTreeSet::new();
        for document in documents.iter().filter_map(|document| state.documents.get(document)) {
            wanted.extend(&*document.segments);
        }
        let mut histories: BTreeMap<String, History> =
            documents.iter().map(|document| (document.clone(), History::new())).collect();
        for number in wanted {
            let Some((device, place)) = state.segments.get(number as usize) else { continue };
            let Some(member) = self.mirror.roster().member(device) else { continue };
            if !self.cache.contains_key(&number) {
                if self.cached >= CACHED {
                    self.cache.clear();
                    self.cached = 0;
                }
                let revisions = self.revisions(device, place).unwrap_or_default();
                self.cached += revisions.iter().map(Revision::size).sum::<usize>();
                self.cache.insert(number, revisions.into_iter().map(Arc::new).collect());
            }
            let roles = member.roles_at(&place.epoch, place.seq);
            for revision in self.cache.get(&number).into_iter().flatten() {
                let Some(history) = histories.get_mut(&revision.document) else { continue };
                let may =
                    |kind: &kind::Kind| roles.is_some_and(|roles| kind.roles.iter().any(|role| roles.contains(role)));
                let counts = kind::of(&revision.document)
                    .is_some_and(|kind| may(kind) && kind.may_say(revision, &member.person));
                let known = Known { revision: Arc::clone(revision), person: member.person.clone(), counts };
                learn(history, revision.id(), known);
            }
        }
        histories
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    fn written(state: &State) -> Vec<u8> {
        let mut bytes = Cursor::new(Vec::new());
        state.write(&mut bytes).expect("memory takes everything");
        bytes.into_inner()
    }

    fn read(bytes: &[u8]) -> Option<State> {
        State::read(Cursor::new(bytes)).expect("memory gives everything")
    }

    #[test]
    fn a_state_comes_back_as_it_was_and_a_damaged_one_is_none() {
        let value = |value: Option<&str>| OpenValue {
            value: value.map(str::to_owned),
            by: "林明".to_owned(),
            at: "2026-11-21T09:30:00+08:00".parse().expect("a time"),
        };
        let conflict = OpenConflict {
            document: "record/R".to_owned(),
            field: "answer/A/note".to_owned(),
            late: false,
            values: vec![value(None), value(Some("1"))],
        };
        let place = Position { epoch: "a".to_owned(), seq: 1, hash: "h".to_owned() };
        let mut state = State::new("a".to_owned());
        state.note(&DeviceId("d".to_owned()), &place, ["record/R"]);
        state.documents.entry("record/R").set_path("record/R", "records/2026/11/R.toml");
        state.documents.set_conflicts("record/R", vec![conflict]);
        let bytes = written(&state);
        let back = read(&bytes).expect("read");
        assert_eq!(back, state);
        assert!(back.is_applied("h"));
        for at in 0..bytes.len() {
            let mut damaged = bytes.clone();
            damaged[at] ^= 1;
            assert_eq!(read(&damaged), None, "{at}");
        }
        assert_eq!(read(&bytes[..20]), None);
    }

    /// A disk that takes so many bytes.
    struct Full(usize);

    impl Write for Full {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 = self.0.checked_sub(bytes.len()).ok_or(io::ErrorKind::StorageFull)?;
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    impl Seek for Full {
        fn seek(&mut self, _: SeekFrom) -> io::Result<u64> {
            Ok(0)
        }
    }

    #[test]
    fn a_full_disk_is_said_wherever_it_is_full() {
        let mut state = State::new("a".to_owned());
        for number in 0..20_000 {
            let document = format!("record/{}", blake3::hash(&u32::to_le_bytes(number)));
            state.documents.entry(&document).digest = Some(FileDigest::of(document.as_bytes()));
        }
        let whole = written(&state).len();
        assert!(whole > 1_000_000, "{whole}");
        for room in [0, SUM, 100, whole / 2, whole - 1, whole] {
            let error = state.write(&mut Full(room)).expect_err("full");
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{room} of {whole}");
        }
        state.write(&mut Full(whole + SUM)).expect("there is room");
    }

    /// The state in the form in which programs keep it that have every document in memory as it is written.
    #[derive(Serialize, Deserialize)]
    struct Earlier {
        form: u32,
        epoch: String,
        last: Option<Position>,
        segments: Vec<(DeviceId, Position)>,
        documents: BTreeMap<String, EarlierDocument>,
        waiting: BTreeSet<String>,
        unsent: BTreeMap<String, String>,
    }

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct EarlierDocument {
        segments: Vec<u32>,
        path: String,
        size: u64,
        changed: i64,
        digest: Option<Digest>,
        made_of: Vec<String>,
        conflicts: Vec<OpenConflict>,
    }

    fn sealed(content: &[u8]) -> Vec<u8> {
        let packed = zstd::bulk::compress(content, 1).expect("packed");
        [blake3::hash(&packed).as_bytes(), packed.as_slice()].concat()
    }

    #[test]
    fn a_state_of_an_earlier_program_is_read_whole_and_the_other_way_round() {
        let conflict = |document: &str| OpenConflict {
            document: document.to_owned(),
            field: "answer/A/note".to_owned(),
            late: true,
            values: Vec::new(),
        };
        let document = |segments: &[u32], path: &str, made_of: &[&str], conflicts| EarlierDocument {
            segments: segments.to_vec(),
            path: path.to_owned(),
            size: 5_500,
            changed: -1,
            digest: made_of.first().map(|_| Digest::of(path.as_bytes())),
            made_of: made_of.iter().map(|id| id.repeat(32)).collect(),
            conflicts,
        };
        let documents = [
            ("checklist/ward", document(&[0, 2], "checklists/ward.toml", &["aa", "bb"], Vec::new())),
            ("finding/2026/11/R", document(&[1], "findings/2026/11/R.toml", &["cc"], Vec::new())),
            ("newer/R", document(&[0], "", &[], Vec::new())),
            ("record/R", document(&[0], "records/2026/11/R.toml", &["dd"], vec![conflict("record/R")])),
            ("record/S", document(&[2], "records/旧/十一月/S.toml", &["ee"], Vec::new())),
        ];
        let place = |seq| Position { epoch: "a".to_owned(), seq, hash: seq.to_string() };
        let earlier = Earlier {
            form: 1,
            epoch: "a".to_owned(),
            last: Some(place(3)),
            segments: (1..=3).map(|seq| (DeviceId("d".to_owned()), place(seq))).collect(),
            documents: documents.into_iter().map(|(name, document)| (name.to_owned(), document)).collect(),
            waiting: BTreeSet::from(["newer/R".to_owned()]),
            unsent: BTreeMap::from([("00".to_owned(), "plans/2026/plan.docx".to_owned())]),
        };
        let state = read(&sealed(&postcard::to_stdvec(&earlier).expect("written"))).expect("read");
        assert!(state.is_applied("3"));
        for (name, document) in &earlier.documents {
            let read = state.documents.get(name).expect("there");
            assert_eq!(read.path(name).unwrap_or_default(), document.path);
        }
        assert_eq!(state.documents.conflicts_of("record/R"), [conflict("record/R")]);
        let content = zstd::stream::decode_all(&written(&state)[SUM..]).expect("unpacked");
        let back: Earlier = postcard::from_bytes(&content).expect("read");
        assert_eq!((back.documents, back.last), (earlier.documents, earlier.last));
        assert_eq!((back.segments, back.waiting), (earlier.segments, earlier.waiting));
        assert_eq!((back.form, back.epoch, back.unsent), (earlier.form, earlier.epoch, earlier.unsent));
    }
}
