//! Ten thousand new records to a hub in a folder and into another workspace, against copying their files durably; the same to
//! real servers, against `rclone copy`; and how much memory a hundred thousand records take.
//!
//! `cargo bench --bench sync`, and `cargo bench --bench sync -- memory`. Servers (wsgidav, dufs, moto_server, s3s-fs) are those on
//! `PATH` or in the folders of `DUCHA_SERVERS`.
//!
//! To be reached: ten times as fast as `rclone copy` to the same server, with a third of the bytes; five requests with nothing
//! new; less than 150 MB.

#[cfg(feature = "remote")]
#[path = "../tests/support/servers.rs"]
mod servers;
mod support;

use std::{
    fs::{self, File},
    io,
    path::Path,
    process::Command,
    time::{Duration, Instant, SystemTime},
};

use ducha::{
    store::{Objects, Workspace},
    sync::{
        exchange::{Way, sync},
        keys::DeviceKeys,
        members,
        place::Place,
        roster::Role,
    },
};
use support::made;

/// How many records are sent.
const RECORDS: usize = 10_000;

/// With how many records memory is measured.
const MANY: usize = 100_000;

/// Lets this program do one sync in a process of its own, and say how much memory that took.
const MEASURED: &str = "--measured";

/// Lets it look through the records for findings in the same way.
const LOOKING: &str = "--looking";

/// Lets it give all files other times before it syncs in the same way, as those of a copied workspace have.
const COPIED: &str = "--copied";

const PASSPHRASE: &str = "correct horse";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    match arguments.as_slice() {
        [measured, root, hub] if measured == MEASURED => return sync_measured(Path::new(root), Path::new(hub)),
        [copied, root, hub] if copied == COPIED => {
            give_other_times(Path::new(root)).expect("given");
            return sync_measured(Path::new(root), Path::new(hub));
        }
        [looking, root] if looking == LOOKING => return looking_measured(Path::new(root)),
        _ if !support::is_wanted() => return,
        _ if arguments.iter().any(|argument| argument == "memory") => return memory(),
        _ => {}
    }
    let folder = support::folder();
    let path = |name: &str| folder.path().join(name);
    fs::create_dir(path("copy")).expect("a folder");
    let hub = Objects::new(path("hub"));
    let [(one, first), (other, second)] = two_members(folder.path(), &hub);
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
    #[cfg(feature = "remote")]
    network::compare(&folder, plain);
}

/// Makes two workspaces without records, `one` and `other`, whose owners are members of the hub in `hub`.
fn two_members(folder: &Path, hub: &Objects) -> [(Workspace, DeviceKeys); 2] {
    for name in ["one", "other", "hub"] {
        fs::create_dir(folder.join(name)).expect("a folder");
    }
    let (one, other) = (made::workspace(&folder.join("one")), made::workspace(&folder.join("other")));
    let (first, second) = join(&one, &other, hub);
    exchange("first sync, records none", &one, &first, hub);
    exchange("the newcomer's first sync", &other, &second, hub);
    [(one, first), (other, second)]
}

/// Measures the memory of whole processes: one that sends many records with a finding in each, one with nothing new, one that
/// receives them, one that looks through them for findings, one that sends the ledgers that came of it, the next one, and the
/// first one after the workspace was copied without the times of its files.
fn memory() {
    let folder = support::folder();
    let path = |name: &str| folder.path().join(name);
    let [(one, _), (other, _)] = two_members(folder.path(), &Objects::new(path("hub")));
    made::put_records_with_findings(&one, MANY);
    drop((one, other));
    let steps = [
        ("100,000 records to the hub", MEASURED, "one"),
        ("nothing new", MEASURED, "one"),
        ("from the hub", MEASURED, "other"),
        ("looking through them for findings", LOOKING, "other"),
        ("100,000 ledgers to the hub", MEASURED, "other"),
        ("nothing new", MEASURED, "other"),
        ("nothing new in a copy of the workspace", COPIED, "other"),
    ];
    for (what, how, name) in steps {
        println!("{what}");
        let mut child = Command::new(std::env::current_exe().expect("this program"));
        child.arg(how).arg(path(name)).args((how != LOOKING).then(|| path("hub")));
        let status = child.status().expect("it starts");
        assert!(status.success(), "{status}");
    }
}

fn sync_measured(root: &Path, hub: &Path) {
    let workspace = Workspace::open(root).expect("a workspace");
    let keys = members::open_keys(&workspace, PASSPHRASE).expect("keys");
    let opened = support::highest_memory();
    exchange("  in a process of its own", &workspace, &keys, &Objects::new(hub));
    println!("  at most {} MB, {} MB of it to open the keys", support::highest_memory(), opened);
}

fn looking_measured(root: &Path) {
    let workspace = Workspace::open(root).expect("a workspace");
    let started = Instant::now();
    let listing = workspace.findings(workspace.records().found);
    assert!(listing.damaged.is_empty() && !listing.found.is_empty(), "{:?}", listing.damaged.first());
    show("  in a process of its own", started.elapsed());
    println!("  at most {} MB", support::highest_memory());
}

fn join(one: &Workspace, other: &Workspace, hub: &Objects) -> (DeviceKeys, DeviceKeys) {
    let place = Place::Folder(hub.root().to_owned());
    members::found(one, &place, hub, PASSPHRASE, "云澜市卫生监督所", true, made::now()).expect("founded");
    let first = members::open_keys(one, PASSPHRASE).expect("keys");
    let roles = vec![Role::Inspector];
    let code = members::invite(one, &first, hub, "李明", roles, made::now()).expect("invited");
    members::join(other, &place, hub, PASSPHRASE, &code).expect("asked");
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

/// Gives every file of a folder the present time, but for those in folders of the program's own.
fn give_other_times(folder: &Path) -> io::Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.path().is_dir() {
            if entry.file_name() != ".ducha" {
                give_other_times(&entry.path())?;
            }
        } else {
            File::options().write(true).open(entry.path())?.set_modified(SystemTime::now())?;
        }
    }
    Ok(())
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

/// The same records to real servers, beside what `rclone copy` needs for the same files to the same server.
#[cfg(feature = "remote")]
mod network {
    use std::{
        cell::Cell,
        path::Path,
        process::{Command, Stdio},
        time::{Duration, Instant},
    };

    use ducha::sync::{
        credentials::Credentials,
        exchange::{Way, sync_telling},
        members,
        place::Place,
        remote::{Patience, Store},
        visit::Progress,
    };
    use tempfile::TempDir;

    use super::{PASSPHRASE, RECORDS, made, servers::Server, show};

    pub fn compare(folder: &TempDir, plain: u64) {
        for server in Server::all() {
            println!("\n{}", server.name);
            let (took, bytes) = ours(folder, &server);
            let Some(theirs) = rclone(&folder.path().join("one/records"), &server) else { continue };
            let times = theirs.as_secs_f64() / took.as_secs_f64();
            let tenths = plain * 10 / bytes.max(1);
            println!("rclone copy takes {times:.1} times as long, for {}.{} times the bytes", tenths / 10, tenths % 10);
        }
    }

    /// Syncs the records from a workspace of its own; gives the time of the sync that sends them, and its bytes.
    fn ours(folder: &TempDir, server: &Server) -> (Duration, u64) {
        let root = folder.path().join(server.name);
        std::fs::create_dir(&root).expect("a folder");
        let workspace = made::workspace(&root);
        let place = Place::parse(server.hub.as_ref()).expect("an address");
        let Place::Remote(remote) = &place else { panic!("{place}") };
        let credentials =
            server.login.map(|(user, secret)| Credentials { user: user.to_owned(), secret: secret.to_owned() });
        let hub = Store::open(remote, credentials.as_ref(), Patience::default()).expect("opened");
        members::found(&workspace, &place, &hub, PASSPHRASE, "云澜市卫生监督所", true, made::now()).expect("founded");
        let keys = members::open_keys(&workspace, PASSPHRASE).expect("keys");
        let run = |what: &str| {
            let (progress, before, started) = (Cell::new(Progress::default()), hub.requests(), Instant::now());
            let tell = |far: Progress| {
                progress.set(far);
                true
            };
            let outcome = sync_telling(&workspace, &keys, &hub, Way::Both, made::now(), &tell).expect("synced");
            assert!(outcome.failed.is_empty() && outcome.refused.is_empty(), "{outcome:?}");
            show(what, started.elapsed());
            println!("{:40} {:8}", "  requests", hub.requests() - before);
            (started.elapsed(), progress.get().put_bytes)
        };
        run("first sync, records none");
        made::put_records(&workspace, RECORDS);
        let sent = run("10,000 records to the server");
        run("what reading the drafts has kept");
        run("nothing new, after having sent");
        run("nothing new");
        sent
    }

    /// Copies the files with rclone; nothing where it is not there.
    fn rclone(files: &Path, server: &Server) -> Option<Duration> {
        let mut command = Command::new("rclone");
        command.args(["--config", "/dev/null", "copy"]).arg(files).stdout(Stdio::null());
        // No server here has a certificate, and rclone 1.60 does not start with this.
        command.env_remove("AWS_CA_BUNDLE");
        let (scheme, rest) = server.hub.split_once("+").expect("an address");
        let (endpoint, path) = rest.split_at(rest.find("/bucket").or_else(|| rest.find("/hub")).expect("a path"));
        if scheme == "s3" {
            let bucket = path.trim_start_matches('/').split('/').next().expect("a bucket");
            command.arg(format!(":s3:{bucket}/plain")).args(["--s3-provider", "Other", "--s3-endpoint", endpoint]);
            let (user, secret) = server.login.expect("a login");
            command.args(["--s3-access-key-id", user, "--s3-secret-access-key", secret]);
        } else {
            command.arg(":webdav:plain").args(["--webdav-url", endpoint]);
        }
        let started = Instant::now();
        match command.status() {
            Ok(status) if status.success() => {
                show("rclone copy of the same files", started.elapsed());
                Some(started.elapsed())
            }
            Ok(status) => {
                println!("rclone copy did not succeed: {status}");
                None
            }
            Err(_) => {
                println!("skipped: rclone is not installed");
                None
            }
        }
    }
}
