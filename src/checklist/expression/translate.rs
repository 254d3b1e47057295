//! Going through a parsed expression: names become items, whole numbers become numbers, and what is not allowed is refused.

mod calls;

use std::collections::{BTreeSet, HashSet};

use cel::{
    common::ast::{ComprehensionExpr, Expr, ListExpr, LiteralValue, SelectExpr},
    parser::Expression as Tree,
};

use super::{Kind, Mistake, Read, Scope, without_strings};
use crate::{
    checklist::{Code, fields::shown, words::nearest},
    i18n::Text,
    text,
};

/// How many loops (`all`, `exists`, `map`, `filter`) an expression may have.
const LOOPS_MAX: usize = 4;
/// How many parts an expression may consist of, the macros of CEL spelt out.
const PARTS_MAX: usize = 600;
/// How deep the parts of an expression may stand in each other.
const DEPTH_MAX: usize = 64;

/// Every name that an expression may have besides items, for "did you mean".
const NAMES: &[&str] = &[
    "this", "today", "facility", "answer", "verdict", "answered", "sum", "min", "max", "mean", "abs", "round", "days",
    "add_days", "minutes", "size",
];
const FACILITY_FIELDS: &[&str] = &["type", "level", "district"];

/// A part of an expression, with what it was found to be.
struct Part<'a> {
    tree: Tree,
    kind: Kind<'a>,
    /// The text, where it is written out.
    literal: Option<String>,
    /// The name that a message points at.
    name: Option<String>,
}

impl<'a> Part<'a> {
    fn new(id: u64, expr: Expr, kind: Kind<'a>) -> Self {
        Self { tree: Tree { id, expr }, kind, literal: None, name: None }
    }
}

/// The translation of one expression.
pub(super) struct Translation<'a, 's> {
    source: &'s str,
    scope: &'s Scope<'a>,
    own: Option<usize>,
    reads: BTreeSet<Read>,
    /// The names that loops have given to elements, innermost last, with what they are.
    bound: Vec<(String, Kind<'a>)>,
    loops: usize,
    parts: usize,
    depth: usize,
    pub(super) mistakes: Vec<Mistake>,
}

impl<'a, 's> Translation<'a, 's> {
    pub(super) fn new(source: &'s str, scope: &'s Scope<'a>, own: Option<usize>) -> Self {
        let (reads, bound, mistakes) = <_>::default();
        Self { source, scope, own, reads, bound, loops: 0, parts: 0, depth: 0, mistakes }
    }

    /// Translates a whole expression.
    pub(super) fn whole(&mut self, tree: Tree) -> (Tree, Kind<'a>) {
        let part = self.part(tree);
        if self.parts > PARTS_MAX || self.loops > LOOPS_MAX {
            let hint = text!("checklist.check.expression-too-much-hint");
            self.refuse(None, text!("checklist.check.expression-too-much"), Some(hint));
        }
        (part.tree, part.kind)
    }

    /// Returns what the expression reads.
    pub(super) fn reads(&self) -> Vec<Read> {
        self.reads.iter().copied().collect()
    }

    fn mistake(&mut self, code: Code, name: Option<&str>, message: Text, hint: Option<Text>) {
        let range = name.and_then(|name| self.find(name)).unwrap_or(0..self.source.len());
        self.mistakes.push(Mistake { code, range, message, hint });
    }

    fn refuse(&mut self, name: Option<&str>, message: Text, hint: Option<Text>) {
        self.mistake(Code::BadExpression, name, message, hint);
    }

    /// Finds where a name stands by itself, outside of texts first.
    fn find(&self, name: &str) -> Option<std::ops::Range<usize>> {
        let bare = without_strings(self.source);
        let word = |character: char| character.is_alphanumeric() || character == '_';
        let alone = |text: &str, at: usize| !text[..at].ends_with(word) && !text[at + name.len()..].starts_with(word);
        let within = |text: &str| {
            text.match_indices(name).map(|(at, _)| at).find(|at| alone(text, *at)).map(|at| at..at + name.len())
        };
        if name.is_empty() { None } else { within(&bare).or_else(|| within(self.source)) }
    }

    fn part(&mut self, tree: Tree) -> Part<'a> {
        self.parts += 1;
        // The parser bounds how deep brackets are nested, but not how long `1 + 1 + 1 + …` is, which is a tree as deep.
        if self.depth >= DEPTH_MAX {
            self.parts = PARTS_MAX + 1;
            return Part::new(tree.id, Expr::Unspecified, Kind::Any);
        }
        self.depth += 1;
        let part = self.part_within(tree);
        self.depth -= 1;
        part
    }

    fn part_within(&mut self, tree: Tree) -> Part<'a> {
        let id = tree.id;
        match tree.expr {
            Expr::Literal(literal) => self.literal(id, literal),
            Expr::Ident(name) => self.name(id, name),
            Expr::List(list) => self.list(id, list),
            Expr::Select(select) => self.select(id, select),
            Expr::Call(call) => self.call(id, call),
            Expr::Comprehension(loop_) => self.each(id, *loop_),
            Expr::Map(_) | Expr::Struct(_) | Expr::Unspecified => {
                self.refuse(None, text!("checklist.check.expression-braces"), None);
                Part::new(id, Expr::Unspecified, Kind::Any)
            }
        }
    }

    /// Takes a literal; whole numbers become numbers, because CEL would not calculate with both.
    fn literal(&mut self, id: u64, literal: LiteralValue) -> Part<'a> {
        #[allow(clippy::cast_precision_loss)] // Nobody writes figures beyond 2⁵³ into a checklist.
        let (literal, kind, written) = match literal {
            LiteralValue::Boolean(flag) => (LiteralValue::Boolean(flag), Kind::Flag, None),
            LiteralValue::Int(number) => (LiteralValue::Double((*number.inner() as f64).into()), Kind::Number, None),
            LiteralValue::UInt(number) => (LiteralValue::Double((*number.inner() as f64).into()), Kind::Number, None),
            LiteralValue::Double(number) => (LiteralValue::Double(number), Kind::Number, None),
            LiteralValue::String(text) => {
                let written = text.inner().to_owned();
                (LiteralValue::String(text), Kind::Text, Some(written))
            }
            other @ (LiteralValue::Bytes(_) | LiteralValue::Null) => {
                self.refuse(None, text!("checklist.check.expression-null"), None);
                (other, Kind::Any, None)
            }
        };
        Part { literal: written, ..Part::new(id, Expr::Literal(literal), kind) }
    }

    fn name(&mut self, id: u64, name: String) -> Part<'a> {
        if let Some((_, kind)) = self.bound.iter().rev().find(|(bound, _)| *bound == name) {
            let kind = kind.clone();
            return Part { name: Some(name.clone()), ..Part::new(id, Expr::Ident(name), kind) };
        }
        if name == "today" {
            return Part { name: Some(name.clone()), ..Part::new(id, Expr::Ident(name), Kind::Date) };
        }
        let at = if name == "this" { self.own } else { self.scope.position(&name) };
        let Some(at) = at else {
            self.unknown(&name);
            return Part::new(id, Expr::Ident(name), Kind::Any);
        };
        Part { name: Some(name), ..self.item(id, at) }
    }

    /// Reports a name that means nothing here.
    fn unknown(&mut self, name: &str) {
        if name == "this" {
            self.mistake(Code::UnknownItem, Some(name), text!("checklist.check.no-this"), None);
            return;
        }
        let (message, hint) = unknown_item(name, self.scope.ids().chain(NAMES.iter().copied()));
        self.mistake(Code::UnknownItem, Some(name), message, hint);
    }

    fn item(&mut self, id: u64, at: usize) -> Part<'a> {
        let kind = Kind::of_item(self.scope.item(at), at);
        let (read, sign) = if kind == Kind::Verdict { (Read::Verdict(at), 'd') } else { (Read::Value(at), 'v') };
        self.reads.insert(read);
        Part::new(id, Expr::Ident(format!("{sign}{at}")), kind)
    }

    fn list(&mut self, id: u64, list: ListExpr) -> Part<'a> {
        let plain = list.elements.iter().all(|element| matches!(element.expr, Expr::Literal(_)));
        // A list that a loop builds anew for every row can grow without bound when loops follow each other.
        if !plain && !self.bound.is_empty() {
            let hint = text!("checklist.check.expression-loop-list-hint");
            self.refuse(None, text!("checklist.check.expression-loop-list"), Some(hint));
        }
        let parts: Vec<Part<'a>> = list.elements.into_iter().map(|element| self.part(element)).collect();
        let kind = parts.first().map_or(Kind::Any, |first| first.kind.clone());
        let elements = parts.into_iter().map(|part| part.tree).collect();
        Part::new(id, Expr::List(ListExpr { elements, ..list_shape() }), Kind::List(Box::new(kind)))
    }

    fn select(&mut self, id: u64, select: SelectExpr) -> Part<'a> {
        if let Expr::Ident(name) = &select.operand.expr
            && name == "facility"
            && self.scope.position(name).is_none()
        {
            if !FACILITY_FIELDS.contains(&select.field.as_str()) {
                let (message, hint) = unknown_item(&select.field, FACILITY_FIELDS.iter().copied());
                self.mistake(Code::UnknownItem, Some(&select.field), message, hint);
            }
            return Part::new(id, Expr::Ident(format!("facility:{}", select.field)), Kind::Text);
        }
        let operand = self.part(*select.operand);
        let table = match operand.kind {
            Kind::Rows(at) | Kind::Row(at) => at,
            Kind::Any => return Part::new(id, Expr::Unspecified, Kind::Any),
            _ => {
                let hint = text!("checklist.check.not-a-table-hint");
                let message = text!("checklist.check.not-a-table", field = shown(&select.field));
                self.mistake(Code::TypeMismatch, Some(&select.field), message, Some(hint));
                return Part::new(id, Expr::Unspecified, Kind::Any);
            }
        };
        let columns = &self.scope.item(table).columns;
        let Some(column) = columns.iter().find(|column| column.id == select.field) else {
            let (message, hint) = unknown_item(&select.field, columns.iter().map(|column| column.id.as_str()));
            self.mistake(Code::UnknownItem, Some(&select.field), message, hint);
            return Part::new(id, Expr::Unspecified, Kind::Any);
        };
        let kind = Kind::of_answer(column.answer, &column.choices);
        let name = Some(select.field.clone());
        if matches!(operand.kind, Kind::Rows(_)) {
            self.reads.insert(Read::Value(table));
            let cells = Expr::Ident(format!("c{table}:{}", select.field));
            return Part { name, ..Part::new(id, cells, Kind::List(Box::new(kind))) };
        }
        let kind = if select.test { Kind::Flag } else { kind };
        let select = SelectExpr { operand: Box::new(operand.tree), ..select };
        Part { name, ..Part::new(id, Expr::Select(select), kind) }
    }

    /// Goes through a loop; what it runs over is a list or the rows of a table.
    fn each(&mut self, id: u64, inner: ComprehensionExpr) -> Part<'a> {
        self.loops += 1;
        let hint = || Some(text!("checklist.check.expression-too-much-hint"));
        if !self.bound.is_empty() {
            self.refuse(None, text!("checklist.check.expression-loop-loop"), hint());
            return Part::new(id, Expr::Unspecified, Kind::Any);
        }
        let range = self.part(inner.iter_range);
        if !range.kind.can_be(&Kind::List(Box::new(Kind::Any))) {
            let message = text!("checklist.check.expression-no-list", found = range.kind.name());
            self.mistake(Code::TypeMismatch, range.name.as_deref(), message, None);
        }
        let start = self.part(inner.accu_init);
        self.bound = vec![
            (inner.iter_var.clone(), range.kind.element()),
            (inner.accu_var.clone(), if start.kind == Kind::Flag { Kind::Flag } else { Kind::Any }),
        ];
        if let Some(second) = &inner.iter_var2 {
            self.bound.push((second.clone(), Kind::Any));
        }
        let condition = self.part(inner.loop_cond);
        let step = self.part(inner.loop_step);
        if let Some(accumulator) = self.bound.iter_mut().find(|(name, _)| *name == inner.accu_var) {
            accumulator.1 = step.kind;
        }
        let result = self.part(inner.result);
        self.bound.clear();
        let inner = ComprehensionExpr {
            iter_range: range.tree,
            accu_init: start.tree,
            loop_cond: condition.tree,
            loop_step: step.tree,
            result: result.tree,
            ..inner
        };
        Part::new(id, Expr::Comprehension(Box::new(inner)), result.kind)
    }
}

/// Says that a name is none of those that are known, and which was probably meant.
pub(in crate::checklist) fn unknown_item<'k>(
    name: &str,
    known: impl Iterator<Item = &'k str> + Clone,
) -> (Text, Option<Text>) {
    let hint = if let Some(meant) = nearest(name, known.clone()) {
        text!("checklist.check.did-you-mean", word = meant)
    } else {
        let mut seen = HashSet::new();
        let once: Vec<_> = known.filter(|name| seen.insert(*name)).take(12).collect();
        text!("checklist.check.known-items", items = once.join(", "))
    };
    (text!("checklist.check.unknown-item", item = shown(name)), Some(hint))
}

fn list_shape() -> ListExpr {
    ListExpr::new(Vec::new())
}
