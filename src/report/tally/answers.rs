//! What the counted records say item by item, clause by clause and finding by finding: counted beside the totals, from the
//! same list of records.

use std::collections::HashSet;

use super::{
    ItemCount, RecordAt,
    clauses::Clauses,
    lines::CountedFinding,
    totals::{Occasion, Rate},
    versions::Version,
};
use crate::{inspection::Verdict, store::Facts};

/// A record that counts: its position among the facts, and the version of the checklist that it is filled in with.
pub type Counted<'version, 'material> = (u32, &'version Version<'material>);

/// What was counted of answers and findings.
pub struct Answers<'material> {
    /// The items that were answered or have a finding, those with most failures first.
    pub items: Vec<ItemCount>,
    pub clauses: Clauses<'material>,
    /// The findings, in the order of the records.
    pub findings: Vec<CountedFinding>,
}

impl<'material> Answers<'material> {
    /// Counts the answers and findings of records; `items` are those of all versions, with nothing counted yet.
    pub fn of(
        facts: &Facts,
        records: &[Counted<'_, 'material>],
        items: Vec<ItemCount>,
        clauses: Clauses<'material>,
    ) -> Self {
        let mut counted = Self { items, clauses, findings: Vec::new() };
        for (at, (place, version)) in (0..).zip(records) {
            counted.add(facts, *place, at, version);
        }
        counted.sort_items();
        counted
    }

    fn add(&mut self, facts: &Facts, place: u32, at: RecordAt, version: &Version<'_>) {
        let record = &facts.records[place as usize];
        // What is looked at again, and figures, are not among what inspections found.
        let is_inspection = version.occasion == Occasion::Inspection;
        for answer in facts.answers_of(record).iter().filter(|_| is_inspection) {
            let Some(item) = version.items.get(answer.item() as usize) else { continue };
            let line = &mut self.items[*item as usize];
            match answer.verdict() {
                Some(Verdict::Conforms) => line.conforming += 1,
                Some(Verdict::Fails) => {
                    line.failed += 1;
                    line.failing.push(at);
                }
                Some(Verdict::NotApplicable | Verdict::ReasonableOmission) => line.exempt += 1,
                None => continue,
            }
            line.answered.push(at);
        }
        self.clauses.add(facts, record, at, version);
        let findings = facts.findings_at(record).zip(facts.findings_of(record));
        self.findings.extend(findings.map(|(place, fact)| CountedFinding {
            fact: place,
            record: at,
            item: version.item(facts.word(fact.item)),
        }));
    }

    /// Leaves out the items that nobody answered and that have no finding, puts those with most failures first, and leads
    /// the findings after them.
    ///
    /// A finding may have an item that counts no more, because another answer hides it by now; it keeps its item all the same.
    fn sort_items(&mut self) {
        let mut order: Vec<usize> = (0..self.items.len()).collect();
        let asked = |line: &ItemCount| line.conforming + line.failed + line.exempt > 0;
        let found: HashSet<u32> = self.findings.iter().filter_map(|finding| finding.item).collect();
        let has_finding = |at: usize| u32::try_from(at).is_ok_and(|at| found.contains(&at));
        order.retain(|&at| asked(&self.items[at]) || has_finding(at));
        order.sort_by(|&one, &other| {
            let (one, other) = (&self.items[one], &self.items[other]);
            other.failed.cmp(&one.failed).then_with(|| (&one.checklist, &one.id).cmp(&(&other.checklist, &other.id)))
        });
        let mut places = vec![None; self.items.len()];
        for (place, &at) in order.iter().enumerate() {
            places[at] = u32::try_from(place).ok();
        }
        for finding in &mut self.findings {
            finding.item = finding.item.and_then(|item| places[item as usize]);
        }
        let mut items: Vec<Option<ItemCount>> = std::mem::take(&mut self.items).into_iter().map(Some).collect();
        self.items = order.into_iter().filter_map(|at| items[at].take()).collect();
        for line in &mut self.items {
            line.pass_rate = Rate::of(line.conforming, line.conforming + line.failed);
        }
    }
}
