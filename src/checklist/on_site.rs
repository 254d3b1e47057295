//! Items for an inspector at a unit: those of a bank, joined with the clauses that say the same, and the other clauses.

use std::collections::HashMap;

use super::{
    Bilingual, Checklist, EvidenceRule, Item, ItemId, Section, Severity,
    fields::LIST_MAX,
    identify::Identities,
    similar::Comparison,
    wording::{both, origin, owners, question},
};
use crate::{
    plan::{Clause, ClauseKind, PlanId},
    text,
};

/// Sections and the items in them.
#[derive(Default)]
pub(super) struct Joined {
    /// The sections.
    pub sections: Vec<Section>,
    /// The items; each names one of the sections.
    pub items: Vec<Item>,
}

/// Takes over a bank, each item with where it comes from.
pub(super) fn whole_bank(bank: &Checklist) -> Joined {
    let from_bank = |item: &Item| Item { bank: format!("{}/{}", bank.id, item.id), ..item.clone() };
    Joined { sections: bank.sections.clone(), items: bank.items.iter().map(from_bank).collect() }
}

/// Notes each clause at the item of a bank that says the same, and returns the clauses without one.
pub(super) fn attach<'clauses>(
    items: &mut [Item],
    clauses: &[&'clauses Clause],
    plan: &PlanId,
) -> Vec<&'clauses Clause> {
    let comparison = Comparison::new(items);
    let mut left = Vec::new();
    for clause in clauses {
        match comparison.same_as(&clause.text).and_then(|at| items.get_mut(at)) {
            Some(item) if item.clauses.len() < LIST_MAX => item.clauses.push(origin(clause, plan)),
            _ => left.push(*clause),
        }
    }
    left
}

/// Makes an item of each clause; clauses that say the same word for word share one.
pub(super) fn own_items(clauses: &[&Clause], plan: &PlanId, section: &str, identities: &mut Identities) -> Vec<Item> {
    let mut items: Vec<Item> = Vec::new();
    let mut by_fingerprint: HashMap<&str, usize> = HashMap::new();
    for clause in clauses {
        let same = by_fingerprint.get(clause.fingerprint.as_str()).and_then(|at| items.get_mut(*at));
        match same {
            Some(item) if !clause.fingerprint.is_empty() && item.clauses.len() < LIST_MAX => {
                item.clauses.push(origin(clause, plan));
            }
            _ => {
                by_fingerprint.insert(&clause.fingerprint, items.len());
                items.push(own_item(clause, plan, section, identities));
            }
        }
    }
    items
}

/// Makes an item that asks for a verdict on a clause.
fn own_item(clause: &Clause, plan: &PlanId, section: &str, identities: &mut Identities) -> Item {
    Item {
        id: ItemId(identities.fresh(&clause.id.0)),
        section: section.to_owned(),
        text: Bilingual { zh: question(&clause.text), en: None },
        severity: if clause.kind == ClauseKind::Prohibition { Severity::Major } else { Severity::Minor },
        how: both(&text!("checklist.generate.how-on-site")).zh,
        evidence: EvidenceRule::OnFailure,
        clauses: vec![origin(clause, plan)],
        deadline: clause.deadline.clone().filter(|written| super::read_item::is_deadline(written)).unwrap_or_default(),
        owners: owners(clause),
        ..Item::default()
    }
}
