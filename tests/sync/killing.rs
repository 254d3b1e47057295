//! The real program, killed at any moment of a sync.

use std::{process::Stdio, thread, time::Duration};

use super::{Office, RECORD_PATH, record};

/// How many times both sides are killed; `DUCHA_KILLS` asks for more kills.
fn rounds() -> u64 {
    std::env::var("DUCHA_KILLS").ok().and_then(|number| number.parse::<u64>().ok()).unwrap_or(16).div_ceil(2)
}

/// Starts a sync and kills it after a while.
fn killed(office: &Office, who: usize, after: Duration) {
    let environment = &office.people[who];
    let mut program = std::process::Command::new(assert_cmd::cargo::cargo_bin!("ducha"));
    program.args(["--workspace", "ws", "sync"]).env_clear().envs(environment.variables());
    program.envs(office.variables()).current_dir(environment.path(""));
    let mut running = program.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("the program starts");
    thread::sleep(after);
    // Where it has ended already there is nothing to kill.
    let _ = running.kill();
    running.wait().expect("it ended");
}

#[test]
fn nothing_is_lost_and_nothing_is_half_there() {
    survives(&Office::with(&["林明", "王芳"], &[]));
}

/// Names items so that each comes after those before, however many rounds there are.
fn item(number: u64) -> String {
    format!("T{}", 10_000 + number)
}

/// Kills both sides at changing moments, and looks whether everything that was written is everywhere in the end.
pub fn survives(office: &Office) {
    office.people[0].write(RECORD_PATH, record());
    office.settle();
    for number in 0..rounds() {
        let from = usize::try_from(number % 2).expect("small");
        // By hand at the end of the file, which is where the program has it on the other side as well.
        office.answer(from, &item(number), "conforms", "林明");
        // Opening the keys takes most of the time, so that most of the moments lie behind it.
        let moment = |step: u64| Duration::from_millis(150 + (number * 37 + step * 53) % 400);
        killed(office, from, moment(0));
        killed(office, 1 - from, moment(1));
        office.settle();
        let merged = office.agree(RECORD_PATH);
        for earlier in 0..=number {
            let item = item(earlier);
            assert!(merged.contains(&format!("item = \"{item}\"")), "{item} in\n{merged}");
        }
        assert!(!merged.contains("有分歧"), "{merged}");
    }
}
