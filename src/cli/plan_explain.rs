//! `ducha plan show … --explain LINE`: which rules fired on a line, and why.

use std::process::ExitCode;

use super::Session;
use crate::{
    error::Result,
    i18n::Lang,
    plan::{Clause, Explanation, Source, Step, TopicId, Words},
    text,
    view::text::visible,
};

/// The topics of a clause that are explained: of the others little speaks for any.
const TOPICS: usize = 5;

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
        Step::Clause { index, kind, weights, indicators, words } => {
            let Some((_, clause)) = explanation.clauses.iter().find(|(known, _)| known == index) else {
                return Ok(());
            };
            let said = with_words(lang.t(kind.name_key()).into_owned(), &words.kind, lang);
            session.output.line(&format!("  · {}", visible(&clause.text)))?;
            session.output.say(&text!("plan-explain.kind-line", kind = lang.t(clause.kind.name_key()), why = said))?;
            for (place, indicator) in indicators.iter().enumerate() {
                let from = words.indicators.get(place).into_iter().filter(|from| !from.is_empty()).cloned();
                let said = with_words(indicator.show(lang), &from.collect::<Vec<_>>(), lang);
                session.output.say(&text!("plan-explain.indicator", indicator = said))?;
            }
            let topics = session.topics()?;
            for (topic, weight) in weights.iter().take(TOPICS) {
                let said = topic_words(words, topic, lang);
                let name = topics.get(topic).map(|topic| if lang == Lang::Zh { &topic.zh } else { &topic.en });
                session.output.say(&text!(
                    "plan-explain.topic",
                    topic = format!("{} {topic}", name.map_or("", String::as_str)),
                    weight = format!("{weight:.2}"),
                    words = said
                ))?;
            }
            print_rest(session, clause, words)
        }
    }
}

/// Adds the words that decided, where words did.
fn with_words(said: String, words: &[String], lang: Lang) -> String {
    if words.is_empty() {
        return said;
    }
    text!("plan-explain.by-words", said = said, words = lang.list(words)).show(lang)
}

/// Lists the words that speak for a topic, by where they stand.
fn topic_words(words: &Words, topic: &TopicId, lang: Lang) -> String {
    let from = |source: Source| {
        let found = words.topics.iter().filter(|word| word.topic == *topic && word.from == source);
        let found: Vec<_> = found.map(|word| word.word.as_str()).collect();
        (!found.is_empty()).then(|| format!("{} {}", lang.t(source.name_key()), lang.list(found)))
    };
    let said = [Source::Own, Source::Sentence, Source::Heading].into_iter().filter_map(from);
    let said = said.collect::<Vec<_>>().join("; ");
    if said.is_empty() { lang.t("plan-explain.source.previous").into_owned() } else { said }
}

/// Prints what is known of a clause once the whole document was read.
fn print_rest(session: &Session, clause: &Clause, words: &Words) -> Result<()> {
    let lang = session.lang;
    if let Some(deadline) = &clause.deadline {
        let from = if words.deadline.is_empty() {
            lang.t("plan-explain.deadline-above").into_owned()
        } else {
            lang.list(&words.deadline)
        };
        session.output.say(&text!("plan-explain.deadline", deadline = deadline, from = from))?;
    }
    if !clause.owners.is_empty() {
        let owners: Vec<_> = clause.owners.iter().map(|owner| owner.unit.as_str()).collect();
        session.output.say(&text!("plan-explain.owners", owners = session.lang.list(owners)))?;
    }
    let why = with_words(lang.t(&format!("plan.scope.{}", clause.scope_reason)).into_owned(), &words.scope, lang);
    session.output.say(&text!("plan-explain.scope", scope = lang.t(clause.scope.name_key()), why = why))
}
