//! The words beside a number that bound it: 不少于, 达到, 以上, and what several numbers share of them.

use std::sync::LazyLock;

use super::Quantity;
use crate::plan::lexicon::{Lexicon, Words, ends_with, find, words};

/// How a word bounds a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::plan) enum Bound {
    /// 不少于, 以上.
    AtLeast,
    /// 达到: at least in a target, exactly in a result.
    Reaches,
    /// 不超过, 以下.
    AtMost,
    /// 保持在: the word behind the number decides.
    Holds,
    /// 下降, 同比增长: how far it moves.
    Moves,
}

static BEFORE: LazyLock<Lexicon<Bound>> = LazyLock::new(|| {
    let at_least = words(
        "≥ > >= 不少于 不低于 不小于 不得少于 不得低于 不应少于 不应低于 至少 最低 最少 超过 超 突破 高于 大于 多于 \
        不下于",
    );
    let reaches = words(
        "达到 达 达成 提高到 提高至 提升到 提升至 增加到 增加至 增至 升至 扩大到 扩大至 增长到 增长至 上升到 上升至 \
        达到了 提升为 提高为 增长为",
    );
    let at_most = words(
        "≤ < <= 不超过 不高于 不大于 不多于 不得超过 不得高于 不应超过 控制在 控制到 降至 降到 下降到 下降至 \
        降低到 降低至 压减到 压减至 压缩到 压缩至 缩短到 缩短至 缩减到 减少到 减少至 低于 少于 小于 最多 精准到 \
        精确到",
    );
    let holds = words("保持在 稳定在 维持在 保持 稳定到 巩固在");
    let moves = words(
        "下降 降低 减少 增长 提高 增加 提升 上升 下降了 降低了 减少了 增长了 提高了 增加了 提升了 上升了 增幅 降幅 \
        增幅达 降幅达 增长率为 回落",
    );
    Lexicon::new(
        at_least
            .map(|word| (word, Bound::AtLeast))
            .chain(reaches.map(|word| (word, Bound::Reaches)))
            .chain(at_most.map(|word| (word, Bound::AtMost)))
            .chain(holds.map(|word| (word, Bound::Holds)))
            .chain(moves.map(|word| (word, Bound::Moves))),
    )
});

pub(super) static BEHIND: LazyLock<Lexicon<Bound>> = LazyLock::new(|| {
    let at_least = words("以上 及以上 (含)以上 (含)及以上 或以上").map(|word| (word, Bound::AtLeast));
    let at_most = words("以下 及以下 以内 之内 内").map(|word| (word, Bound::AtMost));
    Lexicon::new(at_least.into_iter().chain(at_most))
});

/// Takes a bounding word off the beginning of a text.
pub(in crate::plan) fn without_bound(text: &[char]) -> &[char] {
    BEFORE.at(text, 0).map_or(text, |word| &text[word.end..])
}

/// Says whether 内 belongs to the next word, as in 内科 or 内涵.
pub(super) fn is_inside(text: &[char], end: usize, start: usize) -> bool {
    end - start == 1 && text.get(end).is_some_and(|next| matches!(next, '科' | '涵' | '部' | '镜' | '容' | '设' | '审'))
}

/// Reads the bounding words that end where the number begins.
pub(super) fn words_before(text: &[char], start: usize, from: usize) -> (Option<Bound>, bool, usize) {
    const NEAR: usize = 16;
    const ABOUT: &str = "大约 约为 约 近";
    const LINKS: &[char] = &['为', '在', '到', '了', '共', '计'];
    let mut end = start;
    let mut about = false;
    if let Some(word) = words(ABOUT).find(|word| ends_with(&text[from..end], word)) {
        let before = text[from..end - word.chars().count()].last();
        if !before.is_some_and(|char| matches!(char, '附' | '最' | '临' | '邻' | '预' | '签' | '节')) {
            about = true;
            end -= word.chars().count();
        }
    }
    if ends_with(&text[from..end], "人均") {
        end -= 2;
    }
    end -= each_length(&text[from..end]);
    for links in 0..=1 {
        if links == 1 && !(end > from && LINKS.contains(&text[end - 1])) {
            break;
        }
        if let Some(word) = BEFORE.ending_at(text, end - links).filter(|word| word.start >= from) {
            return (Some(word.value), about, word.start);
        }
    }
    // 不超过筹资总额的25% has its bound before what the share is of.
    if end > from && text[end - 1] == '的' {
        let mut words = (from.max(end.saturating_sub(NEAR))..end).filter_map(|at| BEFORE.at(&text[..end], at));
        if let Some(word) = words.find(|word| matches!(word.value, Bound::AtLeast | Bound::AtMost)) {
            return (Some(word.value), about, word.start);
        }
    }
    let nearby = from.max(end.saturating_sub(10));
    if let Some(offset) = find(&text[nearby..end], "至少") {
        return (Some(Bound::AtLeast), about, nearby + offset);
    }
    (None, about, end)
}

/// Measures the words that say for each of what a number is, where they stand between its bound and it: 不少于每县20家.
fn each_length(before: &[char]) -> usize {
    static EACH: Words = Words::new(
        "每县 每区 每乡 每镇 每乡镇 每街道 每村 每社区 每院 每校 每科 每科室 每人 每万人 每千人 每百人 每日 每天 每周 每月 每季度 每年",
    );
    let each = EACH.ending_at(before, before.len()).map_or(0, |word| word.end - word.start);
    let bounded = || {
        let before = &before[..before.len() - each];
        BEFORE.ending_at(before, before.len()).is_some()
    };
    if each > 0 && bounded() { each } else { 0 }
}

/// Lets quantities that stand side by side share their bounds: 不少于5名、40名, 90%、65%以上, 不少于10类30项.
pub(super) fn share_bounds(text: &[char], found: &mut [Quantity]) {
    let adjacent = |left: &Quantity, right: &Quantity| {
        let between = &text[left.end.min(right.words_start)..right.words_start];
        between.len() <= 1 && between.iter().all(|char| matches!(char, '、' | '和' | '及' | '与' | '或'))
    };
    for place in 1..found.len() {
        let (before, bound) = (&found[place - 1], &found[place]);
        if adjacent(before, bound) && bound.before.is_none() && bound.behind.is_none() {
            found[place].before = before.before;
        }
    }
    for place in (1..found.len()).rev() {
        let (before, bound) = (&found[place - 1], &found[place]);
        if adjacent(before, bound) && before.behind.is_none() && before.sort == bound.sort {
            found[place - 1].behind = bound.behind;
        }
    }
}

/// Drops what a value comes from, and lets the words before the value begin there: 由65%提高到80%, 从5张增加到6张.
pub(super) fn drop_baselines(text: &[char], found: &mut Vec<Quantity>) {
    for place in (1..found.len()).rev() {
        let (before, value) = (&found[place - 1], &found[place]);
        let starts = before.words_start > 0 && matches!(text[before.words_start - 1], '由' | '从');
        let moves = matches!(value.before, Some(Bound::Reaches | Bound::AtMost));
        let joined = !text[before.end.min(value.words_start)..value.words_start].contains(&',');
        if starts && moves && joined && before.before.is_none() && before.sort == value.sort {
            found[place].words_start = before.words_start - 1;
            found.remove(place - 1);
        }
    }
}
