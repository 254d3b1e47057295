//! A terminal with nobody in front of it: runs a program in a pseudo-terminal, types, and looks at the screen.
//!
//! Nothing waits for a fixed time: [`Session::wait_for`] looks at the screen again whenever the program wrote something.
//! The terminal answers the question for the cursor like a real one, or as [`Answers`] says.

use std::{
    io::{Read, Write},
    num::NonZeroU16,
    process::Command,
    sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError},
    thread,
    time::{Duration, Instant},
};

use ducha::app::key::{Code, Key};
use portable_pty::{Child, CommandBuilder, ExitStatus, MasterPty, PtySize, native_pty_system};

/// How long any wait of a test lasts unless it says otherwise; generous, because it only counts when a test fails.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// What the terminal does when the program asks where the cursor is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Answers {
    /// Says where it is.
    #[default]
    Truly,
    /// Says so as if two ambiguous characters before it were wide.
    Wide,
    /// Says nothing.
    Never,
}

/// A program running in a terminal of its own; it is killed when this is dropped.
pub struct Session {
    child: Box<dyn Child + Send + Sync>,
    master: Option<Box<dyn MasterPty + Send>>,
    shared: Arc<Shared>,
}

struct Shared {
    state: Mutex<State>,
    changed: Condvar,
}

struct State {
    parser: vt100::Parser<Replies>,
    /// Keys go here; nothing once the terminal was closed.
    writer: Option<Box<dyn Write + Send>>,
    /// Everything the program has written.
    written: Vec<u8>,
    /// Whether the reader is to let go of the terminal.
    closing: bool,
    /// Whether the reader has ended.
    ended: bool,
}

/// Collects what the terminal itself says to the program.
struct Replies {
    answers: Answers,
    pending: Vec<u8>,
}

impl vt100::Callbacks for Replies {
    fn unhandled_csi(
        &mut self,
        screen: &mut vt100::Screen,
        intermediate: Option<u8>,
        _: Option<u8>,
        parameters: &[&[u16]],
        action: char,
    ) {
        if intermediate.is_none() && action == 'n' && parameters == [&[6]] && self.answers != Answers::Never {
            let (row, column) = screen.cursor_position();
            let column = if self.answers == Answers::Wide { column + 2 } else { column };
            self.pending.extend(format!("\x1b[{};{}R", row + 1, column + 1).bytes());
        }
    }
}

impl Shared {
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Session {
    /// Starts a command in a terminal of `rows` by `columns` that answers truly.
    pub fn start(command: CommandBuilder, rows: u16, columns: u16) -> Self {
        Self::start_answering(command, rows, columns, Answers::Truly)
    }

    /// Starts a command in a terminal that answers questions as told.
    pub fn start_answering(mut command: CommandBuilder, rows: u16, columns: u16, answers: Answers) -> Self {
        if command.get_env("TERM").is_none_or(|term| term == "dumb") {
            command.env("TERM", "xterm-256color");
        }
        let pair = native_pty_system().openpty(size(rows, columns)).expect("a pseudo-terminal");
        let reader = pair.master.try_clone_reader().expect("its output");
        let writer = Some(pair.master.take_writer().expect("its input"));
        let replies = Replies { answers, pending: Vec::new() };
        let parser = vt100::Parser::new_with_callbacks(cells(rows), cells(columns), 0, replies);
        let state = State { parser, writer, written: Vec::new(), closing: false, ended: false };
        let shared = Arc::new(Shared { state: Mutex::new(state), changed: Condvar::new() });
        let child = pair.slave.spawn_command(command).expect("the command starts");
        let reading = Arc::clone(&shared);
        thread::spawn(move || read(reader, &reading));
        Self { child, master: Some(pair.master), shared }
    }

    /// Types a key script such as `1 Tab <text 转诊登记缺三例> Ctrl-S`; see [`Key::script`].
    pub fn type_keys(&self, script: &str) {
        for key in Key::script(script).expect("a key script") {
            self.send(&bytes_of(key));
            if key.code == Code::Esc {
                // Escape and a key right behind it are Alt with that key to every terminal program. No person is as quick.
                thread::sleep(Duration::from_millis(30));
            }
        }
    }

    /// Pastes a text the way a terminal with bracketed paste does, with carriage returns between the lines.
    pub fn paste(&self, text: &str) {
        self.send(format!("\x1b[200~{}\x1b[201~", text.replace('\n', "\r")).as_bytes());
    }

    /// Sends bytes as they are.
    pub fn send(&self, bytes: &[u8]) {
        if let Some(writer) = &mut self.shared.state().writer {
            writer.write_all(bytes).and_then(|()| writer.flush()).expect("the terminal takes input");
        }
    }

    /// Changes the size of the terminal.
    pub fn resize(&self, rows: u16, columns: u16) {
        self.shared.state().parser.set_size(cells(rows), cells(columns));
        if let Some(master) = &self.master {
            master.resize(size(rows, columns)).expect("the terminal takes the size");
        }
    }

    /// Waits until the screen shows a text; panics with the screen when `limit` passes before.
    #[track_caller]
    pub fn wait_for(&self, text: &str, limit: Duration) {
        self.wait_until(&format!("{text:?}"), limit, |screen| screen.contents().contains(text));
    }

    /// Waits until the screen is as `done` wants it; panics with `what` and the screen when `limit` passes before.
    #[track_caller]
    pub fn wait_until(&self, what: &str, limit: Duration, mut done: impl FnMut(&vt100::Screen) -> bool) {
        let state = self.shared.state();
        let (state, waited) = self
            .shared
            .changed
            .wait_timeout_while(state, limit, |state| !done(state.parser.screen()) && !state.ended)
            .unwrap_or_else(PoisonError::into_inner);
        let shown = done(state.parser.screen());
        let screen = state.parser.screen().contents();
        drop(state);
        let reason = if waited.timed_out() { "time passed" } else { "the program ended" };
        assert!(shown, "{reason} without {what} on the screen:\n{screen}");
    }

    /// Returns what the screen shows, a line a row, without the blanks at the ends.
    pub fn screen(&self) -> String {
        self.shared.state().parser.screen().contents()
    }

    /// Returns the row and column of the terminal's cursor, from 0.
    pub fn cursor(&self) -> (u16, u16) {
        self.shared.state().parser.screen().cursor_position()
    }

    /// Returns everything the program has written, escape sequences and all.
    pub fn written(&self) -> String {
        String::from_utf8_lossy(&self.shared.state().written).into_owned()
    }

    /// Says whether the terminal is as it was: main screen, visible cursor, no paste or mouse reports, cooked mode.
    pub fn is_restored(&self) -> bool {
        let state = self.shared.state();
        let screen = state.parser.screen();
        !screen.alternate_screen()
            && !screen.hide_cursor()
            && !screen.bracketed_paste()
            && screen.mouse_protocol_mode() == vt100::MouseProtocolMode::None
            && self.is_cooked()
    }

    /// Says whether the terminal gathers lines and echoes, as it does for a shell; unknown counts as yes.
    fn is_cooked(&self) -> bool {
        #[cfg(unix)]
        if let Some(modes) = self.master.as_ref().and_then(|master| master.get_termios()) {
            let flags = format!("{:?}", modes.local_flags);
            return flags.contains("ICANON") && flags.contains("ECHO");
        }
        true
    }

    /// Waits until the program has ended and all it wrote is on the screen; panics when `limit` passes before.
    #[track_caller]
    pub fn wait_for_exit(&mut self, limit: Duration) -> ExitStatus {
        let start = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().expect("the child is ours") {
                break status;
            }
            assert!(start.elapsed() < limit, "still running:\n{}", self.screen());
            thread::sleep(Duration::from_millis(5));
        };
        let state = self.shared.state();
        let _ = self.shared.changed.wait_timeout_while(state, Duration::from_secs(1), |state| !state.ended);
        status
    }

    /// Kills the program as a power cut would.
    pub fn kill9(&mut self) {
        self.signal("KILL");
        let _ = self.child.wait();
    }

    /// Sends a signal such as `TERM`; on Windows every signal kills.
    pub fn signal(&mut self, name: &str) {
        let id = self.child.process_id().expect("the program runs").to_string();
        if cfg!(unix) {
            let sent = Command::new("kill").args(["-s", name, &id]).status().expect("kill is there");
            assert!(sent.success(), "kill -s {name} {id}");
        } else {
            self.child.kill().expect("the program can be killed");
        }
    }

    /// Closes the terminal as if its window were closed.
    ///
    /// The reader can let go only when the program writes something, so `nudge` is a key that makes it draw.
    pub fn hang_up(&mut self, nudge: &str) {
        self.shared.state().closing = true;
        self.type_keys(nudge);
        let state = self.shared.state();
        let (mut state, _) = self
            .shared
            .changed
            .wait_timeout_while(state, PATIENCE, |state| !state.ended)
            .unwrap_or_else(PoisonError::into_inner);
        assert!(state.ended, "the program drew nothing after {nudge}");
        state.writer = None;
        self.master = None;
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if matches!(self.child.try_wait(), Ok(None)) {
            self.kill9();
        }
    }
}

fn size(rows: u16, cols: u16) -> PtySize {
    PtySize { rows, cols, pixel_width: 0, pixel_height: 0 }
}

fn cells(count: u16) -> NonZeroU16 {
    NonZeroU16::new(count).expect("a terminal has rows and columns")
}

fn read(mut reader: Box<dyn Read + Send>, shared: &Shared) {
    let mut bytes = [0; 8192];
    // An error is how the end of a pseudo-terminal shows on Linux.
    while let Ok(count @ 1..) = reader.read(&mut bytes) {
        let mut state = shared.state();
        if state.closing {
            break;
        }
        let state = &mut *state;
        state.written.extend_from_slice(&bytes[..count]);
        state.parser.process(&bytes[..count]);
        let replies = std::mem::take(&mut state.parser.callbacks_mut().pending);
        if let Some(writer) = &mut state.writer {
            let _ = writer.write_all(&replies).and_then(|()| writer.flush());
        }
        shared.changed.notify_all();
    }
    drop(reader);
    shared.state().ended = true;
    shared.changed.notify_all();
}

/// Returns what an xterm sends for a key.
fn bytes_of(key: Key) -> Vec<u8> {
    let modifiers = 1 + u8::from(key.shift) + 2 * u8::from(key.alt) + 4 * u8::from(key.ctrl);
    let bytes = match key.code {
        Code::Char(' ') if key.ctrl => vec![0],
        Code::Char(letter) if key.ctrl => vec![u8::try_from(letter).expect("Ctrl goes with ASCII") & 0x1f],
        Code::Char(character) => character.to_string().into_bytes(),
        Code::Enter => b"\r".to_vec(),
        Code::Tab if key.shift => b"\x1b[Z".to_vec(),
        Code::Tab => b"\t".to_vec(),
        Code::Esc => b"\x1b".to_vec(),
        Code::Backspace => b"\x7f".to_vec(),
        code => return sequence(code, modifiers),
    };
    if key.alt { [b"\x1b", bytes.as_slice()].concat() } else { bytes }
}

fn sequence(code: Code, modifiers: u8) -> Vec<u8> {
    let (number, last) = match code {
        Code::Up => (1, 'A'),
        Code::Down => (1, 'B'),
        Code::Right => (1, 'C'),
        Code::Left => (1, 'D'),
        Code::End => (1, 'F'),
        Code::Home => (1, 'H'),
        Code::Insert => (2, '~'),
        Code::Delete => (3, '~'),
        Code::PageUp => (5, '~'),
        Code::PageDown => (6, '~'),
        Code::Function(number) => ([11, 12, 13, 14, 15, 17, 18, 19, 20, 21, 23, 24][usize::from(number) - 1], '~'),
        other => panic!("{other:?} is no sequence"),
    };
    match (number, modifiers) {
        (1, 1) => format!("\x1b[{last}").into_bytes(),
        (_, 1) => format!("\x1b[{number}{last}").into_bytes(),
        _ => format!("\x1b[{number};{modifiers}{last}").into_bytes(),
    }
}
