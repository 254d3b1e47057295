//! The files of a folder by year and month, with the signs by which a cache knows that they are unchanged.

use std::{
    collections::HashMap,
    fs, io,
    path::{Path, PathBuf},
    sync::{
        atomic::{AtomicUsize, Ordering},
        mpsc,
    },
    thread,
};

use super::{Listing, Workspace, disk, records::visible_entries};
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
        let months = self.month_folders_of(folder, damaged);
        let list =
            |(): &mut (), months: &[PathBuf]| months.iter().map(|month| self.listed_in(month)).collect::<Vec<_>>();
        in_turn(
            &months,
            1,
            || (),
            list,
            |listed| {
                for Listing { found, damaged: unread } in listed {
                    files.extend(found);
                    damaged.extend(unread);
                }
            },
        );
        let mut digest = blake3::Hasher::new();
        for Found { relative, size, changed, .. } in &files {
            digest.update(relative.as_bytes()).update(&size.to_le_bytes()).update(&changed.to_le_bytes());
        }
        Listed { files, digest: *digest.finalize().as_bytes() }
    }

    /// Lists the files that lie in the folder of a month.
    fn listed_in(&self, month: &Path) -> Listing<Found> {
        let mut listing = Listing::default();
        let inside = self.relative(month);
        for entry in visible_entries(month, &mut listing.damaged) {
            let name = entry.file_name();
            if name.as_encoded_bytes().ends_with(ENDING.as_bytes()) {
                let relative = [&inside, "/", &name.to_string_lossy()].concat();
                listing.add(found_at(&entry, relative, inside.len() + 1));
            }
        }
        listing
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

/// Makes what is known of a file.
fn found_at(entry: &fs::DirEntry, relative: String, name: usize) -> Result<Found> {
    // The entry of a folder is asked, which is quicker than the path, unless it only points elsewhere.
    let metadata = match entry.metadata() {
        Ok(metadata) if metadata.is_symlink() => fs::metadata(entry.path()),
        other => other,
    };
    let (size, changed) = disk::signs(&metadata.map_err(|error| unreadable(&entry.path(), error))?);
    Ok(Found { relative, name, size, changed })
}

/// How many files are read at a time: so few that what came of them is still at hand for whoever takes it.
pub(super) const AT_A_TIME: usize = 64;

/// Reads files or folders on all processors, some at a time, and hands on what came of them in their order, while the next
/// ones are being read; `begin` makes what each reader has at hand.
pub(super) fn in_turn<State, One: Sync, Read: Send>(
    all: &[One],
    at_a_time: usize,
    begin: impl Fn() -> State + Sync,
    read: impl Fn(&mut State, &[One]) -> Read + Sync,
    mut take: impl FnMut(Read),
) {
    let workers = thread::available_parallelism().map_or(1, usize::from).min(all.len().div_ceil(at_a_time));
    let (begin, read, next) = (&begin, &read, &AtomicUsize::new(0));
    thread::scope(|scope| {
        let (sender, receiver) = mpsc::sync_channel(2 * workers);
        let work = move |sender: mpsc::SyncSender<(usize, Read)>| {
            let mut state = begin();
            loop {
                let turn = next.fetch_add(1, Ordering::Relaxed);
                let Some(some) = all.chunks(at_a_time).nth(turn) else { break };
                if sender.send((turn, read(&mut state, some))).is_err() {
                    break;
                }
            }
        };
        let running: Vec<_> =
            (0..workers).map(|_| sender.clone()).map(|sender| scope.spawn(move || work(sender))).collect();
        drop(sender);
        let (mut waiting, mut turn) = (HashMap::new(), 0);
        for (came, what) in receiver {
            waiting.insert(came, what);
            while let Some(what) = waiting.remove(&turn) {
                take(what);
                turn += 1;
            }
        }
        running.into_iter().for_each(joined);
    });
}

/// Waits for a thread; one that panicked has a mistake in it that must not pass as a result without its part.
pub(super) fn joined<T>(thread: thread::ScopedJoinHandle<'_, T>) -> T {
    thread.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn what_came_of_files_is_taken_in_their_order_however_long_each_takes() {
        for count in [0, 1, AT_A_TIME, AT_A_TIME + 1, 9 * AT_A_TIME + 5] {
            let number = |at: usize| Found { relative: format!("{at}.toml"), name: 0, size: 0, changed: 0 };
            let files: Vec<Found> = (0..count).map(number).collect();
            let read = |readers: &mut usize, files: &[Found]| {
                // The first of all takes longest, so that others are done before it.
                if files[0].stem() == "0" {
                    thread::sleep(Duration::from_millis(20));
                }
                *readers += 1;
                files.iter().map(|file| file.stem().to_owned()).collect::<Vec<_>>()
            };
            let mut taken = Vec::new();
            in_turn(&files, AT_A_TIME, || 0, read, |stems| taken.extend(stems));
            assert_eq!(taken, (0..count).map(|at| at.to_string()).collect::<Vec<_>>());
        }
    }
}
