//! Checklists for property tests: everything that a valid file can say, with texts as nasty as they can be.

use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{
    AnswerType, Basis, Bilingual, Checklist, ChecklistId, ClauseOrigin, EvidenceRule, Item, ItemId, PassRule, Section,
    Severity, Sort, fields::is_unwanted,
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
    let plain = select(&[AnswerType::Verdict, AnswerType::Time, AnswerType::Text][..]).prop_map(|a| (a, vec![], None));
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
        select(&[Severity::Minor, Severity::Major, Severity::Critical][..]),
        select(&[EvidenceRule::Never, EvidenceRule::OnFailure, EvidenceRule::Always][..]),
        option::of(0_u32..3_650),
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
    (bilingual(), answer(), prop_oneof![Just(String::new()), line()], lines(), judged, origin).prop_map(
        |(text, (answer, choices, pass), unit, how, judged, origin)| {
            let (required, critical, points, severity, evidence, rectify_days) = judged;
            let (basis, clauses, bank, facility_types, levels, deadline, owners) = origin;
            Item {
                id: ItemId::default(),
                section: String::new(),
                text,
                answer,
                choices,
                unit,
                pass,
                required,
                critical,
                points,
                severity,
                how,
                evidence,
                rectify_days,
                basis,
                clauses,
                bank,
                facility_types,
                levels,
                deadline: deadline.to_owned(),
                owners,
            }
        },
    )
}

/// A checklist that can be written and read again.
pub(super) fn checklist() -> impl Strategy<Value = Checklist> {
    let head =
        (identity(), bilingual(), 1_u32..100, any::<bool>(), option::of(line()), option::of(line()), any::<bool>());
    (head, vec(bilingual(), 1..4), vec((item(), any::<proptest::sample::Index>()), 0..8)).prop_map(
        |((id, title, version, progress, topic, plan, emergency), titles, items)| {
            let sections: Vec<Section> = titles
                .into_iter()
                .enumerate()
                .map(|(index, title)| Section { id: format!("s{index}"), title })
                .collect();
            let items = items.into_iter().enumerate().map(|(index, (item, section))| Item {
                id: ItemId(format!("I{index}")),
                section: section.get(&sections).id.clone(),
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
                sections,
                items,
            }
        },
    )
}
