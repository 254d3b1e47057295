//! Markdown with the tables of GitHub's dialect.

use super::put;
use crate::report::document::{Block, Document, Medium, Table};

/// The characters that mean something in Markdown or in the HTML it may hold.
const MARKS: &str = "\\`*_{}[]<>#|~&";

/// Writes a document.
pub fn write(document: &Document<'_>) -> String {
    let lang = document.lang;
    let mut written = String::new();
    for line in document.frame.head(lang) {
        put(&mut written, format_args!("{}\n\n", escape(&line)));
    }
    put(&mut written, format_args!("# {}\n\n", escape(&document.title)));
    if document.draft {
        put(&mut written, format_args!("**{}**\n\n", lang.t("report.draft")));
    }
    for block in &document.blocks {
        match block {
            Block::Heading(level, text) => {
                put(&mut written, format_args!("{} {}\n\n", "#".repeat(usize::from(*level) + 1), escape(text)));
            }
            Block::Paragraph(text) => put(&mut written, format_args!("{}\n\n", escape(text))),
            Block::Table(table) => put_table(&mut written, table),
            Block::Annexes(names) => {
                put(&mut written, format_args!("{}\n\n", lang.t("report.annexes")));
                for (at, name) in names.iter().enumerate() {
                    put(&mut written, format_args!("{}. {}\n", at + 1, escape(name)));
                }
                written.push('\n');
            }
            Block::Addressee => {
                put(&mut written, format_args!("{}{}\n\n", escape(&document.addressee), lang.t("report.addressee")));
            }
            Block::Signature => {
                put(&mut written, format_args!("{}  \n{}\n\n", escape(&document.signature), escape(&document.date)));
            }
        }
    }
    let (copies, printed) = document.frame.foot(lang);
    let printed = printed.map(|(printer, on)| format!("{printer}　{on}"));
    for line in copies.into_iter().chain(printed) {
        put(&mut written, format_args!("---\n\n{}\n\n", escape(&line)));
    }
    if !document.notes.is_empty() {
        put(&mut written, format_args!("## {}\n\n", lang.t("report.notes")));
        for note in &document.notes {
            put(&mut written, format_args!("- {}\n", escape(&note.text)));
        }
    }
    written
}

fn put_table(written: &mut String, table: &Table<'_>) {
    let table = table.fitting(Medium::Screen);
    put(written, format_args!("**{}**\n\n|", escape(&table.title)));
    for column in &table.columns {
        put(written, format_args!(" {} |", escape(&column.title)));
    }
    written.push_str("\n|");
    for column in &table.columns {
        let is_text = column.sort == crate::report::document::Sort::Text;
        written.push_str(if is_text { " --- |" } else { " ---: |" });
    }
    written.push('\n');
    for row in table.rows() {
        written.push('|');
        for cell in &row.cells {
            put(written, format_args!(" {} |", escape(&cell.show())));
        }
        written.push('\n');
    }
    written.push('\n');
}

fn escape(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for (at, character) in text.chars().enumerate() {
        let starts_list = at == 0 && matches!(character, '-' | '+');
        if MARKS.contains(character) || starts_list {
            shown.push('\\');
        }
        shown.push(character);
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_a_text_means_anything() {
        let cases = [
            ("<script>", "\\<script\\>"),
            ("a|b", "a\\|b"),
            ("- x", "\\- x"),
            ("医院", "医院"),
            ("[a](b)", "\\[a\\](b)"),
        ];
        for (text, shown) in cases {
            assert_eq!(escape(text), shown);
        }
    }
}
