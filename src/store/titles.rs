//! What records and findings keep as it was then, as whoever looks now knows it: titles, questions and units.
//!
//! The checklists in use have titles and questions in other languages as well, as far as they still say the same in Chinese.

use super::{ChecklistFile, RecordRow};
use crate::{
    checklist::{Checklist, ChecklistId, ItemId, Sort},
    facility::Facility,
    i18n::{Lang, Text},
    inspection::{FacilityPin, PinnedChecklist, Summary},
    ledger::rechecked_checklist,
    percent, text,
};

/// Names the checklist that a record or a finding keeps, or the re-inspection with one.
pub fn title_shown(checklists: &[ChecklistFile], pinned: &PinnedChecklist, lang: Lang) -> String {
    let same = in_use(checklists, &pinned.id).filter(|checklist| checklist.title.zh == pinned.title);
    if let Some(checklist) = same {
        return checklist.title.show(lang).to_owned();
    }
    let original = rechecked_checklist(&pinned.id).and_then(|id| in_use(checklists, &id));
    let again = |title: &str, lang| text!("ledger.recheck-title", title = title).show(lang);
    match original.filter(|checklist| again(&checklist.title.zh, Lang::Zh) == pinned.title) {
        Some(checklist) => again(checklist.title.show(lang), lang),
        None => pinned.title.clone(),
    }
}

/// Says what the item of a finding asks, which is `question` in Chinese.
pub fn question_shown<'text>(
    checklists: &'text [ChecklistFile],
    pinned: &PinnedChecklist,
    item: &ItemId,
    question: &'text str,
    lang: Lang,
) -> &'text str {
    let id = rechecked_checklist(&pinned.id);
    let checklist = in_use(checklists, id.as_ref().unwrap_or(&pinned.id));
    let same = checklist.and_then(|checklist| checklist.items.iter().find(|known| known.id == *item));
    same.filter(|item| item.text.zh == question).map_or(question, |item| item.text.show(lang))
}

/// Names the unit that a finding belongs to now, and what it was at the inspection where that was another name or number.
pub fn unit_shown(register: &[Facility], then: &FacilityPin, lang: Lang) -> String {
    let was = format!("{} {}", then.id, then.name);
    match register.iter().find(|unit| unit.is(&then.id)) {
        Some(now) if now.id != then.id || now.name != then.name => {
            text!("finding-field.unit-then", id = now.id, name = now.name, was = was).show(lang)
        }
        _ => was,
    }
}

/// Says what came out of a record, or how far its draft is: a comparison of figures has no score and nothing that fails.
pub fn result_shown(checklists: &[ChecklistFile], row: &RecordRow) -> Text {
    let Summary { answered, items, conforming, failed, score_rate, .. } = &row.summary;
    if row.finalised.is_none() {
        return text!("home.draft", answered = answered, items = items);
    }
    if is_progress(checklists, &row.checklist) {
        return text!("home.result-of-figures", conforming = conforming, failed = failed);
    }
    let rate = score_rate.map_or_else(|| "-".to_owned(), percent::show);
    text!("home.result", rate = rate, failed = failed)
}

/// Says whether a record compares figures, which is no inspection, by the checklist in use; of one that is gone it is unknown.
pub fn is_progress(checklists: &[ChecklistFile], pinned: &PinnedChecklist) -> bool {
    let again = rechecked_checklist(&pinned.id);
    in_use(checklists, again.as_ref().unwrap_or(&pinned.id)).is_some_and(|checklist| checklist.sort == Sort::Progress)
}

fn in_use<'files>(checklists: &'files [ChecklistFile], id: &ChecklistId) -> Option<&'files Checklist> {
    checklists.iter().map(|file| &*file.checklist).find(|checklist| checklist.id == *id)
}
