//! Which unit a number stands for now, after units were merged.

use std::collections::HashMap;

use super::{Facility, FacilityId};

/// The units that others were merged into.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Successors(HashMap<FacilityId, FacilityId>);

impl Successors {
    /// Takes the former numbers of the units of a register.
    pub fn new(register: &[Facility]) -> Self {
        let merged = register.iter().flat_map(|unit| unit.former.iter().map(|id| (id.clone(), unit.id.clone())));
        Self(merged.collect())
    }

    /// Says whether no unit was merged.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Returns the number that a unit has now.
    pub fn of<'id>(&'id self, id: &'id FacilityId) -> &'id FacilityId {
        self.0.get(id).unwrap_or(id)
    }

    /// Returns the number that a unit has now, for a number that is only a text.
    pub fn of_text<'id>(&'id self, id: &'id str) -> &'id str {
        // Few units are merged: where none is, nothing is made of the text.
        if self.0.is_empty() {
            return id;
        }
        self.0.get(&FacilityId(id.to_owned())).map_or(id, |now| now.0.as_str())
    }
}
