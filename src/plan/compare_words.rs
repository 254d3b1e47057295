//! Which words differ between two texts.

use serde::Serialize;

/// A run of characters that both texts have, or only one.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(tag = "in", content = "text", rename_all = "kebab-case")]
pub enum Run {
    /// In both.
    Both(String),
    /// Only in the old one.
    Old(String),
    /// Only in the new one.
    New(String),
}

impl Run {
    /// Returns the characters.
    pub fn text(&self) -> &str {
        match self {
            Self::Both(text) | Self::Old(text) | Self::New(text) => text,
        }
    }
}

/// Longer texts are not searched through: what differs between their common ends counts as one.
const LONGEST: usize = 1_500;
/// A shorter piece between two changes that happens to be in both texts only makes the change harder to read.
const ISLAND: usize = 2;

/// Splits two texts into what both have and what only one has; the old words stand before the new ones.
///
/// Joining the runs of the old text gives the old text, joining those of the new one the new text. The other way round
/// the same pieces come out, exchanged.
pub fn runs(old: &str, new: &str) -> Vec<Run> {
    let (one, other) = (pieces(old), pieces(new));
    // Where several solutions are equally good the texts themselves decide, not which of them is called old.
    let mut common = if old <= new {
        common(&one, &other)
    } else {
        common(&other, &one).into_iter().map(|(new, old)| (old, new)).collect()
    };
    drop_islands(&mut common, &one, &other);
    let mut runs = Vec::new();
    let (mut in_old, mut in_new) = (0, 0);
    for (old_at, new_at) in common.into_iter().chain([(one.len(), other.len())]) {
        push(&mut runs, Run::Old(one[in_old..old_at].concat()));
        push(&mut runs, Run::New(other[in_new..new_at].concat()));
        if let Some(both) = one.get(old_at) {
            push(&mut runs, Run::Both((*both).to_owned()));
        }
        (in_old, in_new) = (old_at + 1, new_at + 1);
    }
    runs
}

/// Splits a text into characters, with a number or a Latin word as one piece: 90 becomes 95 as a whole.
fn pieces(text: &str) -> Vec<&str> {
    let mut pieces = Vec::new();
    let mut rest = text;
    while let Some(first) = rest.chars().next() {
        let word = rest.find(|char: char| !(char.is_ascii_alphanumeric() || char == '.')).unwrap_or(rest.len());
        let (piece, behind) = rest.split_at(if word > 0 { word } else { first.len_utf8() });
        pieces.push(piece);
        rest = behind;
    }
    pieces
}

/// Finds the longest common subsequence of two texts, as places in both.
fn common(one: &[&str], other: &[&str]) -> Vec<(usize, usize)> {
    let start = one.iter().zip(other).take_while(|(a, b)| a == b).count();
    let rest = one.len().min(other.len()) - start;
    let end = one.iter().rev().zip(other.iter().rev()).take(rest).take_while(|(a, b)| a == b).count();
    let (middle_one, middle_other) = (&one[start..one.len() - end], &other[start..other.len() - end]);
    let mut found: Vec<_> = (0..start).map(|at| (at, at)).collect();
    if middle_one.len().max(middle_other.len()) <= LONGEST {
        found.extend(common_middle(middle_one, middle_other).into_iter().map(|(a, b)| (a + start, b + start)));
    }
    found.extend((0..end).map(|at| (one.len() - end + at, other.len() - end + at)));
    found
}

fn common_middle(one: &[&str], other: &[&str]) -> Vec<(usize, usize)> {
    let width = other.len() + 1;
    // The length of the longest common subsequence of what follows each pair of places.
    let mut lengths = vec![0_u16; (one.len() + 1) * width];
    for a in (0..one.len()).rev() {
        for b in (0..other.len()).rev() {
            lengths[a * width + b] = if one[a] == other[b] {
                lengths[(a + 1) * width + b + 1] + 1
            } else {
                lengths[(a + 1) * width + b].max(lengths[a * width + b + 1])
            };
        }
    }
    let (mut a, mut b) = (0, 0);
    let mut found = Vec::new();
    while a < one.len() && b < other.len() {
        if one[a] == other[b] {
            found.push((a, b));
            (a, b) = (a + 1, b + 1);
        } else if lengths[(a + 1) * width + b] >= lengths[a * width + b + 1] {
            a += 1;
        } else {
            b += 1;
        }
    }
    found
}

/// Takes out common pieces that stand alone between changes on both of their sides.
fn drop_islands(common: &mut Vec<(usize, usize)>, one: &[&str], other: &[&str]) {
    let mut kept = Vec::with_capacity(common.len());
    let mut start = 0;
    while start < common.len() {
        let mut end = start + 1;
        while end < common.len() && common[end] == (common[end - 1].0 + 1, common[end - 1].1 + 1) {
            end += 1;
        }
        let at_start = common[start].0 == 0 || common[start].1 == 0;
        let at_end = common[end - 1].0 + 1 == one.len() || common[end - 1].1 + 1 == other.len();
        if end - start >= ISLAND || at_start || at_end {
            kept.extend_from_slice(&common[start..end]);
        }
        start = end;
    }
    *common = kept;
}

/// Adds a run, joining it to one of the same sort before.
fn push(runs: &mut Vec<Run>, run: Run) {
    if run.text().is_empty() {
        return;
    }
    match (runs.last_mut(), run) {
        (Some(Run::Both(before)), Run::Both(more))
        | (Some(Run::Old(before)), Run::Old(more))
        | (Some(Run::New(before)), Run::New(more)) => before.push_str(&more),
        (_, run) => runs.push(run),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Writes runs on one line: `[-old-]` and `{+new+}`.
    fn shown(runs: &[Run]) -> String {
        runs.iter()
            .map(|run| match run {
                Run::Both(text) => text.clone(),
                Run::Old(text) => format!("[-{text}-]"),
                Run::New(text) => format!("{{+{text}+}}"),
            })
            .collect()
    }

    #[test]
    fn changes_are_shown_as_a_person_would_mark_them() {
        let cases = [
            ("建成率达到90%以上", "建成率达到95%以上", "建成率达到[-90-]{+95+}%以上"),
            ("年底前建成2家", "6月底前建成3家", "[-年-]{+6月+}底前建成[-2-]{+3+}家"),
            ("加强监管", "加强监管和执法", "加强监管{+和执法+}"),
            ("全面加强监管", "加强监管", "[-全面-]加强监管"),
            ("甲", "乙", "[-甲-]{+乙+}"),
            ("同样", "同样", "同样"),
        ];
        for (old, new, expected) in cases {
            assert_eq!(shown(&runs(old, new)), expected);
        }
    }

    proptest! {
        #[test]
        fn runs_give_both_texts_back_and_mirror_each_other(old in "[一二三四9 %，a]{0,24}", new in "[一二三四9 %，a]{0,24}") {
            let found = runs(&old, &new);
            let side = |runs: &[Run], new: bool| -> String {
                let on_side = |run: &&Run| match run {
                    Run::Both(_) => true,
                    Run::Old(_) => !new,
                    Run::New(_) => new,
                };
                runs.iter().filter(on_side).map(Run::text).collect()
            };
            prop_assert_eq!(side(&found, false), old.clone());
            prop_assert_eq!(side(&found, true), new.clone());
            let common = |runs: &[Run]| -> Vec<String> {
                runs.iter().filter(|run| matches!(run, Run::Both(_))).map(|run| run.text().to_owned()).collect()
            };
            prop_assert_eq!(common(&found), common(&runs(&new, &old)));
        }
    }
}
