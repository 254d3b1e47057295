//! The ledger of findings (问题台账): what was found wrong, what became of it, and when it may be closed (销号).
//!
//! A finding is numbered when its record is finalised and only ever gets further events, so that nothing that somebody
//! said about it is lost and files from two computers can be joined. This module does no input or output.

mod contradiction;
mod corrected;
mod entry;
mod file;
mod number;
mod order;
mod recheck;
mod register;
mod renewed;
mod standing;

pub use contradiction::{Contradiction, Settlement};
pub use corrected::{carry_over, resettled};
pub use entry::{Action, Entry, Event, Ledger, Source, State};
pub use file::{read_ledger, write_ledger};
pub use number::FindingId;
pub use order::CLOCK_OFF_HOURS;
pub use recheck::{open_items, recheck_checklist, rechecked_checklist, settled};
pub use register::{Row, earlier, recurrences, register};
pub use renewed::renew;
pub use standing::{EVIDENCE_SEPARATOR, Recheck, Standing, WITHDRAWN_KEY};
