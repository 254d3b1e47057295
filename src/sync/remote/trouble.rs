//! What can go wrong between here and a store, what of it passes, and what to do about each.

use std::{error::Error as _, fmt, io, time::Duration};

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
    NotEncrypted(String),
    /// The server sends to another address again and again.
    Redirected(String),
    /// Who answers cannot show that it is the server.
    Certificate(String),
    /// An answer broke off, or was not as long as it had been said to be.
    BrokeOff(String),
    /// What was read back is not what was sent.
    OtherBack,
    /// The folder to put something in is not there.
    NoFolder,
}

impl fmt::Display for Trouble {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Refused { code, name, .. } if name.is_empty() => write!(formatter, "HTTP {code}"),
            Self::Refused { code, name, .. } => write!(formatter, "HTTP {code} {name}"),
            Self::NoWay(cause)
            | Self::NotEncrypted(cause)
            | Self::Redirected(cause)
            | Self::Certificate(cause)
            | Self::BrokeOff(cause) => formatter.write_str(cause),
            Self::Page => formatter.write_str("text/html"),
            Self::Silent => formatter.write_str("timeout"),
            Self::OtherBack => formatter.write_str("read back"),
            Self::NoFolder => formatter.write_str("HTTP 409"),
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
                rustls::Error::InvalidMessage(_) => Self::NotEncrypted(refused.to_string()).into(),
                _ => Self::Certificate(refused.to_string()).into(),
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

    /// Says whether it is a refusal with a status.
    pub fn is_code(&self, wanted: u16) -> bool {
        matches!(self, Self::Refused { code, .. } if *code == wanted)
    }

    /// Says whether it may be over when it is tried again soon.
    pub fn passes(&self) -> bool {
        match self {
            Self::Refused { code, .. } => {
                matches!(code, 408 | 423 | 425 | 429 | 500 | 502 | 503 | 504) && !self.is_full()
            }
            Self::Silent | Self::NoWay(_) | Self::BrokeOff(_) | Self::OtherBack | Self::NoFolder => true,
            Self::Page | Self::NotEncrypted(_) | Self::Redirected(_) | Self::Certificate(_) => false,
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
                407 | 511 => storage(text!("remote.portal"), text!("remote.portal.hint")),
                409 => storage(text!("remote.conflict"), text!("remote.conflict.hint")),
                412 => storage(text!("remote.condition"), text!("remote.condition.hint")),
                413 => storage(text!("remote.too-large"), text!("remote.too-large.hint")),
                423 => storage(text!("remote.locked"), text!("remote.locked.hint")),
                429 => storage(text!("remote.too-often"), text!("remote.too-often.hint")),
                503 => storage(text!("remote.busy"), text!("remote.busy.hint")),
                500..=599 => storage(text!("remote.server", code = code), text!("remote.server.hint")),
                _ => storage(text!("remote.refused", code = code), text!("remote.refused.hint")),
            },
            // Over as soon as somebody has logged in to the network; until then another one answers for the server.
            Self::Page => storage(text!("remote.portal"), text!("remote.portal.hint")),
            Self::Silent => storage(text!("remote.silent"), text!("remote.silent.hint")),
            Self::NoWay(_) => storage(text!("remote.no-way"), text!("remote.no-way.hint")),
            Self::NotEncrypted(_) => usage(text!("remote.not-encrypted"), text!("remote.not-encrypted.hint")),
            Self::Redirected(_) => usage(text!("remote.redirected"), text!("remote.redirected.hint")),
            Self::Certificate(_) => storage(text!("remote.certificate"), text!("remote.certificate.hint")),
            Self::BrokeOff(_) => storage(text!("remote.broke-off"), text!("remote.broke-off.hint")),
            Self::OtherBack => storage(text!("storage.read-back"), text!("remote.read-back.hint")),
            Self::NoFolder => storage(text!("remote.no-folder"), text!("remote.no-folder.hint")),
        }
    }
}

/// Says what went wrong at a place, and what to do about it.
pub fn explain(error: opendal::Error, place: &str) -> Error {
    let explained = match (Trouble::of(&error), error.kind()) {
        (Some(trouble), _) => {
            let (explained, trouble) = (trouble.explained(), trouble.clone());
            return explained.at(place).because(trouble);
        }
        (None, _) if error.to_string().contains("NoSuchBucket") => {
            // What the library says of it is meant for its own developers.
            let bucket = match Place::parse(place.as_ref()) {
                Ok(Place::Remote(remote)) => remote.bucket,
                _ => String::new(),
            };
            return Error::new(Kind::NotFound, text!("remote.no-bucket", name = bucket))
                .at(place)
                .hint(text!("remote.no-bucket.hint"));
        }
        (None, opendal::ErrorKind::NotFound | opendal::ErrorKind::ConfigInvalid) => {
            Error::new(Kind::NotFound, text!("remote.nothing-there")).hint(text!("remote.nothing-there.hint"))
        }
        (None, _) if error.is_temporary() => {
            Error::new(Kind::Storage, text!("remote.broke-off")).hint(text!("remote.broke-off.hint"))
        }
        (None, _) => Error::new(Kind::Storage, text!("remote.strange")).hint(text!("remote.portal.hint")),
    };
    explained.at(place).because(error)
}

/// Finds why a certificate, or the way of encrypting, was not taken.
fn encryption<'error>(error: &'error (dyn std::error::Error + 'static)) -> Option<&'error rustls::Error> {
    let mut next = Some(error);
    while let Some(error) = next {
        if let Some(found) = error.downcast_ref::<rustls::Error>() {
            return Some(found);
        }
        // What an error of input and output holds is not named as its source; it may hold another one of them.
        let inside = error.downcast_ref::<io::Error>().and_then(io::Error::get_ref);
        next = inside.map(|inside| inside as &(dyn std::error::Error + 'static)).or_else(|| error.source());
    }
    None
}

fn deepest(error: &(dyn std::error::Error + 'static)) -> String {
    let mut last = error;
    while let Some(next) = last.source() {
        last = next;
    }
    last.to_string()
}
