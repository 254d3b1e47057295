//! `ducha new`: starts a checklist from nothing, a topic's item bank, a clause of a plan, or another checklist.

use std::process::ExitCode;

use serde_json::json;

use super::{Session, arguments::New};
use crate::{
    checklist::{self, Checklist, ChecklistId, Request},
    editor,
    error::{Error, Kind, Result},
    plan::{Plan, TopicId},
    store::Workspace,
    text,
};

pub fn run(session: &Session, new: &New) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let id = ChecklistId(new.id.clone());
    let title = new.title.as_deref();
    let lang = workspace.settings().language;
    let written = match (&new.topic, &new.clause, &new.from) {
        (Some(topic), ..) => match bank(&workspace, topic)? {
            Some(bank) => checklist::write_in(&renamed(bank, &id, title), lang),
            None => editor::template(&id, title, Some(topic), lang),
        },
        (None, Some(clause), _) => checklist::write_in(&renamed(of_clause(&workspace, clause)?, &id, title), lang),
        (None, None, Some(from)) => editor::copy(&workspace.checklist_text(&ChecklistId(from.clone()))?, &id, title)
            .ok_or_else(|| Error::input(text!("checklist.check.unusable")).at(from))?,
        (None, None, None) => editor::template(&id, title, None, lang),
    };
    let path = workspace.add_checklist(&id, &written)?;
    if session.is_json() {
        session.output.json(&json!({ "id": id, "path": path }))?;
    } else {
        session.output.say(&text!("editor.new-done", id = id, path = path.display()))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Returns the item bank of a topic, nothing where it has none; a topic that does not exist is an error.
fn bank(workspace: &Workspace, topic: &str) -> Result<Option<Checklist>> {
    let topics = workspace.topics()?;
    let id = TopicId(topic.to_owned());
    let Some(known) = topics.get(&id) else {
        let all: Vec<_> = topics.all().iter().map(|topic| topic.id.0.as_str()).collect();
        return Err(Error::new(Kind::NotFound, text!("checklist.generate.no-topic", topic = topic))
            .hint(text!("checklist.generate.no-topic-hint", topics = all.join(", "))));
    };
    let banks = workspace.banks();
    let named = |bank: &Checklist| known.bank.as_ref().is_some_and(|name| *name == bank.id.0);
    let Some(bank) = banks.found.into_iter().find(named) else {
        return banks.damaged.into_iter().next().filter(|_| known.bank.is_some()).map_or(Ok(None), Err);
    };
    Ok(Some(with_origins(bank)))
}

/// Notes at each item of a bank where it comes from.
fn with_origins(mut bank: Checklist) -> Checklist {
    for item in &mut bank.items {
        item.bank = format!("{}/{}", bank.id, item.id);
    }
    bank
}

/// Makes what generating makes of the section a clause stands in, and keeps the items that come from the clause.
fn of_clause(workspace: &Workspace, wanted: &str) -> Result<Checklist> {
    let plans = workspace.plans().found.into_iter().map(|row| workspace.plan(&row.id));
    let has = |plan: &Plan| plan.clauses.iter().any(|clause| clause.id.0 == wanted);
    let Some(plan) = plans.filter_map(Result::ok).find(has) else {
        return Err(
            Error::new(Kind::NotFound, text!("editor.no-clause", clause = wanted)).hint(text!("editor.no-clause.hint"))
        );
    };
    let section = plan.clauses.iter().find(|clause| clause.id.0 == wanted).map(|clause| clause.section.clone());
    let generated = workspace.generate(&Request::Section(section.unwrap_or_default()), false, &plan)?;
    for mut made in generated.found.into_iter().map(|one| one.checklist) {
        made.items.retain(|item| item.clauses.iter().any(|clause| clause.id.0 == wanted));
        if !made.items.is_empty() {
            let Checklist { sections, items, .. } = &mut made;
            sections.retain(|section| items.iter().any(|item| item.section == section.id));
            return Ok(made);
        }
    }
    Err(Error::input(text!("editor.clause-unchecked", clause = wanted)).hint(text!("editor.clause-unchecked.hint")))
}

fn renamed(checklist: Checklist, id: &ChecklistId, title: Option<&str>) -> Checklist {
    let mut renamed = Checklist { id: id.clone(), version: 1, emergency: false, ..checklist };
    if let Some(title) = title {
        title.clone_into(&mut renamed.title.zh);
        renamed.title.en = None;
    }
    renamed
}
