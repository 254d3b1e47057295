//! Attaching evidence: by a path that is typed with completion or pasted, or from the watched folder.

use std::{collections::HashSet, ffi::OsStr};

use super::{Fill, Focus};
use crate::{
    app::{
        key::{Code, Key},
        list::Selection,
        message::{Effect, Now, Photograph},
        path::PathPanel,
    },
    checklist::{AnswerType, FileRef, ItemId, Value},
    inspection::{Answer, Response},
    store::{InboxFile, PathChoice, Picture},
};

/// How far the picture of a photograph is.
#[derive(Debug)]
pub(super) enum Sought {
    /// It is being made.
    Awaited,
    /// There is none.
    Nothing,
    /// It is there.
    Found(Picture),
}

/// A row below the path.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum EvidenceRow<'fill> {
    /// How the path may go on.
    Choice(&'fill PathChoice),
    /// A file that has come into the watched folder.
    New(&'fill InboxFile),
    /// A file that is attached.
    Attached(&'fill FileRef),
}

impl Fill {
    /// Opens the files of the item in hand, with a path that was being typed.
    pub(super) fn open_evidence(&mut self, typed: &str) -> Vec<Effect> {
        self.focus = Focus::Evidence(PathPanel::new(typed));
        vec![self.keep_place(), Effect::ListPaths(typed.to_owned())]
    }

    /// Returns the files of the item in hand.
    pub fn files(&self) -> impl Iterator<Item = &FileRef> {
        self.sheet().answer(self.at).into_iter().flat_map(Answer::files)
    }

    /// Says whether the bytes of a file are not there.
    pub fn is_missing(&self, file: &FileRef) -> bool {
        self.past.missing.iter().any(|missing| missing.digest == file.digest)
    }

    /// Counts the files of the whole draft whose bytes are not there.
    pub fn missing_files(&self) -> usize {
        self.sheet().answers().flat_map(|(_, answer)| answer.files()).filter(|file| self.is_missing(file)).count()
    }

    /// Lists what stands below the path: how it may go on, else what is new and what is attached.
    pub fn evidence_rows<'fill>(&'fill self, inbox: &'fill [InboxFile]) -> Vec<EvidenceRow<'fill>> {
        let Focus::Evidence(panel) = &self.focus else { return Vec::new() };
        if !panel.field.is_empty() {
            return panel.choices.iter().map(EvidenceRow::Choice).collect();
        }
        // Gathered once: every frame asks this of every photograph.
        let known: HashSet<(u64, &OsStr)> = if inbox.is_empty() {
            HashSet::new()
        } else {
            let files = self.sheet().answers().flat_map(|(_, answer)| answer.files());
            files.map(|file| (file.size, OsStr::new(file.name.as_str()))).collect()
        };
        let is_new = |file: &&InboxFile| !known.contains(&(file.size, file.path.file_name().unwrap_or_default()));
        let new = inbox.iter().filter(is_new).map(EvidenceRow::New);
        new.chain(self.files().map(EvidenceRow::Attached)).collect()
    }

    /// Asks for the picture of the selected photograph, unless it was asked for already.
    pub(in crate::app) fn wanted_picture(&mut self, inbox: &[InboxFile]) -> Option<Effect> {
        let Focus::Evidence(panel) = &self.focus else { return None };
        let wanted = match *self.evidence_rows(inbox).get(panel.selection.0)? {
            EvidenceRow::New(file) => Photograph::New(file.clone()),
            EvidenceRow::Attached(file) => Photograph::Kept(file.clone()),
            EvidenceRow::Choice(_) => return None,
        };
        if self.picture.as_ref().is_some_and(|(known, _)| *known == wanted) {
            return None;
        }
        self.picture = Some((wanted.clone(), Sought::Awaited));
        Some(Effect::LoadPicture(wanted))
    }

    /// Takes a picture, unless another one has been wanted since.
    pub(in crate::app) fn take_picture(&mut self, of: &Photograph, picture: Option<Picture>) {
        if let Some((wanted, known)) = &mut self.picture
            && wanted == of
        {
            *known = picture.map_or(Sought::Nothing, Sought::Found);
        }
    }

    /// Returns the picture of a row of the files, where there is one.
    pub fn picture_of(&self, row: EvidenceRow<'_>) -> Option<&Picture> {
        match self.sought(row) {
            Some(Sought::Found(picture)) => Some(picture),
            _ => None,
        }
    }

    /// Says whether there is a picture of a row of the files, or may be one in a moment.
    pub fn may_have_picture(&self, row: EvidenceRow<'_>) -> bool {
        matches!(self.sought(row), Some(Sought::Awaited | Sought::Found(_)))
    }

    fn sought(&self, row: EvidenceRow<'_>) -> Option<&Sought> {
        let (of, sought) = self.picture.as_ref()?;
        let same = match (of, row) {
            (Photograph::New(new), EvidenceRow::New(file)) => new == file,
            (Photograph::Kept(kept), EvidenceRow::Attached(file)) => kept == file,
            _ => false,
        };
        same.then_some(sought)
    }

    /// Takes a key among the files of the item in hand.
    pub(super) fn evidence_key(&mut self, key: Key, inbox: &[InboxFile], now: Now) -> Vec<Effect> {
        let rows = self.evidence_rows(inbox);
        let count = rows.len();
        let Focus::Evidence(panel) = &self.focus else { return Vec::new() };
        let row = rows.get(panel.selection.0).copied();
        let typed = panel.field.text();
        let effects = match (key.code, row) {
            (Code::Tab, Some(EvidenceRow::Choice(choice))) => return self.go_on_with(&choice.typed.clone()),
            (Code::Enter, Some(EvidenceRow::Choice(choice))) if choice.folder && !typed.ends_with('/') => {
                return self.go_on_with(&choice.typed.clone());
            }
            (Code::Enter, Some(EvidenceRow::Choice(choice))) if !choice.folder => {
                vec![self.attach_from(choice.typed.clone())]
            }
            (Code::Enter, Some(EvidenceRow::New(file))) => {
                vec![self.attach_from(file.path.to_string_lossy().into_owned())]
            }
            (Code::Enter, _) if !typed.trim().is_empty() => vec![self.attach_from(typed)],
            (Code::Delete | Code::Backspace, Some(EvidenceRow::Attached(file))) => {
                let digest = file.digest.clone();
                return self.change_files(self.at, now, |files| files.retain(|known| known.digest != digest));
            }
            _ => Vec::new(),
        };
        if !effects.is_empty() {
            return effects;
        }
        let Focus::Evidence(panel) = &mut self.focus else { return Vec::new() };
        if !matches!(key.code, Code::Home | Code::End) && panel.selection.key(key, count) {
            return Vec::new();
        }
        if panel.field.key(key) { self.path_typed() } else { Vec::new() }
    }

    fn go_on_with(&mut self, typed: &str) -> Vec<Effect> {
        let Focus::Evidence(panel) = &mut self.focus else { return Vec::new() };
        vec![panel.go_on_with(typed), self.keep_place()]
    }

    /// Asks how the path that is being typed may go on.
    pub(super) fn path_typed(&mut self) -> Vec<Effect> {
        let Focus::Evidence(panel) = &mut self.focus else { return Vec::new() };
        vec![panel.typed(), self.keep_place()]
    }

    /// Takes how a path may go on.
    pub(in crate::app) fn take_paths(&mut self, typed: &str, choices: Vec<PathChoice>) {
        if let Focus::Evidence(panel) = &mut self.focus {
            panel.take(typed, choices);
        }
    }

    /// Returns the effect that copies a file into the workspace for the item in hand.
    pub(super) fn attach_from(&self, path: String) -> Effect {
        Effect::Attach(self.record_id().clone(), self.item_id(), path)
    }

    /// Makes a file that was copied into the workspace part of the answer to an item.
    pub(in crate::app) fn attach(&mut self, item: &ItemId, file: FileRef, now: Now) -> Vec<Effect> {
        let Some(at) = self.sheet().position(item) else { return Vec::new() };
        self.past.missing.retain(|missing| missing.digest != file.digest);
        if let Focus::Evidence(panel) = &mut self.focus {
            *panel = PathPanel::new("");
        }
        self.change_files(at, now, |files| {
            if !files.iter().any(|known| known.digest == file.digest) {
                files.push(file);
            }
        })
    }

    fn change_files(&mut self, at: usize, now: Now, change: impl FnOnce(&mut Vec<FileRef>)) -> Vec<Effect> {
        if let Focus::Evidence(panel) = &mut self.focus {
            panel.selection = Selection::default();
        }
        let of_answer = self.sheet().item(at).answer == AnswerType::File;
        self.change_at(at, now, |answer| {
            if !of_answer {
                return change(&mut answer.evidence);
            }
            let mut files = match answer.response.take() {
                Some(Response::Value(Value::Files(files))) => files,
                _ => Vec::new(),
            };
            change(&mut files);
            answer.response = (!files.is_empty()).then_some(Response::Value(Value::Files(files)));
        })
    }
}

/// Lists the paths in a text that was pasted or dropped, one a line; nothing where it is something else.
pub(super) fn pasted_paths(pasted: &str) -> Vec<String> {
    let is_path = |line: &str| {
        let bare = line.trim_start_matches(['"', '\'']);
        let drive = bare.as_bytes().first().is_some_and(u8::is_ascii_alphabetic)
            && (bare[1..].starts_with(":\\") || bare[1..].starts_with(":/"));
        drive || ["/", "~/", "file://", "\\\\"].iter().any(|start| bare.starts_with(start))
    };
    let lines: Vec<_> = pasted.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if lines.iter().all(|line| is_path(line)) { lines.into_iter().map(str::to_owned).collect() } else { Vec::new() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pasted_text_is_a_path_only_where_it_looks_like_one() {
        let cases: [(&str, &[&str]); 8] = [
            ("/a/b.jpg\n", &["/a/b.jpg"]),
            ("'/a/b c.jpg'\n\"/a/d.jpg\"\n", &["'/a/b c.jpg'", "\"/a/d.jpg\""]),
            ("file:///a/b.jpg", &["file:///a/b.jpg"]),
            ("C:\\照片\\1.jpg", &["C:\\照片\\1.jpg"]),
            ("\\\\服务器\\照片\\1.jpg", &["\\\\服务器\\照片\\1.jpg"]),
            ("门未上锁", &[]),
            ("/a/b.jpg\n门未上锁", &[]),
            ("", &[]),
        ];
        for (pasted, expected) in cases {
            assert_eq!(pasted_paths(pasted), expected, "{pasted}");
        }
    }
}
