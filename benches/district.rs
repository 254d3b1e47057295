//! A hub of a whole district: many devices, a hundred thousand records and half a million photographs, a newcomer, and a
//! device that was away for a month.
//!
//! `cargo bench --bench district`, or `cargo bench --bench district -- DEVICES RECORDS PHOTOGRAPHS`. The whole takes 10 GB in
//! the folder of `DUCHA_BENCH_FOLDER` (the target directory where it is not set), and most of its time to make them.
//!
//! To be reached: whoever was away asks for a few objects for each device that has news, whatever else the hub has; less
//! than 150 MB of memory.
//!
//! Every device writes to its own copy of the hub, and the copies are put together afterwards: nobody writes what another
//! one writes, so that this is what a shared folder would have come to, without every device reading everything.

mod support;

use std::{
    cell::Cell,
    fs, io,
    path::{Path, PathBuf},
    process::Command,
    time::Instant,
};

use ducha::{
    checklist::Digest,
    error::Result,
    store::{Objects, Workspace},
    sync::{
        exchange::{Way, sync},
        hub::Hub,
        keys::DeviceKeys,
        members,
        place::Place,
        roster::Role,
    },
};
use support::made;

/// Devices, records and photographs of the big hub.
const SIZES: [usize; 3] = [200, 100_000, 500_000];

/// What one device adds in a month, and how many of the devices have anything to say at all.
const MONTH: [usize; 2] = [20, 100];
const WITH_NEWS: usize = 30;

/// Lets this program do one sync in a process of its own, and say what that took.
const MEASURED: &str = "--measured";

const PASSPHRASE: &str = "correct horse";

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if let [measured, root, hub] = arguments.as_slice()
        && measured == MEASURED
    {
        return measured_sync(Path::new(root), Path::new(hub));
    }
    if !support::is_wanted() {
        return;
    }
    let mut given = arguments.iter().filter_map(|argument| argument.parse().ok());
    let [devices, records, photographs] = SIZES.map(|usual| given.next().unwrap_or(usual));
    let folder = match std::env::var_os("DUCHA_BENCH_FOLDER") {
        Some(within) => tempfile::tempdir_in(within).expect("a folder"),
        None => support::folder(),
    };
    let hub = folder.path().join("hub");
    let district = District::found(folder.path(), &hub, devices);
    let (each, photos) = (records / devices, photographs / devices);
    for device in 0..devices {
        district.work(device, [device * each, device * photos], [each, photos]);
        district.send(device, &hub);
    }
    println!("{devices} devices, {records} records, {photographs} photographs; the hub has {} objects", count(&hub));
    district.sync("the newcomer's first sync", &hub);
    district.sync("nothing new", &hub);
    let active = WITH_NEWS.min(devices);
    for device in 0..active {
        let begin = [records + device * MONTH[0], photographs + device * MONTH[1]];
        district.work(device, begin, MONTH);
        district.send(device, &hub);
    }
    println!("{active} of the devices say {} records and {} photographs each", MONTH[0], MONTH[1]);
    district.sync("after a month away", &hub);
    district.sync("nothing new", &hub);
}

/// The founder's workspace, one for each device with its own copy of the hub, and that of a newcomer.
struct District {
    folder: PathBuf,
}

impl District {
    fn found(folder: &Path, hub: &Path, devices: usize) -> Self {
        let district = Self { folder: folder.to_owned() };
        let begun = Instant::now();
        let named = |name: &str| {
            fs::create_dir(folder.join(name)).expect("a folder");
            made::workspace(&folder.join(name))
        };
        fs::create_dir(hub).expect("a folder");
        let (founder, objects, place) = (named("founder"), Objects::new(hub), Place::Folder(hub.to_owned()));
        made::put_checklist(&founder, &made::checklist("made", 16, 40));
        let founded = members::found(&founder, &place, &objects, PASSPHRASE, "云澜市卫生监督所", true, made::now());
        founded.expect("founded");
        let keys = members::open_keys(&founder, PASSPHRASE).expect("keys");
        exchange(&founder, &keys, &objects);
        let names = (0..devices).map(|device| district.name(device)).chain(["newcomer".to_owned()]);
        for name in names {
            let roles = vec![Role::Inspector];
            let code = members::invite(&founder, &keys, &objects, &name, roles, made::now()).expect("invited");
            members::join(&named(&name), &place, &objects, PASSPHRASE, &code).expect("asked");
        }
        exchange(&founder, &keys, &objects);
        for device in 0..devices {
            copy(hub, &district.own_hub(device)).expect("copied");
        }
        println!("{devices} devices were admitted in {:.0} s", begun.elapsed().as_secs_f64());
        district
    }

    fn name(&self, device: usize) -> String {
        format!("device{device}")
    }

    fn own_hub(&self, device: usize) -> PathBuf {
        self.folder.join(format!("hub{device}"))
    }

    /// Makes records and photographs of a device, from these numbers on.
    fn work(&self, device: usize, [record, photograph]: [usize; 2], [records, photographs]: [usize; 2]) {
        let root = self.folder.join(self.name(device));
        let workspace = Workspace::open(&root).expect("a workspace");
        made::put_records_of(&workspace, record..record + records);
        for number in photograph..photograph + photographs {
            let bytes = format!("photograph {number} ").repeat(64);
            let digest = Digest::of(bytes.as_bytes()).hex().to_owned();
            let below = root.join("evidence").join(&digest[..2]);
            fs::create_dir_all(&below).expect("a folder");
            fs::write(below.join(format!("{digest}.jpg")), bytes).expect("written");
        }
    }

    /// Lets a device send to its own copy of the hub, and puts what is new there into the hub of all.
    fn send(&self, device: usize, hub: &Path) {
        let own = self.own_hub(device);
        let workspace = Workspace::open(&self.folder.join(self.name(device))).expect("a workspace");
        let keys = members::open_keys(&workspace, PASSPHRASE).expect("keys");
        exchange(&workspace, &keys, &Objects::new(&own));
        put_together(&own, hub).expect("put together");
    }

    /// Lets the newcomer sync in a process of its own.
    fn sync(&self, what: &str, hub: &Path) {
        println!("{what}");
        let mut child = Command::new(std::env::current_exe().expect("this program"));
        let status = child.arg(MEASURED).arg(self.folder.join("newcomer")).arg(hub).status().expect("it starts");
        assert!(status.success(), "{status}");
    }
}

fn exchange(workspace: &Workspace, keys: &DeviceKeys, hub: &dyn Hub) {
    let outcome = sync(workspace, keys, hub, Way::Both, made::now()).expect("synced");
    assert!(outcome.failed.is_empty() && outcome.refused.is_empty(), "{outcome:?}");
}

fn measured_sync(root: &Path, hub: &Path) {
    let workspace = Workspace::open(root).expect("a workspace");
    let keys = members::open_keys(&workspace, PASSPHRASE).expect("keys");
    let hub = Counted { objects: Objects::new(hub), listed: Cell::new(0), fetched: Cell::new(0), bytes: Cell::new(0) };
    let begun = Instant::now();
    let outcome = sync(&workspace, &keys, &hub, Way::Both, made::now()).expect("synced");
    assert!(outcome.failed.is_empty() && outcome.refused.is_empty(), "{outcome:?}");
    println!(
        "  {:.1} s, {} lists, {} objects of {:.1} MB fetched, {} files written, at most {} MB of memory",
        begun.elapsed().as_secs_f64(),
        hub.listed.get(),
        hub.fetched.get(),
        megabytes(hub.bytes.get()),
        outcome.written.len(),
        support::highest_memory(),
    );
}

/// A hub that counts what is asked of it, and gives the signs of its objects with their names, as stores on a network do.
struct Counted {
    objects: Objects,
    listed: Cell<u64>,
    fetched: Cell<u64>,
    bytes: Cell<usize>,
}

impl Hub for Counted {
    fn get(&self, name: &str, largest: u64) -> Result<Option<Vec<u8>>> {
        let object = self.objects.get(name, largest)?;
        self.fetched.set(self.fetched.get() + 1);
        self.bytes.set(self.bytes.get() + object.as_ref().map_or(0, Vec::len));
        Ok(object)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.objects.put(name, bytes)
    }

    fn list(&self, folder: &str) -> Result<Vec<String>> {
        self.listed.set(self.listed.get() + 1);
        self.objects.list(folder)
    }

    fn signs(&self, folder: &str) -> Result<Vec<(String, Option<String>)>> {
        let sign = |name: String| {
            let object = self.objects.get(&format!("{folder}/{name}"), u64::MAX).ok().flatten();
            let sign = object.map(|bytes| Digest::of(&bytes).hex().to_owned());
            (name, sign)
        };
        Ok(self.list(folder)?.into_iter().map(sign).collect())
    }

    fn place(&self) -> String {
        self.objects.place()
    }
}

#[allow(clippy::cast_precision_loss)]
fn megabytes(bytes: usize) -> f64 {
    bytes as f64 / 1e6
}

/// Does something with every file below a folder, by its path within.
fn each_file(folder: &Path, act: &mut dyn FnMut(&Path, &Path) -> io::Result<()>) -> io::Result<()> {
    fn within(root: &Path, inside: &Path, act: &mut dyn FnMut(&Path, &Path) -> io::Result<()>) -> io::Result<()> {
        for entry in fs::read_dir(root.join(inside))? {
            let entry = entry?;
            let path = inside.join(entry.file_name());
            if entry.file_type()?.is_dir() { within(root, &path, act)? } else { act(&entry.path(), &path)? }
        }
        Ok(())
    }
    within(folder, Path::new(""), act)
}

/// Copies a folder.
fn copy(from: &Path, to: &Path) -> io::Result<()> {
    each_file(from, &mut |path, inside| {
        let target = to.join(inside);
        target.parent().map_or(Ok(()), fs::create_dir_all)?;
        fs::copy(path, target).map(drop)
    })
}

/// Lets every file of a folder be in another one too; those that others replaced are taken as the folder has them.
fn put_together(from: &Path, to: &Path) -> io::Result<()> {
    each_file(from, &mut |path, inside| {
        let target = to.join(inside);
        target.parent().map_or(Ok(()), fs::create_dir_all)?;
        let is_same = || Ok::<_, io::Error>(fs::read(path)? == fs::read(&target)?);
        match fs::hard_link(path, &target) {
            Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {
                if !is_same()? {
                    fs::copy(path, &target)?;
                }
                Ok(())
            }
            done => done,
        }
    })
}

/// Counts the files below a folder.
fn count(folder: &Path) -> usize {
    let mut files = 0;
    each_file(folder, &mut |_, _| {
        files += 1;
        Ok(())
    })
    .expect("counted");
    files
}
