//! `ducha check`: says every mistake in checklists and in the file of topics, once or each time a file changes.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::mpsc::{RecvTimeoutError, channel},
    time::Duration,
};

use serde_json::json;

use super::{Session, checking, now, snippet};
use crate::{
    checklist::{self, Code, Diagnostic, DiagnosticLevel},
    error::{Error, Kind, Result, line_and_column},
    store::{self, Workspace},
    text,
};

/// How often files are looked at while watching. A few dozen files cost nothing to look at, and looking works on shares and
/// USB sticks too, where the system does not tell of changes.
const LOOK: Duration = Duration::from_millis(300);

pub fn run(session: &Session, arguments: &super::arguments::Check) -> Result<ExitCode> {
    if let Some(code) = &arguments.explain {
        return explain(session, code);
    }
    if arguments.watch { watch(session, &arguments.paths) } else { once(session, &files(session, &arguments.paths)?) }
}

/// Explains a code at length.
fn explain(session: &Session, wanted: &str) -> Result<ExitCode> {
    let Some(code) = Code::ALL.iter().find(|code| code.name().eq_ignore_ascii_case(wanted.trim())) else {
        let known: Vec<_> = Code::ALL.iter().map(|code| code.name()).collect();
        return Err(Error::new(Kind::NotFound, text!("editor.no-code", code = wanted))
            .hint(text!("editor.no-code.hint", known = known.join(" "))));
    };
    let explained = checklist::explanation(*code);
    if session.is_json() {
        session.output.json(&json!({ "code": code.name(), "explanation": explained.show(session.lang) }))?;
    } else {
        session.output.raw(&format!("{}  {}\n", code.name(), explained.show(session.lang).trim_end()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Lists the files that are meant: those named, those in the folders named, else the workspace's checklists.
pub fn files(session: &Session, named: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let folders = if named.is_empty() {
        let root = session
            .located()
            .filter(|root| root.is_dir())
            .ok_or_else(|| Error::new(Kind::Workspace, text!("workspace.none")).hint(text!("workspace.none.hint")))?;
        vec![root.join("checklists")]
    } else {
        named.to_vec()
    };
    Ok(folders.iter().flat_map(|path| checking::files_in(path)).collect())
}

/// Checks again each time something changes, until Ctrl-C; the exit code is that of the last time.
fn watch(session: &Session, named: &[PathBuf]) -> Result<ExitCode> {
    let (ended, end) = channel();
    let told = ctrlc::set_handler(move || {
        // Whoever is told twice ends all the same.
        let _ = ended.send(());
    });
    told.map_err(|error| Error::new(Kind::Usage, text!("editor.no-watch")).because(error))?;
    let mut seen = None;
    let mut code = ExitCode::SUCCESS;
    loop {
        let files = files(session, named)?;
        let signs = Some(store::file_signs(&files));
        if signs != seen {
            if !session.is_json() {
                session.output.clear()?;
            }
            code = once(session, &files)?;
            if !session.is_json() {
                session.output.say(&text!("editor.watching", time = now().format("%H:%M:%S")))?;
            }
            seen = signs;
        }
        if end.recv_timeout(LOOK) != Err(RecvTimeoutError::Timeout) {
            return Ok(code);
        }
    }
}

fn once(session: &Session, files: &[PathBuf]) -> Result<ExitCode> {
    let (mut errors, mut warnings) = (0, 0);
    let mut found = Vec::new();
    let workspace = session.located().and_then(|root| Workspace::look(&root).ok());
    for path in files {
        match store::read_text(path) {
            Ok(text) => {
                let diagnostics = checking::diagnostics(path, &text, workspace.as_ref());
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
