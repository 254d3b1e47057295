//! Carrying verified objects between the mirror and a hub.
//!
//! Whatever comes from outside is checked before it is kept: list of members, heads, segments. What is bad is named and
//! left, and never stops what others have to say.

use std::collections::{BTreeMap, BTreeSet};

use super::{
    hub::{AT_ONCE, Hub},
    keys::{DeviceId, PublicKey},
    mirror::{
        DOCUMENT_LARGEST, Head, MARKER, Mirror, branch_name, entries, fetch, heads_of, marker_bytes, read_entry, taken,
    },
    refused::Refused,
    roster::{Member, Position},
    segment::{self, Segment},
};
use crate::{error::Result, i18n::Text, text};

/// What carrying came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Carried {
    /// The segments that were sent.
    pub sent: usize,
    /// The segments that came, each device's oldest first.
    pub arrived: Vec<(DeviceId, Position)>,
    /// What was refused, or is not there yet.
    pub refused: Vec<Refused>,
    /// What removed devices have said since, by the digest of the newest: nobody hears it, and nothing can be done.
    pub unheard: Vec<(DeviceId, String)>,
    /// Whether the hub has something of this very device that the mirror did not have: it was cloned, or restored.
    pub cloned: bool,
    /// The digests of the segments that came.
    seen: BTreeSet<String>,
}

impl Carried {
    pub(super) fn refuse(&mut self, object: &str, reason: Text) {
        self.refused.push(Refused::new(object, reason));
    }
}

/// The way to what a device has said was all there.
struct Reached {
    /// The place that was taken in already at which it ended; nothing where it went back to the beginning.
    known: Option<Position>,
}

/// The way back from a place to what is known.
struct Walk<'roster> {
    device: DeviceId,
    key: &'roster PublicKey,
    tip: String,
    next: Option<Position>,
    found: Vec<Position>,
    /// How many segments were asked for one after the other.
    asked: usize,
    /// The folder whose segments were fetched all at once.
    ahead: Option<String>,
    broken: bool,
}

/// How many segments of a device are asked for one after the other before it is listed what else it has said.
const ONE_BY_ONE: usize = 2;

impl<'roster> Walk<'roster> {
    fn new(member: &'roster Member, tip: Position) -> Self {
        let (device, hash) = (member.key.device(), tip.hash.clone());
        Self {
            device,
            key: &member.key,
            tip: hash,
            next: Some(tip),
            found: Vec::new(),
            asked: 0,
            ahead: None,
            broken: false,
        }
    }

    /// Returns the segment that comes next, with its name; nothing where the way has ended.
    fn pending(&self, applied: &impl Fn(&str) -> bool) -> Option<(String, Position)> {
        let place = self.next.as_ref().filter(|place| !self.broken && !applied(&place.hash))?;
        Some((segment::name(&self.device, place), place.clone()))
    }

    fn check(&self, bytes: &[u8], hub: &str, place: &Position) -> Result<Segment, Text> {
        segment::check(bytes, hub, self.key, place)
    }

    /// Returns the place from which on everything before it should be fetched at once; the same one is given once.
    fn look_ahead(&mut self, applied: &impl Fn(&str) -> bool) -> Option<Position> {
        let (_, place) = self.pending(applied).filter(|_| self.asked >= ONE_BY_ONE)?;
        let folder = segment::folder(&self.device, &place);
        let is_new = self.ahead.as_ref() != Some(&folder);
        self.ahead = Some(folder);
        is_new.then_some(place)
    }

    fn step(&mut self, place: Position, segment: Segment) {
        self.found.push(place);
        self.next = segment.header.previous;
    }
}

impl Mirror<'_> {
    /// Brings what is new on a hub into the mirror.
    ///
    /// `applied` says whether a segment has been taken into the workspace: what has not is fetched, and listed, again.
    /// `me` is this device.
    pub fn pull(&mut self, hub: &dyn Hub, me: &DeviceId, applied: impl Fn(&str) -> bool) -> Result<Carried> {
        let mut carried = Carried::default();
        self.require(hub)?;
        self.pull_roster(hub, &mut carried)?;
        let mut tips: BTreeMap<(String, String, String), (DeviceId, Position)> = BTreeMap::new();
        let mut tip = |device: &DeviceId, place: &Position| {
            tips.insert((device.0.clone(), place.epoch.clone(), place.hash.clone()), (device.clone(), place.clone()));
        };
        for member in &self.roster.members {
            for place in member.through.iter().flatten() {
                tip(&member.key.device(), place);
            }
        }
        let mut heads = Vec::new();
        let names = heads_of(hub)?;
        let fetched = hub.get_all(&names, DOCUMENT_LARGEST);
        for (name, found) in names.into_iter().zip(fetched) {
            let head = match taken(found)?.map(|bytes| bytes.and_then(|bytes| self.check_head(&bytes, &name))) {
                Some(Ok(head)) => head,
                Some(Err(reason)) => {
                    carried.refuse(&name, reason);
                    continue;
                }
                None => continue,
            };
            if self.roster.member(&head.device).is_some_and(|member| !may_still(member, &head.newest)) {
                carried.unheard.push((head.device, head.newest.hash));
                continue;
            }
            let known = self.read_head(self.local, &name)?.and_then(Result::ok);
            if head.device != *me && known.as_ref().is_some_and(|known| known.newest.seq > head.newest.seq) {
                carried.refuse(&name, text!("sync.bad.rollback"));
            }
            tip(&head.device, &head.newest);
            heads.push((name, head, known));
        }
        let reached = self.fetch_chains(hub, tips.into_values(), &applied, &mut carried)?;
        for (name, head, known) in heads {
            if let Some(end) = reached.get(&head.newest.hash) {
                self.keep_head(hub, &name, &head, known.as_ref(), end.known.as_ref())?;
            }
        }
        carried.cloned = carried.arrived.iter().any(|(device, _)| device == me);
        Ok(carried)
    }

    /// Keeps a head whose segments are all there. Of two branches of a device that was cloned both heads are kept.
    ///
    /// `end` is the segment that was known already at which the new ones begin.
    fn keep_head(
        &self,
        hub: &dyn Hub,
        name: &str,
        head: &Head,
        known: Option<&Head>,
        end: Option<&Position>,
    ) -> Result<()> {
        if known.is_some_and(|known| known == head) {
            return Ok(());
        }
        let Some(bytes) = hub.get(name, DOCUMENT_LARGEST)? else { return Ok(()) };
        if self.check_head(&bytes, name).ok().as_ref() != Some(head) {
            return Ok(());
        }
        let Some(known) = known else { return self.local.put(name, &bytes) };
        let goes_on = end == Some(&known.newest);
        let is_old = end == Some(&head.newest);
        if goes_on {
            return self.local.put(name, &bytes);
        }
        if is_old && self.is_before(&head.device, &head.newest, &known.newest) {
            return Ok(());
        }
        let (branch, first) = (branch_name(&head.device, &head.newest), branch_name(&head.device, &known.newest));
        if known.newest.seq >= head.newest.seq {
            return self.local.put(&branch, &bytes);
        }
        if let Some(old) = self.local.get(name, DOCUMENT_LARGEST)? {
            self.local.put(&first, &old)?;
        }
        self.local.put(name, &bytes)
    }

    /// Says whether a device said one thing before another, by what the mirror has.
    fn is_before(&self, device: &DeviceId, one: &Position, other: &Position) -> bool {
        let mut next = Some(other.clone());
        while let Some(place) = next.filter(|place| place.epoch != one.epoch || place.seq >= one.seq) {
            if place == *one {
                return true;
            }
            next = self.segment(device, &place).ok().and_then(|segment| segment.header.previous);
        }
        false
    }

    /// Fetches what devices have said up to some places; gives, by the digest of each, where the way to it ended.
    ///
    /// A segment names the one before it, so that of each device one is asked for after the other, where it is not many; of
    /// all devices together as many at the same time as the hub likes.
    fn fetch_chains(
        &self,
        hub: &dyn Hub,
        tips: impl Iterator<Item = (DeviceId, Position)>,
        applied: &impl Fn(&str) -> bool,
        carried: &mut Carried,
    ) -> Result<BTreeMap<String, Reached>> {
        let members = tips.filter_map(|(device, tip)| Some((self.roster.member(&device)?, tip)));
        let mut walks: Vec<Walk> = members.map(|(member, tip)| Walk::new(member, tip)).collect();
        loop {
            let mut wanted: BTreeMap<String, usize> = BTreeMap::new();
            for (number, walk) in walks.iter_mut().enumerate() {
                while let Some((name, place)) = walk.pending(applied) {
                    let kept = self.local.get(&name, segment::LARGEST).ok().flatten();
                    let Some(segment) = kept.and_then(|bytes| walk.check(&bytes, &self.marker.hub, &place).ok()) else {
                        // Two branches may go through the same segment, which is then here for the second.
                        wanted.entry(name).or_insert(number);
                        break;
                    };
                    walk.step(place, segment);
                }
            }
            if wanted.is_empty() {
                break;
            }
            let mut is_ahead = false;
            for number in wanted.values() {
                let walk = &mut walks[*number];
                if let Some(place) = walk.look_ahead(applied) {
                    self.fetch_ahead(hub, walk, &place, applied)?;
                    is_ahead = true;
                }
            }
            if is_ahead {
                continue;
            }
            let wanted: Vec<(String, usize)> = wanted.into_iter().collect();
            for part in wanted.chunks(AT_ONCE) {
                let names: Vec<String> = part.iter().map(|(name, _)| name.clone()).collect();
                for ((name, number), found) in part.iter().zip(hub.get_all(&names, segment::LARGEST)) {
                    let walk = &mut walks[*number];
                    let Some((_, place)) = walk.pending(applied) else { continue };
                    let bytes = taken(found)?.unwrap_or_else(|| Err(text!("sync.bad.missing")));
                    match bytes.and_then(|bytes| Ok((walk.check(&bytes, &self.marker.hub, &place)?, bytes))) {
                        Ok((segment, bytes)) => {
                            self.local.put(name, &bytes)?;
                            walk.step(place, segment);
                            walk.asked += 1;
                        }
                        Err(reason) => {
                            carried.refuse(name, reason);
                            walk.broken = true;
                        }
                    }
                }
            }
        }
        let mut reached = BTreeMap::new();
        for walk in walks.into_iter().filter(|walk| !walk.broken) {
            let mut found = walk.found;
            found.reverse();
            // Two epochs may lead to the same place.
            found.retain(|place| carried.seen.insert(place.hash.clone()));
            carried.arrived.extend(found.into_iter().map(|place| (walk.device.clone(), place)));
            reached.insert(walk.tip, Reached { known: walk.next });
        }
        Ok(reached)
    }

    /// Fetches what a device has said up to a place, as far as it lies in the same folder, many at the same time.
    ///
    /// A listing gives the names that otherwise only the segment after each one gives. Nothing rests on it: what it holds
    /// back is asked for by its name afterwards, and only what the device has signed is kept.
    fn fetch_ahead(&self, hub: &dyn Hub, walk: &Walk, from: &Position, applied: &impl Fn(&str) -> bool) -> Result<()> {
        let folder = segment::folder(&walk.device, from);
        let kept: BTreeSet<String> = self.local.list(&folder)?.into_iter().collect();
        let listed = hub.list(&folder)?.into_iter().filter(|file| !kept.contains(file));
        let mut places: Vec<Position> = listed.filter_map(|file| segment::place(&from.epoch, &file)).collect();
        places.retain(|place| place.seq <= from.seq && !applied(&place.hash));
        // A hub that makes names up can waste no more than a folder holds.
        places.sort_by_key(|place| std::cmp::Reverse(place.seq));
        places.truncate(usize::try_from(segment::SHARD).unwrap_or(usize::MAX));
        for part in places.chunks(AT_ONCE) {
            let names: Vec<String> = part.iter().map(|place| segment::name(&walk.device, place)).collect();
            let fetched = hub.get_all(&names, segment::LARGEST);
            for ((name, place), found) in names.iter().zip(part).zip(fetched) {
                // What is bad is refused when its turn comes.
                if let Some(Ok(bytes)) = taken(found)?
                    && walk.check(&bytes, &self.marker.hub, place).is_ok()
                {
                    self.local.put(name, &bytes)?;
                }
            }
        }
        Ok(())
    }

    /// Follows the list of members from the entry that is known to the newest.
    pub(super) fn pull_roster(&mut self, hub: &dyn Hub, carried: &mut Carried) -> Result<()> {
        let listed = entries(hub)?;
        for (number, hash, name) in listed {
            if number <= self.roster.number {
                let same = number < self.roster.number || hash == self.roster_hash;
                let known = same || self.local.get(&name, DOCUMENT_LARGEST)?.is_some();
                if !known {
                    carried.refuse(&name, text!("sync.bad.fork"));
                }
                continue;
            }
            let Some(bytes) = fetch(hub, &name, DOCUMENT_LARGEST)? else { continue };
            let bytes = bytes.unwrap_or_default();
            let entry = match read_entry(&bytes, &self.marker) {
                Ok(_) if blake3::hash(&bytes).to_hex().as_str() != hash => Err(text!("sync.bad.digest")),
                Ok(entry) if entry.number != number => Err(text!("sync.bad.elsewhere")),
                Ok(entry) if entry.previous != self.roster_hash => Err(text!("sync.bad.fork")),
                other => other,
            };
            match entry {
                Ok(entry) => {
                    self.local.put(&name, &bytes)?;
                    self.set_newest(entry, hash);
                }
                Err(reason) => carried.refuse(&name, reason),
            }
        }
        Ok(())
    }

    /// Carries what a hub does not have yet, whoever said it: a hub that lost something gets it back from anybody.
    ///
    /// Segments go before the head that names them, so that an interruption leaves nothing half said. Gives their number.
    pub fn push(&self, hub: &dyn Hub) -> Result<usize> {
        let theirs: Vec<String> = hub.list("roster")?;
        for name in self.local.list("roster")?.iter().filter(|name| !theirs.contains(name)) {
            self.copy(hub, &format!("roster/{name}"), &format!("roster/{name}"))?;
        }
        let listed = hub.list("heads")?;
        let mut sent = 0;
        for file in self.local.list("heads")? {
            let name = format!("heads/{file}");
            let Some(Ok(head)) = self.read_head(self.local, &name)? else { continue };
            let branch = branch_name(&head.device, &head.newest);
            let on_hub = |name: &str| -> Result<Option<Head>> {
                let is_listed = listed.iter().any(|listed| name.strip_prefix("heads/") == Some(listed));
                // A head that cannot be believed is as good as none; one that cannot be reached is not.
                if is_listed { Ok(self.read_head(hub, name)?.and_then(Result::ok)) } else { Ok(None) }
            };
            let mut there = on_hub(&name)?;
            if there.as_ref() != Some(&head) {
                // Whoever has a copy of this device may have written since.
                hub.renew(&name);
                there = on_hub(&name)?;
            }
            if there.as_ref().is_some_and(|there| self.is_before(&head.device, &head.newest, &there.newest))
                || (there.is_some() && on_hub(&branch)?.is_some())
            {
                continue;
            }
            // Where the hub is ahead with something that has not come yet, there is nothing to add.
            let is_ahead = |there: &Head| there.newest.seq > head.newest.seq;
            if there.as_ref().is_some_and(|there| is_ahead(there) && self.segment(&head.device, &there.newest).is_err())
            {
                continue;
            }
            let (chain, meets) = self.chain_beyond(hub, &head, there.as_ref());
            let oldest_first: Vec<&Position> = chain.iter().rev().collect();
            for part in oldest_first.chunks(AT_ONCE) {
                let read = part.iter().filter_map(|place| {
                    let name = segment::name(&head.device, place);
                    self.local.get(&name, segment::LARGEST).map(|bytes| Some((name, bytes?))).transpose()
                });
                hub.put_all(&read.collect::<Result<Vec<_>>>()?)?;
            }
            sent += chain.len();
            // Another branch of the same epoch keeps its head.
            self.copy(hub, &name, if meets { &name } else { &branch })?;
        }
        Ok(sent)
    }

    /// Lists what leads up to a head and is not on the hub, the newest first, and whether it goes on from the hub's head.
    fn chain_beyond(&self, hub: &dyn Hub, head: &Head, there: Option<&Head>) -> (Vec<Position>, bool) {
        let mut chain = Vec::new();
        let mut next = Some(head.newest.clone());
        while let Some(place) = next {
            if there.is_some_and(|there| there.newest == place) {
                return (chain, true);
            }
            let Ok(segment) = self.segment(&head.device, &place) else { break };
            next = segment.header.previous.filter(|previous| {
                // What was said in another epoch was sent under the head of that epoch.
                let name = segment::name(&head.device, previous);
                previous.epoch == place.epoch || !matches!(hub.get(&name, segment::LARGEST), Ok(Some(_)))
            });
            chain.push(place);
        }
        (chain, there.is_none())
    }

    fn copy(&self, hub: &dyn Hub, from: &str, to: &str) -> Result<()> {
        match self.local.get(from, segment::LARGEST)? {
            Some(bytes) => hub.put(to, &bytes),
            None => Ok(()),
        }
    }

    /// Makes a folder a carrier of this hub, where it is none yet.
    pub fn mark(&self, hub: &dyn Hub) -> Result<()> {
        if hub.get(MARKER, DOCUMENT_LARGEST)?.is_some() {
            return Ok(());
        }
        let bytes = marker_bytes(self.local)?;
        hub.put(MARKER, &bytes)
    }
}

/// Says whether a device is still heard at a place; one that is revoked is heard through the list of members only.
fn may_still(member: &Member, place: &Position) -> bool {
    member.through.is_none() || member.roles_at(&place.epoch, place.seq).is_some()
}
