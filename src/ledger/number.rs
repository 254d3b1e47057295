//! The numbers of findings.

use std::fmt;

use arcstr::Substr;
use serde::{Deserialize, Serialize};

use crate::checklist::shared_text;

/// The number of a finding: year, end of the record's number, and the place of the item in the checklist.
///
/// So two people who look the same record through give the same item the same number, and never two items one.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct FindingId(#[serde(deserialize_with = "shared_text")] pub Substr);

impl fmt::Display for FindingId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

impl FindingId {
    /// Returns the year of the inspection, and the end of the number of the record; nothing where it has another form.
    pub fn place(&self) -> Option<(&str, &str)> {
        let (year, rest) = self.0.split_once('-')?;
        let (tail, number) = rest.rsplit_once('-')?;
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        (is_number(year) && is_number(number) && !tail.is_empty()).then_some((year, tail))
    }
}
