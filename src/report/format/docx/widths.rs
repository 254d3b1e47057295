//! How wide the columns of a table are, in twips: what is read as one stays in one line, and words get the rest.

use super::body::CELL_MARGIN;
use crate::report::document::{Cell, Sort, Table};

/// How many rows are measured; a long table goes on as it began.
const MEASURED: usize = 1_000;

/// The most characters of Chinese that are kept in one line: a state, a district, a name.
const SHORT: u32 = 6;

/// The most ASCII characters that are kept in one line: the number of a finding.
const CODE: u32 = 20;

/// The ASCII characters that a part of a code has at most where room is short, and that a heading has at least.
const PART: u32 = 9;
const HEADING: u32 = 3;

/// The most characters of Chinese that a column is given room for at once.
const LONG: u32 = 60;

/// How many steps lie between what a column cannot do without and all that it has use for.
const STEPS: usize = 4;

/// What the text of a column needs, in twips.
#[derive(Clone, Copy)]
struct Need {
    /// The width of each step, none narrower than the one before: numbers and days in one line, and two characters or the
    /// part of a code of everything else; prose at half the width that the column was made for; words of headings; short
    /// words and codes in one line.
    steps: [u32; STEPS],
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

    /// Returns the widths of the longest code in a text, broken at its marks and in one line; one that is too long for a
    /// line is broken at its marks in any case.
    fn codes(self, text: &str) -> [u32; 2] {
        let most = CODE * self.narrow;
        let broken = |code: &str| {
            let parts = code.split_inclusive(|mark: char| !mark.is_ascii_alphanumeric());
            parts.map(|part| self.measure(part)).max().unwrap_or(0).min(most)
        };
        let codes = text.split(|character: char| !character.is_ascii() || character == ' ');
        codes.fold([0; 2], |widest, code| {
            let (parts, whole) = (broken(code), self.measure(code));
            [widest[0].max(parts), widest[1].max(if whole <= most { whole } else { parts })]
        })
    }
}

/// Shares the room out among the columns of a table, whose type has a size in half points.
pub fn widths(table: &Table<'_>, room: u32, size: u32) -> Vec<u32> {
    let size = Type::of(size);
    let mut needs: Vec<Need> = table
        .columns
        .iter()
        .map(|column| {
            // A heading stands at least two characters to a line, never upright; it is bold, and its words wider for it.
            let wide = column.title.chars().filter(|character| !character.is_ascii());
            let two: u32 = wide.take(2).map(|_| size.wide).sum();
            let words = size.codes(&column.title)[1] * 9 / 8;
            let [least, all] = [two.max(words.min(HEADING * size.narrow)), two.max(words)];
            let [least, all] = [least, all].map(|width| width + 2 * CELL_MARGIN);
            Need { steps: [least, least, all, all], whole: all, weight: u32::from(column.width) }
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
        let [broken, code] = if sort == Sort::Text { size.codes(&text) } else { [whole; 2] };
        let first =
            if sort == Sort::Text { whole.min(2 * size.wide).max(broken.min(PART * size.narrow)) } else { whole };
        let is_short = whole <= SHORT * size.wide;
        let prose = if is_short { 0 } else { whole.min(self.weight * size.wide / 2) };
        let unbroken = if is_short { whole } else { 0 };
        let mut least = 0;
        for (step, width) in self.steps.iter_mut().zip([first, prose, broken, code.max(unbroken)]) {
            least = (*step).max(width + 2 * CELL_MARGIN).max(least);
            *step = least;
        }
        self.whole = self.whole.max(whole.min(LONG * size.wide) + 2 * CELL_MARGIN).max(least);
    }
}

/// Shares the room out among needs: step by step as far as it goes, and then by their weights.
fn share(needs: &[Need], room: u32) -> Vec<u32> {
    let mut widths = vec![0; needs.len()];
    for step in 0..STEPS {
        let wanted: u32 = needs.iter().map(|need| need.steps[step]).sum();
        if wanted > room {
            let given: u32 = widths.iter().sum();
            let missing =
                |(need, width): (&Need, &u32)| width + part(room - given, need.steps[step] - width, wanted - given);
            return needs.iter().zip(&widths).map(missing).collect();
        }
        widths = needs.iter().map(|need| need.steps[step]).collect();
    }
    let mut left = room - widths.iter().sum::<u32>();
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
    fn what_was_found_has_room_in_a_ledger_of_many_columns() {
        let long = "检查时未见登记本，询问后补交两份，内容与现场不一致。";
        let longest = "长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长长";
        assert!(longest.chars().count() >= LONG as usize);
        for unit in ["云澜市第一人民医院东院区", longest] {
            let table = table(&[
                ("number", 3, Sort::Count, "117"),
                ("finding", 8, Sort::Text, "2026-XXXXXXXX-01"),
                ("date", 5, Sort::Date, "2026-04-01"),
                ("unit", 12, Sort::Text, unit),
                ("topic", 6, Sort::Text, "医疗服务质量"),
                ("description", 20, Sort::Text, long),
                ("severity", 4, Sort::Text, "严重"),
                ("responsible", 6, Sort::Text, "李某"),
                ("due", 5, Sort::Date, "2026-04-01"),
                ("progress", 12, Sort::Text, "按规范立即整改"),
                ("state", 5, Sort::Text, "待整改"),
                ("completed", 5, Sort::Date, "2026-04-01"),
                ("closed", 5, Sort::Date, "2026-04-01"),
            ]);
            let size = Type::of(18);
            let found = widths(&table, 12_756, 18);
            assert!(found[5] >= 8 * size.wide, "{found:?}");
            for at in [2, 8, 11, 12] {
                assert!(
                    found[at] >= size.measure("2026-04-01") + 2 * CELL_MARGIN,
                    "a day stays in one line: {found:?}"
                );
            }
            assert!(found.iter().all(|width| *width >= 2 * size.wide), "nothing stands upright: {found:?}");
        }
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
