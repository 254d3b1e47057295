//! `ducha check`: says every mistake in checklists.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
};

use serde_json::json;

use super::{Session, snippet};
use crate::{
    checklist::{self, DiagnosticLevel},
    error::{Result, line_and_column},
    store, text,
};

pub fn run(session: &Session, arguments: &super::arguments::Check) -> Result<ExitCode> {
    let paths = if arguments.paths.is_empty() {
        vec![session.workspace()?.root().join("checklists")]
    } else {
        arguments.paths.clone()
    };
    let files: Vec<PathBuf> = paths.iter().flat_map(|path| store::checklist_files_in(path)).collect();
    let (mut errors, mut warnings) = (0, 0);
    let mut found = Vec::new();
    for path in &files {
        match store::read_text(path) {
            Ok(text) => {
                let reading = checklist::read(&text);
                errors += reading.diagnostics.iter().filter(|one| one.level() == DiagnosticLevel::Error).count();
                warnings += reading.diagnostics.iter().filter(|one| one.level() == DiagnosticLevel::Warning).count();
                report(session, path, &text, &reading, &mut found)?;
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
    reading: &checklist::Reading,
    found: &mut Vec<serde_json::Value>,
) -> Result<()> {
    if reading.diagnostics.is_empty() {
        return Ok(());
    }
    if !session.is_json() {
        let colour = session.output.has_colour();
        return session.output.raw(&snippet::render(&reading.diagnostics, path, text, session.lang, colour));
    }
    found.extend(reading.diagnostics.iter().map(|one| {
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
