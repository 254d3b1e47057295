//! What the answers of a record come to, item by item: what is asked, the values, verdicts and constraints.
//!
//! After one answer only what depends on it is evaluated again, in the order of the checklist's [`Logic`], each once.

use std::{collections::BTreeSet, sync::Arc};

use chrono::NaiveDate;

use super::record::{Answer, FacilityPin, Response};
use crate::checklist::{
    Answers, Checklist, Compiled, DefaultValue, Item, Logic, Node, PassRule, Sort, Value, Verdict, is_more_than_wanted,
};

/// What one item comes to.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Cell {
    /// Whether the item is asked.
    pub asked: bool,
    /// The value: what was answered, calculated, or stands by default.
    pub value: Option<Value>,
    /// The verdict on it.
    pub verdict: Option<Verdict>,
    /// Whether the value is possible; nothing where there is no value or nothing to meet.
    pub possible: Option<bool>,
}

/// The state of all items of a record.
#[derive(Clone, Debug)]
pub(super) struct State {
    checklist: Arc<Checklist>,
    logic: Arc<Logic>,
    day: NaiveDate,
    unit: [String; 3],
    /// Whether the item suits the unit's type and level, its sections included.
    suits: Vec<bool>,
    shown: Vec<bool>,
    cells: Vec<Cell>,
    /// Whether somebody answered, which says more than that there is a value.
    responses: Vec<bool>,
}

impl State {
    /// Evaluates everything.
    pub(super) fn new(
        checklist: Arc<Checklist>,
        logic: Arc<Logic>,
        unit: &FacilityPin,
        day: NaiveDate,
        answers: &[Option<Answer>],
    ) -> Self {
        let fits: Vec<bool> = (0..checklist.sections.len())
            .map(|at| {
                let mut section = Some(at);
                // A circle of sections cannot be read from a file; the bound keeps it from mattering.
                for _ in 0..=checklist.sections.len() {
                    let Some(at) = section else { return true };
                    if !checklist.sections[at].applies_to(&unit.facility_type, &unit.level) {
                        return false;
                    }
                    section = logic.parent(at);
                }
                true
            })
            .collect();
        let suits = checklist.items.iter().enumerate().map(|(at, item)| {
            let section_fits = fits.get(logic.section(at)).copied().unwrap_or(true);
            section_fits && item.applies_to(&unit.facility_type, &unit.level)
        });
        let mut state = Self {
            day,
            unit: [&unit.facility_type, &unit.level, &unit.district].map(ToString::to_string),
            suits: suits.collect(),
            shown: vec![true; checklist.sections.len()],
            cells: vec![Cell::default(); checklist.items.len()],
            responses: checklist
                .items
                .iter()
                .zip(answers)
                .map(|(item, answer)| responds(item, answer.as_ref()))
                .collect(),
            checklist,
            logic,
        };
        for node in Arc::clone(&state.logic).nodes() {
            state.evaluate(node, answers);
        }
        state
    }

    /// Returns what the item at a position comes to.
    pub(super) fn cell(&self, at: usize) -> &Cell {
        &self.cells[at]
    }

    /// Says whether somebody answered the item at a position, by a value that it takes or a verdict.
    pub(super) fn has_response(&self, at: usize) -> bool {
        self.responses[at]
    }

    /// Evaluates what depends on the answer to the item at a position; returns the items that came to something else.
    pub(super) fn answered(&mut self, at: usize, answers: &[Option<Answer>]) -> BTreeSet<usize> {
        self.responses[at] = responds(&self.checklist.items[at], answers[at].as_ref());
        let mut waiting: BTreeSet<(u32, Node)> = BTreeSet::new();
        let logic = Arc::clone(&self.logic);
        let mut changed = BTreeSet::from([at]);
        for node in [Node::Value(at), Node::Verdict(at), Node::Constraint(at)] {
            waiting.insert((logic.turn(node), node));
        }
        // Whether it is answered may have changed with the value staying the same.
        waiting.extend(logic.readers(Node::Value(at)).map(|reader| (logic.turn(reader), reader)));
        while let Some((_, node)) = waiting.pop_first() {
            if !self.evaluate(node, answers) {
                continue;
            }
            if let Node::Value(at) | Node::Verdict(at) | Node::Constraint(at) = node {
                changed.insert(at);
            }
            waiting.extend(logic.readers(node).map(|reader| (logic.turn(reader), reader)));
        }
        changed
    }

    /// Evaluates a node, and says whether it came to something else than before.
    fn evaluate(&mut self, node: Node, answers: &[Option<Answer>]) -> bool {
        match node {
            Node::Section(at) => {
                let parent = self.logic.parent(at).is_none_or(|parent| self.shown[parent]);
                let when = self.logic.section_when(at);
                let shown = parent && when.is_none_or(|when| when.holds(self) == Some(true));
                std::mem::replace(&mut self.shown[at], shown) != shown
            }
            Node::Value(at) => {
                let asked = self.is_asked(at);
                let value = if asked { self.value_now(at, answers[at].as_ref()) } else { None };
                let cell = &mut self.cells[at];
                let same = cell.asked == asked && cell.value == value;
                (cell.asked, cell.value) = (asked, value);
                !same
            }
            Node::Verdict(at) => {
                let verdict = self.verdict_now(at, answers[at].as_ref());
                std::mem::replace(&mut self.cells[at].verdict, verdict) != verdict
            }
            Node::Constraint(at) => {
                let possible = self.possible_now(at);
                std::mem::replace(&mut self.cells[at].possible, possible) != possible
            }
        }
    }

    fn is_asked(&self, at: usize) -> bool {
        self.suits[at]
            && self.shown.get(self.logic.section(at)).copied().unwrap_or(true)
            && self.logic.when(at).is_none_or(|when| when.holds(self) == Some(true))
    }

    fn value_now(&self, at: usize, answer: Option<&Answer>) -> Option<Value> {
        let item = &self.checklist.items[at];
        match response(answer) {
            // An exemption stands in the way of every value.
            Some(Response::Verdict(_)) => None,
            // A value of another sort than the item now takes is kept, but says nothing.
            Some(Response::Value(value)) if !item.is_calculated() => {
                Some(value.clone()).filter(|value| value.fits(item.answer))
            }
            _ => match (self.logic.calculation(at), &item.default) {
                (Some(calculation), _) => calculation.value(self, item.answer),
                (None, Some(DefaultValue::Today)) if !item.is_calculated() => Some(Value::Date(self.day)),
                (None, Some(DefaultValue::Value(value))) if !item.is_calculated() => Some(value.clone()),
                _ => None,
            },
        }
    }

    fn verdict_now(&self, at: usize, answer: Option<&Answer>) -> Option<Verdict> {
        let cell = &self.cells[at];
        if !cell.asked {
            return None;
        }
        if let Some(Response::Verdict(verdict)) = response(answer) {
            return Some(*verdict);
        }
        let value = cell.value.as_ref()?;
        let item = &self.checklist.items[at];
        let is_more = |rule| matches!(value, Value::Number(number) if is_more_than_wanted(item.answer, rule, *number));
        let by_rule = item.pass.as_ref().map(|rule| match self.checklist.sort {
            Sort::Progress if is_more(rule) => Some(true),
            _ => self.meets(rule, self.logic.pass(at), value),
        });
        let conforms = match (columns_conform(item, value, self.day), by_rule) {
            (Some(false), _) => false,
            (Some(true), None) => true,
            (_, by_rule) => by_rule??,
        };
        Some(if conforms { Verdict::Conforms } else { Verdict::Fails })
    }

    fn possible_now(&self, at: usize) -> Option<bool> {
        let value = self.cells[at].value.as_ref()?;
        let constraint = self.checklist.items[at].constraint.as_ref()?;
        self.meets(&constraint.rule, self.logic.constraint(at), value)
    }

    fn meets(&self, rule: &PassRule, compiled: Option<&Compiled>, value: &Value) -> Option<bool> {
        match rule {
            PassRule::Expression(_) => compiled?.holds(self),
            rule => Some(rule.accepts(value, self.day)),
        }
    }
}

impl Answers for State {
    fn value(&self, at: usize) -> Option<&Value> {
        self.cells[at].value.as_ref()
    }

    fn verdict(&self, at: usize) -> Option<Verdict> {
        self.cells[at].verdict
    }

    fn is_answered(&self, at: usize) -> Option<bool> {
        let cell = &self.cells[at];
        Some(cell.asked && (self.responses[at] || cell.value.is_some()))
    }

    fn item(&self, at: usize) -> &Item {
        &self.checklist.items[at]
    }

    fn today(&self) -> NaiveDate {
        self.day
    }

    fn facility(&self) -> Option<[&str; 3]> {
        let [facility_type, level, district] = &self.unit;
        Some([facility_type, level, district])
    }
}

/// Says whether an answer is one to an item: a verdict, or a value of the sort that it takes.
pub(super) fn responds(item: &Item, answer: Option<&Answer>) -> bool {
    match response(answer) {
        Some(Response::Verdict(_)) => true,
        Some(Response::Value(value)) => value.fits(item.answer) && !item.is_calculated(),
        None => false,
    }
}

fn response(answer: Option<&Answer>) -> Option<&Response> {
    answer?.response.as_ref()
}

/// Judges the cells of a table by the rules of their columns; nothing where no cell is judged.
fn columns_conform(item: &Item, value: &Value, today: NaiveDate) -> Option<bool> {
    let Value::Table(rows) = value else { return None };
    let mut judged = None;
    for column in &item.columns {
        let Some(rule) = &column.pass else { continue };
        for cell in rows.iter().filter_map(|row| row.get(&column.id)) {
            if !rule.accepts(cell, today) {
                return Some(false);
            }
            judged = Some(true);
        }
    }
    judged
}
