//! Inspections: records and their answers, judging, scoring, undo, and the step from draft to finalised.
//!
//! A [`Draft`] can always be changed and saved, with any gaps in it; a [`Finalised`] record is another type that has no way
//! to be changed. This module does no input or output: [`crate::store`] keeps what it makes.

mod disputed;
mod edit;
mod family;
mod file;
mod finalise;
mod moving;
mod record;
mod review;
mod revision;
mod sheet;
mod standing;
mod state;
mod tally;
pub(crate) mod written;

pub use disputed::{Disputed, RecordField};
pub use edit::{Action, Change, Editing, Entry, StepRefused};
pub use family::{Member, families, superseding};
pub use file::{StoredRecord, answered_by, header_end, read, read_header, write};
pub use finalise::{Blocker, Finalised, blocker_count, blockers, finalise};
pub use moving::{Move, MoveStep, move_to};
pub use record::{
    Answer, ClockSet, Details, FacilityPin, Finding, Header, PinnedChecklist, Record, RecordId, Response, Revised,
    Summary, Void,
};
pub use review::{Decision, ItemReview, Level, Review, ReviewId, read_review, write_review};
pub use revision::{AnswerChange, Part, differences, revise};
pub use sheet::{BlankSheet, Outlook, Sheet};
pub use standing::{Content, Objection, Standing, Standings};
pub use tally::Tally;

pub use crate::checklist::Verdict;

#[cfg(test)]
mod arbitrary;
#[cfg(test)]
mod law_tests;
#[cfg(test)]
mod logic_tests;
#[cfg(test)]
mod rule_tests;
