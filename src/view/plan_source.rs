//! The document of a plan, with the selected clause highlighted where it stands.

use std::ops::Range;

use ratatui::{buffer::Buffer, layout::Rect, text::Span};

use super::{
    Canvas,
    text::{put_line, visible, wrap},
};
use crate::plan::Clause;

/// Draws the lines around a clause, so that the clause begins in the upper third.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, lines: &[String], clause: Option<&Clause>) {
    /// How many lines of the document before the clause are laid out; one is a paragraph and mostly several rows.
    const BEFORE: usize = 12;
    let height = usize::from(area.height);
    let at = clause.map_or(0, |clause| clause.line.saturating_sub(1));
    let mut rows: Vec<Vec<Span<'static>>> = Vec::new();
    let mut first_marked = None;
    let mut passed = 0;
    for (number, line) in lines.iter().enumerate().skip(at.saturating_sub(BEFORE)) {
        let mut marked = 0..0;
        if let Some(clause) = clause.filter(|_| number >= at) {
            // A span counts on through the lines that were joined.
            let length = line.chars().count();
            let local = |place: usize| place.saturating_sub(passed).min(length);
            marked = local(clause.span.0)..local(clause.span.1);
            passed += length;
        }
        if !marked.is_empty() && first_marked.is_none() {
            first_marked = Some(rows.len());
        }
        let wide = usize::from(area.width.saturating_sub(6));
        let found = line_rows(canvas, number + 1, line, marked.clone(), wide);
        let start = rows.len();
        rows.extend(found);
        if let Some(first) = first_marked.as_mut().filter(|first| **first == start) {
            *first += rows[start..].iter().position(|row| is_marked(canvas, row)).unwrap_or(0);
        }
        if rows.len() > first_marked.unwrap_or(0) + height && number > at {
            break;
        }
    }
    let first = first_marked.unwrap_or(0).saturating_sub(height / 3).min(rows.len().saturating_sub(height));
    for (spans, y) in rows.iter().skip(first).zip(area.top()..area.bottom()) {
        put_line(buffer, area.x, y, area.width, spans);
    }
}

fn is_marked(canvas: &Canvas<'_>, row: &[Span<'_>]) -> bool {
    row.iter().any(|span| span.style == canvas.theme.selected)
}

/// Wraps one line of the document, with its number before the first row and a range of its characters highlighted.
fn line_rows(
    canvas: &Canvas<'_>,
    number: usize,
    line: &str,
    marked: Range<usize>,
    room: usize,
) -> Vec<Vec<Span<'static>>> {
    let byte = |place: usize| line.char_indices().nth(place).map_or(line.len(), |(byte, _)| byte);
    // What is shown of a beginning is the beginning of what is shown, so places can be found again.
    let shown_at = |place: usize| visible(&line[..byte(place)]).len();
    let (from, to) = (shown_at(marked.start), shown_at(marked.end));
    let shown = visible(line);
    let mut rows = Vec::new();
    for (at, row) in wrap(&shown, room.max(2)).into_iter().enumerate() {
        let start = row.as_ptr() as usize - shown.as_ptr() as usize;
        let local = |place: usize| place.saturating_sub(start).min(row.len());
        let (begin, end) = (local(from), local(to));
        let label = if at == 0 { format!("{number:>4}  ") } else { " ".repeat(6) };
        rows.push(vec![
            Span::styled(label, canvas.theme.dim),
            Span::raw(row[..begin].to_owned()),
            Span::styled(row[begin..end].to_owned(), canvas.theme.selected),
            Span::raw(row[end..].to_owned()),
        ]);
        if begin == end {
            // An empty highlight would count as one when the first highlighted row is looked for.
            rows[at].remove(2);
        }
    }
    rows
}
