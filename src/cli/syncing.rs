//! A sync beside the keys: on a thread of its own, so that neither the screen nor reading files waits for a network.

use std::{
    cell::Cell,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use super::now;
use crate::{
    app::{HubInfo, MemberInfo, Msg, Passphrase, SyncMsg},
    error::Result,
    store::Workspace,
    sync::{
        connect::reach,
        exchange::{self, Outcome, Way},
        keys::DeviceKeys,
        members,
        mirror::Mirror,
        visit::{Progress, Tell},
    },
};

/// The variable that holds the passphrase where nobody wants to type it.
const PASSPHRASE: &str = "DUCHA_PASSPHRASE";

/// How often it is said how far it is.
const SAID: Duration = Duration::from_millis(100);

/// The sync of a terminal program: one at a time.
#[derive(Default)]
pub struct Syncer {
    /// A passphrase that has opened the keys is not asked for again while the program runs.
    passphrase: Arc<Mutex<Option<String>>>,
    running: Arc<AtomicBool>,
    stopping: Arc<AtomicBool>,
}

impl Syncer {
    /// Begins a sync; returns what has to happen first, where something has to.
    pub fn begin(
        &self,
        workspace: Arc<Workspace>,
        typed: Option<Passphrase>,
        report: impl Fn(Msg) -> bool + Send + 'static,
    ) -> Option<Msg> {
        let known = || self.passphrase.lock().ok().and_then(|known| known.clone());
        let given = typed.map(|Passphrase(typed)| typed).or_else(known).or_else(|| std::env::var(PASSPHRASE).ok());
        let Some(passphrase) = given else { return Some(Msg::Sync(SyncMsg::PassphraseWanted)) };
        if self.running.swap(true, Ordering::Relaxed) {
            return None;
        }
        self.stopping.store(false, Ordering::Relaxed);
        let (known, running, stopping) =
            (Arc::clone(&self.passphrase), Arc::clone(&self.running), Arc::clone(&self.stopping));
        thread::spawn(move || {
            let said = Cell::new(Instant::now());
            let tell = |progress: Progress| {
                if said.get().elapsed() >= SAID {
                    said.set(Instant::now());
                    report(Msg::Sync(SyncMsg::Progress(progress)));
                }
                !stopping.load(Ordering::Relaxed)
            };
            let keys = members::open_keys(&workspace, &passphrase);
            if let (Ok(_), Ok(mut known)) = (&keys, known.lock()) {
                *known = Some(passphrase.clone());
            }
            let done = keys.and_then(|keys| sync(&workspace, &keys, &passphrase, &tell));
            running.store(false, Ordering::Relaxed);
            // Where nobody listens any more the program has ended.
            report(Msg::Sync(SyncMsg::Done(Box::new(done))));
        });
        Some(Msg::Sync(SyncMsg::Progress(Progress::default())))
    }

    /// Tells the sync that is under way to stop at the next request; nothing that was done is lost.
    pub fn stop(&self) {
        self.stopping.store(true, Ordering::Relaxed);
    }
}

fn sync(workspace: &Workspace, keys: &DeviceKeys, passphrase: &str, tell: &Tell) -> Result<Outcome> {
    let hub = reach(workspace, &members::place(workspace)?, &mut || Ok(passphrase.to_owned()))?;
    exchange::sync_telling(workspace, keys, &*hub, Way::Both, now(), tell)
}

/// Reads what is known here of the hub; nothing where the workspace belongs to none.
pub fn hub(workspace: &Workspace) -> Result<Option<HubInfo>> {
    let local = workspace.mirror();
    let Some(mirror) = Mirror::open(&local)? else { return Ok(None) };
    let members = mirror.roster().members.iter().map(|member| MemberInfo {
        person: member.person.clone(),
        roles: member.roles().to_vec(),
        removed: member.through.is_some(),
    });
    let place = members::place(workspace)?.to_string();
    Ok(Some(HubInfo { name: mirror.marker().name.clone(), place, members: members.collect() }))
}
