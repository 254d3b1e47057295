//! The command line as it is typed. What each part means stands in the language files, not here.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Parser, Subcommand, ValueEnum};

use serde::de::DeserializeOwned;

use crate::{
    editor::FileSort,
    i18n::Lang,
    ledger::State,
    plan::{ClauseKind, Scope, TopicId},
    sync::roster::Role,
};

/// Everything that can be typed behind `ducha`.
#[derive(Debug, Parser)]
#[command(name = "ducha", version, disable_help_subcommand = true)]
pub struct Arguments {
    #[command(flatten)]
    pub global: Global,
    #[command(subcommand)]
    pub command: Option<Command>,
}

/// What can be typed behind every subcommand.
#[derive(Clone, Debug, Args)]
pub struct Global {
    #[arg(long, global = true, value_name = "DIR")]
    pub workspace: Option<PathBuf>,
    #[arg(long, global = true, value_name = "zh|en")]
    pub lang: Option<LangArgument>,
    #[arg(
        long,
        global = true,
        value_name = "text|json",
        value_delimiter = ',',
        default_value = "text",
        hide_default_value = true
    )]
    pub format: Vec<Format>,
}

/// A language as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum LangArgument {
    Zh,
    En,
}

impl From<LangArgument> for Lang {
    fn from(typed: LangArgument) -> Self {
        match typed {
            LangArgument::Zh => Self::Zh,
            LangArgument::En => Self::En,
        }
    }
}

/// For whom data is printed, and the formats of reports.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Format {
    Text,
    Json,
    Docx,
    Xlsx,
    Html,
    Pdf,
    Csv,
    Md,
    Parquet,
}

/// The subcommands.
#[derive(Debug, Subcommand)]
pub enum Command {
    Init(Init),
    #[command(subcommand)]
    Plan(Plan),
    Generate(Generate),
    Check(Check),
    New(New),
    Fmt(Fmt),
    Preview(Preview),
    Schema(Schema),
    Lsp,
    #[command(subcommand)]
    Topic(Topic),
    #[command(subcommand)]
    Checklist(Checklist),
    #[command(subcommand)]
    Facility(Facility),
    #[command(subcommand)]
    Task(Task),
    Draw(Draw),
    #[command(subcommand)]
    Record(Record),
    Report(Report),
    Fill(Fill),
    #[command(subcommand)]
    Finding(Finding),
    Reinspect(Reinspect),
    #[command(subcommand)]
    Hub(Hub),
    Sync(Sync),
    #[command(subcommand)]
    Conflict(Conflict),
    Verify(Verify),
    Ui(Ui),
    Completions(Completions),
}

#[derive(Debug, Args)]
pub struct Init {
    #[arg(value_name = "DIR")]
    pub dir: Option<PathBuf>,
    #[arg(long)]
    pub bureau: Option<String>,
    #[arg(long)]
    pub inspector: Option<String>,
    #[arg(long, short)]
    pub yes: bool,
}

#[derive(Debug, Subcommand)]
pub enum Plan {
    Import(PlanImport),
    List,
    Show(PlanShow),
    Diff(PlanDiff),
    Correct(PlanCorrect),
}

#[derive(Debug, Args)]
pub struct PlanImport {
    #[arg(value_name = "FILE", required = true)]
    pub files: Vec<PathBuf>,
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub struct PlanShow {
    #[arg(value_name = "PLAN")]
    pub plan: String,
    #[arg(long, value_name = "LINE")]
    pub explain: Option<usize>,
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub struct PlanDiff {
    #[arg(value_name = "OLD")]
    pub old: String,
    #[arg(value_name = "NEW")]
    pub new: Option<String>,
    #[arg(long)]
    pub all: bool,
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub struct PlanCorrect {
    #[arg(value_name = "PLAN")]
    pub plan: String,
    #[arg(value_name = "CLAUSE")]
    pub clause: String,
    #[arg(long, value_name = "on-site|progress|neither", value_parser = word::<Scope>)]
    pub scope: Option<Scope>,
    #[arg(long, value_name = "KIND", value_parser = word::<ClauseKind>)]
    pub kind: Option<ClauseKind>,
    #[arg(long = "topic", value_name = "TOPIC", value_parser = word::<TopicId>)]
    pub topics: Vec<TopicId>,
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub deadline: Option<String>,
    #[arg(long = "indicator", value_name = "INDICATOR")]
    pub indicators: Vec<String>,
    #[arg(long = "not-a-clause")]
    pub struck: bool,
    #[arg(long, value_name = "WORDS")]
    pub reason: Option<String>,
    #[arg(long, conflicts_with_all = ["scope", "kind", "topics", "deadline", "indicators", "struck", "reason"])]
    pub automatic: bool,
}

/// Reads a word as the files of a plan spell it.
fn word<T: DeserializeOwned>(typed: &str) -> Result<T, serde_json::Error> {
    serde_json::from_value(typed.into())
}

/// How a document is read.
#[derive(Debug, Args)]
pub struct Reading {
    #[arg(long, value_name = "NAME")]
    pub encoding: Option<String>,
}

#[derive(Debug, Args)]
pub struct Generate {
    #[arg(value_name = "PLAN")]
    pub plan: String,
    #[arg(long, value_name = "TOPIC", conflicts_with = "section")]
    pub topic: Option<String>,
    #[arg(long, value_name = "SECTION")]
    pub section: Option<String>,
    #[arg(long)]
    pub emergency: bool,
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct Check {
    #[arg(value_name = "FILE|DIR")]
    pub paths: Vec<PathBuf>,
    #[arg(long)]
    pub watch: bool,
    #[arg(long, value_name = "CODE", conflicts_with_all = ["paths", "watch"])]
    pub explain: Option<String>,
}

#[derive(Debug, Args)]
pub struct New {
    #[arg(value_name = "ID")]
    pub id: String,
    #[arg(long, value_name = "TITLE")]
    pub title: Option<String>,
    #[arg(long, value_name = "TOPIC", conflicts_with_all = ["clause", "from"])]
    pub topic: Option<String>,
    #[arg(long, value_name = "CLAUSE", conflicts_with = "from")]
    pub clause: Option<String>,
    #[arg(long, value_name = "CHECKLIST")]
    pub from: Option<String>,
}

#[derive(Debug, Args)]
pub struct Fmt {
    #[arg(value_name = "FILE|DIR")]
    pub paths: Vec<PathBuf>,
    #[arg(long)]
    pub check: bool,
}

#[derive(Debug, Args)]
pub struct Preview {
    #[arg(value_name = "FILE|CHECKLIST")]
    pub checklist: PathBuf,
    #[arg(long, value_name = "OUT")]
    pub html: Option<PathBuf>,
}

#[derive(Debug, Args)]
pub struct Schema {
    #[arg(value_name = "checklist|topics|facilities|record", value_parser = file_sort)]
    pub file: FileSort,
}

/// Reads the name of a sort of file.
fn file_sort(typed: &str) -> Result<FileSort, String> {
    FileSort::ALL.into_iter().find(|sort| sort.name() == typed).ok_or_else(|| typed.to_owned())
}

#[derive(Debug, Subcommand)]
pub enum Topic {
    List,
    Show {
        #[arg(value_name = "TOPIC", value_parser = word::<TopicId>)]
        topic: TopicId,
    },
}

#[derive(Debug, Subcommand)]
pub enum Checklist {
    List,
    Show {
        #[arg(value_name = "CHECKLIST")]
        checklist: String,
    },
    History {
        #[arg(value_name = "CHECKLIST")]
        checklist: String,
    },
    Diff {
        #[arg(value_name = "CHECKLIST")]
        checklist: String,
        #[arg(value_name = "FROM")]
        from: Option<String>,
        #[arg(value_name = "TO")]
        to: Option<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum Facility {
    Import(FacilityImport),
    List(FacilityList),
    Show {
        #[arg(value_name = "UNIT")]
        facility: String,
    },
    Merge {
        #[arg(value_name = "KEEP")]
        keep: String,
        #[arg(value_name = "OTHER")]
        other: String,
        #[arg(long)]
        dry_run: bool,
    },
    Edit(FacilityEdit),
}

#[derive(Debug, Args)]
pub struct FacilityImport {
    #[arg(value_name = "FILE")]
    pub file: PathBuf,
    #[arg(long)]
    pub dry_run: bool,
    #[arg(long, value_name = "FIELD=HEADING")]
    pub map: Vec<String>,
    #[arg(long, value_name = "NAME")]
    pub sheet: Option<String>,
    #[arg(long)]
    pub update: bool,
    #[command(flatten)]
    pub reading: Reading,
}

#[derive(Debug, Args)]
pub struct FacilityList {
    #[arg(value_name = "WORDS")]
    pub words: Vec<String>,
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,
    #[arg(long, value_name = "DISTRICT")]
    pub district: Option<String>,
    #[arg(long, conflicts_with_all = ["words", "kind", "district"])]
    pub duplicates: bool,
}

#[derive(Debug, Args)]
pub struct FacilityEdit {
    #[arg(value_name = "UNIT")]
    pub facility: String,
    #[arg(long)]
    pub name: Option<String>,
    #[arg(long)]
    pub code: Option<String>,
    #[arg(long = "type", value_name = "TYPE")]
    pub kind: Option<String>,
    #[arg(long)]
    pub level: Option<String>,
    #[arg(long)]
    pub district: Option<String>,
    #[arg(long)]
    pub address: Option<String>,
    #[arg(long)]
    pub contact: Option<String>,
    #[arg(long)]
    pub phone: Option<String>,
    #[arg(long)]
    pub risk: Option<String>,
}

#[derive(Debug, Subcommand)]
pub enum Task {
    Create(TaskCreate),
    List(TaskList),
    Show {
        #[arg(value_name = "TASK")]
        task: String,
    },
    Assign {
        #[arg(value_name = "TASK")]
        task: String,
        #[arg(value_name = "INSPECTOR", required = true)]
        inspectors: Vec<String>,
        #[arg(long, value_name = "WORDS")]
        reason: Option<String>,
    },
    Close {
        #[arg(value_name = "TASK")]
        task: String,
        #[arg(long, value_name = "WORDS")]
        reason: String,
    },
}

#[derive(Debug, Args)]
pub struct TaskCreate {
    #[arg(value_name = "CAMPAIGN")]
    pub campaign: String,
    #[arg(long, value_name = "TITLE", requires = "checklists")]
    pub title: Option<String>,
    #[arg(long = "checklist", value_name = "CHECKLIST", requires = "title")]
    pub checklists: Vec<String>,
    #[arg(long = "type", value_name = "TYPE", requires = "title")]
    pub types: Vec<String>,
    #[arg(long = "district", value_name = "DISTRICT", requires = "title")]
    pub districts: Vec<String>,
    #[arg(long = "level", value_name = "LEVEL", requires = "title")]
    pub levels: Vec<String>,
    #[arg(long = "facility", value_name = "UNIT", requires = "title")]
    pub facilities: Vec<String>,
    #[arg(long, value_name = "NAME", requires = "title")]
    pub draw: Option<String>,
    #[arg(long = "inspector", value_name = "NAME", requires = "title")]
    pub inspectors: Vec<String>,
    #[arg(long, value_name = "YYYY-MM-DD", requires = "title")]
    pub from: Option<String>,
    #[arg(long, value_name = "YYYY-MM-DD", requires = "title", conflicts_with = "workdays")]
    pub due: Option<String>,
    #[arg(long, value_name = "DAYS", requires = "title")]
    pub workdays: Option<u32>,
    #[arg(long)]
    pub dry_run: bool,
}

#[derive(Debug, Args)]
pub struct TaskList {
    #[arg(long, value_name = "CAMPAIGN")]
    pub campaign: Option<String>,
    #[arg(long)]
    pub mine: bool,
    #[arg(long)]
    pub open: bool,
    #[arg(long)]
    pub overdue: bool,
}

#[derive(Debug, Args)]
pub struct Draw {
    #[arg(value_name = "FILE")]
    pub scheme: Option<PathBuf>,
    #[arg(long, value_name = "TEXT")]
    pub seed: Option<String>,
    #[arg(long)]
    pub dry_run: bool,
    #[arg(long, value_name = "FILE", conflicts_with_all = ["scheme", "seed", "dry_run", "list"])]
    pub verify: Option<PathBuf>,
    #[arg(long, value_name = "FILE", conflicts_with_all = ["scheme", "seed", "dry_run"])]
    pub list: Option<PathBuf>,
    #[arg(
        long = "as",
        value_name = "csv|md|html",
        default_value = "csv",
        hide_default_value = true,
        requires = "list"
    )]
    pub form: ListArgument,
    #[arg(long, value_name = "FILE", requires = "list")]
    pub out: Option<PathBuf>,
}

/// The form of a public list as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ListArgument {
    Csv,
    Md,
    Html,
}

#[derive(Debug, Subcommand)]
pub enum Record {
    List,
    Show {
        #[arg(value_name = "RECORD")]
        record: String,
    },
    Move {
        #[arg(value_name = "RECORD")]
        record: String,
        #[arg(long)]
        dry_run: bool,
    },
}

/// What a report is about and where it goes.
#[derive(Debug, Args)]
pub struct Report {
    #[arg(value_name = "KIND", required_unless_present_any = ["verify", "schema", "templates"])]
    pub kind: Option<String>,
    #[arg(long, value_name = "DIR")]
    pub out: Option<PathBuf>,
    #[arg(long, value_name = "2026-Q1")]
    pub period: Option<String>,
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub from: Option<NaiveDate>,
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub to: Option<NaiveDate>,
    #[arg(long, value_name = "YYYY-MM-DD")]
    pub as_of: Option<NaiveDate>,
    #[arg(long, value_name = "PLAN")]
    pub plan: Option<String>,
    #[arg(long, value_name = "TOPIC")]
    pub topic: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub district: Option<String>,
    #[arg(long, value_name = "CHECKLIST")]
    pub checklist: Option<String>,
    #[arg(long = "type", value_name = "TYPE")]
    pub facility_type: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub inspector: Option<String>,
    #[arg(long, value_name = "RECORD")]
    pub record: Option<String>,
    #[arg(long, value_name = "FILE.docx")]
    pub form: Option<PathBuf>,
    #[arg(long, value_name = "FILE.json", conflicts_with = "kind")]
    pub verify: Option<PathBuf>,
    #[arg(long, conflicts_with_all = ["kind", "verify"])]
    pub schema: bool,
    #[arg(long, conflicts_with_all = ["kind", "verify", "schema"])]
    pub templates: bool,
}

/// Which record is filled in without the screens, and how.
#[derive(Debug, Args)]
#[command(group = clap::ArgGroup::new("way").required(true).multiple(true).args(["plain", "answers"]))]
pub struct Fill {
    #[arg(long)]
    pub plain: bool,
    #[arg(long, value_name = "FILE")]
    pub answers: Option<PathBuf>,
    #[arg(long, value_name = "RECORD", conflicts_with_all = ["facility", "checklist"])]
    pub record: Option<String>,
    #[arg(long, value_name = "FACILITY")]
    pub facility: Option<String>,
    #[arg(long, value_name = "CHECKLIST")]
    pub checklist: Option<String>,
    #[arg(long)]
    pub finalise: bool,
}

#[derive(Debug, Subcommand)]
pub enum Finding {
    List(FindingList),
    Show {
        #[arg(value_name = "FINDING")]
        finding: String,
    },
    Update(FindingUpdate),
    Close {
        #[arg(value_name = "FINDING")]
        finding: String,
        #[arg(long, value_name = "WORDS")]
        accept: String,
        #[arg(long, value_name = "PHOTO")]
        after: Vec<String>,
    },
}

#[derive(Debug, Subcommand)]
pub enum Hub {
    Init {
        #[arg(value_name = "DIR")]
        dir: PathBuf,
        #[arg(long, value_name = "NAME")]
        name: Option<String>,
        #[arg(long)]
        encrypt: bool,
    },
    Status,
    Invite {
        #[arg(value_name = "NAME")]
        person: String,
        #[arg(long = "role", value_name = "inspector|supervisor|editor", value_parser = word::<Role>)]
        roles: Vec<Role>,
    },
    Join {
        #[arg(value_name = "DIR")]
        dir: PathBuf,
        #[arg(value_name = "CODE")]
        code: String,
    },
    Members,
    Role {
        #[arg(value_name = "DEVICE")]
        device: String,
        #[arg(long = "role", value_name = "inspector|supervisor|editor", required = true, value_parser = word::<Role>)]
        roles: Vec<Role>,
    },
    Revoke {
        #[arg(value_name = "DEVICE")]
        device: String,
    },
    Rotate,
}

#[derive(Debug, Args)]
pub struct Sync {
    #[arg(long, value_name = "DIR", conflicts_with = "from")]
    pub to: Option<PathBuf>,
    #[arg(long, value_name = "DIR")]
    pub from: Option<PathBuf>,
    #[arg(long, conflicts_with_all = ["to", "from"])]
    pub dry_run: bool,
}

#[derive(Debug, Subcommand)]
pub enum Conflict {
    List,
    Choose {
        #[arg(value_name = "NUMBER")]
        number: usize,
        #[arg(value_name = "VALUE")]
        value: usize,
    },
}

#[derive(Debug, Args)]
pub struct FindingList {
    #[arg(value_name = "WORDS")]
    pub words: Vec<String>,
    #[arg(long, value_name = "STATE", value_parser = word::<State>)]
    pub state: Option<State>,
    #[arg(long)]
    pub open: bool,
    #[arg(long)]
    pub overdue: bool,
    #[arg(long)]
    pub recurring: bool,
}

#[derive(Debug, Args)]
pub struct FindingUpdate {
    #[arg(value_name = "FINDING")]
    pub finding: String,
    #[arg(long, value_name = "STATE")]
    pub to: Option<FindingStep>,
    #[arg(long, value_name = "WORDS")]
    pub reason: Option<String>,
    #[arg(long, value_name = "NAME")]
    pub responsible: Option<String>,
    #[arg(long, value_name = "YYYY-MM-DD", conflicts_with = "workdays")]
    pub due: Option<String>,
    #[arg(long, value_name = "DAYS")]
    pub workdays: Option<u32>,
    #[arg(long, value_name = "PHOTO")]
    pub before: Vec<String>,
    #[arg(long, value_name = "PHOTO")]
    pub after: Vec<String>,
}

/// What can be said of a finding by hand, as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum FindingStep {
    Correcting,
    Awaiting,
    Transferred,
    Reopened,
}

#[derive(Debug, Args)]
pub struct Reinspect {
    #[arg(value_name = "RECORD|FINDING", required = true)]
    pub of: Vec<String>,
}

#[derive(Debug, Args)]
pub struct Verify {
    #[arg(long, value_name = "DIR")]
    pub hub: Option<PathBuf>,
}

/// How the terminal program looks.
#[derive(Clone, Debug, Default, Args)]
pub struct Ui {
    #[arg(long)]
    pub ascii: bool,
    #[arg(long, value_name = "dark|light|plain")]
    pub theme: Option<ThemeArgument>,
}

/// A theme as it is typed.
#[derive(Clone, Copy, Debug, ValueEnum)]
pub enum ThemeArgument {
    Dark,
    Light,
    Plain,
}

#[derive(Debug, Args)]
pub struct Completions {
    #[arg(value_name = "SHELL")]
    pub shell: clap_complete::Shell,
}
