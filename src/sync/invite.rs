//! How a new device gets onto the list of members: an invitation on the hub, and a code that goes another way.
//!
//! The code, 80 bits of chance, never reaches the hub. By it the newcomer knows that the hub is the one that was meant, and
//! the founder's device knows that a request comes from whoever was given the code.

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::{
    keys::{DeviceKeys, PublicKey, from_hex, hex, random},
    roster::{FORMAT, Grant, Member, Role},
};
use crate::error::Result;

/// How long an invitation holds, in days.
pub const VALID_DAYS: i64 = 7;

/// The letters and digits of a code: those that nobody mixes up.
const LETTERS: &[u8; 32] = b"0123456789ABCDEFGHJKMNPQRSTVWXYZ";

/// An invitation as the founder's workspace keeps it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Pending {
    /// The name of the invitation.
    pub id: String,
    /// The key that follows from the code.
    key: String,
    /// Who is invited.
    pub person: String,
    /// With which roles.
    pub roles: Vec<Role>,
    /// Until when.
    pub until: DateTime<FixedOffset>,
}

/// An invitation as it lies on the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Invitation {
    format: u32,
    hub: String,
    /// The key of the founder's device.
    pub founder: PublicKey,
    proof: String,
}

/// What a newcomer puts onto the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Request {
    format: u32,
    hub: String,
    key: PublicKey,
    recipient: String,
    proof: String,
}

/// Makes an invitation: what the founder keeps, what goes onto the hub, and the code for the one who is invited.
pub fn invite(
    hub: &str,
    founder: &PublicKey,
    person: &str,
    roles: Vec<Role>,
    until: DateTime<FixedOffset>,
) -> Result<(Pending, Invitation, String)> {
    let chance = u128::from_le_bytes(random::<16>()?);
    let letters: Vec<u8> = (0..16).map(|at| LETTERS[(chance >> (at * 5) & 31) as usize]).collect();
    let code = letters.chunks(4).map(String::from_utf8_lossy).collect::<Vec<_>>().join("-");
    let (id, key) = meaning(&code);
    let proof = proof(&key, &["invitation", hub, &founder.0]);
    let invitation = Invitation { format: FORMAT, hub: hub.to_owned(), founder: founder.clone(), proof };
    Ok((Pending { id, key: hex(&key), person: person.to_owned(), roles, until }, invitation, code))
}

/// Returns the name of the invitation that a code is for.
pub fn id_of(code: &str) -> String {
    meaning(code).0
}

impl Invitation {
    /// Says whether the code vouches for this invitation.
    pub fn is_for(&self, code: &str) -> bool {
        let expected = proof(&meaning(code).1, &["invitation", &self.hub, &self.founder.0]);
        self.format == FORMAT && same(&expected, &self.proof)
    }
}

impl Request {
    /// Makes the request of a device that was given a code.
    pub fn new(hub: &str, keys: &DeviceKeys, code: &str) -> Self {
        let (key, recipient) = (keys.public(), keys.recipient());
        let proof = proof(&meaning(code).1, &["request", hub, &key.0, &recipient]);
        Self { format: FORMAT, hub: hub.to_owned(), key, recipient, proof }
    }

    /// Reads a request as it lies on the hub; nothing where it is none.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        std::str::from_utf8(bytes).ok().and_then(|text| toml::from_str(text).ok())
    }

    /// Says whether a device with these keys asks.
    pub fn is_of(&self, keys: &DeviceKeys) -> bool {
        self.key == keys.public()
    }

    /// Returns the member that a request makes; nothing where it does not come from whoever was given the code, or too
    /// late.
    pub fn admitted(self, hub: &str, pending: &Pending, now: DateTime<FixedOffset>) -> Option<Member> {
        let key: [u8; 32] = from_hex(&pending.key)?.try_into().ok()?;
        let expected = proof(&key, &["request", hub, &self.key.0, &self.recipient]);
        let good = self.format == FORMAT && self.hub == hub && now <= pending.until && same(&expected, &self.proof);
        let grants = vec![Grant { roles: pending.roles.clone(), after: Vec::new() }];
        good.then(|| Member {
            person: pending.person.clone(),
            key: self.key,
            recipient: self.recipient,
            grants,
            through: None,
        })
    }
}

/// Reads a code as people type it: small letters, blanks, and the letters that are left out for the digits they look like.
fn meaning(code: &str) -> (String, [u8; 32]) {
    let letters = code.chars().filter(char::is_ascii_alphanumeric).map(|letter| match letter.to_ascii_uppercase() {
        'O' => '0',
        'I' | 'L' => '1',
        other => other,
    });
    let code: String = letters.collect();
    let id = blake3::derive_key("ducha 1 invitation name", code.as_bytes());
    (hex(&id[..8]), blake3::derive_key("ducha 1 invitation key", code.as_bytes()))
}

fn proof(key: &[u8; 32], parts: &[&str]) -> String {
    let mut hasher = blake3::Hasher::new_keyed(key);
    for part in parts {
        hasher.update(&(part.len() as u64).to_le_bytes()).update(part.as_bytes());
    }
    hasher.finalize().to_hex().to_string()
}

/// Compares proofs in a time that says nothing about where they differ.
fn same(one: &str, other: &str) -> bool {
    blake3::hash(one.as_bytes()) == blake3::hash(other.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_code_opens_the_way_and_only_in_time() {
        let (founder, newcomer) = (DeviceKeys::generate().expect("keys"), DeviceKeys::generate().expect("keys"));
        let now: DateTime<FixedOffset> = "2026-11-21T09:30:00+08:00".parse().expect("a time");
        let until = now + chrono::Days::new(7);
        let (pending, invitation, code) =
            invite("h", &founder.public(), "王芳", vec![Role::Inspector], until).expect("invited");
        let typed = code.to_lowercase().replace('-', " ").replace('0', "o").replace('1', "l");
        assert_eq!(id_of(&typed), pending.id);
        assert!(invitation.is_for(&typed));
        assert!(!invitation.is_for("AAAA-AAAA-AAAA-AAAA"));
        let forged = Invitation { founder: newcomer.public(), ..invitation };
        assert!(!forged.is_for(&code));
        let request = Request::new("h", &newcomer, &typed);
        let member = request.clone().admitted("h", &pending, now).expect("admitted");
        assert_eq!((member.person.as_str(), &member.key), ("王芳", &newcomer.public()));
        assert!(request.clone().admitted("other", &pending, now).is_none());
        assert!(request.clone().admitted("h", &pending, until + chrono::Days::new(1)).is_none());
        assert!(Request::new("h", &newcomer, "AAAA").admitted("h", &pending, now).is_none());
        let stolen = Request { key: founder.public(), ..request };
        assert!(stolen.admitted("h", &pending, now).is_none());
    }
}
