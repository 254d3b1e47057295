//! The program's own source, taken apart as far as the rules need it: paths it names, strings it holds.

use std::{
    fs,
    path::{Path, PathBuf},
};

/// A file of `src/`, without its tests.
pub struct Source {
    /// The path below `src/`, with `/`.
    pub path: String,
    /// The number of lines, tests and all.
    pub lines: usize,
    /// The text without comments and tests, each string literal replaced by `""`.
    pub code: String,
    /// The string literals.
    pub strings: Vec<String>,
}

impl Source {
    /// Returns the module of the crate's root that the file belongs to.
    pub fn module(&self) -> &str {
        let first = self.path.split('/').next().unwrap_or_default();
        first.strip_suffix(".rs").unwrap_or(first)
    }

    /// Lists the texts that are asked for with `text!`: each key with the names of its values.
    pub fn texts(&self) -> Vec<(&str, Vec<&str>)> {
        let literals = self.code.match_indices("\"\"").zip(&self.strings);
        let asked = literals.filter(|((at, _), _)| self.code[..*at].trim_end().ends_with("text!("));
        asked.map(|((at, quotes), key)| (key.as_str(), names(&self.code[at + quotes.len()..]))).collect()
    }

    /// Lists the paths that begin with a name, such as `crate` or `std`, with groups in braces spread out.
    pub fn paths_of(&self, root: &str) -> Vec<String> {
        let prefix = format!("{root}::");
        let begins = self.code.match_indices(&prefix).filter(|(at, _)| {
            !self.code[..*at].ends_with(|before: char| before.is_alphanumeric() || matches!(before, '_' | ':'))
        });
        begins.flat_map(|(at, _)| spread(&self.code[at + prefix.len()..])).collect()
    }
}

/// Reads every file of `src/` but those that are compiled for tests only.
pub fn sources() -> Vec<Source> {
    let mut found = Vec::new();
    let mut tests = Vec::new();
    let mut folders = vec![PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("src")];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).expect("a folder of the source").flatten().map(|entry| entry.path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|end| end == "rs") {
                tests.extend(test_modules(&path));
                found.push(path);
            }
        }
    }
    // What lies below a module for tests is for tests, too.
    found.retain(|path| !tests.iter().any(|test| path == test || path.starts_with(test.with_extension(""))));
    found.sort();
    found.iter().map(|path| read(path)).collect()
}

/// Lists the files that a file declares as modules for tests only.
fn test_modules(path: &Path) -> Vec<PathBuf> {
    let text = fs::read_to_string(path).expect("UTF-8");
    let below = if path.ends_with("mod.rs") { path.with_file_name("") } else { path.with_extension("") };
    let declared = text.split("#[cfg(test)]").skip(1).map(str::trim_start);
    declared
        .filter_map(|rest| match rest.strip_prefix("#[path = \"") {
            Some(named) => named.split_once('"').map(|(name, _)| path.with_file_name(name)),
            None => rest.strip_prefix("mod ")?.split_once(';').map(|(name, _)| below.join(format!("{name}.rs"))),
        })
        .collect()
}

fn read(path: &Path) -> Source {
    let text = fs::read_to_string(path).expect("UTF-8");
    let below = path.strip_prefix(concat!(env!("CARGO_MANIFEST_DIR"), "/src")).expect("below src");
    // The tests of a module stand at its end.
    let tests = ["#[cfg(test)]\nmod tests {", "#[cfg(test)]\npub(super) mod tests {"];
    let program = tests.iter().find_map(|tests| text.split_once(tests)).map_or(text.as_str(), |(before, _)| before);
    let (code, strings) = take_apart(program);
    Source { path: below.to_string_lossy().replace('\\', "/"), lines: text.lines().count(), code, strings }
}

/// Separates code from comments and string literals.
fn take_apart(text: &str) -> (String, Vec<String>) {
    let (mut code, mut strings) = (String::new(), Vec::new());
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        if rest.starts_with("//") {
            rest = rest.split_once('\n').map_or("", |(_, after)| after);
        } else if let Some(raw) = raw_string(rest) {
            strings.push(raw.0.to_owned());
            code.push_str("\"\"");
            rest = raw.1;
        } else if next == '"' {
            let end = end_of_string(&rest[1..]);
            strings.push(rest[1..=end].to_owned());
            code.push_str("\"\"");
            rest = &rest[end + 2..];
        } else if let Some(length) = character_literal(rest) {
            code.push_str("' '");
            rest = &rest[length..];
        } else {
            code.push(next);
            rest = &rest[next.len_utf8()..];
        }
    }
    (code, strings)
}

fn end_of_string(text: &str) -> usize {
    let mut escaped = false;
    for (at, character) in text.char_indices() {
        match character {
            '"' if !escaped => return at,
            '\\' => escaped = !escaped,
            _ => escaped = false,
        }
    }
    text.len()
}

fn raw_string(text: &str) -> Option<(&str, &str)> {
    let hashes = text.strip_prefix('r')?.chars().take_while(|&character| character == '#').count();
    let content = text[1 + hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    content.split_once(end.as_str())
}

/// Returns the length of a character literal; a lifetime is none.
fn character_literal(text: &str) -> Option<usize> {
    let mut characters = text.strip_prefix('\'')?.chars();
    if characters.next()? == '\\' {
        return text[3..].find('\'').map(|at| at + 4);
    }
    let end = 1 + text[1..].chars().next()?.len_utf8();
    text[end..].starts_with('\'').then_some(end + 1)
}

/// Lists the names before the equals signs of a macro's arguments, of which the first was taken off.
fn names(arguments: &str) -> Vec<&str> {
    let (mut depth, mut begin, mut found) = (0, 0, Vec::new());
    for (at, character) in arguments.char_indices() {
        match character {
            '(' | '[' | '{' => depth += 1,
            ')' | ']' | '}' if depth > 0 => depth -= 1,
            ',' | ')' if depth == 0 => {
                found.extend(arguments[begin..at].split_once('=').map(|(name, _)| name.trim()));
                begin = at + 1;
                if character == ')' {
                    break;
                }
            }
            _ => {}
        }
    }
    found
}

/// Spreads what follows `root::` into whole paths: `{a::b, c}` into `a::b` and `c`.
fn spread(text: &str) -> Vec<String> {
    let is_part = |character: char| character.is_alphanumeric() || matches!(character, '_' | ':');
    let Some(group) = text.strip_prefix('{') else {
        let end = text.find(|character| !is_part(character)).unwrap_or(text.len());
        let path = &text[..end];
        return match (path.strip_suffix("::"), text[end..].starts_with('{')) {
            (Some(path), true) => spread(&text[end..]).into_iter().map(|below| format!("{path}::{below}")).collect(),
            _ => vec![path.to_owned()],
        };
    };
    let mut found = Vec::new();
    let mut depth = 0;
    let mut begin = 0;
    for (at, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth > 0 => depth -= 1,
            ',' | '}' if depth == 0 => {
                let one = group[begin..at].trim();
                if !one.is_empty() {
                    found.extend(spread(one));
                }
                begin = at + 1;
                if character == '}' {
                    return found;
                }
            }
            _ => {}
        }
    }
    found
}

#[test]
fn groups_are_spread() {
    let cases = [
        ("app::Msg,", vec!["app::Msg"]),
        ("{app, view::{self, text::pad}}; x", vec!["app", "view::self", "view::text::pad"]),
        ("a::{b::{c, d}, e}", vec!["a::b::c", "a::b::d", "a::e"]),
    ];
    for (text, paths) in cases {
        assert_eq!(spread(text), paths, "{text}");
    }
}

#[test]
fn strings_and_comments_are_told_apart() {
    let (code, strings) = take_apart("let a = \"x\\\"//y\"; // \"no\"\nlet b = '\"'; let c: &'a str = r#\"z\"#;");
    assert_eq!(strings, ["x\\\"//y", "z"]);
    assert_eq!(code, "let a = \"\"; let b = ' '; let c: &'a str = \"\";");
}
