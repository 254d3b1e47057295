//! Importing files: the question for the path, and what a ledger that came back comes to.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::Span,
};

use super::{
    Canvas,
    text::{pad, visible},
    widgets,
};
use crate::{
    app::{HeldLedger, Importing, LedgerRow, PathPanel, Selection},
    text,
};

/// The rows in which the selected row of the preview is shown in full.
const FULL: u16 = 4;

/// The cells of what a row of the preview is.
const SORT: usize = 9;

/// Draws the question which file is imported, with how its path may go on; returns where the caret is.
pub fn draw_import(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    what: Importing,
    panel: &PathPanel,
) -> Option<Position> {
    let inside = widgets::popup(canvas, buffer, area, (76, 14), &canvas.t(what.command().name_key()));
    let asked = match what {
        Importing::Plan => "dialog.import",
        Importing::Ledger => "dialog.import-ledger",
    };
    let used = widgets::paragraph(buffer, inside, &canvas.t(asked), canvas.theme.text) + 1;
    let caret = widgets::field(canvas, buffer, Rect { y: inside.y + used, height: 1, ..inside }, &panel.field);
    let list = Rect { y: inside.y + used + 1, height: inside.height.saturating_sub(used + 1), ..inside };
    widgets::list(canvas, buffer, list, panel.choices.len(), panel.selection, |row, _| {
        let choice = &panel.choices[row];
        let style = if choice.folder { canvas.theme.accent } else { canvas.theme.text };
        vec![Span::styled(format!(" {}", visible(&choice.typed)), style)]
    });
    caret
}

/// Draws what a ledger comes to: the sum, every doubt and every change, and the selected one in full.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, held: &HeldLedger, selection: Selection) {
    let lang = canvas.lang();
    let name = held.file.rsplit(['/', '\\']).next().unwrap_or_default();
    let title = format!("{} {} {name}", canvas.t("command.import-ledger"), canvas.symbols.separator);
    let inside = widgets::popup(canvas, buffer, area, (116, area.height.min(30)), &title);
    let room = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    let used = widgets::paragraph(buffer, room, &held.returned.counts().show(lang), canvas.theme.title);
    let question = match held.returned.changes.len() {
        0 => canvas.t("returned-screen.nothing"),
        count => text!("returned-screen.confirm", count = count).show(lang),
    };
    let below = |y: u16| Rect { y: room.y + y, height: room.height.saturating_sub(y), ..room };
    let used = used + widgets::paragraph(buffer, below(used), &question, canvas.theme.key) + 1;
    let rows = held.rows();
    let list = Rect { y: inside.y + used, height: inside.height.saturating_sub(used + FULL + 1), ..inside };
    widgets::list(canvas, buffer, list, rows.len(), selection, |at, _| {
        let (style, sort) = match rows[at] {
            LedgerRow::Remark(remark) if remark.doubtful => (canvas.theme.fail, canvas.t("returned-screen.doubtful")),
            LedgerRow::Remark(_) => (canvas.theme.warning, canvas.t("returned-screen.known")),
            LedgerRow::Change(_) => (canvas.theme.pass, canvas.symbols.pass.to_owned()),
        };
        let said = said(canvas, rows[at]).replace('\n', " ");
        vec![Span::styled(format!(" {}", pad(&sort, SORT)), style), Span::raw(visible(&said).into_owned())]
    });
    if let Some(row) = rows.get(selection.0) {
        let full = Rect { y: inside.bottom().saturating_sub(FULL), height: FULL.min(inside.height), ..room };
        widgets::paragraph(buffer, full, &visible(&said(canvas, *row)), canvas.theme.dim);
    }
}

/// Puts a row into words.
fn said(canvas: &Canvas<'_>, row: LedgerRow<'_>) -> String {
    let lang = canvas.lang();
    match row {
        LedgerRow::Remark(remark) => remark.pointed_out(lang).show(lang),
        LedgerRow::Change(change) => {
            let filled = change.filled_in().map(|part| part.show(lang));
            std::iter::once(change.moves(lang).show(lang)).chain(filled).collect::<Vec<_>>().join("  ")
        }
    }
}
