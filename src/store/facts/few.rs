//! The facts of few records, where nobody should wait for those of all.

use std::iter;

use super::{Facts, build::Builder, collect::Reading};
use crate::{ledger::FindingId, store::Workspace};

impl Workspace {
    /// Gathers the facts of the record that a finding comes from and of its re-inspections, from nothing but their files;
    /// nothing where the finding or its record cannot be read.
    pub fn facts_of(&self, finding: &FindingId) -> Option<Facts> {
        let found = self.finding_by_number(finding)?;
        let (mut builder, mut reading) = (Builder::default(), Reading::default());
        for id in iter::once(&found.ledger.source.record).chain(found.entry().rechecks()) {
            let is_source = *id == found.ledger.source.record;
            let read = self.record_path(id).and_then(|path| {
                let file = self.signs_at(&path)?;
                let read = self.read_one(&file, &mut reading)?;
                Ok((file, read))
            });
            let at = match read {
                Ok((file, read)) => builder.add(&file, &read),
                Err(_) if is_source => return None,
                // A re-inspection that is not here is named by its number.
                Err(_) => continue,
            };
            if is_source {
                let file = self.signs_at(found.path()).ok()?;
                let (ledger, findings) = self.read_ledger(&file, &mut reading, &mut builder).ok()?;
                builder.attach(at, Some(ledger), findings);
            }
        }
        Some(builder.finish().0)
    }
}
