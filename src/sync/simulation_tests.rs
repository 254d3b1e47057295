//! Several devices, one hub that nobody can trust, and everything that can go wrong between them.

mod world;

use std::{
    collections::{BTreeMap, BTreeSet},
    num::NonZero,
    rc::Rc,
    thread,
};

use proptest::{
    collection::vec,
    prelude::*,
    test_runner::{TestCaseResult, TestRunner},
};

use self::world::{Device, Memory, moment, world};
use super::{keys::DeviceId, state::State};
use crate::error::Kind;

/// How many stories each campaign tells: few by default, as many as `DUCHA_STORIES` says for a long one.
fn stories() -> u32 {
    std::env::var("DUCHA_STORIES").ok().and_then(|number| number.parse().ok()).unwrap_or(48)
}

/// From how many worlds stories begin, half of them encrypted.
const BEGINNINGS: usize = 8;

/// After how many rounds of syncs everybody has everything.
const ROUNDS: usize = 5;

/// What lies on a disk, or on the hub.
type Disk = BTreeMap<String, Vec<u8>>;

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

#[derive(Clone)]
struct Story {
    hub: Memory,
    devices: Vec<Device>,
    backups: BTreeMap<usize, Device>,
    snapshot: Disk,
    damaged: Disk,
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

    /// Lets everybody sync with a hub that has come to its senses, until a round changes nothing at all: then the next one
    /// would not either. Gives what any of them had heard before.
    fn settle(&mut self) -> BTreeSet<String> {
        self.hub.stale.replace(None);
        self.mend();
        let mut had = BTreeSet::new();
        for _ in 0..ROUNDS {
            let before = self.disks();
            for device in &mut self.devices {
                had.append(&mut device.sync(&self.hub).expect("synced"));
            }
            if self.disks() == before {
                return had;
            }
        }
        panic!("still restless after {ROUNDS} rounds");
    }

    /// Copies all that the hub and the devices keep.
    fn disks(&self) -> (Disk, Vec<(Disk, Option<State>)>) {
        let kept = |device: &Device| (device.local.objects.borrow().clone(), device.state.clone());
        (self.hub.objects.borrow().clone(), self.devices.iter().map(kept).collect())
    }

    /// Lets one thing happen after the other, and then everybody come together.
    fn play(mut self, events: &[Event]) -> TestCaseResult {
        for (number, event) in (1..).zip(events) {
            self.happen(number, event);
        }
        self.come_together()
    }

    /// Lets everybody sync: all agree, and nothing that anybody had is lost.
    fn come_together(mut self) -> TestCaseResult {
        let had = self.settle();
        let kept = self.devices[0].known();
        for device in &mut self.devices[1..] {
            prop_assert_eq!(&device.known(), &kept);
        }
        let lost: Vec<_> = had.difference(&self.devices[0].heard()).cloned().collect();
        prop_assert!(lost.is_empty(), "{lost:?}");
        // What nobody replaced is in the document, or offered as a choice.
        for view in kept.views.values() {
            for conflict in &view.conflicts {
                prop_assert!(conflict.candidates.len() > 1);
            }
        }
        Ok(())
    }
}

/// Tells as many stories, each from one of a few beginnings: making those takes longer than most stories.
fn tell(stories: u32) {
    let beginnings: Vec<Story> = (0..BEGINNINGS).map(|number| Story::new(number % 2 == 0)).collect();
    let config = ProptestConfig { source_file: Some(file!()), ..ProptestConfig::with_cases(stories) };
    let mut runner = TestRunner::new(config);
    let told =
        runner.run(&(events(), 0..BEGINNINGS), |(events, beginning)| beginnings[beginning].clone().play(&events));
    if let Err(error) = told {
        panic!("{error}");
    }
}

#[test]
fn whatever_happens_all_devices_agree_and_nothing_that_anybody_has_is_lost() {
    let threads = thread::available_parallelism().map_or(1, NonZero::get);
    let share = stories().div_ceil(u32::try_from(threads).expect("not that many"));
    thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(|| tell(share));
        }
    });
}

/// A story in which a branch of a clone lies in the mirror of the device that goes on.
#[test]
fn what_a_device_says_after_its_clone_said_something_damaged_goes_on_from_what_it_said_last() {
    for (number, damaged) in (0..4).flat_map(|number| [(number, "dev/"), (number, "heads/")]) {
        let mut story = Story::new(number % 2 == 0);
        story.happen(1, &Event::Clone { device: 0 });
        let clone = story.devices.len() - 1;
        story.happen(2, &Event::Edit { device: clone, document: 0, field: 0 });
        story.happen(3, &Event::Sync { device: clone });
        let object = story.hub.objects.borrow().keys().position(|name| name.starts_with(damaged)).expect("said");
        let events = [
            Event::Damage { object, at: 0 },
            Event::Edit { device: 0, document: 0, field: 0 },
            Event::Sync { device: 0 },
            Event::Sync { device: 0 },
            Event::Edit { device: 0, document: 0, field: 0 },
            Event::Edit { device: 0, document: 0, field: 0 },
        ];
        for (number, event) in (4..).zip(&events) {
            story.happen(number, event);
        }
        story.come_together().expect("all agree");
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
    let known = devices[1].known();
    let error = devices[1].sync(&Memory::default()).expect_err("no hub");
    assert_eq!(error.kind(), Kind::NotFound);
    assert_eq!(devices[1].known(), known);
}

#[test]
fn what_a_revoked_device_says_later_is_not_heard_and_what_it_said_before_stays() {
    for encrypt in [false, true] {
        let (hub, mut devices) = world(3, encrypt);
        let before = devices[1].edit(1, 0, 0).expect("said");
        devices[1].sync(&hub).expect("synced");
        devices[0].sync(&hub).expect("synced");
        let leaver = devices[1].keys.device();
        revoke(&mut devices[0], &hub, &leaver);
        let after = devices[1].edit(2, 0, 1);
        let _ = devices[1].sync(&hub);
        devices[2].sync(&hub).expect("synced");
        let heard = devices[2].known().revisions;
        assert!(heard.contains(&before));
        if let Ok(after) = after {
            assert!(!heard.contains(&after), "encrypt = {encrypt}");
        }
    }
}

fn revoke(founder: &mut Device, hub: &Memory, device: &DeviceId) {
    let keys = Rc::clone(&founder.keys);
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
    type Attack = fn(&mut Disk);
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
        assert!(
            what == "a stranger on the list" || !devices[3].known().revisions.is_empty(),
            "{what}: the other is heard"
        );
        hub.objects.replace(good);
        devices[3].sync(&hub).expect("synced");
        assert_eq!(devices[3].known().revisions.len(), 2, "{what}: all is heard in the end");
    }
}
