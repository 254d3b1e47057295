//! Looking at folders now and then, and telling when something in them has changed.
//!
//! A few dozen files cost nothing to look at. What the system itself reports of a folder is not heard of where the folder is
//! shared by a network, lies on a USB stick, or is filled by a telephone.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, PoisonError, Weak},
    thread,
    time::Duration,
};

use super::Report;
use crate::{
    app::Msg,
    store::{Workspace, checklist_signs, folder_signs, inbox_files},
};

/// How often to look.
const LOOK: Duration = Duration::from_secs(2);

/// What the folders of a workspace looked like when they were last read; every copy is the same.
#[derive(Clone, Default)]
pub struct Seen(Arc<Mutex<BTreeMap<PathBuf, (u64, i64)>>>);

impl Seen {
    /// Notes what everything looks like; says whether something is not as it was read.
    fn look(&self, root: &Path) -> bool {
        let signs = signs_of(root);
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let changed = *seen != signs;
        *seen = signs;
        changed
    }

    /// Notes what some parts look like because they are read now, as they are after what this program itself has written.
    pub fn reads(&self, root: &Path, parts: &[&str]) {
        let parts: Vec<_> = parts.iter().map(|part| root.join(part)).collect();
        let is_read = |path: &Path| parts.iter().any(|part| path.starts_with(part));
        let signs = signs_of(root);
        let mut seen = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        seen.retain(|path, _| !is_read(path));
        seen.extend(signs.into_iter().filter(|(path, _)| is_read(path)));
    }
}

fn signs_of(root: &Path) -> BTreeMap<PathBuf, (u64, i64)> {
    folder_signs(root).into_iter().map(|(path, size, changed)| (path, (size, changed))).collect()
}

/// Tells when a workspace changes, whoever changes it, for as long as somebody holds `alive`.
pub fn workspace(root: &Path, seen: &Seen, alive: Weak<()>, report: Arc<Report>) {
    let (root, seen) = (root.to_owned(), seen.clone());
    seen.look(&root);
    thread::spawn(move || {
        let folder = root.join("checklists");
        let mut checklists = checklist_signs(&folder);
        loop {
            thread::sleep(LOOK);
            if alive.strong_count() == 0 {
                return;
            }
            let now = checklist_signs(&folder);
            let others = seen.look(&root);
            let changed = [(now != checklists, Msg::ChecklistsChanged), (others, Msg::WorkspaceChanged)];
            checklists = now;
            if !changed.into_iter().filter(|(changed, _)| *changed).all(|(_, msg)| report(msg)) {
                return;
            }
        }
    });
}

/// Tells when a workspace that could only be read could be written to, for as long as somebody holds `alive`.
pub fn lock(root: &Path, alive: Weak<()>, report: Arc<Report>) {
    let root = root.to_owned();
    thread::spawn(move || {
        loop {
            thread::sleep(LOOK);
            if alive.strong_count() == 0 || Workspace::is_free(&root) && !report(Msg::WorkspaceFree) {
                return;
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_read_anyway_is_not_told_of_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let root = folder.path();
        let write = |name: &str| {
            let path = root.join(name);
            std::fs::create_dir_all(path.parent().expect("below the root")).expect("a folder");
            std::fs::write(path, name).expect("a file");
        };
        write("records/2026/11/A.toml");
        let seen = Seen::default();
        assert!(seen.look(root), "nothing was read yet");
        // What is written, what is read then, and whether there is something to tell of.
        let cases: [(&[&str], &[&str], bool); 4] = [
            (&["records/2026/11/B.toml"], &["records"], false),
            (&["records/2026/12/C.toml", "tasks/a/1.toml"], &["records"], true),
            (&["findings/2026/11/A.toml"], &["records", "reviews"], true),
            (&[], &[], false),
        ];
        for (written, read, told) in cases {
            for name in written {
                write(name);
            }
            seen.reads(root, read);
            assert_eq!(seen.look(root), told, "{written:?}, {read:?}");
        }
    }
}
