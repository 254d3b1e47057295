//! `ducha sync [--to PLACE] [--from PLACE] [--dry-run] [--relay FROM TO] [--watch]`.

use std::{
    collections::BTreeSet,
    path::Path,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
        mpsc::{RecvTimeoutError, channel},
    },
    thread,
    time::{Duration, Instant},
};

use serde_json::{Value, json};

use super::{Session, arguments::Sync, conflict::finding_json, connecting::Asker, now, sync_watch};
use crate::{
    error::{Error, Kind, Result},
    i18n::Lang,
    store::Workspace,
    sync::{
        exchange::{self, Way},
        hub::Hub,
        keys::DeviceKeys,
        members,
        outcome::Outcome,
        place::Place,
        refused::Refused,
        relay::{Relayed, relay},
        visit::Tell,
        wording::Wording,
    },
    text,
};

/// What a command is to do, as often as it is to be done.
pub trait Errand {
    /// What came of it.
    type Done;

    /// Does it once with an open workspace.
    fn run(&self, workspace: &Workspace, tell: &Tell) -> Result<Self::Done>;

    /// Says what came of it; gives whether all was well.
    fn report(&self, session: &Session, done: &Self::Done) -> Result<bool>;

    /// Says whether something was done that is worth saying.
    fn is_news(done: &Self::Done) -> bool;

    /// Says what is wrong, in words by which it is known the next time.
    fn complaints(done: &Self::Done) -> BTreeSet<String>;

    /// Ends what is waited for as soon as it is told to.
    fn heed(&self, stopping: &Arc<AtomicBool>);
}

pub fn run(session: &Session, command: &Sync) -> Result<ExitCode> {
    // Whoever only carries needs none.
    let workspace = match (session.located(), &command.relay) {
        (None, Some(_)) => Workspace::of_carrier(session.lang)?,
        _ => session.workspace()?,
    };
    let asker = Asker::new(session, &workspace);
    let open = |place: &Path| asker.hub(&Place::parse(place)?);
    if let Some([from, to]) = command.relay.as_deref() {
        if Place::parse(from)? == Place::parse(to)? {
            return Err(Error::new(Kind::Usage, text!("relay.same-place")).hint(text!("relay.same-place.hint")));
        }
        let errand = Relay { from: open(from)?, to: open(to)? };
        return carry_out(session, command, workspace, &errand);
    }
    let keys = asker.keys()?;
    if command.dry_run {
        let changed = exchange::outstanding(&workspace, &keys, now())?;
        if session.is_json() {
            session.output.json(&changed)?;
        } else {
            session.output.say(&match changed.len() {
                0 => text!("sync.nothing-to-send"),
                count => text!("sync.would-send", count = count),
            })?;
            let wording = Wording::new(&workspace);
            let mut named = changed.iter().map(|document| wording.document(document, session.lang));
            named.try_for_each(|name| session.output.line(&format!("  {name}")))?;
        }
        return Ok(ExitCode::SUCCESS);
    }
    let (hub, way) = match (&command.to, &command.from) {
        (Some(place), _) => (open(place)?, Way::To),
        (None, Some(place)) => (open(place)?, Way::From),
        (None, None) => (asker.hub(&members::place(&workspace)?)?, Way::Both),
    };
    carry_out(session, command, workspace, &Exchange { keys, hub, way })
}

fn carry_out(session: &Session, command: &Sync, workspace: Workspace, errand: &impl Errand) -> Result<ExitCode> {
    if command.watch {
        let root = workspace.root().to_owned();
        // Each time it is opened anew, which can only be done once at a time.
        drop(workspace);
        return sync_watch::run(session, &root, command.every.unwrap_or(sync_watch::EVERY), errand);
    }
    let done = patiently(session, |tell| errand.run(&workspace, tell))?;
    let good = errand.report(session, &done)?;
    Ok(if good { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// For how long nothing moves before it is said what is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// Does something that goes over a network, and says while nothing moves that it is waited for.
fn patiently<T>(session: &Session, errand: impl FnOnce(&Tell) -> T) -> T {
    let moved = &AtomicU64::new(0);
    let (done, end) = channel::<()>();
    thread::scope(|scope| {
        scope.spawn(move || {
            let (mut seen, mut since) = (0, Instant::now());
            while end.recv_timeout(PATIENCE) == Err(RecvTimeoutError::Timeout) {
                let now = moved.load(Ordering::Relaxed);
                if now == seen {
                    let waiting = text!("sync.no-answer-yet", seconds = since.elapsed().as_secs());
                    session.output.remind(&Error::new(Kind::Storage, waiting).hint(text!("sync.no-answer-yet.hint")));
                } else {
                    (seen, since) = (now, Instant::now());
                }
            }
        });
        let came = errand(&|_| {
            moved.fetch_add(1, Ordering::Relaxed);
            true
        });
        drop(done);
        came
    })
}

/// Exchanging with a hub or a carrier.
struct Exchange {
    keys: DeviceKeys,
    hub: Box<dyn Hub>,
    way: Way,
}

impl Errand for Exchange {
    type Done = Outcome;

    fn run(&self, workspace: &Workspace, tell: &Tell) -> Result<Outcome> {
        exchange::sync_telling(workspace, &self.keys, &*self.hub, self.way, now(), tell)
    }

    fn report(&self, session: &Session, outcome: &Outcome) -> Result<bool> {
        for error in &outcome.failed {
            session.output.error(error);
        }
        if session.is_json() {
            print_json(session, outcome)?;
        } else {
            outcome.said(session.lang).iter().try_for_each(|(said, _)| session.output.say(said))?;
            let disputes = outcome.conflicts.len() + outcome.contradictions.len();
            if disputes > 0 {
                session.output.say(&text!("sync.conflicts", count = disputes))?;
            }
        }
        Ok(outcome.failed.is_empty() && outcome.refused.is_empty())
    }

    fn is_news(outcome: &Outcome) -> bool {
        let moved = outcome.sent + outcome.given + outcome.arrived + outcome.written.len() + outcome.admitted.len() > 0;
        moved || outcome.cloned || !outcome.unheard.is_empty() || !outcome.clocks.is_empty()
    }

    fn complaints(outcome: &Outcome) -> BTreeSet<String> {
        let failed = outcome.failed.iter().map(|error| format!("{error:?}"));
        let off = outcome.own_clock.map(|days| days.to_string());
        failed.chain(outcome.refused.iter().map(refused_shown)).chain(off).collect()
    }

    fn heed(&self, stopping: &Arc<AtomicBool>) {
        self.hub.heed(stopping);
    }
}

/// Carrying a hub on to a copy of it.
struct Relay {
    from: Box<dyn Hub>,
    to: Box<dyn Hub>,
}

impl Errand for Relay {
    type Done = Relayed;

    fn run(&self, workspace: &Workspace, tell: &Tell) -> Result<Relayed> {
        relay(workspace, &*self.from, &*self.to, tell)
    }

    fn report(&self, session: &Session, relayed: &Relayed) -> Result<bool> {
        let Relayed { name, arrived, sent, files, refused } = relayed;
        if session.is_json() {
            session.output.json(&json!({
                "name": name, "arrived": arrived, "sent": sent, "files": files,
                "refused": refused_json(session, refused),
            }))?;
        } else {
            session.output.say(&text!("relay.done", name = name, arrived = arrived, sent = sent, files = files))?;
            refused.iter().try_for_each(|one| session.output.say(&one.said(session.lang)))?;
        }
        Ok(refused.is_empty())
    }

    fn is_news(relayed: &Relayed) -> bool {
        relayed.sent + relayed.files > 0
    }

    fn complaints(relayed: &Relayed) -> BTreeSet<String> {
        relayed.refused.iter().map(refused_shown).collect()
    }

    fn heed(&self, stopping: &Arc<AtomicBool>) {
        self.from.heed(stopping);
        self.to.heed(stopping);
    }
}

/// Tells what was refused from everything else that is: what is said to people may be the same of several objects.
fn refused_shown(one: &Refused) -> String {
    format!("{} {}", one.object, one.reason.show(Lang::En))
}

fn refused_json(session: &Session, refused: &[Refused]) -> Vec<Value> {
    refused
        .iter()
        .map(|one| {
            let reason = one.reason.show(session.lang);
            json!({ "object": one.object, "reason": reason, "person": one.person, "after": one.after })
        })
        .collect()
}

fn print_json(session: &Session, outcome: &Outcome) -> Result<()> {
    let fields = outcome.conflicts.iter().map(|conflict| json!(conflict));
    let findings = outcome.contradictions.iter().map(|contradiction| finding_json(session, contradiction));
    session.output.json(&json!({
        "changed": outcome.changed,
        "sent": outcome.sent,
        "given": outcome.given,
        "arrived": outcome.arrived,
        "written": outcome.written,
        "conflicts": fields.chain(findings).collect::<Vec<_>>(),
        "refused": refused_json(session, &outcome.refused),
        "not_counted": outcome.not_counted,
        "unheeded": outcome.unheeded,
        "aside": outcome.aside,
        "unheard": outcome.unheard,
        "clocks_ahead": outcome.clocks,
        "own_clock_ahead": outcome.own_clock,
        "admitted": outcome.admitted,
        "cloned": outcome.cloned,
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_wrong_is_no_news_by_itself_and_known_the_next_time() {
        let wrong = || Outcome {
            failed: vec![Error::input(text!("sync.unreadable")).at("records/a.toml")],
            refused: vec![Refused::new("heads/x", text!("sync.bad.digest"))],
            ..Outcome::default()
        };
        assert!(!Exchange::is_news(&wrong()) && Exchange::is_news(&Outcome { sent: 1, ..wrong() }));
        assert_eq!(Exchange::complaints(&wrong()).len(), 2);
        assert_eq!(Exchange::complaints(&wrong()), Exchange::complaints(&wrong()));
        let other = Outcome { failed: vec![Error::input(text!("sync.unreadable")).at("records/b.toml")], ..wrong() };
        assert!(!Exchange::complaints(&other).is_subset(&Exchange::complaints(&wrong())));
    }
}
