//! Changing a checklist from the terminal program, in an editor that is a small script.

use std::time::Duration;

use crate::support::{
    environment::Environment,
    pty::{PATIENCE, Session},
};

/// Starts the program in the list of checklists, with an editor that runs a script on the file `$1` at the line `$2`.
fn with_editor(environment: &Environment, script: &str) -> Session {
    let editor = environment.write("bin/nano", format!("#!/bin/sh\n{script}\n"));
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        std::fs::set_permissions(&editor, std::fs::Permissions::from_mode(0o755)).expect("a program");
    }
    let mut command = environment.in_terminal(&["--workspace", "ws"]);
    command.env("EDITOR", &editor);
    let session = Session::start(command, 24, 80);
    session.wait_for("没有未办结的检查", PATIENCE);
    session.type_keys("4");
    session.wait_for("预检分诊试用表", PATIENCE);
    session
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn mistakes_are_shown_at_their_lines_until_they_are_mended() {
    let environment = Environment::with_workspace("zh");
    let script = "echo in the editor; sed -i 's/^version/versoin/; s/^verzion/version/; s/^versoin/verzion/' \"$2\"; echo \"$1\" > ~/line";
    let mut session = with_editor(&environment, script);
    session.type_keys("Down e");
    session.wait_for("错误 2 处", PATIENCE);
    let screen = session.screen();
    for shown in ["C003", "C005", "verzion"] {
        assert!(screen.contains(shown), "{shown}: {screen}");
    }
    session.type_keys("Down");
    session.wait_for("^^^^^^^", PATIENCE);
    session.type_keys("Enter");
    session.wait_for("已检查，没有错误", PATIENCE);
    assert_eq!(environment.read("line"), "+4\n", "the line of the mistake");
    session.wait_for("预检分诊试用表", PATIENCE);
    session.type_keys("End Enter");
    session.wait_for("版本 1", PATIENCE);
    session.type_keys("Ctrl-Q");
    assert!(session.wait_for_exit(PATIENCE).success());
    assert!(session.is_restored());
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn a_change_from_outside_is_noticed() {
    let environment = Environment::with_workspace("zh");
    let mut session = with_editor(&environment, "true");
    let text = environment.read("ws/checklists/two-items.toml");
    environment.write("ws/checklists/two-items.toml", text.replacen("预检分诊试用表", "改过名的检查表", 1));
    session.wait_for("改过名的检查表", PATIENCE + Duration::from_secs(5));
    session.type_keys("Ctrl-Q");
    assert!(session.wait_for_exit(PATIENCE).success());
}

#[test]
#[cfg_attr(windows, ignore = "the harness is not used on Windows")]
fn an_editor_that_is_not_there_is_named() {
    let environment = Environment::with_workspace("zh");
    let mut session = with_editor(&environment, "true");
    std::fs::remove_file(environment.path("bin/nano")).expect("removed");
    session.type_keys("F2");
    session.wait_for("无法打开编辑器", PATIENCE);
    session.type_keys("Ctrl-Q");
    assert!(session.wait_for_exit(PATIENCE).success());
}
