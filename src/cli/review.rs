//! `ducha review list|rules|show|approve|return`.

use std::process::ExitCode;

use serde_json::{Value, json};
use ulid::Ulid;

use super::{Session, arguments::Review, now, record};
use crate::{
    checklist::{Checklist, ItemId},
    error::{Error, Kind, Result},
    inspection::{Decision, ItemReview, ReviewId, Standing},
    store::{Marks, Opinion, ReviewRules},
    text,
};

pub fn run(session: &Session, command: &Review) -> Result<ExitCode> {
    match command {
        Review::List { all } => list(session, *all),
        Review::Rules { levels, leaders } => rules(session, *levels, leaders),
        Review::Show { record } => show(session, record),
        Review::Approve { record, remark, items } => {
            let approved = |item: &String| item_review(item, Decision::Approved, "");
            let item = items.iter().map(approved).collect();
            give(session, record, Decision::Approved, Marks { remark: remark.clone().unwrap_or_default(), item })
        }
        Review::Return { record, reason, items } => {
            let item = items.iter().map(|typed| returned(typed)).collect::<Result<_>>()?;
            give(session, record, Decision::Returned, Marks { remark: reason.clone().unwrap_or_default(), item })
        }
    }
}

fn item_review(item: &str, decision: Decision, reason: &str) -> ItemReview {
    ItemReview { item: ItemId(item.trim().to_owned()), decision, reason: reason.trim().to_owned() }
}

/// Reads an item and the reason behind `=` or a full-width `＝`.
fn returned(typed: &str) -> Result<ItemReview> {
    let (item, reason) = typed.split_once(['=', '＝']).ok_or_else(|| {
        Error::new(Kind::Usage, text!("review-cli.item", typed = typed)).hint(text!("review-cli.item.hint"))
    })?;
    Ok(item_review(item, Decision::Returned, reason))
}

/// Lists what waits for somebody; everything that is finalised where `all` is asked for.
fn list(session: &Session, all: bool) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let by = &workspace.settings().inspector;
    let listing = workspace.records();
    let reviewed = workspace.reviewed(&listing.found);
    let code = session.damaged(listing.damaged.iter().chain(&reviewed.damaged));
    let is_shown = |standing: &Standing| match standing {
        Standing::Draft => false,
        Standing::Awaiting(_) | Standing::Returned(_) => true,
        Standing::Approved | Standing::Superseded(_) => all,
    };
    let rows = listing.found.iter().zip(&reviewed.standings).filter(|(_, standing)| is_shown(standing));
    let rows: Vec<_> = rows.collect();
    let objected: Vec<&Opinion> = reviewed.opinions.iter().filter(|opinion| opinion.objection.is_some()).collect();
    if session.is_json() {
        let records = rows.iter().map(
            |(row, standing)| json!({ "record": row, "standing": standing.word(), "own": row.as_content().is_of(by) }),
        );
        session.output.json(&json!({
            "records": records.collect::<Vec<_>>(),
            "not_applied": objected.into_iter().map(data).collect::<Vec<_>>(),
        }))?;
        return Ok(code);
    }
    let checklists = workspace.checklists().found;
    for (row, standing) in &rows {
        let own = if row.as_content().is_of(by) { session.lang.t("review-cli.own") } else { "".into() };
        record::print(session, &checklists, row, format!("{} {own}", session.lang.t(standing.name_key())).trim_end())?;
    }
    let returned = rows.iter().filter(|(_, standing)| matches!(standing, Standing::Returned(_))).count();
    let waiting = rows.iter().filter(|(_, standing)| matches!(standing, Standing::Awaiting(_))).count();
    session.output.say(&text!("review-cli.total", waiting = waiting, returned = returned))?;
    for opinion in objected {
        print_objection(session, opinion)?;
    }
    Ok(code)
}

/// Says who has to approve records, after setting what was typed; one level has no leaders.
fn rules(session: &Session, levels: Option<u8>, leaders: &[String]) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let mut rules = workspace.review_rules()?;
    if levels.is_some() || !leaders.is_empty() {
        let levels = levels.unwrap_or(if leaders.is_empty() { rules.levels } else { 2 });
        // Whoever leads stays where only the number of levels was typed.
        let leaders = if leaders.is_empty() && levels > 1 { &rules.leaders } else { leaders };
        rules = ReviewRules { levels, leaders: leaders.iter().map(|name| name.trim().to_owned()).collect() };
        workspace.set_review_rules(&rules)?;
    }
    if session.is_json() {
        session.output.json(&rules)?;
    } else if rules.levels == 1 {
        session.output.say(&text!("review-cli.one-level"))?;
    } else if rules.leaders.is_empty() {
        session.output.say(&text!("review-cli.two-levels"))?;
    } else {
        let leaders = session.lang.list(rules.leaders.iter().map(String::as_str));
        session.output.say(&text!("review-cli.leaders", leaders = leaders))?;
    }
    Ok(ExitCode::SUCCESS)
}

/// Says that a review counts for nothing, and why.
fn print_objection(session: &Session, opinion: &Opinion) -> Result<()> {
    let Some(objection) = &opinion.objection else { return Ok(()) };
    let review = &opinion.review;
    session.output.say(&text!(
        "review-cli.not-applied",
        by = review.by,
        at = review.at.format("%Y-%m-%d %H:%M"),
        record = review.record,
        decision = session.lang.t(review.decision.name_key()),
        why = session.lang.t(objection.text_key()),
    ))
}

fn show(session: &Session, wanted: &str) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let id = workspace.find_record(wanted)?;
    let listing = workspace.records();
    let reviewed = workspace.reviewed(&listing.found);
    let code = session.damaged(&reviewed.damaged);
    let found = listing.found.iter().zip(&reviewed.standings).find(|(row, _)| row.id == id);
    if session.is_json() {
        let reviews: Vec<_> = reviewed.of(&id).map(data).collect();
        let standing = found.map(|(_, standing)| standing.word());
        session.output.json(&json!({ "record": id, "standing": standing, "reviews": reviews }))?;
        return Ok(code);
    }
    if let Some((row, standing)) = found {
        record::print(session, &workspace.checklists().found, row, &session.lang.t(standing.name_key()))?;
    }
    let stored = workspace.record(&id)?;
    let checklist = workspace.checklist_of(stored.record()).ok();
    for opinion in reviewed.of(&id) {
        print_review(session, opinion, checklist.as_deref())?;
    }
    if reviewed.of(&id).next().is_none() {
        session.output.say(&text!("review-cli.none"))?;
    }
    Ok(code)
}

fn print_review(session: &Session, opinion: &Opinion, checklist: Option<&Checklist>) -> Result<()> {
    let (review, lang) = (&opinion.review, session.lang);
    let parts = [
        review.at.format("%Y-%m-%d %H:%M").to_string(),
        lang.t(review.level.name_key()).into_owned(),
        review.by.clone(),
        lang.with_said(&lang.t(review.decision.name_key()), &review.remark),
    ];
    session.output.line(&parts.join("  "))?;
    for one in &review.item {
        let question = checklist.and_then(|checklist| checklist.item(&one.item));
        let question = question.map_or("", |item| item.text.show(lang));
        let said = lang.with_said(&lang.t(one.decision.name_key()), &one.reason);
        session.output.line(&format!("  {} {question}  {said}", one.item))?;
    }
    print_objection(session, opinion)
}

fn data(opinion: &Opinion) -> Value {
    json!({ "review": opinion.review, "not_applied": opinion.objection.as_ref().map(crate::inspection::Objection::word) })
}

fn give(session: &Session, wanted: &str, decision: Decision, marks: Marks) -> Result<ExitCode> {
    let workspace = session.workspace()?;
    let record = workspace.find_record(wanted)?;
    let id = ReviewId(Ulid::generate().to_string());
    let review = workspace.give_review(id, &record, decision, marks, now())?;
    if session.is_json() {
        session.output.json(&review)?;
        return Ok(ExitCode::SUCCESS);
    }
    session.output.say(&text!(
        "review-cli.given",
        record = record,
        level = session.lang.t(review.level.name_key()),
        decision = session.lang.t(review.decision.name_key()),
    ))?;
    Ok(ExitCode::SUCCESS)
}
