//! The dashboard: what was counted at the top, and below it six panels of which as many are shown as there is room for.
//!
//! Whatever is drawn is written as a number as well, so that nothing hangs on colour or on the marks of a bar.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::Span,
    widgets::{LineGauge, Sparkline, Widget},
};

use super::{
    Canvas, counted,
    text::{pad, put_line, visible, width},
    widgets,
};
use crate::{
    app::{DashboardScreen, Measure, Panel, Selection},
    percent,
    report::{
        Tally,
        tally::{Group, Rate, Totals},
    },
    text,
};

/// The rows of what stands at the top, frame and all.
const HEAD: u16 = 5;
/// The fewest rows of a panel, frame and all.
const PANEL: u16 = 7;
/// How many panels stand side by side.
const ACROSS: usize = 2;

/// Draws the dashboard.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &DashboardScreen) {
    let title = format!(
        "{} {} {}",
        canvas.t("screen.dashboard"),
        canvas.symbols.separator,
        counted::filter(canvas, &screen.count)
    );
    let head = widgets::frame(canvas, buffer, Rect { height: HEAD, ..area }, &title, false);
    let rest = Rect { y: area.y + HEAD, height: area.height.saturating_sub(HEAD), ..area };
    let Some(tally) = counted::shown(canvas, buffer, head, &screen.count) else { return };
    draw_head(canvas, buffer, head, tally);
    let rows = Panel::ALL.len() / ACROSS;
    let shown = usize::from(rest.height / PANEL).clamp(1, rows);
    let first = Selection(screen.panel.place() / ACROSS).first_shown(rows, shown);
    for (row, line) in (first..first + shown).enumerate() {
        let (top, bottom) = (part(rest.height, row, shown), part(rest.height, row + 1, shown));
        for column in 0..ACROSS {
            let (left, right) = (part(rest.width, column, ACROSS), part(rest.width, column + 1, ACROSS));
            let room = Rect { x: rest.x + left, y: rest.y + top, width: right - left, height: bottom - top };
            draw_panel(canvas, buffer, room, screen, tally, Panel::ALL[line * ACROSS + column]);
        }
    }
}

/// Returns where part `at` of `parts` equal ones begins.
fn part(length: u16, at: usize, parts: usize) -> u16 {
    u16::try_from(usize::from(length) * at / parts).unwrap_or(length)
}

/// What was counted in all: counts in words, rates as gauges.
fn draw_head(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, tally: &Tally) {
    let totals = &tally.totals;
    let said = text!(
        "dashboard.totals",
        visits = totals.visits,
        units = totals.units,
        findings = totals.findings,
        open = totals.open,
        overdue = totals.overdue,
        left_out = tally.left_out.iter().filter(|one| !one.reason.is_counted()).count(),
    )
    .show(canvas.lang());
    put_line(buffer, area.x + 1, area.y, area.width - 2, &[Span::styled(said, canvas.theme.title)]);
    let rates = [
        (done_key(tally).0, done_rate(tally, totals).unwrap_or_default()),
        ("report.column.item-pass-rate", totals.item_pass_rate),
        ("report.column.visit-pass-rate", totals.visit_pass_rate),
        ("report.column.correction-rate", totals.correction_rate),
    ];
    let label_width = rates.iter().map(|(key, _)| width(&canvas.t(key))).max().unwrap_or(0);
    for (at, (key, rate)) in rates.into_iter().enumerate() {
        let (left, right) = (part(area.width, at % ACROSS, ACROSS), part(area.width, at % ACROSS + 1, ACROSS));
        let y = area.y + 1 + u16::try_from(at / ACROSS).unwrap_or(0);
        let room = Rect { x: area.x + left + 1, y, width: (right - left).saturating_sub(2), height: 1 };
        gauge(canvas, buffer, room, &pad(&canvas.t(key), label_width), rate);
    }
}

/// Names what counts as done: tasks where there are any, else the units of the register. In full, and short.
fn done_key(tally: &Tally) -> (&'static str, &'static str) {
    match tally.totals.task_completion {
        Some(_) => ("report.column.task-completion", "dashboard.tasks"),
        None => ("report.column.coverage", "dashboard.done"),
    }
}

/// Returns how much is done; of the whole dashboard in the same sense.
fn done_rate(tally: &Tally, totals: &Totals) -> Option<Rate> {
    if tally.totals.task_completion.is_some() { totals.task_completion } else { totals.coverage }
}

/// Draws a rate: its name, its number, and a bar.
fn gauge(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, name: &str, rate: Rate) {
    let label = format!("{name} {:>6}", percent(rate));
    LineGauge::default()
        .ratio((rate.percent.unwrap_or(0.0) / 100.0).clamp(0.0, 1.0))
        .label(label)
        .filled_symbol(canvas.symbols.bar_done)
        .unfilled_symbol(canvas.symbols.bar_rest)
        .style(canvas.theme.text)
        .filled_style(canvas.theme.accent)
        .unfilled_style(canvas.theme.dim)
        .render(area, buffer);
}

fn percent(rate: Rate) -> String {
    rate.percent.map_or_else(|| "-".to_owned(), percent::show)
}

/// Draws a bar of a rate in `cells` cells, full only when everything is there.
fn bar(canvas: &Canvas<'_>, rate: Rate, cells: usize) -> String {
    // Parts and wholes are counts or points of some thousands; hundredths are exact enough for a bar.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let hundredths = |number: f64| (number.max(0.0) * 100.0) as usize;
    canvas.symbols.bar(hundredths(rate.part), hundredths(rate.whole), cells)
}

fn draw_panel(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    screen: &DashboardScreen,
    tally: &Tally,
    panel: Panel,
) {
    let focused = screen.panel == panel;
    let count = screen.rows(panel);
    let shown = if panel == Panel::Progress { tally.plans.len() } else { count };
    let mark = if focused { canvas.symbols.pointer } else { "" };
    let title = format!("{mark}{} {shown}", canvas.t(panel.name_key()));
    let inside = widgets::frame(canvas, buffer, area, &title, focused);
    if count == 0 {
        let room = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
        widgets::paragraph(buffer, room, &canvas.t("dashboard.nothing"), canvas.theme.dim);
        return;
    }
    if panel == Panel::Months {
        draw_months(canvas, buffer, inside, &tally.months, screen.selection(panel).0, focused);
        return;
    }
    let headed = matches!(panel, Panel::Districts | Panel::Topics | Panel::Items);
    let list = if headed {
        put_line(
            buffer,
            inside.x,
            inside.y,
            inside.width,
            &[Span::styled(heading(canvas, tally, panel, inside.width), canvas.theme.dim)],
        );
        Rect { y: inside.y + 1, height: inside.height.saturating_sub(1), ..inside }
    } else {
        inside
    };
    counted::rows(canvas, buffer, list, count, focused.then(|| screen.selection(panel)), |row, room| match panel {
        Panel::Districts => group_spans(canvas, tally, &tally.districts[row], room),
        Panel::Topics => group_spans(canvas, tally, &tally.topics[row], room),
        Panel::Items => item_spans(canvas, tally, row, room),
        Panel::Overdue => overdue_spans(canvas, tally, screen.overdue[row], room),
        _ => progress_spans(canvas, tally, row, room),
    });
}

/// The cells of a panel below which there is no room for the day of a term.
const NARROW: usize = 50;

/// The cells of what stands behind a name: a rate, its parts, and a word or another rate.
const RATE: usize = 7;
const PARTS: usize = 7;
const LAST: usize = 7;

/// The cells of a bar where there is little room, and where there is more.
const BARS: (usize, usize) = (4, 10);

/// The cells of a bar in a panel, and those that are left for a name when `others` follow.
fn bar_and_name(room: u16, others: usize) -> (usize, usize) {
    let bar = if room < 50 { BARS.0 } else { BARS.1 };
    (bar, usize::from(room).saturating_sub(bar + others + 2))
}

fn heading(canvas: &Canvas<'_>, tally: &Tally, panel: Panel, room: u16) -> String {
    let right = |key: &str, cells: usize| {
        let name = canvas.t(key);
        format!("{}{name}", " ".repeat(cells.saturating_sub(width(&name))))
    };
    let key = if panel == Panel::Items { "dashboard.failed" } else { done_key(tally).1 };
    let last = right("dashboard.pass", LAST);
    format!("{}{last}", right(key, usize::from(room).saturating_sub(LAST)))
}

/// A district or topic: how much of it is done, and how well it passes.
fn group_spans(canvas: &Canvas<'_>, tally: &Tally, group: &Group, room: u16) -> Vec<Span<'static>> {
    let totals = &group.totals;
    let named = if group.name.is_empty() { canvas.t("report.not-given") } else { visible(&group.name).into_owned() };
    let rate = done_rate(tally, totals);
    let done = rate.unwrap_or_default();
    // Where nothing says how many there are, the number of units inspected stands alone.
    let parts = rate.map_or_else(|| totals.units.to_string(), |rate| format!("{}/{}", rate.part, rate.whole));
    let (cells, name) = bar_and_name(room, RATE + PARTS + LAST);
    vec![
        Span::raw(format!(" {} ", pad(&named, name))),
        Span::styled(bar(canvas, done, cells), canvas.theme.accent),
        Span::raw(format!("{:>RATE$}{parts:>PARTS$}", percent(done))),
        Span::styled(format!("{:>LAST$}", percent(totals.item_pass_rate)), pass_style(canvas, totals.item_pass_rate)),
    ]
}

/// Lets a rate stand out that is not whole; the number itself says the same.
fn pass_style(canvas: &Canvas<'_>, rate: Rate) -> Style {
    match rate.percent {
        Some(percent) if percent < 100.0 => canvas.theme.warning,
        Some(_) => canvas.theme.pass,
        None => canvas.theme.dim,
    }
}

/// An item that fails: how often, against the one that fails most, and its pass rate.
fn item_spans(canvas: &Canvas<'_>, tally: &Tally, row: usize, room: u16) -> Vec<Span<'static>> {
    let item = &tally.items[row];
    let most = tally.items.first().map_or(1, |item| item.failed);
    let mark = if item.critical { canvas.symbols.critical } else { " " };
    let text = visible(&item.text).replace('\n', " ");
    let (cells, name) = bar_and_name(room, RATE + LAST);
    vec![
        Span::styled(mark, canvas.theme.warning),
        Span::raw(format!("{} ", pad(&text, name))),
        Span::styled(bar(canvas, Rate::of(item.failed, most), cells), canvas.theme.fail),
        Span::raw(format!("{:>RATE$}", item.failed)),
        Span::styled(format!("{:>LAST$}", percent(item.pass_rate)), pass_style(canvas, item.pass_rate)),
    ]
}

/// A finding that is overdue: since when, for how long, where and what.
fn overdue_spans(canvas: &Canvas<'_>, tally: &Tally, at: usize, room: u16) -> Vec<Span<'static>> {
    let finding = tally.findings.at(at);
    let days = finding.due.map_or(0, |due| (tally.as_of - due).num_days());
    let late = text!("dashboard.late", days = days).show(canvas.lang());
    let unit = visible(tally.records.get(finding.record as usize).map_or("", |record| record.facility_name));
    // Where there is little room the name of the unit says more than the day, which follows from how late it is.
    let is_narrow = usize::from(room) < NARROW;
    let due = finding.due.filter(|_| !is_narrow).map(|due| format!("{due} ")).unwrap_or_default();
    let left = usize::from(room).saturating_sub(width(&due) + width(&late) + 3);
    let unit_width = if is_narrow { width(&unit).min(left) } else { left * 2 / 5 };
    vec![
        Span::styled(format!(" {due}{late} "), canvas.theme.fail),
        Span::raw(pad(&unit, unit_width)),
        Span::raw(" "),
        Span::raw(pad(&visible(finding.description).replace('\n', " "), left - unit_width)),
    ]
}

/// A plan: the time that is over, and below it what is done, so that the bars can be compared.
fn progress_spans(canvas: &Canvas<'_>, tally: &Tally, row: usize, room: u16) -> Vec<Span<'static>> {
    let count = Measure::ALL.len();
    let plan = &tally.plans[row / count];
    let measure = Measure::ALL[row % count];
    let time = plan.time_progress;
    let (name, rate) = match measure {
        Measure::Time => (visible(&plan.title).into_owned(), time),
        Measure::Targets => (format!("  {}", canvas.t("report.column.targets-done")), plan.targets_done),
        Measure::Clauses => (format!("  {}", canvas.t("report.column.clauses-checked")), plan.clauses_checked),
    };
    let behind = measure != Measure::Time && rate.percent.zip(time.percent).is_some_and(|(done, over)| done < over);
    let (parts, style) = match measure {
        Measure::Time => (String::new(), canvas.theme.title),
        _ => (format!("{}/{}", rate.part, rate.whole), canvas.theme.text),
    };
    let last = match measure {
        Measure::Time => canvas.t("dashboard.time"),
        _ if behind => canvas.t("report.target.behind"),
        _ => String::new(),
    };
    let (cells, free) = bar_and_name(room, RATE + PARTS + LAST);
    vec![
        Span::styled(format!(" {} ", pad(&name, free)), style),
        Span::styled(bar(canvas, rate, cells), canvas.theme.accent),
        Span::raw(format!("{:>RATE$}{parts:>PARTS$}", percent(rate))),
        Span::styled(format!(" {last}"), canvas.theme.fail),
    ]
}

/// The cells of a month, gap and all.
const MONTH: usize = 6;

/// Draws the months: inspections as a line of columns, the pass rate of each month as a bar with its number.
fn draw_months(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, months: &[Group], selected: usize, focused: bool) {
    let fit = (usize::from(area.width) / MONTH).max(1);
    let first = Selection(selected).first_shown(months.len(), fit);
    let shown = &months[first..months.len().min(first + fit)];
    let month = &months[selected.min(months.len() - 1)];
    let visits =
        text!("dashboard.month", month = month.key, visits = month.totals.visits, failed = month.totals.failed);
    let visits = visits.show(canvas.lang());
    let label = u16::try_from(width(&visits)).unwrap_or(0) + 2;
    put_line(buffer, area.x + 1, area.y, area.width - 1, &[Span::raw(visits)]);
    let spark = Rect { x: area.x + label, width: area.width.saturating_sub(label), height: 1, ..area };
    // The last ones, where not all have room.
    let latest = &months[months.len().saturating_sub(usize::from(spark.width))..];
    Sparkline::default()
        .data(latest.iter().map(|month| month.totals.visits).collect::<Vec<_>>())
        .bar_set(canvas.symbols.columns())
        .style(canvas.theme.accent)
        .render(spark, buffer);
    let chart = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    counted::columns(canvas, buffer, chart, shown, focused.then(|| selected.saturating_sub(first)));
}
