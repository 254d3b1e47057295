//! The manual: its examples hold, and it leaves no field out.

use std::{collections::BTreeSet, fs, path::Path, sync::Arc};

use ducha::{
    calendar::Calendar,
    checklist::read,
    editor::FileSort,
    facility::{FACILITY_TYPES, Facility, check_code},
    i18n::Lang,
    inspection::{Answer, FacilityPin, Response, Sheet, Verdict},
    store::read_facilities,
    task::{Campaign, draw::Scheme},
};
use serde_json::Value;

/// What stands above an example that begins with an item.
const HEAD: &str = "id = \"example\"\ntitle = \"例\"\nversion = 1\n\n[[section]]\nid = \"s\"\ntitle = \"节\"\n\n";

fn manual(lang: Lang) -> String {
    chapter(lang, "checklists")
}

fn chapter(lang: Lang, name: &str) -> String {
    let path = format!("{}/docs/{}/{name}.md", env!("CARGO_MANIFEST_DIR"), lang.code());
    fs::read_to_string(path).expect("the manual").replace("\r\n", "\n")
}

/// Lists the examples: the code that is said to be found, if any, and the text.
fn examples(manual: &str) -> Vec<(Option<String>, String)> {
    let fenced = manual.split("\n```toml").skip(1).filter_map(|rest| rest.split_once("\n```"));
    fenced
        .map(|(example, _)| {
            let (code, text) = example.split_once('\n').expect("an example has lines");
            let code = Some(code.trim().to_owned()).filter(|code| !code.is_empty());
            let whole = if text.starts_with("[[item]]") { format!("{HEAD}{text}\n") } else { format!("{text}\n") };
            (code, whole)
        })
        .collect()
}

#[test]
fn every_example_is_read_as_it_says() {
    for lang in Lang::ALL {
        let examples = examples(&manual(lang));
        assert!(examples.len() > 10, "{lang:?}");
        for (code, text) in examples {
            let found: BTreeSet<_> = read(&text).diagnostics.iter().map(|one| one.code.name()).collect();
            assert_eq!(found, code.as_deref().into_iter().collect(), "{lang:?}: {text}");
        }
    }
}

#[test]
fn every_field_is_explained_as_everywhere_else() {
    for lang in Lang::ALL {
        let manual = manual(lang);
        let schema: Value = serde_json::from_str(&FileSort::Checklist.schema(lang)).expect("JSON");
        let definitions = schema["definitions"].as_object().expect("definitions").values();
        for table in definitions.chain([&schema]) {
            for (name, field) in table["properties"].as_object().expect("fields") {
                let row = format!("| `{name}` | {} |", field["description"].as_str().expect("an explanation"));
                assert!(manual.contains(&row), "{lang:?} lacks {row}");
            }
        }
    }
}

#[test]
fn the_manual_says_what_the_numbers_of_a_report_mean() {
    for lang in Lang::ALL {
        let manual = chapter(lang, "reports");
        for one in ducha::report::tally::definitions::definitions(lang) {
            let row = format!("| {} | {} |", one.name, one.meaning);
            assert!(manual.contains(&row), "{lang:?} lacks {row}");
        }
    }
}

#[test]
fn the_manual_of_units_leaves_no_field_and_no_type_out() {
    for lang in Lang::ALL {
        let manual = chapter(lang, "units");
        let schema: Value = serde_json::from_str(&FileSort::Facilities.schema(lang)).expect("JSON");
        let definitions = schema["definitions"].as_object().expect("definitions").values();
        for (name, field) in definitions.flat_map(|table| table["properties"].as_object().expect("fields")) {
            let row = format!("| `{name}` | {} |", field["description"].as_str().expect("an explanation"));
            assert!(manual.contains(&row), "{lang:?} lacks {row}");
        }
        for word in FACILITY_TYPES {
            let named = format!("`{word}` {}", lang.t(&format!("facility.type.{word}")));
            assert!(manual.contains(&named), "{lang:?} lacks {named}");
        }
        for (_, example) in examples(&manual) {
            let read = read_facilities(&example, Path::new("facilities.toml"));
            assert!(read.damaged.is_empty() && read.found.len() == 1, "{lang:?}: {read:?}");
            assert!(read.found.iter().all(|unit| check_code(&unit.code).is_ok()), "{example}");
        }
    }
}

#[test]
fn the_examples_of_campaigns_draws_and_holidays_are_read() {
    for lang in Lang::ALL {
        let examples = examples(&chapter(lang, "tasks"));
        let read = |text: &str| match text {
            text if text.contains("checklists = ") => Campaign::read(text).map(drop),
            text if text.contains("[[stratum]]") => Scheme::read(text).map(drop),
            text => Calendar::read(text).map(drop),
        };
        for (_, example) in &examples {
            read(example).unwrap_or_else(|error| panic!("{}: {example}", error.summary(lang)));
        }
        assert_eq!(examples.len(), 3, "{lang:?}");
    }
}

#[test]
fn every_type_of_answer_has_an_example() {
    for lang in Lang::ALL {
        let whole: String = examples(&manual(lang)).into_iter().map(|(_, text)| text).collect();
        for answer in ducha::checklist::AnswerType::ALL.iter().skip(1) {
            assert!(whole.contains(&format!("answer = \"{}\"", answer.name())), "{lang:?} {answer:?}");
        }
    }
}

/// The rule of the Health Network Quality Improvement System: competent with every critical item and more than 89.9 % of the
/// others, in need of improvement with every critical item and 79.9 to 89.9 %, else not competent.
#[test]
fn the_example_of_a_published_rule_gives_its_results() {
    // Whether the items of the example conform, and which of its grades that is; then the same on the bounds.
    let round = ["80", "10", "10"];
    let bounds = ["79.9", "10", "10.1"];
    let cases = [
        (round, [true, true, true, true], 0),
        (round, [true, true, true, false], 0),
        (round, [true, true, false, false], 1),
        (round, [true, false, true, true], 2),
        (round, [false, true, true, true], 2),
        (bounds, [true, true, false, true], 0),
        (bounds, [true, true, true, false], 1),
        (bounds, [true, true, false, false], 1),
        (["79.8", "10", "10.2"], [true, true, false, false], 2),
    ];
    let unit = FacilityPin::from(&Facility::default());
    for lang in Lang::ALL {
        let texts: Vec<_> = examples(&manual(lang)).into_iter().map(|(_, text)| text).collect();
        let example = texts.iter().find(|text| text.starts_with("id = \"hnqis\"")).expect("the example");
        for (points, conforming, grade) in cases {
            let mut parts = example.split("points = ").map(str::to_owned).collect::<Vec<_>>();
            for (part, points) in parts[1..].iter_mut().zip(points) {
                let rest = part.split_once('\n').map_or("", |(_, rest)| rest);
                *part = format!("points = {points}\n{rest}");
            }
            let checklist = Arc::new(read(&parts.concat()).checklist.expect("it is sound"));
            let items = checklist.items.iter().map(|item| item.id.clone());
            let answers: Vec<_> = items.zip(conforming.map(answer)).collect();
            let day = "2026-03-02".parse().expect("a day");
            let summary = Sheet::new(Arc::clone(&checklist), &unit, day, answers).tally().summary(&checklist);
            let named = &checklist.scoring.grades[grade].title.zh;
            assert_eq!(summary.grade.as_deref(), Some(named.as_str()), "{lang:?} {points:?} {conforming:?}");
        }
    }
}

fn answer(conforms: bool) -> Answer {
    let verdict = if conforms { Verdict::Conforms } else { Verdict::Fails };
    Answer {
        response: Some(Response::Verdict(verdict)),
        note: String::new(),
        finding: None,
        evidence: Vec::new(),
        by: "林明".to_owned(),
        at: "2026-03-02T09:00:00+08:00".parse().expect("a moment"),
    }
}

#[test]
fn files_that_are_wrong_are_refused_for_their_reason() {
    let folder = format!("{}/tests/data/invalid", env!("CARGO_MANIFEST_DIR"));
    let mut files = 0;
    for folder in [folder.clone(), format!("{folder}/beyond-schema")] {
        for path in fs::read_dir(folder).expect("a folder").flatten().map(|entry| entry.path()) {
            if path.extension().is_none_or(|ending| ending != "toml") {
                continue;
            }
            let text = fs::read_to_string(&path).expect("a file");
            let code = text.lines().next().and_then(|line| line.strip_prefix("# ")).expect("a code").to_owned();
            let found: Vec<_> = read(&text).diagnostics.iter().map(|one| one.code.name()).collect();
            assert!(found.contains(&code.as_str()), "{}: {found:?}", path.display());
            files += 1;
        }
    }
    assert!(files > 10);
}
