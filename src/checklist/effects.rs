//! What a change of the plan does to the checklists: items whose clause changed or is gone, clauses without an item.

use std::collections::HashSet;

use super::{Bilingual, Checklist, ChecklistId, ItemId};
use crate::plan::{Clause, Comparison, Fate, Scope};

/// An item that comes from a clause that is not what it was.
#[derive(Clone, Debug, PartialEq)]
pub struct AffectedItem {
    /// Its checklist.
    pub checklist: ChecklistId,
    /// The title of that.
    pub title: Bilingual,
    /// The item.
    pub item: ItemId,
    /// What it asks.
    pub text: Bilingual,
    /// The clause it comes from, by its row in the comparison.
    pub row: usize,
    /// What became of the clause: [`Fate::Changed`] or [`Fate::Dropped`].
    pub fate: Fate,
}

/// What a change of the plan does to the checklists.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Effects {
    /// The items to look at, in the order of the checklists.
    pub items: Vec<AffectedItem>,
    /// The clauses of the new plan that could be checked and that no item asks about, by their rows in the comparison.
    pub without_item: Vec<usize>,
}

impl Effects {
    /// Finds what the change does to some checklists.
    ///
    /// An item that was made from the new wording already is not affected. A clause that was only moved or reworded is
    /// covered by the items of its old wording, which are listed as affected where the words changed.
    pub fn of<'c>(comparison: &Comparison, checklists: impl IntoIterator<Item = &'c Checklist>) -> Self {
        let rows = comparison.rows();
        let new_plan = &comparison.new.head.id;
        let mut effects = Self::default();
        let mut covered = HashSet::new();
        for checklist in checklists {
            for item in &checklist.items {
                for origin in &item.clauses {
                    let Some(&row) = rows.get(&(&origin.plan, &origin.id)) else { continue };
                    covered.insert(row);
                    let change = &comparison.changes[row];
                    let follows = |clause: &Clause| origin.plan == *new_plan && clause.demand() == origin.fingerprint;
                    let up_to_date = comparison.new_clause(change).is_some_and(follows);
                    if matches!(change.fate, Fate::Changed | Fate::Dropped) && !up_to_date {
                        effects.items.push(AffectedItem {
                            checklist: checklist.id.clone(),
                            title: checklist.title.clone(),
                            item: item.id.clone(),
                            text: item.text.clone(),
                            row,
                            fate: change.fate,
                        });
                    }
                }
            }
        }
        let wants_item = |row: &usize| {
            let clause = comparison.new_clause(&comparison.changes[*row]);
            clause.is_some_and(|clause| clause.scope != Scope::Neither) && !covered.contains(row)
        };
        effects.without_item = (0..comparison.changes.len()).filter(wants_item).collect();
        effects
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checklist::{ClauseOrigin, Item},
        plan::{Plan, ReadOptions, Topics, compare, read},
    };

    fn plan(text: &str) -> Plan {
        read(text.as_bytes(), &Topics::built_in(), &ReadOptions::default()).expect("it is a plan")
    }

    /// Makes an item from each clause of a plan that contains one of some words.
    fn checklist(plan: &Plan, words: &[&str]) -> Checklist {
        let clauses = plan.clauses.iter().filter(|clause| words.iter().any(|word| clause.text.contains(word)));
        let items = clauses.map(|clause| {
            let origin = ClauseOrigin {
                id: clause.id.clone(),
                plan: plan.head.id.clone(),
                section: clause.section.clone(),
                fingerprint: clause.fingerprint.clone(),
                text: clause.text.clone(),
            };
            Item { id: ItemId(clause.id.0.clone()), clauses: vec![origin], ..Item::default() }
        });
        Checklist { items: items.collect(), ..Checklist::default() }
    }

    #[test]
    fn items_of_changed_and_dropped_clauses_are_named_and_clauses_without_item() {
        let old = plan(
            "2026年工作要点\n一、医疗\n发热门诊建成率达到90%以上。诊所不得接诊发热患者。严格落实医疗机构预检分诊制度。\n",
        );
        let new = plan(
            "2026年工作要点\n一、医疗\n发热门诊建成率达到95%以上。严格落实医疗机构预检分诊制度。\
             医疗机构规范登记台账。\n",
        );
        let made = checklist(&old, &["发热门诊", "诊所", "预检分诊"]);
        let comparison = compare(old, new.clone());
        let effects = Effects::of(&comparison, [&made]);
        let fates: Vec<_> = effects.items.iter().map(|item| item.fate).collect();
        assert_eq!(fates, [Fate::Changed, Fate::Dropped]);
        let without: Vec<_> = effects.without_item.iter().map(|&row| comparison.changes[row].fate).collect();
        assert_eq!(without, [Fate::New]);

        let up_to_date = checklist(&new, &["发热门诊", "预检分诊", "台账"]);
        assert_eq!(Effects::of(&comparison, [&up_to_date]), Effects::default());
    }
}
