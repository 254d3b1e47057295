//! Spreadsheets: the rows of their sheets, and what a cell was made into.

use std::io::Cursor;

use calamine::{Data, Range, Reader, Sheets, open_workbook_auto_from_rs};
use chrono::NaiveDate;

use super::{Cell, Merged, Row, Table};
use crate::{
    error::{Error, Result},
    i18n::listed,
    text,
};

/// The last day that spreadsheets know, the end of the year 9999.
const LAST_DAY: f64 = 2_958_465.0;

/// Reads the sheet that is named, else the first one with rows; a table without rows where there is none.
pub(super) fn first(bytes: &[u8], wanted: Option<&str>) -> Result<Table> {
    let mut book = open(bytes)?;
    let names = book.sheet_names();
    if let Some(wanted) = wanted.filter(|wanted| !names.iter().any(|name| name == wanted)) {
        let known = listed(names);
        return Err(
            Error::input(text!("table.no-sheet", sheet = wanted)).hint(text!("table.no-sheet.hint", known = known))
        );
    }
    for name in names.iter().filter(|name| wanted.is_none_or(|wanted| wanted == name.as_str())) {
        let table = sheet(&mut book, name)?;
        if !table.rows.is_empty() {
            return Ok(table);
        }
    }
    Ok(Table::default())
}

/// Reads every sheet that has rows.
pub(super) fn all(bytes: &[u8]) -> Result<Vec<Table>> {
    let mut book = open(bytes)?;
    let mut tables = Vec::new();
    for name in book.sheet_names() {
        let mut table = sheet(&mut book, &name)?;
        if let Ok(formulas) = book.worksheet_formula(&name) {
            put_formulas(&mut table.rows, &formulas);
        }
        if !table.rows.is_empty() {
            tables.push(table);
        }
    }
    Ok(tables)
}

fn open(bytes: &[u8]) -> Result<Sheets<Cursor<&[u8]>>> {
    open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(unreadable)
}

/// What the library says of such a file is in English and tells nobody what to do.
fn unreadable(_: calamine::Error) -> Error {
    Error::input(text!("table.spreadsheet")).hint(text!("table.spreadsheet.hint"))
}

fn sheet(book: &mut Sheets<Cursor<&[u8]>>, name: &str) -> Result<Table> {
    let rows = rows(&book.worksheet_range(name).map_err(unreadable)?);
    let merged = if rows.is_empty() { Vec::new() } else { merged(book, name) };
    Ok(Table { sheet: Some(name.to_owned()), rows, merged, cut: None })
}

fn rows(range: &Range<Data>) -> Vec<Row> {
    // A range begins at its first cell with something in it; columns are counted from the edge of the sheet.
    let (first_row, first_column) = range.start().unwrap_or_default();
    let before = vec![Cell::Empty; first_column as usize];
    let row = |(at, cells): (usize, &[Data])| Row {
        number: first_row as usize + at + 1,
        cells: before.iter().cloned().chain(cells.iter().map(cell)).collect(),
    };
    range.rows().enumerate().map(row).filter(|row| row.cells.iter().any(|cell| *cell != Cell::Empty)).collect()
}

/// Puts formulas that no program has calculated in the place of the nothing that such cells hold.
fn put_formulas(rows: &mut [Row], formulas: &Range<String>) {
    let (first_row, first_column) = formulas.start().unwrap_or_default();
    for (row, column, formula) in formulas.used_cells() {
        let number = first_row as usize + row + 1;
        let Ok(at) = rows.binary_search_by_key(&number, |row| row.number) else { continue };
        let (cells, column) = (&mut rows[at].cells, first_column as usize + column);
        if cells.len() <= column {
            cells.resize(column + 1, Cell::Empty);
        }
        if cells[column] == Cell::Empty {
            cells[column] = Cell::Failure(format!("={}", formula.trim_start_matches('=')));
        }
    }
}

fn cell(data: &Data) -> Cell {
    match data {
        Data::String(content) | Data::DurationIso(content) => Cell::of_text(content),
        Data::Float(number) => Cell::Number(*number),
        #[allow(clippy::cast_precision_loss)] // Spreadsheets have no whole numbers beyond 2⁵³ either.
        Data::Int(number) => Cell::Number(*number as f64),
        // 20260301 typed into a cell for days, which no spreadsheet can show as one.
        Data::DateTime(moment) if moment.as_f64() > LAST_DAY => Cell::Number(moment.as_f64()),
        Data::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            let day = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day));
            day.map_or(Cell::Number(moment.as_f64()), Cell::Date)
        }
        Data::DateTimeIso(moment) => {
            let day = moment.get(..10).and_then(|day| day.parse().ok());
            day.map_or_else(|| Cell::of_text(moment), Cell::Date)
        }
        Data::Bool(value) => Cell::Text(value.to_string()),
        Data::Error(error) => Cell::Failure(error.to_string()),
        Data::Empty => Cell::Empty,
    }
}

/// Lists the merged cells of a sheet; the newer formats that keep none in a way that is read have none.
fn merged(book: &mut Sheets<Cursor<&[u8]>>, sheet: &str) -> Vec<Merged> {
    let found = match book {
        Sheets::Xlsx(book) => book.merge_cells_by_sheet_name(sheet).ok(),
        Sheets::Xls(book) => book.merge_cells_by_sheet_name(sheet).ok(),
        _ => None,
    };
    let merged = |range: calamine::Dimensions| Merged {
        rows: (range.start.0 as usize + 1, range.end.0 as usize + 1),
        columns: (range.start.1 as usize, range.end.1 as usize),
    };
    found.unwrap_or_default().into_iter().map(merged).collect()
}
