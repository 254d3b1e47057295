//! The core of the terminal program: state, messages, and one function that goes from one to the next.
//!
//! [`App::update`] takes what happened and gives what to do about it. It touches neither disk nor clock nor terminal, so a
//! test presses keys and looks at the state. Drawing is [`crate::view`]'s, carrying out effects is [`crate::cli`]'s.

pub mod command;
mod conflicts;
mod correct;
mod counting;
mod dashboard;
pub mod data;
mod dialog;
mod field;
pub mod fill;
mod findings;
mod form;
mod home;
mod incoming;
mod input;
mod joining;
pub mod key;
mod leave;
mod list;
mod message;
mod mistakes;
mod moving;
mod navigate;
mod outside;
mod palette;
mod papers;
mod path;
mod plan;
mod plan_screen;
mod refresh;
mod reports;
mod returned;
mod review;
mod screens;
mod setup;
mod syncing;
mod trace;
mod units;
mod update;
mod voiding;
mod work;

pub use conflicts::{InDispute, Said};
pub use correct::{CorrectChoice, CorrectStep, Correcting, choice_name};
pub use counting::{Count, Counted, Limit, filter_words};
pub use dashboard::{About, Behind, BehindScreen, DashboardScreen, Measure, Panel};
pub use data::Data;
pub use dialog::{Dialog, GenerateChoice};
pub use field::Field;
pub use findings::{FindingCounts, FindingFilter, FindingScreen, FindingsScreen, OpenFinding};
pub use form::{Form, FormField, Input, Pick};
pub use home::{Home, HomeRow};
pub use incoming::{HeldRegister, RegisterRow, Taken};
pub use joining::joined_said;
pub use list::{Narrowed, Scroll, Selection};
pub use message::{Against, Effect, Made, Msg, Now, OpenedDraft, OpenedRecord, Photograph, WorkspaceInfo};
pub use mistakes::{Edited, Mistake, MistakesScreen};
pub use moving::{move_said, move_summary};
pub use palette::Palette;
pub use papers::PaperOrder;
pub use path::PathPanel;
pub use plan::{CompareScreen, Way, facet_name};
pub use plan_screen::{Facet, Pane, PlanScreen};
pub use reports::{PreviewLine, ReportOrder, ReportPane, ReportScreen, Work, Writing, Written};
pub use returned::{HeldLedger, ImportMsg, Importing, LedgerRow};
pub use review::{ReviewFilter, ReviewsScreen};
pub use screens::{Choosing, FacilityScreen, RecordScreen, Screen};
pub use setup::Setup;
pub use syncing::{HubInfo, MemberInfo, Passphrase, SyncMsg, Syncing};
pub use trace::{TraceRow, TraceScreen, Traced};
pub use units::{LABELS, UnitChange, UnitDialog};

use crate::{
    error::Error,
    i18n::{Lang, Text},
    store::{InboxFile, Theme},
};
use command::Context;

/// Everything the program knows while it runs.
#[derive(Debug)]
pub struct App {
    /// The language of the screen.
    pub lang: Lang,
    /// The time, to the second, as of the last message.
    pub now: Now,
    /// The size of the terminal in columns and rows.
    pub size: (u16, u16),
    /// The open workspace; none while one is being made.
    pub workspace: Option<WorkspaceInfo>,
    /// What was read from it.
    pub data: Data,
    /// The screens that were opened one from the other; the last one is in front. Never empty.
    screens: Vec<Screen>,
    /// What stands in front of the screen.
    pub overlay: Option<Overlay>,
    /// What has to be said.
    pub notice: Option<Notice>,
    /// Whether the end has been asked for.
    pub ending: bool,
    /// For which light the colours are.
    pub theme: Theme,
    /// The colours of the terminal.
    pub colours: Colours,
    /// What lies in the watched folder, the newest first.
    pub inbox: Vec<InboxFile>,
    /// Whether the watched folder has been looked at.
    inbox_seen: bool,
    /// Whether what was read is still what lies on the disk.
    reading: refresh::Reading,
}

/// How many colours the terminal has.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Colours {
    /// Sixteen, or nobody knows.
    #[default]
    Few,
    /// All that a small picture needs.
    All,
}

/// Something in front of the screen that gets the keys first.
#[derive(Debug)]
pub enum Overlay {
    /// The keys of the screen behind it.
    Help {
        /// The screen behind it.
        of: Context,
        /// The first row shown.
        selection: Selection,
    },
    /// Everything that can be done.
    Palette(Palette),
    /// A question or a list.
    Dialog(Dialog),
}

/// Something that has to be said, until the next key that does something.
#[derive(Debug)]
pub enum Notice {
    /// Good news.
    Info(Text),
    /// Something went wrong.
    Error(Error),
}

impl App {
    /// Begins without a workspace.
    pub fn new(lang: Lang, now: Now, size: (u16, u16)) -> Self {
        Self {
            lang,
            now,
            size,
            workspace: None,
            data: Data::default(),
            screens: vec![Screen::Home(Home::default())],
            overlay: None,
            notice: None,
            ending: false,
            theme: Theme::default(),
            colours: Colours::default(),
            inbox: Vec::new(),
            inbox_seen: false,
            reading: refresh::Reading::default(),
        }
    }

    /// Begins with the question where to make a workspace.
    pub fn without_workspace(lang: Lang, now: Now, size: (u16, u16), folder: &std::path::Path) -> Self {
        Self { screens: vec![Screen::Setup(Setup::new(lang, folder))], ..Self::new(lang, now, size) }
    }

    /// Returns the screen in front.
    pub fn screen(&self) -> &Screen {
        // Screens are only ever popped while another one is beneath.
        self.screens.last().unwrap_or_else(|| unreachable!("there is always a screen"))
    }

    fn screen_mut(&mut self) -> &mut Screen {
        // Screens are only ever popped while another one is beneath.
        self.screens.last_mut().unwrap_or_else(|| unreachable!("there is always a screen"))
    }

    /// Returns where a key would go now.
    pub fn context(&self) -> Context {
        match &self.overlay {
            Some(Overlay::Help { .. }) => Context::Help,
            Some(Overlay::Palette(_)) => Context::Palette,
            Some(Overlay::Dialog(_)) => Context::Dialog,
            None => self.screen().context(),
        }
    }

    /// Returns the draft that is being filled in, if one is open anywhere among the screens.
    pub fn fill(&self) -> Option<&fill::Fill> {
        self.screens.iter().rev().find_map(|screen| match screen {
            Screen::Fill(fill) => Some(fill.as_ref()),
            _ => None,
        })
    }

    fn fill_mut(&mut self) -> Option<&mut fill::Fill> {
        self.screens.iter_mut().rev().find_map(|screen| match screen {
            Screen::Fill(fill) => Some(fill.as_mut()),
            _ => None,
        })
    }

    /// Says whether nothing may be written.
    fn is_read_only(&self) -> bool {
        self.workspace.as_ref().is_some_and(|info| info.read_only.is_some())
    }

    /// Says something to the user, until the next key.
    pub fn inform(&mut self, text: Text) {
        self.say(text);
    }

    fn say(&mut self, text: Text) {
        self.notice = Some(Notice::Info(text));
    }

    fn complain(&mut self, error: Error) {
        self.notice = Some(Notice::Error(error));
    }
}
