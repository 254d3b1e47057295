//! Finding what is wrong in a checklist's file or in the file of topics, for the command line, editors and the screen.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use crate::{
    checklist::{self, Code, Diagnostic, builtin},
    error::nearest,
    plan::{Plan, PlanId, TopicFault, Topics},
    store::{self, Workspace},
    text,
};

/// The file of topics, beside the checklists of a workspace.
const TOPICS: &str = "topics.toml";

/// The register of units.
const REGISTER: &str = "facilities.toml";

/// The plans of a workspace, each read when it is first asked for.
#[derive(Default)]
pub struct Plans {
    workspace: Option<Workspace>,
    read: HashMap<PlanId, Option<Plan>>,
}

impl Plans {
    /// Looks into the workspace of a folder, where there is one.
    pub fn of(root: Option<PathBuf>) -> Self {
        Self { workspace: root.and_then(|root| Workspace::look(&root).ok()), read: HashMap::new() }
    }

    fn get(&mut self, id: &PlanId) -> Option<&Plan> {
        let workspace = self.workspace.as_ref()?;
        self.read.entry(id.clone()).or_insert_with(|| workspace.plan(id).ok()).as_ref()
    }
}

/// Says whether a file is a register of units, by its name.
pub fn is_register(path: &Path) -> bool {
    path.file_name().is_some_and(|name| name == REGISTER)
}

/// Lists what is checked of a path: the checklists of a folder and its file of topics, or the one file it is.
pub fn files_in(path: &Path) -> Vec<PathBuf> {
    let topics = Some(path.join(TOPICS)).filter(|topics| topics.is_file());
    store::checklist_files_in(path).into_iter().chain(topics).collect()
}

/// Finds what is wrong in a file: in one of that name as in topics, in any other as in a checklist.
///
/// A checklist is compared with the plan that it was generated from where the workspace has that.
pub fn diagnostics(path: &Path, text: &str, plans: &mut Plans) -> Vec<Diagnostic> {
    if path.file_name().is_some_and(|name| name == TOPICS) {
        return topic_mistakes(path, text);
    }
    let reading = checklist::read(text);
    let named = reading.checklist.as_ref().and_then(|checklist| checklist.plan.as_ref());
    match named.and_then(|plan| plans.get(plan)) {
        Some(plan) => checklist::read_with(text, Some(plan)).diagnostics,
        None => reading.diagnostics,
    }
}

/// Finds the mistakes in a file of topics; the banks that it may name are the built-in ones and those beside it.
fn topic_mistakes(path: &Path, text: &str) -> Vec<Diagnostic> {
    let code = |fault| match fault {
        TopicFault::Syntax => Code::Syntax,
        TopicFault::Value => Code::WrongType,
        TopicFault::BadName => Code::BadId,
        TopicFault::Twice => Code::DuplicateId,
        TopicFault::Word => Code::EmptyText,
        TopicFault::Unknown | TopicFault::Facility | TopicFault::Bank => Code::UnknownWord,
    };
    let reading = Topics::check(text);
    let mut diagnostics: Vec<_> = reading
        .mistakes
        .into_iter()
        .map(|mistake| Diagnostic {
            code: code(mistake.fault),
            span: mistake.span,
            message: mistake.message,
            hint: Some(mistake.hint),
        })
        .collect();
    let own = path.parent().map(|folder| folder.join("banks")).filter(|folder| folder.is_dir());
    let own = own.into_iter().flat_map(|folder| store::checklist_files_in(&folder));
    let own = own.filter_map(|bank| Some(bank.file_stem()?.to_string_lossy().into_owned()));
    let known: Vec<String> = builtin::BANKS.iter().map(|bank| bank.id.to_owned()).chain(own).collect();
    for (bank, span) in reading.banks.into_iter().filter(|(bank, _)| !known.contains(bank)) {
        let hint = match nearest(&bank, known.iter().map(String::as_str)) {
            Some(meant) => text!("toml.did-you-mean", word = meant),
            None => text!("plan.topics.bank_hint", known = known.join(", ")),
        };
        let message = text!("plan.topics.bank", bank = bank);
        diagnostics.push(Diagnostic { code: code(TopicFault::Bank), span, message, hint: Some(hint) });
    }
    diagnostics.sort_by_key(|diagnostic| diagnostic.span.start);
    diagnostics
}
