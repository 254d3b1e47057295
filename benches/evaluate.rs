//! One answer on a checklist of 5,000 items with conditions, constraints and calculations everywhere, and checking its file.
//!
//! `cargo bench --bench evaluate`
//!
//! To be reached: an answer under 1 ms, `check` under 200 ms. The control evaluates everything after the same answer.

mod support;

use std::{fmt::Write, sync::Arc};

use ducha::{
    checklist::{self, ItemId, Value},
    inspection::{Answer, Editing, FacilityPin, Header, Response, Sheet},
};
use support::{Samples, made};

/// How many items there are.
const ITEMS: usize = 5_000;
/// How many answers are timed.
const ANSWERS: usize = 200;

fn main() {
    if !support::is_wanted() {
        return;
    }
    let text = large();
    let mut checks = Samples::default();
    for _ in 0..10 {
        let reading = checks.time(|| checklist::read(&text));
        assert!(reading.checklist.is_some(), "{:?}", reading.diagnostics.first());
    }
    let checklist = Arc::new(checklist::read(&text).checklist.expect("it is sound"));
    let unit = FacilityPin::from(&made::unit(1));
    let day = made::now().date_naive();
    let header = || -> Header { made::header(&checklist, &unit) };
    let mut editing = Editing::open(header(), Sheet::new(Arc::clone(&checklist), &unit, day, []), []);
    let (mut one, mut all) = (Samples::default(), Samples::default());
    for number in 0..ANSWERS {
        // Every third item is one that the others calculate from, so that much depends on each answer.
        let item = ItemId(format!("N{}", number * 7 % (ITEMS / 5)));
        #[allow(clippy::cast_precision_loss)] // A few hundred.
        let answer = answer(Value::Number(number as f64));
        one.time(|| {
            editing.answer(&item, Some(answer), made::now());
            editing.sheet().tally()
        });
        if number % 20 == 0 {
            let answers: Vec<_> = editing.sheet().answers().map(|(id, answer)| (id.clone(), answer.clone())).collect();
            let full = all.time(|| Sheet::new(Arc::clone(&checklist), &unit, day, answers));
            assert_eq!(full.tally(), editing.sheet().tally());
        }
    }
    checks.show("check of 5,000 items", None);
    one.show("one answer", Some(&all));
    all.show("everything", None);
}

/// Writes a checklist in groups of five: a number, and items that are asked, limited, calculated and judged by it.
fn large() -> String {
    let mut text = "id = \"large\"\ntitle = \"大\"\nversion = 1\n[[section]]\nid = \"s\"\ntitle = \"节\"\n".to_owned();
    for group in 0..ITEMS / 5 {
        let before = group.saturating_sub(1);
        let condition =
            if group == 0 { String::new() } else { format!("when = \"!(N{before} < 0) || !answered(N{before})\"\n") };
        let items = [
            format!("id = \"N{group}\"\nanswer = \"number\"\nunit = \"人\"\nconstraint = \">= 0\"\n"),
            format!("id = \"Y{group}\"\nanswer = \"yes-no\"\npass = \"yes\"\n{condition}"),
            format!(
                "id = \"S{group}\"\nanswer = \"number\"\nunit = \"人\"\ncalculate = \"N{group} * 2 + N{before}\"\npass = \">= 10\"\n"
            ),
            format!(
                "id = \"M{group}\"\nanswer = \"number\"\nunit = \"人\"\ndefault = 5\nconstraint = \"this <= S{group} || Y{group}\"\npass = \"this >= N{group} / 2\"\n"
            ),
            format!("id = \"V{group}\"\nwhen = {{ item = \"N{group}\", value = \"> 3\" }}\n"),
        ];
        for item in items {
            write!(text, "[[item]]\nsection = \"s\"\ntext = \"现场查看登记并核对人数\"\n{item}")
                .expect("a string takes everything");
        }
    }
    text
}

fn answer(value: Value) -> Answer {
    Answer {
        response: Some(Response::Value(value)),
        note: String::new(),
        finding: None,
        evidence: Vec::new(),
        by: "检查员".to_owned(),
        at: made::now(),
    }
}
