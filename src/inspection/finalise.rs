//! From draft to finalised: what stands in the way, and the type that can no longer be changed.

use chrono::{DateTime, FixedOffset};

use super::{
    edit::Editing,
    record::{Header, Record},
};

/// A finalised record. There is no way to change one: a correction is a new revision.
#[derive(Clone, Debug, PartialEq)]
pub struct Finalised(Record);

impl Finalised {
    /// Takes a record that its file says is finalised.
    pub(super) fn trusted(record: Record) -> Self {
        Self(record)
    }

    /// Returns the record, to be read.
    pub fn record(&self) -> &Record {
        &self.0
    }
}

/// Something that stands in the way of finalising.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Blocker {
    /// A required item at this position has no answer.
    Unanswered(usize),
    /// The answer at this position is one that it cannot be.
    Impossible(usize),
    /// A row of the table at this position has an empty cell that has to be filled in.
    Incomplete(usize),
    /// A failing item at this position does not say what was found.
    NoDescription(usize),
    /// Nobody is named as inspector.
    NoInspector,
}

impl Blocker {
    /// Returns the position of the item it is about.
    pub fn position(self) -> Option<usize> {
        match self {
            Self::Unanswered(at) | Self::Impossible(at) | Self::Incomplete(at) | Self::NoDescription(at) => Some(at),
            Self::NoInspector => None,
        }
    }

    /// Returns the key of its text in the language files.
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Unanswered(_) => "blocker.unanswered",
            Self::Impossible(_) => "blocker.impossible",
            Self::Incomplete(_) => "blocker.incomplete",
            Self::NoDescription(_) => "blocker.no-description",
            Self::NoInspector => "blocker.no-inspector",
        }
    }
}

/// Lists everything that stands in the way of finalising, in the order of the checklist.
pub fn blockers(editing: &Editing) -> Vec<Blocker> {
    let nobody = editing.details().inspectors.iter().all(|name| name.trim().is_empty());
    nobody.then_some(Blocker::NoInspector).into_iter().chain(editing.sheet().blockers()).collect()
}

/// Finalises a draft, or says what stands in the way.
///
/// The end of the inspection is set to `at` where nobody has entered one.
pub fn finalise(editing: &Editing, by: &str, at: DateTime<FixedOffset>) -> Result<Finalised, Vec<Blocker>> {
    let blockers = blockers(editing);
    if !blockers.is_empty() {
        return Err(blockers);
    }
    let mut record = editing.record();
    record.header.inspection.finished.get_or_insert(at);
    record.header = Header { finalised: Some(at), finalised_by: Some(by.to_owned()), ..record.header };
    Ok(Finalised(record))
}
