//! `ducha.toml`, which marks a workspace, and what a person sets in it.

use std::path::{Path, PathBuf};

use serde::{Deserialize, Deserializer, Serialize};

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
    /// Who has to approve records.
    #[serde(default, skip_serializing_if = "ReviewSettings::is_default")]
    pub review: ReviewSettings,
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

/// Who has to approve records.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ReviewSettings {
    /// How many levels have to approve: 1 (科室), or 2 (科室, then 委领导).
    #[serde(deserialize_with = "one_or_two")]
    pub levels: u8,
}

impl Default for ReviewSettings {
    fn default() -> Self {
        Self { levels: 1 }
    }
}

impl ReviewSettings {
    // Serde passes a reference.
    #[allow(clippy::trivially_copy_pass_by_ref)]
    fn is_default(&self) -> bool {
        *self == Self::default()
    }
}

/// Refuses a number of levels that there cannot be.
fn one_or_two<'de, D: Deserializer<'de>>(from: D) -> Result<u8, D::Error> {
    let levels = u8::deserialize(from)?;
    let expected = &"1 or 2";
    if (1..=2).contains(&levels) {
        Ok(levels)
    } else {
        Err(serde::de::Error::invalid_value(serde::de::Unexpected::Unsigned(levels.into()), expected))
    }
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
