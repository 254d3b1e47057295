//! The controls that answers are given in: the field of a value with what it comes to, words with digits, the calendar.

use chrono::{Datelike, NaiveDate};
use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    style::Style,
    text::Span,
};

use super::item::{NOTE_ROWS, below};
use crate::{
    app::{
        Field,
        fill::{Fill, RowForm, Typed, weeks},
    },
    checklist::{AnswerType, Item, PassRule, Value},
    inspection::{Answer, Response, Verdict},
    text,
    view::{
        Canvas,
        text::{put_line, visible, width},
        widgets,
    },
};

/// The rows that a mistake in a value gets at most.
const MISTAKE_ROWS: u16 = 3;
/// The rows of a calendar: the month, the days of the week, and six weeks.
pub const CALENDAR_ROWS: u16 = 8;

/// Draws the field that a value is typed into, with its rule and what is wrong; returns the rows and the caret.
pub fn draw_value_field(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    fill: &Fill,
    field: &Field,
    known: &Typed,
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
    let hint = || (canvas.t(&format!("answer-hint.{}", item.answer.name())), canvas.theme.dim);
    let (said, style) = said_of_typed(canvas, fill, item, known).unwrap_or_else(hint);
    let room = below(Rect { x: input.x, width: area.width.saturating_sub(indent), ..area }, rows);
    let used = widgets::paragraph(buffer, Rect { height: room.height.min(MISTAKE_ROWS), ..room }, &said, style);
    (rows + used, caret)
}

/// Names a verdict as the checklist in hand does.
pub fn verdict_shown(canvas: &Canvas<'_>, fill: &Fill, verdict: Verdict) -> String {
    canvas.t(fill.sheet().checklist().sort.verdict_key(verdict))
}

/// Puts the rule that an answer is measured by into words; an expression is written for the program and is not shown.
pub fn rule_shown(canvas: &Canvas<'_>, item: &Item) -> Option<String> {
    let lang = canvas.lang();
    match item.pass.as_ref()? {
        PassRule::Expression(_) => None,
        PassRule::OneOf(words) => {
            let shown: Vec<_> = words.iter().map(|word| item.choice_shown(word, lang)).collect();
            Some(shown.join(&canvas.t("checklist.value.separator")))
        }
        rule => Some(rule.show(item.unit_shown(), lang)),
    }
}

/// Puts what is known of a typed value into words; nothing where there is nothing to be said of it yet.
fn said_of_typed(canvas: &Canvas<'_>, fill: &Fill, item: &Item, known: &Typed) -> Option<(String, Style)> {
    let (symbols, theme) = (canvas.symbols, canvas.theme);
    match known {
        Typed::Mistake(mistake) => Some((format!("{} {}", symbols.blocker, mistake.show(canvas.lang())), theme.error)),
        Typed::Impossible(_) => Some((constraint_line(canvas, item), theme.error)),
        // What the value would come to is said before it is given, with the bound that it is measured by.
        Typed::Value(value, Some(verdict)) => {
            let conforms = *verdict == Verdict::Conforms;
            let (mark, style) = if conforms { (symbols.pass, theme.pass) } else { (symbols.fail, theme.fail) };
            let rule = rule_shown(canvas, item).map_or_else(String::new, |rule| format!("  ({rule})"));
            let value = value.show(item.unit_shown(), canvas.lang());
            Some((format!("{mark} {value}  {}{rule}", verdict_shown(canvas, fill, *verdict)), style))
        }
        Typed::Nothing | Typed::Value(_, None) => None,
    }
}

/// Draws the form of a row of a table, with what the cell in hand comes to; returns where the caret is.
pub fn draw_row(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, fill: &Fill, row: &RowForm) -> Option<Position> {
    let item = fill.sheet().item(fill.at());
    let heading = text!("fill.row", number = row.at + 1).show(canvas.lang());
    let mut spans = vec![Span::styled(heading, canvas.theme.title)];
    spans.extend(cell_spans(canvas, fill, row));
    put_line(buffer, area.x, area.y, area.width, &spans);
    let mut used = 1;
    if row.impossible {
        let room = below(area, used);
        let room = Rect { height: room.height.min(2), ..room };
        used += widgets::paragraph(buffer, room, &constraint_line(canvas, item), canvas.theme.error);
    }
    widgets::form(canvas, buffer, below(area, used), &row.form, 1)
}

/// Says what the cell in hand comes to, or what is asked of it, behind the number of its row.
fn cell_spans(canvas: &Canvas<'_>, fill: &Fill, row: &RowForm) -> Option<Span<'static>> {
    let column = fill.sheet().item(fill.at()).columns.get(row.form.at)?;
    let like = column.as_item();
    let said = said_of_typed(canvas, fill, &like, &row.known).filter(|_| !matches!(row.known, Typed::Mistake(_)));
    let rule = || {
        let rule = rule_shown(canvas, &like)?;
        let asked = format!("{} {}  {rule}", column.title.show(canvas.lang()), canvas.t("item.rule"));
        Some((asked, canvas.theme.dim))
    };
    let (said, style) = said.or_else(rule)?;
    Some(Span::styled(format!("  {}", visible(&said)), style))
}

/// Says what an answer has to be like to be possible at all.
fn constraint_line(canvas: &Canvas<'_>, item: &Item) -> String {
    let lang = canvas.lang();
    let said = item.constraint.as_ref().map_or_else(String::new, |constraint| {
        // An expression is written for the program; who wrote no message leaves nothing better to show.
        let rule = constraint.rule.show(item.unit_shown(), lang);
        match &constraint.message {
            Some(message) if matches!(constraint.rule, PassRule::Expression(_)) => message.show(lang).to_owned(),
            Some(message) => text!("fill.constraint-said", said = message.show(lang), rule = rule).show(lang),
            None => text!("fill.constraint", rule = rule).show(lang),
        }
    });
    format!("{} {said}", canvas.symbols.blocker)
}

/// Draws what can be answered with one key, the given answer marked by more than colour; returns the rows it took.
pub fn draw_choices(
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
            Verdict::ALL.into_iter().map(|verdict| (verdict_shown(canvas, fill, verdict), given(verdict))).collect()
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
        Some(Response::Verdict(verdict)) if item.answer != AnswerType::Verdict => {
            Some(verdict_shown(canvas, fill, *verdict))
        }
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
            None if words.is_empty() => Some(canvas.t(fill.sheet().checklist().sort.unanswered_key())),
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
        let judged = verdict
            .filter(|_| words.is_empty())
            .map(|verdict| verdict_shown(canvas, fill, verdict))
            .unwrap_or_default();
        let shown = if judged.is_empty() { shown } else { format!("{shown}  {judged}") };
        y += widgets::labelled(canvas, buffer, below(area, y), &canvas.t("item.value"), &shown, style);
    }
    if fill.sheet().is_impossible(fill.at()) {
        let said = constraint_line(canvas, item);
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

/// Draws the month of a day, the day marked by more than colour; returns the rows it took.
pub fn draw_calendar(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, day: NaiveDate, today: NaiveDate) -> u16 {
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
