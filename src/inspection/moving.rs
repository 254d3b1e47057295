//! Moving the answers of a draft to another version of its checklist: by item, former identities included, dropping nothing.

use std::collections::{HashMap, HashSet};

use super::record::{Answer, Response};
use crate::checklist::{Checklist, FieldChange, ItemId, differences};

/// What becomes of one answer.
#[derive(Clone, Debug, PartialEq)]
pub struct MoveStep {
    /// The item that was answered.
    pub from: ItemId,
    /// The item that the answer belongs to now; nothing where it has no home and is kept beside the items.
    pub to: Option<ItemId>,
    /// What is different in the item.
    pub fields: Vec<FieldChange>,
    /// Whether the item has to be answered again, because it now takes a value of another sort; what was answered is kept.
    pub again: bool,
}

/// What moving comes to; nothing has happened yet.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Move {
    /// The answers under their new identities, for [`Sheet::new`](super::Sheet::new) with the newer version.
    pub answers: Vec<(ItemId, Answer)>,
    /// What becomes of each answer, in the order in which they were given here.
    pub steps: Vec<MoveStep>,
    /// Items of the newer version that the older one did not have.
    pub new: Vec<ItemId>,
}

impl Move {
    /// Returns the steps of answers that have no home in the newer version and are kept beside its items.
    pub fn homeless(&self) -> impl Iterator<Item = &MoveStep> {
        self.steps.iter().filter(|step| step.to.is_none())
    }
}

/// Moves answers from one version of a checklist to another.
///
/// An answer goes to the item of the same identity, else to the one that had it before (`was`). Of two that would come to the
/// same item, the one under its present identity has it and the other is kept under its own.
pub fn move_to(answers: &[(ItemId, Answer)], from: &Checklist, to: &Checklist) -> Move {
    let changes = differences(from, to).items;
    let fields: HashMap<&ItemId, &Vec<FieldChange>> =
        changes.iter().filter_map(|change| change.to.as_ref().map(|id| (id, &change.fields))).collect();
    let mut taken: HashSet<&ItemId> = answers.iter().map(|(id, _)| id).filter(|id| to.item(id).is_some()).collect();
    let mut moved = Move::default();
    for (id, answer) in answers {
        let item = to.item(id).or_else(|| to.successor(id).filter(|item| taken.insert(&item.id)));
        let again = item.is_some_and(|item| match &answer.response {
            Some(Response::Value(value)) => item.typed(value.clone()).is_err(),
            _ => false,
        });
        let fields = item.and_then(|item| fields.get(&item.id)).map(|fields| (*fields).clone()).unwrap_or_default();
        let home = item.map(|item| item.id.clone());
        moved.answers.push((home.clone().unwrap_or_else(|| id.clone()), answer.clone()));
        moved.steps.push(MoveStep { from: id.clone(), to: home, fields, again });
    }
    moved.new = changes.into_iter().filter(|change| change.from.is_none()).filter_map(|change| change.to).collect();
    moved
}

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*};

    use super::*;
    use crate::{
        checklist::{AnswerType, Item, Value},
        inspection::arbitrary,
    };

    fn item(id: &str, was: &[&str], answer: AnswerType) -> Item {
        let was = was.iter().map(|id| ItemId((*id).to_owned())).collect();
        Item { id: ItemId(id.to_owned()), was, answer, ..Item::default() }
    }

    fn version(items: Vec<Item>) -> Checklist {
        Checklist { items, ..Checklist::default() }
    }

    #[test]
    fn answers_follow_their_items() {
        let number = AnswerType::Number;
        let old = version(vec![item("A", &[], number), item("B", &[], number), item("C", &[], number)]);
        let new = version(vec![item("A2", &["A"], number), item("B", &[], AnswerType::Date), item("D", &[], number)]);
        let at = "2026-11-21T09:40:00+08:00".parse().expect("a time");
        let answer = Answer {
            response: Some(Response::Value(Value::Number(3.0))),
            note: String::new(),
            finding: None,
            evidence: Vec::new(),
            by: "张三".to_owned(),
            at,
        };
        let answers: Vec<_> = ["A", "B", "C"].map(|id| (ItemId(id.to_owned()), answer.clone())).into();
        let moved = move_to(&answers, &old, &new);
        let steps: Vec<_> =
            moved.steps.iter().map(|step| (step.to.as_ref().map_or("", |id| &id.0), step.again)).collect();
        assert_eq!(steps, [("A2", false), ("B", true), ("", false)]);
        assert_eq!(moved.homeless().count(), 1);
        assert_eq!(moved.new, [ItemId("D".to_owned())]);
    }

    fn versions() -> impl Strategy<Value = Checklist> {
        vec((0..9_u8, proptest::option::of(0..9_u8)), 0..9).prop_map(|items| {
            let mut seen = HashSet::new();
            let items = items.into_iter().filter(|(id, _)| seen.insert(*id)).collect::<Vec<_>>();
            let items = items.into_iter().map(|(id, was)| {
                let was = was.map(|was| format!("I{was}"));
                item(&format!("I{id}"), was.as_deref().as_slice(), AnswerType::Text)
            });
            version(items.collect())
        })
    }

    proptest! {
        #[test]
        fn moving_drops_nothing(old in versions(), new in versions(), given in vec(arbitrary::answer(), 9)) {
            let answers: Vec<_> = (0..).zip(given).map(|(at, answer)| (ItemId(format!("I{at}")), answer)).collect();
            let moved = move_to(&answers, &old, &new);
            let before: Vec<_> = answers.iter().map(|(_, answer)| answer).collect();
            let after: Vec<_> = moved.answers.iter().map(|(_, answer)| answer).collect();
            prop_assert_eq!(before, after);
            let ids: HashSet<_> = moved.answers.iter().map(|(id, _)| id).collect();
            prop_assert_eq!(ids.len(), answers.len(), "no two answers share an item");
        }
    }
}
