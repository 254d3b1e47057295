//! Where the findings of a report come from: the one place that knows.

use chrono::NaiveDate;

use super::tally::FindingState;
use crate::store::{Facts, FindingFact, RecordFact};

/// A finding as the reports take it.
#[derive(Clone, Copy, Debug)]
pub struct Found<'facts> {
    /// What the record says.
    pub fact: &'facts FindingFact,
    /// How far it is.
    pub state: FindingState,
}

/// Lists the findings of a record with how far each is on a day.
///
/// What is known is what the record says: a finding that was not put right on the spot is open.
pub fn findings_of<'facts>(
    facts: &'facts Facts,
    record: &RecordFact,
    as_of: NaiveDate,
) -> impl Iterator<Item = Found<'facts>> {
    facts.findings_of(record).iter().map(move |fact| Found { fact, state: state(fact, as_of) })
}

fn state(fact: &FindingFact, as_of: NaiveDate) -> FindingState {
    if fact.corrected_on_site {
        FindingState::CorrectedOnSite
    } else if fact.due().is_some_and(|due| due < as_of) {
        FindingState::Overdue
    } else {
        FindingState::Open
    }
}
