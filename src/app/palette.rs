//! The command palette: everything that can be done here, found by typing Chinese or pinyin.

use super::{
    command::{Command, Context, bindings},
    key::Key,
    list::Narrowed,
};
use crate::{facility::Search, i18n::Lang};

/// What can be done from every screen of an open workspace, whether or not it has a key there.
const ALWAYS: &[Command] = &[
    Command::NewInspection,
    Command::Records,
    Command::Facilities,
    Command::Tasks,
    Command::Findings,
    Command::Reviews,
    Command::Trace,
    Command::Dashboard,
    Command::Conflicts,
    Command::Reports,
    Command::Checklists,
    Command::Plans,
    Command::Language,
    Command::Theme,
    Command::Quit,
];

/// The command palette.
#[derive(Debug)]
pub struct Palette {
    /// What can be done, and its key on the screen behind.
    pub entries: Vec<(Command, Option<Key>)>,
    /// The list of it.
    pub list: Narrowed,
}

impl Palette {
    /// Lists what can be done on a screen.
    pub fn new(context: Context) -> Self {
        let mut entries: Vec<(Command, Option<Key>)> = Vec::new();
        for binding in bindings(context) {
            let hidden = matches!(binding.command, Command::Answer(_) | Command::Palette | Command::Back);
            if !hidden && !entries.iter().any(|(command, _)| *command == binding.command) {
                entries.push((binding.command, Some(binding.key)));
            }
        }
        for &command in ALWAYS {
            if !entries.iter().any(|(known, _)| *known == command) {
                entries.push((command, None));
            }
        }
        let list = Narrowed::new(entries.len());
        Self { entries, list }
    }

    /// Finds the commands that fit what is typed.
    pub fn narrow(entries: &[(Command, Option<Key>)], typed: &str, lang: Lang) -> Vec<usize> {
        if typed.is_empty() {
            return (0..entries.len()).collect();
        }
        Search::new(typed).narrow(entries.iter().map(|(command, _)| lang.t(command.name_key())))
    }
}
