//! The disk fails at any call: the record that was there is there, with the new answers or without them.
//!
//! `strace` lets the Nth call of a sort fail, for every N until the program makes no more of them, and a limit on the size of
//! files cuts every write short at some length. Where the program said that all went well, all is there; and afterwards the
//! same command does what it could not do. `DUCHA_FAULTS=1` tries every N; without it every fifth is tried.

use std::{
    collections::BTreeMap,
    fmt::Write,
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use super::{
    killing::{answers_in, records},
    number,
};
use crate::support::environment::Environment;

/// The calls that fail, and how.
const FAULTS: [(&str, &[&str]); 6] = [
    ("write", &["EIO", "ENOSPC"]),
    ("fsync", &["EIO", "ENOSPC"]),
    ("fdatasync", &["EIO"]),
    ("openat", &["EACCES", "ENOSPC"]),
    ("rename,renameat,renameat2", &["EIO", "EACCES"]),
    ("mkdir,unlink,fchmod,ftruncate", &["EACCES"]),
];

/// How many answers there are.
const ANSWERS: usize = 24;

/// Writes a file of answers: all of them, each with a note, the first few as they were before.
fn given(old: usize, new: usize) -> String {
    let mut text = "facility = \"F001\"\nchecklist = \"many\"\n".to_owned();
    for at in 0..new {
        let note = if at < old { "起初" } else { "后来" };
        let _ = write!(text, "\n[[answer]]\nitem = \"M{at}\"\nverdict = \"conforms\"\nnote = \"{note}\"\n");
    }
    text
}

/// A workspace with a draft that has half of the answers.
fn before() -> Environment {
    let environment = Environment::with_workspace("zh");
    environment.write("ws/checklists/many.toml", super::killing::many_items());
    environment.write("answers.toml", given(ANSWERS / 2, ANSWERS / 2));
    environment.run_there(&["fill", "--answers", "answers.toml"]).good();
    environment.write("answers.toml", given(ANSWERS / 2, ANSWERS));
    environment
}

/// Runs the program through another one; says whether it said that all went well.
fn through(environment: &Environment, wrapper: &str, arguments: &[&str]) -> bool {
    let mut command = Command::new(wrapper);
    command.args(arguments).arg(assert_cmd::cargo::cargo_bin!("ducha"));
    command.args(["--workspace", "ws", "fill", "--answers", "answers.toml"]).env_clear();
    command.envs(environment.variables()).current_dir(environment.path(""));
    command.stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok_and(|status| status.success())
}

/// Reads the notes of all answers in some records, by item.
fn notes(environment: &Environment, files: &[PathBuf], what: &str) -> BTreeMap<String, String> {
    let text = |answer: &serde_json::Value, key: &str| answer[key].as_str().unwrap_or_default().to_owned();
    let read = |path| answers_in(environment, path).unwrap_or_else(|| panic!("{what}: a record cannot be read"));
    files.iter().flat_map(|path| read(path)).map(|answer| (text(&answer, "item"), text(&answer, "note"))).collect()
}

/// Checks what is there after a failure, and that the next try does it all.
///
/// Where `reading` failed the draft may not have been found, and another one begun beside it.
fn is_whole(environment: &Environment, old: &[PathBuf], said_well: bool, reading: bool, what: &str) {
    let files = || records(environment);
    assert!(files() == old || reading, "{what}: one record and nothing beside it: {:?}", files());
    let (first, all) = (notes(environment, old, what), notes(environment, &files(), what));
    for at in 0..ANSWERS {
        let expected = if at < ANSWERS / 2 { "起初" } else { "后来" };
        let item = format!("M{at}");
        assert!(at >= ANSWERS / 2 || first.contains_key(&item), "{what}: {item} is gone");
        match all.get(&item) {
            Some(note) => assert_eq!(note, expected, "{what}: {item}"),
            None => assert!(!said_well, "{what}: {item} was said to be there"),
        }
    }
    environment.run_there(&["fill", "--answers", "answers.toml"]).good();
    assert_eq!(notes(environment, &files(), what).len(), ANSWERS, "{what}: the next try");
}

#[test]
fn whichever_call_fails_the_record_is_the_old_one_or_the_new_one() {
    if !Command::new("strace").arg("--version").stdout(Stdio::null()).status().is_ok_and(|status| status.success()) {
        println!("skipped: strace is not there, which lets calls fail");
        return;
    }
    let step = if number("DUCHA_FAULTS").is_some() { 1 } else { 5 };
    let mut tried = 0;
    for (number, (calls, errors)) in FAULTS.iter().enumerate() {
        for error in *errors {
            for when in (1 + number % step..).step_by(step) {
                let environment = before();
                let old = records(&environment);
                let log = environment.path("calls");
                let fault = format!("inject={calls}:error={error}:when={when}");
                let log_name = log.to_string_lossy();
                let said_well = through(&environment, "strace", &["-f", "-qq", "-o", &log_name, "-e", &fault]);
                if !fs::read_to_string(&log).expect("a log").contains("INJECTED") {
                    break;
                }
                is_whole(&environment, &old, said_well, *calls == "openat", &fault);
                tried += 1;
            }
        }
    }
    println!("{tried} calls failed one at a time, nothing lost");
}

#[test]
fn wherever_writing_ends_the_record_is_the_old_one_or_the_new_one() {
    let step = if number("DUCHA_FAULTS").is_some() { 64 } else { 640 };
    let mut tried = 0;
    for size in (64..).step_by(step) {
        let environment = before();
        let old = records(&environment);
        // Whoever is told of it by a signal and has not asked for that would be killed.
        let script = format!("trap '' XFSZ; exec prlimit --fsize={size} \"$@\"");
        let said_well = through(&environment, "sh", &["-c", &script, "sh"]);
        is_whole(&environment, &old, said_well, false, &format!("files of {size} bytes"));
        tried += 1;
        if said_well {
            break;
        }
    }
    println!("writing ended at {tried} places, nothing lost");
}
