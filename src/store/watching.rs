//! What tells of a change of the workspace without reading it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{checklists::file_signs, disk};

/// The parts of a workspace that screens and reports read, and how many folders deep their files lie.
///
/// Of checklists, which have signs of their own, there is only what stands beside them.
const PARTS: [(&str, usize); 10] = [
    ("facilities", 0),
    ("records", 2),
    ("reviews", 2),
    ("findings", 2),
    ("tasks", 1),
    ("plans", 1),
    ("campaigns", 0),
    ("draws", 0),
    ("checklists/.versions", 0),
    ("checklists/banks", 0),
];

/// The single files that they read.
const FILES: [&str; 6] =
    ["facilities.toml", "calendar.toml", "review.toml", "trace.toml", "conflicts.toml", "checklists/topics.toml"];

/// Returns what tells of a change of what screens and reports read: when each folder and single file of it was changed.
///
/// Every file is replaced whole, which changes the folder it lies in, so that a hundred thousand records cost a look at a
/// dozen folders. What an editor writes into a file in place is not seen.
pub fn folder_signs(root: &Path) -> Vec<(PathBuf, u64, i64)> {
    let mut signs = file_signs(&FILES.map(|file| root.join(file)));
    for (part, depth) in PARTS {
        look(&root.join(part), depth, &mut signs);
    }
    signs
}

fn look(folder: &Path, depth: usize, signs: &mut Vec<(PathBuf, u64, i64)>) {
    let Ok(metadata) = fs::metadata(folder) else { return };
    let (length, changed) = disk::signs(&metadata);
    signs.push((folder.to_owned(), length, changed));
    if depth == 0 {
        return;
    }
    let entries = fs::read_dir(folder).into_iter().flatten().flatten();
    let mut below: Vec<_> =
        entries.filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir())).map(|entry| entry.path()).collect();
    below.sort();
    for folder in below {
        look(&folder, depth - 1, signs);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_new_file_anywhere_is_noticed() {
        let root = tempfile::tempdir().expect("a folder");
        let write = |name: &str| {
            let path = root.path().join(name);
            fs::create_dir_all(path.parent().expect("below the root")).expect("a folder");
            fs::write(path, name).expect("a file");
        };
        write("records/2026/10/A.toml");
        let mut seen = folder_signs(root.path());
        assert_eq!(seen, folder_signs(root.path()), "nothing changed");
        for name in ["records/2026/11/B.toml", "records/2027/01/C.toml", "tasks/c/1.toml", "facilities.toml"] {
            write(name);
            let now = folder_signs(root.path());
            assert_ne!(seen, now, "{name}");
            seen = now;
        }
    }
}
