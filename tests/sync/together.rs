//! What ordinary people do with it.

use std::fs;

use super::{Office, RECORD_PATH, copy, evidence_path, record};
use crate::support::{
    environment::Environment,
    tester::{Tester, files_below},
};

#[test]
fn two_people_fill_in_half_of_a_checklist_each_without_a_question() {
    let office = Office::with(&["林明", "王芳"], &[]);
    office.people[0].write(RECORD_PATH, record());
    office.settle();
    assert_eq!(office.people[1].read(RECORD_PATH).lines().next(), record().lines().next(), "it came");
    office.answer(0, "T1", "conforms", "林明");
    office.answer(1, "T2", "fails", "王芳");
    office.settle();
    let merged = office.agree(RECORD_PATH);
    for text in ["item = \"T1\"", "item = \"T2\"", "by = \"林明\"", "by = \"王芳\"", "answered = 2", "failed = 1"] {
        assert!(merged.contains(text), "{text} in\n{merged}");
    }
    assert!(office.run(1, &["conflict", "list"]).good().contains("没有待选定"));
    let shown = office.run(1, &["record", "list"]).good();
    assert!(shown.contains("2/2"), "{shown}");
}

#[test]
fn a_stick_carries_what_a_network_would() {
    let office = Office::with(&["林明", "王芳"], &[]);
    let stick = tempfile::tempdir().expect("a stick");
    let folder = stick.path().to_string_lossy().into_owned();
    office.people[1].write(RECORD_PATH, record());
    office.run(1, &["sync", "--to", &folder]).good();
    office.run(0, &["sync", "--from", &folder]).good();
    office.agree(RECORD_PATH);
    let again = office.run(0, &["sync", "--from", &folder, "--format", "json"]).good();
    assert!(again.contains("\"arrived\": 0"), "{again}");
}

#[test]
fn nothing_on_an_encrypted_hub_can_be_read_by_others() {
    let office = Office::with(&["林明", "王芳"], &["--encrypt"]);
    office.people[0].write(RECORD_PATH, record());
    office.people[0].write(&evidence_path("发热门诊的照片"), "发热门诊的照片");
    office.settle();
    office.agree(RECORD_PATH);
    office.agree(&evidence_path("发热门诊的照片"));
    for object in office.objects() {
        let text = String::from_utf8_lossy(&fs::read(&object).expect("read")).into_owned();
        for secret in ["人民医院", "发热门诊", "correct horse"] {
            assert!(!text.contains(secret), "{secret} in {}", object.display());
        }
    }
}

#[test]
fn a_finalised_record_arrives_byte_for_byte_and_stays_so() {
    let office = Office::with(&["林明", "王芳"], &[]);
    office.people[0].write(RECORD_PATH, record());
    office.settle();
    let locked = record().replacen(
        "revision = 1\n",
        "revision = 1\nfinalised = \"2026-11-21T11:00:00+08:00\"\nfinalised_by = \"林明\"\n# 手写的注释\n",
        1,
    );
    office.people[0].write(RECORD_PATH, &locked);
    office.answer(1, "T2", "fails", "王芳");
    office.settle();
    assert_eq!(office.agree(RECORD_PATH), locked);
    let late = office.run(0, &["conflict", "list"]).good();
    assert!(late.contains("已办结") && late.contains("不符合"), "{late}");
    for number in (1..=late.matches("已办结").count()).map(|number| number.to_string()) {
        office.run(0, &["conflict", "choose", &number, "2"]).fails(2, &["只能保留办结内容"]);
        office.run(0, &["conflict", "choose", &number, "1"]).good();
    }
    office.settle();
    assert_eq!(office.agree(RECORD_PATH), locked);
    assert!(office.run(1, &["conflict", "list"]).good().contains("没有待选定"));
}

#[test]
fn the_word_of_somebody_without_the_role_is_kept_shown_and_not_applied() {
    let office = Office::with(&["林明", "王芳", "赵刚"], &[]);
    let path = "ws/checklists/two-items.toml";
    let before = office.people[0].read(path);
    office.change(1, path, "version = 1", "version = 7");
    let said = office.run(1, &["sync"]).good();
    assert!(said.contains("您对检查表《预检分诊试用表》的改动只在本机"), "{said}");
    office.settle();
    assert_eq!(office.people[2].read(path), before);
    assert!(office.people[1].read(path).contains("version = 7"), "one's own file is left alone");
    let kept = office.people[1].read("ws/.ducha/sync/unheeded.toml");
    assert!(kept.contains("checklist/two-items"), "its author is told: {kept}");
    office.run(0, &["hub", "role", "王芳", "--role", "editor", "--role", "inspector"]).good();
    office.settle();
    assert!(office.agree(path).contains("version = 7"), "what was changed before the role came counts with it");
    office.change(1, path, "version = 7", "version = 8");
    office.settle();
    assert!(office.people[2].read(path).contains("version = 8"));
    assert!(!office.people[1].read("ws/.ducha/sync/unheeded.toml").contains("two-items"), "now it counts");
}

#[test]
fn a_copied_computer_and_its_original_both_go_on() {
    let mut office = Office::with(&["林明", "王芳"], &[]);
    office.people[1].write(RECORD_PATH, record());
    office.settle();
    let clone = crate::support::environment::Environment::new();
    copy(&office.people[1].path("ws"), &clone.path("ws"));
    office.people.push(clone);
    office.answer(1, "T1", "conforms", "王芳");
    office.answer(2, "T2", "conforms", "王芳");
    office.settle();
    office.settle();
    let merged = office.agree(RECORD_PATH);
    assert!(merged.contains("item = \"T1\"") && merged.contains("item = \"T2\""), "{merged}");
}

#[test]
fn looking_first_sends_nothing() {
    let office = Office::with(&["林明", "王芳"], &[]);
    office.people[0].write(RECORD_PATH, record());
    let objects = office.objects();
    let said = office.run(0, &["sync", "--dry-run"]).good();
    assert!(said.contains("检查记录：云澜市人民医院《预检分诊试用表》2026-11-21"), "{said}");
    assert_eq!(office.objects(), objects);
    // What was written down for another way goes to the hub as well, and is named until it is there.
    let stick = tempfile::tempdir().expect("a stick");
    office.run(0, &["sync", "--to", &stick.path().to_string_lossy()]).good();
    let said = office.run(0, &["sync", "--dry-run"]).good();
    assert!(said.contains("检查记录：云澜市人民医院"), "{said}");
    office.sync(0);
    assert!(office.run(0, &["sync", "--dry-run"]).good().contains("没有待发送的内容"));
}

#[test]
fn a_supervisors_tasks_come_to_everybody_and_what_becomes_of_them_too() {
    let office = Office::with(&["林明", "王芳"], &[]);
    let create =
        ["task", "create", "2026-预检", "--title", "预检督查", "--checklist", "two-items", "--type", "hospital"];
    office.run(0, &[&create[..], &["--workdays", "5", "--from", "2026-09-28"]].concat()).good();
    office.settle();
    let tasks = files_below(&office.people[1].path("ws/tasks"));
    assert_eq!(tasks.len(), files_below(&office.people[0].path("ws/tasks")).len());
    assert!(!tasks.is_empty());
    office.run(0, &["task", "close", "0001", "--reason", "单位已注销"]).good();
    office.settle();
    let shown = office.run(1, &["task", "show", "0001"]).good();
    assert!(shown.contains("单位已注销"), "{shown}");
}

#[test]
fn of_two_drafts_of_the_same_inspection_none_is_taken_silently() {
    let mut office = Office::with(&["林明", "王芳"], &[]);
    let begin = ["--facility", "F001", "--checklist", "two-items"];
    office.fill(0, &begin).good();
    let said = office.fill(0, &begin).good();
    assert!(!said.contains("接着填写"), "one's own goes on: {said}");
    office.fill(1, &begin).good();
    office.settle();
    let finalise = [&begin[..], &["--finalise"]].concat();
    office.fill(0, &finalise).fails(2, &["有几份草稿", "林明", "王芳", "--record"]);
    let environment = std::mem::replace(&mut office.people[0], Environment::new());
    let mut tester = Tester::of(environment);
    tester.press("Enter").shows(&["此表另有", "的草稿：同一次检查只须办结一份"]);
}

#[test]
fn going_on_with_somebody_elses_draft_is_said() {
    let office = Office::with(&["林明", "王芳"], &[]);
    let begin = ["--facility", "F001", "--checklist", "two-items"];
    office.fill(0, &begin).good();
    office.settle();
    let said = office.fill(1, &begin).good();
    assert!(said.contains("接着填写 林明 建立的草稿"), "{said}");
}
