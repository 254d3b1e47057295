//! From screen to screen: lists, palette, help, importing and generating, by keys alone.

mod counted;
mod findings;
mod plans;
pub mod reviews;
mod traces;
mod units;

use std::path::PathBuf;

use ducha::{
    app::{App, Effect, Msg, key::Key},
    i18n::Lang,
    store::NewWorkspace,
};

use crate::support::{
    environment::{Environment, PLAN},
    tester::{SMALL, Tester, now},
};

#[test]
fn commands_are_found_by_chinese_and_by_pinyin() {
    let cases = [
        ("备注", "备注  "),
        ("beizhu", "备注  "),
        ("bz", "备注  "),
        ("检查信息", "检查信息"),
        ("jcxx", "检查信息"),
        ("banjie", "处待补"),
        ("gzyd", "还没有工作要点"),
    ];
    for (typed, shown) in cases {
        let mut tester = Tester::filling();
        tester.press(&format!("Ctrl-P <text {typed}> Enter")).shows(&[shown]);
    }
    let mut tester = Tester::new();
    tester.press("Ctrl-P <text 没有这个> Enter").shows(&["工作台"]);
}

#[test]
fn keys_work_with_an_input_method_on() {
    let cases = [("１", "选择被检查单位"), ("２", "检查记录"), ("？", "帮助"), ("５", "工作要点")];
    for (key, shown) in cases {
        Tester::new().press(key).shows(&[shown]);
    }
}

#[test]
fn lists_are_narrowed_by_what_is_typed_and_not_by_commands() {
    let cases = [
        ("1 <text 医院>", "2/4"),
        ("1 <text yy>", "2/4"),
        ("1 <text 人民 第三>", "1/4"),
        ("1 <text q>", "查找 q"),
        ("1 <text 医院x> Backspace", "2/4"),
        ("1 Enter <text yjfz>", "1/2"),
        ("1 Enter <text 1>", "0/2"),
    ];
    for (keys, shown) in cases {
        Tester::new().press(keys).shows(&[shown]);
    }
}

#[test]
fn checklists_for_the_units_type_come_first_and_others_are_marked() {
    let mut tester = Tester::new();
    tester.press("1 <text 幼儿园> Enter").shows(&["其他类别"]);
    let rows = tester.drawn().rows;
    let row = |text: &str| rows.iter().position(|row| row.contains(text)).expect(text);
    assert!(row("预检分诊试用表") < row("医疗废物试用检查表"));
}

#[test]
fn checklists_are_found_in_either_language_whichever_is_shown() {
    for (lang, nothing) in [(Lang::Zh, "没有符合的检查表。"), (Lang::En, "No checklist fits.")] {
        for (typed, count) in [("medical waste", 1), ("医疗废物", 1), ("ylfw", 1), ("没有这样的", 0)] {
            let mut tester = Tester::of(Environment::with_workspace(lang.code()));
            tester.press("1 <text 幼儿园> Enter").press(&format!("<text {typed}>")).shows(&[&format!("{count}/")]);
            assert_eq!(tester.show().contains(nothing), count == 0, "{typed}");
        }
    }
}

#[test]
fn escape_goes_back_one_level_and_never_out() {
    let mut tester = Tester::new();
    tester.press("4 Enter").shows(&["11 项 · 版本 3"]);
    tester.press("Esc").shows(&["医疗废物试用检查表", "预检分诊试用表"]);
    tester.press("Esc Esc Esc").shows(&["工作台"]);
    assert!(!tester.app.ending);
    tester.press("q");
    assert!(tester.app.ending);
}

#[test]
fn a_document_is_imported_and_leads_to_items() {
    let mut tester = Tester::new();
    let document = tester.environment().write("要点.txt", PLAN);
    tester.press("5 F2");
    tester.send(Msg::Paste(format!("\"{}\"", document.display()))).press("Enter");
    tester.shows(&["已导入：5 条要求", "提纲 5", "尚未落到任何检查项目"]);
    tester.press("F5 Down Down").shows(&["由工作要点生成检查表"]);
    tester.press("Enter").shows(&["将生成检查表", "（2026年）"]);
    tester.press("Enter").shows(&["已生成", "（2026年）"]);
    tester.press("Esc Tab").shows(&["¬尚未落到任何检查项目", "检查表（2026年）"]);
}

#[test]
fn a_document_that_is_not_there_is_said_with_its_place() {
    let mut tester = Tester::new();
    tester.press("5 F2 <text 没有.txt> Enter").shows(&["没有.txt", "没有这个文件"]);
    // The message goes with the next key; what was on the screen is still there.
    tester.press("Down").shows(&["还没有工作要点", "¬没有.txt"]);
}

#[test]
fn generating_without_a_plan_leads_to_the_plans() {
    let mut tester = Tester::new();
    tester.press("4 F5").shows(&["还没有工作要点"]);
    let mut tester = Tester::with_plan(Lang::Zh);
    tester.press("4 F5").shows(&["请打开一份工作要点", "2026年监督检查工作要点"]);
}

#[test]
fn the_language_changes_at_once_and_back() {
    let mut tester = Tester::filling();
    tester.press("F6").shows(&["Items 0/11", "The store is locked"]);
    tester.press("F6").shows(&["项目 0/11"]);
}

#[test]
fn help_lists_the_keys_of_the_screen_behind_it() {
    let cases: [(&str, &[&str]); 3] =
        [("F1", &["新建检查", "F1"]), ("5 F1", &["导入工作要点", "F2"]), ("1 F1", &["打开或确定", "回车"])];
    for (keys, shown) in cases {
        let mut tester = Tester::new();
        tester.press(keys).shows(shown);
        let rows = |tester: &Tester| tester.drawn().selected;
        let (first, last) = (rows(&tester), rows(tester.press("End")));
        assert_ne!(first, last, "{keys}");
        // What is beyond the end is not counted: one key back is one row back.
        assert_ne!(rows(tester.press("Up")), last, "{keys}");
        assert_eq!(rows(tester.press("Home")), first, "{keys}");
    }
}

#[test]
fn the_first_start_asks_for_what_it_needs() {
    let folder = PathBuf::from("/somewhere");
    let mut app = App::without_workspace(Lang::Zh, now(), SMALL, &folder);
    let mut press = |script: &str| -> Vec<Effect> {
        let keys = Key::script(script).expect("a key script");
        keys.into_iter().flat_map(|key| app.update(Msg::Key(key), now())).collect()
    };
    assert_eq!(press("Ctrl-S"), [], "bureau and inspector are missing");
    assert_eq!(press("<text 卫健委> Ctrl-S"), [], "the inspector is missing");
    let new = NewWorkspace { language: Lang::En, bureau: "卫健委".to_owned(), inspector: "林明".to_owned() };
    assert_eq!(press("<text 林明> F6 Ctrl-S"), [Effect::CreateWorkspace(folder, new)]);
    assert_eq!(press("Esc"), [Effect::Quit]);
}
