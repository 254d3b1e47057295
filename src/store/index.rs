//! Disposable caches of what lists show of files, keyed by path, size and time of change.
//!
//! Deleting it changes no result; a damaged or foreign one counts as none.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::{Listing, Workspace, disk};
use crate::error::Result;

/// The number of bytes of the checksum at the front.
const CHECKSUM: usize = 32;

/// One cached row with the signs by which it is known to be current.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IndexRow<Row> {
    /// Size in bytes.
    pub size: u64,
    /// Time of the last change in nanoseconds since 1970.
    pub changed: i64,
    /// What the file said.
    pub row: Row,
}

/// Reads cached rows, in the order in which they were written; anything doubtful, and rows of another `form`, are no cache.
pub fn read<Row: DeserializeOwned>(path: &Path, form: u32) -> Vec<IndexRow<Row>> {
    read_cache(path, form).unwrap_or_default()
}

/// Writes rows to a cache; where that fails the next start is slower and nothing else.
pub fn write<Row: Serialize>(path: &Path, form: u32, rows: &[IndexRow<Row>]) {
    write_cache(path, form, rows);
}

/// Reads what was cached in a form; anything doubtful, and another form, is no cache.
pub fn read_cache<T: DeserializeOwned>(path: &Path, form: u32) -> Option<T> {
    let bytes = fs::read(path).ok()?;
    let (sum, content) = bytes.split_at_checked(CHECKSUM)?;
    if blake3::hash(content).as_bytes() != sum {
        return None;
    }
    let (found, content) = postcard::take_from_bytes::<u32>(content).ok()?;
    (found == form).then(|| postcard::from_bytes(content).ok())?
}

/// Caches something in a form; where that fails only time is lost.
pub fn write_cache<T: Serialize + ?Sized>(path: &Path, form: u32, cached: &T) {
    let Ok(content) = postcard::to_stdvec(&(form, cached)) else { return };
    let mut bytes = blake3::hash(&content).as_bytes().to_vec();
    bytes.extend_from_slice(&content);
    let beside = path.with_extension("new");
    let written = fs::write(&beside, &bytes).and_then(|()| fs::rename(&beside, path));
    if let Err(error) = written {
        tracing::warn!(path = %path.display(), %error, "a cache was not written");
    }
}

impl Workspace {
    /// Returns what a cache has of files, without looking at them.
    pub(super) fn indexed_rows<Row: DeserializeOwned>(&self, cache: &str, form: u32) -> Vec<Row> {
        let rows: Vec<IndexRow<(String, Row)>> = read(&self.own().join(cache), form);
        rows.into_iter().map(|row| row.row.1).collect()
    }

    /// Reads what lists show of files, in the order of the files; only those that changed since the cache was written are
    /// read.
    pub(super) fn cached_rows<Row: Serialize + DeserializeOwned>(
        &self,
        cache: &str,
        form: u32,
        files: &[PathBuf],
        read_file: impl Fn(&Path) -> Result<Row>,
    ) -> Listing<Row> {
        let cache = self.own().join(cache);
        let known: Vec<IndexRow<(String, Row)>> = read(&cache, form);
        let indexed = known.len();
        let mut known: HashMap<String, IndexRow<(String, Row)>> =
            known.into_iter().map(|row| (row.row.0.clone(), row)).collect();
        let mut current = Vec::with_capacity(files.len());
        let mut listing = Listing::default();
        let mut reused = 0;
        for path in files {
            let relative = self.relative(path);
            let (size, changed) = fs::metadata(path).map(|metadata| disk::signs(&metadata)).unwrap_or_default();
            if let Some(row) = known.remove(&relative).filter(|row| (row.size, row.changed) == (size, changed)) {
                reused += 1;
                current.push(row);
                continue;
            }
            match read_file(path) {
                Ok(row) => current.push(IndexRow { size, changed, row: (relative, row) }),
                Err(error) => listing.damaged.push(error),
            }
        }
        if (reused != current.len() || reused != indexed) && self.read_only().is_none() {
            write(&cache, form, &current);
        }
        listing.found = current.into_iter().map(|file| file.row.1).collect();
        listing
    }
}
