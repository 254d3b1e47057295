//! What a sync came to, and how that is told.

use std::collections::{BTreeMap, BTreeSet};

use super::{refused::Refused, state::OpenConflict};
use crate::{
    error::Error,
    i18n::{Lang, Text},
    ledger::Contradiction,
    text,
};

/// What a sync came to.
#[derive(Debug, Default)]
pub struct Outcome {
    /// The documents that were changed here and are sent.
    pub changed: BTreeSet<String>,
    /// The segments that went.
    pub sent: usize,
    /// The segments that the hub had lost and has again.
    pub refilled: usize,
    /// The files that others could not take, and the hub has good again.
    pub given: usize,
    /// The segments that came.
    pub arrived: usize,
    /// The files that were written because of them.
    pub written: Vec<String>,
    /// What is in dispute.
    pub conflicts: Vec<OpenConflict>,
    /// What is in dispute about findings.
    pub contradictions: Vec<Contradiction>,
    /// Objects that were refused or are not there yet.
    pub refused: Vec<Refused>,
    /// Documents with steps whose author has no say in them, with the author.
    pub not_counted: BTreeSet<(String, String)>,
    /// Documents that were changed here without any effect elsewhere: the person has another role.
    pub unheeded: BTreeSet<String>,
    /// Where what they said here is kept, within the workspace, by document: others' word has taken its place.
    pub aside: BTreeMap<String, String>,
    /// What the documents of these are called, in each language.
    pub names: BTreeMap<String, [String; 2]>,
    /// Who was admitted.
    pub admitted: Vec<String>,
    /// Whose devices were removed and have said more since, which nobody hears.
    pub unheard: BTreeSet<String>,
    /// The name of this device's person on the list of members, and the one that the settings say, where they differ.
    pub misnamed: Option<[String; 2]>,
    /// By how many days the clock of this computer is ahead of that of the server, where that is much; behind it where less
    /// than none.
    pub own_clock: Option<i64>,
    /// Whose clock is ahead of that of this computer, by so many days.
    pub clocks: BTreeMap<String, i64>,
    /// Files that could not be read or written, each with what is wrong.
    pub failed: Vec<Error>,
    /// Whether this device was found to be a clone, or restored from a copy.
    pub cloned: bool,
}

impl Outcome {
    /// Says what went: what was left over from an interrupted time was changed here before.
    fn went(&self) -> Text {
        match (self.changed.len(), self.sent) {
            (0, segments) if segments > 0 => text!("sync.went-left-over", segments = segments),
            (documents, segments) => text!("sync.went", documents = documents, segments = segments),
        }
    }

    /// Says whose clock is wrong. Where it is this computer's, nothing can be said of the others.
    fn clocks_said(&self) -> impl Iterator<Item = Text> {
        let own = match self.own_clock {
            Some(days) if days < 0 => Some(text!("sync.own-clock-behind", days = -days)),
            Some(days) => Some(text!("sync.own-clock-ahead", days = days)),
            // Of several people it is hardly all who are wrong.
            None if self.clocks.len() > 1 => Some(text!(
                "sync.own-clock-slow",
                count = self.clocks.len(),
                days = self.clocks.values().min().copied().unwrap_or_default()
            )),
            None => None,
        };
        let others = self.clocks.iter().filter(|_| own.is_none());
        let others = others.map(|(name, days)| text!("sync.clock-ahead", name = name, days = days));
        own.clone().into_iter().chain(others.collect::<Vec<_>>())
    }

    /// Counts what somebody should look at, what is in dispute aside.
    pub fn bad(&self) -> usize {
        // In which language it is said does not change how much it is.
        self.said(Lang::Zh).iter().filter(|(_, is_bad)| *is_bad).count() + self.failed.len()
    }

    /// Says what came of it, the ordinary first; each with whether somebody should look at it. What failed and what is in
    /// dispute is told on its own.
    pub fn said(&self, lang: Lang) -> Vec<(Text, bool)> {
        let mut said = vec![
            (self.went(), false),
            (text!("sync.came", segments = self.arrived, files = self.written.len()), false),
        ];
        said.extend(self.admitted.iter().map(|person| (text!("sync.admitted", name = person), false)));
        if self.refilled > 0 {
            said.push((text!("sync.refilled", segments = self.refilled), true));
        }
        if self.given > 0 {
            said.push((text!("sync.given", files = self.given), true));
        }
        said.extend(self.unheard.iter().map(|name| (text!("sync.unheard", name = name), true)));
        said.extend(self.clocks_said().map(|said| (said, true)));
        if let Some([member, own]) = &self.misnamed {
            said.push((text!("sync.misnamed", member = member, own = own), true));
        }
        if self.cloned {
            said.push((text!("sync.cloned"), true));
        }
        let name = |document: &String| {
            let known = self.names.get(document).map(|names| names[usize::from(lang == Lang::En)].clone());
            known.unwrap_or_else(|| document.clone())
        };
        said.extend(self.unheeded.iter().map(|document| (text!("sync.unheeded", document = name(document)), true)));
        let aside = self.aside.iter();
        said.extend(
            aside.map(|(document, path)| (text!("sync.kept-aside", document = name(document), path = path), true)),
        );
        let is_told = |document: &String| self.unheeded.contains(document) || self.aside.contains_key(document);
        let not_counted = self.not_counted.iter().filter(|(document, _)| !is_told(document));
        said.extend(
            not_counted
                .map(|(document, person)| (text!("sync.not-counted", document = name(document), name = person), true)),
        );
        said.extend(self.refused.iter().map(|one| (one.said(lang), true)));
        said
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(outcome: &Outcome) -> Vec<String> {
        outcome.said(Lang::Zh).into_iter().skip(2).map(|(said, _)| said.key().to_owned()).collect()
    }

    #[test]
    fn whose_clock_is_wrong_is_said_once() {
        let cases: [(Option<i64>, &[&str], &[&str]); 6] = [
            (None, &[], &[]),
            (None, &["王芳"], &["sync.clock-ahead"]),
            (None, &["王芳", "李强"], &["sync.own-clock-slow"]),
            (Some(-3), &["王芳"], &["sync.own-clock-behind"]),
            (Some(-3), &[], &["sync.own-clock-behind"]),
            (Some(400), &["王芳", "李强"], &["sync.own-clock-ahead"]),
        ];
        for (own_clock, people, expected) in cases {
            let clocks = people.iter().map(|name| ((*name).to_owned(), 3)).collect();
            assert_eq!(keys(&Outcome { own_clock, clocks, ..Outcome::default() }), expected);
        }
    }

    #[test]
    fn that_a_word_does_not_count_is_said_once() {
        let document = "checklist/c".to_owned();
        let not_counted = BTreeSet::from([(document.clone(), "王芳".to_owned())]);
        let said = |unheeded: bool, aside: bool| {
            keys(&Outcome {
                not_counted: not_counted.clone(),
                unheeded: unheeded.then(|| document.clone()).into_iter().collect(),
                aside: aside.then(|| (document.clone(), "x".to_owned())).into_iter().collect(),
                ..Outcome::default()
            })
        };
        assert_eq!(said(false, false), ["sync.not-counted"]);
        assert_eq!(said(true, false), ["sync.unheeded"]);
        assert_eq!(said(false, true), ["sync.kept-aside"]);
    }
}
