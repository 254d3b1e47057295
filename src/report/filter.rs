//! Which records a report is about.

use chrono::{Datelike, Days, Months, NaiveDate};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Kind, Result},
    text,
};

/// A stretch of days, both ends included.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Period {
    /// The first day.
    pub from: NaiveDate,
    /// The last day.
    pub to: NaiveDate,
}

impl Period {
    /// Returns the year of a day, up to that day.
    pub fn year_to(day: NaiveDate) -> Self {
        Self { from: NaiveDate::from_ymd_opt(day.year(), 1, 1).unwrap_or(day), to: day }
    }

    /// Reads `2026`, `2026-H1`, `2026-Q3` or `2026-05`, or from one of these or a day to another: `2026-03-01..2026-05`.
    pub fn read(written: &str) -> Result<Self> {
        if let Some((from, to)) = written.split_once("..") {
            let end = |text: &str| {
                let day = text.trim().parse().ok();
                day.map_or_else(|| Self::read_one(text), |day| Ok(Self { from: day, to: day }))
            };
            let period = Self { from: end(from)?.from, to: end(to)?.to };
            return if period.from <= period.to { Ok(period) } else { Err(wrong(written)) };
        }
        Self::read_one(written)
    }

    fn read_one(written: &str) -> Result<Self> {
        let upper = written.trim().to_uppercase();
        let (year, part) = upper.split_once('-').map_or((upper.as_str(), None), |(year, part)| (year, Some(part)));
        let months = match part {
            None => Some((1, 12)),
            Some("H1") => Some((1, 6)),
            Some("H2") => Some((7, 6)),
            Some(quarter) if quarter.starts_with('Q') => {
                quarter[1..].parse::<u32>().ok().filter(|at| (1..=4).contains(at)).map(|at| (at * 3 - 2, 3))
            }
            Some(month) => month.parse().ok().map(|month| (month, 1)),
        };
        let read = || {
            let year: i32 = year.parse().ok().filter(|year| (1900..=2999).contains(year))?;
            let (first, count) = months?;
            let from = NaiveDate::from_ymd_opt(year, first, 1)?;
            Some(Self { from, to: from.checked_add_months(Months::new(count))?.pred_opt()? })
        };
        read().ok_or_else(|| wrong(written))
    }

    /// Says whether a day lies in it.
    pub fn contains(&self, day: NaiveDate) -> bool {
        self.from <= day && day <= self.to
    }

    /// Returns the part of it that is over at the end of a day; where none is, its first day.
    #[must_use]
    pub fn until(&self, day: NaiveDate) -> Self {
        Self { from: self.from, to: self.to.min(day).max(self.from) }
    }

    /// Returns the period of the same length right before it (环比): whole months before whole months, else days.
    #[must_use]
    pub fn before(&self) -> Option<Self> {
        let to = self.from.pred_opt()?;
        if self.is_whole_months() {
            let months = month_number(self.to) - month_number(self.from) + 1;
            let from = self.from.checked_sub_months(Months::new(u32::try_from(months).ok()?))?;
            return Some(Self { from, to });
        }
        let days = u64::try_from((self.to - self.from).num_days()).ok()?;
        Some(Self { from: to.checked_sub_days(Days::new(days))?, to })
    }

    /// Returns the same days of the year before (同比); the 29th of February becomes the 28th.
    #[must_use]
    pub fn year_before(&self) -> Option<Self> {
        let year = Months::new(12);
        let last = self.is_whole_months();
        let to = self.to.checked_sub_months(year)?;
        // The end of February is the end of February, whatever its number.
        let to = if last { end_of_month(to)? } else { to };
        Some(Self { from: self.from.checked_sub_months(year)?, to })
    }

    fn is_whole_months(self) -> bool {
        self.from.day() == 1 && self.to.succ_opt().is_some_and(|next| next.day() == 1)
    }
}

fn wrong(written: &str) -> Error {
    Error::new(Kind::Usage, text!("report.wrong-period", typed = written)).hint(text!("report.wrong-period.hint"))
}

/// Numbers the months one after the other.
fn month_number(day: NaiveDate) -> i64 {
    i64::from(day.year()) * 12 + i64::from(day.month0())
}

fn end_of_month(day: NaiveDate) -> Option<NaiveDate> {
    day.with_day(1)?.checked_add_months(Months::new(1))?.pred_opt()
}

/// What a report is narrowed to; what is empty narrows nothing.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Filter {
    /// The days on which the inspections began.
    pub period: Period,
    /// Only checklists with items that come from this plan.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<String>,
    /// Only inspections that do a task of this campaign, and its tasks.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub campaign: Option<String>,
    /// Only checklists of this topic.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// Only units of this district.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub district: Option<String>,
    /// Only this checklist.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub checklist: Option<String>,
    /// Only units of this type.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub facility_type: Option<String>,
    /// Only inspections in which this person took part.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inspector: Option<String>,
}

impl Filter {
    /// Narrows to nothing but a period.
    pub fn of(period: Period) -> Self {
        Self {
            period,
            plan: None,
            campaign: None,
            topic: None,
            district: None,
            checklist: None,
            facility_type: None,
            inspector: None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(period: Option<Period>) -> String {
        period.map_or_else(|| "none".to_owned(), |period| format!("{}..{}", period.from, period.to))
    }

    #[test]
    fn periods_are_read_and_have_one_before() {
        let cases = [
            ("2026", "2026-01-01..2026-12-31", "2025-01-01..2025-12-31", "2025-01-01..2025-12-31"),
            ("2026-h2", "2026-07-01..2026-12-31", "2026-01-01..2026-06-30", "2025-07-01..2025-12-31"),
            ("2026-Q1", "2026-01-01..2026-03-31", "2025-10-01..2025-12-31", "2025-01-01..2025-03-31"),
            ("2024-02", "2024-02-01..2024-02-29", "2024-01-01..2024-01-31", "2023-02-01..2023-02-28"),
            ("2025-02", "2025-02-01..2025-02-28", "2025-01-01..2025-01-31", "2024-02-01..2024-02-29"),
        ];
        for (written, read, before, year_before) in cases {
            let period = Period::read(written).expect(written);
            assert_eq!(shown(Some(period)), read);
            assert_eq!(shown(period.before()), before, "{written}");
            assert_eq!(shown(period.year_before()), year_before, "{written}");
        }
        for (written, read) in [
            ("2026-03-02..2026-05", "2026-03-02..2026-05-31"),
            ("2025-Q4 .. 2026-01-15", "2025-10-01..2026-01-15"),
            ("2026-05-01..2026-05-01", "2026-05-01..2026-05-01"),
        ] {
            assert_eq!(shown(Period::read(written).ok()), read, "{written}");
        }
        for written in ["", "26", "2026-Q5", "2026-13", "2026-Q", "2026-1-1", "今年", "2026..2025", "2026..", ".."] {
            assert!(Period::read(written).is_err(), "{written}");
        }
    }

    #[test]
    fn days_are_followed_back_by_as_many_days() {
        let day = |text: &str| text.parse::<NaiveDate>().expect("a day");
        let period = Period { from: day("2026-03-02"), to: day("2026-03-08") };
        assert_eq!(shown(period.before()), "2026-02-23..2026-03-01");
        for (until, over) in [
            ("2025-12-01", "2026-03-02..2026-03-02"),
            ("2026-03-05", "2026-03-02..2026-03-05"),
            ("2026-04-01", "2026-03-02..2026-03-08"),
        ] {
            assert_eq!(shown(Some(period.until(day(until)))), over, "{until}");
        }
        let period = Period { from: day("2024-02-29"), to: day("2024-02-29") };
        assert_eq!(shown(period.year_before()), "2023-02-28..2023-02-28");
    }
}
