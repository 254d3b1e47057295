//! What an import does to the register: which units are new, which are known, and what differs in those.

use std::collections::{HashMap, HashSet};

use super::{Facility, FacilityId, words::type_by_name};

/// A unit that the register has already and about which a file says something else.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Differing {
    /// The row of the file.
    pub row: usize,
    /// As the register has it.
    pub known: Facility,
    /// As it would be with what the file says; a field that the file leaves empty stays.
    pub wanted: Facility,
    /// The fields that differ.
    pub fields: Vec<&'static str>,
}

/// What an import comes to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Units that the register does not have, with numbers.
    pub new: Vec<Facility>,
    /// Known units about which the file says something else.
    pub differing: Vec<Differing>,
    /// How many known units say the same.
    pub same: usize,
    /// How many of the new ones had their type guessed from the name.
    pub guessed_types: usize,
}

/// Compares units that were read with the register.
///
/// A unit is known by its number, its credit code, or its exact name in the same district. New ones without a number get
/// the next ones of the register.
pub fn compare_register(register: &[Facility], units: Vec<(usize, Facility)>) -> Outcome {
    let mut ids: HashMap<&str, usize> = HashMap::new();
    let mut codes: HashMap<&str, usize> = HashMap::new();
    let mut names: HashMap<(&str, &str), usize> = HashMap::new();
    for (at, unit) in register.iter().enumerate() {
        for id in std::iter::once(&unit.id).chain(&unit.former) {
            ids.insert(&id.0, at);
        }
        if !unit.code.is_empty() {
            codes.insert(&unit.code, at);
        }
        names.insert((&unit.name, &unit.district), at);
    }
    let mut numbers = Numbers::new(register, &units);
    let mut outcome = Outcome::default();
    for (row, unit) in units {
        let known = ids
            .get(unit.id.0.as_str())
            .or_else(|| codes.get(unit.code.as_str()))
            .or_else(|| names.get(&(unit.name.as_str(), unit.district.as_str())));
        if let Some(known) = known.map(|&at| &register[at]) {
            let (wanted, fields) = updated(known, &unit);
            if fields.is_empty() {
                outcome.same += 1;
            } else {
                outcome.differing.push(Differing { row, known: known.clone(), wanted, fields });
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

/// Puts what a file says into a known unit; returns the fields that changed.
fn updated(known: &Facility, unit: &Facility) -> (Facility, Vec<&'static str>) {
    let mut wanted = known.clone();
    let mut fields = Vec::new();
    for (name, own, said) in [
        ("name", &mut wanted.name, &unit.name),
        ("code", &mut wanted.code, &unit.code),
        ("type", &mut wanted.facility_type, &unit.facility_type),
        ("level", &mut wanted.level, &unit.level),
        ("district", &mut wanted.district, &unit.district),
        ("address", &mut wanted.address, &unit.address),
        ("contact", &mut wanted.contact, &unit.contact),
        ("phone", &mut wanted.phone, &unit.phone),
        ("risk", &mut wanted.risk, &unit.risk),
    ] {
        if !said.is_empty() && own != said {
            own.clone_from(said);
            fields.push(name);
        }
    }
    (wanted, fields)
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
        assert_eq!((differing.fields.as_slice(), differing.wanted.phone.as_str()), (["code"].as_slice(), "1"));
    }
}
