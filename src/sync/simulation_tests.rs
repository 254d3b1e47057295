//! Several devices, one hub that nobody can trust, and everything that can go wrong between them.

use std::cell::{Cell, RefCell};
use std::collections::{BTreeMap, BTreeSet};

use chrono::{DateTime, FixedOffset};
use proptest::{collection::vec, prelude::*};

use super::{
    hub::Hub,
    keys::{DeviceId, DeviceKeys},
    kind,
    merge::{View, view},
    mirror::Mirror,
    replica::Replica,
    revision::{Revision, RevisionId},
    roster::{Grant, Member, Role},
    state::State,
};
use crate::error::{Error, Kind, Result};
use crate::text;

/// How many stories each campaign tells: few by default, as many as `DUCHA_STORIES` says for a long one.
fn stories() -> u32 {
    std::env::var("DUCHA_STORIES").ok().and_then(|number| number.parse().ok()).unwrap_or(48)
}

/// A hub in memory that fails when it is told to.
#[derive(Clone, Default)]
struct Memory {
    objects: RefCell<BTreeMap<String, Vec<u8>>>,
    /// What listings show, where they are stale.
    stale: RefCell<Option<BTreeSet<String>>>,
    /// The number of operations until the connection breaks.
    fuse: Cell<Option<u32>>,
    requests: Cell<u32>,
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
struct Device {
    secret: String,
    local: Memory,
    state: Option<State>,
}

impl Device {
    fn keys(&self) -> DeviceKeys {
        DeviceKeys::from_secret(&self.secret).expect("keys")
    }

    /// Does something with the replica; what came of the state is kept, unless there was an interruption.
    fn with<T>(&mut self, work: impl FnOnce(&mut Replica) -> Result<T>) -> Result<T> {
        let keys = self.keys();
        let mirror = Mirror::open(&self.local)?.expect("a member");
        let mut replica = Replica::open(&keys, &self.local, mirror, self.state.clone())?;
        let done = work(&mut replica)?;
        self.state = Some(replica.state.clone());
        Ok(done)
    }

    fn views(&mut self) -> BTreeMap<String, View> {
        self.with(|replica| {
            let documents: BTreeSet<String> = replica.state.documents.keys().cloned().collect();
            let histories = replica.archive().histories(&replica.state, &documents);
            let kind = |document: &str| kind::of(document).expect("a kind");
            Ok(histories
                .into_iter()
                .map(|(document, history)| (document.clone(), view(kind(&document), &history)))
                .collect())
        })
        .expect("read")
    }

    fn revisions(&mut self) -> BTreeSet<RevisionId> {
        self.with(|replica| {
            let documents: BTreeSet<String> = replica.state.documents.keys().cloned().collect();
            let histories = replica.archive().histories(&replica.state, &documents);
            Ok(histories.into_values().flat_map(|history| history.into_keys().collect::<Vec<_>>()).collect())
        })
        .expect("read")
    }

    fn edit(&mut self, number: i64, document: u8, field: u8) -> Result<RevisionId> {
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

    fn sync(&mut self, hub: &Memory) -> Result<()> {
        self.with(|replica| replica.hear(hub))?;
        self.with(|replica| replica.mirror.push(hub).map(drop))
    }
}

fn moment(seconds: i64) -> DateTime<FixedOffset> {
    DateTime::from_timestamp(1_700_000_000 + seconds, 0).expect("a moment").fixed_offset()
}

/// Makes a hub with as many devices, all of them inspectors.
fn world(devices: usize, encrypt: bool) -> (Memory, Vec<Device>) {
    let hub = Memory::default();
    let new =
        || Device { secret: DeviceKeys::generate().expect("keys").secret(), local: Memory::default(), state: None };
    let mut all: Vec<Device> = (0..devices).map(|_| new()).collect();
    let others: Vec<DeviceKeys> = all[1..].iter().map(Device::keys).collect();
    let founder = &mut all[0];
    let keys = founder.keys();
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

/// What happens in a story; indices are taken modulo what there is.
#[derive(Clone, Debug)]
enum Event {
    Edit {
        device: usize,
        document: u8,
        field: u8,
    },
    Sync {
        device: usize,
    },
    /// The connection to the hub breaks after some operations.
    Broken {
        device: usize,
        after: u32,
    },
    /// The device dies after some operations on its own disk.
    Killed {
        device: usize,
        after: u32,
    },
    /// The disk of a device is copied to another computer, and both are used.
    Clone {
        device: usize,
    },
    /// A device is set back to what it was when the story began, or when it was last backed up.
    Restore {
        device: usize,
    },
    Backup {
        device: usize,
    },
    /// The state is lost, and with it all memory of what was taken in.
    Forget {
        device: usize,
    },
    /// Listings show what there was at this moment from now on, or everything again.
    Stale {
        on: bool,
    },
    /// The hub is set back to what it was at the last of these events.
    RollBack,
    Snapshot,
    /// A bit of an object of the hub flips, or it is cut short, for a while.
    Damage {
        object: usize,
        at: usize,
    },
    Mend,
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    let device = 0..5_usize;
    let event = prop_oneof![
        8 => (device.clone(), 0..2_u8, 0..3_u8).prop_map(|(device, document, field)| Event::Edit { device, document, field }),
        8 => device.clone().prop_map(|device| Event::Sync { device }),
        2 => (device.clone(), 0..20_u32).prop_map(|(device, after)| Event::Broken { device, after }),
        2 => (device.clone(), 0..20_u32).prop_map(|(device, after)| Event::Killed { device, after }),
        1 => device.clone().prop_map(|device| Event::Clone { device }),
        1 => device.clone().prop_map(|device| Event::Restore { device }),
        1 => device.clone().prop_map(|device| Event::Backup { device }),
        1 => device.prop_map(|device| Event::Forget { device }),
        1 => any::<bool>().prop_map(|on| Event::Stale { on }),
        1 => Just(Event::RollBack),
        1 => Just(Event::Snapshot),
        2 => (any::<usize>(), any::<usize>()).prop_map(|(object, at)| Event::Damage { object, at }),
        1 => Just(Event::Mend),
    ];
    vec(event, 1..32)
}

struct Story {
    hub: Memory,
    devices: Vec<Device>,
    backups: BTreeMap<usize, Device>,
    snapshot: BTreeMap<String, Vec<u8>>,
    damaged: BTreeMap<String, Vec<u8>>,
}

impl Story {
    fn new(encrypt: bool) -> Self {
        let (hub, devices) = world(3, encrypt);
        let snapshot = hub.objects.borrow().clone();
        Self { hub, devices, backups: BTreeMap::new(), snapshot, damaged: BTreeMap::new() }
    }

    fn happen(&mut self, number: i64, event: &Event) {
        let count = self.devices.len();
        match *event {
            Event::Edit { device, document, field } => {
                self.devices[device % count].edit(number, document, field).expect("said");
            }
            Event::Sync { device } => drop(self.devices[device % count].sync(&self.hub)),
            Event::Broken { device, after } => {
                self.hub.fuse.set(Some(after));
                let _ = self.devices[device % count].sync(&self.hub);
                self.hub.fuse.set(None);
            }
            Event::Killed { device, after } => {
                let device = &mut self.devices[device % count];
                device.local.fuse.set(Some(after));
                let _ = device.edit(number, 0, 0).and_then(|_| device.sync(&self.hub));
                device.local.fuse.set(None);
            }
            Event::Clone { device } if count < 5 => self.devices.push(self.devices[device % count].clone()),
            Event::Clone { .. } => {}
            Event::Backup { device } => drop(self.backups.insert(device % count, self.devices[device % count].clone())),
            Event::Restore { device } => {
                if let Some(backup) = self.backups.get(&(device % count)) {
                    self.devices[device % count] = backup.clone();
                }
            }
            Event::Forget { device } => self.devices[device % count].state = None,
            Event::Stale { on } => {
                let names = on.then(|| self.hub.objects.borrow().keys().cloned().collect());
                self.hub.stale.replace(names);
            }
            Event::Snapshot => {
                self.mend();
                self.snapshot = self.hub.objects.borrow().clone();
            }
            Event::RollBack => {
                self.damaged.clear();
                self.hub.objects.replace(self.snapshot.clone());
            }
            Event::Damage { object, at } => {
                let mut objects = self.hub.objects.borrow_mut();
                let index = object % objects.len();
                let Some((name, bytes)) = objects.iter_mut().nth(index) else { return };
                // What marks the hub is not there at all when it cannot be believed, which every sync says at once.
                if name != "hub.toml" && !bytes.is_empty() {
                    self.damaged.entry(name.clone()).or_insert_with(|| bytes.clone());
                    let at = at % bytes.len();
                    if at % 3 == 0 { bytes.truncate(at) } else { bytes[at] ^= 1 << (at % 8) }
                }
            }
            Event::Mend => self.mend(),
        }
    }

    /// Puts damaged objects back, but for those that somebody has replaced since.
    fn mend(&mut self) {
        for (name, bytes) in std::mem::take(&mut self.damaged) {
            let mut objects = self.hub.objects.borrow_mut();
            // A head may have been replaced by a newer one since, which whoever has it says again.
            if name.starts_with("heads/") { drop(objects.remove(&name)) } else { drop(objects.insert(name, bytes)) }
        }
    }

    /// Lets everybody sync with a hub that has come to its senses.
    fn settle(&mut self) {
        self.hub.stale.replace(None);
        self.mend();
        for _ in 0..4 {
            for device in &mut self.devices {
                device.sync(&self.hub).expect("synced");
            }
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(stories()))]

    #[test]
    fn whatever_happens_all_devices_agree_and_nothing_that_anybody_has_is_lost(events in events(), encrypt in any::<bool>()) {
        let mut story = Story::new(encrypt);
        for (number, event) in (1..).zip(&events) {
            story.happen(number, event);
        }
        let mut had: BTreeSet<RevisionId> = BTreeSet::new();
        for device in &mut story.devices {
            had.extend(device.revisions());
        }
        story.settle();
        let views = story.devices[0].views();
        for device in &mut story.devices[1..] {
            prop_assert_eq!(&device.views(), &views);
        }
        let kept = story.devices[0].revisions();
        prop_assert!(had.is_subset(&kept), "{:?}", had.difference(&kept).collect::<Vec<_>>());
        // What nobody replaced is in the document, or offered as a choice.
        for view in views.values() {
            for conflict in &view.conflicts {
                prop_assert!(conflict.candidates.len() > 1);
            }
        }
    }
}

#[test]
fn a_sync_with_nothing_new_takes_few_requests() {
    let (hub, mut devices) = world(3, true);
    devices[1].edit(1, 0, 0).expect("said");
    for _ in 0..2 {
        for device in &mut devices {
            device.sync(&hub).expect("synced");
        }
    }
    let before = hub.requests.get();
    devices[2].sync(&hub).expect("synced");
    // The mark, two listings, and one head for each device that has ever said anything.
    assert!(hub.requests.get() - before <= 8, "{}", hub.requests.get() - before);
}

#[test]
fn an_empty_place_stops_everything() {
    let (_, mut devices) = world(2, false);
    devices[1].edit(1, 0, 0).expect("said");
    let views = devices[1].views();
    let error = devices[1].sync(&Memory::default()).expect_err("no hub");
    assert_eq!(error.kind(), Kind::NotFound);
    assert_eq!(devices[1].views(), views);
}

#[test]
fn what_a_revoked_device_says_later_is_not_heard_and_what_it_said_before_stays() {
    for encrypt in [false, true] {
        let (hub, mut devices) = world(3, encrypt);
        let before = devices[1].edit(1, 0, 0).expect("said");
        devices[1].sync(&hub).expect("synced");
        devices[0].sync(&hub).expect("synced");
        let leaver = devices[1].keys().device();
        revoke(&mut devices[0], &hub, &leaver);
        let after = devices[1].edit(2, 0, 1);
        let _ = devices[1].sync(&hub);
        devices[2].sync(&hub).expect("synced");
        let heard = devices[2].revisions();
        assert!(heard.contains(&before));
        if let Ok(after) = after {
            assert!(!heard.contains(&after), "encrypt = {encrypt}");
        }
    }
}

fn revoke(founder: &mut Device, hub: &Memory, device: &DeviceId) {
    let keys = founder.keys();
    founder
        .with(|replica| {
            let heads = replica.mirror.heads()?.into_iter().filter(|head| head.device == *device);
            let heads = heads.map(|head| head.newest).collect();
            let mut entry = replica.mirror.roster().clone();
            entry.member_mut(device).expect("a member").through = Some(heads);
            let past = entry.open_keys(&keys);
            if replica.mirror.marker().encrypt {
                entry.renew_keys(&past)?;
            }
            replica.mirror.set_roster(&keys, entry, moment(9))?;
            replica.mirror.push(hub)
        })
        .expect("revoked");
}

#[test]
fn forged_swapped_and_replayed_objects_are_named_and_the_rest_goes_on() {
    type Attack = fn(&mut BTreeMap<String, Vec<u8>>);
    let attacks: [(&str, Attack); 6] = [
        ("swapped", |objects| {
            let names: Vec<_> = objects.keys().filter(|name| name.starts_with("dev/")).cloned().collect();
            let first = objects[&names[0]].clone();
            objects.insert(names[1].clone(), first);
        }),
        ("dropped", |objects| {
            let name = objects.keys().find(|name| name.starts_with("dev/")).cloned().expect("a segment");
            objects.remove(&name);
        }),
        ("a head of somebody else", |objects| {
            let names: Vec<_> = objects.keys().filter(|name| name.starts_with("heads/")).cloned().collect();
            let first = objects[&names[0]].clone();
            objects.insert(names[1].clone(), first);
        }),
        ("a page of a captive portal", |objects| {
            let name = objects.keys().find(|name| name.starts_with("heads/")).cloned().expect("a head");
            objects.insert(name, b"<html>login</html>".to_vec());
        }),
        ("a stranger on the list", |objects| {
            let mut bytes = objects.iter().find(|(name, _)| name.starts_with("roster/")).expect("an entry").1.clone();
            bytes.extend_from_slice(b"\n");
            let hash = blake3::hash(&bytes).to_hex();
            objects.insert(format!("roster/000009-{hash}.toml"), bytes);
        }),
        ("a huge head", |objects| {
            let name = objects.keys().find(|name| name.starts_with("heads/")).cloned().expect("a head");
            objects.insert(name, vec![b'['; 200_000]);
        }),
    ];
    for (what, attack) in attacks {
        let (hub, mut devices) = world(4, false);
        for (field, device) in (0..).zip(&mut devices[1..=2]) {
            device.edit(1, 0, field).expect("said");
            device.sync(&hub).expect("synced");
        }
        let good = hub.objects.borrow().clone();
        attack(&mut hub.objects.borrow_mut());
        let refused = devices[3].with(|replica| {
            replica.hear(&hub)?;
            Ok(replica.refused.len())
        });
        assert!(refused.expect("goes on") > 0, "{what} is named");
        assert!(what == "a stranger on the list" || !devices[3].revisions().is_empty(), "{what}: the other is heard");
        hub.objects.replace(good);
        devices[3].sync(&hub).expect("synced");
        assert_eq!(devices[3].revisions().len(), 2, "{what}: all is heard in the end");
    }
}
