//! Plan documents: the original bytes, and what was understood, side by side.

use std::{
    fs,
    path::{Path, PathBuf},
};

use chrono::{DateTime, FixedOffset, Months, NaiveDate};
use serde::{Deserialize, Serialize};

use super::{Listing, Workspace, disk};
use crate::{
    checklist::Digest,
    error::{Error, Kind, Result, in_toml},
    plan::{self, Clause, ClauseKind, Heading, Plan, PlanHead, PlanId, ReadOptions, Topics, Warning},
    text,
};

/// The largest document that is read, in bytes: a Word file with pictures may have some megabytes, a text never.
const DOCUMENT_LARGEST: u64 = 32 * 1024 * 1024;

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
}

/// What `plan.toml` says.
#[derive(Serialize, Deserialize)]
struct PlanFile {
    source: Source,
    plan: PlanHead,
    #[serde(default)]
    outline: Vec<Heading>,
    #[serde(default)]
    clauses: Vec<Clause>,
    #[serde(default)]
    warnings: Vec<Warning>,
}

// A flattened plan would be shorter, but the reader then no longer knows the place of a mistake.
impl PlanFile {
    fn new(source: Source, plan: Plan) -> Self {
        let Plan { head, outline, clauses, warnings } = plan;
        Self { source, plan: head, outline, clauses, warnings }
    }

    fn into_plan(self) -> Plan {
        Plan { head: self.plan, outline: self.outline, clauses: self.clauses, warnings: self.warnings }
    }
}

/// A plan in a list.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct PlanRow {
    /// The plan's identity.
    pub id: PlanId,
    /// Its title.
    pub title: String,
    /// The year it is for.
    pub year: Option<i32>,
    /// The issuing body.
    pub issuer: Option<String>,
    /// The number of clauses.
    pub clauses: usize,
    /// The number of warnings.
    pub warnings: usize,
    /// When it was imported.
    pub imported: DateTime<FixedOffset>,
    /// The clauses with a deadline.
    #[serde(skip)]
    pub deadlines: Vec<PlanDeadline>,
}

/// A clause with a deadline.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PlanDeadline {
    /// The last day.
    pub day: NaiveDate,
    /// The section of the clause.
    pub section: String,
    /// The clause.
    pub text: String,
}

impl PlanRow {
    fn new(file: PlanFile) -> Self {
        let imported = file.source.imported;
        let plan = file.into_plan();
        let deadlines = plan.clauses.iter().filter(|clause| clause.kind != ClauseKind::Result).filter_map(|clause| {
            let day = last_day(clause.deadline.as_deref()?)?;
            Some(PlanDeadline { day, section: clause.section.clone(), text: clause.text.clone() })
        });
        Self {
            deadlines: deadlines.collect(),
            clauses: plan.clauses.len(),
            warnings: plan.warnings.len(),
            id: plan.head.id,
            title: plan.head.title,
            year: plan.head.year,
            issuer: plan.head.issuer,
            imported,
        }
    }
}

/// Returns the last day of a deadline written `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
fn last_day(deadline: &str) -> Option<NaiveDate> {
    let mut parts = deadline.splitn(3, '-');
    let year: i32 = parts.next()?.parse().ok()?;
    let month: Option<u32> = parts.next().map(str::parse).transpose().ok()?;
    let day: Option<u32> = parts.next().map(str::parse).transpose().ok()?;
    match (month, day) {
        (Some(month), Some(day)) => NaiveDate::from_ymd_opt(year, month, day),
        (Some(month), None) => NaiveDate::from_ymd_opt(year, month, 1)?.checked_add_months(Months::new(1))?.pred_opt(),
        _ => NaiveDate::from_ymd_opt(year, 12, 31),
    }
}

/// What importing came to.
#[derive(Clone, Debug, PartialEq)]
pub struct ImportedPlan {
    /// The plan as understood.
    pub plan: Plan,
    /// Whether the workspace had this plan already, in this or another wording.
    pub known: bool,
    /// The file with what was understood.
    pub path: PathBuf,
}

impl Workspace {
    /// Imports a document; the original bytes are kept, and so is what was understood of an earlier wording.
    pub fn import_plan(
        &self,
        document: &Path,
        options: &ReadOptions,
        now: DateTime<FixedOffset>,
    ) -> Result<ImportedPlan> {
        self.require_writable()?;
        let bytes = disk::read_up_to(document, DOCUMENT_LARGEST)?;
        let topics = self.topics()?;
        let read =
            |options: &ReadOptions<'_>| plan::read(&bytes, &topics, options).map_err(|error| error.in_file(document));
        let plan = read(options)?;
        // An earlier reading of the same plan lends its clause ids, so that they survive a revision.
        let plan = if self.plan_folder(&plan.head.id).join("plan.toml").exists() {
            // One that cannot be read is a person's to mend; it is not replaced.
            let previous = self.plan(&plan.head.id)?;
            read(&ReadOptions { previous: Some(&previous), ..*options })?
        } else {
            plan
        };
        self.keep_plan(plan, &bytes, document, now)
    }

    /// Says whether the sample plan is there already, from an earlier attempt to make the workspace.
    pub(super) fn has_sample(&self) -> Result<bool> {
        Ok(self.plan_folder(&self.sample()?.head.id).join("plan.toml").exists())
    }

    fn sample(&self) -> Result<Plan> {
        plan::read(plan::SAMPLE.as_bytes(), &self.topics()?, &ReadOptions::default())
    }

    /// Imports the sample plan, an invented city's.
    pub(super) fn import_sample(&self, now: DateTime<FixedOffset>) -> Result<ImportedPlan> {
        let plan = self.sample()?;
        self.keep_plan(plan, plan::SAMPLE.as_bytes(), Path::new("sample.txt"), now)
    }

    /// Reads a document without importing it.
    pub fn read_document(&self, document: &Path, options: &ReadOptions) -> Result<Plan> {
        let bytes = disk::read_up_to(document, DOCUMENT_LARGEST)?;
        plan::read(&bytes, &self.topics()?, options).map_err(|error| error.in_file(document))
    }

    fn keep_plan(&self, plan: Plan, bytes: &[u8], document: &Path, now: DateTime<FixedOffset>) -> Result<ImportedPlan> {
        let digest = Digest::of(bytes);
        let folder = self.plan_folder(&plan.head.id);
        let path = folder.join("plan.toml");
        let file = format!("{}.{}", short(&digest), ending(document));
        let original = folder.join(&file);
        let is_new = !original.exists();
        if is_new {
            disk::create(&original, bytes)?;
        }
        let known = path.exists();
        if known {
            let before = disk::read(&path)?;
            let kept = folder.join(format!("plan-{}.toml", short(&Digest::of(&before))));
            if !kept.exists() {
                disk::create(&kept, &before)?;
            }
        }
        let name = document.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let stored = PlanFile::new(Source { name, file, digest, imported: now }, plan);
        let failed = |error: toml::ser::Error| Error::input(text!("record.not-written")).because(error);
        let written = toml::to_string(&stored).map_err(failed);
        if let Err(error) = written.and_then(|written| disk::replace(&path, written.as_bytes())) {
            if is_new {
                // Nothing half-imported stays behind; where even this fails the bytes only take up room.
                let _ = fs::remove_file(&original);
            }
            return Err(error);
        }
        Ok(ImportedPlan { plan: stored.into_plan(), known, path })
    }

    /// Lists the plans, newest year first.
    pub fn plans(&self) -> Listing<PlanRow> {
        let mut listing = Listing::default();
        let Ok(entries) = fs::read_dir(self.root().join("plans")) else { return listing };
        for path in entries.flatten().map(|entry| entry.path().join("plan.toml")).filter(|path| path.is_file()) {
            listing.add(read_plan(&path).and_then(|file| in_its_folder(file, &path)).map(PlanRow::new));
        }
        listing.found.sort_by(|one, other| other.year.cmp(&one.year).then_with(|| one.id.cmp(&other.id)));
        listing
    }

    /// Reads an imported plan.
    pub fn plan(&self, id: &PlanId) -> Result<Plan> {
        read_plan(&self.plan_folder(id).join("plan.toml")).map(PlanFile::into_plan)
    }

    /// Finds the one plan that `wanted` means: its id, the beginning of it, its year, or a part of its title.
    pub fn find_plan(&self, wanted: &str) -> Result<PlanId> {
        let plans = self.plans().found;
        let means = |row: &PlanRow| row.id.0.starts_with(wanted) || row.title.contains(wanted);
        let mut fitting: Vec<_> = plans.iter().filter(|row| row.id.0 == wanted).collect();
        if fitting.is_empty() {
            fitting = plans.iter().filter(|row| means(row)).collect();
        }
        let known = || plans.iter().map(|row| format!("{} {}", row.id, row.title)).collect::<Vec<_>>().join("; ");
        match fitting.as_slice() {
            [one] => Ok(one.id.clone()),
            [] if plans.is_empty() => {
                Err(Error::new(Kind::NotFound, text!("plan-file.none")).hint(text!("plan-file.none.hint")))
            }
            [] => Err(Error::new(Kind::NotFound, text!("plan-file.unknown", wanted = wanted))
                .hint(text!("plan-file.unknown.hint", known = known()))),
            _ => Err(Error::new(Kind::NotFound, text!("plan-file.several", wanted = wanted))
                .hint(text!("plan-file.unknown.hint", known = known()))),
        }
    }

    fn plan_folder(&self, id: &PlanId) -> PathBuf {
        self.root().join("plans").join(&id.0)
    }
}

/// Reads a document with the built-in topics, where there is no workspace.
pub fn read_document(document: &Path, options: &ReadOptions) -> Result<Plan> {
    plan::read(&disk::read_up_to(document, DOCUMENT_LARGEST)?, &Topics::built_in(), options)
        .map_err(|error| error.in_file(document))
}

fn read_plan(path: &Path) -> Result<PlanFile> {
    let text = disk::read_toml_text(path)?;
    toml::from_str(&text).map_err(|error| in_toml(&text, &error).in_file(path))
}

/// Refuses a plan in a folder of another name: opening it by its number would find another plan, or none.
fn in_its_folder(file: PlanFile, path: &Path) -> Result<PlanFile> {
    let folder = path.parent().and_then(Path::file_name).map_or_else(String::new, |name| name.to_string_lossy().into());
    if folder == file.plan.id.0 {
        return Ok(file);
    }
    Err(Error::input(text!("plan-file.other-folder", id = file.plan.id, folder = folder))
        .at(path)
        .hint(text!("plan-file.other-folder.hint")))
}

/// The ending of a document's name, as far as it can stand in the name of our copy.
fn ending(document: &Path) -> String {
    let given = document.extension().map_or_else(String::new, |end| end.to_string_lossy().to_lowercase());
    let safe = !given.is_empty() && given.len() <= 8 && given.chars().all(|letter| letter.is_ascii_alphanumeric());
    if safe { given } else { "txt".to_owned() }
}

/// The first characters of a digest, enough to tell the wordings of one plan apart.
fn short(digest: &Digest) -> &str {
    let hex = digest.hex();
    &hex[..hex.len().min(12)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_ends_with_its_last_day() {
        let cases = [
            ("2026", "2026-12-31"),
            ("2026-06", "2026-06-30"),
            ("2024-02", "2024-02-29"),
            ("2026-03-05", "2026-03-05"),
        ];
        for (deadline, expected) in cases {
            assert_eq!(last_day(deadline).expect("a day").to_string(), expected);
        }
        assert_eq!(last_day("soon"), None);
        assert_eq!(last_day("2026-13"), None);
    }
}
