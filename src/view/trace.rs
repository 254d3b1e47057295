//! The screen of a trace: what it is about, where it comes from, what became of it; or where the links break off.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use super::{
    Canvas,
    text::{pad, visible},
    widgets,
};
use crate::{
    app::{App, TraceRow, TraceScreen},
    trace::{Line, Sort},
};

/// The rows of the subject above the list, and of what the selected line says below it, frames included.
const HEAD: u16 = 4;
const DETAILS: u16 = 6;

/// Draws the screen.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &TraceScreen) {
    let mut top = area.y;
    if let Some(subject) = &screen.traced.subject {
        let title = canvas.t(subject.sort.name_key());
        let inside = widgets::frame(canvas, buffer, Rect { height: HEAD, ..area }, &title, false);
        widgets::paragraph(buffer, inset(inside), &said(canvas, subject), canvas.theme.text);
        top += HEAD;
    }
    let rest = Rect { y: top, height: area.bottom().saturating_sub(top), ..area };
    let details = DETAILS.min(rest.height / 3);
    let list = Rect { height: rest.height - details, ..rest };
    let mut title = App::traced_name(screen).show(canvas.lang());
    if !screen.traced.is_counted {
        title = format!("{title}  {}", canvas.t("trace.counting"));
    }
    let inside = widgets::frame(canvas, buffer, list, &title, true);
    widgets::list(canvas, buffer, inside, screen.row_count(), screen.selection, |row, room| match screen.row(row) {
        Some(TraceRow::Heading(group)) => {
            let heading = format!(" {} {}", canvas.t(group.name_key), group.lines.len());
            vec![Span::styled(heading, canvas.theme.title)]
        }
        Some(TraceRow::Line(line)) => spans(canvas, line, room),
        None => Vec::new(),
    });
    let below = Rect { y: list.bottom(), height: details, ..rest };
    let inside = widgets::frame(canvas, buffer, below, "", false);
    if let Some(line) = screen.line() {
        widgets::paragraph(buffer, inset(inside), &said(canvas, line), canvas.theme.text);
    }
}

fn inset(area: Rect) -> Rect {
    Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area }
}

/// Puts everything that a line says into one text.
fn said(canvas: &Canvas<'_>, line: &Line) -> String {
    let states = states(canvas, line);
    visible(&format!("{}  {}  {states}", line.id, line.text).replace('\n', " ")).into_owned()
}

fn states(canvas: &Canvas<'_>, line: &Line) -> String {
    line.states.iter().map(|state| state.show(canvas.lang())).collect::<Vec<_>>().join("  ")
}

/// A line: what it is, what it says, how far it is.
fn spans(canvas: &Canvas<'_>, line: &Line, room: u16) -> Vec<Span<'static>> {
    let indent = " ".repeat(1 + line.depth.min(4) * 2);
    let states = states(canvas, line);
    let free = usize::from(room).saturating_sub(indent.len() + 10);
    // A figure is known by its name, which stands where others have a number, and says most in its state.
    let is_figure = line.sort == Sort::Target;
    let most = if is_figure { free / 2 } else { free * 2 / 5 };
    let state_width = most.min(super::text::width(&states).max(8));
    let text = match line.text.trim() {
        "" => line.id.clone(),
        deadline if is_figure => format!("{}  {deadline}", line.id),
        text => text.to_owned(),
    };
    vec![
        Span::raw(indent),
        Span::styled(format!("{} ", pad(&canvas.t(line.sort.name_key()), 8)), canvas.theme.accent),
        Span::raw(pad(&visible(&text.replace('\n', " ")), free.saturating_sub(state_width + 1))),
        Span::raw(" "),
        Span::styled(pad(&visible(&states), state_width), state_style(canvas, line)),
    ]
}

fn state_style(canvas: &Canvas<'_>, line: &Line) -> Style {
    let keys: Vec<_> = line.states.iter().map(crate::i18n::Text::key).collect();
    let has = |wanted: &[&str]| keys.iter().any(|key| wanted.contains(key));
    if has(&["finding-mark.overdue", "verdict.fails", "report.target.overdue", "task-state.overdue"]) {
        canvas.theme.fail
    } else if has(&[
        "trace.suspect",
        "trace.suspect-gone",
        "trace.reworded",
        "trace.corrected",
        "trace.correction-gone",
        "trace.gone",
        "trace.without-item",
        "trace.never-inspected",
        "report.target.behind",
    ]) {
        canvas.theme.warning
    } else {
        canvas.theme.dim
    }
}
