//! A selection in a list, and a list that is narrowed by typing.

use std::cell::Cell;

use super::{
    field::Field,
    key::{Code, Key},
};

/// How far Page up and Page down go.
const PAGE: usize = 10;

/// The selected row of a list whose length is known elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Selection(pub usize);

impl Selection {
    /// Moves by a key in a list of `count` rows; returns whether the key was one that moves.
    pub fn key(&mut self, key: Key, count: usize) -> bool {
        let last = count.saturating_sub(1);
        let at = self.0.min(last);
        self.0 = match key.code {
            Code::Up => at.saturating_sub(1),
            Code::Down => (at + 1).min(last),
            Code::PageUp => at.saturating_sub(PAGE),
            Code::PageDown => (at + PAGE).min(last),
            Code::Home => 0,
            Code::End => last,
            _ => return false,
        };
        true
    }

    /// Returns the first row to show in `height` rows, so that the selected one stands in the middle where there is room.
    pub fn first_shown(self, count: usize, height: usize) -> usize {
        self.0.saturating_sub(height / 2).min(count.saturating_sub(height))
    }
}

/// How far a text is scrolled whose length is known only where it is drawn.
#[derive(Debug, Default)]
pub struct Scroll {
    first: Selection,
    /// The last line that can be the first, as it was drawn last: the keys go no further.
    last: Cell<usize>,
}

impl Scroll {
    /// Moves by a key.
    pub fn key(&mut self, key: Key) {
        self.first.key(key, self.last.get() + 1);
    }

    /// Returns the first line to show where there are so many lines and room for so many.
    pub fn first_line(&self, lines: usize, room: usize) -> usize {
        let last = lines.saturating_sub(room);
        self.last.set(last);
        self.first.0.min(last)
    }
}

/// A list that is narrowed by typing: the search field is always open, the arrows move the selection.
#[derive(Clone, Debug)]
pub struct Narrowed {
    /// What is typed.
    pub query: Field,
    /// The rows that fit, best first, as positions in the whole list.
    pub rows: Vec<usize>,
    /// The selected one of them.
    pub selection: Selection,
}

impl Narrowed {
    /// Begins with everything.
    pub fn new(count: usize) -> Self {
        Self { query: Field::line(""), rows: (0..count).collect(), selection: Selection::default() }
    }

    /// Takes a key; `narrow` finds the fitting rows for what is typed.
    pub fn key(&mut self, key: Key, narrow: impl FnOnce(&str) -> Vec<usize>) -> bool {
        let moves = !matches!(key.code, Code::Home | Code::End) && self.selection.key(key, self.rows.len());
        if !moves && self.query.key(key) {
            self.refresh(narrow);
            return true;
        }
        moves
    }

    /// Takes pasted text.
    pub fn paste(&mut self, text: &str, narrow: impl FnOnce(&str) -> Vec<usize>) {
        self.query.paste(text);
        self.refresh(narrow);
    }

    /// Finds the fitting rows again, when the list itself has changed.
    pub fn refresh(&mut self, narrow: impl FnOnce(&str) -> Vec<usize>) {
        self.rows = narrow(self.query.text().trim());
        self.selection = Selection::default();
    }

    /// Returns the position in the whole list of the selected row.
    pub fn selected(&self) -> Option<usize> {
        self.rows.get(self.selection.0).copied()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_selection_stays_inside_the_list() {
        let cases: [(usize, &str, usize, usize); 6] = [
            (0, "Up", 3, 0),
            (2, "Down", 3, 2),
            (1, "End", 3, 2),
            (0, "PageDown", 30, 10),
            (5, "Down", 0, 0),
            (9, "Up", 3, 1),
        ];
        for (from, key, count, to) in cases {
            let mut selection = Selection(from);
            selection.key(key.parse().expect("a key"), count);
            assert_eq!(selection.0, to, "{key} from {from} of {count}");
        }
    }

    #[test]
    fn the_selected_row_is_always_shown() {
        for count in 0..12 {
            for at in 0..count {
                for height in 1..6 {
                    let first = Selection(at).first_shown(count, height);
                    assert!((first..first + height).contains(&at), "{at} of {count} in {height}");
                }
            }
        }
    }
}
