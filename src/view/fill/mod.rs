//! The fill-in screen: items on the left, the item in hand on the right.

mod item;

pub use item::everything_about;

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
    text::Span,
};

use super::{
    Canvas,
    text::{cut, put_line, visible, width},
    widgets,
};
use crate::{
    app::{
        Screen, Selection,
        fill::{Fill, Focus},
    },
    checklist::AnswerType,
    inspection::Verdict,
    text,
};

/// A row of the left side.
enum Row {
    /// A section, with how many of its items are answered.
    Section { first: usize, answered: usize, count: usize },
    /// An item, with its number among all that concern the unit.
    Item { at: usize, number: usize },
}

/// Draws the screen; returns where the caret is.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, fill: &Fill) -> Option<Position> {
    let left_width = (area.width * 3 / 8).clamp(28, 52);
    let left = Rect { width: left_width, ..area };
    let right = Rect { x: area.x + left_width, width: area.width - left_width, ..area };
    let filter_caret = draw_items(canvas, buffer, left, fill);
    let section = &fill.sheet().item(fill.at()).section;
    let title = fill.sheet().checklist().sections.iter().find(|known| known.id == *section);
    let title = title.map_or("", |section| section.title.show(canvas.lang()));
    let inside = widgets::frame(canvas, buffer, right, title, !matches!(fill.focus, Focus::Filter(_)));
    let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    item::draw(canvas, buffer, inside, fill).or(filter_caret)
}

/// The left side: sections and items with their state.
fn draw_items(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, fill: &Fill) -> Option<Position> {
    let tally = fill.tally();
    let rate = tally.score_rate().map_or_else(|| "-".to_owned(), |rate| format!("{rate:.1}%"));
    let title = text!("fill.items", answered = tally.answered, items = tally.items, rate = rate).show(canvas.lang());
    let filtering = matches!(fill.focus, Focus::Filter(_));
    let mut inside = widgets::frame(canvas, buffer, area, &title, matches!(fill.focus, Focus::Items) || filtering);
    let mut caret = None;
    if let Focus::Filter(field) = &fill.focus {
        put_line(buffer, inside.x, inside.y, 2, &[Span::styled("/ ", canvas.theme.key)]);
        caret = widgets::field(
            canvas,
            buffer,
            Rect { x: inside.x + 2, width: inside.width - 2, height: 1, ..inside },
            field,
        );
    } else if !fill.filter().is_empty() {
        let shown = format!("/ {}", visible(fill.filter()));
        put_line(buffer, inside.x, inside.y, inside.width, &[Span::styled(shown, canvas.theme.warning)]);
    }
    if filtering || !fill.filter().is_empty() {
        inside = Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside };
    }
    let rows = rows(fill);
    let selected = rows.iter().position(|row| matches!(row, Row::Item { at, .. } if *at == fill.at())).unwrap_or(0);
    widgets::list(canvas, buffer, inside, rows.len(), Selection(selected), |row, room| {
        row_spans(canvas, fill, &rows[row], room)
    });
    caret
}

/// Lists sections and items in order.
fn rows(fill: &Fill) -> Vec<Row> {
    let sheet = fill.sheet();
    let mut rows = Vec::with_capacity(fill.shown().len() + 16);
    let mut open_section = None;
    let mut numbers = (0..sheet.checklist().items.len()).filter(|&at| sheet.applies(at)).zip(1..);
    for (row, &at) in fill.shown().iter().enumerate() {
        let section = sheet.item(at).section.as_str();
        if row == 0 || section != sheet.item(fill.shown()[row - 1]).section {
            open_section = Some(rows.len());
            rows.push(Row::Section { first: at, answered: 0, count: 0 });
        }
        if let Some(Row::Section { answered, count, .. }) = open_section.and_then(|row| rows.get_mut(row)) {
            *count += 1;
            *answered += usize::from(sheet.is_answered(at));
        }
        let number = numbers.find(|(one, _)| *one == at).map_or(0, |(_, number)| number);
        rows.push(Row::Item { at, number });
    }
    rows
}

fn row_spans(canvas: &Canvas<'_>, fill: &Fill, row: &Row, room: u16) -> Vec<Span<'static>> {
    let room = usize::from(room);
    match *row {
        Row::Section { first, answered, count } => {
            let section = &fill.sheet().item(first).section;
            let title = fill.sheet().checklist().sections.iter().find(|known| known.id == *section);
            let title = title.map_or(section.as_str(), |section| section.title.show(canvas.lang()));
            let done = format!(" {answered}/{count} ");
            let title = super::text::pad(&visible(title), room.saturating_sub(width(&done) + 1));
            vec![Span::styled(title, canvas.theme.title), Span::styled(done, canvas.theme.dim)]
        }
        Row::Item { at, number } => {
            let (mark, style) = mark(canvas, fill, at);
            let pointer = if at == fill.at() { canvas.symbols.pointer } else { " " };
            let item = fill.sheet().item(at);
            let critical = if item.critical { canvas.symbols.critical } else { " " };
            let text = cut(item.text.show(canvas.lang()), room.saturating_sub(8));
            vec![
                Span::raw(pointer),
                Span::styled(mark, style),
                Span::raw(format!("{number:>3}")),
                Span::styled(critical, canvas.theme.warning),
                Span::raw(visible(&text).into_owned()),
            ]
        }
    }
}

/// The mark of an item's state.
fn mark(canvas: &Canvas<'_>, fill: &Fill, at: usize) -> (&'static str, Style) {
    let (symbols, theme) = (canvas.symbols, canvas.theme);
    if fill.is_blocked(at) {
        return (symbols.blocker, theme.error);
    }
    match fill.sheet().verdict(at) {
        Some(Verdict::Conforms) => (symbols.pass, theme.pass),
        Some(Verdict::Fails) => (symbols.fail, theme.fail),
        Some(Verdict::NotApplicable) => (symbols.not_applicable, theme.dim),
        Some(Verdict::ReasonableOmission) => (symbols.excused, theme.dim),
        None if fill.sheet().is_answered(at) => (symbols.separator, theme.text),
        None => (symbols.unchecked, theme.dim),
    }
}

/// The line above the keys: failed, unanswered, in the way, and how far it has got.
pub fn draw_status(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, fill: &Fill) {
    let tally = fill.tally();
    let counts = text!(
        "fill.status",
        failed = tally.failed,
        critical = tally.critical_failed,
        open = tally.items - tally.answered,
        blockers = fill.blockers().len()
    );
    let counts = counts.show(canvas.lang());
    let percent = (tally.answered * 100).checked_div(tally.items).unwrap_or(0);
    let cells = usize::from(area.width).saturating_sub(width(&counts) + 10).min(30);
    let bar = canvas.symbols.bar(tally.answered, tally.items, cells);
    let spans = [
        Span::styled(format!(" {counts}   "), canvas.theme.text),
        Span::styled(bar, canvas.theme.accent),
        Span::styled(format!(" {percent}%"), canvas.theme.text),
    ];
    put_line(buffer, area.x, area.y, area.width, &spans);
}

/// The keys that answer the item in hand, for the bottom line.
pub fn answer_keys(canvas: &Canvas<'_>) -> Vec<(String, String)> {
    let Screen::Fill(fill) = canvas.app.screen() else { return Vec::new() };
    let item = fill.sheet().item(fill.at());
    let (key, name) = match item.answer {
        AnswerType::Verdict => ("1-4".to_owned(), "fill.key.answer"),
        AnswerType::YesNo => ("1-2".to_owned(), "fill.key.answer"),
        AnswerType::Choice => (format!("1-{}", item.choices.len().clamp(1, 9)), "fill.key.answer"),
        AnswerType::Choices => (format!("1-{}", item.choices.len().clamp(1, 9)), "fill.key.choose"),
        AnswerType::Number | AnswerType::Percent | AnswerType::Count => ("0-9".to_owned(), "fill.key.type"),
        AnswerType::Date | AnswerType::Time | AnswerType::Text => ("Enter".to_owned(), "fill.key.type"),
    };
    vec![(key, canvas.t(name))]
}
