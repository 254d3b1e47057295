//! Ten thousand new records to a hub in a folder and into another workspace, against copying their files durably.
//!
//! `cargo bench --bench sync`
//!
//! To be reached: at most a third of the bytes; a sync with nothing new in less than a second with ten thousand records.

mod support;

use std::{
    fs::{self, File},
    io,
    path::Path,
    time::{Duration, Instant},
};

use ducha::{
    store::{Objects, Workspace},
    sync::{
        exchange::{Way, sync},
        keys::DeviceKeys,
        members,
        roster::Role,
    },
};
use support::made;

/// How many records are sent.
const RECORDS: usize = 10_000;

const PASSPHRASE: &str = "correct horse";

fn main() {
    if !support::is_wanted() {
        return;
    }
    let folder = support::folder();
    let path = |name: &str| folder.path().join(name);
    for name in ["one", "other", "hub", "copy"] {
        fs::create_dir(path(name)).expect("a folder");
    }
    let (one, other) = (made::workspace(&path("one")), made::workspace(&path("other")));
    let hub = Objects::new(path("hub"));
    let (first, second) = join(&one, &other, &hub);
    exchange("first sync, records none", &one, &first, &hub);
    exchange("the newcomer's first sync", &other, &second, &hub);
    let empty = size(&path("hub"));
    made::put_records(&one, RECORDS);
    exchange("10,000 records to the hub", &one, &first, &hub);
    exchange("10,000 records from the hub", &other, &second, &hub);
    exchange("nothing new", &one, &first, &hub);
    let started = Instant::now();
    copy(&path("one/records"), &path("copy")).expect("copied");
    show("control: the files copied, each synced", started.elapsed());
    let (sent, plain) = (size(&path("hub")) - empty, size(&path("copy")));
    println!("bytes on the hub {sent}, of the records {plain}: 1/{}", plain / sent.max(1));
}

fn join(one: &Workspace, other: &Workspace, hub: &Objects) -> (DeviceKeys, DeviceKeys) {
    members::found(one, hub, PASSPHRASE, "云澜市卫生监督所", true, made::now()).expect("founded");
    let first = members::open_keys(one, PASSPHRASE).expect("keys");
    let roles = vec![Role::Inspector];
    let code = members::invite(one, &first, hub, "李明", roles, made::now()).expect("invited");
    members::join(other, hub, PASSPHRASE, &code).expect("asked");
    (first, members::open_keys(other, PASSPHRASE).expect("keys"))
}

fn exchange(what: &str, workspace: &Workspace, keys: &DeviceKeys, hub: &Objects) {
    let started = Instant::now();
    let outcome = sync(workspace, keys, hub, Way::Both, made::now()).expect("synced");
    assert!(outcome.failed.is_empty() && outcome.refused.is_empty(), "{outcome:?}");
    show(what, started.elapsed());
}

fn show(what: &str, took: Duration) {
    println!("{what:40} {:8.2} s", took.as_secs_f64());
}

/// Copies every file of a folder into another one, and makes each durable.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.path().is_dir() {
            fs::create_dir(&target)?;
            copy(&entry.path(), &target)?;
        } else {
            fs::copy(entry.path(), &target)?;
            File::open(&target)?.sync_all()?;
        }
    }
    Ok(())
}

/// Adds up the sizes of the files below a folder, in bytes.
fn size(folder: &Path) -> u64 {
    let entries = fs::read_dir(folder).expect("a folder").flatten();
    entries
        .map(|entry| {
            let path = entry.path();
            if path.is_dir() { size(&path) } else { entry.metadata().map_or(0, |metadata| metadata.len()) }
        })
        .sum()
}
