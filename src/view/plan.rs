//! A plan: the outline on the left, the clauses of the selected section on the right, and where each leads.

use ratatui::{buffer::Buffer, layout::Rect, text::Span};

use super::{
    Canvas,
    text::{cut, pad, put_line, visible, width},
    widgets,
};
use crate::{
    app::{Pane, PlanScreen},
    plan::{Clause, Comparator, Indicator},
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
    draw_clauses(canvas, buffer, Rect { height: list_height, ..right }, screen, &clauses);
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
    let title = text!("plan.clauses", count = clauses.len()).show(canvas.lang());
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
    let scope =
        format!("{} {}", canvas.t(clause.scope.name_key()), lang.t(&format!("plan.scope.{}", clause.scope_reason)));
    y += widgets::labelled(canvas, buffer, room(y), &canvas.t("plan.scope-line"), &scope, canvas.theme.text);
    if !clause.indicators.is_empty() {
        let shown: Vec<_> = clause.indicators.iter().map(|indicator| indicator_line(canvas, indicator)).collect();
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

/// Puts an indicator on one line: what, how it compares, how much.
fn indicator_line(canvas: &Canvas<'_>, indicator: &Indicator) -> String {
    let sign = match indicator.comparator {
        Comparator::Ge => "≥",
        Comparator::Le => "≤",
        Comparator::Eq if indicator.approx => "≈",
        Comparator::Eq | Comparator::Ratio | Comparator::Frequency | Comparator::Range => "",
        Comparator::Full => return format!("{} {}", indicator.name, canvas.t("plan.full")),
        Comparator::Zero => return format!("{} {}", indicator.name, canvas.t("plan.zero")),
        Comparator::Change => "±",
    };
    let value = indicator.value.map_or_else(String::new, |value| value.to_string());
    let to = indicator.value_to.map_or_else(String::new, |to| format!("–{to}"));
    format!("{} {sign}{value}{to}{}", indicator.name, indicator.unit.as_deref().unwrap_or_default())
}
