//! `ducha hub init|status|invite|join|move|login|logout|passphrase|members|role|revoke|rotate`.

use std::{path::Path, process::ExitCode};

use serde_json::json;

use super::{Session, arguments::Hub, connecting::Asker, now};
use crate::{
    error::{Error, Kind, Result},
    store::Workspace,
    sync::{
        connect::reach,
        credentials::PASSPHRASE,
        keys::DeviceId,
        members,
        mirror::Mirror,
        place::{Place, Remote},
        roster::{Member, Role},
    },
    text,
    view::text::pad,
};

pub fn run(session: &Session, command: &Hub) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let asker = Asker::new(session, &workspace);
    match command {
        Hub::Init { place, name, encrypt } => {
            let name = name.clone().unwrap_or_else(|| workspace.settings().bureau.clone());
            let place = Place::parse(place)?;
            warn(session, &place)?;
            let hub = asker.hub(&place)?;
            let before = members::found(&workspace, &place, &*hub, &asker.passphrase()?, &name, *encrypt, now())?;
            if let Some((name, place)) = before {
                session.output.say(&text!("hub.founded-anew", name = name, place = place))?;
            }
            if !encrypt && matches!(place, Place::Remote(_)) {
                session.output.say(&text!("hub.readable", place = place))?;
            }
            session.output.say(&text!("hub.founded", name = name, place = place))?;
        }
        Hub::Join { place, code } => {
            let place = Place::parse(place)?;
            warn(session, &place)?;
            if members::belongs(&workspace)? {
                asker.come_back(&place, code)?;
            } else {
                members::join(&workspace, &place, &*asker.hub(&place)?, &asker.passphrase()?, code)?;
            }
            session.output.say(&text!("hub.asked"))?;
        }
        Hub::Move { place } => {
            let place = Place::parse(place)?;
            warn(session, &place)?;
            let name = members::move_to(&workspace, &place, &*asker.hub(&place)?)?;
            session.output.say(&text!("hub.moved", name = name, place = place))?;
        }
        Hub::Login { place } => {
            let remote = remote(place)?;
            warn(session, &Place::Remote(remote.clone()))?;
            asker.login(&remote)?;
        }
        Hub::Logout { place } => {
            asker.logout(&remote(place)?)?;
            session.output.say(&text!("remote.forgotten"))?;
        }
        Hub::Passphrase => asker.change_passphrase()?,
        Hub::Status => status(session, &workspace)?,
        Hub::Members => list(session, &workspace)?,
        Hub::Invite { person, roles } => {
            let (keys, hub) = (asker.keys()?, asker.own_hub()?);
            let roles = if roles.is_empty() { vec![Role::Inspector] } else { roles.clone() };
            let code = members::invite(&workspace, &keys, &*hub, person, roles, now())?;
            session.output.say(&text!("hub.invited", name = person, code = code))?;
        }
        Hub::Role { device, roles } => {
            let device = find(&workspace, device)?;
            let (keys, hub) = (asker.keys()?, asker.own_hub()?);
            members::set_roles(&workspace, &keys, &*hub, &device, roles.clone(), now())?;
            session.output.say(&text!("hub.role-set", device = device, roles = names(session, roles)))?;
        }
        Hub::Revoke { device } => {
            let device = find(&workspace, device)?;
            let (keys, hub) = (asker.keys()?, asker.own_hub()?);
            members::revoke(&workspace, &keys, &*hub, &device, now())?;
            session.output.say(&text!("hub.revoked", device = device))?;
        }
        Hub::Rotate => {
            let (keys, hub) = (asker.keys()?, asker.own_hub()?);
            members::rotate(&workspace, &keys, &*hub, now())?;
            session.output.say(&text!("hub.rotated"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

/// Reads the address of a store on a network.
fn remote(place: &Path) -> Result<Remote> {
    match Place::parse(place)? {
        Place::Remote(remote) => Ok(remote),
        Place::Folder(_) => {
            let address = text!("remote.address", address = place.display());
            Err(Error::new(Kind::Usage, address).hint(text!("remote.address.hint")))
        }
    }
}

/// Says where everybody on the way can read.
fn warn(session: &Session, place: &Place) -> Result<()> {
    match place {
        Place::Remote(remote) if remote.is_open_to_all() => session.output.say(&text!("remote.open", place = place)),
        _ => Ok(()),
    }
}

/// Shows what is known of the hub; the passphrase is used where the environment has it, and never asked for.
fn status(session: &Session, workspace: &Workspace) -> Result<()> {
    let local = workspace.mirror();
    let mut mirror = members::mirror(&local)?;
    let place = members::place(workspace)?;
    let given = std::env::var(PASSPHRASE).ok();
    let device = match &given {
        Some(passphrase) => Some(members::open_keys(workspace, passphrase)?.device()),
        None => members::own_device(workspace, &mirror)?,
    };
    let sealed = || Error::new(Kind::Usage, text!("hub.sealed")).hint(text!("hub.sealed.hint"));
    let reached = reach(workspace, &place, &mut || given.clone().ok_or_else(sealed)).and_then(|hub| {
        mirror.require(&*hub)?;
        members::refresh(&mut mirror, &*hub)
    });
    let member = device.map(|device| members::is_member(&mirror, &device));
    let (marker, roster) = (mirror.marker(), mirror.roster());
    let segments = mirror.heads()?.iter().map(|head| head.newest.seq).sum::<u64>();
    let heard = roster.members.iter().filter(|member| member.through.is_none()).count();
    if session.is_json() {
        return session.output.json(&json!({
            "hub": marker.hub, "name": marker.name, "place": place.to_string(), "encrypted": marker.encrypt,
            "reached": reached.is_ok(), "member": member.as_ref().map(Result::is_ok), "members": heard, "segments": segments, "key_epoch": roster.key_epoch,
        }));
    }
    let sealed = session.lang.t(if marker.encrypt { "hub.encrypted" } else { "hub.plain" });
    session.output.say(&text!("hub.status", name = marker.shown(), place = place, sealed = sealed))?;
    session.output.say(&text!("hub.status-counts", members = heard, segments = segments))?;
    match &reached {
        Ok(()) => session.output.say(&text!("hub.reached"))?,
        Err(error) => session.output.error(error),
    }
    match member {
        Some(Ok(())) => session.output.say(&text!("hub.is-member")),
        Some(Err(error)) => {
            session.output.error(&error);
            Ok(())
        }
        None => session.output.say(&text!("hub.member-unknown")),
    }
}

fn list(session: &Session, workspace: &Workspace) -> Result<()> {
    let local = workspace.mirror();
    let mirror = members::mirror(&local)?;
    let all = &mirror.roster().members;
    if session.is_json() {
        let rows = all.iter().map(|member| {
            json!({ "device": member.key.device(), "person": member.person, "roles": member.roles(),
                "revoked": member.through.is_some(), "founder": member.key == mirror.marker().founder })
        });
        return session.output.json(&rows.collect::<Vec<_>>());
    }
    for member in all {
        let standing = if member.through.is_some() {
            session.lang.t("hub.is-revoked").into_owned()
        } else if member.key == mirror.marker().founder {
            format!("{} {}", names(session, member.roles()), session.lang.t("hub.is-founder"))
        } else {
            names(session, member.roles())
        };
        session.output.line(&format!("{}  {}  {standing}", member.key.device(), pad(&member.person, 12)))?;
    }
    Ok(())
}

fn names(session: &Session, roles: &[Role]) -> String {
    roles.iter().map(|role| session.lang.t(role.name_key())).collect::<Vec<_>>().join(", ")
}

/// Finds the one device that `wanted` means: its number, the beginning of it, or its person; one that was removed only where
/// there is no other.
fn find(workspace: &Workspace, wanted: &str) -> Result<DeviceId> {
    let local = workspace.mirror();
    let mirror: Mirror = members::mirror(&local)?;
    let fits = |member: &&Member| member.key.device().0.starts_with(wanted) || member.person == wanted;
    let found: Vec<&Member> = mirror.roster().members.iter().filter(fits).collect();
    // Whoever came back with new keys has devices that were removed as well.
    let heard: Vec<&Member> = found.iter().copied().filter(|member| member.through.is_none()).collect();
    match (heard.as_slice(), found.as_slice()) {
        ([member], _) | ([], [member]) => Ok(member.key.device()),
        ([], _) => {
            Err(Error::new(Kind::NotFound, text!("sync.no-device", device = wanted)).hint(text!("sync.no-device.hint")))
        }
        (several, _) => {
            let devices: Vec<String> = several.iter().map(|member| member.key.device().to_string()).collect();
            Err(Error::new(Kind::Usage, text!("sync.several-devices", device = wanted))
                .hint(text!("sync.several-devices.hint", devices = devices.join(", "))))
        }
    }
}
