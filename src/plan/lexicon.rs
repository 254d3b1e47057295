//! Words that rules look for, found in text by their first character.
//!
//! Every table of the plan reader is one of these, so that a rule is data and a text is walked once per table. The text
//! is always the normalised one of [`super::lines`]: half-width punctuation, no spaces.

use std::{
    ops::{Deref, Range},
    sync::OnceLock,
};

/// A table of words with a value each.
///
/// Nearly every character of a text begins no word of a table, so what a look-up does first is to ask one bit of a small
/// filter: those of all tables together stay in the nearest cache.
pub(super) struct Lexicon<T> {
    /// One bit for the hash of each first character.
    filter: [u64; FILTER_WORDS],
    /// The words, those that begin with the same two characters together, the longest first.
    words: Vec<Word<T>>,
    /// The characters of all words behind their first one.
    letters: Vec<char>,
    /// What words begin with, in order, each with the place and number of its words.
    beginnings: Vec<(Beginning, usize, usize)>,
    has_single: bool,
    longest: usize,
}

/// The first two characters of a word; of a word of one character, that one and [`NOTHING`].
type Beginning = (char, char);

/// Stands for a second character that is not there.
const NOTHING: char = '\0';

struct Word<T> {
    /// Where the characters behind the first stand in `letters`.
    rest: Range<usize>,
    value: T,
}

impl<T> Word<T> {
    fn len(&self) -> usize {
        self.rest.len() + 1
    }
}

const FILTER_WORDS: usize = 32;

/// Gives the bit of a filter that belongs to a character, as the place of its word and its place there.
#[inline]
fn bit_of(char: char) -> (usize, u32) {
    // The upper eleven bits of the product are the best mixed; a filter has as many bits as they can tell apart.
    let hash = (char as u32).wrapping_mul(0x9e37_79b1) >> 21;
    ((hash >> 6) as usize, hash & 63)
}

/// A word found in a text: where it stands and what it means.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Found<T> {
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) value: T,
}

impl<T: Copy> Lexicon<T> {
    /// Makes a table from words and their values; a word may stand in it several times.
    pub(super) fn new<'w>(words: impl IntoIterator<Item = (&'w str, T)>) -> Self {
        let mut spelt: Vec<(Vec<char>, T)> = words
            .into_iter()
            .map(|(word, value)| (word.chars().collect(), value))
            .filter(|(word, _): &(Vec<char>, T)| !word.is_empty())
            .collect();
        let beginning = |word: &[char]| (word[0], word.get(1).copied().unwrap_or(NOTHING));
        spelt.sort_by(|(a, _), (b, _)| beginning(a).cmp(&beginning(b)).then(b.len().cmp(&a.len())));
        let mut table = Self {
            filter: [0; FILTER_WORDS],
            words: Vec::with_capacity(spelt.len()),
            letters: Vec::new(),
            beginnings: Vec::new(),
            has_single: spelt.iter().any(|(word, _)| word.len() == 1),
            longest: spelt.iter().map(|(word, _)| word.len()).max().unwrap_or(0),
        };
        for group in spelt.chunk_by(|(a, _), (b, _)| beginning(a) == beginning(b)) {
            let begins = beginning(&group[0].0);
            let (word, bit) = bit_of(begins.0);
            table.filter[word] |= 1 << bit;
            table.beginnings.push((begins, table.words.len(), group.len()));
            for (word, value) in group {
                let start = table.letters.len();
                table.letters.extend(&word[1..]);
                table.words.push(Word { rest: start..table.letters.len(), value: *value });
            }
        }
        table
    }

    /// Makes a table of words, separated by spaces, that all mean the same.
    pub(super) fn of(list: &str, value: T) -> Self {
        Self::new(words(list).map(|word| (word, value)))
    }

    /// Says whether a word may begin with a character.
    #[inline]
    fn may_begin(&self, char: char) -> bool {
        let (word, bit) = bit_of(char);
        (self.filter[word] >> bit) & 1 == 1
    }

    /// Returns the words that may begin at `at`, the longest first.
    fn candidates(&self, text: &[char], at: usize) -> impl Iterator<Item = &Word<T>> {
        let longer = text.get(at + 1).map_or(&[][..], |second| self.words_with((text[at], *second)));
        let single = if self.has_single { self.words_with((text[at], NOTHING)) } else { &[] };
        longer.iter().chain(single)
    }

    fn words_with(&self, begins: Beginning) -> &[Word<T>] {
        match self.beginnings.binary_search_by_key(&begins, |(known, ..)| *known) {
            Ok(found) => {
                let (_, place, count) = self.beginnings[found];
                &self.words[place..place + count]
            }
            Err(_) => &[],
        }
    }

    /// Says whether a word whose first character has been found goes on with `rest`.
    fn goes_on(&self, word: &Word<T>, rest: &[char]) -> bool {
        let letters = &self.letters[word.rest.clone()];
        rest.len() >= letters.len() && letters.iter().zip(rest).all(|(letter, char)| letter == char)
    }

    /// Finds the longest word that begins at `at`.
    #[inline]
    pub(super) fn at(&self, text: &[char], at: usize) -> Option<Found<T>> {
        let first = *text.get(at)?;
        if self.may_begin(first) { self.longest_at(text, at) } else { None }
    }

    fn longest_at(&self, text: &[char], at: usize) -> Option<Found<T>> {
        let word = self.candidates(text, at).find(|word| self.goes_on(word, &text[at + 1..]))?;
        Some(Found { start: at, end: at + word.len(), value: word.value })
    }

    /// Finds the first word of a text from a place on, the longest of those that begin together.
    pub(super) fn next(&self, text: &[char], from: usize) -> Option<Found<T>> {
        let mut later = text.iter().enumerate().skip(from).filter(|(_, char)| self.may_begin(**char));
        later.find_map(|(at, _)| self.longest_at(text, at))
    }

    /// Finds the longest word that ends exactly at `end`.
    pub(super) fn ending_at(&self, text: &[char], end: usize) -> Option<Found<T>> {
        (end.saturating_sub(self.longest)..end).find_map(|start| {
            let fits = |word: &&Word<T>| word.len() == end - start && self.goes_on(word, &text[start + 1..end]);
            let text = Some(&text[..end]).filter(|text| self.may_begin(text[start]))?;
            let word = self.candidates(text, start).find(fits)?;
            Some(Found { start, end, value: word.value })
        })
    }

    /// Calls `visit` for every word in a text, overlapping ones included; of those that begin together the longest first.
    pub(super) fn each(&self, text: &[char], mut visit: impl FnMut(Found<T>)) {
        for (at, _) in text.iter().enumerate().filter(|(_, first)| self.may_begin(**first)) {
            for word in self.candidates(text, at) {
                if self.goes_on(word, &text[at + 1..]) {
                    visit(Found { start: at, end: at + word.len(), value: word.value });
                }
            }
        }
    }

    /// Finds the words of a text from left to right, each beginning after the one before.
    pub(super) fn sequence<'t>(&'t self, text: &'t [char]) -> impl Iterator<Item = Found<T>> + 't {
        let mut from = 0;
        std::iter::from_fn(move || {
            let word = self.next(text, from)?;
            from = word.end;
            Some(word)
        })
    }
}

/// Words that all mean the same, written with spaces between them; the table is made when it is first asked.
pub(super) struct Words {
    list: &'static str,
    table: OnceLock<Lexicon<()>>,
}

impl Words {
    /// Makes a table of the words of a list.
    pub(super) const fn new(list: &'static str) -> Self {
        Self { list, table: OnceLock::new() }
    }

    /// Says whether a text begins with one of the words.
    pub(super) fn begins(&self, text: &[char]) -> bool {
        self.at(text, 0).is_some()
    }

    /// Says whether a text ends with one of the words.
    pub(super) fn ends(&self, text: &[char]) -> bool {
        self.ending_at(text, text.len()).is_some()
    }

    /// Lists the words that stand in a text, each once.
    pub(super) fn listed(&self, text: &[char]) -> Vec<String> {
        let mut listed = Vec::new();
        for found in self.sequence(text) {
            let word: String = text[found.start..found.end].iter().collect();
            if !listed.contains(&word) {
                listed.push(word);
            }
        }
        listed
    }

    /// Says whether one of the words stands in a text.
    pub(super) fn in_text(&self, text: &[char]) -> bool {
        self.next(text, 0).is_some()
    }
}

impl Deref for Words {
    type Target = Lexicon<()>;

    fn deref(&self) -> &Lexicon<()> {
        self.table.get_or_init(|| Lexicon::of(self.list, ()))
    }
}

/// Says whether `text` begins with `word`.
pub(super) fn starts_with(text: &[char], word: &str) -> bool {
    let mut chars = text.iter();
    word.chars().all(|wanted| chars.next() == Some(&wanted))
}

/// Says whether `text` ends with `word`.
pub(super) fn ends_with(text: &[char], word: &str) -> bool {
    let mut chars = text.iter().rev();
    word.chars().rev().all(|wanted| chars.next() == Some(&wanted))
}

/// Finds the first place of `word` in `text`.
pub(super) fn find(text: &[char], word: &str) -> Option<usize> {
    (0..text.len()).find(|&at| starts_with(&text[at..], word))
}

/// Gives the words of a list, which is written with spaces between them so that tables stay short.
pub(super) fn words(list: &str) -> std::str::SplitAsciiWhitespace<'_> {
    list.split_ascii_whitespace()
}

/// Says whether any word of a list stands in `text`.
pub(super) fn has_any(text: &[char], list: &str) -> bool {
    words(list).any(|word| find(text, word).is_some())
}

/// Puts characters into a string, which is made large enough at once: most of them are Chinese.
pub(super) fn text_of(chars: &[char]) -> String {
    let mut text = String::with_capacity(chars.len() * 3);
    text.extend(chars);
    text
}

/// Says whether a character is a Chinese one, of the common block or its first extension.
pub(super) fn is_chinese(char: char) -> bool {
    matches!(char, '\u{4e00}'..='\u{9fff}' | '\u{3400}'..='\u{4dbf}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_wins_and_overlaps_are_seen() {
        let lexicon = Lexicon::new([("医院", 1), ("医院感染", 2), ("感染", 3)]);
        let text: Vec<char> = "防医院感染".chars().collect();
        assert_eq!(lexicon.at(&text, 1), Some(Found { start: 1, end: 5, value: 2 }));
        assert_eq!(lexicon.sequence(&text).count(), 1);
        let mut seen = Vec::new();
        lexicon.each(&text, |found| seen.push(found.value));
        assert_eq!(seen, [2, 1, 3]);
        assert_eq!(lexicon.ending_at(&text, 3).map(|found| found.value), Some(1));
    }

    #[test]
    fn pieces_of_text_are_compared_by_character() {
        let text: Vec<char> = "力争达到".chars().collect();
        assert!(starts_with(&text, "力争") && ends_with(&text, "达到") && !starts_with(&text[3..], "到底"));
        assert_eq!(find(&text, "争达"), Some(1));
    }
}
