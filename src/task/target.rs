//! Whether a campaign is about units that there are: what it names and the register does not have.

use std::collections::{BTreeSet, HashSet};

use super::campaign::Campaign;
use crate::{
    error::{Error, Kind, nearest},
    facility::{FACILITY_TYPES, Facility, FacilityId},
    i18n::{Text, listed},
    text,
};

/// How many of the words that the register has are offered.
const OFFERED: usize = 20;

impl Campaign {
    /// Lists what its target names and the register does not have: the word as the campaign has it, and the error.
    ///
    /// A type that has a name may be one of which there is no unit; every other word is one only if a unit has it.
    pub fn unknown(&self, register: &[Facility]) -> Vec<(String, Error)> {
        let target = &self.target;
        let words = |of: fn(&Facility) -> &String| -> BTreeSet<&str> {
            register.iter().map(|unit| of(unit).as_str()).filter(|word| !word.is_empty()).collect()
        };
        let (types, districts, levels) =
            (words(|unit| &unit.facility_type), words(|unit| &unit.district), words(|unit| &unit.level));
        let types: BTreeSet<&str> = types.into_iter().chain(FACILITY_TYPES.iter().copied()).collect();
        let error = |message: Text, hint: Text| Error::new(Kind::NotFound, message).hint(hint);
        let mut unknown = Vec::new();
        for word in target.types.iter().filter(|word| !types.contains(word.as_str())) {
            let hint = offered(word, &types);
            unknown.push((word.clone(), error(text!("campaign.no-type", typed = word), hint)));
        }
        for word in target.districts.iter().filter(|word| !districts.contains(word.as_str())) {
            let hint = offered(word, &districts);
            unknown.push((word.clone(), error(text!("campaign.no-district", typed = word), hint)));
        }
        for word in &target.levels {
            if !levels.iter().any(|level| level.starts_with(word.as_str())) {
                let hint = offered(word, &levels);
                unknown.push((word.clone(), error(text!("campaign.no-level", typed = word), hint)));
            }
        }
        for id in missing(register, &target.facilities) {
            let message = text!("campaign.no-unit", id = id);
            unknown.push((id.0.clone(), error(message, text!("campaign.no-unit.hint"))));
        }
        unknown
    }
}

/// Lists the numbers that no unit of the register has or had.
pub fn missing<'ids>(register: &[Facility], ids: &'ids [FacilityId]) -> Vec<&'ids FacilityId> {
    let known: HashSet<&FacilityId> =
        register.iter().flat_map(|unit| std::iter::once(&unit.id).chain(&unit.former)).collect();
    ids.iter().filter(|id| !known.contains(id)).collect()
}

/// Offers the word that was probably meant, else those that there are.
fn offered(wrong: &str, known: &BTreeSet<&str>) -> Text {
    if let Some(word) = nearest(wrong, known.iter().copied()) {
        return text!("campaign.meant", word = word);
    }
    let mut names: Vec<_> = known.iter().copied().take(OFFERED).collect();
    if known.len() > OFFERED {
        names.push("…");
    }
    text!("campaign.known", names = listed(names))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::task::Target;

    #[test]
    fn what_no_unit_has_is_said() {
        let register = [
            Facility {
                id: FacilityId("F1".to_owned()),
                former: vec![FacilityId("F0".to_owned())],
                facility_type: "月子中心".to_owned(),
                level: "三级甲等".to_owned(),
                district: "东区".to_owned(),
                ..Facility::default()
            },
            Facility::default(),
        ];
        let list = |words: &[&str]| words.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let target = |types: &[&str], districts: &[&str], levels: &[&str], facilities: &[&str]| Target {
            types: list(types),
            districts: list(districts),
            levels: list(levels),
            facilities: list(facilities).into_iter().map(FacilityId).collect(),
            draw: None,
        };
        let cases = [
            (target(&["hospital", "月子中心"], &["东区"], &["三级"], &["F1", "F0"]), vec![]),
            (target(&["hospitl", "医院"], &[], &[], &[]), vec!["hospitl", "医院"]),
            (target(&[], &["西区", ""], &["九级", "三级甲等"], &["F9"]), vec!["西区", "", "九级", "F9"]),
        ];
        for (target, expected) in cases {
            let campaign =
                Campaign { target, ..crate::task::Campaign::read(crate::task::SAMPLE_CAMPAIGN).expect("one") };
            let unknown = campaign.unknown(&register);
            let words: Vec<_> = unknown.iter().map(|(word, _)| word.as_str()).collect();
            assert_eq!(words, expected);
            assert!(unknown.iter().all(|(_, error)| error.next_step().is_some()));
        }
    }
}
