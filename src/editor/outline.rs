//! What stands where in a piece of TOML, however unfinished: tables, keys and values with their places.
//!
//! While somebody types, a file is broken most of the time, and only the table around the caret matters. So one table is
//! looked at, with a parser that goes on behind every mistake. Whether the file is right is not decided here.

use std::ops::Range;

use toml_parser::{
    Source,
    parser::{Event, EventKind, parse_document},
};

/// A table: its header and what stands below it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Block {
    /// The names of its header, such as `["item"]`; none for the head of the file.
    pub path: Vec<String>,
    /// Its fields.
    pub entries: Vec<Entry>,
}

/// A field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Entry {
    /// The name; names joined with dots where it has several parts.
    pub name: String,
    /// Where the name stands.
    pub key: Range<usize>,
    /// The value, as far as there is one.
    pub value: Option<Node>,
}

/// A value.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// Where it stands; to the end of the text where it is not closed.
    pub span: Range<usize>,
    /// What it holds.
    pub content: Content,
}

/// What a value holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// A text, number, date or flag.
    Scalar,
    /// A list.
    List(Vec<Node>),
    /// A table in braces.
    Table(Vec<Entry>),
}

/// What somebody is about to write at the end of a piece of text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Caret {
    /// The names of the tables around it, outermost first: those of the header, then those of fields with braces.
    pub path: Vec<String>,
    /// What is written there.
    pub place: CaretPlace,
    /// The names that the innermost table has already.
    pub present: Vec<String>,
}

/// What is written at the caret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum CaretPlace {
    /// The name of a field, of which so much is there.
    Key(Range<usize>),
    /// The value of a field, of which so much is there, quotation mark and all.
    Value(String, Range<usize>),
    /// Behind something that is finished, or in a comment.
    Nothing,
}

/// Finds the table around a place: from its header, or the beginning of the text, to the next header.
pub fn block_around(text: &str, offset: usize) -> Range<usize> {
    let offset = (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let line_start = text[..offset].rfind('\n').map_or(0, |newline| newline + 1);
    let start = if is_header(&text[line_start..]) {
        line_start
    } else {
        let headers = text[..line_start].rmatch_indices("\n[").map(|(at, _)| at + 1);
        headers.into_iter().find(|&at| is_header(&text[at..])).unwrap_or(0)
    };
    let next = text[offset..].match_indices("\n[").map(|(at, _)| offset + at + 1).find(|&at| is_header(&text[at..]));
    start..next.unwrap_or(text.len())
}

/// Says whether a text begins with the header of a table, and not with an element of a list.
fn is_header(text: &str) -> bool {
    let line = text.lines().next().unwrap_or_default();
    let Some(name) = line.strip_prefix("[[").or_else(|| line.strip_prefix('[')) else { return false };
    name.trim_start().starts_with(|first: char| first.is_alphanumeric()) && !name.contains(',')
}

/// Takes one table apart; places count from the beginning of `text`.
pub fn block(text: &str) -> Block {
    let mut builder = Builder::new(text);
    for event in events(text) {
        builder.take(event);
    }
    builder.finish()
}

/// Finds out what is being written at the end of a text that begins with the header of a table.
pub fn caret(text: &str) -> Caret {
    let events = events(text);
    let mut builder = Builder::new(text);
    for event in &events {
        builder.take(*event);
    }
    let place = builder.place(&events);
    let path = builder.header.iter().cloned().chain(builder.open_names()).collect();
    Caret { path, place, present: builder.present() }
}

fn events(text: &str) -> Vec<Event> {
    let tokens: Vec<_> = Source::new(text).lex().collect();
    let mut events = Vec::new();
    // Mistakes are reported by whoever checks the file.
    parse_document(&tokens, &mut events, &mut ());
    events
}

/// A list or table in braces that is still open.
enum Open {
    List(usize, Vec<Node>),
    Table(usize, Vec<Entry>),
}

/// Builds the tree from events; what is never closed stays open.
struct Builder<'t> {
    text: &'t str,
    header: Vec<String>,
    in_header: bool,
    entries: Vec<Entry>,
    /// Each with the field it is the value of, or none inside a list.
    open: Vec<(Option<Entry>, Open)>,
    /// The name of the field that is being read, and whether its equals sign has come.
    key: Option<(String, Range<usize>, bool)>,
}

impl<'t> Builder<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, header: Vec::new(), in_header: false, entries: Vec::new(), open: Vec::new(), key: None }
    }

    fn take(&mut self, event: Event) {
        let span = event.span().start()..event.span().end();
        match event.kind() {
            EventKind::StdTableOpen | EventKind::ArrayTableOpen => self.in_header = true,
            EventKind::StdTableClose | EventKind::ArrayTableClose => self.in_header = false,
            EventKind::SimpleKey => self.key(span),
            EventKind::KeyValSep if !span.is_empty() => {
                if let Some(key) = &mut self.key {
                    key.2 = true;
                }
            }
            EventKind::ArrayOpen => self.begin(Open::List(span.start, Vec::new())),
            EventKind::InlineTableOpen => self.begin(Open::Table(span.start, Vec::new())),
            // What the parser closes by itself at the end of the text is still open.
            EventKind::ArrayClose | EventKind::InlineTableClose if !span.is_empty() => self.close(span.end),
            EventKind::Scalar if !span.is_empty() => self.put(Node { span, content: Content::Scalar }),
            EventKind::Newline if self.open.is_empty() => self.flush_key(),
            _ => {}
        }
    }

    fn key(&mut self, span: Range<usize>) {
        let name = self.text[span.clone()].trim_matches(['"', '\'']).to_owned();
        if self.in_header {
            self.header.push(name);
            return;
        }
        match &mut self.key {
            Some((before, at, false)) if self.text[at.end..span.start].contains('.') => {
                before.push('.');
                before.push_str(&name);
                at.end = span.end;
            }
            _ => {
                self.flush_key();
                self.key = Some((name, span, false));
            }
        }
    }

    /// Keeps a name that never got a value.
    fn flush_key(&mut self) {
        if let Some((name, key, _)) = self.key.take() {
            self.add(Entry { name, key, value: None });
        }
    }

    fn add(&mut self, entry: Entry) {
        match self.open.last_mut() {
            Some((_, Open::Table(_, entries))) => entries.push(entry),
            Some((_, Open::List(..))) => {}
            None => self.entries.push(entry),
        }
    }

    fn begin(&mut self, open: Open) {
        let owner = self.key.take().map(|(name, key, _)| Entry { name, key, value: None });
        self.open.push((owner, open));
    }

    fn close(&mut self, end: usize) {
        self.flush_key();
        let Some((owner, open)) = self.open.pop() else { return };
        let node = match open {
            Open::List(start, nodes) => Node { span: start..end, content: Content::List(nodes) },
            Open::Table(start, entries) => Node { span: start..end, content: Content::Table(entries) },
        };
        match owner {
            Some(entry) => self.add(Entry { value: Some(node), ..entry }),
            None => self.put(node),
        }
    }

    fn put(&mut self, node: Node) {
        if let Some((name, key, _)) = self.key.take() {
            self.add(Entry { name, key, value: Some(node) });
        } else if let Some((_, Open::List(_, nodes))) = self.open.last_mut() {
            nodes.push(node);
        }
    }

    fn finish(mut self) -> Block {
        while !self.open.is_empty() {
            self.close(self.text.len());
        }
        self.flush_key();
        Block { path: self.header, entries: self.entries }
    }

    /// Returns the names of the fields whose braces are open.
    fn open_names(&self) -> Vec<String> {
        let inner = self.open.iter().rposition(|(_, open)| matches!(open, Open::Table(..)));
        let tables = &self.open[..inner.map_or(0, |at| at + 1)];
        tables.iter().filter_map(|(owner, _)| owner.as_ref()).map(|entry| entry.name.clone()).collect()
    }

    fn present(&self) -> Vec<String> {
        let inner = self.open.iter().rev().find_map(|(_, open)| match open {
            Open::Table(_, entries) => Some(entries),
            Open::List(..) => None,
        });
        inner.unwrap_or(&self.entries).iter().map(|entry| entry.name.clone()).collect()
    }

    /// Finds out what the last events were about.
    fn place(&self, events: &[Event]) -> CaretPlace {
        let end = self.text.len();
        let last = events.iter().rev().find(|event| !event.span().is_empty());
        if self.in_header || last.is_some_and(|event| event.kind() == EventKind::Comment) {
            return CaretPlace::Nothing;
        }
        let touches = |kind| last.is_some_and(|event| event.kind() == kind && event.span().end() == end);
        if let Some((name, key, has_sign)) = &self.key {
            return if *has_sign {
                CaretPlace::Value(name.clone(), end..end)
            } else if key.end == end {
                CaretPlace::Key(key.clone())
            } else {
                CaretPlace::Nothing
            };
        }
        let around = match self.open.last() {
            Some((Some(owner), Open::List(..))) => Some(owner.name.clone()),
            _ => None,
        };
        if touches(EventKind::Scalar) {
            let span = last.map_or(end..end, |event| event.span().start()..end);
            let table = match self.open.last() {
                Some((_, Open::Table(_, entries))) => Some(entries),
                Some((_, Open::List(..))) => None,
                None => Some(&self.entries),
            };
            let owner = table.and_then(|entries| entries.last()).map(|entry| entry.name.clone()).or(around);
            return owner.map_or(CaretPlace::Nothing, |name| CaretPlace::Value(name, span));
        }
        if let Some(owner) = around {
            return CaretPlace::Value(owner, end..end);
        }
        let before =
            events.iter().rev().find(|event| !event.span().is_empty() && event.kind() != EventKind::Whitespace);
        let after_value = before.is_some_and(|event| {
            matches!(
                event.kind(),
                EventKind::Scalar
                    | EventKind::ArrayClose
                    | EventKind::InlineTableClose
                    | EventKind::ArrayTableClose
                    | EventKind::StdTableClose
                    | EventKind::Error
            )
        });
        if after_value { CaretPlace::Nothing } else { CaretPlace::Key(end..end) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Says what is written at `|`: the tables around it, then the place.
    fn at(text: &str) -> String {
        let (before, _) = text.split_once('|').expect("a caret");
        let found = caret(before);
        let place = match found.place {
            CaretPlace::Key(span) => format!("key {:?}", &before[span]),
            CaretPlace::Value(name, span) => format!("{name} = {:?}", &before[span]),
            CaretPlace::Nothing => "nothing".to_owned(),
        };
        format!("{}: {place}", found.path.join("/"))
    }

    #[test]
    fn what_is_being_written_is_known_however_unfinished_it_is() {
        let cases = [
            ("|", ": key \"\""),
            ("tit|", ": key \"tit\""),
            ("[[item]]\n|", "item: key \"\""),
            ("[[item]]\nid = \"a\"\n|", "item: key \"\""),
            ("[[item]]\nid = \"a\"\nans|", "item: key \"ans\""),
            ("[[item]]\nanswer = |", "item: answer = \"\""),
            ("[[item]]\nanswer = ver|", "item: answer = \"ver\""),
            ("[[item]]\nanswer = \"|", "item: answer = \"\\\"\""),
            ("[[item]]\nanswer = \"ye|", "item: answer = \"\\\"ye\""),
            ("[[item]]\nfacility_types = [\"hospital\", |", "item: facility_types = \"\""),
            ("[[item]]\nfacility_types = [\"hospital\", \"cl|", "item: facility_types = \"\\\"cl\""),
            ("[[item]]\nbasis = [{ |", "item/basis: key \"\""),
            ("[[item]]\nbasis = [{ document = \"某条例\", ar|", "item/basis: key \"ar\""),
            ("[[item]]\nbasis = [{ document = \"某条例\", article = |", "item/basis: article = \"\""),
            ("[[item]]\nwhen = { item = \"|", "item/when: item = \"\\\"\""),
            ("[[item]]\nwhen = { all = [{ item = \"|", "item/when/all: item = \"\\\"\""),
            ("[[item]]\n# 说明 |", "item: nothing"),
            ("[[item]]\nid = \"a\" |", "item: nothing"),
        ];
        for (text, expected) in cases {
            assert_eq!(at(text), expected, "{text}");
        }
    }

    #[test]
    fn a_table_is_taken_apart_with_its_places() {
        let text =
            "[[item]]\nid = \"甲\"\nbasis = [{ document = \"某条例\", verify = true }]\nbroken\nwhen.item = \"乙\"\n";
        let found = block(text);
        assert_eq!(found.path, ["item"]);
        let names: Vec<_> = found.entries.iter().map(|entry| entry.name.as_str()).collect();
        assert_eq!(names, ["id", "basis", "broken", "when.item"]);
        let Some(Node { content: Content::List(elements), span }) = &found.entries[1].value else { panic!("a list") };
        assert!(text[span.clone()].starts_with("[{") && text[span.clone()].ends_with("}]"));
        let Content::Table(inner) = &elements[0].content else { panic!("a table") };
        assert_eq!(inner[0].value.as_ref().map(|value| &text[value.span.clone()]), Some("\"某条例\""));
        assert_eq!(&text[inner[1].key.clone()], "verify");
    }

    #[test]
    fn the_table_around_a_place_is_found() {
        let text = "id = \"x\"\n\n[[section]]\nid = \"s\"\n\n[[item]]\nid = \"a\"\nchoices = [\n[1, 2],\n\"b\"]\n";
        let around = |piece: &str| text[block_around(text, text.find(piece).expect(piece))].to_owned();
        assert_eq!(around("\"x\""), "id = \"x\"\n\n");
        assert_eq!(around("[[section]]"), "[[section]]\nid = \"s\"\n\n");
        assert!(around("\"b\"").starts_with("[[item]]"));
        assert_eq!(block_around("", 5), 0..0);
    }
}
