use super::*;
use crate::plan::{ClauseKind, Plan, ReadOptions, Scope, Topics, explain, read};

const TEXT: &str = "2026年云溪市卫生健康工作要点\n一、提升医疗质量\n（一）规范发热门诊。12月底前发热门诊建成率达到95%以上，\
                    诊所不得接诊发热患者。落实第3期三项制度，65岁以上老年人优先。\n责任单位：医政科\n";

fn explained(line: usize) -> (Explanation, Plan) {
    let (topics, options) = (Topics::built_in(), ReadOptions::default());
    let explanation = explain(TEXT.as_bytes(), &topics, &options, line).expect("it is a plan");
    (explanation, read(TEXT.as_bytes(), &topics, &options).expect("it is a plan"))
}

#[test]
fn a_line_is_explained_from_its_mark_to_its_scope() {
    let (explanation, plan) = explained(3);
    assert!(explanation.steps.contains(&Step::Paragraph { taken: Taken::Heading }));
    let heading = explanation.steps.iter().find_map(|step| match step {
        Step::Heading { marker, level, .. } => Some((marker.as_str(), *level)),
        _ => None,
    });
    assert_eq!(heading, Some(("（一）", 2)));
    let traps = explanation.steps.iter().filter_map(|step| match step {
        Step::NoFigure { trap, .. } => Some(*trap),
        _ => None,
    });
    let traps: Vec<_> = traps.collect();
    for trap in [Trap::Code, Trap::Name, Trap::NotCounted] {
        assert!(traps.contains(&trap), "{trap:?} in {traps:?}");
    }
    let kinds = explanation.steps.iter().filter_map(|step| match step {
        Step::Clause { index, kind, weights, .. } => Some((plan.clauses[*index].kind, *kind, weights.is_empty())),
        _ => None,
    });
    let kinds: Vec<_> = kinds.collect();
    assert_eq!(kinds[0], (ClauseKind::Target, KindReason::Value, false));
    assert_eq!(kinds[1], (ClauseKind::Prohibition, KindReason::Forbids, false));
}

#[test]
fn what_is_explained_is_what_was_read() {
    for line in 1..=4 {
        let (explanation, plan) = explained(line);
        for (index, clause) in &explanation.clauses {
            assert_eq!(clause, &plan.clauses[*index], "line {line}");
            assert_ne!((clause.scope, clause.scope_reason.as_ref()), (Scope::Neither, ""));
        }
        let on_line = plan.clauses.iter().filter(|clause| clause.line == line).count();
        assert_eq!(explanation.clauses.len(), on_line, "line {line}");
    }
}

#[test]
fn lines_without_clauses_are_explained_too() {
    for (line, taken) in [(1, Taken::Head), (2, Taken::Heading), (4, Taken::Owners)] {
        let (explanation, _) = explained(line);
        assert_eq!(explanation.steps.first(), Some(&Step::Paragraph { taken }), "line {line}");
    }
}

#[test]
fn the_words_that_decided_are_named() {
    let (explanation, _) = explained(3);
    let words = explanation.steps.iter().filter_map(|step| match step {
        Step::Clause { words, .. } => Some(words),
        _ => None,
    });
    let words: Vec<_> = words.collect();
    let own = |at: usize| {
        let own = words[at].topics.iter().filter(|word| word.from == Source::Own);
        own.map(|word| word.word.as_str()).collect::<Vec<_>>()
    };
    assert_eq!(
        (words[0].deadline.clone(), words[0].indicators.clone()),
        (vec!["12月底前".to_owned()], vec!["达到95%以上".to_owned()])
    );
    assert!(own(0).contains(&"发热门诊"), "{words:?}");
    assert_eq!(words[1].kind, ["不得"]);
    assert!(words[1].topics.iter().any(|word| word.from == Source::Heading && word.word == "发热门诊"), "{words:?}");
}
