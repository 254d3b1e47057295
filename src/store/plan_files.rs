//! The files of one plan: what is in force, as it was written last, the corrections, and the readings before.
//!
//! | file | what |
//! |---|---|
//! | `plan.toml` | the plan in force; a person may edit scope, kind, topics, deadline and owners of a clause, or take a clause out |
//! | `.as-written.toml` | the same as the program wrote it last, by which hand edits are told |
//! | `corrections.toml` | every correction with who, when and why; applied whenever the plan is loaded |
//! | `plan-DIGEST.toml` | an earlier reading |
//! | `DIGEST.ENDING` | the document itself |

use std::{
    fs,
    path::{Path, PathBuf},
};

use chrono::{DateTime, FixedOffset};
use serde::{Deserialize, Serialize};

use super::{Workspace, disk};
use crate::{
    checklist::Digest,
    error::{Error, Kind, Result, in_toml},
    i18n::Lang,
    plan::{
        self, Author, Clause, ClauseId, Corrections, Explanation, Heading, Plan, PlanHead, PlanId, ReadOptions, Values,
        Warning,
    },
    text,
};

/// Where the understood plan comes from.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Source {
    /// The name of the file as it was imported.
    pub name: String,
    /// The file beside `plan.toml` that holds the original bytes.
    pub file: String,
    /// Their digest.
    pub digest: Digest,
    /// When it was imported.
    pub imported: DateTime<FixedOffset>,
    /// The encoding, where a person named it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoding: Option<String>,
}

/// What `plan.toml` says.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(from = "Tables", into = "Tables")]
pub(super) struct PlanFile {
    pub(super) source: Source,
    pub(super) plan: Plan,
}

/// The tables of `plan.toml`. A flattened plan would be shorter, but the reader then no longer knows the place of a mistake.
#[derive(Serialize, Deserialize)]
struct Tables {
    source: Source,
    plan: PlanHead,
    #[serde(default)]
    outline: Vec<Heading>,
    #[serde(default)]
    clauses: Vec<Clause>,
    #[serde(default)]
    warnings: Vec<Warning>,
}

impl From<Tables> for PlanFile {
    fn from(tables: Tables) -> Self {
        let Tables { source, plan: head, outline, clauses, warnings } = tables;
        Self { source, plan: Plan { head, outline, clauses, warnings } }
    }
}

impl From<PlanFile> for Tables {
    fn from(file: PlanFile) -> Self {
        let Plan { head, outline, clauses, warnings } = file.plan;
        Self { source: file.source, plan: head, outline, clauses, warnings }
    }
}

/// An earlier reading of a plan.
#[derive(Clone, Debug, PartialEq)]
pub struct PlanReading {
    /// The file it is kept in.
    pub path: PathBuf,
    /// The name of the document it was read from.
    pub document: String,
    /// When that was imported.
    pub imported: DateTime<FixedOffset>,
    /// The plan as it was understood, and corrected, then.
    pub plan: Plan,
}

/// A plan as its files say, and what a person has changed in them by hand.
pub(super) struct Settled {
    /// What is in force.
    pub(super) file: PlanFile,
    /// The corrections, hand edits among them.
    pub(super) corrections: Corrections,
    /// Whether a hand edit is not among the kept corrections yet.
    pub(super) edited: bool,
}

const WRITTEN: &str = ".as-written.toml";
const CORRECTIONS: &str = "corrections.toml";

impl Workspace {
    /// Reads an imported plan as it is in force: with its corrections, hand edits among them.
    pub fn plan(&self, id: &PlanId) -> Result<Plan> {
        settle(&self.plan_folder(id)).map(|settled| settled.file.plan)
    }

    /// Corrects a clause; a value that is the one that was read takes the correction of that value away.
    ///
    /// Hand edits in `plan.toml` are taken over first, so that nothing a person said is lost.
    pub fn correct_plan(&self, id: &PlanId, clause: &ClauseId, values: Values, author: Author) -> Result<Plan> {
        self.require_writable()?;
        let folder = self.plan_folder(id);
        let _turn = self.turns.take();
        let mut settled = settle(&folder)?;
        let Some(clause) = settled.file.plan.clauses.iter().find(|known| known.id == *clause) else {
            return Err(Error::new(Kind::NotFound, text!("plan-file.no-clause", clause = clause))
                .at(folder.join("plan.toml"))
                .hint(text!("plan-file.no-clause.hint")));
        };
        settled.corrections.date_hand_edits(&Author { at: author.at, ..Author::default() });
        settled.corrections.set(clause, values, author);
        settled.corrections.apply(&mut settled.file.plan);
        write(&folder, &settled.file, &settled.corrections, self.settings().language)?;
        Ok(settled.file.plan)
    }

    /// Lists the earlier readings of a plan, the last one first; a damaged one is left out.
    pub fn plan_readings(&self, id: &PlanId) -> Vec<PlanReading> {
        let Ok(entries) = fs::read_dir(self.plan_folder(id)) else { return Vec::new() };
        let kept = |path: &PathBuf| {
            let name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
            name.starts_with("plan-") && path.extension().is_some_and(|ending| ending == "toml")
        };
        let mut readings: Vec<_> = entries
            .flatten()
            .map(|entry| entry.path())
            .filter(kept)
            .filter_map(|path| {
                let PlanFile { source, plan } = read_plan(&path).ok()?;
                Some(PlanReading { path, document: source.name, imported: source.imported, plan })
            })
            .collect();
        readings.sort_by(|one, other| other.imported.cmp(&one.imported).then_with(|| one.path.cmp(&other.path)));
        readings
    }

    /// Returns the reading of a plan before the one in force, or says that there is none.
    pub fn previous_reading(&self, id: &PlanId) -> Result<Plan> {
        let none = || {
            Error::new(Kind::NotFound, text!("plan-diff.no-previous", id = id))
                .hint(text!("plan-diff.no-previous.hint"))
        };
        self.plan_readings(id).into_iter().next().map(|reading| reading.plan).ok_or_else(none)
    }

    /// Returns the lines of the document that a plan was read from, by which its clauses are placed.
    pub fn plan_source(&self, id: &PlanId) -> Result<Vec<String>> {
        self.with_document(id, plan::source_lines)
    }

    /// Returns the document that a plan was read from where that is plain text, else the file of what was understood.
    pub fn plan_document(&self, id: &PlanId) -> Result<PathBuf> {
        let folder = self.plan_folder(id);
        let understood = folder.join("plan.toml");
        let document = folder.join(read_plan(&understood)?.source.file);
        let is_text = document.extension().is_some_and(|ending| ending == "txt" || ending == "md");
        Ok(if is_text { document } else { understood })
    }

    /// Says what the rules decide on a line, counted from 1, of the document that a plan was read from.
    pub fn explain_plan(&self, id: &PlanId, line: usize) -> Result<Explanation> {
        let topics = self.topics()?;
        self.with_document(id, |bytes, options| plan::explain(bytes, &topics, options, line))
    }

    /// Does something with the document that a plan was read from, and with how it was read.
    fn with_document<T>(&self, id: &PlanId, work: impl FnOnce(&[u8], &ReadOptions) -> Result<T>) -> Result<T> {
        let folder = self.plan_folder(id);
        let source = read_plan(&folder.join("plan.toml"))?.source;
        let path = folder.join(&source.file);
        let options =
            ReadOptions { file_name: &source.name, encoding: source.encoding.as_deref(), ..ReadOptions::default() };
        work(&disk::read(&path)?, &options).map_err(|error| error.in_file(&path))
    }

    pub(super) fn plan_folder(&self, id: &PlanId) -> PathBuf {
        self.root().join("plans").join(&id.0)
    }
}

/// Reads a file that a plan was written to, such as an earlier reading.
pub fn read_plan_file(path: &Path) -> Result<Plan> {
    read_plan(path).map(|file| file.plan)
}

/// Reads the plan of a folder and lays over it what a person has said, in the plan's own file or by the program.
pub(super) fn settle(folder: &Path) -> Result<Settled> {
    let path = folder.join("plan.toml");
    let found = in_its_folder(read_plan(&path)?, &path)?;
    let mut corrections = corrections(folder)?;
    let written = folder.join(WRITTEN);
    // A copy of another import, as a crash between two writes leaves it, says nothing about hand edits.
    let written = written.is_file().then(|| read_plan(&written).ok()).flatten();
    let mut settled = match written.filter(|written| written.source == found.source) {
        Some(written) => {
            let edits = plan::hand_edits(&written.plan, &found.plan);
            let edited = !edits.is_empty();
            plan::adopt(&mut corrections, &written.plan, edits, &Author::default());
            Settled { file: PlanFile { plan: found.plan.with_values_of(written.plan), ..found }, corrections, edited }
        }
        None => Settled { file: found, corrections, edited: false },
    };
    settled.corrections.apply(&mut settled.file.plan);
    Ok(settled)
}

/// Reads the corrections of a plan.
pub(super) fn corrections(folder: &Path) -> Result<Corrections> {
    let path = folder.join(CORRECTIONS);
    if !path.is_file() {
        return Ok(Corrections::default());
    }
    let text = disk::read_toml_text(&path)?;
    toml::from_str(&text).map_err(|error| in_toml(&text, &error).in_file(&path))
}

/// Writes a plan and its corrections. The copy comes last: it must never know of an edit that is not in the plan.
pub(super) fn write(folder: &Path, file: &PlanFile, corrections: &Corrections, lang: Lang) -> Result<()> {
    let failed = |error: toml::ser::Error| Error::input(text!("record.not-written")).because(error);
    let path = folder.join(CORRECTIONS);
    if !corrections.all().is_empty() || path.exists() {
        let written = head("plan-head.corrections", lang) + &toml::to_string(corrections).map_err(failed)?;
        disk::replace(&path, written.as_bytes())?;
    }
    let written = head("plan-head.plan", lang) + &toml::to_string(file).map_err(failed)?;
    disk::replace(&folder.join("plan.toml"), written.as_bytes())?;
    disk::replace(&folder.join(WRITTEN), written.as_bytes())
}

/// Gives the comment at the head of a file, which says what a person may change in it.
fn head(key: &str, lang: Lang) -> String {
    let lines = lang.t(key);
    lines.lines().map(|line| format!("# {line}").trim_end().to_owned() + "\n").chain(["\n".to_owned()]).collect()
}

pub(super) fn read_plan(path: &Path) -> Result<PlanFile> {
    of_text(&disk::read_toml_text(path)?).map_err(|error| error.in_file(path))
}

/// Reads the text of a `plan.toml`.
pub(super) fn of_text(text: &str) -> Result<PlanFile> {
    toml::from_str(text).map_err(|error| in_toml(text, &error))
}

/// Refuses a plan in a folder of another name: opening it by its number would find another plan, or none.
fn in_its_folder(file: PlanFile, path: &Path) -> Result<PlanFile> {
    let folder = path.parent().and_then(Path::file_name).map_or_else(String::new, |name| name.to_string_lossy().into());
    if folder == file.plan.head.id.0 {
        return Ok(file);
    }
    Err(Error::input(text!("plan-file.other-folder", id = file.plan.head.id, folder = folder))
        .at(path)
        .hint(text!("plan-file.other-folder.hint")))
}

#[cfg(test)]
#[path = "plan_files_tests.rs"]
mod tests;
