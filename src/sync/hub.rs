//! What a hub has to be able to do: keep objects by name. Everything else is up to its members.

use std::sync::{Arc, atomic::AtomicBool};

use chrono::TimeDelta;

use crate::error::Result;

/// How many objects are asked for, or put, at the same time.
pub const AT_ONCE: usize = 8;

/// A place that keeps objects by name: a folder, a USB stick, a store on a network, the mirror of a hub in the workspace.
///
/// Nothing rests on more than this: not on locks, not on the order or completeness of listings, not on times, and an object
/// may be replaced, damaged or held back at any time. Errors are those of the way there; an object that is not there is
/// none. Names are ASCII, parts between `/`.
pub trait Hub {
    /// Fetches an object; nothing where there is none. One of more than `largest` bytes counts as damaged and is an error.
    fn get(&self, name: &str, largest: u64) -> Result<Option<Vec<u8>>>;

    /// Puts an object in its place whole, and reads it back before it returns.
    fn put(&self, name: &str, bytes: &[u8]) -> Result<()>;

    /// Lists the names of the objects in a folder, sorted; none where there is no such folder.
    fn list(&self, folder: &str) -> Result<Vec<String>>;

    /// Says where it is, for people.
    fn place(&self) -> String;

    /// Fetches several objects, in the order of their names; all at once where that is faster.
    fn get_all(&self, names: &[String], largest: u64) -> Vec<Result<Option<Vec<u8>>>> {
        names.iter().map(|name| self.get(name, largest)).collect()
    }

    /// Puts several objects in their places, in any order; all at once where that is faster.
    fn put_all(&self, objects: &[(String, Vec<u8>)]) -> Result<()> {
        objects.iter().try_for_each(|(name, bytes)| self.put(name, bytes))
    }

    /// Lists a folder as [`Hub::list`] does, each name with a sign that is another one once the object was replaced; no
    /// signs where fetching an object costs no more than listing it.
    fn signs(&self, folder: &str) -> Result<Vec<(String, Option<String>)>> {
        Ok(self.list(folder)?.into_iter().map(|name| (name, None)).collect())
    }

    /// Forgets what is remembered of an object, where anything is, so that it is fetched again.
    fn renew(&self, _name: &str) {}

    /// Ends whatever is waited for as soon as `stopping` says so, with the error of a visit that was stopped.
    fn heed(&self, _stopping: &Arc<AtomicBool>) {}

    /// Returns how far the clock of this computer is ahead of that of the place, where its last answer said.
    fn own_clock_ahead(&self) -> Option<TimeDelta> {
        None
    }
}
