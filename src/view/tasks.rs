//! The tasks: a list with what is open first, and how far all of them are.

use ratatui::{
    buffer::Buffer,
    layout::{Position, Rect},
    text::Span,
};

use super::{
    Canvas, findings, lists,
    text::{pad, put_line, visible},
    widgets,
};
use crate::{
    app::{Form, Narrowed, data::Area},
    facility::Successors,
    percent,
    task::{Action, Completion, Task, TaskState},
    text,
};

/// What the question what became of a task has beside the text, the steps and the fields: the hint and empty lines.
const HINT_ROWS: u16 = 5;

/// Draws the tasks, narrowed by what is typed; returns where the caret is.
pub fn draw(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, list: &Narrowed) -> Option<Position> {
    let data = &canvas.app.data;
    let inside = widgets::frame(canvas, buffer, area, &canvas.t("screen.tasks"), true);
    let (caret, below) = widgets::search(canvas, buffer, inside, list, data.tasks.len());
    if data.tasks.is_empty() {
        lists::draw_empty(canvas, buffer, below, Area::Tasks, "tasks.none");
        return caret;
    }
    let shown = list.rows.iter().filter_map(|&at| Some((data.tasks.get(at)?, *data.task_states.get(at)?)));
    let merged = Successors::new(&data.facilities);
    let said = completion(canvas, &Completion::of(shown, &merged, canvas.app.now.date_naive()));
    put_line(buffer, below.x + 1, inside.y + 1, below.width.saturating_sub(1), &[Span::styled(said, canvas.theme.dim)]);
    if list.rows.is_empty() {
        lists::draw_empty(canvas, buffer, below, Area::Tasks, "tasks.none-fits");
    }
    widgets::list(canvas, buffer, below, list.rows.len(), list.selection, |row, room| {
        spans(canvas, list.rows[row], room)
    });
    caret
}

fn completion(canvas: &Canvas<'_>, completion: &Completion) -> String {
    let rate = |rate: Option<f64>| rate.map_or_else(|| "-".to_owned(), percent::show);
    text!(
        "tasks.completion",
        unit_rate = rate(completion.unit_rate()),
        units_done = completion.units_done,
        units = completion.units_assigned,
        task_rate = rate(completion.task_rate()),
        tasks_done = completion.tasks_done,
        tasks = completion.tasks_assigned,
        overdue = completion.overdue,
    )
    .show(canvas.lang())
}

/// Draws the question what is done with a task; returns where the caret is.
pub fn draw_step(
    canvas: &Canvas<'_>,
    buffer: &mut Buffer,
    area: Rect,
    task: &Task,
    (actions, chosen): (&[Action], usize),
    form: &Form,
) -> Option<Position> {
    let inside = widgets::popup(canvas, buffer, area, (72, 16), &canvas.t("command.task-step"));
    // Why it was closed may take what the steps, their hint and the fields leave.
    let needed = u16::try_from(actions.len() + form.fields.len()).unwrap_or(u16::MAX).saturating_add(HINT_ROWS);
    let height = inside.height.saturating_sub(needed).max(2);
    let about = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), height, ..inside };
    let shown = match task.closing() {
        Some(closing) => {
            let day = closing.at.format("%Y-%m-%d");
            text!(
                "task-step.closed",
                task = task.id,
                unit = task.facility_name,
                by = closing.by,
                day = day,
                reason = closing.reason
            )
        }
        None => text!("task-step.about", task = task.id, unit = task.facility_name, due = task.due),
    };
    let used = widgets::paragraph(buffer, about, &visible(&shown.show(canvas.lang())), canvas.theme.title).max(2) + 1;
    let below = Rect { y: inside.y + used, height: inside.height.saturating_sub(used), ..inside };
    let names: Vec<_> = actions.iter().map(|action| canvas.t(action.name_key())).collect();
    findings::draw_steps(canvas, buffer, below, (&names, chosen), &canvas.t("finding-step.hint"), form)
}

/// Draws the question whether to begin the inspection of a task that others have.
pub fn draw_others(canvas: &Canvas<'_>, buffer: &mut Buffer, area: Rect, task: &Task) {
    let inside = widgets::popup(canvas, buffer, area, (72, 9), &canvas.t("screen.tasks"));
    let room = Rect { x: inside.x + 1, width: inside.width.saturating_sub(2), ..inside };
    let about = text!("task-step.about", task = task.id, unit = task.facility_name, due = task.due);
    let ask = text!("tasks.of-others", names = canvas.lang().list(task.inspectors()));
    let said = format!("{}\n\n{}", about.show(canvas.lang()), ask.show(canvas.lang()));
    widgets::paragraph(buffer, room, &visible(&said), canvas.theme.text);
}

/// A task in a list: term, state, unit, checklist, inspectors.
pub fn spans(canvas: &Canvas<'_>, at: usize, room: u16) -> Vec<Span<'static>> {
    let data = &canvas.app.data;
    let (Some(task), Some(&state)) = (data.tasks.get(at), data.task_states.get(at)) else { return Vec::new() };
    let late = state.is_open() && task.due < canvas.app.now.date_naive();
    let (key, style) = match state {
        _ if late => ("task-state.overdue", canvas.theme.fail),
        TaskState::Waiting => (state.name_key(), canvas.theme.warning),
        TaskState::Started => (state.name_key(), canvas.theme.accent),
        TaskState::Done => (state.name_key(), canvas.theme.pass),
        TaskState::Closed => (state.name_key(), canvas.theme.dim),
    };
    let checklist = data.checklists.iter().find(|file| file.checklist.id == task.checklist);
    let title = checklist.map_or(task.checklist.0.as_str(), |file| file.checklist.title.show(canvas.lang()));
    let names =
        if task.inspectors().is_empty() { canvas.t("tasks.nobody") } else { canvas.lang().list(task.inspectors()) };
    let free = usize::from(room).saturating_sub(24);
    let (unit_width, title_width) = (free * 2 / 5, free * 2 / 5);
    vec![
        Span::styled(format!("   {} {} ", task.due, pad(&canvas.t(key), 8)), style),
        Span::raw(pad(&visible(&task.facility_name), unit_width)),
        Span::raw(" "),
        Span::styled(pad(&visible(title), title_width), canvas.theme.dim),
        Span::raw(" "),
        Span::styled(visible(&names).into_owned(), canvas.theme.accent),
    ]
}
