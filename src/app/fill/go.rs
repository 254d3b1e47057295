//! Moving among the items.

use super::{Fill, Focus};
use crate::{
    app::{
        field::Field,
        key::{Code, Key},
        list::Selection,
    },
    facility::Narrowing,
    inspection::Blocker,
};

impl Fill {
    /// Moves by an arrow or page key; returns whether it was one.
    pub fn go_by_key(&mut self, key: Key) -> bool {
        let here = self.shown.binary_search(&self.at).unwrap_or(0);
        let mut selection = Selection(here);
        if matches!(key.code, Code::Left | Code::Right) || !selection.key(key, self.shown.len()) {
            return false;
        }
        if let Some(&at) = self.shown.get(selection.0) {
            self.at = at;
        }
        true
    }

    /// Goes to the item at a position, taking the filter off where it hides it.
    pub fn go_to(&mut self, at: usize) {
        if self.shown.binary_search(&at).is_err() {
            self.filter.clear();
            self.narrow();
        }
        self.at = at;
    }

    /// Goes on to the next item; returns false at the last one.
    pub fn go_on(&mut self) -> bool {
        let next = self.shown.get(self.rows_up_to(self.at)).copied();
        self.at = next.unwrap_or(self.at);
        next.is_some()
    }

    /// Goes to the next item, or the one before, that is not answered, round and round; returns false where there is none.
    pub fn go_to_unanswered(&mut self, forward: bool) -> bool {
        self.go_around(forward, |fill, at| !fill.sheet().is_answered(at))
    }

    /// Goes to the next item, or the one before, that stands in the way of finalising; returns false where there is none.
    pub fn go_to_blocker(&mut self, forward: bool) -> bool {
        let is_hidden = |blocker: Blocker| blocker.position().is_some_and(|at| self.shown.binary_search(&at).is_err());
        if self.blockers().into_iter().any(is_hidden) {
            self.filter.clear();
            self.narrow();
        }
        self.go_around(forward, |fill, at| fill.sheet().blocker(at).is_some() || fill.disputed(at).next().is_some())
    }

    /// Goes to the nearest item shown, in a direction, that is one to stop at; the one in hand comes last.
    fn go_around(&mut self, forward: bool, stops: impl Fn(&Self, usize) -> bool) -> bool {
        let (upto, before) = (self.rows_up_to(self.at), self.shown.partition_point(|&at| at < self.at));
        let is_stop = |at: &usize| stops(self, *at);
        let next = if forward {
            self.shown[upto..].iter().chain(&self.shown[..upto]).copied().find(is_stop)
        } else {
            self.shown[..before].iter().rev().chain(self.shown[before..].iter().rev()).copied().find(is_stop)
        };
        self.at = next.unwrap_or(self.at);
        next.is_some()
    }

    /// Counts the items shown up to a position, that one included.
    fn rows_up_to(&self, position: usize) -> usize {
        self.shown.partition_point(|&at| at <= position)
    }

    /// Goes to the first item of the next section; or of this one, and from there of the one before.
    pub fn go_to_section(&mut self, forward: bool) {
        let firsts = self.starts.iter().map(|&row| self.shown[row]);
        let to = if forward { firsts.clone().find(|&at| at > self.at) } else { firsts.rev().find(|&at| at < self.at) };
        self.at = to.unwrap_or(self.at);
    }

    /// Opens the field that the items are narrowed by.
    pub fn open_filter(&mut self) {
        self.focus = Focus::Filter(Field::line(&self.filter));
    }

    /// Narrows the items by what is typed into the filter.
    pub fn filter_typed(&mut self) {
        let Focus::Filter(field) = &self.focus else { return };
        self.filter = field.text();
        self.narrow_on();
        if let Some(&first) = self.shown.first().filter(|_| self.shown.binary_search(&self.at).is_err()) {
            self.at = first;
        }
    }

    /// Finds the items to be shown: those that concern the unit, narrowed by the filter.
    pub(super) fn narrow(&mut self) {
        let sheet = self.editing.sheet();
        self.narrowing = Narrowing::of((0..sheet.checklist().items.len()).filter(|&at| sheet.applies(at)));
        self.narrow_on();
    }

    fn narrow_on(&mut self) {
        let shown = self.narrowing.to(&self.texts, &self.filter);
        self.show(shown);
    }

    /// Shows these items, and finds where their sections begin.
    fn show(&mut self, shown: Vec<usize>) {
        self.shown = shown;
        let begins = |&row: &usize| row == 0 || !self.is_same_section(self.shown[row - 1], self.shown[row]);
        self.starts = (0..self.shown.len()).filter(begins).collect();
    }
}
