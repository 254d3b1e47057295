//! The dashboard and the screen that makes reports, by keys alone.

use std::{fs, path::Path, sync::Arc};

use ducha::{
    app::{Effect, Msg, Screen, Work},
    i18n::Lang,
    inspection::Verdict,
    report::{Filter, Period, Tally},
    store::{Workspace, checklist_signs, folder_signs},
    sync::kind::KINDS,
};

use crate::{
    reports::made::{self, Made},
    support::{
        environment::Environment,
        tester::{Tester, files_below},
    },
};

const CONFORMS: Option<Verdict> = Some(Verdict::Conforms);
const FAILS: Option<Verdict> = Some(Verdict::Fails);

/// A workspace with an overdue finding in one district and a conforming unit in another.
fn counted() -> Tester {
    let environment = Environment::with_workspace("zh");
    let workspace = Workspace::open(&environment.path("ws")).expect("the small workspace");
    let records = [
        Made { verdicts: [CONFORMS, FAILS], due: Some("2026-04-01"), ..Made::default() },
        Made { day: "2026-05-01", unit: 1, ..Made::default() },
    ];
    for (number, record) in records.iter().enumerate() {
        made::put(&workspace, number, record);
    }
    drop(workspace);
    Tester::of(environment)
}

/// Returns what the dashboard counted.
fn tally(tester: &Tester) -> Arc<Tally> {
    match tester.app.screen() {
        Screen::Dashboard(screen) => screen.count.tally.clone().expect("counted"),
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_dashboard_shows_the_numbers_of_the_reports() {
    let mut tester = counted();
    tester.press("8").shows(&["检查 2 户次 2 家，问题 1，未销号 1，逾期 1", "75.0%"]);
    let shown = tally(&tester);
    let workspace = Workspace::open(&tester.environment().path("ws")).expect("the workspace");
    let counted = made::tally(&workspace, |filter| *filter = Filter::of(Period::year_to(made::day(made::AS_OF))));
    assert_eq!(shown.totals, counted.totals);
    assert_eq!(shown.districts, counted.districts);
}

#[test]
fn a_campaign_is_chosen_by_its_title() {
    let tester = counted();
    let environment = tester.leave();
    environment.write(
        "ws/campaigns/c7.toml",
        "title = \"预检专项\"\nfrom = \"2026-01-01\"\ndue = \"2026-12-31\"\nchecklists = [\"two-items\"]\n\
         [target]\nfacilities = [\"F001\"]\n",
    );
    environment.run_there(&["task", "create", "c7"]).good();
    let mut tester = Tester::in_home(environment);
    tester.press("8 F2 <text 预检专项>").shows(&["督查方案 预检专项"]);
    tester.press("Enter").shows(&["预检专项", "¬c7"]);
    assert_eq!(tally(&tester).filter.campaign.as_deref(), Some("c7"));
}

#[test]
fn every_row_leads_to_its_records() {
    let cases = [
        ("8 Enter", "区县 ", "2026-0"),
        ("8 Tab Enter", "专题 ", "云澜市"),
        ("8 Tab Tab Enter", "不符合：", "云澜市人民医院"),
        ("8 Shift-Tab Enter", "月份 2026-05", "云澜市第三人民"),
    ];
    for (keys, title, row) in cases {
        let mut tester = counted();
        tester.press(keys).shows(&[title, row]);
        tester.press("Enter");
        assert!(matches!(tester.app.screen(), Screen::Record(_)), "{keys}\n{}", tester.show());
    }
    // An overdue finding has a page of its own.
    let mut tester = counted();
    tester.press("8 Tab Tab Tab Enter").shows(&["登记缺两例", "经过"]);
    assert!(matches!(tester.app.screen(), Screen::Finding(_)));
}

#[test]
fn what_is_counted_is_narrowed_and_widened_again() {
    let cases = [
        ("F2 <text 澜城> Enter", 1),
        ("F2 <text lancheng> Enter", 1),
        ("F2 <text 2026-05> Enter", 1),
        ("F2 <text 2026-03-02..2026-05> Enter", 2),
        ("F2 <text 去年> Enter", 0),
        ("F2 <text 周敏> Enter", 2),
        ("F2 <text 澜城> Enter F2 <text 澜城> Enter", 2),
    ];
    for (keys, visits) in cases {
        let mut tester = counted();
        tester.press("8").press(keys);
        assert_eq!(tally(&tester).totals.visits, visits, "{keys}\n{}", tester.show());
    }
}

#[test]
fn whatever_travels_is_noticed_when_it_arrives() {
    // Whether files of evidence are there is looked at where they are shown.
    for kind in KINDS.iter().filter(|kind| kind.name != "evidence") {
        let root = tempfile::tempdir().expect("a folder");
        let signs = || (checklist_signs(&root.path().join("checklists")), folder_signs(root.path()));
        let before = signs();
        let path = root.path().join(kind.place.replace('*', "a"));
        std::fs::create_dir_all(path.parent().expect("below the root")).expect("a folder");
        std::fs::write(&path, "arrived").expect("a file");
        assert_ne!(before, signs(), "{}", kind.place);
    }
}

#[test]
fn what_comes_from_outside_is_counted_at_once() {
    let mut tester = counted();
    tester.press("8");
    let workspace = Workspace::open(&tester.environment().path("ws")).expect("the workspace");
    made::put(&workspace, 7, &Made { day: "2026-06-01", unit: 2, ..Made::default() });
    drop(workspace);
    tester.send(Msg::WorkspaceChanged).shows(&["检查 3 户次 3 家"]);
    // The records behind a number are those of the new count, too.
    tester.press("Tab Enter");
    let rows = |tester: &Tester| match tester.app.screen() {
        Screen::Behind(screen) => screen.rows.len(),
        other => panic!("{other:?}"),
    };
    assert_eq!(rows(&tester), 3);
    let workspace = Workspace::open(&tester.environment().path("ws")).expect("the workspace");
    made::put(&workspace, 8, &Made { day: "2026-06-02", unit: 2, ..Made::default() });
    drop(workspace);
    tester.send(Msg::WorkspaceChanged);
    assert_eq!(rows(&tester), 4);
}

#[test]
fn a_finalised_record_is_counted_when_the_dashboard_comes_back() {
    let mut tester = counted();
    tester.press("8").shows(&["检查 2 户次"]);
    tester.press("Ctrl-P <text xjjc> Enter <text 东塘> Enter <text yjfz> Enter 1 1 F9 Enter");
    assert!(matches!(tester.app.screen(), Screen::Record(_)), "{}", tester.show());
    tester.press("Esc").shows(&["检查 3 户次"]);
}

#[test]
fn a_report_is_written_as_the_preview_shows_it() {
    let mut tester = counted();
    tester.press("0").shows(&["统计报表", "Word 公文"]);
    // 检查情况汇总表 as Markdown only.
    tester.press("Down Down Down").shows(&["检查情况汇总表"]);
    tester.press("Tab Space Down Space Down Down Down Down Space F9");
    let folder = tester.environment().path("ws/reports");
    let files = files_below(&folder);
    assert_eq!(files.len(), 1, "{files:?}\n{}", tester.show());
    let text = fs::read_to_string(&files[0]).expect("a text");
    assert!(text.contains("检查情况汇总表") && text.contains("云澜市人民医院"), "{text}");
    tester.shows(&["已生成 1 个文件", ".md"]);
}

#[test]
fn the_preview_ends_where_its_last_line_is_shown() {
    let mut tester = counted();
    tester.press("0 Tab Tab");
    // The lines that are shown, and how many there are: ` 3-18/40 `.
    let shown = |tester: &Tester| -> [usize; 3] {
        let drawn = tester.drawn();
        let row = drawn.rows.iter().rev().find(|row| row.contains('/') && row.contains('┘')).expect("a frame");
        let said: String = row.chars().filter(|letter| letter.is_ascii_digit() || "-/".contains(*letter)).collect();
        let numbers: Vec<_> = said.split(['-', '/']).map(|number| number.parse().expect("a number")).collect();
        numbers.try_into().expect("three numbers")
    };
    let [first, last, all] = shown(&tester);
    assert!(first == 1 && last < all, "{}", tester.show());
    tester.press("End");
    assert_eq!(shown(&tester), [all - last + 1, all, all]);
    tester.press(&"Down ".repeat(20)).press("Up");
    assert_eq!(shown(&tester), [all - last, all - 1, all], "the keys do not run on behind the end");
    tester.press("Home");
    assert_eq!(shown(&tester), [1, last, all]);
}

#[test]
fn a_report_that_cannot_be_written_says_so_in_its_place() {
    let mut tester = counted();
    tester.environment().write("ws/taken", "a file and no folder");
    tester.press("0 F4");
    tester.press("<text /> Backspace").press(&"Backspace ".repeat(12)).press("<text taken/below> Enter F9");
    tester.shows(&["taken/below"]);
    match tester.app.screen() {
        Screen::Reports(screen) => assert!(matches!(screen.work, Work::Failed(..)), "{:?}", screen.work),
        other => panic!("{other:?}"),
    }
    assert_eq!(tester.environment().read("ws/taken"), "a file and no folder");
}

#[test]
fn nothing_is_written_without_a_format() {
    let mut tester = counted();
    tester.press("0 Tab Space Down Space F9").shows(&["请先选择文件格式"]);
    assert!(!Path::new(&tester.environment().path("ws/reports")).exists());
}

#[test]
fn escape_stops_the_writing_and_ending_waits_for_it() {
    for (key, what) in [("Esc", "going back"), ("Ctrl-Q", "ending")] {
        let mut tester = counted();
        tester.press("0");
        let begin = tester.app.update(Msg::Key("F9".parse().expect("a key")), crate::support::tester::now());
        assert!(matches!(begin.as_slice(), [Effect::WriteReport(_)]), "{begin:?}");
        let stop = tester.app.update(Msg::Key(key.parse().expect("a key")), crate::support::tester::now());
        assert_eq!(stop, [Effect::StopWriting], "{what}");
        assert!(!tester.app.ending, "{what}");
        assert!(matches!(tester.app.screen(), Screen::Reports(_)), "{what}");
    }
}

#[test]
fn the_dashboard_speaks_the_language_of_the_screen() {
    let mut tester = counted();
    tester.press("8 F6");
    assert_eq!(tally(&tester).language, Lang::En);
    tester.shows(&["Districts", "Overdue findings"]);
}

#[test]
fn what_there_is_to_mind_about_a_wording_is_said_on_the_screen() {
    let mut tester = counted();
    tester.press("0").shows(&["督查情况的通报"]);
    assert!(!tester.show().contains("模板中却没有"));
    tester.environment().write("ws/templates/circular.md", "# 督查通报\n详见附件3。\n");
    tester.press("Esc 0").shows(&["文字模板的正文提到附件3，模板中却没有", "补上以“## ”开头的附件"]);
}
