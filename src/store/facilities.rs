//! The register of units: `facilities.toml`, and further files in `facilities/`.

use std::{
    cell::OnceCell,
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize};
use toml::{
    Spanned,
    de::{DeTable, DeValue, ValueDeserializer},
};

use toml_edit::{ArrayOfTables, DocumentMut, Item, Table, Value};

use super::{Listing, Workspace, disk};
use crate::{
    error::{Error, Result as Outcome, explain_value, in_toml},
    facility::{Column, Facility, FacilityId, Incoming},
    table::{self, TableOptions},
    text,
};

/// The largest file with a register from elsewhere that is read, in bytes.
const IMPORT_LARGEST: u64 = 64 * 1024 * 1024;

/// The units as the file writes them.
#[derive(Serialize)]
struct Register<'units> {
    facility: &'units [Facility],
}

impl Workspace {
    /// Reads the register; a missing file is an empty one, and a unit that is wrong does not hide the others.
    pub fn facilities(&self) -> Listing<Facility> {
        register_in(&self.facility_files())
    }

    /// Adds units to `facilities.toml`; what stands in it stays as it is, comments and all.
    pub fn add_facilities(&self, new: &[Facility]) -> Outcome<()> {
        self.require_writable()?;
        let path = self.root().join("facilities.toml");
        let _turn = self.turns.take();
        let mut text = if path.exists() { sound_text(&path)? } else { String::new() };
        if !text.is_empty() && !text.ends_with("\n\n") {
            text.push_str(if text.ends_with('\n') { "\n" } else { "\n\n" });
        }
        let failed = |error: toml::ser::Error| Error::input(text!("record.not-written")).because(error);
        text.push_str(&toml::to_string(&Register { facility: new }).map_err(failed)?);
        disk::replace(&path, text.as_bytes())
    }

    /// Writes changed units into the files in which they stand and takes others out; comments stay.
    pub fn change_facilities(&self, changed: &[Facility], removed: &[FacilityId]) -> Outcome<()> {
        self.require_writable()?;
        let changed: HashMap<&str, &Facility> = changed.iter().map(|unit| (unit.id.0.as_str(), unit)).collect();
        for path in self.facility_files() {
            let _turn = self.turns.take();
            let text = sound_text(&path)?;
            // What the reader understands the editor understands too: both are one parser.
            let unreadable = |error: toml_edit::TomlError| Error::input(text!("toml.wrong")).at(&path).because(error);
            let mut document: DocumentMut = text.parse().map_err(unreadable)?;
            let Some(units) = document.get_mut("facility").and_then(Item::as_array_of_tables_mut) else { continue };
            if edit(units, &changed, removed) {
                disk::replace(&path, document.to_string().as_bytes())?;
            }
        }
        Ok(())
    }

    /// Puts a changed unit into the place of what it was and takes out the one that it took in; where either of them is no
    /// longer as it was shown, somebody else has changed it, and nothing is.
    pub fn replace_facility(&self, before: &Facility, after: &Facility, taken_in: Option<&Facility>) -> Outcome<()> {
        let units = self.facilities().found;
        if let Some(other) = std::iter::once(before).chain(taken_in).find(|unit| !units.contains(unit)) {
            return Err(Error::input(text!("facility-file.changed-meanwhile", id = other.id, name = other.name))
                .hint(text!("facility-file.changed-meanwhile.hint")));
        }
        let removed: Vec<_> = taken_in.map(|unit| unit.id.clone()).into_iter().collect();
        self.change_facilities(std::slice::from_ref(after), &removed)
    }

    /// Holds a register from elsewhere, a CSV file or a spreadsheet, against the one that is there; nothing is written.
    pub fn hold_register(
        path: &Path,
        options: TableOptions<'_>,
        given: &[(Column, String)],
        register: &[Facility],
    ) -> Outcome<Incoming> {
        let table = table::read_table(&disk::read_up_to(path, IMPORT_LARGEST)?, path, options)?;
        Incoming::new(&table, given, register).map_err(|error| error.in_file(path))
    }

    /// Takes the new units of a register from elsewhere, and with `update` what it says otherwise of the known ones; takes
    /// `without` out of the register.
    pub fn take_register(&self, incoming: &Incoming, update: bool, without: &[FacilityId]) -> Outcome<()> {
        self.require_writable()?;
        let held = &incoming.outcome;
        if !held.new.is_empty() {
            self.add_facilities(&held.new)?;
        }
        let updated = held.differing.iter().filter(|_| update).map(|differing| differing.wanted.clone());
        let changed: Vec<_> = updated.collect();
        if changed.is_empty() && without.is_empty() { Ok(()) } else { self.change_facilities(&changed, without) }
    }

    /// The files of the register that are there.
    fn facility_files(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.root().join("facilities")).into_iter().flatten().flatten();
        let is_register = |path: &PathBuf| {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            name.ends_with(".toml") && !name.starts_with('.')
        };
        let mut files: Vec<_> = entries.map(|entry| entry.path()).filter(is_register).collect();
        files.sort_unstable();
        let first = self.root().join("facilities.toml");
        if first.exists() {
            files.insert(0, first);
        }
        files
    }
}

/// Reads a register from the files that it lies in; a unit that is wrong does not hide the others.
pub fn register_in(files: &[PathBuf]) -> Listing<Facility> {
    let mut all = Listing::default();
    let mut places: HashMap<FacilityId, &Path> = HashMap::new();
    for path in files {
        let listing = match disk::read_toml_text(path) {
            Ok(text) => read_facilities(&text, path),
            Err(error) => Listing { found: Vec::new(), damaged: vec![error] },
        };
        all.damaged.extend(listing.damaged);
        for unit in listing.found {
            if let Some(first) = places.get(&unit.id).filter(|first| **first != path) {
                all.damaged.push(
                    Error::input(text!("facility-file.elsewhere", id = unit.id, first = first.display()))
                        .at(path)
                        .hint(text!("facility-file.duplicate.hint")),
                );
            } else {
                places.insert(unit.id.clone(), path);
                all.found.push(unit);
            }
        }
    }
    all
}

/// Reads a file of the register that is to be written to; one with a mistake in it is refused, because what the mistake
/// hides could be lost.
fn sound_text(path: &Path) -> Outcome<String> {
    let text = disk::read_toml_text(path)?;
    match read_facilities(&text, path).damaged.into_iter().next() {
        Some(error) => Err(error),
        None => Ok(text),
    }
}

/// Edits the units of a file; says whether anything changed.
fn edit(units: &mut ArrayOfTables, changed: &HashMap<&str, &Facility>, removed: &[FacilityId]) -> bool {
    let number = |table: &Table| table.get("id").and_then(Item::as_str).unwrap_or_default().to_owned();
    let before = units.len();
    units.retain(|table| !removed.iter().any(|id| id.0 == number(table)));
    let mut any = units.len() != before;
    for table in units.iter_mut() {
        if let Some(unit) = changed.get(number(table).as_str()) {
            put(table, unit);
            any = true;
        }
    }
    any
}

/// Puts the fields of a unit into its table; a field that is empty now goes, unless every unit must have it.
fn put(table: &mut Table, unit: &Facility) {
    let fields = [
        ("name", &unit.name),
        ("code", &unit.code),
        ("type", &unit.facility_type),
        ("level", &unit.level),
        ("district", &unit.district),
        ("address", &unit.address),
        ("contact", &unit.contact),
        ("phone", &unit.phone),
        ("risk", &unit.risk),
    ];
    for (name, content) in fields {
        match table.get_mut(name).and_then(Item::as_value_mut) {
            Some(value) if value.as_str() == Some(content) => {}
            Some(_) if content.is_empty() => drop(table.remove(name)),
            Some(value) => {
                let decor = value.decor().clone();
                *value = Value::from(content.as_str());
                *value.decor_mut() = decor;
            }
            None if content.is_empty() => {}
            None => drop(table.insert(name, toml_edit::value(content.as_str()))),
        }
    }
    let former: Vec<&str> = unit.former.iter().map(|id| id.0.as_str()).collect();
    for (name, list) in [
        ("former", former),
        ("former_codes", unit.former_codes.iter().map(String::as_str).collect()),
        ("former_names", unit.former_names.iter().map(String::as_str).collect()),
    ] {
        if list.is_empty() {
            table.remove(name);
        } else {
            table.insert(name, toml_edit::value(list.into_iter().collect::<toml_edit::Array>()));
        }
    }
}

/// Reads what can be understood of a register, and says what cannot.
///
/// A unit in which the parser found a mistake is left out as a whole: what is missing of it could be what decides which
/// items concern it.
pub fn read_facilities(text: &str, path: &Path) -> Listing<Facility> {
    let (mut table, errors) = DeTable::parse_recoverable(text);
    let mut broken: Vec<usize> = errors.iter().map(|error| error.span().map_or(0, |span| span.start)).collect();
    broken.sort_unstable();
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
            let mut reader = UnitReader { lines: Lines { text, starts: OnceCell::new() }, known: HashMap::new() };
            for (at, unit) in units.into_iter().enumerate() {
                let start = starts[at];
                let end = starts.get(at + 1).copied().unwrap_or(text.len() + 1);
                let mistakes = broken.partition_point(|mistake| *mistake < end);
                if mistakes > broken.partition_point(|mistake| *mistake < start) {
                    continue;
                }
                match reader.take(unit) {
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

/// Reads one unit after the other; a register has tens of thousands, so nothing here goes through the whole text for one.
struct UnitReader<'text> {
    lines: Lines<'text>,
    /// Where the units before begin, by their numbers.
    known: HashMap<String, usize>,
}

impl UnitReader<'_> {
    /// Reads a unit of a text that is good TOML.
    fn take(&mut self, unit: Spanned<DeValue<'_>>) -> Result<Facility, Error> {
        let start = unit.span().start;
        let wrong = |(reason, hint), offset: usize| {
            let (line, column) = self.lines.place(offset);
            Err(Error::input(text!("toml.wrong")).reason(reason).hint(hint).at_row("", line, Some(column)))
        };
        let unit = match Facility::deserialize(ValueDeserializer::from(unit)) {
            Ok(unit) => unit,
            Err(error) => {
                let span = error.span().unwrap_or(start..start);
                return wrong(explain_value(self.lines.text, &span, error.message()), span.start);
            }
        };
        for (field, content) in [("id", &unit.id.0), ("name", &unit.name)] {
            if content.trim().is_empty() {
                let reason = text!("facility-file.empty", field = field);
                return wrong((reason, text!("facility-file.empty.hint")), start);
            }
        }
        if let Some(first) = self.known.get(&unit.id.0) {
            let line = self.lines.place(*first).0;
            let reason = text!("facility-file.duplicate", id = unit.id, name = unit.name, line = line);
            return wrong((reason, text!("facility-file.duplicate.hint")), start);
        }
        self.known.insert(unit.id.0.clone(), start);
        Ok(unit)
    }
}

/// The lines of a text, which are only counted where a place is asked for.
struct Lines<'text> {
    text: &'text str,
    starts: OnceCell<Vec<usize>>,
}

impl Lines<'_> {
    /// Returns the line and the character in it, both from 1, of a byte offset.
    fn place(&self, offset: usize) -> (usize, usize) {
        let count = || std::iter::once(0).chain(self.text.match_indices('\n').map(|(at, _)| at + 1)).collect();
        let starts: &Vec<usize> = self.starts.get_or_init(count);
        let line = starts.partition_point(|start| *start <= offset);
        let before = self.text.get(starts[line - 1]..offset).unwrap_or_default();
        (line, before.chars().count() + 1)
    }
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
                let listing = read_facilities(&disk::read_toml_text(&path).expect("read"), &path);
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
        let listing = read_facilities(&text, Path::new("facilities.toml"));
        assert_eq!(listing.found.len(), 2);
        let [error] = listing.damaged.as_slice() else { panic!("{:?}", listing.damaged) };
        assert_eq!(error.place().and_then(|place| place.line), Some(11));
        assert!(error.summary(Lang::Zh).contains("第 1 行"), "{}", error.summary(Lang::Zh));
    }

    /// Many units with a mistake each are read as fast, give or take, as a few times fewer: nothing looks through the whole
    /// text for one of them.
    #[test]
    fn reading_takes_time_in_proportion_to_the_length() {
        for more in ["", "lvel = \"三级\"\n"] {
            let seconds = |units: usize| {
                let text: String = (0..units).map(|number| unit(&number.to_string(), more)).collect();
                let once = || {
                    let start = std::time::Instant::now();
                    let listing = read_facilities(&text, Path::new("facilities.toml"));
                    assert_eq!(listing.found.len() + listing.damaged.len(), units);
                    start.elapsed().as_secs_f64()
                };
                (0..3).map(|_| once()).fold(f64::INFINITY, f64::min)
            };
            let (few, many) = (seconds(1_000), seconds(8_000));
            assert!(many < few * 32.0, "{more}: {few} s for 1,000 units, {many} s for 8,000");
        }
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
            let listing = read_facilities(text, Path::new("facilities.toml"));
            assert!(listing.found.is_empty(), "{text}");
            let lines: Vec<_> =
                listing.damaged.iter().map(|error| error.place().and_then(|place| place.line)).collect();
            assert_eq!(lines, [line], "{text}: {:?}", listing.damaged);
        }
    }
}
