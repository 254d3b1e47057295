//! The plan screens by keys alone: the source, narrowing, correcting, comparing, and the ways between clauses and items.

use ducha::{i18n::Lang, plan::ReadOptions, store::Workspace};

use crate::support::{
    environment::{Environment, PLAN},
    tester::{Tester, now},
};

/// The plan in its next wording: another value, a demand less, a demand more.
fn revised() -> String {
    PLAN.replace("95%", "98%").replace("，全年抽查不少于200家次", "").replace("全部接入", "落实专人负责，全部接入")
}

/// Begins with a plan that was imported in two wordings.
fn with_revision(lang: Lang) -> Tester {
    let environment = Environment::with_workspace(lang.code());
    let document = environment.write("plan.txt", PLAN);
    let workspace = Workspace::open(&environment.path("ws")).expect("the small workspace");
    workspace.import_plan(&document, &ReadOptions::default(), now()).expect("the small plan");
    let document = environment.write("plan.txt", revised());
    workspace.import_plan(&document, &ReadOptions::default(), now()).expect("its revision");
    drop(workspace);
    Tester::of(environment)
}

#[test]
fn the_source_is_shown_with_the_clause_in_it() {
    for (lang, title) in [(Lang::Zh, "原文 2026年"), (Lang::En, "Document 2026年")] {
        let mut tester = Tester::with_plan(lang);
        tester.press("5 Enter Tab Down F3").shows(&["（一）健全制度。", title]);
        tester.press("F3");
        assert!(!tester.show().contains(title), "the list is back");
    }
}

#[test]
fn what_is_due_leads_to_its_clause() {
    let mut led = Tester::with_plan(Lang::Zh);
    led.press("Enter").shows(&["2026-12"]);
    let mut walked = Tester::with_plan(Lang::Zh);
    walked.press("5 Enter Tab");
    assert_ne!(walked.show(), led.show(), "it is not the first clause");
    let found = (0..9).any(|_| walked.press("Down").show() == led.show());
    assert!(found, "{}", led.show());
}

#[test]
fn clauses_are_narrowed_by_text_kind_scope_and_pinyin() {
    let cases = [("抽查", "抽查不少于200家次"), ("yljg", "预检分诊点"), ("2026-12", "在线监管系统"), ("95", "95%")];
    for (typed, shown) in cases {
        let mut tester = Tester::with_plan(Lang::Zh);
        tester.press(&format!("5 Enter Ctrl-F <text {typed}> Enter")).shows(&[shown, &format!("筛选：{typed}")]);
        tester.press("Esc");
        assert!(!tester.show().contains("筛选："), "Esc takes the filter off first");
    }
}

#[test]
fn a_clause_is_corrected_and_put_back() {
    for (lang, corrected, scope) in [(Lang::Zh, "已更正", "不查"), (Lang::En, "corrected", "neither")] {
        let mut tester = Tester::with_plan(lang);
        tester.press("5 Enter Tab Down").press("F4 Down Down Enter <text 另有专项检查> Enter").shows(&[corrected]);
        tester.press("Up Down").shows(&[corrected, "另有专项检查"]);
        let written = corrections(&tester);
        for line in ["scope = \"neither\"", "reason = \"另有专项检查\"", "by = \"林明\""] {
            assert!(written.contains(line), "{scope}: {line} in {written}");
        }
        tester.press("F4 Down Down Down Down Enter").press("Up Down");
        assert!(!corrections(&tester).contains("clause ="), "nothing is left");
    }
}

#[test]
fn everything_worth_correcting_can_be_corrected_by_name() {
    let cases = [
        ("<text 种类 禁止> Enter Enter", "kind = \"prohibition\"", "禁止"),
        ("<text 更正时限> Enter <text 2026-09> Enter Enter", "deadline = \"2026-09\"", "时限 2026-09"),
        ("<text 补一个> Enter <text 建册率 ≥90%> Enter Enter", "value = 90.0", "≥90%"),
        ("<text 更正责任单位> Enter <text 监督科牵头，疾控科参与> Enter Enter", "role = \"lead\"", "监督科"),
        ("<text 不是要求> Enter Enter", "struck = true", "非要求"),
        ("<text 专题 党建> Enter Enter", "\"party-conduct\"", "党建"),
    ];
    for (keys, line, shown) in cases {
        let mut tester = Tester::with_plan(Lang::Zh);
        tester.press("5 Enter Tab F4").press(keys).press("Down Up").shows(&["程序读为", shown]);
        let written = corrections(&tester);
        assert!(written.contains(line), "{keys}: {written}");
    }
}

#[test]
fn a_value_that_is_none_is_refused_with_how_it_is_written() {
    let mut tester = Tester::with_plan(Lang::Zh);
    tester.press("5 Enter Tab F4 <text 更正时限> Enter <text 明年> Enter").shows(&["写法不对", "2026-06-30"]);
    tester.press("Esc").press("F4 <text 补一个> Enter <text 很多> Enter").shows(&["看不懂“很多”"]);
    tester.press("Esc").press("F4 <text 更正责任单位> Enter <text 科> Enter").shows(&["看不懂“科”", "顿号"]);
}

/// Reads the corrections of the imported plan.
fn corrections(tester: &Tester) -> String {
    let folder = ducha::plan::PlanId(plan_folder(tester));
    let path = tester.environment().path(&format!("ws/plans/{folder}/corrections.toml"));
    std::fs::read_to_string(path).expect("the corrections")
}

#[test]
fn headings_fold_and_unfold() {
    let mut tester = Tester::with_plan(Lang::Zh);
    tester.press("5 Enter").shows(&["▾ 一、规范医疗废物管理", "（一）健全制度"]);
    tester.press("Down Left").shows(&["▸ 一、规范医疗废物管理"]);
    assert!(!tester.show().contains("（一）健全制度\u{20}"), "{}", tester.show());
    tester.press("Right").shows(&["▾ 一、规范医疗废物管理"]);
    tester.press("Home Space").shows(&["▸ 一、", "▸ 二、"]);
}

#[test]
fn clauses_are_narrowed_by_kind_topic_and_date() {
    let mut tester = Tester::with_plan(Lang::Zh);
    tester.press("5 Enter F2 <text 种类 目标> Enter").shows(&["筛选：种类：目标", "≥95%"]);
    tester.press("F2 <text 专题 医疗废物> Enter").shows(&["种类：目标 · 专题：医疗废物"]);
    tester.press("F2 <text 种类 时限> Enter").shows(&["专题：医疗废物 · 种类：时限", "≤2天"]);
    tester.press("Esc");
    assert!(!tester.show().contains("筛选："), "Esc takes them off first");
    tester.press("F2 <text shixian> Enter").shows(&["筛选："]);
}

/// Returns the name of the folder of the imported plan.
fn plan_folder(tester: &Tester) -> String {
    let plans = std::fs::read_dir(tester.environment().path("ws/plans")).expect("plans");
    let mut names = plans.flatten().map(|entry| entry.file_name().to_string_lossy().into_owned());
    names.next().expect("a plan")
}

#[test]
fn a_plan_is_compared_with_its_reading_before() {
    for (lang, changed) in [(Lang::Zh, "修改 "), (Lang::En, "changed ")] {
        let mut tester = with_revision(lang);
        tester.press("5 F8 Enter").shows(&[changed, "[-95-]{+98+}", "≥95% → ≥98%"]);
        let rows = tester.show();
        tester.press("F3");
        assert_ne!(tester.show(), rows, "what did not change is listed, too");
        tester.press("Esc Enter F8 Enter").shows(&["{+98+}"]);
    }
}

#[test]
fn a_plan_read_once_has_nothing_before_it() {
    let mut tester = Tester::with_plan(Lang::Zh);
    tester.press("5 F8 Enter").shows(&["只读取过一次"]);
}

#[test]
fn what_would_be_generated_is_shown_first() {
    let mut tester = Tester::with_plan(Lang::Zh);
    tester.press("5 Enter F5 Enter").shows(&["将生成检查表", "新建", "回车写入检查表"]);
    let made = |tester: &Tester| {
        let files = std::fs::read_dir(tester.environment().path("ws/checklists")).expect("checklists").flatten();
        files.filter(|file| file.path().extension().is_some_and(|end| end == "toml")).count()
    };
    let before = made(&tester);
    tester.press("Esc");
    assert_eq!(made(&tester), before, "nothing is written");
    tester.press("F5 Enter Enter");
    assert!(made(&tester) > before);
    tester.press("Esc F5 Enter").shows(&["不变"]);
}

/// Generates everything and selects a clause from which an item comes.
fn at_a_clause_with_item() -> Tester {
    let mut tester = Tester::with_plan(Lang::Zh);
    tester.press("5 Enter F5 Enter Enter Esc").press("F2 <text 已落到> Enter Tab");
    tester
}

#[test]
fn clauses_and_items_lead_to_each_other() {
    let mut tester = at_a_clause_with_item();
    if tester.press("Enter").show().contains("去哪里") {
        tester.press("Enter");
    }
    assert!(!tester.show().contains("提纲"), "the checklist is open\n{}", tester.show());
    tester.press("F4").shows(&["提纲"]);
    assert!(!tester.show().contains("尚未落到任何检查项目"), "at a clause with an item");
    tester.press("Esc");
    assert!(!tester.show().contains("提纲"), "and back to the item");
}

#[test]
fn an_item_that_is_filled_in_leads_to_its_clause_and_back() {
    let mut tester = at_a_clause_with_item();
    tester.press("Esc Esc Esc 1 <text rmyy> Enter <text 医疗废物 2026> Enter");
    let mut steps = 0;
    while !tester.press("Ctrl-O").show().contains("提纲") && steps < 60 {
        tester.press("Down");
        steps += 1;
    }
    tester.shows(&["提纲"]);
    tester.press("Esc").shows(&["Ctrl-N"]);
}
