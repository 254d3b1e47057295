//! What a plan document says, in the words of `ducha plan show --format json`.

use std::{borrow::Cow, fmt};

use serde::{Deserialize, Serialize};

use super::Corrected;
use crate::{i18n::Lang, text};

/// The identity of a plan in a workspace: the year and a few characters derived from issuer and title.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PlanId(pub String);

/// The identity of a clause within its plan; survives a re-import and small edits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ClauseId(pub String);

/// The short ASCII name of a topic in `checklists/topics.toml`, such as `fever-clinic`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct TopicId(pub String);

macro_rules! shown_as_inner {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    )*};
}
shown_as_inner!(PlanId, ClauseId, TopicId);

/// A plan document as understood.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Plan {
    /// Title, year and issuer.
    #[serde(rename = "plan")]
    pub head: PlanHead,
    /// The headings, in the order of the document.
    #[serde(default)]
    pub outline: Vec<Heading>,
    /// The checkable sentences and parts of sentences, in the order of the document.
    #[serde(default)]
    pub clauses: Vec<Clause>,
    /// What was doubtful or damaged.
    #[serde(default)]
    pub warnings: Vec<Warning>,
}

/// What the head of the document says about it; what is not in the document is empty.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct PlanHead {
    /// The identity of the plan.
    pub id: PlanId,
    /// The title as printed.
    pub title: String,
    /// The year the plan is for.
    pub year: Option<i32>,
    /// The issuing body.
    pub issuer: Option<String>,
    /// The document number (发文字号).
    pub number: Option<String>,
    /// The date of signature, `YYYY-MM-DD`.
    pub date: Option<String>,
}

/// A heading or a numbered paragraph.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Heading {
    /// The section path, such as `一/2`; unique within the plan.
    pub id: String,
    /// The number as written, such as `一、`, `(二)` or `3.`; empty where the document lost it.
    pub marker: String,
    /// Nesting depth, from 1.
    pub level: u8,
    /// The text of the heading without its number.
    pub title: String,
    /// The line of the source, from 1.
    pub line: usize,
}

/// A checkable sentence or part of one.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Clause {
    /// The identity of the clause.
    pub id: ClauseId,
    /// A digest of the normalised text: two clauses with the same fingerprint say the same.
    pub fingerprint: String,
    /// The first line in the source, from 1.
    pub line: usize,
    /// Where the text stands: `[start, end)` in characters of that line or of the joined lines.
    pub span: (usize, usize),
    /// The section path it stands under.
    pub section: String,
    /// An exact substring of the source.
    pub text: String,
    /// What sort of demand it is.
    pub kind: ClauseKind,
    /// Topics, best first.
    #[serde(default)]
    pub topics: Vec<TopicId>,
    /// Measurable values.
    #[serde(default)]
    pub indicators: Vec<Indicator>,
    /// When it is due: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
    pub deadline: Option<String>,
    /// Who answers for it.
    #[serde(default)]
    pub owners: Vec<Owner>,
    /// Where it can be checked.
    pub scope: Scope,
    /// Why it was read so, as a key of the language files (`plan.scope.REASON`).
    pub scope_reason: Cow<'static, str>,
    /// Whether a person said that it is no demand at all; it is then checked nowhere.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub struck: bool,
    /// Who corrected it, and what had been read; the other fields say what is in force.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected: Option<Box<Corrected>>,
}

/// What sort of demand a clause makes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ClauseKind {
    /// Something to be done.
    Duty,
    /// A value to be reached.
    Target,
    /// A date without a value.
    Deadline,
    /// Something that has to hold everywhere (全覆盖 and the like).
    Coverage,
    /// Something forbidden.
    Prohibition,
    /// Something already done.
    Result,
}

impl ClauseKind {
    /// Every kind, in the order in which they are offered.
    pub const ALL: [Self; 6] =
        [Self::Duty, Self::Target, Self::Deadline, Self::Coverage, Self::Prohibition, Self::Result];

    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Duty => "plan.kind.duty",
            Self::Target => "plan.kind.target",
            Self::Deadline => "plan.kind.deadline",
            Self::Coverage => "plan.kind.coverage",
            Self::Prohibition => "plan.kind.prohibition",
            Self::Result => "plan.kind.result",
        }
    }
}

/// Where a clause can be checked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Scope {
    /// By an inspector at one unit.
    OnSite,
    /// As a figure of a district or city, for whoever is responsible.
    Progress,
    /// Not at all: slogans, party building, results.
    Neither,
}

impl Scope {
    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::OnSite => "plan.scope-name.on-site",
            Self::Progress => "plan.scope-name.progress",
            Self::Neither => "plan.scope-name.neither",
        }
    }
}

/// A measurable value.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Indicator {
    /// What is measured.
    pub name: String,
    /// How the actual value relates to the wanted one.
    pub comparator: Comparator,
    /// The wanted value, as a multiple of `unit`; empty for `full` without a figure, and where one of several things that
    /// a clause names has nothing but a date of its own.
    pub value: Option<f64>,
    /// The upper end of a range, or the second number of a ratio.
    pub value_to: Option<f64>,
    /// The unit as written, 万 and 亿 included.
    pub unit: Option<String>,
    /// Whether a word such as 左右 or 约 makes it approximate.
    #[serde(default)]
    pub approx: bool,
    /// When it is due, if this differs from the clause.
    pub deadline: Option<String>,
}

/// How an actual value relates to the wanted one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Comparator {
    /// At least.
    Ge,
    /// At most.
    Le,
    /// Exactly, or about.
    Eq,
    /// From `value` to `value_to`.
    Range,
    /// All of them.
    Full,
    /// None at all.
    Zero,
    /// A rise or fall.
    Change,
    /// One to so many.
    Ratio,
    /// Once in a period that is named without a count: 每季度 alone. A count (每季度两次) compares as any other, with the
    /// period in its unit (`次/季度`).
    Frequency,
}

/// A unit that answers for a clause.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Owner {
    /// The unit as written.
    pub unit: String,
    /// Its part in it.
    pub role: OwnerRole,
}

/// The part a unit has in a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum OwnerRole {
    /// 责任单位.
    Responsible,
    /// 牵头单位.
    Lead,
    /// 配合单位.
    Support,
}

/// Something doubtful or damaged in the document.
///
/// It is kept as a code with its values, so that it can be shown in either language: [`Warning::message`].
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Warning {
    /// The line of the source, from 1.
    pub line: usize,
    /// What is doubtful.
    #[serde(flatten)]
    pub problem: Problem,
}

/// What can be doubtful or damaged in a document.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Problem {
    /// Some bytes were no text of the encoding.
    Damaged {
        /// The encoding in which the document was read.
        encoding: String,
    },
    /// A number does not follow the one before.
    NumberSkipped {
        /// The mark as printed.
        found: String,
        /// The number that would have followed.
        expected: u32,
    },
    /// A heading has lost its number.
    NumberLost {
        /// The heading.
        heading: String,
    },
    /// A figure has lost its unit.
    UnitLost {
        /// The figure and the words around it.
        text: String,
    },
    /// The document has no headings.
    NoHeadings,
    /// The document has hardly any Chinese text.
    NotChinese,
    /// The document does not say its year.
    NoYear,
    /// The document has no title that could be recognised.
    NoTitle,
    /// Nothing in the document could be checked.
    NoClauses,
    /// There were more warnings of this sort than are listed.
    More {
        /// How many were left out.
        count: usize,
    },
}

impl Warning {
    /// Says what is doubtful in a language.
    pub fn message(&self, lang: Lang) -> String {
        let text = match &self.problem {
            Problem::Damaged { encoding } => text!("plan.warning.damaged", encoding = encoding),
            Problem::NumberSkipped { found, expected } => {
                text!("plan.warning.number_skipped", found = found, expected = expected)
            }
            Problem::NumberLost { heading } => text!("plan.warning.number_lost", heading = heading),
            Problem::UnitLost { text } => text!("plan.warning.unit_lost", text = text),
            Problem::NoHeadings => text!("plan.warning.no_headings"),
            Problem::NotChinese => text!("plan.warning.not_chinese"),
            Problem::NoYear => text!("plan.warning.no_year"),
            Problem::NoTitle => text!("plan.warning.no_title"),
            Problem::NoClauses => text!("plan.warning.no_clauses"),
            Problem::More { count } => text!("plan.warning.more", count = count),
        };
        text.show(lang)
    }
}

impl Plan {
    /// Gives the plan as JSON for machines, each warning with its message in a language.
    pub fn to_json(&self, lang: Lang) -> serde_json::Value {
        // A plan consists of strings, numbers and lists of them; none of these can fail to become JSON.
        let mut value = serde_json::to_value(self).unwrap_or_default();
        if let Some(warnings) = value.get_mut("warnings").and_then(serde_json::Value::as_array_mut) {
            for (shown, warning) in warnings.iter_mut().zip(&self.warnings) {
                shown["message"] = warning.message(lang).into();
            }
        }
        value
    }
}
