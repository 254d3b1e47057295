use proptest::prelude::*;

use super::*;
use crate::plan::{ReadOptions, Topics, read};

fn plan(text: &str) -> Plan {
    read(text.as_bytes(), &Topics::built_in(), &ReadOptions::default()).expect("it is a plan")
}

/// The fate of every clause, with its first characters.
fn fates(comparison: &Comparison) -> Vec<(Fate, String)> {
    let opening = |change: &Change| comparison.clause(change).expect("one side").text.chars().take(6).collect();
    comparison.changes.iter().map(|change| (change.fate, opening(change))).collect()
}

const LAST_YEAR: &str = "2026年卫生健康工作要点\n一、提升医疗质量\n发热门诊建成率达到90%以上。严格落实医疗机构预检分诊制度。\
                         诊所不得接诊发热患者。\n二、做好托育服务\n年底前全市新增托位1400个。\n三、加强综合监督\n\
                         规范医疗废物分类收集。\n";
const THIS_YEAR: &str = "2027年卫生健康工作要点\n一、持续提升医疗质量\n发热门诊建成率达到95%以上。\
                         严格落实各级医疗机构预检分诊和首诊负责制度。规范医疗废物分类收集。\n二、做好托育服务\n\
                         6月底前全市新增托位1400个。\n三、加强综合监督\n开展生活饮用水专项抽检。\n";

#[test]
fn the_plans_of_two_years_are_compared() {
    let comparison = compare(plan(LAST_YEAR), plan(THIS_YEAR));
    let expected = [
        (Fate::Changed, "发热门诊建成"),
        (Fate::Changed, "严格落实各级"),
        (Fate::Dropped, "诊所不得接诊"),
        (Fate::Moved, "规范医疗废物"),
        (Fate::Changed, "6月底前全市"),
        (Fate::New, "开展生活饮用"),
    ];
    assert_eq!(fates(&comparison), expected.map(|(fate, text)| (fate, text.to_owned())));
    let [ValueChange::Indicator { old: Some(old), new: Some(new) }] = comparison.changes[0].values.as_slice() else {
        panic!("one value: {:?}", comparison.changes[0].values);
    };
    assert_eq!((old.value, new.value), (Some(90.0), Some(95.0)));
    let due = comparison.changes[4].values.iter().find_map(|value| match value {
        ValueChange::Deadline { old, new } => Some((old.clone(), new.clone())),
        _ => None,
    });
    assert_eq!(due, Some((Some("2026-12".to_owned()), Some("2027-06".to_owned()))));
}

#[test]
fn clauses_in_a_reworded_section_have_not_moved() {
    let comparison = compare(plan(LAST_YEAR), plan(THIS_YEAR));
    assert!(!comparison.changes[0].moved, "its section was only renamed");
}

#[test]
fn a_correction_is_no_change_of_the_document() {
    let (old, mut new) = (plan(LAST_YEAR), plan(LAST_YEAR));
    let mut corrections = crate::plan::Corrections::default();
    let values = crate::plan::Values { deadline: Some("2026-03".to_owned()), ..crate::plan::Values::default() };
    corrections.set(&new.clauses[0], values, crate::plan::Author::default());
    corrections.apply(&mut new);
    let comparison = compare(old, new);
    assert_eq!(comparison.count(Fate::Kept), comparison.changes.len());
}

/// Makes a plan of some of a few sentences, so that texts repeat, change a little and change places.
fn plans() -> impl Strategy<Value = Plan> {
    let sentence = (0..8_usize, 0..3_usize, 0..3_usize).prop_map(|(what, how, value)| {
        let what = ["发热门诊", "医疗废物", "托育机构", "饮用水", "预检分诊", "职业健康", "疫苗接种", "家庭医生"][what];
        let how = ["建成率达到", "规范管理率不低于", "各级医疗机构全面落实，合格率保持在"][how];
        format!("{what}{how}{}%以上。", [80, 90, 95][value])
    });
    let section = (0..4_usize, prop::collection::vec(sentence, 0..6));
    prop::collection::vec(section, 1..4).prop_map(|sections| {
        let section = |(number, (title, sentences)): (usize, (usize, Vec<String>))| {
            let title = ["提升医疗质量", "加强综合监督", "做好公共卫生", "推进医养结合"][title];
            format!("{}、{title}\n{}\n", ["一", "二", "三"][number], sentences.concat())
        };
        let text: String = sections.into_iter().enumerate().map(section).collect();
        plan(&format!("2026年工作要点\n{text}"))
    })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_plan_is_all_kept_against_itself(plan in plans()) {
        let comparison = compare(plan.clone(), plan);
        prop_assert!(comparison.changes.iter().all(|change| change.fate == Fate::Kept && change.old == change.new));
    }

    #[test]
    fn every_clause_appears_exactly_once(old in plans(), new in plans()) {
        let (olds, news) = (old.clauses.len(), new.clauses.len());
        let comparison = compare(old, new);
        let mut seen: Vec<_> = comparison.changes.iter().filter_map(|change| change.old).collect();
        seen.sort_unstable();
        prop_assert_eq!(seen, (0..olds).collect::<Vec<_>>());
        let seen: Vec<_> = comparison.changes.iter().filter_map(|change| change.new).collect();
        prop_assert_eq!(seen, (0..news).collect::<Vec<_>>(), "in the order of the new plan");
    }

    #[test]
    fn the_other_way_round_is_the_mirror_image(old in plans(), new in plans()) {
        let one = compare(old.clone(), new.clone());
        let other = compare(new, old);
        let mirrored = |fate| match fate {
            Fate::New => Fate::Dropped,
            Fate::Dropped => Fate::New,
            same => same,
        };
        let mut rows: Vec<_> = one.changes.iter().map(|row| (row.fate, row.old, row.new, row.moved, row.values.len())).collect();
        let mut mirror: Vec<_> =
            other.changes.iter().map(|row| (mirrored(row.fate), row.new, row.old, row.moved, row.values.len())).collect();
        rows.sort_unstable();
        mirror.sort_unstable();
        prop_assert_eq!(rows, mirror);
    }
}
