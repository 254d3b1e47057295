//! A hub that is gone, damaged or somebody else's.

use std::fs;

use super::{Office, RECORD_PATH, record};

#[test]
fn an_unmounted_hub_changes_nothing_and_is_said() {
    let office = Office::with(&["林明", "王芳"], &[]);
    office.people[1].write(RECORD_PATH, record());
    office.settle();
    let empty = tempfile::tempdir().expect("an empty folder");
    let folder = empty.path().to_string_lossy().into_owned();
    office.run(0, &["sync", "--from", &folder]).fails(1, &["没有同步库", "U盘", "办法："]);
    for object in office.objects() {
        fs::remove_file(object).expect("removed");
    }
    office.run(0, &["sync"]).fails(1, &["没有同步库"]);
    assert_eq!(fs::read_dir(office.hub()).expect("listed").flatten().filter(|entry| entry.path().is_file()).count(), 0);
    office.agree(RECORD_PATH);
}

#[test]
fn a_damaged_segment_is_named_by_sync_and_verify_and_the_rest_goes_on() {
    let office = Office::with(&["林明", "王芳", "赵刚"], &[]);
    office.people[0].write(RECORD_PATH, record());
    office.sync(0);
    let newest = |path: &std::path::PathBuf| fs::metadata(path).and_then(|metadata| metadata.modified()).ok();
    let bad = office
        .objects()
        .into_iter()
        .filter(|path| path.extension().is_some_and(|end| end == "seg"))
        .max_by_key(newest)
        .expect("a segment");
    let good = fs::read(&bad).expect("read");
    let mut bytes = good.clone();
    let middle = bytes.len() / 2;
    bytes[middle] ^= 1;
    fs::write(&bad, &bytes).expect("damaged");
    office.run(2, &["sync"]).fails(1, &[]);
    let said = office.run(2, &["sync"]);
    assert!(said.out.contains("摘要不符") && said.out.contains("未接收 林明的"), "{said:?}");
    let hub = office.hub();
    let said = office.run(0, &["verify", "--hub", &hub]);
    assert!(said.code == 1 && said.out.contains("摘要不符") && said.out.contains("林明"), "{said:?}");
    assert!(said.out.contains("完好副本"), "{said:?}");
    fs::write(&bad, &good).expect("mended");
    office.settle();
    office.agree(RECORD_PATH);
    assert!(office.run(0, &["verify", "--hub", &hub]).good().contains("全部完好"));
}

#[test]
fn verify_names_damaged_files_of_the_workspace() {
    let office = Office::with(&["林明", "王芳"], &[]);
    office.people[0].write(RECORD_PATH, record());
    office.settle();
    assert!(office.run(1, &["verify"]).good().contains("全部完好"));
    office.people[1].write(RECORD_PATH, "format = 1\nid = 3\n");
    let said = office.run(1, &["verify"]);
    assert!(said.code == 1 && said.out.contains("01KAJ") | said.out.contains("ID--"), "{said:?}");
    assert!(said.out.contains("最后由 林明 提供"), "{said:?}");
}

#[cfg(not(feature = "remote"))]
#[test]
fn a_build_that_reaches_no_network_says_so() {
    let office = Office::with(&["林明"], &[]);
    let address = "webdav+http://127.0.0.1:1/hub";
    for arguments in [&["sync", "--to", address][..], &["hub", "login", address], &["verify", "--hub", address]] {
        office.run(0, arguments).fails(2, &["未包含网络同步库", "文件夹或U盘"]);
    }
}

#[test]
fn wrong_words_are_refused() {
    let office = Office::with(&["林明", "王芳"], &[]);
    let environment = &office.people[0];
    let mut program = environment.program();
    program.args(["--workspace", "ws", "sync"]).env("DUCHA_PASSPHRASE", "incorrect");
    environment.finish(&mut program).fails(2, &["口令不对"]);
    office.run(1, &["hub", "invite", "赵刚"]).fails(2, &["只有建库的电脑", "林明"]);
    let hub = office.hub();
    office.run(1, &["hub", "join", &hub, "AAAA-BBBB-CCCC-DDDD"]).fails(2, &["邀请码不对"]);
    office.run(0, &["hub", "revoke", "nobody"]).fails(1, &["没有成员设备"]);
    office.run(0, &["hub", "revoke", "林明"]).fails(2, &["不能移除"]);
    office.run(0, &["hub", "rotate"]).fails(2, &["没有加密"]);
}

#[test]
fn after_a_revocation_nothing_more_is_heard_of_the_device() {
    let office = Office::with(&["林明", "王芳"], &["--encrypt"]);
    office.run(0, &["hub", "revoke", "王芳"]).good();
    office.people[1].write(RECORD_PATH, record());
    office.run(1, &["sync"]).fails(1, &["移出成员名单"]);
    // Waiting would not help.
    office.run(1, &["sync", "--watch"]).fails(1, &["移出成员名单"]);
    office.sync(0);
    assert!(!office.people[0].path(RECORD_PATH).exists());
    assert!(office.run(0, &["hub", "members"]).good().contains("已移除"));
}
