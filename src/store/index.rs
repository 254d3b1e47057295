//! Disposable caches of what lists show of files, keyed by path, size and time of change.
//!
//! Deleting it changes no result; a damaged or foreign one counts as none.

use std::{
    cmp::Ordering,
    collections::{HashMap, HashSet},
    fs::{self, File},
    io::{self, BufReader, BufWriter, Read, Seek, Write},
    path::Path,
};

use arcstr::{ArcStr, Substr};
use serde::{Deserialize, Serialize, de::DeserializeOwned};
use zerocopy::{FromBytes, Immutable, IntoBytes};

use super::{
    Workspace, packed,
    pieces::{Hashed, PIECE, Pieces},
    sharing::Sharing,
    signs::{AT_A_TIME, Found, in_turn},
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

    /// Says whether it is one of the few that somebody may ask for without all the others.
    fn is_marked(&self) -> bool {
        false
    }

    /// Lets it have what it has in common with others only once, in memory of the thread that calls.
    fn share(&mut self, _: &mut Sharing) {}

    /// Hands on every text that it has alone, to be read or to be moved elsewhere.
    fn each_text(&mut self, _: &mut dyn FnMut(&mut Substr)) {}

    /// Puts rows into the form in which they are kept.
    fn keep(rows: &[Self]) -> Self::Kept;

    /// Takes them out of it.
    fn restore(kept: Self::Kept) -> Vec<Self>;
}

/// Rows as they are kept.
#[derive(Serialize, Deserialize)]
pub(super) struct Cache<Kept> {
    front: Front,
    /// Size in bytes and time of the last change in nanoseconds since 1970, row by row.
    #[serde(with = "packed")]
    signs: Vec<Signs>,
    pub rows: Kept,
}

/// What stands before the rows.
#[derive(Clone, Copy, Serialize, Deserialize)]
struct Front {
    /// The digest of the list of files from which they were made, where every one of them could be read.
    seen: Option<[u8; 32]>,
    /// Whether any of them is marked.
    has_marked: bool,
}

/// By what a file is known to be unchanged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, FromBytes, IntoBytes, Immutable)]
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

/// Reads what was cached in a form, or what stands at the front of it; anything doubtful, and another form, is no cache.
pub(super) fn read_cache<T: DeserializeOwned>(path: &Path, form: u32) -> Option<T> {
    let mut file = File::open(path).ok()?;
    let mut sum = [0; CHECKSUM];
    file.read_exact(&mut sum).ok()?;
    let mut hashed = BufReader::with_capacity(PIECE, Hashed::new(file));
    let mut found = [0; 4];
    hashed.read_exact(&mut found).ok()?;
    // Another machine has its bytes in another order, and by that another form.
    if u32::from_ne_bytes(found) != form {
        return None;
    }
    let mut pieces = postcard::Deserializer::from_flavor(Pieces::of(hashed));
    let cached = T::deserialize(&mut pieces).ok()?;
    let mut hashed = pieces.finalize().ok()?;
    io::copy(&mut hashed, &mut io::sink()).ok()?;
    (hashed.into_inner().into_parts().1 == sum).then_some(cached)
}

/// Caches something in a form; where that fails only time is lost.
pub(super) fn write_cache<T: Serialize + ?Sized>(path: &Path, form: u32, cached: &T) {
    let beside = path.with_extension("new");
    // Straight into the file: all of it at once would take as much memory as what it is made of.
    let written = || {
        let mut file = File::create(&beside)?;
        file.write_all(&[0; CHECKSUM])?;
        let mut hashed = BufWriter::new(Hashed::new(file));
        hashed.write_all(&form.to_ne_bytes())?;
        let hashed = postcard::to_io(cached, hashed).map_err(|_| io::ErrorKind::InvalidData)?;
        let (mut file, sum) = hashed.into_inner()?.into_parts();
        file.rewind()?;
        file.write_all(&sum)?;
        drop(file);
        fs::rename(&beside, path)
    };
    if let Err(error) = written() {
        tracing::warn!(path = %path.display(), %error, "a cache was not written");
    }
}

impl Workspace {
    /// Returns what a cache has of files, without looking at them.
    pub(super) fn cache<Row: Cached>(&self) -> Option<Cache<Row::Kept>> {
        read_cache(&self.own().join(Row::CACHE), Row::FORM)
    }

    /// Says whether no row is marked, where that is known without reading any: no file has changed since.
    pub(super) fn none_is_marked<Row: Cached>(&self) -> bool {
        let mut damaged = Vec::new();
        let now = self.signs_of(Row::FOLDER, &mut damaged).digest;
        let front: Option<Front> = read_cache(&self.own().join(Row::CACHE), Row::FORM);
        damaged.is_empty() && front.is_some_and(|front| front.seen == Some(now) && !front.has_marked)
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
        let before = cache.as_ref().and_then(|cache| cache.front.seen);
        let indexed = cache.as_ref().map_or(0, |cache| cache.signs.len());
        let (rows, signs) = match cache {
            Some(cache) if now.is_some() && before == now => return Rows::Kept(cache.rows),
            // Of a copied workspace nothing fits, and taking the rows out would only take room.
            Some(cache) if cache.has_any_of(&listed.files) => (Row::restore(cache.rows), cache.signs),
            _ => (Vec::new(), Vec::new()),
        };
        let places: HashMap<&str, usize> = rows.iter().enumerate().map(|(at, row)| (row.path(), at)).collect();
        let known =
            |file: &Found| places.get(file.relative.as_str()).copied().filter(|at| signs[*at] == Signs::of(file));
        let known: Vec<Option<usize>> = listed.files.iter().map(known).collect();
        let mut rows: Vec<Option<Row>> = rows.into_iter().map(Some).collect();
        let (mut current, mut again) = (Vec::with_capacity(listed.files.len()), Vec::new());
        for (file, at) in listed.files.iter().zip(known) {
            match at.and_then(|at| rows[at].take()) {
                Some(row) => current.push((row, Signs::of(file))),
                None => again.push(file),
            }
        }
        drop(rows);
        let is_same = again.is_empty() && current.len() == indexed;
        let mut sharing = Sharing::default();
        // What rows have in common is given back where it was made; between readers it is shared once more.
        let reading = || (reading(), Sharing::default());
        let read = |(read_file, sharing): &mut (ReadFile, Sharing), files: &[&Found]| {
            let row_of = |file: &&Found| {
                let mut row = read_file(&self.root().join(&file.relative))?;
                row.share(sharing);
                Ok((row, Signs::of(file)))
            };
            files.iter().map(row_of).collect::<Vec<Result<_>>>()
        };
        in_turn(&again, AT_A_TIME, reading, read, |rows| {
            let first = current.len();
            for row in rows {
                match row {
                    Ok(row) => current.push(row),
                    Err(error) => damaged.push(error),
                }
            }
            move_together(&mut current[first..]);
            current[first..].iter_mut().for_each(|(row, _)| row.share(&mut sharing));
        });
        current.sort_unstable_by(|(one, _), (other, _)| one.order(other));
        drop((listed, sharing));
        let signs = current.iter().map(|(_, signs)| *signs).collect();
        // Collected in place, in the memory that they are in.
        let rows: Vec<Row> = current.into_iter().map(|(row, _)| row).collect();
        let seen = now.filter(|_| damaged.is_empty());
        if (!is_same || seen != before) && self.read_only().is_none() {
            let front = Front { seen, has_marked: rows.iter().any(Row::is_marked) };
            let cache = Cache { front, signs, rows: Row::keep(&rows) };
            write_cache(&self.own().join(Row::CACHE), Row::FORM, &cache);
        }
        Rows::Read(rows)
    }
}

/// Moves the texts of rows into one piece of memory of this thread: each on its own takes twice the room, and what readers
/// took stays theirs, however much others gave back.
fn move_together<Row: Cached>(rows: &mut [(Row, Signs)]) {
    let mut all = String::new();
    for (row, _) in &mut *rows {
        row.each_text(&mut |text| all.push_str(text));
    }
    let (all, mut from) = (ArcStr::from(all), 0);
    for (row, _) in rows {
        row.each_text(&mut |text| {
            let to = from + text.len();
            *text = all.substr(from..to);
            from = to;
        });
    }
}

impl<Kept> Cache<Kept> {
    /// Says whether any of these files is as it was.
    fn has_any_of(&self, files: &[Found]) -> bool {
        let known: HashSet<&Signs> = self.signs.iter().collect();
        files.iter().any(|file| known.contains(&Signs::of(file)))
    }
}

impl Signs {
    fn of(file: &Found) -> Self {
        Self { size: file.size, changed: file.changed }
    }
}
