//! Items that hang on a clause which is no longer what it was when the item was made, and who looked at them.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::{Checklist, ChecklistId, Item, ItemId};
use crate::{
    moments,
    plan::{Clause, ClauseId, CorrectedDemand, Plan, PlanId},
};

/// An item that hangs on a clause which changed or is gone.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Suspect {
    /// Its checklist.
    pub checklist: ChecklistId,
    /// The item.
    pub item: ItemId,
    /// What it asks.
    pub text: String,
    /// The plan.
    pub plan: PlanId,
    /// The clause.
    pub clause: ClauseId,
    /// What the clause said when the item was made.
    pub was: String,
    /// What it says now; nothing where it is gone.
    pub now: Option<String>,
    /// Whether its words are others; where they are not, a correction of its figures or deadline was made or taken back.
    pub reworded: bool,
    /// What of it was corrected by now.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub corrected: Option<CorrectedDemand>,
    /// The digest of what it demands now; empty where it is gone.
    pub fingerprint: String,
}

/// That somebody looked at a suspect item and let it stand, for one wording of the clause with one correction.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Acceptance {
    /// The checklist.
    pub checklist: ChecklistId,
    /// The item.
    pub item: ItemId,
    /// The plan.
    pub plan: PlanId,
    /// The clause.
    pub clause: ClauseId,
    /// The digest of what the clause demanded as it was looked at; empty where it is gone. Any other makes the item suspect again.
    #[serde(default)]
    pub fingerprint: String,
    /// Why it may stand.
    pub reason: String,
    /// Who says so.
    pub by: String,
    /// When.
    #[serde(deserialize_with = "moments::spelt")]
    pub at: DateTime<FixedOffset>,
}

impl Acceptance {
    fn is_of(&self, suspect: &Suspect) -> bool {
        (&self.checklist, &self.item, &self.plan, &self.clause, &self.fingerprint)
            == (&suspect.checklist, &suspect.item, &suspect.plan, &suspect.clause, &suspect.fingerprint)
    }
}

/// Lists the suspect items that nobody has accepted, in the order of the checklists.
///
/// An item of a plan that is not here, or that was made without a fingerprint, cannot be judged and is not suspect.
pub fn suspects<'c>(
    checklists: impl IntoIterator<Item = &'c Checklist>,
    plans: &[Plan],
    accepted: &[Acceptance],
) -> Vec<Suspect> {
    let items = checklists.into_iter().flat_map(|checklist| checklist.items.iter().map(move |item| (checklist, item)));
    items.flat_map(|(checklist, item)| suspects_of_item(checklist, item, plans, accepted)).collect()
}

/// Lists what is suspect of one item, once for each of its clauses, as [`suspects`] does.
pub fn suspects_of_item(
    checklist: &Checklist,
    item: &Item,
    plans: &[Plan],
    accepted: &[Acceptance],
) -> impl Iterator<Item = Suspect> {
    let judged = item.clauses.iter().filter(|origin| !origin.fingerprint.is_empty());
    judged.filter_map(|origin| {
        let plan = plans.iter().find(|plan| plan.head.id == origin.plan)?;
        let clause = plan.clauses.iter().find(|clause| clause.id == origin.id);
        let fingerprint = clause.map_or_else(String::new, Clause::demand);
        if fingerprint == origin.fingerprint {
            return None;
        }
        let suspect = Suspect {
            checklist: checklist.id.clone(),
            item: item.id.clone(),
            text: item.text.zh.clone(),
            plan: origin.plan.clone(),
            clause: origin.id.clone(),
            was: origin.text.clone(),
            now: clause.map(|clause| clause.text.clone()),
            reworded: clause.is_none_or(|clause| clause.is_reworded_since(&origin.fingerprint)),
            corrected: clause.and_then(Clause::corrected_demand),
            fingerprint,
        };
        let is_accepted = accepted.iter().any(|acceptance| acceptance.is_of(&suspect));
        (!is_accepted).then_some(suspect)
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        checklist::{ClauseOrigin, wording::origin},
        plan::{Author, Corrections, Indicator, ReadOptions, TopicId, Topics, Values, read},
    };

    #[test]
    fn an_item_is_suspect_when_its_figure_was_corrected_or_the_correction_was_taken_back() {
        let text = "2026年工作要点\n一、医疗\n发热门诊建成率达到90%以上，6月底前完成。\n";
        let read = read(text.as_bytes(), &Topics::built_in(), &ReadOptions::default()).expect("a plan");
        let corrected = |values: Values| {
            let (mut plan, mut corrections) = (read.clone(), Corrections::default());
            corrections.set(&plan.clauses[0], values, Author::default());
            corrections.apply(&mut plan);
            plan
        };
        let of_item = |plan: &Plan| {
            let item = Item { clauses: vec![origin(&plan.clauses[0], &plan.head.id)], ..Item::default() };
            Checklist { items: vec![item], ..Checklist::default() }
        };
        let topics = Values { topics: Some(vec![TopicId("other".to_owned())]), ..Values::default() };
        let deadline = Values { deadline: Some("2026-09".to_owned()), ..Values::default() };
        let figures = |typed: &str| {
            let indicators = Some(Indicator::typed(typed, None).into_iter().collect());
            Values { indicators, ..Values::default() }
        };
        let (higher, lower) = (figures("建成率 ≥95%"), figures("建成率 ≥80%"));
        let struck = Values { struck: Some(true), ..Values::default() };
        let nothing = Values::default();
        for (made_from, now, is_suspect) in [
            (&nothing, &nothing, false),
            (&nothing, &topics, false),
            (&nothing, &higher, true),
            (&nothing, &deadline, true),
            (&nothing, &struck, true),
            (&higher, &higher, false),
            (&higher, &lower, true),
            (&higher, &nothing, true),
        ] {
            let made = of_item(&corrected(made_from.clone()));
            let found = suspects([&made], &[corrected(now.clone())], &[]);
            assert_eq!(found.len(), usize::from(is_suspect), "{made_from:?} {now:?}");
            assert!(found.iter().all(|suspect| !suspect.reworded), "{found:?}");
        }
    }

    #[test]
    fn an_item_is_suspect_until_this_wording_of_its_clause_was_accepted() {
        let plan = |value: &str| {
            let text = format!("2026年工作要点\n一、医疗\n发热门诊建成率达到{value}以上。\n");
            read(text.as_bytes(), &Topics::built_in(), &ReadOptions::default()).expect("a plan")
        };
        let (old, new, newer) = (plan("90%"), plan("95%"), plan("98%"));
        let clause = &old.clauses[0];
        let origin = ClauseOrigin {
            id: clause.id.clone(),
            plan: old.head.id.clone(),
            section: clause.section.clone(),
            fingerprint: clause.fingerprint.clone(),
            text: clause.text.clone(),
        };
        let item = Item { id: ItemId("1".to_owned()), clauses: vec![origin], ..Item::default() };
        let checklist = Checklist { items: vec![item], ..Checklist::default() };
        // A reading of another wording keeps plan and clause here, as importing it again does.
        let reworded = |by: &Plan| {
            let mut plan = old.clone();
            plan.clauses[0].fingerprint.clone_from(&by.clauses[0].fingerprint);
            plan.clauses[0].text.clone_from(&by.clauses[0].text);
            [plan]
        };
        assert_eq!(suspects([&checklist], std::slice::from_ref(&old), &[]), []);
        assert_eq!(suspects([&checklist], &[], &[]), [], "the plan is not here");
        let found = suspects([&checklist], &reworded(&new), &[]);
        assert_eq!(found.len(), 1);
        assert!(found[0].was.contains("90%") && found[0].now.as_ref().is_some_and(|now| now.contains("95%")));
        let accepted = [Acceptance {
            checklist: found[0].checklist.clone(),
            item: found[0].item.clone(),
            plan: found[0].plan.clone(),
            clause: found[0].clause.clone(),
            fingerprint: found[0].fingerprint.clone(),
            reason: "标准未变".to_owned(),
            by: "林明".to_owned(),
            at: "2026-11-21T10:00:00+08:00".parse().expect("a moment"),
        }];
        assert_eq!(suspects([&checklist], &reworded(&new), &accepted), []);
        assert_eq!(suspects([&checklist], &reworded(&newer), &accepted).len(), 1, "another wording");
        let gone = Plan { clauses: Vec::new(), ..old };
        assert_eq!(suspects([&checklist], &[gone], &accepted)[0].now, None);
    }
}
