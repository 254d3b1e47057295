//! What may stand in the files that people edit: tables, fields, and the form of their values.
//!
//! Completion, hints under the pointer, JSON Schemas and the manual all come from these tables, so that they say the same.
//! What a field means stands in the language files under `schema.TABLE.FIELD`, what a word means under
//! `schema.words.LIST.WORD`. What is right beyond the form is the reader's matter; a test holds that the reader of
//! checklists knows the same fields.

use crate::i18n::Lang;

/// A table of a file.
#[derive(Debug)]
pub struct Table {
    /// The name by which the language files explain its fields.
    pub name: &'static str,
    /// Its fields, in the order in which they are written.
    pub fields: &'static [Field],
}

/// A field of a table.
#[derive(Debug)]
pub struct Field {
    /// The name.
    pub name: &'static str,
    /// Whether it has to be there.
    pub required: bool,
    /// The form of its value.
    pub shape: Shape,
}

/// A list of words of the language, explained in the language files.
#[derive(Debug)]
pub struct Words {
    /// How the keys of its words begin in the language files, with the dot.
    pub name: &'static str,
    /// The words.
    pub words: &'static [&'static str],
}

/// The form of a value.
#[derive(Debug)]
pub enum Shape {
    /// A text of one line.
    Line,
    /// A text of any number of lines.
    Lines,
    /// An identity: letters of any script, digits, `-`, `_`, `.`.
    Identity,
    /// One of several words and nothing else.
    Word(&'static Words),
    /// A word that is usually one of several.
    Usual(&'static Words),
    /// The identity of something that the workspace has.
    Known(Known),
    /// `true` or `false`.
    Flag,
    /// A number within bounds.
    Number(f64, f64),
    /// A whole number within bounds.
    Whole(u32, u32),
    /// A rule such as `">= 95"`, a list of accepted words, or an expression.
    Rule,
    /// An expression.
    Expression,
    /// A year, month or day.
    Deadline,
    /// Anything: the item decides.
    Any,
    /// A list of values.
    List(&'static Shape),
    /// A table.
    Table(&'static Table),
    /// One of several forms; the first is the usual one.
    Either(&'static [Shape]),
}

/// What a workspace has, to be named by its identity.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Known {
    /// A topic.
    Topic,
    /// A plan.
    Plan,
    /// A clause of a plan.
    Clause,
    /// A section of this checklist.
    Section,
    /// An item of this checklist.
    Item,
    /// An item of a bank, `BANK/ITEM`.
    BankItem,
}

impl Table {
    /// Finds a field by its name.
    pub fn field(&self, name: &str) -> Option<&'static Field> {
        self.fields.iter().find(|field| field.name == name)
    }

    /// Finds the table that the names of fields lead to, one inside the other.
    pub fn below(&'static self, path: &[String]) -> Option<&'static Self> {
        path.iter().flat_map(|part| part.split('.')).try_fold(self, |table, name| table.field(name)?.shape.table())
    }

    /// Explains a field in a language.
    pub fn explain(&self, field: &str, lang: Lang) -> String {
        lang.t(&format!("schema.{}.{field}", self.name)).into_owned()
    }
}

impl Words {
    /// Explains a word in a language.
    pub fn explain(&self, word: &str, lang: Lang) -> String {
        lang.t(&format!("{}{word}", self.name)).into_owned()
    }
}

impl Shape {
    /// Returns the table that may stand here, in a list or by itself.
    pub fn table(&self) -> Option<&'static Table> {
        match self {
            Self::Table(table) => Some(table),
            Self::List(element) => element.table(),
            Self::Either(shapes) => shapes.iter().find_map(Self::table),
            _ => None,
        }
    }

    /// Says whether the value is a list and nothing else.
    pub fn is_list(&self) -> bool {
        matches!(self, Self::List(_))
    }

    /// Returns the forms of a single value: those of the elements of a list.
    pub fn single(&self) -> Vec<&Self> {
        match self {
            Self::List(element) => element.single(),
            // A condition may be a list of conditions; what the list holds is among the other forms anyway.
            Self::Either(shapes) => shapes.iter().filter(|shape| !shape.is_list()).flat_map(Self::single).collect(),
            shape => vec![shape],
        }
    }
}

/// Makes a field that may be left out.
pub(super) const fn field(name: &'static str, shape: Shape) -> Field {
    Field { name, required: false, shape }
}

/// Makes a field that has to be there.
pub(super) const fn needed(name: &'static str, shape: Shape) -> Field {
    Field { name, required: true, shape }
}
