//! When units are inspected again: by the rule of the checklist and by what came out last time.

use std::collections::HashSet;

use chrono::NaiveDate;

use crate::{
    calendar::{Calendar, Counted},
    checklist::{ChecklistId, NextVisit},
    facility::FacilityId,
};

/// A finalised inspection, as far as the next one depends on it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Inspected {
    /// The unit.
    pub facility: FacilityId,
    /// The unit's name.
    pub facility_name: String,
    /// The checklist.
    pub checklist: ChecklistId,
    /// The day.
    pub day: NaiveDate,
    /// Whether an item failed.
    pub failed: bool,
    /// Whether something that failed then or before has not been closed.
    pub is_open: bool,
}

impl Inspected {
    /// Returns the key of the name of what came out.
    pub fn result_key(&self) -> &'static str {
        match (self.failed, self.is_open) {
            (true, _) => "next-date.failed",
            (false, true) => "next-date.open",
            (false, false) => "next-date.passed",
        }
    }
}

/// The day on which a unit is inspected again with a checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NextDate {
    /// The day.
    pub day: NaiveDate,
    /// Years on the way about which the calendar has only the weekends, where working days were counted.
    pub unknown_years: Vec<i32>,
    /// The inspection that it follows.
    pub after: Inspected,
}

/// Works out when each unit is inspected again with each checklist, the earliest first.
///
/// Only the last inspection of a unit with a checklist counts, the first in the list of one day; `rule` finds what the
/// checklist says. Without a calendar there is no date where that is in working days.
pub fn next_dates(
    inspected: impl IntoIterator<Item = Inspected>,
    rule: impl Fn(&ChecklistId) -> Option<NextVisit>,
    calendar: Option<&Calendar>,
) -> Vec<NextDate> {
    let mut inspected: Vec<_> = inspected.into_iter().collect();
    inspected.sort_by_key(|one| std::cmp::Reverse(one.day));
    let mut seen = HashSet::new();
    inspected.retain(|one| seen.insert((one.facility.clone(), one.checklist.clone())));
    let date = |after: Inspected| {
        let Counted { day, unknown_years } =
            rule(&after.checklist)?.after(after.day, after.failed || after.is_open, calendar)?;
        Some(NextDate { day, unknown_years, after })
    };
    let mut dates: Vec<_> = inspected.into_iter().filter_map(date).collect();
    dates.sort_by(|one, other| {
        (one.day, &one.after.facility, &one.after.checklist).cmp(&(
            other.day,
            &other.after.facility,
            &other.after.checklist,
        ))
    });
    dates
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checklist::Term;

    #[test]
    fn the_last_inspection_decides() {
        let inspected = |facility: &str, checklist: &str, day: &str, failed| Inspected {
            facility: FacilityId(facility.to_owned()),
            facility_name: String::new(),
            checklist: ChecklistId(checklist.to_owned()),
            day: day.parse().expect("a day"),
            failed,
            is_open: false,
        };
        let all = [
            inspected("F1", "a", "2026-01-10", true),
            inspected("F1", "a", "2026-03-10", false),
            inspected("F2", "a", "2026-03-01", true),
            inspected("F2", "silent", "2026-03-01", true),
        ];
        let rule = NextVisit { passed: Some(Term::Months(12)), failed: Some(Term::Days(30)) };
        let dates = next_dates(all, |id| (id.0 == "a").then_some(rule), None);
        let days: Vec<_> = dates.iter().map(|one| (one.after.facility.0.as_str(), one.day.to_string())).collect();
        assert_eq!(days, [("F2", "2026-03-31".to_owned()), ("F1", "2027-03-10".to_owned())]);
    }
}
