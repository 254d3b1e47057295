//! The first sheet: the title, and what was counted and what was not, each sentence leading to the sheet that lists it.

use rust_xlsxwriter::{Url, Worksheet, XlsxError};

use super::{Look, Looks, as_width, make_high, names::place, paper, row};
use crate::report::document::Document;

/// The widths of the sentences and of what leads from them to a sheet: together what goes across an upright page, because
/// programs cut a column that does not.
const WIDTH: usize = 56;
const LEADING: usize = 20;

/// Puts the first sheet; `titled` are the names of the sheets of the document's tables, in their order.
pub fn put(sheet: &mut Worksheet, document: &Document<'_>, titled: &[String], looks: &Looks) -> Result<(), XlsxError> {
    sheet.set_column_width(0, as_width(WIDTH))?.set_column_width(1, as_width(LEADING))?;
    sheet.write_string_with_format(0, 0, &document.title, &looks.title)?;
    for (at, note) in document.notes.iter().enumerate() {
        let listed = note.table.and_then(|name| document.tables().position(|table| table.name == name));
        sheet.write_string_with_format(row(at) + 1, 0, &note.text, looks.of(Look::Text))?;
        let mut lines = paper::lines(&note.text, WIDTH);
        // Of a long text that leads somewhere some programs show only the first line: what leads is short.
        if let Some(listed) = listed.and_then(|table| titled.get(table)) {
            let url = Url::new(place(listed, 1)).set_text(listed);
            sheet.write_url_with_format(row(at) + 1, 1, url, &looks.linked[Look::Text as usize])?;
            lines = lines.max(paper::lines(listed, LEADING));
        }
        make_high(sheet, row(at) + 1, lines)?;
    }
    sheet.set_paper_size(9).set_print_fit_to_pages(1, 0);
    Ok(())
}
