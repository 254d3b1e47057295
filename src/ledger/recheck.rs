//! Re-inspection (复查, 回头看): a checklist of only what was open, and what its record says about the findings.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate};

use super::{
    entry::{Action, Entry, Event},
    register::sheet_of,
};
use crate::{
    checklist::{Checklist, ChecklistId, ItemId},
    i18n::{Lang, Text},
    inspection::{Finalised, RecordId, Verdict},
    text,
};

/// With what the identity of a re-inspection's checklist ends.
const ENDING: &str = "-recheck";

/// Returns the checklist that a re-inspection goes back to; nothing for the checklist of anything else.
pub fn rechecked_checklist(id: &ChecklistId) -> Option<ChecklistId> {
    id.0.strip_suffix(ENDING).map(|id| ChecklistId(id.to_owned()))
}

/// Returns the items of open findings, each once, in the order of the checklist.
pub fn open_items(checklist: &Checklist, entries: &[&Entry]) -> Vec<ItemId> {
    let is_open = |id: &ItemId| entries.iter().any(|entry| entry.item == *id && entry.state().is_open());
    checklist.items.iter().map(|item| item.id.clone()).filter(|id| is_open(id)).collect()
}

/// Makes the checklist of a re-inspection: only the items of the open findings, each saying what it was.
pub fn recheck_checklist(checklist: &Checklist, entries: &[&Entry], lang: Lang) -> Checklist {
    let wanted = open_items(checklist, entries);
    let mut recheck = checklist.clone();
    recheck.id = ChecklistId(format!("{}{ENDING}", checklist.id));
    recheck.title.zh = text!("ledger.recheck-title", title = checklist.title.zh).show(Lang::Zh);
    recheck.title.en =
        checklist.title.en.as_ref().map(|title| text!("ledger.recheck-title", title = title).show(Lang::En));
    recheck.items.retain(|item| wanted.contains(&item.id));
    // A grade is of the whole checklist; what was open says nothing about it.
    recheck.scoring.grades.clear();
    for item in &mut recheck.items {
        let open = entries.iter().filter(|entry| entry.item == item.id && entry.state().is_open());
        // What is still wrong is no less grave than it was.
        item.severity = open.map(|entry| entry.severity).max().unwrap_or(item.severity);
        for entry in entries.iter().filter(|entry| entry.item == item.id) {
            item.how = with_before(entry, &item.how, lang);
            if !item.how_en.is_empty() {
                item.how_en = with_before(entry, &item.how_en, Lang::En);
            }
        }
    }
    recheck.sections.retain(|section| recheck.items.iter().any(|item| item.section == section.id));
    recheck
}

/// Says in front of how an item is looked at what was found there, and what the unit reported of it.
fn with_before(entry: &Entry, how: &str, lang: Lang) -> String {
    let was = match entry.due() {
        Some(due) => text!("ledger.it-was", id = entry.id, description = entry.description, due = due),
        None => text!("ledger.it-was-undated", id = entry.id, description = entry.description),
    };
    let report = entry.event.iter().rev().find(|event| event.action == Action::Submitted);
    let report = report.map(|event| text!("ledger.reported", reason = event.reason).show(lang));
    let parts = [Some(was.show(lang)), report, Some(how.to_owned())];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

impl Event {
    /// Says what day it names beside its own: that of completion, or that of the visit.
    pub fn day_shown(&self) -> Option<Text> {
        let is_visit = matches!(self.action, Action::Passed | Action::Failed);
        self.completed.map(|day| {
            if is_visit { text!("ledger.visited", day = day) } else { text!("returned.completed", day = day) }
        })
    }
}

impl Entry {
    /// Returns the term that was in force when a re-inspection looked at it.
    pub fn due_before(&self, recheck: &RecordId) -> Option<NaiveDate> {
        let is_result = |event: &Event| {
            matches!(event.action, Action::Passed | Action::Failed) && event.record.as_ref() == Some(recheck)
        };
        let events = self.in_order().into_iter().map(|at| &self.event[at]);
        let before = events.take_while(|event| !is_result(event)).cloned().collect();
        Self { event: before, ..self.clone() }.due()
    }
}

/// Says what the record of a re-inspection comes to for a finding: passed, failed, or nothing where it was not judged.
pub fn settled(entry: &Entry, finalised: &Finalised, checklist: &Arc<Checklist>) -> Option<Event> {
    let header = &finalised.record().header;
    let sheet = sheet_of(finalised, checklist);
    let item = sheet.position(&entry.item).filter(|item| sheet.applies(*item))?;
    let verdict = sheet.verdict(item).filter(|verdict| !verdict.is_exempt())?;
    let (answer, failed) = (sheet.answer(item), verdict == Verdict::Fails);
    let finding = answer.and_then(|answer| answer.finding.clone()).filter(|_| failed).unwrap_or_default();
    let note = answer.map(|answer| answer.note.clone()).unwrap_or_default();
    let at: DateTime<FixedOffset> = header.finalised.unwrap_or(header.inspection.started);
    let by = header.finalised_by.as_deref().unwrap_or_default();
    let action = if failed { Action::Failed } else { Action::Passed };
    // A record is often finalised days after the visit, and the term is kept on the day of the visit.
    let visited = header.inspection.started.date_naive();
    Some(Event {
        reason: if failed { finding.description } else { note },
        responsible: finding.responsible,
        due: finding.due,
        completed: Some(visited).filter(|day| *day != at.date_naive()),
        record: Some(header.id.clone()),
        ..Event::new(at, by, action)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::checklist::Item;

    #[test]
    fn what_was_found_stands_before_how_to_look_in_both_languages() {
        let found = Event::new("2026-03-01T09:00:00+08:00".parse().expect("a moment"), "林明", Action::Found);
        let entry = Entry::made_up(vec![found]);
        let how = |how: &str, how_en: &str| {
            let item =
                Item { id: entry.item.clone(), how: how.to_owned(), how_en: how_en.to_owned(), ..Item::default() };
            let checklist = Checklist { items: vec![item], ..Checklist::default() };
            let made = recheck_checklist(&checklist, &[&entry], Lang::Zh).items.remove(0);
            [made.how, made.how_en]
        };
        let was = "【原问题 2026-ABCDEF-01】登记缺两例。";
        let was_en = "[Finding 2026-ABCDEF-01] 登记缺两例.";
        assert_eq!(
            how("查登记本", "See the register"),
            [format!("{was} 查登记本"), format!("{was_en} See the register")]
        );
        // Without English words the Chinese ones are shown, which say it.
        assert_eq!(how("", ""), [was.to_owned(), String::new()]);
    }
}
