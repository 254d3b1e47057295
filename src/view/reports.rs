//! Making a report: kinds and formats on the left, the preview on the right, how far the writing is at the bottom.

use ratatui::{
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::Span,
    widgets::{LineGauge, Widget},
};

use super::{
    Canvas, counted, error_line,
    text::{pad, put_line, visible, width, wrap},
    widgets,
};
use crate::{
    app::{PreviewLine, ReportPane, ReportScreen, Work, Writing},
    error::Error,
    i18n::Lang,
    report::{
        Kind, Output,
        preview::{Part, Preview, TableStart},
    },
    text,
};

/// The columns of the kinds and formats, frame and all.
const LEFT: u16 = 26;
/// The rows of what has become of writing, frame and all.
const BOTTOM: u16 = 4;

/// Draws the screen.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &ReportScreen) {
    let top = Rect { height: area.height.saturating_sub(BOTTOM), ..area };
    let left = Rect { width: LEFT, ..top };
    let kinds_height = (u16::try_from(Kind::OF_PERIOD.len()).unwrap_or(0) + 2).min(left.height / 2 + 1);
    draw_kinds(canvas, buffer, Rect { height: kinds_height, ..left }, screen);
    let outputs = Rect { y: left.y + kinds_height, height: left.height - kinds_height, ..left };
    draw_outputs(canvas, buffer, outputs, screen);
    draw_preview(canvas, buffer, Rect { x: top.x + LEFT, width: top.width.saturating_sub(LEFT), ..top }, screen);
    draw_work(canvas, buffer, Rect { y: top.bottom(), height: BOTTOM, ..area }, screen);
}

fn draw_kinds(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &ReportScreen) {
    let focused = screen.pane == ReportPane::Kinds;
    let inside = widgets::frame(canvas, buffer, area, &canvas.t("reports.kinds"), focused);
    widgets::list(canvas, buffer, inside, Kind::OF_PERIOD.len(), screen.kind, |row, _| {
        let kind = Kind::OF_PERIOD[row];
        let mark = if kind == screen.kind() { canvas.symbols.pointer } else { " " };
        vec![Span::raw(format!("{mark} {}", canvas.t(&kind.name_key())))]
    });
}

fn draw_outputs(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &ReportScreen) {
    let focused = screen.pane == ReportPane::Outputs;
    let inside = widgets::frame(canvas, buffer, area, &canvas.t("reports.formats"), focused);
    let selection = focused.then_some(screen.output);
    counted::rows(canvas, buffer, inside, Output::ALL.len(), selection, |row, _| {
        let mark = if screen.chosen[row] { canvas.symbols.pass } else { " " };
        vec![Span::styled(format!(" [{mark}] "), canvas.theme.pass), Span::raw(canvas.t(Output::ALL[row].name_key()))]
    });
}

fn draw_preview(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &ReportScreen) {
    let focused = screen.pane == ReportPane::Preview;
    let inside = widgets::frame(canvas, buffer, area, &counted::filter(canvas, &screen.count), focused);
    let Some(_) = counted::shown(canvas, buffer, inside, &screen.count) else { return };
    let room = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    let made = screen.shown.as_ref().and_then(|shown| Some((shown, shown.preview.as_ref()?)));
    match made {
        None => drop(widgets::paragraph(buffer, room, &canvas.t("reports.previewing"), canvas.theme.dim)),
        Some((_, Err(error))) => drop(widgets::paragraph(buffer, room, &error_line(canvas, error), canvas.theme.error)),
        Some((shown, Ok(preview))) => {
            let (columns, height) = (usize::from(room.width), usize::from(room.height));
            let lines = shown.lines(columns, canvas.lang(), || lines(preview, columns, canvas.lang()));
            let first = screen.scroll.first_line(lines.len(), height);
            for ((line, text), y) in lines.iter().skip(first).zip(room.top()..room.bottom()) {
                put_line(buffer, room.x, y, room.width, &[Span::styled(text.as_str(), style(canvas, *line))]);
            }
            if lines.len() > height {
                let at = format!(" {}-{}/{} ", first + 1, (first + height).min(lines.len()), lines.len());
                let cells = u16::try_from(width(&at)).unwrap_or(0);
                let x = area.right().saturating_sub(cells + 2);
                put_line(buffer, x, area.bottom() - 1, cells, &[Span::styled(at, canvas.theme.dim)]);
            }
        }
    }
}

fn style(canvas: &Canvas<'_>, line: PreviewLine) -> Style {
    match line {
        PreviewLine::Heading => canvas.theme.title,
        PreviewLine::Text => canvas.theme.text,
        PreviewLine::Table => canvas.theme.accent,
        PreviewLine::Columns => canvas.theme.key,
        PreviewLine::Note => canvas.theme.dim,
        PreviewLine::Reminder => canvas.theme.warning,
    }
}

/// Lays a preview out in lines of a width.
fn lines(preview: &Preview, columns: usize, lang: Lang) -> Vec<(PreviewLine, String)> {
    let mut lines = Vec::new();
    let wrapped = |lines: &mut Vec<(PreviewLine, String)>, text: &str, line: PreviewLine| {
        let shown = visible(text);
        lines.extend(wrap(&shown, columns.max(2)).into_iter().map(|text| (line, text.to_owned())));
    };
    for reminder in &preview.reminders {
        wrapped(&mut lines, &reminder.show(lang), PreviewLine::Reminder);
    }
    wrapped(&mut lines, &preview.title, PreviewLine::Heading);
    lines.push((PreviewLine::Text, String::new()));
    for part in &preview.parts {
        match part {
            Part::Heading(_, text) => wrapped(&mut lines, text, PreviewLine::Heading),
            Part::Paragraph(text) => wrapped(&mut lines, text, PreviewLine::Text),
            Part::Table(table) => table_lines(&mut lines, table, columns, lang),
        }
    }
    lines.push((PreviewLine::Text, String::new()));
    for note in &preview.notes {
        wrapped(&mut lines, note, PreviewLine::Note);
    }
    lines
}

/// The fewest and the most cells of a column of a table.
const COLUMN: (usize, usize) = (4, 30);

/// Lays the beginning of a table out: as many columns as there is room for, numbers to the right.
fn table_lines(lines: &mut Vec<(PreviewLine, String)>, table: &TableStart, columns: usize, lang: Lang) {
    let title = text!("reports.table", title = table.title, rows = table.count).show(lang);
    lines.push((PreviewLine::Text, String::new()));
    lines.push((PreviewLine::Table, pad(&visible(&title), columns).trim_end().to_owned()));
    let cells_of = |at: usize, (title, width_wanted, _): &(String, u16, bool)| {
        let widest = table.rows.iter().filter_map(|row| row.get(at)).map(|cell| width(cell)).max().unwrap_or(0);
        let most = usize::from(*width_wanted) * 2;
        widest.max(width(title)).min(most.max(width(title))).clamp(COLUMN.0, COLUMN.1)
    };
    let mut used = 0;
    let fitting: Vec<(usize, usize)> = table
        .columns
        .iter()
        .enumerate()
        .map(|(at, column)| (at, cells_of(at, column)))
        .take_while(|(_, cells)| {
            used += cells + 1;
            used <= columns + 1
        })
        .collect();
    let line = |values: &dyn Fn(usize) -> String| {
        let cells = fitting.iter().map(|&(at, cells)| {
            let value = values(at).replace('\n', " ");
            let number = table.columns[at].2 && width(&value) < cells;
            if number { format!("{}{value}", " ".repeat(cells - width(&value))) } else { pad(&value, cells) }
        });
        cells.collect::<Vec<_>>().join(" ").trim_end().to_owned()
    };
    lines.push((PreviewLine::Columns, line(&|at| table.columns[at].0.clone())));
    for row in &table.rows {
        let cell = |at: usize| row.get(at).map(|cell| visible(cell).into_owned()).unwrap_or_default();
        lines.push((PreviewLine::Text, line(&cell)));
    }
    let (rows, columns) = (table.count.saturating_sub(table.rows.len()), table.columns.len() - fitting.len());
    let hidden = match (rows, columns) {
        (0, 0) => return,
        (0, _) => text!("reports.more-columns", columns = columns),
        (_, 0) => text!("reports.more-rows", rows = rows),
        _ => text!("reports.more", rows = rows, columns = columns),
    };
    lines.push((PreviewLine::Note, hidden.show(lang)));
}

fn draw_work(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &ReportScreen) {
    let title = text!("reports.folder", folder = screen.folder).show(canvas.lang());
    let inside = widgets::frame(canvas, buffer, area, &title, false);
    let room = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    match &screen.work {
        Work::None => drop(widgets::paragraph(buffer, room, &canvas.t("reports.ready"), canvas.theme.dim)),
        Work::Writing(None) => drop(widgets::paragraph(buffer, room, &canvas.t("reports.begun"), canvas.theme.text)),
        Work::Writing(Some(writing)) => draw_writing(canvas, buffer, room, writing),
        Work::Stopping => drop(widgets::paragraph(buffer, room, &canvas.t("reports.stopping"), canvas.theme.warning)),
        Work::Stopped(files) => {
            let said = text!("reports.stopped", count = files.len()).show(canvas.lang());
            widgets::paragraph(buffer, room, &said, canvas.theme.warning);
        }
        Work::Done(files) => {
            let names: Vec<_> =
                files.iter().filter_map(|put| put.path.file_name()).map(|name| name.to_string_lossy()).collect();
            let said = text!("reports.done", count = files.len()).show(canvas.lang());
            let all = format!("{} {said} {}", canvas.symbols.pass, canvas.lang().list(names));
            if files.iter().all(|put| put.kept.is_none()) {
                widgets::paragraph(buffer, room, &all, canvas.theme.pass);
            } else {
                let kept = canvas.t("reports.kept");
                widgets::paragraph(buffer, room, &format!("{kept} {all}"), canvas.theme.warning);
            }
        }
        Work::Failed(error, files) => draw_failed(canvas, buffer, room, error, files.len()),
    }
}

fn draw_failed(canvas: &Canvas<'_>, buffer: &mut Buffer, room: Rect, error: &Error, written: usize) {
    let done = if written > 0 { text!("reports.done", count = written).show(canvas.lang()) } else { String::new() };
    widgets::paragraph(buffer, room, &format!("{} {done}", error_line(canvas, error)), canvas.theme.error);
}

/// How far the report is: which file of how many, how many rows of it, and a bar.
fn draw_writing(canvas: &Canvas<'_>, buffer: &mut Buffer, room: Rect, writing: &Writing) {
    let said = text!(
        "reports.writing",
        format = canvas.t(writing.output.name_key()),
        number = writing.number,
        of = writing.of,
        rows = writing.rows,
    )
    .show(canvas.lang());
    // Some formats go through their rows more than once; the bar is full only when the file is there.
    #[allow(clippy::cast_precision_loss)]
    let share = (writing.rows as f64 / writing.expected.max(1) as f64).min(0.99);
    #[allow(clippy::cast_precision_loss)]
    let ratio = ((writing.number.saturating_sub(1) as f64 + share) / writing.of.max(1) as f64).clamp(0.0, 1.0);
    LineGauge::default()
        .ratio(ratio)
        .label(format!("{:>3.0}%", ratio * 100.0))
        .filled_symbol(canvas.symbols.bar_done)
        .unfilled_symbol(canvas.symbols.bar_rest)
        .style(canvas.theme.text)
        .filled_style(canvas.theme.accent)
        .unfilled_style(canvas.theme.dim)
        .render(Rect { height: 1, ..room }, buffer);
    let below = Rect { y: room.y + 1, height: room.height.saturating_sub(1), ..room };
    widgets::paragraph(buffer, below, &said, canvas.theme.text);
}
