//! Plan documents: text → outline → clauses → indicators.
//!
//! This module reads what a commission wrote and says what it asks for. It gets bytes and gives values: it does no input
//! or output and knows nothing of checklists. Every clause is an exact piece of the source with its position.
//!
//! | step | module |
//! |---|---|
//! | bytes to text: format, encoding | `decode`, `formats` |
//! | text to paragraphs whose characters remember their place | `lines` |
//! | title, year, issuer; where the body begins | `head` |
//! | marks, and what stands under what | `markers`, `outline`, `tables` |
//! | sentences to clauses | `sentences`, `clauses` |
//! | figures, dates, owners | `numerals`, `quantities`, `indicators`, `names`, `deadlines`, `owners` |
//! | what sort of demand, on what, and where it can be checked | `kinds`, `topics`, `scope` |
//! | ids that survive a second reading | `identity` |
//!
//! The rules are tables of words (`lexicon`) about how such documents are built; none is about one document.

mod clauses;
mod deadlines;
mod decode;
mod formats;
mod head;
mod identity;
mod indicators;
mod kinds;
mod lexicon;
mod lines;
mod markers;
mod model;
mod names;
mod numerals;
mod outline;
mod owners;
mod quantities;
mod reader;
mod scope;
mod sentences;
mod tables;
mod topics;

pub use decode::LARGEST_DOCUMENT;
pub use model::*;
pub use topics::{Topic, Topics};

use crate::{
    error::{Error, Result},
    text,
};

/// The longest text that is read, in bytes of UTF-8: forty times the longest plan that was seen, and read in seconds.
pub const LARGEST_TEXT: usize = 4 * 1024 * 1024;

/// The plan that a new workspace begins with: an invented city's.
pub const SAMPLE: &str = include_str!("../../checklists/sample/plan.txt");

/// How a document is to be read.
#[derive(Clone, Copy, Debug, Default)]
pub struct ReadOptions<'o> {
    /// The name of the file, for messages and for a document without a title.
    pub file_name: &'o str,
    /// The encoding, such as `gb18030`, where a person knows better than the bytes.
    pub encoding: Option<&'o str>,
    /// The id of the plan, where it has one already.
    pub id: Option<&'o PlanId>,
    /// The previous reading of the document, whose clause ids are taken over.
    pub previous: Option<&'o Plan>,
}

impl ReadOptions<'_> {
    /// Gives the name of the file without folder and ending, for want of a title.
    fn title_from_name(&self) -> String {
        let name = self.file_name.rsplit(['/', '\\']).next().unwrap_or_default();
        name.rsplit_once('.').map_or(name, |(stem, _)| stem).to_owned()
    }
}

/// Reads a plan document.
///
/// # Errors
///
/// What cannot be a plan (empty, binary, larger than [`LARGEST_DOCUMENT`]), what is in a format that cannot be read, and
/// an unknown encoding; each with what to do. Damage inside a text is no error but a [`Warning`].
pub fn read(bytes: &[u8], topics: &Topics, options: &ReadOptions) -> Result<Plan> {
    let decoded = decode::decode(bytes, options.file_name, options.encoding)?;
    if decoded.text.len() > LARGEST_TEXT {
        let megabytes = decoded.text.len() / (1024 * 1024);
        let error =
            Error::input(text!("plan.decode.large", megabytes = megabytes, most = LARGEST_TEXT / (1024 * 1024)));
        return Err(error.at(options.file_name).hint(text!("plan.decode.large_hint")));
    }
    Ok(reader::read(&decoded.text, decoded.problems, topics, options))
}

#[cfg(test)]
mod tests;
