//! What the open screens show again after something was read from the disk.

use super::{
    App,
    list::{Narrowed, Selection},
    message::{Effect, Made},
    screens::Screen,
};
use crate::{error::Error, text};

/// How far reading what lies on the disk is.
#[derive(Debug, Default)]
pub(super) struct Reading {
    /// Whether something changed outside since it began.
    pub outdated: bool,
    /// Whether it is under way, so that reading again has to wait.
    pub under_way: bool,
}

impl App {
    /// Reads again what changed outside, beside what is to be done anyway; one reading at a time, or they would pile up.
    pub(super) fn read_again(&mut self, effects: &mut Vec<Effect>) {
        if Effect::read_everything().iter().all(|effect| effects.contains(effect)) {
            self.reading = Reading { outdated: false, under_way: true };
            return;
        }
        // While somebody fills in, the disk and the processor are his; at the end of a sync everything is read.
        let waits = self.reading.under_way || self.fill().is_some() || self.data.sync.running.is_some();
        if self.reading.outdated && !waits {
            self.reading = Reading { outdated: false, under_way: true };
            // A change of the checklists is told of by itself.
            let again = Effect::read_everything().into_iter().filter(|effect| *effect != Effect::LoadChecklists);
            effects.extend(again);
        }
    }

    /// Finds the rows of the open lists again after what they show has changed.
    pub(super) fn refresh_lists(&mut self) {
        self.outdate_counts();
        let today = self.now.date_naive();
        let Self { screens, data, .. } = self;
        for screen in screens {
            match screen {
                Screen::Facilities(list) => keep_selected(list, |typed| data.find_facilities(typed)),
                Screen::Records(list) => keep_selected(list, |typed| data.find_records(typed)),
                Screen::Tasks(list) => keep_selected(list, |typed| data.find_tasks(typed)),
                Screen::Choosing(choosing) => {
                    choosing.checklists = data.checklists_for(&choosing.facility);
                    let checklists = &choosing.checklists;
                    keep_selected(&mut choosing.list, |typed| {
                        super::navigate::find_checklists(data, checklists, typed)
                    });
                }
                Screen::Checklist(checklist, selection) => super::mistakes::renew(checklist, selection, data),
                Screen::Checklists(selection) => stay_within(selection, data.checklists.len()),
                Screen::Findings(screen) => screen.refresh(data, today),
                Screen::Reviews(screen) => screen.refresh(data),
                Screen::Plan(plan) => plan.leads = data.leads(&plan.plan.head.id),
                _ => {}
            }
        }
    }

    /// Takes the checklists that were generated, and shows where they stand.
    pub(super) fn generated(&mut self, generated: Result<Made, Error>) -> Vec<Effect> {
        match generated {
            Ok((listing, notes)) => {
                let new = listing.found.iter().filter(|file| !file.existed).count();
                let changed = listing.found.iter().filter(|file| file.existed && !file.changes.is_empty()).count();
                let decisions: usize = listing.found.iter().map(|file| file.decisions.len()).sum();
                match (listing.damaged.into_iter().next(), notes.into_iter().next()) {
                    (Some(error), _) => self.complain(error),
                    (None, Some(note)) if listing.found.is_empty() => self.say(note),
                    _ => self.say(text!("app.generated", new = new, changed = changed, decisions = decisions)),
                }
                if !listing.found.is_empty() && !matches!(self.screen(), Screen::Checklists(_)) {
                    self.screens.push(Screen::Checklists(Selection::default()));
                }
                vec![Effect::LoadChecklists]
            }
            Err(error) => {
                self.complain(error);
                Vec::new()
            }
        }
    }
}

/// Narrows a list again and stays on the row that was selected, as far as there still is one.
fn keep_selected(list: &mut Narrowed, narrow: impl FnOnce(&str) -> Vec<usize>) {
    let selection = list.selection;
    list.refresh(narrow);
    list.selection = selection;
    stay_within(&mut list.selection, list.rows.len());
}

/// Keeps a selection on a row that there is.
pub(super) fn stay_within(selection: &mut Selection, rows: usize) {
    selection.0 = selection.0.min(rows.saturating_sub(1));
}

#[cfg(test)]
mod tests {
    use crate::{
        app::{App, Effect, Msg, SyncMsg},
        i18n::Lang,
        sync::{outcome::Outcome, visit::Progress},
    };

    #[test]
    fn what_changed_outside_is_read_once_at_a_time_and_after_a_sync() {
        let now = "2026-11-21T10:42:07+08:00".parse().expect("a moment");
        let mut app = App::new(Lang::Zh, now, (80, 24));
        let read = || Msg::Conflicts(Ok(Vec::new()));
        let steps = [
            (Msg::WorkspaceChanged, 1, "nothing else is being read"),
            (Msg::WorkspaceChanged, 0, "it is being read"),
            (Msg::WorkspaceChanged, 0, "it is still being read"),
            (read(), 1, "it changed meanwhile"),
            (read(), 0, "nothing changed meanwhile"),
            (Msg::Sync(SyncMsg::Progress(Progress::default())), 0, "a sync begins"),
            (Msg::WorkspaceChanged, 0, "the sync writes"),
            (Msg::Sync(SyncMsg::Done(Box::new(Ok(Outcome::default())))), 1, "the sync has ended"),
            (read(), 0, "everything was read after the sync"),
        ];
        for (msg, expected, why) in steps {
            let effects = app.update(msg, now);
            assert_eq!(effects.iter().filter(|effect| **effect == Effect::LoadRecords).count(), expected, "{why}");
        }
    }
}
