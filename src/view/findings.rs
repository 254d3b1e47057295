//! The findings: a list with filters, the page of one with its whole history, and the question what became of it.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
    text::Span,
};

use super::{
    Canvas, lists,
    text::{pad, put_line, visible, width, wrap, wrap_at_most},
    widgets,
};
use crate::{
    app::{FindingCounts, FindingScreen, FindingsScreen, Form, data::Area},
    checklist::Severity,
    inspection::RecordId,
    ledger::{Action, State},
    store::{question_shown, title_shown, unit_shown},
    text,
};

/// The cells that how far a finding is gets in a list.
const STATE: usize = 11;

/// The rows that the history keeps, frame and all, while what is known of the finding has the keys.
const HISTORY: u16 = 5;
/// The rows in which the selected event of a finding is shown in full, or more where one needs them.
const FULL: u16 = 3;

/// Draws the findings, filtered and narrowed; returns where the caret is.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &FindingsScreen) -> Option<Position> {
    let data = &canvas.app.data;
    let title =
        format!("{} {} {}", canvas.t("screen.findings"), canvas.symbols.separator, canvas.t(screen.filter.name_key()));
    let inside = widgets::frame(canvas, buffer, area, &title, true);
    let (caret, below) = widgets::search(canvas, buffer, inside, &screen.list, data.findings.len());
    if data.has(Area::Findings) {
        let FindingCounts { all, open, overdue, conflicting } = screen.counts;
        let said = text!("findings.counts", all = all, open = open, overdue = overdue).show(canvas.lang());
        let mut spans = vec![Span::styled(said, canvas.theme.dim)];
        if conflicting > 0 {
            let said = text!("findings.conflicting", count = conflicting).show(canvas.lang());
            spans.push(Span::styled(said, canvas.theme.warning));
        }
        put_line(buffer, below.x + 1, inside.y + 1, below.width.saturating_sub(1), &spans);
    }
    if screen.list.rows.is_empty() {
        let nothing = if data.findings.is_empty() { "findings.none" } else { "findings.none-fits" };
        lists::draw_empty(canvas, buffer, below, Area::Findings, nothing);
    }
    widgets::list(canvas, buffer, below, screen.list.rows.len(), screen.list.selection, |row, room| {
        spans(canvas, screen.list.rows[row], room)
    });
    caret
}

/// A finding in a list: state, term, unit, description, marks.
pub fn spans(canvas: &Canvas<'_>, at: usize, room: u16) -> Vec<Span<'static>> {
    let data = &canvas.app.data;
    let Some(row) = data.findings.get(at) else { return Vec::new() };
    let late = row.is_overdue(canvas.app.now.date_naive());
    let (key, style) = match row.state {
        _ if late => ("finding-mark.overdue", canvas.theme.fail),
        _ if row.withdrawn => (row.name_key(), canvas.theme.dim),
        State::Open => (row.state.name_key(), canvas.theme.warning),
        State::Correcting | State::Awaiting => (row.state.name_key(), canvas.theme.accent),
        State::Transferred => (row.state.name_key(), canvas.theme.text),
        State::Closed => (row.state.name_key(), canvas.theme.pass),
    };
    let due = row.due.map_or_else(|| pad("-", 10), |due| due.to_string());
    let before = data.recurrences.get(at).copied().unwrap_or(0);
    let mark = match (row.conflicts, before) {
        (0, 0) => String::new(),
        (0, before) => text!("findings.again", count = before).show(canvas.lang()),
        _ => canvas.t("finding-mark.conflict"),
    };
    // Every row leaves room for the usual mark, so that the columns stand below one another.
    let usual = text!("findings.again", count = 9).show(canvas.lang());
    let mark_width = width(&mark).max(width(&usual));
    let critical = if row.critical { canvas.symbols.critical } else { " " };
    let severity = severity(canvas, row.severity);
    let free = usize::from(room).saturating_sub(18 + STATE + mark_width + width(&severity));
    let unit_width = free * 2 / 5;
    vec![
        Span::styled(format!(" {} ", pad(&canvas.t(key), STATE)), style),
        Span::styled(format!("{due} "), canvas.theme.dim),
        Span::styled(critical, canvas.theme.warning),
        Span::styled(format!("{severity} "), severity_style(canvas, row.severity)),
        Span::raw(pad(&visible(&row.source.facility.name), unit_width)),
        Span::raw(" "),
        Span::raw(pad(&visible(&row.description).replace('\n', " "), free - unit_width)),
        Span::styled(format!(" {mark}"), canvas.theme.warning),
    ]
}

/// The name of how grave a finding is, as wide as the widest.
fn severity(canvas: &Canvas<'_>, severity: Severity) -> String {
    let names = Severity::ALL.map(|one| canvas.t(one.name_key()));
    pad(&names[severity as usize], names.iter().map(|name| width(name)).max().unwrap_or(0))
}

fn severity_style(canvas: &Canvas<'_>, severity: Severity) -> Style {
    match severity {
        Severity::Minor => canvas.theme.dim,
        Severity::Major => canvas.theme.warning,
        Severity::Critical => canvas.theme.fail,
    }
}

/// Draws a finding with its whole history.
pub fn draw_one(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &FindingScreen) {
    let head_height = draw_head(canvas, buffer, area, screen);
    let rest = Rect { y: area.y + head_height, height: area.height - head_height, ..area };
    draw_history(canvas, buffer, rest, screen);
}

/// What is known of a finding but its history: the keys of the names, and what is said.
fn known(canvas: &Canvas<'_>, screen: &FindingScreen) -> Vec<(&'static str, String)> {
    let (entry, source, standing) = (&screen.entry, &screen.source, screen.entry.standing());
    let late = standing.state.is_open() && standing.due.is_some_and(|due| due < canvas.app.now.date_naive());
    let late = if late { canvas.t("finding-mark.overdue") } else { String::new() };
    let due = standing.due.map_or_else(|| "-".to_owned(), |due| due.to_string());
    let (checklists, pinned, lang) = (&canvas.app.data.checklists, &source.checklist, canvas.lang());
    let checklist = title_shown(checklists, pinned, lang);
    let question = question_shown(checklists, pinned, &entry.item, &entry.question, lang);
    let severity = format!("{} {}", canvas.t("finding.severity"), canvas.t(entry.severity.name_key()));
    let conflict = if standing.conflicts.is_empty() { String::new() } else { canvas.t("finding-mark.conflict") };
    let said = [canvas.t(standing.name_key()), late, conflict, severity];
    let said: Vec<_> = said.into_iter().filter(|part| !part.is_empty()).collect();
    vec![
        ("finding-field.state", said.join("  ")),
        ("finding.description", entry.description.clone()),
        ("finding.responsible", format!("{}  {} {due}", standing.responsible, canvas.t("finding.due"))),
        ("finding-field.unit", unit_shown(&canvas.app.data.facilities, &source.facility, lang)),
        ("finding-field.item", format!("{} {question}", entry.item)),
        ("finding.measure", entry.measure.clone()),
        ("finding-field.record", format!("{} {checklist}", source.inspected)),
        ("finding-field.earlier", lang.list(screen.earlier.iter().map(|id| id.0.as_str()))),
        ("item.basis", lang.list(&entry.basis)),
    ]
}

/// Draws what is known of a finding, and returns how many rows that takes.
fn draw_head(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &FindingScreen) -> u16 {
    let entry = &screen.entry;
    let title = format!("{} {} {}", canvas.t("screen.findings"), canvas.symbols.separator, entry.id);
    let mut known = known(canvas, screen);
    known.retain(|(_, said)| !said.trim().is_empty());
    let label_width = known.iter().map(|(label, _)| width(&canvas.t(label))).max().unwrap_or(0);
    let room = usize::from(area.width).saturating_sub(label_width + 4);
    let lines: Vec<(String, String)> = known
        .iter()
        .flat_map(|(label, text)| {
            let labels = std::iter::once(canvas.t(label)).chain(std::iter::repeat(String::new()));
            let text = visible(text).into_owned();
            let lines: Vec<_> = wrap(&text, room.max(2)).into_iter().map(str::to_owned).collect();
            labels.map(|label| pad(&label, label_width)).zip(lines).collect::<Vec<_>>()
        })
        .collect();
    // A long history has most of the room where there is little, until what is known is asked for.
    let events = u16::try_from(entry.event.len()).unwrap_or(u16::MAX).saturating_add(FULL + 2);
    let most = if screen.head.is_some() { HISTORY } else { area.height * 3 / 5 };
    let kept = events.min(most).max(HISTORY);
    let wanted = u16::try_from(lines.len()).unwrap_or(u16::MAX).saturating_add(2);
    let height = wanted.min(area.height.saturating_sub(kept));
    let head = widgets::frame(canvas, buffer, Rect { height, ..area }, &title, screen.head.is_some());
    let first = screen.head.as_ref().map_or(0, |scroll| scroll.first_line(lines.len(), usize::from(head.height)));
    let hidden = lines.len().saturating_sub(first + usize::from(head.height));
    for ((label, text), y) in lines.iter().skip(first).zip(head.top()..head.bottom()) {
        let spans = [Span::styled(format!("{label}  "), canvas.theme.dim), Span::styled(text, canvas.theme.text)];
        put_line(buffer, head.x, y, head.width, &spans);
    }
    if hidden > 0 {
        let more = format!(" {} ", text!("findings.more-lines", count = hidden).show(canvas.lang()));
        let cells = u16::try_from(width(&more)).unwrap_or(0);
        let x = area.right().saturating_sub(cells + 2);
        put_line(buffer, x, head.bottom(), cells, &[Span::styled(more, canvas.theme.dim)]);
    }
    height
}

/// Draws the history of a finding, and the selected event in full.
fn draw_history(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &FindingScreen) {
    let entry = &screen.entry;
    let conflicts = entry.standing().conflicts;
    let title = text!("findings.history", count = entry.event.len()).show(canvas.lang());
    let inside = widgets::frame(canvas, buffer, area, &title, screen.head.is_none());
    // A line of the list is cut where it is too long: the selected one is shown in full below.
    let room = usize::from(inside.width.saturating_sub(2));
    let most = usize::from(inside.height / 2);
    let rows = |at| wrap_at_most(&visible(&said_at(canvas, screen, at)), room, most).len();
    // As much as the longest needs, so that the list keeps still.
    let longest = (0..entry.event.len()).map(rows).max().and_then(|rows| u16::try_from(rows).ok()).unwrap_or(0);
    let full = if inside.height > FULL + 2 { longest.max(FULL) } else { 0 };
    let list = Rect { height: inside.height - full, ..inside };
    widgets::list(canvas, buffer, list, entry.event.len(), screen.selection, |at, _| {
        let event = &entry.event[at];
        let mark = if conflicts.contains(&at) { canvas.t("finding-mark.conflict") } else { String::new() };
        let said = said_at(canvas, screen, at);
        let colon = if said.is_empty() { String::new() } else { canvas.t("list.colon") };
        vec![
            Span::styled(format!(" {}  ", event.at.format("%Y-%m-%d %H:%M")), canvas.theme.dim),
            Span::raw(format!("{}  ", visible(&event.by))),
            Span::styled(canvas.t(event.action.name_key()), canvas.theme.accent),
            Span::raw(format!("{colon}{}", visible(&said).replace('\n', " "))),
            Span::styled(format!(" {mark}"), canvas.theme.error),
        ]
    });
    if full > 0 && screen.selection.0 < entry.event.len() {
        let room = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), y: list.bottom(), height: full };
        let said = said_at(canvas, screen, screen.selection.0);
        widgets::paragraph(buffer, room, &visible(&said), canvas.theme.dim);
    }
}

/// Says everything about an event but when it was, whose it is and what it did.
fn said_at(canvas: &Canvas<'_>, screen: &FindingScreen, at: usize) -> String {
    let (entry, lang) = (&screen.entry, canvas.lang());
    let event = &entry.event[at];
    let is_finalised = |id: &RecordId| canvas.app.data.record(id).is_some_and(|row| row.finalised.is_some());
    let unjudged = entry.is_unjudged(at, is_finalised).then(|| canvas.t("ledger.unjudged"));
    let parts = [
        event.reason.clone(),
        event.responsible.clone(),
        event.due.map_or_else(String::new, |due| text!("finding-cli.due", due = due).show(lang)),
        event.completed.map_or_else(String::new, |day| text!("returned.completed", day = day).show(lang)),
        event.evidence.clone(),
        event.source.clone(),
        unjudged.unwrap_or_default(),
        entry.doubt(at, canvas.app.now).map_or_else(String::new, |doubt| doubt.show(lang)),
    ];
    let said: Vec<_> =
        parts.into_iter().chain(screen.photos.said(event, lang)).filter(|part| !part.is_empty()).collect();
    said.join("  ")
}

/// Draws the question what became of a finding; returns where the caret is.
pub fn draw_step(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    actions: &[Action],
    chosen: usize,
    form: &Form,
) -> Option<Position> {
    let inside = widgets::popup(canvas, buffer, area, (72, 19), &canvas.t("command.step"));
    let names: Vec<_> = actions.iter().map(|action| canvas.t(action.name_key())).collect();
    let hint = [canvas.t("finding-step.hint"), canvas.t("finding-step.photos-hint")].join(" ");
    draw_steps(canvas, buffer, inside, (&names, chosen), &hint, form)
}

/// Draws the names of what can be done with the chosen one marked, and a form below them; returns where the caret is.
pub fn draw_steps(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    inside: Rect,
    (names, chosen): (&[String], usize),
    hint: &str,
    form: &Form,
) -> Option<Position> {
    for (at, (name, y)) in names.iter().zip(inside.top()..inside.bottom()).enumerate() {
        let (mark, style) =
            if at == chosen { (canvas.symbols.pointer, canvas.theme.selected) } else { (" ", canvas.theme.text) };
        put_line(
            buffer,
            inside.x + 1,
            y,
            inside.width.saturating_sub(2),
            &[Span::styled(format!("{mark} {name}"), style)],
        );
    }
    let below = |y: u16, height: u16| Rect {
        x: inside.x + 1,
        y: inside.y + y.min(inside.height),
        width: inside.width.saturating_sub(2),
        height: height.min(inside.height.saturating_sub(y)),
    };
    let used = u16::try_from(names.len()).unwrap_or(0) + 1;
    let used = used + widgets::paragraph(buffer, below(used, 2), hint, canvas.theme.dim) + 1;
    widgets::form(canvas, buffer, below(used, u16::MAX), form, 1)
}
