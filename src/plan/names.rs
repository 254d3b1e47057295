//! The name of an indicator: the words around a number without the verbs that lead to it.

use std::sync::LazyLock;

use super::{
    lexicon::{Lexicon, Words, ends_with, text_of},
    numerals,
    quantities::{Quantity, UnitSort},
};

/// Longer names are cut from the front, where the circumstances stand.
const LONGEST: usize = 28;

/// Words with which a demand begins and that are no part of what is measured.
static LEADING: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    Lexicon::of(
        "力争 确保 实现 努力 争取 全市 全县 全区 全省 使 将 把 推动 促进 进一步 继续 切实 其中 目前 今年 已 共 \
            新建 新增 新创 建成 建设 建立 培养 培训 引进 创建 争创 开展 完成 设立 设置 打造 组织 推广 遴选 持续 \
            推进 各 要 和 及 与 、 的 到 年内 累计 截至 全年 达到 保持 提高 提升 选派 配备 储备 增加 招聘 委派 \
            申报 支持 鼓励 至少 不断 全面 加快 坚持 按照 左右 : 力争每地 地 个 年底前 年底 上半年 下半年",
        (),
    )
});

/// Words between what is measured and its value.
static TRAILING: Words = Words::new(
    "分别 均 都 达到 达 保持 稳定 实现 为 的 各 要 力争 约 应 须 需 不 在 共 计 共计 达成 是 、 和 已 也 仅 : ( “",
);

fn trim(mut text: &[char]) -> &[char] {
    loop {
        let skipped = LEADING.at(text, 0).map_or(0, |word| word.end).max(date_length(text));
        if skipped == 0 || skipped >= text.len() {
            break;
        }
        text = &text[skipped..];
    }
    while let Some(word) = TRAILING.ending_at(text, text.len()).filter(|_| !ends_with(text, "平均")) {
        text = &text[..word.start];
    }
    without_date_behind(text)
}

/// Measures the date at the beginning of a text: 2025年, 到2025年底, 6月底前.
fn date_length(text: &[char]) -> usize {
    let start = usize::from(matches!(text.first(), Some('到' | '至')));
    if !text.get(start).is_some_and(char::is_ascii_digit) {
        return 0;
    }
    let Some((number, end)) = numerals::whole(text, start) else { return 0 };
    let is_date = match text.get(end) {
        Some('年') => (1990..=2100).contains(&number),
        Some('月') => (1..=12).contains(&number) && text.get(end + 1) != Some(&'龄'),
        _ => false,
    };
    let ending = |rest: &[char]| rest.iter().take_while(|char| matches!(char, '底' | '末' | '前')).count();
    if is_date { end + 1 + ending(&text[end + 1..]) } else { 0 }
}

/// Takes off the date between a name and its value: 健康素养水平2025年.
fn without_date_behind(text: &[char]) -> &[char] {
    const LONGEST: usize = 9;
    let from = text.len().saturating_sub(LONGEST).max(1);
    let starts = |at: &usize| !text[at - 1].is_ascii_digit() && date_length(&text[*at..]) == text.len() - at;
    (from..text.len()).find(starts).map_or(text, |at| &text[..at])
}

fn shown(text: &[char]) -> String {
    text_of(&text[text.len().saturating_sub(LONGEST)..])
}

/// Says whether a name is that of a measure which takes a value.
fn is_measure(item: &[char]) -> bool {
    static MEASURES: Words = Words::new("率 比例 占比 比重 达标率 水平 满意度 覆盖面 指数");
    MEASURES.ends(item)
}

/// Gives the several things one value is for: rates that are listed, or what 分别 and 各 distribute it to.
///
/// An empty or one-element list means that the value is for the subject as a whole.
pub(super) fn measured_items(subject: &[char], paired: bool) -> Vec<String> {
    let (body, shared) = match subject.last() {
        Some('各') => (&subject[..subject.len() - 1], true),
        _ => (trim(subject), paired),
    };
    let items: Vec<&[char]> = split_list(body, shared);
    let rates = items.len() > 1 && items.iter().all(|item| is_measure(trim(item)));
    if rates || (shared && (2..=6).contains(&items.len())) {
        // In 三级医院、二级医院日间手术占比 only the last item names the measure.
        return items.iter().map(|item| shown(trim(item))).collect();
    }
    age_groups(body)
}

/// Splits a list at 、 and, where both sides are whole items, at 和.
fn split_list(text: &[char], words_too: bool) -> Vec<&[char]> {
    let mut items = Vec::new();
    let mut from = 0;
    let mut depth = 0_i32;
    for (at, char) in text.iter().enumerate() {
        depth += i32::from(*char == '(') - i32::from(*char == ')');
        let both_rates = || is_measure(trim(&text[from..at])) && is_measure(trim(&text[at + 1..]));
        let splits = match char {
            '、' => true,
            '和' | '与' | '及' => (words_too && at > from + 1) || both_rates(),
            _ => false,
        };
        if splits && depth == 0 {
            items.push(&text[from..at]);
            from = at + 1;
        }
    }
    items.push(&text[from..]);
    items.retain(|item| !item.is_empty());
    items
}

/// Splits 65岁以上老年人和0-36月儿童健康管理率: one rate of two age groups.
fn age_groups(text: &[char]) -> Vec<String> {
    let is_aged = |part: &[char]| {
        part.iter()
            .position(|char| matches!(char, '岁' | '月'))
            .is_some_and(|at| at > 0 && part[at - 1].is_ascii_digit())
    };
    let Some(at) = text.iter().position(|char| matches!(char, '和' | '、' | '与')) else { return Vec::new() };
    let (first, second) = (&text[..at], &text[at + 1..]);
    if is_measure(text) && is_aged(first) && is_aged(second) && !is_measure(first) {
        vec![shown(trim(first)), shown(trim(second))]
    } else {
        Vec::new()
    }
}

/// Names what a quantity measures: the subject of a rate, the thing that is counted.
pub(super) fn of_quantity(text: &[char], from: usize, quantity: &Quantity, until: usize) -> String {
    let before = trim(&text[from..quantity.words_start.max(from)]);
    let behind = &text[quantity.end..until.max(quantity.end)];
    let behind = &behind[..behind.iter().position(|char| "、,;:。()".contains(*char)).unwrap_or(behind.len())];
    let behind = trim(behind.strip_prefix(&['的']).unwrap_or(behind));
    let is_rate = matches!(quantity.sort, UnitSort::Share | UnitSort::Time | UnitSort::Ratio | UnitSort::Grade);
    // In 每年至少面访4次 what is counted stands between the bound and the number.
    let period = before.len() <= 3 && before.first() == Some(&'每');
    let inside = if period && behind.is_empty() { trim(&text[quantity.words_start..quantity.start]) } else { &[] };
    let subject = match (is_rate && before.len() > 1, behind.is_empty()) {
        _ if inside.len() > 1 => inside,
        (false, false) => behind,
        _ => before,
    };
    if subject.is_empty() { shown(behind) } else { shown(subject) }
}

/// Names something without a number by the words around the place where it is said.
pub(super) fn around(text: &[char], at: usize) -> String {
    let before = trim(&text[..at]);
    if before.len() > 1 { shown(before) } else { text_of(&text[at..text.len().min(at + LONGEST)]) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_no_part_of_a_name() {
        let cases = [
            ("到2025年底全县健康素养水平", "健康素养水平"),
            ("健康素养水平2025年", "健康素养水平"),
            ("6月底前接种率", "接种率"),
            ("3月龄婴儿接种率", "3月龄婴儿接种率"),
        ];
        for (text, expected) in cases {
            assert_eq!(shown(trim(&text.chars().collect::<Vec<_>>())), expected, "{text}");
        }
    }

    #[test]
    fn lists_of_measures_are_split() {
        let cases: &[(&str, bool, &[&str])] = &[
            ("危害申报率、定期检测率、健康检查率", false, &["危害申报率", "定期检测率", "健康检查率"]),
            ("系统管理率和健康管理率均", false, &["系统管理率", "健康管理率"]),
            ("胸痛、创伤、卒中中心各", false, &["胸痛", "创伤", "卒中中心"]),
            ("三级医院、二级医院日间手术占比分别", true, &["三级医院", "二级医院日间手术占比"]),
            ("妇女保健、儿童保健门诊覆盖率", false, &[]),
            ("65岁以上老年人和0-36月儿童健康管理率", false, &["65岁以上老年人", "0-36月儿童健康管理率"]),
        ];
        for (text, paired, expected) in cases {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(&measured_items(&chars, *paired), expected, "{text}");
        }
    }
}
