//! `ducha check`: says every mistake in checklists and in the file of topics.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde_json::json;

use super::{Session, snippet};
use crate::{
    checklist::{self, Code, Diagnostic, DiagnosticLevel, builtin},
    error::{Result, line_and_column, nearest},
    plan::{TopicFault, Topics},
    store, text,
};

/// The file of topics, beside the checklists of a workspace.
const TOPICS: &str = "topics.toml";

pub fn run(session: &Session, arguments: &super::arguments::Check) -> Result<ExitCode> {
    let paths = if arguments.paths.is_empty() {
        vec![session.workspace()?.root().join("checklists")]
    } else {
        arguments.paths.clone()
    };
    let files: Vec<PathBuf> = paths.iter().flat_map(|path| files_in(path)).collect();
    let (mut errors, mut warnings) = (0, 0);
    let mut found = Vec::new();
    for path in &files {
        match store::read_text(path) {
            Ok(text) => {
                let is_topics = path.file_name().is_some_and(|name| name == TOPICS);
                let diagnostics =
                    if is_topics { topic_mistakes(path, &text) } else { checklist::read(&text).diagnostics };
                errors += diagnostics.iter().filter(|one| one.level() == DiagnosticLevel::Error).count();
                warnings += diagnostics.iter().filter(|one| one.level() == DiagnosticLevel::Warning).count();
                report(session, path, &text, &diagnostics, &mut found)?;
            }
            Err(error) => {
                errors += 1;
                session.output.error(&error);
            }
        }
    }
    if session.is_json() {
        session.output.json(&json!({ "files": files.len(), "diagnostics": found }))?;
    } else {
        session.output.say(&text!("check.done", files = files.len(), errors = errors, warnings = warnings))?;
    }
    Ok(if errors == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Lists what is checked of a path: the checklists of a folder and its file of topics, or the one file it is.
fn files_in(path: &Path) -> Vec<PathBuf> {
    let topics = Some(path.join(TOPICS)).filter(|topics| topics.is_file());
    store::checklist_files_in(path).into_iter().chain(topics).collect()
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

fn report(
    session: &Session,
    path: &Path,
    text: &str,
    diagnostics: &[Diagnostic],
    found: &mut Vec<serde_json::Value>,
) -> Result<()> {
    if diagnostics.is_empty() {
        return Ok(());
    }
    if !session.is_json() {
        let colour = session.output.has_colour();
        return session.output.raw(&snippet::render(diagnostics, path, text, session.lang, colour));
    }
    found.extend(diagnostics.iter().map(|one| {
        let (line, column) = line_and_column(text, one.span.start);
        json!({
            "path": path,
            "line": line,
            "column": column,
            "code": one.code.name(),
            "level": if one.level() == DiagnosticLevel::Error { "error" } else { "warning" },
            "message": one.message.show(session.lang),
            "hint": one.hint.as_ref().map(|hint| hint.show(session.lang)),
        })
    }));
    Ok(())
}
