//! What the events of a finding come to: everything that the register says of it on a day.

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::{
    entry::{Action, Entry, Event, State},
    order::order_of,
};

/// With what several pieces of evidence are kept apart in one text.
pub const EVIDENCE_SEPARATOR: char = '；';

/// The key of the name of how far a finding is that a correction withdrew.
pub const WITHDRAWN_KEY: &str = "finding-state.withdrawn";

/// A re-inspection that has a result.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Recheck<'entry> {
    /// 复查日期: the day of the visit.
    pub on: NaiveDate,
    /// 复查人.
    pub by: &'entry str,
    /// 复查结论: whether it passed.
    pub passed: bool,
}

/// What the register says of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Standing<'entry> {
    /// How far it is.
    pub state: State,
    /// Whether a correction of its record withdrew it: it goes on elsewhere or was never one.
    pub withdrawn: bool,
    /// The positions of the events that could not happen where they stand: two people did not know of one another, and
    /// somebody has to look at it. Nobody has to any more once it was settled, accepted or reopened after them.
    pub conflicts: Vec<usize>,
    /// 责任人, or empty.
    pub responsible: &'entry str,
    /// 整改期限 that is in force.
    pub due: Option<NaiveDate>,
    /// 整改情况: what was said last of putting it right, or empty.
    pub progress: &'entry str,
    /// 完成日期: the day on which it was put right, as long as nobody found otherwise since.
    pub completed: Option<NaiveDate>,
    /// 佐证材料: photos from after and what else was named, each once.
    pub evidence: Vec<&'entry str>,
    /// The last re-inspection.
    pub recheck: Option<Recheck<'entry>>,
    /// 销号日期.
    pub closed: Option<NaiveDate>,
    /// Whether it was put right while the inspectors were there (立行立改).
    pub on_site: bool,
    /// When something was said of it last.
    pub updated: DateTime<FixedOffset>,
}

impl Standing<'_> {
    /// Returns the key of the name of how far it is.
    pub fn name_key(&self) -> &'static str {
        if self.withdrawn { WITHDRAWN_KEY } else { self.state.name_key() }
    }

    /// Puts 佐证材料 into one text.
    pub fn evidence_shown(&self) -> String {
        self.evidence.join(EVIDENCE_SEPARATOR.encode_utf8(&mut [0; 4]))
    }
}

impl Entry {
    /// Says what the events come to; those that could not happen where they stand count for nothing.
    pub fn standing(&self) -> Standing<'_> {
        self.standing_of(|_, _| true)
    }

    /// Says what the events came to at a moment; nothing where it had not been found yet.
    pub fn standing_at(&self, moment: DateTime<FixedOffset>) -> Option<Standing<'_>> {
        let is_known = |_: &Event, at: DateTime<FixedOffset>| at <= moment;
        let is_found = self.event.iter().zip(self.moments()).any(|(event, at)| is_known(event, at));
        is_found.then(|| self.standing_of(is_known))
    }

    /// Says what the events of the days up to one came to. That it was found counts whatever its day: an inspection belongs
    /// to the day on which it began, and may have been finalised later.
    pub fn standing_on(&self, day: NaiveDate) -> Standing<'_> {
        self.standing_of(|event, at| event.action == Action::Found || at.date_naive() <= day)
    }

    /// Says what the events come to that are known, by when they happened.
    fn standing_of(&self, is_known: impl Fn(&Event, DateTime<FixedOffset>) -> bool) -> Standing<'_> {
        let moments = self.moments();
        let mut order = order_of(&moments);
        order.retain(|at| is_known(&self.event[*at], moments[*at]));
        let mut standing = Standing {
            state: State::Open,
            withdrawn: false,
            conflicts: Vec::new(),
            responsible: "",
            due: None,
            progress: "",
            completed: None,
            evidence: Vec::new(),
            recheck: None,
            closed: None,
            on_site: false,
            updated: order.last().map(|at| moments[*at]).unwrap_or_default(),
        };
        for at in order {
            let event = &self.event[at];
            match standing.after(event.action) {
                Some(next) => standing.take(event, moments[at].date_naive(), next),
                None if event.action == Action::Found => {}
                None => standing.conflicts.push(at),
            }
            // Who has to do it and by when holds even if the step itself came too late.
            if !event.responsible.is_empty() {
                standing.responsible = &event.responsible;
            }
            standing.due = event.due.or(standing.due);
        }
        standing
    }
}

impl<'entry> Standing<'entry> {
    /// Returns the state that an action leads to; nothing where it may not happen.
    ///
    /// Nothing follows once a correction withdrew it, but that somebody settles a contradiction. What is closed may be
    /// accepted once more where somebody contradicts that it is closed.
    pub(super) fn after(&self, action: Action) -> Option<State> {
        if action == Action::Settled {
            return (!self.conflicts.is_empty()).then_some(self.state);
        }
        if self.withdrawn {
            return None;
        }
        let is_disputed = action == Action::Accepted && self.state == State::Closed && !self.conflicts.is_empty();
        if is_disputed { Some(State::Closed) } else { action.leads(self.state) }
    }

    /// Takes an event of a day that may happen, which leads to a state.
    fn take(&mut self, event: &'entry Event, day: NaiveDate, next: State) {
        self.state = next;
        // Whoever accepts or reopens it for a reason has its whole history before them, and decides what was in dispute.
        if matches!(event.action, Action::Accepted | Action::Reopened | Action::Settled) {
            self.conflicts.clear();
        }
        match event.action {
            Action::CorrectedOnSite | Action::Correcting | Action::Submitted => {
                if !event.reason.is_empty() {
                    self.progress = &event.reason;
                }
                self.on_site = event.action == Action::CorrectedOnSite;
                let is_done = event.action != Action::Correcting;
                self.completed = is_done.then(|| event.completed.unwrap_or(day));
            }
            Action::Reported => {
                if !event.reason.is_empty() {
                    self.progress = &event.reason;
                }
                self.completed = event.completed.or(self.completed);
            }
            Action::Passed | Action::Accepted => self.completed = self.completed.or(event.completed).or(Some(day)),
            Action::Failed | Action::Reopened => self.completed = None,
            Action::Withdrawn => self.withdrawn = true,
            Action::Found | Action::Assigned | Action::Reinspecting | Action::Transferred | Action::Settled => {}
        }
        if matches!(event.action, Action::Passed | Action::Failed) {
            let on = event.completed.unwrap_or(day);
            self.recheck = Some(Recheck { on, by: &event.by, passed: event.action == Action::Passed });
        }
        self.closed = (next == State::Closed).then(|| self.closed.unwrap_or(day));
        self.on_site &= next == State::Closed;
        let named = event.after.iter().map(String::as_str).chain(event.evidence.split(EVIDENCE_SEPARATOR));
        for one in named.map(str::trim).filter(|one| !one.is_empty()) {
            if !self.evidence.contains(&one) {
                self.evidence.push(one);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(day: u32, action: Action) -> Event {
        let at = format!("2026-03-{day:02}T09:00:00+08:00").parse().expect("a moment");
        Event { reason: format!("{day}日"), ..Event::new(at, "某人", action) }
    }

    fn entry(events: Vec<Event>) -> Entry {
        Entry::made_up(std::iter::once(event(1, Action::Found)).chain(events).collect())
    }

    fn march(day: u32) -> Option<NaiveDate> {
        NaiveDate::from_ymd_opt(2026, 3, day)
    }

    #[test]
    fn what_happened_later_does_not_count_on_a_day() {
        let entry = entry(vec![event(5, Action::Submitted), event(9, Action::Passed)]);
        let cases =
            [(1, State::Open), (4, State::Open), (5, State::Awaiting), (8, State::Awaiting), (9, State::Closed)];
        for (day, state) in cases {
            let standing = entry.standing_on(march(day).expect("a day"));
            assert_eq!((standing.state, standing.closed.is_some()), (state, state == State::Closed), "{day}");
        }
        let before = NaiveDate::from_ymd_opt(2026, 2, 1).expect("a day");
        assert_eq!(entry.standing_on(before).state, State::Open, "it was found");
    }

    #[test]
    fn dates_follow_from_what_happened() {
        use Action as A;
        type Case = (&'static [(u32, Action)], State, Option<u32>, Option<u32>, &'static str);
        let cases: [Case; 8] = [
            (&[], State::Open, None, None, ""),
            (&[(1, A::CorrectedOnSite)], State::Closed, Some(1), Some(1), "1日"),
            (&[(3, A::Correcting)], State::Correcting, None, None, "3日"),
            (&[(3, A::Submitted)], State::Awaiting, Some(3), None, "3日"),
            (&[(3, A::Submitted), (9, A::Passed)], State::Closed, Some(3), Some(9), "3日"),
            (&[(3, A::Submitted), (9, A::Failed)], State::Correcting, None, None, "3日"),
            (&[(5, A::Accepted), (6, A::Accepted)], State::Closed, Some(5), Some(5), ""),
            (&[(5, A::Accepted), (6, A::Reopened)], State::Correcting, None, None, ""),
        ];
        for (actions, state, completed, closed, progress) in cases {
            let entry = entry(actions.iter().map(|(day, action)| event(*day, *action)).collect());
            let standing = entry.standing();
            let found = (standing.state, standing.completed, standing.closed, standing.progress);
            assert_eq!(found, (state, completed.and_then(march), closed.and_then(march), progress), "{actions:?}");
        }
    }

    #[test]
    fn a_day_of_completion_and_evidence_that_were_named_are_kept() {
        let report = Event {
            completed: march(2),
            evidence: "照片3张；交接登记".to_owned(),
            after: vec!["photos/1.jpg".to_owned()],
            ..event(4, Action::Submitted)
        };
        let entry = entry(vec![report.clone(), Event { after: Vec::new(), ..report }]);
        let standing = entry.standing();
        assert_eq!(
            (standing.completed, standing.evidence_shown().as_str()),
            (march(2), "photos/1.jpg；照片3张；交接登记")
        );
        let before = entry.standing_at(event(3, Action::Found).at).expect("found by then");
        assert_eq!((before.state, before.completed), (State::Open, None));
        assert_eq!(entry.standing_at("2026-02-01T09:00:00+08:00".parse().expect("a moment")), None);
    }
}
