//! `trace.toml`: the items that somebody looked at after their clause had changed.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::{Workspace, disk};
use crate::{
    checklist::{Acceptance, Suspect},
    error::{Error, Kind, Result, in_toml},
    text,
};

/// The file within the workspace.
const FILE: &str = "trace.toml";

#[derive(Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Acceptances {
    #[serde(default)]
    accepted: Vec<Acceptance>,
}

impl Workspace {
    /// Reads which suspect items were accepted; none where there is no file yet.
    pub fn acceptances(&self) -> Result<Vec<Acceptance>> {
        let path = self.root().join(FILE);
        if !path.is_file() {
            return Ok(Vec::new());
        }
        let text = disk::read_toml_text(&path)?;
        toml::from_str::<Acceptances>(&text)
            .map(|file| file.accepted)
            .map_err(|error| in_toml(&text, &error).in_file(&path))
    }

    /// Adds that suspect items may stand, in the name of the one who works on this computer.
    pub fn accept_suspects(&self, suspects: &[Suspect], reason: &str, at: DateTime<FixedOffset>) -> Result<()> {
        self.require_writable()?;
        if reason.trim().is_empty() {
            return Err(Error::new(Kind::Usage, text!("trace.no-reason")).hint(text!("trace.no-reason.hint")));
        }
        let _turn = self.turns.take();
        let by = self.signature()?;
        let mut accepted = self.acceptances()?;
        accepted.extend(suspects.iter().map(|suspect| Acceptance {
            checklist: suspect.checklist.clone(),
            item: suspect.item.clone(),
            plan: suspect.plan.clone(),
            clause: suspect.clause.clone(),
            fingerprint: suspect.fingerprint.clone(),
            reason: reason.trim().to_owned(),
            by: by.clone(),
            at,
        }));
        let written = toml::to_string(&Acceptances { accepted })
            .map_err(|error| Error::input(text!("record.not-written")).because(error))?;
        disk::replace(&self.root().join(FILE), written.as_bytes())
    }
}
