//! One step of one document: what a device changed, and on top of what.

use std::{collections::BTreeMap, fmt, str::FromStr};

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::{
    fields::expression,
    kind::{self, Content},
    segment::is_digest,
};

/// The identity of a revision: the BLAKE3 digest of everything that it says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct RevisionId([u8; 32]);

impl fmt::Display for RevisionId {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(&blake3::Hash::from_bytes(self.0).to_hex())
    }
}

impl From<RevisionId> for String {
    fn from(id: RevisionId) -> Self {
        id.to_string()
    }
}

impl TryFrom<String> for RevisionId {
    type Error = blake3::HexError;

    fn try_from(text: String) -> Result<Self, Self::Error> {
        blake3::Hash::from_str(&text).map(|hash| Self(*hash.as_bytes()))
    }
}

/// One step of one document.
///
/// Who made it is not in it: that is the device whose segment it came in, which nobody else can sign for.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Revision {
    /// The document.
    pub document: String,
    /// The revisions it was made on top of: everything in them and before them was seen.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub parents: Vec<RevisionId>,
    /// When, by the clock of the device; for people, never for order.
    pub at: DateTime<FixedOffset>,
    /// The fields that were taken out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub clear: Vec<String>,
    /// The exact bytes of the document, where they matter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// The fields that were set, as TOML expressions.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub set: BTreeMap<String, String>,
}

impl Revision {
    /// Computes the identity.
    ///
    /// Every part goes in with its length, so that no two revisions are the same bytes.
    pub fn id(&self) -> RevisionId {
        let mut hasher = blake3::Hasher::new_derive_key("ducha revision 1");
        let mut part = |bytes: &[u8]| {
            hasher.update(&(bytes.len() as u64).to_le_bytes()).update(bytes);
        };
        part(self.document.as_bytes());
        part(&(self.parents.len() as u64).to_le_bytes());
        self.parents.iter().for_each(|parent| part(&parent.0));
        part(self.at.to_rfc3339().as_bytes());
        part(&(self.clear.len() as u64).to_le_bytes());
        self.clear.iter().for_each(|path| part(path.as_bytes()));
        part(&[u8::from(self.text.is_some())]);
        part(self.text.as_deref().unwrap_or_default().as_bytes());
        for (path, value) in &self.set {
            part(path.as_bytes());
            part(value.as_bytes());
        }
        RevisionId(*hasher.finalize().as_bytes())
    }

    /// Returns about how large it is, in bytes.
    pub fn size(&self) -> usize {
        let fields = self.set.iter().map(|(path, value)| path.len() + value.len()).sum::<usize>();
        fields + self.text.as_ref().map_or(0, String::len)
    }

    /// Returns the digest of the file that it speaks of, where files of its kind are taken whole.
    pub fn file(&self) -> Option<String> {
        kind::of(&self.document).filter(|kind| kind.content == Content::Whole)?;
        let content = expression(self.set.get("content")?)?;
        content.as_str().filter(|digest| is_digest(digest)).map(str::to_owned)
    }

    /// Lists what it writes: the fields that were set, and those that were taken out without a value.
    pub fn writes(&self) -> impl Iterator<Item = (&str, Option<&str>)> {
        let set = self.set.iter().map(|(path, value)| (path.as_str(), Some(value.as_str())));
        let cleared = self.clear.iter().filter(|path| !self.set.contains_key(*path));
        set.chain(cleared.map(|path| (path.as_str(), None)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_differs_gives_another_identity() {
        let at = "2026-11-21T09:30:00+08:00".parse().expect("a time");
        let base = Revision {
            document: "record/1".to_owned(),
            parents: Vec::new(),
            at,
            clear: vec!["a".to_owned()],
            text: None,
            set: BTreeMap::from([("b".to_owned(), "1".to_owned())]),
        };
        let others = [
            Revision { document: "record/2".to_owned(), ..base.clone() },
            Revision { parents: vec![base.id()], ..base.clone() },
            Revision { clear: vec!["a".to_owned(), "b".to_owned()], set: BTreeMap::new(), ..base.clone() },
            Revision { clear: Vec::new(), ..base.clone() },
            Revision { text: Some(String::new()), ..base.clone() },
            Revision { set: BTreeMap::from([("b1".to_owned(), String::new())]), ..base.clone() },
        ];
        let mut ids: Vec<_> = others.iter().chain([&base]).map(Revision::id).collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), others.len() + 1);
        let written = toml::to_string(&base).expect("TOML");
        assert_eq!(toml::from_str::<Revision>(&written).expect("read").id(), base.id());
    }
}
