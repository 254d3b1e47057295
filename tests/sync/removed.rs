//! What is said of devices that were removed, and of the hub to whoever has no passphrase at hand.

use super::{Office, RECORD_PATH, record};
use crate::support::environment::{Environment, Run};

#[test]
fn what_a_removed_device_says_is_told_once_and_stands_in_nobodys_way() {
    let office = Office::with(&["林明", "王芳"], &[]);
    office.run(0, &["hub", "revoke", "王芳"]).good();
    office.people[1].write(RECORD_PATH, record());
    // She has not heard of it, and puts it onto the hub without listening.
    office.run(1, &["sync", "--to", &office.hub()]).good();
    let said = office.run(0, &["sync"]).good();
    assert!(said.contains("王芳 的一台设备已被移除"), "{said}");
    let again = office.run(0, &["sync"]).good();
    assert!(!again.contains("已被移除"), "{again}");
    assert!(!office.people[0].path(RECORD_PATH).exists(), "it is not heard");
    office.change(1, RECORD_PATH, "revision = 1\n", "revision = 1\n# 又改\n");
    office.answer(1, "T1", "conforms", "王芳");
    office.run(1, &["sync", "--to", &office.hub()]).good();
    let json = office.sync(0);
    assert_eq!(json["unheard"], serde_json::json!(["王芳"]), "there is more: {json}");
    assert_eq!(office.sync(0)["unheard"], serde_json::json!([]));
}

/// Runs the program where nobody gives a passphrase.
fn without_passphrase(office: &Office, who: usize, arguments: &[&str]) -> Run {
    let mut program = office.people[who].program();
    program.args(["--workspace", "ws"]).args(arguments).env("DUCHA_KEYRING", "off");
    office.people[who].finish(&mut program)
}

#[test]
fn the_state_of_the_hub_is_shown_without_the_passphrase() {
    let office = Office::with(&["林明", "王芳"], &["--encrypt"]);
    let said = without_passphrase(&office, 0, &["hub", "status"]).good();
    assert!(said.contains("可以连接") && said.contains("成员设备 2 台"), "{said}");
    assert!(said.contains("本机是成员"), "what it has said tells who it is: {said}");
    let silent = without_passphrase(&office, 1, &["hub", "status"]).good();
    assert!(silent.contains("要有口令才能查看"), "it has said nothing yet: {silent}");
    office.people[1].write(RECORD_PATH, record());
    office.sync(1);
    office.run(0, &["hub", "revoke", "王芳"]).good();
    let removed = without_passphrase(&office, 1, &["hub", "status"]);
    assert!(removed.code == 0 && removed.err.contains("已被移出成员名单"), "{removed:?}");
    let json = without_passphrase(&office, 1, &["hub", "status", "--format", "json"]).good();
    assert!(json.contains("\"member\": false") && json.contains("\"reached\": true"), "{json}");
}

#[cfg(feature = "remote")]
/// Runs the program with a passphrase, and one that is to take its place.
fn with_passphrase(office: &Office, who: usize, passphrase: &str, new: &str, arguments: &[&str]) -> Run {
    let mut program = office.people[who].program();
    program.args(["--workspace", "ws"]).args(arguments);
    program.envs([("DUCHA_KEYRING", "off"), ("DUCHA_PASSPHRASE", passphrase), ("DUCHA_NEW_PASSPHRASE", new)]);
    program.env("DUCHA_HUB_SECRET", "geheim");
    office.people[who].finish(&mut program)
}

/// Where a password of a server is kept for.
#[cfg(feature = "remote")]
const SERVER: [&str; 3] = ["hub", "login", "webdav+https://wang@hub.example/x"];

#[cfg(feature = "remote")]
#[test]
fn a_changed_passphrase_opens_everything_and_the_old_one_nothing() {
    let office = Office::with(&["林明"], &[]);
    let (old, new) = ("correct horse", "battery staple");
    with_passphrase(&office, 0, old, new, &SERVER).good();
    with_passphrase(&office, 0, "incorrect", new, &["hub", "passphrase"]).fails(2, &["口令不对"]);
    with_passphrase(&office, 0, old, "short", &["hub", "passphrase"]).fails(2, &["至少"]);
    let said = with_passphrase(&office, 0, old, new, &["hub", "passphrase"]).good();
    assert!(said.contains("口令已更换") && !said.contains("重新输入"), "{said}");
    for arguments in [&["sync"][..], &SERVER, &["hub", "logout", SERVER[2]]] {
        with_passphrase(&office, 0, old, "", arguments).fails(2, &["口令不对"]);
        with_passphrase(&office, 0, new, "", arguments).good();
    }
}

#[cfg(feature = "remote")]
#[test]
fn who_comes_back_with_another_passphrase_is_not_held_up_by_what_the_old_one_sealed() {
    let office = Office::with(&["林明", "王芳"], &[]);
    with_passphrase(&office, 1, "correct horse", "", &SERVER).good();
    office.run(0, &["hub", "revoke", "王芳"]).good();
    let said = office.run(0, &["hub", "invite", "王芳"]).good();
    let code = said.split_once('：').map_or("", |(_, code)| code.trim()).to_owned();
    let new = "battery staple";
    let said = with_passphrase(&office, 1, new, "", &["hub", "join", &office.hub(), &code]).good();
    assert!(said.contains("用旧口令封存") && said.contains("已换用新密钥"), "{said}");
    office.sync(0);
    for arguments in [&["sync"][..], &SERVER] {
        with_passphrase(&office, 1, new, "", arguments).good();
    }
}

#[test]
fn whoever_carries_a_hub_on_needs_no_workspace() {
    let office = Office::with(&["林明"], &[]);
    office.people[0].write(RECORD_PATH, record());
    office.sync(0);
    let carrier = Environment::new();
    let copy = tempfile::tempdir().expect("a folder");
    let relay = || {
        let mut program = carrier.program();
        program.args(["sync", "--relay", &office.hub(), &copy.path().to_string_lossy()]);
        carrier.finish(&mut program).good()
    };
    let said = relay();
    assert!(said.contains("转送") && copy.path().join("hub.toml").exists(), "{said}");
    assert!(relay().contains("转送 0 批"), "what was carried is remembered");
    let listed = carrier.finish(carrier.program().args(["record", "list"]));
    listed.fails(1, &["工作区"]);
}
