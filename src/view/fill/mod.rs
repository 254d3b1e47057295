//! The fill-in screen: items on the left, the item in hand on the right.

mod control;
mod item;
mod panels;
mod picture;

pub use item::everything_about;

use ratatui::{
    buffer::Buffer,
    layout::{Margin, Position, Rect},
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
    checklist::{AnswerType, Sort},
    inspection::Verdict,
    percent, text,
};

/// A row of the left side.
#[derive(Clone, Copy)]
enum Row {
    /// A section, by its place among those shown.
    Section(usize),
    /// An item, by its position in the checklist.
    Item(usize),
}

/// Where the rows of the left side are.
struct Rows {
    /// The area in which they are drawn.
    area: Rect,
    /// The rows of the sections.
    headings: Vec<usize>,
    /// How many there are, those of the sections included.
    count: usize,
    /// The row of the item in hand.
    in_hand: Selection,
}

impl Rows {
    /// Lays the rows out in the whole of the left side.
    ///
    /// A long checklist is not laid out as a whole: only the rows that are drawn are looked up.
    fn new(left: Rect, fill: &Fill) -> Self {
        let mut area = left.inner(Margin::new(1, 1));
        if is_filtered(fill) {
            area = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
        }
        let headings: Vec<_> =
            fill.section_starts().iter().enumerate().map(|(section, start)| start + section).collect();
        let in_hand = fill.shown().binary_search(&fill.at()).unwrap_or(0);
        let above = fill.section_starts().partition_point(|&start| start <= in_hand);
        let count = fill.shown().len() + headings.len();
        Self { area, headings, count, in_hand: Selection(in_hand + above) }
    }

    /// Finds what stands in a row.
    fn row(&self, shown: &[usize], row: usize) -> Row {
        let above = self.headings.partition_point(|&heading| heading <= row);
        match above.checked_sub(1) {
            Some(section) if self.headings[section] == row => Row::Section(section),
            _ => Row::Item(shown[row - above]),
        }
    }
}

/// Says whether the items are narrowed or about to be, which takes a row above them.
fn is_filtered(fill: &Fill) -> bool {
    matches!(fill.focus, Focus::Filter(_)) || !fill.filter().is_empty()
}

/// Returns the item that is drawn at a place of the screen; of a section its first item.
pub fn item_at(area: Rect, fill: &Fill, place: Position) -> Option<usize> {
    let rows = Rows::new(sides(area).0, fill);
    if !rows.area.contains(place) {
        return None;
    }
    let first = rows.in_hand.first_shown(rows.count, usize::from(rows.area.height));
    let row = first + usize::from(place.y - rows.area.y);
    (row < rows.count).then(|| match rows.row(fill.shown(), row) {
        Row::Section(section) => fill.shown()[fill.section_starts()[section]],
        Row::Item(at) => at,
    })
}

/// Parts the screen: the items on the left, the one in hand on the right.
fn sides(area: Rect) -> (Rect, Rect) {
    let width = (area.width * 3 / 8).clamp(28, 52);
    (Rect { width, ..area }, Rect { x: area.x + width, width: area.width - width, ..area })
}

/// Draws the screen; returns where the caret is.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, fill: &Fill) -> Option<Position> {
    let (left, right) = sides(area);
    let filter_caret = draw_items(canvas, buffer, left, fill);
    let title = fill.section(fill.at()).map_or("", |section| section.title.show(canvas.lang()));
    let inside = widgets::frame(canvas, buffer, right, title, !matches!(fill.focus, Focus::Filter(_)));
    let inside = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    item::draw(canvas, buffer, inside, fill).or(filter_caret)
}

/// The left side: sections and items with their state.
fn draw_items(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, fill: &Fill) -> Option<Position> {
    let tally = fill.tally();
    let (answered, items) = (tally.answered, tally.items);
    let title = match fill.sheet().checklist().sort {
        Sort::OnSite => {
            let rate = tally.score_rate().map_or_else(|| "-".to_owned(), percent::show);
            text!("fill.items", answered = answered, items = items, rate = rate)
        }
        Sort::Progress => text!("fill.items-of-figures", answered = answered, items = items),
    };
    let title = title.show(canvas.lang());
    let filtering = matches!(fill.focus, Focus::Filter(_));
    let inside = widgets::frame(canvas, buffer, area, &title, matches!(fill.focus, Focus::Items) || filtering);
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
    let rows = Rows::new(area, fill);
    widgets::list(canvas, buffer, rows.area, rows.count, rows.in_hand, |row, room| {
        row_spans(canvas, fill, rows.row(fill.shown(), row), room)
    });
    caret
}

/// Returns the first item of a section and how many of its items are shown and answered.
fn section_counts(fill: &Fill, section: usize) -> (usize, usize, usize) {
    let starts = fill.section_starts();
    let end = starts.get(section + 1).copied().unwrap_or(fill.shown().len());
    let items = &fill.shown()[starts[section]..end];
    (items[0], items.iter().filter(|&&at| fill.sheet().is_answered(at)).count(), items.len())
}

fn row_spans(canvas: &Canvas<'_>, fill: &Fill, row: Row, room: u16) -> Vec<Span<'static>> {
    let room = usize::from(room);
    match row {
        Row::Section(section) => {
            let (first, answered, count) = section_counts(fill, section);
            let title = fill.section(first).map_or("", |section| section.title.show(canvas.lang()));
            let done = format!(" {answered}/{count} ");
            let title = super::text::pad(&visible(title), room.saturating_sub(width(&done) + 1));
            vec![Span::styled(title, canvas.theme.title), Span::styled(done, canvas.theme.dim)]
        }
        Row::Item(at) => {
            let (mark, style) = mark(canvas, fill, at);
            let pointer = if at == fill.at() { canvas.symbols.pointer } else { " " };
            let item = fill.sheet().item(at);
            let returned = fill.returned(at).next().is_some();
            // A blank has no style: on the selected row its colour would show as a block.
            let critical = match (returned, item.critical) {
                (true, _) => Span::styled(canvas.symbols.blocker, canvas.theme.warning),
                (false, true) => Span::styled(canvas.symbols.critical, canvas.theme.warning),
                (false, false) => Span::raw(" "),
            };
            let text = cut(item.text.show(canvas.lang()), room.saturating_sub(8));
            vec![
                Span::raw(pointer),
                Span::styled(mark, style),
                Span::raw(format!("{:>3}", fill.number(at))),
                critical,
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
    let (open, blockers) = (tally.items - tally.answered, fill.blocker_count());
    let counts = match fill.sheet().checklist().sort {
        Sort::OnSite => text!(
            "fill.status",
            failed = tally.failed,
            critical = tally.critical_failed,
            open = open,
            blockers = blockers
        ),
        Sort::Progress => text!("fill.status-of-figures", failed = tally.failed, open = open, blockers = blockers),
    };
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
    if item.is_calculated() {
        return Vec::new();
    }
    let (key, name) = match item.answer {
        AnswerType::Verdict => ("1-4".to_owned(), "fill.key.answer"),
        AnswerType::YesNo => ("1-2".to_owned(), "fill.key.answer"),
        AnswerType::Choice => (format!("1-{}", item.choices.len().clamp(1, 9)), "fill.key.answer"),
        AnswerType::Choices => (format!("1-{}", item.choices.len().clamp(1, 9)), "fill.key.choose"),
        AnswerType::Number | AnswerType::Percent | AnswerType::Count => ("0-9".to_owned(), "fill.key.type"),
        AnswerType::Date | AnswerType::Time | AnswerType::Text | AnswerType::Table | AnswerType::File => {
            ("Enter".to_owned(), "fill.key.type")
        }
    };
    vec![(key, canvas.t(name))]
}
