use super::*;
use crate::plan::{ReadOptions, Topics, read, typed_owners};

fn plan() -> Plan {
    let text = "2026年卫生工作要点\n一、医疗质量\n严格落实医疗机构预检分诊制度。诊所不得接诊发热患者。\n全市新增托位1400个。\n";
    read(text.as_bytes(), &Topics::built_in(), &ReadOptions::default()).expect("it is a plan")
}

fn author() -> Author {
    Author { by: "李明".to_owned(), at: None, reason: "可到现场看".to_owned() }
}

fn other_scope(scope: Scope) -> Scope {
    if scope == Scope::OnSite { Scope::Progress } else { Scope::OnSite }
}

#[test]
fn each_value_can_be_corrected_and_put_back() {
    let topics = Some(vec![TopicId("other".to_owned())]);
    let wanted = [
        Values { scope: Some(Scope::Neither), ..Values::default() },
        Values { kind: Some(ClauseKind::Coverage), ..Values::default() },
        Values { topics, ..Values::default() },
        Values { deadline: Some("2026-06".to_owned()), ..Values::default() },
        Values {
            owners: Some(typed_owners("牵头单位：医政科；配合单位：疾控科")), ..Values::default()
        },
        Values {
            indicators: Some(Indicator::typed("分诊率 ≥95%", None).into_iter().collect()), ..Values::default()
        },
        Values { struck: Some(true), ..Values::default() },
    ];
    for values in wanted {
        let mut plan = plan();
        let before = plan.clone();
        let mut corrections = Corrections::default();
        corrections.set(&plan.clauses[0], values.clone(), author());
        corrections.apply(&mut plan);
        assert!(Values::of(&plan.clauses[0]).or(values.clone()) == values.clone().or(Values::of(&plan.clauses[0])));
        let corrected = plan.clauses[0].corrected.as_ref().expect("it is marked");
        assert_eq!((corrected.by.as_str(), corrected.outdated), ("李明", false));
        assert_eq!(plan.clauses[0].as_read(), Values::of(&before.clauses[0]), "{values:?}");
        assert_eq!(plan.clauses[1..], before.clauses[1..]);

        let read = plan.clauses[0].as_read();
        corrections.set(&plan.clauses[0], read, author());
        assert_eq!(corrections, Corrections::default(), "the read value takes the correction away");
        corrections.apply(&mut plan);
        assert_eq!(plan, before);
    }
}

#[test]
fn a_second_correction_adds_to_the_first() {
    let mut plan = plan();
    let mut corrections = Corrections::default();
    let scope = Some(other_scope(plan.clauses[0].scope));
    corrections.set(&plan.clauses[0], Values { scope, ..Values::default() }, author());
    corrections.apply(&mut plan);
    corrections.set(
        &plan.clauses[0],
        Values { deadline: Some("2026".to_owned()), ..Values::default() },
        Author::default(),
    );
    corrections.apply(&mut plan);
    assert_eq!(corrections.all().len(), 1);
    assert_eq!(Some(plan.clauses[0].scope), scope);
    assert_eq!(plan.clauses[0].deadline.as_deref(), Some("2026"));
}

#[test]
fn a_correction_of_a_reworded_clause_asks_for_a_second_look() {
    let mut plan = plan();
    let mut corrections = Corrections::default();
    let scope = Some(other_scope(plan.clauses[0].scope));
    corrections.set(&plan.clauses[0], Values { scope, ..Values::default() }, author());
    plan.clauses[0].fingerprint = "reworded".to_owned();
    corrections.apply(&mut plan);
    assert!(plan.clauses[0].corrected.as_ref().expect("still corrected").outdated);
}

#[test]
fn hand_edits_are_found_and_taken_over() {
    let written = plan();
    let mut found = written.clone();
    found.clauses[0].scope = other_scope(found.clauses[0].scope);
    found.clauses[1].deadline = Some("2026-09".to_owned());
    let gone = found.clauses.remove(2);
    let edits = hand_edits(&written, &found);
    let mut corrections = Corrections::default();
    adopt(&mut corrections, &written, edits, &Author::default());
    let mut again = written.clone();
    corrections.apply(&mut again);
    assert_eq!(again.clauses[0].scope, found.clauses[0].scope);
    assert_eq!(again.clauses[1].deadline.as_deref(), Some("2026-09"));
    assert_eq!((again.clauses[2].id.clone(), again.clauses[2].scope), (gone.id, Scope::Neither));
    assert!(hand_edits(&written, &written).is_empty());
}

#[test]
fn corrections_survive_their_file() {
    let mut plan = plan();
    let mut corrections = Corrections::default();
    let scope = Some(other_scope(plan.clauses[0].scope));
    let indicators = Some(Indicator::typed("分诊率 ≥95%", None).into_iter().collect());
    let values = Values { scope, deadline: Some(String::new()), indicators, struck: Some(true), ..Values::default() };
    corrections.set(&plan.clauses[0], values, author());
    let written = toml::to_string(&corrections).expect("written");
    assert_eq!(toml::from_str::<Corrections>(&written).expect("read"), corrections);
    corrections.apply(&mut plan);
    let written = toml::to_string(&plan).expect("written");
    assert_eq!(toml::from_str::<Plan>(&written).expect("read"), plan);
}
