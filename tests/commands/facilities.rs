//! Importing, merging and editing units.

use serde_json::Value;

use crate::support::{environment::Environment, tester::Tester};

const REGISTER: &str = "医疗机构名册\n机构名称,统一社会信用代码,所属区县,地址,联系电话\n\
    云澜市人民医院,129999999902817959,澜城区,澜城区重庆路18号,0000-1\n\
    北门诊所,9I350100M000100Y43,澜城区,北门街1号,0000-2\n\
    云澜市北门诊所,,澜城区,北门街2号,0000-3\n";

#[test]
fn a_register_is_imported_with_what_was_guessed_and_what_is_doubtful() {
    let environment = Environment::with_workspace("zh");
    environment.write("register.csv", encoding_rs::GB18030.encode(REGISTER).0);
    let before = environment.read("ws/facilities.toml");
    let dry = environment.run_there(&["facility", "import", "register.csv", "--dry-run"]);
    assert_eq!(environment.read("ws/facilities.toml"), before, "a dry run writes nothing");
    for text in ["机构名称", "信用代码", "新增 2 家", "试运行", "疑似重复"] {
        assert!(dry.out.contains(text), "{text} in\n{}", dry.out);
    }
    for text in ["register.csv:4:2", "第 2 位", "91350100M000100Y43"] {
        assert!(dry.err.contains(text), "{text} in\n{}", dry.err);
    }
    let run = environment.run_there(&["facility", "import", "register.csv"]);
    assert_eq!(run.code, 0, "{run:?}");
    assert!(run.out.contains("F001 云澜市人民医院 已在名单中，不同之处：电话补填“0000-1”"), "{}", run.out);
    assert!(environment.read("ws/facilities.toml").starts_with(&before), "what was there stays");
    let again = environment.run_there(&["facility", "import", "register.csv"]);
    assert!(again.out.contains("新增 0 家") && again.out.contains("相同 2 家"), "{}", again.out);
    environment.run_there(&["facility", "import", "register.csv", "--update"]);
    let shown = environment.run_there(&["facility", "show", "F001"]).good();
    assert!(shown.contains("0000-1"), "{shown}");
}

#[test]
fn what_cannot_be_imported_is_said_with_its_place() {
    let cases: [(&str, &[&str]); 6] = [
        ("编号,单位名称,区县\nF001,张三诊所,外县\n", &["register.csv:2", "云澜市人民医院", "张三诊所"]),
        ("单位名称,电话\n云澜市人民医院,1\n云澜市人民医院,2\n", &["register.csv:3", "第 2 行"]),
        ("单位名称,地址\n东门诊所,东街\n西门诊所", &["register.csv:3", "中断"]),
        ("单位名称,单位名称\n甲,乙\n", &["register.csv:1:2", "重复"]),
        ("a,b\nc,d\n", &["register.csv:1", "--map"]),
        ("单位名称,地址\n东门诊所,\"东街\n", &["register.csv:2", "双引号"]),
    ];
    for (register, words) in cases {
        let environment = Environment::with_workspace("zh");
        environment.write("register.csv", register);
        environment.run_there(&["facility", "import", "register.csv"]).fails(1, words);
    }
    let environment = Environment::with_workspace("zh");
    environment.run_there(&["facility", "import", "none.csv"]).fails(1, &["none.csv"]);
    environment.write("register.csv", REGISTER);
    environment.run_there(&["facility", "import", "register.csv", "--map", "什么"]).fails(2, &["栏目"]);
    environment
        .run_there(&["facility", "import", "register.csv", "--map", "名称=无此列"])
        .fails(1, &["没有“无此列”这一列", "机构名称、统一社会信用代码"]);
}

#[test]
fn a_unit_that_stands_twice_is_merged_on_request() {
    let environment = Environment::with_workspace("zh");
    environment.write("register.csv", REGISTER);
    environment.run_there(&["facility", "import", "register.csv"]);
    let pairs = environment.run_there(&["facility", "list", "--duplicates"]).good();
    assert!(pairs.contains("名称相近：F005 北门诊所 与 F006 云澜市北门诊所"), "{pairs}");
    let merged = environment.run_there(&["facility", "merge", "F005", "F006"]).good();
    assert!(merged.contains("0000-2") && merged.contains("0000-3"), "{merged}");
    let data = environment.run_there(&["facility", "show", "F006", "--format", "json"]).good();
    let unit: Value = serde_json::from_str(&data).expect("JSON");
    assert_eq!(unit["facility"]["id"], "F005", "the old number leads to it");
    assert!(environment.run_there(&["facility", "list", "--duplicates"]).good().contains("没有疑似"));
    environment.run_there(&["facility", "merge", "F005", "F005"]).fails(2, &["自身"]);
    // What was merged does not come back with the list in which it stands twice.
    let again = environment.run_there(&["facility", "import", "register.csv", "--update"]);
    assert!(again.out.contains("新增 0 家") && again.out.contains("已并入其他单位、未作改动 1 行"), "{again:?}");
    let shown = environment.run_there(&["facility", "show", "云澜市北门诊所"]).good();
    assert!(shown.contains("F005") && shown.contains("0000-2"), "{shown}");
    environment.run_there(&["facility", "edit", "F005", "--code", "91350100M000100Y43"]).good();
    let run = environment.run_there(&["facility", "merge", "F001", "F005", "--dry-run"]);
    assert!(run.code == 0 && run.err.contains("91350100M000100Y43"), "{run:?}");
}

#[test]
fn a_unit_that_came_back_under_another_number_takes_in_what_named_the_old_one() {
    let environment = Environment::with_workspace("zh");
    let create = "task create c --title 专项 --checklist two-items --facility F002 --inspector 林明 --due 2030-12-31";
    environment.run_there(&create.split(' ').collect::<Vec<_>>()).good();
    let register = environment.read("ws/facilities.toml");
    environment.write("ws/facilities.toml", register.replace("id = \"F002\"", "id = \"F900\""));
    environment.run_there(&["task", "list"]).fails(1, &["已不在名单中", "ducha facility merge 现编号 F002"]);
    environment.run_there(&["facility", "merge", "F900", "F003x"]).fails(1, &["没有单位“F003x”"]);
    environment.run_there(&["facility", "merge", "F900", "F002"]).good();
    environment.run_there(&["task", "list"]).good();
    assert!(environment.run_there(&["facility", "show", "F002"]).good().contains("F900"));
}

#[test]
fn the_invented_units_of_a_new_workspace_go_on_request_and_what_is_named_stays() {
    let environment = Environment::new();
    environment.run(&["init", "ws", "--yes", "--lang", "zh"]).good();
    environment.write("register.csv", "机构名称,机构类别\n澜城区安心诊所,诊所\n");
    let create =
        "task create c --title 专项 --checklist medical-waste --facility F001 --inspector 林明 --due 2030-12-31";
    environment.run_there(&create.split(' ').collect::<Vec<_>>()).good();
    environment.run_there(&["facility", "edit", "F002", "--phone", "0000-1"]).good();
    let run = environment.run_there(&["facility", "import", "register.csv"]);
    assert!(run.code == 0 && run.err.contains("46 家示例单位") && run.err.contains("--without-samples"), "{run:?}");
    // What is said is what was done: nothing in a trial, nor where the file has no unit, nor where none is left.
    environment.write("wrong.csv", "机构名称,地址\n,东街1号\n");
    let takes_out = ["facility", "import", "register.csv", "--without-samples", "--dry-run"];
    let said = environment.run_there(&takes_out).good();
    assert!(said.contains("将删去示例单位 46 家") && !said.contains("已删去"), "{said}");
    let run = environment.run_there(&["facility", "import", "wrong.csv", "--without-samples"]);
    assert!(run.code == 1 && run.out.contains("46 家示例单位没有删去") && !run.out.contains("已删去"), "{run:?}");
    let said = environment.run_there(&takes_out[..4]).good();
    assert!(said.contains("已删去示例单位 46 家"), "{said}");
    let said = environment.run_there(&takes_out[..4]).good();
    assert!(said.contains("没有可删去的示例单位") && !said.contains("已删去"), "{said}");
    let listed = environment.run_there(&["facility", "list"]).good();
    let ids: Vec<_> = listed.lines().filter_map(|line| line.split_whitespace().next()).collect();
    assert_eq!(ids, ["F001", "F002", "F049"], "{listed}");
}

#[test]
fn editing_keeps_the_comments_and_refuses_a_wrong_code() {
    let environment = Environment::with_workspace("zh");
    let register = environment.read("ws/facilities.toml");
    environment.write("ws/facilities.toml", format!("# 名单由办公室维护\n{register}"));
    environment.run_there(&["facility", "edit", "F002", "--phone", "0000-9", "--level", ""]).good();
    let written = environment.read("ws/facilities.toml");
    assert!(written.starts_with("# 名单由办公室维护\n") && written.contains("phone = \"0000-9\""), "{written}");
    assert!(!written.contains("三级乙等"), "{written}");
    environment
        .run_there(&["facility", "edit", "F002", "--code", "91350100M000100Y34"])
        .fails(1, &["校验码", "91350100M000100Y43"]);
    environment
        .run_there(&["facility", "edit", "F002", "--code", "129999999902817959"])
        .fails(1, &["F001 云澜市人民医院", "facility merge F001 F002"]);
    environment.run_there(&["facility", "edit", "F001", "--code", "129999999902817959"]).good();
    environment.run_there(&["facility", "edit", "F002", "--name", ""]).fails(2, &["不能为空", "去掉 --name"]);
    let listed = environment.run_there(&["facility", "list", "云澜市人民医院"]).good();
    assert!(listed.contains(" 医院 ") && listed.contains("三级甲等"), "{listed}");
    environment.run_there(&["facility", "edit", "F002"]).fails(2, &["--phone"]);
    environment.run_there(&["facility", "edit", "F002", "--type", "hospitl"]).fails(2, &["hospital（医院）"]);
    environment.run_there(&["facility", "edit", "F002", "--type", ""]).fails(2, &["医院 hospital"]);
    for name in ["云澜\u{1b}[31m医院", "云澜\n医院"] {
        environment.run_there(&["facility", "edit", "F002", "--name", name]).fails(2, &["“名称”"]);
    }
    environment.run_there(&["facility", "edit", "F002", "--type", "中医医院"]).good();
    assert!(environment.read("ws/facilities.toml").contains("type = \"tcm-hospital\""));
    environment.run_there(&["facility", "edit", "F002", "--type", "医院"]).good();
    environment.write("ws/facilities.toml", format!("{register}\n[[facility]]\nid = \"X\"\nname = \"坏\n"));
    let broken = environment.read("ws/facilities.toml");
    environment.run_there(&["facility", "edit", "F002", "--phone", "1"]).fails(1, &["facilities.toml"]);
    assert_eq!(environment.read("ws/facilities.toml"), broken, "a damaged register is left alone");
}

#[test]
fn the_next_inspection_of_a_unit_depends_on_the_result() {
    for (answers, day, result) in
        [("1 2 <text 登记缺两例> Ctrl-S", "2026-12-01", "有不符合项"), ("1 1", "2027-11-21", "没有不符合项")]
    {
        let environment = Environment::with_workspace("zh");
        let path = "ws/checklists/two-items.toml";
        let rule = "version = 1\nnext_passed = \"12 months\"\nnext_failed = \"10天\"\n";
        environment.write(path, environment.read(path).replacen("version = 1\n", rule, 1));
        environment.run_there(&["check"]).good();
        let mut tester = Tester::of(environment);
        tester.press(&format!("1 <text rmyy> Enter <text yjfz> Enter {answers} F9 Enter Esc"));
        let said = format!("下次检查 {day}：预检分诊试用表（上次 2026-11-21 {result}）");
        let soon = if day == "2026-12-01" { "2026-12-01 再次检查" } else { "¬再次检查" };
        tester.shows(&[soon]);
        tester.press("3 <text rmyy> F3").shows(&[&said]);
        let shown = tester.environment().run_there(&["facility", "show", "F001"]).good();
        assert!(shown.contains(&said), "{shown}");
    }
}

#[test]
fn an_update_never_gives_one_unit_what_is_anothers() {
    let environment = Environment::with_workspace("zh");
    environment.write("ws/facilities.toml", ducha::facility::SAMPLE);
    let before = environment.read("ws/facilities.toml");
    let (one, other) = ("129999999902817959", "12999999990360987M");
    let cases = [
        format!("F001,云澜市人民医院,{other},澜城区,1\n"),
        format!(",云澜市人民医院,{other},澜城区,\n,云澜市第三人民医院,{one},朝源区,\n"),
        "F003,张三诊所,,外县,\n".to_owned(),
        "F002,云澜市第三人民医院,12999999990360987N,朝源区,\n".to_owned(),
    ];
    for rows in cases {
        environment.write("register.csv", format!("编号,单位名称,统一社会信用代码,区县,联系电话\n{rows}"));
        let run = environment.run_there(&["facility", "import", "register.csv", "--update"]);
        assert!(run.err.contains("register.csv:2") && run.out.contains("新增 0 家"), "{rows}: {run:?}");
        assert_eq!(environment.read("ws/facilities.toml"), before, "{rows}");
    }
    // What may be taken is said with what it was and what it becomes.
    environment.write("register.csv", format!("编号,单位名称,统一社会信用代码,联系人\n,云澜市第三医院,{other},周敏\n"));
    let run = environment.run_there(&["facility", "import", "register.csv", "--update"]);
    assert!(run.out.contains("名称由“云澜市第三人民医院”改为“云澜市第三医院”、联系人由“单文硕”改为“周敏”"), "{run:?}");
    assert_ne!(environment.read("ws/facilities.toml"), before);
}
