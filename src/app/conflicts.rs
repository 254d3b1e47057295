//! What several people said differently, and choosing one of it with one key.

use chrono::{DateTime, FixedOffset};

use super::{App, Data, Overlay, dialog::Dialog, list::Selection, message::Effect, screens::Screen};
use crate::{
    error::Error,
    i18n::Lang,
    inspection::RecordField,
    ledger::Contradiction,
    sync::dispute::{self, Dispute},
    text,
};

/// Something that several people said differently.
#[derive(Clone, Copy, Debug)]
pub enum InDispute<'data> {
    /// A field of a document, since the last sync.
    Field(&'data Dispute),
    /// What became of a finding.
    Finding(&'data Contradiction),
}

/// What somebody said: who, when, and the words.
pub type Said<'data> = (&'data str, DateTime<FixedOffset>, String);

impl InDispute<'_> {
    /// Says where it is.
    pub fn place(&self, lang: Lang) -> String {
        match self {
            Self::Field(dispute) => dispute.worded(lang).place.clone(),
            Self::Finding(contradiction) => contradiction.place().show(lang),
        }
    }

    /// Lists what was said, in the order of the digits that choose it.
    pub fn said(&self, lang: Lang) -> Vec<Said<'_>> {
        match self {
            Self::Field(dispute) => {
                let shown = dispute.worded(lang).values.iter().cloned();
                dispute.conflict.values.iter().zip(shown).map(|(value, shown)| (&*value.by, value.at, shown)).collect()
            }
            Self::Finding(contradiction) => {
                let shown = contradiction.shown(lang);
                contradiction.said.iter().zip(shown).map(|(event, shown)| (&*event.by, event.at, shown)).collect()
            }
        }
    }

    /// Returns which value was decided on and is not sent yet, counted from 1.
    pub fn decided(&self) -> Option<usize> {
        match self {
            Self::Field(dispute) => dispute.decided,
            Self::Finding(_) => None,
        }
    }

    /// Says whether a digit chooses something; 0 takes back what is not sent yet.
    fn may_choose(&self, value: usize) -> bool {
        match self {
            Self::Field(dispute) => value <= dispute.conflict.values.len(),
            Self::Finding(contradiction) => (1..=contradiction.said.len()).contains(&value),
        }
    }

    /// Returns the key of what stands above the values: what a digit does with them.
    pub fn values_key(&self) -> &'static str {
        match self {
            Self::Field(_) => "conflict.values",
            Self::Finding(_) => "contradiction.values",
        }
    }

    /// Says whether only the first value can be kept.
    pub fn is_late(&self) -> bool {
        matches!(self, Self::Field(dispute) if dispute.conflict.late)
    }
}

impl Data {
    /// Counts what is in dispute.
    pub fn dispute_count(&self) -> usize {
        self.conflicts.len() + self.contradictions.len()
    }

    /// Counts the rows of the list of disputes: below them is one more, which gives its room to what came of syncing.
    pub fn dispute_rows(&self) -> usize {
        match self.dispute_count() {
            0 => 0,
            count => count + 1,
        }
    }

    /// Returns what is in dispute at a position: fields first, then findings.
    pub fn in_dispute(&self, at: usize) -> Option<InDispute<'_>> {
        match at.checked_sub(self.conflicts.len()) {
            None => self.conflicts.get(at).map(InDispute::Field),
            Some(at) => self.contradictions.get(at).map(InDispute::Finding),
        }
    }

    fn undecided(&self) -> usize {
        (0..self.dispute_count()).filter_map(|at| self.in_dispute(at)).filter(|one| one.decided().is_none()).count()
    }
}

impl App {
    /// Takes what is in dispute since the last sync.
    pub(super) fn take_conflicts(&mut self, read: Result<Vec<Dispute>, Error>) -> Vec<Effect> {
        match read {
            Ok(conflicts) => {
                let before = self.data.dispute_count();
                self.data.conflicts = conflicts;
                self.mention_disputes(before);
                self.mark_disputed();
            }
            Err(error) => self.complain(error),
        }
        Vec::new()
    }

    /// Asks what is in dispute about findings, where the register says that something is.
    pub(super) fn look_for_contradictions(&mut self) -> Vec<Effect> {
        let contradicted = self.data.findings.iter().filter(|row| row.conflicts > 0);
        let ids: Vec<_> = contradicted.map(|row| row.id.clone()).collect();
        if ids.is_empty() {
            self.take_contradictions(Vec::new());
            return Vec::new();
        }
        vec![Effect::LoadContradictions(ids)]
    }

    /// Takes what is in dispute about findings.
    pub(super) fn take_contradictions(&mut self, contradictions: Vec<Contradiction>) {
        let before = self.data.dispute_count();
        self.data.contradictions = contradictions;
        self.mention_disputes(before);
    }

    /// Says that something is in dispute where nothing was before, and stays within the list.
    fn mention_disputes(&mut self, before: usize) {
        let undecided = self.data.undecided();
        if before == 0 && undecided > 0 {
            self.say(text!("conflict.waiting", count = undecided));
        }
        let last = self.data.dispute_rows().saturating_sub(1);
        if let Screen::Conflicts(selection) = self.screen_mut() {
            *selection = Selection(selection.0.min(last));
        }
    }

    /// Tells the draft that is open what of it is in dispute: it is not finalised over that.
    pub(super) fn mark_disputed(&mut self) {
        let Some(id) = self.fill().map(|fill| fill.record_id().clone()) else { return };
        let disputed = dispute::of_record(&self.data.conflicts, &id);
        if let Some(fill) = self.fill_mut() {
            fill.set_disputed(disputed);
        }
    }

    /// Opens the screen of what is in dispute at the first place that concerns a field of the draft that is open.
    pub(super) fn go_to_dispute(&mut self, position: Option<usize>, field: RecordField) -> Vec<Effect> {
        let Some(fill) = self.fill() else { return Vec::new() };
        let item = position.map(|at| fill.sheet().item(at).id.clone());
        let is_meant = |dispute: &Dispute| {
            dispute.of_record(fill.record_id()).is_some_and(|one| one.item == item && one.field == field)
        };
        let at = self.data.conflicts.iter().position(is_meant).unwrap_or(0);
        self.open_conflicts(Selection(at))
    }

    /// Opens the screen of what is in dispute.
    pub(super) fn open_conflicts(&mut self, selection: Selection) -> Vec<Effect> {
        let mut effects = self.push(Screen::Conflicts(selection));
        effects.extend([Effect::LoadConflicts, Effect::LoadHub]);
        effects
    }

    /// Decides on a value of the selected conflict, counted from 1, and goes on; with 0 takes the decision back.
    ///
    /// Of a finding it asks first, because that is entered at once and cannot be taken back.
    pub(super) fn choose_value(&mut self, value: u8) -> Vec<Effect> {
        let Screen::Conflicts(selection) = self.screen() else { return Vec::new() };
        let value = usize::from(value);
        let dispute = self.data.in_dispute(selection.0).filter(|dispute| dispute.may_choose(value));
        let question = match dispute {
            None => return Vec::new(),
            Some(_) if self.is_read_only() => {
                self.say(text!("app.read-only"));
                return Vec::new();
            }
            Some(InDispute::Field(dispute)) => {
                return vec![Effect::ChooseValue(Box::new(dispute.conflict.clone()), value)];
            }
            Some(InDispute::Finding(contradiction)) => Dialog::Settle(Box::new(contradiction.clone()), value - 1),
        };
        self.overlay = Some(Overlay::Dialog(question));
        Vec::new()
    }

    /// Decides whose word about a finding holds.
    pub(super) fn settle_finding(&self, contradiction: Contradiction, at: usize) -> Vec<Effect> {
        let chosen = contradiction.said.into_iter().nth(at);
        let settle = |chosen| Effect::SettleFinding(contradiction.finding, Box::new(chosen), self.now);
        chosen.map(settle).into_iter().collect()
    }
}
