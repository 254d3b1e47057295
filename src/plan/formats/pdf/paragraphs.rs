//! Pieces of text on pages → lines → paragraphs, by where they stand.

use super::{
    page::{Page, Piece},
    tables,
};
use crate::plan::markers;

/// A line of a page.
#[derive(Clone, Debug)]
pub(super) struct Line {
    pub(super) text: String,
    pub(super) left: f32,
    pub(super) right: f32,
    pub(super) size: f32,
    /// Whether it is a row of a ruled table, which no other line joins.
    pub(super) in_table: bool,
}

/// Gives the paragraphs of a document, a line each.
pub(super) fn of(pages: Vec<Page>) -> Vec<String> {
    let mut pages: Vec<Vec<Line>> = pages.into_iter().map(all_lines).collect();
    drop_running(&mut pages);
    drop_repeated_heads(&mut pages);
    let margins = [Margins::of(pages.iter().step_by(2)), Margins::of(pages.iter().skip(1).step_by(2))];
    let placed =
        pages.into_iter().enumerate().flat_map(|(page, lines)| lines.into_iter().map(move |line| (line, page % 2)));
    let placed: Vec<(Line, Margins)> = placed.map(|(line, side)| (line, margins[side])).collect();
    let indented = placed.iter().filter(|(line, margins)| margins.indents(line)).count();
    // Where paragraphs begin further in, that says more than how a line ends.
    let has_indents = indented * 20 >= placed.len() && indented > 1;
    let mut paragraphs: Vec<String> = Vec::new();
    let mut before: Option<(Line, Margins)> = None;
    for (line, margins) in placed {
        let joins = before.as_ref().is_some_and(|(before, theirs)| {
            let ended = !has_indents && before.text.ends_with(['。', '！', '？', '：', ':', '!', '?']);
            let like = (before.size - line.size).abs() <= 0.15 * before.size.max(line.size);
            like && !ended
                && theirs.fills(before)
                && !margins.indents(&line)
                && (has_indents || !is_marked(&line.text))
                && ![before, &line].iter().any(|line| line.in_table || line.text.contains('\t'))
        });
        match paragraphs.last_mut().filter(|_| joins) {
            Some(paragraph) => add(paragraph, &line.text),
            None => paragraphs.push(line.text.clone()),
        }
        before = Some((line, margins));
    }
    paragraphs
}

/// Adds the next line of a paragraph.
fn add(paragraph: &mut String, line: &str) {
    let latin = |char: Option<char>| char.is_some_and(|char| char.is_ascii_alphanumeric());
    if latin(paragraph.chars().last())
        && latin(line.chars().next())
        && !line.starts_with(|char: char| char.is_ascii_digit())
    {
        paragraph.push(' ');
    }
    paragraph.push_str(line);
}

/// Puts lines into one paragraph.
pub(super) fn joined(lines: Vec<(f32, Line)>) -> String {
    lines.into_iter().fold(String::new(), |mut paragraph, (_, line)| {
        add(&mut paragraph, &line.text);
        paragraph
    })
}

/// Gives the lines of a page from the top down, the rows of ruled tables among them.
fn all_lines(mut page: Page) -> Vec<Line> {
    let rows = tables::take(&mut page);
    let mut found = lines(page.pieces);
    found.extend(rows);
    found.sort_by(|(one, _), (other, _)| other.total_cmp(one));
    found.into_iter().map(|(_, line)| line).collect()
}

/// Takes off the head of a table that is printed anew on the pages it goes on to.
fn drop_repeated_heads(pages: &mut [Vec<Line>]) {
    let mut head: Option<String> = None;
    for page in pages {
        let first_is_row = page.first().is_some_and(|line| line.in_table);
        if first_is_row && head.is_some() && page.first().map(|line| &line.text) == head.as_ref() {
            page.remove(0);
        }
        // The table at the end of the page, where it is one, may go on; its head is known if it goes on itself.
        let in_last = page.iter().rev().take_while(|line| line.in_table).count();
        if in_last == 0 {
            head = None;
        } else if in_last < page.len() || head.is_none() {
            head = page.get(page.len() - in_last).map(|line| line.text.clone());
        }
    }
}

fn is_marked(text: &str) -> bool {
    const HEAD: usize = 20;
    let form = |char: char| match char {
        '\u{ff01}'..='\u{ff5e}' => char::from_u32(char as u32 - 0xfee0).unwrap_or(char),
        other => other,
    };
    markers::at_start(&text.chars().filter(|char| !char.is_whitespace()).take(HEAD).map(form).collect::<Vec<_>>())
        .is_some()
}

/// Puts pieces into lines, from the top down, each with where it stands.
pub(super) fn lines(mut pieces: Vec<Piece>) -> Vec<(f32, Line)> {
    // Sorting keeps the order of what stands in the same place.
    pieces.sort_by(|one, other| other.base.total_cmp(&one.base));
    let mut rows: Vec<Vec<Piece>> = Vec::new();
    for piece in pieces {
        let same = |row: &&mut Vec<Piece>| {
            row.first().is_some_and(|first| (first.base - piece.base).abs() < 0.4 * first.size.max(piece.size))
        };
        match rows.last_mut().filter(same) {
            Some(row) => row.push(piece),
            None => rows.push(vec![piece]),
        }
    }
    rows.into_iter().filter_map(|row| Some((row.first()?.base, line(row)?))).collect()
}

/// Puts the pieces of a line beside each other, with what the gaps between them mean.
fn line(mut pieces: Vec<Piece>) -> Option<Line> {
    /// Wider than this, in the size of the font, is the gap between two columns.
    const COLUMN: f32 = 2.0;
    const SPACE: f32 = 0.2;
    pieces.sort_by(|one, other| one.left.total_cmp(&other.left));
    let mut text = String::new();
    let mut before: Option<&Piece> = None;
    for piece in &pieces {
        if let Some(before) = before {
            // Some programs print a text twice, a little beside, to make it bold.
            if before.text == piece.text && (before.left - piece.left).abs() < 0.3 * piece.size {
                continue;
            }
            let gap = (piece.left - before.right) / piece.size.max(1.0);
            let latin = |char: Option<char>| char.is_some_and(|char| char.is_ascii());
            if gap > COLUMN && !text.trim().is_empty() && !piece.text.trim().is_empty() {
                text.push('\t');
            } else if gap > SPACE && latin(text.chars().last()) && latin(piece.text.chars().next()) {
                text.push(' ');
            }
        }
        text.push_str(&piece.text.replace(|char: char| char.is_control(), " "));
        before = Some(piece);
    }
    let shown: Vec<&Piece> = pieces.iter().filter(|piece| !piece.text.trim().is_empty()).collect();
    let size = shown.iter().map(|piece| piece.size).fold(0.0, f32::max);
    let left = shown.first()?.left;
    let right = shown.iter().map(|piece| piece.right).fold(left, f32::max);
    // Spaces that were typed to move a line in are part of its place, not of its text.
    let typed = pieces[0].text.chars().chain("文".chars()).take_while(|char| char.is_whitespace());
    let typed: f32 = typed.map(|char| if char == '\u{3000}' { size } else { size / 2.0 }).sum();
    let left = if pieces[0].text.trim().is_empty() { left } else { left + typed };
    Some(Line { text: text.trim().to_owned(), left, right, size, in_table: false })
}

/// Takes off page numbers, and heads and feet that stand on most pages.
fn drop_running(pages: &mut [Vec<Line>]) {
    const FEWEST: usize = 3;
    let plain = |line: &Line| {
        line.text.chars().filter(|char| !char.is_whitespace() && !char.is_ascii_digit()).collect::<String>()
    };
    for at_end in [false, true] {
        let edge = |page: &[Line]| if at_end { page.last().cloned() } else { page.first().cloned() };
        let edges: Vec<Option<String>> = pages.iter().map(|page| edge(page).as_ref().map(plain)).collect();
        for page in pages.iter_mut() {
            let Some(line) = edge(page).filter(|line| !line.in_table) else { continue };
            let text = plain(&line);
            let number: String = text.chars().filter(|char| !"-—–－－·.第页共/ ".contains(*char)).collect();
            let has_number = line.text.chars().any(|char| char.is_ascii_digit());
            let count = edges.iter().flatten().filter(|other| **other == text).count();
            let running = pages_share(count, edges.len(), FEWEST) && !text.is_empty();
            if (number.is_empty() && has_number && line.text.chars().count() < 16) || running {
                if at_end {
                    page.pop();
                } else {
                    page.remove(0);
                }
            }
        }
    }
}

fn pages_share(count: usize, pages: usize, fewest: usize) -> bool {
    count >= fewest && count * 2 > pages
}

/// Where the lines of a page begin and end.
#[derive(Clone, Copy)]
struct Margins {
    left: f32,
    right: f32,
}

impl Margins {
    fn of<'p>(pages: impl Iterator<Item = &'p Vec<Line>>) -> Self {
        const LONG: usize = 8;
        let long: Vec<&Line> =
            pages.flatten().filter(|line| !line.in_table && line.text.chars().count() >= LONG).collect();
        let mut right: Vec<f32> = long.iter().map(|line| line.right).collect();
        right.sort_by(f32::total_cmp);
        // A few lines run over the margin: a mark hangs, or widths are not known.
        let most = (right.len().saturating_sub(1) * 9).div_ceil(10);
        Self {
            left: long.iter().map(|line| line.left).fold(f32::MAX, f32::min),
            right: right.get(most).copied().unwrap_or(f32::MIN),
        }
    }

    fn indents(self, line: &Line) -> bool {
        line.left - self.left > 1.2 * line.size
    }

    /// Says whether a line reaches the right margin, but for the mark or number that did not fit.
    fn fills(self, line: &Line) -> bool {
        self.right - line.right < 2.5 * line.size
    }
}
