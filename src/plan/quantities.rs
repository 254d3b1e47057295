//! Quantities in text: a number, its unit, and the words that bound it.
//!
//! This module says what is a quantity and what only looks like one: ages, dates, ordinals, code names and document
//! numbers are left out here, once for all rules.

mod bounds;
mod counted;

use std::{ops::Range, sync::LazyLock};

use serde::Serialize;

pub(super) use self::bounds::{Bound, without_bound};
use self::{
    bounds::{BEHIND, drop_baselines, is_inside, share_bounds, words_before},
    counted::{counts_in_chinese, names_a_set},
};
use super::{
    lexicon::{Lexicon, Words, ends_with, has_any, starts_with, words},
    numerals,
};

/// A number with its unit and the words directly before and behind it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Quantity {
    /// The first character of the number.
    pub(super) start: usize,
    /// Behind the unit and the bounding word.
    pub(super) end: usize,
    pub(super) value: f64,
    pub(super) value_to: Option<f64>,
    /// The unit as written; empty where the document has lost it.
    pub(super) unit: String,
    pub(super) sort: UnitSort,
    /// The bound said before the number.
    pub(super) before: Option<Bound>,
    /// The bound said behind it.
    pub(super) behind: Option<Bound>,
    /// Whether 左右, 约 or the like stands beside it.
    pub(super) approx: bool,
    /// Where the words before the number begin.
    pub(super) words_start: usize,
}

/// What sort of thing a unit counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum UnitSort {
    /// %, ‰ and rates per 100,000.
    Share,
    /// Things, people, money.
    Count,
    /// Hours, days, months: only a bound makes a demand of them.
    Time,
    /// 级: a grade, and a demand only with a bound.
    Grade,
    /// One to so many.
    Ratio,
    /// A number whose unit the document has lost.
    Lost,
    /// What makes a number something else: an age, a date, an edition.
    None,
}

static UNITS: LazyLock<Lexicon<UnitSort>> = LazyLock::new(|| {
    let count = words(
        "个 家 名 人 项 次 所 间 张 台 辆 件 例 起 篇 场 批 支 只 种 类 条 份 户 吨 元 人次 户次 件次 例次 场次 \
        班次 床 座 处 块 部 册 门 节 课时 学时 学分 位 组 队 稿 毫升 升 份次 人份 管 剂次 剂 针次 套 亩 对 轮 倍 \
        幅 首 期 平方米 公里 千米 延长米 公斤 千克 瓶 支队 点位 株 具 艘 架 栋 幢 枚 箱 孔 井 头 匹 美元 人/次 \
        单位 单位次 家次",
    );
    let share = words("% ‰ 个百分点 百分点");
    let time = words("小时 分钟 天 个工作日 工作日 周 个月 秒");
    Lexicon::new(
        count
            .into_iter()
            .chain(words("DDDs DDD"))
            .map(|unit| (unit, UnitSort::Count))
            .chain(share.map(|unit| (unit, UnitSort::Share)))
            .chain(time.map(|unit| (unit, UnitSort::Time)))
            .chain([("级", UnitSort::Grade), ("分", UnitSort::Grade)])
            .chain(words(NO_QUANTITY).map(|word| (word, UnitSort::None))),
    )
});

/// What a unit may be for each of: 次/年, 间/万人.
static PER: LazyLock<Lexicon<()>> = LazyLock::new(|| {
    Lexicon::of(
        "年 月 日 天 周 季度 季 半年 人 万人 千人 百人 万 10万 十万 100万 百万 县 院 家 地 床 次 所 户 村 乡镇 街道 小时 \
            例 平方米 机构 校 班 台 个 名 人次 吨",
        (),
    )
});

/// What follows a number that is no quantity: ages, dates, editions.
const NO_QUANTITY: &str = "岁 周岁 年 月 日 号 时 点 周年 届 版 季度 度 楼 路 个月龄 月龄 型 ·";

/// Why a number is no quantity.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Trap {
    /// It stands in quotation marks or in a title.
    Quoted,
    /// It is part of a code name, a document number, an ordinal or another number.
    Code,
    /// It is a range that goes down.
    DownwardRange,
    /// What follows makes it an age, a date, an edition or the like.
    NotCounted,
    /// No unit follows.
    NoUnit,
    /// It is written in Chinese and part of a name, as in 三项制度.
    Name,
    /// It is a time or a grade without a word that bounds it.
    NoBound,
}

impl Trap {
    /// Returns the key of its explanation in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Quoted => "plan-explain.trap.quoted",
            Self::Code => "plan-explain.trap.code",
            Self::DownwardRange => "plan-explain.trap.downward-range",
            Self::NotCounted => "plan-explain.trap.not-counted",
            Self::NoUnit => "plan-explain.trap.no-unit",
            Self::Name => "plan-explain.trap.name",
            Self::NoBound => "plan-explain.trap.no-bound",
        }
    }
}

/// Finds the quantities of a text; characters that `masked` marks stand in quotation marks or titles and count for nothing.
pub(super) fn find(text: &[char], masked: &[bool], bare_numbers: bool) -> Vec<Quantity> {
    find_with(text, masked, bare_numbers, |_, _| ())
}

/// Finds the quantities of a text, and says of every other number where it stands and why it is none.
pub(super) fn find_with(
    text: &[char],
    masked: &[bool],
    bare_numbers: bool,
    mut rejected: impl FnMut(Range<usize>, Trap),
) -> Vec<Quantity> {
    let mut found: Vec<Quantity> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let is_masked = masked.get(at).copied().unwrap_or(false);
        let number = if is_masked { None } else { number_at(text, at) };
        let Some((numeral, number_start)) = number else {
            if text[at].is_ascii_digit() {
                rejected(at..at + 1, if is_masked { Trap::Quoted } else { Trap::Code });
            }
            at += 1;
            continue;
        };
        let from = found.last().map_or(0, |before| before.end);
        match quantity(text, number_start, numeral, from, bare_numbers) {
            Ok(quantity) => {
                at = quantity.end.max(numeral.end);
                found.push(quantity);
            }
            Err(trap) => {
                rejected(number_start..numeral.end, trap);
                at = skip_number(text, numeral.end);
            }
        }
    }
    share_bounds(text, &mut found);
    drop_baselines(text, &mut found);
    found
}

/// Reads the number that begins at `at`; 百分之九十五 begins at its numeral.
fn number_at(text: &[char], at: usize) -> Option<(numerals::Numeral, usize)> {
    if !text[at].is_ascii_digit() && !numerals::is_chinese(text[at]) {
        return None;
    }
    if starts_with(&text[at..], "百分之") {
        let start = at + 3;
        return numerals::chinese(text, start).or_else(|| numerals::ascii(text, start)).map(|numeral| (numeral, start));
    }
    let before = at.checked_sub(1).map(|place| text[place]);
    if text[at].is_ascii_digit() {
        let part_of_code = before.is_some_and(|char| {
            char.is_ascii_alphanumeric() || matches!(char, '+' | '·' | '.' | '/' | '-' | '第' | ':' | '~')
        });
        let part_of_code = part_of_code && !counts_devices(text, at);
        return (!part_of_code).then(|| numerals::ascii(text, at)).flatten().map(|numeral| (numeral, at));
    }
    let ordinal = before
        .is_some_and(|char| char == '第' || char == '十' || numerals::digit(char).is_some() || char.is_ascii_digit());
    (!ordinal).then(|| numerals::chinese(text, at)).flatten().map(|numeral| (numeral, at))
}

/// Says whether a number behind capital letters counts devices of that name: CT1台, DR2台.
fn counts_devices(text: &[char], at: usize) -> bool {
    static DEVICES: Words = Words::new("台 套 辆 张");
    let letters = text[..at].iter().rev().take_while(|char| char.is_ascii_uppercase()).count();
    let digits = text[at..].iter().take_while(|char| char.is_ascii_digit()).count();
    letters >= 2 && DEVICES.begins(&text[at + digits..])
}

/// Passes over the rest of something like `2018-0026` or `12320`.
fn skip_number(text: &[char], mut at: usize) -> usize {
    while text.get(at).is_some_and(|char| char.is_ascii_alphanumeric() || matches!(char, '+' | '/' | ':')) {
        at += 1;
    }
    at
}

/// Reads the second number of 1-2个 or 10至15家, and says where it ends.
fn range_end(text: &[char], at: usize, chinese: bool) -> Option<(f64, usize)> {
    let joined = text.get(at).filter(|char| matches!(char, '-' | '~' | '至' | '到'))?;
    let next = if *joined == '-' { at + text[at..].iter().take_while(|char| **char == '-').count() } else { at + 1 };
    let numeral = if chinese { numerals::chinese(text, next) } else { numerals::ascii(text, next) }?;
    Some((numeral.value, numeral.end))
}

fn quantity(
    text: &[char],
    start: usize,
    numeral: numerals::Numeral,
    from: usize,
    bare: bool,
) -> Result<Quantity, Trap> {
    let percent_word = ends_with(&text[..start], "百分之");
    let first_unit_end = if text.get(numeral.end) == Some(&'%') { numeral.end + 1 } else { numeral.end };
    let (value_to, mut at) = match range_end(text, first_unit_end, numeral.chinese) {
        Some((high, end)) if high > numeral.value => (Some(high), end),
        Some(_) => return Err(Trap::DownwardRange),
        None => (None, numeral.end),
    };
    // Antibiotics are measured in DDDs.
    let letters = text.get(at).is_some_and(|char| char.is_ascii_alphabetic() || matches!(char, '+'));
    if letters && !starts_with(&text[at..], "DDD") {
        return Err(Trap::Code);
    }
    if let Some(ratio) = ratio(text, start, numeral) {
        return Ok(ratio);
    }
    let more = |at: usize| usize::from(text.get(at).is_some_and(|char| matches!(char, '余' | '多')));
    let mut behind = (more(at) > 0).then_some(Bound::AtLeast);
    at += more(at);
    let (unit, sort, unit_end) = if percent_word {
        ("%".to_owned(), UnitSort::Share, at)
    } else {
        unit(text, at, bare, numeral, behind.is_some()).ok_or_else(|| without_unit(text, at))?
    };
    at = unit_end;
    // 10场(次) counts either.
    if starts_with(&text[at..], "(次)") {
        at += 3;
    }
    if more(at) > 0 && behind.is_none() && !starts_with(&text[at..], "多学科") && !starts_with(&text[at..], "多形式")
    {
        behind = Some(Bound::AtLeast);
        at += 1;
    }
    let mut approx = behind.is_some();
    if starts_with(&text[at..], "左右") || starts_with(&text[at..], "上下") {
        approx = true;
        at += 2;
    } else if let Some(word) = BEHIND.at(text, at).filter(|word| !is_inside(text, word.end, word.start)) {
        behind = Some(word.value);
        at = word.end;
    }
    let (before, about, words_start) = words_before(text, if percent_word { start - 3 } else { start }, from);
    let quantity = Quantity {
        start,
        end: at,
        value: numeral.value,
        value_to,
        unit,
        sort,
        before,
        behind,
        approx: approx || about,
        words_start,
    };
    if numeral.chinese && !percent_word && !counts_in_chinese(text, &quantity, numeral, unit_end) {
        return Err(Trap::Name);
    }
    let bounded = quantity.before.is_some() || quantity.behind.is_some();
    if !bounded && names_a_set(text, &quantity, unit_end) {
        return Err(Trap::Name);
    }
    let demands = match quantity.sort {
        UnitSort::Time => bounded && !ends_with(&text[..start], "满") && !starts_with(&text[at..], "儿童"),
        UnitSort::Grade => bounded && !numeral.chinese,
        _ => true,
    };
    if demands { Ok(quantity) } else { Err(Trap::NoBound) }
}

/// Says why there is no unit: because what follows is none, or because nothing follows.
fn without_unit(text: &[char], at: usize) -> Trap {
    match UNITS.at(text, at) {
        Some(word) if word.value == UnitSort::None => Trap::NotCounted,
        _ => Trap::NoUnit,
    }
}

/// Says whether a unit, or a number of ten thousands, follows a number that ends at `at`.
pub(super) fn has_unit(text: &[char], at: usize) -> bool {
    UNITS.at(text, at).is_some()
        || text.get(at).is_some_and(|char| matches!(char, '万' | '亿' | '百' | '千' | '余' | '多'))
}

/// Measures that are written without a unit.
static PLAIN_MEASURES: Words = Words::new("指数 得分 系数 评分 CMI");

/// Where the words begin that may name what a number without a unit measures.
fn numeral_window(text: &[char], at: usize) -> usize {
    const NEAR: usize = 16;
    let from = at.saturating_sub(NEAR);
    from + text[from..at].iter().rposition(|char| matches!(char, ',' | '、')).map_or(0, |place| place + 1)
}

fn unit(
    text: &[char],
    at: usize,
    bare: bool,
    numeral: numerals::Numeral,
    more: bool,
) -> Option<(String, UnitSort, usize)> {
    let rest = &text[at.min(text.len())..];
    if rest.first() == Some(&'/') {
        let per = PER.at(text, at + 1).filter(|_| rest.get(1).is_some_and(|char| matches!(char, '1' | '十' | '万')))?;
        return Some((text[at..per.end].iter().collect(), UnitSort::Share, per.end));
    }
    let scale = rest.iter().take(2).take_while(|char| matches!(char, '万' | '亿' | '百' | '千')).count();
    let unit_start = at + scale;
    if let Some(word) = UNITS.at(text, unit_start) {
        let life_expectancy = starts_with(&text[unit_start..], "岁") && has_any(&text[..at], "寿命");
        if word.value == UnitSort::None {
            return life_expectancy.then(|| ("岁".to_owned(), UnitSort::Count, unit_start + 1));
        }
        let mut end = word.end;
        if text.get(end) == Some(&'/') {
            end = PER.at(text, end + 1).map_or(end, |per| per.end);
        }
        return Some((text[at..end].iter().collect(), word.value, end));
    }
    if scale > 0 && !numeral.chinese {
        return Some((text[at..unit_start].iter().collect(), UnitSort::Count, unit_start));
    }
    let measured_plainly = PLAIN_MEASURES.in_text(&text[numeral_window(text, at)..at]);
    let year_like = (1900.0..2100.0).contains(&numeral.value);
    let ended = rest.first().is_none_or(|char| matches!(char, ',' | '。' | ';' | ')'));
    let after_word = numeral.end > 0 && !numeral.chinese && numeral.value < 100_000.0 && !year_like;
    ((bare || measured_plainly) && after_word && (ended || more)).then(|| (String::new(), UnitSort::Lost, at))
}

/// Reads 1:1.6 where the text speaks of a ratio.
fn ratio(text: &[char], start: usize, numeral: numerals::Numeral) -> Option<Quantity> {
    let second = (text.get(numeral.end) == Some(&':')).then(|| numerals::ascii(text, numeral.end + 1)).flatten()?;
    let about_ratio = has_any(&text[start.saturating_sub(16)..start], "比 配比");
    about_ratio.then(|| {
        let (before, approx, words_start) = words_before(text, start, 0);
        Quantity {
            start,
            end: second.end,
            value: numeral.value,
            value_to: Some(second.value),
            unit: String::new(),
            sort: UnitSort::Ratio,
            before,
            behind: None,
            approx,
            words_start,
        }
    })
}

#[cfg(test)]
#[path = "quantities_tests.rs"]
mod tests;
