//! Input: a thread that reads the terminal and notices when it is gone.
//!
//! crossterm is built with `use-dev-tty`, whose reader asks the system again for every event. The other one waits for
//! edges: it loses a resize that comes together with a key, and it never returns from a terminal that was closed
//! (crossterm#793).

use std::{
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use crossterm::{
    event::{self, KeyCode, KeyEvent, KeyEventKind, KeyModifiers, MouseButton, MouseEvent, MouseEventKind},
    terminal,
};

use super::{
    Event, Listener, announce_end, surroundings,
    wait::{Waiting, Waker},
};
use crate::app::key::{Code, Key};

/// How long a pause waits for the thread, which hangs in a read when half an escape sequence was typed (Alt-[).
const PAUSE_LIMIT: Duration = Duration::from_millis(500);

/// What the reading thread does.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Phase {
    Reading,
    /// Asked to pause, not there yet.
    Pausing,
    Paused,
    Stopped,
}

/// The place where the reading thread is stopped and let go on.
struct Gate {
    phase: Mutex<Phase>,
    changed: Condvar,
}

impl Gate {
    fn phase(&self) -> MutexGuard<'_, Phase> {
        self.phase.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, phase: Phase) {
        *self.phase() = phase;
        self.changed.notify_all();
    }

    /// Waits while the thread is to pause; false when it is to stop.
    fn pass(&self) -> bool {
        let mut phase = self.phase();
        if *phase == Phase::Pausing {
            *phase = Phase::Paused;
            self.changed.notify_all();
        }
        let phase = self
            .changed
            .wait_while(phase, |phase| matches!(*phase, Phase::Pausing | Phase::Paused))
            .unwrap_or_else(PoisonError::into_inner);
        *phase != Phase::Stopped
    }
}

/// The thread that takes care of input.
pub(super) struct Input {
    gate: Arc<Gate>,
    waker: Waker,
}

/// Keeps the thread from reading until it is dropped.
pub(super) struct Pause {
    gate: Arc<Gate>,
}

impl Drop for Pause {
    fn drop(&mut self) {
        let mut phase = self.gate.phase();
        if *phase != Phase::Stopped {
            *phase = Phase::Reading;
        }
        self.gate.changed.notify_all();
    }
}

impl Input {
    /// Starts reading; `probing` as long as an answer of the terminal is read by somebody else.
    pub(super) fn start(listener: Listener, probing: Arc<AtomicBool>) -> Self {
        let gate = Arc::new(Gate { phase: Mutex::new(Phase::Reading), changed: Condvar::new() });
        let reading = Arc::clone(&gate);
        let (waiting, waker) = Waiting::new();
        thread::spawn(move || read(&reading, &waiting, &probing, &listener));
        Self { gate, waker }
    }

    /// Makes the thread stop reading, so that keys go to another program, until the result is dropped.
    pub(super) fn pause(&self) -> Pause {
        let mut phase = self.gate.phase();
        if *phase == Phase::Reading {
            *phase = Phase::Pausing;
        }
        self.waker.wake();
        let waited = self.gate.changed.wait_timeout_while(phase, PAUSE_LIMIT, |phase| *phase == Phase::Pausing);
        drop(waited);
        Pause { gate: Arc::clone(&self.gate) }
    }

    /// Ends the thread when it looks up next.
    pub(super) fn stop(&self) {
        self.gate.set(Phase::Stopped);
        self.waker.wake();
    }
}

/// Reads until it is told to stop, nobody listens, or the terminal is gone, which it announces.
fn read(gate: &Gate, waiting: &Waiting, probing: &AtomicBool, listener: &Listener) {
    let mut translator = Translator::default();
    while gate.pass() {
        let event = match waiting.for_event(probing.load(Ordering::SeqCst)) {
            Ok(true) => event::read(),
            // Usually SIGHUP comes first; not when the program runs detached or under `nohup`.
            Ok(false) if surroundings::has_terminal() => continue,
            Ok(false) => return announce_end(),
            Err(error) => Err(error),
        };
        let Ok(event) = event else { return announce_end() };
        if let Some(event) = translator.translate(event)
            && !listener(event)
        {
            return;
        }
    }
}

/// Turns what crossterm reports into events.
#[derive(Default)]
struct Translator {
    /// The last character that was reported as pressed, until something else is.
    pressed: Option<char>,
}

impl Translator {
    fn translate(&mut self, event: event::Event) -> Option<Event> {
        match event {
            event::Event::Key(key) => self.key(key).map(Event::Key),
            event::Event::Paste(text) => Some(Event::Paste(with_line_feeds(&text))),
            // On Windows crossterm reports the scroll-back as part of the size, and one row and column too many.
            event::Event::Resize(columns, rows) => {
                let (columns, rows) = terminal::size().unwrap_or((columns, rows));
                Some(Event::Resize(columns, rows))
            }
            event::Event::Mouse(mouse) => click_or_wheel(mouse),
            event::Event::FocusGained | event::Event::FocusLost => None,
        }
    }

    /// Drops releases, which Windows sends, except those that are the only report of a character.
    ///
    /// A Windows console types characters that are not on the keyboard, as in pasted Chinese, as an Alt code: the
    /// character comes with the release of Alt and was never pressed.
    fn key(&mut self, event: KeyEvent) -> Option<Key> {
        let character = match event.code {
            KeyCode::Char(character) if !character.is_ascii() => Some(character),
            _ => None,
        };
        if event.kind == KeyEventKind::Release {
            let pressed_before = self.pressed.take();
            if character.is_none() || character == pressed_before {
                return None;
            }
        } else {
            self.pressed = character;
        }
        key(event.code, event.modifiers)
    }
}

/// Turns a key of crossterm into ours, or nothing for keys the program has no name for.
fn key(code: KeyCode, modifiers: KeyModifiers) -> Option<Key> {
    if modifiers.intersects(KeyModifiers::SUPER | KeyModifiers::HYPER | KeyModifiers::META) {
        return None;
    }
    let ctrl = modifiers.contains(KeyModifiers::CONTROL);
    let alt = modifiers.contains(KeyModifiers::ALT);
    let shift = modifiers.contains(KeyModifiers::SHIFT);
    let code = match code {
        // Ctrl with Alt is AltGr on Windows, and what it types has the modifiers still on it.
        KeyCode::Char(typed) if ctrl && alt && !typed.is_ascii_alphanumeric() => return Some(Key::char(typed)),
        // The codes that older terminals send for Backspace, and for the line breaks in text pasted as keys.
        KeyCode::Char('h') if ctrl && !alt && !shift => return Some(Key::plain(Code::Backspace)),
        KeyCode::Char('j') if ctrl && !alt && !shift => return Some(Key::plain(Code::Enter)),
        KeyCode::Char(character) => Code::Char(character),
        KeyCode::Null => return Some(Key::ctrl(' ')),
        KeyCode::Enter => Code::Enter,
        KeyCode::Tab => Code::Tab,
        KeyCode::BackTab => return Some(Key { ctrl, alt, ..Key::shift(Code::Tab) }),
        KeyCode::Esc => Code::Esc,
        KeyCode::Backspace => Code::Backspace,
        KeyCode::Delete => Code::Delete,
        KeyCode::Insert => Code::Insert,
        KeyCode::Left => Code::Left,
        KeyCode::Right => Code::Right,
        KeyCode::Up => Code::Up,
        KeyCode::Down => Code::Down,
        KeyCode::Home => Code::Home,
        KeyCode::End => Code::End,
        KeyCode::PageUp => Code::PageUp,
        KeyCode::PageDown => Code::PageDown,
        KeyCode::F(number) => Code::Function(number),
        _ => return None,
    };
    Some(Key::normal(code, ctrl, alt, shift))
}

fn click_or_wheel(mouse: MouseEvent) -> Option<Event> {
    match mouse.kind {
        MouseEventKind::Down(MouseButton::Left) => Some(Event::Click(mouse.column, mouse.row)),
        MouseEventKind::ScrollUp => Some(Event::Wheel(mouse.column, mouse.row, true)),
        MouseEventKind::ScrollDown => Some(Event::Wheel(mouse.column, mouse.row, false)),
        _ => None,
    }
}

/// Turns the carriage returns that terminals put between pasted lines into line feeds.
fn with_line_feeds(pasted: &str) -> String {
    pasted.replace("\r\n", "\n").replace('\r', "\n")
}

#[cfg(test)]
mod tests {
    use std::time::Instant;

    use super::*;

    const NONE: KeyModifiers = KeyModifiers::NONE;
    const CTRL: KeyModifiers = KeyModifiers::CONTROL;
    const ALT: KeyModifiers = KeyModifiers::ALT;
    const SHIFT: KeyModifiers = KeyModifiers::SHIFT;

    #[test]
    fn keys_of_crossterm_become_ours() {
        let cases = [
            (KeyCode::Char('1'), NONE, Some("1")),
            (KeyCode::Char('N'), SHIFT, Some("N")),
            (KeyCode::Char('督'), NONE, Some("督")),
            (KeyCode::Char('p'), CTRL, Some("Ctrl-P")),
            (KeyCode::Char('P'), CTRL, Some("Ctrl-P")),
            (KeyCode::Char('P'), CTRL | SHIFT, Some("Ctrl-Shift-P")),
            (KeyCode::Char('z'), CTRL, Some("Ctrl-Z")),
            (KeyCode::Char(' '), CTRL, Some("Ctrl-Space")),
            (KeyCode::Null, NONE, Some("Ctrl-Space")),
            (KeyCode::Char('h'), CTRL, Some("Backspace")),
            (KeyCode::Char('j'), CTRL, Some("Enter")),
            (KeyCode::Char('@'), CTRL | ALT, Some("@")),
            (KeyCode::Char('a'), CTRL | ALT, Some("Ctrl-Alt-A")),
            (KeyCode::Enter, NONE, Some("Enter")),
            (KeyCode::Enter, ALT, Some("Alt-Enter")),
            (KeyCode::Tab, NONE, Some("Tab")),
            (KeyCode::BackTab, SHIFT, Some("Shift-Tab")),
            (KeyCode::BackTab, NONE, Some("Shift-Tab")),
            (KeyCode::F(9), NONE, Some("F9")),
            (KeyCode::PageUp, NONE, Some("PageUp")),
            (KeyCode::Left, CTRL, Some("Ctrl-Left")),
            (KeyCode::CapsLock, NONE, None),
            (KeyCode::Char('a'), KeyModifiers::SUPER, None),
        ];
        for (code, modifiers, expected) in cases {
            let written = key(code, modifiers).map(|key| key.to_string());
            assert_eq!(written.as_deref(), expected, "{code:?} {modifiers:?}");
        }
    }

    #[test]
    fn releases_are_dropped_unless_they_type() {
        let press = |character, kind| KeyEvent::new_with_kind(KeyCode::Char(character), NONE, kind);
        let (down, again, up) = (KeyEventKind::Press, KeyEventKind::Repeat, KeyEventKind::Release);
        let cases = [
            (vec![('a', down), ('a', up)], "a"),
            (vec![('a', down), ('a', again), ('a', up)], "aa"),
            (vec![('a', down), ('b', down), ('a', up), ('b', up)], "ab"),
            (vec![('A', down), ('a', up)], "A"),
            (vec![('发', down), ('发', up), ('热', down), ('热', up)], "发热"),
            (vec![('发', down), ('热', down)], "发热"),
            (vec![('发', up), ('热', up), ('热', up)], "发热热"),
        ];
        for (reports, expected) in cases {
            let mut translator = Translator::default();
            let typed =
                reports.iter().filter_map(|(character, kind)| translator.key(press(*character, *kind))?.typed());
            assert_eq!(typed.collect::<String>(), expected, "{reports:?}");
        }
    }

    #[test]
    fn pasted_lines_end_in_line_feeds() {
        let pasted = event::Event::Paste("一\r二\r\n三\n".to_owned());
        assert_eq!(Translator::default().translate(pasted), Some(Event::Paste("一\n二\n三\n".to_owned())));
    }

    #[test]
    fn a_pause_lasts_until_it_is_dropped() {
        let gate = Arc::new(Gate { phase: Mutex::new(Phase::Reading), changed: Condvar::new() });
        let input = Input { gate: Arc::clone(&gate), waker: Waker::default() };
        let passing = Arc::clone(&gate);
        let thread = thread::spawn(move || {
            let mut passes = 0_u32;
            while passing.pass() {
                passes += 1;
                thread::yield_now();
            }
            passes
        });
        let pause = input.pause();
        assert_eq!(*gate.phase(), Phase::Paused);
        drop(pause);
        assert_eq!(*gate.phase(), Phase::Reading);
        input.stop();
        thread.join().expect("the thread ends");
        drop(input.pause());
        assert_eq!(*gate.phase(), Phase::Stopped, "a pause does not start it again");
    }

    #[test]
    fn a_pause_does_not_wait_for_ever() {
        let input = Input {
            gate: Arc::new(Gate { phase: Mutex::new(Phase::Reading), changed: Condvar::new() }),
            waker: Waker::default(),
        };
        let start = Instant::now();
        drop(input.pause());
        assert!(start.elapsed() < PAUSE_LIMIT * 4);
    }
}
