//! Reviews: the records by how far they are, and the two questions of a review.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
    text::Span,
};

use super::{
    Canvas, home, lists,
    text::{pad, put_line, width},
    widgets,
};
use crate::{
    app::{Form, RecordScreen, ReviewsScreen, data::Area},
    checklist::ItemId,
    inspection::{Decision, Level, RecordId, Sheet, Standing},
    store::Opinion,
    text,
};

/// Draws the records, filtered and narrowed; returns where the caret is.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, screen: &ReviewsScreen) -> Option<Position> {
    let data = &canvas.app.data;
    let title =
        format!("{} {} {}", canvas.t("screen.reviews"), canvas.symbols.separator, canvas.t(screen.filter.name_key()));
    let inside = widgets::frame(canvas, buffer, area, &title, true);
    let (caret, below) = widgets::search(canvas, buffer, inside, &screen.list, data.records.len());
    let said = text!(
        "review-screen.counts",
        own = data.to_review.len(),
        returned = data.returned_count,
        objected = data.objections
    );
    let style = if data.objections > 0 { canvas.theme.warning } else { canvas.theme.dim };
    let said = said.show(canvas.lang());
    put_line(buffer, below.x + 1, inside.y + 1, below.width.saturating_sub(1), &[Span::styled(said, style)]);
    if screen.list.rows.is_empty() {
        lists::draw_empty(canvas, buffer, below, Area::Reviews, "review-screen.none");
    }
    widgets::list(canvas, buffer, below, screen.list.rows.len(), screen.list.selection, |row, room| {
        let Some(record) = data.records.get(screen.list.rows[row]) else { return Vec::new() };
        let level = level(canvas, &record.id);
        let taken = level.iter().map(|span| width(&span.content)).sum::<usize>();
        let room = room.saturating_sub(u16::try_from(taken).unwrap_or(u16::MAX));
        level.into_iter().chain(home::record_spans(canvas, record, room)).collect()
    });
    caret
}

/// Says who has to look at a record, where that may be two people one after the other.
fn level(canvas: &Canvas<'_>, record: &RecordId) -> Option<Span<'static>> {
    if !canvas.app.data.has_two_levels {
        return None;
    }
    let names = [Level::Department, Level::Leadership].map(|level| canvas.t(level.name_key()));
    let room = names.iter().map(|name| width(name)).max().unwrap_or(0);
    let name = match canvas.app.data.standing_of(record) {
        Some(Standing::Awaiting(level)) => canvas.t(level.name_key()),
        _ => String::new(),
    };
    Some(Span::styled(format!(" {}", pad(&name, room)), canvas.theme.accent))
}

/// The mark of how far the review of a record is; a blank where nobody reviews it yet or that is not known.
pub fn mark(canvas: &Canvas<'_>, record: &RecordId) -> Span<'static> {
    let (symbols, theme) = (canvas.symbols, canvas.theme);
    match canvas.app.data.standing_of(record) {
        Some(Standing::Awaiting(_)) => Span::styled(symbols.unchecked, theme.dim),
        Some(Standing::Returned(_)) => Span::styled(symbols.blocker, theme.fail),
        Some(Standing::Approved) => Span::styled(symbols.pass, theme.pass),
        Some(Standing::Superseded(_)) => Span::styled(symbols.excused, theme.dim),
        Some(Standing::Draft) | None => Span::raw(" "),
    }
}

/// Says how far the review of a record is, and what was said last.
pub fn standing(canvas: &Canvas<'_>, record: &RecordId) -> (String, Style) {
    let theme = canvas.theme;
    let data = &canvas.app.data;
    let Some(standing) = data.standing_of(record) else { return (canvas.t("view.loading"), theme.dim) };
    let style = match standing {
        Standing::Draft | Standing::Superseded(_) => theme.dim,
        Standing::Awaiting(_) => theme.warning,
        Standing::Returned(_) => theme.fail,
        Standing::Approved => theme.pass,
    };
    let mut shown = canvas.t(standing.name_key());
    if let Standing::Superseded(newer) = standing {
        shown = format!("{shown} {newer}");
    } else if let Some(correction) = data.correction_of(record) {
        shown = format!("{shown}  {} {}", canvas.t("review-screen.correcting"), correction.id);
    }
    if let Some(last) = data.opinions_of(record).last() {
        shown = format!("{shown}  {}", opinion(canvas, last));
    }
    (shown, style)
}

/// Puts a review into one line: who, when, what, and why it counts for nothing, if so.
fn opinion(canvas: &Canvas<'_>, opinion: &Opinion) -> String {
    let review = &opinion.review;
    let why = opinion.objection.as_ref().map_or_else(String::new, |objection| {
        text!("review-screen.not-applied", why = canvas.t(objection.text_key())).show(canvas.lang())
    });
    let parts = [
        review.by.clone(),
        review.at.format("%m-%d %H:%M").to_string(),
        canvas.t(review.level.name_key()),
        canvas.t(review.decision.name_key()),
        review.remark.clone(),
        why,
    ];
    parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The mark of an item: what was noted of it, else that it was returned, else that a correction changed it.
pub fn item_mark(canvas: &Canvas<'_>, screen: &RecordScreen, item: &ItemId) -> Span<'static> {
    let (symbols, theme) = (canvas.symbols, canvas.theme);
    if let Some(noted) = screen.marks.item.iter().find(|one| one.item == *item) {
        return match noted.decision {
            Decision::Approved => Span::styled(symbols.pass, theme.pass),
            Decision::Returned => Span::styled(symbols.fail, theme.fail),
        };
    }
    let record = &screen.record.record().header.id;
    let returned = |opinion: &Opinion| {
        let said = opinion.review.of_item(item).is_some_and(|one| one.decision == Decision::Returned);
        said && opinion.objection.is_none()
    };
    if canvas.app.data.opinions_of(record).iter().any(returned) {
        return Span::styled(symbols.blocker, theme.fail);
    }
    if screen.changes.iter().any(|change| change.item == *item) {
        return Span::styled(symbols.pointer, theme.accent);
    }
    Span::raw(" ")
}

/// Lists what there is to say of an item: what was noted, what reviews said, and what a correction changed.
pub fn item_lines(canvas: &Canvas<'_>, screen: &RecordScreen, sheet: &Sheet, at: usize) -> Vec<(&'static str, String)> {
    let mut lines = Vec::new();
    let (item, unit, sort) = (&sheet.item(at).id, sheet.item(at).unit_shown(), sheet.checklist().sort);
    if let Some(noted) = screen.marks.item.iter().find(|one| one.item == *item) {
        let noted = canvas.lang().with_said(&canvas.t(noted.decision.name_key()), &noted.reason);
        lines.push(("review-screen.noted", noted));
    }
    let record = &screen.record.record().header.id;
    for said in canvas.app.data.opinions_of(record) {
        let Some(one) = said.review.of_item(item) else { continue };
        let decision = canvas.lang().with_said(&canvas.t(one.decision.name_key()), &one.reason);
        lines.push(("review-screen.said", format!("{} {decision}", said.review.by)));
    }
    if let Some(change) = screen.changes.iter().find(|change| change.item == *item) {
        for &part in &change.parts {
            let [before, after] = change.show(part, sort, unit, canvas.lang());
            lines.push(("review-screen.changed", format!("{} {before} → {after}", canvas.t(part.name_key()))));
        }
    }
    lines
}

/// Draws the question what a review comes to; returns where the caret is.
pub fn draw_decide(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, form: &Form) -> Option<Position> {
    let inside = widgets::popup(canvas, buffer, area, (72, 10), &canvas.t("command.decide"));
    let used = widgets::paragraph(buffer, inside, &canvas.t("review-screen.hint"), canvas.theme.dim) + 1;
    let room = Rect { y: inside.y + used, height: inside.height.saturating_sub(used), ..inside };
    widgets::form(canvas, buffer, room, form, 1)
}
