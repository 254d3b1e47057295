//! Numbers written as Word writes them: the number formats of ECMA-376 part 1, 17.18.59 (`ST_NumberFormat`).

/// Numbers above this are of no list; larger ones are written in plain digits.
const LARGEST: u32 = 9_999;

/// Writes the number of a list item in a format that Word names; formats that are not in use here are plain digits.
pub(super) fn write(number: u32, format: &str) -> String {
    let written = match format {
        "none" => Some(String::new()),
        "decimalZero" => Some(format!("{number:02}")),
        "decimalFullWidth" | "decimalFullWidth2" => Some(full_width(number)),
        "chineseCountingThousand" | "japaneseCounting" | "taiwaneseCountingThousand" => chinese(number, &COUNTING),
        "chineseCounting" | "taiwaneseCounting" if number < 100 => chinese(number, &COUNTING),
        "chineseCounting"
        | "taiwaneseCounting"
        | "ideographDigital"
        | "taiwaneseDigital"
        | "japaneseDigitalTenThousand" => Some(digits(number)),
        "chineseLegalSimplified" => chinese(number, &LEGAL),
        "ideographLegalTraditional" | "japaneseLegal" => chinese(number, &LEGAL_TRADITIONAL),
        "ideographTraditional" => one_of("甲乙丙丁戊己庚辛壬癸", number),
        "ideographZodiac" => one_of("子丑寅卯辰巳午未申酉戌亥", number),
        "decimalEnclosedCircle" | "decimalEnclosedCircleChinese" => from('①', number, 20),
        "decimalEnclosedParen" => from('⑴', number, 20),
        "decimalEnclosedFullstop" => from('⒈', number, 20),
        "ideographEnclosedCircle" => from('㊀', number, 10),
        "upperLetter" => letters(number).map(|letters| letters.to_ascii_uppercase()),
        "lowerLetter" => letters(number),
        "upperRoman" => roman(number).map(|roman| roman.to_ascii_uppercase()),
        "lowerRoman" => roman(number),
        _ => None,
    };
    written.unwrap_or_else(|| number.to_string())
}

/// The words of one way of writing numbers in Chinese.
struct Words {
    digits: [char; 10],
    units: [&'static str; 4],
    /// Whether 10 to 19 begin with the digit one, as amounts of money do.
    leading_one: bool,
}

const COUNTING: Words = Words {
    digits: ['零', '一', '二', '三', '四', '五', '六', '七', '八', '九'],
    units: ["", "十", "百", "千"],
    leading_one: false,
};

const LEGAL: Words = Words {
    digits: ['零', '壹', '贰', '叁', '肆', '伍', '陆', '柒', '捌', '玖'],
    units: ["", "拾", "佰", "仟"],
    leading_one: true,
};

const LEGAL_TRADITIONAL: Words = Words {
    digits: ['零', '壹', '貳', '參', '肆', '伍', '陸', '柒', '捌', '玖'],
    units: ["", "拾", "佰", "仟"],
    leading_one: true,
};

/// Writes a number of up to four digits with the names of its places, 零 for places left out between others.
fn chinese(number: u32, words: &Words) -> Option<String> {
    if number > LARGEST {
        return None;
    }
    let mut written = String::new();
    let mut gap = false;
    for place in (0..4u32).rev() {
        let digit = (number / 10u32.pow(place)) % 10;
        if digit == 0 {
            gap = !written.is_empty();
            continue;
        }
        if gap {
            written.push(words.digits[0]);
            gap = false;
        }
        if !(digit == 1 && place == 1 && written.is_empty() && !words.leading_one) {
            written.push(words.digits[digit as usize]);
        }
        written.push_str(words.units[place as usize]);
    }
    if written.is_empty() {
        written.push(words.digits[0]);
    }
    Some(written)
}

/// Writes digit for digit: 一〇五.
fn digits(number: u32) -> String {
    let digit = |digit: char| match digit.to_digit(10) {
        Some(0) | None => '〇',
        Some(digit) => COUNTING.digits[digit as usize],
    };
    number.to_string().chars().map(digit).collect()
}

fn full_width(number: u32) -> String {
    number.to_string().chars().map(|digit| char::from_u32(digit as u32 + 0xfee0).unwrap_or(digit)).collect()
}

fn one_of(signs: &str, number: u32) -> Option<String> {
    signs.chars().nth(number.checked_sub(1)? as usize).map(String::from)
}

/// Counts characters of which the first stands for one and the last for `most`.
fn from(first: char, number: u32, most: u32) -> Option<String> {
    (1..=most).contains(&number).then(|| char::from_u32(first as u32 + number - 1).map(String::from))?
}

/// Writes a to z, then aa, bb, as Word does.
fn letters(number: u32) -> Option<String> {
    let at = number.checked_sub(1).filter(|at| *at < LARGEST)?;
    let letter = char::from_u32('a' as u32 + at % 26)?;
    Some(letter.to_string().repeat((at / 26 + 1) as usize))
}

fn roman(number: u32) -> Option<String> {
    const PARTS: &[(u32, &str)] = &[
        (1000, "m"),
        (900, "cm"),
        (500, "d"),
        (400, "cd"),
        (100, "c"),
        (90, "xc"),
        (50, "l"),
        (40, "xl"),
        (10, "x"),
        (9, "ix"),
        (5, "v"),
        (4, "iv"),
        (1, "i"),
    ];
    if !(1..=LARGEST).contains(&number) {
        return None;
    }
    let mut left = number;
    let mut written = String::new();
    for (value, letters) in PARTS {
        while left >= *value {
            written.push_str(letters);
            left -= value;
        }
    }
    Some(written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_written_as_word_writes_them() {
        let cases = [
            (1, "decimal", "1"),
            (7, "decimalZero", "07"),
            (12, "decimalFullWidth", "１２"),
            (10, "chineseCounting", "十"),
            (21, "chineseCounting", "二十一"),
            (105, "chineseCounting", "一〇五"),
            (11, "chineseCountingThousand", "十一"),
            (110, "chineseCountingThousand", "一百一十"),
            (105, "chineseCountingThousand", "一百零五"),
            (1005, "chineseCountingThousand", "一千零五"),
            (3, "japaneseCounting", "三"),
            (10, "chineseLegalSimplified", "壹拾"),
            (3, "ideographTraditional", "丙"),
            (11, "ideographTraditional", "11"),
            (20, "decimalEnclosedCircle", "⑳"),
            (21, "decimalEnclosedCircleChinese", "21"),
            (2, "decimalEnclosedParen", "⑵"),
            (28, "upperLetter", "BB"),
            (14, "lowerRoman", "xiv"),
            (1994, "upperRoman", "MCMXCIV"),
            (0, "lowerRoman", "0"),
            (0, "lowerLetter", "0"),
            (0, "chineseCounting", "零"),
            (u32::MAX, "chineseCountingThousand", "4294967295"),
            (u32::MAX, "upperRoman", "4294967295"),
            (5, "thaiNumbers", "5"),
            (5, "none", ""),
        ];
        for (number, format, expected) in cases {
            assert_eq!(write(number, format), expected, "{number} as {format}");
        }
    }
}
