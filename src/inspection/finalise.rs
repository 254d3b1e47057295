//! From draft to finalised: what stands in the way, and the type that can no longer be changed.

use chrono::{DateTime, FixedOffset};

use super::{
    disputed::RecordField,
    edit::Editing,
    record::{Header, Record},
};
use crate::{checklist::Verdict, i18n::Lang, text};

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
    /// The draft was joined into another one, and goes on there.
    Joined,
    /// The draft was given up.
    Void,
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
    /// Several people filled in a field differently: of the item at this position, or of the whole inspection.
    Disputed(Option<usize>, RecordField),
    /// The same, and it was decided here, which comes into the draft with the next sync.
    Decided(Option<usize>, RecordField),
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
            Self::Disputed(at, _) | Self::Decided(at, _) => at,
            Self::Joined | Self::Void | Self::NoInspector | Self::TooFewInspectors(_) | Self::EndsBeforeStart => None,
        }
    }

    /// Puts it into words, without the item.
    pub fn show(self, lang: Lang) -> String {
        match self {
            Self::Disputed(_, field) => text!("blocker.disputed", field = lang.t(field.name_key())).show(lang),
            Self::Decided(_, field) => text!("blocker.decided", field = lang.t(field.name_key())).show(lang),
            Self::Joined => lang.t("blocker.joined").into_owned(),
            Self::Void => lang.t("blocker.void").into_owned(),
            Self::Unanswered(_) => lang.t("blocker.unanswered").into_owned(),
            Self::Impossible(_) => lang.t("blocker.impossible").into_owned(),
            Self::Incomplete(_) => lang.t("blocker.incomplete").into_owned(),
            Self::NoDescription(_) => lang.t("blocker.no-description").into_owned(),
            Self::NoEvidence(_) => lang.t("blocker.no-evidence").into_owned(),
            Self::NoInspector => lang.t("blocker.no-inspector").into_owned(),
            Self::TooFewInspectors(_) => lang.t("blocker.too-few-inspectors").into_owned(),
            Self::EndsBeforeStart => lang.t("blocker.ends-before-start").into_owned(),
        }
    }
}

/// Lists everything that stands in the way of finalising: time and people first, then what is in dispute, then in the order
/// of the checklist.
pub fn blockers(editing: &Editing) -> Vec<Blocker> {
    of_details(editing).into_iter().chain(of_disputes(editing)).chain(of_items(editing)).collect()
}

/// Counts what stands in the way of finalising, without listing it.
pub fn blocker_count(editing: &Editing) -> usize {
    let disputed = editing.disputed().count();
    // Without a dispute, which is the rule, nothing has to be gone through.
    let of_items = if disputed == 0 { editing.sheet().blocker_count() } else { of_items(editing).count() };
    of_details(editing).len() + disputed + of_items
}

/// Lists what several people filled in differently, also of items that are not asked any more: their answers are kept too.
fn of_disputes(editing: &Editing) -> impl Iterator<Item = Blocker> {
    editing.disputed().map(|disputed| {
        let at = disputed.item.as_ref().and_then(|item| editing.sheet().position(item));
        if disputed.decided { Blocker::Decided(at, disputed.field) } else { Blocker::Disputed(at, disputed.field) }
    })
}

/// Lists what stands in the way at the items; one that has two answers is not said to have none.
fn of_items(editing: &Editing) -> impl Iterator<Item = Blocker> {
    let two_answers: Vec<Option<usize>> = of_disputes(editing)
        .filter(|blocker| {
            matches!(blocker, Blocker::Disputed(_, RecordField::Response) | Blocker::Decided(_, RecordField::Response))
        })
        .map(Blocker::position)
        .collect();
    editing.sheet().blockers().filter(move |blocker| {
        !(matches!(blocker, Blocker::Unanswered(_)) && two_answers.contains(&blocker.position()))
    })
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
    let joined = editing.pinned().joined_into.as_ref().map(|_| Blocker::Joined);
    let void = editing.pinned().void.as_ref().map(|_| Blocker::Void);
    joined.into_iter().chain(void).chain(people).chain(ends_before.then_some(Blocker::EndsBeforeStart)).collect()
}

/// Finalises a draft, or says what stands in the way.
///
/// The end of the inspection is set to `at` where nobody has entered one and it began on the same day: when a record of
/// another day is finalised says nothing about when its inspection ended, so that stays open.
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
    for (item, answer) in &mut record.answers {
        // What was typed while the item failed is no finding of one that does not.
        let sheet = editing.sheet();
        let verdict = sheet.position(item).and_then(|at| sheet.verdict(at));
        if verdict.is_some_and(|verdict| verdict != Verdict::Fails) {
            answer.finding = None;
        }
    }
    let details = &mut record.header.inspection;
    if details.finished.is_none()
        && at.with_timezone(details.started.offset()).date_naive() == details.started.date_naive()
    {
        details.finished = Some(at);
    }
    record.header = Header { finalised: Some(at), finalised_by: Some(by.to_owned()), ..record.header };
    Ok(Finalised(record))
}
