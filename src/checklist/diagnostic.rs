//! A mistake or doubt in a checklist file, at its place.
//!
//! A diagnostic is for a person with a text editor open: what is wrong, where, and what to type instead. Its code stays the
//! same in every version, so that it can be looked up and searched for.

use std::{ops::Range, path::Path};

use super::Checklist;
use crate::{error::Error, i18n::Text};

/// How bad a diagnostic is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum DiagnosticLevel {
    /// The checklist can be used, but probably not as meant.
    Warning,
    /// The checklist cannot be used.
    Error,
}

macro_rules! codes {
    ($($(#[doc = $doc:literal])+ $name:ident = $code:literal, $level:ident;)*) => {
        /// What sort of mistake it is.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $($(#[doc = $doc])+ $name,)*
        }

        impl Code {
            /// Every code, in the order of their numbers.
            pub const ALL: &[Self] = &[$(Self::$name),*];

            /// Returns the code as it is printed, such as `C011`.
            pub fn name(self) -> &'static str {
                match self {
                    $(Self::$name => $code,)*
                }
            }

            /// Returns the key of the long explanation in the language files.
            fn explanation_key(self) -> &'static str {
                match self {
                    $(Self::$name => concat!("explain.", $code),)*
                }
            }

            /// Says whether a diagnostic of this code keeps the checklist from being used.
            pub fn level(self) -> DiagnosticLevel {
                match self {
                    $(Self::$name => DiagnosticLevel::$level,)*
                }
            }
        }
    };
}

codes! {
    /// The text is not TOML.
    Syntax = "C001", Error;
    /// A field stands twice in the same table.
    DuplicateField = "C002", Error;
    /// A field that does not exist.
    UnknownField = "C003", Error;
    /// A value of the wrong type.
    WrongType = "C004", Error;
    /// A field that has to be there.
    MissingField = "C005", Error;
    /// A text without a visible character.
    EmptyText = "C006", Error;
    /// A word that is none of those that are possible here.
    UnknownWord = "C007", Error;
    /// An identity that was used before.
    DuplicateId = "C008", Error;
    /// An item in a section that does not exist.
    UnknownSection = "C009", Error;
    /// An identity with characters that cannot stand in one.
    BadId = "C010", Error;
    /// A pass rule that cannot be read.
    BadRule = "C011", Error;
    /// A pass rule that makes no sense for the answer type.
    RuleDoesNotFit = "C012", Error;
    /// Choices that are missing, repeated or not among those offered.
    BadChoices = "C013", Error;
    /// A number outside its range.
    OutOfRange = "C014", Error;
    /// Invisible control characters in a text.
    ControlCharacter = "C015", Error;
    /// A text, list or file beyond every sensible size.
    TooLarge = "C016", Error;
    /// A deadline that is no year, month or day.
    BadDeadline = "C017", Error;
    /// A condition that compares nothing, too much, or in a way that does not exist.
    BadCondition = "C018", Error;
    /// An expression that cannot be read, or that asks for more than is allowed.
    BadExpression = "C019", Error;
    /// A condition or expression about an item that does not exist.
    UnknownItem = "C020", Error;
    /// A comparison of things that cannot be compared.
    TypeMismatch = "C021", Error;
    /// Items or sections that wait for each other.
    Cycle = "C022", Error;
    /// A default that the answer type does not have.
    BadDefault = "C023", Error;
    /// Columns that are missing, or of a type that a cell cannot have.
    BadColumns = "C024", Error;
    /// A grade that cannot be told from its neighbours.
    BadGrade = "C025", Error;
    /// An item that does not count.
    NoPoints = "C101", Warning;
    /// A threshold whose unit nobody knows.
    NoUnit = "C102", Warning;
    /// A field that has no effect for this answer type.
    NoEffect = "C103", Warning;
    /// A section without items, or a checklist without any.
    Empty = "C104", Warning;
    /// A facility type that looks like a misspelt one.
    DoubtfulType = "C105", Warning;
    /// A condition that can never hold.
    Unreachable = "C106", Warning;
    /// A basis whose current text nobody has read.
    VerifyBasis = "C107", Warning;
    /// A clause that the plan no longer has.
    ClauseGone = "C108", Warning;
    /// A clause that the plan now words in another way.
    ClauseChanged = "C109", Warning;
    /// A topic that is not among those of the workspace.
    UnknownTopic = "C110", Warning;
    /// A field that a person and the plan changed, and about which nobody has decided.
    Undecided = "C111", Warning;
}

/// Returns the long explanation of a code: what it means, and an example of wrong and right.
pub fn explanation(code: Code) -> Text {
    Text::new(code.explanation_key(), Vec::new())
}

/// A mistake or doubt in a checklist file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Diagnostic {
    /// What sort of mistake it is; decides the level.
    pub code: Code,
    /// Where it stands, in bytes of the file's text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: Text,
    /// What to do.
    pub hint: Option<Text>,
}

impl Diagnostic {
    /// Returns how bad it is.
    pub fn level(&self) -> DiagnosticLevel {
        self.code.level()
    }

    /// Turns it into an error about the file at `path`, whose text it was found in.
    pub fn to_error(&self, path: &Path, text: &str) -> Error {
        let error = Error::input(self.message.clone()).at_offset(path, text, self.span.start);
        match &self.hint {
            Some(hint) => error.hint(hint.clone()),
            None => error,
        }
    }
}

/// What came of reading a checklist file.
#[derive(Clone, Debug, PartialEq)]
pub struct Reading {
    /// The checklist, unless there is an error among the diagnostics.
    pub checklist: Option<Checklist>,
    /// Every mistake and doubt, in the order of the file.
    pub diagnostics: Vec<Diagnostic>,
}

impl Reading {
    /// Returns every mistake as an error about the file at `path`, whose text was read; doubts are left out.
    pub fn errors(&self, path: &Path, text: &str) -> Vec<Error> {
        let mistakes = self.diagnostics.iter().filter(|found| found.level() == DiagnosticLevel::Error);
        mistakes.map(|mistake| mistake.to_error(path, text)).collect()
    }

    /// Returns the checklist, or the first mistake as an error about the file at `path`.
    pub fn into_result(self, path: &Path, text: &str) -> Result<Checklist, Error> {
        let first = self.diagnostics.iter().find(|found| found.level() == DiagnosticLevel::Error);
        match (self.checklist, first) {
            (Some(checklist), _) => Ok(checklist),
            (None, Some(mistake)) => Err(mistake.to_error(path, text)),
            (None, None) => Err(Error::input(crate::text!("checklist.check.unusable")).at(path)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::i18n::Lang;

    #[test]
    fn every_code_has_an_explanation_with_an_example_in_both_languages() {
        for &code in Code::ALL {
            for lang in Lang::ALL {
                assert!(lang.has(code.explanation_key()), "{code:?} in {lang:?}");
                let shown = explanation(code).show(lang);
                let (wrong, right) = if lang == Lang::Zh { ("错误：", "正确：") } else { ("Wrong:", "Right:") };
                assert!(shown.contains(wrong) && shown.contains(right), "{code:?}: {shown}");
            }
        }
    }

    #[test]
    fn codes_are_unique_and_say_their_level() {
        for (index, code) in Code::ALL.iter().enumerate() {
            assert!(Code::ALL[..index].iter().all(|other| other.name() != code.name()), "{code:?}");
            let warns = code.name().starts_with("C1");
            assert_eq!(code.level() == DiagnosticLevel::Warning, warns, "{code:?}");
        }
    }
}
