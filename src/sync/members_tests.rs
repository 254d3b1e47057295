use super::*;
use crate::sync::{
    breaking::{Breaking, now, workspace},
    dispute::disputes,
    exchange::{Way, sync},
};

const PASSPHRASE: &str = "correct horse";

/// A workspace, and a hub whose connection breaks.
struct Desk {
    folder: tempfile::TempDir,
    workspace: Workspace,
}

impl Desk {
    fn new() -> Self {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = workspace(&folder.path().join("ws"));
        Self { folder, workspace }
    }

    fn hub(&self, name: &str) -> (Place, Breaking) {
        let folder = self.folder.path().join(name);
        (Place::Folder(folder.clone()), Breaking::new(&folder))
    }

    fn found(&self, (place, hub): &(Place, Breaking), name: &str) -> Result<()> {
        found(&self.workspace, place, hub, PASSPHRASE, name, true, now())
    }

    fn keys(&self) -> DeviceKeys {
        open_keys(&self.workspace, PASSPHRASE).expect("keys")
    }

    fn sync(&self, hub: &Breaking) {
        sync(&self.workspace, &self.keys(), hub, Way::Both, now()).expect("synced");
    }
}

/// A hub that somebody else has founded, with an invitation.
fn invited(desk: &Desk, name: &str) -> (Desk, (Place, Breaking), String) {
    let founder = Desk::new();
    let there = desk.hub(name);
    founder.found(&there, name).expect("founded");
    let code = invite(&founder.workspace, &founder.keys(), &there.1, "王芳", vec![Role::Inspector], now());
    (founder, there, code.expect("invited"))
}

#[test]
fn founding_goes_on_wherever_the_connection_broke() {
    for after in 0.. {
        let desk = Desk::new();
        let there = desk.hub("hub");
        there.1.fuse.set(Some(after));
        let broke = desk.found(&there, "某委").is_err();
        there.1.fuse.set(None);
        if !broke {
            let again = desk.found(&there, "某委").expect_err("it belongs to it already");
            assert_eq!(again.message().key(), "sync.member-already");
            assert!(after > 3, "founding talks to the hub");
            break;
        }
        place(&desk.workspace).expect_err("it belongs to none yet");
        desk.found(&there, "某委").unwrap_or_else(|error| panic!("after {after}: {error}"));
        desk.sync(&there.1);
    }
}

#[test]
fn joining_goes_on_wherever_the_connection_broke() {
    for after in 0.. {
        let desk = Desk::new();
        let (founder, there, code) = invited(&desk, "hub");
        let join = || join(&desk.workspace, &there.0, &there.1, PASSPHRASE, &code);
        there.1.fuse.set(Some(after));
        let broke = join().is_err();
        there.1.fuse.set(None);
        if !broke {
            assert_eq!(join().expect_err("it belongs to it already").message().key(), "sync.member-already");
            assert!(after > 3, "joining talks to the hub");
            break;
        }
        place(&desk.workspace).expect_err("it belongs to none yet");
        join().unwrap_or_else(|error| panic!("after {after}: {error}"));
        founder.sync(&there.1);
        desk.sync(&there.1);
    }
}

#[test]
fn what_was_begun_keeps_nobody_from_another_hub() {
    let desk = Desk::new();
    let (_one, one, code_of_one) = invited(&desk, "one");
    let (_other, other, code_of_other) = invited(&desk, "other");
    let own = desk.hub("own");
    own.1.fuse.set(Some(1));
    desk.found(&own, "某委").expect_err("the connection broke");
    own.1.fuse.set(None);
    let changed = desk.found(&own, "别的名称").expect_err("it was begun otherwise");
    assert_eq!(changed.message().key(), "sync.begun-otherwise");
    join(&desk.workspace, &one.0, &one.1, PASSPHRASE, &code_of_one).expect("joined instead");
    // As if the computer had gone off before the place was noted.
    std::fs::remove_file(desk.workspace.root().join(".ducha/sync").join(PLACE)).expect("removed");
    join(&desk.workspace, &other.0, &other.1, PASSPHRASE, &code_of_other).expect("joined another one");
    std::fs::remove_file(desk.workspace.root().join(".ducha/sync").join(PLACE)).expect("removed");
    desk.found(&own, "别的名称").expect("founded one of its own");
    desk.sync(&own.1);
}

const REGISTER: &str = "facilities.toml";

fn unit(name: &str) -> String {
    format!("[[facility]]\nid = \"F1\"\nname = \"甲医院\"\ntype = \"hospital\"\nphone = \"{name}\"\n")
}

/// A founder and a member who share a register, and the hub between them.
fn shared(desk: &Desk) -> (Desk, (Place, Breaking)) {
    let (founder, there, code) = invited(desk, "hub");
    join(&desk.workspace, &there.0, &there.1, PASSPHRASE, &code).expect("asked");
    std::fs::write(founder.workspace.root().join(REGISTER), unit("1")).expect("written");
    founder.sync(&there.1);
    desk.sync(&there.1);
    (founder, there)
}

#[test]
fn whoever_was_removed_comes_back_with_everything_that_nobody_heard() {
    let desk = Desk::new();
    let (founder, there) = shared(&desk);
    let before = desk.keys().device();
    // One change reaches the hub, and nobody has fetched it when the device is removed; another one stays here.
    std::fs::write(desk.workspace.root().join(REGISTER), unit("2")).expect("written");
    desk.sync(&there.1);
    revoke(&founder.workspace, &founder.keys(), &there.1, &before, now()).expect("removed");
    let name = desk.workspace.root().join("facilities");
    std::fs::create_dir_all(&name).expect("a folder");
    std::fs::write(name.join("east.toml"), unit("3").replace("F1", "F2")).expect("written");
    let refused = sync(&desk.workspace, &desk.keys(), &there.1, Way::Both, now()).expect_err("removed");
    assert_eq!(refused.message().key(), "sync.removed");
    let code = invite(&founder.workspace, &founder.keys(), &there.1, "王芳", vec![Role::Inspector], now());
    join(&desk.workspace, &there.0, &there.1, "another horse", &code.expect("invited")).expect("asked again");
    let keys = open_keys(&desk.workspace, "another horse").expect("new keys");
    assert_ne!(keys.device(), before);
    founder.sync(&there.1);
    sync(&desk.workspace, &keys, &there.1, Way::Both, now()).expect("synced");
    founder.sync(&there.1);
    let open = disputes(&founder.workspace).expect("read");
    let offered = open.iter().flat_map(|one| &one.conflict.values).any(|one| one.value.as_deref() == Some("\"2\""));
    // The removed device has no key for what it had said, so that nobody can tell what its files were made of.
    assert!(offered, "{open:?}");
    assert!(founder.workspace.root().join("facilities/east.toml").is_file());
}

#[test]
fn the_founder_does_not_trade_the_keys_that_everything_rests_on() {
    let desk = Desk::new();
    let (founder, there) = shared(&desk);
    let code = invite(&founder.workspace, &founder.keys(), &there.1, "林明", vec![Role::Inspector], now());
    let refused = join(&founder.workspace, &there.0, &there.1, PASSPHRASE, &code.expect("invited"));
    assert_eq!(refused.expect_err("the founder").message().key(), "sync.member-already");
    founder.sync(&there.1);
}
