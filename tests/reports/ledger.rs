//! Reports and the register say the same: what became of a finding, tasks beside records, merged units, grades.

use std::fs;

use ducha::{
    checklist::ChecklistId,
    inspection::Verdict,
    ledger::{Action, Event, FindingId, State},
    report::tally::{Reason, Tally},
    store::Workspace,
};

use super::made::{self, Made, tally, workspace};

const CONFORMS: Option<Verdict> = Some(Verdict::Conforms);
const FAILS: Option<Verdict> = Some(Verdict::Fails);

/// Returns the number of the finding of a record's first failing item.
fn finding(number: usize) -> FindingId {
    FindingId(format!("2026-{number:08}-01").into())
}

fn add(workspace: &Workspace, number: usize, day: &str, action: Action, change: impl FnOnce(&mut Event)) {
    let at = format!("{day}T09:00:00+08:00").parse().expect("a moment");
    let mut event = Event { reason: "已补登记".to_owned(), ..Event::new(at, "王芳", action) };
    change(&mut event);
    workspace.add_finding_event(&finding(number), event).expect("added");
}

fn failing(unit: usize, due: &'static str) -> Made {
    Made { unit, verdicts: [FAILS, CONFORMS], due: Some(due), ..Made::default() }
}

fn summary(tally: &Tally) -> [u64; 6] {
    let totals = &tally.totals;
    [totals.findings, totals.closed, totals.open, totals.awaiting, totals.transferred, totals.overdue]
}

#[test]
fn what_the_register_says_is_what_the_report_says() {
    let (_environment, workspace) = workspace(&[
        failing(0, "2026-04-01"),
        failing(1, "2026-04-01"),
        failing(2, "2026-04-01"),
        failing(3, "2026-12-31"),
        failing(0, "2026-04-01"),
    ]);
    assert_eq!(summary(&tally(&workspace, |_| {})), [5, 0, 5, 0, 0, 4]);
    add(&workspace, 0, "2026-04-03", Action::Submitted, |event| event.completed = Some(made::day("2026-03-20")));
    add(&workspace, 0, "2026-04-09", Action::Passed, |_| {});
    add(&workspace, 1, "2026-04-03", Action::Submitted, |event| event.evidence = "照片3张".to_owned());
    add(&workspace, 2, "2026-04-03", Action::Transferred, |_| {});
    add(&workspace, 4, "2026-05-01", Action::Accepted, |_| {});
    let tally = tally(&workspace, |_| {});
    assert_eq!(summary(&tally), [5, 2, 2, 1, 1, 1]);
    assert_eq!(tally.totals.correction_rate.percent, Some(40.0));
    // In time: the first, reported on the 20th of March; the last was late, and the second is not closed.
    assert_eq!((tally.totals.on_time_rate.part, tally.totals.on_time_rate.whole), (1.0, 3.0));
    let first = tally.findings.at(0);
    assert_eq!((first.number, first.state), (finding(0).0.as_str(), State::Closed));
    assert_eq!((first.completed, first.closed), (Some(made::day("2026-03-20")), Some(made::day("2026-04-09"))));
    assert_eq!(first.recheck.as_ref().map(|recheck| (recheck.by, recheck.passed)), Some(("王芳", true)));
    assert_eq!(tally.findings.at(1).evidence, "照片3张");
    assert_eq!(tally.findings.at(1).progress, "已补登记");
}

#[test]
fn a_re_inspection_counts_on_the_day_of_the_visit_however_late_it_is_finalised() {
    for (verdict, completed, on_time) in [(CONFORMS, Some("2026-03-12"), (1.0, 1.0)), (FAILS, None, (0.0, 1.0))] {
        let (_environment, workspace) = workspace(&[failing(0, "2026-03-20")]);
        let again = Made { day: "2026-03-12", verdicts: [verdict, None], ..Made::default() };
        let checklist = workspace.checklist(&ChecklistId("two-items".to_owned())).expect("the checklist");
        let unit = workspace.facilities().found.remove(0);
        let mut record = made::record(1, &again, &checklist.checklist, &checklist.digest, &unit);
        record.header.finalised = Some("2026-03-25T17:00:00+08:00".parse().expect("a moment"));
        let id = record.header.id.clone();
        add(&workspace, 0, "2026-03-12", Action::Reinspecting, |event| event.record = Some(id));
        made::write(workspace.root(), &record, again.day);
        let entered = workspace.findings(&workspace.records().found);
        assert!(entered.damaged.is_empty(), "{:?}", entered.damaged);
        let tally = tally(&workspace, |_| {});
        let found = tally.findings.at(0);
        assert_eq!(found.recheck.as_ref().map(|recheck| recheck.on), Some(made::day("2026-03-12")), "{verdict:?}");
        assert_eq!(found.completed, completed.map(made::day), "{verdict:?}");
        assert_eq!(found.closed, completed.map(|_| made::day("2026-03-25")), "{verdict:?}");
        let rate = &tally.totals.on_time_rate;
        assert_eq!((rate.part, rate.whole), on_time, "{verdict:?}");
    }
}

#[test]
fn a_report_as_of_an_earlier_day_knows_nothing_that_came_later() {
    let (environment, workspace) = workspace(&[failing(0, "2026-04-01"), failing(1, "2026-04-01")]);
    add(&workspace, 0, "2026-03-20", Action::Submitted, |_| {});
    add(&workspace, 0, "2026-04-09", Action::Passed, |_| {});
    drop(workspace);
    let cases = [
        ("2026-03-19", "待整改 2", "已销号 0 个，逾期 0 个"),
        ("2026-03-31", "待复查 1", "已销号 0 个，逾期 0 个"),
        ("2026-04-08", "待复查 1", "已销号 0 个，逾期 2 个"),
        ("2026-04-09", "已销号 1", "已销号 1 个，逾期 1 个"),
    ];
    for (as_of, states, sum) in cases {
        let said = environment.run_there(&["report", "ledger", "--period", "2026", "--as-of", as_of]).good();
        let (state, count) = states.split_once(' ').expect("a state and a count");
        let rows = said.lines().filter(|line| line.starts_with('|') && line.contains(state)).count();
        assert_eq!(rows.to_string(), count, "{as_of}: {said}");
        assert!(said.contains(sum), "{as_of}: {said}");
    }
}

#[test]
fn a_report_of_before_an_entry_no_longer_proves_equal() {
    let (environment, workspace) = workspace(&[failing(0, "2026-04-01")]);
    drop(workspace);
    let year = ["--period", "2026", "--as-of", "2036-11-21"];
    environment.run_there(&[&["report", "ledger", "--format", "json", "--out", "out"][..], &year].concat()).good();
    let file = "out/问题台账_2026-01-01_2026-12-31.json";
    environment.run_there(&["report", "--verify", file]).good();
    environment.run_there(&["finding", "close", &finding(0).0, "--accept", "照片已核对"]).good();
    let run = environment.run_there(&["report", "--verify", file]);
    assert_eq!(run.code, 1);
    for path in ["sources.ledger_digest", "totals.closed：报表 0，现为 1", "].state：报表 \"open\""] {
        assert!(run.out.contains(path), "{path}: {run:?}");
    }
}

#[test]
fn findings_that_cannot_be_read_or_proved_are_listed_and_left_out() {
    let (environment, workspace) = workspace(&[failing(0, "2026-04-01"), failing(1, "2026-04-01")]);
    assert_eq!(tally(&workspace, |_| {}).totals.findings, 2);
    let ledger = |number: usize| format!("ws/findings/2026/03/01KA{number:022}.toml");
    let second = environment.read(&ledger(1));
    environment.write(&ledger(1), "format = 1\nbroken");
    environment.write(&ledger(9), second.replace(&format!("01KA{:022}", 1), &format!("01KA{:022}", 9)));
    let counted = tally(&workspace, |_| {});
    assert_eq!((counted.totals.findings, counted.totals.visits), (1, 2), "the record itself is counted");
    let reasons: Vec<_> = counted.left_out.iter().map(|one| (one.reason, one.path.as_str())).collect();
    let path = |number: usize| ledger(number).trim_start_matches("ws/").to_owned();
    assert_eq!(reasons, [(Reason::DamagedLedger, path(1).as_str()), (Reason::NoRecord, path(9).as_str())]);
    assert_eq!(tally(&workspace, |_| {}), counted, "the cache hides nothing");
    let run = environment.run_there(&["report", "ledger", "--period", "2026"]);
    for said in [
        "计入检查记录 2 份，未计入 0 份",
        "另有 2 份记录的问题台账未计入",
        "台账文件无法读取",
        "没有对应的检查记录",
        "findings/2026/03/ID",
    ] {
        assert!(run.out.contains(said), "{said}: {run:?}");
    }
    assert!(run.err.contains("提醒") && run.err.contains("findings/2026/03/ID"), "{run:?}");
    environment.write(&ledger(1), &second);
    fs::remove_file(environment.path(&ledger(9))).expect("removed");
    assert_eq!(summary(&tally(&workspace, |_| {}))[0], 2, "it is back");
}

#[test]
fn a_finding_whose_item_counts_no_more_keeps_its_item_and_topic() {
    let (environment, workspace) = workspace(&[Made { verdicts: [FAILS, None], ..Made::default() }]);
    // Nobody answered the second item where this was found.
    let path = format!("ws/findings/2026/03/01KA{:022}.toml", 0);
    environment.write(&path, environment.read(&path).replace("item = \"T1\"", "item = \"T2\""));
    let tally = tally(&workspace, |_| {});
    let item = tally.findings.at(0).item.and_then(|item| tally.items.get(item as usize)).expect("its item");
    assert_eq!((item.id.as_str(), item.conforming + item.failed + item.exempt), ("T2", 0));
}

#[test]
fn where_nothing_may_be_written_what_was_not_looked_through_is_said() {
    let (environment, workspace) = workspace(&[]);
    made::put(&workspace, 0, &failing(0, "2026-04-01"));
    // The first one that opened it may write; this one only reads.
    let reading = Workspace::open(&environment.path("ws")).expect("the small workspace");
    assert!(reading.read_only().is_some());
    let counted = tally(&reading, |_| {});
    assert_eq!((counted.totals.visits, counted.totals.findings), (1, 0));
    assert_eq!(counted.left_out.iter().map(|one| one.reason).collect::<Vec<_>>(), [Reason::NoLedger]);
    assert_eq!(tally(&workspace, |_| {}).totals.findings, 1);
    assert_eq!(tally(&reading, |_| {}).totals.findings, 1, "and once somebody has looked it through");
}

#[test]
fn a_campaign_narrows_to_its_inspections_and_says_how_far_it_is() {
    let (environment, workspace) = workspace(&[
        Made { day: "2026-03-01", ..Made::default() },
        Made { day: "2026-03-05", ..Made::default() },
        Made { day: "2026-03-06", unit: 2, ..Made::default() },
    ]);
    drop(workspace);
    let mut create = vec!["task", "create", "三月", "--title", "三月督查", "--checklist", "two-items"];
    create.extend(["--type", "hospital", "--from", "2026-03-02", "--due", "2026-03-31", "--inspector", "林明"]);
    environment.run_there(&create).good();
    let workspace = Workspace::open(&environment.path("ws")).expect("the small workspace");
    let counted = tally(&workspace, |filter| filter.campaign = Some("三月".to_owned()));
    // Two hospitals have a task; the first was inspected in time, before which one more inspection does not count.
    assert_eq!((counted.totals.visits, counted.records.at(0).started.date_naive()), (1, made::day("2026-03-05")));
    let parts = |rate: Option<ducha::report::tally::Rate>| rate.map(|rate| (rate.part, rate.whole));
    assert_eq!(parts(counted.totals.task_completion), Some((1.0, 2.0)));
    assert_eq!(parts(counted.totals.unit_completion), Some((1.0, 2.0)));
    assert_eq!(parts(counted.totals.coverage), Some((1.0, 2.0)));
    let districts: Vec<_> = counted
        .districts
        .iter()
        .map(|group| (group.name.as_str(), group.totals.visits, parts(group.totals.unit_completion)))
        .collect();
    assert_eq!(districts, [("朝源区", 0, Some((0.0, 1.0))), ("澜城区", 1, Some((1.0, 1.0)))]);
    assert_eq!(tally(&workspace, |_| {}).totals.visits, 3);
    let text = environment.run_there(&["report", "circular", "--campaign", "三月", "--period", "2026"]).good();
    assert!(text.contains("应查单位2家，已完成1家，检查完成率50.0%"), "{text}");
    environment.run_there(&["report", "circular", "--campaign", "没有"]).fails(1, &["没有督查方案"]);
}

#[test]
fn units_that_were_merged_are_one() {
    let (environment, workspace) = workspace(&[failing(0, "2026-04-01"), failing(1, "2026-04-01")]);
    assert_eq!(tally(&workspace, |_| {}).totals.units, 2);
    drop(workspace);
    environment.run_there(&["facility", "merge", "F002", "F001"]).good();
    let listed = environment.run_there(&["finding", "list", "--recurring"]).good();
    assert!(listed.contains("同一问题第 1 次再发"), "the second is one that came up again: {listed}");
    let workspace = Workspace::open(&environment.path("ws")).expect("the small workspace");
    let counted = tally(&workspace, |_| {});
    assert_eq!((counted.totals.units, counted.units.len(), counted.units[0].id.as_str()), (1, 1, "F002"));
    assert_eq!(counted.units[0].records, [0, 1]);
    assert_eq!(counted.totals.coverage.map(|rate| (rate.part, rate.whole)), Some((1.0, 3.0)));
}

/// The rule of the Health Network Quality Improvement System: competent with every critical item and more than 89.9 % of
/// the others, in need of improvement with every critical item and 79.9 to 89.9 %, else not competent.
#[test]
fn the_grades_of_a_published_rule_come_out_in_the_reports() {
    let (environment, workspace) = workspace(&[]);
    drop(workspace);
    let cases = [
        (900, true, "胜任"),
        (899, true, "需改进"),
        (799, true, "需改进"),
        (798, true, "不胜任"),
        (900, false, "不胜任"),
    ];
    let mut records = Vec::new();
    for (number, (points, critical, _)) in cases.iter().enumerate() {
        let id = format!("hnqis-{number}");
        let checklist = format!(
            "id = \"{id}\"\ntitle = \"质量评估\"\nversion = 1\nsort = \"on-site\"\ncritical_gate = false\ngrades = [\n\
             {{ id = \"a\", title = \"胜任\", critical_rate = \">= 100\", other_rate = \"> 89.9\" }},\n\
             {{ id = \"b\", title = \"需改进\", critical_rate = \">= 100\", other_rate = \"79.9..89.9\" }},\n\
             {{ id = \"c\", title = \"不胜任\" }},\n]\n\n[[section]]\nid = \"s\"\ntitle = \"评估\"\n\n\
             [[item]]\nid = \"A\"\nsection = \"s\"\ntext = \"其他项目\"\npoints = {points}\n\n\
             [[item]]\nid = \"K\"\nsection = \"s\"\ntext = \"关键项目\"\ncritical = true\n\n\
             [[item]]\nid = \"B\"\nsection = \"s\"\ntext = \"其余项目\"\npoints = {}\n",
            1000 - points
        );
        environment.write(&format!("ws/checklists/{id}.toml"), &checklist);
        let workspace = Workspace::open(&environment.path("ws")).expect("the small workspace");
        let file = workspace.checklist(&ChecklistId(id)).expect("the checklist is sound");
        let unit = workspace.facilities().found.remove(number % 4);
        let day = ["2026-03-01", "2026-03-02", "2026-03-03", "2026-03-04", "2026-03-05"][number];
        let made = Made { day, verdicts: [CONFORMS, if *critical { CONFORMS } else { FAILS }], ..Made::default() };
        let mut record = made::record(number, &made, &file.checklist, &file.digest, &unit);
        let mut rest = record.answers[0].clone();
        rest.0.0 = "B".to_owned();
        rest.1.response = Some(ducha::inspection::Response::Verdict(Verdict::Fails));
        record.answers.push(rest);
        made::write(workspace.root(), &record, day);
        records.push(record.header.id.0.clone());
    }
    let workspace = Workspace::open(&environment.path("ws")).expect("the small workspace");
    let counted = tally(&workspace, |_| {});
    drop(workspace);
    for ((record, id), (points, critical, grade)) in counted.records.lines().zip(&records).zip(cases) {
        assert_eq!(record.grade, Some(grade), "{points} {critical}");
        let sheet = environment.run_there(&["report", "checklist", "--record", id]).good();
        assert!(sheet.contains(&format!("等级：{grade}；")), "{sheet}");
    }
    // The first unit was assessed twice: its last grade stands in the summary.
    let summary = environment.run_there(&["report", "summary", "--period", "2026", "--format", "text"]).good();
    let rows: Vec<_> = summary.lines().filter(|line| line.contains("云澜市人民医院")).collect();
    assert!(rows.iter().any(|row| row.contains("不胜任")), "{rows:?}");
}
