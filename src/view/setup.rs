//! The first start: making a workspace.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
};

use super::{Canvas, widgets};
use crate::app::Setup;

/// Draws the form; returns where the caret is.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, setup: &Setup) -> Option<Position> {
    let inside = widgets::popup(canvas, buffer, area, (76, 16), &canvas.t("setup.title"));
    let inside = Rect { x: inside.x + 2, width: inside.width.saturating_sub(4), ..inside };
    let used = widgets::paragraph(buffer, inside, &canvas.t("setup.welcome"), canvas.theme.text) + 1;
    let room = Rect { y: inside.y + used, height: inside.height.saturating_sub(used), ..inside };
    widgets::form(canvas, buffer, room, &setup.form, 1)
}
