//! Changing a unit of the register, by a command or on its page: what its fields may become, and what another unit adds.

use super::{Facility, code::suggest_code, tidy_code};
use crate::{
    error::{Error, Kind},
    i18n::Lang,
    text,
};

/// The fields of a unit that a person changes, by their names in the register's file, in the order in which they are shown.
pub const FIELDS: [&str; 9] = ["name", "code", "type", "level", "risk", "district", "address", "contact", "phone"];

/// Returns the content of a field by its name in the register's file.
pub fn content<'unit>(unit: &'unit Facility, field: &str) -> &'unit str {
    match field {
        "name" => &unit.name,
        "code" => &unit.code,
        "type" => &unit.facility_type,
        "level" => &unit.level,
        "district" => &unit.district,
        "address" => &unit.address,
        "contact" => &unit.contact,
        "phone" => &unit.phone,
        _ => &unit.risk,
    }
}

/// Changes fields of a unit; a field that cannot be what was typed comes back with what is wrong.
///
/// The register says whether a code is another unit's already; fields are named in `lang`. Fields that are not named stay, mistakes and all.
pub fn changed(
    unit: &Facility,
    typed: &[(&'static str, String)],
    register: &[Facility],
    lang: Lang,
) -> Result<Facility, (&'static str, Error)> {
    let mut changed = unit.clone();
    for (field, typed) in typed {
        let typed = typed.trim();
        if typed.contains(char::is_control) {
            let name = lang.t(&format!("facility-field.{field}"));
            let error = Error::new(Kind::Usage, text!("facility-cli.control", field = name));
            return Err((field, error.hint(text!("facility-cli.control.hint"))));
        }
        match *field {
            "name" if typed.is_empty() => {
                let error = Error::new(Kind::Usage, text!("facility-cli.no-name"));
                return Err((field, error.hint(text!("facility-cli.no-name.hint"))));
            }
            "code" => {
                changed.code = tidy_code(typed);
                check_code_of(&changed, register).map_err(|error| (*field, error))?;
            }
            field => typed.clone_into(place(&mut changed, field)),
        }
    }
    Ok(changed)
}

/// Says whether both units have a good code of their own, so that they may not be one.
pub fn codes_differ(one: &Facility, other: &Facility) -> bool {
    let are_good = [one, other].iter().all(|unit| !unit.code.is_empty() && unit.code_mistake().is_none());
    are_good && one.code != other.code
}

fn place<'unit>(unit: &'unit mut Facility, field: &str) -> &'unit mut String {
    match field {
        "name" => &mut unit.name,
        "code" => &mut unit.code,
        "type" => &mut unit.facility_type,
        "level" => &mut unit.level,
        "district" => &mut unit.district,
        "address" => &mut unit.address,
        "contact" => &mut unit.contact,
        "phone" => &mut unit.phone,
        _ => &mut unit.risk,
    }
}

/// Refuses a code that is mistyped or another unit's.
fn check_code_of(unit: &Facility, register: &[Facility]) -> Result<(), Error> {
    if let Some(mistake) = unit.code_mistake() {
        let hint = suggest_code(&unit.code).map_or_else(
            || text!("facility-code.check-licence"),
            |suggested| text!("facility-code.suggestion", code = suggested),
        );
        return Err(Error::input(mistake.text()).hint(hint));
    }
    let holds = |other: &&Facility| other.id != unit.id && other.code == unit.code;
    match register.iter().find(holds).filter(|_| !unit.code.is_empty()) {
        Some(holder) => {
            let message = text!("facility-cli.code-taken", code = unit.code, id = holder.id, name = holder.name);
            Err(Error::input(message).hint(text!("facility-cli.code-taken.hint", id = holder.id, other = unit.id)))
        }
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::facility::FacilityId;

    fn unit(id: &str, code: &str) -> Facility {
        let id = FacilityId(id.to_owned());
        Facility {
            id,
            name: "北门诊所".into(),
            code: code.into(),
            facility_type: "clinic".into(),
            ..Facility::default()
        }
    }

    #[test]
    fn each_field_that_cannot_be_what_was_typed_is_named() {
        let register = [unit("F001", "91350100M000100Y43"), unit("F002", "1")];
        let cases: [(&'static str, &str, Option<&str>); 8] = [
            ("name", " 南门诊所 ", None),
            ("name", " ", Some("name")),
            ("phone", "0724-1\u{7}", Some("phone")),
            ("phone", "", None),
            ("code", "", None),
            ("code", "91350100M000100Y34", Some("code")),
            ("code", "91350100M000100Y43", Some("code")),
            ("level", "三级", None),
        ];
        for (field, typed, wrong) in cases {
            let made = changed(&register[1], &[(field, typed.to_owned())], &register, Lang::Zh);
            assert_eq!(made.as_ref().err().map(|(field, _)| *field), wrong, "{field} {typed:?}");
            if let Ok(made) = made {
                assert_eq!(content(&made, field), typed.trim(), "{field}");
            }
        }
        let own = changed(&register[0], &[("code", "91350100M000100Y43".to_owned())], &register, Lang::Zh);
        assert!(own.is_ok(), "a unit keeps its own code");
    }
}
