//! A figure: how much is wanted of it, what was reported, and how far it is on a day.

use chrono::NaiveDate;

use super::{RecordAt, Report, Target, TargetState, totals::Rate};
use crate::{
    checklist::{AnswerType, PassRule, Sort, is_more_than_wanted},
    i18n::Lang,
    inspection::Verdict,
    store::{Facts, Word, last_day},
    text,
};

/// What was reported for an item of a progress checklist: the value in words, the number, what it came to, what was noted with
/// it, and what was found wrong.
pub struct Entered {
    pub record: RecordAt,
    pub facility: Word,
    pub shown: Option<Word>,
    pub number: Option<f64>,
    pub verdict: Option<Verdict>,
    pub note: Option<Word>,
    pub found: Option<Word>,
}

/// How much is wanted of a figure, and until when.
#[derive(Default)]
pub struct Wanted<'text> {
    /// What is measured.
    pub name: &'text str,
    /// How much is wanted, in words.
    pub shown: String,
    /// By what a number is judged; nothing where a person judges.
    pub rule: Option<PassRule>,
    /// How the value is entered.
    pub answer: AnswerType,
    /// The deadline as the plan says it; empty where it says none.
    pub deadline: &'text str,
    /// The year of the plan.
    pub year: Option<i32>,
    /// Whether the clause changed after what is wanted was taken from it.
    pub is_suspect: bool,
}

/// How far a reported value is.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Step {
    /// It is what is wanted.
    Reached,
    /// It is within a limit that can still be broken.
    Kept,
    /// It is not there yet, as the time that is left allows.
    OnTheWay,
    /// It is less than the time that is over asks for, or beyond the limit.
    Late,
}

/// The time that a figure has, on a day.
struct Time {
    /// Whether it has the whole year, so that a limit has to be kept all the time.
    is_whole_year: bool,
    /// Whether the last day has come.
    has_come: bool,
    /// Whether the last day is over.
    is_over: bool,
    /// 序时进度, in percent.
    share: Option<f64>,
}

/// Makes a figure of what is wanted and of the last value of each unit, and says how far it is.
pub fn target(wanted: Wanted<'_>, last: &[&Entered], facts: &Facts, as_of: NaiveDate) -> Target {
    let rule = wanted.rule.as_ref();
    let text = |word: Option<Word>| word.map_or("", |word| facts.word(word)).to_owned();
    let report = |one: &&Entered| Report {
        record: one.record,
        shown: text(one.shown),
        note: text(one.note),
        found: text(one.found),
        verdict: judged(rule, wanted.answer, one.number, one.verdict),
    };
    let reports: Vec<Report> = last.iter().map(report).collect();
    let time = Time::of(wanted.deadline, wanted.year, as_of);
    let judgements: Vec<_> = reports.iter().zip(last).map(|(report, one)| (report.verdict, one.number)).collect();
    let ratio = match last {
        [one] => ratio(rule, one.number),
        _ => None,
    };
    let year = || wanted.year.map_or_else(String::new, |year| year.to_string());
    Target {
        name: wanted.name.to_owned(),
        state: match state(rule, &judgements, &time) {
            _ if wanted.is_suspect && !reports.is_empty() => TargetState::Suspect,
            state => state,
        },
        wanted: wanted.shown,
        deadline: if wanted.deadline.is_empty() { year() } else { wanted.deadline.to_owned() },
        reports,
        ratio,
    }
}

/// Says how far a figure is by what was reported of it: verdicts and numbers.
fn state(rule: Option<&PassRule>, reported: &[(Option<Verdict>, Option<f64>)], time: &Time) -> TargetState {
    let is_exempt = |verdict| matches!(verdict, Some(Verdict::NotApplicable | Verdict::ReasonableOmission));
    let asked = reported.iter().filter(|(verdict, _)| !is_exempt(*verdict));
    let steps: Vec<Step> = asked.map(|&(verdict, number)| step(rule, verdict, number, time)).collect();
    if !steps.is_empty() && steps.iter().all(|step| *step == Step::Reached) {
        TargetState::Done
    } else if time.is_over {
        TargetState::Overdue
    } else if reported.is_empty() {
        TargetState::NotReported
    } else if steps.contains(&Step::Late) {
        TargetState::Behind
    } else {
        TargetState::UnderWay
    }
}

/// Says how far one value is. A limit of the whole year is kept only when the year is over, and broken as soon as a value is
/// beyond it; where a deadline is named, a value is to come down to the limit by then.
fn step(rule: Option<&PassRule>, verdict: Option<Verdict>, number: Option<f64>, time: &Time) -> Step {
    let is_all_year = rule.is_some_and(is_limit) && number.is_some() && time.is_whole_year;
    match verdict {
        Some(Verdict::Conforms) if is_all_year && !time.has_come => Step::Kept,
        Some(Verdict::Conforms) => Step::Reached,
        _ if is_all_year => Step::Late,
        _ if ratio(rule, number).zip(time.share).is_some_and(|(ratio, share)| ratio < share) => Step::Late,
        _ => Step::OnTheWay,
    }
}

/// Judges what was reported by what is wanted now: the plan may ask for more than when the record was finalised.
fn judged(
    rule: Option<&PassRule>,
    answer: AnswerType,
    number: Option<f64>,
    verdict: Option<Verdict>,
) -> Option<Verdict> {
    match (rule.filter(|rule| rule.bounds().is_some()), number, verdict) {
        (Some(rule), Some(number), None | Some(Verdict::Conforms | Verdict::Fails)) => {
            let is_more = is_more_than_wanted(answer, rule, number);
            Some(if is_more || rule.accepts_number(number) { Verdict::Conforms } else { Verdict::Fails })
        }
        _ => verdict,
    }
}

/// Says whether a rule is a limit, of which less is better.
fn is_limit(rule: &PassRule) -> bool {
    match rule {
        PassRule::AtMost(_) | PassRule::LessThan(_) => true,
        PassRule::Exactly(wanted) => *wanted <= 0.0,
        _ => false,
    }
}

/// Returns the reached share of a lower bound in percent.
fn ratio(rule: Option<&PassRule>, reached: Option<f64>) -> Option<f64> {
    let wanted = match rule? {
        PassRule::AtLeast(wanted) | PassRule::MoreThan(wanted) | PassRule::Between(wanted, _) => *wanted,
        _ => return None,
    };
    Rate::new(reached?, wanted).percent
}

impl Target {
    /// Puts into words what was reported for it: the value, or of several units how many are there.
    pub fn actual(&self, lang: Lang) -> String {
        match self.reports.as_slice() {
            [] => String::new(),
            [one] => one.said(lang),
            several => {
                let good = several.iter().filter(|one| one.verdict == Some(Verdict::Conforms)).count();
                text!("report.reported", count = several.len(), good = good).show(lang)
            }
        }
    }
}

impl Report {
    /// Says beside the figure why it is not there yet and what was noted with it; nothing where neither is known.
    pub fn remark(&self, lang: Lang) -> String {
        let found = if self.verdict == Some(Verdict::Fails) { self.found.as_str() } else { "" };
        let end = |said: &'_ str| said.trim_end_matches(['。', '；']).to_owned();
        let [found, note] = [found, self.note.as_str()].map(end);
        match (found.is_empty(), note.is_empty() || found == note) {
            (true, _) => note,
            (false, true) => found,
            (false, false) => [found, note].join(&lang.t("list.between")),
        }
    }

    /// Puts into words what was reported: the value, or where none was asked for what it was judged to be.
    pub fn said(&self, lang: Lang) -> String {
        match self.verdict {
            Some(verdict) if self.shown.is_empty() => lang.t(Sort::Progress.verdict_key(verdict)).into_owned(),
            _ => self.shown.clone(),
        }
    }
}

impl Time {
    fn of(deadline: &str, year: Option<i32>, as_of: NaiveDate) -> Self {
        let last = last_day(deadline).or_else(|| last_of(year));
        Self {
            is_whole_year: !deadline.contains('-'),
            has_come: last.is_some_and(|last| last <= as_of),
            is_over: last.is_some_and(|last| last < as_of),
            share: elapsed(year, last, as_of).percent,
        }
    }
}

/// Returns the last day of a plan's year.
pub fn last_of(year: Option<i32>) -> Option<NaiveDate> {
    NaiveDate::from_ymd_opt(year?, 12, 31)
}

/// Returns the share of the days from the beginning of the plan's year to `last` that is over on a day (序时进度).
pub fn elapsed(year: Option<i32>, last: Option<NaiveDate>, as_of: NaiveDate) -> Rate {
    let begin = year.and_then(|year| NaiveDate::from_ymd_opt(year, 1, 1));
    let (Some(begin), Some(last)) = (begin, last.filter(|last| begin.is_some_and(|begin| *last >= begin))) else {
        return Rate::default();
    };
    let days = |to: NaiveDate| u64::try_from((to - begin).num_days() + 1).unwrap_or_default();
    Rate::of(days(as_of).min(days(last)), days(last))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> NaiveDate {
        text.parse().expect("a day")
    }

    #[test]
    fn the_time_that_is_over_is_counted_in_days() {
        let cases = [
            ("2026-12-31", "2026-12-31", Some(100.0)),
            ("2026-06-30", "2026-01-01", Some(0.6)),
            ("2026-06-30", "2026-09-01", Some(100.0)),
            ("2026-12-31", "2025-12-31", Some(0.0)),
            ("2025-12-31", "2026-02-01", None),
        ];
        for (last, as_of, percent) in cases {
            assert_eq!(elapsed(Some(2026), Some(day(last)), day(as_of)).percent, percent, "{last} {as_of}");
        }
    }

    #[test]
    fn a_remark_says_why_it_is_not_there_and_what_was_noted() {
        use Verdict::{Conforms, Fails};
        let cases = [
            (Conforms, "", "", ""),
            (Conforms, "登记缺项", "已补登", "已补登"),
            (Fails, "资金未到位。", "12月拨付", "资金未到位；12月拨付"),
            (Fails, "资金未到位", "", "资金未到位"),
            (Fails, "资金未到位。", "资金未到位", "资金未到位"),
            (Fails, "", "12月拨付", "12月拨付"),
        ];
        for (verdict, found, note, expected) in cases {
            let [found, note] = [found, note].map(str::to_owned);
            let report = Report { record: 0, shown: String::new(), note, found, verdict: Some(verdict) };
            assert_eq!(report.remark(Lang::Zh), expected);
        }
    }

    #[test]
    fn only_lower_bounds_have_a_share() {
        let cases = [
            (PassRule::AtLeast(80.0), Some(40.0), Some(50.0)),
            (PassRule::AtLeast(80.0), None, None),
            (PassRule::AtMost(80.0), Some(40.0), None),
            (PassRule::AtLeast(0.0), Some(1.0), None),
        ];
        for (rule, reached, percent) in cases {
            assert_eq!(ratio(Some(&rule), reached), percent, "{rule:?}");
        }
    }

    /// Says how far a figure is for which numbers were reported.
    fn state_of(rule: &PassRule, answer: AnswerType, deadline: &str, numbers: &[f64], as_of: &str) -> TargetState {
        let judge = |&number: &f64| (judged(Some(rule), answer, Some(number), None), Some(number));
        let reported: Vec<_> = numbers.iter().map(judge).collect();
        state(Some(rule), &reported, &Time::of(deadline, Some(2026), day(as_of)))
    }

    /// A rule, what is asked for, a deadline, the numbers of the units, the day, and how far the figure is then.
    type Case = (PassRule, AnswerType, &'static str, &'static [f64], &'static str, TargetState);

    #[test]
    fn how_far_a_figure_is_depends_on_the_day() {
        use AnswerType::{Count, Number, Percent};
        use PassRule::{AtLeast, AtMost, Between, Exactly};
        use TargetState::{Behind, Done, NotReported, Overdue, UnderWay};
        let cases: [Case; 28] = [
            // Something to be reached.
            (AtLeast(95.0), Percent, "2026-06", &[], "2026-06-30", NotReported),
            (AtLeast(95.0), Percent, "2026-06", &[], "2026-07-01", Overdue),
            (AtLeast(95.0), Percent, "2026-06", &[60.0], "2026-04-01", UnderWay),
            (AtLeast(95.0), Percent, "2026-06", &[60.0], "2026-05-01", Behind),
            (AtLeast(95.0), Percent, "2026-06", &[94.9], "2026-07-01", Overdue),
            (AtLeast(95.0), Percent, "2026-06", &[96.0], "2026-07-01", Done),
            (AtLeast(5.0), Percent, "", &[-1.0], "2026-02-01", Behind),
            // Of several units the one that is behind counts, and all have to be there.
            (AtLeast(95.0), Percent, "2026-06", &[96.0, 60.0], "2026-05-01", Behind),
            (AtLeast(95.0), Percent, "2026-06", &[96.0, 90.0], "2026-05-01", UnderWay),
            (AtLeast(95.0), Percent, "2026-06", &[96.0, 95.0], "2026-05-01", Done),
            // A limit of the year is kept when the year is over, and is broken at once.
            (AtMost(10.0), Number, "", &[4.0], "2026-03-20", UnderWay),
            (AtMost(10.0), Number, "", &[4.0], "2026-12-30", UnderWay),
            (AtMost(10.0), Number, "", &[4.0], "2026-12-31", Done),
            (AtMost(10.0), Number, "", &[4.0], "2027-01-02", Done),
            (AtMost(10.0), Number, "2026", &[4.0], "2026-03-20", UnderWay),
            (AtMost(10.0), Number, "", &[12.0], "2026-03-20", Behind),
            (AtMost(10.0), Number, "", &[4.0, 12.0], "2026-03-20", Behind),
            (AtMost(10.0), Number, "", &[12.0], "2027-01-02", Overdue),
            (Exactly(0.0), Count, "", &[0.0], "2026-04-01", UnderWay),
            (Exactly(0.0), Count, "", &[1.0], "2026-04-01", Behind),
            (Exactly(0.0), Count, "", &[0.0], "2026-12-31", Done),
            // A deadline of its own is a limit to come down to.
            (AtMost(7.5), Number, "2026-06", &[8.0], "2026-03-20", UnderWay),
            (AtMost(7.5), Number, "2026-06", &[7.4], "2026-03-20", Done),
            (AtMost(7.5), Number, "2026-06", &[8.0], "2026-07-01", Overdue),
            // More things than a range counts on are no miss, other figures beyond it are.
            (Between(8.0, 10.0), Count, "", &[4.0], "2026-04-01", UnderWay),
            (Between(8.0, 10.0), Count, "", &[12.0], "2026-04-01", Done),
            (Between(8.0, 10.0), Percent, "", &[9.0], "2026-04-01", Done),
            (Between(8.0, 10.0), Percent, "", &[12.0], "2027-01-02", Overdue),
        ];
        for (rule, answer, deadline, numbers, as_of, expected) in cases {
            let found = state_of(&rule, answer, deadline, numbers, as_of);
            assert_eq!(found, expected, "{rule:?} {deadline:?} {numbers:?} on {as_of}");
        }
    }

    #[test]
    fn a_unit_that_is_exempt_holds_up_no_figure() {
        let time = Time::of("", Some(2026), day("2026-04-01"));
        let cases = [
            (vec![Verdict::Conforms, Verdict::NotApplicable], TargetState::Done),
            (vec![Verdict::Fails, Verdict::ReasonableOmission], TargetState::UnderWay),
            (vec![Verdict::NotApplicable], TargetState::UnderWay),
        ];
        for (verdicts, expected) in cases {
            let reported: Vec<_> = verdicts.iter().map(|verdict| (Some(*verdict), None)).collect();
            assert_eq!(state(None, &reported, &time), expected, "{verdicts:?}");
        }
    }
}
