//! `ducha check`: says every mistake in checklists, the file of topics and any other file of a workspace, once or each time
//! a file changes.

use std::{
    path::{Path, PathBuf},
    process::ExitCode,
    sync::mpsc::{RecvTimeoutError, channel},
    time::Duration,
};

use serde_json::json;

use super::{
    Session,
    checking::{self, Around, Mistakes},
    now, snippet,
};
use crate::{
    checklist::{self, Code, Diagnostic, DiagnosticLevel},
    error::{Error, Kind, Result, line_and_column},
    store, text,
};

/// How often files are looked at while watching. A few dozen files cost nothing to look at, and looking works on shares and
/// USB sticks too, where the system does not tell of changes.
const LOOK: Duration = Duration::from_millis(300);

pub fn run(session: &Session, arguments: &super::arguments::Check) -> Result<ExitCode> {
    if let Some(code) = &arguments.explain {
        return explain(session, code);
    }
    if arguments.watch {
        watch(session, arguments)
    } else {
        once(session, &files(session, &arguments.paths)?, arguments.verbose)
    }
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
fn watch(session: &Session, arguments: &super::arguments::Check) -> Result<ExitCode> {
    let (ended, end) = channel();
    let told = ctrlc::set_handler(move || {
        // Whoever is told twice ends all the same.
        let _ = ended.send(());
    });
    told.map_err(|error| Error::new(Kind::Usage, text!("editor.no-watch")).because(error))?;
    let mut seen = None;
    let mut code = ExitCode::SUCCESS;
    loop {
        let files = files(session, &arguments.paths)?;
        let signs = Some(store::file_signs(&files));
        if signs != seen {
            if !session.is_json() {
                session.output.clear()?;
            }
            code = once(session, &files, arguments.verbose)?;
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

fn once(session: &Session, files: &[PathBuf], verbose: bool) -> Result<ExitCode> {
    let (mut errors, mut warnings) = (0, 0);
    let mut found = Vec::new();
    let mut around = Around::of(session.located());
    for path in files {
        match store::read_text(path) {
            Ok(text) => match checking::mistakes(path, &text, &mut around) {
                Mistakes::Said(mistakes) => {
                    errors += mistakes.len();
                    tell_errors(session, path, &mistakes, &mut found);
                }
                Mistakes::Marked(diagnostics) => {
                    errors += diagnostics.iter().filter(|one| one.level() == DiagnosticLevel::Error).count();
                    warnings += diagnostics.iter().filter(|one| one.level() == DiagnosticLevel::Warning).count();
                    report(session, (path, &text), &diagnostics, verbose, &mut found)?;
                }
            },
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

/// Tells of what is wrong in a file that is no checklist.
fn tell_errors(session: &Session, path: &Path, mistakes: &[Error], found: &mut Vec<serde_json::Value>) {
    for mistake in mistakes {
        if session.is_json() {
            let place = mistake.place();
            found.push(json!({
                "path": path,
                "line": place.and_then(|place| place.line),
                "column": place.and_then(|place| place.column),
                "code": null,
                "level": "error",
                "message": mistake.summary(session.lang),
                "hint": mistake.next_step().map(|hint| hint.show(session.lang)),
            }));
        } else {
            session.output.error(mistake);
        }
    }
}

/// What a good file has many of: people are told how many there are, so that they still see the rest.
const REMINDER: Code = Code::VerifyBasis;

fn report(
    session: &Session,
    (path, text): (&Path, &str),
    diagnostics: &[Diagnostic],
    verbose: bool,
    found: &mut Vec<serde_json::Value>,
) -> Result<()> {
    if diagnostics.is_empty() {
        return Ok(());
    }
    if !session.is_json() {
        let colour = session.output.has_colour();
        let is_shown = |one: &&Diagnostic| verbose || one.code != REMINDER;
        let shown: Vec<_> = diagnostics.iter().filter(is_shown).cloned().collect();
        session.output.raw(&snippet::render(&shown, path, text, session.lang, colour))?;
        let count = diagnostics.len() - shown.len();
        if count > 0 {
            session.output.say(&text!("editor.reminders", path = path.display(), count = count))?;
        }
        return Ok(());
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
