//! The headings of a register: where they stand, how many rows they take, and what each was taken for.

use std::collections::HashMap;

use super::words::{Column, heading};
use crate::{
    error::{Error, Result},
    i18n::listed,
    table::{Cell, Merged, Row, Table},
    text,
};

/// How far down the headings are looked for: titles and notes stand above them.
const HEADINGS_WITHIN: usize = 15;

/// How many rows headings take at most; what is merged over more of them is no heading.
const HEADING_ROWS: usize = 5;

/// With what the parts of a heading are joined that stands in several rows.
const JOINER: &str = "/";

/// What stands in the cells of merged ranges, by row and column, without the first of each.
pub(super) type Fill = HashMap<(usize, usize), Cell>;

/// What a heading was taken for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mapped {
    /// The heading as it stands in the file; one in several rows from the top, such as `联系/电话`.
    pub heading: String,
    /// Its column; none where it is left out.
    pub column: Option<Column>,
    /// Whether it was named by hand.
    pub given: bool,
}

/// Finds the headings; returns the position of the first row below them, and what each of them is.
pub(super) fn find_headings(table: &Table, fill: &Fill, given: &[(Column, String)]) -> Result<(usize, Vec<Mapped>)> {
    let candidates = (0..table.rows.len().min(HEADINGS_WITHIN)).map(|first| {
        let below = below(table, first);
        (first, below, map(&joined(&table.rows[first..below], fill), given))
    });
    let known = |mapping: &[Mapped]| mapping.iter().filter(|mapped| mapped.column.is_some()).count();
    let has_name = |mapping: &[Mapped]| mapping.iter().any(|mapped| mapped.column == Some(Column::Name));
    // Where the column of the names was named by hand and is nowhere, the heading that was typed is what is wrong.
    let by_hand = given.iter().any(|(column, _)| *column == Column::Name);
    let best = candidates.max_by_key(|(first, _, mapping)| (has_name(mapping), known(mapping), usize::MAX - first));
    let best = best.filter(|(.., mapping)| by_hand || has_name(mapping));
    let (first, below, mapping) = best.ok_or_else(|| {
        let shown = table.rows.first().map(|row| listed(row.cells.iter().map(Cell::shown)));
        Error::input(text!("facility-import.no-name", headings = shown.unwrap_or_default()))
            .hint(text!("facility-import.no-name.hint"))
            .at_row("", table.rows.first().map_or(1, |row| row.number), None)
    })?;
    let row = table.rows[first].number;
    for (column, wanted) in given {
        if !mapping.iter().any(|mapped| mapped.given && mapped.column == Some(*column)) {
            let known: Vec<_> = mapping.iter().map(|mapped| mapped.heading.as_str()).collect();
            return Err(Error::input(text!("facility-import.no-heading", heading = wanted))
                .hint(text!("facility-import.no-heading.hint", known = listed(known)))
                .at_row("", row, None));
        }
    }
    refuse_twins(row, &mapping)?;
    Ok((below, mapping))
}

/// Returns the position of the first row below headings that begin in a row: they go as far down as their merged cells, and
/// a row of headings that are all below cells merged side by side belongs to them.
fn below(table: &Table, first: usize) -> usize {
    let says = |row: &Row| row.cells.iter().filter(|cell| **cell != Cell::Empty).count();
    let mut below = first + 1;
    // A title over the whole width is a row of its own.
    if says(&table.rows[first]) < 2 {
        return below;
    }
    while let Some(next) = table.rows.get(below).filter(|_| below - first < HEADING_ROWS) {
        let last = table.rows[below - 1].number;
        let reaches = |merged: &&Merged| merged.rows.0 >= table.rows[first].number && merged.rows.0 <= last;
        let goes_down = |merged: &Merged| merged.rows.1 >= next.number;
        let is_wide = |merged: &Merged| merged.rows.1 == last && merged.columns.0 < merged.columns.1;
        let mut merges = table.merged.iter().filter(reaches);
        let covered = |column: usize| {
            let spans = |merged: &Merged| (merged.columns.0..=merged.columns.1).contains(&column);
            table.merged.iter().filter(reaches).any(|merged| is_wide(merged) && spans(merged))
        };
        let mut filled = (0..next.cells.len()).filter(|&column| *next.cell(column) != Cell::Empty);
        let says_headings = next.cells.iter().any(|cell| Column::named(&cell.shown()).is_some());
        let goes_on = merges.any(goes_down) || says_headings && filled.all(covered);
        if !goes_on {
            break;
        }
        below += 1;
    }
    below
}

/// Puts the headings of each column together, from the top; a column where nothing stands of its own has none.
fn joined(rows: &[Row], fill: &Fill) -> Vec<Vec<String>> {
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or(0);
    let parts = |column: usize| {
        if rows.iter().all(|row| *row.cell(column) == Cell::Empty) {
            return Vec::new();
        }
        let part = |row: &Row| match row.cell(column) {
            Cell::Empty => fill.get(&(row.number, column)).map_or_else(String::new, Cell::shown),
            own => own.shown(),
        };
        let mut parts: Vec<_> = rows.iter().map(part).filter(|part| !part.is_empty()).collect();
        parts.dedup();
        parts
    };
    (0..width).map(parts).collect()
}

/// Says what each heading is: what was named by hand first, then the surest guess for each column.
fn map(headings: &[Vec<String>], given: &[(Column, String)]) -> Vec<Mapped> {
    let named = |parts: &[String]| {
        let fits = |wanted: &str| {
            let is = |shown: &String| heading(shown) == heading(wanted);
            parts.last().is_some_and(is) || is(&parts.join(JOINER))
        };
        given.iter().find(|(_, wanted)| fits(wanted)).map(|(column, _)| *column)
    };
    let mut best: HashMap<Column, (usize, usize)> = HashMap::new();
    for (at, parts) in headings.iter().enumerate().filter(|(_, parts)| named(parts).is_none()) {
        // 风险 above 等级 is another column than 等级 alone; a word that is only somewhere above says nothing.
        let whole = (parts.len() > 1).then(|| Column::named(&parts.concat())).flatten();
        if let Some((column, rank)) = whole.map(|column| (column, 0)).or_else(|| Column::guess(parts.last()?)) {
            let known = best.entry(column).or_insert((rank, at));
            *known = (*known).min((rank, at));
        }
    }
    let mapped = |(at, parts): (usize, &Vec<String>)| {
        let by_hand = named(parts);
        let taken = |column: Column| given.iter().any(|(known, _)| *known == column);
        let guessed =
            best.iter().find(|(column, (_, best))| *best == at && !taken(**column)).map(|(column, _)| *column);
        Mapped { heading: parts.join(JOINER), column: by_hand.or(guessed), given: by_hand.is_some() }
    };
    headings.iter().enumerate().map(mapped).collect()
}

/// Refuses a heading that stands twice, where it matters which of the columns is meant.
fn refuse_twins(row: usize, mapping: &[Mapped]) -> Result<()> {
    for (at, mapped) in mapping.iter().enumerate().filter(|(_, mapped)| mapped.column.is_some()) {
        let twin = mapping
            .iter()
            .enumerate()
            .find(|(other, twin)| *other != at && heading(&twin.heading) == heading(&mapped.heading));
        if let Some((other, _)) = twin {
            let (first, second) = (at.min(other) + 1, at.max(other) + 1);
            let message = text!("facility-import.twins", heading = mapped.heading, first = first, second = second);
            return Err(Error::input(message).hint(text!("facility-import.twins.hint")).at_row("", row, Some(second)));
        }
    }
    Ok(())
}
