//! Reviews and corrections on the command line.

use std::rc::Rc;

use ducha::store::Workspace;
use serde_json::Value;

use crate::support::{
    environment::Environment,
    tester::{Tester, files_below},
};

/// A workspace with a finalised record of 林明, and the record's number.
fn finalised() -> (Rc<Environment>, String) {
    let mut tester = Tester::filling_two();
    tester.press("1 2 <text 登记缺两例> Ctrl-S F9 Enter");
    let environment = tester.leave();
    let path = files_below(&environment.path("ws/records")).remove(0);
    (environment, path.file_stem().expect("a name").to_string_lossy().into_owned())
}

/// Runs a command as somebody.
fn run_as(environment: &Environment, person: &str, arguments: &[&str]) -> crate::support::environment::Run {
    let settings = environment.read("ws/ducha.toml");
    let changed = settings
        .lines()
        .map(|line| if line.starts_with("inspector") { format!("inspector = \"{person}\"") } else { line.to_owned() });
    environment.write("ws/ducha.toml", changed.collect::<Vec<_>>().join("\n") + "\n");
    environment.run_there(arguments)
}

fn json(said: &str) -> Value {
    serde_json::from_str(said).expect("JSON")
}

/// Returns the number of the one record that is not `other`.
fn correction(environment: &Environment, other: &str) -> String {
    let files = files_below(&environment.path("ws/records"));
    let mut stems = files.iter().map(|path| path.file_stem().expect("a name").to_string_lossy().into_owned());
    stems.rfind(|stem| stem != other).expect("a correction")
}

#[test]
fn each_review_that_cannot_be_says_why() {
    let (environment, id) = finalised();
    run_as(&environment, "林明", &["review", "approve", &id]).fails(1, &["林明 参加了本次检查", "请其他同志审核"]);
    run_as(&environment, "王芳", &["review", "return", &id]).fails(2, &["退回未写理由", "--reason", "--item"]);
    run_as(&environment, "王芳", &["review", "return", &id, "--item", "T2"]).fails(2, &["没有写理由"]);
    run_as(&environment, "王芳", &["review", "return", &id, "--item", "T9=缺"]).fails(2, &["检查表中没有项目 T9"]);
    run_as(&environment, " ", &["review", "approve", &id]).fails(1, &["ducha.toml", "inspector ="]);
    assert!(files_below(&environment.path("ws/reviews")).is_empty(), "nothing half-written");
    run_as(&environment, "王芳", &["review", "approve", &id]).good();
    run_as(&environment, "王芳", &["review", "approve", &id]).fails(1, &["已审核通过"]);
    run_as(&environment, "林明", &["record", "revise", &id]).good();
    run_as(&environment, "王芳", &["review", "return", &id, "--reason", "漏项"]).fails(1, &["正在更正"]);
    run_as(&environment, "林明", &["record", "revise", &id]).fails(1, &["正在更正"]);
    let draft = correction(&environment, &id);
    run_as(&environment, "王芳", &["review", "approve", &draft]).fails(1, &["尚未办结，不能审核"]);
    run_as(&environment, "林明", &["record", "revise", &draft]).fails(1, &["尚未办结"]);
    run_as(&environment, "林明", &["record", "diff", &id]).fails(2, &["不是更正稿"]);
}

#[test]
fn a_review_of_a_revision_that_is_no_longer_the_newest_is_refused_by_name() {
    let (environment, id) = finalised();
    run_as(&environment, "林明", &["record", "revise", &id]).good();
    let newer = correction(&environment, &id);
    let mut tester = Tester::in_home(environment);
    tester.press("Enter F9 Enter");
    let environment = tester.leave();
    run_as(&environment, "王芳", &["review", "approve", &id]).fails(1, &["已被更正稿", "取代，不能再审核旧版本"]);
    run_as(&environment, "王芳", &["review", "approve", &newer]).good();
    let listed = json(&environment.run_there(&["review", "list", "--all", "--format", "json"]).good());
    let standings: Vec<_> = listed["records"].as_array().expect("records").iter().map(|one| &one["standing"]).collect();
    assert!(
        standings.contains(&&Value::from("approved")) && standings.contains(&&Value::from("superseded")),
        "{listed}"
    );
    let report = json(&environment.run_there(&["report", "summary", "--period", "2026", "--format", "json"]).good());
    assert_eq!(report["totals"]["visits"], 1, "a corrected record is counted once");
    assert_eq!(report["totals"]["findings"], 1, "and so is its finding");
    let findings = json(&environment.run_there(&["finding", "list", "--format", "json"]).good());
    let listed: Vec<_> = findings
        .as_array()
        .expect("findings")
        .iter()
        .map(|one| (&one["finding"]["state"], &one["recurrences"]))
        .collect();
    assert_eq!(listed, [(&Value::from("open"), &Value::from(0))], "the finding goes on and did not come up again");
    let workspace = Workspace::open(&environment.path("ws")).expect("the workspace");
    let gone = workspace.finding_rows().found.into_iter().find(|row| row.withdrawn).expect("the finding before").id.0;
    drop(workspace);
    let all = environment.run_there(&["finding", "list", "--all"]).good();
    assert!(
        all.contains("已撤销") && all.contains("共 2 项") && all.contains("其中 1 项因检查记录更正已撤销"),
        "{all}"
    );
    environment.run_there(&["finding", "update", &gone, "--to", "reopened", "--reason", "x"]).fails(1, &["撤销"]);
}

#[test]
fn two_levels_have_to_be_two_people() {
    let (environment, id) = finalised();
    environment.run_there(&["review", "rules", "--levels", "2"]).good();
    run_as(&environment, "王芳", &["review", "approve", &id, "--remark", "属实"]).good();
    let listed = environment.run_there(&["review", "list"]).good();
    assert!(listed.contains("待委领导审核"), "{listed}");
    run_as(&environment, "王芳", &["review", "approve", &id]).fails(1, &["委领导审核须由他人完成"]);
    run_as(&environment, "孙主任", &["review", "return", &id, "--item", "T2=照片看不清"]).good();
    let shown = environment.run_there(&["review", "show", &id]).good();
    for text in ["科室  王芳  通过：属实", "委领导  孙主任  退回", "T2 分诊登记完整  退回：照片看不清"]
    {
        assert!(shown.contains(text), "{text} in\n{shown}");
    }
    run_as(&environment, "孙主任", &["review", "approve", &id]).good();
    let shown = json(&environment.run_there(&["review", "show", &id, "--format", "json"]).good());
    assert_eq!(shown["standing"], "approved");
    assert_eq!(shown["reviews"].as_array().map(Vec::len), Some(3), "{shown}");
}

#[test]
fn a_number_of_levels_that_there_cannot_be_is_refused() {
    let (environment, _) = finalised();
    environment.run_there(&["review", "rules", "--levels", "3"]).fails(1, &["不能是 3"]);
    environment.run_there(&["review", "rules", "--levels", "1", "--leader", "孙主任"]).fails(1, &["只审核一级"]);
    environment.write("ws/review.toml", "levels = 3\n");
    environment.run_there(&["review", "list"]).fails(1, &["review.toml", "不能是 3"]);
    environment.run_there(&["review", "rules"]).fails(1, &["review.toml"]);
}

#[test]
fn where_leaders_are_named_nobody_else_approves_for_the_leadership_and_they_not_before_the_department() {
    let (environment, id) = finalised();
    environment.run_there(&["review", "rules", "--leader", "孙主任"]).good();
    assert!(environment.run_there(&["review", "rules"]).good().contains("先科室，后委领导（孙主任）"));
    run_as(&environment, "孙主任", &["review", "approve", &id]).fails(1, &["科室尚未审核"]);
    run_as(&environment, "王芳", &["review", "approve", &id]).good();
    run_as(&environment, "周科长", &["review", "approve", &id]).fails(1, &["须由委领导审核：孙主任"]);
    run_as(&environment, "孙主任", &["review", "return", &id, "--reason", "照片看不清"]).good();
    run_as(&environment, "周科长", &["review", "approve", &id]).fails(1, &["须由委领导审核"]);
    let said = run_as(&environment, "孙主任", &["review", "approve", &id]).good();
    assert!(said.contains("委领导通过"), "{said}");
    assert!(environment.run_there(&["review", "list", "--all"]).good().contains("审核通过"));
}

#[test]
fn levels_that_would_hold_for_one_computer_alone_are_refused_with_what_to_do() {
    let (environment, _) = finalised();
    let settings = environment.read("ws/ducha.toml");
    environment.write("ws/ducha.toml", format!("{settings}\n[review]\nlevels = 2\n"));
    environment.run_there(&["review", "list"]).fails(1, &["ducha.toml", "ducha review rules --levels 2"]);
}

#[test]
fn what_changed_between_revisions_is_shown() {
    let (environment, id) = finalised();
    run_as(&environment, "林明", &["record", "revise", &id]).good();
    let newer = correction(&environment, &id);
    let mut tester = Tester::in_home(environment);
    tester.press("Enter End 1").idle();
    let environment = tester.leave();
    let shown = environment.run_there(&["record", "diff", &newer]).good();
    for text in ["T2 分诊登记完整", "结果  不符合 → 符合", "1 项不同"] {
        assert!(shown.contains(text), "{text} in\n{shown}");
    }
    let data = json(&environment.run_there(&["record", "diff", &id, &newer, "--format", "json"]).good());
    assert_eq!(data["changes"][0]["item"], "T2");
    assert_eq!(data["changes"][0]["after"]["verdict"], "conforms");
}

#[test]
fn a_review_of_something_else_is_kept_and_shown_and_not_applied() {
    let (environment, id) = finalised();
    run_as(&environment, "王芳", &["review", "approve", &id]).good();
    let path = files_below(&environment.path("ws/reviews")).remove(0);
    let text = std::fs::read_to_string(&path).expect("a review");
    std::fs::write(&path, text.replace("by = \"王芳\"", "by = \"林明\"")).expect("written");
    let listed = environment.run_there(&["review", "list"]).good();
    assert!(listed.contains("未采用：林明") && listed.contains("待科室审核"), "{listed}");
    std::fs::write(&path, text.replace("blake3:", "blake3:0")).expect("written");
    let listed = environment.run_there(&["review", "list"]).good();
    assert!(listed.contains("与审核时的内容不一致"), "{listed}");
    std::fs::write(&path, "format = 1\n").expect("written");
    let run = environment.run_there(&["review", "list"]);
    assert!(run.out.contains("待科室审核"), "{run:?}");
    run.fails(1, &["reviews"]);
}
