//! What is offered, explained and found at each place of a checklist.

use std::path::Path;

use super::{Assistant, Definition, FileSort, Surroundings};
use crate::{
    checklist::builtin,
    i18n::Lang,
    plan::{ReadOptions, Topics, read},
};

fn around() -> Surroundings {
    let topics = Topics::built_in();
    let text = "云澜市2026年卫生健康工作要点\n一、医疗废物\n（一）规范处置。医疗废物暂时贮存不得超过2天。\n";
    let plan = read(text.as_bytes(), &topics, &ReadOptions::default()).expect("a plan");
    let bank = &builtin::BANKS[0];
    let bank = crate::checklist::read(bank.text).into_result(Path::new("bank"), bank.text).expect("a bank");
    Surroundings { topics: topics.all().to_vec(), plans: vec![plan], banks: vec![bank] }
}

const FILE: &str = "id = \"x\"\ntitle = \"题\"\nversion = 1\ntopic = \"fever-clinic\"\n\n[[section]]\nid = \"site\"\ntitle = \"现场\"\n\n[[item]]\nid = \"A1\"\nsection = \"site\"\ntext = \"有发热门诊\"\nanswer = \"yes-no\"\n\n[[item]]\nid = \"A2\"\nsection = \"site\"\ntext = \"登记\"\n";

/// Puts the first offer with a label at `|` behind the file, and returns the end of the file then.
fn taken(written: &str, label: &str) -> String {
    let (before, after) = written.split_once('|').expect("a caret");
    let text = format!("{FILE}{before}{after}");
    let around = around();
    let assistant = Assistant { sort: FileSort::Checklist, text: &text, around: &around, lang: Lang::Zh };
    let offers = assistant.complete(FILE.len() + before.len());
    let labels: Vec<_> = offers.iter().map(|offer| offer.label.as_str()).collect();
    let offer = offers.iter().find(|offer| offer.label == label).unwrap_or_else(|| panic!("{written}: {labels:?}"));
    let mut text = text;
    text.replace_range(offer.replace.clone(), &offer.insert);
    text[FILE.len()..].to_owned()
}

#[test]
fn what_is_offered_fits_the_place_and_replaces_what_was_begun() {
    let cases = [
        ("ans|", "answer", "answer = "),
        ("\n|", "[[item]]", "\n[[item]]\n"),
        ("answer = |", "percent", "answer = \"percent\""),
        ("answer = \"per|\"", "percent", "answer = \"percent\""),
        ("answer = ch|", "choices", "answer = \"choices\""),
        ("critical = |", "true", "critical = true"),
        ("facility_types = |", "hospital", "facility_types = [\"hospital\"]"),
        ("facility_types = [\"clinic\", |]", "hospital", "facility_types = [\"clinic\", \"hospital\"]"),
        ("when = { item = \"|\" }", "A1", "when = { item = \"A1\" }"),
        ("when = { it|", "item", "when = { item = "),
        ("when = \"A|\"", "A1", "when = \"A1\""),
        ("calculate = \"A1 + |\"", "A2", "calculate = \"A1 + A2\""),
        ("section = \"|\"", "site", "section = \"site\""),
        ("basis = [{ document = \"某条例\", ver|", "verify", "basis = [{ document = \"某条例\", verify = "),
        ("bank = \"|\"", "fever-clinic/FC04", "bank = \"fever-clinic/FC04\""),
    ];
    for (written, label, after) in cases {
        assert_eq!(taken(written, label), after, "{written}");
    }
}

#[test]
fn a_field_that_is_there_is_not_offered_again() {
    let around = Surroundings::default();
    let assistant = Assistant { sort: FileSort::Checklist, text: FILE, around: &around, lang: Lang::En };
    let offers = assistant.complete(FILE.len());
    assert!(offers.iter().any(|offer| offer.label == "pass"));
    assert!(!offers.iter().any(|offer| offer.label == "text"));
}

#[test]
fn what_stands_at_a_place_is_explained_and_found() {
    let around = around();
    let clause = around.plans[0].clauses[0].id.0.clone();
    let text = format!(
        "{FILE}when = {{ item = \"A1\", is = \"yes\" }}\nbank = \"fever-clinic/FC04\"\nclauses = [{{ plan = \"p\", id = \"{clause}\" }}]\n"
    );
    let assistant = Assistant { sort: FileSort::Checklist, text: &text, around: &around, lang: Lang::Zh };
    let explained = |piece: &str| assistant.explain(text.rfind(piece).expect(piece)).map(|(said, _)| said);
    for (piece, said) in [
        ("answer", "答案类型"),
        ("yes-no", "是或否"),
        ("fever-clinic\"\n\n", "发热门诊"),
        ("FC04", "指引"),
        (clause.as_str(), "医疗废物"),
        ("is =", "其中之一"),
    ] {
        let shown = explained(piece).unwrap_or_default();
        assert!(shown.contains(said), "{piece}: {shown}");
    }
    let defined = |piece: &str| assistant.define(text.rfind(piece).expect(piece));
    let at = |piece: &str| text.find(piece).expect(piece);
    assert_eq!(defined("A1\", is"), Some(Definition::Here(at("\"A1\"")..at("\"A1\"") + 4)));
    assert_eq!(defined("site\"\ntext = \"登记"), Some(Definition::Here(at("\"site\"")..at("\"site\"") + 6)));
    assert_eq!(defined(&clause), Some(Definition::PlanLine(around.plans[0].head.id.clone(), 3)));
    assert_eq!(defined("登记"), None);
}

#[test]
fn nothing_breaks_at_any_place_of_any_file() {
    let around = Surroundings::default();
    for broken in
        [FILE, "", "[[", "[[item]]\nbasis = [{", "a = '''\n[[item]]\n", "𠮷 = \"𠮷", "= = =\n[item\n", "x.y.z = [[[{"]
    {
        let assistant = Assistant { sort: FileSort::Checklist, text: broken, around: &around, lang: Lang::Zh };
        for offset in (0..=broken.len()).filter(|at| broken.is_char_boundary(*at)) {
            assistant.complete(offset);
            assistant.explain(offset);
            assistant.define(offset);
        }
    }
}
