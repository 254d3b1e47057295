//! A checklist as it stands in its TOML file, once it has been read without mistakes.

use std::{borrow::Cow, fmt};

use arcstr::Substr;
use serde::{Deserialize, Deserializer, Serialize, de::Visitor};

use super::{Condition, Item, NextVisit, Scoring, Verdict};
use crate::{
    i18n::Lang,
    plan::{PlanId, TopicId},
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
pub struct Digest(#[serde(deserialize_with = "shared_text")] pub Substr);

/// Reads a text that others may share, also from what hands it on for a moment only, as a cache that is read in pieces does.
pub(crate) fn shared_text<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Substr, D::Error> {
    struct Shared;

    impl Visitor<'_> for Shared {
        type Value = Substr;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("a string")
        }

        fn visit_str<E: serde::de::Error>(self, text: &str) -> Result<Substr, E> {
            Ok(text.into())
        }
    }

    deserializer.deserialize_string(Shared)
}

impl Digest {
    /// Computes the digest of some bytes.
    pub fn of(bytes: &[u8]) -> Self {
        Self(format!("blake3:{}", blake3::hash(bytes).to_hex()).into())
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
    /// How many inspectors a record has to name before it can be finalised, 1 to 20; 0 where the checklist does not say.
    pub inspectors: u32,
    /// How the score is reckoned and what it is called.
    pub scoring: Scoring,
    /// When a unit is inspected again, by what came out.
    pub next: NextVisit,
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

impl Sort {
    /// Says whether every item that fails is a finding, which is described and proved; of figures that are on their way only
    /// what somebody describes is one.
    pub fn finds_what_fails(self) -> bool {
        self == Self::OnSite
    }

    /// Returns the key of a verdict's name in the language files: what is on its way is not done, which breaks no rule.
    pub fn verdict_key(self, verdict: Verdict) -> &'static str {
        match (self, verdict) {
            (Self::Progress, Verdict::Conforms) => "verdict.done",
            (Self::Progress, Verdict::Fails) => "verdict.not-done",
            _ => verdict.name_key(),
        }
    }

    /// Returns the key of what an item without an answer is, in the language files.
    pub fn unanswered_key(self) -> &'static str {
        match self {
            Self::OnSite => "item.not-answered",
            Self::Progress => "item.not-reported",
        }
    }
}

impl Bilingual {
    /// Returns the text in a language; Chinese where there is no English.
    pub fn show(&self, lang: Lang) -> &str {
        match (lang, &self.en) {
            (Lang::En, Some(english)) => english,
            _ => &self.zh,
        }
    }

    /// Returns what a search looks in: the text in both languages, whichever is on the screen.
    pub fn searched(&self) -> Cow<'_, str> {
        match &self.en {
            Some(english) => format!("{} {english}", self.zh).into(),
            None => self.zh.as_str().into(),
        }
    }
}

impl Checklist {
    /// Finds an item by its identity.
    pub fn item(&self, id: &ItemId) -> Option<&Item> {
        self.items.iter().find(|item| item.id == *id)
    }

    /// Says whether the checklist as a whole is meant for a type of facility.
    pub fn applies_to(&self, facility_type: &str) -> bool {
        self.facility_types.is_empty() || self.facility_types.iter().any(|known| known == facility_type)
    }
}

/// A section of a checklist; it may stand in another one.
#[derive(Clone, Debug, PartialEq)]
pub struct Section {
    /// The name by which items refer to it.
    pub id: String,
    /// The title.
    pub title: Bilingual,
    /// The section it stands in, or nothing.
    pub parent: Option<String>,
    /// When it concerns the unit; with it go its items and the sections in it.
    pub when: Option<Condition>,
    /// Facility types it is for; empty means all that the checklist is for.
    pub facility_types: Vec<String>,
    /// Facility levels it is for, by their first characters (`三级`); empty means all.
    pub levels: Vec<String>,
    /// Its share of the score where sections are weighed against each other, more than 0; without meaning elsewhere.
    pub weight: f64,
    /// What is usually written into a finding of any of its items (常用语), in Chinese as records are.
    pub phrases: Vec<String>,
}

impl Default for Section {
    /// Makes a section with nothing but what a file may leave out.
    fn default() -> Self {
        Self {
            id: String::new(),
            title: Bilingual::default(),
            parent: None,
            when: None,
            facility_types: Vec::new(),
            levels: Vec::new(),
            weight: 1.0,
            phrases: Vec::new(),
        }
    }
}

impl Section {
    /// Says whether the section is meant for a facility of a type and level; what hides its parents is not looked at.
    pub fn applies_to(&self, facility_type: &str, level: &str) -> bool {
        fits_facility(&self.facility_types, &self.levels, facility_type, level)
    }
}

/// Compares a facility with the types and levels that something is for.
///
/// Types are compared whole, levels by their first characters: `三级` takes in `三级甲等`. A facility whose level is not
/// known is asked only what every level is asked.
pub(super) fn fits_facility(types: &[String], levels: &[String], facility_type: &str, level: &str) -> bool {
    let type_fits = types.is_empty() || types.iter().any(|known| known == facility_type);
    let level_fits = levels.is_empty() || levels.iter().any(|known| level.starts_with(known.as_str()));
    type_fits && level_fits
}
