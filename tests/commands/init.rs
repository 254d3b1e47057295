//! Making a workspace, and finding it again.

use std::fs;

use crate::support::environment::{Environment, Run};

#[test]
fn a_workspace_is_made_without_a_question() {
    let environment = Environment::new();
    let said = environment.run(&["init", "ws", "--yes", "--bureau", "云澜市卫健委", "--inspector", "林明"]).good();
    let checklists = ducha::checklist::builtin::routine_checklists().count();
    assert!(said.starts_with(&format!("工作区已建好：ws（检查表 {checklists} 张")), "{said}");
    let settings = environment.read("ws/ducha.toml");
    for line in ["format = 1", "bureau = \"云澜市卫健委\"", "inspector = \"林明\"", "language = \"zh\""] {
        assert!(settings.lines().any(|found| found == line), "{line} in\n{settings}");
    }
    let facilities = environment.run_there(&["facility", "list"]).good().lines().count();
    assert!(facilities >= 40, "the sample has {facilities} units");
    assert_eq!(environment.run_there(&["plan", "list"]).good().lines().count(), 1);
    assert_eq!(environment.run_there(&["check"]).code, 0);
}

#[test]
fn each_language_has_its_own_workspace() {
    let environment = Environment::new();
    let said = environment.run(&["init", "ws", "--yes", "--lang", "en"]).good();
    assert!(said.starts_with("The workspace is ready: ws"), "{said}");
    assert!(environment.read("ws/ducha.toml").contains("language = \"en\""));
}

#[test]
fn what_init_came_to_as_data() {
    let environment = Environment::new();
    let printed = environment.run(&["init", "ws", "--yes", "--format", "json"]).good();
    let data: serde_json::Value = serde_json::from_str(&printed).expect("JSON");
    assert_eq!(data["workspace"], "ws");
    assert!(data["facilities"].as_u64() >= Some(40), "{data}");
}

#[test]
fn an_existing_workspace_is_refused_and_left_alone() {
    let environment = Environment::with_workspace("zh");
    let before = environment.read("ws/ducha.toml");
    environment
        .run(&["init", "ws", "--yes", "--bureau", "别的"])
        .fails(1, &["此处已有工作区", "ws/ducha.toml", "办法："]);
    assert_eq!(environment.read("ws/ducha.toml"), before);
}

#[test]
fn files_that_are_there_already_are_kept() {
    let environment = Environment::new();
    environment.write("ws/facilities.toml", "# 我们的名单\n");
    environment.write("ws/其他.docx", "与本程序无关");
    environment.run(&["init", "ws", "--yes"]).good();
    assert_eq!(environment.read("ws/facilities.toml"), "# 我们的名单\n");
    assert_eq!(environment.read("ws/其他.docx"), "与本程序无关");
}

#[test]
fn without_a_home_directory_a_named_folder_will_do() {
    let environment = Environment::new();
    let mut command = environment.program();
    command.env_remove("HOME").args(["init", "ws", "--yes"]);
    assert_eq!(environment.finish(&mut command).code, 0);
    let mut command = environment.program();
    command.env_remove("HOME").args(["--workspace", "ws", "plan", "list"]);
    assert!(environment.finish(&mut command).good().contains("2026年全市卫生健康工作要点"));
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let environment = Environment::new();
    environment.write("file", "");
    environment.run(&["init", "file/ws", "--yes"]).fails(1, &["位置：", "file/ws", "办法："]);
}

#[test]
fn the_nearest_workspace_is_meant() {
    let environment = Environment::new();
    for (folder, bureau) in [("named", "甲"), ("around", "乙"), ("variable", "丙"), ("last", "丁")] {
        environment.run(&["init", folder, "--yes", "--bureau", bureau]).good();
        environment.write(&format!("{folder}/facilities.toml"), unit(bureau));
    }
    fs::create_dir_all(environment.path("around/records/2026")).expect("a folder");
    let inside = environment.path("around/records/2026");
    let variable = environment.path("variable");
    let meant = |named: bool, around: bool, by_variable: bool| {
        let mut command = environment.program();
        if named {
            command.arg("--workspace").arg(environment.path("named"));
        }
        if around {
            command.current_dir(&inside);
        }
        if by_variable {
            command.env("DUCHA_WORKSPACE", &variable);
        }
        let Run { out, .. } = environment.finish(command.args(["facility", "list"]));
        out.split_whitespace().nth(1).map(str::to_owned)
    };
    let cases =
        [(true, true, true, "甲"), (false, true, true, "乙"), (false, false, true, "丙"), (false, false, false, "丁")];
    for (named, around, by_variable, bureau) in cases {
        assert_eq!(meant(named, around, by_variable).as_deref(), Some(bureau), "{named} {around} {by_variable}");
    }
    // The one that was used last is gone: the one in the platform's data folder, where there is one.
    fs::remove_dir_all(environment.path("last")).expect("removed");
    environment.run(&["facility", "list"]).fails(1, &["没有找到工作区", "ducha init"]);
    environment.run(&["init", "--yes"]).good();
    assert_eq!(environment.run(&["check"]).code, 0);
}

#[test]
fn a_folder_that_is_no_workspace_is_named() {
    let environment = Environment::new();
    environment.run(&["--workspace", "nowhere", "plan", "list"]).fails(1, &["不是工作区", "nowhere", "ducha init"]);
}

#[test]
fn a_workspace_of_a_newer_version_is_left_alone() {
    let environment = Environment::with_workspace("zh");
    environment.write("ws/ducha.toml", "format = 99\nsomething = \"new\"\n");
    environment.run_there(&["plan", "list"]).fails(1, &["更新版本", "ws/ducha.toml", "升级"]);
}

fn unit(name: &str) -> String {
    format!("[[facility]]\nid = \"1\"\nname = \"{name}\"\ntype = \"clinic\"\n")
}
