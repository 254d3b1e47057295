//! Caches read and written piece by piece, so that what they are made of is never there twice.

use std::{
    fmt,
    io::{self, Read, Write},
};

use arcstr::ArcStr;
use postcard::de_flavors::Flavor;
use serde::{
    Deserializer, Serialize, Serializer,
    de::{DeserializeSeed, Error, SeqAccess, Visitor},
    ser::SerializeSeq,
};

/// The most bytes of a piece: so few that it is still at hand when it is taken apart.
pub(super) const PIECE: usize = 1 << 16;

/// The most pieces for which memory is taken before they are there; a damaged cache may promise any number.
const PROMISED: usize = 1 << 12;

/// What is read or written, with the digest of all of it.
pub(crate) struct Hashed<T> {
    inner: T,
    hasher: blake3::Hasher,
    failed: Option<io::Error>,
}

impl<T> Hashed<T> {
    /// Begins with nothing read or written.
    pub fn new(inner: T) -> Self {
        Self { inner, hasher: blake3::Hasher::new(), failed: None }
    }

    /// Returns what was read or written, and its digest.
    pub fn into_parts(self) -> (T, [u8; 32]) {
        (self.inner, *self.hasher.finalize().as_bytes())
    }

    /// Returns why writing failed, which whoever packs in between may not have handed on.
    pub fn failure(&mut self) -> io::Error {
        self.failed.take().unwrap_or_else(|| io::ErrorKind::InvalidData.into())
    }
}

impl<T: Read> Read for Hashed<T> {
    fn read(&mut self, bytes: &mut [u8]) -> io::Result<usize> {
        let read = self.inner.read(bytes)?;
        self.hasher.update(&bytes[..read]);
        Ok(read)
    }
}

impl<T: Write> Write for Hashed<T> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let written = self.inner.write(bytes).map_err(|error| {
            let kind = error.kind();
            self.failed = Some(error);
            kind
        })?;
        self.hasher.update(&bytes[..written]);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}

/// What is read of a cache, handed on piece by piece.
pub(crate) struct Pieces<R> {
    from: R,
    piece: Vec<u8>,
}

impl<R> Pieces<R> {
    /// Begins with nothing read.
    pub fn of(from: R) -> Self {
        Self { from, piece: Vec::new() }
    }
}

impl<'de, R: Read + 'de> Flavor<'de> for Pieces<R> {
    type Remainder = R;
    type Source = ();

    fn pop(&mut self) -> postcard::Result<u8> {
        let mut byte = [0];
        self.from.read_exact(&mut byte).map_err(|_| postcard::Error::DeserializeUnexpectedEnd)?;
        Ok(byte[0])
    }

    fn try_take_n(&mut self, _: usize) -> postcard::Result<&'de [u8]> {
        // Nothing points into what it was read from.
        Err(postcard::Error::WontImplement)
    }

    fn try_take_n_temp<'piece>(&'piece mut self, count: usize) -> postcard::Result<&'piece [u8]>
    where
        'de: 'piece,
    {
        self.piece.clear();
        let read = (&mut self.from).take(count as u64).read_to_end(&mut self.piece);
        if read.is_ok_and(|read| read == count) {
            Ok(&self.piece)
        } else {
            Err(postcard::Error::DeserializeUnexpectedEnd)
        }
    }

    fn finalize(self) -> postcard::Result<R> {
        Ok(self.from)
    }
}

/// Writes pieces.
pub(super) fn write<'list, S: Serializer>(
    pieces: impl ExactSizeIterator<Item = &'list [u8]>,
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let mut seq = serializer.serialize_seq(Some(pieces.len()))?;
    for piece in pieces {
        seq.serialize_element(&Bytes(piece))?;
    }
    seq.end()
}

struct Bytes<'list>(&'list [u8]);

impl Serialize for Bytes<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_bytes(self.0)
    }
}

/// Reads pieces; each is handed on with the number of pieces, itself among them, for which there should be room.
///
/// What takes a piece returns what is wrong with it, if anything.
pub(super) fn read<'de, D: Deserializer<'de>>(
    deserializer: D,
    take: impl FnMut(usize, &[u8]) -> Result<(), &'static str>,
) -> Result<(), D::Error> {
    deserializer.deserialize_seq(All(take))
}

struct All<Take>(Take);

impl<'de, Take: FnMut(usize, &[u8]) -> Result<(), &'static str>> Visitor<'de> for All<Take> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("pieces")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut seq: A) -> Result<(), A::Error> {
        loop {
            let promised = seq.size_hint().unwrap_or(1).min(PROMISED);
            if seq.next_element_seed(One(|piece: &[u8]| self.0(promised, piece)))?.is_none() {
                return Ok(());
            }
        }
    }
}

struct One<Take>(Take);

impl<'de, Take: FnOnce(&[u8]) -> Result<(), &'static str>> DeserializeSeed<'de> for One<Take> {
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_byte_buf(self)
    }
}

impl<Take: FnOnce(&[u8]) -> Result<(), &'static str>> Visitor<'_> for One<Take> {
    type Value = ();

    fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("a piece")
    }

    fn visit_bytes<E: Error>(self, piece: &[u8]) -> Result<(), E> {
        self.0(piece).map_err(E::custom)
    }
}

/// Writes a long text in pieces.
pub fn serialize<S: Serializer>(text: &ArcStr, serializer: S) -> Result<S::Ok, S::Error> {
    write(text.as_bytes().chunks(PIECE), serializer)
}

/// Reads what [`serialize`] wrote.
pub fn deserialize<'de, D: Deserializer<'de>>(deserializer: D) -> Result<ArcStr, D::Error> {
    let mut bytes = Vec::new();
    read(deserializer, |promised, piece| {
        if bytes.is_empty() {
            bytes.reserve(promised * piece.len());
        }
        bytes.extend_from_slice(piece);
        Ok(())
    })?;
    String::from_utf8(bytes).map(ArcStr::from).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    use serde::Deserialize;

    use super::*;

    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Kept {
        #[serde(with = "super")]
        text: ArcStr,
        behind: String,
    }

    #[test]
    fn long_texts_are_read_again_and_damaged_ones_are_not() {
        for text in ["", "督查", &"督".repeat(PIECE)] {
            let kept = Kept { text: text.into(), behind: "查".to_owned() };
            let cached = postcard::to_stdvec(&kept).expect("written");
            let read = |bytes: &[u8]| Kept::deserialize(&mut postcard::Deserializer::from_flavor(Pieces::of(bytes)));
            assert_eq!(read(&cached[..cached.len() - 1]), Err(postcard::Error::DeserializeUnexpectedEnd));
            assert_eq!(read(&cached), Ok(kept));
        }
        // Far more pieces than there are, and no text.
        let none = [0xff, 0xff, 0xff, 0xff, 0x0f, 1, b'a'];
        for damaged in [none.as_slice(), &[1, 1, 0xff, 0]] {
            assert!(postcard::from_bytes::<Kept>(damaged).is_err(), "{damaged:?}");
        }
    }
}
