//! Where lines end: UAX 14 with what Chinese typesetting and numbers need on top.
//!
//! UAX 14 (through `unicode-linebreak`, Unicode 15) keeps `10.5%` and `（` with what follows and closing punctuation with
//! what precedes it. Added here: numbers keep their units also in Chinese and behind a space, `第` and circled numbers
//! keep what they number, and “” are treated as the brackets they are between Chinese characters (which is what
//! rule `LB19a` of Unicode 16 does). What may not begin a line follows GB/T 15834-2011, 5.1.

use std::ops::{ControlFlow, Range};

use unicode_linebreak::linebreaks;
use unicode_segmentation::UnicodeSegmentation;

use super::{pieces, width};

/// Units of more than one character, kept with the number before them also across a space; a single Chinese character
/// is always kept and need not be listed.
#[rustfmt::skip]
const UNITS: [&str; 52] = [
    "小时", "分钟", "秒钟", "个月", "季度", "年度", "周岁", "工作日", "个工作日", "自然日", "个自然日",
    "平方米", "立方米", "平方公里", "毫米", "厘米", "公里", "千米", "毫克", "微克", "千克", "公斤", "毫升", "微升",
    "万元", "亿元", "万人", "万人次", "人次", "例次", "百分点", "个百分点", "摄氏度",
    "mg/L", "mg/kg", "mg/m³", "mg", "μg", "kg", "g", "mL", "ml", "mm", "cm", "km", "m", "m²", "m³",
    "Pa", "min", "℃", "%",
];

/// Marks that may not begin a line and that UAX 14 lets do so.
const NEVER_FIRST: [char; 12] = ['·', '・', '•', '‧', '～', '~', '′', '″', '%', '‰', '％', '℃'];

/// Closing punctuation, which begins a line only where an unbreakable word leaves nothing else.
#[rustfmt::skip]
pub(super) const CLOSING: [char; 36] = [
    '，', '。', '、', '；', '：', '？', '！', '）', '》', '」', '』', '】', '〕', '〉', '〗', '］', '｝', '”', '’', '％', '‰', '℃',
    '…', '·', '～', ',', '.', ';', ':', '?', '!', ')', ']', '}', '%', '．',
];

/// Wraps a text to lines of at most `max_width` cells.
///
/// Every `\n` ends a line. White space where a line was broken, and at the end of a line, is left out; nothing else is.
/// What has no break is cut. A text without characters is one empty line; a `\n` at the very end adds none. A width of 0
/// counts as 1, and only there a wide character stands on a line that is too narrow for it.
pub fn wrap(text: &str, max_width: usize) -> Vec<&str> {
    wrap_at_most(text, max_width, usize::MAX)
}

/// Wraps a text as [`wrap`] does, and stops after so many lines: a long text costs no more than what is shown of it.
pub fn wrap_at_most(text: &str, max_width: usize, most: usize) -> Vec<&str> {
    let mut lines = Vec::with_capacity((text.len() / max_width.max(1) / 2 + 1).min(most));
    // Whether it was stopped shows in the number of lines.
    let _ = each_line(text, max_width, |line| {
        lines.push(&text[line]);
        if lines.len() < most { ControlFlow::Continue(()) } else { ControlFlow::Break(()) }
    });
    lines
}

/// Counts the lines that [`wrap`] makes of a text.
pub fn height(text: &str, max_width: usize) -> usize {
    wrap(text, max_width).len()
}

/// Goes through the lines until there are no more or `line` has enough.
fn each_line(text: &str, max_width: usize, mut line: impl FnMut(Range<usize>) -> ControlFlow<()>) -> ControlFlow<()> {
    let mut start = 0;
    for paragraph in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        fill(paragraph, max_width.max(1), |range| line(start + range.start..start + range.end))?;
        start += paragraph.len() + 1;
    }
    ControlFlow::Continue(())
}

/// Fills lines with one paragraph, each as far as it goes.
fn fill(paragraph: &str, max_width: usize, mut line: impl FnMut(Range<usize>) -> ControlFlow<()>) -> ControlFlow<()> {
    let mut emit = |range: Range<usize>| {
        let shown = paragraph[range.clone()].trim_end();
        line(range.start..range.start + shown.len())
    };
    let mut places = linebreaks(paragraph).map(|(at, _)| at).peekable();
    let mut rules = Rules { text: paragraph, unit_end: 0 };
    let (mut start, mut used) = (0, 0);
    let mut last_break: Option<(usize, usize)> = None;
    for (at, grapheme, cells) in pieces(paragraph) {
        while places.next_if(|&place| place < at).is_some() {}
        let standard = places.next_if_eq(&at).is_some();
        if rules.allow(at, standard) && at > start {
            last_break = Some((at, used));
        }
        if used + cells > max_width && !grapheme.chars().all(char::is_whitespace) {
            if let Some((end, used_there)) = last_break.take() {
                emit(start..end)?;
                (start, used) = (end, used - used_there);
            }
            // What is left here has no break: it is cut. Twice, where the first cut made room for punctuation only.
            while used + cells > max_width && at > start {
                let end = start + cut_before(&paragraph[start..], at - start);
                emit(start..end)?;
                (start, used) = (end, width(&paragraph[end..at]));
            }
        }
        used += cells;
    }
    emit(start..paragraph.len())
}

/// Moves a cut inside a word back so that no closing punctuation begins the next line, where that leaves something.
fn cut_before(word: &str, at: usize) -> usize {
    let mut end = at;
    while word[end..].starts_with(CLOSING) {
        match word[..end].grapheme_indices(true).next_back() {
            Some((previous, _)) if previous > 0 => end = previous,
            _ => return at,
        }
    }
    end
}

/// Decides about the places of a paragraph, which are asked about from left to right.
struct Rules<'text> {
    text: &'text str,
    /// The end of the last number with its unit: no break before it.
    unit_end: usize,
}

impl Rules<'_> {
    /// Says whether a line may end at byte `at`, where UAX 14 as the library knows it says `standard`.
    fn allow(&mut self, at: usize, standard: bool) -> bool {
        let (before, after) = self.text.split_at(at);
        let (Some(last), Some(first)) = (before.chars().next_back(), after.chars().next()) else { return false };
        if is_digit(last) && !is_digit(first) {
            self.unit_end = at + unit_length(after);
        }
        if at < self.unit_end || NEVER_FIRST.contains(&first) {
            return false;
        }
        if standard { !keeps(last, first) } else { quotes_part(last, first) }
    }
}

/// Returns how many bytes of a text that follows a number belong to the number.
fn unit_length(after: &str) -> usize {
    let spaced = after.strip_prefix(' ');
    let rest = spaced.unwrap_or(after);
    let space = usize::from(spaced.is_some());
    let listed = UNITS.iter().filter(|unit| rest.strip_prefix(**unit).is_some_and(|next| ends_word(unit, next)));
    match listed.map(|unit| unit.len()).max() {
        Some(length) => space + length,
        None => rest.chars().next().filter(|&first| is_ideograph(first)).map_or(0, |first| space + first.len_utf8()),
    }
}

/// Says whether a unit is whole here and not the beginning of a longer Latin word.
fn ends_word(unit: &str, next: &str) -> bool {
    !unit.ends_with(|last: char| last.is_ascii_alphabetic())
        || !next.starts_with(|first: char| first.is_alphanumeric() && !is_ideograph(first))
}

/// Says whether two characters belong together that UAX 14 would part.
fn keeps(last: char, first: char) -> bool {
    match last {
        '第' | '＞' | '＜' | '＝' | '≥' | '≤' | '≧' | '≦' | '—' | '～' | '~' | '．' if is_digit(first) => {
            true
        }
        // Circled, parenthesised and dotted numbers, which open an item of a list.
        '\u{2460}'..='\u{249B}' | '\u{2776}'..='\u{2793}' => true,
        _ => is_digit(last) && (is_digit(first) || matches!(first, '—' | '～' | '~' | '-')),
    }
}

/// Says whether a quotation mark between Chinese characters may be broken at as the bracket it is.
fn quotes_part(last: char, first: char) -> bool {
    match (last, first) {
        (_, '“' | '‘') => {
            is_ideograph(last)
                || matches!(last, '，' | '。' | '、' | '；' | '：' | '？' | '！' | '）' | '》' | '”' | '’')
        }
        ('”' | '’', _) => is_ideograph(first) || matches!(first, '（' | '《' | '【' | '〔' | '「'),
        _ => false,
    }
}

fn is_digit(character: char) -> bool {
    matches!(character, '0'..='9' | '０'..='９')
}

fn is_ideograph(character: char) -> bool {
    matches!(character, '\u{3400}'..='\u{4DBF}' | '\u{4E00}'..='\u{9FFF}' | '〇' | '\u{20000}'..='\u{3FFFF}')
}
