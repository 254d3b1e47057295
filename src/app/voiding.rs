//! Giving up the draft that is open (作废), and taking it up again.

use super::{
    App, Overlay,
    dialog::Dialog,
    field::Field,
    fill::Fill,
    message::{Effect, OpenedDraft},
    screens::Screen,
};
use crate::{
    error::{Error, Kind},
    inspection::RecordId,
    text,
};

impl App {
    /// Asks why the open draft is given up; one that was given up elsewhere is taken up again.
    pub(super) fn ask_to_give_up(&mut self) -> Vec<Effect> {
        let Some(fill) = self.fill() else { return Vec::new() };
        let (id, is_void) = (fill.record_id().clone(), fill.editing().pinned().void.is_some());
        if self.is_read_only() {
            self.say(text!("app.read-only"));
            return Vec::new();
        }
        if is_void {
            let mut effects = self.put_away();
            effects.push(Effect::TakeUpAgain(id));
            return effects;
        }
        self.overlay = Some(Overlay::Dialog(Dialog::GiveUp(Field::line(""))));
        Vec::new()
    }

    /// Gives up the open draft, with everything that was filled in up to now in its file.
    pub(super) fn give_up(&mut self, field: &Field) -> Vec<Effect> {
        let mut effects = self.put_away();
        let Some(id) = self.fill().map(Fill::record_id).cloned() else { return Vec::new() };
        effects.push(Effect::GiveUp(id, field.text().trim().to_owned()));
        effects
    }

    /// Takes what came of giving up a draft; where it was refused, as without a reason, it is asked for once more.
    pub(super) fn take_given_up(&mut self, id: &RecordId, given_up: Result<(), Error>) -> Vec<Effect> {
        match given_up {
            Ok(()) => {
                self.screens.retain(|screen| !matches!(screen, Screen::Fill(_)));
                self.say(text!("void.done", id = id));
                vec![Effect::LoadRecords]
            }
            Err(error) => {
                if error.kind() == Kind::Usage && self.overlay.is_none() {
                    self.overlay = Some(Overlay::Dialog(Dialog::GiveUp(Field::line(""))));
                }
                self.complain(error);
                Vec::new()
            }
        }
    }

    /// Goes on with a draft that was taken up again.
    pub(super) fn take_taken_up(&mut self, opened: Result<OpenedDraft, Error>) -> Vec<Effect> {
        match opened {
            Ok(opened) => {
                let said = text!("void.taken-back", id = opened.editing.pinned().id);
                let mut effects = self.open_fill(opened);
                effects.push(Effect::LoadRecords);
                self.say(said);
                effects
            }
            Err(error) => {
                self.complain(error);
                Vec::new()
            }
        }
    }

    /// Says that the open draft was given up by somebody, and how it goes on.
    pub(super) fn mention_void(&mut self) {
        let void = self.fill().and_then(|fill| fill.editing().pinned().void.clone());
        if let Some(void) = void {
            let reason = if void.reason.is_empty() { self.lang.t("void.unexplained") } else { void.reason.into() };
            self.say(text!("void.by-others", name = void.by, reason = reason));
        }
    }
}
