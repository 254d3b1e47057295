//! Reading and writing single files so that nothing is lost.

use std::{
    fs::{self, File},
    io::{self, ErrorKind, Read, Write},
    path::Path,
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
    write_beside(path, bytes, |temporary| {
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
                    std::thread::sleep(Duration::from_millis(40));
                }
            }
        }
    })
}

/// Writes a file that must not exist yet; an existing one is left alone and is an error.
pub fn create(path: &Path, bytes: &[u8]) -> Result<()> {
    write_beside(path, bytes, |temporary| temporary.persist_noclobber(path).map(drop).map_err(|refused| refused.error))
}

fn write_beside(
    path: &Path,
    bytes: &[u8],
    finish: impl FnOnce(tempfile::NamedTempFile) -> io::Result<()>,
) -> Result<()> {
    let failed = |error| storage_error(text!("storage.write-failed"), path, error);
    let folder = path.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    create_folder(folder)?;
    let mut temporary =
        tempfile::Builder::new().prefix(".ducha-").suffix(".tmp").tempfile_in(folder).map_err(failed)?;
    temporary.write_all(bytes).map_err(failed)?;
    make_ordinary(temporary.as_file(), path).map_err(failed)?;
    temporary.as_file().sync_all().map_err(failed)?;
    finish(temporary).map_err(failed)?;
    sync_folder(folder).map_err(failed)
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
    fn text_that_is_not_utf8_is_refused_with_its_place() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("gbk.toml");
        fs::write(&path, b"a = 1\nb = \"\xb7\xa2\"").expect("written");
        let place = read_text(&path).expect_err("refused").place().cloned().expect("a place");
        assert_eq!((place.line, place.column), (Some(2), Some(6)));
    }
}
