//! Finding while typing: 20,000 units and 10,000 records, a key at a time.
//!
//! `cargo bench --bench find`
//!
//! To be reached: under 5 ms a key. The control looks through the same number of texts for the same letters and does
//! nothing else.

mod support;

use std::sync::Arc;

use ducha::{
    app::Data,
    checklist::{ChecklistId, Digest},
    facility::{Facility, FacilityId},
    inspection::{FacilityPin, PinnedChecklist, RecordId, Summary},
    store::RecordRow,
};
use support::{Samples, made};

/// What is typed, letter by letter.
const TYPED: [&str; 5] = ["wsjd", "renminyiyuan", "云澜", "yiyuan di", "社区卫生"];

fn main() {
    if !support::is_wanted() {
        return;
    }
    let facilities: Vec<Facility> =
        (0..20_000).map(|number| Facility { id: FacilityId(format!("F{number:05}")), ..made::unit(number) }).collect();
    let records = (0..10_000).map(|number| row(number, &facilities[number])).collect();
    let names: Vec<String> = facilities.iter().map(|facility| facility.name.clone()).collect();
    // A part of the data is private to it, so the rest is put into an empty one.
    let mut data = Data::default();
    (data.facilities, data.records) = (facilities, records);
    let mut first = Samples::default();
    first.time(|| data.find_facilities("w"));
    first.show("the first key, which prepares 20,000 units", None);
    show("units, 20,000", &names, |typed| drop(data.find_facilities(typed)));
    drop(data.find_records("w"));
    show("records, 10,000", &names[..10_000], |typed| drop(data.find_records(typed)));
}

/// Types every search letter by letter and shows what a key takes.
fn show(name: &str, texts: &[String], find: impl Fn(&str)) {
    let (mut keys, mut control) = (Samples::default(), Samples::default());
    for _ in 0..20 {
        for typed in TYPED {
            for (end, _) in typed.char_indices().skip(1).chain([(typed.len(), ' ')]) {
                keys.time(|| find(&typed[..end]));
                control.time(|| std::hint::black_box(texts.iter().filter(|text| text.contains(&typed[..end])).count()));
            }
        }
    }
    keys.show(name, Some(&control));
}

fn row(number: usize, unit: &Facility) -> RecordRow {
    RecordRow {
        id: RecordId(format!("01KA{number:022}").into()),
        path: String::new().into(),
        checklist: Arc::new(PinnedChecklist {
            id: ChecklistId("large".to_owned()),
            title: "预检分诊现场检查表".to_owned(),
            version: 1,
            digest: Digest::of(b""),
        }),
        facility: Arc::new(FacilityPin::from(unit)),
        inspectors: ["检查员".to_owned()].into(),
        started: made::now(),
        finalised: None,
        finalised_by: None,
        revises: None,
        joined_into: None,
        void: false,
        answered_by: Vec::new().into(),
        content: None,
        summary: Summary::default(),
    }
}
