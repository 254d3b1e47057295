//! Checklists for property tests: everything that a valid file can say, with texts as nasty as they can be.

use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{
    AnswerType, Basis, Bilingual, Checklist, ChecklistId, ClauseOrigin, Column, Condition, Constraint, DefaultValue,
    EvidenceRule, Expression, Grade, Item, ItemId, NextVisit, PassRule, ScoreMethod, Scoring, Section, Severity, Sort,
    Term, Test, Value, fields::is_unwanted,
};
use crate::plan::{ClauseId, PlanId, TopicId};

/// What TOML finds hard.
const NASTY: &[&str] =
    &["\"", "'", "\\", "#", "\"\"\"", "'''", "\\u0041", "=", "]", "[[item]]", " ", "\u{3000}", "发热", "😀", "é"];

/// A text of one line with a visible character, and with whatever TOML finds hard.
fn line() -> impl Strategy<Value = String> {
    (vec(prop_oneof![select(NASTY).prop_map(str::to_owned), any::<String>()], 0..5), "[甲-癸a-z]").prop_map(
        |(pieces, visible)| {
            let text: String = pieces.concat().chars().filter(|character| !is_unwanted(*character)).take(80).collect();
            text + &visible
        },
    )
}

/// A text that may go over several lines, or be empty.
fn lines() -> impl Strategy<Value = String> {
    vec(prop_oneof![line(), Just(String::new()), Just("\t".to_owned())], 0..4).prop_map(|lines| lines.join("\n"))
}

fn identity() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9甲-癸][a-zA-Z0-9_-]{0,8}"
        .prop_filter("Windows keeps it", |id| !id.to_lowercase().starts_with(['c', 'p', 'a', 'n', 'l']))
}

fn bilingual() -> impl Strategy<Value = Bilingual> {
    (line(), option::of(line())).prop_map(|(zh, en)| Bilingual { zh, en })
}

fn number() -> impl Strategy<Value = f64> {
    prop_oneof![(-1_000_i32..1_000).prop_map(f64::from), -1.0e6..1.0e6]
}

fn number_rule() -> impl Strategy<Value = PassRule> {
    prop_oneof![
        number().prop_map(PassRule::AtLeast),
        number().prop_map(PassRule::MoreThan),
        number().prop_map(PassRule::AtMost),
        number().prop_map(PassRule::LessThan),
        number().prop_map(PassRule::Exactly),
        (number(), number()).prop_map(|(one, other)| PassRule::Between(one.min(other), one.max(other))),
    ]
}

/// An answer type with the choices and pass rule that fit it.
fn answer() -> impl Strategy<Value = (AnswerType, Vec<String>, Option<PassRule>)> {
    let plain = select(&[AnswerType::Verdict, AnswerType::Time, AnswerType::Text, AnswerType::File][..])
        .prop_map(|answer| (answer, vec![], None));
    let numbers =
        (select(&[AnswerType::Number, AnswerType::Percent, AnswerType::Count][..]), option::of(number_rule()))
            .prop_map(|(answer, rule)| (answer, vec![], rule));
    let yes_no = option::of(any::<bool>()).prop_map(|yes| (AnswerType::YesNo, vec![], yes.map(PassRule::YesNo)));
    let date = select(&[None, Some(PassRule::NotBeforeToday), Some(PassRule::NotAfterToday)][..])
        .prop_map(|rule| (AnswerType::Date, vec![], rule));
    let words = (select(&[AnswerType::Choice, AnswerType::Choices][..]), vec(line(), 1..5), any::<bool>()).prop_map(
        |(answer, mut choices, rule)| {
            choices.sort();
            choices.dedup();
            let accepted = choices[..choices.len().div_ceil(2)].to_vec();
            (answer, choices, rule.then_some(PassRule::OneOf(accepted)))
        },
    );
    prop_oneof![plain, numbers, yes_no, date, words]
}

/// A condition of any form about the item `I`, which [`about`] gives its name; any answer type can be asked so.
fn condition() -> impl Strategy<Value = Condition> {
    let leaf = prop_oneof![
        any::<bool>().prop_map(|answered| Condition::Item(ItemId("I".to_owned()), Test::Answered(answered))),
        Just(Condition::Expression(Expression("answered(I) || today > \"2026-11-21\"".to_owned()))),
    ];
    leaf.prop_recursive(3, 8, 3, |inner| {
        prop_oneof![
            vec(inner.clone(), 1..3).prop_map(Condition::All),
            vec(inner.clone(), 1..3).prop_map(Condition::Any),
            inner.prop_map(|part| Condition::Not(Box::new(part))),
        ]
    })
}

/// Makes a condition be about an item, or about the unit where there is none that it could be about.
fn about(condition: Condition, item: Option<usize>) -> Condition {
    let all = |parts: Vec<Condition>| parts.into_iter().map(|part| about(part, item)).collect();
    let unit = || Condition::Expression(Expression("facility.level != '三级'".to_owned()));
    match (condition, item) {
        (Condition::All(parts), _) => Condition::All(all(parts)),
        (Condition::Any(parts), _) => Condition::Any(all(parts)),
        (Condition::Not(part), _) => Condition::Not(Box::new(about(*part, item))),
        (_, None) => unit(),
        (Condition::Item(_, test), Some(at)) => Condition::Item(ItemId(format!("I{at}")), test),
        (Condition::Expression(Expression(text)), Some(at)) => {
            Condition::Expression(Expression(text.replace("(I)", &format!("(I{at})"))))
        }
    }
}

fn column() -> impl Strategy<Value = Column> {
    let answer = answer().prop_filter("a cell has it", |(answer, ..)| Column::ANSWERS.contains(answer));
    (identity(), bilingual(), answer, any::<bool>()).prop_map(|(id, title, (answer, choices, pass), required)| Column {
        id,
        title,
        answer,
        choices,
        unit: String::new(),
        pass,
        required,
    })
}

/// Columns of different names.
fn columns() -> impl Strategy<Value = Vec<Column>> {
    vec(column(), 1..4).prop_map(|columns| {
        let named = |(at, column): (usize, Column)| Column { id: format!("c{at}"), ..column };
        columns.into_iter().enumerate().map(named).collect()
    })
}

/// What belongs to an answer beyond its type: a table's columns, names of choices, default, and constraint.
fn with_answer(answer: AnswerType, choices: Vec<String>, pass: Option<PassRule>) -> impl Strategy<Value = Item> {
    let default = match answer {
        AnswerType::YesNo => any::<bool>().prop_map(|yes| DefaultValue::Value(Value::YesNo(yes))).boxed(),
        AnswerType::Number | AnswerType::Percent => {
            number().prop_map(|number| DefaultValue::Value(Value::Number(number))).boxed()
        }
        AnswerType::Date => Just(DefaultValue::Today).boxed(),
        _ => Just(DefaultValue::Value(Value::Text("不适用的默认值".to_owned()))).boxed(),
    };
    let takes_default =
        matches!(answer, AnswerType::YesNo | AnswerType::Number | AnswerType::Percent | AnswerType::Date);
    let message = option::of(bilingual());
    let constraint = (pass.clone().map_or(Just(None).boxed(), |rule| option::of(Just(rule)).boxed()), message)
        .prop_map(|(rule, message)| rule.map(|rule| Constraint { rule, message }));
    (default, any::<bool>(), constraint, columns(), any::<bool>()).prop_map(
        move |(default, has_default, constraint, columns, english)| Item {
            answer,
            choices_en: if english {
                choices.iter().map(|word| format!("{word} in English")).collect()
            } else {
                vec![]
            },
            choices: choices.clone(),
            columns: if answer == AnswerType::Table { columns } else { Vec::new() },
            default: (takes_default && has_default).then_some(default),
            constraint,
            pass: pass.clone(),
            ..Item::default()
        },
    )
}

fn grades() -> impl Strategy<Value = Vec<Grade>> {
    vec((bilingual(), number_rule(), option::of(number_rule()), option::of(number_rule())), 0..3).prop_map(|grades| {
        let grade = |(at, (title, rate, critical_rate, other_rate)): (usize, (Bilingual, PassRule, _, _))| Grade {
            id: format!("g{at}"),
            title,
            rate: Some(rate),
            critical_rate,
            other_rate,
        };
        grades.into_iter().enumerate().map(grade).collect()
    })
}

fn scoring() -> impl Strategy<Value = Scoring> {
    (select(&[ScoreMethod::Points, ScoreMethod::Items, ScoreMethod::Sections][..]), any::<bool>(), grades())
        .prop_map(|(method, critical_gate, grades)| Scoring { method, critical_gate, grades })
}

fn basis() -> impl Strategy<Value = Basis> {
    (line(), prop_oneof![Just(String::new()), line()], prop_oneof![Just(String::new()), line()], any::<bool>())
        .prop_map(|(document, article, version, verify)| Basis { document, article, version, verify })
}

fn clause() -> impl Strategy<Value = ClauseOrigin> {
    (line(), line(), prop_oneof![Just(String::new()), line()], lines()).prop_map(|(id, plan, section, text)| {
        let fingerprint = format!("f{}", text.len());
        ClauseOrigin { id: ClauseId(id), plan: PlanId(plan), section, fingerprint, text }
    })
}

/// An item of a section; the caller gives it an identity of its own.
pub(super) fn item() -> impl Strategy<Value = Item> {
    let judged = (
        any::<bool>(),
        any::<bool>(),
        (0_u16..2000).prop_map(|points| f64::from(points) / 2.0),
        select(&Severity::ALL[..]),
        select(&[EvidenceRule::Never, EvidenceRule::OnFailure, EvidenceRule::Always][..]),
        option::of((any::<bool>(), 1_u32..3_650)),
        vec(line(), 0..3),
    );
    let origin = (
        vec(basis(), 0..3),
        vec(clause(), 0..3),
        prop_oneof![Just(String::new()), Just("bank/A1".to_owned())],
        vec(line(), 0..3),
        vec(line(), 0..2),
        select(&["", "2026", "2026-11", "2026-11-30"][..]),
        vec(line(), 0..3),
    );
    let tables = Just((AnswerType::Table, Vec::new(), None));
    let answer = prop_oneof![6 => answer(), 1 => tables]
        .prop_flat_map(|(answer, choices, pass)| with_answer(answer, choices, pass));
    let how = (lines(), prop_oneof![Just(String::new()), line()]);
    (bilingual(), answer, prop_oneof![Just(String::new()), line()], how, judged, (origin, option::of(condition())))
        .prop_map(|(text, answered, unit, (how, how_en), judged, (origin, when))| {
            let (required, critical, points, severity, evidence, rectify, phrases) = judged;
            let days = |of_workdays| rectify.filter(|(workdays, _)| *workdays == of_workdays).map(|(_, days)| days);
            let (basis, clauses, bank, facility_types, levels, deadline, owners) = origin;
            Item {
                text,
                when,
                unit,
                required,
                critical,
                points,
                severity,
                how,
                how_en,
                evidence,
                rectify_days: days(false),
                rectify_workdays: days(true),
                phrases,
                basis,
                clauses,
                bank,
                facility_types,
                levels,
                deadline: deadline.to_owned(),
                owners,
                ..answered
            }
        })
}

/// A checklist that can be written and read again.
pub(super) fn checklist() -> impl Strategy<Value = Checklist> {
    let head =
        (identity(), bilingual(), 1_u32..100, any::<bool>(), option::of(line()), option::of(line()), any::<bool>());
    let items = vec((item(), any::<proptest::sample::Index>()), 0..8);
    (head, vec((bilingual(), option::of(condition()), 1_u8..9, vec(line(), 0..2)), 1..4), items, scoring()).prop_map(
        |((id, title, version, progress, topic, plan, emergency), titles, items, scoring)| {
            let sections: Vec<Section> = titles
                .into_iter()
                .enumerate()
                .map(|(index, (title, when, weight, phrases))| Section {
                    id: format!("s{index}"),
                    title,
                    // Each section may stand in the one before it.
                    parent: (weight > 4 && index > 0).then(|| format!("s{}", index - 1)),
                    when: when.map(|when| about(when, None)),
                    weight: f64::from(weight),
                    phrases,
                    ..Section::default()
                })
                .collect();
            let items = items.into_iter().enumerate().map(|(index, (item, section))| Item {
                id: ItemId(format!("I{index}")),
                was: if index % 3 == 1 { vec![ItemId(format!("W{index}"))] } else { Vec::new() },
                section: section.get(&sections).id.clone(),
                when: item.when.clone().map(|when| about(when, index.checked_sub(1))),
                ..item
            });
            let items = items.collect();
            Checklist {
                id: ChecklistId(id),
                title,
                version,
                sort: if progress { Sort::Progress } else { Sort::OnSite },
                topic: topic.map(TopicId),
                plan: plan.map(PlanId),
                facility_types: Vec::new(),
                emergency,
                inspectors: version % 3,
                scoring,
                next: NextVisit {
                    passed: (version % 2 == 0).then_some(Term::Months(version)),
                    failed: [Term::Days(version), Term::Workdays(version)].get(version as usize % 5).copied(),
                },
                sections,
                items,
            }
        },
    )
}
