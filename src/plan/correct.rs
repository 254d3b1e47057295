//! Corrections: what a person says of a clause against what the program read.
//!
//! A plan in force is the reading with the corrections laid over it; every corrected clause keeps what was read beside the
//! correction ([`Corrected`]), so that going back is choosing the read value again. Corrections hang on clause ids, which
//! survive a second reading, and so do they. This module decides; where corrections are kept is the store's business.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::{Clause, ClauseId, ClauseKind, Indicator, Owner, Plan, Scope, TopicId, identity, owners};
use crate::{i18n::Lang, text};

/// Values of a clause that a person may correct; one that is not there is not spoken of.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Values {
    /// Whether it is no demand at all, but a piece of a title, a name or an advertisement.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub struck: Option<bool>,
    /// Where it can be checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// What sort of demand it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ClauseKind>,
    /// Its topics, best first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topics: Option<Vec<TopicId>>,
    /// When it is due, `YYYY`, `YYYY-MM` or `YYYY-MM-DD`; empty for no deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
    /// Who answers for it, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owners: Option<Vec<Owner>>,
    /// What it measures, all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indicators: Option<Vec<Indicator>>,
}

impl Values {
    /// Returns all values of a clause as they are in force.
    pub fn of(clause: &Clause) -> Self {
        Self {
            struck: Some(clause.struck),
            scope: Some(clause.scope),
            kind: Some(clause.kind),
            topics: Some(clause.topics.clone()),
            deadline: Some(clause.deadline.clone().unwrap_or_default()),
            owners: Some(clause.owners.clone()),
            indicators: Some(clause.indicators.clone()),
        }
    }

    /// Says whether nothing is spoken of.
    pub fn is_empty(&self) -> bool {
        *self == Self::default()
    }

    /// Returns these values, and those of `other` where these say nothing.
    #[must_use]
    pub fn or(self, other: Self) -> Self {
        Self {
            struck: self.struck.or(other.struck),
            scope: self.scope.or(other.scope),
            kind: self.kind.or(other.kind),
            topics: self.topics.or(other.topics),
            deadline: self.deadline.or(other.deadline),
            owners: self.owners.or(other.owners),
            indicators: self.indicators.or(other.indicators),
        }
    }

    /// Returns what differs from `other`, which speaks of everything.
    #[must_use]
    pub fn unlike(self, other: &Self) -> Self {
        Self {
            struck: self.struck.filter(|struck| other.struck != Some(*struck)),
            scope: self.scope.filter(|scope| other.scope != Some(*scope)),
            kind: self.kind.filter(|kind| other.kind != Some(*kind)),
            topics: self.topics.filter(|topics| other.topics.as_ref() != Some(topics)),
            deadline: self.deadline.filter(|deadline| other.deadline.as_ref() != Some(deadline)),
            owners: self.owners.filter(|owners| other.owners.as_ref() != Some(owners)),
            indicators: self.indicators.filter(|indicators| other.indicators.as_ref() != Some(indicators)),
        }
    }

    /// Returns of these values those that `said` speaks of.
    fn spoken_of(self, said: &Self) -> Self {
        Self {
            struck: said.struck.and(self.struck),
            scope: said.scope.and(self.scope),
            kind: said.kind.and(self.kind),
            topics: said.topics.as_ref().and(self.topics),
            deadline: said.deadline.as_ref().and(self.deadline),
            owners: said.owners.as_ref().and(self.owners),
            indicators: said.indicators.as_ref().and(self.indicators),
        }
    }

    /// Puts the values that are spoken of on one line; `named` gives the name of a topic.
    pub fn show(&self, lang: Lang, named: impl Fn(&TopicId) -> String) -> String {
        let struck =
            self.struck.map(|struck| lang.t(if struck { "plan.struck" } else { "plan.a-demand" }).into_owned());
        let scope = self.scope.map(|scope| lang.t(scope.name_key()).into_owned());
        let kind = self.kind.map(|kind| lang.t(kind.name_key()).into_owned());
        let topics = self.topics.iter().flatten().map(named);
        let deadline = self.deadline.as_ref().map(|due| match due.as_str() {
            "" => lang.t("plan.without-deadline").into_owned(),
            due => text!("plan.due", due = due).show(lang),
        });
        let owners = self.owners.as_ref().map(|owners| match owners.as_slice() {
            [] => lang.t("plan.without-owners").into_owned(),
            some => owners::shown(some, lang),
        });
        let indicators = self.indicators.as_ref().map(|indicators| match indicators.as_slice() {
            [] => lang.t("plan.without-indicator").into_owned(),
            some => some.iter().map(|indicator| indicator.show(lang)).collect::<Vec<_>>().join("; "),
        });
        let said =
            [struck, scope, kind].into_iter().flatten().chain(topics).chain(deadline).chain(owners).chain(indicators);
        said.collect::<Vec<_>>().join(", ")
    }

    fn put_into(self, clause: &mut Clause) {
        if let Some(struck) = self.struck {
            clause.struck = struck;
        }
        if let Some(scope) = self.scope {
            clause.scope = scope;
        }
        if let Some(kind) = self.kind {
            clause.kind = kind;
        }
        if let Some(topics) = self.topics {
            clause.topics = topics;
        }
        if let Some(deadline) = self.deadline {
            clause.deadline = Some(deadline).filter(|deadline| !deadline.is_empty());
        }
        if let Some(owners) = self.owners {
            clause.owners = owners;
        }
        if let Some(indicators) = self.indicators {
            clause.indicators = indicators;
        }
    }
}

/// What a correction says that a clause demands, beside what had been read.
///
/// Topic, kind and scope say where a clause is looked at and owners who answers for it, not what it demands.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct CorrectedDemand {
    /// Whether it is a demand, its deadline and its figures as they were read, as far as they were corrected.
    pub read: Values,
    /// The same as they are in force.
    pub now: Values,
}

/// That a clause was corrected: by whom, why, and what had been read.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Corrected {
    /// Who corrected it; empty where the plan's file was edited by hand.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// When; nothing for a hand edit that has not been taken over yet.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<FixedOffset>>,
    /// Why, in the person's own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Whether the wording has changed since.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub outdated: bool,
    /// What had been read, of what was corrected.
    pub read: Values,
}

/// A correction as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// The clause.
    pub clause: ClauseId,
    /// Its fingerprint when it was corrected: after a change of wording the correction deserves a second look.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub fingerprint: String,
    /// Its first words, for whoever reads the file.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub text: String,
    /// Who corrected it; empty where the plan's file was edited by hand.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub by: String,
    /// When.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at: Option<DateTime<FixedOffset>>,
    /// Why, in the person's own words.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub reason: String,
    /// Whether it is no demand at all.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub struck: Option<bool>,
    /// Where it can be checked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub scope: Option<Scope>,
    /// What sort of demand it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<ClauseKind>,
    /// Its topics, best first.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub topics: Option<Vec<TopicId>>,
    /// When it is due; empty for no deadline.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deadline: Option<String>,
    /// Who answers for it, all of them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owners: Option<Vec<Owner>>,
    /// What it measures, all of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub indicators: Option<Vec<Indicator>>,
}

impl Correction {
    /// Returns the corrected values.
    pub fn values(&self) -> Values {
        Values {
            struck: self.struck,
            scope: self.scope,
            kind: self.kind,
            topics: self.topics.clone(),
            deadline: self.deadline.clone(),
            owners: self.owners.clone(),
            indicators: self.indicators.clone(),
        }
    }
}

/// Who corrects, when and why.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Author {
    /// Who; empty where the plan's file was edited by hand.
    pub by: String,
    /// When.
    pub at: Option<DateTime<FixedOffset>>,
    /// Why.
    pub reason: String,
}

/// All corrections of one plan: what `corrections.toml` says.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Corrections {
    /// One for each corrected clause.
    #[serde(default, rename = "correction", skip_serializing_if = "Vec::is_empty")]
    list: Vec<Correction>,
}

impl Corrections {
    /// Returns the corrections, in the order in which they were first made.
    pub fn all(&self) -> &[Correction] {
        &self.list
    }

    /// Returns the correction of a clause.
    pub fn of(&self, clause: &ClauseId) -> Option<&Correction> {
        self.list.iter().find(|correction| correction.clause == *clause)
    }

    /// Corrects a clause; a value that is the one that was read takes the correction of that value away.
    pub fn set(&mut self, clause: &Clause, wanted: Values, author: Author) {
        let earlier = self.of(&clause.id).map(Correction::values).unwrap_or_default();
        let values = wanted.or(earlier).unlike(&clause.as_read());
        let place = self.list.iter().position(|correction| correction.clause == clause.id);
        if values.is_empty() {
            place.map(|place| self.list.remove(place));
            return;
        }
        let correction = Correction {
            clause: clause.id.clone(),
            fingerprint: clause.fingerprint.clone(),
            text: clause.text.chars().take(OPENING).collect(),
            by: author.by,
            at: author.at,
            reason: author.reason,
            struck: values.struck,
            scope: values.scope,
            kind: values.kind,
            topics: values.topics,
            deadline: values.deadline,
            owners: values.owners,
            indicators: values.indicators,
        };
        match place {
            Some(place) => self.list[place] = correction,
            None => self.list.push(correction),
        }
    }

    /// Puts who and when into the corrections that have neither: hand edits that are taken over.
    pub fn date_hand_edits(&mut self, author: &Author) {
        for correction in self.list.iter_mut().filter(|correction| correction.at.is_none()) {
            correction.by.clone_from(&author.by);
            correction.at = author.at;
        }
    }

    /// Lists the corrections of clauses that a plan has not got, and that change nothing until one comes back.
    pub fn waiting(&self, plan: &Plan) -> Vec<&Correction> {
        let known: std::collections::HashSet<&ClauseId> = plan.clauses.iter().map(|clause| &clause.id).collect();
        self.list.iter().filter(|correction| !known.contains(&correction.clause)).collect()
    }

    /// Lays the corrections over a plan as it was read; corrections of clauses that it has not got stay in waiting.
    pub fn apply(&self, plan: &mut Plan) {
        for clause in &mut plan.clauses {
            clause.restore();
            if let Some(correction) = self.of(&clause.id) {
                clause.correct(correction);
            }
        }
    }
}

/// With what the digest of a corrected demand begins after the fingerprint of the words.
const CORRECTED: char = '+';

/// How many characters of a clause stand in a correction, for whoever reads the file.
const OPENING: usize = 30;

impl Clause {
    /// Returns all values as they were read, before any correction.
    pub fn as_read(&self) -> Values {
        let read = self.corrected.as_ref().map(|corrected| corrected.read.clone()).unwrap_or_default();
        read.or(Values::of(self))
    }

    /// Returns what of its demand was corrected; nothing where that is as it was read.
    pub fn corrected_demand(&self) -> Option<CorrectedDemand> {
        let Values { struck, deadline, indicators, .. } = self.corrected.as_ref()?.read.clone();
        let read = Values { struck, deadline, indicators, ..Values::default() };
        (!read.is_empty()).then(|| CorrectedDemand { now: Values::of(self).spoken_of(&read), read })
    }

    /// Returns the digest of what it demands: its fingerprint, and a digest of what of the demand was corrected.
    ///
    /// What was made from a clause is made from this: an item asks for the corrected figure, not for the one that was read.
    pub fn demand(&self) -> String {
        match self.corrected_demand() {
            None => self.fingerprint.clone(),
            Some(CorrectedDemand { now, .. }) => {
                let written = serde_json::to_string(&now).unwrap_or_default();
                format!("{}{CORRECTED}{}", self.fingerprint, identity::digest(&written))
            }
        }
    }

    /// Says whether a digest of a demand is of other words than these; a figure may be another one all the same.
    pub fn is_reworded_since(&self, demand: &str) -> bool {
        demand.split(CORRECTED).next() != Some(&self.fingerprint)
    }

    /// Takes a correction off.
    fn restore(&mut self) {
        if let Some(corrected) = self.corrected.take() {
            corrected.read.put_into(self);
        }
    }

    /// Lays a correction over a clause as it was read.
    fn correct(&mut self, correction: &Correction) {
        let read = Values::of(self);
        let mut values = correction.values();
        if values.struck == Some(true) {
            // What is no demand is checked nowhere, whatever else was said of it.
            values.scope = Some(Scope::Neither);
        }
        let values = values.unlike(&read);
        if values.is_empty() {
            return;
        }
        let was = read.spoken_of(&values);
        values.put_into(self);
        self.corrected = Some(Box::new(Corrected {
            by: correction.by.clone(),
            at: correction.at,
            reason: correction.reason.clone(),
            outdated: !correction.fingerprint.is_empty() && correction.fingerprint != self.fingerprint,
            read: was,
        }));
    }
}

impl Plan {
    /// Takes the values that can be corrected from a plan as it was written, with the clauses that a person took out.
    #[must_use]
    pub fn with_values_of(mut self, written: Self) -> Self {
        for (place, clause) in written.clauses.into_iter().enumerate() {
            match self.clauses.iter_mut().find(|found| found.id == clause.id) {
                Some(found) => {
                    Values::of(&clause).put_into(found);
                    found.corrected = clause.corrected;
                }
                None => self.clauses.insert(place.min(self.clauses.len()), clause),
            }
        }
        self
    }
}

/// Finds what a person changed by hand between a plan as it was written and as it is found: values that differ, and
/// clauses that were taken out, which are then no demands.
pub fn hand_edits(written: &Plan, found: &Plan) -> Vec<(ClauseId, Values)> {
    let present: std::collections::HashMap<&ClauseId, &Clause> =
        found.clauses.iter().map(|clause| (&clause.id, clause)).collect();
    let edit = |clause: &Clause| match present.get(&clause.id) {
        Some(found) => Values::of(found).unlike(&Values::of(clause)),
        None => Values { struck: Some(true), ..Values::default() }.unlike(&Values::of(clause)),
    };
    let edits = written.clauses.iter().map(|clause| (clause.id.clone(), edit(clause)));
    edits.filter(|(_, values)| !values.is_empty()).collect()
}

/// Takes hand edits over as corrections.
pub fn adopt(corrections: &mut Corrections, written: &Plan, edits: Vec<(ClauseId, Values)>, author: &Author) {
    for (id, values) in edits {
        if let Some(clause) = written.clauses.iter().find(|clause| clause.id == id) {
            corrections.set(clause, values, author.clone());
        }
    }
}

#[cfg(test)]
#[path = "correct_tests.rs"]
mod tests;
