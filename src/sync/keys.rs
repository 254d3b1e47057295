//! The secrets of a device, and signing and sealing with them.
//!
//! A device signs with Ed25519 and is written to with age (X25519). A hub that is encrypted has one more age key for each
//! key epoch, which every member has. No secret ever leaves this module in the clear but for [`DeviceKeys::secret`], which
//! the store seals with a passphrase.

use std::{fmt, fmt::Write as _, str::FromStr};

use age::{
    DecryptError,
    secrecy::ExposeSecret,
    x25519::{Identity, Recipient},
};
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use serde::{Deserialize, Serialize};

use crate::{
    error::{Error, Kind, Result},
    i18n::Text,
    text,
};

/// The identity of a device: the beginning of the digest of its signing key, in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DeviceId(pub String);

impl fmt::Display for DeviceId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.0)
    }
}

/// A public signing key in hexadecimal digits.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct PublicKey(pub String);

impl PublicKey {
    /// Returns the device that signs with it.
    pub fn device(&self) -> DeviceId {
        DeviceId(blake3::hash(self.0.as_bytes()).to_hex()[..16].to_owned())
    }

    /// Says whether the signature under some bytes, for one purpose, was made with this key.
    pub fn verifies(&self, purpose: &str, bytes: &[u8], signature: &str) -> bool {
        let verify = || {
            let key = VerifyingKey::from_bytes(&from_hex(&self.0)?.try_into().ok()?).ok()?;
            let signature = Signature::from_bytes(&from_hex(signature)?.try_into().ok()?);
            key.verify_strict(&purposed(purpose, bytes), &signature).ok()
        };
        verify().is_some()
    }
}

/// The secrets of a device.
pub struct DeviceKeys {
    signing: SigningKey,
    identity: Identity,
}

impl fmt::Debug for DeviceKeys {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "DeviceKeys({})", self.device())
    }
}

impl DeviceKeys {
    /// Makes new ones of the system's chance.
    pub fn generate() -> Result<Self> {
        Ok(Self { signing: SigningKey::from_bytes(&random()?), identity: Identity::generate() })
    }

    /// Returns the secrets as a text, to be sealed and kept.
    pub fn secret(&self) -> String {
        format!("{} {}", hex(&self.signing.to_bytes()), self.identity.to_string().expose_secret())
    }

    /// Reads the secrets back.
    pub fn from_secret(text: &str) -> Option<Self> {
        let (signing, identity) = text.trim().split_once(' ')?;
        let signing = SigningKey::from_bytes(&from_hex(signing)?.try_into().ok()?);
        Some(Self { signing, identity: Identity::from_str(identity).ok()? })
    }

    /// Returns the key by which others know the device's signatures.
    pub fn public(&self) -> PublicKey {
        PublicKey(hex(self.signing.verifying_key().as_bytes()))
    }

    /// Returns the device.
    pub fn device(&self) -> DeviceId {
        self.public().device()
    }

    /// Returns the key with which others seal what only this device may read.
    pub fn recipient(&self) -> String {
        self.identity.to_public().to_string()
    }

    /// Signs some bytes for one purpose: a signature for one is none for another.
    pub fn sign(&self, purpose: &str, bytes: &[u8]) -> String {
        hex(&self.signing.sign(&purposed(purpose, bytes)).to_bytes())
    }

    /// Opens what was sealed for this device.
    pub fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        age::decrypt(&self.identity, sealed).ok()
    }
}

/// The key of one key epoch of an encrypted hub.
#[derive(Clone)]
pub struct EpochKey(Identity);

impl fmt::Debug for EpochKey {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str("EpochKey")
    }
}

impl EpochKey {
    /// Makes a new one.
    pub fn generate() -> Self {
        Self(Identity::generate())
    }

    /// Returns it as a text, to be sealed.
    pub fn secret(&self) -> String {
        self.0.to_string().expose_secret().to_owned()
    }

    /// Reads it back.
    pub fn from_secret(text: &[u8]) -> Option<Self> {
        Identity::from_str(std::str::from_utf8(text).ok()?).ok().map(Self)
    }

    /// Seals some bytes for everybody who has this key.
    pub fn seal(&self, bytes: &[u8]) -> Result<Vec<u8>> {
        seal_for(&self.0.to_public().to_string(), bytes)
    }

    /// Opens what was sealed with this key.
    pub fn open(&self, sealed: &[u8]) -> Option<Vec<u8>> {
        age::decrypt(&self.0, sealed).ok()
    }
}

/// With what everything begins that is sealed (C2SP, age-encryption.org/v1).
const SEALED: &[u8] = b"age-encryption.org/v1\n";

/// Says whether bytes look sealed, as far as somebody without a key can tell.
pub fn looks_sealed(bytes: &[u8]) -> bool {
    bytes.starts_with(SEALED)
}

/// Seals some bytes for one device.
pub fn seal_for(recipient: &str, bytes: &[u8]) -> Result<Vec<u8>> {
    let failed = || Error::new(Kind::Input, text!("sync.seal-failed"));
    let recipient = Recipient::from_str(recipient).map_err(|_| failed())?;
    age::encrypt(&recipient, bytes).map_err(|error| failed().because(error))
}

/// The work of unlocking a passphrase as a power of two: a quarter of a second and 64 MiB on an office computer of 2020.
/// Builds for development protect nothing, and the tests of syncing unlock by the hundred.
const PASSPHRASE_WORK: u8 = if cfg!(debug_assertions) { 10 } else { 16 };

/// The most work that a file may ask for.
const PASSPHRASE_LIMIT: u8 = 20;

/// Seals a secret with a passphrase.
pub fn lock(secret: &str, passphrase: &str) -> Result<Vec<u8>> {
    let mut recipient = age::scrypt::Recipient::new(passphrase.to_owned().into());
    recipient.set_work_factor(PASSPHRASE_WORK);
    age::encrypt(&recipient, secret.as_bytes())
        .map_err(|error| Error::new(Kind::Input, text!("sync.seal-failed")).because(error))
}

/// Why a secret stays shut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Shut {
    /// The passphrase is another one.
    OtherPassphrase,
    /// No passphrase opens what is left of it.
    Damaged,
}

impl Shut {
    /// Says it to a person: of a damaged file what is lost with it.
    pub fn error(self, damaged: Text, hint: Text) -> Error {
        match self {
            Self::OtherPassphrase => {
                Error::new(Kind::Usage, text!("sync.wrong-passphrase")).hint(text!("sync.wrong-passphrase.hint"))
            }
            Self::Damaged => Error::input(damaged).hint(hint),
        }
    }
}

/// Opens a secret with its passphrase.
pub fn unlock(sealed: &[u8], passphrase: &str) -> Result<String, Shut> {
    let mut identity = age::scrypt::Identity::new(passphrase.to_owned().into());
    // A file that asks for more was not written by this program, and would only make it hang.
    identity.set_max_work_factor(PASSPHRASE_LIMIT);
    let secret = age::decrypt(&identity, sealed).map_err(|error| match error {
        DecryptError::DecryptionFailed | DecryptError::KeyDecryptionFailed | DecryptError::NoMatchingKeys => {
            Shut::OtherPassphrase
        }
        _ => Shut::Damaged,
    })?;
    String::from_utf8(secret).map_err(|_| Shut::Damaged)
}

/// Returns random bytes of the system.
pub fn random<const LENGTH: usize>() -> Result<[u8; LENGTH]> {
    let mut bytes = [0; LENGTH];
    getrandom::fill(&mut bytes)
        .map_err(|error| Error::new(Kind::Storage, text!("sync.no-chance")).because(std::io::Error::from(error)))?;
    Ok(bytes)
}

/// Writes bytes as hexadecimal digits.
pub fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::with_capacity(bytes.len() * 2), |mut digits, byte| {
        // Writing to a string cannot fail.
        let _ = write!(digits, "{byte:02x}");
        digits
    })
}

/// Reads hexadecimal digits as [`hex`] writes them.
///
/// Nothing else spells them: were capitals taken too, one signature could be written in many ways.
pub fn from_hex(digits: &str) -> Option<Vec<u8>> {
    let value = |digit: u8| match digit {
        b'0'..=b'9' => Some(digit - b'0'),
        b'a'..=b'f' => Some(digit - b'a' + 10),
        _ => None,
    };
    let mut bytes = Vec::with_capacity(digits.len() / 2);
    for pair in digits.as_bytes().chunks(2) {
        bytes.push(value(pair[0])? << 4 | value(*pair.get(1)?)?);
    }
    Some(bytes)
}

fn purposed(purpose: &str, bytes: &[u8]) -> Vec<u8> {
    [b"ducha 1 ", purpose.as_bytes(), b"\0", bytes].concat()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_signature_holds_for_its_key_purpose_and_bytes_only() {
        let (one, other) = (DeviceKeys::generate().expect("keys"), DeviceKeys::generate().expect("keys"));
        let signature = one.sign("head", b"x");
        let cases = [
            (one.public(), "head", &b"x"[..], signature.as_str(), true),
            (other.public(), "head", b"x", &signature, false),
            (one.public(), "roster", b"x", &signature, false),
            (one.public(), "head", b"y", &signature, false),
            (one.public(), "head", b"x", &signature[2..], false),
            (one.public(), "head", b"x", &signature.to_uppercase(), false),
            (one.public(), "head", b"x", "\u{fc}\u{fc}", false),
            (PublicKey("zz".to_owned()), "head", b"x", &signature, false),
        ];
        for (key, purpose, bytes, signature, expected) in cases {
            assert_eq!(key.verifies(purpose, bytes, signature), expected, "{purpose} {signature}");
        }
    }

    #[test]
    fn secrets_come_back_only_with_the_passphrase() {
        let keys = DeviceKeys::generate().expect("keys");
        let sealed = lock(&keys.secret(), "correct horse").expect("sealed");
        assert_eq!(unlock(&sealed, "correct house"), Err(Shut::OtherPassphrase));
        let mut last = sealed.clone();
        *last.last_mut().expect("a byte") ^= 1;
        for damaged in [&b""[..], b"age", &vec![0; sealed.len()], &sealed[..60], &sealed[..sealed.len() - 20], &last] {
            assert_eq!(unlock(damaged, "correct horse"), Err(Shut::Damaged), "{damaged:?}");
        }
        let back = DeviceKeys::from_secret(&unlock(&sealed, "correct horse").expect("opened")).expect("keys");
        assert_eq!(back.public(), keys.public());
        let letter = seal_for(&keys.recipient(), b"secret").expect("sealed");
        assert_eq!(back.open(&letter).as_deref(), Some(&b"secret"[..]));
        assert!(DeviceKeys::from_secret("").is_none());
    }
}
