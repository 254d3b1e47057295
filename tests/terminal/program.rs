//! The real program in a real terminal, as an inspector uses it.

use std::fs;

use crate::support::{
    environment::Environment,
    pty::{PATIENCE, Session},
    tester::files_below,
};

/// Starts the program with the small workspace.
fn started(environment: &Environment) -> Session {
    let session = Session::start(environment.in_terminal(&["--workspace", "ws"]), 24, 80);
    session.wait_for("没有未办结的检查", PATIENCE);
    session
}

/// Starts the program and begins filling in the trial checklist.
fn filling(environment: &Environment) -> Session {
    let session = started(environment);
    session.type_keys("1");
    session.wait_for("4/4", PATIENCE);
    session.type_keys("<text rmyy>");
    session.wait_for("2/4", PATIENCE);
    session.type_keys("Enter");
    session.wait_for("医疗废物试用检查表", PATIENCE);
    session.type_keys("<text 医疗>");
    session.wait_for(" 1/", PATIENCE);
    session.type_keys("Enter");
    session.wait_for("项目 0/11", PATIENCE);
    session
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn from_the_first_start_to_a_crash_and_on_from_there() {
    let environment = Environment::new();
    let mut session = Session::start(environment.in_terminal(&[]), 24, 80);
    session.wait_for("建立工作区", PATIENCE);
    session.type_keys("<text 云澜市卫健委> Tab <text 林明> Ctrl-S");
    session.wait_for("工作区已建好", PATIENCE);
    session.type_keys("1");
    session.wait_for("48/48", PATIENCE);
    session.type_keys("<text 云澜市人民医院>");
    session.wait_for("1/48", PATIENCE);
    session.type_keys("Enter");
    session.wait_for("发热门诊", PATIENCE);
    session.type_keys("<text frmz>");
    session.wait_for(" 1/", PATIENCE);
    session.type_keys("Enter");
    session.wait_for("项目 0/", PATIENCE);
    session.type_keys("1 1");
    session.wait_for("项目 2/", PATIENCE);
    session.type_keys("Ctrl-N <text 现场标识>");
    session.paste("已拍照\n两张");
    session.wait_for("现场标识已拍照", PATIENCE);
    session.wait_until("the caret behind the text", PATIENCE, |screen| {
        let (row, column) = screen.cursor_position();
        screen.contents_between(row, 0, row, column).ends_with("两张")
    });
    let (before, cursor) = (session.screen(), session.cursor());
    session.kill9();

    let mut session = Session::start(environment.in_terminal(&[]), 24, 80);
    session.wait_for("草稿", PATIENCE);
    session.type_keys("Enter");
    session.wait_until("the caret where it was", PATIENCE, |screen| screen.cursor_position() == cursor);
    let body = |screen: &str| screen.lines().skip(1).take(20).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(body(&session.screen()), body(&before));
    session.type_keys("Ctrl-S");
    session.wait_for("备注  现场标识已拍照", PATIENCE);
    session.type_keys("1");
    session.wait_for("项目 3/", PATIENCE);
    session.type_keys("Ctrl-Q");
    assert!(session.wait_for_exit(PATIENCE).success());
    assert!(session.is_restored());
    // The workspace is remembered; what was typed is in an ordinary file.
    let listed = environment.run(&["record", "list"]).good();
    assert!(listed.contains("云澜市人民医院") && listed.contains("草稿 3/"), "{listed}");
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn the_size_may_change_at_any_moment() {
    let environment = Environment::with_workspace("zh");
    let session = filling(&environment);
    session.type_keys("Ctrl-N <text 写到一半>");
    session.wait_for("写到一半", PATIENCE);
    for (rows, columns, shown) in
        [(40, 120, "写到一半"), (10, 40, "窗口过小"), (16, 60, "写到一半"), (24, 80, "写到一半")]
    {
        session.resize(rows, columns);
        session.wait_for(shown, PATIENCE);
    }
    session.type_keys("<text 再写完> Ctrl-S");
    session.wait_for("备注  写到一半再写完", PATIENCE);
}

#[test]
#[cfg_attr(windows, ignore = "signals are for Unix")]
fn a_signal_saves_what_is_typed_and_gives_the_terminal_back() {
    for signal in ["TERM", "HUP"] {
        let environment = Environment::with_workspace("zh");
        let mut session = filling(&environment);
        session.type_keys("1 Ctrl-N <text 写到一半>");
        session.wait_for("写到一半", PATIENCE);
        session.signal(signal);
        session.wait_for_exit(PATIENCE);
        assert!(session.is_restored(), "{signal}");
        let record = files_below(&environment.path("ws/records")).remove(0);
        let record = fs::read_to_string(record).expect("the record");
        assert!(record.contains("写到一半") && record.contains("conforms"), "{signal}: {record}");
    }
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn a_second_window_may_look_and_says_so() {
    let environment = Environment::with_workspace("zh");
    let mut first = filling(&environment);
    first.type_keys("1");
    first.wait_for("项目 1/11", PATIENCE);
    let second = Session::start(environment.in_terminal(&["--workspace", "ws"]), 24, 80);
    second.wait_for("只读", PATIENCE);
    second.wait_for("草稿", PATIENCE);
    second.type_keys("Enter");
    second.wait_for("作答情况", PATIENCE);
    first.type_keys("Ctrl-Q");
    assert!(first.wait_for_exit(PATIENCE).success());
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn no_colour_is_sent_where_none_is_wanted() {
    let environment = Environment::with_workspace("zh");
    for (no_color, coloured) in [("", true), ("1", false)] {
        let mut command = environment.in_terminal(&["--workspace", "ws"]);
        command.env("NO_COLOR", no_color);
        let mut session = Session::start(command, 24, 80);
        session.wait_for("没有未办结的检查", PATIENCE);
        session.type_keys("1");
        session.wait_for("4/4", PATIENCE);
        session.type_keys("Enter");
        session.wait_for("选择检查表", PATIENCE);
        session.type_keys("Ctrl-Q");
        session.wait_for_exit(PATIENCE);
        assert_eq!(has_colour(&session.written()), coloured, "NO_COLOR={no_color:?}");
    }
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn a_terminal_that_is_too_small_is_waited_for() {
    let environment = Environment::with_workspace("zh");
    let session = Session::start(environment.in_terminal(&["--workspace", "ws"]), 10, 40);
    session.wait_for("窗口过小", PATIENCE);
    session.resize(24, 80);
    session.wait_for("没有未办结的检查", PATIENCE);
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn ascii_and_the_language_can_be_chosen() {
    let environment = Environment::with_workspace("zh");
    let session =
        Session::start(environment.in_terminal(&["--workspace", "ws", "--lang", "en", "ui", "--ascii"]), 24, 80);
    session.wait_for("There are no drafts", PATIENCE);
    session.wait_until("a border of ASCII", PATIENCE, |screen| screen.contents().contains("+--"));
    assert!(!session.screen().contains(['│', '─']), "{}", session.screen());
}

/// Says whether a colour was set, by one of the three ways of writing it.
fn has_colour(written: &str) -> bool {
    written.split("\x1b[").skip(1).filter_map(|rest| rest.split_once('m')).any(|(numbers, _)| {
        numbers.split(';').any(|number| matches!(number.parse(), Ok(30..=38 | 40..=48 | 90..=97 | 100..=107)))
    })
}
