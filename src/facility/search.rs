//! Finding by typing: Chinese, full pinyin, or initials (`wsjd` finds 卫生监督所).

use std::cell::RefCell;

use ib_matcher::{
    matcher::{IbMatcher, PinyinMatchConfig},
    pinyin::PinyinNotation,
};

use super::{Narrowing, Prepared};

/// How many texts are put into an order at a key; more than that nobody looks through.
const RANKED: usize = 1_000;

/// What a person typed to find something.
#[derive(Debug)]
pub struct Search<'typed> {
    words: Vec<IbMatcher<'typed>>,
}

/// Texts of a long list that are searched again at every key.
#[derive(Debug)]
pub struct Searched {
    texts: Vec<String>,
    prepared: Prepared,
    /// What was found for what was typed so far: a longer search finds nothing else.
    narrowing: RefCell<Narrowing>,
}

impl Searched {
    /// Prepares the texts of a list.
    pub fn new(texts: impl IntoIterator<Item = String>) -> Self {
        let texts: Vec<String> = texts.into_iter().collect();
        let narrowing = RefCell::new(Narrowing::of(0..texts.len()));
        Self { prepared: Prepared::new(texts.iter().map(String::as_str)), narrowing, texts }
    }

    /// Finds the texts that have every word of `typed`: best first where they are few, in their own order where many.
    pub fn find(&self, typed: &str) -> Vec<usize> {
        let fitting = self.narrowing.borrow_mut().to(&self.prepared, typed);
        Search::new(typed).best_first(fitting, |at| self.texts[at].as_str())
    }
}

impl<'typed> Search<'typed> {
    /// Prepares a search; the words of `typed` must all be found, in any order.
    pub fn new(typed: &'typed str) -> Self {
        let notations = PinyinNotation::Ascii | PinyinNotation::AsciiFirstLetter;
        let matcher = |word: &'typed str| {
            let pinyin = PinyinMatchConfig::notations(notations);
            // While a syllable is being typed what will be found stays in sight.
            IbMatcher::builder(word).pinyin(pinyin).is_pattern_partial(true).build()
        };
        Self { words: typed.split_whitespace().map(matcher).collect() }
    }

    /// Says whether a text has every word, and how well: smaller is better, a match at the beginning is best.
    pub fn rank(&self, text: &str) -> Option<usize> {
        self.words.iter().try_fold(0, |rank, word| Some(rank + word.find(text)?.start()))
    }

    /// Puts the best of some fitting texts first, as far as there are few enough of them to be looked through.
    pub fn best_first<'text>(&self, fitting: Vec<usize>, text: impl Fn(usize) -> &'text str) -> Vec<usize> {
        if fitting.len() > RANKED {
            return fitting;
        }
        let mut ranked: Vec<_> =
            fitting.into_iter().map(|at| (self.rank(text(at)).unwrap_or(usize::MAX), at)).collect();
        ranked.sort_unstable();
        ranked.into_iter().map(|(_, at)| at).collect()
    }

    /// Returns the positions of the fitting texts, best first, otherwise in their own order.
    pub fn narrow<Text: AsRef<str>>(&self, texts: impl IntoIterator<Item = Text>) -> Vec<usize> {
        let ranked = texts.into_iter().enumerate().filter_map(|(at, text)| Some((self.rank(text.as_ref())?, at)));
        let mut fitting: Vec<_> = ranked.collect();
        fitting.sort_unstable();
        fitting.into_iter().map(|(_, at)| at).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_pinyin_and_initials_find() {
        let names = ["云溪市疾病预防控制中心", "云溪市卫生监督所", "重庆路社区卫生服务中心", "长河县人民医院"];
        let cases: [(&str, &[usize]); 8] = [
            ("卫生", &[2, 1]),
            ("wsjd", &[1]),
            ("weishengjiandu", &[1]),
            ("cq", &[2]),
            ("chongqing", &[2]),
            ("医院 长河", &[3]),
            ("", &[0, 1, 2, 3]),
            ("没有", &[]),
        ];
        for (typed, expected) in cases {
            let mut found = Search::new(typed).narrow(names);
            let mut expected = expected.to_vec();
            found.sort_unstable();
            expected.sort_unstable();
            assert_eq!(found, expected, "{typed}");
        }
    }

    #[test]
    fn a_long_list_is_found_like_a_short_one() {
        let names = ["云溪市疾病预防控制中心", "云溪市卫生监督所", "重庆路社区卫生服务中心", "长河县人民医院"];
        let searched = Searched::new(names.map(str::to_owned));
        for typed in ["卫生", "wsjd", "cq", "医院 长河", "", "没有", "wei"] {
            assert_eq!(searched.find(typed), Search::new(typed).narrow(names), "{typed}");
        }
    }

    #[test]
    fn a_match_at_the_beginning_comes_first() {
        assert_eq!(Search::new("医院").narrow(["县人民医院", "医院管理中心"]), [1, 0]);
    }
}
