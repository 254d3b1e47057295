//! Looking through everything: files, versions, evidence, signatures and chains; what is damaged, and where it is good.

use std::collections::BTreeSet;

use super::{
    carry::Refused,
    hub::Hub,
    kind::{self, Content},
    mirror::Mirror,
    render::fields_of,
    state::State,
};
use crate::{
    error::{Error, Result},
    i18n::Text,
    store::Workspace,
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
    pub good_at: Option<String>,
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
pub fn workspace(workspace: &Workspace) -> Result<Examined> {
    let mut examined = Examined::default();
    files(workspace, &mut examined);
    let local = workspace.mirror();
    if let Some(mirror) = Mirror::open(&local)? {
        objects(&mirror, &local, None, &mut examined)?;
    }
    Ok(examined)
}

/// Looks through a hub that this workspace belongs to.
pub fn hub(workspace: &Workspace, hub: &dyn Hub) -> Result<Examined> {
    let local = workspace.mirror();
    let mirror = super::members::mirror(&local)?;
    mirror.require(hub)?;
    let mut examined = Examined::default();
    objects(&mirror, hub, Some(&local), &mut examined)?;
    Ok(examined)
}

fn objects(mirror: &Mirror, hub: &dyn Hub, good: Option<&dyn Hub>, examined: &mut Examined) -> Result<()> {
    let (count, refused) = mirror.examine(hub)?;
    examined.objects += count;
    for Refused { object, reason } in refused {
        let device = object.split('/').nth(1).map(|device| super::keys::DeviceId(device.to_owned()));
        let member = device.and_then(|device| mirror.roster().member(&device));
        let good = good.filter(|good| matches!(good.get(&object, super::segment::LARGEST), Ok(Some(_))));
        examined.damage.push(Damage {
            place: object,
            what: Damaged::Content(reason),
            last_by: member.map(|member| member.person.clone()),
            good_at: good.map(Hub::place),
        });
    }
    Ok(())
}

fn files(workspace: &Workspace, examined: &mut Examined) {
    let state = workspace.sync_file("state").ok().flatten().and_then(|bytes| State::read(&bytes));
    let mut bad: BTreeSet<String> = BTreeSet::new();
    for signs in workspace.files() {
        let Some((kind, document)) = kind::at(&signs.path) else { continue };
        examined.files += 1;
        let what = match workspace.file(&signs.path) {
            Err(error) => Some(Damaged::File(error)),
            Ok(None) => None,
            Ok(Some(content)) => {
                let hash = blake3::hash(&content.bytes).to_hex();
                let named = document.rsplit('/').next().unwrap_or_default().split('.').next().unwrap_or_default();
                let by_digest = matches!(kind.name, "version" | "evidence") && named != hash.as_str();
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
            examined.damage.push(damage(workspace, state.as_ref(), &document, signs.path, what));
        }
    }
    // What only shows when files are read for what they mean.
    let listed = workspace.checklists().damaged.into_iter().chain(workspace.facilities().damaged);
    let records = workspace.records();
    let pinned = records.found.iter().filter_map(|row| {
        let error = workspace.record(&row.id).and_then(|stored| workspace.checklist_of(stored.record())).err()?;
        Some(error.in_file(workspace.root().join(&row.path)))
    });
    for error in listed.chain(records.damaged).chain(pinned) {
        let inside = error.path().and_then(|path| path.strip_prefix(workspace.root()).ok());
        let path = inside.map(|path| path.iter().map(|part| part.to_string_lossy()).collect::<Vec<_>>().join("/"));
        let path = path.unwrap_or_default();
        if bad.insert(path.clone()) {
            let document = kind::at(&path).map_or_else(String::new, |(_, document)| document);
            examined.damage.push(damage(workspace, state.as_ref(), &document, path, Damaged::File(error)));
        }
    }
}

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
    let good_at = last_by.is_some().then(|| local.root().display().to_string());
    Damage { place, what, last_by, good_at }
}
