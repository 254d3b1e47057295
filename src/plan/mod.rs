//! Plan documents: text → outline → clauses → indicators.
//!
//! This module reads what a commission wrote and says what it asks for. It gets bytes and gives values: it does no input
//! or output and knows nothing of checklists. Every clause is an exact piece of the source with its position.

mod model;

pub use model::*;
