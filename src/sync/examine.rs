//! Looking through everything that a hub or a mirror has, and mending a mirror from its hub.

use std::collections::BTreeSet;

use chrono::{DateTime, FixedOffset};

use super::{
    carry::Carried,
    hub::Hub,
    keys::DeviceId,
    mirror::{DOCUMENT_LARGEST, MARKER, Mirror, entries, fetch, heads_of, marker_bytes, read_entry, read_marker},
    refused::Refused,
    roster::{Marker, Position},
    segment::{self, Segment},
};
use crate::{error::Result, text};

impl Mirror<'_> {
    /// Checks every entry, head and segment of a hub; gives how many there are, and what is bad.
    pub fn examine(&self, hub: &dyn Hub) -> Result<(usize, Vec<Refused>)> {
        let (mut count, mut carried) = (0, Carried::default());
        let mut previous = String::new();
        for (number, hash, name) in entries(hub)? {
            count += 1;
            let bytes = fetch(hub, &name, DOCUMENT_LARGEST)?.and_then(Result::ok).unwrap_or_default();
            match read_entry(&bytes, &self.marker) {
                Err(reason) => carried.refuse(&name, reason),
                Ok(_) if blake3::hash(&bytes).to_hex().as_str() != hash => {
                    carried.refuse(&name, text!("sync.bad.digest"));
                }
                Ok(entry) if entry.number != number || entry.previous != previous => {
                    carried.refuse(&name, text!("sync.bad.fork"));
                }
                Ok(_) => {}
            }
            previous = hash;
        }
        let mut seen = BTreeSet::new();
        for name in heads_of(hub)? {
            count += 1;
            let head = match self.read_head(hub, &name)? {
                Some(Ok(head)) => head,
                Some(Err(reason)) => {
                    carried.refuse(&name, reason);
                    continue;
                }
                None => continue,
            };
            let Some(member) = self.roster.member(&head.device) else { continue };
            let mut next = Some(head.newest);
            while let Some(place) = next.take().filter(|place| seen.insert(place.hash.clone())) {
                count += 1;
                let name = segment::name(&head.device, &place);
                let checked = fetch(hub, &name, segment::LARGEST)?.unwrap_or_else(|| Err(text!("sync.bad.missing")));
                match checked.and_then(|bytes| segment::check(&bytes, &self.marker.hub, &member.key, &place)) {
                    Ok(segment) => next = segment.header.previous,
                    Err(reason) => {
                        carried.refuse(&name, reason);
                        // What lies before a bad one is still found where the mirror has it good.
                        next = self.segment(&head.device, &place).ok().and_then(|segment| segment.header.previous);
                    }
                }
            }
        }
        Ok((count, carried.refused))
    }

    /// Brings a segment into the mirror once more that was damaged there; nothing where the hub has it no better.
    pub(super) fn fetch_again(&self, hub: &dyn Hub, device: &DeviceId, place: &Position) -> Option<Segment> {
        let (member, name) = (self.roster.member(device)?, segment::name(device, place));
        let bytes = hub.get(&name, segment::LARGEST).ok().flatten()?;
        let segment = segment::check(&bytes, &self.marker.hub, &member.key, place).ok()?;
        self.local.put(&name, &bytes).ok()?;
        Some(segment)
    }

    /// Puts marker and list of members in order that are damaged in the mirror or gone from it, where the hub has them.
    ///
    /// What is left here tells that it is the same hub: the marker, or an entry that its founder has signed.
    pub(super) fn mend(local: &dyn Hub, hub: &dyn Hub) -> Result<()> {
        let read = |bytes: Option<Vec<u8>>| bytes.and_then(|bytes| read_marker(&bytes).ok());
        let (ours, listed) = (read(local.get(MARKER, DOCUMENT_LARGEST)?), entries(local)?);
        let good = |marker: &Marker| {
            let read = |name: &str| local.get(name, DOCUMENT_LARGEST).ok().flatten();
            listed.iter().any(|(_, _, name)| read(name).is_some_and(|bytes| read_entry(&bytes, marker).is_ok()))
        };
        if listed.is_empty() && ours.is_none() || ours.as_ref().is_some_and(good) {
            return Ok(());
        }
        let bytes = marker_bytes(hub)?;
        let Ok(theirs) = read_marker(&bytes) else { return Ok(()) };
        match ours {
            None if good(&theirs) => local.put(MARKER, &bytes),
            // The first entry leads to all others.
            Some(ours) if ours == theirs => Mirror::adopt(local, hub, &theirs.founder).map(drop),
            _ => Ok(()),
        }
    }

    /// Brings an object into the mirror once more that is damaged there; says whether the hub had it good.
    pub(super) fn take_again(&self, hub: &dyn Hub, name: &str) -> Result<bool> {
        let Some(Ok(bytes)) = fetch(hub, name, segment::LARGEST)? else { return Ok(false) };
        let digest = blake3::hash(&bytes).to_hex().to_string();
        // Entries and segments are called by their digest, and the mirror takes no others.
        let is_good = if name.starts_with("heads/") {
            self.check_head(&bytes, name).is_ok()
        } else {
            name.rsplit(['-', '.']).nth(1) == Some(&digest)
        };
        if is_good {
            self.local.put(name, &bytes)?;
        }
        Ok(is_good)
    }

    /// Notes whose what was refused is.
    pub(super) fn trace_refused(&self, refused: &mut [Refused]) {
        for one in refused {
            one.person = self.whose(&one.object);
            one.after = self.said_before(&one.object);
        }
    }

    /// Says when a device said the newest that is known here and comes before a segment.
    fn said_before(&self, segment: &str) -> Option<DateTime<FixedOffset>> {
        let (folder, file) = segment.rsplit_once('/')?;
        let [_, device, epoch, _] = folder.split('/').collect::<Vec<_>>()[..] else { return None };
        let refused = segment::place(epoch, file)?;
        let known = self.local.list(folder).ok()?;
        let places = known.iter().filter_map(|file| segment::place(epoch, file));
        let before = places.filter(|place| place.seq < refused.seq).max_by_key(|place| place.seq)?;
        self.segment(&DeviceId(device.to_owned()), &before).ok().map(|segment| segment.header.at)
    }

    /// Says whose device an object of a hub is from, where its name tells: what names the hub and its members is the founder's.
    pub fn whose(&self, object: &str) -> Option<String> {
        let (folder, rest) = object.split_once('/').unwrap_or((object, ""));
        let device = match folder {
            "roster" | MARKER => Some(self.marker.founder.device()),
            "dev" | "heads" => rest.split(['/', '-', '.']).next().map(|device| DeviceId(device.to_owned())),
            _ => None,
        };
        self.roster.member(&device?).map(|member| member.person.clone())
    }
}
