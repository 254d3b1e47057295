//! Leaving loses nothing, whichever way.

use ducha::app::Msg;

use crate::support::{
    environment::Environment,
    tester::{Tester, files_below},
};

/// Every way out of a half-typed note that has been thought of.
const WAYS_OUT: [&str; 7] = [
    "Esc",
    "Esc Esc",
    "Ctrl-Q",
    "Ctrl-P <text 检查记录> Enter",
    "Ctrl-P <text jcjl> Enter",
    "Ctrl-P <text 退出> Enter",
    "Ctrl-P <text 新建检查> Enter <text 第三> Enter <text 医疗废物> Enter",
];

#[test]
fn a_half_typed_note_survives_every_way_out() {
    for way in WAYS_OUT {
        let mut tester = Tester::filling();
        tester.press("1 Ctrl-N <text 缺三例>").press(way);
        tester.restart();
        let found = files_below(&tester.environment().path("ws/records"))
            .iter()
            .map(|path| std::fs::read_to_string(path).expect("a record"))
            .any(|record| record.contains("缺三例"));
        // What is not in the record's file is in the journal, and there when the draft is opened.
        tester.press("2 <text 云澜市人民医院> Enter");
        assert!(tester.drawn().has("缺三例"), "{way}: in the file: {found}\n{}", tester.show());
    }
}

#[test]
fn a_date_that_cannot_be_understood_is_kept_as_it_was_typed() {
    for way in ["Ctrl-Q", "Shift-Tab Ctrl-Q", "Esc", "Ctrl-S"] {
        let mut tester = Tester::filling();
        tester.press("2 <text 门未上锁> Tab Tab Tab Tab <text x>").press(way);
        tester.restart();
        tester.press("Enter").shows(&["门未上锁", "2026-12-06x"]);
    }
}

#[test]
fn a_second_draft_does_not_get_the_answers_of_the_first() {
    let mut tester = Tester::filling_two();
    tester.press("1");
    // Another draft is opened from here, and then left again.
    tester.press("Ctrl-P <text 新建检查> Enter <text 第三> Enter <text yjfz> Enter");
    tester.shows(&["云澜市第三人民医院", "0/2"]);
    tester.press("2 <text 没有分诊点> Ctrl-S Esc").shows(&["近期到期"]);
    tester.press("2 <text 云澜市人民医院> Enter 1").shows(&["✓  1", "✓  2"]);
    tester.restart();
    tester.press("2 <text 第三> Enter").shows(&["✗  1", "○  2"]);
    tester.restart();
    tester.press("2 <text 云澜市人民医院> Enter").shows(&["✓  1", "✓  2"]);
}

#[test]
fn the_list_of_records_knows_the_last_answer_whichever_way_the_draft_was_left() {
    let mut tester = Tester::new();
    tester.press("1 <text rmyy> Enter <text yjfz> Enter Esc 2 Enter 1");
    tester.press("Ctrl-P <text 检查记录> Enter").shows(&["草稿 1/2"]);
}

#[test]
fn the_same_unit_and_checklist_go_on_with_their_draft() {
    let mut tester = Tester::filling_two();
    tester.press("1 Esc");
    tester.press("1 <text rmyy> Enter").shows(&["有草稿"]);
    tester.press("<text yjfz> Enter").shows(&["✓  1", "已有草稿"]);
    assert_eq!(files_below(&tester.environment().path("ws/records")).len(), 1);
}

#[test]
fn a_draft_is_an_ordinary_file_once_nothing_is_pressed_for_a_moment() {
    let mut tester = Tester::filling_two();
    tester.press("2 <text 没有分诊点> Ctrl-S").idle();
    let record = tester.only_file("records/2026/11");
    for text in ["云澜市人民医院", "没有分诊点", "林明", "two-items"] {
        assert!(record.contains(text), "{text} in\n{record}");
    }
}

#[test]
fn an_answer_written_by_hand_while_the_draft_is_open_is_joined() {
    let mut tester = Tester::filling_two();
    tester.press("1").idle();
    let path = files_below(&tester.environment().path("ws/records")).remove(0);
    let record = std::fs::read_to_string(&path).expect("the record");
    std::fs::write(&path, record.replace("remark = \"\"", "")).expect("written");
    let by_hand = record.replacen("inspectors = [", "remark = \"手写\"\ninspectors = [", 1);
    std::fs::write(&path, by_hand).expect("written");
    tester.press("1").idle();
    tester.shows(&["已与本机作答合并", "2/2"]);
    assert!(std::fs::read_to_string(&path).expect("the record").contains("手写"));
}

#[test]
fn a_second_program_may_look_and_not_touch() {
    let environment = Environment::with_workspace("zh");
    let mut first = Tester::of(environment);
    first.press("1 <text rmyy> Enter <text yjfz> Enter 1").idle();
    let mut second = Tester::beside(&first);
    second.shows(&["只读", "另一个窗口正在使用此工作区"]);
    second.press("2 Enter").shows(&["检查记录", "预检分诊试用表"]);
    second.press("1 1").shows(&["未检查"]);
    second.press("Esc Esc 1 <text 第三> Enter <text yjfz> Enter").shows(&["不能修改"]);
    assert_eq!(files_below(&first.environment().path("ws/records")).len(), 1);
    // Somebody else looks at the workspace for a moment only: it is still taken.
    second.send(Msg::WorkspaceFree).shows(&["只读"]);
    drop(first);
    second.press("Esc Esc").send(Msg::WorkspaceFree).shows(&["现在可以修改"]);
    assert!(!second.show().contains("只读"), "{}", second.show());
    second.press("1 <text 第三> Enter <text yjfz> Enter 1").idle();
    assert_eq!(files_below(&second.environment().path("ws/records")).len(), 2);
}
