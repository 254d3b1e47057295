//! How a checklist turns verdicts into a score and a grade.

use serde::{Deserialize, Serialize};

use super::{Bilingual, PassRule};
use crate::i18n::Lang;

/// How the score is reckoned and what it is called.
#[derive(Clone, Debug, PartialEq)]
pub struct Scoring {
    /// What the rate is a share of.
    pub method: ScoreMethod,
    /// Whether one failed critical item (一票否决) gives the last grade, whatever the rate.
    pub critical_gate: bool,
    /// The grades, best first; the first whose bounds are all met is the grade.
    pub grades: Vec<Grade>,
}

impl Scoring {
    /// Names a grade, which records have in Chinese, in a language as far as it has a name in it.
    pub fn grade_shown<'text>(&'text self, zh: &'text str, lang: Lang) -> &'text str {
        self.grades.iter().find(|grade| grade.title.zh == zh).map_or(zh, |grade| grade.title.show(lang))
    }
}

impl Default for Scoring {
    /// Makes the usual scoring: by points, with the critical gate, without grades.
    fn default() -> Self {
        Self { method: ScoreMethod::default(), critical_gate: true, grades: Vec::new() }
    }
}

/// What 得分率 is a share of; what is exempt leaves the denominator under each of them.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ScoreMethod {
    /// 得分 ÷ (总分 − 合理缺项分) × 100.
    #[default]
    Points,
    /// Items that conform ÷ items that were judged × 100, whatever their points.
    Items,
    /// The mean of the sections' rates by points, weighed by the sections' weights.
    Sections,
}

/// A grade: its name and what it takes.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Grade {
    /// The name by which records refer to it.
    pub id: String,
    /// What it is called.
    pub title: Bilingual,
    /// The bound of the whole rate, or nothing.
    pub rate: Option<PassRule>,
    /// The bound of the rate of the critical items, or nothing.
    pub critical_rate: Option<PassRule>,
    /// The bound of the rate of the items that are not critical, or nothing.
    pub other_rate: Option<PassRule>,
}
