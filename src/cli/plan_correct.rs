//! `ducha plan correct`: says of a clause what the program did not read rightly.

use std::process::ExitCode;

use super::{Session, arguments::PlanCorrect, now};
use crate::{
    error::{Error, Kind, Result},
    plan::{Author, ClauseId, Topics, Values},
    store::is_deadline,
    text,
};

pub fn run(session: &Session, correct: &PlanCorrect) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let id = workspace.find_plan(&correct.plan)?;
    let clause = ClauseId(correct.clause.clone());
    let topics = (!correct.topics.is_empty()).then(|| correct.topics.clone());
    check(correct, &workspace.topics()?)?;
    let wanted = Values { scope: correct.scope, kind: correct.kind, topics, deadline: correct.deadline.clone() };
    let values = if correct.automatic {
        let plan = workspace.plan(&id)?;
        plan.clauses.iter().find(|known| known.id == clause).map(crate::plan::Clause::as_read).unwrap_or_default()
    } else {
        wanted
    };
    let by = workspace.settings().inspector.clone();
    let author = Author { by, at: Some(now()), reason: correct.reason.clone().unwrap_or_default() };
    let plan = workspace.correct_plan(&id, &clause, values, author)?;
    let Some(clause) = plan.clauses.iter().find(|known| known.id == clause) else { return Ok(ExitCode::SUCCESS) };
    if session.is_json() {
        session.output.json(clause)?;
    } else {
        super::plan::print_clause(session, clause)?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Refuses what no plan could say.
fn check(correct: &PlanCorrect, topics: &Topics) -> Result<()> {
    let said = correct.scope.is_some() || correct.kind.is_some() || correct.deadline.is_some();
    if !said && correct.topics.is_empty() && !correct.automatic {
        return Err(Error::new(Kind::Usage, text!("plan-correct.nothing")).hint(text!("plan-correct.nothing.hint")));
    }
    if let Some(unknown) = correct.topics.iter().find(|topic| topics.get(topic).is_none()) {
        let known: Vec<_> = topics.all().iter().map(|topic| topic.id.0.as_str()).collect();
        return Err(Error::new(Kind::Usage, text!("plan-correct.topic", topic = unknown))
            .hint(text!("plan-correct.topic.hint", known = known.join(", "))));
    }
    match correct.deadline.as_deref().filter(|deadline| !deadline.is_empty() && !is_deadline(deadline)) {
        Some(wrong) => Err(Error::new(Kind::Usage, text!("plan-correct.deadline", deadline = wrong))
            .hint(text!("plan-correct.deadline.hint"))),
        None => Ok(()),
    }
}
