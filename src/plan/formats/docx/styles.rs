//! The styles of a document, as far as they decide numbers.

use std::{borrow::Cow, collections::HashMap};

use quick_xml::events::{BytesStart, Event};

use super::xml::{self, Xml};
use crate::error::Result;

/// A number that a paragraph or style asks for; each half may come from somewhere else.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct NumberProperties {
    /// The list; zero switches numbering off.
    pub(super) list: Option<u32>,
    /// The level in it, from 0.
    pub(super) level: Option<usize>,
}

impl NumberProperties {
    /// Takes what an element inside `numPr` says.
    pub(super) fn take(&mut self, element: &BytesStart) {
        match element.local_name().as_ref() {
            "numId" => self.list = xml::number(element),
            "ilvl" => self.level = xml::number(element),
            _ => {}
        }
    }
}

/// A paragraph style.
#[derive(Debug, Default)]
struct Style {
    name: String,
    based_on: Option<String>,
    number: NumberProperties,
}

/// The paragraph styles of a document.
#[derive(Debug, Default)]
pub(super) struct Styles {
    styles: HashMap<String, Style>,
    /// The style of paragraphs that name none.
    default: Option<String>,
}

impl Styles {
    /// Walks from a style (the default one for `None`) to what it is based on.
    fn chain<'s>(&'s self, id: Option<&'s str>) -> impl Iterator<Item = (&'s str, &'s Style)> {
        // A chain in a damaged document may bite its own tail; Word stops at about ten.
        const LONGEST: usize = 32;
        let named = |id: &'s str| self.styles.get(id).map(|style| (id, style));
        let first = id.or(self.default.as_deref()).and_then(named);
        std::iter::successors(first, move |(_, style)| style.based_on.as_deref().and_then(named)).take(LONGEST)
    }

    /// Returns the number that a style asks for, itself or by what it is based on.
    pub(super) fn number(&self, id: Option<&str>) -> NumberProperties {
        let mut found = NumberProperties::default();
        for (_, style) in self.chain(id) {
            found.list = found.list.or(style.number.list);
            found.level = found.level.or(style.number.level);
        }
        found
    }

    /// Returns the style and what it is based on, by their ids.
    pub(super) fn ancestry<'s>(&'s self, id: Option<&'s str>) -> impl Iterator<Item = &'s str> {
        self.chain(id).map(|(id, _)| id)
    }

    /// Says whether a style is one of those for lines of a table of contents.
    pub(super) fn is_contents(&self, id: Option<&str>) -> bool {
        let style = id.and_then(|id| self.styles.get(id));
        style.is_some_and(|style| style.name.to_ascii_lowercase().starts_with("toc "))
    }
}

/// Reads the part with the styles.
pub(super) fn read(part: &str) -> Result<Styles> {
    let mut reader = Xml::new(part);
    let mut styles = Styles::default();
    let mut open: Option<(String, Style)> = None;
    loop {
        match reader.next()? {
            Event::Start(element) if element.local_name().as_ref().ends_with("Change") => reader.skip()?,
            Event::Start(element) if element.local_name().as_ref() == "style" => {
                let paragraph = xml::attribute(&element, "type").is_none_or(|kind| kind == "paragraph");
                let id = xml::attribute(&element, "styleId").filter(|_| paragraph).map(Cow::into_owned);
                if let Some(id) = &id
                    && xml::attribute(&element, "default").is_some_and(|value| value == "1" || value == "true")
                {
                    styles.default = Some(id.clone());
                }
                open = id.map(|id| (id, Style::default()));
            }
            Event::Start(element) => {
                if let Some((_, style)) = &mut open {
                    match element.local_name().as_ref() {
                        "name" => style.name = xml::value(&element).unwrap_or_default().into_owned(),
                        "basedOn" => style.based_on = xml::value(&element).map(Cow::into_owned),
                        _ => style.number.take(&element),
                    }
                }
            }
            Event::End(element) if element.local_name().as_ref() == "style" => styles.styles.extend(open.take()),
            Event::Eof => return Ok(styles),
            _ => {}
        }
    }
}
