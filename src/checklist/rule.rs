//! Pass rules: how they are written, which answers they fit, what they accept and how they are shown.

use chrono::NaiveDate;

use super::{
    AnswerType, Expression, PassRule, Value,
    entry::fold,
    value::{LARGEST_EXACT, with_unit},
};
use crate::i18n::Lang;

/// Makes a rule of its bound.
type RuleOfBound = fn(f64) -> PassRule;

/// The signs before a bound, longest first, and the rules they make of a number.
const SIGNS: &[(&str, RuleOfBound)] = &[
    (">=", PassRule::AtLeast),
    ("≥", PassRule::AtLeast),
    ("≧", PassRule::AtLeast),
    ("<=", PassRule::AtMost),
    ("≤", PassRule::AtMost),
    ("≦", PassRule::AtMost),
    (">", PassRule::MoreThan),
    ("<", PassRule::LessThan),
    ("=", PassRule::Exactly),
];

/// What may stand between the ends of a range.
const RANGE_SIGNS: &[&str] = &["..", "…", "-", "--", "~", "~~", "至", "到"];

impl PassRule {
    /// Reads a rule as it is written in a checklist; `None` where it is none.
    ///
    /// What a Chinese input method makes of the signs is read too: `≥ 3`, `＜２`, `2—8`, `2～8`. A percent sign behind a
    /// number is allowed and means nothing, because an item of type percent counts in hundredths anyway.
    pub fn parse(written: &str) -> Option<Self> {
        let folded = fold(written);
        let folded = folded.trim();
        match folded {
            "yes" | "是" => return Some(Self::YesNo(true)),
            "no" | "否" => return Some(Self::YesNo(false)),
            _ => {}
        }
        for (sign, rule) in SIGNS {
            if let Some(bound) = folded.strip_prefix(sign) {
                return match (bound.trim(), rule(0.0)) {
                    ("today" | "今天" | "检查当日", Self::AtLeast(_)) => Some(Self::NotBeforeToday),
                    ("today" | "今天" | "检查当日", Self::AtMost(_)) => Some(Self::NotAfterToday),
                    (bound, _) => bound_of(bound).map(rule),
                };
            }
        }
        if let Some((from, to)) = range_of(folded) {
            return Some(Self::Between(from, to));
        }
        // An expression begins with neither a sign nor a figure alone, and names something in Latin letters.
        let begins_with_sign = folded.starts_with(['>', '<', '=', '≥', '≤', '≧', '≦']);
        let names_something = written.contains(|letter: char| letter.is_ascii_alphabetic() || letter == '_');
        (names_something && !begins_with_sign).then(|| Self::Expression(Expression(written.trim().to_owned())))
    }

    /// Writes the rule as it stands in a checklist; `None` for a list of words, which is an array.
    pub fn written(&self) -> Option<String> {
        Some(match self {
            Self::AtLeast(bound) => format!(">= {bound}"),
            Self::MoreThan(bound) => format!("> {bound}"),
            Self::AtMost(bound) => format!("<= {bound}"),
            Self::LessThan(bound) => format!("< {bound}"),
            Self::Exactly(bound) => format!("= {bound}"),
            Self::Between(from, to) => format!("{from}..{to}"),
            Self::YesNo(true) => "yes".to_owned(),
            Self::YesNo(false) => "no".to_owned(),
            Self::NotBeforeToday => ">= today".to_owned(),
            Self::NotAfterToday => "<= today".to_owned(),
            Self::Expression(expression) => expression.0.clone(),
            Self::OneOf(_) => return None,
        })
    }

    /// Says whether the rule makes sense for a type of answer.
    pub fn fits(&self, answer: AnswerType) -> bool {
        match self {
            Self::AtLeast(_)
            | Self::MoreThan(_)
            | Self::AtMost(_)
            | Self::LessThan(_)
            | Self::Exactly(_)
            | Self::Between(..) => matches!(answer, AnswerType::Number | AnswerType::Percent | AnswerType::Count),
            Self::YesNo(_) => answer == AnswerType::YesNo,
            Self::OneOf(_) => matches!(answer, AnswerType::Choice | AnswerType::Choices),
            Self::NotBeforeToday | Self::NotAfterToday => answer == AnswerType::Date,
            Self::Expression(_) => answer != AnswerType::Verdict,
        }
    }

    /// Says whether a value conforms; `today` is the day of the inspection.
    ///
    /// A value of another sort than the rule never conforms. Of several words, all must be among the accepted ones. What an
    /// expression says depends on the other answers too, so it is never accepted here; a record's sheet judges it.
    pub fn accepts(&self, value: &Value, today: NaiveDate) -> bool {
        match (self, value) {
            (Self::AtLeast(bound), Value::Number(number)) => number >= bound,
            (Self::MoreThan(bound), Value::Number(number)) => number > bound,
            (Self::AtMost(bound), Value::Number(number)) => number <= bound,
            (Self::LessThan(bound), Value::Number(number)) => number < bound,
            (Self::Exactly(bound), Value::Number(number)) => (bound..=bound).contains(&number),
            (Self::Between(from, to), Value::Number(number)) => (from..=to).contains(&number),
            (Self::YesNo(wanted), Value::YesNo(yes)) => wanted == yes,
            (Self::OneOf(words), Value::Choice(word)) => words.contains(word),
            (Self::OneOf(words), Value::Choices(chosen)) => {
                !chosen.is_empty() && chosen.iter().all(|word| words.contains(word))
            }
            (Self::NotBeforeToday, Value::Date(date)) => *date >= today,
            (Self::NotAfterToday, Value::Date(date)) => *date <= today,
            _ => false,
        }
    }

    /// Says whether a number conforms.
    pub fn accepts_number(&self, number: f64) -> bool {
        self.accepts(&Value::Number(number), NaiveDate::MIN)
    }

    /// Returns the bounds of a rule for numbers, one or two; `None` for every other rule.
    pub fn bounds(&self) -> Option<Vec<f64>> {
        match self {
            Self::AtLeast(bound)
            | Self::MoreThan(bound)
            | Self::AtMost(bound)
            | Self::LessThan(bound)
            | Self::Exactly(bound) => Some(vec![*bound]),
            Self::Between(from, to) => Some(vec![*from, *to]),
            _ => None,
        }
    }

    /// Puts the rule into words for the person who answers: `≥ 95%`, `2–8 mg/L`, `是`.
    pub fn show(&self, unit: &str, lang: Lang) -> String {
        let bound = |sign: &str, number: &f64| format!("{sign} {}", with_unit(&number.to_string(), unit));
        match self {
            Self::AtLeast(number) => bound("≥", number),
            Self::MoreThan(number) => bound(">", number),
            Self::AtMost(number) => bound("≤", number),
            Self::LessThan(number) => bound("<", number),
            Self::Exactly(number) => bound("=", number),
            Self::Between(from, to) => format!("{from}–{}", with_unit(&to.to_string(), unit)),
            Self::YesNo(true) => lang.t("checklist.value.yes").into_owned(),
            Self::YesNo(false) => lang.t("checklist.value.no").into_owned(),
            Self::OneOf(words) => words.join(&lang.t("checklist.value.separator")),
            Self::NotBeforeToday => lang.t("checklist.rule.not-before-today").into_owned(),
            Self::NotAfterToday => lang.t("checklist.rule.not-after-today").into_owned(),
            Self::Expression(expression) => expression.0.clone(),
        }
    }
}

/// Reads a bound: a plain decimal number that can be kept exactly enough to be written again.
fn bound_of(text: &str) -> Option<f64> {
    let text = text.trim();
    let text = text.strip_suffix('%').unwrap_or(text).trim_end();
    let unsigned = text.strip_prefix('-').unwrap_or(text);
    let plain = unsigned.starts_with(|first: char| first.is_ascii_digit())
        && unsigned.ends_with(|last: char| last.is_ascii_digit())
        && unsigned.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let number: f64 = if plain { text.parse().ok()? } else { return None };
    (number.abs() <= LARGEST_EXACT).then_some(number)
}

/// Reads `2..8`: the first sign between two numbers that go upwards parts them, so `-20--10` is from −20 to −10.
fn range_of(folded: &str) -> Option<(f64, f64)> {
    // A leading minus belongs to the first number, not to the range.
    let skip = usize::from(folded.starts_with('-'));
    RANGE_SIGNS.iter().find_map(|sign| {
        let at = folded[skip..].find(sign)? + skip;
        let from = bound_of(&folded[..at])?;
        let to = bound_of(&folded[at + sign.len()..])?;
        (from <= to).then_some((from, to))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn today() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 21).expect("a date")
    }

    #[test]
    fn rules_are_read_from_either_keyboard() {
        let cases = [
            (">= 95", PassRule::AtLeast(95.0)),
            ("≥95％", PassRule::AtLeast(95.0)),
            ("＞＝３", PassRule::AtLeast(3.0)),
            ("> 0", PassRule::MoreThan(0.0)),
            ("＞０", PassRule::MoreThan(0.0)),
            ("≤ 0.75", PassRule::AtMost(0.75)),
            ("＜2", PassRule::LessThan(2.0)),
            ("＝0", PassRule::Exactly(0.0)),
            ("2..8", PassRule::Between(2.0, 8.0)),
            ("2—8", PassRule::Between(2.0, 8.0)),
            ("2——8", PassRule::Between(2.0, 8.0)),
            ("2-8", PassRule::Between(2.0, 8.0)),
            ("2～8", PassRule::Between(2.0, 8.0)),
            ("-20 .. -10", PassRule::Between(-20.0, -10.0)),
            ("-20--10", PassRule::Between(-20.0, -10.0)),
            ("6.5 至 8.5", PassRule::Between(6.5, 8.5)),
            ("YES", PassRule::YesNo(true)),
            ("否", PassRule::YesNo(false)),
            (">= today", PassRule::NotBeforeToday),
            ("this >= A1 * 0.9", PassRule::Expression(Expression("this >= A1 * 0.9".to_owned()))),
            ("≤今天", PassRule::NotAfterToday),
        ];
        for (written, rule) in cases {
            assert_eq!(PassRule::parse(written), Some(rule), "{written}");
        }
        for wrong in ["", "95", ">=", ">= inf", "> today", "8..2", "甲", ">= 1e3", ">= 5 天", "2..", "=> 3", "..", "-"]
        {
            assert_eq!(PassRule::parse(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn a_rule_is_written_as_it_is_read() {
        for written in
            [">= 95", "> 0", "<= 0.75", "< 2", "= 0", "2..8", "-20..-10", "yes", "no", ">= today", "<= today"]
        {
            let rule = PassRule::parse(written).expect("a rule");
            assert_eq!(rule.written().as_deref(), Some(written));
        }
    }

    #[test]
    fn bounds_are_met_as_written() {
        let number = Value::Number;
        let day = |text: &str| Value::Date(text.parse().expect("a date"));
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let one_of = PassRule::OneOf(words(&["甲", "乙"]));
        let cases = [
            (PassRule::AtLeast(95.0), number(95.0), true),
            (PassRule::AtLeast(95.0), number(94.9), false),
            (PassRule::MoreThan(0.0), number(0.0), false),
            (PassRule::AtMost(2.0), number(2.0), true),
            (PassRule::LessThan(2.0), number(2.0), false),
            (PassRule::Exactly(0.0), number(-0.0), true),
            (PassRule::Between(2.0, 8.0), number(8.0), true),
            (PassRule::Between(2.0, 8.0), number(8.1), false),
            (PassRule::YesNo(true), Value::YesNo(false), false),
            (one_of.clone(), Value::Choice("乙".into()), true),
            (one_of.clone(), Value::Choice("丙".into()), false),
            (one_of.clone(), Value::Choices(words(&["甲", "乙"])), true),
            (one_of.clone(), Value::Choices(words(&["甲", "丙"])), false),
            (one_of, Value::Choices(vec![]), false),
            (PassRule::NotBeforeToday, day("2026-11-21"), true),
            (PassRule::NotBeforeToday, day("2026-11-20"), false),
            (PassRule::NotAfterToday, day("2026-11-22"), false),
            (PassRule::AtLeast(1.0), Value::YesNo(true), false),
        ];
        for (rule, value, expected) in cases {
            assert_eq!(rule.accepts(&value, today()), expected, "{rule:?} {value:?}");
        }
    }

    #[test]
    fn rules_are_shown_with_their_unit() {
        let cases = [
            (PassRule::AtLeast(95.0), "%", "≥ 95%", "≥ 95%"),
            (PassRule::Between(2.0, 8.0), "mg/L", "2–8 mg/L", "2–8 mg/L"),
            (PassRule::AtMost(2.0), "天", "≤ 2天", "≤ 2天"),
            (PassRule::YesNo(true), "", "是", "yes"),
            (PassRule::OneOf(vec!["甲".into(), "乙".into()]), "", "甲、乙", "甲, 乙"),
            (PassRule::NotBeforeToday, "", "不早于检查当日", "not before the day of the inspection"),
        ];
        for (rule, unit, zh, en) in cases {
            assert_eq!(rule.show(unit, Lang::Zh), zh);
            assert_eq!(rule.show(unit, Lang::En), en);
        }
    }
}
