//! CSV files, in the encodings and with the separators that people save them with.

use encoding_rs::{Encoding, GB18030, UTF_8};

use super::{Cell, Row, Table};
use crate::{
    error::{Error, Result},
    i18n::Text,
    text,
};

/// Reads a CSV file, in the encoding that is named or else recognised.
pub(super) fn read(bytes: &[u8], encoding: Option<&str>) -> Result<Table> {
    rows(&decode(bytes, encoding)?)
}

/// Decodes a CSV file: what its byte order mark says, UTF-8, else GB18030.
fn decode(bytes: &[u8], encoding: Option<&str>) -> Result<String> {
    let unknown =
        |name: &str| Error::input(text!("plan.decode.encoding", name = name)).hint(text!("plan.decode.encoding_hint"));
    let named =
        encoding.map(|name| Encoding::for_label(name.trim().as_bytes()).ok_or_else(|| unknown(name))).transpose()?;
    let marked = Encoding::for_bom(bytes);
    let start = marked.map_or(0, |(_, length)| length);
    let utf8 = std::str::from_utf8(&bytes[start..]);
    let encoding = named.or(marked.map(|(encoding, _)| encoding)).unwrap_or(if utf8.is_ok() { UTF_8 } else { GB18030 });
    let (text, damaged) = encoding.decode_without_bom_handling(&bytes[start..]);
    if damaged || text.contains('\0') {
        let offset = text.find(['\u{fffd}', '\0']).unwrap_or(0);
        return Err(Error::input(text!("table.not-text", encoding = encoding.name()))
            .hint(text!("table.not-text.hint"))
            .at_offset("", &text, offset));
    }
    Ok(text.into_owned())
}

fn rows(text: &str) -> Result<Table> {
    let mut reader = csv::ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .delimiter(delimiter(text))
        .from_reader(text.as_bytes());
    let mut table = Table::default();
    let mut record = csv::StringRecord::new();
    let unreadable = |error: csv::Error| Error::input(text!("table.csv")).because(error);
    while reader.read_record(&mut record).map_err(unreadable)? {
        let number = record.position().map_or(0, |position| usize::try_from(position.line()).unwrap_or(0));
        let cells: Vec<_> = record.iter().map(Cell::of_text).collect();
        if cells.iter().any(|cell| *cell != Cell::Empty) {
            table.rows.push(Row { number, cells });
        }
    }
    table.cut = cut(text, &table.rows);
    Ok(table)
}

/// Says how the end of a CSV file shows that something is missing behind it.
fn cut(text: &str, rows: &[Row]) -> Option<(usize, Text)> {
    let last = rows.last()?;
    if !text.bytes().filter(|&byte| byte == b'"').count().is_multiple_of(2) {
        return Some((last.number, text!("table.open-quote", row = last.number)));
    }
    let widest = rows.iter().map(|row| row.cells.len()).max()?;
    let is_short = !text.ends_with(['\n', '\r']) && rows.len() > 1 && last.cells.len() < widest;
    is_short.then(|| (last.number, text!("table.cut", row = last.number, found = last.cells.len(), expected = widest)))
}

/// Finds what separates the cells: the likeliest mark of the first line.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |mark: u8| first.bytes().filter(|&byte| byte == mark).count();
    b",\t;".iter().copied().rev().max_by_key(|&mark| count(mark)).unwrap_or(b',')
}
