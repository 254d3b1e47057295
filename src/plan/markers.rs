//! Marks that number headings and paragraphs: 一、 (一) 1. (1) ① 一是.

use super::{
    lexicon::{is_chinese, starts_with},
    numerals, quantities,
};

/// A style of numbering, from the widest division to the narrowest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(super) enum Style {
    /// `第一部分`, `第一章`.
    Part,
    /// `第一节`.
    Chapter,
    /// `一、`.
    Chinese,
    /// `(一)`.
    ChineseBracket,
    /// `1.` and `1、`.
    Number,
    /// `1.1`.
    Decimal,
    /// `1.1.1`.
    DecimalDeep,
    /// `(1)`.
    NumberBracket,
    /// `1)`.
    HalfBracket,
    /// `①`.
    Circle,
    /// `一是`, `一要` and `第一,`.
    Listing,
}

/// A mark at some place of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Marker {
    /// The style.
    pub(super) style: Style,
    /// The number it carries.
    pub(super) number: u32,
    /// Its length in normalised characters.
    pub(super) length: usize,
}

/// The largest number a heading carries; above it, a number is part of the text.
const LARGEST: u32 = 300;

/// Reads the mark at the beginning of a paragraph.
pub(super) fn at_start(text: &[char]) -> Option<Marker> {
    start_with(text, read)
}

/// Reads a mark with a digit behind it, as in `4.3个卫生院` and `1.1传染病`, which may as well be a decimal number: who knows
/// which number comes next can tell.
pub(super) fn before_digit(text: &[char]) -> Option<Marker> {
    start_with(text, |text| {
        let (number, end) = numerals::whole(text, 0)?;
        let marker = |style, number, length| Some(Marker { style, number, length });
        if !matches!(text.get(end), Some('.' | '、')) || !text.get(end + 1).is_some_and(char::is_ascii_digit) {
            return None;
        }
        let (second, behind) = numerals::whole(text, end + 1)?;
        let titled = text.get(behind).is_some_and(|char| is_chinese(*char)) && !quantities::has_unit(text, behind);
        if titled && text[end] == '.' {
            marker(Style::Decimal, second, behind)
        } else {
            marker(Style::Number, number, end + 1)
        }
    })
}

fn start_with(text: &[char], read: impl FnOnce(&[char]) -> Option<Marker>) -> Option<Marker> {
    let skipped = text.iter().take_while(|char| matches!(char, '#' | '*')).count();
    let marker = read(&text[skipped..]).filter(|marker| (1..=LARGEST).contains(&marker.number))?;
    // A mark with nothing behind it numbers nothing.
    (text.len() > skipped + marker.length).then_some(Marker { length: marker.length + skipped, ..marker })
}

fn read(text: &[char]) -> Option<Marker> {
    match *text.first()? {
        '(' => bracketed(text),
        '第' => ordinal(text),
        first @ '①'..='⑳' => {
            Some(Marker { style: Style::Circle, number: first as u32 - '①' as u32 + 1, length: 1 })
        }
        first if first.is_ascii_digit() => numbered(text),
        _ => chinese(text),
    }
}

fn bracketed(text: &[char]) -> Option<Marker> {
    let (number, end) = numerals::whole(text, 1)?;
    let style = if text[1].is_ascii_digit() { Style::NumberBracket } else { Style::ChineseBracket };
    (text.get(end) == Some(&')')).then(|| {
        let trailing = usize::from(matches!(text.get(end + 1), Some('、' | '.')));
        Marker { style, number, length: end + 1 + trailing }
    })
}

fn ordinal(text: &[char]) -> Option<Marker> {
    let (number, end) = numerals::whole(text, 1)?;
    let rest = &text[end..];
    let (style, length) = if starts_with(rest, "部分") {
        (Style::Part, end + 2)
    } else if starts_with(rest, "章") || starts_with(rest, "篇") {
        (Style::Part, end + 1)
    } else if starts_with(rest, "节") {
        (Style::Chapter, end + 1)
    } else if starts_with(rest, ",") {
        (Style::Listing, end + 1)
    } else {
        return None;
    };
    let trailing = usize::from(matches!(text.get(length), Some('、' | ':' | ',')));
    Some(Marker { style, number, length: length + trailing })
}

fn numbered(text: &[char]) -> Option<Marker> {
    let (number, end) = numerals::whole(text, 0)?;
    let after = text.get(end + 1);
    match *text.get(end)? {
        ')' => Some(Marker { style: Style::HalfBracket, number, length: end + 1 }),
        '、' if !after.is_some_and(char::is_ascii_digit) || opens_year(&text[end + 1..]) => {
            Some(Marker { style: Style::Number, number, length: end + 1 })
        }
        '.' if !after.is_some_and(char::is_ascii_digit) || opens_date(&text[end + 1..]) => {
            let trailing = usize::from(after == Some(&' '));
            Some(Marker { style: Style::Number, number, length: end + 1 + trailing })
        }
        '.' => decimal(text, end),
        _ => None,
    }
}

/// Says whether a text begins with a year, which no decimal number goes on with.
fn opens_year(text: &[char]) -> bool {
    numerals::whole(text, 0)
        .is_some_and(|(number, end)| (1990..=2100).contains(&number) && text.get(end) == Some(&'年'))
}

/// Says whether a text begins with a year or a month; months are never counted in tenths.
fn opens_date(text: &[char]) -> bool {
    let of_month = |&(number, end): &(u32, usize)| (1..=12).contains(&number) && text.get(end) == Some(&'月');
    let month = numerals::whole(text, 0).filter(of_month);
    opens_year(text) || month.is_some_and(|(_, end)| text.get(end + 1) != Some(&'龄'))
}

/// Reads `1.1` and `1.1.1`; a decimal number such as `2.5亿` is none because a Chinese word other than a unit has to follow.
fn decimal(text: &[char], dot: usize) -> Option<Marker> {
    let (mut number, mut end) = numerals::whole(text, dot + 1)?;
    let mut style = Style::Decimal;
    if text.get(end) == Some(&'.') && text.get(end + 1).is_some_and(char::is_ascii_digit) {
        (number, end) = numerals::whole(text, end + 1)?;
        style = Style::DecimalDeep;
    }
    let spaced = text.get(end).is_some_and(|char| matches!(char, ' ' | '.' | '、'));
    let deep = style == Style::DecimalDeep && !text.get(end).is_some_and(char::is_ascii_punctuation);
    (spaced || deep).then_some(Marker { style, number, length: end + usize::from(spaced) })
}

fn chinese(text: &[char]) -> Option<Marker> {
    if text[0] == '零' {
        return None;
    }
    let (number, end) = numerals::whole(text, 0)?;
    match *text.get(end)? {
        '是' | '要' if !matches!(text.get(end + 1), Some('求' | '素' | '否')) => {
            Some(Marker { style: Style::Listing, number, length: end + 1 })
        }
        '、' | '.' if !enumerates(&text[end + 1..]) => Some(Marker { style: Style::Chinese, number, length: end + 1 }),
        _ => None,
    }
}

/// Says whether the text after `二、` goes on the enumeration, as in 二、三级医院.
fn enumerates(rest: &[char]) -> bool {
    const COUNTED: &[char] = &['级', '类', '等', '期', '批', '次', '线', '产', '季', '月', '年'];
    numerals::chinese(rest, 0)
        .is_some_and(|numeral| rest.get(numeral.end).is_some_and(|next| COUNTED.contains(next) || *next == '、'))
}

/// Finds the marks of a list that runs inside one paragraph: 一是…二是…, and ①…②….
///
/// A mark counts only behind punctuation, and only when its list begins with 1 and has a second item, or goes on from
/// `before`, the list item that the paragraph itself is.
pub(super) fn inline(text: &[char], before: Option<(Style, u32)>) -> Vec<(usize, Marker)> {
    /// No list has more items between one and the next.
    const NEAREST: usize = 40;
    const BOUNDARY: &[char] = &['。', ';', ':', ',', '!', '?', '”', ')'];
    let mut found: Vec<(usize, Marker)> = Vec::new();
    for at in 0..text.len() {
        if at > 0 && !BOUNDARY.contains(&text[at - 1]) {
            continue;
        }
        let Some(marker) = read(&text[at..]) else { continue };
        let circled = marker.style == Style::Circle;
        let listed = marker.style == Style::Listing && text[at] != '第';
        if circled || listed {
            found.push((at, marker));
        }
    }
    let continued = |place: usize, marker: &Marker| {
        if before.is_some_and(|(style, number)| style == marker.style && number + 1 == marker.number) {
            return true;
        }
        let wanted = if marker.number == 1 { 2 } else { marker.number.saturating_sub(1) };
        let same = |(_, other): &&(usize, Marker)| other.style == marker.style && other.number == wanted;
        if marker.number == 1 {
            found[place..].iter().take(NEAREST).any(|other| same(&other))
        } else {
            found[..place].iter().rev().take(NEAREST).any(|other| same(&other))
        }
    };
    found.iter().enumerate().filter(|(place, (_, marker))| continued(*place, marker)).map(|(_, found)| *found).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_are_told_from_text() {
        let cases = [
            ("一、加强领导", Some((Style::Chinese, 1, 2))),
            ("(十二)完善", Some((Style::ChineseBracket, 12, 4))),
            ("(3)培训", Some((Style::NumberBracket, 3, 3))),
            ("31. 持续", Some((Style::Number, 31, 4))),
            ("7、规范", Some((Style::Number, 7, 2))),
            ("2)规范", Some((Style::HalfBracket, 2, 2))),
            ("③培训", Some((Style::Circle, 3, 1))),
            ("二是加强", Some((Style::Listing, 2, 2))),
            ("三要强化", Some((Style::Listing, 3, 2))),
            ("第二部分 重点", Some((Style::Part, 2, 4))),
            ("1.1.2规范", Some((Style::DecimalDeep, 2, 5))),
            ("##(一)机制", Some((Style::ChineseBracket, 1, 5))),
            ("2.5亿元", None),
            ("2022.3.1", None),
            ("二、三级医院", None),
            ("1、2号楼", None),
            ("2022年全市", None),
            ("一律不得", None),
            ("一要求", None),
            ("一、", None),
            ("6.2024年底前完成", Some((Style::Number, 6, 2))),
            ("1、2024年底前完成", Some((Style::Number, 1, 2))),
            ("8.12月上旬总结", Some((Style::Number, 8, 2))),
            ("8.12月龄儿童", None),
            ("4.3个卫生院", None),
        ];
        for (text, expected) in cases {
            let chars: Vec<char> = text.chars().collect();
            let found = at_start(&chars).map(|marker| (marker.style, marker.number, marker.length));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn marks_before_digits_are_possible() {
        let cases = [
            ("4.3个乡镇卫生院完成改造", Some((Style::Number, 4, 2))),
            ("9.90%的卫生院达标", Some((Style::Number, 9, 2))),
            ("5、80%的诊所接入", Some((Style::Number, 5, 2))),
            ("2.1传染病防控", Some((Style::Decimal, 1, 3))),
            ("加强管理", None),
            ("2023年", None),
        ];
        for (text, expected) in cases {
            let chars: Vec<char> = text.chars().collect();
            let found = before_digit(&chars).map(|marker| (marker.style, marker.number, marker.length));
            assert_eq!(found, expected, "{text}");
        }
    }

    #[test]
    fn a_list_goes_on_from_the_item_that_the_paragraph_is() {
        let chars: Vec<char> = "建立台账。二是开展督查。三是通报。".chars().collect();
        assert_eq!(inline(&chars, Some((Style::Listing, 1))).len(), 2);
        assert_eq!(inline(&chars, None).len(), 1);
    }

    #[test]
    fn a_list_inside_a_paragraph_needs_its_beginning_and_a_second_item() {
        let cases = [
            ("抓好三件事。一是建章立制。二是督导检查;三是总结。", vec![1, 2, 3]),
            ("目标一是明确的。一是加强领导。", vec![]),
            ("做好:①登记;②报告。", vec![1, 2]),
            ("完成任务。三是保障。", vec![]),
        ];
        for (text, expected) in cases {
            let chars: Vec<char> = text.chars().collect();
            let found: Vec<u32> = inline(&chars, None).iter().map(|(_, marker)| marker.number).collect();
            assert_eq!(found, expected, "{text}");
        }
    }
}
