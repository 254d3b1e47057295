//! Who one is for a store on a network: kept by the system where it keeps such things, else sealed with the passphrase.
//!
//! Neither the settings of a workspace nor an address ever hold a password.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{
    exchange::{rows_of, rows_text},
    keys::{lock, unlock},
    place::Remote,
};
use crate::{
    error::{Error, Kind, Result},
    store::Workspace,
    text,
};

/// The variable that holds the passphrase of this computer's keys, where nobody can be asked or wants to type it.
pub const PASSPHRASE: &str = "DUCHA_PASSPHRASE";

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
        if let Some(found) = Self::of_environment(remote).or_else(|| of_system(remote)) {
            return Ok(Some(found));
        }
        let Some(sealed) = workspace.sync_file(FILE)? else { return Ok(None) };
        let place = remote.to_string();
        let rows = open(&sealed, &passphrase()?)?;
        Ok(rows.into_iter().find(|row| row.place == place).map(|row| row.credentials))
    }

    /// Keeps them for a store: with the system, else in a file.
    pub fn keep(
        &self,
        workspace: &Workspace,
        remote: &Remote,
        passphrase: &mut dyn FnMut() -> Result<String>,
    ) -> Result<Kept> {
        if to_system(remote, self) {
            return Ok(Kept::BySystem);
        }
        let passphrase = passphrase()?;
        let sealed = workspace.sync_file(FILE)?;
        let mut rows = sealed.map_or_else(|| Ok(Vec::new()), |sealed| open(&sealed, &passphrase))?;
        let place = remote.to_string();
        rows.retain(|row| row.place != place);
        rows.push(Row { place, credentials: self.clone() });
        workspace.write_sync_file(FILE, &lock(&rows_text(rows)?, &passphrase)?)?;
        Ok(Kept::InFile)
    }
}

fn open(sealed: &[u8], passphrase: &str) -> Result<Vec<Row>> {
    let text = unlock(sealed, passphrase).ok_or_else(|| {
        Error::new(Kind::Usage, text!("sync.wrong-passphrase")).hint(text!("sync.wrong-passphrase.hint"))
    })?;
    rows_of(&text)
}

/// Where the system keeps no passwords, cannot be reached, or is not to be asked, there are none.
#[cfg(feature = "remote")]
fn entry(remote: &Remote) -> Option<keyring::Entry> {
    let is_off = std::env::var_os(KEYRING).is_some_and(|value| value == "off");
    (!is_off).then(|| keyring::Entry::new(SERVICE, &remote.to_string()).ok())?
}

#[cfg(feature = "remote")]
fn of_system(remote: &Remote) -> Option<Credentials> {
    toml::from_str(&entry(remote)?.get_password().ok()?).ok()
}

#[cfg(feature = "remote")]
fn to_system(remote: &Remote, credentials: &Credentials) -> bool {
    let keep = || entry(remote)?.set_password(&toml::to_string(credentials).ok()?).ok();
    keep().is_some()
}

#[cfg(not(feature = "remote"))]
fn of_system(_: &Remote) -> Option<Credentials> {
    None
}

#[cfg(not(feature = "remote"))]
fn to_system(_: &Remote, _: &Credentials) -> bool {
    false
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
        let Ok(Place::Remote(remote)) = Place::parse(Path::new("webdav+https://c.example/x")) else { panic!("remote") };
        let found = Credentials::find(&workspace, &remote, &mut || Ok("correct horse".to_owned())).expect("read");
        assert_eq!(found, None, "another place's are not handed out");
        assert!(!format!("{:?}", Credentials { user: "a".to_owned(), secret: "geheim".to_owned() }).contains("geheim"));
    }
}
