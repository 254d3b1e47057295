//! The real program in a pseudo-terminal over 100,000 records with 300,000 findings: how long its screens take to open.
//!
//! `cargo bench --bench screens`
//!
//! To be reached: the first screen, the ledger and the traces under 200 ms each with the caches warm, and without any under
//! 3x the control, which reads the heads of all records into values with the `toml` crate, one after the other. What only
//! opening the files and reading the bytes of the heads takes is shown beside it, which is the physical limit. The first
//! screen counts from the start of the process, every other one from its key, to the first whole frame that shows what it
//! is about. Once the key comes as soon as the first screen is there, while everything else is still being read, and once
//! after that.

mod support;

#[allow(dead_code)]
#[path = "../tests/support/pty.rs"]
mod pty;

use std::{
    fs::{self, File},
    io::Read,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use portable_pty::CommandBuilder;
use pty::Session;
use support::{DUCHA, Samples, made, year};

const RECORDS: usize = 100_000;

/// How often the program is started for each figure with the caches warm, and without any.
const TIMES: usize = 10;
const COLD: usize = 2;

/// More than the head of a record takes, in bytes.
const HEAD: usize = 4096;

/// How long the slowest screen may take before the bench gives up.
const PATIENCE: Duration = Duration::from_secs(120);

/// How long nothing must be written before the program counts as having read everything.
const QUIET: Duration = Duration::from_secs(2);

/// A screen: its name, what is opened before it with what that shows, its key, and what it shows once it is whole.
struct Screen {
    name: &'static str,
    before: Option<(&'static str, &'static str)>,
    key: &'static str,
    shows: &'static [&'static str],
}

const SCREENS: [Screen; 3] = [
    Screen { name: "ledger", before: None, key: "7", shows: &["登记缺 I0000", "共 300000 项"] },
    Screen {
        name: "trace of a finding", before: Some(("7", "登记缺 I0000")), key: "Ctrl-T", shows: &["来源", "落实"]
    },
    Screen { name: "where the links break off", before: None, key: "Ctrl-T", shows: &["没有检查项目的要求"] },
];

fn main() {
    if !support::is_wanted() {
        return;
    }
    let folder = support::folder();
    let root = folder.path();
    year::put_records(&made::workspace(root), RECORDS);
    let files = year::files_of(root, "records");
    let (mut bytes, mut control) = (Samples::default(), Samples::default());
    for _ in 0..=COLD {
        bytes.time(|| files.iter().map(|path| read_head(path).len()).sum::<usize>());
        control.time(|| files.iter().map(|path| parse_head(&read_head(path)).len()).sum::<usize>());
    }
    control.show("reading the heads", None);
    bytes.show("only their bytes", Some(&control));
    for screen in &SCREENS {
        let (mut home, mut opened) = (Samples::default(), Samples::default());
        for _ in 0..COLD {
            forget(root);
            let (session, first) = begin(root);
            home.add(first);
            open(&session, screen, &mut opened);
        }
        for (against, what) in [(&control, "under 3x"), (&bytes, "against only the bytes")] {
            home.show(&format!("first screen, no cache ({what})"), Some(against));
            opened.show(&format!("{}, no cache ({what})", screen.name), Some(against));
        }
    }
    for screen in &SCREENS {
        let (mut home, mut early, mut late) = (Samples::default(), Samples::default(), Samples::default());
        for _ in 0..TIMES {
            let (session, first) = begin(root);
            home.add(first);
            open(&session, screen, &mut early);
            session.type_keys("Esc Esc");
            calm(&session);
            open(&session, screen, &mut late);
        }
        home.show("first screen (under 200 ms)", Some(&control));
        early.show(&format!("{}, at once (under 200 ms)", screen.name), Some(&control));
        late.show(&format!("{}, later (under 200 ms)", screen.name), Some(&control));
    }
}

/// Starts the program and waits for the first whole frame that shows records.
fn begin(root: &Path) -> (Session, Duration) {
    let mut command = CommandBuilder::new(DUCHA);
    command.args(["--workspace".as_ref(), root.as_os_str()]);
    command.args(["--lang", "zh"]);
    command.env("TERM", "xterm-256color");
    command.env("LANG", "zh_CN.UTF-8");
    let start = Instant::now();
    let session = Session::start(command, 40, 120);
    wait_for(&session, &["人民医院"]);
    (session, start.elapsed())
}

/// Opens a screen and adds how long its key took.
fn open(session: &Session, screen: &Screen, samples: &mut Samples) {
    if let Some((key, shows)) = screen.before {
        session.type_keys(key);
        wait_for(session, &[shows]);
    }
    let start = Instant::now();
    session.type_keys(screen.key);
    wait_for(session, screen.shows);
    samples.add(start.elapsed());
}

/// Waits for a frame with all of the texts whose last line is there too.
fn wait_for(session: &Session, texts: &[&str]) {
    session.wait_until("the screen and the keys", PATIENCE, |screen| {
        let shown = screen.contents();
        shown.contains("F1") && texts.iter().all(|text| shown.contains(text))
    });
}

/// Waits until the program has written nothing for a while.
fn calm(session: &Session) {
    let mut written = 0;
    loop {
        thread::sleep(QUIET);
        let now = session.written().len();
        if now == written {
            return;
        }
        written = now;
    }
}

/// Removes every cache of the workspace.
fn forget(root: &Path) {
    for cache in ["index", "findings-index", "facts", "reviews-index"] {
        // The first time there is none.
        let _ = fs::remove_file(root.join(".ducha").join(cache));
    }
}

/// Reads as much of a record as its head takes.
fn read_head(path: &Path) -> String {
    let mut head = Vec::with_capacity(HEAD);
    let file = File::open(path).expect("the record is there");
    file.take(HEAD as u64).read_to_end(&mut head).expect("the record can be read");
    String::from_utf8_lossy(&head).into_owned()
}

/// The control: what stands before the answers of a record, as values.
fn parse_head(text: &str) -> toml::Table {
    let head = text.split_once("\n[[answer]]").map_or(text, |(head, _)| head);
    head.parse().expect("a head is TOML")
}
