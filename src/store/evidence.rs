//! Evidence: photographs and other files, kept under their digest in `evidence/ab/DIGEST.ext`.
//!
//! A file that is attached is copied; the original is never touched and what is there already never overwritten, because
//! what has the same digest is the same.

use std::{
    fs::{self, File, Metadata},
    io::{self, BufReader, Read, Seek, Write},
    path::{Path, PathBuf},
};

use chrono::{DateTime, FixedOffset, Local, NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use super::{Workspace, disk};
use crate::{
    checklist::{Digest, FileRef},
    error::{Error, Result},
    text,
};

/// The largest file that is taken as evidence, in bytes: a few minutes of video.
const LARGEST: u64 = 2 * 1024 * 1024 * 1024;

/// How many choices are offered while a path is typed.
const CHOICES: usize = 200;

/// What photographs and other evidence end with, in lower case; only these are offered from a watched folder.
const OF_EVIDENCE: &[&str] =
    &["jpg", "jpeg", "png", "heic", "heif", "webp", "tif", "tiff", "bmp", "gif", "mp4", "mov", "m4a", "mp3", "pdf"];

/// Endings of files in which cameras note when a photograph was taken.
const WITH_EXIF: &[&str] = &["jpg", "jpeg", "png", "heic", "heif", "webp", "tif", "tiff"];

/// What a path that is being typed may go on with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PathChoice {
    /// The whole path, as it would be typed.
    pub typed: String,
    /// Whether it is a folder.
    pub folder: bool,
}

/// A file in the watched folder.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct InboxFile {
    /// When it was last changed; the newest comes first.
    pub modified: Option<DateTime<FixedOffset>>,
    /// The file.
    pub path: PathBuf,
    /// Its size in bytes.
    pub size: u64,
}

impl Workspace {
    /// Copies a file into the evidence of the workspace, and says what is known of it.
    pub fn attach(&self, source: &Path) -> Result<FileRef> {
        self.require_writable()?;
        let (file, metadata) = open_attachable(source)?;
        let name = source.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let folder = self.root().join("evidence");
        disk::create_folder(&folder)?;
        let not_kept = |error| disk::storage_error(text!("storage.write-failed"), &folder, error);
        let mut copy =
            tempfile::Builder::new().prefix(".ducha-").suffix(".tmp").tempfile_in(&folder).map_err(not_kept)?;
        let (digest, size) = copy_hashed(BufReader::new(file), &mut copy)
            .map_err(|error| disk::storage_error(text!("evidence.read-failed"), source, error))?;
        let taken = taken_at(&name, copy.as_file_mut());
        let modified = metadata.modified().ok().map(|time| DateTime::<Local>::from(time).fixed_offset());
        let kept = FileRef { name, digest, size, modified, taken };
        let path = self.evidence_path(&kept);
        if path.is_file() {
            return Ok(kept);
        }
        let below = path.parent().unwrap_or(&folder);
        disk::create_folder(below)?;
        disk::make_ordinary(copy.as_file(), &path).map_err(not_kept)?;
        copy.as_file().sync_all().map_err(not_kept)?;
        match copy.persist_noclobber(&path) {
            Err(refused) if refused.error.kind() != io::ErrorKind::AlreadyExists => Err(not_kept(refused.error)),
            _ => disk::sync_folder(below).map_err(not_kept).map(|()| kept),
        }
    }

    /// Returns where the bytes of a file are kept.
    pub fn evidence_path(&self, file: &FileRef) -> PathBuf {
        let hex: String = file.digest.hex().chars().filter(char::is_ascii_hexdigit).collect();
        let ending = ending(&file.name);
        let name = if ending.is_empty() { hex.clone() } else { format!("{hex}.{ending}") };
        self.root().join("evidence").join(hex.get(..2).unwrap_or("00")).join(name)
    }

    /// Says whether the bytes of a file are there.
    pub fn has_evidence(&self, file: &FileRef) -> bool {
        fs::metadata(self.evidence_path(file)).is_ok_and(|found| found.is_file())
    }

    /// Returns the folder that is watched for new photographs, if one is set.
    pub fn inbox(&self) -> Option<PathBuf> {
        let inbox = self.settings().evidence.inbox.as_ref()?;
        let expanded = path_of(&inbox.to_string_lossy());
        Some(if expanded.is_absolute() { expanded } else { self.root().join(expanded) })
    }
}

/// Opens a file that can be attached, or says why it cannot.
pub fn open_attachable(source: &Path) -> Result<(File, Metadata)> {
    let failed = |error| disk::storage_error(text!("evidence.read-failed"), source, error);
    let file = File::open(source).map_err(failed)?;
    let metadata = file.metadata().map_err(failed)?;
    if !metadata.is_file() {
        return Err(Error::input(text!("evidence.not-a-file")).at(source).hint(text!("evidence.not-a-file.hint")));
    }
    if metadata.len() == 0 || metadata.len() > LARGEST {
        return Err(Error::input(text!("evidence.size", size = size_shown(metadata.len())))
            .at(source)
            .hint(text!("evidence.size.hint", largest = size_shown(LARGEST))));
    }
    Ok((file, metadata))
}

/// Lists what lies in a watched folder, the newest first; nothing where it is not there.
pub fn inbox_files(folder: &Path) -> Vec<InboxFile> {
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let file = |entry: fs::DirEntry| {
        let name = entry.file_name().to_string_lossy().into_owned();
        let metadata = entry.metadata().ok()?;
        // A file that is only beginning to arrive is empty.
        let wanted = metadata.is_file() && metadata.len() > 0 && OF_EVIDENCE.contains(&ending(&name).as_str());
        let modified = metadata.modified().ok().map(|time| DateTime::<Local>::from(time).fixed_offset());
        wanted.then(|| InboxFile { modified, path: entry.path(), size: metadata.len() })
    };
    let mut files: Vec<_> = entries.filter_map(file).collect();
    files.sort_by(|one, other| other.cmp(one));
    files
}

/// Reads a path as people type and paste it: quotes, `file://`, `~`, escaped blanks, and a path of Windows within WSL.
pub fn path_of(typed: &str) -> PathBuf {
    let bare = typed.trim();
    let quoted = ['"', '\''].iter().find_map(|quote| bare.strip_prefix(*quote)?.strip_suffix(*quote));
    let mut path = quoted.unwrap_or(bare).to_owned();
    if let Some(rest) = path.strip_prefix("file://") {
        let rest = rest.strip_prefix("localhost").unwrap_or(rest);
        path = decoded(rest);
        // file:///C:/photos
        if path.as_bytes().get(2) == Some(&b':') {
            path.remove(0);
        }
    } else if cfg!(not(windows)) && quoted.is_none() && path.contains("\\ ") {
        path = path.replace("\\ ", " ");
    }
    if let Some(below) = path.strip_prefix("~/").or_else(|| path.strip_prefix("~\\"))
        && let Some(folders) = directories::BaseDirs::new()
    {
        return folders.home_dir().join(below);
    }
    let drive = path.as_bytes().first().filter(|letter| letter.is_ascii_alphabetic() && path[1..].starts_with(":\\"));
    match drive {
        Some(drive) if cfg!(not(windows)) => {
            let drive = char::from(drive.to_ascii_lowercase());
            PathBuf::from(format!("/mnt/{drive}/{}", path[3..].replace('\\', "/")))
        }
        _ => PathBuf::from(path),
    }
}

/// Lists how a path that is being typed may go on: files and folders whose names begin as typed, folders first.
pub fn complete(typed: &str) -> Vec<PathChoice> {
    let typed = typed.trim_start().trim_start_matches(['"', '\'']);
    let cut = typed.rfind(|letter| letter == '/' || (cfg!(windows) && letter == '\\')).map_or(0, |at| at + 1);
    let (before, begun) = typed.split_at(cut);
    let folder = if before.is_empty() { PathBuf::from(".") } else { path_of(before) };
    let begun_lower = begun.to_lowercase();
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut choices: Vec<_> = entries
        .filter_map(|entry| {
            let name = entry.file_name().into_string().ok()?;
            let hidden = name.starts_with('.') && !begun.starts_with('.');
            let fits = name.to_lowercase().starts_with(&begun_lower) && !hidden;
            let folder = fits && fs::metadata(entry.path()).is_ok_and(|found| found.is_dir());
            let end = if folder { "/" } else { "" };
            fits.then(|| PathChoice { typed: format!("{before}{name}{end}"), folder })
        })
        .collect();
    choices.sort_by(|one, other| other.folder.cmp(&one.folder).then_with(|| one.typed.cmp(&other.typed)));
    choices.truncate(CHOICES);
    choices
}

/// Puts a size into words: `2.1 MB`.
pub fn size_shown(bytes: u64) -> String {
    const UNITS: [&str; 4] = ["B", "KB", "MB", "GB"];
    // Sizes are shown to one decimal, for which this is exact enough.
    #[allow(clippy::cast_precision_loss)]
    let mut size = bytes as f64;
    let mut unit = 0;
    while size >= 1000.0 && unit + 1 < UNITS.len() {
        size /= 1024.0;
        unit += 1;
    }
    if unit == 0 { format!("{bytes} B") } else { format!("{size:.1} {}", UNITS[unit]) }
}

/// Replaces `%E5` and the like by the bytes they stand for.
fn decoded(path: &str) -> String {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.as_bytes();
    while let [first, after @ ..] = rest {
        let code = after.get(..2).and_then(|digits| std::str::from_utf8(digits).ok());
        let code = code.and_then(|digits| u8::from_str_radix(digits, 16).ok()).filter(|_| *first == b'%');
        bytes.push(code.unwrap_or(*first));
        rest = if code.is_some() { &after[2..] } else { after };
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

/// Returns what a name ends with, in lower case; nothing where that is no plain ending.
fn ending(name: &str) -> String {
    let ending = Path::new(name).extension().map_or_else(String::new, |end| end.to_string_lossy().to_lowercase());
    let plain = ending.len() <= 8 && ending.bytes().all(|byte| byte.is_ascii_alphanumeric());
    if plain { ending } else { String::new() }
}

/// Copies everything, and returns the digest and size of it.
fn copy_hashed(mut from: impl Read, to: &mut impl Write) -> io::Result<(Digest, u64)> {
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 64 * 1024];
    let mut size = 0;
    loop {
        let read = from.read(&mut buffer)?;
        if read == 0 {
            return Ok((Digest(format!("blake3:{}", hasher.finalize().to_hex()).into()), size));
        }
        hasher.update(&buffer[..read]);
        to.write_all(&buffer[..read])?;
        size += read as u64;
    }
}

/// Reads when a photograph of this name was taken, by the clock of the camera; other files do not say.
pub(super) fn taken_at(name: &str, photograph: &mut File) -> Option<NaiveDateTime> {
    if !WITH_EXIF.contains(&ending(name).as_str()) {
        return None;
    }
    photograph.rewind().ok()?;
    let found = exif::Reader::new().read_from_container(&mut BufReader::new(photograph)).ok()?;
    let field = found.get_field(exif::Tag::DateTimeOriginal, exif::In::PRIMARY)?;
    let exif::Value::Ascii(texts) = &field.value else { return None };
    let written = exif::DateTime::from_ascii(texts.first()?).ok()?;
    let day = NaiveDate::from_ymd_opt(written.year.into(), written.month.into(), written.day.into())?;
    day.and_hms_opt(written.hour.into(), written.minute.into(), written.second.into())
}

#[cfg(test)]
mod tests {
    use chrono::TimeZone;

    use super::*;
    use crate::{i18n::Lang, store::NewWorkspace};

    fn workspace(root: &Path) -> Workspace {
        let now = FixedOffset::east_opt(0).expect("a zone").with_ymd_and_hms(2026, 3, 1, 8, 0, 0).unwrap();
        let new = NewWorkspace { language: Lang::Zh, bureau: "某所".to_owned(), inspector: "某人".to_owned() };
        Workspace::create(root, &new, now).expect("a workspace")
    }

    /// The smallest JPEG that says when it was taken.
    fn photograph() -> Vec<u8> {
        let mut tiff = b"MM\0\x2a\0\0\0\x08\0\x01\x87\x69\0\x04\0\0\0\x01\0\0\0\x1a\0\0\0\0".to_vec();
        tiff.extend(b"\0\x01\x90\x03\0\x02\0\0\0\x14\0\0\0\x2c\0\0\0\0");
        tiff.extend(b"2026:11:21 09:30:15\0");
        let length = u16::try_from(tiff.len() + 8).expect("short").to_be_bytes();
        let mut bytes = vec![0xff, 0xd8, 0xff, 0xe1, length[0], length[1]];
        bytes.extend(b"Exif\0\0");
        bytes.extend(tiff);
        bytes.extend([0xff, 0xd9]);
        bytes
    }

    #[test]
    fn a_photograph_is_copied_under_its_digest_with_what_is_known_of_it() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = workspace(&folder.path().join("ws"));
        let source = folder.path().join("现场 1.JPG");
        fs::write(&source, photograph()).expect("written");
        let kept = workspace.attach(&source).expect("attached");
        assert_eq!((kept.name.as_str(), kept.size), ("现场 1.JPG", photograph().len() as u64));
        assert_eq!(kept.digest, Digest::of(&photograph()));
        assert_eq!(kept.taken.expect("a time").to_string(), "2026-11-21 09:30:15");
        let path = workspace.evidence_path(&kept);
        assert!(path.ends_with(format!("{}/{}.jpg", &kept.digest.hex()[..2], kept.digest.hex())), "{}", path.display());
        assert_eq!(fs::read(&path).expect("kept"), fs::read(&source).expect("untouched"));
        let before = fs::metadata(&path).expect("there").modified().expect("a time");
        assert_eq!(workspace.attach(&source).expect("again"), kept);
        assert_eq!(fs::metadata(&path).expect("there").modified().expect("a time"), before, "not written again");
        let inside = fs::read_dir(folder.path().join("ws/evidence")).expect("listed").count();
        assert_eq!(inside, 1, "no temporary file is left");
        assert!(workspace.has_evidence(&kept));
        fs::remove_file(&path).expect("removed");
        assert!(!workspace.has_evidence(&kept));
    }

    #[test]
    fn what_is_no_evidence_is_refused_with_a_reason() {
        let folder = tempfile::tempdir().expect("a folder");
        let workspace = workspace(&folder.path().join("ws"));
        fs::write(folder.path().join("empty.jpg"), b"").expect("written");
        for name in ["missing.jpg", "empty.jpg", "ws"] {
            let error = workspace.attach(&folder.path().join(name)).expect_err(name);
            assert!(error.next_step().is_some() && error.path().is_some(), "{error}");
        }
    }

    #[test]
    fn paths_are_read_as_people_paste_them() {
        let mut cases = vec![
            ("/a/b.jpg", "/a/b.jpg"),
            (" '/a/b c.jpg' ", "/a/b c.jpg"),
            ("\"/a/现场.jpg\"", "/a/现场.jpg"),
            ("file:///a/%E7%8E%B0%E5%9C%BA%201.jpg", "/a/现场 1.jpg"),
            ("file://localhost/a/b.jpg", "/a/b.jpg"),
            ("file:///C:/a/b.jpg", "C:/a/b.jpg"),
        ];
        if cfg!(not(windows)) {
            cases.push(("C:\\照片\\1.jpg", "/mnt/c/照片/1.jpg"));
            cases.push(("/a/b\\ c.jpg", "/a/b c.jpg"));
        }
        for (typed, expected) in cases {
            assert_eq!(path_of(typed), PathBuf::from(expected), "{typed}");
        }
    }

    #[test]
    fn a_path_is_completed_folders_first() {
        let folder = tempfile::tempdir().expect("a folder");
        fs::create_dir(folder.path().join("照片")).expect("made");
        for name in ["照1.jpg", "别的.jpg", ".隐藏.jpg"] {
            fs::write(folder.path().join(name), b"x").expect("written");
        }
        let root = folder.path().to_string_lossy().replace('\\', "/");
        let found: Vec<_> = complete(&format!("{root}/照")).into_iter().map(|choice| choice.typed).collect();
        assert_eq!(found, [format!("{root}/照片/"), format!("{root}/照1.jpg")]);
        assert_eq!(complete(&format!("{root}/没有")), []);
    }

    #[test]
    fn the_inbox_shows_the_newest_photographs_first() {
        let folder = tempfile::tempdir().expect("a folder");
        for (name, content) in [("a.jpg", "1"), ("notes.txt", "1"), ("b.png", "1"), ("empty.jpg", "")] {
            fs::write(folder.path().join(name), content).expect("written");
        }
        let files = inbox_files(folder.path());
        assert_eq!(files.len(), 2, "{files:?}");
        assert!(files.is_sorted_by(|one, other| one >= other));
        assert_eq!(inbox_files(&folder.path().join("missing")), []);
    }

    #[test]
    fn sizes_are_short() {
        let cases = [(12, "12 B"), (2048, "2.0 KB"), (2_200_000, "2.1 MB"), (LARGEST, "2.0 GB")];
        for (bytes, shown) in cases {
            assert_eq!(size_shown(bytes), shown);
        }
    }
}
