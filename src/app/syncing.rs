//! Syncing from the screen: the hub and its members, how far it is, what came of it. The work itself is done outside.

use std::fmt;

use super::{App, Overlay, dialog::Dialog, field::Field, message::Effect, screens::Screen};
use crate::{
    error::{Error, Kind},
    i18n::Text,
    sync::{outcome::Outcome, roster::Role, visit::Progress},
    text,
};

/// What is known of the hub, and of syncing with it.
#[derive(Debug, Default)]
pub struct Syncing {
    /// The hub that the workspace belongs to; nothing where it belongs to none.
    pub hub: Option<HubInfo>,
    /// Whether what is kept of it cannot be read: a sync brings it again.
    pub is_damaged: bool,
    /// How far the sync is that is under way.
    pub running: Option<Progress>,
    /// Whether it has been told to stop.
    pub stopping: bool,
    /// What came of the last one.
    pub outcome: Option<Box<Outcome>>,
}

/// A hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HubInfo {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub place: String,
    /// What was changed here and does not count, because of the role, in each language.
    pub unheeded: Vec<[String; 2]>,
    /// Its members, in the order in which they came.
    pub members: Vec<MemberInfo>,
}

/// A member of a hub.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct MemberInfo {
    /// The person.
    pub person: String,
    /// What they may decide.
    pub roles: Vec<Role>,
    /// Whether the device was removed.
    pub removed: bool,
}

/// A passphrase that was typed; it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Passphrase(pub String);

impl fmt::Debug for Passphrase {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("Passphrase")
    }
}

/// What happens around syncing.
#[derive(Debug)]
pub enum SyncMsg {
    /// The hub was read from the workspace.
    Hub(Result<Option<HubInfo>, Error>),
    /// Nobody has given the passphrase yet.
    PassphraseWanted,
    /// It has begun, or goes on.
    Progress(Progress),
    /// It has ended.
    Done(Box<Result<Outcome, Error>>),
}

impl App {
    /// Begins a sync, or tells the one that is under way to stop.
    pub(super) fn sync_or_stop(&mut self) -> Vec<Effect> {
        if self.data.sync.running.is_some() {
            self.data.sync.stopping = true;
            return vec![Effect::StopSync];
        }
        if self.is_read_only() {
            self.say(text!("app.read-only"));
            return Vec::new();
        }
        if self.data.sync.hub.is_none() && !self.data.sync.is_damaged {
            let none = Error::new(Kind::Workspace, text!("sync.no-member")).hint(text!("sync.no-member.hint"));
            self.complain(none);
            return Vec::new();
        }
        vec![Effect::Sync(None)]
    }

    /// Goes on with the passphrase that was typed.
    pub(super) fn sync_with(typed: &Field) -> Vec<Effect> {
        let typed = typed.text();
        if typed.is_empty() { Vec::new() } else { vec![Effect::Sync(Some(Passphrase(typed)))] }
    }

    /// Takes what happened around syncing.
    pub(super) fn take_sync(&mut self, msg: SyncMsg) -> Vec<Effect> {
        match msg {
            SyncMsg::Hub(Ok(hub)) => (self.data.sync.hub, self.data.sync.is_damaged) = (hub, false),
            SyncMsg::Hub(Err(error)) => {
                self.data.sync.is_damaged = true;
                self.complain(error);
            }
            SyncMsg::PassphraseWanted => {
                if matches!(self.screen(), Screen::Conflicts(_)) {
                    self.overlay = Some(Overlay::Dialog(Dialog::Passphrase(Field::line(""))));
                }
            }
            SyncMsg::Progress(progress) => self.data.sync.running = Some(progress),
            SyncMsg::Done(done) => {
                self.data.sync.running = None;
                self.data.sync.stopping = false;
                match *done {
                    Ok(outcome) => {
                        self.say(done_text(&outcome));
                        self.data.sync.outcome = Some(Box::new(outcome));
                    }
                    Err(error) => self.complain(error),
                }
                // Also what was stopped half way may have changed files.
                let mut effects = Effect::read_everything();
                effects.push(Effect::LoadHub);
                return effects;
            }
        }
        Vec::new()
    }
}

fn done_text(outcome: &Outcome) -> Text {
    let (sent, files, bad) = (outcome.changed.len(), outcome.written.len(), outcome.bad());
    if bad == 0 {
        text!("sync.screen.done", sent = sent, files = files)
    } else {
        text!("sync.screen.done-but", sent = sent, files = files, bad = bad)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        app::{Msg, list::Selection},
        i18n::Lang,
        sync::visit::Progress,
    };

    fn app() -> App {
        let now = "2026-11-21T10:42:07+08:00".parse().expect("a moment");
        let mut app = App::new(Lang::Zh, now, (80, 24));
        app.screens.push(Screen::Conflicts(Selection::default()));
        app
    }

    fn hub() -> SyncMsg {
        let hub =
            HubInfo { name: "某委".to_owned(), place: "/hub".to_owned(), unheeded: Vec::new(), members: Vec::new() };
        SyncMsg::Hub(Ok(Some(hub)))
    }

    #[test]
    fn the_same_key_begins_and_stops() {
        let mut app = app();
        assert!(app.sync_or_stop().is_empty(), "there is no hub");
        app.take_sync(hub());
        assert_eq!(app.sync_or_stop(), [Effect::Sync(None)]);
        app.take_sync(SyncMsg::Progress(Progress::default()));
        assert_eq!(app.sync_or_stop(), [Effect::StopSync]);
        assert!(app.data.sync.stopping);
        let effects = app.take_sync(SyncMsg::Done(Box::new(Ok(Outcome::default()))));
        assert!(effects.contains(&Effect::LoadRecords) && !app.data.sync.stopping && app.data.sync.running.is_none());
    }

    #[test]
    fn where_what_is_kept_of_the_hub_is_damaged_a_sync_can_bring_it_again() {
        let mut app = app();
        app.take_sync(SyncMsg::Hub(Err(Error::input(text!("sync.damaged-here", object = "hub.toml")))));
        assert_eq!(app.sync_or_stop(), [Effect::Sync(None)]);
    }

    #[test]
    fn a_passphrase_is_asked_for_only_on_the_screen_and_never_written_down() {
        let mut app = app();
        let now = app.now;
        app.update(Msg::Sync(SyncMsg::PassphraseWanted), now);
        assert!(matches!(app.overlay, Some(Overlay::Dialog(Dialog::Passphrase(_)))));
        let effects = App::sync_with(&Field::line("correct horse"));
        assert!(!format!("{effects:?}").contains("horse"), "{effects:?}");
        assert!(App::sync_with(&Field::line("")).is_empty());
        app.overlay = None;
        app.screens.pop();
        app.update(Msg::Sync(SyncMsg::PassphraseWanted), now);
        assert!(app.overlay.is_none(), "whoever went on to something else is left alone");
    }
}
