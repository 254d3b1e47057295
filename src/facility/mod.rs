//! Facilities (被检查单位): the units that are inspected, and how they are found by typing.
//!
//! This module does no input or output.

mod model;

pub use model::*;
