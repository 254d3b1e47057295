//! Records and answers of every shape, for property tests.

use std::sync::Arc;

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use proptest::{collection::vec, option, prelude::*, sample::select};

use super::{
    Answer, Details, FacilityPin, Finding, Header, PinnedChecklist, Record, RecordId, Response, Revised, Summary,
    Verdict, Void,
};
use crate::{
    checklist::{AnswerType, Checklist, ChecklistId, Digest, FileRef, Item, ItemId, Row, Section, Severity, Value},
    facility::FacilityId,
};

/// Texts that have broken a file or a screen before.
const NASTY: &[&str] = &[
    "",
    "\n[[answer]]\nitem = \"A0\"\n",
    "\\\"'\n[[answer]]",
    "'''\n\"\"\"\n\\",
    "发热门诊\r\n隔离点",
    "\u{feff}\u{202e}\u{1b}[31m\u{7f}\u{0}",
    "# 说明 = ＝",
    "\t \u{3000}",
];

/// Any text, the nasty ones more often than chance would have it.
pub(super) fn words() -> impl Strategy<Value = String> {
    prop_oneof![select(NASTY).prop_map(str::to_owned), any::<String>(), "[一-龥]{1,12}"]
}

/// A moment to the second, as the clock of the program gives it.
pub(super) fn moment() -> impl Strategy<Value = DateTime<FixedOffset>> {
    (0_i64..2_000_000_000, select(&[0, 8 * 3600, -5 * 3600][..])).prop_map(|(seconds, zone)| {
        let zone = FixedOffset::east_opt(zone).expect("a zone");
        DateTime::from_timestamp(seconds, 0).expect("a moment").with_timezone(&zone)
    })
}

fn day() -> impl Strategy<Value = NaiveDate> {
    (0_i64..20_000).prop_map(|days| NaiveDate::from_ymd_opt(2000, 1, 1).expect("a day") + TimeDelta::days(days))
}

fn value() -> impl Strategy<Value = Value> {
    prop_oneof![
        any::<bool>().prop_map(Value::YesNo),
        (-1e9..1e9_f64).prop_map(Value::Number),
        words().prop_map(Value::Text),
        vec(words(), 0..3).prop_map(Value::Choices),
        vec(row(), 1..3).prop_map(Value::Table),
    ]
}

fn row() -> impl Strategy<Value = Row> {
    let cell = prop_oneof![any::<bool>().prop_map(Value::YesNo), words().prop_map(Value::Text)];
    proptest::collection::btree_map(words(), cell, 0..3)
}

fn file() -> impl Strategy<Value = FileRef> {
    (words(), 0..u64::MAX >> 12, option::of(moment())).prop_map(|(name, size, modified)| FileRef {
        digest: Digest::of(name.as_bytes()),
        taken: modified.map(|at| at.naive_local()),
        name,
        size,
        modified,
    })
}

fn response() -> impl Strategy<Value = Response> {
    prop_oneof![select(&Verdict::ALL[..]).prop_map(Response::Verdict), value().prop_map(Response::Value)]
}

fn finding() -> impl Strategy<Value = Finding> {
    let severity = select(&Severity::ALL[..]);
    (words(), severity, words(), words(), option::of(day()), any::<bool>()).prop_map(
        |(description, severity, measure, responsible, due, corrected_on_site)| Finding {
            description,
            severity,
            measure,
            responsible,
            due,
            corrected_on_site,
        },
    )
}

/// Any answer.
pub(super) fn answer() -> impl Strategy<Value = Answer> {
    (option::of(response()), words(), option::of(finding()), vec(file(), 0..3), words(), moment())
        .prop_map(|(response, note, finding, evidence, by, at)| Answer { response, note, finding, evidence, by, at })
}

/// When, where and by whom, in any words.
pub(super) fn details() -> impl Strategy<Value = Details> {
    (moment(), option::of(moment()), words(), vec(words(), 0..3), words(), words()).prop_map(
        |(started, finished, place, inspectors, accompanied_by, remark)| Details {
            started,
            finished,
            place,
            inspectors,
            accompanied_by,
            remark,
            clock_set: Vec::new(),
        },
    )
}

/// The head of a record.
pub(super) fn header() -> impl Strategy<Value = Header> {
    let unit = (words(), words(), words(), words());
    let next_due = option::of(day());
    let finalised = option::of((moment(), words()));
    let revised = option::of(words());
    let void = option::of((moment(), words(), words()).prop_map(|(at, by, reason)| Void { at, by, reason }));
    let ends = (finalised, revised, void);
    (unit, details(), words(), 0_u64..1000, next_due, option::of(0_u32..1000), ends).prop_map(
        |((id, name, code, level), inspection, title, journal, next_due, rate, (finalised, revised, void))| Header {
            format: 1,
            id: RecordId("01TEST".into()),
            revision: 1,
            finalised: finalised.as_ref().map(|(at, _)| *at),
            finalised_by: finalised.map(|(_, by)| by),
            journal,
            joined: Vec::new(),
            joined_into: None,
            void,
            revises: revised.map(|id| Revised { record: RecordId(id.into()), digest: Digest::of(b"revised") }),
            checklist: PinnedChecklist {
                id: ChecklistId("fever-clinic".to_owned()),
                title,
                version: 1,
                digest: Digest::of(b"test"),
            },
            facility: FacilityPin {
                id: FacilityId(id),
                name: name.into(),
                code: code.into(),
                facility_type: "hospital".into(),
                level: level.into(),
                district: "".into(),
            },
            inspection,
            summary: Summary { next_due, score_rate: rate.map(|rate| f64::from(rate) / 10.0), ..Summary::default() },
        },
    )
}

/// A record with each item at most once.
pub(super) fn record() -> impl Strategy<Value = Record> {
    (header(), vec(answer(), 0..5)).prop_map(|(header, answers)| {
        let answers = (0..).zip(answers).map(|(at, answer)| (ItemId(format!("A{at}")), answer)).collect();
        Record { header, answers, computed: Vec::new() }
    })
}

/// A checklist with one item of each answer type, `A0`, `A1` and so on.
pub(super) fn checklist() -> Arc<Checklist> {
    let item = |(at, answer): (usize, AnswerType)| Item {
        id: ItemId(format!("A{at}")),
        section: "一".to_owned(),
        answer,
        ..Item::default()
    };
    Arc::new(Checklist {
        sections: vec![Section { id: "一".to_owned(), ..Section::default() }],
        items: AnswerType::ALL.into_iter().enumerate().map(item).collect(),
        ..Checklist::default()
    })
}
