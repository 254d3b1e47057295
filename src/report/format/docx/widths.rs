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

/// The step at which prose has half the width that its column was made for, and the one at which the words of headings stay
/// in one piece.
const PROSE: usize = 1;
const WORDS: usize = 2;

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

    /// Measures a text in bold letters.
    fn bold(self, text: &str) -> u32 {
        self.measure(text) * 9 / 8
    }

    /// Measures the longest word of a heading, which may be broken at its marks; Chinese has none.
    fn word(self, heading: &str) -> u32 {
        self.codes(heading)[0] * 9 / 8
    }

    /// Returns how high a line is.
    fn line(self) -> u32 {
        self.wide * 13 / 10
    }

    /// Returns the widths of the longest code in a text, broken and in one line; one that is too long for a line is broken in
    /// any case.
    fn codes(self, text: &str) -> [u32; 2] {
        let most = CODE * self.narrow;
        let codes = text.split(|character: char| !character.is_ascii() || character == ' ');
        codes.fold([0; 2], |widest, code| {
            let whole = self.measure(code);
            let broken = if whole <= most { self.in_two(code) } else { self.at_marks(code).min(most) };
            [widest[0].max(broken), widest[1].max(if whole <= most { whole } else { broken })]
        })
    }

    /// Measures a code that takes two lines, the first of which ends with a mark.
    fn in_two(self, code: &str) -> u32 {
        let ends = code.match_indices(is_mark).map(|(at, mark)| at + mark.len());
        let broken = ends.map(|at| self.measure(&code[..at]).max(self.measure(&code[at..])));
        broken.min().unwrap_or_else(|| self.measure(code))
    }

    /// Measures the longest part of a code that is broken at each of its marks.
    fn at_marks(self, code: &str) -> u32 {
        code.split_inclusive(is_mark).map(|part| self.measure(part)).max().unwrap_or(0)
    }
}

/// Says whether a line may end with a character of a code.
fn is_mark(character: char) -> bool {
    !character.is_ascii_alphanumeric()
}

/// How the columns of a table lie, in twips.
pub struct Columns {
    /// How wide they are.
    pub widths: Vec<u32>,
    /// Which headings are turned, so that no word of them is torn apart.
    pub turned: Vec<bool>,
    /// How high the row of the headings is where some are turned, which no program works out by itself.
    pub height: Option<u32>,
}

/// Shares the room out among the columns of a table, whose type has a size in half points.
pub fn lay(table: &Table<'_>, room: u32, size: u32) -> Columns {
    let size = Type::of(size);
    let lacks = |needs: &[Need], step: usize| needs.iter().map(|need| need.steps[step]).sum::<u32>() > room;
    let mut needed = needs(table, size, Squeeze::default());
    if lacks(&needed, WORDS) {
        needed = needs(table, size, Squeeze { turns: true, ..Squeeze::default() });
    }
    if lacks(&needed, PROSE) {
        needed = needs(table, size, Squeeze { turns: true, breaks_days: true });
    }
    let widths = share(&needed, room);
    let columns = || table.columns.iter().zip(&widths);
    let turned =
        columns().map(|(column, width)| size.word(&column.title) + 2 * CELL_MARGIN > *width).collect::<Vec<_>>();
    let heights = columns().zip(&turned).filter(|(_, turned)| **turned).map(|((column, width), _)| {
        let whole = size.bold(&column.title);
        let has_lines = width.saturating_sub(2 * CELL_MARGIN) >= 2 * size.line();
        2 * CELL_MARGIN + if has_lines { size.word(&column.title).max(whole * 3 / 5) } else { whole }
    });
    let height = heights.max();
    Columns { widths, turned, height }
}

/// What is done where the columns of a table do not go beside each other.
#[derive(Clone, Copy, Default)]
struct Squeeze {
    /// The headings of numbers are turned.
    turns: bool,
    /// Days take two lines, so that what was found does not stand in a column of a few letters.
    breaks_days: bool,
}

/// Says what the columns of a table need.
fn needs(table: &Table<'_>, size: Type, squeeze: Squeeze) -> Vec<Need> {
    let mut needs: Vec<Need> = table
        .columns
        .iter()
        .map(|column| {
            // A heading stands at least two characters to a line, never upright; it is bold, and its words wider for it.
            let wide = column.title.chars().filter(|character| !character.is_ascii());
            let two: u32 = wide.take(2).map(|_| size.wide).sum();
            let words = size.codes(&column.title)[1] * 9 / 8;
            let words = if squeeze.turns && column.sort != Sort::Text { words.min(size.line()) } else { words };
            let [least, all] = [two.max(words.min(HEADING * size.narrow)), two.max(words)];
            let [least, all] = [least, all].map(|width| width + 2 * CELL_MARGIN);
            Need { steps: [least, least, all, all], whole: all, weight: u32::from(column.width) }
        })
        .collect();
    for row in table.rows().take(MEASURED) {
        for ((need, cell), column) in needs.iter_mut().zip(&row.cells).zip(&table.columns) {
            let breaks = column.sort == Sort::Text || (column.sort == Sort::Date && squeeze.breaks_days);
            need.take(cell, breaks, size);
        }
    }
    needs
}

impl Need {
    /// Minds what stands in a cell; `breaks` says whether it may take several lines.
    fn take(&mut self, cell: &Cell<'_>, breaks: bool, size: Type) {
        let text = cell.show();
        if text.is_empty() {
            return;
        }
        let whole = size.measure(&text);
        let [broken, code] = if breaks { size.codes(&text) } else { [whole; 2] };
        let first = if breaks { whole.min(2 * size.wide).max(broken.min(PART * size.narrow)) } else { whole };
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
        let given: u32 = widths.iter().sum();
        let wanted: u32 = needs.iter().map(|need| need.steps[step]).sum();
        if wanted > room && step < WORDS {
            let missing =
                |(need, width): (&Need, &u32)| width + part(room - given, need.steps[step] - width, wanted - given);
            return needs.iter().zip(&widths).map(missing).collect();
        }
        // A part of what a word lacks is of no use to it: those that lack least get all of it.
        let mut left = room - given;
        let mut order: Vec<usize> = (0..needs.len()).collect();
        order.sort_by_key(|&at| needs[at].steps[step] - widths[at]);
        for at in order {
            let missing = needs[at].steps[step] - widths[at];
            if missing > left {
                break;
            }
            (widths[at], left) = (widths[at] + missing, left - missing);
        }
        if wanted > room {
            break;
        }
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
        let found = lay(&table, 12_756, SIZE).widths;
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
            let found = lay(&table, 12_756, 18).widths;
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
    fn days_take_two_lines_before_what_was_found_stands_in_a_few_letters() {
        let long = "检查时未见登记本，询问后补交两份，内容与现场不一致。";
        let cells = [
            ("number", 3, Sort::Count, "117"),
            ("finding", 8, Sort::Text, "2026-XXXXXXXX-01"),
            ("date", 5, Sort::Date, "2026-04-01"),
            ("unit", 12, Sort::Text, "云澜市第一人民医院东院区"),
            ("topic", 6, Sort::Text, "Pre-examination and triage"),
            ("description", 20, Sort::Text, long),
            ("severity", 4, Sort::Text, "Critical"),
            ("responsible", 6, Sort::Text, "张建国"),
            ("due", 5, Sort::Date, "2026-04-01"),
            ("progress", 12, Sort::Text, "按规范立即整改，指定专人负责"),
            ("state", 5, Sort::Text, "to recheck"),
            ("completed", 5, Sort::Date, "2026-04-01"),
            ("closed", 5, Sort::Date, "2026-04-01"),
        ];
        let columns = cells.iter().map(|(name, width, sort, _)| Column::new(Lang::En, name, *width, *sort)).collect();
        let row = move |_| Row { cells: cells.map(|(.., text)| Cell::text(text)).to_vec(), proof: Proof::None };
        let found = lay(&Table::new(Lang::En, "ledger", columns, 3, row), 12_756, 18).widths;
        let size = Type::of(18);
        assert!(found[5] >= 8 * size.wide, "{found:?}");
        for at in [2, 8, 11, 12] {
            assert!(found[at] >= size.measure("2026-") + 2 * CELL_MARGIN, "{found:?}");
        }
    }

    #[test]
    fn a_code_takes_two_lines_at_most() {
        let one = Type { narrow: 1, wide: 2 };
        let cases = [
            ("", [0, 0]),
            ("检查", [0, 0]),
            ("A1", [2, 2]),
            ("2026-XXXXXXXX-01", [11, 16]),
            ("见 2026-04-01。", [5, 10]),
            ("a-very-long-code-of-an-item/entrance", [8, 8]),
        ];
        for (text, expected) in cases {
            assert_eq!(one.codes(text), expected, "{text}");
        }
    }

    #[test]
    fn no_word_of_a_heading_is_torn_apart() {
        let headed = |lang, count| {
            let column = |at| Column::new(lang, if at == 0 { "unit" } else { "correction-rate" }, 4, Sort::Percent);
            let row = move |_| Row { cells: vec![Cell::Percent(100.0); count], proof: Proof::None };
            lay(&Table::new(lang, "units", (0..count).map(column).collect(), 3, row), 12_756, 18)
        };
        let few = headed(Lang::En, 6);
        assert_eq!((few.turned, few.height), (vec![false; 6], None));
        let many = headed(Lang::En, 20);
        assert!(many.turned[1..].iter().all(|turned| *turned), "{:?}", many.widths);
        let size = Type::of(18);
        assert!(many.height.is_some_and(|height| height > size.measure("Correction")), "{:?}", many.height);
        assert_eq!(headed(Lang::Zh, 20).height, None, "Chinese is broken anywhere");
    }

    #[test]
    fn columns_always_fit_the_page() {
        for room in [500, 3_000, 8_844, 12_756, 40_000] {
            let code = "a-very-long-code-of-an-item/entrance";
            let many: Vec<_> = (0..12).map(|_| ("finding", 8, Sort::Text, code)).collect();
            let found = lay(&table(&many), room, SIZE).widths;
            assert!(found.iter().sum::<u32>() <= room && found.iter().all(|width| *width > 0), "{room}: {found:?}");
        }
    }
}
