//! A workspace: making one, opening it, and where its files lie.

use std::{
    fs::{self, File, OpenOptions, TryLockError},
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use chrono::{DateTime, FixedOffset};

use super::{
    beginning::beginning,
    checklists::Held,
    disk,
    location::{MARK, carrier_folder},
    settings::{self, FORMAT, Settings, Theme},
    turns::Turns,
};
use crate::{
    error::{Error, Kind, Result},
    i18n::{Lang, Text},
    text,
};

/// What may be done in an open workspace.
#[derive(Debug)]
pub enum Access {
    /// This process holds the lock.
    Writable(File),
    /// Only reading, and why.
    ReadOnly(Text),
}

/// An open workspace.
#[derive(Debug)]
pub struct Workspace {
    root: PathBuf,
    settings: Settings,
    access: Access,
    pub(super) held: Held,
    /// Whose turn it is to read, change and write a file.
    pub(super) turns: Turns,
}

/// What is asked before a workspace is made.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewWorkspace {
    /// The language.
    pub language: Lang,
    /// The name of the bureau.
    pub bureau: String,
    /// The inspector.
    pub inspector: String,
}

impl Workspace {
    /// Makes a workspace with the built-in checklists and calendar, the sample plan's document and the sample facilities.
    ///
    /// A folder that is a workspace already is an error; other files in it are left alone, and a file that is in the way is
    /// kept as it is.
    pub fn create(root: &Path, new: &NewWorkspace, now: DateTime<FixedOffset>) -> Result<Self> {
        let mark = root.join(MARK);
        if mark.exists() {
            return Err(Error::new(Kind::Workspace, text!("workspace.exists"))
                .at(&mark)
                .hint(text!("workspace.exists.hint")));
        }
        for (path, text) in beginning() {
            create_missing(&root.join(path), &text)?;
        }
        let settings = Settings {
            format: FORMAT,
            bureau: new.bureau.clone(),
            inspector: new.inspector.clone(),
            language: new.language,
            ..Settings::default()
        };
        let mark_text = settings::write(&settings)?;
        let workspace = Self {
            root: root.to_owned(),
            settings,
            access: lock(&root.join(".ducha")),
            held: Held::default(),
            turns: Turns::default(),
        };
        workspace.keep_schemas();
        if !workspace.has_sample()? {
            workspace.import_sample(now)?;
        }
        // The mark comes last: a workspace that was interrupted in the making is not one yet, and is finished the next time.
        disk::create(&mark, mark_text.as_bytes())?;
        Ok(workspace)
    }

    /// Opens a workspace, for writing where no other process has it open.
    pub fn open(root: &Path) -> Result<Self> {
        let mark = root.join(MARK);
        if !mark.is_file() {
            return Err(Error::new(Kind::Workspace, text!("workspace.missing"))
                .at(root)
                .hint(text!("workspace.missing.hint")));
        }
        let settings = settings::read(&mark)?;
        let access = lock(&root.join(".ducha"));
        let workspace =
            Self { root: root.to_owned(), settings, access, held: Held::default(), turns: Turns::default() };
        if workspace.read_only().is_none() {
            workspace.keep_schemas();
        }
        Ok(workspace)
    }

    /// Says whether a workspace could be opened for writing now; nothing is held afterwards.
    pub fn is_free(root: &Path) -> bool {
        matches!(lock(&root.join(".ducha")), Access::Writable(_))
    }

    /// Opens the folder in which it is remembered what was carried from hub to hub where there is no workspace: one without
    /// anything in it but its settings.
    pub fn of_carrier(language: Lang) -> Result<Self> {
        let none = || Error::new(Kind::Workspace, text!("workspace.none")).hint(text!("workspace.none.hint"));
        let root = carrier_folder().ok_or_else(none)?;
        let settings = Settings { format: FORMAT, language, ..Settings::default() };
        create_missing(&root.join(MARK), &settings::write(&settings)?)?;
        Self::open(&root)
    }

    /// Opens a workspace only to look into it: nothing is locked, so that the program may be open beside it.
    pub fn look(root: &Path) -> Result<Self> {
        let settings = settings::read(&root.join(MARK))?;
        let access = Access::ReadOnly(text!("workspace.looked-into"));
        Ok(Self { root: root.to_owned(), settings, access, held: Held::default(), turns: Turns::default() })
    }

    /// Returns the folder.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// Returns what `ducha.toml` says.
    pub fn settings(&self) -> &Settings {
        &self.settings
    }

    /// Returns the name under which the one who works on this computer signs, or says how to set it where there is none.
    pub(super) fn signature(&self) -> Result<String> {
        let name = self.settings.inspector.trim();
        if name.is_empty() {
            return Err(Error::input(text!("workspace.no-name"))
                .at(self.root().join(MARK))
                .hint(text!("workspace.no-name.hint")));
        }
        Ok(name.to_owned())
    }

    /// Keeps the chosen colours in `ducha.toml`.
    pub fn keep_theme(&self, theme: Theme) -> Result<()> {
        self.require_writable()?;
        let mark = self.root.join(MARK);
        disk::replace(&mark, settings::with_theme(&disk::read_text(&mark)?, theme)?.as_bytes())
    }

    /// Returns why nothing may be written, or nothing where it may.
    pub fn read_only(&self) -> Option<&Text> {
        match &self.access {
            Access::Writable(_) => None,
            Access::ReadOnly(reason) => Some(reason),
        }
    }

    /// Refuses where nothing may be written.
    pub fn require_writable(&self) -> Result<()> {
        match self.read_only() {
            None => Ok(()),
            Some(reason) => Err(Error::new(Kind::Workspace, text!("workspace.read-only"))
                .at(&self.root)
                .reason(reason.clone())
                .hint(text!("workspace.read-only.hint"))),
        }
    }

    /// Returns the folder of the program's own files.
    pub(super) fn own(&self) -> PathBuf {
        self.root.join(".ducha")
    }
}

/// How often a lock is tried for, and how long lies between: another program that is just ending lets go of it at once, and
/// so does one that was just started by somebody who had it.
const TRIES: (u32, Duration) = (5, Duration::from_millis(20));

/// Takes the lock of a workspace, or says why it cannot be had.
fn lock(own: &Path) -> Access {
    let opened = fs::create_dir_all(own)
        .and_then(|()| OpenOptions::new().write(true).create(true).truncate(false).open(own.join("lock")));
    match opened.map(|file| (try_lock(&file), file)) {
        Ok((Ok(()), file)) => Access::Writable(file),
        Ok((Err(TryLockError::WouldBlock), _)) => Access::ReadOnly(text!("workspace.locked")),
        // Some network shares know no locks; refusing to work there would help nobody.
        Ok((Err(TryLockError::Error(error)), file)) if error.kind() == std::io::ErrorKind::Unsupported => {
            Access::Writable(file)
        }
        Ok((Err(TryLockError::Error(error)), _)) | Err(error) => {
            Access::ReadOnly(disk::reason(&error).unwrap_or_else(|| text!("workspace.not-writable", reason = error)))
        }
    }
}

fn try_lock(file: &File) -> Result<(), TryLockError> {
    let (tries, between) = TRIES;
    for _ in 1..tries {
        match file.try_lock() {
            Err(TryLockError::WouldBlock) => thread::sleep(between),
            done => return done,
        }
    }
    file.try_lock()
}

fn create_missing(path: &Path, text: &str) -> Result<()> {
    if path.exists() { Ok(()) } else { disk::create(path, text.as_bytes()) }
}
