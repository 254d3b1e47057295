//! When an item or a section is asked: conditions over the answers to other items.

use super::{ItemId, PassRule};

/// An expression of the Common Expression Language (CEL), as it is written.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Expression(pub String);

/// When an item or a section is asked.
#[derive(Clone, Debug, PartialEq)]
pub enum Condition {
    /// The answer to one item: `{ item = "A1", is = "yes" }`.
    Item(ItemId, Test),
    /// Every one of them holds: `{ all = […] }`, or just a list.
    All(Vec<Condition>),
    /// One of them holds: `{ any = […] }`.
    Any(Vec<Condition>),
    /// It does not hold: `{ not = { … } }`.
    Not(Box<Condition>),
    /// Anything else: a text.
    Expression(Expression),
}

/// What the answer to an item is compared with.
#[derive(Clone, Debug, PartialEq)]
pub enum Test {
    /// It is one of these: `is = "yes"`, `is = ["甲", "乙"]`.
    Is(Vec<Operand>),
    /// It is none of these: `is_not = "fails"`.
    IsNot(Vec<Operand>),
    /// All of these are among the words chosen: `includes = "甲"`.
    Includes(Vec<String>),
    /// It meets a rule: `value = ">= 3"`.
    Value(PassRule),
    /// There is an answer, or there is none: `answered = true`.
    Answered(bool),
}

/// A value as it is written in a condition; the item that it is compared with says what it means.
#[derive(Clone, Debug, PartialEq)]
pub enum Operand {
    /// `true` or `false`, for `yes` and `no`.
    Flag(bool),
    /// A number.
    Number(f64),
    /// A word of the item's choices, `yes`, `no`, a verdict, a date, a time or a text.
    Word(String),
}

impl Condition {
    /// Lists the items that the condition names outside of expressions, in the order in which they are written.
    pub fn items(&self) -> Vec<&ItemId> {
        match self {
            Self::Item(item, _) => vec![item],
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::items).collect(),
            Self::Not(part) => part.items(),
            Self::Expression(_) => Vec::new(),
        }
    }

    /// Lists the expressions in the condition, in the order in which they are written.
    pub fn expressions(&self) -> Vec<&Expression> {
        match self {
            Self::Item(_, Test::Value(PassRule::Expression(expression))) | Self::Expression(expression) => {
                vec![expression]
            }
            Self::Item(..) => Vec::new(),
            Self::All(parts) | Self::Any(parts) => parts.iter().flat_map(Self::expressions).collect(),
            Self::Not(part) => part.expressions(),
        }
    }
}
