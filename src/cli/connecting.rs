//! What it takes to reach a hub: the passphrase of this computer, and who one is for a store on a network.

use std::cell::OnceCell;

use super::Session;
use crate::{
    error::{Error, Kind, Result},
    store::Workspace,
    sync::{
        connect::connect,
        credentials::{Credentials, Kept, PASSPHRASE, USER},
        hub::Hub,
        keys::DeviceKeys,
        members,
        place::{Place, Remote},
    },
    term, text,
};

/// The fewest characters of a passphrase.
const PASSPHRASE_SHORTEST: usize = 8;

/// Asks for what has to be asked for, each thing once.
pub struct Asker<'session> {
    session: &'session Session,
    workspace: &'session Workspace,
    passphrase: OnceCell<String>,
}

impl<'session> Asker<'session> {
    pub fn new(session: &'session Session, workspace: &'session Workspace) -> Self {
        Self { session, workspace, passphrase: OnceCell::new() }
    }

    /// Opens the keys of this device: with the passphrase of the environment, else one that is asked for.
    pub fn keys(&self) -> Result<DeviceKeys> {
        // Whoever belongs to no hub is told so before being asked for anything.
        members::mirror(&self.workspace.mirror())?;
        members::open_keys(self.workspace, &self.passphrase()?)
    }

    /// Returns the passphrase; one that is to protect new keys is typed twice.
    pub fn passphrase(&self) -> Result<String> {
        if let Some(known) = self.passphrase.get() {
            return Ok(known.clone());
        }
        let is_new = !members::has_keys(self.workspace)? && !Credentials::are_kept(self.workspace)?;
        let typed = if is_new { self.new_passphrase()? } else { passphrase(self.session, "hub.ask-passphrase")? };
        Ok(self.passphrase.get_or_init(|| typed).clone())
    }

    /// Asks for a passphrase that is to protect new keys; it is typed twice.
    pub fn new_passphrase(&self) -> Result<String> {
        let typed = passphrase(self.session, "hub.ask-new-passphrase")?;
        if typed.chars().count() < PASSPHRASE_SHORTEST {
            return Err(Error::new(Kind::Usage, text!("hub.short-passphrase", least = PASSPHRASE_SHORTEST)));
        }
        if std::env::var_os(PASSPHRASE).is_none() && passphrase(self.session, "hub.ask-again")? != typed {
            return Err(Error::new(Kind::Usage, text!("hub.other-passphrase")));
        }
        Ok(typed)
    }

    /// Opens the hub that this workspace belongs to.
    pub fn own_hub(&self) -> Result<Box<dyn Hub>> {
        self.hub(&members::place(self.workspace)?)
    }

    /// Opens the hub at a place; a password that is not known yet is asked for and kept.
    pub fn hub(&self, place: &Place) -> Result<Box<dyn Hub>> {
        let credentials = match place {
            Place::Remote(remote) if cfg!(feature = "remote") => {
                match Credentials::find(self.workspace, remote, &mut || self.passphrase())? {
                    None if remote.user.is_some() => Some(self.login(remote)?),
                    found => found,
                }
            }
            _ => None,
        };
        connect(place, credentials.as_ref())
    }

    /// Asks for a password and keeps it.
    pub fn login(&self, remote: &Remote) -> Result<Credentials> {
        if !cfg!(feature = "remote") {
            // Says that this build reaches no network.
            connect(&Place::Remote(remote.clone()), None)?;
        }
        let user = remote.user.clone().or_else(|| std::env::var(USER).ok());
        let user =
            user.ok_or_else(|| Error::new(Kind::Usage, text!("remote.no-user")).hint(text!("remote.no-user.hint")))?;
        let credentials = if let Some(given) = Credentials::of_environment(remote) {
            given
        } else {
            let none = || Error::new(Kind::Usage, text!("remote.no-secret")).hint(text!("remote.no-secret.hint"));
            let prompt = text!("remote.ask-secret", user = user, host = remote.host).show(self.session.lang);
            let secret = term::ask_secret(&prompt).map_err(|error| none().because(error))?.ok_or_else(none)?;
            Credentials { user, secret }
        };
        let kept = credentials.keep(self.workspace, remote, &mut || self.passphrase())?;
        self.session.output.say(&match kept {
            Kept::BySystem => text!("remote.kept-by-system"),
            Kept::InFile => text!("remote.kept-in-file"),
        })?;
        Ok(credentials)
    }
}

fn passphrase(session: &Session, prompt: &str) -> Result<String> {
    if let Ok(given) = std::env::var(PASSPHRASE) {
        return Ok(given);
    }
    let none = || Error::new(Kind::Usage, text!("hub.no-passphrase")).hint(text!("hub.no-passphrase.hint"));
    term::ask_secret(&session.lang.t(prompt)).map_err(|error| none().because(error))?.ok_or_else(none)
}
