//! A facility as it stands in `facilities.toml`.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::code::{CodeMistake, check_code};

/// The identity of a facility: its number in the register of the bureau.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FacilityId(pub String);

impl fmt::Display for FacilityId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A unit that is inspected.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Facility {
    /// The number in the register.
    pub id: FacilityId,
    /// The full name.
    pub name: String,
    /// 统一社会信用代码, 18 characters (GB 32100-2015); empty where it is not known.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub code: String,
    /// 机构类别, one of [`FACILITY_TYPES`] or a word of the bureau's own.
    #[serde(rename = "type")]
    pub facility_type: String,
    /// 机构等级 such as `三级甲等`; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub level: String,
    /// County, city district or development zone.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub district: String,
    /// The address.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// The person in charge.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub contact: String,
    /// The telephone number.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// 风险等级 in the bureau's own words, by which random inspections are weighted; empty where there is none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub risk: String,
    /// Numbers of units that were merged into this one: records and tasks may still name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former: Vec<FacilityId>,
    /// Credit codes of those units, where they were other ones: lists from elsewhere may still name them.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_codes: Vec<String>,
    /// Names of those units, where they were other ones.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub former_names: Vec<String>,
}

impl Facility {
    /// Says whether the unit has this number now or had it before it was merged.
    pub fn is(&self, id: &FacilityId) -> bool {
        self.id == *id || self.former.contains(id)
    }

    /// Says what is wrong with the credit code; nothing where there is none or it is right.
    pub fn code_mistake(&self) -> Option<CodeMistake> {
        if self.code.is_empty() { None } else { check_code(&self.code).err() }
    }
}

/// The types of facility that have a name in the language files (`facility.type.SLUG`).
pub const FACILITY_TYPES: &[&str] = &[
    "hospital",
    "tcm-hospital",
    "maternal-hospital",
    "township-hospital",
    "community-health-center",
    "village-clinic",
    "clinic",
    "cdc",
    "blood-station",
    "emergency-center",
    "isolation-site",
    "testing-lab",
    "vaccination-unit",
    "waste-disposal",
    "water-supplier",
    "school",
    "kindergarten",
    "childcare",
    "nursing-home",
    "hotel",
    "hair-salon",
    "swimming-pool",
    "public-bath",
    "shopping-mall",
    "employer",
    "health-check-provider",
];
