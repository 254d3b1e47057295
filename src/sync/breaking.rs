//! A hub whose connection breaks, and workspaces to try it with.

use std::{cell::Cell, fs, path::Path};

use chrono::{DateTime, FixedOffset};

use super::hub::Hub;
use crate::{
    error::{Error, Kind, Result},
    store::{Objects, Workspace},
    text,
};

/// A folder whose connection breaks after some operations.
pub struct Breaking {
    pub folder: Objects,
    /// After how many.
    pub fuse: Cell<Option<u32>>,
    /// How many there were.
    pub asked: Cell<u32>,
}

impl Breaking {
    pub fn new(folder: &Path) -> Self {
        Self { folder: Objects::new(folder), fuse: Cell::new(None), asked: Cell::new(0) }
    }

    fn step(&self) -> Result<()> {
        self.asked.set(self.asked.get() + 1);
        match self.fuse.get() {
            Some(0) => Err(Error::new(Kind::Storage, text!("storage.gone"))),
            left => {
                self.fuse.set(left.map(|left| left - 1));
                Ok(())
            }
        }
    }
}

impl Hub for Breaking {
    fn get(&self, name: &str, largest: u64) -> Result<Option<Vec<u8>>> {
        self.step()?;
        self.folder.get(name, largest)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.step()?;
        // What was half written when the connection broke is there, under a name that says what it should have been.
        if self.fuse.get() == Some(0) && name.starts_with("dev/") {
            self.folder.put(name, &bytes[..bytes.len() / 2])?;
            return Err(Error::new(Kind::Storage, text!("storage.gone")));
        }
        self.folder.put(name, bytes)
    }

    fn list(&self, folder: &str) -> Result<Vec<String>> {
        self.step()?;
        self.folder.list(folder)
    }

    fn place(&self) -> String {
        "breaking".to_owned()
    }
}

pub fn now() -> DateTime<FixedOffset> {
    "2026-11-21T10:42:07+08:00".parse().expect("a moment")
}

pub fn workspace(root: &Path) -> Workspace {
    let settings = "format = 1\nbureau = \"某委\"\ninspector = \"某人\"\nlanguage = \"zh\"\n";
    fs::create_dir_all(root).expect("a folder");
    fs::write(root.join("ducha.toml"), settings).expect("written");
    Workspace::open(root).expect("a workspace")
}
