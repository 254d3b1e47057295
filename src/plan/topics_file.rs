//! The file of topics: the vocabulary that ships with ducha, and what a workspace lays over it.
//!
//! Owns what may stand in `checklists/topics.toml` and what each mistake in it is called. A workspace's file says only what
//! is different: a topic that is known already is changed in what is written of it, one that is not is added.

use std::{fmt, ops::Range};

use serde::{
    Deserialize, Deserializer,
    de::{self, IntoDeserializer},
};
use toml::{
    Spanned,
    de::{DeTable, DeValue},
};

use super::Scope;
use crate::{
    error::{explain_syntax, explain_value, nearest},
    facility::FACILITY_TYPES,
    i18n::Text,
    text,
};

/// The topic of whatever speaks for no other; it is always there.
pub(super) const OTHER: &str = "other";

/// What sort of mistake it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TopicFault {
    /// The text is not TOML.
    Syntax,
    /// A field that does not exist, or a value of the wrong type.
    Value,
    /// A name with characters that cannot stand in one.
    BadName,
    /// A topic that stands twice.
    Twice,
    /// A topic that would have to be known, or needs more to be a new one.
    Unknown,
    /// A word that is empty or is not there, or a weight that is none.
    Word,
    /// A type of facility that does not exist.
    Facility,
    /// An item bank that does not exist.
    Bank,
}

/// A mistake in a file of topics, at its place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TopicMistake {
    /// What sort of mistake it is.
    pub fault: TopicFault,
    /// Where it stands, in bytes of the file's text.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: Text,
    /// What to do.
    pub hint: Text,
}

/// An item bank that a file names, and where.
pub type NamedBank = (String, Range<usize>);

/// A topic with its words.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Entry {
    pub(super) slug: String,
    pub(super) zh: String,
    pub(super) en: Option<String>,
    pub(super) words: Vec<(String, f32)>,
    pub(super) exclude: Vec<String>,
    pub(super) bank: Option<String>,
    pub(super) facilities: Vec<String>,
    pub(super) scope: Option<Scope>,
}

/// What is written of a topic; what is not written stays as it is.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Written {
    slug: Spanned<String>,
    #[serde(default)]
    off: bool,
    zh: Option<String>,
    en: Option<String>,
    #[serde(default)]
    words: Vec<Spanned<Word>>,
    #[serde(default)]
    exclude: Vec<Spanned<String>>,
    bank: Option<Spanned<String>>,
    facilities: Option<Vec<Spanned<String>>>,
    scope: Option<Scope>,
}

/// A word, and how much it counts.
struct Word {
    word: String,
    weight: f32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WeightedWord {
    word: String,
    #[serde(default = "one")]
    weight: f32,
}

fn one() -> f32 {
    1.0
}

impl<'de> Deserialize<'de> for Word {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct WordOrTable;
        impl<'de> de::Visitor<'de> for WordOrTable {
            type Value = Word;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("string or table")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> Result<Word, E> {
                Ok(Word { word: word.to_owned(), weight: 1.0 })
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> Result<Word, A::Error> {
                let entry = WeightedWord::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Word { word: entry.word, weight: entry.weight })
            }
        }
        deserializer.deserialize_any(WordOrTable)
    }
}

/// What came of laying a file over topics that are known.
pub(super) struct Laid {
    pub(super) entries: Vec<Entry>,
    /// Every mistake, in the order of the file; what is wrong is left out of the entries.
    pub(super) mistakes: Vec<TopicMistake>,
    pub(super) banks: Vec<NamedBank>,
}

/// Lays a file over the topics that are known.
pub(super) fn lay(source: &str, known: Vec<Entry>) -> Laid {
    let mut laid = Laid { entries: known, mistakes: Vec::new(), banks: Vec::new() };
    let (table, errors) = DeTable::parse_recoverable(source);
    if !errors.is_empty() {
        laid.mistakes = errors.iter().map(|error| syntax(source, error)).collect();
        laid.mistakes.sort_by_key(|mistake| mistake.span.start);
        // Behind the first mistake on a line the others only say the same.
        let line = |mistake: &TopicMistake| source[..mistake.span.start].matches('\n').count();
        laid.mistakes.dedup_by_key(|mistake| line(mistake));
        return laid;
    }
    let mut seen = Vec::new();
    for (key, value) in table.into_inner() {
        match value.get_ref() {
            DeValue::Array(_) if key.get_ref() == "topic" => {
                let DeValue::Array(topics) = value.into_inner() else { continue };
                for topic in topics {
                    match Written::deserialize(topic.into_deserializer()) {
                        Ok(written) => laid.take(written, &mut seen),
                        Err(error) => laid.mistakes.push(value_mistake(source, &error)),
                    }
                }
            }
            _ => laid.mistakes.push(TopicMistake {
                fault: TopicFault::Value,
                span: key.span(),
                message: text!("plan.topics.table", name = key.get_ref()),
                hint: text!("plan.topics.table_hint"),
            }),
        }
    }
    laid.mistakes.sort_by_key(|mistake| mistake.span.start);
    laid
}

fn syntax(source: &str, error: &toml::de::Error) -> TopicMistake {
    let span = error.span().unwrap_or(0..0);
    let (_, message, hint) = explain_syntax(source, &span, error.message());
    TopicMistake { fault: TopicFault::Syntax, span, message, hint }
}

fn value_mistake(source: &str, error: &toml::de::Error) -> TopicMistake {
    let span = error.span().unwrap_or(0..0);
    let (message, hint) = explain_value(source, &span, error.message());
    TopicMistake { fault: TopicFault::Value, span, message, hint }
}

impl Laid {
    fn wrong(&mut self, fault: TopicFault, span: Range<usize>, message: Text, hint: Text) {
        self.mistakes.push(TopicMistake { fault, span, message, hint });
    }

    /// Takes what is written of one topic; `seen` are the names that stood before.
    fn take(&mut self, written: Written, seen: &mut Vec<String>) {
        let (slug, span) = (written.slug.get_ref().clone(), written.slug.span());
        let is_sign = |char: char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-';
        if slug.is_empty() || !slug.chars().all(is_sign) {
            let message = text!("plan.topics.slug", slug = slug);
            return self.wrong(TopicFault::BadName, span, message, text!("plan.topics.slug_hint"));
        }
        if seen.contains(&slug) {
            let message = text!("plan.topics.twice", slug = slug);
            return self.wrong(TopicFault::Twice, span, message, text!("plan.topics.twice_hint"));
        }
        seen.push(slug.clone());
        let place = self.entries.iter().position(|entry| entry.slug == slug);
        match place {
            Some(_) if written.off && slug == OTHER => {
                let message = text!("plan.topics.other");
                self.wrong(TopicFault::Unknown, span, message, text!("plan.topics.other_hint"));
            }
            Some(place) if written.off => drop(self.entries.remove(place)),
            Some(place) => {
                let mut entry = std::mem::take(&mut self.entries[place]);
                self.change(&mut entry, written);
                self.entries[place] = entry;
            }
            // Only what is for the rest needs no words.
            None if written.off || written.zh.is_none() || (written.words.is_empty() && slug != OTHER) => {
                let known = self.entries.iter().map(|entry| entry.slug.as_str());
                let hint = match nearest(&slug, known) {
                    Some(meant) => text!("toml.did-you-mean", word = meant),
                    None => text!("plan.topics.new_hint", slug = slug),
                };
                self.wrong(TopicFault::Unknown, span, text!("plan.topics.unknown", slug = slug), hint);
            }
            None => {
                let mut entry = Entry { slug, ..Entry::default() };
                self.change(&mut entry, written);
                // Behind every topic that is known, but before the one for the rest.
                let last = self.entries.last().is_some_and(|entry| entry.slug == OTHER);
                self.entries.insert(self.entries.len() - usize::from(last), entry);
            }
        }
    }

    /// Changes a topic in what is written of it.
    fn change(&mut self, entry: &mut Entry, written: Written) {
        for word in written.words {
            let span = word.span();
            self.change_word(entry, word.into_inner(), span);
        }
        for phrase in written.exclude {
            let span = phrase.span();
            let phrase = phrase.into_inner();
            if phrase.trim().is_empty() {
                self.wrong(TopicFault::Word, span, text!("plan.topics.word"), text!("plan.topics.word_hint"));
            } else if !entry.exclude.contains(&phrase) {
                entry.words.retain(|(word, _)| *word != phrase);
                entry.exclude.push(phrase);
            }
        }
        if let Some(zh) = written.zh {
            entry.zh = zh;
        }
        entry.en = written.en.or(entry.en.take());
        entry.scope = written.scope.or(entry.scope);
        if let Some(bank) = written.bank {
            entry.bank = Some(bank.get_ref().clone()).filter(|bank| !bank.is_empty());
            if entry.bank.is_some() {
                self.banks.push((bank.get_ref().clone(), bank.span()));
            }
        }
        if let Some(facilities) = written.facilities {
            entry.facilities.clear();
            for facility in facilities {
                if FACILITY_TYPES.contains(&facility.get_ref().as_str()) {
                    entry.facilities.push(facility.into_inner());
                    continue;
                }
                let hint = match nearest(facility.get_ref(), FACILITY_TYPES.iter().copied()) {
                    Some(meant) => text!("toml.did-you-mean", word = meant),
                    None => text!("plan.topics.facility_hint", known = FACILITY_TYPES.join(", ")),
                };
                let message = text!("plan.topics.facility", facility = facility.get_ref());
                self.wrong(TopicFault::Facility, facility.span(), message, hint);
            }
        }
    }

    /// Adds a word, weighs it anew, or takes it away where its weight is 0.
    fn change_word(&mut self, entry: &mut Entry, Word { word, weight }: Word, span: Range<usize>) {
        if word.trim().is_empty() || weight < 0.0 || !weight.is_finite() {
            return self.wrong(TopicFault::Word, span, text!("plan.topics.word"), text!("plan.topics.word_hint"));
        }
        let place = entry.words.iter().position(|(known, _)| *known == word);
        match place {
            Some(place) if weight == 0.0 => drop(entry.words.remove(place)),
            Some(place) => entry.words[place].1 = weight,
            None if weight == 0.0 => {
                let message = text!("plan.topics.no_word", word = word);
                self.wrong(TopicFault::Word, span, message, text!("plan.topics.no_word_hint"));
            }
            None => {
                entry.exclude.retain(|phrase| *phrase != word);
                entry.words.push((word, weight));
            }
        }
    }
}

#[cfg(test)]
#[path = "topics_file_tests.rs"]
mod tests;
