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

use super::{now, shell::Report};
use crate::{
    app::{HubInfo, MemberInfo, Msg, Passphrase, SyncMsg},
    error::Result,
    i18n::Lang,
    store::Workspace,
    sync::{
        connect::reach,
        credentials::PASSPHRASE,
        dispute,
        exchange::{self, Way},
        members,
        mirror::Mirror,
        state::OpenConflict,
        unheeded::unheeded,
        visit::Progress,
        wording::Wording,
    },
};

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
    pub fn begin(&self, workspace: &Arc<Workspace>, typed: Option<Passphrase>, report: &Arc<Report>) -> Option<Msg> {
        let known = || self.passphrase.lock().ok().and_then(|known| known.clone());
        let given = typed.map(|Passphrase(typed)| typed).or_else(known).or_else(|| std::env::var(PASSPHRASE).ok());
        let Some(passphrase) = given else { return Some(Msg::Sync(SyncMsg::PassphraseWanted)) };
        if self.running.swap(true, Ordering::Relaxed) {
            return None;
        }
        self.stopping.store(false, Ordering::Relaxed);
        let (workspace, report) = (Arc::clone(workspace), Arc::clone(report));
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
            let done = keys.and_then(|keys| {
                let hub = reach(&workspace, &members::place(&workspace)?, &mut || Ok(passphrase.clone()))?;
                hub.heed(&stopping);
                exchange::sync_telling(&workspace, &keys, &*hub, Way::Both, now(), &tell)
            });
            running.store(false, Ordering::Relaxed);
            // Where nobody listens any more the program has ended.
            report(Msg::Sync(SyncMsg::Done(Box::new(done))));
        });
        Some(Msg::Sync(SyncMsg::Progress(Progress::default())))
    }

    /// Tells the sync that is under way to stop, whatever it waits for; nothing that was done is lost.
    pub fn stop(&self) -> Option<Msg> {
        self.stopping.store(true, Ordering::Relaxed);
        // It says itself when it has ended.
        None
    }

    /// Decides between values that several people gave, or takes it back; reads how it stands then.
    pub fn choose(workspace: &Workspace, conflict: &OpenConflict, value: usize) -> Msg {
        Msg::Conflicts(dispute::choose(workspace, conflict, value).and_then(|()| dispute::disputes(workspace)))
    }

    /// Reads what is known here of the hub.
    pub fn look(workspace: &Workspace) -> Msg {
        Msg::Sync(SyncMsg::Hub(hub(workspace)))
    }
}

/// Reads the mirror of the hub; nothing where the workspace belongs to none.
fn hub(workspace: &Workspace) -> Result<Option<HubInfo>> {
    let local = workspace.mirror();
    // What was interrupted in founding or joining is none yet.
    let belongs = members::belongs(workspace)?;
    let Some(mirror) = Mirror::open(&local)?.filter(|_| belongs) else { return Ok(None) };
    let members = mirror.roster().members.iter().map(|member| MemberInfo {
        person: member.person.clone(),
        roles: member.roles().to_vec(),
        removed: member.through.is_some(),
    });
    let place = members::place(workspace)?.to_string();
    let wording = Wording::new(workspace);
    let unheeded = unheeded(workspace)?;
    let unheeded = unheeded.iter().map(|document| [Lang::Zh, Lang::En].map(|lang| wording.document(document, lang)));
    // Two hubs of one name are told apart, as by the commands.
    let (name, unheeded) = (mirror.marker().shown(), unheeded.collect());
    Ok(Some(HubInfo { name, place, unheeded, members: members.collect() }))
}
