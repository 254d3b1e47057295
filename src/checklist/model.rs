//! A checklist as it stands in its TOML file, once it has been read without mistakes.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::words::Word;
use crate::{
    i18n::Lang,
    plan::{ClauseId, PlanId, TopicId},
};

/// The identity of a checklist: the name of its file without `.toml`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ChecklistId(pub String);

/// The identity of an item within its checklist.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct ItemId(pub String);

/// `blake3:` and the hexadecimal digest of a file's bytes.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Digest(pub String);

impl Digest {
    /// Computes the digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(format!("blake3:{}", blake3::hash(bytes).to_hex()))
    }

    /// Returns the digest without its prefix, as it is used in file names.
    pub fn hex(&self) -> &str {
        self.0.strip_prefix("blake3:").unwrap_or(&self.0)
    }
}

macro_rules! shown_as_inner {
    ($($name:ident),*) => {$(
        impl fmt::Display for $name {
            fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str(&self.0)
            }
        }
    )*};
}
shown_as_inner!(ChecklistId, ItemId, Digest);

/// A checklist or an item bank.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Checklist {
    /// The name of the file without `.toml`.
    pub id: ChecklistId,
    /// The title, Chinese and optionally English.
    pub title: Bilingual,
    /// The version a person gives it, from 1.
    pub version: u32,
    /// Whether it is filled in at a unit or for an area.
    pub sort: Sort,
    /// The topic it belongs to.
    pub topic: Option<TopicId>,
    /// The plan it was generated from.
    pub plan: Option<PlanId>,
    /// The facility types it is for; empty means all.
    pub facility_types: Vec<String>,
    /// Whether it is part of the emergency set, which is off until it is asked for.
    pub emergency: bool,
    /// The sections, in order; every checklist has at least one.
    pub sections: Vec<Section>,
    /// The items, in the order of the file; each names a section that exists.
    pub items: Vec<Item>,
}

/// A text in Chinese and, where somebody wrote it, in English.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Bilingual {
    /// The Chinese text.
    pub zh: String,
    /// The English text.
    pub en: Option<String>,
}

/// The two sorts of checklist that come out of a plan.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Sort {
    /// 现场检查表: what an inspector can see at one unit.
    #[default]
    OnSite,
    /// 指标完成情况核查表: target against actual value, for whoever is responsible.
    Progress,
}

impl Bilingual {
    /// Returns the text in a language; Chinese where there is no English.
    pub fn show(&self, lang: Lang) -> &str {
        match (lang, &self.en) {
            (Lang::En, Some(english)) => english,
            _ => &self.zh,
        }
    }
}

impl Checklist {
    /// Finds an item by its identity.
    pub fn item(&self, id: &ItemId) -> Option<&Item> {
        self.items.iter().find(|item| item.id == *id)
    }

    /// Returns the items of a section, in the order of the file.
    pub fn items_in<'checklist>(&'checklist self, section: &str) -> impl Iterator<Item = &'checklist Item> {
        self.items.iter().filter(move |item| item.section == section)
    }

    /// Says whether the checklist as a whole is meant for a type of facility.
    pub fn applies_to(&self, facility_type: &str) -> bool {
        self.facility_types.is_empty() || self.facility_types.iter().any(|known| known == facility_type)
    }
}

impl Item {
    /// Says whether the item is meant for a facility of a type and level.
    ///
    /// Types are compared whole, levels by their first characters: `三级` takes in `三级甲等`. A facility whose level is not
    /// known is asked only what every level is asked.
    pub fn applies_to(&self, facility_type: &str, level: &str) -> bool {
        let type_fits =
            self.facility_types.is_empty() || self.facility_types.iter().any(|known| known == facility_type);
        let level_fits = self.levels.is_empty() || self.levels.iter().any(|known| level.starts_with(known.as_str()));
        type_fits && level_fits
    }

    /// Returns the unit that stands behind a value of this item: `%` for a percentage, else the item's own.
    pub fn unit_shown(&self) -> &str {
        if self.answer == AnswerType::Percent { "%" } else { &self.unit }
    }
}

impl Default for Item {
    /// Makes an item with nothing but what a file may leave out: required, one point, a verdict.
    fn default() -> Self {
        Self {
            id: ItemId::default(),
            section: String::new(),
            text: Bilingual::default(),
            answer: AnswerType::default(),
            choices: Vec::new(),
            unit: String::new(),
            pass: None,
            required: true,
            critical: false,
            points: 1.0,
            severity: Severity::default(),
            how: String::new(),
            evidence: EvidenceRule::default(),
            rectify_days: None,
            basis: Vec::new(),
            clauses: Vec::new(),
            bank: String::new(),
            facility_types: Vec::new(),
            levels: Vec::new(),
            deadline: String::new(),
            owners: Vec::new(),
        }
    }
}

/// A section of a checklist.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Section {
    /// The name by which items refer to it.
    pub id: String,
    /// The title.
    pub title: Bilingual,
}

/// One item (检查项目).
#[derive(Clone, Debug, PartialEq)]
pub struct Item {
    /// The identity of the item; answers are kept by it.
    pub id: ItemId,
    /// The section it stands in.
    pub section: String,
    /// What is asked.
    pub text: Bilingual,
    /// What sort of answer it takes.
    pub answer: AnswerType,
    /// The words to choose from, for `choice` and `choices`.
    pub choices: Vec<String>,
    /// The unit of a number, or empty.
    pub unit: String,
    /// When an answer conforms; without a rule a value is only recorded.
    pub pass: Option<PassRule>,
    /// Whether the record cannot be finalised without an answer.
    pub required: bool,
    /// 一票否决: one failure fails the unit.
    pub critical: bool,
    /// 分值, more than 0 unless the item does not score.
    pub points: f64,
    /// How grave a failure is.
    pub severity: Severity,
    /// How to check it (检查方法).
    pub how: String,
    /// When evidence is wanted.
    pub evidence: EvidenceRule,
    /// Days to put a failure right, from the day of the inspection.
    pub rectify_days: Option<u32>,
    /// Legal or policy bases (检查依据).
    pub basis: Vec<Basis>,
    /// The clauses of the plan it comes from.
    pub clauses: Vec<ClauseOrigin>,
    /// The item of a bank it comes from, `BANK/ITEM`, or empty.
    pub bank: String,
    /// Facility types it is for; empty means all that the checklist is for.
    pub facility_types: Vec<String>,
    /// Facility levels it is for, by their first characters (`三级`); empty means all.
    pub levels: Vec<String>,
    /// Deadline of a target, `YYYY`, `YYYY-MM` or `YYYY-MM-DD`, or empty.
    pub deadline: String,
    /// Who answers for it, as the plan says, or empty.
    pub owners: Vec<String>,
}

/// What sort of answer an item takes.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum AnswerType {
    /// 符合 or 不符合.
    #[default]
    Verdict,
    /// Yes or no.
    YesNo,
    /// A number with a unit.
    Number,
    /// A share of a hundred.
    Percent,
    /// A whole number from 0.
    Count,
    /// One of several words.
    Choice,
    /// Any of several words.
    Choices,
    /// A calendar date.
    Date,
    /// A time of day.
    Time,
    /// Free text.
    Text,
}

impl AnswerType {
    /// Every type, in the order in which they are explained.
    pub const ALL: [Self; 10] = [
        Self::Verdict,
        Self::YesNo,
        Self::Number,
        Self::Percent,
        Self::Count,
        Self::Choice,
        Self::Choices,
        Self::Date,
        Self::Time,
        Self::Text,
    ];

    /// Returns the word by which files and the language files name it.
    pub fn name(self) -> &'static str {
        Word::word(self)
    }
}

/// When an answer conforms.
#[derive(Clone, Debug, PartialEq)]
pub enum PassRule {
    /// At least so much: `">= 95"`.
    AtLeast(f64),
    /// More than so much: `"> 0"`.
    MoreThan(f64),
    /// At most so much: `"<= 2"`.
    AtMost(f64),
    /// Less than so much: `"< 2"`.
    LessThan(f64),
    /// Exactly so much: `"= 0"`.
    Exactly(f64),
    /// From and to, both included: `"2..8"`.
    Between(f64, f64),
    /// Yes, or no: `"yes"`, `"no"`.
    YesNo(bool),
    /// One of these words: `["感染性", "损伤性"]`.
    OneOf(Vec<String>),
    /// Not before the day of the inspection: `">= today"`, for papers that must still be valid.
    NotBeforeToday,
    /// Not after the day of the inspection: `"<= today"`.
    NotAfterToday,
}

/// How grave a failure is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Severity {
    /// 一般.
    #[default]
    Minor,
    /// 较重.
    Major,
    /// 严重.
    Critical,
}

/// When evidence is wanted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum EvidenceRule {
    /// Never asked for.
    #[default]
    Never,
    /// Asked for when the item fails.
    OnFailure,
    /// Always asked for.
    Always,
}

/// A legal or policy basis.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Basis {
    /// The document, without book-title marks.
    pub document: String,
    /// The article, such as `第十七条`, or empty.
    pub article: String,
    /// The version or year of the text that was read, or empty.
    pub version: String,
    /// Whether somebody still has to read the current text.
    pub verify: bool,
}

/// The clause of a plan that an item comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClauseOrigin {
    /// The clause's identity in the plan.
    pub id: ClauseId,
    /// The plan it stands in.
    pub plan: PlanId,
    /// The section path, such as `一/2`.
    pub section: String,
    /// The clause's fingerprint when the item was made.
    pub fingerprint: String,
    /// The clause's text when the item was made.
    pub text: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_apply_by_type_and_by_the_beginning_of_the_level() {
        let words = |list: &[&str]| list.iter().map(|word| (*word).to_owned()).collect::<Vec<_>>();
        let cases = [
            (&[][..], &[][..], "clinic", "", true),
            (&["hospital"], &[], "clinic", "", false),
            (&["hospital", "clinic"], &[], "clinic", "", true),
            (&[], &["三级"], "hospital", "三级甲等", true),
            (&[], &["三级"], "hospital", "二级甲等", false),
            (&[], &["三级"], "hospital", "", false),
        ];
        for (types, levels, facility_type, level, expected) in cases {
            let item = Item { facility_types: words(types), levels: words(levels), ..Item::default() };
            assert_eq!(item.applies_to(facility_type, level), expected, "{types:?} {levels:?} {facility_type} {level}");
        }
    }
}
