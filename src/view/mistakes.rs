//! The mistakes of a checklist's file: a list above, the line with a caret under it and what to do below.

use ratatui::{buffer::Buffer, layout::Rect, text::Span};

use super::{
    Canvas,
    text::{cut, pad, put_line, visible, width},
    widgets,
};
use crate::{
    app::{Mistake, MistakesScreen},
    checklist::DiagnosticLevel,
    text,
};

/// The rows below the list.
const DETAILS: u16 = 9;

/// Draws the screen.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &MistakesScreen) {
    let details = DETAILS.min(area.height / 2);
    let list = Rect { height: area.height - details, ..area };
    let errors = screen.errors();
    let title = text!("mistakes.title", errors = errors, warnings = screen.mistakes.len() - errors).show(canvas.lang());
    let inside = widgets::frame(canvas, buffer, list, &title, true);
    widgets::list(canvas, buffer, inside, screen.mistakes.len(), screen.selection, |row, room| {
        let mistake = &screen.mistakes[row];
        let style = match mistake.diagnostic.level() {
            DiagnosticLevel::Error => canvas.theme.error,
            DiagnosticLevel::Warning => canvas.theme.warning,
        };
        let place = format!("{}:{}", mistake.line, mistake.column);
        let message = visible(&mistake.diagnostic.message.show(canvas.lang())).replace('\n', " ");
        vec![
            Span::styled(format!(" {} ", pad(&place, 9)), canvas.theme.dim),
            Span::styled(format!("{} ", mistake.diagnostic.code.name()), style),
            Span::raw(cut(&message, usize::from(room).saturating_sub(17)).into_owned()),
        ]
    });
    let below = Rect { y: list.bottom(), height: details, ..area };
    let name = screen.path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let inside = widgets::frame(canvas, buffer, below, &visible(&name), false);
    if let Some(mistake) = screen.mistakes.get(screen.selection.0) {
        draw_mistake(canvas, buffer, inside, mistake);
    }
}

fn draw_mistake(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, mistake: &Mistake) {
    let number = format!("{:>5} ", mistake.line);
    let room = usize::from(area.width).saturating_sub(number.len() + 1);
    let before = visible(&mistake.source[..mistake.span.start]).into_owned();
    // What stands before the caret is left out as far as it would push the caret off the screen.
    let skipped = if width(&before) + 20 > room { before.chars().count().saturating_sub(room / 4) } else { 0 };
    let before: String = before.chars().skip(skipped).collect();
    let wrong = visible(&mistake.source[mistake.span.clone()]).into_owned();
    let after = visible(&mistake.source[mistake.span.end..]).into_owned();
    let line = [
        Span::styled(number.clone(), canvas.theme.dim),
        Span::raw(cut(&format!("{before}{wrong}{after}"), room).into_owned()),
    ];
    put_line(buffer, area.x, area.y, area.width, &line);
    let carets = "^".repeat(width(&wrong).clamp(1, room.saturating_sub(width(&before)).max(1)));
    let marks = [Span::raw(" ".repeat(number.len() + width(&before))), Span::styled(carets, canvas.theme.error)];
    put_line(buffer, area.x, area.y + 1, area.width, &marks);
    let below = Rect {
        x: area.x + 1,
        y: area.y + 2,
        width: area.width.saturating_sub(2),
        height: area.height.saturating_sub(2),
    };
    let message = mistake.diagnostic.message.show(canvas.lang());
    let used = widgets::paragraph(buffer, below, &message, canvas.theme.text);
    if let Some(hint) = &mistake.diagnostic.hint {
        let rest = Rect { y: below.y + used, height: below.height.saturating_sub(used), ..below };
        widgets::labelled(
            canvas,
            buffer,
            rest,
            &canvas.t("mistakes.hint"),
            &hint.show(canvas.lang()),
            canvas.theme.text,
        );
    }
}
