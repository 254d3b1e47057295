//! Killed at any moment: what the screen has acknowledged is on disk.
//!
//! `DUCHA_KILLS=2000 cargo test --test main killing` kills more often; `DUCHA_SEED` repeats a run that failed.

use std::{
    fmt::Write,
    thread,
    time::{Duration, SystemTime},
};

use serde_json::Value;

use crate::support::{
    environment::Environment,
    pty::{PATIENCE, Session},
    tester::files_below,
};

/// How many items there are to answer.
const ITEMS: usize = 60;
/// The verdicts that are answered with one key and go on, with their names in the record.
const VERDICTS: [(char, &str); 3] = [('1', "conforms"), ('3', "not-applicable"), ('4', "reasonable-omission")];

/// Random numbers enough for a test.
struct Chance(u64);

impl Chance {
    fn below(&mut self, limit: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % limit
    }
}

fn number(name: &str) -> Option<u64> {
    std::env::var(name).ok()?.parse().ok()
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn what_was_acknowledged_survives_every_kill() {
    let now = SystemTime::UNIX_EPOCH.elapsed().expect("after 1970");
    let seed = number("DUCHA_SEED").unwrap_or(u64::from(now.subsec_nanos()) + 1);
    let mut chance = Chance(seed);
    for _ in 0..number("DUCHA_KILLS").unwrap_or(20) {
        kill_once(&mut chance, seed);
    }
}

fn kill_once(chance: &mut Chance, seed: u64) {
    let environment = Environment::with_workspace("zh");
    environment.write("ws/checklists/many.toml", many_items());
    let mut session = Session::start(environment.in_terminal(&["--workspace", "ws"]), 24, 80);
    session.wait_for("没有未办结的检查", PATIENCE);
    session.type_keys("1");
    session.wait_for("4/4", PATIENCE);
    session.type_keys("Enter");
    session.wait_for("很多项", PATIENCE);
    session.type_keys("<text hdx> Enter");
    session.wait_for(&format!("项目 0/{ITEMS}"), PATIENCE);

    let mut typed = Vec::new();
    let mut keys = String::new();
    for at in 0..ITEMS {
        let (key, name) = VERDICTS[usize::try_from(chance.below(3)).expect("small")];
        let note = chance.below(4) == 0;
        if note {
            let _ = write!(keys, "Ctrl-N <text 第{at}项的备注> Ctrl-S ");
        }
        let _ = write!(keys, "{key} ");
        typed.push((name, if note { format!("第{at}项的备注") } else { String::new() }));
    }
    session.type_keys(&keys);
    thread::sleep(Duration::from_micros(chance.below(400_000)));
    let screen = session.screen();
    session.kill9();

    let acknowledged = answered(&screen);
    let kept = answers(&environment);
    assert!(kept.len() >= acknowledged, "{} of {acknowledged} are kept, seed {seed}:\n{screen}", kept.len());
    for (at, answer) in kept.iter().enumerate() {
        let (verdict, note) = &typed[at];
        assert_eq!(answer["note"], note.as_str(), "item {at}, seed {seed}");
        // The last one may have its note and not its verdict yet.
        assert!(answer["verdict"] == *verdict || at + 1 == kept.len(), "item {at}, seed {seed}: {answer}");
    }
}

/// Reads how many items the screen says are answered.
fn answered(screen: &str) -> usize {
    let (_, rest) = screen.split_once("项目 ").expect("the title of the items");
    let (count, _) = rest.split_once('/').expect("a fraction");
    count.parse().expect("a number")
}

/// Reads the answers of the only record as data.
fn answers(environment: &Environment) -> Vec<Value> {
    let path = files_below(&environment.path("ws/records")).remove(0);
    let id = path.file_stem().expect("a name").to_string_lossy().into_owned();
    let printed = environment.run_there(&["record", "show", &id, "--format", "json"]).good();
    let data: Value = serde_json::from_str(&printed).expect("JSON");
    data["answers"].as_array().expect("answers").clone()
}

fn many_items() -> String {
    let head = "id = \"many\"\ntitle = \"很多项\"\nversion = 1\n\n[[section]]\nid = \"one\"\ntitle = \"一\"\n";
    (0..ITEMS).fold(head.to_owned(), |text, at| {
        format!("{text}\n[[item]]\nid = \"M{at}\"\nsection = \"one\"\ntext = \"第{at}项\"\n")
    })
}
