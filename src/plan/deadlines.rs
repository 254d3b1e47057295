//! Dates by which something is due: 3月底前, 年底前, 到2024年底, 第二季度末, 三年内.
//!
//! A month without a year takes the year of the plan. Starts (从2022年起), periods (1-10月) and days that come again
//! (每月25日) are no deadlines.

use std::sync::LazyLock;

use super::{
    lexicon::{Lexicon, Words, ends_with, starts_with, words},
    numerals,
};

/// A date in a text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Date {
    /// Where it begins.
    pub(super) start: usize,
    /// Where it ends.
    pub(super) end: usize,
    /// `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub(super) value: String,
    /// Whether nothing but the year is said.
    pub(super) only_year: bool,
}

/// Words that mean a month of the plan's year.
static WORDS: LazyLock<Lexicon<u32>> = LazyLock::new(|| {
    let december = words(
        "年底前 年底 年末 年内 今年底 本年底 年终前 今年内 本年度内 全年内 下半年 第四季度末 四季度末 第四季度 \
        四季度 岁末",
    );
    let words = [
        ("上半年", 6),
        ("年中", 6),
        ("第一季度", 3),
        ("一季度", 3),
        ("第二季度", 6),
        ("二季度", 6),
        ("第三季度", 9),
        ("三季度", 9),
        ("五一前", 4),
        ("国庆前", 9),
        ("国庆节前", 9),
        ("元旦前", 12),
    ];
    Lexicon::new(december.map(|word| (word, 12)).chain(words))
});

/// The month before which 春节 falls, from 2015 on (the Chinese calendar, GB/T 33661-2017).
const SPRING_FESTIVAL: &[u32] = &[2, 2, 1, 2, 2, 1, 2, 1, 1, 2, 1, 2, 2, 1, 2, 2, 1, 2, 1, 2, 2];
const SPRING_FESTIVAL_FROM: i32 = 2015;

/// Finds the dates of a text in the order in which they stand.
pub(super) fn find(text: &[char], masked: &[bool], year: Option<i32>) -> Vec<Date> {
    let mut found: Vec<Date> = Vec::new();
    let mut at = 0;
    while at < text.len() {
        let date = if masked.get(at).copied().unwrap_or(false) { None } else { date_at(text, at, year) };
        match date {
            Some(Reading::Date(date)) => {
                at = date.end;
                found.push(date);
            }
            Some(Reading::Other(end)) => at = end,
            None => at += 1,
        }
    }
    drop_descriptions(text, &mut found);
    found
}

enum Reading {
    Date(Date),
    /// Something that looks like a date and is none, up to here.
    Other(usize),
}

fn date_at(text: &[char], at: usize, year: Option<i32>) -> Option<Reading> {
    let before = at.checked_sub(1).map(|place| text[place]);
    if let Some(word) = WORDS.at(text, at).filter(|_| !matches!(before, Some('每' | '半' | '整' | '数'))) {
        // 明年底 is 明年 and 年底 in one.
        let said_before = if text[at] == '年' { &text[..=at] } else { &text[..at] };
        let value = format!("{}-{:02}", year? + years_off(said_before)?, word.value);
        let end = with_ending(text, word.end);
        return Some(Reading::Date(Date { start: at, end, value, only_year: false }));
    }
    if let Some(date) = end_of_programme(text, at) {
        return Some(Reading::Date(date));
    }
    if text[at] == '春' && starts_with(&text[at..], "春节前") {
        let place = usize::try_from(year? - SPRING_FESTIVAL_FROM).ok()?;
        let value = format!("{}-{:02}", year?, SPRING_FESTIVAL.get(place)?);
        return Some(Reading::Date(Date { start: at, end: at + 3, value, only_year: false }));
    }
    if !text[at].is_ascii_digit() && !numerals::is_chinese(text[at]) {
        return None;
    }
    let continues = before.is_some_and(|char| {
        char.is_ascii_alphanumeric()
            || matches!(char, '-' | '.' | '/' | '+' | '第' | '十')
            || numerals::digit(char).is_some()
    });
    if continues {
        return None;
    }
    let (number, end) = numerals::whole(text, at)?;
    match text.get(end)? {
        '年' if (1990..=2100).contains(&number) => Some(calendar_year(text, at, number, end + 1)),
        '年' if (1..=5).contains(&number) && starts_with(&text[end + 1..], "内") => {
            // N年内 counts the plan's own year as the first, as 年内 does.
            let last = year? + i32::try_from(number).ok()? - 1;
            let date = Date { start: at, end: end + 2, value: format!("{last}-12"), only_year: false };
            Some(Reading::Date(date))
        }
        '月' if (1..=12).contains(&number) => {
            let year = year? + years_off(&text[..at])?;
            Some(month(text, at, year, number, end + 1))
        }
        // 1-10月 is a period.
        '-' | '~' | '至' => {
            let (_, to) = numerals::whole(text, end + 1)?;
            matches!(text.get(to), Some('月' | '年')).then_some(Reading::Other(to + 1))
        }
        _ => None,
    }
}

/// Says how many years off a date is that 明年 stands before; `None` where it is over or comes again every year.
fn years_off(before: &[char]) -> Option<i32> {
    static OTHER: Words = Words::new("去年 上年 每年 每年度 往年 上年度");
    static NEXT: Words = Words::new("明年 次年 下年 来年");
    if OTHER.ends(before) { None } else { Some(i32::from(NEXT.ends(before))) }
}

/// Reads the end of a five-year programme: “十四五”末, “十四五”期末.
fn end_of_programme(text: &[char], at: usize) -> Option<Date> {
    const PROGRAMMES: &[(&str, i32)] = &[("“十三五”", 2020), ("“十四五”", 2025), ("“十五五”", 2030)];
    if !matches!(text[at], '末' | '期') {
        return None;
    }
    let length = if text[at] == '末' { 1 } else { 2 };
    let (programme, last) = PROGRAMMES.iter().find(|(programme, _)| ends_with(&text[..at], programme))?;
    let ended = length == 1 || text.get(at + 1) == Some(&'末');
    let start = at - programme.chars().count();
    ended.then(|| Date { start, end: at + length, value: format!("{last}-12"), only_year: false })
}

/// Passes over 底, 末, 前 and the like behind a date.
fn with_ending(text: &[char], mut at: usize) -> usize {
    const ENDINGS: &str = "份 底 末 上旬 中旬 下旬 初 之前 以前 前 止";
    while let Some(ending) = words(ENDINGS).find(|ending| starts_with(&text[at.min(text.len())..], ending)) {
        at += ending.chars().count();
    }
    at
}

fn calendar_year(text: &[char], start: usize, year: u32, after: usize) -> Reading {
    let Ok(signed) = i32::try_from(year) else { return Reading::Other(after) };
    let of_month = |&(number, end): &(u32, usize)| text.get(end) == Some(&'月') && (1..=12).contains(&number);
    if let Some((number, end)) = numerals::whole(text, after).filter(of_month) {
        return month(text, start, signed, number, end + 1);
    }
    if is_start(text, start, after) {
        return Reading::Other(after);
    }
    let ended = with_ending(text, after);
    if let Some(word) = WORDS.at(text, after) {
        let value = format!("{year}-{:02}", word.value);
        return Reading::Date(Date { start, end: with_ending(text, word.end), value, only_year: false });
    }
    // 2019年前批复的 says which projects are meant, not when they are due.
    if ended > after && ends_with(&text[..ended], "前") && !starts_with(&text[after..], "底") {
        return Reading::Date(Date { start, end: ended, value: format!("{}", year - 1), only_year: true });
    }
    let (value, only_year) = if ended > after { (format!("{year}-12"), false) } else { (format!("{year}"), true) };
    Reading::Date(Date { start, end: ended, value, only_year })
}

/// Says whether what stands between `start` and `end` is when something begins: 从2022年起, 自4月1日起, 2020年以来.
fn is_start(text: &[char], start: usize, end: usize) -> bool {
    static BEGINS: Words = Words::new("以来 起 开始");
    BEGINS.begins(&text[end..]) || ends_with(&text[..start], "自") || ends_with(&text[..start], "从")
}

fn month(text: &[char], start: usize, year: i32, month: u32, after: usize) -> Reading {
    let rest = &text[after..];
    if matches!(rest.first(), Some('龄')) || starts_with(rest, "儿童") {
        return Reading::Other(after);
    }
    let is_day = |&(day, end): &(u32, usize)| matches!(text.get(end), Some('日' | '号')) && (1..=31).contains(&day);
    let day = numerals::whole(text, after).filter(is_day);
    let whole = day.map_or(after, |(_, end)| end + 1);
    if is_start(text, start, whole) {
        return Reading::Other(whole);
    }
    if let Some((day, end)) = day {
        let value = format!("{year}-{month:02}-{day:02}");
        return Reading::Date(Date { start, end: with_ending(text, end + 1), value, only_year: false });
    }
    Reading::Date(Date { start, end: with_ending(text, after), value: format!("{year}-{month:02}"), only_year: false })
}

/// Drops dates that say which thing is meant (2019年前批复的项目) or come again (每月).
fn drop_descriptions(text: &[char], found: &mut Vec<Date>) {
    found.retain(|date| {
        let after = &text[date.end..];
        let attributive =
            date.only_year && after.len() > 2 && (starts_with(after, "批复的") || starts_with(after, "度版"));
        !(attributive || comes_again(&text[..date.start]) || date.only_year && is_compared(text, date))
    });
}

/// Says whether a year is one that another is compared with: 比2020年提高, 与2022年相比.
fn is_compared(text: &[char], date: &Date) -> bool {
    static THAN: Words = Words::new("比 较 较之 相较");
    THAN.ends(&text[..date.start]) || starts_with(&text[date.end..], "相比")
}

/// Says whether a date comes again that stands behind these words: 每月, 每年3月、9月.
fn comes_again(mut before: &[char]) -> bool {
    while let Some((_, earlier)) = before.split_last().filter(|(joint, _)| matches!(joint, '、' | '和' | '及')) {
        let Some(month) = earlier.strip_suffix(&['月']) else { break };
        let digits =
            month.iter().rev().take_while(|char| char.is_ascii_digit() || numerals::is_chinese(**char)).count();
        before = &month[..month.len() - digits];
    }
    ends_with(before, "每") || ends_with(before, "每年")
}

/// Says whether a part of a sentence is nothing but dates and the words around them: 6月底前, 到2025年和2030年.
pub(super) fn is_only_date(text: &[char], dates: &[Date]) -> bool {
    const AROUND: &[char] =
        &['到', '在', '于', '至', '截', '止', '力', '争', '今', '年', '的', '确', '保', '明', '和', '与', '、'];
    let mut outside = 0;
    let mut from = 0;
    for date in dates {
        let before = &text[from.min(date.start)..date.start];
        if !before.iter().all(|char| AROUND.contains(char)) {
            return false;
        }
        outside += before.len();
        from = date.end;
    }
    let behind = &text[from..];
    !dates.is_empty() && behind.iter().all(|char| AROUND.contains(char)) && outside + behind.len() <= 4
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dates(text: &str) -> Vec<String> {
        let chars: Vec<char> = text.chars().collect();
        find(&chars, &vec![false; chars.len()], Some(2023)).into_iter().map(|date| date.value).collect()
    }

    #[test]
    fn dates_take_the_year_of_the_plan() {
        let cases: &[(&str, &[&str])] = &[
            ("迁建项目3月底前完工", &["2023-03"]),
            ("年底前实现全覆盖", &["2023-12"]),
            ("到2024年底建成", &["2024-12"]),
            ("2024年6月底前完成", &["2024-06"]),
            ("2025年申报创建", &["2025"]),
            ("9月17日组织复核", &["2023-09-17"]),
            ("十二月底前完成", &["2023-12"]),
            ("第二季度末完成", &["2023-06"]),
            ("三年内引进人才", &["2025-12"]),
            ("春节前完成", &["2023-01"]),
            ("8月、9月中旬分别验收", &["2023-08", "2023-09"]),
            ("从2022年起做好准备", &[]),
            ("2020年以来查处案件", &[]),
            ("1-10月完成检查", &[]),
            ("每月25日开展活动", &[]),
            ("0-36月儿童", &[]),
            ("2小时内报告", &[]),
            ("每年开展", &[]),
            ("明年6月底前完成", &["2024-06"]),
            ("明年底前完成", &["2024-12"]),
            ("去年12月建成", &[]),
            ("每年12月前报送", &[]),
            ("到“十四五”末", &["2025-12"]),
            ("2023年12月31日前完成", &["2023-12-31"]),
            ("到2025年和2030年", &["2025", "2030"]),
            ("自2024年4月1日起实施", &[]),
            ("从4月1日起实施", &[]),
            ("比2020年提高5个百分点", &[]),
            ("与2022年相比下降", &[]),
            ("每年3月、9月各一次", &[]),
            ("3月、9月各一次", &["2023-03", "2023-09"]),
        ];
        for (text, expected) in cases {
            assert_eq!(&dates(text), expected, "{text}");
        }
    }
}
