//! One visit to a hub: asking for nothing twice, saying how far it is, and stopping when it is told to.
//!
//! Most syncs find nothing new, so that one has to be cheap: the mark, one listing of the list of members, one listing of the
//! heads. A listing comes with signs (size, tag, time) that change whenever an object does; a head whose sign is the one that
//! it was fetched under is taken from memory. Nothing rests on that: a hub that shows old signs only holds something back,
//! which any hub can do, and a head is verified however it came.

use std::{
    cell::{Cell, RefCell},
    collections::BTreeMap,
};

use chrono::TimeDelta;

use super::{
    hub::{AT_ONCE, Hub},
    mirror::MARKER,
};
use crate::{
    error::{Error, Kind, Result},
    text,
};

/// How far a visit is.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Progress {
    /// The objects that were fetched.
    pub fetched: usize,
    /// Their bytes.
    pub fetched_bytes: u64,
    /// The objects that were put.
    pub put: usize,
    /// Their bytes.
    pub put_bytes: u64,
    /// The files of the workspace that were looked at or written, which needs no hub and may take longer.
    pub files: usize,
}

/// Takes how far a visit is; says whether it is to go on.
pub type Tell<'tell> = dyn Fn(Progress) -> bool + 'tell;

/// What is remembered of a hub from one visit to the next: heads, by name, with the sign under which each was fetched.
type Remembered = BTreeMap<String, (String, Vec<u8>)>;

/// One visit to a hub.
pub struct Visit<'hub> {
    hub: &'hub dyn Hub,
    tell: &'hub Tell<'hub>,
    progress: Cell<Progress>,
    remembered: RefCell<Remembered>,
    listed: RefCell<BTreeMap<String, Vec<String>>>,
    signs: RefCell<BTreeMap<String, String>>,
    held: RefCell<BTreeMap<String, Option<Vec<u8>>>>,
}

/// Nothing is known of an object.
struct Unknown;

/// The folder whose objects are remembered.
const HEADS: &str = "heads";

impl<'hub> Visit<'hub> {
    /// Begins a visit with what was remembered of the last one; what is damaged is forgotten.
    pub fn new(hub: &'hub dyn Hub, memory: Option<&[u8]>, tell: &'hub Tell<'hub>) -> Self {
        let remembered = memory.and_then(|bytes| {
            let (sum, content) = bytes.split_at_checked(32)?;
            (blake3::hash(content).as_bytes() == sum).then(|| postcard::from_bytes(content).ok())?
        });
        Self {
            hub,
            tell,
            progress: Cell::default(),
            remembered: RefCell::new(remembered.unwrap_or_default()),
            listed: RefCell::default(),
            signs: RefCell::default(),
            held: RefCell::default(),
        }
    }

    /// Returns what to remember until the next visit; nothing where the hub gives no signs.
    pub fn memory(&self) -> Option<Vec<u8>> {
        let remembered = self.remembered.borrow();
        // A map of texts and bytes, which is never refused.
        let content = postcard::to_stdvec(&*remembered).unwrap_or_default();
        (!remembered.is_empty()).then(|| [blake3::hash(&content).as_bytes().as_slice(), &content].concat())
    }

    /// Tells that something was done with files of the workspace; says whether to go on.
    pub fn did_here(&self, files: usize) -> bool {
        let mut progress = self.progress.get();
        progress.files += files;
        self.progress.set(progress);
        (self.tell)(progress)
    }

    fn step(&self) -> Result<()> {
        if (self.tell)(self.progress.get()) {
            return Ok(());
        }
        Err(stopped())
    }

    fn note(&self, change: impl FnOnce(&mut Progress)) {
        let mut progress = self.progress.get();
        change(&mut progress);
        self.progress.set(progress);
        // Whether to go on is asked before the next step: this one is done.
        (self.tell)(progress);
    }

    /// Returns what is known of an object without asking for it: its bytes, or that there is none.
    fn known(&self, name: &str, largest: u64) -> Result<Option<Vec<u8>>, Unknown> {
        let small = |bytes: &Vec<u8>| bytes.len() as u64 <= largest;
        if let Some(held) = self.held.borrow().get(name) {
            return if held.as_ref().is_none_or(small) { Ok(held.clone()) } else { Err(Unknown) };
        }
        let (signs, remembered) = (self.signs.borrow(), self.remembered.borrow());
        match remembered.get(name) {
            Some((sign, bytes)) if signs.get(name) == Some(sign) && small(bytes) => Ok(Some(bytes.clone())),
            _ => Err(Unknown),
        }
    }

    /// Takes what was fetched.
    fn take(&self, name: &str, found: Option<&Vec<u8>>) {
        self.note(|progress| {
            progress.fetched += 1;
            progress.fetched_bytes += found.map_or(0, |bytes| bytes.len() as u64);
        });
        if name == MARKER || is_head(name) {
            self.held.borrow_mut().insert(name.to_owned(), found.cloned());
        }
        if let (Some(sign), Some(bytes)) = (self.signs.borrow().get(name), found) {
            self.remembered.borrow_mut().insert(name.to_owned(), (sign.clone(), bytes.clone()));
        }
    }

    fn was_put(&self, name: &str, bytes: &[u8]) {
        self.note(|progress| {
            progress.put += 1;
            progress.put_bytes += bytes.len() as u64;
        });
        if let Some((folder, file)) = name.rsplit_once('/')
            && let Some(names) = self.listed.borrow_mut().get_mut(folder)
            && !names.iter().any(|name| name == file)
        {
            names.push(file.to_owned());
            names.sort_unstable();
        }
        self.renew(name);
    }
}

/// Says that somebody stopped it.
pub(super) fn stopped() -> Error {
    Error::new(Kind::Usage, text!("sync.stopped")).hint(text!("sync.stopped.hint"))
}

fn is_head(name: &str) -> bool {
    name.split_once('/').is_some_and(|(folder, _)| folder == HEADS)
}

impl Hub for Visit<'_> {
    fn get(&self, name: &str, largest: u64) -> Result<Option<Vec<u8>>> {
        if let Ok(known) = self.known(name, largest) {
            return Ok(known);
        }
        self.step()?;
        let found = self.hub.get(name, largest)?;
        self.take(name, found.as_ref());
        Ok(found)
    }

    fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
        self.step()?;
        self.hub.put(name, bytes)?;
        self.was_put(name, bytes);
        Ok(())
    }

    fn list(&self, folder: &str) -> Result<Vec<String>> {
        if let Some(names) = self.listed.borrow().get(folder) {
            return Ok(names.clone());
        }
        self.step()?;
        let found = self.hub.signs(folder)?;
        let names: Vec<String> = found.iter().map(|(name, _)| name.clone()).collect();
        if folder == HEADS {
            let signed = found.into_iter().filter_map(|(name, sign)| Some((format!("{folder}/{name}"), sign?)));
            let signs: BTreeMap<String, String> = signed.collect();
            self.remembered.borrow_mut().retain(|name, _| signs.contains_key(name));
            self.signs.replace(signs);
        }
        self.listed.borrow_mut().insert(folder.to_owned(), names.clone());
        Ok(names)
    }

    fn place(&self) -> String {
        self.hub.place()
    }

    /// Fetches several objects; where the way to the hub is lost it ends with that error, and gives fewer.
    fn get_all(&self, names: &[String], largest: u64) -> Vec<Result<Option<Vec<u8>>>> {
        let mut found: Vec<Result<Option<Vec<u8>>>> = Vec::with_capacity(names.len());
        for names in names.chunks(AT_ONCE) {
            let is_way_lost = |one: &Result<_>| one.as_ref().is_err_and(|error| error.kind() != Kind::Input);
            if found.iter().rev().take(AT_ONCE).any(is_way_lost) {
                // Whoever asked sees it before the end; every further one would only be waited for in vain.
                return found;
            }
            let known: Vec<_> = names.iter().map(|name| self.known(name, largest)).collect();
            let asked: Vec<String> =
                names.iter().zip(&known).filter(|(_, known)| known.is_err()).map(|(name, _)| name.clone()).collect();
            if let (false, Err(stopped)) = (asked.is_empty(), self.step()) {
                // The first of them ends everything; what comes after it is not looked at.
                found.push(Err(stopped));
                return found;
            }
            let mut fetched = if asked.is_empty() { Vec::new() } else { self.hub.get_all(&asked, largest) }.into_iter();
            for (name, known) in names.iter().zip(known) {
                let one = match known {
                    Ok(known) => Ok(known),
                    Err(Unknown) => fetched.next().unwrap_or(Ok(None)).inspect(|bytes| self.take(name, bytes.as_ref())),
                };
                found.push(one);
            }
        }
        found
    }

    fn put_all(&self, objects: &[(String, Vec<u8>)]) -> Result<()> {
        for objects in objects.chunks(AT_ONCE) {
            self.step()?;
            self.hub.put_all(objects)?;
            for (name, bytes) in objects {
                self.was_put(name, bytes);
            }
        }
        Ok(())
    }

    fn renew(&self, name: &str) {
        self.held.borrow_mut().remove(name);
        self.signs.borrow_mut().remove(name);
        self.remembered.borrow_mut().remove(name);
    }

    fn own_clock_ahead(&self) -> Option<TimeDelta> {
        self.hub.own_clock_ahead()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Objects;

    /// A folder that counts what is asked of it, and gives signs.
    struct Counting {
        folder: Objects,
        asked: RefCell<Vec<String>>,
    }

    impl Hub for Counting {
        fn get(&self, name: &str, largest: u64) -> Result<Option<Vec<u8>>> {
            self.asked.borrow_mut().push(format!("get {name}"));
            self.folder.get(name, largest)
        }

        fn put(&self, name: &str, bytes: &[u8]) -> Result<()> {
            self.asked.borrow_mut().push(format!("put {name}"));
            self.folder.put(name, bytes)
        }

        fn list(&self, folder: &str) -> Result<Vec<String>> {
            self.asked.borrow_mut().push(format!("list {folder}"));
            self.folder.list(folder)
        }

        fn place(&self) -> String {
            "counting".to_owned()
        }

        fn signs(&self, folder: &str) -> Result<Vec<(String, Option<String>)>> {
            let signed = |name: String| {
                let bytes = self.folder.get(&format!("{folder}/{name}"), 100).ok().flatten().unwrap_or_default();
                (name, Some(bytes.len().to_string()))
            };
            Ok(self.list(folder)?.into_iter().map(signed).collect())
        }
    }

    fn hub(folder: &tempfile::TempDir) -> Counting {
        let hub = Counting { folder: Objects::new(folder.path()), asked: RefCell::default() };
        for (name, text) in [("hub.toml", "mark"), ("heads/a.toml", "1"), ("heads/b.toml", "22")] {
            hub.folder.put(name, text.as_bytes()).expect("put");
        }
        hub
    }

    fn look(hub: &Counting, memory: Option<&[u8]>) -> (Vec<String>, Option<Vec<u8>>) {
        let visit = Visit::new(hub, memory, &|_| true);
        for _ in 0..2 {
            visit.get(MARKER, 100).expect("read");
            let names = visit.list(HEADS).expect("listed");
            let names: Vec<String> = names.into_iter().map(|name| format!("heads/{name}")).collect();
            let found = visit.get_all(&names, 100).into_iter().map(|found| found.expect("read").expect("there"));
            assert_eq!(
                found.collect::<Vec<_>>(),
                names.iter().map(|name| hub.folder.get(name, 100).expect("read").expect("there")).collect::<Vec<_>>()
            );
        }
        (hub.asked.take(), visit.memory())
    }

    #[test]
    fn nothing_is_asked_twice_and_what_did_not_change_is_remembered() {
        let folder = tempfile::tempdir().expect("a folder");
        let hub = hub(&folder);
        let all = ["get hub.toml", "list heads", "get heads/a.toml", "get heads/b.toml"];
        let (asked, memory) = look(&hub, None);
        assert_eq!(asked, all);
        let memory = memory.expect("remembered");
        assert_eq!(look(&hub, Some(&memory)).0, all[..2]);
        hub.folder.put("heads/b.toml", b"333").expect("put");
        let (asked, newer) = look(&hub, Some(&memory));
        assert_eq!(asked, ["get hub.toml", "list heads", "get heads/b.toml"]);
        let mut damaged = newer.expect("remembered");
        let last = damaged.len() - 1;
        damaged[last] ^= 1;
        assert_eq!(look(&hub, Some(&damaged)).0, all, "what is damaged is forgotten");
    }

    #[test]
    fn what_was_put_is_listed_and_fetched_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let hub = hub(&folder);
        let visit = Visit::new(&hub, None, &|_| true);
        visit.list(HEADS).expect("listed");
        visit.get("heads/a.toml", 100).expect("read");
        visit.put("heads/a.toml", b"new").expect("put");
        visit.put("heads/c.toml", b"c").expect("put");
        assert_eq!(visit.list(HEADS).expect("listed"), ["a.toml", "b.toml", "c.toml"]);
        assert_eq!(visit.get("heads/a.toml", 100).expect("read").as_deref(), Some(&b"new"[..]));
        assert_eq!(visit.get("heads/a.toml", 2).expect_err("larger than allowed").kind(), Kind::Input);
    }

    /// A hub that is gone, and counts how often it was asked for nothing.
    #[derive(Default)]
    struct Gone(Cell<usize>);

    impl Hub for Gone {
        fn get(&self, _: &str, _: u64) -> Result<Option<Vec<u8>>> {
            self.0.set(self.0.get() + 1);
            Err(Error::new(Kind::Storage, text!("storage.gone")))
        }

        fn put(&self, _: &str, _: &[u8]) -> Result<()> {
            Err(Error::new(Kind::Storage, text!("storage.gone")))
        }

        fn list(&self, _: &str) -> Result<Vec<String>> {
            Err(Error::new(Kind::Storage, text!("storage.gone")))
        }

        fn place(&self) -> String {
            "gone".to_owned()
        }
    }

    #[test]
    fn a_way_that_is_lost_is_not_tried_for_every_object() {
        let hub = Gone::default();
        let visit = Visit::new(&hub, None, &|_| true);
        let names: Vec<String> = (0..400).map(|number| format!("heads/{number}.toml")).collect();
        let found = visit.get_all(&names, 100);
        assert_eq!(found.last().and_then(|one| one.as_ref().err()).map(Error::kind), Some(Kind::Storage));
        assert!(hub.0.get() <= AT_ONCE, "asked {} times", hub.0.get());
    }

    #[test]
    fn it_stops_when_it_is_told_to() {
        let folder = tempfile::tempdir().expect("a folder");
        let hub = hub(&folder);
        let go_on = |progress: Progress| progress.fetched < 2;
        let visit = Visit::new(&hub, None, &go_on);
        visit.get("x", 100).expect("read");
        visit.get("y", 100).expect("read");
        let stopped = visit.get("z", 100).expect_err("stopped");
        assert_eq!(stopped.message().key(), "sync.stopped");
        assert!(visit.put("z", b"z").is_err() && visit.list("roster").is_err());
        assert!(visit.get_all(&["z".to_owned()], 100)[0].is_err());
        assert_eq!(hub.asked.take(), ["get x", "get y"]);
    }
}
