//! When a unit is inspected again with a checklist: a term that depends on what came out.

use std::fmt;

use chrono::{Days, Months, NaiveDate};

use super::{
    Code,
    fields::{Fields, Report, SHORT, shown},
};
use crate::{
    calendar::{Calendar, Counted, WORKDAYS},
    text,
};

/// The longest term, in days or months.
const LONGEST: u32 = 3_660;

/// A stretch of time from one inspection to the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Term {
    /// Days of the calendar.
    Days(u32),
    /// Working days, with the holidays of the calendar.
    Workdays(u32),
    /// Months; the last day of a shorter month stands for a day that it does not have.
    Months(u32),
}

/// The words of a unit of time, and the term that a number of them is.
type Unit = (&'static [&'static str], fn(u32) -> Term);

/// The units of time; the first word of each is the one that is written.
const UNITS: [Unit; 3] = [
    (&["days", "day", "天", "日"], Term::Days),
    (WORKDAYS, Term::Workdays),
    (&["months", "month", "个月"], Term::Months),
];

impl Term {
    /// Reads a term such as `30 days` or `12个月`; nothing where it is none.
    pub fn parse(written: &str) -> Option<Self> {
        let written = written.trim();
        let end = written.find(|letter: char| !letter.is_ascii_digit())?;
        let count: u32 = written[..end].parse().ok().filter(|count| (1..=LONGEST).contains(count))?;
        let unit = written[end..].trim();
        UNITS.iter().find(|(words, _)| words.contains(&unit)).map(|(_, term)| term(count))
    }

    /// Returns the day on which the term ends that begins on `day`; nothing beyond the end of time, nor for working days
    /// without a calendar.
    pub fn after(self, day: NaiveDate, calendar: Option<&Calendar>) -> Option<Counted> {
        match self {
            Self::Days(days) => day.checked_add_days(Days::new(days.into())).map(Counted::known),
            Self::Workdays(days) => Some(calendar?.after(day, days)),
            Self::Months(months) => day.checked_add_months(Months::new(months)).map(Counted::known),
        }
    }
}

impl fmt::Display for Term {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Days(days) => write!(formatter, "{days} days"),
            Self::Workdays(days) => write!(formatter, "{days} workdays"),
            Self::Months(months) => write!(formatter, "{months} months"),
        }
    }
}

/// When a unit is inspected again, by what came out; nothing where the checklist does not say.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct NextVisit {
    /// Where no item failed.
    pub passed: Option<Term>,
    /// Where an item failed.
    pub failed: Option<Term>,
}

impl NextVisit {
    /// Returns the day of the next inspection after one on `day`.
    pub fn after(&self, day: NaiveDate, failed: bool, calendar: Option<&Calendar>) -> Option<Counted> {
        if failed { self.failed } else { self.passed }?.after(day, calendar)
    }
}

/// Takes when a unit is inspected again.
pub(super) fn next_visit(report: &mut Report<'_>, fields: &Fields<'_, '_>) -> NextVisit {
    NextVisit { passed: term(report, fields, "next_passed"), failed: term(report, fields, "next_failed") }
}

fn term(report: &mut Report<'_>, fields: &Fields<'_, '_>, name: &'static str) -> Option<Term> {
    let written = fields.optional(report, name, SHORT)?;
    let term = Term::parse(&written);
    if term.is_none() {
        let message = text!("checklist.check.bad-term", field = name, term = shown(&written));
        report.add(Code::UnknownWord, fields.span_of(name), message, Some(text!("checklist.check.bad-term-hint")));
    }
    term
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        calendar::BUILT_IN,
        checklist::{read, write},
    };

    fn shown(counted: Option<Counted>) -> Option<String> {
        counted.map(|counted| counted.day.to_string())
    }

    #[test]
    fn terms_are_read_written_and_counted() {
        let cases = [
            ("30 days", Some(Term::Days(30)), "2026-03-02"),
            ("1 day", Some(Term::Days(1)), "2026-02-01"),
            ("12 months", Some(Term::Months(12)), "2027-01-31"),
            ("1个月", Some(Term::Months(1)), "2026-02-28"),
            (" 10 天 ", Some(Term::Days(10)), "2026-02-10"),
            ("10个工作日", Some(Term::Workdays(10)), "2026-02-13"),
            ("11 工作日", Some(Term::Workdays(11)), "2026-02-14"),
            ("12 working days", Some(Term::Workdays(12)), "2026-02-24"),
            ("0 workdays", None, ""),
            ("0 days", None, ""),
            ("99999 days", None, ""),
            ("30", None, ""),
            ("days", None, ""),
            ("-3 days", None, ""),
            ("3 weeks", None, ""),
        ];
        let day: NaiveDate = "2026-01-31".parse().expect("a day");
        let calendar = Calendar::read(BUILT_IN).expect("the built-in calendar");
        for (written, term, end) in cases {
            assert_eq!(Term::parse(written), term, "{written}");
            if let Some(term) = term {
                assert_eq!(shown(term.after(day, Some(&calendar))).as_deref(), Some(end), "{written}");
                assert_eq!(term.after(day, None).is_none(), matches!(term, Term::Workdays(_)), "{written}");
                assert_eq!(Term::parse(&term.to_string()), Some(term));
            }
        }
    }

    #[test]
    fn a_checklist_says_when_the_unit_is_inspected_again() {
        let head = "id = \"x\"\ntitle = \"例\"\nversion = 1\nnext_passed = \"12 months\"\nnext_failed = \"30 days\"\n";
        let text = format!("{head}\n[[section]]\nid = \"s\"\ntitle = \"节\"\n");
        let checklist = read(&text).checklist.expect("a checklist");
        let day: NaiveDate = "2026-03-01".parse().expect("a day");
        assert_eq!(shown(checklist.next.after(day, false, None)).as_deref(), Some("2027-03-01"));
        assert_eq!(shown(checklist.next.after(day, true, None)).as_deref(), Some("2026-03-31"));
        assert_eq!(read(&write(&checklist)).checklist.expect("read again").next, checklist.next);
        let mistakes = |text: &str| read(text).diagnostics.iter().filter(|one| one.code == Code::UnknownWord).count();
        assert_eq!((mistakes(&text), mistakes(&text.replace("30 days", "bald"))), (0, 1));
    }
}
