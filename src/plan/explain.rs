//! What the rules did on one line of a document, noted by the reader itself while it read that line.
//!
//! There is no second reading that could disagree: a note is written where the rule has decided.

use std::cell::RefCell;

use serde::Serialize;

use super::{Clause, Indicator, TopicId, kinds::KindReason, quantities::Trap};

/// What a paragraph was taken for.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Taken {
    /// Part of the head: what stands before the body.
    Head,
    /// Without Chinese text; passed over.
    NoText,
    /// The owners of what stands above.
    Owners,
    /// A row of a table.
    TableRow,
    /// A task that is labelled as one.
    Task,
    /// A date that is labelled as one, for what stands above.
    Deadline,
    /// A heading by its mark.
    Heading,
    /// A heading that has lost its number.
    HeadingWithoutNumber,
    /// The title of another document in the same file.
    OtherTitle,
    /// Running text.
    Prose,
}

impl Taken {
    /// Returns the key of its name in the language files.
    pub fn name_key(&self) -> &'static str {
        match self {
            Self::Head => "plan-explain.taken.head",
            Self::NoText => "plan-explain.taken.no-text",
            Self::Owners => "plan-explain.taken.owners",
            Self::TableRow => "plan-explain.taken.table-row",
            Self::Task => "plan-explain.taken.task",
            Self::Deadline => "plan-explain.taken.deadline",
            Self::Heading => "plan-explain.taken.heading",
            Self::HeadingWithoutNumber => "plan-explain.taken.heading-without-number",
            Self::OtherTitle => "plan-explain.taken.other-title",
            Self::Prose => "plan-explain.taken.prose",
        }
    }
}

/// Something a rule decided.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "step", rename_all = "kebab-case")]
pub enum Step {
    /// What the paragraph is.
    Paragraph {
        /// What it was taken for.
        taken: Taken,
    },
    /// A heading or numbered paragraph was opened.
    Heading {
        /// Its mark; empty where it has none.
        marker: String,
        /// Its depth, from 1.
        level: u8,
        /// Its path.
        section: String,
        /// Its title.
        title: String,
    },
    /// A sentence was cut into clauses.
    Sentence {
        /// The sentence.
        text: String,
        /// How many clauses it makes.
        clauses: usize,
    },
    /// A number was found to be no figure.
    NoFigure {
        /// The number and the characters around it.
        text: String,
        /// Why.
        trap: Trap,
    },
    /// A clause was made.
    Clause {
        /// Its place among all clauses.
        index: usize,
        /// What decided its kind.
        kind: KindReason,
        /// The topics with their weights, the heaviest first: own words, heading and neighbours together.
        weights: Vec<(TopicId, f32)>,
        /// What it measures.
        indicators: Vec<Indicator>,
    },
}

/// What the rules did on one line.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Explanation {
    /// The line, from 1.
    pub line: usize,
    /// The line itself.
    pub text: String,
    /// What was decided, in order.
    pub steps: Vec<Step>,
    /// The clauses that the steps speak of, by their place among all.
    pub clauses: Vec<(usize, Clause)>,
}

/// Notes what is decided while the wanted line is read; otherwise it does nothing and costs a comparison.
#[derive(Default)]
pub(super) struct Trace {
    line: Option<usize>,
    on: bool,
    steps: RefCell<Vec<Step>>,
}

impl Trace {
    /// Prepares for a line, from 1.
    pub(super) fn of(line: usize) -> Self {
        Self { line: Some(line), ..Self::default() }
    }

    /// Begins a paragraph, which says whether it has a line.
    pub(super) fn begin(&mut self, has_line: impl FnOnce(usize) -> bool) {
        self.on = self.line.is_some_and(has_line);
    }

    /// Says whether the line is being read now.
    pub(super) fn is_on(&self) -> bool {
        self.on
    }

    /// Notes a step where the line is being read now.
    pub(super) fn note(&self, step: impl FnOnce() -> Step) {
        if self.on {
            self.steps.borrow_mut().push(step());
        }
    }

    /// Returns what was noted.
    pub(super) fn steps(self) -> Vec<Step> {
        self.steps.into_inner()
    }
}

#[cfg(test)]
#[path = "explain_tests.rs"]
mod tests;
