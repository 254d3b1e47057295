//! Facilities (被检查单位): the units that are inspected, how they are found by typing, and how a register is taken over.
//!
//! This module does no input or output: a register comes in as the bytes of a file.

mod change;
mod code;
mod duplicate;
mod headings;
mod identify;
mod import;
mod incoming;
mod model;
mod prepared;
mod register;
mod search;
mod spelling;
mod successors;
mod words;

pub use change::{FIELDS, changed, codes_differ, content};
pub use code::{CodeMistake, check_code, suggest_code, tidy_code};
pub use duplicate::{Likeness, Pair, duplicates, merged};
pub use headings::Mapped;
pub use import::Complaint;
pub use incoming::{Incoming, type_shown};
pub use model::*;
pub use prepared::{Narrowing, Prepared};
pub use register::{Change, Differing, Outcome};
pub use search::{Search, Searched};
pub use successors::Successors;
pub use words::{Column, known_type};

/// The sample register that a new workspace begins with: an invented city's.
pub const SAMPLE: &str = include_str!("../../checklists/sample/facilities.toml");
