//! `ducha conflict list|choose`.

use std::process::ExitCode;

use super::{Session, arguments::Conflict, connecting::Asker};
use crate::{
    error::{Error, Kind, Result},
    store::Workspace,
    sync::{
        exchange::{self, Decision, shown_value},
        state::{OpenConflict, OpenValue},
        work::Choice,
    },
    text,
};

pub fn run(session: &Session, command: &Conflict) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let conflicts = exchange::conflicts(&workspace)?;
    match command {
        Conflict::List { decided: true } => decided(session, &workspace)?,
        Conflict::List { .. } if session.is_json() => session.output.json(&conflicts)?,
        Conflict::List { .. } => {
            if conflicts.is_empty() {
                session.output.say(&text!("conflict.none"))?;
            }
            (1..).zip(&conflicts).try_for_each(|(number, conflict)| print(session, number, conflict))?;
        }
        Conflict::Choose { number, value } => {
            let missing = || Error::new(Kind::NotFound, text!("conflict.missing")).hint(text!("conflict.missing.hint"));
            let conflict = number.checked_sub(1).and_then(|at| conflicts.get(at)).ok_or_else(missing)?;
            let chosen = value.checked_sub(1).and_then(|at| conflict.values.get(at)).ok_or_else(missing)?;
            if conflict.late && *value != 1 {
                return Err(Error::new(Kind::Usage, text!("conflict.late")).hint(text!("conflict.late.hint")));
            }
            let (document, field) = (conflict.document.clone(), conflict.field.clone());
            exchange::choose(&workspace, Choice { document, field, value: chosen.value.clone() })?;
            let shown = shown_value(chosen.value.as_deref(), session.lang);
            session.output.say(&text!("conflict.chosen", value = shown, name = chosen.by))?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn decided(session: &Session, workspace: &Workspace) -> Result<()> {
    let decisions = exchange::decided(workspace, &Asker::new(session, workspace).keys()?)?;
    if session.is_json() {
        return session.output.json(&decisions);
    }
    if decisions.is_empty() {
        return session.output.say(&text!("conflict.none-decided"));
    }
    let time = |value: &OpenValue| value.at.format("%Y-%m-%d %H:%M").to_string();
    for Decision { document, field, chosen, others } in &decisions {
        let value = shown_value(chosen.value.as_deref(), session.lang);
        session.output.say(&text!(
            "conflict.decided",
            document = document,
            field = field,
            name = chosen.by,
            time = time(chosen),
            value = value
        ))?;
        for other in others {
            let value = shown_value(other.value.as_deref(), session.lang);
            session.output.say(&text!("conflict.not-taken", value = value, name = other.by, time = time(other)))?;
        }
    }
    Ok(())
}

fn print(session: &Session, number: usize, conflict: &OpenConflict) -> Result<()> {
    session.output.line(&format!("{number}. {}  {}", conflict.document, conflict.field))?;
    for (at, value) in (1..).zip(&conflict.values) {
        let shown = shown_value(value.value.as_deref(), session.lang);
        session.output.line(&format!("   {at}) {shown}  {} {}", value.by, value.at.format("%Y-%m-%d %H:%M")))?;
    }
    if conflict.late {
        session.output.line(&format!("   {}", session.lang.t("conflict.late")))?;
    }
    Ok(())
}
