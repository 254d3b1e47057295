//! Everything that can happen to the program, and everything it can ask for.

use std::{collections::HashMap, path::PathBuf, sync::Arc};

use chrono::{DateTime, FixedOffset};

use super::{
    counting::Counted,
    findings::OpenFinding,
    incoming::HeldRegister,
    key::Key,
    mistakes::Edited,
    papers::PaperOrder,
    reports::{ReportOrder, Writing, Written},
    returned::{HeldLedger, ImportMsg},
    syncing::{Passphrase, SyncMsg},
    trace::Traced,
    units::UnitChange,
};
use crate::{
    calendar::Calendar,
    checklist::{Checklist, ChecklistId, FileRef, ItemId, Request},
    error::Error,
    facility::{Facility, Searched},
    i18n::{Lang, Text},
    inspection::{
        AnswerChange, ClockSet, Decision, Details, Editing, Entry, Finalised, Record, RecordId, Review, StoredRecord,
    },
    ledger::{Contradiction, Event, FindingId, Row},
    plan::{Author, ClauseId, Comparison, Plan, PlanId, Topic, Values},
    report::{Filter, Kind, Preview, Tally},
    store::{
        ChecklistFile, GeneratedFile, HandedOut, ImportedPlan, InboxFile, Listing, Marks, MovedDraft, NewWorkspace,
        Past, PathChoice, Picture, PlanRow, RecordRow, Resume, Reviewed, Theme,
    },
    sync::{dispute::Dispute, joining::Joined, state::OpenConflict},
    task::{Event as TaskEvent, Task},
    trace::Subject,
};

/// Everything that can happen.
#[derive(Debug)]
pub enum Msg {
    /// A key was pressed.
    Key(Key),
    /// Text was pasted.
    Paste(String),
    /// An item of the draft was clicked, by its position in the checklist.
    Click(usize),
    /// The terminal has this many columns and rows.
    Resize(u16, u16),
    /// Nothing was pressed for a while after [`Effect::SaveSoon`].
    Idle,
    /// The terminal is closing.
    Closed,
    /// A workspace is open.
    Workspace(Box<WorkspaceInfo>),
    /// The rows of all records, from the index (`damaged` empty) or from the files.
    Records(Listing<RecordRow>),
    /// The register of units.
    Facilities(Listing<Facility>),
    /// The search in the register as it was read the n-th time.
    SearchPrepared(usize, Box<Searched>),
    /// The checklists in use.
    Checklists(Listing<ChecklistFile>),
    /// Which days are worked was read.
    Calendar(Result<Calendar, Error>),
    /// The plans.
    Plans(Listing<PlanRow>),
    /// The tasks, and the titles of their campaigns.
    Tasks(Listing<Task>, HashMap<String, String>),
    /// A task was assigned, closed or taken up again.
    TaskChanged(Box<Result<Task, Error>>),
    /// A unit of the register was changed.
    UnitChanged(Box<Result<UnitChange, Error>>),
    /// The findings as the index has them, until they have been read.
    KnownFindings(Vec<Row>),
    /// The findings.
    Findings(Listing<Row>),
    /// A finding was opened.
    Finding(Box<Result<OpenFinding, Error>>),
    /// A finding whose page is open was read again.
    FindingRead(Box<Result<OpenFinding, Error>>),
    /// Something was added to a finding; as it is then.
    ///
    /// The text says that its term was counted by weekends only.
    FindingChanged(Box<Result<OpenFinding, Error>>, Option<Text>),
    /// How far the reviews of the records that were read last are.
    Reviews(Reviewed),
    /// A review of a record was given.
    ReviewGiven(RecordId, Box<Result<Review, Error>>),
    /// The correction of a record was begun, under this number.
    CorrectionBegun(RecordId, Result<RecordId, Error>),
    /// Something was traced.
    Traced(Box<Result<Traced, Error>>),
    /// The same was traced with the inspections.
    TracedWholly(Box<Result<Traced, Error>>),
    /// The vocabulary of topics.
    Topics(Result<Vec<Topic>, Error>),
    /// What several people said differently.
    Conflicts(Result<Vec<Dispute>, Error>),
    /// What several people said differently of findings.
    Contradictions(Vec<Contradiction>),
    /// Something happened around syncing.
    Sync(SyncMsg),
    /// A plan was opened, to be shown at a clause where one is named.
    Plan(Box<Result<Plan, Error>>, Option<ClauseId>),
    /// The lines of the document that a plan was read from.
    Source(PlanId, Result<Vec<String>, Error>),
    /// A clause was corrected; the plan as it is in force now.
    Corrected(Box<Result<Plan, Error>>),
    /// Two plans were compared.
    Compared(Box<Result<Comparison, Error>>),
    /// A document was imported.
    Imported(Box<Result<ImportedPlan, Error>>),
    /// A file that is imported was held against what is there, or taken.
    Import(ImportMsg),
    /// A paper of a record was written.
    PaperWritten(Result<HandedOut, Error>),
    /// A checklist's file was open in an editor, or could not be opened in one.
    Edited(Box<Result<Edited, Error>>),
    /// The checklists in use changed on the disk.
    ChecklistsChanged,
    /// Records, findings, tasks, plans or units changed on the disk.
    WorkspaceChanged,
    /// The workspace, which could only be read, could be written to now.
    WorkspaceFree,
    /// What was counted under a filter.
    Counted(Box<Filter>, Counted),
    /// What a report of a kind will look like.
    ReportPreviewed(Kind, Arc<Tally>, Box<Result<Preview, Error>>),
    /// How far the report is that is being written.
    Writing(Writing),
    /// What came of writing a report.
    Written(Box<Written>),
    /// What would be generated.
    Previewed {
        /// The plan.
        plan: PlanId,
        /// What is asked for.
        request: Request,
        /// The files, and what is to be said about them.
        made: Result<Made, Error>,
    },
    /// Checklists were generated.
    Generated(Result<Made, Error>),
    /// A draft was begun or opened.
    Draft(Box<Result<OpenedDraft, Error>>),
    /// A record was opened for reading.
    Record(Box<Result<OpenedRecord, Error>>),
    /// Every step so far is on disk.
    Kept,
    /// A step could not be written.
    NotKept(Error),
    /// The draft's file was written.
    Saved,
    /// The draft's file was not written; the steps are safe in the journal.
    NotSaved(Error),
    /// The draft's file was changed from outside, and both were joined.
    Joined(Box<OpenedDraft>),
    /// Drafts of one inspection were joined, or are to be with the next sync.
    DraftsJoined(Box<Result<Joined, Error>>),
    /// What came of giving up a draft.
    GivenUp(RecordId, Result<(), Error>),
    /// What came of taking up again the draft that is open.
    TakenUp(Box<Result<OpenedDraft, Error>>),
    /// What moving the open draft to a newer version would come to.
    MovePreviewed(Box<Result<MovedDraft, Error>>),
    /// The open draft was moved.
    Moved(Box<Result<(MovedDraft, OpenedDraft), Error>>),
    /// The record was finalised.
    Finalised(Box<Finalised>),
    /// What earlier records say about a draft.
    Past(RecordId, Box<Past>),
    /// What lies in the watched folder, the newest first.
    Inbox(Vec<InboxFile>),
    /// How a path that was typed may go on.
    Paths(String, Vec<PathChoice>),
    /// A file was copied into the workspace for an item of a draft.
    Attached(RecordId, ItemId, Result<FileRef, Error>),
    /// A small picture of a photograph, where there can be one.
    Picture(Photograph, Option<Picture>),
    /// The clock of the computer was set.
    ClockSet(ClockSet),
    /// Something else did not work.
    Failed(Error),
}

/// A photograph that a picture is wanted of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Photograph {
    /// One that is kept as evidence.
    Kept(FileRef),
    /// One in the watched folder, as it was then: another size or time is another photograph.
    New(InboxFile),
}

/// The checklists that were or would be generated, and what is to be said about them.
pub type Made = (Listing<GeneratedFile>, Vec<Text>);

/// What the screens need to know of the open workspace.
#[derive(Clone, Debug)]
pub struct WorkspaceInfo {
    /// The folder.
    pub root: PathBuf,
    /// The bureau.
    pub bureau: String,
    /// The inspector.
    pub inspector: String,
    /// The language that its settings name.
    pub language: Lang,
    /// For which light the colours are, where somebody chose them.
    pub theme: Option<Theme>,
    /// Why nothing may be written, if so.
    pub read_only: Option<Text>,
}

/// A draft with where its inspector was.
#[derive(Debug)]
pub struct OpenedDraft {
    /// The draft.
    pub editing: Editing,
    /// Where the inspector was.
    pub resume: Option<Resume>,
    /// What was damaged in the journal, and whether the calendar is.
    pub damaged: Vec<Error>,
    /// Which days are worked; nothing where that cannot be read.
    pub calendar: Option<Calendar>,
}

/// A record that is only read, with its checklist where that is still there.
#[derive(Debug)]
pub struct OpenedRecord {
    /// The record.
    pub record: StoredRecord,
    /// Its checklist, or why there is none.
    pub checklist: Result<Arc<Checklist>, Error>,
    /// What a correction says differently than what it was made from.
    pub changes: Vec<AnswerChange>,
    /// What was noted of it for a review that is not given yet.
    pub marks: Marks,
}

/// What a plan is compared with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Against {
    /// Its own reading before.
    Previous,
    /// Another plan.
    Plan(PlanId),
}

/// Everything the program can ask for; carried out outside, the answer comes back as a [`Msg`].
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Make a workspace and open it.
    CreateWorkspace(PathBuf, NewWorkspace),
    /// Open the workspace again, for writing.
    OpenAgain,
    /// Read the records: first the index, then the files.
    LoadRecords,
    /// Read the register of units.
    LoadFacilities,
    /// Prepare the search in these texts of the register, which was read so often.
    PrepareSearch(usize, Vec<String>),
    /// Read the checklists in use.
    LoadChecklists,
    /// Read which days are worked.
    LoadCalendar,
    /// Read the list of plans and the topics.
    LoadPlans,
    /// Read the tasks.
    LoadTasks,
    /// Look through new records and read the findings.
    LoadFindings,
    /// Open a finding.
    OpenFinding(FindingId),
    /// Read a finding again whose page is open.
    ReadFinding(FindingId),
    /// Add something to a finding.
    AddToFinding(FindingId, Box<Event>, Option<u32>),
    /// Add something to a task.
    AddToTask(Box<Task>, Box<TaskEvent>),
    /// Change a unit of the register, if it is still as it was shown.
    ChangeUnit(Box<UnitChange>),
    /// Begin the re-inspection of findings, now.
    Reinspect(Vec<FindingId>, Now),
    /// Keep what is noted of a record until its review is given.
    KeepMarks(RecordId, Box<Marks>),
    /// Give a review of a record, now.
    GiveReview(RecordId, Decision, Box<Marks>, Now),
    /// Begin the correction of a finalised record.
    Revise(RecordId),
    /// Follow what hangs together with something, or find where the links break off.
    Trace(Option<Subject>, Lang),
    /// Note that an item, or the tasks of a campaign, may stand although their clause changed.
    AcceptSuspect {
        /// The item, or one of the tasks.
        subject: Subject,
        /// Why.
        reason: String,
        /// What is shown again afterwards.
        again: Option<Subject>,
        /// The language in which it is.
        lang: Lang,
    },
    /// Open a plan, at a clause where one is named.
    OpenPlan(PlanId, Option<ClauseId>),
    /// Read what several people said differently.
    LoadConflicts,
    /// Read what several people said differently of findings.
    LoadContradictions(Vec<FindingId>),
    /// Decide whose word about a finding holds, now.
    SettleFinding(FindingId, Box<Event>, Now),
    /// Decide between values that several people gave.
    ChooseValue(Box<OpenConflict>, usize),
    /// Read what is known here of the hub.
    LoadHub,
    /// Sync with the hub, with the passphrase that was typed or one that is known already.
    Sync(Option<Passphrase>),
    /// End the sync that is under way.
    StopSync,
    /// Read the document that a plan was read from.
    LoadSource(PlanId),
    /// Correct a clause of a plan.
    CorrectPlan {
        /// The plan.
        plan: PlanId,
        /// The clause.
        clause: ClauseId,
        /// What is right.
        values: Box<Values>,
        /// Who says so.
        author: Author,
    },
    /// Compare a plan with an older one.
    ComparePlan(PlanId, Against),
    /// Import the document at a typed path.
    ImportPlan(String),
    /// Hold the ledger at a typed path against the register.
    HoldLedger(String),
    /// Register what was shown of a ledger, unless it comes to something else by now.
    TakeLedger(Box<HeldLedger>),
    /// Hold a register from elsewhere against the one that is there.
    HoldRegister(String),
    /// Take what was shown of a register.
    TakeRegister(Box<HeldRegister>),
    /// Write a paper of a record.
    WritePaper(Box<PaperOrder>),
    /// Say what would be generated, without writing it.
    PreviewGenerate(PlanId, Request),
    /// Generate checklists.
    Generate(PlanId, Request),
    /// Open a file in an editor, at a line from 1.
    Edit(PathBuf, usize),
    /// Begin a record.
    Begin {
        /// The record's identity is made outside, where there is chance.
        checklist: ChecklistId,
        /// The unit.
        facility: Box<Facility>,
        /// When, where and by whom.
        details: Box<Details>,
    },
    /// Open a draft.
    OpenDraft(RecordId),
    /// Join drafts of one inspection, now.
    JoinDrafts(Vec<RecordId>),
    /// Give up the open draft, for a reason.
    GiveUp(RecordId, String),
    /// Take back that the open draft was given up.
    TakeUpAgain(RecordId),
    /// Say what moving a draft to the version in use would come to.
    PreviewMove(RecordId),
    /// Move a draft to the version in use, and open it there.
    MoveDraft(RecordId),
    /// Open a record for reading.
    OpenRecord(RecordId),
    /// Make a step of the open draft durable, now.
    Keep(Entry),
    /// Keep where the inspector is, now.
    KeepPlace(Resume),
    /// Look through earlier records for what concerns a draft.
    LookBack(RecordId),
    /// List how a path that is being typed may go on.
    ListPaths(String),
    /// Copy the file at a typed path into the workspace, for an item of a draft.
    Attach(RecordId, ItemId, String),
    /// Count under a filter with the names of a language, terms judged as of now.
    Count(Box<Filter>, Lang, Now),
    /// Say what a report will look like.
    PreviewReport(Kind, Arc<Tally>),
    /// Write a report.
    WriteReport(Box<ReportOrder>),
    /// Stop writing a report.
    StopWriting,
    /// Make a small picture of a photograph, instead of any that was asked for before and is not made yet.
    LoadPicture(Photograph),
    /// Keep the chosen colours in the settings.
    KeepTheme(Theme),
    /// Send [`Msg::Idle`] when nothing has been pressed for a moment.
    SaveSoon,
    /// Write the open draft's file.
    Save(Box<Record>),
    /// Write the finalised record.
    Finalise(Box<Finalised>),
    /// End the program.
    Quit,
}

impl Effect {
    /// Lists what reads everything that the lists show.
    pub(super) fn read_everything() -> Vec<Self> {
        vec![
            Self::LoadRecords,
            Self::LoadFacilities,
            Self::LoadChecklists,
            Self::LoadCalendar,
            Self::LoadPlans,
            Self::LoadTasks,
            Self::LoadFindings,
            Self::LoadConflicts,
        ]
    }
}

/// The clock as the program sees it: set from outside before each message, to the second.
pub type Now = DateTime<FixedOffset>;
