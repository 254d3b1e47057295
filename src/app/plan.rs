//! The plan screens: narrowing, the source, correcting, comparing, and the ways between clauses and items.

use std::{collections::BTreeMap, sync::Arc};

use super::{
    App, Data, Dialog, Facet, Field, Narrowed, Overlay, Pane, PlanScreen, Screen, Selection,
    command::Command,
    message::{Against, Effect, Made},
};
use crate::{
    checklist::{ChecklistId, Effects, ItemId, Request},
    error::Error,
    facility::Search,
    i18n::{Lang, Text},
    plan::{Clause, ClauseId, Comparison, Fate, Plan, PlanId},
    store::ImportedPlan,
    task::{TaskId, affected},
    text,
};

/// Two plans side by side.
#[derive(Debug)]
pub struct CompareScreen {
    /// The plans and what became of the clauses.
    pub comparison: Comparison,
    /// What that does to the checklists.
    pub effects: Effects,
    /// The open tasks that hang on what changed, by the row of the clause.
    pub tasks: BTreeMap<usize, Vec<TaskId>>,
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
    /// Shows a plan that was opened, at a clause where one is named.
    pub(super) fn plan_opened(&mut self, opened: Result<Plan, Error>, clause: Option<ClauseId>) {
        match opened {
            Ok(plan) => {
                let leads = self.data.leads(&plan.head.id);
                let mut screen = PlanScreen::new(plan, leads);
                if clause.is_some_and(|clause| !screen.go_to_clause(&clause)) {
                    self.say(text!("plan.clause-gone"));
                }
                self.screens.push(Screen::Plan(Box::new(screen)));
            }
            Err(error) => self.complain(error),
        }
    }

    /// Takes a plan of which a clause was corrected.
    pub(super) fn corrected(&mut self, corrected: Result<Plan, Error>) -> Vec<Effect> {
        match corrected {
            Ok(plan) => {
                self.say(text!("plan.corrected-now"));
                for screen in &mut self.screens {
                    if let Screen::Plan(open) = screen
                        && open.plan.head.id == plan.head.id
                    {
                        open.take(plan.clone());
                    }
                }
                vec![Effect::LoadPlans]
            }
            Err(error) => {
                self.complain(error);
                Vec::new()
            }
        }
    }

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
            Command::Narrow => {
                if let Screen::Plan(plan) = self.screen() {
                    let facets = plan.offered();
                    let list = Narrowed::new(facets.len());
                    self.overlay = Some(Overlay::Dialog(Dialog::Facets { facets, list }));
                }
            }
            Command::Fold => {
                if let Screen::Plan(plan) = self.screen_mut() {
                    plan.fold();
                }
            }
            Command::AllRows => {
                if let Screen::Compare(screen) = self.screen_mut() {
                    screen.all = !screen.all;
                    screen.selection = Selection::default();
                }
            }
            Command::Origin => return self.go_to_origin(),
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
        let tasks = affected(&comparison, &effects, self.data.open_tasks()).into_iter();
        let tasks = tasks.map(|(row, tasks)| (row, tasks.iter().map(|task| task.id.clone()).collect())).collect();
        let screen = CompareScreen { comparison, effects, tasks, all: false, selection: Selection::default() };
        self.screens.push(Screen::Compare(Box::new(screen)));
    }

    /// Opens the checklist of an item that comes from the selected clause, at that item.
    pub(super) fn go_to_item(&mut self) -> Vec<Effect> {
        let lang = self.lang;
        let Screen::Plan(screen) = self.screen() else { return Vec::new() };
        let leads = screen.selected_clause().and_then(|clause| screen.leads.get(&clause.id)).into_iter().flatten();
        let ways = leads.map(|lead| Way {
            name: format!("{} {}", lead.checklist.show(lang), lead.item),
            to: Place::Item(lead.id.clone(), lead.item.clone()),
        });
        self.go_one_way(ways.collect(), text!("plan.leads-nowhere"))
    }

    /// Opens the plan at a clause that the item in hand comes from.
    fn go_to_origin(&mut self) -> Vec<Effect> {
        let item = match self.screen() {
            Screen::Checklist(checklist, selection) => checklist.items.get(selection.0),
            Screen::Fill(fill) => Some(fill.sheet().item(fill.at())),
            _ => None,
        };
        let origins = item.map_or(&[][..], |item| &item.clauses).iter();
        let ways = origins.map(|origin| Way {
            name: format!("{} {} {}", origin.plan, origin.section, origin.text),
            to: Place::Clause(origin.plan.clone(), origin.id.clone()),
        });
        self.go_one_way(ways.collect(), text!("plan.no-origin"))
    }

    /// Goes the only way there is, or asks which of several.
    fn go_one_way(&mut self, mut ways: Vec<Way>, none: Text) -> Vec<Effect> {
        match ways.len() {
            0 => self.say(none),
            1 => return self.go_way(ways.remove(0)),
            _ => self.overlay = Some(Overlay::Dialog(Dialog::Ways { ways, selection: Selection::default() })),
        }
        Vec::new()
    }

    /// Goes to an item or a clause; the screen it is on comes to the front, and what stood above it stays.
    pub(super) fn go_way(&mut self, way: Way) -> Vec<Effect> {
        let effects = self.put_away();
        match way.to {
            Place::Item(checklist, item) => {
                let found = self.data.checklists.iter().find(|file| file.checklist.id == checklist).and_then(|file| {
                    let at = file.checklist.items.iter().position(|known| known.id == item)?;
                    Some(Screen::Checklist(Arc::clone(&file.checklist), Selection(at)))
                });
                let Some(screen) = found else {
                    self.say(text!("plan.leads-nowhere"));
                    return effects;
                };
                let is_it = |open: &Screen| matches!(open, Screen::Checklist(open, _) if open.id == checklist);
                self.screens.retain(|open| !is_it(open));
                self.screens.push(screen);
            }
            Place::Clause(plan, clause) => {
                let is_it = |open: &Screen| matches!(open, Screen::Plan(open) if open.plan.head.id == plan);
                let Some(at) = self.screens.iter().position(is_it) else {
                    return effects.into_iter().chain([Effect::OpenPlan(plan, Some(clause))]).collect();
                };
                let open = self.screens.remove(at);
                self.screens.push(open);
                let found = match self.screen_mut() {
                    Screen::Plan(open) => open.go_to_clause(&clause),
                    _ => false,
                };
                if !found {
                    self.say(text!("plan.clause-gone"));
                }
            }
        }
        effects
    }

    /// Shows what was imported, and says what of its corrections deserves a look.
    pub(super) fn imported(&mut self, imported: Result<ImportedPlan, Error>) -> Vec<Effect> {
        let imported = match imported {
            Ok(imported) => imported,
            Err(error) => {
                self.complain(error);
                return Vec::new();
            }
        };
        let plan = imported.plan;
        let (clauses, warnings) = (plan.clauses.len(), plan.warnings.len());
        let (outdated, waiting) = (imported.outdated.len(), imported.waiting.len());
        let leads = self.data.leads(&plan.head.id);
        self.say(if outdated + waiting > 0 {
            text!("plan.imported-look", clauses = clauses, outdated = outdated, waiting = waiting)
        } else if imported.known {
            text!("app.imported-again", clauses = clauses, warnings = warnings)
        } else {
            text!("app.imported", clauses = clauses, warnings = warnings)
        });
        self.screens.push(Screen::Plan(Box::new(PlanScreen::new(plan, leads))));
        vec![Effect::LoadPlans]
    }

    /// Shows what would be generated.
    pub(super) fn previewed(&mut self, plan: PlanId, request: Request, made: Result<Made, Error>) {
        match made {
            Ok((listing, notes)) => {
                if let Some(error) = listing.damaged.into_iter().next() {
                    self.complain(error);
                }
                let (files, selection) = (listing.found, Selection::default());
                self.overlay = Some(Overlay::Dialog(Dialog::Preview { plan, request, files, notes, selection }));
            }
            Err(error) => self.complain(error),
        }
    }

    /// Narrows the clauses to what was chosen.
    pub(super) fn toggle_facet(&mut self, facet: &Facet) {
        if let Screen::Plan(plan) = self.screen_mut() {
            plan.toggle(facet);
        }
    }
}

/// A way from a clause to an item, or back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Way {
    /// What stands there.
    pub name: String,
    to: Place,
}

impl Way {
    /// Makes the way to an item.
    pub(super) fn to_item(checklist: ChecklistId, item: ItemId) -> Self {
        Self { name: item.0.clone(), to: Place::Item(checklist, item) }
    }
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Place {
    Item(ChecklistId, ItemId),
    Clause(PlanId, ClauseId),
}

/// Names what clauses can be narrowed to.
pub fn facet_name(data: &Data, facet: &Facet, lang: Lang) -> String {
    let said = match facet {
        Facet::Scope(scope) => text!("plan.choose-scope", scope = lang.t(scope.name_key())),
        Facet::Kind(kind) => text!("plan.choose-kind", kind = lang.t(kind.name_key())),
        Facet::Due(Some(due)) => text!("plan.due", due = due),
        Facet::Due(None) => text!("plan.without-deadline"),
        Facet::HasItem(true) => text!("plan.with-item"),
        Facet::HasItem(false) => text!("plan.leads-nowhere"),
        Facet::Corrected => text!("plan.corrected"),
        Facet::Topic(topic) => text!("plan.choose-topic", topic = data.topic_name(topic, lang)),
    };
    said.show(lang)
}

/// Finds what clauses can be narrowed to by its name.
pub(super) fn find_facets(data: &Data, facets: &[(Facet, usize)], typed: &str, lang: Lang) -> Vec<usize> {
    if typed.is_empty() {
        return (0..facets.len()).collect();
    }
    Search::new(typed).narrow(facets.iter().map(|(facet, _)| facet_name(data, facet, lang)))
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
