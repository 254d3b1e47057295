//! What documents, their fields and their values are called by people: a unit, an item and a word, not paths and TOML.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use toml::Value as Toml;

use super::{
    fields::{expression, unescape},
    kind,
};
use crate::{
    checklist::{ChecklistId, Item, ItemId, Severity, Value, Verdict},
    i18n::Lang,
    inspection::{RecordField, RecordId, Sheet},
    store::Workspace,
    text,
};

/// How the kinds of documents are called, by their names.
const KINDS: &[(&str, &str)] = &[
    ("record", "document.record"),
    ("checklist", "document.checklist"),
    ("bank", "document.bank"),
    ("version", "document.version"),
    ("topics", "document.topics"),
    ("facilities", "document.facilities"),
    ("register", "document.register"),
    ("corrections", "document.corrections"),
    ("plan", "document.plan"),
    ("task", "document.task"),
    ("campaign", "document.campaign"),
    ("draw", "document.draw"),
    ("finding", "document.finding"),
    ("trace", "document.trace"),
    ("calendar", "document.calendar"),
    ("review-rules", "document.review-rules"),
    ("review", "document.review"),
    ("evidence", "document.evidence"),
];

/// How much of the text of an item is enough to know it, in characters.
const ITEM: usize = 24;

/// Puts documents, fields and values into words; what a record is about is read once.
pub struct Wording<'workspace> {
    workspace: &'workspace Workspace,
    records: RefCell<HashMap<String, Option<Rc<Known>>>>,
}

/// What is known of a record.
struct Known {
    unit: String,
    checklist: String,
    day: String,
    /// Nothing where its checklist is not here.
    sheet: Option<Sheet>,
}

impl<'workspace> Wording<'workspace> {
    /// Begins.
    pub fn new(workspace: &'workspace Workspace) -> Self {
        Self { workspace, records: RefCell::default() }
    }

    /// Names a document.
    pub fn document(&self, document: &str, lang: Lang) -> String {
        let name = document.split_once('/').map_or("", |(_, name)| name);
        let Some(kind) = kind::of(document) else { return document.to_owned() };
        let key = KINDS.iter().find(|(known, _)| *known == kind.name).map_or("document.record", |(_, key)| key);
        let shown = match kind.name {
            "record" | "finding" => {
                let id = name.rsplit('/').next().unwrap_or(name);
                self.record(id).map_or_else(
                    || id.to_owned(),
                    |known| {
                        text!("document.of-unit", unit = known.unit, checklist = known.checklist, day = known.day)
                            .show(lang)
                    },
                )
            }
            "checklist" => {
                let file = self.workspace.checklist(&ChecklistId(name.to_owned()));
                let title = file.map_or_else(|_| name.to_owned(), |file| file.checklist.title.show(lang).to_owned());
                return text!("document.titled", kind = lang.t(key), title = title).show(lang);
            }
            _ => name.to_owned(),
        };
        let kind = lang.t(key);
        if shown.is_empty() { kind.into_owned() } else { text!("document.named", kind = kind, name = shown).show(lang) }
    }

    /// Names the place of a field: the unit, the item with its number, and what of it.
    pub fn place(&self, document: &str, field: &str, lang: Lang) -> String {
        let names: Vec<String> = field.split('/').map(unescape).collect();
        let parts = match document.strip_prefix("record/") {
            Some(id) => self.of_record(id, field, &names, lang),
            None => vec![self.document(document, lang), self.of_element(document, &names, lang)],
        };
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" · ")
    }

    fn of_record(&self, id: &str, field: &str, names: &[String], lang: Lang) -> Vec<String> {
        let known = self.record(id);
        let unit = known.as_ref().map_or_else(|| id.to_owned(), |known| known.unit.clone());
        let (item, path) = match names {
            [first, item, ..] if first == "answer" => (Some(item), field.splitn(3, '/').nth(2).unwrap_or_default()),
            _ => (None, field),
        };
        let what = field_name(path, lang);
        let item = item.map(|item| {
            let sheet = known.as_ref().and_then(|known| known.sheet.as_ref());
            sheet.and_then(|sheet| item_shown(sheet, item, lang)).unwrap_or_else(|| item.clone())
        });
        [Some(unit), item, Some(what)].into_iter().flatten().collect()
    }

    /// Names a field of anything else: the unit of a register by its name, other elements by their numbers.
    fn of_element(&self, document: &str, names: &[String], lang: Lang) -> String {
        let is_register = document == "facilities" || document.starts_with("register/");
        let shown: Vec<String> = match names {
            [first, id, rest @ ..] if is_register && first == "facility" => {
                let units = self.workspace.facilities().found;
                let unit = units.into_iter().find(|unit| unit.id.0 == *id).map_or_else(|| id.clone(), |unit| unit.name);
                let label = |name: &String| {
                    let key = format!("facility-field.{name}");
                    if lang.has(&key) { lang.t(&key).into_owned() } else { name.clone() }
                };
                std::iter::once(unit).chain(rest.iter().map(label)).collect()
            }
            names => names.to_vec(),
        };
        shown.join(" ")
    }

    /// Puts a value into words.
    pub fn value(&self, document: &str, field: &str, value: Option<&str>, lang: Lang) -> String {
        let Some(text) = value else { return lang.t("sync.no-value").into_owned() };
        let id = document.strip_prefix("record/");
        let Some((id, (item, path))) = id.zip(field.strip_prefix("answer/").and_then(|field| field.split_once('/')))
        else {
            return expression(text).map_or_else(|| text.to_owned(), |value| plain(&value, lang));
        };
        let known = self.record(id);
        let sheet = known.as_ref().and_then(|known| known.sheet.as_ref());
        let item = sheet.and_then(|sheet| sheet.checklist().item(&ItemId(unescape(item))));
        answer_value(path, Some(text), item, lang)
    }

    fn record(&self, id: &str) -> Option<Rc<Known>> {
        if let Some(known) = self.records.borrow().get(id) {
            return known.clone();
        }
        let read = || {
            let record = self.workspace.record(&RecordId(id.to_owned())).ok()?.into_record();
            let checklist = self.workspace.checklist_of(&record).ok();
            let header = record.header;
            let day = header.inspection.started.date_naive();
            let sheet = checklist.map(|checklist| Sheet::new(checklist, &header.facility, day, record.answers));
            let (unit, checklist) = (header.facility.name, header.checklist.title);
            Some(Rc::new(Known { unit, checklist, day: day.to_string(), sheet }))
        };
        let known = read();
        self.records.borrow_mut().insert(id.to_owned(), known.clone());
        known
    }
}

/// Names a field of a record by its path, within an answer or within the record.
pub(super) fn field_name(path: &str, lang: Lang) -> String {
    match RecordField::at(path) {
        RecordField::Other => path.to_owned(),
        known => lang.t(known.name_key()).into_owned(),
    }
}

/// Puts a value of a field of an answer into words; `item` is what was asked, where that is known.
pub(super) fn answer_value(path: &str, value: Option<&str>, item: Option<&Item>, lang: Lang) -> String {
    let Some(text) = value else { return lang.t("sync.no-value").into_owned() };
    let Some(value) = expression(text) else { return text.to_owned() };
    match (RecordField::at(path), &value) {
        (RecordField::Response, Toml::Table(table)) => {
            response(table, item, lang).unwrap_or_else(|| plain(&value, lang))
        }
        (RecordField::Severity, value) => {
            let severity = value.clone().try_into::<Severity>();
            severity.map_or_else(|_| plain(value, lang), |known| lang.t(known.name_key()).into_owned())
        }
        (_, value) => plain(value, lang),
    }
}

/// Names an item by the number that it has on the screen, and the beginning of its text.
fn item_shown(sheet: &Sheet, item: &str, lang: Lang) -> Option<String> {
    let at = sheet.checklist().items.iter().position(|one| one.id.0 == item)?;
    let number = (0..=at).filter(|at| sheet.applies(*at)).count();
    let text = sheet.item(at).text.show(lang);
    let cut: String = text.chars().take(ITEM).collect();
    Some(format!("{number} {cut}{}", if cut.len() < text.len() { "…" } else { "" }))
}

fn response(table: &toml::Table, item: Option<&Item>, lang: Lang) -> Option<String> {
    if let Some(verdict) = table.get("verdict") {
        return Some(lang.t(verdict.clone().try_into::<Verdict>().ok()?.name_key()).into_owned());
    }
    let value: Value = table.get("value")?.clone().try_into().ok()?;
    Some(match item {
        Some(item) => item.typed(value).unwrap_or_else(|as_it_is| as_it_is).show(item.unit_shown(), lang),
        None => value.show("", lang),
    })
}

/// Puts a value into words of which nothing more is known.
fn plain(value: &Toml, lang: Lang) -> String {
    match value {
        Toml::String(text) if text.is_empty() => lang.t("sync.empty-value").into_owned(),
        Toml::String(text) => text.clone(),
        Toml::Boolean(yes) => lang.t(if *yes { "word.yes" } else { "word.no" }).into_owned(),
        Toml::Array(list) if list.is_empty() => lang.t("sync.empty-value").into_owned(),
        Toml::Array(list) => lang.list(list.iter().map(|one| plain(one, lang))),
        // A file, say, is known by its name.
        Toml::Table(table) => match table.get("name") {
            Some(name) => plain(name, lang),
            None => value.to_string(),
        },
        other => other.to_string(),
    }
}
