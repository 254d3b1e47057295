//! The pieces that screens are made of.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::{Color, Modifier, Style},
    text::Span,
    widgets::{Block, Widget},
};

use super::{
    Canvas,
    text::{clear, cut, pad, put_line, visible, width, wrap_at_most},
};
use crate::app::{Field, Form, FormField, Input, Narrowed, Pick, Selection};

/// Draws a border with a title; returns the room inside.
pub fn frame(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, title: &str, focused: bool) -> Rect {
    let style = if focused { canvas.theme.focus } else { canvas.theme.border };
    let block = Block::bordered().border_set(canvas.symbols.border).border_style(style);
    let inside = block.inner(area);
    block.render(area, buffer);
    if !title.is_empty() && area.width > 6 {
        let title = format!(" {} ", cut(&visible(title), usize::from(area.width) - 4));
        put_line(buffer, area.x + 1, area.y, area.width - 2, &[Span::styled(title, canvas.theme.title)]);
    }
    inside
}

/// Draws a popup in the middle: blanks what is behind it, a border with a title; returns the room inside.
pub fn popup(canvas: &Canvas<'_>, buffer: &mut Buffer, behind: Rect, size: (u16, u16), title: &str) -> Rect {
    let (columns, rows) = (size.0.min(behind.width), size.1.min(behind.height));
    let area = Rect {
        x: behind.x + (behind.width - columns) / 2,
        y: behind.y + (behind.height - rows) / 2,
        width: columns,
        height: rows,
    };
    clear(buffer, area);
    buffer.set_style(area, canvas.theme.text);
    frame(canvas, buffer, area, title, true)
}

/// Draws the rows of a list around the selected one, which is shown in reverse across the whole width.
///
/// `spans_of` gets the row and the cells it may take, which are fewer where there is a scroll bar.
pub fn list<'spans>(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    count: usize,
    selection: Selection,
    mut spans_of: impl FnMut(usize, u16) -> Vec<Span<'spans>>,
) {
    let height = usize::from(area.height);
    let first = Selection(selection.0.min(count.saturating_sub(1))).first_shown(count, height);
    let barred = count > height && area.width > 2;
    let room = area.width - u16::from(barred);
    for (row, y) in (first..count).zip(area.top()..area.bottom()) {
        put_line(buffer, area.x, y, room, &spans_of(row, room));
        if row == selection.0 {
            buffer.set_style(Rect { x: area.x, y, width: room, height: 1 }, bar(canvas));
        }
    }
    if barred {
        scroll_bar(canvas, buffer, Rect { x: area.right() - 1, width: 1, ..area }, first, count);
    }
}

/// The style of a selected row: one colour from end to end, because the colours of its parts would cut it into pieces in
/// reverse; what they say is said by signs and words as well.
fn bar(canvas: &Canvas<'_>) -> Style {
    let even = Style::new().fg(Color::Reset).bg(Color::Reset).remove_modifier(Modifier::DIM | Modifier::UNDERLINED);
    even.patch(canvas.theme.text).patch(canvas.theme.selected)
}

/// Draws where in a long list the shown part is.
fn scroll_bar(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, first: usize, count: usize) {
    let height = usize::from(area.height);
    let thumb = (height * height / count).max(1);
    let start = first * (height - thumb) / (count - height).max(1);
    for (row, y) in (area.top()..area.bottom()).enumerate() {
        let inside = (start..start + thumb).contains(&row);
        let mark = if inside { canvas.symbols.thumb } else { canvas.symbols.track };
        put_line(buffer, area.x, y, 1, &[Span::styled(mark, canvas.theme.dim)]);
    }
}

/// Draws a text, wrapped, from the top of an area; returns how many rows it took. The last row says where it was cut.
pub fn paragraph(buffer: &mut Buffer, area: Rect, text: &str, style: Style) -> u16 {
    let shown = visible(text);
    lines(buffer, area, &wrap_at_most(&shown, usize::from(area.width.max(2)), usize::from(area.height) + 1), style)
}

/// Draws lines that were wrapped already; returns how many rows it took. The last row says where there are more.
pub fn lines(buffer: &mut Buffer, area: Rect, lines: &[&str], style: Style) -> u16 {
    let height = usize::from(area.height);
    for (row, (line, y)) in lines.iter().zip(area.top()..area.bottom()).enumerate() {
        let cut_here = row + 1 == height && lines.len() > height;
        let line = if cut_here {
            cut(&format!("{line}……"), usize::from(area.width)).into_owned()
        } else {
            (*line).to_owned()
        };
        put_line(buffer, area.x, y, area.width, &[Span::styled(line, style)]);
    }
    u16::try_from(lines.len().min(height)).unwrap_or(area.height)
}

/// Draws a label and a wrapped text beside it; returns how many rows it took.
pub fn labelled(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, label: &str, text: &str, style: Style) -> u16 {
    if area.height == 0 {
        return 0;
    }
    let indent = u16::try_from(width(label)).unwrap_or(0) + 2;
    put_line(buffer, area.x, area.y, area.width, &[Span::styled(label.to_owned(), canvas.theme.dim)]);
    let beside = Rect { x: area.x + indent.min(area.width), width: area.width.saturating_sub(indent), ..area };
    paragraph(buffer, beside, text, style).max(1)
}

/// Draws a text field; returns where the caret is.
pub fn field(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, field: &Field) -> Option<Position> {
    if area.is_empty() {
        return None;
    }
    buffer.set_style(area, canvas.theme.text);
    field.area().render(area, buffer);
    show_controls(buffer, area);
    let caret = field.area().screen_cursor();
    let row = u16::try_from(caret.row).ok()?.checked_sub(field.area().scroll_offset().0)?;
    let column = u16::try_from(caret.col).ok()?.checked_sub(field.area().scroll_offset().1)?;
    let position = Position { x: area.x + column.min(area.width - 1), y: area.y + row };
    area.contains(position).then_some(position)
}

/// Replaces control characters in cells by a mark: a text field shows what is typed as it is.
fn show_controls(buffer: &mut Buffer, area: Rect) {
    for position in area.positions() {
        if buffer[position].symbol().chars().any(char::is_control) {
            buffer[position].set_symbol("?");
        }
    }
}

/// Draws the search field above a list; returns where the caret is and the room below.
pub fn search(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    list: &Narrowed,
    count: usize,
) -> (Option<Position>, Rect) {
    let label = format!(" {} ", canvas.t("view.search"));
    let shown = format!(" {}/{count} ", list.rows.len());
    let (left, right) = (u16::try_from(width(&label)).unwrap_or(0), u16::try_from(width(&shown)).unwrap_or(0));
    put_line(buffer, area.x, area.y, area.width, &[Span::styled(label, canvas.theme.key)]);
    put_line(buffer, area.right().saturating_sub(right), area.y, right, &[Span::styled(shown, canvas.theme.dim)]);
    let room = Rect { x: area.x + left, width: area.width.saturating_sub(left + right), height: 1, ..area };
    let caret = field(canvas, buffer, room, &list.query);
    (caret, Rect { y: area.y + 2, height: area.height.saturating_sub(2), ..area })
}

/// Draws a form, one field below the other; returns where the caret is.
///
/// A text of several lines gets `lines` rows while it has the caret and one otherwise.
pub fn form(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, form: &Form, lines: u16) -> Option<Position> {
    let name = |field: &FormField| match &field.label {
        Some(label) => visible(label.show(canvas.lang())).into_owned(),
        None => canvas.t(&field.name),
    };
    let names: Vec<_> = form.fields.iter().map(name).collect();
    let label_width = names.iter().map(|name| width(name)).max().unwrap_or(0) + 2;
    let indent = u16::try_from(label_width).unwrap_or(0).min(area.width / 2);
    let mut y = area.y;
    let mut caret = None;
    for (at, (one, name)) in form.fields.iter().zip(&names).enumerate() {
        if y >= area.bottom() {
            break;
        }
        let current = at == form.at;
        let style = if current { canvas.theme.key } else { canvas.theme.dim };
        put_line(buffer, area.x, y, indent, &[Span::styled(pad(name, label_width), style)]);
        let beside = Rect { x: area.x + indent, y, width: area.width - indent, height: 1 };
        let mut height = 1;
        match &one.input {
            Input::Text(text) if current => {
                height = if text.is_one_line() { 1 } else { lines }.min(area.bottom() - y);
                caret = field(canvas, buffer, Rect { height, ..beside }, text);
            }
            Input::Text(text) => {
                let shown = visible(&text.text()).replace('\n', " ");
                put_line(buffer, beside.x, y, beside.width, &[Span::raw(shown)]);
            }
            Input::Choice { words, chosen } => {
                put_line(buffer, beside.x, y, beside.width, &choice(canvas, words, *chosen, (current, beside.width)));
                if current {
                    caret = Some(Position { x: beside.x, y });
                }
            }
            Input::Pick(pick) => {
                put_line(buffer, beside.x, y, beside.width, &picked(canvas, pick, current));
                if current {
                    caret = Some(Position { x: beside.x, y });
                }
            }
        }
        y += height;
        if let Some(mistake) = one.mistake.as_ref().filter(|_| y < area.bottom()) {
            let said = format!("{} {}", canvas.symbols.blocker, mistake.show(canvas.lang()));
            // As long as it needs to be, with a line left for each field below.
            let below = u16::try_from(form.fields.len() - at - 1).unwrap_or(u16::MAX);
            let room = (area.bottom() - y).saturating_sub(below).max(1);
            y += paragraph(buffer, Rect { y, height: room, ..beside }, &said, canvas.theme.error);
        }
    }
    caret
}

/// What stands for words that there is no room for.
const MORE: &str = "… ";

/// The words of a checklist to pick from, each with its digit, the chosen ones marked by more than colour.
fn picked(canvas: &Canvas<'_>, pick: &Pick, current: bool) -> Vec<Span<'static>> {
    let mut spans = Vec::new();
    for (at, (word, chosen)) in pick.words.iter().enumerate() {
        let name = visible(word.show(canvas.lang())).into_owned();
        let (shown, style) =
            if *chosen { (format!("[{name}]"), canvas.theme.title) } else { (format!(" {name} "), canvas.theme.dim) };
        if current {
            spans.push(Span::styled(format!("{}", at + 1), canvas.theme.key));
        }
        let style = if current && at == pick.at { style.patch(canvas.theme.selected) } else { style };
        spans.push(Span::styled(shown, style));
        spans.push(Span::raw(" "));
    }
    spans
}

/// The words of a choice, each with its digit, the chosen one marked by more than colour; where there is not room for all in so
/// many cells, the first ones give way to the chosen one.
fn choice(canvas: &Canvas<'_>, words: &[&str], chosen: usize, (current, room): (bool, u16)) -> Vec<Span<'static>> {
    let cells = |word: &&str| width(&canvas.t(word)) + 3 + usize::from(current);
    let until_chosen = words.get(..=chosen).unwrap_or(words);
    let fits = |first: &usize| {
        let needed: usize = until_chosen[*first..].iter().map(cells).sum();
        needed + if *first > 0 { width(MORE) } else { 0 } <= usize::from(room)
    };
    let first = (0..until_chosen.len()).find(fits).unwrap_or(chosen);
    let mut spans = Vec::new();
    if first > 0 {
        spans.push(Span::styled(MORE, canvas.theme.dim));
    }
    for (at, word) in words.iter().enumerate().skip(first) {
        let name = canvas.t(word);
        let (shown, style) = if at == chosen {
            (format!("[{name}]"), if current { canvas.theme.selected } else { canvas.theme.title })
        } else {
            (format!(" {name} "), canvas.theme.dim)
        };
        if current {
            spans.push(Span::styled(format!("{}", at + 1), canvas.theme.key));
        }
        spans.push(Span::styled(shown, style));
        spans.push(Span::raw(" "));
    }
    spans
}
