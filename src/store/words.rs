//! Texts of caches, each kept once.

use std::{hash::BuildHasher, ops::Range, sync::Arc};

use arcstr::{ArcStr, Substr};
use hashbrown::{DefaultHashBuilder, HashTable};
use serde::{Deserialize, Serialize};
use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::{packed, pieces};

/// A text of a cache, by its number; equal texts have equal numbers.
#[derive(
    Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, FromBytes, IntoBytes, Immutable,
)]
#[serde(transparent)]
#[repr(transparent)]
pub struct Word(pub(super) u32);

/// Every text once, one behind the other.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub(super) struct Words {
    #[serde(with = "pieces")]
    all: ArcStr,
    #[serde(with = "packed")]
    ends: Vec<u32>,
}

impl Words {
    /// Returns a text.
    pub fn get(&self, word: Word) -> &str {
        &self.all[place(&self.ends, word)]
    }

    /// Returns a text that shares the memory of all of them, which stay there as long as it does.
    pub fn share(&self, word: Word) -> Substr {
        self.all.substr(place(&self.ends, word))
    }

    /// Returns the name of a file without its ending, out of its path, as [`Words::share`] does.
    pub fn stem(&self, path: Word) -> Substr {
        self.all.substr_from(stem(self.get(path)))
    }

    /// Returns how many there are.
    pub fn count(&self) -> usize {
        self.ends.len()
    }

    /// Returns a text as one's own.
    pub fn own(&self, word: Word) -> String {
        self.get(word).to_owned()
    }
}

/// Returns where a text lies, by where each of them ends.
fn place(ends: &[u32], word: Word) -> Range<usize> {
    let at = word.0 as usize;
    let start = at.checked_sub(1).map_or(0, |before| ends[before] as usize);
    start..ends[at] as usize
}

/// Returns the name of a file of TOML without its ending, out of its path with `/`.
pub(super) fn stem(path: &str) -> &str {
    let name = path.rsplit_once('/').map_or(path, |(_, name)| name);
    name.strip_suffix(".toml").unwrap_or(name)
}

/// Spreads half of a hash over all bits of a whole one; an odd number without any order in its bits.
const SPREADING: u64 = 0x9e37_79b9_7f4a_7c15;

/// Puts texts together.
#[derive(Default)]
pub(super) struct Wording {
    /// The numbers of the texts with half of each text's hash, so that none is looked at again when there are more.
    numbers: HashTable<(Word, u32)>,
    hashing: DefaultHashBuilder,
    all: String,
    ends: Vec<u32>,
}

impl Wording {
    /// Returns the number of a text, a new one where it was not there yet.
    pub fn word(&mut self, text: &str) -> Word {
        #[allow(clippy::cast_possible_truncation)] // Either half of it says which text it is.
        let half = self.hashing.hash_one(text) as u32;
        let hash = |half: u32| u64::from(half).wrapping_mul(SPREADING);
        let is_it = |(word, of): &(Word, u32)| *of == half && &self.all[place(&self.ends, *word)] == text;
        if let Some((word, _)) = self.numbers.find(hash(half), is_it) {
            return *word;
        }
        let word = self.add(text);
        self.numbers.insert_unique(hash(half), (word, half), |(_, half)| hash(*half));
        word
    }

    /// Adds a text that hardly comes again, without looking whether it is there.
    pub fn add(&mut self, text: &str) -> Word {
        self.all.push_str(text);
        let word = Word(small(self.ends.len()));
        self.ends.push(small(self.all.len()));
        word
    }

    /// Returns the texts.
    pub fn into_words(self) -> Words {
        Words { all: self.all.into(), ends: self.ends }
    }
}

/// Things made of words, each once for all who share it.
pub(super) struct Shared<T: ?Sized>(Vec<Option<Arc<T>>>);

impl<T: ?Sized> Shared<T> {
    /// Begins without any; the words say how many there can be.
    pub fn of(words: &Words) -> Self {
        Self(vec![None; words.count()])
    }

    /// Returns the thing of a word, which is made where nobody had it yet.
    pub fn get(&mut self, word: Word, made: impl FnOnce() -> Arc<T>) -> Arc<T> {
        Arc::clone(self.0[word.0 as usize].get_or_insert_with(made))
    }
}

/// Turns a position or count into its stored form; what is kept is far shorter than the largest.
pub(super) fn small(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}
