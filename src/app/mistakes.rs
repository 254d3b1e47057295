//! What checking a checklist's file found, to be mended in an editor.

use std::{ops::Range, path::PathBuf, sync::Arc};

use super::{App, Data, Effect, Screen, list::Selection, refresh::stay_within};
use crate::{
    checklist::{Checklist, Diagnostic, DiagnosticLevel},
    error::{Error, line_and_column},
    text,
};

/// A checklist's file after somebody had it open in an editor.
#[derive(Debug)]
pub struct Edited {
    /// The file.
    pub path: PathBuf,
    /// Its text.
    pub text: String,
    /// What checking found.
    pub diagnostics: Vec<Diagnostic>,
}

/// The mistakes of a file.
#[derive(Debug)]
pub struct MistakesScreen {
    /// The file.
    pub path: PathBuf,
    /// The mistakes and doubts, in the order of the file.
    pub mistakes: Vec<Mistake>,
    /// The selected one.
    pub selection: Selection,
}

/// A mistake with the line it stands in.
#[derive(Debug)]
pub struct Mistake {
    /// What is wrong.
    pub diagnostic: Diagnostic,
    /// The line, from 1.
    pub line: usize,
    /// The character of that line, from 1.
    pub column: usize,
    /// The text of the line.
    pub source: String,
    /// Which bytes of the line are wrong.
    pub span: Range<usize>,
}

impl MistakesScreen {
    /// Puts each mistake beside its line.
    pub fn new(edited: Edited) -> Self {
        let Edited { path, text, diagnostics } = edited;
        let mistakes = diagnostics.into_iter().map(|diagnostic| Mistake::new(&text, diagnostic)).collect();
        Self { path, mistakes, selection: Selection::default() }
    }

    /// Counts the mistakes that keep the checklist from being used.
    pub fn errors(&self) -> usize {
        self.mistakes.iter().filter(|one| one.diagnostic.level() == DiagnosticLevel::Error).count()
    }
}

impl Mistake {
    fn new(text: &str, diagnostic: Diagnostic) -> Self {
        let (line, column) = line_and_column(text, diagnostic.span.start);
        let floor =
            |offset: usize| (0..=offset.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
        let start = floor(diagnostic.span.start);
        let line_start = text[..start].rfind('\n').map_or(0, |newline| newline + 1);
        let source = text[line_start..].lines().next().unwrap_or_default().to_owned();
        let end = floor(diagnostic.span.end).saturating_sub(line_start).min(source.len());
        let begin = (start - line_start).min(end);
        Self { diagnostic, line, column, span: begin..end, source }
    }
}

impl App {
    /// Says of the draft that was opened that its checklist has changed since, and how it can be moved.
    pub(super) fn mention_newer_version(&mut self) {
        let Some(header) = self.fill().map(|fill| fill.editing().header()) else { return };
        let pinned = &header.checklist;
        let now = self.data.checklists.iter().find(|file| file.checklist.id == pinned.id);
        if let Some(file) = now.filter(|file| file.digest != pinned.digest && file.checklist.version > pinned.version) {
            let version = file.checklist.version;
            self.say(text!("mistakes.newer-version", from = pinned.version, to = version));
        }
    }

    /// Opens the checklist in hand in an editor, at the mistake in hand where there is one.
    pub(super) fn edit(&mut self) -> Vec<Effect> {
        let found = match self.screen() {
            Screen::Checklists(selection) => self.data.checklists.get(selection.0).map(|file| (file.path.clone(), 1)),
            Screen::Checklist(checklist, _) => {
                let file = self.data.checklists.iter().find(|file| file.checklist.id == checklist.id);
                file.map(|file| (file.path.clone(), 1))
            }
            Screen::Mistakes(screen) => {
                let line = screen.mistakes.get(screen.selection.0).map_or(1, |mistake| mistake.line);
                Some((screen.path.clone(), line))
            }
            _ => None,
        };
        found.map(|(path, line)| Effect::Edit(path, line)).into_iter().collect()
    }

    /// Shows what checking found after an editor was closed.
    pub(super) fn edited(&mut self, edited: Result<Edited, Error>) -> Vec<Effect> {
        let edited = match edited {
            Ok(edited) => edited,
            Err(error) => {
                self.complain(error);
                return Vec::new();
            }
        };
        self.screens.retain(|screen| !matches!(screen, Screen::Mistakes(_)));
        let errors = edited.diagnostics.iter().filter(|one| one.level() == DiagnosticLevel::Error).count();
        if errors == 0 {
            // A basis that still has to be verified is a doubt of every good checklist and no reason to stop anybody.
            self.say(text!("mistakes.none", warnings = edited.diagnostics.len()));
        } else {
            self.screens.push(Screen::Mistakes(Box::new(MistakesScreen::new(edited))));
        }
        vec![Effect::LoadChecklists]
    }
}

/// Shows a checklist as it is now; one that is gone or damaged stays as it was.
pub(super) fn renew(checklist: &mut Arc<Checklist>, selection: &mut Selection, data: &Data) {
    if let Some(file) = data.checklists.iter().find(|file| file.checklist.id == checklist.id) {
        *checklist = Arc::clone(&file.checklist);
        stay_within(selection, checklist.items.len());
    }
}
