//! What surrounds an inspection: units, tasks, draws, findings.

use std::path::PathBuf;

use clap::{Args, Subcommand, ValueEnum};

use super::{Reading, word};
use crate::ledger::State;

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
    #[arg(long)]
    pub without_samples: bool,
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
    Reopen {
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
    #[arg(long = "clause", value_name = "PLAN/CLAUSE", requires = "title")]
    pub clauses: Vec<String>,
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
    #[arg(long, value_name = "FILE", requires = "verify")]
    pub register: Vec<PathBuf>,
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
    Import(FindingImport),
}

#[derive(Debug, Args)]
pub struct FindingImport {
    #[arg(value_name = "FILE.xlsx")]
    pub file: PathBuf,
    #[arg(long, short)]
    pub yes: bool,
    #[arg(long, requires = "yes")]
    pub skip_doubtful: bool,
}

#[derive(Debug, Args)]
#[allow(clippy::struct_excessive_bools)] // Each is a switch of its own on the command line.
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
    #[arg(long)]
    pub all: bool,
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

#[derive(Debug, Subcommand)]
pub enum Review {
    List {
        #[arg(long)]
        all: bool,
    },
    Rules {
        #[arg(long, value_name = "1|2")]
        levels: Option<u8>,
        #[arg(long = "leader", value_name = "NAME")]
        leaders: Vec<String>,
    },
    Show {
        #[arg(value_name = "RECORD")]
        record: String,
    },
    Approve {
        #[arg(value_name = "RECORD")]
        record: String,
        #[arg(long, value_name = "WORDS")]
        remark: Option<String>,
        #[arg(long = "item", value_name = "ITEM")]
        items: Vec<String>,
    },
    Return {
        #[arg(value_name = "RECORD")]
        record: String,
        #[arg(long, value_name = "WORDS")]
        reason: Option<String>,
        #[arg(long = "item", value_name = "ITEM=WORDS")]
        items: Vec<String>,
    },
}

#[derive(Debug, Args)]
pub struct Trace {
    #[arg(value_name = "CLAUSE|ITEM|UNIT|TASK|FINDING", conflicts_with = "accept")]
    pub subject: Option<String>,
    #[arg(long, value_name = "2026|2026-Q3|2026-05")]
    pub period: Option<String>,
    #[arg(long, value_name = "ITEM|TASK", requires = "reason")]
    pub accept: Option<String>,
    #[arg(long, value_name = "WORDS", requires = "accept")]
    pub reason: Option<String>,
}
