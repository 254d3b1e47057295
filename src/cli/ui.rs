//! The terminal program: the loop that joins the core, the drawing and the terminal.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::mpsc::{Receiver, RecvTimeoutError, channel},
    time::Instant,
};

use chrono::{DateTime, FixedOffset, TimeDelta};

use super::{
    Session,
    arguments::{ThemeArgument, Ui},
    checking::{self, Around, Mistakes},
    now,
    shell::Shell,
    text_editor,
};
use crate::{
    app::{
        App, Colours, Edited, Msg,
        key::{Code, Key},
    },
    error::{Error, Kind, Result},
    i18n::Lang,
    inspection::ClockSet,
    store::{self, Workspace, suggested_folder},
    term::{self, Event, Surroundings},
    text,
    view::{
        self, Look,
        theme::{Palette, Symbols, Theme},
    },
};

/// What comes to the loop.
enum Happening {
    Terminal(Event),
    Done(Msg),
}

pub fn run(session: &Session, look: &Ui) -> Result<ExitCode> {
    let surroundings = Surroundings::look()?;
    let workspace = session.located().map(|root| Workspace::open(&root)).transpose()?;
    let (sender, happenings) = channel();
    let done = sender.clone();
    // Where the loop has ended nobody waits for what comes of longer work.
    let mut shell = Shell::new(move |msg| done.send(Happening::Done(msg)).is_ok());
    let size = term::size()?;
    let lang = if surroundings.chinese { session.lang } else { Lang::En };
    let (mut app, first) = if let Some(workspace) = workspace {
        store::start_log(workspace.root());
        remember(workspace.root());
        (App::new(lang, now(), size), Some(shell.open(workspace)))
    } else {
        let folder = suggested_folder()
            .ok_or_else(|| Error::new(Kind::Usage, text!("init.no-folder")).hint(text!("init.no-folder.hint")))?;
        (App::without_workspace(lang, now(), size, &folder), None)
    };
    let (chosen, mouse) = (look.theme, look.mouse);
    let ascii = look.ascii || surroundings.ascii;
    let mut look = Look { theme: Theme::new(Palette::Dark), symbols: Symbols::new(ascii) };
    let mut clock = Clock::new();
    if let Some(first) = first {
        handle(&mut app, &mut shell, first);
        // The command line and a terminal without Chinese go before the workspace's own language.
        if session.global.lang.is_some() || !surroundings.chinese {
            app.lang = lang;
        }
    }
    app.theme = chosen.map_or(app.theme, theme_named);
    let no_colour = palette(store::Theme::Dark) == Palette::Plain;
    if surroundings.true_colour && !ascii && !no_colour {
        app.colours = Colours::All;
    }
    let options = term::Options { mouse, probe: !surroundings.ascii };
    let mut terminal = term::Session::enter(options, sender, Happening::Terminal)?;
    if let Some(reason) = surroundings.reason {
        app.inform(reason);
    }
    while !shell.ending {
        look.theme = Theme::new(palette(app.theme));
        terminal.draw(|frame| view::draw(frame, &app, &look))?;
        let Some(happening) = next(&happenings, &shell) else { break };
        let clock_set = clock.look();
        if let Some(clock_set) = clock_set {
            handle(&mut app, &mut shell, Msg::ClockSet(clock_set));
        }
        take(&mut app, &mut shell, &mut look, happening);
        // What is there already is taken before the next frame, so that a fast hand never waits for the screen.
        while shell.to_edit.is_none()
            && let Ok(happening) = happenings.try_recv()
        {
            take(&mut app, &mut shell, &mut look, happening);
        }
        // It was written down before the key it was noticed at; the key itself takes away what is said.
        if let Some(clock_set) = clock_set {
            app.say_clock_set(clock_set);
        }
        if let Some((path, line)) = shell.to_edit.take() {
            let opened = terminal.suspended(|| text_editor::open(&path, line))?;
            let edited = opened.and_then(|()| edited(path));
            handle(&mut app, &mut shell, Msg::Edited(Box::new(edited)));
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Checks a file after an editor was closed.
fn edited(path: PathBuf) -> Result<Edited> {
    let text = store::read_text(&path)?;
    let root = store::locate(None, path.parent(), None).map(|located| located.root);
    let diagnostics = match checking::mistakes(&path, &text, &mut Around::of(root)) {
        Mistakes::Marked(diagnostics) => diagnostics,
        Mistakes::Said(mistakes) => mistakes.into_iter().next().map_or_else(|| Ok(Vec::new()), Err)?,
    };
    Ok(Edited { path, text, diagnostics })
}

/// Remembers the workspace for a start from somewhere else; one that cannot be remembered is named each time.
fn remember(root: &Path) {
    let remembered = std::path::absolute(root).map_err(|error| error.to_string());
    let remembered = remembered.and_then(|root| store::remember(&root).map_err(|error| error.to_string()));
    if let Err(error) = remembered {
        tracing::warn!(%error, "the workspace is not remembered");
    }
}

/// Waits for the next thing to happen; nothing once everybody who could send is gone.
fn next(happenings: &Receiver<Happening>, shell: &Shell) -> Option<Happening> {
    match shell.save_at {
        None => happenings.recv().ok(),
        Some(at) => match happenings.recv_timeout(at.saturating_duration_since(Instant::now())) {
            Ok(happening) => Some(happening),
            Err(RecvTimeoutError::Timeout) => Some(Happening::Done(Msg::Idle)),
            Err(RecvTimeoutError::Disconnected) => None,
        },
    }
}

fn take(app: &mut App, shell: &mut Shell, look: &mut Look, happening: Happening) {
    let msg = match happening {
        Happening::Done(msg) => msg,
        Happening::Terminal(Event::Key(key)) => Msg::Key(key),
        Happening::Terminal(Event::Paste(text)) => Msg::Paste(text),
        Happening::Terminal(Event::Resize(columns, rows)) => Msg::Resize(columns, rows),
        Happening::Terminal(Event::Closed) => Msg::Closed,
        Happening::Terminal(Event::Wide) => {
            look.symbols = Symbols::ASCII;
            app.colours = Colours::Few;
            return;
        }
        Happening::Terminal(Event::Click(column, row)) => match view::item_at(app, column, row) {
            Some(at) => Msg::Click(at),
            None => return,
        },
        Happening::Terminal(Event::Wheel(_, _, up)) => {
            let key = Key::plain(if up { Code::Up } else { Code::Down });
            (1..WHEEL).for_each(|_| handle(app, shell, Msg::Key(key)));
            Msg::Key(key)
        }
    };
    handle(app, shell, msg);
}

/// How many rows one notch of the wheel goes.
const WHEEL: usize = 3;

/// Takes a message and everything that follows from it.
fn handle(app: &mut App, shell: &mut Shell, msg: Msg) {
    let mut outstanding = vec![msg];
    while let Some(msg) = outstanding.pop() {
        let idle = matches!(msg, Msg::Idle);
        if idle {
            shell.save_at = None;
        }
        for effect in app.update(msg, now()) {
            outstanding.extend(shell.carry_out(effect));
        }
        if idle && app.fill().is_none() {
            outstanding.extend(shell.retry());
        }
    }
}

fn theme_named(argument: ThemeArgument) -> store::Theme {
    match argument {
        ThemeArgument::Dark => store::Theme::Dark,
        ThemeArgument::Light => store::Theme::Light,
        ThemeArgument::Plain => store::Theme::Plain,
    }
}

/// Returns the colours for a light, unless the person wants none anywhere.
fn palette(theme: store::Theme) -> Palette {
    let chosen = match theme {
        store::Theme::Dark => Palette::Dark,
        store::Theme::Light => Palette::Light,
        store::Theme::Plain => Palette::Plain,
    };
    chosen.or_plain(std::env::var("NO_COLOR").ok().as_deref())
}

/// Notices when the clock of the computer is set while the program runs.
struct Clock {
    seen: DateTime<FixedOffset>,
    /// A clock that nobody can set.
    steady: Instant,
}

/// How far a clock may run back before it counts as set.
const BACK: TimeDelta = TimeDelta::minutes(2);
/// How far it may run ahead; far, because the steady clock stands still while a laptop sleeps.
const AHEAD: TimeDelta = TimeDelta::hours(36);

impl Clock {
    fn new() -> Self {
        Self { seen: now(), steady: Instant::now() }
    }

    /// Says whether the clock was set since the last look.
    fn look(&mut self) -> Option<ClockSet> {
        let (to, steady) = (now(), Instant::now());
        let passed = TimeDelta::from_std(steady.duration_since(self.steady)).unwrap_or_default();
        let from = self.seen.checked_add_signed(passed).unwrap_or(to);
        (self.seen, self.steady) = (to, steady);
        let ahead = to.signed_duration_since(from);
        (ahead < -BACK || ahead > AHEAD).then_some(ClockSet { from, to })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_is_noticed_once() {
        let cases = [
            (TimeDelta::zero(), false),
            (TimeDelta::minutes(1), false),
            (TimeDelta::minutes(3), true),
            (TimeDelta::hours(-20), false),
            (TimeDelta::days(-2), true),
        ];
        for (behind, noticed) in cases {
            let mut clock = Clock::new();
            clock.seen += behind;
            assert_eq!(clock.look().is_some(), noticed, "{behind}");
            assert_eq!(clock.look(), None, "{behind}");
        }
    }
}
