//! What a hub has to be able to do: keep objects by name. Everything else is up to its members.

use crate::error::Result;

/// A place that keeps objects by name: a folder, a USB stick, the mirror of a hub in the workspace.
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
}
