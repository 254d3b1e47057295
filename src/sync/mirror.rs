//! The mirror of a hub in the workspace: founding, joining, the list of members, and adding to what this device says.
//!
//! Everything in it was verified before it was kept. It is also the memory by which a hub that shows less than before is
//! found out.

use std::{cell::RefCell, collections::HashMap};

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::{
    hub::Hub,
    keys::{DeviceId, DeviceKeys, EpochKey, hex, random},
    place::Place,
    revision::Revision,
    roster::{Entry, FORMAT, Marker, Position, signed, verified},
    segment::{self, Header, Segment, is_digest, is_epoch},
};
use crate::{
    error::{Error, Kind, Result},
    i18n::Text,
    text,
};

/// The name of the marker.
pub const MARKER: &str = "hub.toml";

/// The largest document other than a segment, in bytes.
pub(super) const DOCUMENT_LARGEST: u64 = 4 * 1024 * 1024;

/// The newest thing that a device has said in an epoch.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Head {
    /// The version of the hub.
    pub format: u32,
    /// The hub.
    pub hub: String,
    /// The device.
    pub device: DeviceId,
    /// Its newest segment.
    pub newest: Position,
    /// Makes this head longer or shorter than the one before, so that every listing shows that it is another one.
    #[serde(default)]
    pub turn: String,
}

/// After how many segments heads have the same length again.
const TURNS: u64 = 32;

/// The mirror of a hub.
pub struct Mirror<'hub> {
    pub(super) local: &'hub dyn Hub,
    pub(super) marker: Marker,
    marker_bytes: Vec<u8>,
    pub(super) roster: Entry,
    pub(super) roster_hash: String,
    /// The heads that were checked, by name, each with its bytes: most are the same in the mirror and on the hub.
    checked: RefCell<HashMap<String, (Vec<u8>, Head)>>,
}

impl<'hub> Mirror<'hub> {
    /// Founds a hub: the marker, and a list of members with the founder on it.
    pub fn found(
        local: &'hub dyn Hub,
        keys: &DeviceKeys,
        name: &str,
        person: &str,
        encrypt: bool,
        at: DateTime<FixedOffset>,
    ) -> Result<Self> {
        let hub = hex(&random::<8>()?);
        let marker = Marker { format: FORMAT, hub, name: name.to_owned(), founder: keys.public(), encrypt, at };
        let roster = Entry::first(&marker, keys, person)?;
        let (entry_name, hash, bytes) = entry_object(keys, &roster)?;
        local.put(&entry_name, &bytes)?;
        // The mark comes last: what was interrupted in the making is no hub yet.
        let marker_bytes = signed(keys, "hub", &marker)?;
        local.put(MARKER, &marker_bytes)?;
        Ok(Self::new(local, (marker, marker_bytes), roster, hash))
    }

    /// Opens the mirror; nothing where the workspace belongs to no hub.
    pub fn open(local: &'hub dyn Hub) -> Result<Option<Self>> {
        let Some(bytes) = local.get(MARKER, DOCUMENT_LARGEST)? else { return Ok(None) };
        let marker = read_marker(&bytes).map_err(|reason| damaged_here(local, MARKER, reason))?;
        // Each entry holds the whole list, and none was kept that does not go on from the one before. Where the newest was
        // damaged here, the next pull brings it again.
        let mut first_damaged = None;
        for (_, hash, name) in entries(local)?.into_iter().rev() {
            let entry = local.get(&name, DOCUMENT_LARGEST)?.unwrap_or_default();
            match read_entry(&entry, &marker) {
                Ok(roster) => return Ok(Some(Self::new(local, (marker, bytes), roster, hash))),
                Err(reason) => first_damaged = first_damaged.or(Some(damaged_here(local, &name, reason))),
            }
        }
        Err(first_damaged.unwrap_or_else(|| damaged_here(local, "roster", text!("sync.bad.gone"))))
    }

    fn new(
        local: &'hub dyn Hub,
        (marker, marker_bytes): (Marker, Vec<u8>),
        roster: Entry,
        roster_hash: String,
    ) -> Self {
        Self { local, marker, marker_bytes, roster, roster_hash, checked: RefCell::default() }
    }

    /// Takes over marker and first entry of a hub that this workspace is going to belong to.
    ///
    /// `founder` is the key that the invitation vouches for.
    pub fn adopt(local: &'hub dyn Hub, hub: &dyn Hub, founder: &super::keys::PublicKey) -> Result<Self> {
        let bytes = marker_bytes(hub)?;
        let marker = read_marker(&bytes).map_err(|reason| damaged(hub, MARKER, reason))?;
        if marker.founder != *founder {
            return Err(damaged(hub, MARKER, text!("sync.bad.stranger")));
        }
        let first = entries(hub)?.into_iter().find(|(number, ..)| *number == 1);
        let (_, hash, name) = first.ok_or_else(|| damaged(hub, "roster", text!("sync.bad.missing")))?;
        let entry = hub.get(&name, DOCUMENT_LARGEST)?.unwrap_or_default();
        let roster = read_entry(&entry, &marker).map_err(|reason| damaged(hub, &name, reason))?;
        local.put(&name, &entry)?;
        local.put(MARKER, &bytes)?;
        Ok(Self::new(local, (marker, bytes), roster, hash))
    }

    /// Returns the identity of the hub at a place.
    pub fn identity(hub: &dyn Hub) -> Result<String> {
        let marker = read_marker(&marker_bytes(hub)?).map_err(|reason| damaged(hub, MARKER, reason))?;
        if is_epoch(&marker.hub) { Ok(marker.hub) } else { Err(damaged(hub, MARKER, text!("sync.bad.not-ours"))) }
    }

    /// Takes over marker and first entry of a hub as they are, for whoever only carries: from now on no other will do.
    pub fn begin(local: &'hub dyn Hub, hub: &dyn Hub) -> Result<Self> {
        let marker = read_marker(&marker_bytes(hub)?).map_err(|reason| damaged(hub, MARKER, reason))?;
        Self::adopt(local, hub, &marker.founder)
    }

    /// Returns the marker.
    pub fn marker(&self) -> &Marker {
        &self.marker
    }

    /// Returns the list of members.
    pub fn roster(&self) -> &Entry {
        &self.roster
    }

    /// Writes the next list of members; only the founder's device may.
    pub fn set_roster(&mut self, keys: &DeviceKeys, mut entry: Entry, at: DateTime<FixedOffset>) -> Result<()> {
        if keys.public() != self.marker.founder {
            return Err(self.founders_business());
        }
        entry.number = self.roster.number + 1;
        entry.previous.clone_from(&self.roster_hash);
        entry.at = at;
        let (name, hash, bytes) = entry_object(keys, &entry)?;
        self.local.put(&name, &bytes)?;
        self.set_newest(entry, hash);
        Ok(())
    }

    /// Says that only the founder's device can do this.
    pub fn founders_business(&self) -> Error {
        let founder = self.roster.members.first().map_or_else(String::new, |member| member.person.clone());
        Error::new(Kind::Usage, text!("sync.not-founder")).hint(text!("sync.not-founder.hint", name = founder))
    }

    /// Returns the newest that is known of every device and epoch, and of every branch of a device that was cloned.
    pub fn heads(&self) -> Result<Vec<Head>> {
        self.heads_on(self.local)
    }

    /// Returns the heads at a place that can be believed.
    pub fn heads_on(&self, hub: &dyn Hub) -> Result<Vec<Head>> {
        let mut heads = Vec::new();
        for name in heads_of(hub)? {
            if let Some(Ok(head)) = self.read_head(hub, &name)? {
                heads.push(head);
            }
        }
        Ok(heads)
    }

    /// Returns the newest that a device has said in an epoch, leaving out branches.
    pub fn head(&self, device: &DeviceId, epoch: &str) -> Result<Option<Head>> {
        Ok(self.read_head(self.local, &head_name(device, epoch))?.and_then(Result::ok))
    }

    /// Reads a segment of the mirror.
    pub fn segment(&self, device: &DeviceId, position: &Position) -> Result<Segment, Text> {
        let member = self.roster.member(device).ok_or_else(|| text!("sync.bad.stranger"))?;
        let bytes = self.local.get(&segment::name(device, position), segment::LARGEST);
        let bytes = bytes.ok().flatten().ok_or_else(|| text!("sync.bad.missing"))?;
        segment::check(&bytes, &self.marker.hub, &member.key, position)
    }

    /// Adds to what this device says; the head comes last.
    pub fn append(
        &self,
        keys: &DeviceKeys,
        epoch: &str,
        previous: Option<Position>,
        revisions: &[Revision],
        at: DateTime<FixedOffset>,
    ) -> Result<Position> {
        let epoch_keys: Vec<EpochKey> = self.roster.open_keys(keys);
        if self.marker.encrypt && epoch_keys.len() != self.roster.key_epoch as usize {
            return Err(not_admitted());
        }
        let header = Header {
            format: FORMAT,
            hub: self.marker.hub.clone(),
            device: keys.device(),
            epoch: epoch.to_owned(),
            seq: previous.as_ref().filter(|previous| previous.epoch == epoch).map_or(1, |previous| previous.seq + 1),
            key_epoch: self.roster.key_epoch,
            content: String::new(),
            at,
            folders: None,
            previous,
        };
        let (bytes, newest) = segment::write(keys, header, revisions, epoch_keys.last())?;
        self.local.put(&segment::name(&keys.device(), &newest), &bytes)?;
        let turn = ".".repeat(usize::try_from(newest.seq % TURNS).unwrap_or(0));
        let head =
            Head { format: FORMAT, hub: self.marker.hub.clone(), device: keys.device(), newest: newest.clone(), turn };
        self.local.put(&head_name(&head.device, epoch), &signed(keys, "head", &head)?)?;
        Ok(newest)
    }

    /// Refuses a place that is not this hub, or a copy of it.
    pub fn require(&self, hub: &dyn Hub) -> Result<()> {
        let bytes = marker_bytes(hub)?;
        // The same bytes were checked when the mirror was opened.
        if bytes == self.marker_bytes {
            return Ok(());
        }
        let marker = read_marker(&bytes).map_err(|reason| damaged(hub, MARKER, reason))?;
        if marker == self.marker {
            return Ok(());
        }
        Err(Error::new(Kind::Input, text!("sync.other-hub", name = marker.shown()))
            .at(hub.place())
            .hint(text!("sync.other-hub.hint", name = self.marker.shown())))
    }

    /// Reads a head; nothing where there is none, the reason where it cannot be believed.
    pub(super) fn read_head(&self, hub: &dyn Hub, name: &str) -> Result<Option<Result<Head, Text>>> {
        Ok(fetch(hub, name, DOCUMENT_LARGEST)?.map(|read| read.and_then(|bytes| self.check_head(&bytes, name))))
    }

    /// Takes over the next list of members; what was checked by the one before is checked again.
    pub(super) fn set_newest(&mut self, entry: Entry, hash: String) {
        (self.roster, self.roster_hash) = (entry, hash);
        self.checked.get_mut().clear();
    }

    /// Checks a head that was found under a name; by one list of members the same bytes are checked once.
    pub(super) fn check_head(&self, bytes: &[u8], name: &str) -> Result<Head, Text> {
        if let Some((_, head)) = self.checked.borrow().get(name).filter(|(checked, _)| checked == bytes) {
            return Ok(head.clone());
        }
        let head: Head =
            verified(bytes, "head", |head: &Head| self.roster.member(&head.device).map(|member| member.key.clone()))?;
        let belongs = head.hub == self.marker.hub
            && is_epoch(&head.newest.epoch)
            && is_digest(&head.newest.hash)
            && (head_name(&head.device, &head.newest.epoch) == name || branch_name(&head.device, &head.newest) == name);
        if !belongs {
            return Err(text!("sync.bad.elsewhere"));
        }
        self.checked.borrow_mut().insert(name.to_owned(), (bytes.to_vec(), head.clone()));
        Ok(head)
    }
}

pub(super) fn head_name(device: &DeviceId, epoch: &str) -> String {
    format!("heads/{device}-{epoch}.toml")
}

/// Says whether a file of the folder of heads has a name as [`head_name`] or [`branch_name`] makes one.
fn is_head_file(file: &str) -> bool {
    let parts: Option<Vec<&str>> = file.strip_suffix(".toml").map(|stem| stem.split('-').collect());
    parts.is_some_and(|parts| (2..=3).contains(&parts.len()) && parts.iter().all(|part| is_epoch(part)))
}

/// Lists the names of heads; systems and clouds put files of their own beside them, which are nobody's business.
pub(super) fn heads_of(hub: &dyn Hub) -> Result<Vec<String>> {
    let files = hub.list("heads")?.into_iter().filter(|file| is_head_file(file));
    Ok(files.map(|file| format!("heads/{file}")).collect())
}

/// Fetches an object; nothing where there is none, the reason where it is there and cannot be taken.
pub(super) fn fetch(hub: &dyn Hub, name: &str, largest: u64) -> Result<Option<Result<Vec<u8>, Text>>> {
    taken(hub.get(name, largest))
}

/// Takes what came of fetching an object, as [`fetch`] does.
pub(super) fn taken(fetched: Result<Option<Vec<u8>>>) -> Result<Option<Result<Vec<u8>, Text>>> {
    match fetched {
        Ok(found) => Ok(found.map(Ok)),
        // What is too large is damaged; only what is wrong with the way there stops everything.
        Err(error) if error.kind() == Kind::Input => Ok(Some(Err(error.message().clone()))),
        Err(error) => Err(error),
    }
}

/// Says that this device is not on the list of members yet.
pub(super) fn not_admitted() -> Error {
    Error::new(Kind::Workspace, text!("sync.not-admitted")).hint(text!("sync.not-admitted.hint"))
}

/// The name of the head of a branch that a clone made within an epoch.
pub(super) fn branch_name(device: &DeviceId, newest: &Position) -> String {
    format!("heads/{device}-{}-{}.toml", newest.epoch, &newest.hash[..16])
}

/// Reads the marker of a hub; a place without one is no hub, however it came to be empty.
pub(super) fn marker_bytes(hub: &dyn Hub) -> Result<Vec<u8>> {
    hub.get(MARKER, DOCUMENT_LARGEST)?.ok_or_else(|| {
        let place = hub.place();
        let hint = match Place::parse(place.as_ref()) {
            Ok(Place::Remote(_)) => text!("sync.no-hub.address"),
            _ => text!("sync.no-hub.hint"),
        };
        Error::new(Kind::NotFound, text!("sync.no-hub")).at(place).hint(hint)
    })
}

pub(super) fn read_marker(bytes: &[u8]) -> Result<Marker, Text> {
    verified(bytes, "hub", |marker: &Marker| Some(marker.founder.clone()))
}

pub(super) fn read_entry(bytes: &[u8], marker: &Marker) -> Result<Entry, Text> {
    let entry: Entry = verified(bytes, "roster", |_| Some(marker.founder.clone()))?;
    if entry.hub == marker.hub { Ok(entry) } else { Err(text!("sync.bad.elsewhere")) }
}

/// Lists the entries of the list of members by their numbers, with digest and name.
pub(super) fn entries(hub: &dyn Hub) -> Result<Vec<(u64, String, String)>> {
    let mut found: Vec<_> = hub
        .list("roster")?
        .iter()
        .filter_map(|name| {
            let (number, hash) = name.strip_suffix(".toml")?.split_once('-')?;
            is_digest(hash).then_some((number.parse().ok()?, hash.to_owned(), format!("roster/{name}")))
        })
        .collect();
    found.sort_unstable();
    Ok(found)
}

fn entry_object(keys: &DeviceKeys, entry: &Entry) -> Result<(String, String, Vec<u8>)> {
    let bytes = signed(keys, "roster", entry)?;
    let hash = blake3::hash(&bytes).to_hex().to_string();
    Ok((format!("roster/{:06}-{hash}.toml", entry.number), hash, bytes))
}

/// Says what is damaged in the mirror; the next sync brings it again.
fn damaged_here(local: &dyn Hub, object: &str, reason: Text) -> Error {
    if reason.key() == "sync.bad.newer" {
        return damaged(local, object, reason);
    }
    Error::new(Kind::Input, text!("sync.damaged-here", object = object))
        .at(local.place())
        .reason(reason)
        .hint(text!("sync.damaged-here.hint"))
}

fn damaged(hub: &dyn Hub, object: &str, reason: Text) -> Error {
    if reason.key() == "sync.bad.newer" {
        return Error::new(Kind::Workspace, text!("sync.newer-hub")).at(hub.place()).hint(text!("sync.newer-hub.hint"));
    }
    Error::new(Kind::Input, text!("sync.damaged", object = object))
        .at(hub.place())
        .reason(reason)
        .hint(text!("sync.damaged.hint"))
}
