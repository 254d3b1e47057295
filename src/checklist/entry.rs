//! What an inspector types, read as a value: lenient about input methods and habits, strict about meaning.
//!
//! A Chinese input method gives full-width digits and `。` for a point; people write dates as `11.21` or `今天` and times as
//! `930`. All of that is read; what could mean two things is refused with a text that says what to type.

use chrono::{Datelike, Days, NaiveDate, NaiveTime};

use super::{AnswerType, Item, Value, value::LARGEST_EXACT};
use crate::{i18n::Text, text};

/// The longest text that is taken as an answer, in characters.
pub const ANSWER_MAX_CHARS: usize = 10_000;

/// Words for yes and no, after folding; `1` and `2` are the keys of the screen.
const YES: &[&str] = &["是", "有", "对", "y", "yes", "true", "1", "√", "✓"];
const NO: &[&str] = &["否", "无", "不是", "没有", "n", "no", "false", "2", "×", "✗"];

/// Words for a day and how many days they are from today.
const DAYS: &[(&str, i64)] = &[
    ("今天", 0),
    ("今日", 0),
    ("today", 0),
    ("昨天", -1),
    ("昨日", -1),
    ("yesterday", -1),
    ("前天", -2),
    ("明天", 1),
    ("明日", 1),
    ("tomorrow", 1),
    ("后天", 2),
];

/// Words before a time and whether they mean the second half of the day.
const HALVES: &[(&str, bool)] =
    &[("上午", false), ("早上", false), ("凌晨", false), ("下午", true), ("傍晚", true), ("晚上", true)];

impl Value {
    /// Reads what an inspector typed as the answer to an item of some type.
    ///
    /// `today` gives the year of `11-21` and the meaning of 今天. The error says what to type instead. A choice is not
    /// compared with the item's words here; [`Item::read_answer`] does that.
    pub fn parse(answer: AnswerType, typed: &str, today: NaiveDate) -> Result<Self, Text> {
        let folded = fold(typed);
        let folded = folded.trim();
        if folded.is_empty() {
            return Err(text!("checklist.entry.empty"));
        }
        match answer {
            AnswerType::Verdict => Err(text!("checklist.entry.verdict")),
            AnswerType::YesNo => yes_no(folded).map(Self::YesNo),
            AnswerType::Number => number(folded).map(Self::Number),
            AnswerType::Percent => percent(folded).map(Self::Number),
            AnswerType::Count => count(folded).map(Self::Number),
            AnswerType::Choice => free_text(typed).map(Self::Choice),
            AnswerType::Choices => words(typed).map(Self::Choices),
            AnswerType::Date => date(folded, today).map(Self::Date),
            AnswerType::Time => time(folded).map(Self::Time),
            AnswerType::Text => free_text(typed).map(Self::Text),
            AnswerType::Table => Err(text!("checklist.entry.table")),
            AnswerType::File => Err(text!("checklist.entry.file")),
        }
    }
}

impl Item {
    /// Reads what an inspector typed as the answer to this item.
    ///
    /// Beyond [`Value::parse`] the item's own unit may stand behind a number, and a choice may be its number in the list.
    pub fn read_answer(&self, typed: &str, today: NaiveDate) -> Result<Value, Text> {
        match self.answer {
            AnswerType::Number | AnswerType::Count if !self.unit.is_empty() => {
                let folded = fold(typed);
                let bare = folded.trim().strip_suffix(fold(&self.unit).trim()).unwrap_or(&folded);
                Value::parse(self.answer, bare, today)
            }
            AnswerType::Choice => self.choice(typed).map(Value::Choice),
            AnswerType::Choices => {
                if let Ok(whole) = self.choice(typed) {
                    return Ok(Value::Choices(vec![whole]));
                }
                let chosen = words(typed)?.iter().map(|word| self.choice(word)).collect::<Result<Vec<_>, _>>()?;
                // The order of the list, not of the typing, so that equal answers are equal.
                Ok(Value::Choices(self.choices.iter().filter(|known| chosen.contains(known)).cloned().collect()))
            }
            _ => Value::parse(self.answer, typed, today),
        }
    }

    fn choice(&self, typed: &str) -> Result<String, Text> {
        let folded = fold(typed);
        let wanted = folded.trim();
        let by_word = self.choices.iter().find(|known| fold(known).trim() == wanted);
        let by_number = || self.choices.get(wanted.parse::<usize>().ok()?.checked_sub(1)?);
        by_word
            .or_else(by_number)
            .cloned()
            .ok_or_else(|| text!("checklist.entry.choice", typed = wanted, choices = self.choices.join(" / ")))
    }
}

/// Folds full-width characters and the dashes of input methods into ASCII, and letters into lower case.
pub(super) fn fold(typed: &str) -> String {
    typed
        .chars()
        .map(|character| match character {
            '\u{ff01}'..='\u{ff5e}' => {
                // The range is inside the basic plane and lies exactly 0xfee0 above ASCII.
                char::from_u32(character as u32 - 0xfee0).unwrap_or(character).to_ascii_lowercase()
            }
            '\u{3000}' | '\u{a0}' => ' ',
            '。' => '.',
            '—' | '–' | '−' | '―' => '-',
            '〜' => '~',
            other => other.to_ascii_lowercase(),
        })
        .collect()
}

fn yes_no(folded: &str) -> Result<bool, Text> {
    if YES.contains(&folded) {
        Ok(true)
    } else if NO.contains(&folded) {
        Ok(false)
    } else {
        Err(text!("checklist.entry.yes-no", typed = folded))
    }
}

/// Reads a decimal number: digits, one point, a sign, and commas where they part thousands.
fn number(folded: &str) -> Result<f64, Text> {
    let wrong = || text!("checklist.entry.number", typed = folded);
    let (sign, unsigned) = match folded.strip_prefix('-') {
        Some(rest) => (-1.0, rest.trim_start()),
        None => (1.0, folded.strip_prefix('+').unwrap_or(folded)),
    };
    let (whole, fraction) = unsigned.split_once('.').map_or((unsigned, None), |(whole, rest)| (whole, Some(rest)));
    let mut digits = without_thousands(whole).ok_or_else(wrong)?;
    if let Some(fraction) = fraction {
        if fraction.is_empty() {
            return Err(wrong());
        }
        digits.push('.');
        digits.push_str(fraction);
    }
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.') {
        return Err(wrong());
    }
    let value: f64 = digits.parse().map_err(|_| wrong())?;
    if value > LARGEST_EXACT { Err(text!("checklist.entry.too-large")) } else { Ok(sign * value) }
}

/// Takes the commas out of `1,234,567`; `1,5` is refused, because in some habits it is one and a half.
fn without_thousands(whole: &str) -> Option<String> {
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || first.is_empty() || first.len() > 3 {
            return None;
        }
        digits.push_str(group);
    }
    Some(digits)
}

fn percent(folded: &str) -> Result<f64, Text> {
    let bare = folded.strip_prefix("百分之").or_else(|| folded.strip_suffix('%')).unwrap_or(folded);
    number(bare.trim_end())
}

fn count(folded: &str) -> Result<f64, Text> {
    let value = number(folded)?;
    if value < 0.0 || value.fract() != 0.0 { Err(text!("checklist.entry.count", typed = folded)) } else { Ok(value) }
}

fn free_text(typed: &str) -> Result<String, Text> {
    let trimmed = typed.trim();
    if trimmed.chars().count() > ANSWER_MAX_CHARS {
        return Err(text!("checklist.entry.too-long", limit = ANSWER_MAX_CHARS));
    }
    if trimmed.chars().any(|character| character.is_control() && !matches!(character, '\n' | '\t')) {
        return Err(text!("checklist.entry.control"));
    }
    Ok(trimmed.to_owned())
}

fn words(typed: &str) -> Result<Vec<String>, Text> {
    let text = free_text(typed)?;
    let parts = text.split(|character: char| character.is_whitespace() || "、，,；;".contains(character));
    let mut words: Vec<String> = Vec::new();
    for part in parts.filter(|part| !part.is_empty()) {
        if !words.iter().any(|known| known == part) {
            words.push(part.to_owned());
        }
    }
    Ok(words)
}

fn date(folded: &str, today: NaiveDate) -> Result<NaiveDate, Text> {
    let wrong = || text!("checklist.entry.date", typed = folded);
    if let Some((_, offset)) = DAYS.iter().find(|(word, _)| *word == folded) {
        let days = Days::new(offset.unsigned_abs());
        let day = if *offset < 0 { today.checked_sub_days(days) } else { today.checked_add_days(days) };
        return day.ok_or_else(wrong);
    }
    let parts = date_parts(folded).ok_or_else(wrong)?;
    let (year, month, day) = match parts[..] {
        [month, day] => (today.year(), month, day),
        [year @ 0..100, month, day] => (2000 + i32::try_from(year).map_err(|_| wrong())?, month, day),
        [year @ 1900..2200, month, day] => (i32::try_from(year).map_err(|_| wrong())?, month, day),
        _ => return Err(wrong()),
    };
    NaiveDate::from_ymd_opt(year, month, day).ok_or_else(|| text!("checklist.entry.no-such-day", typed = folded))
}

/// Takes `2026年11月21日`, `2026-11-21`, `11.21`, `20261121` or `1121` apart; year first, as everywhere in China.
fn date_parts(folded: &str) -> Option<Vec<u32>> {
    let digits_only = folded.bytes().all(|byte| byte.is_ascii_digit());
    let cuts: &[usize] = match (digits_only, folded.len()) {
        (true, 8) => &[0, 4, 6, 8],
        (true, 4) => &[0, 2, 4],
        (true, _) => return None,
        (false, _) => &[],
    };
    if !cuts.is_empty() {
        return cuts.windows(2).map(|cut| folded[cut[0]..cut[1]].parse().ok()).collect();
    }
    let trimmed = folded.trim_end_matches(['日', '号']);
    let separators = |character: char| "-./年月".contains(character);
    trimmed.split(separators).map(|part| digits(part.trim())).collect()
}

/// Reads one to four digits; `u32::from_str` alone would also take a sign.
fn digits(part: &str) -> Option<u32> {
    let fine = (1..=4).contains(&part.len()) && part.bytes().all(|byte| byte.is_ascii_digit());
    if fine { part.parse().ok() } else { None }
}

fn time(folded: &str) -> Result<NaiveTime, Text> {
    let wrong = || text!("checklist.entry.time", typed = folded);
    let half = HALVES.iter().find_map(|(word, late)| folded.strip_prefix(word).map(|rest| (rest.trim_start(), *late)));
    let (clock, late) = half.unwrap_or((folded, false));
    let (hour, minute) = clock_parts(clock).ok_or_else(wrong)?;
    let hour = if late && hour < 12 { hour + 12 } else { hour };
    NaiveTime::from_hms_opt(hour, minute, 0).ok_or_else(wrong)
}

/// Takes `9:30`, `930`, `9.30`, `9点30分`, `9点半` or `9点` apart.
fn clock_parts(clock: &str) -> Option<(u32, u32)> {
    if clock.bytes().all(|byte| byte.is_ascii_digit()) {
        let cut = clock.len().checked_sub(2).filter(|cut| (1..=2).contains(cut))?;
        return Some((digits(&clock[..cut])?, digits(&clock[cut..])?));
    }
    let (hour, rest) = clock.split_once([':', '.', '点', '时'])?;
    let minute = match rest.trim().trim_end_matches('分') {
        "" if clock.ends_with(['点', '时']) => 0,
        "半" => 30,
        "一刻" => 15,
        "三刻" => 45,
        written if written.len() <= 2 => digits(written)?,
        _ => return None,
    };
    Some((digits(hour.trim())?, minute))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 21).expect("a date")
    }

    fn check(answer: AnswerType, typed: &str, expected: Result<&str, &str>) {
        let found = Value::parse(answer, typed, today());
        let found = found.as_ref().map(|value| value.show("", crate::i18n::Lang::Zh)).map_err(Text::key);
        assert_eq!(found.as_deref(), expected.as_ref().copied().map_err(|key| *key).as_ref().copied(), "{typed:?}");
    }

    #[test]
    fn numbers_are_read_as_people_type_them() {
        use AnswerType::{Count, Number, Percent};
        check(Number, "３．５", Ok("3.5"));
        check(Number, " 3。5 ", Ok("3.5"));
        check(Number, "－2", Ok("-2"));
        check(Number, "1,234,567.5", Ok("1234567.5"));
        check(Number, ".5", Ok("0.5"));
        check(Percent, "95％", Ok("95"));
        check(Percent, "95.5 %", Ok("95.5"));
        check(Percent, "百分之98", Ok("98"));
        check(Count, "１２", Ok("12"));
        check(Count, "0", Ok("0"));
        for wrong in ["1,5", "1,2345", "3.", "1.2.3", "1e5", "inf", "NaN", "三", "--2", "3天", "-", "0x10"] {
            check(Number, wrong, Err("checklist.entry.number"));
        }
        check(Number, &"9".repeat(400), Err("checklist.entry.too-large"));
        check(Count, "1.5", Err("checklist.entry.count"));
        check(Count, "-1", Err("checklist.entry.count"));
        check(Number, "　", Err("checklist.entry.empty"));
    }

    #[test]
    fn dates_are_read_as_people_type_them() {
        for typed in [
            "11-21",
            "11.21",
            "１１．２１",
            "11/21",
            "11月21日",
            "11月21号",
            "1121",
            "20261121",
            "2026年11月21日",
            "今天",
            "26-11-21",
        ] {
            check(AnswerType::Date, typed, Ok("2026-11-21"));
        }
        check(AnswerType::Date, "昨天", Ok("2026-11-20"));
        check(AnswerType::Date, "2028-2-29", Ok("2028-02-29"));
        check(AnswerType::Date, "2026-2-29", Err("checklist.entry.no-such-day"));
        check(AnswerType::Date, "13-1", Err("checklist.entry.no-such-day"));
        for wrong in ["21", "2026-11", "11-21-22-23", "-11-21", "明年", "12026-1-1", "+1-2"] {
            check(
                AnswerType::Date,
                wrong,
                Err(if wrong == "2026-11" { "checklist.entry.no-such-day" } else { "checklist.entry.date" }),
            );
        }
    }

    #[test]
    fn times_are_read_as_people_type_them() {
        for typed in ["9:30", "９：３０", "930", "0930", "9.30", "9点30分", "9点半", "上午9点30", "09时30分"]
        {
            check(AnswerType::Time, typed, Ok("09:30"));
        }
        check(AnswerType::Time, "下午3点", Ok("15:00"));
        check(AnswerType::Time, "下午 12:05", Ok("12:05"));
        for wrong in ["24:00", "9", "960", "9:", "9:3 0", "12345", "点"] {
            check(AnswerType::Time, wrong, Err("checklist.entry.time"));
        }
    }

    #[test]
    fn words_are_read() {
        check(AnswerType::YesNo, "有", Ok("是"));
        check(AnswerType::YesNo, "Ｎ", Ok("否"));
        check(AnswerType::YesNo, "也许", Err("checklist.entry.yes-no"));
        check(AnswerType::Choices, "甲、乙 甲，丙", Ok("甲、乙、丙"));
        check(AnswerType::Text, " 两行\n都在 ", Ok("两行\n都在"));
        check(AnswerType::Text, "响铃\u{7}", Err("checklist.entry.control"));
        check(AnswerType::Verdict, "符合", Err("checklist.entry.verdict"));
    }

    #[test]
    fn an_item_knows_its_unit_and_its_words() {
        let waste = Item {
            answer: AnswerType::Choices,
            choices: vec!["感染性".into(), "损伤性".into(), "其他，见备注".into()],
            ..Item::default()
        };
        let chosen = |typed| waste.read_answer(typed, today());
        assert_eq!(chosen("2 感染性"), Ok(Value::Choices(vec!["感染性".into(), "损伤性".into()])));
        assert_eq!(chosen("其他，见备注"), Ok(Value::Choices(vec!["其他，见备注".into()])));
        assert_eq!(chosen("4").map_err(|text| text.key()), Err("checklist.entry.choice"));
        let days = Item { answer: AnswerType::Number, unit: "天".into(), ..Item::default() };
        assert_eq!(days.read_answer("２ 天", today()), Ok(Value::Number(2.0)));
    }

    proptest! {
        #[test]
        fn what_is_typed_never_panics_and_always_fits(typed in any::<String>()) {
            for answer in AnswerType::ALL {
                if let Ok(value) = Value::parse(answer, &typed, today()) {
                    prop_assert!(value.fits(answer));
                }
            }
        }

        #[test]
        fn a_value_that_is_shown_can_be_typed_again(number in -1.0e9..1.0e9, days in 0_u64..60_000, minute in 0_u32..1440) {
            let first = NaiveDate::from_ymd_opt(1950, 1, 1).expect("a date");
            let clock = NaiveTime::from_hms_opt(minute / 60, minute % 60, 0).expect("a time");
            for (answer, value) in [
                (AnswerType::Number, Value::Number(number)),
                (AnswerType::Date, Value::Date(first + Days::new(days))),
                (AnswerType::Time, Value::Time(clock)),
            ] {
                let shown = value.show("", crate::i18n::Lang::Zh);
                prop_assert_eq!(Value::parse(answer, &shown, today()), Ok(value));
            }
        }
    }
}
