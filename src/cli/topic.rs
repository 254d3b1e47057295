//! `ducha topic list|show`: the topics in force, and the words by which clauses are sorted under them.

use std::process::ExitCode;

use serde_json::{Value, json};

use super::{Session, arguments};
use crate::{
    error::{Error, Kind, Result, nearest},
    i18n::Lang,
    plan::{Topic, TopicId},
    text,
    view::text::pad,
};

pub fn run(session: &Session, command: &arguments::Topic) -> Result<ExitCode> {
    match command {
        arguments::Topic::List => list(session),
        arguments::Topic::Show { topic } => show(session, topic),
    }
}

fn list(session: &Session) -> Result<ExitCode> {
    let topics = session.topics()?;
    if session.is_json() {
        session.output.json(&topics.all().iter().map(as_json).collect::<Vec<_>>())?;
        return Ok(ExitCode::SUCCESS);
    }
    for topic in topics.all() {
        let name = if session.lang == Lang::Zh { &topic.zh } else { &topic.en };
        let counts = text!("topic.counts", words = topic.words.len(), bank = named_or_dash(topic.bank.as_deref()));
        session.output.line(&format!("{}  {}  {}", pad(&topic.id.0, 24), pad(name, 24), counts.show(session.lang)))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn show(session: &Session, wanted: &TopicId) -> Result<ExitCode> {
    let topics = session.topics()?;
    let Some(topic) = topics.get(wanted) else {
        let hint = match nearest(&wanted.0, topics.all().iter().map(|topic| topic.id.0.as_str())) {
            Some(meant) => text!("topic.meant", slug = meant),
            None => text!("topic.unknown_hint"),
        };
        return Err(Error::new(Kind::NotFound, text!("plan.topics.unknown", slug = wanted)).hint(hint));
    };
    if session.is_json() {
        session.output.json(&as_json(topic))?;
        return Ok(ExitCode::SUCCESS);
    }
    let lang = session.lang;
    let scope = topic.scope.map(|scope| lang.t(scope.name_key()));
    let rows = [
        ("topic.names", format!("{}  {}", topic.zh, topic.en)),
        ("topic.words", lang.list(topic.words.iter().map(weighted))),
        ("topic.exclude", lang.list(&topic.exclude)),
        ("topic.bank", named_or_dash(topic.bank.as_deref()).to_owned()),
        ("topic.facilities", lang.list(&topic.facility_types)),
        ("topic.scope", named_or_dash(scope.as_deref()).to_owned()),
    ];
    session.output.line(&topic.id.0)?;
    for (label, said) in rows.iter().filter(|(_, said)| !said.is_empty()) {
        session.output.line(&format!("  {}  {said}", pad(&lang.t(label), 10)))?;
    }
    Ok(ExitCode::SUCCESS)
}

fn named_or_dash(name: Option<&str>) -> &str {
    name.unwrap_or("-")
}

/// Shows a word, with its weight where that is not 1.
#[allow(clippy::float_cmp)] // A weight that is not written is exactly 1.
fn weighted((word, weight): &(String, f32)) -> String {
    if *weight == 1.0 { word.clone() } else { format!("{word} {weight}") }
}

fn as_json(topic: &Topic) -> Value {
    let words = topic.words.iter().map(|(word, weight)| json!({ "word": word, "weight": weight }));
    json!({
        "slug": topic.id,
        "zh": topic.zh,
        "en": topic.en,
        "words": words.collect::<Vec<_>>(),
        "exclude": topic.exclude,
        "bank": topic.bank,
        "facilities": topic.facility_types,
        "scope": topic.scope,
    })
}
