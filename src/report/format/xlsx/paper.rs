//! How a sheet comes out on paper: rows as high as what they hold, and letters that stay readable.
//!
//! Excel makes a row as high as its texts when it opens a file; other programs leave it at one line, with its texts written
//! over those of its neighbours. Widths are in Latin letters of the usual size ([`halves`]).

use rust_xlsxwriter::{Worksheet, XlsxError};

use crate::report::halves;

/// The height of a line, and the greatest that a row may have, in points.
const LINE: usize = 15;
const HIGHEST: usize = 409;

/// How many characters go across A4 in landscape, and how many where they are made as small as can still be read.
pub const ACROSS: usize = 141 * 100 / 55;

/// Returns how wide a column has to be for the longest word of a heading in bold letters; Chinese breaks anywhere.
pub fn longest_word(heading: &str) -> usize {
    let words = heading.split(|letter: char| !letter.is_ascii_alphanumeric()).map(str::len);
    words.max().unwrap_or_default() + 1
}

/// Counts the lines that a text takes in a column.
pub fn lines(text: &str, column: usize) -> usize {
    // No letter is wider than it has bytes.
    if text.len() <= column && !text.contains('\n') {
        return 1;
    }
    text.lines().map(|line| halves::of(line).div_ceil(column.max(2)).max(1)).sum::<usize>().max(1)
}

/// Returns the height of a row with so many lines, in points; nothing where it is that of every row.
pub fn height(lines: usize) -> Option<usize> {
    (lines > 1).then(|| (lines * LINE).min(HIGHEST))
}

/// Says how many pages the columns take side by side. The first ones, which name a row, are on each.
fn pages_across(widths: &[usize], naming: usize) -> usize {
    let (naming, others) = widths.split_at(naming.min(widths.len()));
    let free = ACROSS.saturating_sub(naming.iter().sum()).max(1);
    others.iter().sum::<usize>().div_ceil(free).max(1)
}

/// Sets up how a sheet is printed whose columns have the given widths: on A4 in landscape, as few pages across as can still
/// be read, with the headings and the first columns, which name a row, on each.
pub fn set_up(sheet: &mut Worksheet, headings: u32, widths: &[usize], naming: usize) -> Result<(), XlsxError> {
    // More pages than a workbook has columns cannot be needed.
    let across = u16::try_from(pages_across(widths, naming)).unwrap_or(u16::MAX);
    sheet.set_landscape().set_paper_size(9).set_print_fit_to_pages(across, 0).set_repeat_rows(headings, headings)?;
    if across > 1 {
        sheet.set_repeat_columns(0, super::col(naming) - 1)?;
    }
    sheet.set_footer("&C&P / &N");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_takes_the_lines_that_its_column_leaves_it() {
        let cases = [
            ("", 10, 1),
            ("0123456789", 10, 1),
            ("01234567890", 10, 2),
            ("检查项目内", 10, 1),
            ("检查项目内容", 10, 2),
            ("检查\n项目", 10, 2),
            ("检查\n\n项目", 10, 3),
            ("检", 0, 1),
        ];
        for (text, width, expected) in cases {
            assert_eq!(lines(text, width), expected, "{text:?} in {width}");
        }
    }

    #[test]
    fn no_word_of_a_heading_is_broken() {
        for (heading, expected) in
            [("检查户次", 1), ("On-time correction rate", 11), ("Re-inspections", 12), ("得分 rate", 5)]
        {
            assert_eq!(longest_word(heading), expected, "{heading}");
        }
    }

    #[test]
    fn a_row_is_higher_only_where_it_has_to_be() {
        assert_eq!([0, 1, 2, 3, 100].map(height), [None, None, Some(30), Some(45), Some(409)]);
    }

    #[test]
    fn wide_tables_take_more_pages_across() {
        for (widths, expected) in
            [(vec![], 1), (vec![500], 1), (vec![10, 20, 226], 1), (vec![10, 20, 227], 2), (vec![10, 20, 452], 2)]
        {
            assert_eq!(pages_across(&widths, 2), expected, "{widths:?}");
        }
    }
}
