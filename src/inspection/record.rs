//! What a record says, in the words of its TOML file.

use std::{borrow::Borrow, fmt};

use arcstr::Substr;
use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::{Deserialize, Serialize};

use crate::{
    checklist::{ChecklistId, Digest, FileRef, ItemId, Severity, Value, Verdict, shared_text},
    facility::{Facility, FacilityId},
    moments,
};

/// The identity of a record: a ULID, so that records sort by the time they were begun.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct RecordId(#[serde(deserialize_with = "shared_text")] pub Substr);

impl Borrow<str> for RecordId {
    fn borrow(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for RecordId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// What stands at the head of a record's file: enough for lists, without the answers.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    /// The version of the file format, from 1.
    pub format: u32,
    /// The identity of the record.
    pub id: RecordId,
    /// The revision of the record, from 1; a correction after finalising is the next one.
    pub revision: u32,
    /// When it was finalised and by whom; a draft has neither.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "moments::spelt_or_none")]
    pub finalised: Option<DateTime<FixedOffset>>,
    /// Who finalised it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finalised_by: Option<String>,
    /// The number of the last journal entry that the file contains.
    #[serde(default)]
    pub journal: u64,
    /// The drafts of the same inspection that were joined into this one.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub joined: Vec<RecordId>,
    /// The draft of the same inspection that this one was joined into: it goes on there, and this one stays as it was.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub joined_into: Option<RecordId>,
    /// 作废: that it was given up as a draft; its file stays as it was. It means nothing once the record is finalised.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub void: Option<Void>,
    /// What it corrects; nothing where it is no correction.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revises: Option<Revised>,
    /// The exact checklist it is filled in with.
    pub checklist: PinnedChecklist,
    /// The unit that is inspected, as it was when the inspection began.
    pub facility: FacilityPin,
    /// When, where, and by whom.
    pub inspection: Details,
    /// What came out so far.
    pub summary: Summary,
}

impl Header {
    /// Says whether it is a draft that goes on nowhere: joined into another one, or given up.
    pub fn is_closed_draft(&self) -> bool {
        self.finalised.is_none() && (self.joined_into.is_some() || self.void.is_some())
    }
}

/// That a draft was given up (作废).
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Void {
    /// When.
    #[serde(deserialize_with = "moments::spelt")]
    pub at: DateTime<FixedOffset>,
    /// By whom.
    pub by: String,
    /// Why, or empty where nothing had been filled in.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
}

/// The finalised record that a correction was made from, and the exact content of its file.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revised {
    /// The record.
    pub record: RecordId,
    /// The digest of its file's bytes.
    pub digest: Digest,
}

/// The exact checklist a record is filled in with; its text is kept under the digest.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PinnedChecklist {
    /// The checklist's identity.
    pub id: ChecklistId,
    /// Its title when the record was begun.
    pub title: String,
    /// Its version.
    pub version: u32,
    /// The digest of its file.
    pub digest: Digest,
}

/// The unit that is inspected, as it was when the inspection began.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FacilityPin {
    /// Its number in the register.
    pub id: FacilityId,
    /// Its name.
    #[serde(deserialize_with = "shared_text")]
    pub name: Substr,
    /// 统一社会信用代码, or empty.
    #[serde(default, skip_serializing_if = "is_empty", deserialize_with = "shared_text")]
    pub code: Substr,
    /// Its type.
    #[serde(rename = "type", deserialize_with = "shared_text")]
    pub facility_type: Substr,
    /// Its level, or empty.
    #[serde(default, skip_serializing_if = "is_empty", deserialize_with = "shared_text")]
    pub level: Substr,
    /// Its district, or empty.
    #[serde(default, skip_serializing_if = "is_empty", deserialize_with = "shared_text")]
    pub district: Substr,
}

impl From<&Facility> for FacilityPin {
    fn from(facility: &Facility) -> Self {
        Self {
            id: facility.id.clone(),
            name: facility.name.as_str().into(),
            code: facility.code.as_str().into(),
            facility_type: facility.facility_type.as_str().into(),
            level: facility.level.as_str().into(),
            district: facility.district.as_str().into(),
        }
    }
}

impl From<&FacilityPin> for Facility {
    /// Makes the unit as far as a record knows it.
    fn from(pin: &FacilityPin) -> Self {
        Self {
            id: pin.id.clone(),
            name: pin.name.to_string(),
            code: pin.code.to_string(),
            facility_type: pin.facility_type.to_string(),
            level: pin.level.to_string(),
            district: pin.district.to_string(),
            ..Self::default()
        }
    }
}

fn is_empty(text: &Substr) -> bool {
    text.is_empty()
}

/// When and where an inspection takes place, and who is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Details {
    /// When it began.
    #[serde(deserialize_with = "moments::spelt")]
    pub started: DateTime<FixedOffset>,
    /// When it ended.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "moments::spelt_or_none")]
    pub finished: Option<DateTime<FixedOffset>>,
    /// 检查地点, usually the unit's address.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub place: String,
    /// 检查人员.
    pub inspectors: Vec<String>,
    /// 陪同人员, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub accompanied_by: String,
    /// A remark on the whole inspection, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub remark: String,
    /// When the clock of the computer was set while the record was filled in.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clock_set: Vec<ClockSet>,
}

/// The clock of the computer was set: what it said before and what it said a moment later.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClockSet {
    /// What it said, and would say now.
    pub from: DateTime<FixedOffset>,
    /// What it says instead.
    pub to: DateTime<FixedOffset>,
}

/// What came out so far, counted over the items that apply to the unit.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Summary {
    /// Items that apply.
    pub items: usize,
    /// Items with an answer.
    pub answered: usize,
    /// Items that conform.
    pub conforming: usize,
    /// Items that fail.
    pub failed: usize,
    /// Critical items (关键项) that fail.
    pub critical_failed: usize,
    /// Findings that were not put right on the spot.
    pub open_findings: usize,
    /// The earliest term for putting one of them right.
    #[serde(default, deserialize_with = "moments::spelt_or_none")]
    pub next_due: Option<NaiveDate>,
    /// 得分率 in percent, rounded to one decimal; empty while nothing has been scored.
    #[serde(default)]
    pub score_rate: Option<f64>,
    /// 项目合格率 in percent, rounded to one decimal; empty while nothing has been judged.
    #[serde(default)]
    pub item_rate: Option<f64>,
    /// The grade, where the checklist has grades.
    #[serde(default)]
    pub grade: Option<Substr>,
}

/// The answer to one item, with who gave it and when.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Answer {
    /// What was answered; an item may carry a note before it is answered.
    #[serde(flatten)]
    pub response: Option<Response>,
    /// A note, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
    /// What was found wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub finding: Option<Finding>,
    /// Photographs and other files that show it.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub evidence: Vec<FileRef>,
    /// Who answered last.
    pub by: String,
    /// When.
    pub at: DateTime<FixedOffset>,
}

impl Answer {
    /// Makes an answer with nothing in it yet.
    pub fn blank(by: &str, at: DateTime<FixedOffset>) -> Self {
        Self { response: None, note: String::new(), finding: None, evidence: Vec::new(), by: by.to_owned(), at }
    }

    /// Says whether there is nothing in it.
    pub fn is_blank(&self) -> bool {
        self.response.is_none() && self.note.is_empty() && self.finding.is_none() && self.evidence.is_empty()
    }

    /// Lists the files that belong to it, as evidence or as the answer itself.
    pub fn files(&self) -> impl Iterator<Item = &FileRef> {
        let answered = match &self.response {
            Some(Response::Value(Value::Files(files))) => files.as_slice(),
            _ => &[],
        };
        self.evidence.iter().chain(answered)
    }

    /// Says whether a file shows what was found.
    pub fn has_evidence(&self) -> bool {
        self.files().next().is_some()
    }
}

/// What was answered: a verdict, an exemption, or a value that the item's rule judges.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Response {
    /// One of the words of [`Verdict`], chosen by the inspector.
    Verdict(Verdict),
    /// A value that was measured, counted, chosen or written.
    Value(Value),
}

/// A finding (问题): what was wrong at a failing item, and what is to be done about it.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Finding {
    /// 问题描述.
    pub description: String,
    /// 问题等级.
    pub severity: Severity,
    /// 整改措施, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub measure: String,
    /// 责任人, or empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub responsible: String,
    /// 整改期限.
    #[serde(default, skip_serializing_if = "Option::is_none", deserialize_with = "moments::spelt_or_none")]
    pub due: Option<NaiveDate>,
    /// 立行立改: put right while the inspectors were there.
    #[serde(default)]
    pub corrected_on_site: bool,
}

/// A record as it stands in its file: the header and the answers, in the order of the checklist.
#[derive(Clone, Debug, PartialEq)]
pub struct Record {
    /// The head of the file.
    pub header: Header,
    /// The answers; an item without one does not appear.
    pub answers: Vec<(ItemId, Answer)>,
    /// The values that were calculated or stand by default; they follow from the answers and are never read for them.
    pub computed: Vec<(ItemId, Value)>,
}
