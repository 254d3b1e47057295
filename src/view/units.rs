//! The questions about a unit of the register: its fields, which unit is the same one, and what comes of merging.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::Span,
};

use super::{
    Canvas, lists,
    text::{pad, visible, width},
    widgets,
};
use crate::{
    app::{LABELS, UnitDialog},
    facility::{FIELDS, Facility, codes_differ, content, merged},
    text,
};

/// Draws a question about a unit; returns where the caret is.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, dialog: &UnitDialog) -> Option<Position> {
    match dialog {
        UnitDialog::Edit { unit, form } => {
            let inside = widgets::popup(canvas, buffer, area, (74, 16), &canvas.t("command.edit-unit"));
            let room = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
            let about = text!("unit-dialog.edit", id = unit.id);
            let used = widgets::paragraph(buffer, room, &about.show(canvas.lang()), canvas.theme.dim) + 1;
            let below = Rect { y: room.y + used, height: room.height.saturating_sub(used), ..room };
            widgets::form(canvas, buffer, below, form, 1)
        }
        UnitDialog::Choose { unit, likely, list } => {
            let inside = widgets::popup(canvas, buffer, area, (76, 18), &canvas.t("command.merge-unit"));
            let room = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
            let about = if likely.is_empty() {
                text!("unit-dialog.choose", id = unit.id, name = unit.name)
            } else {
                text!("unit-dialog.likely", id = unit.id, name = unit.name)
            };
            let about = about.show(canvas.lang());
            let used = widgets::paragraph(buffer, room, &visible(&about), canvas.theme.dim);
            let below = Rect { y: room.y + used, height: room.height.saturating_sub(used), ..room };
            let units = &canvas.app.data.facilities;
            let (caret, below) = widgets::search(canvas, buffer, below, list, units.len());
            widgets::list(canvas, buffer, below, list.rows.len(), list.selection, |row, room| {
                units.get(list.rows[row]).map_or_else(Vec::new, |unit| unit_spans(canvas, unit, room))
            });
            caret
        }
        UnitDialog::Merge { keep, other } => {
            draw_merge(canvas, buffer, area, keep, other);
            None
        }
    }
}

/// A unit that may be the same one: number, name, type and place.
fn unit_spans(canvas: &Canvas<'_>, unit: &Facility, room: u16) -> Vec<Span<'static>> {
    let place = format!("{} {}", unit.district, unit.address);
    let name_width = usize::from(room).saturating_sub(9) / 2;
    vec![
        Span::raw(format!(" {} ", pad(&visible(&unit.id.0), 7))),
        Span::raw(pad(&visible(&unit.name), name_width)),
        Span::styled(format!(" {}", visible(place.trim())), canvas.theme.dim),
    ]
}

/// Draws field by field what a merged unit will be, and what is dropped.
fn draw_merge(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, keep: &Facility, other: &Facility) {
    let (unit, differing) = merged(keep, other);
    let inside = widgets::popup(canvas, buffer, area, (76, 20), &canvas.t("command.merge-unit"));
    let room = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    let about = text!("unit-dialog.merge", keep = keep.id, other = other.id, name = other.name).show(canvas.lang());
    let mut y = room.y + widgets::paragraph(buffer, room, &visible(&about), canvas.theme.text) + 1;
    let label_width = LABELS.iter().map(|label| width(&canvas.t(label))).max().unwrap_or(0);
    for (field, label) in FIELDS.into_iter().zip(LABELS) {
        let shown = |unit| match content(unit, field) {
            slug if field == "type" => lists::facility_type(canvas, slug),
            content => content.to_owned(),
        };
        let said = if differing.contains(&field) {
            text!("unit-dialog.dropped", kept = shown(&unit), dropped = shown(other)).show(canvas.lang())
        } else {
            shown(&unit)
        };
        let style = if differing.contains(&field) { canvas.theme.warning } else { canvas.theme.text };
        let line = Rect { y, height: u16::from(y < room.bottom()), ..room };
        widgets::labelled(canvas, buffer, line, &pad(&canvas.t(label), label_width), &said, style);
        y += 1;
    }
    let below = Rect { y: y + 1, height: room.bottom().saturating_sub(y + 1), ..room };
    let (key, style) = if codes_differ(keep, other) {
        ("unit-dialog.two-codes", canvas.theme.warning)
    } else {
        ("unit-dialog.sure", canvas.theme.dim)
    };
    widgets::paragraph(buffer, below, &canvas.t(key), style);
}
