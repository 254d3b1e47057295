//! Ruled tables: from the lines on a page to the cells between them, and the text that stands in each.
//!
//! Only ruling says which lines of text are one cell: texts of several lines stand beside short ones that are set in the
//! middle of their row, so that nothing about the text alone would tell. What has no ruling stays as it stands.

use super::{
    super::rows::{self, Cell},
    page::{Page, Piece, turned},
    paragraphs::{Line, joined, lines},
};

/// Rules within this distance, in points, are one; borders are drawn as two edges, and corners rarely meet.
const NEAR: f32 = 2.5;

/// A page with more rules than this is a drawing.
const MOST_RULES: usize = 400;

/// A table with more squares than this is squared paper.
const MOST_SQUARES: usize = 5_000;

/// A cell with more characters than this is a frame around a page.
const LONGEST: usize = 1_000;

/// Takes the ruled tables out of a page: their rows as lines, with where each begins.
pub(super) fn take(page: &mut Page) -> Vec<(f32, Line)> {
    let turn = common_turn(&page.pieces);
    let (mut across, mut down) = (Vec::new(), Vec::new());
    for rule in &page.rules {
        let ((left, top), (right, bottom)) = (turned(turn, rule.from), turned(turn, rule.to));
        let (wide, high) = ((right - left).abs(), (bottom - top).abs());
        if high <= NEAR && wide > 2.0 * NEAR {
            across.push(Span { at: f32::midpoint(top, bottom), from: left.min(right), to: left.max(right) });
        } else if wide <= NEAR && high > 2.0 * NEAR {
            down.push(Span { at: f32::midpoint(left, right), from: top.min(bottom), to: top.max(bottom) });
        }
    }
    let (across, down) = (merged(across), merged(down));
    if across.len() + down.len() > MOST_RULES {
        return Vec::new();
    }
    let mut found = Vec::new();
    for (across, down) in connected(&across, &down) {
        if let Some(grid) = Grid::of(&across, &down) {
            found.extend(grid.rows(&mut page.pieces));
        }
    }
    found
}

/// Returns the direction in which most of the text of a page runs.
fn common_turn(pieces: &[Piece]) -> u8 {
    let count = |turn: &u8| pieces.iter().filter(|piece| piece.turn == *turn).count();
    (0..4).rev().max_by_key(count).unwrap_or(0)
}

/// A straight line along one direction: where it lies across it, and from where to where it runs.
#[derive(Clone, Copy, Debug)]
struct Span {
    at: f32,
    from: f32,
    to: f32,
}

impl Span {
    fn covers(self, from: f32, to: f32) -> bool {
        self.from <= from + NEAR && self.to >= to - NEAR
    }

    fn meets(self, other: Self) -> bool {
        let reaches = |one: Self, at: f32| one.from - NEAR <= at && at <= one.to + NEAR;
        reaches(self, other.at) && reaches(other, self.at)
    }
}

/// Joins pieces of one line, as the borders of neighbouring cells are.
fn merged(mut spans: Vec<Span>) -> Vec<Span> {
    spans.sort_by(|one, other| one.at.total_cmp(&other.at));
    let mut levels: Vec<Vec<Span>> = Vec::new();
    for span in spans {
        match levels.last_mut().filter(|level| span.at - level[0].at <= NEAR) {
            Some(level) => level.push(span),
            None => levels.push(vec![span]),
        }
    }
    let mut found = Vec::new();
    for mut level in levels {
        level.sort_by(|one, other| one.from.total_cmp(&other.from));
        let at = level[0].at;
        let mut open = level[0];
        for span in level {
            if span.from <= open.to + NEAR {
                open.to = open.to.max(span.to);
            } else {
                found.push(Span { at, ..open });
                open = span;
            }
        }
        found.push(Span { at, ..open });
    }
    found
}

/// Sorts lines into those that hang together: tables.
fn connected(across: &[Span], down: &[Span]) -> Vec<(Vec<Span>, Vec<Span>)> {
    let (mut across, mut down) = (across.to_vec(), down.to_vec());
    let mut found = Vec::new();
    while let Some(first) = across.pop() {
        let (mut rows, mut columns) = (vec![first], Vec::new());
        loop {
            let before = rows.len() + columns.len();
            move_meeting(&mut down, &mut columns, &rows);
            move_meeting(&mut across, &mut rows, &columns);
            if rows.len() + columns.len() == before {
                break;
            }
        }
        found.push((rows, columns));
    }
    found
}

/// Moves the lines that meet one of `others`.
fn move_meeting(from: &mut Vec<Span>, to: &mut Vec<Span>, others: &[Span]) {
    from.retain(|span| {
        let meets = others.iter().any(|other| span.meets(*other));
        if meets {
            to.push(*span);
        }
        !meets
    });
}

/// The squares between the lines of a table, joined to cells where no line stands between them.
struct Grid {
    /// Where the columns begin and end, from the left.
    columns: Vec<f32>,
    /// Where the rows begin and end, from the top.
    rows: Vec<f32>,
    /// The cell of each square, row by row: its top left square.
    cells: Vec<usize>,
}

impl Grid {
    /// Finds the cells; none where there are not two columns.
    fn of(across: &[Span], down: &[Span]) -> Option<Self> {
        let ends = across.iter().flat_map(|span| [span.from, span.to]);
        let outer = [ends.clone().fold(f32::MAX, f32::min), ends.fold(f32::MIN, f32::max)];
        let columns = places(down.iter().map(|span| span.at).chain(outer));
        let mut rows = places(across.iter().map(|span| span.at));
        rows.reverse();
        if columns.len() < 3 || rows.len() < 2 || columns.len() * rows.len() > MOST_SQUARES {
            return None;
        }
        let wide = columns.len() - 1;
        let mut cells: Vec<usize> = (0..wide * (rows.len() - 1)).collect();
        for square in 0..cells.len() {
            let (row, column) = (square / wide, square % wide);
            let (left, right, top, bottom) = (columns[column], columns[column + 1], rows[row], rows[row + 1]);
            let ruled = |spans: &[Span], at: f32, from: f32, to: f32| {
                spans.iter().any(|span| (span.at - at).abs() <= NEAR && span.covers(from, to))
            };
            if column > 0 && !ruled(down, left, bottom, top) {
                join(&mut cells, square - 1, square);
            }
            if row > 0 && !ruled(across, top, left, right) {
                join(&mut cells, square - wide, square);
            }
        }
        Some(Self { columns, rows, cells })
    }

    /// Finds the square of a place.
    fn square(&self, x: f32, y: f32) -> Option<usize> {
        let column = self.columns.partition_point(|&left| left <= x).checked_sub(1)?;
        let row = self.rows.partition_point(|&top| top >= y).checked_sub(1)?;
        let wide = self.columns.len() - 1;
        (column < wide && row < self.rows.len() - 1).then_some(row * wide + column)
    }

    /// Takes the pieces of text that stand in the table and puts them into rows.
    fn rows(&self, pieces: &mut Vec<Piece>) -> Vec<(f32, Line)> {
        let mut of_cells: Vec<Vec<Piece>> = vec![Vec::new(); self.cells.len()];
        let place = |piece: &Piece| self.square(f32::midpoint(piece.left, piece.right), piece.base + 0.3 * piece.size);
        for piece in pieces.iter() {
            if let Some(square) = place(piece) {
                of_cells[self.cells[square]].push(piece.clone());
            }
        }
        let size = of_cells.iter().flatten().map(|piece| piece.size).fold(0.0, f32::max);
        let texts: Vec<String> = of_cells.into_iter().map(|pieces| joined(lines(pieces))).collect();
        let filled = texts.iter().filter(|text| !text.is_empty()).count();
        if filled < 2 || texts.iter().any(|text| text.chars().count() > LONGEST) {
            return Vec::new();
        }
        pieces.retain(|piece| place(piece).is_none());
        let wide = self.columns.len() - 1;
        let (left, right) = (self.columns[0], self.columns[wide]);
        let mut found = Vec::new();
        for (row, squares) in self.cells.chunks(wide).enumerate() {
            let mut cells: Vec<Cell> = Vec::new();
            let mut before = None;
            for (column, &cell) in squares.iter().enumerate() {
                if let Some(open) = cells.last_mut().filter(|_| before == Some(cell)) {
                    open.covers += 1;
                } else {
                    // What reaches down from a row above is said there.
                    let begins = cell == row * wide + column && !texts[cell].is_empty();
                    let lines = if begins { vec![texts[cell].clone()] } else { Vec::new() };
                    cells.push(Cell { lines, covers: 0 });
                }
                before = Some(cell);
            }
            let lines = rows::lines(0, cells).into_iter();
            found.extend(lines.map(|text| (self.rows[row], Line { text, left, right, size, in_table: true })));
        }
        found
    }
}

/// Gives the places at which lines lie, each once, from the least on.
fn places(at: impl Iterator<Item = f32>) -> Vec<f32> {
    let mut places: Vec<f32> = at.collect();
    places.sort_by(f32::total_cmp);
    places.dedup_by(|next, before| *next - *before <= NEAR);
    places
}

/// Joins the cells of two squares; a cell goes by its top left square, which comes first.
fn join(cells: &mut [usize], one: usize, other: usize) {
    let (first, second) = (cells[one].min(cells[other]), cells[one].max(cells[other]));
    if first == second {
        return;
    }
    for cell in cells.iter_mut() {
        if *cell == second {
            *cell = first;
        }
    }
}
