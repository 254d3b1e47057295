//! Two plans side by side: which clauses were kept, changed, moved, added and dropped.
//!
//! Clauses are matched by what they say, weighed so that words which every clause has count for little, helped by the
//! section and by the neighbours; figures do not count, because a new figure is exactly what is looked for. Nothing here
//! depends on which plan is the older one: comparing the other way round gives the mirror image, and every clause of
//! either plan appears exactly once.

use std::collections::HashMap;

use serde::Serialize;

use super::{
    Clause, ClauseId, Indicator, Owner, Plan, PlanId,
    compare_words::{Run, runs},
    identity,
};
use crate::i18n::Lang;

/// What became of a clause.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Fate {
    /// It says something else: other words, or another value, deadline or owner.
    Changed,
    /// It is in the new plan only.
    New,
    /// It is in the old plan only.
    Dropped,
    /// It says the same in another section.
    Moved,
    /// It says the same.
    Kept,
}

impl Fate {
    /// Every fate, what asks for attention first.
    pub const ALL: [Self; 5] = [Self::Changed, Self::New, Self::Dropped, Self::Moved, Self::Kept];

    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Changed => "plan.fate.changed",
            Self::New => "plan.fate.new",
            Self::Dropped => "plan.fate.dropped",
            Self::Moved => "plan.fate.moved",
            Self::Kept => "plan.fate.kept",
        }
    }
}

/// One row of a comparison: a clause of the old plan, of the new one, or one of each that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct Change {
    /// What became of it.
    pub fate: Fate,
    /// Its place among the clauses of the old plan.
    pub old: Option<usize>,
    /// Its place among those of the new one.
    pub new: Option<usize>,
    /// Whether it stands in another section; a changed clause may have moved as well.
    pub moved: bool,
    /// Both texts as one, run by run; empty unless the words changed.
    pub words: Vec<Run>,
    /// Which values changed.
    pub values: Vec<ValueChange>,
}

/// A value that is not what it was.
#[derive(Clone, Debug, PartialEq, Serialize)]
#[serde(tag = "what", rename_all = "kebab-case")]
pub enum ValueChange {
    /// What is measured; one side is missing where the other has no counterpart.
    Indicator {
        /// As it was.
        old: Option<Indicator>,
        /// As it is.
        new: Option<Indicator>,
    },
    /// When it is due.
    Deadline {
        /// As it was.
        old: Option<String>,
        /// As it is.
        new: Option<String>,
    },
    /// Who answers for it.
    Owners {
        /// As it was.
        old: Vec<Owner>,
        /// As it is.
        new: Vec<Owner>,
    },
}

impl ValueChange {
    /// Says what changed, as it was and as it is.
    pub fn show(&self, lang: Lang) -> (String, Option<String>, Option<String>) {
        match self {
            Self::Indicator { old, new } => {
                let name = new.as_ref().or(old.as_ref()).map(|indicator| indicator.name.clone()).unwrap_or_default();
                let value = |indicator: &Option<Indicator>| indicator.as_ref().map(|one| one.show_value(lang));
                (name, value(old), value(new))
            }
            Self::Deadline { old, new } => (lang.t("plan-diff.deadline").into_owned(), old.clone(), new.clone()),
            Self::Owners { old, new } => {
                let names = |owners: &[Owner]| {
                    let names: Vec<_> = owners.iter().map(|owner| owner.unit.as_str()).collect();
                    Some(names.join("、")).filter(|names| !names.is_empty())
                };
                (lang.t("plan-diff.owners").into_owned(), names(old), names(new))
            }
        }
    }
}

/// Two plans and what became of their clauses.
#[derive(Clone, Debug, PartialEq)]
pub struct Comparison {
    /// The older plan.
    pub old: Plan,
    /// The newer one.
    pub new: Plan,
    /// Every clause of either exactly once, in the order of the new plan; what was dropped stands where it stood.
    pub changes: Vec<Change>,
}

impl Comparison {
    /// Counts the rows of a fate.
    pub fn count(&self, fate: Fate) -> usize {
        self.changes.iter().filter(|change| change.fate == fate).count()
    }

    /// Returns the clause as the old plan has it.
    pub fn old_clause(&self, change: &Change) -> Option<&Clause> {
        self.old.clauses.get(change.old?)
    }

    /// Returns the clause as the new plan has it.
    pub fn new_clause(&self, change: &Change) -> Option<&Clause> {
        self.new.clauses.get(change.new?)
    }

    /// Returns the clause as the new plan has it, or as it was when it was dropped.
    pub fn clause(&self, change: &Change) -> Option<&Clause> {
        self.new_clause(change).or_else(|| self.old_clause(change))
    }

    /// Finds the row of each clause of either plan; where both plans go by one id the newer clause stands for it.
    pub fn rows(&self) -> HashMap<(&PlanId, &ClauseId), usize> {
        let mut rows = HashMap::new();
        for (row, change) in self.changes.iter().enumerate() {
            if let Some(clause) = self.new_clause(change) {
                rows.insert((&self.new.head.id, &clause.id), row);
            }
            if let Some(clause) = self.old_clause(change) {
                rows.entry((&self.old.head.id, &clause.id)).or_insert(row);
            }
        }
        rows
    }
}

/// Compares two plans: two wordings of one, or those of two years.
pub fn compare(old: Plan, new: Plan) -> Comparison {
    let pairs = match_clauses(&old, &new);
    let sections = Sections::new(&old, &new, &pairs);
    let mut of_old = vec![None; old.clauses.len()];
    let mut of_new = vec![None; new.clauses.len()];
    for &(one, other) in &pairs {
        of_old[one] = Some(other);
        of_new[other] = Some(one);
    }
    let mut changes = Vec::with_capacity(old.clauses.len() + new.clauses.len() - pairs.len());
    let dropped = |from: usize| (from..old.clauses.len()).take_while(|&at| of_old[at].is_none()).map(lone_old);
    changes.extend(dropped(0));
    for (at, matched) in of_new.iter().enumerate() {
        match *matched {
            Some(before) => {
                changes.push(both(&old, &new, (before, at), &sections));
                changes.extend(dropped(before + 1));
            }
            None => changes.push(Change { fate: Fate::New, old: None, new: Some(at), ..lone_old(0) }),
        }
    }
    Comparison { old, new, changes }
}

fn lone_old(at: usize) -> Change {
    Change { fate: Fate::Dropped, old: Some(at), new: None, moved: false, words: Vec::new(), values: Vec::new() }
}

/// Says what became of a clause that is in both plans.
fn both(old: &Plan, new: &Plan, (before, after): (usize, usize), sections: &Sections) -> Change {
    let (one, other) = (&old.clauses[before], &new.clauses[after]);
    let reworded = one.fingerprint != other.fingerprint;
    let words = if reworded { runs(&one.text, &other.text) } else { Vec::new() };
    let values = values(one, other);
    let moved = !sections.correspond(&one.section, &other.section);
    let fate = match (reworded || !values.is_empty(), moved) {
        (true, _) => Fate::Changed,
        (false, true) => Fate::Moved,
        (false, false) => Fate::Kept,
    };
    Change { fate, old: Some(before), new: Some(after), moved, words, values }
}

/// Finds the values that differ between two clauses that belong together.
fn values(old: &Clause, new: &Clause) -> Vec<ValueChange> {
    let mut changes = indicators(&old.indicators, &new.indicators);
    if old.deadline_as_read() != new.deadline_as_read() {
        changes.push(ValueChange::Deadline { old: old.deadline_as_read(), new: new.deadline_as_read() });
    }
    if old.owners != new.owners {
        changes.push(ValueChange::Owners { old: old.owners.clone(), new: new.owners.clone() });
    }
    changes
}

impl Clause {
    /// Returns the deadline of the document: a correction says nothing about what a new wording changed.
    fn deadline_as_read(&self) -> Option<String> {
        self.as_read().deadline.filter(|deadline| !deadline.is_empty())
    }
}

/// Pairs the indicators of two clauses by name, then by unit, then by order, and returns the pairs that differ.
fn indicators(old: &[Indicator], new: &[Indicator]) -> Vec<ValueChange> {
    let mut partner: Vec<Option<usize>> = vec![None; old.len()];
    let mut free: Vec<bool> = vec![true; new.len()];
    let alike: [fn(&Indicator, &Indicator) -> bool; 3] =
        [|one, other| one.name == other.name, |one, other| one.unit == other.unit, |_, _| true];
    for alike in alike {
        for (one, partner) in old.iter().zip(&mut partner).filter(|(_, partner)| partner.is_none()) {
            *partner = (0..new.len()).find(|&at| free[at] && alike(one, &new[at]));
            if let Some(at) = *partner {
                free[at] = false;
            }
        }
    }
    let differs = |one: &Indicator, other: &Indicator| {
        Indicator { name: String::new(), ..one.clone() } != Indicator { name: String::new(), ..other.clone() }
    };
    let paired = old.iter().zip(partner).filter_map(|(one, partner)| match partner {
        Some(at) => differs(one, &new[at])
            .then(|| ValueChange::Indicator { old: Some(one.clone()), new: Some(new[at].clone()) }),
        None => Some(ValueChange::Indicator { old: Some(one.clone()), new: None }),
    });
    let added = new.iter().zip(&free).filter(|(_, free)| **free);
    paired.chain(added.map(|(other, _)| ValueChange::Indicator { old: None, new: Some(other.clone()) })).collect()
}

/// A pair of neighbouring characters of a clause's words.
type Pair = (char, char);

/// The pairs of each clause of a plan, each pair once, sorted.
fn pairs_of(plan: &Plan) -> Vec<Vec<Pair>> {
    let pairs = |clause: &Clause| {
        let words: Vec<char> = identity::key(&clause.text).chars().collect();
        let mut pairs: Vec<Pair> = words.windows(2).map(|pair| (pair[0], pair[1])).collect();
        pairs.sort_unstable();
        pairs.dedup();
        pairs
    };
    plan.clauses.iter().map(pairs).collect()
}

/// A clause of either plan that may belong together, and how alike they are.
struct Candidate {
    old: usize,
    new: usize,
    alike: f64,
    /// What helps to choose among several: the same section, the same id, the same text.
    help: f64,
}

/// Matches the clauses of two plans: the most alike first, then what is less alike but has a neighbour that fits.
fn match_clauses(old: &Plan, new: &Plan) -> Vec<(usize, usize)> {
    const ALIKE: f64 = 0.5;
    const ALIKE_BESIDE_A_NEIGHBOUR: f64 = 0.3;
    let mut candidates = candidates(old, new);
    let distance = |one: &Candidate| (one.old * new.clauses.len()).abs_diff(one.new * old.clauses.len());
    // Candidates that are equal in all of this share neither clause, so their order decides nothing and the other way
    // round gives the mirror image.
    candidates.sort_by(|one, other| {
        (other.alike + other.help)
            .total_cmp(&(one.alike + one.help))
            .then_with(|| distance(one).cmp(&distance(other)))
            .then_with(|| (one.old + one.new).cmp(&(other.old + other.new)))
    });
    let mut matching = Matching { old: vec![None; old.clauses.len()], new: vec![None; new.clauses.len()] };
    for candidate in candidates.iter().filter(|candidate| candidate.alike >= ALIKE) {
        matching.join(candidate);
    }
    // Who has a fitting neighbour is settled before anybody is joined, so that the order of joining decides nothing.
    let beside: Vec<_> = candidates
        .iter()
        .filter(|candidate| candidate.alike >= ALIKE_BESIDE_A_NEIGHBOUR && matching.has_neighbour(candidate))
        .collect();
    for candidate in beside {
        matching.join(candidate);
    }
    matching.old.iter().enumerate().filter_map(|(one, other)| Some((one, (*other)?))).collect()
}

/// Which clause of the other plan each clause belongs to.
struct Matching {
    old: Vec<Option<usize>>,
    new: Vec<Option<usize>>,
}

impl Matching {
    fn join(&mut self, candidate: &Candidate) {
        if self.old[candidate.old].is_none() && self.new[candidate.new].is_none() {
            self.old[candidate.old] = Some(candidate.new);
            self.new[candidate.new] = Some(candidate.old);
        }
    }

    /// Says whether the clauses before both, or those behind both, belong together; both ends of a plan do.
    fn has_neighbour(&self, candidate: &Candidate) -> bool {
        let before = match (candidate.old.checked_sub(1), candidate.new.checked_sub(1)) {
            (Some(old), Some(new)) => self.old[old] == Some(new),
            (None, None) => true,
            _ => false,
        };
        let behind = match (self.old.get(candidate.old + 1), self.new.get(candidate.new + 1)) {
            (Some(old), Some(_)) => *old == Some(candidate.new + 1),
            (None, None) => true,
            _ => false,
        };
        before || behind
    }
}

/// Where each pair of characters occurs in the new plan, and what it weighs: one that every clause has says little.
struct Spread {
    places: HashMap<Pair, (Vec<usize>, f64)>,
}

impl Spread {
    #[allow(clippy::cast_precision_loss)] // A plan has some hundred clauses.
    fn new(of_old: &[Vec<Pair>], of_new: &[Vec<Pair>]) -> Self {
        let mut places: HashMap<Pair, (Vec<usize>, f64)> = HashMap::new();
        for (at, pairs) in of_new.iter().enumerate() {
            for pair in pairs {
                places.entry(*pair).or_default().0.push(at);
            }
        }
        for pair in of_old.iter().flatten() {
            places.entry(*pair).or_default().1 += 1.0;
        }
        let clauses = (of_old.len() + of_new.len()) as f64;
        for (places, in_old) in places.values_mut() {
            *in_old = (1.0 + clauses / (places.len() as f64 + *in_old)).ln();
        }
        Self { places }
    }

    fn weight(&self, pairs: &[Pair]) -> f64 {
        pairs.iter().map(|pair| self.places[pair].1).sum()
    }

    /// Weighs what a clause shares with each of `count` clauses of the new plan.
    fn shared(&self, pairs: &[Pair], count: usize) -> Vec<f64> {
        let mut shared = vec![0.0; count];
        for (places, weight) in pairs.iter().map(|pair| &self.places[pair]) {
            for &at in places {
                shared[at] += weight;
            }
        }
        shared
    }
}

/// Finds every pair of clauses that says something alike.
fn candidates(old: &Plan, new: &Plan) -> Vec<Candidate> {
    const SAME_TEXT: f64 = 1.0;
    const SAME_ID: f64 = 0.2;
    const SAME_SECTION: f64 = 0.1;
    const LEAST: f64 = 0.3;
    let (of_old, of_new) = (pairs_of(old), pairs_of(new));
    let spread = Spread::new(&of_old, &of_new);
    let totals: Vec<f64> = of_new.iter().map(|pairs| spread.weight(pairs)).collect();
    let (titles_old, titles_new) = (titles(old), titles(new));
    let bonus = |holds: bool, bonus: f64| if holds { bonus } else { 0.0 };
    let mut found = Vec::new();
    for (at, (clause, pairs)) in old.clauses.iter().zip(&of_old).enumerate() {
        let own = spread.weight(pairs);
        let title = titles_old.get(clause.section.as_str());
        let shared = spread.shared(pairs, new.clauses.len());
        for (other, (counterpart, shared)) in new.clauses.iter().zip(shared).enumerate() {
            let same_text = clause.fingerprint == counterpart.fingerprint;
            if shared <= 0.0 && !same_text {
                continue;
            }
            let alike = if same_text { 1.0 } else { rounded(2.0 * shared / (own + totals[other])) };
            if alike >= LEAST {
                let help = bonus(same_text, SAME_TEXT)
                    + bonus(clause.id == counterpart.id, SAME_ID)
                    + bonus(title == titles_new.get(counterpart.section.as_str()), SAME_SECTION);
                found.push(Candidate { old: at, new: other, alike, help });
            }
        }
    }
    found
}

/// Rounds what sums of another order would give differently in the last digits.
fn rounded(value: f64) -> f64 {
    const STEPS: f64 = 1_000_000.0;
    (value * STEPS).round() / STEPS
}

/// The titles of the sections by their path.
fn titles(plan: &Plan) -> HashMap<&str, String> {
    plan.outline.iter().map(|heading| (heading.id.as_str(), identity::key(&heading.title))).collect()
}

/// Which sections of two plans are the same one.
struct Sections {
    same: std::collections::HashSet<(String, String)>,
}

impl Sections {
    /// Pairs sections of the same title, and those between which most of their clauses went.
    fn new(old: &Plan, new: &Plan, pairs: &[(usize, usize)]) -> Self {
        let (titles_old, titles_new) = (titles(old), titles(new));
        let mut counts: HashMap<(&str, &str), usize> = HashMap::new();
        let (mut most_old, mut most_new): (HashMap<&str, usize>, HashMap<&str, usize>) =
            (HashMap::new(), HashMap::new());
        for &(one, other) in pairs {
            let key = (old.clauses[one].section.as_str(), new.clauses[other].section.as_str());
            *counts.entry(key).or_insert(0) += 1;
        }
        for ((one, other), count) in &counts {
            let most = most_old.entry(one).or_insert(0);
            *most = (*most).max(*count);
            let most = most_new.entry(other).or_insert(0);
            *most = (*most).max(*count);
        }
        let same_title = |one: &str, other: &str| {
            titles_old.get(one).is_some_and(|title| !title.is_empty() && Some(title) == titles_new.get(other))
        };
        let same = counts
            .iter()
            .filter(|((one, other), count)| {
                one == other && !titles_old.contains_key(one) && !titles_new.contains_key(other)
                    || same_title(one, other)
                    || (most_old[one] == **count && most_new[other] == **count)
            })
            .map(|((one, other), _)| ((*one).to_owned(), (*other).to_owned()))
            .collect();
        Self { same }
    }

    fn correspond(&self, old: &str, new: &str) -> bool {
        self.same.contains(&(old.to_owned(), new.to_owned()))
    }
}

#[cfg(test)]
#[path = "compare_tests.rs"]
mod tests;
