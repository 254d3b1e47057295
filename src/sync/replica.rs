//! One device's copy of everything that was said, and what of it has been taken in: sync without files.

use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset};

use super::{
    hub::{AT_ONCE, Hub},
    keys::{DeviceId, DeviceKeys, EpochKey, hex, random},
    mirror::Mirror,
    refused::Refused,
    revision::Revision,
    roster::{Entry, Position},
    segment::{self, Segment},
    state::{Archive, State},
};
use crate::{error::Result, i18n::Text, store::at_once};

/// The number of segments that are opened and read at the same time.
const READERS: usize = 2;

/// One device's copy of everything that was said.
///
/// Whoever holds it decides when [`Replica::state`] is kept; losing what came after costs nothing but doing it again.
pub struct Replica<'run> {
    /// The keys of the device.
    pub keys: &'run DeviceKeys,
    /// The mirror.
    pub mirror: Mirror<'run>,
    /// What has been taken in.
    pub state: State,
    /// The documents that something new was said of.
    pub touched: BTreeSet<String>,
    /// What was refused.
    pub refused: Vec<Refused>,
    /// What removed devices have said since, by the digest of the newest.
    pub unheard: Vec<(DeviceId, String)>,
    /// When each device said the newest of what came, by its own clock.
    pub clocks: BTreeMap<DeviceId, DateTime<FixedOffset>>,
    /// The hub from which a segment comes again that is damaged in the mirror, where there is one.
    pub source: Option<&'run dyn Hub>,
    /// Is called again and again while what came is read, which may take long.
    pub moved: Option<&'run dyn Fn()>,
    local: &'run dyn Hub,
    me: DeviceId,
}

impl<'run> Replica<'run> {
    /// Opens the replica, and takes in what an interruption left in the mirror.
    pub fn open(
        keys: &'run DeviceKeys,
        local: &'run dyn Hub,
        mirror: Mirror<'run>,
        state: Option<State>,
    ) -> Result<Self> {
        let state = state.map_or_else(|| Ok(State::new(new_epoch()?)), Ok)?;
        let (touched, refused) = (BTreeSet::new(), Vec::new());
        let (unheard, clocks) = (Vec::new(), BTreeMap::new());
        let (source, moved, me) = (None, None, keys.device());
        let mut replica = Self { keys, mirror, state, touched, refused, unheard, clocks, source, moved, local, me };
        replica.recover()?;
        Ok(replica)
    }

    /// Returns the device.
    pub fn device(&self) -> &DeviceId {
        &self.me
    }

    /// Returns the keys of the key epochs, the oldest first.
    pub fn epoch_keys(&self) -> Vec<EpochKey> {
        self.mirror.roster().open_keys(self.keys)
    }

    /// Opens the archive of what was said.
    pub fn archive(&self) -> Archive<'_, 'run> {
        Archive::new(&self.mirror, self.epoch_keys()).mended_from(self.source)
    }

    fn recover(&mut self) -> Result<()> {
        let state = &self.state;
        let carried = self.mirror.pull(self.local, &self.me, |hash| state.is_applied(hash))?;
        self.note(&carried.arrived);
        // The one that the next segment replaces: what a clone left beside it has names of its own, and is not gone on from.
        match self.mirror.head(&self.me, &self.state.epoch)? {
            Some(head) if self.state.is_applied(&head.newest.hash) => self.state.last = Some(head.newest),
            // What cannot be opened yet must keep its head.
            Some(_) => self.state.epoch = new_epoch()?,
            None => {}
        }
        Ok(())
    }

    /// Says something: in as many segments as it takes.
    pub fn say(&mut self, revisions: &[Revision], now: DateTime<FixedOffset>) -> Result<()> {
        for part in parts(revisions) {
            let last = self.state.last.clone();
            let place = self.mirror.append(self.keys, &self.state.epoch, last, part, now)?;
            self.state.note(&self.me, &place, part.iter().map(|revision| revision.document.as_str()));
            self.state.last = Some(place);
        }
        Ok(())
    }

    /// Brings what is new on a hub into the mirror and takes it in; gives the number of segments that came.
    ///
    /// Where the hub has something of this device that the mirror had not, the device was cloned or restored, and goes on in
    /// a new epoch: readers keep both branches.
    pub fn hear(&mut self, hub: &dyn Hub) -> Result<(usize, bool)> {
        let before = self.mirror.roster().clone();
        // With the newest list of members, what could not be opened before may be.
        self.refused.clear();
        let state = &self.state;
        let carried = self.mirror.pull(hub, &self.me, |hash| state.is_applied(hash))?;
        self.refused.extend(carried.refused);
        self.unheard.extend(carried.unheard);
        if carried.cloned {
            self.state.epoch = new_epoch()?;
        }
        self.note(&carried.arrived);
        self.roles_changed(&before);
        Ok((carried.arrived.len(), carried.cloned))
    }

    /// Puts back what a hub has lost of everything that was taken in; gives the number of segments.
    ///
    /// A head names only what comes after the last one, so that nobody else would notice what is gone from before it. A
    /// listing is asked for each folder of at most `most`, beginning with one that `turn` picks: in a few turns all are.
    pub fn refill(&self, hub: &dyn Hub, most: usize, turn: usize) -> Result<usize> {
        let mut folders: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for (device, place) in &self.state.segments {
            let names = folders.entry(segment::folder(device, place)).or_default();
            names.push(segment::name(device, place));
        }
        let first = turn % folders.len().max(1);
        let mut lost = 0;
        for (folder, names) in folders.iter().cycle().skip(first).take(most.min(folders.len())) {
            let there: BTreeSet<String> =
                hub.list(folder)?.into_iter().map(|file| format!("{folder}/{file}")).collect();
            let gone: Vec<&String> = names.iter().filter(|name| !there.contains(*name)).collect();
            for part in gone.chunks(AT_ONCE) {
                let read = part.iter().filter_map(|name| {
                    self.local.get(name, segment::LARGEST).map(|bytes| Some(((*name).clone(), bytes?))).transpose()
                });
                let objects = read.collect::<Result<Vec<_>>>()?;
                hub.put_all(&objects)?;
                lost += objects.len();
            }
        }
        Ok(lost)
    }

    /// Takes segments in, each device's in order; what cannot be opened stops its device until the next time.
    fn note(&mut self, arrived: &[(DeviceId, Position)]) {
        if arrived.is_empty() {
            return;
        }
        let keys = self.epoch_keys();
        let mut stopped: BTreeSet<&DeviceId> = BTreeSet::new();
        let documents_of = |segment: &Result<Segment, Text>| {
            let segment = segment.as_ref().map_err(Clone::clone)?;
            let revisions = segment.revisions(&keys)?.into_iter();
            Ok((segment.header.at, revisions.map(|revision| revision.document).collect::<BTreeSet<_>>()))
        };
        let opened = arrived.chunks(READERS).flat_map(|some| {
            let segments: Vec<_> = some.iter().map(|(device, place)| self.mirror.segment(device, place)).collect();
            some.iter().zip(at_once(&segments, READERS, documents_of))
        });
        for ((device, place), opened) in opened {
            self.moved.inspect(|moved| moved());
            if stopped.contains(device) {
                continue;
            }
            match opened {
                Ok((at, documents)) => {
                    let newest = self.clocks.entry(device.clone()).or_insert(at);
                    *newest = at.max(*newest);
                    self.state.note(device, place, documents.iter().map(String::as_str));
                    self.touched.extend(documents);
                }
                Err(reason) => {
                    stopped.insert(device);
                    self.refused.push(Refused::new(segment::name(device, place), reason));
                }
            }
        }
    }

    /// Looks again at every document of a device whose standing is another one now.
    pub fn roles_changed(&mut self, before: &Entry) {
        if before == self.mirror.roster() {
            return;
        }
        let changed = |device: &DeviceId| before.member(device) != self.mirror.roster().member(device);
        let numbers: BTreeSet<u32> =
            (0..).zip(&self.state.segments).filter(|(_, (device, _))| changed(device)).map(|(at, _)| at).collect();
        let of_theirs = |segments: &[u32]| segments.iter().any(|number| numbers.contains(number));
        let concerned = self.state.documents.iter().filter(|(_, document)| of_theirs(&document.segments));
        self.touched.extend(concerned.map(|(document, _)| document.to_owned()));
    }
}

/// Makes the name of an epoch.
pub(super) fn new_epoch() -> Result<String> {
    Ok(hex(&random::<8>()?))
}

/// Cuts what is to be said into segments of a size that can be read without much memory.
fn parts(revisions: &[Revision]) -> Vec<&[Revision]> {
    let mut parts = Vec::new();
    let (mut begin, mut full) = (0, 0);
    for (at, revision) in revisions.iter().enumerate() {
        if full > 0 && full + revision.size() > segment::FULL {
            parts.push(&revisions[begin..at]);
            (begin, full) = (at, 0);
        }
        full += revision.size().max(1);
    }
    if begin < revisions.len() {
        parts.push(&revisions[begin..]);
    }
    parts
}
