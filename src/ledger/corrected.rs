//! What the correction of a record means for the findings that the record before had.

use chrono::{DateTime, FixedOffset};

use super::{
    entry::{Action, Entry, Event},
    register::fails,
};
use crate::{
    checklist::Checklist,
    i18n::Lang,
    inspection::{Answer, Finalised},
    text,
};

/// Says whether the item of a finding fails in a correction as well, so that the finding keeps its number.
pub fn fails_still(entry: &Entry, correction: &Finalised, checklist: &Checklist) -> bool {
    failing(entry, correction, checklist).is_some()
}

/// Says what a correction adds to a finding: that it is withdrawn, or that person or term are others; nothing where it says
/// the same.
///
/// A finding that is closed or handed over stays so.
pub fn of_correction(entry: &Entry, correction: &Finalised, checklist: &Checklist, lang: Lang) -> Option<Event> {
    if !entry.state().is_open() {
        return None;
    }
    let header = &correction.record().header;
    let at: DateTime<FixedOffset> = header.finalised.unwrap_or(header.inspection.started);
    let event = |action, reason: crate::i18n::Text| Event {
        at,
        by: header.finalised_by.clone().unwrap_or_default(),
        action,
        reason: reason.show(lang),
        responsible: String::new(),
        due: None,
        before: Vec::new(),
        after: Vec::new(),
        record: Some(header.id.clone()),
    };
    let Some(answer) = failing(entry, correction, checklist) else {
        return Some(event(Action::Withdrawn, text!("finding-corrected.gone", record = header.id)));
    };
    let finding = answer.finding.clone().unwrap_or_default();
    let responsible = Some(finding.responsible).filter(|name| !name.is_empty() && name != entry.responsible());
    let due = finding.due.filter(|due| entry.due() != Some(*due));
    (responsible.is_some() || due.is_some()).then(|| Event {
        responsible: responsible.unwrap_or_default(),
        due,
        ..event(Action::Assigned, text!("finding-corrected.changed", record = header.id))
    })
}

fn failing<'record>(entry: &Entry, correction: &'record Finalised, checklist: &Checklist) -> Option<&'record Answer> {
    let record = correction.record();
    let item = checklist.item(&entry.item)?;
    let (_, answer) = record.answers.iter().find(|(id, _)| *id == entry.item)?;
    fails(item, answer, record.header.inspection.started.date_naive()).then_some(answer)
}
