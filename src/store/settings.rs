//! `ducha.toml`, which marks a workspace, and what a person sets in it.

use std::path::Path;

use serde::{Deserialize, Serialize};

use super::disk;
use crate::{
    error::{Error, Kind, Result, in_toml},
    i18n::Lang,
    text,
};

/// The version of the workspace layout that this program writes, and the newest it opens.
pub const FORMAT: u32 = 1;

/// What `ducha.toml` says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Settings {
    /// The version of the workspace layout.
    pub format: u32,
    /// The name of the bureau.
    pub bureau: String,
    /// The inspector who works on this computer.
    pub inspector: String,
    /// The language of the user interface.
    pub language: Lang,
    /// Whether the emergency set (isolation sites, nucleic-acid testing) is in use.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub emergency: bool,
}

/// Only what every version of `ducha.toml` has.
#[derive(Deserialize)]
struct Version {
    format: u32,
}

/// Reads `ducha.toml`; a file of a newer version is refused before anything else in it is looked at.
pub fn read(path: &Path) -> Result<Settings> {
    let text = disk::read_toml_text(path)?;
    if let Ok(Version { format }) = toml::from_str(&text)
        && format > FORMAT
    {
        return Err(Error::new(Kind::Workspace, text!("workspace.newer", format = format))
            .at(path)
            .hint(text!("workspace.newer.hint")));
    }
    toml::from_str(&text).map_err(|error| in_toml(&text, &error).in_file(path))
}

/// Writes `ducha.toml` with a comment for each setting.
pub fn write(settings: &Settings) -> Result<String> {
    let failed = |error: toml::ser::Error| Error::input(text!("record.not-written")).because(error);
    let lang = settings.language;
    let mut written = format!("# {}\n", lang.t("workspace.file-comment"));
    written.push_str(&toml::to_string(settings).map_err(failed)?);
    Ok(written)
}
