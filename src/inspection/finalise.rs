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

    /// Takes the record apart from what its file says of it.
    pub(super) fn into_record(self) -> Record {
        self.0
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
    /// The item at this position lacks the evidence that it asks for.
    NoEvidence(usize),
    /// Nobody is named as inspector.
    NoInspector,
    /// Fewer inspectors are named than the checklist asks for, which is this many.
    TooFewInspectors(u32),
    /// The inspection ended before it began.
    EndsBeforeStart,
}

impl Blocker {
    /// Returns the position of the item it is about.
    pub fn position(self) -> Option<usize> {
        match self {
            Self::Unanswered(at)
            | Self::Impossible(at)
            | Self::Incomplete(at)
            | Self::NoDescription(at)
            | Self::NoEvidence(at) => Some(at),
            Self::NoInspector | Self::TooFewInspectors(_) | Self::EndsBeforeStart => None,
        }
    }

    /// Returns the key of its text in the language files.
    pub fn text_key(self) -> &'static str {
        match self {
            Self::Unanswered(_) => "blocker.unanswered",
            Self::Impossible(_) => "blocker.impossible",
            Self::Incomplete(_) => "blocker.incomplete",
            Self::NoDescription(_) => "blocker.no-description",
            Self::NoEvidence(_) => "blocker.no-evidence",
            Self::NoInspector => "blocker.no-inspector",
            Self::TooFewInspectors(_) => "blocker.too-few-inspectors",
            Self::EndsBeforeStart => "blocker.ends-before-start",
        }
    }
}

/// Lists everything that stands in the way of finalising: time and people first, then in the order of the checklist.
pub fn blockers(editing: &Editing) -> Vec<Blocker> {
    of_details(editing).into_iter().chain(editing.sheet().blockers()).collect()
}

/// Counts what stands in the way of finalising, without listing it.
pub fn blocker_count(editing: &Editing) -> usize {
    of_details(editing).len() + editing.sheet().blocker_count()
}

/// Lists what stands in the way in when, where, and by whom.
fn of_details(editing: &Editing) -> Vec<Blocker> {
    let details = editing.details();
    let named = details.inspectors.iter().filter(|name| !name.trim().is_empty()).count();
    let wanted = editing.sheet().checklist().inspectors;
    let people = match named {
        0 => Some(Blocker::NoInspector),
        named if named < wanted as usize => Some(Blocker::TooFewInspectors(wanted)),
        _ => None,
    };
    let ends_before = details.finished.is_some_and(|finished| finished < details.started);
    people.into_iter().chain(ends_before.then_some(Blocker::EndsBeforeStart)).collect()
}

/// Finalises a draft, or says what stands in the way.
///
/// The end of the inspection is set to `at` where nobody has entered one.
pub fn finalise(editing: &Editing, by: &str, at: DateTime<FixedOffset>) -> Result<Finalised, Vec<Blocker>> {
    let blockers = blockers(editing);
    if !blockers.is_empty() {
        return Err(blockers);
    }
    // A clock that was set back would otherwise end the inspection before it began.
    if editing.details().finished.is_none() && at < editing.details().started {
        return Err(vec![Blocker::EndsBeforeStart]);
    }
    let mut record = editing.record();
    record.header.inspection.finished.get_or_insert(at);
    record.header = Header { finalised: Some(at), finalised_by: Some(by.to_owned()), ..record.header };
    Ok(Finalised(record))
}
