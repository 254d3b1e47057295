//! Tables as they come from elsewhere, and what is said about each.

use std::path::Path;

use super::*;
use crate::{
    facility::{Column, Facility, FacilityId},
    i18n::Lang,
    table::{Merged, TableOptions, read_table},
};

fn csv(text: &str) -> Table {
    read_table(text.as_bytes(), Path::new("register.csv"), TableOptions::default()).expect("a table")
}

fn names(reading: &Reading) -> Vec<&str> {
    reading.units.iter().map(|(_, unit)| unit.name.as_str()).collect()
}

fn shown(complaint: &Complaint) -> String {
    let hint = complaint.hint.as_ref().map(|hint| hint.show(Lang::Zh)).unwrap_or_default();
    format!("{}:{:?} {} {hint}", complaint.row, complaint.column, complaint.text.show(Lang::Zh))
}

#[test]
fn a_register_is_read_below_its_titles() {
    let text = "医疗机构名册\n统计日期：2026年,,\n序号,机构名称,统一社会信用代码,所属区县,机构类别,地址,联系电话\n\
                1,云澜市人民医院,129999999902817959,澜城区,医院,\"重庆路18号,南楼\",0000-8800001\n\n合计,,,,,,1\n";
    let reading = read_units(&csv(text), &[]).expect("units");
    let unit = Facility {
        id: FacilityId::default(),
        name: "云澜市人民医院".to_owned(),
        code: "129999999902817959".to_owned(),
        facility_type: "hospital".to_owned(),
        district: "澜城区".to_owned(),
        address: "重庆路18号,南楼".to_owned(),
        phone: "0000-8800001".to_owned(),
        ..Facility::default()
    };
    assert_eq!(reading.units, [(4, unit)]);
    assert!(reading.complaints.is_empty(), "{:?}", reading.complaints);
    let columns: Vec<_> = reading.mapping.iter().map(|mapped| mapped.column).collect();
    let expected = [
        None,
        Some(Column::Name),
        Some(Column::Code),
        Some(Column::District),
        Some(Column::Type),
        Some(Column::Address),
    ];
    assert_eq!(columns[..6], expected);
}

#[test]
fn lines_that_were_broken_in_a_cell_are_joined() {
    let text = "单位名称,联系人,联系电话,地址\n\"云澜市\n人民医院\",\"王芳\r\n李明\",\"8800001\n8800002\",\"重庆路18号 \n\n南楼\"\n";
    let reading = read_units(&csv(text), &[]).expect("units");
    assert_eq!(names(&reading), ["云澜市人民医院"]);
    let unit = &reading.units[0].1;
    assert_eq!([&unit.contact, &unit.phone, &unit.address], ["王芳、李明", "8800001 8800002", "重庆路18号南楼"]);
}

#[test]
fn a_district_stands_under_any_of_its_usual_headings() {
    for heading in ["县市区", "所属县市区", "所在县市区", "所在地区", "县（市、区）"] {
        let reading = read_units(&csv(&format!("单位名称,{heading}\n东塘诊所,澜城区\n")), &[]).expect("units");
        assert_eq!(reading.units[0].1.district, "澜城区", "{heading}");
    }
}

#[test]
fn a_total_is_no_unit() {
    let text = "序号,单位名称,类别,地址\n1,东塘诊所,诊所,东街1号\n小 计,1\n2,西塘诊所\n,合计,2\n总计,共 2 家\n3,合计诊所\n合计,4,,北街1号\n";
    let reading = read_units(&csv(text), &[]).expect("units");
    assert_eq!(names(&reading), ["东塘诊所", "西塘诊所", "合计诊所", "4"]);
}

#[test]
fn a_note_or_a_signature_below_the_table_is_no_unit() {
    let over = |row| Merged { rows: (row, row), columns: (0, 2) };
    let rows: [&[&str]; 8] = [
        &["序号", "单位名称", "地址"],
        &["1", "东塘诊所", "东街1号"],
        &["2", "注：诊所", "西街2号"],
        &["合计（家）", "2"],
        &["", "共计 2 家"],
        &["以上数据截至三月底", "", ""],
        &["填表人：张三", "", "2026年3月1日"],
        &["", "备注：停业的未列入"],
    ];
    let reading = read_units(&table(&rows, &[over(6)]), &[]).expect("units");
    assert_eq!(names(&reading), ["东塘诊所", "注：诊所"]);
    assert!(reading.complaints.is_empty(), "{:?}", reading.complaints);
    // Merged with the row above it may well be a unit, and is pointed out.
    let downwards = Merged { rows: (2, 3), columns: (1, 1) };
    let rows: [&[&str]; 3] = [rows[0], rows[1], &["", "", "北街3号"]];
    assert_eq!(read_units(&table(&rows, &[downwards]), &[]).expect("units").complaints.len(), 1);
}

#[test]
fn encodings_and_separators_are_recognised() {
    let text = "单位名称\t地址\n东塘诊所\t东街1号\n";
    let gbk = encoding_rs::GB18030.encode(text).0;
    let marked = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    let semicolons = text.replace('\t', ";");
    for bytes in [text.as_bytes(), &gbk, &marked, semicolons.as_bytes()] {
        let table = read_table(bytes, Path::new("a.csv"), TableOptions::default()).expect("a table");
        assert_eq!(names(&read_units(&table, &[]).expect("units")), ["东塘诊所"]);
    }
    let named = TableOptions { encoding: Some("no-such"), ..TableOptions::default() };
    assert!(read_table(text.as_bytes(), Path::new("a.csv"), named).is_err());
    assert!(read_table(b"a,b\n\x80\xff\xff,2\n", Path::new("a.csv"), TableOptions::default()).is_err());
}

#[test]
fn what_is_wrong_in_a_cell_is_said_with_its_place() {
    let head = "编号,单位名称,统一社会信用代码,地址\n";
    let cases: [(&str, &[&str], &str); 12] = [
        ("1,东塘诊所,,44197\n", &["东塘诊所"], "2:Some(4) 此格是数字 44197，可能是电子表格由日期 2021-01-01 变成的"),
        ("1,东塘诊所,,2026/3/2\n", &["东塘诊所"], "2:Some(4) 此格被电子表格变成了日期 2026-03-02"),
        ("1,44197,,\n", &["44197"], "2:Some(2) 此格是数字 44197，可能是"),
        ("1,12,,\n", &["12"], "2:Some(2) 此格是数字 12，不像单位名称"),
        ("1,东塘诊所,91350100M000100Y44,\n", &["东塘诊所"], "2:Some(3) 统一社会信用代码校验码"),
        ("1,东塘诊所,9I350100M000100Y43,\n", &["东塘诊所"], "91350100M000100Y43"),
        ("1,东塘诊所,9135,\n", &["东塘诊所"], "4 位"),
        ("1,东塘诊所,1.2330100470000E+17,\n", &["东塘诊所"], "2:Some(3) 信用代码被电子表格存成了数字"),
        ("1,东塘诊所,,\n1,西塘诊所,,\n", &["东塘诊所"], "3:Some(1)"),
        ("1,东塘诊所,91350100M000100Y43,\n2,西塘诊所,91350100M000100Y43,\n", &["东塘诊所"], "3:Some(3)"),
        ("1,,91350100M000100Y43,东街\n2,西塘诊所,,\n", &["西塘诊所"], "2:Some(2)"),
        ("1,东塘诊所,,东街1号,南楼\n2,西塘诊所,,\n", &["西塘诊所"], "2:None"),
    ];
    for (rows, expected, said) in cases {
        let reading = read_units(&csv(&format!("{head}{rows}")), &[]).expect("units");
        assert_eq!(names(&reading), expected, "{rows}");
        let [complaint] = reading.complaints.as_slice() else { panic!("{rows}: {:?}", reading.complaints) };
        assert!(shown(complaint).contains(said), "{rows}: {}", shown(complaint));
    }
}

#[test]
fn numbers_and_telephone_numbers_may_look_like_days() {
    let reading = read_units(&csv("编号,单位名称,电话,地址\n44197,东塘诊所,44197,40000号\n20260301,西塘诊所,,\n"), &[]);
    let reading = reading.expect("units");
    assert_eq!(names(&reading), ["东塘诊所", "西塘诊所"]);
    assert!(reading.complaints.is_empty(), "{:?}", reading.complaints);
}

#[test]
fn a_unit_without_a_code_is_no_mistake() {
    let rows: String = ["", "无", "／", "暂无", "—"].map(|code| format!("诊所{code},{code}\n")).concat();
    let reading = read_units(&csv(&format!("单位名称,统一社会信用代码\n{rows}")), &[]).expect("units");
    assert!(reading.complaints.is_empty(), "{:?}", reading.complaints);
    assert!(reading.units.len() == 5 && reading.units.iter().all(|(_, unit)| unit.code.is_empty()));
}

#[test]
fn half_a_file_loses_only_its_last_row() {
    let cases = [
        "单位名称,地址,电话\n东塘诊所,东街,1\n西塘诊所,西",
        "单位名称,地址,电话\n东塘诊所,东街,1\n西塘诊所,\"西街\n南塘诊所,南街,3\n",
    ];
    // Within a character, in either encoding, and in the last cell, so that no cell is missing.
    let whole = "单位名称,地址\n东塘诊所,东街\n西塘诊所,西街";
    let within =
        [whole.as_bytes(), &encoding_rs::GB18030.encode(whole).0].map(|bytes| bytes[..bytes.len() - 1].to_vec());
    for bytes in cases.map(|text| text.as_bytes().to_vec()).into_iter().chain(within) {
        let text = String::from_utf8_lossy(&bytes);
        let table = read_table(&bytes, Path::new("register.csv"), TableOptions::default()).expect("a table");
        let reading = read_units(&table, &[]).expect("units");
        assert_eq!(names(&reading), ["东塘诊所"], "{text}");
        assert!(matches!(reading.complaints.as_slice(), [one] if one.row == 3 && one.left_out), "{text}");
    }
}

#[test]
fn a_last_row_that_no_line_break_ends_is_taken_and_pointed_out() {
    let cases = [
        ("西塘诊所,西街,02", Some("到第 3 行为止，最后一格是“02”，其后没有换行")),
        ("西塘诊所,西街,\"02\"", None),
        ("西塘诊所,西街,", None),
        ("西塘诊所,西街,02\n", None),
        ("西塘诊所,西街,02\r\n", None),
    ];
    for (last, said) in cases {
        let reading = read_units(&csv(&format!("单位名称,地址,电话\n东塘诊所,东街,1\n{last}")), &[]).expect("units");
        assert_eq!(names(&reading), ["东塘诊所", "西塘诊所"], "{last}");
        let shown: Vec<_> = reading.complaints.iter().map(shown).collect();
        assert_eq!(shown.len(), usize::from(said.is_some()), "{last}: {shown:?}");
        assert!(said.is_none_or(|said| shown[0].contains(said)), "{last}: {shown:?}");
        assert!(reading.complaints.iter().all(|one| !one.left_out), "{last}");
    }
}

#[test]
fn headings_that_leave_a_doubt_are_refused() {
    let cases = [("单位名称,地址,单位名称\n甲,乙,丙\n", "第 1 列和第 3 列"), ("甲,乙\n丙,丁\n", "单位名称")];
    for (text, said) in cases {
        let error = read_units(&csv(text), &[]).expect_err("refused");
        let hint = error.next_step().map(|hint| hint.show(Lang::Zh)).unwrap_or_default();
        assert!(format!("{} {hint}", error.summary(Lang::Zh)).contains(said), "{text}: {error}");
    }
    let twins_elsewhere = read_units(&csv("单位名称,备注,备注\n甲,乙,丙\n"), &[]).expect("units");
    assert_eq!(names(&twins_elsewhere), ["甲"], "columns that are left out may be twins");
}

#[test]
fn a_column_can_be_named_by_hand() {
    let table = csv("甲方,单位名称\n东塘诊所,不是\n");
    let reading = read_units(&table, &[(Column::Name, "甲方".to_owned())]).expect("units");
    assert_eq!(names(&reading), ["东塘诊所"]);
    assert_eq!(reading.mapping[1].column, None, "the guess gives way");
    assert!(read_units(&table, &[(Column::Name, "乙方".to_owned())]).is_err());
}

#[test]
fn what_a_spreadsheet_did_to_cells_is_said() {
    let row = |number, cells: Vec<Cell>| Row { number, cells };
    let text = |text: &str| Cell::Text(text.to_owned());
    let table = Table {
        rows: vec![
            row(1, vec![text("单位名称"), text("所属区县"), text("地址"), text("电话"), text("统一社会信用代码")]),
            row(
                2,
                vec![
                    text("东塘诊所"),
                    text("澜城区"),
                    Cell::Date("2026-03-02".parse().expect("a day")),
                    Cell::Number(13_800_000_000.0),
                ],
            ),
            row(
                3,
                vec![text("西塘诊所"), Cell::Empty, Cell::Empty, Cell::Empty, Cell::Number(9.135_010_000_010_001e17)],
            ),
            row(4, vec![Cell::Empty, text("朝源区"), text("北街"), Cell::Empty]),
        ],
        merged: vec![Merged { rows: (2, 3), columns: (1, 1) }, Merged { rows: (3, 4), columns: (0, 0) }],
        ..Table::default()
    };
    let reading = read_units(&table, &[]).expect("units");
    let units: Vec<_> = reading
        .units
        .iter()
        .map(|(_, unit)| (unit.name.as_str(), unit.district.as_str(), unit.phone.as_str()))
        .collect();
    assert_eq!(units, [("东塘诊所", "澜城区", "13800000000"), ("西塘诊所", "澜城区", "")]);
    let said: Vec<_> = reading.complaints.iter().map(|complaint| (complaint.row, complaint.column)).collect();
    assert_eq!(said, [(2, Some(3)), (3, Some(5)), (4, Some(1))], "{:?}", reading.complaints);
}

/// Builds a table of rows from 1 on; an empty text is an empty cell.
fn table(rows: &[&[&str]], merged: &[Merged]) -> Table {
    let cell = |text: &&str| if text.is_empty() { Cell::Empty } else { Cell::Text((*text).to_owned()) };
    let row = |(number, cells): (usize, &&[&str])| Row { number, cells: cells.iter().map(cell).collect() };
    Table { rows: (1..).zip(rows).map(row).collect(), merged: merged.to_vec(), ..Table::default() }
}

#[test]
fn headings_in_several_rows_are_joined_as_far_as_their_cells_are_merged() {
    let over = |rows, columns| Merged { rows, columns };
    let title: &[&str] = &["医疗机构名册"];
    let above: &[&str] = &["单位名称", "机构情况", "", "风险", "联系", ""];
    let below: &[&str] = &["", "类别", "等级", "等级", "联系人", "电话"];
    let unit: &[&str] = &["东塘诊所", "诊所", "一级", "低", "王芳", "0000-1"];
    let side_by_side = [over((2, 2), (1, 2)), over((2, 2), (4, 5))];
    let downwards = [over((2, 3), (0, 0))];
    let cases: [&[Merged]; 2] = [&[side_by_side.as_slice(), &downwards].concat(), &downwards];
    for merged in cases {
        let merged = [&[over((1, 1), (0, 5))], merged].concat();
        let reading = read_units(&table(&[title, above, below, unit], &merged), &[]).expect("units");
        let [(4, read)] = reading.units.as_slice() else { panic!("{:?}", reading.units) };
        let read = [&read.name, &read.facility_type, &read.level, &read.risk, &read.contact, &read.phone];
        assert_eq!(read, ["东塘诊所", "clinic", "一级", "低", "王芳", "0000-1"], "{:?}", reading.mapping);
        assert!(reading.complaints.is_empty(), "{:?}", reading.complaints);
    }
    let merged = [&[over((1, 1), (0, 5))], side_by_side.as_slice()].concat();
    let by_hand = [(Column::Contact, "联系/电话".to_owned()), (Column::Phone, "联系人".to_owned())];
    let basic: &[&str] = &["", "类别", "等级", "", "联系人", "电话"];
    let reading = read_units(&table(&[title, above, basic, unit], &merged), &by_hand).expect("units");
    assert_eq!((reading.units[0].1.contact.as_str(), reading.units[0].1.phone.as_str()), ("0000-1", "王芳"));
    let headings: Vec<_> = reading.mapping.iter().map(|mapped| mapped.heading.as_str()).collect();
    assert_eq!(headings, ["单位名称", "机构情况/类别", "机构情况/等级", "风险", "联系/联系人", "联系/电话"]);
}

#[test]
fn a_wide_heading_does_not_take_the_first_unit_for_a_heading() {
    let wide = [Merged { rows: (1, 1), columns: (0, 1) }, Merged { rows: (1, 1), columns: (2, 3) }];
    let rows: [&[&str]; 2] = [&["单位名称", "", "地址", ""], &["东塘诊所", "", "东街", "1号"]];
    let reading = read_units(&table(&rows, &wide), &[]).expect("units");
    assert_eq!(names(&reading), ["东塘诊所"]);
    assert_eq!(reading.units[0].1.address, "东街");
}
