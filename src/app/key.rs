//! Keys as the program knows them, independent of the terminal library.
//!
//! Owns how a key is written, read, shown and folded. Must not know what a key does: that is the key map's matter.
//!
//! There is one spelling of every key, whatever the terminal sends: Shift-Tab is [`Code::Tab`] with `shift`, a letter
//! carries its case in the character and never `shift`, and with Ctrl or Alt a letter is lower case and `shift` counts.

use std::{borrow::Cow, fmt, str::FromStr};

use crate::{
    error::{Error, Kind},
    i18n::Lang,
    text,
};

/// Which key was pressed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Code {
    /// A key that types a character; the space bar is `Char(' ')`.
    Char(char),
    /// Enter.
    Enter,
    /// Tab; the way back is Tab with Shift.
    Tab,
    /// Escape.
    Esc,
    /// Backspace.
    Backspace,
    /// Delete.
    Delete,
    /// Insert.
    Insert,
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// Home.
    Home,
    /// End.
    End,
    /// Page up.
    PageUp,
    /// Page down.
    PageDown,
    /// A function key, from F1.
    Function(u8),
}

/// The keys with a name: how key scripts write them, and where the language files have the name people read.
const NAMES: [(Code, &str, &str); 15] = [
    (Code::Char(' '), "Space", "term.key.space"),
    (Code::Enter, "Enter", "term.key.enter"),
    (Code::Tab, "Tab", "term.key.tab"),
    (Code::Esc, "Esc", "term.key.esc"),
    (Code::Backspace, "Backspace", "term.key.backspace"),
    (Code::Delete, "Delete", "term.key.delete"),
    (Code::Insert, "Insert", "term.key.insert"),
    (Code::Left, "Left", "term.key.left"),
    (Code::Right, "Right", "term.key.right"),
    (Code::Up, "Up", "term.key.up"),
    (Code::Down, "Down", "term.key.down"),
    (Code::Home, "Home", "term.key.home"),
    (Code::End, "End", "term.key.end"),
    (Code::PageUp, "PageUp", "term.key.page-up"),
    (Code::PageDown, "PageDown", "term.key.page-down"),
];

/// What a Chinese input method types for an ASCII key, beyond the full-width block that is folded by calculation.
const FOLDED: [(char, char); 13] = [
    ('\u{3000}', ' '),
    ('、', '/'),
    ('。', '.'),
    ('“', '"'),
    ('”', '"'),
    ('‘', '\''),
    ('’', '\''),
    ('《', '<'),
    ('》', '>'),
    ('【', '['),
    ('】', ']'),
    ('·', '`'),
    ('¥', '$'),
];

/// How many function keys a terminal can report.
const FUNCTION_KEYS: u8 = 35;

/// A key with its modifiers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Key {
    /// Which key.
    pub code: Code,
    /// Whether Ctrl was held.
    pub ctrl: bool,
    /// Whether Alt was held.
    pub alt: bool,
    /// Whether Shift was held; never set for a character without Ctrl or Alt.
    pub shift: bool,
}

impl Key {
    /// Makes a key without modifiers.
    pub const fn plain(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: false }
    }

    /// Makes the key that types a character.
    pub const fn char(character: char) -> Self {
        Self::plain(Code::Char(character))
    }

    /// Makes Ctrl with a letter or digit.
    pub const fn ctrl(character: char) -> Self {
        Self { code: Code::Char(character.to_ascii_lowercase()), ctrl: true, alt: false, shift: false }
    }

    /// Makes Alt with a letter or digit.
    pub const fn alt(character: char) -> Self {
        Self { code: Code::Char(character.to_ascii_lowercase()), ctrl: false, alt: true, shift: false }
    }

    /// Makes Shift with a key that types no character, such as Tab.
    pub const fn shift(code: Code) -> Self {
        Self { code, ctrl: false, alt: false, shift: true }
    }

    /// Makes function key `number`, from 1.
    pub const fn function(number: u8) -> Self {
        Self::plain(Code::Function(number))
    }

    /// Makes a key from what a terminal reports, in the one spelling described at the top of this module.
    pub fn normal(code: Code, ctrl: bool, alt: bool, shift: bool) -> Self {
        match code {
            Code::Char(letter) if ctrl || alt => {
                let shift = shift && !letter.is_ascii_punctuation();
                Self { code: Code::Char(letter.to_ascii_lowercase()), ctrl, alt, shift }
            }
            Code::Char(_) => Self::plain(code),
            _ => Self { code, ctrl, alt, shift },
        }
    }

    /// Returns the character this key types in a text field, if it types one.
    pub fn typed(self) -> Option<char> {
        match self.code {
            Code::Char(character) if !self.ctrl && !self.alt => Some(character),
            _ => None,
        }
    }

    /// Returns the key an inspector meant outside a text field while a Chinese input method was on.
    ///
    /// Full-width forms become ASCII, Chinese punctuation the ASCII mark on its key, `、` the slash that starts a search.
    /// The case of letters is kept. Never applied to what goes into a text field.
    #[must_use]
    pub fn folded(self) -> Self {
        let Code::Char(character) = self.code else { return self };
        let folded = match character {
            '！'..='～' => char::from_u32(u32::from(character) - 0xFEE0),
            _ => FOLDED.iter().find(|(from, _)| *from == character).map(|(_, to)| *to),
        };
        Self { code: Code::Char(folded.unwrap_or(character)), ..self }
    }

    /// Names the key as people read it: `Ctrl-P`, `F1`, `空格` or `Space`.
    pub fn show(self, lang: Lang) -> String {
        let name = match NAMES.iter().find(|(code, ..)| *code == self.code) {
            Some((_, _, key)) => lang.t(key),
            None => self.plain_name(),
        };
        format!("{}{name}", self.prefix())
    }

    /// Reads a key script: keys separated by white space, and `<text …>` for characters typed one after the other.
    ///
    /// `1 Tab Ctrl-N <text 转诊登记缺三例> Ctrl-S`. A line break inside `<text …>` is the Enter key. Errors are of the
    /// kind [`Kind::Usage`] and name the word that is not a key.
    pub fn script(script: &str) -> Result<Vec<Self>, Error> {
        let mut keys = Vec::new();
        let mut rest = script.trim_start();
        while !rest.is_empty() {
            let typed = rest.strip_prefix("<text ").and_then(|text| text.split_once('>'));
            let after = if let Some((typed, after)) = typed {
                keys.extend(typed.chars().map(|character| match character {
                    '\n' => Self::plain(Code::Enter),
                    other => Self::char(other),
                }));
                after
            } else {
                let (word, after) = rest.split_at(rest.find(char::is_whitespace).unwrap_or(rest.len()));
                keys.push(word.parse()?);
                after
            };
            rest = after.trim_start();
        }
        Ok(keys)
    }

    fn prefix(self) -> String {
        let modifiers = [(self.ctrl, "Ctrl-"), (self.alt, "Alt-"), (self.shift, "Shift-")];
        modifiers.iter().filter(|(held, _)| *held).map(|(_, name)| *name).collect()
    }

    /// Names the key without its modifiers, in the words of a key script.
    fn plain_name(self) -> Cow<'static, str> {
        match self.code {
            Code::Function(number) => format!("F{number}").into(),
            Code::Char(letter) if letter != ' ' && (self.ctrl || self.alt) => {
                letter.to_ascii_uppercase().to_string().into()
            }
            Code::Char(letter) if letter != ' ' => letter.to_string().into(),
            code => NAMES.iter().find(|(known, ..)| *known == code).map_or("", |(_, name, _)| *name).into(),
        }
    }
}

impl fmt::Display for Key {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}{}", self.prefix(), self.plain_name())
    }
}

impl FromStr for Key {
    type Err = Error;

    /// Reads a key as [`Display`](fmt::Display) writes it; names of keys and modifiers in any case.
    fn from_str(written: &str) -> Result<Self, Error> {
        let (mut ctrl, mut alt, mut shift) = (false, false, false);
        let mut name = written;
        while let Some((modifier, rest)) = name.split_once('-').filter(|(_, rest)| !rest.is_empty()) {
            match modifier.to_ascii_lowercase().as_str() {
                "ctrl" => ctrl = true,
                "alt" => alt = true,
                "shift" => shift = true,
                _ => break,
            }
            name = rest;
        }
        let code = code_named(name).ok_or_else(|| {
            Error::new(Kind::Usage, text!("term.key.unknown", key = written)).hint(text!("term.key.known"))
        })?;
        Ok(Self::normal(code, ctrl, alt, shift))
    }
}

fn code_named(name: &str) -> Option<Code> {
    let mut characters = name.chars();
    if let (Some(only), None) = (characters.next(), characters.next()) {
        return Some(Code::Char(only));
    }
    if let Some((code, ..)) = NAMES.iter().find(|(_, known, _)| known.eq_ignore_ascii_case(name)) {
        return Some(*code);
    }
    let number: u8 = name.strip_prefix(['F', 'f'])?.parse().ok()?;
    (1..=FUNCTION_KEYS).contains(&number).then_some(Code::Function(number))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn keys_are_written_and_read() {
        let cases = [
            ("1", Key::char('1')),
            ("N", Key::char('N')),
            ("Ctrl-P", Key::ctrl('p')),
            ("Alt-1", Key::alt('1')),
            ("F1", Key::function(1)),
            ("F12", Key::function(12)),
            ("Tab", Key::plain(Code::Tab)),
            ("Shift-Tab", Key::shift(Code::Tab)),
            ("Ctrl-Shift-Z", Key { code: Code::Char('z'), ctrl: true, alt: false, shift: true }),
            ("Space", Key::char(' ')),
            ("Ctrl-Space", Key::ctrl(' ')),
            ("-", Key::char('-')),
            ("Ctrl--", Key::ctrl('-')),
            ("PageDown", Key::plain(Code::PageDown)),
            ("督", Key::char('督')),
        ];
        for (written, key) in cases {
            assert_eq!(written.parse::<Key>().expect(written), key, "{written}");
            assert_eq!(key.to_string(), written);
        }
        assert_eq!("ctrl-p".parse::<Key>().expect("any case"), Key::ctrl('p'));
    }

    #[test]
    fn a_word_that_is_no_key_is_named_in_the_error() {
        for written in ["", "F0", "F36", "Ctrl-", "Strg-P", "Tabb"] {
            let error = written.parse::<Key>().expect_err(written);
            assert!(error.summary(Lang::En).contains(written), "{error}");
            assert!(error.next_step().is_some());
        }
    }

    #[test]
    fn people_read_names_in_their_language() {
        let cases = [
            (Key::char(' '), "空格", "Space"),
            (Key::shift(Code::Tab), "Shift-Tab", "Shift-Tab"),
            (Key::ctrl('p'), "Ctrl-P", "Ctrl-P"),
            (Key::function(9), "F9", "F9"),
            (Key::plain(Code::Enter), "回车", "Enter"),
        ];
        for (key, chinese, english) in cases {
            assert_eq!((key.show(Lang::Zh).as_str(), key.show(Lang::En).as_str()), (chinese, english));
        }
        for (_, _, name) in NAMES {
            assert!(Lang::ALL.iter().all(|lang| lang.has(name)), "{name}");
        }
    }

    #[test]
    fn terminals_spell_one_key_in_several_ways() {
        let cases = [
            (Key::normal(Code::Char('P'), true, false, false), "Ctrl-P"),
            (Key::normal(Code::Char('P'), true, false, true), "Ctrl-Shift-P"),
            (Key::normal(Code::Char('N'), false, false, true), "N"),
            (Key::normal(Code::Char('?'), false, false, true), "?"),
            (Key::normal(Code::Tab, false, false, true), "Shift-Tab"),
        ];
        for (key, written) in cases {
            assert_eq!(key.to_string(), written);
        }
    }

    #[test]
    fn what_an_input_method_types_is_folded() {
        let cases = "？?１1：:、/。.　 ｑqＮN，,“\"【[《<￥￥督督aa";
        let characters: Vec<char> = cases.chars().collect();
        for pair in characters.chunks(2).filter(|pair| pair[0] != '￥') {
            assert_eq!(Key::char(pair[0]).folded(), Key::char(pair[1]), "{}", pair[0]);
        }
        assert_eq!(Key::plain(Code::Esc).folded(), Key::plain(Code::Esc));
    }

    #[test]
    fn a_script_is_a_row_of_keys() {
        let keys = Key::script("1 Tab Ctrl-N <text 缺 3\n例> Ctrl-S  <").expect("a script");
        let written: Vec<String> = keys.iter().map(ToString::to_string).collect();
        assert_eq!(written, ["1", "Tab", "Ctrl-N", "缺", "Space", "3", "Enter", "例", "Ctrl-S", "<"]);
        assert!(Key::script("1 Nonsense").is_err());
        assert_eq!(Key::script(" \n").expect("nothing"), []);
    }

    proptest! {
        #[test]
        fn what_is_written_can_be_read(character in any::<char>(), ctrl: bool, alt: bool, shift: bool) {
            prop_assume!(!character.is_whitespace() || character == ' ');
            let key = Key::normal(Code::Char(character), ctrl, alt, shift);
            prop_assert_eq!(key.to_string().parse::<Key>().expect("written by Display"), key);
        }
    }
}
