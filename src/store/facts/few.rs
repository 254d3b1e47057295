//! The facts of few records, where nobody should wait for those of all.

use std::{collections::HashMap, iter};

use super::{
    Facts,
    build::{Builder, Ledgered},
    findings,
};
use crate::{ledger::FindingId, store::Workspace};

impl Workspace {
    /// Gathers the facts of the record that a finding comes from and of its re-inspections, from nothing but their files;
    /// nothing where the finding or its record cannot be read.
    pub fn facts_of(&self, finding: &FindingId) -> Option<Facts> {
        let found = self.finding_by_number(finding)?;
        let ledger = self.signs_at(found.path()).ok()?;
        let (mut builder, mut blanks) = (Builder::default(), HashMap::new());
        for id in iter::once(&found.ledger.source.record).chain(found.entry().rechecks()) {
            let is_source = *id == found.ledger.source.record;
            let read = self.record_path(id).and_then(|path| {
                let file = self.signs_at(&path)?;
                let read = self.read_one(&file, &mut blanks)?;
                Ok((file, read))
            });
            let ledgered = if is_source {
                Ledgered::Read(&ledger, findings::read(self.root(), &ledger).ok()?)
            } else {
                Ledgered::None
            };
            match read {
                Ok((file, read)) => builder.add(&file, &read, &ledgered),
                Err(_) if is_source => return None,
                // A re-inspection that is not here is named by its number.
                Err(_) => {}
            }
        }
        Some(builder.finish().0)
    }
}
