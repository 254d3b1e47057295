//! Units and records.

use serde_json::Value;

use crate::support::{
    environment::Environment,
    tester::{Tester, files_below},
};

#[test]
fn units_are_found_by_chinese_full_pinyin_and_initials() {
    let environment = Environment::with_workspace("zh");
    let cases = [("人民医院", 2), ("rmyy", 2), ("renminyiyuan", 2), ("第三", 1), ("dtz", 1), ("没有", 0), ("", 4)];
    for (typed, count) in cases {
        let found = environment.run_there(&["facility", "list", typed]).good();
        assert_eq!(found.lines().count(), count, "{typed}: {found}");
    }
    let data = environment.run_there(&["facility", "list", "dtz", "--format", "json"]).good();
    assert_eq!(serde_json::from_str::<Value>(&data).expect("JSON")[0]["name"], "东塘镇卫生院");
}

#[test]
fn records_are_listed_and_shown_as_they_stand() {
    let mut tester = Tester::filling_two();
    tester.press("1 2 <text 登记缺两例> Ctrl-S").idle();
    let environment = tester.environment();
    let listed = environment.run_there(&["record", "list"]).good();
    for text in ["ID", "2026-11-21 10:42", "云澜市人民医院", "预检分诊试用表", "草稿 2/2"] {
        assert!(listed.contains(text), "{text} in\n{listed}");
    }
    let id = record_id(environment);
    let unit = environment.run_there(&["facility", "show", "F001"]).good();
    assert_eq!(unit.matches("草稿").count(), 1, "{unit}");
    let shown = environment.run_there(&["record", "show", &id[20..]]).good();
    assert!(shown.contains("登记缺两例"), "{shown}");
    let data: Value = serde_json::from_str(&environment.run_there(&["record", "show", &id, "--format", "json"]).good())
        .expect("JSON");
    let verdicts: Vec<_> = data["answers"].as_array().expect("answers").iter().map(|one| &one["verdict"]).collect();
    assert_eq!(verdicts, ["conforms", "fails"]);
    assert_eq!(data["answers"][1]["by"], "林明");
    tester.press("F9 Enter");
    let environment = tester.environment();
    assert!(environment.run_there(&["record", "list"]).good().contains("得分率 50.0% 不符合 1"));
}

#[test]
fn a_step_that_is_only_in_the_journal_is_shown_too() {
    let mut tester = Tester::filling_two();
    tester.press("1");
    let environment = tester.environment();
    let shown = environment.run_there(&["record", "show", &record_id(environment)]).good();
    assert!(shown.contains("conforms"), "{shown}");
}

#[test]
fn a_damaged_record_is_named_kept_and_the_others_are_listed() {
    let mut tester = Tester::filling_two();
    tester.press("1").idle();
    let environment = tester.environment();
    let damaged = "ws/records/2026/11/01M0000000000000000000000.toml";
    environment.write(damaged, "format = 1\nfinalised = \"gestern\"\n");
    let run = environment.run_there(&["record", "list"]);
    assert!(run.out.contains("云澜市人民医院"), "{run:?}");
    run.fails(1, &[&damaged[3..20], "位置：", "办法："]);
    assert_eq!(environment.read(damaged), "format = 1\nfinalised = \"gestern\"\n");
}

#[test]
fn a_record_that_is_not_there_is_said() {
    let environment = Environment::with_workspace("zh");
    environment.run_there(&["record", "show", "XYZ"]).fails(1, &["没有记录 XYZ", "ducha record list"]);
    assert_eq!(environment.run_there(&["record", "list", "--format", "json"]).good().trim(), "[]");
}

fn record_id(environment: &Environment) -> String {
    let path = files_below(&environment.path("ws/records")).remove(0);
    path.file_stem().expect("a name").to_string_lossy().into_owned()
}
