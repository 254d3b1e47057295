//! What the checklists of records are called in the language of a report: records keep their titles and grades in Chinese.

use std::collections::HashMap;

use super::versions::Version;
use crate::{
    checklist::Checklist,
    i18n::Lang,
    store::{Facts, RecordFact, Word},
};

/// The names in one language, by the digest of the exact checklist; what has none keeps that of the record.
#[derive(Default)]
pub struct Names(HashMap<Word, Named>);

struct Named {
    title: String,
    /// The grades in Chinese, as records have them, each with its name.
    grades: Vec<(String, String)>,
}

impl Names {
    /// Takes the names of the versions that records are filled in with.
    pub fn new(versions: &HashMap<Word, Version<'_>>, lang: Lang) -> Self {
        let named = |checklist: &Checklist| Named {
            title: checklist.title.show(lang).to_owned(),
            grades: checklist
                .scoring
                .grades
                .iter()
                .map(|grade| (grade.title.zh.clone(), grade.title.show(lang).to_owned()))
                .collect(),
        };
        Self(versions.iter().map(|(digest, version)| (*digest, named(version.checklist))).collect())
    }

    /// Names the checklist of a record.
    pub fn title<'names>(&'names self, facts: &'names Facts, record: &RecordFact) -> &'names str {
        self.0.get(&record.checklist_digest).map_or_else(|| facts.word(record.title), |named| &named.title)
    }

    /// Names the grade of a record, where it has one.
    pub fn grade<'names>(&'names self, facts: &'names Facts, record: &RecordFact) -> Option<&'names str> {
        let grade = facts.word(record.grade()?);
        let known = self.0.get(&record.checklist_digest).map_or(&[][..], |named| &named.grades);
        Some(known.iter().find(|(zh, _)| zh == grade).map_or(grade, |(_, shown)| shown))
    }
}
