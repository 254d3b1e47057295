//! What a change of the plan does to tasks that are not done yet.

use std::collections::{BTreeMap, BTreeSet};

use super::model::Task;
use crate::{
    checklist::Effects,
    plan::{Comparison, Fate},
};

/// Finds the open tasks that hang on each clause that changed or was dropped, by its row in the comparison: their campaign
/// names it, or an item of their checklist is affected.
pub fn affected<'task>(
    comparison: &Comparison,
    effects: &Effects,
    open: impl IntoIterator<Item = &'task Task>,
) -> BTreeMap<usize, Vec<&'task Task>> {
    let rows = comparison.rows();
    let mut affected: BTreeMap<usize, Vec<&Task>> = BTreeMap::new();
    for task in open {
        let named = task.clauses.iter().filter_map(|own| rows.get(&(&own.plan, &own.clause)).copied());
        let named = named.filter(|&row| matches!(comparison.changes[row].fate, Fate::Changed | Fate::Dropped));
        let asked = effects.items.iter().filter(|item| item.checklist == task.checklist).map(|item| item.row);
        for row in named.chain(asked).collect::<BTreeSet<_>>() {
            affected.entry(row).or_default().push(task);
        }
    }
    affected
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checklist::{AffectedItem, Bilingual, ChecklistId, ItemId},
        plan::{ReadOptions, Topics, compare, read},
        task::{CampaignId, CarriedClause, TaskId},
    };

    #[test]
    fn open_tasks_hang_on_what_their_campaign_names_and_what_their_checklist_asks() {
        let plan = |text: &str| read(text.as_bytes(), &Topics::built_in(), &ReadOptions::default()).expect("a plan");
        let old = plan("2026年工作要点\n一、医疗\n发热门诊建成率达到90%以上。严格落实医疗机构预检分诊制度。\n");
        let new = plan("2026年工作要点\n一、医疗\n发热门诊建成率达到95%以上。严格落实医疗机构预检分诊制度。\n");
        let comparison = compare(old, new);
        let row_of = |fate: Fate| comparison.changes.iter().position(|change| change.fate == fate).expect("a row");
        let (changed, kept) = (row_of(Fate::Changed), row_of(Fate::Kept));
        let item = |row: usize| AffectedItem {
            checklist: ChecklistId("asked".to_owned()),
            title: Bilingual::default(),
            item: ItemId("1".to_owned()),
            text: Bilingual::default(),
            row,
            fate: Fate::Changed,
        };
        let effects = Effects { items: vec![item(changed), item(changed)], without_item: Vec::new() };
        let task = |checklist: &str, rows: &[usize]| {
            let clause = |row: &usize| comparison.old_clause(&comparison.changes[*row]).expect("a clause").id.clone();
            let plan = &comparison.old.head.id;
            let carried =
                |row: &usize| CarriedClause { plan: plan.clone(), clause: clause(row), fingerprint: String::new() };
            Task {
                format: 1,
                id: TaskId(checklist.to_owned()),
                campaign: CampaignId("c".to_owned()),
                checklist: ChecklistId(checklist.to_owned()),
                facility: crate::facility::FacilityId("F".to_owned()),
                facility_name: String::new(),
                district: String::new(),
                from: chrono::NaiveDate::MIN,
                due: chrono::NaiveDate::MAX,
                clauses: rows.iter().map(carried).collect(),
                event: Vec::new(),
            }
        };
        let tasks = [task("asked", &[]), task("named", &[changed, kept]), task("other", &[kept])];
        let found = affected(&comparison, &effects, &tasks);
        let named: Vec<_> = found.iter().map(|(row, tasks)| (*row, tasks.len())).collect();
        assert_eq!(named, [(changed, 2)]);
        assert_eq!(found[&changed][1].id.0, "named");
    }
}
