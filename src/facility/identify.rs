//! Which unit of the register a row of a file is about.
//!
//! A number, a credit code and a name each point to a unit. Where they point to different ones, or only a number that may
//! be of another list points to one with quite another name, nobody but a person can say which is meant.

use std::collections::HashMap;

use super::{Facility, duplicate::are_alike};
use crate::{
    i18n::{Text, listed},
    text,
};

/// What a row is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// A unit that the register does not have.
    New,
    /// A unit, by its position.
    Known(usize),
    /// What was merged into a unit, by its position.
    Former(usize),
    /// It cannot be told; the reason and what to do.
    Doubtful(Text, Text),
}

/// The units of the register by everything that a row can name them by.
pub(super) struct Index<'register> {
    register: &'register [Facility],
    ids: HashMap<&'register str, usize>,
    codes: HashMap<&'register str, Vec<usize>>,
    names: HashMap<&'register str, Vec<usize>>,
}

impl<'register> Index<'register> {
    pub(super) fn new(register: &'register [Facility]) -> Self {
        // A unit may have had a name before that is its own again.
        let note = |units: &mut Vec<usize>, at: usize| {
            if units.last() != Some(&at) {
                units.push(at);
            }
        };
        let mut index = Self { register, ids: HashMap::new(), codes: HashMap::new(), names: HashMap::new() };
        for (at, unit) in register.iter().enumerate() {
            for id in std::iter::once(&unit.id).chain(&unit.former) {
                index.ids.insert(&id.0, at);
            }
            for code in std::iter::once(&unit.code).chain(&unit.former_codes).filter(|code| !code.is_empty()) {
                note(index.codes.entry(code).or_default(), at);
            }
            for name in std::iter::once(&unit.name).chain(&unit.former_names) {
                note(index.names.entry(name).or_default(), at);
            }
        }
        index
    }

    /// Finds what a row is about: by its number and its code, which must agree and not be those of a unit with another
    /// name than the row's if that name is in the register too; else by its exact name in the same district.
    pub(super) fn find(&self, row: &Facility) -> Found {
        let by_id = self.ids.get(row.id.0.as_str()).copied();
        let by_code = self.codes.get(row.code.as_str()).map_or(&[][..], Vec::as_slice);
        match (by_id, by_code) {
            (Some(own), []) => self.by_number(row, own),
            (None, []) => self.by_name(row),
            (Some(own), holders) if !holders.contains(&own) => {
                let (unit, holder) = (&self.register[own], &self.register[holders[0]]);
                Found::Doubtful(
                    text!(
                        "facility-import.number-or-code",
                        id = row.id,
                        name = unit.name,
                        code = row.code,
                        holder = holder.id,
                        holder_name = holder.name,
                    ),
                    text!("facility-import.which.hint"),
                )
            }
            (Some(own), _) => self.by_code(row, own),
            (None, [own]) => self.by_code(row, *own),
            (None, several) => match self.like(row, several).as_slice() {
                [own] => self.by_code(row, *own),
                _ => self.several(several),
            },
        }
    }

    /// Takes the unit that has the code, unless the name is another unit's.
    fn by_code(&self, row: &Facility, own: usize) -> Found {
        let others = self.names.get(row.name.as_str()).map_or(&[][..], Vec::as_slice);
        match others.iter().find(|at| **at != own) {
            Some(&other) if !others.contains(&own) && !self.is_named(own, &row.name) => {
                let (unit, other) = (&self.register[own], &self.register[other]);
                Found::Doubtful(
                    text!(
                        "facility-import.code-or-name",
                        code = row.code,
                        id = unit.id,
                        name = unit.name,
                        other = other.id,
                        other_name = other.name,
                    ),
                    text!("facility-import.which.hint"),
                )
            }
            _ => self.known(row, own),
        }
    }

    /// Takes the unit that has the number, where its name is like the row's: numbers of another list are others.
    fn by_number(&self, row: &Facility, own: usize) -> Found {
        let unit = &self.register[own];
        if unit.former.contains(&row.id) {
            return Found::Former(own);
        }
        if self.is_named(own, &row.name) {
            return self.known(row, own);
        }
        Found::Doubtful(
            text!("facility-import.number-or-name", id = unit.id, name = unit.name, found = row.name),
            text!("facility-import.number-or-name.hint", id = unit.id, found = row.name),
        )
    }

    /// Finds a unit of exactly this name, and with a district where one is said.
    fn by_name(&self, row: &Facility) -> Found {
        let named = self.names.get(row.name.as_str()).map_or(&[][..], Vec::as_slice);
        let is_there = |at: &&usize| {
            let own = self.register[**at].district.as_str();
            own.is_empty() || row.district.is_empty() || own == row.district
        };
        let near: Vec<usize> = named.iter().filter(is_there).copied().collect();
        match near.as_slice() {
            [] => {
                // Two that were merged may have been registered in two districts.
                let was = named.iter().find(|at| self.register[**at].name != row.name);
                match was.filter(|_| row.code.is_empty() && row.id.0.is_empty()) {
                    Some(&at) => self.same_name(at, "facility-import.former-name"),
                    None => Found::New,
                }
            }
            [own] => {
                let unit = &self.register[*own];
                let is_other = !row.code.is_empty()
                    && !unit.code.is_empty()
                    && row.code_mistake().is_none()
                    && unit.code_mistake().is_none();
                match (is_other, row.id.0.is_empty()) {
                    (false, _) => self.known(row, *own),
                    (true, true) => self.same_name(*own, "facility-import.name-or-code"),
                    // It has a number and a code of its own.
                    (true, false) => Found::New,
                }
            }
            several => match self.like(row, several).as_slice() {
                [own] => self.known(row, *own),
                _ => self.several(several),
            },
        }
    }

    /// Says whether the row is about the unit itself or about what was merged into it.
    fn known(&self, row: &Facility, own: usize) -> Found {
        let unit = &self.register[own];
        let has_own_id = row.id == unit.id;
        let has_own_code = !row.code.is_empty() && row.code == unit.code;
        let is_former = unit.former.contains(&row.id)
            || unit.former_codes.contains(&row.code)
            || (!has_own_id && !has_own_code && unit.former_names.contains(&row.name));
        if is_former { Found::Former(own) } else { Found::Known(own) }
    }

    /// Says whether a name is that of a unit, or one that it had, as far as names tell.
    fn is_named(&self, at: usize, name: &str) -> bool {
        let unit = &self.register[at];
        std::iter::once(&unit.name).chain(&unit.former_names).any(|own| own == name || are_alike(own, name))
    }

    /// Picks those units that have the address or the name of a row.
    fn like(&self, row: &Facility, units: &[usize]) -> Vec<usize> {
        let is = |own: &str, said: &str| !said.is_empty() && own == said;
        let pick = |fits: &dyn Fn(&Facility) -> bool| -> Vec<usize> {
            units.iter().filter(|at| fits(&self.register[**at])).copied().collect()
        };
        let there = pick(&|unit| is(&unit.address, &row.address));
        if there.len() == 1 { there } else { pick(&|unit| is(&unit.name, &row.name) && unit.district == row.district) }
    }

    fn several(&self, units: &[usize]) -> Found {
        let ids = units.iter().take(5).map(|&at| self.register[at].id.0.as_str());
        Found::Doubtful(
            text!("facility-import.several", count = units.len(), ids = listed(ids)),
            text!("facility-import.several.hint"),
        )
    }

    fn same_name(&self, at: usize, key: &'static str) -> Found {
        let unit = &self.register[at];
        let values = vec![
            ("id", unit.id.0.clone()),
            ("name", unit.name.clone()),
            ("code", unit.code.clone()),
            ("district", unit.district.clone()),
        ];
        Found::Doubtful(Text::new(key, values), text!("facility-import.same-name.hint", id = unit.id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facility::FacilityId;

    /// Two credit codes whose check characters are right.
    const CODES: [&str; 2] = ["12999999990360987M", "91350100M000100Y43"];

    /// Makes a unit of `number,name,code,district,address`.
    fn unit(written: &str) -> Facility {
        let mut cells = written.split(',').map(|cell| match cell {
            "C0" => CODES[0].to_owned(),
            "C1" => CODES[1].to_owned(),
            cell => cell.to_owned(),
        });
        let mut next = || cells.next().unwrap_or_default();
        Facility {
            id: FacilityId(next()),
            name: next(),
            code: next(),
            district: next(),
            address: next(),
            ..Facility::default()
        }
    }

    #[test]
    fn a_row_is_about_one_unit_or_nobody_knows() {
        let register = [
            unit("F1,云澜市人民医院,C0,东区"),
            unit("F2,云澜市第三人民医院,C1,西区"),
            unit("F3,康宁诊所,,东区,北路1号"),
            unit("F4,康宁诊所,,东区,北路2号"),
            Facility {
                former: vec![FacilityId("F9".to_owned())],
                former_codes: vec!["OLD".to_owned()],
                former_names: vec!["老城诊所".to_owned()],
                ..unit("F5,新城诊所,NEW,东区")
            },
        ];
        let cases = [
            ("F1,云澜市人民医院", "Known(0)"),
            (",改了名的医院,C0", "Known(0)"),
            ("F1,改了名的医院,C0,西区", "Known(0)"),
            (",云澜市人民医院,,东区", "Known(0)"),
            ("F1,云澜人民医院,,东区", "Known(0)"),
            ("F1,云澜市人民医院,其他代码", "Known(0)"),
            ("F1,云澜市人民医院,C1,东区", "facility-import.number-or-code"),
            (",云澜市人民医院,C1,东区", "facility-import.code-or-name"),
            (",云澜市人民医院,C1,别的区", "facility-import.code-or-name"),
            ("F1,张三诊所,,外县", "facility-import.number-or-name"),
            (",云澜市人民医院,91999999990598557W,东区", "facility-import.name-or-code"),
            ("X1,云澜市人民医院,91999999990598557W,东区", "New"),
            (",云澜市人民医院,,南区", "New"),
            (",康宁诊所,,东区", "facility-import.several"),
            (",康宁诊所,,东区,北路2号", "Known(3)"),
            ("F9,老城诊所,,东区", "Former(4)"),
            ("F9,不认识的名称", "Former(4)"),
            (",老城诊所,OLD,西区", "Former(4)"),
            (",老城诊所,,东区", "Former(4)"),
            (",老城诊所,,西区", "facility-import.former-name"),
            (",老城诊所,NEW,东区", "Known(4)"),
            (",别的诊所,,东区", "New"),
        ];
        for (row, expected) in cases {
            let found = match Index::new(&register).find(&unit(row)) {
                Found::Doubtful(text, _) => text.key().to_owned(),
                other => format!("{other:?}"),
            };
            assert_eq!(found, expected, "{row}");
        }
    }
}
