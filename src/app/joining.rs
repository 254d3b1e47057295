//! Drafts of one inspection that two people began before either knew of the other: saying so, and joining them.

use std::collections::BTreeSet;

use super::{
    App, Overlay,
    dialog::Dialog,
    fill::Fill,
    message::{Effect, OpenedDraft},
};
use crate::{error::Error, i18n::Text, inspection::RecordId, store::RecordRow, sync::joining::Joined, text};

/// Says what joining came to.
pub fn joined_said(joined: &Joined) -> Text {
    let Joined { into, from, is_done } = joined;
    if *is_done {
        text!("join.done", count = from.len(), into = into)
    } else {
        text!("join.waiting", count = from.len(), into = into)
    }
}

impl App {
    /// Lists the other drafts of what the open draft is about.
    fn other_drafts(&self) -> Vec<&RecordRow> {
        let Some(pinned) = self.fill().map(|fill| fill.editing().pinned()) else { return Vec::new() };
        let is_other = |row: &&RecordRow| {
            let same = row.facility.id == pinned.facility.id && row.checklist.id == pinned.checklist.id;
            same && row.id != pinned.id
        };
        self.data.drafts().filter(is_other).collect()
    }

    /// Says whose other drafts there are of what the open draft is about: they were begun before either knew of the other.
    pub(super) fn mention_other_drafts(&mut self) {
        let names: BTreeSet<&str> =
            self.other_drafts().into_iter().flat_map(|row| row.inspectors.iter().map(String::as_str)).collect();
        if !names.is_empty() {
            let names = self.lang.list(names);
            self.say(text!("app.other-drafts", names = names));
        }
    }

    /// Asks whether the open draft and the others of the same inspection are to become one.
    pub(super) fn ask_to_join(&mut self) {
        let others: Vec<RecordId> = self.other_drafts().into_iter().map(|row| row.id.clone()).collect();
        let own = self.fill().map(|fill| fill.record_id().clone());
        if self.is_read_only() {
            self.say(text!("app.read-only"));
        } else if others.is_empty() {
            self.say(text!("join.nothing"));
        } else {
            let drafts: BTreeSet<RecordId> = own.into_iter().chain(others).collect();
            self.overlay = Some(Overlay::Dialog(Dialog::Join(drafts.into_iter().collect())));
        }
    }

    /// Joins drafts, with everything that was filled in up to now.
    pub(super) fn join_drafts(&self, drafts: Vec<RecordId>) -> Vec<Effect> {
        self.fill().map(Fill::save).into_iter().chain([Effect::JoinDrafts(drafts)]).collect()
    }

    /// Takes what came of joining drafts.
    pub(super) fn take_joined(&mut self, joined: Result<Joined, Error>) -> Vec<Effect> {
        match joined {
            Ok(joined) => {
                self.say(joined_said(&joined));
                if joined.is_done { vec![Effect::OpenDraft(joined.into), Effect::LoadRecords] } else { Vec::new() }
            }
            Err(error) => {
                self.complain(error);
                Vec::new()
            }
        }
    }

    /// Goes on with the open draft as a change from outside made it, or with the one that it was joined into.
    pub(super) fn take_changed(&mut self, changed: OpenedDraft) -> Vec<Effect> {
        let into = changed.editing.pinned().joined_into.clone();
        if let Some(fill) = self.fill_mut() {
            fill.join(changed.editing);
        }
        self.mark_disputed();
        if let Some(into) = into {
            self.say(text!("join.goes-on"));
            return vec![Effect::OpenDraft(into), Effect::LoadRecords];
        }
        self.say(text!("fill.joined"));
        self.mention_void();
        self.fill().map(Fill::save).into_iter().collect()
    }
}
