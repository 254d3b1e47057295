//! The path of a file while it is typed, with how it may go on.

use super::{
    field::Field,
    key::{Code, Key},
    list::Selection,
    message::Effect,
};
use crate::store::PathChoice;

/// A path that is being typed.
#[derive(Debug)]
pub struct PathPanel {
    /// What is typed.
    pub field: Field,
    /// How it may go on.
    pub choices: Vec<PathChoice>,
    /// The selected row of what stands below it.
    pub selection: Selection,
}

impl PathPanel {
    /// Begins with what was typed already.
    pub(super) fn new(typed: &str) -> Self {
        Self { field: Field::line(typed), choices: Vec::new(), selection: Selection::default() }
    }

    /// Takes a key: the arrows choose how the path goes on, Tab goes on with it, everything else types.
    pub(super) fn key(&mut self, key: Key) -> Option<Effect> {
        if key.code == Code::Tab {
            let chosen = self.choices.get(self.selection.0)?.typed.clone();
            return Some(self.go_on_with(&chosen));
        }
        if !matches!(key.code, Code::Home | Code::End) && self.selection.key(key, self.choices.len()) {
            return None;
        }
        self.field.key(key).then(|| self.typed())
    }

    /// Goes on typing at the end of another path.
    pub(super) fn go_on_with(&mut self, path: &str) -> Effect {
        self.field = Field::line(path);
        self.typed()
    }

    /// Asks how what is typed by now may go on; until that is known nothing of what went on before can be chosen.
    pub(super) fn typed(&mut self) -> Effect {
        self.selection = Selection::default();
        self.choices.clear();
        Effect::ListPaths(self.field.text())
    }

    /// Takes how a path may go on, unless something else has been typed since.
    pub(super) fn take(&mut self, typed: &str, choices: Vec<PathChoice>) {
        if self.field.text() == typed {
            self.choices = choices;
        }
    }

    /// Says where Enter leads: into a folder, or to the file that is typed or chosen; nowhere while nothing is typed.
    pub(super) fn enter(&mut self) -> Option<Entered> {
        let typed = self.field.text();
        if typed.trim().is_empty() {
            return None;
        }
        Some(match self.choices.get(self.selection.0) {
            Some(choice) if choice.folder && !typed.ends_with('/') => {
                let folder = choice.typed.clone();
                Entered::Folder(self.go_on_with(&folder))
            }
            Some(choice) if !choice.folder => Entered::File(choice.typed.clone()),
            _ => Entered::File(typed),
        })
    }
}

/// Where Enter leads.
pub(super) enum Entered {
    /// Into a folder, of which the files are asked for.
    Folder(Effect),
    /// To a file, as it was typed.
    File(String),
}
