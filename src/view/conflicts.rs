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
    let (data, lang) = (&canvas.app.data, canvas.lang());
    let count = data.dispute_count();
    // Where nothing is in dispute, or nothing of that is selected, syncing gets the room.
    let is_below = selection.0 >= count;
    let lowest = match count {
        0 => area.height.saturating_sub(3),
        _ if is_below => area.height - (area.height / 3).max(5).min(area.height),
        _ => (area.height / 3).max(6),
    };
    let sync = Rect { y: area.bottom() - lowest, height: lowest, ..area };
    super::syncing::draw(canvas, buffer, sync);
    let area = Rect { height: area.height - lowest, ..area };
    let below = if is_below { 0 } else { (area.height / 2).min(12) };
    let list = Rect { height: area.height - below, ..area };
    let inside = widgets::frame(canvas, buffer, list, &canvas.t("screen.conflicts"), true);
    if count == 0 {
        widgets::paragraph(buffer, inside, &canvas.t("conflict.none"), canvas.theme.dim);
    }
    widgets::list(canvas, buffer, inside, data.dispute_rows(), selection, |row, room| {
        let Some(dispute) = data.in_dispute(row) else {
            return vec![Span::styled(format!("   {}", canvas.t("sync.screen.below")), canvas.theme.dim)];
        };
        let mark = if dispute.decided().is_some() { canvas.symbols.pass } else { canvas.symbols.unchecked };
        let place = cut(&visible(&dispute.place(lang)), usize::from(room).saturating_sub(4)).into_owned();
        vec![Span::styled(format!(" {mark} "), canvas.theme.dim), Span::raw(place)]
    });
    let details = Rect { y: list.bottom(), height: below, ..area };
    let Some(dispute) = data.in_dispute(selection.0) else { return };
    let inside = widgets::frame(canvas, buffer, details, &canvas.t(dispute.values_key()), false);
    let mut y = 0;
    let room = |y: u16| Rect { x: inside.x + 1, y: inside.y + y, width: inside.width - 2, height: inside.height - y };
    y += widgets::paragraph(buffer, room(y), &visible(&dispute.place(lang)), canvas.theme.title);
    for (at, (by, time, shown)) in (1..).zip(dispute.said(lang)) {
        if y >= inside.height {
            return;
        }
        let who = format!("{at}  {} {}", visible(by), time.format("%m-%d %H:%M"));
        let is_decided = dispute.decided() == Some(at);
        let shown = if is_decided { text!("conflict.is-decided", value = shown).show(lang) } else { shown };
        let style = match dispute.is_late() {
            _ if is_decided => canvas.theme.pass,
            true if at > 1 => canvas.theme.dim,
            _ => canvas.theme.text,
        };
        y += widgets::labelled(canvas, buffer, room(y), &who, &visible(&shown), style);
    }
    if dispute.is_late() && y < inside.height {
        widgets::paragraph(buffer, room(y), &canvas.t("conflict.late"), canvas.theme.warning);
    }
}
