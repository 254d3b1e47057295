//! CSV files, in the encodings and with the separators that people save them with.

use encoding_rs::{Encoding, GB18030, UTF_8};

use super::{Cell, Cut, Row, Table};
use crate::{
    error::{Error, Result},
    text,
};

/// Reads a CSV file, in the encoding that is named or else recognised.
pub(super) fn read(bytes: &[u8], encoding: Option<&str>) -> Result<Table> {
    let (text, breaks_off) = decode(bytes, encoding)?;
    rows(&text, breaks_off)
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
        return Err(Error::input(text!("table.not-text", encoding = encoding.name()))
            .hint(text!("table.not-text.hint"))
            .at_offset("", &text, offset));
    }
    Ok((text.into_owned(), false))
}

fn rows(text: &str, breaks_off: bool) -> Result<Table> {
    let delimiter = delimiter(text);
    let mut reader =
        csv::ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    let mut table = Table::default();
    let mut record = csv::StringRecord::new();
    let unreadable = |error: csv::Error| Error::input(text!("table.csv")).because(error);
    let mut lines = Lines { text, line: 1, at: 0 };
    let mut last = 0;
    while reader.read_record(&mut record).map_err(unreadable)? {
        let byte = record.position().map_or(0, |position| usize::try_from(position.byte()).unwrap_or(0));
        let number = lines.number(byte);
        let cells: Vec<_> = record.iter().map(Cell::of_text).collect();
        if cells.iter().any(|cell| *cell != Cell::Empty) {
            table.rows.push(Row { number, cells });
            last = byte;
        }
    }
    table.cut = cut(text, last, delimiter, breaks_off, &table.rows);
    Ok(table)
}

/// Numbers the lines of a text from its beginning on: the reader counts only ends of lines that it has gone over, and may
/// stand before the `\n` of the line above or before empty lines.
struct Lines<'text> {
    text: &'text str,
    line: usize,
    at: usize,
}

impl Lines<'_> {
    /// Returns the number of the line, from 1, of what comes first from a position on; positions only go up.
    fn number(&mut self, from: usize) -> usize {
        let bytes = self.text.as_bytes();
        while let Some(&byte) = bytes.get(self.at).filter(|byte| self.at < from || matches!(byte, b'\r' | b'\n')) {
            self.at += 1;
            // Old machines end a line with `\r` alone.
            self.line += usize::from(byte == b'\n' || byte == b'\r' && bytes.get(self.at) != Some(&b'\n'));
        }
        self.line
    }
}

/// Says how the end of a CSV file, whose last row begins somewhere, shows that something is missing behind it.
fn cut(text: &str, last_begins: usize, delimiter: u8, breaks_off: bool, rows: &[Row]) -> Option<Cut> {
    let last = rows.last()?;
    let at = |why, hint| Some(Cut { row: last.number, why, hint, is_certain: true });
    if breaks_off {
        return at(text!("table.within-character", row = last.number), text!("table.cut.hint"));
    }
    if is_open(&text.as_bytes()[last_begins..], delimiter) {
        return at(text!("table.open-quote", row = last.number), text!("table.open-quote.hint"));
    }
    let widest = rows.iter().map(|row| row.cells.len()).max()?;
    if text.ends_with(['\n', '\r']) || rows.len() < 2 {
        return None;
    }
    if last.cells.len() < widest {
        let why = text!("table.cut", row = last.number, found = last.cells.len(), expected = widest);
        return at(why, text!("table.cut.hint"));
    }
    // Spreadsheets end the last row as they do the others; within its last cell nothing else shows that it was longer.
    let why = text!("table.unended", row = last.number, content = last.cells.last()?.shown());
    let hint = text!("table.unended.hint");
    let may_go_on = !text.ends_with(['"', char::from(delimiter)]);
    may_go_on.then_some(Cut { row: last.number, why, hint, is_certain: false })
}

/// Says whether a row ends within quotes that a cell began with; one further within a cell is a letter like any other.
fn is_open(row: &[u8], delimiter: u8) -> bool {
    let (mut is_open, mut may_open) = (false, true);
    for &byte in row {
        (is_open, may_open) = match byte {
            // Two of them within quotes mean one: the second opens again what the first closed.
            b'"' if is_open => (false, true),
            b'"' => (may_open, false),
            byte => (is_open, !is_open && (byte == delimiter || matches!(byte, b'\r' | b'\n'))),
        };
    }
    is_open
}

/// Finds what separates the cells: the likeliest mark of the first line.
fn delimiter(text: &str) -> u8 {
    let first = text.lines().find(|line| !line.trim().is_empty()).unwrap_or_default();
    let count = |mark: u8| first.bytes().filter(|&byte| byte == mark).count();
    b",\t;".iter().copied().rev().max_by_key(|&mark| count(mark)).unwrap_or(b',')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_a_row_that_ends_within_quotes_is_open() {
        let cases = [
            ("甲,\"一", true),
            ("\"甲,一", true),
            ("甲,\"一\"\"", true),
            ("甲,\"一\"\"二\"", false),
            ("甲,\"一\",\"二\"\n", false),
            ("甲,5\" 屏", false),
            ("甲,5\"\" 屏", false),
            ("甲,\"\",二", false),
            ("甲,一", false),
        ];
        for (row, is_cut) in cases {
            let read = rows(&format!("名称,尺寸\n乙,6\" 屏\n{row}"), false).expect("a table");
            let said = read.cut.as_ref().map(|cut| cut.hint.key());
            assert_eq!(said == Some("table.open-quote.hint"), is_cut, "{row}: {said:?}");
        }
    }

    #[test]
    fn rows_have_the_numbers_of_their_lines_however_lines_end() {
        let lines = ["名称,地址", "甲,一", "", "乙,\"二", "三\"", "", "", "丙,四"];
        for end in ["\n", "\r\n", "\r"] {
            for first in ["", end] {
                let text = format!("{first}{}", lines.join(end));
                let numbers: Vec<_> = rows(&text, false).expect("a table").rows.iter().map(|row| row.number).collect();
                let before = usize::from(!first.is_empty());
                assert_eq!(numbers, [1, 2, 4, 8].map(|number| number + before), "{text:?}");
            }
        }
    }
}
