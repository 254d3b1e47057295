//! Plan documents: text → outline → clauses → indicators.
//!
//! This module reads what a commission wrote and says what it asks for. It gets bytes and gives values: it does no input
//! or output and knows nothing of checklists. Every clause is an exact piece of the source with its position.
//!
//! | step | module |
//! |---|---|
//! | bytes to text: format, encoding | `decode`, `formats` |
//! | text to paragraphs whose characters remember their place | `lines`, `radicals`, `traditional` |
//! | title, year, issuer; where the body begins | `head` |
//! | marks, and what stands under what | `markers`, `outline`, `tables` |
//! | sentences to clauses | `sentences`, `clauses` |
//! | figures, dates, owners | `numerals`, `quantities`, `indicators`, `names`, `deadlines`, `owners` |
//! | what sort of demand, on what, and where it can be checked | `kinds`, `topics`, `scope` |
//! | the file of topics, and what a workspace lays over it | `topics_file` |
//! | ids that survive a second reading | `identity` |
//! | what a person says against the reading | `correct`, `typed` |
//! | what the rules did on a line | `explain` |
//! | two plans side by side | `compare`, `compare_words` |
//!
//! The rules are tables of words (`lexicon`) about how such documents are built; none is about one document.

mod clauses;
mod compare;
mod compare_words;
mod correct;
mod deadlines;
mod decode;
mod explain;
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
mod radicals;
mod reader;
mod scope;
mod sentences;
mod shown;
mod tables;
mod titles;
mod topics;
mod topics_file;
mod traditional;
mod typed;

pub use compare::{Change, Comparison, Fate, ValueChange, compare};
pub use compare_words::{Run, runs};
pub use correct::{Author, Corrected, CorrectedDemand, Correction, Corrections, Values, adopt, hand_edits};
pub use decode::LARGEST_DOCUMENT;
pub use explain::{Explanation, Source, Step, Taken, TopicWord, Words};
pub use kinds::KindReason;
pub use model::*;
pub use owners::{shown as owners_shown, typed as typed_owners};
pub use quantities::Trap;
pub use topics::{Topic, Topics, TopicsReading};
pub use topics_file::{NamedBank, TopicFault, TopicMistake};

use crate::{
    error::{Error, Result},
    text,
};

/// The longest text that is read, in bytes of UTF-8: four hundred times the longest plan that was seen.
///
/// All the plans of a province in one file fit. Reading takes time and memory in proportion, so the limit is not for the
/// reader: what is longer is no plan but some other file, and a message says so better than a hundred thousand clauses.
pub const LARGEST_TEXT: usize = 16 * 1024 * 1024;

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

/// Reads a plan document and says what the rules decided on one of its lines, counted from 1.
///
/// # Errors
///
/// As [`read`]; and a line that the document has not got.
pub fn explain(bytes: &[u8], topics: &Topics, options: &ReadOptions, line: usize) -> Result<Explanation> {
    let decoded = decode::decode(bytes, options.file_name, options.encoding)?;
    let lines = decoded.text.split('\n').count();
    let text = line.checked_sub(1).and_then(|at| decoded.text.split('\n').nth(at)).ok_or_else(|| {
        Error::input(text!("plan-explain.no-line", line = line)).hint(text!("plan-explain.no-line.hint", lines = lines))
    })?;
    let (plan, steps) = reader::read_traced(&decoded.text, decoded.problems, topics, options, explain::Trace::of(line));
    let indices = steps.iter().filter_map(|step| match step {
        Step::Clause { index, .. } => Some(*index),
        _ => None,
    });
    let clauses = indices.filter_map(|index| Some((index, plan.clauses.get(index)?.clone()))).collect();
    Ok(Explanation { line, text: text.trim_end_matches('\r').to_owned(), steps, clauses })
}

/// Gives the lines of a document's text, by whose numbers headings and clauses are placed.
///
/// # Errors
///
/// As [`read`].
pub fn source_lines(bytes: &[u8], options: &ReadOptions) -> Result<Vec<String>> {
    let decoded = decode::decode(bytes, options.file_name, options.encoding)?;
    Ok(decoded.text.split('\n').map(|line| line.trim_end_matches('\r').to_owned()).collect())
}

/// Adds to a list that can become very long: its room grows by an eighth instead of twofold, because half of it unused
/// would be more than the document itself.
fn add<T>(list: &mut Vec<T>, one: T) {
    const LEAST: usize = 64;
    if list.len() == list.capacity() {
        list.reserve_exact((list.len() / 8).max(LEAST));
    }
    list.push(one);
}

#[cfg(test)]
mod style_tests;
#[cfg(test)]
mod tests;
