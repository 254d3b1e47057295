//! Which workspace a command means.

use std::path::{Path, PathBuf};

use directories::ProjectDirs;
use serde::{Deserialize, Serialize};

use super::disk;
use crate::error::Result;

/// The file that marks a workspace.
pub const MARK: &str = "ducha.toml";

/// How the workspace was found.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Found {
    /// `--workspace` names it.
    Named,
    /// The current folder or one above it is one.
    Around,
    /// `DUCHA_WORKSPACE` names it.
    Environment,
    /// It was used last.
    Remembered,
    /// It stands where new ones are suggested.
    Default,
}

/// A workspace that was found.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Located {
    /// The folder that holds `ducha.toml`, or should hold it where it was named.
    pub root: PathBuf,
    /// How it was found.
    pub found: Found,
}

/// What is remembered between runs, outside any workspace.
#[derive(Default, Serialize, Deserialize)]
struct Memory {
    workspace: Option<PathBuf>,
}

/// Finds the workspace: `named` by hand, else the one around `current`, else `environment`, else the remembered one, else the
/// one in the platform's data folder; nothing where there is none yet.
///
/// A folder named by hand or by the environment is returned even if it is no workspace, so that the complaint names it.
pub fn locate(named: Option<&Path>, current: Option<&Path>, environment: Option<&Path>) -> Option<Located> {
    let is_workspace = |folder: &Path| folder.join(MARK).is_file();
    let around = || current.and_then(|folder| folder.ancestors().find(|folder| is_workspace(folder)));
    let kept = |folder: PathBuf| Some(folder).filter(|folder| is_workspace(folder));
    let found = |root: &Path, found| Located { root: root.to_owned(), found };
    named
        .map(|root| found(root, Found::Named))
        .or_else(|| around().map(|root| found(root, Found::Around)))
        .or_else(|| environment.map(|root| found(root, Found::Environment)))
        .or_else(|| remembered().and_then(kept).map(|root| found(&root, Found::Remembered)))
        .or_else(|| suggested_folder().and_then(kept).map(|root| found(&root, Found::Default)))
}

/// Returns where a new workspace is suggested: the platform's data folder, or nothing without a home directory.
pub fn suggested_folder() -> Option<PathBuf> {
    project_dirs().map(|dirs| dirs.data_dir().join("workspace"))
}

/// Returns the folder of whoever carries hubs on and has no workspace, or nothing without a home directory.
pub(super) fn carrier_folder() -> Option<PathBuf> {
    project_dirs().map(|dirs| dirs.data_dir().join("relay"))
}

/// Remembers a workspace for the next run; without a home directory nothing is remembered.
pub fn remember(root: &Path) -> Result<()> {
    let Some(path) = memory_file() else { return Ok(()) };
    if remembered().as_deref() == Some(root) {
        return Ok(());
    }
    let memory = Memory { workspace: Some(root.to_owned()) };
    // A path that is not Unicode cannot be remembered in TOML; the workspace is then named each time.
    toml::to_string(&memory).map_or(Ok(()), |written| disk::replace(&path, written.as_bytes()))
}

fn remembered() -> Option<PathBuf> {
    let text = std::fs::read_to_string(memory_file()?).ok()?;
    toml::from_str::<Memory>(&text).ok()?.workspace
}

fn memory_file() -> Option<PathBuf> {
    project_dirs().map(|dirs| dirs.config_dir().join("settings.toml"))
}

fn project_dirs() -> Option<ProjectDirs> {
    ProjectDirs::from("", "", "ducha")
}
