//! Importing a plan as a whole process against copying the file with `cp`.
//!
//! `cargo bench --bench import`
//!
//! To be reached: under 50 ms. Every import goes into a workspace that does not have the plan yet. Measured are the
//! documents in `../shared/data/plans` where there are any, else the sample plan.

mod support;

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Command, Stdio},
};

use support::{DUCHA, Samples, made};

/// How often each document is imported.
const TIMES: usize = 20;

fn main() {
    if !support::is_wanted() {
        return;
    }
    let folder = support::folder();
    let (mut all, mut all_control) = (Samples::default(), Samples::default());
    for document in documents(folder.path()) {
        let (mut samples, mut control) = (Samples::default(), Samples::default());
        for number in 0..TIMES {
            let root = folder.path().join("workspace");
            made::workspace(&root);
            let copy = folder.path().join(format!("copy{number}"));
            run(
                &mut samples,
                Command::new(DUCHA).args(["plan", "import"]).arg(&document).arg("--workspace").arg(&root),
            );
            run(&mut control, Command::new("cp").arg(&document).arg(&copy));
            fs::remove_dir_all(&root).expect("the workspace is ours");
        }
        let name = document.file_name().unwrap_or_default().to_string_lossy();
        samples.show(&format!("import {name}"), Some(&control));
        all.extend(&samples);
        all_control.extend(&control);
    }
    all.show("import", Some(&all_control));
}

/// Lists what is imported.
fn documents(folder: &Path) -> Vec<PathBuf> {
    let real = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/data/plans");
    let mut found: Vec<_> =
        fs::read_dir(&real).map(|entries| entries.flatten().map(|entry| entry.path()).collect()).unwrap_or_default();
    found.sort_unstable();
    if found.is_empty() {
        println!("skipped: no documents in ../shared/data/plans; the sample plan instead");
        // Another title, because every new workspace has the sample plan already.
        let sample = folder.join("sample.txt");
        fs::write(&sample, ducha::plan::SAMPLE.replace("2026", "2025")).expect("the folder is ours");
        found.push(sample);
    }
    found
}

fn run(samples: &mut Samples, command: &mut Command) {
    command.stdin(Stdio::null()).stdout(Stdio::null());
    let status = samples.time(|| command.status()).expect("the command starts");
    assert!(status.success(), "{command:?}: {status}");
}
