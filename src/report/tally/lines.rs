//! The findings and records that were counted, line by line. Their texts stay in the facts until somebody asks for a line:
//! a hundred thousand records and what was found there are more than would be copied for nothing.

use std::{fmt, sync::Arc};

use chrono::{DateTime, FixedOffset, NaiveDate};
use schemars::JsonSchema;
use serde::{Serialize, Serializer};

use super::{Occasion, RecordAt, names::Names};
use crate::{
    checklist::Severity,
    i18n::Lang,
    ledger::State,
    percent,
    store::{Facts, FindingFact, Word},
};

/// The findings that were counted, in the order of the records.
#[derive(Clone)]
pub struct Findings {
    facts: Arc<Facts>,
    /// The day against which terms are judged.
    as_of: NaiveDate,
    counted: Vec<CountedFinding>,
}

/// What is known of a finding besides its facts.
#[derive(Clone, Copy)]
pub(super) struct CountedFinding {
    /// The position among the facts.
    pub fact: u32,
    pub record: RecordAt,
    /// The position among the items of the tally.
    pub item: Option<u32>,
}

/// The records that were counted, oldest first.
#[derive(Clone)]
pub struct Records {
    facts: Arc<Facts>,
    names: Arc<Names>,
    /// Their positions among the facts, and what they were filled in for.
    counted: Vec<(u32, Occasion)>,
}

/// A finding, as the ledger has it.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct FindingLine<'facts> {
    /// The number of the finding.
    pub number: &'facts str,
    /// The record.
    pub record: RecordAt,
    /// The item, as a position in the tally's items; nothing where the checklist does not have it.
    pub item: Option<u32>,
    /// What was found.
    pub description: &'facts str,
    /// How grave it is.
    #[schemars(with = "String")]
    pub severity: Severity,
    /// What is to be done, or empty.
    pub measure: &'facts str,
    /// Who has to do it, or empty.
    pub responsible: &'facts str,
    /// The day by which it has to be put right.
    pub due: Option<NaiveDate>,
    /// How far it is: `open`, `correcting`, `awaiting`, `transferred` or `closed`.
    #[schemars(with = "String")]
    pub state: State,
    /// Whether it was put right while the inspectors were there (立行立改).
    pub on_site: bool,
    /// Whether its term was over while it had not been closed (逾期).
    pub overdue: bool,
    /// What was said last of putting it right, or empty.
    pub progress: &'facts str,
    /// The day on which it was put right.
    pub completed: Option<NaiveDate>,
    /// What proves that, or empty.
    pub evidence: &'facts str,
    /// The last re-inspection.
    pub recheck: Option<Recheck<'facts>>,
    /// The day on which it was closed (销号).
    pub closed: Option<NaiveDate>,
    /// Whether what people said of it contradicts itself, so that somebody has to look at it.
    pub conflicting: bool,
    /// When something was said of it last.
    pub updated: DateTime<FixedOffset>,
}

/// A re-inspection of a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Recheck<'facts> {
    /// The day.
    pub on: NaiveDate,
    /// Who did it.
    pub by: &'facts str,
    /// Whether it passed.
    pub passed: bool,
}

/// A record that was counted.
#[derive(Clone, Debug, PartialEq, Serialize, JsonSchema)]
pub struct RecordLine<'facts> {
    /// The number.
    pub id: &'facts str,
    /// The path of the file within the workspace.
    pub path: &'facts str,
    /// The BLAKE3 digest of the file.
    #[serde(serialize_with = "in_hexadecimal")]
    #[schemars(with = "String")]
    pub digest: blake3::Hash,
    /// When the inspection began.
    pub started: DateTime<FixedOffset>,
    /// The unit's number in the register.
    pub facility: &'facts str,
    /// The unit's name as it was.
    pub facility_name: &'facts str,
    /// The type of the unit.
    pub facility_type: &'facts str,
    /// The district.
    pub district: &'facts str,
    /// The title of the checklist, in the language of the report as far as it has one in it.
    pub checklist: &'facts str,
    /// What it was filled in for; the items of nothing but inspections are in the numbers of items, pass rate and score.
    pub occasion: Occasion,
    /// The inspectors.
    pub inspectors: Vec<&'facts str>,
    /// What its items came to.
    pub counts: RecordCounts,
    /// The grade (等级), where the checklist has grades; in the language of the report like the title.
    pub grade: Option<&'facts str>,
}

/// What the items of a record came to; the words are those of [`Totals`](super::Totals).
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, JsonSchema)]
pub struct RecordCounts {
    /// 应查项.
    pub items: u32,
    /// 实查项.
    pub answered: u32,
    /// 符合.
    pub conforming: u32,
    /// 不符合.
    pub failed: u32,
    /// 不适用 and 合理缺项.
    pub exempt: u32,
    /// 关键项不符合.
    pub critical_failed: u32,
    /// 发现问题.
    pub findings: u32,
    /// 得分率 in percent as the checklist scores, rounded half up to one decimal.
    pub score_rate: Option<f64>,
}

impl Findings {
    pub(super) fn new(facts: &Arc<Facts>, as_of: NaiveDate, counted: Vec<CountedFinding>) -> Self {
        Self { facts: Arc::clone(facts), as_of, counted }
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.counted.len()
    }

    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.counted.is_empty()
    }

    /// Returns the finding at a position; nothing beyond the last.
    pub fn get(&self, at: usize) -> Option<FindingLine<'_>> {
        self.counted.get(at).map(|counted| self.line(counted))
    }

    /// Returns the finding at a position, which has to be one.
    pub fn at(&self, at: usize) -> FindingLine<'_> {
        self.line(&self.counted[at])
    }

    /// Returns all.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = FindingLine<'_>> {
        self.counted.iter().map(|counted| self.line(counted))
    }

    /// Returns the facts of all, for whoever needs no texts.
    pub fn facts(&self) -> impl ExactSizeIterator<Item = &FindingFact> {
        self.counted.iter().map(|counted| self.facts.finding(counted.fact))
    }

    /// Returns the records of all.
    pub fn records(&self) -> impl ExactSizeIterator<Item = RecordAt> {
        self.counted.iter().map(|counted| counted.record)
    }

    /// Returns the positions of the items of all, among the items of the tally.
    pub fn items(&self) -> impl ExactSizeIterator<Item = Option<u32>> {
        self.counted.iter().map(|counted| counted.item)
    }

    fn line(&self, counted: &CountedFinding) -> FindingLine<'_> {
        let fact = self.facts.finding(counted.fact);
        let text = |word: Word| self.facts.word(word);
        FindingLine {
            number: text(fact.id),
            record: counted.record,
            item: counted.item,
            description: text(fact.description),
            severity: fact.severity,
            measure: text(fact.measure),
            responsible: text(fact.responsible),
            due: fact.due(),
            state: fact.state,
            on_site: fact.on_site,
            overdue: fact.is_overdue(self.as_of),
            progress: text(fact.progress),
            completed: fact.completed(),
            evidence: text(fact.evidence),
            recheck: fact.recheck().map(|(on, by, passed)| Recheck { on, by: text(by), passed }),
            closed: fact.closed(),
            conflicting: fact.conflicting,
            updated: fact.updated(),
        }
    }
}

impl Records {
    pub(super) fn new(facts: &Arc<Facts>, names: &Arc<Names>, counted: Vec<(u32, Occasion)>) -> Self {
        Self { facts: Arc::clone(facts), names: Arc::clone(names), counted }
    }

    /// Adds the record at a position among the facts.
    pub(super) fn add(&mut self, fact: u32, occasion: Occasion) {
        self.counted.push((fact, occasion));
    }

    /// Returns what the record at a position was filled in for.
    pub fn occasion(&self, at: RecordAt) -> Occasion {
        self.counted[at as usize].1
    }

    /// Returns how many there are.
    pub fn len(&self) -> usize {
        self.counted.len()
    }

    /// Says whether there are none.
    pub fn is_empty(&self) -> bool {
        self.counted.is_empty()
    }

    /// Returns the record at a position; nothing beyond the last.
    pub fn get(&self, at: usize) -> Option<RecordLine<'_>> {
        self.counted.get(at).map(|&counted| self.line(counted))
    }

    /// Returns the record at a position, which has to be one.
    pub fn at(&self, at: usize) -> RecordLine<'_> {
        self.line(self.counted[at])
    }

    /// Returns all.
    pub fn lines(&self) -> impl ExactSizeIterator<Item = RecordLine<'_>> {
        self.counted.iter().map(|&counted| self.line(counted))
    }

    /// Returns the numbers of all among the words of the facts, for whoever needs no texts.
    pub fn numbers(&self) -> impl ExactSizeIterator<Item = Word> {
        self.counted.iter().map(|&(fact, _)| self.facts.records[fact as usize].id)
    }

    fn line(&self, (fact, occasion): (u32, Occasion)) -> RecordLine<'_> {
        let facts = &*self.facts;
        let record = &facts.records[fact as usize];
        let counts = &record.counts;
        RecordLine {
            id: facts.word(record.id),
            path: facts.word(record.path),
            digest: record.digest.into(),
            started: record.started(),
            facility: facts.word(record.facility),
            facility_name: facts.word(record.facility_name),
            facility_type: facts.word(record.facility_type),
            district: facts.word(record.district),
            checklist: self.names.title(facts, record),
            occasion,
            inspectors: facts.inspectors_of(record).iter().map(|name| facts.word(*name)).collect(),
            counts: RecordCounts {
                items: counts.items,
                answered: counts.answered,
                conforming: counts.conforming,
                failed: counts.failed,
                exempt: counts.exempt,
                critical_failed: counts.critical_failed,
                findings: u32::try_from(facts.findings_of(record).len()).unwrap_or(u32::MAX),
                score_rate: record.score_rate().map(percent::rounded),
            },
            grade: self.names.grade(facts, record),
        }
    }
}

impl fmt::Debug for Findings {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.lines()).finish()
    }
}

impl fmt::Debug for Records {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_list().entries(self.lines()).finish()
    }
}

impl PartialEq for Findings {
    fn eq(&self, other: &Self) -> bool {
        self.lines().eq(other.lines())
    }
}

impl PartialEq for Records {
    fn eq(&self, other: &Self) -> bool {
        self.lines().eq(other.lines())
    }
}

impl Serialize for Findings {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.lines())
    }
}

impl Serialize for Records {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_seq(self.lines())
    }
}

fn in_hexadecimal<S: Serializer>(digest: &blake3::Hash, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_str(&digest.to_hex())
}

/// Returns the name of a type of unit; a word of the bureau's own is its own name.
pub fn type_name(slug: &str, lang: Lang) -> String {
    let key = format!("facility.type.{slug}");
    if lang.has(&key) { lang.t(&key).into_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_type_of_the_bureaus_own_is_its_own_name() {
        assert_eq!(type_name("hospital", Lang::En), Lang::En.t("facility.type.hospital"));
        assert_eq!(type_name("冷链企业", Lang::Zh), "冷链企业");
    }
}
