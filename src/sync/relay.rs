//! Carrying everything that was verified from one hub to a copy of it: from a district to the province, say.
//!
//! Whoever carries need not be a member and reads nothing: signatures, chains and the list of members are checked with the
//! keys that the hub itself names, and the bytes go on unchanged. What is remembered between two times lies in a mirror of
//! its own, so that a workspace's own hub is never touched, and a hub that suddenly has another founder is refused.

use super::{
    carry::Refused,
    hub::{AT_ONCE, Hub},
    keys::DeviceId,
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
    relayed.files = files(&from, &to, !mirror.marker().encrypt, &mut relayed.refused)?;
    relayed.sent = mirror.push(&to)?;
    Ok(relayed)
}

/// Carries the files that the copy does not have; gives their number.
///
/// `plain` says whether what they hold can be compared with their names; sealed ones are checked by whoever opens them.
fn files(from: &dyn Hub, to: &dyn Hub, plain: bool, refused: &mut Vec<Refused>) -> Result<usize> {
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
                if plain && !name.ends_with(blake3::hash(&bytes).to_hex().as_str()) {
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
