//! 覆盖率: which units of the register a count is about, and how many of them were inspected.

use std::collections::HashSet;

use super::{Group, RecordAt, Unit, tasks::InCampaign, totals::Rate, versions::topic_of};
use crate::{
    checklist::{Checklist, Sort},
    facility::Facility,
    report::{filter::Filter, material::Material},
};

/// The register, as far as the filter leaves it.
pub struct Register<'material> {
    /// The units.
    pub units: &'material [Facility],
    /// What the report is narrowed to.
    pub filter: &'material Filter,
    /// The checklists that the report is narrowed to: units that none of them is for leave the rates. None where it is not.
    pub checklists: Vec<&'material Checklist>,
    /// The units of the campaign that the report is narrowed to.
    pub campaign: &'material InCampaign<'material>,
    /// The numbers of the units that were inspected, as they are now.
    pub visited: HashSet<&'material str>,
}

impl Register<'_> {
    /// Returns 覆盖率 among the units that belong to a group; nothing where the register has none of them.
    pub fn coverage(&self, belongs: impl Fn(&Facility) -> bool) -> Option<Rate> {
        self.coverage_by(&self.visited, belongs)
    }

    /// Returns 覆盖率 by some of the inspections only.
    pub fn coverage_by(&self, visited: &HashSet<&str>, belongs: impl Fn(&Facility) -> bool) -> Option<Rate> {
        let filter = self.filter;
        let is = |wanted: &Option<String>, value: &str| wanted.as_ref().is_none_or(|wanted| wanted == value);
        let fitting = self.units.iter().filter(|unit| {
            is(&filter.district, &unit.district)
                && is(&filter.facility_type, &unit.facility_type)
                && (self.checklists.is_empty() || applies(&self.checklists, unit))
                && belongs(unit)
                && self.campaign.has_unit(unit)
        });
        let (mut all, mut inspected) = (0, 0);
        for unit in fitting {
            all += 1;
            inspected += u64::from(visited.contains(unit.id.0.as_str()));
        }
        (all > 0).then(|| Rate::of(inspected, all))
    }
}

/// Says whether one of some checklists is for a unit.
fn applies(checklists: &[&Checklist], unit: &Facility) -> bool {
    checklists.iter().any(|checklist| checklist.applies_to(&unit.facility_type))
}

/// Lists the on-site checklists of a sort, those in use and those that records have.
fn on_site(material: &Material, is_meant: impl Fn(&Checklist) -> bool) -> Vec<&Checklist> {
    let all = material.in_use.iter().chain(material.pinned.values()).map(|checklist| &**checklist);
    all.filter(|checklist| checklist.sort == Sort::OnSite && is_meant(checklist)).collect()
}

/// Lists the checklists that a report is narrowed to; none where it is not narrowed to any.
pub fn narrowed_to<'material>(material: &'material Material, filter: &Filter) -> Vec<&'material Checklist> {
    if filter.topic.is_none() && filter.checklist.is_none() {
        return Vec::new();
    }
    on_site(material, |checklist| {
        filter.topic.as_ref().is_none_or(|topic| topic_of(checklist) == topic)
            && filter.checklist.as_ref().is_none_or(|id| checklist.id.0 == *id)
    })
}

/// Returns 覆盖率 of a topic: of the units for whose type it has an on-site checklist, those inspected with one of its own.
///
/// `progress` are the records that are no visits.
pub fn topic_coverage(
    material: &Material,
    register: &Register<'_>,
    (units, progress): (&[Unit], &HashSet<RecordAt>),
    topic: &Group,
) -> Option<Rate> {
    let checklists = on_site(material, |checklist| topic_of(checklist) == topic.key);
    // The records of a group are in their order.
    let is_of_topic = |at: &RecordAt| topic.records.binary_search(at).is_ok() && !progress.contains(at);
    let visited = units.iter().filter(|unit| unit.records.iter().any(is_of_topic));
    register.coverage_by(&visited.map(|unit| unit.id.as_str()).collect(), |unit| applies(&checklists, unit))
}
