//! What the correction of a record means for the findings that the record before had, or that it re-inspected.

use chrono::{DateTime, FixedOffset};

use super::entry::{Action, Entry, Event, Ledger, State};
use crate::{
    i18n::{Lang, Text},
    inspection::{Finalised, RecordId},
    text,
};

/// Takes what became of the findings of a record over into the findings of its correction, and withdraws those before:
/// reports count the correction only.
///
/// A finding goes on where the same item fails in the correction. Says whether the ledger `before` was changed.
pub fn carry_over(before: &mut Ledger, after: &mut Ledger, correction: &Finalised, lang: Lang) -> bool {
    let header = &correction.record().header;
    let mut changed = false;
    for old in &mut before.finding {
        let same = |entry: &&mut Entry| entry.item == old.item && !entry.standing().withdrawn;
        let new = after.finding.iter_mut().find(same);
        let reason = match &new {
            Some(new) => text!("finding-corrected.goes-on", record = header.id, id = new.id),
            None => text!("finding-corrected.gone", record = header.id),
        };
        if let Some(new) = new {
            take_over(old, new);
        }
        if !old.standing().withdrawn {
            changed = true;
            let record = Some(header.id.clone());
            old.event.push(Event { record, ..said(correction, Action::Withdrawn, &reason, lang) });
        }
    }
    changed
}

/// Says whether an event is what a record says itself of a finding.
pub(super) fn is_own(action: Action) -> bool {
    matches!(action, Action::Found | Action::CorrectedOnSite)
}

/// Takes over what happened to a finding since it was found.
fn take_over(old: &Entry, new: &mut Entry) {
    // That it was found, and put right on the spot, the correction says itself; but it happened when it was said first, and
    // what was decided since is later.
    for event in new.event.iter_mut().filter(|event| is_own(event.action)) {
        let first = old.event.iter().filter(|other| other.action == event.action).map(|other| other.at).min();
        event.at = first.map_or(event.at, |first| first.min(event.at));
    }
    for event in old.event.iter().filter(|event| !is_own(event.action) && event.action != Action::Withdrawn) {
        if !new.event.contains(event) {
            new.event.push(event.clone());
        }
    }
}

/// Says what the correction of a re-inspection adds to a finding, where `before` are the records whose place it took and
/// `result` is what it comes to itself; nothing where another decision came since.
pub fn resettled(
    entry: &Entry,
    before: &[RecordId],
    result: Option<Event>,
    correction: &Finalised,
    lang: Lang,
) -> Vec<Event> {
    let is_before = |record: Option<&RecordId>| record.is_some_and(|record| before.contains(record));
    let begun = || Event {
        record: Some(correction.record().header.id.clone()),
        ..said(correction, Action::Reinspecting, &recheck_corrected(correction), lang)
    };
    let state = entry.state();
    if is_before(entry.pending()) {
        return result.map_or_else(Vec::new, |result| vec![begun(), result]);
    }
    let history: Vec<&Event> = entry.in_order().into_iter().map(|at| &entry.event[at]).collect();
    let is_result = |event: &&Event| matches!(event.action, Action::Passed | Action::Failed);
    let Some(at) = history.iter().rposition(is_result).filter(|at| is_before(history[*at].record.as_ref())) else {
        return Vec::new();
    };
    let was = history[at];
    let opened_since = history[at..].iter().any(|event| event.action == Action::Reopened);
    let is_open = state.is_open();
    match (was.action, result) {
        (Action::Failed, Some(result)) if result.action == Action::Failed && is_open => changed(was, result),
        (Action::Failed, Some(result)) if result.action == Action::Passed && is_open => vec![begun(), result],
        (Action::Failed, None) if is_open => {
            // It stays open; that its failure stands no longer in any record is said once, in whichever language that was.
            let unjudged = said(correction, Action::Assigned, &recheck_unjudged(correction), lang);
            let is_it =
                |event: &Event| (event.at, event.action, &event.by) == (unjudged.at, unjudged.action, &unjudged.by);
            if entry.event.iter().any(is_it) { Vec::new() } else { vec![unjudged] }
        }
        (Action::Passed, Some(result)) if result.action == Action::Failed && is_open => vec![begun(), result],
        (Action::Passed, result) if state == State::Closed && !opened_since => match result {
            Some(result) if result.action == Action::Passed => Vec::new(),
            result => {
                let reopened = said(correction, Action::Reopened, &recheck_corrected(correction), lang);
                let failed = result.map(|result| [begun(), result]);
                std::iter::once(reopened).chain(failed.into_iter().flatten()).collect()
            }
        },
        _ => Vec::new(),
    }
}

/// Takes from a result that is the same as before whom and when it names, as far as that is different.
fn changed(was: &Event, result: Event) -> Vec<Event> {
    let responsible = if result.responsible == was.responsible { String::new() } else { result.responsible };
    let due = result.due.filter(|due| was.due != Some(*due));
    if responsible.is_empty() && due.is_none() {
        return Vec::new();
    }
    vec![Event { action: Action::Assigned, responsible, due, completed: None, ..result }]
}

fn recheck_corrected(correction: &Finalised) -> Text {
    text!("finding-corrected.recheck", record = correction.record().header.id)
}

fn recheck_unjudged(correction: &Finalised) -> Text {
    text!("finding-corrected.recheck-unjudged", record = correction.record().header.id)
}

/// Makes an event of the moment of a correction, by whoever finalised it.
pub(super) fn said(correction: &Finalised, action: Action, reason: &Text, lang: Lang) -> Event {
    let header = &correction.record().header;
    let at: DateTime<FixedOffset> = header.finalised.unwrap_or(header.inspection.started);
    let by = header.finalised_by.as_deref().unwrap_or_default();
    Event { reason: reason.show(lang), ..Event::new(at, by, action) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checklist::Digest,
        inspection::{self, StoredRecord},
    };

    fn correction() -> Finalised {
        let record = include_str!("../../tests/data/valid/record.toml").replacen(
            "revision = 1\n",
            "revision = 2\nfinalised = \"2026-11-23T09:00:00+08:00\"\nfinalised_by = \"林明\"\n",
            1,
        );
        match inspection::read(&record.replace("DIGEST", &Digest::of(b"").0)).expect("a record") {
            StoredRecord::Finalised(finalised) => finalised,
            StoredRecord::Draft(_) => unreachable!("it is finalised"),
        }
    }

    #[test]
    fn that_a_recheck_is_unjudged_is_said_once_in_whichever_language() {
        let (correction, before) = (correction(), RecordId("01BEFORE".into()));
        let at = |time: &str| time.parse().expect("a time");
        let failed = Event {
            record: Some(before.clone()),
            ..Event::new(at("2026-11-22T09:00:00+08:00"), "林明", Action::Failed)
        };
        let found = Event::new(at("2026-11-21T09:00:00+08:00"), "林明", Action::Found);
        let mut entry = Entry::made_up(vec![found, failed]);
        let again = |entry: &Entry, lang| resettled(entry, std::slice::from_ref(&before), None, &correction, lang);
        let said = again(&entry, Lang::Zh);
        assert_eq!(said.len(), 1);
        entry.event.extend(said);
        for lang in Lang::ALL {
            assert_eq!(again(&entry, lang), [], "{lang:?}");
        }
    }
}
