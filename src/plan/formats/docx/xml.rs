//! Reading XML one event at a time, with a limit on depth.

use std::borrow::Cow;

use quick_xml::{
    Reader, XmlVersion,
    events::{BytesRef, BytesStart, Event},
};

use super::package::damaged;
use crate::{
    error::{Error, Result},
    text,
};

/// Elements may stand in each other this deep: a table in a table in a table has some forty.
const DEEPEST: usize = 256;

/// An XML part that is being read.
pub(super) struct Xml<'t> {
    reader: Reader<&'t [u8]>,
    depth: usize,
}

impl<'t> Xml<'t> {
    pub(super) fn new(part: &'t str) -> Self {
        let mut reader = Reader::from_str(part);
        // An element without content is one with a beginning and an end.
        reader.config_mut().expand_empty_elements = true;
        Self { reader, depth: 0 }
    }

    /// Gives the next event; a part that ends within an element is damaged.
    pub(super) fn next(&mut self) -> Result<Event<'t>> {
        let event = self.reader.read_event().map_err(damaged)?;
        match event {
            Event::Start(_) => self.depth += 1,
            Event::End(_) => self.depth = self.depth.saturating_sub(1),
            Event::Eof if self.depth > 0 => {
                return Err(Error::input(text!("formats.docx.damaged")).hint(text!("formats.docx.damaged_hint")));
            }
            _ => {}
        }
        if self.depth > DEEPEST {
            return Err(Error::input(text!("formats.deep")).hint(text!("formats.deep_hint")));
        }
        Ok(event)
    }

    /// Passes over everything inside an element that has just begun, and its end.
    pub(super) fn skip(&mut self) -> Result<()> {
        let outside = self.depth - 1;
        while self.depth > outside {
            self.next()?;
        }
        Ok(())
    }
}

/// Returns an attribute by its name without prefix.
pub(super) fn attribute<'e>(element: &'e BytesStart, name: &str) -> Option<Cow<'e, str>> {
    // The check for attributes that stand twice takes the square of their number.
    let mut attributes = element.attributes();
    let found =
        attributes.with_checks(false).flatten().find(|attribute| attribute.key.local_name().as_ref() == name)?;
    found.normalized_value(XmlVersion::Implicit1_0).ok().map(|value| Cow::Owned(value.into_owned()))
}

/// Returns the attribute `val`, in which most of Word's elements say all they say.
pub(super) fn value<'e>(element: &'e BytesStart) -> Option<Cow<'e, str>> {
    attribute(element, "val")
}

/// Returns the attribute `val` as a number.
pub(super) fn number<T: std::str::FromStr>(element: &BytesStart) -> Option<T> {
    value(element)?.trim().parse().ok()
}

/// Says whether a switch such as `<w:vanish/>` is on: it is unless its value says no.
pub(super) fn is_on(element: &BytesStart) -> bool {
    !value(element).is_some_and(|value| matches!(value.as_ref(), "0" | "false" | "off"))
}

/// Returns the character that an entity stands for.
pub(super) fn entity(reference: &BytesRef) -> Option<char> {
    reference.resolve_char_ref().ok().flatten().or_else(|| {
        let named = quick_xml::escape::resolve_predefined_entity(reference)?;
        named.chars().next()
    })
}
