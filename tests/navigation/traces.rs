//! What a trace shows before the inspections have been counted, and how the rest comes in.

use ducha::{
    app::{Msg, Traced},
    i18n::Lang,
    ledger::FindingId,
    report::Period,
    store::Workspace,
    trace::{Gaps, Group, Known, Line, Sort, Subject, Trace},
};

use crate::support::{
    environment::Environment,
    tester::{Tester, now},
};

fn groups(known: &Known, subject: Option<&Subject>) -> Vec<Group> {
    match subject {
        Some(subject) => Trace::of(known, subject).unwrap_or_else(|| panic!("{} is there", subject.name())).groups(),
        None => Gaps::of(known).groups(known),
    }
}

#[test]
fn what_is_shown_at_once_stays_when_the_inspections_have_been_counted() {
    let mut tester = Tester::with_records(Lang::Zh);
    tester.press("5 F5 Enter Enter Esc Esc");
    let environment = tester.leave();
    let workspace = Workspace::open(&environment.path("ws")).expect("the workspace");
    let gathered =
        || Known::gather(&workspace, Period::year_to(now().date_naive()), now(), Lang::Zh).expect("gathered");
    let finding = workspace.indexed_findings().first().map(|row| row.id.clone()).expect("a finding");
    let mut subjects = vec![None, Some(Subject::Finding(finding.clone()))];
    let whole = Trace::of(&gathered(), &Subject::Finding(finding)).expect("the finding is there");
    subjects.extend(whole.up.iter().filter_map(Line::as_subject).map(Some));
    assert!(subjects.len() > 3, "{subjects:?}");
    for subject in subjects {
        let subject = subject.as_ref();
        let early = Known::beside_inspections(&workspace, subject, now(), Lang::Zh).expect("gathered");
        let (early, whole) = (groups(&early, subject), groups(&gathered(), subject));
        // Of a unit, and of an item without a clause, everything may be inspections.
        let is_chain = matches!(subject, None | Some(Subject::Finding(_) | Subject::Clause(..)));
        assert!(!is_chain || early.iter().any(|group| !group.lines.is_empty()), "nothing at once of {subject:?}");
        for group in early {
            let same = whole.iter().find(|whole| whole.name_key == group.name_key).expect("the group stays");
            let has = |line: &Line| {
                same.lines.iter().any(|one| (one.sort, &one.id, &one.text) == (line.sort, &line.id, &line.text))
            };
            for line in &group.lines {
                assert!(has(line), "{line:?} of {subject:?}");
            }
        }
    }
}

#[test]
fn a_finding_that_is_not_there_has_nothing_at_once() {
    let environment = Tester::with_records(Lang::Zh).leave();
    let workspace = Workspace::open(&environment.path("ws")).expect("the workspace");
    assert!(workspace.facts_of(&FindingId("2026-ZZZZZZZZ-01".into())).is_none());
}

/// A trace of lines about records with these numbers.
fn traced(numbers: &[&str], is_counted: bool) -> Traced {
    let line = |number: &&str| Line {
        depth: 1,
        sort: Sort::Record,
        id: (*number).to_owned(),
        text: format!("记录 {number}"),
        states: Vec::new(),
        clause: None,
    };
    let lines = numbers.iter().map(line).collect();
    let groups = vec![Group { name_key: "trace-group.down", lines }];
    Traced { wanted: None, subject: None, groups, is_counted, unread: 0 }
}

#[test]
fn the_line_in_hand_stays_in_hand_when_others_come_in() {
    let mut tester = Tester::new();
    tester.send(Msg::Traced(Box::new(Ok(traced(&["乙", "丁"], false)))));
    tester.shows(&["正在统计检查记录"]);
    tester.press("Down");
    tester.send(Msg::TracedWholly(Box::new(Ok(traced(&["甲", "乙", "丙", "丁"], true)))));
    tester.shows(&["¬正在统计检查记录"]);
    let drawn = tester.show();
    let below = drawn.lines().rev().find(|line| line.contains("记录 ")).expect("what the selected line says");
    assert!(below.contains("记录 丁"), "{drawn}");
}

#[test]
fn a_trace_that_was_left_does_not_come_back() {
    let mut tester = Tester::new();
    tester.send(Msg::Traced(Box::new(Ok(traced(&["甲"], false))))).press("Esc");
    tester.send(Msg::TracedWholly(Box::new(Ok(traced(&["甲"], true)))));
    tester.shows(&["¬追溯"]);
}

#[test]
fn a_trace_names_things_in_the_language_of_the_screen() {
    let mut tester = Tester::with_records(Lang::Zh);
    let checklist = tester.environment().read("ws/checklists/two-items.toml");
    let english = "text = \"分诊登记完整\"\ntext_en = \"The triage record is complete\"";
    tester.environment().write("ws/checklists/two-items.toml", checklist.replace("text = \"分诊登记完整\"", english));
    tester.restart();
    tester.press("7 Enter Ctrl-T").shows(&["分诊登记完整", "¬The triage record is complete"]);
    tester.press("F6").shows(&["The triage record is complete", "¬分诊登记完整"]);
    tester.press("F6").shows(&["分诊登记完整"]);
}

#[test]
fn a_task_is_traced_from_the_list_of_tasks() {
    let environment = Environment::with_workspace("zh");
    let create = "task create c --title 专项 --checklist two-items --facility F002 --inspector 林明 --due 2030-12-31";
    environment.run_there(&create.split(' ').collect::<Vec<_>>()).good();
    let mut tester = Tester::of(environment);
    tester.press("6 Ctrl-T").shows(&["追溯 c-0001", "来源"]);
    tester.press("F2").shows(&["c-0001 不是待核对的项目或任务", "¬为什么无需修改"]);
}
