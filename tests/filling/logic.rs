//! Items that depend on each other: what is said while a value is typed, what appears, and what follows.

use ducha::i18n::Lang;

use crate::support::tester::Tester;

/// Checks each example in a draft of its own: at this item, these keys; then this item, and the screen shows this.
#[track_caller]
fn check(examples: &[(&str, &str, &str, &[&str])]) {
    for (at, keys, then, shown) in examples {
        let mut tester = Tester::with_logic(Lang::Zh);
        tester.go_to(at).press(keys);
        assert_eq!(tester.item(), *then, "{keys} at {at}\n{}", tester.show());
        tester.shows(shown);
    }
}

#[test]
fn what_an_expression_says_of_a_value_is_said_while_it_is_typed() {
    check(&[
        // As long as the other answer is missing there is nothing to say.
        ("C2", "9", "C2", &["¬! ", "¬✗"]),
        ("C1", "8 Enter 9", "C2", &["! 在岗人数不能多于应在岗人数，请核对"]),
        ("C1", "8 Enter 9 Backspace 3", "C2", &["✗ 3人  不符合", "¬请核对"]),
        ("C1", "8 Enter 6", "C2", &["✓ 6人  符合", "¬请核对"]),
        // It is taken all the same, because the other number may be the wrong one, and stands in the way.
        ("C1", "8 Enter 9 Enter Up", "C2", &["9人", "! 在岗人数不能多于应在岗人数，请核对", "!  2"]),
        ("C1", "8 Enter 9 Enter Home 9 Enter", "C2", &["9人", "¬请核对"]),
    ]);
    let mut tester = Tester::with_logic(Lang::En);
    tester.press("8 Enter 9").shows(&["! No more people can be on duty than", "¬请核对"]);
}

#[test]
fn what_is_calculated_follows_at_once_and_what_depends_comes_and_goes_with_its_answer() {
    check(&[
        ("P1", "", "P1", &["自动计算，等待相关项目作答"]),
        ("C1", "8 Enter 6 Enter", "P1", &["75%（自动计算）", "缺岗原因"]),
        ("C1", "8 Enter 8 Enter", "P1", &["100%（自动计算）", "¬缺岗原因"]),
    ]);
    let mut tester = Tester::with_logic(Lang::Zh);
    tester.press("8 Enter 6 Enter Down Enter <text 请假两人> Ctrl-S").shows(&["缺岗原因"]);
    tester.go_to("C2").press("8 Enter").shows(&["¬缺岗原因", "100%"]);
    tester.go_to("C2").press("6 Enter").go_to("X1").shows(&["请假两人"]);
}

#[test]
fn a_cell_says_what_it_comes_to_while_it_is_typed() {
    check(&[
        ("T1", "Enter Enter <text 张三> Tab", "T1", &["第 1 行  时长 标准  ≤ 12小时"]),
        ("T1", "Enter Enter <text 张三> Tab 8", "T1", &["✓ 8小时  符合"]),
        ("T1", "Enter Enter <text 张三> Tab 1 3", "T1", &["✗ 13小时  不符合"]),
        ("T1", "Enter Enter <text 张三> Tab <text 很久>", "T1", &["! "]),
        ("T1", "Enter Enter <text 张三> Tab <text 很> Backspace", "T1", &["第 1 行  时长 标准", "¬很"]),
        ("T1", "Enter Enter <text 张三> Tab 8 Tab <text 2026-13-01>", "T1", &["! "]),
        ("T1", "Enter Enter <text 张三> Tab 9 9", "T1", &["! 合计不能超过24小时"]),
        // The rows that are there already count.
        (
            "T1",
            "Enter Enter a Tab 1 2 Enter Enter Enter b Tab 1 2 Enter Enter Enter c Tab 1",
            "T1",
            &["! 合计不能超过24小时"],
        ),
        ("T1", "Enter Enter a Tab 1 2 Enter Enter Enter b Tab 1 2", "T1", &["¬合计"]),
    ]);
}

#[test]
fn days_and_times_of_forms_are_checked_while_they_are_typed() {
    check(&[
        ("V1", "2 <text 离岗> Tab Tab Tab Tab <text 2026-02-30>", "V1", &["! "]),
        ("V1", "2 <text 离岗> Tab Tab Tab Tab <text 2026-12-30>", "V1", &["¬! ", "2026-12-30"]),
        ("V1", "F5 Tab Tab Tab <text x>", "V1", &["! "]),
    ]);
}

#[test]
fn phrases_of_the_checklist_are_one_key_away() {
    check(&[
        (
            "V1",
            "2 F3",
            "V1",
            &["值班人员擅自离岗", "值班电话无人接听", "值班登记不全", "值班表未张贴", "未落实“值班人员未离岗”"],
        ),
        ("V1", "2 F3 Down Enter", "V1", &["登记问题", "值班电话无人接听"]),
        ("V1", "2 F3 Enter F3 <text dhwr> Enter", "V1", &["值班人员擅自离岗；值班电话无人接听"]),
    ]);
}
