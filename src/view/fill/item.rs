//! The right side: the question, where it comes from, and the answer.

use chrono::{Datelike, NaiveDate};
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::Span,
};

use crate::{
    app::fill::{Fill, Focus, weeks},
    checklist::{AnswerType, Basis, EvidenceRule, Item, Value},
    inspection::{Answer, Response, Verdict},
    text,
    view::{
        Canvas,
        fill::panels,
        text::{height, put_line, visible, width},
        widgets,
    },
};

/// The rows that the answer, the note and the finding want below the question, while moving among the items.
const BELOW: u16 = 6;
/// The rows that a text of several lines gets.
const NOTE_ROWS: u16 = 4;
const FORM_ROWS: u16 = 3;
/// The rows that a mistake in a value gets at most.
const MISTAKE_ROWS: u16 = 3;
/// The rows of a calendar: the month, the days of the week, and six weeks.
const CALENDAR_ROWS: u16 = 8;

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
    let question = item.text.show(lang);
    let compact = usize::from(area.height) < height(question, usize::from(area.width)) + 6;
    y += u16::from(!compact);
    y += widgets::paragraph(buffer, room(y), question, theme.title);
    y += u16::from(!compact);
    if let Some(rule) = &item.pass {
        y += widgets::labelled(
            canvas,
            buffer,
            room(y),
            &canvas.t("item.rule"),
            &rule.show(item.unit_shown(), lang),
            theme.text,
        );
    }
    for (by, returned) in fill.returned(fill.at()) {
        let shown = format!("{by}  {}", returned.reason);
        y += widgets::labelled(canvas, buffer, room(y), &canvas.t("review-screen.returned-item"), &shown, theme.fail);
    }
    if let Some((shown, open)) = last_time(canvas, fill) {
        let style = if open { theme.warning } else { theme.text };
        y += widgets::labelled(canvas, buffer, room(y), &canvas.t("item.last-time"), &shown, style);
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
        y += widgets::labelled(canvas, buffer, room(y), &canvas.t("item.owners"), &item.owners.join("、"), theme.text);
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
    row("item.owners", item.owners.join("、"));
    row("item.deadline", item.deadline.clone());
    row("item.bank", item.bank.clone());
    rows.join("\n")
}

/// Says what the item came to when it was last judged at this unit, and whether something may still be open.
fn last_time(canvas: &Canvas<'_>, fill: &Fill) -> Option<(String, bool)> {
    let last = fill.last_time(fill.at())?;
    let mut shown = format!("{} {}", last.day, canvas.t(last.verdict.name_key()));
    if let Some(finding) = &last.finding {
        shown = text!("item.last-finding", last = shown, finding = finding.description).show(canvas.lang());
        let rest = match finding.due {
            _ if finding.corrected_on_site => canvas.t("item.last-corrected"),
            Some(due) => text!("item.last-due", due = due).show(canvas.lang()),
            None => String::new(),
        };
        shown.push_str(&rest);
    }
    Some((shown, last.is_open()))
}

/// Puts a basis on one line, and says whether it has still to be verified.
fn basis_line(canvas: &Canvas<'_>, basis: &Basis) -> (String, bool) {
    let mut shown = format!("《{}》{}", basis.document, basis.article);
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
    if item.points > 0.0 {
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
        Focus::Value(field, mistake) => {
            let (mut rows, at) = draw_value_field(canvas, buffer, area, fill, field, mistake.as_ref());
            caret = at;
            if let Some(day) = fill.calendar_day() {
                rows += draw_calendar(canvas, buffer, below(area, rows), day, fill.sheet().day());
            }
            rows
        }
        Focus::Table(selection) => {
            panels::draw_table(canvas, buffer, area, fill, item, Some(*selection));
            return None;
        }
        Focus::Row(row) => {
            let heading = text!("fill.row", number = row.at + 1).show(canvas.lang());
            put_line(buffer, area.x, area.y, area.width, &[Span::styled(heading, theme.title)]);
            return widgets::form(canvas, buffer, below(area, 1), &row.form, 1);
        }
        Focus::Evidence(panel) => return panels::draw_evidence(canvas, buffer, area, fill, panel),
        _ if item.answer == AnswerType::Table => panels::draw_table(canvas, buffer, area, fill, item, None),
        _ => draw_choices(canvas, buffer, area, fill, item, answer),
    };
    if let Focus::Finding(form) = &fill.focus {
        let heading = canvas.t("fill.finding");
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
    let (note, style) =
        if note.is_empty() { (canvas.t("item.none"), theme.dim) } else { (note.to_owned(), theme.text) };
    y += widgets::labelled(
        canvas,
        buffer,
        Rect { height: below(area, y).height.min(2), ..below(area, y) },
        &label,
        &note,
        style,
    );
    if let Some(finding) = answer.and_then(|answer| answer.finding.as_ref()) {
        let due = finding.due.map_or_else(String::new, |due| format!(" {} {due}", canvas.symbols.separator));
        let shown = format!("{}{due}", finding.description);
        y += widgets::labelled(canvas, buffer, below(area, y), &canvas.t("item.finding"), &shown, theme.fail);
    }
    draw_evidence_line(canvas, buffer, below(area, y), fill, item);
    caret
}

/// Draws the field that a value is typed into, with its rule and what is wrong; returns the rows and the caret.
fn draw_value_field(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    fill: &Fill,
    field: &crate::app::Field,
    mistake: Option<&crate::i18n::Text>,
) -> (u16, Option<Position>) {
    let item = fill.sheet().item(fill.at());
    let label = format!("{}  ", canvas.t("item.value"));
    let indent = u16::try_from(width(&label)).unwrap_or(0);
    let unit = item.unit_shown();
    let unit_width = u16::try_from(width(unit)).unwrap_or(0) + 1;
    put_line(buffer, area.x, area.y, area.width, &[Span::styled(label, canvas.theme.key)]);
    let rows = if field.is_one_line() { 1 } else { NOTE_ROWS };
    let input = Rect {
        x: area.x + indent,
        width: area.width.saturating_sub(indent + unit_width),
        height: rows.min(area.height),
        ..area
    };
    let caret = widgets::field(canvas, buffer, input, field);
    put_line(
        buffer,
        input.right() + 1,
        area.y,
        unit_width,
        &[Span::styled(visible(unit).into_owned(), canvas.theme.dim)],
    );
    let (said, style) = match (mistake, fill.verdict_of_typed()) {
        (Some(mistake), _) => {
            (format!("{} {}", canvas.symbols.blocker, mistake.show(canvas.lang())), canvas.theme.error)
        }
        // What the value would come to is said before it is given, with the bound that it is measured by.
        (None, Some((value, conforms))) => {
            let (mark, verdict, style) = if conforms {
                (canvas.symbols.pass, Verdict::Conforms, canvas.theme.pass)
            } else {
                (canvas.symbols.fail, Verdict::Fails, canvas.theme.fail)
            };
            let rule = item.pass.as_ref().map(|rule| rule.show(unit, canvas.lang())).unwrap_or_default();
            let value = value.show(unit, canvas.lang());
            (format!("{mark} {value}  {}  ({rule})", canvas.t(verdict.name_key())), style)
        }
        (None, None) => (canvas.t(&format!("answer-hint.{}", item.answer.name())), canvas.theme.dim),
    };
    let room = below(Rect { x: input.x, width: area.width.saturating_sub(indent), ..area }, rows);
    let used = widgets::paragraph(buffer, Rect { height: room.height.min(MISTAKE_ROWS), ..room }, &said, style);
    (rows + used, caret)
}

/// Draws what can be answered with one key, the given answer marked by more than colour; returns the rows it took.
fn draw_choices(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    fill: &Fill,
    item: &Item,
    answer: Option<&Answer>,
) -> u16 {
    let response = answer.and_then(|answer| answer.response.as_ref());
    let words: Vec<(String, bool)> = match item.answer {
        AnswerType::Verdict => {
            let given = |verdict| response == Some(&Response::Verdict(verdict));
            Verdict::ALL.into_iter().map(|verdict| (canvas.t(verdict.name_key()), given(verdict))).collect()
        }
        AnswerType::YesNo => {
            let given = |yes| response == Some(&Response::Value(Value::YesNo(yes)));
            [("word.yes", true), ("word.no", false)].into_iter().map(|(key, yes)| (canvas.t(key), given(yes))).collect()
        }
        AnswerType::Choice | AnswerType::Choices => {
            let given = |word: &String| match response {
                Some(Response::Value(Value::Choice(chosen))) => chosen == word,
                Some(Response::Value(Value::Choices(chosen))) => chosen.contains(word),
                _ => false,
            };
            item.choices
                .iter()
                .map(|word| (visible(item.choice_shown(word, canvas.lang())).into_owned(), given(word)))
                .collect()
        }
        _ => Vec::new(),
    };
    let mut y = draw_words(canvas, buffer, area, &words);
    let shown = match response {
        Some(Response::Value(value)) if words.is_empty() => Some(value.show(item.unit_shown(), canvas.lang())),
        Some(Response::Verdict(verdict)) if item.answer != AnswerType::Verdict => Some(canvas.t(verdict.name_key())),
        None => match fill.sheet().value(fill.at()) {
            Some(value) => {
                let value = value.show(item.unit_shown(), canvas.lang());
                let said = if item.is_calculated() {
                    text!("item.calculated", value = value)
                } else {
                    text!("item.default", value = value)
                };
                Some(said.show(canvas.lang()))
            }
            None if item.is_calculated() => Some(canvas.t("item.not-calculated")),
            None if words.is_empty() => Some(canvas.t("item.not-answered")),
            None => None,
        },
        _ => None,
    };
    if let Some(shown) = shown {
        let verdict = fill.sheet().verdict(fill.at());
        let style = match verdict {
            Some(Verdict::Conforms) => canvas.theme.pass,
            Some(Verdict::Fails) => canvas.theme.fail,
            _ => canvas.theme.text,
        };
        let judged =
            verdict.filter(|_| words.is_empty()).map(|verdict| canvas.t(verdict.name_key())).unwrap_or_default();
        let shown = if judged.is_empty() { shown } else { format!("{shown}  {judged}") };
        y += widgets::labelled(canvas, buffer, below(area, y), &canvas.t("item.value"), &shown, style);
    }
    if fill.sheet().is_impossible(fill.at())
        && let Some(constraint) = &item.constraint
    {
        let rule = constraint.rule.show(item.unit_shown(), canvas.lang());
        let message = constraint.message.as_ref().map(|message| message.show(canvas.lang()).to_owned());
        let said = message.unwrap_or_else(|| text!("fill.constraint", rule = rule).show(canvas.lang()));
        let said = format!("{} {said}", canvas.symbols.blocker);
        let room = below(area, y);
        y += widgets::paragraph(buffer, Rect { height: room.height.min(2), ..room }, &said, canvas.theme.error);
    }
    y
}

/// Draws words with their digits, as many in a row as fit; returns the rows it took.
fn draw_words(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, words: &[(String, bool)]) -> u16 {
    let mut x = 0;
    let mut y = 0;
    for (number, (word, given)) in words.iter().enumerate() {
        let shown = if *given { format!("[{word}]") } else { format!(" {word} ") };
        let cells = u16::try_from(width(&shown)).unwrap_or(area.width) + 3;
        if x > 0 && x + cells > area.width + 1 {
            (x, y) = (0, y + 1);
        }
        if y >= area.height {
            return area.height;
        }
        let style = if *given { canvas.theme.selected } else { canvas.theme.text };
        let digit = if number < 9 { format!("{}", number + 1) } else { " ".to_owned() };
        let spans = [Span::styled(digit, canvas.theme.key), Span::styled(shown, style)];
        put_line(buffer, area.x + x, area.y + y, area.width.saturating_sub(x), &spans);
        x += cells;
    }
    if words.is_empty() { 0 } else { y + 1 }
}

/// Draws what evidence there is, or what is wanted.
fn draw_evidence_line(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, fill: &Fill, item: &Item) {
    let wanted = match item.evidence {
        EvidenceRule::Never => None,
        EvidenceRule::OnFailure => Some("item.evidence.on-failure"),
        EvidenceRule::Always => Some("item.evidence.always"),
    };
    let names: Vec<String> = fill.files().map(|file| panels::file_shown(canvas, fill, file)).collect();
    let (shown, style) = match wanted {
        _ if fill.files().any(|file| fill.is_missing(file)) => (names.join("、"), canvas.theme.error),
        _ if !names.is_empty() => (names.join("、"), canvas.theme.text),
        Some(key) => (canvas.t(key), canvas.theme.dim),
        None => return,
    };
    widgets::labelled(canvas, buffer, area, &canvas.t("item.evidence"), &shown, style);
}

/// Draws the month of a day, the day marked by more than colour; returns the rows it took.
fn draw_calendar(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, day: NaiveDate, today: NaiveDate) -> u16 {
    if area.height < CALENDAR_ROWS {
        return 0;
    }
    let indent = 2;
    let month = text!("calendar.month", year = day.year(), month = day.month()).show(canvas.lang());
    let hint = canvas.t("calendar.hint");
    let spans = [Span::styled(month, canvas.theme.title), Span::styled(format!("  {hint}"), canvas.theme.dim)];
    put_line(buffer, area.x + indent, area.y, area.width.saturating_sub(indent), &spans);
    let heads: Vec<_> = canvas.t("calendar.days").split(' ').map(str::to_owned).collect();
    for (column, head) in (0..).zip(&heads) {
        let cell = format!("{}{head}", " ".repeat(4_usize.saturating_sub(width(head))));
        put_line(buffer, area.x + indent + column * 5, area.y + 1, 5, &[Span::styled(cell, canvas.theme.dim)]);
    }
    let weeks = weeks(day);
    for (row, week) in (2..).zip(&weeks) {
        for (column, cell) in (0..).zip(week) {
            let Some(cell) = cell else { continue };
            let (shown, style) = match (*cell == day, *cell == today) {
                (true, _) => (format!("[{:>2}]", cell.day()), canvas.theme.selected),
                (false, true) => (format!(" {:>2}{}", cell.day(), canvas.symbols.separator), canvas.theme.accent),
                _ => (format!(" {:>2}", cell.day()), canvas.theme.text),
            };
            put_line(buffer, area.x + indent + column * 5 + 1, area.y + row, 4, &[Span::styled(shown, style)]);
        }
    }
    2 + u16::try_from(weeks.len()).unwrap_or(6)
}

pub(super) fn below(area: Rect, rows: u16) -> Rect {
    let rows = rows.min(area.height);
    Rect { y: area.y + rows, height: area.height - rows, ..area }
}
