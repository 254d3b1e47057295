//! Founding a hub, inviting, joining, revoking, and the device's own keys.

use chrono::{DateTime, Days, FixedOffset};
use serde::{Deserialize, Serialize};

use super::{
    carry::Carried,
    exchange::{self, INVITES},
    hub::Hub,
    invite::{self, Invitation, Pending, Request, VALID_DAYS},
    keys::{DeviceId, DeviceKeys, Shut, lock, unlock},
    mirror::{MARKER, Mirror, not_admitted},
    place::Place,
    replica::new_epoch,
    roster::{Grant, Member, Position, Role, signed, verified},
    rows,
    state::Archive,
};
use crate::{
    error::{Error, Kind, Result},
    store::{Objects, Workspace},
    text,
};

/// The file with the sealed keys of this device.
const KEYS: &str = "keys.age";

/// The file that says where the hub is.
const PLACE: &str = "hub.toml";

/// The largest invitation, in bytes.
const INVITATION_LARGEST: u64 = 64 * 1024;

/// What the file says: one of the two.
#[derive(Default, Serialize, Deserialize)]
struct Kept {
    #[serde(default, skip_serializing_if = "Option::is_none")]
    folder: Option<String>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    address: Option<String>,
}

/// Says whether this workspace has keys of its own already.
pub fn has_keys(workspace: &Workspace) -> Result<bool> {
    Ok(workspace.sync_file(KEYS)?.is_some())
}

/// Opens the keys of this device with the passphrase.
pub fn open_keys(workspace: &Workspace, passphrase: &str) -> Result<DeviceKeys> {
    let sealed = workspace.sync_file(KEYS)?.ok_or_else(no_member)?;
    let opened = unlock(&sealed, passphrase).and_then(|secret| DeviceKeys::from_secret(&secret).ok_or(Shut::Damaged));
    opened.map_err(|shut| shut.error(text!("sync.damaged-keys"), text!("sync.damaged-keys.hint")))
}

/// Seals the keys of this device with another passphrase.
pub fn reseal_keys(workspace: &Workspace, old: &str, new: &str) -> Result<()> {
    workspace.require_writable()?;
    // What was interrupted in this has the new one already.
    let keys = open_keys(workspace, old).or_else(|wrong| open_keys(workspace, new).map_err(|_| wrong))?;
    workspace.write_sync_file(KEYS, &lock(&keys.secret(), new)?)
}

/// Makes the keys of this device and seals them with a passphrase.
fn make_keys(workspace: &Workspace, passphrase: &str) -> Result<DeviceKeys> {
    if has_keys(workspace)? {
        return open_keys(workspace, passphrase);
    }
    let keys = DeviceKeys::generate()?;
    workspace.write_sync_file(KEYS, &lock(&keys.secret(), passphrase)?)?;
    Ok(keys)
}

/// Returns where the hub is that this workspace belongs to.
pub fn place(workspace: &Workspace) -> Result<Place> {
    let bytes = workspace.sync_file(PLACE)?.filter(|bytes| !bytes.is_empty()).ok_or_else(no_member)?;
    let kept: Kept = toml::from_str(&String::from_utf8_lossy(&bytes)).unwrap_or_default();
    match (kept.folder, kept.address) {
        (Some(folder), _) => Ok(Place::Folder(folder.into())),
        (None, Some(address)) => Place::parse(address.as_ref()),
        (None, None) => Err(Error::input(text!("sync.no-place"))
            .at(workspace.mirror().root().with_file_name(PLACE))
            .hint(text!("sync.no-place.hint"))),
    }
}

fn keep_place(workspace: &Workspace, place: &Place) -> Result<()> {
    let kept = match place {
        Place::Folder(folder) => {
            let folder = std::path::absolute(folder).unwrap_or_else(|_| folder.clone());
            Kept { folder: Some(folder.to_string_lossy().into_owned()), ..Kept::default() }
        }
        Place::Remote(remote) => Kept { address: Some(remote.to_string()), ..Kept::default() },
    };
    let written = toml::to_string(&kept).map_err(|error| Error::input(text!("record.not-written")).because(error))?;
    workspace.write_sync_file(PLACE, written.as_bytes())
}

/// Notes that the hub lies at another place from now on: a drive has another letter, a server another name; gives its name.
///
/// A place where this very hub is not is refused.
pub fn move_to(workspace: &Workspace, place: &Place, hub: &dyn Hub) -> Result<String> {
    workspace.require_writable()?;
    let local = workspace.mirror();
    let mirror = mirror(&local)?;
    mirror.require(hub)?;
    keep_place(workspace, place)?;
    Ok(mirror.marker().name.clone())
}

fn no_member() -> Error {
    Error::new(Kind::Workspace, text!("sync.no-member")).hint(text!("sync.no-member.hint"))
}

/// Says whether a workspace belongs to a hub whose objects are encrypted.
pub fn is_encrypted(workspace: &Workspace) -> bool {
    // Of a mirror that is damaged nothing can be opened anyway.
    matches!(Mirror::open(&workspace.mirror()), Ok(Some(mirror)) if mirror.roster().key_epoch > 0)
}

/// Returns the mirror of the hub that this workspace belongs to.
pub fn mirror(objects: &Objects) -> Result<Mirror<'_>> {
    Mirror::open(objects)?.ok_or_else(no_member)
}

/// Refuses a folder that is not there: a stick that is not plugged in must not become a folder of the disk.
pub fn require_folder(hub: &Objects) -> Result<()> {
    if hub.root().is_dir() {
        return Ok(());
    }
    Err(Error::new(Kind::NotFound, text!("sync.no-folder")).at(hub.root()).hint(text!("sync.no-folder.hint")))
}

/// Says whether the workspace belongs to a hub. Where that is is noted last.
pub fn belongs(workspace: &Workspace) -> Result<bool> {
    Ok(workspace.sync_file(PLACE)?.is_some_and(|bytes| !bytes.is_empty()))
}

fn already(known: &Mirror) -> Error {
    Error::new(Kind::Usage, text!("sync.member-already", name = known.marker().shown()))
        .hint(text!("sync.member-already.hint"))
}

/// Says whether this workspace keeps the list of members: with other keys nobody could change it any more.
fn keeps_list(workspace: &Workspace) -> bool {
    !matches!(workspace.sync_file(INVITES), Ok(None))
}

/// Gives a hub up to which nobody else belongs: what was said there is said anew on the next one, from the files. What is
/// noted of it goes first, so that after an interruption it is done again.
fn give_up(workspace: &Workspace, mirror: &Mirror) -> Result<()> {
    for name in exchange::OF_ONE_HUB {
        if workspace.sync_file(name)?.is_some() {
            workspace.write_sync_file(name, b"")?;
        }
    }
    workspace.put_mirror_aside(&mirror.marker().hub)
}

/// Founds a hub at a place, or goes on where that was interrupted; this device keeps its list of members.
///
/// Whoever founded another one and is alone there begins anew, encrypted this time, say; gives the name and the place of that
/// one.
pub fn found(
    workspace: &Workspace,
    place: &Place,
    hub: &dyn Hub,
    passphrase: &str,
    name: &str,
    encrypt: bool,
    now: DateTime<FixedOffset>,
) -> Result<Option<(String, String)>> {
    workspace.require_writable()?;
    let local = workspace.mirror();
    let is_there = hub.get(MARKER, INVITATION_LARGEST)?.is_some();
    let belongs = belongs(workspace)?;
    let (before, begun) = match Mirror::open(&local)? {
        Some(known) if belongs => (Some(known), None),
        begun => (None, begun),
    };
    if let Some(known) = before.as_ref().filter(|known| is_there || known.roster().members.len() > 1) {
        return Err(already(known));
    }
    if is_there && begun.is_none() {
        return Err(Error::new(Kind::Usage, text!("sync.hub-there"))
            .at(hub.place())
            .hint(text!("sync.hub-there.hint")));
    }
    if let (Place::Folder(folder), None) = (place, &begun)
        && let Some(name) = Objects::new(folder).others()?
    {
        return Err(Error::new(Kind::Usage, text!("sync.not-empty", name = name))
            .at(folder)
            .hint(text!("sync.not-empty.hint")));
    }
    let keys = make_keys(workspace, passphrase)?;
    let is_own = |mirror: &Mirror| mirror.marker().founder == keys.public();
    let mut given_up = None;
    if let Some(known) = &before {
        if !is_own(known) {
            return Err(already(known));
        }
        given_up = Some((known.marker().shown(), self::place(workspace)?.to_string()));
        give_up(workspace, known)?;
    }
    if belongs {
        // From here on it is one that was begun, until it is whole.
        workspace.write_sync_file(PLACE, b"")?;
    }
    let mirror = match begun {
        Some(mirror) if is_own(&mirror) => {
            if (mirror.marker().name.as_str(), mirror.marker().encrypt) != (name, encrypt) {
                // A part of it may be on the hub already, and two beginnings there would fit nobody.
                return Err(Error::new(Kind::Usage, text!("sync.begun-otherwise", name = mirror.marker().name))
                    .hint(text!("sync.begun-otherwise.hint")));
            }
            if is_there {
                mirror.require(hub)?;
            }
            mirror
        }
        other => {
            // Joining another one was interrupted, and is given up.
            if let Some(other) = other {
                workspace.put_mirror_aside(&other.marker().hub)?;
            }
            Mirror::found(&local, &keys, name, &workspace.settings().inspector, encrypt, now)?
        }
    };
    mirror.push(hub)?;
    mirror.mark(hub)?;
    keep_place(workspace, place)?;
    Ok(given_up)
}

/// Invites a person; gives the code that has to reach them another way than over the hub.
pub fn invite(
    workspace: &Workspace,
    keys: &DeviceKeys,
    hub: &dyn Hub,
    person: &str,
    roles: Vec<Role>,
    now: DateTime<FixedOffset>,
) -> Result<String> {
    let local = workspace.mirror();
    let mirror = mirror(&local)?;
    mirror.require(hub)?;
    if keys.public() != mirror.marker().founder {
        return Err(mirror.founders_business());
    }
    let until = now.checked_add_days(Days::new(VALID_DAYS.unsigned_abs())).unwrap_or(now);
    let (pending, invitation, code) =
        invite::invite(&mirror.marker().hub, &mirror.marker().founder, person, roles, until)?;
    let mut all: Vec<Pending> = rows::rows(workspace, INVITES)?;
    all.retain(|one| one.until >= now);
    let object = format!("invites/{}.toml", pending.id);
    all.push(pending);
    rows::write_rows(workspace, INVITES, all)?;
    hub.put(&object, &signed(keys, "invitation", &invitation)?)?;
    Ok(code)
}

/// Asks to join a hub with the code of an invitation. Whoever belongs to it already comes back with new keys: because the
/// device was removed, or because nobody knows the passphrase any more.
///
/// What is noted here comes after everything that goes over the network, so that an interruption leaves nothing behind.
pub fn join(workspace: &Workspace, place: &Place, hub: &dyn Hub, passphrase: &str, code: &str) -> Result<()> {
    workspace.require_writable()?;
    let local = workspace.mirror();
    let known = Mirror::open(&local)?;
    let no_code =
        || Error::new(Kind::Usage, text!("sync.no-invitation")).at(hub.place()).hint(text!("sync.no-invitation.hint"));
    let identity = Mirror::identity(hub)?;
    let id = invite::id_of(code);
    let bytes = hub.get(&format!("invites/{id}.toml"), INVITATION_LARGEST)?.ok_or_else(no_code)?;
    let invitation = verified(&bytes, "invitation", |invitation: &Invitation| Some(invitation.founder.clone()))
        .map_err(|reason| no_code().reason(reason))?;
    if !invitation.is_for(code) {
        return Err(no_code());
    }
    let comes_back = belongs(workspace)?;
    let used = hub.get(&format!("joins/{id}.toml"), INVITATION_LARGEST)?;
    if let Some(known) = known.as_ref().filter(|_| comes_back) {
        // With a code that was used before, its request may have been answered, and another one never is.
        if known.marker().hub != identity || keeps_list(workspace) || used.is_some() {
            return Err(already(known));
        }
    }
    let keys = if comes_back { DeviceKeys::generate()? } else { make_keys(workspace, passphrase)? };
    if used.is_some_and(|used| Request::read(&used).is_some_and(|request| !request.is_of(&keys))) {
        // Of two devices with one code only one would be admitted, under the name of the other.
        return Err(Error::new(Kind::Usage, text!("sync.code-used")).hint(text!("sync.code-used.hint")));
    }
    let request = Request::new(&identity, &keys, code);
    let written =
        toml::to_string(&request).map_err(|error| Error::input(text!("record.not-written")).because(error))?;
    hub.put(&format!("joins/{id}.toml"), written.as_bytes())?;
    match known {
        Some(known) if comes_back => {
            renew_device(workspace, known, hub, &keys, passphrase)?;
            return keep_place(workspace, place);
        }
        // Founding or joining another one was interrupted, and is given up.
        Some(other) if other.marker().hub != identity => workspace.put_mirror_aside(&other.marker().hub)?,
        _ => {}
    }
    Mirror::adopt(&local, hub, &invitation.founder)?;
    keep_place(workspace, place)
}

/// Brings the newest list of members of a hub.
pub fn refresh(mirror: &mut Mirror, hub: &dyn Hub) -> Result<()> {
    mirror.pull_roster(hub, &mut Carried::default())
}

/// Returns the device that this workspace is, by what it has said; nothing where it has said nothing yet, and only its keys
/// tell.
pub fn own_device(workspace: &Workspace, mirror: &Mirror) -> Result<Option<DeviceId>> {
    let Some(state) = exchange::read_state(workspace)? else { return Ok(None) };
    let heads = mirror.heads()?;
    Ok(heads.into_iter().find(|head| head.newest.epoch == state.epoch).map(|head| head.device))
}

/// Refuses a device that does not belong to the hub, or no longer, as far as that is known here.
pub fn is_member(mirror: &Mirror, device: &DeviceId) -> Result<()> {
    match mirror.roster().member(device) {
        None => Err(not_admitted()),
        Some(member) if member.through.is_some() => {
            Err(Error::new(Kind::Workspace, text!("sync.removed")).hint(text!("sync.removed.hint")))
        }
        Some(_) => Ok(()),
    }
}

/// Gives this device new keys, and puts the old ones aside.
///
/// What it said under the old ones and nobody hears, because it was removed before, is said again with the next sync: the
/// files are looked at as if they had come from nowhere.
fn renew_device(
    workspace: &Workspace,
    mut mirror: Mirror,
    hub: &dyn Hub,
    keys: &DeviceKeys,
    passphrase: &str,
) -> Result<()> {
    if let Some(mut state) = exchange::read_state(workspace)? {
        let before = own_device(workspace, &mirror)?.unwrap_or_else(|| keys.device());
        // The newest list of members says what is heard; what comes with it is taken in with the next sync.
        mirror.pull(hub, &before, |hash| state.is_applied(hash))?;
        if let Some(member) = mirror.roster().member(&before) {
            // Where the hub is encrypted, what was said cannot be opened by whoever was removed.
            let old = open_keys(workspace, passphrase).map(|keys| mirror.roster().open_keys(&keys)).unwrap_or_default();
            state.forget_unheard(member, &mut Archive::new(&mirror, old));
        }
        state.speak_as_another(new_epoch()?);
        exchange::write_state(workspace, &state)?;
    }
    if let Some(old) = workspace.sync_file(KEYS)? {
        workspace.write_sync_file(&format!("keys-{}.age", &blake3::hash(&old).to_hex()[..8]), &old)?;
    }
    workspace.write_sync_file(KEYS, &lock(&keys.secret(), passphrase)?)
}

/// Removes a device: what it said so far stays, what it says from now on is not heard, and it gets no new key.
pub fn revoke(
    workspace: &Workspace,
    keys: &DeviceKeys,
    hub: &dyn Hub,
    device: &DeviceId,
    now: DateTime<FixedOffset>,
) -> Result<()> {
    change(workspace, keys, hub, now, |mirror, entry| {
        let heads = said(mirror, hub, device)?;
        let member = entry.member_mut(device).ok_or_else(|| no_device(device))?;
        if member.key == mirror.marker().founder {
            return Err(Error::new(Kind::Usage, text!("sync.founder-stays")));
        }
        require_not_removed(member)?;
        member.through = Some(heads);
        renew(mirror, keys, entry)
    })
}

/// Gives a device other roles, for what it says from now on.
pub fn set_roles(
    workspace: &Workspace,
    keys: &DeviceKeys,
    hub: &dyn Hub,
    device: &DeviceId,
    roles: Vec<Role>,
    now: DateTime<FixedOffset>,
) -> Result<()> {
    change(workspace, keys, hub, now, |mirror, entry| {
        let after = said(mirror, hub, device)?;
        let member = entry.member_mut(device).ok_or_else(|| no_device(device))?;
        require_not_removed(member)?;
        member.grants.push(Grant { roles, after });
        Ok(())
    })
}

/// Begins a new key epoch.
pub fn rotate(workspace: &Workspace, keys: &DeviceKeys, hub: &dyn Hub, now: DateTime<FixedOffset>) -> Result<()> {
    change(workspace, keys, hub, now, |mirror, entry| {
        if mirror.marker().encrypt {
            return renew(mirror, keys, entry);
        }
        Err(Error::new(Kind::Usage, text!("sync.not-encrypted")).hint(text!("sync.not-encrypted.hint")))
    })
}

fn change(
    workspace: &Workspace,
    keys: &DeviceKeys,
    hub: &dyn Hub,
    now: DateTime<FixedOffset>,
    change: impl FnOnce(&Mirror, &mut super::roster::Entry) -> Result<()>,
) -> Result<()> {
    workspace.require_writable()?;
    let local = workspace.mirror();
    // A list that did not go on from the newest would be a second one, and whoever lost a role would lose work that
    // everybody else has.
    let mut mirror = exchange::heard(workspace, keys, &local, hub)?.mirror;
    let mut entry = mirror.roster().clone();
    change(&mirror, &mut entry)?;
    mirror.set_roster(keys, entry, now)?;
    mirror.push(hub).map(drop)
}

fn renew(mirror: &Mirror, keys: &DeviceKeys, entry: &mut super::roster::Entry) -> Result<()> {
    if mirror.marker().encrypt {
        let past = entry.open_keys(keys);
        entry.renew_keys(&past)?;
    }
    Ok(())
}

/// Returns the newest of each epoch of a device: what is known of it here, and what lies on the hub and could not be taken in
/// yet.
fn said(mirror: &Mirror, hub: &dyn Hub, device: &DeviceId) -> Result<Vec<Position>> {
    let mut heads = mirror.heads()?;
    heads.extend(mirror.heads_on(hub)?.into_iter().filter(|head| !heads.contains(head)).collect::<Vec<_>>());
    Ok(heads.into_iter().filter(|head| head.device == *device).map(|head| head.newest).collect())
}

/// Refuses to change what would have no effect any more.
fn require_not_removed(member: &Member) -> Result<()> {
    if member.through.is_none() {
        return Ok(());
    }
    Err(Error::new(Kind::Usage, text!("sync.device-removed", name = member.person))
        .hint(text!("sync.device-removed.hint")))
}

fn no_device(device: &DeviceId) -> Error {
    Error::new(Kind::NotFound, text!("sync.no-device", device = device)).hint(text!("sync.no-device.hint"))
}

#[cfg(test)]
#[path = "members_tests.rs"]
mod tests;
