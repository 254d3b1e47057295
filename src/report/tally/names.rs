//! What the checklists of records are called in the language of a report: records keep their titles and grades in Chinese.

use std::collections::HashMap;

use super::versions::Version;
use crate::{
    checklist::{Checklist, Scoring},
    i18n::Lang,
    store::{Facts, RecordFact, Word},
};

/// The names in one language, by the digest of the exact checklist; what has none keeps that of the record.
pub struct Names {
    lang: Lang,
    named: HashMap<Word, Named>,
}

struct Named {
    title: String,
    scoring: Scoring,
}

impl Names {
    /// Takes the names of the versions that records are filled in with.
    pub fn new(versions: &HashMap<Word, Version<'_>>, lang: Lang) -> Self {
        let named = |checklist: &Checklist| Named {
            title: checklist.title.show(lang).to_owned(),
            scoring: checklist.scoring.clone(),
        };
        let named = versions.iter().map(|(digest, version)| (*digest, named(version.checklist))).collect();
        Self { lang, named }
    }

    /// Names the checklist of a record.
    pub fn title<'names>(&'names self, facts: &'names Facts, record: &RecordFact) -> &'names str {
        self.of(record).map_or_else(|| facts.word(record.title), |named| &named.title)
    }

    /// Names the grade of a record, where it has one.
    pub fn grade<'names>(&'names self, facts: &'names Facts, record: &RecordFact) -> Option<&'names str> {
        let grade = facts.word(record.grade()?);
        Some(self.of(record).map_or(grade, |named| named.scoring.grade_shown(grade, self.lang)))
    }

    fn of(&self, record: &RecordFact) -> Option<&Named> {
        self.named.get(&record.checklist_digest)
    }
}
