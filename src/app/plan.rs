//! The plan screens: narrowing, the source, correcting, comparing, and the ways between clauses and items.

use std::sync::Arc;

use super::{
    App, Data, Dialog, Field, Narrowed, Overlay, Pane, PlanScreen, Screen, Selection,
    command::Command,
    message::{Against, Effect},
};
use crate::{
    checklist::Effects,
    facility::Search,
    i18n::Lang,
    plan::{Author, Clause, ClauseId, Comparison, Fate, PlanId, Scope, TopicId, Values},
    text,
};

/// What can be chosen for a clause when it is corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CorrectChoice {
    /// Where it can be checked.
    Scope(Scope),
    /// Its first topic.
    Topic(TopicId),
    /// Everything as it was read.
    Automatic,
}

/// Two plans side by side.
#[derive(Debug)]
pub struct CompareScreen {
    /// The plans and what became of the clauses.
    pub comparison: Comparison,
    /// What that does to the checklists.
    pub effects: Effects,
    /// Whether clauses that did not change are shown.
    pub all: bool,
    /// The selected row among those shown.
    pub selection: Selection,
}

impl CompareScreen {
    /// Lists the rows shown.
    pub fn rows(&self) -> Vec<usize> {
        let shown = |row: &usize| self.all || self.comparison.changes[*row].fate != Fate::Kept;
        (0..self.comparison.changes.len()).filter(shown).collect()
    }
}

impl App {
    /// Does what a command of the plan screens asks for.
    pub(super) fn run_plan(&mut self, command: Command) -> Vec<Effect> {
        match command {
            Command::Source => return self.toggle_source(),
            Command::Correct => self.choose_correction(),
            Command::Compare => self.choose_comparison(),
            Command::Filter => {
                if let Screen::Plan(plan) = self.screen() {
                    let field = Field::line(plan.filter());
                    self.overlay = Some(Overlay::Dialog(Dialog::Filter(field)));
                }
            }
            Command::AllRows => {
                if let Screen::Compare(screen) = self.screen_mut() {
                    screen.all = !screen.all;
                    screen.selection = Selection::default();
                }
            }
            Command::Origin => return self.go_to_clause(),
            _ => {}
        }
        Vec::new()
    }

    fn toggle_source(&mut self) -> Vec<Effect> {
        let Screen::Plan(screen) = self.screen_mut() else { return Vec::new() };
        screen.shows_source = !screen.shows_source;
        screen.pane = Pane::Clauses;
        let wanted = screen.shows_source && screen.source.is_none();
        wanted.then(|| Effect::LoadSource(screen.plan.head.id.clone())).into_iter().collect()
    }

    /// Takes the lines of a plan's document.
    pub(super) fn take_source(&mut self, id: &PlanId, lines: Vec<String>) {
        let open = self.screens.iter_mut().find_map(|screen| match screen {
            Screen::Plan(plan) if plan.plan.head.id == *id => Some(plan),
            _ => None,
        });
        if let Some(plan) = open {
            plan.source = Some(lines);
        }
    }

    /// Narrows the clauses by what is typed.
    pub(super) fn narrow_plan(&mut self, typed: &str) {
        let Self { screens, data, lang, .. } = self;
        if let Some(Screen::Plan(plan)) = screens.last_mut() {
            plan.narrow(typed, |clause| searched(clause, data, *lang));
        }
    }

    fn choose_correction(&mut self) {
        if self.is_read_only() {
            self.say(text!("app.read-only"));
            return;
        }
        let Screen::Plan(screen) = self.screen() else { return };
        let Some(clause) = screen.selected_clause().map(|clause| clause.id.clone()) else { return };
        let plan = screen.plan.head.id.clone();
        let mut choices: Vec<_> =
            [Scope::OnSite, Scope::Progress, Scope::Neither].map(CorrectChoice::Scope).into_iter().collect();
        choices.push(CorrectChoice::Automatic);
        choices.extend(self.data.topics.iter().map(|topic| CorrectChoice::Topic(topic.id.clone())));
        let list = Narrowed::new(choices.len());
        self.overlay = Some(Overlay::Dialog(Dialog::Correct { plan, clause, choices, list }));
    }

    /// Corrects the clause for which something was chosen.
    pub(super) fn correct(&mut self, plan: PlanId, clause: ClauseId, choice: &CorrectChoice) -> Vec<Effect> {
        let Screen::Plan(screen) = self.screen() else { return Vec::new() };
        let Some(known) = screen.plan.clauses.iter().find(|known| known.id == clause) else { return Vec::new() };
        let values = match choice {
            CorrectChoice::Scope(scope) => Values { scope: Some(*scope), ..Values::default() },
            CorrectChoice::Automatic => known.as_read(),
            CorrectChoice::Topic(topic) => {
                // What was read first stays behind the chosen one; choosing it again is the reading itself.
                let read = known.as_read().topics.unwrap_or_default();
                let topics = if read.first() == Some(topic) {
                    read
                } else {
                    std::iter::once(topic.clone()).chain(read.into_iter().filter(|other| other != topic)).collect()
                };
                Values { topics: Some(topics), ..Values::default() }
            }
        };
        let by = self.workspace.as_ref().map_or_else(String::new, |info| info.inspector.clone());
        let author = Author { by, at: Some(self.now), reason: String::new() };
        vec![Effect::CorrectPlan { plan, clause, values: Box::new(values), author }]
    }

    /// Offers what a plan can be compared with: its reading before, and every other plan.
    fn choose_comparison(&mut self) {
        let plan = match self.screen() {
            Screen::Plan(screen) => Some(screen.plan.head.id.clone()),
            Screen::Plans(selection) => self.data.plans.get(selection.0).map(|row| row.id.clone()),
            _ => None,
        };
        let Some(plan) = plan else { return };
        let others = self.data.plans.iter().filter(|row| row.id != plan).map(|row| Against::Plan(row.id.clone()));
        let choices: Vec<_> = std::iter::once(Against::Previous).chain(others).collect();
        self.overlay = Some(Overlay::Dialog(Dialog::Compare { plan, choices, selection: Selection::default() }));
    }

    /// Shows two plans side by side.
    pub(super) fn show_comparison(&mut self, comparison: Comparison) {
        let checklists = self.data.checklists.iter().map(|file| &*file.checklist);
        let effects = Effects::of(&comparison, checklists);
        let screen = CompareScreen { comparison, effects, all: false, selection: Selection::default() };
        self.screens.push(Screen::Compare(Box::new(screen)));
    }

    /// Opens the checklist of the first item that comes from the selected clause, at that item.
    pub(super) fn go_to_item(&mut self) {
        let Screen::Plan(screen) = self.screen() else { return };
        let lead = screen.selected_clause().and_then(|clause| screen.leads.get(&clause.id)?.first());
        let found = lead.and_then(|lead| {
            let file = self.data.checklists.iter().find(|file| file.checklist.id == lead.id)?;
            let at = file.checklist.items.iter().position(|item| item.id == lead.item)?;
            Some(Screen::Checklist(Arc::clone(&file.checklist), Selection(at)))
        });
        match found {
            Some(checklist) => self.screens.push(checklist),
            None => self.say(text!("plan.leads-nowhere")),
        }
    }

    /// Opens the plan at the clause that the selected item comes from.
    fn go_to_clause(&mut self) -> Vec<Effect> {
        let Screen::Checklist(checklist, selection) = self.screen() else { return Vec::new() };
        let origin = checklist.items.get(selection.0).and_then(|item| item.clauses.first());
        let Some((plan, clause)) = origin.map(|origin| (origin.plan.clone(), origin.id.clone())) else {
            self.say(text!("plan.no-origin"));
            return Vec::new();
        };
        let is_it = |screen: &Screen| matches!(screen, Screen::Plan(open) if open.plan.head.id == plan);
        if let Some(at) = self.screens.iter().position(is_it) {
            self.screens.truncate(at + 1);
            if let Screen::Plan(open) = self.screen_mut() {
                open.go_to_clause(&clause);
            }
            return Vec::new();
        }
        vec![Effect::OpenPlan(plan, Some(clause))]
    }
}

impl PlanScreen {
    /// Returns the selected clause.
    pub fn selected_clause(&self) -> Option<&Clause> {
        self.clauses().get(self.clause.0).copied()
    }

    /// Goes to a clause, taking off whatever hides it.
    pub fn go_to_clause(&mut self, id: &ClauseId) {
        self.narrow("", |_| String::new());
        self.heading = Selection(0);
        self.pane = Pane::Clauses;
        if let Some(at) = self.plan.clauses.iter().position(|clause| clause.id == *id) {
            self.clause = Selection(at);
        }
    }
}

/// Everything of a clause that can be typed to find it, in the language of the screen.
fn searched(clause: &Clause, data: &Data, lang: Lang) -> String {
    let topics: Vec<_> = clause.topics.iter().map(|topic| data.topic_name(topic, lang)).collect();
    let (kind, scope) = (lang.t(clause.kind.name_key()), lang.t(clause.scope.name_key()));
    let deadline = clause.deadline.as_deref().unwrap_or_default();
    let owners: Vec<_> = clause.owners.iter().map(|owner| owner.unit.as_str()).collect();
    let corrected = clause.corrected.as_ref().map(|_| lang.t("plan.corrected")).unwrap_or_default();
    format!("{} {kind} {scope} {} {deadline} {} {corrected}", clause.text, topics.join(" "), owners.join(" "))
}

/// Finds the choices of a correction by their names.
pub(super) fn find_choices(data: &Data, choices: &[CorrectChoice], typed: &str, lang: Lang) -> Vec<usize> {
    if typed.is_empty() {
        return (0..choices.len()).collect();
    }
    Search::new(typed).narrow(choices.iter().map(|choice| choice_name(data, choice, lang)))
}

/// Names a choice of a correction.
pub fn choice_name(data: &Data, choice: &CorrectChoice, lang: Lang) -> String {
    match choice {
        CorrectChoice::Scope(scope) => text!("plan.choose-scope", scope = lang.t(scope.name_key())).show(lang),
        CorrectChoice::Topic(topic) => text!("plan.choose-topic", topic = data.topic_name(topic, lang)).show(lang),
        CorrectChoice::Automatic => lang.t("plan.choose-automatic").into_owned(),
    }
}
