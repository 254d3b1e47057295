//! Hearing what is new on a hub: what came, whose clock is off, who was removed, and whom the founder admits.

use chrono::{DateTime, Duration, FixedOffset};
use serde::{Deserialize, Serialize};

use super::{INVITES, Run};
use crate::{
    error::Result,
    ledger::CLOCK_OFF_HOURS,
    sync::{
        hub::Hub,
        invite::{Pending, Request},
        keys::DeviceId,
        members,
        mirror::fetch,
        refused::Refused,
        rows::{rows, write_rows},
    },
    text,
};

/// What removed devices have said since, and was told of.
pub(super) const UNHEARD: &str = "unheard.toml";

/// A row of it.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
struct Unheard {
    device: DeviceId,
    newest: String,
}

impl Run<'_> {
    /// Brings what is new on the hub into the mirror, and admits who was invited.
    pub(super) fn hear(&mut self, hub: &dyn Hub, now: DateTime<FixedOffset>) -> Result<()> {
        (self.outcome.arrived, self.outcome.cloned) = self.replica.hear(hub)?;
        let off = hub.own_clock_ahead().filter(|ahead| ahead.abs() > Duration::hours(CLOCK_OFF_HOURS));
        // To the nearest day.
        self.outcome.own_clock = off.map(|ahead| (ahead.num_hours() + 12 * ahead.num_hours().signum()) / 24);
        let roster = self.replica.mirror.roster();
        let heard = self.replica.clocks.iter().filter_map(|(device, at)| Some((roster.member(device)?, *at - now)));
        let ahead = heard.filter(|(_, ahead)| *ahead > Duration::hours(CLOCK_OFF_HOURS));
        self.outcome.clocks = ahead.map(|(member, ahead)| (member.person.clone(), ahead.num_days())).collect();
        members::is_member(&self.replica.mirror, self.replica.device())?;
        let own = self.workspace.settings().inspector.trim();
        let member = self.replica.mirror.roster().member(self.replica.device());
        let misnamed = member.filter(|member| !own.is_empty() && member.person.trim() != own);
        self.outcome.misnamed = misnamed.map(|member| [member.person.clone(), own.to_owned()]);
        self.note_unheard()?;
        if self.replica.keys.public() == self.replica.mirror.marker().founder {
            self.admit(hub, now)?;
        }
        Ok(())
    }

    /// Notes whose devices were removed and have said more since; each time that they do it is told once.
    fn note_unheard(&mut self) -> Result<()> {
        let mut told: Vec<Unheard> = rows(self.workspace, UNHEARD)?;
        let said = self.replica.unheard.drain(..).map(|(device, newest)| Unheard { device, newest });
        let new: Vec<Unheard> = said.filter(|one| !told.contains(one)).collect();
        if new.is_empty() {
            return Ok(());
        }
        let roster = self.replica.mirror.roster();
        let members = new.iter().filter_map(|one| roster.member(&one.device));
        self.outcome.unheard = members.map(|member| member.person.clone()).collect();
        told.extend(new);
        write_rows(self.workspace, UNHEARD, told)
    }

    /// Puts the devices that come with an invitation's code onto the list of members.
    fn admit(&mut self, hub: &dyn Hub, now: DateTime<FixedOffset>) -> Result<()> {
        let mut pending: Vec<Pending> = rows(self.workspace, INVITES)?;
        let mut entry = self.replica.mirror.roster().clone();
        let names = if pending.is_empty() { Vec::new() } else { hub.list("joins")? };
        for name in names {
            let Some(id) = name.strip_suffix(".toml") else { continue };
            let Some(at) = pending.iter().position(|one| one.id == id) else { continue };
            let bytes = fetch(hub, &format!("joins/{name}"), 64 * 1024)?.and_then(Result::ok).unwrap_or_default();
            let hub = &self.replica.mirror.marker().hub;
            let member = Request::read(&bytes).and_then(|request| request.admitted(hub, &pending[at], now));
            match member {
                Some(member) if entry.member(&member.key.device()).is_none() => {
                    self.outcome.admitted.push(member.person.clone());
                    entry.members.push(member);
                    pending.remove(at);
                }
                Some(_) => {}
                None => {
                    self.outcome.refused.push(Refused::new(format!("joins/{name}"), text!("sync.bad.code")));
                }
            }
        }
        if !self.outcome.admitted.is_empty() {
            if let Some(key) = self.replica.epoch_keys().last() {
                entry.seal_key(key)?;
            }
            self.replica.mirror.set_roster(self.replica.keys, entry, now)?;
            write_rows(self.workspace, INVITES, pending)?;
        }
        Ok(())
    }
}
