//! How wide the columns of a table are, in twips: what is read as one stays in one line, and words get the rest.

use super::body::CELL_MARGIN;
use crate::report::document::{Cell, Sort, Table};

/// How many rows are measured; a long table goes on as it began.
const MEASURED: usize = 1_000;

/// The most characters of Chinese that are kept in one line: a state, a district, a name.
const SHORT: u32 = 6;

/// The most ASCII characters that are kept in one line: the number of a finding.
const CODE: u32 = 20;

/// The most characters of Chinese that a column is given room for at once.
const LONG: u32 = 60;

/// What the text of a column needs, in twips.
#[derive(Clone, Copy)]
struct Need {
    /// For numbers, days and codes.
    firm: u32,
    /// For short words too.
    least: u32,
    /// For the longest text in one line.
    whole: u32,
    /// Its share of what is left.
    weight: u32,
}

/// The widths of characters in type of a size, in twips.
#[derive(Clone, Copy)]
struct Type {
    /// A digit is half as wide as the type is high; of fonts that stand in for 宋体 up to two thirds.
    narrow: u32,
    wide: u32,
}

impl Type {
    /// Half points are ten twips.
    fn of(size: u32) -> Self {
        Self { narrow: size * 20 / 3, wide: size * 10 }
    }

    fn measure(self, text: &str) -> u32 {
        text.chars().map(|character| if character.is_ascii() { self.narrow } else { self.wide }).sum()
    }

    /// Returns the width of the longest code in a text; one that is too long for a line is broken at its marks.
    fn codes(self, text: &str) -> u32 {
        let most = CODE * self.narrow;
        let parts = |code: &str| {
            let parts = code.split(|mark: char| !mark.is_ascii_alphanumeric());
            parts.map(|part| self.measure(part)).max().unwrap_or(0).min(most)
        };
        let codes = text.split(|character: char| !character.is_ascii() || character == ' ');
        let widths =
            codes.map(|code| Some(self.measure(code)).filter(|width| *width <= most).unwrap_or_else(|| parts(code)));
        widths.max().unwrap_or(0)
    }
}

/// Shares the room out among the columns of a table, whose type has a size in half points.
pub fn widths(table: &Table<'_>, room: u32, size: u32) -> Vec<u32> {
    let size = Type::of(size);
    let mut needs: Vec<Need> = table
        .columns
        .iter()
        .map(|column| {
            // A heading stands at least two characters to a line, never upright.
            let wide = column.title.chars().filter(|character| !character.is_ascii());
            let two: u32 = wide.take(2).map(|_| size.wide).sum();
            let least = size.codes(&column.title).max(two) + 2 * CELL_MARGIN;
            Need { firm: least, least, whole: least, weight: u32::from(column.width) }
        })
        .collect();
    for row in table.rows().take(MEASURED) {
        for ((need, cell), column) in needs.iter_mut().zip(&row.cells).zip(&table.columns) {
            need.take(cell, column.sort, size);
        }
    }
    share(&needs, room)
}

impl Need {
    /// Minds what stands in a cell.
    fn take(&mut self, cell: &Cell<'_>, sort: Sort, size: Type) {
        let text = cell.show();
        if text.is_empty() {
            return;
        }
        let whole = size.measure(&text);
        let firm = if sort == Sort::Text { size.codes(&text) } else { whole };
        let unbroken = if whole <= SHORT * size.wide { whole } else { 0 };
        let with_margins = |width: u32| width + 2 * CELL_MARGIN;
        self.firm = self.firm.max(with_margins(firm));
        self.least = self.least.max(with_margins(firm.max(unbroken)));
        self.whole = self.whole.max(with_margins(whole.min(LONG * size.wide))).max(self.least);
    }
}

/// Shares the room out among needs.
fn share(needs: &[Need], room: u32) -> Vec<u32> {
    let sum = |of: fn(&Need) -> u32| needs.iter().map(of).sum::<u32>();
    let (firm, least) = (sum(|need| need.firm), sum(|need| need.least));
    if firm > room {
        return needs.iter().map(|need| part(room, need.firm, firm)).collect();
    }
    if least > room {
        let (given, wanted) = (room - firm, least - firm);
        return needs.iter().map(|need| need.firm + part(given, need.least - need.firm, wanted)).collect();
    }
    let mut widths: Vec<u32> = needs.iter().map(|need| need.least).collect();
    let mut left = room - least;
    // What one column has no use for goes to the others.
    loop {
        let open: Vec<usize> = (0..needs.len()).filter(|&at| widths[at] < needs[at].whole).collect();
        let weights: u32 = open.iter().map(|&at| needs[at].weight).sum();
        let before = left;
        for &at in &open {
            let given = part(before, needs[at].weight, weights).min(needs[at].whole - widths[at]).min(left);
            widths[at] += given;
            left -= given;
        }
        if left == before {
            break;
        }
    }
    let filled: u32 = widths.iter().sum();
    widths.iter().map(|width| width + part(left, *width, filled)).collect()
}

/// Returns the part of a room that belongs to a share of a whole.
fn part(room: u32, share: u32, whole: u32) -> u32 {
    u32::try_from(u64::from(room) * u64::from(share) / u64::from(whole.max(1))).unwrap_or(room)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        i18n::Lang,
        report::document::{Column, Proof, Row},
    };

    /// 五号.
    const SIZE: u32 = 21;

    fn table(columns: &[(&'static str, u16, Sort, &'static str)]) -> Table<'static> {
        let made = columns.iter().map(|(name, width, sort, _)| Column::new(Lang::Zh, name, *width, *sort)).collect();
        let cells: Vec<_> = columns.iter().map(|(.., text)| Cell::text(text)).collect();
        Table::new(Lang::Zh, "units", made, 3, move |_| Row { cells: cells.clone(), proof: Proof::None })
    }

    #[test]
    fn what_is_read_as_one_stays_in_one_line() {
        let long = "检查时未见登记本，询问后补交两份，内容与现场不一致。";
        let table = table(&[
            ("number", 3, Sort::Count, "12"),
            ("finding", 8, Sort::Text, "2026-XXXXXXXX-01"),
            ("description", 20, Sort::Text, long),
            ("severity", 1, Sort::Text, "严重"),
            ("due", 1, Sort::Date, "2026-04-01"),
            ("state", 1, Sort::Text, "待整改"),
            ("correction-rate", 1, Sort::Percent, "100.0%"),
            ("remark", 30, Sort::Text, ""),
        ]);
        let found = widths(&table, 12_756, SIZE);
        let size = Type::of(SIZE);
        for (at, text) in [(1, "2026-XXXXXXXX-01"), (3, "严重"), (4, "2026-04-01"), (5, "待整改"), (6, "100.0%")] {
            assert!(found[at] >= size.measure(text) + 2 * CELL_MARGIN, "{text}: {found:?}");
        }
        assert!(found[3] >= 2 * size.wide, "问题等级 does not stand upright: {found:?}");
        assert!(found[7] < found[2] / 4, "an empty column takes little: {found:?}");
        let sum: u32 = found.iter().sum();
        assert!((12_700..=12_756).contains(&sum), "{sum}");
    }

    #[test]
    fn columns_always_fit_the_page() {
        for room in [500, 3_000, 8_844, 12_756, 40_000] {
            let code = "a-very-long-code-of-an-item/entrance";
            let many: Vec<_> = (0..12).map(|_| ("finding", 8, Sort::Text, code)).collect();
            let found = widths(&table(&many), room, SIZE);
            assert!(found.iter().sum::<u32>() <= room && found.iter().all(|width| *width > 0), "{room}: {found:?}");
        }
    }
}
