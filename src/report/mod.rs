//! Reports: one tally of a period, and one file for each way to lay it out.
//!
//! | what | where |
//! |---|---|
//! | which records: the filter | `filter` |
//! | what is counted from: facts, checklists, plans, register | `material` |
//! | the one structure with every number, its definition and the records behind it | [`tally`] |
//! | what a filter can hold, and how it is said | `scope` |
//! | how wide a text is on paper | `halves` |
//! | where the lines of a title end | `title` |
//! | what a screen shows of a report before it is written | [`preview`] |
//!
//! A format never counts: it lays out what the tally says, so that all formats of a report show the same numbers. This module
//! writes no file; it makes bytes, and [`crate::store`] replaces files with them.

mod behind;
mod clean;
pub mod document;
pub mod filter;
pub mod format;
mod halves;
pub mod kind;
mod material;
pub mod papers;
pub mod preview;
pub mod returned;
pub mod scope;
mod tables;
pub mod tally;
mod title;
pub mod verify;
pub mod words;

pub use filter::{Filter, Period};
pub use format::{Format, Output};
pub use kind::{Kind, document};
pub use material::Material;
pub use preview::Preview;
pub use tally::{Tally, count, count_for_every_plan};
