//! Changing the register from the page of a unit.

use ducha::i18n::Lang;

use crate::support::{
    environment::Environment,
    tester::{Tester, files_below},
};

fn register(tester: &Tester) -> String {
    tester.environment().read("ws/facilities.toml")
}

#[test]
fn the_fields_of_a_unit_are_changed_on_its_page_and_a_mistake_is_said_at_its_field() {
    let mut tester = Tester::speaking(Lang::Zh);
    tester.press("3 <text rmyy> F3").shows(&["三级甲等"]);
    tester.press("F4 Up <text 0724-1> Enter").shows(&["已修改 F001 云澜市人民医院", "0724-1"]);
    assert!(register(&tester).contains("phone = \"0724-1\""));
    // What was typed stays where it cannot be kept, and the caret goes to it.
    tester.press("F4 Tab <text 9> Up Enter").shows(&["应为 18 位", "1299999999028179599"]);
    tester.press("Backspace Tab Backspace Backspace <text xx> Enter").shows(&["没有“xx”这一机构类别", "¬应为 18 位"]);
    tester.press("Esc").shows(&["¬机构类别"]);
    assert_eq!(register(&tester).matches("129999999902817959\"").count(), 1);
    tester.press("F4 <text 分院> Esc").shows(&["¬分院"]);
}

#[test]
fn a_unit_takes_in_another_one_after_showing_what_it_will_be() {
    let mut tester = Tester::speaking(Lang::Zh);
    let more = "\n[[facility]]\nid = \"F009\"\nname = \"云澜市东塘镇卫生院\"\ntype = \"township-hospital\"\ndistrict = \"长渡县\"\nphone = \"0000-9\"\n";
    let text = register(&tester) + more;
    tester.environment().write("ws/facilities.toml", text);
    tester.restart();
    tester.press("3 <text 长渡县东塘> F3 F5").shows(&["以下单位可能与 F003", "F009", "¬晨光幼儿园"]);
    tester.press("Enter").shows(&["并入 F003 之后", "东塘镇卫生院　（舍去 云澜市东塘镇卫生院）", "0000-9"]);
    assert!(register(&tester).contains("id = \"F009\""), "nothing is merged before it is confirmed");
    tester.press("Enter").shows(&["已将 F009 云澜市东塘镇卫生院 并入 F003 东塘镇卫生院", "0000-9"]);
    let written = register(&tester);
    assert!(written.contains("former = [\"F009\"]") && !written.contains("id = \"F009\""), "{written}");
    // No other unit is like it: any may be sought.
    tester.press("F5").shows(&["哪个单位与 F003", "晨光幼儿园"]);
}

#[test]
fn a_unit_that_somebody_else_changed_meanwhile_is_left_alone() {
    let mut tester = Tester::speaking(Lang::Zh);
    tester.press("3 <text rmyy> F3 F4 Up <text 0724-1>");
    let text = register(&tester).replace("澜城区重庆路18号", "澜城区重庆路20号");
    tester.environment().write("ws/facilities.toml", text.clone());
    tester.press("Enter").shows(&["已被他人改动"]);
    assert_eq!(register(&tester), text);
}

#[test]
fn a_register_is_taken_after_showing_what_each_column_was_taken_for() {
    let mut tester = Tester::speaking(Lang::Zh);
    let file = tester.environment().write(
        "名单.csv",
        "机构名称,统一社会信用代码,机构类别,县区,备注\n云澜市人民医院,129999999902817959,医院,朝源区,x\n北门诊所,91350100M000100Y34,诊所,澜城区,\n",
    );
    let before = register(&tester);
    let open = format!("3 F2 <text {}> Enter", file.display());
    tester.press(&open).shows(&[
        "新增 1 家",
        "列“县区” → 区县",
        "列“备注” → 不导入",
        "不同之处：区县由“澜城区”改",
        "校验码",
        "按 Tab 改为以文件为准",
    ]);
    tester.press("Esc");
    assert_eq!(register(&tester), before, "the preview writes nothing");
    tester
        .press("F2")
        .press(&format!("<text {}> Enter Tab", file.display()))
        .shows(&["更新 1 家", "按 Tab 改为保留名单"]);
    tester.press("Enter").shows(&["已导入：新增 1 家，更新 1 家"]);
    let after = register(&tester);
    assert!(after.contains("北门诊所") && after.matches("district = \"朝源区\"").count() == 2, "{after}");
    tester.press("F2").press(&format!("<text {}> Enter", file.display())).shows(&["没有可以导入的内容"]);
}

#[test]
fn the_invented_units_go_with_the_import_where_that_is_chosen() {
    let mut tester = Tester::speaking(Lang::Zh);
    tester.environment().write("ws/facilities.toml", ducha::facility::SAMPLE);
    tester.restart();
    let file = tester.environment().write("名单.csv", "机构名称,机构类别\n北门诊所,诊所\n");
    let open = format!("3 F2 <text {}> Enter", file.display());
    tester.press(&open).shows(&["虚构的示例", "48 家，按空格改为一并删去"]);
    tester.press("Space").shows(&["按空格改为保留"]);
    tester.press("Enter").shows(&["已导入：新增 1 家，更新 0 家，删去示例单位 48 家"]);
    let after = register(&tester);
    assert!(after.contains("北门诊所") && after.matches("[[facility]]").count() == 1, "{after}");
}

#[test]
fn the_page_of_a_unit_that_has_gone_from_the_register_still_opens() {
    let mut tester = Tester::with_records(Lang::Zh);
    let text = register(&tester);
    let units: Vec<&str> = text.split("[[facility]]").filter(|unit| !unit.contains("\"F001\"")).collect();
    tester.environment().write("ws/facilities.toml", units.join("[[facility]]"));
    tester.restart();
    tester.press("7 Enter F3").shows(&["云澜市人民医院", "已不在单位名单中", "检查 "]);
    for key in ["F2", "F4", "F5"] {
        tester.press(key).shows(&["已不在名单中", "ducha facility merge", "云澜市人民医院"]);
    }
}

#[test]
fn figures_that_were_compared_are_no_inspection_of_the_unit_and_none_of_its_scores() {
    let mut tester = Tester::with_records(Lang::Zh);
    tester.press("3 <text rmyy> F3").shows(&["历次得分", "检查 1 次"]);
    let file = "ws/checklists/two-items.toml";
    let text = tester.environment().read(file).replacen("on-site", "progress", 1);
    tester.environment().write(file, text);
    tester.restart();
    tester.press("3 <text rmyy> F3").shows(&["检查 0 次"]);
    assert!(!tester.show().contains("历次得分"), "{}", tester.show());
    let said = tester.environment().run_there(&["facility", "show", "F001"]).good();
    assert!(said.contains("检查 0 次"), "{said}");
}

#[test]
fn a_register_that_changed_after_the_preview_is_shown_anew() {
    let mut tester = Tester::speaking(Lang::Zh);
    let file = tester.environment().write("名单.csv", "机构名称,机构类别\n北门诊所,诊所\n");
    tester.press(&format!("3 F2 <text {}> Enter", file.display())).shows(&["新增 1 家"]);
    tester.environment().write("名单.csv", "机构名称,机构类别\n北门诊所,诊所\n南门诊所,诊所\n");
    tester.press("Enter").shows(&["请看新的预览", "新增 2 家"]);
    assert!(!register(&tester).contains("北门诊所"));
}

#[test]
fn a_draft_for_a_task_of_others_is_begun_only_after_asking() {
    let environment = Environment::with_workspace("zh");
    let create = "task create c --title 专项 --checklist two-items --facility F002 --inspector 王芳 --due 2030-12-31";
    environment.run_there(&create.split(' ').collect::<Vec<_>>()).good();
    let mut tester = Tester::of(environment);
    tester.press("6 Enter").shows(&["此任务由王芳检查", "回车即建立检查草稿"]);
    tester.press("Esc").shows(&["¬此任务由王芳检查"]);
    assert!(files_below(&tester.environment().path("ws/records")).is_empty());
    // The same names again are no event.
    tester.press("F2 Enter").shows(&["检查人员没有变动"]);
    assert_eq!(tester.only_file("tasks").matches("[[event]]").count(), 1);
    tester.press("Enter Enter").shows(&["预检分诊试用表"]);
    assert_eq!(files_below(&tester.environment().path("ws/records")).len(), 1);
}

#[test]
fn records_and_tasks_are_found_by_the_title_of_their_checklist_in_any_language() {
    let environment = Tester::with_records(Lang::Zh).leave();
    let create = "task create c --title 专项 --checklist two-items --facility F002 --inspector 林明 --due 2030-12-31";
    environment.run_there(&create.split(' ').collect::<Vec<_>>()).good();
    let mut tester = Tester::in_home(environment);
    for typed in ["预检分诊试用表", "Triage"] {
        tester.press(&format!("2 <text {typed}>")).shows(&[" 1/2 ", "云澜市人民医院"]);
        tester.press(&format!("Esc Esc 6 <text {typed}>")).shows(&[" 1/1 "]);
        tester.press("Esc Esc");
    }
    tester.press("6 <text 医疗废物>").shows(&[" 0/1 "]);
}
