//! JSON Schemas of the files that people edit, for editors other than our own.
//!
//! Draft 7, because that is what the common TOML tools understand. The tables are kept flat: what a value may be is told by
//! one `type` and optional fields, and never by a choice between whole tables, because tools explain a fault in a flat
//! table exactly and in a choice not at all. What only the reader can know, such as whether a section exists, is not here.

use serde_json::{Map, Value, json};

use super::{
    checklist_shapes::CHECKLIST,
    other_shapes::{FACILITY_FILE, RECORD, TOPICS},
    shape::{Field, Shape, Table},
};
use crate::i18n::Lang;

/// The longest texts that the reader of checklists takes, in characters: of one line, and of several.
const LINE_MAX_CHARS: usize = 300;
const LINES_MAX_CHARS: usize = 4_000;

/// A sort of file that has a schema.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileSort {
    /// A checklist or an item bank.
    Checklist,
    /// The vocabulary of topics.
    Topics,
    /// The register of units.
    Facilities,
    /// A record.
    Record,
}

impl FileSort {
    /// Every sort.
    pub const ALL: [Self; 4] = [Self::Checklist, Self::Topics, Self::Facilities, Self::Record];

    /// Returns its name, by which it is asked for and its schema's file is called.
    pub fn name(self) -> &'static str {
        match self {
            Self::Checklist => "checklist",
            Self::Topics => "topics",
            Self::Facilities => "facilities",
            Self::Record => "record",
        }
    }

    /// Returns the table that the file as a whole is.
    pub fn root(self) -> &'static Table {
        match self {
            Self::Checklist => &CHECKLIST,
            Self::Topics => &TOPICS,
            Self::Facilities => &FACILITY_FILE,
            Self::Record => &RECORD,
        }
    }

    /// Returns the mark in the schemas that this version of the program writes in a language.
    pub fn mark(lang: Lang) -> String {
        format!("ducha {} {}", env!("CARGO_PKG_VERSION"), lang.code())
    }

    /// Writes its JSON Schema with explanations in a language.
    pub fn schema(self, lang: Lang) -> String {
        let mut definitions = Map::new();
        let mut schema = table_schema(self.root(), lang, &mut definitions);
        schema.insert("$schema".to_owned(), json!("http://json-schema.org/draft-07/schema#"));
        schema.insert("title".to_owned(), json!(lang.t(&format!("schema.file.{}", self.name()))));
        // Compared when a workspace is opened, so that a newer program writes a newer schema.
        schema.insert("$comment".to_owned(), json!(Self::mark(lang)));
        schema.insert("definitions".to_owned(), Value::Object(definitions));
        // A tree of maps, strings and numbers can always be written.
        serde_json::to_string_pretty(&schema).unwrap_or_default() + "\n"
    }
}

fn table_schema(table: &Table, lang: Lang, definitions: &mut Map<String, Value>) -> Map<String, Value> {
    let required: Vec<_> = table.fields.iter().filter(|field| field.required).map(|field| field.name).collect();
    let mut properties = Map::new();
    for field in table.fields {
        properties.insert(field.name.to_owned(), field_schema(table, field, lang, definitions));
    }
    let mut schema = object(&json!({ "type": "object", "properties": properties, "additionalProperties": false }));
    if !required.is_empty() {
        schema.insert("required".to_owned(), json!(required));
    }
    let wants: Vec<_> = WANTS.iter().filter(|(_, field)| table.field(field).is_some()).map(want).collect();
    if table.field("answer").is_some_and(|field| matches!(field.shape, Shape::Word(_))) && !wants.is_empty() {
        schema.insert("allOf".to_owned(), json!(wants));
    }
    schema
}

/// Answer types that want another field.
const WANTS: [(&[&str], &str); 2] = [(&["choice", "choices"], "choices"), (&["table"], "columns")];

fn want((answers, field): &(&[&str], &str)) -> Value {
    json!({
        "if": { "properties": { "answer": { "enum": answers } }, "required": ["answer"] },
        "then": { "required": [field] },
    })
}

fn field_schema(table: &Table, field: &Field, lang: Lang, definitions: &mut Map<String, Value>) -> Value {
    let mut schema = shape_schema(&field.shape, lang, definitions);
    if field.required && schema.get("type").is_some_and(|of| of == "string") {
        // A visible character: what is empty is as good as missing.
        schema.entry("pattern").or_insert(json!("\\S"));
    }
    let explained = table.explain(field.name, lang);
    if schema.contains_key("$ref") {
        // Whatever stands beside a reference is not looked at in draft 7.
        return json!({ "allOf": [schema], "description": explained });
    }
    schema.insert("description".to_owned(), json!(explained));
    Value::Object(schema)
}

fn shape_schema(shape: &Shape, lang: Lang, definitions: &mut Map<String, Value>) -> Map<String, Value> {
    let flat = match shape {
        Shape::Line | Shape::Known(_) | Shape::Expression => json!({ "type": "string", "maxLength": LINE_MAX_CHARS }),
        Shape::Lines => json!({ "type": "string", "maxLength": LINES_MAX_CHARS }),
        Shape::Identity => json!({ "type": "string", "pattern": "^[^\\s/\\\\]{1,100}$" }),
        Shape::Word(words) => {
            let explained: Vec<_> = words.words.iter().map(|word| words.explain(word, lang)).collect();
            json!({ "type": "string", "enum": words.words, "x-taplo": { "docs": { "enumValues": explained } } })
        }
        Shape::Usual(words) => json!({ "type": "string", "examples": words.words }),
        Shape::Flag => json!({ "type": "boolean" }),
        Shape::Number(from, to) if *from <= f64::MIN && *to >= f64::MAX => json!({ "type": "number" }),
        Shape::Number(from, to) => json!({ "type": "number", "minimum": from, "maximum": to }),
        Shape::Whole(from, to) => json!({ "type": "integer", "minimum": from, "maximum": to }),
        Shape::Rule => json!({ "type": ["string", "array"], "items": { "type": "string" } }),
        Shape::Deadline => json!({ "type": "string", "pattern": "^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$" }),
        Shape::Any => json!({}),
        Shape::List(element) => json!({ "type": "array", "items": shape_schema(element, lang, definitions) }),
        Shape::Table(table) => {
            define(table, &[], lang, definitions);
            json!({ "$ref": format!("#/definitions/{}", table.name) })
        }
        Shape::Either(shapes) => either(shapes, lang, definitions),
    };
    object(&flat)
}

/// Joins several forms into one: the words of JSON Schema speak of one type each, so they can stand side by side.
fn either(shapes: &'static [Shape], lang: Lang, definitions: &mut Map<String, Value>) -> Value {
    let table = shapes.iter().find_map(|shape| match shape {
        Shape::Table(table) => Some(*table),
        _ => None,
    });
    if let Some(table) = table {
        define(table, shapes, lang, definitions);
        return json!({ "$ref": format!("#/definitions/{}", table.name) });
    }
    Value::Object(joined(shapes, lang, definitions))
}

fn joined(shapes: &'static [Shape], lang: Lang, definitions: &mut Map<String, Value>) -> Map<String, Value> {
    let mut schema = Map::new();
    let mut types = Vec::new();
    for shape in shapes.iter().filter(|shape| !matches!(shape, Shape::Table(_))) {
        let mut one = shape_schema(shape, lang, definitions);
        types.extend(one.remove("type"));
        schema.append(&mut one);
    }
    schema.insert("type".to_owned(), json!(types));
    schema
}

/// Puts a table among the definitions, once; `others` are the forms that may stand in its place.
fn define(table: &'static Table, others: &'static [Shape], lang: Lang, definitions: &mut Map<String, Value>) {
    if definitions.contains_key(table.name) {
        return;
    }
    // A table may stand within itself; its name is taken before its fields are looked at.
    definitions.insert(table.name.to_owned(), Value::Null);
    let mut schema = table_schema(table, lang, definitions);
    let mut other = joined(others, lang, definitions);
    let types = other.remove("type").and_then(|types| types.as_array().cloned()).unwrap_or_default();
    if !types.is_empty() {
        let types: Vec<_> = std::iter::once(json!("object")).chain(types).collect();
        schema.append(&mut other);
        schema.insert("type".to_owned(), json!(types));
    }
    definitions.insert(table.name.to_owned(), Value::Object(schema));
}

fn object(value: &Value) -> Map<String, Value> {
    value.as_object().cloned().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::checklist::{AnswerType, Column, known_fields};

    /// Lists every table that can be reached.
    fn tables(from: &'static Table, found: &mut Vec<&'static Table>) {
        if !found.iter().any(|known| std::ptr::eq(*known, from)) {
            found.push(from);
            from.fields.iter().filter_map(|field| field.shape.table()).for_each(|table| tables(table, found));
        }
    }

    fn all_tables() -> Vec<&'static Table> {
        let mut found = Vec::new();
        for sort in FileSort::ALL {
            tables(sort.root(), &mut found);
        }
        found
    }

    #[test]
    fn the_reader_of_checklists_knows_the_same_fields() {
        let mut found = Vec::new();
        tables(&CHECKLIST, &mut found);
        let shapes: BTreeSet<_> =
            found.iter().map(|table| (table.name, table.fields.iter().map(|field| field.name).collect())).collect();
        let read: BTreeSet<(_, Vec<_>)> =
            known_fields().into_iter().map(|(table, names)| (table, names.to_vec())).collect();
        assert_eq!(shapes, read);
    }

    #[test]
    fn the_words_are_those_of_the_reader() {
        let words = |table: &str, field: &str| -> BTreeSet<&str> {
            let table = all_tables().into_iter().find(|known| known.name == table).expect("a table");
            let Shape::Word(words) = table.field(field).expect("a field").shape else { panic!("no words") };
            words.words.iter().copied().collect()
        };
        assert_eq!(words("item", "answer"), AnswerType::ALL.iter().map(|answer| answer.name()).collect());
        assert_eq!(words("column", "answer"), Column::ANSWERS.iter().map(|answer| answer.name()).collect());
    }

    #[test]
    fn every_field_and_word_is_explained_in_both_languages() {
        for lang in Lang::ALL {
            for table in all_tables() {
                for field in table.fields {
                    assert!(
                        lang.has(&format!("schema.{}.{}", table.name, field.name)),
                        "{} {}",
                        table.name,
                        field.name
                    );
                    for shape in field.shape.single() {
                        if let Shape::Word(words) | Shape::Usual(words) = shape {
                            let lacking = words.words.iter().find(|word| !lang.has(&format!("{}{word}", words.name)));
                            assert_eq!(lacking, None, "{}", words.name);
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn every_reference_leads_somewhere() {
        for sort in FileSort::ALL {
            let schema: Value = serde_json::from_str(&sort.schema(Lang::Zh)).expect("JSON");
            let text = schema.to_string();
            for (at, _) in text.match_indices("#/definitions/") {
                let name = text[at + 14..].split('"').next().expect("a name");
                assert!(schema["definitions"][name].is_object(), "{name}");
            }
            assert!(schema["description"].is_null() && schema["title"].is_string());
        }
    }
}
