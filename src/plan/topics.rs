//! Topics: the vocabulary of `checklists/topics.toml` and how a clause is sorted under it.

use std::{fmt, path::Path};

use serde::{Deserialize, Deserializer, de};
use toml::Spanned;

use super::{Scope, TopicId, lexicon::Lexicon};
use crate::{
    error::{Error, Result, in_toml},
    facility::FACILITY_TYPES,
    text,
};

/// The vocabulary that ships with ducha.
const BUILT_IN: &str = include_str!("../../checklists/topics.toml");

/// The topics of a workspace and the words by which text is sorted under them.
pub struct Topics {
    all: Vec<Topic>,
    /// Each word with its topic and weight; a phrase that excludes weighs nothing.
    words: Lexicon<(u16, f32)>,
}

/// A topic and what hangs on it.
#[derive(Clone, Debug, PartialEq)]
pub struct Topic {
    /// The short ASCII name.
    pub id: TopicId,
    /// The Chinese name.
    pub zh: String,
    /// The English name.
    pub en: String,
    /// The item bank it joins, `checklists/banks/BANK.toml`.
    pub bank: Option<String>,
    /// The facility types its checklists are for; empty means all.
    pub facility_types: Vec<String>,
    /// Where its clauses belong when nothing else decides.
    pub scope: Option<Scope>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FileOfTopics {
    #[serde(default, rename = "topic")]
    topics: Vec<TopicEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct TopicEntry {
    slug: Spanned<String>,
    zh: String,
    en: Option<String>,
    words: Vec<Spanned<Word>>,
    #[serde(default)]
    exclude: Vec<String>,
    bank: Option<String>,
    #[serde(default)]
    facilities: Vec<Spanned<String>>,
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
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> std::result::Result<Self, D::Error> {
        struct WordOrTable;
        impl<'de> de::Visitor<'de> for WordOrTable {
            type Value = Word;

            fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
                formatter.write_str("a word, or { word = \"…\", weight = 0.5 }")
            }

            fn visit_str<E: de::Error>(self, word: &str) -> std::result::Result<Word, E> {
                Ok(Word { word: word.to_owned(), weight: 1.0 })
            }

            fn visit_map<A: de::MapAccess<'de>>(self, map: A) -> std::result::Result<Word, A::Error> {
                let entry = WeightedWord::deserialize(de::value::MapAccessDeserializer::new(map))?;
                Ok(Word { word: entry.word, weight: entry.weight })
            }
        }
        deserializer.deserialize_any(WordOrTable)
    }
}

impl Topics {
    /// Returns the topics that ship with ducha.
    ///
    /// # Panics
    ///
    /// Never: a test reads the same text.
    pub fn built_in() -> Self {
        // The text is compiled in and `the_vocabulary_that_ships_is_sound` reads it.
        Self::read(BUILT_IN, Path::new("checklists/topics.toml")).unwrap_or_else(|error| unreachable!("{error}"))
    }

    /// Reads a vocabulary; `path` is for messages only.
    ///
    /// # Errors
    ///
    /// A syntax error, an unknown field, a slug that is no short ASCII name or stands twice, an empty word, a weight that is
    /// not above 0, and an unknown facility type, each with its line and column.
    pub fn read(source: &str, path: &Path) -> Result<Self> {
        let file: FileOfTopics = toml::from_str(source).map_err(|error| in_toml(source, &error).in_file(path))?;
        check(&file, source, path)?;
        let words = file.topics.iter().enumerate().flat_map(|(place, entry)| {
            let place = u16::try_from(place).unwrap_or(u16::MAX);
            let words = entry.words.iter().map(|word| {
                let Word { word, weight } = word.get_ref();
                (word.as_str(), (place, weight * length_weight(word)))
            });
            let excluded = entry.exclude.iter().map(|phrase| (phrase.as_str(), (place, 0.0)));
            words.chain(excluded).collect::<Vec<_>>()
        });
        let words = Lexicon::new(words);
        let all = file.topics.into_iter().map(TopicEntry::into_topic).collect();
        Ok(Self { all, words })
    }

    /// Returns every topic, in the order of the file.
    pub fn all(&self) -> &[Topic] {
        &self.all
    }

    /// Finds a topic by its slug.
    pub fn get(&self, id: &TopicId) -> Option<&Topic> {
        self.all.iter().find(|topic| topic.id == *id)
    }

    /// Says how much of each topic a text speaks of.
    pub(super) fn weigh(&self, text: &[char]) -> Weights {
        // Of words that overlap, the first and longest of a topic counts; a phrase that excludes covers its words.
        let mut found: Vec<(u16, f32, usize)> = Vec::new();
        self.words.each(text, |word| {
            let (topic, weight) = word.value;
            match found.iter_mut().find(|(known, ..)| *known == topic) {
                Some((_, _, counted_to)) if *counted_to > word.start => {}
                Some((_, sum, counted_to)) => {
                    *sum += weight;
                    *counted_to = word.end;
                }
                None => found.push((topic, weight, word.end)),
            }
        });
        let mut weights: Vec<(u16, f32)> =
            found.into_iter().filter(|(_, sum, _)| *sum > 0.0).map(|(topic, sum, _)| (topic, sum)).collect();
        weights.sort_unstable_by_key(|(topic, _)| *topic);
        Weights(weights)
    }

    /// Lists how much of each topic there is, most first.
    pub(super) fn weighed(&self, weights: &Weights) -> Vec<(TopicId, f32)> {
        let order = weights.heaviest_first().into_iter();
        order.map(|(topic, weight)| (self.all[usize::from(topic)].id.clone(), weight)).collect()
    }

    /// Puts the topics of a clause in order, best first; at most three, `other` when nothing speaks for any.
    pub(super) fn rank(&self, weights: &Weights) -> Vec<TopicId> {
        const MOST: usize = 3;
        const FAINTEST: f32 = 0.15;
        let order = weights.heaviest_first();
        let Some(&(_, best)) = order.first() else {
            return self.all.iter().map(|topic| &topic.id).filter(|id| id.0 == "other").cloned().collect();
        };
        let clear = order.iter().take(MOST).filter(|(_, weight)| *weight >= best * FAINTEST).count();
        order[..clear].iter().map(|(topic, _)| self.all[usize::from(*topic)].id.clone()).collect()
    }
}

/// A longer word says more: the weight grows by a quarter for each character beyond two.
#[allow(clippy::cast_precision_loss)] // Words have a few characters.
fn length_weight(word: &str) -> f32 {
    1.0 + 0.25 * word.chars().count().saturating_sub(2) as f32
}

fn check(file: &FileOfTopics, source: &str, path: &Path) -> Result<()> {
    let at = |error: Error, span: std::ops::Range<usize>| Err(error.at_offset(path, source, span.start));
    for (place, entry) in file.topics.iter().enumerate() {
        let slug = entry.slug.get_ref();
        let sound = !slug.is_empty()
            && slug.chars().all(|char| char.is_ascii_lowercase() || char.is_ascii_digit() || char == '-');
        if !sound {
            let error = Error::input(text!("plan.topics.slug", slug = slug)).hint(text!("plan.topics.slug_hint"));
            return at(error, entry.slug.span());
        }
        if file.topics[..place].iter().any(|other| other.slug.get_ref() == slug) {
            let error = Error::input(text!("plan.topics.twice", slug = slug)).hint(text!("plan.topics.twice_hint"));
            return at(error, entry.slug.span());
        }
        for word in &entry.words {
            if word.get_ref().word.trim().is_empty()
                || word.get_ref().weight <= 0.0
                || !word.get_ref().weight.is_finite()
            {
                let error = Error::input(text!("plan.topics.word")).hint(text!("plan.topics.word_hint"));
                return at(error, word.span());
            }
        }
        for facility in &entry.facilities {
            if !FACILITY_TYPES.contains(&facility.get_ref().as_str()) {
                let error = Error::input(text!("plan.topics.facility", facility = facility.get_ref()))
                    .hint(text!("plan.topics.facility_hint", known = FACILITY_TYPES.join(", ")));
                return at(error, facility.span());
            }
        }
    }
    Ok(())
}

impl TopicEntry {
    fn into_topic(self) -> Topic {
        Topic {
            id: TopicId(self.slug.into_inner()),
            en: self.en.unwrap_or_else(|| self.zh.clone()),
            zh: self.zh,
            bank: self.bank,
            facility_types: self.facilities.into_iter().map(Spanned::into_inner).collect(),
            scope: self.scope,
        }
    }
}

/// How much of each topic a text speaks of: the few topics it speaks of at all, in the order of the vocabulary.
#[derive(Clone, Debug, Default)]
pub(super) struct Weights(Vec<(u16, f32)>);

impl Weights {
    /// Adds the weights of another text, which counts `factor` times.
    pub(super) fn add(&mut self, other: &Self, factor: f32) {
        for &(topic, weight) in &other.0 {
            match self.0.binary_search_by_key(&topic, |(known, _)| *known) {
                Ok(place) => self.0[place].1 += weight * factor,
                Err(place) => self.0.insert(place, (topic, weight * factor)),
            }
        }
    }

    /// Lists topics by weight, the heaviest first, those of the same weight in the order of the vocabulary.
    fn heaviest_first(&self) -> Vec<(u16, f32)> {
        let mut order = self.0.clone();
        order.sort_by(|one, other| other.1.total_cmp(&one.1));
        order
    }

    /// Returns the place of the topic that weighs most, where any does.
    pub(super) fn best(&self) -> Option<u16> {
        self.0.iter().rev().max_by(|one, other| one.1.total_cmp(&other.1)).map(|(topic, _)| *topic)
    }

    /// Says whether the text speaks of a topic at all.
    pub(super) fn has(&self, topic: u16) -> bool {
        self.0.binary_search_by_key(&topic, |(known, _)| *known).is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_vocabulary_that_ships_is_sound() {
        let topics = Topics::read(BUILT_IN, Path::new("topics.toml")).expect("it is sound");
        assert_eq!(topics.all().len(), 44);
        assert!(topics.get(&TopicId("fever-clinic".to_owned())).is_some_and(|topic| topic.bank.is_some()));
    }

    #[test]
    fn mistakes_are_named_with_their_place() {
        let cases = [
            ("[[topic]]\nslug = \"水\"\nzh = \"水\"\nwords = []\n", "plan.topics.slug", (2, 8)),
            ("[[topic]]\nslug = \"a\"\nzh = \"水\"\nwords = [\"\"]\n", "plan.topics.word", (4, 10)),
            (
                "[[topic]]\nslug = \"a\"\nzh = \"水\"\nwords = [\"水\", { word = \"井\", weight = 0 }]\n",
                "plan.topics.word",
                (4, 15),
            ),
            (
                "[[topic]]\nslug = \"a\"\nzh = \"水\"\nwords = []\nfacilities = [\"moon\"]\n",
                "plan.topics.facility",
                (5, 15),
            ),
            (
                "[[topic]]\nslug = \"a\"\nzh = \"水\"\nwords = []\n[[topic]]\nslug = \"a\"\nzh = \"井\"\nwords = []\n",
                "plan.topics.twice",
                (6, 8),
            ),
            ("[[topic]]\nslug = \"a\"\nzh = \"水\"\nwords = []\ncolour = 1\n", "toml.wrong", (5, 1)),
        ];
        for (source, key, (line, column)) in cases {
            let error = Topics::read(source, Path::new("topics.toml")).err().expect("it is a mistake");
            assert_eq!(error.message().key(), key, "{source}");
            let place = error.place().expect("it has a place");
            assert_eq!((place.line, place.column), (Some(line), Some(column)), "{source}");
        }
    }

    #[test]
    fn words_and_exclusions_decide() {
        let topics = Topics::built_in();
        let cases = [
            ("规范医疗废物分类收集", "medical-waste"),
            ("新增护理型床位", "elderly-care"),
            ("创建老年友善医疗机构", "elderly-care"),
            ("强化二次供水监管", "drinking-water"),
            ("天气晴", "other"),
        ];
        for (text, expected) in cases {
            let chars: Vec<char> = text.chars().collect();
            assert_eq!(topics.rank(&topics.weigh(&chars))[0].0, expected, "{text}");
        }
    }

    proptest::proptest! {
        #[test]
        fn any_vocabulary_is_read_or_refused(
            source in "(\\[\\[topic\\]\\]\n|slug = \"[a-b]?\"\n|zh = \"水\"\n|words = \\[(\"水\"|\"\"|\\{ word = \"井\", weight = [0-2] \\})?,?\\]\n|[=\\[\"a水]){0,12}"
        ) {
            if let Ok(topics) = Topics::read(&source, Path::new("topics.toml")) {
                let text: Vec<char> = source.chars().collect();
                let _ = topics.rank(&topics.weigh(&text));
            }
        }
    }
}
