//! Killed at any moment: what the screen has acknowledged is on disk, and the record is there again in less than a second.
//!
//! `DUCHA_KILLS=2000 cargo test --test main withstand::killing` kills more often; `DUCHA_SEED` repeats a run that failed.

use std::{
    fmt::Write,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use portable_pty::CommandBuilder;
use serde_json::Value;

use super::{Chance, number};
use crate::support::{
    environment::Environment,
    pty::{PATIENCE, Session},
    tester::files_below,
};

/// How many items there are to answer.
pub const ITEMS: usize = 60;
/// The verdicts that are answered with one key and go on, with their names in the record.
const VERDICTS: [(char, &str); 3] = [('1', "conforms"), ('3', "not-applicable"), ('4', "reasonable-omission")];

/// An answer that was typed: the name of the verdict, and the note.
pub type Typed = (&'static str, String);

#[test]
fn what_was_acknowledged_survives_every_kill() {
    let mut chance = Chance::new();
    let kills = number("DUCHA_KILLS").unwrap_or(20);
    let slowest = (0..kills).map(|_| kill_once(&mut chance)).max().unwrap_or_default();
    println!("{kills} kills, nothing lost; the slowest record was there again after {slowest:?}");
}

/// Kills the program once; gives how long it took until the record could be read again.
fn kill_once(chance: &mut Chance) -> Duration {
    let environment = Environment::with_workspace("zh");
    environment.write("ws/checklists/many.toml", many_items());
    let mut session = begin(environment.in_terminal(&["--workspace", "ws"]));
    let (keys, typed) = keys(chance, 0..ITEMS);
    session.type_keys(&keys);
    thread::sleep(Duration::from_micros(chance.below(400_000)));
    let screen = session.screen();
    session.kill9();
    let killed = Instant::now();
    let kept = answers(&environment).expect("the record can be read");
    let back = killed.elapsed();
    check(&screen, &kept, &typed);
    back
}

/// Starts the program, and an inspection with many items.
pub fn begin(command: CommandBuilder) -> Session {
    let session = Session::start(command, 24, 80);
    session.wait_for("没有未办结的检查", PATIENCE);
    session.type_keys("1");
    session.wait_for("4/4", PATIENCE);
    session.type_keys("Enter");
    session.wait_for("很多项", PATIENCE);
    session.type_keys("<text hdx> Enter");
    session.wait_for(&format!("项目 0/{ITEMS}"), PATIENCE);
    session
}

/// Makes the keys that answer some items, some of them with a note, and what comes of them.
pub fn keys(chance: &mut Chance, items: std::ops::Range<usize>) -> (String, Vec<Typed>) {
    let (mut keys, mut typed) = (String::new(), Vec::new());
    for at in items {
        let (key, name) = VERDICTS[usize::try_from(chance.below(3)).expect("small")];
        let note = chance.below(4) == 0;
        if note {
            let _ = write!(keys, "Ctrl-N <text 第{at}项的备注> Ctrl-S ");
        }
        let _ = write!(keys, "{key} ");
        typed.push((name, if note { format!("第{at}项的备注") } else { String::new() }));
    }
    (keys, typed)
}

/// Checks that everything that a screen had acknowledged is kept as it was typed.
#[track_caller]
pub fn check(screen: &str, kept: &[Value], typed: &[Typed]) {
    let acknowledged = answered(screen);
    assert!(kept.len() >= acknowledged, "{} of {acknowledged} are kept:\n{screen}", kept.len());
    for (at, answer) in kept.iter().enumerate() {
        let (verdict, note) = &typed[at];
        assert_eq!(answer["note"], note.as_str(), "item {at}");
        // The last one may have its note and not its verdict yet.
        assert!(answer["verdict"] == *verdict || at + 1 == kept.len(), "item {at}: {answer}");
    }
}

/// Reads how many items the screen says are answered.
pub fn answered(screen: &str) -> usize {
    let (_, rest) = screen.split_once("项目 ").expect("the title of the items");
    let (count, _) = rest.split_once('/').expect("a fraction");
    count.parse().expect("a number")
}

/// Lists the files of records; what was under way when the program ended has a name that begins with a dot.
pub fn records(environment: &Environment) -> Vec<PathBuf> {
    let mut files = files_below(&environment.path("ws/records"));
    files.retain(|path| path.file_name().is_some_and(|name| !name.to_string_lossy().starts_with('.')));
    files
}

/// Reads the answers of the only record as data, none where there is no record; nothing where it cannot be read.
pub fn answers(environment: &Environment) -> Option<Vec<Value>> {
    records(environment).first().map_or(Some(Vec::new()), |path| answers_in(environment, path))
}

/// Reads the answers of a record as data; nothing where it cannot be read.
pub fn answers_in(environment: &Environment, path: &Path) -> Option<Vec<Value>> {
    let id = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let shown = environment.run_there(&["record", "show", &id, "--format", "json"]);
    let data: Value = (shown.code == 0).then(|| serde_json::from_str(&shown.out).expect("JSON"))?;
    data["answers"].as_array().cloned()
}

/// Writes the checklist with many items.
pub fn many_items() -> String {
    let head = "id = \"many\"\ntitle = \"很多项\"\nversion = 1\n\n[[section]]\nid = \"one\"\ntitle = \"一\"\n";
    (0..ITEMS).fold(head.to_owned(), |text, at| {
        format!("{text}\n[[item]]\nid = \"M{at}\"\nsection = \"one\"\ntext = \"第{at}项\"\n")
    })
}
