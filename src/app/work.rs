//! Tasks and the pages of units: what is to be done, and beginning it.

use super::{
    App, Overlay,
    command::{Command, Context},
    dialog::Dialog,
    field::Field,
    fill::names_in,
    form::{Form, FormField},
    list::{Narrowed, Selection},
    message::Effect,
    screens::{FacilityScreen, Screen},
};
use crate::{
    error::{Error, Kind},
    facility::{Facility, FacilityId},
    store::RecordRow,
    task::{Action, Event, Task, TaskState},
    text,
};

/// What can be done with a task, in the order in which it usually happens.
const STEPS: [Action; 3] = [Action::Assigned, Action::Closed, Action::Reopened];

impl App {
    /// Returns the inspector who works on this computer.
    pub(super) fn inspector(&self) -> String {
        self.workspace.as_ref().map_or_else(String::new, |info| info.inspector.clone())
    }

    /// Works out again how far the tasks are.
    pub(super) fn judge_tasks(&mut self) {
        let inspector = self.inspector();
        self.data.judge_tasks(&inspector);
    }

    /// Says whether a command is for this module on the screen in front: from a unit's page an inspection begins at once.
    pub(super) fn goes_to_work(&self, command: Command) -> bool {
        command != Command::NewInspection || self.context() == Context::Facility
    }

    /// Runs a command about tasks or the page of a unit.
    pub(super) fn run_work(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Tasks => {
                let mut list = Narrowed::new(self.data.tasks.len());
                list.refresh(|typed| self.data.find_tasks(typed));
                self.push(Screen::Tasks(list))
            }
            Command::TaskStep => {
                self.ask_for_task_step();
                Vec::new()
            }
            Command::NewInspection => {
                if let Screen::Facility(screen) = self.screen() {
                    let facility = screen.facility.clone();
                    if !self.complain_of_gone(&facility) {
                        self.choose_checklist(facility);
                    }
                }
                Vec::new()
            }
            _ => self.open_page(),
        }
    }

    /// Asks what is done with the selected task.
    fn ask_for_task_step(&mut self) {
        if self.is_read_only() {
            self.say(text!("app.read-only"));
            return;
        }
        let Screen::Tasks(list) = self.screen() else { return };
        let Some(task) = list.selected().and_then(|at| self.data.tasks.get(at)) else { return };
        let form = Form::new(vec![
            FormField::text("task-step.inspectors", Field::line(&self.lang.list(task.inspectors()))),
            FormField::text("task-step.reason", Field::line("")),
        ]);
        let actions = STEPS.into_iter().filter(|action| task.allows(*action)).collect();
        let task = Box::new(task.clone());
        self.overlay = Some(Overlay::Dialog(Dialog::TaskStep { task, actions, chosen: 0, form }));
    }

    /// Does with a task what was chosen, or goes on asking where something is missing.
    pub(super) fn confirm_task_step(
        &mut self,
        task: Box<Task>,
        actions: Vec<Action>,
        chosen: usize,
        mut form: Form,
    ) -> Vec<Effect> {
        let Some(&action) = actions.get(chosen) else { return Vec::new() };
        let reason = form.text_of("task-step.reason");
        let names = names_in(&form.text_of("task-step.inspectors"));
        let is_assigned = action == Action::Assigned;
        form.mark("task-step.inspectors", (is_assigned && names.is_empty()).then(|| text!("task-step.nobody")));
        form.mark("task-step.reason", (action.needs_reason() && reason.is_empty()).then(|| text!("task.no-reason")));
        if form.go_to_mistake() {
            self.overlay = Some(Overlay::Dialog(Dialog::TaskStep { task, actions, chosen, form }));
            return Vec::new();
        }
        let inspectors = if is_assigned { names } else { Vec::new() };
        let event = Event { at: self.now, by: self.inspector(), action, inspectors, reason };
        if task.is_as_before(&event) {
            self.say(text!("task-step.as-before", task = task.id));
            return Vec::new();
        }
        vec![Effect::AddToTask(task, Box::new(event))]
    }

    /// Takes what came of assigning, closing or taking up a task.
    pub(super) fn task_changed(&mut self, changed: Result<Task, Error>) -> Vec<Effect> {
        match changed {
            Ok(task) => {
                self.say(text!("task-step.kept", task = task.id));
                return vec![Effect::LoadTasks];
            }
            Err(error) => self.complain(error),
        }
        Vec::new()
    }

    /// Opens the page of the unit in hand.
    fn open_page(&mut self) -> Vec<Effect> {
        let data = &self.data;
        let id = match self.screen() {
            Screen::Facilities(list) => {
                list.selected().and_then(|at| data.facilities.get(at)).map(|unit| unit.id.clone())
            }
            Screen::Tasks(list) => list.selected().and_then(|at| data.tasks.get(at)).map(|task| task.facility.clone()),
            Screen::Findings(screen) => {
                let row = screen.list.selected().and_then(|at| data.findings.get(at));
                row.map(|row| row.source.facility.id.clone())
            }
            Screen::Finding(screen) => Some(screen.source.facility.id.clone()),
            Screen::Record(screen) => Some(screen.record.record().header.facility.id.clone()),
            _ => None,
        };
        id.map(|id| self.open_unit(&id)).unwrap_or_default()
    }

    /// Opens the page of a unit; of one that the register no longer has, with what records and tasks still know of it.
    pub(super) fn open_unit(&mut self, id: &FacilityId) -> Vec<Effect> {
        let Some(facility) = self.unit(id).or_else(|| self.data.gone_unit(id)) else {
            self.say(text!("trace.no-unit", id = id));
            return Vec::new();
        };
        let screen = FacilityScreen { facility, selection: Selection::default() };
        self.screens.retain(|open| !matches!(open, Screen::Facility(_)));
        self.screens.push(Screen::Facility(Box::new(screen)));
        Vec::new()
    }

    /// Says what to do about a unit that the register no longer has, and whether that is so.
    pub(super) fn complain_of_gone(&mut self, unit: &Facility) -> bool {
        let is_gone = self.data.is_gone(&unit.id);
        if is_gone {
            let message = text!("facility-file.gone", id = unit.id, name = unit.name);
            let hint = text!("facility-file.gone.hint", id = unit.id);
            self.complain(Error::new(Kind::NotFound, message).hint(hint));
        }
        is_gone
    }

    /// Finds a unit of the register by a number that it has or had.
    fn unit(&self, id: &FacilityId) -> Option<Facility> {
        let units = &self.data.facilities;
        units.iter().find(|unit| unit.id == *id).or_else(|| units.iter().find(|unit| unit.is(id))).cloned()
    }

    /// Begins the inspection that a task asks for, or goes on with it; what is done is opened to be read.
    pub(super) fn begin_task(&mut self, at: usize) -> Vec<Effect> {
        let Some(task) = self.data.tasks.get(at).cloned() else { return Vec::new() };
        if !self.data.task_states.get(at).is_some_and(|state| state.is_open()) {
            return self.open_done(&task.facility, &task.checklist);
        }
        let Some(facility) = self.unit(&task.facility) else {
            let message = text!("task.no-unit", task = task.id, id = task.facility, name = task.facility_name);
            self.complain(Error::new(Kind::NotFound, message).hint(text!(
                "task.no-unit.hint",
                task = task.id,
                id = task.facility
            )));
            return Vec::new();
        };
        let checklist = self.data.checklists.iter().position(|file| file.checklist.id == task.checklist);
        let Some(checklist) = checklist else {
            self.complain(
                Error::new(Kind::NotFound, text!("task.no-checklist", task = task.id, checklist = task.checklist))
                    .hint(text!("task.no-checklist.hint", checklist = task.checklist)),
            );
            return Vec::new();
        };
        let is_of = |row: &&RecordRow| facility.is(&row.facility.id) && row.checklist.id == task.checklist;
        if self.data.task_states[at] == TaskState::Started && !self.data.drafts().any(|row| is_of(&row)) {
            // Its record was returned: that is corrected, and nothing is begun anew.
            return self.open_done(&task.facility, &task.checklist);
        }
        if self.is_read_only() {
            self.say(text!("app.read-only"));
            return Vec::new();
        }
        let is_of_others = !task.inspectors().is_empty() && !task.is_of(&self.inspector());
        if is_of_others && !self.data.drafts().any(|row| is_of(&row)) {
            self.overlay = Some(Overlay::Dialog(Dialog::OthersTask(Box::new(task))));
            return Vec::new();
        }
        self.begin(facility, checklist, task.inspectors().to_vec())
    }

    /// Begins the inspection of a task that others have, which was asked for.
    pub(super) fn begin_as_asked(&mut self, task: &Task) -> Vec<Effect> {
        let checklist = self.data.checklists.iter().position(|file| file.checklist.id == task.checklist);
        let of_task = self.unit(&task.facility).zip(checklist);
        of_task.map(|(unit, checklist)| self.begin(unit, checklist, task.inspectors().to_vec())).unwrap_or_default()
    }

    fn open_done(&mut self, facility: &FacilityId, checklist: &crate::checklist::ChecklistId) -> Vec<Effect> {
        let unit = self.unit(facility);
        let is_of = |row: &&RecordRow| {
            let same_unit = unit.as_ref().map_or(row.facility.id == *facility, |unit| unit.is(&row.facility.id));
            same_unit && row.checklist.id == *checklist && row.finalised.is_some()
        };
        let done = self.data.records.iter().find(is_of).map(|row| Effect::OpenRecord(row.id.clone()));
        if done.is_none() {
            self.say(text!("task.closed-without"));
        }
        done.into_iter().collect()
    }
}
