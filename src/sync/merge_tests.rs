use proptest::{collection::vec, prelude::*, sample::select};

use super::*;
use crate::sync::kind;

/// What a device does in a random story of one document.
#[derive(Clone, Debug)]
enum Step {
    /// Writes a field on top of everything it knows.
    Write(usize, &'static str, Option<&'static str>),
    /// Takes over everything that another device knows.
    Take(usize, usize),
}

const DEVICES: usize = 4;

const FIELDS: &[&str] = &[
    "answer/A/response",
    "answer/A/note",
    "answer/A/finding/description",
    "answer/A/evidence",
    "answer/B/response",
    "inspection/inspectors",
    "journal",
];

const VALUES: &[Option<&str>] = &[None, Some("1"), Some("2"), Some("[\"a\"]"), Some("[\"b\", \"a\"]"), Some("[\"c\"]")];

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let write =
        (0..DEVICES, select(FIELDS), select(VALUES)).prop_map(|(who, field, value)| Step::Write(who, field, value));
    let take = (0..DEVICES, 0..DEVICES).prop_map(|(who, from)| Step::Take(who, from));
    vec(prop_oneof![2 => write, 1 => take], 0..40)
}

fn record() -> &'static Kind {
    kind::named("record").expect("a kind")
}

fn revision(history: &History, number: i64, field: &str, value: Option<&str>) -> Revision {
    Revision {
        document: "record/R".to_owned(),
        parents: view(record(), history).heads,
        // Clocks are wrong by years and in any order: nothing may depend on them.
        at: DateTime::from_timestamp((number * 7_919 % 13) * 100_000_000, 0).expect("a moment").fixed_offset(),
        clear: value.is_none().then(|| field.to_owned()).into_iter().collect(),
        text: None,
        set: value.map(|value| (field.to_owned(), value.to_owned())).into_iter().collect(),
    }
}

fn known(revision: Revision, person: &str) -> (RevisionId, Known) {
    (revision.id(), Known { revision: Arc::new(revision), person: person.to_owned(), counts: true })
}

/// Plays a story; gives what each device knows in the end.
fn play(steps: &[Step]) -> Vec<History> {
    let mut devices = vec![History::new(); DEVICES];
    for (number, step) in (0..).zip(steps) {
        match *step {
            Step::Write(who, field, value) => {
                let made = revision(&devices[who], number, field, value);
                let (id, known) = known(made, &format!("P{who}"));
                learn(&mut devices[who], id, known);
            }
            Step::Take(who, from) => {
                let theirs = devices[from].clone();
                for (id, known) in theirs {
                    learn(&mut devices[who], id, known);
                }
            }
        }
    }
    devices
}

#[test]
fn of_two_people_who_say_the_same_it_does_not_matter_who_came_first() {
    let made = revision(&History::new(), 1, "answer/A/note", Some("\"a\""));
    let of = |person: &str, counts: bool| Known { revision: Arc::new(made.clone()), person: person.to_owned(), counts };
    let cases = [
        (of("P1", true), of("P2", true), "P1", true),
        (of("P1", false), of("P2", true), "P2", true),
        (of("P1", false), of("P2", false), "P1", false),
        (of("P1", true), of("P1", false), "P1", true),
    ];
    for (one, other, person, counts) in cases {
        for joined in [one.clone().or(other.clone()), other.clone().or(one.clone())] {
            assert_eq!((joined.person.as_str(), joined.counts), (person, counts));
        }
    }
}

fn union(histories: &[&History]) -> History {
    let mut all = History::new();
    for (id, known) in histories.iter().copied().flatten() {
        learn(&mut all, *id, known.clone());
    }
    all
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_order_and_the_number_of_times_change_nothing(steps in steps()) {
        let devices = play(&steps);
        let [a, b, c, d] = devices.as_slice() else { unreachable!("four devices") };
        let all = view(record(), &union(&[a, b, c, d]));
        prop_assert_eq!(&view(record(), &union(&[d, c, b, a])), &all);
        prop_assert_eq!(&view(record(), &union(&[&union(&[a, b]), &union(&[c, d]), a, a])), &all);
        prop_assert_eq!(&view(record(), &union(&[a, &union(&[&union(&[c, b]), d])])), &all);
    }

    #[test]
    fn no_value_is_lost_unless_somebody_saw_it_and_wrote_another(steps in steps()) {
        let devices = play(&steps);
        let history = union(&devices.iter().collect::<Vec<_>>());
        let merged = view(record(), &history);
        let graph = Graph::new(&history);
        for (at, known) in graph.known.iter().enumerate() {
            for (path, value) in known.revision.writes() {
                let replaced = (0..graph.known.len()).any(|later| {
                    graph.is_before(at, later) && graph.known[later].revision.writes().any(|(field, _)| field == path)
                });
                let asked = merged.conflicts.iter().find(|conflict| conflict.field == path);
                let offered = asked.is_some_and(|conflict| {
                    conflict.candidates.iter().any(|candidate| candidate.value.as_deref() == value)
                });
                let settled = !matches!(
                    record().rule(path),
                    Rule::Ask | Rule::AskAndLeaveOut | Rule::AskAndLeaveEmpty
                );
                let shown = merged.fields.get(path).map(String::as_str) == value;
                prop_assert!(replaced || offered || settled || shown, "{path} {value:?} in {merged:?}");
            }
        }
    }

    #[test]
    fn choosing_ends_a_conflict_on_every_device_and_is_remembered(steps in steps()) {
        let mut history = union(&play(&steps).iter().collect::<Vec<_>>());
        let open = view(record(), &history).conflicts;
        for (number, conflict) in (1000..).zip(&open) {
            let value = conflict.candidates[0].value.clone();
            let made = revision(&history, number, &conflict.field, value.as_deref());
            history.extend([known(made, "the one who chose")]);
            let decided = resolutions(record(), &history);
            prop_assert!(decided.iter().any(|one| one.field == conflict.field
                && one.chosen.person == "the one who chose"
                && one.chosen.value == value
                && one.candidates == conflict.candidates));
        }
        prop_assert_eq!(view(record(), &history).conflicts, Vec::new());
    }

    #[test]
    fn what_does_not_count_is_kept_and_changes_nothing(steps in steps(), outsider in 0..DEVICES) {
        let devices = play(&steps);
        let mut history = union(&devices.iter().collect::<Vec<_>>());
        let name = format!("P{outsider}");
        for known in history.values_mut() {
            known.counts = known.person != name;
        }
        let with = view(record(), &history);
        let said: Vec<_> = with.conflicts.iter().flat_map(|conflict| &conflict.candidates).collect();
        prop_assert!(said.iter().all(|candidate| candidate.person != name));
        let total = history.len();
        for known in history.values_mut() {
            known.counts = true;
        }
        prop_assert_eq!(history.len(), total);
    }

    #[test]
    fn halves_filled_in_by_two_people_merge_without_a_question(first in vec(0..6_u8, 1..12), second in vec(0..6_u8, 1..12)) {
        let begun = History::from([known(revision(&History::new(), 0, "inspection/place", Some("\"p\"")), "P0")]);
        let fill = |who: usize, answers: &[u8]| {
            let mut own = begun.clone();
            for (number, answer) in (1..).zip(answers) {
                let made = revision(&own, number, &format!("answer/{who}-{answer}/response"), Some("1"));
                own.extend([known(made, &format!("P{who}"))]);
            }
            own
        };
        let (one, other) = (fill(1, &first), fill(2, &second));
        let merged = view(record(), &union(&[&one, &other]));
        prop_assert_eq!(&merged.conflicts, &Vec::new());
        for own in [one, other] {
            for (path, value) in view(record(), &own).fields {
                prop_assert_eq!(merged.fields.get(&path), Some(&value));
            }
        }
    }
}

/// Joins what two people wrote into one field on top of nothing.
fn both(field: &str, one: &str, other: &str) -> View {
    let write = |number, value, person| known(revision(&History::new(), number, field, Some(value)), person);
    view(record(), &History::from([write(1, one, "甲"), write(2, other, "乙")]))
}

#[test]
fn every_rule_does_what_it_says() {
    let fails = "{ verdict = \"fails\" }";
    let conforms = "{ verdict = \"conforms\" }";
    let early = "{ at = \"2026-11-21T09:30:00+08:00\", by = \"z\" }";
    let late = "{ at = \"2026-11-21T02:30:00Z\", by = \"a\" }";
    let cases = [
        ("answer/A/response", fails, conforms, None, 1),
        ("answer/A/response", fails, fails, Some(fails), 0),
        ("answer/A/note", "\"x\"", "\"y\"", Some("\"\""), 1),
        ("inspection/place", "\"y\"", "\"x\"", Some("\"x\""), 1),
        ("answer/A/stamp", early, late, Some(late), 0),
        ("journal", "9", "10", Some("10"), 0),
        (
            "inspection/started",
            "\"2026-11-21T09:30:00+08:00\"",
            "\"2026-11-21T02:30:00Z\"",
            Some("\"2026-11-21T09:30:00+08:00\""),
            0,
        ),
        ("inspection/inspectors", "[\"b\", \"c\"]", "[\"a\", \"c\"]", Some("[\"b\", \"a\", \"c\"]"), 0),
    ];
    for (field, one, other, shown, asked) in cases {
        for merged in [both(field, one, other), both(field, other, one)] {
            assert_eq!(merged.conflicts.len(), asked, "{field}");
            let expected = shown.map(|text| expression(text).expect("TOML"));
            let found = merged.fields.get(field).map(|text| expression(text).expect("TOML"));
            if field == "inspection/inspectors" {
                let names = |value: Option<toml::Value>| value.and_then(|list| list.as_array().map(Vec::len));
                assert_eq!(names(found), names(expected), "{field}");
            } else {
                assert_eq!(found, expected, "{field}");
            }
        }
    }
}

#[test]
fn what_one_side_takes_out_of_a_list_stays_out() {
    let field = "inspection/inspectors";
    let mut base = History::from([known(revision(&History::new(), 1, field, Some("[\"a\", \"b\"]")), "P")]);
    let added = known(revision(&base, 2, field, Some("[\"a\", \"b\", \"c\"]")), "P");
    let removed = known(revision(&base, 3, field, Some("[\"b\"]")), "Q");
    base.extend([added, removed]);
    assert_eq!(view(record(), &base).fields[field], "[\"b\", \"c\"]");
}

#[test]
fn a_finalised_record_stays_as_it_was_and_says_what_came_too_late() {
    let text = "place = \"东\"\nfinalised = \"2026-11-21T09:30:00+08:00\"\nfinalised_by = \"林明\"\n";
    let fields = flatten(&toml::from_str(text).expect("TOML"), record().shape).expect("fields");
    let mut history = History::from([known(revision(&History::new(), 1, "place", Some("\"东\"")), "林明")]);
    let late = known(revision(&history, 2, "place", Some("\"西\"")), "王芳");
    let locked = Revision {
        text: Some(text.to_owned()),
        set: [("final".to_owned(), fields["final"].clone())].into(),
        ..revision(&history, 3, "x", None)
    };
    history.extend([late, known(locked, "林明")]);
    let merged = view(record(), &history);
    assert_eq!(merged.text.as_deref(), Some(text));
    let [conflict] = merged.conflicts.as_slice() else { panic!("{merged:?}") };
    let said: Vec<_> = conflict.candidates.iter().map(|one| (one.value.as_deref(), one.person.as_str())).collect();
    assert!(conflict.late);
    assert_eq!(said, [(Some("\"东\""), "林明"), (Some("\"西\""), "王芳")]);
    let kept = revision(&history, 4, "place", Some("\"东\""));
    history.extend([known(kept, "林明")]);
    let merged = view(record(), &history);
    assert_eq!((merged.text.as_deref(), merged.conflicts.len()), (Some(text), 0));
}

#[test]
fn what_several_people_did_stands_in_the_order_of_time_and_nobodys_own_order_is_changed() {
    // Each event is its hour and its reason; whoever wrote a list has seen what stands before in it.
    let cases: [(&[&[&str]], &str); 6] = [
        (&[&["09a"], &["08z"]], "08z 09a"),
        (&[&["09a", "11b"], &["08z", "10y"]], "08z 09a 10y 11b"),
        // At the same time it goes by what they say.
        (&[&["09b"], &["09a"]], "09a 09b"),
        // A clock that was wrong does not put the answer before the question.
        (&[&["12a", "07b"], &["10c"]], "10c 12a 07b"),
        (&[&["08a", "12b"], &["08a", "09c", "07d"]], "08a 09c 07d 12b"),
        (&[&["08a", "09b"], &["09b", "08a"]], "08a 09b"),
    ];
    let event = |event: &&str| format!("{{ at = \"2026-11-21T{}:00:00+08:00\", reason = \"{event}\" }}", &event[..2]);
    for (lists, expected) in cases {
        let [one, other] = [0, 1].map(|turn| {
            let mut history = History::new();
            for number in 0..lists.len() {
                let at = (number + turn) % lists.len();
                let list = format!("[{}]", lists[at].iter().map(event).collect::<Vec<_>>().join(", "));
                let made = Revision { parents: Vec::new(), ..revision(&History::new(), 1, "event", Some(&list)) };
                let (id, known) = known(made, &format!("P{at}"));
                learn(&mut history, id, known);
            }
            view(kind::named("task").expect("a kind"), &history).fields.remove("event").expect("events")
        });
        assert_eq!(one, other);
        let events = expression(&one).expect("a list");
        let reasons = events.as_array().expect("a list").iter().map(|event| event["reason"].as_str().expect("a text"));
        assert_eq!(reasons.collect::<Vec<_>>().join(" "), expected);
    }
}

#[test]
fn what_was_decided_is_told_with_what_became_of_it() {
    let field = "answer/A/note";
    let write = |history: &History, number, value, person| known(revision(history, number, field, Some(value)), person);
    let nothing = History::new();
    let open = History::from([write(&nothing, 1, "\"a\"", "甲"), write(&nothing, 2, "\"b\"", "乙")]);
    let told = |history: &History| -> Vec<String> {
        let decisions = resolutions(record(), history).into_iter();
        let value = |candidate: Candidate| format!("{} {}", candidate.person, candidate.value.unwrap_or_default());
        decisions
            .map(|one| value(one.chosen) + &one.later.map_or_else(String::new, |one| " -> ".to_owned() + &value(one)))
            .collect()
    };
    assert!(told(&open).is_empty());
    let chosen = union(&[&open, &History::from([write(&open, 3, "\"a\"", "丙")])]);
    assert_eq!(told(&chosen), ["丙 \"a\""]);
    let changed = union(&[&chosen, &History::from([write(&chosen, 4, "\"c\"", "乙")])]);
    assert_eq!(told(&changed), ["丙 \"a\" -> 乙 \"c\""]);
    // What was said beside the decision, in ignorance of it, leaves nothing decided.
    let beside = union(&[&chosen, &History::from([write(&open, 5, "\"b\"", "乙")])]);
    assert!(told(&beside).is_empty());
    let again = union(&[&beside, &History::from([write(&beside, 6, "\"b\"", "丁")])]);
    let mut all = told(&again);
    all.sort_unstable();
    assert_eq!(all, ["丁 \"b\"", "丙 \"a\" -> 丁 \"b\"", "乙 \"b\""]);
}

#[test]
fn photographs_of_two_people_come_together_and_one_that_was_taken_out_stays_out() {
    let field = "answer/A/evidence";
    let list = |files: &str| -> String {
        // A letter is a photograph, and a capital one the same under another name.
        let file = |one: char| format!("{{ name = \"{one}.jpg\", digest = \"{}\" }}", one.to_ascii_lowercase());
        format!("[{}]", files.chars().map(file).collect::<Vec<_>>().join(", "))
    };
    // What both began with, what each made of it, and what comes of that.
    let cases = [
        ("", "a", "b", "ab"),
        ("p", "pa", "pb", "pab"),
        ("pq", "pqa", "q", "qa"),
        ("pq", "p", "q", ""),
        ("", "a", "A", "a"),
        ("p", "pa", "PAb", "pab"),
        ("P", "", "pa", "a"),
    ];
    for (base, one, other, expected) in cases {
        let begun = History::from([known(revision(&History::new(), 1, field, Some(&list(base))), "甲")]);
        let made = |number, files: &str, who| known(revision(&begun, number, field, Some(&list(files))), who);
        let history = union(&[&begun, &History::from([made(2, one, "甲"), made(3, other, "乙")])]);
        let merged = view(record(), &history);
        assert!(merged.conflicts.is_empty(), "{base} {one} {other}");
        let files = expression(&merged.fields[field]).expect("a list");
        let mut found: Vec<&str> =
            files.as_array().expect("a list").iter().map(|file| file["digest"].as_str().expect("one")).collect();
        found.sort_unstable();
        let mut expected: Vec<String> = expected.chars().map(String::from).collect();
        expected.sort_unstable();
        assert_eq!(found, expected, "{base} {one} {other}");
    }
}

#[test]
fn an_answer_that_one_takes_out_while_another_adds_a_photograph_to_it_stays_with_that() {
    let fields = ["answer/A/evidence", "answer/A/response", "answer/A/~"];
    let write = |history: &History, number, value: Option<&str>| Revision {
        set: value.map(|value| fields.map(|field| (field.to_owned(), value.to_owned())).into()).unwrap_or_default(),
        clear: if value.is_none() { fields.map(str::to_owned).into() } else { Vec::new() },
        ..revision(history, number, fields[0], value)
    };
    let begun = History::from([known(write(&History::new(), 1, Some("[\"p\"]")), "甲")]);
    for (photo, there) in [("[\"p\", \"q\"]", true), ("[]", false)] {
        let gone = known(write(&begun, 2, None), "乙");
        let added = known(revision(&begun, 3, fields[0], Some(photo)), "甲");
        let merged = view(record(), &union(&[&begun, &History::from([gone, added])]));
        assert!(merged.conflicts.is_empty());
        assert_eq!(merged.fields.get("answer/A/~").map(String::as_str), there.then_some("true"), "{photo}");
        assert_eq!(merged.fields[fields[0]], if there { "[\"q\"]" } else { "[]" });
    }
}
