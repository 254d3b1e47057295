//! The manual of checklists: its examples hold, and it leaves no field out.

use std::{collections::BTreeSet, fs};

use ducha::{checklist::read, editor::FileSort, i18n::Lang};
use serde_json::Value;

/// What stands above an example that begins with an item.
const HEAD: &str = "id = \"example\"\ntitle = \"例\"\nversion = 1\n\n[[section]]\nid = \"s\"\ntitle = \"节\"\n\n";

fn manual(lang: Lang) -> String {
    let path = format!("{}/docs/{}/checklists.md", env!("CARGO_MANIFEST_DIR"), lang.code());
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
fn every_type_of_answer_has_an_example() {
    for lang in Lang::ALL {
        let whole: String = examples(&manual(lang)).into_iter().map(|(_, text)| text).collect();
        for answer in ducha::checklist::AnswerType::ALL.iter().skip(1) {
            assert!(whole.contains(&format!("answer = \"{}\"", answer.name())), "{lang:?} {answer:?}");
        }
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
