//! Drawing: reads the state of [`crate::app`] and paints it; changes nothing, touches neither disk nor terminal.
//!
//! Every text from outside goes through [`text::visible`] before it is painted, and every measuring, wrapping and cutting
//! of text is done by [`text`]. The caret of the terminal is set in exactly one place, [`draw`].

mod conflicts;
mod counted;
mod dashboard;
mod dialogs;
mod facility;
mod fill;
mod findings;
mod home;
mod lists;
mod mistakes;
mod plan;
mod plan_compare;
mod plan_dialogs;
mod plan_source;
mod record;
mod reports;
mod returned;
mod reviews;
mod setup;
mod syncing;
mod tasks;
pub mod text;
pub mod theme;
mod trace;
mod units;
mod widgets;

use ratatui::{
    Frame,
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
    text::Span,
};

use crate::{
    app::{
        App, Notice, Screen,
        command::{Command, Context, bindings},
        fill::Kept,
    },
    error::Error,
    i18n::Lang,
    store::title_shown,
};
use text::{pad, put_line, visible, width};
use theme::{Symbols, Theme};

/// The smallest terminal that is drawn to, in columns and rows.
pub const SMALLEST: (u16, u16) = (60, 16);

/// The most rows that something to be said takes.
const NOTICE_ROWS: u16 = 4;

/// How things look: colours and marks.
#[derive(Clone, Copy, Debug)]
pub struct Look {
    /// The colours.
    pub theme: Theme,
    /// The marks and borders.
    pub symbols: Symbols,
}

/// What drawing needs at every turn.
#[derive(Clone, Copy)]
struct Canvas<'app> {
    app: &'app App,
    theme: &'app Theme,
    symbols: &'app Symbols,
}

impl Canvas<'_> {
    fn lang(&self) -> Lang {
        self.app.lang
    }

    fn t(&self, key: &str) -> String {
        self.lang().t(key).into_owned()
    }

    /// Names the place of an error, within the workspace where it lies there.
    fn place(&self, error: &Error) -> Option<String> {
        let mut place = error.place()?.clone();
        if let Some(below) = self.app.workspace.as_ref().and_then(|open| place.path.strip_prefix(&open.root).ok()) {
            place.path = below.to_owned();
        }
        Some(place.to_string())
    }
}

/// Draws everything, and puts the terminal's caret where text is typed.
pub fn draw(frame: &mut Frame<'_>, app: &App, look: &Look) {
    let canvas = Canvas { app, theme: &look.theme, symbols: &look.symbols };
    let area = frame.area();
    let buffer = frame.buffer_mut();
    buffer.set_style(area, look.theme.text);
    if area.width < SMALLEST.0 || area.height < SMALLEST.1 {
        draw_too_small(&canvas, buffer, area);
        return;
    }
    draw_top(&canvas, buffer, row(area, 0));
    draw_keys(&canvas, buffer, row(area, area.height - 1));
    let body = body(area);
    let caret = draw_screen(&canvas, buffer, body);
    draw_status(&canvas, buffer, row(area, area.height - 2));
    let caret = match &app.overlay {
        Some(overlay) => dialogs::draw(&canvas, buffer, body, overlay),
        None => caret,
    };
    if let Some(caret) = caret.filter(|caret| area.contains(*caret)) {
        frame.set_cursor_position(caret);
    }
}

/// Returns the item of the draft that is drawn at a column and row, by its position in the checklist.
pub fn item_at(app: &App, column: u16, row: u16) -> Option<usize> {
    let (columns, rows) = app.size;
    match app.screen() {
        Screen::Fill(fill) if app.overlay.is_none() && columns >= SMALLEST.0 && rows >= SMALLEST.1 => {
            fill::item_at(body(Rect::new(0, 0, columns, rows)), fill, Position { x: column, y: row })
        }
        _ => None,
    }
}

/// Returns what is left between the top line and the two at the bottom.
fn body(area: Rect) -> Rect {
    Rect { y: area.y + 1, height: area.height - 3, ..area }
}

fn draw_screen(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect) -> Option<Position> {
    match canvas.app.screen() {
        Screen::Setup(setup) => setup::draw(canvas, buffer, area, setup),
        Screen::Home(home) => {
            home::draw(canvas, buffer, area, home);
            None
        }
        Screen::Plans(selection) => {
            lists::draw_plans(canvas, buffer, area, *selection);
            None
        }
        Screen::Plan(plan) => {
            plan::draw(canvas, buffer, area, plan);
            None
        }
        Screen::Compare(screen) => {
            plan_compare::draw(canvas, buffer, area, screen);
            None
        }
        Screen::Checklists(selection) => {
            lists::draw_checklists(canvas, buffer, area, *selection);
            None
        }
        Screen::Checklist(checklist, selection) => {
            record::draw_checklist(canvas, buffer, area, checklist, *selection);
            None
        }
        Screen::Mistakes(screen) => {
            mistakes::draw(canvas, buffer, area, screen);
            None
        }
        Screen::Facilities(list) => lists::draw_facilities(canvas, buffer, area, list),
        Screen::Facility(screen) => {
            facility::draw(canvas, buffer, area, screen);
            None
        }
        Screen::Tasks(list) => tasks::draw(canvas, buffer, area, list),
        Screen::Findings(screen) => findings::draw(canvas, buffer, area, screen),
        Screen::Reviews(screen) => reviews::draw(canvas, buffer, area, screen),
        Screen::Trace(screen) => {
            trace::draw(canvas, buffer, area, screen);
            None
        }
        Screen::Finding(screen) => {
            findings::draw_one(canvas, buffer, area, screen);
            None
        }
        Screen::Choosing(choosing) => lists::draw_choosing(canvas, buffer, area, choosing),
        Screen::Records(list) => lists::draw_records(canvas, buffer, area, list),
        Screen::Conflicts(selection) => {
            conflicts::draw(canvas, buffer, area, *selection);
            None
        }
        Screen::Dashboard(screen) => {
            dashboard::draw(canvas, buffer, area, screen);
            None
        }
        Screen::Behind(screen) => {
            counted::draw_behind(canvas, buffer, area, screen);
            None
        }
        Screen::Reports(screen) => {
            reports::draw(canvas, buffer, area, screen);
            None
        }
        Screen::Record(record) => {
            record::draw(canvas, buffer, area, record);
            None
        }
        Screen::Fill(fill) => fill::draw(canvas, buffer, area, fill),
    }
}

/// Says that the terminal is too small, and waits.
fn draw_too_small(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect) {
    let said = crate::text!("view.too-small", columns = SMALLEST.0, rows = SMALLEST.1).show(canvas.lang());
    for (line, y) in text::wrap(&said, usize::from(area.width.max(2))).into_iter().zip(area.top()..area.bottom()) {
        put_line(buffer, area.x, y, area.width, &[Span::styled(line.to_owned(), canvas.theme.warning)]);
    }
}

/// The top line: what this is about on the left, what is true of everything on the right.
fn draw_top(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect) {
    let (style, right) = state(canvas);
    let right_width = width(&right).min(usize::from(area.width) / 2);
    let left_width = usize::from(area.width).saturating_sub(right_width + 3);
    let left = pad(&visible(&place(canvas)), left_width);
    let spans = [
        Span::raw(" "),
        Span::styled(left, canvas.theme.title),
        Span::raw(" "),
        Span::styled(right, style),
        Span::raw(" "),
    ];
    put_line(buffer, area.x, area.y, area.width, &spans);
}

/// Names the screen, or the unit and checklist that are being filled in.
fn place(canvas: &Canvas<'_>) -> String {
    let dot = canvas.symbols.separator;
    match canvas.app.screen() {
        Screen::Fill(fill) => {
            let checklist = fill.sheet().checklist();
            let title = checklist.title.show(canvas.lang());
            format!("{} {dot} {title} v{}", fill.editing().pinned().facility.name, checklist.version)
        }
        Screen::Record(record) => {
            let header = &record.record.record().header;
            let title = title_shown(&canvas.app.data.checklists, &header.checklist, canvas.lang());
            format!("{} {dot} {title} v{}", header.facility.name, header.checklist.version)
        }
        Screen::Plan(plan) => plan.plan.head.title.clone(),
        Screen::Checklist(checklist, _) => checklist.title.show(canvas.lang()).to_owned(),
        Screen::Facility(screen) => screen.facility.name.clone(),
        Screen::Choosing(choosing) => {
            format!("{} {dot} {}", choosing.facility.name, canvas.t("screen.choosing"))
        }
        screen => format!("{} {dot} {}", canvas.t("app.name"), canvas.t(screen_key(screen.context()))),
    }
}

fn screen_key(context: Context) -> &'static str {
    match context {
        Context::Setup => "screen.setup",
        Context::Plans | Context::Plan => "screen.plans",
        Context::Compare => "screen.compare",
        Context::Checklists | Context::Checklist | Context::Mistakes => "screen.checklists",
        Context::Facilities | Context::Facility => "screen.facilities",
        Context::Tasks => "screen.tasks",
        Context::Findings | Context::Finding => "screen.findings",
        Context::Reviews => "screen.reviews",
        Context::Trace => "screen.trace",
        Context::Choosing => "screen.choosing",
        Context::Records | Context::Record => "screen.records",
        Context::Conflicts => "screen.conflicts",
        Context::Dashboard | Context::Behind => "screen.dashboard",
        Context::Reports => "screen.reports",
        _ => "screen.home",
    }
}

/// Says how far everything is on disk, and whether anything may be written at all.
fn state(canvas: &Canvas<'_>) -> (Style, String) {
    let Some(workspace) = &canvas.app.workspace else { return (canvas.theme.dim, String::new()) };
    if workspace.read_only.is_some() {
        return (canvas.theme.warning, canvas.t("view.read-only"));
    }
    let dot = canvas.symbols.separator;
    match canvas.app.screen() {
        Screen::Fill(fill) => match fill.kept {
            Kept::Yes(at) => {
                let saved = crate::text!("view.saved", time = at.format("%H:%M:%S")).show(canvas.lang());
                (canvas.theme.pass, format!("{saved} {dot} {}", canvas.t("view.offline")))
            }
            Kept::Writing => (canvas.theme.dim, canvas.t("view.saving")),
            Kept::No => (canvas.theme.error, canvas.t("view.not-saved")),
        },
        _ => (canvas.theme.dim, visible(&format!("{} {dot} {}", workspace.bureau, workspace.inspector)).into_owned()),
    }
}

/// The line above the keys: what has to be said, else what the screen has to say of itself.
fn draw_status(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect) {
    match (&canvas.app.notice, canvas.app.screen()) {
        (Some(Notice::Info(said)), _) => draw_notice(buffer, area, &said.show(canvas.lang()), canvas.theme.accent),
        (Some(Notice::Error(error)), _) => draw_notice(buffer, area, &error_line(canvas, error), canvas.theme.error),
        (None, Screen::Fill(fill)) => fill::draw_status(canvas, buffer, area, fill),
        (None, _) => draw_damaged_count(canvas, buffer, area),
    }
}

/// Draws what has to be said; what does not fit on the line goes on above it, over the screen.
fn draw_notice(buffer: &mut Buffer, area: Rect, said: &str, style: Style) {
    let said = visible(said).replace('\n', " ");
    let lines = text::wrap(&said, usize::from(area.width - 2));
    let rows = u16::try_from(lines.len()).unwrap_or(NOTICE_ROWS).clamp(1, NOTICE_ROWS);
    let room = Rect { y: area.y + 1 - rows, height: rows, ..area };
    text::clear(buffer, room);
    widgets::paragraph(buffer, Rect { x: room.x + 1, width: room.width - 2, ..room }, &said, style);
}

/// Puts an error into one sentence: what, where, what to do.
fn error_line(canvas: &Canvas<'_>, error: &Error) -> String {
    let lang = canvas.lang();
    let place = canvas.place(error).map(|place| format!(" ({place})")).unwrap_or_default();
    let hint = error.next_step().map(|hint| format!(" → {}", hint.show(lang))).unwrap_or_default();
    format!("{} {}{place}{hint}", canvas.symbols.blocker, error.summary(lang))
}

fn draw_damaged_count(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect) {
    let count = canvas.app.data.all_damaged().count();
    if count > 0 {
        let said = crate::text!("view.damaged", count = count).show(canvas.lang());
        put_line(buffer, area.x + 1, area.y, area.width - 2, &[Span::styled(said, canvas.theme.warning)]);
    }
}

/// The bottom line: the keys that work here. What does not fit is left out, but never the help.
fn draw_keys(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect) {
    let lang = canvas.lang();
    let mut shown: Vec<(String, String)> = Vec::new();
    if canvas.app.context() == Context::Fill {
        shown.extend(fill::answer_keys(canvas));
    }
    let listed = bindings(canvas.app.context()).filter(|binding| binding.shown);
    let (help, others): (Vec<_>, Vec<_>) = listed.partition(|binding| binding.command == Command::Help);
    let named = |binding: &crate::app::command::Binding| {
        (binding.key.show(lang), lang.t(&format!("{}.short", binding.command.name_key())).into_owned())
    };
    shown.extend(others.into_iter().map(named));
    let help: Vec<_> = help.into_iter().map(named).collect();
    let cells =
        |pairs: &[(String, String)]| pairs.iter().map(|(key, name)| width(key) + width(name) + 3).sum::<usize>();
    let room = usize::from(area.width).saturating_sub(2 + cells(&help));
    while cells(&shown) > room && shown.pop().is_some() {}
    shown.extend(help);
    let spans: Vec<_> = shown
        .into_iter()
        .flat_map(|(key, name)| {
            [Span::styled(key, canvas.theme.key), Span::styled(format!(" {name}  "), canvas.theme.text)]
        })
        .collect();
    put_line(buffer, area.x + 1, area.y, area.width - 1, &spans);
}

fn row(area: Rect, at: u16) -> Rect {
    Rect { y: area.y + at, height: 1, ..area }
}
