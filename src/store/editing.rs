//! What people edit with other programs: schemas for those, new checklists, and files that are laid out again.

use std::{
    fs,
    path::{Path, PathBuf},
};

use super::{Workspace, disk};
use crate::{
    checklist::{self, ChecklistId},
    editor::FileSort,
    error::{Error, Result},
    i18n::Lang,
    text,
};

impl Workspace {
    /// Writes a new checklist, and returns its file; one that is there already is left alone and is an error.
    ///
    /// The text has to be a checklist without a mistake whose identity is `id`.
    pub fn add_checklist(&self, id: &ChecklistId, text: &str) -> Result<PathBuf> {
        self.require_writable()?;
        let name = format!("{id}.toml");
        // An identity that was read without a mistake can be the name of a file on every system.
        checklist::read(text).into_result(Path::new(&name), text)?;
        let path = self.root().join("checklists").join(name);
        if path.exists() {
            return Err(Error::input(text!("checklist-file.exists", id = id))
                .at(path)
                .hint(text!("checklist-file.exists.hint")));
        }
        disk::create(&path, text.as_bytes())?;
        Ok(path)
    }

    /// Returns the text of a checklist in use, as it stands in its file.
    pub fn checklist_text(&self, id: &ChecklistId) -> Result<String> {
        disk::read_text(&self.checklist(id)?.path)
    }

    /// Writes the schemas of this program's version, where those of another one are there or none.
    ///
    /// They are a help for editors: a disk that refuses them is no reason to refuse work.
    pub(super) fn keep_schemas(&self) {
        let lang = self.settings().language;
        for sort in FileSort::ALL {
            let path = self.own().join("schema").join(format!("{}.json", sort.name()));
            let is_current = fs::read_to_string(&path).is_ok_and(|text| is_current(&text, lang));
            if !is_current && let Err(error) = disk::replace(&path, sort.schema(lang).as_bytes()) {
                tracing::warn!(%error, "a schema was not written");
            }
        }
    }
}

/// Says whether the text of a schema was written by this version in a language.
fn is_current(text: &str, lang: Lang) -> bool {
    text.contains(&format!("\"$comment\": \"{}\"", FileSort::mark(lang)))
}

/// Writes a file in place of what it was.
pub fn replace_text(path: &Path, text: &str) -> Result<()> {
    disk::replace(path, text.as_bytes())
}

/// Writes a file that was laid out again, where it still says what it said before.
///
/// An editor, or a sync beside this process, may have written it since it was read: what they wrote stays.
pub fn lay_out(path: &Path, before: &str, laid_out: &str) -> Result<()> {
    if disk::read_text(path)? != before {
        return Err(Error::input(text!("editor.fmt-changed")).at(path).hint(text!("editor.fmt-changed.hint")));
    }
    disk::replace(path, laid_out.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_somebody_wrote_in_the_meantime_is_not_laid_over() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("checklist.toml");
        fs::write(&path, "id=1").expect("written");
        lay_out(&path, "id=1", "id = 1").expect("laid out");
        let error = lay_out(&path, "id=1", "id = 1\n").expect_err("it says something else now");
        assert_eq!(error.path(), Some(path.as_path()));
        assert_eq!(fs::read_to_string(&path).expect("read"), "id = 1");
    }
}
