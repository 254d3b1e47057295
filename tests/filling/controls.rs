//! The controls of the answers that one key cannot give: calendar, table, files, and the values that cannot be.

use ducha::{
    app::{Colours, Msg},
    checklist::{Digest, FileRef, ItemId},
    i18n::Lang,
    inspection::ClockSet,
    store::{InboxFile, Past, Theme},
};

use crate::support::tester::{Tester, files_below, now};

/// Checks each example in a draft of its own: at this item, these keys; then this item, and the screen shows this.
#[track_caller]
fn check(examples: &[(&str, &str, &str, &[&str])]) {
    for (at, keys, then, shown) in examples {
        let mut tester = Tester::with_controls(Lang::Zh);
        tester.go_to(at).press(keys);
        assert_eq!(tester.item(), *then, "{keys} at {at}\n{}", tester.show());
        tester.shows(shown);
    }
}

#[test]
fn a_day_is_chosen_in_the_calendar_or_typed() {
    check(&[
        ("D1", "Enter", "D1", &["2026年11月", "[21]", "一   二"]),
        ("D1", "Enter Right", "D1", &["2026-11-22", "[22]"]),
        ("D1", "Enter Down Down Enter Up", "D1", &["2026-12-05", "符合"]),
        ("D1", "Enter PageDown PageDown", "D1", &["2027年1月", "2027-01-21"]),
        ("D1", "Enter PageUp Home", "D1", &["2026年11月", "[21]"]),
        // What is typed takes the place of a day that was chosen.
        ("D1", "Enter Right 1 2 - 1", "D1", &["2026年12月", "[ 1]"]),
        ("D1", "Enter <text 周日> Enter Up", "D1", &["2026-11-22"]),
        ("D1", "Enter <text 11月20日> Enter", "D1", &["不符合 · 登记问题"]),
    ]);
}

#[test]
fn what_a_value_comes_to_is_said_while_it_is_typed() {
    check(&[
        ("N1", "5", "N1", &["✓ 5℃  符合", "2–8℃"]),
        ("N1", "9", "N1", &["✗ 9℃  不符合"]),
        ("N1", "9 9", "N1", &["! 填写值不可能成立：应为 -40–60℃"]),
        ("N1", "9 9 Enter", "N1", &["! 填写值不可能成立", "○  2"]),
        ("N1", "5 Enter", "T1", &["✓  2"]),
    ]);
}

#[test]
fn a_table_is_filled_in_row_by_row() {
    let row = "Enter Enter <text 乙肝疫苗> Tab 1 2 Tab 1 Tab <text 2027-1-5> Enter";
    check(&[
        ("T1", "Enter", "T1", &["添加一行", "名称", "支数"]),
        ("T1", "Enter Enter", "T1", &["第 1 行", "支数 (支)", "免疫规划"]),
        ("T1", row, "T1", &["乙肝疫苗", "12支", "免疫规划", "2027-01-05", "添加一行"]),
        ("T1", &format!("{row} Esc"), "T1", &["乙肝疫苗", "12支"]),
        ("T1", &format!("{row} Ctrl-S"), "F1", &[]),
        ("T1", &format!("{row} Up Delete"), "T1", &["¬乙肝疫苗"]),
        ("T1", &format!("{row} Up Delete Ctrl-Z"), "T1", &["乙肝疫苗", "已撤销一步"]),
        ("T1", &format!("{row} Up Enter <text （成人）> Ctrl-S"), "T1", &["乙肝疫苗（成人）"]),
        // A cell that cannot be understood stays in its field, with what is wrong.
        ("T1", "Enter Enter <text 乙肝疫苗> Tab <text 很多> Ctrl-S", "T1", &["很多", "! ", "有一栏填写有误"]),
    ]);
}

#[test]
fn a_row_that_is_being_typed_survives_a_crash() {
    let mut tester = Tester::with_controls(Lang::Zh);
    tester.go_to("T1").press("Enter Enter <text 乙肝疫苗> Tab 1 2");
    tester.restart();
    tester.press("Enter").shows(&["第 1 行", "乙肝疫苗", "12"]);
}

#[test]
fn files_are_attached_by_path_with_completion_and_by_pasting() {
    let mut tester = Tester::with_controls(Lang::Zh);
    let photograph = tester.environment().write("照片/现场1.jpg", b"a photograph");
    tester.environment().write("照片/现场2.jpg", b"another photograph");
    let folder = photograph.parent().expect("a folder").to_string_lossy().replace('\\', "/");
    tester.go_to("V1").press("2 <text 内有他物> Esc").shows(&["!  5"]);
    tester.press("Ctrl-E");
    for letter in format!("{folder}/现").chars() {
        tester.press(&format!("<text {letter}>"));
    }
    tester.shows(&["现场1.jpg", "现场2.jpg"]);
    tester.press("Tab Enter").shows(&["已留存", "现场1.jpg", "12 B"]);
    tester.press("Esc").shows(&["证据  现场1.jpg"]);
    // A file that is dropped on the window comes as its path.
    tester.send(Msg::Paste(format!("'{folder}/现场2.jpg'"))).shows(&["已留存证据：现场2.jpg"]);
    let kept = files_below(&tester.environment().path("ws/evidence"));
    assert_eq!(kept.len(), 2, "{kept:?}");
    tester.press("Ctrl-Z").shows(&["证据  现场1.jpg", "¬现场2.jpg  "]);
    assert!(photograph.is_file(), "the original is untouched");
    // What is missing is said.
    let lost = kept.iter().find(|path| std::fs::read(path).expect("kept") == b"a photograph").expect("kept");
    std::fs::remove_file(lost).expect("removed");
    tester.restart();
    tester.press("Enter").go_to("V1").shows(&["文件缺失"]);
}

#[test]
fn a_small_picture_of_the_photograph_in_hand_is_shown_where_there_are_colours() {
    let cases = [
        (Colours::All, Theme::Light, true),
        (Colours::Few, Theme::Dark, false),
        // Whoever wants no colours wants none in pictures either.
        (Colours::All, Theme::Plain, false),
    ];
    for (colours, theme, shown) in cases {
        let mut tester = Tester::with_controls(Lang::Zh);
        (tester.app.colours, tester.app.theme) = (colours, theme);
        let path = tester.environment().write("收件/IMG_1.png", include_bytes!("../data/photograph.png"));
        let file = InboxFile { modified: Some(now()), path, size: 300 };
        tester.send(Msg::Inbox(vec![file]));
        tester.go_to("F1").press("Enter").shows(&["新照片"]);
        let blocks = |tester: &Tester| tester.drawn().rows.iter().filter(|row| row.contains(['▌', '▐', '█'])).count();
        assert_eq!(blocks(&tester) > 3, shown, "{}", tester.show());
        tester.press("Enter").shows(&["已留存"]);
        assert_eq!(blocks(&tester) > 3, shown, "what is kept has its picture too\n{}", tester.show());
        // What is typed takes its place.
        tester.press("<text x>");
        assert_eq!(blocks(&tester), 0, "{}", tester.show());
    }
}

#[test]
fn a_file_without_a_picture_takes_no_room_for_one() {
    let shown = [Colours::All, Colours::Few].map(|colours| {
        let mut tester = Tester::with_controls(Lang::Zh);
        tester.app.colours = colours;
        let path = tester.environment().write("收件/现场.jpg", b"no photograph");
        tester.send(Msg::Inbox(vec![InboxFile { modified: Some(now()), path, size: 13 }]));
        tester.go_to("F1").press("Enter");
        tester.show()
    });
    assert_eq!(shown[0], shown[1]);
}

#[test]
fn a_photograph_that_is_still_arriving_has_its_picture_when_it_is_there() {
    let mut tester = Tester::with_controls(Lang::Zh);
    tester.app.colours = Colours::All;
    let whole = include_bytes!("../data/photograph.png");
    let blocks = |tester: &Tester| tester.drawn().rows.iter().filter(|row| row.contains(['▌', '▐', '█'])).count();
    tester.go_to("F1").press("Enter");
    for (size, shown) in [(40, false), (whole.len(), true)] {
        let path = tester.environment().write("收件/IMG_1.png", &whole[..size]);
        let file = InboxFile { modified: Some(now()), path, size: size as u64 };
        tester.send(Msg::Inbox(vec![file]));
        assert_eq!(blocks(&tester) > 3, shown, "{}", tester.show());
    }
}

#[test]
fn what_comes_late_for_one_draft_does_not_go_into_another() {
    let mut tester = Tester::with_controls(Lang::Zh);
    let (first, item) = (tester.fill().record_id().clone(), ItemId("V1".to_owned()));
    let digest = Digest::of(b"a photograph");
    let photograph = FileRef { name: "现场1.jpg".to_owned(), digest, size: 12, modified: None, taken: None };
    let past = |file: &FileRef| Box::new(Past { missing: vec![file.clone()], ..Past::default() });
    tester.press("Esc 1 <text dtzwsy> Enter <text lenglian> Enter");
    assert_ne!(*tester.fill().record_id(), first, "{}", tester.show());
    tester.send(Msg::Attached(first.clone(), item.clone(), Ok(photograph.clone())));
    tester.shows(&["现场1.jpg 没有加入记录"]);
    tester.go_to("V1").shows(&["¬现场1.jpg"]);
    let second = tester.fill().record_id().clone();
    tester.send(Msg::Attached(second.clone(), item, Ok(photograph.clone()))).shows(&["已留存证据：现场1.jpg"]);
    tester.send(Msg::Past(first, past(&photograph))).shows(&["¬文件缺失"]);
    tester.send(Msg::Past(second, past(&photograph))).shows(&["文件缺失"]);
}

#[test]
fn photographs_from_the_watched_folder_are_one_key_away() {
    let mut tester = Tester::with_controls(Lang::Zh);
    let path = tester.environment().write("收件/IMG_1.jpg", b"a photograph");
    let file = InboxFile { modified: Some(now()), path, size: 12 };
    tester.send(Msg::Inbox(Vec::new()));
    tester.send(Msg::Inbox(vec![file])).shows(&["收到 1 个新文件"]);
    tester.go_to("F1").press("Enter").shows(&["新照片", "IMG_1.jpg", "12 B"]);
    tester.press("Enter").shows(&["已留存", "¬新照片"]);
    tester.press("Esc").shows(&["IMG_1.jpg"]);
    tester.press("Enter Delete Esc").shows(&["¬IMG_1.jpg"]);
}

#[test]
fn a_file_that_cannot_be_attached_says_why() {
    let mut tester = Tester::with_controls(Lang::Zh);
    tester.go_to("V1").press("Ctrl-E <text /no/such/file.jpg> Enter").shows(&["证据文件读取失败", "/no/such/file.jpg"]);
}

#[test]
fn two_inspectors_evidence_and_times_stand_in_the_way() {
    let mut tester = Tester::with_controls(Lang::Zh);
    tester.go_to("V1").press("2 <text 内有他物> Esc F9").shows(&["检查人员少于规定人数", "缺少须留存的证据"]);
    tester.press("Enter").shows(&["检查信息"]);
    tester.press("<text 、李四> Tab Tab Tab Tab <text 2020-01-01 09:00> Ctrl-S F9");
    tester.shows(&["结束时间早于开始时间", "¬检查人员少于规定人数"]);
}

#[test]
fn what_failed_last_time_is_shown_and_its_phrases_are_one_key_away() {
    let mut tester = Tester::new();
    tester.press("1 <text rmyy> Enter <text yjfz> Enter 1 2 <text 登记缺两例> Ctrl-S F9 Enter");
    tester.press("Esc 1 <text rmyy> Enter <text yjfz> Enter End").shows(&["上次", "登记缺两例"]);
    tester.press("2 F3").shows(&["用过 1 次", "登记缺两例"]);
    tester.press("<text djq> Enter").shows(&["登记问题", "登记缺两例"]);
    tester.press("Ctrl-S").shows(&["登记缺两例"]);
}

#[test]
fn what_became_of_a_finding_is_shown_at_its_item() {
    let mut tester = Tester::new();
    tester.press("1 <text rmyy> Enter <text yjfz> Enter 1 2 <text 登记缺两例> Ctrl-S F9 Enter");
    tester.press("Esc 1 <text rmyy> Enter <text yjfz> Enter End").shows(&["登记缺两例（待整改"]);
    // It conforms this time, and what was found before is still open until somebody closes it.
    tester.press("1 Home 1 F9 Enter");
    tester.press("Esc 1 <text rmyy> Enter <text yjfz> Enter End").shows(&[
        "上次",
        "符合",
        "未销  ",
        "登记缺两例（待整改",
    ]);
}

#[test]
fn the_clock_being_set_is_said_and_written_down() {
    let mut tester = Tester::with_controls(Lang::Zh);
    let clock_set = ClockSet { from: now(), to: now() - chrono::TimeDelta::days(2) };
    tester.send(Msg::ClockSet(clock_set)).shows(&["计算机时钟被改动"]);
    tester.press("Ctrl-Z").idle();
    assert!(tester.only_file("records").contains("clock_set"), "taking a step back does not take it back");
}

#[test]
fn the_colours_are_kept_in_the_settings() {
    let mut tester = Tester::new();
    tester.press("Ctrl-P <text 配色> Enter").shows(&["强光"]);
    let settings = tester.environment().read("ws/ducha.toml");
    assert!(settings.contains("theme = \"light\""), "{settings}");
}

#[test]
fn a_term_is_counted_out_in_working_days_and_a_year_that_the_calendar_lacks_is_named() {
    let cases: [(&str, &[&str]); 2] = [
        ("500个工作日", &["已登记，整改期限 2028-", "calendar.toml 中没有 2027-2028 年的节假日"]),
        ("3个工作日", &["不符合 1"]),
    ];
    for (typed, shown) in cases {
        let mut tester = Tester::filling_two();
        tester.press(&format!("1 2 <text 登记缺两例> Tab Tab Tab Tab <text {typed}> Ctrl-S")).shows(shown);
        assert_eq!(tester.show().contains("节假日"), shown.len() > 1, "{}", tester.show());
        // What was counted out is what stands there from then on.
        assert!(!tester.press("F2").show().contains(typed), "{}", tester.show());
    }
}
