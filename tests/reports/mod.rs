//! Reports: what is counted, that every format says the same, and that nothing from outside gets loose in one.

mod corrected;
mod counting;
mod formats;
mod grades;
mod ledger;
pub mod made;
mod papers;
mod proof;
pub mod returned;
mod scope;
mod targets;
