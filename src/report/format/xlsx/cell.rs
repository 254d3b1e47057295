//! What the cells of a table are to a spreadsheet: how they look, and a text or a number.

use std::borrow::Cow;

use chrono::{Datelike, NaiveDate};
use rust_xlsxwriter::ExcelDateTime;

use super::paper;
use crate::report::{
    clean::is_formula,
    document::{Cell, Sort},
    tally::as_number,
};

/// The ways in which the cells of a table look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Words.
    Text,
    /// Words that look like a formula: they stay words even after somebody edits them.
    Guarded,
    /// A whole number.
    Count,
    /// A number.
    Number,
    /// A percentage.
    Percent,
    /// A day.
    Date,
    /// A number with one decimal.
    Tenths,
    /// A whole number that leads somewhere.
    Link,
}

impl Look {
    /// Every look, in the order of their positions.
    pub const ALL: [Self; 8] =
        [Self::Text, Self::Guarded, Self::Count, Self::Number, Self::Percent, Self::Date, Self::Tenths, Self::Link];
}

/// What a cell holds.
#[derive(Clone, Debug, PartialEq)]
pub enum Value<'cell> {
    /// Nothing.
    Blank,
    /// Words.
    Text(Cow<'cell, str>),
    /// A number that is finite; of a day the one that Excel has for it.
    Number(f64),
}

impl Value<'_> {
    /// Counts the lines that it takes in a column; only words are broken into several.
    pub fn lines(&self, width: usize) -> usize {
        if let Self::Text(text) = self { paper::lines(text, width) } else { 1 }
    }
}

/// Turns a cell of a column into what it is to a spreadsheet.
pub fn plain<'cell>(cell: &'cell Cell<'_>, sort: Sort) -> (Look, Value<'cell>) {
    let number = |look, number: f64| (look, if number.is_finite() { Value::Number(number) } else { Value::Blank });
    match cell {
        // What a person fills in later is a day too.
        Cell::None if sort == Sort::Date => (Look::Date, Value::Blank),
        Cell::None => (Look::Text, Value::Blank),
        Cell::Text(text) if is_formula(text) => (Look::Guarded, Value::Text(Cow::Borrowed(cut(text)))),
        Cell::Text(text) => (Look::Text, Value::Text(Cow::Borrowed(cut(text)))),
        Cell::Count(count) => (Look::Count, Value::Number(as_number(*count))),
        Cell::Number(value) => number(Look::Number, *value),
        Cell::Tenths(value) => number(Look::Tenths, *value),
        Cell::Percent(percent) => number(Look::Percent, share(*percent)),
        Cell::Records([], _) => (Look::Text, Value::Blank),
        Cell::Records(..) => {
            let shown = cell.show();
            (Look::Text, Value::Text(Cow::Owned(cut(&shown).to_owned())))
        }
        Cell::Date(day) => match number_of(*day) {
            Some(days) => (Look::Date, Value::Number(days)),
            None => (Look::Text, Value::Text(Cow::Owned(day.to_string()))),
        },
    }
}

/// Returns the share that a percentage is, with the decimals that it has: 93.6 ÷ 100 is 0.9359999999999999 to a computer, which is
/// what programs that read the sheet would show.
fn share(percent: f64) -> f64 {
    format!("{percent}e-2").parse().unwrap_or(percent / 100.0)
}

/// Returns the number that Excel has for a day; it knows those from 1900 to 9999.
fn number_of(day: NaiveDate) -> Option<f64> {
    let (year, month, of_month) = (u16::try_from(day.year()), u8::try_from(day.month()), u8::try_from(day.day()));
    Some(ExcelDateTime::from_ymd(year.ok()?, month.ok()?, of_month.ok()?).ok()?.to_excel())
}

/// Cuts a text to what a cell holds.
fn cut(text: &str) -> &str {
    const LARGEST: usize = 32_000;
    if text.len() <= LARGEST {
        return text;
    }
    text.char_indices().nth(LARGEST).map_or(text, |(at, _)| &text[..at])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn cells_are_texts_or_numbers() {
        let day = |year| Cell::Date(NaiveDate::from_ymd_opt(year, 3, 2).expect("a day"));
        let cases = [
            (Cell::None, Look::Text, Value::Blank),
            (Cell::Text("医院".into()), Look::Text, Value::Text("医院".into())),
            (Cell::Text("=1+1".into()), Look::Guarded, Value::Text("=1+1".into())),
            (Cell::Count(3), Look::Count, Value::Number(3.0)),
            (Cell::Number(0.5), Look::Number, Value::Number(0.5)),
            (Cell::Tenths(86.0), Look::Tenths, Value::Number(86.0)),
            (Cell::Percent(50.0), Look::Percent, Value::Number(0.5)),
            (Cell::Percent(93.6), Look::Percent, Value::Number(0.936)),
            (day(2026), Look::Date, Value::Number(46083.0)),
            (day(1899), Look::Text, Value::Text("1899-03-02".into())),
        ];
        for (cell, look, value) in cases {
            assert_eq!(plain(&cell, Sort::Text), (look, value), "{cell:?}");
        }
        assert_eq!(plain(&Cell::None, Sort::Date), (Look::Date, Value::Blank));
    }

    #[test]
    fn a_text_is_cut_to_what_a_cell_holds() {
        let long = "检".repeat(32_001);
        assert_eq!(cut(&long).chars().count(), 32_000);
        assert_eq!(cut(&long[..96_000]).chars().count(), 32_000);
    }
}
