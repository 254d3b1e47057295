//! The page of a unit: what is known of it, its scores over time, its inspections.

use ratatui::{buffer::Buffer, layout::Rect, text::Span};

use super::{
    Canvas, findings, home, lists,
    text::{pad, put_line, visible, width},
    widgets,
};
use crate::{
    app::{FacilityScreen, data::Area},
    inspection::Standing,
    ledger::rechecked_checklist,
    percent,
    store::{RecordRow, is_progress, title_shown},
    task::NextDate,
    text,
};

/// The rows of what is known of the unit, frame and all.
const HEAD: u16 = 8;
/// The most scores that are drawn over time.
const SCORES: usize = 5;

/// Draws the page.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &FacilityScreen) {
    let unit = &screen.facility;
    let head = widgets::frame(canvas, buffer, Rect { height: HEAD, ..area }, &canvas.t("screen.facilities"), false);
    draw_head(canvas, buffer, head, screen);
    let records: Vec<_> = canvas.app.data.records_of(unit).collect();
    // A record whose place a correction took is still listed, but the inspection counts once, and figures that were
    // compared were no inspection.
    let counts = |row: &&&RecordRow| {
        let standing = canvas.app.data.standing_of(&row.id);
        let is_valid = row.finalised.is_some() && !matches!(standing, Some(Standing::Superseded(_)));
        is_valid && !is_progress(&canvas.app.data.checklists, &row.checklist)
    };
    let inspections = records.iter().filter(counts).count();
    // What a re-inspection of a few items came to is no score of the unit.
    let is_whole = |row: &&&RecordRow| rechecked_checklist(&row.checklist.id).is_none();
    let scores: Vec<_> = records.iter().filter(counts).filter(is_whole).take(SCORES).collect();
    let height = u16::try_from(scores.len()).unwrap_or(0);
    let mut top = area.y + HEAD;
    if height > 0 {
        let room = Rect { y: top, height: height + 2, ..area };
        let inside = widgets::frame(canvas, buffer, room, &canvas.t("facility-page.scores"), false);
        for (row, y) in scores.iter().zip(inside.top()..inside.bottom()) {
            put_line(buffer, inside.x, y, inside.width, &score_spans(canvas, row, inside.width));
        }
        top += height + 2;
    }
    for (date, y) in canvas.app.data.next_dates_of(unit).zip(top..area.bottom()).take(SCORES) {
        let late = date.day < canvas.app.now.date_naive();
        let style = if late { canvas.theme.fail } else { canvas.theme.text };
        let said = next_date(canvas, date);
        put_line(
            buffer,
            area.x + 1,
            y,
            area.width.saturating_sub(2),
            &[Span::styled(visible(&said).into_owned(), style)],
        );
        top += 1;
    }
    let rest = Rect { y: top, height: area.bottom().saturating_sub(top), ..area };
    if rest.height < 3 {
        return;
    }
    let found = canvas.app.data.findings_of(unit);
    let open = found.iter().filter(|&&at| canvas.app.data.findings[at].state.is_open()).count();
    let title =
        text!("facility-page.records", count = inspections, findings = found.len(), open = open).show(canvas.lang());
    let inside = widgets::frame(canvas, buffer, rest, &title, true);
    if records.is_empty() && found.is_empty() {
        lists::draw_empty(canvas, buffer, inside, Area::Records, "facility-page.none");
    }
    let count = found.len() + records.len();
    widgets::list(canvas, buffer, inside, count, screen.selection, |row, room| match found.get(row) {
        Some(&at) => findings::spans(canvas, at, room),
        None => home::record_spans(canvas, records[row - found.len()], room),
    });
}

/// Says when a unit is inspected again, and why then.
fn next_date(canvas: &Canvas<'_>, date: &NextDate) -> String {
    let checklists = &canvas.app.data.checklists;
    let with = checklists.iter().find(|file| file.checklist.id == date.after.checklist);
    let title = with.map_or(date.after.checklist.0.as_str(), |file| file.checklist.title.show(canvas.lang()));
    let result = canvas.t(date.after.result_key());
    let said = text!("next-date.line", day = date.day, checklist = title, last = date.after.day, result = result);
    let years: Vec<_> = date.unknown_years.iter().map(ToString::to_string).collect();
    let by_weekends = text!("next-date.by-weekends", years = canvas.lang().list(&years)).show(canvas.lang());
    said.show(canvas.lang()) + if years.is_empty() { "" } else { &by_weekends }
}

fn draw_head(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &FacilityScreen) {
    let unit = &screen.facility;
    let joined = |parts: &[&str]| parts.iter().filter(|part| !part.is_empty()).copied().collect::<Vec<_>>().join("  ");
    let former: Vec<_> = unit.former.iter().map(|id| id.0.as_str()).collect();
    let kind = lists::facility_type(canvas, &unit.facility_type);
    let risk =
        if unit.risk.is_empty() { String::new() } else { format!("{} {}", canvas.t("facility-field.risk"), unit.risk) };
    let code = match unit.code_mistake() {
        Some(mistake) => format!("{}  {} {}", unit.code, canvas.symbols.blocker, mistake.text().show(canvas.lang())),
        None => unit.code.clone(),
    };
    let name = if canvas.app.data.is_gone(&unit.id) {
        format!("{}  {} {}", unit.name, canvas.symbols.blocker, canvas.t("trace.unit-gone"))
    } else {
        unit.name.clone()
    };
    let rows = [
        ("facility-field.name", name),
        ("facility-field.id", joined(&[&unit.id.0, &canvas.lang().list(former)])),
        ("facility-field.code", code),
        ("facility-field.type", joined(&[&kind, &unit.level, &risk])),
        ("facility-field.address", joined(&[&unit.district, &unit.address])),
        ("facility-field.contact", joined(&[&unit.contact, &unit.phone])),
    ];
    let label_width = rows.iter().map(|(label, _)| width(&canvas.t(label))).max().unwrap_or(0);
    for (row, (label, shown)) in (0..).zip(rows) {
        let line = Rect { y: area.y + row, height: u16::from(row < area.height), ..area };
        widgets::labelled(canvas, buffer, line, &pad(&canvas.t(label), label_width), &shown, canvas.theme.text);
    }
}

/// A score as a bar of 20 cells, with day and checklist.
fn score_spans(canvas: &Canvas<'_>, row: &RecordRow, room: u16) -> Vec<Span<'static>> {
    const CELLS: usize = 20;
    let rate = row.summary.score_rate;
    // A rate lies between 0 and 100.
    #[allow(clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    let full = ((rate.unwrap_or(0.0) / 5.0).round() as usize).min(CELLS);
    let bar = canvas.symbols.bar_done.repeat(full) + &canvas.symbols.bar_rest.repeat(CELLS - full);
    let shown = rate.map_or_else(|| "-".to_owned(), percent::show);
    let style = if row.summary.critical_failed > 0 { canvas.theme.fail } else { canvas.theme.pass };
    let title_width = usize::from(room).saturating_sub(48);
    let title = title_shown(&canvas.app.data.checklists, &row.checklist, canvas.lang());
    vec![
        Span::raw(format!(" {}  ", row.started.format("%Y-%m-%d"))),
        Span::styled(bar, style),
        Span::raw(format!(" {shown:>7}  ")),
        Span::styled(pad(&visible(&title), title_width), canvas.theme.dim),
    ]
}
