//! A plan: the outline on the left, the clauses of the selected section on the right, and where each leads.

use ratatui::{buffer::Buffer, layout::Rect, text::Span};

use super::{
    Canvas, plan_source,
    text::{cut, pad, put_line, visible, width},
    widgets,
};
use crate::{
    app::{Pane, PlanScreen, data::Lead, facet_name},
    plan::{Clause, Corrected, owners_shown},
    text,
};

/// The rows that the details of the selected clause get.
const DETAILS: u16 = 9;

/// Draws the screen: with the document open, the clauses stand on the left of it while they have the keys.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &PlanScreen) {
    let left_width = (area.width * 2 / 5).clamp(26, 56);
    let left = Rect { width: left_width, ..area };
    let right = Rect { x: area.x + left_width, width: area.width - left_width, ..area };
    let clauses = screen.clauses();
    let list_height = right.height.saturating_sub(DETAILS).max(3);
    let upper = Rect { height: list_height, ..right };
    if let Some(lines) = screen.source.as_ref().filter(|_| screen.shows_source) {
        if screen.pane == Pane::Clauses {
            draw_clauses(canvas, buffer, left, screen, &clauses);
        } else {
            draw_outline(canvas, buffer, left, screen);
        }
        let title = text!("plan.source", name = screen.plan.head.title).show(canvas.lang());
        let inside = widgets::frame(canvas, buffer, upper, &title, false);
        plan_source::draw(canvas, buffer, inside, lines, clauses.get(screen.clause.0).copied());
    } else {
        draw_outline(canvas, buffer, left, screen);
        draw_clauses(canvas, buffer, upper, screen, &clauses);
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
    let shown = screen.headings();
    widgets::list(canvas, buffer, inside, shown.len() + 1, screen.heading, |row, _| {
        let Some(&at) = row.checked_sub(1).and_then(|row| shown.get(row)) else {
            return vec![Span::styled(canvas.t("plan.whole"), canvas.theme.title)];
        };
        let heading = &outline[at];
        let indent = "  ".repeat(usize::from(heading.level.saturating_sub(1)));
        let fold = match screen.fold_of(at) {
            Some(true) => canvas.symbols.closed,
            Some(false) => canvas.symbols.open,
            None => " ",
        };
        let style = if heading.level == 1 { canvas.theme.title } else { canvas.theme.text };
        let named = visible(&format!("{}{}", heading.marker, heading.title)).into_owned();
        vec![Span::styled(format!("{indent}{fold} "), canvas.theme.dim), Span::styled(named, style)]
    });
}

/// Says what the clauses are narrowed by; empty where they are not.
fn narrowed_by(canvas: &Canvas<'_>, screen: &PlanScreen) -> String {
    let lang = canvas.lang();
    let facets = screen.facets().iter().map(|facet| facet_name(&canvas.app.data, facet, lang));
    let typed = Some(screen.filter().to_owned()).filter(|typed| !typed.is_empty());
    facets.chain(typed).collect::<Vec<_>>().join(&format!(" {} ", canvas.symbols.separator))
}

fn draw_clauses(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &PlanScreen, clauses: &[&Clause]) {
    /// From this width on a row also says what the clause is about.
    const WIDE: u16 = 64;
    const TOPIC: usize = 12;
    let filter = narrowed_by(canvas, screen);
    let title = if filter.is_empty() {
        text!("plan.clauses", count = clauses.len())
    } else {
        text!("plan.filtered", count = clauses.len(), filter = filter)
    };
    let title = title.show(canvas.lang());
    let inside = widgets::frame(canvas, buffer, area, &title, screen.pane == Pane::Clauses);
    if clauses.is_empty() && !filter.is_empty() {
        widgets::paragraph(buffer, inside, &canvas.t("plan.none-fits"), canvas.theme.dim);
        return;
    }
    let struck = canvas.t("plan.struck");
    let kind_of = |clause: &Clause| if clause.struck { struck.clone() } else { canvas.t(clause.kind.name_key()) };
    let kind_width = clauses.iter().map(|clause| width(&kind_of(clause))).max().unwrap_or(0);
    widgets::list(canvas, buffer, inside, clauses.len(), screen.clause, |row, room| {
        let clause = clauses[row];
        let lead = if screen.leads.contains_key(&clause.id) { canvas.symbols.pass } else { " " };
        let mut aside = measured(canvas, clause);
        if room >= WIDE {
            let topic = clause.topics.first().map(|topic| canvas.app.data.topic_name(topic, canvas.lang()));
            aside = format!("{aside} {}", cut(&topic.unwrap_or_default(), TOPIC));
        }
        let aside = format!(" {}", aside.trim());
        let text_room = usize::from(room).saturating_sub(width(lead) + kind_width + 1 + width(&aside));
        let style = if clause.struck { canvas.theme.dim } else { canvas.theme.text };
        vec![
            Span::styled(lead, canvas.theme.pass),
            Span::styled(pad(&kind_of(clause), kind_width), canvas.theme.accent),
            Span::raw(" "),
            Span::styled(pad(&visible(&clause.text), text_room), style),
            Span::styled(visible(&aside).into_owned(), canvas.theme.dim),
        ]
    });
}

/// Puts the first value of a clause and its date into a few cells.
fn measured(canvas: &Canvas<'_>, clause: &Clause) -> String {
    const VALUE: usize = 10;
    let value = clause.indicators.first().map(|indicator| indicator.show_value(canvas.lang())).unwrap_or_default();
    let more = if clause.indicators.len() > 1 { "+" } else { "" };
    let value = format!("{}{more}", cut(&value, VALUE));
    let due = clause.deadline.as_deref().unwrap_or_default();
    [value.as_str(), due].iter().filter(|said| !said.is_empty()).copied().collect::<Vec<_>>().join(" ")
}

fn draw_clause(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &PlanScreen, clause: &Clause) {
    let lang = canvas.lang();
    let mut y = 0;
    let room = |y: u16| Rect { y: area.y + y, height: area.height.saturating_sub(y), ..area };
    y += widgets::paragraph(buffer, Rect { height: area.height.min(3), ..area }, &clause.text, canvas.theme.text);
    // The reason is that of the reading, so it explains nothing about a scope that a person has set.
    let set_by_hand = clause.corrected.as_ref().is_some_and(|corrected| corrected.read.scope.is_some());
    let reason = if set_by_hand { "plan.corrected".to_owned() } else { format!("plan.scope.{}", clause.scope_reason) };
    let scope = format!("{} {} {}", canvas.t(clause.scope.name_key()), canvas.symbols.separator, lang.t(&reason));
    y += widgets::labelled(canvas, buffer, room(y), &canvas.t("plan.scope-line"), &scope, canvas.theme.text);
    if let Some(corrected) = &clause.corrected {
        let said = corrected_line(canvas, corrected);
        y += widgets::paragraph(buffer, Rect { height: room(y).height.min(2), ..room(y) }, &said, canvas.theme.warning);
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
    let topics = lang.list(clause.topics.iter().map(|topic| canvas.app.data.topic_name(topic, lang)));
    let due = clause.deadline.as_ref().map(|due| text!("plan.due", due = due).show(lang)).unwrap_or_default();
    y += widgets::labelled(
        canvas,
        buffer,
        room(y),
        &canvas.t("plan.topics-label"),
        &[topics, due, owners_shown(&clause.owners, lang)].join(" "),
        canvas.theme.text,
    );
    let leads = match screen.leads.get(&clause.id) {
        Some(leads) => {
            let named = |lead: &Lead| format!("{} {}", lead.checklist.show(canvas.lang()), lead.item);
            leads.iter().map(named).collect::<Vec<_>>().join("; ")
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
    let read = corrected.read.show(lang, |topic| canvas.app.data.topic_name(topic, lang));
    let said = match corrected.at {
        Some(at) => text!("plan.corrected-by", by = corrected.by, at = at.format("%Y-%m-%d"), read = read).show(lang),
        None => text!("plan.corrected-by-hand", read = read).show(lang),
    };
    let outdated = if corrected.outdated { canvas.t("plan.outdated") } else { String::new() };
    let reason = Some(&corrected.reason).filter(|reason| !reason.is_empty());
    let reason = reason.map(|reason| text!("plan.because", reason = reason).show(lang)).unwrap_or_default();
    visible(&format!("{said} {reason} {outdated}")).trim_end().to_owned()
}
