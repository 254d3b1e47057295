//! The plan screen's state: the outline that folds, what the clauses are narrowed by, and where each clause leads.

use std::{
    collections::{BTreeMap, HashMap, HashSet},
    mem::discriminant,
};

use super::{data::Lead, list::Selection};
use crate::{
    facility::Search,
    plan::{Clause, ClauseId, ClauseKind, Heading, Plan, Scope, TopicId},
};

/// Which half of the plan screen has the keys.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pane {
    /// The outline.
    Outline,
    /// The clauses of the selected section.
    Clauses,
}

/// Something that clauses can be narrowed to; of each sort one holds at a time.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub enum Facet {
    /// Where they can be checked.
    Scope(Scope),
    /// What sort of demand they are.
    Kind(ClauseKind),
    /// When they are due; nothing for those without a date.
    Due(Option<String>),
    /// Whether an item asks about them.
    HasItem(bool),
    /// Those that were corrected by hand.
    Corrected,
    /// What they are mostly about.
    Topic(TopicId),
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
    /// The selected heading among those shown; 0 is the whole plan.
    pub heading: Selection,
    /// The selected clause among those shown.
    pub clause: Selection,
    /// Whether the document is shown instead of the list of clauses.
    pub shows_source: bool,
    /// The lines of the document, once they have been read.
    pub source: Option<Vec<String>>,
    /// The sections whose headings are folded away.
    folded: HashSet<String>,
    /// What the clauses are narrowed to.
    facets: Vec<Facet>,
    /// What was typed to narrow them.
    filter: String,
    /// Which clauses fit that.
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
            folded: HashSet::new(),
            facets: Vec::new(),
            filter: String::new(),
        }
    }

    /// Lists the headings that are not folded away, by their places in the outline.
    pub fn headings(&self) -> Vec<usize> {
        let outline = &self.plan.outline;
        let mut shown = Vec::with_capacity(outline.len());
        let mut hidden: Option<&str> = None;
        for (at, heading) in outline.iter().enumerate() {
            if hidden.is_some_and(|above| is_below(&heading.id, above)) {
                continue;
            }
            hidden = self.folded.contains(&heading.id).then_some(heading.id.as_str());
            shown.push(at);
        }
        shown
    }

    /// Says whether a heading can be folded (`Some(false)`), is folded (`Some(true)`), or has nothing below it.
    pub fn fold_of(&self, at: usize) -> Option<bool> {
        let outline = &self.plan.outline;
        let below = is_below(&outline.get(at + 1)?.id, &outline[at].id);
        below.then(|| self.folded.contains(&outline[at].id))
    }

    /// Returns the selected heading; none for the whole plan.
    pub fn selected_heading(&self) -> Option<&Heading> {
        self.selected_place().map(|at| &self.plan.outline[at])
    }

    fn selected_place(&self) -> Option<usize> {
        self.heading.0.checked_sub(1).and_then(|row| self.headings().get(row).copied())
    }

    /// Folds or unfolds the selected heading; the whole plan folds or unfolds every chapter.
    pub(super) fn fold(&mut self) {
        match self.selected_place() {
            Some(at) => self.set_folded(at, self.fold_of(at) == Some(false)),
            None if self.folded.is_empty() => {
                let parents = (0..self.plan.outline.len()).filter(|&at| self.fold_of(at).is_some());
                self.folded = parents.map(|at| self.plan.outline[at].id.clone()).collect();
            }
            None => self.folded.clear(),
        }
    }

    fn set_folded(&mut self, at: usize, folded: bool) {
        let id = self.plan.outline[at].id.clone();
        if folded {
            self.folded.insert(id);
        } else {
            self.folded.remove(&id);
        }
    }

    /// Goes inwards: unfolds the selected heading, else goes over to its clauses.
    pub(super) fn go_in(&mut self) {
        match self.selected_place().filter(|&at| self.fold_of(at) == Some(true)) {
            Some(at) => self.set_folded(at, false),
            None => self.pane = Pane::Clauses,
        }
    }

    /// Goes outwards: folds the selected heading, else goes to the one above it.
    pub(super) fn go_out(&mut self) {
        let Some(at) = self.selected_place() else { return };
        if self.fold_of(at) == Some(false) {
            self.set_folded(at, true);
            return;
        }
        let id = &self.plan.outline[at].id;
        let shown = self.headings();
        let parent = shown.iter().rposition(|&above| above < at && is_below(id, &self.plan.outline[above].id));
        self.heading = Selection(parent.map_or(0, |row| row + 1));
        self.clause = Selection(0);
    }

    /// Returns the selected clause.
    pub fn selected_clause(&self) -> Option<&Clause> {
        self.clauses().get(self.clause.0).copied()
    }

    /// Lists the clauses of the selected section and what is below it, as far as they fit what they are narrowed by.
    pub fn clauses(&self) -> Vec<&Clause> {
        let section = self.selected_heading().map(|heading| heading.id.as_str());
        let inside = |clause: &Clause| {
            section.is_none_or(|section| clause.section == section || is_below(&clause.section, section))
        };
        let clauses = self.plan.clauses.iter().zip(&self.fits);
        let fitting = clauses.filter(|(clause, fits)| **fits && inside(clause) && self.has_facets(clause));
        fitting.map(|(clause, _)| clause).collect()
    }

    /// Returns what was typed to narrow the clauses.
    pub fn filter(&self) -> &str {
        &self.filter
    }

    /// Returns what the clauses are narrowed to.
    pub fn facets(&self) -> &[Facet] {
        &self.facets
    }

    /// Narrows the clauses to those of which every typed word is found in what `searched` gives.
    pub fn narrow(&mut self, typed: &str, searched: impl Fn(&Clause) -> String) {
        typed.trim().clone_into(&mut self.filter);
        let search = Search::new(&self.filter);
        let fits = |clause: &Clause| self.filter.is_empty() || search.rank(&searched(clause)).is_some();
        self.fits = self.plan.clauses.iter().map(fits).collect();
        self.clause = Selection(0);
    }

    /// Narrows the clauses to something, in place of what they were narrowed to of that sort; once more takes it off.
    pub(super) fn toggle(&mut self, facet: &Facet) {
        let held = self.facets.contains(facet);
        self.facets.retain(|other| discriminant(other) != discriminant(facet));
        if !held {
            self.facets.push(facet.clone());
        }
        self.clause = Selection(0);
    }

    /// Takes off everything that the clauses are narrowed by; says whether there was anything.
    pub(super) fn take_filters_off(&mut self) -> bool {
        if self.filter.is_empty() && self.facets.is_empty() {
            return false;
        }
        self.facets.clear();
        self.narrow("", |_| String::new());
        true
    }

    fn has_facets(&self, clause: &Clause) -> bool {
        self.facets.iter().all(|facet| self.has(clause, facet))
    }

    fn has(&self, clause: &Clause, facet: &Facet) -> bool {
        match facet {
            Facet::Scope(scope) => clause.scope == *scope,
            Facet::Kind(kind) => clause.kind == *kind,
            Facet::Due(due) => clause.deadline == *due,
            Facet::HasItem(has) => self.leads.contains_key(&clause.id) == *has,
            Facet::Corrected => clause.corrected.is_some(),
            Facet::Topic(topic) => clause.topics.first() == Some(topic),
        }
    }

    /// Lists what the clauses can be narrowed to, each with how many clauses of the plan it holds for.
    pub(super) fn offered(&self) -> Vec<(Facet, usize)> {
        let scopes = [Scope::OnSite, Scope::Progress, Scope::Neither].map(Facet::Scope);
        let kinds = ClauseKind::ALL.map(Facet::Kind);
        let (mut dues, mut topics) = (BTreeMap::new(), Vec::new());
        for clause in &self.plan.clauses {
            *dues.entry(clause.deadline.clone()).or_insert(0) += 1;
            if let Some(topic) = clause.topics.first().filter(|topic| !topics.contains(*topic)) {
                topics.push(topic.clone());
            }
        }
        let dues = dues.into_keys().rev().map(Facet::Due);
        let rest = [Facet::HasItem(true), Facet::HasItem(false), Facet::Corrected];
        let all = scopes.into_iter().chain(kinds).chain(rest).chain(topics.into_iter().map(Facet::Topic)).chain(dues);
        let counted = all.map(|facet| {
            let count = self.plan.clauses.iter().filter(|clause| self.has(clause, &facet)).count();
            (facet, count)
        });
        counted.filter(|(_, count)| *count > 0).collect()
    }

    /// Takes the plan as it is after a correction; the place stays.
    pub fn take(&mut self, plan: Plan) {
        self.plan = plan;
        self.fits.resize(self.plan.clauses.len(), true);
        self.clause.0 = self.clause.0.min(self.clauses().len().saturating_sub(1));
    }

    /// Goes to a clause, taking off whatever hides it; says whether the plan has it.
    pub fn go_to_clause(&mut self, id: &ClauseId) -> bool {
        self.take_filters_off();
        self.heading = Selection(0);
        self.pane = Pane::Clauses;
        let found = self.plan.clauses.iter().position(|clause| clause.id == *id);
        self.clause = Selection(found.unwrap_or(0));
        found.is_some()
    }
}

/// Says whether a section stands below another one.
fn is_below(section: &str, above: &str) -> bool {
    section.strip_prefix(above).is_some_and(|rest| rest.starts_with('/'))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::plan::{ReadOptions, Topics, read};

    const TEXT: &str = "2026年工作要点\n一、医疗质量\n（一）发热门诊\n6月底前发热门诊建成率达到95%以上。\n（二）预检分诊\n\
                        严格落实医疗机构预检分诊制度。\n二、公共卫生\n（三）疫苗接种\n以乡镇为单位接种率达到90%以上。\n";

    fn screen() -> PlanScreen {
        let plan = read(TEXT.as_bytes(), &Topics::built_in(), &ReadOptions::default()).expect("it is a plan");
        PlanScreen::new(plan, HashMap::new())
    }

    fn titles(screen: &PlanScreen) -> Vec<&str> {
        screen.headings().into_iter().map(|at| screen.plan.outline[at].title.as_str()).collect()
    }

    #[test]
    fn headings_fold_away_what_is_below_them() {
        let mut screen = screen();
        assert_eq!(titles(&screen), ["医疗质量", "发热门诊", "预检分诊", "公共卫生", "疫苗接种"]);
        screen.heading = Selection(1);
        screen.go_out();
        assert_eq!(titles(&screen), ["医疗质量", "公共卫生", "疫苗接种"]);
        assert_eq!(screen.clauses().len(), 2, "a folded section still has its clauses");
        screen.go_in();
        assert_eq!((titles(&screen).len(), screen.pane), (5, Pane::Outline));
        screen.go_in();
        assert_eq!(screen.pane, Pane::Clauses);
        screen.heading = Selection(3);
        screen.go_out();
        assert_eq!(screen.selected_heading().map(|heading| heading.title.as_str()), Some("医疗质量"));
        screen.heading = Selection(0);
        screen.fold();
        assert_eq!(titles(&screen), ["医疗质量", "公共卫生"]);
        screen.fold();
        assert_eq!(titles(&screen).len(), 5);
    }

    #[test]
    fn clauses_are_narrowed_to_facets() {
        let mut screen = screen();
        let all = screen.clauses().len();
        for (facet, count) in screen.offered() {
            screen.toggle(&facet);
            assert_eq!(screen.clauses().len(), count, "{facet:?}");
            screen.toggle(&facet);
            assert_eq!(screen.clauses().len(), all, "{facet:?} is taken off");
        }
        screen.toggle(&Facet::Due(Some("2026-06".to_owned())));
        screen.toggle(&Facet::Kind(ClauseKind::Target));
        assert_eq!(screen.clauses().len(), 1);
        screen.toggle(&Facet::Due(None));
        assert_eq!(screen.clauses().len(), 1, "one date at a time");
        assert!(screen.take_filters_off() && !screen.take_filters_off());
    }
}
