//! What the correction of a record means for the findings that the record before had.

use chrono::{DateTime, FixedOffset};

use super::entry::{Action, Event, Ledger};
use crate::{i18n::Lang, inspection::Finalised, text};

/// Takes what became of the findings of a record over into the findings of its correction, and withdraws what is still open
/// before: reports count the correction only.
///
/// A finding goes on where the same item fails in the correction. Says whether the ledger `before` was changed.
pub fn carry_over(before: &mut Ledger, after: &mut Ledger, correction: &Finalised, lang: Lang) -> bool {
    let header = &correction.record().header;
    let at: DateTime<FixedOffset> = header.finalised.unwrap_or(header.inspection.started);
    let mut changed = false;
    for old in &mut before.finding {
        let new = after.finding.iter_mut().find(|entry| entry.item == old.item);
        let reason = match &new {
            Some(new) => text!("finding-corrected.goes-on", record = header.id, id = new.id),
            None => text!("finding-corrected.gone", record = header.id),
        };
        if let Some(new) = new {
            // That it was found, and put right on the spot, the correction says itself.
            let own =
                |event: &&Event| matches!(event.action, Action::Found | Action::CorrectedOnSite | Action::Withdrawn);
            new.event.extend(old.event.iter().filter(|event| !own(event)).cloned());
        }
        if old.state().is_open() {
            changed = true;
            let by = header.finalised_by.clone().unwrap_or_default();
            old.event.push(Event {
                reason: reason.show(lang),
                record: Some(header.id.clone()),
                ..Event::new(at, &by, Action::Withdrawn)
            });
        }
    }
    changed
}
