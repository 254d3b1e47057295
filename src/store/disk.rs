//! Reading and writing single files so that nothing is lost.

use std::{
    collections::{BTreeSet, HashMap},
    fs::{self, File},
    io::{self, ErrorKind, Read, Write},
    path::{Path, PathBuf},
    thread,
    time::{Duration, SystemTime},
};

use crate::{
    checklist::Digest,
    error::{Error, Kind, Result},
    i18n::Text,
    text,
};

/// How long a replacement is tried again on Windows, where virus scanners hold a new file for a moment.
const RETRY_FOR: Duration = Duration::from_millis(1200);

/// The largest file that is read as a whole, in bytes.
const LARGEST: u64 = 256 * 1024 * 1024;

/// What a file was when it was last read or written, to notice changes from outside.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stamp {
    digest: Digest,
}

impl Stamp {
    /// Returns the stamp of some content.
    pub fn of(bytes: &[u8]) -> Self {
        Self { digest: Digest::of(bytes) }
    }
}

/// Reads a whole file; one of more than 256 MiB is refused.
pub fn read(path: &Path) -> Result<Vec<u8>> {
    read_up_to(path, LARGEST)
}

/// Reads a whole file; one of more than `largest` bytes is refused.
pub fn read_up_to(path: &Path, largest: u64) -> Result<Vec<u8>> {
    let mut bytes = Vec::new();
    read_into(path, largest, &mut bytes)?;
    Ok(bytes)
}

/// Reads a whole file into memory that is there already, in place of what is in it.
fn read_into(path: &Path, largest: u64, bytes: &mut Vec<u8>) -> Result<()> {
    let failed = |error| storage_error(text!("storage.read-failed"), path, error);
    let file = File::open(path).map_err(failed)?;
    bytes.clear();
    // Whoever reads many files has the room from an earlier one, and need not ask each for its size.
    if bytes.capacity() == 0 {
        let size = file.metadata().map_err(failed)?.len();
        refuse_larger(path, size, largest)?;
        bytes.reserve(usize::try_from(size).unwrap_or(0) + 1);
    }
    // Bounded, because it may grow meanwhile; and the bound keeps the library from asking for the size once more.
    (&file).take(largest.saturating_add(1)).read_to_end(bytes).map_err(failed)?;
    let read = bytes.len() as u64;
    if read > largest {
        bytes.clear();
        let size = file.metadata().map_or(read, |metadata| metadata.len().max(read));
        refuse_larger(path, size, largest)?;
    }
    Ok(())
}

/// Refuses a file that is larger than allowed.
fn refuse_larger(path: &Path, size: u64, largest: u64) -> Result<()> {
    if size <= largest {
        return Ok(());
    }
    Err(Error::input(text!("storage.too-large", size = size / 1024 / 1024))
        .at(path)
        .hint(text!("storage.too-large.hint", largest = largest / 1024 / 1024)))
}

/// Reads many files, one after the other, into the same memory.
#[derive(Default)]
pub struct Reader {
    bytes: Vec<u8>,
}

impl Reader {
    /// Reads a whole UTF-8 file.
    pub fn text(&mut self, path: &Path) -> Result<&str> {
        read_into(path, LARGEST, &mut self.bytes)?;
        text_of(path, &self.bytes)
    }

    /// Reads a whole UTF-8 file of TOML, without the byte order mark that some editors put in front.
    pub fn toml_text(&mut self, path: &Path) -> Result<&str> {
        self.text(path).map(|text| text.strip_prefix('\u{feff}').unwrap_or(text))
    }
}

/// Takes the bytes of a file as a text.
fn text_of<'bytes>(path: &Path, bytes: &'bytes [u8]) -> Result<&'bytes str> {
    simdutf8::compat::from_utf8(bytes).map_err(|error| not_utf8(path, bytes, error.valid_up_to()))
}

/// Says where the bytes of a file are no text.
fn not_utf8(path: &Path, bytes: &[u8], offset: usize) -> Error {
    let valid = String::from_utf8_lossy(&bytes[..offset]).into_owned();
    Error::input(text!("storage.not-utf8")).at_offset(path, &valid, offset).hint(text!("storage.not-utf8.hint"))
}

/// Returns the digest of a file's bytes; nothing where there is no file that can be read.
pub fn read_digest(path: &Path) -> Option<Digest> {
    read(path).ok().map(|bytes| Digest::of(&bytes))
}

/// Reads a whole UTF-8 file.
pub fn read_text(path: &Path) -> Result<String> {
    String::from_utf8(read(path)?).map_err(|error| not_utf8(path, error.as_bytes(), error.utf8_error().valid_up_to()))
}

/// Reads a whole UTF-8 file of TOML, without the byte order mark that some editors put in front.
pub fn read_toml_text(path: &Path) -> Result<String> {
    let mut text = read_text(path)?;
    if text.starts_with('\u{feff}') {
        text.drain(..'\u{feff}'.len_utf8());
    }
    Ok(text)
}

/// Replaces a file whole, or leaves it as it was: temporary file beside it, sync, rename, sync of the folder.
pub fn replace(path: &Path, bytes: &[u8]) -> Result<()> {
    write_beside(path, bytes, take_its_place)
}

/// Replaces a file in the same way; `write` puts into it what would take much memory all at once.
pub fn replace_by(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>) -> Result<()> {
    put_beside(path, write, take_its_place)?;
    sync_folder(folder_of(path)).map_err(|error| storage_error(text!("storage.write-failed"), path, error))
}

/// Writes a file that must not exist yet; an existing one is left alone and is an error.
pub fn create(path: &Path, bytes: &[u8]) -> Result<()> {
    write_beside(path, bytes, take_a_free_place)
}

/// Replaces many files, each whole or not at all; gives what came of each, in their order.
pub fn replace_all(files: &[(PathBuf, &[u8])]) -> Vec<Result<()>> {
    write_all_beside(files, take_its_place)
}

/// Writes many files that must not exist yet; gives what came of each, in their order.
pub fn create_all(files: &[(PathBuf, &[u8])]) -> Vec<Result<()>> {
    write_all_beside(files, take_a_free_place)
}

/// Gives a file that is whole and safe its name.
type Finish = fn(tempfile::NamedTempFile, &Path) -> io::Result<()>;

fn take_its_place(temporary: tempfile::NamedTempFile, path: &Path) -> io::Result<()> {
    let started = std::time::Instant::now();
    let mut temporary = temporary;
    loop {
        match temporary.persist(path) {
            Ok(_) => return Ok(()),
            Err(refused) => {
                let may_pass = cfg!(windows) && refused.error.kind() == ErrorKind::PermissionDenied;
                if !may_pass || started.elapsed() > RETRY_FOR {
                    return Err(refused.error);
                }
                temporary = refused.file;
                thread::sleep(Duration::from_millis(40));
            }
        }
    }
}

fn take_a_free_place(temporary: tempfile::NamedTempFile, path: &Path) -> io::Result<()> {
    temporary.persist_noclobber(path).map(drop).map_err(|refused| refused.error)
}

fn write_beside(path: &Path, bytes: &[u8], finish: Finish) -> Result<()> {
    put_beside(path, |file| file.write_all(bytes), finish)?;
    sync_folder(folder_of(path)).map_err(|error| storage_error(text!("storage.write-failed"), path, error))
}

/// How many files are written at the same time: nearly all of the time of each is waiting for the disk, which makes several
/// safe at once.
const WRITERS: usize = 8;

/// Writes files at the same time, and makes their names safe once for each folder when all have them.
fn write_all_beside(files: &[(PathBuf, &[u8])], finish: Finish) -> Vec<Result<()>> {
    let mut written = at_once(files, WRITERS, |(path, bytes)| put_beside(path, |file| file.write_all(bytes), finish));
    let folders: BTreeSet<&Path> = files.iter().map(|(path, _)| folder_of(path)).collect();
    let synced: HashMap<&Path, io::Result<()>> =
        folders.into_iter().map(|folder| (folder, sync_folder(folder))).collect();
    for (one, (path, _)) in written.iter_mut().zip(files) {
        if let (Ok(()), Some(Err(error))) = (&*one, synced.get(folder_of(path))) {
            let error = io::Error::new(error.kind(), error.to_string());
            *one = Err(storage_error(text!("storage.write-failed"), path, error));
        }
    }
    written
}

/// Does something with each of many things, some at the same time; gives what came of each, in their order.
pub fn at_once<T: Sync, Done: Send>(things: &[T], at_most: usize, work: impl Fn(&T) -> Done + Sync) -> Vec<Done> {
    let share = things.len().div_ceil(at_most).max(1);
    thread::scope(|scope| {
        let work = &work;
        let several = |part| scope.spawn(move || <[T]>::iter(part).map(work).collect::<Vec<_>>());
        let workers: Vec<_> = things.chunks(share).map(several).collect();
        // Whoever panicked has written whole files or none; the panic goes on here.
        workers
            .into_iter()
            .flat_map(|worker| worker.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
            .collect()
    })
}

fn folder_of(path: &Path) -> &Path {
    path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Writes a file whose name is not safe before its folder is synced.
fn put_beside(path: &Path, write: impl FnOnce(&mut File) -> io::Result<()>, finish: Finish) -> Result<()> {
    let failed = |error| storage_error(text!("storage.write-failed"), path, error);
    let folder = folder_of(path);
    create_folder(folder)?;
    let mut temporary =
        tempfile::Builder::new().prefix(".ducha-").suffix(".tmp").tempfile_in(folder).map_err(failed)?;
    write(temporary.as_file_mut()).map_err(failed)?;
    make_ordinary(temporary.as_file(), path).map_err(failed)?;
    temporary.as_file().sync_all().map_err(failed)?;
    finish(temporary, path).map_err(failed)
}

/// Gives the temporary file, which only its owner may read, the rights of the file that it replaces or the usual ones.
#[cfg(unix)]
pub(super) fn make_ordinary(file: &File, path: &Path) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt;
    let mode = fs::metadata(path).map_or(0o644, |metadata| metadata.permissions().mode());
    file.set_permissions(fs::Permissions::from_mode(mode))
}

/// Does nothing: rights are inherited from the folder.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)]
pub(super) fn make_ordinary(_: &File, _: &Path) -> io::Result<()> {
    Ok(())
}

/// Makes a folder and those above it, where they are missing.
pub fn create_folder(folder: &Path) -> Result<()> {
    make_folder(folder).map_err(|error| storage_error(text!("storage.folder-failed"), folder, error))
}

/// Makes a folder and those above it so that they survive a power cut: a file in a folder that is lost is lost too.
pub fn make_folder(folder: &Path) -> io::Result<()> {
    let missing: Vec<_> =
        folder.ancestors().take_while(|folder| !folder.as_os_str().is_empty() && !folder.exists()).collect();
    fs::create_dir_all(folder)?;
    let above = missing.iter().filter_map(|made| made.parent());
    above.map(|above| if above.as_os_str().is_empty() { Path::new(".") } else { above }).try_for_each(sync_folder)
}

/// Makes a rename in the folder durable.
#[cfg(unix)]
pub fn sync_folder(folder: &Path) -> io::Result<()> {
    File::open(folder)?.sync_all()
}

/// Does nothing: Windows has no handle to sync on a folder, and NTFS journals the rename.
#[cfg(not(unix))]
#[allow(clippy::unnecessary_wraps)]
pub fn sync_folder(_: &Path) -> io::Result<()> {
    Ok(())
}

/// Returns size and time of the last change, the cheap signs of change that the index goes by.
pub fn signs(metadata: &fs::Metadata) -> (u64, i64) {
    let modified = metadata.modified().ok().and_then(|time| time.duration_since(SystemTime::UNIX_EPOCH).ok());
    (metadata.len(), modified.map_or(0, |time| i64::try_from(time.as_nanos()).unwrap_or(i64::MAX)))
}

/// A refusal of the disk: its kind, why, and what to do.
type Advice = (ErrorKind, &'static str, &'static str);

/// What to do about a refusal of the disk, by its kind.
const ADVICE: &[Advice] = &[
    (ErrorKind::NotFound, "storage.not-found", "storage.not-found.hint"),
    (ErrorKind::PermissionDenied, "storage.denied", "storage.denied.hint"),
    (ErrorKind::ReadOnlyFilesystem, "storage.read-only", "storage.denied.hint"),
    (ErrorKind::StorageFull, "storage.full", "storage.full.hint"),
    (ErrorKind::QuotaExceeded, "storage.full", "storage.full.hint"),
    (ErrorKind::AlreadyExists, "storage.exists", "storage.exists.hint"),
    (ErrorKind::IsADirectory, "storage.is-folder", "storage.is-folder.hint"),
    (ErrorKind::NotADirectory, "storage.not-folder", "storage.not-folder.hint"),
    (ErrorKind::InvalidFilename, "storage.bad-name", "storage.bad-name.hint"),
    (ErrorKind::StaleNetworkFileHandle, "storage.gone", "storage.not-found.hint"),
];

/// What the disk answers when it takes no file at all any more.
const UNUSABLE: &[ErrorKind] = &[
    ErrorKind::ReadOnlyFilesystem,
    ErrorKind::StorageFull,
    ErrorKind::QuotaExceeded,
    ErrorKind::StaleNetworkFileHandle,
];

/// Says which file the disk refused, why, and what to do.
pub fn storage_error(message: Text, path: &Path, error: io::Error) -> Error {
    let kind = if UNUSABLE.contains(&error.kind()) { Kind::DiskUnusable } else { Kind::Storage };
    explained(Error::new(kind, message).at(path), error)
}

/// Adds to a complaint why the system refused and what to do.
pub fn explained(complaint: Error, error: io::Error) -> Error {
    match ADVICE.iter().find(|(kind, ..)| *kind == error.kind()) {
        Some((_, reason, hint)) => complaint.reason(Text::new(reason, Vec::new())).hint(Text::new(hint, Vec::new())),
        None => complaint.because(error).hint(text!("storage.other.hint")),
    }
}

/// Says why the disk refused, in words of the language files where it is a reason they know.
pub fn reason(error: &io::Error) -> Option<Text> {
    ADVICE.iter().find(|(kind, ..)| *kind == error.kind()).map(|(_, reason, _)| Text::new(reason, Vec::new()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_is_replaced_whole_and_leaves_nothing_beside_it() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("新建/记录.toml");
        replace(&path, b"one").expect("written");
        replace(&path, b"two").expect("replaced");
        assert_eq!(read(&path).expect("read"), b"two");
        let beside = fs::read_dir(path.parent().expect("a folder")).expect("listed").count();
        assert_eq!(beside, 1, "no temporary file is left");
    }

    #[test]
    fn an_existing_file_is_not_created_over() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("kept.toml");
        create(&path, b"mine").expect("created");
        let error = create(&path, b"other").expect_err("refused");
        assert_eq!(error.path(), Some(path.as_path()));
        assert_eq!(read(&path).expect("read"), b"mine");
    }

    #[test]
    fn of_many_files_each_is_written_whole_or_refused_by_itself() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = |number: usize| folder.path().join(format!("{}/{number}.toml", number % 3));
        let texts: Vec<String> = (0..50).map(|number| number.to_string()).collect();
        let files: Vec<(PathBuf, &[u8])> =
            texts.iter().enumerate().map(|(at, text)| (path(at), text.as_bytes())).collect();
        create(&path(7), b"mine").expect("created");
        let refused = |written: Vec<Result<()>>| -> Vec<usize> {
            written.iter().enumerate().filter(|(_, one)| one.is_err()).map(|(at, _)| at).collect()
        };
        assert_eq!(refused(create_all(&files)), [7]);
        assert_eq!(read(&path(7)).expect("read"), b"mine");
        assert!(refused(replace_all(&files)).is_empty());
        for (path, bytes) in &files {
            assert_eq!(read(path).expect("read"), *bytes);
        }
        let left: usize =
            (0..3).map(|part| fs::read_dir(folder.path().join(part.to_string())).expect("listed").count()).sum();
        assert_eq!(left, files.len(), "no temporary file is left");
    }

    #[test]
    fn text_that_is_not_utf8_is_refused_with_its_place() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("gbk.toml");
        fs::write(&path, b"a = 1\nb = \"\xb7\xa2\"").expect("written");
        let place = read_text(&path).expect_err("refused").place().cloned().expect("a place");
        assert_eq!((place.line, place.column), (Some(2), Some(6)));
    }
}
