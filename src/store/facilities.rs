//! `facilities.toml`: the register of units.

use std::{collections::HashMap, path::Path};

use serde::Deserialize;
use toml::{
    Spanned,
    de::{DeTable, DeValue, ValueDeserializer},
};

use super::{Listing, Workspace, disk};
use crate::{
    error::{Error, in_toml, line_and_column},
    facility::Facility,
    text,
};

impl Workspace {
    /// Reads the register; a missing file is an empty one, and a unit that is wrong does not hide the others.
    pub fn facilities(&self) -> Listing<Facility> {
        let path = self.root().join("facilities.toml");
        if !path.exists() {
            return Listing::default();
        }
        match disk::read_toml_text(&path) {
            Ok(text) => read(&text, &path),
            Err(error) => Listing { found: Vec::new(), damaged: vec![error] },
        }
    }
}

/// Reads what can be understood of a register, and says what cannot.
///
/// A unit in which the parser found a mistake is left out as a whole: what is missing of it could be what decides which
/// items concern it.
fn read(text: &str, path: &Path) -> Listing<Facility> {
    let (mut table, errors) = DeTable::parse_recoverable(text);
    let broken: Vec<usize> = errors.iter().map(|error| error.span().map_or(0, |span| span.start)).collect();
    // What follows the first mistake often only follows from it.
    let mut damaged: Vec<Error> = errors.iter().take(1).map(|error| in_toml(text, error)).collect();
    let units = table.get_mut().remove("facility");
    damaged.extend(table.get_ref().keys().filter(|_| errors.is_empty()).map(|key| {
        let reason = text!("toml.unknown-field", field = key.get_ref());
        let hint = text!("toml.did-you-mean", word = "[[facility]]");
        Error::input(text!("toml.wrong")).reason(reason).hint(hint).at_offset("", text, key.span().start)
    }));
    let mut found = Vec::new();
    match units.map(|units| (units.span(), units.into_inner())) {
        None => {}
        Some((_, DeValue::Array(units))) => {
            let starts: Vec<usize> = units.iter().map(|unit| unit.span().start).collect();
            let mut known = HashMap::new();
            for (at, unit) in units.into_iter().enumerate() {
                let start = starts[at];
                let end = starts.get(at + 1).copied().unwrap_or(text.len() + 1);
                if broken.iter().any(|mistake| (start..end).contains(mistake)) {
                    continue;
                }
                match unit_of(text, unit, &mut known) {
                    Ok(unit) => found.push(unit),
                    // What was not understood of a broken file is not held against its units.
                    Err(_) if !broken.is_empty() => {}
                    Err(error) => damaged.push(error),
                }
            }
        }
        Some((span, _)) => damaged.push(
            Error::input(text!("toml.wrong"))
                .reason(text!("toml.syntax.header"))
                .hint(text!("toml.syntax.header-hint"))
                .at_offset("", text, span.start),
        ),
    }
    Listing { found, damaged: damaged.into_iter().map(|error| error.in_file(path)).collect() }
}

/// Reads one unit; `known` has the numbers of those before it, with their lines.
fn unit_of(text: &str, unit: Spanned<DeValue<'_>>, known: &mut HashMap<String, usize>) -> Result<Facility, Error> {
    let start = unit.span().start;
    let unit = Facility::deserialize(ValueDeserializer::from(unit)).map_err(|error| in_toml(text, &error))?;
    let wrong = |reason, hint| Error::input(text!("toml.wrong")).reason(reason).hint(hint).at_offset("", text, start);
    for (field, content) in [("id", &unit.id.0), ("name", &unit.name)] {
        if content.trim().is_empty() {
            return Err(wrong(text!("facility-file.empty", field = field), text!("facility-file.empty.hint")));
        }
    }
    let line = line_and_column(text, start).0;
    if let Some(first) = known.get(&unit.id.0) {
        let reason = text!("facility-file.duplicate", id = unit.id, name = unit.name, line = first);
        return Err(wrong(reason, text!("facility-file.duplicate.hint")));
    }
    known.insert(unit.id.0.clone(), line);
    Ok(unit)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    fn unit(id: &str, more: &str) -> String {
        format!("[[facility]]\nid = \"{id}\"\nname = \"第{id}医院\"\ntype = \"hospital\"\n{more}\n")
    }

    #[test]
    fn a_unit_that_is_wrong_does_not_hide_the_others() {
        let cases = [
            (String::new(), "", 0),
            ("level = 三级\n".to_owned(), "值写法不对", 5),
            ("level = “三级”\n".to_owned(), "值写法不对", 5),
            ("lvel = \"三级\"\n".to_owned(), "没有“lvel”", 5),
            ("phone = 123\n".to_owned(), "phone 应为文字", 5),
            ("level = \"三级\nphone = \"1\"\n".to_owned(), "双引号没有闭合", 5),
        ];
        for (more, what, line) in cases {
            for (start, end) in [("", "\n"), ("\u{feff}", "\n"), ("", "\r\n")] {
                let text = format!("{}{}{}", unit("A", &more), unit("B", ""), unit("C", "")).replace('\n', end);
                let folder = tempfile::tempdir().expect("a folder");
                let path = folder.path().join("facilities.toml");
                std::fs::write(&path, format!("{start}{text}")).expect("written");
                let listing = read(&disk::read_toml_text(&path).expect("read"), &path);
                let ids: Vec<_> = listing.found.iter().map(|unit| unit.id.0.as_str()).collect();
                if what.is_empty() {
                    assert_eq!((ids.len(), listing.damaged.len()), (3, 0), "{more}: {:?}", listing.damaged);
                    continue;
                }
                assert_eq!(ids, ["B", "C"], "{more}");
                let [error] = listing.damaged.as_slice() else { panic!("{more}: {:?}", listing.damaged) };
                let place = error.place().expect("a place");
                assert_eq!((place.path.as_path(), place.line), (path.as_path(), Some(line)), "{more}");
                assert!(error.summary(Lang::Zh).contains(what), "{more}: {}", error.summary(Lang::Zh));
            }
        }
    }

    #[test]
    fn a_number_that_stands_twice_is_said_with_both_places() {
        let text = format!("{}{}{}", unit("A", ""), unit("B", ""), unit("A", ""));
        let listing = read(&text, Path::new("facilities.toml"));
        assert_eq!(listing.found.len(), 2);
        let [error] = listing.damaged.as_slice() else { panic!("{:?}", listing.damaged) };
        assert_eq!(error.place().and_then(|place| place.line), Some(11));
        assert!(error.summary(Lang::Zh).contains("第 1 行"), "{}", error.summary(Lang::Zh));
    }

    #[test]
    fn other_shapes_of_a_register_are_refused_with_their_place() {
        let cases = [
            ("[facility]\nid = \"A\"\n", Some(1)),
            ("facility = 3\n", Some(1)),
            ("\nunit = 3\n", Some(2)),
            ("[[facility]]\nid = \" \"\nname = \"甲\"\ntype = \"clinic\"\n", Some(1)),
        ];
        for (text, line) in cases {
            let listing = read(text, Path::new("facilities.toml"));
            assert!(listing.found.is_empty(), "{text}");
            let lines: Vec<_> =
                listing.damaged.iter().map(|error| error.place().and_then(|place| place.line)).collect();
            assert_eq!(lines, [line], "{text}: {:?}", listing.damaged);
        }
    }
}
