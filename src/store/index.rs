//! A disposable cache of the heads of all records, keyed by path, size and time of change.
//!
//! Deleting it changes no result; a damaged or foreign one counts as none.

use std::{fs, path::Path};

use serde::{Deserialize, Serialize};

use super::records::RecordRow;

/// Changes whenever the form of the rows does.
const FORM: u32 = 3;

/// The number of bytes of the checksum at the front.
const CHECKSUM: usize = 32;

/// One cached row with the signs by which it is known to be current.
#[derive(Clone, Debug, Serialize, Deserialize)]
pub struct IndexRow {
    /// Size in bytes.
    pub size: u64,
    /// Time of the last change in nanoseconds since 1970.
    pub changed: i64,
    /// What the head of the file said.
    pub row: RecordRow,
}

/// Reads the cache, in the order in which it was written; anything doubtful is no cache.
pub fn read(path: &Path) -> Vec<IndexRow> {
    let Ok(bytes) = fs::read(path) else { return Vec::new() };
    let Some((sum, content)) = bytes.split_at_checked(CHECKSUM) else { return Vec::new() };
    if blake3::hash(content).as_bytes() != sum {
        return Vec::new();
    }
    match postcard::from_bytes::<(u32, Vec<IndexRow>)>(content) {
        Ok((FORM, rows)) => rows,
        _ => Vec::new(),
    }
}

/// Writes the cache; where that fails the next start is slower and nothing else.
pub fn write(path: &Path, rows: &[IndexRow]) {
    let Ok(content) = postcard::to_stdvec(&(FORM, rows)) else { return };
    let mut bytes = blake3::hash(&content).as_bytes().to_vec();
    bytes.extend_from_slice(&content);
    let beside = path.with_extension("new");
    let written = fs::write(&beside, &bytes).and_then(|()| fs::rename(&beside, path));
    if let Err(error) = written {
        tracing::warn!(path = %path.display(), %error, "the index was not written");
    }
}
