//! What the rules did on one line of a document, noted by the reader itself while it read that line.
//!
//! There is no second reading that could disagree: a note is written where the rule has decided.

use std::cell::RefCell;

use serde::Serialize;

use super::{
    Clause, Indicator, TopicId, deadlines, indicators,
    kinds::{self, KindReason},
    quantities::{self, Trap},
    scope,
    topics::Topics,
};

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
        /// The words by which that was decided.
        words: Words,
    },
}

/// The words of the document by which something about a clause was decided; empty where no word did.
#[derive(Clone, Debug, Default, PartialEq, Serialize)]
pub struct Words {
    /// Those that decided its kind.
    pub kind: Vec<String>,
    /// Those that decided where it can be checked.
    pub scope: Vec<String>,
    /// Those that speak for a topic.
    pub topics: Vec<TopicWord>,
    /// Those that name its date.
    pub deadline: Vec<String>,
    /// For each indicator those that it was read from.
    pub indicators: Vec<String>,
}

/// A word that speaks for a topic.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct TopicWord {
    /// The topic.
    pub topic: TopicId,
    /// The word.
    pub word: String,
    /// How much it counts by itself.
    pub weight: f32,
    /// Where it stands.
    pub from: Source,
}

/// Where a word stands that speaks for the topic of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Source {
    /// In the clause.
    Own,
    /// In its sentence, beside the clause.
    Sentence,
    /// In a heading above it.
    Heading,
}

impl Source {
    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Own => "plan-explain.source.own",
            Self::Sentence => "plan-explain.source.sentence",
            Self::Heading => "plan-explain.source.heading",
        }
    }
}

/// What the words of a clause are looked up with.
pub(super) struct Looked<'c> {
    pub(super) text: &'c [char],
    pub(super) headings: Vec<&'c [char]>,
    pub(super) topics: &'c Topics,
    pub(super) kind: KindReason,
    pub(super) scope: &'c str,
    pub(super) deadline: Option<&'c str>,
    pub(super) indicators: &'c [Indicator],
    pub(super) year: Option<i32>,
}

impl Looked<'_> {
    /// Finds the words that decided, in the tables of the rules themselves.
    fn words(&self, sentence: &[char]) -> Words {
        let text = self.text;
        let mut topics = Vec::new();
        let mut note = |text: &[char], from: Source| {
            let found = self.topics.words_in(text).into_iter();
            topics.extend(found.map(|(topic, word, weight)| TopicWord { topic, word, weight, from }));
        };
        note(text, Source::Own);
        let beside = remove(sentence, text);
        note(&beside, Source::Sentence);
        self.headings.iter().for_each(|heading| note(heading, Source::Heading));
        let dates = deadlines::find(text, &[], self.year);
        let dates = dates.iter().filter(|date| self.deadline == Some(date.value.as_str()));
        Words {
            kind: kinds::deciding(self.kind, text, sentence),
            scope: scope::deciding(self.scope, text),
            topics,
            deadline: dates.map(|date| text[date.start..date.end].iter().collect()).collect(),
            indicators: self.indicators.iter().map(|one| indicators::read_from(text, one)).collect(),
        }
    }
}

/// Takes a piece out of a text, with a mark in its place.
fn remove(text: &[char], piece: &[char]) -> Vec<char> {
    let at = text.windows(piece.len().max(1)).position(|window| window == piece);
    at.map_or_else(Vec::new, |at| text[..at].iter().chain(&[';']).chain(&text[at + piece.len()..]).copied().collect())
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
    /// The sentence that is being read.
    sentence: RefCell<Vec<char>>,
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

    /// Notes a step where the line is being read now.
    pub(super) fn note(&self, step: impl FnOnce() -> Step) {
        if self.on {
            self.steps.borrow_mut().push(step());
        }
    }

    /// Notes a sentence, which the clauses that follow stand in.
    pub(super) fn note_sentence(&self, sentence: &[char], text: impl FnOnce() -> String, clauses: usize) {
        if self.on {
            *self.sentence.borrow_mut() = sentence.to_vec();
            self.note(|| Step::Sentence { text: text(), clauses });
        }
    }

    /// Notes the numbers of a sentence that are no figures, as the rules for figures say themselves.
    pub(super) fn note_traps(&self, text: &[char], named: &[bool], result: bool) {
        const AROUND: usize = 4;
        if !self.on {
            return;
        }
        quantities::find_with(text, named, result, |number, trap| {
            // In quotation marks each digit is told again.
            if number.start > 0 && text[number.start - 1].is_ascii_digit() {
                return;
            }
            let around = number.start.saturating_sub(AROUND)..(number.end + AROUND).min(text.len());
            self.note(|| Step::NoFigure { text: text[around].iter().collect(), trap });
        });
    }

    /// Finds the words that decided about a clause.
    pub(super) fn words(&self, looked: &Looked) -> Words {
        looked.words(&self.sentence.borrow())
    }

    /// Returns what was noted.
    pub(super) fn steps(self) -> Vec<Step> {
        self.steps.into_inner()
    }
}

#[cfg(test)]
#[path = "explain_tests.rs"]
mod tests;
