//! Filling in: the items, the one in hand, and what is typed into it.
//!
//! Every change goes through [`crate::inspection::Editing`] and comes out as an [`Effect::Keep`], so that what the screen
//! shows and what is on disk cannot differ by more than the step that is being written.

mod answer;
mod calendar;
mod evidence;
mod forms;
mod go;
mod keys;
mod phrases;
mod table;
mod typed;

pub use calendar::weeks;
pub use evidence::EvidenceRow;
use evidence::Sought;
pub(super) use forms::names_in;
pub(super) use phrases::find_phrases;
pub use table::RowForm;
pub use typed::Typed;

use super::{
    field::Field,
    form::Form,
    list::Selection,
    message::{Effect, Now, OpenedDraft, Photograph},
    path::PathPanel,
};
use crate::{
    calendar::Calendar,
    checklist::{Checklist, Item, ItemId, Section},
    facility::{Narrowing, Prepared},
    i18n::Text,
    inspection::{
        Blocker, Decision, Disputed, Editing, ItemReview, RecordField, RecordId, Sheet, Tally, blocker_count, blockers,
    },
    ledger::Row,
    store::{LastTime, Past, Resume},
};

/// What has the keys while filling in.
#[derive(Debug)]
pub enum Focus {
    /// The list of items.
    Items,
    /// The value of the item in hand, and what is known of it so far.
    Value(Field, Typed),
    /// The note of the item in hand.
    Note(Field),
    /// The rows of the table in hand; the selected one, or one behind the last to add a row.
    Table(Selection),
    /// A row of the table in hand.
    Row(RowForm),
    /// The files of the item in hand.
    Evidence(PathPanel),
    /// The finding of the item in hand.
    Finding(Form),
    /// Time, place and people.
    Details(Form),
    /// What the items are narrowed by.
    Filter(Field),
}

/// How far what is on the screen is on disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// Everything is, since this moment.
    Yes(Now),
    /// A step is being written.
    Writing,
    /// The disk refused; it is kept in memory and tried again.
    No,
}

/// A draft that is being filled in.
#[derive(Debug)]
pub struct Fill {
    editing: Editing,
    by: String,
    /// The item in hand, by its position in the checklist.
    at: usize,
    /// The items shown, by position, in order.
    shown: Vec<usize>,
    /// The places in `shown` at which a section begins.
    starts: Vec<usize>,
    /// The number of each item among all that concern the unit.
    numbers: Vec<usize>,
    /// What the items are narrowed by.
    filter: String,
    /// What the filter leaves of the items that concern the unit.
    narrowing: Narrowing,
    /// What the items ask, to be searched by the filter.
    texts: Prepared,
    /// The section of each item by its position in the checklist: every frame goes through all of them.
    sections: Vec<usize>,
    /// What has the keys.
    pub focus: Focus,
    /// How far everything is on disk.
    pub kept: Kept,
    tally: Tally,
    /// The sheet's number of which items are asked, for which the items were numbered.
    layout: u64,
    notice: Option<Text>,
    /// What earlier records say.
    past: Past,
    /// Which days are worked.
    calendar: Option<Calendar>,
    /// The photograph that a picture was last wanted of, and how far the picture is.
    picture: Option<(Photograph, Sought)>,
}

impl Fill {
    /// Begins with an opened draft, at the item where its inspector was.
    pub fn new(opened: OpenedDraft, by: &str, now: Now) -> Self {
        let Checklist { items, sections, .. } = &**opened.editing.sheet().checklist();
        // A checklist that could be read names only sections that there are.
        let section = |item: &Item| sections.iter().position(|known| known.id == item.section).unwrap_or(0);
        let sections = items.iter().map(section).collect();
        let texts: Vec<_> = items.iter().map(|item| item.text.searched()).collect();
        let texts = Prepared::new(texts.iter().map(AsRef::as_ref));
        let (numbers, layout) = (numbers(opened.editing.sheet()), opened.editing.sheet().layout());
        let mut fill = Self {
            editing: opened.editing,
            by: by.to_owned(),
            at: 0,
            shown: Vec::new(),
            starts: Vec::new(),
            numbers,
            filter: String::new(),
            narrowing: Narrowing::of([]),
            texts,
            sections,
            focus: Focus::Items,
            kept: Kept::Yes(now),
            tally: Tally::default(),
            layout,
            notice: None,
            past: Past::default(),
            calendar: opened.calendar,
            picture: None,
        };
        fill.recount();
        fill.narrow();
        let first_open = fill.shown.iter().copied().find(|&at| !fill.sheet().is_answered(at));
        fill.at = first_open.or(fill.shown.first().copied()).unwrap_or(0);
        if let Some(resume) = opened.resume {
            fill.resume(resume);
        }
        fill
    }

    /// Returns the draft.
    pub fn editing(&self) -> &Editing {
        &self.editing
    }

    /// Returns the number of the record.
    pub fn record_id(&self) -> &RecordId {
        &self.editing.pinned().id
    }

    /// Returns the answers.
    pub fn sheet(&self) -> &Sheet {
        self.editing.sheet()
    }

    /// Returns the position of the item in hand.
    pub fn at(&self) -> usize {
        self.at
    }

    /// Returns the positions of the items shown.
    pub fn shown(&self) -> &[usize] {
        &self.shown
    }

    /// Returns the number of the item at a position among all that concern the unit, from 1.
    pub fn number(&self, at: usize) -> usize {
        self.numbers[at]
    }

    /// Returns the places in [`Fill::shown`] at which a section begins.
    pub fn section_starts(&self) -> &[usize] {
        &self.starts
    }

    /// Returns the section of the item at a position.
    pub fn section(&self, at: usize) -> Option<&Section> {
        self.sheet().checklist().sections.get(self.sections[at])
    }

    /// Says whether the items at two positions stand in the same section.
    pub fn is_same_section(&self, one: usize, other: usize) -> bool {
        self.sections[one] == self.sections[other]
    }

    /// Returns what the items are narrowed by.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// Returns what came out so far.
    pub fn tally(&self) -> &Tally {
        &self.tally
    }

    /// Lists what stands in the way of finalising: time and people first, then in the order of the checklist.
    pub fn blockers(&self) -> Vec<Blocker> {
        blockers(&self.editing)
    }

    /// Counts what stands in the way of finalising; every frame says how much that is.
    pub fn blocker_count(&self) -> usize {
        blocker_count(&self.editing)
    }

    /// Lists the fields of the item at a position that several people filled in differently.
    pub fn disputed(&self, at: usize) -> impl Iterator<Item = RecordField> {
        let item = &self.sheet().item(at).id;
        self.editing.disputed().filter(move |one| one.item.as_ref() == Some(item)).map(|one| one.field)
    }

    /// Takes what several people filled in differently.
    pub(super) fn set_disputed(&mut self, disputed: Vec<Disputed>) {
        self.editing.set_disputed(disputed);
    }

    /// Says whether the item at a position was begun and stands in the way of finalising.
    pub fn is_blocked(&self, at: usize) -> bool {
        self.disputed(at).next().is_some()
            || self.sheet().blocker(at).is_some_and(|blocker| !matches!(blocker, Blocker::Unanswered(_)))
    }

    /// Returns what the item at a position came to when it was last judged at this unit.
    pub fn last_time(&self, at: usize) -> Option<&LastTime> {
        self.past.last.get(&self.sheet().item(at).id)
    }

    /// Lists what was found at the item at a position before and is still open, but for what the last time says itself.
    pub fn open_before(&self, at: usize) -> impl Iterator<Item = &Row> {
        let open = self.past.open.get(&self.sheet().item(at).id).into_iter().flatten();
        let last = self.last_time(at).map(|last| &last.record);
        open.filter(move |row| Some(&row.source.record) != last)
    }

    /// Returns what the reviews of the record that the draft corrects said of the item at a position, with who said it.
    pub fn returned(&self, at: usize) -> impl Iterator<Item = (&str, &ItemReview)> {
        let item = &self.sheet().item(at).id;
        let said = self.past.reviews.iter().filter_map(move |review| Some((review.by.as_str(), review.of_item(item)?)));
        said.filter(|(_, one)| one.decision == Decision::Returned)
    }

    /// Takes what earlier records say; a correction begins at the first item that was returned.
    pub(super) fn take_past(&mut self, past: Past) {
        let begins = self.past.reviews.is_empty() && self.shown.first() == Some(&self.at);
        self.past = past;
        let first = self.shown.iter().copied().find(|&at| self.returned(at).next().is_some());
        if let Some(first) = first.filter(|_| begins && matches!(self.focus, Focus::Items)) {
            self.at = first;
        }
    }

    /// Returns the remark with which the record that the draft corrects was returned last, and whose it is.
    pub(super) fn returned_remark(&self) -> Option<(&str, &str)> {
        let returns = self.past.reviews.iter().rev().filter(|review| review.decision == Decision::Returned);
        returns.map(|review| (review.by.as_str(), review.remark.as_str())).find(|(_, remark)| !remark.is_empty())
    }

    /// Returns the id of the item in hand.
    pub(super) fn item_id(&self) -> ItemId {
        self.sheet().item(self.at).id.clone()
    }

    /// Takes what came of joining the draft with a change from outside.
    pub(super) fn join(&mut self, editing: Editing) {
        self.editing = editing;
        (self.numbers, self.layout) = (numbers(self.sheet()), self.sheet().layout());
        self.recount();
        self.narrow();
        self.leave_hidden();
    }

    fn recount(&mut self) {
        self.tally = self.editing.sheet().tally();
        let layout = self.sheet().layout();
        if self.layout != layout {
            self.layout = layout;
            self.numbers = numbers(self.sheet());
            self.narrow();
            self.leave_hidden();
        }
    }

    /// Goes on to the next item where an answer has made the one in hand concern the unit no longer; its answer is kept.
    fn leave_hidden(&mut self) {
        if !self.sheet().applies(self.at) {
            let next = self.shown.iter().copied().find(|&at| at > self.at).or(self.shown.last().copied());
            self.at = next.unwrap_or(self.at);
        }
    }

    /// Goes to where the inspector was, with the text that was being typed.
    fn resume(&mut self, resume: Resume) {
        if let Some(at) = self.sheet().position(&resume.item).filter(|&at| self.sheet().applies(at)) {
            self.at = at;
        }
        let Some(typing) = resume.typing else { return };
        match typing.field.as_str() {
            "value" => {
                self.open_answer();
                if let Focus::Value(field, _) = &mut self.focus {
                    *field = if field.is_one_line() { Field::line(&typing.text) } else { Field::lines(&typing.text) };
                }
                self.check_value();
            }
            "note" => self.focus = Focus::Note(Field::lines(&typing.text)),
            "evidence" => drop(self.open_evidence(&typing.text)),
            name if name.starts_with("row.") => {
                let column = name.strip_prefix("row.").and_then(|rest| rest.split_once('.'));
                if let Some((at, column)) = column {
                    self.open_row(at.parse().unwrap_or(usize::MAX), Some((column, &typing.text)));
                }
            }
            name if name.starts_with("finding.") => self.open_finding(Some((name, &typing.text))),
            name if name.starts_with("details.") => self.open_details(Some((name, &typing.text))),
            _ => {}
        }
    }

    /// Returns the effect that keeps where the inspector is, with what is being typed.
    pub(super) fn keep_place(&self) -> Effect {
        Effect::KeepPlace(Resume { item: self.item_id(), typing: self.typing() })
    }

    /// Returns the effect that writes the draft's file.
    pub(super) fn save(&self) -> Effect {
        Effect::Save(Box::new(self.editing.record()))
    }
}

/// Numbers the items that are asked, from 1.
fn numbers(sheet: &Sheet) -> Vec<usize> {
    let count_up = |number: &mut usize, at: usize| {
        *number += usize::from(sheet.applies(at));
        Some(*number)
    };
    (0..sheet.checklist().items.len()).scan(0, count_up).collect()
}
