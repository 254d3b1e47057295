//! Importing files: the question for the path, and what a ledger or a register comes to.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
    text::Span,
};

use super::{
    Canvas,
    text::{pad, visible},
    widgets,
};
use crate::{
    app::{HeldLedger, HeldRegister, Importing, LedgerRow, PathPanel, RegisterRow, Selection, Taken},
    facility::type_shown,
    text,
};

/// The rows in which the selected row of the preview is shown in full.
const FULL: u16 = 4;

/// The cells of what a row of the preview is.
const SORT: usize = 9;

/// Draws the question which file is imported, with how its path may go on; returns where the caret is.
pub fn draw_import(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    what: Importing,
    panel: &PathPanel,
) -> Option<Position> {
    let inside = widgets::popup(canvas, buffer, area, (76, 14), &canvas.t(what.command().name_key()));
    let asked = match what {
        Importing::Plan => "dialog.import",
        Importing::Ledger => "dialog.import-ledger",
        Importing::Register => "dialog.import-register",
    };
    let used = widgets::paragraph(buffer, inside, &canvas.t(asked), canvas.theme.text) + 1;
    let caret = widgets::field(canvas, buffer, Rect { y: inside.y + used, height: 1, ..inside }, &panel.field);
    let list = Rect { y: inside.y + used + 1, height: inside.height.saturating_sub(used + 1), ..inside };
    widgets::list(canvas, buffer, list, panel.choices.len(), panel.selection, |row, _| {
        let choice = &panel.choices[row];
        let style = if choice.folder { canvas.theme.accent } else { canvas.theme.text };
        vec![Span::styled(format!(" {}", visible(&choice.typed)), style)]
    });
    caret
}

/// Draws what a ledger comes to: the sum, every doubt and every change, and the selected one in full.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, held: &HeldLedger, selection: Selection) {
    let lang = canvas.lang();
    let question = match held.returned.changes.len() {
        0 => canvas.t("returned-screen.nothing"),
        count => text!("returned-screen.confirm", count = count).show(lang),
    };
    let rows = held.rows();
    let sum = held.returned.counts().show(lang);
    let above: [&str; 4] = [Importing::Ledger.command().name_key(), &held.file, &sum, &question];
    draw_preview(canvas, buffer, area, above, (rows.len(), selection), |at| {
        let (style, sort) = match rows[at] {
            LedgerRow::Remark(remark) if remark.doubtful => (canvas.theme.fail, canvas.t("returned-screen.doubtful")),
            LedgerRow::Remark(_) => (canvas.theme.warning, canvas.t("returned-screen.known")),
            LedgerRow::Change(_) => (canvas.theme.pass, canvas.symbols.pass.to_owned()),
        };
        (style, sort, said(canvas, rows[at]))
    });
}

/// Draws what a register comes to: what each column was taken for, every doubt, difference and new unit, and the selected
/// row in full.
pub fn draw_register(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, held: &HeldRegister, selection: Selection) {
    let lang = canvas.lang();
    let incoming = &held.incoming;
    let left_out = incoming.left_out();
    let mut counts: Vec<String> = incoming.counts().iter().map(|count| count.show(lang)).collect();
    counts.extend((left_out > 0).then(|| text!("register-screen.left-out", count = left_out).show(lang)));
    let question = match held.taken() {
        Taken { new: 0, changed: 0, removed: 0 } => canvas.t("register-screen.nothing"),
        Taken { new, changed, .. } => text!("register-screen.confirm", new = new, changed = changed).show(lang),
    };
    let differing = match (incoming.outcome.differing.len(), held.update) {
        (0, _) => String::new(),
        (count, true) => text!("register-screen.update", count = count).show(lang),
        (count, false) => text!("register-screen.keep", count = count).show(lang),
    };
    let samples = match (held.samples.len(), held.without_samples) {
        (0, _) => String::new(),
        (count, true) => text!("register-screen.without-samples", count = count).show(lang),
        (count, false) => text!("register-screen.with-samples", count = count).show(lang),
    };
    let question = [question, differing, samples].join(" ").replace("  ", " ");
    let (sum, rows) = (lang.list(counts), held.rows());
    let above: [&str; 4] = [Importing::Register.command().name_key(), &held.file, &sum, question.trim_end()];
    draw_preview(canvas, buffer, area, above, (rows.len(), selection), |at| match rows[at] {
        RegisterRow::Column(mapped) => {
            let style = if mapped.column.is_some() { canvas.theme.text } else { canvas.theme.dim };
            let said = mapped.said(lang).map_or_else(String::new, |said| said.show(lang));
            (style, canvas.t("register-screen.column"), said.trim_start().to_owned())
        }
        RegisterRow::Complaint(complaint) => {
            let (style, sort) = if complaint.left_out {
                (canvas.theme.fail, canvas.t("register-screen.not-taken"))
            } else {
                (canvas.theme.warning, canvas.t("returned-screen.known"))
            };
            let hint = complaint.hint.as_ref().map_or_else(String::new, |hint| hint.show(lang));
            let said = text!("register-screen.row", row = complaint.row, said = complaint.text.show(lang), hint = hint);
            (style, sort, said.show(lang).trim_end().to_owned())
        }
        RegisterRow::Differing(differing) => {
            let style = if held.update { canvas.theme.pass } else { canvas.theme.warning };
            (style, canvas.t("register-screen.differs"), differing.said(lang).show(lang))
        }
        RegisterRow::New(unit) => {
            let kind = type_shown(&unit.facility_type, lang);
            let parts = [&unit.id.0, &unit.name, &kind, &unit.level, &unit.district, &unit.address];
            let parts = parts.into_iter().filter(|part| !part.is_empty()).map(String::as_str).collect::<Vec<_>>();
            (canvas.theme.pass, canvas.t("register-screen.new"), parts.join("  "))
        }
    });
}

/// Draws a preview: title, file, sum and question, the rows each with what it is, and the selected one in full.
fn draw_preview(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    [title, file, sum, question]: [&str; 4],
    (count, selection): (usize, Selection),
    row: impl Fn(usize) -> (Style, String, String),
) {
    let name = file.rsplit(['/', '\\']).next().unwrap_or_default();
    let title = format!("{} {} {name}", canvas.t(title), canvas.symbols.separator);
    let inside = widgets::popup(canvas, buffer, area, (116, area.height.min(30)), &title);
    let room = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    let used = widgets::paragraph(buffer, room, sum, canvas.theme.title);
    let below = |y: u16| Rect { y: room.y + y, height: room.height.saturating_sub(y), ..room };
    let used = used + widgets::paragraph(buffer, below(used), question, canvas.theme.key) + 1;
    let list = Rect { y: inside.y + used, height: inside.height.saturating_sub(used + FULL + 1), ..inside };
    widgets::list(canvas, buffer, list, count, selection, |at, _| {
        let (style, sort, said) = row(at);
        let said = said.replace('\n', " ");
        vec![Span::styled(format!(" {}", pad(&sort, SORT)), style), Span::raw(visible(&said).into_owned())]
    });
    if selection.0 < count {
        let full = Rect { y: inside.bottom().saturating_sub(FULL), height: FULL.min(inside.height), ..room };
        widgets::paragraph(buffer, full, &visible(&row(selection.0).2), canvas.theme.dim);
    }
}

/// Puts a row into words.
fn said(canvas: &Canvas<'_>, row: LedgerRow<'_>) -> String {
    let lang = canvas.lang();
    match row {
        LedgerRow::Remark(remark) => remark.pointed_out(lang).show(lang),
        LedgerRow::Change(change) => {
            let filled = change.filled_in(lang).map(|part| part.show(lang));
            std::iter::once(change.moves(lang).show(lang)).chain(filled).collect::<Vec<_>>().join("  ")
        }
    }
}
