//! Plan documents: the original bytes, and what was understood, side by side.

use std::{
    fs,
    path::{Path, PathBuf},
};

use chrono::{DateTime, FixedOffset, Months, NaiveDate};
use serde::Serialize;

use super::{
    Listing, Workspace, disk,
    plan_files::{self, PlanFile, Settled, Source},
};
use crate::{
    checklist::Digest,
    error::{Error, Kind, Result},
    plan::{
        self, Author, ClauseId, ClauseKind, Correction, Corrections, Explanation, Plan, PlanId, ReadOptions, Topics,
    },
    text,
};

/// The largest document that is read, in bytes: a Word file with pictures may have some megabytes, a text never.
const DOCUMENT_LARGEST: u64 = 32 * 1024 * 1024;

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
    /// The clause.
    pub clause: ClauseId,
    /// Its section.
    pub section: String,
    /// Its text.
    pub text: String,
}

impl PlanRow {
    fn new(file: PlanFile) -> Self {
        let imported = file.source.imported;
        let plan = file.plan;
        let deadlines = plan.clauses.iter().filter(|clause| clause.kind != ClauseKind::Result).filter_map(|clause| {
            let day = last_day(clause.deadline.as_deref()?)?;
            Some(PlanDeadline {
                day,
                clause: clause.id.clone(),
                section: clause.section.clone(),
                text: clause.text.clone(),
            })
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
pub fn last_day(deadline: &str) -> Option<NaiveDate> {
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

/// Says whether a text is a deadline as plans have it: `YYYY`, `YYYY-MM` or `YYYY-MM-DD`.
pub fn is_deadline(text: &str) -> bool {
    last_day(text).is_some()
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
    /// How many corrections were carried over from before.
    pub corrected: usize,
    /// The corrected clauses whose wording has changed since: each deserves a second look.
    pub outdated: Vec<ClauseId>,
    /// The corrections that change nothing, because their clause is gone.
    pub waiting: Vec<Correction>,
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
        // A document that was imported before stays the same plan, also where its head is understood differently today.
        let before = self.plan_of_document(&Digest::of(&bytes));
        let options = &ReadOptions { id: options.id.or(before.as_ref()), ..*options };
        let plan = read(options)?;
        // An earlier reading of the same plan lends its clause ids, so that they survive a revision.
        let folder = self.plan_folder(&plan.head.id);
        let plan = if folder.join("plan.toml").exists() {
            // One that cannot be read is a person's to mend; it is not replaced.
            let previous = plan_files::settle(&folder)?.file.plan;
            read(&ReadOptions { previous: Some(&previous), ..*options })?
        } else {
            plan
        };
        self.keep_plan(plan, &bytes, document, options.encoding, now)
    }

    /// Finds the one plan as whose document the very same bytes are kept; nothing where there are several.
    fn plan_of_document(&self, digest: &Digest) -> Option<PlanId> {
        let folders = fs::read_dir(self.root().join("plans")).ok()?.flatten();
        let is_copy = |file: fs::DirEntry| file.path().file_stem().is_some_and(|stem| stem == short(digest));
        let mut having = folders.map(|folder| folder.path()).filter(|folder| {
            folder.join("plan.toml").is_file() && fs::read_dir(folder).is_ok_and(|files| files.flatten().any(is_copy))
        });
        let (first, second) = (having.next()?, having.next());
        second.is_none().then(|| PlanId(first.file_name().unwrap_or_default().to_string_lossy().into_owned()))
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
        self.keep_plan(plan, plan::SAMPLE.as_bytes(), Path::new("sample.txt"), None, now)
    }

    /// Reads a document without importing it.
    pub fn read_document(&self, document: &Path, options: &ReadOptions) -> Result<Plan> {
        let bytes = disk::read_up_to(document, DOCUMENT_LARGEST)?;
        plan::read(&bytes, &self.topics()?, options).map_err(|error| error.in_file(document))
    }

    /// Says what the rules decide on a line of a document, counted from 1.
    pub fn explain_document(&self, document: &Path, options: &ReadOptions, line: usize) -> Result<Explanation> {
        plan::explain(&disk::read(document)?, &self.topics()?, options, line).map_err(|error| error.in_file(document))
    }

    fn keep_plan(
        &self,
        plan: Plan,
        bytes: &[u8],
        document: &Path,
        encoding: Option<&str>,
        now: DateTime<FixedOffset>,
    ) -> Result<ImportedPlan> {
        let digest = Digest::of(bytes);
        let folder = self.plan_folder(&plan.head.id);
        let path = folder.join("plan.toml");
        let _turn = self.turns.take();
        let file = format!("{}.{}", short(&digest), ending(document));
        let original = folder.join(&file);
        let is_new = !original.exists();
        if is_new {
            disk::create(&original, bytes)?;
        }
        let name = document.file_name().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
        let mut stored = PlanFile {
            source: Source { name, file, digest, imported: now, encoding: encoding.map(str::to_owned) },
            plan,
        };
        let known = path.exists();
        let corrections = if known { self.carry_over(&mut stored, &path, now)? } else { Corrections::default() };
        if let Err(error) = plan_files::write(&folder, &stored, &corrections, self.settings().language) {
            if is_new {
                // Nothing half-imported stays behind; where even this fails the bytes only take up room.
                let _ = fs::remove_file(&original);
            }
            return Err(error);
        }
        let corrected = stored.plan.clauses.iter().filter_map(|clause| Some((clause, clause.corrected.as_ref()?)));
        let outdated = corrected.clone().filter(|(_, corrected)| corrected.outdated);
        Ok(ImportedPlan {
            known,
            path,
            corrected: corrected.clone().count(),
            outdated: outdated.map(|(clause, _)| clause.id.clone()).collect(),
            waiting: corrections.waiting(&stored.plan).into_iter().cloned().collect(),
            plan: stored.plan,
        })
    }

    /// Keeps the reading before, where the new one says something else, and lays its corrections over the new one.
    fn carry_over(&self, new: &mut PlanFile, path: &Path, now: DateTime<FixedOffset>) -> Result<Corrections> {
        let folder = self.plan_folder(&new.plan.head.id);
        let before = disk::read(path)?;
        let Settled { file, mut corrections, edited } = plan_files::settle(&folder)?;
        if edited {
            corrections.date_hand_edits(&Author { at: Some(now), ..Author::default() });
        }
        corrections.apply(&mut new.plan);
        // The same words once more leave nothing worth keeping twice.
        if file.plan == new.plan {
            return Ok(corrections);
        }
        let kept = folder.join(format!("plan-{}.toml", short(&Digest::of(&before))));
        if !kept.exists() {
            disk::create(&kept, &before)?;
        }
        Ok(corrections)
    }

    /// Lists the plans, newest year first.
    pub fn plans(&self) -> Listing<PlanRow> {
        let mut listing = Listing::default();
        let Ok(entries) = fs::read_dir(self.root().join("plans")) else { return listing };
        for folder in entries.flatten().map(|entry| entry.path()).filter(|folder| folder.join("plan.toml").is_file()) {
            listing.add(plan_files::settle(&folder).map(|settled| PlanRow::new(settled.file)));
        }
        listing.found.sort_by(|one, other| other.year.cmp(&one.year).then_with(|| one.id.cmp(&other.id)));
        listing
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
}

/// Says what the rules with the built-in topics decide on a line of a document, counted from 1.
pub fn explain_document(document: &Path, options: &ReadOptions, line: usize) -> Result<Explanation> {
    plan::explain(&disk::read(document)?, &Topics::built_in(), options, line).map_err(|error| error.in_file(document))
}

/// Reads a document with the built-in topics, where there is no workspace.
pub fn read_document(document: &Path, options: &ReadOptions) -> Result<Plan> {
    plan::read(&disk::read_up_to(document, DOCUMENT_LARGEST)?, &Topics::built_in(), options)
        .map_err(|error| error.in_file(document))
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
