//! One key to a finished frame at 120x40 in a checklist of 5,000 items of 500 characters: CPU time, not waiting.
//!
//! `cargo bench --bench key`
//!
//! To be reached: under 2 ms at the 99th percentile, whatever the key does. Measured is the CPU time of the thread that has
//! the keys: the update, what it asks for (the journal is really written and flushed; waiting for the disk costs no CPU)
//! and drawing into ratatui's terminal with a writer that forgets. The control draws the very same cells with ratatui and
//! does nothing else.

mod support;

use std::io::{self, Write};

use cpu_time::ThreadTime;
use ducha::{
    app::{App, Effect, Msg, OpenedDraft, WorkspaceInfo, key::Key},
    i18n::Lang,
    inspection::RecordId,
    store::DraftFile,
    view::{
        self, Look,
        theme::{Palette, Symbols, Theme},
    },
};
use ratatui::{CompletedFrame, Terminal, TerminalOptions, Viewport, backend::CrosstermBackend, layout::Rect};
use support::{Samples, made};

const SCREEN: Rect = Rect { x: 0, y: 0, width: 120, height: 40 };

/// What is typed, by what it is about: keys that are not measured, keys that are, and how often.
type Script = (&'static str, &'static str, &'static str, usize);

/// Every sort of key.
const SCRIPTS: [Script; 12] = [
    ("answering, and on to the next", "Home", "1", 600),
    ("moving by a row", "", "Down Down Down Up", 100),
    ("moving by a page", "Home", "PageDown PageDown PageUp", 100),
    ("to the ends", "", "End Home", 50),
    ("to the next unanswered", "", "Tab Tab Shift-Tab", 60),
    ("by section", "Home", "Right Right Left", 60),
    ("taking back and making again", "", "Ctrl-Z Ctrl-Z Ctrl-Y", 60),
    ("a finding, typed and left", "Home", "2 <text 登记缺三例，当场说明> Tab Ctrl-S", 12),
    ("opening and leaving the filter", "Home", "/ Esc", 40),
    ("filtering in Chinese", "", "/ <text 冷藏箱> Backspace Backspace Backspace Esc", 12),
    ("filtering by initials", "", "/ <text lcxdwd> Esc Esc", 12),
    ("filtering by pinyin", "", "/ <text lengcangxiang> Esc Esc", 6),
];

fn main() {
    if !support::is_wanted() {
        return;
    }
    let folder = support::folder();
    let mut bench = Bench::new(folder.path());
    let (mut all, mut all_control) = (Samples::default(), Samples::default());
    let mut measured = |name: &str, bench: &mut Bench, keys: &[Key]| {
        let (keys, control) = bench.keys(keys);
        keys.show(name, Some(&control));
        all.extend(&keys);
        all_control.extend(&control);
    };
    for (name, before, script, times) in SCRIPTS {
        bench.keys(&script_of(before));
        let keys: Vec<Key> = std::iter::repeat_n(script_of(script), times).flatten().collect();
        measured(name, &mut bench, &keys);
    }
    // The note has two thousand characters before the first key that counts.
    bench.keys(&script_of("Home Ctrl-N"));
    bench.paste(&made::text(3, 2000));
    measured("typing in a note of 2,000 characters", &mut bench, &script_of(&format!("<text {}>", made::text(4, 300))));
    all.show("all keys", Some(&all_control));
}

fn script_of(script: &str) -> Vec<Key> {
    Key::script(script).expect("a key script")
}

/// The program without a terminal.
struct Bench {
    app: App,
    draft: DraftFile,
    look: Look,
    terminal: Terminal<CrosstermBackend<Forgetful>>,
    /// A second terminal, on which only cells are drawn.
    bare: Terminal<CrosstermBackend<Forgetful>>,
}

impl Bench {
    fn new(root: &std::path::Path) -> Self {
        let workspace = made::workspace(root);
        let checklist = made::checklist("large", 5000, 500);
        made::put_checklist(&workspace, &checklist);
        let file = workspace.checklist(&checklist.id).expect("the checklist is good");
        let id = RecordId("01KA0000000000000000000001".into());
        let opened = workspace.begin(id, &file, &made::unit(1), made::details(made::now())).expect("a new draft");
        let mut app = App::new(Lang::Zh, made::now(), (SCREEN.width, SCREEN.height));
        app.update(Msg::Workspace(Box::new(info(root))), made::now());
        let draft = OpenedDraft { editing: opened.editing, resume: opened.resume, damaged: Vec::new(), calendar: None };
        app.update(Msg::Draft(Box::new(Ok(draft))), made::now());
        let look = Look { theme: Theme::new(Palette::Dark), symbols: Symbols::new(false) };
        Self { app, draft: opened.file, look, terminal: terminal(), bare: terminal() }
    }

    /// Presses keys one after the other; returns the CPU time of each and of its control.
    fn keys(&mut self, keys: &[Key]) -> (Samples, Samples) {
        let (mut samples, mut control) = (Samples::default(), Samples::default());
        for &key in keys {
            let start = ThreadTime::now();
            self.take(Msg::Key(key));
            let drawn = self.frame();
            samples.add(start.elapsed());
            let cells = drawn.buffer.clone();
            let start = ThreadTime::now();
            let drawn = self.bare.draw(|frame| frame.buffer_mut().content.clone_from_slice(&cells.content));
            drawn.expect("nothing is written");
            control.add(start.elapsed());
        }
        (samples, control)
    }

    fn paste(&mut self, text: &str) {
        self.take(Msg::Paste(text.to_owned()));
        self.frame();
    }

    /// Takes a message with everything that follows from it before the next key.
    fn take(&mut self, msg: Msg) {
        for effect in self.app.update(msg, made::now()) {
            match effect {
                Effect::Keep(entry) => {
                    self.draft.append(&entry).expect("the journal can be written");
                    self.app.update(Msg::Kept, made::now());
                }
                Effect::KeepPlace(place) => self.draft.keep_place(&place).expect("the place can be written"),
                // The rest is done when no key has been pressed for a while, or beside the keys.
                _ => {}
            }
        }
    }

    fn frame(&mut self) -> CompletedFrame<'_> {
        let Self { app, look, terminal, .. } = self;
        terminal.draw(|frame| view::draw(frame, app, look)).expect("nothing is written")
    }
}

fn info(root: &std::path::Path) -> WorkspaceInfo {
    WorkspaceInfo {
        root: root.to_owned(),
        bureau: "云澜市卫生监督所".to_owned(),
        inspector: "检查员".to_owned(),
        language: Lang::Zh,
        theme: None,
        read_only: None,
    }
}

fn terminal() -> Terminal<CrosstermBackend<Forgetful>> {
    let options = TerminalOptions { viewport: Viewport::Fixed(SCREEN) };
    Terminal::with_options(CrosstermBackend::new(Forgetful), options).expect("no terminal is asked")
}

/// Takes what is written and forgets it, once it has been put together as the program does.
struct Forgetful;

impl Write for Forgetful {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        Ok(std::hint::black_box(bytes).len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}
