//! `ducha conflict list|choose`.

use std::process::ExitCode;

use super::{Session, arguments::Conflict};
use crate::{
    error::{Error, Kind, Result},
    sync::{
        exchange::{self, shown_value},
        state::OpenConflict,
        work::Choice,
    },
    text,
};

pub fn run(session: &Session, command: &Conflict) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let conflicts = exchange::conflicts(&workspace)?;
    match command {
        Conflict::List if session.is_json() => session.output.json(&conflicts)?,
        Conflict::List => {
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
