//! A report can be proved: counted again, it says the same or where it differs.

use serde_json::Value;

use super::made::{self, Made, workspace};
use crate::support::environment::Environment;

fn report(environment: &Environment, arguments: &[&str]) -> String {
    environment.run_there(&[&["report"], arguments].concat()).good()
}

#[test]
fn a_report_is_counted_again_and_differences_are_named() {
    let (environment, workspace) =
        workspace(&[Made::default(), Made { day: "2026-06-01", unit: 1, ..Made::default() }]);
    let year = ["--period", "2026", "--as-of", "2026-11-21"];
    let written = report(&environment, &[&["summary", "--format", "json,html,md", "--out", "out"][..], &year].concat());
    let file = "out/检查情况汇总表_2026-01-01_2026-12-31.json";
    assert!(written.contains(file) && environment.path(file).is_file(), "{written}");
    assert!(report(&environment, &["--verify", file]).contains("一致：按工作区现有的 2 份记录"));
    // A number that somebody changed by hand, and a record that came in later.
    let honest = environment.read(file);
    environment.write(file, honest.replacen("\"visits\":2", "\"visits\":3", 1));
    let run = environment.run_there(&["report", "--verify", file]);
    assert_eq!(run.code, 1);
    assert!(run.out.contains("totals.visits：报表 3，现为 2"), "{run:?}");
    environment.write(file, honest);
    made::put(&workspace, 9, &Made { unit: 2, ..Made::default() });
    let run = environment.run_there(&["report", "--verify", file, "--format", "json"]);
    let data: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!((run.code, &data["equal"]), (1, &Value::Bool(false)));
    let paths: Vec<_> =
        data["differences"].as_array().expect("a list").iter().filter_map(|one| one["path"].as_str()).collect();
    assert!(paths.contains(&"totals.visits") && paths.contains(&"sources.records"), "{paths:?}");
}

#[test]
fn one_record_more_is_not_every_record_another() {
    let days = ["2026-03-02", "2026-04-02", "2026-05-02"];
    let (environment, workspace) = workspace(&days.map(|day| Made { day, ..Made::default() }));
    let year = ["--period", "2026", "--as-of", "2026-11-21"];
    report(&environment, &[&["summary", "--format", "json", "--out", "out"][..], &year].concat());
    made::put(&workspace, 9, &Made { day: "2026-03-01", unit: 1, ..Made::default() });
    let run = environment.run_there(&["report", "--verify", "out/检查情况汇总表_2026-01-01_2026-12-31.json"]);
    let lines: Vec<&str> = run.out.lines().collect();
    assert!(lines[0].starts_with("不一致：") && lines[1].starts_with("sources."), "{run:?}");
    let moved = lines.iter().filter(|line| line.starts_with("records[")).count();
    assert_eq!(moved, 1, "{run:?}");
}

#[test]
fn the_data_fits_its_schema() {
    let (environment, _workspace) = workspace(&[Made::default()]);
    let schema: Value = serde_json::from_str(&report(&environment, &["--schema"])).expect("JSON");
    let data: Value = serde_json::from_str(&report(&environment, &["summary", "--format", "json"])).expect("JSON");
    let fields = data.as_object().expect("an object");
    let known = schema["properties"].as_object().expect("properties");
    let mut names: Vec<_> = fields.keys().collect();
    let mut described: Vec<_> = known.keys().collect();
    names.sort();
    described.sort();
    assert_eq!(names, described);
    for (name, property) in known {
        let says = property.get("description").or_else(|| property.get("$ref")).is_some();
        assert!(says, "{name} is not described");
    }
}

#[test]
fn what_is_asked_for_wrongly_is_explained() {
    let (environment, _workspace) = workspace(&[]);
    let cases: [(&[&str], i32, &str); 15] = [
        (&["report"], 2, "没有写明报表种类"),
        (&["report"], 2, "workload（检查人员工作量）"),
        (&["report", "notice", "--record", "X", "--format", "docx,json"], 2, "没有 JSON 格式"),
        (&["report", "notice", "--record", "X", "--format", "xlsx"], 2, "整改通知书没有表格"),
        (&["report", "opinion", "--record", "X", "--format", "docx,parquet"], 2, "没有表格"),
        (&["report", "circular", "--out", "out"], 2, "没有写明文件格式"),
        (&["report", "circular", "--form", "none.docx", "--format", "xlsx"], 2, "只用于 docx 和 pdf"),
        (&["report", "nonsense"], 2, "没有报表种类“nonsense”"),
        (&["report", "summary", "--period", "soon"], 2, "看不懂时段“soon”"),
        (&["report", "summary", "--from", "2026-05-01", "--to", "2026-04-01"], 2, "晚于"),
        (&["report", "summary", "--record", "X"], 2, "按时段统计"),
        (&["report", "notice"], 2, "没有写明检查记录"),
        (&["report", "notice", "--record", "XYZ"], 1, "没有记录 XYZ"),
        (&["report", "--verify", "none.json"], 1, "none.json"),
        (&["record", "list", "--format", "docx"], 2, "只用于 ducha report"),
    ];
    for (arguments, code, said) in cases {
        environment.run_there(arguments).fails(code, &[said]);
    }
    environment.write("other.json", "{\"a\": 1}");
    environment.run_there(&["report", "--verify", "other.json"]).fails(1, &["不是 ducha 生成的报表数据", "other.json"]);
}

#[test]
fn a_target_that_cannot_be_replaced_leaves_nothing_half_written() {
    let (environment, _workspace) = workspace(&[Made::default()]);
    // A folder of the same name stands for a file that another program holds.
    let taken = environment.path("out/检查情况汇总表_2026-01-01_2026-12-31.xlsx");
    std::fs::create_dir_all(&taken).expect("a folder");
    let run = environment.run_there(&["report", "summary", "--period", "2026", "--format", "xlsx,md", "--out", "out"]);
    assert!(run.out.contains(".md"), "the other format is written: {run:?}");
    run.fails(1, &[".xlsx", "办法："]);
    let left: Vec<_> =
        std::fs::read_dir(environment.path("out")).expect("listed").flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(left.len(), 2, "{left:?}");
    assert!(taken.is_dir());
}

#[test]
fn a_report_that_is_open_in_an_office_program_is_not_replaced() {
    let (environment, _workspace) = workspace(&[Made::default()]);
    let report =
        || environment.run_there(&["report", "summary", "--period", "2026", "--format", "xlsx,md", "--out", "out"]);
    report().good();
    let name = "检查情况汇总表_2026-01-01_2026-12-31.xlsx";
    let before = std::fs::read(environment.path(&format!("out/{name}"))).expect("written");
    let lock = format!("out/.~lock.{name}#");
    environment.write(&lock, ",wang,OFFICE-1,23.11.2026 09:30,file:///home/wang;");
    let run = report();
    assert!(run.out.contains(".md"), "the other format is written: {run:?}");
    run.fails(1, &["wang @ OFFICE-1", name, "办法：", &format!(".~lock.{name}#")]);
    assert_eq!(std::fs::read(environment.path(&format!("out/{name}"))).expect("there"), before);
    std::fs::remove_file(environment.path(&lock)).expect("closed");
    report().good();
}

/// A disk that is full in the middle of a file: the system refuses to let any file grow beyond some kilobytes.
#[cfg(unix)]
#[test]
fn a_disk_that_is_full_in_mid_write_leaves_the_older_report_as_it_was() {
    let (environment, _workspace) = workspace(&[Made::default()]);
    let arguments = ["summary", "--period", "2026", "--format", "xlsx", "--out", "out"];
    report(&environment, &arguments);
    let file = environment.path("out/检查情况汇总表_2026-01-01_2026-12-31.xlsx");
    let before = std::fs::read(&file).expect("written");
    assert!(before.len() > 8_192, "the limit below is smaller than the file: {}", before.len());
    let mut shell = assert_cmd::Command::new("/bin/sh");
    shell.env_clear().envs(environment.variables()).current_dir(environment.path(""));
    // Without the trap the system would end the program instead of telling it.
    shell.args(["-c", "trap '' XFSZ; ulimit -f 8; exec \"$@\"", "sh"]).arg(assert_cmd::cargo::cargo_bin!("ducha"));
    shell.args(["--workspace", "ws", "report"]).args(arguments);
    let run = environment.finish(&mut shell);
    run.fails(1, &["检查情况汇总表", ".xlsx"]);
    assert_eq!(std::fs::read(&file).expect("still there"), before);
    let left: Vec<_> =
        std::fs::read_dir(environment.path("out")).expect("listed").flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(left.len(), 1, "nothing half-written: {left:?}");
}

#[test]
fn a_finalised_record_that_contradicts_its_own_summary_is_pointed_out() {
    let (environment, workspace) = workspace(&[Made::default(), Made { unit: 1, ..Made::default() }]);
    drop(workspace);
    assert!(environment.run_there(&["verify"]).good().contains("全部完好"));
    let path = format!("ws/records/2026/03/01KA{:022}.toml", 1);
    environment.write(&path, environment.read(&path).replacen("\"conforms\"", "\"fails\"", 1));
    let run = environment.run_there(&["verify"]);
    assert_eq!(run.code, 1, "{run:?}");
    assert!(run.out.contains("小结符合 2、不符合 0") && run.out.contains("按作答为符合 1、不符合 1"), "{run:?}");
    assert!(run.out.contains("损坏 1 处"), "{run:?}");
}
