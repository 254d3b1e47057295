//! The dashboard: six panels of one tally, and what lies behind each of their rows.
//!
//! Every number is the tally's; here is only which row leads to which records.

use std::sync::Arc;

use super::{
    App,
    command::Command,
    counting::{Count, Counted},
    key::{Code, Key},
    list::Selection,
    message::Effect,
    screens::Screen,
};
use crate::{
    inspection::RecordId,
    plan::{ClauseId, PlanId, Scope},
    report::{
        Filter, Period, Tally,
        tally::{ClauseCount, Group, RecordAt, TargetState},
    },
    text,
};

/// A panel of the dashboard.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Panel {
    /// How much of each district is done, and how well it passes.
    #[default]
    Districts,
    /// The same by topic.
    Topics,
    /// The items that fail most.
    Items,
    /// The findings that are open after their term.
    Overdue,
    /// 序时进度: each plan against the time that is over.
    Progress,
    /// Month by month.
    Months,
}

impl Panel {
    /// Every panel, in the order in which they stand.
    pub const ALL: [Self; 6] =
        [Self::Districts, Self::Topics, Self::Items, Self::Overdue, Self::Progress, Self::Months];

    /// Returns its place among all.
    pub fn place(self) -> usize {
        Self::ALL.iter().position(|known| *known == self).unwrap_or(0)
    }

    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Districts => "dashboard.districts",
            Self::Topics => "dashboard.topics",
            Self::Items => "dashboard.items",
            Self::Overdue => "dashboard.overdue",
            Self::Progress => "dashboard.progress",
            Self::Months => "dashboard.months",
        }
    }
}

/// What is measured of a plan, a row each.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Measure {
    /// How much of its time is over.
    Time,
    /// How many of its figures are reached.
    Targets,
    /// How many of its clauses were checked.
    Clauses,
}

impl Measure {
    /// Every measure, in the order of the rows.
    pub const ALL: [Self; 3] = [Self::Time, Self::Targets, Self::Clauses];
}

/// The dashboard.
#[derive(Debug)]
pub struct DashboardScreen {
    /// What is counted.
    pub count: Count,
    /// The panel that has the keys.
    pub panel: Panel,
    /// The overdue findings by their place in the tally, the longest overdue first.
    pub overdue: Vec<usize>,
    selected: [Selection; Panel::ALL.len()],
}

impl DashboardScreen {
    /// Begins with a filter.
    pub fn new(filter: Filter) -> Self {
        let mut selected = [Selection::default(); Panel::ALL.len()];
        // The newest month is the last one, and what people look for first.
        selected[Panel::Months.place()] = Selection(usize::MAX);
        Self { count: Count::new(filter), panel: Panel::default(), overdue: Vec::new(), selected }
    }

    /// Takes what was counted.
    pub(super) fn take(&mut self, filter: &Filter, counted: &Counted) {
        if !self.count.take(filter, counted) {
            return;
        }
        let Some(tally) = &self.count.tally else { return };
        let overdue = tally.findings.facts().enumerate().filter(|(_, fact)| fact.is_overdue(tally.as_of));
        self.overdue = overdue.map(|(at, _)| at).collect();
        self.overdue.sort_by_key(|&at| tally.findings.at(at).due);
        for panel in Panel::ALL {
            let last = self.rows(panel).saturating_sub(1);
            let selection = &mut self.selected[panel.place()];
            selection.0 = selection.0.min(last);
        }
    }

    /// Returns the selected row of a panel.
    pub fn selection(&self, panel: Panel) -> Selection {
        self.selected[panel.place()]
    }

    /// Counts the rows of a panel.
    pub fn rows(&self, panel: Panel) -> usize {
        let Some(tally) = &self.count.tally else { return 0 };
        match panel {
            Panel::Districts => tally.districts.len(),
            Panel::Topics => tally.topics.len(),
            // The items are sorted by how often they fail.
            Panel::Items => tally.items.partition_point(|item| item.failed > 0),
            Panel::Overdue => self.overdue.len(),
            Panel::Progress => tally.plans.len() * Measure::ALL.len(),
            Panel::Months => tally.months.len(),
        }
    }

    /// Takes a key that moves in the panel.
    pub(super) fn key(&mut self, key: Key) {
        let code = match key.code {
            Code::Left => Code::Up,
            Code::Right => Code::Down,
            code => code,
        };
        let count = self.rows(self.panel);
        self.selected[self.panel.place()].key(Key { code, ..key }, count);
    }

    fn go(&mut self, forward: bool) {
        let count = Panel::ALL.len();
        self.panel = Panel::ALL[(self.panel.place() + if forward { 1 } else { count - 1 }) % count];
    }

    /// Says what lies behind the selected row.
    fn behind(&self) -> Option<About> {
        let tally = self.count.tally.as_ref()?;
        let at = self.selection(self.panel).0;
        let group = |groups: &[Group]| groups.get(at).map(|group| (group.key.clone(), group.name.clone()));
        match self.panel {
            Panel::Districts => group(&tally.districts).map(|(key, name)| About::District(key, name)),
            Panel::Topics => group(&tally.topics).map(|(key, name)| About::Topic(key, name)),
            Panel::Months => group(&tally.months).map(|(key, _)| About::Month(key)),
            Panel::Items => tally.items.get(at).filter(|item| item.failed > 0).map(|item| About::Item {
                checklist: item.checklist.clone(),
                item: item.id.clone(),
                text: item.text.clone(),
            }),
            Panel::Overdue => self.overdue.get(at).map(|&finding| About::Finding(finding)),
            Panel::Progress => {
                let plan = tally.plans.get(at / Measure::ALL.len())?;
                let (id, title) = (plan.id.clone(), plan.title.clone());
                Some(match Measure::ALL[at % Measure::ALL.len()] {
                    Measure::Time => About::Plan(id),
                    Measure::Targets => About::Targets(id, title),
                    Measure::Clauses => About::Clauses(id, title),
                })
            }
        }
    }
}

/// What a number is about.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum About {
    /// A district: key and name.
    District(String, String),
    /// A topic: key and name.
    Topic(String, String),
    /// A month.
    Month(String),
    /// An item that fails.
    Item {
        /// The checklist.
        checklist: String,
        /// The item.
        item: String,
        /// What is asked.
        text: String,
    },
    /// A finding, by its place in the tally.
    Finding(usize),
    /// A plan.
    Plan(String),
    /// The clauses of a plan that have figures: its number and title.
    Targets(String, String),
    /// The clauses of a plan that can be checked on site: its number and title.
    Clauses(String, String),
    /// A clause of a plan: the plan's number, the clause's, and its text.
    Clause(String, String, String),
}

/// A row behind a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Behind {
    /// A record.
    Record(RecordAt),
    /// A clause: the place of the plan in the tally, and that of the clause in the plan.
    Clause(usize, usize),
}

/// What lies behind a number.
#[derive(Debug)]
pub struct BehindScreen {
    /// What the number is about.
    pub about: About,
    /// Where it was counted.
    pub tally: Arc<Tally>,
    /// What lies behind it.
    pub rows: Vec<Behind>,
    /// The selected row.
    pub selection: Selection,
}

impl BehindScreen {
    fn new(about: About, tally: Arc<Tally>) -> Self {
        let rows = rows_behind(&about, &tally);
        Self { about, tally, rows, selection: Selection::default() }
    }
}

/// Finds what lies behind a number.
fn rows_behind(about: &About, tally: &Tally) -> Vec<Behind> {
    let records = |records: Option<&Vec<RecordAt>>| {
        records.map(|records| records.iter().copied().map(Behind::Record).collect()).unwrap_or_default()
    };
    let group =
        |groups: &[Group], key: &str| records(groups.iter().find(|group| group.key == key).map(|one| &one.records));
    match about {
        About::District(key, _) => group(&tally.districts, key),
        About::Topic(key, _) => group(&tally.topics, key),
        About::Month(key) => group(&tally.months, key),
        About::Item { checklist, item, .. } => {
            let is_it = |one: &&crate::report::tally::ItemCount| one.checklist == *checklist && one.id == *item;
            records(tally.items.iter().find(is_it).map(|one| &one.failing))
        }
        About::Clause(plan, clause, _) => {
            let clauses = tally.plans.iter().filter(|one| one.id == *plan).flat_map(|one| &one.clauses);
            let found = clauses.into_iter().find(|one| one.id == *clause);
            let mut of_clause: Vec<RecordAt> = found.map(records_of).unwrap_or_default();
            of_clause.dedup();
            of_clause.into_iter().map(Behind::Record).collect()
        }
        // What is not yet there comes first: that is what has to be done.
        About::Targets(plan, _) => clauses(tally, plan, |clause| {
            let worst = clause.targets.iter().map(|target| urgency(target.state)).min()?;
            Some((worst, 0))
        }),
        About::Clauses(plan, _) => clauses(tally, plan, |clause| {
            let checked = usize::from(clause.is_checked());
            (clause.scope == Scope::OnSite).then_some((checked, u64::MAX - clause.failed))
        }),
        About::Finding(_) | About::Plan(_) => Vec::new(),
    }
}

/// Lists the records in which a clause was judged or its figures were reported, oldest first.
fn records_of(clause: &ClauseCount) -> Vec<RecordAt> {
    let reported = clause.targets.iter().flat_map(|target| &target.reports).map(|report| report.record);
    let mut found: Vec<_> = clause.records.iter().copied().chain(reported).collect();
    found.sort_unstable();
    found
}

/// Says how early a state comes: what is late before what is on its way.
fn urgency(state: TargetState) -> usize {
    let order = [
        TargetState::Overdue,
        TargetState::Behind,
        TargetState::Suspect,
        TargetState::NotReported,
        TargetState::UnderWay,
        TargetState::Done,
    ];
    order.iter().position(|known| *known == state).unwrap_or(order.len())
}

/// Lists the clauses of a plan that have a place in an order, by it.
fn clauses(tally: &Tally, plan: &str, place: impl Fn(&ClauseCount) -> Option<(usize, u64)>) -> Vec<Behind> {
    let Some(at) = tally.plans.iter().position(|one| one.id == plan) else { return Vec::new() };
    let mut found: Vec<_> = tally.plans[at]
        .clauses
        .iter()
        .enumerate()
        .filter_map(|(number, clause)| Some((place(clause)?, number)))
        .collect();
    found.sort_unstable();
    found.into_iter().map(|(_, number)| Behind::Clause(at, number)).collect()
}

impl App {
    /// Runs a command of the dashboard and of what lies behind its numbers.
    pub(super) fn run_dashboard(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Dashboard => {
                let filter = Filter::of(Period::year_to(self.now.date_naive()));
                return self.push(Screen::Dashboard(Box::new(DashboardScreen::new(filter))));
            }
            Command::NextField | Command::PreviousField => {
                if let Screen::Dashboard(screen) = self.screen_mut() {
                    screen.go(command == Command::NextField);
                }
            }
            _ => {}
        }
        Vec::new()
    }

    /// Opens what lies behind the selected number of the dashboard.
    pub(super) fn open_panel_row(&mut self) -> Vec<Effect> {
        let Screen::Dashboard(screen) = self.screen() else { return Vec::new() };
        let (Some(about), Some(tally)) = (screen.behind(), screen.count.tally.clone()) else { return Vec::new() };
        match about {
            About::Plan(id) => vec![Effect::OpenPlan(PlanId(id), None)],
            About::Finding(at) => self.open_counted_finding(&tally, at),
            about => {
                self.screens.push(Screen::Behind(Box::new(BehindScreen::new(about, tally))));
                Vec::new()
            }
        }
    }

    /// Opens the page of a finding, or its record where the ledger does not have it.
    fn open_counted_finding(&self, tally: &Tally, at: usize) -> Vec<Effect> {
        let Some(finding) = tally.findings.get(at) else { return Vec::new() };
        let Some(record) = tally.records.get(finding.record as usize) else { return Vec::new() };
        let known = self.data.findings.iter().find(|row| row.id.0 == finding.number);
        let page = known.map(|row| Effect::OpenFinding(row.id.clone()));
        vec![page.unwrap_or_else(|| Effect::OpenRecord(RecordId(record.id.into())))]
    }

    /// Opens the selected record or clause behind a number.
    pub(super) fn open_behind(&mut self) -> Vec<Effect> {
        let Screen::Behind(screen) = self.screen() else { return Vec::new() };
        let Some(row) = screen.rows.get(screen.selection.0).copied() else { return Vec::new() };
        let tally = Arc::clone(&screen.tally);
        match row {
            Behind::Record(at) => {
                let record = tally.records.get(at as usize);
                record.map(|line| Effect::OpenRecord(RecordId(line.id.into()))).into_iter().collect()
            }
            Behind::Clause(plan, clause) => {
                let Some(plan) = tally.plans.get(plan) else { return Vec::new() };
                let Some(clause) = plan.clauses.get(clause) else { return Vec::new() };
                if records_of(clause).is_empty() {
                    self.say(text!("dashboard.nothing-checked"));
                    return vec![Effect::OpenPlan(PlanId(plan.id.clone()), Some(ClauseId(clause.id.clone())))];
                }
                let about = About::Clause(plan.id.clone(), clause.id.clone(), clause.text.clone());
                self.screens.push(Screen::Behind(Box::new(BehindScreen::new(about, tally))));
                Vec::new()
            }
        }
    }

    /// Goes to the clause in hand in its plan.
    pub(super) fn go_to_counted_clause(&mut self) -> Vec<Effect> {
        let Screen::Behind(screen) = self.screen() else { return Vec::new() };
        let (plan, clause) = match (&screen.about, screen.rows.get(screen.selection.0)) {
            (About::Clause(plan, clause, _), _) => (plan.clone(), clause.clone()),
            (_, Some(&Behind::Clause(plan, clause))) => {
                let Some(plan) = screen.tally.plans.get(plan) else { return Vec::new() };
                let Some(clause) = plan.clauses.get(clause) else { return Vec::new() };
                (plan.id.clone(), clause.id.clone())
            }
            _ => {
                self.say(text!("plan.no-origin"));
                return Vec::new();
            }
        };
        vec![Effect::OpenPlan(PlanId(plan), Some(ClauseId(clause)))]
    }

    /// Finds again what lies behind the numbers that are open, after they were counted again.
    pub(super) fn renew_behind(&mut self, filter: &Filter, tally: &Arc<Tally>) {
        for screen in &mut self.screens {
            if let Screen::Behind(open) = screen
                && open.tally.filter == *filter
                && open.tally.language == tally.language
            {
                open.rows = rows_behind(&open.about, tally);
                open.tally = Arc::clone(tally);
                open.selection.0 = open.selection.0.min(open.rows.len().saturating_sub(1));
            }
        }
    }
}
