//! Who one is for a store on a network: kept by the system where it keeps such things, else sealed with the passphrase.
//!
//! Neither the settings of a workspace nor an address ever hold a password.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    keys::{lock, unlock},
    place::Remote,
    rows::{rows_of, rows_text},
};
use crate::{
    error::{Error, Kind, Result},
    store::Workspace,
    text,
};

/// The variable that holds the passphrase of this computer's keys, where nobody can be asked or wants to type it.
pub const PASSPHRASE: &str = "DUCHA_PASSPHRASE";

/// The variable that holds the passphrase that is to take its place, where nobody can be asked.
pub const NEW_PASSPHRASE: &str = "DUCHA_NEW_PASSPHRASE";

/// The variables that hold user and password, or access key and its secret, where nobody can be asked.
pub const USER: &str = "DUCHA_HUB_USER";
/// See [`USER`].
pub const SECRET: &str = "DUCHA_HUB_SECRET";

/// The file for computers whose system keeps no passwords.
const FILE: &str = "credentials.age";

/// The variable with which, set to `off`, the system is not asked to keep passwords.
#[cfg(feature = "remote")]
const KEYRING: &str = "DUCHA_KEYRING";

/// Under which name the system keeps them.
#[cfg(feature = "remote")]
const SERVICE: &str = "ducha";

/// Who one is for a store.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Credentials {
    /// The user, or the access key.
    pub user: String,
    /// The password, or the secret of the access key.
    pub secret: String,
}

impl fmt::Debug for Credentials {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "Credentials({})", self.user)
    }
}

/// Where they were put.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kept {
    /// The system keeps them.
    BySystem,
    /// They lie in a file of the workspace, sealed with the passphrase.
    InFile,
}

#[derive(Clone, Serialize, Deserialize)]
struct Row {
    place: String,
    #[serde(flatten)]
    credentials: Credentials,
}

impl Credentials {
    /// Takes them from the environment; `remote` may name the user.
    pub fn of_environment(remote: &Remote) -> Option<Self> {
        let secret = std::env::var(SECRET).ok()?;
        let user = std::env::var(USER).ok().or_else(|| remote.user.clone())?;
        Some(Self { user, secret })
    }

    /// Says whether any lie in the file of the workspace, and so whether a passphrase was chosen already.
    pub fn are_kept(workspace: &Workspace) -> Result<bool> {
        Ok(workspace.sync_file(FILE)?.is_some())
    }

    /// Finds what was kept for a store; `passphrase` is asked for only where a file has to be opened.
    pub fn find(
        workspace: &Workspace,
        remote: &Remote,
        passphrase: &mut dyn FnMut() -> Result<String>,
    ) -> Result<Option<Self>> {
        if let Some(found) = Self::of_environment(remote) {
            return Ok(Some(found));
        }
        let of_system = of_system(remote);
        if let (Err(_) | Ok(None), Some(sealed)) = (&of_system, workspace.sync_file(FILE)?) {
            let place = remote.to_string();
            let rows = open(&sealed, &passphrase()?)?;
            if let Some(row) = rows.into_iter().find(|row| row.place == place) {
                return Ok(Some(row.credentials));
            }
        }
        of_system
    }

    /// Keeps them for a store: with the system, else in a file. Nothing is kept while what the system keeps is locked: once
    /// it is open again it would give the password of before.
    pub fn keep(
        &self,
        workspace: &Workspace,
        remote: &Remote,
        passphrase: &mut dyn FnMut() -> Result<String>,
    ) -> Result<Kept> {
        let by_system = to_system(remote, self)?;
        if !by_system || Self::are_kept(workspace)? {
            let own = (!by_system).then_some(self);
            change(workspace, remote, own, &passphrase()?)?;
        }
        Ok(if by_system { Kept::BySystem } else { Kept::InFile })
    }

    /// Forgets what was kept for a store; `passphrase` is asked for only where a file has to be opened.
    pub fn forget(
        workspace: &Workspace,
        remote: &Remote,
        passphrase: &mut dyn FnMut() -> Result<String>,
    ) -> Result<()> {
        out_of_system(remote)?;
        if Self::are_kept(workspace)? { change(workspace, remote, None, &passphrase()?) } else { Ok(()) }
    }

    /// Seals what lies in the file with a new passphrase; what neither opens is put aside. Says whether all of it is there.
    pub fn reseal(workspace: &Workspace, old: Option<&str>, new: &str) -> Result<bool> {
        let Some(sealed) = workspace.sync_file(FILE)? else { return Ok(true) };
        // What was interrupted in this has the new one already.
        if unlock(&sealed, new).is_ok() {
            return Ok(true);
        }
        let rows = old.and_then(|old| unlock(&sealed, old).ok());
        if rows.is_none() {
            workspace.write_sync_file(&format!("credentials-{}.age", &blake3::hash(&sealed).to_hex()[..8]), &sealed)?;
        }
        let is_whole = rows.is_some();
        let rows = rows.map_or_else(|| rows_text(Vec::<Row>::new()), Ok)?;
        workspace.write_sync_file(FILE, &lock(&rows, new)?)?;
        Ok(is_whole)
    }
}

/// Puts what is known of a store into the file, or takes it out.
fn change(workspace: &Workspace, remote: &Remote, credentials: Option<&Credentials>, passphrase: &str) -> Result<()> {
    let sealed = workspace.sync_file(FILE)?;
    let mut rows = sealed.map_or_else(|| Ok(Vec::new()), |sealed| open(&sealed, passphrase))?;
    let place = remote.to_string();
    rows.retain(|row| row.place != place);
    rows.extend(credentials.map(|credentials| Row { place, credentials: credentials.clone() }));
    workspace.write_sync_file(FILE, &lock(&rows_text(rows)?, passphrase)?)
}

fn open(sealed: &[u8], passphrase: &str) -> Result<Vec<Row>> {
    let text = unlock(sealed, passphrase)
        .map_err(|shut| shut.error(text!("sync.damaged-credentials"), text!("sync.damaged-credentials.hint")))?;
    rows_of(&text)
}

/// Where the system keeps no passwords, cannot be reached, or is not to be asked, there is nothing.
#[cfg(feature = "remote")]
fn entry(remote: &Remote) -> Option<keyring::Entry> {
    let is_off = std::env::var_os(KEYRING).is_some_and(|value| value == "off");
    (!is_off).then(|| keyring::Entry::new(SERVICE, &remote.to_string()).ok())?
}

/// Takes what came of asking the system: that it is locked is for a person, everything else is as good as nothing.
#[cfg(feature = "remote")]
fn asked<T>(came: keyring::Result<T>) -> Result<Option<T>> {
    match came {
        Ok(found) => Ok(Some(found)),
        Err(keyring::Error::NoStorageAccess(_)) => Err(Error::new(Kind::Usage, text!("remote.keyring-locked"))
            .hint(text!("remote.keyring-locked.hint", variable = KEYRING))),
        Err(_) => Ok(None),
    }
}

#[cfg(feature = "remote")]
fn of_system(remote: &Remote) -> Result<Option<Credentials>> {
    let Some(entry) = entry(remote) else { return Ok(None) };
    Ok(asked(entry.get_password())?.and_then(|kept| toml::from_str(&kept).ok()))
}

/// Says whether the system has taken them.
#[cfg(feature = "remote")]
fn to_system(remote: &Remote, credentials: &Credentials) -> Result<bool> {
    let Some((entry, written)) = entry(remote).zip(toml::to_string(credentials).ok()) else { return Ok(false) };
    Ok(asked(entry.set_password(&written))?.is_some())
}

#[cfg(feature = "remote")]
fn out_of_system(remote: &Remote) -> Result<()> {
    entry(remote).map_or(Ok(None), |entry| asked(entry.delete_credential())).map(drop)
}

#[cfg(not(feature = "remote"))]
fn of_system(_: &Remote) -> Result<Option<Credentials>> {
    Ok(None)
}

#[cfg(not(feature = "remote"))]
fn to_system(_: &Remote, _: &Credentials) -> Result<bool> {
    Ok(false)
}

#[cfg(not(feature = "remote"))]
fn out_of_system(_: &Remote) -> Result<()> {
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::{fs, path::Path};

    use super::*;
    use crate::sync::place::Place;

    #[test]
    fn what_lies_in_the_file_needs_the_passphrase_and_belongs_to_one_place() {
        let folder = tempfile::tempdir().expect("a folder");
        let settings = "format = 1\nbureau = \"某委\"\ninspector = \"某人\"\nlanguage = \"zh\"\n";
        fs::write(folder.path().join("ducha.toml"), settings).expect("written");
        let workspace = Workspace::open(folder.path()).expect("a workspace");
        let rows = [("webdav+https://a.example/x", "geheim-a"), ("webdav+https://b.example/x", "geheim-b")];
        let mut all = Vec::new();
        for (place, secret) in rows {
            let credentials = Credentials { user: "wang".to_owned(), secret: secret.to_owned() };
            all.push(Row { place: place.to_owned(), credentials });
        }
        let sealed = lock(&rows_text(all).expect("written"), "correct horse").expect("sealed");
        workspace.write_sync_file(FILE, &sealed).expect("kept");
        assert!(!String::from_utf8_lossy(&sealed).contains("geheim"));
        for (place, secret) in rows {
            assert_eq!(
                open(&sealed, "correct horse")
                    .expect("opened")
                    .iter()
                    .find(|row| row.place == place)
                    .map(|row| row.credentials.secret.as_str()),
                Some(secret)
            );
        }
        assert_eq!(open(&sealed, "incorrect").map(drop).expect_err("sealed").kind(), Kind::Usage);
        for (old, whole) in [(Some("correct horse"), true), (None, false), (Some("incorrect"), false)] {
            workspace.write_sync_file(FILE, &sealed).expect("kept");
            assert_eq!(Credentials::reseal(&workspace, old, "battery staple").expect("sealed anew"), whole, "{old:?}");
            let anew = workspace.sync_file(FILE).expect("read").expect("there");
            assert_eq!(open(&anew, "battery staple").expect("opened").len(), if whole { rows.len() } else { 0 });
            assert!(Credentials::reseal(&workspace, old, "battery staple").expect("done before"), "{old:?}");
        }
        workspace.write_sync_file(FILE, &sealed).expect("kept");
        let Ok(Place::Remote(remote)) = Place::parse(Path::new("webdav+https://c.example/x")) else { panic!("remote") };
        let found = Credentials::find(&workspace, &remote, &mut || Ok("correct horse".to_owned())).expect("read");
        assert_eq!(found, None, "another place's are not handed out");
        assert!(!format!("{:?}", Credentials { user: "a".to_owned(), secret: "geheim".to_owned() }).contains("geheim"));
    }
}
