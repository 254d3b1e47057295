//! The sheets of a ledger that came back, with the column that each heading stands for.

use std::collections::HashMap;

use crate::{
    error::{Error, Result},
    i18n::Lang,
    report::tables::LEDGER_COLUMNS,
    table::{self, Cell, Row, Table},
    text,
};

/// In which of the first rows the headings are looked for: people put titles and notes above them.
const HEADING_ROWS: usize = 20;

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
    pub rows: Vec<Row>,
}

impl Sheet {
    /// Returns what a row says in a column of the ledger; nothing where the sheet does not have it.
    pub fn value<'row>(&self, row: &'row Row, column: &str) -> Option<&'row Cell> {
        self.columns.get(column).map(|at| row.cell(*at))
    }
}

/// Reads the sheets of a workbook that hold a ledger; one without any is an error.
pub fn read(bytes: &[u8]) -> Result<Vec<Sheet>> {
    let sheets: Vec<_> = table::read_sheets(bytes)?.into_iter().filter_map(of_table).collect();
    if sheets.is_empty() {
        return Err(Error::input(text!("returned.no-ledger")).hint(text!("returned.no-ledger.hint")));
    }
    Ok(sheets)
}

/// Takes a table for a ledger where its headings are those of one.
fn of_table(table: Table) -> Option<Sheet> {
    let mut rows = table.rows.into_iter();
    let (lang, heading) =
        rows.by_ref().take_while(|row| row.number <= HEADING_ROWS).find_map(|row| Some((language(&row)?, row)))?;
    let titles = titles(lang);
    let (mut columns, mut strangers) = (HashMap::new(), Vec::new());
    for (at, cell) in heading.cells.iter().enumerate() {
        let title = cell.shown();
        match titles.get(title.as_str()) {
            Some(column) if !columns.contains_key(column) => drop(columns.insert(*column, at)),
            _ if title.is_empty() || title == lang.t("report.column.records") => {}
            _ => strangers.push((at, title)),
        }
    }
    Some(Sheet { name: table.sheet.unwrap_or_default(), lang, columns, strangers, rows: rows.collect() })
}

/// Says in which language a row has the headings of a ledger: at least the number and the progress have to be there.
fn language(row: &Row) -> Option<Lang> {
    Lang::ALL.into_iter().find(|lang| {
        ["finding", "progress"].iter().all(|column| {
            let title = lang.t(&format!("report.column.{column}"));
            row.cells.iter().any(|cell| cell.shown() == title)
        })
    })
}

/// The columns of the ledger by their headings.
fn titles(lang: Lang) -> HashMap<String, &'static str> {
    LEDGER_COLUMNS.iter().map(|(name, ..)| (lang.t(&format!("report.column.{name}")).into_owned(), *name)).collect()
}
