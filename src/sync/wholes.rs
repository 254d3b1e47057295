//! Files that are taken whole: which there are, fetching them, and putting back what a hub has lost of them.
//!
//! Whoever cannot take a file, because it is damaged on the hub or not there, asks for it in a small signed object beside
//! the heads, which everybody lists anyway. Whoever has it good puts it back with the next sync, whatever else that is about.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::{
    fields,
    hub::Hub,
    keys::{DeviceId, DeviceKeys, EpochKey},
    kind::{self, Content},
    merge::View,
    mirror::{DOCUMENT_LARGEST, Mirror, fetch},
    roster::{FORMAT, signed, verified},
    segment,
    state::{Document, State},
};
use crate::{
    checklist::Digest,
    error::Result,
    store::{FileContent, Workspace},
};

/// From how many bytes on files are sent before the next one is read.
pub(super) const IN_MEMORY: usize = 32 * 1024 * 1024;

/// The largest file that is fetched, in bytes.
const WHOLE_LARGEST: u64 = 256 * 1024 * 1024;

/// How many files are given in one sync: whoever means harm could ask everybody for everything.
const GIVEN: usize = 64;

/// How the name of a request ends.
const WANTED: &str = ".wanted";

/// What a device asks the others for.
#[derive(PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Wanted {
    format: u32,
    hub: String,
    device: DeviceId,
    /// The digests of the files that it could not take.
    files: BTreeSet<String>,
}

/// Says whether a document is a file that is taken whole.
pub(super) fn is_whole(document: &str) -> bool {
    kind::of(document).is_some_and(|kind| kind.content == Content::Whole)
}

/// Lists the files of the workspace that are taken whole, by digest.
pub(super) fn whole_files(state: &State) -> BTreeMap<String, String> {
    let documents = state.documents.iter().filter(|(document, _)| is_whole(document));
    let file = |(document, row): (&str, &Document)| {
        Some((Digest::from(row.digest?).hex().to_owned(), row.path(document)?.into_owned()))
    };
    documents.filter_map(file).collect()
}

/// Returns the digest of a file from what its document has come to.
pub(super) fn digest(merged: &View) -> Option<String> {
    let value = merged.fields.get("content").and_then(|value| fields::expression(value));
    value.as_ref().and_then(toml::Value::as_str).filter(|digest| segment::is_digest(digest)).map(str::to_owned)
}

/// Returns the name of an object that is a file taken whole.
pub(super) fn object(digest: &str) -> String {
    format!("ev/{}/{digest}", &digest[..2])
}

/// Says whether bytes are those of a digest.
pub(super) fn is_of(digest: &str, bytes: &[u8]) -> bool {
    blake3::hash(bytes).to_hex().as_str() == digest
}

/// Reads a file of the workspace, where it is still what it was when it was sent or came.
pub(super) fn good_file(workspace: &Workspace, digest: &str, path: &str) -> Result<Option<FileContent>> {
    Ok(workspace.file(path)?.filter(|file| is_of(digest, &file.bytes)))
}

/// Fetches a file from a hub and opens it where it is sealed.
pub(super) fn fetch_whole(hub: &dyn Hub, digest: &str, keys: &[EpochKey]) -> Result<Option<Vec<u8>>> {
    if !segment::is_digest(digest) {
        return Ok(None);
    }
    let bytes = hub.get(&object(digest), WHOLE_LARGEST)?;
    Ok(bytes.map(|bytes| keys.iter().rev().find_map(|key| key.open(&bytes)).unwrap_or(bytes)))
}

/// Seals a file for a hub with the newest key; as it is where there is none.
pub(super) fn sealed(bytes: Vec<u8>, keys: &[EpochKey]) -> Result<Vec<u8>> {
    match keys.last() {
        Some(key) => key.seal(&bytes),
        None => Ok(bytes),
    }
}

/// Puts back on the hub what others could not take and this workspace has good; gives the number.
pub(super) fn give(
    workspace: &Workspace,
    state: &State,
    mirror: &Mirror,
    hub: &dyn Hub,
    keys: &[EpochKey],
    me: &DeviceId,
) -> Result<usize> {
    if mirror.roster().key_epoch > 0 && keys.is_empty() {
        return Ok(0);
    }
    let wanted = wanted(mirror, hub, me)?;
    let files = if wanted.is_empty() { BTreeMap::new() } else { whole_files(state) };
    let mut given = 0;
    for (digest, path) in wanted.iter().filter_map(|digest| files.get_key_value(digest)).take(GIVEN) {
        let Some(file) = good_file(workspace, digest, path)? else { continue };
        // Somebody else may have put it back already.
        if !matches!(fetch_whole(hub, digest, keys), Ok(Some(bytes)) if is_of(digest, &bytes)) {
            hub.put(&object(digest), &sealed(file.bytes, keys)?)?;
            given += 1;
        }
    }
    Ok(given)
}

/// Lists what other devices ask for.
fn wanted(mirror: &Mirror, hub: &dyn Hub, me: &DeviceId) -> Result<BTreeSet<String>> {
    let mut all = BTreeSet::new();
    for file in hub.list("heads")? {
        let Some(device) = file.strip_suffix(WANTED).filter(|device| *device != me.0) else { continue };
        let asked = read(mirror, hub, &DeviceId(device.to_owned()))?;
        all.extend(asked.into_iter().flat_map(|asked| asked.files));
    }
    Ok(all)
}

/// Asks the others for files, or for none any more.
pub(super) fn ask(mirror: &Mirror, hub: &dyn Hub, keys: &DeviceKeys, files: BTreeSet<String>) -> Result<()> {
    let device = keys.device();
    let name = format!("{device}{WANTED}");
    let is_there = hub.list("heads")?.contains(&name);
    let before = if is_there { read(mirror, hub, &device)? } else { None };
    if before.map_or(!is_there && files.is_empty(), |before| before.files == files) {
        return Ok(());
    }
    let asked = Wanted { format: FORMAT, hub: mirror.marker().hub.clone(), device, files };
    hub.put(&format!("heads/{name}"), &signed(keys, "wanted", &asked)?)
}

/// Reads what a device asks for; nothing where that cannot be believed.
fn read(mirror: &Mirror, hub: &dyn Hub, device: &DeviceId) -> Result<Option<Wanted>> {
    let bytes = fetch(hub, &format!("heads/{device}{WANTED}"), DOCUMENT_LARGEST)?.and_then(std::result::Result::ok);
    let member = mirror.roster().member(device).filter(|member| member.through.is_none());
    let (Some(bytes), Some(member)) = (bytes, member) else { return Ok(None) };
    let asked: Option<Wanted> = verified(&bytes, "wanted", |_| Some(member.key.clone())).ok();
    Ok(asked.filter(|asked| asked.device == *device && asked.hub == mirror.marker().hub))
}
