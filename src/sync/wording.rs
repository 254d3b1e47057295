//! What documents, their fields and their values are called by people: a unit, an item and a word, not paths and TOML.

use std::{cell::RefCell, collections::HashMap, rc::Rc};

use chrono::DateTime;
use toml::Value as Toml;

use super::{
    fields::{expression, unescape},
    kind::{self, Kind},
    render::fields_of,
};
use crate::{
    checklist::{Checklist, ChecklistId, Digest, Item, ItemId, Severity, Sort, Value},
    i18n::Lang,
    inspection::{RecordField, RecordId, Sheet, Void},
    store::Workspace,
    task::CampaignId,
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

impl Known {
    fn shown(&self, lang: Lang) -> String {
        text!("document.of-unit", unit = self.unit, checklist = self.checklist, day = self.day).show(lang)
    }
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
                self.record(id).map_or_else(|| id.to_owned(), |known| known.shown(lang))
            }
            "review" => {
                let known = self.reviewed(kind, document).and_then(|id| self.record(&id));
                known.map_or_else(|| name.to_owned(), |known| known.shown(lang))
            }
            "checklist" | "version" | "campaign" => {
                let title = self.title(kind, name, lang).unwrap_or_else(|| name.to_owned());
                return text!("document.titled", kind = lang.t(key), title = title).show(lang);
            }
            _ => name.to_owned(),
        };
        let kind = lang.t(key);
        if shown.is_empty() { kind.into_owned() } else { text!("document.named", kind = kind, name = shown).show(lang) }
    }

    /// Returns the title of what has one.
    fn title(&self, kind: &Kind, name: &str, lang: Lang) -> Option<String> {
        let of = |checklist: &Checklist| checklist.title.show(lang).to_owned();
        match kind.name {
            "checklist" => self.workspace.checklist(&ChecklistId(name.to_owned())).ok().map(|file| of(&file.checklist)),
            "version" => {
                let digest = Digest(format!("blake3:{name}").into());
                self.workspace.checklist_version(&digest).ok().map(|checklist| of(&checklist))
            }
            _ => self.workspace.campaign(&CampaignId(name.to_owned())).ok().map(|campaign| campaign.title),
        }
    }

    /// Returns the record that a review is about.
    fn reviewed(&self, kind: &Kind, document: &str) -> Option<String> {
        let content = self.workspace.file(&kind.path(document, "")?).ok()??;
        let fields = fields_of(kind, &content.bytes)?;
        expression(fields.get("record")?)?.as_str().map(str::to_owned)
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

    /// Names a field of anything else: the unit of a register by its name, other elements by their numbers, and what of it.
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
            names => {
                let keyed = kind::of(document).map_or(&[][..], |kind| kind.shape.keyed);
                let is_number = |at: usize| at == 1 && keyed.iter().any(|keyed| keyed.path == names[0]);
                let label = |(at, name): (usize, &String)| {
                    let key = format!("document-field.{}", if name == "~" { "whole" } else { name });
                    if !is_number(at) && lang.has(&key) { lang.t(&key).into_owned() } else { name.clone() }
                };
                names.iter().enumerate().map(label).collect()
            }
        };
        shown.join(" ")
    }

    /// Puts a value into words.
    pub fn value(&self, document: &str, field: &str, value: Option<&str>, lang: Lang) -> String {
        let Some(id) = document.strip_prefix("record/") else {
            let Some(text) = value else { return lang.t("sync.no-value").into_owned() };
            return expression(text).map_or_else(|| text.to_owned(), |value| plain(&value, lang));
        };
        let Some((item, path)) = field.strip_prefix("answer/").and_then(|field| field.split_once('/')) else {
            return record_value(field, value, None, lang);
        };
        let known = self.record(id);
        let sheet = known.as_ref().and_then(|known| known.sheet.as_ref());
        let asked = sheet.and_then(|sheet| Asked::of(sheet.checklist(), &ItemId(unescape(item))));
        record_value(path, value, asked, lang)
    }

    fn record(&self, id: &str) -> Option<Rc<Known>> {
        if let Some(known) = self.records.borrow().get(id) {
            return known.clone();
        }
        let read = || {
            let record = self.workspace.record(&RecordId(id.into())).ok()?.into_record();
            let checklist = self.workspace.checklist_of(&record).ok();
            let header = record.header;
            let day = header.inspection.started.date_naive();
            let sheet = checklist.map(|checklist| Sheet::new(checklist, &header.facility, day, record.answers));
            let (unit, checklist) = (header.facility.name.to_string(), header.checklist.title);
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

/// What was asked: an item of a checklist of some sort.
#[derive(Clone, Copy)]
pub(super) struct Asked<'checklist> {
    item: &'checklist Item,
    sort: Sort,
}

impl<'checklist> Asked<'checklist> {
    /// Finds an item of a checklist.
    pub fn of(checklist: &'checklist Checklist, item: &ItemId) -> Option<Self> {
        checklist.item(item).map(|item| Self { item, sort: checklist.sort })
    }
}

/// Puts a value of a field of a record or of an answer into words, with what was asked, where that is known.
pub(super) fn record_value(path: &str, value: Option<&str>, asked: Option<Asked<'_>>, lang: Lang) -> String {
    let field = RecordField::at(path);
    let Some(text) = value else {
        // Who leaves a field empty has deleted nothing.
        let key = if field == RecordField::Whole { "sync.no-value" } else { "sync.not-filled" };
        return lang.t(key).into_owned();
    };
    let Some(value) = expression(text) else { return text.to_owned() };
    match (field, &value) {
        (RecordField::Whole, _) => lang.t("sync.kept-value").into_owned(),
        (RecordField::Final, Toml::Table(table)) => finalised(table).map_or_else(
            || plain(&value, lang),
            |(name, time)| text!("record-field.finalised", name = name, time = time).show(lang),
        ),
        (RecordField::Void, value) => {
            let void = value.clone().try_into::<Void>();
            void.map_or_else(|_| plain(value, lang), |void| void_shown(&void, lang))
        }
        (RecordField::Response, Toml::Table(table)) => {
            response(table, asked, lang).unwrap_or_else(|| plain(&value, lang))
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

/// Says who gave up a draft, when and why.
fn void_shown(void: &Void, lang: Lang) -> String {
    let Void { at, by, reason } = void;
    text!("record-field.given-up", name = by, time = at.format("%m-%d %H:%M"), reason = reason).show(lang)
}

/// Returns who finalised a record, and when.
fn finalised(table: &toml::Table) -> Option<(&str, String)> {
    let at = match table.get("finalised")? {
        Toml::String(text) => text.clone(),
        other => other.to_string(),
    };
    let at = DateTime::parse_from_rfc3339(&at).ok()?;
    Some((table.get("finalised_by")?.as_str()?, at.format("%m-%d %H:%M").to_string()))
}

fn response(table: &toml::Table, asked: Option<Asked<'_>>, lang: Lang) -> Option<String> {
    if let Some(verdict) = table.get("verdict") {
        let sort = asked.map_or_else(Sort::default, |asked| asked.sort);
        return Some(lang.t(sort.verdict_key(verdict.clone().try_into().ok()?)).into_owned());
    }
    let value: Value = table.get("value")?.clone().try_into().ok()?;
    Some(match asked {
        Some(Asked { item, .. }) => item.typed(value).unwrap_or_else(|as_it_is| as_it_is).show(item.unit_shown(), lang),
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

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::sync::breaking::workspace;

    #[test]
    fn documents_and_their_fields_are_named_in_words() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = workspace(folder.path());
        let put = |path: &str, text: &str| {
            let path = folder.path().join(path);
            fs::create_dir_all(path.parent().expect("a folder")).expect("made");
            fs::write(path, text).expect("written");
        };
        let checklist = include_str!("../../tests/data/valid/two-items.toml");
        let digest = Digest::of(checklist.as_bytes());
        put(&format!("checklists/.versions/{}.toml", digest.hex()), checklist);
        put("checklists/two-items.toml", checklist);
        let id = "01KAJ0000000000000000000AA";
        let record = include_str!("../../tests/data/valid/record.toml").replace("DIGEST", &digest.0);
        put(&format!("records/2026/11/{id}.toml"), &record);
        put("reviews/2026/11/01V.toml", &format!("record = \"{id}\"\n"));
        let of_unit = "云澜市人民医院";
        let cases = [
            ("review/2026/11/01V", "", format!("审核意见：{of_unit}")),
            (&format!("version/{}", digest.hex()), "", "检查表版本《".to_owned()),
            ("checklist/two-items", "item/T1/text", "》 · 项目 T1 内容".to_owned()),
            ("checklist/two-items", "item/title/~", "》 · 项目 title 整项".to_owned()),
            ("task/c/1", "due", "任务：c/1 · 期限".to_owned()),
            (&format!("record/{id}"), "final", format!("{of_unit} · 办结")),
            (&format!("record/{id}"), "answer/T1/~", " · 整项作答".to_owned()),
        ];
        let wording = Wording::new(&workspace);
        for (document, field, expected) in cases {
            let place = wording.place(document, field, Lang::Zh);
            assert!(place.contains(&expected), "{place} of {document} {field}, not {expected}");
        }
    }

    #[test]
    fn values_of_a_record_are_put_into_words() {
        let locked = "{ finalised = \"2026-11-21T03:00:00+08:00\", finalised_by = \"王芳\" }";
        let void = "{ at = \"2026-11-21T03:00:00+08:00\", by = \"王芳\", reason = \"误建\" }";
        let cases = [
            ("note", None, "（未填）"),
            ("inspection/place", None, "（未填）"),
            ("~", None, "（删除）"),
            ("~", Some("true"), "（保留）"),
            ("final", Some(locked), "王芳 11-21 03:00 办结"),
            ("void/said", Some(void), "王芳 11-21 03:00 作废 误建"),
            ("response", Some("{ verdict = \"fails\" }"), "不符合"),
        ];
        for (path, value, expected) in cases {
            assert_eq!(record_value(path, value, None, Lang::Zh), expected, "{path} {value:?}");
        }
    }
}
