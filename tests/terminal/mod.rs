//! The terminal module in a real pseudo-terminal.
//!
//! The program under test is [`program`], a test of this very binary that shows what it receives.

mod controls;
mod program;

use std::{
    fs,
    process::Command,
    sync::mpsc,
    time::{Duration, Instant},
};

use ducha::{
    app::key::Key,
    term::{Event, Options, Session as Terminal},
    view::text,
};
use portable_pty::CommandBuilder;
use ratatui::text::Span;

use crate::support::{
    environment::Environment,
    pty::{Answers, PATIENCE, Session},
};

/// Tells [`program`] that it runs in a pseudo-terminal, and how to behave.
const MODE: &str = "DUCHA_TEST_TERMINAL";

/// The file that [`program`] writes when it was told to end.
const SAVED: &str = "DUCHA_TEST_SAVED";

#[test]
#[ignore = "started by the other tests, in a pseudo-terminal"]
fn program() {
    let Ok(mode) = std::env::var(MODE) else { return };
    let (sender, events) = mpsc::channel();
    let options = Options { mouse: false, probe: true };
    let mut terminal = Terminal::enter(options, sender, |event| event).expect("a terminal");
    let (mut typed, mut last, mut size) = (String::new(), String::new(), None);
    loop {
        let lines = [format!("ready {size:?} {:?}", terminal.ambiguity()), format!("│{typed}"), last.clone()];
        terminal
            .draw(|frame| {
                for (row, line) in (0..).zip(&lines) {
                    let width = frame.area().width;
                    text::put_line(frame.buffer_mut(), 0, row, width, &[Span::raw(line.as_str())]);
                }
                let column = u16::try_from(text::width(&lines[1])).expect("a short line");
                frame.set_cursor_position((column, 1));
            })
            .expect("drawing");
        let event = events.recv().expect("the terminal is open");
        last = format!("{event:?}").replace('\n', "\\n");
        match event {
            Event::Key(key) if key == Key::ctrl('q') => break,
            Event::Key(key) if key == Key::ctrl('x') => panic!("on purpose"),
            Event::Key(key) if key == Key::ctrl('e') => {
                let script = "printf 'editor ready '; read line; echo \"editor got $line\"; read line";
                let status = terminal.suspended(|| Command::new("sh").args(["-c", script]).status());
                last = format!("edited {}", status.expect("the terminal again").expect("sh").success());
            }
            Event::Key(key) => typed.extend(key.typed()),
            Event::Resize(columns, rows) => size = Some((columns, rows)),
            Event::Closed if mode == "deaf" => {}
            Event::Closed => {
                if let Ok(path) = std::env::var(SAVED) {
                    fs::write(path, &typed).expect("saving");
                }
                break;
            }
            Event::Paste(_) | Event::Click(..) | Event::Wheel(..) | Event::Wide => {}
        }
    }
}

fn command(mode: &str) -> CommandBuilder {
    let mut command = CommandBuilder::new(std::env::current_exe().expect("this binary"));
    command.args(["--exact", "terminal::program", "--ignored", "--nocapture", "--test-threads=1"]);
    command.env_clear();
    for (name, value) in Environment::new().variables() {
        command.env(name, value);
    }
    command.cwd(env!("CARGO_MANIFEST_DIR"));
    command.env(MODE, mode);
    command
}

fn started(mode: &str) -> Session {
    let session = Session::start(command(mode), 24, 80);
    session.wait_for("ready None Narrow", PATIENCE);
    session
}

#[test]
#[cfg_attr(windows, ignore = "needs /bin/sh")]
fn the_harness_shows_what_a_program_prints() {
    let mut command = CommandBuilder::new("/bin/sh");
    command.args(["-c", "printf '督查 \\033[1mready\\033[0m\\n'; read answer; echo got $answer"]);
    let mut session = Session::start(command, 24, 80);
    session.wait_for("督查 ready", PATIENCE);
    assert_eq!(session.cursor(), (1, 0));
    session.type_keys("<text 是> Enter");
    session.wait_for("got 是", PATIENCE);
    assert!(session.wait_for_exit(PATIENCE).success());
    assert!(session.is_restored());
    assert!(session.written().contains("\x1b[1mready"));
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn keys_chinese_text_and_pasted_text_arrive_as_given() {
    let mut session = started("");
    assert!(!session.is_restored(), "the terminal is taken");
    session.type_keys("<text 转诊登记缺3例>");
    session.wait_for("│转诊登记缺3例", PATIENCE);
    session.wait_until("the cursor behind the text", PATIENCE, |screen| {
        screen.cursor_position() == (1, 14) && !screen.hide_cursor()
    });
    for (script, shown) in
        [("Esc", "Esc"), ("Shift-Tab", "Tab, ctrl: false, alt: false, shift: true"), ("F9", "Function(9)")]
    {
        session.type_keys(script);
        session.wait_for(shown, PATIENCE);
    }
    session.type_keys("Ctrl-Z");
    session.wait_for("Char('z'), ctrl: true", PATIENCE);
    session.paste("一行\n两行");
    session.wait_for("Paste(\"一行\\n两行\")", PATIENCE);
    session.type_keys("Ctrl-Q");
    assert!(session.wait_for_exit(PATIENCE).success());
    assert!(session.is_restored(), "{}", session.written());
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn a_resize_is_reported_and_drawn() {
    let session = started("");
    for (rows, columns) in [(40, 120), (5, 10), (1, 1), (24, 80)] {
        session.resize(rows, columns);
    }
    session.wait_for("ready Some((80, 24))", PATIENCE);
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn a_panic_gives_the_terminal_back_and_can_be_read() {
    let mut session = started("");
    session.type_keys("Ctrl-X");
    assert!(!session.wait_for_exit(PATIENCE).success());
    assert!(session.is_restored());
    assert!(session.screen().contains("on purpose"), "{}", session.screen());
}

#[test]
#[cfg_attr(windows, ignore = "signals are for Unix")]
fn signals_let_the_program_save_and_give_the_terminal_back() {
    for signal in ["TERM", "HUP", "INT"] {
        let folder = tempfile::tempdir().expect("a folder");
        let saved = folder.path().join("saved");
        let mut command = command("");
        command.env(SAVED, &saved);
        let mut session = Session::start(command, 24, 80);
        session.wait_for("ready", PATIENCE);
        session.type_keys("<text 三例>");
        session.wait_for("│三例", PATIENCE);
        session.signal(signal);
        session.wait_for_exit(PATIENCE);
        assert!(session.is_restored(), "{signal}");
        assert_eq!(fs::read_to_string(saved).expect(signal), "三例");
    }
}

#[test]
#[cfg_attr(windows, ignore = "signals are for Unix")]
fn a_program_that_does_not_listen_is_ended_all_the_same() {
    let mut session = started("deaf");
    session.signal("TERM");
    session.wait_for("Closed", PATIENCE);
    assert!(!session.wait_for_exit(PATIENCE).success());
    assert!(session.is_restored());
}

#[test]
#[cfg_attr(windows, ignore = "needs /bin/sh")]
fn an_editor_gets_its_keys_and_the_screen_comes_back() {
    let mut session = started("");
    session.type_keys("a Ctrl-E");
    session.wait_for("editor ready", PATIENCE);
    assert!(session.is_restored(), "the editor finds an ordinary terminal");
    session.type_keys("<text 修改> Enter");
    session.wait_for("editor got 修改", PATIENCE);
    session.type_keys("Enter");
    session.wait_for("edited true", PATIENCE);
    session.type_keys("b");
    session.wait_for("│ab", PATIENCE);
    session.type_keys("Ctrl-Q");
    session.wait_for_exit(PATIENCE);
    assert!(session.is_restored());
}

#[test]
#[cfg_attr(windows, ignore = "needs /bin/sh")]
fn an_interrupt_of_the_editor_is_not_ours() {
    let session = started("");
    session.type_keys("Ctrl-E");
    session.wait_for("editor ready", PATIENCE);
    session.type_keys("Ctrl-C");
    session.wait_for("edited false", PATIENCE);
    session.type_keys("b");
    session.wait_for("│b", PATIENCE);
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn a_terminal_that_never_answers_does_not_hold_up_the_first_frame() {
    let start = Instant::now();
    let session = Session::start_answering(command(""), 24, 80, Answers::Never);
    session.wait_for("ready None Unknown", PATIENCE);
    assert!(start.elapsed() < Duration::from_secs(1), "{:?}", start.elapsed());
    session.type_keys("a");
    session.wait_for("│a", PATIENCE);
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn a_terminal_that_draws_wide_gets_narrow_marks() {
    let session = Session::start_answering(command(""), 24, 80, Answers::Wide);
    session.wait_for("ready None Wide", PATIENCE);
    session.type_keys("<text 甲①“乙”>");
    session.wait_for("|甲1\"乙\"", PATIENCE);
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "needs setsid")]
fn a_terminal_that_vanishes_without_a_signal_ends_the_program() {
    let folder = tempfile::tempdir().expect("a folder");
    let saved = folder.path().join("saved");
    let program = command("");
    let mut detached = CommandBuilder::new("sh");
    detached.args(["-c", "setsid \"$@\"; true", "sh"]);
    detached.args(program.get_argv());
    detached.env(MODE, "");
    detached.env(SAVED, &saved);
    let mut session = Session::start(detached, 24, 80);
    session.wait_for("ready", PATIENCE);
    session.type_keys("<text 三例>");
    session.wait_for("│三例", PATIENCE);
    session.hang_up("Shift-Tab");
    let start = Instant::now();
    while fs::read_to_string(&saved).is_err() {
        assert!(start.elapsed() < PATIENCE, "the program did not notice");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn a_frame_is_one_synchronised_write_and_nothing_follows_the_end() {
    let mut session = started("");
    session.type_keys("a Ctrl-Q");
    session.wait_for_exit(PATIENCE);
    let written = session.written();
    let count = |sequence: &str| written.matches(sequence).count();
    assert!(count("\x1b[?2026h") >= 2, "{written:?}");
    // One more end than beginnings: giving the terminal back ends a frame that might be open.
    assert_eq!(count("\x1b[?2026l"), count("\x1b[?2026h") + 1, "{written:?}");
    assert_eq!(count("\x1b[?1049l"), 1, "restored once");
    let after_sample = written.split_once("①│").expect("the probe").1;
    let first_frame = after_sample.split_once("ready").expect("the first frame").0;
    assert!(first_frame.contains("\x1b[2J"), "the sample is cleared away: {written:?}");
    let after = written.rsplit("\x1b[?1049l").next().expect("something");
    assert!(!after.contains('\x1b'), "{after:?}");
}
