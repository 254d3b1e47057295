//! Checklists (检查表): the language they are written in, and how they come out of a plan.
//!
//! A checklist is one TOML file that a person edits. This module reads it with every mistake at its place, judges answers
//! by it, and makes it from the clauses of a plan and the item bank of a topic. It does no input or output.
//!
//! | what | where |
//! |---|---|
//! | the words of the domain | `model`, `item` |
//! | answers: their value, what people type, when they conform | `value`, `entry`, `rule` |
//! | conditions, expressions, what depends on what, and scoring | `condition`, `check`, `expression`, `logic`, `scoring` |
//! | what changed between two versions | `versions` |
//! | reading a file: the tree, its fields, items, mistakes of TOML, misspelt words | `read`, `fields`, `read_item`, `read_condition`, `read_scoring`, `read_logic`, `syntax`, `words`, `diagnostic` |
//! | writing the file that people learn the format from | `write` |
//! | making checklists: requests, the two sorts, wording, identities, what says the same | `generate`, `on_site`, `progress`, `wording`, `identify`, `similar` |
//! | generating again over an edited file | `merge`, `change` |
//! | the item banks that ship | [`builtin`] |

pub mod builtin;
mod change;
mod check;
mod condition;
mod diagnostic;
mod effects;
mod entry;
mod expression;
mod fields;
mod generate;
mod identify;
mod item;
mod logic;
mod merge;
mod model;
mod next;
mod on_site;
mod progress;
mod read;
mod read_condition;
mod read_item;
mod read_logic;
mod read_scoring;
mod rectify;
mod rule;
mod scoring;
mod similar;
mod suspect;
mod syntax;
mod undecided;
mod value;
mod versions;
mod wording;
mod words;
mod write;

pub use change::{Change, ChangeKind, ChangePlace};
pub use check::Check;
pub use condition::{Condition, Expression, Operand, Test};
pub use diagnostic::{Code, Diagnostic, DiagnosticLevel, Reading, explanation};
pub use effects::{AffectedItem, Effects};
pub use entry::ANSWER_MAX_CHARS;
pub use expression::{Answers, Compiled, Read};
pub use generate::{Generated, Request, TopicInfo, generate};
pub use item::*;
pub use logic::{Logic, Node};
pub use merge::{Merged, merge};
pub use model::*;
pub use next::{NextVisit, Term};
pub use progress::{about_at_least, indicator_of, is_more_than_wanted};
#[cfg(test)]
pub(crate) use read::known_fields;
pub use read::{FILE_MAX_BYTES, ITEMS_MAX, Neighbours, SECTIONS_MAX, read, read_among};
pub use scoring::{Grade, ScoreMethod, Scoring};
pub use suspect::{Acceptance, Suspect, suspects, suspects_of_item};
pub use value::{FileRef, Row, Value};
pub use versions::{Differences, FieldChange, ItemChange, differences};
pub use write::{SCHEMA_LINE, write, write_in};

#[cfg(test)]
mod arbitrary;
#[cfg(test)]
mod generate_tests;
#[cfg(test)]
mod merge_tests;
#[cfg(test)]
mod read_tests;
