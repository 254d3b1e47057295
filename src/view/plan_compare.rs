//! Two plans side by side: what became of each clause above, what changed in the selected one below.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use super::{
    Canvas,
    text::{pad, put_line, visible, width, wrap},
    widgets,
};
use crate::{
    app::CompareScreen,
    plan::{Fate, Run},
    text,
};

/// Draws the screen.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &CompareScreen) {
    let comparison = &screen.comparison;
    let head = |plan: &crate::plan::Plan| visible(&format!("{} {}", plan.head.id, plan.head.title)).into_owned();
    let arrow = format!(" {} → {}", head(&comparison.old), head(&comparison.new));
    put_line(buffer, area.x, area.y, area.width, &[Span::styled(arrow, canvas.theme.title)]);
    let counts = Fate::ALL.map(|fate| format!("{} {}", canvas.t(fate.name_key()), comparison.count(fate)));
    let counts = format!(" {}", counts.join(&format!(" {} ", canvas.symbols.separator)));
    put_line(buffer, area.x, area.y + 1, area.width, &[Span::styled(counts, canvas.theme.dim)]);
    let details = (area.height / 2).max(8).min(area.height.saturating_sub(6));
    let list = Rect { y: area.y + 2, height: area.height - 2 - details, ..area };
    let rows = screen.rows();
    let title = text!("plan.rows", shown = rows.len(), all = comparison.changes.len()).show(canvas.lang());
    let inside = widgets::frame(canvas, buffer, list, &title, true);
    let label_width = Fate::ALL.iter().map(|fate| width(&canvas.t(fate.name_key()))).max().unwrap_or(0);
    widgets::list(canvas, buffer, inside, rows.len(), screen.selection, |row, room| {
        let change = &comparison.changes[rows[row]];
        let Some(clause) = comparison.clause(change) else { return Vec::new() };
        let fate = pad(&canvas.t(change.fate.name_key()), label_width);
        let section = pad(&visible(&clause.section), 8);
        let text = pad(&visible(&clause.text), usize::from(room).saturating_sub(label_width + 13));
        vec![
            Span::styled(format!("{}{fate} ", mark(change.fate)), fate_style(canvas, change.fate)),
            Span::styled(format!("{section} "), canvas.theme.dim),
            Span::raw(text),
        ]
    });
    let below = Rect { y: list.bottom(), height: details, ..area };
    let inside = widgets::frame(canvas, buffer, below, &canvas.t("plan.clause"), false);
    if let Some(&row) = rows.get(screen.selection.0) {
        let room = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
        draw_row(canvas, buffer, room, screen, row);
    }
}

/// A mark that says without colour what became of a clause.
fn mark(fate: Fate) -> &'static str {
    match fate {
        Fate::Changed => "~ ",
        Fate::New => "+ ",
        Fate::Dropped => "- ",
        Fate::Moved => "> ",
        Fate::Kept => "  ",
    }
}

fn fate_style(canvas: &Canvas<'_>, fate: Fate) -> Style {
    match fate {
        Fate::Changed | Fate::Moved => canvas.theme.warning,
        Fate::New => canvas.theme.pass,
        Fate::Dropped => canvas.theme.fail,
        Fate::Kept => canvas.theme.dim,
    }
}

/// Draws what changed in one row: places, words, values, items, tasks.
fn draw_row(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &CompareScreen, row: usize) {
    let lang = canvas.lang();
    let comparison = &screen.comparison;
    let change = &comparison.changes[row];
    let Some(clause) = comparison.clause(change) else { return };
    let from = comparison.old_clause(change).filter(|_| change.moved).map(|old| format!("{} → ", old.section));
    let place = text!("plan-diff.place", line = clause.line).show(lang);
    let head = format!("{}{}  {place}  {}", from.unwrap_or_default(), clause.section, clause.id);
    put_line(buffer, area.x, area.y, area.width, &[Span::styled(head, canvas.theme.dim)]);
    let mut y = 1;
    let room = |y: u16| Rect { y: area.y + y, height: area.height.saturating_sub(y), ..area };
    if change.words.is_empty() {
        y += widgets::paragraph(buffer, room(y), &clause.text, canvas.theme.text);
    } else {
        y += draw_words(canvas, buffer, room(y), &change.words);
    }
    for value in &change.values {
        let (what, old, new) = value.show(lang);
        let unsaid = || "-".to_owned();
        let shown = format!("{} → {}", old.unwrap_or_else(unsaid), new.unwrap_or_else(unsaid));
        y += widgets::labelled(canvas, buffer, room(y), &visible(&what), &shown, canvas.theme.accent);
    }
    let items = screen.effects.items.iter().filter(|item| item.row == row);
    let items: Vec<_> = items.map(|item| format!("{} {}", item.title.show(lang), item.item)).collect();
    if !items.is_empty() {
        let label = canvas.t("plan.items-affected");
        y += widgets::labelled(canvas, buffer, room(y), &label, &items.join("; "), canvas.theme.warning);
    } else if screen.effects.without_item.contains(&row) {
        y += widgets::paragraph(buffer, room(y), &canvas.t("plan.without-item"), canvas.theme.dim);
    }
    if let Some(tasks) = screen.tasks.get(&row) {
        let named: Vec<_> = tasks.iter().map(|task| visible(&task.0).into_owned()).collect();
        let shown = format!("{}: {}", tasks.len(), named.join(" "));
        widgets::labelled(canvas, buffer, room(y), &canvas.t("plan.tasks-affected"), &shown, canvas.theme.warning);
    }
}

/// Draws both texts as one, what only one has marked by brackets and colour; returns how many rows it took.
fn draw_words(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, words: &[Run]) -> u16 {
    let marked = words.iter().map(|run| match run {
        Run::Both(text) => (visible(text).into_owned(), canvas.theme.text),
        Run::Old(text) => (format!("[-{}-]", visible(text)), canvas.theme.fail),
        Run::New(text) => (format!("{{+{}+}}", visible(text)), canvas.theme.pass),
    });
    let marked: Vec<_> = marked.collect();
    let whole: String = marked.iter().map(|(text, _)| text.as_str()).collect();
    let lines = wrap(&whole, usize::from(area.width.max(2)));
    for (line, y) in lines.iter().zip(area.top()..area.bottom()) {
        let start = line.as_ptr() as usize - whole.as_ptr() as usize;
        let mut spans = Vec::new();
        let mut at = 0;
        for (text, style) in &marked {
            let local = |place: usize| place.saturating_sub(start).min(line.len());
            let (begin, end) = (local(at), local(at + text.len()));
            if begin < end {
                spans.push(Span::styled(line[begin..end].to_owned(), *style));
            }
            at += text.len();
        }
        put_line(buffer, area.x, y, area.width, &spans);
    }
    u16::try_from(lines.len()).unwrap_or(area.height).min(area.height)
}
