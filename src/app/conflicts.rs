//! What several people said differently, and choosing one of it with one key.

use super::{App, list::Selection, message::Effect, screens::Screen};
use crate::{
    error::Error,
    sync::{state::OpenConflict, work::Choice},
    text,
};

impl App {
    /// Takes what is in dispute.
    pub(super) fn take_conflicts(&mut self, read: Result<Vec<OpenConflict>, Error>) -> Vec<Effect> {
        match read {
            Ok(conflicts) => {
                if self.data.conflicts.is_empty() && !conflicts.is_empty() {
                    self.say(text!("conflict.waiting", count = conflicts.len()));
                }
                let last = conflicts.len().saturating_sub(1);
                self.data.conflicts = conflicts;
                if let Screen::Conflicts(selection) = self.screen_mut() {
                    *selection = Selection(selection.0.min(last));
                }
            }
            Err(error) => self.complain(error),
        }
        Vec::new()
    }

    /// Chooses a value of the selected conflict, counted from 1.
    pub(super) fn choose_value(&mut self, value: u8) -> Vec<Effect> {
        let Screen::Conflicts(selection) = self.screen() else { return Vec::new() };
        let Some(conflict) = self.data.conflicts.get(selection.0) else { return Vec::new() };
        let chosen = usize::from(value).checked_sub(1).and_then(|at| conflict.values.get(at));
        let Some(chosen) = chosen else { return Vec::new() };
        if self.is_read_only() {
            self.say(text!("app.read-only"));
            return Vec::new();
        }
        if conflict.late && value != 1 {
            self.say(text!("conflict.late"));
            return Vec::new();
        }
        let choice =
            Choice { document: conflict.document.clone(), field: conflict.field.clone(), value: chosen.value.clone() };
        vec![Effect::ChooseValue(Box::new(choice))]
    }
}
