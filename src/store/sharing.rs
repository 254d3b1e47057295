//! What many rows of lists have in common, which is there once while they are read from files, as it is in a cache.

use std::{collections::HashSet, hash::Hash, sync::Arc};

use hashbrown::DefaultHashBuilder;

use crate::{
    checklist::ItemId,
    inspection::{FacilityPin, PinnedChecklist},
};

/// Things that are there once. Nobody chooses them in order to make looking them up slow, and every row does it.
type Known<T> = HashSet<Arc<T>, DefaultHashBuilder>;

/// What rows have had in common so far.
#[derive(Default)]
pub(super) struct Sharing {
    checklists: Known<PinnedChecklist>,
    units: Known<FacilityPin>,
    people: Known<[String]>,
    names: Known<str>,
    items: Known<ItemId>,
}

impl Sharing {
    /// Shares an exact checklist.
    pub fn checklist(&mut self, pinned: &mut Arc<PinnedChecklist>) {
        once(&mut self.checklists, pinned);
    }

    /// Shares a unit as it was.
    pub fn unit(&mut self, pin: &mut Arc<FacilityPin>) {
        once(&mut self.units, pin);
    }

    /// Shares several names.
    pub fn people(&mut self, people: &mut Arc<[String]>) {
        once(&mut self.people, people);
    }

    /// Shares a name.
    pub fn name(&mut self, name: &mut Arc<str>) {
        once(&mut self.names, name);
    }

    /// Shares an item.
    pub fn item(&mut self, item: &mut Arc<ItemId>) {
        once(&mut self.items, item);
    }
}

fn once<T: Hash + Eq + ?Sized>(known: &mut Known<T>, thing: &mut Arc<T>) {
    match known.get(&**thing) {
        Some(first) => *thing = Arc::clone(first),
        None => _ = known.insert(Arc::clone(thing)),
    }
}
