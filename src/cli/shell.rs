//! Carrying out what the core asks for: the workspace, the open draft, and work that takes longer.

mod changing;
mod drafts;
mod pictures;
mod plans;
mod returned;
mod watching;

use std::{
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{Sender, channel},
    },
    thread,
    time::{Duration, Instant},
};

use ulid::Ulid;

use self::{pictures::Pictures, watching::Seen};
use super::{
    now,
    report_files::Progress,
    report_work,
    shell_trace::{self, Followed},
    syncing::Syncer,
};
use crate::{
    app::{Effect, Msg, WorkspaceInfo},
    error::Error,
    facility::Searched,
    inspection::{Record, RecordId, ReviewId},
    plan::ReadOptions,
    store::{DraftFile, Listing, NewWorkspace, Past, Workspace, complete, path_of, remember},
    sync::{dispute, joining::join},
};

/// How long nothing must be pressed before the draft's file is written.
const CALM: Duration = Duration::from_secs(1);
/// How long to wait before a refused write is tried again.
const RETRY: Duration = Duration::from_secs(5);

/// Work that is done one after the other beside the keys, with what was kept of the work before.
type Job<Kept> = Box<dyn FnOnce(&mut Kept) -> Vec<Msg> + Send>;

/// Takes what came of longer work; says whether anybody still listens.
pub type Report = dyn Fn(Msg) -> bool + Send + Sync;

/// What is outside the core while the terminal program runs.
pub struct Shell {
    workspace: Option<Arc<Workspace>>,
    draft: Option<DraftFile>,
    /// What the disk refused of the draft's file, to be tried again even when its screen has been left.
    unsaved: Option<Box<Record>>,
    jobs: Sender<Job<()>>,
    /// What traces ask for, which need not wait until every list has been read.
    following: Sender<Job<Followed>>,
    sender: Arc<Report>,
    syncer: Syncer,
    pictures: Pictures,
    indexed: bool,
    /// The file that is to be opened in an editor, and the line; only who has the terminal can lend it.
    pub to_edit: Option<(PathBuf, usize)>,
    /// While this is there the workspace is watched.
    watching: Arc<()>,
    seen: Seen,
    /// The report that is being written.
    writing: Option<Progress>,
    /// When the draft's file is to be written.
    pub save_at: Option<Instant>,
    /// Whether the end has been asked for.
    pub ending: bool,
}

impl Shell {
    /// Begins; what comes of longer work goes to `sender`.
    pub fn new(sender: impl Fn(Msg) -> bool + Send + Sync + 'static) -> Self {
        let sender: Arc<Report> = Arc::new(sender);
        let (jobs, following) = (worker(&sender), worker(&sender));
        Self {
            workspace: None,
            draft: None,
            unsaved: None,
            jobs,
            following,
            syncer: Syncer::default(),
            pictures: Pictures::default(),
            indexed: false,
            to_edit: None,
            watching: Arc::default(),
            seen: Seen::default(),
            writing: None,
            sender,
            save_at: None,
            ending: false,
        }
    }

    /// Takes an open workspace; returns what the core has to know of it.
    pub fn open(&mut self, workspace: Workspace) -> Msg {
        let settings = workspace.settings();
        let info = WorkspaceInfo {
            root: workspace.root().to_owned(),
            bureau: settings.bureau.clone(),
            inspector: settings.inspector.clone(),
            language: settings.language,
            theme: settings.theme,
            read_only: workspace.read_only().cloned(),
        };
        // Whoever watched another workspace until now ends.
        self.watching = Arc::default();
        self.seen = Seen::default();
        watching::workspace(workspace.root(), &self.seen, Arc::downgrade(&self.watching), Arc::clone(&self.sender));
        if workspace.read_only().is_some() {
            watching::lock(workspace.root(), Arc::downgrade(&self.watching), Arc::clone(&self.sender));
        }
        if let Some(inbox) = workspace.inbox() {
            watching::inbox(inbox, Arc::downgrade(&self.watching), Arc::clone(&self.sender));
        }
        self.workspace = Some(Arc::new(workspace));
        Msg::Workspace(Box::new(info))
    }

    /// Opens the workspace for writing, which another program held until now; nothing where another one was faster.
    fn open_again(&mut self) -> Option<Msg> {
        match Workspace::open(self.workspace.as_ref()?.root()) {
            Ok(workspace) if workspace.read_only().is_none() => Some(self.open(workspace)),
            Ok(_) => None,
            Err(error) => Some(Msg::Failed(error)),
        }
    }

    /// Carries out an effect; returns what came of it, unless that comes later.
    ///
    /// Whatever makes an answer durable is done before this returns.
    // One arm for each effect, so that the compiler misses none.
    #[allow(clippy::too_many_lines)]
    pub fn carry_out(&mut self, effect: Effect) -> Option<Msg> {
        match effect {
            Effect::CreateWorkspace(root, new) => Some(self.create(&root, &new)),
            Effect::OpenAgain => self.open_again(),
            Effect::Keep(entry) => {
                let draft = self.draft.as_mut()?;
                Some(draft.append(&entry).map_or_else(|error| self.refused(error), |()| Msg::Kept))
            }
            Effect::KeepPlace(place) => {
                if let Err(error) = self.draft.as_ref()?.keep_place(&place) {
                    tracing::warn!(%error, "the place in the draft was not kept");
                }
                None
            }
            Effect::SaveSoon => {
                self.save_at = Some(Instant::now() + CALM);
                None
            }
            Effect::Save(record) => {
                self.save_at = None;
                let id = record.header.id.clone();
                self.unsaved = None;
                let draft = self.draft.as_mut()?;
                Some(match draft.save(&record) {
                    Ok(true) => Msg::Saved,
                    Ok(false) => self.join(&id),
                    Err(error) => {
                        self.unsaved = Some(record);
                        self.refused(error)
                    }
                })
            }
            Effect::Finalise(finalised) => {
                self.save_at = None;
                let id = finalised.record().header.id.clone();
                let draft = self.draft.as_mut()?;
                Some(match draft.finalise(&finalised) {
                    Ok(true) => {
                        self.draft = None;
                        Msg::Finalised(finalised)
                    }
                    Ok(false) => self.join(&id),
                    Err(error) => Msg::NotSaved(error),
                })
            }
            Effect::Begin { checklist, facility, details } => {
                let begun = self.let_go().and_then(|()| self.begin(&checklist, &facility, *details));
                Some(Msg::Draft(Box::new(self.take(begun))))
            }
            Effect::OpenDraft(id) => {
                let workspace = Arc::clone(self.workspace.as_ref()?);
                let opened = self.let_go().and_then(|()| workspace.open_draft(&id));
                Some(Msg::Draft(Box::new(self.take(opened))))
            }
            Effect::JoinDrafts(drafts) => {
                self.later(move |workspace| vec![Msg::DraftsJoined(Box::new(join(workspace, &drafts, now())))])
            }
            Effect::GiveUp(id, reason) => {
                let given_up = self.let_go().and_then(|()| self.give_up(&id, &reason));
                Some(Msg::GivenUp(id, given_up))
            }
            Effect::TakeUpAgain(id) => {
                let workspace = Arc::clone(self.workspace.as_ref()?);
                let taken_up = self.let_go().and_then(|()| workspace.take_up_again(&id));
                let opened = taken_up.and_then(|()| workspace.open_draft(&id));
                Some(Msg::TakenUp(Box::new(self.take(opened))))
            }
            Effect::PreviewMove(id) => {
                let workspace = Arc::clone(self.workspace.as_ref()?);
                let draft = self.let_go().and_then(|()| workspace.move_draft(&id, true));
                Some(Msg::MovePreviewed(Box::new(draft)))
            }
            Effect::MoveDraft(id) => {
                let moved = self.let_go().and_then(|()| self.move_draft(&id));
                Some(Msg::Moved(Box::new(moved)))
            }
            Effect::OpenRecord(id) => {
                Some(Msg::Record(Box::new(shell_trace::open_record(self.workspace.as_ref()?, &id))))
            }
            Effect::LookBack(id) => self.later(move |workspace| {
                let past = look_back(workspace, &id);
                vec![Msg::Past(id, Box::new(past))]
            }),
            Effect::ListPaths(typed) => self.later(move |_| {
                let choices = if typed.trim().is_empty() { Vec::new() } else { complete(&typed) };
                vec![Msg::Paths(typed, choices)]
            }),
            Effect::Attach(id, item, typed) => self.later(move |workspace| {
                let attached = workspace.attach(&path_of(&typed));
                vec![Msg::Attached(id, item, attached)]
            }),
            Effect::LoadPicture(of) => {
                self.pictures.want(of, self.workspace.as_ref()?, &self.sender);
                None
            }
            Effect::KeepTheme(theme) => self.workspace.as_ref()?.keep_theme(theme).err().map(Msg::Failed),
            Effect::Count(filter, lang, at) => self.beside(move |workspace, tell| {
                let counted = report_work::count(workspace, &filter, lang, at);
                tell(Msg::Counted(filter, counted));
            }),
            Effect::PreviewReport(kind, tally) => self.beside(move |workspace, tell| {
                let preview = report_work::preview(workspace, kind, &tally);
                tell(Msg::ReportPreviewed(kind, tally, Box::new(preview)));
            }),
            Effect::WriteReport(order) => {
                let progress = Progress::default();
                self.writing = Some(progress.clone());
                self.beside(move |workspace, tell| {
                    let written =
                        report_work::write(workspace, &order, &progress, &|writing| tell(Msg::Writing(writing)));
                    tell(Msg::Written(Box::new(written)));
                })
            }
            Effect::StopWriting => {
                self.writing.take().inspect(Progress::stop);
                None
            }
            Effect::Quit => {
                self.ending = true;
                None
            }
            Effect::LoadRecords => self.load_records(),
            Effect::LoadFacilities => self.later(|workspace| vec![Msg::Facilities(workspace.facilities())]),
            Effect::LoadChecklists => self.later(|workspace| vec![Msg::Checklists(workspace.checklists())]),
            Effect::LoadCalendar => self.later(|workspace| vec![Msg::Calendar(workspace.calendar())]),
            Effect::LoadFindings => {
                self.later(|workspace| vec![Msg::Findings(workspace.findings(workspace.records().found))])
            }
            Effect::OpenFinding(id) => Some(changing::open_finding(self.workspace.as_ref()?, &id)),
            Effect::ReadFinding(id) => Some(changing::read_finding(self.workspace.as_ref()?, &id)),
            Effect::AddToFinding(id, event, term) => {
                Some(changing::add_to_finding(self.workspace.as_ref()?, &id, *event, term))
            }
            Effect::PrepareSearch(reading, texts) => {
                self.later(move |_| vec![Msg::SearchPrepared(reading, Box::new(Searched::new(texts)))])
            }
            Effect::ChangeUnit(change) => self.later(move |workspace| vec![changing::change_unit(workspace, *change)]),
            Effect::AddToTask(task, event) => Some(changing::add_to_task(self.workspace.as_ref()?, &task, *event)),
            Effect::Reinspect(ids, at) => {
                let begun = self.let_go().and_then(|()| self.reinspect(&ids, at));
                Some(Msg::Draft(Box::new(self.take(begun))))
            }
            Effect::KeepMarks(record, marks) => {
                self.workspace.as_ref()?.keep_marks(&record, &marks).err().map(Msg::Failed)
            }
            Effect::GiveReview(record, decision, marks, at) => {
                let id = ReviewId(Ulid::generate().to_string());
                self.later(move |workspace| {
                    let given = workspace.give_review(id, &record, decision, *marks, at);
                    vec![Msg::ReviewGiven(record, Box::new(given))]
                })
            }
            Effect::Revise(of) => {
                let id = RecordId(Ulid::generate().to_string().into());
                self.later(move |workspace| {
                    let begun = workspace.begin_correction(id.clone(), &of).map(|_| id);
                    vec![Msg::CorrectionBegun(of, begun)]
                })
            }
            Effect::Trace(subject, lang) => {
                let again = subject.clone();
                self.follow(move |workspace, followed| {
                    followed.traced_at_once(workspace, subject.as_ref(), lang).into_iter().collect()
                });
                self.follow(move |workspace, followed| {
                    followed.traced_wholly(workspace, again.as_ref(), lang).into_iter().collect()
                })
            }
            Effect::AcceptSuspect { subject, reason, again, lang } => self.follow(move |workspace, followed| {
                vec![followed.accepted(workspace, (&subject, &reason), again.as_ref(), lang)]
            }),
            Effect::LoadTasks => self.later(|workspace| vec![changing::tasks(workspace)]),
            Effect::LoadPlans => self.later(|workspace| {
                vec![Msg::Plans(workspace.plans()), Msg::Topics(workspace.topics().map(|topics| topics.all().to_vec()))]
            }),
            Effect::OpenPlan(id, clause) => {
                self.later(move |workspace| vec![Msg::Plan(Box::new(workspace.plan(&id)), clause)])
            }
            Effect::LoadSource(id) => self.later(move |workspace| {
                let lines = workspace.plan_source(&id);
                vec![Msg::Source(id, lines)]
            }),
            Effect::CorrectPlan { plan, clause, values, author } => self.later(move |workspace| {
                vec![Msg::Corrected(Box::new(workspace.correct_plan(&plan, &clause, *values, author)))]
            }),
            Effect::ComparePlan(plan, against) => {
                self.later(move |workspace| vec![Msg::Compared(Box::new(plans::compare(workspace, &plan, &against)))])
            }
            Effect::LoadConflicts => self.later(|workspace| vec![Msg::Conflicts(dispute::disputes(workspace))]),
            Effect::LoadHub => Some(Syncer::look(self.workspace.as_ref()?)),
            Effect::Sync(typed) => self.syncer.begin(self.workspace.as_ref()?, typed, &self.sender),
            Effect::LoadContradictions(ids) => {
                self.later(move |workspace| vec![Msg::Contradictions(workspace.contradictions(&ids))])
            }
            Effect::SettleFinding(id, said, at) => Some(changing::settle(self.workspace.as_ref()?, &id, &said, at)),
            Effect::StopSync => self.syncer.stop(),
            Effect::ChooseValue(conflict, value) => {
                self.later(move |workspace| vec![Syncer::choose(workspace, &conflict, value)])
            }
            Effect::Edit(path, line) => {
                self.to_edit = Some((path, line));
                None
            }
            Effect::ImportPlan(typed) => self.import(path_of(&typed)),
            Effect::HoldLedger(typed) => self.later(|workspace| vec![returned::hold_ledger(workspace, typed)]),
            Effect::HoldRegister(typed) => self.later(|workspace| vec![returned::hold_register(workspace, typed)]),
            Effect::TakeRegister(shown) => self.later(|workspace| vec![returned::take_register(workspace, *shown)]),
            Effect::TakeLedger(shown) => self.later(|workspace| vec![returned::take_ledger(workspace, *shown)]),
            Effect::WritePaper(order) => {
                self.later(move |workspace| vec![Msg::PaperWritten(report_work::paper(workspace, &order))])
            }
            Effect::PreviewGenerate(plan, request) => self.later(move |workspace| {
                let made = plans::generate(workspace, &plan, &request, true);
                vec![Msg::Previewed { plan, request, made }]
            }),
            Effect::Generate(plan, request) => {
                self.later(move |workspace| vec![Msg::Generated(plans::generate(workspace, &plan, &request, false))])
            }
        }
    }

    /// Tries again what the disk refused of a draft whose screen has been left.
    pub fn retry(&mut self) -> Option<Msg> {
        let record = self.unsaved.take()?;
        self.carry_out(Effect::Save(record))
    }

    fn create(&mut self, root: &std::path::Path, new: &NewWorkspace) -> Msg {
        match Workspace::create(root, new, now()) {
            Ok(workspace) => {
                crate::store::start_log(workspace.root());
                let absolute = std::path::absolute(root).unwrap_or_else(|_| root.to_owned());
                if let Err(error) = remember(&absolute) {
                    tracing::warn!(%error, "the workspace is not remembered");
                }
                self.open(workspace)
            }
            Err(error) => Msg::Failed(error),
        }
    }

    /// Reads the records beside the keys; the first time the index is shown at once.
    fn load_records(&mut self) -> Option<Msg> {
        let first = !std::mem::replace(&mut self.indexed, true);
        let (shown, is_shown) = channel::<()>();
        if first {
            // On a processor of its own, so that the first frame need not wait for it.
            self.beside(move |workspace, tell| {
                let known = workspace.indexed_findings();
                // An index that is not there yet says nothing about the findings.
                if !known.is_empty() {
                    tell(Msg::KnownFindings(known));
                }
                drop(shown);
            });
        }
        let found = if first { self.workspace.as_ref()?.indexed_records() } else { Vec::new() };
        let seen = self.seen.clone();
        self.later(move |workspace| {
            // What the indexes have is shown before anything takes the processors to look whether it is still so.
            if first {
                let _ = is_shown.recv();
            }
            seen.reads(workspace.root(), &["records", "reviews"]);
            let records = workspace.records();
            let reviewed = workspace.reviewed(&records.found);
            vec![Msg::Records(records), Msg::Reviews(reviewed)]
        });
        // An index that is not there yet says nothing about the records.
        (!found.is_empty()).then(|| Msg::Records(Listing { found, damaged: Vec::new() }))
    }

    fn import(&self, path: PathBuf) -> Option<Msg> {
        self.later(move |workspace| {
            let options = ReadOptions { file_name: path.to_str().unwrap_or_default(), ..ReadOptions::default() };
            vec![Msg::Imported(Box::new(workspace.import_plan(&path, &options, now())))]
        })
    }

    /// Does something with the workspace beside the keys.
    fn later(&self, work: impl FnOnce(&Workspace) -> Vec<Msg> + Send + 'static) -> Option<Msg> {
        let workspace = Arc::clone(self.workspace.as_ref()?);
        // The thread ends only with the program.
        let _ = self.jobs.send(Box::new(move |()| work(&workspace)));
        None
    }

    /// Follows something in the workspace beside the keys, with what was gathered of it before.
    fn follow(&self, work: impl FnOnce(&Workspace, &mut Followed) -> Vec<Msg> + Send + 'static) -> Option<Msg> {
        let workspace = Arc::clone(self.workspace.as_ref()?);
        let _ = self.following.send(Box::new(move |followed| work(&workspace, followed)));
        None
    }

    /// Does something that takes long beside the keys and beside everything else; what comes of it is told.
    fn beside(&self, work: impl FnOnce(&Workspace, &(dyn Fn(Msg) + Sync)) + Send + 'static) -> Option<Msg> {
        let workspace = Arc::clone(self.workspace.as_ref()?);
        let report = Arc::clone(&self.sender);
        thread::spawn(move || {
            // Where nobody listens any more there is nobody to tell.
            work(&workspace, &|msg| {
                report(msg);
            });
        });
        None
    }
}

/// Begins a thread that does work one after the other, until nobody listens any more.
fn worker<Kept: Default + 'static>(report: &Arc<Report>) -> Sender<Job<Kept>> {
    let (jobs, work) = channel::<Job<Kept>>();
    let report = Arc::clone(report);
    thread::spawn(move || {
        let mut kept = Kept::default();
        for job in work {
            if !job(&mut kept).into_iter().all(&*report) {
                return;
            }
        }
    });
    jobs
}

/// Looks through earlier records for what concerns a draft; where the draft cannot be read nothing is known.
fn look_back(workspace: &Workspace, id: &RecordId) -> Past {
    let read = workspace.record(id).and_then(|stored| Ok((workspace.checklist_of(stored.record())?, stored)));
    read.map_or_else(|_| Past::default(), |(checklist, stored)| workspace.past_of(stored.record(), &checklist))
}

fn no_workspace() -> Error {
    Error::new(crate::error::Kind::Workspace, crate::text!("workspace.none"))
}
