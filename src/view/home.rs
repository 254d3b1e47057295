//! The first screen: what can be done, what is due, drafts, last records.

use ratatui::{buffer::Buffer, layout::Rect, style::Style, text::Span};

use super::{
    Canvas, reviews, tasks,
    text::{pad, put_line, visible, width},
    widgets,
};
use crate::{
    app::{
        Home, HomeRow, Selection,
        command::{Command, Context, bindings},
        data::{Area, Data},
    },
    store::{RecordRow, result_shown, title_shown},
    text,
};

/// A row as it is drawn: a heading, or one that can be selected.
enum Row<'rows> {
    /// Its name, how many rows of it are shown, and how many there are.
    Heading(&'static str, usize, usize),
    Nothing(&'static str),
    Entry(usize, &'rows HomeRow),
}

/// A group of rows: its heading, what stands there when it is empty, which rows belong to it, and how many there are in all,
/// where that matters.
type Group = (&'static str, &'static str, fn(&HomeRow) -> bool, fn(&Data) -> Option<usize>);

/// A group that is not there when it is empty.
type SilentGroup = (&'static str, fn(&HomeRow) -> bool, fn(&Data) -> usize);

/// What is not there when nobody hands out tasks, nothing was returned and nothing waits for a review.
const SILENT: [SilentGroup; 3] = [
    ("home.tasks", |row| matches!(row, HomeRow::Task(_)), |data| data.own_tasks.len()),
    ("home.returned", |row| matches!(row, HomeRow::Returned(_)), |data| data.returned.len()),
    ("home.to-review", |row| matches!(row, HomeRow::Review(_)), |data| data.to_review.len()),
];

/// Draws the screen.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, home: &Home) {
    draw_menu(canvas, buffer, Rect { height: 3, ..area });
    let rest = Rect { y: area.y + 3, height: area.height - 3, ..area };
    let inside = widgets::frame(canvas, buffer, rest, &canvas.t("home.title"), true);
    let today = canvas.app.now.date_naive();
    let entries = Home::rows(&canvas.app.data, today);
    let rows = grouped(canvas, &entries);
    let selected = rows.iter().position(|row| matches!(row, Row::Entry(at, _) if *at == home.selection.0));
    // Nothing is selected where there is nothing to open.
    let selection = Selection(selected.unwrap_or(usize::MAX));
    widgets::list(canvas, buffer, inside, rows.len(), selection, |row, room| match &rows[row] {
        Row::Heading(key, shown, total) => vec![Span::styled(heading(canvas, key, *shown, *total), canvas.theme.title)],
        Row::Nothing(key) => vec![Span::styled(format!("   {}", canvas.t(key)), canvas.theme.dim)],
        Row::Entry(_, entry) => entry_spans(canvas, entry, room),
    });
}

/// The things that can be done, each with its key, in two rows where one is too narrow.
fn draw_menu(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect) {
    let wanted = [
        Command::NewInspection,
        Command::Records,
        Command::Facilities,
        Command::Checklists,
        Command::Plans,
        Command::Tasks,
        Command::Findings,
        Command::Reviews,
        Command::Conflicts,
        Command::Dashboard,
        Command::Reports,
    ];
    let entries = bindings(Context::Home).filter(|binding| wanted.contains(&binding.command));
    let entries: Vec<_> = entries
        .map(|binding| (format!(" {} ", binding.key.show(canvas.lang())), canvas.t(binding.command.name_key())))
        .collect();
    let (mut x, mut y) = (area.x, area.y + 1);
    for (key, name) in entries {
        let cells = u16::try_from(width(&key) + width(&name)).unwrap_or(area.width);
        if x > area.x && x + cells > area.right() {
            (x, y) = (area.x, y + 1);
        }
        put_line(buffer, x, y, cells, &[Span::styled(key, canvas.theme.key), Span::styled(name, canvas.theme.title)]);
        x += cells;
    }
}

/// The heading of a group, which says so where there is more than is shown.
fn heading(canvas: &Canvas<'_>, key: &str, shown: usize, total: usize) -> String {
    let group = canvas.t(key);
    if shown < total {
        text!("home.more", group = group, shown = shown, total = total).show(canvas.lang())
    } else {
        group
    }
}

/// Puts headings above the groups.
fn grouped<'rows>(canvas: &Canvas<'_>, entries: &'rows [HomeRow]) -> Vec<Row<'rows>> {
    let is_due =
        |row: &HomeRow| matches!(row, HomeRow::Rectification(..) | HomeRow::Deadline { .. } | HomeRow::Again(_));
    let groups: [Group; 3] = [
        ("home.due", "home.nothing-due", is_due, |_| None),
        ("home.drafts", "home.no-drafts", |row| matches!(row, HomeRow::Draft(_)), |data| Some(data.drafts().count())),
        ("home.recent", "home.no-records", |row| matches!(row, HomeRow::Recent(_)), |_| None),
    ];
    let mut rows = Vec::new();
    let fitting = |belongs: fn(&HomeRow) -> bool| {
        entries.iter().enumerate().filter(move |(_, row)| belongs(row)).map(|(at, row)| Row::Entry(at, row))
    };
    let data = &canvas.app.data;
    for (heading, belongs, total) in SILENT {
        let shown = fitting(belongs).count();
        if shown > 0 {
            rows.push(Row::Heading(heading, shown, total(data)));
            rows.extend(fitting(belongs));
        }
    }
    for (heading, nothing, belongs, total) in groups {
        let shown = fitting(belongs).count();
        rows.push(Row::Heading(heading, shown, total(data).unwrap_or(shown)));
        rows.extend(fitting(belongs));
        if shown == 0 {
            rows.push(Row::Nothing(if data.has(Area::Records) { nothing } else { "view.loading" }));
        }
    }
    rows
}

fn entry_spans(canvas: &Canvas<'_>, entry: &HomeRow, room: u16) -> Vec<Span<'static>> {
    let record = |id| canvas.app.data.record(id);
    match entry {
        HomeRow::Task(at) => tasks::spans(canvas, *at, room),
        HomeRow::Rectification(term) => {
            let Some(row) = canvas.app.data.records.get(term.record) else { return Vec::new() };
            let late = term.day < canvas.app.now.date_naive();
            let style = if late { canvas.theme.fail } else { canvas.theme.warning };
            let key = if late { "home.overdue" } else { "home.rectify" };
            let said = match term.due.filter(|due| *due < term.open) {
                Some(due) => text!("home.findings-of", due = due, count = term.open),
                None => text!("home.findings", count = term.open),
            };
            let said = said.show(canvas.lang());
            vec![
                Span::styled(format!("   {} {} ", term.day, canvas.t(key)), style),
                Span::raw(format!("{}  {said}", visible(&row.facility.name))),
            ]
        }
        HomeRow::Again(at) => {
            let Some(date) = canvas.app.data.next_dates.get(*at) else { return Vec::new() };
            let late = date.day < canvas.app.now.date_naive();
            let style = if late { canvas.theme.fail } else { canvas.theme.warning };
            let checklists = &canvas.app.data.checklists;
            let with = checklists.iter().find(|file| file.checklist.id == date.after.checklist);
            let title = with.map_or("", |file| file.checklist.title.show(canvas.lang()));
            vec![
                Span::styled(format!("   {} {} ", date.day, canvas.t("next-date.due")), style),
                Span::raw(format!("{}  {}", visible(&date.after.facility_name), visible(title))),
            ]
        }
        HomeRow::Deadline { day, section, text, .. } => vec![
            Span::styled(format!("   {day} {} ", canvas.t("home.deadline")), canvas.theme.warning),
            Span::raw(format!("{} {}", visible(section), visible(text))),
        ],
        HomeRow::Draft(id) | HomeRow::Recent(id) | HomeRow::Returned(id) | HomeRow::Review(id) => {
            record(id).map(|row| record_spans(canvas, row, room)).unwrap_or_default()
        }
    }
}

/// The cells that what came out of a record gets in a list, so that the columns stand below one another.
const RESULT: usize = 23;

/// A record in a list: day, unit, checklist, and what came out.
pub fn record_spans(canvas: &Canvas<'_>, row: &RecordRow, room: u16) -> Vec<Span<'static>> {
    let (result, style) = result(canvas, row);
    let day = row.started.format("%Y-%m-%d");
    let result_width = width(&result).max(RESULT);
    let unit_width = usize::from(room).saturating_sub(result_width + 17) / 2;
    let title_width = usize::from(room).saturating_sub(result_width + unit_width + 18);
    let title = title_shown(&canvas.app.data.checklists, &row.checklist, canvas.lang());
    vec![
        Span::raw(" "),
        reviews::mark(canvas, &row.id),
        Span::raw(format!(" {day}  ")),
        Span::raw(pad(&visible(&row.facility.name), unit_width)),
        Span::raw(" "),
        Span::styled(pad(&visible(&format!("{title} v{}", row.checklist.version)), title_width), canvas.theme.dim),
        Span::raw(" "),
        Span::styled(result, style),
    ]
}

fn result(canvas: &Canvas<'_>, row: &RecordRow) -> (String, Style) {
    let summary = &row.summary;
    let said = result_shown(&canvas.app.data.checklists, row).show(canvas.lang());
    if row.finalised.is_none() {
        return (said, canvas.theme.warning);
    }
    let style = if summary.critical_failed > 0 { canvas.theme.fail } else { canvas.theme.text };
    let mark = if summary.critical_failed > 0 { canvas.symbols.critical } else { "" };
    (format!("{said}{mark}"), style)
}
