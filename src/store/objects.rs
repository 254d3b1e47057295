//! Objects by name below a folder: the mirror of a hub in the workspace, and a hub on a stick or a shared folder.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::disk;
use crate::{
    error::{Error, Kind, Result},
    text,
};

/// A folder that keeps objects by name.
#[derive(Clone, Debug)]
pub struct Objects {
    root: PathBuf,
}

impl Objects {
    /// Names the folder; it need not exist yet.
    pub fn new(root: impl Into<PathBuf>) -> Self {
        Self { root: root.into() }
    }

    /// Returns the folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Reads an object; nothing where there is none. One of more than `largest` bytes is refused.
    pub fn get(&self, name: &str, largest: u64) -> Result<Option<Vec<u8>>> {
        let path = self.path(name)?;
        if path.is_file() { disk::read_up_to(&path, largest).map(Some) } else { Ok(None) }
    }

    /// Puts an object in its place whole, and reads it back.
    pub fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        let path = self.path(name)?;
        disk::replace(&path, bytes)?;
        if disk::read(&path)? == bytes {
            return Ok(());
        }
        // A stick that is about to fail takes everything and gives something else back.
        Err(Error::new(Kind::Storage, text!("storage.read-back")).at(path).hint(text!("storage.read-back.hint")))
    }

    /// Lists the files of a folder by name, without hidden and temporary ones; none where there is no such folder.
    pub fn list(&self, folder: &str) -> Result<Vec<String>> {
        let path = self.path(folder)?;
        if !path.is_dir() {
            return Ok(Vec::new());
        }
        let failed = |error| disk::storage_error(text!("storage.read-failed"), &path, error);
        let mut names = Vec::new();
        for entry in fs::read_dir(&path).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name();
            // Names of a hub are ASCII; whatever else lies there belongs to somebody else.
            names.extend(name.to_str().filter(|name| is_plain(name)).map(str::to_owned));
        }
        names.sort_unstable();
        Ok(names)
    }

    /// Names something that lies in the folder besides what systems put onto every disk.
    pub fn others(&self) -> Result<Option<String>> {
        if !self.root.is_dir() {
            return Ok(None);
        }
        let failed = |error| disk::storage_error(text!("storage.read-failed"), &self.root, error);
        for entry in fs::read_dir(&self.root).map_err(failed)? {
            let name = entry.map_err(failed)?.file_name().to_string_lossy().into_owned();
            if !name.starts_with(['.', '$']) && !OF_SYSTEMS.contains(&name.as_str()) {
                return Ok(Some(name));
            }
        }
        Ok(None)
    }

    /// Returns the path of an object; a name that leads elsewhere is refused.
    fn path(&self, name: &str) -> Result<PathBuf> {
        if name.split('/').all(is_plain) {
            return Ok(name.split('/').fold(self.root.clone(), |path, part| path.join(part)));
        }
        Err(Error::input(text!("storage.object-name", name = name)).at(&self.root))
    }
}

/// What systems put onto disks by themselves.
const OF_SYSTEMS: [&str; 2] = ["System Volume Information", "lost+found"];

/// Says whether a part of a name is a plain ASCII file name.
fn is_plain(part: &str) -> bool {
    !part.is_empty()
        && !part.starts_with('.')
        && part.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_' | b'.'))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn objects_are_put_whole_listed_and_read() {
        let folder = tempfile::tempdir().expect("a folder");
        let objects = Objects::new(folder.path());
        assert_eq!(objects.get("a/b.toml", 10).expect("read"), None);
        assert!(objects.list("a").expect("listed").is_empty());
        objects.put("a/b.toml", b"one").expect("put");
        objects.put("a/b.toml", b"two").expect("put");
        fs::write(folder.path().join("a/.hidden"), "x").expect("written");
        assert_eq!(objects.get("a/b.toml", 10).expect("read").as_deref(), Some(&b"two"[..]));
        assert_eq!(objects.list("a").expect("listed"), ["b.toml"]);
        assert!(objects.get("a/b.toml", 2).is_err(), "larger than allowed");
    }

    #[test]
    fn a_name_that_leads_elsewhere_is_refused() {
        let folder = tempfile::tempdir().expect("a folder");
        let objects = Objects::new(folder.path());
        for name in ["../x", "a/../../x", "/etc/x", "a\\b", "c:x", "", "a//b", "名", "a/.x"] {
            assert!(objects.put(name, b"x").is_err(), "{name}");
            assert!(objects.get(name, 10).is_err(), "{name}");
        }
    }
}
