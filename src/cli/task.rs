//! `ducha task create|list|show|assign|close|reopen`.

use std::{collections::HashSet, process::ExitCode};

use chrono::NaiveDate;
use serde_json::json;

use super::{
    Session,
    arguments::{Task as Arguments, TaskCreate, TaskList},
    facility::{type_typed, whole_register},
    now,
};
use crate::{
    checklist::ChecklistId,
    error::{Error, Kind, Result},
    facility::{Facility, FacilityId, Successors},
    percent,
    plan::{ClauseId, PlanId},
    store::{Workspace, visits},
    task::{
        Action, Campaign, CampaignId, Completion, Demands, Event, PlanClause, Target, Task, TaskState, Team, Visits,
        make_tasks, missing,
    },
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
        Arguments::Close { task, reason } => decide(session, task, Action::Closed, reason),
        Arguments::Reopen { task, reason } => decide(session, task, Action::Reopened, reason),
    }
}

/// Makes the tasks of a campaign; the campaign itself where it is described on the command line.
fn make(session: &Session, wanted: &TaskCreate) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    // Shells complete the path of the file.
    let name = wanted.campaign.strip_prefix("campaigns").and_then(|name| name.strip_prefix(['/', '\\']));
    let id = CampaignId(name.unwrap_or(&wanted.campaign).trim_end_matches(".toml").to_owned());
    let is_new = wanted.title.is_some();
    if is_new && workspace.has_campaign(&id) {
        return Err(
            Error::new(Kind::Usage, text!("campaign.exists", id = id)).hint(text!("campaign.exists.hint", id = id))
        );
    }
    // A unit or a task that could not be read would get none, or a second one, and nobody would notice.
    let register = whole_register(session, &workspace)?;
    let existing = workspace.tasks();
    if let Some(damaged) = existing.damaged.into_iter().next() {
        return Err(damaged);
    }
    let campaign = match described(session, wanted, &register)? {
        Some(campaign) => {
            campaign.check()?;
            campaign
        }
        None => workspace.campaign(&id)?,
    };
    for checklist in &campaign.checklists {
        workspace.checklist(checklist)?;
    }
    let pairs = match &campaign.target.draw {
        Some(name) => workspace.drawn(name)?.pairings(),
        None => Vec::new(),
    };
    let placed = |(word, error): (String, Error)| {
        if is_new { error } else { workspace.in_campaign(&id, &word, error) }
    };
    let mut unknown = campaign.unknown(&register);
    let mut demands = Demands::new();
    for clause in &campaign.clauses {
        match demanded(&workspace, clause) {
            Ok(demand) => drop(demands.insert(clause.clone(), demand)),
            Err(wrong) => unknown.push(wrong),
        }
    }
    let mut unknown: Vec<_> = unknown.into_iter().map(placed).collect();
    if let Some(last) = unknown.pop() {
        for error in &unknown {
            session.output.error(error);
        }
        return Err(last);
    }
    let drawn: Vec<_> = pairs.iter().map(|pairing| pairing.facility.clone()).collect();
    let units = campaign.units(&register, &drawn);
    if units.is_empty() {
        let error = Error::new(Kind::NotFound, text!("campaign.no-units")).hint(text!("campaign.no-units.hint"));
        return Err(placed(("target".to_owned(), error)));
    }
    // Only once everything that it names is there, so that it can be made again under the same name.
    if is_new && !wanted.dry_run {
        workspace.add_campaign(&id, &campaign)?;
    }
    // What was drawn cannot be changed any more, and the other units are inspected all the same.
    let gone = missing(&register, &drawn);
    for unit in &gone {
        let error = Error::new(Kind::NotFound, text!("campaign.drawn-unit", id = unit));
        session.output.error(&placed((unit.0.clone(), error.hint(text!("campaign.drawn-unit.hint")))));
    }
    let (due, unknown_years) = campaign.last_day(&workspace.calendar()?);
    session.remind_of_years(&workspace, &unknown_years);
    let by = workspace.settings().inspector.clone();
    let made = make_tasks(&id, (&campaign, &demands), &units, &pairs, due, &existing.found, (&by, now()));
    if !wanted.dry_run {
        workspace.add_tasks(&made.tasks)?;
    }
    let code = if gone.is_empty() { ExitCode::SUCCESS } else { ExitCode::FAILURE };
    if session.is_json() {
        session.output.json(&json!({ "new": made.tasks, "known": made.known, "closed": made.closed }))?;
        return Ok(code);
    }
    for task in &made.tasks {
        print(session, task, TaskState::Waiting)?;
    }
    let nobody = made.tasks.iter().filter(|task| task.inspectors().is_empty()).count();
    let (new, known) = (made.tasks.len(), made.known);
    session.output.say(&match campaign.due_workdays {
        Some(days) => {
            text!("task-cli.made-workdays", new = new, known = known, due = due, from = campaign.from, days = days)
        }
        None => text!("task-cli.made", new = new, known = known, due = due),
    })?;
    if nobody > 0 {
        session.output.say(&text!("task-cli.nobody", count = nobody))?;
    }
    if made.closed > 0 {
        session.output.say(&text!("task-cli.known-closed", count = made.closed))?;
    }
    if wanted.dry_run {
        session.output.say(&text!("facility-cli.dry-run"))?;
    }
    Ok(code)
}

/// Returns the digest of what a clause demands; where it does not stand in a plan of the workspace, the word that is wrong.
fn demanded(workspace: &Workspace, clause: &PlanClause) -> std::result::Result<String, (String, Error)> {
    let known = workspace.find_plan(&clause.plan.0).ok().filter(|plan| *plan == clause.plan);
    if known.is_none() {
        let message = text!("campaign.no-plan", plan = clause.plan);
        let error = Error::new(Kind::NotFound, message).hint(text!("campaign.no-plan.hint"));
        return Err((clause.plan.0.clone(), error));
    }
    let wrong = match workspace.plan(&clause.plan) {
        Ok(plan) => match plan.clauses.iter().find(|known| known.id == clause.clause) {
            Some(known) => return Ok(known.demand()),
            None => Error::new(Kind::NotFound, text!("campaign.no-clause", plan = clause.plan, clause = clause.clause))
                .hint(text!("campaign.no-clause.hint", plan = clause.plan)),
        },
        Err(damaged) => damaged,
    };
    Err((clause.clause.0.clone(), wrong))
}

/// Reads a campaign from the command line; nothing where it is to be read from its file.
fn described(session: &Session, wanted: &TaskCreate, register: &[Facility]) -> Result<Option<Campaign>> {
    let Some(title) = &wanted.title else { return Ok(None) };
    let types = wanted.types.iter().map(|typed| type_typed(session, typed, register)).collect::<Result<_>>()?;
    let day = |typed: &String| {
        typed
            .parse::<NaiveDate>()
            .map_err(|_| Error::new(Kind::Usage, text!("campaign.day", typed = typed)).hint(text!("campaign.day.hint")))
    };
    let clause = |typed: &String| {
        let (plan, clause) = typed.split_once('/').ok_or_else(|| {
            Error::new(Kind::Usage, text!("campaign.clause-form", typed = typed))
                .hint(text!("campaign.clause-form.hint"))
        })?;
        Ok(PlanClause { plan: PlanId(plan.trim().to_owned()), clause: ClauseId(clause.trim().to_owned()) })
    };
    let inspectors = wanted.inspectors.clone();
    Ok(Some(Campaign {
        title: title.clone(),
        from: wanted.from.as_ref().map(day).transpose()?.unwrap_or_else(|| now().date_naive()),
        due: wanted.due.as_ref().map(day).transpose()?,
        due_workdays: wanted.workdays,
        checklists: wanted.checklists.iter().cloned().map(ChecklistId).collect(),
        clauses: wanted.clauses.iter().map(clause).collect::<Result<_>>()?,
        target: Target {
            types,
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
        visits: visits(&records.found, &register.found, &workspace.returned()),
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
    let open: Vec<_> = shown.iter().filter(|(_, state)| state.is_open()).map(|(task, _)| *task).collect();
    errors.extend(without_unit(&workspace, &open, &known.register));
    for error in &errors {
        session.output.error(error);
    }
    for reminder in open.iter().filter_map(|task| without_inspector(&workspace, task)) {
        session.output.remind(&reminder);
    }
    let merged = Successors::new(&known.register);
    let completion = Completion::of(shown.iter().copied(), &merged, today);
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

/// Says of open tasks whose unit is gone that they cannot be carried out.
fn without_unit(workspace: &Workspace, open: &[&Task], register: &[Facility]) -> Vec<Error> {
    let units: Vec<_> = open.iter().map(|task| task.facility.clone()).collect();
    let gone: HashSet<_> = missing(register, &units).into_iter().collect();
    let error = |task: &Task| {
        let message = text!("task.no-unit", task = task.id, id = task.facility, name = task.facility_name);
        let error = Error::new(Kind::NotFound, message).at(workspace.task_path(task));
        error.hint(text!("task.no-unit.hint", task = task.id, id = task.facility))
    };
    open.iter().filter(|task| gone.contains(&task.facility)).map(|task| error(task)).collect()
}

/// Says that nobody has an open task.
fn without_inspector(workspace: &Workspace, task: &Task) -> Option<Error> {
    task.inspectors().is_empty().then(|| {
        Error::input(text!("task.nobody", task = task.id, name = task.facility_name))
            .at(workspace.task_path(task))
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
        let row = [
            event.at.format("%Y-%m-%d %H:%M").to_string(),
            event.by.clone(),
            session.lang.t(event.action.name_key()).into_owned(),
            session.lang.list(&event.inspectors),
            event.reason.clone(),
        ];
        session.output.line(format!("  {}", row.join("  ")).trim_end())?;
    }
    if !state.is_open() {
        return Ok(ExitCode::SUCCESS);
    }
    if let Some(error) = without_unit(&workspace, &[&task], &known.register).pop() {
        session.output.error(&error);
        return Ok(ExitCode::FAILURE);
    }
    if let Some(reminder) = without_inspector(&workspace, &task) {
        session.output.remind(&reminder);
    }
    Ok(ExitCode::SUCCESS)
}

/// Closes a task, or takes it up again.
fn decide(session: &Session, task: &str, action: Action, reason: &str) -> Result<ExitCode> {
    change(session, task, |by| Event { at: now(), by, action, inspectors: Vec::new(), reason: reason.to_owned() })
}

/// Adds an event to a task that is still open, or takes up one that is closed.
fn change(session: &Session, wanted: &str, event: impl FnOnce(String) -> Event) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let task = workspace.find_task(wanted)?;
    let event = event(workspace.settings().inspector.clone());
    let task = if task.allows(event.action) && task.is_as_before(&event) {
        session.output.say(&text!("task-step.as-before", task = task.id))?;
        task
    } else {
        workspace.add_task_event(&task, event)?
    };
    let state = known(&workspace).visits.state(&task);
    print(session, &task, state)?;
    Ok(ExitCode::SUCCESS)
}
