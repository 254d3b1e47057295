//! `ducha plan show … --explain LINE`: which rules fired on a line, and why.

use std::process::ExitCode;

use super::Session;
use crate::{
    error::Result,
    plan::{Clause, Explanation, Step},
    text,
    view::text::visible,
};

pub fn print(session: &Session, explanation: &Explanation) -> Result<ExitCode> {
    if session.is_json() {
        session.output.json(explanation)?;
        return Ok(ExitCode::SUCCESS);
    }
    session.output.line(&format!("{}  {}", explanation.line, visible(&explanation.text)))?;
    for step in &explanation.steps {
        print_step(session, explanation, step)?;
    }
    Ok(ExitCode::SUCCESS)
}

fn print_step(session: &Session, explanation: &Explanation, step: &Step) -> Result<()> {
    let lang = session.lang;
    match step {
        Step::Paragraph { taken } => {
            session.output.say(&text!("plan-explain.paragraph", taken = lang.t(taken.name_key())))
        }
        Step::Heading { marker, level, section, title } => session.output.say(&text!(
            "plan-explain.heading",
            marker = marker,
            level = level,
            section = section,
            title = title
        )),
        Step::Sentence { text, clauses } => {
            session.output.say(&text!("plan-explain.sentence", text = text, clauses = clauses))
        }
        Step::NoFigure { text, trap } => {
            session.output.say(&text!("plan-explain.no-figure", text = text, why = lang.t(trap.name_key())))
        }
        Step::Clause { index, kind, weights, indicators } => {
            let Some((_, clause)) = explanation.clauses.iter().find(|(known, _)| known == index) else {
                return Ok(());
            };
            let kind =
                text!("plan-explain.kind-line", kind = lang.t(clause.kind.name_key()), why = lang.t(kind.name_key()));
            session.output.line(&format!("  · {}", visible(&clause.text)))?;
            session.output.line(&format!("      {}", kind.show(lang)))?;
            for indicator in indicators {
                session.output.say(&text!("plan-explain.indicator", indicator = indicator.show(lang)))?;
            }
            let weights: Vec<_> =
                weights.iter().take(5).map(|(topic, weight)| format!("{topic} {weight:.2}")).collect();
            session.output.say(&text!("plan-explain.topics", topics = weights.join(", ")))?;
            print_rest(session, clause)
        }
    }
}

/// Prints what is known of a clause once the whole document was read.
fn print_rest(session: &Session, clause: &Clause) -> Result<()> {
    let lang = session.lang;
    if let Some(deadline) = &clause.deadline {
        session.output.say(&text!("plan-explain.deadline", deadline = deadline))?;
    }
    if !clause.owners.is_empty() {
        let owners: Vec<_> = clause.owners.iter().map(|owner| owner.unit.as_str()).collect();
        session.output.say(&text!("plan-explain.owners", owners = owners.join("、")))?;
    }
    let why = lang.t(&format!("plan.scope.{}", clause.scope_reason));
    session.output.say(&text!("plan-explain.scope", scope = lang.t(clause.scope.name_key()), why = why))
}
