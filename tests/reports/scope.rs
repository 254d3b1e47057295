//! What a report is narrowed to: it has to exist, is said by its name, and keeps the files of one from those of another.

use super::made::{Made, workspace};
use crate::support::environment::Environment;

fn ledger(environment: &Environment, more: &[&str]) -> String {
    environment.run_there(&[&["report", "ledger", "--period", "2026", "--out", "out"], more].concat()).good()
}

fn files(environment: &Environment) -> Vec<String> {
    let listed = std::fs::read_dir(environment.path("out")).expect("listed").flatten();
    let mut names: Vec<_> = listed.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    names.sort();
    names
}

#[test]
fn what_does_not_exist_is_refused_with_what_there_is() {
    let (environment, _workspace) = workspace(&[Made::default()]);
    let cases = [
        ("--topic", "nope", "没有专题“nope”", "fever-clinic（"),
        ("--district", "无此区", "没有区县“无此区”", "可用的："),
        ("--checklist", "x", "没有检查表“x”", "two-items（"),
        ("--type", "x", "没有机构类别“x”", "hospital（"),
        ("--inspector", "张三", "没有检查人员“张三”", "周敏"),
    ];
    for (option, value, said, known) in cases {
        environment.run_there(&["report", "summary", option, value]).fails(2, &[said, known]);
    }
}

#[test]
fn names_are_understood_and_said() {
    let (environment, _workspace) = workspace(&[Made::default()]);
    for (option, typed, shown) in [
        ("--type", "医院", "机构类别：医院"),
        ("--type", "Hospital", "机构类别：医院"),
        ("--topic", "发热门诊", "专题：发热门诊"),
    ] {
        let said = environment.run_there(&["report", "summary", option, typed]).good();
        assert!(said.contains(shown), "{typed}: {said}");
    }
}

#[test]
fn reports_that_are_narrowed_differently_have_files_of_their_own() {
    let (environment, _workspace) = workspace(&[Made::default(), Made { unit: 1, ..Made::default() }]);
    for more in [&[][..], &["--district", "澜城区"], &["--district", "朝源区", "--type", "医院"]] {
        ledger(&environment, &[&["--format", "xlsx"], more].concat());
    }
    let days = "问题台账_2026-01-01_2026-12-31";
    let expected = [".xlsx", "_朝源区_医院.xlsx", "_澜城区.xlsx"].map(|end| format!("{days}{end}"));
    assert_eq!(files(&environment), expected);
}
