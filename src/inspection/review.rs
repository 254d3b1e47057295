//! Reviews (审核): a supervisor approves a finalised record or returns it, item by item, with reasons.
//!
//! A review is written once and never changed. It names the exact content that it looked at, so that it says nothing about
//! a correction that came later.

use std::fmt;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::record::RecordId;
use crate::{
    checklist::{Digest, ItemId},
    error::{Error, Kind, Result, in_toml},
    moments, text,
};

/// The version of the file format that this program writes, and the newest it reads.
const FORMAT: u32 = 1;

/// The identity of a review: a ULID, so that reviews sort by the time they were given.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ReviewId(pub String);

impl fmt::Display for ReviewId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// Who looks at a record, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Level {
    /// 科室.
    Department,
    /// 委领导.
    Leadership,
}

impl Level {
    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Department => "review-level.department",
            Self::Leadership => "review-level.leadership",
        }
    }
}

/// What a review comes to.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Decision {
    /// 通过.
    Approved,
    /// 退回.
    Returned,
}

impl Decision {
    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Approved => "review-decision.approved",
            Self::Returned => "review-decision.returned",
        }
    }
}

/// What is said of one item.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ItemReview {
    /// The item.
    pub item: ItemId,
    /// Whether its answer may stay.
    pub decision: Decision,
    /// Why; a return always says it.
    #[serde(default)]
    pub reason: String,
}

/// A review of one finalised record.
///
/// Invariant of those that were read or checked: a return says why, and nothing is approved of which an item is returned.
// Reviews are cached in a form without names of fields, so none of these may be left out in writing; the file leaves out
// what is empty.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Review {
    /// The version of the file format, from 1.
    pub format: u32,
    /// The identity.
    pub id: ReviewId,
    /// The record.
    pub record: RecordId,
    /// The digest of the record's file as it was looked at.
    pub digest: Digest,
    /// At which level.
    pub level: Level,
    /// What it comes to.
    pub decision: Decision,
    /// Who.
    pub by: String,
    /// When.
    #[serde(deserialize_with = "moments::spelt")]
    pub at: DateTime<FixedOffset>,
    /// A remark on the whole, or empty.
    #[serde(default)]
    pub remark: String,
    /// The returns of the same content that an approval takes back; one that it did not know of stands.
    #[serde(default)]
    pub overrules: Vec<ReviewId>,
    /// What is said of single items.
    #[serde(default)]
    pub item: Vec<ItemReview>,
}

impl Review {
    /// Checks what holds for every review.
    pub fn check(&self) -> Result<()> {
        let returned = |item: &&ItemReview| item.decision == Decision::Returned;
        if let Some(item) = self.item.iter().filter(returned).find(|item| item.reason.trim().is_empty()) {
            return Err(Error::new(Kind::Usage, text!("review.no-item-reason", item = item.item))
                .hint(text!("review.no-reason.hint")));
        }
        let first = self.item.iter().find(returned);
        match (self.decision, first) {
            (Decision::Approved, Some(item)) => {
                Err(Error::new(Kind::Usage, text!("review.approves-returned", item = item.item))
                    .hint(text!("review.approves-returned.hint")))
            }
            (Decision::Returned, None) if self.remark.trim().is_empty() => {
                Err(Error::new(Kind::Usage, text!("review.no-reason")).hint(text!("review.no-reason.hint")))
            }
            _ => Ok(()),
        }
    }

    /// Returns what is said of an item, if anything.
    pub fn of_item(&self, item: &ItemId) -> Option<&ItemReview> {
        self.item.iter().find(|one| one.item == *item)
    }
}

/// Reads a review's file.
pub fn read_review(text: &str) -> Result<Review> {
    let review: Review = toml::from_str(text).map_err(|error| in_toml(text, &error))?;
    if review.format > FORMAT {
        return Err(
            Error::input(text!("review.newer-format", format = review.format)).hint(text!("record.newer-format.hint"))
        );
    }
    review.check()?;
    Ok(review)
}

/// Writes a review's file, without what is empty.
pub fn write_review(review: &Review) -> Result<String> {
    let written = toml::to_string(review).map_err(|error| Error::input(text!("record.not-written")).because(error))?;
    let failed = |error: toml_edit::TomlError| Error::input(text!("record.not-written")).because(error);
    let mut document: toml_edit::DocumentMut = written.parse().map_err(failed)?;
    document.as_table_mut().retain(|_, item| !is_empty(item));
    if let Some(items) = document.get_mut("item").and_then(toml_edit::Item::as_array_of_tables_mut) {
        items.iter_mut().for_each(|item| item.retain(|_, value| !is_empty(value)));
    }
    Ok(document.to_string())
}

fn is_empty(item: &toml_edit::Item) -> bool {
    item.as_str().is_some_and(str::is_empty) || item.as_array().is_some_and(toml_edit::Array::is_empty)
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    /// Makes a review of a record whose content is named after it.
    pub fn review(id: &str, record: &str, level: Level, decision: Decision, by: &str) -> Review {
        Review {
            format: FORMAT,
            id: ReviewId(id.to_owned()),
            record: RecordId(record.into()),
            digest: Digest::of(record.as_bytes()),
            level,
            decision,
            by: by.to_owned(),
            at: "2026-11-21T16:00:00+08:00".parse().expect("a moment"),
            remark: if decision == Decision::Returned { "incomplete".to_owned() } else { String::new() },
            overrules: Vec::new(),
            item: Vec::new(),
        }
    }

    fn item(item: &str, decision: Decision, reason: &str) -> ItemReview {
        ItemReview { item: ItemId(item.to_owned()), decision, reason: reason.to_owned() }
    }

    #[test]
    fn a_review_comes_back_as_it_was_written_and_says_nothing_empty() {
        let mut one = review("V1", "R1", Level::Leadership, Decision::Approved, "王芳");
        let written = write_review(&one).expect("written");
        assert!(!written.contains("remark") && !written.contains("overrules"), "{written}");
        assert_eq!(read_review(&written).expect("read"), one);
        one.decision = Decision::Returned;
        one.item = vec![item("T1", Decision::Returned, "照片看不清"), item("T2", Decision::Approved, "")];
        assert_eq!(read_review(&write_review(&one).expect("written")).expect("read"), one);
    }

    #[test]
    fn what_contradicts_itself_is_refused() {
        let cases = [
            (Decision::Approved, "", vec![item("T1", Decision::Returned, "少一项")], "review.approves-returned"),
            (Decision::Returned, "", vec![item("T1", Decision::Returned, " ")], "review.no-item-reason"),
            (Decision::Returned, " ", vec![item("T1", Decision::Approved, "可以")], "review.no-reason"),
        ];
        for (decision, remark, items, key) in cases {
            let mut one = review("V1", "R1", Level::Department, decision, "王芳");
            (one.remark, one.item) = (remark.to_owned(), items);
            assert_eq!(one.check().expect_err("refused").message().key(), key);
            assert!(read_review(&write_review(&one).expect("written")).is_err(), "{key} from a file");
        }
    }
}
