//! Texts that are searched again at every key: prepared once, so that even millions of characters take about a millisecond.
//!
//! Finds what [`Search`](super::Search) finds, only not how well, and capital letters are readings as well.

use std::{collections::HashMap, ops::Range, sync::LazyLock};

use ib_matcher::pinyin::{PinyinData, PinyinNotation};

/// The readings of Chinese characters in plain letters.
static READINGS: LazyLock<PinyinData> = LazyLock::new(|| PinyinData::new(PinyinNotation::Ascii));

/// The position of the end of a text among the characters, and of whatever there is no position left for.
const END: u16 = 0;

/// The sign of the end of a text, which no character has.
const END_SIGN: u32 = 1 << 31;

/// Texts prepared for being searched.
#[derive(Debug)]
pub struct Prepared {
    /// For every different character, by what it may be typed: itself, its readings, and their first letters. The first
    /// stands for the end of a text.
    spellings: Vec<Vec<String>>,
    /// The [`sign`] of each; apart from the rest, because it is looked at most.
    signs: Vec<u32>,
    /// The texts one after the other with an end behind each, every character by its position in `spellings`.
    texts: Vec<u16>,
    /// Where each text begins, and where the last one ends.
    starts: Vec<usize>,
}

/// A word that is searched for.
struct Word {
    letters: String,
    /// For each character, the signs of those that may stand behind it where the word begins with it; 0 where it cannot.
    behind: Vec<u32>,
}

impl Prepared {
    /// Prepares texts.
    pub fn new<'text>(texts: impl IntoIterator<Item = &'text str>) -> Self {
        let mut prepared =
            Self { spellings: vec![Vec::new()], signs: vec![END_SIGN], texts: Vec::new(), starts: vec![0] };
        let mut known: HashMap<char, u16> = HashMap::new();
        for text in texts {
            for character in text.chars() {
                let position = *known.entry(character).or_insert_with(|| prepared.learn(character));
                prepared.texts.push(position);
            }
            prepared.texts.push(END);
            prepared.starts.push(prepared.texts.len());
        }
        prepared
    }

    /// Takes a new character; returns its position.
    fn learn(&mut self, character: char) -> u16 {
        let Ok(position) = u16::try_from(self.spellings.len()) else { return END };
        self.spellings.push(spellings(character));
        self.signs.push(sign(folded(character)));
        position
    }

    /// Keeps those of some texts, named by their positions, that have every word of `typed`, in any order.
    ///
    /// What does not fit does not fit a longer `typed` either, so what is left needs only be looked at again.
    pub fn fitting(&self, typed: &str, among: impl Iterator<Item = usize>) -> Vec<usize> {
        let words: Vec<_> = typed.split_whitespace().map(|word| self.word(word)).collect();
        among.filter(|&at| words.iter().all(|word| self.has(self.starts[at]..self.starts[at + 1], word))).collect()
    }

    fn word(&self, typed: &str) -> Word {
        let letters: String = typed.chars().map(folded).collect();
        let behind = |spellings: &Vec<String>| {
            let rests = spellings.iter().filter_map(|spelling| rest(&letters, spelling));
            rests.fold(0, |signs, rest| signs | rest.chars().next().map_or(u32::MAX, sign))
        };
        let behind = self.spellings.iter().map(behind).collect();
        Word { letters, behind }
    }

    /// Says whether a text has a word. Two characters are looked at before anything is compared.
    fn has(&self, text: Range<usize>, word: &Word) -> bool {
        let pairs = self.texts[text.clone()].windows(2);
        text.zip(pairs).any(|(at, pair)| {
            let behind = word.behind[usize::from(pair[0])];
            behind != 0 && behind & self.signs[usize::from(pair[1])] != 0 && self.begins(at, &word.letters)
        })
    }

    /// Says whether the characters from a position on can be typed as `word`.
    fn begins(&self, at: usize, word: &str) -> bool {
        let goes_on = |rest: &str| rest.is_empty() || self.begins(at + 1, rest);
        let spellings = &self.spellings[usize::from(self.texts[at])];
        spellings.iter().filter_map(|spelling| rest(word, spelling)).any(goes_on)
    }
}

/// Returns what is left of a word behind a spelling, nothing where the word ends within it; none where they differ.
fn rest<'word>(word: &'word str, spelling: &str) -> Option<&'word str> {
    word.strip_prefix(spelling).or_else(|| spelling.starts_with(word).then_some(""))
}

/// Lists by what a character may be typed.
fn spellings(character: char) -> Vec<String> {
    let mut spellings = vec![folded(character).to_string()];
    for reading in readings(character) {
        for spelling in [reading, reading.get(..1).unwrap_or(reading)] {
            if !spellings.iter().any(|known| known == spelling) {
                spellings.push(spelling.to_owned());
            }
        }
    }
    spellings
}

/// Returns a bit for each letter that a character may be typed with, or one for everything without a reading.
///
/// A character of a text and one that is typed may only go together where their signs have a bit in common.
fn sign(character: char) -> u32 {
    let bit = |letter: u8| 1 << (letter.to_ascii_lowercase() - b'a');
    let letters = readings(character).filter_map(|reading| reading.bytes().next());
    match letters.filter(u8::is_ascii_alphabetic).fold(0, |sign, letter| sign | bit(letter)) {
        0 => u8::try_from(character).ok().filter(u8::is_ascii_alphabetic).map_or(1 << 26, bit),
        sign => sign,
    }
}

fn readings(character: char) -> impl Iterator<Item = &'static str> {
    READINGS.get_pinyins(character).filter_map(|reading| reading.notation(PinyinNotation::Ascii))
}

/// Puts a character into lower case.
fn folded(character: char) -> char {
    character.to_lowercase().next().unwrap_or(character)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::facility::Search;

    const TEXTS: [&str; 7] =
        ["冷藏箱温度每日记录", "重庆路ICU病房", "长河县人民医院（A区）", "", "绿化", "wsjd 卫生监督所", "行长"];

    #[test]
    fn chinese_pinyin_and_initials_find() {
        let cases: [(&str, &[usize]); 14] = [
            ("冷藏", &[0]),
            ("lcx", &[0]),
            ("lengcang", &[0]),
            ("lengcx", &[0]),
            ("lengca", &[0]),
            ("le", &[0]),
            ("leng藏", &[0]),
            ("icu", &[1]),
            ("chongq", &[1]),
            ("zq", &[1]),
            ("yy ch", &[2]),
            ("wsjd", &[5]),
            ("hangzhang", &[6]),
            ("lengcangz", &[]),
        ];
        let prepared = Prepared::new(TEXTS);
        for (typed, expected) in cases {
            assert_eq!(prepared.fitting(typed, 0..TEXTS.len()), expected, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn what_is_found_is_what_the_search_finds(
            texts in prop::collection::vec("[冷藏箱温度录重庆长行乐绿女a-cL1（ ]{0,70}", 1..8),
            typed in "([冷藏箱重庆长行乐绿]{1,3}|[a-z]{1,4}|leng|chang|cang|le[a-z]?|zhong|chong|lv|lu|1| ){1,3}",
        ) {
            let search = Search::new(&typed);
            let expected: Vec<_> = (0..texts.len()).filter(|&at| search.rank(&texts[at]).is_some()).collect();
            let prepared = Prepared::new(texts.iter().map(String::as_str));
            prop_assert_eq!(prepared.fitting(&typed, 0..texts.len()), expected);
        }

        #[test]
        fn a_longer_search_finds_nothing_else(
            texts in prop::collection::vec("[冷藏箱温度录重庆长行乐绿女a-c1 ]{0,40}", 1..8),
            typed in "[a-z冷重 ]{1,8}",
            more in "[a-z冷重 ]",
        ) {
            let prepared = Prepared::new(texts.iter().map(String::as_str));
            let shorter = prepared.fitting(&typed, 0..texts.len());
            let longer = prepared.fitting(&(typed + &more), 0..texts.len());
            prop_assert!(longer.iter().all(|at| shorter.contains(at)));
        }
    }
}
