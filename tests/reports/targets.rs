//! 目标任务完成情况表: what is known of figures that nobody judges by a rule, and of tasks without a figure.

use crate::support::{environment::Environment, tester::files_below};

const PLAN: &str = "2026年全市卫生健康工作要点\n一、重点工作\n1.抓好人才队伍。引进50名左右硕博研究生。\n\
                    2.抓好爱国卫生。继续推进爱国卫生“五进”活动。\n3.药占比下降2个百分点以上。重大慢性病过早死亡率较上年下降3%。\n";

/// Fills in the only item with a text, in whichever generated checklist asks it.
fn fill(environment: &Environment, asked: &str, answer: &str) {
    let asks = |path: &std::path::PathBuf| std::fs::read_to_string(path).is_ok_and(|text| text.contains(asked));
    let file = files_below(&environment.path("ws/checklists")).into_iter().find(asks).expect("a checklist asks it");
    let text = std::fs::read_to_string(&file).expect("a checklist");
    let before = text[..text.find(&format!("text = \"{asked}")).expect("the item")].rsplit("id = \"").next();
    let item = before.and_then(|rest| rest.split('"').next()).expect("its number");
    let name = file.file_stem().expect("a name").to_string_lossy();
    environment.write(
        "answers.toml",
        format!(
            "facility = \"F001\"\nchecklist = \"{name}\"\n[inspection]\nstarted = 2026-03-02T09:00:00+08:00\n\
             inspectors = [\"林明\", \"周敏\"]\n[[answer]]\nitem = \"{item}\"\n{answer}\n"
        ),
    );
    environment.run_there(&["fill", "--answers", "answers.toml", "--finalise"]).good();
}

#[test]
fn figures_without_a_rule_and_tasks_say_what_was_wanted_and_found() {
    let environment = Environment::with_workspace("zh");
    let document = environment.write("plan.txt", PLAN);
    let imported = environment.run_there(&["plan", "import", &document.display().to_string()]).good();
    let plan = imported.split_whitespace().next().expect("a number").to_owned();
    environment.run_there(&["generate", &plan]).good();
    fill(&environment, "引进50名左右硕博研究生", "value = 48\nnote = \"其余2名年底签约。\"");
    fill(&environment, "继续推进爱国卫生", "verdict = \"conforms\"");
    fill(&environment, "药占比下降", "verdict = \"conforms\"");
    let report = environment.run_there(&["report", "completion", "--period", "2026", "--plan", &plan]).good();
    let row = |words: &str| {
        let row = report.lines().find(|line| line.starts_with("| ") && line.contains(words));
        row.unwrap_or_else(|| panic!("{words} in\n{report}"))
    };
    let cases = [
        ("硕博研究生", ["| ≥ 50名 | 48名 | 96.0% |", "| 2026 |", "| 其余2名年底签约 |"]),
        ("五进", ["| 已完成 |  | 已完成 |", "2026-03-02", "|  |"]),
        ("药占比", ["| ≥ 2个百分点 | 检查 1 户次，符合 1 项次、不符合 0 项次 |", "2026-03-02", "|  |"]),
    ];
    for (words, wanted) in cases {
        for said in wanted {
            assert!(row(words).contains(said), "{said} in {}", row(words));
        }
    }
    // A progress check is no inspection, and is called by its name wherever a clause says how often it was checked.
    let coverage = environment.run_there(&["report", "coverage", "--period", "2026", "--plan", &plan]).good();
    let row = coverage.lines().find(|line| line.contains("五进")).expect("the clause");
    assert!(row.contains("| 进度 | 1 | 0 | 1 | 0 | 0 | 0 |  | 1 | 0 | 已检查 |"), "{row}");
    let unit = environment.run_there(&["trace", "F001", "--period", "2026"]).good();
    assert!(unit.contains("检查 1 次，指标核查 2 次，涉及要求"), "{unit}");
    assert!(unit.contains("指标核查 1 次，已完成 1 未完成 0"), "{unit}");
    let trace = environment.run_there(&["trace", "--period", "2026"]).good();
    assert!(trace.contains("填报 已完成") && trace.contains("实际 已完成"), "{trace}");
}
