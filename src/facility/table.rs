//! The rows of a register as a CSV file or a spreadsheet holds them, with the place of each.
//!
//! Works on bytes that were read elsewhere. What a spreadsheet did to a cell is kept: a number, a date, a merged range.

use std::{io::Cursor, path::Path};

use calamine::{Data, Range, Reader, Sheets, open_workbook_auto_from_rs};
use encoding_rs::{Encoding, GB18030, UTF_8};

use crate::{
    error::{Error, Result},
    i18n::Text,
    text,
};

/// The beginnings of the bytes of spreadsheets: of a zip archive and of an old compound file.
const SPREADSHEETS: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"];

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A number; a spreadsheet keeps no more than 15 digits of one.
    Number(f64),
    /// What a spreadsheet holds as a date or time, as it would be written.
    Date(String),
}

/// A row with its number in the file, from 1; in a CSV file the number of its first line.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The number.
    pub number: usize,
    /// The cells.
    pub cells: Vec<Cell>,
}

/// Cells that were made one; rows from 1 as in the file, columns from 0, the last ones inclusive.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The first and the last row.
    pub rows: (usize, usize),
    /// The first and the last column.
    pub columns: (usize, usize),
}

/// A table as it was read.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Table {
    /// The name of the sheet; a CSV file has none.
    pub sheet: Option<String>,
    /// The rows that are not empty.
    pub rows: Vec<Row>,
    /// Merged cells.
    pub merged: Vec<Merged>,
    /// Where the file seems to have been cut off: its last row, and why it looks so.
    pub cut: Option<(usize, Text)>,
}

/// How a file is read.
#[derive(Clone, Copy, Debug, Default)]
pub struct TableOptions<'names> {
    /// The sheet; else the first one with rows.
    pub sheet: Option<&'names str>,
    /// The encoding of a CSV file; else it is recognised.
    pub encoding: Option<&'names str>,
}

/// Reads a CSV file or a spreadsheet; which one it is says its content. `path` is only named in errors.
pub fn read_table(bytes: &[u8], path: &Path, options: TableOptions<'_>) -> Result<Table> {
    let read = if SPREADSHEETS.iter().any(|start| bytes.starts_with(start)) {
        read_spreadsheet(bytes, options.sheet)
    } else {
        decode(bytes, options.encoding).and_then(|(text, breaks_off)| read_csv(&text, breaks_off))
    };
    let table = read.map_err(|error| error.in_file(path))?;
    if table.rows.is_empty() {
        return Err(Error::input(text!("facility-import.empty")).at(path).hint(text!("facility-import.empty.hint")));
    }
    Ok(table)
}

/// Decodes a CSV file: what its byte order mark says, UTF-8, else GB18030; says whether it ends within a character.
fn decode(bytes: &[u8], encoding: Option<&str>) -> Result<(String, bool)> {
    let unknown =
        |name: &str| Error::input(text!("plan.decode.encoding", name = name)).hint(text!("plan.decode.encoding_hint"));
    let named =
        encoding.map(|name| Encoding::for_label(name.trim().as_bytes()).ok_or_else(|| unknown(name))).transpose()?;
    let marked = Encoding::for_bom(bytes);
    let start = marked.map_or(0, |(_, length)| length);
    // Half a character at the very end is where the file breaks off, not another encoding.
    let is_utf8 = std::str::from_utf8(&bytes[start..]).map_or_else(|error| error.error_len().is_none(), |_| true);
    let encoding = named.or(marked.map(|(encoding, _)| encoding)).unwrap_or(if is_utf8 { UTF_8 } else { GB18030 });
    let (text, damaged) = encoding.decode_without_bom_handling(&bytes[start..]);
    if damaged && let Some(whole) = text.strip_suffix('\u{fffd}').filter(|whole| !whole.contains(['\u{fffd}', '\0'])) {
        return Ok((whole.to_owned(), true));
    }
    if damaged || text.contains('\0') {
        let offset = text.find(['\u{fffd}', '\0']).unwrap_or(0);
        return Err(Error::input(text!("facility-import.not-text", encoding = encoding.name()))
            .hint(text!("facility-import.not-text.hint"))
            .at_offset("", &text, offset));
    }
    Ok((text.into_owned(), false))
}

fn read_csv(text: &str, breaks_off: bool) -> Result<Table> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut table = Table::default();
    let mut record = csv::StringRecord::new();
    let unreadable = |error: csv::Error| Error::input(text!("facility-import.csv")).because(error);
    while reader.read_record(&mut record).map_err(unreadable)? {
        let number = record.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(0));
        let cells: Vec<_> = record.iter().map(text_cell).collect();
        if cells.iter().any(|cell| *cell != Cell::Empty) {
            table.rows.push(Row { number, cells });
        }
    }
    table.cut = cut(text, breaks_off, &table.rows);
    Ok(table)
}

/// Says how the end of a CSV file shows that something is missing behind it.
fn cut(text: &str, breaks_off: bool, rows: &[Row]) -> Option<(usize, Text)> {
    let last = rows.last()?;
    if breaks_off {
        return Some((last.number, text!("facility-import.within-character", row = last.number)));
    }
    if !text.bytes().filter(|&byte| byte == b'"').count().is_multiple_of(2) {
        return Some((last.number, text!("facility-import.open-quote", row = last.number)));
    }
    let widest = rows.iter().map(|row| row.cells.len()).max()?;
    let is_short = !text.ends_with(['\n', '\r']) && rows.len() > 1 && last.cells.len() < widest;
    is_short.then(|| {
        (last.number, text!("facility-import.cut", row = last.number, found = last.cells.len(), expected = widest))
    })
}

/// Finds what separates the cells: the likeliest mark of the first line.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |mark: u8| first.bytes().filter(|&byte| byte == mark).count();
    b",\t;".iter().copied().rev().max_by_key(|&mark| count(mark)).unwrap_or(b',')
}

fn text_cell(content: &str) -> Cell {
    match content.trim() {
        "" => Cell::Empty,
        content => Cell::Text(content.to_owned()),
    }
}

fn read_spreadsheet(bytes: &[u8], wanted: Option<&str>) -> Result<Table> {
    let unreadable = |error: calamine::Error| {
        Error::input(text!("facility-import.spreadsheet"))
            .hint(text!("facility-import.spreadsheet.hint"))
            .because(error)
    };
    let mut book = open_workbook_auto_from_rs(Cursor::new(bytes)).map_err(unreadable)?;
    let names = book.sheet_names();
    if let Some(wanted) = wanted.filter(|wanted| !names.iter().any(|name| name == wanted)) {
        let known = names.join("、");
        return Err(Error::input(text!("facility-import.no-sheet", sheet = wanted))
            .hint(text!("facility-import.no-sheet.hint", known = known)));
    }
    for name in names.iter().filter(|name| wanted.is_none_or(|wanted| wanted == name.as_str())) {
        let range = book.worksheet_range(name).map_err(unreadable)?;
        let rows = rows(&range);
        if !rows.is_empty() {
            let merged = merged(&mut book, name);
            return Ok(Table { sheet: Some(name.clone()), rows, merged, cut: None });
        }
    }
    Ok(Table::default())
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

fn cell(data: &Data) -> Cell {
    match data {
        Data::String(content) | Data::DurationIso(content) => text_cell(content),
        Data::Float(number) => Cell::Number(*number),
        #[allow(clippy::cast_precision_loss)]
        Data::Int(number) => Cell::Number(*number as f64),
        Data::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            Cell::Date(format!("{year}-{month:02}-{day:02}"))
        }
        Data::DateTimeIso(moment) => Cell::Date(moment.clone()),
        Data::Bool(value) => Cell::Text(value.to_string()),
        Data::Error(_) | Data::Empty => Cell::Empty,
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
