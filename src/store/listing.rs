//! What was read from a folder: the good, and the damaged beside it.

use crate::{
    error::{Error, Kind},
    text,
};

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

    /// Makes a listing of what writing files came to; once the disk takes nothing more the rest is not tried, and the last
    /// error says how many are left.
    pub fn of_writing(mut files: impl ExactSizeIterator<Item = Result<T, Error>>) -> Self {
        let mut listing = Self::default();
        while let Some(written) = files.next() {
            match written {
                Err(error) if error.kind() == Kind::DiskUnusable && files.len() > 0 => {
                    listing.damaged.push(error);
                    listing
                        .damaged
                        .push(Error::new(Kind::DiskUnusable, text!("storage.not-tried", files = files.len())));
                    break;
                }
                written => listing.add(written),
            }
        }
        listing
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_full_disk_is_said_once() {
        use Kind::{DiskUnusable, Storage};
        // What came of each file, how many are listed, and the errors beside them.
        type Case = (&'static [Result<(), Kind>], usize, &'static [Kind]);
        const CASES: [Case; 4] = [
            (&[Ok(()), Ok(())], 2, &[]),
            (&[Ok(()), Err(Storage), Ok(())], 2, &[Storage]),
            (&[Ok(()), Err(DiskUnusable), Ok(()), Err(DiskUnusable)], 1, &[DiskUnusable, DiskUnusable]),
            (&[Ok(()), Err(DiskUnusable)], 1, &[DiskUnusable]),
        ];
        for (files, found, errors) in CASES {
            let written = files.iter().map(|file| file.map_err(|kind| Error::new(kind, text!("storage.write-failed"))));
            let listing = Listing::of_writing(written);
            assert_eq!(listing.found.len(), found, "{files:?}");
            assert_eq!(listing.damaged.iter().map(Error::kind).collect::<Vec<_>>(), errors, "{files:?}");
        }
    }
}
