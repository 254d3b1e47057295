//! Whether a clause of a plan says the same as an item of a bank.
//!
//! Judged by shared pairs of neighbouring characters, where pairs that the whole bank is full of count for little. It is
//! meant to err on the side of "no": a clause that is taken for another item's is hidden, one that is not is merely asked
//! about on its own.

use std::collections::{HashMap, HashSet};

use super::{Item, PassRule};

/// How much of both texts has to be shared: the geometric mean of the two shares of weight.
const ENOUGH: f64 = 0.5;
/// How many pairs have to be shared at least, so that two short texts do not meet by one word.
const PAIRS_MIN: usize = 5;

/// A pair of neighbouring letters or characters.
type Pair = (char, char);

/// The items of a bank, prepared for comparing.
pub(super) struct Comparison {
    items: Vec<Prepared>,
    /// In how many items a pair occurs.
    spread: HashMap<Pair, usize>,
}

struct Prepared {
    pairs: HashSet<Pair>,
    numbers: HashSet<String>,
}

impl Comparison {
    /// Prepares the items of a bank.
    pub(super) fn new(items: &[Item]) -> Self {
        let items: Vec<Prepared> = items.iter().map(Prepared::new).collect();
        let mut spread = HashMap::new();
        for pair in items.iter().flat_map(|item| &item.pairs) {
            *spread.entry(*pair).or_insert(0) += 1;
        }
        Self { items, spread }
    }

    /// Returns the place of the item that says the same as a clause, where there is one.
    pub(super) fn same_as(&self, clause: &str) -> Option<usize> {
        let pairs = pairs_of(clause);
        let numbers = numbers_of(clause);
        let weight = self.weight(pairs.iter());
        let alike = |item: &Prepared| {
            let shared: Vec<&Pair> = item.pairs.intersection(&pairs).collect();
            if shared.len() < PAIRS_MIN || !numbers.is_subset(&item.numbers) {
                return 0.0;
            }
            let both = self.weight(shared.into_iter());
            (both / weight * (both / self.weight(item.pairs.iter()))).sqrt()
        };
        let scored = self.items.iter().map(alike).enumerate();
        // The first of equals wins, so that the result does not depend on how floating point is compared.
        let best = scored.reduce(|best, next| if next.1 > best.1 { next } else { best })?;
        (best.1 >= ENOUGH).then_some(best.0)
    }

    /// Weighs pairs: one that stands in every item says next to nothing.
    fn weight<'pairs>(&self, pairs: impl Iterator<Item = &'pairs Pair>) -> f64 {
        // Sorted, because the sum of floating-point numbers depends on their order and a set has none.
        let mut spreads: Vec<usize> = pairs.map(|pair| self.spread.get(pair).copied().unwrap_or(1)).collect();
        spreads.sort_unstable();
        #[allow(clippy::cast_precision_loss)] // A bank has a few dozen items.
        spreads.into_iter().map(|spread| (1.0 + self.items.len() as f64 / spread as f64).ln()).sum()
    }
}

impl Prepared {
    fn new(item: &Item) -> Self {
        let mut numbers = numbers_of(&item.text.zh);
        let bounds = item.pass.as_ref().and_then(PassRule::bounds).unwrap_or_default();
        numbers.extend(bounds.iter().map(f64::to_string));
        Self { pairs: pairs_of(&item.text.zh), numbers }
    }
}

fn pairs_of(text: &str) -> HashSet<Pair> {
    let mut pairs = HashSet::new();
    let mut before = None;
    for character in text.chars() {
        let letter = character.is_alphanumeric().then(|| character.to_ascii_lowercase());
        if let (Some(before), Some(letter)) = (before, letter) {
            pairs.insert((before, letter));
        }
        before = letter;
    }
    pairs
}

/// Returns the figures of a text, without 100, which with a percent sign only means all.
fn numbers_of(text: &str) -> HashSet<String> {
    text.split(|character: char| !(character.is_ascii_digit() || character == '.'))
        .map(|number| number.trim_matches('.'))
        .filter(|number| !number.is_empty() && *number != "100")
        .map(str::to_owned)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checklist::Bilingual;

    fn bank(texts: &[&str]) -> Comparison {
        let item = |text: &&str| Item { text: Bilingual { zh: (*text).to_owned(), en: None }, ..Item::default() };
        Comparison::new(&texts.iter().map(item).collect::<Vec<_>>())
    }

    #[test]
    fn the_same_demand_in_other_words_is_found() {
        let bank = bank(&[
            "医疗废物暂时贮存设施有专人管理",
            "未发现转让、买卖医疗废物的行为",
            "医疗废物包装物有中文标签",
            "医疗废物转移联单填写完整",
            "学生600人以上的学校，每名卫生专业技术人员对应学生数",
        ]);
        let cases = [
            ("严禁转让、买卖医疗废物", Some(1)),
            ("规范医疗废物管理", None),
            ("医疗废物包装物中文标签完整率达到95%", None),
            ("医疗废物包装物均有中文标签", Some(2)),
            ("在校学生600人以上的学校按规定配备卫生专业技术人员", Some(4)),
            ("在校学生800人以上的学校按规定配备卫生专业技术人员", None),
            ("加强党的建设", None),
            ("", None),
        ];
        for (clause, expected) in cases {
            assert_eq!(bank.same_as(clause), expected, "{clause}");
        }
    }

    #[test]
    fn a_bank_without_items_matches_nothing() {
        assert_eq!(bank(&[]).same_as("规范医疗废物管理"), None);
    }
}
