//! Filling in without the screens: from a file of answers, and by questions.

use crate::support::{environment::Environment, tester::files_below};

/// A file of answers for the two items of the triage checklist.
const ANSWERS: &str = r#"
facility = "F001"
checklist = "two-items"

[inspection]
inspectors = ["林明", "张三"]
place = "急诊入口"

[[answer]]
item = "T1"
verdict = "conforms"
note = "标识清楚"
evidence = ["照片/入口.jpg"]

[[answer]]
item = "T2"
verdict = "fails"
finding = { description = "登记缺两例", due = "2026-12-01" }
"#;

fn environment() -> Environment {
    let environment = Environment::with_workspace("zh");
    environment.write("照片/入口.jpg", b"a photograph");
    environment
}

/// Returns the only record.
fn record(environment: &Environment) -> String {
    let files = files_below(&environment.path("ws/records"));
    assert_eq!(files.len(), 1, "{files:?}");
    std::fs::read_to_string(&files[0]).expect("a record")
}

#[test]
fn a_file_of_answers_fills_in_a_record_and_finalises_it() {
    let environment = environment();
    environment.write("answers.toml", ANSWERS);
    let out = environment.run_there(&["fill", "--answers", "answers.toml"]).good();
    assert!(out.contains("作答 2/2 项，不符合 1 项") && out.contains("已保存草稿"), "{out}");
    let written = record(&environment);
    for part in ["标识清楚", "入口.jpg", "登记缺两例", "2026-12-01", "张三", "急诊入口"] {
        assert!(written.contains(part), "{part} in\n{written}");
    }
    assert_eq!(files_below(&environment.path("ws/evidence")).len(), 1);
    // Again for the same unit and checklist goes on with the same draft, and says what of it is no longer as it was.
    let out = environment.run_there(&["fill", "--answers", "answers.toml"]).good();
    assert!(!out.contains("改写"), "{out}");
    environment.write("answers.toml", ANSWERS.replace("标识清楚", "标识脱落"));
    let out = environment.run_there(&["fill", "--answers", "answers.toml", "--finalise"]).good();
    assert!(out.contains("原有作答已按本文件改写：T1\n") && out.contains("已办结"), "{out}");
    assert!(record(&environment).contains("finalised_by = \"林明\""));
    // What is finalised is corrected, by the command that is named.
    let id = files_below(&environment.path("ws/records"))[0].file_stem().map(|id| id.to_string_lossy().into_owned());
    let refused = environment.run_there(&["fill", "--record", id.as_deref().expect("a number"), "--plain"]);
    refused.fails(1, &["记录已办结", "ducha record revise ID", "建立更正稿"]);
}

#[test]
fn the_term_of_a_finding_is_counted_in_working_days_where_the_item_says_so() {
    let environment = environment();
    let holidays = "[[year]]\nyear = 2026\nsource = \"本市\"\nholidays = [\"2026-09-30/2026-10-08\"]\n";
    environment.write("ws/calendar.toml", holidays);
    let checklist = environment.read("ws/checklists/two-items.toml");
    let checklist = checklist.replacen("id = \"T2\"", "id = \"T2\"\nrectify_workdays = 3", 1);
    environment.write("ws/checklists/two-items.toml", checklist);
    let answers = ANSWERS
        .replace("place =", "started = \"2026-09-29T09:00:00+08:00\"\nplace =")
        .replace(", due = \"2026-12-01\"", "");
    environment.write("answers.toml", answers);
    environment.run_there(&["fill", "--answers", "answers.toml"]).good();
    assert!(record(&environment).contains("due = \"2026-10-13\""), "{}", record(&environment));
    // A year that the calendar lacks is counted by weekends only, which is said; a day that was typed is as it was typed.
    environment.write("ws/calendar.toml", "");
    for (due, is_said) in [("", true), (", due = \"2026-10-20\"", false)] {
        let answers = ANSWERS.replace("place =", "started = \"2026-09-29T09:00:00+08:00\"\nplace =");
        environment.write("answers.toml", answers.replace(", due = \"2026-12-01\"", due));
        let run = environment.run_there(&["fill", "--answers", "answers.toml"]);
        assert_eq!(run.code, 0, "{run:?}");
        assert_eq!(run.err.contains("日历中没有 2026 年的节假日"), is_said, "{run:?}");
        assert_eq!(run.err.contains("calendar.toml"), is_said, "{run:?}");
    }
}

/// A folder that is a link to itself cannot be read, whoever the tests run as.
#[cfg(unix)]
#[test]
fn no_second_draft_is_begun_beside_one_that_cannot_be_read() {
    let environment = environment();
    environment.write("answers.toml", ANSWERS);
    environment.run_there(&["fill", "--answers", "answers.toml"]).good();
    std::fs::rename(environment.path("ws/records"), environment.path("away")).expect("moved");
    environment.write("ws/records/1999/01/.keep", "");
    let month = environment.path("ws/records/2026");
    std::os::unix::fs::symlink(&month, &month).expect("a link");
    environment.run_there(&["fill", "--answers", "answers.toml"]).fails(1, &["records/2026", "无法读取"]);
    std::fs::remove_file(&month).expect("taken away");
    assert_eq!(files_below(&environment.path("ws/records")).len(), 1, "nothing was begun");
}

#[test]
fn every_mistake_is_named_and_nothing_is_written() {
    let environment = environment();
    let cases: [(&str, &str, &[&str]); 6] = [
        ("verdict = \"conforms\"", "value = \"很好\"", &["T1", "结论"]),
        ("item = \"T1\"", "item = \"T9\"", &["没有项目 T9"]),
        ("照片/入口.jpg", "照片/没有.jpg", &["没有.jpg"]),
        ("入口.jpg\"", "入口.jpg\", \"照片/没有.jpg\"", &["没有.jpg"]),
        ("note =", "notiz =", &["notiz"]),
        ("facility = \"F001\"", "facility = \"没有\"", &["没有单位符合"]),
    ];
    for (from, to, words) in cases {
        environment.write("answers.toml", ANSWERS.replace(from, to));
        environment.run_there(&["fill", "--answers", "answers.toml"]).fails(1, words);
        let records = files_below(&environment.path("ws/records"));
        assert!(records.is_empty(), "{to}: {records:?}");
        let copied = files_below(&environment.path("ws/evidence"));
        assert!(copied.is_empty(), "{to}: {copied:?}");
    }
    environment.run_there(&["fill", "--facility", "F001"]).fails(2, &["--plain"]);
    environment.run_there(&["fill", "--plain"]).fails(2, &["没有写明"]);
}

#[test]
fn a_paper_form_entered_later_is_judged_by_the_day_of_its_inspection() {
    let quoted = "facility = \"F001\"\nchecklist = \"valid-until\"\n[inspection]\n\
         started = \"2024-10-10T09:00:00+08:00\"\nfinished = \"2024-10-10T10:00:00+08:00\"\n\
         [[answer]]\nitem = \"D1\"\nvalue = \"2024-11-01\"\n\
         [[answer]]\nitem = \"D2\"\nverdict = \"fails\"\nfinding = { description = \"未上墙\" }\n";
    // Days and moments stand in quotes or, as TOML has them itself, without.
    let plain = quoted.replace("\"2024-", "2024-").replace("+08:00\"", "+08:00").replace("-01\"", "-01");
    assert!(plain.contains("value = 2024-11-01\n") && plain.contains("T09:00:00+08:00\n"), "{plain}");
    for answers in [quoted, plain.as_str()] {
        let environment = environment();
        environment.write(
            "ws/checklists/valid-until.toml",
            "id = \"valid-until\"\ntitle = \"有效期\"\nversion = 1\n[[section]]\nid = \"s\"\ntitle = \"甲\"\n\
             [[item]]\nid = \"D1\"\nsection = \"s\"\ntext = \"许可证在有效期内\"\nanswer = \"date\"\npass = \">= today\"\n\
             [[item]]\nid = \"D2\"\nsection = \"s\"\ntext = \"制度上墙\"\nrectify_days = 10\n",
        );
        environment.write("answers.toml", answers);
        let out = environment.run_there(&["fill", "--answers", "answers.toml", "--finalise"]).good();
        assert!(out.contains("不符合 1 项"), "{out}");
        let written = record(&environment);
        assert!(written.contains("due = \"2024-10-20\"") || written.contains("due = 2024-10-20"), "{written}");
        let out = environment.run_there(&["finding", "list"]).good();
        assert!(out.contains("2024-10-20") && out.contains("共 1 项"), "{out}");
    }
}

#[test]
fn an_inspection_that_is_still_to_come_is_not_finalised_and_says_why() {
    let environment = environment();
    let later = ANSWERS.replace("[inspection]", "[inspection]\nstarted = \"2199-01-01T09:00:00+08:00\"");
    environment.write("answers.toml", later);
    let run = environment.run_there(&["fill", "--answers", "answers.toml", "--finalise"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("结束时间早于开始时间") && run.out.contains("还有 1 处"), "{run:?}");
}

#[test]
fn what_stands_in_the_way_is_listed_and_the_exit_code_says_so() {
    let environment = environment();
    environment
        .write("answers.toml", ANSWERS.replace("verdict = \"fails\"\nfinding", "verdict = \"fails\"\n# finding"));
    let run = environment.run_there(&["fill", "--answers", "answers.toml", "--finalise"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("T2") && run.out.contains("不符合项缺问题描述"), "{run:?}");
    let json = environment.run_there(&["--format", "json", "fill", "--answers", "answers.toml"]).good();
    let data: serde_json::Value = serde_json::from_str(&json).expect("JSON");
    assert_eq!(data["finalised"], false);
    assert_eq!(data["summary"]["failed"], 1);
    assert_eq!(data["blockers"].as_array().map(Vec::len), Some(1));
}

#[test]
fn the_same_questions_are_asked_line_by_line() {
    let environment = environment();
    let mut command = environment.program();
    command.args(["--workspace", "ws", "fill", "--plain", "--facility", "F001", "--checklist", "two-items"]);
    // Wrong, then right; a note; failing with its finding; taken back; again; and finalised.
    command.write_stdin("7\n/n 门口有标识\n1\n2\n登记缺两例\n2\n补齐登记\n护士长\n12-1\n2\n1\n");
    let run = environment.finish(&mut command);
    let out = run.good();
    for part in ["1/2 入口设有预检分诊点", "1 符合", "! 本项按", "问题描述", "已办结"] {
        assert!(out.contains(part), "{part} in\n{out}");
    }
    let written = record(&environment);
    for part in ["门口有标识", "登记缺两例", "补齐登记", "护士长", "major", "finalised_by"] {
        assert!(written.contains(part), "{part} in\n{written}");
    }
}

#[test]
fn of_a_figure_below_its_target_a_problem_is_described_or_not() {
    for (typed, problem) in [("80\n\n2\n\n1\n", false), ("80\n疫苗供应不足\n2\n\n\n\n\n2\n\n/q\n", true)] {
        let environment = environment();
        environment.write("ws/checklists/figures.toml", include_str!("../data/valid/figures.toml"));
        let mut command = environment.program();
        command.args(["--workspace", "ws", "fill", "--plain", "--facility", "F001", "--checklist", "figures"]);
        command.write_stdin(typed);
        let out = environment.finish(&mut command).good();
        for part in ["1 已完成  2 未完成", "存在问题的，写明问题描述", "填报 2/2 项，已完成 0 项，未完成 2 项"]
        {
            assert!(out.contains(part), "{part} in\n{out}");
        }
        assert_eq!(out.contains("已办结"), !problem, "its evidence is missing: {out}");
        let written = record(&environment);
        assert_eq!(
            (written.contains("疫苗供应不足"), written.matches("[answer.finding]").count()),
            (problem, usize::from(problem)),
            "{written}"
        );
    }
}

#[test]
fn the_end_of_input_keeps_the_draft() {
    let environment = environment();
    let mut command = environment.program();
    command.args(["--workspace", "ws", "fill", "--plain", "--facility", "F001", "--checklist", "two-items"]);
    command.write_stdin("1\n");
    let out = environment.finish(&mut command).good();
    assert!(out.contains("已保存草稿"), "{out}");
    assert!(record(&environment).contains("conforms"));
    let mut command = environment.program();
    command.args(["--workspace", "ws", "fill", "--plain", "--facility", "F001", "--checklist", "two-items"]);
    command.write_stdin("/b\n/u\n/?\n/x\n/q\n");
    let out = environment.finish(&mut command).good();
    for part in ["2/2 分诊登记完整", "现有答案：符合", "/b 上一项", "没有 /x 这个命令"] {
        assert!(out.contains(part), "{part} in\n{out}");
    }
    assert!(!record(&environment).contains("conforms"), "taken back");
}

#[test]
fn a_term_is_typed_in_working_days_as_on_the_screen() {
    let environment = environment();
    environment.write("ws/calendar.toml", "");
    let mut command = environment.program();
    command.args(["--workspace", "ws", "fill", "--plain", "--facility", "F001", "--checklist", "two-items"]);
    command.write_stdin("1\n2\n登记缺两例\n2\n\n\n10个工作日\n2\n/q\n");
    let run = environment.finish(&mut command);
    assert!(run.code == 0 && run.err.contains("年的节假日"), "{run:?}");
    let written = record(&environment);
    assert!(written.contains("登记缺两例") && written.contains("due = "), "{written}");
}

#[test]
fn the_example_of_the_manual_is_a_file_of_answers() {
    for lang in ["zh", "en"] {
        let manual = format!("{}/docs/{lang}/filling.md", env!("CARGO_MANIFEST_DIR"));
        let manual = std::fs::read_to_string(manual).expect("the manual");
        let example = manual.split("```toml\n").nth(1).and_then(|rest| rest.split("```").next()).expect("an example");
        let environment = Environment::new();
        environment.run(&["init", "ws", "--bureau", "某局", "--inspector", "林明", "--yes"]).good();
        environment.write("照片/登记本.jpg", b"a photograph");
        environment.write("answers.toml", example);
        environment.run(&["--workspace", "ws", "fill", "--answers", "answers.toml"]).good();
        let written = record(&environment);
        for part in ["标识清楚", "登记本.jpg", "预检登记缺两例", "major", "2026-11-30", "value = true"] {
            assert!(written.contains(part), "{lang}: {part} in\n{written}");
        }
    }
}

#[test]
fn an_answer_that_a_condition_hides_is_kept_and_said_not_to_count() {
    let environment = environment();
    environment.write(
        "ws/checklists/ward.toml",
        "id = \"ward\"\ntitle = \"病区\"\nversion = 1\n[[section]]\nid = \"s\"\ntitle = \"甲\"\n\
         [[item]]\nid = \"W1\"\nsection = \"s\"\ntext = \"设有隔离病区\"\nanswer = \"yes-no\"\n\
         [[item]]\nid = \"W2\"\nsection = \"s\"\ntext = \"隔离病区标识清楚\"\nwhen = { item = \"W1\", is = \"yes\" }\n",
    );
    for (there, is_said) in [(false, true), (true, false)] {
        environment.write(
            "answers.toml",
            format!(
                "facility = \"F001\"\nchecklist = \"ward\"\n[[answer]]\nitem = \"W1\"\nvalue = {there}\n\
                 [[answer]]\nitem = \"W2\"\nverdict = \"conforms\"\n"
            ),
        );
        let out = environment.run_there(&["fill", "--answers", "answers.toml"]).good();
        assert_eq!(out.contains("不计入：W2"), is_said, "{out}");
        assert!(record(&environment).contains("item = \"W2\""), "{out}");
    }
}

#[test]
fn what_a_file_takes_out_of_a_draft_is_named() {
    let environment = environment();
    let answered = |note: &str| {
        let head = "facility = \"F001\"\nchecklist = \"two-items\"\n[[answer]]\nitem = \"T1\"\n";
        environment.write("answers.toml", format!("{head}note = \"{note}\"\n"));
        environment.run_there(&["fill", "--answers", "answers.toml"]).good()
    };
    for (note, is_said) in [("标识脱落", false), ("标识脱落", false), ("", true), ("", false)] {
        let out = answered(note);
        assert_eq!(out.contains("改写：T1"), is_said, "{note:?}: {out}");
    }
}
