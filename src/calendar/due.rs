//! A term as a person types it: a day, or working days from today.

use chrono::NaiveDate;

/// A term.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Due {
    /// A day.
    Day(NaiveDate),
    /// Working days, more than 0.
    Workdays(u32),
}

/// What stands behind a number of working days, first as it is written; a longer word comes before one that it ends with.
pub const WORKDAYS: &[&str] = &["workdays", "workday", "working days", "working day", "个工作日", "工作日"];

impl Due {
    /// Reads `2026-12-01`, `10个工作日` or `10 workdays`; nothing where it is neither.
    pub fn typed(typed: &str) -> Option<Self> {
        let typed = typed.trim();
        if let Ok(day) = typed.parse() {
            return Some(Self::Day(day));
        }
        let count = WORKDAYS.iter().find_map(|word| typed.strip_suffix(word))?;
        count.trim().parse().ok().filter(|count| *count > 0).map(Self::Workdays)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_and_working_days_are_read() {
        let day = NaiveDate::from_ymd_opt(2026, 12, 1).map(Due::Day);
        let cases = [
            ("2026-12-01", day),
            ("10个工作日", Some(Due::Workdays(10))),
            (" 3 工作日 ", Some(Due::Workdays(3))),
            ("1 working day", Some(Due::Workdays(1))),
            ("5 workdays", Some(Due::Workdays(5))),
            ("0个工作日", None),
            ("10天", None),
            ("下周", None),
            ("", None),
        ];
        for (typed, expected) in cases {
            assert_eq!(Due::typed(typed), expected, "{typed}");
        }
    }
}
