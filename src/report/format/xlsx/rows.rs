//! The rows of long tables, written straight into the sheets that the library made without them.
//!
//! The library spends a microsecond on every cell, which for the ledger of a large bureau adds up to a quarter of a minute.
//! What a plain cell needs of ECMA-376 is little (part 1, §18.3.1.73 `row` and §18.3.1.4 `c`, §22.9.2.19 for `_x0000_`);
//! everything else of such a sheet is the library's. Rows are packed while the next ones are made, and never kept.

use std::{
    borrow::Cow,
    fmt::Write as _,
    io::{self, Cursor, Read, Write},
    mem,
    sync::mpsc,
    thread,
};

use quick_xml::escape::partial_escape;
use rust_xlsxwriter::{Worksheet, XlsxError};
use zip::{CompressionMethod, ZipArchive, ZipWriter, write::SimpleFileOptions};

use super::{
    Looks,
    cell::{Look, Value},
    paper,
};
use crate::table::letters;

/// How many bytes of rows are packed at once, and how many such chunks may wait.
const CHUNK: usize = 1 << 18;
const WAITING: usize = 4;

/// How hard rows are packed, from 1 to 9: as hard as Excel does it. With 6, which is usual, files are a sixth smaller.
const EFFORT: i64 = 3;

/// With what the list of rows ends, and before what the links stand: they come after it (§18.3.1.99 `worksheet`).
const END: &str = "</sheetData>";
const BEHIND_LINKS: [&str; 2] = ["<printOptions", "<pageMargins"];

/// With what the library begins a place in the same workbook.
const INTERNAL: &str = "internal:";

/// Takes the cells of a row, one after the other.
pub type PutCell<'put> = dyn FnMut(Look, &Value<'_>) + 'put;

/// Hands over the cells of the row at a position to whoever writes them; returns the place in the workbook to which it leads, as
/// the library has it.
pub type HandRow<'rows> = dyn Fn(usize, &mut PutCell<'_>) -> Option<String> + 'rows;

/// The rows of a table that are still missing in a sheet.
pub struct Missing<'rows> {
    /// The position of the sheet in its workbook, from 1.
    pub sheet: usize,
    /// The first row, from 0; all that follow are missing too.
    pub first: u32,
    /// How many rows there are; at least as many as there are looks.
    pub count: usize,
    /// The widths of the columns, in characters.
    pub widths: Vec<usize>,
    /// The column whose cells lead to the place of their row.
    pub linked: usize,
    /// Hands over a row.
    pub row: Box<HandRow<'rows>>,
}

/// Puts in place of rows what [`fill`] replaces them by: a cell of each look one below the other, and the last cell, so that
/// the library knows how large the sheet is.
pub fn prepare(sheet: &mut Worksheet, looks: &Looks, first: u32, last: (u32, u16)) -> Result<(), XlsxError> {
    for (row, look) in (first..).zip(Look::ALL) {
        sheet.write_blank(row, 0, looks.of(look))?;
    }
    sheet.write_blank(last.0, last.1, looks.of(Look::Text))?;
    Ok(())
}

/// Writes the missing rows into a workbook.
pub fn fill(workbook: &[u8], missing: &[Missing<'_>]) -> io::Result<Vec<u8>> {
    let mut archive = ZipArchive::new(Cursor::new(workbook))?;
    let mut filled = ZipWriter::new(Cursor::new(Vec::with_capacity(workbook.len())));
    let names: Vec<String> = missing.iter().map(|rows| format!("xl/worksheets/sheet{}.xml", rows.sheet)).collect();
    for at in 0..archive.len() {
        let file = archive.by_index_raw(at)?;
        let Some(rows) = names.iter().position(|name| name.as_bytes() == file.name_raw()) else {
            filled.raw_copy_file(file)?;
            continue;
        };
        drop(file);
        let mut file = archive.by_index(at)?;
        let mut sheet = String::new();
        file.read_to_string(&mut sheet)?;
        let options = SimpleFileOptions::default()
            .compression_method(CompressionMethod::Deflated)
            .compression_level(Some(EFFORT))
            .last_modified_time(file.last_modified().unwrap_or_default());
        filled.start_file(&names[rows], options)?;
        missing[rows].write(&sheet, &mut filled)?;
    }
    Ok(filled.finish()?.into_inner())
}

impl Missing<'_> {
    /// Writes a sheet with the rows in the place that was prepared for them.
    fn write(&self, sheet: &str, filled: &mut (impl Write + Send)) -> io::Result<()> {
        let begin = format!("<row r=\"{}\"", self.first + 1);
        let (Some(begin), Some(end)) = (sheet.find(&begin), sheet.find(END)) else { return Err(unknown_form()) };
        let mut styles = [0; Look::ALL.len()];
        for (row, style) in (self.first + 1..).zip(&mut styles) {
            *style = style_of(&sheet[begin..end], row).ok_or_else(unknown_form)?;
        }
        let behind_links = BEHIND_LINKS.iter().find_map(|mark| sheet[end..].find(mark)).ok_or_else(unknown_form)? + end;
        filled.write_all(&sheet.as_bytes()[..begin])?;
        let links = thread::scope(|scope| {
            let (sender, chunks) = mpsc::sync_channel::<Vec<u8>>(WAITING);
            let packed = &mut *filled;
            let packing = scope.spawn(move || chunks.into_iter().try_for_each(|chunk| packed.write_all(&chunk)));
            let links = self.make(styles, &sender);
            drop(sender);
            packing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)).map(|()| links)
        })?;
        filled.write_all(&sheet.as_bytes()[end..behind_links])?;
        if !links.is_empty() {
            filled.write_all(format!("<hyperlinks>{links}</hyperlinks>").as_bytes())?;
        }
        filled.write_all(&sheet.as_bytes()[behind_links..])
    }

    /// Makes the rows, chunk by chunk, as long as somebody takes them; returns their links.
    fn make(&self, styles: [u32; Look::ALL.len()], sender: &mpsc::SyncSender<Vec<u8>>) -> String {
        let mut written = Written::new(styles, &self.widths);
        let mut links = String::new();
        let column = letters(self.linked);
        for at in 0..self.count {
            let row = self.first as usize + at + 1;
            let target = written.row(row, |put| (self.row)(at, put));
            if let Some(place) = target.as_deref().and_then(|target| target.strip_prefix(INTERNAL)) {
                // Writing into a string cannot fail.
                let _ = write!(links, "<hyperlink ref=\"{column}{row}\" location=\"{}\"/>", partial_escape(place));
            }
            let is_full = written.bytes.len() >= CHUNK - CHUNK / 8;
            if is_full && sender.send(mem::replace(&mut written.bytes, Vec::with_capacity(CHUNK))).is_err() {
                // Packing failed, which is said where it did.
                return links;
            }
        }
        let _ = sender.send(written.bytes);
        links
    }
}

/// Rows as the file of a sheet has them.
struct Written {
    /// The number of each look among the styles of the workbook.
    styles: [u32; Look::ALL.len()],
    /// The letters of the columns and their widths.
    columns: Vec<(String, usize)>,
    bytes: Vec<u8>,
    /// The cells of the row that is being made: how high it is stands before them.
    cells: Vec<u8>,
}

impl Written {
    fn new(styles: [u32; Look::ALL.len()], widths: &[usize]) -> Self {
        let columns = widths.iter().enumerate().map(|(at, width)| (letters(at), *width)).collect();
        Self { styles, columns, bytes: Vec::with_capacity(CHUNK), cells: Vec::new() }
    }

    /// Adds a row with its number, from 1; `cells` hands over its cells, and what it returns is returned.
    fn row<T>(&mut self, number: usize, cells: impl FnOnce(&mut PutCell<'_>) -> T) -> T {
        let number = number.to_string();
        let (mut column, mut lines) = (0, 1);
        self.cells.clear();
        let handed = cells(&mut |look, value| {
            lines = lines.max(value.lines(self.columns[column].1));
            self.cell(column, &number, look, value);
            column += 1;
        });
        // Writing into bytes cannot fail.
        let _ = match paper::height(lines) {
            Some(height) => write!(self.bytes, "<row r=\"{number}\" ht=\"{height}\" customHeight=\"1\">"),
            None => write!(self.bytes, "<row r=\"{number}\">"),
        };
        self.bytes.extend_from_slice(&self.cells);
        self.bytes.extend_from_slice(b"</row>");
        handed
    }

    fn cell(&mut self, column: usize, row: &str, look: Look, value: &Value<'_>) {
        let style = self.styles[look as usize];
        self.cells.extend_from_slice(b"<c r=\"");
        self.cells.extend_from_slice(self.columns[column].0.as_bytes());
        // Writing into bytes cannot fail.
        let _ = write!(self.cells, "{row}\" s=\"{style}\"");
        match value {
            Value::Blank => self.put(&["/>"]),
            Value::Number(number) => {
                let _ = write!(self.cells, "><v>{number}</v></c>");
            }
            Value::Text(text) => {
                let kept = text.starts_with(' ') || text.ends_with(' ');
                let text = guarded(text);
                let keep = if kept { " xml:space=\"preserve\"" } else { "" };
                self.put(&[" t=\"inlineStr\"><is><t", keep, ">", &partial_escape(text.as_ref()), "</t></is></c>"]);
            }
        }
    }

    fn put(&mut self, parts: &[&str]) {
        for part in parts {
            self.cells.extend_from_slice(part.as_bytes());
        }
    }
}

/// Keeps a text from being taken for one with escapes: in a sheet `_x0041_` means `A`.
fn guarded(text: &str) -> Cow<'_, str> {
    let means_more = |at: usize| {
        let escape = text.as_bytes().get(at..at + "_x0000_".len());
        escape.is_some_and(|escape| escape[2..6].iter().all(u8::is_ascii_hexdigit) && escape[6] == b'_')
    };
    let mut kept = String::new();
    let mut done = 0;
    for (at, _) in text.match_indices("_x").filter(|(at, _)| means_more(*at)) {
        kept.push_str(&text[done..at]);
        kept.push_str("_x005F");
        done = at;
    }
    if done == 0 && kept.is_empty() {
        return Cow::Borrowed(text);
    }
    Cow::Owned(kept + &text[done..])
}

/// Finds the style of the first cell of a row.
fn style_of(sheet: &str, row: u32) -> Option<u32> {
    let cell = format!("<c r=\"A{row}\" s=\"");
    let style = &sheet[sheet.find(&cell)? + cell.len()..];
    style[..style.find('"')?].parse().ok()
}

fn unknown_form() -> io::Error {
    io::Error::other("the library writes sheets in another form")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_look_like_escapes_are_kept() {
        let cases = [
            ("检查", "检查"),
            ("_x0041_", "_x005F_x0041_"),
            ("a_x00e9_b_xFFFF_", "a_x005F_x00e9_b_x005F_xFFFF_"),
            ("_x004_", "_x004_"),
            ("_x00检_", "_x00检_"),
        ];
        for (text, kept) in cases {
            assert_eq!(guarded(text), kept);
        }
    }
}
