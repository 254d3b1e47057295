//! The terminal: the only user of terminal input and output.
//!
//! Owns raw mode, the alternate screen, the thread that reads keys, the probe for wide characters, and giving the
//! terminal back on every way out: normal exit, error, panic, signal, opening an editor. Must not know what is on the
//! screen or what a key does.
//!
//! Everything from the terminal arrives as an [`Event`] on a channel of the application's own message type. There is at
//! most one [`Session`] in a process, because there is one terminal.

use std::{
    io::{self, Write, stdout},
    sync::{
        Arc, Mutex, Once, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::Sender,
    },
    thread,
    time::{Duration, Instant},
};

use crossterm::{
    cursor::{Hide, Show},
    event::{DisableBracketedPaste, DisableMouseCapture, EnableBracketedPaste, EnableMouseCapture},
    queue,
    style::ResetColor,
    terminal::{self, EndSynchronizedUpdate, EnterAlternateScreen, LeaveAlternateScreen},
};
use ratatui::{
    Frame, Terminal,
    layout::{Position, Rect},
};

use crate::{
    app::key::Key,
    error::{Error, Kind, Result},
    text,
};

mod input;
mod probe;
mod screen;
mod secret;
mod surroundings;
mod wait;

use input::Input;
use probe::Probe;
use screen::Screen;

pub use probe::Ambiguity;
pub use secret::ask_secret;
pub use surroundings::Surroundings;

/// How long the application may take to save and exit after a signal before it is ended.
const PATIENCE: Duration = Duration::from_secs(2);

/// How long the last attempt to give the terminal back may take; a terminal that is gone can block a write.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// How long after an editor ended a signal may still have been meant for it; signals arrive on a thread of their own.
const ECHO: Duration = Duration::from_millis(300);

/// The exit code of a program that was told to end and did not manage to by itself.
const EXIT_ENDED: i32 = 1;

/// Whether the terminal is in our hands.
static ACTIVE: AtomicBool = AtomicBool::new(false);

/// Whether the terminal is lent to another program, whose Ctrl-C is not for us.
static LENT: Mutex<Lent> = Mutex::new(Lent::Never);

/// When the terminal was lent to another program.
#[derive(Clone, Copy)]
enum Lent {
    Never,
    Now,
    Until(Instant),
}

impl Lent {
    fn set(self) {
        *LENT.lock().unwrap_or_else(PoisonError::into_inner) = self;
    }

    /// Says whether a signal that arrives now may be for the other program.
    fn takes_signals() -> bool {
        match *LENT.lock().unwrap_or_else(PoisonError::into_inner) {
            Self::Never => false,
            Self::Now => true,
            Self::Until(end) => end.elapsed() < ECHO,
        }
    }
}

/// Whether mouse reports were asked for and have to be ended.
static MOUSE: AtomicBool = AtomicBool::new(false);

/// Whether the end was announced already.
static CLOSING: AtomicBool = AtomicBool::new(false);

/// Where events go while there is a session.
static LISTENER: Mutex<Option<Listener>> = Mutex::new(None);

/// Takes an event to the application; says whether the application still listens.
type Listener = Arc<dyn Fn(Event) -> bool + Send + Sync>;

/// What the user of a session may choose.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Options {
    /// Whether clicks and the wheel are reported; then text cannot be selected with the mouse as usual.
    pub mouse: bool,
    /// Whether the terminal is asked how wide it draws ambiguous characters.
    pub probe: bool,
}

/// What comes from the terminal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Event {
    /// A key was pressed or repeated; text from an input method comes as one key a character.
    Key(Key),
    /// Text was pasted, with `\n` at the ends of lines; on Windows pasted text comes as keys.
    Paste(String),
    /// The left mouse button was pressed at a column and row, from 0.
    Click(u16, u16),
    /// The wheel was turned at a column and row, up when true.
    Wheel(u16, u16, bool),
    /// The terminal has a new number of columns and rows.
    Resize(u16, u16),
    /// The terminal draws ambiguous characters wide: borders and marks should be ASCII from now on.
    Wide,
    /// The terminal is gone or the program was told to end: save and exit.
    Closed,
}

/// The terminal in our hands; dropping it gives the terminal back.
pub struct Session {
    terminal: Terminal<Screen>,
    input: Input,
    probe: Option<Probe>,
    options: Options,
    /// Whether the terminal may no longer show the last frame as it was drawn.
    stale: Arc<AtomicBool>,
}

impl Session {
    /// Takes the terminal: raw mode, alternate screen, bracketed paste, hidden cursor.
    ///
    /// Events go through `message` into `sender` from a thread of their own until the session is dropped or the other
    /// end of the channel is. The terminal may answer the probe before or after this returns; where it draws ambiguous
    /// characters wide, [`Event::Wide`] says so. Errors when there is no usable terminal; then it is left as it was.
    pub fn enter<T: Send + 'static>(
        options: Options,
        sender: Sender<T>,
        message: impl Fn(Event) -> T + Send + Sync + 'static,
    ) -> Result<Self> {
        Surroundings::look()?;
        // True from the start, because the probe leaves its sample on the screen.
        let stale = Arc::new(AtomicBool::new(true));
        let noticed = Arc::clone(&stale);
        let listener: Listener = Arc::new(move |event| {
            if matches!(event, Event::Resize(..) | Event::Wide) {
                noticed.store(true, Ordering::SeqCst);
            }
            sender.send(message(event)).is_ok()
        });
        install_panic_hook();
        install_signal_handler()?;
        CLOSING.store(false, Ordering::SeqCst);
        listen(Some(Arc::clone(&listener)));
        take(options).inspect_err(|_| give_up()).map_err(unusable)?;
        let probe = options.probe.then(|| Probe::start(Arc::clone(&listener)));
        let wide = probe.as_ref().map(Probe::wide).unwrap_or_default();
        let terminal = Terminal::new(Screen::new(wide)).inspect_err(|_| give_up()).map_err(unusable)?;
        let probing = probe.as_ref().map(Probe::outstanding).unwrap_or_default();
        Ok(Self { terminal, input: Input::start(listener, probing), probe, options, stale })
    }

    /// Draws a frame and writes what differs from the last one, in one piece.
    ///
    /// The terminal's own cursor goes where the frame sets it, which is where an input method opens its window, and is
    /// hidden where the frame sets none. To be called only when something changed: a redraw disturbs composition. A
    /// terminal that is gone is no error: [`Event::Closed`] is on its way.
    pub fn draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> Result<()> {
        match self.try_draw(render) {
            Err(_) if !surroundings::has_terminal() => {
                announce_end();
                Ok(())
            }
            drawn => drawn.map_err(unusable),
        }
    }

    fn try_draw(&mut self, render: impl FnOnce(&mut Frame<'_>)) -> io::Result<()> {
        // ratatui compares sizes at the moment of drawing and misses a terminal that shrank and grew back in between.
        if self.stale.swap(false, Ordering::SeqCst) {
            self.forget_frame()?;
        }
        self.terminal.draw(render).map(drop)
    }

    /// Makes the next frame draw every cell, for when something else wrote to the terminal.
    pub fn redraw_everything(&mut self) -> Result<()> {
        self.forget_frame().map_err(unusable)
    }

    fn forget_frame(&mut self) -> io::Result<()> {
        // Not `Terminal::clear`: it asks the terminal for the cursor and waits up to two seconds for an answer.
        let area = Rect::from((Position::ORIGIN, self.terminal.size()?));
        self.terminal.resize(area)
    }

    /// Returns how wide the terminal draws ambiguous characters, as far as it has answered.
    pub fn ambiguity(&self) -> Ambiguity {
        self.probe.as_ref().map_or(Ambiguity::Unknown, Probe::found)
    }

    /// Gives the terminal back while `action` runs, such as an editor, and takes it again.
    ///
    /// Keys go to whatever `action` starts. The next frame draws every cell. Errors when the terminal cannot be taken
    /// again; `action` has been done then all the same.
    pub fn suspended<R>(&mut self, action: impl FnOnce() -> R) -> Result<R> {
        if let Some(probe) = &self.probe {
            probe.finish();
        }
        let paused = self.input.pause();
        Lent::Now.set();
        restore();
        let result = action();
        let taken = take(self.options);
        Lent::Until(Instant::now()).set();
        drop(paused);
        taken.inspect_err(|_| restore()).map_err(unusable)?;
        self.redraw_everything()?;
        Ok(result)
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if let Some(probe) = &self.probe {
            probe.finish();
        }
        self.input.stop();
        give_up();
    }
}

/// Returns the columns and rows of the terminal.
pub fn size() -> Result<(u16, u16)> {
    terminal::size().map_err(unusable)
}

/// Sets where events go.
fn listen(listener: Option<Listener>) {
    *LISTENER.lock().unwrap_or_else(PoisonError::into_inner) = listener;
}

/// Ends what [`Session::enter`] began.
fn give_up() {
    listen(None);
    restore();
}

/// Gives the terminal back as it was: mouse, paste, colours, cursor, alternate screen, raw mode.
///
/// May be called at any time, from any thread and any number of times; only the first call after the terminal was taken
/// does anything. What cannot be written is given up, because there is nobody left to tell.
pub fn restore() {
    if ACTIVE.swap(false, Ordering::SeqCst) {
        let _ = leave(&mut stdout().lock());
        let _ = terminal::disable_raw_mode();
    }
}

fn leave(output: &mut impl Write) -> io::Result<()> {
    if screen::is_ansi() {
        queue!(output, EndSynchronizedUpdate, DisableBracketedPaste)?;
    }
    if MOUSE.swap(false, Ordering::SeqCst) {
        queue!(output, DisableMouseCapture)?;
    }
    queue!(output, ResetColor, Show, LeaveAlternateScreen)?;
    output.flush()
}

fn take(options: Options) -> io::Result<()> {
    // Before anything is changed, so that whatever fails half-way is undone as well.
    ACTIVE.store(true, Ordering::SeqCst);
    terminal::enable_raw_mode()?;
    let mut output = stdout().lock();
    queue!(output, EnterAlternateScreen, Hide)?;
    // An old Windows console has no bracketed paste and would answer with an error.
    if screen::is_ansi() {
        queue!(output, EnableBracketedPaste)?;
    }
    if options.mouse {
        MOUSE.store(true, Ordering::SeqCst);
        queue!(output, EnableMouseCapture)?;
    }
    output.flush()
}

/// Says that the terminal itself failed.
fn unusable(error: io::Error) -> Error {
    Error::new(Kind::Usage, text!("term.failed")).hint(text!("term.failed-hint")).because(error)
}

/// Makes a panic give the terminal back before its message is printed, so that the message can be read.
fn install_panic_hook() {
    static INSTALLED: Once = Once::new();
    INSTALLED.call_once(|| {
        let previous = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |panic| {
            let was_active = ACTIVE.load(Ordering::SeqCst);
            restore();
            previous(panic);
            // A panic elsewhere than in the main loop would leave it drawing into nothing.
            if was_active {
                announce_end();
            }
        }));
    });
}

/// Makes SIGHUP, SIGTERM, SIGINT and the closing of a console window end the session in good order.
fn install_signal_handler() -> Result<()> {
    static INSTALLED: Mutex<bool> = Mutex::new(false);
    let mut installed = INSTALLED.lock().unwrap_or_else(PoisonError::into_inner);
    if !*installed {
        ctrlc::set_handler(on_signal).map_err(|error| {
            Error::new(Kind::Usage, text!("term.failed")).hint(text!("term.failed-hint")).because(error)
        })?;
        *installed = true;
    }
    Ok(())
}

fn on_signal() {
    let listening = LISTENER.lock().unwrap_or_else(PoisonError::into_inner).is_some();
    if !listening {
        std::process::exit(EXIT_ENDED);
    }
    // Ctrl-C in an editor reaches every program of the terminal. Unless the terminal is gone, it is the editor's.
    if !Lent::takes_signals() || !surroundings::has_terminal() {
        announce_end();
    }
}

/// Tells the application to save and exit, once, and ends the process when it does not.
fn announce_end() {
    if CLOSING.swap(true, Ordering::SeqCst) {
        return;
    }
    let listener = LISTENER.lock().unwrap_or_else(PoisonError::into_inner).clone();
    if let Some(listener) = listener {
        listener(Event::Closed);
    }
    thread::spawn(|| {
        thread::sleep(PATIENCE);
        let (done, finished) = std::sync::mpsc::channel();
        thread::spawn(move || {
            restore();
            let _ = done.send(());
        });
        let _ = finished.recv_timeout(LAST_WORDS);
        std::process::exit(EXIT_ENDED);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leaving_undoes_everything_that_entering_did() {
        MOUSE.store(true, Ordering::SeqCst);
        let mut written = Vec::new();
        leave(&mut written).expect("a vector takes everything");
        let written = String::from_utf8(written).expect("escape sequences");
        for sequence in
            ["\x1b[?2026l", "\x1b[?2004l", "\x1b[?1000l", "\x1b[?1006l", "\x1b[0m", "\x1b[?25h", "\x1b[?1049l"]
        {
            assert!(written.contains(sequence), "{sequence:?} in {written:?}");
        }
        let mut again = Vec::new();
        leave(&mut again).expect("a vector takes everything");
        assert!(!String::from_utf8_lossy(&again).contains("\x1b[?1000l"), "the mouse is given back once");
    }

    #[test]
    fn nothing_is_restored_that_was_not_taken() {
        assert!(!ACTIVE.load(Ordering::SeqCst));
        restore();
        restore();
        assert!(!ACTIVE.load(Ordering::SeqCst));
    }
}
