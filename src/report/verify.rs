//! Proof of a report: what it states against what the workspace gives now.
//!
//! What stands in lists is compared by what it is about, not by its place: one more record moves all the others, and is one
//! difference all the same.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Deserialize;
use serde_json::Value;

use super::{Filter, Tally, tally::FORMAT};
use crate::{
    error::{Error, Result},
    i18n::Lang,
    text,
};

/// How many differences are told apart; a report that is wrong throughout needs no longer list.
const MOST: usize = 200;

/// What is compared first: from what was counted, and what came out in all. The lists follow.
const FIRST: [&str; 8] = ["bureau", "as_of", "filter", "scope", "sources", "left_out", "totals", "compared"];

/// By which fields the entries of lists are known: the first that all entries have, and each its own.
const KEYS: [&[&str]; 8] = [
    &["checklist", "id"],
    &["id"],
    &["number"],
    &["key"],
    &["field"],
    &["sort", "id"],
    &["reason", "path"],
    &["sort", "id", "digest"],
];

/// What a report has to be counted again with.
#[derive(Clone, Debug, Deserialize)]
pub struct Stated {
    /// The version of the format.
    format: u32,
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
    /// The path in the JSON, such as `totals.visits` or `units[F001].totals.failed`.
    pub path: String,
    /// What the report states; nothing where it lacks the field.
    pub stated: Option<Value>,
    /// What the workspace gives; nothing where it has no such thing.
    pub found: Option<Value>,
}

/// Where a report says something else than the workspace.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Differences {
    /// The first of them, at most 200.
    pub listed: Vec<Difference>,
    /// How many there are.
    pub count: usize,
}

impl Stated {
    /// Reads a report's JSON; one of another version of the format cannot be compared.
    pub fn read(json: &str) -> Result<Self> {
        // What the library says of such a file is in English and tells nobody what to do.
        let wrong =
            |_: serde_json::Error| Error::input(text!("report.not-a-report")).hint(text!("report.not-a-report.hint"));
        let whole: Value = serde_json::from_str(json.strip_prefix('\u{feff}').unwrap_or(json)).map_err(wrong)?;
        let stated = Self::deserialize(&whole).map_err(wrong)?;
        if stated.format != FORMAT {
            return Err(Error::input(text!("report.other-format", format = stated.format, known = FORMAT))
                .hint(text!("report.other-format.hint")));
        }
        Ok(Self { whole, ..stated })
    }

    /// Compares what the report states with a tally that was counted again.
    pub fn against(&self, tally: &Tally) -> Result<Differences> {
        let mut found =
            serde_json::to_value(tally).map_err(|error| Error::input(text!("report.not-a-report")).because(error))?;
        let mut stated = self.whole.clone();
        for side in [&mut stated, &mut found] {
            Named::of(side).name(side);
        }
        let mut differences = Differences::default();
        let side = |whole: &Value, part: &str| whole.get(part).cloned();
        for part in FIRST {
            differences.compare(part, side(&stated, part).as_ref(), side(&found, part).as_ref());
        }
        for side in [&mut stated, &mut found] {
            if let Value::Object(fields) = side {
                fields.retain(|field, _| !FIRST.contains(&field.as_str()));
            }
        }
        differences.compare("", Some(&stated), Some(&found));
        Ok(differences)
    }
}

/// The names of the records and items of a report, which refers to them by their places.
struct Named {
    records: Vec<Value>,
    items: Vec<Value>,
}

impl Named {
    fn of(whole: &Value) -> Self {
        let list = |name: &str| whole.get(name).and_then(Value::as_array).map_or(&[][..], Vec::as_slice);
        let names =
            |name: &str| list(name).iter().map(|entry| key_of(entry).map_or(Value::Null, Value::from)).collect();
        Self { records: names("records"), items: names("items") }
    }

    /// Puts names in the place of places.
    fn name(&self, value: &mut Value) {
        match value {
            Value::Object(fields) => {
                for (field, value) in fields {
                    match field.as_str() {
                        "record" => put(value, &self.records),
                        "item" => put(value, &self.items),
                        "records" | "failing" if value.is_array() => {
                            value.as_array_mut().into_iter().flatten().for_each(|one| put(one, &self.records));
                            self.name(value);
                        }
                        _ => self.name(value),
                    }
                }
            }
            Value::Array(list) => list.iter_mut().for_each(|one| self.name(one)),
            _ => {}
        }
    }
}

/// Puts the name of what stands at a place in the place of that place; what is none stays.
fn put(value: &mut Value, names: &[Value]) {
    let place = value.as_u64().and_then(|place| usize::try_from(place).ok());
    if let Some(name) = place.and_then(|place| names.get(place)) {
        *value = name.clone();
    }
}

/// Returns by what an entry of a list is known.
fn key_of(entry: &Value) -> Option<String> {
    KEYS.iter().find_map(|fields| key_by(entry, fields))
}

/// Returns what an entry of a list has in these fields; a text is known by itself.
fn key_by(entry: &Value, fields: &[&str]) -> Option<String> {
    if let Value::String(text) = entry {
        return Some(text.clone());
    }
    let parts: Option<Vec<&str>> = fields.iter().map(|field| entry.get(field)?.as_str()).collect();
    parts.map(|parts| parts.join("/"))
}

/// A list laid out by what its entries are known by.
type Keyed<'v> = BTreeMap<String, &'v Value>;

/// Lays two lists out by what the entries of both are known by; nothing where some are known by the same whatever is taken.
fn by_key<'v>(one: &'v [Value], other: &'v [Value]) -> Option<(Keyed<'v>, Keyed<'v>)> {
    KEYS.iter().find_map(|fields| {
        let keyed = |list: &'v [Value]| {
            let keyed: Option<Keyed<'v>> = list.iter().map(|entry| Some((key_by(entry, fields)?, entry))).collect();
            keyed.filter(|keyed| keyed.len() == list.len())
        };
        keyed(one).zip(keyed(other))
    })
}

impl Differences {
    fn compare(&mut self, path: &str, stated: Option<&Value>, found: Option<&Value>) {
        if stated == found {
            return;
        }
        match (stated, found) {
            (Some(Value::Object(one)), Some(Value::Object(other))) => {
                let names: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
                for name in names {
                    let below = if path.is_empty() { name.clone() } else { format!("{path}.{name}") };
                    self.compare(&below, one.get(name), other.get(name));
                }
            }
            (Some(Value::Array(one)), Some(Value::Array(other))) => match by_key(one, other) {
                Some((one, other)) => {
                    let keys: BTreeSet<&String> = one.keys().chain(other.keys()).collect();
                    for key in keys {
                        self.compare(&format!("{path}[{key}]"), one.get(key).copied(), other.get(key).copied());
                    }
                }
                None => {
                    for at in 0..one.len().max(other.len()) {
                        self.compare(&format!("{path}[{at}]"), one.get(at), other.get(at));
                    }
                }
            },
            _ => {
                self.count += 1;
                if self.listed.len() < MOST {
                    let [stated, found] = [stated, found].map(Option::<&Value>::cloned);
                    self.listed.push(Difference { path: path.to_owned(), stated, found });
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn paths(stated: &Value, found: &Value) -> Vec<String> {
        let mut differences = Differences::default();
        differences.compare("", Some(stated), Some(found));
        differences.listed.into_iter().map(|one| one.path).collect()
    }

    #[test]
    fn every_difference_has_its_path() {
        let file = |digest: &str| json!({"sort": "checklist", "id": "recheck", "digest": digest});
        let cases: [(Value, Value, &[&str]); 9] = [
            (json!({"a": 1}), json!({"a": 1}), &[]),
            (json!({"a": 1}), json!({"a": 2}), &["a"]),
            (json!({"a": [1, {"b": 2}]}), json!({"a": [1, {"b": 3}, 4]}), &["a[1].b", "a[2]"]),
            (json!({"a": 1}), json!({"b": 1}), &["a", "b"]),
            (json!({"a": null}), json!({}), &["a"]),
            (
                json!([{"id": "x", "n": 1}, {"id": "y"}]),
                json!([{"id": "w"}, {"id": "x", "n": 2}, {"id": "y"}]),
                &["[w]", "[x].n"],
            ),
            (json!(["甲", "乙"]), json!(["乙"]), &["[甲]"]),
            (json!([{"checklist": "c", "id": "1"}]), json!([{"checklist": "d", "id": "1"}]), &["[c/1]", "[d/1]"]),
            // Several versions of one checklist.
            (json!([file("a"), file("b"), file("c")]), json!([file("b"), file("c")]), &["[checklist/recheck/a]"]),
        ];
        for (stated, found, expected) in cases {
            assert_eq!(paths(&stated, &found), expected, "{stated} {found}");
        }
    }

    #[test]
    fn one_more_record_is_one_difference_wherever_the_others_went() {
        let report = |records: &[&str], failing: &[usize]| {
            let records: Vec<_> = records.iter().map(|id| json!({ "id": id })).collect();
            let mut whole = json!({ "records": records, "items": [{"checklist": "c", "id": "1", "failing": failing}] });
            Named::of(&whole).name(&mut whole);
            whole
        };
        let paths = paths(&report(&["b", "c"], &[1]), &report(&["a", "b", "c"], &[2]));
        assert_eq!(paths, ["records[a]"]);
    }

    #[test]
    fn what_is_not_listed_is_counted() {
        let list = |value: u32| Value::from((0..300).map(|_| value).collect::<Vec<_>>());
        let mut differences = Differences::default();
        differences.compare("", Some(&list(0)), Some(&list(1)));
        assert_eq!((differences.listed.len(), differences.count), (MOST, 300));
    }
}
