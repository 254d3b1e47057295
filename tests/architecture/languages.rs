//! The language files: complete in both languages, used, and the only place with texts for people.

use std::{
    collections::{BTreeMap, BTreeSet},
    fs,
};

use super::source::{Source, sources};

/// Keys that the program puts together, by how they begin.
const PUT_TOGETHER: &[&str] = &[
    "cli.command.",
    "cli.argument.",
    "facility.type.",
    "facility-field.",
    "document-field.",
    "answer-type.",
    "answer-hint.",
    "plan.scope.",
    "explain.",
    "schema.",
    "report.column.",
    "report.filter.",
    "report.kind.",
    "report.source.",
    "report.table.",
];

/// Files with fixed Chinese words that are data of the domain: what a document or a person writes, not what is said.
const DOMAIN_WORDS: &[&str] = &["plan/", "checklist/", "calendar/due.rs", "facility/", "view/text/"];

/// Single characters that lists and titles are joined with, in every language.
const MARKS: &str = "、；，·《》…—–“”（）　①│≥≤≈±→✓✗○◇★▸▾▓░█▏▘▝▀▖▌▞▛▗▚▐▜▄▙▟";

/// Reads the texts of a language: key and text.
fn texts(lang: &str) -> BTreeMap<String, String> {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/src/i18n");
    let mut found = BTreeMap::new();
    for entry in fs::read_dir(folder).expect("the language files").flatten() {
        let name = entry.file_name().to_string_lossy().into_owned();
        if name.ends_with(&format!(".{lang}.toml")) {
            let text = fs::read_to_string(entry.path()).expect("UTF-8");
            flatten("", &text.parse::<toml::Table>().expect("TOML"), &name, &mut found);
        }
    }
    found
}

fn flatten(prefix: &str, table: &toml::Table, file: &str, found: &mut BTreeMap<String, String>) {
    for (name, value) in table {
        let key = format!("{prefix}{name}");
        match value {
            toml::Value::Table(below) => flatten(&format!("{key}."), below, file, found),
            toml::Value::String(text) => {
                assert!(found.insert(key.clone(), text.clone()).is_none(), "{key} stands twice, again in {file}");
            }
            other => assert!(key.starts_with('_'), "{file}: {key} is {other}"),
        }
    }
}

fn placeholders(text: &str) -> BTreeSet<&str> {
    let inside = text.split("%{").skip(1).filter_map(|rest| rest.split_once('}'));
    // What depends on a number names it again: `%{count|item|items}`.
    inside.map(|(inside, _)| inside.split_once('|').map_or(inside, |(name, _)| name)).collect()
}

#[test]
fn both_languages_say_the_same_with_the_same_values() {
    let (chinese, english) = (texts("zh"), texts("en"));
    let keys = |texts: &BTreeMap<String, String>| texts.keys().cloned().collect::<BTreeSet<_>>();
    let lacking: Vec<_> = keys(&chinese).symmetric_difference(&keys(&english)).cloned().collect();
    assert_eq!(lacking, [""; 0], "in one language only");
    for (key, text) in &chinese {
        assert_eq!(placeholders(text), placeholders(&english[key]), "{key}");
        assert_eq!(text.is_empty(), english[key].is_empty(), "{key}");
    }
}

#[test]
fn each_language_is_written_in_itself() {
    let both = ["setup.language", "setup.zh", "command.language", "command.language.short"];
    for (key, text) in texts("en") {
        let example = text.contains('“') || text.contains('"') || text.contains('(') || text.contains("such as");
        let stray: String = text.chars().filter(|character| is_chinese(*character)).collect();
        assert!(stray.is_empty() || example || both.contains(&key.as_str()), "{key}: {text}");
    }
    let names = ["term.key.", "app.name"];
    for (key, text) in texts("zh") {
        let chinese = text.is_empty() || text.chars().any(is_chinese) || !text.contains(' ');
        assert!(chinese || names.iter().any(|name| key.starts_with(name)), "{key}: {text}");
    }
}

#[test]
fn every_key_that_is_used_exists() {
    let known = texts("zh");
    for source in sources() {
        for key in keys_asked_for(&source) {
            assert!(known.contains_key(&key), "{} asks for {key}", source.path);
        }
    }
}

#[test]
fn every_text_gets_the_values_that_it_shows() {
    let known = texts("zh");
    let mut checked = 0;
    for source in sources() {
        for (key, values) in source.texts() {
            let Some(text) = known.get(key) else { continue };
            let lacking: Vec<_> = placeholders(text).into_iter().filter(|name| !values.contains(name)).collect();
            assert_eq!(lacking, [""; 0], "{} asks for {key}", source.path);
            checked += 1;
        }
    }
    assert!(checked > 500, "{checked} texts are asked for");
}

#[test]
fn every_text_is_used() {
    let mut named = BTreeSet::new();
    for source in sources() {
        named.extend(source.strings);
    }
    let unused: Vec<_> = texts("zh")
        .into_keys()
        .filter(|key| !named.contains(key))
        .filter(|key| !key.strip_suffix(".short").is_some_and(|long| named.contains(long)))
        .filter(|key| !PUT_TOGETHER.iter().any(|prefix| key.starts_with(prefix)))
        .collect();
    assert_eq!(unused, [""; 0]);
}

#[test]
fn texts_for_people_stand_in_the_language_files() {
    for source in sources() {
        if DOMAIN_WORDS.iter().any(|place| source.path.starts_with(place)) {
            continue;
        }
        for text in &source.strings {
            let stray: String =
                text.chars().filter(|&character| !character.is_ascii() && !MARKS.contains(character)).collect();
            assert_eq!(stray, "", "{}: {text}", source.path);
        }
    }
}

/// Lists the strings that look like a key of an area that exists.
fn keys_asked_for(source: &Source) -> Vec<String> {
    let areas: BTreeSet<String> =
        texts("zh").keys().filter_map(|key| key.split_once('.')).map(|(area, _)| area.to_owned()).collect();
    let is_part = |part: &str| {
        part.starts_with(|first: char| first.is_ascii_lowercase())
            && part
                .chars()
                .all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-_".contains(letter))
    };
    let is_key = |text: &&String| {
        text.contains('.')
            && text.split('.').all(is_part)
            && text.split('.').next().is_some_and(|area| areas.contains(area))
            && !text.ends_with(".toml")
            && !text.ends_with(".txt")
            && !PUT_TOGETHER.iter().any(|prefix| prefix.trim_end_matches('.') == text.as_str())
    };
    source.strings.iter().filter(is_key).cloned().collect()
}

fn is_chinese(character: char) -> bool {
    ('\u{4e00}'..='\u{9fff}').contains(&character)
}
