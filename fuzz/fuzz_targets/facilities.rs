//! The register of units, in a workspace that stays from run to run.

#![no_main]

use std::{fs, sync::LazyLock};

use chrono::DateTime;
use ducha::{
    i18n::Lang,
    store::{NewWorkspace, Workspace},
};
use libfuzzer_sys::fuzz_target;
use tempfile::TempDir;

static WORKSPACE: LazyLock<(TempDir, Workspace)> = LazyLock::new(|| {
    let folder = tempfile::tempdir().expect("a folder for this run");
    let new =
        NewWorkspace {
            language: Lang::Zh, bureau: "云山市卫生监督所".to_owned(), inspector: "检查员".to_owned()
        };
    let now = DateTime::parse_from_rfc3339("2026-11-02T09:00:00+08:00").expect("a time");
    let workspace = Workspace::create(folder.path(), &new, now).expect("a new workspace");
    (folder, workspace)
});

fuzz_target!(|bytes: &[u8]| {
    let workspace = &WORKSPACE.1;
    fs::write(workspace.root().join("facilities.toml"), bytes).expect("the workspace can be written to");
    let _ = workspace.facilities();
});
