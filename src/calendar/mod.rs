//! Working days: weekends, national holidays and the weekends that are worked instead.
//!
//! The days stand in a file that anybody can edit; a year that it does not have is counted by weekends only, and whoever
//! asks is told so. This module does no input or output.

mod due;

use std::collections::{BTreeMap, HashSet};

use chrono::{Datelike, Days, NaiveDate, Weekday};
use serde::Deserialize;
use toml::Value;

use crate::{
    error::{Error, Result, in_toml},
    i18n::Text,
    text,
};

pub use due::{Due, WORKDAYS};

/// The calendar that a new workspace begins with.
pub const BUILT_IN: &str = include_str!("../../checklists/calendar.toml");

/// The file as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    year: Vec<YearRow>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct YearRow {
    year: toml::Spanned<i32>,
    source: String,
    #[serde(default)]
    holidays: Vec<toml::Spanned<Value>>,
    #[serde(default)]
    workdays: Vec<toml::Spanned<Value>>,
}

/// Which days are worked.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Calendar {
    holidays: HashSet<NaiveDate>,
    workdays: HashSet<NaiveDate>,
    sources: BTreeMap<i32, String>,
}

/// A day that was counted out, and the years on the way about which only the weekends are known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Counted {
    /// The day.
    pub day: NaiveDate,
    /// Years without holidays in the calendar, in order.
    pub unknown_years: Vec<i32>,
}

impl Counted {
    /// Takes a day to which no working days were counted.
    pub fn known(day: NaiveDate) -> Self {
        Self { day, unknown_years: Vec::new() }
    }

    /// Says which years were counted by weekends only; nothing where every holiday is known.
    pub fn by_weekends(&self) -> Option<Text> {
        let (first, last) = (self.unknown_years.first()?, self.unknown_years.last()?);
        let years = if first == last { first.to_string() } else { format!("{first}-{last}") };
        Some(text!("calendar.by-weekends", day = self.day, years = years))
    }
}

impl Calendar {
    /// Reads a calendar; a day that cannot be one, stands under another year or is said to be both, a span that ends before
    /// it begins, and a year that stands twice are refused with their place.
    pub fn read(text: &str) -> Result<Self> {
        let file: File = toml::from_str(text).map_err(|error| in_toml(text, &error))?;
        let wrong =
            |(message, hint): (Text, Text), offset: usize| Error::input(message).hint(hint).at_offset("", text, offset);
        let mut calendar = Self::default();
        for row in file.year {
            let year = *row.year.get_ref();
            if calendar.sources.insert(year, row.source).is_some() {
                let said = (text!("calendar.year-twice", year = year), text!("calendar.year-twice.hint"));
                return Err(wrong(said, row.year.span().start));
            }
            let days = |written: &toml::Spanned<Value>| {
                let text = match written.get_ref() {
                    Value::String(text) => text.clone(),
                    // A day may stand without quotes, as TOML has it itself.
                    other => other.to_string(),
                };
                days_of(&text, year).map_err(|said| wrong(said, written.span().start))
            };
            for written in &row.holidays {
                calendar.holidays.extend(days(written)?);
            }
            for written in &row.workdays {
                for day in days(written)? {
                    if calendar.holidays.contains(&day) {
                        let said = (text!("calendar.both", day = day), text!("calendar.both.hint"));
                        return Err(wrong(said, written.span().start));
                    }
                    calendar.workdays.insert(day);
                }
            }
        }
        Ok(calendar)
    }

    /// Says whether a day is worked; in a year without holidays every day from Monday to Friday is.
    pub fn is_workday(&self, day: NaiveDate) -> bool {
        if self.workdays.contains(&day) {
            return true;
        }
        !matches!(day.weekday(), Weekday::Sat | Weekday::Sun) && !self.holidays.contains(&day)
    }

    /// Counts working days from the day after `from`; 0 gives `from` itself, whether or not it is worked.
    ///
    /// The end of time, which no due date reaches, is returned as the last day there is.
    pub fn after(&self, from: NaiveDate, workdays: u32) -> Counted {
        let mut day = from;
        let mut left = workdays;
        let mut unknown_years = Vec::new();
        while left > 0 {
            let Some(next) = day.checked_add_days(Days::new(1)) else { break };
            day = next;
            if !self.sources.contains_key(&day.year()) && unknown_years.last() != Some(&day.year()) {
                unknown_years.push(day.year());
            }
            left -= u32::from(self.is_workday(day));
        }
        Counted { day, unknown_years }
    }

    /// Returns the notice that the days of a year come from, where the calendar has it.
    pub fn source(&self, year: i32) -> Option<&str> {
        self.sources.get(&year).map(String::as_str)
    }
}

/// Reads a day or a span `FIRST/LAST`, all in the year; else says what is wrong and what to do.
fn days_of(written: &str, year: i32) -> Result<Vec<NaiveDate>, (Text, Text)> {
    let day = |text: &str| {
        let day = text.trim().parse::<NaiveDate>().ok().filter(|day| day.year() == year);
        day.ok_or_else(|| (text!("calendar.day", written = written, year = year), text!("calendar.day.hint")))
    };
    let (first, last) = match written.split_once('/') {
        Some((first, last)) => (day(first)?, day(last)?),
        None => (day(written)?, day(written)?),
    };
    if last < first {
        return Err((text!("calendar.reversed", written = written), text!("calendar.reversed.hint")));
    }
    Ok(first.iter_days().take_while(|day| *day <= last).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn holidays_and_made_up_days_count() {
        let calendar = Calendar::read(BUILT_IN).expect("the built-in calendar");
        let cases = [
            ("2026-09-30", 1, "2026-10-08", &[] as &[i32]),
            ("2026-10-08", 2, "2026-10-10", &[]),
            ("2026-02-13", 1, "2026-02-14", &[]),
            ("2026-02-14", 1, "2026-02-24", &[]),
            ("2026-11-20", 10, "2026-12-04", &[]),
            ("2026-11-21", 0, "2026-11-21", &[]),
            ("2026-12-31", 1, "2027-01-01", &[2027]),
            ("2023-12-29", 1, "2024-01-02", &[2023]),
        ];
        for (from, workdays, expected, unknown) in cases {
            let counted = calendar.after(day(from), workdays);
            assert_eq!((counted.day, counted.unknown_years.as_slice()), (day(expected), unknown), "{from} {workdays}");
        }
    }

    #[test]
    fn the_built_in_days_are_plausible() {
        let calendar = Calendar::read(BUILT_IN).expect("the built-in calendar");
        for day in &calendar.workdays {
            assert!(matches!(day.weekday(), Weekday::Sat | Weekday::Sun), "{day} is worked anyway");
        }
        for year in [2024, 2025, 2026] {
            assert!(calendar.source(year).is_some_and(|source| source.contains(&year.to_string())), "{year}");
            let off = calendar.holidays.iter().filter(|day| day.year() == year);
            let weekdays = off.filter(|day| !matches!(day.weekday(), Weekday::Sat | Weekday::Sun)).count();
            let made_up = calendar.workdays.iter().filter(|day| day.year() == year).count();
            // 11 holidays a year until 2024, 13 since; one that falls on a weekend is given by a day that is not made up.
            assert!((9..=13).contains(&(weekdays - made_up)), "{year}: {weekdays} - {made_up}");
        }
    }

    #[test]
    fn days_may_stand_without_quotes() {
        let year = "[[year]]\nyear = 2027\nsource = \"\"\n";
        let calendar = |days: &str| Calendar::read(&format!("{year}holidays = [{days}]\n")).expect(days);
        assert_eq!(
            calendar("2027-01-01, \"2027-02-05/2027-02-06\""),
            calendar("\"2027-01-01\", \"2027-02-05/2027-02-06\"")
        );
    }

    #[test]
    fn a_wrong_day_is_refused_with_its_place() {
        let year = "[[year]]\nyear = 2026\nsource = \"\"\n";
        let cases = [
            ("holidays = [\"2026-02-30\"]".to_owned(), 4, "calendar.day"),
            ("holidays = [\"2025-01-01\"]".to_owned(), 4, "calendar.day"),
            ("holidays = [1]".to_owned(), 4, "calendar.day"),
            ("holidays = [\"2026-10-07/2026-10-01\"]".to_owned(), 4, "calendar.reversed"),
            ("holidays = [\"2026-10-01/2026-10-07\"]\nworkdays = [\"2026-10-07\"]".to_owned(), 5, "calendar.both"),
            (year.to_owned(), 5, "calendar.year-twice"),
        ];
        for (written, line, key) in cases {
            let error = Calendar::read(&format!("{year}{written}\n")).expect_err("refused");
            let place = error.place().expect("a place");
            assert_eq!((place.line, error.message().key()), (Some(line), key), "{written}");
        }
    }
}
