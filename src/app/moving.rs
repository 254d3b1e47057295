//! Moving the open draft to the version of its checklist that is in use: looked at item by item, then done with one key.

use super::{
    App, Overlay,
    dialog::Dialog,
    list::Selection,
    message::{Effect, OpenedDraft},
};
use crate::{
    error::Error,
    i18n::Text,
    inspection::{Move, MoveStep},
    store::MovedDraft,
    text,
};

/// Says what becomes of an answer.
pub fn move_said(step: &MoveStep) -> Text {
    let fields = step.fields.iter().map(|change| change.field).collect::<Vec<_>>().join(", ");
    match &step.to {
        None => text!("editor.move-homeless", item = step.from),
        Some(_) if step.again => text!("editor.move-again", item = step.from, fields = fields),
        Some(to) if *to != step.from => text!("editor.move-renamed", item = step.from, to = to),
        Some(_) if !fields.is_empty() => text!("editor.move-changed", item = step.from, fields = fields),
        Some(_) => text!("editor.move-kept", item = step.from),
    }
}

/// Says what moving came to, or would come to.
pub fn move_summary(draft: &MovedDraft, dry_run: bool) -> Text {
    let MovedDraft { from, to, moved } = draft;
    let (from, to) = (from.version, to.version);
    let Move { steps, new, .. } = moved;
    let again = steps.iter().filter(|step| step.again).count();
    let (answers, new, homeless) = (steps.len(), new.len(), moved.homeless().count());
    let key = if dry_run { "editor.move-would" } else { "editor.move-done" };
    let count = |count: usize| count.to_string();
    Text::new(
        key,
        vec![
            ("from", from.to_string()),
            ("to", to.to_string()),
            ("answers", count(answers)),
            ("again", count(again)),
            ("homeless", count(homeless)),
            ("new", count(new)),
        ],
    )
}

impl App {
    /// Asks what moving the open draft would come to.
    pub(super) fn ask_for_move(&mut self) -> Vec<Effect> {
        if self.is_read_only() {
            self.say(text!("app.read-only"));
            return Vec::new();
        }
        let mut effects = self.put_away();
        effects.extend(self.fill().map(|fill| Effect::PreviewMove(fill.editing().header().id.clone())));
        effects
    }

    /// Shows what moving would come to.
    pub(super) fn show_move(&mut self, previewed: Result<MovedDraft, Error>) {
        match previewed {
            Ok(draft) => {
                self.overlay = Some(Overlay::Dialog(Dialog::Move(Box::new(draft), Selection::default())));
            }
            Err(error) => self.complain(error),
        }
    }

    /// Moves the open draft, as it was looked at.
    pub(super) fn move_draft(&self) -> Vec<Effect> {
        self.fill().map(|fill| Effect::MoveDraft(fill.editing().header().id.clone())).into_iter().collect()
    }

    /// Goes on with the draft on its newer version.
    pub(super) fn take_moved(&mut self, moved: Result<(MovedDraft, OpenedDraft), Error>) -> Vec<Effect> {
        match moved {
            Ok((draft, opened)) => {
                let effects = self.open_fill(opened);
                self.say(move_summary(&draft, false));
                effects
            }
            Err(error) => {
                self.complain(error);
                Vec::new()
            }
        }
    }
}
