//! What an editor offers at a place of a file: completions, an explanation, and where something is defined.

use std::ops::Range;

use super::{
    names::{Named, names},
    outline::{CaretPlace, Content, Entry, Node, block, block_around, caret},
    schema::FileSort,
    shape::{Field, Known, Shape, Table},
};
use crate::{
    checklist::{Checklist, ItemId},
    i18n::Lang,
    plan::{Clause, Plan, PlanId, Topic},
    text,
};

/// What the workspace around a file has.
#[derive(Default)]
pub struct Surroundings {
    /// The topics.
    pub topics: Vec<Topic>,
    /// The plans.
    pub plans: Vec<Plan>,
    /// The item banks.
    pub banks: Vec<Checklist>,
}

/// What sort of thing is offered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum OfferKind {
    /// A field.
    Field,
    /// A table with its header.
    Table,
    /// A word of the language.
    Word,
    /// The identity of something.
    Identity,
}

/// Something to put at the caret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Offer {
    /// What is shown.
    pub label: String,
    /// What it means.
    pub detail: String,
    /// What is put in.
    pub insert: String,
    /// What is replaced by it.
    pub replace: Range<usize>,
    /// What sort of thing it is.
    pub kind: OfferKind,
}

/// Where something is defined.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Definition {
    /// In the same file.
    Here(Range<usize>),
    /// On a line, counted from 1, of the document that a plan was read from.
    PlanLine(PlanId, usize),
}

/// A file that is being edited, with what is around it.
pub struct Assistant<'a> {
    /// What sort of file it is.
    pub sort: FileSort,
    /// Its text.
    pub text: &'a str,
    /// What is around it.
    pub around: &'a Surroundings,
    /// The language of explanations.
    pub lang: Lang,
}

/// A field at a place, with its value's piece at that place.
struct Found {
    table: &'static Table,
    field: &'static Field,
    /// Where the pointed piece stands: the name, or the innermost value.
    span: Range<usize>,
    /// Whether the name is pointed at.
    on_name: bool,
}

impl Assistant<'_> {
    /// Lists what can be written at a place.
    pub fn complete(&self, offset: usize) -> Vec<Offer> {
        let start = block_around(self.text, offset).start;
        let Some(before) = self.text.get(start..offset) else { return Vec::new() };
        let caret = caret(before);
        let Some(table) = self.sort.root().below(&caret.path) else { return Vec::new() };
        match caret.place {
            CaretPlace::Key(span) => {
                let written = start + span.start..offset + self.rest_of_word(offset);
                let depth = usize::from(before.trim_start().starts_with('['));
                let mut offers = self.fields(table, &caret.present, &written);
                if caret.path.len() <= depth {
                    offers.extend(self.headers(&written));
                }
                offers
            }
            CaretPlace::Value(name, span) => {
                let Some((_, field)) = field_of(table, &name) else { return Vec::new() };
                self.values(field, &before[span.clone()], start + span.start, offset)
            }
            CaretPlace::Nothing => Vec::new(),
        }
    }

    /// Explains what stands at a place, in Markdown, and says how far it goes.
    pub fn explain(&self, offset: usize) -> Option<(String, Range<usize>)> {
        let found = self.find(offset)?;
        let about = found.table.explain(found.field.name, self.lang);
        let title = format!("**{}** {about}", found.field.name);
        if found.on_name {
            return Some((title, found.span));
        }
        let value = unquoted(self.text.get(found.span.clone())?);
        let said = found.field.shape.single().iter().find_map(|shape| self.explain_value(shape, value));
        Some((said.unwrap_or(title), found.span))
    }

    /// Finds where what stands at a place is defined.
    pub fn define(&self, offset: usize) -> Option<Definition> {
        let found = self.find(offset).filter(|found| !found.on_name)?;
        let value = unquoted(self.text.get(found.span.clone())?);
        let here = |table: &str, id: &str| {
            names(self.text)
                .into_iter()
                .find(|one| one.table == table && one.id == id)
                .map(|one| Definition::Here(one.span))
        };
        found.field.shape.single().iter().find_map(|shape| match shape {
            Shape::Known(Known::Section) => here("section", value),
            Shape::Known(Known::Item) => here("item", value),
            Shape::Expression | Shape::Rule => here("item", self.word_at(offset)),
            Shape::Known(Known::Clause) => {
                let (plan, clause) = self.clause(value)?;
                Some(Definition::PlanLine(plan.head.id.clone(), clause.line))
            }
            Shape::Known(Known::Plan) => {
                let plan = self.around.plans.iter().find(|plan| plan.head.id.0 == value)?;
                Some(Definition::PlanLine(plan.head.id.clone(), 1))
            }
            _ => None,
        })
    }

    fn fields(&self, table: &'static Table, present: &[String], written: &Range<usize>) -> Vec<Offer> {
        let missing = table.fields.iter().filter(|field| !present.iter().any(|name| name == field.name));
        let offer = |field: &Field| Offer {
            label: field.name.to_owned(),
            detail: table.explain(field.name, self.lang),
            insert: format!("{} = ", field.name),
            replace: written.clone(),
            kind: OfferKind::Field,
        };
        // What has a header of its own is offered as such.
        missing.filter(|field| !self.has_header(table, field)).map(offer).collect()
    }

    /// Lists the tables that the file may have any number of, with their headers.
    fn headers(&self, written: &Range<usize>) -> Vec<Offer> {
        let root = self.sort.root();
        let tables = root.fields.iter().filter(|field| self.has_header(root, field));
        let offer = |field: &Field| Offer {
            label: format!("[[{}]]", field.name),
            detail: root.explain(field.name, self.lang),
            insert: format!("[[{}]]\n", field.name),
            replace: written.clone(),
            kind: OfferKind::Table,
        };
        tables.map(offer).collect()
    }

    fn has_header(&self, table: &Table, field: &Field) -> bool {
        // Grades are few and fit on a line each; sections, items, topics, units and answers have headers.
        std::ptr::eq(table, self.sort.root())
            && matches!(&field.shape, Shape::List(Shape::Table(_)))
            && field.name != "grades"
    }

    fn values(&self, field: &Field, written: &str, start: usize, offset: usize) -> Vec<Offer> {
        let shapes = field.shape.single();
        if shapes.iter().any(|shape| matches!(shape, Shape::Expression | Shape::Rule))
            && written.starts_with(['"', '\''])
        {
            let mut offers = self.items_in_expression(written, start, offset);
            if matches!(field.shape, Shape::Either(_)) {
                offers.retain(|offer| offer.kind == OfferKind::Identity);
            }
            return offers;
        }
        let replace = start..offset + self.rest_of_value(written, offset);
        let listed = field.shape.is_list() && !self.is_in_list(start);
        let offer = |(word, detail, kind): (String, String, OfferKind)| Offer {
            insert: if listed { format!("[{word}]") } else { word.clone() },
            label: word.trim_matches('"').to_owned(),
            detail,
            replace: replace.clone(),
            kind,
        };
        shapes.into_iter().flat_map(|shape| self.words(shape)).map(offer).collect()
    }

    /// Lists the values that a form may have, as they are written, with what they mean.
    fn words(&self, shape: &Shape) -> Vec<(String, String, OfferKind)> {
        let quoted = |word: &str| format!("\"{word}\"");
        match shape {
            Shape::Word(words) | Shape::Usual(words) => {
                let explained = |word: &&str| (quoted(word), words.explain(word, self.lang), OfferKind::Word);
                words.words.iter().map(explained).collect()
            }
            Shape::Flag => ["true", "false"].map(|flag| (flag.to_owned(), String::new(), OfferKind::Word)).into(),
            Shape::Rule => RULES.iter().map(|rule| (quoted(rule), String::new(), OfferKind::Word)).collect(),
            Shape::Known(known) => {
                let listed = self.known(*known).into_iter();
                listed.map(|(id, about)| (quoted(&id), about, OfferKind::Identity)).collect()
            }
            _ => Vec::new(),
        }
    }

    /// Lists the identities that the workspace or the file has, with what they stand for.
    fn known(&self, known: Known) -> Vec<(String, String)> {
        let own = |table: &str| {
            let named = names(self.text).into_iter().filter(|one| one.table == table);
            named.map(|one: Named| (one.id, one.title)).collect()
        };
        let around = self.around;
        match known {
            Known::Section => own("section"),
            Known::Item => own("item"),
            Known::Topic => around.topics.iter().map(|topic| (topic.id.0.clone(), self.topic_name(topic))).collect(),
            Known::Plan => around.plans.iter().map(|plan| (plan.head.id.0.clone(), plan.head.title.clone())).collect(),
            Known::Clause => {
                let clauses = around.plans.iter().flat_map(|plan| &plan.clauses);
                clauses.map(|clause| (clause.id.0.clone(), clause.text.clone())).collect()
            }
            Known::BankItem => {
                let items = around.banks.iter().flat_map(|bank| bank.items.iter().map(move |item| (bank, item)));
                items
                    .map(|(bank, item)| (format!("{}/{}", bank.id, item.id), item.text.show(self.lang).to_owned()))
                    .collect()
            }
        }
    }

    fn items_in_expression(&self, written: &str, start: usize, offset: usize) -> Vec<Offer> {
        let word = written.chars().rev().take_while(|letter| letter.is_alphanumeric() || *letter == '_');
        let begun: usize = word.map(char::len_utf8).sum();
        let replace = start + written.len() - begun..offset + self.rest_of_word(offset);
        let offer = |(id, about): (String, String)| Offer {
            label: id.clone(),
            detail: about,
            insert: id,
            replace: replace.clone(),
            kind: OfferKind::Identity,
        };
        self.known(Known::Item).into_iter().map(offer).collect()
    }

    fn explain_value(&self, shape: &Shape, value: &str) -> Option<String> {
        match shape {
            Shape::Word(words) | Shape::Usual(words) => {
                words.words.contains(&value).then(|| format!("**{value}** {}", words.explain(value, self.lang)))
            }
            Shape::Known(Known::Clause) => {
                let (plan, clause) = self.clause(value)?;
                let about =
                    text!("editor.clause", plan = plan.head.title, section = clause.section, line = clause.line);
                Some(format!("{}\n\n> {}", about.show(self.lang), clause.text))
            }
            Shape::Known(Known::BankItem) => {
                let (bank, id) = value.split_once('/')?;
                let bank = self.around.banks.iter().find(|known| known.id.0 == bank)?;
                let item = bank.item(&ItemId(id.to_owned()))?;
                let bases = item.basis.iter().map(|basis| {
                    let verify = if basis.verify { self.lang.t("item.verify") } else { "".into() };
                    format!("\n- {} {}{verify}", basis.document, basis.article)
                });
                let bases: String = bases.collect();
                Some(format!("{} · {}\n{bases}", bank.title.show(self.lang), item.text.show(self.lang)))
            }
            Shape::Known(known) => {
                let about = self.known(*known).into_iter().find(|(id, _)| id == value)?.1;
                Some(format!("**{value}** {about}"))
            }
            _ => None,
        }
    }

    fn topic_name(&self, topic: &Topic) -> String {
        if self.lang == Lang::Zh { topic.zh.clone() } else { topic.en.clone() }
    }

    fn clause(&self, id: &str) -> Option<(&Plan, &Clause)> {
        let clauses = self.around.plans.iter().flat_map(|plan| plan.clauses.iter().map(move |clause| (plan, clause)));
        clauses.into_iter().find(|(_, clause)| clause.id.0 == id)
    }

    /// Finds the field whose name or value stands at a place.
    fn find(&self, offset: usize) -> Option<Found> {
        let around = block_around(self.text, offset);
        let text = self.text.get(around.clone())?;
        let block = block(text);
        let table = self.sort.root().below(&block.path)?;
        let mut found = find_in(table, &block.entries, offset - around.start)?;
        found.span = found.span.start + around.start..found.span.end + around.start;
        Some(found)
    }

    /// Returns how many bytes of a word stand behind a place.
    fn rest_of_word(&self, offset: usize) -> usize {
        let rest = self.text[offset..].chars().take_while(|letter| letter.is_alphanumeric() || *letter == '_');
        rest.map(char::len_utf8).sum()
    }

    /// Returns how many bytes of a value stand behind a place: what is left of its word, and its quotation mark.
    fn rest_of_value(&self, written: &str, offset: usize) -> usize {
        let rest = &self.text[offset..];
        let word = rest.chars().take_while(|letter| letter.is_alphanumeric() || "-_./".contains(*letter));
        let word: usize = word.map(char::len_utf8).sum();
        let mark = written.chars().next().filter(|mark| matches!(mark, '"' | '\''));
        word + usize::from(mark.is_some_and(|mark| rest[word..].starts_with(mark)))
    }

    /// Returns the word around a place.
    fn word_at(&self, offset: usize) -> &str {
        let part = |letter: char| letter.is_alphanumeric() || letter == '_';
        let before: usize =
            self.text[..offset].chars().rev().take_while(|letter| part(*letter)).map(char::len_utf8).sum();
        &self.text[offset - before..offset + self.rest_of_word(offset)]
    }

    /// Says whether a value that begins at a place stands in a list already.
    fn is_in_list(&self, start: usize) -> bool {
        self.text[..start].trim_end().ends_with(['[', ','])
    }
}

/// Rules as they are usually written.
const RULES: [&str; 8] = [">= 95", "<= 2", "> 0", "= 0", "2..8", "yes", "no", ">= today"];

/// Finds a field by its name, which may lead through tables.
fn field_of(table: &'static Table, name: &str) -> Option<(&'static Table, &'static Field)> {
    let mut parts: Vec<String> = name.split('.').map(str::to_owned).collect();
    let last = parts.pop()?;
    let table = table.below(&parts)?;
    Some((table, table.field(&last)?))
}

fn find_in(table: &'static Table, entries: &[Entry], offset: usize) -> Option<Found> {
    let touched = |span: &Range<usize>| span.start <= offset && offset <= span.end;
    for entry in entries {
        let Some((table, field)) = field_of(table, &entry.name) else { continue };
        if touched(&entry.key) {
            return Some(Found { table, field, span: entry.key.clone(), on_name: true });
        }
        if let Some(value) = entry.value.as_ref().filter(|value| touched(&value.span)) {
            return find_in_value(table, field, value, offset);
        }
    }
    None
}

fn find_in_value(table: &'static Table, field: &'static Field, value: &Node, offset: usize) -> Option<Found> {
    match &value.content {
        Content::Scalar => Some(Found { table, field, span: value.span.clone(), on_name: false }),
        Content::List(elements) => {
            let inner = elements.iter().find(|one| one.span.start <= offset && offset <= one.span.end)?;
            find_in_value(table, field, inner, offset)
        }
        Content::Table(entries) => find_in(field.shape.table()?, entries, offset),
    }
}

fn unquoted(value: &str) -> &str {
    value.trim_matches(['"', '\''])
}
