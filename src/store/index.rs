//! Disposable caches of what lists show of files, keyed by path, size and time of change.
//!
//! Deleting it changes no result; a damaged or foreign one counts as none.

use std::{cmp::Ordering, collections::HashMap, fs, path::Path};

use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::{
    Workspace, packed,
    signs::{Found, in_turn},
};
use crate::error::{Error, Result};

/// The number of bytes of the checksum at the front.
const CHECKSUM: usize = 32;

/// What a list shows of a file, or of everything in it.
pub(super) trait Cached: Send + Sized {
    /// The name of the cache.
    const CACHE: &str;

    /// The folder in which the files lie by year and month.
    const FOLDER: &str;

    /// Changes whenever the form in which it is kept does.
    const FORM: u32;

    /// The form in which many are kept.
    type Kept: Serialize + DeserializeOwned;

    /// Returns the path of the file within the workspace, with `/`.
    fn path(&self) -> &str;

    /// Says which of two comes first.
    fn order(&self, other: &Self) -> Ordering;

    /// Puts rows into the form in which they are kept.
    fn keep(rows: &[Self]) -> Self::Kept;

    /// Takes them out of it.
    fn restore(kept: Self::Kept) -> Vec<Self>;
}

/// Rows as they are kept.
#[derive(Serialize, Deserialize)]
pub(super) struct Cache<Kept> {
    /// The digest of the list of files from which they were made, where every one of them could be read.
    seen: Option<[u8; 32]>,
    /// Size in bytes and time of the last change in nanoseconds since 1970, row by row.
    #[serde(with = "packed")]
    signs: Vec<Signs>,
    pub rows: Kept,
}

/// By what a file is known to be unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, FromBytes, IntoBytes, Immutable)]
#[repr(C)]
struct Signs {
    size: u64,
    changed: i64,
}

/// The rows of the files of a folder.
pub(super) enum Rows<Row: Cached> {
    /// No file has changed, so that they are as they were kept.
    Kept(Row::Kept),
    /// In their order.
    Read(Vec<Row>),
}

impl<Row: Cached> Rows<Row> {
    /// Returns them, however they were found.
    pub fn restored(self) -> Vec<Row> {
        match self {
            Self::Kept(kept) => Row::restore(kept),
            Self::Read(rows) => rows,
        }
    }
}

/// Reads what was cached in a form; anything doubtful, and another form, is no cache.
pub(super) fn read_cache<T: DeserializeOwned>(path: &Path, form: u32) -> Option<T> {
    let bytes = fs::read(path).ok()?;
    let (sum, content) = bytes.split_at_checked(CHECKSUM)?;
    if blake3::hash(content).as_bytes() != sum {
        return None;
    }
    // Another machine has its bytes in another order, and by that another form.
    let (found, content) = content.split_first_chunk()?;
    (u32::from_ne_bytes(*found) == form).then(|| postcard::from_bytes(content).ok())?
}

/// Caches something in a form; where that fails only time is lost.
pub(super) fn write_cache<T: Serialize + ?Sized>(path: &Path, form: u32, cached: &T) {
    let front = [0; CHECKSUM].into_iter().chain(form.to_ne_bytes()).collect();
    let Ok(mut bytes) = postcard::to_extend::<_, Vec<u8>>(cached, front) else { return };
    let sum = *blake3::hash(&bytes[CHECKSUM..]).as_bytes();
    bytes[..CHECKSUM].copy_from_slice(&sum);
    let beside = path.with_extension("new");
    let written = fs::write(&beside, &bytes).and_then(|()| fs::rename(&beside, path));
    if let Err(error) = written {
        tracing::warn!(path = %path.display(), %error, "a cache was not written");
    }
}

impl Workspace {
    /// Returns what a cache has of files, without looking at them.
    pub(super) fn cache<Row: Cached>(&self) -> Option<Cache<Row::Kept>> {
        read_cache(&self.own().join(Row::CACHE), Row::FORM)
    }

    /// Reads what lists show of files; only those that changed since the cache was written are read, on each processor by a
    /// reader of its own.
    pub(super) fn cached_rows<Row: Cached, ReadFile: FnMut(&Path) -> Result<Row>>(
        &self,
        damaged: &mut Vec<Error>,
        reading: impl Fn() -> ReadFile + Sync,
    ) -> Rows<Row> {
        let listed = self.signs_of(Row::FOLDER, damaged);
        let now = Some(listed.digest).filter(|_| damaged.is_empty());
        let cache = self.cache::<Row>();
        let before = cache.as_ref().and_then(|cache| cache.seen);
        let (rows, signs) = match cache {
            Some(cache) if now.is_some() && before == now => return Rows::Kept(cache.rows),
            Some(cache) => (Row::restore(cache.rows), cache.signs),
            None => (Vec::new(), Vec::new()),
        };
        let indexed = rows.len();
        let known = rows.into_iter().zip(signs).map(|(row, signs)| (row.path().to_owned(), (row, signs)));
        let mut known: HashMap<String, (Row, Signs)> = known.collect();
        let (mut current, mut again) = (Vec::with_capacity(listed.files.len()), Vec::new());
        for file in &listed.files {
            match known.remove(&file.relative).filter(|(_, known)| *known == Signs::of(file)) {
                Some(row) => current.push(row),
                None => again.push(file),
            }
        }
        let is_same = again.is_empty() && current.len() == indexed;
        let read = |read_file: &mut ReadFile, files: &[&Found]| {
            let row_of = |file: &&Found| Ok((read_file(&self.root().join(&file.relative))?, Signs::of(file)));
            files.iter().map(row_of).collect::<Vec<Result<_>>>()
        };
        in_turn(&again, reading, read, |rows| {
            for row in rows {
                match row {
                    Ok(row) => current.push(row),
                    Err(error) => damaged.push(error),
                }
            }
        });
        current.sort_unstable_by(|(one, _), (other, _)| one.order(other));
        let (rows, signs): (Vec<Row>, Vec<_>) = current.into_iter().unzip();
        let seen = now.filter(|_| damaged.is_empty());
        if (!is_same || seen != before) && self.read_only().is_none() {
            let cache = Cache { seen, signs, rows: Row::keep(&rows) };
            write_cache(&self.own().join(Row::CACHE), Row::FORM, &cache);
        }
        Rows::Read(rows)
    }
}

impl Signs {
    fn of(file: &Found) -> Self {
        Self { size: file.size, changed: file.changed }
    }
}
