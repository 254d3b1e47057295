//! Tracing from clauses to findings and back.

use std::rc::Rc;

use serde_json::Value;

use crate::support::{
    environment::{Environment, PLAN},
    tester::{Tester, files_below},
};

fn json(environment: &Environment, arguments: &[&str]) -> Value {
    let said = environment.run_there(&[arguments, &["--format", "json"]].concat()).good();
    serde_json::from_str(&said).expect("JSON")
}

/// A workspace with the small plan, the checklists that are generated from it, and a record with a finding.
fn workspace() -> Rc<Environment> {
    let mut tester = Tester::filling_two();
    tester.press("1 2 <text 登记缺两例> Ctrl-S F9 Enter Esc");
    let document = tester.environment().write("plan.txt", PLAN);
    tester.press(&format!("5 F2 <text {}> Enter F5 Enter Enter", document.display()));
    tester.leave()
}

fn first<'value>(value: &'value Value, sort: &str) -> &'value Value {
    let lines = value.as_array().expect("lines");
    lines.iter().find(|line| line["sort"] == sort).unwrap_or_else(|| panic!("no {sort} in {value}"))
}

#[test]
fn a_clause_leads_to_its_items_and_an_item_back_to_its_clause() {
    let environment = workspace();
    let gaps = json(&environment, &["trace"]);
    let never = &gaps["gaps"]["never_inspected"][0];
    let clause = format!("{}/{}", never["plan"].as_str().expect("a plan"), never["clause"].as_str().expect("a clause"));
    let item = never["items"][0].as_str().expect("an item").to_owned();
    let down = json(&environment, &["trace", &clause]);
    assert_eq!(down["subject"]["id"], clause.as_str());
    assert_eq!(first(&down["down"], "item")["id"], item.as_str());
    assert_eq!(first(&down["up"], "plan")["id"], never["plan"]);
    let up = json(&environment, &["trace", &item]);
    assert_eq!(first(&up["up"], "clause")["id"], clause.as_str());
    let said = environment.run_there(&["trace", &clause]).good();
    assert!(said.contains("落实") && said.contains("本期未检查"), "{said}");
}

#[test]
fn a_figure_says_what_was_reported_where_and_when() {
    let environment = workspace();
    let folder = environment.path("ws/checklists");
    let file = files_below(&folder).into_iter().find(|path| path.to_string_lossy().ends_with("progress.toml"));
    let text = std::fs::read_to_string(file.as_ref().expect("a checklist of figures")).expect("it can be read");
    let field = |name: &str, behind: &str| {
        let rest = &text[text.find(behind).expect("it is there")..];
        rest.split(&format!("{name} = \"")).nth(1).and_then(|rest| rest.split('"').next()).expect("a value").to_owned()
    };
    let (checklist, item) = (field("id", "id = "), field("id", "\n[[item]]\n"));
    let clause = format!("{}/{}", field("plan", "clauses = "), field("id", "clauses = "));
    environment.write(
        "answers.toml",
        format!(
            "facility = \"F001\"\nchecklist = \"{checklist}\"\n[inspection]\ninspectors = [\"林明\"]\n\
             [[answer]]\nitem = \"{item}\"\nvalue = 97\n"
        ),
    );
    environment.run_there(&["fill", "--answers", "answers.toml", "--finalise"]).good();
    let down = json(&environment, &["trace", &clause]);
    let lines = down["down"].as_array().expect("lines");
    let at = lines.iter().position(|line| line["sort"] == "target").expect("a figure");
    let said = |line: &Value| format!("{} {}", line["text"], line["states"]);
    assert!(said(&lines[at]).contains("97%"), "{down}");
    let source = &lines[at + 1];
    assert_eq!(source["sort"], "record", "{down}");
    assert!(said(source).contains("填报 97%") && said(source).contains("云澜市人民医院"), "{down}");
    let gaps = environment.run_there(&["trace"]).good();
    assert!(gaps.contains("填报 97%"), "{gaps}");
}

#[test]
fn what_was_reported_is_never_called_done_for_a_target_that_the_plan_has_raised() {
    let environment = workspace();
    let figure = || {
        let gaps = json(&environment, &["trace"]);
        let figures = gaps["gaps"]["targets"].as_array().expect("figures").clone();
        let own = figures.into_iter().find(|one| one[2]["name"] == "交接登记完整率").expect("the figure");
        (own[0].as_str().expect("a plan").to_owned(), own[2]["wanted"].clone(), own[2]["state"].clone())
    };
    let plan = figure().0;
    let lists = files_below(&environment.path("ws/checklists"));
    let asks = |path: &&std::path::PathBuf| {
        let text = std::fs::read_to_string(path).expect("a checklist");
        text.contains("交接登记完整率") && text.contains("sort = \"progress\"")
    };
    let checklist = lists.iter().find(asks).expect("a checklist of figures");
    let text = std::fs::read_to_string(checklist).expect("read");
    let item = text[..text.find("text = \"交接登记完整率").expect("the item")].rsplit("id = \"").next();
    let item = item.and_then(|rest| rest.split('"').next()).expect("its number");
    let name = checklist.file_stem().expect("a name").to_string_lossy();
    environment.write(
        "answers.toml",
        format!("facility = \"F001\"\nchecklist = \"{name}\"\n[[answer]]\nitem = \"{item}\"\nvalue = 97\n"),
    );
    environment.run_there(&["fill", "--answers", "answers.toml", "--finalise"]).good();
    assert_eq!(figure(), (plan.clone(), "≥ 95%".into(), "done".into()));
    let raised = environment.write("plan.txt", PLAN.replace("不低于95%", "不低于98%"));
    environment.run_there(&["plan", "import", &raised.display().to_string()]).good();
    assert_eq!(figure(), (plan.clone(), "≥ 95%".into(), "suspect".into()), "nobody has looked at the item yet");
    environment.run_there(&["generate", &plan]).good();
    let (_, wanted, state) = figure();
    assert_eq!(wanted, "≥ 98%");
    assert_ne!(state, "done", "97% was enough for the plan as it was");
}

#[test]
fn a_finding_leads_up_to_its_record_and_a_unit_down_to_it() {
    let environment = workspace();
    let listed = json(&environment, &["finding", "list"]);
    let finding = listed[0]["finding"]["id"].as_str().expect("a number").to_owned();
    // What the program says of a number is shortened for tests; its end finds it as well.
    let up = json(&environment, &["trace", "02", "--period", "2026"]);
    assert_eq!(up["subject"]["id"], finding.as_str());
    assert_eq!(first(&up["up"], "item")["id"], "two-items/T2");
    assert_eq!(first(&up["up"], "facility")["text"], "云澜市人民医院");
    let unit = json(&environment, &["trace", "F001", "--period", "2026"]);
    assert_eq!(first(&unit["down"], "finding")["id"], finding.as_str());
    let item = json(&environment, &["trace", "two-items/T2", "--period", "2026"]);
    assert_eq!(first(&item["down"], "record")["states"][0], "不符合");
    assert_eq!(first(&item["down"], "finding")["id"], finding.as_str());
    let other = json(&environment, &["trace", "two-items/T2", "--period", "2025"]);
    assert_eq!(other["down"], Value::Array(Vec::new()), "nothing was inspected in another year");
}

#[test]
fn what_is_not_there_or_could_be_several_things_is_said() {
    let environment = workspace();
    environment.run_there(&["trace", "没有"]).fails(1, &["没有找到", "工作要点/要求"]);
    environment.write(
        "ws/checklists/again.toml",
        environment.read("ws/checklists/two-items.toml").replace("two-items", "again"),
    );
    environment.run_there(&["trace", "T1"]).fails(1, &["对应多个", "again/T1", "two-items/T1"]);
    environment.run_there(&["trace", "--accept", "T1", "--reason", "x"]).fails(1, &["对应多个", "again/T1"]);
}

#[test]
fn an_item_of_a_changed_clause_is_suspect_until_it_is_accepted_with_a_reason() {
    let environment = workspace();
    let plan = files_below(&environment.path("ws/plans")).into_iter().find(|path| path.ends_with("plan.toml"));
    let plan = plan.expect("a plan");
    let gaps = json(&environment, &["trace"]);
    assert_eq!(gaps["gaps"]["suspects"], Value::Array(Vec::new()));
    let text = std::fs::read_to_string(&plan).expect("read");
    let changed = text.lines().map(|line| match line.strip_prefix("fingerprint = \"") {
        Some(rest) => format!("fingerprint = \"{}", rest.chars().rev().skip(1).collect::<String>() + "\""),
        None => line.to_owned(),
    });
    std::fs::write(&plan, changed.collect::<Vec<_>>().join("\n")).expect("written");
    let gaps = json(&environment, &["trace"]);
    let suspects = gaps["gaps"]["suspects"].as_array().expect("suspects").clone();
    let one = suspects.first().expect("a suspect");
    let item =
        format!("{}/{}", one["checklist"].as_str().expect("a checklist"), one["item"].as_str().expect("an item"));
    let shown = environment.run_there(&["trace", &item]).good();
    assert!(shown.contains("要求已变更，待核对"), "{shown}");
    environment.run_there(&["trace", "--accept", &item]).fails(2, &["--reason"]);
    environment.run_there(&["trace", "--accept", &item, "--reason", " "]).fails(2, &["须写明理由"]);
    environment.run_there(&["trace", "--accept", "two-items/T1", "--reason", "x"]).fails(1, &["不是待核对的项目"]);
    let settings = environment.read("ws/ducha.toml");
    environment.write("ws/ducha.toml", settings.replace("\"林明\"", "\" \""));
    environment
        .run_there(&["trace", "--accept", &item, "--reason", "标准未变"])
        .fails(1, &["ducha.toml", "inspector ="]);
    environment.write("ws/ducha.toml", settings);
    environment.run_there(&["trace", "--accept", &item, "--reason", "标准未变"]).good();
    assert!(environment.read("ws/trace.toml").contains("标准未变"));
    let left = json(&environment, &["trace"]);
    let left = left["gaps"]["suspects"].as_array().expect("suspects");
    assert!(left.len() < suspects.len(), "{left:?}");
}

#[test]
fn items_and_tasks_of_a_clause_whose_figure_was_corrected_are_suspect_until_they_are_accepted() {
    let environment = workspace();
    let gaps = json(&environment, &["trace"]);
    let target = gaps["gaps"]["targets"].as_array().expect("figures").first().expect("a figure").clone();
    let (plan, clause) = (target[0].as_str().expect("a plan"), target[1].as_str().expect("a clause"));
    let of_clause = json(&environment, &["trace", &format!("{plan}/{clause}")]);
    let lines = of_clause["down"].as_array().expect("lines").iter().filter(|line| line["sort"] == "item");
    let items: Vec<_> = lines.map(|line| line["id"].as_str().expect("a number").to_owned()).collect();
    environment.write(
        "ws/campaigns/c.toml",
        format!(
            "title = \"专项\"\nfrom = \"2026-01-01\"\ndue = \"2026-12-31\"\nchecklists = [\"two-items\"]\n\
             [[clauses]]\nplan = \"{plan}\"\nclause = \"{clause}\"\n[target]\nfacilities = [\"F002\", \"F003\"]\n"
        ),
    );
    environment.run_there(&["task", "create", "c"]).good();
    let suspects = || {
        let gaps = json(&environment, &["trace"]);
        ["suspects", "suspect_tasks"].map(|name| gaps["gaps"][name].as_array().expect("a list").len())
    };
    assert_eq!(suspects(), [0, 0]);
    environment.run_there(&["plan", "correct", plan, clause, "--deadline", "2027-06"]).good();
    assert_eq!(suspects(), [items.len(), 1]);
    let said = environment.run_there(&["trace"]).good();
    assert!(said.contains("已更正为") && said.contains("方案 c 的未完成任务 2 项"), "{said}");
    let task = environment.run_there(&["trace", "c-0002"]).good();
    assert!(task.contains("待核对") && task.contains(clause), "{task}");
    for item in &items {
        environment.run_there(&["trace", "--accept", item, "--reason", "检查方法不变"]).good();
    }
    assert_eq!(suspects(), [0, 1]);
    environment.run_there(&["trace", "--accept", "c-0001", "--reason", "检查方法不变"]).good();
    assert_eq!(suspects(), [0, 0]);
    environment.run_there(&["plan", "correct", plan, clause, "--deadline", "2027-09"]).good();
    assert_eq!(suspects(), [items.len(), 1], "what was accepted was another correction");
    environment.run_there(&["plan", "correct", plan, clause, "--automatic"]).good();
    assert_eq!(suspects(), [0, 0], "it demands again what the items and tasks were made from");
}

#[test]
fn a_task_that_asks_an_item_of_a_changed_clause_says_which_and_is_cleared_with_it() {
    let environment = workspace();
    let gaps = json(&environment, &["trace"]);
    let (clause, item) = gaps["gaps"]["never_inspected"]
        .as_array()
        .expect("clauses")
        .iter()
        .find_map(|one| {
            let item =
                one["items"].as_array()?.iter().filter_map(Value::as_str).find(|item| !item.contains("progress"))?;
            Some(([one["plan"].as_str()?, one["clause"].as_str()?], item.to_owned()))
        })
        .expect("a clause with an item");
    let (checklist, _) = item.split_once('/').expect("a checklist");
    let fixed = "task create c --title 专项 --facility F002 --inspector 林明 --due 2030-12-31 --checklist";
    environment.run_there(&fixed.split(' ').chain([checklist]).collect::<Vec<_>>()).good();
    environment.run_there(&["trace", "--accept", "c-0001", "--reason", "x"]).fails(1, &["不是待核对"]);
    environment.run_there(&["plan", "correct", clause[0], clause[1], "--deadline", "2027-06"]).good();
    // What is suspect about it is the item, which the trace of the task shows.
    let shown = environment.run_there(&["trace", "c-0001"]).good();
    let marked: Vec<_> = shown.lines().filter(|line| line.contains("待核对")).collect();
    assert!(marked.len() == 2 && marked[0].contains("c-0001") && marked[1].contains(&item), "{shown}");
    environment
        .run_there(&["trace", "--accept", "c-0001", "--reason", "检查方法不变"])
        .fails(1, &[&item, "ducha trace --accept"]);
    environment.run_there(&["trace", "--accept", &item, "--reason", "检查方法不变"]).good();
    let shown = environment.run_there(&["trace", "c-0001"]).good();
    assert!(!shown.contains("待核对"), "{shown}");
}

#[test]
fn a_unit_that_has_gone_from_the_register_is_still_followed() {
    let environment = workspace();
    let fixed = "task create c --title 专项 --checklist two-items --facility F003 --inspector 林明 --due 2030-12-31";
    environment.run_there(&fixed.split(' ').collect::<Vec<_>>()).good();
    environment.write("ws/facilities.toml", "");
    for wanted in ["F001", "云澜市人民医院"] {
        let found = json(&environment, &["trace", wanted, "--period", "2026"]);
        assert_eq!(found["subject"]["id"], "F001", "{wanted}");
        let states = found["subject"]["states"].to_string();
        assert!(states.contains("已不在单位名单中"), "{states}");
        assert_eq!(first(&found["down"], "finding")["sort"], "finding");
        let shown = environment.run_there(&["facility", "show", wanted]);
        assert_eq!(shown.code, 0, "{shown:?}");
        for text in ["F001", "云澜市人民医院", "已不在单位名单中", "登记缺两例"] {
            assert!(shown.out.contains(text), "{text} in {shown:?}");
        }
        assert!(shown.err.contains("ducha facility merge"), "{shown:?}");
    }
    // Of one that was never inspected only the task knows.
    assert_eq!(first(&json(&environment, &["trace", "F003"])["down"], "task")["id"], "c-0001");
    environment.run_there(&["facility", "show", "F999"]).fails(1, &["没有单位“F999”"]);
    let ledger = std::fs::read_to_string(&files_below(&environment.path("ws/findings"))[0]).expect("a ledger");
    let finding = ledger.split("id = \"2026-").nth(1).and_then(|rest| rest.split('"').next()).expect("a number");
    environment.run_there(&["reinspect", finding]).fails(1, &["已不在名单中", "ducha finding close"]);
}

#[test]
fn a_campaign_that_is_described_by_options_carries_out_clauses() {
    let environment = workspace();
    let never = &json(&environment, &["trace"])["gaps"]["never_inspected"][0];
    let clause = format!("{}/{}", never["plan"].as_str().expect("a plan"), never["clause"].as_str().expect("a clause"));
    let create = |clause: &str| {
        let fixed =
            "task create c --title 专项 --checklist two-items --facility F002 --inspector 林明 --due 2030-12-31";
        environment.run_there(&fixed.split(' ').chain(["--clause", clause]).collect::<Vec<_>>())
    };
    create("暂存时间").fails(2, &["工作要点/要求"]);
    create("nowhere/c1").fails(1, &["nowhere"]);
    create(&clause).good();
    let down = json(&environment, &["trace", &clause]);
    assert_eq!(first(&down["down"], "task")["id"], "c-0001");
}

#[test]
fn a_part_of_a_name_or_of_what_is_said_finds_and_what_fits_several_is_named() {
    let environment = workspace();
    for wanted in ["市人民医院", "ylsrmyy", "F001"] {
        assert_eq!(json(&environment, &["trace", wanted])["subject"]["id"], "F001", "{wanted}");
    }
    assert_eq!(json(&environment, &["trace", "分诊登记完整"])["subject"]["id"], "two-items/T2");
    environment.run_there(&["trace", "医院"]).fails(1, &["对应", "F001（云澜市人民医院）", "F002（"]);
}

#[test]
fn what_is_no_longer_asked_is_still_behind_its_records() {
    let environment = workspace();
    let fixed = "task create c --title 专项 --checklist two-items --facility F001 --facility F003 --inspector 林明 \
                 --from 2026-01-01 --due 2030-12-31";
    environment.run_there(&fixed.split_whitespace().collect::<Vec<_>>()).good();
    let tasks = |item: &str| {
        let down = json(&environment, &["trace", item, "--period", "2026"])["down"].clone();
        let tasks = down.as_array().expect("lines").iter().filter(|line| line["sort"] == "task");
        tasks.map(|task| task["id"].as_str().expect("a number").to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(tasks("T2"), ["c-0001", "c-0002"]);
    let text = environment.read("ws/checklists/two-items.toml");
    environment.write("ws/checklists/two-items.toml", text.replace("\"T2\"", "\"T9\""));
    // The task of the record asked it; the one that is still open will not.
    let asking = ["T1", "T2", "T9"].map(tasks);
    assert_eq!(asking.each_ref().map(|asking| asking.join(" ")), ["c-0001 c-0002", "c-0001", "c-0001 c-0002"]);
    let item = json(&environment, &["trace", "T2", "--period", "2026"]);
    assert_eq!(item["subject"]["states"][0], "现行检查表中已没有此项目");
    assert_eq!(item["subject"]["text"], "分诊登记完整");
    assert_eq!(first(&item["down"], "record")["states"][0], "不符合");
    std::fs::write(environment.path("ws/checklists/two-items.toml"), text).expect("written");
}

#[test]
fn a_file_that_cannot_be_read_is_named_once() {
    let environment = workspace();
    environment.write("ws/tasks/broken/broken.toml", "format = 1\nbroken");
    let run = environment.run_there(&["trace"]);
    assert_eq!(run.err.matches("broken.toml").count(), 1, "{run:?}");
}

#[test]
fn a_record_with_a_value_that_no_rule_judges_is_behind_its_item() {
    let environment = Environment::with_workspace("zh");
    environment.write(
        "ws/checklists/beds.toml",
        "id = \"beds\"\ntitle = \"床位\"\nversion = 1\n[[section]]\nid = \"s\"\ntitle = \"甲\"\n\
         [[item]]\nid = \"W1\"\nsection = \"s\"\ntext = \"实有床位\"\nanswer = \"count\"\nunit = \"张\"\n",
    );
    environment
        .write("answers.toml", "facility = \"F001\"\nchecklist = \"beds\"\n[[answer]]\nitem = \"W1\"\nvalue = 120\n");
    environment.run_there(&["fill", "--answers", "answers.toml", "--finalise"]).good();
    let said = environment.run_there(&["trace", "beds/W1"]).good();
    assert!(said.contains("落实 (1)") && said.contains("填写 120张"), "{said}");
}
