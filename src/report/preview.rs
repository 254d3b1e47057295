//! A document as a screen shows it before it is written: words only, the first rows of each table.

use super::document::{Block, Document, Medium, Sort, Table};
use crate::{error::Error, i18n::Text};

/// A document before it is written.
#[derive(Clone, Debug, PartialEq)]
pub struct Preview {
    /// The title.
    pub title: String,
    /// What stands on it, in order.
    pub parts: Vec<Part>,
    /// What was counted and what was not.
    pub notes: Vec<String>,
    /// What whoever makes it has to mind, and what to do about it.
    pub reminders: Vec<Text>,
}

/// A part of it.
#[derive(Clone, Debug, PartialEq)]
pub enum Part {
    /// A heading, 1 to 4.
    Heading(u8, String),
    /// A paragraph.
    Paragraph(String),
    /// The beginning of a table.
    Table(TableStart),
}

/// The beginning of a table.
#[derive(Clone, Debug, PartialEq)]
pub struct TableStart {
    /// The title.
    pub title: String,
    /// The columns: heading, width in characters of Chinese, and whether they hold numbers.
    pub columns: Vec<(String, u16, bool)>,
    /// The first rows.
    pub rows: Vec<Vec<String>>,
    /// How many rows there are in all, without the sum.
    pub count: usize,
}

/// The most rows of a table that are shown.
const ROWS: usize = 30;

impl Preview {
    /// Takes from a document what is shown of it, with what there is to mind.
    pub fn of(document: &Document<'_>, reminder: Option<&Error>) -> Self {
        let part = |block: &Block<'_>| match block {
            Block::Heading(level, text) => Some(Part::Heading(*level, text.clone())),
            Block::Paragraph(text) => Some(Part::Paragraph(text.clone())),
            Block::Table(table) => Some(Part::Table(TableStart::of(table))),
            Block::Addressee if document.addressee.is_empty() => None,
            Block::Addressee => {
                Some(Part::Paragraph(format!("{}{}", document.addressee, document.lang.t("report.addressee"))))
            }
            Block::Annexes(names) => Some(Part::Paragraph(names.join("；"))),
            Block::Signature => Some(Part::Paragraph(format!("{}　{}", document.signature, document.date))),
        };
        let mark = document.draft.then(|| document.lang.t("report.draft").into_owned());
        let head = mark.into_iter().chain(document.frame.head(document.lang)).map(Part::Paragraph);
        let (copies, printed) = document.frame.foot(document.lang);
        let printed = printed.map(|(printer, on)| format!("{printer}　{on}"));
        let foot = copies.into_iter().chain(printed).map(Part::Paragraph);
        Self {
            title: document.title.clone(),
            parts: head.chain(document.blocks.iter().filter_map(part)).chain(foot).collect(),
            notes: document.notes.iter().map(|note| note.text.clone()).collect(),
            reminders: reminder
                .iter()
                .flat_map(|error| [Some(error.message()), error.next_step()])
                .flatten()
                .cloned()
                .collect(),
        }
    }
}

impl TableStart {
    fn of(table: &Table<'_>) -> Self {
        let table = table.fitting(Medium::Screen);
        let columns = table.columns.iter().map(|column| {
            (column.title.clone(), column.width, matches!(column.sort, Sort::Count | Sort::Number | Sort::Percent))
        });
        let rows = table.rows().take(ROWS);
        let words = rows.map(|row| row.cells.iter().map(|cell| cell.show().into_owned()).collect());
        Self { title: table.title.clone(), rows: words.collect(), columns: columns.collect(), count: table.items() }
    }
}
