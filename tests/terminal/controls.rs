//! The controls of the answers in the real program in a real terminal: calendar, table, files, long text, and what comes
//! between.

use std::fs;

use crate::support::{
    environment::Environment,
    pty::{PATIENCE, Session},
    tester::files_below,
};

/// Begins filling in one of the checklists for trials, in a terminal that says it has all colours.
fn filling(environment: &Environment, pinyin: &str, text: &str, (rows, columns): (u16, u16)) -> Session {
    let id = text.split('"').nth(1).expect("the id comes first");
    environment.write(&format!("ws/checklists/{id}.toml"), text);
    let mut command = environment.in_terminal(&["--workspace", "ws"]);
    command.env("COLORTERM", "truecolor");
    let session = Session::start(command, rows, columns);
    session.wait_for("没有未办结的检查", PATIENCE);
    session.type_keys("1");
    session.wait_for("4/4", PATIENCE);
    session.type_keys("<text rmyy>");
    session.wait_for("2/4", PATIENCE);
    session.type_keys("Enter");
    session.wait_for("选择检查表", PATIENCE);
    session.type_keys(&format!("<text {pinyin}>"));
    session.wait_for(" 1/", PATIENCE);
    session.type_keys("Enter");
    session.wait_for("项目 0/", PATIENCE);
    session
}

fn with_controls(environment: &Environment) -> Session {
    filling(environment, "lenglian", include_str!("../data/valid/controls.toml"), (24, 80))
}

/// Returns the only record, as its file has it.
fn record(environment: &Environment) -> String {
    let files = files_below(&environment.path("ws/records"));
    assert_eq!(files.len(), 1, "{files:?}");
    fs::read_to_string(&files[0]).expect("the record")
}

/// Ends the program and returns the record.
fn ended(mut session: Session, environment: &Environment) -> String {
    session.type_keys("Ctrl-Q");
    assert!(session.wait_for_exit(PATIENCE).success());
    assert!(session.is_restored());
    record(environment)
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn a_day_is_chosen_in_the_calendar_with_the_arrow_keys() {
    let environment = Environment::with_workspace("zh");
    let session = with_controls(&environment);
    session.type_keys("Enter");
    session.wait_for("方向键选日", PATIENCE);
    session.type_keys("<text 2027-1-31>");
    session.wait_for("2027年1月", PATIENCE);
    session.type_keys("Right");
    session.wait_for("2027年2月", PATIENCE);
    session.wait_for("[ 1]", PATIENCE);
    session.wait_until("the caret behind the day", PATIENCE, |screen| {
        let (row, column) = screen.cursor_position();
        screen.contents_between(row, 0, row, column).ends_with("2027-02-01") && !screen.hide_cursor()
    });
    session.type_keys("Enter");
    session.wait_for("项目 1/", PATIENCE);
    assert!(ended(session, &environment).contains("2027-02-01"));
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn a_table_is_filled_in_row_by_row_in_chinese() {
    let environment = Environment::with_workspace("zh");
    let session = with_controls(&environment);
    session.type_keys("Down Down Enter");
    session.wait_for("添加一行", PATIENCE);
    session.type_keys("Enter <text 乙肝疫苗>");
    session.wait_for("乙肝疫苗", PATIENCE);
    session.type_keys("Tab 0");
    session.wait_for("不符合", PATIENCE);
    session.type_keys("Backspace 1 2");
    session.wait_for("✓ 12支", PATIENCE);
    session.type_keys("Tab 1 Tab Enter");
    session.wait_for("免疫规划", PATIENCE);
    session.wait_for("添加一行", PATIENCE);
    session.type_keys("Ctrl-S");
    session.wait_for("项目 1/", PATIENCE);
    let record = ended(session, &environment);
    assert!(record.contains("乙肝疫苗") && record.contains("12"), "{record}");
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn a_photograph_is_attached_by_its_path_and_its_picture_shown() {
    let environment = Environment::with_workspace("zh");
    let photograph = environment.write("照片/现场.png", include_bytes!("../data/photograph.png"));
    let session = with_controls(&environment);
    session.type_keys("End Ctrl-E");
    session.wait_for("Enter 添加", PATIENCE);
    session.type_keys(&format!("<text {}/照片/现>", environment.path("").display()));
    session.wait_for("现场.png", PATIENCE);
    session.type_keys("Tab Enter");
    session.wait_for("已留存", PATIENCE);
    session.wait_until("a picture", PATIENCE, |screen| screen.contents().contains(['▌', '▐', '█']));
    assert!(session.written().contains("48;2;"), "in its own colours");
    session.type_keys("Esc");
    session.wait_for("证据  现场.png", PATIENCE);
    // A file that is dropped on the window comes as its path.
    environment.write("照片/另一张.jpg", b"no photograph at all");
    session.paste(&format!("'{}'", environment.path("照片/另一张.jpg").display()));
    session.wait_for("已留存证据：另一张.jpg", PATIENCE);
    assert!(ended(session, &environment).contains("现场.png"));
    assert!(photograph.is_file(), "the original is untouched");
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn a_long_text_is_typed_and_pasted_while_the_size_changes() {
    let environment = Environment::with_workspace("zh");
    let text = include_str!("../data/valid/staff.toml");
    let session = filling(&environment, "zaigang", text, (24, 80));
    session.type_keys("8 Enter 6 Enter");
    session.wait_for("缺岗原因", PATIENCE);
    session.type_keys("Down Enter <text 张三、李四请假>");
    session.wait_for("张三、李四请假", PATIENCE);
    session.paste(&"，已安排其他人员顶岗".repeat(40));
    session.type_keys("<text 。完>");
    session.wait_for("。完", PATIENCE);
    for (rows, columns) in [(40, 120), (16, 60), (24, 80)] {
        session.resize(rows, columns);
        session.wait_until("the caret behind the text", PATIENCE, |screen| {
            let (row, column) = screen.cursor_position();
            let (drawn_rows, drawn_columns) = screen.size();
            (drawn_rows.get(), drawn_columns.get()) == (rows, columns)
                && screen.contents_between(row, 0, row, column).ends_with('完')
        });
    }
    session.type_keys("Ctrl-S");
    session.wait_for("项目 4/", PATIENCE);
    let record = ended(session, &environment);
    assert!(record.contains("张三、李四请假，已安排") && record.contains("顶岗。完"), "{record}");
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn a_terminal_that_is_closed_in_mid_answer_loses_nothing() {
    let environment = Environment::with_workspace("zh");
    let mut session = with_controls(&environment);
    session.type_keys("Down Down Enter Enter <text 乙肝疫苗> Tab 1 2");
    session.wait_for("✓ 12支", PATIENCE);
    session.hang_up("3");
    session.wait_for_exit(PATIENCE);
    let record = record(&environment);
    assert!(record.contains("乙肝疫苗"), "{record}");
    let session = Session::start(environment.in_terminal(&["--workspace", "ws"]), 24, 80);
    session.wait_for("草稿", PATIENCE);
    session.type_keys("Enter");
    session.wait_for("乙肝疫苗", PATIENCE);
}

#[test]
#[cfg_attr(windows, ignore = "needs /bin/sh")]
fn an_editor_that_is_opened_and_closed_leaves_the_draft_as_it_was() {
    let environment = Environment::with_workspace("zh");
    let script = "#!/bin/sh\nprintf 'editor ready '\nread line\n";
    let editor = environment.write("bin/nano", script);
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        fs::set_permissions(&editor, fs::Permissions::from_mode(0o755)).expect("a program");
    }
    environment.write("ws/checklists/controls.toml", include_str!("../data/valid/controls.toml"));
    let mut command = environment.in_terminal(&["--workspace", "ws"]);
    command.env("EDITOR", &editor);
    let session = Session::start(command, 24, 80);
    session.wait_for("没有未办结的检查", PATIENCE);
    session.type_keys("1");
    session.wait_for("4/4", PATIENCE);
    session.type_keys("<text rmyy>");
    session.wait_for("2/4", PATIENCE);
    session.type_keys("Enter");
    session.wait_for("选择检查表", PATIENCE);
    session.type_keys("<text lenglian>");
    session.wait_for(" 1/", PATIENCE);
    session.type_keys("Enter");
    session.wait_for("项目 0/", PATIENCE);
    session.type_keys("Ctrl-N <text 写到一半>");
    session.wait_for("写到一半", PATIENCE);
    session.type_keys("Ctrl-P <text 检查表>");
    session.wait_for("检查表", PATIENCE);
    session.type_keys("Enter");
    session.wait_for("预检分诊试用表", PATIENCE);
    session.type_keys("F2");
    session.wait_for("editor ready", PATIENCE);
    assert!(session.is_restored(), "the editor finds an ordinary terminal");
    session.type_keys("Enter");
    session.wait_for("已检查，没有错误", PATIENCE);
    session.type_keys("Esc");
    session.wait_for("备注  写到一半", PATIENCE);
    session.type_keys("Ctrl-N <text ，再写完> Ctrl-S");
    session.wait_for("备注  写到一半，再写完", PATIENCE);
    assert!(ended(session, &environment).contains("写到一半，再写完"));
}
