//! What a register from elsewhere comes to, before any of it is taken.

use super::{
    App, Overlay,
    dialog::Dialog,
    key::{Code, Key},
    list::Selection,
    message::Effect,
};
use crate::facility::{Complaint, Differing, Facility, FacilityId, Incoming, Mapped};

/// A register from elsewhere, held against the one that is there. Nothing of it is taken yet.
#[derive(Clone, Debug, PartialEq)]
pub struct HeldRegister {
    /// The file, as it was typed.
    pub file: String,
    /// What it comes to.
    pub incoming: Incoming,
    /// Whether the file is believed where it says something else of a known unit.
    pub update: bool,
    /// The invented units of the register that nothing names.
    pub samples: Vec<FacilityId>,
    /// Whether they are taken out of the register.
    pub without_samples: bool,
    /// Whether file or register changed after this was shown before, so that nothing was taken.
    pub is_another: bool,
}

/// A row of the preview.
#[derive(Clone, Copy, Debug)]
pub enum RegisterRow<'held> {
    /// What a column was taken for.
    Column(&'held Mapped),
    /// What is doubtful or wrong in a row of the file.
    Complaint(&'held Complaint),
    /// A known unit about which the file says something else.
    Differing(&'held Differing),
    /// A new unit.
    New(&'held Facility),
}

impl HeldRegister {
    /// Lists the rows of the preview: the columns first, then what is left out, what differs, what is doubtful, what is new.
    pub fn rows(&self) -> Vec<RegisterRow<'_>> {
        let Incoming { mapping, outcome, complaints, .. } = &self.incoming;
        let columns = mapping.iter().filter(|mapped| !mapped.heading.is_empty()).map(RegisterRow::Column);
        let of = |left_out| complaints.iter().filter(move |one| one.left_out == left_out).map(RegisterRow::Complaint);
        let differing = outcome.differing.iter().map(RegisterRow::Differing);
        let new = outcome.new.iter().map(RegisterRow::New);
        columns.chain(of(true)).chain(differing).chain(of(false)).chain(new).collect()
    }

    /// Returns how many units would be new, changed and taken out.
    pub fn taken(&self) -> Taken {
        let outcome = &self.incoming.outcome;
        Taken {
            new: outcome.new.len(),
            changed: if self.update { outcome.differing.len() } else { 0 },
            removed: if self.without_samples { self.samples.len() } else { 0 },
        }
    }
}

/// How many units of the register an import makes new, changes and takes out.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Taken {
    /// How many are new.
    pub new: usize,
    /// How many are changed.
    pub changed: usize,
    /// How many invented ones are taken out.
    pub removed: usize,
}

/// Takes a key in the preview: Tab says whether the file is believed where it differs, the space bar whether the invented
/// units stay, the arrows go through the rows.
pub(super) fn register_key(key: Key, held: &mut HeldRegister, selection: &mut Selection) {
    match key.folded().code {
        Code::Tab if !held.incoming.outcome.differing.is_empty() => held.update = !held.update,
        Code::Char(' ') if !held.samples.is_empty() => held.without_samples = !held.without_samples,
        _ => drop(selection.key(key, held.rows().len())),
    }
}

impl App {
    /// Takes what the preview shows, or goes on showing it where there is nothing to take.
    pub(super) fn confirm_register(&mut self, held: Box<HeldRegister>, selection: Selection) -> Vec<Effect> {
        if held.taken() == Taken::default() {
            self.overlay = Some(Overlay::Dialog(Dialog::Register(held, selection)));
            return Vec::new();
        }
        vec![Effect::TakeRegister(held)]
    }
}
