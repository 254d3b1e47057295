//! Every screen at two sizes in both languages, as a person sees it.
//!
//! After a wanted change: `INSTA_UPDATE=always cargo test --test main screens`, then look at every file that changed.

use std::path::PathBuf;

use ducha::{
    app::{App, Colours, Edited, HubInfo, MemberInfo, Msg, SyncMsg},
    checklist,
    error::{Error, Kind},
    i18n::Lang,
    inspection::Verdict,
    plan::ReadOptions,
    store::{InboxFile, Workspace},
    sync::{
        dispute::{Dispute, Worded},
        outcome::Outcome,
        refused::Refused,
        roster::Role,
        state::{OpenConflict, OpenValue},
    },
    text,
    view::{
        Look,
        text::width,
        theme::{Palette, Symbols, Theme},
    },
};

use crate::{
    navigation::reviews,
    reports::{
        made::{self, Made},
        returned,
    },
    support::{
        environment::{Environment, PLAN},
        screen::Drawn,
        tester::{Tester, files_below, now},
    },
};

const SIZES: [(u16, u16); 2] = [(80, 24), (120, 40)];

/// A screen: its name, what it begins with, and the keys that lead to it.
type Screen = (&'static str, fn(Lang) -> Tester, &'static str);

const SCREENS: &[Screen] = &[
    ("home-empty", Tester::speaking, ""),
    ("home", Tester::with_records, ""),
    ("plans-empty", Tester::speaking, "5"),
    ("plans", Tester::with_plan, "5"),
    ("plan", Tester::with_plan, "5 Enter Down Tab"),
    ("import", Tester::with_plan, "5 F2 <text /home/lin/要点.txt>"),
    ("generate", Tester::with_plan, "5 Enter Down F5"),
    ("generate-preview", Tester::with_plan, "5 Enter F5 Enter"),
    ("generated", Tester::with_plan, "5 Enter F5 Enter Enter"),
    ("plan-source", Tester::with_plan, "5 Enter Tab Down F3"),
    ("plan-folded", Tester::with_plan, "5 Enter Down Left"),
    ("plan-filtered", Tester::with_plan, "5 Enter F2 Down Down Down Enter Ctrl-F <text 95>"),
    ("plan-facets", Tester::with_plan, "5 Enter F2"),
    ("plan-correct", Tester::with_plan, "5 Enter Tab Down F4"),
    ("plan-correct-value", Tester::with_plan, "5 Enter Tab F4 Down Down Down Down Enter <text 明年> Enter"),
    ("plan-corrected", Tester::with_plan, "5 Enter Tab F4 Down Down Enter <text 另有专项检查> Enter"),
    ("plan-compare-with", with_revision, "5 F8"),
    ("plan-compare", with_revision, "5 F8 Enter"),
    ("checklists", Tester::speaking, "4"),
    ("checklist", Tester::speaking, "4 Enter"),
    ("mistakes", mistaken, "Down"),
    ("facilities", Tester::speaking, "3 <text yy>"),
    ("facilities-none", Tester::speaking, "3 <text 没有>"),
    ("choosing", Tester::speaking, "1 Enter"),
    ("fill", filling, "1 2 <text 缺损伤性废物容器> Ctrl-S 1 Home"),
    ("fill-item", filling, "Enter"),
    ("fill-value", filling, "Right Enter <text 三天>"),
    ("fill-note", filling, "Ctrl-N <text 锁已更换，> Enter <text 钥匙由专人保管>"),
    ("fill-finding", filling, "2 <text 门未上锁，无警示标识>"),
    ("fill-details", filling, "F5 Tab <text 张三>"),
    ("fill-choices", filling, "Right Down Down Down Down 1 3"),
    ("fill-filter", filling, "/ <text 登记>"),
    ("fill-date", Tester::with_controls, "Enter Right"),
    ("fill-number", Tester::with_controls, "Down 9"),
    (
        "fill-table",
        Tester::with_controls,
        "Down Down Enter Enter <text 乙肝疫苗> Tab 1 2 Tab 1 Tab <text 2027-1-5> Enter",
    ),
    ("fill-row", Tester::with_controls, "Down Down Enter Enter <text 乙肝疫苗> Tab 1 2 Tab 2"),
    ("fill-evidence", Tester::with_controls, "End Ctrl-E"),
    ("fill-phrases", two_answered, "2 Tab Tab F3"),
    ("fill-yes-no", filling, "Down Down"),
    ("fill-percent", filling, "Right Down 9 8"),
    ("fill-count", filling, "Right Down Down 1 2"),
    ("fill-reinspection", Tester::with_records, "7 Enter F5"),
    ("fill-choice", filling, "Right Down Down Down"),
    ("fill-time", filling, "Right Down Down Down Down Down Down 9 <text :3>"),
    ("fill-constraint", Tester::with_logic, "8 Enter 9"),
    ("fill-calculated", Tester::with_logic, "8 Enter 6 Enter"),
    (
        "fill-text",
        Tester::with_logic,
        "8 Enter 6 Enter Down Enter <text 两人请假，已安排其他科室人员顶岗，交接登记齐全>",
    ),
    ("fill-cell", Tester::with_logic, "End Up Enter Enter <text 张三> Tab 2 5"),
    ("fill-offered", Tester::with_logic, "End 2 F3"),
    ("fill-picture", with_picture, "End Up Enter"),
    ("fill-past", with_past, ""),
    ("fill-void", filling, "1 2 <text 缺损伤性废物容器> Ctrl-S Ctrl-D <text 选错单位>"),
    ("blockers", filling, "1 2 Esc F9"),
    ("finalise", two_answered, "F9"),
    ("record", two_answered, "F9 Enter Down"),
    ("records", Tester::with_records, "2"),
    ("facility", Tester::with_records, "3 <text rmyy> F3"),
    ("register-import", with_register, "Down Down Down Down"),
    ("unit-edit", Tester::with_records, "3 <text rmyy> F3 F4 Tab <text 9> Enter"),
    ("unit-choose", Tester::with_records, "3 <text rmyy> F3 F5"),
    ("unit-merge", Tester::with_records, "3 <text rmyy> F3 F5 <text 第三> Enter"),
    ("tasks-none", Tester::speaking, "6"),
    ("tasks", with_tasks, "6"),
    ("home-tasks", with_tasks, ""),
    ("findings-none", Tester::speaking, "7"),
    ("findings", Tester::with_records, "7"),
    ("finding", Tester::with_records, "7 Enter"),
    ("ledger-import", Tester::with_records, "7 F2 <text /home/lin/台账.xlsx>"),
    ("ledger-returned", returned_ledger, "Down"),
    ("papers", two_answered, "F9 Enter F2 Right"),
    ("reviews", reviews::to_review, "F4"),
    ("review", reviews::to_review, "F4 Enter 1 2 <text 照片看不清> Enter Up"),
    ("review-reason", reviews::to_review, "F4 Enter Down 2 <text 照片看不清>"),
    ("review-decide", reviews::to_review, "F4 Enter Down 2 <text 照片看不清> Enter F9 Tab <text 请补充>"),
    ("home-returned", reviews::returned, ""),
    ("fill-returned", reviews::returned, "Enter F4"),
    ("record-corrected", reviews::corrected, "F4 Enter Down"),
    ("trace-gaps", with_reworded, "Ctrl-T"),
    ("trace-clause", with_generated, "5 Enter Tab Down Ctrl-T"),
    ("trace-finding", Tester::with_records, "7 Enter Ctrl-T"),
    ("trace-facility", Tester::with_records, "3 <text rmyy> Ctrl-T"),
    ("trace-accept", with_reworded, "Ctrl-T F2 <text 标准未变>"),
    ("finding-step", Tester::with_records, "7 Enter F2 Down Tab <text 刘主任>"),
    ("dashboard-empty", Tester::speaking, "8"),
    ("dashboard", counted, "8"),
    ("dashboard-months", counted, "8 Shift-Tab Up"),
    ("dashboard-narrow", counted, "8 F2 <text lc>"),
    ("dashboard-narrowed", counted, "8 F2 <text 2026-05> Enter"),
    ("dashboard-behind", counted, "8 Tab Tab Enter"),
    ("dashboard-clauses", counted, "8 Tab Tab Tab Tab Down Enter"),
    ("reports", counted, "0"),
    ("reports-formats", counted, "0 Down Down Down Enter Space Down Enter"),
    ("reports-folder", counted, "0 F4"),
    ("reports-done", counted, "0 End Tab Space Down Space Down Down Down Space F9 Shift-Tab"),
    ("help", filling, "F1"),
    ("help-home", Tester::speaking, "F1"),
    ("palette", filling, "Ctrl-P"),
    ("damaged", damaged, "F7"),
    ("conflicts-none", Tester::speaking, "9"),
    ("conflicts", disputed, ""),
    ("conflicts-told", told, ""),
    ("conflicts-told-below", told, "Down Down"),
    ("conflicts-passphrase", sealed, "<text correct>"),
    ("move-draft", outdated, "Ctrl-U"),
    ("end-unsaved", unsaved, "Ctrl-Q"),
    ("read-only", looking_on, ""),
];

fn filling(lang: Lang) -> Tester {
    let mut tester = Tester::speaking(lang);
    tester.press("1 <text rmyy> Enter <text 医疗废物> Enter");
    tester
}

/// What an editor left behind.
fn mistaken(lang: Lang) -> Tester {
    let mut tester = Tester::speaking(lang);
    let text = include_str!("../data/valid/every-answer.toml").replace("answer = \"percent\"", "anwser = \"percent\"");
    let text = text.replace("choices = [\"专用车\", \"人工\", \"其他\"]", "choices = [\"专用车\", \"人工\", \"人工\"]");
    let path = PathBuf::from("checklists/every-answer.toml");
    let diagnostics = checklist::read(&text).diagnostics;
    tester.press("4").send(Msg::Edited(Box::new(Ok(Edited { path, text, diagnostics }))));
    tester
}

/// A photograph that has come into the watched folder, in a terminal with all colours.
fn with_picture(lang: Lang) -> Tester {
    let mut tester = Tester::with_controls(lang);
    tester.app.colours = Colours::All;
    let path = tester.environment().write("收件/IMG_1.png", include_bytes!("../data/photograph.png"));
    tester.send(Msg::Inbox(vec![InboxFile { modified: Some(now()), path, size: 180 }]));
    tester
}

/// An item that failed before, conformed since, and whose finding is still open.
fn with_past(lang: Lang) -> Tester {
    let mut tester = two_answered(lang);
    tester.press("F9 Enter Esc 1 <text rmyy> Enter <text yjfz> Enter 1 1 F9 Enter");
    tester.press("Esc 1 <text rmyy> Enter <text yjfz> Enter End");
    tester
}

fn two_answered(lang: Lang) -> Tester {
    let mut tester = Tester::speaking(lang);
    tester.press("1 <text rmyy> Enter <text yjfz> Enter 1 2 <text 登记缺两例> Ctrl-S");
    tester
}

/// A ledger that a district filled in, with what it comes to.
fn returned_ledger(lang: Lang) -> Tester {
    let environment = returned::handed_out();
    returned::fill(&environment, returned::one_doubtful);
    let file = environment.path("back.xlsx");
    let mut tester = Tester::of(environment);
    tester.press(if lang == Lang::En { "F6" } else { "" });
    tester.press(&format!("7 F2 <text {}> Enter", file.display()));
    tester
}

/// A plan that was imported in two wordings, and checklists from the first.
fn with_revision(lang: Lang) -> Tester {
    let mut tester = Tester::with_plan(lang);
    tester.press("5 Enter F5 Enter Enter Esc Esc");
    let revised = PLAN.replace("95%", "98%").replace("，全年抽查不少于200家次", "");
    let document = tester.environment().write("revised.txt", revised);
    tester.press(&format!("F2 <text {}> Enter Esc", document.display()));
    tester
}

/// A plan, and checklists that are generated from it.
fn with_generated(lang: Lang) -> Tester {
    let environment = Environment::with_workspace(lang.code());
    let mut tester = Tester::of(environment);
    let document = tester.environment().write("plan.txt", PLAN);
    tester.press(&format!("5 F2 <text {}> Enter F5 Enter Enter Esc Esc Esc", document.display()));
    tester
}

/// Checklists from a plan that says something else since.
fn with_reworded(lang: Lang) -> Tester {
    let tester = with_generated(lang);
    let environment = tester.leave();
    let folder = environment.path("ws/plans");
    let plan = files_below(&folder).into_iter().find(|path| path.ends_with("plan.toml")).expect("a plan");
    let text = std::fs::read_to_string(&plan).expect("read");
    let at = text.find("fingerprint = \"").expect("a clause") + "fingerprint = \"".len();
    std::fs::write(&plan, format!("{}ffffffff{}", &text[..at], &text[at + 8..])).expect("written");
    Tester::in_home(environment)
}

/// Records of several units and months with findings, some of them overdue, and a plan.
fn counted(lang: Lang) -> Tester {
    let environment = Environment::with_workspace(lang.code());
    let document = environment.write("plan.txt", PLAN);
    let workspace = Workspace::open(&environment.path("ws")).expect("the small workspace");
    workspace.import_plan(&document, &ReadOptions::default(), now()).expect("the small plan");
    for (number, made) in records().iter().enumerate() {
        made::put(&workspace, number, made);
    }
    drop(workspace);
    Tester::of(environment)
}

fn records() -> [Made; 5] {
    let (good, bad) = (Some(Verdict::Conforms), Some(Verdict::Fails));
    [
        Made { verdicts: [good, bad], due: Some("2026-04-01"), ..Made::default() },
        Made { day: "2026-03-09", ..Made::default() },
        Made { day: "2026-05-01", unit: 1, verdicts: [bad, good], corrected: true, ..Made::default() },
        Made { day: "2026-05-02", unit: 2, verdicts: [bad, None], due: Some("2026-12-01"), ..Made::default() },
        Made { day: "2026-10-02", unit: 2, verdicts: [bad, bad], due: Some("2026-10-09"), ..Made::default() },
    ]
}

/// Two tasks, one of them late, and one whose unit is gone.
fn with_tasks(lang: Lang) -> Tester {
    let environment = Environment::with_workspace(lang.code());
    let units = [
        ("F001", "云澜市人民医院", "2026-11-20"),
        ("F002", "云澜市第三人民医院", "2026-12-01"),
        ("F900", "旧诊所", "2026-12-05"),
    ];
    for (number, (unit, name, due)) in (1..).zip(units) {
        let task = format!(
            "format = 1\nid = \"预检-{number:04}\"\ncampaign = \"预检\"\nchecklist = \"two-items\"\nfacility = \"{unit}\"\n\
             facility_name = \"{name}\"\nfrom = \"2026-11-01\"\ndue = \"{due}\"\n\n[[event]]\nat = \"2026-11-01T09:00:00+08:00\"\n\
             by = \"王芳\"\naction = \"created\"\ninspectors = [\"林明\"]\n"
        );
        environment.write(&format!("ws/tasks/预检/预检-{number:04}.toml"), task);
    }
    Tester::of(environment)
}

/// The preview of a register: a known unit that differs, and a new one with a mistyped code.
fn with_register(lang: Lang) -> Tester {
    let mut tester = Tester::speaking(lang);
    let file = tester.environment().write(
        "名单.csv",
        "机构名称,统一社会信用代码,机构类别,县区,备注\n云澜市人民医院,129999999902817959,医院,朝源区,x\n\
         北门诊所,91350100M000100Y34,诊所,澜城区,\n",
    );
    tester.press(&format!("3 F2 <text {}> Enter", file.display()));
    tester
}

fn damaged(lang: Lang) -> Tester {
    let environment = Environment::with_workspace(lang.code());
    environment.write("ws/checklists/damaged.toml", "id = \"damaged\"\ntitle = \"坏了\ntitel = 1\n");
    environment.write("ws/records/2026/11/01M7ZYRJXTMTTC20HS2WBJ87QZ.toml", "format = 1\n");
    Tester::of(environment)
}

/// What two people said differently, with a hub of two members.
fn disputed(lang: Lang) -> Tester {
    in_dispute(Tester::speaking(lang))
}

fn in_dispute(mut tester: Tester) -> Tester {
    let value = |value: &str, by: &str| OpenValue { value: Some(value.to_owned()), by: by.to_owned(), at: now() };
    let conflict = |field: &str, late: bool, values: [OpenValue; 2], worded: [[&str; 3]; 2]| Dispute {
        conflict: OpenConflict {
            document: "record/01M7ZYRJXTMTTC20HS2WBJ87QZ".to_owned(),
            field: field.to_owned(),
            late,
            values: values.to_vec(),
        },
        decided: late.then_some(1),
        worded: worded.map(|[place, one, other]| Worded {
            place: format!("云澜市人民医院 · {place}"),
            values: vec![one.to_owned(), other.to_owned()],
        }),
    };
    let conflicts = vec![
        conflict(
            "answer/T1/response",
            false,
            [value("{ verdict = \"conforms\" }", "林明"), value("{ verdict = \"fails\" }", "王芳")],
            [["1 入口设有预检分诊点 · 结果", "符合", "不符合"], ["1 入口设有预检分诊点 · result", "Conforms", "Fails"]],
        ),
        conflict(
            "answer/T2/note",
            true,
            [value("\"锁已更换\"", "林明"), value("\"锁未更换\"", "王芳")],
            [["2 分诊登记完整 · 备注", "锁已更换", "锁未更换"], ["2 分诊登记完整 · note", "锁已更换", "锁未更换"]],
        ),
    ];
    let member = |person: &str, role: Role| MemberInfo { person: person.to_owned(), roles: vec![role], removed: false };
    let hub = HubInfo {
        name: "云澜市".to_owned(),
        place: "/mnt/usb/hub".to_owned(),
        unheeded: Vec::new(),
        members: vec![member("林明", Role::Supervisor), member("王芳", Role::Inspector)],
    };
    tester.press("9").send(Msg::Sync(SyncMsg::Hub(Ok(Some(hub))))).send(Msg::Conflicts(Ok(conflicts)));
    tester
}

/// What is in dispute, after a sync of which there is much to say.
fn told(lang: Lang) -> Tester {
    let mut tester = Tester::speaking(lang);
    let refused = |object: &str| Refused::new(object, text!("sync.bad.digest"));
    let outcome = Outcome {
        changed: ["record/R1".to_owned()].into(),
        sent: 1,
        arrived: 2,
        misnamed: Some(["林明".to_owned(), "林某".to_owned()]),
        clocks: [("王芳".to_owned(), 3)].into(),
        refused: ["heads/0123456789abcdef-0123456789abcdef.toml", "heads/fedcba9876543210-fedcba9876543210.toml"]
            .map(refused)
            .into(),
        ..Outcome::default()
    };
    tester.send(Msg::Sync(SyncMsg::Done(Box::new(Ok(outcome)))));
    in_dispute(tester)
}

/// A hub whose keys wait for the passphrase.
fn sealed(lang: Lang) -> Tester {
    let mut tester = disputed(lang);
    tester.send(Msg::Sync(SyncMsg::PassphraseWanted));
    tester
}

/// A draft whose checklist has another version since.
fn outdated(lang: Lang) -> Tester {
    let mut tester = Tester::speaking(lang);
    tester.press("1 <text rmyy> Enter <text yjfz> Enter 1 1");
    let text = tester.environment().read("ws/checklists/two-items.toml");
    let newer = text.replacen("version = 1", "version = 2", 1).replace("\"T2\"", "\"T3\"");
    tester.environment().write("ws/checklists/two-items.toml", newer);
    tester
}

/// A draft that the disk refuses.
fn unsaved(lang: Lang) -> Tester {
    let mut tester = two_answered(lang);
    let refused = Error::new(Kind::Storage, text!("storage.write-failed")).at("/ws/records/2026/11/01.toml");
    tester.send(Msg::NotKept(refused));
    tester
}

/// A second program beside one that fills in.
fn looking_on(lang: Lang) -> Tester {
    let mut first = Tester::speaking(lang);
    first.press("1 <text rmyy> Enter <text yjfz> Enter 1").idle();
    let second = Tester::beside(&first);
    // It stays for as long as the second one is looked at.
    std::mem::forget(first);
    second
}

#[test]
fn every_screen_looks_as_it_should() {
    for &(name, begin, keys) in SCREENS {
        let mut shown = String::new();
        for lang in Lang::ALL {
            let mut tester = begin(lang);
            tester.press(keys);
            for (columns, rows) in SIZES {
                tester.send(Msg::Resize(columns, rows));
                check_rows(name, &tester.drawn(), columns);
                shown += &format!("{} {columns}x{rows}\n{}\n", lang.code(), tester.show());
            }
        }
        compare(name, &shown);
    }
}

#[test]
fn the_first_start_looks_as_it_should() {
    let mut shown = String::new();
    for lang in Lang::ALL {
        for size in SIZES {
            let folder = PathBuf::from("/home/lin/.local/share/ducha/workspace");
            let mut app = App::without_workspace(lang, now(), size, &folder);
            for key in ducha::app::key::Key::script("<text 云澜市卫健委> Tab Ctrl-S").expect("a script") {
                assert!(app.update(Msg::Key(key), now()).is_empty(), "the inspector is missing");
            }
            let drawn = Drawn::new(&app, &look(Symbols::UNICODE));
            check_rows("setup", &drawn, size.0);
            shown += &format!("{} {}x{}\n{}\n", lang.code(), size.0, size.1, drawn.show());
        }
    }
    compare("setup", &shown);
}

#[test]
fn without_line_drawing_there_is_only_ascii_besides_the_texts() {
    let mut tester = filling(Lang::En);
    tester.look = look(Symbols::ASCII);
    tester.press("1 2 Esc 3 4");
    let drawn = tester.drawn();
    for row in &drawn.rows[1..22] {
        let marks = row.chars().filter(|character| !character.is_ascii() && width(&character.to_string()) == 1);
        let marks: String = marks.filter(|mark| !"…—“”≤≥·".contains(*mark)).collect();
        assert_eq!(marks, "", "{row}");
    }
    compare("ascii", &tester.show());
}

#[test]
fn charts_without_line_drawing_are_only_ascii_besides_the_texts() {
    for keys in ["8", "8 Shift-Tab", "0"] {
        let mut tester = counted(Lang::En);
        tester.look = look(Symbols::ASCII);
        tester.press(keys);
        for row in &tester.drawn().rows[1..22] {
            let marks = row.chars().filter(|character| !character.is_ascii() && width(&character.to_string()) == 1);
            let marks: String = marks.filter(|mark| !"…—“”≤≥·".contains(*mark)).collect();
            assert_eq!(marks, "", "{keys}: {row}");
        }
    }
}

#[test]
fn a_terminal_that_is_too_small_says_so_and_waits() {
    let mut tester = filling(Lang::Zh);
    tester.press("Ctrl-N <text 写到一>");
    for (size, small) in [((40, 10), true), ((59, 30), true), ((80, 15), true), ((60, 16), false), ((1, 1), true)] {
        tester.send(Msg::Resize(size.0, size.1));
        let drawn = tester.drawn();
        assert_eq!(drawn.has("窗口"), small && size.0 > 2, "{size:?}\n{}", drawn.show());
        assert_eq!(drawn.caret.is_none(), small, "{size:?}");
    }
    tester.send(Msg::Resize(80, 24)).shows(&["写到一"]);
}

#[test]
fn every_size_can_be_drawn() {
    for &(name, begin, keys) in SCREENS {
        let mut tester = begin(Lang::Zh);
        tester.press(keys);
        for (columns, rows) in [(60, 16), (61, 17), (79, 23), (200, 60)] {
            tester.send(Msg::Resize(columns, rows));
            check_rows(name, &tester.drawn(), columns);
        }
    }
}

#[test]
fn an_error_on_the_screen_says_what_where_and_what_to_do() {
    let mut tester = Tester::new();
    let error = Error::input(text!("storage.not-utf8")).at("/ws/要点.txt").hint(text!("storage.not-utf8.hint"));
    tester.send(Msg::Failed(error));
    let said = [text!("storage.not-utf8").show(Lang::Zh), "/ws/要点.txt".to_owned()];
    for part in said {
        assert!(tester.drawn().has(&part), "{part}\n{}", tester.show());
    }
}

fn look(symbols: Symbols) -> Look {
    Look { theme: Theme::new(Palette::Dark), symbols }
}

/// Checks what holds for every screen: nothing is wider than the terminal, no key of the language files shows.
#[track_caller]
fn check_rows(name: &str, drawn: &Drawn, columns: u16) {
    for row in &drawn.rows {
        assert!(width(row) <= usize::from(columns), "{name}: {row}");
        for area in [
            "view",
            "item",
            "screen",
            "command",
            "dialog",
            "fill",
            "plan",
            "finding",
            "details",
            "verdict",
            "help",
            "tasks",
            "task-state",
            "findings",
            "finding-state",
            "finding-field",
            "finding-step",
            "finding-filter",
            "dashboard",
            "narrow",
            "reports",
            "report",
            "facility-page",
            "review",
            "review-screen",
            "review-standing",
            "revision-part",
            "trace",
            "trace-sort",
            "trace-group",
        ] {
            let raw = row
                .match_indices(&format!("{area}."))
                .any(|(at, found)| row[at + found.len()..].starts_with(|next: char| next.is_ascii_lowercase()));
            assert!(!raw, "{name}: a raw key in {row}");
        }
    }
}

fn compare(name: &str, shown: &str) {
    let mut settings = insta::Settings::clone_current();
    settings.set_prepend_module_to_snapshot(false);
    settings.set_omit_expression(true);
    settings.set_snapshot_path("snapshots");
    settings.bind(|| insta::assert_snapshot!(name.to_owned(), shown));
}
