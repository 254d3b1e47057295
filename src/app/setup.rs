//! The first start: where to make a workspace, and for whom; and the language, which can be switched at any time.

use std::path::{Path, PathBuf};

use super::{
    App,
    field::Field,
    form::{Form, FormField, Input},
    message::Effect,
    screens::Screen,
};
use crate::{i18n::Lang, store::NewWorkspace, text};

/// The names of the two languages, each in itself.
const LANGUAGES: &[&str] = &["setup.zh", "setup.en"];

/// The form of the first start.
#[derive(Debug)]
pub struct Setup {
    /// Language, bureau, inspector and folder.
    pub form: Form,
}

impl Setup {
    /// Begins with a language and a suggested folder.
    pub fn new(lang: Lang, folder: &Path) -> Self {
        let mut form = Form::new(vec![
            FormField::choice("setup.language", LANGUAGES, usize::from(lang == Lang::En)),
            FormField::text("setup.bureau", Field::line("")),
            FormField::text("setup.inspector", Field::line("")),
            FormField::text("setup.folder", Field::line(&folder.display().to_string())),
        ]);
        // The language is mostly right already, so the caret waits where something has to be typed.
        form.go(true);
        Self { form }
    }

    /// Returns the chosen language.
    pub fn language(&self) -> Lang {
        Lang::ALL[self.form.choice_of("setup.language").min(1)]
    }

    /// Chooses the other language.
    pub(super) fn switch_language(&mut self) {
        if let Some(Input::Choice { words, chosen }) = self.form.fields.first_mut().map(|field| &mut field.input) {
            *chosen = (*chosen + 1) % words.len();
        }
    }

    /// Makes the workspace, or marks what is still missing and puts the caret there.
    pub(super) fn confirm(&mut self) -> Vec<Effect> {
        let mut missing = None;
        for (at, name) in ["setup.bureau", "setup.inspector", "setup.folder"].into_iter().enumerate() {
            let empty = self.form.text_of(name).is_empty();
            self.form.mark(name, empty.then(|| text!("setup.missing")));
            if empty && missing.is_none() {
                missing = Some(at + 1);
            }
        }
        if let Some(at) = missing {
            self.form.at = at;
            return Vec::new();
        }
        let new = NewWorkspace {
            language: self.language(),
            bureau: self.form.text_of("setup.bureau"),
            inspector: self.form.text_of("setup.inspector"),
        };
        vec![Effect::CreateWorkspace(PathBuf::from(self.form.text_of("setup.folder")), new)]
    }
}

impl App {
    /// Goes on in the other language.
    pub(super) fn switch_language(&mut self) -> Vec<Effect> {
        let lang = self.lang.other();
        self.lang = lang;
        match self.screen_mut() {
            Screen::Setup(setup) => setup.switch_language(),
            // What items and checklists are called stands in what was followed.
            Screen::Trace(screen) => return vec![Effect::Trace(screen.traced.wanted.clone(), lang)],
            _ => {}
        }
        Vec::new()
    }
}
