//! The files of a folder by year and month, with the signs by which a cache knows that they are unchanged.

use std::{fs, io, path::Path, thread};

use super::{Workspace, disk, records::visible_entries};
use crate::{
    error::{Error, Result},
    text,
};

/// With what the names of the files end.
const ENDING: &str = ".toml";

/// A file with the signs by which it is known to be unchanged.
pub(super) struct Found {
    /// The path within the workspace, with `/`.
    pub relative: String,
    /// Where its name begins in its path.
    name: usize,
    pub size: u64,
    pub changed: i64,
}

impl Found {
    /// Returns the name of the file without its ending: the number of the record, the ledger or the review.
    pub fn stem(&self) -> &str {
        &self.relative[self.name..self.relative.len() - ENDING.len()]
    }
}

/// Files as they were listed, and a digest of that list: of their paths and signs, in the order of the file system.
#[derive(Default)]
pub(super) struct Listed {
    pub files: Vec<Found>,
    pub digest: [u8; 32],
}

impl Workspace {
    /// Lists the files that lie in a folder by year and month, with size and time of change.
    pub(super) fn signs_of(&self, folder: &str, damaged: &mut Vec<Error>) -> Listed {
        let mut files = Vec::new();
        let mut digest = blake3::Hasher::new();
        for month in self.month_folders_of(folder, damaged) {
            let inside = self.relative(&month);
            for entry in visible_entries(&month, damaged) {
                let name = entry.file_name();
                if name.as_encoded_bytes().ends_with(ENDING.as_bytes()) {
                    let relative = [&inside, "/", &name.to_string_lossy()].concat();
                    files.extend(found_at(&entry, relative, inside.len() + 1, damaged));
                }
            }
        }
        for Found { relative, size, changed, .. } in &files {
            digest.update(relative.as_bytes()).update(&size.to_le_bytes()).update(&changed.to_le_bytes());
        }
        Listed { files, digest: *digest.finalize().as_bytes() }
    }
}

impl Workspace {
    /// Returns a file within the workspace with its size and time of change.
    pub(super) fn signs_at(&self, path: &Path) -> Result<Found> {
        let metadata = fs::metadata(path).map_err(|error| unreadable(path, error))?;
        let relative = self.relative(path);
        let name = relative.rfind('/').map_or(0, |before| before + 1);
        let (size, changed) = disk::signs(&metadata);
        Ok(Found { relative, name, size, changed })
    }
}

fn unreadable(path: &Path, error: io::Error) -> Error {
    disk::storage_error(text!("storage.read-failed"), path, error)
}

/// Makes what is known of a file; one whose signs cannot be read is damaged.
fn found_at(entry: &fs::DirEntry, relative: String, name: usize, damaged: &mut Vec<Error>) -> Option<Found> {
    // The entry of a folder is asked, which is quicker than the path, unless it only points elsewhere.
    let metadata = match entry.metadata() {
        Ok(metadata) if metadata.is_symlink() => fs::metadata(entry.path()),
        other => other,
    };
    match metadata {
        Ok(metadata) => {
            let (size, changed) = disk::signs(&metadata);
            Some(Found { relative, name, size, changed })
        }
        Err(error) => {
            damaged.push(unreadable(&entry.path(), error));
            None
        }
    }
}

/// Reads files on all processors; the results are in the order of the files.
pub(super) fn in_parallel<T: Send>(files: &[&Found], read: impl Fn(&[&Found]) -> Vec<T> + Sync) -> Vec<T> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let share = files.len().div_ceil(workers).max(1);
    let read = &read;
    thread::scope(|scope| {
        let running: Vec<_> = files.chunks(share).map(|chunk| scope.spawn(move || read(chunk))).collect();
        running.into_iter().flat_map(joined).collect()
    })
}

/// Waits for a thread; one that panicked has a mistake in it that must not pass as a result without its part.
pub(super) fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}
