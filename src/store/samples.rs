//! The invented units that a workspace begins with: among real ones they would be given tasks and be drawn.

use std::{
    collections::{HashMap, HashSet},
    path::Path,
};

use super::{Workspace, facilities::read_facilities};
use crate::facility::{self, Facility, FacilityId};

impl Workspace {
    /// Lists the units of the register that are still the invented ones, but for those that a record or a task names.
    pub fn unused_samples(&self, register: &[Facility]) -> Vec<FacilityId> {
        let invented = read_facilities(facility::SAMPLE, Path::new("facilities.toml")).found;
        let invented: HashMap<_, _> = invented.into_iter().map(|unit| (unit.id.clone(), unit)).collect();
        let still: Vec<_> = register.iter().filter(|unit| invented.get(&unit.id) == Some(*unit)).collect();
        if still.is_empty() {
            return Vec::new();
        }
        let of_records = self.records().found.into_iter().map(|row| row.facility.id.clone());
        let of_tasks = self.tasks().found.into_iter().map(|task| task.facility);
        let named: HashSet<FacilityId> = of_records.chain(of_tasks).collect();
        still.into_iter().map(|unit| unit.id.clone()).filter(|id| !named.contains(id)).collect()
    }
}
