//! Words that rules look for, found in text by their first character.
//!
//! Every table of the plan reader is one of these, so that a rule is data and a text is walked once per table. The text
//! is always the normalised one of [`super::lines`]: half-width punctuation, no spaces.

use std::collections::HashMap;

/// A table of words with a value each.
pub(super) struct Lexicon<T> {
    words: Vec<(Vec<char>, T)>,
    by_first: HashMap<char, Vec<u32>>,
    /// One bit for each character of the basic plane that begins a word: most characters begin none.
    firsts: Vec<u64>,
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
        let mut lexicon = Self { words: Vec::new(), by_first: HashMap::new(), firsts: vec![0; 0x1_0000 / 64] };
        for (word, value) in words {
            let chars: Vec<char> = word.chars().collect();
            let Some(&first) = chars.first() else { continue };
            let place = u32::try_from(lexicon.words.len()).unwrap_or(u32::MAX);
            lexicon.by_first.entry(first).or_default().push(place);
            if let Some(bits) = lexicon.firsts.get_mut(first as usize / 64) {
                *bits |= 1 << (first as usize % 64);
            }
            lexicon.words.push((chars, value));
        }
        let words = &lexicon.words;
        for places in lexicon.by_first.values_mut() {
            places.sort_by_key(|&place| std::cmp::Reverse(words[place as usize].0.len()));
        }
        lexicon
    }

    /// Makes a table of words, separated by spaces, that all mean the same.
    pub(super) fn of(list: &str, value: T) -> Self {
        Self::new(words(list).map(|word| (word, value)))
    }

    fn candidates(&self, first: char) -> &[u32] {
        match self.firsts.get(first as usize / 64) {
            Some(bits) if bits & (1 << (first as usize % 64)) == 0 => &[],
            _ => self.by_first.get(&first).map_or(&[], Vec::as_slice),
        }
    }

    /// Calls `visit` for every word that begins at `at`, the longest first.
    fn each_at(&self, text: &[char], at: usize, mut visit: impl FnMut(Found<T>)) {
        let Some(&first) = text.get(at) else { return };
        for &place in self.candidates(first) {
            let (word, value) = &self.words[place as usize];
            if text[at..].starts_with(word) {
                visit(Found { start: at, end: at + word.len(), value: *value });
            }
        }
    }

    /// Finds the longest word that begins at `at`.
    pub(super) fn at(&self, text: &[char], at: usize) -> Option<Found<T>> {
        let mut longest = None;
        self.each_at(text, at, |found| {
            longest.get_or_insert(found);
        });
        longest
    }

    /// Finds the longest word that ends exactly at `end`.
    pub(super) fn ending_at(&self, text: &[char], end: usize) -> Option<Found<T>> {
        const LONGEST: usize = 8;
        (end.saturating_sub(LONGEST)..end).find_map(|start| {
            let mut hit = None;
            self.each_at(&text[..end], start, |found| {
                if found.end == end {
                    hit = Some(found);
                }
            });
            hit
        })
    }

    /// Calls `visit` for every word in a text, overlapping ones included.
    pub(super) fn each(&self, text: &[char], mut visit: impl FnMut(Found<T>)) {
        for at in 0..text.len() {
            self.each_at(text, at, &mut visit);
        }
    }

    /// Finds the words of a text from left to right, each beginning after the one before.
    pub(super) fn sequence(&self, text: &[char]) -> Vec<Found<T>> {
        let mut found = Vec::new();
        let mut at = 0;
        while at < text.len() {
            match self.at(text, at) {
                Some(word) => {
                    at = word.end;
                    found.push(word);
                }
                None => at += 1,
            }
        }
        found
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_word_wins_and_overlaps_are_seen() {
        let lexicon = Lexicon::new([("医院", 1), ("医院感染", 2), ("感染", 3)]);
        let text: Vec<char> = "防医院感染".chars().collect();
        assert_eq!(lexicon.at(&text, 1), Some(Found { start: 1, end: 5, value: 2 }));
        assert_eq!(lexicon.sequence(&text).len(), 1);
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
