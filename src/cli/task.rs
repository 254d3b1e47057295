//! `ducha task create|list|show|assign|close`.

use std::process::ExitCode;

use chrono::NaiveDate;
use serde_json::json;

use super::{
    Session,
    arguments::{Task as Arguments, TaskCreate, TaskList},
    now,
};
use crate::{
    checklist::ChecklistId,
    error::{Error, Kind, Result},
    facility::{Facility, FacilityId},
    percent,
    store::{Workspace, visits},
    task::{Action, Campaign, CampaignId, Completion, Event, Target, Task, TaskState, Team, Visits, make_tasks},
    text,
    view::text::pad,
};

pub fn run(session: &Session, command: &Arguments) -> Result<ExitCode> {
    match command {
        Arguments::Create(create) => make(session, create),
        Arguments::List(wanted) => list(session, wanted),
        Arguments::Show { task } => show(session, task),
        Arguments::Assign { task, inspectors, reason } => {
            let event = |by: String| Event {
                at: now(),
                by,
                action: Action::Assigned,
                inspectors: inspectors.clone(),
                reason: reason.clone().unwrap_or_default(),
            };
            change(session, task, event)
        }
        Arguments::Close { task, reason } => {
            let event = |by: String| Event {
                at: now(),
                by,
                action: Action::Closed,
                inspectors: Vec::new(),
                reason: reason.clone(),
            };
            change(session, task, event)
        }
    }
}

/// Makes the tasks of a campaign; the campaign itself where it is described on the command line.
fn make(session: &Session, wanted: &TaskCreate) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let id = CampaignId(wanted.campaign.trim_end_matches(".toml").to_owned());
    let is_new = wanted.title.is_some();
    if is_new && workspace.has_campaign(&id) {
        return Err(
            Error::new(Kind::Usage, text!("campaign.exists", id = id)).hint(text!("campaign.exists.hint", id = id))
        );
    }
    let campaign = match described(wanted)? {
        Some(campaign) => {
            campaign.check()?;
            campaign
        }
        None => workspace.campaign(&id)?,
    };
    for checklist in &campaign.checklists {
        workspace.checklist(checklist)?;
    }
    let register = workspace.facilities().found;
    let pairs = match &campaign.target.draw {
        Some(name) => workspace.drawn(name)?.pairings(),
        None => Vec::new(),
    };
    // Only once everything that it names is there, so that it can be made again under the same name.
    if is_new && !wanted.dry_run {
        workspace.add_campaign(&id, &campaign)?;
    }
    let drawn: Vec<_> = pairs.iter().map(|pairing| pairing.facility.clone()).collect();
    for unit in campaign.missing(&register, &drawn) {
        let error = Error::new(Kind::NotFound, text!("campaign.no-unit", id = unit));
        let error = if is_new { error } else { workspace.in_campaign(&id, &unit.0, error) };
        session.output.error(&error.hint(text!("campaign.no-unit.hint")));
    }
    let units = campaign.units(&register, &drawn);
    let (due, unknown_years) = campaign.last_day(&workspace.calendar()?);
    for year in unknown_years {
        session.output.error(
            &Error::input(text!("calendar.unknown-year", year = year))
                .at(workspace.root().join("calendar.toml"))
                .hint(text!("calendar.unknown-year.hint")),
        );
    }
    let by = workspace.settings().inspector.clone();
    let made = make_tasks(&id, &campaign, &units, &pairs, due, &workspace.tasks().found, (&by, now()));
    if !wanted.dry_run {
        workspace.add_tasks(&made.tasks)?;
    }
    if session.is_json() {
        session.output.json(&json!({ "new": made.tasks, "known": made.known }))?;
        return Ok(ExitCode::SUCCESS);
    }
    for task in &made.tasks {
        print(session, task, TaskState::Waiting)?;
    }
    let nobody = made.tasks.iter().filter(|task| task.inspectors().is_empty()).count();
    session.output.say(&text!("task-cli.made", new = made.tasks.len(), known = made.known, due = due))?;
    if nobody > 0 {
        session.output.say(&text!("task-cli.nobody", count = nobody))?;
    }
    if wanted.dry_run {
        session.output.say(&text!("facility-cli.dry-run"))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads a campaign from the command line; nothing where it is to be read from its file.
fn described(wanted: &TaskCreate) -> Result<Option<Campaign>> {
    let Some(title) = &wanted.title else { return Ok(None) };
    let day = |typed: &String| {
        typed
            .parse::<NaiveDate>()
            .map_err(|_| Error::new(Kind::Usage, text!("campaign.day", typed = typed)).hint(text!("campaign.day.hint")))
    };
    let inspectors = wanted.inspectors.clone();
    Ok(Some(Campaign {
        title: title.clone(),
        from: wanted.from.as_ref().map(day).transpose()?.unwrap_or_else(|| now().date_naive()),
        due: wanted.due.as_ref().map(day).transpose()?,
        due_workdays: wanted.workdays,
        checklists: wanted.checklists.iter().cloned().map(ChecklistId).collect(),
        clauses: Vec::new(),
        target: Target {
            types: wanted.types.clone(),
            districts: wanted.districts.clone(),
            levels: wanted.levels.clone(),
            facilities: wanted.facilities.iter().cloned().map(FacilityId).collect(),
            draw: wanted.draw.clone(),
        },
        team: if inspectors.is_empty() { Vec::new() } else { vec![Team { inspectors, districts: Vec::new() }] },
    }))
}

/// Everything that the states of tasks are told from.
struct Known {
    tasks: Vec<Task>,
    visits: Visits,
    register: Vec<Facility>,
    damaged: Vec<Error>,
}

fn known(workspace: &Workspace) -> Known {
    let (tasks, records, register) = (workspace.tasks(), workspace.records(), workspace.facilities());
    Known {
        visits: visits(&records.found, &register.found),
        tasks: tasks.found,
        register: register.found,
        damaged: [tasks.damaged, records.damaged, register.damaged].into_iter().flatten().collect(),
    }
}

fn list(session: &Session, wanted: &TaskList) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let known = known(&workspace);
    let today = now().date_naive();
    let own = workspace.settings().inspector.clone();
    let fits = |task: &&Task, state: TaskState| {
        wanted.campaign.as_ref().is_none_or(|campaign| task.campaign.0 == *campaign)
            && (!wanted.mine || task.is_of(&own))
            && (!wanted.open || state.is_open())
            && (!wanted.overdue || (state.is_open() && task.due < today))
    };
    let mut shown: Vec<_> = known
        .tasks
        .iter()
        .map(|task| (task, known.visits.state(task)))
        .filter(|(task, state)| fits(task, *state))
        .collect();
    shown.sort_by_key(|(task, state)| (!state.is_open(), task.due, task.id.clone()));
    let mut errors = known.damaged;
    errors.extend(shown.iter().filter_map(|(task, state)| trouble(&workspace, task, *state, &known.register)));
    for error in &errors {
        session.output.error(error);
    }
    let completion = Completion::of(shown.iter().copied(), today);
    if session.is_json() {
        let tasks: Vec<_> = shown.iter().map(|(task, state)| json!({ "task": task, "state": state })).collect();
        session.output.json(&json!({ "tasks": tasks, "completion": completion }))?;
    } else {
        for (task, state) in &shown {
            print(session, task, *state)?;
        }
        let rate = |rate: Option<f64>| rate.map_or_else(|| "-".to_owned(), percent::show);
        session.output.say(&text!(
            "task-cli.completion",
            units_done = completion.units_done,
            units = completion.units_assigned,
            unit_rate = rate(completion.unit_rate()),
            tasks_done = completion.tasks_done,
            tasks = completion.tasks_assigned,
            task_rate = rate(completion.task_rate()),
            overdue = completion.overdue,
            closed = completion.closed,
        ))?;
    }
    Ok(if errors.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Says what keeps an open task from being carried out: its unit is gone, or nobody has it.
fn trouble(workspace: &Workspace, task: &Task, state: TaskState, register: &[Facility]) -> Option<Error> {
    if !state.is_open() {
        return None;
    }
    let path = workspace.task_path(task);
    if !register.iter().any(|unit| unit.is(&task.facility)) {
        let message = text!("task.no-unit", task = task.id, id = task.facility, name = task.facility_name);
        return Some(Error::new(Kind::NotFound, message).at(path).hint(text!("task.no-unit.hint", task = task.id)));
    }
    task.inspectors().is_empty().then(|| {
        Error::input(text!("task.nobody", task = task.id, name = task.facility_name))
            .at(path)
            .hint(text!("task.nobody.hint", task = task.id))
    })
}

fn print(session: &Session, task: &Task, state: TaskState) -> Result<()> {
    let late = state.is_open() && task.due < now().date_naive();
    let state = session.lang.t(if late { "task-state.overdue" } else { state.name_key() });
    let line = [
        pad(&task.id.0, 20),
        task.due.to_string(),
        pad(&state, 8),
        pad(&task.facility_name, 36),
        pad(&task.checklist.0, 20),
        session.lang.list(task.inspectors()),
    ];
    session.output.line(line.join("  ").trim_end())
}

fn show(session: &Session, wanted: &str) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let task = workspace.find_task(wanted)?;
    let known = known(&workspace);
    let state = known.visits.state(&task);
    if session.is_json() {
        session.output.json(&json!({ "task": task, "state": state }))?;
        return Ok(ExitCode::SUCCESS);
    }
    print(session, &task, state)?;
    for event in &task.event {
        let action = match event.action {
            Action::Created => "task-action.created",
            Action::Assigned => "task-action.assigned",
            Action::Closed => "task-action.closed",
        };
        let row = [
            event.at.format("%Y-%m-%d %H:%M").to_string(),
            event.by.clone(),
            session.lang.t(action).into_owned(),
            session.lang.list(&event.inspectors),
            event.reason.clone(),
        ];
        session.output.line(format!("  {}", row.join("  ")).trim_end())?;
    }
    if let Some(error) = trouble(&workspace, &task, state, &known.register) {
        session.output.error(&error);
        return Ok(ExitCode::FAILURE);
    }
    Ok(ExitCode::SUCCESS)
}

/// Adds an event to a task that is still open.
fn change(session: &Session, wanted: &str, event: impl FnOnce(String) -> Event) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let task = workspace.find_task(wanted)?;
    if let Some(closing) = task.closing() {
        return Err(Error::input(text!("task.is-closed", task = task.id, by = closing.by, reason = closing.reason))
            .at(workspace.task_path(&task))
            .hint(text!("task.is-closed.hint")));
    }
    let event = event(workspace.settings().inspector.clone());
    if event.action == Action::Closed && event.reason.trim().is_empty() {
        return Err(Error::new(Kind::Usage, text!("task.no-reason")).hint(text!("task.no-reason.hint")));
    }
    let task = workspace.add_task_event(&task, event)?;
    let state = known(&workspace).visits.state(&task);
    print(session, &task, state)?;
    Ok(ExitCode::SUCCESS)
}
