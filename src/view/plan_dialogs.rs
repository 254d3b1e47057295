//! What stands in front of a plan: correcting a clause, narrowing, choosing a way, and what would be generated.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::Span,
};

use super::{
    Canvas,
    text::{pad, visible},
    widgets,
};
use crate::{
    app::{CorrectChoice, CorrectStep, Correcting, Facet, Narrowed, Selection, Way, choice_name, facet_name},
    i18n::Text,
    store::GeneratedFile,
    text,
};

/// Draws what is asked while a clause is corrected; returns where the caret is.
pub fn draw_correct(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, correcting: &Correcting) -> Option<Position> {
    let title = canvas.t("command.correct");
    let clause = &correcting.clause;
    let (explained, field, mistake) = match &correcting.step {
        CorrectStep::Choose { choices, list } => {
            let inside = widgets::popup(canvas, buffer, area, (66, 20), &title);
            let (caret, below) = widgets::search(canvas, buffer, inside, list, choices.len());
            widgets::list(canvas, buffer, below, list.rows.len(), list.selection, |row, _| {
                let name = choice_name(&canvas.app.data, clause, &choices[list.rows[row]], canvas.lang());
                vec![Span::raw(format!(" {}", visible(&name)))]
            });
            return caret;
        }
        CorrectStep::Value { choice: CorrectChoice::Deadline, field, mistake } => {
            ("plan.correct-deadline.ask", field, mistake.as_ref())
        }
        CorrectStep::Value { choice: CorrectChoice::Owners, field, mistake } => {
            ("plan.correct-owners.ask", field, mistake.as_ref())
        }
        CorrectStep::Value { field, mistake, .. } => ("plan.correct-indicator.ask", field, mistake.as_ref()),
        CorrectStep::Reason { field, .. } => ("plan.correct-reason.ask", field, None),
    };
    let inside = widgets::popup(canvas, buffer, area, (76, 11), &title);
    let room = |y: u16, height: u16| {
        let y = y.min(inside.height);
        Rect { y: inside.y + y, height: height.min(inside.height - y), ..inside }
    };
    let mut y = widgets::paragraph(buffer, room(0, 2), &clause.text, canvas.theme.dim) + 1;
    y += widgets::paragraph(buffer, room(y, 3), &canvas.t(explained), canvas.theme.text);
    let caret = widgets::field(canvas, buffer, room(y, 1), field);
    if let Some(mistake) = mistake {
        let said = format!("{} {}", canvas.symbols.blocker, mistake.show(canvas.lang()));
        widgets::paragraph(buffer, room(y + 1, 2), &said, canvas.theme.error);
    }
    caret
}

/// Draws what clauses can be narrowed to; returns where the caret is.
pub fn draw_facets(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    facets: &[(Facet, usize)],
    list: &Narrowed,
) -> Option<Position> {
    let held = match canvas.app.screen() {
        crate::app::Screen::Plan(plan) => plan.facets(),
        _ => &[],
    };
    let inside = widgets::popup(canvas, buffer, area, (60, 20), &canvas.t("command.narrow"));
    let (caret, below) = widgets::search(canvas, buffer, inside, list, facets.len());
    widgets::list(canvas, buffer, below, list.rows.len(), list.selection, |row, room| {
        let (facet, count) = &facets[list.rows[row]];
        let mark = if held.contains(facet) { canvas.symbols.pass } else { " " };
        let name = facet_name(&canvas.app.data, facet, canvas.lang());
        vec![
            Span::styled(format!(" {mark} "), canvas.theme.pass),
            Span::raw(pad(&visible(&name), usize::from(room).saturating_sub(10))),
            Span::styled(format!("{count:>5}"), canvas.theme.dim),
        ]
    });
    caret
}

/// Draws the places to which there is a way.
pub fn draw_ways(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, ways: &[Way], selection: Selection) {
    let inside = widgets::popup(canvas, buffer, area, (area.width.min(90), 14), &canvas.t("plan.ways"));
    widgets::list(canvas, buffer, inside, ways.len(), selection, |row, _| {
        vec![Span::raw(format!(" {}", visible(&ways[row].name)))]
    });
}

/// Draws what would be generated: the files, what would change in the selected one, and what is to be said about it.
pub fn draw_preview(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    files: &[GeneratedFile],
    notes: &[Text],
    selection: Selection,
) {
    let lang = canvas.lang();
    let size = (area.width.min(100), area.height.min(28));
    let title = text!("plan.preview", count = files.len()).show(lang);
    let inside = widgets::popup(canvas, buffer, area, size, &title);
    let below = inside.height / 2;
    let list = Rect { height: inside.height - below, ..inside };
    widgets::list(canvas, buffer, list, files.len(), selection, |row, room| {
        let file = &files[row];
        let (state, style) = match (file.existed, file.changes.is_empty() && file.decisions.is_empty()) {
            (false, _) => ("plan.preview-new", canvas.theme.pass),
            (true, true) => ("plan.preview-same", canvas.theme.dim),
            (true, false) => ("plan.preview-merged", canvas.theme.warning),
        };
        let count = text!("plan.preview-items", count = file.checklist.items.len()).show(lang);
        let name = pad(&visible(file.checklist.title.show(lang)), usize::from(room).saturating_sub(22));
        vec![
            Span::styled(format!(" {} ", pad(&canvas.t(state), 10)), style),
            Span::raw(name),
            Span::styled(count, canvas.theme.dim),
        ]
    });
    let mut said = Vec::new();
    if let Some(file) = files.get(selection.0) {
        said.push(file.path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned()));
        said.extend(
            file.decisions
                .iter()
                .map(|change| text!("generate.decide", change = change.describe().show(lang)).show(lang)),
        );
        said.extend(file.changes.iter().map(|change| change.describe().show(lang)));
        if !file.existed {
            said.extend(file.checklist.items.iter().map(|item| format!("  {}", item.text.show(lang))));
        }
    }
    let note_rows = u16::try_from(notes.len()).unwrap_or(0).min(2);
    let details = Rect { y: list.bottom(), height: below.saturating_sub(1 + note_rows), ..inside };
    for (line, y) in said.iter().zip(details.top()..details.bottom()) {
        super::text::put_line(buffer, inside.x + 1, y, inside.width - 1, &[Span::raw(visible(line).into_owned())]);
    }
    for (note, y) in notes.iter().zip(details.bottom()..inside.bottom()).take(usize::from(note_rows)) {
        let note = visible(&note.show(lang)).into_owned();
        super::text::put_line(buffer, inside.x + 1, y, inside.width - 1, &[Span::styled(note, canvas.theme.warning)]);
    }
    let question = Rect { y: inside.bottom() - 1, height: 1, ..inside };
    widgets::paragraph(buffer, question, &canvas.t("plan.preview-ask"), canvas.theme.accent);
}
