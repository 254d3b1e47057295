//! Taking turns at the files of a workspace.
//!
//! Sync writes on a thread of its own beside the keys and beside longer work. Whoever reads a file, changes what it says and
//! writes it again has the turn meanwhile, else one of two changes at the same time would be lost. The turn is had for one
//! file, or for a few that are written together, and never while waiting for a network; whoever has it must not ask for it
//! again.

use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// How many files are written together in one turn: so few that nobody who waits for it notices.
pub const IN_ONE: usize = 32;

/// The one turn of a workspace, shared by everything that writes into it.
#[derive(Clone, Debug, Default)]
pub struct Turns(Arc<Mutex<()>>);

impl Turns {
    /// Waits for the turn, and has it until what is returned is dropped.
    pub fn take(&self) -> MutexGuard<'_, ()> {
        // Nothing is kept under it that a panic could leave half done: files are replaced whole.
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
