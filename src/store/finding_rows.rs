//! The form in which the index keeps what lists show of findings.

use std::{cmp::Ordering, collections::HashMap, sync::Arc};

use arcstr::Substr;
use serde::{Deserialize, Serialize};
use zerocopy::{FromBytes, Immutable, IntoBytes, TryFromBytes};

use super::{
    index::Cached,
    packed::{self, Day, Place},
    record_rows::{KeptPins, Pinning, Pins, share_stem},
    sharing::Sharing,
    words::{Shared, Word, Wording, Words, small},
};
use crate::{
    checklist::{Digest, ItemId, Severity},
    inspection::RecordId,
    ledger::{FindingId, Row, Source, State},
};

/// Of which finalised texts ledgers were made, by their records.
pub(super) type Marks = HashMap<RecordId, Mark>;

/// What lists show of the findings of a ledger file.
#[derive(Debug)]
pub(super) struct LedgerRows {
    /// The path of the file within the workspace, with `/`.
    pub path: Substr,
    /// Of which finalised texts it was made.
    pub mark: Mark,
    /// Where the findings come from.
    pub source: Arc<Source>,
    /// The findings, in the order of their numbers.
    pub rows: Vec<Row>,
}

/// A short form of the digests of the finalised texts that a ledger was made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable)]
#[repr(transparent)]
pub(super) struct Mark(u64);

impl Mark {
    /// Of a ledger that does not say of which.
    const UNKNOWN: Self = Self(0);

    /// Shortens what a ledger says.
    pub fn of(texts: Option<&[Digest]>) -> Self {
        let Some(texts) = texts else { return Self::UNKNOWN };
        let mut hasher = blake3::Hasher::new();
        for text in texts {
            hasher.update(text.0.as_bytes()).update(b"\n");
        }
        let number = hasher.finalize().as_bytes().first_chunk().map_or(1, |bytes| u64::from_le_bytes(*bytes));
        Self(number.max(1))
    }

    /// Says whether it was made of another text than the one with a digest, as far as it says so.
    pub fn is_of_another(self, text: &Digest) -> bool {
        self != Self::UNKNOWN && self != Self::of(Some(std::slice::from_ref(text)))
    }
}

/// The rows of ledger files as the index keeps them.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct KeptLedgers {
    words: Words,
    pins: KeptPins,
    #[serde(with = "packed")]
    ledgers: Vec<KeptLedger>,
    /// The findings of all ledgers, one behind the other.
    #[serde(with = "packed")]
    findings: Vec<KeptFinding>,
    /// The records of the re-inspections of all findings, one behind the other.
    #[serde(with = "packed")]
    rechecks: Vec<Word>,
}

#[derive(Debug, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct KeptLedger {
    mark: Mark,
    path: Word,
    inspected: Day,
    checklist: u32,
    unit: u32,
    /// The number of findings.
    findings: u32,
    /// Every row takes whole numbers of eight bytes.
    fill: u32,
}

#[derive(Debug, TryFromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct KeptFinding {
    id: Word,
    item: Word,
    description: Word,
    responsible: Word,
    pending: Place,
    due: Day,
    closed: Day,
    /// The number of re-inspections.
    rechecks: u32,
    conflicts: u32,
    severity: Severity,
    state: State,
    critical: bool,
    withdrawn: bool,
}

impl KeptLedgers {
    /// Takes out the rows alone that are wanted, in their order.
    pub fn rows_where(&self, is_wanted: impl Fn(&Row) -> bool) -> Vec<Row> {
        let mut rows = Vec::new();
        self.each(|_, _, found| rows.extend(found.filter(&is_wanted)));
        rows
    }

    /// Lists the ledgers by their records, with the marks of the texts that they were made of.
    pub fn marks(&self) -> Marks {
        self.ledgers.iter().map(|ledger| (RecordId(self.words.stem(ledger.path)), ledger.mark)).collect()
    }

    /// Goes through the ledgers with what they come from and their rows.
    fn each(&self, mut take: impl FnMut(&KeptLedger, &Arc<Source>, &mut dyn Iterator<Item = Row>)) {
        let words = &self.words;
        let pins = Pins::restore(&self.pins, words);
        let (mut items, mut names) = (Shared::of(words), Shared::of(words));
        let (mut findings, mut rechecks) = (self.findings.iter(), self.rechecks.iter());
        for ledger in &self.ledgers {
            let source = Arc::new(Source {
                record: RecordId(words.stem(ledger.path)),
                inspected: ledger.inspected.get().unwrap_or_default(),
                checklist: pins.checklist(ledger.checklist),
                facility: pins.unit(ledger.unit),
            });
            let row = |kept: &KeptFinding| Row {
                id: FindingId(words.share(kept.id)),
                source: Arc::clone(&source),
                item: items.get(kept.item, || Arc::new(ItemId(words.own(kept.item)))),
                description: words.share(kept.description),
                severity: kept.severity,
                critical: kept.critical,
                state: kept.state,
                due: kept.due.get(),
                responsible: names.get(kept.responsible, || words.get(kept.responsible).into()),
                closed: kept.closed.get(),
                withdrawn: kept.withdrawn,
                pending: kept.pending.word().map(|record| RecordId(words.share(record))),
                rechecks: rechecks
                    .by_ref()
                    .take(kept.rechecks as usize)
                    .map(|record| RecordId(words.share(*record)))
                    .collect(),
                conflicts: kept.conflicts as usize,
            };
            take(ledger, &source, &mut findings.by_ref().take(ledger.findings as usize).map(row));
        }
    }
}

impl Cached for LedgerRows {
    const CACHE: &str = "findings-index";
    const FOLDER: &str = "findings";
    const FORM: u32 = 9;
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

    fn is_marked(&self) -> bool {
        self.rows.iter().any(|row| row.conflicts > 0)
    }

    fn share(&mut self, sharing: &mut Sharing) {
        let mut source = Source::clone(&self.source);
        share_stem(&mut source.record, &self.path);
        sharing.checklist(&mut source.checklist);
        sharing.unit(&mut source.facility);
        self.source = Arc::new(source);
        let read = std::mem::take(&mut self.rows);
        self.rows = Vec::with_capacity(read.len());
        for mut row in read {
            row.source = Arc::clone(&self.source);
            sharing.item(&mut row.item);
            sharing.name(&mut row.responsible);
            self.rows.push(row);
        }
    }

    fn each_text(&mut self, take: &mut dyn FnMut(&mut Substr)) {
        take(&mut self.path);
        for row in &mut self.rows {
            take(&mut row.id.0);
            take(&mut row.description);
            row.pending.iter_mut().chain(&mut row.rechecks).for_each(|record| take(&mut record.0));
        }
    }

    fn keep<'rows>(ledgers: &'rows [Self]) -> KeptLedgers {
        let (mut wording, mut pinning) = (Wording::default(), Pinning::default());
        let (mut findings, mut rechecks) = (Vec::new(), Vec::new());
        let mut ledger = |ledger: &'rows Self| {
            for row in &ledger.rows {
                rechecks.extend(row.rechecks.iter().map(|record| wording.word(&record.0)));
                findings.push(KeptFinding {
                    id: wording.add(&row.id.0),
                    item: wording.word(&row.item.0),
                    description: wording.word(&row.description),
                    responsible: wording.word(&row.responsible),
                    pending: row.pending.as_ref().map(|record| wording.word(&record.0)).into(),
                    due: row.due.into(),
                    closed: row.closed.into(),
                    rechecks: small(row.rechecks.len()),
                    conflicts: small(row.conflicts),
                    severity: row.severity,
                    state: row.state,
                    critical: row.critical,
                    withdrawn: row.withdrawn,
                });
            }
            KeptLedger {
                mark: ledger.mark,
                path: wording.add(&ledger.path),
                inspected: Some(ledger.source.inspected).into(),
                checklist: pinning.checklist(&ledger.source.checklist),
                unit: pinning.unit(&ledger.source.facility),
                findings: small(ledger.rows.len()),
                fill: 0,
            }
        };
        let ledgers = ledgers.iter().map(&mut ledger).collect();
        let pins = pinning.keep(&mut wording);
        KeptLedgers { words: wording.into_words(), pins, ledgers, findings, rechecks }
    }

    fn restore(kept: KeptLedgers) -> Vec<Self> {
        let mut ledgers = Vec::with_capacity(kept.ledgers.len());
        kept.each(|ledger, source, rows| {
            let path = kept.words.share(ledger.path);
            // Most ledgers have one finding or two, and collecting takes room for four.
            let mut own = Vec::with_capacity(ledger.findings as usize);
            own.extend(rows);
            ledgers.push(Self { path, mark: ledger.mark, source: Arc::clone(source), rows: own });
        });
        ledgers
    }
}
