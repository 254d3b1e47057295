//! Back from the ledger: a spreadsheet that districts filled in, held against the register.
//!
//! Districts fill in 整改情况, 整改状态, 完成日期 and 佐证材料; nothing else may differ from what was handed out. What was handed
//! out is known from the column [`CHECK_COLUMN`]: the moment up to which the register went, so that a row that the register
//! has left behind since is told from one that somebody changed. Whatever is doubtful is said and not taken. This module
//! writes nothing: it says which entries would be added to which findings.

mod row;
mod sheet;

use std::{
    borrow::Cow,
    collections::{BTreeMap, BTreeSet, HashMap},
};

use chrono::{DateTime, FixedOffset, NaiveDate};
use serde::Serialize;

use self::{row::RowReader, sheet::Sheet};
use super::{
    tables::{self, CHECK_COLUMN, LEDGER_COLUMNS},
    tally::Tally,
};
use crate::{
    error::Result,
    i18n::{Lang, Text, listed},
    inspection::RecordId,
    ledger::{Action, Entry, FindingId, State},
    table::{Cell, Row, letters},
    text,
};

/// The columns that districts fill in.
const FILLED: [&str; 4] = ["progress", "state", "completed", "evidence"];

/// The most characters of a text that are shown before it is entered.
const SHOWN: usize = 200;

/// The columns that say nothing of their own: they follow from the day and the order in which the ledger was written.
const FOLLOWING: [&str; 4] = ["number", "late", "remark", CHECK_COLUMN];

/// The columns that follow from the entries of a finding, so that they may differ from the register by now.
const OF_ENTRIES: [&str; 6] = ["responsible", "due", "rechecked", "rechecked-by", "conclusion", "closed"];

/// A place in the workbook.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct At {
    /// The sheet.
    pub sheet: String,
    /// The row, from 1; none where it is about the sheet.
    pub row: Option<usize>,
    /// The column by its letters.
    pub column: Option<String>,
    /// The heading of the column.
    pub heading: Option<String>,
}

/// Something that somebody should know of what came back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remark {
    /// Where.
    pub at: At,
    /// What.
    pub said: Text,
    /// Whether the row is not taken because of it.
    pub doubtful: bool,
}

/// What a row adds to a finding.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Change {
    /// The finding.
    pub finding: FindingId,
    /// The record that it comes from.
    pub record: RecordId,
    /// The unit.
    pub unit: String,
    /// The row.
    pub at: At,
    /// How far the finding is.
    pub from: State,
    /// How far it will be.
    pub to: State,
    /// What the entry is.
    pub action: Action,
    /// 整改情况.
    pub progress: String,
    /// 完成日期.
    pub completed: Option<NaiveDate>,
    /// 佐证材料 that are new.
    pub evidence: String,
}

/// What came back.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Returned {
    /// What would be added to the register.
    pub changes: Vec<Change>,
    /// What is doubtful or should be known, in the order of the sheets and rows.
    pub remarks: Vec<Remark>,
    /// Rows in which nothing was filled in.
    pub unchanged: usize,
    /// Rows whose filling in the register has already.
    pub known: usize,
}

impl Returned {
    /// Counts what is doubtful.
    pub fn doubts(&self) -> usize {
        self.remarks.iter().filter(|remark| remark.doubtful).count()
    }

    /// Sums it up.
    pub fn counts(&self) -> Text {
        text!(
            "returned.counts",
            changes = self.changes.len(),
            unchanged = self.unchanged,
            known = self.known,
            doubts = self.doubts()
        )
    }
}

impl Remark {
    /// Says where, and what.
    pub fn pointed_out(&self, lang: Lang) -> Text {
        text!("returned.pointed-out", place = self.at.shown(lang), said = self.said.show(lang))
    }
}

impl Change {
    /// Says which finding goes from which state to which.
    pub fn moves(&self, lang: Lang) -> Text {
        text!(
            "returned.change",
            finding = self.finding,
            unit = self.unit,
            from = lang.t(self.from.name_key()),
            to = lang.t(self.to.name_key())
        )
    }

    /// Lists what was filled in, of long texts how they begin; all of them is entered.
    pub fn filled_in(&self, lang: Lang) -> impl Iterator<Item = Text> {
        let parts = [
            (!self.progress.is_empty()).then(|| text!("returned.progress", progress = begun(&self.progress, lang))),
            self.completed.map(|day| text!("returned.completed", day = day)),
            (!self.evidence.is_empty()).then(|| text!("returned.evidence", evidence = begun(&self.evidence, lang))),
        ];
        parts.into_iter().flatten()
    }
}

/// Shows a text, of a long one how it begins and how long it is.
fn begun(text: &str, lang: Lang) -> Cow<'_, str> {
    match text.char_indices().nth(SHOWN) {
        None => Cow::Borrowed(text),
        Some((end, _)) => {
            let count = text.chars().count();
            Cow::Owned(text!("returned.begun", beginning = &text[..end], count = count).show(lang))
        }
    }
}

/// Reads what came back and holds it against the register.
///
/// `counted` counts everything that the register has, in a language: that of a sheet may be another than the reader's. `entry` reads a finding of a record with its entries; `now` is the
/// moment at which nothing can have been completed later. An error means that the file is no ledger or cannot be read.
pub fn compare(
    bytes: &[u8],
    counted: impl Fn(Lang) -> Tally,
    now: DateTime<FixedOffset>,
    entry: impl Fn(&FindingId, &RecordId) -> Result<Entry>,
) -> Result<Returned> {
    let sheets = sheet::read(bytes)?;
    let mut returned = Returned::default();
    let mut seen: HashMap<String, Seen> = HashMap::new();
    for sheet in &sheets {
        for row in &sheet.rows {
            let content = content_of(sheet, row);
            let first = Seen { content, differs: false, taken: false };
            let seen = seen.entry(number_of(sheet, row)).or_insert(first);
            seen.differs |= seen.content != content;
        }
    }
    let spoken = Lang::ALL.into_iter().filter(|lang| sheets.iter().any(|sheet| sheet.lang == *lang));
    let tallies: Vec<Tally> = spoken.map(counted).collect();
    // The order of the findings is the same in every language.
    let positions: HashMap<&str, usize> = tallies.first().map_or_else(HashMap::new, |tally| {
        tally.findings.lines().enumerate().map(|(at, finding)| (finding.number, at)).collect()
    });
    for sheet in &sheets {
        let Some(tally) = tallies.iter().find(|tally| tally.language == sheet.lang) else { continue };
        let table = tables::ledger(tally, sheet.lang);
        columns(sheet, &mut returned.remarks);
        let mut repeated = 0;
        for row in &sheet.rows {
            let number = number_of(sheet, row);
            let seen = seen.get_mut(&number);
            let differs = seen.as_ref().is_some_and(|seen| seen.differs);
            let is_taken = seen.is_some_and(|seen| std::mem::replace(&mut seen.taken, true));
            let mut complain = |said| returned.remarks.push(remark(sheet, Some(row), Some("finding"), said, true));
            if number.is_empty() {
                complain(text!("returned.added"));
            } else if differs {
                complain(text!("returned.twice", finding = number));
            } else if is_taken {
                repeated += 1;
            } else if let Some(at) = positions.get(number.as_str()) {
                let finding = &tally.findings.at(*at);
                let record = &tally.records.at(finding.record as usize);
                let read = RowReader { sheet, row, current: &(table.row)(*at), finding, record, now };
                read.take(&entry, &mut returned)?;
            } else {
                complain(text!("returned.unknown", finding = number));
            }
        }
        if repeated > 0 {
            returned.remarks.push(remark(sheet, None, None, text!("returned.repeated", count = repeated), false));
        }
        missing(sheet, &mut returned.remarks);
    }
    Ok(returned)
}

/// The rows that are about one finding.
struct Seen {
    /// The digest of what the first of them says.
    content: blake3::Hash,
    /// Whether another one says something else.
    differs: bool,
    /// Whether one of them has been read.
    taken: bool,
}

/// Returns the digest of what a row says, wherever its columns stand.
fn content_of(sheet: &Sheet, row: &Row) -> blake3::Hash {
    let mut hasher = blake3::Hasher::new();
    for (name, ..) in LEDGER_COLUMNS {
        let shown = sheet.value(row, name).map(Cell::shown).unwrap_or_default();
        // So that what moves from a column to the next is seen.
        hasher.update(shown.as_bytes()).update(&[0]);
    }
    hasher.finalize()
}

/// Returns the number of the finding that a row is about, or an empty text.
fn number_of(sheet: &Sheet, row: &Row) -> String {
    sheet.value(row, "finding").map(Cell::shown).unwrap_or_default()
}

/// Points out columns that are missing, and those that are not read.
fn columns(sheet: &Sheet, remarks: &mut Vec<Remark>) {
    for (name, ..) in LEDGER_COLUMNS {
        if !sheet.columns.contains_key(name) {
            let heading = sheet.lang.t(&format!("report.column.{name}"));
            remarks.push(remark(sheet, None, None, text!("returned.no-column", heading = heading), true));
        }
    }
    for (column, heading) in &sheet.strangers {
        let mut remark = remark(sheet, None, None, text!("returned.new-column", heading = heading), false);
        remark.at.column = Some(letters(*column));
        remark.at.heading = Some(heading.clone());
        remarks.push(remark);
    }
}

/// Points out rows that were handed out and did not come back.
fn missing(sheet: &Sheet, remarks: &mut Vec<Remark>) {
    let mut back: BTreeMap<usize, BTreeSet<usize>> = BTreeMap::new();
    for (_, number, count) in sheet.rows.iter().filter_map(|row| check_of(sheet, row)) {
        back.entry(count).or_default().insert(number);
    }
    // A row whose check somebody altered is back all the same: its number says which it is.
    let altered = sheet.rows.iter().filter(|row| check_of(sheet, row).is_none());
    let numbers: Vec<usize> = altered.filter_map(|row| sheet.value(row, "number")?.shown().parse().ok()).collect();
    for back in back.values_mut() {
        back.extend(&numbers);
    }
    for (count, numbers) in back {
        let gone: Vec<String> =
            (1..=count).filter(|number| !numbers.contains(number)).map(|number| number.to_string()).collect();
        if !gone.is_empty() {
            let shown = listed(gone.iter().take(20));
            let said = text!("returned.missing", count = gone.len(), all = count, rows = shown);
            remarks.push(remark(sheet, None, Some("number"), said, true));
        }
    }
}

/// Reads the check of a row: the moment up to which the register went, the number of the row, and of how many.
fn check_of(sheet: &Sheet, row: &Row) -> Option<(DateTime<FixedOffset>, usize, usize)> {
    let shown = sheet.value(row, CHECK_COLUMN)?.shown();
    let (moment, place) = shown.split_once(' ')?;
    let (number, count) = place.split_once('/')?;
    // More rows than a sheet can have were never handed out.
    let count = count.parse().ok().filter(|count| *count <= 1_048_576)?;
    Some((DateTime::parse_from_rfc3339(moment).ok()?, number.parse().ok()?, count))
}

/// Makes a remark about a sheet, a row or a cell.
fn remark(sheet: &Sheet, row: Option<&Row>, column: Option<&str>, said: Text, doubtful: bool) -> Remark {
    let at = At {
        sheet: sheet.name.clone(),
        row: row.map(|row| row.number),
        column: column.and_then(|column| sheet.columns.get(column)).map(|at| letters(*at)),
        heading: column.map(|column| sheet.lang.t(&format!("report.column.{column}")).into_owned()),
    };
    Remark { at, said, doubtful }
}

impl At {
    /// Shows the place as spreadsheets name cells.
    pub fn shown(&self, lang: Lang) -> String {
        let column = self.column.as_deref().unwrap_or_default();
        let cell = self.row.map_or_else(|| column.to_owned(), |row| format!("{column}{row}"));
        let place = if cell.is_empty() { self.sheet.clone() } else { format!("{}!{cell}", self.sheet) };
        match &self.heading {
            Some(heading) => text!("returned.at", place = place, heading = heading).show(lang),
            None => place,
        }
    }
}
