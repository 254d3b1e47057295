//! Word documents (.docx): what a person reads on the page, with the numbers that Word computes.
//!
//! The walk is our own because a library that restores Word's Chinese numbering was not found. It follows ECMA-376 part 1,
//! chapter 17: tracked changes are taken as accepted, text boxes are read once, footnotes, headers and footers are left
//! out, and so is the table of contents, which only repeats the headings.

mod body;
mod numbering;
mod package;
mod styles;
#[cfg(test)]
mod tests;
mod xml;

use crate::error::Result;

/// Reads the text of a document: a line for each paragraph and for each row of a table, cells between tabs.
///
/// # Errors
///
/// A file that is damaged, locked with a password, unpacks to more than is sensible, or holds no Word document.
pub(super) fn read(bytes: &[u8]) -> Result<String> {
    let parts = package::open(bytes)?;
    let styles = parts.styles.as_deref().map(styles::read).transpose()?.unwrap_or_default();
    let numbering = parts.numbering.as_deref().map(numbering::read).transpose()?.unwrap_or_default();
    body::read(&parts.document, &styles, numbering)
}
