//! What kind of value a part of an expression has, and what can be compared with what.

use crate::checklist::{AnswerType, Item};

/// The kind of value that a part of an expression has.
#[derive(Clone, Debug, PartialEq)]
pub(in crate::checklist) enum Kind<'a> {
    /// It cannot be said.
    Any,
    /// Yes or no.
    Flag,
    /// A number.
    Number,
    /// Any text.
    Text,
    /// One of these words.
    Word(&'a [String]),
    /// The word of a verdict.
    Verdict,
    /// A day, as text.
    Date,
    /// A time of day, as text.
    Time,
    /// Several of one kind.
    List(Box<Self>),
    /// The rows of the table at a position.
    Rows(usize),
    /// One row of the table at a position.
    Row(usize),
}

impl<'a> Kind<'a> {
    /// Returns the kind of an item's value.
    pub(in crate::checklist) fn of_item(item: &'a Item, at: usize) -> Self {
        match item.answer {
            AnswerType::Table => Self::Rows(at),
            answer => Self::of_answer(answer, &item.choices),
        }
    }

    /// Returns the kind that an answer type gives; tables have to be asked for by their item.
    pub(in crate::checklist) fn of_answer(answer: AnswerType, choices: &'a [String]) -> Self {
        match answer {
            AnswerType::Verdict => Self::Verdict,
            AnswerType::YesNo => Self::Flag,
            AnswerType::Number | AnswerType::Percent | AnswerType::Count => Self::Number,
            AnswerType::Choice => Self::Word(choices),
            AnswerType::Choices => Self::List(Box::new(Self::Word(choices))),
            AnswerType::Date => Self::Date,
            AnswerType::Time => Self::Time,
            AnswerType::Text => Self::Text,
            AnswerType::File => Self::List(Box::new(Self::Text)),
            AnswerType::Table => Self::List(Box::new(Self::Any)),
        }
    }

    /// Says whether it is a text of some sort.
    pub(super) fn is_text(&self) -> bool {
        matches!(self, Self::Text | Self::Word(_) | Self::Verdict | Self::Date | Self::Time)
    }

    /// Says whether it has an order that means something.
    pub(super) fn is_ordered(&self) -> bool {
        matches!(self, Self::Any | Self::Number | Self::Date | Self::Time)
    }

    /// Says whether a value of this kind may stand where one of the other is wanted, or be compared with it.
    pub(super) fn can_be(&self, other: &Kind<'_>) -> bool {
        match (self, other) {
            (Self::Any, _) | (_, Kind::Any) => true,
            (Self::List(one), Kind::List(other)) => one.can_be(other),
            (Self::Rows(_), Kind::List(_) | Kind::Rows(_)) | (Self::List(_), Kind::Rows(_)) => true,
            (Self::Flag, Kind::Flag) | (Self::Number, Kind::Number) | (Self::Row(_), Kind::Row(_)) => true,
            (one, other) => one.is_text() && other.is_text(),
        }
    }

    /// Returns the kind of what is in it.
    pub(super) fn element(&self) -> Self {
        match self {
            Self::List(element) => (**element).clone(),
            Self::Rows(at) => Self::Row(*at),
            _ => Self::Any,
        }
    }

    /// Returns the word by which messages name it, which is that of the answer type.
    pub(in crate::checklist) fn name(&self) -> &'static str {
        match self {
            Self::Any => "any",
            Self::Flag => "yes-no",
            Self::Number => "number",
            Self::Text => "text",
            Self::Word(_) => "choice",
            Self::Verdict => "verdict",
            Self::Date => "date",
            Self::Time => "time",
            Self::List(_) => "list",
            Self::Rows(_) | Self::Row(_) => "table",
        }
    }
}
