//! Files as this program writes them, read many times faster than TOML in general.
//!
//! What stands here knows one spelling only: a line for each key, texts without escapes, arrays on their line. Everything
//! else is none of its business, mistakes included: it says so, and the reader of TOML takes over. What it does read means
//! the same to both (a test holds that for every text), so that nobody has to know which of them read a file.

use serde::{
    Deserialize, Deserializer,
    de::{
        IntoDeserializer, Visitor,
        value::{BorrowedStrDeserializer, Error, MapDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};

/// A table: its keys, each once, in the order in which they stand.
#[derive(Debug, Default)]
pub struct Table<'text>(Vec<(&'text str, Node<'text>)>);

/// What a key stands for.
#[derive(Debug)]
enum Node<'text> {
    Text(&'text str),
    Whole(i64),
    Number(f64),
    YesNo(bool),
    List(Vec<Node<'text>>),
    Table(Table<'text>),
    /// Tables under `[[key]]`.
    Tables(Vec<Table<'text>>),
}

/// Reads a whole file; nothing where it is spelt in another way, or says something else than what is asked for.
pub fn read<'text, T: Deserialize<'text>>(text: &'text str) -> Option<T> {
    parse(text)?.read()
}

/// Takes a text apart; nothing where it is spelt in another way.
pub fn parse(text: &str) -> Option<Table<'_>> {
    // Escapes begin with a backslash, and TOML allows no control character where this reader would look over it.
    let is_other = |byte: u8| byte.is_ascii_control() && byte != b'\n' || byte == b'\\';
    // Looking at every byte is faster than asking after each whether to go on.
    if text.bytes().fold(false, |other, byte| other | is_other(byte)) {
        return None;
    }
    let mut root = Table::default();
    let mut at = &mut root;
    for line in text.split('\n') {
        if line.is_empty() || line.starts_with('#') {
            continue;
        }
        if let Some(path) = line.strip_prefix("[[").and_then(|rest| rest.strip_suffix("]]")) {
            at = root.begin(path, true)?;
        } else if let Some(path) = line.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
            at = root.begin(path, false)?;
        } else {
            let (key, value) = line.split_once('=')?;
            at.add(key.strip_suffix(' ')?, one(value.strip_prefix(' ')?)?)?;
        }
    }
    Some(root)
}

/// Reads the value of a key.
fn one(value: &str) -> Option<Node<'_>> {
    match value.as_bytes() {
        [b'"', .., b'"'] if value.len() > 1 => text(value).map(Node::Text),
        [b'[', .., b']'] => list(&value[1..value.len() - 1]).map(Node::List),
        b"true" => Some(Node::YesNo(true)),
        b"false" => Some(Node::YesNo(false)),
        _ => number(value),
    }
}

/// Reads a text in quotes that has none in it.
fn text(value: &str) -> Option<&str> {
    let inside = value.strip_prefix('"')?.strip_suffix('"')?;
    (!inside.contains('"')).then_some(inside)
}

/// Reads what stands in an array of texts or of numbers.
fn list(inside: &str) -> Option<Vec<Node<'_>>> {
    if inside.is_empty() {
        return Some(Vec::new());
    }
    // Texts are parted at their quotes, because they may have commas in them.
    match inside.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        Some(texts) => texts.split("\", \"").map(|text| (!text.contains('"')).then_some(Node::Text(text))).collect(),
        None => inside.split(", ").map(number).collect(),
    }
}

/// Reads a number as it is usually written: no sign but minus, no superfluous zeros, no exponent.
fn number(value: &str) -> Option<Node<'_>> {
    let digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, part) = value.split_once('.').map_or((value, None), |(whole, part)| (whole, Some(part)));
    let unsigned = whole.strip_prefix('-').unwrap_or(whole);
    if !digits(unsigned) || unsigned.len() > 1 && unsigned.starts_with('0') {
        return None;
    }
    match part {
        None => value.parse().ok().map(Node::Whole),
        Some(part) => digits(part).then(|| value.parse().ok().map(Node::Number))?,
    }
}

/// Says whether a key needs no quotes.
fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

impl<'text> Table<'text> {
    /// Takes what stands under a key out of it, and reads it; a key that is not there is an empty list.
    pub fn take_list<T: Deserialize<'text>>(&mut self, key: &str) -> Option<Vec<T>> {
        match self.0.iter().position(|(known, _)| *known == key) {
            Some(at) => Vec::deserialize(self.0.remove(at).1).ok(),
            None => Some(Vec::new()),
        }
    }

    /// Reads it as a whole; nothing where it says something else than what is asked for.
    pub fn read<T: Deserialize<'text>>(self) -> Option<T> {
        T::deserialize(Node::Table(self)).ok()
    }

    /// Adds a key; nothing where it is there already.
    fn add(&mut self, key: &'text str, value: Node<'text>) -> Option<&mut Node<'text>> {
        if !is_plain(key) || self.0.iter().any(|(known, _)| *known == key) {
            return None;
        }
        self.0.push((key, value));
        self.0.last_mut().map(|(_, value)| value)
    }

    /// Begins a table, or one more of several, at a path from here.
    fn begin(&mut self, path: &'text str, is_one_of_several: bool) -> Option<&mut Self> {
        let (outer, key) = path.rsplit_once('.').map_or((None, path), |(outer, key)| (Some(outer), key));
        let mut at = self;
        for part in outer.into_iter().flat_map(|outer| outer.split('.')) {
            at = at.inner(part)?;
        }
        let known = at.0.iter().position(|(known, _)| *known == key);
        match (known, is_one_of_several) {
            (Some(place), true) => {
                let Node::Tables(tables) = &mut at.0[place].1 else { return None };
                tables.push(Self::default());
                tables.last_mut()
            }
            (Some(_), false) => None,
            (None, true) => match at.add(key, Node::Tables(vec![Self::default()]))? {
                Node::Tables(tables) => tables.last_mut(),
                _ => None,
            },
            (None, false) => match at.add(key, Node::Table(Self::default()))? {
                Node::Table(table) => Some(table),
                _ => None,
            },
        }
    }

    /// Returns the table under a key that has begun already, of several the last.
    fn inner(&mut self, key: &str) -> Option<&mut Self> {
        match self.0.iter_mut().find(|(known, _)| *known == key)? {
            (_, Node::Table(table)) => Some(table),
            (_, Node::Tables(tables)) => tables.last_mut(),
            _ => None,
        }
    }
}

impl<'de> IntoDeserializer<'de, Error> for Node<'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Node<'de> {
    type Error = Error;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        match self {
            Self::Text(text) => visitor.visit_borrowed_str(text),
            Self::Whole(whole) => visitor.visit_i64(whole),
            Self::Number(number) => visitor.visit_f64(number),
            Self::YesNo(yes) => visitor.visit_bool(yes),
            Self::List(list) => SeqDeserializer::new(list.into_iter()).deserialize_any(visitor),
            Self::Table(table) => MapDeserializer::new(table.0.into_iter()).deserialize_any(visitor),
            Self::Tables(tables) => SeqDeserializer::new(tables.into_iter().map(Node::Table)).deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        match self {
            Self::Text(text) => BorrowedStrDeserializer::new(text).deserialize_enum(name, variants, visitor),
            _ => Err(serde::de::Error::custom("no word")),
        }
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn node(value: Node<'_>) -> toml::Value {
        match value {
            Node::Text(text) => toml::Value::String(text.to_owned()),
            Node::Whole(whole) => toml::Value::Integer(whole),
            Node::Number(number) => toml::Value::Float(number),
            Node::YesNo(yes) => toml::Value::Boolean(yes),
            Node::List(list) => toml::Value::Array(list.into_iter().map(node).collect()),
            Node::Table(table) => toml::Value::Table(in_general(table)),
            Node::Tables(tables) => tables.into_iter().map(in_general).collect::<Vec<_>>().into(),
        }
    }

    fn in_general(table: Table<'_>) -> toml::Table {
        table.0.into_iter().map(|(key, value)| (key.to_owned(), node(value))).collect()
    }

    #[test]
    fn one_spelling_is_known() {
        let known = [
            "a = 1\nb = \"二, 三\"\n\n[c]\n# \"x\nd = [\"e, f\", \"g\"]\nh = []\n\n[[c.i]]\nj = -1.5\n\n[c.i.k]\nl = true\n[[c.i]]",
            "a = [1, -2, 3.5]\nb = 0\nc = \"\"",
        ];
        for text in known {
            let read = parse(text).expect(text);
            assert_eq!(in_general(read), text.parse::<toml::Table>().expect("TOML"));
        }
        let unknown = [
            "a=1",
            " a = 1",
            "a = 1 ",
            "a = 1\r\n",
            "a = 'b'",
            "a = \"\"\"b\"\"\"",
            "a = \"\\n\"",
            "a.b = 1",
            "\"a\" = 1",
            "a = 1\na = 2",
            "[a]\n[a]",
            "a = []\n[[a]]",
            "[[a]]\n[a]",
            "[a.b]",
            "[]",
            "[a.]",
            "a = 01",
            "a = 1e5",
            "a = 1_000",
            "a = +1",
            "a = .5",
            "a = 5.",
            "a = 2026-01-01",
            "a = { b = 1 }",
            "a = [1, \"b\"]",
            "a = [1,2]",
            "a = \"b\" # c",
            "a = \"b\"c\"",
            "a = [\"b\"c\"]",
            "a = [\"b\",]",
            "a = \"",
            "a",
            "a = inf",
            "a = 99999999999999999999",
        ];
        for text in unknown {
            assert!(parse(text).is_none(), "{text}");
        }
    }

    /// Lines of which some texts are known, some are TOML that is spelt otherwise, and some are no TOML.
    fn lines() -> impl Strategy<Value = String> {
        let line = prop_oneof![
            8 => "[ab] = (\"[a一,\" \\[\\]#=]{0,6}\"|-?[0-9]{1,3}|[0-9]{1,2}\\.[0-9]{1,2}|true|false|\\[\\])",
            4 => "[ab] = \\[(\"[a, ]{0,3}\"(, ?\"[a, ]{0,3}\"){0,2}|[0-9]{1,2}(, [0-9.]{1,3}){0,2})\\]",
            6 => "\\[{1,2}[abc](\\.[abc]){0,2}\\]{1,2}",
            1 => "#[a \"一]{0,4}",
            1 => "[ab\"=\\[\\]# .\\\\'\t\r0-9-]{0,8}",
        ];
        prop::collection::vec(line, 0..8).prop_map(|lines| lines.join("\n"))
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(4096))]
        #[test]
        fn what_is_read_means_the_same_in_toml(text in lines()) {
            if let Some(read) = parse(&text) {
                prop_assert_eq!(Some(in_general(read)), text.parse::<toml::Table>().ok());
            }
        }
    }
}
