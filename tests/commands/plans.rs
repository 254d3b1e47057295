//! Importing, listing and showing plans.

use std::{fs, path::Path};

use serde_json::Value;

use crate::support::environment::{Environment, PLAN};

/// Where the real documents lie, beside the repository; they are not part of it.
const REAL: &str = "../shared/data/plans";

fn with_plan() -> Environment {
    let environment = Environment::with_workspace("zh");
    environment.write("要点.txt", PLAN);
    environment.run_there(&["plan", "import", "要点.txt"]).good();
    environment
}

#[test]
fn a_document_is_imported_listed_and_shown() {
    let environment = Environment::with_workspace("zh");
    environment.write("要点.txt", PLAN);
    let said = environment.run_there(&["plan", "import", "要点.txt"]).good();
    assert!(said.contains("已导入《2026年监督检查工作要点》"), "{said}");
    let listed = environment.run_there(&["plan", "list"]).good();
    assert!(listed.contains("2026年监督检查工作要点"), "{listed}");
    let shown = environment.run_there(&["plan", "show", "2026"]).good();
    for text in ["一、规范医疗废物管理", "（一）健全制度", "医疗废物暂存时间不得超过2天", "预检分诊点"]
    {
        assert!(shown.contains(text), "{text} in\n{shown}");
    }
    assert_eq!(environment.run_there(&["plan", "show", "监督检查"]).good(), shown);
}

#[test]
fn what_a_plan_shows_is_what_generate_takes() {
    let environment = with_plan();
    let shown = environment.run_there(&["plan", "show", "2026"]).good();
    let section = shown.lines().find(|line| line.contains("健全制度")).expect("a heading");
    let id = section.split_whitespace().next().expect("its number");
    let made = environment.run_there(&["generate", "2026", "--section", id, "--dry-run"]);
    assert!(made.good().contains("新建"), "{id}");
}

#[test]
fn the_same_as_data() {
    let environment = with_plan();
    let json =
        |arguments: &[&str]| -> Value { serde_json::from_str(&environment.run_there(arguments).good()).expect("JSON") };
    let list = json(&["plan", "list", "--format", "json"]);
    assert_eq!(list[0]["year"], 2026);
    let plan = json(&["plan", "show", "2026", "--format", "json"]);
    let sections: Vec<_> = plan["outline"].as_array().expect("headings").iter().map(|one| &one["id"]).collect();
    assert_eq!(sections, ["一", "一/(一)", "一/(二)", "二", "二/(一)"]);
    let clauses = plan["clauses"].as_array().expect("clauses");
    assert!(clauses.iter().any(|clause| clause["indicators"].to_string().contains("95")), "{plan}");
}

#[test]
fn importing_again_keeps_the_ids_and_the_original_bytes() {
    let environment = with_plan();
    let ids = || {
        let plan = environment.run_there(&["plan", "show", "2026", "--format", "json"]).good();
        let plan: Value = serde_json::from_str(&plan).expect("JSON");
        plan["clauses"].as_array().expect("clauses").iter().map(|clause| clause["id"].to_string()).collect::<Vec<_>>()
    };
    let before = ids();
    let said = environment.run_there(&["plan", "import", "要点.txt"]).good();
    assert!(said.contains("已重新导入"), "{said}");
    assert_eq!(ids(), before);
    let folder = fs::read_dir(environment.path("ws/plans")).expect("plans").flatten().next().expect("a plan").path();
    let original = fs::read_dir(folder)
        .expect("files")
        .flatten()
        .any(|file| fs::read(file.path()).expect("a file") == PLAN.as_bytes());
    assert!(original, "the bytes are kept");
}

#[test]
fn a_document_is_shown_without_a_workspace() {
    let environment = Environment::new();
    environment.write("要点.txt", PLAN);
    let shown = environment.run(&["plan", "show", "要点.txt"]).good();
    assert!(shown.contains("（一）健全制度"), "{shown}");
    assert!(!environment.path("ws").exists());
}

#[test]
fn bad_documents_are_named_and_the_others_imported() {
    let environment = Environment::with_workspace("zh");
    environment.write("要点.txt", PLAN);
    environment.write("空.txt", "");
    environment.write("图片.txt", [0_u8, 159, 146, 150, 0, 1, 2, 3].repeat(50));
    let run = environment.run_there(&["plan", "import", "空.txt", "图片.txt", "没有.txt", "要点.txt"]);
    assert!(run.out.contains("已导入"), "{run:?}");
    run.fails(1, &["文件是空的", "空.txt", "这不是文本文件", "图片.txt", "没有这个文件", "没有.txt", "办法："]);
}

#[test]
fn a_plan_that_is_not_there_is_said_with_those_that_are() {
    let environment = Environment::with_workspace("zh");
    environment.run_there(&["plan", "show", "2026"]).fails(1, &["没有工作要点", "ducha plan import"]);
    with_plan().run_there(&["plan", "show", "2030"]).fails(1, &["没有与“2030”对应", "2026年监督检查工作要点"]);
}

#[test]
fn the_real_documents_are_read() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join(REAL);
    let Ok(entries) = fs::read_dir(&folder) else {
        eprintln!("skipped: {} is not there", folder.display());
        return;
    };
    let environment = Environment::with_workspace("zh");
    for path in entries.flatten().map(|entry| entry.path()) {
        let mut command = environment.program();
        command.args(["--workspace", "ws", "--format", "json", "plan", "import"]).arg(&path);
        let printed = environment.finish(&mut command).good();
        let imported: Value = serde_json::from_str(&printed).expect("JSON");
        for counted in ["headings", "clauses"] {
            let count = imported[0][counted].as_u64();
            assert!(count >= Some(5), "{}: {counted} {count:?}", path.display());
        }
    }
}
