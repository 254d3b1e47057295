//! Carrying everything that was verified from one hub to a copy of it: from a district to the province, say.
//!
//! Whoever carries need not be a member and reads nothing: signatures, chains and the list of members are checked with the
//! keys that the hub itself names, and the bytes go on unchanged. What is remembered between two times lies in a mirror of
//! its own, so that a workspace's own hub is never touched, and a hub that suddenly has another founder is refused.

use super::{
    carry::Refused,
    hub::{AT_ONCE, Hub},
    keys::{DeviceId, looks_sealed},
    mirror::Mirror,
    segment::is_digest,
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

/// Carries everything from one hub to a copy of it; the copy is made where its place is empty.
pub fn relay(workspace: &Workspace, from: &dyn Hub, to: &dyn Hub, tell: &Tell) -> Result<Relayed> {
    workspace.require_writable()?;
    let (from, to) = (Visit::new(from, None, tell), Visit::new(to, None, tell));
    let hub = Mirror::identity(&from)?;
    let local = workspace.relay_mirror(&hub);
    let mut mirror = match Mirror::open(&local)? {
        Some(mirror) => mirror,
        None => Mirror::begin(&local, &from)?,
    };
    mirror.require(&from)?;
    mirror.mark(&to)?;
    mirror.require(&to)?;
    let known: Vec<String> = mirror.heads()?.into_iter().map(|head| head.newest.hash).collect();
    // Nobody speaks here: no device is this one.
    let nobody = DeviceId(String::new());
    let carried = mirror.pull(&from, &nobody, |hash| known.iter().any(|known| known == hash))?;
    let mut relayed = Relayed {
        name: mirror.marker().name.clone(),
        arrived: carried.arrived.len(),
        refused: carried.refused,
        ..Relayed::default()
    };
    // Files first, as whoever sends them does: what speaks of a file comes when the file is there.
    relayed.files = files(&from, &to, mirror.marker().encrypt, &mut relayed.refused)?;
    relayed.sent = mirror.push(&to)?;
    Ok(relayed)
}

/// Carries the files that the copy does not have; gives their number.
///
/// What they hold is compared with their names. Where they are `sealed` only whoever opens them can do that: here it is
/// seen that they are sealed at all, and no page of a network that wants a login first.
fn files(from: &dyn Hub, to: &dyn Hub, sealed: bool, refused: &mut Vec<Refused>) -> Result<usize> {
    let mut count = 0;
    for shard in 0..=u8::MAX {
        let folder = format!("ev/{shard:02x}");
        let names = from.list(&folder)?;
        if names.is_empty() {
            continue;
        }
        let there = to.list(&folder)?;
        let missing = names.into_iter().filter(|name| is_digest(name) && !there.contains(name));
        let missing: Vec<String> = missing.map(|name| format!("{folder}/{name}")).collect();
        for names in missing.chunks(AT_ONCE) {
            let mut good = Vec::new();
            for (name, found) in names.iter().zip(from.get_all(names, LARGEST)) {
                let Some(bytes) = found? else { continue };
                let is_digest_right = || name.ends_with(blake3::hash(&bytes).to_hex().as_str());
                if sealed && !looks_sealed(&bytes) {
                    refused.push(Refused { object: name.clone(), reason: text!("sync.bad.not-ours") });
                } else if !sealed && !is_digest_right() {
                    refused.push(Refused { object: name.clone(), reason: text!("sync.bad.digest") });
                } else {
                    good.push((name.clone(), bytes));
                }
            }
            to.put_all(&good)?;
            count += good.len();
        }
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::sync::{
        breaking::{Breaking, now, workspace},
        keys::{DeviceKeys, EpochKey},
    };

    #[test]
    fn a_file_that_cannot_be_good_stays_where_it_is() {
        for sealed in [false, true] {
            let folder = tempfile::tempdir().expect("a folder");
            let carrier = workspace(&folder.path().join("carrier"));
            let [from, to] = ["from", "to"].map(|name| Breaking::new(&folder.path().join(name)));
            let keys = DeviceKeys::generate().expect("keys");
            Mirror::found(&from.folder, &keys, "某委", "林明", sealed, now()).expect("founded");
            let photograph = b"photograph".to_vec();
            let kept =
                if sealed { EpochKey::generate().seal(&photograph).expect("sealed") } else { photograph.clone() };
            let name = |bytes: &[u8]| {
                let digest = blake3::hash(bytes).to_hex().to_string();
                format!("ev/{}/{digest}", &digest[..2])
            };
            from.put(&name(&photograph), &kept).expect("put");
            let page = b"<html>login</html>";
            from.put(&name(b"another"), page).expect("put");
            let relayed = relay(&carrier, &from, &to, &|_| true).expect("carried");
            assert_eq!(relayed.files, 1, "sealed {sealed}");
            let refused: Vec<&str> = relayed.refused.iter().map(|one| one.object.as_str()).collect();
            assert_eq!(refused, [name(b"another")], "sealed {sealed}");
            assert_eq!(to.get(&name(&photograph), LARGEST).expect("read"), Some(kept));
            assert_eq!(to.get(&name(b"another"), LARGEST).expect("read"), None);
        }
    }
}
