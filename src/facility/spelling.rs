//! The names of units written in one way: numbers as digits, and what everybody says for short spelled out.

/// Endings that say the legal form and not which unit it is; longer ones first.
const LEGAL_FORMS: &[&str] = &["股份有限公司", "有限责任公司", "有限公司", "集团公司", "公司", "个体工商户"];

/// What units are called for short, and the name that it stands for; the first ending that fits counts.
const SHORT_FORMS: &[(&str, &str)] = &[
    ("疾控中心", "疾病预防控制中心"),
    ("疾控", "疾病预防控制中心"),
    ("妇幼院", "妇幼保健院"),
    ("妇保院", "妇幼保健院"),
    ("妇幼", "妇幼保健院"),
    ("中医院", "中医医院"),
    ("社卫中心", "社区卫生服务中心"),
    ("社区卫生中心", "社区卫生服务中心"),
    ("社区医院", "社区医院"),
    ("市医院", "市人民医院"),
    ("县医院", "县人民医院"),
    ("区医院", "区人民医院"),
];

/// What a numbered hospital ends with, behind its number; longer ones first.
const NUMBERED: &[&str] = &["人民医院", "医院", "院"];

/// The digits of Chinese numbers, from one.
const NUMERALS: &str = "一二三四五六七八九";

/// Writes a text in one way: half-width capitals, without spaces, brackets and marks, numbers behind 第 as digits.
pub(super) fn written(text: &str) -> String {
    let mut written = String::with_capacity(text.len());
    let mut number = String::new();
    for character in text.chars() {
        let character = match u32::from(character) {
            wide @ 0xff01..=0xff5e => char::from_u32(wide - 0xfee0).unwrap_or(character),
            _ => character,
        };
        if !character.is_alphanumeric() {
            continue;
        }
        if is_numeral(character) && written.ends_with('第') {
            number.push(character);
            continue;
        }
        put_number(&mut written, &mut number);
        written.extend(character.to_uppercase());
    }
    put_number(&mut written, &mut number);
    written
}

/// Writes the name of a unit in one way: as [`written`], without legal form, short forms spelled out, a numbered hospital
/// as `第3人民医院`.
pub(super) fn spelled_out(name: &str) -> String {
    let mut name = written(name);
    if let Some(bare) = LEGAL_FORMS.iter().find_map(|form| name.strip_suffix(form)) {
        name.truncate(bare.len());
    }
    let short = SHORT_FORMS.iter().find_map(|(short, long)| Some((name.strip_suffix(short)?.len(), *long)));
    if let Some((at, long)) = short {
        name.truncate(at);
        name.push_str(long);
    } else if let Some((at, number)) = numbered(&name) {
        name.truncate(at);
        for part in ["第", &number.to_string(), "人民医院"] {
            name.push_str(part);
        }
    }
    name
}

/// Finds the number of a hospital that is named by it, and where that begins, 第 included.
fn numbered(name: &str) -> Option<(usize, u32)> {
    let front = NUMBERED.iter().find_map(|ending| name.strip_suffix(ending))?;
    let stem = front.trim_end_matches(|letter| is_numeral(letter) || letter.is_ascii_digit());
    let number = read_number(&front[stem.len()..])?;
    Some((stem.strip_suffix('第').unwrap_or(stem).len(), number))
}

fn is_numeral(letter: char) -> bool {
    letter == '十' || NUMERALS.contains(letter)
}

/// Writes the number that was gathered, as digits where it is one.
fn put_number(written: &mut String, number: &mut String) {
    match read_number(number) {
        Some(value) => written.push_str(&value.to_string()),
        None => written.push_str(number),
    }
    number.clear();
}

/// Reads `3`, `三`, `十`, `十二` or `二十一`; 八一 is the name of a day and no number.
fn read_number(written: &str) -> Option<u32> {
    if written.bytes().all(|letter| letter.is_ascii_digit()) {
        return written.parse().ok();
    }
    let digit = |text: &str, none: u32| {
        let mut letters = text.chars();
        match (letters.next(), letters.next()) {
            (None, _) => Some(none),
            (Some(letter), None) => {
                NUMERALS.chars().zip(1..).find(|(known, _)| *known == letter).map(|(_, value)| value)
            }
            _ => None,
        }
    };
    match written.split_once('十') {
        Some((tens, ones)) => Some(digit(tens, 1)? * 10 + digit(ones, 0)?),
        None => digit(written, 0),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_said_for_short_is_spelled_out() {
        let cases = [
            ("三院", "第3人民医院"),
            ("市三院", "市第3人民医院"),
            ("市三医院", "市第3人民医院"),
            ("云澜市第十二人民医院", "云澜市第12人民医院"),
            ("第二十一医院", "第21人民医院"),
            ("云澜市３院", "云澜市第3人民医院"),
            ("八一医院", "八一医院"),
            ("医院", "医院"),
            ("康宁医院", "康宁医院"),
            ("第一中心医院", "第1中心医院"),
            ("第十二中学", "第12中学"),
            ("区妇幼", "区妇幼保健院"),
            ("县疾控", "县疾病预防控制中心"),
            ("澜城区疾控中心", "澜城区疾病预防控制中心"),
            ("澜城区疾病预防控制中心", "澜城区疾病预防控制中心"),
            ("市中医院", "市中医医院"),
            ("市中医医院", "市中医医院"),
            ("县医院", "县人民医院"),
            ("东塘社区医院", "东塘社区医院"),
            ("东塘镇中心卫生院", "东塘镇中心卫生院"),
            ("康宁（集团）有限公司", "康宁集团"),
        ];
        for (name, expected) in cases {
            assert_eq!(spelled_out(name), expected, "{name}");
        }
    }
}
