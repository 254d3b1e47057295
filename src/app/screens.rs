//! The screens that are lists and pages.

use std::{collections::HashMap, sync::Arc};

use super::{
    command::Context,
    data::Lead,
    fill::{Fill, Focus},
    findings::{FindingScreen, FindingsScreen},
    home::Home,
    list::{Narrowed, Selection},
    message::OpenedRecord,
    plan::CompareScreen,
    setup::Setup,
};
use crate::{
    checklist::Checklist,
    error::Error,
    facility::{Facility, Search},
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
    /// Two plans side by side.
    Compare(Box<CompareScreen>),
    /// The checklists.
    Checklists(Selection),
    /// A checklist, to be read.
    Checklist(Arc<Checklist>, Selection),
    /// The units.
    Facilities(Narrowed),
    /// A unit.
    Facility(Box<FacilityScreen>),
    /// The tasks.
    Tasks(Narrowed),
    /// The findings.
    Findings(Box<FindingsScreen>),
    /// A finding.
    Finding(Box<FindingScreen>),
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
            Self::Compare(_) => Context::Compare,
            Self::Checklists(_) => Context::Checklists,
            Self::Checklist(..) => Context::Checklist,
            Self::Facilities(_) => Context::Facilities,
            Self::Facility(_) => Context::Facility,
            Self::Tasks(_) => Context::Tasks,
            Self::Findings(_) => Context::Findings,
            Self::Finding(_) => Context::Finding,
            Self::Choosing(_) => Context::Choosing,
            Self::Records(_) => Context::Records,
            Self::Record(_) => Context::Record,
            Self::Fill(fill) if matches!(fill.focus, Focus::Items) => Context::Fill,
            Self::Fill(_) => Context::Typing,
        }
    }
}

/// A unit: what is known of it, and its inspections.
#[derive(Debug)]
pub struct FacilityScreen {
    /// The unit.
    pub facility: Facility,
    /// The selected inspection.
    pub selection: Selection,
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
    /// Whether the document is shown instead of the list of clauses.
    pub shows_source: bool,
    /// The lines of the document, once they have been read.
    pub source: Option<Vec<String>>,
    /// What the clauses are narrowed by.
    filter: String,
    /// Which clauses fit it.
    fits: Vec<bool>,
}

impl PlanScreen {
    /// Begins with the whole plan.
    pub fn new(plan: Plan, leads: HashMap<ClauseId, Vec<Lead>>) -> Self {
        Self {
            fits: vec![true; plan.clauses.len()],
            plan,
            leads,
            pane: Pane::Outline,
            heading: Selection(0),
            clause: Selection(0),
            shows_source: false,
            source: None,
            filter: String::new(),
        }
    }

    /// Returns the selected heading; none for the whole plan.
    pub fn selected_heading(&self) -> Option<&Heading> {
        self.heading.0.checked_sub(1).and_then(|at| self.plan.outline.get(at))
    }

    /// Lists the clauses of the selected section and what is below it.
    pub fn clauses(&self) -> Vec<&Clause> {
        let fitting = self.plan.clauses.iter().zip(&self.fits).filter(|(_, fits)| **fits).map(|(clause, _)| clause);
        let Some(heading) = self.selected_heading() else { return fitting.collect() };
        let below = format!("{}/", heading.id);
        fitting.filter(|clause| clause.section == heading.id || clause.section.starts_with(&below)).collect()
    }

    /// Returns what the clauses are narrowed by.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// Narrows the clauses to those of which every typed word is found in what `searched` gives.
    pub fn narrow(&mut self, typed: &str, searched: impl Fn(&Clause) -> String) {
        typed.trim().clone_into(&mut self.filter);
        let search = Search::new(&self.filter);
        let fits = |clause: &Clause| self.filter.is_empty() || search.rank(&searched(clause)).is_some();
        self.fits = self.plan.clauses.iter().map(fits).collect();
        self.clause = Selection(0);
    }

    /// Takes the plan as it is after a correction; the place stays.
    pub fn take(&mut self, plan: Plan) {
        self.plan = plan;
        self.fits.resize(self.plan.clauses.len(), true);
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
