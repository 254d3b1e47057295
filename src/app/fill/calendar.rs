//! The calendar below the field of a date: the arrow keys go from day to day, what they choose is written into the field.

use chrono::{Datelike, Days, Months, NaiveDate};

use super::{Fill, Focus};
use crate::{
    app::{
        field::Field,
        key::{Code, Key},
    },
    checklist::{AnswerType, Value},
};

impl Fill {
    /// Returns the day that the calendar shows while a date is typed: what is typed so far, else the day of inspection.
    pub fn calendar_day(&self) -> Option<NaiveDate> {
        let Focus::Value(field, _) = &self.focus else { return None };
        let item = self.sheet().item(self.at);
        if item.answer != AnswerType::Date {
            return None;
        }
        match item.read_answer(&field.text(), self.sheet().day()) {
            Ok(Value::Date(day)) => Some(day),
            _ => Some(self.sheet().day()),
        }
    }

    /// Takes a key that chooses a day; returns whether it was one.
    pub(super) fn calendar_key(&mut self, key: Key) -> bool {
        let Some(day) = self.calendar_day().filter(|_| !key.ctrl && !key.alt) else { return false };
        let Focus::Value(field, _) = &mut self.focus else { return false };
        if matches!(key.code, Code::Char(_)) {
            // A day that was chosen gives way to one that is typed.
            if field.text() == day.to_string() {
                *field = Field::line("");
            }
            return false;
        }
        let Some(chosen) = moved(day, key.code, self.editing.sheet().day()) else { return false };
        *field = Field::line(&chosen.to_string());
        self.check_value();
        true
    }
}

/// Returns the day that a key leads to; nothing for other keys and beyond the years that dates are read in.
fn moved(day: NaiveDate, code: Code, today: NaiveDate) -> Option<NaiveDate> {
    let to = match code {
        Code::Left => day.checked_sub_days(Days::new(1)),
        Code::Right => day.checked_add_days(Days::new(1)),
        Code::Up => day.checked_sub_days(Days::new(7)),
        Code::Down => day.checked_add_days(Days::new(7)),
        Code::PageUp => day.checked_sub_months(Months::new(1)),
        Code::PageDown => day.checked_add_months(Months::new(1)),
        Code::Home => Some(today),
        _ => return None,
    };
    Some(to.filter(|to| (1900..2200).contains(&to.year())).unwrap_or(day))
}

/// Lists the weeks of the month of a day, Monday first; days of other months are left out.
pub fn weeks(day: NaiveDate) -> Vec<[Option<NaiveDate>; 7]> {
    let mut weeks = vec![[None; 7]];
    let first = day.with_day(1).unwrap_or(day);
    for day in first.iter_days().take_while(|next| next.month() == first.month()) {
        let column = day.weekday().num_days_from_monday() as usize;
        if column == 0 && day != first {
            weeks.push([None; 7]);
        }
        // There is always a last week: the list begins with one.
        if let Some(week) = weeks.last_mut() {
            week[column] = Some(day);
        }
    }
    weeks
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(written: &str) -> NaiveDate {
        written.parse().expect("a day")
    }

    #[test]
    fn keys_go_from_day_to_day() {
        let cases = [
            (Code::Left, "2026-02-28"),
            (Code::Right, "2026-03-02"),
            (Code::Up, "2026-02-22"),
            (Code::Down, "2026-03-08"),
            (Code::PageUp, "2026-02-01"),
            (Code::PageDown, "2026-04-01"),
            (Code::Home, "2026-11-21"),
        ];
        for (code, expected) in cases {
            assert_eq!(moved(day("2026-03-01"), code, day("2026-11-21")), Some(day(expected)), "{code:?}");
        }
        assert_eq!(moved(day("2026-03-31"), Code::PageUp, day("2026-11-21")), Some(day("2026-02-28")));
        assert_eq!(moved(day("1900-01-01"), Code::Up, day("2026-11-21")), Some(day("1900-01-01")));
    }

    #[test]
    fn a_month_has_all_its_days_in_weeks_from_monday() {
        for (of, count, first, rows) in [("2026-11-21", 30, 6, 6), ("2026-02-01", 28, 6, 5), ("2027-02-10", 28, 0, 4)] {
            let weeks = weeks(day(of));
            assert_eq!(weeks.iter().flatten().flatten().count(), count, "{of}");
            assert_eq!(weeks[0].iter().position(Option::is_some), Some(first), "{of}");
            assert_eq!(weeks.len(), rows, "{of}");
        }
    }
}
