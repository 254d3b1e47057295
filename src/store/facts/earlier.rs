//! Facts as they were on an earlier day: what was said of findings since then is left out.

use std::{collections::HashSet, sync::Arc};

use chrono::NaiveDate;

use super::{
    Facts, RecordFact,
    build::{Builder, Source},
    findings,
};
use crate::{
    error::Result,
    inspection::RecordId,
    store::{Workspace, disk},
};

impl Workspace {
    /// Returns facts with every finding as it was at the end of a day; the very same where nothing was said since.
    ///
    /// The facts only hold what became of a finding in the end, so the ledger files that were added to since are read again;
    /// one that cannot be read is an error.
    pub fn facts_on(&self, facts: &Arc<Facts>, day: NaiveDate) -> Result<Arc<Facts>> {
        let is_later =
            |record: &&RecordFact| facts.findings_of(record).iter().any(|finding| finding.updated().date_naive() > day);
        let later: HashSet<_> = facts.records.iter().filter(is_later).map(|record| record.id).collect();
        if later.is_empty() {
            return Ok(Arc::clone(facts));
        }
        let ledgers = self.ledgers();
        let (mut builder, mut source, mut reader) = (Builder::default(), Source::of(facts), disk::Reader::default());
        for record in &facts.records {
            let at = builder.take(&mut source, record);
            let findings = if later.contains(&record.id) {
                let path = ledgers.path(&RecordId(facts.word(record.id).into()))?;
                builder.add_findings(&findings::read(&path, &mut reader)?.findings_on(day))
            } else {
                builder.take_findings(&mut source, record.findings)
            };
            builder.attach(at, record.ledger().copied(), findings);
        }
        Ok(Arc::new(builder.finish().0))
    }
}
