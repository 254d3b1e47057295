//! Files for people outside: reports and papers, and which of them nobody has touched since they were written.
//!
//! Whoever is handed a report completes it by hand, and the next one has the same name. A file is replaced only where its
//! bytes are some that were written here before; their digests stand in `.ducha/handed-out`. All others are somebody's work.

use std::{
    collections::HashSet,
    fs::{self, OpenOptions},
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{Workspace, disk, opened};
use crate::{checklist::Digest, error::Result};

/// The file of the digests among the program's own, one a line.
const FILE: &str = "handed-out";

/// A file that was handed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HandedOut {
    /// The file.
    pub path: PathBuf,
    /// The file whose name it would have had, where somebody had changed that one.
    pub kept: Option<PathBuf>,
}

impl Workspace {
    /// Writes a file into a folder under a name and an ending; under a numbered name where one that somebody changed has the
    /// wanted one. One that is open in an office program is refused.
    pub fn hand_out(&self, folder: &Path, name: &str, ending: &str, bytes: &[u8]) -> Result<HandedOut> {
        // Noted before it is written: a digest too many does no harm, a file too many is in everybody's way.
        if let Err(error) = self.note_handed_out(bytes) {
            tracing::warn!(%error, "the next report will stand beside this one");
        }
        let known = self.handed_out();
        let is_own = |path: &Path| disk::read_digest(path).is_some_and(|digest| known.contains(&digest.to_string()));
        // A folder of that name is nobody's report; that it is in the way is said where it is.
        let is_file = |path: &Path| fs::symlink_metadata(path).is_ok_and(|metadata| !metadata.is_dir());
        let is_taken = |path: &Path| is_file(path) && !is_own(path);
        let wanted = folder.join(format!("{name}{ending}"));
        let (mut number, mut path) = (1, wanted.clone());
        while is_taken(&path) {
            number += 1;
            path = folder.join(format!("{name}_{number}{ending}"));
        }
        opened::refuse_open(&path)?;
        disk::replace(&path, bytes)?;
        Ok(HandedOut { kept: (path != wanted).then_some(wanted), path })
    }

    /// Notes what a file is made of. Where another program has the workspace open this may happen all the same: a line is
    /// added in one go.
    fn note_handed_out(&self, bytes: &[u8]) -> io::Result<()> {
        let line = format!("{}\n", Digest::of(bytes));
        OpenOptions::new().append(true).create(true).open(self.own().join(FILE))?.write_all(line.as_bytes())
    }

    /// Returns the digests of what was handed out; without the file every report is taken for somebody's.
    fn handed_out(&self) -> HashSet<String> {
        let kept = disk::read_text(&self.own().join(FILE)).unwrap_or_default();
        kept.lines().map(str::to_owned).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{i18n::Lang, store::NewWorkspace};

    fn workspace(root: &Path) -> Workspace {
        let new = NewWorkspace {
            language: Lang::Zh, bureau: "市卫生健康委".to_owned(), inspector: "林明".to_owned()
        };
        let now = "2026-03-02T09:00:00+08:00".parse().expect("a moment");
        Workspace::create(root, &new, now).expect("a workspace")
    }

    #[test]
    fn only_what_nobody_changed_is_replaced() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let workspace = workspace(&folder.path().join("ws"));
        let out = folder.path().join("out");
        let put = |said: &str| {
            let put = workspace.hand_out(&out, "通报", ".md", said.as_bytes()).expect("written");
            let name = |path: &Path| path.file_name().map(|name| name.to_string_lossy().into_owned());
            (name(&put.path).expect("a name"), put.kept.as_deref().and_then(name))
        };
        let (first, second) = ("通报.md".to_owned(), "通报_2.md".to_owned());
        assert_eq!(put("一"), (first.clone(), None));
        assert_eq!(put("二"), (first.clone(), None), "its own");
        fs::write(out.join(&first), "二，已填").expect("changed");
        assert_eq!(put("三"), (second.clone(), Some(first.clone())));
        assert_eq!(put("四"), (second.clone(), Some(first.clone())), "the one beside is its own");
        assert_eq!(fs::read_to_string(out.join(&first)).expect("read"), "二，已填");
        fs::write(out.join(&first), "五").expect("changed");
        assert_eq!(put("五"), (first.clone(), None), "what is there already is what would be written");
        fs::remove_file(workspace.own().join(FILE)).expect("forgotten");
        assert_eq!(put("六").1, Some(first), "what is not known is somebody's");
    }
}
