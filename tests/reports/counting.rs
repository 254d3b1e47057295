//! What is counted, by hand and by law.

use ducha::{
    inspection::Verdict,
    ledger::State,
    plan::ReadOptions,
    report::{
        Period, Tally,
        tally::{ClauseCount, FindingLine, Group, Occasion, Rate, Reason, Totals, as_number},
    },
};
use proptest::prelude::*;

use super::made::{self, Made, tally, workspace};
use crate::support::environment::PLAN;

const CONFORMS: Option<Verdict> = Some(Verdict::Conforms);
const FAILS: Option<Verdict> = Some(Verdict::Fails);
const EXEMPT: Option<Verdict> = Some(Verdict::ReasonableOmission);

#[test]
fn a_small_year_is_counted_as_by_hand() {
    let (_environment, workspace) = workspace(&[
        Made { verdicts: [CONFORMS, FAILS], due: Some("2026-04-01"), ..Made::default() },
        Made { day: "2026-03-09", verdicts: [CONFORMS, CONFORMS], ..Made::default() },
        Made { day: "2026-05-01", unit: 1, verdicts: [FAILS, EXEMPT], corrected: true, ..Made::default() },
        Made { day: "2026-05-02", unit: 2, verdicts: [FAILS, None], due: Some("2026-12-01"), ..Made::default() },
    ]);
    let tally = tally(&workspace, |_| {});
    let totals = &tally.totals;
    let counts = [totals.visits, totals.units, totals.person_visits, totals.items, totals.answered];
    assert_eq!(counts, [4, 3, 8, 8, 7]);
    assert_eq!([totals.conforming, totals.failed, totals.exempt], [3, 3, 1]);
    assert_eq!([totals.findings, totals.closed, totals.on_site, totals.open, totals.overdue], [3, 1, 1, 2, 1]);
    assert_eq!(totals.opinions, 2, "what was put right on the spot asks for none");
    assert_eq!(totals.item_pass_rate.percent, Some(50.0));
    assert_eq!(totals.visit_pass_rate.percent, Some(25.0));
    assert_eq!(totals.correction_rate.percent, Some(33.3));
    assert_eq!(totals.on_time_rate.percent, Some(50.0));
    assert_eq!(totals.coverage.and_then(|rate| rate.percent), Some(75.0));
    let districts: Vec<_> = tally.districts.iter().map(|group| (group.name.as_str(), group.totals.visits)).collect();
    assert_eq!(districts, [("朝源区", 1), ("澜城区", 2), ("长渡县", 1)]);
    let months: Vec<_> = tally.months.iter().map(|group| (group.key.as_str(), group.totals.units)).collect();
    assert_eq!(months, [("2026-03", 1), ("2026-05", 2)]);
    let units: Vec<_> = tally.units.iter().map(|unit| (unit.id.as_str(), unit.rank)).collect();
    assert_eq!(units, [("F001", Some(1)), ("F002", Some(2)), ("F003", Some(2))]);
    let items: Vec<_> = tally.items.iter().map(|item| (item.id.as_str(), item.failed, item.failing.clone())).collect();
    assert_eq!(items, [("T1", 2, vec![2, 3]), ("T2", 1, vec![0])]);
    let state = |finding: FindingLine<'_>| (finding.record, finding.state, finding.overdue, finding.on_site);
    let states: Vec<_> = tally.findings.lines().map(state).collect();
    let expected = [(0, State::Open, true, false), (2, State::Closed, false, true), (3, State::Open, false, false)];
    assert_eq!(states, expected);
}

/// terms.tsv: 户次 are visits to units, and a unit that is visited twice counts as two.
#[test]
fn only_visits_count_as_such_and_only_inspections_have_rates() {
    let (environment, workspace) = workspace(&[Made { verdicts: [CONFORMS, FAILS], ..Made::default() }]);
    let text = environment.read("ws/checklists/two-items.toml");
    let again = text.replacen("id = \"two-items\"", "id = \"two-items-recheck\"", 1);
    let figures = text.replacen("id = \"two-items\"", "id = \"figures\"", 1).replacen("on-site", "progress", 1);
    for (number, id, text, unit, verdicts) in [
        (1, "two-items-recheck", &again, 0, [CONFORMS, CONFORMS]),
        (2, "two-items-recheck", &again, 1, [FAILS, CONFORMS]),
        (3, "figures", &figures, 2, [FAILS, CONFORMS]),
    ] {
        environment.write(&format!("ws/checklists/{id}.toml"), text);
        let file = workspace.checklist(&ducha::checklist::ChecklistId(id.to_owned())).expect("the checklist is sound");
        let facility = workspace.facilities().found.remove(unit);
        let made = Made { day: "2026-05-04", unit, verdicts, ..Made::default() };
        let record = made::record(number, &made, &file.checklist, &file.digest, &facility);
        made::write(workspace.root(), &record, made.day);
    }
    let counted = tally(&workspace, |_| {});
    let totals = &counted.totals;
    assert_eq!([totals.visits, totals.reinspections, totals.progress_checks], [3, 2, 1]);
    assert_eq!([totals.units, totals.person_visits], [2, 6], "nobody was out for the figures");
    assert_eq!(totals.opinions, 2, "one after the inspection, one after the re-inspection that failed");
    assert_eq!([totals.items, totals.conforming, totals.failed], [2, 1, 1], "only of the inspection");
    assert_eq!((totals.item_pass_rate.percent, totals.visit_pass_rate.percent), (Some(50.0), Some(0.0)));
    assert_eq!(totals.coverage.map(|rate| rate.part), Some(2.0));
    assert_eq!(counted.last_day(), made::day("2026-11-21"), "nobody was anywhere tomorrow");
    assert_eq!(counted.records.len(), 4, "every one of them stands behind the numbers");
    let of_inspections = counted.records.lines().filter(|record| record.occasion == Occasion::Inspection);
    assert_eq!(of_inspections.map(|record| u64::from(record.counts.items)).sum::<u64>(), totals.items, "as listed");
    let others: Vec<_> = counted.records.lines().skip(1).map(|record| record.occasion).collect();
    assert_eq!(others, [Occasion::Reinspection, Occasion::Reinspection, Occasion::Progress]);
    let failing: Vec<_> = counted.items.iter().filter(|item| item.failed > 0).map(|item| item.id.as_str()).collect();
    assert_eq!(failing, ["T2"]);
    drop(workspace);
    let circular = environment.run_there(&["report", "circular", "--period", "2026"]).good();
    assert!(circular.contains("检查单位2家、3户次（其中复查2户次）"), "{circular}");
    assert!(circular.contains("另核查指标完成情况1份"), "{circular}");
    let of_topic = "检查3户次，不符合1项次，项目合格率50.0%，核查指标完成情况1份，发现问题3个（其中指标核查发现1个）。";
    assert!(circular.contains(&format!("{of_topic}存在问题的指标：“入口设有预检分诊点”。")), "{circular}");
    let summary = environment.run_there(&["report", "summary", "--period", "2026"]).good();
    assert!(summary.contains("另核查指标完成情况 1 份"), "{summary}");
    let listed = |name: &str| summary.lines().filter(|line| line.starts_with("| ") && line.contains(name)).count();
    let names: Vec<_> = counted.units.iter().map(|unit| listed(&unit.name)).collect();
    assert_eq!(names, [1, 1, 1], "also the one of which only figures were asked, as something was found with it");
    assert!(summary.contains("| 合计 |  |  | 3 | 2 | 2 | 1 | 1 | 0 | 50.0% | 0 | 3 | 0 | 0.0% |"), "{summary}");
}

#[test]
fn clauses_are_counted_as_everything_else_is() {
    let (environment, workspace) = workspace(&[]);
    let document = environment.write("plan.txt", PLAN);
    let now = "2026-03-01T09:00:00+08:00".parse().expect("a moment");
    let plan = workspace.import_plan(&document, &ReadOptions::default(), now).expect("imported").plan;
    let clause = plan.clauses.iter().find(|clause| clause.text.contains("预检分诊")).expect("a clause");
    let origin = format!(
        "id = \"T2\"\nclauses = [{{ plan = \"{}\", id = \"{}\", fingerprint = \"{}\" }}]",
        plan.head.id, clause.id, clause.fingerprint
    );
    let inspection = environment.read("ws/checklists/two-items.toml").replacen("id = \"T2\"", &origin, 1);
    let again = inspection.replacen("id = \"two-items\"", "id = \"two-items-recheck\"", 1);
    let figures = inspection.replacen("id = \"two-items\"", "id = \"figures\"", 1).replacen("on-site", "progress", 1);
    for (number, id, text, unit, second) in [
        (0, "two-items", &inspection, 0, FAILS),
        (1, "two-items-recheck", &again, 0, CONFORMS),
        (2, "two-items", &inspection, 1, CONFORMS),
        (3, "figures", &figures, 2, CONFORMS),
        (4, "figures", &figures, 3, FAILS),
    ] {
        environment.write(&format!("ws/checklists/{id}.toml"), text);
        let file = workspace.checklist(&ducha::checklist::ChecklistId(id.to_owned())).expect("the checklist is sound");
        let facility = workspace.facilities().found.remove(unit);
        let made = Made { unit, verdicts: [CONFORMS, second], ..Made::default() };
        let record = made::record(number, &made, &file.checklist, &file.digest, &facility);
        made::write(workspace.root(), &record, made.day);
    }
    let all = tally(&workspace, |_| {});
    let counted = |tally: &Tally| {
        let clauses = tally.plans.iter().flat_map(|plan| &plan.clauses).filter(|one| one.is_checked());
        let counts = |one: &ClauseCount| {
            let (on_site, figures) = ([one.visits, one.units, one.conforming, one.failed], [one.done, one.not_done]);
            (one.id.clone(), on_site, one.progress_checks, figures, one.records.len())
        };
        clauses.map(counts).collect::<Vec<_>>()
    };
    // Three visits to two units; what was looked at again is in no rate, and figures are no visits.
    assert_eq!(counted(&all), [(clause.id.0.clone(), [3, 2, 1, 1], 2, [1, 1], 5)]);
    let item = all.items.iter().find(|item| item.id == "T2" && item.checklist == "two-items").expect("the item");
    assert_eq!((item.conforming, item.failed), (1, 1), "as the items say");
    let cited = format!("《{}》", plan.head.title);
    assert!(item.basis.iter().all(|basis| basis.starts_with(&cited)) && !item.basis.is_empty(), "{:?}", item.basis);
    let asks = |checklist: &str| {
        let narrowed = tally(&workspace, |filter| filter.checklist = Some(checklist.to_owned()));
        narrowed.plans.iter().map(|plan| plan.clauses.len()).sum::<usize>()
    };
    assert_eq!((asks("figures"), asks("nothing")), (1, 0), "of a checklist only the clauses that it asks for");
    for inspector in &all.inspectors {
        assert_eq!(inspector.totals.person_visits, inspector.totals.visits, "whoever is counted alone went alone");
    }
    drop(workspace);
    let coverage = environment.run_there(&["report", "coverage", "--period", "2026"]).good();
    assert!(coverage.contains("| 3 | 2 | 2 | 1 | 1 | 50.0% | 1 | 1 | 已检查 |"), "{coverage}");
    let traced = environment.run_there(&["trace", &format!("{}/{}", plan.head.id, clause.id)]).good();
    assert!(traced.contains("检查 3 次 2 家，符合 1 不符合 1  指标核查 2 次，已完成 1 未完成 1"), "{traced}");
}

#[test]
fn a_topic_with_tasks_and_no_visit_is_not_left_out() {
    let (environment, workspace) = workspace(&[]);
    let text = environment.read("ws/checklists/two-items.toml");
    environment
        .write("ws/checklists/two-items.toml", text.replacen("version = 1", "version = 1\ntopic = \"blood\"", 1));
    drop(workspace);
    let create = ["task", "create", "三月", "--title", "三月督查", "--checklist", "two-items", "--type", "hospital"];
    environment.run_there(&[&create[..], &["--from", "2026-03-02", "--due", "2026-03-31"]].concat()).good();
    let workspace = ducha::store::Workspace::open(&environment.path("ws")).expect("the small workspace");
    let counted = tally(&workspace, |_| {});
    let left = |groups: &[Group]| {
        let of = |group: &Group| {
            (group.name.clone(), group.totals.visits, group.totals.task_completion.map(|rate| rate.whole))
        };
        groups.iter().map(of).collect::<Vec<_>>()
    };
    assert_eq!(left(&counted.topics), [("血液管理".to_owned(), 0, Some(2.0))]);
    assert_eq!(left(&counted.checklists), [("预检分诊试用表".to_owned(), 0, Some(2.0))]);
    assert_eq!(left(&counted.facility_types), [("医院".to_owned(), 0, Some(2.0))]);
}

#[test]
fn what_is_to_be_put_right_stands_in_the_order_of_the_topics_with_a_sum() {
    let (environment, workspace) = workspace(&[]);
    let text = environment.read("ws/checklists/two-items.toml");
    for (number, topic) in ["fever-clinic", "blood"].into_iter().enumerate() {
        let headed = format!("id = \"{topic}\"\ntopic = \"{topic}\"");
        environment.write(&format!("ws/checklists/{topic}.toml"), text.replacen("id = \"two-items\"", &headed, 1));
        let file =
            workspace.checklist(&ducha::checklist::ChecklistId(topic.to_owned())).expect("the checklist is sound");
        let made = Made { verdicts: [FAILS, CONFORMS], corrected: number == 0, ..Made::default() };
        let record = made::record(number, &made, &file.checklist, &file.digest, &workspace.facilities().found[0]);
        made::write(workspace.root(), &record, made.day);
    }
    drop(workspace);
    let shown = environment.run_there(&["report", "rectification", "--period", "2026"]).good();
    let rows: Vec<_> = shown.lines().skip_while(|line| !line.contains("问题等级")).skip(2).take(3).collect();
    let expected = [
        "| 1 | 血液管理 | 一般 | 1 | 1 | 0 | 0 | 0 | 0 | 0 | 0.0% |",
        "| 2 | 发热门诊 | 一般 | 1 | 0 | 0 | 0 | 0 | 1 | 0 | 100.0% |",
        "|  | 合计 |  | 2 | 1 | 0 | 0 | 0 | 1 | 0 | 50.0% |",
    ];
    assert_eq!(rows, expected, "{shown}");
    let trend = environment.run_there(&["report", "trend", "--period", "2026"]).good();
    let months = trend.lines().find(|line| line.contains("| 月份 |")).expect("a table of months");
    assert!(!months.contains("覆盖率") && !months.contains("完成率"), "nobody counts them by month: {months}");
}

#[test]
fn the_workload_adds_up_by_person() {
    let (environment, _workspace) =
        workspace(&[Made { verdicts: [FAILS, CONFORMS], ..Made::default() }, Made { unit: 1, ..Made::default() }]);
    let shown = environment.run_there(&["report", "workload", "--period", "2026"]).good();
    for row in
        ["| 1 | 周敏 | 2 | 2 | 2 | 1 | 4 | 1 | 1 | 0 | 0 | 0 |", "|  | 合计 | 4 | 2 | 2 | 1 | 4 | 1 | 1 | 0 | 0 | 0 |"]
    {
        assert!(shown.contains(row), "{row} in {shown}");
    }
    assert!(shown.contains("出动人次 | 检查户次 | 户数 | 意见书份数"), "{shown}");
}

#[test]
fn a_report_is_about_the_plans_of_its_period_unless_one_is_asked_for() {
    let (environment, workspace) = workspace(&[]);
    let document = environment.write("plan.txt", PLAN);
    let now = "2026-03-01T09:00:00+08:00".parse().expect("a moment");
    let plan = workspace.import_plan(&document, &ReadOptions::default(), now).expect("imported").plan.head.id;
    let plans = |period: &str, asked_for: bool| {
        let counted = tally(&workspace, |filter| {
            filter.period = Period::read(period).expect("a period");
            filter.plan = asked_for.then(|| plan.0.clone());
        });
        counted.plans.iter().any(|counted| counted.id == plan.0)
    };
    assert_eq!((plans("2026", false), plans("2025", false), plans("2025", true)), (true, false, true));
}

#[test]
fn a_topic_covers_the_units_that_its_checklists_are_for() {
    let (environment, workspace) = workspace(&[]);
    let text = environment.read("ws/checklists/two-items.toml");
    let narrow =
        text.replacen("version = 1", "version = 1\ntopic = \"pre-triage\"\nfacility_types = [\"hospital\"]", 1);
    environment.write("ws/checklists/two-items.toml", narrow);
    made::put(&workspace, 0, &Made::default());
    let hospitals = workspace.facilities().found.iter().filter(|unit| unit.facility_type == "hospital").count();
    let everything = tally(&workspace, |_| {});
    let narrowed = tally(&workspace, |filter| filter.topic = Some("pre-triage".to_owned()));
    let parts = |rate: Option<Rate>| rate.map(|rate| (rate.part, rate.whole));
    let wanted = Some((1.0, as_number(hospitals as u64)));
    assert_eq!(parts(everything.topics[0].totals.coverage), wanted);
    assert_eq!(parts(everything.totals.coverage), Some((1.0, 4.0)));
    assert_eq!(parts(narrowed.topics[0].totals.coverage), wanted);
    assert_eq!(parts(narrowed.totals.coverage), wanted, "the report on a topic and its row say the same");
}

#[test]
fn a_filter_narrows_every_number() {
    let (_environment, workspace) = workspace(&[
        Made::default(),
        Made { day: "2026-04-01", unit: 1, verdicts: [FAILS, CONFORMS], ..Made::default() },
        Made { day: "2025-04-01", unit: 1, ..Made::default() },
        Made { day: "2025-12-31", unit: 2, ..Made::default() },
    ]);
    let visits =
        |tally: &Tally| (tally.totals.visits, tally.records.len(), tally.totals.coverage.map(|rate| rate.whole));
    assert_eq!(visits(&tally(&workspace, |_| {})), (2, 2, Some(4.0)));
    assert_eq!(visits(&tally(&workspace, |filter| filter.district = Some("朝源区".to_owned()))), (1, 1, Some(1.0)));
    assert_eq!(visits(&tally(&workspace, |filter| filter.checklist = Some("other".to_owned()))), (0, 0, Some(4.0)));
    assert_eq!(visits(&tally(&workspace, |filter| filter.inspector = Some("周敏".to_owned()))), (2, 2, Some(4.0)));
    assert_eq!(visits(&tally(&workspace, |filter| filter.topic = Some("fever-clinic".to_owned()))), (0, 0, Some(4.0)));
    let compared = tally(&workspace, |_| {}).compared;
    let earlier = [compared.before, compared.year_before].map(|earlier| earlier.expect("a year before"));
    let days = earlier.each_ref().map(|earlier| (earlier.period.from.to_string(), earlier.period.to.to_string()));
    let expected = [("2025-02-10", "2025-12-31"), ("2025-01-01", "2025-11-21")];
    assert_eq!(
        days,
        expected.map(|(from, to)| (from.to_owned(), to.to_owned())),
        "as many days as the year has until now"
    );
    let earlier = earlier.map(|earlier| earlier.totals);
    assert_eq!(
        earlier.map(|totals| (totals.visits, totals.units)),
        [(2, 2), (1, 1)],
        "the last of December is not among the same days"
    );
}

#[test]
fn what_is_not_counted_is_said_with_its_reason() {
    let (environment, workspace) = workspace(&[Made::default(), Made { finalised: false, ..Made::default() }]);
    environment.write("ws/records/2026/03/01KB0000000000000000000000.toml", "format = 1\nbroken");
    let file = workspace.checklist(&ducha::checklist::ChecklistId("two-items".to_owned())).expect("the checklist");
    let unit = workspace.facilities().found.remove(0);
    let other = ducha::checklist::Digest::of(b"another text");
    let lost = made::record(77, &Made::default(), &file.checklist, &other, &unit);
    made::write(workspace.root(), &lost, "2026-03-02");
    let tally = tally(&workspace, |_| {});
    assert_eq!(tally.totals.visits, 1);
    let reasons: Vec<_> =
        tally.left_out.iter().map(|one| (one.reason, one.path.rsplit('/').next().unwrap_or(""))).collect();
    let file = |number: usize| format!("01KA{number:022}.toml");
    assert_eq!(
        reasons,
        [
            (Reason::Damaged, "01KB0000000000000000000000.toml"),
            (Reason::Draft, file(1).as_str()),
            (Reason::NoChecklist, file(77).as_str())
        ]
    );
}

#[test]
fn a_record_that_was_changed_since_is_counted_and_named() {
    let (environment, workspace) = workspace(&[Made::default(), Made { unit: 1, ..Made::default() }]);
    assert_eq!(tally(&workspace, |_| {}).left_out, []);
    let path = format!("records/2026/03/01KA{:022}.toml", 1);
    let written = environment.read(&format!("ws/{path}"));
    environment.write(&format!("ws/{path}"), written.replacen("verdict = \"conforms\"", "verdict = \"fails\"", 1));
    let counted = tally(&workspace, |_| {});
    let left_out: Vec<_> = counted.left_out.iter().map(|one| (one.reason, one.path.as_str())).collect();
    assert_eq!((left_out, counted.totals.visits), (vec![(Reason::Altered, path.as_str())], 2));
    drop(workspace);
    let summary = environment.run_there(&["report", "summary", "--period", "2026"]).good();
    assert!(summary.contains("计入检查记录 2 份，未计入 0 份。"), "{summary}");
    assert!(summary.contains("作答与办结时的小结不符，可能被改动，须核对：1 份（records/2026/03/"), "{summary}");
}

#[test]
fn a_record_that_a_review_returned_is_counted_and_named() {
    let (environment, workspace) = workspace(&[Made::default()]);
    drop(workspace);
    let settings = environment.read("ws/ducha.toml");
    assert!(settings.contains("林明"), "{settings}");
    environment.write("ws/ducha.toml", settings.replace("林明", "王芳"));
    environment.run_there(&["review", "return", "0", "--reason", "请补照片"]).good();
    let summary = environment.run_there(&["report", "summary", "--period", "2026"]).good();
    assert!(summary.contains("计入检查记录 1 份，未计入 0 份。"), "{summary}");
    assert!(summary.contains("审核已退回、尚未更正：1 份（records/2026/03/"), "{summary}");
}

#[test]
fn a_report_as_of_an_earlier_day_says_nothing_of_later_tasks_and_reviews() {
    let (environment, workspace) = workspace(&[Made::default()]);
    drop(workspace);
    environment.write("ws/ducha.toml", environment.read("ws/ducha.toml").replace("林明", "王芳"));
    environment.run_there(&["review", "return", "0", "--reason", "请补照片"]).good();
    let create = ["task", "create", "三月", "--title", "三月督查", "--checklist", "two-items", "--type", "hospital"];
    environment.run_there(&[&create[..], &["--from", "2026-03-02", "--due", "2026-03-31"]].concat()).good();
    let now = environment.run_there(&["report", "circular", "--period", "2026"]).good();
    assert!(now.contains("应查单位2家，已完成0家") && now.contains("审核已退回、尚未更正：1 份"), "{now}");
    let then = environment.run_there(&["report", "circular", "--period", "2026", "--as-of", "2026-04-01"]).good();
    assert!(!then.contains("应查单位") && !then.contains("审核已退回"), "{then}");
    assert!(then.contains("2026年1月1日至4月1日，") && then.contains("检查单位1家、1户次"), "{then}");
}

#[test]
fn the_cache_changes_no_result() {
    let (environment, workspace) =
        workspace(&[Made::default(), Made { unit: 1, verdicts: [FAILS, FAILS], ..Made::default() }]);
    let first = tally(&workspace, |_| {});
    assert!(environment.path("ws/.ducha/facts").is_file());
    assert_eq!(tally(&workspace, |_| {}), first, "from the cache");
    made::put(&workspace, 5, &Made { unit: 2, ..Made::default() });
    let more = tally(&workspace, |_| {});
    assert_eq!(more.totals.visits, 3);
    std::fs::remove_file(environment.path("ws/.ducha/facts")).expect("removed");
    assert_eq!(tally(&workspace, |_| {}), more, "from the files");
    std::fs::write(environment.path("ws/.ducha/facts"), b"nonsense").expect("written");
    assert_eq!(tally(&workspace, |_| {}), more, "a damaged cache is none");
    std::fs::remove_file(environment.path(&format!("ws/records/2026/03/01KA{:022}.toml", 5))).expect("removed");
    std::fs::remove_file(environment.path(&format!("ws/findings/2026/03/01KA{:022}.toml", 5))).expect("removed");
    assert_eq!(tally(&workspace, |_| {}), first, "a record that is gone, with its ledger");
}

#[test]
fn what_cannot_be_read_is_said_every_time_and_counted_once_it_can() {
    let (environment, workspace) =
        workspace(&[Made::default(), Made { unit: 1, verdicts: [FAILS, FAILS], ..Made::default() }]);
    let whole = tally(&workspace, |_| {});
    let record = environment.path(&format!("ws/records/2026/03/01KA{:022}.toml", 1));
    let ledger = environment.path(&format!("ws/findings/2026/03/01KA{:022}.toml", 1));
    let checklists = environment.path("ws/checklists");
    for (hidden, reason) in
        [(&record, Reason::Damaged), (&ledger, Reason::DamagedLedger), (&checklists, Reason::NoChecklist)]
    {
        let aside = environment.path("aside");
        std::fs::rename(hidden, &aside).expect("put aside");
        if reason != Reason::NoChecklist {
            std::fs::write(hidden, b"nonsense").expect("written");
        }
        for time in ["at first", "from the cache"] {
            let left_out = tally(&workspace, |_| {}).left_out;
            assert!(left_out.iter().any(|one| one.reason == reason), "{reason:?} {time}: {left_out:?}");
        }
        if reason != Reason::NoChecklist {
            std::fs::remove_file(hidden).expect("removed");
        }
        std::fs::rename(&aside, hidden).expect("put back");
        assert_eq!(tally(&workspace, |_| {}), whole, "{reason:?} is over");
    }
}

fn verdict() -> impl Strategy<Value = Option<Verdict>> {
    prop_oneof![Just(None), Just(CONFORMS), Just(FAILS), Just(EXEMPT), Just(Some(Verdict::NotApplicable))]
}

prop_compose! {
    fn made()(
        day in prop::sample::select(vec!["2025-02-03", "2026-01-01", "2026-06-30", "2026-06-30", "2026-12-31"]),
        unit in 0usize..4,
        verdicts in [verdict(), verdict()],
        corrected in any::<bool>(),
        due in prop::option::of(prop::sample::select(vec!["2026-01-31", "2026-12-31"])),
        finalised in prop::bool::weighted(0.9),
    ) -> Made {
        Made { day, unit, verdicts, corrected, due, finalised, ..Made::default() }
    }
}

/// The counts of a group that add up over any division of the records.
fn counts(totals: &Totals) -> [u64; 13] {
    [
        totals.visits,
        totals.person_visits,
        totals.items,
        totals.answered,
        totals.conforming,
        totals.failed,
        totals.exempt,
        totals.critical_failed,
        totals.judged_visits,
        totals.clean_visits,
        totals.findings,
        totals.closed,
        totals.open,
    ]
}

fn check_sums(tally: &Tally) -> Result<(), TestCaseError> {
    let sum = |groups: &[Group]| {
        groups.iter().fold([0; 13], |mut sum, group| {
            sum.iter_mut().zip(counts(&group.totals)).for_each(|(sum, count)| *sum += count);
            sum
        })
    };
    for groups in [&tally.districts, &tally.topics, &tally.checklists, &tally.facility_types, &tally.months] {
        prop_assert_eq!(sum(groups), counts(&tally.totals));
        let mut records: Vec<u32> = groups.iter().flat_map(|group| group.records.clone()).collect();
        records.sort_unstable();
        let all: Vec<u32> = (0..u32::try_from(tally.records.len()).expect("few")).collect();
        prop_assert_eq!(records, all, "every record stands behind one group");
    }
    let totals = &tally.totals;
    prop_assert_eq!(totals.findings, tally.findings.len() as u64);
    prop_assert_eq!(totals.closed + totals.open + totals.transferred, totals.findings);
    prop_assert!(totals.on_site <= totals.closed && totals.awaiting <= totals.open);
    prop_assert!(totals.overdue <= totals.open);
    prop_assert!(totals.conforming + totals.failed + totals.exempt <= totals.answered);
    prop_assert!(totals.answered <= totals.items);
    prop_assert!(totals.units <= totals.visits);
    prop_assert_eq!(tally.items.iter().map(|item| item.failed).sum::<u64>(), totals.failed);
    for item in &tally.items {
        prop_assert_eq!(item.failing.len() as u64, item.failed);
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn parts_add_up_and_the_order_of_writing_does_not_matter(
        records in prop::collection::vec(made(), 0..9),
        seed in any::<u64>(),
    ) {
        let (_environment, workspace) = workspace(&records);
        let tally = tally(&workspace, |_| {});
        check_sums(&tally)?;
        // The same files, written in another order into another folder.
        let (_elsewhere, other) = super::made::workspace(&[]);
        let mut order: Vec<usize> = (0..records.len()).collect();
        order.sort_by_key(|at| (*at as u64).wrapping_mul(seed | 1).rotate_left(17));
        for at in order {
            made::put(&other, at, &records[at]);
        }
        prop_assert_eq!(super::made::tally(&other, |_| {}), tally);
    }
}
