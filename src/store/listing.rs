//! What was read from a folder: the good, and the damaged beside it.

use crate::error::Error;

/// The files of a folder that could be read, and what was wrong with the others: one bad file never hides the rest.
#[derive(Debug)]
pub struct Listing<T> {
    /// What could be read.
    pub found: Vec<T>,
    /// What could not, each naming its file.
    pub damaged: Vec<Error>,
}

impl<T> Default for Listing<T> {
    fn default() -> Self {
        Self { found: Vec::new(), damaged: Vec::new() }
    }
}

impl<T> Listing<T> {
    /// Adds what reading one file came to.
    pub fn add(&mut self, read: Result<T, Error>) {
        match read {
            Ok(found) => self.found.push(found),
            Err(error) => self.damaged.push(error),
        }
    }
}
