//! What goes wrong, said so that the person in front of it knows what to do.
//!
//! Every error names what is wrong and, where there is one, the file and place and the next step. It stays a key with
//! values until it is shown, so that the domain needs no language. This module depends on [`crate::i18n`] only.

mod spelling;
mod toml;

use std::{
    fmt,
    path::{Path, PathBuf},
};

pub use self::{
    spelling::nearest,
    toml::{explain_syntax, explain_value, in_toml},
};
use crate::i18n::{Lang, Text};

/// The result of everything in ducha that can fail.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What sort of error it is; decides the exit code and whether the rest can go on.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// The command was called wrongly (exit code 2).
    Usage,
    /// A document, checklist, record or other input cannot be used as it is.
    Input,
    /// Something that was asked for does not exist, or its name fits several.
    NotFound,
    /// The workspace cannot be used: locked, read-only, or made by a newer version.
    Workspace,
    /// The disk refused a file.
    Storage,
    /// The disk takes nothing more: it is full, read-only or gone, so that every other file would fail as well.
    DiskUnusable,
}

/// A place in a file; lines and columns count from 1, columns in characters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Place {
    /// The file.
    pub path: PathBuf,
    /// The line, where it is known.
    pub line: Option<usize>,
    /// The character of that line, where it is known.
    pub column: Option<usize>,
}

impl fmt::Display for Place {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.path.display())?;
        if let Some(line) = self.line {
            write!(formatter, ":{line}")?;
            if let Some(column) = self.column {
                write!(formatter, ":{column}")?;
            }
        }
        Ok(())
    }
}

/// An error: its kind, what is wrong, where, what to do, and what lay beneath.
#[derive(Debug)]
pub struct Error {
    kind: Kind,
    message: Box<Text>,
    place: Option<Box<Place>>,
    reason: Option<Box<Text>>,
    hint: Option<Box<Text>>,
    source: Option<Box<dyn std::error::Error + Send + Sync>>,
}

impl Error {
    /// Makes an error of a kind.
    pub fn new(kind: Kind, message: Text) -> Self {
        Self { kind, message: Box::new(message), place: None, reason: None, hint: None, source: None }
    }

    /// Makes an error about input.
    pub fn input(message: Text) -> Self {
        Self::new(Kind::Input, message)
    }

    /// Adds the file it is about.
    #[must_use]
    pub fn at(mut self, path: impl Into<PathBuf>) -> Self {
        self.place = Some(Box::new(Place { path: path.into(), line: None, column: None }));
        self
    }

    /// Adds the file and the place in it, which is looked up in the file's `text` by its byte `offset`.
    #[must_use]
    pub fn at_offset(mut self, path: impl Into<PathBuf>, text: &str, offset: usize) -> Self {
        let (line, column) = line_and_column(text, offset);
        self.place = Some(Box::new(Place { path: path.into(), line: Some(line), column: Some(column) }));
        self
    }

    /// Adds the row of a table, and the column where it is about a cell, both from 1.
    #[must_use]
    pub fn at_row(mut self, path: impl Into<PathBuf>, row: usize, column: Option<usize>) -> Self {
        self.place = Some(Box::new(Place { path: path.into(), line: Some(row), column }));
        self
    }

    /// Names the file, keeping a line and column that are known already.
    #[must_use]
    pub fn in_file(mut self, path: impl Into<PathBuf>) -> Self {
        let (line, column) = self.place.as_ref().map_or((None, None), |place| (place.line, place.column));
        self.place = Some(Box::new(Place { path: path.into(), line, column }));
        self
    }

    /// Adds why it is so, in words of the language files.
    #[must_use]
    pub fn reason(mut self, reason: Text) -> Self {
        self.reason = Some(Box::new(reason));
        self
    }

    /// Adds what to do about it.
    #[must_use]
    pub fn hint(mut self, hint: Text) -> Self {
        self.hint = Some(Box::new(hint));
        self
    }

    /// Adds what lay beneath.
    #[must_use]
    pub fn because(mut self, source: impl std::error::Error + Send + Sync + 'static) -> Self {
        self.source = Some(Box::new(source));
        self
    }

    /// Returns the kind.
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Returns what is wrong.
    pub fn message(&self) -> &Text {
        &self.message
    }

    /// Returns the file and place, where there is one.
    pub fn place(&self) -> Option<&Place> {
        self.place.as_deref()
    }

    /// Returns the file, where there is one.
    pub fn path(&self) -> Option<&Path> {
        self.place().map(|place| place.path.as_path())
    }

    /// Returns what to do, where there is something.
    pub fn next_step(&self) -> Option<&Text> {
        self.hint.as_deref()
    }

    /// Puts message and cause on one line in a language, without place and hint.
    pub fn summary(&self, lang: Lang) -> String {
        let reason = self.reason.as_ref().map(|reason| reason.show(lang));
        let source = self.source.as_ref().map(ToString::to_string);
        let parts: Vec<_> = [Some(self.message.show(lang)), reason, source].into_iter().flatten().collect();
        parts.join(lang.t("error.because").as_ref())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        if let Some(place) = &self.place {
            write!(formatter, "{place}: ")?;
        }
        formatter.write_str(&self.summary(Lang::En))
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.source.as_deref().map(|source| source as _)
    }
}

/// Finds the line and the character in it, both from 1, of a byte offset.
///
/// An offset behind the end of the text is taken as its end, one inside a character as that character.
pub fn line_and_column(text: &str, offset: usize) -> (usize, usize) {
    let end = (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let before = &text[..end];
    let line_start = before.rfind('\n').map_or(0, |newline| newline + 1);
    let line = before.bytes().filter(|&byte| byte == b'\n').count() + 1;
    (line, before[line_start..].chars().count() + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters_not_bytes() {
        let text = "一\n标题 = \"发热\"\n";
        let offset = text.find('发').expect("the text has it");
        assert_eq!(line_and_column(text, offset), (2, 7));
        assert_eq!(line_and_column(text, offset + 1), (2, 7), "inside the character");
        assert_eq!(line_and_column("", 9), (1, 1));
    }
}
