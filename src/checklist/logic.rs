//! What depends on what in a checklist, and the conditions, rules and calculations ready to be evaluated.
//!
//! Every item has three nodes (its value, its verdict, its constraint) and every section one. A node is evaluated after
//! those it reads, so that after one answer only what depends on it is evaluated again, each once. Finding mistakes and
//! evaluating go through the same compilation, so what `check` accepts can be evaluated.

use std::collections::HashMap;

use super::{
    Checklist, Code, Condition, Expression, Item, ItemId, PassRule, Section, Test,
    check::{Check, Nothing, contradicts, mismatch, test_hint},
    expression::{Compiled, Kind, Mistake, Read, Scope, compile},
};
use crate::{i18n::Text, text};

/// One thing that is evaluated: what it says may depend on other nodes.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Node {
    /// Whether the section at a position is shown.
    Section(usize),
    /// Whether the item at a position is asked, and its value.
    Value(usize),
    /// What the item at a position comes to.
    Verdict(usize),
    /// Whether the value of the item at a position is possible.
    Constraint(usize),
}

/// Where a mistake in the logic of a checklist stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Owner {
    Section(usize),
    Item(usize),
}

/// A mistake in the logic of a checklist.
pub(super) struct Problem {
    pub owner: Owner,
    /// The field of the section or item.
    pub field: &'static str,
    /// The parts of a condition to go through, from the outside in.
    pub path: Vec<usize>,
    /// The field of that part of the condition, or empty.
    pub part: &'static str,
    /// Whether the mistake's range is within a text.
    pub in_text: bool,
    pub mistake: Mistake,
}

/// What an item needs besides its answer.
#[derive(Clone, Debug, Default)]
struct ItemLogic {
    when: Option<Check>,
    calculate: Option<Compiled>,
    constraint: Option<Compiled>,
    pass: Option<Compiled>,
}

/// The logic of a checklist: what depends on what, ready to be evaluated.
#[derive(Clone, Debug, Default)]
pub struct Logic {
    items: Vec<ItemLogic>,
    sections: Vec<Option<Check>>,
    parents: Vec<Option<usize>>,
    section_of: Vec<usize>,
    /// Which nodes read a node, by its number.
    readers: Vec<Vec<u32>>,
    /// When a node's turn is, by its number.
    turns: Vec<u32>,
}

impl Logic {
    /// Compiles the logic of a checklist; what cannot be compiled is never known.
    pub fn of(checklist: &Checklist) -> Self {
        Self::compiled(&checklist.items, &checklist.sections).0
    }

    /// Compiles the logic of items and sections, with every mistake in it.
    pub(super) fn compiled(items: &[Item], sections: &[Section]) -> (Self, Vec<Problem>) {
        let scope = Scope::new(items);
        let mut found = Finder { scope: &scope, problems: Vec::new() };
        let by_id: HashMap<&str, usize> =
            sections.iter().enumerate().map(|(at, section)| (section.id.as_str(), at)).collect();
        let mut logic = Self {
            items: (0..items.len()).map(|at| found.item(at)).collect(),
            sections: (0..sections.len())
                .map(|at| sections[at].when.as_ref().map(|when| found.condition(when, Owner::Section(at), None)))
                .collect(),
            parents: sections
                .iter()
                .map(|section| section.parent.as_deref().and_then(|id| by_id.get(id).copied()))
                .collect(),
            section_of: items.iter().map(|item| by_id.get(item.section.as_str()).copied().unwrap_or(0)).collect(),
            ..Self::default()
        };
        let mut problems = found.problems;
        logic.connect();
        problems.extend(logic.order().into_iter().map(|circle| circle_problem(&circle, items, sections)));
        (logic, problems)
    }

    /// Returns the condition of the item at a position.
    pub fn when(&self, at: usize) -> Option<&Check> {
        self.items[at].when.as_ref()
    }

    /// Returns the calculation of the item at a position.
    pub fn calculation(&self, at: usize) -> Option<&Compiled> {
        self.items[at].calculate.as_ref()
    }

    /// Returns the expression by which an answer to the item at a position conforms.
    pub fn pass(&self, at: usize) -> Option<&Compiled> {
        self.items[at].pass.as_ref()
    }

    /// Returns the expression that an answer to the item at a position has to meet.
    pub fn constraint(&self, at: usize) -> Option<&Compiled> {
        self.items[at].constraint.as_ref()
    }

    /// Returns the condition of the section at a position.
    pub fn section_when(&self, at: usize) -> Option<&Check> {
        self.sections[at].as_ref()
    }

    /// Returns the section that the section at a position stands in.
    pub fn parent(&self, at: usize) -> Option<usize> {
        self.parents[at]
    }

    /// Returns the section of the item at a position.
    pub fn section(&self, at: usize) -> usize {
        self.section_of[at]
    }

    /// Returns every node in the order in which they are evaluated.
    pub fn nodes(&self) -> Vec<Node> {
        let mut numbers: Vec<usize> = (0..self.turns.len()).collect();
        numbers.sort_by_key(|&number| self.turns[number]);
        numbers.into_iter().map(|number| self.node(number)).collect()
    }

    /// Returns when a node's turn is; what it reads has an earlier one.
    pub fn turn(&self, node: Node) -> u32 {
        self.turns[self.number(node)]
    }

    /// Returns the nodes that read a node.
    pub fn readers(&self, node: Node) -> impl Iterator<Item = Node> + '_ {
        self.readers[self.number(node)].iter().map(|&number| self.node(number as usize))
    }

    fn number(&self, node: Node) -> usize {
        let count = self.items.len();
        match node {
            Node::Value(at) => at,
            Node::Verdict(at) => count + at,
            Node::Constraint(at) => 2 * count + at,
            Node::Section(at) => 3 * count + at,
        }
    }

    fn node(&self, number: usize) -> Node {
        let count = self.items.len();
        match number.checked_div(count).unwrap_or(3) {
            0 => Node::Value(number),
            1 => Node::Verdict(number - count),
            2 => Node::Constraint(number - 2 * count),
            _ => Node::Section(number - 3 * count),
        }
    }

    /// Notes for every node which nodes read it.
    fn connect(&mut self) {
        let mut edges = Vec::new();
        for at in 0..self.sections.len() {
            let node = self.number(Node::Section(at));
            edges.extend(self.parents[at].map(|parent| (self.number(Node::Section(parent)), node)));
            edges.extend(self.sections[at].iter().flat_map(Check::reads).map(|read| (self.read(read), node)));
        }
        for at in 0..self.items.len() {
            let logic = &self.items[at];
            let [value, verdict, constraint] =
                [Node::Value(at), Node::Verdict(at), Node::Constraint(at)].map(|node| self.number(node));
            if !self.sections.is_empty() {
                edges.push((self.number(Node::Section(self.section_of[at])), value));
            }
            edges.extend([(value, verdict), (value, constraint)]);
            let mut reads = |compiled: &Option<Compiled>, node| {
                let read = compiled.iter().flat_map(|compiled| compiled.reads.iter());
                edges.extend(read.map(|&read| (self.read(read), node)));
            };
            reads(&logic.calculate, value);
            reads(&logic.pass, verdict);
            reads(&logic.constraint, constraint);
            edges.extend(logic.when.iter().flat_map(Check::reads).map(|read| (self.read(read), value)));
        }
        edges.sort_unstable();
        edges.dedup();
        self.readers = vec![Vec::new(); 3 * self.items.len() + self.sections.len()];
        for (from, to) in edges {
            // A checklist has at most 20,000 items and 500 sections.
            self.readers[from].push(u32::try_from(to).unwrap_or(u32::MAX));
        }
    }

    fn read(&self, read: Read) -> usize {
        match read {
            Read::Value(at) => self.number(Node::Value(at)),
            Read::Verdict(at) => self.number(Node::Verdict(at)),
        }
    }

    /// Gives every node its turn, and returns the circles of nodes that wait for each other.
    fn order(&mut self) -> Vec<Vec<Node>> {
        let count = self.readers.len();
        let mut waits = vec![0_usize; count];
        for &to in self.readers.iter().flatten() {
            waits[to as usize] += 1;
        }
        let mut ready: Vec<usize> = (0..count).filter(|&node| waits[node] == 0).collect();
        self.turns = vec![0; count];
        let mut turn = 0;
        while let Some(node) = ready.pop() {
            self.turns[node] = turn;
            turn += 1;
            for &reader in &self.readers[node] {
                waits[reader as usize] -= 1;
                if waits[reader as usize] == 0 {
                    ready.push(reader as usize);
                }
            }
        }
        let stuck: Vec<usize> = (0..count).filter(|&node| waits[node] > 0).collect();
        for &node in &stuck {
            self.turns[node] = turn;
            turn += 1;
        }
        self.circles(&stuck, &waits)
    }

    /// Finds a circle through each group of nodes that wait for each other.
    fn circles(&self, stuck: &[usize], waits: &[usize]) -> Vec<Vec<Node>> {
        let mut seen = vec![false; waits.len()];
        let mut circles = Vec::new();
        // What a stuck node waits for is stuck too, so walking backwards always comes round.
        let mut waits_for: HashMap<usize, usize> = HashMap::new();
        for &node in stuck {
            for &reader in self.readers[node].iter().filter(|&&reader| waits[reader as usize] > 0) {
                waits_for.entry(reader as usize).or_insert(node);
            }
        }
        for &first in stuck {
            let mut path = Vec::new();
            let mut node = first;
            while !seen[node] {
                seen[node] = true;
                path.push(node);
                match waits_for.get(&node) {
                    Some(&next) => node = next,
                    None => break,
                }
            }
            if let Some(begin) = path.iter().position(|&known| known == node).filter(|_| waits_for.contains_key(&node))
            {
                let mut circle: Vec<Node> = path[begin..].iter().map(|&number| self.node(number)).collect();
                circle.reverse();
                circles.push(circle);
            }
        }
        circles
    }
}

/// Names every member of a circle, at the first item or section in it.
fn circle_problem(circle: &[Node], items: &[Item], sections: &[Section]) -> Problem {
    let mut names: Vec<&str> = circle
        .iter()
        .map(|node| match node {
            Node::Section(at) => sections[*at].id.as_str(),
            Node::Value(at) | Node::Verdict(at) | Node::Constraint(at) => items[*at].id.0.as_str(),
        })
        .collect();
    names.dedup();
    if names.len() > 1 && names.first() == names.last() {
        names.pop();
    }
    let owner_of = |node: &Node| match node {
        Node::Section(at) => Owner::Section(*at),
        Node::Value(at) | Node::Verdict(at) | Node::Constraint(at) => Owner::Item(*at),
    };
    let owner = circle.iter().map(owner_of).min_by_key(|owner| match owner {
        Owner::Section(at) => (0, *at),
        Owner::Item(at) => (1, *at),
    });
    let owner = owner.unwrap_or(Owner::Item(0));
    let field = match owner {
        Owner::Item(at) if items[at].calculate.is_some() => "calculate",
        Owner::Item(at) if items[at].when.is_none() => "pass",
        _ => "when",
    };
    let first = names.first().copied().unwrap_or_default();
    let around = names.iter().chain([&first]).copied().collect::<Vec<_>>().join(" → ");
    let message = text!("checklist.check.cycle", items = around);
    let mistake = Mistake { code: Code::Cycle, range: 0..0, message, hint: Some(text!("checklist.check.cycle-hint")) };
    Problem { owner, field, path: Vec::new(), part: "", in_text: false, mistake }
}

/// Compiles, and gathers mistakes.
struct Finder<'a, 's> {
    scope: &'s Scope<'a>,
    problems: Vec<Problem>,
}

impl<'a> Finder<'a, '_> {
    fn item(&mut self, at: usize) -> ItemLogic {
        let item = self.scope.item(at);
        let wanted = Kind::of_answer(item.answer, &item.choices);
        let calculate = item.calculate.as_ref();
        let constraint = item.constraint.as_ref().and_then(|constraint| expression_of(&constraint.rule));
        ItemLogic {
            when: item.when.as_ref().map(|when| self.condition(when, Owner::Item(at), Some(at))),
            calculate: calculate.and_then(|source| self.expression(source, at, "calculate", &wanted)),
            constraint: constraint.and_then(|source| self.expression(source, at, "constraint", &Kind::Flag)),
            pass: item
                .pass
                .as_ref()
                .and_then(expression_of)
                .and_then(|source| self.expression(source, at, "pass", &Kind::Flag)),
        }
    }

    fn expression(
        &mut self,
        source: &Expression,
        at: usize,
        field: &'static str,
        wanted: &Kind<'a>,
    ) -> Option<Compiled> {
        compile(&source.0, self.scope, Some(at), wanted)
            .map_err(|mistakes| {
                let problem = |mistake| Problem {
                    owner: Owner::Item(at),
                    field,
                    path: Vec::new(),
                    part: "",
                    in_text: true,
                    mistake,
                };
                self.problems.extend(mistakes.into_iter().map(problem));
            })
            .ok()
    }

    fn condition(&mut self, condition: &Condition, owner: Owner, own: Option<usize>) -> Check {
        let before = self.problems.len();
        let check = self.part(condition, owner, own, &mut Vec::new());
        if self.problems.len() == before && (check.holds(&Nothing) == Some(false) || contradicts(&check)) {
            let hint = Some(text!("checklist.check.unreachable-hint"));
            let message = text!("checklist.check.unreachable");
            let mistake = Mistake { code: Code::Unreachable, range: 0..0, message, hint };
            self.problems.push(Problem { owner, field: "when", path: Vec::new(), part: "", in_text: false, mistake });
        }
        check
    }

    fn part(&mut self, condition: &Condition, owner: Owner, own: Option<usize>, path: &mut Vec<usize>) -> Check {
        let mut parts = |parts: &[Condition], path: &mut Vec<usize>| -> Vec<Check> {
            let mut checks = Vec::with_capacity(parts.len());
            for (at, part) in parts.iter().enumerate() {
                path.push(at);
                checks.push(self.part(part, owner, own, path));
                path.pop();
            }
            checks
        };
        match condition {
            Condition::All(all) => Check::All(parts(all, path)),
            Condition::Any(any) => Check::Any(parts(any, path)),
            Condition::Not(not) => {
                let part = parts(std::slice::from_ref(&**not), path).pop();
                part.map_or(Check::Unknown, |part| Check::Not(Box::new(part)))
            }
            Condition::Expression(source) => match compile(&source.0, self.scope, own, &Kind::Flag) {
                Ok(compiled) => Check::Expression(compiled),
                Err(mistakes) => {
                    let problem = |mistake| Problem {
                        owner,
                        field: "when",
                        path: path.clone(),
                        part: "",
                        in_text: true,
                        mistake,
                    };
                    self.problems.extend(mistakes.into_iter().map(problem));
                    Check::Unknown
                }
            },
            Condition::Item(id, test) => self.test(id, test, owner, path),
        }
    }

    fn test(&mut self, id: &ItemId, test: &Test, owner: Owner, path: &[usize]) -> Check {
        let mut report = |code, part, message: Text, hint: Option<Text>| {
            let mistake = Mistake { code, range: 0..0, message, hint };
            self.problems.push(Problem { owner, field: "when", path: path.to_vec(), part, in_text: false, mistake });
        };
        let Some(at) = self.scope.position(&id.0) else {
            let (message, hint) = super::expression::unknown_item(&id.0, self.scope.ids());
            report(Code::UnknownItem, "item", message, hint);
            return Check::Unknown;
        };
        let item = self.scope.item(at);
        if let Some((part, word)) = mismatch(item, test) {
            let message = text!("checklist.check.test-mismatch", word = word, answer = item.answer.name());
            report(Code::TypeMismatch, part, message, Some(test_hint(item)));
            return Check::Unknown;
        }
        Check::Item(at, test.clone())
    }
}

fn expression_of(rule: &PassRule) -> Option<&Expression> {
    match rule {
        PassRule::Expression(expression) => Some(expression),
        _ => None,
    }
}
