//! Revisions as this program writes them, read without the reader of TOML, which takes ten times as long and much memory.
//!
//! Only what is spelt in exactly that way is read here; everything else, such as a text with a backslash, is left to the
//! reader of TOML, so that nothing is taken that it would refuse or read otherwise.

use std::collections::BTreeMap;

use memchr::{memchr2, memmem};

use crate::sync::revision::{Revision, RevisionId};

/// Reads one revision with its head; nothing where it is spelt in another way.
pub(super) fn revision(text: &str) -> Option<Revision> {
    let mut rest = Rest(text);
    rest.skip("[[revision]]\n")?;
    let document = rest.line("document = ", Rest::string)?;
    let parents = if rest.has("parents") { rest.line("parents = ", Rest::strings)? } else { Vec::new() };
    let at = rest.line("at = ", Rest::string)?;
    let clear = if rest.has("clear") { rest.line("clear = ", Rest::strings)? } else { Vec::new() };
    let text = if rest.has("text") { Some(rest.line("text = ", Rest::string)?) } else { None };
    let mut set = BTreeMap::new();
    if rest.skip("\n[revision.set]\n").is_some() {
        while !rest.0.trim_start_matches('\n').is_empty() {
            let path = rest.key()?;
            rest.skip(" = ")?;
            let value = rest.string()?;
            rest.skip("\n")?;
            if set.insert(path.to_owned(), value.to_owned()).is_some() {
                return None;
            }
        }
    }
    rest.0.trim_start_matches('\n').is_empty().then_some(())?;
    Some(Revision {
        document: document.to_owned(),
        parents: parents.into_iter().map(|id| RevisionId::try_from(id.to_owned()).ok()).collect::<Option<_>>()?,
        at: at.parse().ok()?,
        clear: clear.into_iter().map(str::to_owned).collect(),
        text: text.map(str::to_owned),
        set,
    })
}

/// What is not read yet.
struct Rest<'text>(&'text str);

impl<'text> Rest<'text> {
    fn skip(&mut self, expected: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(expected)?;
        Some(())
    }

    /// Takes so many bytes; nothing where there are fewer, or they end within a letter.
    fn take(&mut self, bytes: usize) -> Option<&'text str> {
        let (taken, rest) = self.0.split_at_checked(bytes)?;
        self.0 = rest;
        Some(taken)
    }

    fn has(&self, name: &str) -> bool {
        self.0.starts_with(name)
    }

    fn line<T>(&mut self, name: &str, value: impl FnOnce(&mut Self) -> Option<T>) -> Option<T> {
        self.skip(name)?;
        let value = value(self)?;
        self.skip("\n")?;
        Some(value)
    }

    fn key(&mut self) -> Option<&'text str> {
        let is_bare = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        match self.0.bytes().take_while(is_bare).count() {
            0 if self.0.starts_with("\"\"\"") || self.0.starts_with("'''") => None,
            0 => self.string(),
            bare => self.take(bare),
        }
    }

    fn strings(&mut self) -> Option<Vec<&'text str>> {
        self.skip("[")?;
        let mut strings = vec![self.string()?];
        while self.skip(", ").is_some() {
            strings.push(self.string()?);
        }
        self.skip("]")?;
        Some(strings)
    }

    /// Reads a string of any of the four sorts that says literally what it says.
    fn string(&mut self) -> Option<&'text str> {
        for quotes in ["\"\"\"", "'''"] {
            if self.skip(quotes).is_some() {
                // A line break behind the quotes is none of it.
                _ = self.skip("\n");
                let end = memmem::find(self.0.as_bytes(), quotes.as_bytes())?;
                let inside = self.take(end)?;
                self.skip(quotes)?;
                let is_plain =
                    !self.0.starts_with(&quotes[..1]) && (quotes.starts_with('\'') || !inside.contains('\\'));
                return (is_plain && inside.bytes().all(|byte| is_letter(byte) || byte == b'\n')).then_some(inside);
            }
        }
        let quote = *self.0.as_bytes().first().filter(|byte| matches!(byte, b'"' | b'\''))?;
        self.take(1)?;
        let stop = if quote == b'"' { b'\\' } else { quote };
        let inside = self.take(memchr2(quote, stop, self.0.as_bytes())?)?;
        (self.take(1)?.as_bytes() == [quote] && inside.bytes().all(is_letter)).then_some(inside)
    }
}

/// Says whether a byte may stand in a string: of the control characters only the tabulator may.
fn is_letter(byte: u8) -> bool {
    byte == b'\t' || !byte.is_ascii_control()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(serde::Serialize, serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Body {
        revision: Vec<Revision>,
    }

    fn by_toml(text: &str) -> Option<Vec<Revision>> {
        toml::from_str(text).ok().map(|body: Body| body.revision)
    }

    fn made(document: &str, [clear, path, value]: [&str; 3], text: Option<&str>) -> Revision {
        let at = "2026-11-21T09:30:00+08:00".parse().expect("a time");
        let first = Revision {
            document: document.to_owned(),
            parents: Vec::new(),
            at,
            clear: Vec::new(),
            text: None,
            set: BTreeMap::new(),
        };
        Revision {
            parents: vec![first.id(), first.id()],
            clear: vec![clear.to_owned(), "b".to_owned()],
            text: text.map(str::to_owned),
            set: [path, "answer/A1/~"].map(|path| (path.to_owned(), value.to_owned())).into(),
            ..first
        }
    }

    #[test]
    fn what_the_program_writes_is_read_here() {
        let record = "format = 1\nplace = \"澜城区\"\n\n# 门急诊\n[[answer]]\nitem = \"A1\"\n";
        for revision in [
            made("record/R", ["a", "answer/A1/stamp", "{ at = \"2026-11-21\", by = \"林明\" }"], Some(record)),
            made("finding/R", ["a", "b", "\"its\""], None),
            Revision { parents: Vec::new(), clear: Vec::new(), set: BTreeMap::new(), ..made("x", ["", "", ""], None) },
        ] {
            let text = toml::to_string(&Body { revision: vec![revision.clone()] }).expect("written");
            assert_eq!(super::revision(&text), Some(revision), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_here_is_what_toml_says(
            document in "[a-z/\"'\\\\\n]{0,6}",
            others in prop::array::uniform3("[a\\-.\"'\\\\\n\t\u{7f}\r 例=\\[\\]]{0,6}"),
            text in prop::option::of("(\n|\"|'|\\\\|例|\u{1}|a = 1){0,9}"),
            at in any::<prop::sample::Index>(),
            other in "[\"'\n\\\\=\\[\\] a]{0,2}",
        ) {
            let revision = made(&document, others.each_ref().map(String::as_str), text.as_deref());
            let written = toml::to_string(&Body { revision: vec![revision] }).expect("written");
            // As it was written, and with something put into it.
            let mut changed = written.clone();
            let places: Vec<usize> = written.char_indices().map(|(place, _)| place).collect();
            changed.insert_str(*at.get(&places), &other);
            for text in [written, changed] {
                if let Some(read) = super::revision(&text) {
                    prop_assert_eq!(Some(vec![read]), by_toml(&text), "{}", text);
                }
            }
        }
    }
}
