//! 等级: how many units hold which grade of a checklist. What is graded by different rules is not added up.

use std::collections::{BTreeMap, HashMap};

use schemars::JsonSchema;
use serde::Serialize;

use super::{RecordAt, totals::Rate};
use crate::{
    checklist::Checklist,
    i18n::Lang,
    store::{Facts, Word},
};

/// How many units hold a grade of a checklist.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct GradeCount {
    /// The checklist.
    pub checklist: String,
    /// The grade in Chinese, as records have it.
    pub id: String,
    /// The grade in the language of the report, as far as the checklist has a name in it.
    pub name: String,
    /// The title of the checklist, as its newest record has it, in that language.
    pub title: String,
    /// The units whose last inspection by the checklist came to the grade, over those with a grade of the checklist.
    pub units: Rate,
    /// These last inspections.
    pub records: Vec<RecordAt>,
}

/// The grades of units while they are counted.
#[derive(Default)]
pub struct Grades<'material>(BTreeMap<&'material str, OfChecklist<'material>>);

/// The grades of units by one checklist.
struct OfChecklist<'material> {
    /// The newest version that a record has: its grades stand in their order, the best first.
    newest: &'material Checklist,
    /// By unit, the last grade and the record that has it.
    last: HashMap<Word, (Word, RecordAt)>,
}

impl<'material> Grades<'material> {
    /// Adds the grade of an inspection; those of a unit have to come oldest first.
    pub fn add(&mut self, checklist: &'material Checklist, unit: Word, grade: Word, at: RecordAt) {
        let of_checklist = self
            .0
            .entry(checklist.id.0.as_str())
            .or_insert_with(|| OfChecklist { newest: checklist, last: HashMap::new() });
        if checklist.version >= of_checklist.newest.version {
            of_checklist.newest = checklist;
        }
        of_checklist.last.insert(unit, (grade, at));
    }

    /// Counts the units of each grade, checklist by checklist; grades that no unit holds are counted too.
    pub fn finish(self, facts: &Facts, lang: Lang) -> Vec<GradeCount> {
        self.0.into_values().flat_map(|one| one.finish(facts, lang)).collect()
    }
}

impl OfChecklist<'_> {
    fn finish(self, facts: &Facts, lang: Lang) -> Vec<GradeCount> {
        let known = self.newest.scoring.grades.iter().map(|grade| grade.title.zh.as_str());
        let mut held: Vec<(&str, Vec<RecordAt>)> = known.map(|grade| (grade, Vec::new())).collect();
        let rated = self.last.len() as u64;
        for (grade, at) in self.last.into_values() {
            let grade = facts.word(grade);
            match held.iter_mut().find(|(known, _)| *known == grade) {
                Some((_, records)) => records.push(at),
                // An older version had it.
                None => held.push((grade, vec![at])),
            }
        }
        let of_older = self.newest.scoring.grades.len();
        held[of_older..].sort_unstable_by_key(|(grade, _)| *grade);
        held.into_iter()
            .map(|(grade, mut records)| {
                records.sort_unstable();
                GradeCount {
                    checklist: self.newest.id.0.clone(),
                    id: grade.to_owned(),
                    name: self.newest.scoring.grade_shown(grade, lang).to_owned(),
                    title: self.newest.title.show(lang).to_owned(),
                    units: Rate::of(records.len() as u64, rated),
                    records,
                }
            })
            .collect()
    }
}
