//! Word's automatic numbers: the lists of a document and how far each has counted.

use std::{
    borrow::Cow,
    collections::{BTreeMap, HashMap, HashSet},
};

use quick_xml::events::{BytesStart, Event};

use super::{
    styles::{NumberProperties, Styles},
    xml::{self, Xml},
};
use crate::{error::Result, plan::formats::numerals};

/// A list has this many levels.
const LEVELS: usize = 9;

/// How one level of a list looks.
#[derive(Clone, Debug, Default)]
struct Level {
    start: Option<u32>,
    format: String,
    /// The number with its surroundings; `%2` stands for the number of the second level.
    text: String,
    /// Whether nothing stands between the number and the text.
    attached: bool,
    /// The style whose paragraphs stand on this level.
    style: Option<String>,
    /// Whether the numbers of all levels are written in digits.
    legal: bool,
    /// The level, from 1, after which this one begins anew; 0 for never.
    restart: Option<usize>,
}

impl Level {
    /// Takes what an element inside `lvl` says.
    fn take(&mut self, element: &BytesStart) {
        let value = || xml::value(element).unwrap_or_default().into_owned();
        match element.local_name().as_ref() {
            "start" => self.start = xml::number(element),
            "numFmt" => self.format = value(),
            "lvlText" => self.text = value(),
            "suff" => self.attached = value() == "nothing",
            "pStyle" => self.style = Some(value()),
            "isLgl" => self.legal = xml::is_on(element),
            "lvlRestart" => self.restart = xml::number(element),
            _ => {}
        }
    }
}

type Levels = BTreeMap<usize, Level>;

/// A list as defined (`abstractNum`); lists in use refer to it and share its counters.
#[derive(Debug, Default)]
struct Definition {
    levels: Levels,
    /// The list style this definition stands for.
    style: Option<String>,
    /// The list style that holds the levels in its stead.
    style_link: Option<String>,
}

/// A list in use (`num`).
#[derive(Debug, Default)]
struct List {
    definition: u32,
    /// Levels that look different here.
    levels: Levels,
    /// Where a level begins here, whatever was counted before.
    starts: BTreeMap<usize, u32>,
}

/// The lists of a document and how far each has counted.
#[derive(Debug, Default)]
pub(super) struct Numbering {
    definitions: HashMap<u32, Definition>,
    lists: HashMap<u32, List>,
    counters: HashMap<u32, [Option<u32>; LEVELS]>,
    restarted: HashSet<(u32, usize)>,
}

impl Numbering {
    /// Counts a paragraph and returns its number; `None` where it has none.
    pub(super) fn next(&mut self, own: NumberProperties, style: Option<&str>, styles: &Styles) -> Option<String> {
        let inherited = styles.number(style);
        let list_id = own.list.or(inherited.list).filter(|list| *list != 0)?;
        let list = self.lists.get(&list_id)?;
        let (definition_id, definition) = definition_of(list, &self.definitions)?;
        let linked = || {
            let level_of = |id: &str| definition.levels.iter().find(|(_, level)| level.style.as_deref() == Some(id));
            styles.ancestry(style).find_map(level_of).map(|(level, _)| *level)
        };
        // A number of the paragraph's own is on its first level unless it says which; a style's is where the list has it.
        let level = if own.list.is_some() { own.level } else { own.level.or_else(linked).or(inherited.level) };
        let level = level.unwrap_or(0);
        let at = |level: usize| list.levels.get(&level).or_else(|| definition.levels.get(&level));
        let shape = at(level)?;

        let start = |level: usize| {
            let defined = at(level).and_then(|shape| shape.start);
            list.starts.get(&level).copied().or(defined).unwrap_or(1)
        };
        let counters = self.counters.entry(definition_id).or_default();
        let restarts = list.starts.contains_key(&level) && self.restarted.insert((list_id, level));
        let number =
            counters[level].filter(|_| !restarts).map_or_else(|| start(level), |count| count.saturating_add(1));
        counters[level] = Some(number);
        for (deeper, counter) in counters.iter_mut().enumerate().skip(level + 1) {
            let after = at(deeper).and_then(|shape| shape.restart);
            if after.is_none_or(|after| level < after) {
                *counter = None;
            }
        }
        let shown = |level: usize| {
            let format =
                if shape.legal { "decimal" } else { at(level).map_or("decimal", |shape| shape.format.as_str()) };
            numerals::write(counters[level].unwrap_or_else(|| start(level)), format)
        };
        Some(spaced(filled(shape, shown), shape.attached))
    }
}

/// Finds the definition of a list, through the list style where it only names one.
fn definition_of<'d>(list: &List, definitions: &'d HashMap<u32, Definition>) -> Option<(u32, &'d Definition)> {
    let found = definitions.get(&list.definition)?;
    let Some(link) = &found.style_link else { return Some((list.definition, found)) };
    let linked = definitions.iter().find(|(_, other)| other.style.as_ref() == Some(link));
    Some(linked.map_or((list.definition, found), |(id, definition)| (*id, definition)))
}

/// Fills the numbers of the levels into the text of one.
fn filled(shape: &Level, shown: impl Fn(usize) -> String) -> String {
    let mut number = String::new();
    let mut chars = shape.text.chars().peekable();
    while let Some(char) = chars.next() {
        let level = chars.peek().and_then(|digit| digit.to_digit(10)).filter(|level| char == '%' && *level > 0);
        if let Some(level) = level {
            chars.next();
            number.push_str(&shown(level as usize - 1));
        } else {
            // Bullets stand at private places of a symbol font, where text has no character.
            number.push(if ('\u{e000}'..='\u{f8ff}').contains(&char) { '●' } else { char });
        }
    }
    number
}

/// Puts a space behind a number that would run into the text; Chinese marks bring their own.
fn spaced(mut number: String, attached: bool) -> String {
    if !attached && number.ends_with(|last: char| last.is_ascii()) {
        number.push(' ');
    }
    number
}

/// What is open while the lists are read.
#[derive(Default)]
struct Open {
    definition: Option<u32>,
    list: Option<u32>,
    changed_level: Option<usize>,
    level: Option<(usize, Level)>,
}

/// Reads the part with the lists.
pub(super) fn read(part: &str) -> Result<Numbering> {
    let mut reader = Xml::new(part);
    let mut numbering = Numbering::default();
    let mut open = Open::default();
    loop {
        match reader.next()? {
            Event::Start(element) => numbering.begin(&mut open, &element),
            Event::End(element) => numbering.end(&mut open, element.local_name().as_ref()),
            Event::Eof => return Ok(numbering),
            _ => {}
        }
    }
}

impl Numbering {
    fn begin(&mut self, open: &mut Open, element: &BytesStart) {
        let id = |name: &str| xml::attribute(element, name).and_then(|id| id.trim().parse::<u32>().ok());
        let level = || xml::attribute(element, "ilvl")?.trim().parse().ok().filter(|level| *level < LEVELS);
        let definition = open.definition.and_then(|id| self.definitions.get_mut(&id));
        let list = open.list.and_then(|id| self.lists.get_mut(&id));
        match (element.local_name().as_ref(), definition, list) {
            ("abstractNum", ..) => {
                open.definition = id("abstractNumId");
                self.definitions.extend(open.definition.map(|id| (id, Definition::default())));
            }
            ("num", ..) => {
                open.list = id("numId");
                self.lists.extend(open.list.map(|id| (id, List::default())));
            }
            ("lvl", ..) => open.level = level().map(|level| (level, Level::default())),
            ("lvlOverride", ..) => open.changed_level = level(),
            ("styleLink", Some(definition), _) => definition.style = xml::value(element).map(Cow::into_owned),
            ("numStyleLink", Some(definition), _) => {
                definition.style_link = xml::value(element).map(Cow::into_owned);
            }
            ("abstractNumId", _, Some(list)) => list.definition = xml::number(element).unwrap_or_default(),
            ("startOverride", _, Some(list)) => list.starts.extend(open.changed_level.zip(xml::number(element))),
            _ => {
                if let Some((_, level)) = &mut open.level {
                    level.take(element);
                }
            }
        }
    }

    fn end(&mut self, open: &mut Open, name: &str) {
        match name {
            "abstractNum" => open.definition = None,
            "num" => open.list = None,
            "lvlOverride" => open.changed_level = None,
            "lvl" => {
                let definition = open.definition.and_then(|id| self.definitions.get_mut(&id));
                let list = open.list.and_then(|id| self.lists.get_mut(&id));
                let levels = definition.map(|definition| &mut definition.levels);
                if let Some(levels) = levels.or_else(|| list.map(|list| &mut list.levels)) {
                    levels.extend(open.level.take());
                }
            }
            _ => {}
        }
    }
}
