//! What generating again changed in a checklist, and what it left for a person to decide.

use super::ItemId;
use crate::{i18n::Text, text};

/// Where something changed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangePlace {
    /// In the head of the checklist.
    Head,
    /// In the section with this identity.
    Section(String),
    /// In the item with this identity.
    Item(ItemId),
}

/// What changed, or what is to be decided.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ChangeKind {
    /// A section or item came in.
    Added,
    /// A field took the value that the plan or bank now gives it; values as they are written, `None` where left out.
    Updated {
        /// The name of the field.
        field: &'static str,
        /// The value before.
        from: Option<String>,
        /// The value now.
        to: Option<String>,
    },
    /// A field was changed by a person and by the plan; the person's value stays.
    Disputed {
        /// The name of the field.
        field: &'static str,
        /// The person's value, which stays.
        mine: Option<String>,
        /// The value that the plan or bank now gives it.
        theirs: Option<String>,
    },
    /// The plan or bank no longer has it; it stays.
    Dropped,
    /// A person deleted it and the plan or bank changed it since; it stays deleted.
    Deleted,
}

/// One change, or one decision that is left to a person.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// Where.
    pub place: ChangePlace,
    /// What.
    pub kind: ChangeKind,
}

impl Change {
    /// Puts the change into a sentence.
    pub fn describe(&self) -> Text {
        let place = match &self.place {
            ChangePlace::Head => String::new(),
            ChangePlace::Section(id) => id.clone(),
            ChangePlace::Item(id) => id.0.clone(),
        };
        let shown = |value: &Option<String>| value.as_ref().map_or_else(|| "–".to_owned(), |value| one_line(value));
        match &self.kind {
            ChangeKind::Added => text!("checklist.change.added", place = place),
            ChangeKind::Updated { field, from, to } if place.is_empty() => {
                text!("checklist.change.head-updated", field = field, from = shown(from), to = shown(to))
            }
            ChangeKind::Updated { field, from, to } => {
                text!("checklist.change.updated", place = place, field = field, from = shown(from), to = shown(to))
            }
            ChangeKind::Disputed { field, mine, theirs } if place.is_empty() => {
                text!("checklist.change.head-disputed", field = field, mine = shown(mine), theirs = shown(theirs))
            }
            ChangeKind::Disputed { field, mine, theirs } => {
                let (mine, theirs) = (shown(mine), shown(theirs));
                text!("checklist.change.disputed", place = place, field = field, mine = mine, theirs = theirs)
            }
            ChangeKind::Dropped => text!("checklist.change.dropped", place = place),
            ChangeKind::Deleted => text!("checklist.change.deleted", place = place),
        }
    }
}

/// Shortens a value of a file to what fits into a sentence.
fn one_line(value: &str) -> String {
    let joined = value.split_whitespace().collect::<Vec<_>>().join(" ");
    let mut short: String = joined.chars().take(80).collect();
    if short.len() < joined.len() {
        short.push('…');
    }
    short
}
