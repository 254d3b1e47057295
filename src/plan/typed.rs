//! Indicators as a person types them: `发热门诊建成率 ≥95%`, the same as they are shown.

use super::{Comparator, Indicator};
use crate::i18n::Lang;

/// The signs that may stand before a value, and whether they make it approximate; the longer ones come first.
const SIGNS: &[(&str, Comparator, bool)] = &[
    (">=", Comparator::Ge, false),
    ("<=", Comparator::Le, false),
    ("≥", Comparator::Ge, false),
    ("≤", Comparator::Le, false),
    ("≈", Comparator::Eq, true),
    ("±", Comparator::Change, false),
    (" +", Comparator::Change, false),
    (" -", Comparator::Change, false),
    ("=", Comparator::Eq, false),
];

impl Indicator {
    /// Reads what was typed in place of an indicator, or as a new one; nothing where it is none.
    ///
    /// What is not typed (its own date, that a period is a frequency) stays as it was.
    #[allow(clippy::float_cmp)] // 100% is exact where somebody types 100%.
    pub fn typed(typed: &str, before: Option<&Self>) -> Option<Self> {
        let typed = typed.trim();
        if let Some(same) = before.filter(|before| Lang::ALL.iter().any(|lang| before.show(*lang).trim() == typed)) {
            return Some(same.clone());
        }
        let sign = SIGNS.iter().filter_map(|sign| Some((typed.rfind(sign.0)?, sign))).min_by_key(|(at, _)| *at);
        let (name, comparator, value) = match sign {
            Some((at, (sign, comparator, approx))) => {
                (&typed[..at], Some((*comparator, *approx)), &typed[at + sign.len()..])
            }
            None => typed.rsplit_once(char::is_whitespace).map(|(name, value)| (name, None, value))?,
        };
        let (name, value) = (name.trim(), value.trim());
        if name.is_empty() {
            return None;
        }
        let deadline = before.and_then(|before| before.deadline.clone());
        let plain = |comparator, value| Self {
            name: name.to_owned(),
            comparator,
            value,
            value_to: None,
            unit: None,
            approx: false,
            deadline: deadline.clone(),
        };
        let is_word = |key: &str| Lang::ALL.iter().any(|lang| lang.t(key) == value);
        if is_word("plan.full") {
            return Some(plain(Comparator::Full, None));
        }
        if is_word("plan.zero") {
            let unit = before.and_then(|before| before.unit.clone());
            return Some(Self { unit, ..plain(Comparator::Zero, Some(0.0)) });
        }
        let (first, rest) = number(value)?;
        let second = rest.strip_prefix([':', '：']).map(|rest| (Comparator::Ratio, rest));
        let second = second.or_else(|| rest.strip_prefix(['-', '–', '~']).map(|rest| (Comparator::Range, rest)));
        let second = second.and_then(|(comparator, rest)| Some((comparator, number(rest)?)));
        let (between, value_to, unit) = match second {
            Some((comparator, (to, unit))) => (Some(comparator), Some(to), unit),
            None => (None, None, rest),
        };
        let unit = Some(unit.trim().replace('％', "%")).filter(|unit| !unit.is_empty());
        let is_all = first == 100.0 && unit.as_deref() == Some("%");
        let periodic = before.is_some_and(|before| before.comparator == Comparator::Frequency && before.unit == unit);
        let (comparator, approx) = match (between, comparator) {
            (Some(between), _) => (between, false),
            (None, Some(said)) => said,
            (None, None) if is_all => (Comparator::Full, false),
            (None, None) if periodic => (Comparator::Frequency, false),
            (None, None) => (Comparator::Eq, false),
        };
        Some(Self { value_to, unit, approx, ..plain(comparator, Some(first)) })
    }
}

/// Reads the number at the beginning of a text, and gives what stands behind it.
fn number(text: &str) -> Option<(f64, &str)> {
    let text = text.trim_start();
    let signed = usize::from(text.starts_with('-'));
    let end = text[signed..].find(|char: char| !char.is_ascii_digit() && char != '.').map(|end| signed + end);
    let (digits, rest) = text.split_at(end.unwrap_or(text.len()));
    let value: f64 = digits.parse().ok()?;
    Some((value, rest))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn what_a_person_types_is_understood() {
        type Read<'t> = (&'t str, Comparator, Option<f64>, Option<&'t str>);
        let cases: [(&str, Option<Read>); 11] = [
            ("建成率 ≥95%", Some(("建成率", Comparator::Ge, Some(95.0), Some("%")))),
            ("建成率>=98.5％", Some(("建成率", Comparator::Ge, Some(98.5), Some("%")))),
            ("托位 1400个", Some(("托位", Comparator::Eq, Some(1400.0), Some("个")))),
            ("接种率 100%", Some(("接种率", Comparator::Full, Some(100.0), Some("%")))),
            ("暂存时间 <= 2 天", Some(("暂存时间", Comparator::Le, Some(2.0), Some("天")))),
            ("培训 2-3次", Some(("培训", Comparator::Range, Some(2.0), Some("次")))),
            ("次均费用降幅 -2%", Some(("次均费用降幅", Comparator::Change, Some(2.0), Some("%")))),
            ("医护比 1:1.2", Some(("医护比", Comparator::Ratio, Some(1.0), None))),
            ("医疗机构 全部", Some(("医疗机构", Comparator::Full, None, None))),
            ("≥95%", None),
            ("建成率 很高", None),
        ];
        for (typed, expected) in cases {
            let read = Indicator::typed(typed, None);
            let found = read.as_ref();
            let found = found.map(|one| (one.name.as_str(), one.comparator, one.value, one.unit.as_deref()));
            assert_eq!(found, expected, "{typed}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_can_be_typed(
            value in 0u32..100_000, at in 0usize..5, unit in "(%|个|次/年)?", name in "建成率(增幅|降幅)?"
        ) {
            let comparator = [Comparator::Ge, Comparator::Le, Comparator::Eq, Comparator::Change, Comparator::Range][at];
            let value_to = (comparator == Comparator::Range).then(|| f64::from(value) + 1.0);
            let unit = Some(unit).filter(|unit| !unit.is_empty());
            let shown = Indicator {
                name: name.clone(), comparator, value: Some(f64::from(value)), value_to, unit, approx: false, deadline: None,
            };
            for lang in Lang::ALL {
                let read = Indicator::typed(&shown.show(lang), None).expect("it was shown");
                let all = value == 100 && shown.unit.as_deref() == Some("%") && comparator == Comparator::Eq;
                prop_assert!(read == shown || all, "{}", shown.show(lang));
                prop_assert_eq!(Indicator::typed(&shown.show(lang), Some(&shown)), Some(shown.clone()));
            }
        }

        #[test]
        fn anything_can_be_typed(typed in ".{0,20}") {
            let _ = Indicator::typed(&typed, None);
        }
    }
}
