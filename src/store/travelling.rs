//! The files of a workspace as sync sees them: what is there, what it says, and taking over what others did.

use std::{
    collections::HashMap,
    fs::{self, File},
    io,
    path::{Path, PathBuf},
};

use super::{Objects, Workspace, disk, records, turns::IN_ONE};
use crate::{
    checklist::Digest,
    error::{Error, Result},
    inspection::{self, StoredRecord},
    text,
};

/// How deep below the workspace files may lie.
const DEEPEST: usize = 4;

/// A file with the cheap signs of change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileSigns {
    /// The path within the workspace, with `/`.
    pub path: String,
    /// Size in bytes.
    pub size: u64,
    /// The size of its journal, where it is a record.
    pub journal: u64,
    /// Time of the last change in nanoseconds since 1970.
    pub changed: i64,
}

impl FileSigns {
    /// Takes them from what the disk says of a file; its journal is not among that.
    fn of(path: &str, metadata: &fs::Metadata) -> Self {
        let (size, changed) = disk::signs(metadata);
        Self { path: path.to_owned(), size, journal: 0, changed }
    }

    /// Returns the size in bytes with that of the journal, so that a step that is only there is noticed.
    pub fn whole(&self) -> u64 {
        self.size + self.journal
    }
}

/// What a file says.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct FileContent {
    /// The digest of its bytes as they are on the disk.
    pub digest: Digest,
    /// What it says; for a draft with everything that its journal has beyond the file.
    pub bytes: Vec<u8>,
}

/// A file that others have changed.
#[derive(Clone, Copy, Debug)]
pub struct TakenOver<'file> {
    /// The path within the workspace, with `/`.
    pub path: &'file str,
    /// What it is to say.
    pub bytes: &'file [u8],
    /// The digest of what it is known to say; nothing where there is none.
    pub known: Option<&'file Digest>,
}

impl Workspace {
    /// Returns the objects of the mirror of the hub that this workspace belongs to.
    pub fn mirror(&self) -> Objects {
        Objects::new(self.own().join("sync").join("mirror"))
    }

    /// Puts the mirror of a hub aside that this workspace never came to belong to; `hub` is its identity.
    pub fn put_mirror_aside(&self, hub: &str) -> Result<()> {
        self.require_writable()?;
        let aside = |number: u32| self.own().join("sync").join(format!("given-up-{hub}-{number}"));
        let free = (1..=u32::MAX).map(aside).find(|path| !path.exists()).unwrap_or_else(|| aside(0));
        let mirror = self.mirror();
        fs::rename(mirror.root(), &free)
            .map_err(|error| disk::storage_error(text!("storage.write-failed"), mirror.root(), error))
    }

    /// Returns the objects of a hub that is only carried on; `hub` is its identity, 16 hexadecimal digits.
    pub fn relay_mirror(&self, hub: &str) -> Objects {
        Objects::new(self.own().join("sync").join("relay").join(hub))
    }

    /// Lists every file but hidden ones and the program's own, sorted; folders with a dot are gone into.
    pub fn files(&self) -> Vec<FileSigns> {
        self.files_where(|_| true)
    }

    /// Lists those of these files that are wanted, of which there are mostly few.
    pub fn files_where(&self, is_wanted: impl Fn(&FileSigns) -> bool) -> Vec<FileSigns> {
        let journals = self.journals();
        let mut files = Vec::new();
        walk(self.root(), "", DEEPEST, &mut |mut signs| {
            journals.add_to(&mut signs);
            if is_wanted(&signs) {
                files.push(signs);
            }
        });
        files.sort_unstable_by(|one, other| one.path.cmp(&other.path));
        files
    }

    /// Lists the sizes of the journals of drafts.
    fn journals(&self) -> Journals {
        let mut journals: HashMap<String, u64> = HashMap::new();
        for entry in fs::read_dir(self.own().join("journal")).into_iter().flatten().flatten() {
            let name = entry.file_name().to_string_lossy().into_owned();
            let size = entry.metadata().map_or(0, |metadata| metadata.len());
            *journals.entry(name.split('.').next().unwrap_or_default().to_owned()).or_default() += size;
        }
        Journals(journals)
    }

    /// Reads a file of the workspace, a draft together with its journal; nothing where there is none.
    pub fn file(&self, path: &str) -> Result<Option<FileContent>> {
        let full = self.root().join(path);
        if !full.is_file() {
            return Ok(None);
        }
        let raw = disk::read(&full)?;
        let digest = Digest::of(&raw);
        if !path.starts_with("records/") {
            return Ok(Some(FileContent { digest, bytes: raw }));
        }
        let text = String::from_utf8(raw)
            .map_err(|_| Error::input(text!("storage.not-utf8")).at(&full).hint(text!("storage.not-utf8.hint")))?;
        let bytes = match records::parse(&full, &text)? {
            StoredRecord::Finalised(_) => text.into_bytes(),
            StoredRecord::Draft(record) => {
                let record = self.with_journal(record)?;
                inspection::write(&record, self.checklist_of(&record).ok().as_deref())?.into_bytes()
            }
        };
        Ok(Some(FileContent { digest, bytes }))
    }

    /// Returns the digest of the bytes of a file as they are on the disk, whatever they say; nothing where there is none.
    pub fn file_digest(&self, path: &str) -> Result<Option<Digest>> {
        let full = self.root().join(path);
        if full.is_file() { disk::read(&full).map(|bytes| Some(Digest::of(&bytes))) } else { Ok(None) }
    }

    /// Writes files that others have changed, each where it is still what is known of it; gives of each the signs then, and
    /// nothing where it is something else.
    ///
    /// They take their turn together, some at a time, so that whoever changes one of them at the same time has done so before
    /// or does so afterwards: the signs are those of these very bytes. The journal is not looked at.
    pub fn take_over(&self, files: &[TakenOver<'_>]) -> Vec<Result<Option<FileSigns>>> {
        files.chunks(IN_ONE).flat_map(|some| self.take_some_over(some)).collect()
    }

    fn take_some_over(&self, files: &[TakenOver<'_>]) -> Vec<Result<Option<FileSigns>>> {
        let _turn = self.turns.take();
        let looked: Vec<Result<Option<_>>> = files.iter().map(|file| self.as_known(file)).collect();
        let to_write: Vec<(PathBuf, &[u8])> = looked.iter().flatten().flatten().cloned().collect();
        let mut written = disk::replace_all(&to_write).into_iter();
        let signs = |path: &str, full: &Path| {
            let metadata =
                fs::metadata(full).map_err(|error| disk::storage_error(text!("storage.read-failed"), full, error));
            metadata.map(|metadata| FileSigns::of(path, &metadata))
        };
        let each = files.iter().zip(looked).map(|(file, looked)| match looked? {
            // Every file that is to be written has an answer.
            Some((full, _)) => written.next().unwrap_or(Ok(())).and_then(|()| signs(file.path, &full)).map(Some),
            None => Ok(None),
        });
        each.collect()
    }

    /// Returns where a file is to be written and what; nothing where it says something else than is known of it.
    fn as_known<'file>(&self, file: &TakenOver<'file>) -> Result<Option<(PathBuf, &'file [u8])>> {
        self.require_writable()?;
        let full = self.root().join(file.path);
        let now = full.is_file().then(|| disk::read(&full)).transpose()?.map(|bytes| Digest::of(&bytes));
        Ok((now.as_ref() == file.known).then_some((full, file.bytes)))
    }

    /// Puts a damaged file aside, so that a good copy can take its place; nothing where there is none.
    pub fn put_aside(&self, path: &str) -> Result<()> {
        self.require_writable()?;
        let full = self.root().join(path);
        let _turn = self.turns.take();
        if !full.is_file() {
            return Ok(());
        }
        disk::create_folder(&self.own().join("aside"))?;
        let place = self.aside(path, &Digest::of(&disk::read(&full)?));
        fs::rename(&full, &place).map_err(|error| disk::storage_error(text!("storage.write-failed"), &place, error))
    }

    /// Keeps what a file says aside, before it says something else; gives the path of the copy within the workspace.
    pub fn keep_aside(&self, path: &str, content: &FileContent) -> Result<String> {
        self.require_writable()?;
        let place = self.aside(path, &content.digest);
        if !place.exists() {
            disk::create(&place, &content.bytes)?;
        }
        Ok(self.relative(&place))
    }

    /// Returns where a file is kept aside that has a digest.
    fn aside(&self, path: &str, digest: &Digest) -> PathBuf {
        let name = path.rsplit('/').next().unwrap_or_default();
        self.own().join("aside").join(format!("{}-{name}", &digest.hex()[..12]))
    }

    /// Returns the signs of some files, in their order; nothing for one that is not there.
    pub fn signs<'path>(&self, paths: impl Iterator<Item = &'path str>) -> Vec<Option<FileSigns>> {
        let journals = self.journals();
        paths
            .map(|path| {
                let metadata = fs::metadata(self.root().join(path)).ok()?;
                let mut signs = FileSigns::of(path, &metadata);
                journals.add_to(&mut signs);
                Some(signs)
            })
            .collect()
    }

    /// Reads a file of the program's own about sync.
    pub fn sync_file(&self, name: &str) -> Result<Option<Vec<u8>>> {
        let path = self.own().join("sync").join(name);
        if path.is_file() { disk::read(&path).map(Some) } else { Ok(None) }
    }

    /// Changes a file of the program's own about sync; meanwhile nobody else does.
    pub fn change_sync_file(&self, name: &str, change: impl FnOnce(Option<Vec<u8>>) -> Result<Vec<u8>>) -> Result<()> {
        let _turn = self.turns.take();
        self.write_sync_file(name, &change(self.sync_file(name)?)?)
    }

    /// Writes a file of the program's own about sync.
    pub fn write_sync_file(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.require_writable()?;
        disk::replace(&self.own().join("sync").join(name), bytes)
    }

    /// Reads a file of the program's own about sync piece by piece.
    pub fn read_sync_file_by<T>(&self, name: &str, read: impl FnOnce(File) -> io::Result<T>) -> Result<Option<T>> {
        let path = self.own().join("sync").join(name);
        if !path.is_file() {
            return Ok(None);
        }
        let done = File::open(&path).and_then(read);
        done.map(Some).map_err(|error| disk::storage_error(text!("storage.read-failed"), &path, error))
    }

    /// Writes a file of the program's own about sync piece by piece.
    pub fn write_sync_file_by(&self, name: &str, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<()> {
        self.require_writable()?;
        disk::replace_by(&self.own().join("sync").join(name), write)
    }

    /// Writes `conflicts.toml`, or takes it away where there is nothing to decide.
    pub fn write_conflicts(&self, text: Option<&str>) -> Result<()> {
        self.require_writable()?;
        let path = self.root().join("conflicts.toml");
        match text {
            Some(text) => disk::replace(&path, text.as_bytes()),
            None if path.exists() => {
                fs::remove_file(&path).map_err(|error| disk::storage_error(text!("storage.write-failed"), &path, error))
            }
            None => Ok(()),
        }
    }
}

/// The sizes of the journals of drafts, by the numbers of the records.
struct Journals(HashMap<String, u64>);

impl Journals {
    /// Adds to a file the size of its journal, where it is a record that has one.
    fn add_to(&self, file: &mut FileSigns) {
        if file.path.starts_with("records/") {
            let stem = file.path.rsplit('/').next().and_then(|name| name.strip_suffix(".toml")).unwrap_or_default();
            file.journal = self.0.get(stem).copied().unwrap_or(0);
        }
    }
}

fn walk(folder: &Path, inside: &str, deeper: usize, take: &mut dyn FnMut(FileSigns)) {
    for entry in fs::read_dir(folder).into_iter().flatten().flatten() {
        let name = entry.file_name();
        let Some(name) = name.to_str() else { continue };
        let path = if inside.is_empty() { name.to_owned() } else { format!("{inside}/{name}") };
        let Ok(metadata) = entry.metadata() else { continue };
        if metadata.is_dir() {
            if deeper > 0 && name != ".ducha" {
                walk(&entry.path(), &path, deeper - 1, take);
            }
        } else if metadata.is_file() && !name.starts_with(".ducha-") {
            take(FileSigns::of(&path, &metadata));
        }
    }
}
