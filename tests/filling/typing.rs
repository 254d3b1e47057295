//! Where the caret is, and what goes into the text instead of being a command.

use ducha::app::Msg;

use crate::support::tester::Tester;

#[test]
fn the_caret_stands_behind_what_is_typed() {
    let cases = [
        ("A1", "Ctrl-N <text 转诊登记缺3例>", "转诊登记缺3例"),
        ("A1", "Ctrl-N <text 第一行> Enter <text 第二>", "第二"),
        ("B1", "1 <text .5>", "1.5"),
        ("A1", "/ <text 登记>", "/ 登记"),
        ("A1", "2 <text 门未上锁>", "门未上锁"),
        ("A1", "F5 Tab <text 张三>", "张三"),
    ];
    for (at, keys, text) in cases {
        let mut tester = Tester::filling();
        tester.go_to(at).press(keys);
        let drawn = tester.drawn();
        assert!(drawn.before_caret().ends_with(text), "{keys}: {:?}\n{}", drawn.before_caret(), drawn.show());
    }
}

#[test]
fn the_caret_shows_only_where_text_is_typed() {
    let mut tester = Tester::filling();
    let cases = [
        ("Up", false),
        ("Ctrl-N", true),
        ("F1", false),
        ("Esc", true),
        ("Ctrl-P", true),
        ("Esc Esc", false),
        ("F9", false),
    ];
    for (keys, visible) in cases {
        tester.press(keys);
        assert_eq!(tester.drawn().caret.is_some(), visible, "{keys}\n{}", tester.show());
    }
}

#[test]
fn a_long_text_scrolls_and_the_caret_stays_inside() {
    let mut tester = Tester::filling();
    let long = "转诊登记缺3例，".repeat(30);
    tester.press(&format!("Ctrl-N <text {long}>"));
    let drawn = tester.drawn();
    let (column, row) = drawn.caret.expect("a caret");
    assert!(column < 79 && row < 22, "{}", drawn.show());
    assert!(drawn.before_caret().ends_with('，'), "{}", drawn.show());
    assert!(drawn.rows[1..22].iter().all(|row| row.ends_with(['│', '┐', '┘'])), "{}", drawn.show());
}

#[test]
fn pasted_text_goes_into_the_field_and_nowhere_else() {
    let mut tester = Tester::filling();
    tester.send(Msg::Paste("1111".to_owned())).shows(&["0/11"]);
    tester.press("Ctrl-N").send(Msg::Paste("一行\n两行".to_owned())).press("Esc");
    tester.shows(&["一行", "两行", "0/11"]);
    tester.press("/").send(Msg::Paste("登记\n完整".to_owned()));
    tester.shows(&["交接登记完整"]);
}

#[test]
fn what_could_steer_a_terminal_is_shown_and_not_sent() {
    let mut tester = Tester::filling();
    tester.press("Ctrl-N").send(Msg::Paste("红\u{1b}[31m\u{7}字".to_owned())).press("Esc");
    let drawn = tester.drawn();
    assert!(drawn.has("红") && drawn.has("字"), "{}", drawn.show());
    assert!(!drawn.rows.iter().any(|row| row.chars().any(char::is_control)), "{}", drawn.show());
}
