//! Changing a draft: every step is an entry of the journal, and every step can be taken back.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::{
    disputed::Disputed,
    record::{Answer, Details, Header, Record, Response},
    sheet::{Outlook, Sheet},
};
use crate::checklist::ItemId;

/// One change, with what was there before, so that it can be taken back.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Change {
    /// The answer to an item.
    Answer {
        /// The item.
        item: ItemId,
        /// The answer before.
        before: Option<Answer>,
        /// The answer after.
        after: Option<Answer>,
    },
    /// When, where, and by whom.
    Details {
        /// The details before.
        before: Box<Details>,
        /// The details after.
        after: Box<Details>,
    },
}

impl Change {
    /// Returns the change that takes this one back.
    fn reversed(&self) -> Self {
        match self.clone() {
            Self::Answer { item, before, after } => Self::Answer { item, before: after, after: before },
            Self::Details { before, after } => Self::Details { before: after, after: before },
        }
    }

    /// Returns the item that is changed, if it is one.
    pub fn item(&self) -> Option<&ItemId> {
        match self {
            Self::Answer { item, .. } => Some(item),
            Self::Details { .. } => None,
        }
    }
}

/// What a journal entry does; each says all of it, so that an entry can be applied even where one before it was damaged.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Makes a change.
    Do(Change),
    /// Takes back the last change, which this is.
    Undo(Change),
    /// Makes the change again that was last taken back, which this is.
    Redo(Change),
}

/// One entry of the journal.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Entry {
    /// Its number, from 1, without gaps.
    pub number: u64,
    /// When it was made.
    pub at: DateTime<FixedOffset>,
    /// What it does.
    pub action: Action,
}

/// Why a step back or forth is not possible.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum StepRefused {
    /// There is nothing left to take back, or to make again.
    NothingLeft,
    /// The answer is no longer what the step left behind: the file was changed by hand in between.
    ChangedElsewhere,
}

/// A draft that is being changed, with the steps that led to it.
#[derive(Clone, Debug)]
pub struct Editing {
    header: Header,
    sheet: Sheet,
    done: Vec<Change>,
    undone: Vec<Change>,
    last: u64,
    disputed: Vec<Disputed>,
}

impl Editing {
    /// Begins with a draft as its file has it and the journal entries that were kept for it.
    ///
    /// Entries up to the header's `journal` number are already in the file and only tell what can be taken back; later ones
    /// are applied.
    pub fn open(header: Header, sheet: Sheet, journal: impl IntoIterator<Item = Entry>) -> Self {
        let contained = header.journal;
        let mut editing =
            Self { header, sheet, done: Vec::new(), undone: Vec::new(), last: contained, disputed: Vec::new() };
        for entry in journal {
            let apply = entry.number > contained;
            editing.replay(&entry, apply);
            editing.last = editing.last.max(entry.number);
        }
        editing
    }

    /// Returns the head of the record, with the summary as it is now.
    pub fn header(&self) -> Header {
        Header {
            journal: self.last,
            summary: self.sheet.tally().summary(self.sheet.checklist()),
            ..self.header.clone()
        }
    }

    /// Returns when, where, and by whom.
    pub fn details(&self) -> &Details {
        &self.header.inspection
    }

    /// Returns the head as it was opened, without counting anew.
    pub fn pinned(&self) -> &Header {
        &self.header
    }

    /// Returns the answers.
    pub fn sheet(&self) -> &Sheet {
        &self.sheet
    }

    /// Takes what several people filled in differently, which is known outside of the record.
    pub fn set_disputed(&mut self, disputed: Vec<Disputed>) {
        self.disputed = disputed;
    }

    /// Lists what several people filled in differently and nobody has settled.
    pub fn disputed(&self) -> impl Iterator<Item = &Disputed> {
        self.disputed.iter().filter(|disputed| disputed.is_open(self))
    }

    /// Says what a response would come to for the item at a position, and changes nothing.
    pub fn outlook(&mut self, at: usize, response: Response) -> Outlook {
        self.sheet.outlook(at, response)
    }

    /// Returns the record as it is to be written.
    pub fn record(&self) -> Record {
        let answers = self.sheet.answers().map(|(item, answer)| (item.clone(), answer.clone())).collect();
        let computed = self.sheet.computed().map(|(item, value)| (item.clone(), value.clone())).collect();
        Record { header: self.header(), answers, computed }
    }

    /// Sets or clears the answer to an item; gives the journal entry, or nothing where this changes nothing.
    pub fn answer(&mut self, item: &ItemId, after: Option<Answer>, at: DateTime<FixedOffset>) -> Option<Entry> {
        let before = self.sheet.answer_to(item).cloned();
        let after = after.map(|after| self.sheet.coerced(item, after));
        (!is_same(before.as_ref(), after.as_ref()))
            .then(|| self.make(Change::Answer { item: item.clone(), before, after }, at))
    }

    /// Sets or clears the answer to an item as [`Self::answer`] does, and takes whoever answers for the first time for one of
    /// the inspectors, whoever began the draft; gives the journal entries.
    pub fn answer_as_inspector(
        &mut self,
        item: &ItemId,
        after: Option<Answer>,
        at: DateTime<FixedOffset>,
    ) -> Vec<Entry> {
        let after = after.map(|after| self.sheet.coerced(item, after));
        let given = after.as_ref().filter(|after| !is_same(self.sheet.answer_to(item), Some(after)));
        let person = given.map(|after| after.by.clone());
        // It comes first, so that taking a step back takes back the answer.
        let entries = person.and_then(|person| self.take_part(&person, at)).into_iter();
        entries.chain(self.answer(item, after, at)).collect()
    }

    /// Sets when, where, and by whom; gives the journal entry, or nothing where this changes nothing.
    pub fn set_details(&mut self, after: Details, at: DateTime<FixedOffset>) -> Option<Entry> {
        let before = self.header.inspection.clone();
        (before != after).then(|| self.make(Change::Details { before: Box::new(before), after: Box::new(after) }, at))
    }

    /// Takes the last change back; gives the journal entry and the change that was taken back.
    pub fn undo(&mut self, at: DateTime<FixedOffset>) -> Result<(Entry, Change), StepRefused> {
        let change = self.done.last().ok_or(StepRefused::NothingLeft)?.clone();
        self.step(&change.reversed())?;
        self.done.pop();
        self.undone.push(change.clone());
        Ok((self.entry(Action::Undo(change.clone()), at), change))
    }

    /// Makes the change again that was last taken back; gives the journal entry and the change.
    pub fn redo(&mut self, at: DateTime<FixedOffset>) -> Result<(Entry, Change), StepRefused> {
        let change = self.undone.last().ok_or(StepRefused::NothingLeft)?.clone();
        self.step(&change)?;
        self.undone.pop();
        self.done.push(change.clone());
        Ok((self.entry(Action::Redo(change.clone()), at), change))
    }

    /// Adds somebody to the inspectors whom the draft does not know yet. Who answered before was there, or has been taken out.
    fn take_part(&mut self, person: &str, at: DateTime<FixedOffset>) -> Option<Entry> {
        let person = person.trim();
        let is_person = |name: &str| name.trim() == person;
        let is_known = self.details().inspectors.iter().any(|name| is_person(name))
            || self.sheet.answers().any(|(_, answer)| is_person(&answer.by));
        if person.is_empty() || is_known {
            return None;
        }
        let mut details = self.details().clone();
        details.inspectors.push(person.to_owned());
        self.set_details(details, at)
    }

    fn make(&mut self, change: Change, at: DateTime<FixedOffset>) -> Entry {
        self.apply(&change);
        self.undone.clear();
        self.done.push(change.clone());
        self.entry(Action::Do(change), at)
    }

    fn entry(&mut self, action: Action, at: DateTime<FixedOffset>) -> Entry {
        self.last += 1;
        Entry { number: self.last, at, action }
    }

    /// Applies a change only where what it starts from is still there.
    fn step(&mut self, change: &Change) -> Result<(), StepRefused> {
        let untouched = match change {
            Change::Answer { item, before, .. } => self.sheet.answer_to(item) == before.as_ref(),
            Change::Details { before, .. } => {
                let clock_set = before.clock_set.clone();
                Details { clock_set, ..self.header.inspection.clone() } == **before
            }
        };
        if !untouched {
            return Err(StepRefused::ChangedElsewhere);
        }
        self.apply(change);
        Ok(())
    }

    fn apply(&mut self, change: &Change) {
        match change {
            Change::Answer { item, after, .. } => self.sheet.set(item, after.clone()),
            Change::Details { after, .. } => {
                // That the clock was set is no step of a person's, so taking a step back does not take it back.
                let clock_set = std::mem::take(&mut self.header.inspection.clock_set);
                self.header.inspection = (**after).clone();
                if clock_set.len() > after.clock_set.len() {
                    self.header.inspection.clock_set = clock_set;
                }
                // Validity dates are judged by the day of the inspection, whenever the record is filled in.
                let day = self.header.inspection.started.date_naive();
                if day != self.sheet.day() {
                    self.sheet.set_day(&self.header.facility, day);
                }
            }
        }
    }

    fn coerced(&self, change: &Change) -> Change {
        let coerced =
            |item: &ItemId, answer: &Option<Answer>| answer.clone().map(|answer| self.sheet.coerced(item, answer));
        match change {
            Change::Answer { item, before, after } => {
                Change::Answer { before: coerced(item, before), after: coerced(item, after), item: item.clone() }
            }
            details @ Change::Details { .. } => details.clone(),
        }
    }

    /// Goes through an entry of the journal again, on the answers too where `apply` says so.
    fn replay(&mut self, entry: &Entry, apply: bool) {
        let change = match &entry.action {
            Action::Do(change) => {
                let change = self.coerced(change);
                self.undone.clear();
                self.done.push(change.clone());
                change
            }
            Action::Undo(change) => {
                let change = self.coerced(change);
                self.done.pop_if(|last| *last == change);
                self.undone.push(change.clone());
                change.reversed()
            }
            Action::Redo(change) => {
                let change = self.coerced(change);
                self.undone.pop_if(|last| *last == change);
                self.done.push(change.clone());
                change
            }
        };
        if apply {
            self.apply(&change);
        }
    }
}

/// Says whether two answers say the same, whoever gave them and when.
fn is_same(one: Option<&Answer>, other: Option<&Answer>) -> bool {
    match (one, other) {
        (Some(one), Some(other)) => {
            one.response == other.response
                && one.note == other.note
                && one.finding == other.finding
                && one.evidence == other.evidence
        }
        (None, None) => true,
        _ => false,
    }
}
