//! Moving among the items.

use super::{Fill, Focus};
use crate::{
    app::{
        field::Field,
        key::{Code, Key},
        list::Selection,
    },
    facility::Narrowing,
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
        let next = self.shown.iter().copied().find(|&at| at > self.at);
        self.at = next.unwrap_or(self.at);
        next.is_some()
    }

    /// Goes to the next item, or the one before, that is not answered, round and round; returns false where there is none.
    pub fn go_to_unanswered(&mut self, forward: bool) -> bool {
        let open: Vec<_> = self.shown.iter().copied().filter(|&at| !self.sheet().is_answered(at)).collect();
        self.go_around(&open, forward)
    }

    /// Goes to the next item, or the one before, that stands in the way of finalising; returns false where there is none.
    pub fn go_to_blocker(&mut self, forward: bool) -> bool {
        let blocked: Vec<_> = self.blockers.iter().filter_map(|blocker| blocker.position()).collect();
        if blocked.iter().any(|at| !self.shown.contains(at)) {
            self.filter.clear();
            self.narrow();
        }
        self.go_around(&blocked, forward)
    }

    fn go_around(&mut self, stops: &[usize], forward: bool) -> bool {
        let next = if forward {
            stops.iter().find(|&&at| at > self.at).or(stops.first())
        } else {
            stops.iter().rev().find(|&&at| at < self.at).or(stops.last())
        };
        self.at = next.copied().unwrap_or(self.at);
        next.is_some()
    }

    /// Goes to the first item of the next section, or of the one before.
    pub fn go_to_section(&mut self, forward: bool) {
        let firsts: Vec<_> = (0..self.shown.len())
            .filter(|&row| row == 0 || !self.is_same_section(self.shown[row - 1], self.shown[row]))
            .map(|row| self.shown[row])
            .collect();
        let to = if forward {
            firsts.iter().copied().find(|&at| at > self.at && !self.is_same_section(at, self.at))
        } else {
            firsts.iter().copied().rev().find(|&at| at < self.at)
        };
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
        if let Some(&first) = self.shown.first().filter(|_| !self.shown.contains(&self.at)) {
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
