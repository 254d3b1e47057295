//! Topics: the vocabulary by which a clause is sorted, and how that is done.
//!
//! What stands in the file of topics is the business of `topics_file`.

use std::path::Path;

use super::{
    Scope, TopicId,
    lexicon::Lexicon,
    topics_file::{self, Entry, Laid, NamedBank, OTHER, TopicFault, TopicMistake},
};
use crate::{
    error::{Error, Result},
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
    /// Its words, each with how much it counts.
    pub words: Vec<(String, f32)>,
    /// The phrases in which its words mean something else.
    pub exclude: Vec<String>,
}

/// What came of reading a workspace's file of topics.
pub struct TopicsReading {
    /// The built-in topics with the file laid over them; what is wrong in it is left out.
    pub topics: Topics,
    /// Every mistake, in the order of the file.
    pub mistakes: Vec<TopicMistake>,
    /// The item banks that the file names, which only a workspace can say to exist.
    pub banks: Vec<NamedBank>,
}

impl Topics {
    /// Returns the topics that ship with ducha.
    pub fn built_in() -> Self {
        Self::of(topics_file::lay(BUILT_IN, Vec::new()).entries)
    }

    /// Returns what a workspace's own file begins with: how it is written, and examples that are switched off.
    pub fn starter() -> &'static str {
        BUILT_IN.split_once("\n[[topic]]").map_or(BUILT_IN, |(head, _)| head)
    }

    /// Lays a workspace's file over the built-in topics and lists every mistake in it.
    pub fn check(source: &str) -> TopicsReading {
        let built_in = topics_file::lay(BUILT_IN, Vec::new()).entries;
        let Laid { entries, mistakes, banks } = topics_file::lay(source, built_in);
        TopicsReading { topics: Self::of(entries), mistakes, banks }
    }

    /// Lays a workspace's file over the built-in topics; `path` is for messages only.
    ///
    /// # Errors
    ///
    /// The first mistake, with its line and column: a syntax error, an unknown field, a name that is not short ASCII or stands
    /// twice, a new topic without name or words, a word that is empty or of no weight, and an unknown facility type.
    pub fn read(source: &str, path: &Path) -> Result<Self> {
        let TopicsReading { topics, mistakes, .. } = Self::check(source);
        match mistakes.into_iter().next() {
            None => Ok(topics),
            Some(mistake) => Err(mistake.to_error(path, source)),
        }
    }

    fn of(entries: Vec<Entry>) -> Self {
        let words = entries.iter().enumerate().flat_map(|(place, entry)| {
            let place = u16::try_from(place).unwrap_or(u16::MAX);
            let words = entry.words.iter();
            let words = words.map(move |(word, weight)| (word.as_str(), (place, weight * length_weight(word))));
            words.chain(entry.exclude.iter().map(move |phrase| (phrase.as_str(), (place, 0.0))))
        });
        let words = Lexicon::new(words);
        Self { all: entries.into_iter().map(Topic::from).collect(), words }
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

    /// Lists the words of a text that speak for topics, each with how much it counts.
    pub(super) fn words_in(&self, text: &[char]) -> Vec<(TopicId, String, f32)> {
        let mut counted_to = vec![0; self.all.len()];
        let mut found: Vec<(TopicId, String, f32)> = Vec::new();
        self.words.each(text, |word| {
            let (topic, weight) = word.value;
            if counted_to[topic as usize] <= word.start {
                counted_to[topic as usize] = word.end;
                let written: String = text[word.start..word.end].iter().collect();
                let topic = &self.all[topic as usize].id;
                if weight > 0.0 && !found.iter().any(|(known, word, _)| known == topic && *word == written) {
                    found.push((topic.clone(), written, weight));
                }
            }
        });
        found
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
            return self.all.iter().map(|topic| &topic.id).filter(|id| id.0 == OTHER).cloned().collect();
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

impl From<Entry> for Topic {
    fn from(entry: Entry) -> Self {
        Self {
            id: TopicId(entry.slug),
            en: entry.en.unwrap_or_else(|| entry.zh.clone()),
            zh: entry.zh,
            bank: entry.bank,
            facility_types: entry.facilities,
            scope: entry.scope,
            words: entry.words,
            exclude: entry.exclude,
        }
    }
}

impl TopicMistake {
    /// Turns it into an error about the file at `path`, whose text it was found in.
    pub fn to_error(&self, path: &Path, source: &str) -> Error {
        let error = match self.fault {
            TopicFault::Syntax | TopicFault::Value => Error::input(text!("toml.wrong")).reason(self.message.clone()),
            _ => Error::input(self.message.clone()),
        };
        error.hint(self.hint.clone()).at_offset(path, source, self.span.start)
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
        let Laid { entries, mistakes, banks } = topics_file::lay(BUILT_IN, Vec::new());
        assert_eq!(mistakes, []);
        assert_eq!(entries.len(), 44);
        assert!(entries.last().is_some_and(|entry| entry.slug == OTHER));
        assert!(banks.iter().any(|(bank, _)| bank == "fever-clinic"));
    }

    #[test]
    fn what_a_new_workspace_gets_changes_nothing() {
        let TopicsReading { topics, mistakes, .. } = Topics::check(Topics::starter());
        assert_eq!(mistakes, []);
        assert_eq!(topics.all(), Topics::built_in().all());
        let examples: Vec<&str> = Topics::starter().lines().filter_map(|line| line.strip_prefix("#| ")).collect();
        let TopicsReading { topics, mistakes, .. } = Topics::check(&examples.join("\n"));
        assert_eq!(mistakes, [], "the examples of the head are sound");
        assert_ne!(topics.all(), Topics::built_in().all());
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
