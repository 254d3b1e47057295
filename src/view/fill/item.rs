//! The right side: the question, where it comes from, and the answer.

use chrono::NaiveDate;
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::Span,
};

use crate::{
    app::fill::{Fill, Focus},
    checklist::{AnswerType, Basis, EvidenceRule, Item, Sort, Verdict},
    ledger::State,
    text,
    view::{
        Canvas,
        fill::{
            control::{self, CALENDAR_ROWS},
            panels,
        },
        text::{put_line, visible, width, wrap_at_most},
        widgets,
    },
};

/// The rows that the answer, the note and the finding want below the question, while moving among the items.
const BELOW: u16 = 6;
/// The rows that a text of several lines gets.
pub(super) const NOTE_ROWS: u16 = 4;
const FORM_ROWS: u16 = 3;

/// Draws the item in hand; returns where the caret is.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, fill: &Fill) -> Option<Position> {
    if let Focus::Details(form) = &fill.focus {
        let heading = canvas.t("fill.details");
        put_line(buffer, area.x, area.y, area.width, &[Span::styled(heading, canvas.theme.title)]);
        return widgets::form(canvas, buffer, below(area, 2), form, FORM_ROWS);
    }
    let item = fill.sheet().item(fill.at());
    let wanted = match &fill.focus {
        // The choices above the form may take two rows.
        Focus::Finding(form) => u16::try_from(form.fields.len()).unwrap_or(6) + FORM_ROWS + 2,
        Focus::Note(_) => NOTE_ROWS + BELOW - 1,
        Focus::Row(row) => u16::try_from(row.form.fields.len()).unwrap_or(6) + 4,
        Focus::Table(_) => u16::try_from(fill.rows().len()).unwrap_or(8).clamp(4, 12) + 4,
        // A picture is the better the larger it is.
        Focus::Evidence(panel) if panels::wants_picture_room(canvas, fill, panel) => area.height,
        Focus::Evidence(_) => 12,
        Focus::Value(..) if item.answer == AnswerType::Date => CALENDAR_ROWS + 4,
        _ => BELOW,
    };
    let split = area.height.saturating_sub(wanted.min(area.height * 3 / 4));
    let used = draw_question(canvas, buffer, Rect { height: split, ..area }, fill, item);
    // The answer follows the text where there is room, so that the eye need not wander.
    let start = (used + 1).min(split);
    draw_answer(canvas, buffer, below(area, start), fill, item)
}

/// Draws what is asked and where it comes from; returns how many rows it took.
fn draw_question(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, fill: &Fill, item: &Item) -> u16 {
    let theme = canvas.theme;
    let lang = canvas.lang();
    put_line(buffer, area.x, area.y, area.width, &summary(canvas, fill, item));
    let mut y = 1;
    let room = |y: u16| below(area, y);
    let question = visible(item.text.show(lang));
    let lines = wrap_at_most(&question, usize::from(area.width.max(2)), usize::from(area.height));
    let compact = usize::from(area.height) < lines.len() + 6;
    y += u16::from(!compact);
    y += widgets::lines(buffer, room(y), &lines, theme.title);
    y += u16::from(!compact);
    if let Some(rule) = control::rule_shown(canvas, item) {
        y += widgets::labelled(canvas, buffer, room(y), &canvas.t("item.rule"), &rule, theme.text);
    }
    let disputed: Vec<String> = fill.disputed(fill.at()).map(|field| canvas.t(field.name_key())).collect();
    if !disputed.is_empty() {
        let shown = lang.list(&disputed);
        y += widgets::labelled(canvas, buffer, room(y), &canvas.t("item.disputed"), &shown, theme.warning);
    }
    for (by, returned) in fill.returned(fill.at()) {
        let shown = format!("{by}  {}", returned.reason);
        y += widgets::labelled(canvas, buffer, room(y), &canvas.t("review-screen.returned-item"), &shown, theme.fail);
    }
    if let Some((shown, open)) = last_time(canvas, fill) {
        let style = if open { theme.warning } else { theme.text };
        y += widgets::labelled(canvas, buffer, room(y), &canvas.t("item.last-time"), &shown, style);
    }
    for row in fill.open_before(fill.at()) {
        let shown =
            format!("{} {}{}", row.source.inspected, row.description, state_and_due(canvas, row.state, row.due));
        y += widgets::labelled(canvas, buffer, room(y), &canvas.t("item.still-open"), &shown, theme.warning);
    }
    if !item.how.is_empty() {
        y += widgets::labelled(canvas, buffer, room(y), &canvas.t("item.how"), item.how_shown(lang), theme.text);
    }
    for basis in &item.basis {
        let (shown, verify) = basis_line(canvas, basis);
        let style = if verify { theme.warning } else { theme.text };
        y += widgets::labelled(canvas, buffer, room(y), &canvas.t("item.basis"), &shown, style);
    }
    for clause in &item.clauses {
        let shown = format!("{} {} {}", clause.plan, clause.section, clause.text);
        y += widgets::labelled(canvas, buffer, room(y), &canvas.t("item.clause"), &shown, theme.text);
    }
    if !item.owners.is_empty() {
        y += widgets::labelled(
            canvas,
            buffer,
            room(y),
            &canvas.t("item.owners"),
            &canvas.lang().list(&item.owners),
            theme.text,
        );
    }
    if !item.deadline.is_empty() {
        y += widgets::labelled(canvas, buffer, room(y), &canvas.t("item.deadline"), &item.deadline, theme.text);
    }
    y.min(area.height)
}

/// Puts everything about an item into one text: what is asked, how, on what basis, and where it comes from.
pub fn everything_about(canvas: &Canvas<'_>, item: &Item) -> String {
    let lang = canvas.lang();
    let mut rows = vec![item.text.show(lang).to_owned(), String::new()];
    let mut row = |key: &str, shown: String| {
        if !shown.is_empty() {
            rows.push(format!("{}  {shown}", canvas.t(key)));
        }
    };
    row("item.rule", item.pass.as_ref().map(|rule| rule.show(item.unit_shown(), lang)).unwrap_or_default());
    row("item.how", item.how_shown(lang).to_owned());
    for basis in &item.basis {
        row("item.basis", basis_line(canvas, basis).0);
    }
    for clause in &item.clauses {
        row("item.clause", format!("{} {} {}", clause.plan, clause.section, clause.text));
    }
    row("item.owners", lang.list(&item.owners));
    row("item.deadline", item.deadline.clone());
    row("item.bank", item.bank.clone());
    rows.join("\n")
}

/// Says what the item came to when it was last judged at this unit, and whether something may still be open.
fn last_time(canvas: &Canvas<'_>, fill: &Fill) -> Option<(String, bool)> {
    let last = fill.last_time(fill.at())?;
    let mut shown = format!("{} {}", last.day, control::verdict_shown(canvas, fill, last.verdict));
    if let Some(finding) = &last.finding {
        shown = text!("item.last-finding", last = shown, finding = finding.description).show(canvas.lang());
        let rest = match finding.due {
            due if last.state.is_some() => {
                last.state.map(|state| state_and_due(canvas, state, due)).unwrap_or_default()
            }
            _ if finding.corrected_on_site => canvas.t("item.last-corrected"),
            Some(due) => text!("item.last-due", due = due).show(canvas.lang()),
            None => String::new(),
        };
        shown.push_str(&rest);
    }
    Some((shown, last.is_open()))
}

/// Says how far a finding is, and by when it is to be put right where it is still open.
fn state_and_due(canvas: &Canvas<'_>, state: State, due: Option<NaiveDate>) -> String {
    let state_shown = canvas.t(state.name_key());
    let said = match due.filter(|_| state.is_open()) {
        Some(due) => text!("item.last-state-due", state = state_shown, due = due),
        None => text!("item.last-state", state = state_shown),
    };
    said.show(canvas.lang())
}

/// Puts a basis on one line, and says whether it has still to be verified.
fn basis_line(canvas: &Canvas<'_>, basis: &Basis) -> (String, bool) {
    let mut shown = basis.cited();
    if !basis.version.is_empty() {
        shown = text!("item.basis-version", basis = shown, version = basis.version).show(canvas.lang());
    }
    if basis.verify {
        shown.push_str(&canvas.t("item.verify"));
    }
    (shown, basis.verify)
}

/// The first line: number, weight, and what sort of item it is.
fn summary(canvas: &Canvas<'_>, fill: &Fill, item: &Item) -> Vec<Span<'static>> {
    let dot = format!(" {} ", canvas.symbols.separator);
    let mut spans = vec![Span::styled(format!("{}{dot}", fill.number(fill.at())), canvas.theme.title)];
    if item.critical {
        spans.push(Span::styled(
            format!("{}{}{dot}", canvas.symbols.critical, canvas.t("item.critical")),
            canvas.theme.warning,
        ));
    }
    // What is on its way is not scored.
    if item.points > 0.0 && fill.sheet().checklist().sort == Sort::OnSite {
        spans.push(Span::styled(
            text!("item.points", points = item.points).show(canvas.lang()) + &dot,
            canvas.theme.dim,
        ));
    }
    spans.push(Span::styled(canvas.t(&format!("answer-type.{}", item.answer.name())), canvas.theme.dim));
    if !item.required {
        spans.push(Span::styled(format!("{dot}{}", canvas.t("item.optional")), canvas.theme.dim));
    }
    spans
}

/// Draws the answer, the note, the finding and what evidence is wanted; returns where the caret is.
fn draw_answer(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, fill: &Fill, item: &Item) -> Option<Position> {
    let theme = canvas.theme;
    let answer = fill.sheet().answer(fill.at());
    let mut caret = None;
    let mut y = match &fill.focus {
        Focus::Value(field, known) => {
            let (mut rows, at) = control::draw_value_field(canvas, buffer, area, fill, field, known);
            caret = at;
            if let Some(day) = fill.calendar_day() {
                rows += control::draw_calendar(canvas, buffer, below(area, rows), day, fill.sheet().day());
            }
            rows
        }
        Focus::Table(selection) => {
            panels::draw_table(canvas, buffer, area, fill, item, Some(*selection));
            return None;
        }
        Focus::Row(row) => {
            return control::draw_row(canvas, buffer, area, fill, row);
        }
        Focus::Evidence(panel) => return panels::draw_evidence(canvas, buffer, area, fill, panel),
        _ if item.answer == AnswerType::Table => panels::draw_table(canvas, buffer, area, fill, item, None),
        _ => control::draw_choices(canvas, buffer, area, fill, item, answer),
    };
    if let Focus::Finding(form) = &fill.focus {
        let sort = fill.sheet().checklist().sort;
        let heading = canvas.t(if sort.finds_what_fails() { "fill.finding" } else { "command.finding" });
        let hint = canvas.t("fill.phrases-hint");
        let spans = [Span::styled(heading, theme.fail), Span::styled(format!("  {hint}"), theme.dim)];
        put_line(buffer, area.x, area.y + y, area.width, &spans);
        return widgets::form(canvas, buffer, below(area, y + 1), form, FORM_ROWS);
    }
    y += 1;
    let label = canvas.t("item.note");
    if let Focus::Note(field) = &fill.focus {
        let indent = u16::try_from(width(&label)).unwrap_or(0) + 2;
        put_line(buffer, area.x, area.y + y, area.width, &[Span::styled(label, theme.key)]);
        let room = below(area, y);
        let beside = Rect { x: room.x + indent, width: room.width.saturating_sub(indent), ..room };
        return widgets::field(canvas, buffer, Rect { height: beside.height.min(NOTE_ROWS), ..beside }, field);
    }
    let note = answer.map_or("", |answer| answer.note.as_str());
    let nothing = canvas.t("item.none");
    let (note, style) = if note.is_empty() { (nothing.as_str(), theme.dim) } else { (note, theme.text) };
    y += widgets::labelled(
        canvas,
        buffer,
        Rect { height: below(area, y).height.min(2), ..below(area, y) },
        &label,
        note,
        style,
    );
    if let Some(finding) = answer.and_then(|answer| answer.finding.as_ref()) {
        let due = finding.due.map_or_else(String::new, |due| format!(" {} {due}", canvas.symbols.separator));
        let missing = || format!("{} {}", canvas.symbols.blocker, canvas.t("blocker.no-description"));
        let described = Some(finding.description.clone()).filter(|said| !said.trim().is_empty());
        let shown = format!("{}{due}", described.unwrap_or_else(missing));
        y += widgets::labelled(canvas, buffer, below(area, y), &canvas.t("item.finding"), &shown, theme.fail);
    } else if fill.sheet().verdict(fill.at()) == Some(Verdict::Fails) && !fill.sheet().is_finding(fill.at()) {
        let offered = canvas.t("item.problem");
        y += widgets::labelled(canvas, buffer, below(area, y), &canvas.t("item.finding"), &offered, theme.dim);
    }
    draw_evidence_line(canvas, buffer, below(area, y), fill, item);
    caret
}

/// Draws what evidence there is, or what is wanted.
fn draw_evidence_line(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, fill: &Fill, item: &Item) {
    let wanted = match item.evidence {
        EvidenceRule::Never => None,
        EvidenceRule::OnFailure if !fill.sheet().checklist().sort.finds_what_fails() => {
            Some("item.evidence.on-problem")
        }
        EvidenceRule::OnFailure => Some("item.evidence.on-failure"),
        EvidenceRule::Always => Some("item.evidence.always"),
    };
    let names: Vec<String> = fill.files().map(|file| panels::file_shown(canvas, fill, file)).collect();
    let (shown, style) = match wanted {
        _ if fill.files().any(|file| fill.is_missing(file)) => (canvas.lang().list(names), canvas.theme.error),
        _ if !names.is_empty() => (canvas.lang().list(names), canvas.theme.text),
        Some(key) => (canvas.t(key), canvas.theme.dim),
        None => return,
    };
    widgets::labelled(canvas, buffer, area, &canvas.t("item.evidence"), &shown, style);
}

pub(super) fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}
