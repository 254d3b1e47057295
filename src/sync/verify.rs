//! Looking through everything: files, versions, evidence, signatures and chains; what is damaged, and where it is good.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::{
    exchange,
    hub::Hub,
    keys::DeviceKeys,
    kind::{self, Content},
    merge::view,
    mirror::Mirror,
    refused::Refused,
    render::fields_of,
    state::{Archive, Document, HISTORIES, State},
    wholes, work,
};
use crate::{
    checklist::Digest,
    error::{Error, Kind as ErrorKind, Result},
    i18n::Text,
    inspection::{Sheet, Summary},
    percent,
    store::{RecordRow, Workspace},
    text,
};

/// Something that is damaged.
#[derive(Debug)]
pub struct Damage {
    /// The file within the workspace, or the object on the hub.
    pub place: String,
    /// What is wrong with it.
    pub what: Damaged,
    /// Who was the last to say what it should be.
    pub last_by: Option<String>,
    /// Where a good copy is.
    pub good_at: Option<Good>,
    /// Whether it is the bytes that are damaged: what somebody has written with a mistake is theirs to mend.
    by_itself: bool,
}

impl Damage {
    /// Says whether a good copy can be put back without taking anything from anybody.
    pub fn is_restorable(&self) -> bool {
        self.by_itself && self.good_at.is_some()
    }
}

/// Where a good copy is.
#[derive(Debug)]
pub enum Good {
    /// On the hub, as far as it has not lost it.
    Hub,
    /// In this place.
    Place(String),
}

/// What is wrong.
#[derive(Debug)]
pub enum Damaged {
    /// A file cannot be read.
    File(Error),
    /// A file or an object is not what it should be.
    Content(Text),
}

/// What was looked through.
#[derive(Debug, Default)]
pub struct Examined {
    /// The number of files of the workspace.
    pub files: usize,
    /// The number of objects of the mirror and of the hub.
    pub objects: usize,
    /// What is damaged.
    pub damage: Vec<Damage>,
}

/// Looks through a workspace and, where it belongs to one, the mirror of its hub.
///
/// With the keys of this device the finalised records are compared with what was said when they were finalised; a hub that
/// is not encrypted needs none for that.
pub fn workspace(workspace: &Workspace, keys: Option<&DeviceKeys>) -> Result<Examined> {
    let mut examined = Examined::default();
    let local = workspace.mirror();
    let opened = match Mirror::open(&local) {
        Ok(None) if super::members::belongs(workspace)? => Err(Damaged::Content(text!("sync.bad.gone"))),
        Err(error) if error.kind() == ErrorKind::Input => Err(Damaged::File(error)),
        opened => Ok(opened?),
    };
    let mirror = opened.unwrap_or_else(|what| {
        let place = MIRROR.to_owned();
        examined.damage.push(Damage { place, what, last_by: None, good_at: Some(Good::Hub), by_itself: true });
        None
    });
    let state = exchange::read_state(workspace)?;
    let contradicting = files(workspace, state.as_ref(), &mut examined);
    if let Some(mirror) = mirror {
        let keys = keys.map(|keys| mirror.roster().open_keys(keys)).unwrap_or_default();
        let state = state.unwrap_or_default();
        let mut archive = Archive::new(&mirror, keys);
        altered(workspace, &state, &mut archive, &mut examined);
        for (digest, document) in not_fetched(&state, &mut archive) {
            let what = Damaged::Content(text!("sync.bad.not-fetched"));
            let damage = damage(workspace, Some(&state), &document, wholes::object(&digest), what);
            examined.damage.push(Damage { by_itself: false, good_at: None, ..damage });
        }
        objects(&mirror, &local, &|_| Some(Good::Hub), &mut examined)?;
    }
    // Where the mirror knows what a record was made of it says more: who said so, and where that is.
    let known: BTreeSet<String> = examined.damage.iter().map(|one| one.place.clone()).collect();
    let unknown = contradicting.into_iter().filter(|(path, _)| !known.contains(path));
    examined.damage.extend(unknown.map(|(place, reason)| Damage {
        place,
        what: Damaged::Content(reason),
        last_by: None,
        good_at: None,
        by_itself: false,
    }));
    Ok(examined)
}

/// Looks through a hub that this workspace belongs to; of one that is encrypted the keys show whether files are whole.
pub fn hub(workspace: &Workspace, hub: &dyn Hub, keys: Option<&DeviceKeys>) -> Result<Examined> {
    let local = workspace.mirror();
    let mirror = super::members::mirror(&local)?;
    mirror.require(hub)?;
    let mut examined = Examined::default();
    let in_mirror = |object: &str| {
        let found = local.get(object, super::segment::LARGEST);
        matches!(found, Ok(Some(_))).then(|| Good::Place(local.root().display().to_string()))
    };
    objects(&mirror, hub, &in_mirror, &mut examined)?;
    let keys = keys.map(|keys| mirror.roster().open_keys(keys)).unwrap_or_default();
    let is_readable = mirror.roster().key_epoch == 0 || !keys.is_empty();
    let state = exchange::read_state(workspace)?.unwrap_or_default();
    let lacking = not_fetched(&state, &mut Archive::new(&mirror, keys.clone()));
    let mut files: BTreeMap<String, (String, Option<String>)> =
        lacking.into_iter().map(|(digest, document)| (digest, (document, None))).collect();
    let documents = state.documents.iter().filter(|(document, _)| wholes::is_whole(document));
    files.extend(documents.filter_map(|(document, row)| {
        let path = row.path(document)?.into_owned();
        Some((Digest::from(row.digest?).hex().to_owned(), (document.to_owned(), Some(path))))
    }));
    let mut listed: BTreeMap<String, Vec<String>> = BTreeMap::new();
    for (digest, (document, path)) in files {
        let folder = format!("ev/{}", &digest[..2]);
        if !listed.contains_key(&folder) {
            listed.insert(folder.clone(), hub.list(&folder)?);
        }
        examined.objects += 1;
        let reason = if listed[&folder].contains(&digest) {
            let bytes = if is_readable { wholes::fetch_whole(hub, &digest, &keys)? } else { None };
            bytes.is_some_and(|bytes| !wholes::is_of(&digest, &bytes)).then(|| text!("sync.bad.digest"))
        } else {
            Some(text!("sync.bad.missing"))
        };
        if let Some(reason) = reason {
            let path = path.filter(|path| matches!(wholes::good_file(workspace, &digest, path), Ok(Some(_))));
            let place = wholes::object(&digest);
            let damage = damage(workspace, Some(&state), &document, place, Damaged::Content(reason));
            let good_at = path.map(|path| Good::Place(workspace.root().join(path).display().to_string()));
            examined.damage.push(Damage { good_at, ..damage });
        }
    }
    Ok(examined)
}

/// Lists the files that should be here and could not be taken from the hub, by digest, with their documents.
fn not_fetched(state: &State, archive: &mut Archive) -> BTreeMap<String, String> {
    let is_missing = |document: &&String| state.documents.get(document).is_none_or(|row| row.digest.is_none());
    let waiting = state.waiting.iter().filter(|document| wholes::is_whole(document)).filter(is_missing);
    let histories = archive.histories(state, &waiting.cloned().collect());
    let files = histories.into_iter().filter_map(|(document, history)| {
        let digest = wholes::digest(&view(kind::of(&document)?, &history))?;
        Some((digest, document))
    });
    files.collect()
}

/// Compares the finalised records with what they were made of, by the rule by which they are sent.
fn altered(workspace: &Workspace, state: &State, archive: &mut Archive, examined: &mut Examined) {
    let records = workspace.records().found;
    let finalised: Vec<_> = records.iter().filter(|row| row.finalised.is_some()).collect();
    for rows in finalised.chunks(HISTORIES) {
        let named = rows.iter().filter_map(|row| Some((kind::at(&row.path)?.1, row.path.as_str())));
        let paths: BTreeMap<String, &str> = named.collect();
        for (document, history) in archive.histories(state, &paths.keys().cloned().collect()) {
            let path = paths[&document];
            let known = kind::of(&document).zip(state.documents.get(&document));
            let is_altered = |bytes: &[u8]| {
                known.is_some_and(|(kind, row)| {
                    work::altered(kind, &document, bytes, &work::up_to(&history, &row.made_of)).is_some()
                })
            };
            if matches!(workspace.file(path), Ok(Some(file)) if is_altered(&file.bytes)) {
                let what = Damaged::Content(text!("sync.bad.altered"));
                examined.damage.push(damage(workspace, Some(state), &document, path.to_owned(), what));
            }
        }
    }
}

/// Looks through the objects of the mirror or of a hub; `good` says where a good one of a name is.
fn objects(mirror: &Mirror, hub: &dyn Hub, good: &dyn Fn(&str) -> Option<Good>, examined: &mut Examined) -> Result<()> {
    let (count, mut refused) = mirror.examine(hub)?;
    mirror.trace_refused(&mut refused);
    examined.objects += count;
    examined.damage.extend(refused.into_iter().map(|Refused { object, reason, person, .. }| Damage {
        last_by: person,
        good_at: good(&object),
        place: object,
        what: Damaged::Content(reason),
        by_itself: true,
    }));
    Ok(())
}

/// Looks through the files; returns the finalised records whose answers contradict their own summary, with what is wrong.
fn files(workspace: &Workspace, state: Option<&State>, examined: &mut Examined) -> Vec<(String, Text)> {
    let mut bad: BTreeSet<String> = BTreeSet::new();
    let mut there: BTreeSet<String> = BTreeSet::new();
    for signs in workspace.files() {
        let Some((kind, document)) = kind::at(&signs.path) else { continue };
        examined.files += 1;
        there.insert(document.clone());
        let what = match workspace.file(&signs.path) {
            Err(error) => Some(Damaged::File(error)),
            Ok(None) => None,
            Ok(Some(content)) => {
                let by_digest = !kind.may_be(&document, blake3::hash(&content.bytes).to_hex().as_str());
                let unreadable = kind.content != Content::Whole && fields_of(kind, &content.bytes).is_none();
                if by_digest {
                    Some(Damaged::Content(text!("sync.bad.digest")))
                } else if unreadable {
                    Some(Damaged::Content(text!("sync.unreadable-file")))
                } else {
                    None
                }
            }
        };
        if let Some(what) = what {
            bad.insert(signs.path.clone());
            // Nobody writes records and evidence by hand; a disk that gives nothing is no damage of theirs.
            let is_read = !matches!(&what, Damaged::File(error) if error.kind() != ErrorKind::Input);
            let by_itself = is_read && matches!(kind.name, "record" | "evidence" | "version");
            let damage = damage(workspace, state, &document, signs.path, what);
            examined.damage.push(Damage { by_itself, ..damage });
        }
    }
    // What has been there and is gone: nobody deletes anything by syncing.
    let known = state.into_iter().flat_map(|state| state.documents.iter());
    let gone = known.filter(|(document, row)| row.digest.is_some() && !there.contains(*document));
    let mut gone: Vec<(&str, String)> =
        gone.filter_map(|(document, row)| Some((document, row.path(document)?.into_owned()))).collect();
    gone.sort_unstable();
    for (document, path) in gone {
        bad.insert(path.clone());
        let what = Damaged::Content(text!("sync.bad.gone"));
        examined.damage.push(damage(workspace, state, document, path, what));
    }
    // What only shows when files are read for what they mean.
    let listed = workspace.checklists().damaged.into_iter().chain(workspace.facilities().damaged);
    let records = workspace.records();
    let (mut pinned, mut contradicting) = (Vec::new(), Vec::new());
    for row in &records.found {
        match contradiction(workspace, row) {
            Ok(reason) => contradicting.extend(reason.map(|reason| (row.path.to_string(), reason))),
            Err(error) => pinned.push(error.in_file(workspace.root().join(row.path.as_str()))),
        }
    }
    for error in listed.chain(records.damaged).chain(pinned) {
        let inside = error.path().and_then(|path| path.strip_prefix(workspace.root()).ok());
        let path = inside.map(|path| path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/"));
        let path = path.unwrap_or_default();
        if bad.insert(path.clone()) {
            let document = kind::at(&path).map_or_else(String::new, |(_, document)| document);
            let damage = damage(workspace, state, &document, path, Damaged::File(error));
            examined.damage.push(Damage { by_itself: false, ..damage });
        }
    }
    contradicting
}

/// Says in what the answers of a finalised record come to something else than its own summary: somebody changed one of them.
/// An error means that it cannot be read or judged.
fn contradiction(workspace: &Workspace, row: &RecordRow) -> Result<Option<Text>> {
    let stored = workspace.record(&row.id)?;
    let record = stored.record();
    let checklist = workspace.checklist_of(record)?;
    let header = &record.header;
    if header.finalised.is_none() {
        return Ok(None);
    }
    let day = header.inspection.started.date_naive();
    let sheet = Sheet::new(Arc::clone(&checklist), &header.facility, day, record.answers.iter().cloned());
    let (stated, found) = (&header.summary, sheet.tally().summary(&checklist));
    let rate = |summary: &Summary| summary.score_rate.map_or_else(|| "-".to_owned(), percent::show);
    Ok((*stated != found).then(|| {
        text!(
            "sync.bad.summary",
            conforming = stated.conforming,
            failed = stated.failed,
            rate = rate(stated),
            found_conforming = found.conforming,
            found_failed = found.failed,
            found_rate = rate(&found)
        )
    }))
}

/// Says what is wrong with a file, and where a good copy of what it was is.
fn damage(workspace: &Workspace, state: Option<&State>, document: &str, place: String, what: Damaged) -> Damage {
    let local = workspace.mirror();
    let last = || {
        let state = state?;
        let segment = *state.documents.get(document)?.segments.last()?;
        let (device, _) = state.segments.get(segment as usize)?;
        let mirror = Mirror::open(&local).ok().flatten()?;
        mirror.roster().member(device).map(|member| member.person.clone())
    };
    let last_by = last();
    // The mirror has what was said, and of files that are taken whole only their digests: those are on the hub.
    let is_whole = kind::of(document).is_some_and(|kind| kind.content == Content::Whole);
    let good_at =
        last_by.as_ref().map(|_| if is_whole { Good::Hub } else { Good::Place(local.root().display().to_string()) });
    Damage { place, what, last_by, good_at, by_itself: true }
}

/// Puts back what a workspace has lost: a damaged file goes aside, and the next sync writes it anew. Gives the number.
pub fn restore(workspace: &Workspace, examined: &Examined) -> Result<usize> {
    let Some(mut state) = exchange::read_state(workspace)? else { return Ok(0) };
    let mut restored = 0;
    for damage in examined.damage.iter().filter(|damage| damage.is_restorable()) {
        let is_it = |(document, row): &(&str, &Document)| row.path(document).as_deref() == Some(&damage.place);
        let Some(document) = state.documents.iter().find(is_it).map(|(document, _)| document.to_owned()) else {
            continue;
        };
        workspace.put_aside(&damage.place)?;
        let row = state.documents.entry(&document);
        row.digest = None;
        row.look_again();
        state.waiting.insert(document);
        restored += 1;
    }
    exchange::write_state(workspace, &state)?;
    Ok(restored)
}

/// Says whether something in the mirror is damaged that its hub may have good.
pub fn is_mirror_damaged(examined: &Examined) -> bool {
    examined.damage.iter().any(|damage| damage.place == MIRROR || is_object(&damage.place))
}

/// The place of what names the hub in the mirror.
const MIRROR: &str = ".ducha/sync/mirror";

/// Says whether a place is an object of the mirror, and no file of the workspace.
fn is_object(place: &str) -> bool {
    ["dev/", "heads/", "roster/"].iter().any(|folder| place.starts_with(folder))
}

/// Brings what is damaged in the mirror from its hub again, where the hub has it good. Gives the number.
pub fn restore_mirror(workspace: &Workspace, hub: &dyn Hub, examined: &Examined) -> Result<usize> {
    let local = workspace.mirror();
    Mirror::mend(&local, hub)?;
    let mirror = super::members::mirror(&local)?;
    // That it opens now is as much as one thing.
    let mut restored = examined.damage.iter().filter(|damage| damage.place == MIRROR).count();
    let mut asked: BTreeSet<String> = BTreeSet::new();
    loop {
        // Behind a segment that is good again lie others; none is asked for twice.
        let (_, refused) = mirror.examine(&local)?;
        let new: Vec<String> = refused.into_iter().map(|one| one.object).filter(|one| !asked.contains(one)).collect();
        if new.is_empty() {
            return Ok(restored);
        }
        for object in &new {
            restored += usize::from(mirror.take_again(hub, object)?);
        }
        asked.extend(new);
    }
}

/// Puts back what a hub has lost, from the mirror and the files of this workspace. Gives the number.
pub fn restore_hub(
    workspace: &Workspace,
    hub: &dyn Hub,
    keys: Option<&DeviceKeys>,
    examined: &Examined,
) -> Result<usize> {
    let local = workspace.mirror();
    let mirror = super::members::mirror(&local)?;
    let keys = keys.map(|keys| mirror.roster().open_keys(keys)).unwrap_or_default();
    let state = exchange::read_state(workspace)?.unwrap_or_default();
    let files = wholes::whole_files(&state);
    let mut restored = 0;
    for damage in examined.damage.iter().filter(|damage| damage.is_restorable()) {
        let digest = damage.place.rsplit('/').next().unwrap_or_default();
        let bytes = match files.get(digest).filter(|_| damage.place.starts_with("ev/")) {
            Some(path) => match (workspace.file(path)?, keys.last()) {
                (Some(file), Some(key)) => Some(key.seal(&file.bytes)?),
                (Some(file), None) if mirror.roster().key_epoch == 0 => Some(file.bytes),
                _ => None,
            },
            None => local.get(&damage.place, super::segment::LARGEST)?,
        };
        if let Some(bytes) = bytes {
            hub.put(&damage.place, &bytes)?;
            restored += 1;
        }
    }
    Ok(restored)
}
