//! What text editors need: schemas, completion, hints, places, formatting.
//!
//! One set of tables says what may stand in each file; everything here is made from it. This module gets texts and gives
//! texts: it does no input or output and knows no protocol.
//!
//! | what | where |
//! |---|---|
//! | what may stand where | `shape`, `checklist_shapes`, `other_shapes` |
//! | JSON Schemas | `schema` |
//! | places as editors count them | `position` |
//! | unfinished TOML | `outline`, `names` |
//! | completion, hints, definitions | `assist` |
//! | laying out a file | `format` |
//! | beginning a file | `begin` |
//! | a checklist as it will be seen | `preview`, `page` |

mod assist;
mod begin;
mod checklist_shapes;
mod format;
mod names;
mod other_shapes;
mod outline;
mod page;
mod position;
mod preview;
mod schema;
mod shape;

pub use assist::{Assistant, Definition, Offer, OfferKind, Surroundings};
pub use begin::{copy, template};
pub use format::format;
pub use page::page;
pub use position::Lines;
pub use preview::{Asked, Part, head, parts};
pub use schema::FileSort;

#[cfg(test)]
mod assist_tests;
