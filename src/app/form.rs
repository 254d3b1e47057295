//! A form: several fields, one of which has the caret.

use std::borrow::Cow;

use super::{
    field::Field,
    key::{Code, Key},
};
use crate::checklist::Bilingual;

/// One field of a form.
#[derive(Clone, Debug)]
pub struct FormField {
    /// The key of its name in the language files; also its identity.
    pub name: Cow<'static, str>,
    /// What it is called where a checklist says so and not the language files.
    pub label: Option<Bilingual>,
    /// What it holds.
    pub input: Input,
    /// What is wrong with what is typed, if anything.
    pub mistake: Option<crate::i18n::Text>,
}

/// What a field of a form holds.
#[derive(Clone, Debug)]
pub enum Input {
    /// Text.
    Text(Field),
    /// One of several words, by the keys of their names in the language files.
    Choice {
        /// The words.
        words: &'static [&'static str],
        /// The chosen one.
        chosen: usize,
    },
    /// Words of a checklist, none of which need be chosen.
    Pick(Pick),
}

/// Words of a checklist, of which one or several may be chosen.
#[derive(Clone, Debug)]
pub struct Pick {
    /// The words, each with whether it is chosen.
    pub words: Vec<(Bilingual, bool)>,
    /// Whether several may be chosen.
    pub several: bool,
    /// The one that the arrow keys are at.
    pub at: usize,
}

impl Pick {
    /// Takes a key: a digit chooses or takes back, the arrows go from word to word, the space bar chooses.
    fn key(&mut self, key: Key) -> bool {
        let count = self.words.len();
        if count == 0 {
            return false;
        }
        match key.folded().code {
            Code::Right | Code::Down => self.at = (self.at + 1) % count,
            Code::Left | Code::Up => self.at = (self.at + count - 1) % count,
            Code::Char(' ') => return self.turn(self.at),
            Code::Delete | Code::Backspace | Code::Char('0') => self.words.iter_mut().for_each(|word| word.1 = false),
            Code::Char(digit) => match digit.to_digit(10).map(|digit| digit as usize) {
                Some(number) if (1..=count).contains(&number) => return self.turn(number - 1),
                _ => return false,
            },
            _ => return false,
        }
        true
    }

    fn turn(&mut self, at: usize) -> bool {
        let chosen = !self.words[at].1;
        if !self.several {
            self.words.iter_mut().for_each(|word| word.1 = false);
        }
        self.words[at].1 = chosen;
        self.at = at;
        true
    }
}

impl FormField {
    /// Makes a text field.
    pub fn text(name: &'static str, field: Field) -> Self {
        Self { name: name.into(), label: None, input: Input::Text(field), mistake: None }
    }

    /// Makes a choice.
    pub fn choice(name: &'static str, words: &'static [&'static str], chosen: usize) -> Self {
        Self { name: name.into(), label: None, input: Input::Choice { words, chosen }, mistake: None }
    }

    /// Makes a field that a checklist asks for.
    pub fn of_checklist(name: String, label: Bilingual, input: Input) -> Self {
        Self { name: name.into(), label: Some(label), input, mistake: None }
    }
}

/// Several fields, one of which has the caret.
#[derive(Clone, Debug)]
pub struct Form {
    /// The fields, in order.
    pub fields: Vec<FormField>,
    /// The one with the caret.
    pub at: usize,
}

impl Form {
    /// Makes a form with the caret in its first field.
    pub fn new(fields: Vec<FormField>) -> Self {
        Self { fields, at: 0 }
    }

    /// Returns the field with the caret.
    pub fn current(&self) -> &FormField {
        &self.fields[self.at]
    }

    /// Goes to the next field, or the one before, round and round.
    pub fn go(&mut self, forward: bool) {
        let count = self.fields.len();
        self.at = (self.at + if forward { 1 } else { count - 1 }) % count;
    }

    /// Returns the text of a field; empty for a choice or an unknown field.
    pub fn text_of(&self, name: &str) -> String {
        match self.fields.iter().find(|field| field.name == name).map(|field| &field.input) {
            Some(Input::Text(field)) => field.text().trim().to_owned(),
            _ => String::new(),
        }
    }

    /// Returns the chosen word's position; 0 for a text or an unknown field.
    pub fn choice_of(&self, name: &str) -> usize {
        match self.fields.iter().find(|field| field.name == name).map(|field| &field.input) {
            Some(Input::Choice { chosen, .. }) => *chosen,
            _ => 0,
        }
    }

    /// Lets a field choose among other words; the one that was chosen stays so where it is among them.
    pub fn offer(&mut self, name: &str, words: &'static [&'static str]) {
        let field = self.fields.iter_mut().find(|field| field.name == name);
        if let Some(Input::Choice { words: offered, chosen }) = field.map(|field| &mut field.input) {
            let before = offered.get(*chosen);
            *chosen = words.iter().position(|word| Some(word) == before).unwrap_or(0);
            *offered = words;
        }
    }

    /// Says, or takes back, what is wrong with a field.
    pub fn mark(&mut self, name: &str, mistake: Option<crate::i18n::Text>) {
        if let Some(field) = self.fields.iter_mut().find(|field| field.name == name) {
            field.mistake = mistake;
        }
    }

    /// Puts the caret into the first field with a mistake; says whether there is one.
    pub fn go_to_mistake(&mut self) -> bool {
        let wrong = self.fields.iter().position(|field| field.mistake.is_some());
        self.at = wrong.unwrap_or(self.at);
        wrong.is_some()
    }

    /// Says whether Enter begins a new line in the field with the caret.
    pub fn takes_enter(&self) -> bool {
        matches!(&self.current().input, Input::Text(field) if !field.is_one_line())
    }

    /// Puts a text into a field and the caret there.
    pub fn restore(&mut self, name: &str, text: &str) {
        let Some(at) = self.fields.iter().position(|field| field.name == name) else { return };
        if let Input::Text(field) = &mut self.fields[at].input {
            *field = if field.is_one_line() { Field::line(text) } else { Field::lines(text) };
            self.at = at;
        }
    }

    /// Takes a key into the field with the caret; returns whether it changed.
    pub fn key(&mut self, key: Key) -> bool {
        let changed = self.key_into_field(key);
        self.forget_mistake(changed)
    }

    /// Takes back what was wrong with the field in hand once it is being mended.
    fn forget_mistake(&mut self, changed: bool) -> bool {
        if changed {
            self.fields[self.at].mistake = None;
        }
        changed
    }

    fn key_into_field(&mut self, key: Key) -> bool {
        match &mut self.fields[self.at].input {
            Input::Text(field) => field.key(key),
            Input::Pick(pick) => pick.key(key),
            Input::Choice { words, chosen } => {
                let count = words.len();
                let key = key.folded();
                let next = match key.code {
                    Code::Char(' ') | Code::Right | Code::Down => (*chosen + 1) % count,
                    Code::Left | Code::Up => (*chosen + count - 1) % count,
                    Code::Char(digit) => match digit.to_digit(10).map(|digit| digit as usize) {
                        Some(number) if (1..=count).contains(&number) => number - 1,
                        _ => return false,
                    },
                    _ => return false,
                };
                let changed = next != *chosen;
                *chosen = next;
                changed
            }
        }
    }

    /// Takes pasted text into the field with the caret; returns whether it changed.
    pub fn paste(&mut self, text: &str) -> bool {
        let changed = match &mut self.fields[self.at].input {
            Input::Text(field) => field.paste(text),
            Input::Choice { .. } | Input::Pick(_) => false,
        };
        self.forget_mistake(changed)
    }
}
