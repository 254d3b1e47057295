//! Finalising: what stands in the way, one question, and then nothing can be changed.

use crate::support::tester::Tester;

#[test]
fn what_is_in_the_way_is_listed_and_jumped_to() {
    let mut tester = Tester::filling();
    tester.press("1 2 Esc F9").shows(&["还有 9 处待补"]);
    tester.press("Down Enter");
    assert_eq!(tester.item(), "A3");
    // A failing item without a description opens its finding.
    tester.press("F9 Enter").shows(&["登记问题"]);
    assert_eq!(tester.item(), "A2");
    tester.press("Esc F8");
    assert_eq!(tester.item(), "A3");
}

#[test]
fn nobody_as_inspector_is_in_the_way() {
    let mut tester = Tester::filling_two();
    tester.press("1 1 F5 Backspace Backspace Ctrl-S F9").shows(&["还有 1 处待补"]);
    tester.press("Enter").shows(&["检查信息"]);
    tester.press("<text 王五> Ctrl-S F9").shows(&["按 Enter 确认办结"]);
}

#[test]
fn it_is_asked_once_and_then_written() {
    let mut tester = Tester::filling_two();
    tester.press("1 2 <text 登记缺两例> Ctrl-S F9").shows(&["按 Enter 确认办结", "50.0%"]);
    tester.press("Esc").shows(&["¬按 Enter 确认办结"]);
    tester.press("F9 Enter").shows(&["已办结，记录已锁定", "检查记录"]);
    tester.press("Down").shows(&["登记缺两例"]);
    let record = tester.only_file("records/2026/11");
    assert!(record.contains("finalised = \"2026-11-21T10:42:07+08:00\""), "{record}");
    assert!(record.contains("finalised_by = \"林明\""), "{record}");
}

#[test]
fn a_finalised_record_can_only_be_read() {
    let mut tester = Tester::filling_two();
    tester.press("1 1 F9 Enter");
    let before = tester.only_file("records/2026/11");
    tester.press("2 0 Ctrl-N <text 改> Ctrl-S Ctrl-Z F9 Enter");
    for way in ["Esc Esc 2 Enter", "Esc Esc Enter"] {
        tester.press(way).shows(&["作答情况"]);
        tester.press("2 Delete F2");
    }
    tester.idle();
    assert_eq!(tester.only_file("records/2026/11"), before);
    // The same unit and checklist begin a new record.
    tester.press("Esc Esc Esc 1 <text rmyy> Enter <text yjfz> Enter").shows(&["0/2"]);
}
