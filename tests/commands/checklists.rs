//! Generating checklists, checking and showing them.

use std::fs;

use serde_json::Value;

use crate::support::environment::{Environment, PLAN};

fn with_plan() -> Environment {
    let environment = Environment::with_workspace("zh");
    environment.write("要点.txt", PLAN);
    environment.run_there(&["plan", "import", "要点.txt"]).good();
    environment
}

fn checklists(environment: &Environment) -> Vec<String> {
    let entries = fs::read_dir(environment.path("ws/checklists")).expect("checklists").flatten();
    let mut names: Vec<_> = entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|name| name.contains("2026"));
    names.sort();
    names
}

#[test]
fn a_topic_a_section_and_everything_are_generated() {
    let cases: [(&[&str], &str); 3] = [
        (&["--topic", "medical-waste"], "《医疗废物检查表（2026年）》"),
        (&["--section", "二"], "预检分诊"),
        (&[], "《医疗废物检查表（2026年）》"),
    ];
    for (what, title) in cases {
        let environment = with_plan();
        let said = environment.run_there(&[&["generate", "2026"], what].concat()).good();
        assert!(said.contains("新建") && said.contains(title), "{what:?}: {said}");
        assert!(!checklists(&environment).is_empty());
        environment.run_there(&["check"]).good();
    }
}

#[test]
fn every_generated_item_says_where_it_comes_from() {
    let environment = with_plan();
    environment.run_there(&["generate", "2026", "--topic", "medical-waste"]).good();
    for name in checklists(&environment) {
        let text = environment.read(&format!("ws/checklists/{name}"));
        for item in text.split("\n[[item]]").skip(1) {
            assert!(item.contains("clauses = [") || item.contains("bank = "), "{name}: {item}");
        }
    }
}

#[test]
fn a_dry_run_writes_nothing() {
    let environment = with_plan();
    let said = environment.run_there(&["generate", "2026", "--dry-run"]).good();
    assert!(said.contains("新建"), "{said}");
    assert_eq!(checklists(&environment), [""; 0]);
}

#[test]
fn generating_again_keeps_what_a_person_changed() {
    let environment = with_plan();
    let generate = || environment.run_there(&["generate", "2026", "--topic", "medical-waste"]).good();
    generate();
    let name = format!("ws/checklists/{}", checklists(&environment)[0]);
    let text = environment.read(&name);
    let line = text.lines().find(|line| line.starts_with("text = ")).expect("an item");
    environment.write(&name, text.replacen(line, "text = \"我们自己的问法\"", 1));
    let said = generate();
    assert!(said.contains("未变") || said.contains("合并"), "{said}");
    assert!(environment.read(&name).contains("我们自己的问法"));
    let again = environment.read(&name);
    generate();
    assert_eq!(environment.read(&name), again, "a third time changes nothing");
}

#[test]
fn a_generated_checklist_that_was_damaged_by_hand_is_left_alone() {
    let environment = with_plan();
    environment.run_there(&["generate", "2026", "--topic", "medical-waste"]).good();
    let name = format!("ws/checklists/{}", checklists(&environment)[0]);
    environment.write(&name, "id = \"坏");
    environment.run_there(&["generate", "2026", "--topic", "medical-waste"]).fails(1, &[&name[3..], "办法："]);
    assert_eq!(environment.read(&name), "id = \"坏");
}

#[test]
fn what_is_not_there_cannot_be_generated() {
    let environment = with_plan();
    environment.run_there(&["generate", "2026", "--topic", "nonsense"]).fails(1, &["nonsense", "medical-waste"]);
    environment.run_there(&["generate", "2026", "--section", "九"]).fails(1, &["“九”", "ducha plan show"]);
    environment.run_there(&["generate", "2030"]).fails(1, &["2030", "2026年监督检查工作要点"]);
    assert_eq!(checklists(&environment), [""; 0]);
}

#[test]
fn every_mistake_is_said_with_its_place() {
    let environment = Environment::with_workspace("zh");
    // One basis of the samples has still to be read, which is a doubt and no mistake.
    let said = environment.run_there(&["check"]).good();
    assert!(said.contains("依据待核实 1 处（C107）") && !said.contains("警告["), "{said}");
    assert!(said.ends_with("检查了 2 个文件：错误 0 处，提醒 1 处\n"), "{said}");
    let said = environment.run_there(&["check", "--verbose"]).good();
    assert!(said.contains("警告[C107]") && !said.contains("依据待核实"), "{said}");
    // What programs read has every reminder.
    let said = environment.run_there(&["check", "--format", "json"]).good();
    assert_eq!(said.matches("\"C107\"").count(), 1, "{said}");
    let good = environment.read("ws/checklists/two-items.toml");
    environment.write(
        "ws/checklists/bad.toml",
        good.replace("id = \"two-items\"", "id = \"bad\"\ntitel = 1").replace("text = \"分", "text = 3 # \"分"),
    );
    let run = environment.run_there(&["check"]);
    assert_eq!(run.code, 1);
    for text in ["bad.toml:2", "titel", "^", "错误 2 处"] {
        assert!(run.out.contains(text), "{text} in\n{}", run.out);
    }
    let run = environment.run_there(&["check", "--format", "json", "ws/checklists/bad.toml"]);
    let data: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!(
        (data["diagnostics"][0]["line"].as_u64(), data["diagnostics"][0]["column"].as_u64()),
        (Some(2), Some(1))
    );
    // Nothing else suffers.
    let listed = environment.run_there(&["checklist", "list"]);
    assert!(listed.out.contains("two-items"), "{listed:?}");
    listed.fails(1, &["bad.toml"]);
}

#[test]
fn checklists_are_listed_and_shown() {
    let environment = Environment::with_workspace("zh");
    let listed = environment.run_there(&["checklist", "list"]).good();
    assert_eq!(
        listed,
        "every-answer                      医疗废物试用检查表                    v3 · 11 项\n\
                        two-items                         预检分诊试用表                        v1 · 2 项\n"
    );
    let shown = environment.run_there(&["checklist", "show", "two-items"]).good();
    assert!(shown.contains("入口设有预检分诊点"), "{shown}");
    let data = environment.run_there(&["checklist", "show", "two-items", "--format", "json"]).good();
    assert_eq!(serde_json::from_str::<Value>(&data).expect("JSON")["items"], 2);
    environment.run_there(&["checklist", "show", "没有"]).fails(1, &["没有检查表 没有", "ducha checklist list"]);
}

#[test]
fn a_file_that_is_no_checklist_is_checked_as_what_it_is() {
    let environment = Environment::with_workspace("zh");
    let calendar = "# 说明\n[[year]]\nyear = 2026\nsource = \"通知\"\nholidays = [\"2026-02-30\"]\n";
    environment.write("ws/calendar.toml", calendar);
    let run = environment.run_there(&["check", "ws/calendar.toml"]);
    assert_eq!(run.out, "检查了 1 个文件：错误 1 处，提醒 0 处\n");
    run.fails(1, &["“2026-02-30”不是 2026 年的日期", "calendar.toml:5:", "办法：写作"]);
    let run = environment.run_there(&["check", "ws/calendar.toml", "--format", "json"]);
    assert!(run.out.contains("\"line\": 5"), "{}", run.out);
    environment.write("ws/calendar.toml", calendar.replace("02-30", "02-17"));
    environment.run_there(&["check", "ws/calendar.toml", "ws/ducha.toml", "ws/facilities.toml"]).good();
}
