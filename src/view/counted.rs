//! What the screens that show numbers have in common: the filter in words, waiting, columns, and the rows behind a number.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::{Line, Span},
    widgets::{Bar, BarChart, Widget},
};

use super::{
    Canvas, error_line,
    text::{pad, put_line, visible, width},
    widgets,
};
use crate::{
    app::{About, Behind, BehindScreen, Count, Limit, Narrowed, Selection, filter_words},
    percent,
    report::{
        Tally,
        tally::{Group, Occasion, Rate, RecordLine},
    },
    text,
};

/// Says in words what was counted.
pub fn filter(canvas: &Canvas<'_>, count: &Count) -> String {
    let words = filter_words(&count.filter, &canvas.app.data, canvas.lang());
    let joined = words.join(&format!(" {} ", canvas.symbols.separator));
    let busy = if count.running { canvas.t("narrow.counting") } else { String::new() };
    format!("{joined} {busy}").trim_end().to_owned()
}

/// Returns what was counted, or says why there is nothing.
pub fn shown<'count>(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    count: &'count Count,
) -> Option<&'count Tally> {
    let room = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    if let Some(error) = &count.trouble {
        widgets::paragraph(buffer, room, &error_line(canvas, error), canvas.theme.error);
        return None;
    }
    if count.tally.is_none() {
        widgets::paragraph(buffer, room, &canvas.t("narrow.counting"), canvas.theme.dim);
    }
    count.tally.as_deref()
}

/// Draws the rows of a panel: around the selected one where it has the keys, else from the first on.
pub fn rows<'spans>(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    count: usize,
    selection: Option<Selection>,
    spans_of: impl FnMut(usize, u16) -> Vec<Span<'spans>>,
) {
    if let Some(selection) = selection {
        widgets::list(canvas, buffer, area, count, selection, spans_of);
    } else {
        let shown = count.min(usize::from(area.height));
        widgets::list(canvas, buffer, area, shown, Selection(usize::MAX), spans_of);
    }
}

/// The cells of a column, and between two.
const COLUMN: u16 = 5;
const GAP: u16 = 1;

/// Draws the pass rate of months as columns, each with its number above; the selected one is marked by a sign as well.
pub fn columns(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, months: &[Group], selected: Option<usize>) {
    let mut bars = Vec::new();
    let mut numbers = Vec::new();
    for (at, month) in months.iter().enumerate() {
        let rate = month.totals.item_pass_rate.percent;
        // A rate lies between 0 and 100.
        #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
        let height = rate.unwrap_or(0.0).round().clamp(0.0, 100.0) as u64;
        let said = rate.map_or_else(|| "-".to_owned(), |rate| format!("{rate:.0}%"));
        let is_selected = selected == Some(at);
        let mark = if is_selected { canvas.symbols.pointer } else { "" };
        let name = format!("{mark}{}", month.key.get(5..).unwrap_or(&month.key));
        let (style, label) = if is_selected {
            (canvas.theme.key, canvas.theme.selected)
        } else {
            (canvas.theme.accent, canvas.theme.text)
        };
        numbers.push(Span::styled(format!("{said:^0$}", usize::from(COLUMN + GAP)), label));
        bars.push(Bar::default().value(height).text_value("").label(Line::styled(name, label)).style(style));
    }
    put_line(buffer, area.x, area.y, area.width, &numbers);
    BarChart::vertical(bars)
        .bar_width(COLUMN)
        .bar_gap(GAP)
        .max(100)
        .bar_set(canvas.symbols.columns())
        .style(canvas.theme.text)
        .render(Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area }, buffer);
}

/// Draws what can be narrowed to; returns where the caret is.
pub fn draw_limits(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    limits: &[Limit],
    list: &Narrowed,
) -> Option<Position> {
    let held = match canvas.app.screen() {
        crate::app::Screen::Dashboard(screen) => Some(&screen.count.filter),
        crate::app::Screen::Reports(screen) => Some(&screen.count.filter),
        _ => None,
    };
    let inside = widgets::popup(canvas, buffer, area, (66, 20), &canvas.t("narrow.title"));
    let (caret, below) = widgets::search(canvas, buffer, inside, list, limits.len());
    widgets::list(canvas, buffer, below, list.rows.len(), list.selection, |row, room| {
        let Some(limit) = limits.get(list.rows[row]) else {
            let typed = text!("narrow.typed", typed = list.query.text().trim()).show(canvas.lang());
            return vec![Span::raw(format!("   {}", visible(&typed)))];
        };
        let mark = if held.is_some_and(|filter| limit.holds(filter)) { canvas.symbols.pass } else { " " };
        let name = limit.name(&canvas.app.data, canvas.lang());
        vec![
            Span::styled(format!(" {mark} "), canvas.theme.pass),
            Span::raw(pad(&visible(&name), usize::from(room).saturating_sub(4))),
        ]
    });
    if limits.is_empty() || list.rows.is_empty() {
        let room = Rect { x: below.x + 1, width: below.width.saturating_sub(2), ..below };
        widgets::paragraph(buffer, room, &canvas.t("narrow.none-fits"), canvas.theme.dim);
    }
    caret
}

/// Draws what lies behind a number.
pub fn draw_behind(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &BehindScreen) {
    let title = format!("{} {} {}", about(canvas, &screen.about), canvas.symbols.separator, screen.rows.len());
    let inside = widgets::frame(canvas, buffer, area, &title, true);
    if screen.rows.is_empty() {
        let room = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
        widgets::paragraph(buffer, room, &canvas.t("dashboard.nothing"), canvas.theme.dim);
    }
    widgets::list(canvas, buffer, inside, screen.rows.len(), screen.selection, |row, room| match screen.rows[row] {
        Behind::Record(at) => {
            screen.tally.records.get(at as usize).map(|line| record_spans(canvas, &line, room)).unwrap_or_default()
        }
        Behind::Clause(plan, clause) => clause_spans(canvas, &screen.tally, plan, clause, room),
    });
}

/// Names what a number is about.
fn about(canvas: &Canvas<'_>, about: &About) -> String {
    let lang = canvas.lang();
    let unnamed = |name: &String| if name.is_empty() { canvas.t("report.not-given") } else { name.clone() };
    match about {
        About::District(_, name) => text!("narrow.district", name = unnamed(name)).show(lang),
        About::Topic(_, name) => text!("narrow.topic", name = unnamed(name)).show(lang),
        About::Month(key) => text!("dashboard.of-month", month = key).show(lang),
        About::Item { text, .. } => text!("dashboard.of-item", text = text).show(lang),
        About::Targets(_, title) => text!("dashboard.of-targets", title = title).show(lang),
        About::Clauses(_, title) => text!("dashboard.of-clauses", title = title).show(lang),
        About::Clause(_, _, text) => text!("dashboard.of-clause", text = text).show(lang),
        About::Finding(_) | About::Plan(_) => String::new(),
    }
}

/// A record behind a number: day, unit, checklist, what came out.
fn record_spans(canvas: &Canvas<'_>, line: &RecordLine<'_>, room: u16) -> Vec<Span<'static>> {
    let counts = &line.counts;
    let (failed, findings) = (counts.failed, counts.findings);
    let result = if line.occasion == Occasion::Progress {
        text!("dashboard.result-of-figures", conforming = counts.conforming, failed = failed, findings = findings)
    } else {
        let rate = counts.score_rate.map_or_else(|| "-".to_owned(), percent::show);
        text!("dashboard.result", rate = rate, failed = failed, findings = findings)
    };
    let result = result.show(canvas.lang());
    let free = usize::from(room).saturating_sub(width(&result) + 17);
    let unit_width = free / 2;
    let style = if counts.critical_failed > 0 { canvas.theme.fail } else { canvas.theme.text };
    let mark = if counts.critical_failed > 0 { canvas.symbols.critical } else { " " };
    vec![
        Span::raw(format!(" {} ", line.started.format("%Y-%m-%d"))),
        Span::styled(mark, canvas.theme.warning),
        Span::raw(format!("{} ", pad(&visible(line.facility_name), unit_width))),
        Span::styled(format!("{} ", pad(&visible(line.checklist), free - unit_width)), canvas.theme.dim),
        Span::styled(result, style),
    ]
}

/// A clause behind a number: how far it is, its section and text.
fn clause_spans(canvas: &Canvas<'_>, tally: &Tally, plan: usize, clause: usize, room: u16) -> Vec<Span<'static>> {
    let Some(clause) = tally.plans.get(plan).and_then(|plan| plan.clauses.get(clause)) else { return Vec::new() };
    let worst = clause.targets.iter().find(|target| target.state != crate::report::tally::TargetState::Done);
    let (state, result) = match worst.or(clause.targets.first()) {
        Some(target) => (canvas.t(target.state.name_key()), target.ratio.map(percent::show).unwrap_or_default()),
        None if clause.is_checked() => {
            let rate = Rate::of(clause.conforming, clause.conforming + clause.failed);
            (canvas.t("report.coverage.checked"), rate.percent.map(percent::show).unwrap_or_default())
        }
        None if clause.items.is_empty() => (canvas.t("report.coverage.no-item"), String::new()),
        None => (canvas.t("report.coverage.never"), String::new()),
    };
    let done = worst.is_none() && (clause.is_checked() || !clause.targets.is_empty());
    let style = if done { canvas.theme.pass } else { canvas.theme.warning };
    let section = visible(&clause.section).into_owned();
    let text = visible(&clause.text).replace('\n', " ");
    let free = usize::from(room).saturating_sub(33);
    vec![
        Span::styled(format!(" {}", pad(&state, 14)), style),
        Span::raw(format!("{result:>7} ")),
        Span::styled(format!("{} ", pad(&section, 9)), canvas.theme.accent),
        Span::raw(pad(&text, free)),
    ]
}
