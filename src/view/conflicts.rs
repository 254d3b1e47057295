//! The screen of what several people said differently: the places above, the values side by side below them, then the hub.

use ratatui::{buffer::Buffer, layout::Rect, text::Span};

use super::{
    Canvas,
    text::{pad, visible},
    widgets,
};
use crate::{app::Selection, sync::exchange::shown_value};

/// Draws the screen.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, selection: Selection) {
    let conflicts = &canvas.app.data.conflicts;
    // Where nothing is in dispute, syncing gets the room.
    let lowest = if conflicts.is_empty() { area.height.saturating_sub(3) } else { (area.height / 3).max(6) };
    let sync = Rect { y: area.bottom() - lowest, height: lowest, ..area };
    super::syncing::draw(canvas, buffer, sync);
    let area = Rect { height: area.height - lowest, ..area };
    let below = if conflicts.is_empty() { 0 } else { (area.height / 2).min(12) };
    let list = Rect { height: area.height - below, ..area };
    let inside = widgets::frame(canvas, buffer, list, &canvas.t("screen.conflicts"), true);
    if conflicts.is_empty() {
        widgets::paragraph(buffer, inside, &canvas.t("conflict.none"), canvas.theme.dim);
    }
    widgets::list(canvas, buffer, inside, conflicts.len(), selection, |row, room| {
        let conflict = &conflicts[row];
        let field = pad(&visible(&conflict.field), usize::from(room).saturating_sub(34));
        vec![
            Span::styled(format!(" {}  ", pad(&visible(&conflict.document), 30)), canvas.theme.accent),
            Span::raw(field),
        ]
    });
    let details = Rect { y: list.bottom(), height: below, ..area };
    let Some(conflict) = conflicts.get(selection.0) else { return };
    let inside = widgets::frame(canvas, buffer, details, &canvas.t("conflict.values"), false);
    let mut y = 0;
    let room = |y: u16| Rect { x: inside.x + 1, y: inside.y + y, width: inside.width - 2, height: inside.height - y };
    for (at, value) in (1..).zip(&conflict.values) {
        if y >= inside.height {
            return;
        }
        let who = format!("{at}  {} {}", visible(&value.by), value.at.format("%m-%d %H:%M"));
        let shown = shown_value(value.value.as_deref(), canvas.lang());
        let style = if at == 1 || !conflict.late { canvas.theme.text } else { canvas.theme.dim };
        y += widgets::labelled(canvas, buffer, room(y), &who, &visible(&shown), style);
    }
    if conflict.late && y < inside.height {
        widgets::paragraph(buffer, room(y), &canvas.t("conflict.late"), canvas.theme.warning);
    }
}
