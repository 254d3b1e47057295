//! Indicators in words: what is measured, how it compares, how much.

use super::{Comparator, Indicator};
use crate::i18n::Lang;

impl Indicator {
    /// Puts the indicator on one line.
    pub fn show(&self, lang: Lang) -> String {
        format!("{} {}", self.name, self.show_value(lang))
    }

    /// Puts on one line how much is wanted, without what of.
    pub fn show_value(&self, lang: Lang) -> String {
        let sign = match self.comparator {
            Comparator::Ge => "≥",
            Comparator::Le => "≤",
            Comparator::Eq if self.approx => "≈",
            Comparator::Eq | Comparator::Ratio | Comparator::Frequency | Comparator::Range => "",
            Comparator::Full if self.value.is_none() => return lang.t("plan.full").into_owned(),
            Comparator::Full => "",
            Comparator::Zero => return lang.t("plan.zero").into_owned(),
            // The name says which way: 住院率降幅.
            Comparator::Change if self.name.ends_with("降幅") => "-",
            Comparator::Change if self.name.ends_with("增幅") => "+",
            Comparator::Change => "±",
        };
        let value = self.value.map_or_else(String::new, |value| value.to_string());
        let between = if self.comparator == Comparator::Ratio { ":" } else { "–" };
        let to = self.value_to.map_or_else(String::new, |to| format!("{between}{to}"));
        format!("{sign}{value}{to}{}", self.unit.as_deref().unwrap_or_default())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::indicators::bare;

    #[test]
    fn values_are_shown_with_their_sign_and_unit() {
        let cases = [
            (Comparator::Ge, Some(95.0), None, Some("%"), "≥95%"),
            (Comparator::Range, Some(2.0), Some(3.0), Some("个"), "2–3个"),
            (Comparator::Ratio, Some(1.0), Some(0.6), None, "1:0.6"),
            (Comparator::Full, Some(100.0), None, Some("%"), "100%"),
            (Comparator::Full, None, None, None, "全部"),
            (Comparator::Zero, Some(0.0), None, Some("起"), "零"),
        ];
        for (comparator, value, value_to, unit, expected) in cases {
            let unit = unit.map(str::to_owned);
            let indicator =
                Indicator { name: "率".to_owned(), comparator, value, value_to, unit, approx: false, deadline: None };
            assert_eq!(indicator.show_value(Lang::Zh), expected);
        }
        for (name, expected) in [("次均费用降幅", "-2%"), ("签约率增幅", "+2%"), ("签约率", "±2%")] {
            let unit = Some("%".to_owned());
            let value = Some(2.0);
            let change = bare(name.to_owned(), Comparator::Change);
            assert_eq!(Indicator { value, unit, ..change }.show_value(Lang::Zh), expected);
        }
    }
}
