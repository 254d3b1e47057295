//! The checklists in use, the versions that records are pinned to, item banks, topics, and generating into files.

use std::{
    collections::HashMap,
    fs,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard, PoisonError, Weak},
};

use chrono::{DateTime, FixedOffset};

use super::{Listing, Workspace, disk};
use crate::{
    checklist::{self, Change, Checklist, ChecklistId, Digest, Generated, Request, TopicInfo, builtin},
    error::{Error, Kind, Result},
    plan::{Plan, Topics},
    text,
};

/// A checklist with the file it stands in.
#[derive(Clone, Debug)]
pub struct ChecklistFile {
    /// The checklist.
    pub checklist: Arc<Checklist>,
    /// The digest of the file.
    pub digest: Digest,
    /// The file.
    pub path: PathBuf,
    text: Packed,
}

/// The text of a file, small: all of them stay in memory, and one is asked for when a record is begun with it.
#[derive(Clone, Debug)]
struct Packed(Arc<[u8]>);

impl Packed {
    fn of(text: &str, path: &Path) -> Result<Self> {
        const FASTEST: i32 = 1;
        let packed = zstd::bulk::compress(text.as_bytes(), FASTEST);
        packed
            .map(|bytes| Self(bytes.into()))
            .map_err(|error| disk::storage_error(text!("storage.read-failed"), path, error))
    }

    /// Takes the text with a digest out.
    fn text(&self, digest: &Digest) -> Option<Vec<u8>> {
        zstd::stream::decode_all(&*self.0).ok().filter(|text| Digest::of(text) == *digest)
    }
}

/// The checklists that somebody holds, by digest: what is in memory is not taken apart a second time.
#[derive(Debug, Default)]
pub(super) struct Held {
    held: Mutex<HashMap<Digest, (Weak<Checklist>, Packed)>>,
    reading: Mutex<()>,
}

impl Held {
    /// Begins reading a checklist, one at a time: a list and a draft that want the same large one would otherwise both read
    /// it and take it apart, and both keep it.
    fn turn(&self) -> MutexGuard<'_, ()> {
        self.reading.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Reads a checklist, unless somebody holds what its text says.
    fn read(&self, _turn: &MutexGuard<'_, ()>, path: &Path, text: &str) -> Result<ChecklistFile, Vec<Error>> {
        let digest = Digest::of(text.as_bytes());
        if let Some((checklist, text)) = self.get(&digest) {
            return Ok(ChecklistFile { checklist, digest, path: path.to_owned(), text });
        }
        let file =
            ChecklistFile::new(Arc::new(read_text(path, text)?), text, path.to_owned()).map_err(|error| vec![error])?;
        self.note(&file);
        Ok(file)
    }

    /// Reads a checklist's file; a file that is not UTF-8 is one mistake, everything else all mistakes.
    fn read_file(&self, path: &Path) -> Result<ChecklistFile, Vec<Error>> {
        let turn = self.turn();
        let text = disk::read_text(path).map_err(|error| vec![error])?;
        self.read(&turn, path, &text)
    }

    /// Reads a checklist in use, which has to be named after its identity: by that it is found again.
    fn read_in_use(&self, path: &Path) -> Result<ChecklistFile, Vec<Error>> {
        let file = self.read_file(path)?;
        if path.file_stem().is_some_and(|stem| stem == file.checklist.id.0.as_str()) {
            return Ok(file);
        }
        let id = &file.checklist.id;
        let stem = path.file_stem().map_or_else(String::new, |stem| stem.to_string_lossy().into_owned());
        Err(vec![Error::input(text!("checklist-file.other-name", id = id)).at(path).hint(text!(
            "checklist-file.other-name.hint",
            id = id,
            stem = stem
        ))])
    }

    fn get(&self, digest: &Digest) -> Option<(Arc<Checklist>, Packed)> {
        let held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        let (checklist, text) = held.get(digest)?;
        Some((checklist.upgrade()?, text.clone()))
    }

    fn note(&self, file: &ChecklistFile) {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.retain(|_, (checklist, _)| checklist.strong_count() > 0);
        held.insert(file.digest.clone(), (Arc::downgrade(&file.checklist), file.text.clone()));
    }
}

/// A version of a checklist that is in use, or that a record was begun with.
#[derive(Clone, Debug)]
pub struct ChecklistVersion {
    /// The version, with its digest and where it lies.
    pub file: ChecklistFile,
    /// Whether it is the one in use.
    pub in_use: bool,
    /// How many records were begun with it.
    pub records: usize,
    /// When the last of them was begun.
    pub last_begun: Option<DateTime<FixedOffset>>,
}

/// What generating came to for one checklist.
#[derive(Clone, Debug)]
pub struct GeneratedFile {
    /// The file.
    pub path: PathBuf,
    /// Whether the file was there before.
    pub existed: bool,
    /// The checklist as it is in the file now, or would be.
    pub checklist: Checklist,
    /// What came in.
    pub changes: Vec<Change>,
    /// What a person has to decide, because the plan and a hand edit changed the same thing.
    pub decisions: Vec<Change>,
}

impl ChecklistFile {
    /// Takes a checklist that was made for one record, with its text.
    pub(super) fn new(checklist: Arc<Checklist>, text: &str, path: PathBuf) -> Result<Self> {
        Ok(Self { checklist, digest: Digest::of(text.as_bytes()), text: Packed::of(text, &path)?, path })
    }
}

impl Workspace {
    /// Reads every checklist in use, sorted by file name; each mistake of each damaged one is listed.
    pub fn checklists(&self) -> Listing<ChecklistFile> {
        let mut listing = Listing::default();
        for path in self.checklist_files().into_iter().filter(|path| is_checklist(path)) {
            match self.held.read_in_use(&path) {
                Ok(file) => listing.found.push(file),
                Err(errors) => listing.damaged.extend(errors),
            }
        }
        listing
    }

    /// Finds the checklist in use with this identity.
    pub fn checklist(&self, id: &ChecklistId) -> Result<ChecklistFile> {
        // Only what lies in the folder is looked through: an identity that was typed may hold `../`.
        let named = |path: &PathBuf| path.file_stem().is_some_and(|stem| stem == id.0.as_str());
        let path =
            self.checklist_files().into_iter().filter(|path| is_checklist(path)).find(named).ok_or_else(|| {
                Error::new(Kind::NotFound, text!("checklist-file.missing", id = id))
                    .at(self.root().join("checklists"))
                    .hint(text!("checklist-file.missing.hint"))
            })?;
        self.held.read_in_use(&path).map_err(first)
    }

    /// Reads the vocabulary of topics: the built-in one with the workspace's own laid over it.
    pub fn topics(&self) -> Result<Topics> {
        let path = self.root().join("checklists").join("topics.toml");
        if path.is_file() { Topics::read(&disk::read_text(&path)?, &path) } else { Ok(Topics::built_in()) }
    }

    /// Reads the item banks: the built-in ones, each replaced by `checklists/banks/TOPIC.toml` where that exists.
    pub fn banks(&self) -> Listing<Checklist> {
        let mut listing = Listing::default();
        for bank in builtin::BANKS {
            let path = self.root().join("checklists").join("banks").join(format!("{}.toml", bank.id));
            if path.is_file() {
                match self.held.read_file(&path) {
                    Ok(file) => listing.found.push((*file.checklist).clone()),
                    Err(errors) => listing.damaged.extend(errors),
                }
            } else {
                listing.add(builtin::read(bank));
            }
        }
        listing
    }

    /// Makes the checklists that are wanted of a plan, without writing them; damaged banks are left out and listed.
    ///
    /// The emergency set is joined in where it is asked for here or switched on in `ducha.toml`.
    pub fn generate(&self, request: &Request, emergency: bool, plan: &Plan) -> Result<Listing<Generated>> {
        let banks = self.banks();
        let topics: Vec<_> = self.topics()?.all().iter().map(TopicInfo::from).collect();
        let emergency = emergency || self.settings().emergency;
        let found = checklist::generate(request, emergency, plan, &topics, &banks.found)?;
        Ok(Listing { found, damaged: banks.damaged })
    }

    /// Writes generated checklists, merging each into the file that is there: what a person changed stays.
    ///
    /// With `dry_run` nothing is written. A file that cannot be read is left alone and is an error of its own.
    pub fn keep_generated(&self, generated: &[Generated], dry_run: bool) -> Result<Listing<GeneratedFile>> {
        if !dry_run {
            self.require_writable()?;
        }
        Ok(Listing::of_writing(generated.iter().map(|one| self.keep_one(&one.checklist, dry_run))))
    }

    fn keep_one(&self, theirs: &Checklist, dry_run: bool) -> Result<GeneratedFile> {
        let path = self.checklist_path(&theirs.id);
        let base_path = self.root().join("checklists/.generated").join(format!("{}.toml", theirs.id));
        let written = checklist::write(theirs);
        let existed = path.exists();
        let (text, changes, decisions, is_merged) = if existed {
            let _turn = self.turns.take();
            let mine = disk::read_text(&path)?;
            read_text(&path, &mine).map_err(first)?;
            let base = base_path.is_file().then(|| disk::read_text(&base_path)).transpose()?;
            let merged = checklist::merge(base.as_deref(), &mine, theirs);
            if !dry_run && merged.text != mine {
                disk::replace(&path, merged.text.as_bytes())?;
            }
            (merged.text, merged.changes, merged.decisions, merged.is_merged)
        } else {
            if !dry_run {
                disk::create(&path, written.as_bytes())?;
            }
            (written.clone(), Vec::new(), Vec::new(), true)
        };
        if !dry_run && is_merged {
            // The base comes last: were it newer than the file, the next merge would take our own additions for deletions.
            disk::replace(&base_path, written.as_bytes())?;
        }
        let checklist = read_text(&path, &text).map_err(first)?;
        Ok(GeneratedFile { path, existed, checklist, changes, decisions })
    }

    /// Keeps the exact text of a checklist for the records that are filled in with it.
    pub(super) fn keep_version(&self, file: &ChecklistFile) -> Result<()> {
        let path = self.version_path(&file.digest);
        if path.is_file() {
            return Ok(());
        }
        let text = file.text.text(&file.digest).ok_or_else(|| Error::input(text!("checklist-file.version-damaged")))?;
        disk::create(&path, &text)
    }

    /// Reads the exact checklist with a digest: its kept version, else a checklist in use that is the same byte for byte.
    ///
    /// A kept version that is missing while the same is in use or in memory is written again; one that is damaged is left
    /// as it is.
    pub fn checklist_version(&self, digest: &Digest) -> Result<Arc<Checklist>> {
        let path = self.version_path(digest);
        let turn = self.held.turn();
        match version_text(&path, digest) {
            Ok(text) => self.held.read(&turn, &path, &text).map(|file| file.checklist).map_err(first),
            Err(error) => self.version_elsewhere(&turn, digest, error),
        }
    }

    /// Finds the exact checklist with a digest elsewhere than among the kept versions, where `error` is what is said of it.
    fn version_elsewhere(&self, turn: &MutexGuard<'_, ()>, digest: &Digest, error: Error) -> Result<Arc<Checklist>> {
        let missing = error.kind() == Kind::NotFound;
        let texts = self.checklist_files().into_iter().filter_map(|path| Some((disk::read_text(&path).ok()?, path)));
        let in_use = texts.into_iter().find(|(text, _)| Digest::of(text.as_bytes()) == *digest);
        if let Some((text, path)) = in_use {
            let file = self.held.read(turn, &path, &text).map_err(first)?;
            if missing
                && self.read_only().is_none()
                && let Err(error) = self.keep_version(&file)
            {
                tracing::warn!(%error, "the version of a checklist is not kept again");
            }
            return Ok(file.checklist);
        }
        match self.held.get(digest) {
            Some((checklist, text)) if missing && self.read_only().is_none() => {
                let file = ChecklistFile { checklist, digest: digest.clone(), path: self.version_path(digest), text };
                self.keep_version(&file)?;
                Ok(file.checklist)
            }
            _ => Err(error),
        }
    }

    /// Lists the versions of a checklist: the one in use, then those that records were begun with, the newest first.
    ///
    /// A kept version that is damaged is left out here; the records that need it say so.
    pub fn checklist_versions(&self, id: &ChecklistId) -> Vec<ChecklistVersion> {
        let rows = self.records().found;
        let records = |digest: &Digest| rows.iter().filter(|row| row.checklist.digest == *digest).count();
        let current = self.checklist(id).ok();
        let mut kept: Vec<_> = checklist_files_in(&self.root().join("checklists/.versions"))
            .iter()
            .filter_map(|path| self.held.read_file(path).ok())
            .filter(|file| file.checklist.id == *id)
            .filter(|file| current.as_ref().is_none_or(|current| current.digest != file.digest))
            .collect();
        let begun =
            |digest: &Digest| rows.iter().filter(|row| row.checklist.digest == *digest).map(|row| row.started).max();
        kept.sort_by_key(|file| std::cmp::Reverse((file.checklist.version, begun(&file.digest))));
        let version = |in_use: bool, file: ChecklistFile| ChecklistVersion {
            in_use,
            records: records(&file.digest),
            last_begun: begun(&file.digest),
            file,
        };
        let in_use = current.map(|file| version(true, file));
        in_use.into_iter().chain(kept.into_iter().map(|file| version(false, file))).collect()
    }

    fn version_path(&self, digest: &Digest) -> PathBuf {
        // A digest comes from a file and may say anything; a name is made of its letters and digits only.
        let name: String = digest.hex().chars().filter(char::is_ascii_alphanumeric).take(64).collect();
        self.root().join("checklists/.versions").join(format!("{name}.toml"))
    }

    fn checklist_path(&self, id: &ChecklistId) -> PathBuf {
        self.root().join("checklists").join(format!("{id}.toml"))
    }

    fn checklist_files(&self) -> Vec<PathBuf> {
        checklist_files_in(&self.root().join("checklists"))
    }
}

/// Lists the checklists of a folder by name; a path that is no folder is itself the list.
pub fn checklist_files_in(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = fs::read_dir(path) else { return vec![path.to_owned()] };
    let mut files: Vec<_> = entries.flatten().map(|entry| entry.path()).filter(|path| is_checklist(path)).collect();
    files.sort_unstable();
    files
}

/// Returns what tells of a change of the checklists in a folder: which there are, how long, and when each was changed.
pub fn checklist_signs(folder: &Path) -> Vec<(PathBuf, u64, i64)> {
    file_signs(&checklist_files_in(folder))
}

/// Returns what tells of a change of files; those that are gone are left out.
pub fn file_signs(files: &[PathBuf]) -> Vec<(PathBuf, u64, i64)> {
    let sign = |path: &PathBuf| {
        let (length, changed) = disk::signs(&fs::metadata(path).ok()?);
        Some((path.clone(), length, changed))
    };
    files.iter().filter_map(sign).collect()
}

fn is_checklist(path: &Path) -> bool {
    let name = path.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    path.extension().is_some_and(|end| end == "toml")
        && !name.starts_with('.')
        && name != "topics.toml"
        && path.is_file()
}

/// Reads the text of a kept version, which has to be the one with its digest.
fn version_text(path: &Path, digest: &Digest) -> Result<String> {
    if !path.is_file() {
        return Err(Error::new(Kind::NotFound, text!("checklist-file.version-missing"))
            .at(path)
            .hint(text!("checklist-file.version-missing.hint")));
    }
    let text = disk::read_text(path)?;
    if Digest::of(text.as_bytes()) == *digest {
        return Ok(text);
    }
    Err(Error::input(text!("checklist-file.version-damaged"))
        .at(path)
        .hint(text!("checklist-file.version-missing.hint")))
}

fn read_text(path: &Path, text: &str) -> Result<Checklist, Vec<Error>> {
    let mut reading = checklist::read(text);
    reading.checklist.take().ok_or_else(|| reading.errors(path, text))
}

fn first(errors: Vec<Error>) -> Error {
    // A reading without a checklist has at least one error; the other arm only keeps this total.
    errors.into_iter().next().unwrap_or_else(|| Error::input(text!("checklist.check.unusable")))
}

#[cfg(test)]
mod tests {
    use chrono::DateTime;

    use super::*;
    use crate::{i18n::Lang, store::NewWorkspace};

    #[test]
    fn what_somebody_holds_is_not_taken_apart_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let new = NewWorkspace { language: Lang::Zh, bureau: "卫监所".to_owned(), inspector: "林明".to_owned() };
        let now = DateTime::parse_from_rfc3339("2026-11-02T09:00:00+08:00").expect("a moment");
        let workspace = Workspace::create(folder.path(), &new, now).expect("a new workspace");
        let first = workspace.checklists().found;
        let again = workspace.checklists().found;
        assert!(first.iter().zip(&again).all(|(first, again)| Arc::ptr_eq(&first.checklist, &again.checklist)));
        let changed = &first[0];
        let text = disk::read_text(&changed.path).expect("a checklist");
        fs::write(&changed.path, text.replacen("title = \"", "title = \"新", 1)).expect("the folder can be written to");
        let newest = workspace.checklist(&changed.checklist.id).expect("still good");
        assert!(newest.checklist.title.zh.starts_with('新') && !first[0].checklist.title.zh.starts_with('新'));
    }
}
