//! What can go wrong between here and a store, what of it passes, and what to do about each.

use std::{error::Error as _, fmt, time::Duration};

use super::distrust::{Distrust, encryption};
use crate::{
    error::{Error, Kind},
    sync::place::Place,
    text,
};

/// What went wrong.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trouble {
    /// The server refused.
    Refused {
        /// The status.
        code: u16,
        /// The name that an S3 store gives to what is wrong.
        name: String,
        /// How long it wants to be left alone.
        pause: Option<Duration>,
    },
    /// A page for people came where an object should have been.
    Page,
    /// Nobody answered in time.
    Silent,
    /// There is no way to the server.
    NoWay(String),
    /// Who answers does not encrypt, though it was asked to.
    NotEncrypted,
    /// The server sends to another address again and again.
    Redirected(String),
    /// The server wants to be asked at another address, where it says at which.
    Moved(Option<String>),
    /// Who answers cannot show that it is the server.
    Certificate(Distrust),
    /// An answer broke off, or was not as long as it had been said to be.
    BrokeOff(String),
    /// What was read back is not what was sent.
    OtherBack,
    /// The folder to put something in is not there; with the status that said so.
    NoFolder(u16),
    /// An answer that nothing is known of.
    Strange(String),
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { code, name, .. } if name.is_empty() => write!(formatter, "HTTP {code}"),
            Self::Refused { code, name, .. } => write!(formatter, "HTTP {code} {name}"),
            Self::NoWay(cause)
            | Self::Redirected(cause)
            | Self::Moved(Some(cause))
            | Self::Certificate(Distrust::Other(cause))
            | Self::BrokeOff(cause)
            | Self::Strange(cause) => formatter.write_str(cause),
            Self::NoFolder(code) => write!(formatter, "HTTP {code}"),
            Self::Page
            | Self::Silent
            | Self::NotEncrypted
            | Self::Moved(None)
            | Self::Certificate(_)
            | Self::OtherBack => Ok(()),
        }
    }
}

impl std::error::Error for Trouble {}

impl From<Trouble> for opendal::Error {
    fn from(trouble: Trouble) -> Self {
        Self::new(opendal::ErrorKind::Unexpected, trouble.to_string()).set_source(trouble)
    }
}

impl Trouble {
    /// Finds the trouble in an error of the library.
    pub fn of(error: &opendal::Error) -> Option<&Self> {
        error.source()?.downcast_ref()
    }

    /// Sorts what went wrong before there was an answer, or within it.
    pub fn on_the_way(error: opendal::Error) -> opendal::Error {
        if Self::of(&error).is_some() {
            return error;
        }
        let Some(cause) = error.source().and_then(|source| source.downcast_ref::<reqwest::Error>()) else {
            return Self::BrokeOff(error.message().to_owned()).into();
        };
        let deepest = deepest(cause);
        if let Some(refused) = encryption(cause) {
            match refused {
                rustls::Error::InvalidMessage(_) => Self::NotEncrypted.into(),
                _ => Self::Certificate(Distrust::of(refused)).into(),
            }
        } else if cause.is_redirect() {
            Self::Redirected(deepest).into()
        } else if cause.is_timeout() {
            Self::Silent.into()
        } else if cause.is_connect() {
            Self::NoWay(deepest).into()
        } else {
            Self::BrokeOff(deepest).into()
        }
    }

    /// Says whether it may be over when it is tried again soon.
    pub fn passes(&self) -> bool {
        match self {
            Self::Refused { code, .. } => {
                matches!(code, 408 | 423 | 425 | 429 | 500 | 502 | 503 | 504) && !self.is_full()
            }
            Self::Silent | Self::NoWay(_) | Self::BrokeOff(_) | Self::OtherBack | Self::NoFolder(_) => true,
            Self::Page
            | Self::NotEncrypted
            | Self::Redirected(_)
            | Self::Moved(_)
            | Self::Certificate(_)
            | Self::Strange(_) => false,
        }
    }

    /// Returns how long the server wants to be left alone.
    pub fn pause(&self) -> Option<Duration> {
        match self {
            Self::Refused { pause, .. } => *pause,
            _ => None,
        }
    }

    fn is_full(&self) -> bool {
        let full = |name: &str| name.contains("Quota") || name.contains("StorageFull");
        matches!(self, Self::Refused { code, name, .. } if *code == 507 || full(name))
    }

    /// Says it to people, with what to do.
    fn explained(&self) -> Error {
        let storage = |message, hint| Error::new(Kind::Storage, message).hint(hint);
        let usage = |message, hint| Error::new(Kind::Usage, message).hint(hint);
        if self.is_full() {
            return Error::new(Kind::DiskUnusable, text!("remote.full")).hint(text!("remote.full.hint"));
        }
        match self {
            Self::Refused { name, .. } if name == "RequestTimeTooSkewed" => {
                usage(text!("remote.clock"), text!("remote.clock.hint"))
            }
            Self::Refused { code, .. } => match code {
                401 => usage(text!("remote.login"), text!("remote.login.hint")),
                403 => usage(text!("remote.forbidden"), text!("remote.forbidden.hint")),
                405 | 501 => usage(text!("remote.no-store"), text!("remote.no-store.hint")),
                408 => storage(text!("remote.silent"), text!("remote.silent.hint")),
                407 | 511 => storage(text!("remote.portal"), text!("remote.portal.hint")),
                409 => storage(text!("remote.conflict"), text!("remote.conflict.hint")),
                412 => storage(text!("remote.condition"), text!("remote.condition.hint")),
                413 => storage(text!("remote.too-large"), text!("remote.too-large.hint")),
                423 => storage(text!("remote.locked"), text!("remote.locked.hint")),
                429 => storage(text!("remote.too-often"), text!("remote.too-often.hint")),
                425 | 503 => storage(text!("remote.busy"), text!("remote.busy.hint")),
                500..=599 => storage(text!("remote.server"), text!("remote.server.hint")),
                _ => storage(text!("remote.refused"), text!("remote.refused.hint")),
            },
            // Over as soon as somebody has logged in to the network; until then another one answers for the server.
            Self::Page => storage(text!("remote.portal"), text!("remote.portal.hint")),
            Self::Silent => storage(text!("remote.silent"), text!("remote.silent.hint")),
            Self::NoWay(_) => storage(text!("remote.no-way"), text!("remote.no-way.hint")),
            Self::NotEncrypted => usage(text!("remote.not-encrypted"), text!("remote.not-encrypted.hint")),
            Self::Redirected(_) => usage(text!("remote.redirected"), text!("remote.redirected.hint")),
            Self::Moved(_) => usage(text!("remote.moved"), text!("remote.moved.hint")),
            Self::Certificate(why) => why.explained(),
            Self::BrokeOff(_) => storage(text!("remote.broke-off"), text!("remote.broke-off.hint")),
            Self::OtherBack => storage(text!("storage.read-back"), text!("remote.read-back.hint")),
            Self::NoFolder(_) => storage(text!("remote.no-folder"), text!("remote.no-folder.hint")),
            Self::Strange(_) => storage(text!("remote.strange"), text!("remote.strange.hint")),
        }
    }
}

/// Says what went wrong at a place, and what to do about it.
pub fn explain(error: &opendal::Error, place: &str) -> Error {
    if let Some(trouble) = Trouble::of(error) {
        let explained = trouble.explained().at(place);
        // Most messages say all that there is to say.
        return if trouble.to_string().is_empty() { explained } else { explained.because(trouble.clone()) };
    }
    if error.to_string().contains("NoSuchBucket") {
        let bucket = match Place::parse(place.as_ref()) {
            Ok(Place::Remote(remote)) => remote.bucket,
            _ => String::new(),
        };
        return Error::new(Kind::NotFound, text!("remote.no-bucket", name = bucket))
            .at(place)
            .hint(text!("remote.no-bucket.hint"));
    }
    match error.kind() {
        opendal::ErrorKind::NotFound | opendal::ErrorKind::ConfigInvalid => {
            Error::new(Kind::NotFound, text!("remote.nothing-there")).hint(text!("remote.nothing-there.hint")).at(place)
        }
        // What the library says besides is meant for its own developers.
        _ => {
            let cause = error.source().map_or_else(|| error.message().to_owned(), deepest);
            let trouble = if error.is_temporary() { Trouble::BrokeOff(cause) } else { Trouble::Strange(cause) };
            trouble.explained().at(place).because(trouble)
        }
    }
}

fn deepest(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(next) = last.source() {
        last = next;
    }
    last.to_string()
}
