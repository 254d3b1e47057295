//! Carrying everything that was verified from one hub to a copy of it: from a district to the province, say.
//!
//! Whoever carries need not be a member and reads nothing: signatures, chains and the list of members are checked with the
//! keys that the hub itself names, and the bytes go on unchanged. What is remembered between two times lies in a mirror of
//! its own, so that a workspace's own hub is never touched, and a hub that suddenly has another founder is refused.
//!
//! Only what has news is looked at. The heads say which segments are new, and each segment names the folders in which its
//! files lie, which can be read without opening it. What was carried is noted for each copy when all of it is there, so that
//! after an interruption the same segments are new again.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{
    exchange::visiting,
    hub::{AT_ONCE, Hub},
    keys::{DeviceId, looks_sealed},
    mirror::{DOCUMENT_LARGEST, MARKER, Mirror},
    refused::Refused,
    segment::{Segment, is_digest},
    visit::{Tell, Visit},
};
use crate::{error::Result, store::Workspace, text};

/// What carrying came to.
#[derive(Debug, Default)]
pub struct Relayed {
    /// The name of the hub.
    pub name: String,
    /// The segments that were new here.
    pub arrived: usize,
    /// The segments that the copy did not have.
    pub sent: usize,
    /// The files that the copy did not have.
    pub files: usize,
    /// What was refused and did not go on.
    pub refused: Vec<Refused>,
}

/// The largest file that is carried, in bytes.
const LARGEST: u64 = 256 * 1024 * 1024;

/// What is remembered of a copy.
#[derive(Default, PartialEq, Serialize, Deserialize)]
struct Copy {
    /// The digests of the heads up to which everything is there.
    heads: Vec<String>,
    /// The folders of files in which something was refused: there everything is looked at again.
    doubtful: BTreeSet<String>,
}

/// Carries everything from one hub to a copy of it; the copy is made where its place is empty.
pub fn relay(workspace: &Workspace, from: &dyn Hub, to: &dyn Hub, tell: &Tell) -> Result<Relayed> {
    workspace.require_writable()?;
    visiting(workspace, from, tell, |from| visiting(workspace, to, tell, |to| carry(workspace, from, to)))
}

fn carry(workspace: &Workspace, from: &Visit, to: &Visit) -> Result<Relayed> {
    let hub = Mirror::identity(from)?;
    let local = workspace.relay_mirror(&hub);
    let mut mirror = match Mirror::open(&local)? {
        Some(mirror) => mirror,
        None => Mirror::begin(&local, from)?,
    };
    mirror.require(from)?;
    let memory = format!("carried-{hub}-{}", &blake3::hash(to.place().as_bytes()).to_hex()[..16]);
    let is_new = to.get(MARKER, DOCUMENT_LARGEST)?.is_none();
    // A place that is empty has nothing of what was carried there once.
    let known = if is_new { Copy::default() } else { remembered(workspace, &memory)? };
    mirror.mark(to)?;
    mirror.require(to)?;
    // Nobody speaks here: no device is this one.
    let nobody = DeviceId(String::new());
    let carried = mirror.pull(from, &nobody, |hash| known.heads.iter().any(|known| known == hash))?;
    let mut relayed = Relayed {
        name: mirror.marker().name.clone(),
        arrived: carried.arrived.len(),
        refused: carried.refused,
        ..Relayed::default()
    };
    let mut folders = known.doubtful.clone();
    for (device, place) in &carried.arrived {
        folders.extend(folders_of(mirror.segment(device, place).ok()));
    }
    // Files first, as whoever sends them does: what speaks of a file comes when the file is there.
    let mut now = Copy::default();
    for folder in folders.iter().filter(|folder| is_folder(folder)) {
        let before = relayed.refused.len();
        relayed.files += files(from, to, folder, mirror.marker().encrypt, &mut relayed.refused)?;
        if relayed.refused.len() > before {
            now.doubtful.insert(folder.clone());
        }
    }
    mirror.trace_refused(&mut relayed.refused);
    relayed.sent = mirror.push(to)?;
    now.heads = mirror.heads()?.into_iter().map(|head| head.newest.hash).collect();
    if now != known {
        // A list of texts and a set of them, which TOML never refuses.
        workspace.write_sync_file(&memory, toml::to_string(&now).unwrap_or_default().as_bytes())?;
    }
    Ok(relayed)
}

/// Reads what is remembered of a copy; what is damaged is forgotten, and everything looked at again.
fn remembered(workspace: &Workspace, memory: &str) -> Result<Copy> {
    let bytes = workspace.sync_file(memory)?.unwrap_or_default();
    Ok(std::str::from_utf8(&bytes).ok().and_then(|text| toml::from_str(text).ok()).unwrap_or_default())
}

/// Names the folders in which the files of a segment may lie: all of them where it does not say, because it will not be new
/// a second time.
fn folders_of(segment: Option<Segment>) -> BTreeSet<String> {
    let named = segment.and_then(|segment| segment.header.folders);
    named.unwrap_or_else(|| (0..=u8::MAX).map(|folder| format!("{folder:02x}")).collect())
}

/// Says whether a text is the name of a folder of files: it comes from whoever signed a segment.
fn is_folder(name: &str) -> bool {
    name.len() == 2 && name.bytes().all(|byte| matches!(byte, b'0'..=b'9' | b'a'..=b'f'))
}

/// Carries the files of a folder that the copy does not have; gives their number.
///
/// What they hold is compared with their names. Where they are `sealed` only whoever opens them can do that: here it is
/// seen that they are sealed at all, and no page of a network that wants a login first.
fn files(from: &dyn Hub, to: &dyn Hub, folder: &str, sealed: bool, refused: &mut Vec<Refused>) -> Result<usize> {
    let folder = format!("ev/{folder}");
    let names = from.list(&folder)?;
    let there = to.list(&folder)?;
    let missing = names.into_iter().filter(|name| is_digest(name) && !there.contains(name));
    let missing: Vec<String> = missing.map(|name| format!("{folder}/{name}")).collect();
    let mut count = 0;
    for names in missing.chunks(AT_ONCE) {
        let mut good = Vec::new();
        for (name, found) in names.iter().zip(from.get_all(names, LARGEST)) {
            let Some(bytes) = found? else { continue };
            let is_digest_right = || name.ends_with(blake3::hash(&bytes).to_hex().as_str());
            if sealed && !looks_sealed(&bytes) {
                refused.push(Refused::new(name, text!("sync.bad.not-ours")));
            } else if !sealed && !is_digest_right() {
                refused.push(Refused::new(name, text!("sync.bad.digest")));
            } else {
                good.push((name.clone(), bytes));
            }
        }
        to.put_all(&good)?;
        count += good.len();
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;
    use crate::sync::{
        breaking::{Breaking, now, workspace},
        keys::{DeviceKeys, EpochKey},
        revision::Revision,
        roster::Position,
    };

    const EPOCH: &str = "00000000000000aa";

    /// A hub with one member, who says things.
    struct Speaker {
        keys: DeviceKeys,
        hub: Breaking,
        last: Option<Position>,
        sealed: bool,
    }

    impl Speaker {
        fn new(folder: &Path, sealed: bool) -> Self {
            let (keys, hub) = (DeviceKeys::generate().expect("keys"), Breaking::new(folder));
            Mirror::found(&hub.folder, &keys, "某委", "林明", sealed, now()).expect("founded");
            Self { keys, hub, last: None, sealed }
        }

        /// Speaks of a file; gives the name under which it belongs on the hub.
        fn says(&mut self, file: &[u8]) -> String {
            let digest = blake3::hash(file).to_hex().to_string();
            let revision = Revision {
                document: format!("evidence/{}.jpg", &digest[..8]),
                parents: Vec::new(),
                at: now(),
                clear: Vec::new(),
                text: None,
                set: [("content".to_owned(), format!("\"{digest}\""))].into(),
            };
            let mirror = Mirror::open(&self.hub.folder).expect("read").expect("a hub");
            let last = mirror.append(&self.keys, EPOCH, self.last.take(), &[revision], now()).expect("said");
            self.last = Some(last);
            format!("ev/{}/{digest}", &digest[..2])
        }

        fn seal(&self, bytes: &[u8]) -> Vec<u8> {
            if self.sealed { EpochKey::generate().seal(bytes).expect("sealed") } else { bytes.to_vec() }
        }
    }

    fn carried(carrier: &Workspace, from: &Breaking, to: &Breaking) -> Relayed {
        from.asked.set(0);
        to.asked.set(0);
        relay(carrier, from, to, &|_| true).expect("carried")
    }

    #[test]
    fn a_file_that_cannot_be_good_stays_where_it_is_until_it_is() {
        for sealed in [false, true] {
            let folder = tempfile::tempdir().expect("a folder");
            let carrier = workspace(&folder.path().join("carrier"));
            let mut from = Speaker::new(&folder.path().join("from"), sealed);
            let to = Breaking::new(&folder.path().join("to"));
            let [photograph, another] = [&b"photograph"[..], b"another"].map(|file| (from.says(file), from.seal(file)));
            from.hub.put(&photograph.0, &photograph.1).expect("put");
            from.hub.put(&another.0, b"<html>login</html>").expect("put");
            let relayed = carried(&carrier, &from.hub, &to);
            assert_eq!(relayed.files, 1, "sealed {sealed}");
            let refused: Vec<&str> = relayed.refused.iter().map(|one| one.object.as_str()).collect();
            assert_eq!(refused, [&another.0], "sealed {sealed}");
            assert_eq!(to.get(&photograph.0, LARGEST).expect("read"), Some(photograph.1));
            assert_eq!(to.get(&another.0, LARGEST).expect("read"), None);
            from.hub.put(&another.0, &another.1).expect("mended");
            assert_eq!(carried(&carrier, &from.hub, &to).files, 1, "sealed {sealed}");
            assert_eq!(to.get(&another.0, LARGEST).expect("read"), Some(another.1));
        }
    }

    #[test]
    fn where_a_segment_does_not_say_its_files_may_be_anywhere() {
        let folder = tempfile::tempdir().expect("a folder");
        let mut speaker = Speaker::new(folder.path(), false);
        let name = speaker.says(b"photograph");
        let mirror = Mirror::open(&speaker.hub.folder).expect("read").expect("a hub");
        let place = speaker.last.clone().expect("said");
        let segment = || mirror.segment(&speaker.keys.device(), &place).expect("good");
        assert_eq!(folders_of(Some(segment())), [name[3..5].to_owned()].into());
        let mut of_an_older_program = segment();
        of_an_older_program.header.folders = None;
        for silent in [Some(of_an_older_program), None] {
            let folders = folders_of(silent);
            assert!(folders.len() == 256 && folders.iter().all(|folder| is_folder(folder)), "{folders:?}");
        }
    }

    #[test]
    fn only_what_has_news_is_looked_at_and_an_interruption_loses_nothing() {
        let folder = tempfile::tempdir().expect("a folder");
        let carrier = workspace(&folder.path().join("carrier"));
        let mut from = Speaker::new(&folder.path().join("from"), true);
        let to = Breaking::new(&folder.path().join("to"));
        let mut names = Vec::new();
        for number in 0..40_u32 {
            let file = number.to_le_bytes();
            names.push(from.says(&file));
            from.hub.put(names.last().expect("one"), &from.seal(&file)).expect("put");
            if number == 0 {
                continue;
            }
            // Wherever it ends, the next time everything comes.
            to.fuse.set(Some(number));
            let broken = relay(&carrier, &from.hub, &to, &|_| true).is_err();
            to.fuse.set(None);
            carried(&carrier, &from.hub, &to);
            for name in &names {
                assert!(to.get(name, LARGEST).expect("read").is_some(), "{name} after {number}, broken {broken}");
            }
            assert_eq!(carried(&carrier, &from.hub, &to).sent, 0);
            let asked = from.hub.asked.get() + to.asked.get();
            // A folder gives no signs, so that each head is fetched again on either side.
            assert!(asked <= 8, "{asked} requests for nothing");
        }
        let file = b"one more";
        let name = from.says(file);
        from.hub.put(&name, &from.seal(file)).expect("put");
        assert_eq!(carried(&carrier, &from.hub, &to).files, 1);
        let asked = from.hub.asked.get() + to.asked.get();
        assert!(asked <= 16, "{asked} requests for one file");
        // A copy that was emptied gets everything again.
        let empty = Breaking::new(&folder.path().join("to"));
        std::fs::remove_dir_all(empty.folder.root()).expect("emptied");
        assert_eq!(carried(&carrier, &from.hub, &empty).files, 41);
    }
}
