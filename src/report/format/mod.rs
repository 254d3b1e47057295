//! The formats: each lays a [`Document`] out as the bytes of files, and counts nothing.
//!
//! Every text in a cell has been through [`super::clean`]; each format escapes what its own syntax would take for more.

mod csv;
mod docx;
mod html;
mod markdown;
mod parquet;
mod svg;
mod xlsx;

use std::{collections::HashMap, fmt::Write as _};

pub use docx::{Filled, fill as fill_form};

use super::document::{Document, Medium, Table};
use crate::{
    error::{Error, Kind, Result},
    i18n::{Lang, Text},
    text,
};

/// The files of a format: what stands in their names behind the document's, if anything, and their bytes.
pub type Files = Vec<(Option<String>, Vec<u8>)>;

/// A format.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Format {
    /// Word, laid out by GB/T 9704-2012.
    Docx,
    /// A spreadsheet.
    Xlsx,
    /// A page in one file.
    Html,
    /// Comma-separated values with a byte order mark, a file for each table.
    Csv,
    /// Markdown.
    Markdown,
    /// Parquet, a file for each table.
    Parquet,
}

/// What a report is handed over as: a layout, or one of the two that are not laid out here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Output {
    /// A layout.
    Laid(Format),
    /// PDF, which an office program makes of the Word file.
    Pdf,
    /// The tally itself, by which a report is proved.
    Json,
}

impl Output {
    /// Every one, in the order in which they are offered.
    pub const ALL: [Self; 8] = [
        Self::Laid(Format::Docx),
        Self::Laid(Format::Xlsx),
        Self::Laid(Format::Html),
        Self::Pdf,
        Self::Laid(Format::Csv),
        Self::Laid(Format::Markdown),
        Self::Json,
        Self::Laid(Format::Parquet),
    ];

    /// Returns the key of its name in the language files.
    pub const fn name_key(self) -> &'static str {
        match self {
            Self::Laid(Format::Docx) => "reports.format.docx",
            Self::Laid(Format::Xlsx) => "reports.format.xlsx",
            Self::Laid(Format::Html) => "reports.format.html",
            Self::Pdf => "reports.format.pdf",
            Self::Laid(Format::Csv) => "reports.format.csv",
            Self::Laid(Format::Markdown) => "reports.format.md",
            Self::Json => "reports.format.json",
            Self::Laid(Format::Parquet) => "reports.format.parquet",
        }
    }

    /// Returns the ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Laid(format) => format.ending(),
            Self::Pdf => "pdf",
            Self::Json => "json",
        }
    }
}

impl Format {
    /// Every format that lays out a document.
    pub const ALL: [Self; 6] = [Self::Docx, Self::Xlsx, Self::Html, Self::Csv, Self::Markdown, Self::Parquet];

    /// Returns the ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Docx => "docx",
            Self::Xlsx => "xlsx",
            Self::Html => "html",
            Self::Csv => "csv",
            Self::Markdown => "md",
            Self::Parquet => "parquet",
        }
    }

    /// Lays a document out: the files with what stands in their names behind the document's, if anything.
    pub fn files(self, document: &Document<'_>) -> Result<Files> {
        let one = |bytes| vec![(None, bytes)];
        match self {
            Self::Docx => docx::write(document).map(one),
            Self::Xlsx => xlsx::write(document).map(one),
            Self::Html => Ok(one(html::write(document).into_bytes())),
            Self::Markdown => Ok(one(markdown::write(document).into_bytes())),
            Self::Csv => each_table(document, |table| Ok(csv::write(table).into_bytes())),
            Self::Parquet => each_table(document, parquet::write),
        }
    }
}

/// Makes a file of each table; of several with one name the later ones are numbered.
fn each_table(document: &Document<'_>, write: impl Fn(&Table<'_>) -> Result<Vec<u8>>) -> Result<Files> {
    let mut seen: HashMap<&str, usize> = HashMap::new();
    document
        .tables()
        .map(|table| {
            let number = seen.entry(table.name).or_default();
            *number += 1;
            let name = if *number == 1 { table.name.to_owned() } else { format!("{}-{number}", table.name) };
            // These files are data, and whoever adds a column up must not get twice the number: the sum stands in the others.
            let mut table = table.fitting(Medium::Screen);
            (table.count, table.has_sum) = (table.items(), false);
            Ok((Some(name), write(&table)?))
        })
        .collect()
}

/// Writes into a string, which cannot fail.
fn put(written: &mut String, arguments: std::fmt::Arguments<'_>) {
    let _ = written.write_fmt(arguments);
}

/// Says that a format could not be written.
fn not_written(format: &'static str, error: impl std::error::Error + Send + Sync + 'static) -> Error {
    let said: Text = text!("report.not-written", format = format);
    Error::new(Kind::Storage, said).because(error).hint(text!("report.not-written.hint"))
}

/// With what a blank ends.
const CLOSING: char = '】';

/// Takes a text apart at the blanks that a person has to fill in: whether it is one, and its words with the brackets.
fn blanks(text: &str) -> Vec<(bool, &str)> {
    if !text.contains(CLOSING) {
        return vec![(false, text)];
    }
    let opening = Lang::Zh.t("report.blank");
    let mut parts = Vec::new();
    let mut rest = text;
    while let Some(start) = rest.find(opening.as_ref()) {
        let Some(end) = rest[start..].find(CLOSING).map(|at| start + at + CLOSING.len_utf8()) else { break };
        let (before, blank) = (&rest[..start], &rest[start..end]);
        if !before.is_empty() {
            parts.push((false, before));
        }
        parts.push((true, blank));
        rest = &rest[end..];
    }
    if !rest.is_empty() || parts.is_empty() {
        parts.push((false, rest));
    }
    parts
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blanks_are_found() {
        let cases: [(&str, &[(bool, &str)]); 4] = [
            ("", &[(false, "")]),
            ("甲【待填：乙】丙", &[(false, "甲"), (true, "【待填：乙】"), (false, "丙")]),
            ("【待填：乙】", &[(true, "【待填：乙】")]),
            ("甲【待填：乙", &[(false, "甲【待填：乙")]),
        ];
        for (text, parts) in cases {
            assert_eq!(blanks(text), parts, "{text}");
        }
    }
}
