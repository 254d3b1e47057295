//! The screen that makes reports: kind, filter, formats, a preview, and how far the writing is.

use std::{
    cell::{Ref, RefCell},
    sync::Arc,
};

use super::{
    App, Overlay,
    command::Command,
    counting::Count,
    dialog::Dialog,
    field::Field,
    key::{Code, Key},
    list::{Scroll, Selection},
    message::{Effect, Now},
    screens::Screen,
};
use crate::{
    error::Error,
    i18n::Lang,
    report::{Filter, Kind, Output, Period, Preview, Tally},
    store::HandedOut,
    text,
};

/// The folder of a workspace into which reports go unless another one is named.
const FOLDER: &str = "reports";

/// The part of the screen that has the keys.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum ReportPane {
    /// The kinds.
    #[default]
    Kinds,
    /// The formats.
    Outputs,
    /// The preview.
    Preview,
}

/// A report that is to be written: what was counted, and as what and where.
#[derive(Clone, Debug, PartialEq)]
pub struct ReportOrder {
    /// The kind.
    pub kind: Kind,
    /// What was counted; what is written shows the numbers of the preview.
    pub tally: Arc<Tally>,
    /// As what.
    pub outputs: Vec<Output>,
    /// Where, as it was typed; within the workspace unless it says otherwise.
    pub folder: String,
}

/// How far a report is that is being written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Writing {
    /// What is being made.
    pub output: Output,
    /// Which of all it is, from 1.
    pub number: usize,
    /// How many there are.
    pub of: usize,
    /// How many rows of it have been laid out.
    pub rows: usize,
    /// How many it has.
    pub expected: usize,
}

/// What has become of writing.
#[derive(Debug, Default)]
pub enum Work {
    /// Nothing was asked for yet.
    #[default]
    None,
    /// It is under way; nothing until the first word of it has come.
    Writing(Option<Writing>),
    /// It was asked to stop.
    Stopping,
    /// It was stopped; these files were whole before.
    Stopped(Vec<HandedOut>),
    /// These files were written.
    Done(Vec<HandedOut>),
    /// Some of it could not be written; these files were.
    Failed(Error, Vec<HandedOut>),
}

impl Work {
    /// Says whether something is being written.
    pub fn is_under_way(&self) -> bool {
        matches!(self, Self::Writing(_) | Self::Stopping)
    }
}

/// What came of writing: the files that are whole, and why there are no more.
#[derive(Debug)]
pub struct Written {
    /// The files.
    pub files: Vec<HandedOut>,
    /// Why there are no more, if so.
    pub trouble: Option<Error>,
    /// Whether it was stopped.
    pub stopped: bool,
}

/// What a report will look like.
#[derive(Debug)]
pub struct Shown {
    kind: Kind,
    tally: Arc<Tally>,
    /// What it will look like, or why it cannot be put together; nothing while it is being made.
    pub preview: Option<Result<Preview, Error>>,
    laid: RefCell<Laid>,
}

/// What a line of a preview is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PreviewLine {
    /// The title or a heading.
    Heading,
    /// A line of text or a row of a table.
    Text,
    /// The title of a table.
    Table,
    /// The head of a table.
    Columns,
    /// What is said beside the report itself.
    Note,
    /// What there is to mind.
    Reminder,
}

/// A preview in lines, as it was laid out last.
#[derive(Debug, Default)]
struct Laid {
    /// The width and the language for which it was laid out.
    of: Option<(usize, Lang)>,
    lines: Vec<(PreviewLine, String)>,
}

impl Shown {
    /// Returns the preview in lines of a width in a language, laid out by `lay` where that has not been done yet.
    pub fn lines(
        &self,
        columns: usize,
        lang: Lang,
        lay: impl FnOnce() -> Vec<(PreviewLine, String)>,
    ) -> Ref<'_, [(PreviewLine, String)]> {
        let of = Some((columns, lang));
        if self.laid.borrow().of != of {
            self.laid.replace(Laid { of, lines: lay() });
        }
        Ref::map(self.laid.borrow(), |laid| laid.lines.as_slice())
    }
}

/// The screen.
#[derive(Debug)]
pub struct ReportScreen {
    /// What is counted.
    pub count: Count,
    /// The selected kind among those about a period.
    pub kind: Selection,
    /// As what it is to be written, in the order of [`Output::ALL`].
    pub chosen: [bool; Output::ALL.len()],
    /// The selected one of them.
    pub output: Selection,
    /// What has the keys.
    pub pane: ReportPane,
    /// Where the files go, as it was typed.
    pub folder: String,
    /// What the report will look like.
    pub shown: Option<Shown>,
    /// How far the preview is scrolled.
    pub scroll: Scroll,
    /// What has become of writing.
    pub work: Work,
}

impl ReportScreen {
    fn new(filter: Filter) -> Self {
        let usual = [Output::Laid(crate::report::Format::Docx), Output::Laid(crate::report::Format::Xlsx)];
        Self {
            count: Count::new(filter),
            kind: Selection::default(),
            chosen: Output::ALL.map(|output| usual.contains(&output)),
            output: Selection::default(),
            pane: ReportPane::default(),
            folder: FOLDER.to_owned(),
            shown: None,
            scroll: Scroll::default(),
            work: Work::None,
        }
    }

    /// Returns the chosen kind.
    pub fn kind(&self) -> Kind {
        Kind::OF_PERIOD[self.kind.0.min(Kind::OF_PERIOD.len() - 1)]
    }

    /// Lists as what it is to be written.
    pub fn outputs(&self) -> Vec<Output> {
        Output::ALL.into_iter().zip(self.chosen).filter(|(_, chosen)| *chosen).map(|(output, _)| output).collect()
    }

    /// Asks for what is missing: the count, else the preview of the chosen kind.
    pub(super) fn ask(&mut self, lang: Lang, now: Now) -> Option<Effect> {
        let kind = self.kind();
        if let Some(count) = self.count.ask(kind.language(lang), now) {
            return Some(count);
        }
        let tally = self.count.tally.as_ref().filter(|_| !self.count.running)?;
        let same = |shown: &Shown| shown.kind == kind && Arc::ptr_eq(&shown.tally, tally);
        if self.shown.as_ref().is_some_and(same) {
            return None;
        }
        let tally = Arc::clone(tally);
        self.shown = Some(Shown { kind, tally: Arc::clone(&tally), preview: None, laid: RefCell::default() });
        Some(Effect::PreviewReport(kind, tally))
    }

    /// Takes what a report will look like, if that is still wanted.
    fn take_preview(&mut self, kind: Kind, tally: &Arc<Tally>, preview: Result<Preview, Error>) {
        if let Some(shown) = self.shown.as_mut().filter(|shown| shown.kind == kind && Arc::ptr_eq(&shown.tally, tally))
        {
            (shown.preview, shown.laid) = (Some(preview), RefCell::default());
        }
    }

    /// Takes a key that moves or chooses.
    pub(super) fn key(&mut self, key: Key) {
        match self.pane {
            ReportPane::Kinds => {
                let before = self.kind;
                self.kind.key(key, Kind::OF_PERIOD.len());
                if self.kind != before {
                    self.scroll = Scroll::default();
                }
            }
            ReportPane::Outputs if key.code == Code::Char(' ') => self.turn(),
            ReportPane::Outputs => drop(self.output.key(key, Output::ALL.len())),
            ReportPane::Preview => self.scroll.key(key),
        }
    }

    fn turn(&mut self) {
        if let Some(chosen) = self.chosen.get_mut(self.output.0) {
            *chosen = !*chosen;
        }
    }

    fn go(&mut self, forward: bool) {
        let order = [ReportPane::Kinds, ReportPane::Outputs, ReportPane::Preview];
        let at = order.iter().position(|pane| *pane == self.pane).unwrap_or(0);
        self.pane = order[(at + if forward { 1 } else { order.len() - 1 }) % order.len()];
    }

    /// Goes on with Enter: from the kinds to the formats, which it turns on and off.
    pub(super) fn enter(&mut self) {
        match self.pane {
            ReportPane::Kinds => self.pane = ReportPane::Outputs,
            ReportPane::Outputs => self.turn(),
            ReportPane::Preview => {}
        }
    }
}

impl App {
    /// Runs a command of the screen that makes reports.
    pub(super) fn run_reports(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Reports => return self.open_reports(),
            Command::NextField | Command::PreviousField => {
                if let Screen::Reports(screen) = self.screen_mut() {
                    screen.go(command == Command::NextField);
                }
            }
            Command::Folder => {
                if let Screen::Reports(screen) = self.screen() {
                    let field = Field::line(&screen.folder);
                    self.overlay = Some(Overlay::Dialog(Dialog::Folder(field)));
                }
            }
            Command::WriteReport => return self.write_report(),
            _ => {}
        }
        Vec::new()
    }

    /// Opens the screen; from the dashboard with what that is narrowed to.
    fn open_reports(&mut self) -> Vec<Effect> {
        let year = || Filter::of(Period::year_to(self.now.date_naive()));
        let filter = match self.screen() {
            Screen::Dashboard(screen) => Some(screen.count.filter.clone()),
            _ => None,
        };
        let open = self.screens.iter_mut().find_map(|screen| match screen {
            Screen::Reports(screen) => Some(screen),
            _ => None,
        });
        match (open, &filter) {
            (Some(open), Some(filter)) if open.count.filter != *filter => {
                open.count.filter = filter.clone();
                open.count.outdate();
            }
            _ => {}
        }
        let filter = filter.unwrap_or_else(year);
        self.push(Screen::Reports(Box::new(ReportScreen::new(filter))))
    }

    /// Begins to write what the preview shows.
    fn write_report(&mut self) -> Vec<Effect> {
        let Screen::Reports(screen) = self.screen_mut() else { return Vec::new() };
        if screen.work.is_under_way() {
            return Vec::new();
        }
        let outputs = screen.outputs();
        if outputs.is_empty() {
            screen.pane = ReportPane::Outputs;
            self.say(text!("reports.no-format"));
            return Vec::new();
        }
        let Some(tally) = screen.count.tally.clone().filter(|_| !screen.count.running) else {
            self.say(text!("narrow.counting"));
            return Vec::new();
        };
        let order = ReportOrder { kind: screen.kind(), tally, outputs, folder: screen.folder.clone() };
        screen.work = Work::Writing(None);
        vec![Effect::WriteReport(Box::new(order))]
    }

    /// Returns where reports go, as it was typed.
    pub(super) fn report_folder(&self) -> &str {
        let screens = self.screens.iter().rev();
        let mut typed = screens.filter_map(|screen| match screen {
            Screen::Reports(screen) => Some(screen.folder.as_str()),
            _ => None,
        });
        typed.next().unwrap_or(FOLDER)
    }

    /// Returns what has become of writing, where there is the screen for it.
    fn work_mut(&mut self) -> Option<&mut Work> {
        self.screens.iter_mut().find_map(|screen| match screen {
            Screen::Reports(screen) => Some(&mut screen.work),
            _ => None,
        })
    }

    /// Asks to stop where a report is being written; once asked, nobody has to wait for it.
    pub(super) fn stop_writing(&mut self) -> Option<Effect> {
        let work = self.work_mut().filter(|work| matches!(work, Work::Writing(_)))?;
        *work = Work::Stopping;
        self.say(text!("reports.stopping"));
        Some(Effect::StopWriting)
    }

    /// Takes how far the writing is.
    pub(super) fn take_writing(&mut self, writing: Writing) {
        if let Some(work @ Work::Writing(_)) = self.work_mut() {
            *work = Work::Writing(Some(writing));
        }
    }

    /// Takes what came of writing.
    pub(super) fn take_written(&mut self, written: Written) {
        let Written { files, trouble, stopped } = written;
        self.notice = None;
        let count = files.len();
        if let Some(work) = self.work_mut() {
            *work = match trouble {
                Some(error) => Work::Failed(error, files),
                None if stopped => Work::Stopped(files),
                None => Work::Done(files),
            };
        }
        if !matches!(self.screen(), Screen::Reports(_)) && count > 0 {
            self.say(text!("reports.done", count = count));
        }
    }

    /// Takes what a report will look like.
    pub(super) fn take_preview(&mut self, kind: Kind, tally: &Arc<Tally>, preview: Result<Preview, Error>) {
        let open = self.screens.iter_mut().find_map(|screen| match screen {
            Screen::Reports(screen) => Some(screen),
            _ => None,
        });
        if let Some(screen) = open {
            screen.take_preview(kind, tally, preview);
        }
    }

    /// Takes the folder that was typed; nothing typed is the usual one.
    pub(super) fn take_folder(&mut self, typed: &str) {
        let typed = typed.trim();
        if let Screen::Reports(screen) = self.screen_mut() {
            if typed.is_empty() { FOLDER } else { typed }.clone_into(&mut screen.folder);
        }
    }
}
