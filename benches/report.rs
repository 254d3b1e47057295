//! Reports over 100,000 records with 300,000 findings.
//!
//! `cargo bench --bench report`
//!
//! To be reached: with the facts cached, the tally (gathering and counting) under 500 ms; without, under twice the control,
//! which only reads all the files of records and findings; the ledger as a spreadsheet of 300,000 rows under 6 s and 300 MB, and at least three times as fast
//! as the same sheet by Python's `XlsxWriter` in constant-memory mode (skipped where it is not installed; `DUCHA_PYTHON`
//! names another Python); the circular for Word under 300 ms; the circular as a page under 1 s.

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    sync::Arc,
    time::Duration,
};

use ducha::{
    checklist::{Checklist, ItemId},
    facility::FacilityId,
    i18n::Lang,
    inspection::{self, Finding, Response, StoredRecord, Verdict},
    ledger::{Action, Event, register, write_ledger},
    report::{Filter, Format, Kind, Material, Period, count, document, words::Template},
    store::Workspace,
};
use support::{Samples, made};

const RECORDS: usize = 100_000;

/// How many units the records are spread over.
const UNITS: usize = 2_000;

/// How many districts the units lie in.
const DISTRICTS: usize = 12;

/// How often each figure is taken.
const TIMES: usize = 5;

fn main() {
    if !support::is_wanted() {
        return;
    }
    let folder = support::folder();
    let root = folder.path();
    let workspace = made::workspace(root);
    put_records(&workspace);
    let records = files_of(root, "records");
    let ledgers = files_of(root, "findings");
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

/// Writes records with three findings each, and the ledger files with what became of them: one of each is made, the others
/// are its text with other numbers in it.
fn put_records(workspace: &Workspace) {
    let checklist = made::checklist("made", 16, 40);
    made::put_checklist(workspace, &checklist);
    let kept = workspace.checklist(&checklist.id).expect("the checklist is good");
    let mut record = made::record(1, made::now(), &checklist, &kept.digest);
    record.header.facility.id = FacilityId("UNIT".to_owned());
    record.header.facility.name = "NAME".to_owned();
    record.header.facility.district = "DISTRICT".to_owned();
    record.header.id = inspection::RecordId("RECORD".to_owned());
    for (item, answer) in &mut record.answers {
        if ["I00003", "I00004", "I00005"].map(|id| ItemId(id.to_owned())).contains(item) {
            answer.response = Some(Response::Verdict(Verdict::Fails));
            let description = format!("登记缺 {item} 等三例，未见当日交接签名");
            let due = "2026-10-01".parse().ok();
            answer.finding = Some(Finding { description, due, ..Finding::default() });
        }
    }
    let text = inspection::write(&record, Some(&checklist)).expect("a record can be written");
    let ledgers = ledgers(&text, checklist);
    for number in 0..RECORDS {
        let day = made::now() - chrono::Days::new(u64::try_from(number * 900 / RECORDS).expect("a small number"));
        let id = format!("01KA{number:022}");
        let unit = number % UNITS;
        for (sort, text) in [("records", &text), ("findings", &ledgers[number % ledgers.len()])] {
            let text = text
                .replace("RECORD", &id)
                .replace("UNIT", &format!("U{unit:05}"))
                .replace("NAME", &made::unit_name(unit))
                .replace("DISTRICT", &format!("第{}区", unit % DISTRICTS))
                .replace("2026-11-02", &day.format("%Y-%m-%d").to_string());
            let folder = workspace.root().join(sort).join(day.format("%Y/%m").to_string());
            fs::create_dir_all(&folder).expect("the workspace can be written to");
            fs::write(folder.join(format!("{id}.toml")), text).expect("the workspace can be written to");
        }
    }
}

/// Makes the ledgers of a record: as it was found, reported as put right, and closed.
fn ledgers(text: &str, checklist: Checklist) -> [String; 3] {
    let Ok(StoredRecord::Finalised(finalised)) = inspection::read(text) else { panic!("it was finalised") };
    let checklist = Arc::new(checklist);
    let ways: [&[Action]; 3] = [&[], &[Action::Submitted], &[Action::Submitted, Action::Passed]];
    ways.map(|way| {
        let mut ledger = register(&finalised, &checklist, &[]);
        for finding in &mut ledger.finding {
            let event = |action: &Action| Event {
                reason: "已补登记，交接双方已签名".to_owned(),
                ..Event::new(made::now(), "区县联络员", *action)
            };
            finding.event.extend(way.iter().map(event));
        }
        write_ledger(&ledger).expect("a ledger can be written")
    })
}

fn files_of(root: &Path, sort: &str) -> Vec<PathBuf> {
    let inside = |folder: &PathBuf| fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path());
    let years: Vec<_> = inside(&root.join(sort)).collect();
    let months: Vec<_> = years.iter().flat_map(inside).collect();
    months.iter().flat_map(inside).collect()
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
