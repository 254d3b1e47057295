//! Words that rules look for, found in text by their first character.
//!
//! Every table of the plan reader is one of these, so that a rule is data and a text is walked once per table. The text
//! is always the normalised one of [`super::lines`]: half-width punctuation, no spaces.

use std::{ops::Deref, sync::OnceLock};

/// A table of words with a value each.
pub(super) struct Lexicon<T> {
    /// The words in the order of their first characters, the longest first of those with the same.
    words: Vec<(Vec<char>, T)>,
    /// Each first character with the place and number of its words.
    index: Vec<(char, usize, usize)>,
    longest: usize,
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
        let mut words: Vec<(Vec<char>, T)> = words
            .into_iter()
            .map(|(word, value)| (word.chars().collect(), value))
            .filter(|(word, _): &(Vec<char>, T)| !word.is_empty())
            .collect();
        words.sort_by(|(a, _), (b, _)| a[0].cmp(&b[0]).then(b.len().cmp(&a.len())));
        let mut firsts = vec![0; 0x1_0000 / 64];
        for (word, _) in &words {
            if let Some(bits) = firsts.get_mut(word[0] as usize / 64) {
                *bits |= 1 << (word[0] as usize % 64);
            }
        }
        let longest = words.iter().map(|(word, _)| word.len()).max().unwrap_or(0);
        let mut index: Vec<(char, usize, usize)> = Vec::new();
        for (place, (word, _)) in words.iter().enumerate() {
            match index.last_mut() {
                Some((first, _, count)) if *first == word[0] => *count += 1,
                _ => index.push((word[0], place, 1)),
            }
        }
        Self { words, index, longest, firsts }
    }

    /// Makes a table of words, separated by spaces, that all mean the same.
    pub(super) fn of(list: &str, value: T) -> Self {
        Self::new(words(list).map(|word| (word, value)))
    }

    fn candidates(&self, first: char) -> &[(Vec<char>, T)] {
        match self.firsts.get(first as usize / 64) {
            Some(bits) if bits & (1 << (first as usize % 64)) == 0 => &[],
            _ => match self.index.binary_search_by_key(&first, |(known, ..)| *known) {
                Ok(found) => {
                    let (_, place, count) = self.index[found];
                    &self.words[place..place + count]
                }
                Err(_) => &[],
            },
        }
    }

    /// Calls `visit` for every word that begins at `at`, the longest first.
    fn each_at(&self, text: &[char], at: usize, mut visit: impl FnMut(Found<T>)) {
        let Some(&first) = text.get(at) else { return };
        for (word, value) in self.candidates(first) {
            if text[at..].starts_with(word) {
                visit(Found { start: at, end: at + word.len(), value: *value });
            }
        }
    }

    /// Finds the longest word that begins at `at`.
    pub(super) fn at(&self, text: &[char], at: usize) -> Option<Found<T>> {
        let (word, value) = self.candidates(*text.get(at)?).iter().find(|(word, _)| text[at..].starts_with(word))?;
        Some(Found { start: at, end: at + word.len(), value: *value })
    }

    /// Finds the longest word that ends exactly at `end`.
    pub(super) fn ending_at(&self, text: &[char], end: usize) -> Option<Found<T>> {
        (end.saturating_sub(self.longest)..end).find_map(|start| {
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
        (0..text.len()).any(|at| self.at(text, at).is_some())
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
