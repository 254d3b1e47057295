//! Checklists (检查表): the language they are written in, and how they come out of a plan.
//!
//! A checklist is one TOML file that a person edits. This module reads it with every mistake at its place, judges answers
//! by it, and makes it from the clauses of a plan and the item bank of a topic. It does no input or output.

mod entry;
mod model;
mod rule;
mod value;

pub use entry::ANSWER_MAX_CHARS;
pub use model::*;
pub use value::Value;
