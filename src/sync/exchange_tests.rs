use std::{cell::Cell, fs, path::Path};

use super::*;
use crate::sync::{
    keys::DeviceKeys,
    roster::{Grant, Member, Role},
};

/// A folder whose connection breaks after some operations.
struct Breaking {
    folder: Objects,
    fuse: Cell<Option<u32>>,
}

impl Breaking {
    fn step(&self) -> Result<()> {
        match self.fuse.get() {
            Some(0) => Err(Error::new(Kind::Storage, text!("storage.gone"))),
            left => {
                self.fuse.set(left.map(|left| left - 1));
                Ok(())
            }
        }
    }
}

impl Hub for Breaking {
    fn get(&self, name: &str, largest: u64) -> Result<Option<Vec<u8>>> {
        self.step()?;
        self.folder.get(name, largest)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.step()?;
        // What was half written when the connection broke is there, under a name that says what it should have been.
        if self.fuse.get() == Some(0) && name.starts_with("dev/") {
            self.folder.put(name, &bytes[..bytes.len() / 2])?;
            return Err(Error::new(Kind::Storage, text!("storage.gone")));
        }
        self.folder.put(name, bytes)
    }

    fn list(&self, folder: &str) -> Result<Vec<String>> {
        self.step()?;
        self.folder.list(folder)
    }

    fn place(&self) -> String {
        "breaking".to_owned()
    }
}

fn now() -> DateTime<FixedOffset> {
    "2026-11-21T10:42:07+08:00".parse().expect("a moment")
}

fn workspace(root: &Path) -> Workspace {
    let settings = "format = 1\nbureau = \"某委\"\ninspector = \"某人\"\nlanguage = \"zh\"\n";
    fs::create_dir_all(root).expect("a folder");
    fs::write(root.join("ducha.toml"), settings).expect("written");
    Workspace::open(root).expect("a workspace")
}

/// Two workspaces that belong to a hub in a folder.
fn pair(folder: &Path) -> ([(Workspace, DeviceKeys); 2], Breaking) {
    let hub = Breaking { folder: Objects::new(folder.join("hub")), fuse: Cell::new(None) };
    let [one, other] =
        ["one", "other"].map(|name| (workspace(&folder.join(name)), DeviceKeys::generate().expect("keys")));
    let local = one.0.mirror();
    let mut mirror = Mirror::found(&local, &one.1, "某委", "林明", true, now()).expect("founded");
    let mut entry = mirror.roster().clone();
    entry.members.push(Member {
        person: "王芳".to_owned(),
        key: other.1.public(),
        recipient: other.1.recipient(),
        grants: vec![Grant { roles: vec![Role::Inspector], after: Vec::new() }],
        through: None,
    });
    entry.seal_key(&mirror.roster().open_keys(&one.1)[0]).expect("sealed");
    mirror.set_roster(&one.1, entry, now()).expect("a list");
    mirror.mark(&hub).and_then(|()| mirror.push(&hub)).expect("published");
    drop(mirror);
    Mirror::adopt(&other.0.mirror(), &hub, &one.1.public()).expect("adopted");
    ([one, other], hub)
}

fn run(who: &(Workspace, DeviceKeys), hub: &Breaking) -> Result<Outcome> {
    sync(&who.0, &who.1, hub, Way::Both, now())
}

const REGISTER: &str = "[[facility]]\nid = \"F1\"\nname = \"甲医院\"\ntype = \"hospital\"\n";

#[test]
fn an_interruption_anywhere_costs_nothing() {
    for sender in [true, false] {
        for after in 0..40 {
            let folder = tempfile::tempdir().expect("a folder");
            let ([one, other], hub) = pair(folder.path());
            fs::write(one.0.root().join("facilities.toml"), REGISTER).expect("written");
            fs::create_dir(one.0.root().join("evidence")).expect("a folder");
            fs::write(one.0.root().join("evidence/a.jpg"), "照片").expect("written");
            if !sender {
                run(&one, &hub).expect("synced");
            }
            hub.fuse.set(Some(after));
            let broken = run(if sender { &one } else { &other }, &hub).is_err();
            hub.fuse.set(None);
            run(&one, &hub).expect("synced");
            let outcome = run(&other, &hub).expect("synced");
            assert!(outcome.refused.is_empty(), "{after}: {:?}", outcome.refused);
            for file in ["facilities.toml", "evidence/a.jpg"] {
                let read = |workspace: &Workspace| fs::read(workspace.root().join(file)).expect(file);
                assert_eq!(read(&one.0), read(&other.0), "{file} after {after}");
            }
            assert!(conflicts(&other.0).expect("read").is_empty());
            if !broken {
                break;
            }
        }
    }
}

#[test]
fn a_file_that_cannot_be_read_is_named_left_alone_and_stops_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let ([one, other], hub) = pair(folder.path());
    fs::write(one.0.root().join("facilities.toml"), REGISTER).expect("written");
    run(&one, &hub).expect("synced");
    fs::create_dir(other.0.root().join("checklists")).expect("a folder");
    for bad in ["checklists/a.toml", "facilities.toml"] {
        fs::write(other.0.root().join(bad), "id = ").expect("written");
    }
    let outcome = run(&other, &hub).expect("goes on");
    assert!(outcome.failed.len() >= 2, "{:?}", outcome.failed);
    assert_eq!(fs::read_to_string(other.0.root().join("facilities.toml")).expect("read"), "id = ");
    fs::remove_file(other.0.root().join("facilities.toml")).expect("removed");
    run(&other, &hub).expect("synced");
    let read = |workspace: &Workspace| fs::read_to_string(workspace.root().join("facilities.toml")).expect("read");
    assert_eq!(read(&other.0), read(&one.0), "what waited comes as soon as there is room");
}

#[test]
fn a_lost_state_is_made_again_from_the_mirror() {
    let folder = tempfile::tempdir().expect("a folder");
    let ([one, other], hub) = pair(folder.path());
    fs::write(one.0.root().join("facilities.toml"), REGISTER).expect("written");
    run(&one, &hub).expect("synced");
    run(&other, &hub).expect("synced");
    for state in [None, Some("nonsense")] {
        let path = other.0.root().join(".ducha/sync/state");
        state.map_or_else(|| fs::remove_file(&path), |text| fs::write(&path, text)).expect("lost");
        let outcome = run(&other, &hub).expect("synced");
        assert!(outcome.conflicts.is_empty() && outcome.changed.is_empty(), "{outcome:?}");
    }
    let text = fs::read_to_string(other.0.root().join("facilities.toml")).expect("read");
    fs::write(other.0.root().join("facilities.toml"), text.replace("甲医院", "乙医院")).expect("written");
    run(&other, &hub).expect("synced");
    run(&one, &hub).expect("synced");
    assert!(fs::read_to_string(one.0.root().join("facilities.toml")).expect("read").contains("乙医院"));
}
