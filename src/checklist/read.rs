//! Reading a checklist file, with every mistake at its place.
//!
//! The file is walked as a tree with spans instead of being deserialised, because a deserialiser stops at the first
//! mistake and a person wants to see them all. What the fields of an item mean is in the sibling `read_item`.

use std::{
    collections::{HashMap, HashSet},
    ops::Range,
    sync::Arc,
};

use toml::de::DeTable;

use super::{
    Bilingual, Checklist, ChecklistId, Code, DiagnosticLevel, Item, Reading, Section,
    fields::{Fields, Report, SHORT, shown},
    next::next_visit,
    read_condition::condition,
    read_item::{ITEM_FIELDS, item},
    read_logic::{report_bases, report_clauses, report_logic, report_topic},
    read_scoring::scoring,
    syntax,
    undecided::report_undecided,
    words::nearest,
};
#[cfg(test)]
use super::{read_condition::CONDITION_FIELDS, read_scoring::GRADE_FIELDS};
use crate::{
    facility::FACILITY_TYPES,
    plan::{Plan, PlanId, TopicId, Topics},
    text,
};

/// The most items of a checklist.
pub const ITEMS_MAX: usize = 20_000;
/// The most sections of a checklist.
pub const SECTIONS_MAX: usize = 500;
/// The largest file that is read, in bytes.
pub const FILE_MAX_BYTES: usize = 32 * 1024 * 1024;
/// The largest file that is read on behind its first syntax error, in bytes; about 10,000 items.
const RECOVERY_MAX_BYTES: usize = 4 * 1024 * 1024;
/// The longest identity, in characters.
const ID_MAX_CHARS: usize = 100;

const CHECKLIST_FIELDS: &[&str] = &[
    "id",
    "title",
    "title_en",
    "version",
    "sort",
    "topic",
    "plan",
    "facility_types",
    "emergency",
    "inspectors",
    "scoring",
    "critical_gate",
    "grades",
    "next_passed",
    "next_failed",
    "section",
    "item",
];
const SECTION_FIELDS: &[&str] =
    &["id", "title", "title_en", "parent", "when", "facility_types", "levels", "weight", "phrases"];

/// Lists the fields of every table, by the table's name.
#[cfg(test)]
pub(crate) fn known_fields() -> Vec<(&'static str, &'static [&'static str])> {
    let own = [("checklist", CHECKLIST_FIELDS), ("section", SECTION_FIELDS), ("item", ITEM_FIELDS)];
    let others = [("condition", CONDITION_FIELDS), ("grade", GRADE_FIELDS)];
    own.into_iter().chain(others).chain(super::read_item::INNER_FIELDS).collect()
}

/// The most a section weighs against another one.
const WEIGHT_MAX: f64 = 1_000.0;

/// Names that Windows keeps for devices; a file of that name cannot be made there.
const DEVICE_NAMES: &[&str] = &["con", "prn", "aux", "nul", "com", "lpt"];

/// What a checklist can be compared with: the plans and topics that are there now.
pub trait Neighbours {
    /// Returns a plan as it is now; nothing where it is not here, so that its clauses cannot be judged.
    fn plan(&mut self, id: &PlanId) -> Option<Arc<Plan>>;

    /// Returns the topics in force; nothing where they are not known.
    fn topics(&self) -> Option<&Topics>;
}

/// Reads a checklist, and reports every mistake and doubt in the order of the file.
///
/// A byte order mark and Windows line ends are allowed. A checklist with warnings only can be used.
pub fn read(text: &str) -> Reading {
    read_whole(text, None)
}

/// Reads a checklist like [`read`], and compares its topic and the clauses that its items come from with what is there now.
pub fn read_among(text: &str, neighbours: &mut dyn Neighbours) -> Reading {
    read_whole(text, Some(neighbours))
}

fn read_whole(text: &str, neighbours: Option<&mut dyn Neighbours>) -> Reading {
    let mut report = Report::new(text);
    if text.len() > FILE_MAX_BYTES {
        let limit = FILE_MAX_BYTES / 1024 / 1024;
        report.add(Code::TooLarge, 0..0, text!("checklist.check.file-too-large", limit = limit), None);
        return Reading { checklist: None, diagnostics: report.finish() };
    }
    let (root, errors) = match DeTable::parse(text) {
        Ok(root) => (root, Vec::new()),
        // The parser keeps every error, and a large file can be nothing but errors.
        Err(first) if text.len() > RECOVERY_MAX_BYTES => {
            syntax::diagnose(&mut report, &DeTable::default(), vec![first]);
            return Reading { checklist: None, diagnostics: report.finish() };
        }
        Err(_) => DeTable::parse_recoverable(text),
    };
    syntax::diagnose(&mut report, root.get_ref(), errors);
    let checklist = checklist(&mut report, root.get_ref(), neighbours);
    let diagnostics = report.finish();
    let usable = diagnostics.iter().all(|found| found.level() == DiagnosticLevel::Warning);
    Reading { checklist: usable.then_some(checklist), diagnostics }
}

fn checklist(report: &mut Report<'_>, root: &DeTable<'_>, neighbours: Option<&mut dyn Neighbours>) -> Checklist {
    // What the whole file lacks is pointed out at its first line.
    let start = if report.text().starts_with('\u{feff}') { '\u{feff}'.len_utf8() } else { 0 };
    let fields = Fields::new(report, root, start..start, CHECKLIST_FIELDS);
    let id = checklist_id(report, &fields);
    let title = bilingual(report, &fields, "title", "title_en");
    if fields.get("version").is_none() {
        let hint = text!("checklist.check.missing-version-hint");
        report.add(Code::MissingField, start..start, text!("checklist.check.missing", field = "version"), Some(hint));
    }
    let version = fields.whole(report, "version", 1..=1_000_000).unwrap_or(1);
    let (section_tables, sections) = sections(report, &fields);
    let (item_tables, items) = items(report, &fields, &sections);
    report_logic(report, &section_tables, &item_tables, &sections, &items);
    report_bases(report, &item_tables, &items);
    report_undecided(report);
    let topic = fields.optional(report, "topic", SHORT).map(TopicId);
    if let Some(neighbours) = neighbours {
        if let (Some(topic), Some(topics)) = (&topic, neighbours.topics()) {
            report_topic(report, &fields, topic, topics);
        }
        report_clauses(report, &item_tables, &items, neighbours);
    }
    Checklist {
        id,
        title,
        version,
        sort: fields.word(report, "sort").unwrap_or_default(),
        topic,
        plan: fields.optional(report, "plan", SHORT).map(PlanId),
        facility_types: facility_types(report, &fields),
        emergency: fields.flag(report, "emergency", false),
        inspectors: fields.whole(report, "inspectors", 1..=20).unwrap_or(0),
        scoring: scoring(report, &fields),
        next: next_visit(report, &fields),
        sections,
        items,
    }
}

fn sections<'a, 't>(report: &mut Report<'_>, fields: &Fields<'a, 't>) -> (Vec<Fields<'a, 't>>, Vec<Section>) {
    if fields.get("section").is_none() {
        let hint = text!("checklist.check.missing-section-hint");
        let message = text!("checklist.check.missing", field = "[[section]]");
        report.add(Code::MissingField, fields.span.clone(), message, Some(hint));
    }
    let tables = fields.tables(report, "section", SECTIONS_MAX, SECTION_FIELDS);
    let mut sections = Vec::with_capacity(tables.len());
    let mut seen = Seen::default();
    for table in &tables {
        sections.push(Section {
            id: identity(report, table, &mut seen),
            title: bilingual(report, table, "title", "title_en"),
            parent: table.optional(report, "parent", SHORT),
            when: condition(report, table, "when"),
            facility_types: facility_types(report, table),
            levels: table.texts(report, "levels"),
            weight: weight(report, table),
            phrases: table.texts(report, "phrases"),
        });
    }
    for (table, section) in tables.iter().zip(&sections) {
        if let Some(parent) = &section.parent {
            check_section_name(report, table, "parent", parent, &sections);
        }
    }
    report_parents_in_circles(report, &tables, &sections);
    (tables, sections)
}

/// Takes the weight of a section, which has to count for something.
fn weight(report: &mut Report<'_>, table: &Fields<'_, '_>) -> f64 {
    table.number(report, "weight", f64::MIN_POSITIVE..=WEIGHT_MAX).unwrap_or(1.0)
}

/// Reports sections that stand in themselves, each circle once.
fn report_parents_in_circles(report: &mut Report<'_>, tables: &[Fields<'_, '_>], sections: &[Section]) {
    let by_id: HashMap<&str, usize> =
        sections.iter().enumerate().map(|(at, section)| (section.id.as_str(), at)).collect();
    let parent = |at: usize| sections[at].parent.as_deref().and_then(|id| by_id.get(id).copied());
    let mut settled = vec![false; sections.len()];
    for first in 0..sections.len() {
        let mut path = vec![first];
        while let Some(next) = path.last().and_then(|&at| parent(at)).filter(|&next| !settled[next]) {
            if let Some(begin) = path.iter().position(|&at| at == next) {
                let names: Vec<&str> =
                    path[begin..].iter().chain([&next]).map(|&at| sections[at].id.as_str()).collect();
                let message = text!("checklist.check.section-circle", sections = names.join(" → "));
                let hint = text!("checklist.check.section-circle-hint");
                report.add(Code::Cycle, tables[next].span_of("parent"), message, Some(hint));
                break;
            }
            path.push(next);
        }
        for at in path {
            settled[at] = true;
        }
    }
}

/// Reports the name of a section that does not exist.
fn check_section_name(
    report: &mut Report<'_>,
    table: &Fields<'_, '_>,
    field: &'static str,
    named: &str,
    sections: &[Section],
) {
    if sections.iter().any(|section| section.id == named) {
        return;
    }
    let known = sections.iter().map(|section| section.id.as_str());
    let hint = match nearest(named, known.clone()) {
        Some(meant) => text!("checklist.check.did-you-mean", word = meant),
        None => text!("checklist.check.known-sections", sections = known.take(20).collect::<Vec<_>>().join(", ")),
    };
    let message = text!("checklist.check.unknown-section", section = shown(named));
    report.add(Code::UnknownSection, table.span_of(field), message, Some(hint));
}

fn items<'a, 't>(
    report: &mut Report<'_>,
    fields: &Fields<'a, 't>,
    sections: &[Section],
) -> (Vec<Fields<'a, 't>>, Vec<Item>) {
    let tables = fields.tables(report, "item", ITEMS_MAX, ITEM_FIELDS);
    if tables.is_empty() && fields.get("item").is_none() {
        let hint = text!("checklist.check.no-items-hint");
        report.add(Code::Empty, fields.span.clone(), text!("checklist.check.no-items"), Some(hint));
    }
    let existing: HashSet<&str> = sections.iter().map(|section| section.id.as_str()).collect();
    let mut items = Vec::with_capacity(tables.len());
    let mut seen = Seen::default();
    for table in &tables {
        let id = identity(report, table, &mut seen);
        let item = item(report, table, id);
        if !existing.contains(item.section.as_str()) && !item.section.trim().is_empty() {
            check_section_name(report, table, "section", &item.section, sections);
        }
        items.push(item);
    }
    report_taken_names(report, &tables, &items, &seen);
    if !items.is_empty() {
        report_empty_sections(report, fields, sections, &items);
    }
    (tables, items)
}

/// Reports former identities that another item has, or had.
fn report_taken_names(report: &mut Report<'_>, tables: &[Fields<'_, '_>], items: &[Item], current: &Seen) {
    let mut former = HashSet::new();
    for (table, item) in tables.iter().zip(items) {
        for (position, was) in item.was.iter().enumerate() {
            if current.0.contains_key(&was.0) || !former.insert(was) {
                let span = table.element_span("was", position);
                let message = text!("checklist.check.was-taken", id = shown(&was.0));
                report.add(Code::DuplicateId, span, message, Some(text!("checklist.check.was-taken-hint")));
            }
        }
    }
}

fn report_empty_sections(report: &mut Report<'_>, fields: &Fields<'_, '_>, sections: &[Section], items: &[Item]) {
    let parents = sections.iter().filter_map(|section| section.parent.as_deref());
    let used: HashSet<&str> = items.iter().map(|item| item.section.as_str()).chain(parents).collect();
    for (position, section) in sections.iter().enumerate().filter(|(_, section)| !used.contains(section.id.as_str())) {
        let span = fields.element_span("section", position);
        let message = text!("checklist.check.empty-section", section = shown(&section.id));
        report.add(Code::Empty, span, message, Some(text!("checklist.check.empty-section-hint")));
    }
}

/// The identities of one kind that were used so far, and where.
#[derive(Default)]
struct Seen(HashMap<String, Range<usize>>);

/// Takes the identity of a section or item: well-formed and not used before.
fn identity(report: &mut Report<'_>, table: &Fields<'_, '_>, seen: &mut Seen) -> String {
    let id = table.required(report, "id", SHORT);
    if id.trim().is_empty() {
        return id;
    }
    let span = table.span_of("id");
    check_identity(report, &id, span.clone());
    if let Some(first) = seen.0.get(&id) {
        let message = text!("checklist.check.duplicate-id", id = shown(&id), line = report.line(first.start));
        report.add(Code::DuplicateId, span, message, Some(text!("checklist.check.duplicate-id-hint")));
    } else {
        seen.0.insert(id.clone(), span);
    }
    id
}

/// Reports an identity with characters that cannot stand in one, and says whether it is fine.
pub(super) fn check_identity(report: &mut Report<'_>, id: &str, span: Range<usize>) -> bool {
    let fine = id.chars().all(|character| character.is_alphanumeric() || matches!(character, '-' | '_' | '.'))
        && id.chars().count() <= ID_MAX_CHARS;
    if !fine {
        let hint = text!("checklist.check.bad-id-hint", limit = ID_MAX_CHARS);
        report.add(Code::BadId, span, text!("checklist.check.bad-id", id = shown(id)), Some(hint));
    }
    fine
}

/// Takes the identity of the checklist, which is also the name of its file on every system.
fn checklist_id(report: &mut Report<'_>, fields: &Fields<'_, '_>) -> ChecklistId {
    let id = fields.required(report, "id", SHORT);
    if !id.trim().is_empty() {
        let span = fields.span_of("id");
        if !check_identity(report, &id, span.clone()) {
            return ChecklistId(id);
        }
        let stem = id.split('.').next().unwrap_or_default().to_lowercase();
        let stem = stem.trim_end_matches(|last: char| last.is_ascii_digit());
        if id.starts_with('.') || id.ends_with('.') || DEVICE_NAMES.contains(&stem) {
            let hint = text!("checklist.check.bad-file-id-hint");
            report.add(Code::BadId, span, text!("checklist.check.bad-file-id", id = shown(&id)), Some(hint));
        }
    }
    ChecklistId(id)
}

pub(super) fn bilingual(
    report: &mut Report<'_>,
    fields: &Fields<'_, '_>,
    chinese: &'static str,
    english: &'static str,
) -> Bilingual {
    Bilingual { zh: fields.required(report, chinese, SHORT), en: fields.optional(report, english, SHORT) }
}

/// Takes facility types; a bureau may have words of its own, so an unknown one is only doubtful when it is nearly known.
pub(super) fn facility_types(report: &mut Report<'_>, fields: &Fields<'_, '_>) -> Vec<String> {
    let types = fields.texts(report, "facility_types");
    for (position, word) in types.iter().enumerate().filter(|(_, word)| !FACILITY_TYPES.contains(&word.as_str())) {
        if let Some(meant) = nearest(word, FACILITY_TYPES.iter().copied()) {
            let span = fields.element_span("facility_types", position);
            let hint = text!("checklist.check.did-you-mean", word = meant);
            let message = text!("checklist.check.doubtful-type", word = shown(word));
            report.add(Code::DoubtfulType, span, message, Some(hint));
        }
    }
    types
}
