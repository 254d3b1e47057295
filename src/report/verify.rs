//! Proof of a report: what it states against what the workspace gives now.

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Deserialize;
use serde_json::Value;

use super::{Filter, Tally};
use crate::{
    error::{Error, Result},
    i18n::Lang,
    text,
};

/// How many differences are told apart; a report that is wrong throughout needs no longer list.
const MOST: usize = 200;

/// What a report has to be counted again with.
#[derive(Clone, Debug, Deserialize)]
pub struct Stated {
    /// What it was narrowed to.
    pub filter: Filter,
    /// The day against which terms were judged.
    pub as_of: NaiveDate,
    /// When it was counted.
    pub made: DateTime<FixedOffset>,
    /// The language of its names.
    pub language: Lang,
    #[serde(skip)]
    whole: Value,
}

/// A place where a report says something else than the workspace.
#[derive(Clone, Debug, PartialEq)]
pub struct Difference {
    /// The path in the JSON, such as `totals.visits` or `units[3].totals.failed`.
    pub path: String,
    /// What the report states; nothing where it lacks the field.
    pub stated: Option<Value>,
    /// What the workspace gives; nothing where it has no such thing.
    pub found: Option<Value>,
}

impl Stated {
    /// Reads a report's JSON.
    pub fn read(json: &str) -> Result<Self> {
        let wrong = |error: serde_json::Error| {
            Error::input(text!("report.not-a-report")).because(error).hint(text!("report.not-a-report.hint"))
        };
        let whole: Value = serde_json::from_str(json.strip_prefix('\u{feff}').unwrap_or(json)).map_err(wrong)?;
        let stated = Self::deserialize(&whole).map_err(wrong)?;
        Ok(Self { whole, ..stated })
    }

    /// Compares what the report states with a tally that was counted again; at most 200 differences are listed.
    pub fn against(&self, tally: &Tally) -> Result<Vec<Difference>> {
        let found =
            serde_json::to_value(tally).map_err(|error| Error::input(text!("report.not-a-report")).because(error))?;
        let mut differences = Vec::new();
        compare("", Some(&self.whole), Some(&found), &mut differences);
        Ok(differences)
    }
}

fn compare(path: &str, stated: Option<&Value>, found: Option<&Value>, differences: &mut Vec<Difference>) {
    if differences.len() >= MOST || stated == found {
        return;
    }
    match (stated, found) {
        (Some(Value::Object(one)), Some(Value::Object(other))) => {
            let mut keys: Vec<&String> = one.keys().chain(other.keys()).collect();
            keys.sort();
            keys.dedup();
            for key in keys {
                let below = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                compare(&below, one.get(key), other.get(key), differences);
            }
        }
        (Some(Value::Array(one)), Some(Value::Array(other))) => {
            for at in 0..one.len().max(other.len()) {
                compare(&format!("{path}[{at}]"), one.get(at), other.get(at), differences);
            }
        }
        _ => differences.push(Difference { path: path.to_owned(), stated: stated.cloned(), found: found.cloned() }),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn every_difference_has_its_path() {
        let cases = [
            (json!({"a": 1}), json!({"a": 1}), vec![]),
            (json!({"a": 1}), json!({"a": 2}), vec!["a"]),
            (json!({"a": [1, {"b": 2}]}), json!({"a": [1, {"b": 3}, 4]}), vec!["a[1].b", "a[2]"]),
            (json!({"a": 1}), json!({"b": 1}), vec!["a", "b"]),
            (json!({"a": null}), json!({}), vec!["a"]),
        ];
        for (stated, found, paths) in cases {
            let mut differences = Vec::new();
            compare("", Some(&stated), Some(&found), &mut differences);
            let seen: Vec<_> = differences.iter().map(|one| one.path.as_str()).collect();
            assert_eq!(seen, paths, "{stated} {found}");
        }
    }
}
