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
        tester.press("5 Enter Tab Down").press("F4 Down Down Enter").shows(&[corrected]);
        tester.press("Up Down").shows(&[corrected]);
        let folder = ducha::plan::PlanId(plan_folder(&tester));
        let path = tester.environment().path(&format!("ws/plans/{folder}/corrections.toml"));
        let written = std::fs::read_to_string(&path).expect("the corrections");
        assert!(written.contains("scope = \"neither\""), "{scope}: {written}");
        tester.press("F4 Down Down Down Enter").press("Up Down");
        assert_eq!(std::fs::read_to_string(&path).expect("the corrections").trim(), "", "nothing is left");
    }
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
fn clauses_and_items_lead_to_each_other() {
    let mut tester = Tester::with_plan(Lang::Zh);
    tester.press("5 Enter F5 Enter Esc").press("Tab");
    // The first clause that an item comes from has the mark in front of it.
    let mut steps = 0;
    while tester.show().contains("尚未落到任何检查项目") && steps < 9 {
        tester.press("Down");
        steps += 1;
    }
    let before = tester.show();
    tester.press("Enter");
    assert_ne!(tester.show(), before, "the checklist is open");
    tester.press("F4").shows(&["提纲"]);
    assert!(!tester.show().contains("尚未落到任何检查项目"), "at a clause with an item");
}
