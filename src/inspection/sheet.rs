//! A record opened against its checklist: answers by position, judged and counted.

use std::{collections::BTreeMap, sync::Arc};

use chrono::{DateTime, NaiveDate};
use hashbrown::HashMap;

use super::{
    finalise::Blocker,
    record::{Answer, FacilityPin, Finding, Response},
    state::State,
    tally::{Counts, Share, Tally},
};
use crate::checklist::{Checklist, EvidenceRule, Item, ItemId, Logic, Row, Value, Verdict};

/// The answers of a record beside the items of its checklist.
///
/// Invariants: an answer whose item the checklist does not have, or that a condition hides, is kept, never dropped. What the
/// answers come to is always as if everything had just been evaluated, though only what depends on a change is.
#[derive(Clone, Debug)]
pub struct Sheet {
    checklist: Arc<Checklist>,
    day: NaiveDate,
    positions: Arc<HashMap<ItemId, usize>>,
    answers: Vec<Option<Answer>>,
    strangers: Vec<(ItemId, Answer)>,
    logic: Arc<Logic>,
    state: State,
    /// The outermost section of each section.
    roots: Vec<usize>,
    /// What each item adds to the counts.
    shares: Vec<Share>,
    counts: Counts,
    blockers: BTreeMap<usize, Blocker>,
    layout: u64,
}

/// A checklist made ready for sheets: what is the same on each of them, for whoever lays out many.
#[derive(Clone, Debug)]
pub struct BlankSheet {
    checklist: Arc<Checklist>,
    positions: Arc<HashMap<ItemId, usize>>,
    logic: Arc<Logic>,
}

/// What a response would come to that nobody has given yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outlook {
    /// Whether it meets the item's constraint; nothing where there is none, or where that waits for other answers.
    pub possible: Option<bool>,
    /// The verdict on it.
    pub verdict: Option<Verdict>,
}

impl BlankSheet {
    /// Makes a checklist ready.
    pub fn new(checklist: Arc<Checklist>) -> Self {
        let positions = checklist.items.iter().enumerate().map(|(at, item)| (item.id.clone(), at)).collect();
        Self { positions: Arc::new(positions), logic: Arc::new(Logic::of(&checklist)), checklist }
    }

    /// Lays answers beside the items, for one unit on the day of its inspection.
    pub fn fill(
        &self,
        unit: &FacilityPin,
        day: NaiveDate,
        answers: impl IntoIterator<Item = (ItemId, Answer)>,
    ) -> Sheet {
        let Self { checklist, positions, logic } = self.clone();
        let mut known = vec![None; checklist.items.len()];
        let mut strangers: Vec<(ItemId, Answer)> = Vec::new();
        for (id, answer) in answers {
            if let Some(&at) = positions.get(&id) {
                known[at] = Some(coerced(&checklist.items[at], answer));
            } else {
                strangers.retain(|(stranger, _)| *stranger != id);
                strangers.push((id, answer));
            }
        }
        let state = State::new(Arc::clone(&checklist), Arc::clone(&logic), unit, day, &known);
        let count = checklist.items.len();
        let mut sheet = Sheet {
            day,
            positions,
            answers: known,
            strangers,
            roots: roots(&logic, checklist.sections.len()),
            shares: vec![Share::default(); count],
            counts: Counts::new(checklist.sections.len()),
            blockers: BTreeMap::new(),
            layout: 0,
            logic,
            state,
            checklist,
        };
        (0..count).for_each(|at| sheet.recount(at));
        sheet
    }
}

impl Sheet {
    /// Lays answers beside the items of a checklist, for one unit on the day of its inspection.
    pub fn new(
        checklist: Arc<Checklist>,
        unit: &FacilityPin,
        day: NaiveDate,
        answers: impl IntoIterator<Item = (ItemId, Answer)>,
    ) -> Self {
        BlankSheet::new(checklist).fill(unit, day, answers)
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

    /// Says whether the item at a position is asked: it suits the unit's type and level, and its conditions are met.
    ///
    /// A condition that waits for another answer is not met yet.
    pub fn applies(&self, at: usize) -> bool {
        self.state.cell(at).asked
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
            for changed in self.state.answered(at, &self.answers) {
                self.recount(changed);
            }
            return;
        }
        self.strangers.retain(|(known, _)| known != item);
        if let Some(answer) = answer {
            self.strangers.push((item.clone(), answer));
        }
    }

    /// Judges everything anew as of another day of the inspection, for the same unit.
    pub(super) fn set_day(&mut self, unit: &FacilityPin, day: NaiveDate) {
        self.day = day;
        self.state = State::new(Arc::clone(&self.checklist), Arc::clone(&self.logic), unit, day, &self.answers);
        (0..self.checklist.items.len()).for_each(|at| self.recount(at));
    }

    /// Says what a response would come to at a position, and leaves everything as it is.
    pub(super) fn outlook(&mut self, at: usize, response: Response) -> Outlook {
        let before = self.answers[at].clone();
        let item = &self.checklist.items[at];
        // Who answers and when says nothing about what an answer comes to.
        let unsigned = || Answer::blank("", DateTime::UNIX_EPOCH.fixed_offset());
        let tried = Answer { response: Some(response), ..before.clone().unwrap_or_else(unsigned) };
        self.answers[at] = Some(coerced(item, tried));
        self.state.answered(at, &self.answers);
        let cell = self.state.cell(at);
        let outlook = Outlook { possible: cell.possible, verdict: cell.verdict };
        self.answers[at] = before;
        self.state.answered(at, &self.answers);
        outlook
    }

    /// Gives a value the type that its item asks for: a file spells dates and words alike.
    pub(super) fn coerced(&self, item: &ItemId, answer: Answer) -> Answer {
        match self.position(item) {
            Some(at) => coerced(&self.checklist.items[at], answer),
            None => answer,
        }
    }

    /// Returns what the answer at a position comes to; a value without a rule, and no answer, give none.
    pub fn verdict(&self, at: usize) -> Option<Verdict> {
        self.state.cell(at).verdict
    }

    /// Says whether the item at a position is a finding: one by itself, or it fails and somebody described that.
    pub fn is_finding(&self, at: usize) -> bool {
        self.is_finding_by_itself(at) || self.finding(at).is_some()
    }

    /// Says whether the item at a position is a finding that has to be described.
    pub fn is_finding_by_itself(&self, at: usize) -> bool {
        self.checklist.sort.finds_what_fails() && self.verdict(at) == Some(Verdict::Fails)
    }

    /// Returns what was found at a position; what was written there while the item failed is no finding of one that does not.
    pub fn finding(&self, at: usize) -> Option<&Finding> {
        self.answer(at)?.finding.as_ref().filter(|_| self.verdict(at) == Some(Verdict::Fails))
    }

    /// Returns the value at a position: what was answered or calculated, or what stands by default.
    pub fn value(&self, at: usize) -> Option<&Value> {
        self.state.cell(at).value.as_ref()
    }

    /// Says whether the value at a position stands there by default, which nobody has confirmed.
    pub fn is_default(&self, at: usize) -> bool {
        !self.has_response(at) && !self.item(at).is_calculated() && self.value(at).is_some()
    }

    /// Says whether the value at a position is one that it cannot be.
    pub fn is_impossible(&self, at: usize) -> bool {
        self.state.cell(at).possible == Some(false)
    }

    /// Says whether the item at a position is asked and has an answer, by whatever way.
    pub fn is_answered(&self, at: usize) -> bool {
        self.has_response(at) || self.applies(at) && self.value(at).is_some()
    }

    fn has_response(&self, at: usize) -> bool {
        self.state.has_response(at)
    }

    /// Returns what came out so far over the items that are asked.
    pub fn tally(&self) -> Tally {
        self.counts.tally(&self.checklist)
    }

    /// Returns what stands in the way of finalising, in the order of the checklist; at most one a position.
    pub fn blockers(&self) -> impl Iterator<Item = Blocker> + '_ {
        self.blockers.values().copied()
    }

    /// Counts what stands in the way of finalising.
    pub(super) fn blocker_count(&self) -> usize {
        self.blockers.len()
    }

    /// Returns what stands in the way of finalising at a position.
    pub fn blocker(&self, at: usize) -> Option<Blocker> {
        self.blockers.get(&at).copied()
    }

    /// Returns a number that changes whenever other items are asked than before.
    pub fn layout(&self) -> u64 {
        self.layout
    }

    /// Returns the values that follow from the answers, in the order of the checklist.
    pub fn computed(&self) -> impl Iterator<Item = (&ItemId, &Value)> {
        let calculated =
            self.checklist.items.iter().enumerate().filter(|(at, item)| item.is_calculated() || self.is_default(*at));
        calculated.filter_map(|(at, item)| self.value(at).map(|value| (&item.id, value)))
    }

    /// Counts the item at a position anew.
    fn recount(&mut self, at: usize) {
        let share = self.share(at);
        let section = self.roots.get(self.logic.section(at)).copied().unwrap_or(0);
        let before = std::mem::replace(&mut self.shares[at], share);
        let item = &self.checklist.items[at];
        self.counts.count(before, item, section, false);
        self.counts.count(share, item, section, true);
        self.layout += u64::from(before.asked != share.asked);
        match self.blocker_now(at) {
            Some(blocker) => drop(self.blockers.insert(at, blocker)),
            None => drop(self.blockers.remove(&at)),
        }
    }

    fn share(&self, at: usize) -> Share {
        let cell = self.state.cell(at);
        let open = self.finding(at).filter(|finding| !finding.corrected_on_site);
        Share {
            asked: cell.asked,
            answered: self.is_answered(at),
            verdict: cell.verdict,
            open: open.is_some(),
            due: open.and_then(|finding| finding.due),
        }
    }

    fn blocker_now(&self, at: usize) -> Option<Blocker> {
        let item = &self.checklist.items[at];
        if !self.applies(at) {
            return None;
        }
        if !self.is_answered(at) {
            // What is calculated waits for other items, which are blockers themselves.
            return (item.required && !item.is_calculated()).then_some(Blocker::Unanswered(at));
        }
        if self.is_impossible(at) {
            return Some(Blocker::Impossible(at));
        }
        if let Some(Value::Table(rows)) = self.value(at) {
            let missing =
                |row: &Row| item.columns.iter().any(|column| column.required && !row.contains_key(&column.id));
            if rows.iter().any(missing) {
                return Some(Blocker::Incomplete(at));
            }
        }
        let described = self.finding(at).is_some_and(|finding| !finding.description.trim().is_empty());
        if self.is_finding(at) && !described {
            return Some(Blocker::NoDescription(at));
        }
        let wanted = match item.evidence {
            EvidenceRule::Never => false,
            EvidenceRule::OnFailure => self.is_finding(at),
            EvidenceRule::Always => !self.verdict(at).is_some_and(Verdict::is_exempt),
        };
        (wanted && !self.answer(at).is_some_and(Answer::has_evidence)).then_some(Blocker::NoEvidence(at))
    }
}

fn coerced(item: &Item, mut answer: Answer) -> Answer {
    if let Some(Response::Value(value)) = &mut answer.response {
        *value = item.typed(value.clone()).unwrap_or_else(|as_it_was| as_it_was);
    }
    answer
}

/// Finds the outermost section of each section.
fn roots(logic: &Logic, count: usize) -> Vec<usize> {
    let root = |at: usize| {
        let above = std::iter::successors(Some(at), |&at| logic.parent(at));
        // A circle of sections cannot be read from a file; the bound keeps it from mattering.
        above.take(count + 1).last().unwrap_or(at)
    };
    (0..count).map(root).collect()
}
