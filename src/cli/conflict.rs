//! `ducha conflict list|choose`.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{Session, arguments::Conflict, connecting::Asker, now};
use crate::{
    error::{Error, Kind, Result},
    ledger::{Contradiction, Settlement},
    store::Workspace,
    sync::{
        dispute::{self, Decision, Dispute, Worded},
        members,
        state::OpenValue,
        wording::Wording,
    },
    text,
};

pub fn run(session: &Session, command: &Conflict) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let disputes = dispute::disputes(&workspace)?;
    let contradictions = workspace.contradictions_among(&workspace.findings(workspace.records().found).found);
    match command {
        Conflict::List { decided: true } => decided(session, &workspace)?,
        Conflict::List { .. } if session.is_json() => {
            session.output.json(&json(session, &disputes, &contradictions))?;
        }
        Conflict::List { .. } => {
            if disputes.is_empty() && contradictions.is_empty() {
                session.output.say(&text!("conflict.none"))?;
            }
            (1..).zip(&disputes).try_for_each(|(number, dispute)| print(session, number, dispute))?;
            let numbers = disputes.len() + 1..;
            numbers.zip(&contradictions).try_for_each(|(number, one)| print_finding(session, number, one))?;
        }
        Conflict::Choose { number, value } => {
            let missing = || Error::new(Kind::NotFound, text!("conflict.missing")).hint(text!("conflict.missing.hint"));
            if let Some(contradiction) = number.checked_sub(disputes.len() + 1).and_then(|at| contradictions.get(at)) {
                let chosen = value.checked_sub(1).and_then(|at| contradiction.said.get(at)).ok_or_else(missing)?;
                workspace.settle_finding(&contradiction.finding, chosen, now())?;
                let place = contradiction.place().show(session.lang);
                session.output.say(&text!("contradiction.settled", place = place, name = chosen.by))?;
                return Ok(ExitCode::SUCCESS);
            }
            let dispute = number.checked_sub(1).and_then(|at| disputes.get(at)).ok_or_else(missing)?;
            dispute::choose(&workspace, &dispute.conflict, *value)?;
            let Worded { place, values } = dispute.worded(session.lang);
            session.output.say(&match value.checked_sub(1) {
                Some(at) => {
                    let name = &dispute.conflict.values[at].by;
                    text!("conflict.chosen", place = place, value = values[at], name = name)
                }
                None => text!("conflict.taken-back", place = place),
            })?;
        }
    }
    Ok(ExitCode::SUCCESS)
}

fn decided(session: &Session, workspace: &Workspace) -> Result<()> {
    let settlements = workspace.settlements();
    // What was decided about findings stands in the ledger, hub or not.
    let decisions = match members::mirror(&workspace.mirror()) {
        Err(_) if !settlements.is_empty() => Vec::new(),
        _ => dispute::decided(workspace, &Asker::new(session, workspace).keys()?)?,
    };
    if session.is_json() {
        let decisions = decisions.iter().map(|one| json!(one));
        let settlements = settlements.iter().map(|one| {
            let mut shown = finding_json(session, &one.contradiction);
            shown["decided"] = json!({ "shown": one.shown(session.lang), "event": one.decision });
            shown
        });
        return session.output.json(&decisions.chain(settlements).collect::<Vec<_>>());
    }
    if decisions.is_empty() && settlements.is_empty() {
        return session.output.say(&text!("conflict.none-decided"));
    }
    let time = |value: &OpenValue| value.at.format("%Y-%m-%d %H:%M").to_string();
    let wording = Wording::new(workspace);
    for Decision { document, field, chosen, others, later } in &decisions {
        let shown = |value: &OpenValue| wording.value(document, field, value.value.as_deref(), session.lang);
        session.output.say(&text!(
            "conflict.decided",
            place = wording.place(document, field, session.lang),
            name = chosen.by,
            time = time(chosen),
            value = shown(chosen)
        ))?;
        for other in others {
            let said = text!("conflict.not-taken", value = shown(other), name = other.by, time = time(other));
            session.output.say(&said)?;
        }
        if let Some(later) = later {
            let said = text!("conflict.later", value = shown(later), name = later.by, time = time(later));
            session.output.say(&said)?;
        }
    }
    settlements.iter().try_for_each(|settlement| print_settlement(session, settlement))
}

/// Says what was decided about a finding, and what had been said.
fn print_settlement(session: &Session, settlement: &Settlement) -> Result<()> {
    let Settlement { contradiction, decision } = settlement;
    session.output.say(&text!(
        "contradiction.decided",
        place = contradiction.place().show(session.lang),
        name = decision.by,
        time = decision.at.format("%Y-%m-%d %H:%M"),
        said = settlement.shown(session.lang)
    ))?;
    contradiction.said.iter().zip(contradiction.entered(session.lang)).try_for_each(|(event, said)| {
        let time = event.at.format("%Y-%m-%d %H:%M");
        session.output.say(&text!("contradiction.entered", said = said, name = event.by, time = time))
    })
}

/// Adds the words to what programs read.
fn json(session: &Session, disputes: &[Dispute], contradictions: &[Contradiction]) -> Vec<Value> {
    let one = |dispute: &Dispute| {
        let Worded { place, values } = dispute.worded(session.lang);
        let mut shown = json!(dispute);
        shown["place"] = json!(place);
        for (value, words) in shown["value"].as_array_mut().into_iter().flatten().zip(values) {
            value["shown"] = json!(words);
        }
        shown
    };
    disputes.iter().map(one).chain(contradictions.iter().map(|one| finding_json(session, one))).collect()
}

/// Tells programs what is in dispute about a finding.
pub fn finding_json(session: &Session, contradiction: &Contradiction) -> Value {
    let said = contradiction.said.iter().zip(contradiction.shown(session.lang));
    let value = said.map(|(event, shown)| json!({ "shown": shown, "by": event.by, "at": event.at, "event": event }));
    json!({
        "finding": contradiction.finding,
        "place": contradiction.place().show(session.lang),
        "value": value.collect::<Vec<_>>(),
    })
}

fn print_finding(session: &Session, number: usize, contradiction: &Contradiction) -> Result<()> {
    session.output.line(&format!("{number}. {}", contradiction.place().show(session.lang)))?;
    for (at, (event, shown)) in (1..).zip(contradiction.said.iter().zip(contradiction.shown(session.lang))) {
        session.output.line(&format!("   {at}) {shown}  {} {}", event.by, event.at.format("%Y-%m-%d %H:%M")))?;
    }
    session.output.line(&format!("   {}", session.lang.t("contradiction.at-once")))
}

fn print(session: &Session, number: usize, dispute: &Dispute) -> Result<()> {
    let Worded { place, values } = dispute.worded(session.lang);
    session.output.line(&format!("{number}. {place}"))?;
    for (at, (value, shown)) in (1..).zip(dispute.conflict.values.iter().zip(values)) {
        let mut shown = shown.clone();
        if dispute.decided == Some(at) {
            shown = text!("conflict.is-decided", value = shown).show(session.lang);
        }
        session.output.line(&format!("   {at}) {shown}  {} {}", value.by, value.at.format("%Y-%m-%d %H:%M")))?;
    }
    if dispute.conflict.late {
        session.output.line(&format!("   {}", session.lang.t("conflict.late")))?;
    }
    Ok(())
}
