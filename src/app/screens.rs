//! The screens that are lists and pages.

use std::{collections::HashMap, sync::Arc};

use super::{
    command::Context,
    data::Lead,
    fill::{Fill, Focus},
    home::Home,
    list::{Narrowed, Selection},
    message::OpenedRecord,
    setup::Setup,
};
use crate::{
    checklist::Checklist,
    error::Error,
    facility::Facility,
    inspection::{Sheet, StoredRecord},
    plan::{Clause, ClauseId, Heading, Plan},
};

/// A screen.
#[derive(Debug)]
pub enum Screen {
    /// Making a workspace.
    Setup(Setup),
    /// The first screen.
    Home(Home),
    /// The plans.
    Plans(Selection),
    /// A plan.
    Plan(Box<PlanScreen>),
    /// The checklists.
    Checklists(Selection),
    /// A checklist, to be read.
    Checklist(Arc<Checklist>, Selection),
    /// The units.
    Facilities(Narrowed),
    /// Choosing a checklist for a unit.
    Choosing(Box<Choosing>),
    /// The records.
    Records(Narrowed),
    /// A record, to be read.
    Record(Box<RecordScreen>),
    /// Filling in.
    Fill(Box<Fill>),
}

impl Screen {
    /// Returns where a key goes on this screen.
    pub fn context(&self) -> Context {
        match self {
            Self::Setup(_) => Context::Setup,
            Self::Home(_) => Context::Home,
            Self::Plans(_) => Context::Plans,
            Self::Plan(_) => Context::Plan,
            Self::Checklists(_) => Context::Checklists,
            Self::Checklist(..) => Context::Checklist,
            Self::Facilities(_) => Context::Facilities,
            Self::Choosing(_) => Context::Choosing,
            Self::Records(_) => Context::Records,
            Self::Record(_) => Context::Record,
            Self::Fill(fill) if matches!(fill.focus, Focus::Items) => Context::Fill,
            Self::Fill(_) => Context::Typing,
        }
    }
}

/// Choosing a checklist for a unit.
#[derive(Debug)]
pub struct Choosing {
    /// The unit.
    pub facility: Facility,
    /// The checklists that may be chosen, by their position among all, those for the unit's type first.
    pub checklists: Vec<usize>,
    /// The list of them.
    pub list: Narrowed,
}

/// Which half of the plan screen has the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// The outline.
    Outline,
    /// The clauses of the selected section.
    Clauses,
}

/// A plan: its outline and clauses, and where each clause leads.
#[derive(Debug)]
pub struct PlanScreen {
    /// The plan.
    pub plan: Plan,
    /// The items that come from each clause.
    pub leads: HashMap<ClauseId, Vec<Lead>>,
    /// Which half has the keys.
    pub pane: Pane,
    /// The selected heading; 0 is the whole plan.
    pub heading: Selection,
    /// The selected clause among those shown.
    pub clause: Selection,
}

impl PlanScreen {
    /// Begins with the whole plan.
    pub fn new(plan: Plan, leads: HashMap<ClauseId, Vec<Lead>>) -> Self {
        Self { plan, leads, pane: Pane::Outline, heading: Selection(0), clause: Selection(0) }
    }

    /// Returns the selected heading; none for the whole plan.
    pub fn selected_heading(&self) -> Option<&Heading> {
        self.heading.0.checked_sub(1).and_then(|at| self.plan.outline.get(at))
    }

    /// Lists the clauses of the selected section and what is below it.
    pub fn clauses(&self) -> Vec<&Clause> {
        let Some(heading) = self.selected_heading() else { return self.plan.clauses.iter().collect() };
        let below = format!("{}/", heading.id);
        let inside = |clause: &&Clause| clause.section == heading.id || clause.section.starts_with(&below);
        self.plan.clauses.iter().filter(inside).collect()
    }

    /// Goes to a section by its path.
    pub fn go_to_section(&mut self, section: &str) {
        if let Some(at) = self.plan.outline.iter().position(|heading| heading.id == section) {
            self.heading = Selection(at + 1);
            self.clause = Selection(0);
        }
    }
}

/// A record that is only read.
#[derive(Debug)]
pub struct RecordScreen {
    /// The record.
    pub record: StoredRecord,
    /// Its answers beside its checklist, or why they cannot be put there.
    pub sheet: Result<Sheet, Error>,
    /// The selected row.
    pub selection: Selection,
}

impl RecordScreen {
    /// Lays the answers beside the checklist where it is still there.
    pub fn new(opened: OpenedRecord) -> Self {
        let record = opened.record.record();
        let day = record.header.inspection.started.date_naive();
        let sheet = opened
            .checklist
            .map(|checklist| Sheet::new(checklist, &record.header.facility, day, record.answers.iter().cloned()));
        Self { record: opened.record, sheet, selection: Selection(0) }
    }

    /// Returns the positions of the items shown: those that concern the unit.
    pub fn items(&self) -> Vec<usize> {
        match &self.sheet {
            Ok(sheet) => (0..sheet.checklist().items.len()).filter(|&at| sheet.applies(at)).collect(),
            Err(_) => Vec::new(),
        }
    }
}
