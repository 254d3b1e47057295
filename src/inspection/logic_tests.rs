//! Conditions, calculations, constraints, scores and grades over real answers.

use std::sync::Arc;

use proptest::{collection::vec, prelude::*, sample::select};

use super::{Answer, Blocker, FacilityPin, Response, Sheet, Verdict, arbitrary};
use crate::{
    checklist::{Checklist, ItemId, Row, Value, read},
    facility::FacilityId,
};

const HEAD: &str = "id = \"t\"\ntitle = \"题\"\nversion = 1\n";
const SECTION: &str = "[[section]]\nid = \"s\"\ntitle = \"节\"\n";

fn checklist(head: &str, items: &[(&str, &str)]) -> Arc<Checklist> {
    let item =
        |(id, lines): &(&str, &str)| format!("[[item]]\nid = \"{id}\"\nsection = \"s\"\ntext = \"问\"\n{lines}\n");
    let text = format!("{HEAD}{head}\n{SECTION}{}", items.iter().map(item).collect::<String>());
    let reading = read(&text);
    Arc::new(reading.checklist.unwrap_or_else(|| panic!("{text}\n{:#?}", reading.diagnostics)))
}

fn unit() -> FacilityPin {
    FacilityPin {
        id: FacilityId("F1".to_owned()),
        name: "".into(),
        code: "".into(),
        facility_type: "hospital".into(),
        level: "三级甲等".into(),
        district: "东区".into(),
    }
}

fn answer(response: Response) -> Answer {
    let at = "2026-11-21T09:40:00+08:00".parse().expect("a time");
    Answer { response: Some(response), note: String::new(), finding: None, evidence: vec![], by: String::new(), at }
}

fn sheet(checklist: &Arc<Checklist>, answers: &[(&str, Response)]) -> Sheet {
    let day = "2026-11-21".parse().expect("a day");
    let answers = answers.iter().map(|(id, response)| (ItemId((*id).to_owned()), answer(response.clone())));
    Sheet::new(Arc::clone(checklist), &unit(), day, answers.collect::<Vec<_>>())
}

fn yes() -> Response {
    Response::Value(Value::YesNo(true))
}

fn no() -> Response {
    Response::Value(Value::YesNo(false))
}

fn number(number: f64) -> Response {
    Response::Value(Value::Number(number))
}

fn word(word: &str) -> Response {
    Response::Value(Value::Choice(word.to_owned()))
}

fn rows(counts: &[f64]) -> Response {
    let row = |count: &f64| Row::from([("n".to_owned(), Value::Number(*count))]);
    Response::Value(Value::Table(counts.iter().map(row).collect()))
}

/// A condition, the answers, and whether the item is asked.
type Case<'a> = (&'a str, &'a [(&'a str, Response)], bool);

#[test]
fn a_condition_asks_hides_or_waits() {
    let fails = Response::Verdict(Verdict::Fails);
    let items = [
        ("A", "answer = \"yes-no\""),
        ("N", "answer = \"number\""),
        ("C", "answer = \"choice\"\nchoices = [\"甲\", \"乙\"]"),
        ("V", ""),
    ];
    let cases: &[Case] = &[
        ("{ item = \"A\", is = \"yes\" }", &[], false),
        ("{ item = \"A\", is = \"yes\" }", &[("A", yes())], true),
        ("{ item = \"A\", is = true }", &[("A", no())], false),
        ("{ not = { item = \"A\", is = \"yes\" } }", &[], false),
        ("{ not = { item = \"A\", is = \"yes\" } }", &[("A", no())], true),
        ("{ item = \"A\", answered = false }", &[], true),
        ("{ item = \"N\", value = \">= 3\" }", &[("N", number(3.0))], true),
        ("{ item = \"N\", is = [1, 2] }", &[("N", number(2.0))], true),
        ("{ item = \"C\", is_not = \"甲\" }", &[("C", word("乙"))], true),
        ("{ item = \"V\", is = \"fails\" }", &[("V", fails.clone())], true),
        ("{ item = \"V\", is = \"不符合\" }", &[("V", Response::Verdict(Verdict::Conforms))], false),
        ("{ any = [{ item = \"A\", is = \"yes\" }, { item = \"N\", value = \"> 0\" }] }", &[("N", number(1.0))], true),
        ("{ all = [{ item = \"A\", is = \"yes\" }, { item = \"N\", value = \"> 0\" }] }", &[("N", number(1.0))], false),
        ("\"A || N > 0\"", &[("N", number(1.0))], true),
        ("\"N * 2 == 3\"", &[("N", number(1.5))], true),
        ("\"1 / N > 0\"", &[("N", number(0.0))], false),
        ("'C in [\"甲\", \"乙\"]'", &[("C", word("乙"))], true),
        ("'V == \"fails\" && answered(A)'", &[("V", fails.clone()), ("A", no())], true),
        ("'facility.type == \"hospital\" && facility.level.startsWith(\"三级\")'", &[], true),
        ("'today >= \"2026-11-21\" && days(\"2026-11-01\", today) == 20'", &[], true),
    ];
    for (when, answers, asked) in cases {
        let mut items = items.to_vec();
        let lines = format!("when = {when}");
        items.push(("Z", &lines));
        let sheet = sheet(&checklist("", &items), answers);
        assert_eq!(sheet.applies(4), *asked, "{when} {answers:?}");
    }
}

#[test]
fn what_is_hidden_keeps_its_answer_and_does_not_count() {
    let checklist = checklist(
        "",
        &[("A", "answer = \"yes-no\""), ("B", "when = \"A\""), ("C", "when = { item = \"B\", is = \"conforms\" }")],
    );
    let given =
        [("A", yes()), ("B", Response::Verdict(Verdict::Conforms)), ("C", Response::Verdict(Verdict::Conforms))];
    let mut sheet = sheet(&checklist, &given);
    assert_eq!((sheet.tally().items, sheet.tally().conforming), (3, 2));
    sheet.set(&ItemId("A".to_owned()), Some(answer(no())));
    assert_eq!((sheet.tally().items, sheet.tally().conforming), (1, 0));
    assert_eq!(sheet.answers().count(), 3);
    sheet.set(&ItemId("A".to_owned()), Some(answer(yes())));
    assert_eq!((sheet.tally().items, sheet.tally().conforming), (3, 2));
}

#[test]
fn values_are_calculated_stand_by_default_and_are_checked() {
    let table = "answer = \"table\"\ncolumns = [{ id = \"n\", title = \"数\", answer = \"count\", pass = \"<= 5\" }]";
    let checklist = checklist(
        "",
        &[
            ("T", table),
            ("S", "answer = \"number\"\nunit = \"人\"\ncalculate = \"sum(T.n)\"\npass = \">= 3\""),
            ("D", "answer = \"number\"\nunit = \"人\"\ndefault = 2"),
            ("R", "answer = \"percent\"\ncalculate = \"round(D / S * 100, 1)\""),
            ("L", "answer = \"count\"\nconstraint = \"this <= S\"\nconstraint_message = \"不多于总数\""),
        ],
    );
    let mut sheet = sheet(&checklist, &[("T", rows(&[1.0, 3.0])), ("L", Response::Value(Value::Number(9.0)))]);
    assert_eq!(sheet.value(1), Some(&Value::Number(4.0)));
    assert_eq!((sheet.verdict(0), sheet.verdict(1)), (Some(Verdict::Conforms), Some(Verdict::Conforms)));
    assert!(sheet.is_default(2) && sheet.value(3) == Some(&Value::Number(50.0)));
    assert!(sheet.is_impossible(4) && sheet.blocker(4) == Some(Blocker::Impossible(4)));
    let computed: Vec<_> = sheet.computed().map(|(id, _)| id.0.as_str()).collect();
    assert_eq!(computed, ["S", "D", "R"]);
    sheet.set(&ItemId("T".to_owned()), Some(answer(rows(&[9.0]))));
    assert_eq!((sheet.verdict(0), sheet.value(1)), (Some(Verdict::Fails), Some(&Value::Number(9.0))));
    assert!(!sheet.is_impossible(4));
    sheet.set(&ItemId("T".to_owned()), Some(answer(Response::Value(Value::Table(vec![Row::new()])))));
    assert_eq!((sheet.value(1), sheet.blocker(0)), (None, Some(Blocker::Incomplete(0))), "a cell is missing");
}

/// The rule of the Health Network Quality Improvement System (PSI): competent with every critical item and more than 89.9 %
/// of the others, in need of improvement with every critical item and 79.9 to 89.9 %, else not competent.
#[test]
fn grades_may_need_all_critical_items() {
    let head = "critical_gate = false\ngrades = [\n\
        { id = \"a\", title = \"胜任\", critical_rate = \">= 100\", other_rate = \"> 89.9\" },\n\
        { id = \"b\", title = \"需改进\", critical_rate = \">= 100\", other_rate = \"79.9..89.9\" },\n\
        { id = \"c\", title = \"不胜任\" },\n]";
    let cases = [
        (1000, true, "胜任"),
        (900, true, "胜任"),
        (899, true, "需改进"),
        (799, true, "需改进"),
        (798, true, "不胜任"),
        (1000, false, "不胜任"),
    ];
    for (points, critical, grade) in cases {
        let (met, missed) = (format!("points = {points}"), format!("points = {}", 1000 - points));
        let rest = if points == 1000 { "points = 0.5\nrequired = false" } else { missed.as_str() };
        let checklist = checklist(head, &[("K", "critical = true"), ("A", &met), ("B", rest)]);
        let verdict = |fine| Response::Verdict(if fine { Verdict::Conforms } else { Verdict::Fails });
        let mut answers = vec![("K", verdict(critical)), ("A", verdict(true))];
        if points < 1000 {
            answers.push(("B", verdict(false)));
        }
        let summary = sheet(&checklist, &answers).tally().summary(&checklist);
        assert_eq!(summary.grade.as_deref(), Some(grade), "{points} {critical}");
    }
}

#[test]
fn rates_follow_the_method_and_the_gate() {
    let two = "[[section]]\nid = \"u\"\ntitle = \"乙\"\nweight = 3\n";
    let grades = "grades = [{ id = \"a\", title = \"优\", rate = \">= 60\" }, { id = \"z\", title = \"差\" }]\n";
    let conforms = || Response::Verdict(Verdict::Conforms);
    let cases = [("points", 80.0), ("items", 50.0), ("sections", 25.0)];
    for (method, rate) in cases {
        let text = format!(
            "{HEAD}scoring = \"{method}\"\n{grades}{SECTION}{two}[[item]]\nid = \"A\"\nsection = \"s\"\ntext = \"甲\"\npoints = 4\n\
             [[item]]\nid = \"B\"\nsection = \"u\"\ntext = \"乙\"\n[[item]]\nid = \"C\"\nsection = \"u\"\ntext = \"丙\"\ncritical = true\n"
        );
        let checklist = Arc::new(read(&text).checklist.expect("it is sound"));
        let fails = Response::Verdict(Verdict::Fails);
        let omitted = Response::Verdict(Verdict::ReasonableOmission);
        let tally = sheet(&checklist, &[("A", conforms()), ("B", fails.clone()), ("C", omitted)]).tally();
        assert_eq!(tally.score_rate(), Some(rate), "{method}");
        let gated = sheet(&checklist, &[("A", conforms()), ("B", conforms()), ("C", fails)]).tally();
        assert_eq!((gated.critical_failed, gated.grade), (1, Some(1)), "one critical failure decides");
    }
}

#[test]
fn a_section_takes_what_is_in_it_along() {
    let text = format!(
        "{HEAD}[[section]]\nid = \"s\"\ntitle = \"甲\"\n[[section]]\nid = \"lab\"\ntitle = \"乙\"\nwhen = \"A\"\n\
         [[section]]\nid = \"in\"\ntitle = \"丙\"\nparent = \"lab\"\nlevels = [\"三级\"]\n\
         [[item]]\nid = \"A\"\nsection = \"s\"\ntext = \"问\"\nanswer = \"yes-no\"\n\
         [[item]]\nid = \"B\"\nsection = \"in\"\ntext = \"问\"\n"
    );
    let checklist = Arc::new(read(&text).checklist.expect("it is sound"));
    assert!(!sheet(&checklist, &[("A", no())]).applies(1));
    assert!(sheet(&checklist, &[("A", yes())]).applies(1));
}

/// Lines that may stand in an item, each with the number of items before it that they need.
const LINES: &[(usize, &str)] = &[
    (0, ""),
    (1, "when = { item = \"A0\", is = \"yes\" }"),
    (2, "when = \"A1 > 3 || A0\""),
    (2, "when = { not = { item = \"A1\", answered = true } }"),
    (3, "when = { any = [{ item = \"A2\", is = \"甲\" }, \"verdict(A0) == 'fails'\"] }"),
    (5, "when = { all = [{ item = \"A4\", is_not = \"fails\" }, \"answered(A3)\"] }"),
    (6, "when = \"size(A5) > 0 && A5.all(row, row.n < 6)\""),
    (7, "when = \"A6 >= 4\""),
];

fn made() -> impl Strategy<Value = Arc<Checklist>> {
    let types = [
        "answer = \"yes-no\"\npass = \"yes\"",
        "answer = \"number\"\ndefault = 4\nconstraint = \"0..9\"",
        "answer = \"choice\"\nchoices = [\"甲\", \"乙\"]\npass = [\"甲\"]",
        "answer = \"choices\"\nchoices = [\"甲\", \"乙\"]",
        "critical = true\npoints = 2.5",
        "answer = \"table\"\ncolumns = [{ id = \"n\", title = \"数\", answer = \"number\", pass = \"<= 5\" }]",
        "answer = \"number\"\ncalculate = \"sum(A5.n) + A1\"\npass = \"this > A1\"",
        "points = 0.1",
        "answer = \"percent\"\ncalculate = \"A6 / A1 * 100\"\nconstraint = \"this <= 100 || A0\"",
        "answer = \"text\"\nrequired = false",
    ];
    vec(any::<prop::sample::Index>(), types.len()).prop_map(move |choices| {
        let lines: Vec<String> = (0..types.len())
            .map(|at| {
                let possible: Vec<_> = LINES.iter().filter(|(needs, _)| *needs <= at).collect();
                format!("{}\n{}", types[at], choices[at].get(&possible).1)
            })
            .collect();
        let ids: Vec<String> = (0..types.len()).map(|at| format!("A{at}")).collect();
        let items: Vec<(&str, &str)> = ids.iter().map(String::as_str).zip(lines.iter().map(String::as_str)).collect();
        let head = "grades = [{ id = \"a\", title = \"优\", rate = \">= 60\" }, { id = \"b\", title = \"差\" }]";
        checklist(head, &items)
    })
}

fn fitting() -> impl Strategy<Value = Answer> {
    let response = prop_oneof![
        select(&Verdict::ALL[..]).prop_map(Response::Verdict),
        any::<bool>().prop_map(|yes| Response::Value(Value::YesNo(yes))),
        (0..12_i8).prop_map(|value| number(f64::from(value))),
        select(&["甲", "乙"][..]).prop_map(word),
        vec(0..9_i8, 0..3).prop_map(|counts| rows(&counts.into_iter().map(f64::from).collect::<Vec<_>>())),
    ];
    response.prop_map(answer)
}

/// Everything that a screen could show.
fn shown(sheet: &Sheet) -> impl PartialEq + std::fmt::Debug + use<> {
    let count = sheet.checklist().items.len();
    let cells: Vec<_> = (0..count)
        .map(|at| {
            let value = sheet.value(at).cloned();
            (sheet.applies(at), value, sheet.verdict(at), sheet.is_impossible(at), sheet.is_answered(at))
        })
        .collect();
    (cells, sheet.tally(), sheet.blockers().collect::<Vec<_>>())
}

/// Pieces of which expressions are thrown together.
const PIECES: &[&str] = &[
    "A0",
    "A1",
    "A2",
    "A3",
    "A4",
    "A5",
    "A5.n",
    "this",
    "today",
    "1",
    "0",
    "-1",
    "2.5",
    "\"甲\"",
    "'乙'",
    "true",
    " && ",
    " || ",
    "!",
    " == ",
    " != ",
    " < ",
    " >= ",
    " + ",
    " - ",
    " * ",
    " / ",
    " % ",
    " in ",
    "(",
    ")",
    "[",
    "]",
    ",",
    " ? ",
    " : ",
    "sum(",
    "size(",
    "round(",
    "days(",
    "answered(",
    "verdict(",
    ".all(r, ",
    ".map(r, ",
    ".filter(r, ",
    ".exists(r, ",
    "r",
    "r.n",
    ".size()",
    "has(r.n)",
    "{",
    "}",
    "null",
    "9223372036854775807",
    "[[[[",
    "((((",
    "。",
    "\\",
];

proptest! {
    #![proptest_config(ProptestConfig::with_cases(128))]

    #[test]
    fn after_any_answers_it_is_as_if_everything_had_just_been_evaluated(
        checklist in made(),
        given in vec((0..11_usize, proptest::option::of(prop_oneof![3 => fitting(), 1 => arbitrary::answer()])), 0..12),
    ) {
        let day = "2026-11-21".parse().expect("a day");
        let mut step_by_step = Sheet::new(Arc::clone(&checklist), &unit(), day, []);
        for (at, answer) in given {
            step_by_step.set(&ItemId(format!("A{at}")), answer);
            let answers: Vec<_> = step_by_step.answers().map(|(id, answer)| (id.clone(), answer.clone())).collect();
            let at_once = Sheet::new(Arc::clone(&checklist), &unit(), day, answers);
            prop_assert_eq!(shown(&step_by_step), shown(&at_once));
        }
    }

    #[test]
    fn what_a_response_would_come_to_is_what_it_comes_to_and_asking_changes_nothing(
        checklist in made(), given in vec((0..10_usize, fitting()), 0..12), tried in (0..10_usize, fitting()),
    ) {
        let day = "2026-11-21".parse().expect("a day");
        let mut sheet = Sheet::new(Arc::clone(&checklist), &unit(), day, []);
        for (at, answer) in given {
            sheet.set(&ItemId(format!("A{at}")), Some(answer));
        }
        let (at, answer) = tried;
        let before = shown(&sheet);
        let outlook = sheet.outlook(at, answer.response.clone().expect("fitting answers respond"));
        prop_assert_eq!(shown(&sheet), before);
        sheet.set(&ItemId(format!("A{at}")), Some(answer));
        prop_assert_eq!((outlook.possible == Some(false), outlook.verdict), (sheet.is_impossible(at), sheet.verdict(at)));
    }

    #[test]
    fn no_expression_and_no_answer_makes_it_panic(
        pieces in vec(select(PIECES), 1..24),
        given in vec(prop_oneof![fitting(), arbitrary::answer()], 10),
        base in made(),
    ) {
        let source = crate::checklist::Expression(pieces.concat());
        let mut checklist = (*base).clone();
        checklist.items[1].when = Some(crate::checklist::Condition::Expression(source.clone()));
        checklist.items[6].calculate = Some(source.clone());
        checklist.items[9].pass = Some(crate::checklist::PassRule::Expression(source));
        let answers = given.into_iter().enumerate().map(|(at, answer)| (ItemId(format!("A{at}")), answer));
        let day = "2026-11-21".parse().expect("a day");
        let sheet = Sheet::new(Arc::new(checklist), &unit(), day, answers.collect::<Vec<_>>());
        prop_assert!(sheet.tally().items <= 10);
    }
}
