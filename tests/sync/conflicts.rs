//! What two people said differently.

use super::{Office, RECORD_PATH, record};
use crate::support::{environment::Environment, tester::Tester};

/// Two people answer the same item differently.
fn disputed() -> Office {
    let office = Office::with(&["林明", "王芳"], &[]);
    office.people[0].write(RECORD_PATH, record());
    office.settle();
    office.answer(0, "T1", "conforms", "林明");
    office.answer(1, "T1", "fails", "王芳");
    office.settle();
    office
}

#[test]
fn both_values_are_shown_in_the_file_and_on_the_command_line_and_one_is_chosen() {
    let office = disputed();
    let shown = office.agree(RECORD_PATH);
    for text in ["# 有分歧：", "conforms", "fails", "林明", "王芳"] {
        assert!(shown.contains(text), "{text} in\n{shown}");
    }
    assert!(!shown.contains("\nverdict ="), "nobody's answer is taken silently:\n{shown}");
    assert!(office.people[0].read("ws/conflicts.toml").contains("fails"));
    let listed = office.run(1, &["conflict", "list"]).good();
    let number = listed.lines().find(|line| line.contains("fails")).and_then(|line| line.trim().split(')').next());
    let number = number.expect("it is offered").to_owned();
    office.run(1, &["conflict", "choose", "1", &number]).good();
    assert!(office.run(1, &["conflict", "list"]).good().contains("没有待选定"));
    office.settle();
    let merged = office.agree(RECORD_PATH);
    assert!(merged.contains("\nverdict = \"fails\"") && !merged.contains("有分歧"), "{merged}");
    assert!(!office.people[0].path("ws/conflicts.toml").exists());
}

#[test]
fn the_screen_shows_both_values_and_one_key_chooses() {
    let mut office = disputed();
    let environment = std::mem::replace(&mut office.people[0], Environment::new());
    let mut tester = Tester::of(environment);
    tester.shows(&["填写不一致待选定，按 9"]);
    tester.press("9").shows(&["answer/T1/response", "林明", "王芳", "conforms", "fails"]);
    tester.press("2").shows(&["没有待选定的内容"]);
    let kept = tester.environment().read("ws/.ducha/sync/choices.toml");
    assert!(kept.contains("answer/T1/response"), "{kept}");
    tester.restart();
    tester.press("9").shows(&["没有待选定的内容"]);
}

#[test]
fn answering_the_item_again_decides_too() {
    let office = disputed();
    office.change(0, RECORD_PATH, "item = \"T1\"\n", "item = \"T1\"\nverdict = \"not-applicable\"\n");
    office.settle();
    let merged = office.agree(RECORD_PATH);
    assert!(merged.contains("verdict = \"not-applicable\"") && !merged.contains("有分歧"), "{merged}");
}

#[test]
fn a_unit_that_two_people_corrected_in_different_fields_needs_no_question() {
    let office = Office::with(&["林明", "王芳"], &[]);
    let path = "ws/facilities.toml";
    office.change(0, path, "云澜市人民医院", "云澜市第一人民医院");
    office.change(1, path, "东塘镇卫生院", "东塘镇中心卫生院");
    office.settle();
    let register = office.agree(path);
    assert!(register.contains("云澜市第一人民医院") && register.contains("东塘镇中心卫生院"), "{register}");
}
