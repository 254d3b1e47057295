//! Filling in, key by key: what was there, what was pressed, what is there then.

mod controls;
mod figures;
mod finalising;
mod leaving;
mod logic;
mod typing;
mod voiding;

use ducha::app::Msg;

use crate::support::tester::Tester;

/// An example: at this item, these keys; then this item is in hand, and the screen shows this.
type Example = (&'static str, &'static str, &'static str, &'static [&'static str]);

/// Checks each example in a draft of its own.
#[track_caller]
fn check(examples: &[Example]) {
    for (at, keys, then, shown) in examples {
        let mut tester = Tester::filling();
        tester.go_to(at).press(keys);
        assert_eq!(tester.item(), *then, "{keys} at {at}\n{}", tester.show());
        tester.shows(shown);
    }
}

#[test]
fn one_key_answers_and_goes_on() {
    check(&[
        ("A1", "1", "A2", &["✓  1★", "1/11"]),
        ("A1", "１", "A2", &["✓  1★"]),
        ("A1", "3", "A2", &["–  1★"]),
        ("A1", "F4", "A2", &["◇  1★"]),
        ("A1", "1 Up 0", "A1", &["○  1★", "0/11"]),
        ("A1", "1 Up Delete", "A1", &["○  1★"]),
        ("A1", "Space Space", "A1", &["[不符合]"]),
        ("A1", "5", "A1", &["此键对本项无效", "○  1★"]),
        ("A3", "1", "B1", &["✓  3"]),
        ("B4", "1", "B5", &["✓  7"]),
        ("B5", "1 3", "B5", &["[感染性]", " 损伤性 ", "[病理性]"]),
        ("B5", "1 1", "B5", &["○  8", " 感染性 "]),
        ("B1", "F3", "B2", &["–  4"]),
    ]);
}

#[test]
fn a_failing_answer_opens_its_finding_with_what_is_known() {
    check(&[
        ("A1", "2", "A1", &["不符合 · 登记问题", "[较重]", "2026-12-06", "!  1★", "[不符合]"]),
        ("A3", "2", "A3", &["不符合 · 登记问题"]),
        ("B1", "3 Enter", "B1", &["不符合 · 登记问题", "3天", "2026-11-24"]),
        ("B4", "2", "B4", &["不符合 · 登记问题"]),
        // The item asks for evidence of a failure, which is still missing.
        ("A1", "2 <text 门未上锁> Ctrl-S", "A2", &["!  1★"]),
        ("A1", "2 <text 门未上锁> Ctrl-S Up", "A1", &["门未上锁", "2026-12-06"]),
        // What is found at the spot may be put right at the spot.
        ("A1", "2 <text 门未上锁> Shift-Tab 2 Ctrl-S Up", "A1", &["门未上锁"]),
    ]);
}

#[test]
fn values_are_read_as_people_type_them() {
    check(&[
        ("B1", "2 Enter", "B2", &["✓  4"]),
        ("B1", "1 <text .5> Enter Up", "B1", &["1.5天", "符合"]),
        ("B1", "Enter <text １．５> Enter Up", "B1", &["1.5天"]),
        ("B2", "9 6 Enter Up", "B2", &["96%", "符合"]),
        ("B3", "2 0 Enter Up", "B3", &["20"]),
        ("B6", "Enter <text 2027-1-5> Enter Up", "B6", &["2027-01-05", "符合"]),
        ("B6", "Enter <text 昨天> Enter", "B6", &["不符合 · 登记问题", "2026-11-20"]),
        ("B6", "1 2 - 1 Enter Up", "B6", &["2026-12-01", "符合"]),
        ("B7", "9 <text :30> Enter Up", "B7", &["09:30"]),
        ("B8", "Enter <text 第一行> Enter <text 第二行> Ctrl-S", "B8", &["第一行", "已是最后一项"]),
    ]);
}

#[test]
fn a_value_that_cannot_be_understood_says_why_and_stays() {
    check(&[
        ("B1", "Enter <text 三天> Enter", "B1", &[" ! ", "三天", "○  4"]),
        ("B2", "9 <text 5.5.> Enter", "B2", &[" ! ", "95.5.", "○  5"]),
        ("B3", "1 <text .5> Enter", "B3", &[" ! ", "○  6"]),
        ("B6", "Enter <text 2026-02-30> Enter", "B6", &[" ! ", "○  9"]),
        ("B7", "2 5 Enter", "B7", &[" ! ", "○ 10"]),
        // Whoever leaves such a field finds what was typed in the note.
        ("B1", "Enter <text 三天> Esc", "B1", &["已记入备注", "备注  三天", "○  4"]),
    ]);
}

#[test]
fn the_way_through_the_items() {
    check(&[
        ("A1", "Tab", "A2", &[]),
        ("A1", "Shift-Tab", "B8", &[]),
        ("A1", "1 1 Home Tab", "A3", &[]),
        ("A1", "Right", "B1", &[]),
        ("B2", "Left", "B1", &[]),
        ("B1", "Left", "A1", &[]),
        ("A1", "End", "B8", &[]),
        ("B2", "2 Esc /", "B2", &["/ "]),
        ("A1", "？", "A1", &["帮助", "一键作答并前进"]),
        ("A1", "? Esc 1", "A2", &["✓  1★"]),
    ]);
}

#[test]
fn items_are_narrowed_by_chinese_and_pinyin() {
    check(&[
        ("A1", "/ <text 登记>", "A3", &["交接登记完整", "登记完整率", "¬分类收集容器"]),
        ("A1", "、 <text dj>", "A3", &["交接登记完整", "登记完整率", "¬分类收集容器"]),
        ("A1", "/ <text 登记> Enter 1", "B2", &["✓  3 交接登记完整", "/ 登记"]),
        ("A1", "/ <text 登记> Enter Esc", "A3", &["分类收集容器", "¬/ 登记"]),
        // Nothing fits: the item in hand stays, and nothing breaks.
        ("A1", "/ <text 没有> Enter", "A1", &["/ 没有"]),
    ]);
}

#[test]
fn everything_about_an_item_has_a_window_of_its_own() {
    check(&[("A1", "Enter", "A1", &["《某某管理办法》第九条", "警示标识"]), ("A1", "Enter Esc 1", "A2", &["✓  1★"])]);
}

#[test]
fn a_click_goes_to_what_is_drawn_there() {
    let mut tester = Tester::filling();
    tester.press("Ctrl-N <text 写到一半>");
    for (shown, item) in [("二 数量", "B1"), ("交接登记完整", "A3"), ("暂存时间", "B1")] {
        let row = tester.drawn().rows.iter().position(|row| row.contains(shown)).expect(shown);
        let row = u16::try_from(row).expect("a small screen");
        let at = ducha::view::item_at(&tester.app, 5, row).expect(shown);
        tester.send(Msg::Click(at));
        assert_eq!(tester.item(), item, "{shown}\n{}", tester.show());
    }
    for (column, row) in [(0, 5), (60, 5), (5, 0), (5, 23), (500, 500)] {
        assert_eq!(ducha::view::item_at(&tester.app, column, row), None, "{column} {row}");
    }
    tester.go_to("A1").shows(&["备注  写到一半"]);
}

#[test]
fn notes_are_texts_of_several_lines() {
    check(&[
        ("A1", "Ctrl-N <text 第一行> Enter <text 第二行> Ctrl-S", "A1", &["备注  第一行", "第二行"]),
        ("A1", "Ctrl-N <text 第一行> Tab", "A1", &["备注  第一行"]),
        ("A1", "Ctrl-N <text 转诊登记缺3例> Esc", "A1", &["备注  转诊登记缺3例"]),
        ("A1", "Ctrl-N <text １？、> Esc", "A1", &["备注  １？、"]),
    ]);
}

#[test]
fn undo_and_redo_go_any_number_of_steps_also_after_a_restart() {
    let mut tester = Tester::filling();
    tester.press("1 3 2 <text 缺三例> Ctrl-S");
    tester.shows(&["✓  1★", "–  2", "✗  3"]);
    tester.restart();
    tester.press("Enter").shows(&["✓  1★", "–  2", "✗  3"]);
    tester.press("Ctrl-Z Ctrl-Z").shows(&["✓  1★", "–  2", "○  3", "已撤销一步"]);
    tester.press("Ctrl-Z").shows(&["✓  1★", "○  2"]);
    assert_eq!(tester.item(), "A2");
    tester.restart();
    tester.press("Enter Ctrl-Y Ctrl-Y Ctrl-Y").shows(&["✓  1★", "–  2", "✗  3"]);
    tester.press("Ctrl-Y").shows(&["没有可恢复的操作"]);
    tester.press("Ctrl-Z Ctrl-Z Ctrl-Z Ctrl-Z Ctrl-Z").shows(&["○  1★", "没有可撤销的操作"]);
}

#[test]
fn everything_is_there_after_a_crash_also_the_half_typed_text() {
    let cases: [(&str, &str, &[&str]); 5] = [
        ("A2", "Ctrl-N <text 写到一>", &["备注", "写到一"]),
        ("B1", "1 <text .>", &["1."]),
        ("A1", "2 <text 门未>", &["登记问题", "门未"]),
        ("A1", "2 <text 门未上锁> Tab Tab <text 换锁>", &["登记问题", "门未上锁", "换锁"]),
        ("A1", "F5 Tab <text 张三>", &["检查信息", "张三"]),
    ];
    for (at, keys, shown) in cases {
        let mut tester = Tester::filling();
        tester.go_to(at).press(keys);
        let (before, caret) = (tester.drawn().rows, tester.drawn().caret);
        tester.restart();
        tester.press("Enter").shows(shown);
        assert_eq!(tester.item(), at, "{keys}");
        let after = tester.drawn();
        assert_eq!((after.rows[1..20].join("\n"), after.caret), (before[1..20].join("\n"), caret), "{keys}");
    }
}
