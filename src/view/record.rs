//! A finalised record, and a checklist as it will be asked.

use ratatui::{buffer::Buffer, layout::Rect, text::Span};

use super::{
    Canvas, reviews,
    text::{pad, visible, width},
    widgets,
};
use crate::{
    app::{RecordScreen, Selection},
    checklist::{Checklist, Item, Sort},
    inspection::{Answer, Response, Sheet},
    percent, text,
};

/// The rows of the head of a record.
const HEAD: u16 = 7;
/// The rows of the details below a list.
const DETAILS: u16 = 9;

/// Draws a record.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &RecordScreen) {
    let head = widgets::frame(canvas, buffer, Rect { height: HEAD, ..area }, &canvas.t("record.head"), false);
    draw_head(canvas, buffer, head, screen);
    let rest = Rect { y: area.y + HEAD, height: area.height - HEAD, ..area };
    let sheet = match &screen.sheet {
        Ok(sheet) => sheet,
        Err(error) => {
            let inside = widgets::frame(canvas, buffer, rest, &canvas.t("record.answers"), true);
            let place = error.place().map(|place| format!("{place}: ")).unwrap_or_default();
            let said = format!("{place}{}", error.summary(canvas.lang()));
            widgets::paragraph(buffer, inside, &said, canvas.theme.error);
            return;
        }
    };
    let items = screen.items();
    let details = DETAILS.min(rest.height / 2);
    let list = Rect { height: rest.height - details, ..rest };
    let inside = widgets::frame(canvas, buffer, list, &canvas.t("record.answers"), true);
    widgets::list(canvas, buffer, inside, items.len(), screen.selection, |row, room| {
        let item = sheet.item(items[row]);
        let answer = answer_text(canvas, sheet, items[row]);
        let mut spans = vec![reviews::item_mark(canvas, screen, &item.id)];
        spans.extend(item_spans(canvas, row + 1, item, room.saturating_sub(1), &answer));
        spans
    });
    let below = Rect { y: list.bottom(), height: details, ..rest };
    let inside = widgets::frame(canvas, buffer, below, "", false);
    if let Some(&at) = items.get(screen.selection.0) {
        let item = sheet.item(at);
        let said = reviews::item_lines(canvas, screen, sheet, at);
        draw_details(canvas, buffer, inside, item, sheet.answer(at), &said);
    }
}

/// Draws a checklist as it will be asked.
pub fn draw_checklist(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, checklist: &Checklist, at: Selection) {
    let details = DETAILS.min(area.height / 2);
    let list = Rect { height: area.height - details, ..area };
    let title =
        text!("checklists.title", items = checklist.items.len(), version = checklist.version).show(canvas.lang());
    let inside = widgets::frame(canvas, buffer, list, &title, true);
    widgets::list(canvas, buffer, inside, checklist.items.len(), at, |row, room| {
        let item = &checklist.items[row];
        let rule = item.pass.as_ref().map(|rule| rule.show(item.unit_shown(), canvas.lang())).unwrap_or_default();
        item_spans(canvas, row + 1, item, room, &rule)
    });
    let below = Rect { y: list.bottom(), height: details, ..area };
    let inside = widgets::frame(canvas, buffer, below, "", false);
    if let Some(item) = checklist.items.get(at.0) {
        draw_details(canvas, buffer, inside, item, None, &[]);
    }
}

fn draw_head(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &RecordScreen) {
    let header = &screen.record.record().header;
    let details = &header.inspection;
    let summary = &header.summary;
    let moment = |at: &crate::app::Now| at.format("%Y-%m-%d %H:%M").to_string();
    let ended = details.finished.as_ref().map_or_else(|| canvas.t("record.no-end"), moment);
    let time = format!("{} – {ended}", moment(&details.started));
    let (items, conforming, failed) = (summary.items, summary.conforming, summary.failed);
    let is_of_figures = screen.sheet.as_ref().is_ok_and(|sheet| sheet.checklist().sort == Sort::Progress);
    let result = if is_of_figures {
        text!("record.result-of-figures", conforming = conforming, failed = failed, items = items)
    } else {
        text!(
            "record.result",
            rate = summary.score_rate.map_or_else(|| "-".to_owned(), percent::show),
            conforming = conforming,
            failed = failed,
            critical = summary.critical_failed,
            items = items
        )
    };
    let accompanied = match details.accompanied_by.as_str() {
        "" => String::new(),
        people => format!("  {} {people}", canvas.t("details.accompanied")),
    };
    let people = format!("{}{accompanied}", canvas.lang().list(&details.inspectors));
    let revises = header
        .revises
        .as_ref()
        .map_or_else(String::new, |revised| format!("  {} {}", canvas.t("review-screen.corrects"), revised.record));
    let rows = [
        ("record.number", format!("{}  v{}{revises}", header.id, header.revision)),
        ("record.time", format!("{time}  {}", details.place)),
        ("details.inspectors", people),
        ("record.outcome", result.show(canvas.lang())),
    ];
    let label_width = rows.iter().map(|(label, _)| width(&canvas.t(label))).max().unwrap_or(0);
    for (row, (label, shown)) in (0..).zip(rows) {
        let line = Rect { y: area.y + row, height: u16::from(row < area.height), ..area };
        widgets::labelled(canvas, buffer, line, &pad(&canvas.t(label), label_width), &shown, canvas.theme.text);
    }
    let (standing, style) = reviews::standing(canvas, &header.id);
    let line = Rect { y: area.y + 4, height: u16::from(4 < area.height), ..area };
    widgets::labelled(canvas, buffer, line, &pad(&canvas.t("review-screen.standing"), label_width), &standing, style);
}

fn item_spans(canvas: &Canvas<'_>, number: usize, item: &Item, room: u16, beside: &str) -> Vec<Span<'static>> {
    let critical = if item.critical { canvas.symbols.critical } else { " " };
    let beside = visible(beside).replace('\n', " ");
    let beside_width = (usize::from(room) / 3).clamp(12, 40);
    let text = pad(&visible(item.text.show(canvas.lang())), usize::from(room).saturating_sub(beside_width + 7));
    vec![
        Span::styled(format!("{number:>4}"), canvas.theme.dim),
        Span::styled(critical, canvas.theme.warning),
        Span::raw(text),
        Span::raw(" "),
        Span::styled(pad(&beside, beside_width), canvas.theme.accent),
    ]
}

fn answer_text(canvas: &Canvas<'_>, sheet: &Sheet, at: usize) -> String {
    let (item, sort) = (sheet.item(at), sheet.checklist().sort);
    let judged = sheet.verdict(at).map(|verdict| canvas.t(sort.verdict_key(verdict)));
    match sheet.answer(at).and_then(|answer| answer.response.as_ref()) {
        Some(Response::Value(value)) => {
            format!("{} {}", value.show(item.unit_shown(), canvas.lang()), judged.unwrap_or_default())
        }
        Some(Response::Verdict(_)) => judged.unwrap_or_default(),
        None => canvas.t(sort.unanswered_key()),
    }
}

fn draw_details(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    item: &Item,
    answer: Option<&Answer>,
    said: &[(&'static str, String)],
) {
    let mut y = 0;
    let mut put = |label: &str, shown: &str| {
        let room = Rect { y: area.y + y, height: area.height.saturating_sub(y), ..area };
        if !shown.is_empty() && room.height > 0 {
            y += widgets::labelled(canvas, buffer, room, &canvas.t(label), shown, canvas.theme.text);
        }
    };
    put("item.question", item.text.show(canvas.lang()));
    for (label, shown) in said {
        put(label, shown);
    }
    if let Some(answer) = answer {
        put("item.note", &answer.note);
        if let Some(finding) = &answer.finding {
            let due = finding.due.map_or_else(String::new, |due| due.to_string());
            put("item.finding", &finding.description);
            put("finding.severity", &canvas.t(finding.severity.name_key()));
            put("finding.measure", &finding.measure);
            put("finding.responsible", &finding.responsible);
            put("finding.due", &due);
        }
        put("record.answered", &format!("{} {}", answer.by, answer.at.format("%Y-%m-%d %H:%M:%S")));
    }
    put("item.how", &item.how);
    for basis in &item.basis {
        let verify = if basis.verify { canvas.t("item.verify") } else { String::new() };
        put("item.basis", &format!("{}{verify}", basis.cited()));
    }
    for clause in &item.clauses {
        put("item.clause", &format!("{} {} {}", clause.plan, clause.section, clause.text));
    }
    if !item.bank.is_empty() {
        put("item.bank", &item.bank);
    }
}
