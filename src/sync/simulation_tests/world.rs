//! A hub in memory with devices whose disks are in memory: everything of a sync but the files of a workspace.

use std::{
    cell::{Cell, RefCell},
    collections::{BTreeMap, BTreeSet},
    rc::Rc,
};

use chrono::{DateTime, FixedOffset};

use crate::{
    error::{Error, Kind, Result},
    sync::{
        hub::Hub,
        keys::DeviceKeys,
        kind,
        merge::{History, View, view},
        mirror::Mirror,
        replica::Replica,
        revision::{Revision, RevisionId},
        roster::{Grant, Member, Role},
        state::State,
    },
    text,
};

/// A hub in memory that fails when it is told to.
#[derive(Clone, Default)]
pub struct Memory {
    pub objects: RefCell<BTreeMap<String, Vec<u8>>>,
    /// What listings show, where they are stale.
    pub stale: RefCell<Option<BTreeSet<String>>>,
    /// The number of operations until the connection breaks.
    pub fuse: Cell<Option<u32>>,
    pub requests: Cell<u32>,
}

impl Memory {
    fn step(&self) -> Result<()> {
        self.requests.set(self.requests.get() + 1);
        match self.fuse.get() {
            Some(0) => Err(Error::new(Kind::Storage, text!("storage.gone"))),
            Some(left) => {
                self.fuse.set(Some(left - 1));
                Ok(())
            }
            None => Ok(()),
        }
    }
}

impl Hub for Memory {
    fn get(&self, name: &str, largest: u64) -> Result<Option<Vec<u8>>> {
        self.step()?;
        let found = self.objects.borrow().get(name).cloned();
        if found.as_ref().is_some_and(|bytes| bytes.len() as u64 > largest) {
            return Err(Error::input(text!("storage.too-large", size = 0)));
        }
        Ok(found)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.step()?;
        self.objects.borrow_mut().insert(name.to_owned(), bytes.to_vec());
        Ok(())
    }

    fn list(&self, folder: &str) -> Result<Vec<String>> {
        self.step()?;
        let prefix = format!("{folder}/");
        let stale = self.stale.borrow();
        let shown = |name: &&String| stale.as_ref().is_none_or(|stale| stale.contains(*name));
        let objects = self.objects.borrow();
        let names = objects.keys().filter(shown).filter_map(|name| name.strip_prefix(&prefix));
        Ok(names.filter(|name| !name.contains('/')).map(str::to_owned).collect())
    }

    fn place(&self) -> String {
        "memory".to_owned()
    }
}

/// A device with all that it keeps on its disk.
#[derive(Clone)]
pub struct Device {
    pub keys: Rc<DeviceKeys>,
    pub local: Memory,
    pub state: Option<State>,
}

/// What a device makes of all that it has: what each document comes to, and the revisions that it is made of.
#[derive(Debug, PartialEq)]
pub struct Known {
    pub views: BTreeMap<String, View>,
    pub revisions: BTreeSet<RevisionId>,
}

impl Device {
    /// Does something with the replica; what came of the state is kept, unless there was an interruption.
    pub fn with<T>(&mut self, work: impl FnOnce(&mut Replica) -> Result<T>) -> Result<T> {
        self.with_state(|replica, _| work(replica))
    }

    /// Does something with the replica in steps, each of which keeps the state.
    fn with_state<T>(&mut self, work: impl FnOnce(&mut Replica, &mut dyn FnMut(&Replica)) -> Result<T>) -> Result<T> {
        let mirror = Mirror::open(&self.local)?.expect("a member");
        let mut replica = Replica::open(&self.keys, &self.local, mirror, self.state.clone())?;
        let mut keep = |replica: &Replica| self.state = Some(replica.state.clone());
        let done = work(&mut replica, &mut keep)?;
        keep(&replica);
        Ok(done)
    }

    pub fn known(&mut self) -> Known {
        self.with(|replica| {
            let documents: BTreeSet<String> = replica.state.documents.names().map(str::to_owned).collect();
            let histories = replica.archive().histories(&replica.state, &documents);
            let seen = |(document, history): (&String, &History)| {
                (document.clone(), view(kind::of(document).expect("a kind"), history))
            };
            Ok(Known {
                views: histories.iter().map(seen).collect(),
                revisions: histories.values().flat_map(|history| history.keys().copied()).collect(),
            })
        })
        .expect("read")
    }

    /// Returns the digests of all segments that were taken in; each holds what it holds for good.
    pub fn heard(&mut self) -> BTreeSet<String> {
        self.with(|replica| Ok(heard(replica))).expect("read")
    }

    pub fn edit(&mut self, number: i64, document: u8, field: u8) -> Result<RevisionId> {
        let document = format!("record/R{document}");
        self.with(|replica| {
            let histories = replica.archive().histories(&replica.state, &BTreeSet::from([document.clone()]));
            let heads = view(kind::of(&document).expect("a kind"), &histories[&document]).heads;
            let revision = Revision {
                document,
                parents: heads,
                // Clocks are wrong by years, forwards and backwards.
                at: moment(number * 7_919 % 23 * 30_000_000),
                clear: Vec::new(),
                text: None,
                set: [(format!("answer/A{field}/note"), format!("\"{number}\""))].into(),
            };
            replica.say(std::slice::from_ref(&revision), moment(number))?;
            Ok(revision.id())
        })
    }

    /// Syncs as [`crate::sync::exchange`] does: what came is kept before anything goes. Gives what was heard before.
    pub fn sync(&mut self, hub: &Memory) -> Result<BTreeSet<String>> {
        self.with_state(|replica, keep| {
            let before = heard(replica);
            replica.hear(hub)?;
            keep(replica);
            replica.mirror.push(hub).map(|_| before)
        })
    }
}

fn heard(replica: &Replica) -> BTreeSet<String> {
    replica.state.segments.iter().map(|(_, place)| place.hash.clone()).collect()
}

pub fn moment(seconds: i64) -> DateTime<FixedOffset> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).expect("a moment").fixed_offset()
}

/// Makes a hub with as many devices, all of them inspectors.
pub fn world(devices: usize, encrypt: bool) -> (Memory, Vec<Device>) {
    let hub = Memory::default();
    let new = || Device { keys: Rc::new(DeviceKeys::generate().expect("keys")), local: Memory::default(), state: None };
    let mut all: Vec<Device> = (0..devices).map(|_| new()).collect();
    let others: Vec<Rc<DeviceKeys>> = all[1..].iter().map(|device| Rc::clone(&device.keys)).collect();
    let founder = &mut all[0];
    let keys = Rc::clone(&founder.keys);
    Mirror::found(&founder.local, &keys, "某委", "P0", encrypt, moment(0)).expect("founded");
    founder
        .with(|replica| {
            let mut entry = replica.mirror.roster().clone();
            for (number, other) in (1..).zip(&others) {
                entry.members.push(Member {
                    person: format!("P{number}"),
                    key: other.public(),
                    recipient: other.recipient(),
                    grants: vec![Grant { roles: vec![Role::Inspector], after: Vec::new() }],
                    through: None,
                });
            }
            if let Some(key) = replica.epoch_keys().last() {
                entry.seal_key(key)?;
            }
            replica.mirror.set_roster(&keys, entry, moment(0))?;
            replica.mirror.mark(&hub)?;
            replica.mirror.push(&hub)
        })
        .expect("published");
    for device in &mut all[1..] {
        Mirror::adopt(&device.local, &hub, &keys.public()).expect("adopted");
        device.sync(&hub).expect("synced");
    }
    (hub, all)
}
