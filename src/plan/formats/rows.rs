//! Rows of a table → lines, the cells between tabs.

/// A cell of a table.
#[derive(Default)]
pub(super) struct Cell {
    pub(super) lines: Vec<String>,
    /// Further columns that the cell covers.
    pub(super) covers: usize,
}

/// Puts the cells of a row into one line, empty ones too, so that a column is the same in every row.
///
/// A row that only holds text in place (one cell, or a page of text in one of several) gives the lines it holds.
pub(super) fn lines(before: usize, cells: Vec<Cell>) -> Vec<String> {
    /// No cell of a table of tasks says as much as this.
    const LONGEST: usize = 1_000;
    let is_frame = |cell: &Cell| {
        cell.lines.len() > 1 && cell.lines.iter().map(|line| line.chars().count()).sum::<usize>() > LONGEST
    };
    if cells.len() == 1 || cells.iter().any(is_frame) {
        return cells.into_iter().flat_map(|cell| cell.lines).collect();
    }
    let mut line = "\t".repeat(before);
    for (place, cell) in cells.iter().enumerate() {
        if place > 0 {
            line.push('\t');
        }
        let lines: Vec<String> = cell.lines.iter().map(|line| line.trim().replace('\t', " ")).collect();
        line.push_str(&lines.join(" "));
        line.push_str(&"\t".repeat(cell.covers));
    }
    if line.trim().is_empty() { Vec::new() } else { vec![line] }
}
