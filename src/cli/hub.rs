//! `ducha hub init|status|invite|join|members|role|revoke|rotate`.

use std::process::ExitCode;

use serde_json::json;

use super::{Session, arguments::Hub, now};
use crate::{
    error::{Error, Kind, Result},
    store::{Objects, Workspace},
    sync::{
        keys::{DeviceId, DeviceKeys},
        members,
        mirror::Mirror,
        roster::Role,
    },
    term, text,
    view::text::pad,
};

/// The variable that holds the passphrase where nobody can be asked.
const PASSPHRASE: &str = "DUCHA_PASSPHRASE";

/// The fewest characters of a passphrase.
const PASSPHRASE_SHORTEST: usize = 8;

pub fn run(session: &Session, command: &Hub) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    match command {
        Hub::Init { dir, name, encrypt } => {
            let name = name.clone().unwrap_or_else(|| workspace.settings().bureau.clone());
            let hub = Objects::new(dir);
            members::found(&workspace, &hub, &new_passphrase(session, &workspace)?, &name, *encrypt, now())?;
            session.output.say(&text!("hub.founded", name = name, place = dir.display()))?;
        }
        Hub::Join { dir, code } => {
            let hub = Objects::new(dir);
            members::join(&workspace, &hub, &new_passphrase(session, &workspace)?, code)?;
            session.output.say(&text!("hub.asked"))?;
        }
        Hub::Status => status(session, &workspace)?,
        Hub::Members => list(session, &workspace)?,
        Hub::Invite { person, roles } => {
            let hub = members::hub(&workspace)?;
            let keys = keys(session, &workspace)?;
            let roles = if roles.is_empty() { vec![Role::Inspector] } else { roles.clone() };
            let code = members::invite(&workspace, &keys, &hub, person, roles, now())?;
            session.output.say(&text!("hub.invited", name = person, code = code))?;
        }
        Hub::Role { device, roles } => {
            let hub = members::hub(&workspace)?;
            let device = find(&workspace, device)?;
            let keys = keys(session, &workspace)?;
            members::set_roles(&workspace, &keys, &hub, &device, roles.clone(), now())?;
            session.output.say(&text!("hub.role-set", device = device, roles = names(session, roles)))?;
        }
        Hub::Revoke { device } => {
            let hub = members::hub(&workspace)?;
            let device = find(&workspace, device)?;
            members::revoke(&workspace, &keys(session, &workspace)?, &hub, &device, now())?;
            session.output.say(&text!("hub.revoked", device = device))?;
        }
        Hub::Rotate => {
            let hub = members::hub(&workspace)?;
            members::rotate(&workspace, &keys(session, &workspace)?, &hub, now())?;
            session.output.say(&text!("hub.rotated"))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn status(session: &Session, workspace: &Workspace) -> Result<()> {
    let local = workspace.mirror();
    let mirror = members::mirror(&local)?;
    let hub = members::hub(workspace)?;
    let reached = mirror.require(&hub);
    let (marker, roster) = (mirror.marker(), mirror.roster());
    let segments = mirror.heads()?.iter().map(|head| head.newest.seq).sum::<u64>();
    let heard = roster.members.iter().filter(|member| member.through.is_none()).count();
    if session.is_json() {
        return session.output.json(&json!({
            "hub": marker.hub, "name": marker.name, "place": hub.root(), "encrypted": marker.encrypt,
            "reached": reached.is_ok(), "members": heard, "segments": segments, "key_epoch": roster.key_epoch,
        }));
    }
    let sealed = session.lang.t(if marker.encrypt { "hub.encrypted" } else { "hub.plain" });
    session.output.say(&text!("hub.status", name = marker.name, place = hub.root().display(), sealed = sealed))?;
    session.output.say(&text!("hub.status-counts", members = heard, segments = segments))?;
    match reached {
        Ok(()) => session.output.say(&text!("hub.reached")),
        Err(error) => {
            session.output.error(&error);
            Ok(())
        }
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

/// Finds the one device that `wanted` means: its number, the beginning of it, or its person.
fn find(workspace: &Workspace, wanted: &str) -> Result<DeviceId> {
    let local = workspace.mirror();
    let mirror: Mirror = members::mirror(&local)?;
    let fits = |device: &DeviceId, person: &str| device.0.starts_with(wanted) || person == wanted;
    let devices = mirror.roster().members.iter().map(|member| (member.key.device(), &member.person));
    let found: Vec<_> = devices.filter(|(device, person)| fits(device, person)).collect();
    match found.as_slice() {
        [(device, _)] => Ok(device.clone()),
        _ => {
            Err(Error::new(Kind::NotFound, text!("sync.no-device", device = wanted)).hint(text!("sync.no-device.hint")))
        }
    }
}

/// Opens the keys of this device: with the passphrase of the environment, else one that is asked for.
pub fn keys(session: &Session, workspace: &Workspace) -> Result<DeviceKeys> {
    // Whoever belongs to no hub is told so before being asked for anything.
    members::mirror(&workspace.mirror())?;
    members::open_keys(workspace, &passphrase(session, "hub.ask-passphrase")?)
}

/// Asks for a passphrase that is to protect new keys, twice where it is typed.
fn new_passphrase(session: &Session, workspace: &Workspace) -> Result<String> {
    let has_keys = members::has_keys(workspace)?;
    let typed = passphrase(session, if has_keys { "hub.ask-passphrase" } else { "hub.ask-new-passphrase" })?;
    if has_keys {
        return Ok(typed);
    }
    if typed.chars().count() < PASSPHRASE_SHORTEST {
        return Err(Error::new(Kind::Usage, text!("hub.short-passphrase", least = PASSPHRASE_SHORTEST)));
    }
    if std::env::var_os(PASSPHRASE).is_none() && passphrase(session, "hub.ask-again")? != typed {
        return Err(Error::new(Kind::Usage, text!("hub.other-passphrase")));
    }
    Ok(typed)
}

fn passphrase(session: &Session, prompt: &str) -> Result<String> {
    if let Ok(given) = std::env::var(PASSPHRASE) {
        return Ok(given);
    }
    let none = || Error::new(Kind::Usage, text!("hub.no-passphrase")).hint(text!("hub.no-passphrase.hint"));
    term::ask_secret(&session.lang.t(prompt)).map_err(|error| none().because(error))?.ok_or_else(none)
}
