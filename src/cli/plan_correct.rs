//! `ducha plan correct`: says of a clause what the program did not read rightly.

use std::process::ExitCode;

use super::{Session, arguments::PlanCorrect, now};
use crate::{
    error::{Error, Kind, Result},
    plan::{Author, Clause, ClauseId, Indicator, Owner, Topics, Values, typed_owners},
    store::is_deadline,
    text,
};

pub fn run(session: &Session, correct: &PlanCorrect) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let id = workspace.find_plan(&correct.plan)?;
    let clause = ClauseId(correct.clause.clone());
    check(correct, &workspace.topics()?)?;
    let plan = workspace.plan(&id)?;
    let known = plan.clauses.iter().find(|known| known.id == clause);
    let values = if correct.automatic {
        known.map(Clause::as_read).unwrap_or_default()
    } else {
        let before = known.map_or(&[][..], |clause| &clause.indicators);
        // Where something can be checked is said of demands only.
        let again_a_demand = known.filter(|clause| clause.struck && correct.scope.is_some()).map(|_| false);
        Values {
            struck: if correct.struck { Some(true) } else { again_a_demand },
            scope: correct.scope,
            kind: correct.kind,
            topics: (!correct.topics.is_empty()).then(|| correct.topics.clone()),
            deadline: correct.deadline.clone(),
            owners: owners(correct.owners.as_deref())?,
            indicators: indicators(&correct.indicators, before)?,
        }
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

/// Reads the indicators that were typed; an empty one means none at all.
fn indicators(typed: &[String], before: &[Indicator]) -> Result<Option<Vec<Indicator>>> {
    if typed.is_empty() {
        return Ok(None);
    }
    let read = typed.iter().enumerate().filter(|(_, typed)| !typed.trim().is_empty()).map(|(place, typed)| {
        Indicator::typed(typed, before.get(place)).ok_or_else(|| {
            Error::new(Kind::Usage, text!("plan-correct.indicator", indicator = typed))
                .hint(text!("plan-correct.indicator.hint"))
        })
    });
    read.collect::<Result<_>>().map(Some)
}

/// Reads the owners that were typed; nothing typed means nobody.
fn owners(typed: Option<&str>) -> Result<Option<Vec<Owner>>> {
    let Some(typed) = typed else { return Ok(None) };
    let read = typed_owners(typed);
    if read.is_empty() && !typed.trim().is_empty() {
        return Err(Error::new(Kind::Usage, text!("plan.correct-owners.wrong", typed = typed))
            .hint(text!("plan.correct-owners.ask")));
    }
    Ok(Some(read))
}

/// Refuses what no plan could say.
fn check(correct: &PlanCorrect, topics: &Topics) -> Result<()> {
    let said = correct.scope.is_some() || correct.kind.is_some() || correct.deadline.is_some() || correct.struck;
    if !said
        && correct.owners.is_none()
        && correct.topics.is_empty()
        && correct.indicators.is_empty()
        && !correct.automatic
    {
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
