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
        found(&self.workspace, place, hub, PASSPHRASE, name, true, now()).map(drop)
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
    revoke(&founder.workspace, &founder.keys(), &there.1, &before, now()).expect("removed");
    // One change goes onto a stick before the device hears of it, and nobody takes it from there; another one stays here.
    std::fs::write(desk.workspace.root().join(REGISTER), unit("2")).expect("written");
    sync(&desk.workspace, &desk.keys(), &desk.hub("stick").1, Way::To, now()).expect("written onto the stick");
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

/// The phone of the unit of the shared register.
fn phone(desk: &Desk) -> String {
    let text = std::fs::read_to_string(desk.workspace.root().join(REGISTER)).expect("a register");
    text.split("phone = \"").nth(1).expect("a phone").chars().take_while(|letter| *letter != '"').collect()
}

#[test]
fn what_lay_on_the_hub_when_somebody_was_removed_or_changed_roles_counts_for_everybody() {
    type Change = fn(&Desk, &Breaking, &DeviceId) -> Result<()>;
    let changes: [Change; 2] = [
        |founder, hub, device| revoke(&founder.workspace, &founder.keys(), hub, device, now()),
        |founder, hub, device| {
            set_roles(&founder.workspace, &founder.keys(), hub, device, vec![Role::Supervisor], now())
        },
    ];
    for change in changes {
        let desk = Desk::new();
        let (founder, there) = shared(&desk);
        let device = desk.keys().device();
        set_roles(&founder.workspace, &founder.keys(), &there.1, &device, vec![Role::Editor, Role::Supervisor], now())
            .expect("may change the register");
        desk.sync(&there.1);
        std::fs::write(desk.workspace.root().join(REGISTER), unit("2")).expect("written");
        desk.sync(&there.1);
        change(&founder, &there.1, &device).expect("changed");
        founder.sync(&there.1);
        assert_eq!(phone(&founder), "2");
    }
}

fn copied(from: &std::path::Path, to: &std::path::Path) {
    std::fs::create_dir_all(to).expect("a folder");
    for entry in std::fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        if entry.file_type().expect("a type").is_dir() {
            copied(&entry.path(), &to.join(entry.file_name()));
        } else {
            std::fs::copy(entry.path(), to.join(entry.file_name())).expect("copied");
        }
    }
}

#[test]
fn an_old_copy_of_the_founders_computer_goes_on_from_the_newest_list() {
    let desk = Desk::new();
    let (founder, there) = shared(&desk);
    let copy = Desk::new();
    copied(founder.workspace.root(), copy.workspace.root());
    let code = invite(&founder.workspace, &founder.keys(), &there.1, "李明", vec![Role::Inspector], now());
    let late = Desk::new();
    join(&late.workspace, &there.0, &there.1, PASSPHRASE, &code.expect("invited")).expect("asked");
    founder.sync(&there.1);
    revoke(&copy.workspace, &copy.keys(), &there.1, &desk.keys().device(), now()).expect("removed by the copy");
    let heard = sync(&late.workspace, &late.keys(), &there.1, Way::Both, now()).expect("synced");
    assert_eq!(heard.refused, Vec::new());
    let refused = sync(&desk.workspace, &desk.keys(), &there.1, Way::Both, now()).expect_err("removed");
    assert_eq!(refused.message().key(), "sync.removed");
}

#[test]
fn a_hub_is_followed_to_where_it_is_now_and_to_no_other() {
    let desk = Desk::new();
    let (_, there) = shared(&desk);
    let moved = desk.hub("moved");
    std::fs::rename(desk.folder.path().join("hub"), desk.folder.path().join("moved")).expect("moved");
    assert_eq!(move_to(&desk.workspace, &moved.0, &moved.1).expect("moved"), "hub");
    assert_eq!(place(&desk.workspace).expect("noted").to_string(), moved.0.to_string());
    let other = desk.hub("other");
    Desk::new().found(&other, "另一个").expect("founded");
    assert_eq!(move_to(&desk.workspace, &other.0, &other.1).expect_err("refused").message().key(), "sync.other-hub");
    let gone = move_to(&desk.workspace, &there.0, &there.1).expect_err("nothing is there");
    assert_eq!(gone.message().key(), "sync.no-hub");
}

#[test]
fn a_list_of_members_that_was_damaged_here_comes_again() {
    let desk = Desk::new();
    let (founder, there) = shared(&desk);
    let roster = desk.workspace.root().join(".ducha/sync/mirror/roster");
    let newest = std::fs::read_dir(&roster).expect("listed").map(|entry| entry.expect("an entry").path()).max();
    let newest = newest.expect("a list");
    let good = std::fs::read(&newest).expect("read");
    std::fs::write(&newest, &good[..good.len() / 2]).expect("damaged");
    desk.sync(&there.1);
    assert_eq!(std::fs::read(&newest).expect("read"), good);
    founder.sync(&there.1);
}

#[test]
fn a_name_that_differs_from_the_list_of_members_is_told() {
    let desk = Desk::new();
    let (_, there) = shared(&desk);
    let told = sync(&desk.workspace, &desk.keys(), &there.1, Way::Both, now()).expect("synced").misnamed;
    assert_eq!(told, Some(["王芳".to_owned(), "某人".to_owned()]));
}

#[test]
fn a_code_is_for_one_computer_and_a_place_without_a_hub_is_told_as_such() {
    let desk = Desk::new();
    let (founder, there, code) = invited(&desk, "hub");
    join(&desk.workspace, &there.0, &there.1, PASSPHRASE, &code).expect("asked");
    let other = Desk::new();
    let used = join(&other.workspace, &there.0, &there.1, PASSPHRASE, &code).expect_err("used");
    assert_eq!(used.message().key(), "sync.code-used");
    founder.sync(&there.1);
    desk.sync(&there.1);
    let nothing = desk.hub("nothing");
    let no_hub = join(&other.workspace, &nothing.0, &nothing.1, PASSPHRASE, &code).expect_err("no hub");
    assert_eq!(no_hub.message().key(), "sync.no-hub");
}

#[test]
fn what_systems_and_clouds_put_beside_heads_is_nobodys_business() {
    let desk = Desk::new();
    let (_, there) = shared(&desk);
    let heads = desk.folder.path().join("hub/heads");
    let head = std::fs::read_dir(&heads).expect("listed").next().expect("a head").expect("an entry").path();
    let name = head.file_stem().expect("a name").to_string_lossy().into_owned();
    for file in ["Thumbs.db", "desktop.ini", &format!("{name} (1).toml"), &format!("{name} 的冲突副本.toml")] {
        std::fs::write(heads.join(file), "x").expect("written");
    }
    let outcome = sync(&desk.workspace, &desk.keys(), &there.1, Way::Both, now()).expect("synced");
    assert_eq!(outcome.refused, Vec::new());
}

/// Whoever was told that a hub can be read by others founds another one, as that advises.
#[test]
fn whoever_is_alone_on_a_hub_founds_another_one_wherever_the_connection_broke() {
    for after in 0.. {
        let desk = Desk::new();
        let (open, sealed) = (desk.hub("open"), desk.hub("sealed"));
        let found = |(place, hub): &(Place, Breaking), encrypt| {
            found(&desk.workspace, place, hub, PASSPHRASE, "某委", encrypt, now())
        };
        assert_eq!(found(&open, false).expect("founded"), None);
        std::fs::write(desk.workspace.root().join("facilities.toml"), "[[facility]]\nid = \"F1\"\nname = \"甲\"\n")
            .expect("written");
        desk.sync(&open.1);
        invite(&desk.workspace, &desk.keys(), &open.1, "王芳", vec![Role::Inspector], now()).expect("invited");
        let refused = found(&open, true).expect_err("it is there");
        assert_eq!(refused.message().key(), "sync.member-already");
        sealed.1.fuse.set(Some(after));
        let broke = found(&sealed, true).is_err();
        sealed.1.fuse.set(None);
        if broke {
            found(&sealed, true).unwrap_or_else(|error| panic!("after {after}: {error}"));
        }
        assert!(matches!(place(&desk.workspace), Ok(now) if now == sealed.0));
        // Everything is said again there.
        let outcome = sync(&desk.workspace, &desk.keys(), &sealed.1, Way::Both, now()).expect("synced");
        assert!(outcome.changed.contains("facilities") && outcome.refused.is_empty(), "{outcome:?}");
        if !broke {
            assert!(after > 3, "founding talks to the hub");
            break;
        }
    }
}

#[test]
fn whoever_is_not_alone_on_a_hub_stays() {
    let desk = Desk::new();
    let (founder, there, code) = invited(&desk, "hub");
    join(&desk.workspace, &there.0, &there.1, PASSPHRASE, &code).expect("asked");
    founder.sync(&there.1);
    let other = founder.hub("other");
    for (who, hub) in [(&founder, &other), (&desk, &other)] {
        assert_eq!(who.found(hub, "某委").expect_err("others are there").message().key(), "sync.member-already");
    }
    founder.sync(&there.1);
}

#[test]
fn where_the_hub_is_can_be_noted_anew_when_that_was_damaged() {
    let desk = Desk::new();
    let there = desk.hub("hub");
    desk.found(&there, "某委").expect("founded");
    desk.workspace.write_sync_file(PLACE, b"folder = ").expect("damaged");
    assert_eq!(place(&desk.workspace).expect_err("it is damaged").message().key(), "sync.no-place");
    move_to(&desk.workspace, &there.0, &there.1).expect("noted");
    assert_eq!(place(&desk.workspace).expect("it is known"), there.0);
}
