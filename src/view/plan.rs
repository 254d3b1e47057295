//! A plan: the outline on the left, the clauses of the selected section on the right, and where each leads.

use ratatui::{buffer::Buffer, layout::Rect, text::Span};

use super::{
    Canvas, plan_source,
    text::{cut, pad, put_line, visible, width},
    widgets,
};
use crate::{
    app::{Pane, PlanScreen},
    plan::{Clause, Corrected},
    text,
};

/// The rows that the details of the selected clause get.
const DETAILS: u16 = 9;

/// Draws the screen.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &PlanScreen) {
    let left_width = (area.width * 2 / 5).clamp(26, 56);
    let left = Rect { width: left_width, ..area };
    let right = Rect { x: area.x + left_width, width: area.width - left_width, ..area };
    draw_outline(canvas, buffer, left, screen);
    let clauses = screen.clauses();
    let list_height = right.height.saturating_sub(DETAILS).max(3);
    let upper = Rect { height: list_height, ..right };
    match (&screen.source, screen.shows_source) {
        (Some(lines), true) => {
            let title = text!("plan.source", name = screen.plan.head.title).show(canvas.lang());
            let inside = widgets::frame(canvas, buffer, upper, &title, screen.pane == Pane::Clauses);
            plan_source::draw(canvas, buffer, inside, lines, clauses.get(screen.clause.0).copied());
        }
        _ => draw_clauses(canvas, buffer, upper, screen, &clauses),
    }
    let details = Rect { y: right.y + list_height, height: right.height - list_height, ..right };
    let inside = widgets::frame(canvas, buffer, details, &canvas.t("plan.clause"), false);
    if let Some(clause) = clauses.get(screen.clause.0) {
        draw_clause(canvas, buffer, Rect { x: inside.x + 1, width: inside.width - 2, ..inside }, screen, clause);
    }
}

fn draw_outline(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &PlanScreen) {
    let outline = &screen.plan.outline;
    let title = text!("plan.outline", count = outline.len()).show(canvas.lang());
    let inside = widgets::frame(canvas, buffer, area, &title, screen.pane == Pane::Outline);
    widgets::list(canvas, buffer, inside, outline.len() + 1, screen.heading, |row, _| {
        let Some(heading) = row.checked_sub(1).and_then(|at| outline.get(at)) else {
            return vec![Span::styled(canvas.t("plan.whole"), canvas.theme.title)];
        };
        let indent = "  ".repeat(usize::from(heading.level.saturating_sub(1)));
        let style = if heading.level == 1 { canvas.theme.title } else { canvas.theme.text };
        vec![Span::styled(visible(&format!("{indent}{}{}", heading.marker, heading.title)).into_owned(), style)]
    });
}

fn draw_clauses(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &PlanScreen, clauses: &[&Clause]) {
    let title = if screen.filter().is_empty() {
        text!("plan.clauses", count = clauses.len())
    } else {
        text!("plan.filtered", count = clauses.len(), filter = screen.filter())
    };
    let title = title.show(canvas.lang());
    let inside = widgets::frame(canvas, buffer, area, &title, screen.pane == Pane::Clauses);
    let kind_width = clauses.iter().map(|clause| width(&canvas.t(clause.kind.name_key()))).max().unwrap_or(0);
    widgets::list(canvas, buffer, inside, clauses.len(), screen.clause, |row, room| {
        let clause = clauses[row];
        let lead = if screen.leads.contains_key(&clause.id) { canvas.symbols.pass } else { " " };
        vec![
            Span::styled(lead, canvas.theme.pass),
            Span::styled(pad(&canvas.t(clause.kind.name_key()), kind_width), canvas.theme.accent),
            Span::raw(" "),
            Span::raw(visible(&cut(&clause.text, usize::from(room))).into_owned()),
        ]
    });
}

fn draw_clause(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &PlanScreen, clause: &Clause) {
    let lang = canvas.lang();
    let mut y = 0;
    let room = |y: u16| Rect { y: area.y + y, height: area.height.saturating_sub(y), ..area };
    y += widgets::paragraph(buffer, Rect { height: area.height.min(3), ..area }, &clause.text, canvas.theme.text);
    // The reason is that of the reading, so it explains nothing about a scope that a person has set.
    let set_by_hand = clause.corrected.as_ref().is_some_and(|corrected| corrected.read.scope.is_some());
    let reason = if set_by_hand { "plan.corrected".to_owned() } else { format!("plan.scope.{}", clause.scope_reason) };
    let scope = format!("{} {}", canvas.t(clause.scope.name_key()), lang.t(&reason));
    y += widgets::labelled(canvas, buffer, room(y), &canvas.t("plan.scope-line"), &scope, canvas.theme.text);
    if let Some(corrected) = &clause.corrected {
        let said = corrected_line(canvas, corrected);
        put_line(buffer, area.x, area.y + y, area.width, &[Span::styled(said, canvas.theme.warning)]);
        y += 1;
    }
    if !clause.indicators.is_empty() {
        let shown: Vec<_> = clause.indicators.iter().map(|indicator| indicator.show(lang)).collect();
        y += widgets::labelled(
            canvas,
            buffer,
            room(y),
            &canvas.t("plan.indicators"),
            &shown.join("; "),
            canvas.theme.text,
        );
    }
    let topics =
        clause.topics.iter().map(|topic| canvas.app.data.topic_name(topic, lang)).collect::<Vec<_>>().join("、");
    let due = clause.deadline.as_ref().map(|due| text!("plan.due", due = due).show(lang)).unwrap_or_default();
    y += widgets::labelled(
        canvas,
        buffer,
        room(y),
        &canvas.t("plan.topics-label"),
        &format!("{topics} {due}"),
        canvas.theme.text,
    );
    let leads = match screen.leads.get(&clause.id) {
        Some(leads) => {
            leads.iter().map(|lead| format!("{} {}", lead.checklist, lead.item)).collect::<Vec<_>>().join("; ")
        }
        None => canvas.t("plan.leads-nowhere"),
    };
    if y < area.height {
        widgets::labelled(canvas, buffer, room(y), &canvas.t("plan.leads"), &leads, canvas.theme.pass);
    } else {
        put_line(buffer, area.x, area.bottom() - 1, area.width, &[Span::styled(leads, canvas.theme.pass)]);
    }
}

/// Says who corrected a clause and what had been read.
fn corrected_line(canvas: &Canvas<'_>, corrected: &Corrected) -> String {
    let lang = canvas.lang();
    let read = &corrected.read;
    let topics = read.topics.as_ref().map(|topics| {
        let names: Vec<_> = topics.iter().map(|topic| canvas.app.data.topic_name(topic, lang)).collect();
        names.join("、")
    });
    let scope = read.scope.map(|scope| canvas.t(scope.name_key()));
    let kind = read.kind.map(|kind| canvas.t(kind.name_key()));
    let deadline = read.deadline.as_ref().map(|due| text!("plan.due", due = due).show(lang));
    let read: Vec<_> = [scope, kind, topics, deadline].into_iter().flatten().collect();
    let read = read.join(" ");
    let said = match corrected.at {
        Some(at) => text!("plan.corrected-by", by = corrected.by, at = at.format("%Y-%m-%d"), read = read).show(lang),
        None => text!("plan.corrected-by-hand", read = read).show(lang),
    };
    let outdated = if corrected.outdated { canvas.t("plan.outdated") } else { String::new() };
    visible(&format!("{said} {} {outdated}", corrected.reason)).trim_end().to_owned()
}
