//! Tracing (追溯): from a clause of a plan to its items, tasks, records, findings and their closing, and back.
//!
//! What was inspected is counted by [`crate::report`], how far findings are is known by [`crate::ledger`]; this module only
//! follows the links and says where they break off. It writes nothing.

mod gaps;
mod known;
mod links;
mod subject;

pub use gaps::{Gaps, Unchecked};
pub use known::Known;
pub use links::{Group, Line, Sort, Trace};
pub use subject::Subject;
