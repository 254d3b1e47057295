//! What a device says in one go: a signed header, and the revisions as compressed TOML.
//!
//! `dev/<device>/<epoch>/<shard>/<seq>-<blake3>.seg`. Each names the one before it, so that nothing can be left out,
//! exchanged or put in between; the name holds the digest of all bytes, so that it can be fetched without a listing.

mod spelt;

use std::{borrow::Cow, collections::BTreeSet, io::Read};

use chrono::{DateTime, FixedOffset};
use memchr::memmem;
use serde::{Deserialize, Serialize};

use super::{
    keys::{DeviceId, DeviceKeys, EpochKey, PublicKey},
    revision::Revision,
    roster::{FORMAT, Position, signed, verified},
};
use crate::{
    error::{Error, Result},
    i18n::Text,
    text,
};

/// What the signature of a segment is for.
const PURPOSE: &str = "segment";

/// What stands between the header and the revisions.
const MIDDLE: &[u8] = b"\n%%\n";

/// What stands before a revision that is not the first.
const HEAD: &[u8] = b"\n[[revision]]\n";

/// The largest header, in bytes.
const HEADER_LARGEST: usize = 4096;

/// The largest segment that is fetched, in bytes.
pub const LARGEST: u64 = 32 * 1024 * 1024;

/// The most that a segment may come to when it is unpacked, in bytes.
const UNPACKED_LARGEST: u64 = 96 * 1024 * 1024;

/// The size from which revisions go into the next segment, in bytes of their fields and texts.
pub const FULL: usize = 2 * 1024 * 1024;

/// The number of segments in one folder.
pub const SHARD: u64 = 500;

/// What stands at the head of a segment.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The version of the hub.
    pub format: u32,
    /// The hub.
    pub hub: String,
    /// The device.
    pub device: DeviceId,
    /// The epoch of the device.
    pub epoch: String,
    /// The number within the epoch, from 1.
    pub seq: u64,
    /// The key epoch with which it is sealed; 0 where it is not.
    pub key_epoch: u32,
    /// The digest of what follows the header.
    pub content: String,
    /// When, by the clock of the device.
    pub at: DateTime<FixedOffset>,
    /// The folders below `ev/` with the files that the revisions speak of, for whoever carries and cannot read them; nothing
    /// where an older program wrote it, which says nothing about them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub folders: Option<BTreeSet<String>>,
    /// What the device said before this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub previous: Option<Position>,
}

/// A segment whose signature holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segment {
    /// Its head.
    pub header: Header,
    /// Its place in what the device has said.
    pub position: Position,
    content: Vec<u8>,
}

/// What a segment says.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Body<'said> {
    #[serde(default, rename = "revision")]
    revisions: Cow<'said, [Revision]>,
}

/// Returns the name of a segment on a hub.
pub fn name(device: &DeviceId, position: &Position) -> String {
    format!("{}/{:09}-{}.seg", folder(device, position), position.seq, position.hash)
}

/// Returns the folder on a hub in which a segment lies with those around it.
pub fn folder(device: &DeviceId, position: &Position) -> String {
    format!("dev/{device}/{}/{:06}", position.epoch, position.seq / SHARD)
}

/// Reads the place of a segment of an epoch from the name of its file; nothing where it is none.
pub fn place(epoch: &str, file: &str) -> Option<Position> {
    let (seq, hash) = file.strip_suffix(".seg")?.split_once('-')?;
    let place = Position { epoch: epoch.to_owned(), seq: seq.parse().ok()?, hash: hash.to_owned() };
    is_digest(hash).then_some(place)
}

/// Writes a segment; gives its bytes and its place.
///
/// `header.content` and `header.folders` are filled in here. With a key the revisions are sealed with it.
pub fn write(
    keys: &DeviceKeys,
    mut header: Header,
    revisions: &[Revision],
    key: Option<&EpochKey>,
) -> Result<(Vec<u8>, Position)> {
    let failed = || Error::input(text!("record.not-written"));
    let body = Body { revisions: Cow::Borrowed(revisions) };
    let plain = toml::to_string(&body).map_err(|error| failed().because(error))?;
    let packed = zstd::bulk::compress(plain.as_bytes(), 9).map_err(|error| failed().because(error))?;
    let content = match key {
        Some(key) => key.seal(&packed)?,
        None => packed,
    };
    header.content = blake3::hash(&content).to_hex().to_string();
    header.folders = Some(revisions.iter().filter_map(Revision::file).map(|digest| digest[..2].to_owned()).collect());
    let mut bytes = signed(keys, PURPOSE, &header)?;
    bytes.extend_from_slice(MIDDLE);
    bytes.extend_from_slice(&content);
    let hash = blake3::hash(&bytes).to_hex().to_string();
    Ok((bytes, Position { epoch: header.epoch, seq: header.seq, hash }))
}

/// Checks a segment that was found at a place of a device: digest, signature, and that it belongs there.
pub fn check(bytes: &[u8], hub: &str, key: &PublicKey, position: &Position) -> Result<Segment, Text> {
    if blake3::hash(bytes).to_hex().as_str() != position.hash {
        return Err(text!("sync.bad.digest"));
    }
    let head = &bytes[..bytes.len().min(HEADER_LARGEST)];
    let middle = memmem::find(head, MIDDLE).ok_or_else(|| text!("sync.bad.not-ours"))?;
    let header: Header = verified(&bytes[..middle], PURPOSE, |_| Some(key.clone()))?;
    let content = bytes[middle + MIDDLE.len()..].to_vec();
    let belongs = header.hub == hub
        && header.format == FORMAT
        && header.device == key.device()
        && header.epoch == position.epoch
        && header.seq == position.seq;
    if !belongs {
        return Err(text!("sync.bad.elsewhere"));
    }
    let before = header.previous.as_ref().is_none_or(|previous| {
        is_epoch(&previous.epoch)
            && is_digest(&previous.hash)
            && (previous.epoch != header.epoch || previous.seq.checked_add(1) == Some(header.seq))
    });
    if blake3::hash(&content).to_hex().as_str() != header.content || !before {
        return Err(text!("sync.bad.digest"));
    }
    Ok(Segment { header, position: position.clone(), content })
}

impl Segment {
    /// Unpacks the revisions; `keys` has the keys of the key epochs, the oldest first.
    pub fn revisions(&self, keys: &[EpochKey]) -> Result<Vec<Revision>, Text> {
        let opened;
        let packed = match self.header.key_epoch {
            0 => &self.content,
            epoch => {
                let key = keys.get(epoch as usize - 1).ok_or_else(|| text!("sync.bad.no-key"))?;
                opened = key.open(&self.content).ok_or_else(|| text!("sync.bad.no-key"))?;
                &opened
            }
        };
        let mut plain = String::new();
        let reader = zstd::stream::read::Decoder::new(packed.as_slice()).map_err(|_| text!("sync.bad.packed"))?;
        reader.take(UNPACKED_LARGEST + 1).read_to_string(&mut plain).map_err(|_| text!("sync.bad.packed"))?;
        if plain.len() as u64 > UNPACKED_LARGEST {
            return Err(text!("sync.bad.bomb"));
        }
        read(&plain).ok_or_else(|| text!("sync.bad.not-ours"))
    }
}

/// Reads the revisions of a segment that was unpacked; nothing where it is something else.
///
/// They are read one by one, because what the reader of TOML makes takes ten times the room. A text that has the head of a
/// revision in it is cut through, which no reader takes; then all of it is read at once.
pub fn read(plain: &str) -> Option<Vec<Revision>> {
    let revisions = |text: &str| toml::from_str(text).ok().map(|body: Body| body.revisions.into_owned());
    let mut read = Vec::new();
    let mut begin = 0;
    let heads = memmem::find_iter(plain.as_bytes(), HEAD).map(|at| at + 1).chain([plain.len()]);
    for end in heads {
        let part = &plain[begin..end];
        match spelt::revision(part).map(|one| vec![one]).or_else(|| revisions(part)) {
            Some(mut some) => read.append(&mut some),
            None => return revisions(plain),
        }
        begin = end;
    }
    Some(read)
}

/// Says whether a text is the name of an epoch: it becomes part of the names of files.
pub fn is_epoch(text: &str) -> bool {
    text.len() == 16 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

/// Says whether a text is a digest: it becomes part of the names of files.
pub fn is_digest(text: &str) -> bool {
    text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn header(keys: &DeviceKeys) -> Header {
        Header {
            format: FORMAT,
            hub: "h".to_owned(),
            device: keys.device(),
            epoch: "00000000000000aa".to_owned(),
            seq: 1,
            key_epoch: 0,
            content: String::new(),
            at: "2026-11-21T09:30:00+08:00".parse().expect("a time"),
            folders: None,
            previous: None,
        }
    }

    fn revision(text: &str) -> Revision {
        Revision {
            document: "record/R".to_owned(),
            parents: Vec::new(),
            at: "2026-11-21T09:30:00+08:00".parse().expect("a time"),
            clear: Vec::new(),
            text: Some(text.to_owned()),
            set: [("a".to_owned(), text.to_owned())].into(),
        }
    }

    #[test]
    fn a_segment_is_good_only_at_its_own_place() {
        let (keys, other) = (DeviceKeys::generate().expect("keys"), DeviceKeys::generate().expect("keys"));
        let (bytes, position) = write(&keys, header(&keys), &[revision("x")], None).expect("written");
        let checked = |hub: &str, key: &DeviceKeys, position: &Position| {
            check(&bytes, hub, &key.public(), position).map_err(|reason| reason.key())
        };
        assert_eq!(checked("h", &keys, &position).expect("good").revisions(&[]).expect("read"), [revision("x")]);
        assert_eq!(checked("other", &keys, &position).expect_err("bad"), "sync.bad.elsewhere");
        assert_eq!(checked("h", &other, &position).expect_err("bad"), "sync.bad.signature");
        let later = Position { seq: 2, ..position.clone() };
        assert_eq!(checked("h", &keys, &later).expect_err("bad"), "sync.bad.elsewhere");
        let elsewhere = Position { hash: "0".repeat(64), ..position };
        assert_eq!(checked("h", &keys, &elsewhere).expect_err("bad"), "sync.bad.digest");
    }

    #[test]
    fn whoever_cannot_read_it_is_told_in_which_folders_its_files_are() {
        let (keys, key) = (DeviceKeys::generate().expect("keys"), EpochKey::generate());
        let file = |document: &str, digest: &str| Revision {
            document: document.to_owned(),
            set: [("content".to_owned(), format!("\"{digest}\""))].into(),
            ..revision("x")
        };
        let every = (0..=u8::MAX).map(|folder| file("evidence/a.jpg", &format!("{folder:02x}{}", "0".repeat(62))));
        let [some, others, all] = [
            vec![file("evidence/a.jpg", &"ab".repeat(32)), file("evidence/b.jpg", &"01".repeat(32)), revision("x")],
            vec![file("record/R", &"ab".repeat(32)), file("evidence/c.jpg", "../../x")],
            every.collect(),
        ];
        for (revisions, count) in [(some, 2), (others, 0), (all, 256)] {
            let sealed = Header { key_epoch: 1, ..header(&keys) };
            let (bytes, position) = write(&keys, sealed, &revisions, Some(&key)).expect("written");
            let segment = check(&bytes, "h", &keys.public(), &position).expect("good");
            let folders = segment.header.folders.expect("it says which");
            assert_eq!((folders.len(), folders.contains("ab")), (count, count > 0));
        }
    }

    #[test]
    fn what_is_sealed_needs_the_key_of_its_epoch() {
        let keys = DeviceKeys::generate().expect("keys");
        let (old, new) = (EpochKey::generate(), EpochKey::generate());
        let sealed = Header { key_epoch: 2, ..header(&keys) };
        let (bytes, position) = write(&keys, sealed, &[revision("x")], Some(&new)).expect("written");
        let segment = check(&bytes, "h", &keys.public(), &position).expect("good");
        assert_eq!(segment.revisions(&[old.clone(), new]).expect("read"), [revision("x")]);
        for keys in [vec![], vec![old.clone()], vec![old.clone(), old]] {
            assert_eq!(segment.revisions(&keys).expect_err("sealed").key(), "sync.bad.no-key");
        }
        assert!(!bytes.windows(8).any(|window| window == b"record/R"));
    }

    #[test]
    fn texts_that_look_like_further_revisions_are_read_as_texts() {
        let keys = DeviceKeys::generate().expect("keys");
        let head = "\n[[revision]]\ndocument = \"record/X\"\nat = \"2026-11-21T09:30:00+08:00\"\n";
        let twice = head.repeat(2);
        let quoted = format!("\"\"\"{head}'''{head}");
        let said = ["plain", head, &twice, &quoted, "\n[[revision]]\n"].map(revision);
        for revisions in [&said[..0], &said[..1], &said[1..2], &said] {
            let (bytes, position) = write(&keys, header(&keys), revisions, None).expect("written");
            let segment = check(&bytes, "h", &keys.public(), &position).expect("good");
            assert_eq!(segment.revisions(&[]).expect("read"), revisions);
        }
    }

    #[test]
    fn what_unpacks_to_more_than_memory_is_refused() {
        let keys = DeviceKeys::generate().expect("keys");
        let (bytes, position) = write(&keys, header(&keys), &[], None).expect("written");
        let segment = check(&bytes, "h", &keys.public(), &position).expect("good");
        let zeros = std::io::repeat(b' ').take(UNPACKED_LARGEST + 10);
        let bomb = zstd::stream::encode_all(zeros, 1).expect("packed");
        assert!(bomb.len() < 100_000);
        for (content, key) in [(bomb, "sync.bad.bomb"), (b"none".to_vec(), "sync.bad.packed")] {
            let segment = Segment { content, ..segment.clone() };
            assert_eq!(segment.revisions(&[]).expect_err("refused").key(), key);
        }
    }

    proptest! {
        #[test]
        fn any_content_is_refused_or_comes_back_as_it_was(
            bytes in any::<Vec<u8>>(),
            text in "(\\[\\[revision\\]\\]\ndocument = \"[a-z/.]{0,9}\"\nat = \"2026-11-21T09:30:00\\+0[0-9]:00\"\n([a-z]{3,4} = .{0,9}\n)?){0,3}"
        ) {
            let keys = DeviceKeys::generate().expect("keys");
            let content = |revisions: &[Revision]| {
                let (written, position) = write(&keys, header(&keys), revisions, None).expect("written");
                check(&written, "h", &keys.public(), &position).expect("good")
            };
            let packed = zstd::stream::encode_all(text.as_bytes(), 1).expect("packed");
            for given in [bytes, packed] {
                if let Ok(revisions) = (Segment { content: given, ..content(&[]) }).revisions(&[]) {
                    prop_assert_eq!(content(&revisions).revisions(&[]).expect("read"), revisions);
                }
            }
        }

        #[test]
        fn any_change_of_any_byte_is_noticed(text in any::<String>(), at in any::<prop::sample::Index>(), flip in 1..=255_u8) {
            let keys = DeviceKeys::generate().expect("keys");
            let (mut bytes, position) = write(&keys, header(&keys), &[revision(&text)], None).expect("written");
            let at = at.index(bytes.len());
            bytes[at] ^= flip;
            prop_assert!(check(&bytes, "h", &keys.public(), &position).is_err());
            // Even where somebody can give it a name that fits, the signature does not.
            let renamed = Position { hash: blake3::hash(&bytes).to_hex().to_string(), ..position };
            prop_assert!(check(&bytes, "h", &keys.public(), &renamed).is_err());
        }
    }
}
