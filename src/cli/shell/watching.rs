//! Looking at folders now and then, and telling when something in them has changed.
//!
//! A few dozen files cost nothing to look at. What the system itself reports of a folder is not heard of where the folder is
//! shared by a network, lies on a USB stick, or is filled by a telephone.

use std::{
    path::{Path, PathBuf},
    sync::{Arc, Weak},
    thread,
    time::Duration,
};

use super::Report;
use crate::{
    app::Msg,
    store::{checklist_signs, folder_signs, inbox_files},
};

/// How often to look.
const LOOK: Duration = Duration::from_secs(2);

/// Tells when a workspace changes, whoever changes it, for as long as somebody holds `alive`.
pub fn workspace(root: &Path, alive: Weak<()>, report: Arc<Report>) {
    let root = root.to_owned();
    thread::spawn(move || {
        let folder = root.join("checklists");
        let (mut checklists, mut others) = (checklist_signs(&folder), folder_signs(&root));
        loop {
            thread::sleep(LOOK);
            if alive.strong_count() == 0 {
                return;
            }
            let changed = [
                (checklist_signs(&folder), &mut checklists, Msg::ChecklistsChanged),
                (folder_signs(&root), &mut others, Msg::WorkspaceChanged),
            ];
            for (signs, seen, msg) in changed {
                if signs != *seen {
                    *seen = signs;
                    if !report(msg) {
                        return;
                    }
                }
            }
        }
    });
}

/// Tells when other photographs lie in a folder, for as long as somebody holds `alive`.
pub fn inbox(folder: PathBuf, alive: Weak<()>, report: Arc<Report>) {
    thread::spawn(move || {
        let mut known = None;
        while alive.strong_count() > 0 {
            let files = inbox_files(&folder);
            if known.as_ref() != Some(&files) {
                known = Some(files.clone());
                if !report(Msg::Inbox(files)) {
                    return;
                }
            }
            thread::sleep(LOOK);
        }
    });
}
