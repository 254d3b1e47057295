//! What a sync came to, and how that is told.

use std::collections::BTreeSet;

use super::{carry::Refused, state::OpenConflict};
use crate::{
    error::Error,
    i18n::{Lang, Text},
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
    /// The segments that came.
    pub arrived: usize,
    /// The files that were written because of them.
    pub written: Vec<String>,
    /// What is in dispute.
    pub conflicts: Vec<OpenConflict>,
    /// Objects that were refused or are not there yet.
    pub refused: Vec<Refused>,
    /// Documents with steps whose author has no say in them, with the author.
    pub not_counted: BTreeSet<(String, String)>,
    /// Who was admitted.
    pub admitted: Vec<String>,
    /// Files that could not be read or written, each with what is wrong.
    pub failed: Vec<Error>,
    /// Whether this device was found to be a clone, or restored from a copy.
    pub cloned: bool,
}

impl Outcome {
    /// Says what came of it, the ordinary first; each with whether somebody should look at it. What failed and what is in
    /// dispute is told on its own.
    pub fn said(&self, lang: Lang) -> Vec<(Text, bool)> {
        let mut said = vec![
            (text!("sync.went", documents = self.changed.len(), segments = self.sent), false),
            (text!("sync.came", segments = self.arrived, files = self.written.len()), false),
        ];
        said.extend(self.admitted.iter().map(|person| (text!("sync.admitted", name = person), false)));
        if self.refilled > 0 {
            said.push((text!("sync.refilled", segments = self.refilled), true));
        }
        if self.cloned {
            said.push((text!("sync.cloned"), true));
        }
        let not_counted = self.not_counted.iter();
        said.extend(
            not_counted.map(|(document, person)| (text!("sync.not-counted", document = document, name = person), true)),
        );
        said.extend(self.refused.iter().map(|one| (one.said(lang), true)));
        said
    }
}
