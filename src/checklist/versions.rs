//! What changed between two versions of a checklist, item by item.

use std::collections::{HashMap, HashSet};

use super::{
    Checklist, Digest, Item, ItemId,
    write::{Field, head_fields, item_fields, section_fields, write},
};

/// A field that has another value; values as they are written, `None` where left out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FieldChange {
    /// The name of the field.
    pub field: &'static str,
    /// The value before.
    pub from: Option<String>,
    /// The value now.
    pub to: Option<String>,
}

/// What became of an item from one version to another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ItemChange {
    /// The item before, or nothing where it is new.
    pub from: Option<ItemId>,
    /// The item now, or nothing where it is gone.
    pub to: Option<ItemId>,
    /// What is different in it; empty for an item that is new, gone, or the same.
    pub fields: Vec<FieldChange>,
}

/// What changed between two versions of a checklist.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Differences {
    /// What is different in the head.
    pub head: Vec<FieldChange>,
    /// The sections that are new, gone or different, by their identity.
    pub sections: Vec<(String, Vec<FieldChange>)>,
    /// The items that are new, gone or different: in the order of the newer version, those that are gone last.
    pub items: Vec<ItemChange>,
}

impl Differences {
    /// Says whether the two say the same.
    pub fn is_empty(&self) -> bool {
        self.head.is_empty() && self.sections.is_empty() && self.items.is_empty()
    }
}

impl Checklist {
    /// Returns the digest of what the checklist says, however its file spells it; comments do not count.
    pub fn digest(&self) -> Digest {
        Digest::of(write(self).as_bytes())
    }

    /// Finds the item of this version that an item of another version became: by its identity, else by a former one.
    pub fn successor(&self, id: &ItemId) -> Option<&Item> {
        self.item(id).or_else(|| self.items.iter().find(|item| item.was.contains(id)))
    }
}

/// Compares two versions of a checklist.
pub fn differences(from: &Checklist, to: &Checklist) -> Differences {
    let before: HashMap<&ItemId, &Item> = from.items.iter().map(|item| (&item.id, item)).collect();
    let mut met = HashSet::new();
    let mut items = Vec::new();
    for item in &to.items {
        let origin = before
            .get(&item.id)
            .or_else(|| item.was.iter().filter(|was| to.item(was).is_none()).find_map(|was| before.get(was)))
            .filter(|origin| met.insert(&origin.id));
        let fields = origin.map(|origin| changed(&item_fields(origin), &item_fields(item))).unwrap_or_default();
        if origin.is_none() || !fields.is_empty() {
            items.push(ItemChange { from: origin.map(|origin| origin.id.clone()), to: Some(item.id.clone()), fields });
        }
    }
    let gone = from.items.iter().filter(|item| !met.contains(&item.id));
    items.extend(gone.map(|item| ItemChange { from: Some(item.id.clone()), to: None, fields: Vec::new() }));
    Differences { head: changed(&head_fields(from), &head_fields(to)), sections: sections(from, to), items }
}

fn sections(from: &Checklist, to: &Checklist) -> Vec<(String, Vec<FieldChange>)> {
    let of = |checklist: &Checklist, id: &str| {
        checklist.sections.iter().find(|section| section.id == id).map(section_fields).unwrap_or_default()
    };
    let ids =
        to.sections.iter().chain(from.sections.iter().filter(|old| to.sections.iter().all(|new| new.id != old.id)));
    ids.map(|section| (section.id.clone(), changed(&of(from, &section.id), &of(to, &section.id))))
        .filter(|(_, fields)| !fields.is_empty())
        .collect()
}

/// Lists the fields that differ, in the order of their first appearance.
pub(super) fn changed(from: &[Field], to: &[Field]) -> Vec<FieldChange> {
    let value =
        |fields: &[Field], name: &str| fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value.clone());
    let mut names: Vec<&'static str> = Vec::new();
    for (name, _) in to.iter().chain(from) {
        if !names.contains(name) {
            names.push(*name);
        }
    }
    names
        .into_iter()
        .map(|field| FieldChange { field, from: value(from, field), to: value(to, field) })
        .filter(|change| change.from != change.to)
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn checklist(items: &[(&str, &[&str], &str)]) -> Checklist {
        let item = |(id, was, text): &(&str, &[&str], &str)| {
            let mut item = Item { id: ItemId((*id).to_owned()), ..Item::default() };
            item.was = was.iter().map(|id| ItemId((*id).to_owned())).collect();
            item.text.zh = (*text).to_owned();
            item
        };
        Checklist { items: items.iter().map(item).collect(), ..Checklist::default() }
    }

    #[test]
    fn renamed_new_and_gone_items_are_told_apart() {
        let before = checklist(&[("A", &[], "甲"), ("B", &[], "乙"), ("C", &[], "丙")]);
        let now = checklist(&[("A", &[], "甲"), ("B2", &["B"], "乙"), ("D", &[], "丁")]);
        let found: Vec<_> = differences(&before, &now)
            .items
            .into_iter()
            .map(|change| {
                let id = |id: Option<ItemId>| id.map_or_else(String::new, |id| id.0);
                let fields: Vec<_> = change.fields.iter().map(|change| change.field).collect();
                (id(change.from), id(change.to), fields)
            })
            .collect();
        let expected = [("B", "B2", vec!["id", "was"]), ("", "D", vec![]), ("C", "", vec![])];
        assert_eq!(found, expected.map(|(from, to, fields)| (from.to_owned(), to.to_owned(), fields)));
        assert!(differences(&before, &before).is_empty());
        assert_ne!(before.digest(), now.digest());
    }
}
