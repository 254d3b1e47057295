//! Facilities (被检查单位): the units that are inspected, and how they are found by typing.
//!
//! This module does no input or output.

mod model;
mod prepared;
mod search;

pub use model::*;
pub use prepared::{Narrowing, Prepared};
pub use search::{Search, Searched};

/// The sample register that a new workspace begins with: an invented city's.
pub const SAMPLE: &str = include_str!("../../checklists/sample/facilities.toml");
