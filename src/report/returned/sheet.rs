//! The sheets of a ledger that came back, cell by cell, with the column that each heading stands for.

use std::{collections::HashMap, io::Cursor};

use calamine::{Data, Range, Reader, Xlsx, open_workbook_from_rs};
use chrono::{Days, NaiveDate};

use crate::{
    error::{Error, Result},
    i18n::Lang,
    report::tables::LEDGER_COLUMNS,
    text,
};

/// In which of the first rows the headings are looked for: people put titles and notes above them.
const HEADING_ROWS: usize = 20;

/// The day before the first one that spreadsheets count from, with the leap day of 1900 that never was.
const EPOCH: (i32, u32, u32) = (1899, 12, 30);

/// The numbers that are taken for days: from 2000 to 2099.
const DAYS: std::ops::RangeInclusive<f64> = 36_526.0..=73_050.0;

/// A cell.
#[derive(Clone, Debug, PartialEq)]
pub enum Value {
    /// Nothing.
    Empty,
    /// Words.
    Text(String),
    /// A number.
    Number(f64),
    /// A day, as spreadsheets hold one.
    Date(NaiveDate),
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

/// A row below the headings.
#[derive(Clone, Debug, PartialEq)]
pub struct SheetRow {
    /// Its number on the sheet, from 1.
    pub number: usize,
    cells: Vec<Value>,
}

/// A sheet that holds a ledger.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    /// Its name.
    pub name: String,
    /// The language of its headings.
    pub lang: Lang,
    /// Where each column of the ledger stands, by its name, from 0.
    pub columns: HashMap<&'static str, usize>,
    /// The headings that are none of the ledger's, with their columns.
    pub strangers: Vec<(usize, String)>,
    /// The rows that are not empty.
    pub rows: Vec<SheetRow>,
}

impl Value {
    /// Returns the words, as a person reads them.
    pub fn shown(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.clone(),
            Self::Number(number) => number.to_string(),
            Self::Date(day) => day.to_string(),
        }
    }

    /// Reads a day and how it was written; nothing where it is none or could be several.
    pub fn day(&self) -> Option<(NaiveDate, Written)> {
        match self {
            Self::Empty => None,
            Self::Date(day) => Some((*day, Written::Date)),
            Self::Number(number) if DAYS.contains(number) => {
                let (year, month, day) = EPOCH;
                // The range was looked at, so that nothing is cut but the time of day.
                #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
                let days = Days::new(*number as u64);
                Some((NaiveDate::from_ymd_opt(year, month, day)?.checked_add_days(days)?, Written::Number))
            }
            Self::Number(number) => Some((read_day(&number.to_string())?, Written::Number)),
            Self::Text(text) => Some((read_day(text)?, Written::Text)),
        }
    }
}

/// Reads a day with the year in front: `2026-03-01`, `2026/3/1`, `2026.3.1`, `2026年3月1日`, `20260301`.
fn read_day(text: &str) -> Option<NaiveDate> {
    let text = text.trim();
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

impl SheetRow {
    /// Returns the cell of a column from 0.
    pub fn cell(&self, column: usize) -> &Value {
        self.cells.get(column).unwrap_or(&Value::Empty)
    }
}

impl Sheet {
    /// Returns what a row says in a column of the ledger; nothing where the sheet does not have it.
    pub fn value<'row>(&self, row: &'row SheetRow, column: &str) -> Option<&'row Value> {
        self.columns.get(column).map(|at| row.cell(*at))
    }
}

/// Names a column as spreadsheets do: `A`, `Z`, `AA`.
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

/// Reads the sheets of a workbook that hold a ledger; one without any is an error.
pub fn read(bytes: &[u8]) -> Result<Vec<Sheet>> {
    let unreadable = |error: calamine::XlsxError| {
        Error::input(text!("returned.not-xlsx")).hint(text!("returned.not-xlsx.hint")).because(error)
    };
    let mut book: Xlsx<_> = open_workbook_from_rs(Cursor::new(bytes)).map_err(unreadable)?;
    let mut sheets = Vec::new();
    for name in book.sheet_names() {
        let range = book.worksheet_range(&name).map_err(unreadable)?;
        sheets.extend(of_range(name, &range));
    }
    if sheets.is_empty() {
        return Err(Error::input(text!("returned.no-ledger")).hint(text!("returned.no-ledger.hint")));
    }
    Ok(sheets)
}

/// Takes a sheet for a ledger where its headings are those of one.
fn of_range(name: String, range: &Range<Data>) -> Option<Sheet> {
    let (first_row, first_column) = range.start()?;
    let before = first_column as usize;
    let rows = || {
        range.rows().enumerate().map(|(at, cells)| SheetRow {
            number: first_row as usize + at + 1,
            cells: std::iter::repeat_n(Value::Empty, before).chain(cells.iter().map(value)).collect(),
        })
    };
    let (heading, lang) =
        rows().take(HEADING_ROWS).find_map(|row| Some((language(&row)?, row))).map(|(l, r)| (r, l))?;
    let titles = titles(lang);
    let (mut columns, mut strangers) = (HashMap::new(), Vec::new());
    for (at, cell) in heading.cells.iter().enumerate() {
        let title = cell.shown().trim().to_owned();
        match titles.get(title.as_str()) {
            Some(column) if !columns.contains_key(column) => drop(columns.insert(*column, at)),
            _ if title.is_empty() || title == lang.t("report.column.records") => {}
            _ => strangers.push((at, title)),
        }
    }
    let is_filled =
        |row: &SheetRow| row.number > heading.number && row.cells.iter().any(|cell| !cell.shown().trim().is_empty());
    Some(Sheet { name, lang, columns, strangers, rows: rows().filter(is_filled).collect() })
}

/// Says in which language a row has the headings of a ledger: at least the number and the progress have to be there.
fn language(row: &SheetRow) -> Option<Lang> {
    Lang::ALL.into_iter().find(|lang| {
        ["finding", "progress"].iter().all(|column| {
            let title = lang.t(&format!("report.column.{column}"));
            row.cells.iter().any(|cell| cell.shown().trim() == title)
        })
    })
}

/// The columns of the ledger by their headings.
fn titles(lang: Lang) -> HashMap<String, &'static str> {
    LEDGER_COLUMNS.iter().map(|(name, ..)| (lang.t(&format!("report.column.{name}")).into_owned(), *name)).collect()
}

fn value(data: &Data) -> Value {
    match data {
        Data::String(text) | Data::DurationIso(text) if text.trim().is_empty() => Value::Empty,
        Data::String(text) | Data::DurationIso(text) => Value::Text(text.trim().to_owned()),
        Data::Float(number) => Value::Number(*number),
        #[allow(clippy::cast_precision_loss)] // Spreadsheets have no whole numbers beyond 2⁵³ either.
        Data::Int(number) => Value::Number(*number as f64),
        Data::DateTime(moment) => {
            let (year, month, day, ..) = moment.to_ymd_hms_milli();
            let day = NaiveDate::from_ymd_opt(i32::from(year), u32::from(month), u32::from(day));
            day.map_or(Value::Number(moment.as_f64()), Value::Date)
        }
        Data::DateTimeIso(moment) => {
            let day = moment.get(..10).and_then(|day| day.parse().ok());
            day.map_or_else(|| Value::Text(moment.clone()), Value::Date)
        }
        Data::Bool(value) => Value::Text(value.to_string()),
        Data::Error(error) => Value::Text(error.to_string()),
        Data::Empty => Value::Empty,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_read_only_where_they_can_be_no_other() {
        let text = |text: &str| Value::Text(text.to_owned());
        let cases = [
            (text("2026-03-01"), Some(("2026-03-01", Written::Text))),
            (text("2026/3/1"), Some(("2026-03-01", Written::Text))),
            (text("2026年3月1日"), Some(("2026-03-01", Written::Text))),
            (text("20260301"), Some(("2026-03-01", Written::Text))),
            (Value::Number(20_260_301.0), Some(("2026-03-01", Written::Number))),
            (Value::Number(46_082.0), Some(("2026-03-01", Written::Number))),
            (text("3/1/2026"), None),
            (text("2026-02-30"), None),
            (text("2026-03-01前"), None),
            (text("已完成"), None),
            (Value::Number(12.0), None),
            (Value::Empty, None),
        ];
        for (value, expected) in cases {
            let expected = expected.map(|(day, written)| (day.parse().expect("a day"), written));
            assert_eq!(value.day(), expected, "{value:?}");
        }
    }

    #[test]
    fn columns_are_named_as_spreadsheets_name_them() {
        for (column, name) in [(0, "A"), (25, "Z"), (26, "AA"), (51, "AZ"), (52, "BA")] {
            assert_eq!(letters(column), name);
        }
    }
}
