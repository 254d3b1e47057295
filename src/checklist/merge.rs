//! Generating again over a file that a person has edited: a three-way merge by item and field.
//!
//! The file is the person's: comments, order and wording stay, and only what the plan or bank changed since it was last
//! generated comes in. What is compared are the canonical values of fields, so a different way of writing the same is no
//! change. Nothing is ever deleted here.

use std::collections::{HashMap, HashSet};

use toml_edit::{ArrayOfTables, DocumentMut, Item as Entry, Table, TableLike, Value};

use super::{
    Change, ChangeKind, ChangePlace, Checklist, Item, ItemId, read, undecided,
    write::{Field, head_fields, item_fields, item_text, section_fields, section_text},
};

/// What came of a merge.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Merged {
    /// The text of the file now; byte for byte the same where nothing came in.
    pub text: String,
    /// What came in.
    pub changes: Vec<Change>,
    /// What was left as it is and wants a person's decision.
    pub decisions: Vec<Change>,
    /// Whether the merge took place; where the file had to be left alone, the next merge has to start from the same base.
    pub is_merged: bool,
}

/// Merges a newly generated checklist into the file that a person has edited since.
///
/// `base` is the file as it was last generated, `mine` as it is now. What only a person changed stays, what only the plan or
/// bank changed comes in, and where both changed the same, the person's value stays, and what the plan has now is marked above
/// it for a decision. Items a
/// person deleted stay deleted, items that are no longer generated stay and are reported. Without a base it cannot be known
/// who changed what, and only whole items come in. A file that cannot be read is returned as it is.
pub fn merge(base: Option<&str>, mine: &str, theirs: &Checklist) -> Merged {
    let unmarked = mine.strip_prefix('\u{feff}').unwrap_or(mine);
    let (Some(current), Ok(document)) = (read(mine).checklist, unmarked.parse::<DocumentMut>()) else {
        return Merged { text: mine.to_owned(), changes: Vec::new(), decisions: Vec::new(), is_merged: false };
    };
    let base = base.and_then(|base| read(base).checklist);
    let mut merge = Merge::new(document, undecided::may_be_in(mine));
    if let Some(base) = &base {
        let fields = [head_fields(base), head_fields(&current), head_fields(theirs)];
        merge.fields(Part::Head, &ChangePlace::Head, &fields);
    }
    merge.sections(base.as_ref(), &current, theirs);
    merge.items(base.as_ref(), &current, theirs);
    merge.place_new();
    if !merge.touched {
        return Merged { text: mine.to_owned(), changes: merge.changes, decisions: merge.decisions, is_merged: true };
    }
    let text = like(mine, &merge.document.to_string());
    if read(&text).checklist.is_some() {
        return Merged { text, changes: merge.changes, decisions: merge.decisions, is_merged: true };
    }
    // What is sound by itself need not be so together: a condition on an item that a person deleted, sections that now stand
    // in each other. Then the file stays as it is, and a person decides about everything that would have come in.
    merge.changes.append(&mut merge.decisions);
    Merged { text: mine.to_owned(), changes: Vec::new(), decisions: merge.changes, is_merged: false }
}

/// Gives a text the byte order mark and the line ends of another.
fn like(model: &str, text: &str) -> String {
    let mark = if model.starts_with('\u{feff}') { "\u{feff}" } else { "" };
    let newlines = model.matches('\n').count();
    let windows = newlines > 0 && model.matches("\r\n").count() == newlines;
    if windows {
        format!("{mark}{}", text.replace("\r\n", "\n").replace('\n', "\r\n"))
    } else {
        format!("{mark}{text}")
    }
}

/// The fields that only make sense together: who changed one of them has decided about all.
const ANSWER_FIELDS: &[&str] = &[
    "answer",
    "choices",
    "choices_en",
    "columns",
    "unit",
    "default",
    "calculate",
    "constraint",
    "constraint_message",
    "constraint_message_en",
    "pass",
];

/// Where a table stands in the document.
#[derive(Clone, Copy)]
enum Part {
    Head,
    Section(usize),
    Item(usize),
}

/// Where a new table goes.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
enum Anchor {
    After(usize),
    End,
}

struct Merge {
    document: DocumentMut,
    /// New sections and items with their places; they are put in last, so that the places of the others stay as they are.
    new_sections: Vec<(Anchor, Table)>,
    new_items: Vec<(Anchor, Table)>,
    changes: Vec<Change>,
    decisions: Vec<Change>,
    /// Whether earlier decisions may be marked in the document.
    has_marks: bool,
    /// Whether the document is no longer what it was.
    touched: bool,
}

impl Merge {
    fn new(document: DocumentMut, has_marks: bool) -> Self {
        let (new_sections, new_items, changes, decisions) = <_>::default();
        Self { document, new_sections, new_items, changes, decisions, has_marks, touched: false }
    }

    /// Merges the titles of sections, and brings in those that are new or that items which come in stand in.
    fn sections(&mut self, base: Option<&Checklist>, mine: &Checklist, theirs: &Checklist) {
        let find = |checklist: &Checklist, id: &str| {
            checklist
                .sections
                .iter()
                .enumerate()
                .find(|(_, section)| section.id == id)
                .map(|(at, found)| (at, found.clone()))
        };
        let wanted = sections_of_arrivals(base, mine, theirs);
        let mut anchor = Anchor::End;
        for section in &theirs.sections {
            let before = base.and_then(|base| find(base, &section.id));
            let place = ChangePlace::Section(section.id.clone());
            if let Some((at, now)) = find(mine, &section.id) {
                anchor = Anchor::After(at);
                if let Some((_, before)) = before {
                    let fields = [section_fields(&before), section_fields(&now), section_fields(section)];
                    self.fields(Part::Section(at), &place, &fields);
                }
            } else if wanted.contains(section.id.as_str()) || base.is_some() && before.is_none() {
                self.new_sections.extend(parsed_table(&section_text(section), "section").map(|table| (anchor, table)));
                self.changes.push(Change { place, kind: ChangeKind::Added });
            }
        }
    }

    fn items(&mut self, base: Option<&Checklist>, mine: &Checklist, theirs: &Checklist) {
        let (before, now) = (base.map(index).unwrap_or_default(), index(mine));
        // A new item follows what it follows in the generated checklist, else the last item of its section.
        let mut anchors: HashMap<&str, Anchor> =
            mine.items.iter().enumerate().map(|(at, item)| (item.section.as_str(), Anchor::After(at))).collect();
        for item in &theirs.items {
            let place = ChangePlace::Item(item.id.clone());
            match (before.get(&item.id), now.get(&item.id)) {
                (before, Some((at, now))) => {
                    if now.section == item.section {
                        anchors.insert(&item.section, Anchor::After(*at));
                    }
                    match before {
                        Some((_, before)) => {
                            let fields = [item_fields(before), item_fields(now), item_fields(item)];
                            self.fields(Part::Item(*at), &place, &fields);
                        }
                        None => self.dispute_all(*at, &place, &item_fields(now), &item_fields(item)),
                    }
                }
                (Some((_, before)), None) if *before == item => {}
                (Some(_), None) => self.decisions.push(Change { place, kind: ChangeKind::Deleted }),
                (None, None) => {
                    let anchor = anchors.get(item.section.as_str()).copied().unwrap_or(Anchor::End);
                    self.new_items.extend(parsed_table(&item_text(item), "item").map(|table| (anchor, table)));
                    self.changes.push(Change { place, kind: ChangeKind::Added });
                }
            }
        }
        let generated = index(theirs);
        for item in mine.items.iter().filter(|item| before.contains_key(&item.id) && !generated.contains_key(&item.id))
        {
            let place = ChangePlace::Item(item.id.clone());
            self.decisions.push(Change { place, kind: ChangeKind::Dropped });
        }
    }

    /// Reports every difference between a person's item and a generated one whose common past is not known.
    fn dispute_all(&mut self, at: usize, place: &ChangePlace, mine: &[Field], theirs: &[Field]) {
        for field in names(&[mine, theirs]) {
            let (mine, theirs) = (value_of(mine, field), value_of(theirs, field));
            if mine != theirs {
                self.dispute(Part::Item(at), place, field, (mine, theirs));
            }
        }
    }

    /// Leaves a field as it is and marks what the plan has now, for a person to decide.
    fn dispute(
        &mut self,
        part: Part,
        place: &ChangePlace,
        field: &'static str,
        (mine, theirs): (Option<&str>, Option<&str>),
    ) {
        if let Some(table) = self.marked_table(part) {
            undecided::mark(table, field, theirs);
            self.touched = true;
        }
        let kind = ChangeKind::Disputed { field, mine: mine.map(str::to_owned), theirs: theirs.map(str::to_owned) };
        self.decisions.push(Change { place: place.clone(), kind });
    }

    /// Takes the mark of an earlier decision away that is none any more.
    fn settle(&mut self, part: Part, field: &str) {
        if self.has_marks && self.marked_table(part).is_some_and(|table| undecided::unmark(table, field)) {
            self.touched = true;
        }
    }

    /// Returns the table of a part where it has lines of its own; what is written in braces has no place for marks.
    fn marked_table(&mut self, part: Part) -> Option<&mut Table> {
        let (array, at) = match part {
            Part::Head => return Some(self.document.as_table_mut()),
            Part::Section(at) => ("section", at),
            Part::Item(at) => ("item", at),
        };
        self.document.get_mut(array)?.as_array_of_tables_mut()?.get_mut(at)
    }

    /// Merges the fields of one table, given as they were, as they are and as they are generated now.
    fn fields(&mut self, part: Part, place: &ChangePlace, [base, mine, theirs]: &[Vec<Field>; 3]) {
        let answer = [base, mine, theirs]
            .map(|fields| fields.iter().filter(|(name, _)| ANSWER_FIELDS.contains(name)).collect::<Vec<_>>());
        let answer_step = step(&answer[0], &answer[1], &answer[2]);
        for field in names(&[base, mine, theirs]) {
            let [before, now, new] = [base, mine, theirs].map(|fields| value_of(fields, field));
            let step = match answer_step {
                _ if now == new => Step::Keep,
                together if ANSWER_FIELDS.contains(&field) => together,
                _ => step(&before, &now, &new),
            };
            match step {
                Step::Keep if now == new => self.settle(part, field),
                Step::Keep => {}
                Step::Take => {
                    self.settle(part, field);
                    if let Some(table) = self.table(part) {
                        set(table, field, new);
                    }
                    self.touched = true;
                    let (from, to) = (now.map(str::to_owned), new.map(str::to_owned));
                    self.changes.push(Change { place: place.clone(), kind: ChangeKind::Updated { field, from, to } });
                }
                Step::Dispute => self.dispute(part, place, field, (now, new)),
            }
        }
    }

    fn table(&mut self, part: Part) -> Option<&mut dyn TableLike> {
        let (array, at) = match part {
            Part::Head => return Some(self.document.as_table_mut()),
            Part::Section(at) => ("section", at),
            Part::Item(at) => ("item", at),
        };
        match self.document.get_mut(array)? {
            Entry::ArrayOfTables(tables) => tables.get_mut(at).map(|table| table as &mut dyn TableLike),
            Entry::Value(Value::Array(values)) => {
                values.get_mut(at)?.as_inline_table_mut().map(|table| table as &mut dyn TableLike)
            }
            _ => None,
        }
    }

    /// Puts the new sections and items into the document.
    fn place_new(&mut self) {
        for (array, new) in
            [("section", std::mem::take(&mut self.new_sections)), ("item", std::mem::take(&mut self.new_items))]
        {
            if !new.is_empty() {
                self.touched = true;
                place_tables(&mut self.document, array, new);
            }
        }
    }
}

/// What a merge does with one field.
#[derive(Clone, Copy)]
enum Step {
    Keep,
    Take,
    Dispute,
}

fn step<T: PartialEq>(before: &T, now: &T, new: &T) -> Step {
    if before == new || now == new {
        Step::Keep
    } else if before == now {
        Step::Take
    } else {
        Step::Dispute
    }
}

/// Sets or removes a field, keeping the comment behind it.
fn set(table: &mut dyn TableLike, field: &str, value: Option<&str>) {
    let Some(mut value) = value.and_then(|text| text.parse::<Value>().ok()) else {
        table.remove(field);
        return;
    };
    if let Some(Entry::Value(old)) = table.get_mut(field) {
        *value.decor_mut() = old.decor().clone();
        *old = value;
        return;
    }
    // Whatever else stands there are tables with headers of their own.
    table.remove(field);
    value.decor_mut().clear();
    table.insert(field, Entry::Value(value));
}

fn place_tables(document: &mut DocumentMut, array: &str, new: Vec<(Anchor, Table)>) {
    let slot = document.entry(array).or_insert_with(|| Entry::ArrayOfTables(ArrayOfTables::new()));
    // An array written with braces becomes one with headers; only there can an item be added readably.
    let kept = match std::mem::take(slot).into_array_of_tables() {
        Ok(tables) => tables,
        Err(other) => {
            *slot = other;
            return;
        }
    };
    let mut following: HashMap<Anchor, Vec<Table>> = HashMap::new();
    for (anchor, table) in new {
        following.entry(anchor).or_default().push(table);
    }
    let mut placed = ArrayOfTables::new();
    for (at, table) in kept.into_iter().enumerate() {
        placed.push(table);
        following.remove(&Anchor::After(at)).into_iter().flatten().for_each(|table| placed.push(table));
    }
    following.remove(&Anchor::End).into_iter().flatten().for_each(|table| placed.push(table));
    *slot = Entry::ArrayOfTables(placed);
}

/// Parses the only table of an array of tables.
fn parsed_table(text: &str, array: &str) -> Option<Table> {
    let mut document: DocumentMut = text.parse().ok()?;
    let tables = document.remove(array)?.into_array_of_tables().ok()?;
    let mut table = tables.into_iter().next()?;
    // Its place in the file is given by its neighbours.
    table.set_position(None);
    table.decor_mut().set_prefix("\n");
    Some(table)
}

fn index(checklist: &Checklist) -> HashMap<&ItemId, (usize, &Item)> {
    checklist.items.iter().enumerate().map(|(at, item)| (&item.id, (at, item))).collect()
}

/// Returns the sections that items stand in which come in new or are moved there.
fn sections_of_arrivals<'theirs>(
    base: Option<&Checklist>,
    mine: &Checklist,
    theirs: &'theirs Checklist,
) -> HashSet<&'theirs str> {
    let (before, now) = (base.map(index).unwrap_or_default(), index(mine));
    let arrives = |item: &&Item| match (before.get(&item.id), now.get(&item.id)) {
        (None, None) => true,
        (Some((_, before)), Some((_, now))) => before.section == now.section && before.section != item.section,
        _ => false,
    };
    let mut wanted: HashSet<&str> = theirs.items.iter().filter(arrives).map(|item| item.section.as_str()).collect();
    let of = |checklist: Option<&Checklist>, id: &str| {
        checklist.and_then(|checklist| checklist.sections.iter().find(|section| section.id == id)?.parent.clone())
    };
    // A section that comes in, or is moved into another one, needs that one too.
    let moved = theirs.sections.iter().filter(|section| section.parent != of(base, &section.id));
    let mut waiting: Vec<&str> = wanted.iter().copied().chain(moved.map(|section| section.id.as_str())).collect();
    while let Some(id) = waiting.pop() {
        let section = theirs.sections.iter().find(|section| section.id == id);
        if let Some(parent) =
            section.and_then(|section| section.parent.as_deref()).filter(|parent| wanted.insert(parent))
        {
            waiting.push(parent);
        }
    }
    wanted
}

/// Returns every name of a field once, in the order of their first appearance.
fn names(lists: &[&[Field]]) -> Vec<&'static str> {
    let mut names = Vec::new();
    for (name, _) in lists.iter().copied().flatten() {
        if !names.contains(name) {
            names.push(*name);
        }
    }
    names
}

fn value_of<'fields>(fields: &'fields [Field], name: &str) -> Option<&'fields str> {
    fields.iter().find(|(known, _)| *known == name).map(|(_, value)| value.as_str())
}
