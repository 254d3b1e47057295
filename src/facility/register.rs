//! What an import does to the register: which units are new, which are known, and what differs in those.

use std::collections::{HashMap, HashSet};

use super::{
    Complaint, Facility, FacilityId,
    identify::{Found, Index},
    words::type_by_name,
};
use crate::text;

/// A field about which a file says something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Change {
    /// The field, by its name in the register's file.
    pub field: &'static str,
    /// As the register has it; may be empty.
    pub from: String,
    /// As the file has it.
    pub to: String,
}

/// A unit that the register has already and about which a file says something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differing {
    /// The row of the file.
    pub row: usize,
    /// As the register has it.
    pub known: Facility,
    /// As it would be with what the file says; a field that the file leaves empty stays.
    pub wanted: Facility,
    /// What differs.
    pub changes: Vec<Change>,
}

/// What an import comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Outcome {
    /// Units that the register does not have, with numbers.
    pub new: Vec<Facility>,
    /// Known units about which the file says something else.
    pub differing: Vec<Differing>,
    /// How many known units say the same.
    pub same: usize,
    /// How many rows are about what was merged into another unit; they change nothing.
    pub merged: usize,
    /// How many of the new ones had their type guessed from the name.
    pub guessed_types: usize,
    /// Rows of which it cannot be told what unit they are about; they are left out.
    pub doubtful: Vec<Complaint>,
}

/// Compares units that were read with the register.
///
/// A unit is known by its number, its credit code, or its exact name in the same district; a row in which these do not
/// agree, or that is about the unit of a row above, is left out. New ones without a number get the next ones of the
/// register.
pub fn compare_register(register: &[Facility], units: Vec<(usize, Facility)>) -> Outcome {
    let index = Index::new(register);
    let mut numbers = Numbers::new(register, &units);
    let mut outcome = Outcome::default();
    let mut seen = Seen::default();
    for (row, unit) in units {
        let known = match index.find(&unit) {
            Found::Former(_) => {
                outcome.merged += 1;
                continue;
            }
            Found::Doubtful(text, hint) => {
                outcome.doubtful.push(Complaint { row, column: None, text, hint: Some(hint), left_out: true });
                continue;
            }
            Found::Known(at) => Some(at),
            Found::New => None,
        };
        let above = match known {
            Some(at) => seen.take_known(at, row),
            None => seen.take_new(&unit, row),
        };
        if let Some(first) = above {
            let text = text!("facility-import.unit-twice", name = unit.name, row = first);
            let hint = Some(text!("facility-import.unit-twice.hint"));
            outcome.doubtful.push(Complaint { row, column: None, text, hint, left_out: true });
            continue;
        }
        if let Some(known) = known.map(|at| &register[at]) {
            let (wanted, changes) = updated(known, &unit);
            if changes.is_empty() {
                outcome.same += 1;
            } else {
                outcome.differing.push(Differing { row, known: known.clone(), wanted, changes });
            }
            continue;
        }
        let id = if unit.id.0.is_empty() { numbers.next() } else { unit.id.clone() };
        let mut unit = Facility { id, ..unit };
        if unit.facility_type.is_empty() {
            outcome.guessed_types += 1;
            type_by_name(&unit.name).clone_into(&mut unit.facility_type);
        }
        outcome.new.push(unit);
    }
    outcome
}

/// The rows that were taken, by what they are about.
#[derive(Default)]
struct Seen {
    known: HashMap<usize, usize>,
    new: HashMap<[String; 3], (usize, Facility)>,
}

impl Seen {
    /// Notes that a row is about a unit of the register; returns the row above that is too.
    fn take_known(&mut self, at: usize, row: usize) -> Option<usize> {
        let first = *self.known.entry(at).or_insert(row);
        (first != row).then_some(first)
    }

    /// Notes a new unit; returns the row above with the same name, district and address, where neither a number nor a code
    /// tells the two apart. The file has no number and no code twice.
    fn take_new(&mut self, unit: &Facility, row: usize) -> Option<usize> {
        let place = [&unit.name, &unit.district, &unit.address].map(Clone::clone);
        let (first, above) = self.new.entry(place).or_insert_with(|| (row, unit.clone()));
        let told_apart = |one: &str, other: &str| !one.is_empty() && !other.is_empty();
        let is_other = told_apart(&above.id.0, &unit.id.0) || told_apart(&above.code, &unit.code);
        (*first != row && !is_other).then_some(*first)
    }
}

/// Puts what a file says into a known unit; returns what changed. A code is not given up for a worse one.
fn updated(known: &Facility, unit: &Facility) -> (Facility, Vec<Change>) {
    let mut wanted = known.clone();
    let mut changes = Vec::new();
    let is_worse = unit.code_mistake().is_some() && !known.code.is_empty();
    let code = if is_worse { &known.code } else { &unit.code };
    for (field, own, said) in [
        ("name", &mut wanted.name, &unit.name),
        ("code", &mut wanted.code, code),
        ("type", &mut wanted.facility_type, &unit.facility_type),
        ("level", &mut wanted.level, &unit.level),
        ("district", &mut wanted.district, &unit.district),
        ("address", &mut wanted.address, &unit.address),
        ("contact", &mut wanted.contact, &unit.contact),
        ("phone", &mut wanted.phone, &unit.phone),
        ("risk", &mut wanted.risk, &unit.risk),
    ] {
        if !said.is_empty() && own != said {
            changes.push(Change { field, from: std::mem::replace(own, said.clone()), to: said.clone() });
        }
    }
    (wanted, changes)
}

/// Gives numbers that nobody has: `F` and the next free number.
struct Numbers {
    used: HashSet<String>,
    last: usize,
}

impl Numbers {
    fn new(register: &[Facility], units: &[(usize, Facility)]) -> Self {
        let own = register.iter().flat_map(|unit| std::iter::once(&unit.id).chain(&unit.former));
        let used: HashSet<String> = own.chain(units.iter().map(|(_, unit)| &unit.id)).map(|id| id.0.clone()).collect();
        let last = used.iter().filter_map(|id| id.strip_prefix('F')?.parse().ok()).max().unwrap_or(0);
        Self { used, last }
    }

    fn next(&mut self) -> FacilityId {
        loop {
            self.last += 1;
            let id = format!("F{:03}", self.last);
            if self.used.insert(id.clone()) {
                return FacilityId(id);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn unit(id: &str, name: &str, code: &str, phone: &str) -> Facility {
        Facility {
            id: FacilityId(id.to_owned()),
            name: name.to_owned(),
            code: code.to_owned(),
            phone: phone.to_owned(),
            ..Facility::default()
        }
    }

    #[test]
    fn a_unit_is_known_by_number_code_or_name() {
        let register = [unit("F007", "甲", "A", "1"), unit("F009", "乙", "", "")];
        let cases = [
            (unit("F007", "甲", "", ""), (0, 0, 1)),
            (unit("", "甲医院", "A", ""), (0, 1, 0)),
            (unit("F009", "乙", "A", ""), (0, 0, 0)),
            (unit("", "乙", "", "2"), (0, 1, 0)),
            (unit("", "丙", "", ""), (1, 0, 0)),
            (unit("X1", "丙", "", ""), (1, 0, 0)),
        ];
        for (read, expected) in cases {
            let outcome = compare_register(&register, vec![(2, read.clone())]);
            assert_eq!((outcome.new.len(), outcome.differing.len(), outcome.same), expected, "{read:?}");
        }
    }

    #[test]
    fn new_numbers_are_free() {
        let register = [unit("F009", "甲", "", "")];
        let read = vec![(2, unit("F010", "乙", "", "")), (3, unit("", "丙", "", "")), (4, unit("", "丁", "", ""))];
        let ids: Vec<_> = compare_register(&register, read).new.into_iter().map(|unit| unit.id.0).collect();
        assert_eq!(ids, ["F010", "F011", "F012"]);
    }

    #[test]
    fn what_the_file_leaves_empty_stays() {
        let register = [unit("F1", "甲", "", "1")];
        let outcome = compare_register(&register, vec![(2, unit("F1", "甲", "A", ""))]);
        let [differing] = outcome.differing.as_slice() else { panic!("{outcome:?}") };
        assert_eq!(differing.changes, [Change { field: "code", from: String::new(), to: "A".to_owned() }]);
        assert_eq!(differing.wanted.phone, "1");
    }

    #[test]
    fn a_code_is_not_given_up_for_a_worse_one() {
        let (good, renewed) = ("12999999990360987M", "91350100M000100Y43");
        let cases = [
            (good, "12999999990360987N", None),
            (good, renewed, Some(renewed)),
            ("12999999990360987N", good, Some(good)),
            ("12999999990360987N", "12999999990360987P", None),
            ("", "12999999990360987N", Some("12999999990360987N")),
        ];
        for (own, said, expected) in cases {
            let register = [unit("F1", "甲", own, "1")];
            let outcome = compare_register(&register, vec![(2, unit("F1", "甲", said, ""))]);
            let taken = outcome.differing.first().map(|differing| differing.wanted.code.as_str());
            assert_eq!(taken, expected, "{own} {said}");
        }
    }

    #[test]
    fn two_rows_about_one_unit_are_not_both_taken() {
        let register = [unit("F1", "甲", "A", "1")];
        let rows = vec![
            (2, unit("F1", "甲", "", "2")),
            (3, unit("", "甲", "", "3")),
            (4, unit("", "丙", "", "")),
            (5, unit("", "丙", "", "4")),
            (6, unit("", "丁", "C", "")),
            (7, unit("", "丁", "D", "")),
        ];
        let outcome = compare_register(&register, rows);
        let left_out: Vec<_> = outcome.doubtful.iter().map(|complaint| complaint.row).collect();
        assert_eq!((left_out, outcome.new.len()), (vec![3, 5], 3));
        assert_eq!(outcome.differing.iter().map(|one| one.wanted.phone.as_str()).collect::<Vec<_>>(), ["2"]);
    }

    #[test]
    fn what_was_merged_does_not_come_back() {
        let (one, other) = (unit("F1", "甲", "A", "1"), unit("F2", "乙", "B", "2"));
        let (kept, _) = crate::facility::merged(&one, &other);
        let outcome = compare_register(&[kept], vec![(2, one), (3, other.clone()), (4, unit("", "乙", "B", ""))]);
        assert_eq!((outcome.new.len(), outcome.same, outcome.merged, outcome.doubtful.len()), (0, 1, 2, 0));
    }
}
