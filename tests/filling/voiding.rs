//! Giving up a draft that was begun by mistake, and taking it up again.

use crate::support::tester::{Tester, files_below};

#[test]
fn an_untouched_draft_is_given_up_without_a_reason_and_its_file_stays() {
    let mut tester = Tester::filling();
    tester.press("Ctrl-D").shows(&["云澜市人民医院", "作废后各处不再列出"]);
    tester.press("Esc").shows(&["项目 0/11"]);
    tester.press("Ctrl-D Enter").shows(&["已作废，文件保留", "没有未办结的检查"]);
    let file = tester.only_file("records");
    for text in ["[void]", "by = \"林明\""] {
        assert!(file.contains(text), "{text} in\n{file}");
    }
    assert!(!file.contains("reason"), "{file}");
    // The same inspection can be begun again, as one of its own.
    tester.press("1 <text rmyy> Enter <text 医疗废物> Enter").shows(&["项目 0/11"]);
    assert_eq!(files_below(&tester.environment().path("ws/records")).len(), 2);
}

#[test]
fn what_was_filled_in_needs_a_reason_and_stays() {
    let mut tester = Tester::filling();
    tester.press("1 Ctrl-N <text 缺三例> Ctrl-S Ctrl-D Enter").shows(&["作废须写明原因", "作废后各处不再列出"]);
    assert!(!tester.only_file("records").contains("[void]"));
    // The question is asked again.
    tester.press("<text 选错单位> Enter").shows(&["已作废，文件保留"]);
    let file = tester.only_file("records");
    for text in ["reason = \"选错单位\"", "缺三例", "conforms"] {
        assert!(file.contains(text), "{text} in\n{file}");
    }
    // Nothing that is typed afterwards goes into it.
    tester.press("1 <text rmyy> Enter <text 医疗废物> Enter 2 <text 另一份> Ctrl-S").idle();
    let files = files_below(&tester.environment().path("ws/records"));
    let voided = files.iter().map(|path| std::fs::read_to_string(path).expect("read")).find(|text| *text == file);
    assert!(voided.is_some(), "the file is as it was");
}

#[test]
fn the_command_line_gives_up_and_takes_up_again() {
    let mut tester = Tester::filling();
    tester.press("1");
    let environment = tester.ended();
    let file = files_below(&environment.path("ws/records")).remove(0);
    let id = file.file_stem().expect("a name").to_string_lossy().into_owned();
    environment.run_there(&["record", "void", &id]).fails(2, &["作废须写明原因", "--reason"]);
    environment.run_there(&["record", "void", &id, "--undo"]).fails(2, &["没有作废"]);
    environment.run_there(&["record", "void", &id[20..], "--reason", "重复建立"]).good();
    environment.run_there(&["record", "void", &id, "--reason", "再来"]).fails(2, &["已经作废"]);
    let listed = environment.run_there(&["record", "list"]).good();
    assert!(listed.contains("已作废"), "{listed}");
    let rows = environment.run_there(&["record", "list", "--format", "json"]).good();
    let rows: serde_json::Value = serde_json::from_str(&rows).expect("JSON");
    assert_eq!(rows[0]["void"], true);
    let unit = environment.run_there(&["facility", "show", "F001"]).good();
    assert!(!unit.contains("草稿"), "{unit}");
    environment.run_there(&["fill", "--plain", "--record", &id]).fails(2, &["已作废", "--undo"]);
    environment.run_there(&["record", "void", &id, "--undo"]).good();
    let listed = environment.run_there(&["record", "list"]).good();
    assert!(listed.contains("草稿 1/11"), "{listed}");
    let text = environment.run_there(&["record", "show", &id]).good();
    assert!(!text.contains("void") && text.contains("conforms"), "{text}");
}

#[test]
fn a_voided_reinspection_keeps_nobody_from_beginning_another() {
    let mut tester = Tester::with_records(ducha::i18n::Lang::Zh);
    tester.press("7 Enter F5").shows(&["复查"]);
    tester.press("Ctrl-D Enter").shows(&["已作废，文件保留"]);
    tester.press("7 Enter F5").shows(&["复查", "项目 0/"]);
}
