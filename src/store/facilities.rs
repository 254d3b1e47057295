//! `facilities.toml`: the register of units.

use serde::Deserialize;

use super::{Workspace, disk, settings::toml_error};
use crate::{error::Result, facility::Facility};

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    #[serde(default)]
    facility: Vec<Facility>,
}

impl Workspace {
    /// Reads the register; a missing file is an empty one.
    pub fn facilities(&self) -> Result<Vec<Facility>> {
        let path = self.root().join("facilities.toml");
        if !path.exists() {
            return Ok(Vec::new());
        }
        let text = disk::read_text(&path)?;
        let text = text.strip_prefix('\u{feff}').unwrap_or(&text);
        let file: File = toml::from_str(text).map_err(|error| toml_error(&path, text, &error))?;
        Ok(file.facility)
    }
}
