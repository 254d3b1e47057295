//! Who belongs to a hub: the marker that names it, and the signed, hash-chained list of members.
//!
//! The list has one writer, the device that founded the hub, so that it cannot fork by accident. Every entry holds the
//! whole list, so that the newest one is enough.

use std::collections::BTreeMap;

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use super::keys::{DeviceId, DeviceKeys, EpochKey, PublicKey, from_hex, hex, seal_for};
use crate::{
    error::{Error, Result},
    i18n::Text,
    text,
};

/// The version of everything on a hub that this program writes, and the newest it reads.
pub const FORMAT: u32 = 1;

/// What a member may decide.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Role {
    /// Fills in records.
    Inspector,
    /// Gives out tasks.
    Supervisor,
    /// Keeps checklists, topics and plans.
    Editor,
}

impl Role {
    /// Every role.
    pub const ALL: [Self; 3] = [Self::Inspector, Self::Supervisor, Self::Editor];

    /// Returns the key of its name in the language files.
    pub fn name_key(self) -> &'static str {
        match self {
            Self::Inspector => "sync.role.inspector",
            Self::Supervisor => "sync.role.supervisor",
            Self::Editor => "sync.role.editor",
        }
    }
}

/// `hub.toml`: without it a folder is no hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Marker {
    /// The version of the hub.
    pub format: u32,
    /// The identity of the hub.
    pub hub: String,
    /// Its name for people.
    pub name: String,
    /// The key of the device that founded it and keeps its list of members.
    pub founder: PublicKey,
    /// Whether what lies on it can be read by its members only.
    pub encrypt: bool,
    /// When it was founded.
    pub at: DateTime<FixedOffset>,
}

impl Marker {
    /// Names the hub so that it can be told from another one of the same name: with the beginning of its identity.
    pub fn shown(&self) -> String {
        let identity: String = self.hub.chars().take(8).collect();
        format!("{} · {identity}", self.name)
    }
}

/// A place in what a device has said.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Position {
    /// The epoch of the device: a device that was cloned or restored begins a new one.
    pub epoch: String,
    /// The number within the epoch, from 1.
    pub seq: u64,
    /// The digest of the segment.
    pub hash: String,
}

/// Roles from some place on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Grant {
    /// The roles.
    pub roles: Vec<Role>,
    /// What the device had said before: there the grant before this one holds.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub after: Vec<Position>,
}

/// A device that belongs, or belonged, to the hub.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Member {
    /// Whose device it is.
    pub person: String,
    /// The key of its signatures.
    pub key: PublicKey,
    /// The key with which secrets are sealed for it.
    pub recipient: String,
    /// Its roles, the first grant first.
    #[serde(default, rename = "grant")]
    pub grants: Vec<Grant>,
    /// Where a revoked device stops being heard; what it said up to there stays.
    #[serde(default, rename = "through", skip_serializing_if = "Option::is_none")]
    pub through: Option<Vec<Position>>,
}

/// One entry of the list: the whole list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The version of the hub.
    pub format: u32,
    /// The hub.
    pub hub: String,
    /// The number of the entry, from 1.
    pub number: u64,
    /// The digest of the entry before.
    #[serde(default)]
    pub previous: String,
    /// When.
    pub at: DateTime<FixedOffset>,
    /// The number of the key epoch, from 1; 0 where the hub is not encrypted.
    #[serde(default)]
    pub key_epoch: u32,
    /// The key of the key epoch, sealed for each member that is not revoked, by device.
    #[serde(default)]
    pub keys: BTreeMap<String, String>,
    /// The keys before, the oldest first, sealed with the newest.
    #[serde(default)]
    pub past_keys: Vec<String>,
    /// The members, the founder first.
    #[serde(default, rename = "member")]
    pub members: Vec<Member>,
}

impl Entry {
    /// Makes the first entry of a hub.
    pub fn first(marker: &Marker, founder: &DeviceKeys, person: &str) -> Result<Self> {
        let member = Member {
            person: person.to_owned(),
            key: founder.public(),
            recipient: founder.recipient(),
            grants: vec![Grant { roles: Role::ALL.to_vec(), after: Vec::new() }],
            through: None,
        };
        let mut entry = Self {
            format: FORMAT,
            hub: marker.hub.clone(),
            number: 1,
            previous: String::new(),
            at: marker.at,
            key_epoch: 0,
            keys: BTreeMap::new(),
            past_keys: Vec::new(),
            members: vec![member],
        };
        if marker.encrypt {
            entry.renew_keys(&[])?;
        }
        Ok(entry)
    }

    /// Finds a member by its device.
    pub fn member(&self, device: &DeviceId) -> Option<&Member> {
        self.members.iter().find(|member| member.key.device() == *device)
    }

    /// Finds a member by its device, to change it.
    pub fn member_mut(&mut self, device: &DeviceId) -> Option<&mut Member> {
        self.members.iter_mut().find(|member| member.key.device() == *device)
    }

    /// Begins a new key epoch: those who are revoked do not get its key.
    ///
    /// `past` has the keys before, the oldest first.
    pub fn renew_keys(&mut self, past: &[EpochKey]) -> Result<()> {
        let key = EpochKey::generate();
        self.key_epoch += 1;
        self.past_keys = past
            .iter()
            .map(|old| key.seal(old.secret().as_bytes()).map(|sealed| hex(&sealed)))
            .collect::<Result<_>>()?;
        self.seal_key(&key)
    }

    /// Seals the key of the current epoch for every member that is not revoked.
    pub fn seal_key(&mut self, key: &EpochKey) -> Result<()> {
        let members = self.members.iter().filter(|member| member.through.is_none());
        self.keys = members
            .map(|member| {
                let sealed = seal_for(&member.recipient, key.secret().as_bytes())?;
                Ok((member.key.device().0, hex(&sealed)))
            })
            .collect::<Result<_>>()?;
        Ok(())
    }

    /// Opens every key that this device may have, the oldest first; none where the hub is not encrypted or it has no key.
    pub fn open_keys(&self, device: &DeviceKeys) -> Vec<EpochKey> {
        let open = || -> Option<Vec<EpochKey>> {
            let newest = EpochKey::from_secret(&device.open(&from_hex(self.keys.get(&device.device().0)?)?)?)?;
            let past = self.past_keys.iter().map(|sealed| EpochKey::from_secret(&newest.open(&from_hex(sealed)?)?));
            past.chain([Some(newest.clone())]).collect()
        };
        open().unwrap_or_default()
    }
}

impl Member {
    /// Returns the roles that hold for a segment; nothing where the device was no longer heard.
    pub fn roles_at(&self, epoch: &str, seq: u64) -> Option<&[Role]> {
        if self.through.as_ref().is_some_and(|through| !covers(through, epoch, seq)) {
            return None;
        }
        let grant = self.grants.iter().rev().find(|grant| !covers(&grant.after, epoch, seq));
        grant.map(|grant| grant.roles.as_slice())
    }

    /// Returns the roles of today.
    pub fn roles(&self) -> &[Role] {
        self.grants.last().map_or(&[], |grant| grant.roles.as_slice())
    }
}

/// Says whether a segment is among those up to some places.
fn covers(places: &[Position], epoch: &str, seq: u64) -> bool {
    places.iter().any(|place| place.epoch == epoch && seq <= place.seq)
}

/// Writes a signed document: a line with the signature, and the TOML that it is for.
pub fn signed(keys: &DeviceKeys, purpose: &str, document: &impl Serialize) -> Result<Vec<u8>> {
    let body = toml::to_string(document).map_err(|error| Error::input(text!("record.not-written")).because(error))?;
    Ok(format!("signature = \"{}\"\n{body}", keys.sign(purpose, body.as_bytes())).into_bytes())
}

/// What every document of a hub says first, whatever its version.
#[derive(Deserialize)]
struct Version {
    format: u32,
}

/// Reads a signed document; `key` finds the key it has to be signed with, from what it says.
///
/// Errors say what is wrong with it: no text, a newer version, no TOML of this form, another signature.
pub fn verified<T: DeserializeOwned>(
    bytes: &[u8],
    purpose: &str,
    key: impl FnOnce(&T) -> Option<PublicKey>,
) -> Result<T, Text> {
    let text = std::str::from_utf8(bytes).map_err(|_| text!("sync.bad.not-ours"))?;
    let (signature, body) = text
        .strip_prefix("signature = \"")
        .and_then(|rest| rest.split_once("\"\n"))
        .ok_or_else(|| text!("sync.bad.not-ours"))?;
    // Almost everything begins like this, and need not be read twice.
    let is_ours = body.strip_prefix("format = ").is_some_and(|rest| rest.starts_with(&format!("{FORMAT}\n")));
    if !is_ours && toml::from_str::<Version>(body).is_ok_and(|version| version.format > FORMAT) {
        return Err(text!("sync.bad.newer"));
    }
    let document: T = toml::from_str(body).map_err(|_| text!("sync.bad.not-ours"))?;
    let key = key(&document).ok_or_else(|| text!("sync.bad.stranger"))?;
    if key.verifies(purpose, body.as_bytes(), signature) { Ok(document) } else { Err(text!("sync.bad.signature")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(epoch: &str, seq: u64) -> Position {
        Position { epoch: epoch.to_owned(), seq, hash: String::new() }
    }

    #[test]
    fn roles_hold_from_their_place_on_and_end_with_the_revocation() {
        let keys = DeviceKeys::generate().expect("keys");
        let member = Member {
            person: "林明".to_owned(),
            key: keys.public(),
            recipient: keys.recipient(),
            grants: vec![
                Grant { roles: vec![Role::Inspector], after: Vec::new() },
                Grant { roles: vec![Role::Editor], after: vec![place("a", 3)] },
            ],
            through: Some(vec![place("a", 5), place("b", 1)]),
        };
        let cases = [
            ("a", 1, Some(Role::Inspector)),
            ("a", 3, Some(Role::Inspector)),
            ("a", 4, Some(Role::Editor)),
            ("a", 5, Some(Role::Editor)),
            ("a", 6, None),
            ("b", 1, Some(Role::Editor)),
            ("b", 2, None),
            ("c", 1, None),
        ];
        for (epoch, seq, expected) in cases {
            let role = member.roles_at(epoch, seq).and_then(|roles| roles.first().copied());
            assert_eq!(role, expected, "{epoch} {seq}");
        }
    }

    #[test]
    fn a_revoked_device_gets_no_new_key_and_a_new_member_gets_the_old_ones() {
        let [founder, leaver, joiner] = [(); 3].map(|()| DeviceKeys::generate().expect("keys"));
        let marker = Marker {
            format: FORMAT,
            hub: "h".to_owned(),
            name: "某委".to_owned(),
            founder: founder.public(),
            encrypt: true,
            at: "2026-11-21T09:30:00+08:00".parse().expect("a time"),
        };
        let member = |keys: &DeviceKeys| Member {
            person: "某人".to_owned(),
            key: keys.public(),
            recipient: keys.recipient(),
            grants: Vec::new(),
            through: None,
        };
        let mut entry = Entry::first(&marker, &founder, "林明").expect("an entry");
        entry.members.push(member(&leaver));
        entry.seal_key(&entry.open_keys(&founder)[0]).expect("sealed");
        let sealed = entry.open_keys(&leaver)[0].seal(b"before").expect("sealed");
        entry.member_mut(&leaver.device()).expect("a member").through = Some(Vec::new());
        entry.members.push(member(&joiner));
        let past = entry.open_keys(&founder);
        entry.renew_keys(&past).expect("renewed");
        assert!(entry.open_keys(&leaver).is_empty());
        let [old, new] = entry.open_keys(&joiner).try_into().expect("two keys");
        assert_eq!(old.open(&sealed).as_deref(), Some(&b"before"[..]));
        assert!(new.open(&sealed).is_none());
    }

    #[test]
    fn a_document_that_was_changed_or_comes_from_elsewhere_is_named() {
        let keys = DeviceKeys::generate().expect("keys");
        let bytes = signed(&keys, "place", &place("a", 1)).expect("signed");
        let read = |bytes: &[u8], purpose: &str| verified::<Position>(bytes, purpose, |_| Some(keys.public()));
        assert_eq!(read(&bytes, "place").expect("read"), place("a", 1));
        let changed = String::from_utf8(bytes.clone()).expect("text").replace("seq = 1", "seq = 2");
        let cases = [
            (read(changed.as_bytes(), "place"), "sync.bad.signature"),
            (read(&bytes, "head"), "sync.bad.signature"),
            (read(b"\xff\xfe", "place"), "sync.bad.not-ours"),
            (read(b"<html>login</html>", "place"), "sync.bad.not-ours"),
            (read(b"signature = \"00\"\nformat = 2\n", "place"), "sync.bad.newer"),
            (read(b"signature = \"00\"\nformat = 1\n", "place"), "sync.bad.not-ours"),
            (verified(&bytes, "place", |_: &Position| None), "sync.bad.stranger"),
        ];
        for (result, key) in cases {
            assert_eq!(result.expect_err("refused").key(), key);
        }
    }
}
