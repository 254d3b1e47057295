//! A draft that one person gives up while another one fills it in, or finalises it.

use super::Office;
use crate::support::tester::{Tester, files_below};

const BEGIN: [&str; 4] = ["--facility", "F001", "--checklist", "two-items"];

fn draft(office: &Office, who: usize) -> std::path::PathBuf {
    files_below(&office.people[who].path("ws/records")).remove(0)
}

fn read(office: &Office, who: usize) -> String {
    std::fs::read_to_string(draft(office, who)).expect("read")
}

/// Two people with one draft; its number.
fn one_draft() -> (Office, String) {
    let office = Office::with(&["林明", "王芳"], &[]);
    office.fill(0, &BEGIN).good();
    office.settle();
    let id = draft(&office, 1).file_stem().expect("a name").to_string_lossy().into_owned();
    (office, id)
}

fn answer(office: &Office, who: usize, item: &str) {
    let answer = format!(
        "\n[[answer]]\nitem = \"{item}\"\nverdict = \"conforms\"\nby = \"王芳\"\nat = \"2026-11-21T10:51:00+08:00\"\n"
    );
    std::fs::write(draft(office, who), read(office, who) + &answer).expect("written");
}

#[test]
fn what_others_filled_in_is_in_the_draft_that_was_given_up() {
    let (office, id) = one_draft();
    office.run(0, &["record", "void", &id, "--reason", "重复"]).good();
    answer(&office, 1, "T1");
    office.settle();
    for who in 0..2 {
        let text = read(&office, who);
        assert!(text.contains("reason = \"重复\"") && text.contains("item = \"T1\""), "{text}");
        let listed = office.run(who, &["record", "list"]).good();
        assert!(listed.contains("已作废"), "{listed}");
    }
    assert!(office.run(0, &["conflict", "list"]).good().contains("没有待选定"));
    office.run(1, &["record", "void", &id, "--undo"]).good();
    office.settle();
    assert!(!read(&office, 0).contains("[void]"));
    assert!(office.run(0, &["record", "list"]).good().contains("草稿 1/2"));
}

#[test]
fn two_who_give_up_the_same_for_different_reasons_agree_on_one() {
    let (office, id) = one_draft();
    for (who, reason) in [(0, "重复"), (1, "选错单位")] {
        office.run(who, &["record", "void", &id, "--reason", reason]).good();
    }
    office.settle();
    assert_eq!(read(&office, 0), read(&office, 1));
    let said = office.run(0, &["conflict", "list"]).good();
    assert!(said.contains("作废 重复") && said.contains("作废 选错单位"), "{said}");
    assert!(office.run(0, &["record", "list"]).good().contains("已作废"), "either way");
    office.run(0, &["conflict", "choose", "1", "2"]).good();
    office.settle();
    assert!(office.run(1, &["conflict", "list"]).good().contains("没有待选定"));
}

#[test]
fn what_was_finalised_meanwhile_counts_and_that_it_was_given_up_is_shown() {
    let (office, id) = one_draft();
    office.run(0, &["record", "void", &id, "--reason", "重复"]).good();
    answer(&office, 1, "T1");
    answer(&office, 1, "T2");
    office.fill(1, &[&BEGIN[..], &["--finalise"]].concat()).good();
    office.settle();
    for who in 0..2 {
        let text = read(&office, who);
        assert!(text.contains("finalised_by = \"王芳\"") && !text.contains("[void]"), "{text}");
        assert!(!office.run(who, &["record", "list"]).good().contains("已作废"));
    }
    let said = office.run(0, &["conflict", "list"]).good();
    assert!(said.contains("作废") && said.contains("重复"), "{said}");
}

#[test]
fn whoever_has_it_open_is_told_and_can_take_it_up_again() {
    let (mut office, id) = one_draft();
    office.run(0, &["record", "void", &id, "--reason", "重复"]).good();
    office.sync(0);
    let environment = std::mem::replace(&mut office.people[1], crate::support::environment::Environment::new());
    let mut tester = Tester::of(environment);
    tester.press("Enter 1").shows(&["项目 1/2"]);
    tester.press("Ctrl-P <text 同步与> Enter F2 <text correct horse> Enter Esc 1").idle().shows(&["由林明作废：重复"]);
    tester.press("F9").shows(&["此草稿已作废"]);
    tester.press("Esc Ctrl-D").shows(&["项目 2/2", "已恢复"]);
    assert!(!tester.only_file("records").contains("[void]"));
}
