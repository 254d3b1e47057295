//! `review.toml`: who has to approve records. It is one file for the whole bureau and travels, so that a record that waits
//! for the leadership waits for it on every computer.

use serde::{Deserialize, Serialize};

use super::{Workspace, disk};
use crate::{
    error::{Error, Result, in_toml},
    inspection::Level,
    text,
};

/// The file within the workspace.
const FILE: &str = "review.toml";

/// Who has to approve records.
///
/// Invariant of those that were read: one or two levels, and leaders only where there are two.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewRules {
    /// How many levels have to approve: 1 (科室), or 2 (科室, then 委领导).
    pub levels: u8,
    /// The names of those who approve for the leadership; where none are named, it is whoever approves second.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub leaders: Vec<String>,
}

impl Default for ReviewRules {
    fn default() -> Self {
        Self { levels: 1, leaders: Vec::new() }
    }
}

impl ReviewRules {
    /// Checks what holds for all rules.
    pub fn check(&self) -> Result<()> {
        let wrong = |message, hint| Err(Error::input(message).hint(hint));
        match self.levels {
            1 if !self.leaders.is_empty() => wrong(text!("review-rules.leaders"), text!("review-rules.leaders.hint")),
            1 | 2 if self.leaders.iter().any(|name| name.trim().is_empty()) => {
                wrong(text!("review-rules.no-name"), text!("review-rules.no-name.hint"))
            }
            1 | 2 => Ok(()),
            levels => wrong(text!("review-rules.levels", levels = levels), text!("review-rules.levels.hint")),
        }
    }

    /// Says whether somebody approves for the leadership; nothing where it is not said who does.
    pub fn is_leader(&self, person: &str) -> Option<bool> {
        let is_named = || self.leaders.iter().any(|name| name.trim() == person.trim());
        (self.levels > 1 && !self.leaders.is_empty()).then(is_named)
    }

    /// Says whether a review at a level is somebody's to give.
    pub fn asks(&self, person: &str, level: Level) -> bool {
        self.is_leader(person).is_none_or(|leads| leads == (level == Level::Leadership))
    }
}

/// Reads the text of `review.toml`.
pub(super) fn of_text(text: &str) -> Result<ReviewRules> {
    let rules: ReviewRules = toml::from_str(text).map_err(|error| in_toml(text, &error))?;
    rules.check()?;
    Ok(rules)
}

impl Workspace {
    /// Reads who has to approve records: one level where nothing is said.
    pub fn review_rules(&self) -> Result<ReviewRules> {
        let path = self.root().join(FILE);
        if !path.is_file() {
            return Ok(ReviewRules::default());
        }
        of_text(&disk::read_toml_text(&path)?).map_err(|error| error.in_file(&path))
    }

    /// Sets who has to approve records.
    pub fn set_review_rules(&self, rules: &ReviewRules) -> Result<()> {
        self.require_writable()?;
        rules.check()?;
        let written =
            toml::to_string(rules).map_err(|error| Error::input(text!("record.not-written")).because(error))?;
        disk::replace(&self.root().join(FILE), written.as_bytes())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_level_is_asked_of_those_whose_it_is() {
        let rules = |levels, leaders: &[&str]| ReviewRules {
            levels,
            leaders: leaders.iter().map(|&name| name.into()).collect(),
        };
        let cases = [
            (rules(1, &[]), "王芳", [true, true]),
            (rules(2, &[]), "王芳", [true, true]),
            (rules(2, &["孙主任"]), "王芳", [true, false]),
            (rules(2, &["孙主任"]), "孙主任 ", [false, true]),
        ];
        for (rules, person, expected) in cases {
            assert!(rules.check().is_ok(), "{rules:?}");
            let asked = [Level::Department, Level::Leadership].map(|level| rules.asks(person, level));
            assert_eq!(asked, expected, "{rules:?} {person}");
        }
        for wrong in [rules(0, &[]), rules(3, &[]), rules(1, &["孙主任"]), rules(2, &[" "])] {
            assert!(wrong.check().is_err(), "{wrong:?}");
        }
    }
}
