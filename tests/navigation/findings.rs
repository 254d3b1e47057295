//! The page of a finding: what is entered there, and its history.

use ducha::i18n::Lang;

use crate::support::tester::{Tester, files_below};

/// The page of the only finding.
fn page() -> Tester {
    let mut tester = Tester::with_records(Lang::Zh);
    tester.press("7 Enter").shows(&["经过 1", "2026-11-25"]);
    tester
}

fn ledger(tester: &Tester) -> String {
    let files = files_below(&tester.environment().path("ws/findings"));
    files.iter().map(|path| std::fs::read_to_string(path).expect("a ledger")).collect()
}

#[test]
fn photographs_from_before_and_after_are_entered_and_kept() {
    let mut tester = page();
    let photo = tester.environment().write("换锁.png", include_bytes!("../data/photograph.png"));
    tester.press("F2 Down Down <text 已换锁> Tab Tab Tab Tab").press(&format!("<text {}> Enter", photo.display()));
    tester.shows(&["已登记", "报告整改到位", "整改后照片：evidence/"]);
    assert!(ledger(&tester).contains("after = [\"evidence/"), "{}", ledger(&tester));
    let kept = files_below(&tester.environment().path("ws/evidence"));
    assert_eq!(kept.len(), 1);
    // Whether its file is here is said on the page and by the command, with what is known of it.
    let here = format!("（{}", ducha::store::size_shown(std::fs::metadata(&photo).expect("a photograph").len()));
    tester.shows(&[&here]);
    std::fs::rename(&kept[0], tester.environment().path("elsewhere.png")).expect("moved");
    tester.press("Esc Enter").shows(&["整改后照片：evidence/", "（本机没有此文件，可能尚未同步）"]);
    let id = ledger(&tester).split("id = \"2026-").nth(1).and_then(|rest| rest.split('"').next()).map(str::to_owned);
    let show = ["finding", "show", &format!("2026-{}", id.expect("a number"))].map(str::to_owned);
    let show = || tester.environment().run_there(&show.each_ref().map(String::as_str)).good();
    assert!(show().contains("（本机没有此文件，可能尚未同步）"), "{}", show());
    std::fs::rename(tester.environment().path("elsewhere.png"), &kept[0]).expect("moved back");
    assert!(show().contains(&here), "{}", show());
}

#[test]
fn the_history_has_most_of_a_small_screen_until_what_is_known_is_asked_for() {
    let mut tester = page();
    let responsible = "门诊部和医院感染管理科共同负责，".repeat(8);
    tester.press(&format!("F2 <text 明确责任> Tab <text {responsible}> Enter")).shows(&["已登记"]);
    for day in 1..=8 {
        tester.press(&format!("F2 <text 第{day}次催办> Enter")).shows(&["已登记"]);
    }
    let history = |tester: &Tester| tester.show().lines().position(|line| line.contains("经过 10")).expect("a history");
    let begins = history(&tester);
    assert!(begins < 12, "{}", tester.show());
    tester.shows(&["还有", "问题描述", "第5次催办", "第8次催办"]);
    tester.press("Tab").shows(&["检查记录"]);
    assert!(history(&tester) > begins && !tester.show().contains("还有"), "{}", tester.show());
    tester.press("Tab").shows(&["还有"]);
    assert_eq!(history(&tester), begins);
}

#[test]
fn what_was_typed_is_asked_again_where_a_photograph_is_not_there() {
    let mut tester = page();
    tester.press("F2 Down <text 已通知> Tab Tab Tab <text nowhere.jpg> Enter").shows(&[
        "▸ 开始整改",
        "已通知",
        "nowhere.jpg",
    ]);
    assert!(!ledger(&tester).contains("已通知"));
    tester.press("Tab Tab Tab Tab Enter").shows(&["▸ 开始整改"]);
}

#[test]
fn a_term_is_entered_as_a_day_or_in_working_days_and_another_one_needs_a_reason() {
    let mut tester = page();
    let clear = "Backspace ".repeat(10);
    tester.press(&format!("F2 Tab Tab {clear} <text 下周> Enter")).shows(&["自今日起的工作日天数", "下周"]);
    tester
        .press("Backspace Backspace <text 10个工作日> Enter")
        .shows(&["改变整改期限须写明原因", "▸ 登记责任人、期限"]);
    // The caret is where the reason is missing.
    tester.press("<text 设备未到> Enter").shows(&["已登记", "设备未到"]);
    assert!(ledger(&tester).matches("due = ").count() > 1, "{}", ledger(&tester));
    let ledger = ledger(&tester);
    let id = ledger.split("id = \"2026-").nth(1).and_then(|rest| rest.split('"').next()).expect("a number");
    let environment = tester.leave();
    environment.run_there(&["finding", "update", id, "--due", "2030-01-01"]).fails(2, &["改变整改期限须写明原因"]);
    environment.run_there(&["finding", "update", id, "--workdays", "0", "--reason", "x"]).fails(2, &["0 个工作日"]);
}

#[test]
fn a_term_in_a_year_that_the_calendar_lacks_is_said_to_be_by_weekends_only() {
    let mut tester = page();
    let clear = "Backspace ".repeat(10);
    tester.press(&format!("F2 <text 设备未到> Tab Tab {clear} <text 500个工作日> Enter"));
    tester.shows(&["已登记，整改期限 202", "calendar.toml 中没有 2027-2028 年的节假日", "按周末推算"]);
    tester.press(&format!("F2 <text 设备已到> Tab Tab {clear} <text 3个工作日> Enter")).shows(&["已登记"]);
    assert!(!tester.show().contains("按周末推算"), "{}", tester.show());
}

#[test]
fn what_came_up_before_is_named_on_the_page() {
    let mut tester = page();
    tester.press("Esc Esc 1 <text rmyy> Enter <text yjfz> Enter 1 2 <text 又缺一例> Ctrl-S F9 Enter Esc");
    tester.press("7 <text 又缺> Enter").shows(&["又缺一例", "以前同一问题"]);
}

#[test]
fn a_finding_that_two_people_settled_each_in_their_own_way_stays_in_sight() {
    let mut tester = page();
    let files = files_below(&tester.environment().path("ws/findings"));
    let mut text = ledger(&tester);
    for (by, action) in [("李某", "accepted"), ("王某", "transferred")] {
        let event =
            format!("at = \"2026-11-21T12:00:00+08:00\"\nby = \"{by}\"\naction = \"{action}\"\nreason = \"已核实\"\n");
        text.push_str(&format!("\n[[finding.event]]\n{event}"));
    }
    std::fs::write(&files[0], text).expect("written");
    tester.restart();
    tester.press("7").shows(&["问题台账 · 未销号", "已销号", "未销号 0", "处理有冲突 1"]);
    tester.press("Enter").shows(&["状态        已销号  处理有冲突"]);
}

#[test]
fn the_page_follows_the_re_inspection_that_is_begun_and_finalised_from_it() {
    let mut tester = page();
    tester.press("F5").shows(&["复查"]);
    tester.press("Esc").shows(&["经过 2", "复查"]);
    tester.press("F5 1 F9 Enter Esc").shows(&["经过 3", "已销号"]);
}
