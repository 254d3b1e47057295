//! Judging, counting and what stands in the way of finalising, case by case.

use std::sync::Arc;

use super::{
    Answer, Blocker, Disputed, Editing, FacilityPin, Finding, Header, RecordField, Response, Sheet, StoredRecord,
    Verdict, blocker_count, blockers, finalise, read, write,
};
use crate::{
    checklist::{AnswerType, Checklist, EvidenceRule, Item, ItemId, PassRule, Sort, Value},
    i18n::Lang,
};

const HEAD: &str = r#"format = 1
id = "01TEST"
revision = 1
journal = 0

[checklist]
id = "fever-clinic"
title = "发热门诊"
version = 1
digest = "blake3:00"

[facility]
id = "F001"
name = "第一人民医院"
type = "hospital"

[inspection]
started = "2026-11-21T09:30:00+08:00"
inspectors = ["张三"]

[summary]
items = 0
answered = 0
conforming = 0
failed = 0
critical_failed = 0
open_findings = 0
"#;

fn header() -> Header {
    read(HEAD).expect("a head").record().header.clone()
}

fn answer(response: Response) -> Answer {
    let at = "2026-11-21T09:40:00+08:00".parse().expect("a time");
    Answer {
        response: Some(response),
        note: String::new(),
        finding: None,
        evidence: Vec::new(),
        by: "张三".to_owned(),
        at,
    }
}

fn found(due: &str, corrected_on_site: bool) -> Answer {
    let due = Some(due).filter(|due| !due.is_empty()).map(|due| due.parse().expect("a day"));
    let finding = Finding { description: "未登记".to_owned(), due, corrected_on_site, ..Finding::default() };
    Answer { finding: Some(finding), ..answer(Response::Verdict(Verdict::Fails)) }
}

/// Opens a checklist whose items are `A0`, `A1` and so on, each with its answer.
fn editing(items: Vec<(Item, Option<Answer>)>) -> Editing {
    editing_of(Sort::OnSite, items)
}

/// The same for a checklist of a sort.
fn editing_of(sort: Sort, items: Vec<(Item, Option<Answer>)>) -> Editing {
    let (items, answers): (Vec<_>, Vec<_>) = items.into_iter().unzip();
    let named = |(at, item): (usize, Item)| Item { id: ItemId(format!("A{at}")), ..item };
    let items: Vec<_> = items.into_iter().enumerate().map(named).collect();
    let answers = items.iter().zip(answers).filter_map(|(item, answer)| Some((item.id.clone(), answer?)));
    let answers: Vec<_> = answers.collect();
    let header = header();
    let unit: &FacilityPin = &header.facility;
    let day = header.inspection.started.date_naive();
    let sheet = Sheet::new(Arc::new(Checklist { sort, items, ..Checklist::default() }), unit, day, answers);
    Editing::open(header, sheet, Vec::new())
}

fn points(points: f64) -> Item {
    Item { points, ..Item::default() }
}

#[test]
fn the_score_leaves_out_what_is_exempt_or_open() {
    use Verdict::{Conforms, Fails, NotApplicable, ReasonableOmission};
    type Judged = (f64, Option<Verdict>);
    let cases: &[(&[Judged], Option<f64>)] = &[
        (&[], None),
        (&[(1.0, None)], None),
        (&[(1.0, Some(NotApplicable)), (2.0, Some(ReasonableOmission))], None),
        (&[(0.0, Some(Conforms))], None),
        (&[(1.0, Some(Conforms)), (1.0, None)], Some(100.0)),
        (&[(2.0, Some(Conforms)), (1.0, Some(Fails))], Some(66.7)),
        (&[(2.0, Some(Conforms)), (1.0, Some(Fails)), (7.0, Some(ReasonableOmission))], Some(66.7)),
        (&[(5.0, Some(Fails))], Some(0.0)),
    ];
    for (items, rate) in cases {
        let items =
            items.iter().map(|&(worth, verdict)| (points(worth), verdict.map(|v| answer(Response::Verdict(v)))));
        assert_eq!(editing(items.collect()).header().summary.score_rate, *rate);
    }
}

#[test]
fn more_things_than_a_plan_counts_on_are_no_miss() {
    let judged = |sort, answer_type, value| {
        let item = Item { answer: answer_type, pass: Some(PassRule::Between(8.0, 10.0)), ..Item::default() };
        let editing = editing_of(sort, vec![(item, Some(answer(Response::Value(Value::Number(value)))))]);
        editing.sheet().verdict(0)
    };
    let cases = [
        (Sort::Progress, AnswerType::Count, 7.0, Verdict::Fails),
        (Sort::Progress, AnswerType::Count, 12.0, Verdict::Conforms),
        (Sort::Progress, AnswerType::Number, 12.0, Verdict::Fails),
        (Sort::OnSite, AnswerType::Count, 12.0, Verdict::Fails),
    ];
    for (sort, answer_type, value, expected) in cases {
        assert_eq!(judged(sort, answer_type, value), Some(expected), "{sort:?} {answer_type:?} {value}");
    }
}

#[test]
fn values_are_judged_by_the_rule_of_their_item() {
    let cases = [
        (AnswerType::Percent, Some(PassRule::AtLeast(95.0)), Value::Number(95.0), Some(Verdict::Conforms)),
        (AnswerType::Percent, Some(PassRule::AtLeast(95.0)), Value::Number(94.9), Some(Verdict::Fails)),
        (AnswerType::Number, None, Value::Number(3.0), None),
        (AnswerType::YesNo, Some(PassRule::YesNo(false)), Value::YesNo(true), Some(Verdict::Fails)),
        (AnswerType::Date, Some(PassRule::NotBeforeToday), Value::Text("2026-11-21".into()), Some(Verdict::Conforms)),
        (AnswerType::Date, Some(PassRule::NotBeforeToday), Value::Text("2026-11-20".into()), Some(Verdict::Fails)),
    ];
    for (sort, pass, value, verdict) in cases {
        let item = Item { answer: sort, pass, ..Item::default() };
        let editing = editing(vec![(item, Some(answer(Response::Value(value.clone()))))]);
        assert_eq!(editing.sheet().verdict(0), verdict, "{value:?}");
    }
}

#[test]
fn whoever_answers_in_a_colleagues_draft_becomes_one_of_the_inspectors() {
    let at = "2026-11-21T10:00:00+08:00".parse().expect("a time");
    let item = ItemId("A0".to_owned());
    let given = |person: &str, verdict| Some(Answer { by: person.to_owned(), ..answer(Response::Verdict(verdict)) });
    let mut draft = editing(vec![(Item::default(), None), (Item::default(), given("赵刚", Verdict::Conforms))]);
    let begun = draft.details().inspectors.clone();
    let named = |draft: &Editing| draft.details().inspectors[begun.len()..].to_vec();
    // Who has no name, who is named, and who has answered before and was taken out since.
    let nobody = [(" ", Verdict::Fails), (begun[0].as_str(), Verdict::Conforms), ("赵刚", Verdict::Fails)];
    for answer in nobody.map(|(person, verdict)| given(person, verdict)) {
        assert_eq!(draft.answer_as_inspector(&item, answer, at).len(), 1);
        assert!(named(&draft).is_empty());
    }
    assert!(draft.answer_as_inspector(&item, given("李强", Verdict::Fails), at).is_empty(), "it says so already");
    assert!(draft.answer_as_inspector(&item, None, at).len() == 1 && named(&draft).is_empty());
    assert_eq!(draft.answer_as_inspector(&item, given("李强", Verdict::Conforms), at).len(), 2);
    assert_eq!(named(&draft), ["李强"]);
    draft.undo(at).expect("the answer");
    assert!(draft.sheet().answer_to(&item).is_none() && named(&draft) == ["李强"]);
    draft.undo(at).expect("the name");
    assert!(named(&draft).is_empty());
}

/// A paper form that is entered later was judged on the day on which it was filled in.
#[test]
fn another_day_of_the_inspection_judges_everything_anew() {
    let at = "2026-11-22T09:00:00+08:00".parse().expect("a time");
    let expires = Item { answer: AnswerType::Date, pass: Some(PassRule::NotBeforeToday), ..Item::default() };
    let given = answer(Response::Value(Value::Text("2026-11-01".into())));
    let opened = || editing(vec![(expires.clone(), Some(given.clone()))]);
    let verdict = |editing: &Editing| (editing.sheet().verdict(0), editing.header().summary.failed);
    let (fails, conforms) = ((Some(Verdict::Fails), 1), (Some(Verdict::Conforms), 0));
    let mut editing = opened();
    assert_eq!(verdict(&editing), fails);
    let mut details = editing.details().clone();
    details.started = "2026-10-10T09:00:00+08:00".parse().expect("a time");
    let entry = editing.set_details(details, at).expect("a step");
    assert_eq!(verdict(&editing), conforms);
    editing.undo(at).expect("taken back");
    assert_eq!(verdict(&editing), fails);
    editing.redo(at).expect("made again");
    assert_eq!(verdict(&editing), conforms);
    let before = opened();
    let replayed = Editing::open(before.header(), before.sheet().clone(), [entry]);
    assert_eq!(verdict(&replayed), conforms);
}

#[test]
fn only_findings_of_failing_items_that_are_open_are_due() {
    let summary = editing(vec![
        (Item { critical: true, ..Item::default() }, Some(found("2026-12-05", false))),
        (Item::default(), Some(found("2026-11-30", false))),
        (Item::default(), Some(found("2026-11-22", true))),
        (Item::default(), Some(found("", false))),
        (
            Item::default(),
            Some(Answer {
                finding: found("2026-11-01", false).finding,
                ..answer(Response::Verdict(Verdict::Conforms))
            }),
        ),
        (Item { facility_types: vec!["clinic".to_owned()], ..Item::default() }, Some(found("2026-11-02", false))),
    ])
    .header()
    .summary;
    assert_eq!((summary.items, summary.failed, summary.critical_failed, summary.open_findings), (5, 4, 1, 3));
    assert_eq!(summary.next_due, "2026-11-30".parse().ok());
}

#[test]
fn what_stands_in_the_way_is_listed_in_order() {
    let optional = Item { required: false, ..Item::default() };
    let elsewhere = Item { facility_types: vec!["clinic".to_owned()], ..Item::default() };
    let blank = Answer { finding: Some(Finding::default()), ..answer(Response::Verdict(Verdict::Fails)) };
    let noted = Answer { response: None, note: "稍后".to_owned(), ..answer(Response::Verdict(Verdict::Fails)) };
    let cases = [
        ((Item::default(), None), Some(Blocker::Unanswered(0))),
        ((Item::default(), Some(noted)), Some(Blocker::Unanswered(0))),
        ((optional, None), None),
        ((elsewhere, None), None),
        ((Item::default(), Some(answer(Response::Verdict(Verdict::Fails)))), Some(Blocker::NoDescription(0))),
        ((Item::default(), Some(blank)), Some(Blocker::NoDescription(0))),
        ((Item::default(), Some(found("", false))), None),
        ((Item::default(), Some(answer(Response::Verdict(Verdict::ReasonableOmission)))), None),
    ];
    for (item, expected) in cases {
        let shown = format!("{item:?}");
        assert_eq!(blockers(&editing(vec![item])), Vec::from_iter(expected), "{shown}");
    }
    let mut nobody = editing(vec![(Item::default(), None)]);
    let at = "2026-11-21T10:00:00+08:00".parse().expect("a time");
    let mut details = nobody.details().clone();
    details.inspectors = vec![" ".to_owned()];
    nobody.set_details(details, at);
    assert_eq!(blockers(&nobody), [Blocker::NoInspector, Blocker::Unanswered(0)]);
}

/// A figure that is on its way breaks no rule: only what somebody says of it is a finding, which is then proved like others.
#[test]
fn a_figure_below_its_target_is_a_finding_only_where_somebody_describes_it() {
    let item = || Item { evidence: EvidenceRule::OnFailure, ..Item::default() };
    let fails = answer(Response::Verdict(Verdict::Fails));
    let described =
        Answer { finding: Some(Finding { description: " ".to_owned(), ..Finding::default() }), ..fails.clone() };
    let cases = [
        (Sort::OnSite, fails.clone(), Some(Blocker::NoDescription(0)), 0),
        (Sort::OnSite, found("2026-12-05", false), Some(Blocker::NoEvidence(0)), 1),
        (Sort::Progress, fails, None, 0),
        (Sort::Progress, described, Some(Blocker::NoDescription(0)), 1),
        (Sort::Progress, found("2026-12-05", false), Some(Blocker::NoEvidence(0)), 1),
        (Sort::Progress, Answer { finding: None, ..found("", false) }, None, 0),
        (
            Sort::Progress,
            Answer { finding: found("", false).finding, ..answer(Response::Verdict(Verdict::Conforms)) },
            None,
            0,
        ),
    ];
    for (sort, answer, blocker, open) in cases {
        let shown = format!("{sort:?} {answer:?}");
        let editing = editing_of(sort, vec![(item(), Some(answer))]);
        assert_eq!(blockers(&editing), Vec::from_iter(blocker), "{shown}");
        assert_eq!(editing.header().summary.open_findings, open, "{shown}");
    }
}

#[test]
fn what_two_people_filled_in_differently_stands_in_the_way_until_somebody_settles_it() {
    let at = "2026-11-21T10:00:00+08:00".parse().expect("a time");
    let of = |item: Option<&str>, field, decided| Disputed {
        item: item.map(|item| ItemId(item.to_owned())),
        field,
        decided,
    };
    let mut draft = editing(vec![(Item::default(), Some(found("", false))), (Item::default(), None)]);
    let ids: Vec<ItemId> = draft.sheet().checklist().items.iter().map(|item| item.id.clone()).collect();
    let [first, second] = [&ids[0].0, &ids[1].0].map(|id| Some(id.as_str()));
    draft.set_disputed(vec![
        of(first, RecordField::Note, false),
        of(first, RecordField::Due, true),
        of(second, RecordField::Response, false),
        of(None, RecordField::Place, false),
    ]);
    let open = [
        Blocker::Disputed(Some(0), RecordField::Note),
        Blocker::Decided(Some(0), RecordField::Due),
        Blocker::Disputed(Some(1), RecordField::Response),
        Blocker::Disputed(None, RecordField::Place),
    ];
    assert_eq!(blockers(&draft), open);
    assert_eq!(blocker_count(&draft), open.len());
    assert!(finalise(&draft, "张三", at).is_err());
    let noted = Answer { note: "已补".to_owned(), ..found("", false) };
    draft.answer(&ids[0], Some(noted), at);
    draft.answer(&ids[1], Some(answer(Response::Verdict(Verdict::Conforms))), at);
    assert_eq!(blockers(&draft), [open[1], open[3]], "what was written over both values is a decision");
}

#[test]
fn a_finalised_record_is_read_as_one_and_ends_when_it_was_finalised_on_the_same_day() {
    // The days are those of the place where the inspection was begun.
    let cases = [
        ("2026-11-21T11:00:00+08:00", true),
        ("2026-11-21T15:59:00Z", true),
        ("2026-11-21T16:00:00Z", false),
        ("2026-11-22T00:00:00+08:00", false),
        ("2026-12-04T09:30:00+08:00", false),
    ];
    for (at, ends) in cases {
        let at = at.parse().expect("a time");
        let editing = editing(vec![(Item::default(), Some(answer(Response::Verdict(Verdict::Conforms))))]);
        let finalised = finalise(&editing, "张三", at).expect("nothing stands in the way");
        let text = write(finalised.record(), None).expect("written");
        let StoredRecord::Finalised(read) = read(&text).expect("read") else { panic!("{text}") };
        assert_eq!(read, finalised);
        assert_eq!(read.record().header.inspection.finished, ends.then_some(at), "{at}");
    }
}

#[test]
fn mistakes_in_a_record_are_said_in_chinese_with_their_place() {
    let row =
        |more: &str| format!("\n[[answer]]\nitem = \"A1\"\n{more}by = \"张三\"\nat = \"2026-11-21T09:40:00+08:00\"\n");
    let cases = [
        (format!("fromat = 1\n{HEAD}"), "没有“fromat”", 1),
        (HEAD.replace("revision = 1\n", ""), "缺少 revision", 1),
        (HEAD.replace("revision = 1", "revision = \"一\""), "revision 应为整数", 3),
        (HEAD.replace("[\"张三\"]", "“张三”"), "值写法不对", 19),
        (format!("{HEAD}{}", row("verdict = \"通过\"\n")), "不能写“通过”", 31),
        (format!("{HEAD}{}", row("vredict = \"fails\"\n")), "没有“vredict”", 31),
        (format!("{HEAD}{}", row("verdict = \"fails\"\nvalue = 3\n")), "同时写了 verdict 和 value", 29),
        (format!("{HEAD}{}{}", row(""), row("")), "有两条作答", 34),
        (HEAD.replace("format = 1", "format = 9\nnew = true"), "更新版本", 0),
    ];
    for (text, what, line) in cases {
        for text in [text.clone(), text.replace('\n', "\r\n"), format!("\u{feff}{text}")] {
            let error = read(&text).expect_err(&text);
            let said = error.summary(Lang::Zh);
            assert!(said.contains(what), "{said}\n{text}");
            let known = error.place().and_then(|place| place.line).unwrap_or(0);
            assert_eq!(known, line, "{said}");
            assert!(error.next_step().is_some(), "{said}");
        }
    }
}

#[test]
fn a_record_may_be_written_by_hand_in_other_ways() {
    let row = "item = \"A1\"\nby = \"张三\"\nat = \"2026-11-21T09:40:00+08:00\"\n";
    for header in ["\n  [[answer]]\n", "\n[[ answer ]]\n", "\n[[\"answer\"]]\n"] {
        let text = format!("{HEAD}{header}{row}");
        assert_eq!(read(&text).expect(header).record().answers.len(), 1, "{header}");
        assert_eq!(super::read_header(&text).expect(header), self::header(), "{header}");
    }
}
