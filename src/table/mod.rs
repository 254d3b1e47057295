//! Tables that come from outside, as a CSV file or a spreadsheet holds them: rows and cells with the place of each.
//!
//! Works on bytes that were read elsewhere and does not know what the cells mean. What a spreadsheet did to a cell is kept: a
//! number, a date, a merged range.

mod csv;
mod spreadsheet;

use std::path::Path;

use chrono::{Days, NaiveDate};

use crate::{
    error::{Error, Result},
    i18n::Text,
    text,
};

/// The beginnings of the bytes of spreadsheets: of a zip archive and of an old compound file.
const SPREADSHEETS: [&[u8]; 2] = [b"PK\x03\x04", b"\xd0\xcf\x11\xe0"];

/// The day before the first one that spreadsheets count from, with the leap day of 1900 that never was.
const EPOCH: (i32, u32, u32) = (1899, 12, 30);

/// The numbers that are taken for days: from 2000 to 2099.
const DAYS: std::ops::RangeInclusive<f64> = 36_526.0..=73_050.0;

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Cell {
    /// Nothing.
    Empty,
    /// A text.
    Text(String),
    /// A number; a spreadsheet keeps no more than 15 digits of one.
    Number(f64),
    /// What a spreadsheet holds as a date, whatever the time of day.
    Date(NaiveDate),
    /// What a formula failed with, such as `#REF!`; the formula itself where no program has calculated it.
    Failure(String),
}

/// How a day was written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Written {
    /// As a day.
    Date,
    /// As a text that can only mean this day.
    Text,
    /// As the number of a day.
    Number,
}

impl Cell {
    /// Takes a text as it stands; nothing but blanks is an empty cell.
    fn of_text(content: &str) -> Self {
        if content.trim().is_empty() { Self::Empty } else { Self::Text(content.to_owned()) }
    }

    /// Returns the words, as a person reads them; a number without the `.0` of a spreadsheet.
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) | Self::Failure(text) => text.trim().to_owned(),
            Self::Number(number) => number.to_string(),
            Self::Date(day) => day.to_string(),
        }
    }

    /// Reads a day and how it was written; nothing where it is none or could be several.
    pub fn day(&self) -> Option<(NaiveDate, Written)> {
        match self {
            Self::Empty | Self::Failure(_) => None,
            Self::Date(day) => Some((*day, Written::Date)),
            Self::Number(number) if DAYS.contains(number) => Some((numbered_day(*number)?, Written::Number)),
            Self::Number(number) => Some((read_day(&number.to_string())?, Written::Number)),
            // A CSV file, or a column that was formatted as text afterwards, has the number of a day as a text.
            Self::Text(text) => match bare_number(text) {
                Some(number) if DAYS.contains(&number) => Some((numbered_day(number)?, Written::Number)),
                _ => Some((read_day(text)?, Written::Text)),
            },
        }
    }
}

/// Returns the day of a number in [`DAYS`].
fn numbered_day(number: f64) -> Option<NaiveDate> {
    let (year, month, day) = EPOCH;
    // The range was looked at, so that nothing is cut but the time of day.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let days = Days::new(number as u64);
    NaiveDate::from_ymd_opt(year, month, day)?.checked_add_days(days)
}

/// Reads a text that is nothing but the digits of a number.
pub fn bare_number(text: &str) -> Option<f64> {
    let text = text.trim();
    let is_bare = text.starts_with(|first: char| first.is_ascii_digit())
        && text.bytes().all(|letter| letter.is_ascii_digit() || letter == b'.');
    is_bare.then(|| text.parse().ok()).flatten()
}

/// Reads a day with the year in front: `2026-03-01`, `2026/3/1`, `2026.3.1`, `2026年3月1日`, `20260301`.
fn read_day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
    if !text.starts_with(|first: char| first.is_ascii_digit()) {
        return None;
    }
    let parts: Vec<&str> =
        text.split(|letter: char| !letter.is_ascii_digit()).filter(|part| !part.is_empty()).collect();
    let known = |letter: char| letter.is_ascii_digit() || "-/. \u{5e74}\u{6708}\u{65e5}".contains(letter);
    let parts = match parts.as_slice() {
        [whole] if whole.len() == 8 && *whole == text => [&whole[..4], &whole[4..6], &whole[6..]],
        [year, month, day] if year.len() == 4 && text.chars().all(known) => [*year, *month, *day],
        _ => return None,
    };
    let [year, month, day] = parts.map(|part| part.parse::<u32>().ok());
    NaiveDate::from_ymd_opt(i32::try_from(year?).ok()?, month?, day?)
}

/// A row with its number in the file, from 1; in a CSV file the number of its first line.
#[derive(Clone, Debug, PartialEq)]
pub struct Row {
    /// The number.
    pub number: usize,
    /// The cells.
    pub cells: Vec<Cell>,
}

impl Row {
    /// Returns the cell of a column from 0; an empty one behind the last.
    pub fn cell(&self, column: usize) -> &Cell {
        self.cells.get(column).unwrap_or(&Cell::Empty)
    }
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
    /// Where the file seems to have been cut off.
    pub cut: Option<Cut>,
}

/// The last row of a file behind which something seems to be missing.
#[derive(Clone, Debug, PartialEq)]
pub struct Cut {
    /// The number of the row.
    pub row: usize,
    /// Why it looks so.
    pub why: Text,
    /// What to do.
    pub hint: Text,
    /// Whether something is missing for certain, so that the row is not what it was.
    pub is_certain: bool,
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
        spreadsheet::first(bytes, options.sheet)
    } else {
        csv::read(bytes, options.encoding)
    };
    let table = read.map_err(|error| error.in_file(path))?;
    if table.rows.is_empty() {
        return Err(Error::input(text!("table.empty")).at(path).hint(text!("table.empty.hint")));
    }
    Ok(table)
}

/// Reads the sheets of a workbook that have rows.
pub fn read_sheets(bytes: &[u8]) -> Result<Vec<Table>> {
    spreadsheet::all(bytes)
}

/// Names a column from 0 as spreadsheets do: `A`, `Z`, `AA`.
pub fn letters(column: usize) -> String {
    let mut rest = column + 1;
    let mut letters = Vec::new();
    while rest > 0 {
        let digit = u8::try_from((rest - 1) % 26).unwrap_or_default();
        letters.push(char::from(b'A' + digit));
        rest = (rest - 1) / 26;
    }
    letters.iter().rev().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_only_where_they_can_be_no_other() {
        let text = |text: &str| Cell::Text(text.to_owned());
        let cases = [
            (text("2026-03-01"), Some(("2026-03-01", Written::Text))),
            (text("2026/3/1"), Some(("2026-03-01", Written::Text))),
            (text("2026年3月1日"), Some(("2026-03-01", Written::Text))),
            (text("20260301"), Some(("2026-03-01", Written::Text))),
            (text(" 46082 "), Some(("2026-03-01", Written::Number))),
            (text("46082.5"), Some(("2026-03-01", Written::Number))),
            (text("4608"), None),
            (text("46082号"), None),
            (text("1.2.3"), None),
            (Cell::Number(20_260_301.0), Some(("2026-03-01", Written::Number))),
            (Cell::Number(46_082.0), Some(("2026-03-01", Written::Number))),
            (text("3/1/2026"), None),
            (text("2026-02-30"), None),
            (text("2026-03-01前"), None),
            (text("已完成"), None),
            (Cell::Number(12.0), None),
            (Cell::Failure("#REF!".to_owned()), None),
            (Cell::Empty, None),
        ];
        for (cell, expected) in cases {
            let expected = expected.map(|(day, written)| (day.parse().expect("a day"), written));
            assert_eq!(cell.day(), expected, "{cell:?}");
        }
    }

    #[test]
    fn columns_are_named_as_spreadsheets_name_them() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA"), (701, "ZZ"), (702, "AAA")] {
            assert_eq!(letters(column), name);
        }
    }
}
