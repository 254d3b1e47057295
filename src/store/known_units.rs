//! Finding the one unit that a person means: in the register, or gone from it, as far as records and tasks still know it.

use super::Workspace;
use crate::{
    error::{Error, Kind, Result},
    facility::{Facility, FacilityId, Search},
    i18n::listed,
    task::Task,
    text,
};

/// How many units are named where several are meant.
const NAMED: usize = 5;

impl Workspace {
    /// Finds the one unit that is meant: by its number, its credit code, its name, what a unit that was merged into it had of
    /// these, or words that fit no other unit.
    pub fn find_facility(&self, wanted: &str) -> Result<Facility> {
        let units = self.facilities().found;
        exactly(&units, wanted).map_or_else(|| by_words(&units, wanted), Ok)
    }

    /// Finds the one unit that is meant, in the register or gone from it, as far as records and tasks still know it; says
    /// whether it has gone.
    pub fn find_facility_or_gone(&self, wanted: &str) -> Result<(Facility, bool)> {
        let units = self.facilities().found;
        if let Some(unit) = exactly(&units, wanted) {
            return Ok((unit, false));
        }
        match self.gone_facility(&units, wanted) {
            Some(unit) => Ok((unit, true)),
            None => by_words(&units, wanted).map(|unit| (unit, false)),
        }
    }

    /// Finds the unit that another one takes in: in the register, or else one that has gone from it, as far as the tasks and
    /// records that still name its number know it.
    pub fn find_merged(&self, wanted: &str) -> Result<Facility> {
        self.find_facility_or_gone(wanted).map(|(unit, _)| unit)
    }

    /// Finds a unit that is not in the register by the number or name under which records or tasks know it.
    fn gone_facility(&self, register: &[Facility], wanted: &str) -> Option<Facility> {
        let is_meant = |id: &FacilityId, name: &str| id.0 == wanted || name == wanted;
        let is_gone = |unit: &Facility| !register.iter().any(|known| known.is(&unit.id));
        let records = self.records().found;
        let pinned = records.iter().map(|row| &row.facility).filter(|pin| is_meant(&pin.id, &pin.name));
        if let Some(unit) = pinned.map(|pin| Facility::from(&**pin)).find(is_gone) {
            return Some(unit);
        }
        let tasks = self.tasks().found.into_iter().filter(|task| is_meant(&task.facility, &task.facility_name));
        let unit = |task: Task| Facility {
            id: task.facility,
            name: task.facility_name,
            district: task.district,
            ..Facility::default()
        };
        tasks.map(unit).find(is_gone)
    }
}

/// Finds a unit by its number, its credit code or its name, else by what a unit that was merged into it had of these.
fn exactly(units: &[Facility], wanted: &str) -> Option<Facility> {
    let id = FacilityId(wanted.to_owned());
    let exact = |unit: &&Facility| unit.id == id || unit.code == wanted || unit.name == wanted;
    let was = |unit: &&Facility| {
        let mut texts = unit.former_codes.iter().chain(&unit.former_names);
        unit.is(&id) || texts.any(|text| text == wanted)
    };
    units.iter().find(exact).or_else(|| units.iter().find(was)).cloned()
}

/// Finds the one unit whose name these words fit.
fn by_words(units: &[Facility], wanted: &str) -> Result<Facility> {
    let fitting = Search::new(wanted).narrow(units.iter().map(|unit| unit.name.as_str()));
    match fitting.as_slice() {
        [one] => Ok(units[*one].clone()),
        [] => Err(Error::new(Kind::NotFound, text!("facility-file.unknown", wanted = wanted))
            .hint(text!("facility-file.unknown.hint"))),
        several => {
            let names = several.iter().take(NAMED).map(|&at| format!("{} {}", units[at].id, units[at].name));
            Err(Error::new(Kind::NotFound, text!("facility-file.several", wanted = wanted, count = several.len()))
                .hint(text!("facility-file.several.hint", known = listed(names))))
        }
    }
}
