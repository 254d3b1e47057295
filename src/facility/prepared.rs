//! Texts that are searched again at every key: prepared once, so that even millions of characters take about a millisecond.
//!
//! Finds what [`Search`](super::Search) finds, only not how well, and capital letters are readings as well.

use std::{
    collections::{BTreeSet, HashMap},
    iter,
    ops::{Bound, Range},
    sync::LazyLock,
};

use ib_matcher::pinyin::{PinyinData, PinyinNotation};

/// The readings of Chinese characters in plain letters.
static READINGS: LazyLock<PinyinData> = LazyLock::new(|| PinyinData::new(PinyinNotation::Ascii));

/// The position of the end of a text among the characters, and of whatever there is no position left for.
const END: u16 = 0;

/// How many different bits a sign of a character may have: the letters, everything without a reading, and the end.
const SIGNS: usize = 28;

/// The sign of the end of a text, which no character has.
const END_SIGN: u32 = 1 << (SIGNS - 1);

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
    /// The neighbours that each text has.
    pairs: Vec<Pairs>,
    /// Everything that stands in `spellings`, once.
    known: BTreeSet<String>,
}

/// Which signs stand side by side in a text: most texts without a word are told by it, and need not be gone through.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
struct Pairs([u64; (SIGNS * SIGNS).div_ceil(64)]);

/// A word that is searched for.
struct Word {
    letters: String,
    /// For each character, the signs of those that may stand behind it where the word begins with it; 0 where it cannot.
    behind: Vec<u32>,
    /// The one character that the word can begin with, where there is only one.
    first: Option<u16>,
    /// From every place in the word, where the next character of a text may go on, and the neighbours it then needs; none
    /// needed where the word ends with it.
    steps: Vec<Vec<(usize, Pairs)>>,
    /// The neighbours of which one is enough to have the word: that of one or two letters, by first letters.
    enough: Option<Pairs>,
}

/// Texts that are narrowed while somebody types; a letter more looks only where the letters before it were found.
#[derive(Clone, Debug)]
pub struct Narrowing {
    /// What was typed and what was left, from everything at the beginning to what is typed now.
    steps: Vec<(String, Vec<Left>)>,
}

/// A text that is left.
#[derive(Clone, Copy, Debug)]
struct Left {
    /// The position of the text.
    text: usize,
    /// A place in it before which the last word is not.
    from: usize,
}

impl Narrowing {
    /// Begins with all of some texts, named by their positions in what is prepared.
    pub fn of(texts: impl IntoIterator<Item = usize>) -> Self {
        let all = texts.into_iter().map(|text| Left { text, from: 0 }).collect();
        Self { steps: vec![(String::new(), all)] }
    }

    /// Returns those of the texts that have every word of `typed`, in any order.
    pub fn to(&mut self, prepared: &Prepared, typed: &str) -> Vec<usize> {
        let still = |step: &&(String, Vec<Left>)| typed.starts_with(&step.0);
        self.steps.truncate(self.steps.iter().take_while(still).count());
        if let Some((before, left)) = self.steps.last().filter(|(before, _)| before != typed) {
            let left = prepared.narrowed(left, before, typed);
            self.steps.push((typed.to_owned(), left));
        }
        self.steps.last().map_or_else(Vec::new, |(_, left)| left.iter().map(|left| left.text).collect())
    }
}

impl Pairs {
    /// Adds that a character with some signs stands before one with others.
    fn add(&mut self, before: u32, behind: u32) {
        for one in bits(before) {
            for other in bits(behind) {
                let at = one * SIGNS + other;
                self.0[at / 64] |= 1 << (at % 64);
            }
        }
    }

    /// Says whether one of some others is among them; no other at all asks for nothing.
    fn have_one_of(&self, others: &Self) -> bool {
        *others == Self::default() || self.0.iter().zip(&others.0).any(|(one, other)| one & other != 0)
    }
}

/// Lists the positions of the bits of a sign.
fn bits(sign: u32) -> impl Iterator<Item = usize> {
    (0..SIGNS).filter(move |bit| sign & (1 << bit) != 0)
}

impl Prepared {
    /// Prepares texts.
    pub fn new<'text>(texts: impl IntoIterator<Item = &'text str>) -> Self {
        let mut prepared = Self {
            spellings: vec![Vec::new()],
            signs: vec![END_SIGN],
            texts: Vec::new(),
            starts: vec![0],
            pairs: Vec::new(),
            known: BTreeSet::new(),
        };
        let mut known: HashMap<char, u16> = HashMap::new();
        for text in texts {
            for character in text.chars() {
                let position = *known.entry(character).or_insert_with(|| prepared.learn(character));
                prepared.texts.push(position);
            }
            prepared.texts.push(END);
            prepared.starts.push(prepared.texts.len());
        }
        // They stay as long as the list does, and are never added to.
        prepared.texts.shrink_to_fit();
        prepared.known = prepared.spellings.iter().flatten().cloned().collect();
        prepared.pairs = prepared.starts.windows(2).map(|text| prepared.pairs_of(text[0]..text[1])).collect();
        prepared
    }

    fn pairs_of(&self, text: Range<usize>) -> Pairs {
        let mut pairs = Pairs::default();
        for pair in self.texts[text].windows(2) {
            pairs.add(self.signs[usize::from(pair[0])], self.signs[usize::from(pair[1])]);
        }
        pairs
    }

    /// Takes a new character; returns its position.
    fn learn(&mut self, character: char) -> u16 {
        let Ok(position) = u16::try_from(self.spellings.len()) else { return END };
        self.spellings.push(spellings(character));
        self.signs.push(sign(folded(character)));
        position
    }

    /// Keeps those of the texts left by `before` that are left by `typed`, which begins with it.
    fn narrowed(&self, left: &[Left], before: &str, typed: &str) -> Vec<Left> {
        let more = &typed[before.len()..];
        let goes_on = before.ends_with(|last: char| !last.is_whitespace())
            && more.starts_with(|next: char| !next.is_whitespace());
        let start =
            if goes_on { before.trim_end_matches(|letter: char| !letter.is_whitespace()).len() } else { before.len() };
        let words: Vec<_> = typed[start..].split_whitespace().map(|word| self.word(word)).collect();
        let keep = |left: &Left| {
            let from = if goes_on { left.from } else { 0 };
            let mut places = words.iter().zip(iter::once(from).chain(iter::repeat(0)));
            let last = places.try_fold(left.from, |_, (word, from)| self.find(left.text, word, from))?;
            Some(Left { from: last, ..*left })
        };
        left.iter().filter_map(keep).collect()
    }

    fn word(&self, typed: &str) -> Word {
        let letters: String = typed.chars().map(folded).collect();
        let behind = |spellings: &Vec<String>| {
            let rests = spellings.iter().filter_map(|spelling| rest(&letters, spelling));
            rests.fold(0, |signs, rest| signs | rest.chars().next().map_or(u32::MAX, sign))
        };
        let behind: Vec<_> = self.spellings.iter().map(behind).collect();
        let mut firsts = (0..).zip(&behind).filter(|(_, behind)| **behind != 0).map(|(first, _)| first);
        let first = firsts.next().filter(|_| firsts.next().is_none());
        let steps = (0..letters.len()).map(|at| self.steps(&letters, at)).collect();
        let enough = enough(&letters);
        Word { letters, behind, first, steps, enough }
    }

    /// Lists where a word may go on behind a character that stands at a place in it.
    fn steps(&self, letters: &str, at: usize) -> Vec<(usize, Pairs)> {
        let Some((here, letter)) = letters.get(at..).and_then(|here| Some((here, here.chars().next()?))) else {
            return Vec::new();
        };
        let begins = |known: &&String| known.starts_with(here);
        let last = self
            .known
            .range::<str, _>((Bound::Included(here), Bound::Unbounded))
            .next()
            .filter(begins)
            .map(|_| (letters.len(), Pairs::default()));
        let next = here.char_indices().skip(1).filter(|(end, _)| self.known.contains(&here[..*end]));
        let next = next.map(|(end, next)| {
            let mut needed = Pairs::default();
            needed.add(sign(letter), sign(next));
            (at + end, needed)
        });
        next.chain(last).collect()
    }

    /// Says whether a text has the neighbours that a word needs; where it has not, it has not the word.
    fn may_have(&self, text: usize, word: &Word) -> bool {
        let end = word.letters.len();
        if end >= u64::BITS as usize {
            return true;
        }
        let mut reached = 1_u64;
        for (at, steps) in word.steps.iter().enumerate().filter(|(_, steps)| !steps.is_empty()) {
            if reached & (1 << at) != 0 {
                let next = steps.iter().filter(|(_, needed)| self.pairs[text].have_one_of(needed));
                reached |= next.fold(0, |next, (at, _)| next | 1 << at);
            }
        }
        reached & (1 << end) != 0
    }

    /// Finds a place in a text, from one on, before which a word is not; none where the text has not the word.
    fn find(&self, text: usize, word: &Word, from: usize) -> Option<usize> {
        if word.enough.is_some_and(|enough| self.pairs[text].have_one_of(&enough)) {
            return Some(from);
        }
        if !self.may_have(text, word) {
            return None;
        }
        let start = self.starts[text] + from;
        let characters = &self.texts[start..self.starts[text + 1]];
        let begins = |at: usize| self.begins(start + at, &word.letters);
        let found = match word.first {
            // Looking for one character only is several times as fast.
            Some(first) => characters.iter().enumerate().position(|(at, &here)| here == first && begins(at)),
            // Most characters cannot begin the word, and then nothing else needs to be looked up.
            None => characters.windows(2).enumerate().position(|(at, pair)| {
                let behind = word.behind[usize::from(pair[0])];
                behind != 0 && behind & self.signs[usize::from(pair[1])] != 0 && begins(at)
            }),
        };
        found.map(|at| from + at)
    }

    /// Says whether the characters from a position on can be typed as `word`.
    fn begins(&self, at: usize, word: &str) -> bool {
        let goes_on = |rest: &str| rest.is_empty() || self.begins(at + 1, rest);
        let spellings = &self.spellings[usize::from(self.texts[at])];
        spellings.iter().filter_map(|spelling| rest(word, spelling)).any(goes_on)
    }
}

/// Returns the neighbours of which each is typed with one or two letters as they stand, where a word is no more than that.
fn enough(letters: &str) -> Option<Pairs> {
    let is_letter = |letter: &u8| letter.is_ascii_alphabetic();
    let signs: Vec<_> = letters.bytes().take_while(is_letter).map(|letter| sign(char::from(letter))).collect();
    let mut enough = Pairs::default();
    match signs[..] {
        [only] if letters.len() == 1 => enough.add(only, u32::MAX),
        [first, second] if letters.len() == 2 => enough.add(first, second),
        _ => return None,
    }
    Some(enough)
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
            assert_eq!(Narrowing::of(0..TEXTS.len()).to(&prepared, typed), expected, "{typed}");
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
            prop_assert_eq!(Narrowing::of(0..texts.len()).to(&prepared, &typed), expected);
        }

        #[test]
        fn typing_letter_by_letter_and_taking_back_finds_the_same(
            texts in prop::collection::vec("[冷藏箱温度录重庆长行乐绿女a-c1 ]{0,70}", 1..8),
            typed in "[a-eglnx冷藏重 ]{1,8}",
            again in "[a-eglnx冷藏重 ]{1,4}",
        ) {
            let prepared = Prepared::new(texts.iter().map(String::as_str));
            let mut narrowing = Narrowing::of(0..texts.len());
            let beginnings = |typed: &str| -> Vec<String> {
                typed.char_indices().map(|(at, letter)| typed[..at + letter.len_utf8()].to_owned()).collect()
            };
            let there = beginnings(&typed);
            let back = there.iter().rev().skip(1).cloned().chain([String::new()]);
            for typed in there.iter().cloned().chain(back).chain(beginnings(&again)) {
                let at_once = Narrowing::of(0..texts.len()).to(&prepared, &typed);
                prop_assert_eq!(narrowing.to(&prepared, &typed), at_once, "{}", typed);
            }
        }
    }
}
