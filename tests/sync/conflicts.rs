//! What two people said differently.

use super::{Office, RECORD_PATH, record};
use crate::support::{environment::Environment, tester::Tester};

/// Two people answer the same item differently.
fn disputed() -> Office {
    let office = Office::with(&["林明", "王芳"], &[]);
    office.people[0].write(RECORD_PATH, record());
    office.settle();
    office.answer(0, "T1", "conforms", "林明");
    office.answer(1, "T1", "fails", "王芳");
    office.settle();
    office
}

#[test]
fn both_values_are_shown_in_the_file_and_on_the_command_line_and_one_is_chosen() {
    let office = disputed();
    let shown = office.agree(RECORD_PATH);
    for text in ["# 有分歧：结果 符合 | 林明 | 2026-", "# 有分歧：结果 不符合 | 王芳 | 2026-"] {
        assert!(shown.contains(text), "{text} in\n{shown}");
    }
    assert!(!shown.contains("\nverdict ="), "nobody's answer is taken silently:\n{shown}");
    let file = office.people[0].read("ws/conflicts.toml");
    for text in ["fails", "不符合", "云澜市人民医院 · 1 入口设有预检分诊点"] {
        assert!(file.contains(text), "{text} in\n{file}");
    }
    let listed = office.run(1, &["conflict", "list"]).good();
    let number = listed.lines().find(|line| line.contains("不符合")).and_then(|line| line.trim().split(')').next());
    let number = number.expect("it is offered").to_owned();
    office.run(1, &["conflict", "choose", "1", &number]).good();
    let listed = office.run(1, &["conflict", "list"]).good();
    assert!(listed.lines().any(|line| line.contains("不符合") && line.contains("已选定")), "{listed}");
    office.settle();
    assert!(office.run(1, &["conflict", "list"]).good().contains("没有待选定"));
    let merged = office.agree(RECORD_PATH);
    assert!(merged.contains("\nverdict = \"fails\"") && !merged.contains("有分歧"), "{merged}");
    assert!(!office.people[0].path("ws/conflicts.toml").exists());
}

#[test]
fn who_decided_what_is_kept_for_everybody() {
    let office = disputed();
    assert!(office.run(0, &["conflict", "list", "--decided"]).good().contains("没有选定过"));
    let listed = office.run(1, &["conflict", "list"]).good();
    let number = listed.lines().find(|line| line.contains("不符合")).and_then(|line| line.trim().split(')').next());
    office.run(1, &["conflict", "choose", "1", number.expect("it is offered")]).good();
    office.settle();
    for who in 0..2 {
        let said = office.run(who, &["conflict", "list", "--decided"]).good();
        assert!(said.contains("由 王芳") && said.contains("不符合") && said.contains("未采用"), "{said}");
        let json = office.run(who, &["conflict", "list", "--decided", "--format", "json"]).good();
        let decisions: serde_json::Value = serde_json::from_str(&json).expect("JSON");
        let found = decisions.as_array().expect("a list").iter().find(|one| one["field"] == "answer/T1/response");
        let found = found.expect("the decision");
        assert_eq!(found["chosen"]["by"], "王芳", "{json}");
        assert!(found["chosen"]["value"].as_str().is_some_and(|value| value.contains("fails")), "{json}");
        assert!(found["others"][0]["value"].as_str().is_some_and(|value| value.contains("conforms")), "{json}");
        assert_eq!(found["others"][0]["by"], "林明", "{json}");
    }
}

#[test]
fn the_screen_shows_both_values_and_one_key_chooses() {
    let mut office = disputed();
    let environment = std::mem::replace(&mut office.people[0], Environment::new());
    let mut tester = Tester::of(environment);
    tester.shows(&["填写不一致待选定，按 9"]);
    tester.press("9").shows(&["云澜市人民医院 · 1 入口设有预检分诊点 · 结果", "林明", "王芳", "不符合", "¬verdict"]);
    tester.press("2").shows(&["不符合（已选定"]);
    let kept = tester.environment().read("ws/.ducha/sync/choices.toml");
    assert!(kept.contains("answer/T1/response"), "{kept}");
    tester.restart();
    tester.press("9").shows(&["不符合（已选定"]);
}

#[test]
fn a_decision_can_be_changed_and_taken_back_until_it_is_sent() {
    let mut office = disputed();
    office.run(0, &["conflict", "choose", "1", "2"]).good();
    office.run(0, &["conflict", "choose", "1", "0"]).good();
    assert!(!office.run(0, &["conflict", "list"]).good().contains("已选定"));
    office.run(0, &["conflict", "choose", "1", "3"]).fails(1, &["没有这一项"]);
    let environment = std::mem::replace(&mut office.people[0], Environment::new());
    let mut tester = Tester::of(environment);
    tester.press("9 2").shows(&["不符合（已选定", "¬  符合（已选定"]);
    tester.press("1").shows(&["  符合（已选定", "¬不符合（已选定"]);
    tester.press("F1").shows(&["选定这一序号的内容", "取消选定"]);
    tester.press("Esc");
    tester.press("0").shows(&["¬已选定，"]);
    let kept = tester.environment().read("ws/.ducha/sync/choices.toml");
    assert!(!kept.contains("response"), "{kept}");
}

#[test]
fn what_a_finalised_record_says_is_not_decided_any_more() {
    let office = disputed();
    let locked = "revision = 1\nfinalised = \"2026-11-21T11:00:00+08:00\"\nfinalised_by = \"林明\"\n";
    office.change(0, RECORD_PATH, "revision = 1\n", locked);
    office.run(0, &["conflict", "choose", "1", "2"]).fails(2, &["已在本机办结", "ducha record revise ID"]);
}

#[test]
fn answering_the_item_again_decides_too() {
    let office = disputed();
    office.change(0, RECORD_PATH, "item = \"T1\"\n", "item = \"T1\"\nverdict = \"not-applicable\"\n");
    office.settle();
    let merged = office.agree(RECORD_PATH);
    assert!(merged.contains("verdict = \"not-applicable\"") && !merged.contains("有分歧"), "{merged}");
}

#[test]
fn a_unit_that_two_people_corrected_in_different_fields_needs_no_question() {
    let office = Office::with(&["林明", "王芳"], &[]);
    let path = "ws/facilities.toml";
    office.change(0, path, "云澜市人民医院", "云澜市第一人民医院");
    office.change(1, path, "东塘镇卫生院", "东塘镇中心卫生院");
    office.settle();
    let register = office.agree(path);
    assert!(register.contains("云澜市第一人民医院") && register.contains("东塘镇中心卫生院"), "{register}");
}

#[test]
fn a_register_in_several_files_travels_and_is_merged_as_one_in_a_single_file_is() {
    let office = Office::with(&["林明", "王芳"], &[]);
    let path = "ws/facilities/东塘镇.toml";
    let unit = |id: &str, name: &str| {
        format!("[[facility]]\nid = \"{id}\"\nname = \"{name}\"\ntype = \"clinic\"\nphone = \"1\"\n")
    };
    office.people[0].write(path, format!("{}\n{}", unit("DT1", "东塘第一诊所"), unit("DT2", "东塘第二诊所")));
    office.settle();
    office.agree(path);
    assert!(office.run(1, &["facility", "list"]).good().contains("东塘第一诊所"));
    office.change(0, path, "东塘第一诊所", "东塘第一门诊部");
    office.change(1, path, "东塘第二诊所", "东塘第二门诊部");
    office.settle();
    let register = office.agree(path);
    assert!(register.contains("东塘第一门诊部") && register.contains("东塘第二门诊部"), "{register}");
    office.change(0, path, "phone = \"1\"", "phone = \"2\"");
    office.change(1, path, "phone = \"1\"", "phone = \"3\"");
    office.settle();
    let said = office.run(0, &["conflict", "list"]).good();
    assert!(said.contains("单位名册：东塘镇 · 东塘第一门诊部 电话"), "{said}");
}

#[test]
fn the_screen_syncs_beside_the_keys_and_shows_what_came_and_who_belongs_to_the_hub() {
    let mut office = Office::with(&["林明", "王芳"], &[]);
    office.people[1].write(RECORD_PATH, record());
    office.sync(1);
    let marker = std::fs::read_to_string(office.shared.path().join("hub.toml")).expect("a hub");
    let identity = marker.split_once("hub = \"").map_or("", |(_, rest)| &rest[..8]);
    let environment = std::mem::replace(&mut office.people[0], Environment::new());
    let mut tester = Tester::of(environment);
    // Hubs of one name are told apart.
    tester.press("9").shows(&["成员 2 台设备", "林明", "王芳(检查员)", &format!(" · {identity}")]);
    tester.press("F2").shows(&["本机密钥的口令"]);
    tester.press("<text incorrect>").shows(&["*********", "¬incorrect"]);
    tester.press("Enter").shows(&["口令不对"]);
    tester.press("F2 <text correct horse> Enter");
    tester.shows(&["同步完成", "已接收：1 批，更新本机文件 1 个", "¬正在同步"]);
    assert!(tester.environment().path(RECORD_PATH).exists());
    // The passphrase that opened the keys is not asked for again.
    tester.press("F2").shows(&["正在同步", "¬本机密钥的口令"]);
}

/// Two people answer everything alike, and note something different at the first item.
fn disputed_note() -> Office {
    let office = Office::with(&["林明", "王芳"], &[]);
    office.people[0].write(RECORD_PATH, record());
    office.answer(0, "T1", "conforms", "林明");
    office.answer(0, "T2", "conforms", "林明");
    office.settle();
    office.change(0, RECORD_PATH, "item = \"T1\"\n", "item = \"T1\"\nnote = \"锁已更换\"\n");
    office.change(1, RECORD_PATH, "item = \"T1\"\n", "item = \"T1\"\nnote = \"锁未更换\"\n");
    office.settle();
    office
}

#[test]
fn nothing_is_finalised_over_what_two_people_wrote_differently() {
    let office = disputed_note();
    let refused = office.fill(0, &["--record", "AA", "--finalise"]);
    assert!(refused.code == 1 && refused.out.contains("T1"), "{refused:?}");
    assert!(refused.out.contains("“备注”两人填写不一致"), "{refused:?}");
    office.run(0, &["conflict", "choose", "1", "1"]).good();
    let refused = office.fill(0, &["--record", "AA", "--finalise"]);
    assert!(refused.code == 1 && refused.out.contains("“备注”已选定，同步后写入"), "{refused:?}");
    office.settle();
    office.fill(0, &["--record", "AA", "--finalise"]).good();
    office.settle();
    assert!(office.agree(RECORD_PATH).contains("note = \"锁"));
}

#[test]
fn the_screen_marks_what_is_in_dispute_and_leads_from_finalising_to_deciding() {
    let mut office = disputed_note();
    let environment = std::mem::replace(&mut office.people[0], Environment::new());
    let mut tester = Tester::of(environment);
    tester.press("Enter").shows(&["填写不一致  备注"]);
    tester.press("F9").shows(&["还有 1 处待补", "“备注”两人填写不一致"]);
    tester.press("Enter").shows(&["锁已更换", "锁未更换"]);
    tester.press("2 Esc").shows(&["填写不一致"]);
    tester.press("F9").shows(&["“备注”已选定"]);
}
