//! What an answer is given in where one key or one line is not enough: the rows of a table, and files.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::Span,
};

use super::{item::below, picture};
use crate::{
    app::{
        PathPanel, Selection,
        fill::{EvidenceRow, Fill},
    },
    checklist::{FileRef, Item, Row},
    store::size_shown,
    text,
    view::{
        Canvas,
        text::{pad, put_line, visible, width},
        widgets,
    },
};

/// The rows that a picture gets at least, with a blank one above; in fewer nothing can be seen.
const PICTURE_ROWS: u16 = 6;

/// The narrowest and the widest that a column of a table is drawn.
const COLUMN: (usize, usize) = (4, 24);

/// Draws the rows of a table, with the row to be added while one is chosen; returns the rows it took.
pub fn draw_table(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    fill: &Fill,
    item: &Item,
    selection: Option<Selection>,
) -> u16 {
    let rows = fill.rows();
    let widths = widths(canvas, item, rows, usize::from(area.width));
    let line = |cells: Vec<String>| {
        let padded: Vec<_> = cells.iter().zip(&widths).map(|(cell, width)| pad(&visible(cell), *width)).collect();
        format!(" {}", padded.join(" "))
    };
    let head = line(item.columns.iter().map(|column| column.title.show(canvas.lang()).to_owned()).collect());
    put_line(buffer, area.x, area.y, area.width, &[Span::styled(head, canvas.theme.title)]);
    let below = below(area, 1);
    let shown = |row: &Row| line(cells(canvas, item, row));
    let Some(selection) = selection else {
        if rows.is_empty() {
            let nothing = format!(" {}", canvas.t("fill.no-rows"));
            return 1 + widgets::paragraph(buffer, below, &nothing, canvas.theme.dim);
        }
        let room = Rect { height: below.height.saturating_sub(3).max(1), ..below };
        for (row, y) in rows.iter().zip(room.top()..room.bottom()) {
            put_line(buffer, room.x, y, room.width, &[Span::styled(shown(row), canvas.theme.text)]);
        }
        return 1 + u16::try_from(rows.len()).unwrap_or(room.height).min(room.height);
    };
    let hint = Rect { y: below.bottom().saturating_sub(1), height: below.height.min(1), ..below };
    widgets::paragraph(buffer, hint, &canvas.t("fill.table-hint"), canvas.theme.dim);
    let list = Rect { height: below.height.saturating_sub(1), ..below };
    widgets::list(canvas, buffer, list, rows.len() + 1, selection, |row, _| match rows.get(row) {
        Some(row) => vec![Span::raw(shown(row))],
        None => vec![Span::styled(format!(" + {}", canvas.t("fill.add-row")), canvas.theme.accent)],
    });
    area.height
}

/// Puts the cells of a row into words.
fn cells(canvas: &Canvas<'_>, item: &Item, row: &Row) -> Vec<String> {
    let cell = |column: &crate::checklist::Column| {
        let value = row.get(&column.id);
        value.map_or_else(String::new, |value| value.show(&column.unit, canvas.lang()).replace('\n', " "))
    };
    item.columns.iter().map(cell).collect()
}

/// Shares the width among the columns: what each needs, and less of the widest where that is too much.
fn widths(canvas: &Canvas<'_>, item: &Item, rows: &[Row], room: usize) -> Vec<usize> {
    let titles = item.columns.iter().map(|column| width(column.title.show(canvas.lang())));
    let mut widths: Vec<usize> = titles.map(|title| title.clamp(COLUMN.0, COLUMN.1)).collect();
    for row in rows {
        for (own, cell) in widths.iter_mut().zip(cells(canvas, item, row)) {
            *own = (*own).max(width(&cell).min(COLUMN.1));
        }
    }
    while widths.iter().sum::<usize>() + widths.len() + 1 > room {
        match widths.iter_mut().max() {
            Some(widest) if *widest > COLUMN.0 => *widest -= 1,
            _ => break,
        }
    }
    widths
}

/// Draws the path that is typed and what stands below it; returns where the caret is.
pub fn draw_evidence(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    fill: &Fill,
    panel: &PathPanel,
) -> Option<Position> {
    let label = format!("{}  ", canvas.t("evidence.path"));
    let indent = u16::try_from(width(&label)).unwrap_or(0);
    put_line(buffer, area.x, area.y, area.width, &[Span::styled(label, canvas.theme.key)]);
    let input =
        Rect { x: area.x + indent, width: area.width.saturating_sub(indent), height: area.height.min(1), ..area };
    let caret = widgets::field(canvas, buffer, input, &panel.field);
    let rows = fill.evidence_rows(&canvas.app.inbox);
    let hint = if panel.field.is_empty() { "evidence.hint" } else { "evidence.typing-hint" };
    let used = 1 + widgets::paragraph(buffer, below(area, 1), &canvas.t(hint), canvas.theme.dim);
    let room = below(area, used);
    let picture = rows.get(panel.selection.0).and_then(|row| fill.picture_of(*row));
    let list = match picture.filter(|_| canvas.app.shows_pictures()) {
        Some(picture) if room.height > PICTURE_ROWS => {
            let height = u16::try_from(rows.len()).unwrap_or(u16::MAX).min(room.height - PICTURE_ROWS);
            let rest = below(room, height + 1);
            picture::draw(buffer, Rect { x: rest.x + 1, width: rest.width.saturating_sub(1), ..rest }, picture);
            Rect { height, ..room }
        }
        _ => room,
    };
    widgets::list(canvas, buffer, list, rows.len(), panel.selection, |row, _| match rows[row] {
        EvidenceRow::Choice(choice) => {
            let style = if choice.folder { canvas.theme.accent } else { canvas.theme.text };
            vec![Span::styled(format!(" {}", visible(&choice.typed)), style)]
        }
        EvidenceRow::New(photo) => {
            let name = photo.path.file_name().unwrap_or_default().to_string_lossy().into_owned();
            let time = photo.modified.map_or_else(String::new, |at| at.format("%m-%d %H:%M").to_string());
            vec![
                Span::styled(format!(" {} ", canvas.t("evidence.new")), canvas.theme.accent),
                Span::raw(format!("{}  {}  {time}", visible(&name), size_shown(photo.size))),
            ]
        }
        EvidenceRow::Attached(kept) => {
            let missing = fill.is_missing(kept);
            let style = if missing { canvas.theme.error } else { canvas.theme.text };
            vec![
                Span::styled(format!(" {} ", canvas.t("evidence.attached")), canvas.theme.pass),
                Span::styled(file_shown(canvas, fill, kept), style),
            ]
        }
    });
    caret
}

/// Says whether the selected file gets the room for a picture; so that the screen keeps still from one photograph to the
/// next, also while its picture is being made.
pub fn wants_picture_room(canvas: &Canvas<'_>, fill: &Fill, panel: &PathPanel) -> bool {
    let rows = fill.evidence_rows(&canvas.app.inbox);
    canvas.app.shows_pictures() && rows.get(panel.selection.0).is_some_and(|row| fill.may_have_picture(*row))
}

/// Puts what is known of a file into words: name, size, when it was taken, and whether its bytes are missing.
pub fn file_shown(canvas: &Canvas<'_>, fill: &Fill, attached: &FileRef) -> String {
    let name = visible(&attached.name);
    let time = match (attached.taken, attached.modified) {
        (Some(taken), _) => text!("evidence.taken", time = taken.format("%Y-%m-%d %H:%M")).show(canvas.lang()),
        (None, Some(modified)) => modified.format("%Y-%m-%d %H:%M").to_string(),
        (None, None) => String::new(),
    };
    let missing = if fill.is_missing(attached) { canvas.t("evidence.missing") } else { String::new() };
    let parts = [name.into_owned(), missing, size_shown(attached.size), time];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("  ")
}
