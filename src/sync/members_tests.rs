use super::*;
use crate::sync::{
    breaking::{Breaking, now, workspace},
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
