//! The screens that are lists and pages.

use std::sync::Arc;

use super::{
    command::Context,
    dashboard::{BehindScreen, DashboardScreen},
    fill::{Fill, Focus},
    findings::{FindingScreen, FindingsScreen},
    home::Home,
    list::{Narrowed, Selection},
    message::OpenedRecord,
    mistakes::MistakesScreen,
    plan::CompareScreen,
    plan_screen::PlanScreen,
    reports::ReportScreen,
    review::ReviewsScreen,
    setup::Setup,
    trace::TraceScreen,
};
use crate::{
    checklist::Checklist,
    error::Error,
    facility::Facility,
    inspection::{AnswerChange, Sheet, StoredRecord},
    store::Marks,
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
    /// The mistakes of a checklist.
    Mistakes(Box<MistakesScreen>),
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
    /// The records by how far their review is.
    Reviews(Box<ReviewsScreen>),
    /// What hangs together with something.
    Trace(Box<TraceScreen>),
    /// Choosing a checklist for a unit.
    Choosing(Box<Choosing>),
    /// The records.
    Records(Narrowed),
    /// What several people said differently.
    Conflicts(Selection),
    /// The dashboard.
    Dashboard(Box<DashboardScreen>),
    /// What lies behind a number of it.
    Behind(Box<BehindScreen>),
    /// Making a report.
    Reports(Box<ReportScreen>),
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
            Self::Mistakes(_) => Context::Mistakes,
            Self::Facilities(_) => Context::Facilities,
            Self::Facility(_) => Context::Facility,
            Self::Tasks(_) => Context::Tasks,
            Self::Findings(_) => Context::Findings,
            Self::Finding(_) => Context::Finding,
            Self::Reviews(_) => Context::Reviews,
            Self::Trace(_) => Context::Trace,
            Self::Choosing(_) => Context::Choosing,
            Self::Records(_) => Context::Records,
            Self::Conflicts(_) => Context::Conflicts,
            Self::Dashboard(_) => Context::Dashboard,
            Self::Behind(_) => Context::Behind,
            Self::Reports(_) => Context::Reports,
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

/// A record that is only read.
#[derive(Debug)]
pub struct RecordScreen {
    /// The record.
    pub record: StoredRecord,
    /// Its answers beside its checklist, or why they cannot be put there.
    pub sheet: Result<Sheet, Error>,
    /// The selected row.
    pub selection: Selection,
    /// What a correction says differently than what it was made from.
    pub changes: Vec<AnswerChange>,
    /// What was noted for a review that is not given yet.
    pub marks: Marks,
    /// Whether a review or a correction of it is being written; until that has come back nothing else begins.
    pub(super) waits: bool,
}

impl RecordScreen {
    /// Lays the answers beside the checklist where it is still there.
    pub fn new(opened: OpenedRecord) -> Self {
        let record = opened.record.record();
        let day = record.header.inspection.started.date_naive();
        let sheet = opened
            .checklist
            .map(|checklist| Sheet::new(checklist, &record.header.facility, day, record.answers.iter().cloned()));
        let (changes, marks) = (opened.changes, opened.marks);
        Self { record: opened.record, sheet, selection: Selection(0), changes, marks, waits: false }
    }

    /// Returns the positions of the items shown: those that concern the unit.
    pub fn items(&self) -> Vec<usize> {
        match &self.sheet {
            Ok(sheet) => (0..sheet.checklist().items.len()).filter(|&at| sheet.applies(at)).collect(),
            Err(_) => Vec::new(),
        }
    }
}
