//! The form in which the index keeps what lists show of findings.

use std::{cmp::Ordering, collections::HashMap, sync::Arc};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::{
    index::Cached,
    record_rows::{KeptPins, Pinning, Pins},
    words::{Word, Wording, Words},
};
use crate::{
    calendar::compact,
    checklist::{ItemId, Severity},
    inspection::RecordId,
    ledger::{FindingId, Row, Source, State},
};

/// What lists show of the findings of a ledger file.
#[derive(Debug)]
pub(super) struct LedgerRows {
    /// The path of the file within the workspace, with `/`.
    pub path: String,
    /// Where the findings come from.
    pub source: Arc<Source>,
    /// The findings, in the order of their numbers.
    pub rows: Vec<Row>,
}

/// The rows of ledger files as the index keeps them.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeptLedgers {
    words: Words,
    pins: KeptPins,
    ledgers: Vec<KeptLedger>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptLedger {
    path: Word,
    record: Word,
    #[serde(with = "compact")]
    inspected: NaiveDate,
    checklist: u32,
    unit: u32,
    rows: Vec<KeptFinding>,
}

#[derive(Debug, Serialize, Deserialize)]
struct KeptFinding {
    id: Word,
    item: Word,
    description: Word,
    severity: Severity,
    critical: bool,
    state: State,
    #[serde(with = "compact")]
    due: Option<NaiveDate>,
    responsible: Word,
    #[serde(with = "compact")]
    closed: Option<NaiveDate>,
    withdrawn: bool,
    pending: Option<Word>,
    rechecks: Vec<Word>,
    conflicts: usize,
}

impl Cached for LedgerRows {
    const CACHE: &str = "findings-index";
    const FOLDER: &str = "findings";
    const FORM: u32 = 5;
    type Kept = KeptLedgers;

    fn path(&self) -> &str {
        &self.path
    }

    /// The newest first, those of a day in the order of the numbers of their findings.
    fn order(&self, other: &Self) -> Ordering {
        fn key(one: &LedgerRows) -> (Option<&FindingId>, &str) {
            (one.rows.first().map(|row| &row.id), &one.path)
        }
        other.source.inspected.cmp(&self.source.inspected).then_with(|| key(self).cmp(&key(other)))
    }

    fn keep<'rows>(ledgers: &'rows [Self]) -> KeptLedgers {
        let (mut wording, mut pinning) = (Wording::default(), Pinning::default());
        let finding = |row: &Row, wording: &mut Wording| KeptFinding {
            id: wording.add(&row.id.0),
            item: wording.word(&row.item.0),
            description: wording.word(&row.description),
            severity: row.severity,
            critical: row.critical,
            state: row.state,
            due: row.due,
            responsible: wording.word(&row.responsible),
            closed: row.closed,
            withdrawn: row.withdrawn,
            pending: row.pending.as_ref().map(|record| wording.word(&record.0)),
            rechecks: row.rechecks.iter().map(|record| wording.word(&record.0)).collect(),
            conflicts: row.conflicts,
        };
        let ledger = |ledger: &'rows Self| KeptLedger {
            path: wording.add(&ledger.path),
            record: wording.word(&ledger.source.record.0),
            inspected: ledger.source.inspected,
            checklist: pinning.checklist(&ledger.source.checklist),
            unit: pinning.unit(&ledger.source.facility),
            rows: ledger.rows.iter().map(|row| finding(row, &mut wording)).collect(),
        };
        let ledgers = ledgers.iter().map(ledger).collect();
        let pins = pinning.keep(&mut wording);
        KeptLedgers { words: wording.into_words(), pins, ledgers }
    }

    fn restore(kept: KeptLedgers) -> Vec<Self> {
        let words = &kept.words;
        let pins = Pins::restore(&kept.pins, words);
        let (mut items, mut names) = (HashMap::new(), HashMap::new());
        let mut finding = |row: KeptFinding, source: &Arc<Source>| Row {
            id: FindingId(words.own(row.id)),
            source: Arc::clone(source),
            item: Arc::clone(items.entry(row.item).or_insert_with(|| Arc::new(ItemId(words.own(row.item))))),
            description: words.own(row.description),
            severity: row.severity,
            critical: row.critical,
            state: row.state,
            due: row.due,
            responsible: Arc::clone(names.entry(row.responsible).or_insert_with(|| words.get(row.responsible).into())),
            closed: row.closed,
            withdrawn: row.withdrawn,
            pending: row.pending.map(|record| RecordId(words.own(record))),
            rechecks: row.rechecks.iter().map(|record| RecordId(words.own(*record))).collect(),
            conflicts: row.conflicts,
        };
        let ledger = |ledger: KeptLedger| {
            let source = Arc::new(Source {
                record: RecordId(words.own(ledger.record)),
                inspected: ledger.inspected,
                checklist: pins.checklist(ledger.checklist),
                facility: pins.unit(ledger.unit),
            });
            let rows = ledger.rows.into_iter().map(|row| finding(row, &source)).collect();
            Self { path: words.own(ledger.path), source, rows }
        };
        kept.ledgers.into_iter().map(ledger).collect()
    }
}
