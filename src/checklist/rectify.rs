//! By when a failure is put right: days of the calendar or working days, as the item says.

use chrono::{Days, NaiveDate};

use super::Item;
use crate::calendar::{Calendar, Counted};

impl Item {
    /// Returns the last day to put a failure right that was found on a day; nothing where the item does not say, or says
    /// working days and there is no calendar.
    pub fn rectified_by(&self, found: NaiveDate, calendar: Option<&Calendar>) -> Option<Counted> {
        match (self.rectify_workdays, self.rectify_days) {
            (Some(workdays), _) => Some(calendar?.after(found, workdays)),
            (None, days) => found.checked_add_days(Days::new(days?.into())).map(Counted::known),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::calendar::BUILT_IN;

    #[test]
    fn working_days_leave_out_the_holidays_and_days_of_the_calendar_do_not() {
        let calendar = Calendar::read(BUILT_IN).expect("the built-in calendar");
        let cases = [
            (Some(3), None, Some("2026-10-03")),
            (None, Some(3), Some("2026-10-10")),
            (Some(0), None, Some("2026-09-30")),
            (None, None, None),
        ];
        let found = "2026-09-30".parse().expect("a day");
        for (rectify_days, rectify_workdays, expected) in cases {
            let item = Item { rectify_days, rectify_workdays, ..Item::default() };
            let day = item.rectified_by(found, Some(&calendar)).map(|counted| counted.day.to_string());
            assert_eq!(day.as_deref(), expected, "{rectify_days:?} {rectify_workdays:?}");
            assert_eq!(item.rectified_by(found, None).is_some(), rectify_days.is_some());
        }
    }
}
