//! `ducha.toml`, which marks a workspace, and what a person sets in it.

use std::path::{Path, PathBuf};

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
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
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
    /// The colours, where somebody chose some.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub theme: Option<Theme>,
    /// Where photographs come from.
    #[serde(default, skip_serializing_if = "EvidenceSettings::is_default")]
    pub evidence: EvidenceSettings,
}

/// For which light the colours are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Theme {
    /// Colours that read well on a dark background, which stays the terminal's own.
    #[default]
    Dark,
    /// Black on white, for bright daylight; the background is painted.
    Light,
    /// No colour at all: bold, underlined and reversed only.
    Plain,
}

/// Where photographs come from.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct EvidenceSettings {
    /// A folder that is watched for new photographs, such as the one that a phone or a camera sends them to.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub inbox: Option<PathBuf>,
}

impl EvidenceSettings {
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Only what every version of `ducha.toml` has.
#[derive(Deserialize)]
struct Version {
    format: u32,
}

/// Reads `ducha.toml`; a file of a newer version is refused before anything else in it is looked at.
pub fn read(path: &Path) -> Result<Settings> {
    of_text(&disk::read_toml_text(path)?, path)
}

/// Reads the text of `ducha.toml`, as [`read`] does.
pub(super) fn of_text(text: &str, path: &Path) -> Result<Settings> {
    if let Ok(Version { format }) = toml::from_str(text)
        && format > FORMAT
    {
        return Err(Error::new(Kind::Workspace, text!("workspace.newer", format = format))
            .at(path)
            .hint(text!("workspace.newer.hint")));
    }
    // It held for this computer alone, so that others took for approved what still waited for the leadership.
    if toml::from_str(text).is_ok_and(|table: toml::Table| table.contains_key("review")) {
        return Err(Error::new(Kind::Workspace, text!("workspace.review-moved"))
            .at_offset(path, text, text.find("review").unwrap_or_default())
            .hint(text!("workspace.review-moved.hint")));
    }
    toml::from_str(text).map_err(|error| in_toml(text, &error).in_file(path))
}

/// Changes the colours in the text of `ducha.toml`; comments and everything else stay.
pub fn with_theme(text: &str, theme: Theme) -> Result<String> {
    let failed = |error: toml_edit::TomlError| Error::input(text!("record.not-written")).because(error);
    let mut document: toml_edit::DocumentMut = text.parse().map_err(failed)?;
    let word = match theme {
        Theme::Dark => "dark",
        Theme::Light => "light",
        Theme::Plain => "plain",
    };
    document["theme"] = toml_edit::value(word);
    Ok(document.to_string())
}

/// Writes `ducha.toml` with a comment for each setting.
pub fn write(settings: &Settings) -> Result<String> {
    let failed = |error: toml::ser::Error| Error::input(text!("record.not-written")).because(error);
    let lang = settings.language;
    let mut written = format!("# {}\n", lang.t("workspace.file-comment"));
    written.push_str(&toml::to_string(settings).map_err(failed)?);
    Ok(written)
}
