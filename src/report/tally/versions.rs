//! The versions of checklists that records are filled in with, and their items as one list.

use std::collections::{HashMap, HashSet};

use super::{
    ItemCount,
    clauses::{Clauses, Links},
    totals::Occasion,
};
use crate::{
    checklist::{Basis, Checklist},
    i18n::Lang,
    report::{filter::Filter, material::Material},
    store::Word,
};

/// A version of a checklist, as counting needs it.
pub struct Version<'material> {
    /// The checklist.
    pub checklist: &'material Checklist,
    /// Whether the filter leaves records of it.
    pub wanted: bool,
    /// Its items among all items.
    pub items: Vec<u32>,
    /// The positions of its items in the checklist, by their identities.
    positions: HashMap<&'material str, usize>,
    /// The clauses that each item comes from.
    pub links: Links,
    /// For what it is filled in.
    pub occasion: Occasion,
}

impl Version<'_> {
    /// Finds an item among all items by its identity in the checklist.
    pub fn item(&self, id: &str) -> Option<u32> {
        self.items.get(*self.positions.get(id)?).copied()
    }
}

/// Prepares every version of a checklist that a record has, oldest first, so that the newest words stay.
pub fn versions<'material>(
    material: &'material Material,
    filter: &Filter,
    clauses: &Clauses<'_>,
    items: &mut Vec<ItemCount>,
    lang: Lang,
) -> HashMap<Word, Version<'material>> {
    let facts = &material.facts;
    let mut seen = HashSet::new();
    let mut found: Vec<_> = facts
        .records
        .iter()
        .filter(|record| seen.insert(record.checklist_digest))
        .filter_map(|record| {
            let checklist = material.pinned.get(facts.word(record.checklist_digest))?;
            Some((checklist.as_ref(), record.checklist_digest))
        })
        .collect();
    found.sort_by(|(one, first), (other, second)| {
        let key = |checklist: &Checklist, digest: &Word| (checklist.version, facts.word(*digest).to_owned());
        key(one, first).cmp(&key(other, second))
    });
    let mut known: HashMap<(String, String), u32> = HashMap::new();
    let mut versions = HashMap::new();
    for (checklist, digest) in found {
        let links = clauses.links(checklist);
        let at = checklist.items.iter().zip(&links).map(|(item, from)| {
            let key = (checklist.id.0.clone(), item.id.0.clone());
            let at = *known.entry(key).or_insert_with(|| {
                items.push(ItemCount::default());
                u32::try_from(items.len() - 1).unwrap_or(u32::MAX)
            });
            let line = &mut items[at as usize];
            line.checklist.clone_from(&checklist.id.0);
            line.id.clone_from(&item.id.0);
            item.text.show(lang).clone_into(&mut line.text);
            topic_of(checklist).clone_into(&mut line.topic);
            line.critical = item.critical;
            line.basis = item.basis.iter().map(Basis::cited).collect();
            // What only the plan asks for is found against the plan.
            if line.basis.is_empty() {
                line.basis = from.iter().map(|clause| clauses.cited(*clause, lang)).collect();
                line.basis.dedup();
            }
            at
        });
        let from_plan = |plan: &String| {
            checklist.plan.as_ref().is_some_and(|known| known.0 == *plan)
                || checklist.items.iter().flat_map(|item| &item.clauses).any(|origin| origin.plan.0 == *plan)
        };
        let wanted = filter.topic.as_ref().is_none_or(|topic| topic_of(checklist) == topic)
            && filter.plan.as_ref().is_none_or(from_plan);
        let items: Vec<u32> = at.collect();
        let positions = checklist.items.iter().enumerate().map(|(at, item)| (item.id.0.as_str(), at)).collect();
        let occasion = Occasion::of(checklist);
        versions.insert(digest, Version { checklist, wanted, items, positions, links, occasion });
    }
    versions
}

/// Returns the topic of a checklist, or an empty text.
pub fn topic_of(checklist: &Checklist) -> &str {
    checklist.topic.as_ref().map_or("", |topic| topic.0.as_str())
}
