//! `ducha sync --watch`: the same errand again and again, until Ctrl-C.
//!
//! The workspace is open only while something is done, so that the terminal program can be started beside it.

use std::{
    collections::BTreeSet,
    path::Path,
    process::ExitCode,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{RecvTimeoutError, channel},
    },
    time::Duration,
};

use super::{Session, now, sync::Errand};
use crate::{
    error::{Error, Kind, Result},
    i18n::Lang,
    store::Workspace,
    text,
};

/// How many seconds lie between two times where nothing else was said.
pub const EVERY: u64 = 60;

/// Does an errand every so many seconds, and says what is new; a connection that is gone is waited for.
pub fn run(session: &Session, root: &Path, every: u64, errand: &impl Errand) -> Result<ExitCode> {
    let stopping = Arc::new(AtomicBool::new(false));
    let (ended, end) = channel();
    let stop = Arc::clone(&stopping);
    let told = ctrlc::set_handler(move || {
        stop.store(true, Ordering::Relaxed);
        // Whoever is told twice ends all the same.
        let _ = ended.send(());
    });
    told.map_err(|error| Error::new(Kind::Usage, text!("editor.no-watch")).because(error))?;
    if !session.is_json() {
        session.output.say(&text!("sync.waiting", seconds = every))?;
    }
    errand.heed(&stopping);
    let (mut last_said, mut complaints) = (String::new(), BTreeSet::new());
    loop {
        match once(session, root, errand, &stopping, &mut complaints) {
            Ok(()) => {
                if !last_said.is_empty() && !session.is_json() {
                    session.output.say(&text!("sync.goes-on", time = now().format("%H:%M")))?;
                }
                last_said.clear();
            }
            Err(_) if stopping.load(Ordering::Relaxed) => return Ok(ExitCode::SUCCESS),
            Err(error) if is_for_a_person(&error) => return Err(error),
            Err(error) => {
                let said = error.summary(Lang::En);
                if said != last_said {
                    if !session.is_json() {
                        session.output.say(&text!("sync.broke-off", time = now().format("%H:%M")))?;
                    }
                    session.output.error(&error);
                }
                last_said = said;
            }
        }
        if end.recv_timeout(Duration::from_secs(every)) != Err(RecvTimeoutError::Timeout) {
            return Ok(ExitCode::SUCCESS);
        }
    }
}

/// Says whether only a person can put it right: it does not become right by waiting.
fn is_for_a_person(error: &Error) -> bool {
    error.kind() == Kind::Usage || error.message().key() == "sync.removed"
}

/// Does the errand once; what was complained of the last time, too, is no news.
fn once<E: Errand>(
    session: &Session,
    root: &Path,
    errand: &E,
    stopping: &AtomicBool,
    complaints: &mut BTreeSet<String>,
) -> Result<()> {
    let workspace = Workspace::open(root)?;
    if workspace.read_only().is_some() {
        return Err(Error::new(Kind::Workspace, text!("sync.workspace-busy")).at(root));
    }
    let done = errand.run(&workspace, &|_| !stopping.load(Ordering::Relaxed))?;
    let before = std::mem::replace(complaints, E::complaints(&done));
    let is_news = E::is_news(&done) || !complaints.is_subset(&before);
    if is_news { errand.report(session, &done).map(drop) } else { Ok(()) }
}
