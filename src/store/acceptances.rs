//! `trace.toml`: the items and tasks that somebody looked at after their clause had changed.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::{Workspace, disk};
use crate::{
    checklist::{Acceptance, Suspect},
    error::{Error, Kind, Result, in_toml},
    task::{SuspectTasks, TaskAcceptance},
    text,
};

/// The file within the workspace.
const FILE: &str = "trace.toml";

/// What was accepted, as the file has it.
#[derive(Debug, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct Acceptances {
    /// Items.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepted: Vec<Acceptance>,
    /// Tasks, by their campaigns.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub accepted_tasks: Vec<TaskAcceptance>,
}

impl Workspace {
    /// Reads which suspect items and tasks were accepted; none where there is no file yet.
    pub fn acceptances(&self) -> Result<Acceptances> {
        let path = self.root().join(FILE);
        if !path.is_file() {
            return Ok(Acceptances::default());
        }
        let text = disk::read_toml_text(&path)?;
        toml::from_str(&text).map_err(|error| in_toml(&text, &error).in_file(&path))
    }

    /// Adds that suspect items and tasks may stand, in the name of the one who works on this computer.
    pub fn accept_suspects(
        &self,
        items: &[Suspect],
        tasks: &[SuspectTasks],
        reason: &str,
        at: DateTime<FixedOffset>,
    ) -> Result<()> {
        self.require_writable()?;
        if reason.trim().is_empty() {
            return Err(Error::new(Kind::Usage, text!("trace.no-reason")).hint(text!("trace.no-reason.hint")));
        }
        let _turn = self.turns.take();
        let (by, reason) = (self.signature()?, reason.trim().to_owned());
        let mut file = self.acceptances()?;
        file.accepted.extend(items.iter().map(|suspect| Acceptance {
            checklist: suspect.checklist.clone(),
            item: suspect.item.clone(),
            plan: suspect.plan.clone(),
            clause: suspect.clause.clone(),
            fingerprint: suspect.fingerprint.clone(),
            reason: reason.clone(),
            by: by.clone(),
            at,
        }));
        file.accepted_tasks.extend(tasks.iter().map(|suspect| TaskAcceptance {
            campaign: suspect.campaign.clone(),
            plan: suspect.plan.clone(),
            clause: suspect.clause.clone(),
            fingerprint: suspect.fingerprint.clone(),
            reason: reason.clone(),
            by: by.clone(),
            at,
        }));
        let written =
            toml::to_string(&file).map_err(|error| Error::input(text!("record.not-written")).because(error))?;
        disk::replace(&self.root().join(FILE), written.as_bytes())
    }
}
