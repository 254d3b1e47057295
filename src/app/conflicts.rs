//! What several people said differently, and choosing one of it with one key.

use super::{App, list::Selection, message::Effect, screens::Screen};
use crate::{
    error::Error,
    inspection::RecordField,
    sync::dispute::{self, Dispute},
    text,
};

impl App {
    /// Takes what is in dispute.
    pub(super) fn take_conflicts(&mut self, read: Result<Vec<Dispute>, Error>) -> Vec<Effect> {
        match read {
            Ok(conflicts) => {
                let undecided = conflicts.iter().filter(|dispute| dispute.decided.is_none()).count();
                if self.data.conflicts.is_empty() && undecided > 0 {
                    self.say(text!("conflict.waiting", count = undecided));
                }
                let last = conflicts.len().saturating_sub(1);
                self.data.conflicts = conflicts;
                self.mark_disputed();
                if let Screen::Conflicts(selection) = self.screen_mut() {
                    *selection = Selection(selection.0.min(last));
                }
            }
            Err(error) => self.complain(error),
        }
        Vec::new()
    }

    /// Tells the draft that is open what of it is in dispute: it is not finalised over that.
    pub(super) fn mark_disputed(&mut self) {
        let Some(id) = self.fill().map(|fill| fill.record_id().clone()) else { return };
        let disputed = dispute::of_record(&self.data.conflicts, &id);
        if let Some(fill) = self.fill_mut() {
            fill.set_disputed(disputed);
        }
    }

    /// Opens the screen of what is in dispute at the first place that concerns a field of the draft that is open.
    pub(super) fn go_to_dispute(&mut self, position: Option<usize>, field: RecordField) -> Vec<Effect> {
        let Some(fill) = self.fill() else { return Vec::new() };
        let item = position.map(|at| fill.sheet().item(at).id.clone());
        let is_meant = |dispute: &Dispute| {
            dispute.of_record(fill.record_id()).is_some_and(|one| one.item == item && one.field == field)
        };
        let at = self.data.conflicts.iter().position(is_meant).unwrap_or(0);
        self.open_conflicts(Selection(at))
    }

    /// Opens the screen of what is in dispute.
    pub(super) fn open_conflicts(&mut self, selection: Selection) -> Vec<Effect> {
        let mut effects = self.push(Screen::Conflicts(selection));
        effects.extend([Effect::LoadConflicts, Effect::LoadHub]);
        effects
    }

    /// Decides on a value of the selected conflict, counted from 1, and goes on; with 0 takes the decision back.
    pub(super) fn choose_value(&mut self, value: u8) -> Vec<Effect> {
        let Screen::Conflicts(selection) = self.screen() else { return Vec::new() };
        let Some(dispute) = self.data.conflicts.get(selection.0) else { return Vec::new() };
        let value = usize::from(value);
        if value > dispute.conflict.values.len() {
            return Vec::new();
        }
        if self.is_read_only() {
            self.say(text!("app.read-only"));
            return Vec::new();
        }
        vec![Effect::ChooseValue(Box::new(dispute.conflict.clone()), value)]
    }
}
