//! The real program in a pseudo-terminal: from start to the first frame, and what it uses while it waits.
//!
//! `cargo bench --bench program`
//!
//! To be reached, with 10,000 records of about four kilobytes in the workspace: under 60 ms from starting the process to
//! the first whole frame that shows records, and under twice the control, which lists the same files and reads the same
//! heads and does nothing else. Without an index the first frame says that records are being read, because every head has
//! to be understood once. What an index that is behind says stands on the screen until the files have been looked at, which
//! is measured as well.
//! Memory and idle CPU are only measured on Linux, with a checklist of 5,000 items of 500 characters open.

mod support;

#[allow(dead_code)]
#[path = "../tests/support/pty.rs"]
mod pty;

use std::{
    fs::{self, File},
    io::Read,
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

#[cfg(target_os = "linux")]
use ducha::inspection::RecordId;
use portable_pty::CommandBuilder;
use pty::{PATIENCE, Session};
use support::{DUCHA, Samples, made};

const RECORDS: usize = 10_000;

/// How often the program is started for each figure.
const TIMES: usize = 30;

fn main() {
    if !support::is_wanted() {
        return;
    }
    starting();
    #[cfg(target_os = "linux")]
    waiting();
}

/// Measures how long the program takes to show records.
fn starting() {
    let folder = support::folder();
    let root = folder.path();
    made::put_records(&made::workspace(root), RECORDS);
    let sizes: Vec<_> = record_files(root).iter().filter_map(|path| Some(fs::metadata(path).ok()?.len())).collect();
    println!("{} records of {} bytes on average", sizes.len(), sizes.iter().sum::<u64>() / sizes.len() as u64);

    let mut control = Samples::default();
    let (mut warm, mut empty, mut cold) = (Samples::default(), Samples::default(), Samples::default());
    let (mut behind, mut verified) = (Samples::default(), Samples::default());
    let mut unit = made::unit_name(1);
    for number in 0..TIMES {
        control.time(|| read_heads(root));
        if number % 3 == 0 {
            // A new workspace has none; that a file is missing is what is wanted.
            let _ = fs::remove_file(root.join(".ducha/index"));
            let start = Instant::now();
            let session = shows(root, &[""]);
            empty.add(start.elapsed());
            wait_for_frame(&session, &[&unit]);
            cold.add(start.elapsed());
        }
        warm.time(|| shows(root, &[&unit]));
        // The unit of the newest finalised record gets another name behind the program's back.
        let renamed = made::unit_name(1_000_000 + number);
        rename_unit(root, &unit, &renamed);
        let start = Instant::now();
        let session = shows(root, &[&unit, &renamed]);
        behind.add(start.elapsed());
        wait_for_frame(&session, &[&renamed]);
        verified.add(start.elapsed());
        unit = renamed;
    }
    control.show("listing and reading the heads", None);
    warm.show("start to first frame", Some(&control));
    behind.show("start to first frame, a record changed", Some(&control));
    verified.show("start to everything verified", Some(&control));
    empty.show("start to first frame, no index yet", Some(&control));
    cold.show("start to records shown, no index yet", Some(&control));
}

/// Starts the program and waits for the first whole frame that shows one of the names; it is killed with the session.
fn shows(root: &Path, names: &[&str]) -> Session {
    let session = Session::start(command(DUCHA, root), 40, 120);
    wait_for_frame(&session, names);
    session
}

/// Waits for a frame with one of the names whose last line is there too.
fn wait_for_frame(session: &Session, names: &[&str]) {
    session.wait_until("a name and the keys", PATIENCE, |screen| {
        let shown = screen.contents();
        shown.contains("F1") && names.iter().any(|name| shown.contains(name))
    });
}

fn command(program: &str, root: &Path) -> CommandBuilder {
    let mut command = CommandBuilder::new(program);
    command.args(["--workspace".as_ref(), root.as_os_str()]);
    command.env("TERM", "xterm-256color");
    command
}

/// The control: lists the records and reads as much of each as the heads take.
fn read_heads(root: &Path) -> usize {
    let mut head = Vec::new();
    record_files(root)
        .iter()
        .map(|path| {
            head.clear();
            let file = File::open(path).expect("the record is there");
            file.take(4096).read_to_end(&mut head).expect("the record can be read")
        })
        .sum()
}

fn record_files(root: &Path) -> Vec<PathBuf> {
    let inside = |folder: &PathBuf| fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    let years = inside(&root.join("records")).collect::<Vec<_>>();
    let months = years.iter().flat_map(inside).collect::<Vec<_>>();
    months.iter().flat_map(inside).collect()
}

fn rename_unit(root: &Path, from: &str, to: &str) {
    let newest = record_files(root).into_iter().find(|path| path.to_string_lossy().contains("0009999999.toml"));
    let path = newest.expect("the second record is finalised");
    let text = fs::read_to_string(&path).expect("the record can be read");
    assert!(text.contains(from), "{} is about {from}", path.display());
    fs::write(&path, text.replacen(from, to, 1)).expect("the record can be written");
}

/// Measures memory and CPU with a large checklist open.
#[cfg(target_os = "linux")]
fn waiting() {
    let folder = support::folder();
    let root = folder.path();
    let workspace = made::workspace(root);
    let checklist = made::checklist("large", 5000, 500);
    made::put_checklist(&workspace, &checklist);
    let file = workspace.checklist(&checklist.id).expect("the checklist is good");
    let id = RecordId("01KA0000000000000000000001".into());
    drop(workspace.begin(id, &file, &made::unit(1), made::details(made::now())).expect("a new draft"));
    // The lock has to be free for the program.
    drop(workspace);

    // A shell that becomes the program says which process it is.
    let mut command = CommandBuilder::new("sh");
    let process_file = root.join("process");
    command.args(["-c", "echo $$ >\"$1\"; shift; exec \"$@\"", "sh"]);
    command.args([process_file.as_os_str(), DUCHA.as_ref(), "--workspace".as_ref(), root.as_os_str()]);
    command.env("TERM", "xterm-256color");
    let session = Session::start(command, 40, 120);
    wait_for_frame(&session, &[&made::unit_name(1)]);
    let process = fs::read_to_string(&process_file).expect("the shell wrote it").trim().to_owned();
    println!("memory on the first screen: {} at most", status(&process, "VmHWM:"));
    session.type_keys("Enter");
    session.wait_for(&made::text(0, 8), PATIENCE);
    session.type_keys("1 1 1 PageDown End Home / <text lcx> Backspace Backspace Backspace Esc");
    // By then the draft's file has been written and the lists have been read again.
    std::thread::sleep(Duration::from_secs(3));
    println!(
        "memory with 5,000 items open: {} at most, {} now",
        status(&process, "VmHWM:"),
        status(&process, "VmRSS:")
    );
    let before = ticks(&process);
    std::thread::sleep(Duration::from_secs(3));
    println!("CPU in 3 s without a key: {} ticks", ticks(&process) - before);
}

/// Returns a line of what the kernel says of a process.
#[cfg(target_os = "linux")]
fn status(process: &str, name: &str) -> String {
    let status = fs::read_to_string(format!("/proc/{process}/status")).expect("the program runs");
    status.lines().find_map(|line| line.strip_prefix(name)).unwrap_or_default().trim().to_owned()
}

/// Returns the CPU time of a process so far, in ticks of the clock (a hundredth of a second).
#[cfg(target_os = "linux")]
fn ticks(process: &str) -> u64 {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).expect("the program runs");
    let fields = stat.rsplit(") ").next().unwrap_or_default().split(' ');
    fields.skip(11).take(2).filter_map(|field| field.parse::<u64>().ok()).sum()
}
