//! The screens that are lists: plans, checklists, units, records.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::Span,
};

use super::{
    Canvas, home,
    text::{pad, visible},
    widgets,
};
use crate::{
    app::{Choosing, Narrowed, Selection, data::Area},
    checklist::Sort,
    facility::{FACILITY_TYPES, Facility},
    text,
};

/// Draws the plans.
pub fn draw_plans(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, selection: Selection) {
    let plans = &canvas.app.data.plans;
    let inside = widgets::frame(canvas, buffer, area, &canvas.t("screen.plans"), true);
    if plans.is_empty() {
        draw_empty(canvas, buffer, inside, Area::Plans, "plans.none");
        return;
    }
    widgets::list(canvas, buffer, inside, plans.len(), selection, |row, room| {
        let plan = &plans[row];
        let year = plan.year.map_or_else(|| "    ".to_owned(), |year| year.to_string());
        let counts = text!("plans.counts", clauses = plan.clauses, warnings = plan.warnings).show(canvas.lang());
        let title = pad(&visible(&plan.title), usize::from(room).saturating_sub(36));
        vec![
            Span::styled(format!(" {year}  "), canvas.theme.accent),
            Span::raw(title),
            Span::styled(format!("  {counts}"), canvas.theme.dim),
        ]
    });
}

/// Draws the checklists in use.
pub fn draw_checklists(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, selection: Selection) {
    let files = &canvas.app.data.checklists;
    let inside = widgets::frame(canvas, buffer, area, &canvas.t("screen.checklists"), true);
    if files.is_empty() {
        draw_empty(canvas, buffer, inside, Area::Checklists, "checklists.none");
        return;
    }
    widgets::list(canvas, buffer, inside, files.len(), selection, |row, room| checklist_spans(canvas, row, room, ""));
}

/// Draws the units, narrowed by what is typed; returns where the caret is.
pub fn draw_facilities(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, list: &Narrowed) -> Option<Position> {
    let facilities = &canvas.app.data.facilities;
    let inside = widgets::frame(canvas, buffer, area, &canvas.t("facilities.title"), true);
    let (caret, below) = widgets::search(canvas, buffer, inside, list, facilities.len());
    if list.rows.is_empty() {
        let nothing = if facilities.is_empty() { "facilities.none" } else { "facilities.none-fits" };
        draw_empty(canvas, buffer, below, Area::Facilities, nothing);
    }
    widgets::list(canvas, buffer, below, list.rows.len(), list.selection, |row, room| {
        facilities.get(list.rows[row]).map(|facility| facility_spans(canvas, facility, room)).unwrap_or_default()
    });
    caret
}

/// Draws the checklists that may be chosen for a unit; returns where the caret is.
pub fn draw_choosing(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, choosing: &Choosing) -> Option<Position> {
    let title = format!("{} {} {}", choosing.facility.name, canvas.symbols.separator, canvas.t("screen.choosing"));
    let inside = widgets::frame(canvas, buffer, area, &title, true);
    let (caret, below) = widgets::search(canvas, buffer, inside, &choosing.list, choosing.checklists.len());
    if choosing.list.rows.is_empty() {
        let nothing = if choosing.checklists.is_empty() { "checklists.none" } else { "checklists.none-fits" };
        draw_empty(canvas, buffer, below, Area::Checklists, nothing);
    }
    widgets::list(canvas, buffer, below, choosing.list.rows.len(), choosing.list.selection, |row, room| {
        let at = choosing.checklists[choosing.list.rows[row]];
        let Some(file) = canvas.app.data.checklists.get(at) else { return Vec::new() };
        let fits = file.checklist.applies_to(&choosing.facility.facility_type);
        let same = |row: &&crate::store::RecordRow| {
            row.facility.id == choosing.facility.id && row.checklist.id == file.checklist.id
        };
        let mark = match canvas.app.data.drafts().find(same) {
            Some(_) => canvas.t("checklists.draft"),
            None if fits => String::new(),
            None => canvas.t("checklists.other-type"),
        };
        checklist_spans(canvas, at, room, &mark)
    });
    caret
}

/// Draws the records, narrowed by what is typed; returns where the caret is.
pub fn draw_records(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, list: &Narrowed) -> Option<Position> {
    let records = &canvas.app.data.records;
    let inside = widgets::frame(canvas, buffer, area, &canvas.t("screen.records"), true);
    let (caret, below) = widgets::search(canvas, buffer, inside, list, records.len());
    if list.rows.is_empty() {
        let nothing = if records.is_empty() { "records.none" } else { "records.none-fits" };
        draw_empty(canvas, buffer, below, Area::Records, nothing);
    }
    widgets::list(canvas, buffer, below, list.rows.len(), list.selection, |row, room| {
        records.get(list.rows[row]).map(|record| home::record_spans(canvas, record, room)).unwrap_or_default()
    });
    caret
}

/// Says why a list is empty.
pub fn draw_empty(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, part: Area, nothing: &str) {
    let key = if canvas.app.data.has(part) { nothing } else { "view.loading" };
    let room = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    widgets::paragraph(buffer, room, &canvas.t(key), canvas.theme.dim);
}

fn checklist_spans(canvas: &Canvas<'_>, at: usize, room: u16, mark: &str) -> Vec<Span<'static>> {
    let Some(file) = canvas.app.data.checklists.get(at) else { return Vec::new() };
    let checklist = &file.checklist;
    let sort = match checklist.sort {
        Sort::OnSite => "checklists.on-site",
        Sort::Progress => "checklists.progress",
    };
    let counts =
        text!("checklists.counts", version = checklist.version, items = checklist.items.len()).show(canvas.lang());
    let title = visible(checklist.title.show(canvas.lang())).into_owned();
    vec![
        Span::styled(format!(" {} ", pad(&canvas.t(sort), 8)), canvas.theme.accent),
        Span::raw(pad(&title, usize::from(room).saturating_sub(40).max(24))),
        Span::styled(format!(" {}", pad(&counts, 14)), canvas.theme.dim),
        Span::styled(format!(" {mark}"), canvas.theme.warning),
    ]
}

fn facility_spans(canvas: &Canvas<'_>, facility: &Facility, room: u16) -> Vec<Span<'static>> {
    let name_width = usize::from(room).saturating_sub(40).clamp(24, 60);
    vec![
        Span::raw(format!(" {}", pad(&visible(&facility.name), name_width))),
        Span::styled(format!(" {}", pad(&facility_type(canvas, &facility.facility_type), 20)), canvas.theme.accent),
        Span::styled(format!(" {}", visible(&facility.district)), canvas.theme.dim),
        Span::styled(format!(" {}", visible(&facility.level)), canvas.theme.dim),
    ]
}

/// Names a type of unit; a word of the bureau's own is shown as it is.
pub fn facility_type(canvas: &Canvas<'_>, slug: &str) -> String {
    if FACILITY_TYPES.contains(&slug) { canvas.t(&format!("facility.type.{slug}")) } else { visible(slug).into_owned() }
}
