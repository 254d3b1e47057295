//! Findings of which several people said different things, and deciding between them.

use chrono::{DateTime, FixedOffset};

use super::{
    FoundEntry, Workspace, disk,
    finding_rows::LedgerRows,
    findings::{read, rows_where},
};
use crate::{
    error::Result,
    ledger::{Contradiction, Event, FindingId, Row, Settlement, write_ledger},
};

impl Workspace {
    /// Says what is in dispute about some findings; those that cannot be read, and about which nothing is, are left out.
    pub fn contradictions(&self, findings: &[FindingId]) -> Vec<Contradiction> {
        let found = findings.iter().filter_map(|id| self.find_finding(&id.0).ok());
        found.filter_map(|found| Contradiction::of(&found.ledger.source, found.entry())).collect()
    }

    /// Says what is in dispute about the findings of the register.
    pub fn contradictions_among(&self, rows: &[Row]) -> Vec<Contradiction> {
        let ids: Vec<_> = rows.iter().filter(|row| row.conflicts > 0).map(|row| row.id.clone()).collect();
        self.contradictions(&ids)
    }

    /// Says what is in dispute about findings by what the ledgers say now; records that have none yet are not looked through.
    pub fn contradictions_now(&self) -> Vec<Contradiction> {
        if self.none_is_marked::<LedgerRows>() {
            return Vec::new();
        }
        self.contradictions_among(&rows_where(self.ledger_rows(&mut Vec::new()), |row| row.conflicts > 0))
    }

    /// Lists what was decided between several who had said different things of findings, the latest decision first; a ledger
    /// that cannot be read is left out, as every list of findings names it.
    pub fn settlements(&self) -> Vec<Settlement> {
        let ledgers = self.ledger_files().into_iter().filter_map(|path| read(&path).ok());
        let of = |ledger: crate::ledger::Ledger| {
            let entries = ledger.finding.iter();
            entries.flat_map(|entry| Settlement::all_of(&ledger.source, entry)).collect::<Vec<_>>()
        };
        let mut settlements: Vec<_> = ledgers.flat_map(of).collect();
        settlements.sort_by_key(|one| std::cmp::Reverse(one.decision.at));
        settlements
    }

    /// Decides whose word holds about a finding, in the name of the one who works on this computer; returns it as it is then.
    pub fn settle_finding(&self, id: &FindingId, chosen: &Event, at: DateTime<FixedOffset>) -> Result<FoundEntry> {
        self.require_writable()?;
        let by = self.signature()?;
        let _turn = self.turns.take();
        let mut found = self.find_finding(&id.0)?;
        let place = found.at;
        found.ledger.finding[place].settle(chosen, &by, at, self.settings().language)?;
        disk::replace(found.path(), write_ledger(&found.ledger)?.as_bytes())?;
        Ok(found)
    }
}
