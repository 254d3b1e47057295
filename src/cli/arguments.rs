//! The command line as it is typed. What each part means stands in the language files, not here.

mod bureau;
mod exchange;

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};
use serde::de::DeserializeOwned;

use crate::{
    editor::FileSort,
    i18n::Lang,
    plan::{ClauseKind, Scope, TopicId},
};

pub use self::{bureau::*, exchange::*};

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
    Review(Review),
    Trace(Trace),
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
    #[arg(long, value_name = "UNITS")]
    pub owners: Option<String>,
    #[arg(long = "indicator", value_name = "INDICATOR")]
    pub indicators: Vec<String>,
    #[arg(long = "not-a-clause")]
    pub struck: bool,
    #[arg(long, value_name = "WORDS")]
    pub reason: Option<String>,
    #[arg(long, conflicts_with_all = ["scope", "kind", "topics", "deadline", "owners", "indicators", "struck", "reason"])]
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
    #[arg(long)]
    pub verbose: bool,
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
    #[arg(long)]
    pub open: bool,
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
    Join {
        #[arg(value_name = "RECORD", required = true, num_args = 2..)]
        records: Vec<String>,
    },
    Void {
        #[arg(value_name = "RECORD")]
        record: String,
        #[arg(long, value_name = "REASON", conflicts_with = "undo")]
        reason: Option<String>,
        #[arg(long)]
        undo: bool,
    },
    Revise {
        #[arg(value_name = "RECORD")]
        record: String,
    },
    Diff {
        #[arg(value_name = "RECORD")]
        record: String,
        #[arg(value_name = "OTHER")]
        other: Option<String>,
    },
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

/// How the terminal program looks.
#[derive(Clone, Debug, Default, Args)]
pub struct Ui {
    #[arg(long)]
    pub ascii: bool,
    #[arg(long, value_name = "dark|light|plain")]
    pub theme: Option<ThemeArgument>,
    #[arg(long)]
    pub mouse: bool,
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
