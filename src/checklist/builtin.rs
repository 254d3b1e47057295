//! The item banks that ship with ducha, compiled in.
//!
//! A bank is a checklist like any other: it can be filled in as it is, and generating joins its items with the clauses of a
//! plan. A workspace may replace one by a file of its own; that is the store's business.

use std::path::Path;

use super::{Checklist, read as read_text};
use crate::error::Result;

/// An item bank as it is compiled in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Bank {
    /// The identity: the name of its file without `.toml`.
    pub id: &'static str,
    /// Whether it belongs to the emergency set, which is off until it is asked for.
    pub emergency: bool,
    /// The text of its file.
    pub text: &'static str,
}

macro_rules! banks {
    ($($id:literal, $emergency:literal;)*) => {
        /// Every item bank, in the order in which they are offered.
        pub const BANKS: &[Bank] = &[
            $(Bank {
                id: $id,
                emergency: $emergency,
                text: include_str!(concat!("../../checklists/banks/", $id, ".toml")),
            },)*
        ];
    };
}

banks! {
    "fever-clinic", false;
    "pre-triage", false;
    "infectious-disease", false;
    "infection-control", false;
    "medical-waste", false;
    "vaccination", false;
    "emergency", false;
    "blood", false;
    "drinking-water", false;
    "public-places", false;
    "school-health", false;
    "occupational-health", false;
    "health-supervision", false;
    "patriotic-health", false;
    "tobacco-control", false;
    "maternal-child", false;
    "childcare", false;
    "elderly-care", false;
    "elderly-friendly", false;
    "primary-care", false;
    "mental-health", false;
    "medical-service", false;
    "tcm", false;
    "isolation-site", true;
    "nucleic-acid-testing", true;
}

/// Returns the banks that are for every day, which a new workspace gets as checklists.
pub fn routine_checklists() -> impl Iterator<Item = &'static Bank> {
    BANKS.iter().filter(|bank| !bank.emergency)
}

/// Reads a bank; an error would be a mistake in the program, and names the file it was compiled from.
pub fn read(bank: &Bank) -> Result<Checklist> {
    let path = format!("checklists/banks/{}.toml", bank.id);
    read_text(bank.text).into_result(Path::new(&path), bank.text)
}

#[cfg(test)]
mod tests {
    use std::{collections::BTreeSet, fs};

    use super::*;
    use crate::{
        checklist::{Code, Severity, Sort, write},
        plan::Topics,
    };

    #[test]
    fn every_bank_file_is_compiled_in_and_sound() {
        let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("checklists/banks");
        let files: BTreeSet<String> = fs::read_dir(folder)
            .expect("the banks are here")
            .map(|entry| entry.expect("an entry").path().file_stem().expect("a name").to_string_lossy().into_owned())
            .collect();
        assert_eq!(files, BANKS.iter().map(|bank| bank.id.to_owned()).collect());
    }

    #[test]
    fn every_bank_is_read_without_a_mistake_or_doubt_and_can_be_written() {
        for bank in BANKS {
            let reading = read_text(bank.text);
            // That a basis has still to be read is said, and no mistake of the bank.
            let doubts: Vec<_> = reading.diagnostics.iter().filter(|found| found.code != Code::VerifyBasis).collect();
            assert!(doubts.is_empty(), "{}: {doubts:#?}", bank.id);
            let checklist = reading.checklist.expect("it has no mistake");
            assert_eq!(
                (checklist.id.0.as_str(), checklist.emergency, checklist.sort),
                (bank.id, bank.emergency, Sort::OnSite)
            );
            assert!((15..=40).contains(&checklist.items.len()), "{} has {} items", bank.id, checklist.items.len());
            assert_eq!(read_text(&write(&checklist)).checklist.as_ref(), Some(&checklist), "{}", bank.id);
            assert_eq!(read(bank).ok(), Some(checklist));
        }
    }

    #[test]
    fn what_fails_gravely_has_phrases_to_say_so() {
        for bank in BANKS {
            let items = read(bank).expect("it is sound").items;
            let without = items.iter().filter(|item| item.critical || item.severity == Severity::Critical);
            let without: Vec<_> = without.filter(|item| item.phrases.is_empty()).map(|item| &item.id).collect();
            assert!(without.is_empty(), "{}: {without:?}", bank.id);
            assert!(items.iter().any(|item| !item.phrases.is_empty()), "{}", bank.id);
        }
    }

    #[test]
    fn every_bank_and_the_topic_it_names_join_each_other() {
        let topics = Topics::built_in();
        for bank in BANKS {
            let topic = read(bank).expect("it is sound").topic.expect("it names one");
            let joined = topics.get(&topic).and_then(|topic| topic.bank.as_deref());
            assert_eq!(joined, Some(bank.id), "{topic:?}");
        }
        let joined: BTreeSet<_> = topics.all().iter().filter_map(|topic| topic.bank.as_deref()).collect();
        assert_eq!(joined.len(), BANKS.len());
    }

    #[test]
    fn no_two_banks_share_an_item_id() {
        let mut seen = BTreeSet::new();
        for bank in BANKS {
            for item in read(bank).expect("it is sound").items {
                assert!(seen.insert(item.id.0.clone()), "{} in {}", item.id, bank.id);
            }
        }
    }
}
