//! Figures on their way to their targets: below one of them is no finding until somebody describes it as a problem.

use ducha::i18n::Lang;

use crate::support::tester::Tester;

/// Checks each example in a draft of its own: these keys at the first figure; then this item, and the screen shows this.
#[track_caller]
fn check(examples: &[(&str, &str, &[&str])]) {
    for (keys, then, shown) in examples {
        let mut tester = Tester::with_figures(Lang::Zh);
        tester.press(keys);
        assert_eq!(tester.item(), *then, "{keys}\n{}", tester.show());
        tester.shows(shown);
    }
}

#[test]
fn what_is_not_done_yet_is_no_finding_by_itself() {
    check(&[
        ("", "P1", &["未填报", "¬未检查"]),
        ("8 0", "P1", &["✗ 80%  未完成", "≥ 95%", "¬分值"]),
        ("8 0 Enter", "P2", &["✗  1", "未完成 1 · 未填报 1 · 待补 1"]),
        ("8 0 Enter Up", "P1", &["80%  未完成", "未登记；存在问题的，按 F2 登记", "登记问题时须留存"]),
        ("9 6 Enter Up", "P1", &["96%  已完成", "¬未登记"]),
        ("Down 2", "P2", &["[未完成]", "已完成", "¬符合"]),
        ("8 0 Enter 2 F9", "P2", &["按 Enter 确认办结", "待整改问题        0", "¬得分率"]),
    ]);
}

#[test]
fn a_problem_that_is_described_is_one() {
    check(&[
        ("8 0 Enter Up F2", "P1", &["登记问题", "¬不符合"]),
        ("Down 2 F2 <text 尚未招标> Ctrl-S", "P2", &["!  2", "尚未招标", "待补 2"]),
        ("Down 2 F2 <text 尚未招标> Ctrl-S F9", "P2", &["缺少须留存的证据"]),
        // What is emptied again is none.
        ("Down 2 F2 a Ctrl-S F2 Backspace Ctrl-S", "P2", &["✗  2", "未登记；存在问题的", "待补 1"]),
    ]);
}

#[test]
fn only_described_problems_come_into_the_ledger() {
    let mut tester = Tester::with_figures(Lang::Zh);
    tester.press("8 0 Enter 2 F9 Enter").shows(&["已办结", "已完成 0 · 未完成 2 · 共 2 项", "80% 未完成"]);
    assert!(!tester.only_file("findings").contains("[[finding]]"));
    for list in [&["record", "list"][..], &["review", "list"], &["facility", "show", "F001"]] {
        let listed = tester.environment().run_there(list).good();
        assert!(listed.contains("已完成 0 未完成 2") && !listed.contains("得分率"), "{list:?}: {listed}");
    }
}
