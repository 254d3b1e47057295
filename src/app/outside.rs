//! What comes from outside the keys: files, the watched folder, the clock, and how the screen looks.

use super::{
    App, Colours, Overlay,
    dialog::Dialog,
    message::{Effect, Msg},
    screens::Screen,
};
use crate::{
    checklist::{FileRef, ItemId},
    error::Error,
    inspection::{ClockSet, RecordId},
    store::{InboxFile, Theme},
    text,
};

impl App {
    /// Takes what came from outside the keys.
    pub(super) fn outside(&mut self, msg: Msg) -> Vec<Effect> {
        if let (Msg::Paths(typed, choices), Some(Overlay::Dialog(Dialog::Import(_, panel)))) = (&msg, &mut self.overlay)
        {
            panel.take(typed, choices.clone());
            return Vec::new();
        }
        match (msg, self.fill_mut()) {
            (Msg::Past(id, past), Some(fill)) if *fill.record_id() == id => {
                fill.take_past(*past);
                let remark = fill
                    .returned_remark()
                    .map(|(by, remark)| text!("review-screen.remark-of", by = by, remark = remark));
                if let Some(remark) = remark {
                    self.say(remark);
                }
            }
            (Msg::Picture(of, picture), Some(fill)) => fill.take_picture(&of, picture),
            (Msg::Paths(typed, choices), Some(fill)) => fill.take_paths(&typed, choices),
            (Msg::Inbox(files), _) => self.take_inbox(files),
            (Msg::Attached(id, item, attached), _) => return self.attached(&id, &item, attached),
            (Msg::ClockSet(clock_set), _) => return self.clock_set(clock_set),
            _ => {}
        }
        Vec::new()
    }

    /// Takes what lies in the watched folder, and says when something new has come.
    fn take_inbox(&mut self, files: Vec<InboxFile>) {
        let new = files.iter().filter(|file| !self.inbox.contains(file)).count();
        let first = !std::mem::replace(&mut self.inbox_seen, true);
        self.inbox = files;
        if new > 0 && !first && self.fill().is_some() {
            self.say(text!("fill.new-photographs", count = new));
        }
    }

    /// Asks for the picture of the photograph in hand, once.
    pub(super) fn wanted_picture(&mut self) -> Option<Effect> {
        let shows = self.shows_pictures();
        let Self { screens, inbox, .. } = self;
        match screens.last_mut() {
            Some(Screen::Fill(fill)) if shows => fill.wanted_picture(inbox),
            _ => None,
        }
    }

    /// Says whether there are the colours for pictures; whoever wants no colours wants none there either.
    pub fn shows_pictures(&self) -> bool {
        self.colours == Colours::All && self.theme != Theme::Plain
    }

    /// Takes a file that was copied into the workspace for an item of a draft; another draft does not get it.
    fn attached(&mut self, id: &RecordId, item: &ItemId, attached: Result<FileRef, Error>) -> Vec<Effect> {
        let now = self.now;
        match (attached, self.fill_mut().filter(|fill| fill.record_id() == id)) {
            (Ok(copied), Some(fill)) => {
                let said = text!("fill.attached", name = copied.name);
                let effects = fill.attach(item, copied, now);
                self.say(said);
                effects
            }
            (Ok(copied), None) => {
                let unit = self.data.record(id).map_or(id.0.as_str(), |row| &row.facility.name);
                let late = Error::input(text!("fill.attached-late", name = copied.name, unit = unit));
                let late = late.hint(text!("fill.attached-late.hint", unit = unit));
                self.complain(late);
                Vec::new()
            }
            (Err(error), _) => {
                self.complain(error);
                Vec::new()
            }
        }
    }

    /// Says that the clock was set.
    pub fn say_clock_set(&mut self, clock_set: ClockSet) {
        let moment = |at: chrono::DateTime<chrono::FixedOffset>| at.format("%Y-%m-%d %H:%M").to_string();
        self.say(text!("app.clock-set", from = moment(clock_set.from), to = moment(clock_set.to)));
    }

    /// Says that the clock was set, and notes it in the record.
    fn clock_set(&mut self, clock_set: ClockSet) -> Vec<Effect> {
        let now = self.now;
        self.say_clock_set(clock_set);
        self.fill_mut().map(|fill| fill.note_clock(clock_set, now)).unwrap_or_default()
    }

    /// Goes on to the next set of colours and keeps it in the settings.
    pub(super) fn next_theme(&mut self) -> Vec<Effect> {
        self.theme = match self.theme {
            Theme::Dark => Theme::Light,
            Theme::Light => Theme::Plain,
            Theme::Plain => Theme::Dark,
        };
        let said = match self.theme {
            Theme::Dark => text!("app.theme.dark"),
            Theme::Light => text!("app.theme.light"),
            Theme::Plain => text!("app.theme.plain"),
        };
        self.say(said);
        if self.is_read_only() || self.workspace.is_none() { Vec::new() } else { vec![Effect::KeepTheme(self.theme)] }
    }
}
