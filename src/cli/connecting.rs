//! What it takes to reach a hub: the passphrase of this computer, and who one is for a store on a network.

use std::cell::OnceCell;

use super::Session;
use crate::{
    error::{Error, Kind, Result},
    store::Workspace,
    sync::{
        connect::connect,
        credentials::{Credentials, Kept, NEW_PASSPHRASE, PASSPHRASE, USER},
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
        members::place(self.workspace)?;
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
        self.chosen(PASSPHRASE)
    }

    /// Changes the passphrase of everything that is sealed with it.
    pub fn change_passphrase(&self) -> Result<()> {
        let old = self.passphrase()?;
        // A wrong one is said before another one is chosen.
        members::open_keys(self.workspace, &old)?;
        let new = self.chosen(NEW_PASSPHRASE)?;
        members::reseal_keys(self.workspace, &old, &new)?;
        let is_whole = Credentials::reseal(self.workspace, Some(&old), &new)?;
        self.session.output.say(&text!("hub.passphrase-changed"))?;
        if is_whole { Ok(()) } else { self.session.output.say(&text!("remote.put-aside")) }
    }

    /// Takes a passphrase that somebody chooses: from a variable, else typed twice.
    fn chosen(&self, variable: &str) -> Result<String> {
        let given = std::env::var(variable).ok();
        let is_given = given.is_some();
        let typed = given.map_or_else(|| ask(self.session, "hub.ask-new-passphrase"), Ok)?;
        if typed.chars().count() < PASSPHRASE_SHORTEST {
            return Err(Error::new(Kind::Usage, text!("hub.short-passphrase", least = PASSPHRASE_SHORTEST)));
        }
        if !is_given && ask(self.session, "hub.ask-again")? != typed {
            return Err(Error::new(Kind::Usage, text!("hub.other-passphrase")));
        }
        Ok(typed)
    }

    /// Asks to join a hub anew, with a passphrase that is chosen now; what was sealed with the one before is of no use then.
    pub fn come_back(&self, place: &Place, code: &str) -> Result<()> {
        let new = self.new_passphrase()?;
        let mut typed = None;
        let known = match place {
            Place::Remote(remote) => match Credentials::find(self.workspace, remote, &mut || Ok(new.clone())) {
                Err(error)
                    if ["sync.wrong-passphrase", "sync.damaged-credentials"].contains(&error.message().key()) =>
                {
                    None
                }
                found => found?,
            },
            Place::Folder(_) => None,
        };
        if let (Place::Remote(remote), None) = (place, &known)
            && remote.user.is_some()
        {
            typed = Some((remote, self.secret_of(remote)?));
        }
        let hub = connect(place, known.as_ref().or(typed.as_ref().map(|(_, typed)| typed)))?;
        members::join(self.workspace, place, &*hub, &new, code)?;
        let is_whole = Credentials::reseal(self.workspace, None, &new)?;
        let new = self.passphrase.get_or_init(|| new);
        if let Some((remote, typed)) = typed {
            typed.keep(self.workspace, remote, &mut || Ok(new.clone()))?;
        } else if !is_whole {
            self.session.output.say(&text!("remote.put-aside"))?;
        }
        self.session.output.say(&text!("hub.new-keys"))
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
        let credentials = self.secret_of(remote)?;
        let kept = credentials.keep(self.workspace, remote, &mut || self.passphrase())?;
        self.session.output.say(&match kept {
            Kept::BySystem => text!("remote.kept-by-system"),
            Kept::InFile => text!("remote.kept-in-file"),
        })?;
        Ok(credentials)
    }

    /// Forgets a password that was kept.
    pub fn logout(&self, remote: &Remote) -> Result<()> {
        Credentials::forget(self.workspace, remote, &mut || self.passphrase())
    }

    /// Asks for a password.
    fn secret_of(&self, remote: &Remote) -> Result<Credentials> {
        if !cfg!(feature = "remote") {
            // Says that this build reaches no network.
            connect(&Place::Remote(remote.clone()), None)?;
        }
        let user = remote.user.clone().or_else(|| std::env::var(USER).ok());
        let user =
            user.ok_or_else(|| Error::new(Kind::Usage, text!("remote.no-user")).hint(text!("remote.no-user.hint")))?;
        if let Some(given) = Credentials::of_environment(remote) {
            return Ok(given);
        }
        let none = || Error::new(Kind::Usage, text!("remote.no-secret")).hint(text!("remote.no-secret.hint"));
        let prompt = text!("remote.ask-secret", user = user, host = remote.host).show(self.session.lang);
        let secret = term::ask_secret(&prompt).map_err(|error| none().because(error))?.ok_or_else(none)?;
        Ok(Credentials { user, secret })
    }
}

fn passphrase(session: &Session, prompt: &str) -> Result<String> {
    std::env::var(PASSPHRASE).map_or_else(|_| ask(session, prompt), Ok)
}

/// Asks for a passphrase.
fn ask(session: &Session, prompt: &str) -> Result<String> {
    let none = || Error::new(Kind::Usage, text!("hub.no-passphrase")).hint(text!("hub.no-passphrase.hint"));
    term::ask_secret(&session.lang.t(prompt)).map_err(|error| none().because(error))?.ok_or_else(none)
}
