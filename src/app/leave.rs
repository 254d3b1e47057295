//! Going back and ending: nothing that was typed is lost, nothing is left half done.

use super::{
    App, Overlay,
    dialog::Dialog,
    fill::{Focus, Kept},
    message::Effect,
    screens::Screen,
};
use crate::text;

impl App {
    /// Ends the program, once everything that was typed is on its way to the disk.
    pub(super) fn end(&mut self) -> Vec<Effect> {
        let mut effects = self.put_away();
        effects.push(Effect::Quit);
        self.ending = true;
        effects
    }

    /// Makes what is half typed part of the open draft and writes its file, before something else takes its place.
    pub(super) fn put_away(&mut self) -> Vec<Effect> {
        let now = self.now;
        let Some(fill) = self.fill_mut() else { return Vec::new() };
        let mut effects = fill.leave(now);
        effects.push(fill.save());
        effects
    }

    /// Ends, unless something would be lost or left half done.
    pub(super) fn ask_to_end(&mut self) -> Vec<Effect> {
        if let Some(stop) = self.stop_writing() {
            return vec![stop];
        }
        let behind = self.fill().is_some_and(|fill| fill.kept == Kept::No);
        if behind {
            self.overlay = Some(Overlay::Dialog(Dialog::EndUnsaved));
            return Vec::new();
        }
        self.end()
    }

    /// Goes back one level; never loses anything.
    pub(super) fn back(&mut self) -> Vec<Effect> {
        if self.overlay.take().is_some() {
            return Vec::new();
        }
        if matches!(self.screen(), Screen::Reports(_))
            && let Some(stop) = self.stop_writing()
        {
            return vec![stop];
        }
        let mut effects = Vec::new();
        if let Screen::Fill(fill) = self.screen_mut() {
            if !matches!(fill.focus, Focus::Items) {
                return self.leave_by_escape();
            }
            if fill.take_filter_off() {
                return Vec::new();
            }
            effects.push(fill.save());
            if fill.kept == Kept::No {
                // What is in memory only would go with its screen.
                self.say(text!("fill.stays-open"));
                return effects;
            }
        }
        if let Screen::Plan(plan) = self.screen_mut()
            && plan.take_filters_off()
        {
            return effects;
        }
        if self.screens.len() > 1 {
            self.screens.pop();
        } else if matches!(self.screen(), Screen::Setup(_)) {
            return self.end();
        }
        effects
    }
}
