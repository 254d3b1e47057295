//! A record opened against its checklist: answers by position, judged and counted.

use std::{collections::HashMap, sync::Arc};

use chrono::NaiveDate;

use super::record::{Answer, FacilityPin, Response, Summary};
use crate::checklist::{Checklist, Item, ItemId, Verdict};

/// The answers of a record beside the items of its checklist.
///
/// Invariant: an answer whose item the checklist does not have is kept, never dropped.
#[derive(Clone, Debug)]
pub struct Sheet {
    checklist: Arc<Checklist>,
    day: NaiveDate,
    positions: HashMap<ItemId, usize>,
    applies: Vec<bool>,
    answers: Vec<Option<Answer>>,
    strangers: Vec<(ItemId, Answer)>,
}

impl Sheet {
    /// Lays answers beside the items of a checklist, for one unit on the day of its inspection.
    pub fn new(
        checklist: Arc<Checklist>,
        unit: &FacilityPin,
        day: NaiveDate,
        answers: impl IntoIterator<Item = (ItemId, Answer)>,
    ) -> Self {
        let positions = checklist.items.iter().enumerate().map(|(at, item)| (item.id.clone(), at)).collect();
        let applies = checklist.items.iter().map(|item| item.applies_to(&unit.facility_type, &unit.level)).collect();
        let mut sheet = Self {
            day,
            positions,
            applies,
            answers: vec![None; checklist.items.len()],
            strangers: Vec::new(),
            checklist,
        };
        for (item, answer) in answers {
            sheet.set(&item, Some(answer));
        }
        sheet
    }

    /// Returns the checklist.
    pub fn checklist(&self) -> &Arc<Checklist> {
        &self.checklist
    }

    /// Returns the day of the inspection, against which validity dates are judged.
    pub fn day(&self) -> NaiveDate {
        self.day
    }

    /// Returns the position of an item in the checklist.
    pub fn position(&self, item: &ItemId) -> Option<usize> {
        self.positions.get(item).copied()
    }

    /// Returns the item at a position.
    pub fn item(&self, at: usize) -> &Item {
        &self.checklist.items[at]
    }

    /// Says whether the item at a position concerns this unit, by its type and level.
    pub fn applies(&self, at: usize) -> bool {
        self.applies[at]
    }

    /// Returns the answer at a position.
    pub fn answer(&self, at: usize) -> Option<&Answer> {
        self.answers[at].as_ref()
    }

    /// Returns the answer to an item, whether or not the checklist has it.
    pub fn answer_to(&self, item: &ItemId) -> Option<&Answer> {
        match self.position(item) {
            Some(at) => self.answer(at),
            None => self.strangers.iter().find(|(known, _)| known == item).map(|(_, answer)| answer),
        }
    }

    /// Returns all answers in the order of the checklist, those to unknown items last.
    pub fn answers(&self) -> impl Iterator<Item = (&ItemId, &Answer)> {
        let known = self.checklist.items.iter().zip(&self.answers);
        known
            .filter_map(|(item, answer)| answer.as_ref().map(|answer| (&item.id, answer)))
            .chain(self.strangers.iter().map(|(item, answer)| (item, answer)))
    }

    /// Sets or clears the answer to an item.
    pub(super) fn set(&mut self, item: &ItemId, answer: Option<Answer>) {
        if let Some(at) = self.position(item) {
            self.answers[at] = answer.map(|answer| self.coerced(item, answer));
            return;
        }
        self.strangers.retain(|(known, _)| known != item);
        if let Some(answer) = answer {
            self.strangers.push((item.clone(), answer));
        }
    }

    /// Gives a value the type that its item asks for: a file spells dates and words alike.
    pub(super) fn coerced(&self, item: &ItemId, mut answer: Answer) -> Answer {
        if let (Some(at), Some(Response::Value(value))) = (self.position(item), &mut answer.response) {
            *value = self.checklist.items[at].typed(value.clone()).unwrap_or_else(|as_it_was| as_it_was);
        }
        answer
    }

    /// Judges the answer at a position; a value without a rule, and no answer, give none.
    pub fn verdict(&self, at: usize) -> Option<Verdict> {
        match self.answers[at].as_ref()?.response.as_ref()? {
            Response::Verdict(verdict) => Some(*verdict),
            Response::Value(value) => {
                let conforms = self.item(at).pass.as_ref()?.accepts(value, self.day);
                Some(if conforms { Verdict::Conforms } else { Verdict::Fails })
            }
        }
    }

    /// Says whether the item at a position has been answered.
    pub fn is_answered(&self, at: usize) -> bool {
        self.answers[at].as_ref().is_some_and(|answer| answer.response.is_some())
    }

    /// Counts what came out so far over the items that concern this unit.
    pub fn tally(&self) -> Tally {
        let mut tally = Tally::default();
        for at in (0..self.answers.len()).filter(|&at| self.applies[at]) {
            let verdict = self.verdict(at);
            tally.add(self.item(at), self.is_answered(at), verdict);
            let finding = self.answer(at).and_then(|answer| answer.finding.as_ref());
            if let Some(finding) =
                finding.filter(|finding| verdict == Some(Verdict::Fails) && !finding.corrected_on_site)
            {
                tally.open_findings += 1;
                tally.next_due = tally.next_due.into_iter().chain(finding.due).min();
            }
        }
        tally
    }
}

/// What came out, counted.
///
/// The score rate follows 得分率 = 得分 ÷ (总分 − 合理缺项分) × 100: exempt items (合理缺项 and 不适用) leave the denominator, and so
/// does an item that has not been judged yet, so that the rate is also true halfway through.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Tally {
    /// Items that apply.
    pub items: usize,
    /// Items with an answer.
    pub answered: usize,
    /// Items that conform.
    pub conforming: usize,
    /// Items that fail.
    pub failed: usize,
    /// Critical items that fail.
    pub critical_failed: usize,
    /// Findings that were not put right on the spot.
    pub open_findings: usize,
    /// The earliest term for putting one of them right.
    pub next_due: Option<NaiveDate>,
    /// Points of the items that conform.
    pub earned: f64,
    /// Points of the items that conform or fail.
    pub attainable: f64,
}

impl Tally {
    fn add(&mut self, item: &Item, answered: bool, verdict: Option<Verdict>) {
        self.items += 1;
        self.answered += usize::from(answered);
        match verdict {
            Some(Verdict::Conforms) => {
                self.conforming += 1;
                self.earned += item.points;
                self.attainable += item.points;
            }
            Some(Verdict::Fails) => {
                self.failed += 1;
                self.critical_failed += usize::from(item.critical);
                self.attainable += item.points;
            }
            Some(Verdict::NotApplicable | Verdict::ReasonableOmission) | None => {}
        }
    }

    /// Returns 得分率 in percent, or nothing while no item that scores has been judged.
    pub fn score_rate(&self) -> Option<f64> {
        (self.attainable > 0.0).then(|| self.earned / self.attainable * 100.0)
    }

    /// Returns what the head of the record's file says.
    pub fn summary(&self) -> Summary {
        Summary {
            items: self.items,
            answered: self.answered,
            conforming: self.conforming,
            failed: self.failed,
            critical_failed: self.critical_failed,
            open_findings: self.open_findings,
            next_due: self.next_due,
            score_rate: self.score_rate().map(|rate| (rate * 10.0).round() / 10.0),
        }
    }
}
