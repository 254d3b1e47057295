//! Disposable caches of what lists show of files, keyed by path, size and time of change.
//!
//! Deleting it changes no result; a damaged or foreign one counts as none.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize, de::DeserializeOwned};

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

/// Reads a cache, in the order in which it was written; anything doubtful, and rows of another `form`, are no cache.
pub fn read<Row: DeserializeOwned>(path: &Path, form: u32) -> Vec<IndexRow<Row>> {
    let Ok(bytes) = fs::read(path) else { return Vec::new() };
    let Some((sum, content)) = bytes.split_at_checked(CHECKSUM) else { return Vec::new() };
    if blake3::hash(content).as_bytes() != sum {
        return Vec::new();
    }
    match postcard::take_from_bytes::<u32>(content) {
        Ok((found, rows)) if found == form => postcard::from_bytes(rows).unwrap_or_default(),
        _ => Vec::new(),
    }
}

/// Writes a cache; where that fails the next start is slower and nothing else.
pub fn write<Row: Serialize>(path: &Path, form: u32, rows: &[IndexRow<Row>]) {
    let Ok(content) = postcard::to_stdvec(&(form, rows)) else { return };
    let mut bytes = blake3::hash(&content).as_bytes().to_vec();
    bytes.extend_from_slice(&content);
    let beside = path.with_extension("new");
    let written = fs::write(&beside, &bytes).and_then(|()| fs::rename(&beside, path));
    if let Err(error) = written {
        tracing::warn!(path = %path.display(), %error, "the index was not written");
    }
}
