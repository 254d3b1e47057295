//! Answering, taking back, and noting.

use super::{Fill, Focus, typed::Typed};
use crate::{
    app::{
        field::Field,
        message::{Effect, Now},
    },
    checklist::{AnswerType, Value},
    inspection::{Answer, Change, ClockSet, Response, StepRefused, Verdict},
    text,
};

/// What answering with one key came to.
#[derive(Debug, PartialEq)]
pub enum Answered {
    /// The key means nothing for this item.
    No,
    /// The item in hand stays in hand.
    Stays(Vec<Effect>),
    /// The item is done.
    Done(Vec<Effect>),
}

impl Fill {
    /// Answers the item in hand with a digit key.
    pub fn answer_digit(&mut self, digit: u8, now: Now) -> Answered {
        let item = self.sheet().item(self.at);
        let number = usize::from(digit);
        match item.answer {
            _ if item.is_calculated() => Answered::No,
            AnswerType::Verdict => match (digit, Verdict::ALL.get(number.wrapping_sub(1))) {
                (0, _) => Answered::Stays(self.clear(now)),
                (_, Some(&verdict)) => self.respond(Response::Verdict(verdict), now),
                _ => Answered::No,
            },
            AnswerType::YesNo => match digit {
                0 => Answered::Stays(self.clear(now)),
                1 | 2 => self.respond(Response::Value(Value::YesNo(digit == 1)), now),
                _ => Answered::No,
            },
            AnswerType::Choice => match number.checked_sub(1).and_then(|at| item.choices.get(at)).cloned() {
                Some(word) => self.respond(Response::Value(Value::Choice(word)), now),
                None if digit == 0 => Answered::Stays(self.clear(now)),
                None => Answered::No,
            },
            AnswerType::Choices => self.toggle(number, now),
            AnswerType::Number | AnswerType::Percent | AnswerType::Count | AnswerType::Date | AnswerType::Time => {
                self.focus = Focus::Value(Field::line(&digit.to_string()), Typed::Nothing);
                self.check_value();
                Answered::Stays(vec![self.keep_place()])
            }
            AnswerType::Text | AnswerType::Table | AnswerType::File => Answered::No,
        }
    }

    /// Says that the item in hand does not concern the unit, or that the unit need not have it.
    pub fn exempt(&mut self, verdict: Verdict, now: Now) -> Answered {
        self.respond(Response::Verdict(verdict), now)
    }

    /// Goes to the next of the answers that a key can give.
    pub fn cycle(&mut self, now: Now) -> Vec<Effect> {
        let item = self.sheet().item(self.at);
        let current = self.sheet().answer(self.at).and_then(|answer| answer.response.clone());
        let answers: Vec<Response> = match item.answer {
            AnswerType::Verdict => Verdict::ALL.into_iter().map(Response::Verdict).collect(),
            AnswerType::YesNo => [true, false].map(|yes| Response::Value(Value::YesNo(yes))).into(),
            AnswerType::Choice => {
                item.choices.iter().map(|word| Response::Value(Value::Choice(word.clone()))).collect()
            }
            _ => return Vec::new(),
        };
        let next = match current.and_then(|current| answers.iter().position(|answer| *answer == current)) {
            Some(at) => answers.get(at + 1).cloned(),
            None => answers.first().cloned(),
        };
        self.set_response(next, now)
    }

    /// Takes the answer to the item in hand back; note and finding stay.
    pub fn clear(&mut self, now: Now) -> Vec<Effect> {
        self.set_response(None, now)
    }

    /// Opens what the item in hand is answered in, where it is not one key.
    pub fn open_answer(&mut self) -> Vec<Effect> {
        let item = self.sheet().item(self.at);
        let current = match self.sheet().answer(self.at).and_then(|answer| answer.response.as_ref()) {
            Some(Response::Value(value)) => typed_form(value),
            _ => String::new(),
        };
        match item.answer {
            _ if item.is_calculated() => return Vec::new(),
            AnswerType::Verdict | AnswerType::YesNo | AnswerType::Choice | AnswerType::Choices => return Vec::new(),
            AnswerType::Table => self.open_table(),
            AnswerType::File => return self.open_evidence(""),
            AnswerType::Text => self.focus = Focus::Value(Field::lines(&current), Typed::Nothing),
            _ => self.focus = Focus::Value(Field::line(&current), Typed::Nothing),
        }
        self.check_value();
        vec![self.keep_place()]
    }

    /// Takes the typed value; one that cannot be understood stays in its field, with what is wrong.
    pub fn take_value(&mut self, now: Now) -> Answered {
        let Focus::Value(field, _) = &self.focus else { return Answered::No };
        let typed = field.text();
        if typed.trim().is_empty() {
            self.focus = Focus::Items;
            return Answered::Stays(self.clear(now));
        }
        match self.read_typed(&typed) {
            Ok(value) => {
                self.focus = Focus::Items;
                self.respond(Response::Value(value), now)
            }
            Err(refused) => {
                if let Focus::Value(_, known) = &mut self.focus {
                    *known = refused;
                }
                Answered::Stays(vec![self.keep_place()])
            }
        }
    }

    /// Opens the note of the item in hand.
    pub fn open_note(&mut self) {
        let note = self.sheet().answer(self.at).map_or_else(String::new, |answer| answer.note.clone());
        self.focus = Focus::Note(Field::lines(&note));
    }

    /// Takes the typed note.
    pub fn take_note(&mut self, now: Now) -> Vec<Effect> {
        let Focus::Note(field) = &self.focus else { return Vec::new() };
        let note = field.text().trim_end().to_owned();
        self.focus = Focus::Items;
        self.change(now, |answer| answer.note = note)
    }

    /// Takes the last step back, and goes to the item it was at.
    pub fn undo(&mut self, now: Now) -> Result<Vec<Effect>, StepRefused> {
        let (entry, change) = self.editing.undo(now)?;
        self.stepped(&change);
        Ok(vec![Effect::Keep(entry), Effect::SaveSoon])
    }

    /// Makes the step again that was last taken back, and goes to the item it is at.
    pub fn redo(&mut self, now: Now) -> Result<Vec<Effect>, StepRefused> {
        let (entry, change) = self.editing.redo(now)?;
        self.stepped(&change);
        Ok(vec![Effect::Keep(entry), Effect::SaveSoon])
    }

    /// Notes that the clock was set.
    pub(in crate::app) fn note_clock(&mut self, clock_set: ClockSet, now: Now) -> Vec<Effect> {
        let mut details = self.editing.details().clone();
        details.clock_set.push(clock_set);
        let entry = self.editing.set_details(details, now);
        entry.map_or_else(Vec::new, |entry| vec![Effect::Keep(entry), Effect::SaveSoon])
    }

    fn stepped(&mut self, change: &Change) {
        self.recount();
        if let Some(at) = change.item().and_then(|item| self.sheet().position(item)) {
            self.go_to(at);
        }
    }

    /// Gives a response; one that makes the item a finding opens that.
    fn respond(&mut self, response: Response, now: Now) -> Answered {
        let effects = self.set_response(Some(response), now);
        if self.sheet().is_finding(self.at) {
            self.open_finding(None);
            return Answered::Stays(effects);
        }
        Answered::Done(effects)
    }

    fn toggle(&mut self, number: usize, now: Now) -> Answered {
        let item = self.sheet().item(self.at);
        let Some(word) = number.checked_sub(1).and_then(|at| item.choices.get(at)).cloned() else {
            return if number == 0 { Answered::Stays(self.clear(now)) } else { Answered::No };
        };
        let mut words = match self.sheet().answer(self.at).and_then(|answer| answer.response.as_ref()) {
            Some(Response::Value(Value::Choices(words))) => words.clone(),
            _ => Vec::new(),
        };
        match words.iter().position(|known| *known == word) {
            Some(at) => drop(words.remove(at)),
            None => words.push(word),
        }
        let order = |word: &String| item.choices.iter().position(|choice| choice == word);
        words.sort_by_key(order);
        let response = (!words.is_empty()).then_some(Response::Value(Value::Choices(words)));
        Answered::Stays(self.set_response(response, now))
    }

    fn set_response(&mut self, response: Option<Response>, now: Now) -> Vec<Effect> {
        self.change(now, |answer| answer.response = response)
    }

    /// Changes the answer to the item in hand; an answer with nothing left in it is taken away.
    pub(super) fn change(&mut self, now: Now, change: impl FnOnce(&mut Answer)) -> Vec<Effect> {
        self.change_at(self.at, now, change)
    }

    /// Changes the answer to the item at a position; an answer with nothing left in it is taken away.
    pub(super) fn change_at(&mut self, at: usize, now: Now, change: impl FnOnce(&mut Answer)) -> Vec<Effect> {
        let item = self.sheet().item(at).id.clone();
        let mut answer = self.sheet().answer(at).cloned().unwrap_or_else(|| Answer::blank(&self.by, now));
        change(&mut answer);
        (answer.by, answer.at) = (self.by.clone(), now);
        let answer = Some(answer).filter(|answer| !answer.is_blank());
        let steps = self.editing.answer_as_inspector(&item, answer, now);
        if steps.is_empty() {
            return vec![self.keep_place()];
        }
        self.recount();
        steps.into_iter().map(Effect::Keep).chain([self.keep_place(), Effect::SaveSoon]).collect()
    }
}

/// Writes a value as a person would type it.
pub(super) fn typed_form(value: &Value) -> String {
    match value {
        Value::Number(number) => number.to_string(),
        Value::Date(date) => date.to_string(),
        Value::Time(time) => time.format("%H:%M").to_string(),
        Value::Text(words) | Value::Choice(words) => words.clone(),
        Value::Choices(words) => words.join(" "),
        Value::YesNo(_) | Value::Table(_) | Value::Files(_) => String::new(),
    }
}

/// Says why a step back or forth was refused.
pub fn refusal(refused: StepRefused, back: bool) -> crate::i18n::Text {
    match (refused, back) {
        (StepRefused::NothingLeft, true) => text!("fill.nothing-to-undo"),
        (StepRefused::NothingLeft, false) => text!("fill.nothing-to-redo"),
        (StepRefused::ChangedElsewhere, _) => text!("fill.changed-elsewhere"),
    }
}
