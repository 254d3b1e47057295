//! What stands in a workbook, as a reader finds it.

use std::io::{Cursor, Read};

use calamine::Reader;
use proptest::prelude::*;

use super::*;
use crate::report::document::{Block, Cell, Column};

const SORTS: [Sort; 7] = [Sort::Text, Sort::Date, Sort::Count, Sort::Number, Sort::Percent, Sort::Date, Sort::Number];

/// Makes a document of a table with the given rows and the records behind them.
fn document<'rows>(rows: &'rows [(Vec<Cell<'static>>, Proof<'static>)]) -> Document<'rows> {
    let columns =
        SORTS.map(|sort| Column { title: "列".to_owned(), ..Column::new(Lang::Zh, "state", 4, sort) }).to_vec();
    let row = move |at: usize| Row { cells: rows[at].0.clone(), proof: rows[at].1.clone() };
    let mut document = Document::empty(Lang::Zh);
    document.blocks.push(Block::Table(Table::new(Lang::Zh, "ledger", columns, rows.len(), row)));
    document
}

/// Returns what a reader finds on the second sheet: its cells, then how each is styled and how high its row is, then what
/// else stands there.
fn read_back(workbook: &[u8]) -> (Vec<(usize, usize, calamine::Data)>, Vec<String>, String) {
    let mut read: calamine::Xlsx<_> = calamine::Xlsx::new(Cursor::new(workbook)).expect("a workbook");
    let range = read.worksheet_range_at(1).expect("a sheet").expect("readable");
    let cells = range.used_cells().map(|(row, column, value)| (row, column, value.clone())).collect();
    let mut sheet = String::new();
    let mut archive = zip::ZipArchive::new(Cursor::new(workbook)).expect("a zip file");
    let mut file = archive.by_name("xl/worksheets/sheet2.xml").expect("a sheet");
    file.read_to_string(&mut sheet).expect("readable");
    let (before, rows) = sheet.split_once("<sheetData>").expect("rows");
    let (rows, after) = rows.split_once("</sheetData>").expect("rows end");
    let styled = |cell: &str| cell.split_inclusive('"').take(4).collect::<String>();
    let high = |row: &str| {
        let opening = row.split('>').next().unwrap_or_default();
        opening.split_once(" ht=").map_or_else(String::new, |(_, height)| height.to_owned())
    };
    let looks = rows.split("<c ").skip(1).map(styled).chain(rows.split("<row ").skip(1).map(high)).collect();
    (cells, looks, [before, after].concat())
}

fn cell() -> impl Strategy<Value = Cell<'static>> {
    let text = prop_oneof![any::<String>(), "(_x[0-9A-F]{4}_|[ <>&\"'=_xa检])*"];
    let day = (-700_000i32..900_000).prop_filter_map("a day", chrono::NaiveDate::from_num_days_from_ce_opt);
    prop_oneof![
        Just(Cell::None),
        text.prop_map(Cell::owned),
        any::<u32>().prop_map(|count| Cell::Count(count.into())),
        any::<f64>().prop_map(Cell::Number),
        any::<f64>().prop_map(Cell::Tenths),
        (0.0..200.0).prop_map(Cell::Percent),
        day.prop_map(Cell::Date),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]
    #[test]
    fn rows_that_are_filled_in_are_those_that_the_library_writes(
        rows in prop::collection::vec(prop::collection::vec(cell(), SORTS.len()), 7..20)
    ) {
        // The library numbers styles as they come up: the first row has all of them in their order.
        let day = Cell::Date("2026-03-02".parse().expect("a day"));
        let numbers = [Cell::Count(1), Cell::Number(0.5), Cell::Percent(1.0), day, Cell::Tenths(0.5)];
        let first: Vec<_> = [Cell::text("医院"), Cell::text("=1")].into_iter().chain(numbers).collect();
        let rows: Vec<_> = std::iter::once(first).chain(rows).map(|row| (row, Proof::None)).collect();
        let document = document(&rows);
        let by_the_library = written(&document, usize::MAX).expect("written");
        let filled = written(&document, 0).expect("written");
        prop_assert_eq!(read_back(&filled), read_back(&by_the_library));
    }
}

#[test]
fn rows_that_are_filled_in_say_which_records_are_behind_them() {
    let cases = [
        (Proof::One(4), ["1", "5"]),
        (Proof::Many(&[0, 1, 2, 6]), ["4", "1–3、7"]),
        (Proof::None, ["", ""]),
        (Proof::Many(&[]), ["", ""]),
    ];
    let rows: Vec<_> =
        cases.iter().cycle().take(8).map(|(proof, _)| (vec![Cell::Count(1); SORTS.len()], proof.clone())).collect();
    let mut document = document(&rows);
    let number = vec![Column::new(Lang::Zh, "number", 3, Sort::Count)];
    let records = Table::new(Lang::Zh, "records", number, 0, |_| Row { cells: Vec::new(), proof: Proof::None });
    document.proof.push(Table { list: Some(List::Records), ..records });
    let read = [4, usize::MAX].map(|long| read_back(&written(&document, long).expect("written")));
    for (cells, looks, around) in &read {
        let headings = &looks[looks.len() - rows.len() - 1];
        assert!(headings.starts_with("\"30\""), "检查记录份数 takes two lines: {headings}");
        let around = around.replace("&apos;", "'");
        for (at, (_, shown)) in cases.iter().enumerate() {
            let cell = |place| cells.iter().find(|(row, column, _)| (*row, *column) == (at + 2, SORTS.len() + place));
            let found = [0, 1].map(|place| cell(place).map_or(String::new(), |(.., value)| value.to_string()));
            assert_eq!(found, *shown);
        }
        // However the rows are written, they lead to the first record, whose number is one less than its row in the list.
        let links: Vec<_> = around.split("<hyperlink ref=\"").skip(1).collect();
        let wanted = [("H3", 7), ("H4", 3), ("H7", 7), ("H8", 3)]
            .map(|(from, to)| format!("{from}\" location=\"'检查记录清单'!A{to}\""));
        assert_eq!(links.len(), wanted.len());
        assert!(links.iter().zip(&wanted).all(|(link, wanted)| link.starts_with(wanted)), "{links:?}");
    }
}

#[test]
fn a_chart_behind_many_rows_has_a_page_of_its_own() {
    for (count, breaks) in [(TOGETHER, 0), (TOGETHER + 1, 1)] {
        let row = |_| Row { cells: vec![Cell::text("某院"), Cell::Count(1)], proof: Proof::None };
        let columns = ["unit", "visits"].map(|name| Column::new(Lang::Zh, name, 4, Sort::Text)).to_vec();
        let mut document = Document::empty(Lang::Zh);
        let table = Table::new(Lang::Zh, "units", columns, count, row).drawn(0, 1, crate::report::document::Form::Bars);
        document.blocks.push(Block::Table(table));
        let (.., around) = read_back(&write(&document).expect("a workbook"));
        assert_eq!(around.matches("<brk ").count(), breaks, "{count} rows: {around}");
    }
}
