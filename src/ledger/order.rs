//! In which order the events of a finding happened, where no clock is to be trusted.
//!
//! Whoever adds an event has those before it in the file in front of them, and joining files keeps that order. So what
//! people add stays behind what they knew of, whatever their clocks say, and happened no earlier: a time that lies after the
//! time of an event that came later was of a clock that was ahead, and counts as that time. What follows from a record
//! happened when that was finalised, however late it was heard of, and takes its place by its time.

use chrono::{DateTime, Duration, FixedOffset};

use super::entry::{Action, Entry, Event};
use crate::{i18n::Text, text};

/// From how far ahead on a clock is not believed, in hours.
pub const CLOCK_OFF_HOURS: i64 = 24;

impl Event {
    /// Says whether it follows from a record, so that its time is when that was finalised and not when it was added.
    fn is_of_record(&self) -> bool {
        match self.action {
            Action::Found | Action::CorrectedOnSite | Action::Withdrawn => true,
            Action::Passed | Action::Failed => self.record.is_some(),
            _ => false,
        }
    }
}

impl Entry {
    /// Returns when each event happened, as far as those that came after it bear that out.
    pub fn moments(&self) -> Vec<DateTime<FixedOffset>> {
        let found = self.event.iter().find(|event| event.action == Action::Found).map(|event| event.at);
        let added: Vec<&Event> = self.event.iter().filter(|event| !event.is_of_record()).collect();
        let early = added.iter().filter(|event| Some(event.at) < found).count();
        // Nothing happens to a finding before it is found, unless that is what most of its history says.
        let floor = found.filter(|_| early == 0 || early * 2 < added.len());
        let is_early = |event: &Event| !event.is_of_record() && floor.is_some_and(|floor| event.at < floor);
        let mut bound: Option<DateTime<FixedOffset>> = None;
        let mut moments = Vec::with_capacity(self.event.len());
        for event in self.event.iter().rev() {
            let at = bound.map_or(event.at, |bound| bound.min(event.at));
            moments.push(at);
            if !event.is_of_record() && !is_early(event) {
                bound = Some(at);
            }
        }
        moments.reverse();
        let mut last = floor;
        for (event, moment) in self.event.iter().zip(&mut moments).filter(|(event, _)| !event.is_of_record()) {
            match last {
                Some(last) if is_early(event) => *moment = last,
                _ => last = last.max(Some(*moment)),
            }
        }
        moments
    }

    /// Lists the positions of the events in the order in which they happened.
    pub fn in_order(&self) -> Vec<usize> {
        order_of(&self.moments())
    }

    /// Returns what happened last.
    pub fn last(&self) -> Option<&Event> {
        self.in_order().last().map(|at| &self.event[*at])
    }

    /// Says why the time of the event at a position is not to be believed; nothing where nothing speaks against it.
    pub fn doubt(&self, at: usize, now: DateTime<FixedOffset>) -> Option<Text> {
        let (event, moment) = (&self.event[at], self.moments()[at]);
        if event.at != moment {
            return Some(text!("ledger.time-contradicted", time = moment.format("%Y-%m-%d %H:%M")));
        }
        (event.at - now > Duration::hours(CLOCK_OFF_HOURS)).then(|| text!("ledger.time-ahead"))
    }
}

/// Orders positions by their moments, those of the same moment as they stand.
pub(super) fn order_of(moments: &[DateTime<FixedOffset>]) -> Vec<usize> {
    let mut order: Vec<usize> = (0..moments.len()).collect();
    order.sort_by_key(|at| moments[*at]);
    order
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::inspection::RecordId;

    const BY_RECORD: bool = true;

    /// Makes a finding from what happened to it, each with its day and whether it follows from a record.
    fn entry(events: &[(&str, Action, bool)]) -> Entry {
        let event = |(day, action, by_record): &(&str, Action, bool)| Event {
            record: by_record.then(|| RecordId("R2".into())),
            ..Event::new(format!("{day}T09:00:00+08:00").parse().expect("a moment"), "某人", *action)
        };
        Entry::made_up(events.iter().map(event).collect())
    }

    #[test]
    fn a_clock_that_is_off_does_not_decide_what_came_last() {
        use Action as A;
        type Case = (&'static str, &'static [(&'static str, Action, bool)], &'static [usize], &'static [&'static str]);
        let cases: [Case; 8] = [
            (
                "all clocks are right",
                &[
                    ("2026-03-01", A::Found, BY_RECORD),
                    ("2026-03-05", A::Submitted, false),
                    ("2026-03-09", A::Accepted, false),
                ],
                &[0, 1, 2],
                &["2026-03-01", "2026-03-05", "2026-03-09"],
            ),
            (
                "one is ahead",
                &[
                    ("2026-03-01", A::Found, BY_RECORD),
                    ("2031-01-01", A::Accepted, false),
                    ("2026-03-09", A::Reopened, false),
                ],
                &[0, 1, 2],
                &["2026-03-01", "2026-03-09", "2026-03-09"],
            ),
            (
                "nobody has said anything since",
                &[("2026-03-01", A::Found, BY_RECORD), ("2031-01-01", A::Accepted, false)],
                &[0, 1],
                &["2026-03-01", "2031-01-01"],
            ),
            (
                "one stands at its beginning",
                &[
                    ("2026-03-01", A::Found, BY_RECORD),
                    ("2026-03-05", A::Correcting, false),
                    ("2026-03-07", A::Submitted, false),
                    ("2001-01-01", A::Accepted, false),
                ],
                &[0, 1, 2, 3],
                &["2026-03-01", "2026-03-05", "2026-03-07", "2026-03-07"],
            ),
            (
                "that of the inspection was ahead",
                &[
                    ("2031-03-01", A::Found, BY_RECORD),
                    ("2026-03-05", A::Submitted, false),
                    ("2026-03-09", A::Accepted, false),
                ],
                &[0, 1, 2],
                &["2026-03-05", "2026-03-05", "2026-03-09"],
            ),
            (
                "a re-inspection was heard of late",
                &[
                    ("2026-03-01", A::Found, BY_RECORD),
                    ("2026-03-15", A::Submitted, false),
                    ("2026-03-09", A::Failed, BY_RECORD),
                ],
                &[0, 2, 1],
                &["2026-03-01", "2026-03-15", "2026-03-09"],
            ),
            (
                "the clock of the re-inspection was ahead",
                &[
                    ("2026-03-01", A::Found, BY_RECORD),
                    ("2031-03-09", A::Passed, BY_RECORD),
                    ("2026-03-15", A::Reopened, false),
                ],
                &[0, 1, 2],
                &["2026-03-01", "2026-03-15", "2026-03-15"],
            ),
            ("nothing happened", &[], &[], &[]),
        ];
        for (name, events, order, days) in cases {
            let entry = entry(events);
            assert_eq!(entry.in_order(), order, "{name}");
            let moments: Vec<String> = entry.moments().iter().map(|moment| moment.date_naive().to_string()).collect();
            assert_eq!(moments, days, "{name}");
        }
    }

    #[test]
    fn what_is_not_to_be_believed_is_said() {
        let now = "2026-04-01T09:00:00+08:00".parse().expect("a moment");
        let contradicted = entry(&[
            ("2026-03-01", Action::Found, BY_RECORD),
            ("2031-01-01", Action::Accepted, false),
            ("2026-03-09", Action::Reopened, false),
        ]);
        let key = |entry: &Entry, at| entry.doubt(at, now).map(|doubt| doubt.key().to_owned());
        assert_eq!(key(&contradicted, 1).as_deref(), Some("ledger.time-contradicted"));
        assert_eq!((key(&contradicted, 0), key(&contradicted, 2)), (None, None));
        let ahead = entry(&[("2026-03-01", Action::Found, BY_RECORD), ("2026-04-03", Action::Accepted, false)]);
        assert_eq!(key(&ahead, 1).as_deref(), Some("ledger.time-ahead"));
    }
}
