//! The photographs of findings: a ledger has only their paths, and their files may come later, or never.

use std::{
    collections::HashMap,
    fs::{self, File},
    path::Path,
};

use chrono::NaiveDateTime;

use super::{
    Workspace,
    evidence::{size_shown, taken_at},
    findings::is_within,
};
use crate::{
    i18n::Lang,
    ledger::{Entry, Event},
    text,
};

/// A photograph whose file is here.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Photo {
    /// Its size in bytes.
    size: u64,
    /// When it was taken, by the clock of the camera, where that says so.
    taken: Option<NaiveDateTime>,
}

/// The photographs of a finding whose files are here, by their paths in the ledger.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Photos(HashMap<String, Photo>);

impl Workspace {
    /// Looks at the files of the photographs of a finding; outside the workspace nothing is looked at.
    pub fn photos_of(&self, entry: &Entry) -> Photos {
        let paths = entry.event.iter().flat_map(|event| event.before.iter().chain(&event.after));
        let photo = |path: &String| {
            let at = self.root().join(path);
            let size = fs::metadata(&at).ok().filter(fs::Metadata::is_file)?.len();
            let taken = File::open(&at).ok().and_then(|mut file| taken_at(path, &mut file));
            Some((path.clone(), Photo { size, taken }))
        };
        Photos(paths.filter(|path| is_within(Path::new(path))).filter_map(photo).collect())
    }
}

impl Photos {
    /// Says which photographs belong to an event, from before and from after, each with its size and when it was taken, or
    /// that its file is not here.
    pub fn said(&self, event: &Event, lang: Lang) -> Vec<String> {
        let shown = |path: &String| {
            let said = match self.0.get(path) {
                None => text!("ledger.photo-missing", path = path),
                Some(Photo { size, taken: None }) => text!("ledger.photo", path = path, size = size_shown(*size)),
                Some(Photo { size, taken: Some(taken) }) => {
                    let time = taken.format("%Y-%m-%d %H:%M");
                    text!("ledger.photo-taken", path = path, size = size_shown(*size), time = time)
                }
            };
            said.show(lang)
        };
        let files = |paths: &[String]| paths.iter().map(shown).collect::<Vec<_>>().join(" ");
        let before = (!event.before.is_empty()).then(|| text!("ledger.photos-before", files = files(&event.before)));
        let after = (!event.after.is_empty()).then(|| text!("ledger.photos-after", files = files(&event.after)));
        before.into_iter().chain(after).map(|said| said.show(lang)).collect()
    }
}
