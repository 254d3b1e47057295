//! The screen of what several people said differently: the places above, the values side by side below them, then the hub.

use ratatui::{buffer::Buffer, layout::Rect, text::Span};

use super::{
    Canvas,
    text::{cut, visible},
    widgets,
};
use crate::{app::Selection, text};

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
        let dispute = &conflicts[row];
        let mark = if dispute.decided.is_some() { canvas.symbols.pass } else { canvas.symbols.unchecked };
        let place =
            cut(&visible(&dispute.worded(canvas.lang()).place), usize::from(room).saturating_sub(4)).into_owned();
        vec![Span::styled(format!(" {mark} "), canvas.theme.dim), Span::raw(place)]
    });
    let details = Rect { y: list.bottom(), height: below, ..area };
    let Some(dispute) = conflicts.get(selection.0) else { return };
    let conflict = &dispute.conflict;
    let inside = widgets::frame(canvas, buffer, details, &canvas.t("conflict.values"), false);
    let mut y = 0;
    let room = |y: u16| Rect { x: inside.x + 1, y: inside.y + y, width: inside.width - 2, height: inside.height - y };
    let worded = dispute.worded(canvas.lang());
    y += widgets::paragraph(buffer, room(y), &visible(&worded.place), canvas.theme.title);
    for (at, (value, shown)) in (1..).zip(conflict.values.iter().zip(&worded.values)) {
        if y >= inside.height {
            return;
        }
        let who = format!("{at}  {} {}", visible(&value.by), value.at.format("%m-%d %H:%M"));
        let mut shown = shown.clone();
        let is_decided = dispute.decided == Some(at);
        if is_decided {
            shown = text!("conflict.is-decided", value = shown).show(canvas.lang());
        }
        let style = match conflict.late {
            _ if is_decided => canvas.theme.pass,
            true if at > 1 => canvas.theme.dim,
            _ => canvas.theme.text,
        };
        y += widgets::labelled(canvas, buffer, room(y), &who, &visible(&shown), style);
    }
    if conflict.late && y < inside.height {
        widgets::paragraph(buffer, room(y), &canvas.t("conflict.late"), canvas.theme.warning);
    }
}
