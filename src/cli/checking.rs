//! Finding what is wrong in a file of a workspace, for the command line, editors and the screen.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{
    checklist::{self, Code, Diagnostic, Neighbours, builtin},
    error::{Error, nearest},
    plan::{Plan, PlanId, TopicFault, Topics},
    store::{self, FileKind, Workspace},
    text,
};

/// The file of topics, beside the checklists of a workspace.
const TOPICS: &str = "topics.toml";

/// What is around a checklist in its workspace: the topics, and the plans, each read when it is first asked for.
#[derive(Default)]
pub struct Around {
    workspace: Option<Workspace>,
    topics: Option<Topics>,
    plans: HashMap<PlanId, Option<Arc<Plan>>>,
}

impl Around {
    /// Looks into the workspace of a folder, where there is one.
    pub fn of(root: Option<PathBuf>) -> Self {
        let workspace = root.and_then(|root| Workspace::look(&root).ok());
        // A damaged file of topics is told of by itself; no checklist is to be judged by it.
        let topics = workspace.as_ref().and_then(|workspace| workspace.topics().ok());
        Self { workspace, topics, plans: HashMap::new() }
    }
}

impl Neighbours for Around {
    fn plan(&mut self, id: &PlanId) -> Option<Arc<Plan>> {
        let workspace = self.workspace.as_ref()?;
        self.plans.entry(id.clone()).or_insert_with(|| workspace.plan(id).ok().map(Arc::new)).clone()
    }

    fn topics(&self) -> Option<&Topics> {
        self.topics.as_ref()
    }
}

/// What is wrong in a file.
pub enum Mistakes {
    /// In a checklist or in the file of topics, with the characters meant.
    Marked(Vec<Diagnostic>),
    /// In any other file, as its own reader says it.
    Said(Vec<Error>),
}

/// Lists what is checked of a path: the checklists of a folder and its file of topics, or the one file it is.
pub fn files_in(path: &Path) -> Vec<PathBuf> {
    let topics = Some(path.join(TOPICS)).filter(|topics| topics.is_file());
    store::checklist_files_in(path).into_iter().chain(topics).collect()
}

/// Finds what is wrong in a file as what it is; a checklist is compared with the topics and plans of the workspace.
pub fn mistakes(path: &Path, text: &str, around: &mut Around) -> Mistakes {
    match store::file_kind(text, path) {
        FileKind::Topics => Mistakes::Marked(topic_mistakes(path, text)),
        FileKind::Checklist => Mistakes::Marked(checklist::read_among(text, around).diagnostics),
        FileKind::Other(mistakes) => Mistakes::Said(mistakes),
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
