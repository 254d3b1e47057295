//! `ducha plan import|list|show|diff|correct`.

use std::{path::Path, process::ExitCode};

use serde_json::json;

use super::{
    Session,
    arguments::{Plan, PlanImport, PlanShow, Reading},
    now, plan_correct, plan_diff, plan_explain,
};
use crate::{
    error::Result,
    i18n::Lang,
    plan::{self, ReadOptions},
    store::{ImportedPlan, Workspace},
    text,
    view::text::{pad, visible},
};

pub fn run(session: &Session, command: &Plan) -> Result<ExitCode> {
    match command {
        Plan::Import(import) => self::import(session, import),
        Plan::List => list(session),
        Plan::Show(show) => self::show(session, show),
        Plan::Diff(diff) => plan_diff::run(session, diff),
        Plan::Correct(correct) => plan_correct::run(session, correct),
    }
}

/// Imports each document; one that cannot be read does not keep the others from being imported.
fn import(session: &Session, import: &PlanImport) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let mut code = ExitCode::SUCCESS;
    let mut imported = Vec::new();
    for file in &import.files {
        match workspace.import_plan(file, &options(file, &import.reading), now()) {
            Ok(one) if session.is_json() => imported.push(summary(&one, session.lang)),
            Ok(one) => print_imported(session, &one)?,
            Err(error) => {
                session.output.error(&error);
                code = ExitCode::FAILURE;
            }
        }
    }
    if session.is_json() {
        session.output.json(&imported)?;
    }
    Ok(code)
}

fn summary(imported: &ImportedPlan, lang: Lang) -> serde_json::Value {
    json!({
        "id": imported.plan.head.id,
        "title": imported.plan.head.title,
        "known": imported.known,
        "headings": imported.plan.outline.len(),
        "clauses": imported.plan.clauses.len(),
        "warnings": imported.plan.to_json(lang)["warnings"],
        "corrected": imported.corrected,
        "outdated": imported.outdated,
        "waiting": imported.waiting,
        "path": imported.path,
    })
}

fn print_imported(session: &Session, imported: &ImportedPlan) -> Result<()> {
    let plan = &imported.plan;
    let (id, title) = (&plan.head.id, &plan.head.title);
    let (headings, clauses) = (plan.outline.len(), plan.clauses.len());
    session.output.say(&if imported.known {
        text!("plan-cli.imported-again", id = id, title = title, headings = headings, clauses = clauses)
    } else {
        text!("plan-cli.imported", id = id, title = title, headings = headings, clauses = clauses)
    })?;
    let (corrected, outdated, waiting) = (imported.corrected, imported.outdated.len(), imported.waiting.len());
    if corrected + waiting > 0 {
        let said = text!("plan-correct.carried", corrected = corrected, outdated = outdated, waiting = waiting);
        session.output.say(&said)?;
    }
    for clause in plan.clauses.iter().filter(|clause| imported.outdated.contains(&clause.id)) {
        session.output.say(&text!("plan-correct.outdated", clause = clause.id, text = clause.text))?;
    }
    for correction in &imported.waiting {
        let values = correction.values().show(session.lang, ToString::to_string);
        let (clause, text) = (&correction.clause, &correction.text);
        session.output.say(&text!("plan-correct.waiting", clause = clause, text = text, values = values))?;
    }
    if waiting > 0 {
        let path = imported.path.with_file_name("corrections.toml");
        session.output.say(&text!("plan-correct.waiting.hint", path = path.display()))?;
    }
    for warning in &plan.warnings {
        session.output.say(&text!("plan-cli.warning", line = warning.line, message = warning.message(session.lang)))?;
    }
    Ok(())
}

fn list(session: &Session) -> Result<ExitCode> {
    let listing = session.workspace()?.plans();
    let code = session.damaged(&listing.damaged);
    if session.is_json() {
        session.output.json(&listing.found)?;
    } else {
        for row in &listing.found {
            let counts = text!("plan-cli.counts", clauses = row.clauses, warnings = row.warnings).show(session.lang);
            session.output.line(&format!("{}  {}  {counts}", pad(&row.id.0, 16), row.title))?;
        }
    }
    Ok(code)
}

/// Shows an imported plan, or a document that is read for the occasion.
fn show(session: &Session, show: &PlanShow) -> Result<ExitCode> {
    let path = Path::new(&show.plan);
    if let Some(line) = show.explain {
        return plan_explain::print(session, &explain(session, show, line)?);
    }
    let plan = if path.is_file() {
        read_document(session, path, &show.reading)?
    } else {
        let workspace = session.workspace()?;
        workspace.plan(&workspace.find_plan(&show.plan)?)?
    };
    if session.is_json() {
        session.output.json(&plan.to_json(session.lang))?;
    } else {
        print_plan(session, &plan)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Explains a line of a document, or of the one that an imported plan was read from.
fn explain(session: &Session, show: &PlanShow, line: usize) -> Result<plan::Explanation> {
    let path = Path::new(&show.plan);
    let options = options(path, &show.reading);
    match (path.is_file(), session.located()) {
        (true, Some(root)) => Workspace::open(&root)?.explain_document(path, &options, line),
        (true, None) => crate::store::explain_document(path, &options, line),
        (false, _) => {
            let workspace = session.workspace()?;
            workspace.explain_plan(&workspace.find_plan(&show.plan)?, line)
        }
    }
}

/// Reads a document with the topics of the workspace, or with the built-in ones where there is no workspace.
pub fn read_document(session: &Session, path: &Path, reading: &Reading) -> Result<plan::Plan> {
    match session.located() {
        Some(root) => Workspace::open(&root)?.read_document(path, &options(path, reading)),
        None => crate::store::read_document(path, &options(path, reading)),
    }
}

fn options<'typed>(file: &'typed Path, reading: &'typed Reading) -> ReadOptions<'typed> {
    let file_name = file.to_str().unwrap_or_default();
    ReadOptions { file_name, encoding: reading.encoding.as_deref(), ..ReadOptions::default() }
}

fn print_plan(session: &Session, plan: &plan::Plan) -> Result<()> {
    let lang = session.lang;
    let head = &plan.head;
    session.output.line(&head.title)?;
    let year = head.year.map_or_else(|| "-".to_owned(), |year| year.to_string());
    let unknown = || "-".to_owned();
    session.output.say(&text!(
        "plan-cli.head",
        id = head.id,
        year = year,
        issuer = head.issuer.clone().unwrap_or_else(unknown),
        number = head.number.clone().unwrap_or_else(unknown)
    ))?;
    let mut clauses = plan.clauses.iter().peekable();
    for heading in &plan.outline {
        while let Some(clause) = clauses.next_if(|clause| clause.line < heading.line) {
            print_clause(session, clause)?;
        }
        // The number comes first: it is what `generate --section` takes.
        session.output.line(&format!("{}  {}{}", heading.id, heading.marker, heading.title))?;
        while let Some(clause) = clauses.next_if(|clause| clause.section == heading.id) {
            print_clause(session, clause)?;
        }
    }
    for clause in clauses {
        print_clause(session, clause)?;
    }
    for warning in &plan.warnings {
        session.output.say(&text!("plan-cli.warning", line = warning.line, message = warning.message(lang)))?;
    }
    Ok(())
}

pub fn print_clause(session: &Session, clause: &plan::Clause) -> Result<()> {
    let lang = session.lang;
    let kind = lang.t(clause.kind.name_key());
    let scope = lang.t(clause.scope.name_key());
    let struck = if clause.struck { lang.t("plan-correct.struck") } else { "".into() };
    let corrected = clause.corrected.as_ref().map(|_| lang.t("plan-correct.mark")).unwrap_or_default();
    session.output.line(&format!("      [{kind} {scope}{struck}{corrected}] {}", visible(&clause.text)))
}
