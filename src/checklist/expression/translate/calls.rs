//! The operators and functions of expressions: what they take, what they give, and what they become.

use cel::{
    common::ast::{CallExpr, Expr, ListExpr, LiteralValue, operators},
    parser::Expression as Tree,
};
use chrono::{NaiveDate, NaiveTime};

use super::{Part, Translation, list_shape};
use crate::{
    checklist::{
        Code, Verdict,
        expression::{Kind, Read, functions},
        fields::shown,
        words::nearest,
    },
    text,
};

/// A function: its name, what it takes, and what it gives.
type Signature = (&'static str, &'static [Kind<'static>], Kind<'static>);

const SIGNATURES: &[Signature] = &[
    ("sum", &[Kind::Any], Kind::Number),
    ("min", &[Kind::Any], Kind::Number),
    ("max", &[Kind::Any], Kind::Number),
    ("mean", &[Kind::Any], Kind::Number),
    ("abs", &[Kind::Number], Kind::Number),
    ("round", &[Kind::Number], Kind::Number),
    ("round", &[Kind::Number, Kind::Number], Kind::Number),
    ("days", &[Kind::Date, Kind::Date], Kind::Number),
    ("add_days", &[Kind::Date, Kind::Number], Kind::Date),
    ("minutes", &[Kind::Time, Kind::Time], Kind::Number),
    ("size", &[Kind::Any], Kind::Number),
    ("string", &[Kind::Text], Kind::Text),
];
/// Functions written behind a text: `A1.startsWith("甲")`.
const TEXT_MEMBERS: &[&str] = &["startsWith", "endsWith", "contains"];
/// Functions about an item, which is named or given as a text: `verdict("A-1")`.
const ABOUT_ITEMS: &[&str] = &["answer", "verdict", "answered"];
impl<'a> Translation<'a, '_> {
    pub(super) fn call(&mut self, id: u64, call: CallExpr) -> Part<'a> {
        match (call.func_name.as_str(), call.target.is_some(), call.args.len()) {
            (operators::EQUALS | operators::NOT_EQUALS, ..) => self.comparison(id, call, false),
            (operators::LESS | operators::LESS_EQUALS | operators::GREATER | operators::GREATER_EQUALS, ..) => {
                self.comparison(id, call, true)
            }
            (operators::LOGICAL_AND | operators::LOGICAL_OR | operators::LOGICAL_NOT, ..) => {
                self.operation(id, call, &Kind::Flag, Kind::Flag)
            }
            (operators::DIVIDE, ..) => {
                let call = CallExpr { func_name: functions::QUOTIENT.to_owned(), ..call };
                self.operation(id, call, &Kind::Number, Kind::Number)
            }
            (operators::SUBSTRACT | operators::MULTIPLY | operators::NEGATE, ..) => {
                self.operation(id, call, &Kind::Number, Kind::Number)
            }
            (operators::ADD, ..) => self.addition(id, call),
            (operators::CONDITIONAL, ..) => self.choice(id, call),
            (operators::IN, ..) => self.membership(id, call),
            (name, ..) if name.starts_with('@') => self.operation(id, call, &Kind::Any, Kind::Flag),
            (name, false, 1) if ABOUT_ITEMS.contains(&name) => self.about_item(id, &call),
            (name, true, 1) if TEXT_MEMBERS.contains(&name) => self.text_member(id, call),
            ("size", true, 0) => self
                .function(id, CallExpr { args: call.target.map(|it| *it).into_iter().collect(), target: None, ..call }),
            (_, false, _) => self.function(id, call),
            _ => {
                self.unknown_function(&call.func_name);
                Part::new(id, Expr::Unspecified, Kind::Any)
            }
        }
    }

    fn unknown_function(&mut self, name: &str) {
        let known = SIGNATURES.iter().map(|(name, ..)| *name).chain(TEXT_MEMBERS.iter().copied());
        let known = known.chain(ABOUT_ITEMS.iter().copied());
        let hint = match nearest(name, known.clone()) {
            Some(meant) => text!("checklist.check.did-you-mean", word = meant),
            None => text!("checklist.check.known-functions", functions = known.collect::<Vec<_>>().join(", ")),
        };
        let shown_name = name.trim_matches('_');
        self.refuse(Some(shown_name), text!("checklist.check.unknown-function", name = shown(shown_name)), Some(hint));
    }

    fn parts(&mut self, trees: Vec<Tree>) -> Vec<Part<'a>> {
        trees.into_iter().map(|tree| self.part(tree)).collect()
    }

    /// Reports a part that is not of the kind that is wanted where it stands.
    fn want(&mut self, part: &Part<'_>, wanted: &Kind<'_>) {
        if !part.kind.can_be(wanted) {
            let message = text!("checklist.check.expression-kind", wanted = wanted.name(), found = part.kind.name());
            let hint = text!("checklist.check.expression-kind-hint");
            self.mistake(Code::TypeMismatch, part.name.as_deref(), message, Some(hint));
        }
    }

    fn operation(&mut self, id: u64, call: CallExpr, wanted: &Kind<'a>, result: Kind<'a>) -> Part<'a> {
        let parts = self.parts(call.args);
        for part in &parts {
            self.want(part, wanted);
        }
        let args = parts.into_iter().map(|part| part.tree).collect();
        Part::new(id, Expr::Call(CallExpr { args, ..shape(call.func_name) }), result)
    }

    fn comparison(&mut self, id: u64, call: CallExpr, ordered: bool) -> Part<'a> {
        let parts = self.parts(call.args);
        if let [one, other] = &parts[..] {
            if ordered && !(one.kind.is_ordered() || other.kind.is_ordered()) || !one.kind.can_be(&other.kind) {
                let message =
                    text!("checklist.check.expression-compare", one = one.kind.name(), other = other.kind.name());
                let name = one.name.as_deref().or(other.name.as_deref());
                let hint = text!("checklist.check.expression-compare-kinds-hint");
                self.mistake(Code::TypeMismatch, name, message, Some(hint));
            }
            self.compare_word(one, other);
            self.compare_word(other, one);
        }
        let args = parts.into_iter().map(|part| part.tree).collect();
        Part::new(id, Expr::Call(CallExpr { args, ..shape(call.func_name) }), Kind::Flag)
    }

    /// Reports a written word that the other side can never be.
    fn compare_word(&mut self, part: &Part<'_>, written: &Part<'_>) {
        let Some(word) = &written.literal else { return };
        let verdicts = Verdict::ALL.map(Verdict::word);
        let hint = match &part.kind {
            Kind::Word(words) if !words.contains(word) => {
                text!("checklist.check.rule-choice-hint", choices = shown(&words.join(" / ")))
            }
            Kind::Verdict if !verdicts.contains(&word.as_str()) => {
                text!("checklist.check.rule-choice-hint", choices = verdicts.join(" / "))
            }
            Kind::Date if NaiveDate::parse_from_str(word, "%Y-%m-%d").is_err() => {
                text!("checklist.check.compare-date-hint")
            }
            Kind::Time if NaiveTime::parse_from_str(word, "%H:%M").is_err() => {
                text!("checklist.check.compare-time-hint")
            }
            _ => return,
        };
        let message = text!("checklist.check.compare-word", word = shown(word));
        self.mistake(Code::TypeMismatch, Some(word), message, Some(hint));
    }

    /// Adds numbers or joins texts; a loop joins none, because what it joins could double with every round.
    fn addition(&mut self, id: u64, call: CallExpr) -> Part<'a> {
        // The list that a loop gathers is its own doing and grows by one element a round.
        let gathers =
            matches!(&call.args[..], [first, _] if matches!(&first.expr, Expr::Ident(name) if name.starts_with('@')));
        if gathers {
            return self.gathering(id, call);
        }
        let in_loop = !self.bound.is_empty();
        let parts = self.parts(call.args);
        let texts = parts.iter().any(|part| part.kind.is_text());
        if texts && in_loop {
            self.refuse(None, text!("checklist.check.expression-loop-text"), None);
        }
        let wanted = if texts { Kind::Text } else { Kind::Number };
        for part in &parts {
            self.want(part, &wanted);
        }
        let args = parts.into_iter().map(|part| part.tree).collect();
        Part::new(id, Expr::Call(CallExpr { args, ..shape(call.func_name) }), wanted)
    }

    /// Takes `gathered + [element]`, or the counter of `exists_one`.
    fn gathering(&mut self, id: u64, call: CallExpr) -> Part<'a> {
        let mut args = Vec::with_capacity(2);
        let mut kind = Kind::Any;
        for tree in call.args {
            match tree.expr {
                Expr::List(list) if list.elements.len() == 1 => {
                    let parts = self.parts(list.elements);
                    let element = parts.first().map_or(Kind::Any, |part| part.kind.clone());
                    // Rows within rows within rows would not stay small.
                    if matches!(element, Kind::List(_)) {
                        let hint = text!("checklist.check.expression-loop-list-hint");
                        self.refuse(None, text!("checklist.check.expression-loop-list"), Some(hint));
                    }
                    kind = Kind::List(Box::new(element));
                    let elements = parts.into_iter().map(|part| part.tree).collect();
                    args.push(Tree { id: tree.id, expr: Expr::List(ListExpr { elements, ..list_shape() }) });
                }
                expr => {
                    let part = self.part(Tree { id: tree.id, expr });
                    if part.kind == Kind::Number {
                        kind = Kind::Number;
                    }
                    args.push(part.tree);
                }
            }
        }
        Part::new(id, Expr::Call(CallExpr { args, ..shape(call.func_name) }), kind)
    }

    fn choice(&mut self, id: u64, call: CallExpr) -> Part<'a> {
        let parts = self.parts(call.args);
        if let Some(condition) = parts.first() {
            self.want(condition, &Kind::Flag);
        }
        let kind = match &parts[..] {
            [_, one, other] if one.kind == Kind::Any => other.kind.clone(),
            [_, one, other] => {
                self.want(other, &one.kind);
                if one.kind.is_text() && one.kind != other.kind { Kind::Text } else { one.kind.clone() }
            }
            _ => Kind::Any,
        };
        let args = parts.into_iter().map(|part| part.tree).collect();
        Part::new(id, Expr::Call(CallExpr { args, ..shape(call.func_name) }), kind)
    }

    fn membership(&mut self, id: u64, call: CallExpr) -> Part<'a> {
        let parts = self.parts(call.args);
        if let [element, list] = &parts[..] {
            self.want(list, &Kind::List(Box::new(element.kind.clone())));
            let within = Part { name: list.name.clone(), ..Part::new(id, Expr::Unspecified, list.kind.element()) };
            self.compare_word(&within, element);
        }
        let args = parts.into_iter().map(|part| part.tree).collect();
        Part::new(id, Expr::Call(CallExpr { args, ..shape(call.func_name) }), Kind::Flag)
    }

    /// Takes `answer(…)`, `verdict(…)` and `answered(…)`: about an item by its name or, for other identities, a text.
    fn about_item(&mut self, id: u64, call: &CallExpr) -> Part<'a> {
        let named = match call.args.first().map(|argument| &argument.expr) {
            Some(Expr::Ident(name)) => name.clone(),
            Some(Expr::Literal(LiteralValue::String(text))) => text.inner().to_owned(),
            _ => {
                let hint = text!("checklist.check.about-item-hint", function = call.func_name);
                let message = text!("checklist.check.about-item", function = call.func_name);
                self.refuse(Some(&call.func_name), message, Some(hint));
                return Part::new(id, Expr::Unspecified, Kind::Any);
            }
        };
        let at = if named == "this" { self.own } else { self.scope.position(&named) };
        let Some(at) = at else {
            self.unknown(&named);
            return Part::new(id, Expr::Unspecified, Kind::Any);
        };
        let part = match call.func_name.as_str() {
            "answer" => self.item(id, at),
            "verdict" => {
                self.reads.insert(Read::Verdict(at));
                Part::new(id, Expr::Ident(format!("d{at}")), Kind::Verdict)
            }
            _ => {
                self.reads.insert(Read::Value(at));
                Part::new(id, Expr::Ident(format!("a{at}")), Kind::Flag)
            }
        };
        Part { name: Some(named), ..part }
    }

    fn text_member(&mut self, id: u64, call: CallExpr) -> Part<'a> {
        let target = call.target.map(|target| self.part(*target));
        let parts = self.parts(call.args);
        for part in target.iter().chain(&parts) {
            self.want(part, &Kind::Text);
        }
        let args = parts.into_iter().map(|part| part.tree).collect();
        let target = target.map(|target| Box::new(target.tree));
        Part::new(id, Expr::Call(CallExpr { func_name: call.func_name, target, args }), Kind::Flag)
    }

    fn function(&mut self, id: u64, call: CallExpr) -> Part<'a> {
        let count = call.args.len();
        let signature = SIGNATURES.iter().find(|(name, takes, _)| *name == call.func_name && takes.len() == count);
        let Some((name, takes, gives)) = signature else {
            self.unknown_function(&call.func_name);
            return Part::new(id, Expr::Unspecified, Kind::Any);
        };
        let parts = self.parts(call.args);
        for (part, wanted) in parts.iter().zip(*takes) {
            self.want(part, wanted);
        }
        if matches!(*name, "sum" | "min" | "max" | "mean") {
            let numbers = Kind::List(Box::new(Kind::Number));
            for part in &parts {
                self.want(part, &numbers);
            }
        }
        let args = parts.into_iter().map(|part| part.tree).collect();
        let called = Expr::Call(CallExpr { args, ..shape(call.func_name) });
        // Sizes are whole numbers for CEL, which would not calculate with both.
        let called = if *name == "size" {
            Expr::Call(CallExpr { args: vec![Tree { id, expr: called }], ..shape("double".to_owned()) })
        } else {
            called
        };
        Part::new(id, called, gives.clone())
    }
}

fn shape(func_name: String) -> CallExpr {
    CallExpr { func_name, target: None, args: Vec::new() }
}
