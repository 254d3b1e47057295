//! Takes off a page what says nothing about its text, before the page is parsed.
//!
//! A parser of web pages must bear with anything, and can be made to take the square of the page's size for it: thousands
//! of attributes, of open elements, of styles that every paragraph repeats. What is written here anew has none of them:
//! the elements that make up text, with the few attributes that matter, nested within a limit.

use std::collections::HashMap;

use super::elements::{LONGEST_NAME, Role, element};
use crate::{
    error::{Error, Result},
    text,
};

/// Elements may stand in each other this deep; pages that leave elements open by mistake have some hundred.
const DEEPEST: usize = 1_000;

/// A cleaned page with more bytes than this is no document: plans have some ten thousand characters.
const LARGEST: usize = 4 * 1024 * 1024;

/// Attributes that decide what a person reads.
const ATTRIBUTES: &[&str] = &["colspan", "href", "reversed", "rowspan", "start", "type", "value"];

/// Writes a page anew with what matters for its text.
pub(super) fn clean(page: &str) -> Result<String> {
    let mut cleaner =
        Cleaner { rest: page, clean: String::with_capacity(page.len() / 2), open: HashMap::new(), depth: 0 };
    while let Some(at) = cleaner.rest.find('<') {
        cleaner.text(at);
        cleaner.markup()?;
    }
    cleaner.text(cleaner.rest.len());
    if cleaner.clean.len() > LARGEST {
        return Err(Error::input(text!("formats.large")).hint(text!("formats.deep_hint")));
    }
    Ok(cleaner.clean)
}

struct Cleaner<'p> {
    rest: &'p str,
    clean: String,
    /// How many elements of each name are open.
    open: HashMap<&'static str, usize>,
    depth: usize,
}

impl<'p> Cleaner<'p> {
    /// Takes characters as text.
    fn text(&mut self, length: usize) {
        let (text, rest) = self.rest.split_at(length);
        self.clean.extend(text.chars().filter(|char| *char != '\0'));
        self.rest = rest;
    }

    /// Passes over what ends with `end`, or all that is left.
    fn skip_past(&mut self, end: &str) {
        self.rest = self.rest.split_once(end).map_or("", |(_, after)| after);
    }

    /// Reads what begins with `<`.
    fn markup(&mut self) -> Result<()> {
        let after = &self.rest[1..];
        let closes = after.starts_with('/');
        let name = &after[usize::from(closes)..];
        if after.starts_with("!--") {
            self.skip_past("-->");
        } else if after.starts_with(['!', '?']) {
            self.skip_past(">");
        } else if !name.starts_with(|first: char| first.is_ascii_alphabetic()) {
            self.clean.push_str("&lt;");
            self.rest = after;
        } else {
            let end = name.find(|char: char| char.is_whitespace() || matches!(char, '/' | '>')).unwrap_or(name.len());
            self.rest = &name[end..];
            let lower: String = name[..end].chars().take(LONGEST_NAME).collect::<String>().to_ascii_lowercase();
            if closes { self.closing(&lower) } else { return self.opening(&lower) }
        }
        Ok(())
    }

    fn closing(&mut self, name: &str) {
        self.skip_past(">");
        let Some(name) = element(name).filter(|known| known.role != Role::Dropped).map(|known| known.name) else {
            return;
        };
        if let Some(open) = self.open.get_mut(name).filter(|open| **open > 0) {
            *open -= 1;
            self.depth -= 1;
        }
        self.clean.push_str("</");
        self.clean.push_str(name);
        self.clean.push('>');
    }

    fn opening(&mut self, name: &str) -> Result<()> {
        let attributes = self.attributes();
        let Some(known) = element(name) else { return Ok(()) };
        if known.role == Role::Dropped {
            self.drop_content(name);
            return Ok(());
        }
        if !known.open_ended {
            *self.open.entry(known.name).or_default() += 1;
            self.depth += 1;
            if self.depth > DEEPEST {
                return Err(Error::input(text!("formats.deep")).hint(text!("formats.deep_hint")));
            }
        }
        self.clean.push('<');
        self.clean.push_str(name);
        self.clean.push_str(&attributes);
        self.clean.push('>');
        Ok(())
    }

    /// Passes over the content of an element; one that is never closed hides nothing, as in a draft saved too early.
    fn drop_content(&mut self, name: &str) {
        let mut from = 0;
        while let Some(at) = self.rest[from..].find("</") {
            let after = from + at + 2;
            let ends = self.rest.get(after..after + name.len()).is_some_and(|found| found.eq_ignore_ascii_case(name));
            if ends {
                self.rest = &self.rest[after..];
                self.skip_past(">");
                return;
            }
            from = after;
        }
        self.rest = "";
    }

    /// Reads the attributes of an element up to its `>` and writes those that matter.
    fn attributes(&mut self) -> String {
        let mut written = String::new();
        loop {
            self.rest = self.rest.trim_start_matches(|char: char| char.is_whitespace() || char == '/');
            if self.rest.is_empty() || self.rest.starts_with('>') {
                self.rest = self.rest.get(1..).unwrap_or_default();
                return written;
            }
            // An equals sign at the beginning belongs to the name.
            let first = self.rest.chars().next().map_or(0, char::len_utf8);
            let ends = |char: char| char.is_whitespace() || matches!(char, '/' | '>' | '=');
            let end = self.rest[first..].find(ends).map_or(self.rest.len(), |end| first + end);
            let (name, rest) = self.rest.split_at(end);
            self.rest = rest.trim_start();
            let value = if self.rest.starts_with('=') { self.value() } else { "" };
            write_attribute(name, value, &mut written);
        }
    }

    fn value(&mut self) -> &'p str {
        self.rest = self.rest[1..].trim_start();
        let quote = self.rest.chars().next().filter(|quote| matches!(quote, '"' | '\''));
        let (value, rest) = if let Some(quote) = quote {
            self.rest[1..].split_once(quote).unwrap_or((&self.rest[1..], ""))
        } else {
            let end = self.rest.find(|char: char| char.is_whitespace() || char == '>').unwrap_or(self.rest.len());
            self.rest.split_at(end)
        };
        self.rest = rest;
        value
    }
}

/// Writes an attribute if it matters; whether an element is hidden becomes an attribute of its own.
fn write_attribute(name: &str, value: &str, written: &mut String) {
    const LONGEST: usize = 60;
    const MOST: usize = 200;
    if name.len() > LONGEST || written.len() > MOST {
        return;
    }
    let name = name.to_ascii_lowercase();
    let style: String =
        if name == "style" { value.chars().filter(|char| !char.is_whitespace()).collect() } else { String::new() };
    if name == "hidden" || style.to_ascii_lowercase().contains("display:none") {
        written.push_str(" hidden");
    } else if ATTRIBUTES.contains(&name.as_str()) {
        let value: String = value.chars().take(LONGEST).filter(|char| !matches!(char, '"' | '&' | '<' | '>')).collect();
        written.extend([" ", &name, "=\"", &value, "\""]);
    }
}
