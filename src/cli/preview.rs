//! `ducha preview`: shows a checklist as an inspector will see it, in the terminal and as a page to print.

use std::{path::Path, process::ExitCode};

use super::{Session, arguments::Preview, snippet};
use crate::{
    checklist::{self, Checklist, ChecklistId, DiagnosticLevel},
    editor::{self, Asked},
    error::{Error, Kind, Result},
    store, text,
    view::text::{visible, wrap},
};

/// How wide the preview is, in cells, and how far answers and notes are set in.
const WIDTH: usize = 100;
const INDENT: usize = 6;

pub fn run(session: &Session, preview: &Preview) -> Result<ExitCode> {
    let path = if preview.checklist.exists() {
        preview.checklist.clone()
    } else {
        let id = ChecklistId(preview.checklist.to_string_lossy().into_owned());
        session.workspace()?.checklist(&id)?.path
    };
    let text = store::read_text(&path)?;
    let reading = checklist::read(&text);
    let Some(checklist) = &reading.checklist else {
        let mistakes: Vec<_> =
            reading.diagnostics.iter().filter(|one| one.level() == DiagnosticLevel::Error).cloned().collect();
        session.output.raw(&snippet::render(&mistakes, &path, &text, session.lang, session.output.has_colour()))?;
        return Ok(ExitCode::FAILURE);
    };
    // Without a file of its own the page is one that nobody keeps.
    let temporary = preview.open.then(|| std::env::temp_dir().join(format!("ducha-{}.html", checklist.id)));
    if let Some(out) = preview.html.as_ref().or(temporary.as_ref()) {
        store::replace_text(out, &editor::page(checklist, session.lang))?;
        session.output.say(&text!("editor.preview.saved", path = out.display()))?;
        if preview.open {
            show_page(out)?;
        }
    } else if session.is_json() {
        session.output.json(&serde_json::json!({ "title": checklist.title.zh, "parts": parts(session, checklist) }))?;
    } else {
        show(session, checklist)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Opens a page in the browser of the system.
fn show_page(page: &Path) -> Result<()> {
    open::that_detached(page).map_err(|error| {
        Error::new(Kind::NotFound, text!("editor.preview.not-opened"))
            .because(error)
            .at(page)
            .hint(text!("editor.preview.not-opened.hint"))
    })
}

fn parts(session: &Session, checklist: &Checklist) -> Vec<serde_json::Value> {
    let item = |item: &Asked| {
        serde_json::json!({
            "number": item.number, "text": item.text, "marks": item.marks, "answers": item.answers,
            "columns": item.columns, "notes": item.notes,
        })
    };
    let parts = editor::parts(checklist, session.lang);
    parts
        .iter()
        .map(|part| {
            let items: Vec<_> = part.items.iter().map(item).collect();
            serde_json::json!({ "title": part.title, "when": part.when, "items": items })
        })
        .collect()
}

fn show(session: &Session, checklist: &Checklist) -> Result<()> {
    let lang = session.lang;
    session.output.line(checklist.title.show(lang))?;
    session.output.say(&editor::head(checklist))?;
    for part in editor::parts(checklist, lang) {
        session.output.line("")?;
        session.output.line(&part.title)?;
        if !part.when.is_empty() {
            indented(session, &format!("{}  {}", lang.t("editor.preview.when"), part.when))?;
        }
        for item in &part.items {
            show_item(session, item)?;
        }
    }
    Ok(())
}

fn show_item(session: &Session, item: &Asked) -> Result<()> {
    let question = format!("{}  ({})", item.text, item.marks.join(" · "));
    let shown = visible(&question).replace('\n', " ");
    for (at, line) in wrap(&shown, WIDTH - INDENT).into_iter().enumerate() {
        let number = if at == 0 { format!("{:>4}. ", item.number) } else { " ".repeat(INDENT) };
        session.output.line(&format!("{number}{line}"))?;
    }
    if !item.answers.is_empty() {
        indented(session, &item.answers.join("   "))?;
    }
    if !item.columns.is_empty() {
        indented(session, &format!("| {} |", item.columns.join(" | ")))?;
    }
    for (label, said) in &item.notes {
        indented(session, &format!("{label}  {said}"))?;
    }
    Ok(())
}

fn indented(session: &Session, said: &str) -> Result<()> {
    let shown = visible(said).replace('\n', " ");
    for line in wrap(&shown, WIDTH - INDENT) {
        session.output.line(&format!("{}{line}", " ".repeat(INDENT)))?;
    }
    Ok(())
}
