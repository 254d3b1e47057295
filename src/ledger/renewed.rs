//! What it means for the ledger of a record that another finalised text took the place of the one it was made of.
//!
//! Two people who finalise the same draft without knowing of one another make two texts of it; one of them is chosen, and
//! the findings of the other one may have been registered, and travelled, by then.

use std::collections::HashSet;

use super::{
    corrected::{is_own, said},
    entry::{Action, Entry, Event, Ledger},
    number::FindingId,
};
use crate::{i18n::Lang, inspection::Finalised, text};

/// Makes a ledger that of another finalised text of its record; `fresh` is what that text comes to by itself, and `items`
/// the number of items of its checklist.
///
/// What fails in both goes on, what no longer fails is withdrawn, and what is new gets a number that none had before. The
/// result follows from the two and nothing else, so that every device comes to the same.
pub fn renew(ledger: &mut Ledger, fresh: Ledger, items: usize, finalised: &Finalised, lang: Lang) {
    let mut going_on = HashSet::new();
    for old in ledger.finding.iter_mut().filter(|old| !old.standing().withdrawn) {
        // Of two about the same item one goes on.
        let fails = fresh.finding.iter().any(|new| new.item == old.item);
        if !fails || !going_on.insert(old.item.clone()) {
            let reason = text!("finding-renewed.gone", by = finalised_by(finalised));
            let record = Some(finalised.record().header.id.clone());
            old.event.push(Event { record, ..said(finalised, Action::Withdrawn, &reason, lang) });
        }
    }
    for new in fresh.finding {
        // What a correction withdrew stays what it was.
        let is_gone = new.standing().withdrawn;
        let same = |old: &&mut Entry| old.item == new.item && (is_gone || !old.standing().withdrawn);
        if let Some(old) = ledger.finding.iter_mut().find(same) {
            go_on(old, new);
        } else {
            let id = free_number(ledger, &new.id, items);
            ledger.finding.push(Entry { id, ..new });
        }
    }
    (ledger.texts, ledger.source) = (fresh.texts, fresh.source);
}

/// Goes on with a finding that another text has as well: it was found as that one says, and what became of it stays.
fn go_on(old: &mut Entry, new: Entry) {
    let (found, more): (Vec<Event>, Vec<Event>) = new.event.into_iter().partition(|event| is_own(event.action));
    let kept = std::mem::take(&mut old.event).into_iter().filter(|event| !is_own(event.action));
    let mut event: Vec<Event> = found.into_iter().chain(kept).collect();
    for one in more {
        if !event.contains(&one) {
            event.push(one);
        }
    }
    *old = Entry { id: old.id.clone(), event, ..new };
}

/// Returns a number that no finding of a ledger has: the one that is wanted, or one behind those of all items.
fn free_number(ledger: &Ledger, wanted: &FindingId, items: usize) -> FindingId {
    let is_free = |id: &FindingId| ledger.finding.iter().all(|entry| entry.id != *id);
    let Some((before, number)) = wanted.0.rsplit_once('-') else { return wanted.clone() };
    let first: usize = number.parse().unwrap_or_default();
    let numbers = (first..).step_by(items.max(1)).map(|number| FindingId(format!("{before}-{number:02}").into()));
    numbers.take(ledger.finding.len() + 1).find(is_free).unwrap_or_else(|| wanted.clone())
}

fn finalised_by(finalised: &Finalised) -> &str {
    finalised.record().header.finalised_by.as_deref().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checklist::{Digest, ItemId},
        inspection::{self, StoredRecord},
        ledger::{Source, State},
    };

    /// A finalised text of one record.
    fn finalised(by: &str, hour: u32) -> Finalised {
        let record = include_str!("../../tests/data/valid/record.toml").replacen(
            "revision = 1\n",
            &format!("revision = 1\nfinalised = \"2026-11-21T{hour:02}:00:00+08:00\"\nfinalised_by = \"{by}\"\n"),
            1,
        );
        let digest = Digest::of(b"").0;
        match inspection::read(&record.replace("DIGEST", &digest)).expect("a record") {
            StoredRecord::Finalised(finalised) => finalised,
            StoredRecord::Draft(_) => unreachable!("it is finalised"),
        }
    }

    /// What a text comes to by itself whose items of these places in a checklist of ten fail.
    fn fresh(by: &str, hour: u32, failing: &[usize]) -> Ledger {
        let finalised = finalised(by, hour);
        let entry = |place: &usize| Entry {
            id: FindingId(format!("2026-ABCDEF-{place:02}").into()),
            item: ItemId(format!("I{place}")),
            description: format!("{by}说{place}"),
            ..Entry::made_up(vec![said(&finalised, Action::Found, &text!("finding-action.found"), Lang::Zh)])
        };
        Ledger {
            format: 1,
            texts: Some(vec![Digest::of(by.as_bytes())]),
            source: Source::made_up(),
            finding: failing.iter().map(entry).collect(),
        }
    }

    fn renewed(mut ledger: Ledger, by: &str, hour: u32, failing: &[usize]) -> Ledger {
        renew(&mut ledger, fresh(by, hour, failing), 10, &finalised(by, hour), Lang::Zh);
        ledger
    }

    /// The findings that stand, by the ends of their numbers.
    fn standing(ledger: &Ledger) -> Vec<(&str, &str)> {
        let standing = ledger.finding.iter().filter(|entry| !entry.standing().withdrawn);
        standing.map(|entry| (&entry.id.0[12..], entry.item.0.as_str())).collect()
    }

    #[test]
    fn what_another_text_says_stands_under_numbers_that_were_never_anything_else() {
        type Case<'case> = (&'case [usize], &'case [usize], &'case [(&'case str, &'case str)]);
        let cases: [Case; 5] = [
            (&[2], &[1], &[("01", "I1")]),
            (&[2], &[2], &[("02", "I2")]),
            (&[1, 3], &[1, 2], &[("01", "I1"), ("02", "I2")]),
            (&[], &[7], &[("07", "I7")]),
            (&[7], &[], &[]),
        ];
        for (before, after, expected) in cases {
            let once = renewed(fresh("王", 11, before), "赵", 10, after);
            assert_eq!(standing(&once), expected, "{before:?} {after:?}");
            assert_eq!(once.texts, Some(vec![Digest::of("赵".as_bytes())]));
            assert_eq!(renewed(once.clone(), "赵", 10, after), once, "doing it twice changes nothing");
            for entry in &once.finding {
                let found = entry.event.iter().filter(|event| event.action == Action::Found).count();
                assert_eq!(found, 1, "{before:?} {after:?}: {entry:?}");
            }
            // Whoever chooses the first text again after all finds what was withdrawn under another number.
            let back = renewed(once, "王", 11, before);
            let items: Vec<&str> = standing(&back).iter().map(|(_, item)| *item).collect();
            assert_eq!(items.len(), before.len(), "{before:?} {after:?}");
            let numbers: HashSet<&FindingId> = back.finding.iter().map(|entry| &entry.id).collect();
            assert_eq!(numbers.len(), back.finding.len(), "no number is used twice");
        }
    }

    #[test]
    fn what_became_of_a_finding_goes_on_when_it_is_found_as_another_text_says() {
        let mut before = fresh("王", 11, &[2]);
        let at = "2026-11-22T09:00:00+08:00".parse().expect("a moment");
        before.finding[0].add(Event::new(at, "督导李", Action::Submitted)).expect("submitted");
        let after = renewed(before, "赵", 10, &[2]);
        let [entry] = after.finding.as_slice() else { panic!("one finding: {after:?}") };
        assert_eq!((entry.state(), entry.description.as_str()), (State::Awaiting, "赵说2"));
        let by: Vec<&str> = entry.event.iter().map(|event| event.by.as_str()).collect();
        assert_eq!(by, ["赵", "督导李"]);
    }

    #[test]
    fn two_findings_of_one_item_become_one() {
        let mut joined = fresh("王", 11, &[2]);
        joined.finding.extend(
            fresh("赵", 10, &[2])
                .finding
                .into_iter()
                .map(|entry| Entry { id: FindingId("2026-ABCDEF-01".into()), ..entry }),
        );
        assert_eq!(standing(&renewed(joined, "赵", 10, &[2])), [("02", "I2")]);
    }
}
