//! Comma-separated values as RFC 4180 has them, with the byte order mark by which Excel knows UTF-8.

use crate::report::{
    clean::is_formula,
    document::{Cell, Table},
};

/// Writes a table.
pub fn write(table: &Table<'_>) -> String {
    let mut written = String::from("\u{feff}");
    for (at, column) in table.columns.iter().enumerate() {
        put(&mut written, at, &Cell::text(&column.title));
    }
    written.push_str("\r\n");
    for row in table.rows() {
        for (at, cell) in row.cells.iter().enumerate() {
            put(&mut written, at, cell);
        }
        written.push_str("\r\n");
    }
    written
}

fn put(written: &mut String, at: usize, cell: &Cell<'_>) {
    if at > 0 {
        written.push(',');
    }
    match cell {
        // A text that looks like a formula gets the mark by which spreadsheets keep it a text.
        Cell::Text(text) if is_formula(text) => quote(written, &format!("'{text}")),
        Cell::Text(text) => quote(written, text),
        other => quote(written, &other.show()),
    }
}

fn quote(written: &mut String, text: &str) {
    if text.contains([',', '"', '\'', '\n', '\r', ';']) || text.starts_with(' ') || text.ends_with(' ') {
        written.push('"');
        written.push_str(&text.replace('"', "\"\""));
        written.push('"');
    } else {
        written.push_str(text);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn cells_are_quoted_and_never_formulas() {
        let cases = [
            ("医院", "医院"),
            ("甲,乙", "\"甲,乙\""),
            ("说\"好\"", "\"说\"\"好\"\"\""),
            ("=cmd|' /C calc'!A0", "\"'=cmd|' /C calc'!A0\""),
            ("@SUM(1)", "\"'@SUM(1)\""),
            ("-5+cmd", "\"'-5+cmd\""),
            ("-5", "-5"),
        ];
        for (text, expected) in cases {
            let mut written = String::new();
            put(&mut written, 0, &Cell::text(text));
            assert_eq!(written, expected);
        }
    }

    #[test]
    fn a_list_of_records_is_one_cell_in_every_language() {
        for (lang, expected) in [(Lang::Zh, "2、29"), (Lang::En, "\"2, 29\"")] {
            let mut written = String::new();
            put(&mut written, 0, &Cell::Records(&[1, 28], lang));
            assert_eq!(written, expected);
        }
    }
}
