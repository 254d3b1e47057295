//! The records behind the numbers that a paper has in its sentences, each group under the name by which a template asks for it.

use std::collections::HashMap;

use super::{
    document::Proof,
    tables::every_record,
    tally::{PlanCount, RecordAt, Tally, Target},
};

/// The groups of records of a tally, by their names.
pub type Behind<'t> = HashMap<String, Proof<'t>>;

/// Every record.
pub const ALL: &str = "all";

/// Those in which figures were reported.
pub const FIGURES: &str = "figures";

/// Those that give the grades that units hold.
pub const GRADES: &str = "grades";

/// Names the records of a topic.
pub fn topic(key: &str) -> String {
    format!("topic/{key}")
}

/// Names the records in which an item fails, by its position among the items.
pub fn item(at: usize) -> String {
    format!("item/{at}")
}

/// Names the records of a plan.
pub fn plan(id: &str) -> String {
    format!("plan/{id}")
}

/// Names the records of a figure: the positions of its plan, its clause and its own.
pub fn figure(plan: usize, clause: usize, at: usize) -> String {
    format!("figure/{plan}/{clause}/{at}")
}

/// Lists the groups that the numbers of sentences are counted from.
pub fn groups(tally: &Tally) -> Behind<'_> {
    let mut groups = Behind::from([(ALL.to_owned(), every_record(tally))]);
    groups.extend(tally.topics.iter().map(|group| (topic(&group.key), Proof::Many(&group.records))));
    let failing = tally.items.iter().enumerate().filter(|(_, counted)| counted.failed > 0);
    groups.extend(failing.map(|(at, counted)| (item(at), Proof::Many(&counted.failing))));
    let mut reported = Vec::new();
    for (number, counted) in tally.plans.iter().enumerate() {
        groups.insert(plan(&counted.id), together(of_plan(counted)));
        for (clause, of_clause) in counted.clauses.iter().enumerate() {
            for (at, target) in of_clause.targets.iter().enumerate() {
                groups.insert(figure(number, clause, at), together(of_figure(target)));
                reported.extend(of_figure(target));
            }
        }
    }
    groups.insert(GRADES.to_owned(), together(tally.grades.iter().flat_map(|grade| &grade.records).copied()));
    groups.insert(FIGURES.to_owned(), together(reported.into_iter()));
    groups
}

/// Puts records together, each once, in their order.
pub fn together(records: impl Iterator<Item = RecordAt>) -> Proof<'static> {
    let mut records: Vec<_> = records.collect();
    records.sort_unstable();
    records.dedup();
    Proof::Together(records)
}

fn of_plan(plan: &PlanCount) -> impl Iterator<Item = RecordAt> + '_ {
    plan.clauses
        .iter()
        .flat_map(|clause| clause.records.iter().copied().chain(clause.targets.iter().flat_map(of_figure)))
}

fn of_figure(target: &Target) -> impl Iterator<Item = RecordAt> + '_ {
    target.reports.iter().map(|report| report.record)
}
