//! The core with its real shell on a real folder, without a terminal: type keys, look at the screen.

use std::{
    path::PathBuf,
    rc::Rc,
    sync::mpsc::{Receiver, channel},
    time::Duration,
};

use chrono::{DateTime, FixedOffset};
use ducha::{
    app::{App, Effect, Msg, SyncMsg, fill::Fill, key::Key},
    cli::shell::Shell,
    i18n::Lang,
    plan::ReadOptions,
    store::Workspace,
    view::{
        Look,
        theme::{Palette, Symbols, Theme},
    },
};

use super::{
    environment::{Environment, PLAN},
    screen::Drawn,
};

/// The size of the smallest terminal that everybody has.
pub const SMALL: (u16, u16) = (80, 24);

/// A program without a terminal.
pub struct Tester {
    pub app: App,
    pub look: Look,
    environment: Rc<Environment>,
    outside: Option<Outside>,
    now: DateTime<FixedOffset>,
}

/// What is outside the core, and what comes from there later.
struct Outside {
    shell: Shell,
    later: Receiver<Msg>,
}

impl Tester {
    /// Begins on the first screen of the small workspace, in Chinese.
    pub fn new() -> Self {
        Self::speaking(Lang::Zh)
    }

    /// Begins on the first screen of the small workspace, in a language.
    pub fn speaking(lang: Lang) -> Self {
        Self::of(Environment::with_workspace(lang.code()))
    }

    /// Begins with a plan imported.
    pub fn with_plan(lang: Lang) -> Self {
        let environment = Environment::with_workspace(lang.code());
        let document = environment.write("plan.txt", PLAN);
        let workspace = Workspace::open(&environment.path("ws")).expect("the small workspace");
        workspace.import_plan(&document, &ReadOptions::default(), now()).expect("the small plan");
        drop(workspace);
        Self::of(environment)
    }

    /// Begins with a plan, a record with a finding, and a draft, in a language.
    pub fn with_records(lang: Lang) -> Self {
        let mut tester = Self::with_plan(lang);
        tester.press(
            "1 <text rmyy> Enter <text yjfz> Enter 1 2 <text 登记缺两例> Tab Tab Tab Tab <text 2026-11-25> Ctrl-S",
        );
        tester.press("F9 Enter Esc 1 <text 东塘> Enter <text 医疗废物> Enter 1 1 1 Esc Esc Esc");
        tester
    }

    /// Begins with the workspace in `~/ws`.
    pub fn of(environment: Environment) -> Self {
        Self::in_home(Rc::new(environment))
    }

    /// Begins a second program beside another one, in the same workspace.
    pub fn beside(other: &Self) -> Self {
        Self::in_home(Rc::clone(&other.environment))
    }

    /// Begins with the workspace in `~/ws` of a home directory that is in use already.
    pub fn in_home(environment: Rc<Environment>) -> Self {
        let look = Look { theme: Theme::new(Palette::Dark), symbols: Symbols::UNICODE };
        let app = App::new(Lang::Zh, now(), SMALL);
        let mut tester = Self { app, look, environment, outside: None, now: now() };
        tester.start();
        tester
    }

    /// Begins filling in the checklist with every type of answer at the first hospital.
    pub fn filling() -> Self {
        let mut tester = Self::new();
        tester.press("1 <text rmyy> Enter <text 医疗废物> Enter");
        assert!(tester.app.fill().is_some(), "{}", tester.show());
        tester
    }

    /// Begins filling in the checklist with a date, a table, a file and a constraint, in a language.
    pub fn with_controls(lang: Lang) -> Self {
        Self::with_checklist(lang, "lenglian", include_str!("../data/valid/controls.toml"))
    }

    /// Begins filling in the checklist whose items depend on each other, in a language.
    pub fn with_logic(lang: Lang) -> Self {
        Self::with_checklist(lang, "zaigang", include_str!("../data/valid/staff.toml"))
    }

    /// Begins filling in the checklist with a figure and a task, in a language.
    pub fn with_figures(lang: Lang) -> Self {
        Self::with_checklist(lang, "zhibiao", include_str!("../data/valid/figures.toml"))
    }

    /// Begins filling in a checklist at the first hospital, found by the pinyin of its title, in a language.
    fn with_checklist(lang: Lang, pinyin: &str, text: &str) -> Self {
        let environment = Environment::with_workspace(lang.code());
        let id = text.split('"').nth(1).expect("the id comes first");
        environment.write(&format!("ws/checklists/{id}.toml"), text);
        let mut tester = Self::of(environment);
        tester.press(&format!("1 <text rmyy> Enter <text {pinyin}> Enter"));
        assert!(tester.app.fill().is_some(), "{}", tester.show());
        tester
    }

    /// Begins filling in the checklist with two verdicts.
    pub fn filling_two() -> Self {
        let mut tester = Self::new();
        tester.press("1 <text rmyy> Enter <text yjfz> Enter");
        tester
    }

    /// Ends the program and lets go of the workspace, so that a command can write to it.
    pub fn leave(self) -> Rc<Environment> {
        Rc::clone(&self.environment)
    }

    /// Starts again without having been ended: whatever was only in memory is gone.
    pub fn restart(&mut self) {
        self.outside = None;
        self.app = App::new(Lang::Zh, self.now, self.app.size);
        self.start();
    }

    fn start(&mut self) {
        let (sender, later) = channel();
        let mut shell = Shell::new(move |msg| sender.send(msg).is_ok());
        let opened = shell.open(Workspace::open(&self.environment.path("ws")).expect("the workspace"));
        self.outside = Some(Outside { shell, later });
        self.send(opened);
    }

    /// Types a key script; see [`Key::script`].
    #[track_caller]
    pub fn press(&mut self, script: &str) -> &mut Self {
        for key in Key::script(script).expect("a key script") {
            self.send(Msg::Key(key));
        }
        self
    }

    /// Sends a message, carries out what follows, and waits for what takes longer.
    pub fn send(&mut self, msg: Msg) -> &mut Self {
        let mut later = self.take(msg);
        while later > 0 {
            let outside = self.outside.as_ref().expect("started");
            let msg = outside.later.recv_timeout(Duration::from_secs(20)).expect("the work is done");
            // Of a change on the disk nobody asked to be told.
            let awaited = usize::from(!match &msg {
                Msg::KnownFindings(_)
                | Msg::ChecklistsChanged
                | Msg::WorkspaceChanged
                | Msg::WorkspaceFree
                | Msg::Writing(_)
                | Msg::Sync(SyncMsg::Progress(_)) => true,
                // The whole one follows.
                Msg::Traced(traced) => traced.as_ref().as_ref().is_ok_and(|traced| !traced.is_counted),
                _ => false,
            });
            later = later - awaited + self.take(msg);
        }
        self
    }

    /// Takes a message and what follows at once; returns how many messages come later.
    fn take(&mut self, msg: Msg) -> usize {
        let mut outstanding = vec![msg];
        let mut expected = 0;
        while let Some(msg) = outstanding.pop() {
            for effect in self.app.update(msg, self.now) {
                expected += comes_later(&effect);
                outstanding.extend(self.outside.as_mut().expect("started").shell.carry_out(effect));
            }
        }
        expected
    }

    /// Lets a moment pass without a key.
    pub fn idle(&mut self) -> &mut Self {
        self.send(Msg::Idle)
    }

    /// Goes to an item with the arrow keys.
    #[track_caller]
    pub fn go_to(&mut self, item: &str) -> &mut Self {
        self.press("Home");
        for _ in 0..50 {
            if self.item() == item {
                return self;
            }
            self.press("Down");
        }
        panic!("no item {item}");
    }

    pub fn fill(&self) -> &Fill {
        self.app.fill().expect("a draft is being filled in")
    }

    /// Returns the id of the item in hand.
    pub fn item(&self) -> String {
        self.fill().sheet().item(self.fill().at()).id.to_string()
    }

    pub fn drawn(&self) -> Drawn {
        Drawn::new(&self.app, &self.look)
    }

    pub fn show(&self) -> String {
        self.environment.redacted(&self.drawn().show())
    }

    /// Checks that the screen shows texts; one that begins with `¬` must not be there.
    #[track_caller]
    pub fn shows(&self, texts: &[&str]) -> &Self {
        let drawn = self.drawn();
        for text in texts {
            let (wanted, text) = text.strip_prefix('¬').map_or((true, *text), |text| (false, text));
            assert_eq!(drawn.has(text), wanted, "{text:?} in\n{}", drawn.show());
        }
        self
    }

    /// Returns the only file below a folder of the workspace.
    pub fn only_file(&self, folder: &str) -> String {
        let files = files_below(&self.environment.path("ws").join(folder));
        assert_eq!(files.len(), 1, "{files:?}");
        std::fs::read_to_string(&files[0]).expect("a text")
    }

    /// Ends the program, so that another one may write.
    pub fn ended(self) -> Rc<Environment> {
        self.environment
    }

    pub fn environment(&self) -> &Environment {
        &self.environment
    }
}

/// Lists the files below a folder.
pub fn files_below(folder: &std::path::Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(folder) else { return Vec::new() };
    let paths = entries.flatten().map(|entry| entry.path());
    let mut files: Vec<_> =
        paths.flat_map(|path| if path.is_dir() { files_below(&path) } else { vec![path] }).collect();
    files.sort();
    files
}

/// Returns the moment at which every test takes place.
pub fn now() -> DateTime<FixedOffset> {
    "2026-11-21T10:42:07+08:00".parse().expect("a moment")
}

/// Returns how many messages come later of an effect.
fn comes_later(effect: &Effect) -> usize {
    match effect {
        Effect::LoadPlans | Effect::LoadRecords => 2,
        Effect::LoadFacilities
        | Effect::LoadChecklists
        | Effect::LoadCalendar
        | Effect::LoadTasks
        | Effect::LoadFindings
        | Effect::LoadConflicts
        | Effect::LoadContradictions(_)
        | Effect::PrepareSearch(..)
        | Effect::Trace(..)
        | Effect::AcceptSuspect { .. }
        | Effect::Count(..)
        | Effect::PreviewReport(..)
        | Effect::WriteReport(_)
        | Effect::ChooseValue(..)
        | Effect::Sync(Some(_))
        | Effect::OpenPlan(..)
        | Effect::LoadSource(_)
        | Effect::ComparePlan(..)
        | Effect::CorrectPlan { .. }
        | Effect::LookBack(_)
        | Effect::JoinDrafts(_)
        | Effect::GiveReview(..)
        | Effect::Revise(_)
        | Effect::ListPaths(_)
        | Effect::Attach(..)
        | Effect::LoadPicture(_)
        | Effect::ImportPlan(_)
        | Effect::HoldLedger(_)
        | Effect::TakeLedger(_)
        | Effect::HoldRegister(_)
        | Effect::TakeRegister(_)
        | Effect::ChangeUnit(_)
        | Effect::WritePaper(_)
        | Effect::PreviewGenerate(..)
        | Effect::Generate(..) => 1,
        _ => 0,
    }
}
