//! What several people said of a finding without knowing of one another, and deciding whose word holds.

use chrono::{DateTime, Duration, FixedOffset};

use super::{
    entry::{Action, Entry, Event, Source, State},
    number::FindingId,
};
use crate::{
    error::{Error, Kind, Result},
    i18n::{Lang, Text},
    text,
};

/// A finding whose history contradicts itself.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contradiction {
    /// The finding.
    pub finding: FindingId,
    /// The name of the unit.
    pub unit: String,
    /// 问题描述.
    pub description: String,
    /// What was said: first what the register goes by, then what could not happen where it stands. Never empty.
    pub said: Vec<Event>,
}

impl Contradiction {
    /// Says what is in dispute about a finding; nothing where nothing is.
    pub fn of(source: &Source, entry: &Entry) -> Option<Self> {
        let said = entry.contradicting();
        (!said.is_empty()).then(|| Self {
            finding: entry.id.clone(),
            unit: source.facility.name.to_string(),
            description: entry.description.clone(),
            said,
        })
    }

    /// Says where it is: the finding, the unit, the problem.
    pub fn place(&self) -> Text {
        text!("contradiction.place", id = self.finding, unit = self.unit, description = self.description)
    }

    /// Says what was said, in the order of `said`.
    pub fn entered(&self, lang: Lang) -> Vec<String> {
        self.said.iter().map(|event| words(event, lang)).collect()
    }

    /// Says what was said, in the order of `said`, and what of it counts.
    pub fn shown(&self, lang: Lang) -> Vec<String> {
        let mut entered = self.entered(lang);
        if let Some(first) = entered.first_mut() {
            *first = text!("contradiction.holds", said = first).show(lang);
        }
        entered
    }
}

/// What somebody decided between several who had said different things of a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settlement {
    /// What had been in dispute.
    pub contradiction: Contradiction,
    /// What decided it, with who, when and why.
    pub decision: Event,
}

impl Settlement {
    /// Lists what was decided about a finding, in the order in which it was.
    pub fn all_of(source: &Source, entry: &Entry) -> Vec<Self> {
        let order = entry.in_order();
        let event = |place: usize| &entry.event[order[place]];
        let may_decide =
            |place: &usize| matches!(event(*place).action, Action::Accepted | Action::Reopened | Action::Settled);
        let decided = (0..order.len()).filter(may_decide).filter_map(|place| {
            let decision = event(place);
            // Whoever decides may add several events at once; in dispute is what was said before the first of them.
            let same = |place: &usize| (&event(*place).by, event(*place).at) == (&decision.by, decision.at);
            let first = (0..place).find(same).unwrap_or(place);
            let before =
                |end: usize| Entry { event: (0..end).map(|place| event(place).clone()).collect(), ..entry.clone() };
            // An event that comes too late itself decides nothing, and the second of one decision nothing more.
            let decides = !before(place).standing().conflicts.is_empty() && before(place).allows(decision.action);
            let contradiction = decides.then(|| Contradiction::of(source, &before(first))).flatten()?;
            Some(Self { contradiction, decision: decision.clone() })
        });
        decided.collect()
    }

    /// Says what was decided, and why.
    pub fn shown(&self, lang: Lang) -> String {
        words(&self.decision, lang)
    }
}

/// Says what happened, and why.
fn words(event: &Event, lang: Lang) -> String {
    format!("{} {}", lang.t(event.action.name_key()), event.reason).trim_end().to_owned()
}

impl Entry {
    /// Lists what contradicts, behind what the register goes by; nothing where nothing contradicts.
    fn contradicting(&self) -> Vec<Event> {
        let standing = self.standing();
        if standing.conflicts.is_empty() {
            return Vec::new();
        }
        let counting = self.event.iter().enumerate().filter(|(at, _)| !standing.conflicts.contains(at));
        let leading = counting.map(|(_, event)| event).filter(|event| match event.action {
            Action::Found => standing.state == State::Open,
            Action::Withdrawn => true,
            action => !standing.withdrawn && action.target() == Some(standing.state),
        });
        let holds = leading.max_by_key(|event| event.at).or(self.event.first());
        holds.into_iter().chain(standing.conflicts.iter().map(|at| &self.event[*at])).cloned().collect()
    }

    /// Decides whose word holds, in the name of `by`: adds what makes the register say so, and ends the contradiction.
    ///
    /// `chosen` is one of [`Contradiction::said`]; where it no longer is, the finding has moved on and nothing is added.
    pub fn settle(&mut self, chosen: &Event, by: &str, at: DateTime<FixedOffset>, lang: Lang) -> Result<()> {
        let said = self.contradicting();
        let Some(place) = said.iter().position(|event| event == chosen) else {
            let message = text!("contradiction.gone", id = self.id);
            return Err(Error::new(Kind::NotFound, message).hint(text!("contradiction.gone.hint")));
        };
        // The clock of one of the others may be ahead, and times are whole seconds: a decision comes after what it decides on.
        let at = self.event.iter().map(|event| event.at + Duration::seconds(1)).fold(at, DateTime::max);
        let time = chosen.at.format("%Y-%m-%d %H:%M");
        let reason =
            text!("contradiction.reason", name = chosen.by, time = time, said = words(chosen, lang)).show(lang);
        let event = |action| Event { reason: reason.clone(), ..Event::new(at, by, action) };
        let again = || Event { at, by: by.to_owned(), ..chosen.clone() };
        let state = self.state();
        let steps = match chosen.action.target().filter(|target| place > 0 && *target != state) {
            // What was said first stays what it is.
            None => Vec::new(),
            Some(State::Closed) => vec![event(Action::Accepted)],
            Some(State::Open | State::Correcting) if state.is_open() => vec![event(Action::Correcting)],
            Some(State::Open | State::Correcting) => vec![event(Action::Reopened)],
            Some(State::Awaiting | State::Transferred) if state.is_open() => vec![again()],
            Some(State::Awaiting | State::Transferred) => vec![event(Action::Reopened), again()],
        };
        for step in steps {
            self.add(step)?;
        }
        if self.standing().conflicts.is_empty() { Ok(()) } else { self.add(event(Action::Settled)) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn event(minute: u32, by: &str, action: Action) -> Event {
        let at = format!("2026-03-01T09:{minute:02}:00+08:00").parse().expect("a moment");
        Event { reason: format!("{by}说"), ..Event::new(at, by, action) }
    }

    fn entry(actions: &[Action]) -> Entry {
        let people = ["甲", "乙", "丙", "丁"].into_iter().cycle();
        let events = std::iter::once(&Action::Found).chain(actions);
        Entry::made_up((0..).zip(events).zip(people).map(|((minute, action), by)| event(minute, by, *action)).collect())
    }

    #[test]
    fn whoever_is_chosen_the_register_says_it_and_nothing_is_in_dispute_any_more() {
        use Action as A;
        let cases: [(&[A], usize, State); 12] = [
            (&[A::Accepted, A::Accepted], 0, State::Closed),
            (&[A::Accepted, A::Accepted], 1, State::Closed),
            (&[A::Accepted, A::Submitted], 0, State::Closed),
            (&[A::Accepted, A::Submitted], 1, State::Awaiting),
            (&[A::Accepted, A::Transferred], 1, State::Transferred),
            (&[A::Transferred, A::Transferred], 1, State::Transferred),
            (&[A::Transferred, A::Passed], 1, State::Closed),
            (&[A::Reinspecting, A::Accepted, A::Failed], 0, State::Closed),
            (&[A::Reinspecting, A::Accepted, A::Failed], 1, State::Correcting),
            (&[A::Submitted, A::Submitted], 1, State::Awaiting),
            (&[A::Accepted, A::Reopened, A::Reopened], 1, State::Correcting),
            (&[A::Accepted, A::Withdrawn, A::Reopened], 0, State::Closed),
        ];
        for (actions, choice, state) in cases {
            let mut entry = entry(actions);
            let said = entry.contradicting();
            assert_eq!(said.len(), 2, "{actions:?}: {said:?}");
            let early = event(0, "某人", A::Found).at;
            entry.settle(&said[choice], "某人", early, Lang::Zh).expect("settled");
            let standing = entry.standing();
            assert_eq!((standing.state, standing.conflicts.len()), (state, 0), "{actions:?} {choice}");
            let last = entry.event.last().expect("an event");
            assert_eq!(last.by, "某人");
            let names_whom = |event: &Event| event.by == "某人" && event.reason.contains(&said[choice].by);
            assert!(entry.event.iter().any(names_whom), "{actions:?} {choice}");
        }
    }

    #[test]
    fn what_was_decided_is_listed_with_what_had_been_said() {
        use Action as A;
        let cases: [(&[A], usize); 5] = [
            (&[A::Accepted, A::Accepted], 1),
            (&[A::Accepted, A::Submitted], 1),
            (&[A::Submitted, A::Submitted], 1),
            (&[A::Reinspecting, A::Accepted, A::Failed], 1),
            (&[A::Accepted, A::Withdrawn, A::Reopened], 0),
        ];
        for (actions, choice) in cases {
            let mut entry = entry(actions);
            let source = Source::made_up();
            assert_eq!(Settlement::all_of(&source, &entry), [], "{actions:?}");
            let said = entry.contradicting();
            entry.settle(&said[choice], "某人", said[0].at, Lang::Zh).expect("settled");
            let [settlement] = Settlement::all_of(&source, &entry).try_into().expect("decided once");
            assert_eq!(settlement.contradiction.said, said, "{actions:?}");
            assert_eq!(settlement.decision.by, "某人");
            assert!(settlement.shown(Lang::Zh).contains(&said[choice].by), "{actions:?}");
        }
        // Closing what nobody disputes decides nothing.
        assert_eq!(Settlement::all_of(&Source::made_up(), &entry(&[A::Submitted, A::Accepted, A::Reopened])), []);
    }

    #[test]
    fn whoever_decides_within_the_second_of_their_own_word_has_decided() {
        for people in [["某人", "王芳"], ["王芳", "某人"]] {
            let found = event(0, "某人", Action::Found);
            let said = people.map(|by| event(1, by, Action::Accepted));
            let mut entry = Entry::made_up(std::iter::once(found).chain(said.clone()).collect());
            entry.settle(&said[1], "某人", said[0].at, Lang::Zh).expect("settled");
            let settled = Settlement::all_of(&Source::made_up(), &entry);
            assert_eq!(settled.iter().map(|one| one.contradiction.said.len()).collect::<Vec<_>>(), [2], "{people:?}");
        }
    }

    #[test]
    fn what_is_not_in_dispute_any_more_is_not_settled_again() {
        let mut entry = entry(&[Action::Accepted, Action::Failed]);
        let said = entry.contradicting();
        let at = said[0].at;
        entry.settle(&said[1], "某人", at, Lang::Zh).expect("settled");
        let events = entry.event.len();
        let error = entry.settle(&said[0], "某人", at, Lang::Zh).expect_err("settled already");
        assert_eq!((error.message().key(), entry.event.len()), ("contradiction.gone", events));
    }

    #[test]
    fn nothing_but_that_it_stays_withdrawn_can_be_chosen_of_what_a_correction_withdrew() {
        let mut entry = entry(&[Action::Withdrawn, Action::Submitted]);
        let said = entry.contradicting();
        let error = entry.settle(&said[1], "某人", said[0].at, Lang::Zh).expect_err("withdrawn");
        assert_eq!(error.message().key(), "ledger.withdrawn");
        entry.settle(&said[0], "某人", said[0].at, Lang::Zh).expect("it stays withdrawn");
        assert!(entry.standing().conflicts.is_empty() && entry.standing().withdrawn);
    }
}
