//! What goes out and comes in: reports, hubs, and what several people said differently.

use std::path::PathBuf;

use chrono::NaiveDate;
use clap::{Args, Subcommand};

use super::word;
use crate::sync::roster::Role;

/// What a report is about and where it goes.
#[derive(Debug, Args)]
pub struct Report {
    #[arg(value_name = "KIND")]
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
    #[arg(long, value_name = "CAMPAIGN")]
    pub campaign: Option<String>,
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

#[derive(Debug, Subcommand)]
pub enum Hub {
    Init {
        #[arg(value_name = "PLACE")]
        place: PathBuf,
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
        #[arg(value_name = "PLACE")]
        place: PathBuf,
        #[arg(value_name = "CODE")]
        code: String,
    },
    Move {
        #[arg(value_name = "PLACE")]
        place: PathBuf,
    },
    Login {
        #[arg(value_name = "PLACE")]
        place: PathBuf,
    },
    Logout {
        #[arg(value_name = "PLACE")]
        place: PathBuf,
    },
    Passphrase,
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
    #[arg(long, value_name = "PLACE", conflicts_with = "from")]
    pub to: Option<PathBuf>,
    #[arg(long, value_name = "PLACE")]
    pub from: Option<PathBuf>,
    #[arg(long, conflicts_with_all = ["to", "from"])]
    pub dry_run: bool,
    #[arg(long, num_args = 2, value_names = ["FROM", "TO"], conflicts_with_all = ["to", "from", "dry_run"])]
    pub relay: Option<Vec<PathBuf>>,
    #[arg(long, conflicts_with = "dry_run")]
    pub watch: bool,
    #[arg(long, value_name = "SECONDS", requires = "watch", value_parser = clap::value_parser!(u64).range(1..))]
    pub every: Option<u64>,
}

#[derive(Debug, Subcommand)]
pub enum Conflict {
    List {
        #[arg(long)]
        decided: bool,
    },
    Choose {
        #[arg(value_name = "NUMBER")]
        number: usize,
        #[arg(value_name = "VALUE")]
        value: usize,
    },
}

#[derive(Debug, Args)]
pub struct Verify {
    #[arg(long, value_name = "PLACE")]
    pub hub: Option<PathBuf>,
    #[arg(long)]
    pub restore: bool,
}
