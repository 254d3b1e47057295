//! Numbers as officials write them: digits, Chinese numerals, and the two mixed.

/// A number read from text, and the characters behind it.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(super) struct Numeral {
    pub(super) value: f64,
    pub(super) end: usize,
    pub(super) chinese: bool,
}

/// Gives the value of one Chinese digit; 两 counts as 2.
pub(super) fn digit(char: char) -> Option<u32> {
    Some(match char {
        '零' | '〇' => 0,
        '一' => 1,
        '二' | '两' => 2,
        '三' => 3,
        '四' => 4,
        '五' => 5,
        '六' => 6,
        '七' => 7,
        '八' => 8,
        '九' => 9,
        _ => return None,
    })
}

/// Says whether a character is part of a Chinese numeral.
pub(super) fn is_chinese(char: char) -> bool {
    const NUMERALS: [char; 17] =
        ['零', '〇', '一', '二', '两', '三', '四', '五', '六', '七', '八', '九', '十', '百', '千', '万', '亿'];
    NUMERALS.contains(&char)
}

fn power(char: char) -> Option<u32> {
    Some(match char {
        '十' => 10,
        '百' => 100,
        '千' => 1000,
        _ => return None,
    })
}

/// Reads a Chinese numeral below 10,000 such as 三, 十二, 四十五 or 一千二百.
pub(super) fn chinese(text: &[char], start: usize) -> Option<Numeral> {
    let (mut total, mut current, mut at) = (0_u32, None, start);
    let mut smallest = u32::MAX;
    while let Some(&char) = text.get(at) {
        if let Some(value) = digit(char) {
            // Two digits in a row are not a numeral of this form, except that 零 fills a gap.
            if current.is_some_and(|before| before != 0) {
                break;
            }
            current = Some(value);
        } else if let Some(value) = power(char).filter(|&value| value < smallest) {
            if current.is_none() && value != 10 {
                break;
            }
            total += current.take().unwrap_or(1).max(1) * value;
            smallest = value;
        } else {
            break;
        }
        at += 1;
    }
    let value = total + current.unwrap_or(0);
    (at > start).then_some(Numeral { value: f64::from(value), end: at, chinese: true })
}

/// Reads a number of ASCII digits, with thousands separated by commas and with decimals.
pub(super) fn ascii(text: &[char], start: usize) -> Option<Numeral> {
    const LONGEST: usize = 15;
    let digits = |from: usize| text[from.min(text.len())..].iter().take_while(|char| char.is_ascii_digit()).count();
    let whole = digits(start);
    if whole == 0 || whole > LONGEST {
        return None;
    }
    let mut end = start + whole;
    while whole <= 3 && text.get(end) == Some(&',') && digits(end + 1) == 3 && end - start < LONGEST {
        end += 4;
    }
    if text.get(end) == Some(&'.') && (1..=6).contains(&digits(end + 1)) {
        end += 1 + digits(end + 1);
    }
    let written: String = text[start..end].iter().filter(|char| **char != ',').collect();
    Some(Numeral { value: written.parse().ok()?, end, chinese: false })
}

/// Reads a small whole number, in digits or in Chinese.
pub(super) fn whole(text: &[char], start: usize) -> Option<(u32, usize)> {
    let digits = text[start.min(text.len())..].iter().take_while(|char| char.is_ascii_digit()).count();
    if (1..=4).contains(&digits) {
        let written: String = text[start..start + digits].iter().collect();
        return Some((written.parse().ok()?, start + digits));
    }
    let numeral = chinese(text, start).filter(|_| digits == 0)?;
    // A Chinese numeral of this module is a whole number below 10,000.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    Some((numeral.value as u32, numeral.end))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn chinese_numerals_have_their_value() {
        let cases = [
            ("三", Some((3.0, 1))),
            ("十二月", Some((12.0, 2))),
            ("四十五)", Some((45.0, 3))),
            ("三百名", Some((300.0, 2))),
            ("一千二百人", Some((1200.0, 4))),
            ("两百零五", Some((205.0, 4))),
            ("百姓", None),
            ("医院", None),
        ];
        for (text, expected) in cases {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(chinese(&chars, 0).map(|numeral| (numeral.value, numeral.end)), expected, "{text}");
        }
    }

    #[test]
    fn digits_may_have_separators_and_decimals() {
        let cases = [
            ("1,234人", Some((1234.0, 5))),
            ("12.5‰", Some((12.5, 4))),
            ("7,6名", Some((7.0, 1))),
            ("人", None),
            ("3.", Some((3.0, 1))),
        ];
        for (text, expected) in cases {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(ascii(&chars, 0).map(|numeral| (numeral.value, numeral.end)), expected, "{text}");
        }
    }
}
