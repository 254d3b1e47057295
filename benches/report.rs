//! Reports over 100,000 records with 300,000 findings.
//!
//! `cargo bench --bench report`
//!
//! To be reached: with the facts cached, the tally (gathering and counting) under 500 ms; without, under twice the control,
//! which only reads all the files of records and findings, each from memory and, where this may empty the page cache of the
//! system, from the disk; the ledger as a spreadsheet of 300,000 rows under 6 s and 300 MB, and at least three times as fast
//! as the same sheet by Python's `XlsxWriter` in constant-memory mode (skipped where it is not installed; `DUCHA_PYTHON`
//! names another Python); the circular for Word under 300 ms; the circular as a page under 1 s.
//!
//! Making the records takes a minute: `DUCHA_BENCH_WORKSPACE` names a folder that keeps them for the next time.

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use ducha::{
    i18n::Lang,
    report::{Filter, Format, Kind, Material, Period, Tally, count, document, words::Template},
    store::Workspace,
};
use support::{Samples, made, year};

const RECORDS: usize = 100_000;

/// How often each figure is taken.
const TIMES: usize = 5;

/// Names the workspace to a process that is to make nothing but its ledger.
const LEDGER_OF: &str = "DUCHA_BENCH_LEDGER_OF";

fn main() {
    if !support::is_wanted() {
        return;
    }
    if let Some(root) = std::env::var_os(LEDGER_OF) {
        return one_ledger(Path::new(&root));
    }
    let made = support::folder();
    let kept = std::env::var_os("DUCHA_BENCH_WORKSPACE").map(PathBuf::from);
    let root = kept.as_deref().unwrap_or(made.path());
    let workspace = open_or_make(root);
    let files = all_files(root);
    let read = || files.iter().map(|path| fs::read(path).map_or(0, |bytes| bytes.len())).sum::<usize>();
    let gather_anew = || {
        // The first time there is none.
        let _ = fs::remove_file(root.join(".ducha/facts"));
        gather(&workspace)
    };
    if forget_pages() {
        let (mut reading, mut cold) = (Samples::default(), Samples::default());
        reading.time(read);
        forget_pages();
        cold.time(gather_anew);
        reading.show("reading all files from the disk, one after the other", None);
        cold.show("gathering from the disk, no cache (under 2x)", Some(&reading));
    } else {
        println!("reading from the disk is skipped: it needs root on Linux, to empty the page cache");
    }
    // Once without being counted, so that all of it is in memory.
    read();
    let (mut reading, mut cold) = (Samples::default(), Samples::default());
    for _ in 0..TIMES {
        reading.time(read);
        cold.time(gather_anew);
    }
    reading.show("reading all files, one after the other", None);
    cold.show("gathering, no cache (under 2x)", Some(&reading));
    let (mut whole, mut gathering, mut counting) = (Samples::default(), Samples::default(), Samples::default());
    let mut tally = None;
    for _ in 0..TIMES {
        tally = Some(whole.time(|| {
            let material = gathering.time(|| gather(&workspace));
            counting.time(|| tally_of(&material))
        }));
    }
    whole.show("tally, cached (under 500 ms)", Some(&reading));
    gathering.show("  gathering", Some(&reading));
    counting.show("  counting", Some(&reading));
    let tally = tally.expect("counted");
    println!(
        "  {} findings, {} of them closed, {} items",
        tally.findings.len(),
        tally.totals.closed,
        tally.totals.items
    );
    for (format, limit) in [(Format::Docx, "under 300 ms"), (Format::Html, "under 1 s")] {
        let mut laying = Samples::default();
        for _ in 0..TIMES {
            laying.time(|| lay_out(Kind::Circular, format, &tally));
        }
        laying.show(&format!("{} as {} ({limit})", Kind::Circular.name(), format.ending()), None);
    }
    measure_ledger(root, tally.findings.len());
}

/// Opens the workspace that was kept of an earlier time, or makes it.
fn open_or_make(root: &Path) -> Workspace {
    if root.join(".ducha").exists() {
        return Workspace::open(root).expect("the workspace can be opened");
    }
    let workspace = made::workspace(root);
    year::put_records(&workspace, RECORDS);
    workspace
}

/// Lists all files of records and findings.
fn all_files(root: &Path) -> Vec<PathBuf> {
    let (records, ledgers) = (year::files_of(root, "records"), year::files_of(root, "findings"));
    println!("{} records, {} ledger files", records.len(), ledgers.len());
    records.into_iter().chain(ledgers).collect()
}

/// Has the system forget what of the disk it has in memory; false where it does not.
fn forget_pages() -> bool {
    let written = Command::new("sync").status().is_ok_and(|status| status.success());
    written && fs::write("/proc/sys/vm/drop_caches", "3").is_ok()
}

/// Takes how long the ledger takes and how much memory, each time in a process of its own, as the program does it.
fn measure_ledger(root: &Path, rows: usize) {
    let mut laying = Samples::default();
    let mut said = String::new();
    for _ in 0..2 {
        let program = std::env::current_exe().expect("this program has a file");
        let done = Command::new(program).arg("--bench").env(LEDGER_OF, root).output().expect("it can be started");
        let shown = String::from_utf8(done.stdout).expect("it speaks UTF-8");
        let (seconds, rest) = shown.split_once(' ').expect("seconds and the rest");
        laying.add(Duration::from_secs_f64(seconds.parse().expect("seconds")));
        rest.trim().clone_into(&mut said);
    }
    let control = python(rows);
    laying.show("ledger as xlsx (under 6 s and 300 MB)", control.as_ref());
    println!("  {said}");
    if let Some(control) = control {
        let times = control.quantile(0.5).as_secs_f64() / laying.quantile(0.5).as_secs_f64();
        println!("  {times:.2} times as fast as XlsxWriter (at least 3)");
    }
}

/// Makes the ledger of a workspace, and prints the seconds it took to lay it out, its size and the most memory at any time.
fn one_ledger(root: &Path) {
    let tally = tally_of(&gather(&Workspace::open(root).expect("the workspace can be opened")));
    let mut laying = Samples::default();
    let size = laying.time(|| lay_out(Kind::Ledger, Format::Xlsx, &tally));
    println!("{} {} KB; memory at most {}", laying.quantile(0.5).as_secs_f64(), size / 1024, peak());
}

/// Lays a report out; returns how many bytes it has.
fn lay_out(kind: Kind, format: Format, tally: &Tally) -> usize {
    let template = Template::built_in(kind);
    let document = document(kind, tally, template.as_ref(), Lang::Zh).expect("the built-in wording is good");
    format.files(&document).expect("laid out")[0].1.len()
}

fn tally_of(material: &Material) -> Tally {
    let day = |text: &str| text.parse().expect("a day");
    let filter = Filter::of(Period { from: day("2024-01-01"), to: day("2026-12-31") });
    count(material, &filter, made::now().date_naive(), made::now(), Lang::Zh)
}

fn gather(workspace: &Workspace) -> Material {
    Material::gather(workspace).expect("the workspace can be read")
}

/// Writes a sheet of the ledger's size with Python's `XlsxWriter`; nothing where it is not installed.
fn python(rows: usize) -> Option<Samples> {
    const SCRIPT: &str = include_str!("ledger.py");
    let program = std::env::var("DUCHA_PYTHON").unwrap_or_else(|_| "python3".to_owned());
    let mut samples = Samples::default();
    for _ in 0..2 {
        let done = Command::new(&program).args(["-c", SCRIPT, &rows.to_string()]).output().ok();
        let seconds = done.and_then(|done| String::from_utf8(done.stdout).ok()?.trim().parse().ok());
        let Some(seconds) = seconds else {
            println!("the same sheet by Python's XlsxWriter: skipped, {program} does not have it");
            return None;
        };
        samples.add(Duration::from_secs_f64(seconds));
    }
    samples.show("the same sheet by Python's XlsxWriter", None);
    Some(samples)
}

/// Returns the most memory that this process has had, where the system says.
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown").trim().to_owned()
}
