//! Reports over 100,000 records with 300,000 findings.
//!
//! `cargo bench --bench report`
//!
//! To be reached: with the facts cached, the tally (gathering and counting) under 500 ms; without, under twice the control,
//! which only reads all the files of records and findings; the ledger as a spreadsheet of 300,000 rows under 6 s and 300 MB, and at least three times as fast
//! as the same sheet by Python's `XlsxWriter` in constant-memory mode (skipped where it is not installed; `DUCHA_PYTHON`
//! names another Python); the circular for Word under 300 ms; the circular as a page under 1 s.

mod support;

use std::{fs, process::Command, time::Duration};

use ducha::{
    i18n::Lang,
    report::{Filter, Format, Kind, Material, Period, count, document, words::Template},
    store::Workspace,
};
use support::{Samples, made, year};

const RECORDS: usize = 100_000;

/// How often each figure is taken.
const TIMES: usize = 5;

fn main() {
    if !support::is_wanted() {
        return;
    }
    let folder = support::folder();
    let root = folder.path();
    let workspace = made::workspace(root);
    year::put_records(&workspace, RECORDS);
    let records = year::files_of(root, "records");
    let ledgers = year::files_of(root, "findings");
    println!("{} records, {} ledger files", records.len(), ledgers.len());
    let files: Vec<_> = records.into_iter().chain(ledgers).collect();
    let mut reading = Samples::default();
    for _ in 0..2 {
        reading.time(|| files.iter().map(|path| fs::read(path).map_or(0, |bytes| bytes.len())).sum::<usize>());
    }
    reading.show("reading all files, one after the other", None);
    let mut cold = Samples::default();
    for _ in 0..2 {
        // The first time there is none.
        let _ = fs::remove_file(root.join(".ducha/facts"));
        cold.time(|| gather(&workspace));
    }
    cold.show("gathering, no cache (under 2x)", Some(&reading));
    let (mut whole, mut gathering, mut counting) = (Samples::default(), Samples::default(), Samples::default());
    let mut tally = None;
    forget_peak();
    for _ in 0..TIMES {
        let filter =
            Filter::of(Period { from: "2024-01-01".parse().expect("a day"), to: "2026-12-31".parse().expect("a day") });
        tally = Some(whole.time(|| {
            let material = gathering.time(|| gather(&workspace));
            counting.time(|| count(&material, &filter, made::now().date_naive(), made::now(), Lang::Zh))
        }));
    }
    whole.show("tally, cached (under 500 ms)", Some(&reading));
    gathering.show("  gathering", Some(&reading));
    counting.show("  counting", Some(&reading));
    let tally = tally.expect("counted");
    println!(
        "  {} findings, {} of them closed, {} items; memory at most {}",
        tally.findings.len(),
        tally.totals.closed,
        tally.totals.items,
        peak()
    );
    for (kind, format, times, limit) in [
        (Kind::Circular, Format::Docx, TIMES, "under 300 ms"),
        (Kind::Circular, Format::Html, TIMES, "under 1 s"),
        (Kind::Ledger, Format::Xlsx, 2, "under 6 s and 300 MB"),
    ] {
        forget_peak();
        let mut laying = Samples::default();
        let mut size = 0;
        for _ in 0..times {
            let template = Template::built_in(kind);
            laying.time(|| {
                let document =
                    document(kind, &tally, template.as_ref(), Lang::Zh).expect("the built-in wording is good");
                size = format.files(&document).expect("laid out")[0].1.len();
            });
        }
        let control = (kind == Kind::Ledger).then(|| python(tally.findings.len())).flatten();
        laying.show(&format!("{} as {} ({limit})", kind.name(), format.ending()), control.as_ref());
        println!("  {} KB; memory at most {}", size / 1024, peak());
        if let Some(control) = control {
            let times = control.quantile(0.5).as_secs_f64() / laying.quantile(0.5).as_secs_f64();
            println!("  {times:.2} times as fast as XlsxWriter (at least 3)");
        }
    }
}

fn gather(workspace: &Workspace) -> Material {
    Material::gather(workspace, Lang::Zh).expect("the workspace can be read")
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

/// Begins to count the most memory anew, where the system can.
fn forget_peak() {
    // Elsewhere than on Linux the peak is that of everything before.
    let _ = fs::write("/proc/self/clear_refs", "5");
}

/// Returns the most memory that this process has had, where the system says.
fn peak() -> String {
    let status = fs::read_to_string("/proc/self/status").unwrap_or_default();
    status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap_or("unknown").trim().to_owned()
}
