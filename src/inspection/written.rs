//! Files as this program writes them, read many times faster than TOML in general.
//!
//! What stands here knows one spelling only: a line for each key, texts without escapes, arrays on their line, tables in the
//! order in which they lie within one another. Everything else is none of its business, mistakes included: it says so, and
//! the reader of TOML takes over. What it does read means the same to both (a test holds that for every text), so that
//! nobody has to know which of them read a file.
//!
//! A text is read line by line into what is asked for, and nothing is kept of it on the way.

use std::fmt;

use memchr::memchr;
use serde::{
    Deserialize, Deserializer,
    de::{
        DeserializeSeed, IntoDeserializer, MapAccess, SeqAccess, Visitor,
        value::{BorrowedStrDeserializer, SeqDeserializer},
    },
    forward_to_deserialize_any,
};

/// Reads a text; nothing where it is spelt in another way, or says something else than what is asked for.
pub fn read<'text, T: Deserialize<'text>>(text: &'text str) -> Option<T> {
    let mut lines = Lines::of(text)?;
    let read = T::deserialize(Node::Table(Level { lines: &mut lines, path: "" })).ok()?;
    matches!(lines.ahead, Line::End).then_some(read)
}

/// It is spelt in another way, or says something else than what is asked for; which, the reader of TOML says.
#[derive(Debug)]
struct Otherwise;

impl fmt::Display for Otherwise {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("spelt otherwise")
    }
}

impl std::error::Error for Otherwise {}

impl serde::de::Error for Otherwise {
    fn custom<T: fmt::Display>(_: T) -> Self {
        Self
    }
}

/// A line that says something.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Line<'text> {
    /// A key and its value.
    Key(&'text str, &'text str),
    /// A table begins at a path.
    Table(&'text str),
    /// One more of several tables begins at a path.
    Tables(&'text str),
    /// It is spelt in another way.
    Other,
    /// There is none any more.
    End,
}

/// The lines of a text, the one that comes next taken apart.
struct Lines<'text> {
    ahead: Line<'text>,
    rest: &'text str,
}

impl<'text> Lines<'text> {
    /// Begins with the first line; nothing where the text has letters in it of which only TOML knows what they mean.
    fn of(text: &'text str) -> Option<Self> {
        // Escapes begin with a backslash, and TOML allows no control character where this reader would look over it.
        let is_other = |byte: u8| byte.is_ascii_control() && byte != b'\n' || byte == b'\\';
        // Looking at every byte is faster than asking after each whether to go on.
        if text.bytes().fold(false, |other, byte| other | is_other(byte)) {
            return None;
        }
        let mut lines = Self { ahead: Line::End, rest: text };
        lines.next();
        Some(lines)
    }

    /// Returns the line that comes next, and goes on to the one behind it.
    fn next(&mut self) -> Line<'text> {
        let ahead = loop {
            if self.rest.is_empty() {
                break Line::End;
            }
            let end = memchr(b'\n', self.rest.as_bytes());
            let (line, rest) = end.map_or((self.rest, ""), |end| (&self.rest[..end], &self.rest[end + 1..]));
            self.rest = rest;
            match line.as_bytes().first() {
                None | Some(b'#') => {}
                Some(_) => break line_of(line).unwrap_or(Line::Other),
            }
        };
        std::mem::replace(&mut self.ahead, ahead)
    }
}

/// Takes a line apart.
fn line_of(line: &str) -> Option<Line<'_>> {
    if let Some(rest) = line.strip_prefix('[') {
        return match rest.strip_prefix('[') {
            Some(rest) => rest.strip_suffix("]]").map(Line::Tables),
            None => rest.strip_suffix(']').map(Line::Table),
        };
    }
    let at = line.bytes().position(|byte| byte == b'=')?;
    Some(Line::Key(line[..at].strip_suffix(' ')?, line[at + 1..].strip_prefix(' ')?))
}

/// What is read by whoever asks for it.
enum Node<'lines, 'text> {
    /// A value on its line, as it is spelt.
    Spelt(&'text str),
    /// What stands between the quotes of a text.
    Text(&'text str),
    /// A number of a list.
    Number(&'text str),
    Table(Level<'lines, 'text>),
    /// Tables under `[[key]]`, the first of which has begun.
    Tables(Level<'lines, 'text>),
}

/// A table that has begun: its path, and the lines from there on.
struct Level<'lines, 'text> {
    lines: &'lines mut Lines<'text>,
    path: &'text str,
}

impl<'text> Level<'_, 'text> {
    /// Returns the key under which a table at a path lies in this one; nothing where it lies elsewhere.
    fn key_of(&self, path: &'text str) -> Result<Option<&'text str>, Otherwise> {
        let inside = if self.path.is_empty() {
            Some(path)
        } else {
            path.strip_prefix(self.path).and_then(|rest| rest.strip_prefix('.'))
        };
        match inside {
            // A table within one that nobody has begun.
            Some(inside) if inside.contains('.') => Err(Otherwise),
            inside => Ok(inside),
        }
    }

    fn within(&mut self, path: &'text str) -> Level<'_, 'text> {
        Level { lines: self.lines, path }
    }
}

/// The keys of a table with what stands under them.
struct Keys<'lines, 'text> {
    level: Level<'lines, 'text>,
    /// Those that came already, where whoever asks takes every key: one that asks for certain keys refuses other ones, and
    /// one that comes twice.
    seen: Option<Vec<&'text str>>,
}

impl<'text> MapAccess<'text> for Keys<'_, 'text> {
    type Error = Otherwise;

    fn next_key_seed<K: DeserializeSeed<'text>>(&mut self, seed: K) -> Result<Option<K::Value>, Otherwise> {
        let key = match self.level.lines.ahead {
            Line::Key(key, _) => key,
            Line::Table(path) | Line::Tables(path) => match self.level.key_of(path)? {
                Some(key) => key,
                None => return Ok(None),
            },
            Line::Other => return Err(Otherwise),
            Line::End => return Ok(None),
        };
        if let Some(seen) = &mut self.seen {
            if !is_plain(key) || seen.contains(&key) {
                return Err(Otherwise);
            }
            seen.push(key);
        }
        seed.deserialize(BorrowedStrDeserializer::new(key)).map(Some)
    }

    fn next_value_seed<V: DeserializeSeed<'text>>(&mut self, seed: V) -> Result<V::Value, Otherwise> {
        let node = match self.level.lines.next() {
            Line::Key(_, value) => Node::Spelt(value),
            Line::Table(path) => Node::Table(self.level.within(path)),
            Line::Tables(path) => Node::Tables(self.level.within(path)),
            Line::Other | Line::End => return Err(Otherwise),
        };
        seed.deserialize(node)
    }
}

/// Several tables at a path.
struct Several<'lines, 'text> {
    level: Level<'lines, 'text>,
    has_begun: bool,
}

impl<'text> SeqAccess<'text> for Several<'_, 'text> {
    type Error = Otherwise;

    fn next_element_seed<T: DeserializeSeed<'text>>(&mut self, seed: T) -> Result<Option<T::Value>, Otherwise> {
        if self.has_begun {
            if self.level.lines.ahead != Line::Tables(self.level.path) {
                return Ok(None);
            }
            self.level.lines.next();
        }
        self.has_begun = true;
        seed.deserialize(Node::Table(self.level.within(self.level.path))).map(Some)
    }
}

impl<'de> IntoDeserializer<'de, Otherwise> for Node<'_, 'de> {
    type Deserializer = Self;

    fn into_deserializer(self) -> Self {
        self
    }
}

impl<'de> Deserializer<'de> for Node<'_, 'de> {
    type Error = Otherwise;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Otherwise> {
        let value = match self {
            Self::Spelt(value) => value,
            Self::Text(inside) => return visitor.visit_borrowed_str(without_quotes(inside)?),
            Self::Number(number) => return visit_number(number, visitor),
            Self::Table(level) => return visitor.visit_map(Keys { level, seen: Some(Vec::new()) }),
            Self::Tables(level) => return visitor.visit_seq(Several { level, has_begun: false }),
        };
        match value.as_bytes() {
            [b'"', ..] => visitor.visit_borrowed_str(text(value)?),
            [b'[', .., b']'] => visit_list(&value[1..value.len() - 1], visitor),
            b"true" => visitor.visit_bool(true),
            b"false" => visitor.visit_bool(false),
            _ => visit_number(value, visitor),
        }
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Otherwise> {
        match self {
            Self::Table(level) => visitor.visit_map(Keys { level, seen: None }),
            other => other.deserialize_any(visitor),
        }
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value, Otherwise> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value, Otherwise> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Otherwise> {
        let word = match self {
            Self::Spelt(value) => text(value)?,
            Self::Text(inside) => without_quotes(inside)?,
            Self::Number(_) | Self::Table(_) | Self::Tables(_) => return Err(Otherwise),
        };
        BorrowedStrDeserializer::new(word).deserialize_enum(name, variants, visitor)
    }

    /// A key that nobody asks for may have anything in it.
    fn deserialize_ignored_any<V: Visitor<'de>>(self, _: V) -> Result<V::Value, Otherwise> {
        Err(Otherwise)
    }

    forward_to_deserialize_any! {
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map identifier
    }
}

/// Reads a text in quotes.
fn text(value: &str) -> Result<&str, Otherwise> {
    value.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')).ok_or(Otherwise).and_then(without_quotes)
}

/// Returns what stood between quotes, where there is none in it.
fn without_quotes(inside: &str) -> Result<&str, Otherwise> {
    if memchr(b'"', inside.as_bytes()).is_none() { Ok(inside) } else { Err(Otherwise) }
}

/// Reads what stands in an array of texts or of numbers.
fn visit_list<'de, V: Visitor<'de>>(inside: &'de str, visitor: V) -> Result<V::Value, Otherwise> {
    // Texts are parted at their quotes, because they may have commas in them.
    if let Some(texts) = inside.strip_prefix('"').and_then(|rest| rest.strip_suffix('"')) {
        SeqDeserializer::new(texts.split("\", \"").map(Node::Text)).deserialize_any(visitor)
    } else {
        let numbers = inside.split(", ").filter(|_| !inside.is_empty());
        SeqDeserializer::new(numbers.map(Node::Number)).deserialize_any(visitor)
    }
}

/// Reads a number as it is usually written: no sign but minus, no superfluous zeros, no exponent.
fn visit_number<'de, V: Visitor<'de>>(value: &str, visitor: V) -> Result<V::Value, Otherwise> {
    let digits = |digits: &str| !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
    let (whole, part) = value.split_once('.').map_or((value, None), |(whole, part)| (whole, Some(part)));
    let unsigned = whole.strip_prefix('-').unwrap_or(whole);
    if !digits(unsigned) || unsigned.len() > 1 && unsigned.starts_with('0') {
        return Err(Otherwise);
    }
    match part {
        None => visitor.visit_i64(value.parse().map_err(|_| Otherwise)?),
        Some(part) if digits(part) => visitor.visit_f64(value.parse().map_err(|_| Otherwise)?),
        Some(_) => Err(Otherwise),
    }
}

/// Says whether a key needs no quotes.
fn is_plain(key: &str) -> bool {
    !key.is_empty() && key.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_' || byte == b'-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn whole(text: &str) -> Option<toml::Table> {
        read(text)
    }

    #[test]
    fn one_spelling_is_known() {
        let known = [
            "a = 1\nb = \"二, 三\"\n\n[c]\n# \"x\nd = [\"e, f\", \"g\"]\nh = []\n\n[[c.i]]\nj = -1.5\n\n[c.i.k]\nl = true\n[[c.i]]",
            "a = [1, -2, 3.5]\nb = 0\nc = \"\"",
        ];
        for text in known {
            assert_eq!(whole(text).expect(text), text.parse::<toml::Table>().expect("TOML"));
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
            assert_eq!(whole(text), None, "{text}");
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
            if let Some(read) = whole(&text) {
                prop_assert_eq!(Some(read), text.parse::<toml::Table>().ok());
            }
        }
    }
}
