//! `ducha init`: makes a workspace.

use std::{
    io::{self, BufRead, IsTerminal, Write},
    path::PathBuf,
    process::ExitCode,
};

use serde_json::json;

use super::{Session, arguments::Init, now};
use crate::{
    error::{Error, Kind, Result},
    i18n::Lang,
    store::{self, NewWorkspace, Workspace},
    text,
};

pub fn run(session: &Session, init: &Init) -> Result<ExitCode> {
    let root = folder(session, init)?;
    let new = NewWorkspace {
        language: session.lang,
        bureau: answer(session, init, init.bureau.as_deref(), "init.bureau", "init.default-bureau")?,
        inspector: answer(session, init, init.inspector.as_deref(), "init.inspector", "init.default-inspector")?,
    };
    let workspace = Workspace::create(&root, &new, now())?;
    store::start_log(workspace.root());
    // A home directory that cannot be written to is no reason to fail: the workspace is then named each time.
    if let Err(error) = store::remember(&absolute(&root)) {
        tracing::warn!(%error, "the workspace is not remembered");
    }
    let checklists = workspace.checklists().found.len();
    let facilities = workspace.facilities().found.len();
    if session.is_json() {
        session.output.json(&json!({ "workspace": root, "checklists": checklists, "facilities": facilities }))?;
    } else {
        session.output.say(&text!(
            "init.done",
            root = root.display(),
            checklists = checklists,
            facilities = facilities
        ))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Chooses the folder: the one that was named, else the current one with `--yes`, else the suggested one.
fn folder(session: &Session, init: &Init) -> Result<PathBuf> {
    let named = init.dir.clone().or_else(|| session.global.workspace.clone());
    named
        .or_else(store::suggested_folder)
        .ok_or_else(|| Error::new(Kind::Usage, text!("init.no-folder")).hint(text!("init.no-folder.hint")))
}

/// Returns what was given, else what a person answers, else the default.
fn answer(session: &Session, init: &Init, given: Option<&str>, question: &str, default: &str) -> Result<String> {
    let lang: Lang = session.lang;
    let default = lang.t(default).into_owned();
    if let Some(given) = given.map(str::trim).filter(|given| !given.is_empty()) {
        return Ok(given.to_owned());
    }
    if init.yes || !io::stdin().is_terminal() {
        return Ok(default);
    }
    let failed = |error| Error::new(Kind::Storage, text!("cli.not-printed")).because(error);
    let mut output = io::stdout().lock();
    write!(output, "{} [{default}] ", lang.t(question)).and_then(|()| output.flush()).map_err(failed)?;
    let mut typed = String::new();
    io::stdin().lock().read_line(&mut typed).map_err(failed)?;
    let typed = typed.trim();
    Ok(if typed.is_empty() { default } else { typed.to_owned() })
}

fn absolute(path: &std::path::Path) -> PathBuf {
    std::path::absolute(path).unwrap_or_else(|_| path.to_owned())
}
