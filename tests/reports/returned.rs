//! The ledger goes out as a spreadsheet, is filled in, and comes back.

use std::{fs, io::Cursor};

use calamine::{CellErrorType, Data, ExcelDateTime, ExcelDateTimeType, Reader, Xlsx, open_workbook_from_rs};
use ducha::inspection::Verdict;
use rust_xlsxwriter::{Format, Formula, Workbook};
use serde_json::Value;

use super::made::{Made, workspace};
use crate::support::{
    environment::{Environment, Run},
    tester::{Tester, files_below},
};

/// The row of the headings on the sheet of the ledger, from 0.
const HEADINGS: usize = 1;

/// What a person does to a sheet.
pub type Change = fn(&mut Grid);

/// A sheet as a person sees it.
pub struct Grid(Vec<Vec<Data>>);

impl Grid {
    fn read(bytes: &[u8]) -> Self {
        let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).expect("a workbook");
        let range = book.worksheet_range("问题台账").expect("the sheet of the ledger");
        Self(range.rows().map(<[Data]>::to_vec).collect())
    }

    fn column(&self, heading: &str) -> usize {
        self.0[HEADINGS].iter().position(|cell| *cell == heading).expect(heading)
    }

    /// Puts a value into a row of the ledger, from 0.
    pub fn put(&mut self, row: usize, heading: &str, value: Data) {
        let column = self.column(heading);
        self.0[HEADINGS + 1 + row][column] = value;
    }

    fn write(&self) -> Vec<u8> {
        let mut book = Workbook::new();
        let sheet = book.add_worksheet().set_name("问题台账").expect("a name");
        let date = Format::new().set_num_format("yyyy-mm-dd");
        for (row, cells) in (0..).zip(&self.0) {
            for (column, cell) in (0..).zip(cells) {
                match cell {
                    Data::Empty => {}
                    Data::DateTime(day) => {
                        sheet.write_number_with_format(row, column, day.as_f64(), &date).expect("a day");
                    }
                    Data::Error(_) => {
                        let failed = Formula::new("=A1+1").set_result("#VALUE!");
                        sheet.write_formula(row, column, failed).expect("a formula");
                    }
                    Data::Float(number) => drop(sheet.write_number(row, column, *number).expect("a number")),
                    // A formula that shows nothing.
                    Data::String(formula) if formula.starts_with('=') => {
                        let empty = Formula::new(formula).set_result(" ");
                        sheet.write_formula(row, column, empty).expect("a formula");
                    }
                    other => drop(sheet.write_string(row, column, other.to_string()).expect("words")),
                }
            }
        }
        book.save_to_buffer().expect("a workbook")
    }
}

pub fn words(text: &str) -> Data {
    Data::String(text.to_owned())
}

/// Three findings in the ledger as it was handed out, in `out.xlsx`.
pub fn handed_out() -> Environment {
    let failing = |unit: usize| Made {
        unit,
        verdicts: [Some(Verdict::Fails), Some(Verdict::Conforms)],
        due: Some("2026-04-01"),
        ..Made::default()
    };
    let (environment, workspace) = workspace(&[failing(0), failing(1), failing(2)]);
    drop(workspace);
    environment.run_there(&["report", "ledger", "--period", "2026", "--format", "xlsx", "--out", "out"]).good();
    fs::rename(environment.path("out/问题台账_2026-01-01_2026-12-31.xlsx"), environment.path("out.xlsx"))
        .expect("renamed");
    environment
}

/// Fills the ledger in and saves it as `back.xlsx`.
pub fn fill(environment: &Environment, change: Change) {
    let mut grid = Grid::read(&fs::read(environment.path("out.xlsx")).expect("read"));
    change(&mut grid);
    fs::write(environment.path("back.xlsx"), grid.write()).expect("written");
}

fn import(environment: &Environment, more: &[&str]) -> Run {
    environment.run_there(&[&["finding", "import", "back.xlsx"], more].concat())
}

pub fn done(grid: &mut Grid) {
    grid.put(0, "整改情况", words("已设预检分诊点"));
    grid.put(0, "完成日期", Data::Float(46_101.0));
    grid.put(0, "佐证材料", words("照片3张；交接登记"));
    grid.put(1, "整改情况", words("正在采购"));
}

#[test]
fn what_districts_fill_in_comes_back_once() {
    let environment = handed_out();
    fill(&environment, done);
    let before = fs::read(environment.path("back.xlsx")).expect("read");
    let preview = import(&environment, &[]);
    assert!(preview.out.contains("尚未登记") && preview.out.contains("待整改 → 待复查"), "{preview:?}");
    let run = import(&environment, &["--yes", "--format", "json"]);
    let data: Value = serde_json::from_str(&run.out).expect("JSON");
    assert_eq!((run.code, &data["applied"], &data["unchanged"]), (0, &2.into(), &1.into()), "{run:?}");
    let shown = environment.run_there(&["finding", "show", "00000000-01"]).good();
    for said in ["待复查", "林明", "已设预检分诊点", "照片3张；交接登记", "2026-03-20", "back.xlsx 问题台账!3"]
    {
        assert!(shown.contains(said), "{said}: {shown}");
    }
    let second = environment.run_there(&["finding", "show", "00000001-01"]).good();
    assert!(second.contains("整改中") && second.contains("正在采购"), "{second}");
    // The same file a second time: nothing happens.
    let again = import(&environment, &["--yes"]);
    assert!(again.out.contains("没有需要登记的内容") && again.out.contains("已登记过 2 行"), "{again:?}");
    assert_eq!(environment.run_there(&["finding", "show", "00000000-01"]).good(), shown);
    assert_eq!(fs::read(environment.path("back.xlsx")).expect("read"), before, "the file stays as it is");
    // What came back stands in the next ledger.
    let ledger = environment.run_there(&["report", "ledger", "--period", "2026", "--format", "csv", "--out", "."]);
    assert_eq!(ledger.code, 0, "{ledger:?}");
    let table = environment.read("问题台账_2026-01-01_2026-12-31_ledger.csv");
    assert!(table.contains("已设预检分诊点") && table.contains("2026-03-20"), "{table}");
}

#[test]
fn a_day_typed_in_digits_and_a_state_with_spaces_are_understood() {
    let environment = handed_out();
    fill(&environment, |grid| {
        let typed = ExcelDateTime::new(20_260_320.0, ExcelDateTimeType::DateTime, false);
        grid.put(0, "完成日期", Data::DateTime(typed));
        grid.put(0, "整改状态", words("待 复 查"));
        grid.put(0, "整改情况", words("已设预检分诊点"));
    });
    let run = import(&environment, &["--yes"]);
    assert!(run.code == 0 && run.err.contains("“20260320”不是日期格式，按 2026-03-20 读取"), "{run:?}");
    let shown = environment.run_there(&["finding", "show", "00000000-01"]).good();
    assert!(shown.contains("待复查") && shown.contains("2026-03-20"), "{shown}");
}

#[test]
fn a_row_that_comes_twice_with_the_same_content_is_read_once() {
    let environment = handed_out();
    fill(&environment, |grid| {
        done(grid);
        let copies = grid.0[HEADINGS + 1..].to_vec();
        grid.0.extend(copies);
    });
    let run = import(&environment, &["--yes"]);
    assert!(run.code == 0 && run.err.contains("有 3 行与前面的行内容相同，只读取一次"), "{run:?}");
    assert!(run.out.contains("已登记 2 项"), "{run:?}");
}

#[test]
fn a_long_text_is_shown_by_how_it_begins_and_entered_as_a_whole() {
    let environment = handed_out();
    let long = format!("{}完", "已整改".repeat(100));
    fill(&environment, |grid| grid.put(0, "整改情况", words(&format!("{}完", "已整改".repeat(100)))));
    let preview = import(&environment, &[]).out;
    assert!(preview.contains("……（共 301 字）") && !preview.contains('完'), "{preview}");
    import(&environment, &["--yes"]);
    assert!(environment.run_there(&["finding", "show", "00000000-01"]).good().contains(&long));
}

#[test]
fn a_ledger_that_was_only_opened_and_saved_changes_nothing() {
    let environment = handed_out();
    fill(&environment, |_| {});
    let run = import(&environment, &["--yes"]);
    assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    assert!(run.out.contains("未填 3 行"), "{run:?}");
}

#[test]
fn everything_doubtful_is_pointed_out_in_its_place() {
    let cases: [(Change, &str); 20] = [
        (|grid| grid.put(0, "被检查单位", words("别的医院")), "问题台账!E3（被检查单位）：此栏不由区县填写"),
        (|grid| grid.put(1, "问题描述", words("没有问题")), "问题台账!H4（问题描述）：此栏不由区县填写"),
        (|grid| grid.put(0, "整改期限", words("2027-01-01")), "N3（整改期限）：此栏不由区县填写"),
        (|grid| grid.put(0, "责任人", words("别人")), "M3（责任人）"),
        (|grid| grid.put(0, "问题编号", words("2026-XXXXXXXX-01")), "B3（问题编号）：台账中没有问题"),
        (|grid| grid.put(0, "问题编号", words("2026-00000001-01")), "B3（问题编号）：问题 2026-RECORDID-01 出现在多行"),
        (|grid| grid.put(0, "完成日期", words("2026-02-30")), "R3（完成日期）：“2026-02-30”不是日期"),
        (|grid| grid.put(0, "完成日期", words("3/4/2026")), "R3（完成日期）：“3/4/2026”不是日期"),
        (|grid| grid.put(0, "完成日期", Data::Float(12.0)), "R3（完成日期）：“12”不是日期"),
        (|grid| grid.put(0, "完成日期", words("2026-01-01")), "R3（完成日期）：完成日期 2026-01-01 早于检查日期"),
        (|grid| grid.put(0, "完成日期", words("2099-01-01")), "R3（完成日期）：完成日期 2099-01-01 晚于今天"),
        (|grid| grid.put(0, "整改状态", words("已销号")), "Q3（整改状态）：不能由回填改为“已销号”"),
        (
            |grid| {
                grid.put(0, "整改状态", words("待复查"));
                grid.put(0, "整改情况", words("已设预检分诊点"));
            },
            "R3（完成日期）：状态为待复查，但没有填写完成日期",
        ),
        (
            |grid| {
                grid.put(0, "整改情况", words("已设预检分诊点"));
                grid.put(0, "佐证材料", Data::Error(CellErrorType::Value));
            },
            "S3（佐证材料）：公式没有算出结果（#VALUE!）",
        ),
        (|grid| grid.put(0, "整改情况", words("=H3&\"已整改\"")), "P3（整改情况）：公式没有算出结果（=H3&\"已整改\"）"),
        (
            |grid| grid.put(0, "整改状态", words("好了")),
            "Q3（整改状态）：没有“好了”这种整改状态，可填：待整改、整改中、待复查；已整改到位的填待复查",
        ),
        (|grid| grid.put(0, "完成日期", words("2026-03-20")), "P3（整改情况）：没有写明整改情况"),
        (|grid| drop(grid.0.remove(HEADINGS + 2)), "发出时共 3 行，缺少 1 行（序号 2）"),
        (
            |grid| {
                let mut row = grid.0[HEADINGS + 1].clone();
                let number = grid.column("问题编号");
                row[number] = Data::Empty;
                grid.0.push(row);
            },
            "B6（问题编号）：这一行没有问题编号",
        ),
        (|grid| grid.0[HEADINGS][14] = words("别的"), "缺少“逾期天数”列"),
    ];
    let environment = handed_out();
    for (change, said) in cases {
        fill(&environment, change);
        let preview = import(&environment, &[]);
        assert!(preview.err.contains(said), "{said} in {preview:?}");
        let run = import(&environment, &["--yes"]);
        assert!(run.code == 1 && run.err.contains("未登记任何内容"), "{said}: {run:?}");
        let listed = environment.run_there(&["finding", "list", "--state", "open"]).good();
        assert!(listed.contains("共 3 项"), "{said}: {listed}");
    }
}

#[test]
fn what_was_reported_is_not_taken_back_by_filling_in() {
    let environment = handed_out();
    fill(&environment, done);
    assert_eq!(import(&environment, &["--yes"]).code, 0);
    environment.run_there(&["report", "ledger", "--period", "2026", "--format", "xlsx", "--out", "again"]).good();
    let file = fs::read_dir(environment.path("again")).expect("listed").flatten().next().expect("a file").path();
    let mut grid = Grid::read(&fs::read(file).expect("read"));
    grid.put(0, "整改状态", words("待整改"));
    fs::write(environment.path("back.xlsx"), grid.write()).expect("written");
    let preview = import(&environment, &[]);
    assert!(preview.err.contains("Q3（整改状态）：已登记整改情况的问题不能由回填退回“待整改”"), "{preview:?}");
}

#[test]
fn what_is_not_doubtful_is_taken_when_that_is_asked_for() {
    let environment = handed_out();
    fill(&environment, |grid| {
        done(grid);
        grid.put(0, "完成日期", words("2026年3月20日"));
        grid.put(2, "完成日期", words("三月底"));
    });
    import(&environment, &["--yes"]).fails(1, &["未登记任何内容", "--skip-doubtful", "提醒：", "按 2026-03-20 读取"]);
    let run = import(&environment, &["--yes", "--skip-doubtful"]);
    assert!(run.out.contains("已登记 2 项"), "{run:?}");
    let open = environment.run_there(&["finding", "list", "--state", "open"]).good();
    assert!(open.contains("东塘镇卫生院") && open.contains("共 1 项"), "{open}");
}

#[test]
fn a_row_whose_check_was_altered_is_not_missing() {
    let environment = handed_out();
    fill(&environment, |grid| {
        grid.put(1, "整改情况", words("正在采购"));
        grid.put(1, "回填校验（勿改）", words("改过"));
    });
    let preview = import(&environment, &[]);
    assert!(preview.err.contains("回填校验") && !preview.err.contains("缺少"), "{preview:?}");
}

#[test]
fn a_ledger_from_before_the_register_went_on_is_not_taken_blindly() {
    let environment = handed_out();
    // The term was extended: what the sheet still says is no change of the district's.
    let extend = ["finding", "update", "00000000-01", "--due", "2026-12-01", "--reason", "延期"];
    environment.run_there(&extend).good();
    // Somebody entered the same finding by hand.
    let correcting = ["finding", "update", "00000001-01", "--to", "correcting", "--reason", "已派人"];
    environment.run_there(&correcting).good();
    fill(&environment, done);
    let preview = import(&environment, &[]);
    assert!(preview.out.contains("可登记 1 项"), "{preview:?}");
    assert!(preview.err.contains("发出台账以后，该问题又有登记（林明"), "{preview:?}");
    assert!(!preview.err.contains("整改期限"), "{preview:?}");
}

#[test]
fn a_file_that_is_no_ledger_is_refused() {
    let environment = handed_out();
    environment.write("back.xlsx", "not a workbook");
    import(&environment, &[]).fails(1, &["back.xlsx", "电子表格无法读取"]);
    fill(&environment, |grid| grid.0.truncate(1));
    import(&environment, &[]).fails(1, &["找不到“问题编号”"]);
}

/// What was filled in is what the register says by then; that the rows were filled in is known from the column of checks.
#[test]
fn a_ledger_that_is_taken_over_twice_is_known_the_second_time() {
    let environment = handed_out();
    fill(&environment, |grid| {
        done(grid);
        grid.put(0, "整改状态", words("待复查"));
    });
    let first = import(&environment, &["--yes"]);
    assert!(first.out.contains("可登记 2 项；未填 1 行，已登记过 0 行"), "{first:?}");
    let again = import(&environment, &["--yes"]);
    assert!(again.out.contains("可登记 0 项；未填 1 行，已登记过 2 行"), "{again:?}");
    assert_eq!(again.code, 0, "{again:?}");
}

#[test]
fn a_report_that_somebody_changed_is_never_written_over() {
    let environment = handed_out();
    for (kind, format) in [("ledger", "xlsx"), ("circular", "md"), ("circular", "docx"), ("ledger", "csv")] {
        let out = format!("out-{format}");
        let report = || environment.run_there(&["report", kind, "--period", "2026", "--format", format, "--out", &out]);
        let names = || {
            let files = fs::read_dir(environment.path(&out)).expect("listed").flatten();
            let mut names: Vec<_> = files.map(|file| file.file_name().to_string_lossy().into_owned()).collect();
            names.sort();
            names
        };
        report().good();
        let first = names();
        report().good();
        assert_eq!(names(), first, "nobody touched {kind}.{format}");
        let own = environment.path(&format!("{out}/{}", first[0]));
        let changed = [fs::read(&own).expect("read"), b" ".to_vec()].concat();
        fs::write(&own, &changed).expect("changed");
        for _ in 0..2 {
            let run = report();
            assert!(run.code == 0 && run.err.contains("未予覆盖") && run.err.contains(&first[0]), "{run:?}");
            assert_eq!(fs::read(&own).expect("read"), changed);
            assert_eq!(names().len(), first.len() + 1, "the one beside it was not changed");
        }
    }
}

#[test]
fn a_ledger_comes_back_in_whatever_language_the_reader_has() {
    let environment = handed_out();
    for [written, read] in [["en", "zh"], ["zh", "en"]] {
        let options = ["--lang", written, "report", "ledger", "--period", "2026", "--format", "xlsx", "--out", written];
        environment.run_there(&options).good();
        let file = fs::read_dir(environment.path(written)).expect("listed").flatten().next().expect("a file").path();
        let run = environment.run_there(&["--lang", read, "finding", "import", file.to_str().expect("UTF-8")]);
        assert_eq!((run.code, run.err.as_str()), (0, ""), "{run:?}");
    }
}

/// Two rows that can be registered, and one whose day nobody can read.
pub fn one_doubtful(grid: &mut Grid) {
    done(grid);
    grid.put(2, "完成日期", words("三月底"));
}

#[test]
fn a_ledger_comes_back_on_the_screen_once_its_preview_was_agreed_to() {
    let environment = handed_out();
    fill(&environment, one_doubtful);
    let file = environment.path("back.xlsx");
    let ask = format!("7 F2 <text {}> Tab Enter", file.with_file_name("bac").display());
    let mut tester = Tester::of(environment);
    let register = |tester: &Tester| {
        let files = files_below(&tester.environment().path("ws/findings"));
        files.iter().map(|path| fs::read_to_string(path).expect("read")).collect::<Vec<_>>()
    };
    let before = register(&tester);
    tester.press(&ask).shows(&[
        "可登记 2 项；未填 0 行，已登记过 0 行，存疑 1 处",
        "R5（完成日期）",
        "“三月底”不是日期",
    ]);
    tester.press("Esc").shows(&["¬可登记"]);
    assert_eq!(register(&tester), before, "nothing is registered before somebody agrees");
    // Somebody saves the file again while it is looked at.
    tester.press(&ask);
    fill(tester.environment(), |grid| {
        one_doubtful(grid);
        grid.put(1, "整改情况", words("已采购"));
    });
    tester.press("Enter").shows(&["请看新的预览"]);
    assert_eq!(register(&tester), before, "only what was shown is registered");
    tester.press("Enter").shows(&["已登记 2 项"]);
    assert_ne!(register(&tester), before);
    tester.press(&ask).shows(&["可登记 0 项；未填 0 行，已登记过 2 行，存疑 1 处", "没有可以登记的内容"]);
    tester.press("Enter");
    tester.environment().write("back.xlsx", "not a workbook");
    tester.press(&ask).shows(&["电子表格无法读取"]);
}
