//! From the address of a hub to the hub.

use super::{credentials::Credentials, hub::Hub, place::Place};
use crate::{
    error::{Error, Kind, Result},
    store::{Objects, Workspace},
    text,
};

/// Opens the hub at a place with what was kept for it; `passphrase` is asked for only where a file has to be opened.
pub fn reach(
    workspace: &Workspace,
    place: &Place,
    passphrase: &mut dyn FnMut() -> Result<String>,
) -> Result<Box<dyn Hub>> {
    let Place::Remote(remote) = place else { return connect(place, None) };
    let credentials = Credentials::find(workspace, remote, passphrase)?;
    if credentials.is_none() && remote.user.is_some() && cfg!(feature = "remote") {
        let error = Error::new(Kind::Usage, text!("remote.no-secret")).at(place.to_string());
        return Err(error.hint(text!("remote.not-kept.hint")));
    }
    connect(place, credentials.as_ref())
}

/// Opens the hub at a place; a folder has to be there, of a store nothing is asked yet.
pub fn connect(place: &Place, credentials: Option<&Credentials>) -> Result<Box<dyn Hub>> {
    match place {
        Place::Folder(folder) => {
            let objects = Objects::new(folder);
            super::members::require_folder(&objects)?;
            Ok(Box::new(objects))
        }
        #[cfg(feature = "remote")]
        Place::Remote(remote) => {
            let patience = super::remote::Patience::default();
            Ok(Box::new(super::remote::Store::open(remote, credentials, patience)?))
        }
        #[cfg(not(feature = "remote"))]
        Place::Remote(_) => {
            let _ = credentials;
            let error = Error::new(Kind::Usage, text!("remote.not-built"));
            Err(error.at(place.to_string()).hint(text!("remote.not-built.hint")))
        }
    }
}
